#include "text/outline.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/lines.h"

enum {
	DEEPEST = 6,     /* signs of a heading */
	CODE_INDENT = 4, /* blanks from which on a line is code */
	FENCE = 3,       /* signs of a fence at least */
};

/* A line without its blanks at either end. */
struct line {
	size_t start, end; /* bytes */
	size_t indent;     /* of blanks; a tab counts as code's */
};

static struct line read_line(const char *text, size_t len, size_t pos)
{
	struct line line = {.start = pos, .end = lines_end(text, len, pos)};

	while (line.start < line.end && (text[line.start] == ' ' || text[line.start] == '\t'))
		line.indent += text[line.start++] == '\t' ? CODE_INDENT : 1;
	while (line.end > line.start && (text[line.end - 1] == ' ' || text[line.end - 1] == '\t'))
		line.end--;
	return line;
}

static size_t run_of(const char *text, const struct line *line, char sign)
{
	size_t run = 0;

	while (line->start + run < line->end && text[line->start + run] == sign)
		run++;
	return run;
}

/* The signs of a fence that the line is, with the sign; 0 where it is none. */
static size_t fence_of(const char *text, const struct line *line, char *sign)
{
	size_t run = 0;

	for (const char *s = "`~"; *s != '\0' && run < FENCE; s++) {
		run = run_of(text, line, *s);
		*sign = *s;
	}
	return run >= FENCE && line->indent < CODE_INDENT ? run : 0;
}

/* Whether the line is all of one sign: a heading's second line. */
static bool is_underline(const char *text, const struct line *line, char sign)
{
	return line->start < line->end && line->indent < CODE_INDENT &&
	       run_of(text, line, sign) == line->end - line->start;
}

static void add(struct outline *out, size_t start, size_t words, size_t end, int level)
{
	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	out->items[out->count++] = (struct outline_heading){.start = start,
							    .words = words,
							    .words_len = end - words,
							    .level = level};
}

/* Takes a line that begins with signs; false where it is no heading. */
static bool take_signed(struct outline *out, const char *text, struct line line, size_t pos)
{
	size_t signs = run_of(text, &line, '#');
	size_t words = line.start + signs, end = line.end;

	if (signs == 0 || signs > DEEPEST || line.indent >= CODE_INDENT)
		return false;
	if (words < line.end && text[words] != ' ' && text[words] != '\t')
		return false;
	while (words < end && (text[words] == ' ' || text[words] == '\t'))
		words++;
	while (end > words && text[end - 1] == '#')
		end--;
	if (end > words && text[end - 1] != ' ' && text[end - 1] != '\t')
		end = line.end; /* the signs are of the last word */
	while (end > words && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	add(out, pos, words, end, (int)signs);
	return true;
}

/* Takes the paragraph that begins at pos, where a line underlines it; false where that is none. */
static bool take_underlined(struct outline *out, const char *text, struct line first, size_t pos,
			    const struct line *line)
{
	if (!is_underline(text, line, '=') && !is_underline(text, line, '-'))
		return false;
	add(out, pos, first.start, first.end, text[line->start] == '=' ? 1 : 2);
	return true;
}

/* Whether a line cannot be of a paragraph that a line below makes a heading. */
static bool is_apart(const char *text, const struct line *line)
{
	return line->start == line->end || line->indent >= CODE_INDENT ||
	       strchr(">|<", text[line->start]) != NULL ||
	       (strchr("-*+", text[line->start]) != NULL && line->start + 1 < line->end &&
		text[line->start + 1] == ' ');
}

void outline_find(struct outline *out, const char *text, size_t len, size_t body)
{
	struct line above = {0};
	size_t above_pos = 0, fence = 0;
	bool paragraph = false; /* above is the first line of one */
	char fence_sign = 0, sign;

	*out = (struct outline){0};
	for (size_t pos = body; pos < len; pos = lines_after(text, len, pos)) {
		struct line line = read_line(text, len, pos);
		size_t run = fence_of(text, &line, &sign);

		if (fence > 0) {
			if (run >= fence && sign == fence_sign)
				fence = 0;
			continue;
		}
		if (run > 0) {
			fence = run;
			fence_sign = sign;
			paragraph = false;
		} else if (take_signed(out, text, line, pos) ||
			   (paragraph && take_underlined(out, text, above, above_pos, &line)) ||
			   is_apart(text, &line)) {
			paragraph = false;
		} else if (!paragraph) {
			paragraph = true;
			above = line;
			above_pos = pos;
		}
	}
}

void outline_clear(struct outline *outline)
{
	free(outline->items);
	*outline = (struct outline){0};
}

size_t outline_at(const struct outline *outline, size_t pos)
{
	size_t at = outline->count;

	for (size_t i = 0; i < outline->count && outline->items[i].start <= pos; i++)
		at = i;
	return at;
}

/* -- Parts -- */

/* Where the fenced code begins that a line at stop would be in, or stop. */
static size_t before_fence(const char *text, size_t len, size_t body, size_t stop)
{
	size_t fence = 0, start = stop;
	char fence_sign = 0, sign;

	for (size_t pos = body; pos < stop; pos = lines_after(text, len, pos)) {
		struct line line = read_line(text, len, pos);
		size_t run = fence_of(text, &line, &sign);

		if (fence == 0 && run > 0) {
			fence = run;
			fence_sign = sign;
			start = pos;
		} else if (run >= fence && sign == fence_sign) {
			fence = 0;
		}
	}
	return fence > 0 ? start : stop;
}

/* The first line from pos on that stands below a blank one, or pos where none does before stop. */
static size_t after_blank(const char *text, size_t len, size_t pos, size_t stop)
{
	for (size_t at = pos; at < stop; at = lines_after(text, len, at)) {
		if (lines_end(text, len, at) == at)
			return lines_after(text, len, at);
	}
	return pos;
}

/* An end of a line from due on, or within reach of it the end of a word. */
static size_t cut_after(const char *text, size_t len, size_t due, size_t reach)
{
	size_t limit = len - due > reach ? due + reach : len;
	size_t end = lines_after(text, limit, due);
	const char *blank;

	if (end < limit || limit == len || text[limit - 1] == '\n')
		return end;
	blank = memrchr(text + due, ' ', limit - due);
	if (blank != NULL)
		return (size_t)(blank - text) + 1;
	while (end > due && ((unsigned char)text[end] & 0xc0) == 0x80) /* within a character */
		end--;
	return end;
}

struct outline_part outline_part(const char *text, size_t len, size_t body, size_t pos, size_t reach)
{
	struct outline_part part = {.start = body, .end = len};

	if (pos - body > reach) {
		part.start = cut_after(text, len, pos - reach, reach / 2);
		if (text[part.start - 1] == '\n')
			part.start = after_blank(text, len, part.start, pos - reach / 2);
		part.start = before_fence(text, len, body, part.start);
	}
	if (len - pos > reach)
		part.end = cut_after(text, len, pos + reach, reach);
	return part;
}
