#include <stdint.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/import_furniture.h"
#include "desk/import_internal.h"
#include "text/markdown.h"
#include "text/unicode.h"

/* Columns between which the widest line of a hard-wrapped text lies. */
#define WRAP_LEAST 40
#define WRAP_MOST  100

/* Lines that must end where the next word did not fit before a text counts as hard-wrapped. */
#define WRAP_LINES 3

/* Columns by which a full line of Chinese may be short, for punctuation that may not start a line. */
#define WRAP_SLACK 4

static const char furniture_words[] = "site furniture";

static bool is_same_line(const struct import_line *line, const char *text)
{
	size_t start = 0;
	size_t end = line->len;

	import_trim(line->text, &start, &end);
	return end - start == strlen(text) && memcmp(line->text + start, text, end - start) == 0;
}

/* -- The head -- */

static char *trimmed(const char *text, size_t len)
{
	size_t start = 0;

	import_trim(text, &start, &len);
	return mem_strndup(text + start, len - start);
}

/* A line that can stand before the headline: a headline under its label, or a date. */
static char *read_first(struct import *out, struct import_claims *claims, size_t line)
{
	const struct import_line *l = &out->lines[line];
	struct import_items items;

	if (import_read_labels(&items, l->text, l->len, IMPORT_HEAD)) {
		if (items.item[0].label == LABEL_TITLE && items.item[0].len > 0) {
			import_mark(out, line, IMPORT_FIELD, "title");
			return mem_strndup(items.item[0].value, items.item[0].len);
		}
		for (size_t i = 0; i < items.count; i++) {
			if (items.item[i].date != DATE_READ)
				continue;
			(void)import_take_labels(out, claims, line, IMPORT_HEAD);
			return NULL;
		}
	}
	import_mark(out, line, IMPORT_FIELD, "title");
	return trimmed(l->text, l->len);
}

/* Finds the headline; *line becomes the one after it. NULL when there is none. */
static char *read_headline(struct import *out, struct import_claims *claims, size_t *line)
{
	char *title = NULL;

	for (; title == NULL && *line < out->line_count; (*line)++) {
		const struct import_line *l = &out->lines[*line];

		if (l->fate == IMPORT_BLANK)
			continue;
		if (import_is_head_furniture(l->text, l->len))
			import_mark(out, *line, IMPORT_DROPPED, furniture_words);
		else
			title = read_first(out, claims, *line);
	}
	return title;
}

/* Whether a line below the headline is about the text; if so, marks it. */
static bool take_head_line(struct import *out, struct import_claims *claims, size_t line, const char *title)
{
	const struct import_line *l = &out->lines[line];

	if (is_same_line(l, title)) {
		import_mark(out, line, IMPORT_DROPPED, "the headline again");
		return true;
	}
	if (import_is_head_furniture(l->text, l->len)) {
		import_mark(out, line, IMPORT_DROPPED, furniture_words);
		return true;
	}
	return import_take_labels(out, claims, line, IMPORT_HEAD) || import_take_credit(out, claims, line);
}

/* -- The end mark -- */

/* The line of the end mark after the first line of the body, or line_count. */
static size_t find_end(const struct import *out, size_t first)
{
	size_t weak = out->line_count;
	size_t weak_count = 0;

	for (size_t i = first; i < out->line_count; i++) {
		enum import_end end = import_end_mark(out->lines[i].text, out->lines[i].len);

		if (end == IMPORT_END_AFTER || (end == IMPORT_END && i > first))
			return i;
		if (end == IMPORT_END_WEAK && i > first) {
			weak = i;
			weak_count++;
		}
	}
	return weak_count == 1 ? weak : out->line_count;
}

/* Bytes of the lines from first to before end that went one way. */
static size_t bytes_of(const struct import *out, size_t first, size_t end, enum import_fate fate)
{
	size_t bytes = 0;

	for (; first < end; first++)
		bytes += out->lines[first].fate == fate ? out->lines[first].len : 0;
	return bytes;
}

/* Drops what follows the end mark, but for credits right below it; gives the end of the body. */
static size_t cut_at_end(struct import *out, struct import_claims *claims, size_t first)
{
	size_t mark = find_end(out, first);
	size_t end = mark;
	size_t i;

	if (mark == out->line_count)
		return mark;
	if (import_end_mark(out->lines[mark].text, out->lines[mark].len) == IMPORT_END_AFTER)
		end++;
	else
		import_mark(out, mark, IMPORT_DROPPED, "the end mark");
	for (i = mark + 1; i < out->line_count; i++) {
		if (out->lines[i].fate != IMPORT_BLANK && !import_take_credit(out, claims, i) &&
		    !import_take_labels(out, claims, i, IMPORT_FOOT))
			break;
	}
	for (; i < out->line_count; i++) {
		if (out->lines[i].fate != IMPORT_BLANK)
			import_mark(out, i, IMPORT_DROPPED, "after the end mark");
	}
	if (bytes_of(out, mark, out->line_count, IMPORT_DROPPED) > bytes_of(out, first, end, IMPORT_BODY))
		import_warn(out, "More was dropped after the end mark in line %zu than stands before it.",
			    mark + 1);
	return end;
}

