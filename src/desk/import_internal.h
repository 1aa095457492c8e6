/*
 * What the files of import share; no other room includes this.
 *
 *	import.c           the whole: a text read, and made into an article
 *	import_plain.c     plain texts
 *	import_markdown.c  Markdown
 *	import_lines.c     lines that say something, and what became of each
 *	import_claims.c    what is claimed, weighed
 *	import_labels.c    labels and credits
 *	import_furniture.c what stands around a text on a news page
 *	import_parts.c     the parts of an import: lines with their fate, fields, warnings
 */
#ifndef COPYDESK_IMPORT_INTERNAL_H
#define COPYDESK_IMPORT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "desk/import.h"
#include "desk/import_claims.h"

struct strbuf;

/* Says where a line went; what is copied. A line that was marked before is marked anew. */
void import_mark(struct import *out, size_t line, enum import_fate fate, const char *what);

void import_add_field(struct import *out, const char *key, const char *value, size_t line);
void import_warn(struct import *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Whether line is one of labels at place; if so, marks it and claims what it says.  A second title and
 * the date of an event in the head are text.
 */
bool import_take_labels(struct import *out, struct import_claims *claims, size_t line,
			enum import_place place);

/* The same for a credit. */
bool import_take_credit(struct import *out, struct import_claims *claims, size_t line);

/*
 * The credits and labels that close a text: takes them from the line before end up to first, over
 * lines that are blank or dropped.
 */
void import_take_closing(struct import *out, struct import_claims *claims, size_t first, size_t end);

/* Once claims are settled: names the fields on the lines that gave them, and drops lines that gave none. */
void import_name_lines(struct import *out, const struct import_claims *claims);

/* Marks every line of a plain text, claims what they say, and gives the headline (owned). */
char *import_plain(struct import *out, struct import_claims *claims);

/* Appends the body of a plain text: paragraphs with a blank line between. */
void import_plain_body(struct strbuf *body, const struct import *import);

/*
 * The same for Markdown whose body starts at a line, from 0: with labels, where it has no front
 * matter, claims what it says.  The headline is NULL where there is none.
 */
char *import_markdown(struct import *out, struct import_claims *claims, size_t first, bool labels);

#endif
