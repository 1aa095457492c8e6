#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"
#include "text/hunk.h"

static struct hunk_text text_of(const struct strbuf *text)
{
	return (struct hunk_text){text->data, text->len};
}

/* -- Making -- */

/* Hunks as "passage>replacement" with a bar between them. */
static void assert_hunks(const char *old_text, const char *new_text, const char *expected)
{
	struct strbuf out = STRBUF_INIT;
	struct hunks hunks;
	struct error err;

	assert_int_equal(hunks_make(&hunks, old_text, strlen(old_text), new_text, strlen(new_text), &err), 0);
	for (size_t i = 0; i < hunks.count; i++) {
		const struct hunk *hunk = &hunks.items[i];

		strbuf_adds(&out, i > 0 ? "|" : "");
		strbuf_add(&out, old_text + hunk->start, hunk->len);
		strbuf_addf(&out, ">%s", hunk->text);
	}
	assert_string_equal(out.data, expected);
	hunks_clear(&hunks);
	strbuf_clear(&out);
}

static void a_changed_word_is_a_hunk(void **state)
{
	(void)state;
	assert_hunks("Five came.\n\nAll of them left.\n", "Seven came.\n\nNone of them left.\n",
		     "Five>Seven|All>None");
	assert_hunks("第二批志愿者。", "第三批志愿者。", "二>三");
	assert_hunks("They came late.", "They came.", " late>");
	assert_hunks("Same.", "Same.", "");
}

static void what_is_put_in_takes_a_word_beside_it(void **state)
{
	(void)state;
	assert_hunks("They came.\n", "They came late.\n", "came>came late");
	assert_hunks("One.\n\nTwo.\n", "One.\n\nNew.\n\nTwo.\n", "Two>New.\n\nTwo");
	assert_hunks("One.\n", "One.\n\nTwo.\n", "One.\n>One.\n\nTwo.\n");
	assert_hunks("步道修复了。", "步道今天修复了。", "步道>步道今天");
	assert_hunks("\n", "\nA.\n", "\n>\nA.\n");
}

static void hunks_that_meet_become_one(void **state)
{
	(void)state;
	assert_hunks("one", "new one more", "one>new one more");
}

static void lines_around_front_matter_stay_whole(void **state)
{
	(void)state;
	assert_hunks("---\ntitle: A\n---\nText.\n", "---\ntitle: B\n---\nText.\n", "A>B");
	assert_hunks("---\ntitle: A\n---\n", "---\ntitle: A\ndate: 2026-11-20\n---\n",
		     "A\n>A\ndate: 2026-11-20\n");
	assert_hunks("---\r\ntitle: A\r\n---\r\n", "---\r\ntitle: A\r\n...\r\n", "---\r\n>...\r\n");
	assert_hunks("---\ntitle: A\n---\n", "---\ntitle: A\n---\nText.\n", "A\n---\n>A\n---\nText.\n");
	assert_hunks("\xef\xbb\xbf---\ntitle: A\n---\nB.\n", "---\ntitle: A\n---\nB.\n",
		     "\xef\xbb\xbf---\n>---\n");
}

static void an_empty_text_has_no_passage(void **state)
{
	struct hunks hunks;
	struct error err;

	(void)state;
	assert_int_equal(hunks_make(&hunks, "", 0, "New.", 4, &err), E_INVALID);
	assert_string_equal(err.message, "There is no text yet to suggest other words for: save one.");
	hunks_clear(&hunks);
	assert_int_equal(hunks_make(&hunks, "", 0, "", 0, &err), 0);
	assert_int_equal(hunks.count, 0);
}

/* -- Finding -- */

/* Where "passage" of the old text stands in the new one, or -1. */
static int found_at(const char *old_text, const char *passage, const char *new_text)
{
	struct hunk_text a = {old_text, strlen(old_text)};
	struct hunk_text b = {new_text, strlen(new_text)};
	struct diff diff;
	size_t at;
	bool found;

	assert_int_equal(diff_words(&diff, a.bytes, a.len, b.bytes, b.len, NULL), 0);
	found = hunk_find(&at, &diff, a, b, (size_t)(strstr(old_text, passage) - old_text), strlen(passage));
	diff_clear(&diff);
	return found ? (int)at : -1;
}

static void a_passage_is_found_behind_what_was_put_in(void **state)
{
	(void)state;
	assert_int_equal(found_at("Five came by boat.\n", "boat", "Early on, five came by boat.\n"), 23);
	assert_int_equal(found_at("第二批志愿者来了。", "志愿者", "第三批志愿者来了。"), 9);
}

static void a_passage_that_changed_is_not_found(void **state)
{
	(void)state;
	assert_int_equal(found_at("Five came by.\n", "Five", "Seven came by.\n"), -1);
	assert_int_equal(found_at("Five came by the path.\n", "came by", "Five came along by the path.\n"),
			 -1);
	assert_int_equal(found_at("Five came by the path. All went.\n", "the",
				  "Five came by a path. Then all the rest went.\n"),
			 -1);
}

