/*
 * The desk's own files: what may stand in them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "desk/rules_internal.h"
#include "text/spell.h"

/* How many of those who may approve a step (or release) have a key that counts now. */
static size_t signers_of(const struct question *q, const struct policy *policy,
			 const struct policy_group *group, const struct signers *signers)
{
	const struct repo_person **people;
	size_t count = policy_people(policy, &people);
	size_t have = 0;

	for (size_t i = 0; i < count; i++)
		have +=
		    policy_may(policy, group, people[i]) && signers_have(signers, people[i]->mail, q->now);
	free(people);
	return have;
}

/*
 * With these rules and that list the desk's own files can still be changed: rules that nobody can meet
 * could not be mended any more.  Where anybody may approve, one key is enough to go on.
 */
static int can_be_signed(const struct question *q, const struct policy *policy, const struct signers *signers,
			 struct error *err)
{
	for (size_t i = 0; policy->sign_approvals && i < policy->step_count; i++) {
		const struct policy_step *step = &policy->steps[i];
		bool anybody = policy_group_is_empty(&step->who);

		if (policy_step_applies(policy, i, POLICY_PATH) &&
		    signers_of(q, policy, &step->who, signers) < (anybody ? 1 : step->approvals))
			return error_set(
			    err, E_REFUSED,
			    "%s would leave too few people with a key in %s to sign for the step %s: "
			    "put their keys there first.",
			    q->draft->name, POLICY_SIGNERS_PATH, step->name);
	}
	if (policy->sign_releases && signers_of(q, policy, &policy->change, signers) == 0)
		return error_set(
		    err, E_REFUSED,
		    "%s would leave nobody with a key in %s who can release: put one there first.",
		    q->draft->name, POLICY_SIGNERS_PATH);
	return 0;
}

static int signers_are_fit(const struct question *q, struct error *err)
{
	struct signers *signers = NULL;
	struct error why;
	int rc;

	rc = signers_parse(&signers, POLICY_SIGNERS_PATH, draft_text(q->draft), q->draft->text_len, &why);
	if (rc < 0)
		return error_set(err, E_REFUSED, "%s cannot become the list of signers. %s", q->draft->name,
				 why.message);
	rc = can_be_signed(q, q->policy, signers, err);
	signers_free(signers);
	return rc;
}

static int words_are_fit(const struct question *q, struct error *err)
{
	size_t line;

	if (spell_list_is_fit(draft_text(q->draft), q->draft->text_len, &line))
		return 0;
	return error_set(err, E_REFUSED,
			 "%s cannot become the desk's words. %s, line %zu, is no list of words: put one on "
			 "each line, and # before a remark.",
			 q->draft->name, POLICY_WORDS_PATH, line);
}

/* The desk's own files must be such that the desk can go on with them. */
int rules_desk_file(const struct question *q, struct error *err)
{
	struct policy next;
	struct error why;
	int rc;

	if (oid_is_zero(&q->draft->blob))
		return error_set(err, E_REFUSED, "%s takes away %s, which is the desk's own.", q->draft->name,
				 q->draft->path);
	if (strcmp(q->draft->path, POLICY_SIGNERS_PATH) == 0)
		return signers_are_fit(q, err);
	if (strcmp(q->draft->path, POLICY_WORDS_PATH) == 0)
		return words_are_fit(q, err);
	rc = policy_parse(&next, draft_text(q->draft), q->draft->text_len, &why);
	if (rc < 0)
		return error_set(err, E_REFUSED, "%s cannot become the desk's rules. %s", q->draft->name,
				 why.message);
	rc = can_be_signed(q, &next, q->policy->signers, err);
	policy_clear(&next);
	return rc;
}
