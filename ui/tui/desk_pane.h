/*
 * The desk: the list of drafts and articles, by state and by filter, with the
 * chosen one beside it where there is room (from 120 columns).
 */
#ifndef COPYDESK_DESK_PANE_H
#define COPYDESK_DESK_PANE_H

#include "tui/pane.h"

/* name: the tab to begin at, "waiting", "mine" ...; NULL for what waits, or all when nothing does. */
pane_make desk_pane_new;

extern const struct command_table desk_pane_commands;

#endif