/* -- The foot -- */

static enum import_furniture furniture_at(const struct import *out, size_t line)
{
	return import_furniture(out->lines[line].text, out->lines[line].len);
}

/* Whether a line of the body is of one of the kinds (1 << import_furniture). */
static bool is_kind(const struct import *out, size_t line, unsigned kinds)
{
	enum import_furniture kind;

	if (out->lines[line].fate != IMPORT_BODY)
		return false;
	kind = furniture_at(out, line);
	if (kind == FURNITURE_ABOUT) {
		while (++line < out->line_count && out->lines[line].fate == IMPORT_BLANK)
			;
		kind = line < out->line_count && furniture_at(out, line) == FURNITURE_WORDS ? FURNITURE_WORDS
											    : FURNITURE_SHORT;
	}
	return (kinds & (1u << kind)) != 0;
}

/* The first line from first to before end that is of one of the kinds, or end. */
static size_t find_kind(const struct import *out, size_t first, size_t end, unsigned kinds)
{
	while (first < end && !is_kind(out, first, kinds))
		first++;
	return first;
}

/* Drops a line at the foot, unless it is a credit; who holds the site is the publisher. */
static void drop_foot_line(struct import *out, struct import_claims *claims, size_t line)
{
	size_t before = claims->count;

	if (out->lines[line].fate == IMPORT_BLANK || import_take_credit(out, claims, line) ||
	    import_take_labels(out, claims, line, IMPORT_FOOT))
		return;
	(void)import_take_labels(out, claims, line, IMPORT_FURNITURE);
	import_mark(out, line, IMPORT_DROPPED,
		    claims->count > before ? "site furniture; publisher" : furniture_words);
}

/*
 * Drops the site's furniture from the foot of the body.  Only lines below the last sentence are
 * looked at.  Where one of them states rights, all goes from the first line on that is furniture by
 * its words; else only buttons, and what stands below a heading such as "Related articles".
 */
static void cut_foot(struct import *out, struct import_claims *claims, size_t first, size_t end)
{
	const unsigned text = 1u << FURNITURE_TEXT;
	const unsigned rights = 1u << FURNITURE_RIGHTS;
	const unsigned button = 1u << FURNITURE_BUTTON;
	const unsigned heading = 1u << FURNITURE_HEADING;
	size_t foot = end;
	size_t cut;

	while (foot > first && !is_kind(out, foot - 1, text))
		foot--;
	if (find_kind(out, foot, end, rights) < end)
		cut = find_kind(out, foot, end, rights | button | heading | 1u << FURNITURE_WORDS);
	else
		cut = find_kind(out, foot, end, heading);
	for (size_t i = foot; i < cut; i++) {
		if (is_kind(out, i, button))
			drop_foot_line(out, claims, i);
	}
	for (size_t i = cut; i < end; i++)
		drop_foot_line(out, claims, i);
}

/* A credit in brackets at the end of the last sentence: it stays there, and names the byline too. */
static void read_last_credit(struct import *out, struct import_claims *claims, size_t first, size_t end)
{
	static const char *const brackets[] = {"（", "("};
	struct import_items items;
	const struct import_line *line;

	while (end > first && out->lines[end - 1].fate != IMPORT_BODY)
		end--;
	if (end == first)
		return;
	line = &out->lines[end - 1];
	for (size_t i = 0; i < sizeof brackets / sizeof brackets[0]; i++) {
		size_t at = line->len;

		while (at > 0 && strncmp(line->text + --at, brackets[i], strlen(brackets[i])) != 0)
			;
		if (at == 0 || !import_read_credit(&items, line->text + at, line->len - at))
			continue;
		for (size_t k = 0; k < items.count; k++)
			import_claim(claims, &items.item[k], end - 1);
		return;
	}
}

char *import_plain(struct import *out, struct import_claims *claims)
{
	size_t first = 0;
	size_t end;
	char *title = read_headline(out, claims, &first);

	if (title == NULL)
		return NULL;
	while (first < out->line_count &&
	       (out->lines[first].fate == IMPORT_BLANK || take_head_line(out, claims, first, title)))
		first++;
	end = cut_at_end(out, claims, first);
	cut_foot(out, claims, first, end);
	import_take_closing(out, claims, first, end);
	read_last_credit(out, claims, first, end);
	return title;
}

