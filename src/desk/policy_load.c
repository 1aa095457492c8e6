/*
 * The desk's rules as they stand in a commit: read, found again, and held against a signature.
 */
#include "desk/policy.h"

#include "base/error.h"
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
