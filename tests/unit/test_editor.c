#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk.h"
#include "desk/wip.h"
#include "text/buffer.h"
#include "tui/canvas.h"
#include "tui/command.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"
#include "tui/prompt.h"

#include "picture.h"
#include "stage.h"

static const char article[] =
    "---\ntitle: Volunteers rebuild the lake path\ndate: 2026-11-20\nlanguage: en\n---\n"
    "On Saturday **seven** volunteers cleared the path around the lake. 周六，七名志愿者清理了湖滨步道。\n"
    "\n"
    "## What comes next\n"
    "\n"
    "> The path is ours, Mrs Brown said.\n"
    "\n"
    "The work goes on in December.\n";

static const char front[] = "---\ntitle: Lake path\n---\n";

/* A text, opened; the cursor at the start of its body. */
static struct stage *open_text(void **state, const char *text, int height, int width)
{
	struct stage *s = stage_new(*state, editor_new, text, strlen(text));

	stage_open(s, height, width);
	return s;
}

/* A body with a short front matter, opened at 24x80. */
static struct stage *open_body(void **state, const char *body)
{
	char *text = mem_printf("%s%s", front, body);
	struct stage *s = open_text(state, text, 24, 80);

	free(text);
	return s;
}

static struct editor *editor_of(struct stage *s)
{
	return s->pane.state;
}

static void assert_text(struct stage *s, const char *text)
{
	size_t len;
	const char *now = buffer_text(editor_of(s)->buffer, &len);
	char *copy = mem_strndup(now, len);

	assert_string_equal(copy, text);
	free(copy);
}

/* The body alone. */
static void assert_body(struct stage *s, const char *body)
{
	char *text = mem_printf("%s%s", front, body);

	assert_text(s, text);
	free(text);
}

static void assert_saved(struct stage *s, const char *text)
{
	const struct draft *draft = desk_draft(s->desk, s->draft, &s->err);

	assert_non_null(draft);
	assert_string_equal(draft->text, text);
}

