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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(headings_are_found_where_markdown_has_them),
	    cmocka_unit_test(front_matter_has_no_headings),
	    cmocka_unit_test(a_place_is_under_the_heading_before_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
