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
#include "desk/draft.h"
#include "desk/gate.h"
#include "server.h"

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

/* The first parent of where a ref stands, so many times. */
static struct oid ancestor(struct room *r, const char *ref, int times)
{
	struct oid id = room_ref(r, ref);

	while (times-- > 0) {
		struct repo_commit commit;

		ok(r, repo_commit_read(r->n->repo, &commit, &id, &r->err));
		id = commit.parent;
		repo_commit_clear(&commit);
	}
	return id;
}

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
	head = ancestor(s->r, DRAFT, 3);
	oid_hex(hex, &head);
	strlist_add(&threads, hex);
	strlist_add(&people, "Boris <boris@desk.example>");
	entry.id = newsroom_blob(s->r->n, room_text("The lake", "Words, words."));
	append(s, ANNA,
	       (struct draft_change){
		   .threads = &threads, .co_authors = &people, .entries = &entry, .entry_count = 1});
	strlist_clear(&threads);
	head = ancestor(s->r, DRAFT, 3);
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
	head = ancestor(s->r, DRAFT, 1);
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

/* Behind a commit that is none of the draft's, the draft would begin anew, without its authors and events. */
static void a_draft_does_not_begin_anew_on_its_own_line(void **state)
{
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);

	server_begin(s);
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .person = BORIS, .message = "x\n"});
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .person = BORIS,
					   .merged = tip,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n"});
	server_refuses(s, BORIS, DRAFT, "lake is no draft: its commits do not say so.");
}

static void a_draft_begins_with_one_parent(void **state)
{
	static const char x[] = "refs/heads/x";
	struct server *s = *state;
	struct oid tip = room_ref(s->r, MAIN);
	struct repo_commit commit;
	struct oid beside;

	ok(s->r, repo_commit_read(s->r->n->repo, &commit, &tip, &s->r->err));
	room_forge(s->r,
		   &(struct forgery){.ref = x, .parent = tip, .message = "x\n", .path = "x", .text = "x"});
	beside = room_forge(s->r, &(struct forgery){.ref = x, .message = "x\n", .tree = commit.tree});
	server_put(s, x, &newsroom_none);
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .parent = beside,
					   .merged = tip,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					   .path = LAKE,
					   .text = room_text("The lake", "Words.")});
	server_refuses(s, ANNA, DRAFT, "lake does not stand on the release branch: begin it there.");
	repo_commit_clear(&commit);
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

/* -- The form of messages -- */

static void a_message_that_copydesk_would_not_write_is_refused(void **state)
{
	static const struct {
		const char *message;
		const char *why;
	} rows[] = {
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nEvent: spike\nArticle: " LAKE "\n",
	     "says \"Event:\" more than once"},
	    {"Submit lake\n\nDraft: lake\nDraft: pier\nEvent: submit\nArticle: " LAKE "\n",
	     "says \"Draft:\" more than once"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: content/city/pier.md\n",
	     "names the article content/city/pier.md"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\n", "says no \"Article:\""},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\nStep: review\n",
	     "says \"Step:\", which no submit does"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\nReviewed-by: x\n",
	     "says \"Reviewed-by:\", which no submit does"},
	    {"Submit lake\n\nDraft: lake\nevent: submit\nArticle: " LAKE "\n", "says \"event:\""},
	    {"Submit lake\n\nDraft: lake\nEvent: dance\nArticle: " LAKE "\n", "no event that this version"},
	    {"Submit lake\n\nDraft: lake\nArticle: " LAKE "\n", "no event that this version"},
	    {"Submit lake\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n", "lake is no draft"},
	    {"Submit lake\n\nDraft: lake\nEvent:  submit\nArticle: " LAKE "\n", "not as copydesk writes it"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE, "not as copydesk writes it"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\nSome words\nArticle: " LAKE "\n",
	     "lake is no draft"},
	    {"Submit lake\n\nEvent: approve\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
	     "not as copydesk writes it"},
	    {"Submit lake\n\nWords.\n---\nDraft: lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
	     "lake is no draft"},
	    {"Submit lake\n\nDraft: lake\nEvent: sub\n mit\nArticle: " LAKE "\n",
	     "no event that this version"},
	    {"Submit lake\n\nDraft: lake\nEvent: submit\n mit\nArticle: " LAKE "\n",
	     "no event that this version"},
	    {"Comment on lake\n\nDraft: lake\nEvent: resolve\nArticle: " LAKE
	     "\nThread: 0123456789012345678901234567890123456789\n",
	     "lake has no comment, question or suggestion 0123456789."},
	    {"Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE "\nAssignee: Boris\n",
	     "is no person"},
	    {"Released lake\n\nDraft: lake\nEvent: released\nArticle: " LAKE "\n",
	     "It says that lake was released, and the release branch does not."},
	    {"Comment on lake\n\nx\n\nDraft: lake\nEvent: comment\nArticle: " LAKE
	     "\nOn: 0123456789012345678901234567890123456789\nAt: 0+1 x\n",
	     "It is about a text that lake never had."},
	};
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT, .message = rows[i].message});
		server_refuses(s, ANNA, DRAFT, rows[i].why);
	}
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message =
					 "Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n",
				     .path = LAKE,
				     .text = room_text("The lake", "Other words.")});
	server_refuses(s, ANNA, DRAFT, "says \"Event:\", which no save does");
}

