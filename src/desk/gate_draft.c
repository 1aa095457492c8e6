/*
 * Drafts: a line of commits that only grows, each by who pushes, and each allowed by the rule engine on
 * the draft as it was before.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/gate_internal.h"
#include "desk/rules.h"

/* A draft's name is a file name, too, with something added. */
#define NAME_LIMIT 200 /* bytes */

static bool is_name(const char *name)
{
	return name[0] != '\0' && name[0] != '-' && strlen(name) <= NAME_LIMIT && strchr(name, '/') == NULL;
}

/* -- People and times -- */

static int is_by_the_pusher(struct gate *g, const struct repo_commit *commit, struct error *err)
{
	int rc = gate_is_own(g, &commit->author, "author", err);

	if (rc == 0)
		rc = gate_is_own(g, &commit->committer, "committer", err);
	if (rc == 0)
		rc = gate_has_come(g, commit->authored, err);
	return rc == 0 ? gate_has_come(g, commit->committed, err) : rc;
}

/* -- Bases -- */

/* The base must be on the release branch, and no older than the one before. */
static int has_a_base(struct gate *g, const struct draft *before, const struct draft *after,
		      const struct repo_commit *commit, struct error *err)
{
	long place;
	long old;
	int rc;

	if (before != NULL && oid_equal(&before->base, &after->base))
		return 0;
	rc = gate_place(g, &after->base, &place, err);
	/* What a first commit joins to its base would come in unseen. */
	if (rc == 0 && (place < 0 || (before == NULL && commit->parents != 1)))
		return error_set(err, E_REFUSED, "%s does not stand on the release branch: begin it there.",
				 after->name);
	if (rc < 0 || before == NULL)
		return rc;
	rc = gate_place(g, &before->base, &old, err);
	if (rc == 0 && place > old)
		return error_set(err, E_REFUSED,
				 "It brings %s to an older state of the release branch than it has.",
				 after->name);
	return rc;
}

/* -- Commits -- */

/* Asks the rules about the newest commit of a draft under one policy. */
static int is_allowed(struct gate *g, const struct policy *policy, struct draft *before,
		      const struct draft *after, struct error *err)
{
	const struct review_commit *commit = &after->commits[after->count - 1];
	int64_t now = commit->time.seconds < g->push->now ? commit->time.seconds : g->push->now;
	int rc = 0;

	if (before == NULL && !oid_is_zero(&after->base_blob))
		rc = rules_begin(policy, &commit->person, after->renames ? after->renames : after->path,
				 after->withdraws, err);
	if (before != NULL) {
		before->released = release_index_has(&g->released, before);
		draft_derive(before, policy, now);
		if (commit->event != REVIEW_RELEASED)
			rc = rules_check(rules_action_of(commit->event), before, policy, &commit->person, now,
					 commit->step, err);
	}
	if (rc == 0)
		rc = gate_event(g, policy, before, after, err);
	if (rc == 0 && commit->event == REVIEW_SAVE)
		rc = rules_change(after, policy, err);
	return rc;
}

/* Under the policy as it will be, or one that was in force since what we know. */
static int is_allowed_by_one(struct gate *g, struct draft *before, const struct draft *after,
			     struct error *err)
{
	struct error why;
	int rc = is_allowed(g, &g->policies[0], before, after, err);

	for (size_t i = 1; rc == E_REFUSED && i < g->policy_count; i++)
		rc = is_allowed(g, &g->policies[i], before, after, &why);
	return rc;
}

/* Judges the newest commit of a draft; before is NULL for its first one. */
static int judge_commit(struct gate *g, struct draft *before, const struct draft *after, struct error *err)
{
	const struct review_commit *newest = &after->commits[after->count - 1];
	struct repo_commit commit;
	char hex[REPO_HEX_SIZE];
	int rc = repo_commit_read(g->repo, &commit, &newest->id, err);

	if (rc < 0)
		return rc;
	rc = is_by_the_pusher(g, &commit, err);
	if (rc == 0)
		rc = gate_is_utf8(&commit, err);
	if (rc == 0 && newest->event == REVIEW_UNKNOWN)
		rc = error_set(err, E_REFUSED,
			       "It changes nothing, and is no event that this version of copydesk knows.");
	if (rc == 0)
		rc = gate_message(after, &commit, newest->event, err);
	if (rc == 0)
		rc = has_a_base(g, before, after, &commit, err);
	if (rc == 0)
		rc = is_allowed_by_one(g, before, after, err);
	oid_hex(hex, &newest->id);
	if (rc == E_REFUSED)
		error_advise(err, " That is commit %.10s.", hex);
	repo_commit_clear(&commit);
	return rc;
}

