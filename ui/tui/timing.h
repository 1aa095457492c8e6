/*
 * Asking when a draft is to go out, or not before when; the same from the list
 * as from the release screen.
 */
#ifndef COPYDESK_TIMING_H
#define COPYDESK_TIMING_H

#include "tui/pane.h"

struct error;

enum timing {
	TIMING_SCHEDULE, /* the order is for the draft as it was when it was asked for */
	TIMING_EMBARGO,
};

/* Asks, and does it; place outlives the question, name is copied.  What the rules forbid is not asked. */
int timing_ask(const struct pane_place *place, enum timing timing, const char *name, struct error *err);

#endif
