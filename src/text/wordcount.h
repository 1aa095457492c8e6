/*
 * How long an article is, as an editor counts: words of alphabetic scripts and
 * Han characters separately, because a desk pays and plans by both.
 */
#ifndef COPYDESK_WORDCOUNT_H
#define COPYDESK_WORDCOUNT_H

#include <stddef.h>

struct wordcount {
	size_t words;   /* runs of letters and numbers that are not Han; see below */
	size_t han;     /* Han characters, without punctuation */
	size_t minutes; /* reading time, rounded up: 230 words or 400 Han characters a minute */
};

/*
 * Counts a Markdown body (not its front matter).  A word goes on over an inner apostrophe, hyphen or
 * point ("don't", "twenty-one", "U.S."), and a number over a comma or colon ("1,204", "10:30"), much as
 * in UAX #29 rules WB6 to WB12.  What a reader does not see does not count: markup, the addresses and
 * titles of links, definitions of references, numbers of list items, HTML tags and comments, Hugo's
 * shortcodes; nor do addresses that stand in the text.
 */
struct wordcount wordcount_of(const char *text, size_t len);

#endif