static void assert_status_has(struct stage *s, const char *words)
{
	char *status = stage_status(s);

	if (strstr(status, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, status);
	free(status);
}

static void assert_title_is(struct stage *s, const char *words)
{
	struct strbuf title = STRBUF_INIT;

	s->pane.ops->title(s->pane.state, &title);
	assert_string_equal(title.data, words);
	strbuf_clear(&title);
}

static void assert_said(struct stage *s, const char *words)
{
	if (s->said == NULL || strstr(s->said, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, s->said ? s->said : "");
}

/* -- The picture -- */

static void commands_are_sound(void **state)
{
	(void)state;
	command_check(&editor_commands);
}

static void text_and_preview_stand_side_by_side(void **state)
{
	struct stage *s = open_text(state, article, 16, 130);

	stage_rest(s);
	stage_press(s, "Down End");
	stage_draw(s);
	picture_check(s->canvas, "editor-wide");
	assert_status_has(s, "Saved 11:20:00 · 26 words 14 汉字 · 1 min · line 6 of 13 · English");
	stage_free(s);
}

static void below_120_columns_text_stands_alone(void **state)
{
	struct stage *s = open_text(state, article, 12, 60);
	char *wanted;

	stage_rest(s);
	picture_check(s->canvas, "editor-narrow");
	stage_press(s, "F2");
	stage_rest(s);
	picture_check(s->canvas, "editor-instead");
	assert_title_is(s, "Preview: Volunteers rebuild the lake path");
	stage_press(s, "Down Down");
	stage_type(s, "x");
	stage_draw(s);
	wanted = mem_printf("%.*sx%s", (int)(strstr(article, "On Sat") - article), article,
			    strstr(article, "On Sat"));
	assert_text(s, wanted);
	assert_title_is(s, "Volunteers rebuild the lake path");
	free(wanted);
	stage_free(s);
}

static void focus_is_a_narrow_column_in_the_middle(void **state)
{
	struct stage *s = open_text(state, article, 10, 160);

	stage_press(s, "F5 Ctrl-End");
	stage_draw(s);
	picture_check(s->canvas, "editor-focus");
	stage_free(s);
}

static void every_size_can_be_drawn(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);

	for (int height = 1; height <= 50; height += height < 8 ? 1 : 14) {
		for (int width = 1; width <= 161; width += width < 8 ? 1 : 38) {
			canvas_free(s->canvas);
			s->canvas = canvas_new(height, width);
			stage_press(s, "Ctrl-R");
			stage_rest(s);
			stage_press(s, "Esc Ctrl-End");
			stage_draw(s);
			stage_press(s, "F2");
			stage_rest(s);
			stage_press(s, "F2 F5 Ctrl-Home");
			stage_draw(s);
			stage_press(s, "F5");
		}
	}
	stage_free(s);
}

static void all_scripts_and_bad_bytes_have_their_cells(void **state)
{
	static const char text[] =
	    "---\ntitle: x\n---\n"
	    "e\xcc\x81te\xcc\x81 caf\xc3\xa9\r\n"
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 \xe2\x9c\x8c\xef\xb8\x8f ok\n"
	    "bad \xff\xfe bytes\ttab\x1b[2J\n"
	    "湖滨步道，“修复”。湖滨步道，“修复”。湖滨步道，“修复”。\n";
	struct stage *s = open_text(state, text, 14, 40);

	stage_press(s, "Right Right Right");
	stage_draw(s);
	picture_check(s->canvas, "editor-scripts");
	stage_press(s, "Ctrl-End");
	stage_type(s, "x");
	stage_press(s, "Ctrl-S");
	assert_true(strlen(desk_draft(s->desk, s->draft, NULL)->text) == sizeof text);
	assert_memory_equal(desk_draft(s->desk, s->draft, NULL)->text, text, sizeof text - 1);
	stage_free(s);
}

static void a_wide_glyph_is_never_half_at_the_edge(void **state)
{
	struct stage *s =
	    open_body(state, "湖滨步道湖滨步道湖滨步道湖滨步道湖滨步道湖滨步道湖滨步道湖滨步道");

	for (int width = 12; width < 20; width++) {
		canvas_free(s->canvas);
		s->canvas = canvas_new(12, width);
		stage_press(s, "Ctrl-End");
		stage_draw(s);
		for (int row = 5; row < 11; row++) {
			struct canvas_cell last = canvas_at(s->canvas, row, width - 1);

			assert_int_equal(last.columns, 1);
			assert_memory_equal(last.text, " ", 1);
		}
	}
	stage_free(s);
}

static void the_preview_keeps_in_step(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf dump = STRBUF_INIT;
	struct stage *s;

	for (int i = 0; i < 200; i++)
		strbuf_addf(&text, "Paragraph %d stands here.\n\n", i);
	s = open_text(state, text.data, 20, 130);
	stage_press(s, "Ctrl-G");
	stage_type(s, "241");
	stage_press(s, "Enter");
	stage_rest(s);
	canvas_dump(&dump, s->canvas, false);
	assert_non_null(strstr(dump.data, "│  Paragraph 120 stands here."));
	stage_press(s, "Ctrl-End");
	stage_rest(s);
	strbuf_reset(&dump);
	canvas_dump(&dump, s->canvas, false);
	assert_non_null(strstr(dump.data, "│  Paragraph 199 stands here."));
	strbuf_clear(&dump);
	strbuf_clear(&text);
	stage_free(s);
}

/* -- Writing -- */

static void typing_goes_in_at_the_cursor(void **state)
{
	struct stage *s = open_body(state, "");

	stage_type(s, "七 volunteers\n\ncleared");
	assert_body(s, "七 volunteers\n\ncleared");
	stage_press(s, "Home");
	stage_type(s, "They ");
	assert_body(s, "七 volunteers\n\nThey cleared");
	stage_press(s, "Tab");
	assert_body(s, "七 volunteers\n\nThey   cleared");
	assert_status_has(s, "Not saved");
	stage_free(s);
}

static void files_with_cr_lf_keep_their_line_ends(void **state)
{
	struct stage *s = open_text(state, "one\r\ntwo\r\n", 10, 80);

	stage_press(s, "End Enter");
	stage_type(s, "x");
	assert_text(s, "one\r\nx\r\ntwo\r\n");
	stage_paste(s, "\na\nb");
	assert_text(s, "one\r\nx\r\na\r\nb\r\ntwo\r\n");
	stage_press(s, "Ctrl-Z");
	assert_text(s, "one\r\nx\r\ntwo\r\n");
	stage_press(s, "Left Backspace");
	assert_text(s, "onex\r\ntwo\r\n");
	stage_press(s, "Right Delete");
	assert_text(s, "onextwo\r\n");
	stage_free(s);
}

static void what_is_removed_is_a_cluster_or_a_word(void **state)
{
	struct stage *s = open_body(state, "e\xcc\x81"
					   "a\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 中国人民 end");

	stage_press(s, "Delete");
	assert_body(s, "a\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80 中国人民 end");
	stage_press(s, "Right Right Backspace");
	assert_body(s, "a 中国人民 end");
	stage_press(s, "Left Right Ctrl-Delete");
	assert_body(s, "a人民 end");
	stage_press(s, "Ctrl-End Ctrl-W");
	assert_body(s, "a人民 ");
	stage_press(s, "Ctrl-Z Ctrl-Z");
	assert_body(s, "a 中国人民 end");
	stage_press(s, "Ctrl-Y");
	assert_body(s, "a人民 end");
	stage_free(s);
}

static void shift_selects_and_typing_replaces_the_selection(void **state)
{
	struct stage *s = open_body(state, "five volunteers cleared");

	stage_press(s, "Ctrl-Shift-Right");
	stage_type(s, "seven");
	assert_body(s, "seven volunteers cleared");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "five volunteers cleared");
	stage_press(s, "Right Shift-End Ctrl-X"); /* undo selected the word again */
	assert_body(s, "five");
	assert_string_equal(s->clipboard.data, " volunteers cleared");
	stage_press(s, "Home Ctrl-V Ctrl-V");
	assert_body(s, " volunteers cleared volunteers clearedfive");
	stage_press(s, "Ctrl-Z");
	assert_body(s, " volunteers clearedfive");
	stage_press(s, "Ctrl-A Ctrl-C");
	assert_int_equal(s->clipboard.len, strlen(front) + strlen(" volunteers clearedfive"));
	stage_press(s, "Esc Shift-Left Left Ctrl-C");
	assert_said(s, "Select some text first");
	stage_free(s);
}

static void up_and_down_keep_their_column(void **state)
{
	struct stage *s = open_body(state, "abcdefgh\nxy\n湖滨步道湖滨");

	stage_press(s, "Right Right Right Right Right Down");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 11);
	stage_press(s, "Down");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 12 + 6);
	stage_press(s, "Up Up");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 5);
	stage_press(s, "Ctrl-End Home Up Up Up");
	assert_int_equal(editor_of(s)->cursor, 21); /* the last line of the front matter */
	stage_press(s, "Ctrl-Home Up");
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_press(s, "Ctrl-End Home Down");
	assert_int_equal(editor_of(s)->cursor, buffer_len(editor_of(s)->buffer));
	stage_free(s);
}

static void the_end_of_a_wrapped_row_is_on_that_row(void **state)
{
	struct stage *s = open_text(state, "湖滨步道湖滨步道湖滨步道", 10, 20);
	int row, column;

	stage_press(s, "End");
	stage_draw(s);
	assert_true(canvas_cursor_at(s->canvas, &row, &column));
	assert_int_equal(row, 1);
	assert_int_equal(column, 17);
	stage_press(s, "Down");
	stage_draw(s);
	assert_true(canvas_cursor_at(s->canvas, &row, &column));
	assert_int_equal(row, 2);
	stage_press(s, "Up Home");
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_free(s);
}

