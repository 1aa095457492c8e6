/*
 * What the files of the room find share.
 *
 *	find.c         searching, piece by piece
 *	find_pattern.c from what a person typed to an expression, and what is wrong with it
 *	find_view.c    a piece of the text as it is compared
 *	find_by.c      what takes the place of a match
 */
#ifndef COPYDESK_FIND_INTERNAL_H
#define COPYDESK_FIND_INTERNAL_H

#include "text/find.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "text/unicode.h"

/* -- Views -- */

/* Bytes of a view that stand for bytes of the text. */
struct find_piece {
	size_t at;       /* in the view; it goes on to the next piece */
	size_t from, to; /* in the text */
	bool whole;      /* a cluster that looks otherwise: all of it or nothing; else byte for byte */
};

/*
 * A piece of the text as it is compared: the bytes themselves where they are UTF-8; a copy with bad
 * bytes as SUB (U+001A, which nobody can type); or a copy in which width does not count.
 */
struct find_view {
	uint64_t version;            /* of the buffer */
	const struct buffer *buffer; /* NULL: shows nothing yet; compared, never read */
	size_t begin, end;           /* bytes of the text */
	const char *text;            /* what is compared */
	size_t len;
	bool straight; /* text is the buffer's own, borrowed until the next call on it */
	struct strbuf copy;
	struct find_piece *pieces; /* with mapped only; the last one is empty and ends the view */
	size_t count, capacity;
	bool mapped;
};

void find_view_clear(struct find_view *view);

/* Shows at least begin..end, cut where characters start. */
void find_view_load(struct find_view *view, const struct find *find, struct buffer *buffer, size_t begin,
		    size_t end);

/* From places of the text to places in the view, and back: of a match's start, and of its end. */
size_t find_view_at(const struct find_view *view, size_t pos);
size_t find_view_start(const struct find_view *view, size_t at);
size_t find_view_end(const struct find_view *view, size_t at);

/* -- Patterns -- */

/* Compiles what is sought into find; as find_new(). */
int find_compile(struct find *find, const char *sought, size_t len, size_t *at, struct error *err);

/* Appends a text in which width does not count, nor case where it does not. */
void find_fold(struct strbuf *out, const char *text, size_t len, bool exact);

/* -- */

struct find {
	struct find_options options;
	bool exact;             /* case counts */
	bool marks;             /* plain words that begin with a mark are sought */
	pcre2_code *code;       /* NULL: nothing is sought */
	pcre2_match_data *data; /* of the last match: places in the view */
	pcre2_match_context *context;
	size_t behind; /* bytes before a place that can decide whether a match starts there */
	struct unicode_segmenter *segmenter; /* for whole words, or NULL */
	struct find_view view;
};

#endif
