/*
 * An article: its front matter, its blocks, and the pieces that it is checked in.
 *
 * Blocks are told apart line by line, as CommonMark 0.30 has them (section 4) as far as that matters here.
 */
#include "text/spell_internal.h"

#include <stdlib.h>
#include <strings.h>

#include "text/lines.h"

/* Spaces before a line that make it code. */
#define CODE_INDENT 4

bool spell_same_state(const struct spell_state *a, const struct spell_state *b)
{
	return a->inside == b->inside && a->fence == b->fence && a->signs == b->signs && a->list == b->list &&
	       a->blank == b->blank;
}

void spell_found_clear(struct spell_found *found)
{
	free(found->words);
	*found = (struct spell_found){0};
}

/* -- Blocks -- */

/* A line as its start tells. */
struct line {
	size_t start;  /* after blanks and the marks of quotes */
	size_t end;    /* before its line end */
	size_t after;  /* where the next one starts */
	size_t indent; /* columns before start, behind the last quote mark */
};

static struct line read_line(const struct spell_walk *w, size_t pos)
{
	struct line line = {.end = lines_end(w->text, w->len, pos),
			    .after = lines_after(w->text, w->len, pos)};

	for (; pos < line.end; pos++) {
		if (w->text[pos] == ' ')
			line.indent++;
		else if (w->text[pos] == '\t')
			line.indent += CODE_INDENT - line.indent % CODE_INDENT;
		else if (w->text[pos] == '>')
			line.indent = 0;
		else
			break;
		if (w->text[pos] == '>' && pos + 1 < line.end && w->text[pos + 1] == ' ')
			pos++; /* belongs to the mark */
	}
	line.start = pos;
	return line;
}

static size_t count_signs(const struct spell_walk *w, const struct line *line, char sign)
{
	size_t signs = 0;

	while (line->start + signs < line->end && w->text[line->start + signs] == sign)
		signs++;
	return signs;
}

/* The signs of a fence that begins code, or 0 (section 4.5). */
static size_t fence_signs(const struct spell_walk *w, const struct line *line)
{
	char sign = at(w, line->start);
	size_t signs = 0;

	if (line->start < line->end && (sign == '`' || sign == '~'))
		signs = count_signs(w, line, sign);
	if (signs < 3 || (sign == '`' && memchr(w->text + line->start + signs, '`',
						line->end - line->start - signs) != NULL))
		return 0;
	return signs;
}

/* Goes over lines of code up to the fence that ends it. */
static size_t skip_fence(struct spell_walk *w, size_t pos)
{
	while (pos < w->len) {
		struct line line = read_line(w, pos);
		size_t signs = count_signs(w, &line, w->state->fence);
		size_t end = line.start + signs;

		while (end < line.end && is_space(w->text[end]))
			end++;
		pos = line.after;
		if (signs >= w->state->signs && end == line.end) {
			w->state->inside = IN_BODY;
			w->state->blank = true;
			break;
		}
	}
	return pos;
}

static bool is_item(const struct spell_walk *w, const struct line *line)
{
	size_t pos = line->start;

	if (pos < line->end && strchr("-+*", w->text[pos]) != NULL)
		return is_space(at(w, pos + 1));
	while (pos < line->end && pos - line->start < 9 && is_digit(w->text[pos]))
		pos++;
	return pos > line->start && (at(w, pos) == '.' || at(w, pos) == ')') && is_space(at(w, pos + 1));
}

/* "[label]: destination": where its title may start; the line's start where it is none (section 4.7). */
static size_t definition(struct spell_walk *w, const struct line *line)
{
	size_t pos;

	if (at(w, line->start) != '[' || at(w, line->start + 1) == '^')
		return line->start;
	w->end = line->end;
	pos = spell_skip_to(w, line->start + 1, ']');
	return pos > line->start + 1 && at(w, pos) == ':' ? spell_skip_destination(w, pos + 1) : line->start;
}

/* Whether a line begins a block of its own in the midst of a paragraph. */
static bool breaks(const struct spell_walk *w, const struct line *line)
{
	return line->start == line->end || at(w, line->start) == '#' || is_item(w, line) ||
	       fence_signs(w, line) > 0;
}

/* Reads a paragraph that starts with a line; returns where to go on. */
static size_t read_paragraph(struct spell_walk *w, const struct line *first)
{
	struct line line = *first;
	size_t start = definition(w, first);
	bool single = at(w, first->start) == '#' || start > first->start;

	while (!single && line.after < w->len) {
		struct line next = read_line(w, line.after);

		if (breaks(w, &next))
			break;
		line = next;
	}
	start = spell_read_prose(w, start, line.end);
	return start > line.after ? start : line.after;
}

static size_t read_block(struct spell_walk *w, size_t pos)
{
	struct line line = read_line(w, pos);
	bool was_blank = w->state->blank;
	size_t code = w->state->list ? 2 * CODE_INDENT : CODE_INDENT;

	if (line.start == line.end) {
		w->state->blank = true;
		return line.after;
	}
	if (was_blank && line.indent >= code)
		return line.after;
	if (fence_signs(w, &line) > 0) {
		w->state->inside = IN_FENCE;
		w->state->fence = w->text[line.start];
		w->state->signs = (unsigned short)(fence_signs(w, &line) & 0x7fff);
		return line.after;
	}
	if (is_item(w, &line))
		w->state->list = true;
	else if (was_blank && line.indent == 0)
		w->state->list = false;
	w->state->blank = false;
	return read_paragraph(w, &line);
}

/* -- Front matter -- */

