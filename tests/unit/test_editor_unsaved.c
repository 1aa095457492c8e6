/* Words that somebody has not saved, left to others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "desk/wip.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"
#include "tui/prompt.h"

#include "writer.h"

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

/* Waits for what the worker found of them. */
static void look_for_unsaved(struct stage *s)
{
	worker_drain(s->worker);
	stage_draw(s);
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
	look_for_unsaved(s);
	stage_check_prompt(s, "editor-unsaved");
	stage_press(s, "l");
	stage_check_prompt(s, "editor-unsaved-look");
	stage_press(s, "Enter e");
	assert_null(s->prompt);
	assert_body(s, "Five came.\n\n星期二开工。\n");
	stage_drop(s);
	stage_open(s, 24, 80); /* they are not lost by being left */
	look_for_unsaved(s);
	stage_press(s, "t");
	assert_body(s, "Seven came.\n\n星期三开工。\n");
	assert_status_has(s, "Not saved");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "Five came.\n\n星期二开工。\n");
	stage_press(s, "Ctrl-Y Ctrl-S");
	assert_saved(s, "---\ntitle: Lake path\n---\nSeven came.\n\n星期三开工。\n");
	stage_drop(s);
	stage_open(s, 24, 80);
	look_for_unsaved(s);
	assert_null(s->prompt); /* all of it is saved */
	stage_free(s);
}

/* Who is cut off while another has the draft open leaves words that the other is told of. */
static void words_of_who_leaves_meanwhile_can_be_taken_by_a_command(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");
	struct lease *lease;

	stage_drop(s);
	ok(s, lease_take(&lease, repo_folder(desk_repo(other)), s->draft, desk_person(other, NULL),
			 1795173600, NULL, &s->err));
	stage_open(s, 24, 80);
	look_for_unsaved(s);
	stage_press(s, "e");
	stage_type(s, "Mine. ");
	stage_run(s, "editor.unsaved");
	look_for_unsaved(s);
	assert_said(s, "Nobody else has unsaved words of this draft.");
	leave_unsaved(s, "B. Editor <b@desk.example>", "One.\n\n二。\n");
	lease_release(lease);
	desk_close(other);
	stage_rest(s);
	assert_said(s, "B. Editor has left this draft, with unsaved words");
	assert_null(s->prompt);
	stage_run(s, "editor.unsaved");
	look_for_unsaved(s);
	stage_press(s, "t");
	assert_null(s->prompt);
	assert_body(s, "Mine. One.\n\n二。\n");
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
	look_for_unsaved(s);
	stage_press(s, "t");
	assert_non_null(s->prompt); /* the same word */
	stage_press(s, "Esc");
	assert_said(s, "Nothing was changed");
	assert_body(s, "Six came.\n\nIt rained.\nIt stopped.\n");
	stage_drop(s);
	stage_open(s, 24, 80);
	look_for_unsaved(s);
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
	look_for_unsaved(s);
	stage_press(s, "t");
	assert_body(s, "Zero. And One.\n");
	look_for_unsaved(s);
	assert_non_null(s->prompt); /* the other's words, and not one's own once more */
	stage_press(s, "t");
	assert_null(s->prompt);
	assert_body(s, "Zero. And One.\n\nTwo.\n");
	stage_drop(s);
	assert_int_equal(sh(s->room, "rm -r state/copydesk/journal"), 0); /* the machine is another one */
	stage_open(s, 24, 80);
	look_for_unsaved(s);
	stage_check_prompt(s, "editor-unsaved-own");
	stage_press(s, "t");
	assert_body(s, "Zero. One.\n");
	stage_free(s);
}

/* A key would be taken for an answer. */
static void who_writes_already_is_told_of_unsaved_words_and_not_asked(void **state)
{
	struct stage *s = open_body(state, "Five came.\n");
	char *status;

	stage_drop(s);
	leave_unsaved(s, "B. Editor <b@desk.example>", "Seven came.\n");
	stage_open(s, 24, 80);
	stage_type(s, "T");
	look_for_unsaved(s);
	assert_null(s->prompt);
	assert_body(s, "TFive came.\n");
	assert_status_has(s, "B. Editor has unsaved words: F10");
	stage_press(s, "Ctrl-Z");
	stage_run(s, "editor.unsaved");
	look_for_unsaved(s);
	stage_press(s, "t");
	assert_body(s, "Seven came.\n");
	status = stage_status(s);
	assert_null(strstr(status, "unsaved words"));
	free(status);
	stage_free(s);
}

static void an_editor_can_be_closed_while_unsaved_words_are_looked_for(void **state)
{
	struct stage *s = open_body(state, "Five came.\n");

	stage_drop(s);
	leave_unsaved(s, "B. Editor <b@desk.example>", "Seven came.\n");
	stage_open(s, 24, 80);
	stage_drop(s);
	worker_drain(s->worker);
	assert_null(s->prompt);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_pause_copies_unsaved_text_until_it_is_saved),
	    in_newsroom(a_lost_terminal_leaves_the_last_words_to_others),
	    in_newsroom(thrown_away_text_is_not_left_to_others),
	    in_newsroom(what_others_left_unsaved_is_offered),
	    in_newsroom(words_of_who_leaves_meanwhile_can_be_taken_by_a_command),
	    in_newsroom(unsaved_words_of_others_merge_with_what_was_saved_since),
	    in_newsroom(a_journal_goes_before_the_copy_of_the_same_words),
	    in_newsroom(who_writes_already_is_told_of_unsaved_words_and_not_asked),
	    in_newsroom(an_editor_can_be_closed_while_unsaved_words_are_looked_for),
	    in_newsroom(who_does_not_share_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
