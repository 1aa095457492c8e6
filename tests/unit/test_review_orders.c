/* When a draft goes out, and what the rules of a newsroom ask of its steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "desk/review.h"
#include "history.h"

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
	assert_string_equal(history_why(h), "its checklist was not ticked");
	history_tick(h, commit, "已核对 dates");
	history_tick(h, commit, "names checked");
	assert_string_equal(history_why(h), "its checklist was not ticked");
	history_tick(h, commit, "Names checked");
	assert_string_equal(history_why(h), "counts");
	history_tick(h, commit, "Something else");
	assert_string_equal(history_why(h), "counts");
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
			assert_string_equal(history_why(h), "counts");
		}
		assert_state(h, "approved");
	}
	h->facts.path = rows[0].path;
	h->facts.renames = NULL;
	history_reset(h);
	h->facts.path = rows[0].path;
	history_tell(h, "A saves 1. A submits. B approves first. C approves legal.");
	assert_string_equal(history_why(h), "the step is for other sections");
}

static void approvals_are_signed_where_the_rules_ask_for_it(void **state)
{
	struct history *h = *state;

	h->policy.sign_approvals = true;
	history_tell(h, "A saves 1. A submits. B approves review.");
	assert_string_equal(history_why(h), "it is not signed");
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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
