#include "tui/flow.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"
#include "text/unicode.h"
#include "text/wrap.h"

/* A new piece begins after the first blank this near to where it is due, else at the next cluster. */
#define SLACK ((size_t)256)

/* Bytes before a place that decide where its cluster begins. */
#define BEFORE ((size_t)128)

/* Pieces that are kept: more than the paragraphs of a high screen. */
#define KEPT 128

/* A paragraph, or a piece of a long one, with its rows. */
struct piece {
	size_t line_start, line_end; /* of its paragraph, the line end not counted */
	size_t start, end;
	struct wrap_row *rows; /* from start; at least one */
	size_t count;          /* 0: nothing is kept here */
	size_t capacity;
	bool stale; /* the rows are those of before this change: */
	struct wrap_change change;
	unsigned long used; /* when it was asked for last */
};

struct flow {
	struct buffer *buffer;
	int width;
	struct wrap wrap;
	char *language; /* NULL: the root's rules */
	struct piece pieces[KEPT];
	struct piece *last; /* the one that was asked for last; mostly, it is asked for again */
	unsigned long clock;
};

struct flow *flow_new(struct buffer *buffer)
{
	struct flow *flow = mem_zalloc(1, sizeof *flow);

	flow->buffer = buffer;
	flow->width = 1;
	flow->last = &flow->pieces[0];
	flow->wrap = (struct wrap)WRAP_INIT;
	return flow;
}

void flow_free(struct flow *flow)
{
	if (flow == NULL)
		return;
	for (size_t i = 0; i < KEPT; i++)
		free(flow->pieces[i].rows);
	wrap_clear(&flow->wrap);
	free(flow->language);
	free(flow);
}

/* Nothing is wrapped any more. */
static void forget_pieces(struct flow *flow)
{
	for (size_t i = 0; i < KEPT; i++)
		flow->pieces[i].count = 0;
}

void flow_set_language(struct flow *flow, const char *tag)
{
	if (flow->language == NULL ? tag == NULL : tag != NULL && strcmp(flow->language, tag) == 0)
		return;
	free(flow->language);
	flow->language = mem_strdup(tag);
	wrap_set_language(&flow->wrap, tag);
	forget_pieces(flow);
}

void flow_set_width(struct flow *flow, int width)
{
	if (width < 1)
		width = 1;
	if (width == flow->width)
		return;
	flow->width = width;
	forget_pieces(flow);
}

static bool has_line_end(const char *text, size_t len)
{
	return len > 0 &&
	       (text == NULL || memchr(text, '\n', len) != NULL || memchr(text, '\r', len) != NULL);
}

/*
 * Whether an edit stays within a paragraph that is wrapped whole, so that its rows can follow when they are
 * asked for.  Only one can, since the text of between two is gone then.
 */
static bool can_follow(const struct flow *flow, const struct piece *piece, const struct buffer_edit *edit)
{
	if (piece->stale || piece->start != piece->line_start || piece->end != piece->line_end ||
	    edit->pos < piece->start || edit->pos + edit->cut > piece->end ||
	    piece->end - piece->start + edit->len > FLOW_PIECE || has_line_end(edit->insert, edit->len))
		return false;
	/* a CR that comes to stand before the LF is of the line end */
	return edit->pos == 0 || edit->pos + edit->cut < piece->end ||
	       buffer_byte(flow->buffer, edit->pos - 1) != '\r';
}

void flow_edit(struct flow *flow, const struct buffer_edit *edit)
{
	for (size_t i = 0; i < KEPT; i++) {
		struct piece *piece = &flow->pieces[i];

		if (piece->count == 0 || piece->line_end + 1 < edit->pos)
			continue;
		if (piece->line_start > edit->pos + edit->cut) {
			piece->line_start += edit->len - edit->cut;
			piece->line_end += edit->len - edit->cut;
			piece->start += edit->len - edit->cut;
			piece->end += edit->len - edit->cut;
		} else if (can_follow(flow, piece, edit)) {
			piece->stale = true;
			piece->change = (struct wrap_change){edit->pos - piece->start, edit->cut, edit->len};
			piece->line_end += edit->len - edit->cut;
			piece->end = piece->line_end;
		} else {
			piece->count = 0;
		}
	}
}

