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

#define MAIN "refs/heads/main"

/* Plans as the person who sits there. */
static void plan_of(struct room *r, struct release_plan *plan, const char *a, const char *b)
{
	char *names[] = {(char *)a, (char *)b};

	ok(r, desk_plan(r->desk, names, b ? 2 : 1, plan, &r->err));
}

/* Releases what was planned, which must fail and leave the branch where it is. */
static void stays(struct room *r, struct release_plan *plan, int code, const char *words)
{
	struct oid before = room_ref(r, MAIN);
	struct release_result result;
	struct oid after;

	refuses(r, code, words, desk_release(r->desk, plan, &result, &r->err));
	after = room_ref(r, MAIN);
	assert_true(oid_equal(&before, &after));
	assert_true(oid_is_zero(&result.commit));
	assert_null(result.tag);
	assert_int_equal(plan->count, 0);
	release_result_clear(&result);
}

static void goes_out(struct room *r, struct release_plan *plan, struct release_result *result)
{
	ok(r, desk_release(r->desk, plan, result, &r->err));
	if (result->warning != NULL)
		fail_msg("%s", result->warning);
}

static bool is_published(struct room *r, const char *path)
{
	return sh(r->n, "git -C news cat-file -e main:%s", path) == 0;
}

/* -- What a release is -- */

static void a_release_is_one_commit_of_the_approved_bytes(void **state)
{
	struct room *r = *state;
	struct oid before = room_ref(r, MAIN);
	struct release_result result;
	struct repo_commit commit;
	struct release_plan plan;
	struct oid tip;
	char *draft;
	char *main;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_ready(r, "pier", room_text("pier", "Words."));
	plan_of(r, &plan, "lake", "pier");
	assert_int_equal(plan.refused, 0);
	assert_int_equal(plan.items[0].type, RELEASE_PUBLISH);
	assert_string_equal(plan.items[0].title, "lake");
	goes_out(r, &plan, &result);
	tip = room_ref(r, MAIN);
	assert_true(oid_equal(&result.commit, &tip));
	assert_string_equal(result.tag, "release/2026-11-20.1");
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	assert_int_equal(commit.parents, 1);
	assert_true(oid_equal(&commit.parent, &before));
	assert_string_equal(commit.committer.name, "Boris");
	assert_int_equal(commit.committed.seconds, ROOM_NOW);
	repo_commit_clear(&commit);
	main = room_blob(r, &tip, "content/city/lake.md");
	tip = room_ref(r, "refs/drafts/lake");
	draft = room_blob(r, &tip, "content/city/lake.md");
	assert_string_equal(main, draft);
	assert_string_equal(room_state(r, "lake"), "released");
	assert_string_equal(room_state(r, "pier"), "released");
	release_result_clear(&result);
	free(draft);
	free(main);
}

