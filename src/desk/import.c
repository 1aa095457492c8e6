#include "desk/import.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/import_internal.h"
#include "text/date.h"
#include "text/encoding.h"
#include "text/frontmatter.h"
#include "text/lines.h"
#include "text/unicode.h"

/* Wider than any headline, columns. */
#define HEADLINE_LIMIT 400

/* Most tags that are taken. */
#define TAG_LIMIT 64

/* -- The source -- */

/* Line ends of other systems and of web pages become LF: CR LF, CR, and U+2028 and U+2029. */
static void unify_line_ends(struct strbuf *sb)
{
	size_t to = 0;

	for (size_t i = 0; i < sb->len; i++) {
		const char *at = sb->data + i;

		if (*at == '\r') {
			i += at[1] == '\n';
			sb->data[to++] = '\n';
		} else if (strncmp(at, "\xe2\x80\xa8", 3) == 0 || strncmp(at, "\xe2\x80\xa9", 3) == 0) {
			i += 2;
			sb->data[to++] = '\n';
		} else {
			sb->data[to++] = *at;
		}
	}
	strbuf_truncate(sb, to);
}

static void split_lines(struct import *out, size_t len)
{
	for (size_t pos = 0; pos < len; pos = lines_after(out->source, len, pos)) {
		size_t start = pos;
		size_t end = lines_end(out->source, len, pos);
		struct import_line *line;

		out->lines = mem_grow(out->lines, &out->capacity[0], out->line_count + 1, sizeof *out->lines);
		line = &out->lines[out->line_count++];
		*line =
		    (struct import_line){.text = out->source + pos, .len = end - pos, .fate = IMPORT_BODY};
		import_trim(out->source, &start, &end);
		if (start == end)
			line->fate = IMPORT_BLANK;
	}
}

static bool is_markdown_name(const char *name)
{
	static const char *const endings[] = {".md", ".markdown", ".mdown"};
	size_t len = name != NULL ? strlen(name) : 0;

	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		size_t size = strlen(endings[i]);

		if (len > size && strcasecmp(name + len - size, endings[i]) == 0)
			return true;
	}
	return false;
}

/* -- The article -- */

/* Sets a field in the article that *text holds. */
static int set_field(struct strbuf *text, const char *key, const char *value, struct error *err)
{
	struct strbuf out = STRBUF_INIT;
	const char *items[TAG_LIMIT];
	size_t count = 0;
	char *copy = mem_strdup(value);
	char *rest = copy;
	int rc;

	if (strcmp(key, "tags") == 0) {
		while (rest != NULL && count < TAG_LIMIT) {
			items[count++] = strsep(&rest, ",");
			if (rest != NULL)
				rest += strspn(rest, " ");
		}
		rc = frontmatter_set_list(&out, text->data, text->len, key, items, count, err);
	} else {
		rc = frontmatter_set(&out, text->data, text->len, key, value, err);
	}
	free(copy);
	strbuf_clear(text);
	*text = out;
	return rc;
}

static int set_fields(struct import *out, struct strbuf *text, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < out->field_count; i++)
		rc = set_field(text, out->fields[i].key, out->fields[i].value, err);
	out->len = text->len;
	out->text = strbuf_detach(text);
	return rc;
}

static void add_slug(struct import *out, const char *title)
{
	struct strbuf slug = STRBUF_INIT;

	unicode_slug(&slug, title, strlen(title), IMPORT_SLUG_LIMIT);
	import_add_field(out, "slug", slug.data, 0);
	strbuf_clear(&slug);
}

static void add_language(struct import *out, const struct import_options *options, const char *title,
			 const struct strbuf *body)
{
	struct strbuf all = STRBUF_INIT;

	strbuf_addf(&all, "%s\n\n%s", title, body->data);
	import_add_field(out, "language",
			 options->language ? options->language : article_guess_language(all.data, all.len),
			 0);
	strbuf_clear(&all);
}

static size_t line_of_title(const struct import *out)
{
	for (size_t i = 0; i < out->line_count; i++) {
		if (out->lines[i].what != NULL && strcmp(out->lines[i].what, "title") == 0)
			return i + 1;
	}
	return 0;
}

/* From a headline, claims and a body to fields, in the order of front matter, and the article. */
static int make_article(struct import *out, struct import_claims *claims,
			const struct import_options *options, const char *title, struct strbuf *body,
			struct error *err)
{
	const char *eol = lines_eol(out->source, strlen(out->source));

	import_add_field(out, "title", title, line_of_title(out));
	add_slug(out, title);
	import_settle_dates(out, claims);
	add_language(out, options, title, body);
	import_settle(out, claims);
	import_name_lines(out, claims);
	if (body->len == 0)
		import_warn(out, "There is no text below the headline.");
	else
		strbuf_splice(body, 0, 0, eol, strlen(eol));
	return set_fields(out, body, err);
}

static int read_plain(struct import *out, const struct import_options *options, struct error *err)
{
	struct import_claims claims = {0};
	struct strbuf body = STRBUF_INIT;
	char *title = import_plain(out, &claims);
	int rc;

	if (title == NULL) {
		rc = error_set(err, E_INVALID,
			       "There is no headline in this text: it is empty, or all of it "
			       "belongs to a web page around a text.");
	} else {
		if (unicode_columns(title, strlen(title)) > HEADLINE_LIMIT)
			import_warn(out, "The first line is very long for a headline.");
		import_plain_body(&body, out);
		rc = make_article(out, &claims, options, title, &body, err);
	}
	free(title);
	strbuf_clear(&body);
	import_claims_clear(&claims);
	return rc;
}

