#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"
#include "desk/review.h"
#include "history.h"

#define assert_state(h, wanted) assert_string_equal(review_state_word(history_replay(h)->name), wanted)

/* Why the newest approval does not count; "counts" when it does. */
static const char *why(struct history *h)
{
	const struct review_state *state = history_replay(h);
	const struct review_approval *last = &state->approvals[state->approval_count - 1];

	assert_int_equal(last->counts, last->why == NULL);
	return last->counts ? "counts" : last->why;
}

/* -- Words -- */

static void every_word_of_an_event_is_read_back(void **state)
{
	(void)state;
	for (int i = REVIEW_SUBMIT; i < REVIEW_UNKNOWN; i++)
		assert_int_equal(review_event_parse(review_event_word((enum review_event)i)), i);
	assert_null(review_event_word(REVIEW_SAVE));
	assert_null(review_event_word(REVIEW_UNKNOWN));
	assert_int_equal(review_event_parse(NULL), REVIEW_SAVE);
	assert_int_equal(review_event_parse("save"), REVIEW_UNKNOWN);
	assert_int_equal(review_event_parse("Approve"), REVIEW_UNKNOWN);
	assert_int_equal(review_event_parse(""), REVIEW_UNKNOWN);
}

static void every_word_of_a_state_is_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < REVIEW_STATE_COUNT; i++) {
		assert_int_equal(review_state_parse(review_state_word((enum review_state_name)i)), i);
		assert_non_null(review_state_label((enum review_state_name)i));
	}
	assert_int_equal(review_state_parse("published"), REVIEW_STATE_COUNT);
	assert_int_equal(review_state_parse(""), REVIEW_STATE_COUNT);
}

/* -- Covers -- */

static void a_cover_is_written_and_read_back(void **state)
{
	static const char *const paths[] = {"content/a.md", "content/城市/湖 边.md", "content/a/b  c: d.png"};
	struct review_cover cover = {.mode = REPO_MODE_FILE,
				     .blob = history_oid(1),
				     .base = history_oid(0xfe)};
	struct review_covers a = {.items = &cover, .count = 1};
	struct review_cover back;
	struct review_covers b = {.items = &back, .count = 1};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof paths / sizeof paths[0]; i++) {
		cover.path = (char *)paths[i / 2];
		cover.mode = i % 2 ? REPO_MODE_NONE : REPO_MODE_FILE;
		strbuf_reset(&text);
		review_cover_format(&text, &cover);
		assert_true(review_cover_parse(&back, text.data));
		assert_true(review_covers_equal(&a, &b));
		free(back.path);
	}
	strbuf_clear(&text);
}

#define ZEROES "0000000000000000000000000000000000000000"

static void what_is_no_cover_is_not_read_as_one(void **state)
{
	static const char *const texts[] = {
	    "",
	    "100644",
	    "100644 " ZEROES,
	    "100644 " ZEROES " " ZEROES,
	    "100644 " ZEROES " " ZEROES " ",
	    "10064 " ZEROES " " ZEROES " content/a.md",
	    "1006444 " ZEROES " " ZEROES " content/a.md",
	    "-00644 " ZEROES " " ZEROES " content/a.md",
	    "10064x " ZEROES " " ZEROES " content/a.md",
	    "100644  " ZEROES " " ZEROES " content/a.md",
	    "100644 " ZEROES "0 " ZEROES " content/a.md",
	    "100644 x000000000000000000000000000000000000000 " ZEROES " content/a.md",
	    "100644 " ZEROES " x000000000000000000000000000000000000000 content/a.md",
	};
	struct review_cover cover;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (review_cover_parse(&cover, texts[i]))
			fail_msg("\"%s\" is read as a cover", texts[i]);
		assert_null(cover.path);
	}
}

static void covers_differ_by_each_of_their_parts(void **state)
{
	struct review_cover x = {(char *)"content/a.md", REPO_MODE_FILE, history_oid(1), history_oid(2)};
	struct review_cover ys[2] = {x, x};
	struct review_covers a = {.items = &x, .count = 1};
	struct review_covers b = {.items = ys, .count = 1};

	(void)state;
	assert_true(review_covers_equal(&a, &b));
	b.count = 2;
	assert_false(review_covers_equal(&a, &b));
	b.count = 0;
	assert_false(review_covers_equal(&a, &b));
	b.count = 1;
	ys[0].path = (char *)"content/b.md";
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].mode = REPO_MODE_EXECUTABLE;
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].blob.id[19] ^= 1;
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].base.id[0] ^= 1;
	assert_false(review_covers_equal(&a, &b));
}

/* -- The way of a draft -- */

