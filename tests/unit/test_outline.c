#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "text/outline.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Texts, and their headings as "LEVEL@PLACE WORDS", a line each. */
static const char *const rows[][2] = {
    {"", ""},
    {"Text only.\n", ""},
    {"# One\n\ntext\n\n## Two ##\n", "1@0 One\n2@13 Two\n"},
    {"## 接下来的工作\r\n\r\n文。\r\n### 湖滨\r\n", "2@0 接下来的工作\n3@33 湖滨\n"},
    {"   ###   a #b#  \n", "3@0 a #b#\n"},
    {"#\n", "1@0 \n"},
    {"#five\n####### seven\n    # code\n", ""},
    {"Title\n=====\nText\n---\n", "1@0 Title\n2@12 Text\n"},
    {"Text\n\n---\n\n- item\n---\n> quote\n---\n", ""},
    {"```\n# no\n~~~\n# no\n```\n# yes\n", "1@22 yes\n"},
    {"````\n```\n# no\n````\n## yes\n", "2@19 yes\n"},
    {"~~~ never closed\n# no\n", ""},
};

static void headings_are_found_where_markdown_has_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf found = STRBUF_INIT;
		struct outline outline;
		const char *text = rows[i][0];

		outline_find(&outline, text, strlen(text), 0);
		for (size_t h = 0; h < outline.count; h++) {
			const struct outline_heading *heading = &outline.items[h];

			strbuf_addf(&found, "%d@%zu %.*s\n", heading->level, heading->start,
				    (int)heading->words_len, text + heading->words);
		}
		assert_string_equal(found.data, rows[i][1]);
		outline_clear(&outline);
		strbuf_clear(&found);
	}
}

static void front_matter_has_no_headings(void **state)
{
	static const char text[] = "---\n# a comment\ntitle: A\n---\n# One\n";
	struct outline outline;

	(void)state;
	outline_find(&outline, text, sizeof text - 1, 29);
	assert_int_equal(outline.count, 1);
	assert_int_equal(outline.items[0].start, 29);
	outline_clear(&outline);
}

static void a_place_is_under_the_heading_before_it(void **state)
{
	static const char text[] = "text\n\n# One\n\ntext\n\n# Two\n";
	struct outline outline;

	(void)state;
	outline_find(&outline, text, sizeof text - 1, 0);
	assert_int_equal(outline_at(&outline, 0), 2);
	assert_int_equal(outline_at(&outline, 6), 0);
	assert_int_equal(outline_at(&outline, 18), 0);
	assert_int_equal(outline_at(&outline, 25), 1);
	outline_clear(&outline);
}

/* Parts are shown by their first and last words. */
static void assert_part(const char *text, const char *line, size_t reach, const char *start, const char *end)
{
	size_t len = strlen(text);
	size_t pos = (size_t)(strstr(text, line) - text);
	struct outline_part part = outline_part(text, len, 0, pos, reach);

	assert_true(part.start <= pos && pos <= part.end && part.end <= len);
	assert_memory_equal(text + part.start, start, strlen(start));
	assert_true(part.end >= strlen(end));
	assert_memory_equal(text + part.end - strlen(end), end, strlen(end));
}

static void a_part_begins_at_a_paragraph_and_ends_with_a_line(void **state)
{
	static const char text[] = "one\n\ntwo two\ntwo\n\nthree\n\nfour\n\nfive five\nfive\n\nsix\n";

	(void)state;
	assert_part(text, "four", 100, "one", "six\n");
	assert_part(text, "four", 14, "three", "five five\n");
	assert_part(text, "one", 6, "one", "\n\ntwo ");
	assert_part(text, "six", 12, "five\n\nsix", "six\n"); /* no paragraph begins there */
}

static void a_part_cuts_long_lines_at_words(void **state)
{
	static const char text[] = "before this line stand words and more words\n\nhere\n\nand after it "
				   "stand words and more words\n";
	static const char han[] = "临澜渔民所说的白玉梳\n\n此\n\n港务局没有人懂中文信在公告板上\n";

	(void)state;
	assert_part(text, "here", 20, "more words\n\nhere", "stand words and more ");
	assert_part(han, "此", 12, "玉梳\n\n此", "港务局没有人");
}

static void a_part_begins_in_no_code(void **state)
{
	static const char text[] = "one\n\n~~~ sh\ncode\n\ncode\n\n# code\n\ncode\n~~~\n\nafter\n\nlast\n";

	(void)state;
	assert_part(text, "# code", 8, "~~~ sh\ncode", "# code\n\ncode\n");
	assert_part(text, "after", 16, "~~~ sh\ncode", "last\n");
	assert_part(text, "last", 8, "after", "last\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headings_are_found_where_markdown_has_them),
	    cmocka_unit_test(a_part_begins_at_a_paragraph_and_ends_with_a_line),
	    cmocka_unit_test(a_part_cuts_long_lines_at_words),
	    cmocka_unit_test(a_part_begins_in_no_code),
	    cmocka_unit_test(front_matter_has_no_headings),
	    cmocka_unit_test(a_place_is_under_the_heading_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
