/*
 * What is half typed into a question outlives the program, as a draft's text does.
 *
 * It is in a journal of its own (store/journal.h) from the first letter on, before the screen shows it, and
 * the journal goes when the person has answered or left with Esc.  What a killed program left is in the field
 * when the same question about the same draft is asked again.
 */
#ifndef COPYDESK_PROMPT_JOURNAL_H
#define COPYDESK_PROMPT_JOURNAL_H

#include "tui/pane.h"
#include "tui/prompt.h"

struct journal_entry;

/* prompt_text, prompt_lines: before it is shown. draft and what, a few words, tell which question it is. */
void prompt_journal(struct prompt *prompt, const struct pane_place *place, const char *draft,
		    const char *what);

/* What such a journal is about, "lake: Comment", borrowed from the entry; NULL for one of another kind. */
const char *prompt_journal_about(const struct journal_entry *entry);

#endif
