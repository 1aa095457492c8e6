#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "text/unicode.h"
#include "text/wrap.h"

/* Wraps a text and compares its rows, each in bars. */
static void assert_wrapped_in(const char *language, const char *text, int width, const char *rows)
{
	struct wrap wrap = WRAP_INIT;
	struct strbuf out = STRBUF_INIT;

	wrap_set_language(&wrap, language);
	wrap_text(&wrap, text, strlen(text), width);
	for (size_t i = 0; i < wrap.count; i++) {
		strbuf_addc(&out, '|');
		strbuf_add(&out, text + wrap.rows[i].start, wrap.rows[i].end - wrap.rows[i].start);
	}
	assert_string_equal(out.data, rows);
	strbuf_clear(&out);
	wrap_clear(&wrap);
}

static void assert_wrapped(const char *text, int width, const char *rows)
{
	assert_wrapped_in(NULL, text, width, rows);
}

static void rows_end_between_words(void **state)
{
	(void)state;
	assert_wrapped("one two three", 8, "|one two |three");
	assert_wrapped("one two three", 7, "|one two |three");
	assert_wrapped("well-known path", 6, "|well-|known |path");
	assert_wrapped("他们说：“好。”", 10, "|他们|说：“好。”");
}

static void a_word_wider_than_a_row_is_cut_between_clusters(void **state)
{
	(void)state;
	assert_wrapped("abcdefgh ij", 3, "|abc|def|gh |ij");
	assert_wrapped("e\xcc\x81"
		       "e\xcc\x81"
		       "e\xcc\x81",
		       2,
		       "|e\xcc\x81"
		       "e\xcc\x81"
		       "|e\xcc\x81");
	assert_wrapped("ab \xcc\x81"
		       "cd ef",
		       3,
		       "|ab \xcc\x81"
		       "|cd |ef");
	assert_wrapped("志", 1, "|志");
	assert_wrapped("志愿", 0, "|志|愿");
}

static void blanks_hang_over_the_edge(void **state)
{
	(void)state;
	assert_wrapped("abc     def", 4, "|abc     |def");
	assert_wrapped("abc     ", 4, "|abc     ");
}

static void a_row_may_end_before_a_chinese_quotation(void **state)
{
	(void)state;
	assert_wrapped_in("zh", "他说“你好”然后走", 4, "|他说|“你|好”|然后|走");
	assert_wrapped_in("zh", "don’t say “yes” now", 5, "|don’t |say |“yes” |now");
	assert_wrapped_in("en", "don’t say “yes” now", 5, "|don’t |say |“yes” |now");
	assert_wrapped_in("no such tag!", "one two", 4, "|one |two");
}

static bool is_one_of(const char *text, size_t len, const char *const *marks)
{
	for (; *marks != NULL; marks++) {
		if (len >= strlen(*marks) && memcmp(text, *marks, strlen(*marks)) == 0)
			return true;
	}
	return false;
}

/* At every width that the longest piece has room in, in every language. */
static void no_closing_mark_starts_a_row_and_no_opening_one_ends_it(void **state)
{
	static const char *const languages[] = {NULL, "zh", "zh-Hant", "en"};
	static const char *const closing[] = {"，", "。", "、", "；", "：", "？", "！", "”",
					      "’",  "）", "》", "」", "』", "】", "…",  "%",
					      ",",  ".",  ")",  "］", "·",  NULL};
	static const char *const opening[] = {"“", "‘", "（", "《", "「", "『", "【", "(", NULL};
	static const char *const texts[] = {
	    "他说：“我们明年还会来。”组织者（王小明）说，《海港日报》报道……“好！”",
	    "「志愿者」清理了湖边的步道；工程、工具和午餐（共三万元）由海港基金会资助。",
	    "“Lake path”开放，涨了3.5%（去年为2%）。他问：‘真的吗？’她答：‘是。’",
	    "The mayor (who left) said, “We come again next year”, and left the ‘old mill’.",
	};
	struct wrap wrap = WRAP_INIT;

	(void)state;
	for (size_t l = 0; l < sizeof languages / sizeof languages[0]; l++) {
		wrap_set_language(&wrap, languages[l]);
		for (size_t t = 0; t < sizeof texts / sizeof texts[0]; t++) {
			const char *text = texts[t];

			for (int width = 14; width < 80; width++) {
				wrap_text(&wrap, text, strlen(text), width);
				for (size_t i = 0; i < wrap.count; i++) {
					size_t start = wrap.rows[i].start, end = wrap.rows[i].end;
					size_t last = unicode_previous(text, end, end);

					assert_false(i > 0 && is_one_of(text + start, end - start, closing));
					assert_false(i + 1 < wrap.count &&
						     is_one_of(text + last, end - last, opening));
				}
			}
		}
	}
	wrap_clear(&wrap);
}

static void a_line_end_starts_a_row(void **state)
{
	(void)state;
	assert_wrapped("", 4, "|");
	assert_wrapped("a", 4, "|a");
	assert_wrapped("a\n", 4, "|a|");
	assert_wrapped("a\r\n\nb", 4, "|a||b");
	assert_wrapped("abcd\nefgh\n", 4, "|abcd|efgh|");
}

static void a_cursor_stands_at_the_start_of_a_wrapped_row(void **state)
{
	struct wrap wrap = WRAP_INIT;

	(void)state;
	wrap_text(&wrap, "one two three\n", 14, 8);
	assert_int_equal(wrap_find(&wrap, 0), 0);
	assert_int_equal(wrap_find(&wrap, 7), 0);
	assert_int_equal(wrap_find(&wrap, 8), 1);
	assert_int_equal(wrap_find(&wrap, 13), 1);
	assert_int_equal(wrap_find(&wrap, 14), 2);
	wrap_text(&wrap, "", 0, 8);
	assert_int_equal(wrap_find(&wrap, 0), 0);
	wrap_clear(&wrap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_end_between_words),
	    cmocka_unit_test(a_word_wider_than_a_row_is_cut_between_clusters),
	    cmocka_unit_test(blanks_hang_over_the_edge),
	    cmocka_unit_test(a_row_may_end_before_a_chinese_quotation),
	    cmocka_unit_test(no_closing_mark_starts_a_row_and_no_opening_one_ends_it),
	    cmocka_unit_test(a_line_end_starts_a_row),
	    cmocka_unit_test(a_cursor_stands_at_the_start_of_a_wrapped_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
