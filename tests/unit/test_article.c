#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/policy.h"
#include "store/catalog.h"

static void markdown_below_the_content_root_is_an_article(void **state)
{
	static const struct {
		const char *path;
		bool article;
	} rows[] = {
	    {"content/culture/lake-path.md", true},
	    {"content/about.md", true},
	    {"content/a/b/c.md", true},
	    {"content/city/湖滨步道.md", true},
	    {"content/culture/_index.md", false},
	    {"content/_drafts/x.md", false},
	    {"content/.hidden/x.md", false},
	    {"content/.md", false},
	    {"content/culture/lake.jpg", false},
	    {"content/culture/lake.md/picture", false},
	    {"content", false},
	    {"contents/x.md", false},
	    {"README.md", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(article_is_path("content", rows[i].path), rows[i].article);
	assert_true(article_is_path("site/content", "site/content/x.md"));
}

static void a_path_tells_section_and_slug(void **state)
{
	static const char *const rows[][3] = {
	    {"content/culture/lake-path.md", "culture", "lake-path"},
	    {"content/culture/2026/lake.path.md", "culture", "lake.path"},
	    {"content/about.md", "", "about"},
	    {"content/culture/lake-path/index.md", "culture", "lake-path"},
	    {"index.md", "", "index"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *section = article_section("content", rows[i][0]);
		char *slug = article_slug(rows[i][0]);

		assert_string_equal(section, rows[i][1]);
		assert_string_equal(slug, rows[i][2]);
		free(section);
		free(slug);
	}
}

static void a_path_is_made_of_section_and_slug(void **state)
{
	static const char *const bad[][2] = {{"culture", ""},        {"culture", "a/b"}, {"..", "x"},
					     {"culture/../..", "x"}, {".git", "x"},      {"_drafts", "x"},
					     {"culture", ".x"},      {"/culture", "x"},  {"culture/", "x"},
					     {"culture", "a\nb"}};
	char large[300];
	struct error err;
	char *path;

	(void)state;
	assert_int_equal(article_path(&path, "content", "culture", "lake-path", &err), 0);
	assert_string_equal(path, "content/culture/lake-path.md");
	free(path);
	assert_int_equal(article_path(&path, "content", "", "about", &err), 0);
	assert_string_equal(path, "content/about.md");
	free(path);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		assert_int_equal(article_path(&path, "content", bad[i][0], bad[i][1], &err), E_INVALID);
	memset(large, 'a', sizeof large - 1);
	large[sizeof large - 1] = '\0';
	assert_int_equal(article_path(&path, "content", "culture", large, &err), E_INVALID);
}

static void a_text_is_described(void **state)
{
	const char *text =
	    "---\ntitle: Volunteers rebuild\ndate: 2026-11-20\nbyline: [A. Writer, B. Editor]\n"
	    "language: en\nslug: volunteers\n---\nOne two **three** 四五.\n";
	struct catalog_row row;

	(void)state;
	article_describe(&row, "content/culture/lake-path.md", text, strlen(text));
	assert_string_equal(row.title, "Volunteers rebuild");
	assert_string_equal(row.date, "2026-11-20");
	assert_string_equal(row.byline, "A. Writer, B. Editor");
	assert_string_equal(row.language, "en");
	assert_string_equal(row.slug, "volunteers");
	assert_int_equal(row.words, 3);
	assert_int_equal(row.han, 2);
	catalog_row_clear(&row);
}

static void a_text_that_cannot_be_read_is_called_by_its_slug(void **state)
{
	static const char *const texts[] = {"", "---\ntitle: [\n---\nBody\n", "+++\ntitle = 'x'\n+++\n",
					    "\xff\xfe", "---\ntitle: ''\n---\n"};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct catalog_row row;

		article_describe(&row, "content/culture/lake-path.md", texts[i], strlen(texts[i]));
		assert_string_equal(row.title, "lake-path");
		assert_string_equal(row.date, "");
		assert_string_equal(row.byline, "");
		catalog_row_clear(&row);
	}
}

static void the_time_to_publish_is_read(void **state)
{
	const char *at = "---\npublishDate: 2026-11-20T09:00\n---\n";
	const char *none = "---\ndate: 2026-11-20\n---\n";
	const char *wrong = "---\npublishDate: soon\n---\n";

	(void)state;
	assert_int_equal(article_publish_time(at, strlen(at), 480), 1795165200 - 8 * 3600);
	assert_int_equal(article_publish_time(none, strlen(none), 480), 0);
	assert_int_equal(article_publish_time(wrong, strlen(wrong), 480), 0);
}

static int check(const char *text, struct error *err)
{
	static char *required[] = {(char *)"title", (char *)"date"};
	const struct policy policy = {.required = {.items = required, .count = 2}};

	return article_check("content/a.md", text, strlen(text), &policy, err);
}

static void what_is_missing_or_wrong_keeps_an_article_from_being_submitted(void **state)
{
	static const char *const rows[][2] = {
	    {"Body\n", "content/a.md has no title"},
	    {"x\n---\ntitle: A\ndate: 2026-11-20\n---\n",
	     "content/a.md does not begin with its fields: line 1 must be \"---\""},
	    {"---\ntitle: A\n", "The front matter of content/a.md cannot be read"},
	    {"title: A\n", "content/a.md does not begin with its fields: line 1 must be \"---\""},
	    {"---\ndate: 2026-11-20\n---\n", "content/a.md has no title"},
	    {"---\ntitle: ''\ndate: 2026-11-20\n---\n", "content/a.md has no title"},
	    {"---\ntitle: T\n---\n", "content/a.md has no date"},
	    {"---\ntitle: T\ndate: 20 November\n---\n", "The date of content/a.md, \"20 November\""},
	    {"---\ntitle: T\ndate: 2026-11-20\nexpiryDate: never\n---\n", "The expiryDate of content/a.md"},
	    {"---\ntitle: T\ndate: 2026-11-20\nslug: Lake Path\n---\n", "The slug of content/a.md"},
	    {"---\ntitle: T\ndate: 2026-11-20\nslug: lake--path\n---\n", "The slug of content/a.md"},
	    {"---\ntitle: T\ndate: 2026-11-20\nslug: -lake\n---\n", "The slug of content/a.md"},
	    {"---\ntitle: [\n---\n", "The front matter of content/a.md cannot be read"},
	    {"---\ntitle: T\ndate: 2026-11-20\n---\none\ntwo \xff\n", "content/a.md, line 6, holds bytes"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(check(rows[i][0], &err), E_REFUSED);
		assert_memory_equal(err.message, rows[i][1], strlen(rows[i][1]));
	}
	assert_int_equal(check("---\ntitle: T\ndate: 2026-11-20\nslug: lake-path-2\n---\nBody\n", &err), 0);
}

static void a_new_article_has_its_fields_and_an_empty_body(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct catalog_row row;
	struct error err;

	(void)state;
	assert_int_equal(article_template(&text, "Yes: \"seven\" volunteers", "yes-seven-volunteers",
					  "2026-11-20", "en", "A. Writer", &err),
			 0);
	assert_int_equal(check(text.data, &err), 0);
	article_describe(&row, "content/a.md", text.data, text.len);
	assert_string_equal(row.title, "Yes: \"seven\" volunteers");
	assert_string_equal(row.slug, "yes-seven-volunteers");
	assert_string_equal(row.byline, "A. Writer");
	assert_int_equal(row.words, 0);
	catalog_row_clear(&row);
	strbuf_clear(&text);
}

static void the_language_follows_the_characters(void **state)
{
	static const char *const rows[][2] = {{"志愿者修复湖滨步道", "zh"},
					      {"Volunteers rebuild 湖滨 path", "en"},
					      {"", "en"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_string_equal(article_guess_language(rows[i][0], strlen(rows[i][0])), rows[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(markdown_below_the_content_root_is_an_article),
	    cmocka_unit_test(a_path_tells_section_and_slug),
	    cmocka_unit_test(a_path_is_made_of_section_and_slug),
	    cmocka_unit_test(a_text_is_described),
	    cmocka_unit_test(a_text_that_cannot_be_read_is_called_by_its_slug),
	    cmocka_unit_test(the_time_to_publish_is_read),
	    cmocka_unit_test(what_is_missing_or_wrong_keeps_an_article_from_being_submitted),
	    cmocka_unit_test(a_new_article_has_its_fields_and_an_empty_body),
	    cmocka_unit_test(the_language_follows_the_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