static void a_draft_goes_from_its_first_save_to_its_release(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1.");
	assert_state(h, "draft");
	history_tell(h, "A saves 2.");
	assert_state(h, "draft");
	assert_int_equal(h->state.last_save, 1);
	history_tell(h, "A submits.");
	assert_state(h, "review");
	assert_true(h->state.submitted);
	assert_int_equal(h->state.step, 0);
	history_tell(h, "B approves review.");
	assert_state(h, "approved");
	assert_int_equal(h->state.step, 1);
	h->facts.released = true;
	assert_state(h, "released");
}

static void only_the_release_branch_says_that_a_draft_is_released(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A releases.");
	assert_state(h, "draft");
	history_tell(h, "A submits. B approves review. A releases.");
	assert_state(h, "approved");
	h->facts.released = true;
	assert_state(h, "released");
	history_tell(h, "A spikes.");
	assert_state(h, "released");
	h->facts.withdraws = true;
	assert_state(h, "withdrawn");
}

static void an_article_of_a_later_date_waits_for_it(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1.");
	h->facts.publish_time = 1001;
	assert_state(h, "draft");
	history_tell(h, "A submits.");
	assert_state(h, "review");
	history_tell(h, "B approves review.");
	assert_state(h, "scheduled");
	h->facts.now = 1001;
	assert_state(h, "approved");
	h->facts.publish_time = 0;
	assert_state(h, "approved");
}

static void asking_for_changes_sends_back_until_it_is_submitted_again(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C rejects.");
	assert_state(h, "changes");
	assert_int_equal(h->state.reason, 3);
	assert_false(h->state.submitted);
	assert_string_equal(why(h), "it was sent back or set aside since");
	history_tell(h, "A saves 2.");
	assert_state(h, "changes");
	history_tell(h, "A submits.");
	assert_state(h, "review");
}

static void an_approval_from_before_it_was_sent_back_stays_void_for_the_same_bytes(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C rejects. A submits.");
	assert_state(h, "review");
	history_tell(h, "B approves review.");
	assert_string_equal(why(h), "counts");
	assert_state(h, "approved");
}

static void a_spiked_draft_comes_back_as_one_that_was_not_submitted(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C spikes.");
	assert_state(h, "spiked");
	assert_string_equal(why(h), "it was sent back or set aside since");
	history_tell(h, "A restores.");
	assert_state(h, "draft");
	history_tell(h, "A submits.");
	assert_state(h, "review");
	assert_string_equal(why(h), "it was sent back or set aside since");
}

static void what_is_set_aside_can_be_neither_submitted_nor_approved_nor_sent_back(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A spikes. A submits. B approves review.");
	assert_string_equal(why(h), "the draft was not submitted");
	history_tell(h, "B rejects.");
	assert_state(h, "spiked");
	history_tell(h, "A restores.");
	assert_state(h, "draft");
}

static void restoring_what_is_not_spiked_changes_nothing(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. D restores.");
	assert_state(h, "approved");
}

static void events_of_a_later_version_count_for_nothing(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C dances.");
	assert_state(h, "approved");
	assert_int_equal(h->state.author_count, 1);
}

static void the_newest_assignment_is_told(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1.");
	assert_int_equal(history_replay(h)->assignment, 1);
	history_add(h, REVIEW_ASSIGN, ANNA)->assignee = (char *)"Boris <boris@desk.example>";
	history_add(h, REVIEW_ASSIGN, ANNA)->assignee = (char *)"陈 <chen@desk.example>";
	history_tell(h, "A comments.");
	assert_int_equal(history_replay(h)->assignment, 2);
}

/* -- Authors -- */

static void everybody_who_saved_is_an_author_once(void **state)
{
	struct history *h = *state;
	struct repo_person same = {(char *)"A. Nother Name", (char *)"ANNA@Desk.Example"};

	history_tell(h, "A saves 1. B saves 2. A saves 3.");
	history_save(h, ANNA, '4')->path = (char *)"content/city/photo.png";
	history_tell(h, "C comments. C submits.");
	history_replay(h);
	assert_int_equal(h->state.author_count, 2);
	assert_true(repo_person_same(h->state.authors[0], &h->commits[0].person));
	assert_true(repo_person_same(h->state.authors[1], &h->commits[1].person));
	assert_true(review_is_author(&h->state, &history_people[ANNA]));
	assert_true(review_is_author(&h->state, &same));
	assert_true(review_is_author(&h->state, &history_people[BORIS]));
	assert_false(review_is_author(&h->state, &history_people[CHEN]));
}

static void an_author_cannot_approve_whenever_they_saved(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. A approves review.");
	assert_string_equal(why(h), "an author cannot approve own text");
	history_tell(h, "B approves review.");
	assert_string_equal(why(h), "counts");
	/* The bytes are those that Boris approved, but he wrote in it meanwhile. */
	history_tell(h, "B saves 2. A saves 1.");
	assert_string_equal(why(h), "an author cannot approve own text");
	h->policy.author_may_approve = true;
	assert_string_equal(why(h), "counts");
}