size_t flow_line_end(const struct buffer *buffer, size_t line)
{
	size_t start = buffer_line_start(buffer, line);
	size_t end = buffer_line_end(buffer, line);

	if (end > start && end < buffer_len(buffer) && buffer_byte(buffer, end - 1) == '\r')
		end--;
	return end;
}

/* -- Pieces -- */

/* Where a long paragraph is cut at or after the place where that is due. */
static size_t cut_after(struct flow *flow, size_t line_start, size_t due)
{
	size_t from = due - line_start > BEFORE ? due - BEFORE : line_start;
	size_t len = due - from + SLACK;
	const char *text = buffer_bytes(flow->buffer, from, len);
	size_t pos = unicode_next(text, len, unicode_previous(text, len, due - from));
	size_t first = pos;

	while (pos < len) {
		bool blank = text[pos] == ' ';

		pos = unicode_next(text, len, pos);
		if (blank && pos < len)
			return from + pos;
	}
	return from + first;
}

/* Whether a paragraph of len bytes is long enough to be cut for the nth time. */
static bool is_cut(size_t len, size_t n)
{
	return n > 0 && n * FLOW_PIECE + 2 * SLACK < len;
}

/* The bounds of the piece that holds pos. */
static void bound(struct flow *flow, struct piece *piece, size_t pos)
{
	size_t len = piece->line_end - piece->line_start;
	size_t n = (pos - piece->line_start) / FLOW_PIECE;

	piece->start = piece->line_start;
	piece->end = piece->line_end;
	while (n > 0 && !is_cut(len, n))
		n--;
	if (n > 0) {
		size_t cut = cut_after(flow, piece->line_start, piece->line_start + n * FLOW_PIECE);

		if (cut <= pos)
			piece->start = cut;
		else
			n--;
		if (cut > pos && n > 0)
			piece->start = cut_after(flow, piece->line_start, piece->line_start + n * FLOW_PIECE);
	}
	if (is_cut(len, n + 1))
		piece->end = cut_after(flow, piece->line_start, piece->line_start + (n + 1) * FLOW_PIECE);
}

/* Takes a piece's rows into the wrap, or out of it. */
static void swap_rows(struct flow *flow, struct piece *piece)
{
	struct wrap_row *rows = piece->rows;
	size_t count = piece->count, capacity = piece->capacity;

	piece->rows = flow->wrap.rows;
	piece->count = flow->wrap.count;
	piece->capacity = flow->wrap.capacity;
	flow->wrap.rows = rows;
	flow->wrap.count = count;
	flow->wrap.capacity = capacity;
}

static void wrap_piece(struct flow *flow, struct piece *piece)
{
	size_t len = piece->end - piece->start;
	const char *text = buffer_bytes(flow->buffer, piece->start, len);

	swap_rows(flow, piece);
	if (piece->stale)
		wrap_again(&flow->wrap, text, len, flow->width, &piece->change);
	else
		wrap_text(&flow->wrap, text, len, flow->width);
	swap_rows(flow, piece);
	piece->stale = false;
	/* The next piece has the row after a line separator at the very end of this one. */
	if (piece->count > 1 && piece->end < piece->line_end && piece->rows[piece->count - 1].start == len)
		piece->count--;
}

static bool holds(const struct piece *piece, size_t pos)
{
	return piece->count > 0 && pos >= piece->start &&
	       (pos < piece->end || (pos == piece->end && piece->end == piece->line_end));
}

/* The kept piece that holds pos, its rows up to date. */
static struct piece *use(struct flow *flow, struct piece *piece)
{
	if (piece->stale)
		wrap_piece(flow, piece);
	piece->used = flow->clock;
	flow->last = piece;
	return piece;
}

static struct piece *piece_at(struct flow *flow, size_t pos)
{
	struct piece *oldest = &flow->pieces[0];
	size_t line;

