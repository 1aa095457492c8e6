#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/markdown.h"
#include "text/markdown_internal.h"
#include "text/unicode.h"
#include "text/wrap.h"

#define CODE_INDENT  "    "
#define QUOTE_BAR    "│ "
#define RULE_DASH    "─"
#define FIRST_BULLET "• "
#define INNER_BULLET "– "

/* A narrower page is laid out as if it had so many columns. */
#define NARROW 8

/* The containers of a block, from the outermost to the innermost that there is room for. */
struct chain {
	uint32_t ids[MARKDOWN_DEPTH];
	size_t count;
};

struct layout {
	struct markdown_page *page;
	size_t capacity; /* of page->lines */
	const struct markdown *md;
	int width; /* columns */
	struct wrap wrap;
	uint32_t seen;                     /* containers below this index have shown their mark */
	const struct markdown_block *last; /* the block before, or NULL */
	struct strbuf text;                /* of the line that is being made */
	struct markdown_run *runs;         /* of that line */
	size_t run_count, run_capacity;
};

/* -- Lines -- */

static void add(struct layout *l, const char *text, size_t len, unsigned style)
{
	if (len == 0)
		return;
	strbuf_add(&l->text, text, len);
	if (l->run_count > 0 && l->runs[l->run_count - 1].style == style) {
		l->runs[l->run_count - 1].len += len;
		return;
	}
	l->runs = mem_grow(l->runs, &l->run_capacity, l->run_count + 1, sizeof *l->runs);
	l->runs[l->run_count++] = (struct markdown_run){.len = len, .style = style};
}

static void add_string(struct layout *l, const char *text, unsigned style)
{
	add(l, text, strlen(text), style);
}

static void trim_line(struct layout *l)
{
	while (l->text.len > 0 && l->text.data[l->text.len - 1] == ' ') {
		strbuf_truncate(&l->text, l->text.len - 1);
		if (--l->runs[l->run_count - 1].len == 0)
			l->run_count--;
	}
}

/* Ends the line; source is a line of the article, but never before that of the line before. */
static void end_line(struct layout *l, size_t source)
{
	struct markdown_page *page = l->page;
	struct markdown_line *line;

	trim_line(l);
	page->lines = mem_grow(page->lines, &l->capacity, page->count + 1, sizeof *page->lines);
	line = &page->lines[page->count];
	line->text = mem_strndup(l->text.data, l->text.len);
	line->len = l->text.len;
	line->run_count = l->run_count;
	line->runs = mem_alloc(l->run_count * sizeof *line->runs);
	if (l->run_count > 0)
		memcpy(line->runs, l->runs, l->run_count * sizeof *line->runs);
	line->source = source;
	if (page->count > 0 && source < line[-1].source)
		line->source = line[-1].source;
	page->count++;
	strbuf_reset(&l->text);
	l->run_count = 0;
}

/* -- What stands before a block's lines -- */

/* A mark as wide on the first line as the blanks below it. */
struct mark {
	char text[24];
	unsigned style;
	bool every_line; /* of the block: it is repeated, as a quote's bar is */
};

static bool is_list(const struct markdown_container *container)
{
	return container->kind == MARKDOWN_BULLET_LIST || container->kind == MARKDOWN_ORDERED_LIST ||
	       container->kind == MARKDOWN_PAREN_LIST;
}

/* The mark of the container at index i of the chain. */
static struct mark mark_of(const struct layout *l, const struct chain *chain, size_t i)
{
	const struct markdown_container *all = l->md->containers;
	const struct markdown_container *container = &all[chain->ids[i]];
	enum markdown_container_kind list = i > 0 ? all[chain->ids[i - 1]].kind : MARKDOWN_BULLET_LIST;
	struct mark mark = {.text = ""};
	size_t bullets = 0;

