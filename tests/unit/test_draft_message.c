/* What people type and what is said of a draft, as it is written to its commits and comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "room.h"

#define LAKE "refs/drafts/lake"
#define ONE  "---\ntitle: One\n---\n"
#define TWO  "---\ntitle: Two\n---\n"

#define FORGED(message_) .ref = LAKE, .person = DORA, .message = message_

/* -- What people type -- */

/* The trailers that git itself finds in the commit at a ref, one a line. */
static char *gits_trailers(struct room *r, const char *ref)
{
	assert_int_equal(
	    sh(r->n, "git -C news log -1 --format=%%B %s | git interpret-trailers --parse --no-divider", ref),
	    0);
	return sh_output(r->n);
}

static void what_is_typed_is_never_read_as_a_trailer(void **state)
{
	static const char *const typed[] = {
	    "Event: approve",
	    "Step: review\nEvent: approve",
	    "Well.\n\nEvent: approve\nStep: review\nDraft: pier",
	    "Draft: pier\n\n",
	    "event:approve",
	    "Event : approve",
	    "---\nEvent: approve",
	    "diff --git a b\n--- a\n+++ b",
	    "# Event: approve",
	    "(cherry picked from commit 1234567)",
	    "-- >8 --\nEvent: approve",
	    "Signed-off-by: Dora <dora@desk.example>",
	    "时间: 2026\nEvent: approve",
	    " Event: approve\n  Step: review",
	    "a\r\nEvent: approve\r\n",
	    "a\n\n\n\nEvent: approve\n\t\nb",
	    "a\n \nEvent: approve",
	    "Covers: 100644 0 0 x",
	};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	room_as(r, BORIS);
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		struct draft *draft;
		char *trailers;

		ok(r, desk_comment(r->desk, "lake", NULL, typed[i], &r->err));
		trailers = gits_trailers(r, LAKE);
		if (strcmp(trailers, "Draft: lake\nEvent: comment\nArticle: content/city/lake.md\n") != 0)
			fail_msg("git reads \"%s\" after \"%s\"", trailers, typed[i]);
		free(trailers);
		draft = room_load(r, "lake");
		assert_int_equal(room_last(draft)->event, REVIEW_COMMENT);
		assert_int_equal(draft->count, i + 2);
		draft_free(draft);
	}
}

static void what_is_typed_comes_back(void **state)
{
	static const char *const typed[] = {"Five or seven?\n\nThe city's notice says five.",
					    "Event: approve", "  indented\n  twice", "时间: 五点",
					    "a\n\n- list: one\n- two"};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		struct draft *draft;

		ok(r, desk_comment(r->desk, "lake", NULL, typed[i], &r->err));
		draft = room_load(r, "lake");
		assert_string_equal(room_last(draft)->text, typed[i]);
		draft_free(draft);
	}
}

static void nothing_that_is_named_breaks_a_trailer(void **state)
{
	struct room *r = *state;
	const struct review_passage passage = {.on = history_oid(7),
					       .start = 3,
					       .len = 5,
					       .quote = (char *)"a\nEvent: approve\n\nStep: b"};
	struct draft_change change = {.event = REVIEW_COMMENT,
				      .person = &history_people[BORIS],
				      .step = "x\nEvent: approve",
				      .assignee = "y\n\nEvent: approve",
				      .passage = &passage};
	struct draft *draft;
	struct oid head;
	char *name;

	room_begin(r, "lake", ONE);
	draft = room_load(r, "lake");
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = room_load(r, "lake");
	assert_int_equal(room_last(draft)->event, REVIEW_COMMENT);
	assert_string_equal(room_last(draft)->step, "x Event: approve");
	assert_string_equal(room_last(draft)->assignee, "y Event: approve");
	assert_string_equal(room_last(draft)->passage.quote, "a Event: approve Step: b");
	draft_free(draft);
	/* A headline and a slug cannot carry one in either. */
	ok(r,
	   desk_new(r->desk, "city", NULL, "Pier\n\nEvent: approve\nStep: review", NULL, 0, &name, &r->err));
	assert_string_equal(name, "pier-event-approve-step-review");
	free(name);
	refuses(r, E_INVALID, "cannot be an article",
		desk_new(r->desk, "city", "pier\nEvent: approve", "Pier", NULL, 0, &name, &r->err));
}

/* -- What is said of a draft -- */

