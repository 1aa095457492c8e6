#include "tui/canvas.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "text/wrap.h"

/* Bytes of a cluster that a cell holds itself; longer ones stand in the canvas's pool. */
#define CELL_BYTES 12

/* Without a pool, rows are compared as bytes: there is no padding, and what is not used is 0. */
struct cell {
	union {
		char bytes[CELL_BYTES];
		uint32_t offset; /* in the pool */
	} text;
	uint8_t len;     /* bytes */
	uint8_t columns; /* 0 for what a wide glyph to the left covers */
	uint16_t style;
};

_Static_assert(sizeof(struct cell) == CELL_BYTES + 4, "a cell has no padding");

struct canvas {
	int height, width;
	struct cell *cells; /* height * width, row by row */
	struct strbuf pool; /* long clusters; grows until the canvas is cleared */
	struct wrap wrap;   /* of canvas_wrapped() */
	bool cursor;        /* it is shown, at: */
	int cursor_row, cursor_column;
};

/* The letter of each meaning in a dump. */
static const char letters[CANVAS_MEANINGS] = {
    [CANVAS_NORMAL] = ' ',   [CANVAS_DIM] = 'd',    [CANVAS_TITLE] = 't',   [CANVAS_HEADING] = 'h',
    [CANVAS_HEADLINE] = 'H', [CANVAS_STATUS] = 's', [CANVAS_BAR] = 'b',     [CANVAS_KEY] = 'k',
    [CANVAS_RULE] = 'r',     [CANVAS_LINK] = 'l',   [CANVAS_QUOTE] = 'q',   [CANVAS_CODE] = 'c',
    [CANVAS_META] = 'm',     [CANVAS_ADDED] = '+',  [CANVAS_REMOVED] = '-', [CANVAS_COMMENT] = 'C',
    [CANVAS_GOOD] = 'g',     [CANVAS_WARN] = 'w',   [CANVAS_ERROR] = 'e',
};

/* The letters of the marks; the first that is set stands instead of the meaning. */
static const struct {
	unsigned mark;
	char letter;
} marks[] = {
    {CANVAS_SELECTED, '#'}, {CANVAS_FOUND, '='},  {CANVAS_MISSPELT, '?'},
    {CANVAS_MARKED, '!'},   {CANVAS_STRONG, '*'}, {CANVAS_EMPHASIS, '_'},
};

/* -- Canvases -- */

static int bounded(int size)
{
	return size < 1 ? 1 : size > CANVAS_LIMIT ? CANVAS_LIMIT : size;
}

static size_t cell_count(const struct canvas *canvas)
{
	return (size_t)canvas->height * (size_t)canvas->width;
}

struct canvas *canvas_new(int height, int width)
{
	struct canvas *canvas = mem_zalloc(1, sizeof *canvas);

	canvas->height = bounded(height);
	canvas->width = bounded(width);
	canvas->cells = mem_zalloc(cell_count(canvas), sizeof *canvas->cells);
	canvas->pool = (struct strbuf)STRBUF_INIT;
	canvas->wrap = (struct wrap)WRAP_INIT;
	canvas_clear(canvas);
	return canvas;
}

void canvas_free(struct canvas *canvas)
{
	if (canvas == NULL)
		return;
	wrap_clear(&canvas->wrap);
	strbuf_clear(&canvas->pool);
	free(canvas->cells);
	free(canvas);
}

static struct cell blank(unsigned style)
{
	return (struct cell){.text.bytes = {' '}, .len = 1, .columns = 1, .style = (uint16_t)style};
}

void canvas_clear(struct canvas *canvas)
{
	for (size_t i = 0; i < cell_count(canvas); i++)
		canvas->cells[i] = blank(CANVAS_NORMAL);
	strbuf_reset(&canvas->pool);
	canvas_cursor_hide(canvas);
}

void canvas_copy(struct canvas *to, const struct canvas *from)
{
	size_t count = cell_count(from);

	if (cell_count(to) != count)
		to->cells = mem_realloc(to->cells, count * sizeof *to->cells);
	memcpy(to->cells, from->cells, count * sizeof *to->cells);
	strbuf_reset(&to->pool);
	strbuf_add(&to->pool, from->pool.data, from->pool.len);
	to->height = from->height;
	to->width = from->width;
	to->cursor = from->cursor;
	to->cursor_row = from->cursor_row;
	to->cursor_column = from->cursor_column;
}