/* What is said of a draft needs one that is there. */
static void a_draft_begins_with_a_save(void **state)
{
	static const char *const messages[] = {
	    "Released lake\n\nDraft: lake\nEvent: released\nArticle: " LAKE "\n",
	    "Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE
	    "\nAssignee: Boris <boris@desk.example>\n",
	    "Comment on lake\n\nx\n\nDraft: lake\nEvent: comment\nArticle: " LAKE
	    "\nOn: 0123456789012345678901234567890123456789\nAt: 0+1 x\n",
	};
	struct server *s = *state;

	server_follow(s);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT,
						   .message = messages[i],
						   .parent = room_ref(s->r, "refs/heads/main")});
		server_refuses(s, ANNA, DRAFT, "says \"Event:\", which no save does");
		server_put(s, DRAFT, &newsroom_none);
	}
}

/* Two programs can read two things in one message. */
static void words_are_in_utf8(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	assert_int_equal(
	    sh(s->r->n, "cd news && printf 'Submit lake\\n\\nDraft: lake\\nEvent: submit\\nArticle: " LAKE
			"\\n' >../words && export GIT_AUTHOR_NAME=Anna GIT_AUTHOR_EMAIL=anna@desk.example "
			"GIT_COMMITTER_NAME=Anna GIT_COMMITTER_EMAIL=anna@desk.example "
			"GIT_AUTHOR_DATE=2026-11-20T09:00:00Z GIT_COMMITTER_DATE=2026-11-20T09:00:00Z && "
			"git update-ref " DRAFT " $(git -c i18n.commitEncoding=UTF-7 commit-tree -p " DRAFT
			" -F ../words " DRAFT "^{tree})"),
	    0);
	server_refuses(s, ANNA, DRAFT, "in another encoding than UTF-8");
}

/* The server takes no tick that the desk would not have given. */
static void a_tick_is_one_of_the_checklist(void **state)
{
	struct server *s = *state;
	struct oid head;
	char *blob;
	char hex[REPO_HEX_SIZE];
	char *message;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	head = room_ref(s->r, DRAFT);
	blob = room_blob(s->r, &head, LAKE);
	oid_hex(hex, &desk_policy(s->r->desk)->blob);
	message = mem_printf("Approve lake (review)\n\nDraft: lake\nEvent: approve\nArticle: " LAKE
			     "\nStep: review\nChecked: Nothing at all\nCovers: 100644 %s %040d " LAKE
			     "\nPolicy: %s\n",
			     blob, 0, hex);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .person = BORIS, .message = message});
	server_refuses(s, BORIS, DRAFT, "The step review has no checklist: leave out \"Nothing at all\".");
	free(message);
	free(blob);
}

