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

/* -- Fields -- */

/* The merged article, with conflicts as "<mine|theirs>". */
static char *merged_article(const char *base, const char *mine, const char *theirs)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;
	struct merge m;
	size_t seen[3] = {0};

	assert_int_equal(merge_articles(&m, text_of(base), text_of(mine), text_of(theirs), &err), 0);
	assert_kinds_hold(&m, base, mine, theirs);
	for (size_t i = 0; i < m.count; i++) {
		const struct merge_chunk *c = &m.chunks[i];

		seen[0] += c->base_len;
		seen[1] += c->mine_len;
		seen[2] += c->theirs_len;
		if (c->kind == MERGE_CONFLICT)
			strbuf_addc(&out, '<');
		if (c->kind == MERGE_THEIRS)
			strbuf_add(&out, theirs + c->theirs_start, c->theirs_len);
		else
			strbuf_add(&out, mine + c->mine_start, c->mine_len);
		if (c->kind == MERGE_CONFLICT) {
			strbuf_addc(&out, '|');
			strbuf_add(&out, theirs + c->theirs_start, c->theirs_len);
			strbuf_addc(&out, '>');
		}
	}
	assert_int_equal(seen[0], strlen(base));
	assert_int_equal(seen[1], strlen(mine));
	assert_int_equal(seen[2], strlen(theirs));
	merge_clear(&m);
	return strbuf_detach(&out);
}

static void assert_article(const char *base, const char *mine, const char *theirs, const char *expected)
{
	char *text = merged_article(base, mine, theirs);

	assert_string_equal(text, expected);
	free(text);
}

/* By words both of these would be a day that nobody wrote. */
static void a_field_is_one_piece(void **state)
{
	(void)state;
	assert_article("---\ntitle: Lake\ndate: 2026-11-20\n---\nText.\n",
		       "---\ntitle: Lake\ndate: 2026-12-20\n---\nText.\n",
		       "---\ntitle: Lake\ndate: 2026-11-21\n---\nText.\n",
		       "---\ntitle: Lake\n<date: 2026-12-20\n|date: 2026-11-21\n>---\nText.\n");
	assert_article("---\ntitle: 湖滨步道\nlanguage: zh\n---\n星期二开工。\n",
		       "---\ntitle: 湖滨步道重开\nlanguage: zh\n---\n星期三开工。\n",
		       "---\ntitle: 湖滨步道\nlanguage: zh-CN\n---\n星期二开工。完。\n",
		       "---\ntitle: 湖滨步道重开\nlanguage: zh-CN\n---\n星期三开工。完。\n");
}

static void fields_that_each_side_adds_both_go_in(void **state)
{
	(void)state;
	assert_article("---\ntitle: Lake\n---\nText.\n", "---\ntitle: Lake\nsource: City Desk\n---\nText.\n",
		       "---\ntitle: Lake\nbyline: B. Editor\n---\nText.\n",
		       "---\ntitle: Lake\nbyline: B. Editor\nsource: City Desk\n---\nText.\n");
}

/* A key that is there twice would make the block unreadable. */
static void a_field_that_both_add_in_two_places_is_one_conflict(void **state)
{
	(void)state;
	assert_article("---\ntitle: Lake\ndate: 2026-11-20\n---\n",
		       "---\nbyline: A\ntitle: Lake\ndate: 2026-11-20\n---\n",
		       "---\ntitle: Lake\ndate: 2026-11-20\nByline: B\n---\n",
		       "---\n<byline: A\n|Byline: B\n>title: Lake\ndate: 2026-11-20\n---\n");
}

static void fields_of_many_lines_keep_them_and_their_comments(void **state)
{
	(void)state;
	assert_article(
	    "---\n# The name\ntitle: Lake\ntags:\n- a\n\n- b\ntext: |\n  one\n\n  two\n# end\n---\nX\n",
	    "---\n# The name\ntitle: Pier\ntags:\n- a\n\n- b\ntext: |\n  one\n\n  two\n# end\n---\nX\n",
	    "---\n# The name\ntitle: Lake\ntags:\n- a\n\n- c\ntext: |\n  one\n\n  two\n# end\n---\nX\n",
	    "---\n# The name\ntitle: Pier\ntags:\n- a\n\n- c\ntext: |\n  one\n\n  two\n# end\n---\nX\n");
}

