#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/rules.h"
#include "history.h"

/* A draft made of a history, with people who ask what they may do. */
struct scene {
	struct history h;
	struct draft draft;
	size_t sizes[8];
	struct error err;
};

static const char one_step[] = "[step \"review\"]\n[require]\nfield = title\n";
static const char text[] = "---\ntitle: The lake\n---\n\nWords.\n";

static void derive(struct scene *s)
{
	const struct review_commit *head = &s->h.commits[s->h.count - 1];

	s->draft.commits = s->h.commits;
	s->draft.sizes = s->sizes;
	s->draft.count = s->h.count;
	s->draft.blob = head->covers.items[0].blob;
	s->draft.base_blob = head->covers.items[0].base;
	draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
}

/* What happens next. */
static void tell(struct scene *s, const char *story)
{
	history_tell(&s->h, story);
	derive(s);
}

/* Begins anew, under other rules. */
static void begin(struct scene *s, const char *policy, const char *story)
{
	history_end(&s->h);
	history_start(&s->h, policy);
	review_state_clear(&s->draft.state);
	s->draft = (struct draft){.name = (char *)"lake",
				  .path = (char *)"content/city/lake.md",
				  .text = (char *)text,
				  .text_len = strlen(text)};
	tell(s, story);
}

static int set_up(void **state)
{
	struct scene *s = mem_zalloc(1, sizeof *s);

	begin(s, one_step, "A saves 1.");
	*state = s;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *s = *state;

	review_state_clear(&s->draft.state);
	history_end(&s->h);
	free(s);
	return 0;
}

static const char *answer_for_step(struct scene *s, enum rules_action action, enum person person,
				   const char *step)
{
	int rc = rules_check(action, &s->draft, &s->h.policy, &history_people[person], s->h.facts.now, step,
			     &s->err);

	if (rc == 0)
		return "yes";
	assert_int_equal(rc, E_REFUSED);
	assert_int_equal(s->err.code, E_REFUSED);
	assert_int_equal(rules_check(action, &s->draft, &s->h.policy, &history_people[person], s->h.facts.now,
				     step, NULL),
			 E_REFUSED);
	return s->err.message;
}

static const char *answer(struct scene *s, enum rules_action action, enum person person)
{
	return answer_for_step(s, action, person, NULL);
}

#define says(s, action, person, wanted) assert_string_equal(answer(s, action, person), wanted)

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
	} actions[] = {
	    {RULES_SAVE, "yyyyynnn", "its text cannot change any more; open the article for a correction"},
	    {RULES_SUBMIT, "ynynnnnn", "it cannot be submitted now"},
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
		begin(s, one_step, "A saves 1.");
		history_reset(&s->h);
		s->draft.publish_time = states[i].publish_time;
		s->draft.released = states[i].released;
		tell(s, states[i].story);
		if (states[i].removes) {
			s->draft.blob = history_oid(0);
			s->draft.withdraws = true;
			draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
		}
		assert_int_equal(s->draft.state.name, i);
		for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++) {
			char *no = mem_printf("lake is %s: %s.", states[i].name, actions[j].refusal);
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

static struct review_cover *last_cover(struct scene *s)
{
	return &s->h.commits[s->h.count - 1].covers.items[0];
}

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
		last_cover(s)->path = (char *)paths[i];
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

		last_cover(s)->path = (char *)rows[i].path;
		says(s, RULES_SUBMIT, ANNA, rows[i].allowed ? "yes" : no);
		last_cover(s)->mode = REPO_MODE_NONE;
		says(s, RULES_SUBMIT, ANNA, rows[i].allowed ? "yes" : no);
		last_cover(s)->mode = REPO_MODE_FILE;
		free(no);
	}
}

static void what_a_draft_changes_is_a_plain_file(void **state)
{
	static const unsigned modes[] = {REPO_MODE_LINK, REPO_MODE_COMMIT, REPO_MODE_EXECUTABLE,
					 REPO_MODE_TREE};
	struct scene *s = *state;

	for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
		last_cover(s)->mode = modes[i];
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

	last_cover(s)->mode = REPO_MODE_NONE;
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

	tell(s, "A submits.");
	says(s, RULES_APPROVE, ANNA, "You wrote in lake: another person must approve it.");
	s->h.policy.author_may_approve = true;
	says(s, RULES_APPROVE, ANNA, "yes");
}