/* Who cannot do what is next is not asked for it, by whatever program. */
static void an_assignment_is_to_who_can_do_it(void **state)
{
	struct server *s = *state;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message = "Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE
						"\nAssignee: Anna <anna@desk.example>\n"});
	server_refuses(s, ANNA, DRAFT, "lake cannot be assigned to Anna, who is not of this step");
}

static void a_draft_keeps_its_kind(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	room_forge(s->r, &(struct forgery){.ref = DRAFT,
					   .message = "Save lake\n\nDraft: lake\nArticle: " LAKE
						      "\nKind: withdraw\n",
					   .path = LAKE,
					   .text = room_text("The lake", "It is gone.")});
	server_refuses(s, ANNA, DRAFT, "says \"Kind:\", which only the first commit of a draft does.");
}

/* -- The rules -- */

/* An approval as a program would write it, of the draft as it was so many commits ago. */
static void forge_approval_of(struct server *s, enum person person, int ago, const struct oid *policy)
{
	struct oid head = ancestor(s->r, DRAFT, ago);
	char *blob = room_blob(s->r, &head, LAKE);
	char hex[REPO_HEX_SIZE];
	char *message;

	oid_hex(hex, policy);
	message = mem_printf("Approve lake (review)\n\nDraft: lake\nEvent: approve\nArticle: " LAKE
			     "\nStep: review\nCovers: 100644 %s %040d " LAKE "\nPolicy: %s\n",
			     blob, 0, hex);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .person = person, .message = message});
	free(message);
	free(blob);
}

static void forge_approval(struct server *s, enum person person, const struct oid *policy)
{
	forge_approval_of(s, person, 0, policy);
}

static void an_approval_is_asked_of_the_rules(void **state)
{
	struct server *s = *state;
	struct oid policy = desk_policy(s->r->desk)->blob;
	struct oid other = history_oid(3);

	server_begin(s);
	server_takes(s, ANNA);
	forge_approval(s, BORIS, &policy);
	server_refuses(s, BORIS, DRAFT, "lake is not submitted: only a submitted draft can be approved.");
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	forge_approval(s, ANNA, &policy);
	server_refuses(s, ANNA, DRAFT, "The step review is for");
	forge_approval(s, BORIS, &other);
	server_refuses(s, BORIS, DRAFT, "given under other rules");
	forge_approval(s, BORIS, &policy);
	server_takes(s, BORIS);
	/* Replayed on other bytes; and once more on the same. */
	room_save(s->r, "lake", room_text("The lake", "Other words."));
	server_takes(s, ANNA);
	forge_approval_of(s, BORIS, 1, &policy);
	server_refuses(s, BORIS, DRAFT, "It is for other bytes than lake has");
	forge_approval(s, BORIS, &policy);
	server_takes(s, BORIS);
	forge_approval(s, BORIS, &policy);
	server_refuses(s, BORIS, DRAFT, "The step due for lake is release, not review.");
}

static void an_author_approves_nothing(void **state)
{
	struct server *s = *state;
	struct oid policy = desk_policy(s->r->desk)->blob;
	const char *text;

	server_begin(s);
	server_takes(s, ANNA);
	room_as(s->r, BORIS);
	text = room_text("The lake", "Words of Boris.");
	ok(s->r, desk_save(s->r->desk, "lake", NULL, text, strlen(text), NULL, &s->r->err));
	server_takes(s, BORIS);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	forge_approval(s, BORIS, &policy);
	server_refuses(s, BORIS, DRAFT, "You wrote in lake: another person must approve it.");
}