int canvas_height(const struct canvas *canvas)
{
	return canvas->height;
}

int canvas_width(const struct canvas *canvas)
{
	return canvas->width;
}

/* -- Regions -- */

struct canvas_region canvas_region(struct canvas *canvas)
{
	return (struct canvas_region){.canvas = canvas, .height = canvas->height, .width = canvas->width};
}

/* Cuts the range [*start, *start + *size) to [0, limit); a size below 0 means to the end. */
static void cut_range(int *start, int *size, int limit)
{
	int end = *size < 0 || *size > limit - *start ? limit : *start + *size;

	*start = *start < 0 ? 0 : *start > limit ? limit : *start;
	*size = end > *start ? end - *start : 0;
}

struct canvas_region canvas_part(struct canvas_region region, int row, int column, int height, int width)
{
	cut_range(&row, &height, region.height);
	cut_range(&column, &width, region.width);
	region.row += row;
	region.column += column;
	region.height = height;
	region.width = width;
	return region;
}

struct canvas_region canvas_middle(struct canvas_region region, int height, int width)
{
	if (height > region.height)
		height = region.height;
	if (width > region.width)
		width = region.width;
	return canvas_part(region, (region.height - height) / 2, (region.width - width) / 2, height, width);
}

/* -- Drawing -- */

static struct cell *cell_at(const struct canvas *canvas, int row, int column)
{
	return &canvas->cells[(size_t)row * (size_t)canvas->width + (size_t)column];
}

/* Blanks the wide glyph that covers this cell, if one does, because part of it is drawn over. */
static void break_glyph(struct canvas *canvas, int row, int column)
{
	int head = column, columns;

	if (cell_at(canvas, row, column)->columns == 1)
		return;
	while (head > 0 && cell_at(canvas, row, head)->columns == 0)
		head--;
	columns = cell_at(canvas, row, head)->columns;
	if (columns < 2)
		return;
	for (int i = head; i < head + columns; i++)
		*cell_at(canvas, row, i) = blank(cell_at(canvas, row, i)->style);
}

/* Puts a glyph that lies inside the canvas whole. */
static void put(struct canvas *canvas, int row, int column, const char *text, int columns, unsigned style)
{
	struct cell *cell = cell_at(canvas, row, column);
	size_t len = strlen(text);

	break_glyph(canvas, row, column);
	if (columns > 1)
		break_glyph(canvas, row, column + columns - 1);
	*cell = (struct cell){.len = (uint8_t)len, .columns = (uint8_t)columns, .style = (uint16_t)style};
	if (len <= CELL_BYTES) {
		memcpy(cell->text.bytes, text, len);
	} else {
		cell->text.offset = (uint32_t)canvas->pool.len;
		strbuf_add(&canvas->pool, text, len);
	}
	for (int i = 1; i < columns; i++)
		cell[i] = (struct cell){.style = (uint16_t)style};
}

/* Puts a glyph at a place of the region; what does not fit whole is blanks. Returns the column after. */
static int put_clipped(struct canvas_region region, int row, int column, const char *text, int columns,
		       unsigned style)
{
	int end = column + columns;

	if (row < 0 || row >= region.height || end <= 0 || column >= region.width)
		return end;
	row += region.row;
	if (column >= 0 && end <= region.width) {
		put(region.canvas, row, region.column + column, text, columns, style);
		return end;
	}
	for (int i = column < 0 ? 0 : column; i < end && i < region.width; i++)
		put(region.canvas, row, region.column + i, " ", 1, style);
	return end;
}

/* Puts characters of one byte and one column each; nearly all of what is drawn. Returns the column after. */
static int put_plain(struct canvas_region region, int row, int column, unsigned style, const char *text,
		     size_t len)
{
	int end = column + (int)len;
	int from = column < 0 ? 0 : column;
	int to = end < region.width ? end : region.width;
	struct cell *cells;

	if (row < 0 || row >= region.height || from >= to)
		return end;
	row += region.row;
	break_glyph(region.canvas, row, region.column + from);
	break_glyph(region.canvas, row, region.column + to - 1);
	cells = cell_at(region.canvas, row, region.column);
	for (int i = from; i < to; i++)
		cells[i] = (struct cell){.text.bytes = {text[i - column]},
					 .len = 1,
					 .columns = 1,
					 .style = (uint16_t)style};
	return end;
}

