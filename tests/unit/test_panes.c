/*
 * The panes but the editor, on a stage: what they draw, and what they ask for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "tui/canvas.h"
#include "tui/command.h"
#include "tui/compare.h"
#include "tui/desk_pane.h"
#include "tui/history.h"
#include "tui/import_pane.h"
#include "tui/prompt.h"
#include "tui/reader.h"
#include "tui/release_pane.h"
#include "tui/review_pane.h"

#include "picture.h"
#include "stage.h"

static const char text[] = "---\ntitle: Volunteers rebuild the lake path\ndate: 2026-11-18\nlanguage: en\n"
			   "byline: A. Writer\n---\n\n"
			   "On Saturday five volunteers cleared the path.\n\n"
			   "## What comes next\n\n"
			   "> The path is **ours**.\n\n"
			   "The work was paid by the harbour trust.\n";

static const char chinese[] = "---\ntitle: 志愿者修复湖滨步道\ndate: 2026-11-19\nlanguage: zh\n---\n\n"
			      "周六上午，七名志愿者清理了湖边的步道。\n";

static const struct {
	pane_make *make;
	const struct command_table *commands;
	bool of_draft; /* it is opened for a draft */
} panes[] = {
    {desk_pane_new, &desk_pane_commands, true},      {reader_new, &reader_commands, true},
    {review_pane_new, &review_pane_commands, true},  {compare_new, &compare_commands, true},
    {history_new, &history_commands, true},          {release_pane_new, &release_pane_commands, false},
    {import_pane_new, &import_pane_commands, false},
};

#define PANES (sizeof panes / sizeof panes[0])

/* A stage with one draft, and a second person at a desk of their own. */
static struct stage *raise_curtain(void **state, pane_make *make, struct desk **editor)
{
	struct stage *s = stage_new(*state, make, text, strlen(text));

	*editor = stage_desk_of(s, "B. Editor <b@desk.example>");
	return s;
}

static void let_fall(struct stage *s, struct desk *editor)
{
	desk_close(editor);
	stage_free(s);
}

/* Submits the draft, and has the other person comment on its first sentence. */
static void submit_and_comment(struct stage *s, struct desk *editor)
{
	struct review_passage passage = {.quote = mem_strdup("five volunteers")};
	const struct draft *draft;

	ok(s, desk_submit(s->desk, s->draft, "Please check the number.", &s->err));
	ok(s, desk_refresh(editor, &s->err));
	draft = desk_draft(editor, s->draft, &s->err);
	passage.on = draft->blob;
	passage.start = (size_t)(strstr(draft->text, "five") - draft->text);
	passage.len = strlen(passage.quote);
	ok(s, desk_comment(editor, s->draft, &passage, "Five or seven?\nThe city says seven.", &s->err));
	free(passage.quote);
}

/* The other person approves what is in review. */
static void approve_again(struct stage *s, struct desk *editor)
{
	const struct draft *draft;

	ok(s, desk_refresh(editor, &s->err));
	draft = desk_draft(editor, s->draft, &s->err);
	ok(s, desk_approve(editor, s->draft, NULL, &draft->head, NULL, NULL, &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
}

static void approve(struct stage *s, struct desk *editor)
{
	ok(s, desk_submit(s->desk, s->draft, NULL, &s->err));
	approve_again(s, editor);
}

/* What was parsed meanwhile is drawn. */
static void settle(struct stage *s)
{
	worker_drain(s->worker);
	stage_draw(s);
}

static void commands_are_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < PANES; i++)
		command_check(panes[i].commands);
}

static void every_pane_can_be_drawn_at_every_size(void **state)
{
	static const int sizes[] = {0, 1, 2, 3, 7, 20, 39, 60, 80, 119, 130};
	struct desk *editor;
	struct stage *s = raise_curtain(state, NULL, &editor);

	submit_and_comment(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	s->host.copy(s, chinese, strlen(chinese));
	for (size_t i = 0; i < PANES; i++) {
		for (size_t j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
			s->make = panes[i].make;
			stage_open_for(s, panes[i].of_draft ? s->draft : NULL, sizes[j] / 3, sizes[j]);
			settle(s);
			free(stage_status(s));
			stage_drop(s);
		}
	}
	let_fall(s, editor);
}

static void the_list_shows_drafts_by_state(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);
	char *name;

	ok(s, desk_new(s->desk, "city", NULL, "志愿者", chinese, strlen(chinese), &name, &s->err));
	free(name);
	submit_and_comment(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, NULL, 21, 80);
	stage_press(s, "0");
	stage_draw(s);
	picture_check(s->canvas, "desk");
	stage_drop(s);
	stage_open_for(s, s->draft, 21, 160);
	settle(s);
	picture_check(s->canvas, "desk-wide");
	let_fall(s, editor);
}

