#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "desk/desk_internal.h"
#include "room.h"

#define LAKE "refs/drafts/lake"
#define ONE  "---\ntitle: One\n---\n"
#define TWO  "---\ntitle: Two\n---\n"

/* -- Beginning and reading -- */

static void a_draft_stands_on_the_release_branch(void **state)
{
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct oid blob;
	struct draft *draft;

	room_begin(r, "lake", "---\ntitle: The lake\n---\nWords.\n");
	draft = room_load(r, "lake");
	repo_blob_hash(&blob, draft->text, draft->text_len);
	assert_string_equal(draft->text, "---\ntitle: The lake\n---\nWords.\n");
	assert_true(oid_equal(&draft->blob, &blob));
	assert_true(oid_is_zero(&draft->base_blob));
	assert_true(oid_equal(&draft->base, &tip));
	assert_string_equal(draft->path, "content/city/lake.md");
	assert_int_equal(draft->count, 1);
	assert_int_equal(room_last(draft)->event, REVIEW_SAVE);
	assert_string_equal(room_last(draft)->person.name, "Anna");
	assert_int_equal(room_last(draft)->time.seconds, ROOM_NOW);
	assert_int_equal(draft_covers(draft)->count, 1);
	assert_string_equal(draft_covers(draft)->items[0].path, "content/city/lake.md");
	assert_int_equal(draft_covers(draft)->items[0].mode, REPO_MODE_FILE);
	assert_true(oid_equal(&draft_covers(draft)->items[0].blob, &blob));
	assert_true(oid_is_zero(&draft_covers(draft)->items[0].base));
	assert_int_equal(draft->state.name, REVIEW_STATE_DRAFT);
	draft_free(draft);
	/* git shows what it changes, as to any branch. */
	assert_int_equal(sh(r->n,
			    "test \"$(git -C news diff --name-status main...%s)\" = \"$(printf "
			    "'A\\tcontent/city/lake.md')\"",
			    LAKE),
			 0);
}

static void a_draft_keeps_its_past_heads(void **state)
{
	struct room *r = *state;
	struct oid first;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	first = room_ref(r, LAKE);
	room_save(r, "lake", TWO);
	room_submit(r, "lake");
	ok(r, draft_load_at(&draft, r->n->repo, "lake", &first, &r->err));
	assert_int_equal(draft->count, 1);
	assert_string_equal(draft->text, ONE);
	draft_free(draft);
	draft = room_load(r, "lake");
	assert_int_equal(draft->count, 3);
	assert_string_equal(draft->text, TWO);
	assert_int_equal(draft->state.last_save, 1);
	assert_true(draft_holds(r->n->repo, "lake", &first));
	assert_true(draft_holds(r->n->repo, "lake", &draft->head));
	assert_false(draft_holds(r->n->repo, "lake", &draft->base));
	assert_false(draft_holds(r->n->repo, "pier", &first));
	assert_false(draft_holds(r->n->repo, "a..b", &first));
	draft_free(draft);
}

static void a_name_is_taken_once(void **state)
{
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct repo_entry entry = {.path = "content/city/lake.md",
				   .mode = REPO_MODE_FILE,
				   .id = newsroom_blob(r->n, "other\n")};
	struct draft_change change = {.person = &history_people[BORIS], .entries = &entry, .entry_count = 1};
	struct oid head;

	room_begin(r, "lake", ONE);
	refuses(r, E_CONFLICT, "There is a draft called lake already",
		draft_begin(&head, r->n->repo, "lake", entry.path, &tip, &change, &r->err));
	refuses(r, E_CONFLICT, "lake/path already, or its name is a part of another's",
		draft_begin(&head, r->n->repo, "lake/path", entry.path, &tip, &change, &r->err));
}

