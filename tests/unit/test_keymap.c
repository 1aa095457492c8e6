#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "tui/keymap.h"

static void names_are_read_and_printed_back(void **state)
{
	static const struct {
		const char *name;
		int32_t code;
		unsigned modifiers;
	} keys[] = {
	    {"Ctrl-S", 's', INPUT_CTRL},
	    {"Ctrl-Space", ' ', INPUT_CTRL},
	    {"F2", INPUT_F1 + 1, 0},
	    {"F12", INPUT_F12, 0},
	    {"Enter", INPUT_ENTER, 0},
	    {"Esc", INPUT_ESCAPE, 0},
	    {"?", '?', 0},
	    {"R", 'R', 0},
	    {"r", 'r', 0},
	    {"-", '-', 0},
	    {"Ctrl-_", '_', INPUT_CTRL},
	    {"Comma", ',', 0},
	    {"é", 0xe9, 0},
	    {"Shift-Right", INPUT_RIGHT, INPUT_SHIFT},
	    {"Ctrl-Shift-Right", INPUT_RIGHT, INPUT_CTRL | INPUT_SHIFT},
	    {"Alt-X", 'x', INPUT_ALT},
	    {"PageDown", INPUT_PAGE_DOWN, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		struct strbuf name = STRBUF_INIT;
		struct input_key key;

		assert_true(keymap_parse(&key, keys[i].name, strlen(keys[i].name)));
		assert_int_equal(key.code, keys[i].code);
		assert_int_equal(key.modifiers, keys[i].modifiers);
		keymap_print(&name, key);
		assert_string_equal(name.data, keys[i].name);
		strbuf_clear(&name);
	}
}

static void ctrl_with_a_small_letter_is_the_same_key(void **state)
{
	struct input_key small, large;

	(void)state;
	assert_true(keymap_parse(&small, "Ctrl-s", 6));
	assert_true(keymap_parse(&large, "Ctrl-S", 6));
	assert_true(keymap_same(small, large));
}

static void keys_that_no_terminal_sends_are_refused(void **state)
{
	static const char *const names[] = {
	    "",       "Ctrl-",   "Ctrl-I", "Ctrl-M", "Ctrl-H", "Ctrl-[", "Ctrl-1",
	    "Ctrl-é", "Shift-a", "F0",     "F13",    "F1x",    "Entre",  "two",
	};
	struct input_key key;

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		assert_false(keymap_parse(&key, names[i], strlen(names[i])));
}

static void a_list_of_names_is_walked(void **state)
{
	const char *list = "F2, Comma, ?";
	struct strbuf first = STRBUF_INIT;
	struct input_key key;

	(void)state;
	assert_true(keymap_has(list, (struct input_key){.code = ','}));
	assert_true(keymap_has(list, (struct input_key){.code = '?'}));
	assert_false(keymap_has(list, (struct input_key){.code = INPUT_F1}));
	assert_false(keymap_has(NULL, (struct input_key){.code = '?'}));
	keymap_first(&first, list);
	keymap_first(&first, NULL);
	assert_string_equal(first.data, "F2");
	assert_true(keymap_next(&list, &key));
	assert_true(keymap_next(&list, &key));
	assert_true(keymap_next(&list, &key));
	assert_false(keymap_next(&list, &key));
	strbuf_clear(&first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(names_are_read_and_printed_back),
	    cmocka_unit_test(ctrl_with_a_small_letter_is_the_same_key),
	    cmocka_unit_test(keys_that_no_terminal_sends_are_refused),
	    cmocka_unit_test(a_list_of_names_is_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