static void the_mouse_places_selects_and_scrolls(void **state)
{
	struct stage *s = open_body(state, "abcdefgh\n湖滨步道\n");
	struct input_event click = {.kind = INPUT_MOUSE, .text = "", .row = 4, .column = 4};
	struct input_event drag = {
	    .kind = INPUT_MOUSE, .text = "", .row = 5, .column = 4, .button = INPUT_BUTTON_DRAG};
	struct input_event wheel = {.kind = INPUT_MOUSE, .text = "", .button = INPUT_WHEEL_DOWN};
	struct strbuf dump = STRBUF_INIT;

	assert_true(s->pane.ops->input(s->pane.state, &click));
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 3);
	assert_true(s->pane.ops->input(s->pane.state, &drag));
	stage_press(s, "Ctrl-C");
	assert_string_equal(s->clipboard.data, "defgh\n湖");
	assert_true(s->pane.ops->input(s->pane.state, &wheel));
	stage_draw(s);
	canvas_dump(&dump, s->canvas, false);
	assert_null(strstr(dump.data, "Lake path"));
	assert_non_null(strstr(dump.data, "abcdefgh"));
	strbuf_clear(&dump);
	stage_free(s);
}

/* -- Find and replace -- */

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
	stage_press(s, "Ctrl-Home Ctrl-F Ctrl-U");
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

/* -- Saving -- */

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

static void save_is_a_commit_on_the_draft(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	size_t commits = desk_draft(s->desk, s->draft, NULL)->count;

	stage_type(s, "Zero. ");
	stage_press(s, "Ctrl-S");
	assert_said(s, "Saved");
	assert_status_has(s, "Saved 11:20:00");
	assert_saved(s, "---\ntitle: Lake path\n---\nZero. One.\n");
	assert_int_equal(desk_draft(s->desk, s->draft, NULL)->count, commits + 1);
	stage_press(s, "Ctrl-S");
	assert_said(s, "Everything is saved");
	assert_int_equal(desk_draft(s->desk, s->draft, NULL)->count, commits + 1);
	stage_press(s, "Ctrl-Z");
	assert_status_has(s, "Not saved");
	stage_press(s, "Ctrl-Y");
	assert_status_has(s, "Saved");
	stage_free(s);
}

/* Somebody else saves a text over the draft as it stands. */
static void save_as_another(struct stage *s, const char *body)
{
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");
	const struct draft *draft = desk_draft(other, s->draft, &s->err);
	struct oid saved;
	char *text = mem_printf("%s%s", front, body);

	assert_non_null(draft);
	ok(s, desk_save(other, s->draft, &draft->blob, text, strlen(text), &saved, &s->err));
	desk_close(other);
	free(text);
}

static void what_somebody_saved_meanwhile_is_shown_and_merged(void **state)
{
	struct stage *s = open_body(state, "Five volunteers cleared the path.\n\nIt rained.\n");

	stage_press(s, "Delete Delete Delete Delete");
	stage_type(s, "Seven");
	save_as_another(s, "Five volunteers cleared the path.\n\nIt snowed.\n");
	stage_press(s, "Ctrl-S");
	assert_non_null(s->prompt);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-merge");
	assert_body(s, "Seven volunteers cleared the path.\n\nIt rained.\n");
	stage_press(s, "Enter");
	assert_null(s->prompt);
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven volunteers cleared the path.\n\nIt snowed.\n");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "Seven volunteers cleared the path.\n\nIt rained.\n");
	stage_free(s);
}

static void mine_alone_can_be_saved_over_my_own_other_window(void **state)
{
	struct stage *s = open_body(state, "One.\n\nTwo.\n");
	struct desk *other = stage_desk_of(s, "A. Writer <a@desk.example>");
	const struct draft *draft = desk_draft(other, s->draft, &s->err);
	const char *text = "---\ntitle: Lake path\n---\nOne.\n\nTwo. Three.\n";
	struct oid saved;

	ok(s, desk_save(other, s->draft, &draft->blob, text, strlen(text), &saved, &s->err));
	desk_close(other);
	stage_type(s, "Zero. ");
	stage_press(s, "Ctrl-S");
	assert_non_null(s->prompt);
	stage_press(s, "k");
	assert_said(s, "Not saved");
	stage_press(s, "Ctrl-S m");
	assert_null(s->prompt);
	assert_said(s, "Saved.");
	assert_saved(s, "---\ntitle: Lake path\n---\nZero. One.\n\nTwo.\n");
	stage_free(s);
}

static void the_same_words_changed_twice_are_a_choice(void **state)
{
	static const struct {
		const char *key;
		const char *body;
	} choices[] = {{"t", "Six volunteers came.\n"},
		       {"m", "Seven volunteers came.\n"},
		       {"b", "Seven Six volunteers came.\n"}};
	struct stage *s = open_body(state, "Five volunteers came.\n");

	for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
		struct strbuf saved = STRBUF_INIT;

		stage_press(s, "Ctrl-A");
		stage_paste(s, front);
		stage_type(s, "Five volunteers came.\n");
		stage_press(s, "Ctrl-S");
		stage_press(s, "Ctrl-Home Down Down Down Ctrl-Shift-Right");
		stage_type(s, "Seven");
		save_as_another(s, "Six volunteers came.\n");
		stage_press(s, "Ctrl-S");
		if (i == 0) {
			stage_draw(s);
			prompt_draw(s->prompt, canvas_region(s->canvas));
			picture_check(s->canvas, "editor-conflict");
		}
		stage_press(s, "Esc");
		assert_said(s, "Not saved, and nothing was changed");
		assert_body(s, "Seven volunteers came.\n");
		stage_press(s, "Ctrl-S");
		stage_press(s, choices[i].key);
		stage_press(s, "Enter");
		assert_null(s->prompt);
		strbuf_addf(&saved, "%s%s", front, choices[i].body);
		assert_saved(s, saved.data);
		assert_text(s, saved.data);
		strbuf_clear(&saved);
	}
	stage_free(s);
}

