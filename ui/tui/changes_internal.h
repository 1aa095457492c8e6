/*
 * What the files of the changes room share; no other room includes this.
 */
#ifndef COPYDESK_CHANGES_INTERNAL_H
#define COPYDESK_CHANGES_INTERNAL_H

#include "base/strbuf.h"
#include "text/wrap.h"
#include "tui/changes.h"

struct changes_builder {
	struct changes *out;
	const struct changes_source *source;
	size_t next_note;
	struct wrap wrap;
};

/* A stretch of a line that is being put together. */
struct changes_piece {
	size_t len;
	unsigned style;
	size_t start; /* byte of the new text that it begins at */
	bool shows;   /* it shows the new text's bytes, one for one */
};

struct changes_column_row {
	struct changes_cell cell;
	size_t start, end; /* bytes of the new text */
};

/* A passage that is being wrapped into rows of its own. */
struct changes_column {
	int width;
	struct strbuf line; /* not ended yet */
	struct changes_piece *pieces;
	size_t piece_count;
	size_t piece_capacity;
	struct changes_column_row *rows;
	size_t count;
	size_t capacity;
	size_t used; /* rows whose cells were given away */
};

struct changes_row *changes_add_row(struct changes_builder *b, size_t start, size_t end);

/* Adds a cell to a row, of one style. */
void changes_add_cell(struct changes_row *row, int column, unsigned style, const char *text, size_t len);

/* Adds a text over the whole width, wrapped, that belongs to a byte; stop: walking stops at its first row. */
void changes_add_line(struct changes_builder *b, const char *text, unsigned style, size_t at, bool stop);

/* A row that stands for what is not shown. */
void changes_add_fold(struct changes_builder *b, const char *text, size_t start, size_t end);

/* Adds the notes at bytes before this one; 0: those above everything; CHANGES_NONE: all that are left. */
void changes_add_notes(struct changes_builder *b, size_t before);

/* Whether a note belongs to these bytes. */
bool changes_has_note(const struct changes_builder *b, size_t start, size_t end);

/* Whether bytes are shown although nothing changed there. */
bool changes_is_open(const struct changes_builder *b, size_t start, size_t end);

/* Fills a column, gives its row number index to a row of the screen, and frees what was not given. */
void changes_add_text(struct changes_builder *b, struct changes_column *c, enum diff_kind kind,
		      const char *text, size_t len, size_t at);
void changes_column_end(struct changes_builder *b, struct changes_column *c, size_t at);
void changes_take_cell(struct changes_row *row, struct changes_column *c, size_t index, int column);
void changes_column_clear(struct changes_column *c);

/* Adds the table of fields. */
void changes_add_fields(struct changes_builder *b);

#endif