	if (container->kind == MARKDOWN_BLOCK_QUOTE)
		return (struct mark){.text = QUOTE_BAR, .style = MARKDOWN_QUOTE, .every_line = true};
	if (container->kind == MARKDOWN_FOOTNOTE) {
		snprintf(mark.text, sizeof mark.text, "[^%u] ", (unsigned)container->number);
		mark.style = MARKDOWN_NOTE;
	}
	if (container->kind != MARKDOWN_ITEM)
		return mark;
	for (size_t above = 0; above < i; above++)
		if (all[chain->ids[above]].kind == MARKDOWN_BULLET_LIST)
			bullets++;
	if (list == MARKDOWN_ORDERED_LIST || list == MARKDOWN_PAREN_LIST)
		snprintf(mark.text, sizeof mark.text, "%*u%c ", (int)container->width,
			 (unsigned)container->number, list == MARKDOWN_PAREN_LIST ? ')' : '.');
	else
		snprintf(mark.text, sizeof mark.text, "%s", bullets > 1 ? INNER_BULLET : FIRST_BULLET);
	return mark;
}

static int mark_columns(const struct mark *mark)
{
	return unicode_columns(mark->text, strlen(mark->text));
}

/* Half of the width is for text, whatever its containers. Returns the columns that the chain takes. */
static int find_chain(const struct layout *l, uint32_t container, struct chain *chain)
{
	const struct markdown_container *all = l->md->containers;
	int columns = 0;

	chain->count = container == MARKDOWN_NONE ? 0 : all[container].depth + 1;
	for (size_t i = chain->count; i > 0; i--) {
		chain->ids[i - 1] = container;
		container = all[container].parent;
	}
	for (size_t i = 0; i < chain->count; i++) {
		struct mark mark = mark_of(l, chain, i);

		if (columns + mark_columns(&mark) > l->width / 2)
			chain->count = i;
		else
			columns += mark_columns(&mark);
	}
	return columns;
}

static void add_mark(struct layout *l, const struct mark *mark, bool shown, unsigned style)
{
	if (shown)
		add_string(l, mark->text, mark->style | style);
	else
		for (int column = mark_columns(mark); column > 0; column--)
			add_string(l, " ", style);
}

/*
 * first: the block's first line, on which containers that are new show their marks.  Returns the
 * style that they give to what follows.
 */
static unsigned add_chain(struct layout *l, const struct chain *chain, bool first)
{
	unsigned style = 0;

	for (size_t i = 0; i < chain->count; i++) {
		struct mark mark = mark_of(l, chain, i);

		add_mark(l, &mark, mark.every_line || (first && chain->ids[i] >= l->seen), style);
		style |= mark.style;
	}
	return style;
}

/* The innermost container that holds both, or MARKDOWN_NONE. */
static uint32_t common_container(const struct markdown *md, uint32_t a, uint32_t b)
{
	while (a != b) {
		/* A parent's index is always the lower one, and none is the highest. */
		if (b == MARKDOWN_NONE || (a != MARKDOWN_NONE && a > b))
			a = md->containers[a].parent;
		else
			b = md->containers[b].parent;
	}
	return a;
}

/* Whether a container is, or lies directly in, a list without blank lines. */
static bool is_tight(const struct markdown *md, uint32_t container)
{
	const struct markdown_container *c;

	if (container == MARKDOWN_NONE)
		return false;
	c = &md->containers[container];
	if (c->kind == MARKDOWN_ITEM && c->parent != MARKDOWN_NONE)
		c = &md->containers[c->parent];
	return is_list(c) && c->tight;
}

/* The blank line between two blocks, with the bars of the quotes that hold both. */
static void add_gap(struct layout *l, const struct markdown_block *block)
{
	const struct markdown_block *last = l->last;
	struct chain chain;
	uint32_t common;

	if (last == NULL || block->kind == MARKDOWN_META_BLOCK ||
	    (block->kind == MARKDOWN_LINK_NOTE && last->kind == MARKDOWN_LINK_NOTE))
		return;
	common = common_container(l->md, last->container, block->container);
	if (is_tight(l->md, common))
		return;
	find_chain(l, common, &chain);
	add_chain(l, &chain, false);
	end_line(l, l->page->lines[l->page->count - 1].source);
}

