/*
 * Two states of a draft laid side by side, for the panes that show what
 * changed: which two, the rows of it, the cursor in them, and the question
 * what else to compare with.
 *
 * The cursor stays on its words, or on its comment, when the draft grows, the
 * window changes, or another state is chosen.
 *
 *	comparison_init(&c, place, name);
 *	comparison_load(&c, draft, &err);         -- when the draft or the choice changed
 *	comparison_lay_out(&c, &notes, &lines, width);
 *	comparison_draw(&c, region, focused);
 *	comparison_clear(&c);
 */
#ifndef COPYDESK_COMPARISON_H
#define COPYDESK_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "desk/attachment.h"
#include "desk/desk.h"
#include "tui/changes.h"
#include "tui/pane.h"
#include "tui/scroll.h"

struct error;

/* From so many columns of the screen on both versions stand side by side, unless the person has it otherwise.
 */
#define COMPARISON_SIDES 120

/* Something that the cursor can stand on whatever becomes of the rows. */
struct comparison_spot {
	char note[REPO_HEX_SIZE]; /* id of a note; "" for none */
	size_t at;                /* byte of the new text */
	size_t nth;               /* of the rows at that byte, or of the note */
};

/* A note with an id that stays. */
struct comparison_note {
	char id[REPO_HEX_SIZE];
	struct changes_note note;
};

struct comparison {
	struct pane_place place;
	char *name; /* of the draft */

	/* What is compared. */
	struct since since;
	bool plain;       /* there is nothing to compare with */
	char *words;      /* "since the published text" */
	struct oid head;  /* of the draft when it was read */
	struct oid after; /* blob of the newer text */
	struct strbuf old_text, new_text;
	struct redline redline;
	struct attachments attachments;

	/* How it is shown. */
	enum { COMPARISON_AUTO, COMPARISON_INLINE, COMPARISON_BESIDE } layout;
	bool whole; /* nothing is folded away */
	struct changes_range *opened;
	size_t opened_count;
	size_t opened_capacity;
	bool beside; /* as of the last laying out */
	bool wide;   /* there was room for both versions beside each other */
	struct changes changes;
	struct comparison_note *notes; /* of the rows; lines are not kept */
	size_t note_count;
	size_t cursor; /* row */
	size_t mark;   /* row where a passage was begun, CHANGES_NONE for none */
	struct scroll scroll;
	uint64_t version; /* rises with what is shown */
	bool stale;       /* what is compared changed, or how it is shown */
};

/* The published text is what it begins with. */
void comparison_init(struct comparison *c, const struct pane_place *place, const char *name);
void comparison_clear(struct comparison *c);

/* Reads both states. */
int comparison_load(struct comparison *c, const struct draft *draft, struct error *err);

/* Makes the rows for a region of so many columns; notes are in order of their places. */
void comparison_lay_out(struct comparison *c, const struct comparison_note *notes, size_t note_count,
			const struct changes_line *lines, size_t line_count, int width);

/* Draws the rule at the top of a pane, with what is compared in it. */
void comparison_draw_head(const struct comparison *c, struct canvas_region region);

/* Draws rows and cursor into a region without rules. */
void comparison_draw(struct comparison *c, struct canvas_region region, bool focused);

/* Whether a row belongs to the passage that is being marked. */
bool comparison_is_marked(const struct comparison *c, size_t row);

/* The row under the cursor, or NULL. */
const struct changes_row *comparison_row(const struct comparison *c);

/* Appends "3 changes, a picture and a link to nothing" for a status line. */
void comparison_count(struct strbuf *out, const struct comparison *c);

/* Lines about the attachments, for comparison_lay_out(); the caller frees them with the texts. */
struct changes_line *comparison_files(const struct comparison *c, size_t *count);
void comparison_files_free(struct changes_line *lines, size_t count);

/* -- What a person does with it -- */

void comparison_move(struct comparison *c, enum scroll_move move);

/* To the next change or note, or the one before; false where there is none. */
bool comparison_jump(struct comparison *c, int by);
void comparison_mark(struct comparison *c);

/* Opens the fold under the cursor; false when it is on none. */
bool comparison_open(struct comparison *c);
void comparison_toggle_whole(struct comparison *c);
void comparison_toggle_beside(struct comparison *c);

/* Asks what to compare with, and says what cannot be. */
int comparison_ask(struct comparison *c, struct error *err);

#endif
