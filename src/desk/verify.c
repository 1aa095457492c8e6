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

/* A draft that went out: naming it again needs a newer save. */
struct gone {
	char *draft;
	struct oid save; /* its newest save then */
};

struct proof {
	struct repo *repo;
	const char *only; /* an article's path, or NULL */
	struct verify_result *result;
	void (*visit)(void *context, const struct verify_finding *finding);
	void *context;
	struct policy policy;        /* the newest that can be read, of before the commit that is looked at */
	enum sign_verdict signature; /* of the commit that is looked at */
	bool policy_broken;          /* there is a newer one that cannot be read, or none any more */
	struct gone *gone;
	size_t gone_count;
	size_t gone_capacity;
	const struct verify_range *range; /* NULL: the whole branch */
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
	    .signature = proof->signature,
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
	review_covers_add(context, change);
	return 0;
}

/* Finds the cover among the commit's changes, to the byte, and claims it. */
static bool claim(struct changes *changes, const struct review_cover *cover)
{
	for (size_t i = 0; i < changes->covers.count; i++) {
		const struct review_cover *done = &changes->covers.items[i];

		if (strcmp(done->path, cover->path) != 0)
			continue;
		if (changes->claimed[i] || done->mode != cover->mode ||
		    !oid_equal(&done->blob, &cover->blob) || !oid_equal(&done->base, &cover->base))
			return false;
		changes->claimed[i] = true;
		return true;
	}
	return false;
}

static size_t times_named(const struct release_record *record, const char *words)
{
	size_t times = 0;

	for (size_t i = 0; i < record->approval_count; i++)
		times += strcmp(words, record->approvals[i]) == 0;
	return times;
}

/* Whether the approvals that the release commit names are those that count, no more and no fewer. */
static bool approvals_match(const struct release_record *record, const struct draft *draft,
			    const struct policy *policy)
{
	size_t counted = 0;
	bool match = true;

	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct repo_person *person = &draft->commits[approval->commit].person;
		char *words;

		if (!approval->counts)
			continue;
		counted++;
		words =
		    mem_printf("%s %s <%s>", policy->steps[approval->step].name, person->name, person->mail);
		match = match && times_named(record, words) == 1;
		free(words);
	}
	return match && record->approval_count == counted;
}

/* By whose word the article went out, and whose approvals it had, and which of these are signed. */
static void add_words(struct strbuf *out, const struct proof *proof, const struct repo_commit *commit,
		      const struct release_record *record, const struct draft *draft)
{
	bool approved = false;

	if (record->fast_lane != NULL)
		strbuf_addf(out, "without review, by the fast lane of %s; ", record->fast_lane);
	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct review_commit *by = &draft->commits[approval->commit];

		if (!approval->counts)
			continue;
		strbuf_addf(out, "%s%s %s <%s>%s",
			    approved ? ", " : "approved: ", proof->policy.steps[approval->step].name,
			    by->person.name, by->person.mail, by->signature == SIGN_GOOD ? " (signed)" : "");
		approved = true;
	}
	if (approved)
		strbuf_adds(out, "; ");
	if (record->scheduled_by != NULL)
		strbuf_addf(out, "scheduled by %s%s; ", record->scheduled_by,
			    draft->commits[draft->state.schedule].signature == SIGN_GOOD ? " (signed)" : "");
	strbuf_addf(out, "released by %s%s", commit->committer.name,
		    proof->signature == SIGN_GOOD ? " (signed)" : "");
}

static bool is_named(const char *words, const struct repo_person *person)
{
	char *name = mem_printf("%s <%s>", person->name, person->mail);
	bool same = strcmp(words, name) == 0;

	free(name);
	return same;
}

/* The time that a commit is judged at: what it says, but no time that is still to come. */
static int64_t time_of(const struct proof *proof, const struct repo_commit *commit)
{
	int64_t time = commit->committed.seconds;

	return proof->range != NULL && time > proof->range->now ? proof->range->now : time;
}

