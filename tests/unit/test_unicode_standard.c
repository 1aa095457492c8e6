/*
 * The standard as a test: Unicode's own examples of grapheme cluster, word and line boundaries, as
 * Debian's package unicode-data installs them.  Where the files are absent the tests are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/unicode.h"

#define FOLDER "/usr/share/unicode/auxiliary/"

/*
 * Where ICU follows CLDR's tailoring of the standard on purpose: the example as ICU has it.  These
 * and no others may differ, and each must.
 */
struct deviation {
	const char *example;
	const char *reason;
};

#define COLON "CLDR 42: a colon joins letters only in Finnish and Swedish"

static const struct deviation word_deviations[] = {
    {"÷ 0061 ÷ 003A ÷ 0041 ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0041 ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 05D0 ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 05D0 ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 0061 × 2060 ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0061 × 2060 ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 0061 ÷ 003A ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0061 ÷ 003A ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 0061 ÷ 0027 ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0061 ÷ 0027 ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 0061 ÷ 0027 × 2060 ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0061 ÷ 0027 × 2060 ÷", COLON},
    {"÷ 0061 ÷ 003A ÷ 0061 ÷ 002C ÷", COLON},
    {"÷ 0061 ÷ 003A × 0308 ÷ 0061 ÷ 002C ÷", COLON},
    {"÷ 0041 ÷ 003A ÷ 0041 ÷", COLON},
};

#define HYPHEN  "ICU: a hyphen that starts a word is not left behind at the end of a line"
#define DECIMAL "ICU: a number may start with its decimal mark, as in .35, and is not parted from it"

static const struct deviation line_deviations[] = {
    {"× 002D × 0023 ÷", HYPHEN},
    {"× 002D × 0308 × 0023 ÷", HYPHEN},
    {"× 002D × 00A7 ÷", HYPHEN},
    {"× 002D × 0308 × 00A7 ÷", HYPHEN},
    {"× 002D × 50005 ÷", HYPHEN},
    {"× 002D × 0308 × 50005 ÷", HYPHEN},
    {"× 002D × 0E01 ÷", HYPHEN},
    {"× 002D × 0308 × 0E01 ÷", HYPHEN},
    {"× 002C × 0030 ÷", DECIMAL},
    {"× 002C × 0308 × 0030 ÷", DECIMAL},
    {"× 0065 × 0071 × 0075 × 0061 × 006C × 0073 × 0020 ÷ 002E × 0033 × 0035 × 0020 ÷ 0063 × 0065 × 006E × "
     "0074 "
     "× 0073 ÷",
     DECIMAL},
    {"× 0061 × 002E × 0032 × 0020 ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 0020 ÷ 0915 ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 0020 ÷ 672C ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 3000 ÷ 672C ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 3000 ÷ 307E ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 3000 ÷ 0033 ÷", DECIMAL},
    {"× 0061 × 002E × 0032 × 3000 ÷ 300C ÷", DECIMAL},
    {"× 0041 × 002E × 0031 × 0020 ÷ BABB ÷", DECIMAL},
    {"× BD24 ÷ C5B4 × 002E × 0020 ÷ 0041 × 002E × 0032 × 0020 ÷ BCFC ÷", DECIMAL},
    {"× BD10 ÷ C694 × 002E × 0020 ÷ 0041 × 002E × 0033 × 0020 ÷ BABB ÷", DECIMAL},
    {"× C694 × 002E × 0020 ÷ 0041 × 002E × 0034 × 0020 ÷ BABB ÷", DECIMAL},
};

/* A text and, by byte offset, where a boundary is told. */
struct example {
	struct strbuf text;
	bool breaks[256];
};

/* Reads "÷ 0061 × 0308 ÷" up to a comment; false when there is none. */
static bool read_example(struct example *example, const char *line)
{
	strbuf_reset(&example->text);
	memset(example->breaks, 0, sizeof example->breaks);
	while (*line != '\0' && *line != '#' && *line != '\n') {
		char *end;
		long code;

		if (strncmp(line, "÷", strlen("÷")) == 0)
			example->breaks[example->text.len] = true;
		code = strtol(line, &end, 16);
		if (end == line) {
			line++;
			continue;
		}
		unicode_encode(&example->text, (int32_t)code);
		assert_true(example->text.len < sizeof example->breaks);
		line = end;
	}
	return example->text.len > 0;
}

