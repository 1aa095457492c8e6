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

/* What rules of UAX #14 look at: plain words, then all sorts of signs, then what a dictionary may be needed
 * for. */
static const char *const bits[] = {
    "lake ",
    "a",
    "path",
    " ",
    "  ",
    "-",
    "well-known ",
    "x",
    "12,000.5",
    "$",
    "%",
    "(",
    ")",
    "!",
    "?",
    "/",
    "“",
    "”",
    "\"",
    "'",
    "—",
    "…",
    "é",
    "e\xcc\x81",
    "志愿者",
    "，",
    "「",
    "」",
    "。",
    "\xe3\x80\x80",
    "\t",
    "א",
    "\xe2\x80\xa8",
    "\xff",
    "\xcc\x81",
    "\xe2\x80\x8b",
    "\xc2\xa0",
    "\xe2\x80\x8d",
    "word",
    "http://a.b/c?d=e ",
    "☝",
    "🇬🇧",
    "🇨🇳",
    "👩\xe2\x80\x8d👧",
    "👍🏽",
    "ไทยคำ",
    "မြန်",
    "각",
    "한국 ",
};

enum { WORDS = 8, SIGNS = 41 };

static unsigned dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1103515245 + 12345;
	return (*seed >> 16) % sides;
}

static size_t random_bits(char *out, unsigned *seed, unsigned most, unsigned kinds)
{
	size_t len = 0;

	for (unsigned n = dice(seed, most + 1); n > 0; n--) {
		const char *bit = bits[dice(seed, kinds)];

		memcpy(out + len, bit, strlen(bit));
		len += strlen(bit);
	}
	return len;
}

static void assert_same_rows(const struct wrap *a, const struct wrap *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++) {
		assert_int_equal(a->rows[i].start, b->rows[i].start);
		assert_int_equal(a->rows[i].end, b->rows[i].end);
		assert_int_equal(a->rows[i].parted, b->rows[i].parted);
	}
}

static void after_any_change_the_rows_are_those_of_the_whole_text(void **state)
{
	static const char *const languages[] = {NULL, "en", "zh"};
	unsigned seed = 1;

	(void)state;
	for (int run = 0; run < 200; run++) {
		struct wrap followed = WRAP_INIT, whole = WRAP_INIT;
		struct strbuf text = STRBUF_INIT;
		unsigned kinds = run % 5 == 0 ? sizeof bits / sizeof bits[0] : run % 5 == 1 ? WORDS : SIGNS;
		int width = 1 + (int)dice(&seed, 30);
		char some[8192];

		wrap_set_language(&followed, languages[run % 3]);
		wrap_set_language(&whole, languages[run % 3]);
		strbuf_add(&text, some, random_bits(some, &seed, 200, kinds));
		wrap_text(&followed, text.data, text.len, width);
		for (int i = 0; i < 100; i++) {
			/* anywhere, also amid a character */
			size_t pos = dice(&seed, (unsigned)text.len + 1), left = text.len - pos;
			size_t cut = dice(&seed, 2) == 0 ? 0 : dice(&seed, 12);
			struct wrap_change change = {.pos = pos, .cut = cut < left ? cut : left};

			change.len = random_bits(some, &seed, 3, kinds);
			strbuf_splice(&text, pos, change.cut, some, change.len);
			wrap_again(&followed, text.data, text.len, width, &change);
			wrap_text(&whole, text.data, text.len, width);
			assert_same_rows(&followed, &whole);
		}
		strbuf_clear(&text);
		wrap_clear(&followed);
		wrap_clear(&whole);
	}
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
	    cmocka_unit_test(after_any_change_the_rows_are_those_of_the_whole_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