static void a_field_taken_out_by_one_and_changed_by_the_other_is_a_conflict(void **state)
{
	(void)state;
	assert_article("---\ntitle: Lake\nsource: City\n---\n", "---\ntitle: Lake\n---\n",
		       "---\ntitle: Lake\nsource: Harbour\n---\n",
		       "---\ntitle: Lake\n<|source: Harbour\n>---\n");
	assert_article("---\ntitle: Lake\nsource: City\n---\n", "---\ntitle: Pier\n---\n",
		       "---\ntitle: Lake\nsource: City\nurgency: 3\n---\n",
		       "---\ntitle: Pier\nurgency: 3\n---\n");
}

/* What cannot be read as fields is words like any other. */
static void a_broken_block_is_merged_by_words(void **state)
{
	(void)state;
	assert_article("---\ntitle: [Lake\ndate: x\n---\nText.\n", "---\ntitle: [Pier\ndate: x\n---\nText.\n",
		       "---\ntitle: [Lake\ndate: y\n---\nText.\n",
		       "---\ntitle: [Pier\ndate: y\n---\nText.\n");
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

/* -- No word is lost -- */

#define WORDS 60

/* What became of the words of the base on one side, and the words that it put in after each. */
struct hand {
	bool cut[WORDS];
	unsigned put_in[WORDS]; /* the number of its word that follows the base's, 0 for none */
	unsigned words;         /* that it put in */
};

/* Whose words: each has a row of Han characters of its own, for words of one character. */
enum whose {
	OF_BASE,
	OF_MINE,
	OF_THEIRS,
};

static void add_name(struct strbuf *out, enum whose whose, unsigned number, bool chinese)
{
	static const char *const names[] = {"word", "mine", "their"};
	static const unsigned rows[] = {0x4e00, 0x5e00, 0x6e00};
	unsigned c = rows[whose] + number;

	if (!chinese) {
		strbuf_addf(out, "%s%u", names[whose], number);
		return;
	}
	strbuf_addc(out, (char)(0xe0 | c >> 12));
	strbuf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
	strbuf_addc(out, (char)(0x80 | (c & 0x3f)));
}

static void add_word(struct strbuf *out, enum whose whose, unsigned number, bool chinese)
{
	add_name(out, whose, number, chinese);
	strbuf_adds(out, chinese ? "，" : number % 13 == 12 ? ".\n\n" : " ");
}

static void hand_work(struct hand *hand, uint64_t *seed)
{
	*hand = (struct hand){.words = 0};
	for (uint32_t edits = 1 + dice(seed, 6); edits > 0; edits--) {
		uint32_t at = dice(seed, WORDS);
		uint32_t kind = dice(seed, 3);

		for (uint32_t i = at; kind < 2 && i < WORDS && i <= at + dice(seed, 3); i++)
			hand->cut[i] = true;
		if (kind > 0 && hand->put_in[at] == 0)
			hand->put_in[at] = ++hand->words;
	}
}

static void hand_write(struct strbuf *out, const struct hand *hand, enum whose whose, bool chinese)
{
	for (unsigned i = 0; i < WORDS; i++) {
		if (hand == NULL || !hand->cut[i])
			add_word(out, OF_BASE, i + 1, chinese);
		if (hand != NULL && hand->put_in[i] > 0)
			add_word(out, whose, hand->put_in[i], chinese);
	}
}

/* How often a word stands in a text. */
static size_t count_of(const char *text, enum whose whose, unsigned number, bool chinese)
{
	struct strbuf word = STRBUF_INIT;
	size_t count = 0;

	add_name(&word, whose, number, chinese);
	for (const char *at = text; (at = strstr(at, word.data)) != NULL; at += word.len)
		count += at[word.len] < '0' || at[word.len] > '9';
	strbuf_clear(&word);
	return count;
}

/* Both versions of every conflict, and all else: what a person can still choose from. */
static char *offered(const struct merge *m, const struct trio *t)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < m->count; i++) {
		const struct merge_chunk *c = &m->chunks[i];

		if (c->kind != MERGE_THEIRS)
			strbuf_add(&out, t->mine.data + c->mine_start, c->mine_len);
		if (c->kind == MERGE_THEIRS || c->kind == MERGE_CONFLICT)
			strbuf_add(&out, t->theirs.data + c->theirs_start, c->theirs_len);
	}
	return strbuf_detach(&out);
}

