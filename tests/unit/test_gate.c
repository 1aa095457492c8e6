#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk/draft.h"
#include "desk/gate.h"
#include "server.h"

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

/* Appends an event that the desk has no act for yet. */
static void append(struct server *s, enum person person, struct draft_change change)
{
	struct draft *draft;
	struct oid head;

	change.person = &history_people[person];
	change.time = (struct repo_time){ROOM_NOW, 0};
	ok(s->r, draft_load(&draft, s->r->n->repo, "lake", &s->r->err));
	ok(s->r, draft_append(&head, s->r->n->repo, draft, &change, &s->r->err));
	draft_free(draft);
	ok(s->r, desk_refresh(s->r->desk, &s->r->err));
}

/* -- Honest histories -- */

static void the_way_of_an_article_is_taken(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct review_passage passage = {.quote = (char *)"Words"};
	const struct draft *draft;
	const char *text;

	server_begin(s);
	server_takes(s, ANNA);
	ok(r, desk_attach(r->desk, "lake", "lake.png", "png", 3, &r->err));
	room_submit(r, "lake");
	ok(r, desk_assign(r->desk, "lake", "陈", ROOM_NOW + 3600, "Today, please.", &r->err));
	server_takes(s, ANNA);
	room_as(r, CHEN);
	draft = room_draft(r, "lake");
	passage.on = draft->blob;
	passage.start = (size_t)(strstr(draft->text, "Words") - draft->text);
	passage.len = strlen("Words");
	ok(r, desk_comment(r->desk, "lake", &passage, "Which words?\n\nDraft: lake", &r->err));
	ok(r, desk_comment(r->desk, "lake", NULL, "#1 Too short.", &r->err));
	ok(r, desk_reject(r->desk, "lake", "See there.", &r->err));
	server_takes(s, CHEN);
	room_as(r, ANNA);
	ok(r, desk_reply(r->desk, "lake", "1", "These.", &r->err));
	ok(r, desk_resolve(r->desk, "lake", "1", true, &r->err));
	ok(r, desk_resolve(r->desk, "lake", "2", true, &r->err));
	ok(r, desk_resolve(r->desk, "lake", "2", false, &r->err));
	ok(r, desk_resolve(r->desk, "lake", "2", true, &r->err));
	room_save(r, "lake", room_text("The lake", "More words."));
	room_submit(r, "lake");
	server_takes(s, ANNA);
	room_approve(r, "lake");
	server_takes(s, BORIS);
	room_as(r, CHEN);
	ok(r, desk_spike(r->desk, "lake", "Not now.", &r->err));
	ok(r, desk_restore(r->desk, "lake", "Now.", &r->err));
	server_takes(s, CHEN);
	room_submit(r, "lake");
	server_takes(s, ANNA);
	room_approve(r, "lake");
	room_release(r, "lake");
	/* The branch, the draft that says so, and the tag. */
	server_takes(s, BORIS);
	text = room_text("The lake", "Other words.");
	room_publish(r, "pier", text);
	assert_string_equal(room_state(r, "pier"), "released");
}

static void questions_suggestions_and_times_are_taken(void **state)
{
	struct server *s = *state;
	struct review_passage passage = {.start = 4, .len = 5, .quote = (char *)"title"};
	struct strlist threads = {0};
	struct strlist people = {0};
	char hex[REPO_HEX_SIZE];
	struct repo_entry entry = {.path = LAKE, .mode = REPO_MODE_FILE};
	struct oid head;

	server_begin(s);
	server_takes(s, ANNA);
	passage.on = room_draft(s->r, "lake")->blob;
	append(s, BORIS, (struct draft_change){.event = REVIEW_QUESTION, .text = "Why?"});
	append(s, BORIS,
	       (struct draft_change){.event = REVIEW_SUGGEST, .passage = &passage, .replacement = "head\n"});
	append(s, BORIS,
	       (struct draft_change){.event = REVIEW_SUGGEST, .passage = &passage, .replacement = ""});
	append(s, BORIS, (struct draft_change){.event = REVIEW_EMBARGO, .at = ROOM_NOW + 60});
	append(s, BORIS, (struct draft_change){.event = REVIEW_EMBARGO});
	server_takes(s, BORIS);
	head = room_before(s->r, DRAFT, 3);
	oid_hex(hex, &head);
	strlist_add(&threads, hex);
	strlist_add(&people, "Boris <boris@desk.example>");
	entry.id = newsroom_blob(s->r->n, room_text("The lake", "Words, words."));
	append(s, ANNA,
	       (struct draft_change){
		   .threads = &threads, .co_authors = &people, .entries = &entry, .entry_count = 1});
	strlist_clear(&threads);
	head = room_before(s->r, DRAFT, 3);
	oid_hex(hex, &head);
	strlist_add(&threads, hex);
	append(s, ANNA,
	       (struct draft_change){.event = REVIEW_REFUSE, .threads = &threads, .text = "It stays."});
	strlist_clear(&threads);
	ok(s->r, desk_resolve(s->r->desk, "lake", "1", true, &s->r->err));
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_approve(s->r, "lake");
	append(s, BORIS,
	       (struct draft_change){.event = REVIEW_SCHEDULE,
				     .at = ROOM_NOW + 60,
				     .policy = &desk_policy(s->r->desk)->blob});
	append(s, BORIS, (struct draft_change){.event = REVIEW_UNSCHEDULE});
	server_takes(s, BORIS);
	strlist_clear(&people);
}

