/* Finding and replacing in the pane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/worker.h"
#include "desk/desk.h"
#include "tui/editor_internal.h"

#include "picture.h"
#include "writer.h"

static void find_counts_and_goes_from_match_to_match(void **state)
{
	struct stage *s = open_body(state, "Path, path and PATH. 步道和步道");

	stage_press(s, "Ctrl-F");
	stage_type(s, "path");
	stage_rest(s);
	picture_check(s->canvas, "editor-find");
	stage_press(s, "F3 F3 F3");
	assert_said(s, "from the start");
	stage_press(s, "Shift-F3 Esc");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 19);
	stage_press(s, "Ctrl-Home Ctrl-Home Ctrl-F Ctrl-U");
	stage_type(s, "PAT");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 18);
	stage_press(s, "Ctrl-U");
	stage_type(s, "步道");
	stage_rest(s);
	assert_int_equal(editor_of(s)->find.count, 2);
	stage_type(s, "x");
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_free(s);
}

static void replace_takes_one_or_all_and_all_is_one_step(void **state)
{
	struct stage *s = open_body(state, "five, Five, five");

	stage_press(s, "Ctrl-R");
	stage_type(s, "five");
	stage_press(s, "Enter");
	stage_type(s, "seven");
	stage_press(s, "Enter");
	assert_body(s, "seven, Five, five");
	stage_press(s, "Ctrl-R");
	assert_body(s, "seven, seven, seven");
	assert_said(s, "2 replaced");
	stage_press(s, "Esc Ctrl-Z");
	assert_body(s, "seven, Five, five");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "five, Five, five");
	stage_free(s);
}

static void the_switches_of_the_find_bar_are_commands_too(void **state)
{
	static const struct {
		const char *command, *key;
		size_t count; /* of "lake", of which there are four otherwise, one in the headline */
	} toggles[] = {
	    {"editor.find-case", "Alt-C", 2},
	    {"editor.find-words", "Alt-W", 3},
	    {"editor.find-width", "Alt-V", 5},
	};
	struct stage *s = open_body(state, "Lake, lakes, lake ＬＡＫＥ\n");

	field_set(&editor_of(s)->find.words, "lake", 4);
	stage_press(s, "End Ctrl-F");
	for (size_t i = 0; i < sizeof toggles / sizeof toggles[0]; i++) {
		stage_rest(s);
		assert_int_equal(editor_of(s)->find.count, 4);
		stage_run(s, toggles[i].command);
		stage_rest(s);
		assert_int_equal(editor_of(s)->find.count, toggles[i].count);
		stage_press(s, toggles[i].key);
	}
	stage_run(s, "editor.find-regex");
	assert_said(s, "What is typed is a regular expression.");
	stage_free(s);
}

static void only_the_selected_lines_are_searched_and_replaced(void **state)
{
	struct stage *s = open_body(state, "one\none\none\none\n");

	stage_press(s, "Down Shift-Down Shift-Down Ctrl-R");
	stage_type(s, "one");
	stage_rest(s);
	assert_int_equal(editor_of(s)->find.count, 2);
	stage_press(s, "F3 F3 Shift-F3 Shift-F3");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 7);
	stage_press(s, "Tab");
	stage_type(s, "three");
	stage_press(s, "Ctrl-R");
	assert_said(s, "2 replaced in the selected lines");
	assert_body(s, "one\nthree\nthree\none\n");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "one\none\none\none\n");
	stage_press(s, "Alt-S");
	assert_said(s, "All of the text is searched.");
	stage_rest(s);
	assert_int_equal(editor_of(s)->find.count, 4);
	stage_press(s, "Alt-S");
	assert_said(s, "Only the selected lines are searched.");
	stage_rest(s);
	assert_int_equal(editor_of(s)->find.count, 2);
	stage_press(s, "Alt-S Ctrl-R");
	assert_body(s, "three\nthree\nthree\nthree\n");
	stage_free(s);
}

static void a_match_that_reaches_out_of_the_selected_lines_is_none(void **state)
{
	struct stage *s = open_body(state, "a b\na b\na b\n");

	stage_press(s, "Ctrl-F Alt-R");
	stage_type(s, "a|b\\na");
	stage_press(s, "Esc Ctrl-End Up Up Up Shift-Down Ctrl-F");
	stage_rest(s);
	assert_int_equal(editor_of(s)->find.count, 1);
	stage_press(s, "Shift-F3");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 1);
	stage_free(s);
}

static void without_selected_lines_all_of_the_text_is_searched(void **state)
{
	struct stage *s = open_body(state, "words\n");

	stage_run(s, "editor.find-selection");
	assert_said(s, "Select several lines first");
	stage_free(s);
}

