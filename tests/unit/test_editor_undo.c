/* Undo as a writer means it: steps, selection, and the save point. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"
#include "tui/editor_internal.h"

#include "writer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Another body in its place, saved; the cursor at its start. */
static void set_body(struct stage *s, const char *body)
{
	char *text = mem_printf("%s%s", front, body);

	stage_press(s, "Ctrl-A");
	stage_paste(s, text);
	buffer_mark_saved(editor_of(s)->buffer); /* as it is: saving would end its last line */
	editor_put_cursor(editor_of(s), strlen(front));
	free(text);
}

/* What is selected, "" for nothing; the cursor is at its start or its end. */
static void assert_selected_from(struct stage *s, const char *words, bool cursor_first)
{
	size_t start, end;

	assert_selected(s, words);
	editor_selection(editor_of(s), &start, &end);
	assert_int_equal(editor_of(s)->cursor, cursor_first ? start : end);
}

/* Keys one after the other, or with a "+" before it a text that is typed; and the steps back from there. */
static const struct {
	const char *body;
	const char *acts[8];
	const char *steps[8];
} steps[] = {
    {"", {"+seven people"}, {"seven people", "seven ", ""}},
    {"", {"+七名志愿者，清理步道"}, {"七名志愿者，清理步道", "七名志愿者，", ""}},
    {"", {"+lake", "Enter", "Enter", "+path"}, {"lake\n\npath", "lake\n\n", "lake", ""}},
    {"the lake path", {"End", "Ctrl-W", "Ctrl-W"}, {"the ", "the lake ", "the lake path"}},
    {"他们清理了步道", {"End", "Ctrl-W", "Ctrl-W"}, {"他们清理", "他们清理了", "他们清理了步道"}},
    {"the lake", {"End", "Backspace", "Backspace", "Ctrl-W"}, {"the ", "the la", "the lake"}},
    {"five people", {"Ctrl-Shift-Right", "+se", "+ven"}, {"seven people", "five people"}},
    {"five people", {"Ctrl-Shift-Right", "Delete", "Delete", "Delete"}, {"eople", " people", "five people"}},
    {"ab", {"End", "Shift-Left", "Ctrl-X", "Ctrl-V", "Ctrl-V"}, {"abb", "ab", "a", "ab"}},
};

static void steps_are_what_a_writer_means(void **state)
{
	struct stage *s = open_body(state, "");

	for (size_t i = 0; i < COUNT(steps); i++) {
		set_body(s, steps[i].body);
		for (size_t at = 0; at < COUNT(steps[i].acts) && steps[i].acts[at] != NULL; at++) {
			const char *act = steps[i].acts[at];

			if (act[0] == '+')
				stage_type(s, act + 1);
			else
				stage_press(s, act);
		}
		for (size_t at = 0; at < COUNT(steps[i].steps) && steps[i].steps[at] != NULL; at++) {
			if (at > 0)
				stage_press(s, "Ctrl-Z");
			assert_body(s, steps[i].steps[at]);
		}
		assert_false(buffer_changed(editor_of(s)->buffer));
	}
	stage_free(s);
}

static void undo_selects_again_what_was_selected(void **state)
{
	struct stage *s = open_body(state, "seven volunteers 清理步道 today");

	stage_press(s, "Ctrl-Right Ctrl-Right Right Shift-End Delete");
	stage_press(s, "Home Ctrl-Z");
	assert_selected_from(s, "清理步道 today", false);
	stage_press(s, "Ctrl-Y");
	assert_selected_from(s, "", false);
	stage_press(s, "Ctrl-Z Right Ctrl-Shift-Left"); /* from the end back: the cursor is at its start */
	stage_type(s, "x");
	stage_press(s, "Ctrl-Z");
	assert_selected_from(s, "today", true);
	stage_free(s);
}

static void assert_says(struct stage *s, const char *words)
{
	assert_non_null(s->said);
	assert_string_equal(s->said, words);
	free(s->said);
	s->said = NULL;
}

static void the_save_point_is_told(void **state)
{
	struct stage *s = open_body(state, "path\n");

	stage_type(s, "The lake ");
	stage_press(s, "Ctrl-S");
	assert_says(s, "Saved.");
	stage_type(s, "far off ");
	stage_press(s, "Ctrl-Z");
	assert_null(s->said);
	stage_press(s, "Ctrl-Z");
	assert_says(s, "This is the text as it is saved.");
	assert_body(s, "The lake path\n");
	stage_press(s, "Ctrl-Z");
	assert_says(s, "This goes back behind what is saved; Ctrl-Y brings the saved text back.");
	assert_body(s, "The path\n");
	stage_press(s, "Ctrl-Z");
	assert_null(s->said);
	stage_press(s, "Ctrl-Z");
	assert_says(s, "There is nothing to undo.");
	stage_press(s, "Ctrl-Y");
	assert_null(s->said);
	stage_press(s, "Ctrl-Y");
	assert_says(s, "This is the text as it is saved.");
	stage_press(s, "Ctrl-Y");
	assert_null(s->said);
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(steps_are_what_a_writer_means),
	    in_newsroom(undo_selects_again_what_was_selected),
	    in_newsroom(the_save_point_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
