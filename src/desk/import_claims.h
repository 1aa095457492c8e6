/*
 * What the lines of a text say about it, gathered, weighed and made into the
 * fields of its front matter.  A part of import.
 */
#ifndef COPYDESK_IMPORT_CLAIMS_H
#define COPYDESK_IMPORT_CLAIMS_H

#include <stddef.h>

#include "desk/import_labels.h"

struct import;

/* One thing that a line says. */
struct import_claim {
	enum import_label label;
	char *value;
	size_t line;     /* from 0 */
	const char *key; /* the field that it went to, or NULL; set when it is settled */
	enum date_result date;
	char iso[DATE_TEXT_SIZE];
};

struct import_claims {
	struct import_claim *claims;
	size_t count;
	size_t capacity;
};

void import_claim(struct import_claims *claims, const struct import_item *item, size_t line);
void import_claims_clear(struct import_claims *claims);

/*
 * Decides which claims are the date and the last change, and adds these fields; warns of dates that
 * are two or none.
 */
void import_settle_dates(struct import *out, struct import_claims *claims);

/*
 * The same for the fields from byline to tags, in the order of front matter.  An author that is an
 * organisation is the source where no other is named; names that are claimed twice stand once.
 */
void import_settle(struct import *out, struct import_claims *claims);

#endif
