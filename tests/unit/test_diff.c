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
#include "text/paragraph.h"

/* -- What the header promises -- */

static void add_kept(struct strbuf *out, const char *text, size_t start, size_t len)
{
	strbuf_add(out, text + start, len);
}

/* Pairs cover the paragraphs of both texts in order, and no paragraph moved twice, or has a partner as well.
 */
static void assert_pairs(const struct diff *diff, const char *old_text, size_t old_len, const char *new_text,
			 size_t new_len)
{
	struct paragraphs old_side;
	struct paragraphs new_side;
	size_t old_at = 0;
	size_t new_at = 0;

	paragraphs_split(&old_side, old_text, old_len);
	paragraphs_split(&new_side, new_text, new_len);
	for (size_t i = 0; i < diff->pair_count; i++) {
		const struct paragraph_range *range = &diff->pairs[i].range;

		assert_int_equal(range->old_start, old_at);
		assert_int_equal(range->new_start, new_at);
		assert_true(range->old_count + range->new_count > 0);
		for (size_t j = 0; j < diff->move_count && !diff->pairs[i].rewritten; j++) {
			const struct diff_move *move = &diff->moves[j];

			if (range->old_count == 0 || range->new_count == 0)
				continue;
			assert_false(move->old_paragraph >= old_at &&
				     move->old_paragraph < old_at + range->old_count);
			assert_false(move->new_paragraph >= new_at &&
				     move->new_paragraph < new_at + range->new_count);
		}
		old_at += range->old_count;
		new_at += range->new_count;
	}
	assert_int_equal(old_at, old_side.count);
	assert_int_equal(new_at, new_side.count);
	for (size_t i = 0; i < diff->move_count; i++) {
		for (size_t j = 0; j < i; j++) {
			assert_int_not_equal(diff->moves[i].old_paragraph, diff->moves[j].old_paragraph);
			assert_int_not_equal(diff->moves[i].new_paragraph, diff->moves[j].new_paragraph);
		}
	}
	paragraphs_clear(&old_side);
	paragraphs_clear(&new_side);
}

/* Spans follow each other without a hole in either text, and give both texts back to the byte. */
static void assert_covers(const struct diff *diff, const char *old_text, size_t old_len, const char *new_text,
			  size_t new_len)
{
	struct strbuf rebuilt_old = STRBUF_INIT;
	struct strbuf rebuilt_new = STRBUF_INIT;
	size_t old_pos = 0;
	size_t new_pos = 0;

	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_span *s = &diff->spans[i];

		assert_int_equal(s->old_start, old_pos);
		assert_int_equal(s->new_start, new_pos);
		assert_true(s->old_len + s->new_len > 0);
		assert_true(s->kind != DIFF_REMOVED || s->new_len == 0);
		assert_true(s->kind != DIFF_ADDED || s->old_len == 0);
		if (i > 0) {
			assert_true(s->kind != s[-1].kind);
			assert_false(
			    s->kind == DIFF_ADDED && s[-1].kind == DIFF_REMOVED &&
			    s->new_len == s[-1].old_len &&
			    memcmp(new_text + s->new_start, old_text + s[-1].old_start, s->new_len) == 0);
			assert_false(s->kind == DIFF_REMOVED && s[-1].kind == DIFF_ADDED);
		}
		if (s->kind == DIFF_SAME) {
			assert_int_equal(s->old_len, s->new_len);
			add_kept(&rebuilt_old, new_text, s->new_start, s->new_len);
			add_kept(&rebuilt_new, old_text, s->old_start, s->old_len);
		} else {
			add_kept(&rebuilt_old, old_text, s->old_start, s->old_len);
			add_kept(&rebuilt_new, new_text, s->new_start, s->new_len);
		}
		old_pos += s->old_len;
		new_pos += s->new_len;
	}
	assert_pairs(diff, old_text, old_len, new_text, new_len);
	assert_int_equal(rebuilt_old.len, old_len);
	assert_int_equal(rebuilt_new.len, new_len);
	assert_true(old_len == 0 || memcmp(rebuilt_old.data, old_text, old_len) == 0);
	assert_true(new_len == 0 || memcmp(rebuilt_new.data, new_text, new_len) == 0);
	strbuf_clear(&rebuilt_old);
	strbuf_clear(&rebuilt_new);
}

