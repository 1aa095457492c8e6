/* How the cursor goes, by rows and by words, and what is selected; ¦ is the cursor, ‹ and › a selection's
 * ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"

#include "writer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* An e with its accent as a mark of its own, and a sequence that is one sign of two columns. */
#define E         "e\xcc\x81"
#define ASTRONAUT "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x9a\x80"

/* Puts a body in, with the cursor where ¦ is. */
static void set_body(struct stage *s, const char *notation)
{
	const char *cursor = strstr(notation, "¦");
	char *text = mem_printf("%s%.*s%s", front, (int)(cursor - notation), notation, cursor + strlen("¦"));

	stage_press(s, "Ctrl-A");
	stage_paste(s, text);
	editor_put_cursor(editor_of(s), strlen(front) + (size_t)(cursor - notation));
	stage_draw(s);
	free(text);
}

/* The body with its signs; the caller frees. */
static char *body_of(struct stage *s)
{
	struct editor *e = editor_of(s);
	struct strbuf text = STRBUF_INIT;
	size_t start, end, len;
	const char *bytes = buffer_text(e->buffer, &len);

	strbuf_add(&text, bytes, len);
	if (editor_selection(e, &start, &end)) {
		strbuf_splice(&text, end, 0, "›", strlen("›"));
		strbuf_splice(&text, start, 0, "‹", strlen("‹"));
	} else {
		strbuf_splice(&text, start, 0, "¦", strlen("¦"));
	}
	strbuf_splice(&text, 0, strlen(front), NULL, 0);
	return strbuf_detach(&text);
}

/* Keys pressed at a body, in a pane of 21 columns: 18 of text, and one for the cursor. */
static const struct {
	const char *before;
	const char *keys;
	const char *after;
} moves[] = {
    /* by rows of the screen, the column kept */
    {"abc¦\nx\nabcdef", "Down", "abc\nx¦\nabcdef"},
    {"abc¦\nx\nabcdef", "Down Down", "abc\nx\nabc¦def"},
    {"abcde¦\n湖滨步道\n", "Down", "abcde\n湖滨¦步道\n"},
    {"abcde¦\n湖滨步道\nabcdef", "Down Down", "abcde\n湖滨步道\nabcde¦f"},
    {"湖滨¦\nabcdef", "Down", "湖滨\nabcd¦ef"},
    {"abc¦\n" E E E "e\nabc", "Down", "abc\n" E E E "¦e\nabc"},
    {"ab¦\n" ASTRONAUT "z\nab", "Down", "ab\n" ASTRONAUT "¦z\nab"},
    {"ab¦\n" ASTRONAUT "z\nab", "Down Down Up Up", "ab¦\n" ASTRONAUT "z\nab"},
    {"one two three four five¦ six\n", "Home", "one two three four ¦five six\n"},
    {"one two three four ¦five six\n", "Up", "¦one two three four five six\n"},
    {"one two th¦ree four five six\n", "Down", "one two three four five six¦\n"},
    {"one two th¦ree four five six\n", "End", "one two three four¦ five six\n"},
    {"七名志愿¦者清理了湖边的步道。", "Down", "七名志愿者清理了湖边的步道¦。"},
    {"七名志愿¦者清理了湖边的步道。", "End Down", "七名志愿者清理了湖边的步道。¦"},
    {"七名志愿者清理了湖边的步¦道。", "Home", "七名志愿者清理了湖¦边的步道。"},
    {"a¦\n\n\n\n\n\n\n\n\n\nb\n", "PageDown PageUp", "a¦\n\n\n\n\n\n\n\n\n\nb\n"},
    {"one¦\ntwo\n", "Ctrl-End", "one\ntwo\n¦"},
    /* by words: to the end of one, to the start of one */
    {"¦seven volunteers, today", "Ctrl-Right", "seven¦ volunteers, today"},
    {"¦seven volunteers, today", "Ctrl-Right Ctrl-Right Ctrl-Right", "seven volunteers, today¦"},
    {"seven volunteers, today¦", "Ctrl-Left Ctrl-Left", "seven ¦volunteers, today"},
    {"don't¦ stop", "Ctrl-Left", "¦don't stop"},
    {"¦他们清理了步道。", "Ctrl-Right", "他们¦清理了步道。"},
    {"¦他们清理了步道。", "Ctrl-Right Ctrl-Right Ctrl-Right Ctrl-Right", "他们清理了步道¦。"},
    {"他们清理了步道。¦", "Ctrl-Left", "他们清理了¦步道。"},
    {"一¦\n\n二", "Ctrl-Right", "一\n¦\n二"},
    /* with Shift all of them select */
    {"¦他们清理了", "Ctrl-Shift-Right", "‹他们›清理了"},
    {"他们清理¦了", "Ctrl-Shift-Left", "他们‹清理›了"},
    {"abc¦\nx\nabcdef", "Shift-Down Shift-Down", "abc‹\nx\nabc›def"},
    {"ab¦cdef", "Shift-End", "ab‹cdef›"},
    {"ab¦cdef", "Shift-Home", "‹ab›cdef"},
    {"ab¦cdef", "Shift-Right Shift-Right Shift-Left", "ab‹c›def"},
    {"ab¦cdef\nx", "Ctrl-Shift-End", "ab‹cdef\nx›"},
    {"湖¦滨\nx", "Shift-Right", "湖‹滨›\nx"},
    {"ab¦cdef", "Shift-Right Shift-Right Left", "ab¦cdef"},
    {"ab¦cdef", "Shift-Right Shift-Right Right", "abcd¦ef"},
};

