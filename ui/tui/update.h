/*
 * Bringing a draft up to date with what was published since it began, with a
 * question where both changed the same words.
 */
#ifndef COPYDESK_UPDATE_H
#define COPYDESK_UPDATE_H

#include "tui/pane.h"

struct error;

/* Does it, or asks first; place outlives the question, name is copied. Errors as desk_update(). */
int update_ask(const struct pane_place *place, const char *name, struct error *err);

#endif