static void assert_difference(const char *old_text, const char *new_text, const char *expected)
{
	struct strbuf out = STRBUF_INIT;
	struct diff diff;
	struct error err;

	assert_int_equal(diff_words(&diff, old_text, strlen(old_text), new_text, strlen(new_text), &err), 0);
	assert_covers(&diff, old_text, strlen(old_text), new_text, strlen(new_text));
	diff_format(&out, &diff, old_text, new_text, -1, NULL);
	assert_string_equal(out.data, expected);
	diff_clear(&diff);
	strbuf_clear(&out);
}

static void equal_texts_have_no_changes(void **state)
{
	static const char *const texts[] = {"", "a", "\n", "One.\n\nTwo.\n", "第二批志愿者。\r\n\r\n"};
	struct diff diff;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		size_t len = strlen(texts[i]);

		assert_int_equal(diff_words(&diff, texts[i], len, texts[i], len, &err), 0);
		assert_int_equal(diff_changes(&diff), 0);
		assert_int_equal(diff.count, len > 0);
		assert_false(diff.coarse);
		diff_clear(&diff);
	}
}

static void an_empty_text_is_all_added_or_removed(void **state)
{
	struct diff diff;
	struct error err;

	(void)state;
	assert_int_equal(diff_words(&diff, NULL, 0, NULL, 0, &err), 0);
	assert_int_equal(diff.count, 0);
	diff_clear(&diff);
	assert_difference("", "All new.\n", "{+All new.+}\n");
	assert_difference("All gone.\n", "", "[-All gone.-]\n");
}

static void changed_words_are_marked_alone(void **state)
{
	(void)state;
	assert_difference("On Saturday five volunteers came.", "On Saturday seven volunteers came.",
			  "On Saturday [-five-]{+seven+} volunteers came.");
	assert_difference("It cost 1,204 euros.", "It cost 1,240 euros.",
			  "It cost [-1,204-]{+1,240+} euros.");
}

static void one_chinese_character_is_marked_alone(void **state)
{
	(void)state;
	assert_difference("第二批志愿者星期二开工。", "第三批志愿者星期三开工。",
			  "第[-二-]{+三+}批志愿者星期[-二-]{+三+}开工。");
	assert_difference("市政府今年修复湖滨步道。", "市政府明年修建湖滨大道。",
			  "市政府[-今-]{+明+}年修[-复-]{+建+}湖滨[-步-]{+大+}道。");
}

static void characters_alike_by_chance_are_not_kept(void **state)
{
	(void)state;
	assert_difference("会议由市长主持，二百五十人参加。", "会议由市长主持，三百六十人参加。",
			  "会议由市长主持，[-二百五-]{+三百六+}十人参加。");
}

static void whole_words_can_be_asked_for(void **state)
{
	static const char old_text[] = "星期二开工。";
	static const char new_text[] = "星期三开工。";
	struct strbuf out = STRBUF_INIT;
	struct diff diff;
	struct error err;

	(void)state;
	assert_int_equal(diff_whole_words(&diff, old_text, strlen(old_text), new_text, strlen(new_text),
					  &err),
			 0);
	diff_format(&out, &diff, old_text, new_text, -1, NULL);
	assert_string_equal(out.data, "[-星期二-]{+星期三+}开工。");
	diff_clear(&diff);
	strbuf_clear(&out);
}

static void neighbours_are_one_change(void **state)
{
	(void)state;
	assert_difference("We saw five brave men there.", "We saw seven bold men there.",
			  "We saw [-five brave-]{+seven bold+} men there.");
	assert_difference("We saw tall, grey towers there.", "We saw low, green hills there.",
			  "We saw [-tall, grey towers-]{+low, green hills+} there.");
	assert_difference(
	    "Yesterday the mayor of Harbour spoke for an hour about the lake.",
	    "Today the chair of Council wrote for an hour about the lake.",
	    "[-Yesterday the mayor of Harbour spoke-]{+Today the chair of Council wrote+} for an "
	    "hour about the lake.");
}