static void an_approval_is_for_the_step_that_is_due(void **state)
{
	struct scene *s = *state;

	begin(s, history_ladder, "A saves 1. A submits.");
	assert_string_equal(answer_for_step(s, RULES_APPROVE, BORIS, "first"), "yes");
	assert_string_equal(answer_for_step(s, RULES_APPROVE, DORA, "final"),
			    "The step due for lake is first, not final.");
	assert_string_equal(answer_for_step(s, RULES_APPROVE, BORIS, "legal"),
			    "The desk's rules have no step called legal.");
	says(s, RULES_APPROVE, DORA, "The step first is for the role editor, and not for Dora.");
	tell(s, "B approves first. C approves first.");
	says(s, RULES_APPROVE, DORA, "yes");
	assert_string_equal(answer_for_step(s, RULES_APPROVE, DORA, "first"),
			    "The step due for lake is final, not first.");
	says(s, RULES_APPROVE, CHEN, "The step final is for the role chief, and not for 陈.");
	tell(s, "D approves final.");
	says(s, RULES_APPROVE, BORIS, "lake has every approval that it needs.");
	assert_string_equal(answer_for_step(s, RULES_APPROVE, DORA, "final"),
			    "The step due for lake is release, not final.");
}

static void nobody_approves_twice(void **state)
{
	struct scene *s = *state;

	begin(s, history_ladder, "A saves 1. A submits. B approves first.");
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	s->h.policy.one_person_one_step = false;
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	tell(s, "C approves first.");
	says(s, RULES_APPROVE, BORIS, "yes");
	s->h.policy.one_person_one_step = true;
	says(s, RULES_APPROVE, BORIS, "You approved lake already, for the step first.");
	tell(s, "A saves 2.");
	says(s, RULES_APPROVE, BORIS, "yes");
}

static void open_comments_keep_a_draft_from_being_approved(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B comments.");
	says(s, RULES_APPROVE, CHEN, "lake has 1 open comment: resolve it first.");
	tell(s, "B comments.");
	says(s, RULES_APPROVE, CHEN, "lake has 2 open comments: resolve them first.");
	s->h.policy.comments_block = false;
	draft_derive(&s->draft, &s->h.policy, s->h.facts.now);
	says(s, RULES_APPROVE, CHEN, "yes");
	s->h.policy.comments_block = true;
	tell(s, "A resolves 2. A resolves 3.");
	says(s, RULES_APPROVE, CHEN, "yes");
}

static void what_could_not_be_released_cannot_be_approved(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits.");
	last_cover(s)->path = (char *)".copydesk/policy";
	says(s, RULES_APPROVE, BORIS,
	     "lake changes .copydesk/policy, which is neither its article nor a file beside it.");
	last_cover(s)->path = s->draft.path;
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

	begin(s, "[role \"editor\"]\nperson = Boris <boris@desk.example>\n[step \"review\"]\nrole = editor\n",
	      "A saves 1. A submits.");
	says(s, RULES_REJECT, ANNA, "yes");
	says(s, RULES_REJECT, BORIS, "yes");
	says(s, RULES_REJECT, CHEN, "Only a reviewer or an author can ask for changes to lake.");
}