/*
 * Puts what unicode_glyph() made.  A mark or a tab is several clusters, each of which becomes a cell,
 * so that one can be cut at an edge.
 */
static int put_glyph(struct canvas_region region, int row, int column, const struct unicode_glyph *glyph,
		     unsigned style)
{
	struct unicode_glyph part;
	size_t len = strlen(glyph->text);

	if (glyph->columns == 0)
		return put_clipped(region, row, column, " ", 1, style);
	if (glyph->marked)
		style |= CANVAS_MARKED;
	if (glyph->columns <= 2 && unicode_next(glyph->text, len, 0) == len)
		return put_clipped(region, row, column, glyph->text, glyph->columns, style);
	for (size_t pos = 0; pos < len;) {
		pos = unicode_glyph(glyph->text, len, pos, 0, &part);
		column = put_clipped(region, row, column, part.text, part.columns, style);
	}
	return column;
}

/* The column as far as tabs are concerned, never below 0. */
static int tab_column(int column)
{
	return column >= 0 ? column : (int)((unsigned)column % 4);
}

int canvas_text(struct canvas_region region, int row, int column, unsigned style, const char *text,
		size_t len)
{
	struct unicode_glyph glyph;

	for (size_t pos = 0; pos < len;) {
		size_t plain = unicode_plain(text, len, pos);

		column = put_plain(region, row, column, style, text + pos, plain);
		pos += plain;
		if (pos == len)
			break;
		pos = unicode_glyph(text, len, pos, tab_column(column), &glyph);
		column = put_glyph(region, row, column, &glyph, style);
	}
	return column;
}

int canvas_string(struct canvas_region region, int row, int column, unsigned style, const char *text)
{
	return canvas_text(region, row, column, style, text, strlen(text));
}

int canvas_printf(struct canvas_region region, int row, int column, unsigned style, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	column = canvas_text(region, row, column, style, text.data, text.len);
	strbuf_clear(&text);
	return column;
}

int canvas_field(struct canvas_region region, int row, int column, int width, unsigned style,
		 const char *text, size_t len)
{
	struct canvas_region part = canvas_part(region, row, column, 1, width);
	struct strbuf cut = STRBUF_INIT;

	if (row < 0 || width <= 0)
		return column + (width > 0 ? width : 0);
	canvas_fill(part, style);
	unicode_printable(&cut, text, len, width);
	canvas_text(part, 0, column < 0 ? column : 0, style, cut.data, cut.len);
	strbuf_clear(&cut);
	return column + width;
}

int canvas_wrapped(struct canvas_region region, int row, unsigned style, const char *text, size_t len)
{
	return canvas_wrapped_parts(region, row, style, text, len, NULL, 0);
}

int canvas_wrapped_parts(struct canvas_region region, int row, unsigned style, const char *text, size_t len,
			 const struct canvas_part_style *parts, size_t count)
{
	struct wrap *wrap = &region.canvas->wrap;
	const struct canvas_part_style *part = parts, *last = parts + count;

	wrap_text(wrap, text, len, region.width);
	for (size_t i = 0; i < wrap->count; i++) {
		struct wrap_row r = wrap->rows[i];
		int column = 0;

		for (size_t pos = r.start, next; pos < r.end; pos = next) {
			bool in;

			while (part < last && part->start + part->len <= pos)
				part++;
			in = part < last && part->start <= pos;
			next = in ? part->start + part->len : part < last ? part->start : r.end;
			next = next < r.end ? next : r.end;
			column = canvas_text(region, row + (int)i, column, in ? part->style : style,
					     text + pos, next - pos);
		}
	}
	return (int)wrap->count;
}

void canvas_fill(struct canvas_region region, unsigned style)
{
	for (int row = 0; row < region.height && region.width > 0; row++) {
		struct cell *cells = cell_at(region.canvas, region.row + row, region.column);

		break_glyph(region.canvas, region.row + row, region.column);
		break_glyph(region.canvas, region.row + row, region.column + region.width - 1);
		for (int column = 0; column < region.width; column++)
			cells[column] = blank(style);
	}
}

