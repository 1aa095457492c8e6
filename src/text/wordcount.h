/*
 * How long an article is, as an editor counts: words of alphabetic scripts and
 * Han characters separately, because a desk pays and plans by both.
 */
#ifndef COPYDESK_WORDCOUNT_H
#define COPYDESK_WORDCOUNT_H

#include <stddef.h>

struct wordcount {
	size_t words;   /* runs of letters, numbers and inner apostrophes or hyphens that are not Han */
	size_t han;     /* Han characters, without punctuation */
	size_t minutes; /* reading time, rounded up: 230 words or 400 Han characters a minute */
};

/* Counts a Markdown body (not its front matter); markup characters and URLs of links do not count. */
struct wordcount wordcount_of(const char *text, size_t len);

#endif