static const char release_by_editor[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
					"[step \"review\"]\n[release]\nrole = editor\n";

static void who_may_release_is_in_the_policy(void **state)
{
	struct scene *s = *state;

	begin(s, release_by_editor, "A saves 1. A submits. C approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	says(s, RULES_RELEASE, CHEN, "Releasing is for the role editor, and not for 陈.");
	s->h.facts.now = 999;
	s->draft.publish_time = 1000;
	derive(s);
	says(s, RULES_RELEASE, BORIS, "lake is under embargo until 1970-01-01 00:16 (publishDate).");
	s->h.facts.now = 1000;
	derive(s);
	says(s, RULES_RELEASE, BORIS, "yes");
}

static void what_is_released_is_looked_at_once_more(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	last_cover(s)->mode = REPO_MODE_LINK;
	says(s, RULES_RELEASE, BORIS, "lake has content/city/lake.md as something else than a plain file.");
	last_cover(s)->mode = REPO_MODE_FILE;
	s->draft.text_len = 0;
	assert_non_null(strstr(answer(s, RULES_RELEASE, BORIS), "has no title"));
	s->draft.path = (char *)"lake.md";
	assert_non_null(strstr(answer(s, RULES_RELEASE, BORIS), "is not an article's place"));
}

/* -- Withdrawing, moving, beginning, the fast lane -- */

static void a_withdrawal_takes_down_what_is_published_in_the_way_of_the_desk(void **state)
{
	struct scene *s = *state;

	s->draft.withdraws = true;
	says(s, RULES_SUBMIT, ANNA,
	     "lake is a withdrawal and leaves a text, where this desk's rules take the article away.");
	s->h.policy.tombstone = true;
	says(s, RULES_SUBMIT, ANNA, "yes");
	s->draft.blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA,
	     "lake takes the article away, where this desk's rules leave a text that says so: spike it, and "
	     "withdraw the article anew.");
	s->draft.blob = history_oid('1');
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "lake would withdraw content/city/lake.md, which is not published.");
	s->draft.path = (char *)POLICY_PATH;
	last_cover(s)->path = s->draft.path;
	says(s, RULES_SUBMIT, ANNA, "lake cannot withdraw a file of the desk.");
}

/* The draft moves the article from a path, and takes away what stood there. */
static void move_from(struct scene *s, const char *from, struct review_cover *covers)
{
	s->draft.renames = (char *)from;
	covers[0] = (struct review_cover){.path = (char *)from, .base = history_oid('0')};
	covers[1] =
	    (struct review_cover){.path = s->draft.path, .mode = REPO_MODE_FILE, .blob = history_oid('1')};
	s->h.commits[s->h.count - 1].covers = (struct review_covers){.items = covers, .count = 2};
}

static void what_is_moved_is_a_published_article_to_a_free_place(void **state)
{
	static const char *const not_articles[] = {POLICY_PATH, POLICY_SIGNERS_PATH, "layouts/x.html",
						   "content/city/x.png", "README.md"};
	struct review_cover covers[2];
	struct scene *s = *state;

	move_from(s, "content/city/pond.md", covers);
	says(s, RULES_SUBMIT, ANNA,
	     "lake moves content/city/pond.md, and its readers' links would lead nowhere: its front matter "
	     "must "
	     "have /city/pond/ among its aliases.");
	s->draft.text = (char *)"---\ntitle: The lake\ndate: 2026-11-20\naliases: /city/pond\n---\n";
	s->draft.text_len = strlen(s->draft.text);
	says(s, RULES_SUBMIT, ANNA, "yes");
	s->draft.torn = (char *)"content/city/x.png";
	says(s, RULES_SUBMIT, ANNA,
	     "lake takes content/city/x.png along, which another article of its folder names.");
	s->draft.torn = NULL;
	covers[1].base = history_oid('7');
	says(s, RULES_SUBMIT, ANNA,
	     "lake would move content/city/pond.md to where content/city/lake.md is published.");
	covers[1].base = history_oid(0);
	for (size_t i = 0; i < sizeof not_articles / sizeof not_articles[0]; i++) {
		char *no = mem_printf("lake would move %s, but what can be moved is a published article, to "
				      "another place for articles.",
				      not_articles[i]);

		move_from(s, not_articles[i], covers);
		says(s, RULES_SUBMIT, ANNA, no);
		free(no);
	}
	move_from(s, "content/city/pond.md", covers);
	covers[0].mode = REPO_MODE_FILE; /* it stays where it was, too */
	assert_string_not_equal(answer(s, RULES_SUBMIT, ANNA), "yes");
	covers[0].mode = REPO_MODE_NONE;
	s->draft.base_blob = history_oid(0); /* nothing is published there */
	assert_string_not_equal(answer(s, RULES_SUBMIT, ANNA), "yes");
	s->draft.base_blob = history_oid('0');
	s->draft.withdraws = true;
	assert_string_not_equal(answer(s, RULES_SUBMIT, ANNA), "yes");
	s->draft.withdraws = false;
	s->draft.path = (char *)POLICY_PATH;
	move_from(s, "content/city/pond.md", covers);
	assert_string_not_equal(answer(s, RULES_SUBMIT, ANNA), "yes");
}