static void a_plan_knows_the_tree_that_results(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct strbuf words = STRBUF_INIT;
	struct repo_commit commit;
	struct release_plan plan;
	struct oid foreseen;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_begin(r, "pier", room_text("pier", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", "pier");
	release_describe_tree(&words, &plan);
	assert_non_null(strstr(words.data, ": 1 path added.\n"));
	foreseen = plan.tree;
	assert_int_equal(plan.refused, 1);
	release_plan_drop_refused(&plan);
	assert_int_equal(plan.count, 1);
	goes_out(r, &plan, &result);
	ok(r, repo_commit_read(r->n->repo, &commit, &result.commit, &r->err));
	assert_true(oid_equal(&commit.tree, &foreseen));
	repo_commit_clear(&commit);
	release_result_clear(&result);
	strbuf_reset(&words);
	plan_of(r, &plan, "pier", NULL);
	release_describe_tree(&words, &plan);
	assert_int_equal(words.len, 0);
	release_plan_clear(&plan);
	strbuf_clear(&words);
}

static void what_is_due_goes_by_the_word_of_who_ordered_it(void **state)
{
	struct room *r = *state;
	struct release_records records;
	struct release_result result;
	struct repo_commit commit;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_as(r, BORIS);
	ok(r, desk_schedule(r->desk, "lake", ROOM_NOW + 60, NULL, NULL, &r->err));
	assert_string_equal(room_state(r, "lake"), "scheduled");
	ok(r, desk_plan_due(r->desk, &plan, &r->err));
	assert_int_equal(plan.count, 0);
	release_plan_clear(&plan);
	desk_clock(r->desk)->now += 60;
	room_as(r, ANNA); /* whoever runs it */
	ok(r, desk_plan_due(r->desk, &plan, &r->err));
	assert_int_equal(plan.count, 1);
	assert_null(plan.items[0].refusal);
	goes_out(r, &plan, &result);
	ok(r, repo_commit_read(r->n->repo, &commit, &result.commit, &r->err));
	ok(r, release_records_read(&records, commit.message, &r->err));
	assert_string_equal(records.items[0].scheduled_by, "Boris <boris@desk.example>");
	assert_string_equal(commit.committer.name, "Anna");
	release_records_clear(&records);
	repo_commit_clear(&commit);
	release_result_clear(&result);
	ok(r, desk_plan_due(r->desk, &plan, &r->err));
	assert_int_equal(plan.count, 0);
	release_plan_clear(&plan);
}

static void a_release_says_what_went_out(void **state)
{
	struct room *r = *state;
	struct release_records records;
	struct repo_commit commit;
	struct oid tip;
	struct oid head;
	char *trailers;
	char *wanted;
	char hex[REPO_HEX_SIZE];

	room_ready(r, "lake", room_text("\"A\\n\\nDraft: pier 0\\nRelease-Type: withdraw\"", "Words."));
	head = room_ref(r, "refs/drafts/lake");
	room_release(r, "lake");
	oid_hex(hex, &head);
	wanted = mem_printf("Article: content/city/lake.md\nDraft: lake %s\n"
			    "Approved-by: review Boris <boris@desk.example>\nRelease-Type: publish\n",
			    hex);
	assert_int_equal(
	    sh(r->n, "git -C news log -1 --format=%%B main | git interpret-trailers --parse --no-divider"),
	    0);
	trailers = sh_output(r->n);
	assert_string_equal(trailers, wanted);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	ok(r, release_records_read(&records, commit.message, &r->err));
	assert_int_equal(records.count, 1);
	assert_string_equal(records.items[0].path, "content/city/lake.md");
	assert_string_equal(records.items[0].draft, "lake");
	assert_true(oid_equal(&records.items[0].head, &head));
	assert_int_equal(records.items[0].type, RELEASE_PUBLISH);
	assert_int_equal(records.items[0].approval_count, 1);
	assert_string_equal(records.items[0].approvals[0], "review Boris <boris@desk.example>");
	release_records_clear(&records);
	repo_commit_clear(&commit);
	/* The tag names the same. */
	assert_int_equal(sh(r->n, "git -C news cat-file tag release/2026-11-20.1 | grep -q '^Article: "
				  "content/city/lake.md$' && test \"$(git -C news rev-parse "
				  "'release/2026-11-20.1^{commit}')\" = \"$(git -C news rev-parse main)\""),
			 0);
	free(trailers);
	free(wanted);
}

static void tags_are_counted_by_the_day(void **state)
{
	struct room *r = *state;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_publish(r, "pier", room_text("The pier", "Words."));
	desk_clock(r->desk)->now += 24 * 60 * 60;
	room_publish(r, "quay", room_text("The quay", "Words."));
	assert_int_equal(sh(r->n, "test \"$(git -C news tag -l | tr '\\n' ' ')\" = \"release/2026-11-20.1 "
				  "release/2026-11-20.2 release/2026-11-21.1 \""),
			 0);
}

static void a_release_without_a_tag_is_a_release(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct release_plan plan;

	assert_int_equal(sh(r->n, "git -C news tag release main"), 0);
	room_ready(r, "lake", room_text("lake", "Words."));
	plan_of(r, &plan, "lake", NULL);
	ok(r, desk_release(r->desk, &plan, &result, &r->err));
	assert_null(result.tag);
	assert_non_null(result.warning);
	assert_true(is_published(r, "content/city/lake.md"));
	assert_string_equal(room_state(r, "lake"), "released");
	release_result_clear(&result);
}

static void a_correction_and_a_withdrawal_say_so(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct release_plan plan;
	struct strbuf words = STRBUF_INIT;
	const char *text;
	char *correction;
	char *withdrawal;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_publish(r, "pier", room_text("The pier", "One."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, "content/city/lake.md", "a date", &correction, &r->err));
	text = room_text("The lake", "Two ![maps](map.png) and ![more](map.png).");
	ok(r, desk_save(r->desk, correction, NULL, text, strlen(text), NULL, &r->err));
	ok(r, desk_attach(r->desk, correction, "lake.png", "png", 3, &r->err));
	ok(r, desk_withdraw(r->desk, "content/city/pier.md", "legal", &withdrawal, &r->err));
	room_submit(r, correction);
	room_submit(r, withdrawal);
	room_approve(r, correction);
	room_approve(r, withdrawal);
	ok(r, desk_plan(r->desk, NULL, 0, &plan, &r->err));
	release_describe(&words, &plan, desk_policy(r->desk));
	assert_string_equal(words.data,
			    "Correct: The lake\n"
			    "    replaces content/city/lake.md\n"
			    "    adds content/city/lake.png (PNG file, 3 bytes), which nothing uses\n"
			    "    lacks content/city/map.png, which paragraph 1 shows\n"
			    "    review: approved by Boris <boris@desk.example>, 2026-11-20\n"
			    "Take down: The pier\n"
			    "    removes content/city/pier.md\n"
			    "    review: approved by Boris <boris@desk.example>, 2026-11-20\n");
	goes_out(r, &plan, &result);
	assert_false(is_published(r, "content/city/pier.md"));
	assert_true(is_published(r, "content/city/lake.png"));
	assert_string_equal(room_state(r, withdrawal), "withdrawn");
	assert_string_equal(room_state(r, correction), "released");
	assert_int_equal(sh(r->n,
			    "test \"$(git -C news log -1 --format=%%B main | git interpret-trailers --parse "
			    "| grep -c '^Release-Type: \\(correct\\|withdraw\\)$')\" = 2"),
			 0);
	release_result_clear(&result);
	strbuf_clear(&words);
	free(correction);
	free(withdrawal);
}

/* -- All or nothing -- */

static void one_that_may_not_go_keeps_all_back(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	struct strbuf words = STRBUF_INIT;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_begin(r, "pier", room_text("The pier", "Words."));
	room_submit(r, "pier");
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", "pier");
	assert_int_equal(plan.refused, 1);
	assert_null(plan.items[0].refusal);
	assert_string_equal(plan.items[1].refusal,
			    "pier is in review: only an approved draft can be released.");
	release_describe(&words, &plan, desk_policy(r->desk));
	assert_non_null(strstr(words.data, "Publish: lake\n"));
	assert_non_null(strstr(words.data, "Stays: The pier\n    pier is in review"));
	stays(r, &plan, E_REFUSED, "Nothing was released. pier is in review");
	assert_string_equal(room_state(r, "lake"), "approved");
	strbuf_clear(&words);
}

static void an_empty_plan_is_refused(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_as(r, BORIS);
	ok(r, desk_plan(r->desk, NULL, 0, &plan, &r->err));
	stays(r, &plan, E_REFUSED, "There is nothing to release.");
}

static void what_no_draft_is_called_is_not_planned(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	refuses(r, E_NOTFOUND, "There is no draft pier.",
		desk_plan(r->desk, (char *[]){(char *)"lake", (char *)"pier"}, 2, &plan, &r->err));
	assert_int_equal(plan.count, 0);
}

static void a_draft_that_is_named_twice_is_planned_once(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	plan_of(r, &plan, "lake", "lake");
	assert_int_equal(plan.count, 1);
	release_plan_clear(&plan);
}

static void two_drafts_of_one_file_do_not_go_together(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct release_plan plan;
	const char *text;
	char *names[2];

	room_publish(r, "lake", room_text("The lake", "One."));
	for (int i = 0; i < 2; i++) {
		room_as(r, ANNA);
		ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &names[i], &r->err));
		text = room_text("The lake", i ? "Two." : "Three.");
		ok(r, desk_save(r->desk, names[i], NULL, text, strlen(text), NULL, &r->err));
		room_submit(r, names[i]);
		room_approve(r, names[i]);
	}
	plan_of(r, &plan, names[0], names[1]);
	assert_null(plan.items[0].refusal);
	assert_string_equal(plan.items[1].refusal,
			    "lake-2 and lake-3 both change content/city/lake.md: release one of them.");
	stays(r, &plan, E_REFUSED, "Nothing was released.");
	/* One of them goes; the other then stands on an old text. */
	plan_of(r, &plan, names[0], NULL);
	goes_out(r, &plan, &result);
	release_result_clear(&result);
	plan_of(r, &plan, names[1], NULL);
	assert_string_equal(
	    plan.items[0].refusal,
	    "content/city/lake.md changed on the release branch since lake-3 was begun: bring "
	    "the draft up to date and have it reviewed again.");
	release_plan_clear(&plan);
	free(names[0]);
	free(names[1]);
}

