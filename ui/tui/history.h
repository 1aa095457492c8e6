/*
 * Who did what to one draft or article, newest first.
 */
#ifndef COPYDESK_HISTORY_H
#define COPYDESK_HISTORY_H

#include "tui/pane.h"

/* name: a draft's name or an article's path; NULL for the whole newsroom. */
pane_make history_new;

extern const struct command_table history_commands;

#endif
