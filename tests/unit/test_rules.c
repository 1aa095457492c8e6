#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/rules.h"
#include "scene.h"

/* -- The table -- */

static void each_action_is_allowed_in_its_states_alone(void **state)
{
	static const struct {
		const char *story;
		const char *name;
		int64_t publish_time;
		bool released;
		bool removes;
	} states[REVIEW_STATE_COUNT] = {
	    [REVIEW_STATE_DRAFT] = {.story = "A saves 1.", .name = "not submitted"},
	    [REVIEW_STATE_REVIEW] = {.story = "A saves 1. A submits.", .name = "in review"},
	    [REVIEW_STATE_CHANGES] = {.story = "A saves 1. A submits. B rejects.",
				      .name = "waiting for changes"},
	    [REVIEW_STATE_APPROVED] = {.story = "A saves 1. A submits. B approves review.",
				       .name = "approved"},
	    [REVIEW_STATE_SCHEDULED] = {.story = "A saves 1. A submits. B approves review.",
					.name = "approved and scheduled",
					.publish_time = 2000},
	    [REVIEW_STATE_RELEASED] = {.story = "A saves 1. A submits. B approves review.",
				       .name = "published",
				       .released = true},
	    [REVIEW_STATE_WITHDRAWN] = {.story = "A saves 1. A submits. B approves review.",
					.name = "withdrawn",
					.released = true,
					.removes = true},
	    [REVIEW_STATE_SPIKED] = {.story = "A saves 1. A spikes.", .name = "spiked"},
	};
	static const char full[] = "lake has every approval that it needs.";
	static const char embargo[] = "lake is under embargo until 1970-01-01 00:33 (publishDate).";
	static const struct {
		enum rules_action action;
		const char *allowed; /* of draft, review, changes, approved, scheduled, released, withdrawn,
					spiked: y, n, or f for full, e for embargo, s for no schedule */
		const char *refusal;
		const char *spiked; /* of a spiked draft, where it is another */
	} actions[] = {
	    {RULES_SAVE, "yyyyynnn", "its text cannot change any more; open the article for a correction",
	     "restore it before its text is changed"},
	    {RULES_SUBMIT, "ynynnnnn", "it cannot be submitted now", "restore it before it is submitted"},
	    {RULES_COMMENT, "yyyyynnn", "comments are over"},
	    {RULES_REPLY, "yyyyynnn", "comments are over"},
	    {RULES_RESOLVE, "yyyyynnn", "comments are over"},
	    {RULES_REOPEN, "yyyyynnn", "comments are over"},
	    {RULES_APPROVE, "nynffnnn", "only a submitted draft can be approved"},
	    {RULES_REJECT, "nynyynnn", "only a submitted draft can be sent back"},
	    {RULES_ASSIGN, "yyyyynnn", "it cannot be assigned"},
	    {RULES_SPIKE, "yyyyynnn", "it cannot be spiked"},
	    {RULES_RESTORE, "nnnnnnny", "only a spiked draft can be restored"},
	    {RULES_REFUSE, "yyyyynnn", "suggestions are over"},
	    {RULES_EMBARGO, "yyyyynnn", "its time cannot be set any more"},
	    {RULES_SCHEDULE, "nnnyynnn", "only an approved draft can be scheduled"},
	    {RULES_UNSCHEDULE, "sssssnnn", "it has no schedule"},
	    {RULES_RELEASE, "nnnyennn", "only an approved draft can be released"},
	};
	struct scene *s = *state;

	for (size_t i = 0; i < REVIEW_STATE_COUNT; i++) {
		scene_begin(s, scene_one_step, "A saves 1.");
		history_reset(&s->h);
		s->draft.publish_time = states[i].publish_time;
		s->draft.released = states[i].released;
		scene_tell(s, states[i].story);
		if (states[i].removes) {
			s->draft.blob = history_oid(0);
			s->draft.withdraws = true;
			draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
		}
		assert_int_equal(s->draft.state.name, i);
		for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++) {
			bool spiked = i == REVIEW_STATE_SPIKED && actions[j].spiked != NULL;
			char *no = mem_printf("lake is %s: %s.", states[i].name,
					      spiked ? actions[j].spiked : actions[j].refusal);
			char allowed = actions[j].allowed[i];

			says(s, actions[j].action, CHEN,
			     allowed == 'y'   ? "yes"
			     : allowed == 'f' ? full
			     : allowed == 'e' ? embargo
			     : allowed == 's' ? "lake is not scheduled."
					      : no);
			free(no);
		}
	}
}

