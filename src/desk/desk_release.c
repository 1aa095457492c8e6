/*
 * Releasing and proving.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"

/* How often what is due is planned again while others release. */
#define MAX_TRIES 8

static struct release_order order_of(struct desk *desk)
{
	return (struct release_order){
	    .branch = desk->branch,
	    .person = &desk->person,
	    .time = desk_time(desk),
	    .policy = &desk->policy,
	};
}

static void add_planned(struct draft **drafts, size_t *count, struct draft *draft)
{
	for (size_t i = 0; i < *count; i++) {
		if (drafts[i] == draft)
			return;
	}
	drafts[(*count)++] = draft;
}

/* The drafts of these names, each once; the caller frees the array. */
static int drafts_named(struct desk *desk, char *const *names, size_t count, struct draft ***out, size_t *n,
			struct error *err)
{
	*out = mem_zalloc(count, sizeof **out);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct error why;

		if (desk_draft(desk, names[i], &why) == NULL)
			return error_set(err, why.code, "%s", why.message);
		add_planned(*out, n, desk_find_ref(desk, names[i])->draft);
	}
	return 0;
}

/* All that are approved, and not under embargo. */
static void drafts_approved(struct desk *desk, struct draft ***out, size_t *n)
{
	*out = mem_zalloc(desk->refs.count, sizeof **out);
	*n = 0;
	for (size_t i = 0; i < desk->refs.count; i++) {
		struct draft *draft = desk->refs.items[i].draft;

		if (draft != NULL && draft->state.name == REVIEW_STATE_APPROVED)
			(*out)[(*n)++] = draft;
	}
}

/* All whose time has come, whether they can go or not. */
static void drafts_due(struct desk *desk, struct draft ***out, size_t *n)
{
	*out = mem_zalloc(desk->refs.count, sizeof **out);
	*n = 0;
	for (size_t i = 0; i < desk->refs.count; i++) {
		struct draft *draft = desk->refs.items[i].draft;
		const struct repo_person *scheduler;
		bool due = false;

		if (draft != NULL)
			(void)rules_due(draft, &desk->policy, clock_now(&desk->clock), &scheduler, &due,
					NULL);
		if (due)
			(*out)[(*n)++] = draft;
	}
}

/* Looks at what moved in git, and who plans; without rules there is nothing to plan by. */
static int before_planning(struct desk *desk, struct release_plan *out, struct error *err)
{
	int rc = desk_refresh(desk, err);

	memset(out, 0, sizeof *out);
	if (rc == 0 && desk->locked.code != 0)
		rc = error_set(err, desk->locked.code, "%s", desk->locked.message);
	/* What somebody left behind who was killed would be taken for a change by hand. */
	if (rc == 0 && desk_may_write(desk, NULL) == 0)
		(void)repo_worktree_catch_up(desk->repo, desk->branch, true, NULL);
	if (rc == 0 && desk_person(desk, err) == NULL)
		rc = desk->nobody.code;
	return rc;
}

static int plan(struct desk *desk, enum release_way way, bool brief, struct draft **drafts, size_t n,
		struct release_plan *out, struct error *err)
{
	struct release_order order = order_of(desk);

	order.way = way;
	order.brief = brief;
	return release_plan(out, desk->repo, &order, drafts, n, err);
}

static int plan_reviewed(struct desk *desk, char *const *names, size_t count, bool brief,
			 struct release_plan *out, struct error *err)
{
	struct draft **drafts = NULL;
	size_t n = 0;
	int rc = before_planning(desk, out, err);

	if (rc < 0)
		return rc;
	if (names != NULL)
		rc = drafts_named(desk, names, count, &drafts, &n, err);
	else
		drafts_approved(desk, &drafts, &n);
	if (rc == 0)
		rc = plan(desk, RELEASE_REVIEWED, brief, drafts, n, out, err);
	free(drafts);
	return rc;
}

int desk_plan(struct desk *desk, char *const *names, size_t count, struct release_plan *out,
	      struct error *err)
{
	return plan_reviewed(desk, names, count, false, out, err);
}

int desk_plan_briefly(struct desk *desk, char *const *names, size_t count, struct release_plan *out,
		      struct error *err)
{
	return plan_reviewed(desk, names, count, true, out, err);
}

/*
 * Whether the branch moved while a plan was made.  What stops a draft may then be that somebody else is
 * just releasing it: its files are there, and not known to this plan's branch.
 */
static bool is_stale(struct desk *desk, const struct release_plan *plan)
{
	struct oid tip;

	return repo_ref_read(desk->repo, desk->branch_ref, &tip, NULL) == 0 && !oid_equal(&tip, &plan->tip);
}

int desk_plan_due(struct desk *desk, struct release_plan *out, struct error *err)
{
	bool again = true;
	int rc = 0;

	for (int i = 0; rc == 0 && again && i < MAX_TRIES; i++) {
		struct draft **drafts;
		size_t n;

		rc = before_planning(desk, out, err);
		if (rc < 0)
			return rc;
		drafts_due(desk, &drafts, &n);
		rc = plan(desk, RELEASE_SCHEDULED, false, drafts, n, out, err);
		free(drafts);
		again = rc == 0 && out->refused > 0 && is_stale(desk, out);
		if (again && i + 1 < MAX_TRIES)
			release_plan_clear(out);
	}
	return rc;
}

int desk_plan_fast(struct desk *desk, const char *name, struct release_plan *out, struct error *err)
{
	struct draft **drafts = NULL;
	size_t n = 0;
	int rc = before_planning(desk, out, err);

	if (rc == 0)
		rc = drafts_named(desk, (char *const[]){(char *)name}, 1, &drafts, &n, err);
	if (rc == 0)
		rc = plan(desk, RELEASE_FAST, false, drafts, n, out, err);
	free(drafts);
	return rc;
}

static void add_warning(struct release_result *out, const char *format, const char *words)
{
	char *more = mem_printf(format, words);
	char *old = out->warning;

	out->warning = old != NULL ? mem_printf("%s %s", old, more) : mem_strdup(more);
	free(old);
	free(more);
}

int desk_release(struct desk *desk, struct release_plan *plan, struct release_result *out, struct error *err)
{
	struct release_order order = order_of(desk);
	struct desk_release_key key = {.commit = false};
	bool has_server = desk_has_server(desk);
	struct error later;
	int rc = desk_may_write(desk, err);

	memset(out, 0, sizeof *out);
	strbuf_reset(&desk->said);
	if (has_server) {
		order.land = desk_land;
		order.context = desk;
	}
	if (rc == 0)
		rc = desk_release_keys(desk, &key, err);
	order.key = key.commit ? &key.key : NULL;
	order.tag_key = key.tag ? &key.key : NULL;
	if (rc == 0)
		rc = release_run(out, desk->repo, &order, plan, err);
	if (rc == 0 && has_server && desk_push_records(desk, plan, out, &later) < 0)
		add_warning(out,
			    "It is released, but its tag and notes are not on the server yet: %s "
			    "\"copydesk push\" tries again.",
			    later.message);
	release_plan_clear(plan);
	sign_key_clear(&key.key);
	if (rc == 0 && desk_refresh(desk, &later) < 0)
		add_warning(out, "%s", later.message);
	return rc;
}

int desk_verify(struct desk *desk, const char *path, struct verify_result *out,
		void (*visit)(void *context, const struct verify_finding *finding), void *context,
		struct error *err)
{
	return verify_branch(out, desk->repo, &desk->tip, path, visit, context, err);
}
