#include "desk/release_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/remote.h"

/* How often a release is built again when the branch moves under it. */
#define MAX_TRIES 8

/* -- The commit's words -- */

static void add_person(struct strbuf *out, const char *key, const struct repo_person *person)
{
	char *value = mem_printf("%s <%s>", person->name, person->mail);

	repo_message_trailer(out, key, value);
	free(value);
}

static void add_item_trailers(struct strbuf *out, const struct release_item *item,
			      const struct release_order *order, enum release_way way)
{
	const struct policy *policy = order->policy;
	struct strbuf value = STRBUF_INIT;
	char hex[REPO_HEX_SIZE];

	repo_message_trailer(out, "Article", item->draft->path);
	oid_hex(hex, &item->draft->head);
	strbuf_addf(&value, "%s %s", item->draft->name, hex);
	repo_message_trailer(out, "Draft", value.data);
	for (size_t i = 0; i < item->draft->state.approval_count; i++) {
		const struct review_approval *approval = &item->draft->state.approvals[i];
		const struct repo_person *person = &item->draft->commits[approval->commit].person;

		if (!approval->counts)
			continue;
		strbuf_reset(&value);
		strbuf_addf(&value, "%s %s <%s>", policy->steps[approval->step].name, person->name,
			    person->mail);
		repo_message_trailer(out, "Approved-by", value.data);
	}
	if (item->draft->renames != NULL)
		repo_message_trailer(out, "Renames", item->draft->renames);
	if (way == RELEASE_SCHEDULED)
		add_person(out, "Scheduled-by", &item->draft->commits[item->draft->state.schedule].person);
	if (way == RELEASE_FAST)
		add_person(out, "Fast-Lane", order->person);
	repo_message_trailer(out, "Release-Type", release_type_word(item->type));
	strbuf_clear(&value);
}

static char *message_of(const struct release_plan *plan, const struct release_order *order)
{
	struct strbuf message = STRBUF_INIT;
	struct strbuf body = STRBUF_INIT;

	strbuf_addf(&message, "Release %zu article%s", plan->count, plan->count == 1 ? "" : "s");
	for (size_t i = 0; i < plan->count; i++)
		strbuf_addf(&body, "%s (%s)\n", plan->items[i].title, release_type_word(plan->items[i].type));
	repo_message_body(&message, body.data, body.len);
	for (size_t i = 0; i < plan->count; i++)
		add_item_trailers(&message, &plan->items[i], order, plan->way);
	strbuf_clear(&body);
	return strbuf_detach(&message);
}

/* -- Running -- */

static int first_refusal(const struct release_plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].refusal != NULL)
			return error_set(err, E_REFUSED, "Nothing was released. %s", plan->items[i].refusal);
	}
	return plan->count == 0 ? error_set(err, E_REFUSED, "There is nothing to release.") : 0;
}

static int rules_changed(struct error *err)
{
	return error_set(err, E_CONFLICT,
			 "The desk's rules changed meanwhile: nothing was released; look again.");
}

/* The rules of the branch's tip must be those that the plan was made under. */
static int same_policy(struct repo *repo, const struct oid *tree, const struct release_order *order,
		       struct error *err)
{
	return policy_is_in(order->policy, repo, tree) ? 0 : rules_changed(err);
}

/* A draft that somebody touched since the plan was made is not what the person saw. */
static int draft_stands_still(struct repo *repo, const struct draft *draft, struct error *err)
{
	char *ref = mem_printf(DRAFT_REFS "%s", draft->name);
	struct oid head;
	int rc = repo_ref_read(repo, ref, &head, err);

	free(ref);
	if (rc == 0 && !oid_equal(&head, &draft->head))
		rc =
		    error_set(err, E_CONFLICT,
			      "%s has news since you looked: nothing was released; look again.", draft->name);
	return rc;
}