static void the_zone_of_an_embargo_is_its_writers(void **state)
{
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md",
					.text = "---\ntitle: x\npublishDate: 2026-11-20T18:00:00\n---\n",
					.offset = 480});
	draft = room_load(r, "lake");
	assert_int_equal(draft->publish_time, ROOM_NOW + 3600);
	draft_free(draft);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\nEvent: comment\n"), .offset = -300});
	draft = room_load(r, "lake");
	assert_int_equal(draft->publish_time, ROOM_NOW + 3600);
	draft_free(draft);
}

static void a_passage_comes_back(void **state)
{
	static const struct {
		const char *at;
		size_t start, len;
		const char *quote;
	} rows[] = {
	    {"3+4 five or seven", 3, 4, "five or seven"},
	    {"3+4  志愿者  ", 3, 4, "志愿者"},
	    {"3+4", 3, 4, ""},
	    {"0+0", 0, 0, ""},
	    {"x", 0, 0, NULL},
	    {"3", 0, 0, NULL},
	    {"3-4 x", 0, 0, NULL},
	};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *message =
		    mem_printf("x\n\nDraft: lake\nEvent: comment\nOn: %040d\nAt: %s\n", 7, rows[i].at);
		const struct review_passage *passage;
		struct draft *draft;

		room_forge(r, &(struct forgery){FORGED(message)});
		draft = room_load(r, "lake");
		passage = &room_last(draft)->passage;
		assert_int_equal(passage->start, rows[i].start);
		assert_int_equal(passage->len, rows[i].len);
		if (rows[i].quote == NULL) {
			assert_null(passage->quote);
			assert_true(oid_is_zero(&passage->on));
		} else {
			assert_string_equal(passage->quote, rows[i].quote);
		}
		draft_free(draft);
		free(message);
	}
}

/* Appends to the draft lake, which then is read anew; the commit. */
static struct oid append(struct room *r, struct draft **draft, const struct draft_change *change)
{
	struct oid head;

	ok(r, draft_append(&head, r->n->repo, *draft, change, &r->err));
	draft_free(*draft);
	*draft = room_load(r, "lake");
	return head;
}

static void a_suggestion_comes_back_and_is_taken_by_a_save(void **state)
{
	struct room *r = *state;
	struct strlist threads = {0};
	struct strlist others = {0};
	struct review_passage passage = {.start = 4, .len = 9, .quote = (char *)"title: One"};
	struct draft_change change = {.event = REVIEW_SUGGEST,
				      .person = &history_people[BORIS],
				      .time = {ROOM_NOW, 0},
				      .text = "Shorter.",
				      .passage = &passage,
				      .replacement = "七\t\"x\"\n\nEvent: approve\n\x1b"};
	struct repo_entry entry = {.path = "content/city/lake.md", .mode = REPO_MODE_FILE};
	struct draft *draft;
	struct oid head;
	char hex[REPO_HEX_SIZE];

	room_begin(r, "lake", ONE);
	draft = room_load(r, "lake");
	passage.on = draft->blob;
	head = append(r, &draft, &change);
	assert_int_equal(room_last(draft)->event, REVIEW_SUGGEST);
	assert_string_equal(room_last(draft)->replacement, change.replacement);
	assert_string_equal(room_last(draft)->text, "Shorter.");
	assert_int_equal(room_last(draft)->passage.start, 4);
	assert_int_equal(room_last(draft)->passage.len, 9);
	assert_int_equal(draft->state.threads[0].kind, REVIEW_THREAD_SUGGESTION);
	oid_hex(hex, &head);
	strlist_add(&threads, hex);
	strlist_add(&others, "Boris <boris@desk.example>");
	strlist_add(&others, "no person at all");
	entry.id = newsroom_blob(r->n, TWO);
	change = (struct draft_change){.person = &history_people[ANNA],
				       .threads = &threads,
				       .co_authors = &others,
				       .entries = &entry,
				       .entry_count = 1};
	append(r, &draft, &change);
	assert_true(draft->state.threads[0].taken);
	assert_int_equal(room_last(draft)->co_author_count, 1);
	assert_true(repo_person_same(&room_last(draft)->co_authors[0], &history_people[BORIS]));
	draft_free(draft);
	strlist_clear(&threads);
	strlist_clear(&others);
}

