#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <cmark-gfm.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/strbuf.h"
#include "text/markdown.h"
#include "text/markdown_internal.h"
#include "text/unicode.h"
#include "processor.h"

static struct unicode_segmenter *segmenter;

/* The same numbers in every run: a linear congruential generator (Knuth, MMIX). */
static uint64_t seed;

static size_t below(size_t bound)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(seed >> 33) % bound;
}

static struct markdown_page lay_out(const char *text, size_t len, int width)
{
	struct markdown *markdown;
	struct markdown_page page;
	struct error err;

	assert_int_equal(markdown_parse(&markdown, text, len, &err), 0);
	markdown_layout(&page, markdown, segmenter, width);
	markdown_free(markdown);
	return page;
}

/* -- Escaping -- */

/* What cmark makes of text: the words of its only paragraph, line ends as LF; NULL for anything else. */
static char *plain_text(const char *text, size_t len)
{
	cmark_node *root = cmark_parse_document(text, len, CMARK_OPT_DEFAULT);
	cmark_node *paragraph = cmark_node_first_child(root);
	struct strbuf out = STRBUF_INIT;
	bool plain = paragraph != NULL && cmark_node_get_type(paragraph) == CMARK_NODE_PARAGRAPH &&
		     cmark_node_next(paragraph) == NULL;

	for (cmark_node *node = plain ? cmark_node_first_child(paragraph) : NULL; node != NULL;
	     node = cmark_node_next(node)) {
		if (cmark_node_get_type(node) == CMARK_NODE_TEXT)
			strbuf_adds(&out, cmark_node_get_literal(node));
		else if (cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK)
			strbuf_addc(&out, '\n');
		else
			plain = false;
	}
	cmark_node_free(root);
	if (plain)
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return NULL;
}

static void assert_reads_back(const char *line, size_t len)
{
	struct strbuf escaped = STRBUF_INIT;
	struct strbuf among = STRBUF_INIT;
	struct strbuf expected = STRBUF_INIT;
	char *read;

	while (len > 0 && (line[0] == ' ' || line[0] == '\t'))
		line++, len--;
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	markdown_escape(&escaped, line, len);
	if (len == 0) {
		assert_int_equal(escaped.len, 0);
		return;
	}
	strbuf_add(&expected, line, len);
	read = plain_text(escaped.data, escaped.len);
	if (read == NULL || strcmp(read, expected.data) != 0)
		fail_msg("\"%s\" became \"%s\", read as \"%s\"", expected.data, escaped.data,
			 read ? read : "markup");
	free(read);
	strbuf_addf(&among, "word\n%s\nword", escaped.data);
	strbuf_splice(&expected, 0, 0, "word\n", 5);
	strbuf_adds(&expected, "\nword");
	read = plain_text(among.data, among.len);
	if (read == NULL || strcmp(read, expected.data) != 0)
		fail_msg("\"%s\" is read as \"%s\"", among.data, read ? read : "markup");
	free(read);
	strbuf_clear(&escaped);
	strbuf_clear(&among);
	strbuf_clear(&expected);
}

static void escaped_lines_read_back_as_they_were(void **state)
{
	static const char *const alphabet[] = {
	    "#",     ">",       "-",   "+",      "*",    "_",   "`",   "~",   "|",       "=",  ".",
	    ")",     "(",       "[",   "]",      "!",    "<",   "/",   "&",   ";",       "\\", "\"",
	    "'",     ":",       "@",   "?",      "{",    "%",   "1",   "23",  " ",       " ",  "    ",
	    "\t",    "a",       "amp", "x",      "word", "中",  "，",  "“",   "”",       "　", "\u00a0",
	    "é",     "$",       "^",   ",",      "---",  "***", "___", "===", "](",      "]:", "<b>",
	    "&amp;", "http://", "#x",  "######", "!--",  "1.",  "2)",  "```", "a@b.cc>", "div"};
	char line[256];

	(void)state;
	seed = 20261120;
	/* A few parts of the alphabet at a time, because most trouble is made by two or three together. */
	for (int round = 0; round < 60000; round++) {
		const char *few[5];
		size_t parts = 1 + below(12);
		size_t len = 0;

		for (size_t i = 0; i < 5; i++)
			few[i] = alphabet[below(sizeof alphabet / sizeof alphabet[0])];
		for (size_t i = 0; i < parts; i++) {
			const char *part = few[below(round % 2 == 0 ? 3 : 5)];

			memcpy(line + len, part, strlen(part));
			len += strlen(part);
		}
		assert_reads_back(line, len);
	}
}

