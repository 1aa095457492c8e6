#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "text/wrap.h"

/* Wraps a text and compares its rows, each in bars. */
static void assert_wrapped(const char *text, int width, const char *rows)
{
	struct wrap wrap = WRAP_INIT;
	struct strbuf out = STRBUF_INIT;

	wrap_text(&wrap, text, strlen(text), width);
	for (size_t i = 0; i < wrap.count; i++) {
		strbuf_addc(&out, '|');
		strbuf_add(&out, text + wrap.rows[i].start, wrap.rows[i].end - wrap.rows[i].start);
	}
	assert_string_equal(out.data, rows);
	strbuf_clear(&out);
	wrap_clear(&wrap);
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
	assert_wrapped("志", 1, "|志");
	assert_wrapped("志愿", 0, "|志|愿");
}

static void blanks_hang_over_the_edge(void **state)
{
	(void)state;
	assert_wrapped("abc     def", 4, "|abc     |def");
	assert_wrapped("abc     ", 4, "|abc     ");
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
	    cmocka_unit_test(a_line_end_starts_a_row),
	    cmocka_unit_test(a_cursor_stands_at_the_start_of_a_wrapped_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