static void what_is_ticked_and_when_it_is_due_come_back(void **state)
{
	struct room *r = *state;
	struct strlist ticks = {0};
	struct draft_change change = {.event = REVIEW_APPROVE,
				      .person = &history_people[BORIS],
				      .step = "review",
				      .checked = &ticks,
				      .policy = &desk_policy(r->desk)->blob};
	struct draft *draft;

	room_begin(r, "lake", ONE);
	draft = room_load(r, "lake");
	strlist_add(&ticks, "Names checked");
	strlist_add(&ticks, "已核对");
	append(r, &draft, &change);
	assert_int_equal(room_last(draft)->checked.count, 2);
	assert_string_equal(room_last(draft)->checked.items[1], "已核对");
	change = (struct draft_change){.event = REVIEW_SCHEDULE,
				       .person = &history_people[BORIS],
				       .time = {ROOM_NOW, 480},
				       .at = ROOM_NOW + 3600,
				       .policy = &desk_policy(r->desk)->blob};
	append(r, &draft, &change);
	assert_int_equal(room_last(draft)->at, ROOM_NOW + 3600);
	assert_true(review_covers_equal(&room_last(draft)->claimed, draft_covers(draft)));
	assert_true(oid_equal(&room_last(draft)->policy, &desk_policy(r->desk)->blob));
	draft_free(draft);
	strlist_clear(&ticks);
}

static void an_embargo_whose_time_cannot_be_read_lifts_none(void **state)
{
	static const char *const times[] = {"Time: soon\n", "Time:\n", "Time: 2026-13-40\n",
					    "Time: 2026-11-21T09:00:00Z x\n"};
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_forge(r,
		   &(struct forgery){.ref = LAKE,
				     .person = BORIS,
				     .message =
					 "x\n\nDraft: lake\nEvent: embargo\nTime: 2026-11-21T09:00:00Z\n"});
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		char *message = mem_printf("x\n\nDraft: lake\nEvent: embargo\n%s", times[i]);

		room_forge(r, &(struct forgery){.ref = LAKE, .person = BORIS, .message = message});
		draft = room_load(r, "lake");
		if (draft->state.not_before != ROOM_NOW + 86400)
			fail_msg("%s lifts the embargo", times[i]);
		draft_free(draft);
		free(message);
	}
	room_forge(r, &(struct forgery){.ref = LAKE,
					.person = BORIS,
					.message = "x\n\nDraft: lake\nEvent: embargo\n"});
	draft = room_load(r, "lake");
	assert_int_equal(draft->state.not_before, 0);
	draft_free(draft);
}

static void a_draft_says_in_its_first_commit_of_which_kind_it_is(void **state)
{
	struct room *r = *state;
	struct repo_entry entries[] = {{.path = "content/city/lake.md"},
				       {.path = "content/city/path.md", .mode = REPO_MODE_FILE}};
	struct draft_change change = {.person = &history_people[ANNA],
				      .renames = "content/city/lake.md",
				      .entries = entries,
				      .entry_count = 2};
	struct oid tip;
	struct oid head;
	struct draft *draft;

	room_publish(r, "lake", room_text("The lake", "Words."));
	tip = room_ref(r, "refs/heads/main");
	entries[1].id = newsroom_blob(r->n, ONE);
	ok(r, draft_begin(&head, r->n->repo, "move", "content/city/path.md", &tip, &change, &r->err));
	draft = room_load(r, "move");
	assert_string_equal(draft->renames, "content/city/lake.md");
	assert_false(draft->withdraws);
	assert_false(oid_is_zero(&draft->base_blob));
	assert_int_equal(draft_covers(draft)->count, 2);
	draft_free(draft);
	change = (struct draft_change){.person = &history_people[ANNA],
				       .withdraws = true,
				       .entries = &(struct repo_entry){.path = "content/city/lake.md",
								       .mode = REPO_MODE_FILE,
								       .id = entries[1].id},
				       .entry_count = 1};
	ok(r, draft_begin(&head, r->n->repo, "gone", "content/city/lake.md", &tip, &change, &r->err));
	/* What is said later does not make it another. */
	room_forge(r, &(struct forgery){.ref = "refs/drafts/gone",
					.person = ANNA,
					.message = "x\n\nDraft: gone\nKind: correct\nRenames: content/a.md\n",
					.path = "content/city/lake.md",
					.text = TWO});
	draft = room_load(r, "gone");
	assert_true(draft->withdraws);
	assert_null(draft->renames);
	assert_string_equal(draft->text, TWO);
	draft_free(draft);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(what_is_typed_is_never_read_as_a_trailer),
	    in_a_room(what_is_typed_comes_back),
	    in_a_room(nothing_that_is_named_breaks_a_trailer),
	    in_a_room(the_zone_of_an_embargo_is_its_writers),
	    in_a_room(a_passage_comes_back),
	    in_a_room(a_suggestion_comes_back_and_is_taken_by_a_save),
	    in_a_room(what_is_ticked_and_when_it_is_due_come_back),
	    in_a_room(an_embargo_whose_time_cannot_be_read_lifts_none),
	    in_a_room(a_draft_says_in_its_first_commit_of_which_kind_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
