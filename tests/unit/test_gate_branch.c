#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "server.h"

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

/* -- Tags -- */

static void tags_are_written_once_and_name_a_release(void **state)
{
	static const char tag[] = "refs/tags/release/2026-11-20.1";
	struct server *s = *state;
	struct room *r = s->r;
	struct oid tip;

	server_approved(s);
	room_release(r, "lake");
	tip = room_ref(r, tag);
	server_put(s, tag, &newsroom_none);
	server_takes(s, BORIS);
	server_put(s, tag, &tip);
	server_refuses(s, ANNA, tag, "Its tagger is Boris <boris@desk.example>, and you are Anna");
	server_put(s, tag, &tip);
	server_takes(s, BORIS);
	server_put(s, tag, &newsroom_none);
	server_refuses(s, BORIS, tag, "neither moved nor deleted");
	assert_int_equal(sh(r->n, "cd news && GIT_COMMITTER_EMAIL=boris@desk.example git tag -f -m x "
				  "release/2026-11-20.1 main"),
			 0);
	server_refuses(s, BORIS, tag, "neither moved nor deleted");
	assert_int_equal(sh(r->n, "git -C news tag release/2026-11-20.2 main"), 0);
	server_refuses(s, BORIS, "refs/tags/release/2026-11-20.2", "an annotated one that names a commit");
	server_put(s, "refs/tags/release/2026-11-20.3", &tip);
	server_refuses(s, BORIS, "refs/tags/release/2026-11-20.3",
		       "Inside it is called release/2026-11-20.1.");
	server_put(s, "refs/tags/release/first", &tip);
	server_refuses(s, BORIS, "refs/tags/release/first", "as in release/2026-11-20.1");
	assert_int_equal(sh(r->n, "cd news && GIT_COMMITTER_EMAIL=boris@desk.example git tag -m x "
				  "release/2026-11-20.4 main^"),
			 0);
	server_refuses(s, BORIS, "refs/tags/release/2026-11-20.4", "released no article");
	assert_int_equal(sh(r->n, "cd news && GIT_COMMITTER_EMAIL=boris@desk.example git tag -m x "
				  "release/2026-11-20.5 refs/drafts/lake"),
			 0);
	server_refuses(s, BORIS, "refs/tags/release/2026-11-20.5", "not on the release branch");
	assert_int_equal(sh(r->n,
			    "cd news && GIT_COMMITTER_DATE='2026-11-20T09:02:00Z' "
			    "GIT_COMMITTER_EMAIL=boris@desk.example git tag -m x release/2026-11-20.6 main"),
			 0);
	server_refuses(s, BORIS, "refs/tags/release/2026-11-20.6", "still to come");
}

/* -- The release branch -- */

static void a_release_carries_what_was_approved_and_nothing_else(void **state)
{
	static const struct {
		const char *path;
		const char *text;
		const char *why;
	} rows[] = {
	    {LAKE, "x", "was published with other bytes than were approved"},
	    {"content/city/more.md", "x", "content/city/more.md changed without an approved draft."},
	};
	struct server *s = *state;
	struct room *r = s->r;
	struct repo_commit commit;
	struct oid released;

	server_approved(s);
	room_release(r, "lake");
	released = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &released, &r->err));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		server_put(s, MAIN, &commit.parent);
		server_put(s, "refs/tags/release/2026-11-20.1", &newsroom_none);
		room_forge(r, &(struct forgery){.ref = MAIN,
						.person = BORIS,
						.message = commit.message,
						.tree = commit.tree,
						.path = rows[i].path,
						.text = rows[i].text});
		server_refuses(s, BORIS, MAIN, rows[i].why);
	}
	/* By somebody who may not release; with an author who is another; a merge; on its own, a lie. */
	room_forge(r, &(struct forgery){
			  .ref = MAIN, .person = ANNA, .message = commit.message, .tree = commit.tree});
	server_refuses(s, ANNA, MAIN, "Releasing is for");
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = commit.message,
					.tree = commit.tree,
					.merged = room_ref(r, DRAFT)});
	server_refuses(s, BORIS, MAIN, "It is a merge");
	room_forge(
	    r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "x\n", .path = LAKE, .text = "x"});
	server_refuses(s, BORIS, MAIN, LAKE " changed without an approved draft.");
	room_forge(r, &(struct forgery){
			  .ref = MAIN, .person = BORIS, .message = commit.message, .tree = commit.tree});
	server_takes(s, BORIS);
	repo_commit_clear(&commit);
}