static void changes_that_a_word_parts_stay_apart(void **state)
{
	(void)state;
	assert_difference("On Saturday the mayor spoke.", "On Sunday the governor spoke.",
			  "On [-Saturday-]{+Sunday+} the [-mayor-]{+governor+} spoke.");
	assert_difference("They took the path. He slept well.", "They took the road. She slept well.",
			  "They took the [-path-]{+road+}. [-He-]{+She+} slept well.");
}

static void a_cut_takes_the_space_after_it(void **state)
{
	(void)state;
	assert_difference("They had a very big lunch.", "They had a lunch.",
			  "They had a [-very big -]lunch.");
	assert_difference("One came. Two came. Three came.", "One came. Three came.",
			  "One came. [-Two came. -]Three came.");
	assert_difference("甲来了。乙来了。丙来了。", "甲来了。丙来了。", "甲来了。[-乙来了。-]丙来了。");
}

static void a_rewritten_paragraph_is_given_whole(void **state)
{
	(void)state;
	assert_difference("Same.\n\nThe council met in the old hall to speak of the budget.\n\nSame too.\n",
			  "Same.\n\nRain is expected over all of the coast in the night.\n\nSame too.\n",
			  "Same.\n\n[-The council met in the old hall to speak of the budget.-]{+Rain is "
			  "expected over all of the coast in the night.+}\n\nSame too.\n");
}

static void a_paragraph_finds_its_new_wording_among_others(void **state)
{
	(void)state;
	assert_difference(
	    "The ferry leaves at nine from the old pier.\n\nSchools stay closed on Monday.\n",
	    "A storm came up.\n\nSchools stay closed on Tuesday.\n\nNobody was hurt.\n",
	    "[-The ferry leaves at nine from the old pier.-]{+A storm came up.+}\n\nSchools stay "
	    "closed on [-Monday-]{+Tuesday+}.\n\n{+Nobody was hurt.+}\n");
}

/* The moves as "old>new", paragraphs from 0, in their order in the new text. */
static void assert_moves(const char *old_text, const char *new_text, const char *expected)
{
	struct strbuf out = STRBUF_INIT;
	struct diff diff;
	struct error err;

	assert_int_equal(diff_words(&diff, old_text, strlen(old_text), new_text, strlen(new_text), &err), 0);
	assert_covers(&diff, old_text, strlen(old_text), new_text, strlen(new_text));
	for (size_t new_index = 0; new_index < strlen(new_text); new_index++)
		for (size_t i = 0; i < diff.move_count; i++)
			if (diff.moves[i].new_paragraph == new_index)
				strbuf_addf(&out, "%s%zu>%zu", out.len > 0 ? " " : "",
					    diff.moves[i].old_paragraph, new_index);
	assert_string_equal(out.data, expected);
	diff_clear(&diff);
	strbuf_clear(&out);
}

#define FERRY  "The ferry leaves at nine from the old pier.\n\n"
#define SCHOOL "Schools stay closed on Monday.\n\n"
#define STORM  "A storm came up in the night and took the roof of the market hall.\n\n"
#define RAIN   "Rain is expected over all of the coast.\n\n"

static void a_moved_paragraph_is_found(void **state)
{
	(void)state;
	assert_moves(FERRY SCHOOL STORM, FERRY SCHOOL STORM, "");
	assert_moves(FERRY SCHOOL STORM RAIN, SCHOOL STORM RAIN FERRY, "0>3");
	assert_moves(FERRY SCHOOL STORM RAIN, RAIN FERRY SCHOOL STORM, "3>0");
	assert_moves("周六。\n\n周日上午。\n\n周一。\n", "周日上午。\n\n周一。\n\n周六。\n", "0>2");
}