void canvas_mark(struct canvas_region region, int row, int column, int width, unsigned set)
{
	struct canvas_region part = canvas_part(region, row, column, 1, width);

	if (row < 0 || part.height == 0)
		return;
	for (int i = 0; i < part.width; i++) {
		struct cell *cell = cell_at(part.canvas, part.row, part.column + i);

		cell->style = (uint16_t)(cell->style | set);
	}
}

/* Gives a cell a style that nothing is ever drawn in, all that may go with a meaning, so that it differs. */
static void spoil(struct cell *cell)
{
	*cell = blank(CANVAS_NORMAL | (UINT16_MAX & ~(unsigned)CANVAS_MEANING));
}

/* Spoils the halves of wide glyphs on both sides of a column, if it parts one. */
static void spoil_parted(struct canvas *canvas, int row, int column)
{
	int start = column, end = column;

	if (column <= 0 || column >= canvas->width || cell_at(canvas, row, column)->columns > 0)
		return;
	while (start > 0 && cell_at(canvas, row, start)->columns == 0)
		start--;
	while (end < canvas->width && cell_at(canvas, row, end)->columns == 0)
		end++;
	for (int i = start; i < end; i++)
		spoil(cell_at(canvas, row, i));
}

void canvas_copy_row(struct canvas *to, const struct canvas *from, int row)
{
	struct cell *cells = cell_at(to, row, 0);

	assert(to->width == from->width && to->height == from->height);
	memcpy(cells, cell_at(from, row, 0), (size_t)to->width * sizeof *cells);
	for (int column = 0; column < to->width; column++) {
		struct cell *cell = &cells[column];
		size_t offset = cell->text.offset;

		if (cell->len <= CELL_BYTES)
			continue;
		cell->text.offset = (uint32_t)to->pool.len;
		strbuf_add(&to->pool, from->pool.data + offset, cell->len);
	}
}

void canvas_take(struct canvas *to, const struct canvas *from, int row, int column)
{
	const struct cell *cell = cell_at(from, row, column);

	assert(cell->columns == 1 && cell->len <= CELL_BYTES);
	*cell_at(to, row, column) = *cell;
}

void canvas_erase(struct canvas *canvas, int row, int column, int count)
{
	struct cell *cells = cell_at(canvas, row, column);

	assert(count > 0 && column + count <= canvas->width);
	spoil_parted(canvas, row, column);
	spoil_parted(canvas, row, column + count);
	for (int i = 0; i < count; i++)
		cells[i] = blank(CANVAS_NORMAL);
}

void canvas_slide(struct canvas *canvas, int row, int column, int by)
{
	int count = by < 0 ? -by : by;
	int kept = canvas->width - column - count;
	struct cell *from = cell_at(canvas, row, by < 0 ? column + count : column);
	struct cell *to = cell_at(canvas, row, by < 0 ? column : column + count);
	struct cell *gap = cell_at(canvas, row, by < 0 ? column + kept : column);

	assert(count > 0 && kept >= 0);
	spoil_parted(canvas, row, column);
	spoil_parted(canvas, row, by < 0 ? column + count : column + kept);
	memmove(to, from, (size_t)kept * sizeof *to);
	for (int i = 0; i < count; i++)
		gap[i] = blank(CANVAS_NORMAL);
}

void canvas_scroll(struct canvas *canvas, int top, int bottom, int by)
{
	int count = by < 0 ? -by : by;
	int kept = bottom - top + 1 - count;
	struct cell *blanks = cell_at(canvas, by < 0 ? top : top + kept, 0);

	assert(count > 0 && kept >= 0 && top >= 0 && bottom < canvas->height);
	memmove(cell_at(canvas, by < 0 ? top + count : top, 0),
		cell_at(canvas, by < 0 ? top : top + count, 0),
		(size_t)kept * (size_t)canvas->width * sizeof *blanks);
	for (int i = 0; i < count * canvas->width; i++)
		blanks[i] = blank(CANVAS_NORMAL);
}

void canvas_rule(struct canvas_region region, int row, unsigned style)
{
	for (int column = 0; column < region.width; column++)
		put_clipped(region, row, column, "─", 1, style);
}

void canvas_upright(struct canvas_region region, int column, unsigned style)
{
	for (int row = 0; row < region.height; row++)
		put_clipped(region, row, column, "│", 1, style);
}

