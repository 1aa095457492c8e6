/*
 * An edited text as a row of changes that can be taken one by one, and where
 * such a change belongs when the text has been edited since.
 *
 * A hunk's passage is never empty, so that it can be found again: words that
 * are put in take the word beside them into the passage and the replacement.  The lines that begin
 * and end front matter are in a passage whole or not at all.
 */
#ifndef COPYDESK_HUNK_H
#define COPYDESK_HUNK_H

#include <stdbool.h>
#include <stddef.h>

struct diff;
struct error;
struct strbuf;

struct hunk {
	size_t start, len; /* the passage, bytes of the old text */
	char *text;        /* what comes in its place; with a NUL after it */
	size_t text_len;   /* bytes */
};

struct hunks {
	struct hunk *items; /* in order, not overlapping */
	size_t count;
	size_t capacity;
};

/*
 * The hunks that make the new text of the old one.  E_INVALID when the old text is empty and the new one
 * is not: there is no passage to put it at.  The caller clears, also after an error.
 */
int hunks_make(struct hunks *out, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
	       struct error *err);

/* Appends a change that is still to be settled: it may be empty, and stand anywhere. */
void hunks_add(struct hunks *hunks, size_t start, size_t len, const char *text, size_t text_len);

/*
 * Makes hunks of changes that were added in order and do not overlap: widened as said above, and put
 * together where they then overlap.  What changes nothing goes.  E_INVALID as for hunks_make().
 */
int hunks_settle(struct hunks *hunks, const char *old_text, size_t old_len, struct error *err);
void hunks_clear(struct hunks *hunks);

/* Appends the old text with all hunks applied. */
void hunks_apply(struct strbuf *out, const struct hunks *hunks, const char *old_text, size_t old_len);

/* -- Finding a passage again -- */

/* Moves a passage along with hunks that were applied to its text; false when one of them changes it. */
bool hunk_shift(size_t *start, size_t len, const struct hunks *applied);

struct hunk_text {
	const char *bytes;
	size_t len;
};

/*
 * Where the passage start..start+len of the old text stands unchanged in the new one: as their
 * difference (may be NULL) says, else where the words stand with more of their surroundings than
 * anywhere else.  False when it does not, or too little around it is alike to tell where.
 */
bool hunk_find(size_t *at, const struct diff *diff, struct hunk_text old_text, struct hunk_text new_text,
	       size_t start, size_t len);

#endif