static void lines_of_marks_read_back_as_they_were(void **state)
{
	static const char *const lines[] = {
	    "_ _ _",
	    "* * *",
	    "- - -",
	    "___",
	    "***",
	    "--",
	    "==",
	    "+",
	    "|-|",
	    ":-:",
	    "*",
	    "-\t-\t-",
	    "99999) x",
	    "~~~ sh",
	    "#\tx",
	    ">",
	    "\\",
	    "a\\",
	    "&#38;",
	    "[a]: /b",
	    "[a](/b)",
	    "<!-- a",
	    "<?a",
	    "<a@b>",
	    "_a_ _b",
	    "*a* **b**",
	    "``a` b``",
	    "![a](b)",
	    "<A HREF=b>",
	    "    a",
	    "1234567890. a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
		assert_reads_back(lines[i], strlen(lines[i]));
}

static void innocent_text_is_not_touched(void **state)
{
	static const char *const lines[] = {
	    "\"Quotes\" and 'apostrophes' – dashes - and 1 + 1 = 2",
	    "200_000 people, 5 * 3, #hashtag, -5 degrees, C++, 50% of 3 < 4 > 2",
	    "[sic] and (brackets), e-mail a@b.example, AT&T, 7|24, http://example.org/a_b",
	    "　　“中文”《书名》（试行）——3~5天，50%。",
	    "2022.6.28 was warm; 3.5 too!",
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		markdown_escape(&out, lines[i], strlen(lines[i]));
		assert_string_equal(out.data, lines[i]);
		strbuf_clear(&out);
	}
}

/* -- Layout -- */

static void check_page(const struct markdown_page *page, int width, size_t lines)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct markdown_line *line = &page->lines[i];
		size_t sum = 0;

		for (size_t run = 0; run < line->run_count; run++) {
			assert_true(line->runs[run].len > 0);
			assert_true(run == 0 || line->runs[run].style != line->runs[run - 1].style);
			sum += line->runs[run].len;
		}
		assert_int_equal(sum, line->len);
		assert_int_equal(line->text[line->len], '\0');
		assert_true(width < 8 || unicode_columns(line->text, line->len) <= width);
		assert_true(i == 0 || line->source >= line[-1].source);
		assert_true(line->source < lines);
	}
}

static void any_text_fits_any_width(void **state)
{
	static const char *const alphabet[] = {
	    "word ",   "longerword", " ",       "\n",     "\n",   "\n\n",
	    "- ",      "1. ",        "> ",      "*",      "**",   "`",
	    "[a](/u)", "![b](c)",    "    ",    "\t",     "中文", "，",
	    "。",      "“引”",       "e\u0301", "\u200b", "<b>",  "&",
	    "\\",      "# ",         "---\n",   "```\n",  "\xff", "👩‍👩‍👧",
	    "\r\n",    "\u202e",     "| a |",   "  \n",   "==="};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	seed = 7;
	for (int round = 0; round < 300; round++) {
		size_t parts = 1 + below(60);
		size_t lines = 1;
		int width = 10 + (int)below(50);
		struct markdown_page page;

		strbuf_reset(&text);
		for (size_t i = 0; i < parts; i++)
			strbuf_adds(&text, alphabet[below(sizeof alphabet / sizeof alphabet[0])]);
		for (size_t i = 0; i < text.len; i++)
			lines += text.data[i] == '\n';
		page = lay_out(text.data, text.len, width);
		check_page(&page, width, lines);
		markdown_page_clear(&page);
	}
	strbuf_clear(&text);
}

