/* Links: [words](address). */
#include "text/prose_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"

/* A link of a paragraph; bytes. */
struct link {
	size_t open;                 /* of its words' bracket */
	size_t words;                /* where that closes */
	size_t address, address_end; /* in the parentheses, angle brackets and all */
	size_t end;                  /* after the last parenthesis */
};

enum {
	DEEPEST = 32,           /* brackets within brackets that are looked into */
	LONGEST_ADDRESS = 2000, /* bytes of a clipboard that is taken for one */
};

/* -- Finding -- */

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The address within the parentheses from..to. */
static void find_address(struct link *link, const char *text, size_t from, size_t to)
{
	while (from < to && is_white(text[from]))
		from++;
	link->address = from;
	if (from < to && text[from] == '<') {
		while (from < to && text[from] != '>')
			from++;
		from += from < to;
	} else {
		while (from < to && !is_white(text[from]))
			from++;
	}
	link->address_end = from;
}

/* Whether a cursor is inside of from..to, or a selection does not go beyond. */
static bool holds(size_t from, size_t to, size_t start, size_t end)
{
	return start == end ? from < start && end < to : from <= start && end <= to;
}

/* The innermost link or image of a block that holds start..end. */
static bool find_link(struct link *out, const char *text, const struct prose_block *block, size_t start,
		      size_t end)
{
	size_t open[DEEPEST], depth = 0;

	for (size_t pos = block->start; pos < block->end;) {
		size_t next = prose_skip(text, block->start, block->end, pos);

		if (text[pos] == '[' && depth < DEEPEST && next == pos)
			open[depth++] = pos;
		if (text[pos] == ']' && depth > 0) {
			depth--;
			if (next > pos + 1 && text[pos + 1] == '(' && holds(open[depth], next, start, end)) {
				*out = (struct link){.open = open[depth], .words = pos, .end = next};
				find_address(out, text, pos + 2, next - 1);
				return true;
			}
		}
		pos = next > pos ? next : pos + 1;
	}
	return false;
}

/* The link that the person is in; *block is set either way. */
static bool link_here(struct link *out, const struct prose_place *p, struct prose_block *block)
{
	struct prose_blocks blocks;
	bool found = false;
	size_t at;

	if (p->start < p->body)
		return false;
	prose_find_blocks(&blocks, p);
	at = prose_block_at(&blocks, p->start);
	if (at < blocks.count && blocks.items[at].kind != PROSE_CODE &&
	    blocks.items[at].end - blocks.items[at].start <= PROSE_LONGEST) {
		*block = blocks.items[at];
		found = find_link(out, p->text, block, p->start, p->end);
	}
	free(blocks.items);
	return found;
}

char *prose_link_address(const struct prose_place *p)
{
	struct prose_block block;
	struct link link;
	size_t from, to;

	if (!link_here(&link, p, &block))
		return NULL;
	from = link.address;
	to = link.address_end;
	if (to - from >= 2 && p->text[from] == '<' && p->text[to - 1] == '>') {
		from++;
		to--;
	}
	return mem_strndup(p->text + from, to - from);
}

/* -- Addresses -- */

static bool starts(const char *text, size_t len, const char *prefix)
{
	return len > strlen(prefix) && strncasecmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_mail(const char *text, size_t len)
{
	const char *at = memchr(text, '@', len);
	size_t host = at != NULL ? len - (size_t)(at - text) - 1 : 0;

	return at != NULL && at > text && host > 2 && memchr(at + 1, '.', host - 1) != NULL &&
	       memchr(at + 1, '@', host) == NULL && memchr(text, '/', len) == NULL &&
	       memchr(text, ':', len) == NULL;
}

bool prose_is_address(const char *text, size_t len)
{
	if (len > LONGEST_ADDRESS)
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f || strchr("<>\"", text[i]) != NULL)
			return false;
	}
	return starts(text, len, "http://") || starts(text, len, "https://") ||
	       starts(text, len, "mailto:") || is_mail(text, len);
}

/* Appends an address so that it is one in parentheses; CommonMark 0.30 section 6.3. */
static void add_address(struct strbuf *out, const char *address)
{
	size_t len = strlen(address);
	bool bracket = len == 0 || strpbrk(address, " ()<>\\") != NULL;

	if (bracket)
		strbuf_addc(out, '<');
	if (is_mail(address, len))
		strbuf_adds(out, "mailto:");
	for (; *address != '\0'; address++) {
		if (*address == '<' || *address == '>' || *address == '\\')
			strbuf_addf(out, "%%%02X", (unsigned)*address);
		else
			strbuf_addc(out, *address);
	}
	if (bracket)
		strbuf_addc(out, '>');
}

