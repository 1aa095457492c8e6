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
#include "base/strbuf.h"
#include "room.h"

#define LAKE     "content/city/lake.md"
#define LAKE_REF "refs/drafts/lake"

/* -- Approving -- */

static void an_approval_is_of_what_was_seen(void **state)
{
	struct room *r = *state;
	struct oid seen;

	room_begin(r, "lake", room_text("The lake", "One."));
	room_submit(r, "lake");
	seen = room_draft(r, "lake")->head;
	room_save(r, "lake", room_text("The lake", "Two."));
	room_as(r, BORIS);
	refuses(r, E_CONFLICT, "lake changed since you looked at it",
		desk_approve(r->desk, "lake", NULL, &seen, NULL, NULL, &r->err));
	/* Without a head, what the desk has read is what was seen. */
	room_forge(r, &(struct forgery){.ref = LAKE_REF,
					.person = ANNA,
					.message = "x\n\nDraft: lake\n",
					.path = LAKE,
					.text = room_text("The lake", "Three.")});
	refuses(r, E_CONFLICT, "lake changed since you looked at it",
		desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err));
	/* Events change nothing of it. */
	seen = room_draft(r, "lake")->head;
	ok(r, desk_assign(r->desk, "lake", "Boris", 0, NULL, &r->err));
	ok(r, desk_approve(r->desk, "lake", "review", &seen, NULL, "Good.", &r->err));
	assert_string_equal(room_state(r, "lake"), "approved");
	seen = history_oid(5);
	assert_true(desk_approve(r->desk, "lake", NULL, &seen, NULL, NULL, &r->err) < 0);
}

static void an_approval_is_for_the_step_that_was_seen(void **state)
{
	struct room *r = *state;
	struct oid seen;

	room_rule(r, "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
		     "\tperson = 陈 <chen@desk.example>\n[step \"first\"]\n\trole = editor\n"
		     "[step \"second\"]\n\trole = editor\n");
	ok(r, desk_refresh(r->desk, &r->err));
	room_begin(r, "lake", room_text("The lake", "One."));
	room_submit(r, "lake");
	seen = room_draft(r, "lake")->head;
	room_approve(r, "lake");
	room_as(r, CHEN);
	refuses(r, E_CONFLICT, "another approval since you looked at it, and second is due now",
		desk_approve(r->desk, "lake", NULL, &seen, NULL, NULL, &r->err));
	refuses(r, E_REFUSED, "The step due for lake is second, not first.",
		desk_approve(r->desk, "lake", "first", &seen, NULL, NULL, &r->err));
	ok(r, desk_approve(r->desk, "lake", "second", &seen, NULL, NULL, &r->err));
	assert_string_equal(room_state(r, "lake"), "approved");
}

static void what_leaves_the_change_alone_leaves_its_approvals(void **state)
{
	struct room *r = *state;
	size_t clashes;

	room_ready(r, "lake", room_text("The lake", "Words."));
	ok(r, desk_assign(r->desk, "lake", "Boris", 0, NULL, &r->err));
	ok(r, desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	assert_string_equal(room_state(r, "lake"), "review");
	ok(r, desk_resolve(r->desk, "lake", "1", true, &r->err));
	assert_string_equal(room_state(r, "lake"), "approved");
	room_publish(r, "pier", room_text("The pier", "Words."));
	room_forge(r, &(struct forgery){
			  .ref = "refs/heads/main", .message = "x\n", .path = "layouts/x.html", .text = "x"});
	assert_string_equal(room_state(r, "lake"), "approved");
	room_as(r, ANNA);
	refuses(r, E_REFUSED, "lake is up to date with what is published.",
		desk_update(r->desk, "lake", DESK_NEITHER, &clashes, &r->err));
	assert_string_equal(room_state(r, "lake"), "approved");
	ok(r, desk_attach(r->desk, "lake", "lake.png", "png", 3, &r->err));
	assert_string_equal(room_state(r, "lake"), "review");
}

static void what_may_be_done_is_told_beforehand(void **state)
{
	struct room *r = *state;

	room_begin(r, "lake", room_text("The lake", "Words."));
	ok(r, desk_may(r->desk, "lake", REVIEW_SUBMIT, &r->err));
	refuses(r, E_REFUSED, "lake is not submitted", desk_may(r->desk, "lake", REVIEW_APPROVE, &r->err));
	refuses(r, E_REFUSED, "lake is not submitted",
		desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err));
	refuses(r, E_NOTFOUND, "There is no draft pier", desk_may(r->desk, "pier", REVIEW_SAVE, &r->err));
	refuses(r, E_NOTFOUND, "There is no draft pier", desk_submit(r->desk, "pier", NULL, &r->err));
}

