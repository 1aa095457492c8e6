/*
 * Whether there are people left for the steps of a draft.
 */
#include <stdlib.h>

#include "base/strbuf.h"
#include "desk/rules_internal.h"

/* More names than these are only counted. */
#define MOST_NAMES 4

static const struct review_approval *approval_of(const struct question *q, size_t step, bool any_step)
{
	const struct draft *draft = q->draft;

	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];

		if (approval->counts && (any_step || (size_t)approval->step == step) &&
		    repo_person_same(&draft->commits[approval->commit].person, q->person))
			return approval;
	}
	return NULL;
}

const char *rules_what_keeps(const struct question *q, size_t step)
{
	if (!q->policy->author_may_approve && review_is_author(&q->draft->state, q->person))
		return "wrote in it";
	if (approval_of(q, step, false) != NULL)
		return "approved it already";
	if (q->policy->one_person_one_step && approval_of(q, step, true) != NULL)
		return "approved another step";
	if (q->policy->sign_approvals && !signers_have(q->policy->signers, q->person->mail, q->now))
		return "has no key that counts";
	return NULL;
}

static unsigned lacking(void *context, size_t step)
{
	const struct question *q = context;
	const struct review_facts facts = draft_facts(q->draft, q->policy, q->now);
	unsigned needed = q->policy->steps[step].approvals;
	unsigned given = rules_approvals(q->draft, step);

	return review_step_applies(&facts, step) && needed > given ? needed - given : 0;
}

static bool is_able(void *context, size_t step, const struct repo_person *person)
{
	struct question theirs = *(const struct question *)context;

	theirs.person = person;
	return rules_what_keeps(&theirs, step) == NULL;
}

bool rules_lacks_people(const struct question *q, size_t *step)
{
	struct question question = *q;
	const struct policy_climb climb = {lacking, is_able, &question};

	return !policy_can_climb(q->policy, &climb, step);
}

/* " (Boris wrote in it, Dora approved another step)"; how many of the step's people can approve it. */
static size_t add_people(struct strbuf *out, const struct question *q, size_t step)
{
	const struct repo_person **people;
	size_t count = policy_people(q->policy, &people);
	size_t able = 0;
	size_t kept = 0;

	for (size_t i = 0; i < count; i++) {
		struct question theirs = *q;
		const char *what;

		theirs.person = people[i];
		if (!policy_is_of(q->policy, &q->policy->steps[step].who, people[i]))
			continue;
		what = rules_what_keeps(&theirs, step);
		able += what == NULL;
		kept += what != NULL;
		if (what != NULL && kept <= MOST_NAMES)
			strbuf_addf(out, "%s%s %s", kept == 1 ? " (" : ", ", people[i]->name, what);
	}
	if (kept > MOST_NAMES)
		strbuf_addf(out, ", and %zu more", kept - MOST_NAMES);
	if (kept > 0)
		strbuf_adds(out, ")");
	free(people);
	return able;
}

static void explain(struct strbuf *why, const struct question *q, size_t step)
{
	const struct policy_group *change = &q->policy->change;
	struct strbuf who = STRBUF_INIT;
	size_t able = add_people(&who, q, step);

	strbuf_addf(why,
		    "%s left who can approve %s for %s%s: ", able == 0 ? "Nobody is" : "Too few people are",
		    q->draft->name, q->policy->steps[step].name, who.data);
	strbuf_reset(&who);
	policy_group_words(&who, change);
	if (who.len > 0)
		strbuf_addf(why, "ask %s to name another reviewer in the desk's rules.", who.data);
	else
		strbuf_addf(why, "name another reviewer in the desk's rules (%s).", POLICY_PATH);
	strbuf_clear(&who);
}

bool rules_is_stuck(struct strbuf *why, const struct draft *draft, const struct policy *policy, int64_t now)
{
	const struct question q = {.draft = draft, .policy = policy, .now = now};
	enum review_state_name state = draft->state.name;
	size_t step;

	if ((state != REVIEW_STATE_DRAFT && state != REVIEW_STATE_CHANGES && state != REVIEW_STATE_REVIEW) ||
	    !rules_lacks_people(&q, &step))
		return false;
	if (why != NULL)
		explain(why, &q, step);
	return true;
}