/* Two conflicts, in English and in Chinese: typed words for one, back to it, and theirs for the other. */
static void a_conflict_can_be_typed_and_gone_back_to(void **state)
{
	struct stage *s = open_body(state, "Five volunteers came.\n\n星期二开工。\n");

	stage_press(s, "Ctrl-Shift-Right");
	stage_type(s, "Seven");
	stage_press(s, "Down Down Home Ctrl-Shift-Right Backspace");
	stage_type(s, "星期三");
	save_as_another(s, "Six volunteers came.\n\n星期四开工。\n");
	stage_press(s, "Ctrl-S e");
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-conflict-edit");
	stage_press(s, "Esc Esc"); /* back to the question, and nothing is chosen yet */
	stage_press(s, "e Backspace Backspace Backspace");
	stage_type(s, "or six");
	stage_press(s, "Ctrl-S");
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-conflict-second");
	stage_press(s, "p");
	stage_press(s, "e"); /* what was typed is there again */
	stage_press(s, "Ctrl-S t p m s");
	assert_null(s->prompt);
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven or six volunteers came.\n\n星期三开工。\n");
	stage_free(s);
}

/* Paragraphs are shown under their labels, and what is typed in their place stays one of its own. */
static void paragraphs_that_both_put_in_are_a_choice(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "Mine came first.");
	stage_press(s, "Enter Enter");
	save_as_another(s, "第二段是她写的。\n\nOne.\n");
	stage_press(s, "Ctrl-S");
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-conflict-paragraphs");
	stage_press(s, "e Ctrl-A Backspace Backspace");
	stage_type(s, "完。");
	stage_press(s, "Ctrl-S s");
	assert_null(s->prompt);
	assert_saved(s, "---\ntitle: Lake path\n---\nMine came first.\n\n第二段是她写的。完。\n\nOne.\n");
	stage_free(s);
}

static void a_field_that_both_changed_is_a_choice_of_whole_fields(void **state)
{
	struct stage *s = open_text(state, "---\ntitle: Lake\ndate: 2026-11-20\n---\nOne.\n", 24, 80);
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");
	const struct draft *draft = desk_draft(other, s->draft, &s->err);
	const char *text = "---\ntitle: Lake\ndate: 2026-11-21\nsource: City Desk\n---\nOne. Two.\n";
	struct oid saved;

	ok(s, desk_save(other, s->draft, &draft->blob, text, strlen(text), &saved, &s->err));
	desk_close(other);
	stage_press(s, "Ctrl-Home Down Down End Left Left Left Backspace");
	stage_type(s, "2");
	stage_press(s, "Ctrl-S");
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-conflict-field");
	stage_press(s, "m Enter");
	assert_saved(s, "---\ntitle: Lake\ndate: 2026-12-20\nsource: City Desk\n---\nOne. Two.\n");
	stage_free(s);
}

static void an_event_of_somebody_else_is_no_conflict(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");

	ok(s, desk_comment(other, s->draft, NULL, "Is that all?", &s->err));
	desk_close(other);
	stage_type(s, "Zero. ");
	stage_press(s, "Ctrl-S");
	assert_null(s->prompt);
	assert_said(s, "Saved");
	stage_free(s);
}

static void somebody_elses_save_is_told_in_the_status_line(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	save_as_another(s, "Two.\n");
	ok(s, desk_refresh(s->desk, &s->err));
	stage_rest(s);
	assert_status_has(s, "saved by somebody else meanwhile");
	stage_free(s);
}

static void front_matter_that_is_not_yaml_is_told_and_does_not_block(void **state)
{
	struct stage *s = open_text(state, "---\ntitle: [a\n---\nBody.\n", 10, 80);

	stage_rest(s);
	assert_status_has(s, "among the fields at the top");
	stage_type(s, "x");
	stage_press(s, "Ctrl-S");
	assert_said(s, "Saved");
	stage_free(s);
}

static void a_block_that_loses_its_first_line_is_told_at_once_and_at_saving(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_press(s, "Ctrl-Home");
	stage_type(s, "Words\n");
	stage_rest(s);
	assert_said(s, "Line 1: the block of fields no longer begins with \"---\"");
	assert_status_has(s, "Not saved · Line 1: the block of fields");
	stage_press(s, "Ctrl-S");
	assert_said(s, "Saved, but");
	assert_said(s, "Line 1");
	stage_type(s, "x");
	stage_press(s, "Ctrl-S");
	assert_said(s, "Saved, but");
	stage_press(s, "Ctrl-Z Ctrl-Z Ctrl-S");
	stage_press(s, "Ctrl-A");
	stage_paste(s, "---\ntitle: Lake path\n---\nTwo.\n");
	stage_press(s, "Ctrl-S");
	assert_string_equal(s->said, "Saved.");
	stage_free(s);
}

static void submitting_saves_first_and_asks_for_a_word(void **state)
{
	struct stage *s = open_text(state,
				    "---\ntitle: Lake path\nslug: lake-path\ndate: 2026-11-20\nlanguage: en\n"
				    "byline: A. Writer\n---\nOne.\n",
				    10, 80);

	stage_type(s, "Zero. ");
	stage_run(s, "editor.submit");
	assert_status_has(s, "Saved");
	assert_non_null(s->prompt);
	stage_type(s, "Please look");
	stage_press(s, "Enter");
	assert_said(s, "submitted");
	assert_int_equal(desk_draft(s->desk, s->draft, NULL)->state.name, REVIEW_STATE_REVIEW);
	stage_free(s);
}

static void compare_is_asked_of_the_app(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_press(s, "F8");
	assert_int_equal(s->opened, PANE_COMPARE);
	assert_string_equal(s->opened_name, s->draft);
	stage_free(s);
}

/* -- Closing, and what is left behind -- */

