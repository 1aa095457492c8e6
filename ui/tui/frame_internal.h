/* What the files of the frame share; nobody else includes it. */
#ifndef COPYDESK_FRAME_INTERNAL_H
#define COPYDESK_FRAME_INTERNAL_H

struct canvas;

/* Rows that the terminal is to move as a whole. */
struct frame_scroll {
	int top, bottom; /* the first and the last row of the region that scrolls */
	int by;          /* rows up, or with < 0 down; 0 for none */
};

/* The scroll after which the least is to be sent for one picture to become the other. */
struct frame_scroll frame_find_scroll(const struct canvas *shown, const struct canvas *canvas);

#endif
