/* What a draft waits for, and when it goes out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/rules.h"
#include "scene.h"

/* -- Schedules -- */

/* What comes of the order: "not yet", a person's name, or why not. */
static const char *due(struct scene *s)
{
	const struct repo_person *person = NULL;
	bool is_due;
	int rc = rules_due(&s->draft, &s->h.policy, s->h.facts.now, &person, &is_due, &s->err);

	if (!is_due) {
		assert_int_equal(rc, E_REFUSED);
		return "not yet";
	}
	return rc == 0 ? person->name : s->err.message;
}

static void at(struct scene *s, int64_t now)
{
	s->h.facts.now = now;
	scene_derive(s);
}

static void a_scheduled_draft_goes_out_at_its_time_and_not_long_after(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B approves review.");
	assert_string_equal(due(s), "not yet");
	scene_tell(s, "C schedules 2000.");
	at(s, 1999);
	assert_string_equal(due(s), "not yet");
	at(s, 2000);
	assert_string_equal(due(s), "陈");
	at(s, 2000 + 60 * 60);
	assert_string_equal(due(s), "陈");
	at(s, 2000 + 60 * 60 + 1);
	assert_string_equal(due(s),
			    "lake is overdue: its time passed more than 60 minutes ago. Release it by "
			    "hand, or schedule it again.");
	at(s, 2000);
	s->draft.released = true;
	scene_derive(s);
	assert_string_equal(due(s), "not yet");
}

static void a_schedule_that_does_not_hold_any_more_is_told(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B approves review. C schedules 2000.");
	at(s, 2000);
	s->draft.publish_time = 3000;
	scene_derive(s);
	assert_non_null(strstr(due(s), "is under embargo until"));
	s->draft.publish_time = 0;
	scene_tell(s, "A saves 2.");
	assert_string_equal(
	    due(s), "lake was scheduled by 陈, and that does not hold any more: the text changed since.");
	scene_tell(s, "B asks. A saves 1.");
	assert_string_equal(due(s), "lake is in review: only an approved draft can be released.");
	scene_tell(s, "A spikes.");
	assert_string_equal(due(s), "not yet");
}

/* -- What a draft waits for -- */

static void waits_on(struct scene *s, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;

	rules_waiting_on(&words, &s->draft, &s->h.policy, s->h.facts.now);
	assert_string_equal(words.data, wanted);
	strbuf_clear(&words);
}

static void is_stuck(struct scene *s, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;
	bool stuck = rules_is_stuck(&words, &s->draft, &s->h.policy, s->h.facts.now);

	assert_string_equal(words.data, wanted);
	assert_int_equal(stuck, wanted[0] != '\0');
	assert_int_equal(rules_is_stuck(NULL, &s->draft, &s->h.policy, s->h.facts.now), stuck);
	strbuf_clear(&words);
}

static void waits_for(struct scene *s, enum person person, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;
	bool waits =
	    rules_waits_for(&words, &s->draft, &s->h.policy, &history_people[person], s->h.facts.now);

	assert_string_equal(words.data, wanted);
	assert_int_equal(waits, wanted[0] != '\0');
	assert_int_equal(rules_waits_for(NULL, &s->draft, &s->h.policy, &history_people[person],
					 s->h.facts.now),
			 waits);
	strbuf_clear(&words);
}

/* Nobody but the person is waited for. */
static void waits_for_alone(struct scene *s, enum person person, const char *wanted)
{
	for (int i = 0; i < PEOPLE; i++)
		waits_for(s, (enum person)i, i == (int)person ? wanted : "");
}

static struct review_commit *assign(struct scene *s, enum person person)
{
	char *assignee = s->h.threads[s->h.count];
	struct review_commit *commit;

	snprintf(assignee, sizeof s->h.threads[0], "%s <%s>", history_people[person].name,
		 history_people[person].mail);
	commit = history_add(&s->h, REVIEW_ASSIGN, ANNA);
	commit->assignee = assignee;
	scene_derive(s);
	return commit;
}

