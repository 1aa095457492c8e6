/*
 * The fields at the top of an article as a form: one field a row.
 *
 * The form shows what a text's front matter says and what the desk's rules ask
 * of it, and turns keys into changes, one field at a time.  It does not have
 * the text: whoever has it gives the form the text, makes the change that the
 * form asks for, and gives it the text again.
 *
 *	form_read(form, text, len);
 *	if (form_input(form, event) == FORM_CHANGED && form_write(form, &out, text, len, &err) == 0)
 *		form_done(form, out.data, out.len);
 *
 * A field that is not changed keeps its bytes (frontmatter.h): form and text
 * are two views of the same.
 */
#ifndef COPYDESK_FORM_H
#define COPYDESK_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strlist.h"
#include "tui/canvas.h"
#include "tui/input.h"

struct clock;
struct error;
struct form;
struct policy;
struct policy_field;
struct strbuf;

/* What stands around the text; copied, what it points to is borrowed. */
struct form_matter {
	const struct policy *policy;
	const char *section; /* the article's */
	const struct clock *clock;
	/* Adds tags of the newsroom that begin with start, those that are used most first; NULL for none. */
	void (*tags)(void *context, const char *start, struct strlist *out);
	void *context;
};

struct form *form_new(const struct form_matter *matter);
void form_free(struct form *form);

/* Reads the head of a text, in which all of the block of fields lies; what is being edited is given up. */
void form_read(struct form *form, const char *text, size_t len);

enum form_state {
	FORM_FIELDS, /* there are rows */
	FORM_EMPTY,  /* the text has no block of fields */
	FORM_BROKEN, /* it has one that cannot be read */
};

/* What is said of a text that lost the line with which its block began. */
#define FORM_LOST "Line 1: the block of fields no longer begins with \"---\"."

enum form_state form_state(const struct form *form);

/* The line, from 1, in which the block is broken; 0 for none. */
size_t form_bad_line(const struct form *form);

/* How many fields have a fault that keeps the article from being submitted. */
size_t form_faults(const struct form *form);

/* -- Keys -- */

enum form_result {
	FORM_IGNORED, /* the event is for somebody else */
	FORM_TAKEN,   /* it did something in the form, or nothing at all */
	FORM_CHANGED, /* form_write() has a change to make */
	FORM_CHOOSES, /* the value of the row is to be chosen from a list, then form_set() */
	FORM_TEXT,    /* the person wants to see the text: at form_place(), where the row has one */
	FORM_BEGINS,  /* the text is to be given a block of fields */
	FORM_LEAVES,  /* the form is to be closed */
};

enum form_result form_input(struct form *form, const struct input_event *event);

/*
 * Ends the edit of a field, keeping it: true where there is a change to make, and the edit goes on until
 * form_done().
 */
bool form_finish(struct form *form);

/*
 * Whether what a field has by now would be a change if it were kept, which form_write() then makes; the
 * edit goes on.
 */
bool form_peek(struct form *form);

/* Whether a field is being edited, and whether it has another value than before. */
bool form_edits(const struct form *form, bool *changed);

/* Gives up the edit of a field. */
void form_cancel(struct form *form);

/* -- What it is about, while there are rows -- */

/* The key of the chosen row, "" for the section's, and its value, "" for none, items one a line; borrowed. */
const char *form_key(const struct form *form);
const char *form_value(const struct form *form);

/* What the policy says of the row, or NULL. */
const struct policy_field *form_rule(const struct form *form);

/* Where the chosen row's value stands in the text; false when it stands nowhere. */
bool form_place(const struct form *form, size_t *pos);

/* Chooses the row of a key; nothing when there is none. */
void form_choose(struct form *form, const char *key);

/* Has the field of a key become a value, NULL for none: true where that is a change to make. */
bool form_set(struct form *form, const char *key, const char *value);

/* Chooses the row whose cell was clicked; row is of the region that was drawn. */
void form_click(struct form *form, int row);

/* -- Making the change -- */

/* Appends the text with the change made, where there is one to make. */
int form_write(const struct form *form, struct strbuf *out, const char *text, size_t len, struct error *err);

/* The change was made, and this is the text now. */
void form_done(struct form *form, const char *text, size_t len);

/* -- Drawing -- */

void form_draw(struct form *form, struct canvas_region region, bool focused);

/* A sentence to be told to the person since the last input, or NULL. */
const char *form_says(const struct form *form);

#endif
