/*
 * A draft against the published text: the words that changed.
 */
#ifndef COPYDESK_COMPARE_H
#define COPYDESK_COMPARE_H

#include "tui/pane.h"

/* name: a draft's name. */
pane_make compare_new;

extern const struct command_table compare_commands;

#endif
