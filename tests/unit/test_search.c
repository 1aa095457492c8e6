#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/search.h"

static const struct search_fields lake = {
    .title = "Volunteers rebuild the Lake path",
    .path = "content/culture/lake-path.md",
    .name = "lake-path",
    .section = "culture",
    .byline = "A. Writer",
    .state = "review",
    .label = "IN REVIEW",
    .language = "en-GB",
    .date = "2026-11-20",
};

static const struct search_fields harbour = {
    .title = "志愿者修复Ｈ湖滨步道",
    .path = "content/city/hu-bin.md",
    .section = "city",
    .byline = "Éva Straße",
    .state = "released",
    .label = "PUBLISHED",
    .language = "zh",
    .date = "2026-10-01",
};

static bool matches(const char *query, const struct search_fields *fields)
{
	struct search *search = search_new(query);
	bool found = search_matches(search, fields);

	search_free(search);
	return found;
}

static void an_empty_query_matches_everything(void **state)
{
	(void)state;
	assert_true(matches("", &lake));
	assert_true(matches(" \t ", &harbour));
	assert_true(matches("", &(struct search_fields){.title = NULL}));
}

static void all_words_must_stand_somewhere(void **state)
{
	(void)state;
	assert_true(matches("lake volunteers", &lake));
	assert_true(matches("writer rebuild cult", &lake));
	assert_true(matches("lake-path", &lake));
	assert_false(matches("lake ferry", &lake));
	assert_false(matches("content", &lake));
	assert_false(matches(".md", &lake));
	assert_false(matches("writer", &(struct search_fields){.title = "Lake"}));
}

static void letter_case_and_width_do_not_matter(void **state)
{
	(void)state;
	assert_true(matches("VOLUNTEERS", &lake));
	assert_true(matches("ｌａｋｅ", &lake));
	assert_true(matches("修复h湖", &harbour));
	assert_true(matches("strasse éva", &harbour));
	assert_true(matches("修复　湖滨", &harbour));
	assert_false(matches("修复滨", &harbour));
}

static void quotation_marks_keep_words_together(void **state)
{
	(void)state;
	assert_true(matches("\"the lake\"", &lake));
	assert_false(matches("\"lake the\"", &lake));
	assert_true(matches("by:\"a. writer\" path", &lake));
	assert_false(matches("by:\"b. writer\"", &lake));
	assert_true(matches("\"the la", &lake));
}

static void fields_look_at_one_thing(void **state)
{
	static const char *const yes[] = {"section:culture", "section:cul",
					  "state:review",    "state:\"in review\"",
					  "state:IN",        "by:writer",
					  "lang:en",         "date:2026-11",
					  "section:",        "Date:2026 by:A"};
	static const char *const no[] = {"section:city", "section:ulture", "state:draft", "by:lake",
					 "lang:zh",      "date:11-20",     "date:2025",   "slug:lake"};

	(void)state;
	for (size_t i = 0; i < sizeof yes / sizeof yes[0]; i++)
		assert_true(matches(yes[i], &lake));
	for (size_t i = 0; i < sizeof no / sizeof no[0]; i++)
		assert_false(matches(no[i], &lake));
	assert_true(matches("state:published", &harbour));
	assert_true(matches("state:released", &harbour));
	assert_false(matches("section:city", &(struct search_fields){.title = "city"}));
}

static void a_field_that_is_none_is_a_word(void **state)
{
	const struct search_fields fields = {.title = "Ratio 3:2 at http://harbour.example"};

	(void)state;
	assert_true(matches("3:2", &fields));
	assert_true(matches("http://harbour", &fields));
	assert_false(matches("http:ratio", &fields));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_query_matches_everything),
	    cmocka_unit_test(all_words_must_stand_somewhere),
	    cmocka_unit_test(letter_case_and_width_do_not_matter),
	    cmocka_unit_test(quotation_marks_keep_words_together),
	    cmocka_unit_test(fields_look_at_one_thing),
	    cmocka_unit_test(a_field_that_is_none_is_a_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
