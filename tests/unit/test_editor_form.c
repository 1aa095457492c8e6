/* The fields as a form inside the editor: one text, two views. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/editor_internal.h"
#include "tui/form.h"

#include "writer.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const char article[] = "---\n"
			      "# why\n"
			      "title: 'Lake path'\n"
			      "date: 2026-11-20\n"
			      "tags: [lake]\n"
			      "---\n"
			      "Seven volunteers cleared the path.\n";

static void assert_shown(struct stage *s, bool shown)
{
	stage_draw(s);
	assert_int_equal(editor_form_shown(editor_of(s)), shown);
}

static void a_field_is_one_step_and_the_cursor_stays_at_its_words(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);
	struct editor *e = editor_of(s);
	const char *words = strstr(article, "volunteers");

	editor_put_cursor(e, (size_t)(words - article));
	stage_press(s, "F4");
	assert_shown(s, true);
	stage_press(s, "Enter");
	stage_type(s, " and shore");
	stage_press(s, "Enter");
	assert_text(s, "---\n# why\ntitle: 'Lake path and shore'\ndate: 2026-11-20\ntags: [lake]\n---\n"
		       "Seven volunteers cleared the path.\n");
	stage_press(s, "Down Down Enter Up Enter");
	stage_press(s, "Ctrl-Z");
	assert_shown(s, true);
	assert_text(s, "---\n# why\ntitle: 'Lake path and shore'\ndate: 2026-11-20\ntags: [lake]\n---\n"
		       "Seven volunteers cleared the path.\n");
	stage_press(s, "Ctrl-Z");
	assert_text(s, article);
	stage_press(s, "Ctrl-Y");
	stage_press(s, "F4");
	assert_shown(s, false);
	assert_memory_equal(buffer_bytes(e->buffer, e->cursor, 10), "volunteers", 10);
	assert_int_equal(e->anchor, e->cursor);
	stage_free(s);
}

static void undo_gives_up_what_is_being_typed_first(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);

	stage_press(s, "F4 Enter");
	stage_type(s, " x");
	stage_press(s, "Enter Enter");
	stage_type(s, " y");
	stage_press(s, "Ctrl-Z");
	assert_shown(s, true);
	assert_text(s, "---\n# why\ntitle: 'Lake path x'\ndate: 2026-11-20\ntags: [lake]\n---\n"
		       "Seven volunteers cleared the path.\n");
	stage_press(s, "Ctrl-Z");
	assert_text(s, article);
	stage_free(s);
}

static void saving_and_ending_keep_what_is_being_typed(void **state)
{
	static const char wanted[] = "---\n# why\ntitle: 'Lake path x'\ndate: 2026-11-20\ntags: [lake]\n---\n"
				     "Seven volunteers cleared the path.\n";
	struct stage *s = open_text(state, article, 24, 80);

	stage_press(s, "F4 Enter");
	stage_type(s, " x");
	stage_press(s, "Ctrl-S");
	assert_string_equal(desk_draft(s->desk, s->draft, &s->err)->text, wanted);
	assert_shown(s, true);
	stage_press(s, "Enter");
	stage_type(s, "y");
	s->pane.ops->hangup(s->pane.state);
	assert_text(s, "---\n# why\ntitle: 'Lake path xy'\ndate: 2026-11-20\ntags: [lake]\n---\n"
		       "Seven volunteers cleared the path.\n");
	stage_press(s, "Enter");
	stage_type(s, "z");
	assert_false(s->pane.ops->close(s->pane.state));
	assert_non_null(s->prompt);
	stage_free(s);
}

/* What changes elsewhere than in the fields is to be seen. */
static void the_text_comes_back_where_it_is_what_changed(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);
	struct editor *e = editor_of(s);

	stage_press(s, "Ctrl-End");
	stage_type(s, "More");
	stage_press(s, "F4 Enter");
	stage_type(s, "!");
	stage_press(s, "Enter");
	stage_press(s, "Ctrl-Z");
	assert_shown(s, true);
	stage_press(s, "Ctrl-Z");
	assert_shown(s, false);
	assert_text(s, article);
	stage_press(s, "F4");
	editor_put_cursor(e, 3);
	assert_shown(s, false);
	stage_press(s, "F4 Ctrl-F");
	assert_shown(s, false);
	assert_true(e->find.open);
	stage_press(s, "Esc F4");
	editor_become(e, "Another text\n", 13);
	assert_shown(s, false);
	stage_free(s);
}

static void keys_that_change_the_text_do_not_reach_it(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);

	stage_press(s, "Ctrl-Home Ctrl-Home Down Down");
	stage_press(s, "Shift-End F4 End");
	stage_press(
	    s, "Ctrl-W Ctrl-K Ctrl-U Ctrl-D Ctrl-B Ctrl-E Ctrl-T Ctrl-A Shift-Down Ctrl-Delete Ctrl-Left");
	assert_text(s, article);
	assert_shown(s, true);
	stage_free(s);
}