static void no_closing_mark_starts_a_line(void **state)
{
	static const char text[] =
	    "记者（王小明）看到，“桥面”上的木板、栏杆、台阶；都已换新。《公约》也贴在入口处："
	    "“从今天起，市民可以步行到渡口！”他们说……然后呢？大家都笑了。";
	static const char *const closing[] = {"，", "。", "、", "；", "：", "！", "？", "）", "”", "》"};

	(void)state;
	for (int width = 8; width < 60; width++) {
		struct markdown_page page = lay_out(text, sizeof text - 1, width);

		for (size_t i = 0; i < page.count; i++)
			for (size_t k = 0; k < sizeof closing / sizeof closing[0]; k++)
				assert_int_not_equal(strncmp(page.lines[i].text, closing[k],
							     strlen(closing[k])),
						     0);
		markdown_page_clear(&page);
	}
}

/* The lines of a part's page are those of the whole article, and it has no header. */
static void a_part_knows_its_lines(void **state)
{
	static const char text[] = "---\ntitle: T\nlanguage: zh\n---\n--- no fields\n\n临澜\n港\n";
	struct markdown *markdown;
	struct markdown_page page;
	struct error err;

	(void)state;
	assert_int_equal(markdown_parse_part(&markdown, text, sizeof text - 1, 30, 1000, &err), 0);
	markdown_layout(&page, markdown, segmenter, 40);
	markdown_free(markdown);
	assert_int_equal(page.count, 3);
	assert_string_equal(page.lines[0].text, "— no fields");
	assert_int_equal(page.lines[0].source, 1004);
	assert_string_equal(page.lines[2].text, "临澜港");
	assert_int_equal(page.lines[2].source, 1006);
	markdown_page_clear(&page);
	assert_int_equal(markdown_parse_part(&markdown, text + 30, sizeof text - 31, 0, 7, &err), 0);
	markdown_layout(&page, markdown, segmenter, 40);
	markdown_free(markdown);
	assert_int_equal(page.lines[0].source, 7);
	markdown_page_clear(&page);
}

static void a_source_line_is_found_on_the_page(void **state)
{
	static const char text[] = "---\ntitle: T\n---\nOne.\n\nTwo.\n\n\n\nThree.\n";
	struct markdown_page page = lay_out(text, sizeof text - 1, 40);
	struct markdown_page empty = lay_out("", 0, 40);

	(void)state;
	assert_int_equal(page.count, 7);
	assert_int_equal(markdown_page_find(&page, 0), 0);
	assert_int_equal(markdown_page_find(&page, 1), 2);
	assert_string_equal(page.lines[markdown_page_find(&page, 3)].text, "One.");
	assert_string_equal(page.lines[markdown_page_find(&page, 4)].text, "Two.");
	assert_string_equal(page.lines[markdown_page_find(&page, 5)].text, "Two.");
	assert_string_equal(page.lines[markdown_page_find(&page, 6)].text, "Three.");
	assert_int_equal(markdown_page_find(&page, 1000), 6);
	assert_int_equal(empty.count, 0);
	assert_int_equal(markdown_page_find(&empty, 3), 0);
	markdown_page_clear(&page);
	markdown_page_clear(&empty);
}

/* -- HTML -- */

static void html_holds_the_body_without_what_is_unsafe(void **state)
{
	static const char text[] = "---\ntitle: T\n---\n*One* [x](javascript:alert) <script>\n";
	struct strbuf out = STRBUF_INIT;
	struct error err;

	(void)state;
	assert_int_equal(markdown_html(&out, text, sizeof text - 1, &err), 0);
	assert_string_equal(out.data, "<p><em>One</em> <a href=\"\">x</a> <!-- raw HTML omitted --></p>\n");
	strbuf_clear(&out);
}