/* -- Approvals -- */

static void an_approval_before_it_was_submitted_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B approves review.");
	assert_string_equal(why(h), "the draft was not submitted");
	history_tell(h, "A submits.");
	assert_string_equal(why(h), "the draft was not submitted");
	assert_state(h, "review");
}

static void an_approval_for_a_step_that_is_not_there_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves legal.");
	assert_string_equal(why(h), "the desk's rules have no such step");
	assert_int_equal(h->state.approvals[0].step, -1);
	history_approve(h, BORIS, NULL);
	assert_string_equal(why(h), "the desk's rules have no such step");
	history_approve(h, BORIS, "Review");
	assert_string_equal(why(h), "the desk's rules have no such step");
}

static void an_approval_of_other_bytes_than_the_draft_had_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits.");
	history_approve(h, BORIS, "review")->claimed.items[0].blob = history_oid('2');
	assert_string_equal(why(h), "it names other bytes than the draft had");
	/* Nor when those bytes come later. */
	history_tell(h, "A saves 2.");
	assert_string_equal(why(h), "it names other bytes than the draft had");
	history_approve(h, CHEN, "review")->claimed.count = 0;
	assert_string_equal(why(h), "it names other bytes than the draft had");
}

static void an_approval_dies_with_the_first_changed_byte_and_lives_with_the_same(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review.");
	assert_state(h, "approved");
	history_tell(h, "A saves 2.");
	assert_string_equal(why(h), "the text changed since");
	assert_state(h, "review");
	history_tell(h, "A saves 1.");
	assert_string_equal(why(h), "counts");
	assert_state(h, "approved");
}

/* Of a draft of an article with one picture, what a save may change by one bit. */
static void each_bit_of_a_change_voids_every_approval(void **state)
{
	struct review_cover covers[3];
	struct history h;

	(void)state;
	for (int part = 0; part < 10; part++) {
		struct review_commit *commit;

		history_start(&h, "[step \"review\"]\n");
		history_save(&h, ANNA, '1');
		history_add(&h, REVIEW_SUBMIT, ANNA);
		history_approve(&h, BORIS, "review");
		covers[0] = h.covers[0];
		covers[1] = covers[0];
		covers[1].path = (char *)"content/city/photo.png";
		covers[2] = covers[1];
		covers[2].path = (char *)"content/city/video.mp4";
		for (size_t i = 0; i < h.count; i++)
			h.commits[i].covers = (struct review_covers){.items = covers, .count = 2};
		h.commits[2].claimed = h.commits[0].covers;
		assert_string_equal(why(&h), "counts");
		commit = history_add(&h, REVIEW_SAVE, ANNA);
		commit->covers.items = mem_alloc(sizeof covers);
		memcpy(commit->covers.items, covers, sizeof covers);
		switch (part) {
		case 0:
			assert_string_equal(why(&h), "counts");
			break;
		case 1:
			commit->covers.items[0].blob.id[7] ^= 0x10;
			break;
		case 2:
			commit->covers.items[0].mode = REPO_MODE_EXECUTABLE;
			break;
		case 3:
			commit->covers.items[0].base.id[19] ^= 1;
			break;
		case 4:
			commit->covers.items[0].path = (char *)"content/city/lakf.md";
			break;
		case 5:
			commit->covers.items[1].blob.id[0] ^= 1;
			break;
		case 6:
			commit->covers.items[1].mode = REPO_MODE_NONE;
			break;
		case 7:
			commit->covers.count = 1;
			break;
		case 8:
			commit->covers.count = 3;
			break;
		default:
			h.policy.blob.id[3] ^= 4;
			assert_string_equal(why(&h), "the desk's rules changed since");
			break;
		}
		if (part > 0 && part < 9)
			assert_string_equal(why(&h), "the text changed since");
		free(commit->covers.items);
		history_end(&h);
	}
}

static void an_approval_under_other_rules_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits.");
	history_approve(h, BORIS, "review")->policy = history_oid('q');
	assert_string_equal(why(h), "the desk's rules changed since");
	h->policy.blob = history_oid('q');
	assert_string_equal(why(h), "counts");
}

static void an_approval_needs_the_role_of_its_step(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. D approves first.");
	assert_string_equal(why(h), "the step is for others");
	history_tell(h, "B approves first.");
	assert_string_equal(why(h), "counts");
}

