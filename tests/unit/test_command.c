#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "tui/command.h"
#include "tui/keymap.h"

#include "picture.h"

struct target {
	unsigned holds;
	int ran; /* the argument of the last command */
};

static unsigned target_holds(const void *target)
{
	const struct target *t = target;

	return t->holds;
}

static int run(void *target, int argument, struct error *err)
{
	struct target *t = target;

	t->ran = argument;
	return argument < 0 ? error_set(err, E_CONFLICT, "A. Writer saved it first.") : 0;
}

static const struct command list_rows[] = {
    {.name = "article.read",
     .label = "Read",
     .help = "Read the article under the cursor",
     .keys = "Enter",
     .needs = COMMAND_ARTICLE,
     .bar = 10,
     .menu = "Article",
     .argument = 1,
     .run = run},
    {.name = "article.edit",
     .label = "Edit",
     .help = "Edit the article under the cursor",
     .keys = "e",
     .needs = COMMAND_ARTICLE | COMMAND_WRITABLE,
     .bar = 20,
     .menu = "Article",
     .argument = 2,
     .run = run},
    {.name = "list.filter",
     .label = "Filter",
     .help = "Show only what has these words",
     .keys = "/, Ctrl-F",
     .bar = 15,
     .menu = "View",
     .argument = 3,
     .run = run},
    {.name = "list.broken", .label = "Broken", .help = "Always fails", .argument = -1, .run = run},
};

static const struct command app_rows[] = {
    {.name = "app.help",
     .label = "Help",
     .help = "Show the keys of this screen",
     .keys = "F1, ?",
     .bar = 99,
     .menu = "View",
     .argument = 10,
     .run = run},
    {.name = "app.find",
     .label = "Find",
     .help = "Find in all articles",
     .keys = "Ctrl-F",
     .menu = "View",
     .argument = 11,
     .run = run},
    {.name = "app.as",
     .label = "Act as",
     .help = "Act as another person of the sample",
     .keys = "Ctrl-T",
     .needs = COMMAND_SAMPLE,
     .menu = "Desk",
     .argument = 12,
     .run = run},
};

static const struct command_table list_table = {.title = "The list",
						.rows = list_rows,
						.count = 4,
						.holds = target_holds};
static const struct command_table app_table = {.title = "Everywhere",
					       .rows = app_rows,
					       .count = 3,
					       .holds = target_holds};

static struct command_set make_set(struct target *list, struct target *app)
{
	struct command_set set = {.count = 0};

	command_push(&set, &list_table, list);
	command_push(&set, &app_table, app);
	return set;
}

static const char *name_for(const struct command_set *set, const char *key)
{
	struct command_choice choice;
	struct input_key parsed;

	assert_true(keymap_parse(&parsed, key, strlen(key)));
	return command_for_key(set, parsed, &choice) ? choice.command->name : NULL;
}

static void the_most_specific_row_takes_a_key(void **state)
{
	struct target list = {.holds = 0}, app = {.holds = 0};
	struct command_set set = make_set(&list, &app);

	(void)state;
	assert_string_equal(name_for(&set, "Ctrl-F"), "list.filter");
	assert_string_equal(name_for(&set, "?"), "app.help");
	assert_string_equal(name_for(&set, "Enter"), "article.read");
	assert_null(name_for(&set, "x"));
}

static void a_row_runs_only_while_what_it_needs_holds(void **state)
{
	struct target list = {.holds = COMMAND_ARTICLE}, app = {.holds = 0};
	struct command_set set = make_set(&list, &app);
	struct command_choice choice;
	struct error err;

	(void)state;
	assert_true(command_by_name(&set, "article.edit", &choice));
	assert_int_equal(command_run(&set, choice, &err), E_REFUSED);
	assert_string_equal(err.message, "Edit: This newsroom can only be read.");
	assert_int_equal(list.ran, 0);
	app.holds = COMMAND_WRITABLE;
	assert_int_equal(command_run(&set, choice, &err), 0);
	assert_int_equal(list.ran, 2);
	assert_true(command_by_name(&set, "list.broken", &choice));
	assert_int_equal(command_run(&set, choice, &err), E_CONFLICT);
	assert_string_equal(err.message, "A. Writer saved it first.");
}

static void rows_for_the_sample_newsroom_are_left_out_elsewhere(void **state)
{
	struct target list = {.holds = 0}, app = {.holds = 0};
	struct command_set set = make_set(&list, &app);
	struct command_choice choice = {.command = &app_rows[2], .target = &app}, *all;
	struct error err;

	(void)state;
	assert_null(name_for(&set, "Ctrl-T"));
	assert_false(command_by_name(&set, "app.as", &choice));
	assert_int_equal(command_list(&set, &all), 6);
	free(all);
	assert_int_equal(command_run(&set, choice, &err), E_REFUSED);
	app.holds = COMMAND_SAMPLE;
	assert_string_equal(name_for(&set, "Ctrl-T"), "app.as");
	assert_int_equal(command_list(&set, &all), 7);
	free(all);
}

static void the_bar_shows_as_many_keys_as_fit(void **state)
{
	struct target list = {.holds = COMMAND_ARTICLE}, app = {.holds = 0};
	struct command_set set = make_set(&list, &app);
	struct canvas *canvas = canvas_new(3, 42);
	struct canvas_region all = canvas_region(canvas);

	(void)state;
	command_bar(all, 0, &set);
	command_bar(canvas_part(all, 1, 0, 1, 30), 0, &set);
	command_bar(canvas_part(all, 2, 0, 1, 5), 0, &set);
	picture_check(canvas, "bar");
	canvas_free(canvas);
}

static void the_manual_lists_every_key_of_a_table(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	command_manual(&out, &list_table);
	command_manual(&out, &app_table);
	assert_string_equal(out.data, ".Ss The list\n"
				      ".Bl -tag -width Ctrl-Shift-Right -compact\n"
				      ".It Ic Enter\nRead the article under the cursor.\n"
				      ".It Ic e\nEdit the article under the cursor.\n"
				      ".It Ic / , Ic Ctrl-F\nShow only what has these words.\n"
				      ".El\n"
				      ".Ss Everywhere\n"
				      ".Bl -tag -width Ctrl-Shift-Right -compact\n"
				      ".It Ic F1 , Ic \\&?\nShow the keys of this screen.\n"
				      ".It Ic Ctrl-F\nFind in all articles.\n"
				      ".It Ic Ctrl-T\nAct as another person of the sample.\n"
				      ".El\n");
	strbuf_clear(&out);
}

static void tables_can_be_checked(void **state)
{
	(void)state;
	command_check(&list_table);
	command_check(&app_table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_most_specific_row_takes_a_key),
	    cmocka_unit_test(a_row_runs_only_while_what_it_needs_holds),
	    cmocka_unit_test(rows_for_the_sample_newsroom_are_left_out_elsewhere),
	    cmocka_unit_test(the_bar_shows_as_many_keys_as_fit),
	    cmocka_unit_test(the_manual_lists_every_key_of_a_table),
	    cmocka_unit_test(tables_can_be_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
