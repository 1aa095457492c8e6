/*
 * The standard as a test: Unicode's own files of grapheme cluster, word and line boundaries, as
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

/* One line of a file: a text and the offsets where a boundary is told or denied. */
struct example {
	struct strbuf text;
	bool breaks[256]; /* by byte offset */
};

/* Reads "÷ 0061 × 0308 ÷" up to the comment. */
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
		if (end > line) {
			unicode_encode(&example->text, (int32_t)code);
			line = end;
		} else {
			line++;
		}
		assert_true(example->text.len < sizeof example->breaks - 4);
	}
	return example->text.len > 0;
}

typedef bool check(const struct example *example, void *context);

/* Gives every example of a file to a function, which tells whether it passed; counts both. */
static void run_file(const char *name, check *agrees, void *context, size_t *passed, size_t *failed)
{
	struct example example = {.text = STRBUF_INIT};
	char path[128];
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	*passed = 0;
	*failed = 0;
	snprintf(path, sizeof path, FOLDER "%s.txt", name);
	file = fopen(path, "re");
	if (file == NULL)
		skip();
	while (getline(&line, &size, file) > 0) {
		if (!read_example(&example, line))
			continue;
		if (agrees(&example, context)) {
			++*passed;
		} else {
			++*failed;
			print_message("%s: %s", name, line);
		}
	}
	free(line);
	fclose(file);
	strbuf_clear(&example.text);
}

static bool clusters_agree(const struct example *example, void *context)
{
	const char *text = example->text.data;
	size_t len = example->text.len;
	size_t start = 0;

	(void)context;
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
	size_t passed, failed;

	(void)state;
	run_file("GraphemeBreakTest", clusters_agree, NULL, &passed, &failed);
	assert_int_equal(failed, 0);
	assert_int_equal(passed, 602);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(grapheme_clusters_are_those_of_the_standard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
