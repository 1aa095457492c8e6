/*
 * Reviewing a draft: what changed since the published text, with the comments
 * at their passages; comment, approve, ask for changes.
 */
#ifndef COPYDESK_REVIEW_PANE_H
#define COPYDESK_REVIEW_PANE_H

#include "tui/pane.h"

/* name: a draft's name. */
pane_make review_pane_new;

extern const struct command_table review_pane_commands;

#endif
