#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/merge.h"

static struct merge_text text_of(const char *text)
{
	return (struct merge_text){text, strlen(text)};
}

static void merge(struct merge *out, struct merge_text base, struct merge_text mine, struct merge_text theirs)
{
	struct error err;
	size_t base_pos = 0;
	size_t mine_pos = 0;
	size_t theirs_pos = 0;
	size_t conflicts = 0;

	assert_int_equal(merge_words(out, base, mine, theirs, &err), 0);
	for (size_t i = 0; i < out->count; i++) {
		const struct merge_chunk *c = &out->chunks[i];

		assert_int_equal(c->base_start, base_pos);
		assert_int_equal(c->mine_start, mine_pos);
		assert_int_equal(c->theirs_start, theirs_pos);
		base_pos += c->base_len;
		mine_pos += c->mine_len;
		theirs_pos += c->theirs_len;
		conflicts += c->kind == MERGE_CONFLICT;
	}
	assert_int_equal(base_pos, base.len);
	assert_int_equal(mine_pos, mine.len);
	assert_int_equal(theirs_pos, theirs.len);
	assert_int_equal(out->conflicts, conflicts);
}

static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* Each chunk is what its kind says: who changed it, and who did not. */
static void assert_kinds_hold(const struct merge *m, const char *base, const char *mine, const char *theirs)
{
	for (size_t i = 0; i < m->count; i++) {
		const struct merge_chunk *c = &m->chunks[i];
		bool mine_changed =
		    !same(base + c->base_start, c->base_len, mine + c->mine_start, c->mine_len);
		bool theirs_changed =
		    !same(base + c->base_start, c->base_len, theirs + c->theirs_start, c->theirs_len);
		bool alike = same(mine + c->mine_start, c->mine_len, theirs + c->theirs_start, c->theirs_len);

		assert_int_equal(mine_changed, c->kind != MERGE_SAME && c->kind != MERGE_THEIRS);
		assert_int_equal(theirs_changed, c->kind != MERGE_SAME && c->kind != MERGE_MINE);
		if (c->kind == MERGE_BOTH || c->kind == MERGE_CONFLICT)
			assert_int_equal(alike, c->kind == MERGE_BOTH);
	}
}

/* The merged text, with conflicts as "<mine|theirs>". */
static char *merged(struct merge_text base, struct merge_text mine, struct merge_text theirs)
{
	struct strbuf out = STRBUF_INIT;
	struct merge m;

	merge(&m, base, mine, theirs);
	assert_kinds_hold(&m, base.bytes, mine.bytes, theirs.bytes);
	for (size_t i = 0; i < m.count; i++) {
		const struct merge_chunk *c = &m.chunks[i];

		if (c->kind == MERGE_CONFLICT)
			strbuf_addc(&out, '<');
		if (c->kind == MERGE_THEIRS)
			strbuf_add(&out, theirs.bytes + c->theirs_start, c->theirs_len);
		else
			strbuf_add(&out, mine.bytes + c->mine_start, c->mine_len);
		if (c->kind == MERGE_CONFLICT) {
			strbuf_addc(&out, '|');
			strbuf_add(&out, theirs.bytes + c->theirs_start, c->theirs_len);
			strbuf_addc(&out, '>');
		}
	}
	merge_clear(&m);
	return strbuf_detach(&out);
}

static void assert_merges(const char *base, const char *mine, const char *theirs, const char *expected)
{
	char *text = merged(text_of(base), text_of(mine), text_of(theirs));

	assert_string_equal(text, expected);
	free(text);
}

static void changes_of_different_words_are_both_taken(void **state)
{
	(void)state;
	assert_merges("On Saturday five volunteers cleared the path.",
		      "On Sunday five volunteers cleared the path.",
		      "On Saturday five volunteers cleared the road.",
		      "On Sunday five volunteers cleared the road.");
	assert_merges("市政府今年修复湖滨步道，星期二开工。", "市政府明年修复湖滨步道，星期二开工。",
		      "市政府今年修复湖滨步道，星期三开工。", "市政府明年修复湖滨步道，星期三开工。");
}

static void a_change_on_both_sides_is_taken_once(void **state)
{
	(void)state;
	assert_merges("Five came.", "Seven came.", "Seven came.", "Seven came.");
	assert_merges("They came.", "They came late.", "They came late.", "They came late.");
	assert_merges("One. Two. Three.", "One. Three.", "One. Three.", "One. Three.");
	assert_merges("", "New.", "New.", "New.");
	assert_merges("Gone.", "", "", "");
}

