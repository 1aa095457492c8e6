#include "tui/changes.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"
#include "text/wrap.h"

/* A stretch of a line that is being put together. */
struct piece {
	size_t len;
	unsigned style;
	size_t start; /* byte of the new text that it begins at */
	bool shows;   /* it shows the new text's bytes, one for one */
};

struct builder {
	struct changes *out;
	const struct changes_text *new_text;
	const struct changes_note *notes;
	size_t note_count;
	size_t next_note;
	int width;
	struct strbuf line;
	struct piece *pieces;
	size_t piece_count;
	size_t piece_capacity;
	bool stop; /* the next row begins a change */
	struct wrap wrap;
};

static void add_piece(struct builder *b, const char *text, size_t len, unsigned style, size_t start,
		      bool shows)
{
	if (len == 0)
		return;
	strbuf_add(&b->line, text, len);
	b->pieces = mem_grow(b->pieces, &b->piece_capacity, b->piece_count + 1, sizeof *b->pieces);
	b->pieces[b->piece_count++] =
	    (struct piece){.len = len, .style = style, .start = start, .shows = shows};
}

static struct changes_row *add_row(struct builder *b, const char *text, size_t len)
{
	struct changes *out = b->out;
	struct changes_row *row;

	out->rows = mem_grow(out->rows, &out->capacity, out->count + 1, sizeof *out->rows);
	row = &out->rows[out->count++];
	*row = (struct changes_row){.text = mem_strndup(text, len), .len = len, .note = CHANGES_NONE};
	return row;
}

static void add_run(struct changes_row *row, size_t len, unsigned style)
{
	row->runs = mem_grow(row->runs, &row->run_capacity, row->run_count + 1, sizeof *row->runs);
	row->runs[row->run_count++] = (struct changes_run){.len = len, .style = style};
}

static void add_note(struct builder *b, size_t index)
{
	const struct changes_note *note = &b->notes[index];

	for (size_t i = 0; i < note->count; i++) {
		const char *edge = i == 0 ? "┌ " : i + 1 == note->count ? "└ " : "│ ";

		wrap_text(&b->wrap, note->lines[i], strlen(note->lines[i]), b->width - 2);
		for (size_t j = 0; j < b->wrap.count; j++) {
			const struct wrap_row *at = &b->wrap.rows[j];
			char *text = mem_printf("%s%.*s", j == 0 ? edge : "│ ", (int)(at->end - at->start),
						note->lines[i] + at->start);
			struct changes_row *row = add_row(b, text, strlen(text));

			free(text);
			add_run(row, row->len, CANVAS_COMMENT);
			row->note = index;
			row->stop = i == 0 && j == 0;
		}
	}
}

/* The notes that belong above a byte of the new text, or all that are left. */
static void add_notes_before(struct builder *b, size_t at, bool all)
{
	while (b->next_note < b->note_count &&
	       (all || b->notes[b->next_note].at == CHANGES_NONE || b->notes[b->next_note].at < at))
		add_note(b, b->next_note++);
}

/* One wrapped row, from byte start to end of the line, with the parts of the pieces that it shows. */
static void cut_row(struct builder *b, size_t start, size_t end, size_t line_new)
{
	struct changes_row *row = add_row(b, b->line.data + start, end - start);
	size_t at = 0;

	row->start = row->end = line_new;
	row->stop = b->stop;
	b->stop = false;
	for (size_t i = 0; i < b->piece_count && at < end; at += b->pieces[i++].len) {
		const struct piece *piece = &b->pieces[i];
		size_t from = at > start ? at : start;
		size_t to = at + piece->len < end ? at + piece->len : end;

		if (from >= to)
			continue;
		add_run(row, to - from, piece->style);
		if (row->run_count == 1)
			row->start = row->end = piece->start + (piece->shows ? from - at : 0);
		row->end = piece->start + (piece->shows ? to - at : 0);
	}
}

