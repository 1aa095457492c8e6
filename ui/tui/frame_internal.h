/* What the files of the frame share; nobody else includes it. */
#ifndef COPYDESK_FRAME_INTERNAL_H
#define COPYDESK_FRAME_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/frame.h"

struct strbuf;

/* -- Looks: what a style is on the terminal at hand (frame_look.c) -- */

struct look {
	unsigned attributes; /* bits of frame_look.c */
	short ink, paper;    /* colours, -1 for the terminal's own */
};

struct look frame_look_of(const struct frame_look *terminal, unsigned style);

bool frame_same_look(struct look a, struct look b);

/* Whether a blank that is written or erased so looks as one of CANVAS_NORMAL does. */
bool frame_leaves_blank(struct look look);

/* Appends the shortest SGR that leads from one look, or with NULL from any, to another; nothing where they
 * are the same. */
void frame_add_look(struct strbuf *out, const struct frame_look *terminal, const struct look *from,
		    struct look to);

/* -- The pen: where the terminal would write next, and how (frame_pen.c) -- */

struct place {
	int row, column; /* -1 for unknown */
};

/* The rows that scroll, as DECSTBM sets them: they stay set, and the next scroll is shorter for it. */
struct margins {
	int top, bottom;
};

struct frame {
	struct frame_look terminal;
	struct canvas *shown; /* what the terminal shows; NULL while that is unknown */
	struct place at;      /* the terminal's cursor */
	struct margins margins;
	struct look look; /* of what is written next */
	bool look_known;
	bool cursor, cursor_known; /* it is shown */

	struct strbuf *out; /* during frame_draw() */
	const struct canvas *canvas;
	struct place goal; /* where the cursor belongs; row -1 for nowhere */
	bool passed;       /* the pen stood at the goal, with this look, when out had so many bytes: */
	struct look passed_look;
	size_t passed_len;
};

/* Leads the pen to a place by the shortest way. */
void frame_go(struct frame *frame, int row, int column);

/* The same where all to the left in its row is drawn: it may be written once more on the way. */
void frame_move(struct frame *frame, int row, int column);

/* Makes it one in which blanks look as those of CANVAS_NORMAL do: before what erases or moves. */
void frame_set_ground(struct frame *frame);

/* Writes a cell of the canvas at its place. */
void frame_write(struct frame *frame, int row, int column);

/* Keeps in mind that the pen stands where the cursor belongs, if it does. */
void frame_note_goal(struct frame *frame);

/* Leads the pen to where the cursor belongs if that takes next to nothing, so that DECRC leads back there. */
void frame_approach_goal(struct frame *frame);

/*
 * Leads the pen to where the cursor belongs.  If it was there before it went on, DECSC put in at that
 * point of the output and DECRC here may be the shorter way.
 */
void frame_return_to_goal(struct frame *frame);

/* Sets the margins, after which the pen is nowhere. */
void frame_set_margins(struct frame *frame, int top, int bottom);

/* Has the terminal move the rows from top to bottom up by so many, or with by < 0 down. */
void frame_scroll_rows(struct frame *frame, int top, int bottom, int by);

/*
 * Whether terminals may disagree with us about a cell's columns: a cluster of several code points.
 * Where that is so, the pen's place is not trusted after it, and the rest of the row is drawn again.
 */
bool frame_is_doubtful(const struct canvas_cell *cell);

/* -- Scrolling: which rows (frame_scroll.c) -- */

/* Rows that the terminal is to move as a whole. */
struct frame_scroll {
	int top, bottom; /* the first and the last row of the region that scrolls */
	int by;          /* rows up, or with < 0 down; 0 for none */
};

/* The scroll after which the least is to be sent for one picture to become the other, with these margins set.
 */
struct frame_scroll frame_find_scroll(const struct canvas *shown, const struct canvas *canvas,
				      struct margins margins);

#endif