/* -- Blocks -- */

static void lay_rule(struct layout *l, const struct markdown_block *block, const struct chain *chain,
		     int columns)
{
	add_chain(l, chain, true);
	for (; columns < l->width; columns++)
		add_string(l, RULE_DASH, MARKDOWN_NOTE);
	end_line(l, block->source);
}

/* What a kind of block puts before its own lines, where there is room for it; returns its columns. */
static int block_mark(const struct markdown_block *block, int room, struct mark *mark)
{
	*mark = (struct mark){.text = ""};
	if (block->kind == MARKDOWN_CODE_BLOCK && room > NARROW)
		*mark = (struct mark){.text = CODE_INDENT, .every_line = true};
	else if (block->kind == MARKDOWN_LINK_NOTE) {
		snprintf(mark->text, sizeof mark->text, "[%u] ", (unsigned)block->number);
		mark->style = MARKDOWN_NOTE;
	}
	return mark_columns(mark);
}

/* Where the walk over a block's spans stands. */
struct cursor {
	const struct markdown_span *span;
	size_t left; /* spans, with this one */
	size_t end;  /* of this span in the block's text, bytes */
};

/*
 * Adds bytes from pos to end of the row that starts at start.  Tabs become blanks here, because
 * their width was found from the start of the row, which is not where the line starts.
 */
static void add_bytes(struct layout *l, const char *text, size_t start, size_t pos, size_t end,
		      unsigned style)
{
	struct unicode_glyph glyph;
	const char *tab;

	while (pos < end && (tab = memchr(text + pos, '\t', end - pos)) != NULL) {
		size_t at = (size_t)(tab - text);

		add(l, text + pos, at - pos, style);
		pos = unicode_glyph(text, end, at, unicode_columns(text + start, at - start), &glyph);
		add_string(l, glyph.text, style);
	}
	add(l, text + pos, end - pos, style);
}

/* Blanks that hang over the end of a row are not shown. */
static size_t shown_end(const char *text, struct wrap_row row)
{
	while (row.end > row.start && (text[row.end - 1] == ' ' || text[row.end - 1] == '\t'))
		row.end--;
	return row.end;
}

static void next_span(struct cursor *cursor)
{
	cursor->span++;
	cursor->left--;
	cursor->end += cursor->span->len;
}

/* Adds the bytes of a row with their styles; returns the source line of its start. */
static size_t add_row(struct layout *l, const struct markdown_block *block, struct cursor *cursor,
		      struct wrap_row row)
{
	const char *text = l->md->text.data + block->start;
	size_t row_end = shown_end(text, row);
	size_t source = block->source;

	while (cursor->left > 1 && cursor->end <= row.start)
		next_span(cursor);
	if (cursor->left > 0)
		source = cursor->span->source;
	for (size_t pos = row.start; pos < row_end;) {
		size_t end = cursor->end < row_end ? cursor->end : row_end;

		add_bytes(l, text, row.start, pos, end, cursor->span->style);
		pos = end;
		if (pos < row_end)
			next_span(cursor);
	}
	return source;
}

static void lay_text(struct layout *l, const struct markdown_block *block, const struct chain *chain,
		     int columns)
{
	struct cursor cursor = {.span = l->md->spans + block->first_span, .left = block->span_count};
	struct mark mark;

	columns += block_mark(block, l->width - columns, &mark);
	if (block->span_count > 0)
		cursor.end = cursor.span->len;
	wrap_text(&l->wrap, l->md->text.data + block->start, block->len, l->width - columns);
	for (size_t i = 0; i < l->wrap.count; i++) {
		unsigned style = add_chain(l, chain, i == 0);

		add_mark(l, &mark, i == 0 || mark.every_line, style);
		end_line(l, add_row(l, block, &cursor, l->wrap.rows[i]));
	}
}

/* -- Tables: as wide as they need, or as there is room for, each cell wrapped in its column -- */

