/*
 * Asking for the section that an article goes to: one of those there are, or
 * another by its name.
 */
#ifndef COPYDESK_SECTION_H
#define COPYDESK_SECTION_H

#include "tui/pane.h"

/* Called once: section is NULL when the person did not choose; borrowed for the call. */
typedef void section_done(void *context, const char *section);

void section_ask(const struct pane_place *place, section_done *done, void *context);

#endif