static void a_passage_that_moved_is_found(void **state)
{
	static const char old_text[] = "The first paragraph tells of the harbour at some length.\n\n"
				       "The second paragraph tells of the path, and of its stones.\n\n"
				       "The third paragraph tells of the people who came to see it.\n";
	static const char new_text[] = "The third paragraph tells of the people who came to see it.\n\n"
				       "The first paragraph tells of the harbour at some length.\n\n"
				       "The second paragraph tells of the path, and of its stones.\n";

	(void)state;
	assert_int_equal(found_at(old_text, "people", new_text), strstr(new_text, "people") - new_text);
}

static void of_two_equal_places_none_is_guessed(void **state)
{
	static const char words[] = "this sentence of very many words indeed";
	static const char twice[] = "Now: this sentence of very many words indeed. "
				    "Now: this sentence of very many words indeed. ";
	struct hunk_text a = {words, strlen(words)};
	struct hunk_text b = {twice, strlen(twice)};
	size_t at;

	(void)state;
	assert_false(hunk_find(&at, NULL, a, b, 0, a.len));
	b.len /= 2;
	assert_true(hunk_find(&at, NULL, a, b, 0, a.len));
	assert_int_equal(at, 5);
}

/* -- In any order -- */

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

/* A sentence of words that hardly come twice. */
static void add_sentence(struct strbuf *out, uint64_t *seed)
{
	static const char *const english[] = {"harbour", "stone", "ferry", "lantern", "winter", "council"};
	static const char *const chinese[] = {"志愿者", "步道", "湖滨", "今年", "修复", "市政府"};
	bool han = next_random(seed) % 3 == 0;
	size_t words = 3 + next_random(seed) % 9;

	for (size_t i = 0; i < words; i++) {
		size_t word = next_random(seed) % 6;

		if (han)
			strbuf_addf(out, "%s%zu", chinese[word], (size_t)(next_random(seed) % 1000));
		else
			strbuf_addf(out, "%s%s%zu", i > 0 ? " " : "", english[word],
				    (size_t)(next_random(seed) % 1000));
	}
	strbuf_adds(out, han ? "。" : ". ");
}

static void random_article(struct strbuf *out, const char *eol, uint64_t *seed)
{
	size_t paragraphs = 1 + next_random(seed) % 6;

	if (next_random(seed) % 2 == 0)
		strbuf_addf(out, "---%stitle: One%stags: [a, b]%s---%s%s", eol, eol, eol, eol, eol);
	for (size_t i = 0; i < paragraphs; i++) {
		size_t sentences = 1 + next_random(seed) % 4;

		while (sentences-- > 0)
			add_sentence(out, seed);
		strbuf_addf(out, "%s%s", eol, i + 1 < paragraphs ? eol : "");
	}
}

/* Cuts, puts in and replaces at random places between characters. */
static void edit(struct strbuf *text, uint64_t *seed)
{
	size_t edits = 1 + next_random(seed) % 5;

	while (edits-- > 0) {
		size_t at = next_random(seed) % (text->len + 1);
		size_t cut = next_random(seed) % 30;
		struct strbuf put = STRBUF_INIT;

		while (at < text->len && (text->data[at] & 0xc0) == 0x80)
			at++;
		cut = cut < text->len - at ? cut : text->len - at;
		while (at + cut < text->len && (text->data[at + cut] & 0xc0) == 0x80)
			cut++;
		if (next_random(seed) % 2 == 0)
			add_sentence(&put, seed);
		strbuf_splice(text, at, next_random(seed) % 3 == 0 ? 0 : cut, put.data, put.len);
		strbuf_clear(&put);
	}
}

static void assert_hunks_hold(const struct hunks *hunks, const struct strbuf *old_text)
{
	size_t pos = 0;

	for (size_t i = 0; i < hunks->count; i++) {
		const struct hunk *hunk = &hunks->items[i];

		assert_true(hunk->len > 0);
		assert_true(hunk->start >= pos);
		assert_true(hunk->start + hunk->len <= old_text->len);
		assert_true(hunk->len != hunk->text_len ||
			    memcmp(hunk->text, old_text->data + hunk->start, hunk->len) != 0);
		pos = hunk->start + hunk->len;
	}
}

/* Takes hunks one at a time in a random order, moving the others along. */
static void take_one_by_one(struct strbuf *now, struct hunks *hunks, uint64_t *seed)
{
	while (hunks->count > 0) {
		size_t chosen = next_random(seed) % hunks->count;
		struct hunk hunk = hunks->items[chosen];
		const struct hunks taken = {.items = &hunk, .count = 1};

		hunks->items[chosen] = hunks->items[--hunks->count];
		for (size_t i = 0; i < hunks->count; i++)
			assert_true(hunk_shift(&hunks->items[i].start, hunks->items[i].len, &taken));
		strbuf_splice(now, hunk.start, hunk.len, hunk.text, hunk.text_len);
		free(hunk.text);
	}
}

