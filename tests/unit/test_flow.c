#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/buffer.h"
#include "text/unicode.h"
#include "text/wrap.h"
#include "tui/canvas.h"
#include "tui/flow.h"

static void on_edit(void *context, const struct buffer_edit *edit)
{
	flow_edit(context, edit);
}

static struct flow *flow_of(struct buffer *buffer, int width)
{
	struct flow *flow = flow_new(buffer);

	flow_set_width(flow, width);
	buffer_set_sink(buffer, on_edit, flow);
	return flow;
}

/* Compares the rows, walked from one to the next, with texts that "|" stands between. */
static void assert_rows(struct flow *flow, struct buffer *buffer, const char *wanted)
{
	struct flow_row row = flow_at(flow, 0, false);
	struct strbuf rows = STRBUF_INIT;

	do {
		strbuf_add(&rows, buffer_bytes(buffer, row.start, row.end - row.start), row.end - row.start);
		strbuf_addc(&rows, '|');
	} while (flow_next(flow, &row));
	assert_string_equal(rows.data, wanted);
	strbuf_clear(&rows);
}

static void paragraphs_are_wrapped_and_line_ends_are_in_no_row(void **state)
{
	static const char text[] = "one two three\r\n\r\n四五六七八\nend";
	struct buffer *buffer = buffer_new(text, strlen(text));
	struct flow *flow = flow_of(buffer, 8);

	(void)state;
	assert_rows(flow, buffer, "one two |three||四五六七|八|end|");
	flow_set_width(flow, 40);
	assert_rows(flow, buffer, "one two three||四五六七八|end|");
	flow_free(flow);
	buffer_free(buffer);
}

static void an_edit_changes_its_paragraph_and_moves_those_after(void **state)
{
	static const char text[] = "one two three\nfour five six\nend";
	struct buffer *buffer = buffer_new(text, strlen(text));
	struct flow *flow = flow_of(buffer, 8);

	(void)state;
	assert_rows(flow, buffer, "one two |three|four |five six|end|");
	buffer_replace(buffer, 0, 0, "zero ", 5, (struct buffer_caret){0, 0});
	assert_rows(flow, buffer, "zero one |two |three|four |five six|end|");
	buffer_replace(buffer, 18, 1, " ", 1, (struct buffer_caret){0, 0});
	assert_rows(flow, buffer, "zero one |two |three |four |five six|end|");
	buffer_replace(buffer, 3, 0, "\n", 1, (struct buffer_caret){0, 0});
	assert_rows(flow, buffer, "zer|o one |two |three |four |five six|end|");
	flow_free(flow);
	buffer_free(buffer);
}

static void rows_are_walked_backwards_as_forwards(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct buffer *buffer;
	struct flow *flow;
	struct flow_row row;
	size_t starts[4000];
	size_t count = 0;

	(void)state;
	for (int i = 0; i < 9000; i++)
		strbuf_adds(&text, i % 1000 == 7 ? "湖滨步道修复。\r\n" : "word ");
	buffer = buffer_new(text.data, text.len);
	flow = flow_of(buffer, 37);
	row = flow_at(flow, 0, false);
	do {
		assert_true(count < 4000);
		starts[count++] = row.start;
	} while (flow_next(flow, &row));
	assert_int_equal(row.end, text.len);
	while (count-- > 0) {
		assert_int_equal(row.start, starts[count]);
		assert_int_equal(flow_previous(flow, &row), count > 0);
	}
	flow_free(flow);
	buffer_free(buffer);
	strbuf_clear(&text);
}

static void a_paragraph_without_end_is_wrapped_in_pieces(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct buffer *buffer;
	struct flow *flow;
	struct flow_row row;
	size_t end = 0;

	(void)state;
	while (text.len < FLOW_PIECE * 5)
		strbuf_adds(&text, text.len % 7 == 0 ? "志愿者 " : "volunteers ");
	buffer = buffer_new(text.data, text.len);
	flow = flow_of(buffer, 60);
	row = flow_at(flow, 0, false);
	do {
		assert_int_equal(row.start, end);
		assert_true(row.end > row.start && row.end - row.start < 200);
		assert_int_equal(text.data[row.end - 1], ' ');
		end = row.end;
	} while (flow_next(flow, &row));
	assert_int_equal(end, text.len);
	assert_true(row.last && !row.first);
	for (size_t pos = 0; pos < text.len; pos += 977) {
		row = flow_at(flow, pos, false);
		assert_true(row.start <= pos && pos < row.end);
	}
	flow_free(flow);
	buffer_free(buffer);
	strbuf_clear(&text);
}

