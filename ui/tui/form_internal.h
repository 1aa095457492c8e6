/*
 * What the files of the form share; nobody else includes it but its tests.
 *
 *	form.c       the rows: what is known of fields, what the text has
 *	form_edit.c  keys, and the changes that come of them
 *	form_draw.c  the picture
 */
#ifndef COPYDESK_FORM_INTERNAL_H
#define COPYDESK_FORM_INTERNAL_H

#include "text/dateparts.h"
#include "text/frontmatter.h"
#include "text/wrap.h"
#include "tui/field.h"
#include "tui/form.h"

enum form_type {
	FORM_LINE,     /* a text */
	FORM_DATE,     /* a date, by its parts */
	FORM_LIST,     /* several, one a line */
	FORM_LANGUAGE, /* a tag, from a list */
	FORM_VALUES,   /* one of those that the policy allows */
	FORM_DIGIT,    /* 1 to 9 */
	FORM_TRUTH,    /* yes or no */
	FORM_SECTION,  /* the article's folder, which is no field */
	FORM_OTHER,    /* what only the text can show */
};

struct form_row {
	char *key; /* "" for the section */
	const char *label;
	const char *about; /* what it is for, or NULL */
	enum form_type type;
	bool required;
	struct frontmatter_field field;
	char *value;          /* "" when it is not there; items one a line */
	struct strlist items; /* of a list */
	char *fault;          /* why it cannot be submitted so, or NULL */
};

enum form_edit {
	FORM_EDIT_NONE,
	FORM_EDIT_TEXT,
	FORM_EDIT_DATE,
};

/* What is to become of a field. */
struct form_change {
	bool wanted;
	char *key;
	bool list;
	bool remove;
	struct strlist items;
};

struct form {
	struct form_matter matter;
	enum form_state state;
	char *problem;   /* why the block cannot be read, or NULL */
	size_t bad_line; /* or 0 */
	struct form_row *rows;
	size_t count;
	size_t capacity;
	size_t at;  /* the row that is chosen */
	size_t top; /* the row that is drawn first */
	int page;   /* rows that were drawn last */
	int step;   /* rows to go on by once the change is made */

	enum form_edit edit;
	struct field field; /* FORM_EDIT_TEXT */
	bool many;          /* Enter makes another line */
	struct strbuf tail; /* line ends after the value, which are not shown */
	struct dateparts date;
	enum dateparts_part part;
	bool wrong;           /* what was typed as a date is none, as was said */
	struct strlist offer; /* completions of what is being typed, the best first */

	struct form_change change;
	const char *says;
	struct wrap wrap;
	size_t *drawn; /* of each row of the screen, the row of the form that stands there */
	size_t drawn_count, drawn_capacity;
};

struct form_row *form_chosen(const struct form *form);

/* What the policy says of a row now, or NULL: not kept, because the desk may read its policy anew. */
const struct policy_field *form_rule_of(const struct form *form, const struct form_row *row);

/* Has the row with this key become these items; count 0 takes the field out. */
bool form_wants(struct form *form, const char *key, const char *const *items, size_t count, bool list);

/* The number of the row with a key, or SIZE_MAX. */
size_t form_find(const struct form *form, const char *key);

#endif