static void a_moved_paragraph_is_no_wording_of_its_new_neighbour(void **state)
{
	(void)state;
	/* The ferry stands where the storm stood, and the storm at the end. */
	assert_moves(STORM SCHOOL RAIN, FERRY SCHOOL RAIN STORM, "0>3");
	assert_moves("The path is long.\n\n" SCHOOL RAIN,
		     "The path is long and wet.\n\n" SCHOOL RAIN "The path is long.\n\n", "0>3");
}

static void a_moved_paragraph_may_have_been_reworded(void **state)
{
	(void)state;
	assert_moves(STORM SCHOOL RAIN,
		     SCHOOL RAIN "A storm came up in the evening and took the roof of the market hall.\n",
		     "0>2");
	assert_moves("周六上午七名志愿者清理了湖边的步道。\n\n" SCHOOL RAIN,
		     SCHOOL RAIN "周六上午五名志愿者清理了湖边的步道。\n\n", "0>2");
}

static void nothing_is_moved_that_says_nothing(void **state)
{
	(void)state;
	assert_moves("---\na: 1\nb: 2\n---\n" FERRY, "---\nb: 2\na: 1\n---\n" FERRY, "");
	assert_moves(FERRY "***\n\n" SCHOOL STORM, FERRY SCHOOL STORM "***\n\n", "");
	assert_moves(FERRY SCHOOL, STORM RAIN, "");
}

static void items_of_a_list_are_paragraphs(void **state)
{
	(void)state;
	assert_difference("- boots\n- a torch\n- water for a day\n",
			  "- boots\n- water for two days\n- a whistle\n",
			  "- boots\n[-- a torch-]\n- water for [-a day-]{+two days+}\n{+- a whistle+}\n");
}

static void a_split_and_a_join_move_no_words(void **state)
{
	(void)state;
	assert_difference("Head.\n\nThe path is long. The lake is deep.\n\nFoot.\n",
			  "Head.\n\nThe path is long.\n\nThe lake is deep.\n\nFoot.\n",
			  "Head.\n\nThe path is long.[- -]{+\n\n+}The lake is deep.\n\nFoot.\n");
	assert_difference("Head.\n\nThe path is long.\n\nThe lake is deep.\n\nFoot.\n",
			  "Head.\n\nThe path is long. The lake is deep.\n\nFoot.\n",
			  "Head.\n\nThe path is long.[-\n\n-]{+ +}The lake is deep.\n\nFoot.\n");
}

static void a_field_is_compared_with_itself(void **state)
{
	(void)state;
	assert_difference("---\ntitle: Lake\nurgency: 4\n---\nText.\n",
			  "---\ntitle: Harbour\nbyline: A\n---\nText.\n",
			  "---\ntitle: [-Lake-]{+Harbour+}\n[-urgency: 4-]{+byline: A+}\n---\nText.\n");
}

static void other_line_ends_mark_only_the_line_ends(void **state)
{
	(void)state;
	assert_difference("One line.\nAnother.\n", "One line.\r\nAnother.\r\n",
			  "One line.[-\n-]{+\r\n+}Another.[-\n-]{+\r\n+}");
}

static void marks_do_not_reach_over_a_line_end(void **state)
{
	(void)state;
	assert_difference("Same.\n\nOne\ntwo.\n", "Same.\n", "Same.\n\n[-One-]\n[-two.-]\n");
}

/* -- Context -- */

static void paragraphs_far_from_a_change_are_counted(void **state)
{
	static const char old_text[] = "A.\n\nB.\n\nC.\n\nD.\n\nE five.\n\nF.\n\nG.\n";
	static const char new_text[] = "A.\n\nB.\n\nC.\n\nD.\n\nE six.\n\nF.\n\nG.\n";
	static const struct {
		int context;
		const char *expected;
	} rows[] = {
	    {0,
	     "[... 4 paragraphs unchanged ...]\n\nE [-five-]{+six+}.\n\n[... 2 paragraphs unchanged ...]\n"},
	    {1, "[... 3 paragraphs unchanged ...]\n\nD.\n\nE [-five-]{+six+}.\n\nF.\n\n"
		"[... 1 paragraph unchanged ...]\n"},
	    {4, "A.\n\nB.\n\nC.\n\nD.\n\nE [-five-]{+six+}.\n\nF.\n\nG.\n"},
	    {-1, "A.\n\nB.\n\nC.\n\nD.\n\nE [-five-]{+six+}.\n\nF.\n\nG.\n"},
	};
	struct diff diff;
	struct error err;

	(void)state;
	assert_int_equal(diff_words(&diff, old_text, strlen(old_text), new_text, strlen(new_text), &err), 0);
	assert_int_equal(diff_changes(&diff), 1);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		diff_format(&out, &diff, old_text, new_text, rows[i].context, NULL);
		assert_string_equal(out.data, rows[i].expected);
		strbuf_clear(&out);
	}
	diff_clear(&diff);
}

