/*
 * What is asked of refs of all kinds: where they will stand, whose commits these are, and from when.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "desk/gate_internal.h"

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
