/*
 * What changed between two texts, as an editor sees it: paragraphs are matched
 * first, moved ones found, then words inside those that were rewritten.  Chinese goes by ICU's
 * words, and by characters where a word changed in part, so that a change of
 * one character marks just that.
 *
 * The spans of same and removed text put together are the old text, those of
 * same and added text the new one, to the byte.
 */
#ifndef COPYDESK_DIFF_H
#define COPYDESK_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "text/paragraph.h"

struct error;
struct strbuf;

enum diff_kind {
	DIFF_SAME,
	DIFF_REMOVED,
	DIFF_ADDED,
};

struct diff_span {
	enum diff_kind kind;
	size_t old_start; /* bytes; where it stands, or for added text where it went in */
	size_t old_len;   /* bytes; 0 for added */
	size_t new_start;
	size_t new_len; /* bytes; 0 for removed; same as old_len for same */
};

/* Paragraphs that became each other, as paragraphs_split() numbers them from 0; or with none on one side. */
struct diff_pair {
	struct paragraph_range range;
	bool rewritten; /* one stands in the place of the other, and they have hardly a word in common */
};

/* A paragraph that stands elsewhere now, with its words or about them; not among the pairs' partners. */
struct diff_move {
	size_t old_paragraph;
	size_t new_paragraph;
};

struct diff {
	struct diff_span *spans; /* in reading order; removed before added */
	size_t count;
	size_t capacity;
	struct diff_pair *pairs; /* in reading order, covering all paragraphs of both texts */
	size_t pair_count;
	size_t pair_capacity;
	struct diff_move *moves; /* its two paragraphs are removed and added, or rewritten, in the spans */
	size_t move_count;
	size_t move_capacity;
	bool coarse; /* the texts differ so much that they were not compared to the end,
			or are two texts: whole paragraphs are given */
};

/* Compares; the caller clears with diff_clear(). Bounded in time: far apart texts get coarse. */
int diff_words(struct diff *out, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
	       struct error *err);

/* The same, but a Chinese word that changed in part is given whole. */
int diff_whole_words(struct diff *out, const char *old_text, size_t old_len, const char *new_text,
		     size_t new_len, struct error *err);
void diff_clear(struct diff *diff);

/* The number of changes: runs of removed and added spans that touch count once. */
size_t diff_changes(const struct diff *diff);

/* A passage of what diff_format() made that went out or came in, the marks around it included. */
struct diff_mark {
	size_t start; /* bytes of the text that it was appended to */
	size_t len;
	bool added; /* else removed */
};

struct diff_marks {
	struct diff_mark *items; /* in the text's order, none over a line end unless nothing else changed */
	size_t count;
	size_t capacity;
};

void diff_marks_clear(struct diff_marks *marks);

/*
 * Appends "kept [-removed-]{+added+}" in the manner of git's plain word diff: marks do not reach over
 * a line end, unless nothing but line ends changed.  Paragraphs further than context paragraphs from
 * a change give way to a line "[... N paragraphs unchanged ...]"; context < 0 shows everything.  The
 * bytes are those of the texts: make them safe before drawing them.  Where the passages are is appended
 * to marks, which may be NULL.
 */
void diff_format(struct strbuf *out, const struct diff *diff, const char *old_text, const char *new_text,
		 int context, struct diff_marks *marks);

#endif
