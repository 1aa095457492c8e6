#include "tui/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"
#include "text/frontmatter.h"
#include "text/unicode.h"
#include "text/wrap.h"
#include "tui/changes_internal.h"

/* Paragraphs that are shown on either side of a change, and the fewest that are worth folding away. */
#define CONTEXT    1
#define FOLD_LEAST 2

/* -- Rows -- */

struct changes_row *changes_add_row(struct changes_builder *b, size_t start, size_t end)
{
	struct changes *out = b->out;
	struct changes_row *row;

	out->rows = mem_grow(out->rows, &out->capacity, out->count + 1, sizeof *out->rows);
	row = &out->rows[out->count++];
	*row = (struct changes_row){.start = start, .end = end, .note = CHANGES_NONE};
	return row;
}

static void add_run(struct changes_cell *cell, size_t len, unsigned style)
{
	cell->runs = mem_grow(cell->runs, &cell->run_capacity, cell->run_count + 1, sizeof *cell->runs);
	cell->runs[cell->run_count++] = (struct changes_run){.len = len, .style = style};
}

void changes_add_cell(struct changes_row *row, int column, unsigned style, const char *text, size_t len)
{
	struct changes_cell *cell = &row->cells[row->cell_count++];

	*cell = (struct changes_cell){.column = column, .text = mem_strndup(text, len), .len = len};
	if (len > 0)
		add_run(cell, len, style);
}

/* A text over the whole width, wrapped. */
static void add_line(struct changes_builder *b, const char *text, unsigned style, size_t at, bool stop)
{
	struct wrap *wrap = &b->wrap;

	wrap_text(wrap, text, strlen(text), b->source->width);
	for (size_t i = 0; i < wrap->count; i++) {
		struct changes_row *row = changes_add_row(b, at, at);

		changes_add_cell(row, 0, style, text + wrap->rows[i].start,
				 wrap->rows[i].end - wrap->rows[i].start);
		row->stop = stop && i == 0;
	}
}

/* -- Notes -- */

static void add_note(struct changes_builder *b, size_t index, size_t at)
{
	const struct changes_note *note = &b->source->notes[index];

	for (size_t i = 0; i < note->count; i++) {
		wrap_text(&b->wrap, note->lines[i], strlen(note->lines[i]), b->source->width - 2);
		for (size_t j = 0; j < b->wrap.count; j++) {
			const struct wrap_row *part = &b->wrap.rows[j];
			bool last = i + 1 == note->count && j + 1 == b->wrap.count;
			const char *edge = i == 0 && j == 0 ? "┌ " : last ? "└ " : "│ ";
			char *text = mem_printf("%s%.*s", edge, (int)(part->end - part->start),
						note->lines[i] + part->start);
			struct changes_row *row = changes_add_row(b, at, at);

			changes_add_cell(row, 0, CANVAS_COMMENT, text, strlen(text));
			free(text);
			row->note = index;
			row->stop = i == 0 && j == 0;
		}
	}
}

void changes_add_notes(struct changes_builder *b, size_t before)
{
	while (b->next_note < b->source->note_count) {
		size_t at = b->source->notes[b->next_note].at;

		if (at != CHANGES_NONE && before != CHANGES_NONE && at >= before)
			break;
		add_note(b, b->next_note++, before == CHANGES_NONE ? b->source->new_len : before);
	}
}

/* Whether a note belongs to these bytes. */
static bool has_note(const struct changes_builder *b, size_t start, size_t end)
{
	for (size_t i = 0; i < b->source->note_count; i++) {
		size_t at = b->source->notes[i].at;

		if (at != CHANGES_NONE && at >= start && at < end)
			return true;
	}
	return false;
}

/* -- One version of a passage as wrapped rows -- */

void changes_column_clear(struct changes_column *c)
{
	for (size_t i = c->used; i < c->count; i++) {
		free(c->rows[i].cell.text);
		free(c->rows[i].cell.runs);
	}
	free(c->rows);
	free(c->pieces);
	strbuf_clear(&c->line);
}