static FILE *open_examples(const char *name)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof path, FOLDER "%s.txt", name);
	file = fopen(path, "re");
	if (file == NULL)
		skip();
	return file;
}

static bool clusters_agree(const struct example *example)
{
	const char *text = example->text.data;
	size_t len = example->text.len;
	size_t start = 0;

	for (size_t pos = 1; pos <= len; pos++) {
		if (!example->breaks[pos])
			continue;
		if (unicode_next(text, len, start) != pos || unicode_previous(text, len, pos) != start)
			return false;
		start = pos;
	}
	return true;
}

static void grapheme_clusters_are_those_of_the_standard(void **state)
{
	FILE *file = open_examples("GraphemeBreakTest");
	struct example example = {.text = STRBUF_INIT};
	size_t size = 0, count = 0, wrong = 0;
	char *line = NULL;

	(void)state;
	while (getline(&line, &size, file) > 0) {
		if (!read_example(&example, line))
			continue;
		count++;
		if (!clusters_agree(&example)) {
			wrong++;
			print_error("%s", line);
		}
	}
	free(line);
	fclose(file);
	strbuf_clear(&example.text);
	assert_int_equal(wrong, 0);
	assert_int_equal(count, 602); /* the file of Unicode 15.0 */
}

/* Whether the segments of a text end where the example says. */
static bool segments_agree(struct unicode_segmenter *segmenter, const struct example *example)
{
	struct unicode_segment *segments = NULL;
	size_t count, capacity = 0, next = 0;
	bool same = true;

	unicode_segments(segmenter, example->text.data, example->text.len, &segments, &count, &capacity);
	for (size_t pos = 1; pos <= example->text.len; pos++) {
		bool ends = next < count && segments[next].end == pos;

		if (ends)
			next++;
		same = same && ends == example->breaks[pos];
	}
	free(segments);
	return same;
}

/* Whether an example is to differ, and then does in the way the table tells. */
static bool is_deviation(struct unicode_segmenter *segmenter, const struct example *example,
			 const struct deviation *rows, size_t count)
{
	struct example row = {.text = STRBUF_INIT};
	bool found = false;

	for (size_t i = 0; i < count && !found; i++) {
		read_example(&row, rows[i].example);
		found = strcmp(row.text.data, example->text.data) == 0 && segments_agree(segmenter, &row);
	}
	strbuf_clear(&row.text);
	return found;
}

static void run_segmenter(enum unicode_break kind, const char *name, size_t examples,
			  const struct deviation *rows, size_t row_count)
{
	FILE *file = open_examples(name);
	struct example example = {.text = STRBUF_INIT};
	struct unicode_segmenter *segmenter;
	size_t size = 0, count = 0, deviations = 0, wrong = 0;
	char *line = NULL;

	assert_int_equal(unicode_segmenter_new(&segmenter, kind, NULL, NULL), 0);
	while (getline(&line, &size, file) > 0) {
		if (!read_example(&example, line))
			continue;
		count++;
		if (segments_agree(segmenter, &example))
			continue;
		if (is_deviation(segmenter, &example, rows, row_count)) {
			deviations++;
		} else {
			wrong++;
			print_error("%s", line);
		}
	}
	free(line);
	fclose(file);
	strbuf_clear(&example.text);
	unicode_segmenter_free(segmenter);
	assert_int_equal(wrong, 0);
	assert_int_equal(deviations, row_count);
	assert_int_equal(count, examples); /* the file of Unicode 15.0 */
}

static void words_are_those_of_the_standard_as_icu_tailors_it(void **state)
{
	(void)state;
	run_segmenter(UNICODE_WORD, "WordBreakTest", 1823, word_deviations,
		      sizeof word_deviations / sizeof word_deviations[0]);
}

static void lines_break_as_in_the_standard_as_icu_tailors_it(void **state)
{
	(void)state;
	run_segmenter(UNICODE_LINE, "LineBreakTest", 7654, line_deviations,
		      sizeof line_deviations / sizeof line_deviations[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grapheme_clusters_are_those_of_the_standard),
	    cmocka_unit_test(words_are_those_of_the_standard_as_icu_tailors_it),
	    cmocka_unit_test(lines_break_as_in_the_standard_as_icu_tailors_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