static void a_correction_an_update_and_a_withdrawal_are_taken(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	char *first;
	char *second;
	size_t clashes;

	server_approved(s);
	room_release(r, "lake");
	server_takes(s, BORIS);
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, "A name", &first, &r->err));
	ok(r, desk_correct(r->desk, LAKE, "A number", &second, &r->err));
	room_save(r, first, room_text("The lake", "Words!"));
	room_save(r, second, room_text("The old lake", "Words."));
	room_submit(r, first);
	server_takes(s, ANNA);
	room_approve(r, first);
	room_release(r, first);
	server_takes(s, BORIS);
	room_as(r, ANNA);
	ok(r, desk_update(r->desk, second, DESK_NEITHER, &clashes, &r->err));
	room_submit(r, second);
	server_takes(s, ANNA);
	room_approve(r, second);
	room_release(r, second);
	server_takes(s, BORIS);
	free(first);
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &first, &r->err));
	room_submit(r, first);
	server_takes(s, ANNA);
	room_approve(r, first);
	room_release(r, first);
	server_takes(s, BORIS);
	free(first);
	free(second);
}

static const char solo[] = "[step \"review\"]\n[rules]\n\tauthor-may-approve = true\n";

static void all_of_it_may_come_in_one_push(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;

	room_rule(r, solo);
	server_follow(s);
	room_reopen(r);
	for (int i = 0; i < 3; i++) {
		static const char *const names[] = {"lake", "pier", "port"};

		room_begin(r, names[i], room_text(names[i], "Words."));
		room_submit(r, names[i]);
		ok(r, desk_approve(r->desk, names[i], NULL, NULL, NULL, NULL, &r->err));
	}
	for (int i = 0; i < 2; i++) {
		struct release_result result;
		struct release_plan plan;

		ok(r, desk_plan(r->desk, (char *[]){(char *)(i ? "pier" : "lake")}, 1, &plan, &r->err));
		ok(r, desk_release(r->desk, &plan, &result, &r->err));
		release_result_clear(&result);
	}
	server_takes(s, ANNA);
	assert_string_equal(room_state(r, "pier"), "released");
	assert_string_equal(room_state(r, "port"), "approved");
}

static void files_that_are_no_articles_are_taken(void **state)
{
	struct server *s = *state;

	room_forge(s->r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = "layouts/x", .text = "x"});
	room_forge(s->r, &(struct forgery){.ref = "refs/wip/ANNA@desk.example/lake",
					   .parent = room_ref(s->r, MAIN),
					   .message = "x\n"});
	server_takes(s, ANNA);
	server_put(s, "refs/wip/ANNA@desk.example/lake", &newsroom_none);
	server_takes(s, ANNA);
}

/* -- Refs -- */

static void refs_that_are_none_of_ours_are_refused(void **state)
{
	static const char *const refs[] = {
	    "refs/heads/other",
	    "refs/heads/Main",
	    "refs/Drafts/lake",
	    "refs/heads/main2",
	    "refs/notes/commits",
	    "refs/replace/0123456789012345678901234567890123456789",
	    "refs/copydesk/x",
	    "refs/tags/v1",
	    "refs/tags/Release/2026-11-20.1",
	    "refs/remotes/origin/x",
	    "refs/stash",
	    "refs/draft/lake",
	};
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);

	for (size_t i = 0; i < sizeof refs / sizeof refs[0]; i++) {
		server_put(s, refs[i], &tip);
		server_refuses(s, BORIS, refs[i], "and nothing else: push without it.");
	}
	server_put(s, "refs/wip/boris@desk.example/lake", &tip);
	server_refuses(s, ANNA, "refs/wip/boris@desk.example/lake",
		       "yours lies below refs/wip/anna@desk.example/");
	server_put(s, "refs/drafts/culture/lake", &tip);
	server_refuses(s, ANNA, "refs/drafts/culture/lake", "A draft cannot be called culture/lake");
}