static void the_author_of_a_release_is_who_releases(void **state)
{
	struct server *s = *state;

	server_approved(s);
	room_release(s->r, "lake");
	assert_int_equal(
	    sh(s->r->n,
	       "cd news && git update-ref -d refs/tags/release/2026-11-20.1 && git update-ref " MAIN
	       " $(git log -1 --format=%%B " MAIN " | GIT_AUTHOR_NAME=Dora "
	       "GIT_AUTHOR_EMAIL=dora@desk.example GIT_COMMITTER_NAME=Boris "
	       "GIT_COMMITTER_EMAIL=boris@desk.example git commit-tree -p " MAIN "^ " MAIN "^{tree})"),
	    0);
	server_refuses(s, BORIS, MAIN, "Its author is Dora");
}

/* The drafts are asked as they will be after the push. */
static void a_release_needs_its_drafts_on_the_server(void **state)
{
	struct server *s = *state;
	struct oid draft;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	draft = room_ref(s->r, DRAFT);
	room_approve(s->r, "lake");
	room_release(s->r, "lake");
	server_put(s, DRAFT, &draft);
	server_refuses(s, BORIS, MAIN, "the history of its draft lake is another");
}

/* What was said of a draft since it was approved counts, also for whoever has not fetched it. */
static void a_release_knows_all_that_its_drafts_say(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct oid released;

	server_approved(s);
	room_release(r, "lake");
	released = room_ref(r, MAIN);
	assert_int_equal(sh(r->n, "cd news && git update-ref -d refs/tags/release/2026-11-20.1 && git "
				  "update-ref " MAIN " " MAIN "^ && git update-ref " DRAFT " " DRAFT "^"),
			 0);
	ok(r, desk_refresh(r->desk, &r->err));
	room_as(r, BORIS);
	ok(r, desk_reject(r->desk, "lake", "Not true.", &r->err));
	server_takes(s, BORIS);
	server_put(s, MAIN, &released);
	server_refuses(s, BORIS, MAIN, "lake has news that this release does not know");
}

/*
 * Two pushes at the same moment, a release and a no, are both judged on what was there before: then the
 * release came first, and nothing is in doubt.
 */
static void a_no_beside_a_release_comes_after_it(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct verify_result result;
	struct oid approved;

	server_approved(s);
	approved = room_ref(r, DRAFT);
	room_release(r, "lake");
	server_put(s, DRAFT, &approved);
	room_forge(r,
		   &(struct forgery){.ref = DRAFT,
				     .person = BORIS,
				     .message = "Ask for changes in lake\n\nNot true.\n\nDraft: lake\nEvent: "
						"reject\nArticle: " LAKE "\n"});
	server_follow(s);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_string_equal(room_state(r, "lake"), "released");
	ok(r, desk_verify(r->desk, NULL, &result, NULL, NULL, &r->err));
	assert_int_equal(result.lies, 0);
	/* From then on it is known to be out. */
	room_as(r, BORIS);
	assert_int_equal(desk_reject(r->desk, "lake", "Not true.", &r->err), E_REFUSED);
	room_forge(r, &(struct forgery){.ref = DRAFT,
					.person = BORIS,
					.message =
					    "Spike lake\n\nDraft: lake\nEvent: spike\nArticle: " LAKE "\n"});
	server_refuses(s, BORIS, DRAFT, "lake is published");
}

static void bytes_go_out_once(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct repo_commit commit;
	struct oid released;
	char *name;

	server_approved(s);
	room_release(r, "lake");
	server_takes(s, BORIS);
	released = room_ref(r, MAIN);
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	room_submit(r, name);
	server_takes(s, ANNA);
	room_approve(r, name);
	room_release(r, name);
	server_takes(s, BORIS);
	ok(r, repo_commit_read(r->n->repo, &commit, &released, &r->err));
	room_forge(r, &(struct forgery){
			  .ref = MAIN, .person = BORIS, .message = commit.message, .tree = commit.tree});
	server_refuses(s, BORIS, MAIN, "its draft lake went out before");
	repo_commit_clear(&commit);
	free(name);
}