#define BAR       " │ "
#define BAR_WIDTH 3
#define DASHES    "─"
#define CROSS     "─┼─"

/* More columns than any screen has room for. */
#define COLUMNS_MOST 128

struct cell {
	struct markdown_block block; /* a part of its row's */
	struct cursor cursor;
	struct wrap_row *rows; /* as it is wrapped */
	size_t row_count;
};

struct table {
	const struct markdown_block *rows;
	size_t row_count;
	size_t columns;
	int *widths; /* of each column */
	int *least;  /* below which it would break words */
	struct cell *cells;
};

static bool is_row(const struct markdown_block *block)
{
	return block->kind == MARKDOWN_TABLE_HEAD || block->kind == MARKDOWN_TABLE_ROW;
}

/* The rows of the table that starts with a block, and its columns. */
static struct table table_at(const struct layout *l, const struct markdown_block *block)
{
	const struct markdown_block *end = l->md->blocks + l->md->block_count;
	struct table table = {.rows = block, .row_count = 1};

	while (block + table.row_count < end && block[table.row_count].kind == MARKDOWN_TABLE_ROW)
		table.row_count++;
	for (size_t r = 0; r < table.row_count; r++) {
		const struct markdown_span *spans = l->md->spans + block[r].first_span;
		size_t columns = 0;

		for (size_t i = 0; i < block[r].span_count; i++)
			columns += spans[i].cell_end;
		if (columns > table.columns)
			table.columns = columns;
	}
	table.widths = mem_zalloc(table.columns + 1, sizeof *table.widths);
	table.least = mem_zalloc(table.columns + 1, sizeof *table.least);
	table.cells = mem_zalloc(table.columns + 1, sizeof *table.cells);
	return table;
}

static void table_clear(struct table *table)
{
	free(table->widths);
	free(table->least);
	free(table->cells);
}

/* Splits a row into its cells; those that it has not are empty. */
static void find_cells(const struct layout *l, struct table *table, const struct markdown_block *row)
{
	struct markdown_block cell = {.source = row->source,
				      .start = row->start,
				      .first_span = row->first_span};
	size_t column = 0;

	for (size_t i = 0; i < row->span_count; i++) {
		const struct markdown_span *span = &l->md->spans[row->first_span + i];

		if (!span->cell_end) {
			cell.len += span->len;
			cell.span_count++;
			continue;
		}
		table->cells[column++] = (struct cell){.block = cell};
		cell.start += cell.len + span->len;
		cell.first_span += cell.span_count + 1;
		cell.len = cell.span_count = 0;
	}
	for (; column < table->columns; column++)
		table->cells[column] = (struct cell){.block = {.source = row->source}};
}

/* Columns of the longest piece of a cell that no line may end in. */
static int longest_piece(struct layout *l, const struct cell *cell)
{
	const char *text = l->md->text.data + cell->block.start;
	int longest = 1;
	size_t count;

	if (cell->block.len == 0 || l->wrap.segmenter == NULL)
		return longest;
	unicode_segments(l->wrap.segmenter, text, cell->block.len, &l->wrap.segments, &count,
			 &l->wrap.segment_capacity);
	for (size_t i = 0, start = 0; i < count; start = l->wrap.segments[i++].end) {
		struct wrap_row piece = {start, l->wrap.segments[i].end};
		int columns = unicode_columns(text + start, shown_end(text, piece) - start);

		if (columns > longest)
			longest = columns;
	}
	return longest;
}

/* Finds what each column needs for its cells, and the least that keeps their words whole. */
static void measure(struct layout *l, struct table *table)
{
	for (size_t i = 0; i < table->columns; i++)
		table->widths[i] = table->least[i] = 1;
	for (size_t r = 0; r < table->row_count; r++) {
		find_cells(l, table, &table->rows[r]);
		for (size_t i = 0; i < table->columns; i++) {
			const struct cell *cell = &table->cells[i];
			int columns = unicode_columns(l->md->text.data + cell->block.start, cell->block.len);
			int least = longest_piece(l, cell);

			if (columns > table->widths[i])
				table->widths[i] = columns;
			if (least > table->least[i])
				table->least[i] = least;
		}
	}
}

