/*
 * Which files beside the article a text names: a scanner of Markdown's links, in one pass.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/attachment.h"
#include "desk/attachment_internal.h"
#include "text/frontmatter.h"
#include "text/lines.h"
#include "text/paragraph.h"

/* Brackets that may be open at once; deeper ones are no links of anybody's. */
#define BRACKETS 32

/* The longest run of backticks that opens code, as cmark has it. */
#define TICKS 80

struct scan {
	struct attachment_uses *out;
	const char *article;
	const char *text;
	size_t len;
	size_t body;
	bool pictures[BRACKETS]; /* of the brackets that are open, whether a "!" stands before */
	size_t open;
	size_t unclosed[TICKS + 1]; /* up to where no run of so many backticks follows */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_escaped(char c)
{
	return c != '\0' && strchr("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", c) != NULL;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* -- From an address to a path -- */

/* Appends an address as the name of a file: escapes and %XX undone, query and fragment left out. */
static void add_name(struct strbuf *out, const char *address, size_t len)
{
	for (size_t i = 0; i < len && address[i] != '#' && address[i] != '?'; i++) {
		int high = i + 2 < len && address[i] == '%' ? hex_digit(address[i + 1]) : -1;
		int low = high >= 0 ? hex_digit(address[i + 2]) : -1;

		if (low >= 0 && (high > 0 || low > 0)) {
			strbuf_addc(out, (char)(high * 16 + low));
			i += 2;
		} else if (address[i] == '\\' && i + 1 < len && is_escaped(address[i + 1])) {
			strbuf_addc(out, address[++i]);
		} else if (strncasecmp(address + i, "&amp;", len - i < 5 ? len - i : 5) == 0 &&
			   len - i >= 5) {
			strbuf_addc(out, '&');
			i += 4;
		} else {
			strbuf_addc(out, address[i]);
		}
	}
}

/* Whether an address leads away from the article: to a scheme, the site's root, or a place on the page. */
static bool leads_away(const char *name)
{
	size_t word = strcspn(name, ":/");

	return name[0] == '\0' || name[0] == '/' || name[word] == ':' || strstr(name, "{{") != NULL ||
	       strchr(name, '\n') != NULL;
}

/* Whether a link is to a file rather than to another page. */
static bool is_file_name(const char *name)
{
	static const char *const pages[] = {".md", ".html", ".htm"};
	const char *dot = strrchr(path_base(name), '.');

	if (dot == NULL || dot == path_base(name) || dot[1] == '\0')
		return false;
	for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
		if (strcasecmp(dot, pages[i]) == 0)
			return false;
	}
	return true;
}

/* The path that a name means in an article's folder, "." and ".." resolved; NULL when it leads out of it. */
static char *resolve(const char *article, const char *name)
{
	size_t folder = (size_t)(path_base(article) - article);
	struct strbuf out = STRBUF_INIT;

	strbuf_add(&out, article, folder);
	while (*name != '\0') {
		size_t part = strcspn(name, "/");

		if (part == 2 && strncmp(name, "..", 2) == 0) {
			if (out.len <= folder) {
				strbuf_clear(&out);
				return NULL;
			}
			strbuf_truncate(&out, out.len - 1);
			while (out.len > folder && out.data[out.len - 1] != '/')
				strbuf_truncate(&out, out.len - 1);
		} else if (part > 0 && !(part == 1 && *name == '.')) {
			strbuf_add(&out, name, part + (name[part] == '/'));
		}
		name += part + (name[part] == '/');
	}
	if (out.len > folder && out.data[out.len - 1] != '/')
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return NULL;
}

static void add_use(struct scan *s, size_t start, size_t end, bool picture)
{
	struct strbuf name = STRBUF_INIT;
	char *path = NULL;

	add_name(&name, s->text + start, end - start);
	if (!leads_away(name.data) && (picture || is_file_name(name.data)))
		path = resolve(s->article, name.data);
	strbuf_clear(&name);
	if (path == NULL)
		return;
	s->out->items = mem_grow(s->out->items, &s->out->capacity, s->out->count + 1, sizeof *s->out->items);
	s->out->items[s->out->count++] =
	    (struct attachment_use){.path = path, .picture = picture, .start = start};
}

/* -- Markdown -- */

/* Reads an address of a link at pos: *end is after its last byte; false when there is none. */
static bool read_address(const struct scan *s, size_t *pos, size_t *end)
{
	size_t at = *pos;
	size_t depth = 0;

	while (at < s->len && is_blank(s->text[at]))
		at++;
	if (at < s->len && s->text[at] == '<') {
		*pos = ++at;
		while (at < s->len && s->text[at] != '>' && s->text[at] != '\n')
			at += s->text[at] == '\\' ? 2 : 1;
		*end = at < s->len ? at : s->len;
		return at < s->len && s->text[at] == '>';
	}
	*pos = at;
	while (at < s->len && !is_blank(s->text[at])) {
		char c = s->text[at];

		if (c == ')' && depth-- == 0)
			break;
		depth += c == '(';
		at += c == '\\' && at + 1 < s->len ? 2 : 1;
	}
	*end = at < s->len ? at : s->len;
	return *end > *pos;
}

/* Code in backticks: the end of it, or of the backticks where nothing in their paragraph closes them. */
static size_t skip_code(struct scan *s, size_t pos)
{
	size_t run = 0;
	size_t blank = 0;
	size_t at;

	while (pos + run < s->len && s->text[pos + run] == '`')
		run++;
	if (run > TICKS || pos < s->unclosed[run])
		return pos + run;
	for (at = pos + run; at < s->len && blank < 2;) {
		size_t ticks = 0;

		while (at + ticks < s->len && s->text[at + ticks] == '`')
			ticks++;
		if (ticks == run)
			return at + ticks;
		blank = s->text[at] == '\n' ? blank + 1 : is_blank(s->text[at]) ? blank : 0;
		at += ticks > 0 ? ticks : 1;
	}
	s->unclosed[run] = at;
	return pos + run;
}

/* src="...", href=..., poster='...': the end of what was read. */
static size_t read_attribute(struct scan *s, size_t pos)
{
	static const char *const names[] = {"src", "href", "poster"};
	size_t end;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		size_t at = pos + strlen(names[i]);
		char quote;

		if (at + 2 >= s->len || strncasecmp(s->text + pos, names[i], strlen(names[i])) != 0)
			continue;
		while (at < s->len && (s->text[at] == ' ' || s->text[at] == '='))
			at++;
		quote = at < s->len ? s->text[at] : '\0';
		if ((quote != '"' && quote != '\'') || memchr(s->text + pos, '=', at - pos) == NULL)
			continue;
		end = ++at;
		while (end < s->len && s->text[end] != quote && s->text[end] != '\n')
			end++;
		add_use(s, at, end, i != 1);
		return end;
	}
	return pos + 1;
}