static void add_piece(struct changes_column *c, const char *text, size_t len, unsigned style, size_t start,
		      bool shows)
{
	if (len == 0)
		return;
	strbuf_add(&c->line, text, len);
	c->pieces = mem_grow(c->pieces, &c->piece_capacity, c->piece_count + 1, sizeof *c->pieces);
	c->pieces[c->piece_count++] =
	    (struct changes_piece){.len = len, .style = style, .start = start, .shows = shows};
}

/* One wrapped row, from byte start to end of the line, with the parts of the pieces that it shows. */
static void cut_row(struct changes_column *c, size_t start, size_t end, size_t line_at)
{
	struct changes_column_row *row;
	size_t at = 0;

	c->rows = mem_grow(c->rows, &c->capacity, c->count + 1, sizeof *c->rows);
	row = &c->rows[c->count++];
	*row = (struct changes_column_row){.start = line_at, .end = line_at};
	row->cell.text = mem_strndup(c->line.data + start, end - start);
	row->cell.len = end - start;
	for (size_t i = 0; i < c->piece_count && at < end; at += c->pieces[i++].len) {
		const struct changes_piece *piece = &c->pieces[i];
		size_t from = at > start ? at : start;
		size_t to = at + piece->len < end ? at + piece->len : end;

		if (from >= to)
			continue;
		add_run(&row->cell, to - from, piece->style);
		if (row->cell.run_count == 1)
			row->start = row->end = piece->start + (piece->shows ? from - at : 0);
		row->end = piece->start + (piece->shows ? to - at : 0);
	}
}

static void end_line(struct changes_builder *b, struct changes_column *c, size_t line_at)
{
	wrap_text(&b->wrap, c->line.data, c->line.len, c->width);
	for (size_t i = 0; i < b->wrap.count; i++)
		cut_row(c, b->wrap.rows[i].start, b->wrap.rows[i].end, line_at);
	strbuf_reset(&c->line);
	c->piece_count = 0;
}

static const struct look {
	unsigned style;
	const char *open;
	const char *close;
} looks[] = {
    [DIFF_SAME] = {CANVAS_NORMAL, "", ""},
    [DIFF_REMOVED] = {CANVAS_REMOVED, "[-", "-]"},
    [DIFF_ADDED] = {CANVAS_ADDED, "{+", "+}"},
};

static bool only_line_ends(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '\n' && text[i] != '\r')
			return false;
	}
	return true;
}

/*
 * Adds a run, each of its lines in marks of its own.  Line ends that came or went alone are a sign that one
 * can see.  at: where it stands in the new text.
 */
void changes_add_text(struct changes_builder *b, struct changes_column *c, enum diff_kind kind,
		      const char *text, size_t len, size_t at)
{
	const struct look *look = &looks[kind];
	bool shows = kind != DIFF_REMOVED;
	bool sign = kind != DIFF_SAME && len > 0 && only_line_ends(text, len);
	size_t pos = 0;

	if (sign) {
		add_piece(c, look->open, strlen(look->open), look->style, at, false);
		add_piece(c, "¶", strlen("¶"), look->style, at, false);
		add_piece(c, look->close, strlen(look->close), look->style, at, false);
		pos = shows ? 0 : len;
	}
	while (pos < len) {
		const char *eol = memchr(text + pos, '\n', len - pos);
		size_t part = eol ? (size_t)(eol - text) - pos : len - pos;
		size_t here = at + (shows ? pos : 0);
		size_t shown = part > 0 && text[pos + part - 1] == '\r' ? part - 1 : part;

		if (shown > 0) {
			add_piece(c, look->open, strlen(look->open), look->style, here, false);
			add_piece(c, text + pos, shown, look->style, here, shows);
			add_piece(c, look->close, strlen(look->close), look->style,
				  here + (shows ? shown : 0), false);
		}
		if (eol != NULL)
			end_line(b, c, here + (shows ? shown : 0));
		pos += part + (eol != NULL);
	}
}

