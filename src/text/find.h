/*
 * Finding words in a text that is being edited, and putting others in their place.
 *
 * What is sought is compiled once; then a buffer is searched, piece by piece,
 * from any place on.  The text is not copied, except for pieces that hold bytes
 * which are not UTF-8, or that are compared without regard to width.
 *
 *	find_new(&find, "volunteer", 9, &options, NULL, &err);
 *	while (find_next(find, buffer, from, to, &match, &err) > 0)
 *		from = match.end;
 *	find_free(find);
 *
 * A find must not outlive the buffers that it searched.
 *
 * A match is one byte long at least.  It never parts a letter from the marks on
 * it; only plain words that begin with a mark are found at one.  A bad byte is matched by nothing that can be
 *typed, only by what takes any character.  Regular expressions are PCRE2's with Unicode's properties:
 * "^" and "$" stand at the starts and ends of lines, "." takes no line end.
 * Each search has limits (pcre2api(3), "The match context"), so that an
 * expression that would try for ever ends with a sentence instead.
 */
#ifndef COPYDESK_FIND_H
#define COPYDESK_FIND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct buffer;
struct error;
struct find;

enum find_case {
	FIND_CASE_SMART,   /* counts where a capital letter is sought */
	FIND_CASE_COUNTS,  /* "Lake" is not "lake" */
	FIND_CASE_IGNORED, /* it is */
};

struct find_options {
	enum find_case letters;
	bool words; /* matches are whole words: by UAX #29, of Chinese by ICU's dictionary */
	bool regex; /* what is sought is a regular expression */
	bool width; /* forms of one character are the same: fullwidth, halfwidth, circled (NFKC, UAX #15) */
};

/* Whether case counts when this is sought. */
bool find_counts_case(const char *sought, size_t len, const struct find_options *options);

/*
 * E_INVALID says what is wrong with a regular expression, and *at (may be NULL) where: bytes from its
 * start.  An empty sought is found nowhere.
 */
int find_new(struct find **out, const char *sought, size_t len, const struct find_options *options,
	     size_t *at, struct error *err);
void find_free(struct find *find);

struct find_match {
	size_t start, end; /* bytes of the buffer */
};

/*
 * The first match that starts in from..to (it may end later): 1 when there is one, 0 when there is
 * none, E_INVALID when a limit was reached.  Time: some milliseconds at most for plain words in a
 * range of 1 MiB; expressions may take far longer, but never for ever.
 */
int find_next(struct find *find, struct buffer *buffer, size_t from, size_t to, struct find_match *out,
	      struct error *err);

/* The last match that starts in from..to; otherwise as find_next(). */
int find_previous(struct find *find, struct buffer *buffer, size_t from, size_t to, struct find_match *out,
		  struct error *err);

/* -- Replacing -- */

/*
 * What takes the place of a match.  Plain words are put in as they are.  For a regular expression,
 * $0 to $99 and ${1} stand for what its brackets took ($0: for all), ${name} for a named one, $$ and
 * \$ for a dollar sign, \n for a line end, \t for a tab, \\ for a backslash.
 */
struct find_by {
	const char *text;
	size_t len;
	const char *eol; /* what \n puts in: "\n" or "\r\n" */
};

/* E_INVALID when it names brackets that the expression has not got. */
int find_check_by(struct find *find, const struct find_by *by, struct error *err);

/* Appends what takes the place of the match that was found last, in the buffer as it was then. */
void find_expand(struct find *find, struct buffer *buffer, const struct find_by *by, struct strbuf *out);

/* A place of the text before the edits, and where it comes to lie; of what is replaced, at its start. */
struct find_place {
	size_t was, is;
};

/* Edits that replace every match, each of one match or of several near each other. */
struct find_edits {
	struct find_edit {
		size_t pos; /* bytes of the text before any of the edits */
		size_t cut;
		size_t at; /* what comes in: bytes of text */
		size_t len;
	} * items; /* in order */
	size_t count;
	size_t capacity;
	struct strbuf text;
	size_t matches; /* that are replaced */
	struct find_place
	    places[2]; /* set both to the same before the first call; kept right by find_replace() */
};

#define FIND_EDITS_INIT                                                                                      \
	{                                                                                                    \
		.text = STRBUF_INIT                                                                          \
	}

void find_edits_clear(struct find_edits *edits);

/*
 * Adds the edits for the matches that lie in *from..to, until they are all there or for some
 * milliseconds (of clock_monotonic()) below until.  1 when all are there; 0 when time is over: *from is
 * where to go on; E_INVALID as find_next() and find_check_by().
 */
int find_replace(struct find *find, struct buffer *buffer, size_t *from, size_t to, const struct find_by *by,
		 int64_t until, struct find_edits *edits, struct error *err);

#endif
