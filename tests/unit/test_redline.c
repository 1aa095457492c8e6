#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/redline.h"

/* What was said, in one line, without the line ends. */
static void add_text(struct strbuf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\n')
			strbuf_addc(out, text[i]);
}

/*
 * A redline as lines: "name: before > after" of fields that changed, then "KIND NUMBER/ELSEWHERE marked
 * text" of blocks; same ones as "= NUMBER".
 */
static void tell(struct strbuf *out, const struct redline *r, const char *old_text, const char *new_text)
{
	static const char *const kinds[] = {"=", "*", "-", "+", "left", "came"};
	static const char *const marks[] = {"", "[--]", "{++}"};

	for (size_t i = 0; i < r->field_count; i++) {
		const struct redline_field *f = &r->fields[i];

		if (redline_field_changed(f))
			strbuf_addf(out, "%s: %s > %s\n", f->name, f->before ? f->before : "nothing",
				    f->after ? f->after : "nothing");
		else if (f->respelled)
			strbuf_addf(out, "%s respelled\n", f->name);
	}
	for (size_t i = 0; i < r->block_count; i++) {
		const struct redline_block *block = &r->blocks[i];

		strbuf_addf(out, "%s %zu", kinds[block->kind], block->number);
		if (block->elsewhere > 0)
			strbuf_addf(out, "/%zu", block->elsewhere);
		for (size_t j = 0; j < block->run_count && block->kind != REDLINE_SAME; j++) {
			const struct redline_run *run = &r->runs[block->runs + j];
			const char *text = run->kind == DIFF_REMOVED ? old_text : new_text;

			strbuf_add(out, j == 0 ? " " : "", j == 0);
			strbuf_add(out, marks[run->kind], run->kind == DIFF_SAME ? 0 : 2);
			add_text(out, text + run->start, run->len);
			strbuf_adds(out, run->kind == DIFF_SAME ? "" : marks[run->kind] + 2);
		}
		strbuf_adds(out, "\n");
	}
}

/* What every redline promises: blocks cover the new body, and their runs give both versions' bytes. */
static void assert_whole(const struct redline *r, const char *new_text)
{
	size_t at = r->body;

	for (size_t i = 0; i < r->block_count; i++) {
		const struct redline_block *block = &r->blocks[i];
		size_t shown = 0;

		assert_int_equal(block->start, at);
		for (size_t j = 0; j < block->run_count; j++) {
			const struct redline_run *run = &r->runs[block->runs + j];

			if (run->kind == DIFF_REMOVED)
				continue;
			assert_int_equal(run->start, block->start + shown);
			shown += run->len;
		}
		assert_int_equal(shown, block->len);
		at += block->len;
	}
	assert_int_equal(at, strlen(new_text));
}

static void assert_redline(const char *old_text, const char *new_text, size_t changes, const char *expected)
{
	struct strbuf out = STRBUF_INIT;
	struct redline redline;
	struct error err;

	assert_int_equal(redline_build(&redline, (struct redline_text){old_text, strlen(old_text)},
				       (struct redline_text){new_text, strlen(new_text)}, &err),
			 0);
	assert_whole(&redline, new_text);
	tell(&out, &redline, old_text, new_text);
	assert_string_equal(out.data, expected);
	assert_int_equal(redline.changes, changes);
	redline_clear(&redline);
	strbuf_clear(&out);
}

static void equal_texts_have_no_changes(void **state)
{
	(void)state;
	assert_redline("", "", 0, "");
	assert_redline("---\ntitle: A\n---\n\nOne.\n\nTwo.\n", "---\ntitle: A\n---\n\nOne.\n\nTwo.\n", 0,
		       "= 0\n= 1\n= 2\n");
}

static void fields_are_told_by_name(void **state)
{
	(void)state;
	assert_redline("---\ntitle: Lake path\ndate: 2026-11-18\ntags: [a, b]\nnote: gone\n---\nOne.\n",
		       "---\ntitle: 湖滨步道\ntags:\n  - a\n  - c\ndate: 2026-11-18\nbyline: B\n---\nOne.\n",
		       4,
		       "title: Lake path > 湖滨步道\n"
		       "tags: a, b > a, c\n"
		       "byline: nothing > B\n"
		       "note: gone > nothing\n"
		       "= 1\n");
}

static void names_of_fields_are_as_written(void **state)
{
	(void)state;
	assert_redline("---\n\"Title\": A\npublishDate : 2026-11-18\n---\n",
		       "---\n\"Title\": B\npublishDate : 2026-11-19\n---\n", 2,
		       "\"Title\": A > B\npublishDate: 2026-11-18 > 2026-11-19\n");
}

static void a_field_that_is_no_word_is_told_as_it_is_written(void **state)
{
	(void)state;
	assert_redline("---\ncover:\n  image: a.png\n  alt: A\n---\n",
		       "---\ncover:\n  image: b.png\n  alt: A\n---\n", 1,
		       "cover: image: a.png alt: A > image: b.png alt: A\n");
}

static void another_spelling_of_a_value_is_no_change(void **state)
{
	struct redline redline;
	const char *old_text = "---\ntitle: \"A\"\n---\n";
	const char *new_text = "---\ntitle: 'A'\n---\n";
	struct error err;

	(void)state;
	assert_redline(old_text, new_text, 0, "title respelled\n");
	assert_int_equal(redline_build(&redline, (struct redline_text){old_text, strlen(old_text)},
				       (struct redline_text){new_text, strlen(new_text)}, &err),
			 0);
	assert_true(redline.fields_written);
	redline_clear(&redline);
}

