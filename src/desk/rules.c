#include "desk/rules.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "desk/article.h"

/* One question with all that an answer may depend on. */
struct question {
	const struct draft *draft;
	const struct policy *policy;
	const struct repo_person *person;
	int64_t now;
	const char *step;
};

typedef int predicate(const struct question *q, struct error *err);

#define STATE(name)      (1u << REVIEW_STATE_##name)
#define OPEN_STATES      (STATE(DRAFT) | STATE(REVIEW) | STATE(CHANGES) | STATE(APPROVED) | STATE(SCHEDULED))
#define SUBMITTED_STATES (STATE(REVIEW) | STATE(APPROVED) | STATE(SCHEDULED))

static const struct review_commit *head_of(const struct draft *draft)
{
	return &draft->commits[draft->count - 1];
}

static bool is_author(const struct question *q)
{
	struct review_facts facts = draft_facts(q->draft, q->policy, q->now);

	return review_is_author(&facts, &q->draft->state, q->person);
}

static bool reviews_some_step(const struct question *q)
{
	for (size_t i = 0; i < q->policy->step_count; i++) {
		if (policy_has_role(q->policy, q->policy->steps[i].role, q->person))
			return true;
	}
	return false;
}

/* A draft may change its article and plain files beside it, and nothing else. */
static int own_paths_only(const struct question *q, struct error *err)
{
	const struct review_covers *covers = draft_covers(q->draft);

	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];
		bool own = strcmp(cover->path, q->draft->path) == 0;

		if (!own && !article_is_attachment(q->draft->path, cover->path))
			return error_set(err, E_REFUSED,
					 "%s changes %s, which is neither its article nor a file beside it.",
					 q->draft->name, cover->path);
		if (cover->mode != REPO_MODE_FILE && cover->mode != REPO_MODE_NONE)
			return error_set(err, E_REFUSED, "%s has %s as something else than a plain file.",
					 q->draft->name, cover->path);
	}
	if (covers->count == 0)
		return error_set(err, E_REFUSED, "%s changes nothing against the published text.",
				 q->draft->name);
	return 0;
}

static int is_an_article(const struct question *q, struct error *err)
{
	if (!article_is_path(q->policy->content, q->draft->path))
		return error_set(err, E_REFUSED,
				 "%s is not an article's place: articles lie below %s/ and end in .md.",
				 q->draft->path, q->policy->content);
	return 0;
}

static int text_is_fit(const struct question *q, struct error *err)
{
	if (oid_is_zero(&q->draft->blob) && oid_is_zero(&q->draft->base_blob))
		return error_set(err, E_REFUSED, "%s has no text, and %s is not published.", q->draft->name,
				 q->draft->path);
	if (oid_is_zero(&q->draft->blob))
		return 0;
	if (q->draft->text == NULL)
		return error_set(err, E_REFUSED,
				 "%s is larger than %zu MiB, the most that an article may have.",
				 q->draft->path, REPO_BLOB_LIMIT >> 20);
	return article_check(q->draft->path, q->draft->text, q->draft->text_len,
			     (const char *const *)q->policy->required, q->policy->required_count, err);
}

static int comments_are_resolved(const struct question *q, struct error *err)
{
	size_t open = q->draft->state.open_threads;

	if (open > 0 && q->policy->comments_block)
		return error_set(err, E_REFUSED, "%s has %zu open comment%s: resolve %s first.",
				 q->draft->name, open, open == 1 ? "" : "s", open == 1 ? "it" : "them");
	return 0;
}

/* The step asked for, or the one that is due. */
static int step_of(const struct question *q)
{
	return q->step ? policy_step(q->policy, q->step) : q->draft->state.step;
}

static int step_is_due(const struct question *q, struct error *err)
{
	int step = step_of(q);

	if (step < 0)
		return error_set(err, E_REFUSED, "The desk's rules have no step called %s.", q->step);
	if ((size_t)step >= q->policy->step_count)
		return error_set(err, E_REFUSED, "%s has every approval that it needs.", q->draft->name);
	if (step != q->draft->state.step)
		return error_set(err, E_REFUSED, "The step due for %s is %s, not %s.", q->draft->name,
				 (size_t)q->draft->state.step < q->policy->step_count
				     ? q->policy->steps[q->draft->state.step].name
				     : "release",
				 q->policy->steps[step].name);
	return 0;
}