void changes_column_end(struct changes_builder *b, struct changes_column *c, size_t at)
{
	if (c->line.len > 0)
		end_line(b, c, at);
	/* Blank lines at the end part it from what follows, which one row does for both versions. */
	while (c->count > 0 && c->rows[c->count - 1].cell.len == 0) {
		c->count--;
		free(c->rows[c->count].cell.text);
		free(c->rows[c->count].cell.runs);
	}
}

void changes_take_cell(struct changes_row *row, struct changes_column *c, size_t index, int column)
{
	row->cells[row->cell_count] = c->rows[index].cell;
	row->cells[row->cell_count++].column = column;
	c->used = index + 1;
}

/* -- Paragraphs -- */

static int side_width(const struct changes_builder *b)
{
	return (b->source->width - CHANGES_GUTTER) / 2;
}

/* The bytes of a run. */
static const char *run_text(const struct changes_builder *b, const struct redline_run *run)
{
	return (run->kind == DIFF_REMOVED ? b->source->old_text : b->source->new_text) + run->start;
}

/* Fills a column with the runs of a block that it shows: of one version, or of both. */
static void fill(struct changes_builder *b, struct changes_column *c, const struct redline_block *block,
		 bool removed, bool added)
{
	size_t at = block->start;

	for (size_t i = 0; i < block->run_count; i++) {
		const struct redline_run *run = &b->source->redline->runs[block->runs + i];
		enum diff_kind kind = b->source->plain ? DIFF_SAME : run->kind;

		if (run->kind == DIFF_REMOVED ? removed : run->kind == DIFF_SAME || added)
			changes_add_text(b, c, kind, run_text(b, run), run->len, at);
		if (run->kind != DIFF_REMOVED)
			at += run->len;
	}
	changes_column_end(b, c, at);
}

/* Puts the rows of up to two columns beside each other, and notes under the rows that they belong to. */
static void give_rows(struct changes_builder *b, struct changes_column *left, struct changes_column *right,
		      const struct redline_block *block, bool stop)
{
	size_t count = right != NULL && right->count > left->count ? right->count : left->count;
	struct changes_column *shown = right != NULL ? right : left;

	for (size_t i = 0; i < count; i++) {
		bool has = i < shown->count;
		size_t end = block->start + block->len;
		struct changes_row *row =
		    changes_add_row(b, has ? shown->rows[i].start : end, has ? shown->rows[i].end : end);

		if (right != NULL && !has && i == 0)
			row->start = row->end = block->start;
		row->stop = stop && i == 0;
		if (i < left->count)
			changes_take_cell(row, left, i, 0);
		if (right != NULL) {
			row->divider = side_width(b) + 1;
			if (has)
				changes_take_cell(row, right, i, side_width(b) + CHANGES_GUTTER);
		}
		if (has)
			changes_add_notes(b, b->out->rows[b->out->count - 1].end);
	}
}

/* One row between paragraphs where the text has a blank line. */
static void add_gap(struct changes_builder *b, const char *text, size_t len, size_t at)
{
	size_t feeds = 0;

	for (; len > 0 && (text[len - 1] == '\n' || text[len - 1] == '\r' || text[len - 1] == ' '); len--)
		feeds += text[len - 1] == '\n';
	if (feeds > 1)
		changes_add_row(b, at, at)->divider = b->source->sides ? side_width(b) + 1 : 0;
}

static bool is_reworded(const struct changes_builder *b, const struct redline_block *block)
{
	for (size_t i = 0; i < block->run_count; i++) {
		if (b->source->redline->runs[block->runs + i].kind != DIFF_SAME)
			return true;
	}
	return false;
}