static void an_empty_tab_says_what_to_do(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);

	stage_open_for(s, "approved", 21, 80);
	picture_check(s->canvas, "desk-empty");
	stage_press(s, "0 /");
	stage_type(s, "nothing? has this");
	stage_draw(s);
	picture_check(s->canvas, "desk-filtered");
	stage_drop(s);
	stage_open_for(s, NULL, 12, 130);
	settle(s);
	stage_press(s, "/");
	stage_type(s, "nothing");
	settle(s);
	picture_check(s->canvas, "desk-filtered-wide");
	let_fall(s, editor);
}

static void the_cursor_stays_on_its_draft(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);
	char *name;

	stage_open_for(s, s->draft, 21, 80);
	ok(s, desk_new(s->desk, "city", NULL, "志愿者", chinese, strlen(chinese), &name, &s->err));
	ok(s, desk_spike(s->desk, name, "Later.", &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
	stage_draw(s);
	stage_press(s, "Enter");
	assert_int_equal(s->opened, PANE_READER);
	assert_string_equal(s->opened_name, s->draft);
	free(name);
	let_fall(s, editor);
}

static void keys_between_two_drawings_act_on_the_chosen_draft(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);
	char *name;

	stage_open_for(s, s->draft, 21, 80);
	ok(s, desk_new(s->desk, "city", NULL, "A boat", NULL, 0, &name, &s->err));
	stage_press(s, "h");
	assert_int_equal(s->opened, PANE_HISTORY);
	assert_string_equal(s->opened_name, s->draft);
	ok(s, desk_spike(s->desk, name, "Later.", &s->err));
	stage_press(s, "Enter");
	assert_int_equal(s->opened, PANE_READER);
	assert_string_equal(s->opened_name, s->draft);
	free(name);
	let_fall(s, editor);
}

static void news_of_others_is_told_until_a_key(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);
	char *status;

	stage_open_for(s, "all", 21, 80);
	submit_and_comment(s, editor);
	stage_rest(s);
	status = stage_status(s);
	assert_string_equal(status, "News: IN REVIEW, by B. Editor: Volunteers rebuild the lake path");
	free(status);
	stage_press(s, "Down");
	status = stage_status(s);
	assert_null(strstr(status, "News"));
	free(status);
	let_fall(s, editor);
}

/* A note that somebody adds to what is out already, as after a push, releases nothing. */
static void a_release_is_told_where_the_branch_moved_alone(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, desk_pane_new, &editor);
	struct release_plan plan;
	struct release_result result;
	char *status;

	approve(s, editor);
	ok(s, desk_plan(editor, NULL, 0, &plan, &s->err));
	stage_open(s, 24, 80);
	ok(s, desk_release(editor, &plan, &result, &s->err));
	release_result_clear(&result);
	stage_rest(s);
	status = stage_status(s);
	assert_string_equal(status, "News: something was released.");
	free(status);
	stage_press(s, "Down");
	assert_int_equal(
	    sh(s->room,
	       "cd news && git update-ref refs/drafts/%s $(git -c user.name='B. Editor' -c "
	       "user.email=b@desk.example commit-tree -m \"Released\n\nDraft: %s\nEvent: released\" -p "
	       "refs/drafts/%s refs/drafts/%s^{tree})",
	       s->draft, s->draft, s->draft, s->draft),
	    0);
	stage_rest(s);
	status = stage_status(s);
	assert_null(strstr(status, "News"));
	free(status);
	let_fall(s, editor);
}