static int has_the_steps_role(const struct question *q, struct error *err)
{
	const struct policy_step *step = &q->policy->steps[step_of(q)];

	if (!policy_has_role(q->policy, step->role, q->person))
		return error_set(err, E_REFUSED, "The step %s is for the role %s, which %s does not have.",
				 step->name, step->role, q->person->name);
	return 0;
}

static int did_not_write_it(const struct question *q, struct error *err)
{
	if (!q->policy->author_may_approve && is_author(q))
		return error_set(err, E_REFUSED, "You wrote in %s: another person must approve it.",
				 q->draft->name);
	return 0;
}

static int did_not_approve_it(const struct question *q, struct error *err)
{
	const struct review_state *state = &q->draft->state;

	for (size_t i = 0; i < state->approval_count; i++) {
		const struct review_approval *approval = &state->approvals[i];

		if (!approval->counts ||
		    !repo_person_same(&q->draft->commits[approval->commit].person, q->person))
			continue;
		if (approval->step == step_of(q) || q->policy->one_person_one_step)
			return error_set(err, E_REFUSED, "You approved %s already, for the step %s.",
					 q->draft->name, q->policy->steps[approval->step].name);
	}
	return 0;
}

static int may_send_back(const struct question *q, struct error *err)
{
	if (!reviews_some_step(q) && !is_author(q))
		return error_set(err, E_REFUSED, "Only a reviewer or an author can ask for changes to %s.",
				 q->draft->name);
	return 0;
}

static int may_release(const struct question *q, struct error *err)
{
	if (!policy_has_role(q->policy, q->policy->release_role, q->person))
		return error_set(err, E_REFUSED, "Releasing is for the role %s, which %s does not have.",
				 q->policy->release_role, q->person->name);
	return 0;
}

static int its_time_has_come(const struct question *q, struct error *err)
{
	char date[CLOCK_TEXT_SIZE];

	if (q->draft->publish_time <= q->now)
		return 0;
	clock_rfc3339(date, q->draft->publish_time, head_of(q->draft)->time.offset);
	return error_set(err, E_REFUSED, "%s is under embargo until %s (publishDate).", q->draft->name, date);
}

#define MAX_PREDICATES 8

struct rule {
	unsigned states;     /* in which it may be done at all */
	const char *refusal; /* what to say otherwise, after "NAME is STATE: " */
	predicate *also[MAX_PREDICATES];
};

static const struct rule rules[] = {
    [RULES_SAVE] = {.states = OPEN_STATES,
		    .refusal = "its text cannot change any more; open the article for a correction"},
    [RULES_SUBMIT] = {.states = STATE(DRAFT) | STATE(CHANGES),
		      .refusal = "it cannot be submitted now",
		      .also = {is_an_article, own_paths_only, text_is_fit}},
    [RULES_COMMENT] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_REPLY] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_RESOLVE] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_REOPEN] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_APPROVE] = {.states = SUBMITTED_STATES,
		       .refusal = "only a submitted draft can be approved",
		       .also = {step_is_due, has_the_steps_role, did_not_write_it, did_not_approve_it,
				is_an_article, own_paths_only, text_is_fit, comments_are_resolved}},
    [RULES_REJECT] = {.states = SUBMITTED_STATES,
		      .refusal = "only a submitted draft can be sent back",
		      .also = {may_send_back}},
    [RULES_ASSIGN] = {.states = OPEN_STATES, .refusal = "it cannot be assigned"},
    [RULES_SPIKE] = {.states = OPEN_STATES, .refusal = "it cannot be spiked"},
    [RULES_RESTORE] = {.states = STATE(SPIKED), .refusal = "only a spiked draft can be restored"},
    [RULES_RELEASE] = {.states = STATE(APPROVED) | STATE(SCHEDULED),
		       .refusal = "only an approved draft can be released",
		       .also = {may_release, its_time_has_come, is_an_article, own_paths_only, text_is_fit}},
};