static bool is_mark(const struct spell_walk *w, size_t pos, const char *mark)
{
	size_t end = lines_end(w->text, w->len, pos);

	while (end > pos && is_space(w->text[end - 1]))
		end--;
	return end - pos == strlen(mark) && memcmp(w->text + pos, mark, end - pos) == 0;
}

/* Where the block that starts at pos ends: its last mark; NOWHERE when it has none. */
static size_t front_end(const struct spell_walk *w, size_t pos, const char *mark)
{
	for (pos = lines_after(w->text, w->len, pos); pos < w->len; pos = lines_after(w->text, w->len, pos)) {
		if (is_mark(w, pos, mark) || (mark[0] == '-' && is_mark(w, pos, "...")))
			return pos;
	}
	return NOWHERE;
}

/* Where the value of a field that readers read starts in its line; 0 for another line. */
static size_t prose_field(const struct spell_walk *w, size_t pos)
{
	static const char *const fields[] = {"title", "description"};

	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		size_t len = strlen(fields[i]);
		size_t colon = pos + len;

		if (w->len - pos <= len || strncasecmp(w->text + pos, fields[i], len) != 0)
			continue;
		while (at(w, colon) == ' ')
			colon++;
		if (at(w, colon) == ':')
			return colon + 1;
	}
	return 0;
}

/* Reads the value at start, with the lines that go on with it. */
static void read_field(struct spell_walk *w, size_t start, size_t limit)
{
	size_t end = lines_end(w->text, limit, start), next = lines_after(w->text, limit, start);
	size_t len = w->len;

	while (next < limit && (w->text[next] == ' ' || w->text[next] == '\t')) {
		end = lines_end(w->text, limit, next);
		next = lines_after(w->text, limit, next);
	}
	while (start < end && is_space(w->text[start]))
		start++;
	w->escapes = at(w, start) == '"';
	if (start < end && strchr("\"'|>", w->text[start]) == NULL) {
		const char *comment = memmem(w->text + start, end - start, " #", 2);

		if (comment != NULL)
			end = (size_t)(comment - w->text);
	}
	w->len = end; /* what begins in a field ends there */
	spell_read_prose(w, start, end);
	w->len = len;
	w->escapes = false;
	w->no_shortcode = false;
	w->state->inside = IN_BODY;
}

/* Reads the front matter; returns where the body starts. */
static size_t read_front(struct spell_walk *w)
{
	size_t pos = stands(w, 0, "\xef\xbb\xbf") ? 3 : 0;
	const char *mark = is_mark(w, pos, "---") ? "---" : is_mark(w, pos, "+++") ? "+++" : NULL;
	size_t end = mark != NULL ? front_end(w, pos, mark) : NOWHERE;

	w->state->inside = IN_BODY;
	w->state->blank = true;
	if (end == NOWHERE)
		return pos;
	for (; mark[0] == '-' && pos < end; pos = lines_after(w->text, w->len, pos)) {
		size_t value = prose_field(w, pos);

		if (value > 0)
			read_field(w, value, end);
	}
	return lines_after(w->text, w->len, end);
}

void spell_find(struct spell *spell, struct spell_state *state, const char *text, size_t len,
		struct spell_found *found)
{
	struct spell_walk w = {.spell = spell, .text = text, .len = len, .state = state, .found = found};
	size_t pos = 0;

	if (len == 0)
		return;
	if (state->inside == IN_NOTHING)
		pos = read_front(&w);
	while (pos < len) {
		if (state->inside == IN_FENCE)
			pos = skip_fence(&w, pos);
		else if (state->inside >= IN_COMMENT)
			pos = spell_skip_inside(&w, pos, state->inside);
		else
			pos = read_block(&w, pos);
	}
}

/* -- Pieces -- */

bool spell_ends(const char *text, size_t len)
{
	size_t ends = 0;

	while (len > 0 && is_space(text[len - 1]))
		ends += text[--len] == '\n';
	return ends > 1 || len == 0;
}

/* The end of the blank lines that start within from..to; 0 when there are none. */
static size_t blank_after(const char *text, size_t len, size_t from, size_t to)
{
	while (from < to) {
		const char *line = memchr(text + from, '\n', to - from);
		size_t pos, end = 0;

		if (line == NULL)
			break;
		from = (size_t)(line - text) + 1;
		for (pos = from; pos < len && is_space(text[pos]); pos++)
			end = text[pos] == '\n' ? pos + 1 : end;
		if (end > 0)
			return end;
	}
	return 0;
}

/* The last place before limit, from the piece's least length on, that is after the sign; 0 for none. */
static size_t last_after(const char *text, size_t limit, char sign)
{
	const char *found = memrchr(text + SPELL_PIECE, sign, limit - SPELL_PIECE);

	return found != NULL ? (size_t)(found - text) + 1 : 0;
}

size_t spell_piece(const char *text, size_t len)
{
	size_t most = len < SPELL_PIECE_MOST ? len : SPELL_PIECE_MOST;
	size_t end;

	if (len <= SPELL_PIECE)
		return len;
	end = blank_after(text, len, SPELL_PIECE, most);
	if (end > 0 || len <= SPELL_PIECE_MOST)
		return end > 0 ? end : len;
	end = last_after(text, most, '\n');
	if (end == 0)
		end = last_after(text, most, ' ');
	if (end > 0)
		return end;
	while (most > SPELL_PIECE && ((unsigned char)text[most] & 0xc0) == 0x80)
		most--; /* Chinese has no blanks: between two characters */
	return most;
}
