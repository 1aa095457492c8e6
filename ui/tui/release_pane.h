/*
 * Releasing: which approved drafts go out, what each does to the release
 * branch, and why others stay.
 */
#ifndef COPYDESK_RELEASE_PANE_H
#define COPYDESK_RELEASE_PANE_H

#include "tui/pane.h"

/* name: NULL. */
pane_make release_pane_new;

extern const struct command_table release_pane_commands;

#endif