static void steps_are_taken_in_their_order(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. D approves final.");
	assert_string_equal(why(h), "an earlier step was not approved");
	history_tell(h, "B approves first. D approves final.");
	assert_string_equal(why(h), "an earlier step was not approved");
	assert_int_equal(h->state.step, 0);
	history_tell(h, "C approves first.");
	assert_int_equal(history_replay(h)->step, 1);
	/* What came too early stays too early. */
	assert_false(h->state.approvals[0].counts);
	assert_state(h, "review");
	history_tell(h, "D approves final.");
	assert_string_equal(why(h), "counts");
	assert_state(h, "approved");
	assert_int_equal(h->state.step, 2);
}

static void when_a_lower_step_falls_the_higher_one_falls_too(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves first. C approves first. D approves final.");
	assert_state(h, "approved");
	history_tell(h, "C saves 2. A saves 1.");
	assert_string_equal(why(h), "an earlier step was not approved");
	assert_int_equal(h->state.step, 0);
}

static void one_person_gives_one_approval_for_a_step(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves first. B approves first.");
	assert_string_equal(why(h), "the same person approved this step already");
	h->policy.one_person_one_step = false;
	assert_string_equal(why(h), "the same person approved this step already");
}

static void one_person_takes_one_step_unless_the_rules_allow_more(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. C approves first. B approves first. B approves final.");
	assert_string_equal(why(h), "the same person approved another step");
	h->policy.one_person_one_step = false;
	assert_string_equal(why(h), "counts");
	assert_state(h, "approved");
}

static void an_approval_that_does_not_count_stands_in_nobodys_way(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves final.");
	assert_string_equal(why(h), "an earlier step was not approved");
	history_tell(h, "B approves first.");
	assert_string_equal(why(h), "counts");
}

static void a_draft_that_takes_its_article_down_is_approved_like_any(void **state)
{
	struct review_cover *cover;
	struct history *h = *state;

	cover = history_save(h, ANNA, '1');
	cover->mode = REPO_MODE_NONE;
	memset(&cover->blob, 0, sizeof cover->blob);
	h->facts.withdraws = true;
	history_tell(h, "A submits. A approves review.");
	assert_string_equal(why(h), "an author cannot approve own text");
	history_tell(h, "B approves review.");
	assert_state(h, "approved");
}

/* -- Comments -- */

static void threads_gather_their_replies_in_order(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments. C comments. A replies 1. A replies 2. B replies 1.");
	history_replay(h);
	assert_int_equal(h->state.thread_count, 2);
	assert_int_equal(h->state.threads[0].commit, 1);
	assert_int_equal(h->state.threads[0].reply_count, 2);
	assert_int_equal(h->state.threads[0].replies[0], 3);
	assert_int_equal(h->state.threads[0].replies[1], 5);
	assert_int_equal(h->state.threads[1].reply_count, 1);
	assert_int_equal(h->state.open_threads, 2);
}

static void a_thread_is_as_its_last_resolve_or_reopen_left_it(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments. A resolves 1.");
	assert_int_equal(history_replay(h)->open_threads, 0);
	assert_int_equal(h->state.threads[0].resolved_by, 2);
	history_tell(h, "B reopens 1.");
	assert_int_equal(history_replay(h)->open_threads, 1);
	assert_int_equal(h->state.threads[0].resolved_by, 3);
	history_tell(h, "A resolves 1. B replies 1.");
	assert_int_equal(history_replay(h)->open_threads, 0);
	history_tell(h, "A saves 2.");
	assert_int_equal(history_replay(h)->open_threads, 0);
}

static void an_answer_to_no_comment_counts_for_nothing(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments.");
	history_answer(h, REVIEW_RESOLVE, ANNA, 0); /* a save */
	history_add(h, REVIEW_RESOLVE, ANNA);       /* names none */
	history_name_thread(h, history_add(h, REVIEW_RESOLVE, ANNA), (char *)"0202");
	history_name_thread(h, history_add(h, REVIEW_REPLY, ANNA), (char *)"");
	history_replay(h);
	assert_int_equal(h->state.open_threads, 1);
	assert_int_equal(h->state.threads[0].reply_count, 0);
}

static void an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B comments. B approves review.");
	assert_string_equal(why(h), "counts");
	assert_state(h, "review");
	assert_int_equal(h->state.step, 1);
	h->policy.comments_block = false;
	assert_state(h, "approved");
	h->policy.comments_block = true;
	history_tell(h, "A resolves 2.");
	assert_state(h, "approved");
}

static void a_question_always_blocks_until_it_is_resolved(void **state)
{
	struct history *h = *state;

	h->policy.comments_block = false;
	history_tell(h, "A saves 1. A submits. B comments. C asks. B approves review.");
	assert_state(h, "review");
	assert_int_equal(h->state.open_threads, 2);
	assert_int_equal(h->state.blocking, 1);
	assert_string_equal(review_thread_word(h->state.threads[1].kind), "question");
	history_tell(h, "A refuses 3.");
	assert_state(h, "review");
	history_tell(h, "A resolves 3.");
	assert_state(h, "approved");
	history_tell(h, "C reopens 3.");
	assert_state(h, "review");
}