static void flush_line(struct builder *b, size_t line_new)
{
	wrap_text(&b->wrap, b->line.data, b->line.len, b->width);
	for (size_t i = 0; i < b->wrap.count; i++) {
		size_t start = b->wrap.rows[i].start;
		size_t end = b->wrap.rows[i].end;

		cut_row(b, start, end, line_new);
		if (b->next_note < b->note_count && b->notes[b->next_note].at != CHANGES_NONE &&
		    b->notes[b->next_note].at < b->out->rows[b->out->count - 1].end) {
			struct wrap kept = b->wrap;

			/* The note is wrapped too, while this line's rows are still needed. */
			b->wrap = (struct wrap)WRAP_INIT;
			add_notes_before(b, b->out->rows[b->out->count - 1].end, false);
			wrap_clear(&b->wrap);
			b->wrap = kept;
		}
	}
	strbuf_reset(&b->line);
	b->piece_count = 0;
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

/* Adds the text of one span, line by line, each line's part in marks of its own. */
static void add_span(struct builder *b, enum diff_kind kind, const char *text, size_t len, size_t new_start)
{
	const struct look *look = &looks[kind];
	bool shows = kind != DIFF_REMOVED;
	size_t at = 0;

	b->stop = b->stop || (kind != DIFF_SAME && len > 0);
	while (at < len) {
		const char *eol = memchr(text + at, '\n', len - at);
		size_t part = eol ? (size_t)(eol - text) - at : len - at;
		size_t here = new_start + (shows ? at : 0);
		size_t shown = part > 0 && text[at + part - 1] == '\r' ? part - 1 : part;
		unsigned style = look->style;

		if (kind == DIFF_SAME && here < b->new_text->body)
			style = CANVAS_DIM;
		if (shown > 0) {
			add_piece(b, look->open, strlen(look->open), style, here, false);
			add_piece(b, text + at, shown, style, here, shows);
			add_piece(b, look->close, strlen(look->close), style, here + (shows ? shown : 0),
				  false);
		}
		if (eol != NULL)
			flush_line(b, here + (shows ? shown : 0));
		at += part + (eol != NULL);
	}
}

static int add_all(struct builder *b, const struct changes_text *old_text, struct error *err)
{
	const struct changes_text *new_text = b->new_text;
	struct diff diff = {0};
	int rc;

	if (old_text == NULL) {
		add_span(b, DIFF_SAME, new_text->bytes, new_text->len, 0);
		return 0;
	}
	rc = diff_words(&diff, old_text->bytes, old_text->len, new_text->bytes, new_text->len, err);
	for (size_t i = 0; rc == 0 && i < diff.count; i++) {
		const struct diff_span *span = &diff.spans[i];

		if (span->kind == DIFF_REMOVED)
			add_span(b, span->kind, old_text->bytes + span->old_start, span->old_len,
				 span->new_start);
		else
			add_span(b, span->kind, new_text->bytes + span->new_start, span->new_len,
				 span->new_start);
	}
	b->out->changed = rc == 0 ? diff_changes(&diff) : 0;
	diff_clear(&diff);
	return rc;
}

int changes_build(struct changes *out, const struct changes_text *old_text,
		  const struct changes_text *new_text, const struct changes_note *notes, size_t note_count,
		  int width, struct error *err)
{
	struct builder b = {
	    .out = out,
	    .new_text = new_text,
	    .notes = notes,
	    .note_count = note_count,
	    .width = width,
	    .line = STRBUF_INIT,
	    .wrap = WRAP_INIT,
	};
	int rc;

	memset(out, 0, sizeof *out);
	add_notes_before(&b, 0, false);
	rc = add_all(&b, old_text, err);
	if (b.line.len > 0)
		flush_line(&b, new_text->len);
	add_notes_before(&b, 0, true);
	strbuf_clear(&b.line);
	free(b.pieces);
	wrap_clear(&b.wrap);
	return rc;
}

void changes_clear(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		free(changes->rows[i].text);
		free(changes->rows[i].runs);
	}
	free(changes->rows);
	memset(changes, 0, sizeof *changes);
}

void changes_draw(struct canvas_region region, int row, int column, const struct changes_row *line)
{
	const char *at = line->text;

	for (size_t i = 0; i < line->run_count; i++) {
		column = canvas_text(region, row, column, line->runs[i].style, at, line->runs[i].len);
		at += line->runs[i].len;
	}
}