static void fields_that_cannot_be_read_are_lines(void **state)
{
	(void)state;
	assert_redline("---\ntitle: [\n---\nOne.\n", "---\ntitle: A\n---\nOne.\n", 1,
		       "= 1\n* 2 title: [-[-]{+A+}\n= 3\n= 4\n");
}

static void a_new_text_is_all_added(void **state)
{
	(void)state;
	assert_redline("", "---\ntitle: A\n---\nOne.\n\nTwo.\n", 3,
		       "title: nothing > A\n+ 1 {+One.+}\n+ 2 {+Two.+}\n");
	assert_redline("One.\n", "", 1, "- 1 [-One.-]\n");
	assert_redline("", "---\ntitle: A\n---\n\nOne.\n", 2, "title: nothing > A\n= 0\n+ 1 {+One.+}\n");
	assert_redline("\nOne.\n", "", 1, "- 1 [-One.-]\n");
}

static void a_change_of_one_chinese_character_marks_just_that(void **state)
{
	(void)state;
	assert_redline("第二批志愿者星期二开工。\n", "第三批志愿者星期二开工。\n", 1,
		       "* 1 第[-二-]{+三+}批志愿者星期二开工。\n");
}

static void a_moved_paragraph_is_told_at_both_places(void **state)
{
	(void)state;
	assert_redline("The ferry leaves at nine from the old pier.\n\nSchools stay closed on Monday.\n\n"
		       "Rain is expected.\n",
		       "Schools stay closed on Monday.\n\nRain is expected.\n\n"
		       "The ferry leaves at ten from the old pier.\n",
		       2,
		       "left 1/3 [-The ferry leaves at nine from the old pier.-]\n"
		       "= 1\n"
		       "= 2\n"
		       "came 3/1 The ferry leaves at [-nine-]{+ten+} from the old pier.\n");
}

static void a_moved_paragraph_leaves_its_place_to_another(void **state)
{
	(void)state;
	assert_redline("Storm over the sea.\n\nSchools stay closed on Monday.\n\nRain is expected.\n",
		       "Nobody was hurt at all.\n\nSchools stay closed on Monday.\n\nRain is expected.\n\n"
		       "Storm over the sea.\n",
		       2,
		       "left 1/4 [-Storm over the sea.-]\n"
		       "+ 1 {+Nobody was hurt at all.+}\n"
		       "= 2\n"
		       "= 3\n"
		       "came 4/1 Storm over the sea.\n");
}

static void what_stands_in_the_place_of_another_is_one_block(void **state)
{
	(void)state;
	assert_redline("Same.\n\nThe council met in the old hall to speak of the budget.\n\nSame too.\n",
		       "Same.\n\nRain is expected over all of the coast in the night.\n\nSame too.\n", 1,
		       "= 1\n"
		       "* 2 [-The council met in the old hall to speak of the budget.-]"
		       "{+Rain is expected over all of the coast in the night.+}\n"
		       "= 3\n");
}

static void removed_paragraphs_stand_where_they_stood(void **state)
{
	(void)state;
	assert_redline("One.\n\nTwo came.\n\nThree went.\n\nFour.\n", "One.\n\nFour.\n", 2,
		       "= 1\n- 2 [-Two came.-]\n- 3 [-Three went.-]\n= 2\n");
}

/* Lines that are put together to texts: paragraphs of two lines, blank lines, items, words. */
static void any_two_texts_are_shown_whole(void **state)
{
	static const char *const parts[] = {"The ferry leaves at nine.\n",
					    "The ferry leaves at ten.\n",
					    "\n",
					    "\n\n",
					    "Rain is expected over all of the coast.\n",
					    "- item\n",
					    "周六有五名志愿者。\n",
					    "周日有七名志愿者。\n"};
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct strbuf texts[2] = {STRBUF_INIT, STRBUF_INIT};
		struct redline redline;
		struct error err;

		for (int side = 0; side < 2; side++) {
			for (int i = 0; i < 10; i++) {
				seed = seed * 1103515245 + 12345;
				strbuf_adds(&texts[side], parts[(seed >> 16) % 8]);
			}
		}
		assert_int_equal(redline_build(&redline, (struct redline_text){texts[0].data, texts[0].len},
					       (struct redline_text){texts[1].data, texts[1].len}, &err),
				 0);
		assert_whole(&redline, texts[1].data);
		redline_clear(&redline);
		strbuf_clear(&texts[0]);
		strbuf_clear(&texts[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_texts_have_no_changes),
	    cmocka_unit_test(fields_are_told_by_name),
	    cmocka_unit_test(names_of_fields_are_as_written),
	    cmocka_unit_test(a_field_that_is_no_word_is_told_as_it_is_written),
	    cmocka_unit_test(another_spelling_of_a_value_is_no_change),
	    cmocka_unit_test(fields_that_cannot_be_read_are_lines),
	    cmocka_unit_test(a_new_text_is_all_added),
	    cmocka_unit_test(a_change_of_one_chinese_character_marks_just_that),
	    cmocka_unit_test(a_moved_paragraph_is_told_at_both_places),
	    cmocka_unit_test(a_moved_paragraph_leaves_its_place_to_another),
	    cmocka_unit_test(what_stands_in_the_place_of_another_is_one_block),
	    cmocka_unit_test(any_two_texts_are_shown_whole),
	    cmocka_unit_test(removed_paragraphs_stand_where_they_stood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
