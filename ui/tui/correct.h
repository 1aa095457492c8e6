/*
 * Beginning a correction: the reason is asked for, then the draft is opened in
 * the editor; the same from the list as from the reading pane.  Where a draft
 * changes the article already, that one is offered first.
 */
#ifndef COPYDESK_CORRECT_H
#define COPYDESK_CORRECT_H

#include "tui/pane.h"

/* place outlives the question; path and headline are copied. */
void correct_ask(const struct pane_place *place, const char *path, const char *headline);

#endif
