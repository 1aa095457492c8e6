/*
 * What can be done, as rows.
 *
 * Every command is one row of a const table that the pane which it works on
 * exports.  Keys, the menu, the palette, the help screen, the bar of keys and
 * the tables of the manual are all read from these rows, so they cannot drift.
 * A row:
 *
 *	static const struct command desk_rows[] = {
 *		{
 *			.name = "release.run",
 *			.label = "Release",
 *			.help = "Publish approved drafts in one commit",
 *			.keys = "R",
 *			.needs = COMMAND_WRITABLE,
 *			.bar = 50,
 *			.menu = "Desk",
 *			.run = desk_release,
 *		},
 *
 * A command set stacks tables, each with the object that its functions work
 * on, from the most specific (the pane with the focus) to the app.  Where two
 * rows have the same key, the more specific one takes it.
 */
#ifndef COPYDESK_COMMAND_H
#define COPYDESK_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/input.h"

struct error;
struct strbuf;

/*
 * What must hold before a command runs.  Each has its sentence in command.c, which is shown where it
 * does not hold; a command is left out altogether where one without a sentence does not hold.  What a
 * rule of the desk forbids (an author approving own text) is no need: the desk refuses it, with
 * its reason, when the command runs.
 */
enum command_need {
	COMMAND_ARTICLE = 1 << 0,     /* an article or draft is under the cursor or open */
	COMMAND_DRAFT = 1 << 1,       /* and it is a draft */
	COMMAND_PUBLISHED = 1 << 2,   /* and it is published */
	COMMAND_IN_REVIEW = 1 << 3,   /* and it has been submitted */
	COMMAND_APPROVED = 1 << 4,    /* and it has every approval */
	COMMAND_SPIKED = 1 << 5,      /* and it is spiked */
	COMMAND_UNSAVED = 1 << 6,     /* there is text that is not saved */
	COMMAND_SAVED = 1 << 7,       /* there is none */
	COMMAND_SELECTION = 1 << 8,   /* some text is selected */
	COMMAND_CLIPBOARD = 1 << 9,   /* something was cut or copied */
	COMMAND_CHANGE = 1 << 10,     /* a change is under the cursor */
	COMMAND_COMMENT = 1 << 11,    /* a comment is under the cursor */
	COMMAND_SOUGHT = 1 << 12,     /* something has been searched for */
	COMMAND_WRITABLE = 1 << 13,   /* the newsroom can be written */
	COMMAND_SUGGESTION = 1 << 19, /* a suggestion that is open is under the cursor */
	COMMAND_OWN_TEXT = 1 << 20,   /* the cursor is in the text that is edited, not in one beside it */
	COMMAND_REMOTE = 1 << 14,     /* the newsroom has a place to fetch from and push to */
	/* Those below have no sentence: where one does not hold, its rows are left out. */
	COMMAND_SAMPLE = 1 << 15,  /* this is the sample newsroom */
	COMMAND_ALONE = 1 << 16,   /* the pane is the only one */
	COMMAND_ABOVE = 1 << 17,   /* another pane is below it */
	COMMAND_LETTERS = 1 << 18, /* nobody types, so a letter can be a key */
	COMMAND_FACING = 1 << 21,  /* another text stands beside this one */
	COMMAND_WRITES = 1 << 22,  /* what is edited is saved as the draft's text */
	COMMAND_SUGGESTS = 1 << 23 /* what is edited becomes suggestions to its author */
};

struct command {
	const char *name;  /* "object.verb"; unique over all tables, never shown to change */
	const char *label; /* a word or two: the bar and the menu */
	const char *help;  /* one line without a stop: the palette, the help screen, the manual */
	const char *keys;  /* names as in keymap.h, the first is the one that is shown; NULL for none */
	unsigned needs;    /* of enum command_need */
	unsigned bar;      /* place in the bar of keys from the left, 0 for not in it */
	const char *menu;  /* the menu that it stands in, "Article", "Edit", "View" ...; NULL for none */
	int argument;      /* handed to run, so that rows can share a function */
	/* Does it. 0, or a negative E_* with err filled, which the app shows; E_CANCELLED is not shown. */
	int (*run)(void *target, int argument, struct error *err);
};

struct command_table {
	const char *title;          /* where these commands work, "The desk", "The editor": a heading */
	const char *about;          /* a sentence or two on what one does there, or NULL */
	const struct command *rows; /* in the order of menus and help */
	size_t count;
	/* The needs that hold now for target, of those that the table knows about; NULL for none. */
	unsigned (*holds)(const void *target);
};

struct command_layer {
	const struct command_table *table;
	void *target; /* what the rows of the table work on */
};

#define COMMAND_LAYERS 4

struct command_set {
	struct command_layer layers[COMMAND_LAYERS]; /* the most specific first */
	size_t count;
};

/* A row, and what it would work on. */
struct command_choice {
	const struct command *command;
	void *target;
};

/* Adds a layer below the ones that are there; at most COMMAND_LAYERS. */
void command_push(struct command_set *set, const struct command_table *table, void *target);

/* The needs that hold now in any layer. */
unsigned command_holds(const struct command_set *set);

/* The sentence why a row cannot run while only these needs hold; NULL when it can. */
const char *command_refusal(const struct command *command, unsigned holds);

/* The row that takes this key, or that has this name; false when there is none. */
bool command_for_key(const struct command_set *set, struct input_key key, struct command_choice *out);
bool command_by_name(const struct command_set *set, const char *name, struct command_choice *out);

/* Whether a row of the table has a key. */
bool command_has_key(const struct command_table *table, struct input_key key);

/* All rows that are offered, in order; *out grows by mem_grow and belongs to the caller. Returns how many. */
size_t command_list(const struct command_set *set, struct command_choice **out);

/* Runs a row if what it needs holds: 0, E_REFUSED with the sentence, or what the row returned. */
int command_run(const struct command_set *set, struct command_choice choice, struct error *err);

/*
 * Draws the bar of keys into a row: the rows with a place in it, in order, as many as fit; those that
 * cannot run now are dim.  The last column stays free.
 */
void command_bar(struct canvas_region region, int row, const struct command_set *set);

/*
 * Appends what a table is about and its keys for the manual, as a list in mdoc(7): one .It a row that
 * has a key.
 */
void command_manual(struct strbuf *out, const struct command_table *table);

/* Columns of the help screen at 80x24 that the keys of a table and its lines of help have together. */
#define COMMAND_SHEET 69

/*
 * Asserts what must be true of a table: names, labels and help filled, keys that parse, no key twice
 * in one table, no help cut at 80x24.  For tests.
 */
void command_check(const struct command_table *table);

#endif