static void a_reason_is_asked_for(void **state)
{
	struct room *r = *state;

	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
	room_as(r, BORIS);
	refuses(r, E_INVALID, "Asking for changes needs some words",
		desk_reject(r->desk, "lake", " \n", &r->err));
	refuses(r, E_INVALID, "A comment needs some words", desk_comment(r->desk, "lake", NULL, "", &r->err));
	ok(r, desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	refuses(r, E_INVALID, "A reply needs some words", desk_reply(r->desk, "lake", "1", NULL, &r->err));
	ok(r, desk_reject(r->desk, "lake", "The date is wrong.", &r->err));
	assert_string_equal(room_state(r, "lake"), "changes");
}

/* -- Comments -- */

static void a_comment_is_named_by_number_or_the_start_of_its_id(void **state)
{
	struct room *r = *state;
	const struct draft *draft;
	char hex[REPO_HEX_SIZE];

	room_begin(r, "lake", room_text("The lake", "Words."));
	ok(r, desk_comment(r->desk, "lake", NULL, "One.", &r->err));
	ok(r, desk_comment(r->desk, "lake", NULL, "Two.", &r->err));
	draft = room_draft(r, "lake");
	oid_hex(hex, &draft->commits[draft->state.threads[1].commit].id);
	ok(r, desk_reply(r->desk, "lake", "1", "To one.", &r->err));
	ok(r, desk_resolve(r->desk, "lake", hex, true, &r->err));
	ok(r, desk_resolve(r->desk, "lake", hex, false, &r->err));
	hex[10] = '\0';
	ok(r, desk_resolve(r->desk, "lake", hex, true, &r->err));
	draft = room_draft(r, "lake");
	assert_int_equal(draft->state.threads[0].reply_count, 1);
	assert_true(draft->state.threads[1].resolved);
	assert_int_equal(draft->state.open_threads, 1);
	hex[5] = '\0';
	refuses(r, E_NOTFOUND, "lake has no comment, question or suggestion",
		desk_resolve(r->desk, "lake", hex, true, &r->err));
	refuses(r, E_NOTFOUND, "lake has no comment, question or suggestion 3.",
		desk_resolve(r->desk, "lake", "3", true, &r->err));
	refuses(r, E_NOTFOUND, "lake has no comment, question or suggestion 0.",
		desk_resolve(r->desk, "lake", "0", true, &r->err));
	refuses(r, E_NOTFOUND, "lake has no comment, question or suggestion -1.",
		desk_resolve(r->desk, "lake", "-1", true, &r->err));
	refuses(r, E_NOTFOUND, "lake has no comment, question or suggestion .",
		desk_resolve(r->desk, "lake", "", true, &r->err));
}

static void a_comment_follows_its_words(void **state)
{
	static const char before[] =
	    "---\ntitle: The lake\n---\n\nOn Saturday five volunteers cleared the path.\n\n"
	    "The work was paid by the harbour trust.\n";
	static const struct {
		const char *words; /* that the comment is on, in before */
		const char *after;
		const char *found; /* in after; NULL: gone */
	} rows[] = {
	    {"five volunteers", before, "five volunteers"},
	    {"five",
	     "---\ntitle: The lake\n---\n\nOn Saturday seven volunteers cleared the path.\n\nThe work was "
	     "paid by the harbour trust.\n",
	     "seven"},
	    {"five volunteers",
	     "---\ntitle: The lake path\n---\n\nA new paragraph.\n\nOn Saturday five brave "
	     "volunteers cleared the path.\n\nThe work was paid by the harbour trust.\n",
	     "five brave volunteers"},
	    {"On Saturday five volunteers cleared the path.",
	     "---\ntitle: The lake\n---\n\nThe work was paid by "
	     "the harbour trust.\n",
	     NULL},
	    {"path.\n\nThe work",
	     "---\ntitle: The lake\n---\n\nOn Saturday five volunteers cleared the path.\n\n\n"
	     "The work was paid by the harbour trust.\n",
	     "path.\n\n\nThe work"},
	    {"paid",
	     "---\ntitle: The lake\n---\n\nThe work was paid by the harbour trust.\n\nOn Saturday five "
	     "volunteers cleared the path.\n",
	     "paid"},
	    {"five volunteers",
	     "---\ntitle: The lake\n---\n\nRain fell on the city all day.\n\nThe work was paid by the "
	     "harbour "
	     "trust.\n\nOn Saturday five volunteers cleared the path.\n",
	     "five volunteers"},
	    {"volunteers", "", NULL},
	};
	struct room *r = *state;

	room_begin(r, "lake", before);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct review_passage passage = {.start = (size_t)(strstr(before, rows[i].words) - before),
						 .len = strlen(rows[i].words),
						 .quote = (char *)"nothing that stands there"};
		const struct draft *draft = room_draft(r, "lake");
		const char *after = rows[i].after;
		size_t start = 0;
		size_t end = 0;

		repo_blob_hash(&passage.on, before, strlen(before));
		assert_int_equal(desk_locate(r->desk, draft, &passage, after, strlen(after), &start, &end),
				 rows[i].found != NULL);
		if (rows[i].found == NULL)
			continue;
		if (end - start != strlen(rows[i].found) ||
		    memcmp(after + start, rows[i].found, end - start) != 0)
			fail_msg("\"%s\" is found at \"%.*s\"", rows[i].words, (int)(end - start),
				 after + start);
	}
}