static void different_changes_of_a_word_are_a_conflict(void **state)
{
	(void)state;
	assert_merges("There were five of them.", "There were six of them.", "There were seven of them.",
		      "There were <six|seven> of them.");
	assert_merges("星期二开工。", "星期三开工。", "星期四开工。", "<星期三|星期四>开工。");
	assert_merges("Old.", "", "New.", "<|New.>");
}

/* Together they would say what neither of the two wrote: 360 for 350 and 260. */
static void different_characters_of_a_chinese_number_are_a_conflict(void **state)
{
	(void)state;
	assert_merges("共有二百五十人参加。", "共有三百五十人参加。", "共有二百六十人参加。",
		      "共有<三百五十人|二百六十人>参加。");
}

static void text_put_in_at_one_place_by_both_is_a_conflict(void **state)
{
	(void)state;
	assert_merges("They came.", "They came late.", "They came home.", "They came< late| home>.");
	assert_merges("", "A.", "B.", "<A.|B.>");
	assert_merges("They took the path.", "They took the path today.", "They took the road today.",
		      "They took the <path today|road today>.");
}

static void a_cut_beside_a_change_takes_nothing_from_it(void **state)
{
	(void)state;
	assert_merges("They had a very big lunch.", "They had a big lunch.", "They had a very small lunch.",
		      "They had a small lunch.");
	assert_merges("One came. Two came. Three came.", "One came. Three came.",
		      "One came. Two came. Four came. Three came.", "One came. Four came. Three came.");
}

static void a_cut_around_a_change_is_a_conflict(void **state)
{
	(void)state;
	assert_merges("One came. Two of them came. Three came.", "One came. Three came.",
		      "One came. Two of us came. Three came.", "One came. <|Two of us came. >Three came.");
}

static void fields_and_paragraphs_merge(void **state)
{
	(void)state;
	assert_merges("---\ntitle: Lake\ndate: 2026-11-20\n---\nText.\n",
		      "---\ntitle: Harbour\ndate: 2026-11-20\n---\nText.\n",
		      "---\ntitle: Lake\ndate: 2026-11-21\n---\nText.\n\nMore.\n",
		      "---\ntitle: Harbour\ndate: 2026-11-21\n---\nText.\n\nMore.\n");
}

/* -- Any texts -- */

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33) % sides;
}

static const char *const pieces[] = {
    "The ",   "mayor ", "lake ", "of ", "\n", "\n\n", "\r\n", ", ",   ". ",    "---\n",  "title: ",
    "市政府", "湖滨",   "二",    "三",  "。", "，",   "\xc3", "\xff", "came ", "seven ", "five ",
};

static void add_random(struct strbuf *out, uint64_t *seed, size_t count)
{
	for (size_t i = 0; i < count; i++)
		strbuf_adds(out, pieces[dice(seed, sizeof pieces / sizeof pieces[0])]);
}

static void edit_randomly(struct strbuf *text, uint64_t *seed)
{
	struct strbuf more = STRBUF_INIT;
	size_t pos = dice(seed, (uint32_t)text->len + 1);
	size_t cut = dice(seed, 12);

	cut = cut > text->len - pos ? text->len - pos : cut;
	add_random(&more, seed, dice(seed, 3));
	strbuf_splice(text, pos, cut, more.data, more.len);
	strbuf_clear(&more);
}

struct trio {
	struct strbuf base, mine, theirs;
};

static void trio_make(struct trio *t, uint64_t *seed)
{
	*t = (struct trio){STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	add_random(&t->base, seed, dice(seed, 80));
	strbuf_add(&t->mine, t->base.data, t->base.len);
	strbuf_add(&t->theirs, t->base.data, t->base.len);
	for (uint32_t i = dice(seed, 5); i > 0; i--)
		edit_randomly(&t->mine, seed);
	for (uint32_t i = dice(seed, 5); i > 0; i--)
		edit_randomly(&t->theirs, seed);
}

static void trio_clear(struct trio *t)
{
	strbuf_clear(&t->base);
	strbuf_clear(&t->mine);
	strbuf_clear(&t->theirs);
}

static struct merge_text bytes_of(const struct strbuf *sb)
{
	return (struct merge_text){sb->data, sb->len};
}

static void an_unchanged_side_gives_way(void **state)
{
	uint64_t seed = 1;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct trio t;
		char *a;
		char *b;

		trio_make(&t, &seed);
		a = merged(bytes_of(&t.base), bytes_of(&t.mine), bytes_of(&t.base));
		b = merged(bytes_of(&t.base), bytes_of(&t.base), bytes_of(&t.theirs));
		assert_string_equal(a, t.mine.data);
		assert_string_equal(b, t.theirs.data);
		free(a);
		free(b);
		a = merged(bytes_of(&t.base), bytes_of(&t.mine), bytes_of(&t.mine));
		assert_string_equal(a, t.mine.data);
		free(a);
		trio_clear(&t);
	}
}

