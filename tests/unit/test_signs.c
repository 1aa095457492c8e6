#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/signs.h"
#include "text/unicode.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void characters_are_found_by_name_and_number(void **state)
{
	static const struct {
		const char *text;
		int32_t sign;
	} rows[] = {
	    {"em dash", 0x2014},
	    {" EM DASH ", 0x2014},
	    {"U+2014", 0x2014},
	    {"u+2014", 0x2014},
	    {"0x2014", 0x2014},
	    {"2014", 0x2014},
	    {"left double angle bracket", 0x300a},
	    {"cjk unified ideograph-6e56", 0x6e56},
	    {"U+6E56", 0x6e56},
	    {"U+A0", 0xa0},
	    {"combining acute accent", 0x301},
	    {"U+1F6A2", 0x1f6a2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err;
		int32_t sign;

		if (signs_find(&sign, rows[i].text, &err) < 0)
			fail_msg("%s: %s", rows[i].text, err.message);
		assert_int_equal(sign, rows[i].sign);
	}
}

static void what_is_none_or_not_seen_is_refused_in_words(void **state)
{
	static const struct {
		const char *text;
		int code;
		const char *words;
	} rows[] = {
	    {"", E_NOTFOUND, "No character has this name"},
	    {"emm dash", E_NOTFOUND, "No character has this name"},
	    {"U+", E_NOTFOUND, "No character has this name"},
	    {"U+110000", E_NOTFOUND, "no character of this number"},
	    {"U+99999999999", E_NOTFOUND, "no character of this number"},
	    {"U+0378", E_NOTFOUND, "no character of this number"},
	    {"U+D800", E_NOTFOUND, "no character of this number"},
	    {"U+0007", E_REFUSED, "Readers do not see"},
	    {"U+000A", E_REFUSED, "Readers do not see"},
	    {"U+009B", E_REFUSED, "Readers do not see"},
	    {"U+202E", E_REFUSED, "Readers do not see"},
	    {"right-to-left override", E_REFUSED, "Readers do not see"},
	    {"U+200B", E_REFUSED, "Readers do not see"},
	    {"zero width joiner", E_REFUSED, "Readers do not see"},
	    {"U+E0041", E_REFUSED, "Readers do not see"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct error err;
		int32_t sign;

		assert_int_equal(signs_find(&sign, rows[i].text, &err), rows[i].code);
		if (strstr(err.message, rows[i].words) == NULL)
			fail_msg("%s: %s", rows[i].text, err.message);
	}
}

static void those_that_a_newsroom_wants_are_listed_first_and_once(void **state)
{
	int32_t *signs;
	size_t count = signs_list(&signs);

	(void)state;
	assert_int_equal(signs[0], 0x2014);
	assert_true(count > 1000);
	for (size_t i = 0; i < count; i++) {
		struct strbuf name = STRBUF_INIT;
		struct error err;
		int32_t found;
		char number[16];

		signs_name(&name, signs[i]);
		assert_true(name.len > 2);
		snprintf(number, sizeof number, "U+%04X", (unsigned)signs[i]);
		assert_int_equal(signs_find(&found, number, &err), 0);
		for (size_t j = 0; j < i; j++)
			assert_int_not_equal(signs[j], signs[i]);
		strbuf_clear(&name);
	}
	free(signs);
}

static void names_are_told_in_both_languages(void **state)
{
	struct strbuf name = STRBUF_INIT;

	(void)state;
	signs_name(&name, 0x2026);
	assert_string_equal(name.data, "horizontal ellipsis 省略号");
	strbuf_clear(&name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(characters_are_found_by_name_and_number),
	    cmocka_unit_test(what_is_none_or_not_seen_is_refused_in_words),
	    cmocka_unit_test(those_that_a_newsroom_wants_are_listed_first_and_once),
	    cmocka_unit_test(names_are_told_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