/* A line that fences code: how many of which sign; 0 for none. */
static size_t fence(const struct scan *s, size_t line, char *sign)
{
	size_t at = line;
	size_t count = 0;

	while (at < s->len && at < line + 3 && s->text[at] == ' ')
		at++;
	*sign = at < s->len ? s->text[at] : '\0';
	while (at + count < s->len && s->text[at + count] == *sign)
		count++;
	return (*sign == '`' || *sign == '~') && count >= 3 ? count : 0;
}

/* The line after a block of fenced code that begins at a line; the line itself when none does. */
static size_t skip_fenced(const struct scan *s, size_t line)
{
	char sign;
	char other;
	size_t count = fence(s, line, &sign);
	size_t at = line;

	if (count == 0 || (sign == '`' &&
			   memchr(s->text + line + count, '`',
				  lines_end(s->text, s->len, line) > line + count
				      ? lines_end(s->text, s->len, line) - line - count
				      : 0) != NULL &&
			   s->text[line] == '`'))
		return line;
	for (at = lines_after(s->text, s->len, at); at < s->len; at = lines_after(s->text, s->len, at)) {
		if (fence(s, at, &other) >= count && other == sign)
			return lines_after(s->text, s->len, at);
	}
	return s->len;
}

/* "[name]: address" at the start of a line: the end of what was read, or pos. */
static size_t read_definition(struct scan *s, size_t pos)
{
	size_t at = pos;
	size_t end;

	while (at < s->len && at < pos + 3 && s->text[at] == ' ')
		at++;
	if (at >= s->len || s->text[at] != '[')
		return pos;
	while (at < s->len && s->text[at] != ']' && s->text[at] != '\n')
		at++;
	if (at + 1 >= s->len || s->text[at] != ']' || s->text[at + 1] != ':')
		return pos;
	at += 2;
	if (!read_address(s, &at, &end))
		return pos;
	add_use(s, at, end, false);
	return end;
}

