/*
 * The release branch: it moves forward only, by commits that the proof accepts.
 */
#include <stdlib.h>

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

/* Goes back over what only tells that the draft went out; false when its commits cannot be read. */
static bool before_releases(struct gate *g, struct oid *head)
{
	bool tells = true;

	while (tells) {
		struct repo_trailers trailers;
		struct repo_commit commit;

		if (repo_commit_read(g->repo, &commit, head, NULL) < 0)
			return false;
		repo_trailers_read(&trailers, commit.message);
		tells = review_event_parse(repo_trailers_get(&trailers, "Event")) == REVIEW_RELEASED;
		if (tells)
			*head = commit.parent;
		repo_trailers_clear(&trailers);
		repo_commit_clear(&commit);
	}
	return true;
}

/* Whether a release is of all that the server has of a draft. */
static int knows_the_draft(struct gate *g, const struct release_record *record, struct error *err)
{
	char *ref = mem_printf(DRAFT_REFS "%s", record->draft);
	struct oid here;
	bool news =
	    repo_ref_valid(ref) && repo_ref_read(g->repo, ref, &here, NULL) == 0 &&
	    (!before_releases(g, &here) || !draft_line_holds(g->repo, record->draft, &record->head, &here));

	free(ref);
	if (news)
		return error_set(err, E_REFUSED,
				 "%s has news that this release does not know: fetch, and release again.",
				 record->draft);
	return 0;
}

/* A release is its releaser's own act, on all that was said of its drafts until then. */
static int is_own_release(struct gate *g, const struct repo_commit *commit,
			  const struct release_records *records, struct error *err)
{
	int rc = gate_is_own(g, &commit->author, "author", err);

	for (size_t i = 0; rc == 0 && i < records->count; i++)
		rc = knows_the_draft(g, &records->items[i], err);
	return rc;
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
	struct release_records records;
	struct repo_commit commit;
	char hex[REPO_HEX_SIZE];
	int rc = repo_commit_read(g->repo, &commit, id, err);
	bool is_release;

	if (rc < 0)
		return rc;
	/* One that is damaged is a release, too, which the proof tells of. */
	is_release = release_records_read(&records, commit.message, NULL) < 0 || records.count > 0;
	rc = gate_is_own(g, &commit.committer, "committer", err);
	/* Somebody else's change of a layout may be taken over. */
	if (rc == 0)
		rc = is_release ? is_own_release(g, &commit, &records, err) : is_of_no_draft(&commit, err);
	if (rc == 0)
		rc = gate_is_utf8(&commit, err);
	if (rc == 0)
		rc = gate_has_come(g, commit.committed, err);
	if (rc == 0)
		rc = gate_has_come(g, commit.authored, err);
	oid_hex(hex, id);
	if (rc == E_REFUSED)
		error_advise(err, " That is commit %.10s.", hex);
	release_records_clear(&records);
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