static void closing_asks_only_about_unsaved_text(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_press(s, "Ctrl-Q");
	assert_true(s->closed);
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_type(s, "x");
	stage_press(s, "Ctrl-Q k");
	assert_false(s->closed);
	stage_press(s, "Ctrl-Q s");
	assert_true(s->closed);
	assert_saved(s, "---\ntitle: Lake path\n---\nxOne.\n");
	stage_free(s);
}

static void text_that_is_thrown_away_is_set_aside_and_not_offered(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "x");
	stage_press(s, "Ctrl-Q t");
	assert_true(s->closed);
	stage_drop(s);
	assert_int_equal(sh(s->room, "ls state/copydesk/journal/*.aside"), 0);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	assert_body(s, "One.\n");
	stage_free(s);
}

static void unsaved_text_is_offered_at_the_next_opening(void **state)
{
	struct stage *s = open_body(state, "Five came.\n");
	struct strbuf left = STRBUF_INIT;
	char *wanted;

	stage_press(s, "Ctrl-Shift-Right");
	stage_type(s, "Seven");
	assert_false(editor_left_behind(s->desk, &left)); /* it is being written */
	stage_drop(s);
	assert_true(editor_left_behind(s->desk, &left));
	wanted = mem_printf("Unsaved text of 1 draft was kept: open it (e) to take it back: %s", s->draft);
	assert_string_equal(left.data, wanted);
	free(wanted);
	strbuf_clear(&left);
	stage_open(s, 24, 80);
	assert_non_null(s->prompt);
	stage_press(s, "l");
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-left");
	stage_press(s, "Esc"); /* back to the question, as with Enter */
	assert_non_null(s->prompt);
	stage_press(s, "l Enter t");
	assert_null(s->prompt);
	assert_body(s, "Seven came.\n");
	assert_status_has(s, "Not saved");
	assert_saved(s, "---\ntitle: Lake path\n---\nFive came.\n");
	stage_drop(s); /* and killed once more */
	stage_open(s, 24, 80);
	stage_press(s, "t Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven came.\n");
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	stage_free(s);
}

static void a_hangup_keeps_what_is_unsaved_and_asks_nothing(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "x");
	s->pane.ops->hangup(s->pane.state);
	assert_null(s->prompt);
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "xOne.\n");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + 5);
	stage_free(s);
}

static void unsaved_text_of_before_anothers_save_is_merged(void **state)
{
	struct stage *s = open_body(state, "Five came.\n\nIt rained.\n");

	stage_press(s, "Ctrl-Shift-Right");
	stage_type(s, "Seven");
	stage_drop(s);
	save_as_another(s, "Five came.\n\nIt snowed.\n");
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "Seven came.\n\nIt rained.\n");
	stage_drop(s); /* the journal knows that this did not start from the other's text */
	stage_open(s, 24, 80);
	stage_press(s, "t Ctrl-S");
	assert_non_null(s->prompt);
	stage_press(s, "Enter");
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven came.\n\nIt snowed.\n");
	stage_free(s);
}

static void unsaved_text_can_be_set_aside(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "x");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "Esc");
	assert_said(s, "offered when the draft is opened again");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "s");
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	stage_free(s);
}

static void a_journal_that_cannot_be_written_is_told_until_it_can(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_drop(s);
	assert_int_equal(sh(s->room, "rm -rf state; touch state"), 0);
	stage_open(s, 24, 80);
	stage_type(s, "x");
	assert_status_has(s, "Not safe:");
	stage_press(s, "Ctrl-Q t");
	assert_non_null(s->prompt);
	stage_press(s, "k");
	assert_false(s->closed);
	assert_int_equal(sh(s->room, "rm state; mkdir state"), 0);
	stage_rest(s);
	assert_said(s, "Unsaved text is kept safe again.");
	assert_status_has(s, "Not saved");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "xOne.\n");
	stage_free(s);
}

/* What a journal's first bytes say of its version, and bytes that are none of ours. */
static void journals_that_cannot_be_read_are_told_and_kept(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct strbuf left = STRBUF_INIT;

	stage_drop(s);
	assert_false(editor_left_behind(s->desk, &left));
	assert_int_equal(sh(s->room,
			    "printf 'copydesk journal\\011\\0\\0\\0words' "
			    ">state/copydesk/journal/%s.7.0.journal && "
			    "cp state/copydesk/journal/*.journal before",
			    s->draft),
			 0);
	assert_true(editor_left_behind(s->desk, &left));
	assert_non_null(
	    strstr(left.data, "A crash log was written by another version of copydesk: it is kept"));
	strbuf_reset(&left);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	assert_said(s, "may hold unsaved text of this draft was written by another version of copydesk");
	stage_drop(s);
	assert_int_equal(sh(s->room, "cmp before state/copydesk/journal/*.7.0.journal"), 0);
	assert_int_equal(sh(s->room, "printf words >state/copydesk/journal/%s.7.0.journal", s->draft), 0);
	assert_true(editor_left_behind(s->desk, &left));
	assert_non_null(strstr(left.data, "A crash log is damaged: it is kept"));
	strbuf_clear(&left);
	stage_open(s, 24, 80);
	assert_said(s, "may hold unsaved text of this draft is damaged");
	stage_free(s);
}

static void unsaved_text_follows_a_newsroom_that_was_moved(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct strbuf left = STRBUF_INIT;

	stage_type(s, "x");
	stage_drop(s);
	desk_close(s->desk);
	assert_int_equal(sh(s->room, "mv news moved"), 0);
	snprintf(s->room->news, sizeof s->room->news, "%s/moved", s->room->folder);
	s->place.desk = s->desk = stage_desk_of(s, "A. Writer <a@desk.example>");
	assert_true(editor_left_behind(s->desk, &left));
	strbuf_clear(&left);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "xOne.\n");
	stage_drop(s);
	assert_int_equal(sh(s->room, "mv moved news"), 0);
	stage_free(s);
}

