/*
 * What a pane is to the app, and the app to a pane.
 *
 * A pane shows one matter (the desk's list, an editor, a review) and changes
 * it through src/desk.  It is a const table of functions and its own state.
 * The app gives it a region, the focus and the keys that no command took; it
 * never knows the app, nor any other pane: what it wants of the rest of the
 * screen it asks of the struct pane_host that it was born with.
 *
 *	int reader_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err);
 *
 * A pane draws when version() gives another number than at its last drawing,
 * or when the app moved it.  It draws all of its region every time; the frame
 * room finds out what differs.
 */
#ifndef COPYDESK_PANE_H
#define COPYDESK_PANE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/canvas.h"
#include "tui/command.h"
#include "tui/input.h"

struct error;
struct prompt;
struct strbuf;

struct pane_ops {
	/* One word for tests, "desk", "editor". */
	const char *name;

	/* Its commands; the target of each row is the pane's state. */
	const struct command_table *commands;

	/* Appends what stands at the left and at the right of its title line; right may be NULL. */
	void (*title)(const void *state, struct strbuf *out);
	void (*title_right)(const void *state, struct strbuf *out);

	/* Appends what the status line tells about it ("Saved 12:04:31 · 212 words"); may be NULL. */
	void (*status)(const void *state, struct strbuf *out);

	/*
	 * Draws all of it, its title line not included.  With the focus, it places the cursor where text
	 * goes in, if it has such a place.  The region can be of any size, 0 included.
	 */
	void (*draw)(void *state, struct canvas_region region, bool focused);

	/*
	 * Draws anew the one row that changed since draw, over that picture, and places the cursor; *at is
	 * the row of the region.  False, and nothing drawn, where more may have changed.  The answer to a key
	 * goes out by this; draw follows some milliseconds later, with what is left out.  May be NULL for
	 * never.
	 */
	bool (*draw_row)(void *state, struct canvas_region region, int *at);

	/* A number that changes whenever draw, title or status would show something else. */
	uint64_t (*version)(const void *state);

	/*
	 * It is open already and is to show this of its kind; NULL for a pane of which there is one for
	 * every name.
	 */
	void (*show)(void *state, const char *name);

	/*
	 * Whether the person types into it now: input() then gets every event before the commands do, and
	 * those that it does not take go on to them.  NULL for never.
	 */
	bool (*typing)(const void *state);

	/*
	 * A key that no command took, a paste, or the mouse (row and column are the region's); true when
	 * it was of use.  May be NULL.
	 */
	bool (*input)(void *state, const struct input_event *event);

	/*
	 * Whether a key with Alt means something now.  NULL: what its commands say.
	 */
	bool (*alt)(const void *state, struct input_key key);

	/*
	 * Does what is due at now and returns when it wants to be called next, both in milliseconds of
	 * clock_monotonic(), or LOOP_NEVER of loop.h.  May be NULL for never.
	 */
	int64_t (*tick)(void *state, int64_t now);

	/*
	 * May it be closed?  True: the app frees it.  False: it asks the person first (host->ask) and
	 * calls host->close when that is settled.  NULL for always.
	 */
	bool (*close)(void *state);

	/*
	 * The process must end within a second: keeps what is unsaved (the journal has it already, the
	 * wip ref may take it) and asks nothing.  May be NULL.
	 */
	void (*hangup)(void *state);

	void (*free)(void *state);
};

struct pane {
	const struct pane_ops *ops;
	void *state; /* the pane's own; freed by ops->free */
};

/* Matters that a pane can ask the app to show, beside or instead of itself. */
enum pane_kind {
	PANE_DESK,    /* the list of articles and drafts; name is a tab's, an article's path, or NULL */
	PANE_READER,  /* an article or draft, rendered */
	PANE_EDITOR,  /* a draft's text; of an article, a correction */
	PANE_SUGGEST, /* a draft's text, edited to suggest other words to its author; after the name may
			 stand a blank and the byte of the text where the cursor goes */
	PANE_REVIEW,  /* a draft's changes and comments */
	PANE_COMPARE, /* a draft against what is published */
	PANE_HISTORY, /* who did what to it */
	PANE_RELEASE, /* approved drafts, to be released */
	PANE_IMPORT,  /* what an import would make of a file; name NULL: of the desk's clipboard */
};

/* What the person is told in the status line. */
enum pane_tone {
	PANE_SAID,   /* it is done */
	PANE_WARNED, /* look at this */
	PANE_FAILED, /* it is not done, and why */
};

/* What a pane may ask of the app. Every function is there; app is handed to each. */
struct pane_host {
	void *app;

	/* Shows a matter; name is a draft's name, an article's path, or what kind says. */
	void (*open)(void *app, enum pane_kind kind, const char *name);

	/*
	 * Says one sentence (UTF-8, not yet sanitised) in the status line until the next key; NULL takes back
	 * what was merely said, so that the pane's own status is seen.
	 */
	void (*say)(void *app, enum pane_tone tone, const char *sentence);

	/* Asks the person; takes the prompt. One that is open already is cancelled. */
	void (*ask)(void *app, struct prompt *prompt);

	/* Closes the pane with this state after the current event, without asking again. */
	void (*close)(void *app, void *state);

	/* The newsroom changed (a save, an event, a release): everybody looks again. */
	void (*changed)(void *app);

	/* Puts a text on the clipboard, the desk's own and (where it takes it) the terminal's. */
	void (*copy)(void *app, const char *text, size_t len);

	/* The desk's own clipboard; borrowed until the next copy; never NULL. */
	const char *(*clipboard)(void *app, size_t *len);

	/*
	 * Gives the terminal to a program until it ends, with its exit status (see spawn_foreground());
	 * argv is NULL-terminated.
	 */
	int (*lend)(void *app, const char *const *argv, int *status, struct error *err);
};

struct desk;
struct exchange;
struct worker;

/* What a pane is born with; host and its app, desk and worker outlive it. */
struct pane_place {
	const struct pane_host *host;
	struct desk *desk;
	struct worker *worker;
	struct exchange *exchange; /* what is done with the server; NULL where there is nobody to do it */
};

/*
 * Makes a pane of one kind for a matter: name as in struct pane_host's open.  Each pane's header
 * declares one of these; place is copied.
 */
typedef int pane_make(struct pane *out, const struct pane_place *place, const char *name, struct error *err);

#endif
