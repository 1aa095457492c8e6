/*
 * The release branch: it moves forward only, by commits that the proof accepts.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/gate_internal.h"
#include "desk/verify.h"

/* The first lie that the proof found, and how many more there are. */
struct lies {
	struct error first;
	size_t count;
};

static void note_lie(void *context, const struct verify_finding *finding)
{
	struct lies *lies = context;
	char hex[REPO_HEX_SIZE];

	if (finding->ok || lies->count++ > 0)
		return;
	oid_hex(hex, &finding->commit);
	if (finding->path != NULL)
		error_set(&lies->first, E_REFUSED, "Commit %.10s, %s: %s", hex, finding->path, finding->what);
	else
		error_set(&lies->first, E_REFUSED, "Commit %.10s: %s", hex, finding->what);
}

static bool holds(void *context, const char *name, const struct oid *head)
{
	struct gate *g = context;
	char *ref = mem_printf(DRAFT_REFS "%s", name);
	struct oid at;
	bool found = repo_ref_valid(ref) && gate_ref(g, ref, &at, NULL) == 0 &&
		     draft_line_holds(g->repo, name, &at, head);

	free(ref);
	return found;
}

static int prove(struct gate *g, struct error *err)
{
	const struct verify_range range = {
	    .old = g->old_tip,
	    .tip = g->tip,
	    .released = &g->released,
	    .now = g->push->now,
	    .holds = holds,
	    .context = g,
	};
	struct lies lies = {.count = 0};
	struct verify_result result;
	int rc = verify_range(&result, g->repo, &range, note_lie, &lies, err);

	if (rc < 0 || lies.count == 0)
		return rc;
	if (lies.count > 1)
		error_advise(&lies.first, " There are %zu more such things.", lies.count - 1);
	if (err != NULL)
		*err = lies.first;
	return E_REFUSED;
}

/* Whether a commit says that drafts went out by it. */
static bool is_release(const struct repo_commit *commit)
{
	struct release_records records;
	bool found = release_records_read(&records, commit->message, NULL) < 0 || records.count > 0;

	release_records_clear(&records);
	return found;
}

/*
 * What is no release must not look like a commit of a draft: a draft of that name that begins there
 * would be read on into the branch.
 */
static int is_of_no_draft(const struct repo_commit *commit, struct error *err)
{
	struct repo_trailers trailers;
	int rc = 0;

	repo_trailers_read(&trailers, commit->message);
	if (repo_trailers_get(&trailers, "Draft") != NULL)
		rc = error_set(
		    err, E_REFUSED,
		    "Its message says \"Draft:\", as drafts and releases do, and it is no release.");
	repo_trailers_clear(&trailers);
	return rc;
}

static int judge_commit(struct gate *g, const struct oid *id, struct error *err)
{
	struct repo_commit commit;
	char hex[REPO_HEX_SIZE];
	int rc = repo_commit_read(g->repo, &commit, id, err);

	if (rc < 0)
		return rc;
	rc = gate_is_own(g, &commit.committer, "committer", err);
	/* Somebody else's change of a layout may be taken over, but a release is one's own act. */
	if (rc == 0)
		rc = is_release(&commit) ? gate_is_own(g, &commit.author, "author", err)
					 : is_of_no_draft(&commit, err);
	if (rc == 0)
		rc = gate_has_come(g, commit.committed, err);
	if (rc == 0)
		rc = gate_has_come(g, commit.authored, err);
	oid_hex(hex, id);
	if (rc == E_REFUSED)
		error_advise(err, " That is commit %.10s.", hex);
	repo_commit_clear(&commit);
	return rc;
}

int gate_branch(struct gate *g, const struct gate_update *update, struct error *err)
{
	long old = 0;
	int rc = 0;

	if (oid_is_zero(&update->new_id))
		return error_set(err, E_REFUSED, "The release branch cannot be deleted.");
	if (!oid_equal(&update->old_id, &g->old_tip))
		return error_set(err, E_REFUSED, "Somebody else released first: fetch, and release again.");
	if (!oid_equal(&update->new_id, &g->tip))
		return error_set(err, E_REFUSED,
				 "The release branch moves forward only, and what is published stays in its "
				 "history: fetch, and release again.");
	rc = gate_place(g, &g->old_tip, &old, err);
	for (long i = old; rc == 0 && i-- > 0;)
		rc = judge_commit(g, &g->line[i], err);
	if (rc == 0)
		rc = release_index_follow(&g->released, g->repo, &g->old_tip, err);
	return rc == 0 ? prove(g, err) : rc;
}