static void sides_can_be_swapped(void **state)
{
	static const enum merge_kind swapped[] = {
	    [MERGE_SAME] = MERGE_SAME, [MERGE_MINE] = MERGE_THEIRS,       [MERGE_THEIRS] = MERGE_MINE,
	    [MERGE_BOTH] = MERGE_BOTH, [MERGE_CONFLICT] = MERGE_CONFLICT,
	};
	uint64_t seed = 2;
	size_t conflicts = 0;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct trio t;
		struct merge a, b;

		trio_make(&t, &seed);
		merge(&a, bytes_of(&t.base), bytes_of(&t.mine), bytes_of(&t.theirs));
		merge(&b, bytes_of(&t.base), bytes_of(&t.theirs), bytes_of(&t.mine));
		assert_kinds_hold(&a, t.base.data, t.mine.data, t.theirs.data);
		assert_int_equal(a.count, b.count);
		for (size_t i = 0; i < a.count; i++) {
			assert_int_equal(a.chunks[i].kind, swapped[b.chunks[i].kind]);
			assert_int_equal(a.chunks[i].base_len, b.chunks[i].base_len);
			assert_int_equal(a.chunks[i].mine_len, b.chunks[i].theirs_len);
		}
		conflicts += a.conflicts;
		merge_clear(&a);
		merge_clear(&b);
		trio_clear(&t);
	}
	assert_true(conflicts > 100);
}

/* Words that no other word is like, so that what was changed is what is found to be changed. */
static void add_numbered(struct strbuf *out, size_t i, bool changed)
{
	strbuf_addf(out, "%s%zu%s", changed ? "new" : "word", i,
		    i % 40 == 39 ? ".\n\n"
		    : i % 9 == 8 ? ". "
				 : " ");
}

/* Each side changes words of its own, with at least one between them that stays. */
static void changes_apart_merge_without_conflict(void **state)
{
	uint64_t seed = 3;

	(void)state;
	for (int round = 0; round < 300; round++) {
		struct strbuf base = STRBUF_INIT;
		struct strbuf mine = STRBUF_INIT;
		struct strbuf theirs = STRBUF_INIT;
		struct strbuf expected = STRBUF_INIT;
		char *text;

		for (size_t i = 0; i < 200; i++) {
			uint32_t who = i % 2 == 0 ? 2 : dice(&seed, 8);

			add_numbered(&base, i, false);
			add_numbered(&mine, i, who == 0);
			add_numbered(&theirs, i, who == 1);
			add_numbered(&expected, i, who < 2);
		}
		text = merged(bytes_of(&base), bytes_of(&mine), bytes_of(&theirs));
		assert_string_equal(text, expected.data);
		free(text);
		strbuf_clear(&base);
		strbuf_clear(&mine);
		strbuf_clear(&theirs);
		strbuf_clear(&expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(changes_of_different_words_are_both_taken),
	    cmocka_unit_test(a_change_on_both_sides_is_taken_once),
	    cmocka_unit_test(different_changes_of_a_word_are_a_conflict),
	    cmocka_unit_test(different_characters_of_a_chinese_number_are_a_conflict),
	    cmocka_unit_test(text_put_in_at_one_place_by_both_is_a_conflict),
	    cmocka_unit_test(a_cut_beside_a_change_takes_nothing_from_it),
	    cmocka_unit_test(a_cut_around_a_change_is_a_conflict),
	    cmocka_unit_test(fields_and_paragraphs_merge),
	    cmocka_unit_test(an_unchanged_side_gives_way),
	    cmocka_unit_test(sides_can_be_swapped),
	    cmocka_unit_test(changes_apart_merge_without_conflict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