static void a_draft_waits_for_its_writer(void **state)
{
	struct scene *s = *state;

	waits_on(s, "Anna");
	waits_for_alone(s, PEOPLE, "");
	assign(s, CHEN);
	waits_on(s, "陈");
	waits_for_alone(s, CHEN, "Anna handed it to you.");
	assign(s, ANNA);
	waits_for_alone(s, ANNA, "You took it over.");
}

static void what_was_handed_over_has_its_time(void **state)
{
	static const int64_t day = 24 * 60 * 60;
	struct scene *s = *state;

	/* It is 00:16 on 1 January 1970 in the zone of the person who hands it over. */
	assign(s, CHEN)->at = 17 * 60 * 60;
	waits_for_alone(s, CHEN, "Anna handed it to you, due today 17:00.");
	assign(s, CHEN)->at = day + 17 * 60 * 60;
	waits_for_alone(s, CHEN, "Anna handed it to you, due 1970-01-02 17:00.");
	assign(s, CHEN)->at = 999;
	waits_for_alone(s, CHEN, "Anna handed it to you, overdue since 1970-01-01 00:16.");
	s->h.commits[s->h.count - 1].time.offset = 8 * 60;
	waits_for_alone(s, CHEN, "Anna handed it to you, overdue since 1970-01-01 08:16.");
	scene_tell(s, "A submits.");
	waits_for_alone(
	    s, CHEN,
	    "You can review it (step review); you did not write it. Anna handed it to you, overdue "
	    "since 1970-01-01 08:16.");
}

