#include "desk/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/gate_internal.h"

#define BRANCHES "refs/heads/"

/* -- Kinds of refs -- */

static bool is_branch(const struct gate *g, const char *ref)
{
	return strncmp(ref, BRANCHES, strlen(BRANCHES)) == 0 &&
	       strcmp(ref + strlen(BRANCHES), g->push->branch) == 0;
}

static bool is_draft(const struct gate *g, const char *ref)
{
	(void)g;
	return strncmp(ref, DRAFT_REFS, strlen(DRAFT_REFS)) == 0;
}

static bool is_tag(const struct gate *g, const char *ref)
{
	(void)g;
	return strncmp(ref, "refs/tags/release/", strlen("refs/tags/release/")) == 0;
}

static bool is_wip(const struct gate *g, const char *ref)
{
	(void)g;
	return strncmp(ref, "refs/wip/", strlen("refs/wip/")) == 0;
}

static const struct {
	bool (*is)(const struct gate *g, const char *ref);
	int (*judge)(struct gate *g, const struct gate_update *update, struct error *err);
} kinds[] = {
    {is_branch, gate_branch},
    {is_draft, gate_draft},
    {is_tag, gate_tag},
    {is_wip, gate_wip},
};

static int judge(struct gate *g, const struct gate_update *update, struct error *err)
{
	if (!repo_ref_valid(update->ref))
		return error_set(err, E_REFUSED, "That is not a name that git can hold.");
	for (const struct gate_update *other = g->push->updates; other < update; other++) {
		if (strcmp(other->ref, update->ref) == 0)
			return error_set(err, E_REFUSED, "It is there twice in one push.");
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (kinds[i].is(g, update->ref))
			return kinds[i].judge(g, update, err);
	}
	return error_set(err, E_REFUSED,
			 "This newsroom takes the branch %s, drafts, release tags and refs/wip/%s/..., and "
			 "nothing else: push without it.",
			 g->push->branch, g->push->person->mail);
}

/* -- The newsroom as it will be -- */

/* Finds where the release branch stands, and where it will when it moves forward. */
static int find_tips(struct gate *g, struct error *err)
{
	char *ref = mem_printf(BRANCHES "%s", g->push->branch);
	struct error none;
	struct oid tip;
	long place = -1;
	int rc = repo_ref_read(g->repo, ref, &g->old_tip, &none);

	if (rc == E_NOTFOUND)
		rc = error_set(err, E_REFUSED,
			       "This newsroom has no release branch %s yet: its administrator makes it with "
			       "\"copydesk init --bare\".",
			       g->push->branch);
	else if (rc < 0)
		rc = error_set(err, rc, "%s", none.message);
	g->tip = g->old_tip;
	if (rc == 0 && gate_ref(g, ref, &tip, &none) == 0 && !oid_equal(&tip, &g->old_tip)) {
		g->tip = tip;
		if (gate_place(g, &g->old_tip, &place, &none) < 0 || place < 0) {
			g->tip = g->old_tip;
			g->line_count = 0;
		}
	}
	free(ref);
	return rc;
}

/* Whether the policy of a commit, with its list of signers, is among them. */
static bool has_policy(struct gate *g, const struct oid *commit)
{
	struct repo_commit c;
	bool found = false;

	if (repo_commit_read(g->repo, &c, commit, NULL) < 0)
		return false;
	for (size_t i = 0; !found && i < g->policy_count; i++)
		found = policy_is_in(&g->policies[i], g->repo, &c.tree);
	repo_commit_clear(&c);
	return found;
}

/* Adds the policy of a commit, where it is another one. */
static int add_policy(struct gate *g, const struct oid *commit, struct error *err)
{
	struct policy policy = {0};
	int rc;

	if (has_policy(g, commit))
		return 0;
	rc = policy_load(&policy, g->repo, commit, err);
	if (rc < 0)
		return rc;
	g->policies = mem_grow(g->policies, &g->policy_capacity, g->policy_count + 1, sizeof *g->policies);
	g->policies[g->policy_count++] = policy;
	return 0;
}

/*
 * The policies that an event of the push may have been made under: the one of the branch as it will
 * stand, and those that it had since what we know.  One that could not be read allowed nothing.
 */
static int load_policies(struct gate *g, struct error *err)
{
	struct error why;
	long last;
	int rc = add_policy(g, &g->tip, &why);

	if (rc < 0)
		return error_set(err, E_REFUSED, "The desk's rules on the branch %s cannot be read: %s",
				 g->push->branch, why.message);
	rc = gate_place(g, &g->old_tip, &last, err);
	for (long i = 1; rc == 0 && i <= last; i++) {
		rc = add_policy(g, &g->line[i], err);
		if (rc == E_INVALID || rc == E_NOTFOUND)
			rc = 0;
	}
	return rc;
}

static void gate_clear(struct gate *g)
{
	for (size_t i = 0; i < g->policy_count; i++)
		policy_clear(&g->policies[i]);
	free(g->policies);
	free(g->line);
	release_index_clear(&g->released);
}

int gate_check(struct repo *repo, const struct gate_push *push,
	       void (*refuse)(void *context, const char *ref, const char *why), void *context,
	       size_t *refused, struct error *err)
{
	struct gate g = {.repo = repo, .push = push};
	int rc = find_tips(&g, err);

	*refused = 0;
	if (rc == 0)
		rc = load_policies(&g, err);
	/* The branch first, while what went out is known up to where it stands. */
	for (size_t i = 0; rc == 0 && i < 2 * push->count; i++) {
		const struct gate_update *update = &push->updates[i % push->count];
		struct error why;

		if (is_branch(&g, update->ref) != (i < push->count) || judge(&g, update, &why) == 0)
			continue;
		refuse(context, update->ref, why.message);
		++*refused;
	}
	gate_clear(&g);
	return rc;
}