static void a_forged_date_publishes_nothing_early(void **state)
{
	struct server *s = *state;

	room_begin(s->r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T09:00:30Z\n---\n");
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_approve(s->r, "lake");
	server_takes(s, BORIS);
	desk_clock(s->r->desk)->now += 30;
	room_release(s->r, "lake");
	server_refuses(s, BORIS, MAIN, "lake is under embargo until 2026-11-20 09:00");
	room_release(s->r, "lake");
	s->now += 30;
	server_takes(s, BORIS);
}

static void no_draft_can_be_read_on_into_the_branch(void **state)
{
	struct server *s = *state;

	room_forge(s->r, &(struct forgery){.ref = MAIN,
					   .message = "x\n\nDraft: pier\nArticle: content/city/pier.md\n",
					   .path = "layouts/x",
					   .text = "x"});
	server_refuses(s, ANNA, MAIN, "says \"Draft:\"");
}

/* A release's own article comes first, or its message could be that of another draft. */
static void no_release_can_be_read_as_a_draft(void **state)
{
	static const char *const keys[] = {"Draft", "draft"};
	struct server *s = *state;
	struct room *r = s->r;
	struct repo_commit commit;
	struct oid released;
	struct oid head;

	server_approved(s);
	head = room_ref(r, DRAFT);
	room_release(r, "lake");
	released = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &released, &r->err));
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		char *at = strstr(commit.message, "Article: ");
		char *message =
		    mem_printf("%.*s%s: pier\n%s", (int)(at - commit.message), commit.message, keys[i], at);

		server_put(s, MAIN, &commit.parent);
		server_put(s, DRAFT, &head);
		server_put(s, "refs/tags/release/2026-11-20.1", &newsroom_none);
		room_forge(r, &(struct forgery){
				  .ref = MAIN, .person = BORIS, .message = message, .tree = commit.tree});
		server_refuses(s, BORIS, MAIN, "What this release says of its articles is damaged.");
		free(message);
	}
	repo_commit_clear(&commit);
}

/* -- The ways out -- */

static const char lanes[] = "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
			    "[step \"review\"]\n\trole = editor\n[release]\n\trole = editor\n\toverdue = 1\n"
			    "[correct]\n\tfast-lane = editor\n";

static void ruled_by(struct server *s, const char *policy)
{
	room_rule(s->r, policy);
	server_follow(s);
	room_reopen(s->r);
}

static void what_is_published_is_corrected_by_whom_the_rules_let(void **state)
{
	static const char save[] = "Save more\n\nDraft: more\nArticle: " LAKE "\n";
	static const char *const texts[] = {"x", NULL};
	static const char *const why[] = {"Correcting " LAKE " is for", "Withdrawing " LAKE " is for"};
	struct server *s = *state;

	ruled_by(s, "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
		    "[step \"review\"]\n\trole = editor\n[correct]\n\trole = editor\n"
		    "[withdraw]\n\trole = editor\n");
	server_approved(s);
	room_release(s->r, "lake");
	server_takes(s, BORIS);
	for (size_t i = 0; i < 2; i++) {
		room_forge(s->r, &(struct forgery){.ref = "refs/drafts/more",
						   .parent = room_ref(s->r, MAIN),
						   .message = save,
						   .path = LAKE,
						   .text = texts[i]});
		server_refuses(s, ANNA, "refs/drafts/more", why[i]);
	}
}

static void carry_out(struct server *s, struct release_plan *plan)
{
	struct release_result result;

	ok(s->r, desk_release(s->r->desk, plan, &result, &s->r->err));
	assert_null(result.warning);
	release_result_clear(&result);
}

/* A draft that Boris scheduled; Dora, who may release nothing, lets it go out when it is due by her clock. */
static void schedule_and_carry_out(struct server *s)
{
	struct room *r = s->r;
	struct release_plan plan;

	ruled_by(s, lanes);
	server_approved(s);
	room_as(r, BORIS);
	ok(r, desk_schedule(r->desk, "lake", ROOM_NOW + 60, NULL, NULL, &r->err));
	server_takes(s, BORIS);
	desk_clock(r->desk)->now += 60;
	room_as(r, DORA);
	ok(r, desk_plan_due(r->desk, &plan, &r->err));
	assert_int_equal(plan.count, 1);
	carry_out(s, &plan);
}