/* In the form a field is kept with Enter; the journal has it before. */
static void what_is_typed_into_a_field_is_not_lost(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_press(s, "F4 Home");
	stage_type(s, " 重开");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_text(s, "---\ntitle: Lake path 重开\n---\nOne.\n");
	stage_press(s, "Ctrl-S F4 Home");
	stage_type(s, " again");
	stage_press(s, "Esc"); /* leaves it as it was */
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	stage_press(s, "F4 Home");
	stage_type(s, " now");
	stage_press(s, "Enter F4");
	stage_press(s, "Ctrl-End");
	stage_type(s, "Two.");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_text(s, "---\ntitle: Lake path 重开 now\n---\nOne.\nTwo.");
	stage_free(s);
}

/* The first record of the edits is cut: what it was nobody can say, but that there was one. */
static void a_torn_first_keystroke_is_told(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct strbuf dump = STRBUF_INIT;

	stage_type(s, "x");
	stage_drop(s);
	assert_int_equal(sh(s->room, "truncate -s -1 state/copydesk/journal/*.journal"), 0);
	stage_open(s, 24, 80);
	assert_null(s->prompt);
	assert_said(s, "The last keystrokes before copydesk ended cannot be read");
	assert_int_equal(sh(s->room, "ls state/copydesk/journal/*.aside"), 0);
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_type(s, "a");
	stage_press(s, "End");
	stage_type(s, "b");
	stage_drop(s);
	assert_int_equal(sh(s->room, "truncate -s -1 state/copydesk/journal/*.journal"), 0);
	stage_open(s, 24, 80);
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	canvas_dump(&dump, s->canvas, false);
	assert_non_null(strstr(dump.data, "Its last"));
	strbuf_clear(&dump);
	stage_press(s, "t");
	assert_body(s, "aOne.\n");
	stage_free(s);
}

static void who_else_edits_is_asked_about(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");
	struct strbuf right = STRBUF_INIT;
	struct lease *lease;

	stage_drop(s);
	ok(s, lease_take(&lease, repo_folder(desk_repo(other)), s->draft, desk_person(other, NULL),
			 1795173600, NULL, &s->err));
	stage_open(s, 24, 80);
	assert_non_null(s->prompt);
	stage_press(s, "r");
	assert_true(s->closed);
	assert_int_equal(s->opened, PANE_READER);
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "e");
	assert_false(s->closed);
	s->pane.ops->title_right(s->pane.state, &right);
	assert_non_null(strstr(right.data, "DRAFT, based on "));
	assert_non_null(strstr(right.data, "B. Editor edits it"));
	lease_release(lease);
	stage_rest(s);
	assert_said(s, "B. Editor has left this draft");
	strbuf_clear(&right);
	desk_close(other);
	stage_free(s);
}

static void what_is_no_draft_cannot_be_opened(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct pane pane;

	refuses(s, E_NOTFOUND, "content/city/no.md",
		editor_new(&pane, &s->place, "content/city/no.md", &s->err));
	ok(s, desk_spike(s->desk, s->draft, "later", &s->err));
	refuses(s, E_REFUSED, "restore it first", editor_new(&pane, &s->place, s->draft, &s->err));
	stage_free(s);
}

/* -- Unsaved words of others -- */

/* Somebody's unsaved text, which started from the draft as it is saved. */
static void leave_unsaved(struct stage *s, const char *who, const char *body)
{
	struct desk *other = stage_desk_of(s, who);
	char *text = mem_printf("%s%s", front, body);
	struct wip_note note;

	ok(s, desk_unsaved_note(other, s->draft, &desk_draft(other, s->draft, NULL)->blob, &note, &s->err));
	ok(s, wip_copy(desk_repo(other), &note, text, strlen(text), &s->err));
	wip_note_clear(&note);
	desk_close(other);
	free(text);
}

static size_t unsaved_count(struct stage *s)
{
	struct wips list;
	size_t count;

	ok(s, desk_unsaved(s->desk, s->draft, &list, &s->err));
	count = list.count;
	wips_clear(&list);
	return count;
}

static void a_pause_copies_unsaved_text_until_it_is_saved(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct strbuf text = STRBUF_INIT;
	struct wips list;

	stage_rest(s);
	assert_int_equal(unsaved_count(s), 0); /* nothing is unsaved */
	stage_type(s, "Zero. 零。");
	assert_int_equal(unsaved_count(s), 0); /* no pause yet */
	stage_rest(s);
	ok(s, desk_unsaved(s->desk, s->draft, &list, &s->err));
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].person.name, "A. Writer");
	ok(s, desk_read(s->desk, &list.items[0].blob, &text, &s->err));
	assert_string_equal(text.data, "---\ntitle: Lake path\n---\nZero. 零。One.\n");
	wips_clear(&list);
	strbuf_clear(&text);
	stage_press(s, "Ctrl-S");
	stage_rest(s);
	assert_int_equal(unsaved_count(s), 0);
	assert_int_equal(sh(s->room, "git -C news show-ref | grep -c refs/wip/a@desk.example/"), 0);
	assert_int_equal(sh(s->room,
			    "test \"$(git -C news rev-parse refs/wip/a@desk.example/%s)\" = "
			    "\"$(git -C news rev-parse refs/drafts/%s)\"",
			    s->draft, s->draft),
			 0);
	stage_free(s);
}

static void a_lost_terminal_leaves_the_last_words_to_others(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "Zero. ");
	stage_rest(s);
	stage_type(s, "零。");
	s->pane.ops->hangup(s->pane.state);
	stage_drop(s);
	assert_int_equal(sh(s->room,
			    "git -C news show refs/wip/a@desk.example/%s | grep -qx '+Zero. 零。One.'",
			    s->draft),
			 0);
	stage_free(s);
}

