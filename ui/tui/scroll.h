/*
 * A place in something longer than the screen, and the keys that move it: the
 * same in every pane that is read rather than edited.
 */
#ifndef COPYDESK_SCROLL_H
#define COPYDESK_SCROLL_H

#include <stddef.h>

struct scroll {
	size_t top;   /* first line that is shown */
	size_t lines; /* how many there are, as of the last drawing */
	int height;   /* rows of the region, as of the last drawing */
};

enum scroll_move {
	SCROLL_UP,
	SCROLL_DOWN,
	SCROLL_PAGE_UP,
	SCROLL_PAGE_DOWN,
	SCROLL_FIRST,
	SCROLL_LAST,
};

/* Tells what there is to show now, and keeps top within it. */
void scroll_fit(struct scroll *scroll, size_t lines, int height);

void scroll_by(struct scroll *scroll, enum scroll_move move);

/* Moves as little as needed to have a line on the screen. */
void scroll_to(struct scroll *scroll, size_t line);

#endif
