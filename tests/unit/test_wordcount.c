#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/wordcount.h"
#include "processor.h"

struct row {
	const char *text;
	size_t words, han;
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void check(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct wordcount found = wordcount_of(rows[i].text, strlen(rows[i].text));

		if (found.words != rows[i].words || found.han != rows[i].han)
			fail_msg("%s: %zu words, %zu Han", rows[i].text, found.words, found.han);
	}
}

static void words_and_han_are_counted_apart(void **state)
{
	static const struct row rows[] = {
	    {"", 0, 0},
	    {"On Saturday seven volunteers cleared the path.", 7, 0},
	    {"志愿者修复湖滨步道。", 0, 9},
	    {"他说：“Hello world”，然后走了。", 2, 6},
	    {"iPhone手机", 1, 2},
	    {"时时、日々", 0, 4},
	    {"caf\x65\xcc\x81 na\xc3\xafve", 2, 0},
	    {"\xff\xfe a\xe6 b", 2, 0},
	    {"— … ! 🎉 %", 0, 0},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void a_word_goes_on_over_what_joins_it(void **state)
{
	static const struct row rows[] = {
	    {"don't don’t twenty-one e\xe2\x80\x91mail", 4, 0},
	    {"in the U.S. today", 4, 0},
	    {"1,204 boats at 10:30, 3.5 km", 6, 0},
	    {"one,two a:b", 4, 0},
	    {"so -- they say - it goes", 5, 0},
	    {"'quoted' -5 end-", 3, 0},
	    {"and/or", 2, 0},
	    {"2026-11-20", 1, 0},
	    {"7,boats", 2, 0},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void what_a_reader_does_not_see_does_not_count(void **state)
{
	static const struct row rows[] = {
	    {"# Two words", 2, 0},
	    {"**seven**-day *un*believable `code` snake_case", 4, 0},
	    {"[the lake](https://example.org/a_(b) \"a title\") path", 3, 0},
	    {"![A caption here](boat.jpg)", 3, 0},
	    {"[text][label] and[^1] more", 3, 0},
	    {"[label]: https://example.org/page \"title\"\nword", 1, 0},
	    {"[^1]: A note", 2, 0},
	    {"<https://example.org/a/b> <br> H<sub class='x y'>2</sub>O", 1, 0},
	    {"see https://example.org/a-b?c=d, then go", 3, 0},
	    {"见https://example.org/。", 0, 1},
	    {"1. one\n2) two\n   3. three", 3, 0},
	    {"> 1. one", 1, 0},
	    {"- one\n* two\n+ three", 3, 0},
	    {"```python\nprint one\n```\n", 2, 0},
	    {"a <!-- not\n\nseen --> b", 2, 0},
	    {"{{< figure src=\"boat.jpg\" >}} text {{% note %}}inner{{% /note %}}", 2, 0},
	    {"a < b and c > d", 5, 0},
	    {"<湖>", 0, 1},
	    {"5\\*6", 1, 0},
	    {"[open](never closed", 3, 0},
	    {"<!-- never closed", 2, 0},
	    {"<b never\n\n> quoted", 3, 0},
	    {"1.5 km", 2, 0},
	};

	(void)state;
	check(rows, COUNT(rows));
}

static void reading_time_is_rounded_up(void **state)
{
	static const struct {
		size_t words, han, minutes;
	} rows[] = {{0, 0, 0},   {1, 0, 1},   {238, 0, 1},   {239, 0, 2},
		    {0, 400, 1}, {0, 401, 2}, {119, 200, 1}, {120, 200, 2}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf sb = STRBUF_INIT;
		struct wordcount found;

		for (size_t n = 0; n < rows[i].words; n++)
			strbuf_adds(&sb, "word ");
		for (size_t n = 0; n < rows[i].han; n++)
			strbuf_adds(&sb, "湖");
		found = wordcount_of(sb.data, sb.len);
		assert_int_equal(found.words, rows[i].words);
		assert_int_equal(found.han, rows[i].han);
		assert_int_equal(found.minutes, rows[i].minutes);
		strbuf_clear(&sb);
	}
}

static void openings_without_an_end_cost_no_more_than_words(void **state)
{
	static const char *const pieces[] = {"](", "<!--", "<a", "{{<", "[^", "][", "](((", "[", "http://"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct strbuf sb = STRBUF_INIT;
		int64_t start = processor_time();

		while (sb.len < 2000000)
			strbuf_adds(&sb, pieces[i]);
		wordcount_of(sb.data, sb.len);
		assert_true(processor_time() - start < 5000); /* linear is some 50 ms, quadratic minutes */
		strbuf_clear(&sb);
	}
}

/* In slices of any size, so that one ends within each thing that counts or does not. */
static void slices_count_what_the_whole_does(void **state)
{
	static const char text[] =
	    "# A title\n\n12. seven *boats* of 1,204 in the U.S. today <!-- not\nseen --> "
	    "[a link](https://example.org/a b) 志愿者修复 don’t {{< x >}}\n\n[^1]: e\xcc\x81t\xc3\xa9 <!-- "
	    "open\n";
	struct wordcount whole = wordcount_of(text, sizeof text - 1);

	(void)state;
	assert_int_equal(whole.han, 5);
	for (size_t bytes = 1; bytes < sizeof text; bytes++) {
		struct wordcount_scan scan = {.pos = 0};
		size_t slices = 1;

		while (wordcount_slice(&scan, text, sizeof text - 1, bytes))
			slices++;
		assert_memory_equal(&scan.count, &whole, sizeof whole);
		assert_true(slices <= sizeof text / bytes + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_and_han_are_counted_apart),
	    cmocka_unit_test(a_word_goes_on_over_what_joins_it),
	    cmocka_unit_test(what_a_reader_does_not_see_does_not_count),
	    cmocka_unit_test(reading_time_is_rounded_up),
	    cmocka_unit_test(slices_count_what_the_whole_does),
	    cmocka_unit_test(openings_without_an_end_cost_no_more_than_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