/* The words of the base that conflicts are about. */
static char *asked_of(const struct merge *m, const struct trio *t)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < m->count; i++) {
		if (m->chunks[i].kind == MERGE_CONFLICT)
			strbuf_add(&out, t->base.data + m->chunks[i].base_start, m->chunks[i].base_len);
	}
	return strbuf_detach(&out);
}

/* What stands outside of conflicts: nobody is asked about it. */
static char *unasked(const struct merge *m, const struct trio *t)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < m->count; i++) {
		const struct merge_chunk *c = &m->chunks[i];

		if (c->kind == MERGE_THEIRS)
			strbuf_add(&out, t->theirs.data + c->theirs_start, c->theirs_len);
		else if (c->kind != MERGE_CONFLICT)
			strbuf_add(&out, t->mine.data + c->mine_start, c->mine_len);
	}
	return strbuf_detach(&out);
}

static void assert_nothing_lost(const struct merge *m, const struct trio *t, const struct hand *mine,
				const struct hand *theirs, bool chinese)
{
	char *all = offered(m, t);
	char *rest = unasked(m, t);
	char *asked = asked_of(m, t);

	for (unsigned i = 1; i <= mine->words; i++)
		assert_int_equal(count_of(all, OF_MINE, i, chinese), 1);
	for (unsigned i = 1; i <= theirs->words; i++)
		assert_int_equal(count_of(all, OF_THEIRS, i, chinese), 1);
	for (unsigned i = 0; i < WORDS; i++) {
		if (!mine->cut[i] && !theirs->cut[i])
			assert_true(count_of(all, OF_BASE, i + 1, chinese) >= 1);
		else if (count_of(asked, OF_BASE, i + 1, chinese) == 0)
			assert_int_equal(count_of(rest, OF_BASE, i + 1, chinese), 0);
	}
	free(all);
	free(rest);
	free(asked);
}

/*
 * Of both people's edits at random: every word that somebody put in is in the merged text or in a
 * question, every word that both left is there, and none that somebody cut comes back without a question.
 */
static void no_word_is_lost_that_the_other_did_not_touch(void **state)
{
	uint64_t seed = 20261121;
	size_t conflicts = 0;
	size_t without = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct trio t = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
		bool chinese = round % 2 == 1;
		struct hand mine, theirs;
		struct merge m;

		hand_work(&mine, &seed);
		hand_work(&theirs, &seed);
		hand_write(&t.base, NULL, OF_BASE, chinese);
		hand_write(&t.mine, &mine, OF_MINE, chinese);
		hand_write(&t.theirs, &theirs, OF_THEIRS, chinese);
		merge(&m, bytes_of(&t.base), bytes_of(&t.mine), bytes_of(&t.theirs));
		assert_nothing_lost(&m, &t, &mine, &theirs, chinese);
		conflicts += m.conflicts;
		without += m.conflicts == 0;
		merge_clear(&m);
		trio_clear(&t);
	}
	assert_true(conflicts > 500);
	assert_true(without > 500);
}

/* -- No field is lost -- */

#define FIELDS 8

/* The fields of one of three articles: their values, NULL for one that is not there. */
struct front {
	char *values[FIELDS];
};

static void front_clear(struct front *front)
{
	for (size_t i = 0; i < FIELDS; i++)
		free(front->values[i]);
}

static struct front front_copy(const struct front *front)
{
	struct front copy;

	for (size_t i = 0; i < FIELDS; i++)
		copy.values[i] = mem_strdup(front->values[i]);
	return copy;
}

static void front_change(struct front *front, uint64_t *seed)
{
	static const char *const values[] = {"'二〇二六'", "2026-11-20",     "2026-12-21",
					     "[a, b]",     "\n  - a\n  - b", "|\n  x\n\n  y"};
	size_t i = dice(seed, FIELDS);

	free(front->values[i]);
	front->values[i] = dice(seed, 4) == 0 ? NULL : mem_strdup(values[dice(seed, 6)]);
}

