#include "desk/gate.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "desk/gate_internal.h"

#define BRANCHES "refs/heads/"

/* -- What all kinds of refs ask -- */

int gate_ref(struct gate *g, const char *ref, struct oid *out, struct error *err)
{
	for (size_t i = 0; i < g->push->count; i++) {
		const struct gate_update *update = &g->push->updates[i];

		if (strcmp(update->ref, ref) != 0)
			continue;
		*out = update->new_id;
		return oid_is_zero(out) ? error_set(err, E_NOTFOUND, "%s is to be deleted.", ref) : 0;
	}
	return repo_ref_read(g->repo, ref, out, err);
}

/* Reads the next first parent into the line; 1 when there is none. */
static int read_on(struct gate *g, struct error *err)
{
	struct oid next = g->tip;

	if (g->line_count > 0) {
		struct repo_commit commit;
		int rc = repo_commit_read(g->repo, &commit, &g->line[g->line_count - 1], err);

		if (rc < 0)
			return rc;
		next = commit.parent;
		repo_commit_clear(&commit);
	}
	if (oid_is_zero(&next))
		return 1;
	g->line = mem_grow(g->line, &g->line_capacity, g->line_count + 1, sizeof *g->line);
	g->line[g->line_count++] = next;
	return 0;
}

int gate_place(struct gate *g, const struct oid *commit, long *place, struct error *err)
{
	int rc = 0;

	*place = -1;
	for (size_t i = 0; rc == 0; i++) {
		if (i == g->line_count)
			rc = read_on(g, err);
		if (rc == 0 && oid_equal(&g->line[i], commit)) {
			*place = (long)i;
			return 0;
		}
	}
	return rc < 0 ? rc : 0;
}

/* Whether a name is that of another person of the desk, with another mail. */
static bool is_somebody_elses(const struct policy *policy, const struct repo_person *person)
{
	const struct repo_person **people;
	size_t count = policy_people(policy, &people);
	bool other = false;
	bool same = false;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(people[i]->name, person->name) != 0)
			continue;
		same = same || repo_person_same(people[i], person);
		other = other || !repo_person_same(people[i], person);
	}
	free(people);
	return other && !same;
}

int gate_is_own(const struct gate *g, const struct repo_person *person, const char *what, struct error *err)
{
	const struct repo_person *own = g->push->person;

	if (!repo_person_same(person, own))
		return error_set(err, E_REFUSED,
				 "Its %s is %s <%s>, and you are %s <%s>: push only what you did yourself.",
				 what, person->name, person->mail, own->name, own->mail);
	if (strcmp(person->name, own->name) != 0 && is_somebody_elses(&g->policies[0], person))
		return error_set(err, E_REFUSED,
				 "Its %s is called %s, as another person of this desk is: you are %s <%s>.",
				 what, person->name, own->name, own->mail);
	return 0;
}

int gate_is_utf8(const struct repo_commit *commit, struct error *err)
{
	return commit->recoded
		   ? error_set(err, E_REFUSED,
			       "It says that its words are in another encoding than UTF-8, which not "
			       "everybody reads alike: let copydesk make the commit.")
		   : 0;
}

int gate_has_come(const struct gate *g, struct repo_time time, struct error *err)
{
	char date[CLOCK_TEXT_SIZE];

	if (time.seconds <= g->push->now + GATE_LEEWAY)
		return 0;
	clock_rfc3339(date, time.seconds, time.offset);
	return error_set(err, E_REFUSED,
			 "It is dated %s, which is still to come: set your computer's clock right, and do it "
			 "again.",
			 date);
}

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