static void nothing_is_deleted_or_rewritten(void **state)
{
	struct server *s = *state;
	struct oid old = room_ref(s->r, MAIN);
	struct oid head;

	server_approved(s);
	head = room_ref(s->r, DRAFT);
	server_put(s, DRAFT, &newsroom_none);
	server_refuses(s, ANNA, DRAFT, "The draft lake cannot be deleted");
	server_put(s, MAIN, &newsroom_none);
	server_refuses(s, BORIS, MAIN, "cannot be deleted");
	/* One commit less; the last one once more; another draft's line; no draft at all. */
	head = room_before(s->r, DRAFT, 1);
	server_put(s, DRAFT, &head);
	server_refuses(s, BORIS, DRAFT, "a draft only grows: fetch, and push again.");
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .person = BORIS,
				     .parent = head,
				     .message =
					 "Spike lake\n\nDraft: lake\nEvent: spike\nArticle: " LAKE "\n"});
	server_refuses(s, BORIS, DRAFT, "a draft only grows: fetch, and push again.");
	server_put(s, DRAFT, &old);
	server_refuses(s, BORIS, DRAFT, "a draft only grows");
	room_release(s->r, "lake");
	server_takes(s, BORIS);
	server_put(s, MAIN, &old);
	server_refuses(s, BORIS, MAIN, "moves forward only");
	room_forge(s->r,
		   &(struct forgery){.ref = MAIN, .parent = old, .message = "x\n", .path = "x", .text = "x"});
	server_refuses(s, BORIS, MAIN, "moves forward only");
	server_put(s, "refs/drafts/pier", &old);
	server_refuses(s, BORIS, "refs/drafts/pier", "pier is no draft");
}

static void one_refused_ref_does_not_hide_another(void **state)
{
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);
	char *words;

	server_begin(s);
	server_put(s, "refs/heads/x", &tip);
	server_put(s, "refs/notes/x", &tip);
	words = server_push(s, ANNA);
	assert_non_null(strstr(words, "refs/heads/x: This newsroom takes"));
	assert_non_null(strstr(words, "refs/notes/x: This newsroom takes"));
	assert_null(strstr(words, DRAFT));
	free(words);
}

/* -- People and times -- */

static void who_pushes_is_who_did_it(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	char *words;

	server_begin(s);
	server_refuses(s, BORIS, DRAFT, "Its author is Anna <anna@desk.example>, and you are Boris");
	server_begin(s);
	server_takes(s, ANNA);
	/* The committer is another, or the author. */
	assert_int_equal(sh(r->n, "cd news && git update-ref " DRAFT
				  " $(printf 'Submit lake\\n\\nDraft: lake\\nEvent: "
				  "submit\\nArticle: " LAKE "\\n' | GIT_AUTHOR_EMAIL=anna@desk.example "
				  "GIT_COMMITTER_NAME=Boris GIT_COMMITTER_EMAIL=boris@desk.example git "
				  "commit-tree -p " DRAFT " " DRAFT "^{tree})"),
			 0);
	server_refuses(s, ANNA, DRAFT, "Its committer is Boris <boris@desk.example>, and you are Anna");
	assert_int_equal(sh(r->n,
			    "cd news && git update-ref " DRAFT
			    " $(printf 'Submit lake\\n\\nDraft: lake\\nEvent: "
			    "submit\\nArticle: " LAKE "\\n' | GIT_AUTHOR_NAME=Boris "
			    "GIT_AUTHOR_EMAIL=anna@desk.example GIT_COMMITTER_EMAIL=anna@desk.example git "
			    "commit-tree -p " DRAFT " " DRAFT "^{tree})"),
			 0);
	server_refuses(s, ANNA, DRAFT, "Its author is called Boris, as another person of this desk is");
	/* A name of one's own choice is fine: the mail decides. */
	assert_int_equal(sh(r->n,
			    "cd news && git update-ref " DRAFT
			    " $(printf 'Submit lake\\n\\nDraft: lake\\nEvent: "
			    "submit\\nArticle: " LAKE "\\n' | GIT_AUTHOR_NAME='Anna W.' "
			    "GIT_AUTHOR_EMAIL=ANNA@desk.example GIT_COMMITTER_EMAIL=anna@desk.example git "
			    "commit-tree -p " DRAFT " " DRAFT "^{tree})"),
			 0);
	server_takes(s, ANNA);
	room_approve(r, "lake");
	room_release(r, "lake");
	words = server_push(s, CHEN);
	assert_non_null(strstr(words, MAIN ": Its committer is Boris"));
	assert_non_null(strstr(words, DRAFT ": Its author is Boris"));
	assert_non_null(strstr(words, "refs/tags/release/2026-11-20.1: Its tagger is Boris"));
	free(words);
}

static void what_is_still_to_come_is_refused(void **state)
{
	static const char submit[] = "Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n";
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .message = submit, .later = GATE_LEEWAY + 1});
	server_refuses(s, ANNA, DRAFT, "It is dated 2026-11-20T09:01:01Z, which is still to come");
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .message = submit, .later = GATE_LEEWAY});
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = MAIN,
					   .message = "x\n",
					   .path = "layouts/x",
					   .text = "x",
					   .later = GATE_LEEWAY + 1});
	server_refuses(s, ANNA, MAIN, "still to come");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_server(the_way_of_an_article_is_taken),
	    in_a_server(questions_suggestions_and_times_are_taken),
	    in_a_server(a_correction_an_update_and_a_withdrawal_are_taken),
	    in_a_server(all_of_it_may_come_in_one_push),
	    in_a_server(files_that_are_no_articles_are_taken),
	    in_a_server(refs_that_are_none_of_ours_are_refused),
	    in_a_server(nothing_is_deleted_or_rewritten),
	    in_a_server(one_refused_ref_does_not_hide_another),
	    in_a_server(who_pushes_is_who_did_it),
	    in_a_server(what_is_still_to_come_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
