#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "text/language.h"

static void a_tag_has_a_name_in_english(void **state)
{
	static const char *const rows[][2] = {
	    {"en", "English"},
	    {"zh", "Chinese"},
	    {"zh-Hans", "Chinese (Simplified)"},
	    {"de", "German"},
	    {"pt-BR", "Portuguese (Brazil)"},
	};
	struct strbuf name = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		strbuf_reset(&name);
		assert_true(language_name(&name, rows[i][0]));
		assert_string_equal(name.data, rows[i][1]);
	}
	strbuf_clear(&name);
}

static void what_is_no_tag_has_no_name(void **state)
{
	static const char *const tags[] = {"", "xq", "english", "zh_", "中文", "-", "en--GB", "a"};
	struct strbuf name = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++) {
		if (language_name(&name, tags[i]))
			fail_msg("%s is %s", tags[i], name.data);
		assert_int_equal(name.len, 0);
	}
}

static void those_to_choose_from_are_in_the_order_of_their_names(void **state)
{
	struct strbuf before = STRBUF_INIT;
	struct strbuf name = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < language_count; i++) {
		strbuf_reset(&name);
		if (!language_name(&name, language_tags[i]))
			fail_msg("%s has no name", language_tags[i]);
		if (strcmp(before.data, name.data) >= 0)
			fail_msg("%s stands before %s", before.data, name.data);
		strbuf_reset(&before);
		strbuf_adds(&before, name.data);
	}
	strbuf_clear(&before);
	strbuf_clear(&name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_tag_has_a_name_in_english),
	    cmocka_unit_test(what_is_no_tag_has_no_name),
	    cmocka_unit_test(those_to_choose_from_are_in_the_order_of_their_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
