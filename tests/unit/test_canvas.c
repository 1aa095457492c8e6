#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "tui/canvas.h"

#include "picture.h"

/* Compares a canvas with rows of plain text, without its cursor line. */
static void assert_rows(const struct canvas *canvas, const char *rows)
{
	struct strbuf dump = STRBUF_INIT;

	canvas_dump(&dump, canvas, false);
	*(strstr(dump.data, "no cursor")) = '\0';
	assert_string_equal(dump.data, rows);
	strbuf_clear(&dump);
}

static void text_is_drawn_and_its_column_told(void **state)
{
	struct canvas *canvas = canvas_new(3, 20);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	assert_int_equal(canvas_string(all, 0, 1, CANVAS_HEADING, "Harbour"), 8);
	assert_int_equal(canvas_string(all, 1, 0, CANVAS_NORMAL, "志愿者 e\xcc\x81"), 8);
	assert_int_equal(canvas_printf(all, 2, 0, CANVAS_DIM, "%d of %s", 3, "4"), 6);
	canvas_cursor(all, 1, 8);
	picture_check(canvas, "text");
	canvas_free(canvas);
}

static void a_wide_glyph_is_never_half_drawn(void **state)
{
	struct canvas *canvas = canvas_new(4, 7);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	canvas_string(all, 0, 0, CANVAS_NORMAL, "abcdef者");
	canvas_string(all, 1, -1, CANVAS_NORMAL, "志愿者");
	canvas_string(all, 2, 0, CANVAS_NORMAL, "志愿者");
	canvas_string(all, 2, 3, CANVAS_NORMAL, "x");
	canvas_string(all, 3, 0, CANVAS_NORMAL, "志愿者");
	canvas_string(all, 3, 1, CANVAS_NORMAL, "湖滨");
	assert_rows(canvas, "abcdef\n 愿者\n志 x者\n 湖滨\n");
	canvas_free(canvas);
}

static void what_steers_a_terminal_becomes_a_mark(void **state)
{
	struct canvas *canvas = canvas_new(5, 24);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	canvas_string(all, 0, 0, CANVAS_NORMAL, "a\x1b[2Jb\rc\bd");
	canvas_string(all, 1, 0, CANVAS_NORMAL, "safe\xe2\x80\xaetxt");
	canvas_string(all, 2, 0, CANVAS_NORMAL, "two\nlines\tand a tab");
	canvas_string(all, 3, 0, CANVAS_NORMAL, "zero\xe2\x80\x8bwidth \xff");
	canvas_string(all, 4, -3, CANVAS_NORMAL, "\xe2\x80\xae cut");
	picture_check(canvas, "marks");
	canvas_free(canvas);
}

static void nothing_is_drawn_outside_a_region(void **state)
{
	struct canvas *canvas = canvas_new(5, 10);
	struct canvas_region inner = canvas_part(canvas_region(canvas), 1, 2, 3, 5);
	int row, column;

	(void)state;
	for (int i = -2; i < 6; i++)
		canvas_string(inner, i, -4, CANVAS_NORMAL, "0123456789abcdef");
	assert_rows(canvas, "\n  45678\n  45678\n  45678\n\n");
	canvas_fill(canvas_part(inner, -1, -1, 99, 3), CANVAS_NORMAL);
	canvas_rule(inner, 7, CANVAS_RULE);
	canvas_mark(inner, -1, 0, 99, CANVAS_SELECTED);
	canvas_mark(inner, 3, 0, 99, CANVAS_SELECTED);
	assert_rows(canvas, "\n    678\n    678\n    678\n\n");
	canvas_cursor(inner, 0, 5);
	assert_false(canvas_cursor_at(canvas, &row, &column));
	canvas_cursor(inner, 2, 4);
	assert_true(canvas_cursor_at(canvas, &row, &column));
	assert_int_equal(row, 3);
	assert_int_equal(column, 6);
	canvas_free(canvas);
}

static void regions_of_any_size_are_harmless(void **state)
{
	struct canvas *canvas = canvas_new(0, -3);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	assert_int_equal(canvas_height(canvas), 1);
	for (int size = 0; size < 4; size++) {
		struct canvas_region part = canvas_part(all, 5 - size, size, size, size);

		canvas_fill(canvas_frame(part, CANVAS_RULE), CANVAS_BAR);
		canvas_field(part, 0, 0, size, CANVAS_NORMAL, "志愿者", 9);
		canvas_wrapped(part, 0, CANVAS_NORMAL, "志愿者 helps", 15);
		canvas_mark(canvas_middle(part, 9, 9), 0, 0, 2, CANVAS_SELECTED);
	}
	canvas_free(canvas);
}

static void a_field_has_exactly_its_width(void **state)
{
	struct canvas *canvas = canvas_new(3, 12);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	for (int row = 0; row < 3; row++)
		canvas_string(all, row, 0, CANVAS_NORMAL, "............");
	assert_int_equal(canvas_field(all, 0, 2, 8, CANVAS_NORMAL, "Volunteers", 10), 10);
	canvas_field(all, 1, 2, 8, CANVAS_NORMAL, "Lake", 4);
	canvas_field(all, 2, 2, 8, CANVAS_NORMAL, "志愿者修复", 15);
	assert_rows(canvas, "..Volunte…..\n..Lake    ..\n..志愿者… ..\n");
	canvas_free(canvas);
}