static void a_save_changes_its_article_and_what_is_beside_it(void **state)
{
	static const struct {
		const char *path;
		enum repo_mode mode;
		const char *why;
	} rows[] = {
	    {"content/city/pier.md", 0, "neither its article nor a file beside it"},
	    {"content/culture/lake.png", 0, "neither its article nor a file beside it"},
	    {POLICY_PATH, 0, "neither its article nor a file beside it"},
	    {"README", 0, "neither its article nor a file beside it"},
	    {"content/city/lake.png", REPO_MODE_LINK, "as something else than a plain file"},
	    {LAKE, REPO_MODE_EXECUTABLE, "as something else than a plain file"},
	};
	static const char save[] = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n";
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		room_forge(s->r, &(struct forgery){.ref = DRAFT,
						   .message = save,
						   .path = rows[i].path,
						   .text = "x",
						   .mode = rows[i].mode});
		server_refuses(s, ANNA, DRAFT, rows[i].why);
	}
	room_forge(s->r, &(struct forgery){.ref = "refs/drafts/pier",
					   .parent = room_ref(s->r, MAIN),
					   .message = "Save pier\n\nDraft: pier\nArticle: layouts/pier.md\n",
					   .path = "layouts/pier.md",
					   .text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "layouts/pier.md is not an article's place");
}

static void what_is_too_large_is_refused_before_it_is_read(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	char *words = mem_alloc(REPO_BLOB_LIMIT + 2);

	server_begin(s);
	server_takes(s, ANNA);
	memset(words, 'x', REPO_BLOB_LIMIT + 1);
	words[REPO_BLOB_LIMIT + 1] = '\0';
	room_forge(r, &(struct forgery){.ref = DRAFT,
					.message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					.path = LAKE,
					.text = words});
	server_refuses(s, ANNA, DRAFT, LAKE " is larger than 16 MiB, the most that an article may have.");
	room_rule(r, "[step \"review\"]\n[attachment]\n\tlargest = 5k\n");
	server_follow(s);
	words[5121] = '\0';
	room_forge(r, &(struct forgery){.ref = DRAFT,
					.message = "Save lake\n\nDraft: lake\nArticle: " LAKE "\n",
					.path = "content/city/lake.png",
					.text = words});
	server_refuses(s, ANNA, DRAFT,
		       "content/city/lake.png has 5121 bytes, and a file beside an article has at most 5120");
	free(words);
}

static void a_draft_stands_on_the_release_branch(void **state)
{
	static const char save[] = "Save pier\n\nDraft: pier\nArticle: content/city/pier.md\n";
	struct server *s = *state;
	struct room *r = s->r;
	struct oid old = room_ref(r, MAIN);
	struct oid beside;

	server_approved(s);
	/* On another draft; on a commit that nobody has; from the newest release back to an older one. */
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier",
					.parent = room_ref(r, DRAFT),
					.message = save,
					.path = "content/city/pier.md",
					.text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "pier does not stand on the release branch");
	beside = room_forge(r, &(struct forgery){.ref = "refs/heads/x",
						 .parent = old,
						 .message = "x\n",
						 .path = "x",
						 .text = "x"});
	server_put(s, "refs/heads/x", &newsroom_none);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier",
					.parent = beside,
					.message = save,
					.path = "content/city/pier.md",
					.text = "x"});
	server_refuses(s, ANNA, "refs/drafts/pier", "pier does not stand on the release branch");
	room_release(r, "lake");
	server_takes(s, BORIS);
	room_begin(r, "pier", room_text("The pier", "Words."));
	server_takes(s, ANNA);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier", .merged = old, .message = save});
	server_refuses(s, ANNA, "refs/drafts/pier", "to an older state of the release branch");
}

/* -- The desk's rules -- */

static void a_desk_without_rules_takes_nothing(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	room_rule(s->r, "[stap \"review\"]\n");
	server_refuses(s, DORA, "all",
		       "The desk's rules on the branch main cannot be read: .copydesk/policy, line 1");
	room_rule(s->r, "[stap \"review\"]\n");
	server_follow(s);
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message =
					 "Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n"});
	server_refuses(s, ANNA, "all", "cannot be read");
	room_rule(s->r, room_policy);
	server_takes(s, DORA);
}

static void a_server_without_a_branch_takes_nothing(void **state)
{
	struct server *s = *state;

	server_begin(s);
	s->branch = "trunk";
	server_refuses(s, ANNA, "all", "has no release branch trunk yet");
}