enum rules_action rules_action_of(enum review_event event)
{
	static const enum rules_action actions[] = {
	    [REVIEW_SAVE] = RULES_SAVE,       [REVIEW_SUBMIT] = RULES_SUBMIT,
	    [REVIEW_COMMENT] = RULES_COMMENT, [REVIEW_REPLY] = RULES_REPLY,
	    [REVIEW_RESOLVE] = RULES_RESOLVE, [REVIEW_REOPEN] = RULES_REOPEN,
	    [REVIEW_APPROVE] = RULES_APPROVE, [REVIEW_REJECT] = RULES_REJECT,
	    [REVIEW_ASSIGN] = RULES_ASSIGN,   [REVIEW_SPIKE] = RULES_SPIKE,
	    [REVIEW_RESTORE] = RULES_RESTORE, [REVIEW_RELEASED] = RULES_RELEASE,
	};

	assert(event < REVIEW_UNKNOWN);
	return actions[event];
}

static int in_the_right_state(const struct rule *rule, const struct draft *draft, struct error *err)
{
	static const char *const as_sentence[REVIEW_STATE_COUNT] = {
	    [REVIEW_STATE_DRAFT] = "not submitted",
	    [REVIEW_STATE_REVIEW] = "in review",
	    [REVIEW_STATE_CHANGES] = "waiting for changes",
	    [REVIEW_STATE_APPROVED] = "approved",
	    [REVIEW_STATE_SCHEDULED] = "approved and scheduled",
	    [REVIEW_STATE_RELEASED] = "published",
	    [REVIEW_STATE_WITHDRAWN] = "withdrawn",
	    [REVIEW_STATE_SPIKED] = "spiked",
	};

	if (rule->states & 1u << draft->state.name)
		return 0;
	return error_set(err, E_REFUSED, "%s is %s: %s.", draft->name, as_sentence[draft->state.name],
			 rule->refusal);
}

int rules_check(enum rules_action action, const struct draft *draft, const struct policy *policy,
		const struct repo_person *person, int64_t now, const char *step, struct error *err)
{
	const struct rule *rule = &rules[action];
	const struct question q = {draft, policy, person, now, step};
	int rc = in_the_right_state(rule, draft, err);

	for (size_t i = 0; rc == 0 && i < MAX_PREDICATES && rule->also[i] != NULL; i++)
		rc = rule->also[i](&q, err);
	return rc;
}

/* -- Waiting -- */

static bool may_review_now(const struct question *q)
{
	return step_is_due(q, NULL) == 0 && has_the_steps_role(q, NULL) == 0 &&
	       did_not_write_it(q, NULL) == 0 && did_not_approve_it(q, NULL) == 0;
}

/*
 * Whether the newest assignment still says who is to act: not the one before changes were asked for,
 * nor, in review, one to somebody who cannot approve the step that is due.
 */
static bool assignment_stands(const struct question *q, const struct repo_person *assignee)
{
	const struct review_state *state = &q->draft->state;
	struct question theirs = *q;

	theirs.person = assignee;
	switch (state->name) {
	case REVIEW_STATE_DRAFT:
		return true;
	case REVIEW_STATE_CHANGES:
		return state->assignment > state->reason;
	case REVIEW_STATE_REVIEW:
		return may_review_now(&theirs);
	default:
		return false;
	}
}

/* The person who was asked to act now; false when nobody in particular was. The caller clears. */
static bool find_assignee(const struct question *q, struct repo_person *out)
{
	size_t index = q->draft->state.assignment;
	const char *text = index < q->draft->count ? q->draft->commits[index].assignee : NULL;

	if (text == NULL || repo_person_parse(out, text, NULL) < 0)
		return false;
	if (assignment_stands(q, out))
		return true;
	repo_person_clear(out);
	return false;
}

static const struct repo_person *writer_of(const struct draft *draft)
{
	return &draft->commits[draft->state.authors[0]].person;
}