/* Whether the rules let a draft go out so, at the time that the commit says. */
static int may_go(const struct proof *proof, const struct repo_commit *commit, enum release_way way,
		  const struct draft *draft, struct error *err)
{
	int rc = release_allowed(way, draft, &proof->policy, &commit->committer, time_of(proof, commit), err);

	/* What is overdue by the server's clock is not less so for being dated back. */
	if (rc == 0 && way == RELEASE_SCHEDULED && proof->range != NULL)
		rc = release_allowed(way, draft, &proof->policy, &commit->committer, proof->range->now, err);
	return rc;
}

/* By whose word the commit says that the draft went out; NULL when that person gave it, or the lie. */
static char *prove_way(const struct release_record *record, const struct repo_commit *commit,
		       const struct draft *draft)
{
	const struct review_state *state = &draft->state;

	if (record->scheduled_by != NULL && record->fast_lane != NULL)
		return mem_strdup("it says both that it was scheduled and that it took the fast lane");
	if (record->scheduled_by != NULL &&
	    !is_named(record->scheduled_by, &draft->commits[state->schedule].person))
		return mem_printf("%s did not schedule its draft %s", record->scheduled_by, draft->name);
	if (record->fast_lane != NULL && !is_named(record->fast_lane, &commit->committer))
		return mem_printf("it was released by %s, not by %s", commit->committer.name,
				  record->fast_lane);
	return NULL;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static enum release_way way_of(const struct release_record *record)
{
	if (record->fast_lane != NULL)
		return RELEASE_FAST;
	return record->scheduled_by != NULL ? RELEASE_SCHEDULED : RELEASE_REVIEWED;
}

static bool is_held(const struct proof *proof, const struct release_record *record)
{
	if (proof->range != NULL)
		return proof->range->holds(proof->range->context, record->draft, &record->head);
	return draft_holds(proof->repo, record->draft, &record->head);
}

/* Whether these very bytes of the draft went out before; notes that they do now. */
static bool went_out(struct proof *proof, const struct draft *draft)
{
	const struct oid *save = &draft->commits[draft->state.last_save].id;

	if (proof->range != NULL && release_index_has(proof->range->released, draft))
		return true;
	for (size_t i = 0; i < proof->gone_count; i++) {
		if (oid_equal(&proof->gone[i].save, save) && strcmp(proof->gone[i].draft, draft->name) == 0)
			return true;
	}
	proof->gone =
	    mem_grow(proof->gone, &proof->gone_capacity, proof->gone_count + 1, sizeof *proof->gone);
	proof->gone[proof->gone_count++] = (struct gone){.draft = mem_strdup(draft->name), .save = *save};
	return false;
}

/* What the commit says of the draft against what the draft says; NULL, or the lie. */
static char *prove_words(struct proof *proof, const struct repo_commit *commit,
			 const struct release_record *record, const struct draft *draft)
{
	struct error err;
	char *lie;

	if (proof->policy_broken)
		return mem_strdup("the desk's rules before it cannot be read, so nothing may go out");
	if (proof->policy.sign_releases && proof->signature != SIGN_GOOD)
		return mem_printf("the desk's rules ask for a signature of %s, but %s",
				  commit->committer.name, sign_verdict_clause(proof->signature));
	if (strcmp(draft->path, record->path) != 0)
		return mem_printf("its draft %s is about %s", record->draft, draft->path);
	if (may_go(proof, commit, way_of(record), draft, &err) < 0)
		return mem_strdup(err.message);
	if (!same_text(record->renames, draft->renames))
		return mem_printf("it and its draft %s do not say the same of where it was before",
				  draft->name);
	lie = prove_way(record, commit, draft);
	if (lie != NULL)
		return lie;
	if (!approvals_match(record, draft, &proof->policy))
		return mem_strdup("it names other approvals than its draft has");
	if (record->type != release_type_of(draft))
		return mem_printf("it says %s where its draft says %s", release_type_word(record->type),
				  release_type_word(release_type_of(draft)));
	if (went_out(proof, draft))
		return mem_printf("its draft %s went out before", record->draft);
	return NULL;
}

/*
 * Proves one article of a release against its draft; NULL, with who approved it in words, or the lie,
 * which the caller frees.
 */
static char *prove_draft(struct proof *proof, const struct repo_commit *commit,
			 const struct release_record *record, struct changes *changes, struct strbuf *words)
{
	struct draft *draft;
	struct error err;
	char *lie;

	if (draft_load_at(&draft, proof->repo, record->draft, &record->head, &err) < 0)
		return mem_printf("its draft %s cannot be read here: %s", record->draft, err.message);
	draft_derive(draft, &proof->policy, time_of(proof, commit));
	lie = prove_words(proof, commit, record, draft);
	if (lie == NULL && !is_held(proof, record))
		lie = mem_printf("the history of its draft %s is another", record->draft);
	for (size_t i = 0; lie == NULL && i < draft_covers(draft)->count; i++) {
		const struct review_cover *cover = &draft_covers(draft)->items[i];

		if (!claim(changes, cover))
			lie = mem_printf("%s was published with other bytes than were approved", cover->path);
	}
	if (lie == NULL)
		add_words(words, proof, commit, record, draft);
	draft_free(draft);
	return lie;
}

static bool wanted(const struct proof *proof, const char *path)
{
	return proof->only == NULL || strcmp(proof->only, path) == 0;
}

/* The folder of the desk's own files. */
static bool is_of_the_desk(const char *path)
{
	return strncmp(path, ".copydesk/", strlen(".copydesk/")) == 0 || strcmp(path, ".copydesk") == 0;
}

/* Whether a path is the content root or lies in it. */
static bool is_inside(const struct policy *policy, const char *path)
{
	size_t len = strlen(policy->content);

	return strncmp(path, policy->content, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

/*
 * The desk's own files change by an approved draft alone.  While the rules cannot be read there is none,
 * and whoever may release such a change by the newest that could be may mend them.
 */
static void prove_own_file(struct proof *proof, const struct repo_commit *commit,
			   const struct review_cover *cover)
{
	const char *who = commit->committer.name;
	bool taken_away = cover->mode == REPO_MODE_NONE && strcmp(cover->path, POLICY_PATH) == 0;

	if (!policy_is_desk_file(cover->path))
		report(proof, commit, NULL, false, "%s is no file of the desk's, and was changed by %s.",
		       cover->path, who);
	else if (taken_away)
		report(proof, commit, NULL, false, "The desk's rules were taken away by %s.", who);
	else if (!proof->policy_broken)
		report(proof, commit, NULL, false, "%s was changed by %s without an approved draft.",
		       cover->path, who);
	else if (!policy_may(&proof->policy, &proof->policy.change, &commit->committer))
		report(proof, commit, NULL, false,
		       "%s, which cannot be read, was changed by %s, who may not mend it.", cover->path, who);
	else
		report(proof, commit, NULL, true, "%s, which could not be read, was mended by %s, who may.",
		       cover->path, who);
}

/* What no draft of the commit accounts for must be something that needs no approval. */
static void prove_rest(struct proof *proof, const struct repo_commit *commit, const struct changes *changes)
{
	struct policy next = {0}; /* what the commit itself makes an article counts, too */
	bool readable = policy_load(&next, proof->repo, &commit->id, NULL) == 0;

	for (size_t i = 0; i < changes->covers.count; i++) {
		const struct review_cover *cover = &changes->covers.items[i];

		if (changes->claimed[i])
			continue;
		if (is_of_the_desk(cover->path))
			prove_own_file(proof, commit, cover);
		else if ((is_inside(&proof->policy, cover->path) ||
			  (readable && is_inside(&next, cover->path))) &&
			 wanted(proof, cover->path))
			report(proof, commit, &(struct release_record){.path = cover->path}, false,
			       "%s changed without an approved draft.", cover->path);
	}
	policy_clear(&next);
}

/* A lie about an article is told once: its path counts as accounted for. */
static void account_for(struct changes *changes, const char *path)
{
	for (size_t i = 0; i < changes->covers.count; i++) {
		if (strcmp(changes->covers.items[i].path, path) == 0)
			changes->claimed[i] = true;
	}
}

static void prove_records(struct proof *proof, const struct repo_commit *commit,
			  const struct release_records *records, struct changes *changes)
{
	for (size_t i = 0; i < records->count; i++) {
		const struct release_record *record = &records->items[i];
		struct strbuf words = STRBUF_INIT;
		char *lie = prove_draft(proof, commit, record, changes, &words);

		if (lie != NULL && wanted(proof, record->path))
			report(proof, commit, record, false, "%s", lie);
		else if (wanted(proof, record->path))
			report(proof, commit, record, true, "%s", words.data);
		if (lie != NULL)
			account_for(changes, record->path);
		strbuf_clear(&words);
		free(lie);
	}
}

/* Whose signature the commit has, by the list that was in force before it. */
static int measure_signature(struct proof *proof, const struct repo_commit *commit, struct error *err)
{
	struct repo_signed parts;
	int rc;

	proof->signature = SIGN_NONE;
	if (!commit->is_signed)
		return 0;
	rc = repo_signed_read(proof->repo, &parts, &commit->id, err);
	if (rc == 0)
		proof->signature =
		    repo_signed_by(&parts, proof->policy.signers, &commit->committer, commit->committed);
	/* A key that has run out could sign what is dated back: a server knows better. */
	if (rc == 0 && proof->range != NULL && proof->signature == SIGN_GOOD)
		proof->signature = repo_signed_by(&parts, proof->policy.signers, &commit->committer,
						  (struct repo_time){.seconds = proof->range->now});
	repo_signed_clear(&parts);
	return rc;
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
	rc = repo_tree_diff(proof->repo, &parent.tree, &commit->tree, add_change, &changes.covers, err);
	if (rc == 0)
		rc = measure_signature(proof, commit, err);
	if (rc == 0) {
		changes.claimed = mem_zalloc(changes.covers.count, sizeof *changes.claimed);
		if (commit->parents != 1)
			report(proof, commit, NULL, false, "It is a merge; a release has one parent.");
		if (release_records_read(&records, commit->message, &damaged) < 0)
			report(proof, commit, NULL, false, "%s", damaged.message);
		prove_records(proof, commit, &records, &changes);
		prove_rest(proof, commit, &changes);
		proof->result->commits++;
	}
	release_records_clear(&records);
	review_covers_clear(&changes.covers);
	free(changes.claimed);
	repo_commit_clear(&parent);
	return rc;
}

/* First parents, newest first; the last is where the proof begins: the root of trust, for one. */
struct walk {
	struct oid *ids;
	size_t count;
	size_t capacity;
};

static void walk_add(struct walk *walk, const struct oid *id)
{
	walk->ids = mem_grow(walk->ids, &walk->capacity, walk->count + 1, sizeof *walk->ids);
	walk->ids[walk->count++] = *id;
}

/*
 * The root of trust is the oldest commit of the line that has a policy.  A line that lost its policy
 * in between goes on: losing it is a lie, and what went out without one too.
 */
static int walk_back(struct walk *walk, struct repo *repo, const struct oid *tip, struct error *err)
{
	size_t oldest = 0;
	struct oid at = *tip;

	while (!oid_is_zero(&at)) {
		struct repo_commit commit;
		struct repo_entry entry;
		int rc = repo_commit_read(repo, &commit, &at, err);

		if (rc < 0)
			return rc;
		walk_add(walk, &at);
		rc = repo_tree_find(repo, &commit.tree, POLICY_PATH, &entry, err);
		at = commit.parent;
		repo_commit_clear(&commit);
		if (rc < 0 && rc != E_NOTFOUND)
			return rc;
		if (rc == 0)
			oldest = walk->count;
	}
	walk->count = oldest;
	if (oldest == 0)
		return error_set(err, E_NOTFOUND,
				 "The release branch has no %s, so there is nothing to prove.", POLICY_PATH);
	return 0;
}

/* Reads the policy in force after a commit; one that cannot be read leaves the one before. */
static int take_policy(struct proof *proof, const struct repo_commit *commit, struct error *err)
{
	struct policy policy;
	int rc;

	if (!proof->policy_broken && policy_is_in(&proof->policy, proof->repo, &commit->tree))
		return 0;
	rc = policy_load(&policy, proof->repo, &commit->id, err);
	if (rc == 0) {
		policy_clear(&proof->policy);
		proof->policy = policy;
	}
	proof->policy_broken = rc < 0;
	return rc;
}

/* A policy that is gone or not well formed is a finding; one that the disk withholds proves nothing. */
static int follow_policy(struct proof *proof, const struct repo_commit *commit, struct error *err)
{
	struct error why;
	bool broken = proof->policy_broken;
	int rc = take_policy(proof, commit, &why);

	if (rc < 0 && rc != E_INVALID && rc != E_NOTFOUND) {
		if (err != NULL)
			*err = why;
		return rc;
	}
	if (rc < 0 && !broken)
		report(proof, commit, NULL, true, "From here nothing may go out: %s", why.message);
	return 0;
}

/* Proves the commits of the walk but the last, after which the policy is known. */
static int prove_walk(struct proof *proof, const struct walk *walk, struct error *err)
{
	int rc = 0;

	for (size_t i = walk->count - 1; rc == 0 && i-- > 0;) {
		struct repo_commit commit;

		rc = repo_commit_read(proof->repo, &commit, &walk->ids[i], err);
		if (rc < 0)
			break;
		rc = prove_commit(proof, &commit, err);
		if (rc == 0)
			rc = follow_policy(proof, &commit, err);
		repo_commit_clear(&commit);
	}
	return rc;
}

/* The policy of a commit, which must be readable. */
static int start_with(struct proof *proof, const struct oid *id, struct error *err)
{
	struct repo_commit commit;
	int rc = repo_commit_read(proof->repo, &commit, id, err);

	if (rc < 0)
		return rc;
	rc = take_policy(proof, &commit, err);
	repo_commit_clear(&commit);
	return rc;
}

static void proof_clear(struct proof *proof)
{
	for (size_t i = 0; i < proof->gone_count; i++)
		free(proof->gone[i].draft);
	free(proof->gone);
	policy_clear(&proof->policy);
}

int verify_branch(struct verify_result *out, struct repo *repo, const struct oid *tip, const char *only,
		  void (*visit)(void *context, const struct verify_finding *finding), void *context,
		  struct error *err)
{
	struct proof proof = {.repo = repo, .only = only, .result = out, .visit = visit, .context = context};
	struct walk walk = {0};
	int rc;

	memset(out, 0, sizeof *out);
	rc = walk_back(&walk, repo, tip, err);
	if (rc == 0) {
		out->root = walk.ids[walk.count - 1];
		rc = start_with(&proof, &out->root, err);
	}
	if (rc == 0)
		rc = prove_walk(&proof, &walk, err);
	proof_clear(&proof);
	free(walk.ids);
	return rc;
}

/* -- A piece of it -- */

/* The first parents from tip back to old, newest first. */
static int walk_range(struct walk *walk, struct repo *repo, const struct verify_range *range,
		      struct error *err)
{
	struct oid at = range->tip;

	while (!oid_is_zero(&at)) {
		struct repo_commit commit;
		int rc;

		walk_add(walk, &at);
		if (oid_equal(&at, &range->old))
			return 0;
		rc = repo_commit_read(repo, &commit, &at, err);
		if (rc < 0)
			return rc;
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	return error_set(err, E_CONFLICT, "The release branch moves forward only.");
}

/* The newest policy at or before old that can be read; the branch may have a broken one now. */
static int start_before(struct proof *proof, const struct oid *old, struct error *err)
{
	struct oid at = *old;
	bool broken = false;
	int rc = E_NOTFOUND;

	while ((rc == E_NOTFOUND || rc == E_INVALID) && !oid_is_zero(&at)) {
		struct repo_commit commit;

		rc = repo_commit_read(proof->repo, &commit, &at, err);
		if (rc < 0)
			return rc;
		rc = take_policy(proof, &commit, err);
		broken = broken || rc < 0;
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	proof->policy_broken = broken;
	return rc;
}

int verify_range(struct verify_result *out, struct repo *repo, const struct verify_range *range,
		 void (*visit)(void *context, const struct verify_finding *finding), void *context,
		 struct error *err)
{
	struct proof proof = {
	    .repo = repo, .result = out, .visit = visit, .context = context, .range = range};
	struct walk walk = {0};
	int rc;

	memset(out, 0, sizeof *out);
	rc = walk_range(&walk, repo, range, err);
	if (rc == 0)
		rc = start_before(&proof, &range->old, err);
	if (rc == 0)
		rc = prove_walk(&proof, &walk, err);
	proof_clear(&proof);
	free(walk.ids);
	return rc;
}
