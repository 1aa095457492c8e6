/*
 * What rules that are well formed can still get wrong: a ladder that nobody gets to the top of, and what
 * is worth a remark.
 */
#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"

/* -- Whether there are people enough -- */

/* The approvals of a ladder and who is to give which: a bipartite matching (Kuhn 1955). */
struct matching {
	const struct policy *policy;
	const struct policy_climb *climb;
	const struct repo_person **people;
	size_t count;
	size_t *steps; /* the step of each approval that is needed */
	size_t needed;
	size_t *given; /* by each person: the approval, or needed for none */
	bool *tried;   /* people, in this round */
};

static bool may_give(const struct matching *m, size_t person, size_t approval)
{
	size_t step = m->steps[approval];

	return policy_is_of(m->policy, &m->policy->steps[step].who, m->people[person]) &&
	       m->climb->may(m->climb->context, step, m->people[person]);
}

/* Finds somebody for an approval, having others change theirs where that helps. */
static bool find_giver(struct matching *m, size_t approval)
{
	for (size_t i = 0; i < m->count; i++) {
		if (m->tried[i] || !may_give(m, i, approval))
			continue;
		m->tried[i] = true;
		if (m->given[i] == m->needed || find_giver(m, m->given[i])) {
			m->given[i] = approval;
			return true;
		}
	}
	return false;
}

/* The approvals that are needed; a step that anybody may approve never lacks somebody. */
static void add_needed(struct matching *m)
{
	size_t capacity = 0;

	for (size_t i = 0; i < m->policy->step_count; i++) {
		unsigned needed = m->climb->needed(m->climb->context, i);

		if (policy_group_is_empty(&m->policy->steps[i].who))
			continue;
		for (unsigned n = 0; n < needed; n++) {
			m->steps = mem_grow(m->steps, &capacity, m->needed + 1, sizeof *m->steps);
			m->steps[m->needed++] = i;
		}
	}
}

/* Where one person may hold several steps each of them is looked at alone. */
bool policy_can_climb(const struct policy *policy, const struct policy_climb *climb, size_t *step)
{
	struct matching m = {.policy = policy, .climb = climb};
	bool all = true;

	m.count = policy_people(policy, &m.people);
	add_needed(&m);
	m.given = mem_zalloc(m.count, sizeof *m.given);
	m.tried = mem_zalloc(m.count, sizeof *m.tried);
	for (size_t i = 0; all && i < m.needed; i++) {
		bool afresh = i == 0 || (!policy->one_person_one_step && m.steps[i] != m.steps[i - 1]);

		for (size_t j = 0; j < m.count; j++) {
			m.given[j] = afresh ? m.needed : m.given[j];
			m.tried[j] = false;
		}
		all = find_giver(&m, i);
		*step = m.steps[i];
	}
	free(m.people);
	free(m.steps);
	free(m.given);
	free(m.tried);
	return all;
}

/* A ladder that nobody has begun to climb. */
struct ladder {
	const struct policy *policy;
	const char *path;
	const struct repo_person *without; /* who is to give no approval, or NULL */
};

static unsigned all_of_it(void *context, size_t step)
{
	const struct ladder *ladder = context;

	return policy_step_applies(ladder->policy, step, ladder->path) ? ladder->policy->steps[step].approvals
								       : 0;
}

static bool is_not_without(void *context, size_t step, const struct repo_person *person)
{
	const struct ladder *ladder = context;

	(void)step;
	return ladder->without == NULL || !repo_person_same(ladder->without, person);
}

static bool can_be_climbed(const struct policy *policy, const char *path, const struct repo_person *without,
			   size_t *step)
{
	struct ladder ladder = {policy, path, without};
	const struct policy_climb climb = {all_of_it, is_not_without, &ladder};

	return policy_can_climb(policy, &climb, step);
}

/* A path of the n-th ladder: of the desk's own file, then of each section that some step is for; NULL after
 * them. */
static char *path_of_ladder(const struct policy *policy, size_t n)
{
	if (n-- == 0)
		return mem_strdup(POLICY_PATH);
	for (size_t i = 0; i < policy->step_count; i++) {
		const struct strlist *sections = &policy->steps[i].sections;

		if (n < sections->count)
			return mem_printf("%s/%s/x.md", policy->content, sections->items[n]);
		n -= sections->count;
	}
	return NULL;
}

bool policy_can_be_climbed(const struct policy *policy, size_t *step)
{
	bool good = true;
	char *path;

	for (size_t n = 0; good && (path = path_of_ladder(policy, n)) != NULL; n++) {
		good = can_be_climbed(policy, path, NULL, step);
		free(path);
	}
	return good;
}

/* -- Remarks -- */

static bool names_role(const struct policy_group *group, const char *role)
{
	return strlist_has(&group->roles, role);
}

static bool is_used(const struct policy *policy, const char *role)
{
	const struct policy_group *groups[] = {&policy->release,       &policy->correct,
					       &policy->correct_fast,  &policy->withdraw,
					       &policy->withdraw_fast, &policy->change};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (names_role(groups[i], role))
			return true;
	}
	for (size_t i = 0; i < policy->step_count; i++) {
		if (names_role(&policy->steps[i].who, role))
			return true;
	}
	return false;
}

/* Whom the desk cannot do without: nothing that they write a part of can be approved. */
static void remark_on_people(struct strbuf *out, const struct policy *policy)
{
	const struct repo_person **people;
	size_t count = policy_people(policy, &people);

	for (size_t i = 0; i < count; i++) {
		bool good = true;
		size_t step = 0;
		char *path;

		for (size_t n = 0; good && (path = path_of_ladder(policy, n)) != NULL; n++) {
			good = can_be_climbed(policy, path, people[i], &step);
			free(path);
		}
		if (!good)
			strbuf_addf(out,
				    "What %s writes a part of cannot pass the step \"%s\": there is nobody "
				    "else for it.\n",
				    people[i]->name, policy->steps[step].name);
	}
	free(people);
}

void policy_remarks(struct strbuf *out, const struct policy *policy,
		    bool (*has_articles)(void *context, const char *section), void *context)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		if (!is_used(policy, policy->roles[i].name))
			strbuf_addf(out, "The role \"%s\" is used by no step and no rule.\n",
				    policy->roles[i].name);
	}
	for (size_t i = 0; has_articles != NULL && i < policy->step_count; i++) {
		const struct policy_step *step = &policy->steps[i];

		for (size_t j = 0; j < step->sections.count; j++) {
			if (!has_articles(context, step->sections.items[j]))
				strbuf_addf(out,
					    "The step \"%s\" is for the section %s, in which there is no "
					    "article yet.\n",
					    step->name, step->sections.items[j]);
		}
	}
	for (size_t i = 0; i < policy->length_count; i++) {
		const struct policy_length *length = &policy->lengths[i];

		if (length->words.least + length->words.most + length->characters.least +
			length->characters.most ==
		    0)
			strbuf_addf(
			    out,
			    "The length of articles%s%s is not said: words and characters are missing.\n",
			    length->section != NULL ? " in " : "",
			    length->section != NULL ? length->section : "");
		else if (has_articles != NULL && length->section != NULL &&
			 !has_articles(context, length->section))
			strbuf_addf(out,
				    "A length is for the section %s, in which there is no article yet.\n",
				    length->section);
	}
	if (!policy->author_may_approve)
		remark_on_people(out, policy);
}