/* Fails with what stands around the first difference, since the texts are long. */
static void assert_same_text(const struct strbuf *text, const struct strbuf *expected, int round)
{
	size_t at = 0;
	size_t from;

	while (at < text->len && at < expected->len && text->data[at] == expected->data[at])
		at++;
	from = at > 40 ? at - 40 : 0;
	if (at < text->len || at < expected->len)
		fail_msg("round %d: \"%.80s\" is not \"%.80s\"", round, text->data + from,
			 expected->data + from);
}

static void hunks_make_the_new_text_in_any_order(void **state)
{
	uint64_t seed = 20261121;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct strbuf old_text = STRBUF_INIT;
		struct strbuf new_text = STRBUF_INIT;
		struct strbuf out = STRBUF_INIT;
		struct hunks hunks;

		random_article(&old_text, round % 4 == 0 ? "\r\n" : "\n", &seed);
		strbuf_add(&new_text, old_text.data, old_text.len);
		edit(&new_text, &seed);
		assert_int_equal(hunks_make(&hunks, old_text.data, old_text.len, new_text.data, new_text.len,
					    NULL),
				 0);
		assert_hunks_hold(&hunks, &old_text);
		hunks_apply(&out, &hunks, old_text.data, old_text.len);
		assert_same_text(&out, &new_text, round);
		strbuf_reset(&out);
		strbuf_add(&out, old_text.data, old_text.len);
		take_one_by_one(&out, &hunks, &seed);
		assert_same_text(&out, &new_text, round);
		hunks_clear(&hunks);
		strbuf_clear(&old_text);
		strbuf_clear(&new_text);
		strbuf_clear(&out);
	}
}

/* A passage of one to three words of a text. */
static void random_passage(const struct strbuf *text, size_t *start, size_t *len, uint64_t *seed)
{
	size_t end;

	*start = next_random(seed) % text->len;
	while (*start > 0 && (text->data[*start] & 0xc0) == 0x80)
		(*start)--;
	end = *start + 1 + next_random(seed) % 24;
	end = end < text->len ? end : text->len;
	while (end < text->len && (text->data[end] & 0xc0) == 0x80)
		end++;
	*len = end - *start;
}

/* One place of a text is edited, before or behind a passage: where it stands then is known. */
static void a_passage_is_never_found_at_a_wrong_place(void **state)
{
	uint64_t seed = 20261121;
	int found = 0;

	(void)state;
	for (int round = 0; round < 4000; round++) {
		struct strbuf old_text = STRBUF_INIT;
		struct strbuf new_text = STRBUF_INIT;
		struct strbuf put = STRBUF_INIT;
		struct diff diff;
		size_t start, len, place, cut, at;

		random_article(&old_text, "\n", &seed);
		random_passage(&old_text, &start, &len, &seed);
		random_passage(&old_text, &place, &cut, &seed);
		if (place + cut > start && place < start + len) {
			place = start + len;
			cut = 0;
		}
		add_sentence(&put, &seed);
		strbuf_add(&new_text, old_text.data, old_text.len);
		strbuf_splice(&new_text, place, cut, put.data, put.len);
		assert_int_equal(diff_words(&diff, old_text.data, old_text.len, new_text.data, new_text.len,
					    NULL),
				 0);
		if (hunk_find(&at, &diff, text_of(&old_text), text_of(&new_text), start, len)) {
			found++;
			assert_int_equal(at, place < start ? start + put.len - cut : start);
		}
		diff_clear(&diff);
		strbuf_clear(&old_text);
		strbuf_clear(&new_text);
		strbuf_clear(&put);
	}
	assert_true(found > 3800);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_changed_word_is_a_hunk),
	    cmocka_unit_test(what_is_put_in_takes_a_word_beside_it),
	    cmocka_unit_test(hunks_that_meet_become_one),
	    cmocka_unit_test(lines_around_front_matter_stay_whole),
	    cmocka_unit_test(an_empty_text_has_no_passage),
	    cmocka_unit_test(a_passage_is_found_behind_what_was_put_in),
	    cmocka_unit_test(a_passage_that_changed_is_not_found),
	    cmocka_unit_test(a_passage_that_moved_is_found),
	    cmocka_unit_test(of_two_equal_places_none_is_guessed),
	    cmocka_unit_test(hunks_make_the_new_text_in_any_order),
	    cmocka_unit_test(a_passage_is_never_found_at_a_wrong_place),
	};

	return cmocka_run_group_tests_name("hunk", tests, NULL, NULL);
}
