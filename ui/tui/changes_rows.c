/*
 * The rows that differences are told in: cells, notes between them, and passages wrapped into columns.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/changes_internal.h"

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

void changes_add_line(struct changes_builder *b, const char *text, unsigned style, size_t at, bool stop)
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

void changes_add_fold(struct changes_builder *b, const char *text, size_t start, size_t end)
{
	struct changes_row *row = changes_add_row(b, end, end);

	row->fold = (struct changes_range){start, end};
	changes_add_cell(row, 0, CANVAS_DIM, text, strlen(text));
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

bool changes_has_note(const struct changes_builder *b, size_t start, size_t end)
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

/* -- What is shown -- */

bool changes_is_open(const struct changes_builder *b, size_t start, size_t end)
{
	for (size_t i = 0; i < b->source->opened_count; i++) {
		if (start >= b->source->opened[i].start && end <= b->source->opened[i].end)
			return true;
	}
	return b->source->whole || b->source->plain;
}

/* Whether a paragraph is shown for its own sake. */