/* Appends the lines of Markdown that are its body, byte by byte, without blank ones around it. */
static void copy_body(struct strbuf *body, const struct import *import, size_t first, size_t len)
{
	size_t end = 0;

	for (size_t i = first; i < import->line_count; i++) {
		const struct import_line *line = &import->lines[i];
		size_t start = (size_t)(line->text - import->source);

		if (line->fate != IMPORT_BODY && (line->fate != IMPORT_BLANK || body->len == 0))
			continue;
		strbuf_add(body, line->text, lines_after(import->source, len, start) - start);
		if (line->fate == IMPORT_BODY)
			end = body->len;
	}
	strbuf_truncate(body, end);
}

/* The name of a file without folder and ending, for a headline; the caller frees. */
static char *name_of(const struct import_options *options)
{
	const char *base = options->name ? path_base(options->name) : "";
	const char *dot = strrchr(base, '.');
	size_t len = dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base);

	return len > 0 && strcmp(base, "-") != 0 ? mem_strndup(base, len) : mem_strdup("Untitled");
}

/* Markdown without front matter. */
static int read_markdown(struct import *out, const struct import_options *options, size_t len,
			 struct error *err)
{
	struct import_claims claims = {0};
	struct strbuf body = STRBUF_INIT;
	char *title = import_markdown(out, &claims, 0, true);
	int rc;

	if (title == NULL) {
		title = name_of(options);
		import_warn(out, "No headline was found; the file's name was taken: %s.", title);
	}
	copy_body(&body, out, 0, len);
	rc = make_article(out, &claims, options, title, &body, err);
	free(title);
	strbuf_clear(&body);
	import_claims_clear(&claims);
	return rc;
}

/* Puts the date of front matter in ISO 8601, where it is written otherwise and can be read. */
static void check_date(struct import *out, const struct frontmatter *fm)
{
	const char *date = frontmatter_get(fm, "date");
	char iso[DATE_TEXT_SIZE];
	int64_t time;

	if (date == NULL)
		import_warn(out, "No date was found.");
	else if (clock_parse(&time, date, 0))
		return;
	else if (date_read(iso, date, strlen(date)) == DATE_READ)
		import_add_field(out, "date", iso, 0);
	else
		import_warn(out, "The date %s cannot be read; write it as 2026-11-20.", date);
}

/* What front matter says already, for who wants to show it. */
static void list_fields(struct import *out, const struct frontmatter *fm)
{
	struct strbuf value = STRBUF_INIT;

	for (size_t i = 0; i < frontmatter_count(fm); i++) {
		const char *key = frontmatter_key(fm, i);

		if (import_field(out, key) != NULL)
			continue;
		strbuf_reset(&value);
		for (size_t k = 0; k < frontmatter_items(fm, key); k++)
			strbuf_addf(&value, "%s%s", k > 0 ? ", " : "", frontmatter_item(fm, key, k));
		if (value.len > 0)
			import_add_field(out, key, value.data, 0);
	}
	strbuf_clear(&value);
}

/* Markdown with front matter: only what is missing is added. */
static int complete_markdown(struct import *out, const struct import_options *options,
			     const struct frontmatter *fm, size_t len, struct error *err)
{
	struct import_claims claims = {0};
	struct strbuf text = STRBUF_INIT;
	struct strbuf body = STRBUF_INIT;
	const char *known = frontmatter_get(fm, "title");
	char *title =
	    known != NULL ? mem_strdup(known) : import_markdown(out, &claims, frontmatter_lines(fm), false);
	int rc;

	for (size_t i = 0; i < frontmatter_lines(fm); i++)
		import_mark(out, i, IMPORT_FIELD, "front matter");
	if (title == NULL)
		title = name_of(options);
	copy_body(&body, out, frontmatter_lines(fm), len);
	strbuf_add(&text, out->source, frontmatter_body(fm));
	if (known == NULL)
		import_add_field(out, "title", title, line_of_title(out));
	if (frontmatter_get(fm, "slug") == NULL)
		add_slug(out, title);
	check_date(out, fm);
	if (frontmatter_get(fm, "language") == NULL)
		add_language(out, options, title, &body);
	if (known != NULL)
		strbuf_add(&text, out->source + frontmatter_body(fm), len - frontmatter_body(fm));
	else
		strbuf_addf(&text, "%s%s", lines_eol(out->source, len), body.data);
	rc = set_fields(out, &text, err);
	list_fields(out, fm);
	free(title);
	strbuf_clear(&body);
	import_claims_clear(&claims);
	return rc;
}

int import_text(struct import *out, const char *text, size_t len, const struct import_options *options,
		struct error *err)
{
	struct strbuf source = STRBUF_INIT;
	struct frontmatter *fm = NULL;
	const char *encoding;
	bool named = is_markdown_name(options->name);
	int rc;

	*out = (struct import){0};
	rc = encoding_read(&source, text, len, &encoding, err);
	if (rc == 0) {
		rc = frontmatter_parse(&fm, source.data, source.len, err);
		out->markdown = named || (rc == 0 && frontmatter_present(fm));
		/* A line "---" at the top of a plain text is decoration. */
		rc = named ? rc : 0;
	}
	if (rc == 0) {
		if (!out->markdown)
			unify_line_ends(&source);
		len = source.len;
		out->source = strbuf_detach(&source);
		split_lines(out, len);
		if (encoding != NULL)
			import_warn(out, "The text is not in UTF-8; it was read as %s. Check its words.",
				    encoding);
		if (!out->markdown)
			rc = read_plain(out, options, err);
		else if (frontmatter_present(fm))
			rc = complete_markdown(out, options, fm, len, err);
		else
			rc = read_markdown(out, options, len, err);
	}
	strbuf_clear(&source);
	frontmatter_free(fm);
	return rc;
}
