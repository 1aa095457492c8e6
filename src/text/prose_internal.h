/* What the files of the prose room share. */
#ifndef COPYDESK_PROSE_INTERNAL_H
#define COPYDESK_PROSE_INTERNAL_H

#include "text/prose.h"

/*
 * Bytes of a paragraph whose words are looked at; a longer one was not written, and would keep the person
 * waiting.
 */
#define PROSE_LONGEST ((size_t)64 << 10)

enum prose_kind {
	PROSE_TEXT,
	PROSE_HEADING,
	PROSE_ITEM,
	PROSE_ROW,  /* of a table */
	PROSE_CODE, /* or HTML: nothing in it is prose */
};

struct prose_block {
	size_t start;  /* bytes: of its first line */
	size_t end;    /* after its last character, before the line end */
	size_t indent; /* columns */
	enum prose_kind kind;
};

struct prose_blocks {
	struct prose_block *items;
	size_t count;
	size_t capacity;
};

/* The blocks of a body, of a long one those near the person; the caller frees items. */
void prose_find_blocks(struct prose_blocks *out, const struct prose_place *place);

/* The block that holds a place, or ends at it; the count where none does. */
size_t prose_block_at(const struct prose_blocks *blocks, size_t pos);

/* Where the words of a line start: after the marks of quotes, items and headings. */
size_t prose_content(const char *text, size_t end, size_t pos);

/*
 * The words that the person means, within one paragraph: the selection without the blanks at its ends, or
 * the word under the cursor.  *block is the one that holds them.  E_REFUSED says what to do; what
 * names the act, "Marking".
 */
int prose_words(const struct prose_place *place, const char *what, struct prose_block *block, size_t *start,
		size_t *end, struct error *err);

/*
 * The end of what starts at pos and is no prose: code, a tag, an address, the address of a link, a shortcode,
 * an escaped character; pos itself where prose goes on.  from is the start of the block, end its end.
 */
size_t prose_skip(const char *text, size_t from, size_t end, size_t pos);

/* The runs of prose between what is none, in order. */
struct prose_runs {
	const char *text;
	size_t start, end; /* of the block */
	size_t pos;        /* where to look on; 0 at first */
};

/* The next run; false when there is none. */
bool prose_next_run(struct prose_runs *runs, size_t *start, size_t *end);

#endif