static void a_value_is_copied_cut_and_pasted(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);

	stage_press(s, "F4 Ctrl-C");
	assert_string_equal(s->clipboard.data, "Lake path");
	for (int i = 0; i < 7; i++)
		stage_press(s, "Down");
	stage_press(s, "Ctrl-V Enter");
	assert_text(s,
		    "---\n# why\ntitle: 'Lake path'\ndate: 2026-11-20\ntags: [lake]\nsource: Lake path\n---\n"
		    "Seven volunteers cleared the path.\n");
	stage_press(s, "Ctrl-X");
	assert_text(s, article);
	stage_free(s);
}

static void a_text_without_fields_is_given_them(void **state)
{
	struct stage *s = open_text(state, "# Lake path\r\n\r\nSeven.\r\n", 24, 80);

	stage_press(s, "F4 Enter");
	assert_shown(s, true);
	assert_string_equal(form_key(editor_of(s)->form.form), "title");
	assert_memory_equal(buffer_bytes(editor_of(s)->buffer, 0, 25), "---\r\ntitle: Lake path\r\nsl", 25);
	stage_press(s, "Ctrl-Z");
	assert_text(s, "# Lake path\r\n\r\nSeven.\r\n");
	stage_free(s);
}

static void what_cannot_be_set_is_said_and_kept_to_be_mended(void **state)
{
	struct stage *s = open_text(state, "---\n{title: Lake}\n---\n", 24, 80);
	bool other;

	stage_press(s, "F4 Enter");
	stage_type(s, "x");
	stage_press(s, "Enter");
	assert_non_null(strstr(s->said, "stand in braces"));
	assert_true(form_edits(editor_of(s)->form.form, &other));
	assert_true(other);
	stage_press(s, "Ctrl-S");
	assert_false(buffer_changed(editor_of(s)->buffer));
	stage_free(s);
}

static void the_mouse_chooses_a_row(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);
	struct input_event event = {.kind = INPUT_MOUSE,
				    .button = INPUT_BUTTON_LEFT,
				    .text = "",
				    .column = 30};

	stage_press(s, "F4");
	stage_draw(s);
	event.row = editor_of(s)->text_row + 2;
	assert_true(s->pane.ops->input(s->pane.state, &event));
	assert_string_equal(form_key(editor_of(s)->form.form), "date");
	event.button = INPUT_WHEEL_DOWN;
	assert_true(s->pane.ops->input(s->pane.state, &event));
	assert_string_equal(form_key(editor_of(s)->form.form), "publishDate");
	stage_free(s);
}

/* A save ends the last line of the body; nobody asked to see that. */
static void saving_leaves_the_form_open(void **state)
{
	struct stage *s = open_text(state, article, 24, 80);

	stage_press(s, "Ctrl-End");
	stage_type(s, "More");
	stage_press(s, "F4 Enter");
	stage_type(s, "!");
	stage_press(s, "Ctrl-S");
	assert_saved(s, "---\n# why\ntitle: 'Lake path!'\ndate: 2026-11-20\ntags: [lake]\n---\n"
			"Seven volunteers cleared the path.\nMore\n");
	assert_shown(s, true);
	stage_free(s);
}

/* 志 and 忙 begin with the same two bytes. */
static void the_cursor_never_comes_to_stand_within_a_character(void **state)
{
	static const char chinese[] = "---\ntitle: 志愿者\n---\n志愿者修复步道。\n";
	struct stage *s = open_text(state, chinese, 24, 80);
	struct editor *e = editor_of(s);

	editor_put_cursor(e, (size_t)(strstr(chinese, "者") - chinese));
	stage_press(s, "F4 Enter Ctrl-U");
	stage_type(s, "忙复");
	stage_press(s, "Enter F4");
	assert_shown(s, false);
	assert_text(s, "---\ntitle: 忙复\n---\n志愿者修复步道。\n");
	assert_memory_equal(buffer_bytes(e->buffer, e->cursor, 3), "忙", 3);
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_field_is_one_step_and_the_cursor_stays_at_its_words),
	    in_newsroom(undo_gives_up_what_is_being_typed_first),
	    in_newsroom(saving_and_ending_keep_what_is_being_typed),
	    in_newsroom(saving_leaves_the_form_open),
	    in_newsroom(the_cursor_never_comes_to_stand_within_a_character),
	    in_newsroom(the_text_comes_back_where_it_is_what_changed),
	    in_newsroom(keys_that_change_the_text_do_not_reach_it),
	    in_newsroom(a_value_is_copied_cut_and_pasted),
	    in_newsroom(a_text_without_fields_is_given_them),
	    in_newsroom(what_cannot_be_set_is_said_and_kept_to_be_mended),
	    in_newsroom(the_mouse_chooses_a_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