/* "[moved from paragraph 3]" and its like, on the side where it belongs. */
static void add_sign(struct changes_builder *b, const char *text, size_t at, bool right)
{
	struct changes_row *row = changes_add_row(b, at, at);

	row->stop = true;
	row->divider = b->source->sides ? side_width(b) + 1 : 0;
	changes_add_cell(row, right && b->source->sides ? side_width(b) + CHANGES_GUTTER : 0, CANVAS_WARN,
			 text, strlen(text));
}

/* A paragraph that stands elsewhere now: its first words, or side by side all of it. */
static void add_left(struct changes_builder *b, const struct redline_block *block)
{
	const struct redline_run *run = &b->source->redline->runs[block->runs];
	struct strbuf words = STRBUF_INIT;
	char *text;

	if (b->source->sides) {
		text = mem_printf("[moved to paragraph %zu]", block->elsewhere);
		add_sign(b, text, block->start, false);
		free(text);
		return;
	}
	unicode_printable(&words, run_text(b, run), run->len,
			  b->source->width > 60 ? b->source->width - 40 : 20);
	strbuf_trim_end(&words);
	text = mem_printf("[paragraph %zu moved to %zu: “%s”]", block->number, block->elsewhere, words.data);
	add_line(b, text, CANVAS_WARN, block->start, true);
	free(text);
	strbuf_clear(&words);
}

static void add_came(struct changes_builder *b, const struct redline_block *block)
{
	char *text = mem_printf("[moved from paragraph %zu%s]", block->elsewhere,
				is_reworded(b, block) ? ", and changed" : "");

	add_sign(b, text, block->start, true);
	free(text);
}

static void add_block(struct changes_builder *b, const struct redline_block *block)
{
	bool stop = !b->source->plain && block->kind != REDLINE_SAME && block->kind != REDLINE_CAME &&
		    block->kind != REDLINE_LEFT;
	struct changes_column left = {.width = b->source->width};
	struct changes_column right = {.width = side_width(b)};
	const struct redline_run *last;

	left.line = right.line = (struct strbuf)STRBUF_INIT;
	if (block->run_count == 0)
		return;
	last = &b->source->redline->runs[block->runs + block->run_count - 1];
	if (block->kind == REDLINE_CAME)
		add_came(b, block);
	if (block->kind == REDLINE_LEFT)
		add_left(b, block);
	if (b->source->sides) {
		left.width = side_width(b);
		if (block->kind == REDLINE_LEFT)
			changes_add_text(b, &left, DIFF_SAME, run_text(b, last), last->len, block->start);
		else if (block->kind != REDLINE_CAME || is_reworded(b, block))
			fill(b, &left, block, true, false);
		if (block->kind == REDLINE_LEFT)
			changes_column_end(b, &left, block->start);
		else
			fill(b, &right, block, false, true);
		give_rows(b, &left, &right, block, stop);
	} else if (block->kind != REDLINE_LEFT) {
		fill(b, &left, block, true, true);
		give_rows(b, &left, NULL, block, stop);
	}
	if (block->number > 0 && block->len > 0)
		add_gap(b, b->source->new_text + block->start, block->len, block->start + block->len);
	else if (block->number > 0)
		add_gap(b, run_text(b, last), last->len, block->start);
	changes_column_clear(&left);
	changes_column_clear(&right);
}

/* -- Folding -- */

/* Whether a person asked for these bytes to be shown. */
bool changes_is_open(const struct changes_builder *b, size_t start, size_t end)
{
	for (size_t i = 0; i < b->source->opened_count; i++) {
		if (start >= b->source->opened[i].start && end <= b->source->opened[i].end)
			return true;
	}
	return b->source->whole || b->source->plain;
}

/* Whether a paragraph is shown for its own sake. */
static bool matters(const struct changes_builder *b, size_t index)
{
	const struct redline_block *block = &b->source->redline->blocks[index];

	return block->kind != REDLINE_SAME || has_note(b, block->start, block->start + block->len);
}

