/*
 * Reading: an article or a draft as its readers see it, on the whole screen.
 */
#ifndef COPYDESK_READER_H
#define COPYDESK_READER_H

#include "tui/pane.h"

/* name: a draft's name or an article's path. */
pane_make reader_new;

extern const struct command_table reader_commands;

#endif
