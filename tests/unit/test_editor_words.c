/* Words, paragraphs, headings and comments in the pane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/canvas.h"
#include "tui/editor_internal.h"

#include "writer.h"

static void each_act_is_one_step_that_gives_the_selection_back(void **state)
{
	static const char body[] = "one \"two\"\n\nthree four\n";
	static const char *const keys[] = {"Ctrl-B", "Ctrl-E", "Ctrl-T", "Ctrl-D", "Ctrl-Down", "Alt-C"};
	struct stage *s = open_body(state, body);

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		editor_select(editor_of(s), strlen(front) + 4, strlen(front) + 9);
		stage_press(s, keys[i]);
		assert_true(buffer_changed(editor_of(s)->buffer));
		stage_press(s, "Ctrl-Home Ctrl-Z");
		assert_body(s, body);
		assert_selected(s, "\"two\"");
		assert_false(buffer_changed(editor_of(s)->buffer));
	}
	stage_free(s);
}

static void redo_gives_back_what_was_selected_after(void **state)
{
	struct stage *s = open_body(state, "他们清理了步道\n");

	stage_press(s, "Ctrl-Shift-Right Ctrl-B");
	assert_body(s, "**他们**清理了步道\n");
	assert_selected(s, "他们");
	stage_press(s, "Ctrl-Z Ctrl-End Ctrl-Y");
	assert_body(s, "**他们**清理了步道\n");
	assert_selected(s, "他们");
	stage_press(s, "Ctrl-B");
	assert_body(s, "他们清理了步道\n");
	stage_free(s);
}

static void a_selection_made_backwards_stays_so(void **state)
{
	struct stage *s = open_body(state, "one two\n");

	stage_press(s, "End Ctrl-Shift-Left Ctrl-B");
	assert_body(s, "one **two**\n");
	assert_true(editor_of(s)->cursor < editor_of(s)->anchor);
	stage_free(s);
}

static void what_cannot_be_done_is_said_and_changes_nothing(void **state)
{
	struct stage *s = open_body(state, "one\n");

	stage_press(s, "Alt-J");
	assert_said(s, "none to join it with");
	stage_press(s, "Ctrl-Up");
	assert_said(s, "This is the first paragraph already.");
	stage_press(s, "Ctrl-O");
	assert_said(s, "There are no headings here");
	stage_press(s, "F9");
	assert_said(s, "Nobody has an open comment");
	stage_press(s, "Ctrl-Home Ctrl-Home Ctrl-B");
	assert_said(s, "not for the fields at the top");
	assert_body(s, "one\n");
	assert_false(buffer_changed(editor_of(s)->buffer));
	stage_free(s);
}

static void an_address_that_was_copied_is_offered_for_a_link(void **state)
{
	struct stage *s = open_body(state, "the report\n");

	strbuf_adds(&s->clipboard, "https://example.org/a\n");
	stage_press(s, "Ctrl-K Enter");
	assert_body(s, "[the](https://example.org/a) report\n");
	stage_press(s, "Ctrl-End Up End Ctrl-K"); /* what is typed comes in its place */
	stage_type(s, "/b");
	stage_press(s, "Enter");
	assert_body(s, "[the](https://example.org/a) [report](/b)\n");
	stage_press(s, "Left Left Left Ctrl-K Ctrl-A Delete Delete Enter");
	assert_body(s, "[the](https://example.org/a) report\n");
	stage_press(s, "Ctrl-K");
	stage_type(s, "  ");
	stage_press(s, "Enter");
	assert_said(s, "no address was given");
	stage_free(s);
}

static void a_character_goes_in_by_name_and_number(void **state)
{
	struct stage *s = open_body(state, "ab\n");

	stage_press(s, "Right Ctrl-U");
	stage_type(s, "em dash");
	stage_press(s, "Enter");
	assert_body(s, "a—b\n");
	stage_press(s, "Ctrl-U");
	stage_type(s, "间隔号");
	stage_press(s, "Enter Ctrl-U");
	stage_type(s, "U+1F6A2");
	stage_press(s, "Enter");
	assert_body(s, "a—·\xf0\x9f\x9a\xa2"
		       "b\n");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "a—·b\n");
	stage_press(s, "Ctrl-U");
	stage_type(s, "U+202E");
	stage_press(s, "Enter");
	assert_non_null(s->prompt); /* it is refused there */
	stage_press(s, "Esc");
	assert_body(s, "a—·b\n");
	stage_free(s);
}

static void the_outline_goes_to_headings(void **state)
{
	struct stage *s = open_body(state, "text\n\n## One\n\n### 湖滨\n\n## Two\n");

	stage_press(s, "Ctrl-O");
	stage_type(s, "湖滨");
	stage_press(s, "Enter");
	stage_type(s, "!");
	assert_body(s, "text\n\n## One\n\n!### 湖滨\n\n## Two\n");
	stage_free(s);
}

/* A comment on some words of the body, by somebody else. */
static void comment(struct stage *s, struct desk *desk, const char *words, const char *text)
{
	const struct draft *draft = desk_draft(desk, s->draft, NULL);
	struct review_passage passage = {.on = draft->blob, .quote = (char *)words};

	passage.start = (size_t)(strstr(draft->text, words) - draft->text);
	passage.len = strlen(words);
	assert_int_equal(desk_comment(desk, s->draft, &passage, text, &s->err), 0);
}

static void comments_are_found_in_the_text_as_it_is_now(void **state)
{
	struct stage *s = open_body(state, "seven people\n\n七名志愿者清理步道\n\ngone words\n");
	struct desk *desk = stage_desk_of(s, "B. Editor <editor@harbour.example>");
	struct strbuf dump = STRBUF_INIT;
	struct error err;

	comment(s, desk, "志愿者", "几名?");
	comment(s, desk, "gone words", "Cut this?");
	comment(s, desk, "people", "Who?");
	assert_int_equal(desk_reply(desk, s->draft, "1", "请核对。", &err), 0);
	desk_close(desk);
	assert_true(desk_refresh(s->desk, &err) >= 0);
	stage_type(s, "On Saturday ");
	stage_press(s, "F9");
	assert_said(s, "1 of 3, B. Editor: Who?");
	assert_int_equal(editor_of(s)->cursor, strlen(front) + strlen("On Saturday seven "));
	stage_draw(s);
	canvas_dump(&dump, s->canvas, true);
	assert_non_null(strstr(dump.data, "~                   ======\n"));
	stage_type(s, "x"); /* nothing was selected that this could replace */
	assert_body(s, "On Saturday seven xpeople\n\n七名志愿者清理步道\n\ngone words\n");
	stage_press(s, "F9");
	assert_said(s, "2 of 3, B. Editor (1 reply): 几名?");
	stage_press(s, "F9 Shift-End Delete F9");
	assert_said(s, "1 of 3, B. Editor: Who?");
	stage_press(s, "Shift-F9");
	assert_said(s, "3 of 3, on words that are gone, B. Editor: Cut this?");
	strbuf_clear(&dump);
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(each_act_is_one_step_that_gives_the_selection_back),
	    in_newsroom(redo_gives_back_what_was_selected_after),
	    in_newsroom(a_selection_made_backwards_stays_so),
	    in_newsroom(what_cannot_be_done_is_said_and_changes_nothing),
	    in_newsroom(an_address_that_was_copied_is_offered_for_a_link),
	    in_newsroom(a_character_goes_in_by_name_and_number),
	    in_newsroom(the_outline_goes_to_headings),
	    in_newsroom(comments_are_found_in_the_text_as_it_is_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