static bool is_hidden(const struct changes_builder *b, size_t index)
{
	const struct redline *r = b->source->redline;
	const struct redline_block *block = &r->blocks[index];
	size_t from = index > CONTEXT ? index - CONTEXT : 0;

	for (size_t i = from; i <= index + CONTEXT && i < r->block_count; i++) {
		if (matters(b, i))
			return false;
	}
	return !changes_is_open(b, block->start, block->start + block->len);
}

void changes_add_fold(struct changes_builder *b, const char *text, size_t start, size_t end)
{
	struct changes_row *row = changes_add_row(b, end, end);

	row->fold = (struct changes_range){start, end};
	changes_add_cell(row, 0, CANVAS_DIM, text, strlen(text));
}

/* Adds blocks from index on that are folded together; returns the first after them. */
static size_t add_hidden(struct changes_builder *b, size_t index)
{
	const struct redline *r = b->source->redline;
	size_t end = index;
	size_t count = 0;
	size_t to;
	char *text;

	while (end < r->block_count && is_hidden(b, end))
		count += r->blocks[end++].number > 0;
	if (count < FOLD_LEAST)
		return index;
	text = mem_printf("[%zu paragraphs unchanged: Enter shows them]", count);
	to = r->blocks[end - 1].start + r->blocks[end - 1].len;
	changes_add_fold(b, text, r->blocks[index].start, to);
	free(text);
	if (end < r->block_count)
		changes_add_row(b, to, to);
	return end;
}

static void add_blocks(struct changes_builder *b)
{
	const struct redline *r = b->source->redline;

	for (size_t i = 0; i < r->block_count;) {
		size_t next = add_hidden(b, i);

		if (next == i)
			add_block(b, &r->blocks[next++]);
		i = next;
	}
}

/* Rows end as the article's language lets them. */
static void set_language(struct changes_builder *b)
{
	size_t len = b->source->new_len;
	struct frontmatter *fm;

	if (len > (size_t)2 * FRONTMATTER_SIZE)
		len = (size_t)2 * FRONTMATTER_SIZE;
	(void)frontmatter_parse(&fm, b->source->new_text, len, NULL);
	wrap_set_language(&b->wrap, frontmatter_get(fm, "language"));
	frontmatter_free(fm);
}

void changes_build(struct changes *out, const struct changes_source *source)
{
	struct changes_builder b = {.out = out, .source = source, .wrap = WRAP_INIT};

	memset(out, 0, sizeof *out);
	set_language(&b);
	changes_add_notes(&b, 0);
	if (out->count > 0)
		changes_add_row(&b, 0, 0);
	changes_add_fields(&b);
	add_blocks(&b);
	changes_add_notes(&b, CHANGES_NONE);
	for (size_t i = 0; i < source->line_count; i++)
		add_line(&b, source->lines[i].text, source->lines[i].style, source->new_len,
			 source->lines[i].stop);
	wrap_clear(&b.wrap);
}

void changes_clear(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		for (size_t j = 0; j < changes->rows[i].cell_count; j++) {
			free(changes->rows[i].cells[j].text);
			free(changes->rows[i].cells[j].runs);
		}
	}
	free(changes->rows);
	memset(changes, 0, sizeof *changes);
}

void changes_draw(struct canvas_region region, int row, int column, const struct changes_row *line)
{
	for (size_t i = 0; i < line->cell_count; i++) {
		const struct changes_cell *cell = &line->cells[i];
		const char *text = cell->text;
		int at = column + cell->column;

		for (size_t j = 0; j < cell->run_count; j++) {
			at = canvas_text(region, row, at, cell->runs[j].style, text, cell->runs[j].len);
			text += cell->runs[j].len;
		}
	}
	if (line->divider > 0)
		canvas_string(region, row, column + line->divider, CANVAS_RULE, "│");
}
