/* Nothing that was typed in the editor is lost: journals, and other programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"
#include "tui/prompt.h"

#include "writer.h"

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
	stage_check_prompt(s, "editor-left");
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
	worker_free(s->worker); /* as when the program ends: before libgit2 is left */
	desk_close(s->desk);
	ok(s, worker_new(&s->worker, &s->err));
	s->place.worker = s->worker;
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

/* The disk is slow, and then says no: the loop waits for it, and does not turn. */
static void a_flush_that_is_under_way_is_waited_for(void **state)
{
	struct stage *s = open_body(state, "One.\n");
	struct editor *e = editor_of(s);
	int64_t now = clock_monotonic();

	stage_type(s, "x");
	editor_sync(e, now);
	assert_non_null(e->flush);
	e->trouble = mem_strdup("The disk is full.");
	now += (int64_t)3600 * 1000;
	assert_true(editor_sync(e, now) > now);
	worker_drain(s->worker);
	assert_null(e->flush);
	stage_rest(s);
	assert_said(s, "Unsaved text is kept safe again.");
	stage_free(s);
}

/* The text that is kept again once that can be is that of the field, too. */
static void what_is_typed_into_a_field_is_kept_safe_again(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	stage_drop(s);
	assert_int_equal(sh(s->room, "rm -rf state; touch state"), 0);
	stage_open(s, 24, 80);
	stage_press(s, "F4 Home");
	stage_type(s, " again");
	assert_status_has(s, "Not safe:");
	assert_int_equal(sh(s->room, "rm state; mkdir state"), 0);
	stage_rest(s);
	assert_said(s, "Unsaved text is kept safe again.");
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_non_null(s->prompt);
	stage_press(s, "t");
	assert_text(s, "---\ntitle: Lake path again\n---\nOne.\n");
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

/* The rest of a long text is read after the first screen: by then the other may have saved it. */
static void the_question_about_who_else_edits_outlives_a_save(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct desk *other;
	struct lease *lease;
	struct stage *s;

	for (unsigned i = 0; i < 60000; i++)
		strbuf_addf(&text, "%u ", i);
	s = open_text(state, text.data, 24, 80);
	stage_drop(s);
	other = stage_desk_of(s, "B. Editor <b@desk.example>");
	ok(s, lease_take(&lease, repo_folder(desk_repo(other)), s->draft, desk_person(other, NULL),
			 1795173600, NULL, &s->err));
	stage_open(s, 24, 80);
	assert_non_null(s->prompt);
	save_as_another(s, "Another text.\n");
	ok(s, desk_refresh(s->desk, &s->err));
	stage_rest(s);
	assert_false(s->closed);
	stage_press(s, "e");
	assert_text(s, text.data);
	lease_release(lease);
	desk_close(other);
	strbuf_clear(&text);
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
	/* As nano does when its terminal goes. */
	set_program(s, "echo Rescued >\"$2.save\"; exit 1");
	stage_run(s, "editor.outside");
	assert_said(s, "What was written there is in ");
	assert_int_equal(sh(s->room, "grep -qx Rescued state/copydesk/outside-*/*.md.save"), 0);
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

static void what_another_program_had_when_it_was_cut_off_is_told_of(void **state)
{
	struct stage *s = open_body(state, "One.\n");

	set_program(s, "echo Rescued >\"$2.save\"; exit 129");
	stage_run(s, "editor.outside");
	stage_drop(s);
	stage_open(s, 24, 80);
	assert_true(s->said == NULL || strstr(s->said, "cut off") == NULL); /* its process is here still */
	stage_drop(s);
	assert_int_equal(sh(s->room, "mv state/copydesk/outside-* state/copydesk/outside-999999999-a"), 0);
	stage_open(s, 24, 80);
	assert_said(s, "when it was cut off is kept in");
	assert_said(s, "/outside-999999999-a: ");
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
	assert_int_equal(sh(s->room, "git -C news config copydesk.restricted TRUE"), 0);
	stage_run(s, "editor.outside");
	assert_said(s, "copydesk.restricted is true");
	assert_body(s, "One.\n");
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	    in_newsroom(a_flush_that_is_under_way_is_waited_for),
	    in_newsroom(what_is_typed_into_a_field_is_kept_safe_again),
	    in_newsroom(a_torn_first_keystroke_is_told),
	    in_newsroom(who_else_edits_is_asked_about),
	    in_newsroom(the_question_about_who_else_edits_outlives_a_save),
	    in_newsroom(what_is_no_draft_cannot_be_opened),
	    in_newsroom(the_text_goes_to_another_program_and_comes_back_as_one_step),
	    in_newsroom(a_field_that_is_being_typed_goes_to_another_program_too),
	    in_newsroom(another_program_that_fails_costs_nothing),
	    in_newsroom(what_another_program_had_when_it_was_cut_off_is_told_of),
	    in_newsroom(a_save_while_another_program_has_the_text_is_told_and_merged),
	    in_newsroom(a_restricted_newsroom_starts_no_other_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