static void every_event_is_the_record_of_an_action(void **state)
{
	(void)state;
	assert_int_equal(rules_action_of(REVIEW_SAVE), RULES_SAVE);
	assert_int_equal(rules_action_of(REVIEW_SUBMIT), RULES_SUBMIT);
	assert_int_equal(rules_action_of(REVIEW_COMMENT), RULES_COMMENT);
	assert_int_equal(rules_action_of(REVIEW_REPLY), RULES_REPLY);
	assert_int_equal(rules_action_of(REVIEW_RESOLVE), RULES_RESOLVE);
	assert_int_equal(rules_action_of(REVIEW_REOPEN), RULES_REOPEN);
	assert_int_equal(rules_action_of(REVIEW_APPROVE), RULES_APPROVE);
	assert_int_equal(rules_action_of(REVIEW_REJECT), RULES_REJECT);
	assert_int_equal(rules_action_of(REVIEW_ASSIGN), RULES_ASSIGN);
	assert_int_equal(rules_action_of(REVIEW_SPIKE), RULES_SPIKE);
	assert_int_equal(rules_action_of(REVIEW_RESTORE), RULES_RESTORE);
	assert_int_equal(rules_action_of(REVIEW_QUESTION), RULES_COMMENT);
	assert_int_equal(rules_action_of(REVIEW_SUGGEST), RULES_COMMENT);
	assert_int_equal(rules_action_of(REVIEW_REFUSE), RULES_REFUSE);
	assert_int_equal(rules_action_of(REVIEW_EMBARGO), RULES_EMBARGO);
	assert_int_equal(rules_action_of(REVIEW_SCHEDULE), RULES_SCHEDULE);
	assert_int_equal(rules_action_of(REVIEW_UNSCHEDULE), RULES_UNSCHEDULE);
	assert_int_equal(rules_action_of(REVIEW_RELEASED), RULES_RELEASE);
}

/* -- Submitting -- */

static void only_an_article_below_the_content_root_can_be_submitted(void **state)
{
	static const char *const paths[] = {"README.md", "content/city/lake.txt", "content/_drafts/lake.md",
					    "contents/lake.md"};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		char *no =
		    mem_printf("%s is not an article's place: articles lie below content/ and end in .md.",
			       paths[i]);

		s->draft.path = (char *)paths[i];
		scene_last_cover(s)->path = (char *)paths[i];
		says(s, RULES_SUBMIT, ANNA, no);
		free(no);
	}
}

static void a_draft_may_change_its_article_and_files_beside_it_alone(void **state)
{
	static const struct {
		const char *path;
		bool allowed;
	} rows[] = {
	    {"content/city/lake.md", true},     {"content/city/lake.png", true},
	    {"content/city/湖 边.jpg", true},   {"content/city/archive.tar.gz", true},
	    {"content/city/pier.md", false},    {"content/city/Pier.MD", false},
	    {"content/city/_index.md", false},  {"content/city/.htaccess", false},
	    {"content/city/deep/a.png", false}, {"content/a.png", false},
	    {"content/citya.png", false},       {"content/culture/a.png", false},
	    {".copydesk/policy", false},        {"content/city/../a.png", false},
	    {"content/city/.git/a.png", false}, {"content/city/a.png ", false},
	    {"content/city/ a.png", false},     {"content/city/", false},
	    {"content/city/a\nb.png", false},   {"content/city/a\\b.png", false},
	    {"layouts/index.html", false},      {"a.png", false},
	};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *no = mem_printf("lake changes %s, which is neither its article nor a file beside it.",
				      rows[i].path);

		scene_last_cover(s)->path = (char *)rows[i].path;
		says(s, RULES_SUBMIT, ANNA, rows[i].allowed ? "yes" : no);
		scene_last_cover(s)->mode = REPO_MODE_NONE;
		says(s, RULES_SUBMIT, ANNA, rows[i].allowed ? "yes" : no);
		scene_last_cover(s)->mode = REPO_MODE_FILE;
		free(no);
	}
}

