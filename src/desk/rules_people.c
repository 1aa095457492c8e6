/*
 * People for the steps of a draft: whether enough are left, and who can take it up.
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/rules_internal.h"

/* More names than these are only counted. */
#define MOST_NAMES 4

unsigned rules_approvals(const struct draft *draft, size_t step)
{
	unsigned count = 0;

	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];

		count += approval->counts && approval->step >= 0 && (size_t)approval->step == step;
	}
	return count;
}

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

/* What keeps somebody of its people from approving a step, as a clause after the name; NULL: nothing. */
static const char *what_keeps(const struct question *q, size_t step)
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
	return what_keeps(&theirs, step) == NULL;
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
		what = what_keeps(&theirs, step);
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

/* -- To whom it can be assigned -- */

static const char *keeps_from_review(const struct question *q)
{
	size_t step = (size_t)q->draft->state.step;
	const char *what;

	if (step >= q->policy->step_count)
		return "has nothing to approve";
	if (!policy_may(q->policy, &q->policy->steps[step].who, q->person))
		return "is not of this step";
	what = what_keeps(q, step);
	/* A key can still be put on the list. */
	return what == NULL || rules_may_review_now(q) ? NULL : what;
}

const char *rules_keeps_from(const struct draft *draft, const struct policy *policy,
			     const struct repo_person *person, int64_t now)
{
	const struct question q = {.draft = draft, .policy = policy, .person = person, .now = now};

	switch (draft->state.name) {
	case REVIEW_STATE_REVIEW:
		return keeps_from_review(&q);
	case REVIEW_STATE_APPROVED:
	case REVIEW_STATE_SCHEDULED:
		return policy_may(policy, policy_releasers(policy, draft->path), person)
			   ? NULL
			   : "may not release it";
	default:
		return NULL; /* anybody may write */
	}
}

/* "Boris or 陈", of the people whom the rules name; nothing where nobody can. */
static void add_able(struct strbuf *out, const struct draft *draft, const struct policy *policy, int64_t now)
{
	const struct repo_person **people;
	size_t count = policy_people(policy, &people);
	struct strlist names = {0};

	for (size_t i = 0; i < count && names.count < MOST_NAMES; i++) {
		if (rules_keeps_from(draft, policy, people[i], now) == NULL)
			strlist_add(&names, people[i]->name);
	}
	policy_list_words(out, &names, " or ");
	strlist_clear(&names);
	free(people);
}

int rules_assign(const struct draft *draft, const struct policy *policy, const struct repo_person *person,
		 int64_t now, struct error *err)
{
	const char *why = rules_keeps_from(draft, policy, person, now);
	size_t step = (size_t)draft->state.step;
	struct strbuf able = STRBUF_INIT;
	int rc;

	if (why == NULL)
		return 0;
	if (draft->state.name == REVIEW_STATE_REVIEW && step >= policy->step_count)
		return error_set(err, E_REFUSED,
				 "%s has every approval that it needs: nobody has to take it up.",
				 draft->name);
	add_able(&able, draft, policy, now);
	if (draft->state.name == REVIEW_STATE_REVIEW)
		rc = error_set(err, E_REFUSED,
			       "%s cannot be assigned to %s, who %s: %s can be approved by %s.", draft->name,
			       person->name, why, policy->steps[step].name,
			       able.len > 0                                      ? able.data
			       : policy_group_is_empty(&policy->steps[step].who) ? "others"
										 : "nobody who is left");
	else
		rc = error_set(err, E_REFUSED, "%s is approved and cannot be assigned to %s, who %s: %s can.",
			       draft->name, person->name, why, able.len > 0 ? able.data : "nobody");
	strbuf_clear(&able);
	return rc;
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