static void the_reader_shows_what_readers_see(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, reader_new, &editor);

	stage_open_for(s, s->draft, 21, 80);
	settle(s);
	picture_check(s->canvas, "reader");
	stage_press(s, "r");
	assert_int_equal(s->opened, PANE_REVIEW);
	let_fall(s, editor);
}

static void a_correction_asks_for_its_reason(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, reader_new, &editor);
	struct release_plan plan;
	struct release_result result;
	char *path;

	approve(s, editor);
	ok(s, desk_plan(s->desk, NULL, 0, &plan, &s->err));
	ok(s, desk_release(s->desk, &plan, &result, &s->err));
	release_result_clear(&result);
	ok(s, desk_refresh(s->desk, &s->err));
	path = mem_printf("content/city/%s.md", s->draft);
	stage_open_for(s, path, 21, 80);
	stage_press(s, "e");
	assert_non_null(s->prompt);
	stage_type(s, "Five were seven.\n");
	assert_int_equal(s->opened, PANE_EDITOR);
	free(path);
	let_fall(s, editor);
}

static void a_review_shows_comments_at_their_passages(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, review_pane_new, &editor);

	submit_and_comment(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "n n");
	stage_draw(s);
	picture_check(s->canvas, "review");
	stage_press(s, "A");
	assert_null(s->prompt);
	assert_non_null(strstr(s->said, "another person must approve it"));
	stage_press(s, "x");
	assert_string_equal(s->said, "The comment is resolved.");
	let_fall(s, editor);
}

static void an_approval_that_died_stands_above_the_text(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, review_pane_new, &editor);
	char *more = mem_printf("%sMore.\n", text);
	struct oid saved;

	approve(s, editor);
	ok(s, desk_save(s->desk, s->draft, &desk_draft(s->desk, s->draft, &s->err)->blob, more, strlen(more),
			&saved, &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, s->draft, 21, 80);
	picture_check(s->canvas, "review-voided");
	free(more);
	let_fall(s, editor);
}

static void a_draft_that_changes_more_than_its_article_can_be_reviewed(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, review_pane_new, &editor);
	struct strbuf shown = STRBUF_INIT;
	char *status;

	assert_int_equal(
	    sh(s->room,
	       "cd news; export GIT_INDEX_FILE=../index; git read-tree refs/drafts/%s;"
	       "blob=$(echo Hello | git hash-object -w --stdin);"
	       "git update-index --add --cacheinfo 100644,$blob,README.md; tree=$(git write-tree);"
	       "commit=$(printf 'x\\n\\nDraft: %s\\n' |"
	       "         git -c user.name=M -c user.email=m@desk.example commit-tree $tree -p "
	       "refs/drafts/%s);"
	       "git update-ref refs/drafts/%s $commit",
	       s->draft, s->draft, s->draft, s->draft),
	    0);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, s->draft, 21, 80);
	status = stage_status(s);
	assert_non_null(strstr(status, "1 file, 1 unused"));
	free(status);
	canvas_dump(&shown, s->canvas, false);
	assert_non_null(strstr(shown.data, "added  README.md: MD file, 6 bytes; nothing uses it"));
	strbuf_clear(&shown);
	let_fall(s, editor);
}

static void a_release_shows_what_goes_and_what_stays(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, release_pane_new, &editor);
	char *name;

	approve(s, editor);
	ok(s, desk_new(s->desk, "city", NULL, "志愿者", chinese, strlen(chinese), &name, &s->err));
	ok(s, desk_submit(s->desk, name, NULL, &s->err));
	free(name);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, NULL, 21, 80);
	stage_rest(s);
	picture_check(s->canvas, "release");
	stage_press(s, "R");
	stage_type(s, "release\n");
	assert_non_null(strstr(s->said, "Released 1 article as release/2026-11-20.1"));
	assert_int_equal(s->opened, PANE_DESK);
	assert_true(s->closed);
	let_fall(s, editor);
}