/* -- Suggestions -- */

static void a_suggestion_blocks_until_it_is_taken_or_refused(void **state)
{
	struct history *h = *state;

	h->policy.comments_block = false;
	history_tell(h, "A saves 1. A submits. B suggests. C suggests. C approves review.");
	assert_state(h, "review");
	assert_int_equal(h->state.blocking, 2);
	/* Neither resolving nor a save that names none decides it. */
	history_tell(h, "A resolves 2. A saves 1. A takes 0. A takes 1.");
	assert_int_equal(history_replay(h)->blocking, 2);
	history_tell(h, "A takes 2.");
	assert_int_equal(history_replay(h)->blocking, 1);
	assert_true(h->state.threads[0].taken);
	assert_int_equal(h->state.threads[0].resolved_by, 9);
	history_tell(h, "A refuses 3.");
	assert_state(h, "approved");
	assert_true(h->state.threads[1].resolved);
	assert_false(h->state.threads[1].taken);
}

static void what_was_decided_of_a_suggestion_stays(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. B suggests. A takes 1. A refuses 1. A reopens 1.");
	history_replay(h);
	assert_true(h->state.threads[0].taken);
	assert_int_equal(h->state.threads[0].resolved_by, 3);
	history_tell(h, "A refuses 2. A takes 2. A reopens 2. A resolves 2.");
	history_replay(h);
	assert_true(h->state.threads[1].resolved);
	assert_false(h->state.threads[1].taken);
	assert_int_equal(h->state.threads[1].resolved_by, 6);
}

static void a_save_takes_several_suggestions_and_only_these(void **state)
{
	char ids[2][REPO_HEX_SIZE];
	char *items[] = {ids[0], (char *)"0123", ids[1], ids[1]};
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. C suggests. B suggests. B comments. A saves 2.");
	oid_hex(ids[0], &h->commits[1].id);
	oid_hex(ids[1], &h->commits[3].id);
	h->commits[5].threads = (struct strlist){.items = items, .count = 4};
	history_replay(h);
	assert_true(h->state.threads[0].taken);
	assert_false(h->state.threads[1].resolved);
	assert_true(h->state.threads[2].taken);
	assert_false(h->state.threads[3].resolved);
}

static void a_suggestion_without_words_or_a_passage_is_none(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. B suggests. B suggests.");
	h->commits[1].replacement = NULL;
	h->commits[2].passage.len = 0;
	h->commits[3].replacement = (char *)"";
	assert_int_equal(history_replay(h)->thread_count, 1);
	assert_int_equal(h->state.threads[0].commit, 3);
}

static void a_suggester_whose_words_were_taken_is_an_author_where_the_rules_say_so(void **state)
{
	struct repo_person chen = {(char *)"C.", (char *)"Chen@desk.example"};
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. C suggests. D suggests. A takes 1.");
	history_tell(h, "A refuses 3. A submits. B approves review.");
	h->commits[4].co_authors = &chen;
	h->commits[4].co_author_count = 1;
	assert_string_equal(why(h), "counts");
	assert_int_equal(h->state.author_count, 1);
	h->policy.suggester_is_author = true;
	/* Also where the save does not name him: the suggestion does. */
	assert_string_equal(why(h), "an author cannot approve own text");
	assert_true(review_is_author(&h->state, &history_people[BORIS]));
	assert_true(review_is_author(&h->state, &history_people[CHEN]));
	assert_false(review_is_author(&h->state, &history_people[DORA]));
	h->policy.author_may_approve = true;
	assert_string_equal(why(h), "counts");
}

static void suggested_words_are_written_and_read_back(void **state)
{
	struct strbuf value = STRBUF_INIT;
	char words[4] = "";
	char *back;

	(void)state;
	for (unsigned pair = 1; pair < 0x10000; pair++) {
		words[0] = (char)(pair >> 8);
		words[1] = (char)(pair & 0xff);
		if (words[0] == '\0') {
			words[0] = words[1];
			words[1] = '\0';
		}
		strbuf_reset(&value);
		review_replacement_format(&value, words);
		/* One line, and nothing that a terminal would obey. */
		for (size_t i = 0; i < value.len; i++)
			assert_false((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f);
		back = review_replacement_parse(value.data);
		assert_non_null(back);
		assert_string_equal(back, words);
		free(back);
	}
	strbuf_reset(&value);
	review_replacement_format(&value, "七 \"volunteers\"\n\\");
	assert_string_equal(value.data, "\"七 \\\"volunteers\\\"\\n\\\\\"");
	strbuf_clear(&value);
}

static void what_is_no_quoted_word_is_not_read_as_one(void **state)
{
	static const char *const values[] = {"",         "seven",     "\"seven",   "seven\"",   "\"a\"b\"",
					     "\"a\" ",   "\"\\\"",    "\"\\x\"",   "\"\\8\"",   "\"\\000\"",
					     "\"\\12\"", "\"\\400\"", "\"\\777\"", "\"\\303\"", "\"\\"};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char *words = review_replacement_parse(values[i]);

		if (words != NULL)
			fail_msg("%s is read as %s", values[i], words);
	}
}

