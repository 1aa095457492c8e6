/*
 * The filter line of the desk: words, and fields as section:culture.
 *
 * Words must all stand in headline, byline, slug, the draft's name or section;
 * quotation marks keep words together (by:"A. Writer"; one that is still open
 * reaches to the end).  The fields are section:, state:, lang: and date:, of
 * which the value is a beginning (date:2026-11), and by:, of which it is a
 * part.  All is compared in NFKC with case folded.  A field that is not one of
 * these is a word like any other.
 */
#ifndef COPYDESK_SEARCH_H
#define COPYDESK_SEARCH_H

#include <stdbool.h>

struct search;

/* What a filter looks at; any may be NULL. */
struct search_fields {
	const char *title;
	const char *path;
	const char *name;
	const char *section;
	const char *byline;
	const char *state; /* the word and the label both match */
	const char *label;
	const char *language;
	const char *date;
};

/* Never fails; an empty query matches everything. */
struct search *search_new(const char *query);
void search_free(struct search *search);
bool search_matches(const struct search *search, const struct search_fields *fields);

/* Whether the fields alone hold (section:, state: ...), whatever the words are. */
bool search_fields_match(const struct search *search, const struct search_fields *fields);

/* The value of the first state: that no state begins with, by its word or its label; NULL. Borrowed. */
const char *search_wrong_state(const struct search *search);

/* The words without the fields, separated by spaces; "" when there are none. Borrowed. */
const char *search_words(const struct search *search);

#endif