static void a_place_between_two_rows_shows_where_one_asks(void **state)
{
	static const char text[] = "四五六七八九";
	struct buffer *buffer = buffer_new(text, strlen(text));
	struct flow *flow = flow_of(buffer, 8);
	struct flow_row row = flow_at(flow, 12, false);
	bool at_end;

	(void)state;
	assert_int_equal(row.start, 12);
	row = flow_at(flow, 12, true);
	assert_int_equal(row.start, 0);
	assert_int_equal(flow_column(flow, &row, 12), 8);
	assert_int_equal(flow_place(flow, &row, INT_MAX, &at_end), 12);
	assert_true(at_end);
	assert_int_equal(flow_place(flow, &row, 3, &at_end), 3);
	assert_false(at_end);
	flow_free(flow);
	buffer_free(buffer);
}

static void the_end_of_a_row_is_before_its_last_blank(void **state)
{
	static const char text[] = "one two three";
	struct buffer *buffer = buffer_new(text, strlen(text));
	struct flow *flow = flow_of(buffer, 8);
	struct flow_row row = flow_at(flow, 0, false);
	bool at_end;

	(void)state;
	assert_int_equal(flow_place(flow, &row, INT_MAX, &at_end), 7);
	assert_false(at_end);
	flow_free(flow);
	buffer_free(buffer);
}

/* Texts in which a terminal and we may count otherwise, were there two counts. */
static void the_cursor_stands_where_the_drawing_ends(void **state)
{
	static const char *const texts[] = {
	    "a\xcc\x81\xcc\xa3z",                                                /* two marks on a letter */
	    "👨‍👩‍👧‍👦 and 👍🏽 and ☝🏽",                /* joined, with a skin */
	    "🇨🇳🇩🇪🇨x",                                                            /* flags, and half of one */
	    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f.", /* a flag in tags */
	    "1\xef\xb8\x8f\xe2\x83\xa3 #\xe2\x83\xa3",                           /* keycaps */
	    "❤\xef\xb8\x8f❤\xef\xb8\x8e❤ ☎\xef\xb8\x8e",          /* as emoji, as text, as it is */
	    "\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8가\xe1\x84\x80", /* jamo and a syllable */
	    "हिन्दी कि क्षेत्र",                                      /* Devanagari: signs beside, conjuncts */
	    "น้ำ กำลัง ที่",                        /* Thai: marks above, a vowel that is beside */
	    "か\xe3\x82\x99 Ａｱ，“湖”",         /* full and half width */
	    "\xe2\x80\xae\xe2\x80\x8b\xff\x01", /* what is shown by number */
	    "a\tb\t湖\tc",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		const char *text = texts[i];
		size_t len = strlen(text);
		struct buffer *buffer = buffer_new(text, len);
		struct flow *flow = flow_of(buffer, 200);
		struct flow_row row = flow_at(flow, 0, false);
		struct canvas *canvas = canvas_new(1, 200);

		for (size_t pos = 0; pos <= len; pos = pos < len ? unicode_next(text, len, pos) : len + 1) {
			int column = flow_column(flow, &row, pos);
			bool at_end;

			assert_int_equal(canvas_text(canvas_region(canvas), 0, 0, 0, text, pos), column);
			assert_int_equal(flow_place(flow, &row, column, &at_end), pos);
			if (pos < len)
				assert_true(canvas_at(canvas, 0, column).columns > 0);
		}
		canvas_free(canvas);
		flow_free(flow);
		buffer_free(buffer);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(paragraphs_are_wrapped_and_line_ends_are_in_no_row),
	    cmocka_unit_test(an_edit_changes_its_paragraph_and_moves_those_after),
	    cmocka_unit_test(rows_are_walked_backwards_as_forwards),
	    cmocka_unit_test(the_cursor_stands_where_the_drawing_ends),
	    cmocka_unit_test(a_paragraph_without_end_is_wrapped_in_pieces),
	    cmocka_unit_test(a_place_between_two_rows_shows_where_one_asks),
	    cmocka_unit_test(the_end_of_a_row_is_before_its_last_blank),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