/* -- A child that fails, lies or is slow -- */

static void damaged_records_are_refused_or_harmless(void **state)
{
	static const char text[] = "# T\n\n- a *b*\n  1. c [d](/e)\n\n> f  \n> "
				   "g\n\n```\ncode\n\n```\n中\n文\n\n---\n<p>\n\n| a | b |\n|--:|---|\n"
				   "| c[^1] | *d* |\n\n[^1]: e\n";
	struct markdown_body body = {text, sizeof text - 1};
	struct strbuf whole = STRBUF_INIT;
	struct error err;
	size_t refused = 0;

	(void)state;
	assert_int_equal(spawn_isolated(markdown_child_records, &body, MARKDOWN_MEMORY, 20000, &whole, &err),
			 0);
	seed = 1;
	for (size_t round = 0; round < 20000; round++) {
		struct markdown *md = mem_zalloc(1, sizeof *md);
		struct markdown_page page;
		size_t len = round < whole.len ? round : whole.len;
		char *records = mem_strndup(whole.data, len);
		bool good;

		md->text = (struct strbuf)STRBUF_INIT;
		for (size_t flips = round < whole.len ? 0 : 1 + below(3); flips > 0; flips--) {
			size_t at = below(len);

			records[at] = (char)below(256);
		}
		good = markdown_read(md, records, len, 0);
		assert_true(round >= whole.len || !good);
		refused += !good;
		markdown_layout(&page, md, segmenter, 30);
		check_page(&page, 0, SIZE_MAX);
		markdown_page_clear(&page);
		markdown_free(md);
		free(records);
	}
	assert_true(refused > 5000 && refused < 19000);
	strbuf_clear(&whole);
}

static void repeat(struct strbuf *out, const char *text, size_t times)
{
	for (size_t i = 0; i < times; i++)
		strbuf_adds(out, text);
}

/* After cmark's test/pathological_tests.py: a head, then a part repeated, then another repeated. */
static void hostile_texts_are_answered_in_time(void **state)
{
	static const struct {
		const char *head, *part;
		size_t times;
		const char *tail;
		size_t tail_times;
	} rows[] = {
	    {"", "*a **a ", 60000, "b** c* ", 60000},
	    {"", "a**b c* ", 65000, "", 0},
	    {"", "a_ ", 65000, "", 0},
	    {"", "a]", 65000, "", 0},
	    {"", "[a", 65000, "", 0},
	    {"", "*a_ ", 50000, "", 0},
	    {"", "[", 50000, "a", 1},
	    {"", "[", 50000, "]", 50000},
	    {"", "> ", 50000, "a", 1},
	    {"", "- ", 50000, "a", 1},
	    {"", "* a\n", 50000, "", 0},
	    {"", "**x [a*b**c*](d)", 5000, "", 0},
	    {"", "[a](<b", 50000, "", 0},
	    {"", "[](", 50000, "", 0},
	    {"", "![[]()", 50000, "", 0},
	    {"", "<!--", 50000, "", 0},
	    {"", "a <![CDATA[", 50000, "", 0},
	    {"e", "`a``b```c````", 20000, "", 0},
	    {"", "&", 50000, "", 0},
	    {"", "\\\n", 50000, "", 0},
	    {"[a]: u\n\n", "[a] ", 50000, "", 0},
	    {"", "[a](/u?aaaaaaaa) ", 50000, "", 0},
	    {"", ">", 300, "\n", 1},
	    {"", "\U0001F1E6\n", 100000, "", 0},
	    {"", "“\n", 100000, "", 0},
	    {"", "\u0301", 100000, "", 0},
	    {"", "\t", 100000, "a\n\t\t", 20000},
	    {"|a|b|\n|-|-|\n", "|c|d|\n", 50000, "", 0},
	    {"", "|a", 30000, "|\n", 1},
	    {"|x|\n|-|\n", "|", 30000, "", 0},
	    {"", "[^a]", 30000, "\n\n[^a]: b", 1},
	    {"", "[^a]: b\n\n", 20000, "[^a]", 20000},
	    {"", "~~a~", 30000, "", 0},
	};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct markdown *markdown;
		struct markdown_page page;
		struct error err;
		int64_t start = clock_monotonic();
		int rc;

		strbuf_reset(&text);
		strbuf_adds(&text, rows[i].head);
		repeat(&text, rows[i].part, rows[i].times);
		repeat(&text, rows[i].tail, rows[i].tail_times);
		rc = markdown_parse(&markdown, text.data, text.len, &err);
		assert_true(clock_monotonic() - start < MARKDOWN_DEADLINE + 20000);
		if (rc == 0) {
			start = processor_time();
			markdown_layout(&page, markdown, segmenter, 60);
			check_page(&page, 60, SIZE_MAX);
			assert_true(processor_time() - start < 4000);
			markdown_page_clear(&page);
			markdown_free(markdown);
		} else {
			assert_true(rc == E_CANCELLED || rc == E_INVALID);
			assert_non_null(strstr(err.message, "cannot be shown"));
		}
	}
	strbuf_clear(&text);
}