static void what_is_scheduled_goes_out_by_whoever_carries_it_out(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct release_plan plan;

	schedule_and_carry_out(s);
	/* Not before it is due by the server's clock. */
	s->now += 59;
	server_refuses(s, DORA, MAIN, "lake");
	s->now += 1;
	ok(r, desk_plan_due(r->desk, &plan, &r->err));
	carry_out(s, &plan);
	server_takes(s, DORA);
	assert_string_equal(room_state(r, "lake"), "released");
}

/* Dated back to when it was due, it is as overdue as it is. */
static void what_is_overdue_cannot_be_dated_back(void **state)
{
	struct server *s = *state;

	schedule_and_carry_out(s);
	s->now += 60 + 61;
	server_refuses(s, DORA, MAIN, "lake is overdue");
}

static void the_fast_lane_is_for_whom_it_is_for(void **state)
{
	static const char lane[] = "Fast-Lane: Boris <boris@desk.example>";
	struct server *s = *state;
	struct room *r = s->r;
	struct release_plan plan;
	struct repo_commit commit;
	struct oid tip;
	char *message;
	char *name;
	char *at;

	ruled_by(s, lanes);
	server_approved(s);
	room_release(r, "lake");
	server_takes(s, BORIS);
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, "A number", &name, &r->err));
	room_save(r, name, room_text("The lake", "Seven."));
	room_submit(r, name);
	server_takes(s, ANNA);
	room_as(r, BORIS);
	ok(r, desk_plan_fast(r->desk, name, &plan, &r->err));
	carry_out(s, &plan);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	server_takes(s, BORIS);
	/* The same by Anna, in her own name. */
	server_put(s, MAIN, &commit.parent);
	server_put(s, "refs/tags/release/2026-11-20.2", &newsroom_none);
	server_follow(s);
	at = strstr(commit.message, lane);
	assert_non_null(at);
	message = mem_printf("%.*sFast-Lane: Anna <anna@desk.example>%s", (int)(at - commit.message),
			     commit.message, at + strlen(lane));
	room_forge(r,
		   &(struct forgery){.ref = MAIN, .person = ANNA, .message = message, .tree = commit.tree});
	server_refuses(s, ANNA, MAIN, "without its review is for role editor.");
	free(message);
	repo_commit_clear(&commit);
	free(name);
}

static void an_article_that_moved_takes_its_address_along(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct repo_entry entry;
	struct repo_commit commit;
	struct oid tip;
	char *name;

	server_approved(s);
	room_release(r, "lake");
	server_takes(s, BORIS);
	room_as(r, ANNA);
	ok(r, desk_rename(r->desk, LAKE, "culture", NULL, "It is about art", &name, &r->err));
	room_submit(r, name);
	server_takes(s, ANNA);
	room_approve(r, name);
	room_release(r, name);
	server_takes(s, BORIS);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	ok(r, repo_tree_find(r->n->repo, &commit.tree, "content/culture/lake.md", &entry, &r->err));
	assert_int_equal(repo_tree_find(r->n->repo, &commit.tree, LAKE, &entry, NULL), E_NOTFOUND);
	repo_commit_clear(&commit);
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_server(tags_are_written_once_and_name_a_release),
	    in_a_server(a_release_carries_what_was_approved_and_nothing_else),
	    in_a_server(the_author_of_a_release_is_who_releases),
	    in_a_server(a_release_needs_its_drafts_on_the_server),
	    in_a_server(a_release_knows_all_that_its_drafts_say),
	    in_a_server(a_no_beside_a_release_comes_after_it),
	    in_a_server(bytes_go_out_once),
	    in_a_server(a_forged_date_publishes_nothing_early),
	    in_a_server(no_draft_can_be_read_on_into_the_branch),
	    in_a_server(no_release_can_be_read_as_a_draft),
	    in_a_server(what_is_published_is_corrected_by_whom_the_rules_let),
	    in_a_server(what_is_scheduled_goes_out_by_whoever_carries_it_out),
	    in_a_server(what_is_overdue_cannot_be_dated_back),
	    in_a_server(the_fast_lane_is_for_whom_it_is_for),
	    in_a_server(an_article_that_moved_takes_its_address_along),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