/* -- When it goes out -- */

static void an_embargo_holds_until_its_time_or_until_it_is_lifted(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C embargoes 2000.");
	assert_state(h, "scheduled");
	assert_int_equal(h->state.not_before, 2000);
	h->facts.publish_time = 3000;
	assert_int_equal(history_replay(h)->not_before, 3000);
	h->facts.now = 2500;
	assert_state(h, "scheduled");
	h->facts.publish_time = 0;
	assert_state(h, "approved");
	h->facts.now = 1000;
	history_tell(h, "C embargoes 5000. C lifts.");
	assert_state(h, "approved");
	assert_int_equal(h->state.not_before, 0);
}

static const char chief_releases[] = "[role \"chief\"]\nperson = Dora <dora@desk.example>\n"
				     "[role \"owner\"]\nperson = 陈 <chen@desk.example>\n"
				     "[step \"review\"]\n[release]\nrole = chief\n[policy]\nrole = owner\n";

static void only_who_may_release_says_when(void **state)
{
	struct history *h = *state;

	history_end(h);
	history_start(h, chief_releases);
	history_tell(h, "A saves 1. A submits. B approves review. B embargoes 2000.");
	assert_state(h, "approved");
	history_tell(h, "D embargoes 2000. B lifts.");
	assert_state(h, "scheduled");
	history_tell(h, "D lifts. B schedules 2000.");
	assert_state(h, "approved");
	assert_string_equal(h->state.schedule_void, "its person may not release");
	/* Nor can anybody else replace or undo an order that stands. */
	history_tell(h, "D schedules 3000. B schedules 4000. B unschedules.");
	assert_state(h, "scheduled");
	assert_int_equal(h->state.schedule, 8);
	assert_null(h->state.schedule_void);
	history_tell(h, "D unschedules.");
	assert_state(h, "approved");
	assert_int_equal(h->state.schedule, h->count);
	/* A change of the desk's own files goes out by others than articles. */
	history_tell(h, "C embargoes 2000. D schedules 2000. C schedules 2000. D unschedules.");
	assert_int_equal(history_replay(h)->not_before, 0);
	h->facts.path = POLICY_PATH;
	assert_int_equal(history_replay(h)->not_before, 2000);
	assert_int_equal(h->state.schedule, 14);
	assert_null(h->state.schedule_void);
}

/* Why the newest schedule does not hold; "holds" when it does. */
static const char *order(struct history *h)
{
	const struct review_state *state = history_replay(h);

	if (state->schedule == h->count)
		return "none";
	return state->schedule_void ? state->schedule_void : "holds";
}

static void a_schedule_holds_for_the_bytes_and_the_rules_that_it_was_for(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C schedules 2000.");
	assert_string_equal(order(h), "holds");
	assert_state(h, "scheduled");
	h->facts.now = 2000;
	assert_state(h, "approved");
	history_tell(h, "A saves 2.");
	assert_string_equal(order(h), "the text changed since");
	history_tell(h, "A saves 1.");
	assert_string_equal(order(h), "holds");
	h->policy.blob.id[3] ^= 1;
	assert_string_equal(order(h), "the desk's rules changed since");
	h->policy.blob.id[3] ^= 1;
	h->commits[3].claimed.items[0].base.id[0] ^= 1;
	assert_string_equal(order(h), "it names other bytes than the draft had");
	h->commits[3].claimed.items[0].base.id[0] ^= 1;
	h->policy.sign_approvals = true;
	assert_string_equal(order(h), "it is not signed");
	h->commits[3].signature = SIGN_GOOD;
	assert_string_equal(order(h), "holds");
}

static void a_schedule_ends_with_a_step_back(void **state)
{
	static const char *const steps_back[] = {"B rejects. A submits. B approves review.",
						 "A spikes. A restores. A submits. B approves review."};
	struct history *h = *state;

	for (size_t i = 0; i < 2; i++) {
		history_reset(h);
		history_tell(h, "A saves 1. A submits. B approves review. C schedules 2000.");
		history_tell(h, steps_back[i]);
		assert_string_equal(order(h), "it was sent back or set aside since");
		assert_state(h, "approved");
		history_tell(h, "C schedules 2000.");
		assert_string_equal(order(h), "holds");
	}
}

