#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/review.h"
#include "history.h"

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
	assert_string_equal(history_why(h), "it was sent back or set aside since");
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
	assert_string_equal(history_why(h), "counts");
	assert_state(h, "approved");
}

static void a_spiked_draft_comes_back_as_one_that_was_not_submitted(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review. C spikes.");
	assert_state(h, "spiked");
	assert_string_equal(history_why(h), "it was sent back or set aside since");
	history_tell(h, "A restores.");
	assert_state(h, "draft");
	history_tell(h, "A submits.");
	assert_state(h, "review");
	assert_string_equal(history_why(h), "it was sent back or set aside since");
}

static void what_is_set_aside_can_be_neither_submitted_nor_approved_nor_sent_back(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A spikes. A submits. B approves review.");
	assert_string_equal(history_why(h), "the draft was not submitted");
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
	assert_string_equal(history_why(h), "an author cannot approve own text");
	history_tell(h, "B approves review.");
	assert_string_equal(history_why(h), "counts");
	/* The bytes are those that Boris approved, but he wrote in it meanwhile. */
	history_tell(h, "B saves 2. A saves 1.");
	assert_string_equal(history_why(h), "an author cannot approve own text");
	h->policy.author_may_approve = true;
	assert_string_equal(history_why(h), "counts");
}

/* -- Approvals -- */

static void an_approval_before_it_was_submitted_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B approves review.");
	assert_string_equal(history_why(h), "the draft was not submitted");
	history_tell(h, "A submits.");
	assert_string_equal(history_why(h), "the draft was not submitted");
	assert_state(h, "review");
}

static void an_approval_for_a_step_that_is_not_there_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves legal.");
	assert_string_equal(history_why(h), "the desk's rules have no such step");
	assert_int_equal(h->state.approvals[0].step, -1);
	history_approve(h, BORIS, NULL);
	assert_string_equal(history_why(h), "the desk's rules have no such step");
	history_approve(h, BORIS, "Review");
	assert_string_equal(history_why(h), "the desk's rules have no such step");
}

static void an_approval_of_other_bytes_than_the_draft_had_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits.");
	history_approve(h, BORIS, "review")->claimed.items[0].blob = history_oid('2');
	assert_string_equal(history_why(h), "it names other bytes than the draft had");
	/* Nor when those bytes come later. */
	history_tell(h, "A saves 2.");
	assert_string_equal(history_why(h), "it names other bytes than the draft had");
	history_approve(h, CHEN, "review")->claimed.count = 0;
	assert_string_equal(history_why(h), "it names other bytes than the draft had");
}

static void an_approval_dies_with_the_first_changed_byte_and_lives_with_the_same(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves review.");
	assert_state(h, "approved");
	history_tell(h, "A saves 2.");
	assert_string_equal(history_why(h), "the text changed since");
	assert_state(h, "review");
	history_tell(h, "A saves 1.");
	assert_string_equal(history_why(h), "counts");
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
		assert_string_equal(history_why(&h), "counts");
		commit = history_add(&h, REVIEW_SAVE, ANNA);
		commit->covers.items = mem_alloc(sizeof covers);
		memcpy(commit->covers.items, covers, sizeof covers);
		switch (part) {
		case 0:
			assert_string_equal(history_why(&h), "counts");
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
			assert_string_equal(history_why(&h), "the desk's rules changed since");
			break;
		}
		if (part > 0 && part < 9)
			assert_string_equal(history_why(&h), "the text changed since");
		free(commit->covers.items);
		history_end(&h);
	}
}

static void an_approval_under_other_rules_does_not_count(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits.");
	history_approve(h, BORIS, "review")->policy = history_oid('q');
	assert_string_equal(history_why(h), "the desk's rules changed since");
	h->policy.blob = history_oid('q');
	assert_string_equal(history_why(h), "counts");
}

static void an_approval_needs_the_role_of_its_step(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. D approves first.");
	assert_string_equal(history_why(h), "the step is for others");
	history_tell(h, "B approves first.");
	assert_string_equal(history_why(h), "counts");
}

static void steps_are_taken_in_their_order(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. D approves final.");
	assert_string_equal(history_why(h), "an earlier step was not approved");
	history_tell(h, "B approves first. D approves final.");
	assert_string_equal(history_why(h), "an earlier step was not approved");
	assert_int_equal(h->state.step, 0);
	history_tell(h, "C approves first.");
	assert_int_equal(history_replay(h)->step, 1);
	/* What came too early stays too early. */
	assert_false(h->state.approvals[0].counts);
	assert_state(h, "review");
	history_tell(h, "D approves final.");
	assert_string_equal(history_why(h), "counts");
	assert_state(h, "approved");
	assert_int_equal(h->state.step, 2);
}

static void when_a_lower_step_falls_the_higher_one_falls_too(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves first. C approves first. D approves final.");
	assert_state(h, "approved");
	history_tell(h, "C saves 2. A saves 1.");
	assert_string_equal(history_why(h), "an earlier step was not approved");
	assert_int_equal(h->state.step, 0);
}

static void one_person_gives_one_approval_for_a_step(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves first. B approves first.");
	assert_string_equal(history_why(h), "the same person approved this step already");
	h->policy.one_person_one_step = false;
	assert_string_equal(history_why(h), "the same person approved this step already");
}

static void one_person_takes_one_step_unless_the_rules_allow_more(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. C approves first. B approves first. B approves final.");
	assert_string_equal(history_why(h), "the same person approved another step");
	h->policy.one_person_one_step = false;
	assert_string_equal(history_why(h), "counts");
	assert_state(h, "approved");
}

static void an_approval_that_does_not_count_stands_in_nobodys_way(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B approves final.");
	assert_string_equal(history_why(h), "an earlier step was not approved");
	history_tell(h, "B approves first.");
	assert_string_equal(history_why(h), "counts");
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
	assert_string_equal(history_why(h), "an author cannot approve own text");
	history_tell(h, "B approves review.");
	assert_state(h, "approved");
}

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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