/* -- Any texts -- */

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33) % sides;
}

static const char *const pieces[] = {
    "The",          " ",        " ",         "mayor",
    "lake ",        "of",       "\n",        "\n\n",
    "\r\n",         "\r\n\r\n", ", ",        ". ",
    "---",          "---\n",    "a: b",      "title:",
    "市政府",       "湖滨",     "志愿者",    "二",
    "三",           "。",       "，",        "\xc3",
    "\xff",         "\xe5\xb8", "e\xcc\x81", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80",
    "\xef\xbb\xbf", "**",       "[-",        "1,204",
};

static void add_random(struct strbuf *out, uint64_t *seed, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (dice(seed, 40) == 0)
			strbuf_addc(out, (char)dice(seed, 256));
		else
			strbuf_adds(out, pieces[dice(seed, sizeof pieces / sizeof pieces[0])]);
	}
}

static void edit_randomly(struct strbuf *text, uint64_t *seed)
{
	struct strbuf more = STRBUF_INIT;
	size_t pos = dice(seed, (uint32_t)text->len + 1);
	size_t cut = dice(seed, 3) == 0 ? dice(seed, (uint32_t)(text->len - pos) + 1) : dice(seed, 8);

	cut = cut > text->len - pos ? text->len - pos : cut;
	add_random(&more, seed, dice(seed, 4));
	strbuf_splice(text, pos, cut, more.data, more.len);
	strbuf_clear(&more);
}

/* A copy without a byte after it, so that reading too far is noticed by who watches memory. */
static char *exact(const struct strbuf *sb)
{
	char *copy = mem_alloc(sb->len);

	memcpy(copy, sb->data, sb->len);
	return copy;
}

static void spans_give_both_texts_back_whatever_they_hold(void **state)
{
	uint64_t seed = 20261120;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct strbuf a = STRBUF_INIT;
		struct strbuf b = STRBUF_INIT;
		struct strbuf out = STRBUF_INIT;
		char *old_text;
		char *new_text;
		struct diff diff;
		struct error err;

		add_random(&a, &seed, dice(&seed, 120));
		strbuf_add(&b, a.data, a.len);
		for (uint32_t edits = dice(&seed, 6); edits > 0; edits--)
			edit_randomly(&b, &seed);
		if (dice(&seed, 20) == 0) {
			strbuf_reset(&b);
			add_random(&b, &seed, dice(&seed, 120));
		}
		old_text = exact(&a);
		new_text = exact(&b);
		if (dice(&seed, 2) == 0)
			assert_int_equal(diff_words(&diff, old_text, a.len, new_text, b.len, &err), 0);
		else
			assert_int_equal(diff_whole_words(&diff, old_text, a.len, new_text, b.len, &err), 0);
		assert_covers(&diff, old_text, a.len, new_text, b.len);
		diff_format(&out, &diff, old_text, new_text, (int)dice(&seed, 3) - 1, NULL);
		diff_clear(&diff);
		free(old_text);
		free(new_text);
		strbuf_clear(&a);
		strbuf_clear(&b);
		strbuf_clear(&out);
	}
}

static void add_sentence(struct strbuf *out, uint64_t *seed, size_t words)
{
	for (size_t i = 0; i < words; i++)
		strbuf_addf(out, "%sw%u", i > 0 ? " " : "", dice(seed, 400));
	strbuf_adds(out, ". ");
}