static void a_draft_that_stays_takes_no_place_from_another(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	char *other;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &other, &r->err));
	ok(r, desk_save(r->desk, other, NULL, "---\ntitle: x\n---\n", 17, NULL, &r->err));
	free(other);
	ok(r, desk_withdraw(r->desk, "content/city/lake.md", NULL, &other, &r->err));
	room_submit(r, other);
	room_approve(r, other);
	plan_of(r, &plan, "lake-2", other);
	assert_non_null(plan.items[0].refusal);
	assert_null(plan.items[1].refusal);
	release_plan_clear(&plan);
	free(other);
}

/* -- What moves between the plan and the release -- */

static void where_other_articles_moved_it_goes_out_on_top(void **state)
{
	struct room *r = *state;
	struct release_result result;
	struct release_plan plan;
	struct repo_commit commit;
	struct oid other;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", NULL);
	other = room_forge(r, &(struct forgery){.ref = MAIN,
						.person = ANNA,
						.message = "Add a picture\n",
						.path = "static/logo.png",
						.text = "logo"});
	goes_out(r, &plan, &result);
	ok(r, repo_commit_read(r->n->repo, &commit, &result.commit, &r->err));
	assert_true(oid_equal(&commit.parent, &other));
	repo_commit_clear(&commit);
	assert_true(is_published(r, "static/logo.png"));
	assert_true(is_published(r, "content/city/lake.md"));
	release_result_clear(&result);
}

