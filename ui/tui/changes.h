/*
 * What changed between two texts, as rows to be read: words that went and came
 * marked as [-old-] and {+new+} in colour and in letters, notes (comments)
 * under the rows that they belong to.
 *
 * A row knows which bytes of the new text it shows, so that a comment can be
 * made at it.
 */
#ifndef COPYDESK_CHANGES_H
#define COPYDESK_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"

struct error;

struct changes_run {
	size_t len;     /* bytes of the row's text, following the run before */
	unsigned style; /* of canvas.h */
};

struct changes_row {
	char *text;
	size_t len;
	struct changes_run *runs;
	size_t run_count;
	size_t run_capacity;
	size_t start, end; /* bytes of the new text that it shows; empty for a note or removed words */
	size_t note;       /* index of the note that it belongs to, CHANGES_NONE for text */
	bool stop;         /* a change or a note begins here */
};

#define CHANGES_NONE ((size_t)-1)

/* Something to be shown under the row that holds byte at of the new text. */
struct changes_note {
	size_t at;    /* CHANGES_NONE: above everything */
	char **lines; /* each is wrapped, with a line drawn down its side; borrowed */
	size_t count;
};

struct changes {
	struct changes_row *rows;
	size_t count;
	size_t capacity;
	size_t changed; /* how many changes there are */
};

struct changes_text {
	const char *bytes;
	size_t len;
	size_t body; /* where the body starts: what is before is front matter; only of the new text */
};

/*
 * Compares and wraps at width columns; with old_text NULL everything is shown unmarked.  Notes are in
 * order of at.  The caller clears.
 */
int changes_build(struct changes *out, const struct changes_text *old_text,
		  const struct changes_text *new_text, const struct changes_note *notes, size_t note_count,
		  int width, struct error *err);
void changes_clear(struct changes *changes);

/* Draws one row of it. */
void changes_draw(struct canvas_region region, int row, int column, const struct changes_row *line);

#endif