static void thrown_away_text_is_not_left_to_others(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "Zero. ");
	stage_rest(s);
	assert_int_equal(unsaved_count(s), 1);
	stage_press(s, "Ctrl-Q t");
	assert_true(s->closed);
	stage_drop(s);
	assert_int_equal(unsaved_count(s), 0);
	stage_free(s);
}

static void what_others_left_unsaved_is_offered(void **state)
{
	struct stage *s = open_body(state, "Five came.\n\n星期二开工。\n");

	stage_drop(s);
	leave_unsaved(s, "B. Editor <b@desk.example>", "Seven came.\n\n星期三开工。\n");
	stage_open(s, 24, 80);
	assert_non_null(s->prompt);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-unsaved");
	stage_press(s, "l");
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-unsaved-look");
	stage_press(s, "Enter e");
	assert_null(s->prompt);
	assert_body(s, "Five came.\n\n星期二开工。\n");
	stage_drop(s);
	stage_open(s, 24, 80); /* they are not lost by being left */
	stage_press(s, "t");
	assert_body(s, "Seven came.\n\n星期三开工。\n");
	assert_status_has(s, "Not saved");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "Five came.\n\n星期二开工。\n");
	stage_press(s, "Ctrl-Y Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven came.\n\n星期三开工。\n");
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_null(s->prompt); /* all of it is saved */
	stage_free(s);
}

static void unsaved_words_of_others_merge_with_what_was_saved_since(void **state)
{
	struct stage *s = open_body(state, "Five came.\n\nIt rained.\n");

	leave_unsaved(s, "B. Editor <b@desk.example>", "Seven came.\n\nIt rained.\n");
	stage_press(s, "Ctrl-Shift-Right");
	stage_type(s, "Six");
	stage_press(s, "Ctrl-End");
	stage_type(s, "It stopped.\n");
	stage_press(s, "Ctrl-S");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_non_null(s->prompt); /* the same word */
	stage_press(s, "Esc");
	assert_said(s, "Nothing was changed");
	assert_body(s, "Six came.\n\nIt rained.\nIt stopped.\n");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_press(s, "t t t");
	assert_null(s->prompt);
	assert_body(s, "Seven came.\n\nIt rained.\nIt stopped.\n");
	stage_free(s);
}

static void a_journal_goes_before_the_copy_of_the_same_words(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "Zero. ");
	stage_rest(s);
	stage_type(s, "And ");
	stage_drop(s); /* killed: the journal has more than the copy */
	leave_unsaved(s, "B. Editor <b@desk.example>", "One.\n\nTwo.\n");
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "Zero. And One.\n");
	assert_non_null(s->prompt); /* the other's words, and not one's own once more */
	stage_press(s, "t");
	assert_null(s->prompt);
	assert_body(s, "Zero. And One.\n\nTwo.\n");
	stage_drop(s);
	assert_int_equal(sh(s->room, "rm -r state/copydesk/journal"), 0); /* the machine is another one */
	stage_open(s, 24, 80);
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-unsaved-own");
	stage_press(s, "t");
	assert_body(s, "Zero. One.\n");
	stage_free(s);
}

static void who_does_not_share_leaves_nothing(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_drop(s);
	assert_int_equal(sh(s->room, "git -C news config copydesk.wip false"), 0);
	stage_open(s, 24, 80);
	stage_type(s, "Zero. ");
	stage_rest(s);
	assert_int_equal(unsaved_count(s), 0);
	stage_free(s);
}

/* -- In another program -- */

/* A program for VISUAL, with an argument, that is this script; the file with the text is its $2. */
static void set_program(struct stage *s, const char *script)
{
	char *visual = mem_printf("%s/program  -x", s->room->folder);

	assert_int_equal(sh(s->room, "printf '%%s\\n' '#!/bin/sh' '%s' >program && chmod +x program", script),
			 0);
	setenv("VISUAL", visual, 1);
	free(visual);
}

static void the_text_goes_to_another_program_and_comes_back_as_one_step(void **state)
{
	struct stage *s = open_body(state, "Five came.\n\n星期二开工。\n");

	stage_type(s, "So: ");
	set_program(s, "test \"$1\" = -x && stat -c %a \"$2\" \"$(dirname \"$2\")\" >\"$0.modes\" && "
		       "sed -i -e s/Five/Seven/ -e s/二/三/ \"$2\" && touch \"$2~\"");
	stage_run(s, "editor.outside");
	assert_body(s, "So: Seven came.\n\n星期三开工。\n");
	assert_said(s, "The text is taken over; Ctrl-S saves it, Ctrl-Z takes it back.");
	assert_status_has(s, "Not saved");
	assert_int_equal(sh(s->room, "printf '600\\n700\\n' | cmp - program.modes"), 0);
	assert_int_equal(sh(s->room, "ls -d state/copydesk/outside-*"), 2); /* nothing of it is left */
	stage_press(s, "Ctrl-Z");
	assert_body(s, "So: Five came.\n\n星期二开工。\n");
	stage_press(s, "Ctrl-Y");
	stage_drop(s); /* the journal has it */
	stage_open(s, 24, 80);
	stage_press(s, "t");
	assert_body(s, "So: Seven came.\n\n星期三开工。\n");
	stage_free(s);
}

static void a_field_that_is_being_typed_goes_to_another_program_too(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	set_program(s, "sed -i s/One/Two/ \"$2\"");
	stage_press(s, "F4 Home");
	stage_type(s, " opens");
	stage_run(s, "editor.outside");
	assert_text(s, "---\ntitle: Lake path opens\n---\nTwo.\n");
	stage_free(s);
}

