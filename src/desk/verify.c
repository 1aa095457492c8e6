#include "desk/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"
#include "desk/release.h"
#include "desk/rules.h"

struct proof {
	struct repo *repo;
	const char *only; /* an article's path, or NULL */
	struct verify_result *result;
	void (*visit)(void *context, const struct verify_finding *finding);
	void *context;
	struct policy policy; /* of the commit before the one that is looked at */
	bool policy_broken;
};

/* What one commit changed on the release branch, each path to be accounted for once. */
struct changes {
	struct review_covers covers;
	bool *claimed; /* by a draft that the commit names */
};

static void report(struct proof *proof, const struct repo_commit *commit, const struct release_record *record,
                   bool ok, const char *format, ...) __attribute__((format(printf, 5, 6)));

static void report(struct proof *proof, const struct repo_commit *commit, const struct release_record *record,
                   bool ok, const char *format, ...)
{
	char what[ERROR_MESSAGE_SIZE];
	va_list args;
	struct verify_finding finding = {
	    .commit = commit->id,
	    .time = commit->committed,
	    .path = record ? record->path : NULL,
	    .draft = record ? record->draft : NULL,
	    .what = what,
	    .ok = ok,
	};

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	proof->result->lies += !ok;
	proof->result->articles += ok && record != NULL;
	if (proof->visit != NULL)
		proof->visit(proof->context, &finding);
}

static int add_change(void *context, const struct repo_change *change)
{
	struct review_covers *covers = context;

	covers->items = mem_grow(covers->items, &covers->capacity, covers->count + 1, sizeof *covers->items);
	covers->items[covers->count++] = (struct review_cover){.path = mem_strdup(change->path),
	                                                       .mode = change->new_mode,
	                                                       .blob = change->new_id,
	                                                       .base = change->old_id};
	return 0;
}

/* Finds the cover among the commit's changes, to the byte, and claims it. */
static bool claim(struct changes *changes, const struct review_cover *cover)
{
	for (size_t i = 0; i < changes->covers.count; i++) {
		const struct review_cover *done = &changes->covers.items[i];

		if (strcmp(done->path, cover->path) != 0)
			continue;
		if (changes->claimed[i] || done->mode != cover->mode || !oid_equal(&done->blob, &cover->blob) ||
		    !oid_equal(&done->base, &cover->base))
			return false;
		changes->claimed[i] = true;
		return true;
	}
	return false;
}

/* Whether the approvals that the release commit names are those that count, no more and no fewer. */
static bool approvals_match(const struct release_record *record, const struct draft *draft,
                            const struct policy *policy)
{
	size_t matched = 0;
	size_t counted = 0;

	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct repo_person *person = &draft->commits[approval->commit].person;
		char *words;

		if (!approval->counts)
			continue;
		counted++;
		words = mem_printf("%s %s <%s>", policy->steps[approval->step].name, person->name, person->mail);
		for (size_t j = 0; j < record->approval_count; j++)
			matched += strcmp(words, record->approvals[j]) == 0;
		free(words);
	}
	return matched == counted && record->approval_count == counted;
}

static char *approvers_of(const struct release_record *record)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = 0; i < record->approval_count; i++)
		strbuf_addf(&out, "%s%s", i > 0 ? ", " : "", record->approvals[i]);
	return strbuf_detach(&out);
}

/* Proves one article of a release against its draft; NULL, or the lie, which the caller frees. */
static char *prove_draft(struct proof *proof, const struct repo_commit *commit,
                         const struct release_record *record, struct changes *changes)
{
	struct draft *draft;
	struct error err;
	char *lie = NULL;

	if (draft_load_at(&draft, proof->repo, record->draft, &record->head, &err) < 0)
		return mem_printf("its draft %s cannot be read here: %s", record->draft, err.message);
	draft_derive(draft, &proof->policy, commit->committed.seconds);
	if (strcmp(draft->path, record->path) != 0)
		lie = mem_printf("its draft %s is about %s", record->draft, draft->path);
	else if (rules_check(RULES_RELEASE, draft, &proof->policy, &commit->committer,
	                     commit->committed.seconds, NULL, &err) < 0)
		lie = mem_strdup(err.message);
	else if (!approvals_match(record, draft, &proof->policy))
		lie = mem_strdup("it names other approvals than its draft has");
	for (size_t i = 0; lie == NULL && i < draft_covers(draft)->count; i++) {
		const struct review_cover *cover = &draft_covers(draft)->items[i];

		if (!claim(changes, cover))
			lie = mem_printf("%s was published with other bytes than were approved", cover->path);
	}
	draft_free(draft);
	return lie;
}

static bool wanted(const struct proof *proof, const char *path)
{
	return proof->only == NULL || strcmp(proof->only, path) == 0;
}

static bool touches_rules(const char *path)
{
	return strncmp(path, ".copydesk/", strlen(".copydesk/")) == 0;
}

