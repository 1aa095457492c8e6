#include <ctype.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/import_internal.h"
#include "text/unicode.h"

/* Widest first line that is taken for a headline without being marked as a heading, columns. */
#define HEADLINE_LIMIT 240

/* Bytes that start a line which is no plain paragraph (CommonMark 0.30 sections 4 and 5). */
static const char block_starts[] = "#>-*+|`~<[!:=\t";

/* Appends text with backslash escapes resolved (CommonMark 0.30 section 2.4). */
static char *unescaped(const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\\' && i + 1 < len && ispunct((unsigned char)text[i + 1]))
			i++;
		strbuf_addc(&out, text[i]);
	}
	return strbuf_detach(&out);
}

/* The text of an ATX heading (CommonMark 0.30 section 4.2); NULL when the line is none. */
static char *atx_heading(const struct import_line *line)
{
	size_t start = strspn(line->text, " ");
	size_t marks = strspn(line->text + start, "#");
	size_t end = line->len;
	size_t closing;

	if (start > 3 || marks == 0 || marks > 6)
		return NULL;
	start += marks;
	if (start >= end || (line->text[start] != ' ' && line->text[start] != '\t'))
		return NULL;
	import_trim(line->text, &start, &end);
	for (closing = end; closing > start && line->text[closing - 1] == '#';)
		closing--;
	if (closing > start && (line->text[closing - 1] == ' ' || line->text[closing - 1] == '\t')) {
		end = closing;
		import_trim(line->text, &start, &end);
	}
	return start < end ? unescaped(line->text + start, end - start) : NULL;
}

/* Whether a line underlines the one above as a heading (CommonMark 0.30 section 4.3). */
static bool is_underline(const struct import_line *line)
{
	size_t start = 0;
	size_t end = line->len;

	import_trim(line->text, &start, &end);
	if (start == end || (line->text[start] != '=' && line->text[start] != '-'))
		return false;
	for (size_t i = start; i < end; i++) {
		if (line->text[i] != line->text[start])
			return false;
	}
	return true;
}

/* Whether a first line without marks reads as a headline. */
static bool is_headline(const struct import_line *line)
{
	size_t digits = strspn(line->text, "0123456789");

	return strchr(block_starts, line->text[0]) == NULL &&
	       (digits == 0 || (line->text[digits] != '.' && line->text[digits] != ')')) &&
	       !import_ends_sentence(line->text, line->len) &&
	       unicode_columns(line->text, line->len) <= HEADLINE_LIMIT;
}

/* Takes the headline from the first line; *line becomes the one after it. */
static char *take_headline(struct import *out, size_t *line, bool unmarked)
{
	const struct import_line *l;
	bool underlined;
	char *title;

	while (*line < out->line_count && out->lines[*line].fate == IMPORT_BLANK)
		(*line)++;
	if (*line == out->line_count)
		return NULL;
	l = &out->lines[*line];
	title = atx_heading(l);
	underlined = title == NULL && *line + 1 < out->line_count && is_underline(l + 1) && is_headline(l);
	if (underlined || (title == NULL && unmarked && is_headline(l))) {
		size_t start = 0;
		size_t end = l->len;

		import_trim(l->text, &start, &end);
		title = unescaped(l->text + start, end - start);
	}
	if (title == NULL)
		return NULL;
	import_mark(out, (*line)++, IMPORT_FIELD, "title");
	if (underlined)
		import_mark(out, (*line)++, IMPORT_FIELD, "title");
	return title;
}

char *import_markdown(struct import *out, struct import_claims *claims, size_t first, bool labels)
{
	char *title = take_headline(out, &first, labels);

	if (!labels)
		return title;
	while (first < out->line_count && (out->lines[first].fate == IMPORT_BLANK ||
					   import_take_labels(out, claims, first, IMPORT_HEAD) ||
					   import_take_credit(out, claims, first)))
		first++;
	import_take_closing(out, claims, first, out->line_count);
	return title;
}