static void a_name_is_what_git_takes_for_one(void **state)
{
	static const char *const good[] = {"志愿者", "city/lake", "-lake", "lake.2", "lake=5", "ЁЖ"};
	static const char *const bad[] = {"",     "a b",  "a..b", "a.lock", ".a",   "a/",
					  "a//b", "a~1",  "a^",   "a:b",    "a?",   "a*",
					  "a[",   "a\\b", "a\nb", "@{",     "a@{1", "a\x7f"};
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct repo_entry entry = {.path = "content/city/lake.md",
				   .mode = REPO_MODE_FILE,
				   .id = newsroom_blob(r->n, "text\n")};
	struct draft_change change = {.person = &history_people[ANNA], .entries = &entry, .entry_count = 1};
	struct draft *draft;
	struct oid head;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ok(r, draft_begin(&head, r->n->repo, good[i], entry.path, &tip, &change, &r->err));
		draft = room_load(r, good[i]);
		assert_string_equal(draft->name, good[i]);
		draft_free(draft);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		refuses(r, E_INVALID, "cannot be named",
			draft_begin(&head, r->n->repo, bad[i], entry.path, &tip, &change, &r->err));
		refuses(r, E_NOTFOUND, "There is no draft", draft_load(&draft, r->n->repo, bad[i], &r->err));
	}
}

static void of_two_commits_on_one_head_the_second_is_refused(void **state)
{
	struct room *r = *state;
	struct draft_change change = {.event = REVIEW_COMMENT,
				      .person = &history_people[BORIS],
				      .text = "First?"};
	struct draft *draft;
	struct oid head;

	room_begin(r, "lake", ONE);
	draft = room_load(r, "lake");
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	refuses(r, E_CONFLICT, LAKE, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = room_load(r, "lake");
	assert_int_equal(draft->count, 2);
	draft_free(draft);
}

/* -- Bases -- */

static void a_draft_that_is_brought_up_to_date_has_a_new_base(void **state)
{
	struct room *r = *state;
	const char *text = room_text("The lake", "Words.");
	struct repo_commit commit;
	struct draft *draft;
	struct oid tip;

	room_ready(r, "lake", text);
	room_publish(r, "pier", "---\ntitle: The pier\n---\n");
	tip = room_ref(r, "refs/heads/main");
	draft = room_load(r, "lake");
	assert_false(oid_equal(&draft->base, &tip));
	draft_free(draft);
	room_as(r, ANNA);
	text = room_text("The lake", "Words.");
	ok(r, desk_save_on_tip(r->desk, "lake", NULL, text, strlen(text), &r->err));
	draft = room_load(r, "lake");
	assert_true(oid_equal(&draft->base, &tip));
	assert_int_equal(room_last(draft)->event, REVIEW_SAVE);
	ok(r, repo_commit_read(r->n->repo, &commit, &draft->head, &r->err));
	assert_int_equal(commit.parents, 2);
	assert_true(oid_equal(&commit.merged, &tip));
	repo_commit_clear(&commit);
	/* Only others moved: the change is the same, to the byte, and so are the approvals. */
	assert_int_equal(draft_covers(draft)->count, 1);
	assert_string_equal(review_state_word(draft->state.name), "approved");
	draft_free(draft);
	assert_int_equal(sh(r->n, "git -C news cat-file -e %s:content/city/pier.md", LAKE), 0);
}

static void an_update_over_a_newer_text_voids_the_approvals(void **state)
{
	struct room *r = *state;
	const char *text;
	struct draft *draft;
	char *names[2];

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	for (int i = 0; i < 2; i++) {
		ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &names[i], &r->err));
		text = room_text("The lake", i ? "Three." : "Two.");
		ok(r, desk_save(r->desk, names[i], NULL, text, strlen(text), NULL, &r->err));
		room_submit(r, names[i]);
		room_approve(r, names[i]);
		room_as(r, ANNA);
	}
	room_release(r, names[0]);
	room_as(r, ANNA);
	text = room_text("The lake", "Three.");
	ok(r, desk_save_on_tip(r->desk, names[1], NULL, text, strlen(text), &r->err));
	draft = room_load(r, names[1]);
	assert_string_equal(review_state_word(draft->state.name), "review");
	assert_string_equal(draft->state.approvals[0].why, "the text changed since");
	draft_free(draft);
	free(names[0]);
	free(names[1]);
}

/* -- Step by step -- */