/* A handful of changed words in a long article is found as that, and not more. */
static void few_edits_are_few_changes(void **state)
{
	uint64_t seed = 5;
	struct strbuf a = STRBUF_INIT;
	struct strbuf b = STRBUF_INIT;
	struct diff diff;
	struct error err;
	size_t kept = 0;

	(void)state;
	for (size_t i = 0; i < 400; i++) {
		add_sentence(&a, &seed, 12);
		strbuf_adds(&a, i % 4 == 3 ? "\n\n" : "");
	}
	strbuf_add(&b, a.data, a.len);
	for (size_t i = 0; i < 50; i++) {
		size_t pos = b.len / 50 * i;

		pos = (size_t)(strchr(b.data + pos, ' ') - b.data) + 1;
		strbuf_splice(&b, pos, 0, "new ", 4);
	}
	assert_int_equal(diff_words(&diff, a.data, a.len, b.data, b.len, &err), 0);
	assert_covers(&diff, a.data, a.len, b.data, b.len);
	assert_int_equal(diff_changes(&diff), 50);
	for (size_t i = 0; i < diff.count; i++)
		kept += diff.spans[i].kind == DIFF_SAME ? diff.spans[i].old_len : 0;
	assert_int_equal(kept, a.len);
	assert_false(diff.coarse);
	diff_clear(&diff);
	strbuf_clear(&a);
	strbuf_clear(&b);
}

/* Words of one vocabulary in another order, in one paragraph and in many: told coarsely, and soon. */
static void texts_far_apart_are_told_coarsely(void **state)
{
	uint64_t seed = 6;

	(void)state;
	for (int many = 0; many < 2; many++) {
		struct strbuf a = STRBUF_INIT;
		struct strbuf b = STRBUF_INIT;
		struct diff diff;
		struct error err;

		while (a.len < 1 << 20) {
			add_sentence(&a, &seed, 12);
			add_sentence(&b, &seed, 12);
			strbuf_adds(&a, many ? "\n\n" : "");
			strbuf_adds(&b, many ? "\n\n" : "");
		}
		assert_int_equal(diff_words(&diff, a.data, a.len, b.data, b.len, &err), 0);
		assert_covers(&diff, a.data, a.len, b.data, b.len);
		assert_true(diff.coarse);
		diff_clear(&diff);
		strbuf_clear(&a);
		strbuf_clear(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_texts_have_no_changes),
	    cmocka_unit_test(an_empty_text_is_all_added_or_removed),
	    cmocka_unit_test(changed_words_are_marked_alone),
	    cmocka_unit_test(one_chinese_character_is_marked_alone),
	    cmocka_unit_test(characters_alike_by_chance_are_not_kept),
	    cmocka_unit_test(whole_words_can_be_asked_for),
	    cmocka_unit_test(neighbours_are_one_change),
	    cmocka_unit_test(changes_that_a_word_parts_stay_apart),
	    cmocka_unit_test(a_cut_takes_the_space_after_it),
	    cmocka_unit_test(a_rewritten_paragraph_is_given_whole),
	    cmocka_unit_test(a_paragraph_finds_its_new_wording_among_others),
	    cmocka_unit_test(a_moved_paragraph_is_found),
	    cmocka_unit_test(a_moved_paragraph_is_no_wording_of_its_new_neighbour),
	    cmocka_unit_test(a_moved_paragraph_may_have_been_reworded),
	    cmocka_unit_test(nothing_is_moved_that_says_nothing),
	    cmocka_unit_test(items_of_a_list_are_paragraphs),
	    cmocka_unit_test(a_split_and_a_join_move_no_words),
	    cmocka_unit_test(a_field_is_compared_with_itself),
	    cmocka_unit_test(other_line_ends_mark_only_the_line_ends),
	    cmocka_unit_test(marks_do_not_reach_over_a_line_end),
	    cmocka_unit_test(paragraphs_far_from_a_change_are_counted),
	    cmocka_unit_test(spans_give_both_texts_back_whatever_they_hold),
	    cmocka_unit_test(few_edits_are_few_changes),
	    cmocka_unit_test(texts_far_apart_are_told_coarsely),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
