/*
 * What the files of the desk's list share; no other room includes this.
 */
#ifndef COPYDESK_DESK_PANE_INTERNAL_H
#define COPYDESK_DESK_PANE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/desk.h"
#include "tui/field.h"
#include "tui/pane.h"

struct error;
struct page;
struct strbuf;

/* How many tabs there are; see desk_pane_list.c. */
#define DESK_PANE_TABS 6

struct desk_list {
	struct pane_place place;
	size_t tab;
	size_t sort; /* of the ways of desk_list_sort(), from 0 */
	struct field filter;
	bool filtering; /* the keys go to the filter */
	size_t *rows;   /* indexes of the desk's rows that are shown */
	size_t count;
	size_t capacity;
	size_t counts[DESK_PANE_TABS];
	size_t total;      /* of the tab, without the filter */
	size_t chosen;     /* index in rows */
	char *chosen_name; /* of the row under the cursor, and its path; NULL without a row */
	char *chosen_path;
	size_t top;    /* first one drawn */
	int height;    /* rows of the list at the last drawing */
	uint64_t seen; /* version of the desk that rows were made for */
	uint64_t version;
	struct page *page; /* of the chosen one, where there is room */
	struct oid page_blob;
	size_t page_top;
	bool wide;
	size_t known, articles; /* that the catalog knows, of so many */
	bool indexing;
	uint64_t indexed; /* version of the desk after the last indexing */
	char *news;       /* what came in from others, until the person does something; or NULL */
	int64_t look_at;  /* when to look for news, clock_monotonic() */
};

struct desk_tab {
	const char *word; /* for pane_host's open */
	const char *label;
	const char *short_label; /* where there is less room */
	const char *empty;       /* what to say, and do, when it holds nothing */
	bool (*holds)(const struct desk_row *row);
};

extern const struct desk_tab desk_tabs[DESK_PANE_TABS];

/*
 * A row that is shown, or NULL when there are not so many, or the desk changed since the list was
 * filled; borrowed until the desk changes.
 */
const struct desk_row *desk_list_row(const struct desk_list *list, size_t index);

/*
 * The row under the cursor, found by its name when the desk changed since the list was filled; or
 * NULL.  Borrowed until the desk changes.
 */
const struct desk_row *desk_list_chosen(const struct desk_list *list);

/* What a matter is opened by: the draft's name or the article's path. */
const char *desk_list_name(const struct desk_row *row);

/* How the list is sorted, in words. */
const char *desk_list_sorting(const struct desk_list *list);

/* Sorts it in the next way. */
void desk_list_sort(struct desk_list *list);

/* Counts what each tab holds. */
void desk_list_count(struct desk_list *list);

/* Fills the list; the cursor is kept on its matter, or goes to the first row. */
void desk_list_fill(struct desk_list *list, bool keep);

/* The same, with the cursor kept, if the desk changed. */
void desk_list_refill(struct desk_list *list);

/* Whether it may go out, now or at its time. */
bool desk_list_is_approved(const struct desk_row *row);

/* Whether a row is that of a matter: a draft's name, or an article's path. */
bool desk_list_is_for(const struct desk_row *row, const char *name);

/* Puts the cursor on the row of a matter; false when it is not shown. */
bool desk_list_choose(struct desk_list *list, const char *name);

/* Keeps what the cursor is on by name: rows are gone when the desk's version rises. */
void desk_list_remember(struct desk_list *list);

/* Functions of struct pane_ops. */
void desk_pane_title(const void *state, struct strbuf *out);
void desk_pane_title_right(const void *state, struct strbuf *out);
void desk_pane_status(const void *state, struct strbuf *out);
void desk_pane_draw(void *state, struct canvas_region region, bool focused);

/* What is asked about the row under the cursor, or without one, before it is done. */
enum desk_question {
	DESK_ASK_WITHDRAW,
	DESK_ASK_SPIKE,
	DESK_ASK_RESTORE,
	DESK_ASK_SUBMIT,
};

/* Of the desk's own files, which is to change. */
enum desk_file {
	DESK_FILE_RULES,
	DESK_FILE_SIGNERS,
	DESK_FILE_WORDS,
};

/* Functions of command rows, with a struct desk_list as target. */
int desk_ask_place(void *target, int argument, struct error *err);
int desk_ask_words(void *target, int question, struct error *err);
int desk_ask_article(void *target, int argument, struct error *err);
int desk_ask_file(void *target, int argument, struct error *err);
int desk_change_file(void *target, int which, struct error *err);
int desk_ask_paste(void *target, int argument, struct error *err);

#endif