/* A draft of the desk's rules, approved by Boris and released by Dora. */
static void release_rules(struct server *s, const char *text)
{
	struct room *r = s->r;
	const struct oid blob = newsroom_blob(r->n, text);
	const struct repo_entry entry = {.path = POLICY_PATH, .mode = REPO_MODE_FILE, .id = blob};
	const struct oid tip = room_ref(r, MAIN);
	const struct draft_change change = {.person = &history_people[ANNA],
					    .time = {ROOM_NOW, 0},
					    .entries = &entry,
					    .entry_count = 1};
	struct release_result result;
	struct release_plan plan;
	struct oid head;

	ok(r, draft_begin(&head, r->n->repo, "rules", POLICY_PATH, &tip, &change, &r->err));
	ok(r, desk_refresh(r->desk, &r->err));
	room_submit(r, "rules");
	server_takes(s, ANNA);
	room_approve(r, "rules");
	server_takes(s, BORIS);
	room_as(r, DORA);
	ok(r, desk_plan(r->desk, (char *[]){(char *)"rules"}, 1, &plan, &r->err));
	ok(r, desk_release(r->desk, &plan, &result, &r->err));
	release_result_clear(&result);
}

static void rules_change_as_an_article_does(void **state)
{
	struct server *s = *state;
	struct oid policy;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	release_rules(s, solo);
	server_takes(s, DORA);
	/* From here on Anna may. */
	room_as(s->r, ANNA);
	ok(s->r, desk_approve(s->r->desk, "lake", NULL, NULL, NULL, NULL, &s->r->err));
	server_takes(s, ANNA);
	policy = desk_policy(s->r->desk)->blob;
	assert_false(oid_is_zero(&policy));
}

/* Approvals that were given under the rules before are taken with the release that changes these. */
static void events_under_the_rules_before_come_with_the_new_ones(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct oid before = room_ref(r, MAIN);
	struct oid released;

	release_rules(s, "[role \"editor\"]\n\tperson = Dora <dora@desk.example>\n"
			 "\tperson = 陈 <chen@desk.example>\n[step \"review\"]\n\trole = editor\n");
	server_takes(s, DORA);
	released = room_ref(r, MAIN);
	server_put(s, MAIN, &before);
	server_follow(s);
	ok(r, desk_refresh(r->desk, &r->err));
	server_begin(s);
	room_submit(r, "lake");
	server_takes(s, ANNA);
	server_put(s, MAIN, &released);
	forge_approval(s, DORA, &desk_policy(r->desk)->blob);
	server_refuses(s, DORA, DRAFT, "It was given under other rules than the desk has");
	server_put(s, MAIN, &released);
	ok(r, desk_refresh(r->desk, &r->err));
	forge_approval(s, DORA, &desk_policy(r->desk)->blob);
	server_takes(s, DORA);
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
	    in_a_server(a_draft_does_not_begin_anew_on_its_own_line),
	    in_a_server(a_draft_begins_with_one_parent),
	    in_a_server(one_refused_ref_does_not_hide_another),
	    in_a_server(who_pushes_is_who_did_it),
	    in_a_server(what_is_still_to_come_is_refused),
	    in_a_server(a_message_that_copydesk_would_not_write_is_refused),
	    in_a_server(a_draft_begins_with_a_save),
	    in_a_server(words_are_in_utf8),
	    in_a_server(a_tick_is_one_of_the_checklist),
	    in_a_server(an_assignment_is_to_who_can_do_it),
	    in_a_server(a_draft_keeps_its_kind),
	    in_a_server(an_approval_is_asked_of_the_rules),
	    in_a_server(an_author_approves_nothing),
	    in_a_server(a_save_changes_its_article_and_what_is_beside_it),
	    in_a_server(what_is_too_large_is_refused_before_it_is_read),
	    in_a_server(a_draft_stands_on_the_release_branch),
	    in_a_server(a_desk_without_rules_takes_nothing),
	    in_a_server(a_server_without_a_branch_takes_nothing),
	    in_a_server(rules_change_as_an_article_does),
	    in_a_server(events_under_the_rules_before_come_with_the_new_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