/* Of too many brackets the first are forgotten: nobody closes them any more. */
static void open_bracket(struct scan *s, size_t pos)
{
	bool bang = pos > s->body && s->text[pos - 1] == '!';

	if (s->open == BRACKETS)
		memmove(s->pictures, s->pictures + 1, --s->open * sizeof s->pictures[0]);
	s->pictures[s->open++] = bang && (pos < s->body + 2 || s->text[pos - 2] != '\\');
}

static size_t close_bracket(struct scan *s, size_t pos)
{
	bool picture;
	size_t at = pos + 2;
	size_t end;

	if (s->open == 0)
		return pos + 1;
	picture = s->pictures[--s->open];
	if (pos + 1 >= s->len || s->text[pos + 1] != '(' || !read_address(s, &at, &end))
		return pos + 1;
	add_use(s, at, end, picture);
	return end;
}

/* What stands at a byte inside a line; returns where to go on. */
static size_t step(struct scan *s, size_t pos)
{
	char c = s->text[pos];
	bool word_start = pos == s->body || is_blank(s->text[pos - 1]);

	switch (c) {
	case '\\':
		return pos + 2;
	case '\n':
		/* A paragraph ends, and with it what it left open. */
		if (lines_end(s->text, s->len, pos + 1) == pos + 1)
			s->open = 0;
		return pos + 1;
	case '`':
		return skip_code(s, pos);
	case '[':
		open_bracket(s, pos);
		return pos + 1;
	case ']':
		return close_bracket(s, pos);
	case 's':
	case 'h':
	case 'p':
	case 'S':
	case 'H':
	case 'P':
		return word_start ? read_attribute(s, pos) : pos + 1;
	default:
		return pos + 1;
	}
}

/* Finds lines and paragraphs of what was found, which is in order. */
static void place(struct scan *s)
{
	struct paragraphs side;
	size_t paragraph = 0;
	size_t line = 1;
	size_t at = 0;
	size_t lead;

	paragraphs_split(&side, s->text + s->body, s->len - s->body);
	lead = side.count > 0 && side.items[0].core == 0 ? 0 : 1;
	for (size_t i = 0; i < s->out->count; i++) {
		struct attachment_use *use = &s->out->items[i];

		for (; at < use->start; at++)
			line += s->text[at] == '\n';
		while (paragraph + 1 < side.count &&
		       paragraphs_start(&side, paragraph + 1) + s->body <= use->start)
			paragraph++;
		use->line = line;
		use->paragraph = paragraph + lead;
	}
	paragraphs_clear(&side);
}

static size_t body_of(const char *text, size_t len)
{
	struct frontmatter *fm;
	size_t body;

	(void)frontmatter_parse(&fm, text, len, NULL);
	body = frontmatter_body(fm);
	frontmatter_free(fm);
	return body;
}

void attachment_find_uses(struct attachment_uses *out, const char *article, const char *text, size_t len)
{
	struct scan s = {.out = out, .article = article, .text = text, .len = len};
	bool line_start = true;

	*out = (struct attachment_uses){.count = 0};
	s.body = body_of(text, len);
	for (size_t pos = s.body; pos < len;) {
		size_t next = line_start ? skip_fenced(&s, pos) : pos;

		if (next == pos && line_start)
			next = read_definition(&s, pos);
		if (next > pos) {
			line_start = text[next - 1] == '\n';
			pos = next;
			continue;
		}
		next = step(&s, pos);
		line_start = next <= len && text[next - 1] == '\n';
		pos = next;
	}
	place(&s);
}

void attachment_uses_clear(struct attachment_uses *uses)
{
	for (size_t i = 0; i < uses->count; i++)
		free(uses->items[i].path);
	free(uses->items);
	*uses = (struct attachment_uses){.count = 0};
}

bool attachment_is_used(const struct attachment_uses *uses, const char *path, const char *text, size_t len)
{
	for (size_t i = 0; i < uses->count; i++) {
		if (strcmp(uses->items[i].path, path) == 0)
			return true;
	}
	return attachment_in_fields(text, len, path_base(path));
}

static bool in_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
	       c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

bool attachment_in_fields(const char *text, size_t len, const char *name)
{
	size_t body = body_of(text, len);
	size_t name_len = strlen(name);
	const char *at = text;

	while (name_len > 0 && (at = memmem(at, body - (size_t)(at - text), name, name_len)) != NULL) {
		const char *end = at + name_len;

		if ((at == text || !in_name(at[-1])) && (end == text + body || !in_name(*end)))
			return true;
		at++;
	}
	return false;
}
