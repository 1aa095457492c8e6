/*
 * The editor: one draft's text, front matter and body, with what its readers
 * will see beside it.
 *
 * There are no modes: keys type, Ctrl with a letter acts.  What is not saved is
 * in a journal before the screen shows it, so that it outlives the process.
 */
#ifndef COPYDESK_EDITOR_H
#define COPYDESK_EDITOR_H

#include <stdbool.h>

#include "tui/pane.h"

struct desk;
struct strbuf;

extern const struct command_table editor_commands;

/*
 * Opens a draft by its name.  E_NOTFOUND when there is none, E_REFUSED when its text cannot be edited:
 * it was released, it takes an article down, or nobody is known to sit here.
 */
pane_make editor_new;

/*
 * The same, to suggest: saving makes a suggestion of each change and leaves the draft as it is.  What is
 * not suggested yet is kept in a journal of its own.
 */
pane_make editor_suggest_new;

/*
 * Appends a sentence that names the drafts of which unsaved text of this person was kept, or else what was
 * kept and cannot be offered here; false for none.
 */
bool editor_left_behind(struct desk *desk, struct strbuf *out);

#endif
