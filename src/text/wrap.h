/*
 * A plain text in rows of a width.
 *
 * Rows end where UAX #14 lets a line end, and between clusters where a word
 * is wider than a row.  Blanks at the end of a row belong to it and hang over
 * its edge, so that a cursor can stand after each of them.  Nothing is copied:
 * a row is a range of the text's bytes.
 *
 *	struct wrap wrap = WRAP_INIT;
 *
 *	wrap_text(&wrap, text, len, 40);
 *	for (size_t i = 0; i < wrap.count; i++) ... wrap.rows[i] ...
 *	wrap_clear(&wrap);
 *
 * A struct wrap is cheap to use again: it keeps its arrays and ICU's rules.
 */
#ifndef COPYDESK_WRAP_H
#define COPYDESK_WRAP_H

#include <stdbool.h>
#include <stddef.h>

struct unicode_segment;
struct unicode_segmenter;

struct wrap_row {
	size_t start; /* byte offset of its first byte */
	size_t end;   /* after its last, a line end not counted */
	bool parted;  /* it starts amid a word that is wider than a row */
};

struct wrap {
	struct wrap_row *rows; /* at least one after wrap_text() */
	size_t count;

	size_t capacity;         /* of rows */
	struct wrap_row *before; /* rows of before a change, while it is followed */
	size_t before_capacity;
	struct unicode_segmenter *segmenter; /* opened at the first use; NULL where ICU has no rules */
	struct unicode_segment *segments;    /* of the text that is being wrapped */
	size_t segment_capacity;
};

/* At pos, cut bytes gave way to len others. */
struct wrap_change {
	size_t pos, cut, len;
};

#define WRAP_INIT                                                                                            \
	{                                                                                                    \
		.count = 0                                                                                   \
	}

/* Finds the rows of a text at width columns (below 1 counts as 1); those of the text before are gone. */
void wrap_text(struct wrap *wrap, const char *text, size_t len, int width);

/*
 * Finds the rows of a text again after a change, at the width and in the language of before: with wrap->rows
 * those of the text as it was.  They become what wrap_text() makes of the whole text as it is, but only the
 * rows near the change are looked at.
 */
void wrap_again(struct wrap *wrap, const char *text, size_t len, int width, const struct wrap_change *change);

/* The row in which a cursor at byte pos stands: at a wrapped row's start rather than its end. */
size_t wrap_find(const struct wrap *wrap, size_t pos);

/*
 * Has rows end as a language lets them (a BCP 47 tag; NULL or unknown: the root's rules): Chinese may
 * end one before an opening quotation mark, which UAX #14 forbids where it cannot tell the two apart.
 */
void wrap_set_language(struct wrap *wrap, const char *tag);

void wrap_clear(struct wrap *wrap);

#endif
