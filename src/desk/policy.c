#include "desk/policy.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* A policy is a page that people read; what is longer than this is something else. */
#define POLICY_LIMIT ((size_t)1 << 20)

/* Appends one of the desk's own files; E_NOTFOUND where the tree has none. */
static int read_file(struct strbuf *out, struct oid *blob, struct repo *repo, const struct oid *tree,
		     const char *path, struct error *err)
{
	struct repo_entry entry;
	size_t size;
	int rc = repo_tree_find(repo, tree, path, &entry, err);

	if (rc == 0 && entry.mode != REPO_MODE_FILE && entry.mode != REPO_MODE_EXECUTABLE)
		return error_set(err, E_INVALID,
				 "%s is no plain file; put the desk's rules into a file of that name.", path);
	if (rc == 0)
		rc = repo_blob_size(repo, &entry.id, &size, err);
	if (rc < 0)
		return rc;
	if (size > POLICY_LIMIT)
		return error_set(err, E_INVALID,
				 "%s has %zu bytes, and the desk's rules fit in a page; put them "
				 "there as copydesk-policy(5) tells.",
				 path, size);
	*blob = entry.id;
	return repo_blob_read(repo, &entry.id, out, err);
}

static int read_signers(struct policy *out, struct repo *repo, const struct oid *tree, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int rc = read_file(&text, &out->signers_blob, repo, tree, POLICY_SIGNERS_PATH, err);

	if (rc == 0)
		rc = signers_parse(&out->signers, POLICY_SIGNERS_PATH, text.data, text.len, err);
	strbuf_clear(&text);
	return rc == E_NOTFOUND ? 0 : rc;
}

int policy_load(struct policy *out, struct repo *repo, const struct oid *commit, struct error *err)
{
	struct repo_commit at;
	struct strbuf text = STRBUF_INIT;
	struct oid blob;
	int rc = repo_commit_read(repo, &at, commit, err);

	if (rc < 0)
		return rc;
	rc = read_file(&text, &blob, repo, &at.tree, POLICY_PATH, err);
	if (rc == E_NOTFOUND)
		error_set(err, E_NOTFOUND, "There is no %s here, so this is no newsroom yet.", POLICY_PATH);
	if (rc == 0)
		rc = policy_parse(out, text.data, text.len, err);
	if (rc == 0) {
		rc = read_signers(out, repo, &at.tree, err);
		if (rc < 0)
			policy_clear(out);
	}
	repo_commit_clear(&at);
	strbuf_clear(&text);
	return rc;
}

static bool stands_there(struct repo *repo, const struct oid *tree, const char *path, const struct oid *blob)
{
	struct repo_entry entry;
	int rc = repo_tree_find(repo, tree, path, &entry, NULL);

	return oid_is_zero(blob) ? rc == E_NOTFOUND : rc == 0 && oid_equal(&entry.id, blob);
}

bool policy_is_in(const struct policy *policy, struct repo *repo, const struct oid *tree)
{
	return !oid_is_zero(&policy->blob) && stands_there(repo, tree, POLICY_PATH, &policy->blob) &&
	       stands_there(repo, tree, POLICY_SIGNERS_PATH, &policy->signers_blob);
}

int policy_check_signature(const struct policy *policy, struct repo *repo, const struct oid *commit,
			   const struct repo_person *person, struct repo_time time, struct error *err)
{
	struct repo_signed parts;
	enum sign_verdict verdict;
	int rc = repo_signed_read(repo, &parts, commit, err);

	if (rc == 0) {
		verdict = repo_signed_by(&parts, policy->signers, person, time);
		if (verdict != SIGN_GOOD)
			rc = error_set(err, E_REFUSED,
				       "The desk's rules ask for a signature of %s here, but %s. "
				       "See copydesk-workflow(7), SIGNING.",
				       person->name, sign_verdict_clause(verdict));
	}
	repo_signed_clear(&parts);
	return rc;
}

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

size_t policy_ladder(const struct policy *policy, const char *path, size_t step, size_t *nth)
{
	size_t count = 0;

	if (nth != NULL)
		*nth = 0;
	for (size_t i = 0; i < policy->step_count; i++) {
		count += policy_step_applies(policy, i, path);
		if (nth != NULL && i == step)
			*nth = count;
	}
	return count;
}

int policy_step(const struct policy *policy, const char *name)
{
	for (size_t i = 0; i < policy->step_count; i++) {
		if (strcmp(policy->steps[i].name, name) == 0)
			return (int)i;
	}
	return -1;
}