/* What a column takes when none gets more than most. */
static int width_within(const struct table *table, size_t column, int most)
{
	int width = most > table->least[column] ? most : table->least[column];

	return width < table->widths[column] ? width : table->widths[column];
}

/*
 * Gives the columns their widths: what they need, or where there is less room, as much as fits when the
 * widest give way first.  False where words would have to be broken.
 */
static bool share_room(struct table *table, int room)
{
	int most = room;

	for (; most > 0; most--) {
		int sum = (int)(table->columns - 1) * BAR_WIDTH;

		for (size_t i = 0; i < table->columns; i++)
			sum += width_within(table, i, most);
		if (sum <= room)
			break;
	}
	for (size_t i = 0; i < table->columns && most > 0; i++)
		table->widths[i] = width_within(table, i, most);
	return most > 0;
}

static void add_blanks(struct layout *l, int count)
{
	while (count-- > 0)
		add(l, " ", 1, 0);
}

/* One line of a cell, padded to its column. */
static void add_cell_line(struct layout *l, struct cell *cell, size_t line, int width, unsigned alignment)
{
	const char *text = l->md->text.data + cell->block.start;
	struct wrap_row row;
	int blanks, before;

	if (line >= cell->row_count || cell->block.len == 0) {
		add_blanks(l, width);
		return;
	}
	row = cell->rows[line];
	blanks = width - unicode_columns(text + row.start, shown_end(text, row) - row.start);
	before = alignment == MARKDOWN_RIGHT ? blanks : alignment == MARKDOWN_CENTRE ? blanks / 2 : 0;
	add_blanks(l, before);
	add_row(l, &cell->block, &cell->cursor, row);
	add_blanks(l, blanks - before);
}

static size_t wrap_cell(struct layout *l, struct cell *cell, int width)
{
	const struct markdown_span *spans = l->md->spans + cell->block.first_span;

	cell->cursor = (struct cursor){.span = spans, .left = cell->block.span_count};
	if (cell->block.span_count > 0)
		cell->cursor.end = spans->len;
	wrap_text(&l->wrap, l->md->text.data + cell->block.start, cell->block.len, width);
	cell->row_count = l->wrap.count;
	cell->rows = mem_alloc(l->wrap.count * sizeof *cell->rows);
	memcpy(cell->rows, l->wrap.rows, l->wrap.count * sizeof *cell->rows);
	return cell->row_count;
}

static void lay_row(struct layout *l, struct table *table, const struct markdown_block *row,
		    const struct chain *chain, bool first)
{
	size_t lines = 1;

	find_cells(l, table, row);
	for (size_t i = 0; i < table->columns; i++) {
		size_t count = wrap_cell(l, &table->cells[i], table->widths[i]);

		if (count > lines)
			lines = count;
	}
	for (size_t line = 0; line < lines; line++) {
		add_chain(l, chain, first && line == 0);
		for (size_t i = 0; i < table->columns; i++) {
			unsigned alignment =
			    i < MARKDOWN_ALIGNED ? row->number >> (2 * i) & 3 : (unsigned)MARKDOWN_LEFT;

			if (i > 0)
				add_string(l, BAR, MARKDOWN_NOTE);
			add_cell_line(l, &table->cells[i], line, table->widths[i], alignment);
		}
		end_line(l, row->source);
	}
	for (size_t i = 0; i < table->columns; i++)
		free(table->cells[i].rows);
}

static void lay_head_rule(struct layout *l, const struct table *table, const struct chain *chain)
{
	add_chain(l, chain, false);
	for (size_t i = 0; i < table->columns; i++) {
		if (i > 0)
			add_string(l, CROSS, MARKDOWN_NOTE);
		for (int column = 0; column < table->widths[i]; column++)
			add_string(l, DASHES, MARKDOWN_NOTE);
	}
	end_line(l, table->rows->source);
}

