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
 * The rule is that of diff3: S. Khanna, K. Kunal and B. C. Pierce, "A Formal
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

struct merge_chunk {
	enum merge_kind kind;
	size_t base_start, base_len; /* bytes in each of the three texts */
	size_t mine_start, mine_len;
	size_t theirs_start, theirs_len;
};

struct merge {
	struct merge_chunk *chunks; /* in order; for each text they cover every byte once */
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

/* Appends the text that the merge leads to, with mine or theirs where there is a conflict. */
void merge_settle(struct strbuf *out, const struct merge *merge, struct merge_text mine,
		  struct merge_text theirs, bool take_mine);

#endif
