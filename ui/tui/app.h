/*
 * The terminal interface: a stack of panes, the lines above and below them,
 * and the prompt over all.  The app is the only one that knows every pane.
 */
#ifndef COPYDESK_APP_H
#define COPYDESK_APP_H

#include "tui/pane.h"

struct desk;
struct error;
struct strbuf;

/*
 * Runs until the person quits, with the desk's list and, unless name is NULL, above it the draft of
 * that name in the editor.  E_INVALID, in words, when there is no terminal that can be used.
 */
int app_run(struct desk *desk, const char *name, struct error *err);

/* Appends the key tables of all screens for the manual, in mdoc(7). */
void app_manual(struct strbuf *out);

#endif
