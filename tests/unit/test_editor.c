#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"

#include "picture.h"
#include "writer.h"

static const char article[] =
    "---\ntitle: Volunteers rebuild the lake path\ndate: 2026-11-20\nlanguage: en\n---\n"
    "On Saturday **seven** volunteers cleared the path around the lake. 周六，七名志愿者清理了湖滨步道。\n"
    "\n"
    "## What comes next\n"
    "\n"
    "> The path is ours, Mrs Brown said.\n"
    "\n"
    "The work goes on in December.\n";

static void assert_title_is(struct stage *s, const char *words)
{
	struct strbuf title = STRBUF_INIT;

	s->pane.ops->title(s->pane.state, &title);
	assert_string_equal(title.data, words);
	strbuf_clear(&title);
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

static bool is_seen(struct stage *s, const char *words)
{
	struct strbuf dump = STRBUF_INIT;
	bool seen;

	stage_draw(s);
	canvas_dump(&dump, s->canvas, false);
	seen = strstr(dump.data, words) != NULL;
	strbuf_clear(&dump);
	return seen;
}

/* Of a long text only what is around the cursor is parsed; to be seen is the same. */
static void the_preview_of_a_long_text_goes_along(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct stage *s;

	strbuf_adds(&text, "---\ntitle: Long\n---\n");
	for (int i = 0; i < 30000; i++)
		strbuf_addf(&text, "Paragraph *number* %d of the long text, 第 *%d* 段。\n\n", i, i);
	s = open_text(state, text.data, 20, 130);
	stage_rest(s);
	assert_true(is_seen(s, "Paragraph number 0 of the long text, 第 0 段。"));
	stage_press(s, "Ctrl-End");
	stage_rest(s);
	assert_true(is_seen(s, "Paragraph number 29999 of"));
	stage_press(s, "Ctrl-G");
	stage_type(s, "30004"); /* the first line of the body is the fourth */
	stage_press(s, "Enter");
	stage_rest(s);
	assert_true(is_seen(s, "Paragraph number 15000 of"));
	stage_type(s, "*New* ");
	stage_rest(s);
	assert_true(is_seen(s, "New Paragraph number 15000 of"));
	stage_press(s, "PageDown");
	stage_press(s, "PageUp");
	assert_true(is_seen(s, "New Paragraph number 15000 of"));
	stage_press(s, "Ctrl-Z");
	stage_drop(s);
	/* In place of the text, it is the whole that one scrolls through. */
	stage_open(s, 20, 80);
	stage_press(s, "F2");
	assert_true(is_seen(s, "its preview takes a moment"));
	stage_rest(s);
	assert_true(is_seen(s, "Paragraph number 0 of"));
	assert_false(is_seen(s, "its preview takes a moment"));
	stage_press(s, "Ctrl-End");
	assert_true(is_seen(s, "Paragraph number 29999 of"));
	strbuf_clear(&text);
	stage_free(s);
}

/* As it does while somebody types the line that was missing after them. */
static void a_long_text_may_end_with_its_fields(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct stage *s;

	strbuf_adds(&text, "---\ntitle: Long\nednote: ");
	for (int i = 0; i < 100000; i++)
		strbuf_adds(&text, "0123456789 ");
	strbuf_adds(&text, "\n--");
	s = open_text(state, text.data, 20, 130);
	stage_rest(s);
	stage_press(s, "Ctrl-End");
	stage_type(s, "-");
	stage_rest(s);
	assert_true(is_seen(s, "The fields at the top are larger than 64 KiB."));
	strbuf_clear(&text);
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
	assert_string_equal(desk_draft(s->desk, s->draft, NULL)->text + sizeof text - 1, "x\n");
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

/* Whether columns from..to of a picture's rows 1 to 16 are those of the one before, a row higher. */
static bool is_a_row_higher(const struct canvas *was, const struct canvas *is, int from, int to)
{
	for (int row = 1; row <= 16; row++) {
		for (int column = from; column < to; column++) {
			struct canvas_cell x = canvas_at(was, row + 1, column);
			struct canvas_cell y = canvas_at(is, row, column);

			if (!canvas_same(&x, &y))
				return false;
		}
	}
	return true;
}

/* A terminal can then scroll both at once. */
static void the_preview_scrolls_row_by_row_with_the_text(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct canvas *before = canvas_new(20, 130);
	int scrolled = 0, together = 0;
	struct stage *s;

	for (int i = 0; i < 60; i++) {
		strbuf_addf(&text, "Paragraph %d stands here,", i);
		for (int j = 0; j < i % 5; j++)
			strbuf_adds(&text, " with *words* enough to fill a row or two of the text");
		strbuf_adds(&text, ".\n\n");
	}
	s = open_text(state, text.data, 20, 130);
	stage_rest(s);
	for (int i = 0; i < 120; i++) {
		canvas_copy(before, s->canvas);
		stage_press(s, "Down");
		stage_draw(s);
		if (!is_a_row_higher(before, s->canvas, 0, 64))
			continue;
		scrolled++;
		together += is_a_row_higher(before, s->canvas, 66, 130);
	}
	assert_true(scrolled > 90);
	if (together < scrolled * 9 / 10)
		fail_msg("Only %d times of %d the preview scrolled like the text.", together, scrolled);
	canvas_free(before);
	strbuf_clear(&text);
	stage_free(s);
}

/* The process that this one has started, or 0. */
static pid_t child_of_this(void)
{
	DIR *threads = opendir("/proc/self/task");
	struct dirent *entry;
	long child = 0;

	assert_non_null(threads);
	while (child == 0 && (entry = readdir(threads)) != NULL) {
		char *path = mem_printf("/proc/self/task/%s/children", entry->d_name);
		FILE *in = fopen(path, "r");

		if (in != NULL && fscanf(in, "%ld", &child) != 1)
			child = 0;
		if (in != NULL)
			fclose(in);
		free(path);
	}
	closedir(threads);
	return (pid_t)child;
}

static bool is_stopped(pid_t pid)
{
	char *path = mem_printf("/proc/%ld/stat", (long)pid), state = '?';
	FILE *in = fopen(path, "r");

	if (in != NULL && fscanf(in, "%*d %*s %c", &state) != 1)
		state = '?';
	if (in != NULL)
		fclose(in);
	free(path);
	return state == 'T';
}

/* Lets a pause go by, in which the preview is asked for, and stops the child that makes it. */
static pid_t stop_preview(struct stage *s)
{
	pid_t child = 0;

	for (int i = 0; i < 3; i++)
		s->pane.ops->tick(s->pane.state, clock_monotonic() + 3600 * 1000);
	/* what was killed before may still be there, and a new one takes its time to start and to stop */
	while (child == 0 || !is_stopped(child)) {
		worker_collect(s->worker);
		child = child_of_this();
		if (child != 0)
			kill(child, SIGSTOP);
	}
	return child;
}

/*
 * The text keeps cmark busy for long, so that its child is there to be stopped.  It is ended after
 * MARKDOWN_DEADLINE, by which time a slow machine may not be done with the keys: then once more.
 */
static void keys_are_answered_while_the_preview_stands_still(void **state)
{
	struct strbuf text = STRBUF_INIT;
	bool stood_still = false;
	struct stage *s;

	strbuf_adds(&text, "Start here.\n\n");
	for (int i = 0; i < 150000; i++)
		strbuf_adds(&text, "![[]()");
	s = open_text(state, text.data, 16, 130);
	for (int i = 0; i < 10 && !stood_still; i++) {
		struct strbuf dump = STRBUF_INIT;
		pid_t child;

		stage_press(s, "Ctrl-Home");
		stage_type(s, "x");
		child = stop_preview(s);
		stage_type(s, "志愿者 came. ");
		stage_press(s, "Left Left Down Up Right PageDown PageUp Ctrl-Z Ctrl-Y Ctrl-Home");
		stage_draw(s);
		canvas_dump(&dump, s->canvas, false);
		assert_non_null(strstr(dump.data, "x志愿者 came. "));
		stood_still = is_stopped(child);
		kill(child, SIGKILL);
		strbuf_clear(&dump);
	}
	assert_true(stood_still);
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
	stage_press(s, "Ctrl-Home Ctrl-Home Up");
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_press(s, "Ctrl-End Home Down");
	assert_int_equal(editor_of(s)->cursor, buffer_len(editor_of(s)->buffer));
	stage_free(s);
}

static void the_text_starts_with_its_body_and_line_1_is_one_press_on(void **state)
{
	struct stage *s = open_body(state, "\nAbc\n湖滨步道\n");
	size_t body = strlen(front) + 1;

	assert_int_equal(editor_of(s)->cursor, body); /* where one begins to write, as at opening */
	stage_press(s, "Ctrl-End Ctrl-Home");
	assert_int_equal(editor_of(s)->cursor, body);
	stage_press(s, "Ctrl-Home");
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_press(s, "Ctrl-Home Down Ctrl-Home"); /* from within the fields it never goes down */
	assert_int_equal(editor_of(s)->cursor, 0);
	stage_press(s, "Ctrl-End Ctrl-Shift-Home Ctrl-C");
	assert_string_equal(s->clipboard.data, "Abc\n湖滨步道\n");
	stage_press(s, "Ctrl-Shift-Home");
	assert_int_equal(editor_of(s)->cursor, 0);
	assert_int_equal(editor_of(s)->anchor, buffer_len(editor_of(s)->buffer));
	stage_free(s);
}

static void a_body_without_words_starts_at_the_end(void **state)
{
	static const char *const texts[] = {"---\ntitle: A\n---", "---\ntitle: A\n---\n",
					    "---\ntitle: A\n---\n\n"};
	struct stage *s = open_body(state, "");

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		stage_press(s, "Ctrl-A");
		stage_paste(s, texts[i]);
		assert_int_equal(editor_body_start(editor_of(s)), strlen(texts[i]));
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_are_sound),
	    in_newsroom(text_and_preview_stand_side_by_side),
	    in_newsroom(the_preview_of_a_long_text_goes_along),
	    in_newsroom(a_long_text_may_end_with_its_fields),
	    in_newsroom(below_120_columns_text_stands_alone),
	    in_newsroom(focus_is_a_narrow_column_in_the_middle),
	    in_newsroom(every_size_can_be_drawn),
	    in_newsroom(all_scripts_and_bad_bytes_have_their_cells),
	    in_newsroom(a_wide_glyph_is_never_half_at_the_edge),
	    in_newsroom(the_preview_keeps_in_step),
	    in_newsroom(keys_are_answered_while_the_preview_stands_still),
	    in_newsroom(the_preview_scrolls_row_by_row_with_the_text),
	    in_newsroom(typing_goes_in_at_the_cursor),
	    in_newsroom(files_with_cr_lf_keep_their_line_ends),
	    in_newsroom(what_is_removed_is_a_cluster_or_a_word),
	    in_newsroom(shift_selects_and_typing_replaces_the_selection),
	    in_newsroom(up_and_down_keep_their_column),
	    in_newsroom(the_text_starts_with_its_body_and_line_1_is_one_press_on),
	    in_newsroom(a_body_without_words_starts_at_the_end),
	    in_newsroom(the_end_of_a_wrapped_row_is_on_that_row),
	    in_newsroom(the_mouse_places_selects_and_scrolls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
