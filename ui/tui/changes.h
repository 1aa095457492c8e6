/*
 * A redline as rows to be read: the fields that changed as a table, then the
 * paragraphs, with words that went and came marked as [-old-] and {+new+} in
 * colour and in letters, one version below the other or side by side; notes
 * (comments) under the rows that they belong to; and last lines about the whole.
 *
 * Paragraphs far from any change give way to one row that says how many there
 * are; the caller remembers which of these the person opened.
 *
 * A row knows which bytes of the new text it shows, so that a comment can be
 * made at it.
 */
#ifndef COPYDESK_CHANGES_H
#define COPYDESK_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "text/redline.h"
#include "tui/canvas.h"

struct changes_run {
	size_t len;     /* bytes of the cell's text, following the run before */
	unsigned style; /* of canvas.h */
};

/* A part of a row, drawn from a column on. */
struct changes_cell {
	int column;
	char *text;
	size_t len;
	struct changes_run *runs;
	size_t run_count;
	size_t run_capacity;
};

/* Bytes of the new text. */
struct changes_range {
	size_t start, end;
};

/* Columns between both versions, in the middle of which their line stands. */
#define CHANGES_GUTTER 3

#define CHANGES_CELLS 3
#define CHANGES_NONE  ((size_t)-1)

struct changes_row {
	struct changes_cell cells[CHANGES_CELLS];
	size_t cell_count;
	int divider;               /* column of the line between both versions, 0 for none */
	size_t start, end;         /* bytes of the new text that it shows; empty for what is not in it */
	size_t note;               /* index of the note that it belongs to, CHANGES_NONE for text */
	struct changes_range fold; /* what it stands for, paragraphs or fields; empty for none */
	bool stop;                 /* a change or a note begins here */
};

/* Something to be shown under the row that holds byte at of the new text. */
struct changes_note {
	size_t at;    /* CHANGES_NONE: above everything */
	char **lines; /* each is wrapped, with a line drawn down its side; borrowed */
	size_t count;
};

/* A line about the whole, after the text. */
struct changes_line {
	const char *text; /* borrowed; wrapped */
	unsigned style;
	bool stop;
};

/* What rows are made of; all is borrowed for the call. */
struct changes_source {
	const struct redline *redline;
	const char *old_text;
	const char *new_text;
	size_t new_len;
	bool plain;                       /* nothing to compare with: shown unmarked */
	const struct changes_note *notes; /* in order of at */
	size_t note_count;
	const struct changes_line *lines;
	size_t line_count;
	const struct changes_range *opened; /* shown although nothing changed near them */
	size_t opened_count;
	bool whole; /* everything is shown */
	bool sides; /* old left, new right */
	int width;  /* columns */
};

struct changes {
	struct changes_row *rows; /* starts never fall, notes aside */
	size_t count;
	size_t capacity;
};

/* Wraps; the caller clears. */
void changes_build(struct changes *out, const struct changes_source *source);
void changes_clear(struct changes *changes);

/* Draws one row of it. */
void changes_draw(struct canvas_region region, int row, int column, const struct changes_row *line);

#endif