/* In the order of their names, from one of them on. */
static char *front_text(const struct front *front, size_t first)
{
	struct strbuf out = STRBUF_INIT;

	strbuf_adds(&out, "---\n");
	for (size_t i = 0; i < FIELDS; i++) {
		size_t field = (first + i) % FIELDS;

		if (front->values[field] != NULL)
			strbuf_addf(&out, "# about %zu\nfield%zu: %s\n", field, field, front->values[field]);
	}
	strbuf_adds(&out, "---\nText.\n");
	return strbuf_detach(&out);
}

static bool same_value(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* How often a field with this value stands in a text. */
static size_t count_field(const char *text, size_t field, const char *value)
{
	char *lines = mem_printf("\nfield%zu: %s\n", field, value);
	size_t count = 0;

	for (const char *at = text; (at = strstr(at, lines)) != NULL; at++)
		count++;
	free(lines);
	return count;
}

static void assert_fields(const struct merge *m, const struct front fronts[3], const char *const texts[3])
{
	struct trio t = {.base = STRBUF_INIT, .mine = STRBUF_INIT, .theirs = STRBUF_INIT};
	char *rest, *all;

	strbuf_adds(&t.base, texts[0]);
	strbuf_adds(&t.mine, texts[1]);
	strbuf_adds(&t.theirs, texts[2]);
	rest = unasked(m, &t);
	all = offered(m, &t);
	for (size_t i = 0; i < FIELDS; i++) {
		const char *base = fronts[0].values[i], *mine = fronts[1].values[i],
			   *theirs = fronts[2].values[i];
		bool conflict =
		    !same_value(mine, theirs) && !same_value(base, mine) && !same_value(base, theirs);
		const char *value = same_value(base, mine) ? theirs : mine;

		if (!conflict && value != NULL)
			assert_int_equal(count_field(rest, i, value), 1);
		if (conflict && mine != NULL)
			assert_int_equal(count_field(all, i, mine), 1);
		if (conflict && theirs != NULL)
			assert_int_equal(count_field(all, i, theirs), 1);
	}
	free(rest);
	free(all);
	trio_clear(&t);
}

/* Fields that are set, changed and taken out at random on both sides: each is there once, with a value that
 * one gave it. */
static void no_field_is_lost_or_there_twice(void **state)
{
	uint64_t seed = 20261121;
	size_t conflicts = 0;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct front fronts[3] = {{{NULL}}};
		char *texts[3];
		struct error err;
		struct merge m;

		for (int i = 0; i < 12; i++)
			front_change(&fronts[0], &seed);
		for (int side = 1; side < 3; side++) {
			fronts[side] = front_copy(&fronts[0]);
			for (uint32_t edits = 1 + dice(&seed, 4); edits > 0; edits--)
				front_change(&fronts[side], &seed);
		}
		for (int side = 0; side < 3; side++)
			texts[side] = front_text(&fronts[side], side == 0 ? 0 : dice(&seed, 2));
		assert_int_equal(merge_articles(&m, text_of(texts[0]), text_of(texts[1]), text_of(texts[2]),
						&err),
				 0);
		if (strcmp(texts[0], texts[1]) != 0 && strcmp(texts[0], texts[2]) != 0)
			assert_fields(&m, fronts, (const char *const *)texts);
		conflicts += m.conflicts;
		merge_clear(&m);
		for (int side = 0; side < 3; side++) {
			front_clear(&fronts[side]);
			free(texts[side]);
		}
	}
	assert_true(conflicts > 1000);
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
	    cmocka_unit_test(a_field_is_one_piece),
	    cmocka_unit_test(fields_that_each_side_adds_both_go_in),
	    cmocka_unit_test(a_field_that_both_add_in_two_places_is_one_conflict),
	    cmocka_unit_test(fields_of_many_lines_keep_them_and_their_comments),
	    cmocka_unit_test(a_field_taken_out_by_one_and_changed_by_the_other_is_a_conflict),
	    cmocka_unit_test(a_broken_block_is_merged_by_words),
	    cmocka_unit_test(an_unchanged_side_gives_way),
	    cmocka_unit_test(sides_can_be_swapped),
	    cmocka_unit_test(changes_apart_merge_without_conflict),
	    cmocka_unit_test(no_word_is_lost_that_the_other_did_not_touch),
	    cmocka_unit_test(no_field_is_lost_or_there_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
