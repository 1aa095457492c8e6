#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "cli/option.h"

static const struct option_row own[] = {
    {"state", 's', "STATE", OPTION_OFFER_STATES, "only this state"},
    {"all", 'a', NULL, OPTION_OFFER_NOTHING, "all of them"},
    {"yes", 'y', NULL, OPTION_OFFER_NOTHING, "do not ask"},
    {.name = NULL},
};

static const struct option_row common[] = {
    {"folder", 'C', "DIR", OPTION_OFFER_FOLDERS, "there"},
    {"all", '\0', "N", OPTION_OFFER_NOTHING, "hidden by the command's own"},
    {.name = NULL},
};

#define WORDS 8

/* Parses up to WORDS words after the program's name. */
static int parse(struct option_list *list, const char *const words[WORDS], bool first, int *at,
		 struct error *err)
{
	char *argv[WORDS + 1];
	int argc = 0;

	while (argc < WORDS && words[argc] != NULL) {
		argv[argc] = (char *)words[argc];
		argc++;
	}
	*list = (struct option_list){.tables = {own, common}};
	*at = 0;
	return option_parse(list, argc, argv, at, first, err);
}

static void options_stand_anywhere_among_arguments(void **state)
{
	const char *const words[WORDS] = {"one", "--state", "draft", "two", "-a", "--folder=/x", "three"};
	struct option_list list;
	struct error err;
	int at;

	(void)state;
	assert_int_equal(parse(&list, words, false, &at, &err), 0);
	assert_int_equal(list.argument_count, 3);
	assert_string_equal(list.arguments[1], "two");
	assert_string_equal(option_value(&list, "state"), "draft");
	assert_string_equal(option_value(&list, "folder"), "/x");
	assert_true(option_has(&list, "all"));
	assert_null(option_value(&list, "all"));
	assert_false(option_has(&list, "yes"));
	option_clear(&list);
}

static void letters_stand_together_and_before_their_value(void **state)
{
	static const char *const rows[][WORDS] = {{"-ay", "-s", "draft"},
						  {"-aysdraft"},
						  {"-ays", "draft"},
						  {"-y", "-a", "--state=draft"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct option_list list;
		struct error err;
		int at;

		assert_int_equal(parse(&list, rows[i], false, &at, &err), 0);
		assert_true(option_has(&list, "all"));
		assert_true(option_has(&list, "yes"));
		assert_string_equal(option_value(&list, "state"), "draft");
		assert_int_equal(list.argument_count, 0);
		option_clear(&list);
	}
}

static void two_hyphens_end_the_options(void **state)
{
	const char *const words[WORDS] = {"-a", "--", "--state", "-"};
	struct option_list list;
	struct error err;
	int at;

	(void)state;
	assert_int_equal(parse(&list, words, false, &at, &err), 0);
	assert_int_equal(list.argument_count, 2);
	assert_string_equal(list.arguments[0], "--state");
	assert_string_equal(list.arguments[1], "-");
	assert_false(option_has(&list, "state"));
	option_clear(&list);
}

static void a_single_hyphen_is_an_argument(void **state)
{
	const char *const words[WORDS] = {"-", "-a"};
	struct option_list list;
	struct error err;
	int at;

	(void)state;
	assert_int_equal(parse(&list, words, false, &at, &err), 0);
	assert_string_equal(list.arguments[0], "-");
	assert_true(option_has(&list, "all"));
	option_clear(&list);
}

static void the_last_value_counts(void **state)
{
	const char *const words[WORDS] = {"-sdraft", "--state=", "-s", "review"};
	struct option_list list;
	struct error err;
	int at;

	(void)state;
	assert_int_equal(parse(&list, words, false, &at, &err), 0);
	assert_string_equal(option_value(&list, "state"), "review");
	option_clear(&list);
}

static void the_first_argument_can_end_the_reading(void **state)
{
	const char *const words[WORDS] = {"-C", "/x", "list", "--bogus"};
	struct option_list list;
	struct error err;
	int at;

	(void)state;
	assert_int_equal(parse(&list, words, true, &at, &err), 0);
	assert_int_equal(at, 3);
	assert_int_equal(list.argument_count, 1);
	assert_string_equal(list.arguments[0], "list");
	option_clear(&list);
}

static void a_wrong_option_is_named(void **state)
{
	static const struct {
		const char *words[WORDS];
		const char *message;
	} rows[] = {
	    {{"--bogus=1"}, "There is no option --bogus here."},
	    {{"--stat", "x"}, "There is no option --stat here."},
	    {{"-ax"}, "There is no option -x here."},
	    {{"-é"}, "There is no option -é here."},
	    {{"x", "--state"}, "The option --state needs a value, STATE, after it."},
	    {{"-as"}, "The option --state needs a value, STATE, after it."},
	    {{"--all=3"}, "The option --all takes no value."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct option_list list;
		struct error err = {.code = 0};
		int at;

		assert_int_equal(parse(&list, rows[i].words, false, &at, &err), E_INVALID);
		assert_string_equal(err.message, rows[i].message);
		option_clear(&list);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(options_stand_anywhere_among_arguments),
	    cmocka_unit_test(letters_stand_together_and_before_their_value),
	    cmocka_unit_test(two_hyphens_end_the_options),
	    cmocka_unit_test(a_single_hyphen_is_an_argument),
	    cmocka_unit_test(the_last_value_counts),
	    cmocka_unit_test(the_first_argument_can_end_the_reading),
	    cmocka_unit_test(a_wrong_option_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