/* -- The body -- */

/* The next line of the body from line on, or line_count; *blank tells whether others stood before it. */
static size_t next_body(const struct import *import, size_t line, bool *gap)
{
	*gap = false;
	while (line < import->line_count && import->lines[line].fate != IMPORT_BODY) {
		*gap = true;
		line++;
	}
	return line;
}

static int columns_of(const struct import_line *line)
{
	size_t start = 0;
	size_t end = line->len;

	import_trim(line->text, &start, &end);
	return unicode_columns(line->text + start, end - start);
}

static int32_t first_of(const struct import_line *line)
{
	size_t start = 0;
	size_t end = line->len;
	int32_t c;

	import_trim(line->text, &start, &end);
	(void)unicode_decode(line->text, end, start, &c);
	return c;
}

static int32_t last_of(const struct import_line *line)
{
	size_t start = 0;
	size_t end = line->len;
	int32_t c;

	import_trim(line->text, &start, &end);
	for (start = end - 1; start > 0 && ((unsigned char)line->text[start] & 0xc0) == 0x80;)
		start--;
	(void)unicode_decode(line->text, end, start, &c);
	return c;
}

/* Chinese and its punctuation: between two lines of it no space belongs. */
static bool is_wide(int32_t c)
{
	return unicode_is_han(c) || (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xff65) ||
	       c == 0x201c || c == 0x201d || c == 0x2014 || c == 0x2026;
}

/* Columns of the first word of a line. */
static int first_word(const struct import_line *line)
{
	size_t start = 0;
	size_t end = line->len;
	size_t stop;

	import_trim(line->text, &start, &end);
	for (stop = start; stop < end && line->text[stop] != ' ' && line->text[stop] != '\t';)
		stop++;
	return unicode_columns(line->text + start, stop - start);
}

/* Whether a line is full: the next line's first word would have made it wider than the widest. */
static bool is_full(const struct import_line *line, const struct import_line *next, int widest)
{
	if (is_wide(last_of(line)) || is_wide(first_of(next)))
		return columns_of(line) > widest - WRAP_SLACK;
	return columns_of(line) + 1 + first_word(next) > widest;
}

/*
 * Whether blank lines divide the paragraphs and every line within one is full: then a program broke
 * the lines, as in a text file or a mail, and not the person.
 */
static bool is_hard_wrapped(const struct import *import)
{
	int widest = 0;
	size_t full = 0;
	bool gap;

	for (size_t i = 0; (i = next_body(import, i, &gap)) < import->line_count; i++) {
		int columns = columns_of(&import->lines[i]);

		if (columns > WRAP_MOST)
			return false;
		widest = columns > widest ? columns : widest;
	}
	for (size_t i = next_body(import, 0, &gap), next; i < import->line_count; i = next) {
		next = next_body(import, i + 1, &gap);
		if (next == import->line_count || gap)
			continue;
		if (!is_full(&import->lines[i], &import->lines[next], widest))
			return false;
		full++;
	}
	return widest >= WRAP_LEAST && full >= WRAP_LINES;
}

/* What joins two lines of a paragraph: a space, or nothing in Chinese and after a hyphen within a word. */
static const char *joint(const struct import_line *line, const struct import_line *next)
{
	size_t start = 0;
	size_t end = line->len;

	import_trim(line->text, &start, &end);
	if (is_wide(last_of(line)) || is_wide(first_of(next)))
		return "";
	if (end - start >= 2 && line->text[end - 1] == '-' &&
	    unicode_is_letter((unsigned char)line->text[end - 2]))
		return "";
	return " ";
}

void import_plain_body(struct strbuf *body, const struct import *import)
{
	bool wrapped = is_hard_wrapped(import);
	struct strbuf paragraph = STRBUF_INIT;
	bool gap;

	for (size_t i = next_body(import, 0, &gap), next; i < import->line_count; i = next) {
		const struct import_line *line = &import->lines[i];
		size_t start = 0;
		size_t end = line->len;

		next = next_body(import, i + 1, &gap);
		import_trim(line->text, &start, &end);
		strbuf_add(&paragraph, line->text + start, end - start);
		if (wrapped && !gap && next < import->line_count) {
			strbuf_adds(&paragraph, joint(line, &import->lines[next]));
			continue;
		}
		markdown_escape(body, paragraph.data, paragraph.len);
		strbuf_adds(body, next < import->line_count ? "\n\n" : "\n");
		strbuf_reset(&paragraph);
	}
	strbuf_clear(&paragraph);
}