	if (holds(flow->last, pos))
		return use(flow, flow->last);
	flow->clock++;
	for (size_t i = 0; i < KEPT; i++) {
		struct piece *piece = &flow->pieces[i];

		if (holds(piece, pos))
			return use(flow, piece);
		if (piece->used < oldest->used)
			oldest = piece;
	}
	line = buffer_line_at(flow->buffer, pos);
	oldest->line_start = buffer_line_start(flow->buffer, line);
	oldest->line_end = flow_line_end(flow->buffer, line);
	if (pos > oldest->line_end)
		pos = oldest->line_end;
	bound(flow, oldest, pos);
	oldest->stale = false;
	wrap_piece(flow, oldest);
	return use(flow, oldest);
}

/* -- Rows -- */

static struct flow_row row_of(struct flow *flow, const struct piece *piece, size_t index)
{
	bool last = index + 1 == piece->count;

	return (struct flow_row){
	    .start = piece->start + piece->rows[index].start,
	    .end = last ? piece->end : piece->start + piece->rows[index + 1].start,
	    .line = buffer_line_at(flow->buffer, piece->line_start),
	    .first = index == 0 && piece->start == piece->line_start,
	    .last = last && piece->end == piece->line_end,
	};
}

/* The last row of a piece that starts at pos or before it. */
static size_t index_of(const struct piece *piece, size_t pos)
{
	size_t low = 0, high = piece->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (piece->start + piece->rows[middle].start <= pos)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct flow_row flow_at(struct flow *flow, size_t pos, bool at_end)
{
	const struct piece *piece = piece_at(flow, pos);
	struct flow_row row = row_of(flow, piece, index_of(piece, pos));

	if (at_end && row.start == pos && !row.first)
		flow_previous(flow, &row);
	return row;
}

bool flow_next(struct flow *flow, struct flow_row *row)
{
	if (!row->last) {
		const struct piece *piece = piece_at(flow, row->start);
		size_t index = index_of(piece, row->start) + 1;

		if (index == piece->count) {
			piece = piece_at(flow, row->end);
			index = 0;
		}
		*row = row_of(flow, piece, index);
		return true;
	}
	if (row->line + 1 == buffer_lines(flow->buffer))
		return false;
	*row = row_of(flow, piece_at(flow, buffer_line_start(flow->buffer, row->line + 1)), 0);
	return true;
}

bool flow_previous(struct flow *flow, struct flow_row *row)
{
	const struct piece *piece = piece_at(flow, row->start);
	size_t index = index_of(piece, row->start);

	if (index > 0) {
		*row = row_of(flow, piece, index - 1);
		return true;
	}
	if (row->first && row->line == 0)
		return false;
	piece = piece_at(flow, row->first ? flow_line_end(flow->buffer, row->line - 1) : row->start - 1);
	*row = row_of(flow, piece, piece->count - 1);
	return true;
}

/* -- Columns -- */

int flow_column(struct flow *flow, const struct flow_row *row, size_t pos)
{
	size_t len = row->end - row->start;
	const char *text = buffer_bytes(flow->buffer, row->start, len);
	struct unicode_glyph glyph;
	int column = 0;

	for (size_t at = 0; at < len && row->start + at < pos;) {
		size_t plain = unicode_plain(text, len, at);

		if (plain > pos - row->start - at)
			plain = pos - row->start - at;
		column += (int)plain;
		at += plain;
		if (plain > 0)
			continue;
		at = unicode_glyph(text, len, at, column, &glyph);
		column += glyph.columns;
	}
	return column;
}

size_t flow_place(struct flow *flow, const struct flow_row *row, int column, bool *at_end)
{
	size_t len = row->end - row->start;
	const char *text = buffer_bytes(flow->buffer, row->start, len);
	struct unicode_glyph glyph;
	size_t at = 0, before = 0;
	int passed = 0;

	*at_end = false;
	while (at < len) {
		size_t next = unicode_glyph(text, len, at, passed, &glyph);

		if (glyph.columns > column - passed)
			return row->start + at;
		passed += glyph.columns;
		before = at;
		at = next;
	}
	if (row->last || len == 0)
		return row->end;
	if (text[before] == ' ' || text[before] == '\t')
		return row->start + before;
	*at_end = true;
	return row->end;
}
