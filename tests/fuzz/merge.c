/* A merge of any three texts accounts for every byte of each, and for what only one side changed. */
#include "fuzz.h"

#include "base/error.h"
#include "base/strbuf.h"
#include "text/merge.h"

typedef int merge_by(struct merge *out, struct merge_text base, struct merge_text mine,
		     struct merge_text theirs, struct error *err);

static void check_chunks(const struct merge *merge, struct merge_text base, struct merge_text mine,
			 struct merge_text theirs, bool in_order)
{
	size_t conflicts = 0, b = 0, m = 0, t = 0;

	for (size_t i = 0; i < merge->count; i++) {
		const struct merge_chunk *chunk = &merge->chunks[i];

		if (in_order)
			assert(chunk->base_start == b && chunk->mine_start == m && chunk->theirs_start == t);
		assert(chunk->mine_start + chunk->mine_len <= mine.len);
		assert(chunk->theirs_start + chunk->theirs_len <= theirs.len);
		b += chunk->base_len;
		m += chunk->mine_len;
		t += chunk->theirs_len;
		conflicts += chunk->kind == MERGE_CONFLICT;
	}
	assert(b == base.len && m == mine.len && t == theirs.len && conflicts == merge->conflicts);
}

static void check_settled(merge_by *by, struct merge_text base, struct merge_text mine,
			  struct merge_text theirs, struct merge_text expected)
{
	struct strbuf out = STRBUF_INIT;
	struct merge merge;

	if (by(&merge, base, mine, theirs, NULL) < 0)
		return;
	assert(merge.conflicts == 0);
	merge_settle(&out, &merge, mine, theirs, true);
	assert(out.len == expected.len && (out.len == 0 || memcmp(out.data, expected.bytes, out.len) == 0));
	merge_clear(&merge);
	strbuf_clear(&out);
}

static void check(merge_by *by, struct merge_text base, struct merge_text mine, struct merge_text theirs)
{
	struct merge merge;

	if (by(&merge, base, mine, theirs, NULL) == 0) {
		check_chunks(&merge, base, mine, theirs, by == merge_words);
		merge_clear(&merge);
	}
	check_settled(by, base, mine, base, mine);
	check_settled(by, base, base, theirs, theirs);
	check_settled(by, base, mine, mine, mine);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	struct merge_text texts[3];

	for (size_t i = 0; i < 3; i++) {
		struct fuzz piece = fuzz_piece(&f);

		texts[i] = (struct merge_text){.bytes = piece.len > 0 ? piece.at : "", .len = piece.len};
	}
	check(merge_words, texts[0], texts[1], texts[2]);
	check(merge_articles, texts[0], texts[1], texts[2]);
	return 0;
}
