/*
 * A text as a row of paragraphs, and which of two rows are versions of each
 * other: the upper half of diff.
 *
 * A paragraph is a run of lines that are not blank, with its last line end and
 * the blank lines after it; each line of front matter, item of a list, heading
 * and row of a table is one by itself.  The paragraphs of a text cover all of
 * its bytes.
 */
#ifndef COPYDESK_PARAGRAPH_H
#define COPYDESK_PARAGRAPH_H

#include <stdbool.h>
#include <stddef.h>

struct paragraph {
	size_t start; /* bytes from the start of the text */
	size_t len;   /* bytes, all of it */
	size_t core;  /* bytes without the last line end and the blank lines; 0 for leading blank lines */
	bool field;   /* a line of front matter */
	bool moved;   /* set by a caller: it stands elsewhere in the other text, so it has no partner here */
};

struct paragraphs {
	const char *text; /* borrowed */
	struct paragraph *items;
	size_t count;
	size_t capacity;
};

/* Splits a text, which must outlive *out; the caller clears. */
void paragraphs_split(struct paragraphs *out, const char *text, size_t len);
void paragraphs_clear(struct paragraphs *paragraphs);

/* Where paragraph index starts; for the count of paragraphs, the length of the text. */
size_t paragraphs_start(const struct paragraphs *paragraphs, size_t index);

/* Whether both are lines of front matter with the same key. */
bool paragraphs_same_field(const struct paragraphs *a, size_t i, const struct paragraphs *b, size_t j);

/* A run of paragraphs of either text. */
struct paragraph_range {
	size_t old_start, old_count;
	size_t new_start, new_count;
};

/* Ranges in reading order that cover a longer one. */
struct paragraph_pairs {
	struct paragraph_range *items;
	size_t count;
	size_t capacity;
};

/*
 * Appends to *out which paragraphs of a range became which: one and one, one that was split in two,
 * two that were joined, or one with nothing on the other side.  Paragraphs go together when a
 * quarter of their words (of Chinese, pairs of characters) is the same, or half of them where one was
 * split or two were joined, and so that as much text as possible has its partner; order is kept.  In
 * a long range only paragraphs at about the same place are looked at.  False when it was so long that
 * nothing was paired.  The caller frees out->items.
 *
 * The search is dynamic programming over likeness in the manner of W. A. Gale and K. W. Church, "A
 * Program for Aligning Sentences in Bilingual Corpora", Computational Linguistics 19 (1993);
 * likeness is estimated as in A. Z. Broder, "On the resemblance and containment of documents" (1997).
 */
bool paragraphs_pair(struct paragraph_pairs *out, const struct paragraphs *old_side,
		     const struct paragraphs *new_side, struct paragraph_range range);

/*
 * Appends to *out which of the paragraphs that went are, in about the same words, among those that
 * came: pairs of one and one, the likest first, each paragraph in one of them at most.  Half of the words of
 * a paragraph of some length must be the same.  went and came are indexes; where there are too many of them
 * nothing is found.  The caller frees out->items.
 */
void paragraphs_find_moved(struct paragraph_pairs *out, const struct paragraphs *old_side, const size_t *went,
			   size_t went_count, const struct paragraphs *new_side, const size_t *came,
			   size_t came_count);

#endif