static void the_cursor_goes_by_rows_and_words(void **state)
{
	static const char text[] = "---\ntitle: Lake path\n---\n";
	struct stage *s = stage_new(*state, editor_new, text, sizeof text - 1);

	stage_open(s, 12, 21);
	for (size_t i = 0; i < COUNT(moves); i++) {
		char *after;

		set_body(s, moves[i].before);
		stage_press(s, moves[i].keys);
		after = body_of(s);
		if (strcmp(after, moves[i].after) != 0)
			fail_msg("%s, %s: %s", moves[i].before, moves[i].keys, after);
		free(after);
	}
	stage_free(s);
}

/* The button goes down and up at a cell of the pane, so many times. */
static void click(struct stage *s, int row, int column, int times)
{
	struct input_event event = {.kind = INPUT_MOUSE, .text = "", .row = row, .column = column};

	while (times-- > 0) {
		event.button = INPUT_BUTTON_LEFT;
		assert_true(s->pane.ops->input(s->pane.state, &event));
		event.button = INPUT_BUTTON_RELEASE;
		assert_true(s->pane.ops->input(s->pane.state, &event));
	}
}

static void a_double_click_selects_a_word_and_a_third_the_paragraph(void **state)
{
	static const struct {
		int column, times;
		const char *after;
	} rows[] = {
	    {4, 1, "the¦ lake. 清理步道\nnext\n"},   {2, 2, "‹the› lake. 清理步道\nnext\n"},
	    {13, 2, "the lake. ‹清理›步道\nnext\n"}, {3, 3, "‹the lake. 清理步道›\nnext\n"},
	    {2, 4, "t¦he lake. 清理步道\nnext\n"},   {9, 2, "the lake‹.› 清理步道\nnext\n"},
	};
	static const char text[] = "---\ntitle: Lake path\n---\n";
	struct stage *s = stage_new(*state, editor_new, text, sizeof text - 1);

	stage_open(s, 12, 40);
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *after;

		set_body(s, "the lake. 清理步道\nne¦xt\n");
		click(s, 5, 10, 1); /* so that clicks of the row before do not count */
		click(s, 4, rows[i].column, rows[i].times);
		after = body_of(s);
		assert_string_equal(after, rows[i].after);
		free(after);
	}
	stage_free(s);
}

static void the_status_line_counts_as_a_desk_does(void **state)
{
	static const char text[] = "---\ntitle: Lake path\n---\n";
	struct stage *s = stage_new(*state, editor_new, text, sizeof text - 1);

	stage_open(s, 12, 80);
	stage_rest(s);
	assert_status_has(s, "Saved 11:20:00 · 0 words · line 4");
	set_body(s, "one¦");
	stage_rest(s);
	assert_status_has(s, "Not saved · 1 word · 1 min · line 4");
	set_body(s, "one two 湖滨¦");
	stage_rest(s);
	assert_status_has(s, " · 2 words 2 汉字 · 1 min · ");
	set_body(s, "七名志愿者¦");
	stage_rest(s);
	assert_status_has(s, " · 5 汉字 · 1 min · ");
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(the_cursor_goes_by_rows_and_words),
	    in_newsroom(a_double_click_selects_a_word_and_a_third_the_paragraph),
	    in_newsroom(the_status_line_counts_as_a_desk_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