/* The new commits of a draft, newest first. */
struct news {
	struct oid *ids;
	size_t count;
	size_t capacity;
};

/* Walks back from the new head to the old one, or without one to where the draft begins. */
static int find_news(struct news *news, struct gate *g, const struct gate_update *update, struct error *err)
{
	const char *name = update->ref + strlen(DRAFT_REFS);
	struct oid at = update->new_id;
	bool ours = true;

	while (ours && !oid_is_zero(&at) && !oid_equal(&at, &update->old_id)) {
		struct repo_trailers trailers;
		struct repo_commit commit;
		const char *draft;
		int rc = repo_commit_read(g->repo, &commit, &at, err);

		if (rc < 0)
			return rc;
		repo_trailers_read(&trailers, commit.message);
		draft = repo_trailers_get(&trailers, "Draft");
		ours = draft != NULL && strcmp(draft, name) == 0;
		repo_trailers_clear(&trailers);
		news->ids = mem_grow(news->ids, &news->capacity, news->count + 1, sizeof *news->ids);
		news->ids[news->count] = at;
		at = commit.parent;
		repo_commit_clear(&commit);
		news->count += ours;
	}
	if (!oid_is_zero(&update->old_id) && !oid_equal(&at, &update->old_id))
		return error_set(
		    err, E_REFUSED,
		    "%s has commits here that yours does not go on from, and a draft only grows: "
		    "fetch, and push again.",
		    name);
	/* On a commit that is none of its own, a draft that is there would begin anew. */
	if (news->count == 0 || (!ours && !oid_is_zero(&update->old_id)))
		return error_set(err, E_REFUSED, "%s is no draft: its commits do not say so.", name);
	return 0;
}

/* Judges the new commits, oldest first; the draft is read twice, once a commit behind. */
static int judge_news(struct gate *g, const char *name, const struct oid *old, const struct news *news,
		      struct error *err)
{
	struct draft *before = NULL;
	struct draft *after = NULL;
	size_t i = news->count - 1;
	int rc = 0;

	if (!oid_is_zero(old))
		rc = draft_load_at(&before, g->repo, name, old, err);
	if (rc == 0)
		rc = draft_load_at(&after, g->repo, name, &news->ids[i], err);
	if (rc == 0)
		rc = judge_commit(g, before, after, err);
	while (rc == 0 && i > 0) {
		if (before == NULL)
			rc = draft_load_at(&before, g->repo, name, &news->ids[i], err);
		else
			rc = draft_advance(before, g->repo, &news->ids[i], err);
		i--;
		if (rc == 0)
			rc = draft_advance(after, g->repo, &news->ids[i], err);
		if (rc == 0)
			rc = judge_commit(g, before, after, err);
	}
	draft_free(before);
	draft_free(after);
	return rc;
}

int gate_draft(struct gate *g, const struct gate_update *update, struct error *err)
{
	const char *name = update->ref + strlen(DRAFT_REFS);
	struct news news = {0};
	int rc;

	if (oid_is_zero(&update->new_id))
		return error_set(err, E_REFUSED,
				 "The draft %s cannot be deleted, since drafts are kept: spike it instead.",
				 name);
	if (!is_name(name))
		return error_set(err, E_REFUSED,
				 "A draft cannot be called %.200s: use letters, digits and hyphens.", name);
	rc = release_index_follow(&g->released, g->repo, &g->tip, err);
	if (rc == 0)
		rc = find_news(&news, g, update, err);
	if (rc == 0)
		rc = judge_news(g, name, &update->old_id, &news, err);
	free(news.ids);
	return rc;
}