/* Where there is no room for the columns: each cell of a row in lines of its own, a blank line between rows.
 */
static void lay_cells(struct layout *l, struct table *table, const struct chain *chain, int columns)
{
	size_t before = l->page->count;

	for (size_t r = 0; r < table->row_count; r++) {
		if (r > 0) {
			add_chain(l, chain, false);
			end_line(l, table->rows[r].source);
		}
		find_cells(l, table, &table->rows[r]);
		for (size_t i = 0; i < table->columns; i++) {
			struct cell *cell = &table->cells[i];

			wrap_cell(l, cell, l->width - columns);
			for (size_t line = 0; line < cell->row_count && cell->block.len > 0; line++) {
				add_chain(l, chain, r == 0 && i == 0 && line == 0);
				add_row(l, &cell->block, &cell->cursor, cell->rows[line]);
				end_line(l, table->rows[r].source);
			}
			free(cell->rows);
		}
	}
	if (l->page->count == before)
		end_line(l, table->rows->source);
}

/* Lays the table that starts with a block out; returns its rows. */
static size_t lay_table(struct layout *l, const struct markdown_block *block)
{
	struct table table = table_at(l, block);
	size_t count = table.row_count;
	struct chain chain;
	int columns;

	add_gap(l, block);
	columns = find_chain(l, block->container, &chain);
	measure(l, &table);
	if (table.columns == 0 || table.columns > COLUMNS_MOST || !share_room(&table, l->width - columns)) {
		lay_cells(l, &table, &chain, columns);
	} else {
		for (size_t r = 0; r < count; r++) {
			lay_row(l, &table, &table.rows[r], &chain, r == 0);
			if (table.rows[r].kind == MARKDOWN_TABLE_HEAD)
				lay_head_rule(l, &table, &chain);
		}
	}
	if (block->container != MARKDOWN_NONE && block->container >= l->seen)
		l->seen = block->container + 1;
	l->last = block + count - 1;
	table_clear(&table);
	return count;
}

static void lay_block(struct layout *l, const struct markdown_block *block)
{
	struct chain chain;
	int columns;

	add_gap(l, block);
	columns = find_chain(l, block->container, &chain);
	if (block->kind == MARKDOWN_RULE)
		lay_rule(l, block, &chain, columns);
	else
		lay_text(l, block, &chain, columns);
	if (block->container != MARKDOWN_NONE && block->container >= l->seen)
		l->seen = block->container + 1;
	l->last = block;
}

/* -- The page -- */

void markdown_layout(struct markdown_page *page, const struct markdown *markdown,
		     struct unicode_segmenter *segmenter, int width)
{
	struct layout l = {
	    .page = page,
	    .md = markdown,
	    .width = width < NARROW ? NARROW : width,
	    .wrap = {.segmenter = segmenter},
	    .text = STRBUF_INIT,
	};

	*page = (struct markdown_page){0};
	for (size_t i = 0; i < markdown->block_count;) {
		if (is_row(&markdown->blocks[i])) {
			i += lay_table(&l, &markdown->blocks[i]);
		} else {
			lay_block(&l, &markdown->blocks[i]);
			i++;
		}
	}
	l.wrap.segmenter = NULL; /* the caller's */
	wrap_clear(&l.wrap);
	strbuf_clear(&l.text);
	free(l.runs);
}

void markdown_page_clear(struct markdown_page *page)
{
	for (size_t i = 0; i < page->count; i++) {
		free(page->lines[i].text);
		free(page->lines[i].runs);
	}
	free(page->lines);
	*page = (struct markdown_page){0};
}

size_t markdown_page_find(const struct markdown_page *page, size_t source)
{
	size_t low = 0;
	size_t high = page->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (page->lines[middle].source < source)
			low = middle + 1;
		else
			high = middle;
	}
	return low == page->count && low > 0 ? low - 1 : low;
}
