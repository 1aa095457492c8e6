/*
 * From one picture to the next in few bytes.
 *
 * A frame remembers what the terminal shows and appends the bytes that turn it
 * into another canvas: only cells that differ, by the cheapest moves, and
 * nothing at all when nothing differs.  It writes ECMA-48 control functions
 * (CUP, CUU, CUF, EL, ED, ECH, ICH, DCH, SU, SD, SGR) with DECSC, DECRC and DECSTBM, which all terminals with
 * a terminfo cursor address beginning with ESC [ understand; what else the
 * terminal can do is in struct frame_look.  Margins that were set for a scroll stay set, so that whoever
 * gives the terminal to somebody else has to reset them (ESC [ r).  Pure: no terminal is needed to test it.
 */
#ifndef COPYDESK_FRAME_H
#define COPYDESK_FRAME_H

#include <stdbool.h>

struct canvas;
struct strbuf;

/* How meanings are to look. No meaning is ever in colour alone. */
struct frame_look {
	int colours;      /* 256, 8, or 0 for none */
	bool italic;      /* SGR 3 is italic, not a substitute */
	bool faint;       /* SGR 2 works */
	bool underline;   /* SGR 4 works */
	bool takes_back;  /* SGR 22, 23, 24 and 27 take back what 1 and 2, 3, 4 and 7 gave */
	bool erases;      /* ECH works */
	bool slides;      /* ICH and DCH work: the rest of a row can be moved without being sent */
	bool scrolls;     /* so do DECSTBM, and IND and RI at its edges: rows can be moved */
	bool scrolls_by;  /* and SU and SD */
	bool hide_cursor; /* DECTCEM works (ESC [ ? 25 h and l) */
};

struct frame;

/* The terminal's picture is unknown until the first frame_draw(), which draws all. */
struct frame *frame_new(const struct frame_look *look);
void frame_free(struct frame *frame);

/* The terminal's picture is lost (resized, written over): the next frame_draw() draws all. */
void frame_forget(struct frame *frame);

/* Appends what makes the terminal show canvas; the terminal is then taken to show it. */
void frame_draw(struct frame *frame, const struct canvas *canvas, struct strbuf *out);

/* The same where nothing but one row, and the cursor, changed since the last frame_draw(). */
void frame_draw_row(struct frame *frame, const struct canvas *canvas, int row, struct strbuf *out);

#endif