/* An address may begin after each of these signs, and is none: what was searched once is not searched again.
 */
static void long_words_without_an_address_are_answered(void **state)
{
	static const char *const parts[] = {"a_", "_", "a*", "a_www.x.yz", "a_a@"};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		struct markdown *markdown;
		struct error err;

		strbuf_reset(&text);
		strbuf_adds(&text, "x ");
		repeat(&text, parts[i], ((size_t)2 << 20) / strlen(parts[i]));
		assert_int_equal(markdown_parse_within(&markdown, text.data, text.len, MARKDOWN_MEMORY, 20000,
						       &err),
				 0);
		markdown_free(markdown);
	}
	strbuf_clear(&text);
}

static void a_text_that_takes_too_much_memory_is_told(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct markdown *markdown;
	struct error err;

	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	skip();
#endif
	repeat(&text, "*a*\n\n", 200000);
	assert_int_equal(markdown_parse_within(&markdown, text.data, text.len, (size_t)8 << 20, 20000, &err),
			 E_INVALID);
	assert_string_equal(err.message,
			    "This text cannot be shown: it is so long or so deeply nested that it "
			    "takes more than 8 MiB of memory.");
	strbuf_clear(&text);
}

static void a_text_that_takes_too_long_is_told(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct markdown *markdown;
	struct error err;

	(void)state;
	repeat(&text, "*a*\n\n", 500000);
	assert_int_equal(markdown_parse_within(&markdown, text.data, text.len, MARKDOWN_MEMORY, 1, &err),
			 E_CANCELLED);
	assert_non_null(strstr(err.message, "takes longer than 1 s"));
	strbuf_clear(&text);
}

static int begin(void **state)
{
	(void)state;
	return unicode_segmenter_new(&segmenter, UNICODE_LINE, "zh", NULL);
}

static int end(void **state)
{
	(void)state;
	unicode_segmenter_free(segmenter);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escaped_lines_read_back_as_they_were),
	    cmocka_unit_test(lines_of_marks_read_back_as_they_were),
	    cmocka_unit_test(innocent_text_is_not_touched),
	    cmocka_unit_test(any_text_fits_any_width),
	    cmocka_unit_test(no_closing_mark_starts_a_line),
	    cmocka_unit_test(a_part_knows_its_lines),
	    cmocka_unit_test(a_source_line_is_found_on_the_page),
	    cmocka_unit_test(html_holds_the_body_without_what_is_unsafe),
	    cmocka_unit_test(damaged_records_are_refused_or_harmless),
	    cmocka_unit_test(hostile_texts_are_answered_in_time),
	    cmocka_unit_test(long_words_without_an_address_are_answered),
	    cmocka_unit_test(a_text_that_takes_too_much_memory_is_told),
	    cmocka_unit_test(a_text_that_takes_too_long_is_told),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
