#include "desk/release_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

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

/* One plan being carried out: first what it is, then what the last try came to. */
struct run {
	struct repo *repo;
	const struct release_order *order;
	struct release_plan *plan;
	struct release_delta delta;
	char *message;
	struct oid old_tree;       /* what the work tree follows */
	struct repo_commit commit; /* the release; its message and people are borrowed */
	bool asked;                /* whoever must let it land was asked */
	bool landed;               /* and let it: it is released, also where the branch here did not move */
	struct repo_promise *promise; /* that the work trees follow; NULL before the branch is to move */
};

/* Everything that must hold of the branch before it may move. */
static int all_may_go(const struct run *run, struct error *err)
{
	const struct release_order *order = run->order;
	int rc = same_policy(run->repo, &run->old_tree, order, err);

	for (size_t i = 0; rc == 0 && i < run->plan->count; i++) {
		const struct draft *draft = run->plan->items[i].draft;

		rc = draft_stands_still(run->repo, draft, err);
		if (rc == 0)
			rc = release_allowed(run->plan->way, draft, order->policy, order->person,
					     order->time.seconds, err);
		if (rc == 0)
			rc = release_base_stands(run->repo, &run->old_tree, draft, err);
	}
	if (rc == 0)
		rc = repo_worktree_clean(run->repo, order->branch, &run->old_tree, run->delta.paths,
					 run->delta.count, err);
	return rc;
}

/* Has it land where that is to be asked, then moves the branch. */
static int land(struct run *run, struct error *err)
{
	const struct release_order *order = run->order;
	char *ref;
	int rc = 0;

	if (order->land != NULL) {
		run->asked = true;
		rc = order->land(order->context, &run->commit.id, run->plan, err);
		run->landed = rc == 0;
	}
	if (rc < 0)
		return rc;
	repo_promise_end(run->promise, true);
	run->promise = repo_promise_make(run->repo, &run->old_tree, &run->commit.tree);
	ref = mem_printf("refs/heads/%s", order->branch);
	rc =
	    repo_ref_move(run->repo, ref, &run->commit.id, &run->plan->tip, order->person, run->message, err);
	free(ref);
	return rc;
}

/* Writes the tree with the plan's paths, and the commit; nothing points at them yet. */
static int write_release(struct run *run, struct error *err)
{
	struct repo_commit *commit = &run->commit;
	int rc;

	*commit = (struct repo_commit){
	    .parent = run->plan->tip,
	    .author = *run->order->person,
	    .committer = *run->order->person,
	    .authored = run->order->time,
	    .committed = run->order->time,
	    .message = run->message,
	    .key = run->order->key,
	};
	repo_batch_begin(run->repo);
	rc = repo_tree_edit(run->repo, &commit->tree, &run->old_tree, run->delta.entries, run->delta.count,
			    err);
	if (rc == 0)
		rc = repo_commit_write(run->repo, &commit->id, commit, err);
	if (repo_batch_end(run->repo, rc == 0 ? err : NULL) < 0)
		rc = E_IO;
	return rc;
}

/* One try on the branch as it is now. */
static int try_release(struct run *run, struct error *err)
{
	const struct release_order *order = run->order;
	int rc = release_branch_tip(run->repo, order->branch, &run->plan->tip, &run->old_tree, err);

	if (rc == 0)
		rc = all_may_go(run, err);
	if (rc == 0)
		rc = write_release(run, err);
	if (rc == 0 && order->policy->sign_releases)
		rc = policy_check_signature(order->policy, run->repo, &run->commit.id, order->person,
					    order->time, err);
	return rc == 0 ? land(run, err) : rc;
}

static void warn(struct release_result *out, const struct error *err)
{
	char *old = out->warning;

	out->warning = old ? mem_printf("%s %s", old, err->message) : mem_strdup(err->message);
	free(old);
}