static void what_a_draft_changes_is_a_plain_file(void **state)
{
	static const unsigned modes[] = {REPO_MODE_LINK, REPO_MODE_COMMIT, REPO_MODE_EXECUTABLE,
					 REPO_MODE_TREE};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		scene_last_cover(s)->mode = modes[i];
		says(s, RULES_SUBMIT, ANNA,
		     "lake has content/city/lake.md as something else than a plain file.");
	}
}

static void a_draft_that_changes_nothing_cannot_be_submitted(void **state)
{
	struct scene *s = *state;

	s->h.commits[0].covers.count = 0;
	says(s, RULES_SUBMIT, ANNA, "lake changes nothing against the published text.");
}

static void a_draft_without_a_text_takes_down_what_is_published(void **state)
{
	struct scene *s = *state;

	scene_last_cover(s)->mode = REPO_MODE_NONE;
	s->draft.blob = history_oid(0);
	s->draft.text = NULL;
	says(s, RULES_SUBMIT, ANNA, "yes");
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "lake has no text, and content/city/lake.md is not published.");
}

static void a_text_must_be_fit_to_be_published(void **state)
{
	struct scene *s = *state;

	s->draft.text = (char *)"---\ndate: 2026-11-20\n---\n";
	s->draft.text_len = strlen(s->draft.text);
	says(s, RULES_SUBMIT, ANNA,
	     "content/city/lake.md has no title, and this desk asks for one: put a line \"title: ...\" into "
	     "its "
	     "front matter.");
	s->draft.text = NULL;
	says(s, RULES_SUBMIT, ANNA,
	     "content/city/lake.md is larger than 16 MiB, the most that an article may have.");
}

static void anybody_may_submit(void **state)
{
	struct scene *s = *state;

	says(s, RULES_SUBMIT, DORA, "yes");
}

/* -- Approving -- */

static void an_author_is_told_that_another_must_approve(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits.");
	says(s, RULES_APPROVE, ANNA, "You wrote in lake: another person must approve it.");
	s->h.policy.author_may_approve = true;
	says(s, RULES_APPROVE, ANNA, "yes");
}

static void an_approval_is_for_the_step_that_is_due(void **state)
{
	struct scene *s = *state;

	scene_begin(s, history_ladder, "A saves 1. A submits.");
	assert_string_equal(scene_answer_for_step(s, RULES_APPROVE, BORIS, "first"), "yes");
	assert_string_equal(scene_answer_for_step(s, RULES_APPROVE, DORA, "final"),
			    "The step due for lake is first, not final.");
	assert_string_equal(scene_answer_for_step(s, RULES_APPROVE, BORIS, "legal"),
			    "The desk's rules have no step called legal.");
	says(s, RULES_APPROVE, DORA, "The step first is for the role editor, and not for Dora.");
	scene_tell(s, "B approves first. C approves first.");
	says(s, RULES_APPROVE, DORA, "yes");
	assert_string_equal(scene_answer_for_step(s, RULES_APPROVE, DORA, "first"),
			    "The step due for lake is final, not first.");
	says(s, RULES_APPROVE, CHEN, "The step final is for the role chief, and not for 陈.");
	scene_tell(s, "D approves final.");
	says(s, RULES_APPROVE, BORIS, "lake has every approval that it needs.");
	assert_string_equal(scene_answer_for_step(s, RULES_APPROVE, DORA, "final"),
			    "The step due for lake is release, not final.");
}

static void nobody_approves_twice(void **state)
{
	struct scene *s = *state;

	scene_begin(s, history_ladder, "A saves 1. A submits. B approves first.");
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	s->h.policy.one_person_one_step = false;
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	scene_tell(s, "C approves first.");
	says(s, RULES_APPROVE, BORIS, "yes");
	s->h.policy.one_person_one_step = true;
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	scene_tell(s, "A saves 2.");
	says(s, RULES_APPROVE, BORIS, "yes");
}

