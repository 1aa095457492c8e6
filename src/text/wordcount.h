/*
 * How long an article is, as an editor counts: words of alphabetic scripts and
 * Han characters separately, because a desk pays and plans by both.
 */
#ifndef COPYDESK_WORDCOUNT_H
#define COPYDESK_WORDCOUNT_H

#include <stdbool.h>
#include <stddef.h>

struct wordcount {
	size_t words;   /* runs of letters and numbers that are not Han; see below */
	size_t han;     /* Han characters, without punctuation */
	size_t minutes; /* reading time, rounded up: 238 words or 400 Han characters a minute */
};

/*
 * Counts a Markdown body (not its front matter).  A word goes on over an inner apostrophe, hyphen or
 * point ("don't", "twenty-one", "U.S."), and a number over a comma or colon ("1,204", "10:30"), much as
 * in UAX #29 rules WB6 to WB12.  What a reader does not see does not count: markup, the addresses and
 * titles of links, definitions of references, numbers of list items, HTML tags and comments, Hugo's
 * shortcodes; nor do addresses that stand in the text.
 */
struct wordcount wordcount_of(const char *text, size_t len);

/* -- In slices, for a text so long that nobody should wait for the whole -- */

/* Kinds of what a reader never sees, as comments. */
#define WORDCOUNT_UNSEEN 3

/* How far a count has come; begins as all zero. */
struct wordcount_scan {
	size_t pos; /* bytes of the text that were looked at */
	int place;
	bool in_line;                    /* not at a line's start */
	bool unclosed[WORDCOUNT_UNSEEN]; /* nothing from here on closes it: looking once is enough */
	struct wordcount count;          /* right when the whole text was looked at */
};

/*
 * Goes on over some bytes more; false when the whole was counted.  The text is the same in each call, though
 * it may lie elsewhere.
 */
bool wordcount_slice(struct wordcount_scan *scan, const char *text, size_t len, size_t bytes);

#endif