static void only_files_that_arrive_leave_their_folder(void **state)
{
	struct scene *s = *state;
	struct review_cover covers[4];

	s->draft.text = (char *)"---\ntitle: The lake\ndate: 2026-11-20\naliases: /pier/lake/\n---\n";
	s->draft.text_len = strlen(s->draft.text);
	move_from(s, "content/pier/lake.md", covers);
	covers[2] = (struct review_cover){.path = (char *)"content/pier/x.png", .base = history_oid('5')};
	covers[3] = (struct review_cover){.path = (char *)"content/city/x.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	s->h.commits[s->h.count - 1].covers.count = 3;
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
	s->h.commits[s->h.count - 1].covers.count = 4;
	s->draft.sizes = (size_t[]){0, 1, 0, 1};
	says(s, RULES_SUBMIT, ANNA, "yes");
	covers[3].blob = history_oid('6');
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
	covers[3] = (struct review_cover){.path = (char *)"content/city/y.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
}

static void a_correction_tells_its_readers_where_the_rules_ask_for_it(void **state)
{
	static const char published[] =
	    "---\ntitle: The lake\ndate: 2026-11-20\n---\nFive.\n\n*Note: six.*\n";
	static const char noted[] =
	    "---\ntitle: The lake\ndate: 2026-11-20\n---\nSeven.\n\n*Note: six.*\n\n*Note: seven.*\n";
	struct scene *s = *state;

	s->h.policy.correction_note = mem_strdup("Note");
	s->draft.base_text = (char *)published;
	s->draft.base_text_len = strlen(published);
	s->draft.text = (char *)published;
	s->draft.text_len = strlen(published);
	says(s, RULES_SUBMIT, ANNA,
	     "lake does not tell its readers of the correction: a new paragraph must begin with \"Note\".");
	s->draft.text = (char *)noted;
	s->draft.text_len = strlen(noted);
	says(s, RULES_SUBMIT, ANNA, "yes");
	/* What is new corrects nothing. */
	s->draft.text = (char *)published;
	s->draft.text_len = strlen(published);
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "yes");
}

static const char lanes[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
			    "[role \"chief\"]\nperson = Dora <dora@desk.example>\n[step \"review\"]\n"
			    "[correct]\nrole = editor\nfast-lane = chief\n[withdraw]\nrole = chief\n";

static void who_may_begin_a_correction_or_withdrawal_is_in_the_policy(void **state)
{
	struct scene *s = *state;

	begin(s, lanes, "A saves 1.");
	says(s, RULES_SUBMIT, ANNA,
	     "Correcting content/city/lake.md is for the role editor, and not for Anna.");
	says(s, RULES_SUBMIT, BORIS, "yes");
	s->draft.withdraws = true;
	s->h.policy.tombstone = true;
	says(s, RULES_SUBMIT, BORIS,
	     "Withdrawing content/city/lake.md is for the role chief, and not for Boris.");
	says(s, RULES_SUBMIT, DORA, "yes");
	s->draft.withdraws = false;
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "yes");
}

static void the_fast_lane_is_for_its_role_and_for_what_is_published(void **state)
{
	struct scene *s = *state;

	begin(s, lanes, "A saves 1. B submits.");
	says(s, RULES_RELEASE_FAST, DORA, "yes");
	says(s, RULES_RELEASE, DORA, "lake is in review: only an approved draft can be released.");
	says(s, RULES_RELEASE_FAST, BORIS,
	     "Correcting content/city/lake.md without its review is for role chief.");
	s->draft.withdraws = true;
	s->h.policy.tombstone = true;
	says(s, RULES_RELEASE_FAST, DORA,
	     "Withdrawing content/city/lake.md without its review is for nobody here.");
	s->draft.withdraws = false;
	s->draft.base_blob = history_oid(0);
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake has no published article: the fast lane is for corrections and withdrawals.");
	s->draft.base_blob = history_oid('0');
	s->draft.state.not_before = 2000;
	assert_non_null(strstr(answer(s, RULES_RELEASE_FAST, DORA), "is under embargo until"));
	tell(s, "B rejects.");
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake is waiting for changes: only a submitted draft can be released.");
}

/* A withdrawal that leaves a text, begun by Anna for a reason. */
static void leave_a_text(struct scene *s, const char *words)
{
	static const char published[] = "---\ntitle: The lake\n---\n\nWords.\n";

	s->draft.withdraws = true;
	s->draft.base_text = (char *)published;
	s->draft.base_text_len = strlen(published);
	s->draft.text = (char *)words;
	s->draft.text_len = strlen(words);
}

static void without_review_a_withdrawal_leaves_its_notice_alone(void **state)
{
	static const char other[] =
	    "lake has other words than the notice that it began with: without its review a withdrawal leaves "
	    "the published front matter and that sentence, and nothing else. Have it reviewed, or spike it "
	    "and "
	    "withdraw the article anew.";
	static const char notice[] =
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. "
	    "Reason: It fell.\n";
	static const char *const others[] = {
	    "---\ntitle: The lake\n---\nBuy this.\n",
	    "---\ntitle: The pier\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It fell.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It "
	    "fell.\n\nMore.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It sank.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 2 January 1970. Reason: It fell.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970.\n",
	};
	struct review_cover covers[2];
	struct scene *s = *state;

	begin(s,
	      "[role \"chief\"]\nperson = Dora <dora@desk.example>\n[step \"review\"]\n"
	      "[withdraw]\nfast-lane = chief\nas = tombstone\n",
	      "A saves 1. A submits.");
	s->h.commits[0].text = (char *)"It fell.";
	leave_a_text(s, notice);
	says(s, RULES_RELEASE_FAST, DORA, "yes");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		leave_a_text(s, others[i]);
		says(s, RULES_RELEASE_FAST, DORA, other);
	}
	/* Whoever reviews it may put other words there. */
	tell(s, "B approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	leave_a_text(s, notice);
	covers[0] = *last_cover(s);
	covers[1] = (struct review_cover){.path = (char *)"content/city/x.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	s->h.commits[s->h.count - 1].covers = (struct review_covers){.items = covers, .count = 2};
	s->draft.sizes = (size_t[]){0, 1};
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake brings content/city/x.png along, and without its review a withdrawal brings nothing new: "
	     "have "
	     "it reviewed.");
	covers[1].mode = REPO_MODE_NONE;
	says(s, RULES_RELEASE_FAST, DORA, "yes");
}

static void a_tick_that_is_missing_is_named(void **state)
{
	struct strlist ticks = {0};
	struct scene *s = *state;

	begin(s, "[step \"review\"]\ncheck = Names checked\ncheck = Numbers checked\n", "A saves 1.");
	assert_int_equal(rules_checklist(&s->h.policy, 0, NULL, &s->err), E_REFUSED);
	strlist_add(&ticks, "Names checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), E_REFUSED);
	assert_string_equal(
	    s->err.message,
	    "The step review asks for a tick at \"Numbers checked\" before it is approved: see to "
	    "it, and tick it (approve --check).");
	strlist_add(&ticks, "Numbers checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), 0);
	strlist_add(&ticks, "Faces checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), E_REFUSED);
	assert_string_equal(s->err.message,
			    "The checklist of the step review has no \"Faces checked\"; it has \"Names "
			    "checked\", \"Numbers checked\".");
	strlist_clear(&ticks);
}

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
	derive(s);
}

static void a_scheduled_draft_goes_out_at_its_time_and_not_long_after(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B approves review.");
	assert_string_equal(due(s), "not yet");
	tell(s, "C schedules 2000.");
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
	derive(s);
	assert_string_equal(due(s), "not yet");
}

static void a_schedule_that_does_not_hold_any_more_is_told(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B approves review. C schedules 2000.");
	at(s, 2000);
	s->draft.publish_time = 3000;
	derive(s);
	assert_non_null(strstr(due(s), "is under embargo until"));
	s->draft.publish_time = 0;
	tell(s, "A saves 2.");
	assert_string_equal(
	    due(s), "lake was scheduled by 陈, and that does not hold any more: the text changed since.");
	tell(s, "B asks. A saves 1.");
	assert_string_equal(due(s), "lake is in review: only an approved draft can be released.");
	tell(s, "A spikes.");
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
	derive(s);
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
	tell(s, "A submits.");
	waits_for_alone(
	    s, CHEN,
	    "You can review it (step review); you did not write it. Anna handed it to you, overdue "
	    "since 1970-01-01 08:16.");
}

static void a_submitted_draft_waits_for_those_who_may_approve_it(void **state)
{
	static const char yes[] = "You can review it (step review); you did not write it.";
	struct scene *s = *state;

	tell(s, "A submits.");
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

	begin(s, history_ladder, "A saves 1. A submits.");
	waits_on(s, "first by role editor");
	waits_for(s, DORA, "");
	waits_for(s, BORIS,
		  "You are first reviewer (step first); you did not write it. It has 0 of 2 approvals.");
	tell(s, "B approves first.");
	waits_on(s, "first by role editor");
	waits_for(s, BORIS, "");
	waits_for(s, CHEN,
		  "You are first reviewer (step first); you did not write it. It has 1 of 2 approvals.");
	tell(s, "C approves first.");
	waits_on(s, "final by role chief");
	waits_for_alone(s, DORA, "You are second and last reviewer (step final); you did not write it.");
}

static void a_step_for_other_sections_is_no_rank(void **state)
{
	static const char ladder[] = "[step \"first\"]\n[step \"science\"]\nsection = science\n"
				     "[step \"second\"]\n[step \"third\"]\n";
	struct scene *s = *state;

	begin(s, ladder, "A saves 1. A submits. B approves first.");
	waits_on(s, "second");
	waits_for(s, CHEN, "You are second reviewer (step second); you did not write it.");
}

static void an_assigned_review_waits_for_that_person_alone(void **state)
{
	struct scene *s = *state;

	begin(s, history_ladder, "A saves 1. A submits.");
	assign(s, CHEN);
	waits_on(s, "first by 陈");
	waits_for_alone(s, CHEN,
			"You are first reviewer (step first); you did not write it. It has 0 of 2 approvals. "
			"Anna handed it to you.");
	tell(s, "C approves first.");
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
	begin(s, history_ladder, "A saves 1.");
	assert_string_equal(assigned_to(s, DORA), "yes");
	tell(s, "A submits.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	assert_string_equal(assigned_to(s, DORA), "lake cannot be assigned to Dora, who is not of this step: "
						  "first can be approved by Boris or 陈.");
	tell(s, "C saves 2.");
	assert_string_equal(
	    assigned_to(s, CHEN),
	    "lake cannot be assigned to 陈, who wrote in it: first can be approved by Boris.");
	tell(s, "B approves first.");
	assert_string_equal(
	    assigned_to(s, BORIS),
	    "lake cannot be assigned to Boris, who approved it already: first can be approved by "
	    "nobody who is left.");
	tell(s, "D rejects.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	/* Where anybody may review. */
	begin(s,
	      "[step \"review\"]\n[role \"chief\"]\nperson = Dora <dora@desk.example>\n[release]\nrole = "
	      "chief\n",
	      "A saves 1. A submits.");
	assert_string_equal(
	    assigned_to(s, ANNA),
	    "lake cannot be assigned to Anna, who wrote in it: review can be approved by Dora.");
	assert_string_equal(assigned_to(s, CHEN), "yes");
	tell(s, "C asks. C approves review.");
	assert_string_equal(assigned_to(s, BORIS),
			    "lake has every approval that it needs: nobody has to take it up.");
	tell(s, "C resolves 2.");
	assert_string_equal(assigned_to(s, DORA), "yes");
	assert_string_equal(
	    assigned_to(s, CHEN),
	    "lake is approved and cannot be assigned to 陈, who may not release it: Dora can.");
}

static void an_assignment_to_somebody_who_cannot_review_holds_up_nobody(void **state)
{
	struct scene *s = *state;

	assign(s, ANNA);
	tell(s, "A submits.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
	waits_for(s, BORIS, "You can review it (step review); you did not write it.");
}

static void changes_wait_for_the_authors(void **state)
{
	struct scene *s = *state;

	tell(s, "D saves 2. A submits.");
	assign(s, BORIS);
	tell(s, "B rejects.");
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

	tell(s, "A submits. B comments.");
	waits_on(s, "Anna: comment");
	waits_for_alone(s, ANNA, "Boris commented on what you wrote.");
	tell(s, "B comments.");
	waits_for_alone(s, ANNA, "You wrote it, and 2 comments are open.");
	s->h.policy.comments_block = false;
	tell(s, "B approves review.");
	s->h.policy.comments_block = true;
	derive(s);
	waits_on(s, "Anna: comment");
	waits_for_alone(s, ANNA, "You wrote it, and 2 comments are open.");
}

static void comments_that_hold_up_nothing_are_told_to_the_authors_alone(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B comments.");
	s->h.policy.comments_block = false;
	derive(s);
	waits_on(s, "review");
	waits_for(s, ANNA, "Boris commented on what you wrote.");
	waits_for(s, CHEN, "You can review it (step review); you did not write it.");
}

static void a_question_waits_for_its_answer_and_then_for_who_asked(void **state)
{
	struct scene *s = *state;

	/* Before it is submitted, too. */
	tell(s, "B asks.");
	waits_on(s, "Anna");
	waits_for_alone(s, ANNA, "Boris asks you a question about what you wrote.");
	tell(s, "A submits.");
	waits_on(s, "Anna: question");
	waits_for_alone(s, ANNA, "Boris asks you a question about what you wrote.");
	tell(s, "A replies 1.");
	waits_on(s, "Boris: answer");
	waits_for_alone(s, BORIS, "Anna answered your question: resolve it, or go on asking.");
	tell(s, "C replies 1.");
	waits_for_alone(s, ANNA, "陈 asks you a question about what you wrote.");
	tell(s, "B resolves 1.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
	waits_for(s, BORIS, "You can review it (step review); you did not write it.");
}

static void an_authors_own_comment_waits_for_that_author(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. A comments.");
	waits_on(s, "Anna: answer");
	waits_for_alone(s, ANNA, "Your own comment keeps it from being approved: resolve it.");
}

static void suggestions_wait_to_be_taken_or_refused(void **state)
{
	struct scene *s = *state;

	tell(s, "A submits. B suggests.");
	waits_on(s, "Anna: suggestion");
	waits_for_alone(s, ANNA, "Boris suggests other words for what you wrote: take or refuse them.");
	tell(s, "A replies 2.");
	waits_for_alone(s, ANNA, "Boris suggests other words for what you wrote: take or refuse them.");
	tell(s, "C asks. C comments. C suggests.");
	waits_for_alone(s, ANNA, "You wrote it, and 1 question, 2 suggestions and 1 comment are open.");
	tell(s, "A refuses 2. A resolves 4. A resolves 5. A takes 6.");
	waits_on(s, "review");
	waits_for(s, ANNA, "");
}

static void an_approved_draft_waits_for_those_who_may_release_it(void **state)
{
	struct scene *s = *state;

	begin(s, release_by_editor, "A saves 1. A submits. C approves review.");
	waits_on(s, "release");
	waits_for_alone(s, BORIS, "It is approved, and you may release it.");
	s->draft.publish_time = 2000;
	derive(s);
	waits_on(s, "1970-01-01 00:33, when its embargo ends");
	waits_for_alone(s, PEOPLE, "");
}

static void a_draft_whose_time_has_passed_says_so(void **state)
{
	struct scene *s = *state;

	begin(s, release_by_editor, "A saves 1. A submits. C approves review. B schedules 2000.");
	waits_for_alone(s, PEOPLE, "");
	at(s, 2000);
	waits_for_alone(s, BORIS, "It was to go out at 1970-01-01 00:33; you may release it.");
	at(s, 2000 + 60 * 60 + 1);
	waits_for_alone(
	    s, BORIS,
	    "It was to go out at 1970-01-01 00:33 and is overdue: release it by hand, or schedule "
	    "it again.");
	tell(s, "A saves 2. C approves review.");
	waits_for_alone(s, BORIS,
			"It was to go out at 1970-01-01 00:33, and that does not hold any more: the text "
			"changed since. You may release it.");
}

static void what_is_over_or_set_aside_waits_for_nobody(void **state)
{
	struct scene *s = *state;

	assign(s, BORIS);
	tell(s, "A spikes.");
	waits_on(s, "");
	waits_for_alone(s, PEOPLE, "");
	tell(s, "A restores. A submits. C approves review.");
	s->draft.released = true;
	derive(s);
	waits_on(s, "");
	waits_for_alone(s, PEOPLE, "");
}

#define in_a_scene(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

static const char few[] = "[role \"chief\"]\nperson = Dora <dora@desk.example>\n"
			  "[step \"first\"]\nperson = Boris <boris@desk.example>\n"
			  "person = 陈 <chen@desk.example>\n"
			  "[step \"final\"]\nrole = chief\nperson = Boris <boris@desk.example>\n"
			  "[policy]\nrole = chief\n";

static void a_draft_that_nobody_is_left_to_approve_says_so(void **state)
{
	struct scene *s = *state;

	begin(s, few, "A saves 1. A submits.");
	is_stuck(s, "");
	/* One is left for each step. */
	tell(s, "D saves 2.");
	is_stuck(s, "");
	waits_on(s, "first by Boris or 陈");
	/* Boris alone is left for the last step, and approves the first. */
	tell(s, "B approves first.");
	is_stuck(
	    s,
	    "Nobody is left who can approve lake for final (Dora wrote in it, Boris approved another step): "
	    "ask role chief to name another reviewer in the desk's rules.");
	waits_on(s, "another reviewer for final");
	tell(s, "C saves 3. B saves 4.");
	is_stuck(
	    s, "Nobody is left who can approve lake for first (Boris wrote in it, 陈 wrote in it): ask role "
	       "chief to name another reviewer in the desk's rules.");
	waits_on(s, "another reviewer for first");
	/* A question comes first; what is set aside waits for nobody. */
	tell(s, "D asks.");
	waits_on(s, "Dora: answer");
	tell(s, "A spikes.");
	is_stuck(s, "");
	/* Where authors may approve everybody is left. */
	begin(s, few, "A saves 1. B saves 2. C saves 3. D saves 4.");
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
	begin(s,
	      "[step \"first\"]\nperson = Boris <boris@desk.example>\nperson = 陈 <chen@desk.example>\n"
	      "[step \"final\"]\nperson = Boris <boris@desk.example>\nperson = 陈 <chen@desk.example>\n",
	      "A saves 1. A submits.");
	is_stuck(s, "");
	tell(s, "C saves 2.");
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
	    in_a_scene(a_withdrawal_takes_down_what_is_published_in_the_way_of_the_desk),
	    in_a_scene(what_is_moved_is_a_published_article_to_a_free_place),
	    in_a_scene(only_files_that_arrive_leave_their_folder),
	    in_a_scene(a_correction_tells_its_readers_where_the_rules_ask_for_it),
	    in_a_scene(who_may_begin_a_correction_or_withdrawal_is_in_the_policy),
	    in_a_scene(the_fast_lane_is_for_its_role_and_for_what_is_published),
	    in_a_scene(without_review_a_withdrawal_leaves_its_notice_alone),
	    in_a_scene(a_tick_that_is_missing_is_named),
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