static void where_the_article_itself_moved_nothing_goes_out(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", NULL);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.message = "Put something there\n",
					.path = "content/city/lake.md",
					.text = "theirs\n"});
	stays(r, &plan, E_CONFLICT, "content/city/lake.md changed on the release branch");
}

static void what_somebody_touched_meanwhile_stays(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_ready(r, "pier", room_text("pier", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", "pier");
	room_forge(r, &(struct forgery){.ref = "refs/drafts/pier",
					.person = CHEN,
					.message = "Ask for changes\n\nDraft: pier\nEvent: reject\n"});
	stays(r, &plan, E_CONFLICT, "pier has news since you looked: nothing was released");
	/* Also what only the desk has seen meanwhile. */
	plan_of(r, &plan, "lake", NULL);
	room_save(r, "lake", room_text("The lake", "Other words."));
	room_as(r, BORIS);
	stays(r, &plan, E_CONFLICT, "lake has news since you looked");
}

static void a_plan_ends_with_the_rules_that_it_was_made_under(void **state)
{
	static const char strict[] = "[newsroom]\n\tname = Gazette\n"
				     "[role \"chief\"]\n\tperson = Dora <dora@desk.example>\n"
				     "[step \"legal\"]\n\trole = chief\n";
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", NULL);
	room_rule(r, strict);
	stays(r, &plan, E_CONFLICT, "The desk's rules changed meanwhile");
	/* Whether the desk has seen the new ones or not. */
	room_rule(r, room_policy);
	room_reopen(r);
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", NULL);
	assert_int_equal(plan.refused, 0);
	room_rule(r, strict);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_string_equal(room_state(r, "lake"), "review");
	stays(r, &plan, E_CONFLICT, "The desk's rules changed meanwhile");
	/* Nor when they are back, which the desk does not know. */
	room_rule(r, room_policy);
	ok(r, desk_refresh(r->desk, &r->err));
	plan_of(r, &plan, "lake", NULL);
	assert_int_equal(plan.refused, 0);
	room_rule(r, strict);
	ok(r, desk_refresh(r->desk, &r->err));
	room_rule(r, room_policy);
	stays(r, &plan, E_CONFLICT, "The desk's rules changed meanwhile");
	plan_of(r, &plan, "lake", NULL);
	room_rule(r, NULL);
	stays(r, &plan, E_CONFLICT, "The desk's rules changed meanwhile");
}

static void whoever_carries_it_out_must_be_allowed_to(void **state)
{
	struct room *r = *state;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "lake", NULL);
	room_as(r, ANNA);
	stays(r, &plan, E_REFUSED, "Releasing is for the role editor");
	plan_of(r, &plan, "lake", NULL);
	assert_string_equal(plan.items[0].refusal, "Releasing is for the role editor, and not for Anna.");
	release_plan_clear(&plan);
}

static void a_plan_outlives_what_the_desk_reads_anew(void **state)
{
	struct room *r = *state;
	struct strbuf before = STRBUF_INIT;
	struct strbuf after = STRBUF_INIT;
	struct release_plan plan;

	room_ready(r, "lake", room_text("lake", "Words."));
	plan_of(r, &plan, "lake", NULL);
	release_describe(&before, &plan, desk_policy(r->desk));
	room_save(r, "lake", room_text("The lake", "Other words."));
	room_reopen(r);
	release_describe(&after, &plan, desk_policy(r->desk));
	assert_string_equal(before.data, after.data);
	release_plan_clear(&plan);
	strbuf_clear(&before);
	strbuf_clear(&after);
}

static void an_embargo_is_kept(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	struct release_result result;

	room_ready(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T10:00:00Z\n---\n");
	assert_string_equal(room_state(r, "lake"), "scheduled");
	ok(r, desk_plan(r->desk, NULL, 0, &plan, &r->err));
	assert_int_equal(plan.count, 0);
	release_plan_clear(&plan);
	plan_of(r, &plan, "lake", NULL);
	assert_string_equal(plan.items[0].refusal,
			    "lake is under embargo until 2026-11-20 10:00 (publishDate).");
	release_plan_clear(&plan);
	desk_clock(r->desk)->now += 3600;
	ok(r, desk_plan(r->desk, NULL, 0, &plan, &r->err));
	assert_int_equal(plan.count, 1);
	goes_out(r, &plan, &result);
	release_result_clear(&result);
}

/* -- After a crash -- */

static void a_release_that_ended_with_the_branch_is_whole(void **state)
{
	struct room *r = *state;
	struct oid head;

	room_ready(r, "lake", room_text("lake", "Words."));
	head = room_ref(r, "refs/drafts/lake");
	room_release(r, "lake");
	/* As if the process had died when the branch had moved: no tag, no event. */
	assert_int_equal(sh(r->n, "cd news && git update-ref -d refs/tags/release/2026-11-20.1 && "
				  "git update-ref refs/drafts/lake refs/drafts/lake^"),
			 0);
	for (int i = 0; i < 2; i++) {
		struct release_plan plan;
		struct oid now = room_ref(r, "refs/drafts/lake");

		assert_true(oid_equal(&now, &head));
		assert_string_equal(room_state(r, "lake"), "released");
		room_as(r, BORIS);
		plan_of(r, &plan, "lake", NULL);
		stays(r, &plan, E_REFUSED, "lake is published: only an approved draft can be released.");
		refuses(r, E_REFUSED, "lake is published",
			desk_comment(r->desk, "lake", NULL, "Late.", &r->err));
		room_reopen(r);
	}
	room_publish(r, "pier", room_text("The pier", "Words."));
	assert_string_equal(room_state(r, "lake"), "released");
	assert_int_equal(sh(r->n, "git -C news rev-parse -q --verify release/2026-11-20.1"), 0);
}

static void an_event_that_says_so_releases_nothing(void **state)
{
	struct room *r = *state;

	room_ready(r, "lake", room_text("lake", "Words."));
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake",
					.person = ANNA,
					.message = "Released lake\n\nDraft: lake\nEvent: released\n"});
	assert_string_equal(room_state(r, "lake"), "approved");
	room_release(r, "lake");
	assert_string_equal(room_state(r, "lake"), "released");
}