static void a_text_is_wrapped_by_the_rules_of_its_language(void **state)
{
	static const char text[] = "On Saturday seven volunteers cleared the path.\n"
				   "星期六，七名志愿者清理了湖边的小路。";
	struct canvas *canvas = canvas_new(9, 16);

	(void)state;
	assert_int_equal(canvas_wrapped(canvas_part(canvas_region(canvas), 0, 0, 0, 16), 0, CANVAS_NORMAL,
					text, strlen(text)),
			 7);
	canvas_wrapped(canvas_region(canvas), 1, CANVAS_QUOTE, text, strlen(text));
	picture_check(canvas, "wrapped");
	canvas_free(canvas);
}

static void a_frame_goes_over_what_is_there(void **state)
{
	struct canvas *canvas = canvas_new(5, 13);
	struct canvas_region all = canvas_region(canvas), inside;

	(void)state;
	for (int row = 0; row < 5; row++)
		canvas_string(all, row, 0, CANVAS_NORMAL, "志愿者修复湖");
	inside = canvas_frame(canvas_middle(all, 3, 7), CANVAS_RULE);
	canvas_fill(inside, CANVAS_NORMAL);
	canvas_string(inside, 0, 1, CANVAS_STRONG, "box");
	canvas_mark(all, 4, 0, 6, CANVAS_SELECTED);
	picture_check(canvas, "frame");
	canvas_free(canvas);
}

static void a_long_cluster_is_one_cell_and_is_copied(void **state)
{
	static const char family[] =
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
	struct canvas *canvas = canvas_new(1, 8), *copy = canvas_new(4, 4);
	struct canvas_cell a, b;

	(void)state;
	canvas_string(canvas_region(canvas), 0, 1, CANVAS_NORMAL, family);
	canvas_copy(copy, canvas);
	assert_int_equal(canvas_height(copy), 1);
	a = canvas_at(canvas, 0, 1);
	b = canvas_at(copy, 0, 1);
	assert_int_equal(a.columns, 2);
	assert_int_equal(a.len, strlen(family));
	assert_true(canvas_same(&a, &b));
	b = canvas_at(copy, 0, 2);
	assert_int_equal(b.columns, 0);
	canvas_clear(canvas);
	a = canvas_at(copy, 0, 1);
	assert_memory_equal(a.text, family, a.len);
	canvas_free(copy);
	canvas_free(canvas);
}

static void rows_are_compared_by_what_they_show(void **state)
{
	static const char families[][32] = {
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7",
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa6",
	};
	struct canvas *a = canvas_new(2, 8), *b = canvas_new(2, 8);

	(void)state;
	canvas_string(canvas_region(a), 0, 0, CANVAS_NORMAL, "愿者 new");
	canvas_string(canvas_region(b), 0, 0, CANVAS_NORMAL, "愿者x");
	assert_false(canvas_same_row(a, b, 0));
	assert_true(canvas_same_row(a, b, 1));
	canvas_string(canvas_region(b), 0, 4, CANVAS_NORMAL, " new");
	assert_true(canvas_same_row(a, b, 0)); /* whatever stood there before */
	canvas_mark(canvas_region(b), 0, 7, 1, CANVAS_SELECTED);
	assert_false(canvas_same_row(a, b, 0));
	/* clusters that a cell does not hold itself: at the same place, and at another */
	canvas_string(canvas_region(a), 1, 0, CANVAS_NORMAL, families[0]);
	canvas_string(canvas_region(b), 1, 0, CANVAS_NORMAL, families[1]);
	assert_false(canvas_same_row(a, b, 1));
	canvas_string(canvas_region(b), 1, 0, CANVAS_NORMAL, families[0]);
	assert_true(canvas_same_row(a, b, 1));
	canvas_string(canvas_region(b), 1, 3, CANVAS_NORMAL, families[1]);
	canvas_copy_row(a, b, 1);
	canvas_clear(b);
	canvas_string(canvas_region(b), 1, 0, CANVAS_NORMAL, families[0]);
	canvas_string(canvas_region(b), 1, 3, CANVAS_NORMAL, families[1]);
	assert_true(canvas_same_row(a, b, 1));
	canvas_free(a);
	canvas_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(text_is_drawn_and_its_column_told),
	    cmocka_unit_test(a_wide_glyph_is_never_half_drawn),
	    cmocka_unit_test(what_steers_a_terminal_becomes_a_mark),
	    cmocka_unit_test(nothing_is_drawn_outside_a_region),
	    cmocka_unit_test(regions_of_any_size_are_harmless),
	    cmocka_unit_test(a_field_has_exactly_its_width),
	    cmocka_unit_test(a_text_is_wrapped_by_the_rules_of_its_language),
	    cmocka_unit_test(a_frame_goes_over_what_is_there),
	    cmocka_unit_test(a_long_cluster_is_one_cell_and_is_copied),
	    cmocka_unit_test(rows_are_compared_by_what_they_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