struct canvas_region canvas_frame(struct canvas_region region, unsigned style)
{
	int bottom = region.height - 1, right = region.width - 1;

	canvas_rule(region, 0, style);
	canvas_rule(region, bottom, style);
	canvas_upright(region, 0, style);
	canvas_upright(region, right, style);
	put_clipped(region, 0, 0, "┌", 1, style);
	put_clipped(region, 0, right, "┐", 1, style);
	put_clipped(region, bottom, 0, "└", 1, style);
	put_clipped(region, bottom, right, "┘", 1, style);
	return canvas_part(region, 1, 1, region.height < 2 ? 0 : region.height - 2,
			   region.width < 2 ? 0 : region.width - 2);
}

/* -- The cursor -- */

void canvas_cursor(struct canvas_region region, int row, int column)
{
	struct canvas *canvas = region.canvas;

	canvas->cursor = row >= 0 && row < region.height && column >= 0 && column < region.width;
	canvas->cursor_row = region.row + row;
	canvas->cursor_column = region.column + column;
}

void canvas_cursor_hide(struct canvas *canvas)
{
	canvas->cursor = false;
}

bool canvas_cursor_at(const struct canvas *canvas, int *row, int *column)
{
	if (!canvas->cursor)
		return false;
	*row = canvas->cursor_row;
	*column = canvas->cursor_column;
	return true;
}

/* -- Reading -- */

struct canvas_cell canvas_at(const struct canvas *canvas, int row, int column)
{
	const struct cell *cell;

	assert(row >= 0 && row < canvas->height && column >= 0 && column < canvas->width);
	cell = cell_at(canvas, row, column);
	return (struct canvas_cell){
	    .text = cell->len <= CELL_BYTES ? cell->text.bytes : canvas->pool.data + cell->text.offset,
	    .len = cell->len,
	    .columns = cell->columns,
	    .style = cell->style,
	};
}

bool canvas_same(const struct canvas_cell *a, const struct canvas_cell *b)
{
	return a->style == b->style && a->columns == b->columns && a->len == b->len &&
	       memcmp(a->text, b->text, a->len) == 0;
}

bool canvas_same_row(const struct canvas *a, const struct canvas *b, int row)
{
	assert(a->width == b->width);
	if (a->pool.len == 0 && b->pool.len == 0)
		return memcmp(cell_at(a, row, 0), cell_at(b, row, 0), (size_t)a->width * sizeof *a->cells) ==
		       0;
	for (int column = 0; column < a->width; column++) {
		struct canvas_cell x = canvas_at(a, row, column), y = canvas_at(b, row, column);

		if (!canvas_same(&x, &y))
			return false;
	}
	return true;
}

static char style_letter(unsigned style)
{
	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if ((style & marks[i].mark) != 0)
			return marks[i].letter;
	}
	return letters[style & CANVAS_MEANING];
}

static void trim_blanks(struct strbuf *out, size_t start)
{
	size_t len = out->len;

	while (len > start && out->data[len - 1] == ' ')
		len--;
	strbuf_truncate(out, len);
}

static void dump_row(struct strbuf *out, const struct canvas *canvas, int row, bool styles)
{
	size_t start = out->len;

	for (int column = 0; column < canvas->width; column++) {
		struct canvas_cell cell = canvas_at(canvas, row, column);

		if (styles)
			strbuf_addc(out, style_letter(cell.style));
		else
			strbuf_add(out, cell.text, cell.len);
	}
	trim_blanks(out, start);
}

void canvas_dump(struct strbuf *out, const struct canvas *canvas, bool styles)
{
	for (int row = 0; row < canvas->height; row++) {
		size_t start;

		dump_row(out, canvas, row, false);
		strbuf_addc(out, '\n');
		if (!styles)
			continue;
		start = out->len;
		strbuf_addc(out, '~');
		dump_row(out, canvas, row, true);
		if (out->len == start + 1)
			strbuf_truncate(out, start);
		else
			strbuf_addc(out, '\n');
	}
	if (canvas->cursor)
		strbuf_addf(out, "cursor %d,%d\n", canvas->cursor_row, canvas->cursor_column);
	else
		strbuf_adds(out, "no cursor\n");
}