static void assert_same(const struct draft *a, const struct draft *b)
{
	assert_true(oid_equal(&a->head, &b->head));
	assert_true(oid_equal(&a->head_tree, &b->head_tree));
	assert_true(oid_equal(&a->base, &b->base));
	assert_true(oid_equal(&a->base_tree, &b->base_tree));
	assert_true(oid_equal(&a->blob, &b->blob));
	assert_true(oid_equal(&a->base_blob, &b->base_blob));
	assert_int_equal(a->withdraws, b->withdraws);
	assert_int_equal(a->publish_time, b->publish_time);
	assert_int_equal(a->count, b->count);
	assert_true(review_covers_equal(draft_covers(a), draft_covers(b)));
	assert_memory_equal(a->sizes, b->sizes, draft_covers(a)->count * sizeof *a->sizes);
	assert_int_equal(a->text != NULL, b->text != NULL);
	assert_string_equal(a->text ? a->text : "", b->text ? b->text : "");
	assert_int_equal(a->text_len, b->text_len);
	assert_int_equal(a->state.name, b->state.name);
	assert_int_equal(a->state.approval_count, b->state.approval_count);
}

static void a_draft_that_goes_on_is_as_if_read_anew(void **state)
{
	static const char dated[] = "---\ntitle: Two\npublishDate: 2026-11-21T00:00:00Z\n---\n";
	struct room *r = *state;
	struct draft *whole;
	struct draft *at;
	size_t clashes;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	for (int i = 0; i < 2; i++) {
		char *name;

		ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &name, &r->err));
		free(name);
	}
	room_save(r, "lake-2", room_text("The lake", "Two."));
	room_save(r, "lake-3", room_text("The old lake", "One."));
	ok(r, desk_attach(r->desk, "lake-3", "a.png", "a", 1, &r->err));
	ok(r, desk_attach(r->desk, "lake-3", "b.png", "bb", 2, &r->err));
	room_submit(r, "lake-3");
	room_approve(r, "lake-3");
	room_submit(r, "lake-2");
	room_approve(r, "lake-2");
	room_release(r, "lake-2");
	room_as(r, ANNA);
	ok(r, desk_update(r->desk, "lake-3", DESK_NEITHER, &clashes, &r->err));
	room_save(r, "lake-3", dated);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake-3",
					.message = "Save\n\nDraft: lake-3\nArticle: content/city/lake.md\n",
					.path = "content/city/lake.md"});
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake-3",
					.message = "Save\n\nDraft: lake-3\nArticle: content/city/lake.md\n",
					.path = "content/city/lake.md",
					.text = ONE});
	whole = room_load(r, "lake-3");
	assert_true(whole->count > 8);
	ok(r, draft_load_at(&at, r->n->repo, "lake-3", &whole->commits[0].id, &r->err));
	for (size_t i = 0; i < whole->count; i++) {
		struct draft *anew;

		if (i > 0)
			ok(r, draft_advance(at, r->n->repo, &whole->commits[i].id, &r->err));
		draft_derive(at, desk_policy(r->desk), ROOM_NOW);
		ok(r, draft_load_at(&anew, r->n->repo, "lake-3", &whole->commits[i].id, &r->err));
		draft_derive(anew, desk_policy(r->desk), ROOM_NOW);
		assert_same(at, anew);
		draft_free(anew);
	}
	/* It goes on from its head alone, by its own commits. */
	refuses(r, E_GIT, "does not go on so", draft_advance(at, r->n->repo, &whole->commits[1].id, &r->err));
	draft_free(at);
	draft_free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(a_draft_stands_on_the_release_branch),
	    in_a_room(a_draft_keeps_its_past_heads),
	    in_a_room(a_name_is_taken_once),
	    in_a_room(a_name_is_what_git_takes_for_one),
	    in_a_room(of_two_commits_on_one_head_the_second_is_refused),
	    in_a_room(a_draft_that_is_brought_up_to_date_has_a_new_base),
	    in_a_room(an_update_over_a_newer_text_voids_the_approvals),
	    in_a_room(a_draft_that_goes_on_is_as_if_read_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
