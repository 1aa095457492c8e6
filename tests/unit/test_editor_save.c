/* Saving in the editor, merging with what others saved, submitting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/editor_internal.h"

#include "writer.h"

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

static void a_last_line_that_was_typed_is_given_its_end_at_saving(void **state)
{
	struct stage *s = open_body(state, "One.");

	stage_type(s, "Zero. ");
	stage_press(s, "Ctrl-End Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nZero. One.\n");
	stage_type(s, " Two."); /* the cursor is still where the words end */
	assert_body(s, "Zero. One. Two.\n");
	stage_press(s, "Ctrl-Z Ctrl-Z Ctrl-Z");
	assert_body(s, "One.");
	stage_press(s, "Ctrl-Y");
	assert_body(s, "Zero. One.\n");
	assert_status_has(s, "Saved");
	stage_free(s);
}

static void a_last_line_that_nobody_touched_keeps_its_bytes(void **state)
{
	struct stage *s = open_body(state, "One.\r\n没有行尾");

	stage_type(s, "Zero. ");
	stage_press(s, "Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nZero. One.\r\n没有行尾");
	stage_press(s, "Ctrl-End");
	stage_type(s, "。");
	stage_press(s, "Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nZero. One.\r\n没有行尾。\n");
	stage_press(s, "Ctrl-A Delete Ctrl-S");
	assert_saved(s, "");
	stage_free(s);
}

static void what_somebody_saved_meanwhile_is_shown_and_merged(void **state)
{
	struct stage *s = open_body(state, "Five volunteers cleared the path.\n\nIt rained.\n");

	stage_press(s, "Delete Delete Delete Delete");
	stage_type(s, "Seven");
	save_as_another(s, "Five volunteers cleared the path.\n\nIt snowed.\n");
	stage_press(s, "Ctrl-S");
	stage_check_prompt(s, "editor-merge");
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
		stage_press(s, "Ctrl-Home Ctrl-Home Down Down Down Ctrl-Shift-Right");
		stage_type(s, "Seven");
		save_as_another(s, "Six volunteers came.\n");
		stage_press(s, "Ctrl-S");
		if (i == 0) {
			stage_check_prompt(s, "editor-conflict");
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

static void a_conflict_is_typed_with_all_its_bytes(void **state)
{
	static const char mine[] = "Sev\0en", wanted[] = "Sev\0en Six volunteers came.\n";
	struct stage *s = open_body(state, "Five volunteers came.\n");
	const char *text;
	size_t len;

	stage_press(s, "Ctrl-Shift-Right");
	editor_insert_whole(editor_of(s), mine, sizeof mine - 1);
	save_as_another(s, "Six volunteers came.\n");
	stage_press(s, "Ctrl-S e Ctrl-S Enter");
	assert_null(s->prompt);
	text = buffer_text(editor_of(s)->buffer, &len);
	assert_int_equal(len, strlen(front) + sizeof wanted - 1);
	assert_memory_equal(text + strlen(front), wanted, sizeof wanted - 1);
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
	stage_check_prompt(s, "editor-conflict-edit");
	stage_press(s, "Esc Esc"); /* back to the question, and nothing is chosen yet */
	stage_press(s, "e Backspace Backspace Backspace");
	stage_type(s, "or six");
	stage_press(s, "Ctrl-S");
	stage_check_prompt(s, "editor-conflict-second");
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
	stage_check_prompt(s, "editor-conflict-paragraphs");
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
	stage_press(s, "Ctrl-Home Ctrl-Home Down Down End Left Left Left Backspace");
	stage_type(s, "2");
	stage_press(s, "Ctrl-S");
	stage_check_prompt(s, "editor-conflict-field");
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

	stage_press(s, "Ctrl-Home Ctrl-Home");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(save_is_a_commit_on_the_draft),
	    in_newsroom(a_last_line_that_was_typed_is_given_its_end_at_saving),
	    in_newsroom(a_last_line_that_nobody_touched_keeps_its_bytes),
	    in_newsroom(what_somebody_saved_meanwhile_is_shown_and_merged),
	    in_newsroom(mine_alone_can_be_saved_over_my_own_other_window),
	    in_newsroom(the_same_words_changed_twice_are_a_choice),
	    in_newsroom(a_conflict_is_typed_with_all_its_bytes),
	    in_newsroom(a_conflict_can_be_typed_and_gone_back_to),
	    in_newsroom(paragraphs_that_both_put_in_are_a_choice),
	    in_newsroom(a_field_that_both_changed_is_a_choice_of_whole_fields),
	    in_newsroom(an_event_of_somebody_else_is_no_conflict),
	    in_newsroom(somebody_elses_save_is_told_in_the_status_line),
	    in_newsroom(front_matter_that_is_not_yaml_is_told_and_does_not_block),
	    in_newsroom(a_block_that_loses_its_first_line_is_told_at_once_and_at_saving),
	    in_newsroom(submitting_saves_first_and_asks_for_a_word),
	    in_newsroom(compare_is_asked_of_the_app),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