static void what_was_approved_again_is_not_what_was_looked_at(void **state)
{
	static const char other[] = "---\ntitle: Volunteers rebuild the lake path\ndate: 2026-11-18\n"
				    "language: en\nbyline: A. Writer\n---\n\nNine volunteers came.\n";
	struct desk *editor;
	struct stage *s = raise_curtain(state, release_pane_new, &editor);

	approve(s, editor);
	stage_open_for(s, NULL, 21, 80);
	stage_rest(s);
	stage_press(s, "R");
	ok(s, desk_save(s->desk, s->draft, NULL, other, strlen(other), NULL, &s->err));
	approve_again(s, editor);
	stage_type(s, "release\n");
	assert_null(strstr(s->said, "Released"));
	assert_false(s->closed);
	let_fall(s, editor);
}

/* What goes out is found out behind the screen: who asks before that is asked after it. */
static void a_release_waits_for_what_is_still_looked_at(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, release_pane_new, &editor);

	approve(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, NULL, 21, 80);
	stage_press(s, "R");
	assert_null(s->prompt);
	stage_rest(s);
	assert_non_null(s->prompt);
	stage_type(s, "release\n");
	assert_non_null(strstr(s->said, "Released 1 article as release/2026-11-20.1"));
	let_fall(s, editor);
}

/* Closed again at once, nobody waits for it any more. */
static void a_release_may_be_closed_while_it_is_looked_at(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, release_pane_new, &editor);

	approve(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, NULL, 21, 80);
	stage_press(s, "Space");
	stage_drop(s);
	stage_open_for(s, NULL, 21, 80);
	stage_rest(s);
	stage_press(s, "Space");
	stage_press(s, "R");
	stage_rest(s);
	assert_null(s->prompt);
	assert_non_null(strstr(s->said, "Nothing is chosen"));
	let_fall(s, editor);
}

static void an_empty_release_says_what_to_do(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, release_pane_new, &editor);

	ok(s, desk_spike(s->desk, s->draft, "No.", &s->err));
	stage_open_for(s, NULL, 21, 80);
	stage_rest(s);
	picture_check(s->canvas, "release-empty");
	let_fall(s, editor);
}

static void history_tells_who_did_what(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, history_new, &editor);

	submit_and_comment(s, editor);
	ok(s, desk_refresh(s->desk, &s->err));
	stage_open_for(s, s->draft, 21, 80);
	picture_check(s->canvas, "history");
	let_fall(s, editor);
}

static void an_import_shows_where_every_line_went(void **state)
{
	static const char source[] =
	    "Volunteers rebuild the lake path\n\nAuthor: A. Writer Time: 2026-11-18\n\n"
	    "On Saturday seven volunteers cleared the path around the lake.\n\n"
	    "Editor: B. Editor\n\nCopyright 2026 All Rights Reserved\n";
	struct desk *editor;
	struct stage *s = raise_curtain(state, import_pane_new, &editor);

	s->host.copy(s, source, strlen(source));
	stage_open_for(s, NULL, 21, 80);
	picture_check(s->canvas, "import");
	stage_press(s, "Enter");
	assert_non_null(s->prompt);
	let_fall(s, editor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(commands_are_sound),
	    in_newsroom(every_pane_can_be_drawn_at_every_size),
	    in_newsroom(the_list_shows_drafts_by_state),
	    in_newsroom(an_empty_tab_says_what_to_do),
	    in_newsroom(the_cursor_stays_on_its_draft),
	    in_newsroom(keys_between_two_drawings_act_on_the_chosen_draft),
	    in_newsroom(news_of_others_is_told_until_a_key),
	    in_newsroom(a_release_is_told_where_the_branch_moved_alone),
	    in_newsroom(the_reader_shows_what_readers_see),
	    in_newsroom(a_correction_asks_for_its_reason),
	    in_newsroom(a_review_shows_comments_at_their_passages),
	    in_newsroom(an_approval_that_died_stands_above_the_text),
	    in_newsroom(a_draft_that_changes_more_than_its_article_can_be_reviewed),
	    in_newsroom(a_release_shows_what_goes_and_what_stays),
	    in_newsroom(what_was_approved_again_is_not_what_was_looked_at),
	    in_newsroom(a_release_waits_for_what_is_still_looked_at),
	    in_newsroom(a_release_may_be_closed_while_it_is_looked_at),
	    in_newsroom(an_empty_release_says_what_to_do),
	    in_newsroom(history_tells_who_did_what),
	    in_newsroom(an_import_shows_where_every_line_went),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