/* What no draft of the commit accounts for must be something that needs no approval. */
static void prove_rest(struct proof *proof, const struct repo_commit *commit, const struct changes *changes)
{
	const char *root = proof->policy.content;
	size_t root_len = strlen(root);
	bool policy_changed = false;

	for (size_t i = 0; i < changes->covers.count; i++) {
		const char *path = changes->covers.items[i].path;
		bool inside = root_len == 0 || (strncmp(path, root, root_len) == 0 && path[root_len] == '/');

		if (changes->claimed[i])
			continue;
		policy_changed = policy_changed || touches_rules(path);
		if (inside && wanted(proof, path))
			report(proof, commit, &(struct release_record){.path = (char *)path}, false,
			       "%s changed without an approved draft.", path);
	}
	if (!policy_changed)
		return;
	if (policy_has_role(&proof->policy, proof->policy.policy_role, &commit->committer))
		report(proof, commit, NULL, true, "The desk's rules were changed by %s, who may.",
		       commit->committer.name);
	else
		report(proof, commit, NULL, false, "The desk's rules were changed by %s, who may not.",
		       commit->committer.name);
}

static void prove_records(struct proof *proof, const struct repo_commit *commit,
                          const struct release_records *records, struct changes *changes)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct release_record *record = &records->items[i];
		char *lie = prove_draft(proof, commit, record, changes);
		char *approvers = approvers_of(record);

		if (lie != NULL && wanted(proof, record->path))
			report(proof, commit, record, false, "%s", lie);
		else if (wanted(proof, record->path))
			report(proof, commit, record, true, "approved: %s; released by %s", approvers,
			       commit->committer.name);
		free(approvers);
		free(lie);
	}
}

static int prove_commit(struct proof *proof, const struct repo_commit *commit, struct error *err)
{
	struct repo_commit parent;
	struct release_records records = {0};
	struct changes changes = {0};
	struct error damaged;
	int rc = repo_commit_read(proof->repo, &parent, &commit->parent, err);

	if (rc < 0)
		return rc;
	if (commit->parents != 1)
		report(proof, commit, NULL, false, "It is a merge; a release has one parent.");
	rc = repo_tree_diff(proof->repo, &parent.tree, &commit->tree, add_change, &changes.covers, err);
	changes.claimed = mem_zalloc(changes.covers.count, sizeof *changes.claimed);
	if (release_records_read(&records, commit->message, &damaged) < 0)
		report(proof, commit, NULL, false, "%s", damaged.message);
	if (rc == 0 && proof->policy_broken && changes.covers.count > 0)
		report(proof, commit, NULL, false, "The desk's rules before it cannot be read, so nothing may change.");
	else if (rc == 0) {
		prove_records(proof, commit, &records, &changes);
		prove_rest(proof, commit, &changes);
	}
	proof->result->commits++;
	release_records_clear(&records);
	review_covers_clear(&changes.covers);
	free(changes.claimed);
	repo_commit_clear(&parent);
	return rc;
}

/* The first parents from tip back to the root of trust, newest first; the root is the last. */
struct walk {
	struct oid *ids;
	size_t count;
	size_t capacity;
};

static bool has_policy(struct repo *repo, const struct oid *commit, struct oid *parent)
{
	struct repo_commit c;
	struct repo_entry entry;
	bool found;

	if (repo_commit_read(repo, &c, commit, NULL) < 0)
		return false;
	found = repo_tree_find(repo, &c.tree, POLICY_PATH, &entry, NULL) == 0;
	*parent = c.parent;
	repo_commit_clear(&c);
	return found;
}

/*
 * The root of trust is the oldest commit of the line that has a policy.  A line that lost its policy
 * in between goes on: the commits without one are proved, and fail.
 */
static void walk_back(struct walk *walk, struct repo *repo, const struct oid *tip)
{
	size_t oldest = 0;
	struct oid parent;

	for (struct oid at = *tip; !oid_is_zero(&at); at = parent) {
		walk->ids = mem_grow(walk->ids, &walk->capacity, walk->count + 1, sizeof *walk->ids);
		walk->ids[walk->count++] = at;
		memset(&parent, 0, sizeof parent);
		if (has_policy(repo, &at, &parent))
			oldest = walk->count;
	}
	walk->count = oldest;
}

/* Reads the policy in force after a commit, unless it is the one that is read already. */
static void take_policy(struct proof *proof, const struct repo_commit *commit)
{
	struct repo_entry entry;

	if (!proof->policy_broken && repo_tree_find(proof->repo, &commit->tree, POLICY_PATH, &entry, NULL) == 0 &&
	    oid_equal(&entry.id, &proof->policy.blob))
		return;
	policy_clear(&proof->policy);
	proof->policy_broken = policy_load(&proof->policy, proof->repo, &commit->id, NULL) < 0;
}

int verify_branch(struct verify_result *out, struct repo *repo, const struct oid *tip, const char *only,
                  void (*visit)(void *context, const struct verify_finding *finding), void *context,
                  struct error *err)
{
	struct proof proof = {
	    .repo = repo, .only = only, .result = out, .visit = visit, .context = context, .policy_broken = true};
	struct walk walk = {0};
	int rc = 0;

	memset(out, 0, sizeof *out);
	walk_back(&walk, repo, tip);
	if (walk.count == 0)
		return error_set(err, E_NOTFOUND, "The release branch has no %s, so there is nothing to prove.",
		                 POLICY_PATH);
	out->root = walk.ids[walk.count - 1];
	for (size_t i = walk.count; rc == 0 && i-- > 0;) {
		struct repo_commit commit = {0};

		rc = repo_commit_read(repo, &commit, &walk.ids[i], err);
		if (rc == 0 && i + 1 < walk.count)
			rc = prove_commit(&proof, &commit, err);
		if (rc == 0)
			take_policy(&proof, &commit);
		repo_commit_clear(&commit);
	}
	policy_clear(&proof.policy);
	free(walk.ids);
	return rc;
}