static void a_submitted_draft_waits_for_those_who_may_approve_it(void **state)
{
	static const char yes[] = "You can review it (step review); you did not write it.";
	struct scene *s = *state;

	scene_tell(s, "A submits.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
	waits_for(s, BORIS, yes);
	waits_for(s, CHEN, yes);
	s->h.policy.author_may_approve = true;
	waits_for(s, ANNA, "You can review it (step review); authors may approve here.");
	waits_for(s, BORIS, yes);
}

static void each_step_waits_for_its_role(void **state)
{
	struct scene *s = *state;

	scene_begin(s, history_ladder, "A saves 1. A submits.");
	waits_on(s, "first by role editor");
	waits_for(s, DORA, "");
	waits_for(s, BORIS,
		  "You are first reviewer (step first); you did not write it. It has 0 of 2 approvals.");
	scene_tell(s, "B approves first.");
	waits_on(s, "first by role editor");
	waits_for(s, BORIS, "");
	waits_for(s, CHEN,
		  "You are first reviewer (step first); you did not write it. It has 1 of 2 approvals.");
	scene_tell(s, "C approves first.");
	waits_on(s, "final by role chief");
	waits_for_alone(s, DORA, "You are second and last reviewer (step final); you did not write it.");
}

static void a_step_for_other_sections_is_no_rank(void **state)
{
	static const char ladder[] = "[step \"first\"]\n[step \"science\"]\nsection = science\n"
				     "[step \"second\"]\n[step \"third\"]\n";
	struct scene *s = *state;

	scene_begin(s, ladder, "A saves 1. A submits. B approves first.");
	waits_on(s, "second");
	waits_for(s, CHEN, "You are second reviewer (step second); you did not write it.");
}

static void an_assigned_review_waits_for_that_person_alone(void **state)
{
	struct scene *s = *state;

	scene_begin(s, history_ladder, "A saves 1. A submits.");
	assign(s, CHEN);
	waits_on(s, "first by 陈");
	waits_for_alone(s, CHEN,
			"You are first reviewer (step first); you did not write it. It has 0 of 2 approvals. "
			"Anna handed it to you.");
	scene_tell(s, "C approves first.");
	/* Whose turn is over holds up nobody. */
	waits_on(s, "first by role editor");
	waits_for_alone(
	    s, BORIS, "You are first reviewer (step first); you did not write it. It has 1 of 2 approvals.");
}

static const char *assigned_to(struct scene *s, enum person person)
{
	if (rules_assign(&s->draft, &s->h.policy, &history_people[person], s->h.facts.now, &s->err) == 0)
		return "yes";
	return s->err.message;
}

static void a_draft_is_assigned_to_who_can_do_what_is_next(void **state)
{
	struct scene *s = *state;

	/* Anybody may write. */
	scene_begin(s, history_ladder, "A saves 1.");
	assert_string_equal(assigned_to(s, DORA), "yes");
	scene_tell(s, "A submits.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	assert_string_equal(assigned_to(s, DORA), "lake cannot be assigned to Dora, who is not of this step: "
						  "first can be approved by Boris or 陈.");
	scene_tell(s, "C saves 2.");
	assert_string_equal(
	    assigned_to(s, CHEN),
	    "lake cannot be assigned to 陈, who wrote in it: first can be approved by Boris.");
	scene_tell(s, "B approves first.");
	assert_string_equal(
	    assigned_to(s, BORIS),
	    "lake cannot be assigned to Boris, who approved it already: first can be approved by "
	    "nobody who is left.");
	scene_tell(s, "D rejects.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	/* Where anybody may review. */
	scene_begin(
	    s,
	    "[step \"review\"]\n[role \"chief\"]\nperson = Dora <dora@desk.example>\n[release]\nrole = "
	    "chief\n",
	    "A saves 1. A submits.");
	assert_string_equal(
	    assigned_to(s, ANNA),
	    "lake cannot be assigned to Anna, who wrote in it: review can be approved by Dora.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	scene_tell(s, "C asks. C approves review.");
	assert_string_equal(assigned_to(s, BORIS),
			    "lake has every approval that it needs: nobody has to take it up.");
	scene_tell(s, "C resolves 2.");
	assert_string_equal(assigned_to(s, DORA), "yes");
	assert_string_equal(
	    assigned_to(s, CHEN),
	    "lake is approved and cannot be assigned to 陈, who may not release it: Dora can.");
}

static void an_assignment_to_somebody_who_cannot_review_holds_up_nobody(void **state)
{
	struct scene *s = *state;

	assign(s, ANNA);
	scene_tell(s, "A submits.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
	waits_for(s, BORIS, "You can review it (step review); you did not write it.");
}

static void changes_wait_for_the_authors(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "D saves 2. A submits.");
	assign(s, BORIS);
	scene_tell(s, "B rejects.");
	waits_on(s, "Anna: changes");
	waits_for(s, ANNA, "Boris asked for changes.");
	waits_for(s, DORA, "Boris asked for changes.");
	waits_for(s, BORIS, "");
	assign(s, CHEN);
	waits_on(s, "陈: changes");
	waits_for_alone(s, CHEN, "Boris asked for changes. Anna handed it to you.");
}

static void open_comments_wait_for_the_authors(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B comments.");
	waits_on(s, "Anna: comment");
	waits_for_alone(s, ANNA, "Boris commented on what you wrote.");
	scene_tell(s, "B comments.");
	waits_for_alone(s, ANNA, "You wrote it, and 2 comments are open.");
	s->h.policy.comments_block = false;
	scene_tell(s, "B approves review.");
	s->h.policy.comments_block = true;
	scene_derive(s);
	waits_on(s, "Anna: comment");
	waits_for_alone(s, ANNA, "You wrote it, and 2 comments are open.");
}

static void comments_that_hold_up_nothing_are_told_to_the_authors_alone(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B comments.");
	s->h.policy.comments_block = false;
	scene_derive(s);
	waits_on(s, "review");
	waits_for(s, ANNA, "Boris commented on what you wrote.");
	waits_for(s, CHEN, "You can review it (step review); you did not write it.");
}

static void a_question_waits_for_its_answer_and_then_for_who_asked(void **state)
{
	struct scene *s = *state;

	/* Before it is submitted, too. */
	scene_tell(s, "B asks.");
	waits_on(s, "Anna");
	waits_for_alone(s, ANNA, "Boris asks you a question about what you wrote.");
	scene_tell(s, "A submits.");
	waits_on(s, "Anna: question");
	waits_for_alone(s, ANNA, "Boris asks you a question about what you wrote.");
	scene_tell(s, "A replies 1.");
	waits_on(s, "Boris: answer");
	waits_for_alone(s, BORIS, "Anna answered your question: resolve it, or go on asking.");
	scene_tell(s, "C replies 1.");
	waits_for_alone(s, ANNA, "陈 asks you a question about what you wrote.");
	scene_tell(s, "B resolves 1.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
	waits_for(s, BORIS, "You can review it (step review); you did not write it.");
}

static void an_authors_own_comment_waits_for_that_author(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. A comments.");
	waits_on(s, "Anna: answer");
	waits_for_alone(s, ANNA, "Your own comment keeps it from being approved: resolve it.");
}

static void suggestions_wait_to_be_taken_or_refused(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B suggests.");
	waits_on(s, "Anna: suggestion");
	waits_for_alone(s, ANNA, "Boris suggests other words for what you wrote: take or refuse them.");
	scene_tell(s, "A replies 2.");
	waits_for_alone(s, ANNA, "Boris suggests other words for what you wrote: take or refuse them.");
	scene_tell(s, "C asks. C comments. C suggests.");
	waits_for_alone(s, ANNA, "You wrote it, and 1 question, 2 suggestions and 1 comment are open.");
	scene_tell(s, "A refuses 2. A resolves 4. A resolves 5. A takes 6.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
}

static void an_approved_draft_waits_for_those_who_may_release_it(void **state)
{
	struct scene *s = *state;

	scene_begin(s, scene_release_by_editor, "A saves 1. A submits. C approves review.");
	waits_on(s, "release");
	waits_for_alone(s, BORIS, "It is approved, and you may release it.");
	s->draft.publish_time = 2000;
	scene_derive(s);
	waits_on(s, "1970-01-01 00:33, when its embargo ends");
	waits_for_alone(s, PEOPLE, "");
}

static void a_draft_whose_time_has_passed_says_so(void **state)
{
	struct scene *s = *state;

	scene_begin(s, scene_release_by_editor, "A saves 1. A submits. C approves review. B schedules 2000.");
	waits_for_alone(s, PEOPLE, "");
	at(s, 2000);
	waits_for_alone(s, BORIS, "It was to go out at 1970-01-01 00:33; you may release it.");
	at(s, 2000 + 60 * 60 + 1);
	waits_for_alone(
	    s, BORIS,
	    "It was to go out at 1970-01-01 00:33 and is overdue: release it by hand, or schedule "
	    "it again.");
	scene_tell(s, "A saves 2. C approves review.");
	waits_for_alone(s, BORIS,
			"It was to go out at 1970-01-01 00:33, and that does not hold any more: the text "
			"changed since. You may release it.");
}

static void what_is_over_or_set_aside_waits_for_nobody(void **state)
{
	struct scene *s = *state;

	assign(s, BORIS);
	scene_tell(s, "A spikes.");
	waits_on(s, "");
	waits_for_alone(s, PEOPLE, "");
	scene_tell(s, "A restores. A submits. C approves review.");
	s->draft.released = true;
	scene_derive(s);
	waits_on(s, "");
	waits_for_alone(s, PEOPLE, "");
}

static const char few[] = "[role \"chief\"]\nperson = Dora <dora@desk.example>\n"
			  "[step \"first\"]\nperson = Boris <boris@desk.example>\n"
			  "person = 陈 <chen@desk.example>\n"
			  "[step \"final\"]\nrole = chief\nperson = Boris <boris@desk.example>\n"
			  "[policy]\nrole = chief\n";

static void a_draft_that_nobody_is_left_to_approve_says_so(void **state)
{
	struct scene *s = *state;

	scene_begin(s, few, "A saves 1. A submits.");
	is_stuck(s, "");
	/* One is left for each step. */
	scene_tell(s, "D saves 2.");
	is_stuck(s, "");
	waits_on(s, "first by Boris or 陈");
	/* Boris alone is left for the last step, and approves the first. */
	scene_tell(s, "B approves first.");
	is_stuck(
	    s,
	    "Nobody is left who can approve lake for final (Dora wrote in it, Boris approved another step): "
	    "ask role chief to name another reviewer in the desk's rules.");
	waits_on(s, "another reviewer for final");
	scene_tell(s, "C saves 3. B saves 4.");
	is_stuck(
	    s, "Nobody is left who can approve lake for first (Boris wrote in it, 陈 wrote in it): ask role "
	       "chief to name another reviewer in the desk's rules.");
	waits_on(s, "another reviewer for first");
	/* A question comes first; what is set aside waits for nobody. */
	scene_tell(s, "D asks.");
	waits_on(s, "Dora: answer");
	scene_tell(s, "A spikes.");
	is_stuck(s, "");
	/* Where authors may approve everybody is left. */
	scene_begin(s, few, "A saves 1. B saves 2. C saves 3. D saves 4.");
	s->h.policy.author_may_approve = true;
	is_stuck(s, "");
	/* Before it is submitted it is known already. */
	s->h.policy.author_may_approve = false;
	assert_true(rules_is_stuck(NULL, &s->draft, &s->h.policy, s->h.facts.now));
}

static void two_steps_need_two_people(void **state)
{
	struct scene *s = *state;

	/* Each of the two could approve either step; when 陈 writes in it, one is left for both. */
	scene_begin(
	    s,
	    "[step \"first\"]\nperson = Boris <boris@desk.example>\nperson = 陈 <chen@desk.example>\n"
	    "[step \"final\"]\nperson = Boris <boris@desk.example>\nperson = 陈 <chen@desk.example>\n",
	    "A saves 1. A submits.");
	is_stuck(s, "");
	scene_tell(s, "C saves 2.");
	is_stuck(
	    s,
	    "Too few people are left who can approve lake for final (陈 wrote in it): name another reviewer "
	    "in the desk's rules (.copydesk/policy).");
	s->h.policy.one_person_one_step = false;
	is_stuck(s, "");
	s->h.policy.sign_approvals = true;
	is_stuck(
	    s,
	    "Nobody is left who can approve lake for first (Boris has no key that counts, 陈 wrote in it): "
	    "name another reviewer in the desk's rules (.copydesk/policy).");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_scene(a_scheduled_draft_goes_out_at_its_time_and_not_long_after),
	    in_a_scene(a_schedule_that_does_not_hold_any_more_is_told),
	    in_a_scene(a_draft_waits_for_its_writer),
	    in_a_scene(what_was_handed_over_has_its_time),
	    in_a_scene(a_submitted_draft_waits_for_those_who_may_approve_it),
	    in_a_scene(each_step_waits_for_its_role),
	    in_a_scene(a_step_for_other_sections_is_no_rank),
	    in_a_scene(an_assigned_review_waits_for_that_person_alone),
	    in_a_scene(a_draft_is_assigned_to_who_can_do_what_is_next),
	    in_a_scene(an_assignment_to_somebody_who_cannot_review_holds_up_nobody),
	    in_a_scene(changes_wait_for_the_authors),
	    in_a_scene(open_comments_wait_for_the_authors),
	    in_a_scene(comments_that_hold_up_nothing_are_told_to_the_authors_alone),
	    in_a_scene(a_question_waits_for_its_answer_and_then_for_who_asked),
	    in_a_scene(an_authors_own_comment_waits_for_that_author),
	    in_a_scene(suggestions_wait_to_be_taken_or_refused),
	    in_a_scene(an_approved_draft_waits_for_those_who_may_release_it),
	    in_a_scene(a_draft_whose_time_has_passed_says_so),
	    in_a_scene(what_is_over_or_set_aside_waits_for_nobody),
	    in_a_scene(a_draft_that_nobody_is_left_to_approve_says_so),
	    in_a_scene(two_steps_need_two_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