/* Everything that must hold of the branch, whose tree is given, before it may move. */
static int all_may_go(struct repo *repo, const struct release_order *order, const struct release_plan *plan,
		      const struct release_delta *delta, const struct oid *tree, struct error *err)
{
	int rc = same_policy(repo, tree, order, err);

	for (size_t i = 0; rc == 0 && i < plan->count; i++) {
		const struct draft *draft = plan->items[i].draft;

		rc = draft_stands_still(repo, draft, err);
		if (rc == 0)
			rc = release_allowed(plan->way, draft, order->policy, order->person,
					     order->time.seconds, err);
		if (rc == 0)
			rc = release_base_stands(repo, tree, draft, err);
	}
	if (rc == 0)
		rc = repo_worktree_clean(repo, order->branch, tree, delta->paths, delta->count, err);
	return rc;
}

/* What one try came to. */
struct attempt {
	struct oid commit;
	struct oid old_tree; /* what the work tree follows */
	struct oid new_tree;
	bool asked;  /* whoever must let it land was asked */
	bool landed; /* and let it: it is released, also where the branch here did not move */
	struct repo_promise *promise; /* that the work trees follow; NULL before the branch is to move */
};

/* Has it land where that is to be asked, then moves the branch. */
static int land(struct attempt *out, struct repo *repo, const struct release_order *order,
		const struct release_plan *plan, const char *message, struct error *err)
{
	char *ref;
	int rc = 0;

	if (order->land != NULL) {
		out->asked = true;
		rc = order->land(order->context, &out->commit, plan, err);
		out->landed = rc == 0;
	}
	if (rc < 0)
		return rc;
	repo_promise_end(out->promise, true);
	out->promise = repo_promise_make(repo, &out->old_tree, &out->new_tree);
	ref = mem_printf("refs/heads/%s", order->branch);
	rc = repo_ref_move(repo, ref, &out->commit, &plan->tip, order->person, message, err);
	free(ref);
	return rc;
}

/* Writes the tree with the plan's paths, and the commit, which gets it; nothing points at them yet. */
static int write_release(struct oid *out, struct repo *repo, struct repo_commit *commit,
			 const struct release_delta *delta, const struct oid *old_tree, struct error *err)
{
	int rc;

	repo_batch_begin(repo);
	rc = repo_tree_edit(repo, &commit->tree, old_tree, delta->entries, delta->count, err);
	if (rc == 0)
		rc = repo_commit_write(repo, out, commit, err);
	if (repo_batch_end(repo, rc == 0 ? err : NULL) < 0)
		rc = E_IO;
	return rc;
}

/* One try on the branch as it is now. */
static int try_release(struct attempt *out, struct repo *repo, const struct release_order *order,
		       struct release_plan *plan, const struct release_delta *delta, const char *message,
		       struct error *err)
{
	struct repo_commit commit = {
	    .author = *order->person,
	    .committer = *order->person,
	    .authored = order->time,
	    .committed = order->time,
	    .message = (char *)message,
	    .key = order->key,
	};
	int rc = release_branch_tip(repo, order->branch, &plan->tip, &out->old_tree, err);

	if (rc == 0)
		rc = all_may_go(repo, order, plan, delta, &out->old_tree, err);
	commit.parent = plan->tip;
	if (rc == 0)
		rc = write_release(&out->commit, repo, &commit, delta, &out->old_tree, err);
	out->new_tree = commit.tree;
	if (rc == 0 && order->policy->sign_releases)
		rc = policy_check_signature(order->policy, repo, &out->commit, order->person, order->time,
					    err);
	return rc == 0 ? land(out, repo, order, plan, message, err) : rc;
}

static void warn(struct release_result *out, const struct error *err)
{
	char *old = out->warning;

	out->warning = old ? mem_printf("%s %s", old, err->message) : mem_strdup(err->message);
	free(old);
}

/* Writes one tag; E_CONFLICT when its name is taken. */
static int write_tag(struct repo *repo, const struct oid *commit, const struct release_order *order,
		     const char *name, const char *message, struct error *err)
{
	static const struct oid none;
	char *ref = mem_printf("refs/tags/%s", name);
	struct oid tag;
	int rc = repo_tag_write(repo, &tag, commit, name, order->person, order->time, message, order->tag_key,
				err);

	if (rc == 0)
		rc = repo_ref_move(repo, ref, &tag, &none, order->person, "release", err);
	free(ref);
	return rc;
}

