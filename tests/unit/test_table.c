#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "cli/table.h"

static void print(struct strbuf *out, const char *const rows[][3], size_t count, int width)
{
	struct table *table = table_new(3);

	for (size_t i = 0; i < count; i++)
		table_add(table, rows[i]);
	table_print(table, 1, width, out);
	table_free(table);
}

static void check(const char *const rows[][3], size_t count, int width, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	print(&out, rows, count, width);
	assert_string_equal(out.data, expected);
	strbuf_clear(&out);
}

static void wide_characters_keep_columns_aligned(void **state)
{
	static const char *const rows[][3] = {{"STATE", "HEADLINE", "WHO"},
					      {"DRAFT", "湖滨步道", "Bea"},
					      {"x", "y", NULL}};

	(void)state;
	check(rows, 3, 0, "STATE  HEADLINE  WHO\nDRAFT  湖滨步道  Bea\nx      y\n");
}

static void a_column_that_is_empty_takes_no_room(void **state)
{
	static const char *const rows[][3] = {{"", "a", "b"}, {NULL, "cc", "d"}};

	(void)state;
	check(rows, 2, 0, "a   b\ncc  d\n");
}

static void the_elastic_column_is_cut_to_the_width(void **state)
{
	static const char *const rows[][3] = {{"a", "twenty four columns wide", "b"}, {"a", "short", "b"}};

	(void)state;
	check(rows, 2, 26, "a  twenty four columns…  b\na  short                 b\n");
	check(rows, 2, 0, "a  twenty four columns wide  b\na  short                     b\n");
}

static void what_steers_a_terminal_is_made_visible(void **state)
{
	static const char *const rows[][3] = {{"a\nb", "\x1b[2J", "c"}};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	print(&out, rows, 1, 0);
	for (size_t i = 0; i + 1 < out.len; i++)
		assert_true((unsigned char)out.data[i] >= ' ');
	assert_int_equal(out.data[out.len - 1], '\n');
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(wide_characters_keep_columns_aligned),
	    cmocka_unit_test(a_column_that_is_empty_takes_no_room),
	    cmocka_unit_test(the_elastic_column_is_cut_to_the_width),
	    cmocka_unit_test(what_steers_a_terminal_is_made_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
