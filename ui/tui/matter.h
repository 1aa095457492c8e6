/*
 * What a pane was opened for: a draft by its name, or a published article by
 * its path, found among the desk's rows.
 */
#ifndef COPYDESK_MATTER_H
#define COPYDESK_MATTER_H

#include "tui/pane.h"

struct desk;
struct desk_row;

/* Its row, borrowed until the desk changes; NULL when it is not there any more. */
const struct desk_row *matter_row(struct desk *desk, const char *name);

/* Its headline, or the name itself; borrowed like a row. */
const char *matter_headline(struct desk *desk, const char *name);

/* Says that a draft was submitted, and shows what to do where nobody is left who could approve it. */
void matter_submitted(const struct pane_place *place, const char *name);

#endif