static bool tag_exists(struct repo *repo, const char *name)
{
	char *ref = mem_printf("refs/tags/%s", name);
	struct oid tag;
	bool exists = repo_ref_read(repo, ref, &tag, NULL) == 0;

	free(ref);
	return exists;
}

/* The commit that a tag stands at; false where there is no such tag. */
static bool tagged_commit(struct repo *repo, const char *name, struct oid *out)
{
	char *ref = mem_printf("refs/tags/%s", name);
	bool found = repo_ref_read(repo, ref, out, NULL) == 0;

	free(ref);
	return found && repo_peel_commit(repo, out, out, NULL) == 0;
}

/* Among so many of a day's newest tags a commit's is looked for: more do not release at the same moment. */
#define TAGS_LOOKED_AT 16

/* The tag that a commit has already, with a number below n, or NULL. */
static char *tag_of(struct repo *repo, const struct oid *commit, const char *date, unsigned n)
{
	for (unsigned i = n; i-- > 1 && n - i <= TAGS_LOOKED_AT;) {
		char *name = mem_printf("release/%s.%u", date, i);
		struct oid at;

		if (tagged_commit(repo, name, &at) && oid_equal(&at, commit))
			return name;
		free(name);
	}
	return NULL;
}

/* Writes the day's next tag that is free; *tag stays NULL where none can be written. */
static int write_next_tag(char **tag, struct repo *repo, const struct release_order *order,
			  const struct oid *commit, const char *date, const char *message, struct error *err)
{
	for (unsigned n = 1;; n++) {
		char *name = mem_printf("release/%s.%u", date, n);
		bool taken = tag_exists(repo, name);
		int rc = E_CONFLICT;

		if (!taken && (*tag = tag_of(repo, commit, date, n)) != NULL)
			rc = 0;
		else if (!taken && (rc = write_tag(repo, commit, order, name, message, err)) == 0)
			*tag = mem_strdup(name);
		/* Somebody's git may have taken the name meanwhile; else it cannot be had, and no other can.
		 */
		taken = taken || (rc == E_CONFLICT && tag_exists(repo, name));
		free(name);
		if (!taken)
			return rc;
	}
}

/*
 * Tags a release with the day's next free number, once: whoever releases next does it for one who was
 * cut off, and cannot know that one who is still at it.
 */
static int tag_commit(char **tag, struct repo *repo, const struct release_order *order,
		      const struct oid *commit, struct repo_time time, const char *message, struct error *err)
{
	char date[CLOCK_TEXT_SIZE];
	int fd;
	int rc = repo_hold(repo, "release-tags", &fd, err);

	*tag = NULL;
	if (rc < 0)
		return rc;
	clock_date(date, time.seconds, time.offset);
	rc = write_next_tag(tag, repo, order, commit, date, message, err);
	close(fd);
	return rc;
}

/*
 * Where whoever released before was cut off between moving the branch and writing the tag, the tag is
 * written now.
 */
static void tag_before(struct release_result *out, struct repo *repo, const struct release_order *order,
		       const struct repo_commit *before)
{
	struct error err;
	char *tag;

	if (tag_commit(&tag, repo, order, &before->id, before->committed, before->message, &err) < 0)
		warn(out, &err);
	free(tag);
}

static void tag_missing(struct release_result *out, struct repo *repo, const struct release_order *order,
			const struct oid *tip)
{
	struct release_records records;
	struct repo_commit before;
	struct remote remote;

	/* Where there is a server it may have the tag, and another of that name would be in its way. */
	if (remote_find(&remote, repo, order->branch, NULL, NULL) == 0) {
		remote_clear(&remote);
		return;
	}
	if (repo_commit_read(repo, &before, tip, NULL) < 0)
		return;
	if (release_records_read(&records, before.message, NULL) == 0) {
		if (records.count > 0)
			tag_before(out, repo, order, &before);
		release_records_clear(&records);
	}
	repo_commit_clear(&before);
}

