#include "desk/policy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/strbuf.h"

static void people_clear(struct repo_person *people, size_t count)
{
	for (size_t i = 0; i < count; i++)
		repo_person_clear(&people[i]);
	free(people);
}

static void group_clear(struct policy_group *group)
{
	strlist_clear(&group->roles);
	people_clear(group->people, group->count);
}

static void step_clear(struct policy_step *step)
{
	free(step->name);
	group_clear(&step->who);
	strlist_clear(&step->sections);
	strlist_clear(&step->checks);
}

void policy_clear(struct policy *policy)
{
	struct policy_group *groups[] = {&policy->release,  &policy->correct,       &policy->correct_fast,
					 &policy->withdraw, &policy->withdraw_fast, &policy->change};

	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		group_clear(groups[i]);
	for (size_t i = 0; i < policy->role_count; i++) {
		people_clear(policy->roles[i].people, policy->roles[i].count);
		free(policy->roles[i].name);
	}
	for (size_t i = 0; i < policy->step_count; i++)
		step_clear(&policy->steps[i]);
	for (size_t i = 0; i < policy->field_count; i++) {
		free(policy->fields[i].name);
		strlist_clear(&policy->fields[i].values);
	}
	for (size_t i = 0; i < policy->length_count; i++)
		free(policy->lengths[i].section);
	free(policy->lengths);
	strlist_clear(&policy->required);
	strlist_clear(&policy->attachment_types);
	free(policy->roles);
	free(policy->steps);
	free(policy->fields);
	free(policy->name);
	free(policy->content);
	free(policy->language);
	free(policy->correction_note);
	signers_free(policy->signers);
	*policy = (struct policy){.name = NULL};
}

/* -- Who -- */

const struct policy_role *policy_find_role(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->role_count; i++) {
		if (strcmp(policy->roles[i].name, name) == 0)
			return &policy->roles[i];
	}
	return NULL;
}

/* A list of people, each once. */
struct people {
	const struct repo_person **items; /* borrowed from the policy */
	size_t count;
	size_t capacity;
};

static void add_people(struct people *people, const struct repo_person *more, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t k = 0;

		while (k < people->count && !repo_person_same(people->items[k], &more[i]))
			k++;
		if (k < people->count)
			continue;
		people->items =
		    mem_grow(people->items, &people->capacity, people->count + 1, sizeof people->items[0]);
		people->items[people->count++] = &more[i];
	}
}

static void add_group(struct people *people, const struct policy *policy, const struct policy_group *group)
{
	for (size_t i = 0; i < group->roles.count; i++) {
		const struct policy_role *role = policy_find_role(policy, group->roles.items[i]);

		if (role != NULL)
			add_people(people, role->people, role->count);
	}
	add_people(people, group->people, group->count);
}

bool policy_is_of(const struct policy *policy, const struct policy_group *group,
		  const struct repo_person *person)
{
	struct people people = {0};
	bool found = false;

	add_group(&people, policy, group);
	for (size_t i = 0; !found && i < people.count; i++)
		found = repo_person_same(people.items[i], person);
	free(people.items);
	return found;
}

bool policy_group_is_empty(const struct policy_group *group)
{
	return group->roles.count == 0 && group->count == 0;
}

bool policy_may(const struct policy *policy, const struct policy_group *group,
		const struct repo_person *person)
{
	return policy_group_is_empty(group) || policy_is_of(policy, group, person);
}

size_t policy_group_size(const struct policy *policy, const struct policy_group *group)
{
	struct people people = {0};

	add_group(&people, policy, group);
	free(people.items);
	return people.count;
}

void policy_group_words(struct strbuf *out, const struct policy_group *group)
{
	size_t all = group->roles.count + group->count;

	for (size_t i = 0; i < all; i++) {
		const char *joint = i == 0 ? "" : i + 1 < all ? ", " : " or ";

		if (i < group->roles.count)
			strbuf_addf(out, "%srole %s", joint, group->roles.items[i]);
		else
			strbuf_addf(out, "%s%s", joint, group->people[i - group->roles.count].name);
	}
}

size_t policy_people(const struct policy *policy, const struct repo_person ***out)
{
	const struct policy_group *groups[] = {&policy->release, &policy->correct, &policy->withdraw,
					       &policy->change};
	struct people people = {0};

	for (size_t i = 0; i < policy->role_count; i++)
		add_people(&people, policy->roles[i].people, policy->roles[i].count);
	for (size_t i = 0; i < policy->step_count; i++)
		add_group(&people, policy, &policy->steps[i].who);
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++)
		add_group(&people, policy, groups[i]);
	*out = people.items;
	return people.count;
}

/* -- The ladder -- */

bool policy_is_desk_file(const char *path)
{
	return policy_file_title(path) != NULL;
}

const struct policy_group *policy_releasers(const struct policy *policy, const char *path)
{
	return policy_is_desk_file(path) ? &policy->change : &policy->release;
}

const char *policy_file_title(const char *path)
{
	static const char *const files[][2] = {
	    {POLICY_PATH, "The desk's rules"},
	    {POLICY_SIGNERS_PATH, "The desk's signers"},
	    {POLICY_WORDS_PATH, "The desk's words"},
	};

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		if (strcmp(path, files[i][0]) == 0)
			return files[i][1];
	}
	return NULL;
}

/*
 * Whether a path lies in a section, or in a folder of it; letter case aside, since its readers' address
 * has small letters alone, and nobody gets around a step by a capital one.
 */
static bool is_in_section(const struct policy *policy, const char *section, const char *path)
{
	size_t root = strlen(policy->content);
	size_t len = strlen(section);

	return strncmp(path, policy->content, root) == 0 && path[root] == '/' &&
	       strncasecmp(path + root + 1, section, len) == 0 && path[root + 1 + len] == '/';
}

bool policy_step_applies(const struct policy *policy, size_t step, const char *path)
{
	const struct strlist *sections = &policy->steps[step].sections;

	for (size_t i = 0; i < sections->count; i++) {
		if (is_in_section(policy, sections->items[i], path))
			return true;
	}
	return sections->count == 0;
}

int policy_step(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->step_count; i++) {
		if (strcmp(policy->steps[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}

static void add_limits(struct policy_range *range, const struct policy_range *other)
{
	if (range->least == 0 && range->most == 0)
		*range = *other;
}

/* The longest name of a section is the nearest: "city/sports" before "city". */
struct policy_length policy_length_of(const struct policy *policy, const char *path)
{
	struct policy_length length = {0};
	const struct policy_length *nearest = NULL, *others = NULL;

	if (policy_is_desk_file(path))
		return length;
	for (size_t i = 0; i < policy->length_count; i++) {
		const struct policy_length *one = &policy->lengths[i];

		if (one->section == NULL)
			others = one;
		else if (is_in_section(policy, one->section, path) &&
			 (nearest == NULL || strlen(one->section) > strlen(nearest->section)))
			nearest = one;
	}
	if (nearest != NULL)
		length = *nearest;
	if (others != NULL) {
		add_limits(&length.words, &others->words);
		add_limits(&length.characters, &others->characters);
	}
	return length;
}