static void what_brackets_took_comes_in_one_by_one_and_all_at_once(void **state)
{
	struct stage *s = open_body(state, "Reyes, Tomas\nMarsh, Ada\nHartog, Mei-Lin\n");

	stage_press(s, "Ctrl-R Alt-R");
	stage_type(s, "^(\\w+), (.+)$");
	stage_press(s, "Enter");
	stage_type(s, "$2 $1");
	stage_press(s, "Enter");
	assert_body(s, "Tomas Reyes\nMarsh, Ada\nHartog, Mei-Lin\n");
	stage_press(s, "Ctrl-R");
	assert_body(s, "Tomas Reyes\nAda Marsh\nMei-Lin Hartog\n");
	stage_press(s, "Ctrl-U");
	stage_type(s, "$3");
	stage_press(s, "Enter");
	assert_said(s, "The expression has no brackets number 3 to put in.");
	stage_press(s, "Ctrl-R");
	assert_said(s, "The expression has no brackets number 3 to put in. Nothing was replaced.");
	stage_free(s);
}

static void an_expression_that_is_wrong_or_takes_too_long_is_told(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct stage *s;

	for (int i = 0; i < 5000; i++)
		strbuf_addc(&body, 'a');
	strbuf_adds(&body, "!\n");
	s = open_body(state, body.data);
	stage_press(s, "Ctrl-F Alt-R");
	stage_type(s, "[a");
	assert_said(s, "The expression has an open bracket, at character 1.");
	stage_press(s, "F3");
	assert_said(s, "The expression has an open bracket, at character 1.");
	stage_press(s, "Ctrl-U");
	stage_type(s, "(a+)+$");
	assert_said(s, "The expression takes too long at line");
	stage_press(s, "Esc");
	stage_press(s, "F3");
	assert_said(s, "The expression takes too long at line");
	strbuf_clear(&body);
	stage_free(s);
}

static void escape_leaves_the_cursor_at_the_match_and_a_command_goes_back(void **state)
{
	struct stage *s = open_body(state, "one two three\n");

	stage_press(s, "End Ctrl-F");
	stage_type(s, "two");
	stage_press(s, "Esc");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 7);
	assert_int_equal(editor_of(s)->anchor, strlen(front) + 4);
	stage_run(s, "editor.find-back");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 13);
	stage_free(s);
}

static void a_replacement_of_all_leaves_the_cursor_at_its_words(void **state)
{
	struct stage *s = open_body(state, "one two one two one\n");

	field_set(&editor_of(s)->find.words, "one", 3);
	stage_press(s, "Ctrl-Right Ctrl-Right Ctrl-R Tab");
	stage_type(s, "seventeen");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 7);
	stage_press(s, "Ctrl-R");
	assert_body(s, "seventeen two seventeen two seventeen\n");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 13);
	stage_free(s);
}

static void the_old_word_in_the_find_bar_is_replaced_by_what_is_typed(void **state)
{
	struct stage *s = open_body(state, "five six\n");

	stage_press(s, "Ctrl-F");
	stage_type(s, "five");
	stage_press(s, "Esc Ctrl-F");
	stage_type(s, "six");
	assert_string_equal(editor_of(s)->find.words.text.data, "six");
	stage_press(s, "Esc Ctrl-F End");
	stage_type(s, "ty");
	assert_string_equal(editor_of(s)->find.words.text.data, "sixty");
	stage_press(s, "Esc Ctrl-R Enter Enter");
	assert_said(s, "sixty is not found in the text");
	assert_body(s, "five six\n");
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(find_counts_and_goes_from_match_to_match),
	    in_newsroom(replace_takes_one_or_all_and_all_is_one_step),
	    in_newsroom(the_switches_of_the_find_bar_are_commands_too),
	    in_newsroom(only_the_selected_lines_are_searched_and_replaced),
	    in_newsroom(a_match_that_reaches_out_of_the_selected_lines_is_none),
	    in_newsroom(without_selected_lines_all_of_the_text_is_searched),
	    in_newsroom(what_brackets_took_comes_in_one_by_one_and_all_at_once),
	    in_newsroom(an_expression_that_is_wrong_or_takes_too_long_is_told),
	    in_newsroom(escape_leaves_the_cursor_at_the_match_and_a_command_goes_back),
	    in_newsroom(a_replacement_of_all_leaves_the_cursor_at_its_words),
	    in_newsroom(the_old_word_in_the_find_bar_is_replaced_by_what_is_typed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