/* Writes a commit on each draft that says that it went out; no ref moves yet. */
static int write_notes(struct oid *heads, struct repo *repo, const struct release_order *order,
		       const struct release_plan *plan, struct error *err)
{
	const struct draft_change change = {.event = REVIEW_RELEASED,
					    .person = order->person,
					    .time = order->time};
	int rc = 0;

	repo_batch_begin(repo);
	for (size_t i = 0; rc == 0 && i < plan->count; i++)
		rc = draft_write_events(&heads[i], repo, plan->items[i].draft, &change, 1, err);
	if (repo_batch_end(repo, rc == 0 ? err : NULL) < 0)
		rc = E_IO;
	return rc;
}

/* A draft that somebody touched meanwhile is left: the release branch tells its state just the same. */
static void append_released(struct release_result *out, struct repo *repo, const struct release_order *order,
			    const struct release_plan *plan)
{
	struct oid *heads = mem_zalloc(plan->count, sizeof *heads);
	const struct draft **drafts = mem_zalloc(plan->count, sizeof *drafts);
	struct error err;
	int rc = write_notes(heads, repo, order, plan, &err);

	for (size_t i = 0; i < plan->count; i++)
		drafts[i] = plan->items[i].draft;
	if (rc == 0)
		rc = draft_move_all(repo, drafts, heads, plan->count, order->person, &err);
	if (rc < 0)
		warn(out, &err);
	free(drafts);
	free(heads);
}

/* What follows when it is released; none of it can undo that. moved: the branch here has it, too. */
static void follow_up(struct release_result *out, struct repo *repo, const struct release_order *order,
		      const struct release_plan *plan, const struct release_delta *delta, const char *message,
		      const struct attempt *attempt, bool moved)
{
	struct error err;
	int rc = 0;

	out->commit = attempt->commit;
	out->before = plan->tip;
	if (moved)
		rc = repo_worktree_follow(repo, order->branch, &attempt->old_tree, &attempt->new_tree,
					  delta->paths, delta->count, &err);
	if (rc < 0)
		warn(out, &err);
	repo_promise_end(attempt->promise, rc == 0 || rc == E_REFUSED);
	tag_missing(out, repo, order, &plan->tip);
	if (tag_commit(&out->tag, repo, order, &out->commit, order->time, message, &err) < 0)
		warn(out, &err);
	append_released(out, repo, order, plan);
}

/*
 * Whether the branch moved on from where a try saw it: then a refusal may only say that somebody else's
 * release is bringing the work tree on.
 */
static bool has_moved(struct repo *repo, const struct release_order *order, const struct release_plan *plan)
{
	struct oid tip;
	struct oid tree;

	return release_branch_tip(repo, order->branch, &tip, &tree, NULL) == 0 &&
	       !oid_equal(&tip, &plan->tip);
}

int release_run(struct release_result *out, struct repo *repo, const struct release_order *order,
		struct release_plan *plan, struct error *err)
{
	struct attempt attempt = {.asked = false};
	struct release_delta delta;
	struct error why;
	char *message;
	int rc = first_refusal(plan, err);

	memset(out, 0, sizeof *out);
	if (rc == 0 && !oid_equal(&order->policy->blob, &plan->policy))
		rc = rules_changed(err);
	if (rc < 0)
		return rc;
	message = message_of(plan, order);
	release_delta_init(&delta, plan);
	for (int i = 0; i < MAX_TRIES; i++) {
		struct oid before = plan->tip;

		rc = try_release(&attempt, repo, order, plan, &delta, message, &why);
		if (rc == E_REFUSED && has_moved(repo, order, plan))
			continue;
		if (rc != E_CONFLICT || attempt.asked || (i > 0 && oid_equal(&before, &plan->tip)))
			break;
	}
	if (rc == 0 || attempt.landed)
		follow_up(out, repo, order, plan, &delta, message, &attempt, rc == 0);
	else
		repo_promise_end(attempt.promise, rc != E_IO);
	if (rc < 0 && attempt.landed) {
		error_set(&why, rc, "The branch %s could not move here: fetch it.", order->branch);
		warn(out, &why);
		rc = 0;
	}
	if (rc < 0)
		error_set(err, rc, "%s", why.message);
	release_delta_clear(&delta);
	free(message);
	return rc;
}

void release_result_clear(struct release_result *result)
{
	free(result->tag);
	free(result->warning);
	memset(result, 0, sizeof *result);
}