/* Appends words with the brackets escaped that have no partner, which would end them early. */
static void add_link_words(struct strbuf *out, const char *words, size_t len)
{
	size_t first = out->len, depth = 0;

	for (size_t i = 0; i < len; i++) {
		if (words[i] == '\\' && i + 1 < len) {
			strbuf_addc(out, words[i++]);
		} else if (words[i] == '[') {
			depth++;
		} else if (words[i] == ']') {
			if (depth == 0)
				strbuf_addc(out, '\\');
			else
				depth--;
		}
		strbuf_addc(out, words[i]);
	}
	for (size_t i = out->len; depth > 0 && i > first; i--) {
		if (out->data[i - 1] != '[' || (i - 1 > first && out->data[i - 2] == '\\'))
			continue;
		strbuf_splice(out, i - 1, 0, "\\", 1);
		depth--;
	}
}

/* -- Making -- */

static int check_address(const char *address, struct error *err)
{
	for (; *address != '\0'; address++) {
		if ((unsigned char)*address < ' ' || *address == 0x7f)
			return error_set(err, E_REFUSED,
					 "An address has no line ends and no control characters.");
	}
	return 0;
}

/* Another address for a link, or the words alone. */
static void change_link(struct prose_edit *out, const struct prose_place *p, const struct link *link,
			const char *address)
{
	bool image = link->open > 0 && p->text[link->open - 1] == '!';
	size_t first = link->open + 1;

	*out = (struct prose_edit){.insert = STRBUF_INIT};
	if (*address != '\0') {
		out->pos = link->address;
		out->cut = link->address_end - link->address;
		add_address(&out->insert, address);
		out->start = p->start < link->words ? p->start : link->words;
		out->end = p->end < link->words ? p->end : link->words;
		return;
	}
	out->pos = link->open - image;
	out->cut = link->end - out->pos;
	strbuf_add(&out->insert, p->text + first, link->words - first);
	out->start = p->start > first ? (p->start < link->words ? p->start : link->words) - first : 0;
	out->end = p->end > first ? (p->end < link->words ? p->end : link->words) - first : 0;
	out->start += out->pos;
	out->end += out->pos;
}

/* The address as its own words. */
static void insert_link(struct prose_edit *out, const struct prose_place *p, const char *address)
{
	size_t len = strlen(address);

	*out = (struct prose_edit){.pos = p->start, .cut = p->end - p->start, .insert = STRBUF_INIT};
	if (prose_is_address(address, len)) {
		strbuf_addf(&out->insert, "<%s>", address);
	} else {
		strbuf_addc(&out->insert, '[');
		add_link_words(&out->insert, address, len);
		strbuf_adds(&out->insert, "](");
		add_address(&out->insert, address);
		strbuf_addc(&out->insert, ')');
	}
	out->start = out->end = p->start + out->insert.len;
}

/* Whether a link begins or ends within words. */
static bool has_link(const struct prose_place *p, const struct prose_block *block, size_t start, size_t end)
{
	struct link link;

	for (size_t pos = start; pos < end; pos++) {
		if (p->text[pos] == '[' && find_link(&link, p->text, block, pos, pos + 1))
			return true;
		if (p->text[pos] == ']' && find_link(&link, p->text, block, pos, pos + 1) &&
		    link.words == pos)
			return true;
	}
	return false;
}

int prose_link(struct prose_edit *out, const struct prose_place *p, const char *address, struct error *err)
{
	struct prose_block block;
	struct link link;
	size_t start, end;
	int rc = check_address(address, err);

	if (rc < 0)
		return rc;
	if (link_here(&link, p, &block)) {
		change_link(out, p, &link, address);
		return 0;
	}
	if (*address == '\0')
		return error_set(err, E_REFUSED, "There is no link here, and no address was given for one.");
	rc = prose_words(p, "A link", &block, &start, &end, err);
	if (rc < 0 && p->start == p->end && p->start >= p->body && block.kind != PROSE_CODE) {
		insert_link(out, p, address);
		return 0;
	}
	if (rc < 0)
		return rc;
	if (has_link(p, &block, start, end))
		return error_set(err, E_REFUSED,
				 "There is a link in these words already, and a link holds no other.");
	*out = (struct prose_edit){.pos = start, .cut = end - start, .insert = STRBUF_INIT};
	strbuf_addc(&out->insert, '[');
	add_link_words(&out->insert, p->text + start, end - start);
	out->start = start + 1;
	out->end = start + out->insert.len;
	strbuf_adds(&out->insert, "](");
	add_address(&out->insert, address);
	strbuf_addc(&out->insert, ')');
	if (p->start == p->end)
		out->start = out->end = start + out->insert.len;
	return 0;
}
