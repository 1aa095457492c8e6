#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
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

static void a_field_has_the_form_that_the_rules_give_it(void **state)
{
	static const struct {
		const char *rules; /* of the field "x" */
		const char *good[4];
		const char *bad;
		const char *why;
	} rows[] = {
	    {"form = date", {"2026-11-20", "2026-11-20T09:00:00+08:00"}, "Friday", "must be a date"},
	    {"form = time", {"2026-11-20T09:00:00Z"}, "2026-11-20", "must be a date with its time"},
	    {"form = number", {"3", "-1.5"}, "3a", "must be a number"},
	    {"form = url", {"https://x.example/a", "http://x.example"}, "x.example", "begins with https://"},
	    {"form = language", {"en", "zh-Hans"}, "中文", "must be a language tag"},
	    {"form = slug", {"lake-path-2"}, "Lake Path", "must be of small letters"},
	    {"value = 1\n\tvalue = 2", {"1", "2", "[1, 2]"}, "3", "\"3\", must be 1 or 2."},
	    {"value = 1\n\tvalue = 2", {"1"}, "[1, 4]", "\"4\", must be 1 or 2."},
	    {"longest = 4",
	     {"abcd", "志愿者们"},
	     "志愿者修复",
	     "has 5 characters; this desk asks for at most 4"},
	    {"form = number\n\tlongest = 2", {"12", "''"}, "123", "at most 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *rules = mem_printf("[step \"review\"]\n[field \"x\"]\n\t%s\n", rows[i].rules);
		struct policy policy;
		struct error err;
		char *text;

		assert_int_equal(policy_parse(&policy, rules, strlen(rules), &err), 0);
		for (size_t j = 0; j < 4 && rows[i].good[j] != NULL; j++) {
			text = mem_printf("---\ntitle: A\nx: %s\n---\n", rows[i].good[j]);
			assert_int_equal(article_check("content/a.md", text, strlen(text), &policy, &err), 0);
			free(text);
		}
		text = mem_printf("---\ntitle: A\nx: %s\n---\n", rows[i].bad);
		assert_int_equal(article_check("content/a.md", text, strlen(text), &policy, &err), E_REFUSED);
		assert_non_null(strstr(err.message, "The x of content/a.md"));
		assert_non_null(strstr(err.message, rows[i].why));
		free(text);
		policy_clear(&policy);
		free(rules);
	}
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

/* -- What it tells of itself -- */

static const struct article_note noted = {"Correction", "It was\n *seven*.", 1795165200, 0};

static void a_correction_is_told_at_the_end(void **state)
{
	static const char *const rows[][2] = {
	    {"---\ntitle: A\n---\n\nFive.\n\n",
	     "---\ntitle: A\n---\n\nFive.\n\n*Correction, 20 November 2026: It was \\*seven\\*.*\n"},
	    {"---\r\nlanguage: zh-Hans\r\n---\r\nFive.",
	     "---\r\nlanguage: zh-Hans\r\n---\r\nFive.\r\n\r\n"
	     "*Correction，2026年11月20日：It was \\*seven\\*.*\r\n"},
	    {"五名志愿者", "五名志愿者\n\n*Correction，2026年11月20日：It was \\*seven\\*.*\n"},
	    {"", "*Correction, 20 November 2026: It was \\*seven\\*.*\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		article_add_note(&out, rows[i][0], strlen(rows[i][0]), &noted);
		assert_string_equal(out.data, rows[i][1]);
		assert_true(
		    article_has_new_note(out.data, out.len, rows[i][0], strlen(rows[i][0]), "Correction"));
		assert_false(article_has_new_note(out.data, out.len, out.data, out.len, "Correction"));
		strbuf_clear(&out);
	}
}

static void only_a_paragraph_that_begins_with_the_word_is_a_note(void **state)
{
	static const struct {
		const char *text;
		const char *word;
		bool is;
	} rows[] = {
	    {"Five.\n\nCorrection", "Correction", true},
	    {"Five.\n\n**Correction:** seven.\n", "Correction", true},
	    {"Five.\n\n> _Correction_, seven.\n", "Correction", true},
	    {"Five.\n\n更正：七名。\n", "更正", true},
	    {"Five.\n\n更正七名。\n", "更正", true},
	    {"Five. Correction: seven.\n", "Correction", false},
	    {"Five.\n\nCorrections: seven.\n", "Correction", false},
	    {"Five.\n\ncorrection: seven.\n", "Correction", false},
	    {"---\nCorrection: seven\n---\nFive.\n", "Correction", false},
	    {"", "Correction", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (article_has_new_note(rows[i].text, strlen(rows[i].text), "Five.\n", 6, rows[i].word) !=
		    rows[i].is)
			fail_msg("%s", rows[i].text);
	}
}

static void what_stands_for_a_withdrawn_article_keeps_its_fields(void **state)
{
	static const char text[] = "\xef\xbb\xbf---\ntitle: A # known\naliases:\n  - /b/\n---\nFive.\n";
	struct article_note silent = noted;
	struct strbuf out = STRBUF_INIT;

	(void)state;
	article_tombstone(&out, text, sizeof text - 1, &noted);
	assert_string_equal(out.data,
			    "\xef\xbb\xbf---\ntitle: A # known\naliases:\n  - /b/\n---\n\n"
			    "This article was withdrawn on 20 November 2026. Reason: It was \\*seven\\*.\n");
	strbuf_reset(&out);
	silent.reason = " \n";
	article_tombstone(&out, "七名志愿者", strlen("七名志愿者"), &silent);
	assert_string_equal(out.data, "本文已于2026年11月20日撤下。\n");
	strbuf_clear(&out);
}

/* -- Where readers find it -- */

static void an_address_is_what_hugo_makes_of_it(void **state)
{
	static const char *const rows[][3] = {
	    {"content/city/Lake Path.md", "", "/city/lake-path/"},
	    {"content/city/lake.md", "---\nslug: path\n---\n", "/city/path/"},
	    {"content/City/north/lake.md", "", "/city/north/lake/"},
	    {"content/lake.md", "", "/lake/"},
	    {"content/city/lake/index.md", "", "/city/lake/"},
	    {"content/city/lake/index.md", "---\nslug: path\n---\n", "/city/path/"},
	    {"content/lake/index.md", "", "/lake/"},
	    {"content/city/lake.md", "---\nslug: path\nurl: /a/b.html\n---\n", "/a/b.html"},
	    {"content/city/lake.md", "---\nurl: a/b/\n---\n", "/a/b/"},
	    {"content/本地/湖.md", "", "/本地/湖/"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *url = article_url("content", rows[i][0], rows[i][1], strlen(rows[i][1]));

		assert_string_equal(url, rows[i][2]);
		free(url);
	}
}

static void a_moved_article_keeps_its_old_address(void **state)
{
	static const char *const rows[][3] = {
	    {"content/port/lake.md", "---\ntitle: A # b\n---\nC\n",
	     "---\ntitle: A # b\naliases: [/city/lake/]\n---\nC\n"},
	    {"content/city/pond.md", "---\nslug: lake\naliases:\n- /old/\n---\n",
	     "---\nslug: pond\naliases:\n- /old/\n- /city/lake/\n---\n"},
	    {"content/port/lake.md", "---\naliases: [/city/lake]\n---\n",
	     "---\naliases: [/city/lake]\n---\n"},
	    {"content/port/lake.md", "---\nurl: /a/\n---\n", "---\nurl: /a/\n---\n"},
	    /* Its address does not come from the file's name. */
	    {"content/port/lake.md", "---\nslug: path\n---\n",
	     "---\nslug: path\naliases: [/city/path/]\n---\n"},
	};
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		assert_int_equal(article_move(&out, "content", "content/city/lake.md", rows[i][0], rows[i][1],
					      strlen(rows[i][1]), &err),
				 0);
		assert_string_equal(out.data, rows[i][2]);
		strbuf_clear(&out);
	}
	assert_int_equal(article_move(&(struct strbuf)STRBUF_INIT, "content", "content/city/lake.md",
				      "content/port/lake.md", "---\na: [\n---\n", 13, &err),
			 E_INVALID);
}

/* What a form says beside a field is what submitting says of the article. */
static void a_fault_is_told_beside_its_field(void **state)
{
	static const char rules[] = "[step \"review\"]\n[require]\n\tfield = Title\n[field \"urgency\"]\n"
				    "\tvalue = 1\n\tvalue = 2\n[field \"Title\"]\n\tlongest = 4\n";
	static const char *const rows[][3] = {
	    {"date", "Friday", "is no date: write it as 2026-11-20 or 2026-11-20T09:00:00+08:00"},
	    {"ExpiryDate", "never", "is no date: write it as 2026-11-20 or 2026-11-20T09:00:00+08:00"},
	    {"slug", "Lake Path", "cannot stand in an address: use small letters, digits and single hyphens"},
	    {"urgency", "3", "must be 1 or 2"},
	    {"title", "志愿者修复", "has 5 characters; this desk asks for at most 4"},
	    {"date", "2026-11-20", ""},
	    {"date", "", ""},
	    {"slug", "lake-path", ""},
	    {"urgency", "2", ""},
	    {"source", "anything at all", ""},
	};
	struct strbuf fault = STRBUF_INIT;
	struct policy policy;
	struct error err;

	(void)state;
	assert_int_equal(policy_parse(&policy, rules, strlen(rules), &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strbuf_reset(&fault);
		assert_int_equal(article_fault(&fault, rows[i][0], rows[i][1], &policy),
				 rows[i][2][0] != '\0');
		assert_string_equal(fault.data, rows[i][2]);
	}
	assert_true(article_requires(&policy, "title"));
	assert_false(article_requires(&policy, "urgency"));
	policy_clear(&policy);
	strbuf_clear(&fault);
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
	    cmocka_unit_test(a_field_has_the_form_that_the_rules_give_it),
	    cmocka_unit_test(a_fault_is_told_beside_its_field),
	    cmocka_unit_test(a_new_article_has_its_fields_and_an_empty_body),
	    cmocka_unit_test(the_language_follows_the_characters),
	    cmocka_unit_test(an_address_is_what_hugo_makes_of_it),
	    cmocka_unit_test(a_moved_article_keeps_its_old_address),
	    cmocka_unit_test(a_correction_is_told_at_the_end),
	    cmocka_unit_test(only_a_paragraph_that_begins_with_the_word_is_a_note),
	    cmocka_unit_test(what_stands_for_a_withdrawn_article_keeps_its_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