static void the_newest_schedule_is_the_one_that_counts(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C schedules 2000. D schedules 3000.");
	assert_string_equal(order(h), "holds");
	assert_int_equal(h->state.schedule, 4);
	/* One without a time is none. */
	history_tell(h, "C schedules 0.");
	assert_int_equal(history_replay(h)->schedule, 4);
	history_tell(h, "C unschedules.");
	assert_string_equal(order(h), "none");
	assert_state(h, "approved");
}

static void a_schedule_comes_after_the_last_approval(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. C schedules 2000. B approves review.");
	assert_string_equal(order(h), "it was approved only after that");
	assert_state(h, "approved");
}

/* -- Checklists, sections, signatures, beginning -- */

static void an_approval_ticks_the_whole_checklist_of_its_step(void **state)
{
	struct review_commit *commit;
	struct history *h = *state;

	history_end(h);
	history_start(h, "[step \"review\"]\ncheck = Names checked\ncheck = 已核对 dates\n");
	history_tell(h, "A saves 1. A submits.");
	commit = history_approve(h, BORIS, "review");
	assert_string_equal(why(h), "its checklist was not ticked");
	history_tick(h, commit, "已核对 dates");
	history_tick(h, commit, "names checked");
	assert_string_equal(why(h), "its checklist was not ticked");
	history_tick(h, commit, "Names checked");
	assert_string_equal(why(h), "counts");
	history_tick(h, commit, "Something else");
	assert_string_equal(why(h), "counts");
}

static void a_ladder_has_the_steps_of_its_section(void **state)
{
	static const char policy[] = "[step \"first\"]\nsection = city\n[step \"legal\"]\nsection = courts\n"
				     "section = city/police\n[step \"final\"]\n";
	static const struct {
		const char *path;
		const char *renames;
		int steps[3]; /* those that it goes through; -1: the end */
	} rows[] = {
	    {"content/city/lake.md", NULL, {0, 2, -1}},
	    {"content/city/parks/lake.md", NULL, {0, 2, -1}},
	    {"content/city/police/raid.md", NULL, {0, 1, 2}},
	    {"content/courts/raid.md", NULL, {1, 2, -1}},
	    {"content/cityscape/lake.md", NULL, {2, -1}},
	    {"content/city.md", NULL, {2, -1}},
	    {"content/culture/city/lake.md", NULL, {2, -1}},
	    {POLICY_PATH, NULL, {2, -1}},
	    /* What is moved goes through the ladders of both places. */
	    {"content/culture/raid.md", "content/courts/raid.md", {1, 2, -1}},
	    {"content/courts/raid.md", "content/city/raid.md", {0, 1, 2}},
	};
	static const char *const names[] = {"first", "legal", "final"};
	struct history *h = *state;

	history_end(h);
	history_start(h, policy);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		enum person person = BORIS;

		history_reset(h);
		h->facts.path = rows[i].path;
		h->facts.renames = rows[i].renames;
		history_tell(h, "A saves 1. A submits.");
		for (size_t j = 0; j < 3 && rows[i].steps[j] >= 0; j++) {
			assert_state(h, "review");
			assert_int_equal(h->state.step, rows[i].steps[j]);
			history_approve(h, person++, names[h->state.step]);
			assert_string_equal(why(h), "counts");
		}
		assert_state(h, "approved");
	}
	h->facts.path = rows[0].path;
	h->facts.renames = NULL;
	history_reset(h);
	h->facts.path = rows[0].path;
	history_tell(h, "A saves 1. A submits. B approves first. C approves legal.");
	assert_string_equal(why(h), "the step is for other sections");
}

static void approvals_are_signed_where_the_rules_ask_for_it(void **state)
{
	struct history *h = *state;

	h->policy.sign_approvals = true;
	history_tell(h, "A saves 1. A submits. B approves review.");
	assert_string_equal(why(h), "it is not signed");
	assert_state(h, "review");
	h->commits[2].signature = SIGN_GOOD;
	assert_state(h, "approved");
}

static void a_correction_is_submitted_by_one_who_may_begin_it(void **state)
{
	struct history *h = *state;

	history_end(h);
	history_start(h, "[step \"review\"]\n[correct]\nperson = Boris <boris@desk.example>\n"
			 "[withdraw]\nperson = Dora <dora@desk.example>\n");
	history_tell(h, "A saves 1. A submits. C approves review.");
	assert_state(h, "approved");
	h->facts.corrects = true;
	assert_state(h, "draft");
	history_tell(h, "B submits. C approves review.");
	assert_state(h, "approved");
	h->facts.withdraws = true;
	assert_state(h, "draft");
	history_tell(h, "D submits. C approves review.");
	assert_state(h, "approved");
}