/* -- The work tree -- */

static void the_work_tree_follows(void **state)
{
	struct room *r = *state;

	room_publish(r, "lake", room_text("The lake", "One."));
	assert_int_equal(sh(r->n, "cd news && test -z \"$(git status --porcelain)\" && "
				  "git show main:content/city/lake.md | cmp - content/city/lake.md"),
			 0);
}

static void a_file_that_was_changed_by_hand_keeps_its_article_back(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	struct release_result result;

	assert_int_equal(sh(r->n, "mkdir -p news/content/city && echo mine >news/content/city/lake.md && "
				  "echo mine >news/content/city/quay.md"),
			 0);
	room_ready(r, "lake", room_text("lake", "Words."));
	room_ready(r, "pier", room_text("pier", "Words."));
	room_as(r, BORIS);
	plan_of(r, &plan, "pier", "lake");
	stays(r, &plan, E_REFUSED, "content/city/lake.md");
	assert_int_equal(sh(r->n, "grep -q mine news/content/city/lake.md"), 0);
	/* Others are no matter. */
	plan_of(r, &plan, "pier", NULL);
	goes_out(r, &plan, &result);
	release_result_clear(&result);
	assert_int_equal(sh(r->n, "grep -q mine news/content/city/quay.md && rm news/content/city/lake.md"),
			 0);
	plan_of(r, &plan, "lake", NULL);
	goes_out(r, &plan, &result);
	release_result_clear(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(a_release_is_one_commit_of_the_approved_bytes),
	    in_a_room(a_plan_knows_the_tree_that_results),
	    in_a_room(what_is_due_goes_by_the_word_of_who_ordered_it),
	    in_a_room(a_release_says_what_went_out),
	    in_a_room(tags_are_counted_by_the_day),
	    in_a_room(a_release_without_a_tag_is_a_release),
	    in_a_room(a_correction_and_a_withdrawal_say_so),
	    in_a_room(one_that_may_not_go_keeps_all_back),
	    in_a_room(an_empty_plan_is_refused),
	    in_a_room(what_no_draft_is_called_is_not_planned),
	    in_a_room(a_draft_that_is_named_twice_is_planned_once),
	    in_a_room(two_drafts_of_one_file_do_not_go_together),
	    in_a_room(a_draft_that_stays_takes_no_place_from_another),
	    in_a_room(where_other_articles_moved_it_goes_out_on_top),
	    in_a_room(where_the_article_itself_moved_nothing_goes_out),
	    in_a_room(what_somebody_touched_meanwhile_stays),
	    in_a_room(a_plan_ends_with_the_rules_that_it_was_made_under),
	    in_a_room(whoever_carries_it_out_must_be_allowed_to),
	    in_a_room(a_plan_outlives_what_the_desk_reads_anew),
	    in_a_room(an_embargo_is_kept),
	    in_a_room(a_release_that_ended_with_the_branch_is_whole),
	    in_a_room(an_event_that_says_so_releases_nothing),
	    in_a_room(the_work_tree_follows),
	    in_a_room(a_file_that_was_changed_by_hand_keeps_its_article_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