static void a_comment_on_a_text_that_is_not_here_is_found_by_its_quote(void **state)
{
	static const char text[] = "five and five and five";
	struct room *r = *state;
	struct review_passage passage = {.on = history_oid(8),
					 .start = 10,
					 .len = 4,
					 .quote = (char *)"five"};
	size_t start;
	size_t end;

	room_begin(r, "lake", text);
	assert_true(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
	assert_int_equal(start, 9);
	assert_int_equal(end, 13);
	passage.start = (size_t)-1;
	assert_true(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
	assert_int_equal(start, 18);
	passage.quote = (char *)"six";
	assert_false(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
	passage.quote = (char *)"";
	assert_false(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
	/* Offsets that no text of ours has are not believed. */
	repo_blob_hash(&passage.on, text, strlen(text));
	assert_false(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
	passage.on = history_oid(0);
	assert_false(desk_locate(r->desk, room_draft(r, "lake"), &passage, text, strlen(text), &start, &end));
}

/* -- People -- */

static void an_assignee_is_named_as_the_rules_name_them(void **state)
{
	static const char *const names[] = {"Boris", "boris@desk.example", "Boris <boris@desk.example>"};
	struct room *r = *state;

	room_begin(r, "lake", room_text("The lake", "Words."));
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		const struct draft *draft;

		ok(r, desk_assign(r->desk, "lake", names[i], 0, NULL, &r->err));
		draft = room_draft(r, "lake");
		assert_string_equal(draft->commits[draft->state.assignment].assignee,
				    "Boris <boris@desk.example>");
	}
	ok(r, desk_assign(r->desk, "lake", "E. Else <e@else.example>", 0, NULL, &r->err));
	refuses(r, E_NOTFOUND, "The desk's rules name nobody called Nobody",
		desk_assign(r->desk, "lake", "Nobody", 0, NULL, &r->err));
	refuses(r, E_NOTFOUND, "name nobody",
		desk_assign(r->desk, "lake", "A\nEvent: approve <a@b>", 0, NULL, &r->err));
}

static void only_the_sample_newsroom_lets_one_act_as_another(void **state)
{
	struct room *r = *state;

	assert_true(desk_is_sample(r->desk));
	ok(r, repo_config_set(r->n->repo, "copydesk.sample", "false", &r->err));
	room_reopen(r);
	assert_false(desk_is_sample(r->desk));
	refuses(r, E_REFUSED, "Only in the sample newsroom",
		desk_act_as(r->desk, &history_people[BORIS], &r->err));
	assert_string_equal(desk_person(r->desk, NULL)->name, "Anna");
}

static void nobody_may_read_but_not_write(void **state)
{
	struct room *r = *state;
	struct desk *desk;
	size_t count;
	char *name;

	room_begin(r, "lake", room_text("The lake", "Words."));
	assert_int_equal(sh(r->n, "git config --global --unset user.email"), 0);
	ok(r, desk_open(&desk, &(struct desk_options){.folder = r->n->news}, &r->err));
	assert_null(desk_person(desk, &r->err));
	assert_non_null(strstr(r->err.message, "copydesk does not know who you are"));
	assert_non_null(desk_rows(desk, &count));
	assert_int_equal(count, 1);
	refuses(r, E_NOTFOUND, "copydesk does not know who you are",
		desk_submit(desk, "lake", NULL, &r->err));
	refuses(r, E_NOTFOUND, "copydesk does not know who you are",
		desk_new(desk, "city", NULL, "x", NULL, 0, &name, &r->err));
	desk_close(desk);
}

static void rules_that_cannot_be_read_lock_the_desk(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	struct release_result result;

	room_ready(r, "lake", room_text("The lake", "Words."));
	ok(r, desk_plan(r->desk, NULL, 0, &plan, &r->err));
	room_rule(r, "[stap \"review\"]\n");
	assert_string_equal(room_state(r, "lake"), "review");
	refuses(r, E_INVALID, "Until it is mended this newsroom can only be read.",
		desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	refuses(r, E_INVALID, "line 1", desk_release(r->desk, &plan, &result, &r->err));
	room_rule(r, room_policy);
	assert_string_equal(room_state(r, "lake"), "approved");
	room_rule(r, NULL);
	refuses(r, E_NOTFOUND, "is no newsroom", desk_refresh(r->desk, &r->err));
	refuses(r, E_NOTFOUND, "is no newsroom", desk_refresh(r->desk, &r->err));
}

/* What the desk knew when it was opened is no leave to write once the rules are broken. */
static void rules_that_break_meanwhile_lock_an_open_desk(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	char *name = NULL;

	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
	room_as(r, BORIS);
	room_rule(r, "[stap \"review\"]\n");
	refuses(r, E_INVALID, "can only be read", desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	room_rule(r, room_policy);
	ok(r, desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	room_rule(r, "[stap \"review\"]\n");
	refuses(r, E_INVALID, "can only be read",
		desk_new(r->desk, "city", NULL, "x", NULL, 0, &name, &r->err));
	assert_null(name);
	room_rule(r, room_policy);
	ok(r, desk_refresh(r->desk, &r->err));
	room_rule(r, "[stap \"review\"]\n");
	refuses(r, E_INVALID, "can only be read", desk_plan(r->desk, NULL, 0, &plan, &r->err));
	refuses(r, E_INVALID, "can only be read", desk_plan_due(r->desk, &plan, &r->err));
	refuses(r, E_INVALID, "can only be read", desk_plan_fast(r->desk, "lake", &plan, &r->err));
	refuses(r, E_INVALID, "can only be read", desk_may(r->desk, "lake", REVIEW_APPROVE, &r->err));
}

/* -- Who did what -- */

static int add_entry(void *context, const struct desk_entry *entry)
{
	strbuf_addf(context, "%s %s%s%s%s%s\n", entry->person, entry->what, entry->name ? " " : "",
		    entry->name ? entry->name : "", entry->text[0] ? ": " : "", entry->text);
	return 0;
}

static void log_is(struct room *r, const char *name, const char *path, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;

	ok(r, desk_refresh(r->desk, &r->err));
	ok(r, desk_log(r->desk, name, path, add_entry, &words, &r->err));
	assert_string_equal(words.data, wanted);
	strbuf_clear(&words);
}

static int stop(void *context, const struct desk_entry *entry)
{
	(void)entry;
	return ++*(int *)context == 2 ? 7 : 0;
}

static void the_log_tells_the_newest_first(void **state)
{
	struct room *r = *state;
	char *name;
	int seen = 0;

	room_begin(r, "lake", room_text("The lake", "One."));
	room_save(r, "lake", room_text("The lake", "Two."));
	room_submit(r, "lake");
	room_as(r, BORIS);
	ok(r, desk_comment(r->desk, "lake", NULL, "Five?", &r->err));
	ok(r, desk_reply(r->desk, "lake", "1", "Seven.", &r->err));
	ok(r, desk_resolve(r->desk, "lake", "1", true, &r->err));
	ok(r, desk_assign(r->desk, "lake", "Boris", 0, NULL, &r->err));
	ok(r, desk_approve(r->desk, "lake", NULL, NULL, NULL, "Good.", &r->err));
	room_release(r, "lake");
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	log_is(r, "lake", NULL,
	       "Boris released content/city/lake.md (publish)\n"
	       "Boris approved (review) lake: Good.\n"
	       "Boris assigned to Boris lake\n"
	       "Boris resolved a comment lake\n"
	       "Boris replied lake: Seven.\n"
	       "Boris commented lake: Five?\n"
	       "Anna submitted lake\n"
	       "Anna saved (2) lake\n"
	       "Anna began lake\n");
	log_is(r, name, NULL, "Boris began a withdrawal lake-2: legal\n");
	log_is(r, NULL, "content/city/pier.md", "");
	assert_int_equal(desk_log(r->desk, NULL, LAKE, stop, &seen, &r->err), 7);
	assert_int_equal(seen, 2);
	free(name);
}

static void a_clock_that_goes_wrong_changes_no_order(void **state)
{
	struct room *r = *state;

	room_begin(r, "lake", room_text("The lake", "One."));
	desk_clock(r->desk)->now -= 3600;
	room_submit(r, "lake");
	room_begin(r, "pier", room_text("The pier", "One."));
	desk_clock(r->desk)->now -= 3600;
	room_approve(r, "lake");
	room_release(r, "lake");
	log_is(r, "lake", NULL,
	       "Boris approved (review) lake\n"
	       "Anna submitted lake\n"
	       "Anna began lake\n"
	       "Boris released content/city/lake.md (publish)\n");
	log_is(r, NULL, NULL,
	       "Boris released content/city/lake.md (publish)\n"
	       "Dora changed the release branch\n"
	       "Boris approved (review) lake\n"
	       "Anna submitted lake\n"
	       "Anna began lake\n"
	       "Anna began pier\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(an_approval_is_of_what_was_seen),
	    in_a_room(an_approval_is_for_the_step_that_was_seen),
	    in_a_room(what_leaves_the_change_alone_leaves_its_approvals),
	    in_a_room(what_may_be_done_is_told_beforehand),
	    in_a_room(a_reason_is_asked_for),
	    in_a_room(a_comment_is_named_by_number_or_the_start_of_its_id),
	    in_a_room(a_comment_follows_its_words),
	    in_a_room(a_comment_on_a_text_that_is_not_here_is_found_by_its_quote),
	    in_a_room(an_assignee_is_named_as_the_rules_name_them),
	    in_a_room(only_the_sample_newsroom_lets_one_act_as_another),
	    in_a_room(nobody_may_read_but_not_write),
	    in_a_room(rules_that_cannot_be_read_lock_the_desk),
	    in_a_room(rules_that_break_meanwhile_lock_an_open_desk),
	    in_a_room(the_log_tells_the_newest_first),
	    in_a_room(a_clock_that_goes_wrong_changes_no_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
