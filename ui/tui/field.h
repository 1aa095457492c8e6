/*
 * A text that is typed into: a filter, a name, a comment.
 *
 * A field is edited by grapheme cluster (UAX #29), in one line or in several.
 * It is embedded in whoever needs it:
 *
 *	field_init(&filter, false);
 *	switch (field_input(&filter, event)) ...
 *	field_draw(&filter, region, CANVAS_NORMAL, focused);
 *	field_clear(&filter);
 */
#ifndef COPYDESK_FIELD_H
#define COPYDESK_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "text/wrap.h"
#include "tui/canvas.h"
#include "tui/input.h"

/* What was typed into fields before, the oldest first; shared by fields that ask the same. */
struct field_history {
	char **entries;  /* count owned strings */
	size_t count;    /* at most FIELD_HISTORY */
	size_t capacity; /* of entries */
};

#define FIELD_HISTORY 100

struct field {
	struct strbuf text; /* UTF-8 as it was typed and pasted */
	size_t cursor;      /* byte offset, at a cluster's start or the end */
	bool fresh;         /* the text was offered, not typed: what comes in first replaces all of it */
	bool lines;         /* Enter makes a new line, Up and Down move; a paste keeps its line ends */
	int scroll;         /* column (one line) or row (several) that is drawn first */
	int width;          /* columns that rows were wrapped at when last drawn; 0 before that */
	struct wrap wrap;   /* those rows, with lines */

	const struct field_history *history; /* borrowed; NULL for none */
	size_t place;                        /* entry that is shown, from the newest; 0 for the text itself */
	char *kept;                          /* what was typed before the history was looked at; owned */
};

enum field_result {
	FIELD_IGNORED, /* the event is for somebody else */
	FIELD_MOVED,   /* the cursor moved, or could not */
	FIELD_CHANGED, /* the text is another */
};

void field_init(struct field *field, bool lines);
void field_clear(struct field *field);

/* Replaces the text and puts the cursor at its end. */
void field_set(struct field *field, const char *text, size_t len);

/* Offers the text that the field has: the first character or paste replaces it, any other key keeps it. */
void field_offer(struct field *field);

/*
 * Takes characters, pastes, Left, Right, Home, End, Backspace, Delete, with Ctrl by word; Ctrl-A and
 * Ctrl-E (start, end of the line), Ctrl-U and Ctrl-K (delete to them), Ctrl-W and Alt-Backspace (delete a
 * word back); Up and Down by row with lines, through the history where there is one.  Enter is taken only
 * with lines.
 */
enum field_result field_input(struct field *field, const struct input_event *event);

/*
 * Draws the field in all of the region, scrolled so that the cursor is in it; with lines, wrapped.
 * Focused, it places the real cursor.
 */
void field_draw(struct field *field, struct canvas_region region, unsigned style, bool focused);

/* Remembers a text, unless it is empty or the newest entry already. */
void field_remember(struct field_history *history, const char *text);
void field_history_clear(struct field_history *history);

#endif