static void another_program_that_fails_costs_nothing(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_type(s, "Zero. ");
	set_program(s, "echo Lost >\"$2\"; exit 3");
	stage_run(s, "editor.outside");
	assert_said(s, "ended with status 3: your text is as it was. What was written there is in ");
	assert_body(s, "Zero. One.\n");
	assert_int_equal(sh(s->room, "grep -qx Lost state/copydesk/outside-*/*.md"), 0);
	set_program(s, "exit 1");
	stage_run(s, "editor.outside");
	assert_true(strstr(s->said, "What was written") == NULL);
	set_program(s, "kill -9 $$");
	stage_run(s, "editor.outside");
	assert_said(s, "ended with status 137");
	set_program(s, "rm \"$2\"");
	stage_run(s, "editor.outside");
	assert_said(s, "cannot be read");
	assert_body(s, "Zero. One.\n");
	set_program(s, "exit 0");
	stage_press(s, "Ctrl-S");
	stage_run(s, "editor.outside");
	assert_said(s, "The text is as it was.");
	setenv("VISUAL", "no-such-program", 1);
	stage_run(s, "editor.outside");
	assert_said(s, "There is no program no-such-program here.");
	setenv("VISUAL", " ", 1);
	unsetenv("EDITOR");
	stage_run(s, "editor.outside");
	assert_said(s, "Set the variable VISUAL or EDITOR");
	stage_free(s);
}

static void a_save_while_another_program_has_the_text_is_told_and_merged(void **state)
{
	struct stage *s = open_body(state, "Five came.\n\nIt rained.\n");

	set_program(s, "sed -i s/Five/Seven/ \"$2\"");
	save_as_another(s, "Five came.\n\nIt snowed.\n");
	stage_run(s, "editor.outside");
	assert_said(s, "the draft was saved by B. Editor meanwhile: Ctrl-S shows both");
	assert_body(s, "Seven came.\n\nIt rained.\n");
	stage_press(s, "Ctrl-S Enter");
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven came.\n\nIt snowed.\n");
	stage_free(s);
}

static void a_restricted_newsroom_starts_no_other_program(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	set_program(s, "echo Two >\"$2\"");
	assert_int_equal(sh(s->room, "git -C news config copydesk.restricted true"), 0);
	stage_run(s, "editor.outside");
	assert_said(s, "copydesk.restricted is true");
	assert_body(s, "One.\n");
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_are_sound),
	    in_newsroom(text_and_preview_stand_side_by_side),
	    in_newsroom(below_120_columns_text_stands_alone),
	    in_newsroom(focus_is_a_narrow_column_in_the_middle),
	    in_newsroom(every_size_can_be_drawn),
	    in_newsroom(all_scripts_and_bad_bytes_have_their_cells),
	    in_newsroom(a_wide_glyph_is_never_half_at_the_edge),
	    in_newsroom(the_preview_keeps_in_step),
	    in_newsroom(typing_goes_in_at_the_cursor),
	    in_newsroom(files_with_cr_lf_keep_their_line_ends),
	    in_newsroom(what_is_removed_is_a_cluster_or_a_word),
	    in_newsroom(shift_selects_and_typing_replaces_the_selection),
	    in_newsroom(up_and_down_keep_their_column),
	    in_newsroom(the_end_of_a_wrapped_row_is_on_that_row),
	    in_newsroom(the_mouse_places_selects_and_scrolls),
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
	    in_newsroom(save_is_a_commit_on_the_draft),
	    in_newsroom(what_somebody_saved_meanwhile_is_shown_and_merged),
	    in_newsroom(mine_alone_can_be_saved_over_my_own_other_window),
	    in_newsroom(the_same_words_changed_twice_are_a_choice),
	    in_newsroom(a_conflict_can_be_typed_and_gone_back_to),
	    in_newsroom(paragraphs_that_both_put_in_are_a_choice),
	    in_newsroom(a_field_that_both_changed_is_a_choice_of_whole_fields),
	    in_newsroom(an_event_of_somebody_else_is_no_conflict),
	    in_newsroom(somebody_elses_save_is_told_in_the_status_line),
	    in_newsroom(front_matter_that_is_not_yaml_is_told_and_does_not_block),
	    in_newsroom(a_block_that_loses_its_first_line_is_told_at_once_and_at_saving),
	    in_newsroom(submitting_saves_first_and_asks_for_a_word),
	    in_newsroom(compare_is_asked_of_the_app),
	    in_newsroom(closing_asks_only_about_unsaved_text),
	    in_newsroom(text_that_is_thrown_away_is_set_aside_and_not_offered),
	    in_newsroom(unsaved_text_is_offered_at_the_next_opening),
	    in_newsroom(a_hangup_keeps_what_is_unsaved_and_asks_nothing),
	    in_newsroom(unsaved_text_of_before_anothers_save_is_merged),
	    in_newsroom(unsaved_text_can_be_set_aside),
	    in_newsroom(a_journal_that_cannot_be_written_is_told_until_it_can),
	    in_newsroom(journals_that_cannot_be_read_are_told_and_kept),
	    in_newsroom(unsaved_text_follows_a_newsroom_that_was_moved),
	    in_newsroom(what_is_typed_into_a_field_is_not_lost),
	    in_newsroom(a_torn_first_keystroke_is_told),
	    in_newsroom(who_else_edits_is_asked_about),
	    in_newsroom(what_is_no_draft_cannot_be_opened),
	    in_newsroom(a_pause_copies_unsaved_text_until_it_is_saved),
	    in_newsroom(a_lost_terminal_leaves_the_last_words_to_others),
	    in_newsroom(thrown_away_text_is_not_left_to_others),
	    in_newsroom(what_others_left_unsaved_is_offered),
	    in_newsroom(unsaved_words_of_others_merge_with_what_was_saved_since),
	    in_newsroom(a_journal_goes_before_the_copy_of_the_same_words),
	    in_newsroom(who_does_not_share_leaves_nothing),
	    in_newsroom(the_text_goes_to_another_program_and_comes_back_as_one_step),
	    in_newsroom(a_field_that_is_being_typed_goes_to_another_program_too),
	    in_newsroom(another_program_that_fails_costs_nothing),
	    in_newsroom(a_save_while_another_program_has_the_text_is_told_and_merged),
	    in_newsroom(a_restricted_newsroom_starts_no_other_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