static void add_review_due(struct strbuf *out, const struct question *q, const struct repo_person *assignee)
{
	const struct policy_step *step;

	if ((size_t)q->draft->state.step >= q->policy->step_count) {
		strbuf_adds(out, "open comments");
		return;
	}
	step = &q->policy->steps[q->draft->state.step];
	strbuf_adds(out, step->name);
	if (assignee != NULL)
		strbuf_addf(out, " by %s", assignee->name);
	else if (step->role != NULL)
		strbuf_addf(out, " by role %s", step->role);
}

void rules_waiting_on(struct strbuf *out, const struct draft *draft, const struct policy *policy, int64_t now)
{
	const struct question q = {.draft = draft, .policy = policy, .now = now};
	struct repo_person person = {0};
	const struct repo_person *assignee = find_assignee(&q, &person) ? &person : NULL;
	const struct repo_person *writer = assignee ? assignee : writer_of(draft);
	char date[CLOCK_TEXT_SIZE];

	switch (draft->state.name) {
	case REVIEW_STATE_DRAFT:
		strbuf_adds(out, writer->name);
		break;
	case REVIEW_STATE_CHANGES:
		strbuf_addf(out, "%s: changes", writer->name);
		break;
	case REVIEW_STATE_REVIEW:
		add_review_due(out, &q, assignee);
		break;
	case REVIEW_STATE_APPROVED:
		strbuf_adds(out, "release");
		break;
	case REVIEW_STATE_SCHEDULED:
		clock_rfc3339(date, draft->publish_time, head_of(draft)->time.offset);
		strbuf_adds(out, date);
		break;
	default:
		break;
	}
	repo_person_clear(&person);
}

static bool because(struct strbuf *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool because(struct strbuf *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (why != NULL)
		strbuf_addv(why, format, args);
	va_end(args);
	return true;
}

/* Who was asked to act now, as this person sees it. */
enum turn {
	TURN_ANYBODY,
	TURN_MINE,
	TURN_OTHERS,
};

static enum turn turn_of(const struct question *q)
{
	struct repo_person assignee;
	bool mine;

	if (!find_assignee(q, &assignee))
		return TURN_ANYBODY;
	mine = repo_person_same(&assignee, q->person);
	repo_person_clear(&assignee);
	return mine ? TURN_MINE : TURN_OTHERS;
}

static bool changes_wait(struct strbuf *why, const struct question *q, enum turn turn)
{
	if (turn == TURN_MINE)
		return because(why, "It needs changes, and it is assigned to you.");
	return turn == TURN_ANYBODY && is_author(q) &&
	       because(why, "%s asked for changes.", q->draft->commits[q->draft->state.reason].person.name);
}

static bool review_waits(struct strbuf *why, const struct question *q, enum turn turn)
{
	const struct review_state *state = &q->draft->state;

	if (state->open_threads > 0 && is_author(q))
		return because(why, "You wrote it, and it has %zu open comment%s.", state->open_threads,
			       state->open_threads == 1 ? "" : "s");
	if (turn == TURN_OTHERS || !may_review_now(q))
		return false;
	return because(why, "It waits for the step %s; %s.", q->policy->steps[state->step].name,
		       turn == TURN_MINE               ? "it is assigned to you"
		       : q->policy->author_may_approve ? "you may approve it"
						       : "you may approve it and did not write it");
}

bool rules_waits_for(struct strbuf *why, const struct draft *draft, const struct policy *policy,
		     const struct repo_person *person, int64_t now)
{
	const struct question q = {draft, policy, person, now, NULL};
	enum turn turn = turn_of(&q);

	switch (draft->state.name) {
	case REVIEW_STATE_DRAFT:
		return turn == TURN_MINE && because(why, "It is assigned to you.");
	case REVIEW_STATE_CHANGES:
		return changes_wait(why, &q, turn);
	case REVIEW_STATE_REVIEW:
		return review_waits(why, &q, turn);
	case REVIEW_STATE_APPROVED:
		return rules_check(RULES_RELEASE, draft, policy, person, now, NULL, NULL) == 0 &&
		       because(why, "It is approved, and you may release it.");
	default:
		return false;
	}
}