/* Writes a commit on each draft that says that it went out; no ref moves yet. */
static int write_notes(struct oid *heads, const struct run *run, struct error *err)
{
	const struct draft_change change = {.event = REVIEW_RELEASED,
					    .person = run->order->person,
					    .time = run->order->time};
	int rc = 0;

	repo_batch_begin(run->repo);
	for (size_t i = 0; rc == 0 && i < run->plan->count; i++)
		rc = draft_write_events(&heads[i], run->repo, run->plan->items[i].draft, &change, 1, err);
	if (repo_batch_end(run->repo, rc == 0 ? err : NULL) < 0)
		rc = E_IO;
	return rc;
}

/* A draft that somebody touched meanwhile is left: the release branch tells its state just the same. */
static void append_released(struct release_result *out, const struct run *run)
{
	size_t count = run->plan->count;
	struct oid *heads = mem_zalloc(count, sizeof *heads);
	const struct draft **drafts = mem_zalloc(count, sizeof *drafts);
	struct error err;
	int rc = write_notes(heads, run, &err);

	for (size_t i = 0; i < count; i++)
		drafts[i] = run->plan->items[i].draft;
	if (rc == 0)
		rc = draft_move_all(run->repo, drafts, heads, count, run->order->person, &err);
	if (rc < 0)
		warn(out, &err);
	free(drafts);
	free(heads);
}

/* What follows when it is released; none of it can undo that. moved: the branch here has it, too. */
static void follow_up(struct release_result *out, const struct run *run, bool moved)
{
	struct error err;
	int rc = 0;

	out->commit = run->commit.id;
	out->before = run->plan->tip;
	if (moved)
		rc = repo_worktree_follow(run->repo, run->order->branch, &run->old_tree, &run->commit.tree,
					  run->delta.paths, run->delta.count, &err);
	if (rc < 0)
		warn(out, &err);
	repo_promise_end(run->promise, rc == 0 || rc == E_REFUSED);
	if (release_tag_before(run->repo, run->order, &run->plan->tip, &err) < 0)
		warn(out, &err);
	if (release_tag(&out->tag, run->repo, run->order, &run->commit, &err) < 0)
		warn(out, &err);
	append_released(out, run);
}

/*
 * Whether the branch moved on from where a try saw it: then a refusal may only say that somebody else's
 * release is bringing the work tree on.
 */
static bool has_moved(const struct run *run)
{
	struct oid tip;
	struct oid tree;

	return release_branch_tip(run->repo, run->order->branch, &tip, &tree, NULL) == 0 &&
	       !oid_equal(&tip, &run->plan->tip);
}

int release_run(struct release_result *out, struct repo *repo, const struct release_order *order,
		struct release_plan *plan, struct error *err)
{
	struct run run = {.repo = repo, .order = order, .plan = plan};
	struct error why;
	int rc = first_refusal(plan, err);

	memset(out, 0, sizeof *out);
	if (rc == 0 && !oid_equal(&order->policy->blob, &plan->policy))
		rc = rules_changed(err);
	if (rc < 0)
		return rc;
	run.message = message_of(plan, order);
	release_delta_init(&run.delta, plan);
	for (int i = 0; i < MAX_TRIES; i++) {
		struct oid before = plan->tip;

		rc = try_release(&run, &why);
		if (rc == E_REFUSED && has_moved(&run))
			continue;
		if (rc != E_CONFLICT || run.asked || (i > 0 && oid_equal(&before, &plan->tip)))
			break;
	}
	if (rc == 0 || run.landed)
		follow_up(out, &run, rc == 0);
	else
		repo_promise_end(run.promise, rc != E_IO);
	if (rc < 0 && run.landed) {
		error_set(&why, rc, "The branch %s could not move here: fetch it.", order->branch);
		warn(out, &why);
		rc = 0;
	}
	if (rc < 0)
		error_set(err, rc, "%s", why.message);
	release_delta_clear(&run.delta);
	free(run.message);
	return rc;
}

void release_result_clear(struct release_result *result)
{
	free(result->tag);
	free(result->warning);
	memset(result, 0, sizeof *result);
}
