/*
 * Two people changed one text: a three-way merge by words.
 *
 * Changes of either side that touch different words are both taken; the same
 * change on both sides is taken once; overlapping ones are conflicts, which are
 * handed out as data and never as markers in a text.  Text that both sides put
 * in at one place, with nothing that stayed between, is a conflict too: nobody
 * knows which comes first, or whether it says the same twice.  A Chinese word
 * is one word here, whichever of its characters changed.
 *
 * The rule for words is that of diff3: S. Khanna, K. Kunal and B. C. Pierce, "A Formal
 * Investigation of Diff3" (2007).
 */
#ifndef COPYDESK_MERGE_H
#define COPYDESK_MERGE_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct strbuf;

enum merge_kind {
	MERGE_SAME,     /* nobody changed it */
	MERGE_MINE,     /* only I did */
	MERGE_THEIRS,   /* only they did */
	MERGE_BOTH,     /* both did, alike */
	MERGE_CONFLICT, /* both did, differently: a person chooses */
};

/* What a chunk is a piece of. */
enum merge_piece {
	MERGE_WORDS, /* of running text */
	MERGE_FIELD, /* a whole field of the front matter, with the comments above it */
};

struct merge_chunk {
	enum merge_kind kind;
	enum merge_piece piece;
	size_t base_start, base_len; /* bytes in each of the three texts */
	size_t mine_start, mine_len;
	size_t theirs_start, theirs_len;
};

struct merge {
	struct merge_chunk
	    *chunks; /* in the order of the merged text; of each text they cover every byte once */
	size_t count;
	size_t capacity;
	size_t conflicts; /* chunks of MERGE_CONFLICT */
};

struct merge_text {
	const char *bytes;
	size_t len;
};

/* Merges; the caller clears with merge_clear(). Fails only where the machine cannot tell words apart. */
int merge_words(struct merge *out, struct merge_text base, struct merge_text mine, struct merge_text theirs,
		struct error *err);
void merge_clear(struct merge *merge);

/*
 * The same for articles: of the front matter a field is one piece, so that nobody's date comes out of two
 * others', fields that each side added both go in, and no field is there twice.  Where one side left all
 * fields as they were, or a block cannot be read, they go by words like the text.
 */
int merge_articles(struct merge *out, struct merge_text base, struct merge_text mine,
		   struct merge_text theirs, struct error *err);

/* Appends the text that the merge leads to, with mine or theirs where there is a conflict. */
void merge_settle(struct strbuf *out, const struct merge *merge, struct merge_text mine,
		  struct merge_text theirs, bool take_mine);

#endif
