/*
 * Lines that say something about a text instead of being part of it: labels
 * ("来源：新华网  时间：2022-06-28") and credits ("(Reporter A. Writer)").
 * A part of import.
 */
#ifndef COPYDESK_IMPORT_LABELS_H
#define COPYDESK_IMPORT_LABELS_H

#include <stdbool.h>
#include <stddef.h>

#include "text/date.h"

enum import_label {
	LABEL_TITLE,
	LABEL_DATE,
	LABEL_LASTMOD, /* when it was updated */
	LABEL_BYLINE,
	LABEL_PHOTO, /* who took the pictures: in the byline, with the role */
	LABEL_SOURCE,
	LABEL_PUBLISHER,
	LABEL_ORIGINAL_TITLE,
	LABEL_EDITOR,
	LABEL_DESCRIPTION,
	LABEL_TAGS,
	LABEL_FURNITURE, /* a counter, a font size: known, and of no use */
	LABEL_CONTACT,   /* an address: ends the value before it */
};

struct import_item {
	enum import_label label;
	const char *value; /* in the line; trimmed of spaces, separators and buttons */
	size_t len;        /* bytes; 0 for an empty label */
	enum date_result date;
	char iso[DATE_TEXT_SIZE]; /* of a date that was read */
};

#define IMPORT_ITEMS 12

struct import_items {
	struct import_item item[IMPORT_ITEMS];
	size_t count;
};

enum import_place {
	IMPORT_HEAD,      /* below the headline */
	IMPORT_FOOT,      /* after the body: no events' dates, no hosts */
	IMPORT_FURNITURE, /* a line that is dropped: only to look for its publisher */
};

/* Whether a line is labels and their values and nothing else; if so, which. */
bool import_read_labels(struct import_items *out, const char *line, size_t len, enum import_place place);

/* Whether a line at the foot is a credit: a role and names, in brackets or alone. */
bool import_read_credit(struct import_items *out, const char *line, size_t len);

/* Whether a line says where an event is: the date above it is then the event's. */
bool import_is_place(const char *line, size_t len);

/* Whether a name is rather a web site's or an organisation's than a person's. */
bool import_is_organisation(const char *name, size_t len);

/* Moves *start and *end (bytes) inwards over white space and invisible characters. */
void import_trim(const char *text, size_t *start, size_t *end);

/* Whether a line ends as a sentence does, quotes and brackets after the mark apart. */
bool import_ends_sentence(const char *line, size_t len);

#endif
