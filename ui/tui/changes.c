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
	changes_add_line(b, text, CANVAS_WARN, block->start, true);
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

static bool matters(const struct changes_builder *b, size_t index)
{
	const struct redline_block *block = &b->source->redline->blocks[index];

	return block->kind != REDLINE_SAME || changes_has_note(b, block->start, block->start + block->len);
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
		changes_add_line(&b, source->lines[i].text, source->lines[i].style, source->new_len,
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