static void open_comments_keep_a_draft_from_being_approved(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B comments.");
	says(s, RULES_APPROVE, CHEN, "lake has 1 open comment: resolve it first.");
	scene_tell(s, "B comments.");
	says(s, RULES_APPROVE, CHEN, "lake has 2 open comments: resolve them first.");
	s->h.policy.comments_block = false;
	draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
	says(s, RULES_APPROVE, CHEN, "yes");
	s->h.policy.comments_block = true;
	scene_tell(s, "A resolves 2. A resolves 3.");
	says(s, RULES_APPROVE, CHEN, "yes");
}

static void what_could_not_be_released_cannot_be_approved(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits.");
	scene_last_cover(s)->path = (char *)".copydesk/policy";
	says(s, RULES_APPROVE, BORIS,
	     "lake changes .copydesk/policy, which is neither its article nor a file beside it.");
	scene_last_cover(s)->path = s->draft.path;
	s->draft.text_len = 0;
	says(s, RULES_APPROVE, BORIS,
	     "content/city/lake.md has no title, and this desk asks for one: put a line \"title: ...\" into "
	     "its "
	     "front matter.");
	s->draft.path = (char *)"README.md";
	says(s, RULES_APPROVE, BORIS,
	     "README.md is not an article's place: articles lie below content/ and end in .md.");
}

/* -- Sending back and releasing -- */

static void reviewers_and_authors_may_ask_for_changes(void **state)
{
	struct scene *s = *state;

	scene_begin(
	    s, "[role \"editor\"]\nperson = Boris <boris@desk.example>\n[step \"review\"]\nrole = editor\n",
	    "A saves 1. A submits.");
	says(s, RULES_REJECT, ANNA, "yes");
	says(s, RULES_REJECT, BORIS, "yes");
	says(s, RULES_REJECT, CHEN, "Only a reviewer or an author can ask for changes to lake.");
}

static void who_may_release_is_in_the_policy(void **state)
{
	struct scene *s = *state;

	scene_begin(s, scene_release_by_editor, "A saves 1. A submits. C approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	says(s, RULES_RELEASE, CHEN, "Releasing is for the role editor, and not for 陈.");
	s->h.facts.now = 999;
	s->draft.publish_time = 1000;
	scene_derive(s);
	says(s, RULES_RELEASE, BORIS, "lake is under embargo until 1970-01-01 00:16 (publishDate).");
	s->h.facts.now = 1000;
	scene_derive(s);
	says(s, RULES_RELEASE, BORIS, "yes");
}

static void what_is_released_is_looked_at_once_more(void **state)
{
	struct scene *s = *state;

	scene_tell(s, "A submits. B approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	scene_last_cover(s)->mode = REPO_MODE_LINK;
	says(s, RULES_RELEASE, BORIS, "lake has content/city/lake.md as something else than a plain file.");
	scene_last_cover(s)->mode = REPO_MODE_FILE;
	s->draft.text_len = 0;
	assert_non_null(strstr(scene_answer(s, RULES_RELEASE, BORIS), "has no title"));
	s->draft.path = (char *)"lake.md";
	assert_non_null(strstr(scene_answer(s, RULES_RELEASE, BORIS), "is not an article's place"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_scene(each_action_is_allowed_in_its_states_alone),
	    cmocka_unit_test(every_event_is_the_record_of_an_action),
	    in_a_scene(only_an_article_below_the_content_root_can_be_submitted),
	    in_a_scene(a_draft_may_change_its_article_and_files_beside_it_alone),
	    in_a_scene(what_a_draft_changes_is_a_plain_file),
	    in_a_scene(a_draft_that_changes_nothing_cannot_be_submitted),
	    in_a_scene(a_draft_without_a_text_takes_down_what_is_published),
	    in_a_scene(a_text_must_be_fit_to_be_published),
	    in_a_scene(anybody_may_submit),
	    in_a_scene(an_author_is_told_that_another_must_approve),
	    in_a_scene(an_approval_is_for_the_step_that_is_due),
	    in_a_scene(nobody_approves_twice),
	    in_a_scene(open_comments_keep_a_draft_from_being_approved),
	    in_a_scene(what_could_not_be_released_cannot_be_approved),
	    in_a_scene(reviewers_and_authors_may_ask_for_changes),
	    in_a_scene(who_may_release_is_in_the_policy),
	    in_a_scene(what_is_released_is_looked_at_once_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
