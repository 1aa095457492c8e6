/*
 * What an import would make of a file: the draft, and where every line of the
 * file went, before anything is written.
 */
#ifndef COPYDESK_IMPORT_PANE_H
#define COPYDESK_IMPORT_PANE_H

#include "tui/pane.h"

/* name: the file's path, or NULL for the text on the desk's clipboard. */
pane_make import_pane_new;

extern const struct command_table import_pane_commands;

#endif