static int set_up(void **state, const char *policy)
{
	struct history *h = mem_alloc(sizeof *h);

	history_start(h, policy);
	*state = h;
	return 0;
}

static int set_up_one_step(void **state)
{
	return set_up(state, "[step \"review\"]\n");
}

static int set_up_ladder(void **state)
{
	return set_up(state, history_ladder);
}

static int tear_down(void **state)
{
	history_end(*state);
	free(*state);
	return 0;
}

#define in_one_step(test)   cmocka_unit_test_setup_teardown(test, set_up_one_step, tear_down)
#define up_the_ladder(test) cmocka_unit_test_setup_teardown(test, set_up_ladder, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_word_of_an_event_is_read_back),
	    cmocka_unit_test(every_word_of_a_state_is_read_back),
	    cmocka_unit_test(a_cover_is_written_and_read_back),
	    cmocka_unit_test(what_is_no_cover_is_not_read_as_one),
	    cmocka_unit_test(covers_differ_by_each_of_their_parts),
	    in_one_step(a_draft_goes_from_its_first_save_to_its_release),
	    in_one_step(only_the_release_branch_says_that_a_draft_is_released),
	    in_one_step(an_article_of_a_later_date_waits_for_it),
	    in_one_step(asking_for_changes_sends_back_until_it_is_submitted_again),
	    in_one_step(an_approval_from_before_it_was_sent_back_stays_void_for_the_same_bytes),
	    in_one_step(a_spiked_draft_comes_back_as_one_that_was_not_submitted),
	    in_one_step(what_is_set_aside_can_be_neither_submitted_nor_approved_nor_sent_back),
	    in_one_step(restoring_what_is_not_spiked_changes_nothing),
	    in_one_step(events_of_a_later_version_count_for_nothing),
	    in_one_step(the_newest_assignment_is_told),
	    in_one_step(everybody_who_saved_is_an_author_once),
	    in_one_step(an_author_cannot_approve_whenever_they_saved),
	    in_one_step(an_approval_before_it_was_submitted_does_not_count),
	    in_one_step(an_approval_for_a_step_that_is_not_there_does_not_count),
	    in_one_step(an_approval_of_other_bytes_than_the_draft_had_does_not_count),
	    in_one_step(an_approval_dies_with_the_first_changed_byte_and_lives_with_the_same),
	    cmocka_unit_test(each_bit_of_a_change_voids_every_approval),
	    in_one_step(an_approval_under_other_rules_does_not_count),
	    up_the_ladder(an_approval_needs_the_role_of_its_step),
	    up_the_ladder(steps_are_taken_in_their_order),
	    up_the_ladder(when_a_lower_step_falls_the_higher_one_falls_too),
	    up_the_ladder(one_person_gives_one_approval_for_a_step),
	    up_the_ladder(one_person_takes_one_step_unless_the_rules_allow_more),
	    up_the_ladder(an_approval_that_does_not_count_stands_in_nobodys_way),
	    in_one_step(a_draft_that_takes_its_article_down_is_approved_like_any),
	    in_one_step(threads_gather_their_replies_in_order),
	    in_one_step(a_thread_is_as_its_last_resolve_or_reopen_left_it),
	    in_one_step(an_answer_to_no_comment_counts_for_nothing),
	    in_one_step(an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so),
	    in_one_step(a_question_always_blocks_until_it_is_resolved),
	    in_one_step(a_suggestion_blocks_until_it_is_taken_or_refused),
	    in_one_step(what_was_decided_of_a_suggestion_stays),
	    in_one_step(a_save_takes_several_suggestions_and_only_these),
	    in_one_step(a_suggestion_without_words_or_a_passage_is_none),
	    in_one_step(a_suggester_whose_words_were_taken_is_an_author_where_the_rules_say_so),
	    cmocka_unit_test(suggested_words_are_written_and_read_back),
	    cmocka_unit_test(what_is_no_quoted_word_is_not_read_as_one),
	    in_one_step(an_embargo_holds_until_its_time_or_until_it_is_lifted),
	    in_one_step(only_who_may_release_says_when),
	    in_one_step(a_schedule_holds_for_the_bytes_and_the_rules_that_it_was_for),
	    in_one_step(a_schedule_ends_with_a_step_back),
	    in_one_step(the_newest_schedule_is_the_one_that_counts),
	    in_one_step(a_schedule_comes_after_the_last_approval),
	    in_one_step(an_approval_ticks_the_whole_checklist_of_its_step),
	    in_one_step(a_ladder_has_the_steps_of_its_section),
	    in_one_step(approvals_are_signed_where_the_rules_ask_for_it),
	    in_one_step(a_correction_is_submitted_by_one_who_may_begin_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
