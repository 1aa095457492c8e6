/*
 * Two versions of one passage, and which words changed: the lower half of diff.
 *
 * Words are those of UAX #29, of Chinese those of ICU's dictionary.  White
 * space is looked at only between words that did not change.  What an editor
 * would call one change is one: changes that only a comma or an article stands
 * between are taken together, and a cut sentence is cut with the space after
 * it, not the space before.
 */
#ifndef COPYDESK_PASSAGE_H
#define COPYDESK_PASSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct unicode_segmenter;

/* Bytes of the old version that gave way to bytes of the new one; never both none. */
struct passage_change {
	size_t old_start, old_len; /* bytes from the start of the version */
	size_t new_start, new_len;
};

struct passage {
	struct passage_change *changes; /* in order; between any two the versions are the same */
	size_t count;
	size_t capacity;
	bool alike;    /* enough words were kept that it is one passage rather than two */
	bool complete; /* the search came to its end */
};

struct passage_text {
	const char *bytes;
	size_t len;
};

struct passage_options {
	struct unicode_segmenter *words; /* for UNICODE_WORD */
	bool whole_words;                /* leave Chinese words whole also where one character changed */
	uint64_t *work;                  /* as for sequence_match() */
};

/* Compares; the caller frees out->changes. */
void passage_compare(struct passage *out, struct passage_text old_text, struct passage_text new_text,
		     const struct passage_options *options);

#endif
