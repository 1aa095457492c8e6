/*
 * Planning a release: what may go, what stops the others, and the tree that will result.
 */
#include "desk/release_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/attachment.h"
#include "desk/rules.h"
#include "store/catalog.h"

enum release_type release_type_of(const struct draft *draft)
{
	if (draft->withdraws)
		return RELEASE_WITHDRAW;
	return oid_is_zero(&draft->base_blob) ? RELEASE_PUBLISH : RELEASE_CORRECT;
}

/* The headline: of the text, or for a withdrawal of what is taken down. */
static char *title_of(struct repo *repo, const struct draft *draft)
{
	struct strbuf text = STRBUF_INIT;
	struct catalog_row row;
	char *title;
	size_t len;
	const char *head = draft_head(draft, &len);

	if (head != NULL)
		strbuf_add(&text, head, len);
	else if (!oid_is_zero(&draft->base_blob))
		(void)repo_blob_read(repo, &draft->base_blob, &text, NULL);
	article_name(&row, draft->path, text.data, text.len);
	title = mem_strdup(row.title);
	catalog_row_clear(&row);
	strbuf_clear(&text);
	return title;
}

int release_branch_tip(struct repo *repo, const char *branch, struct oid *tip, struct oid *tree,
		       struct error *err)
{
	char *ref = mem_printf("refs/heads/%s", branch);
	struct repo_commit commit;
	int rc = repo_ref_read(repo, ref, tip, err);

	free(ref);
	if (rc == 0)
		rc = repo_commit_read(repo, &commit, tip, err);
	if (rc < 0)
		return rc;
	*tree = commit.tree;
	repo_commit_clear(&commit);
	return 0;
}

int release_base_stands(struct repo *repo, const struct oid *tree, const struct draft *draft,
			struct error *err)
{
	const struct review_covers *covers = draft_covers(draft);

	for (size_t i = 0; i < covers->count; i++) {
		struct repo_entry entry = {0};
		struct repo_entry base = {0};
		int rc = repo_tree_find(repo, tree, covers->items[i].path, &entry, err);

		/* The same bytes as a program or a link are another file. */
		if ((rc == 0 || rc == E_NOTFOUND) && !oid_is_zero(&covers->items[i].base))
			rc = repo_tree_find(repo, &draft->base_tree, covers->items[i].path, &base, err);
		if (rc < 0 && rc != E_NOTFOUND)
			return rc;
		if (!oid_equal(&entry.id, &covers->items[i].base) || entry.mode != base.mode)
			return error_set(
			    err, E_CONFLICT,
			    "%s changed on the release branch since %s was begun: bring the draft up to date "
			    "and have it reviewed again.",
			    covers->items[i].path, draft->name);
	}
	return 0;
}

static int paths_are_free(const struct release_plan *plan, const struct draft *draft, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct review_covers *taken = draft_covers(plan->items[i].draft);
		const struct review_covers *wanted = draft_covers(draft);

		if (plan->items[i].refusal != NULL)
			continue;
		for (size_t j = 0; j < taken->count; j++) {
			for (size_t k = 0; k < wanted->count; k++) {
				if (strcmp(taken->items[j].path, wanted->items[k].path) == 0)
					return error_set(err, E_REFUSED,
							 "%s and %s both change %s: release one of them.",
							 plan->items[i].draft->name, draft->name,
							 wanted->items[k].path);
			}
		}
	}
	return 0;
}

/* Whether the files that a draft changes stand in the work trees as on the branch. */
static int files_are_clean(struct repo *repo, const struct release_order *order, const struct draft *draft,
			   const struct oid *tree, struct error *err)
{
	const struct review_covers *covers = draft_covers(draft);
	const char **paths = mem_zalloc(covers->count, sizeof *paths);
	int rc;

	for (size_t i = 0; i < covers->count; i++)
		paths[i] = covers->items[i].path;
	rc = repo_worktree_clean(repo, order->branch, tree, paths, covers->count, err);
	free(paths);
	return rc;
}

int release_allowed(enum release_way way, const struct draft *draft, const struct policy *policy,
		    const struct repo_person *person, int64_t now, struct error *err)
{
	const struct repo_person *scheduler;
	bool due;

	switch (way) {
	case RELEASE_SCHEDULED:
		return rules_due(draft, policy, now, &scheduler, &due, err);
	case RELEASE_FAST:
		return rules_check(RULES_RELEASE_FAST, draft, policy, person, now, NULL, err);
	default:
		return rules_check(RULES_RELEASE, draft, policy, person, now, NULL, err);
	}
}

/* Whether a draft may go out on the branch's tree, beside what the plan holds already. */
static int may_go(struct repo *repo, const struct release_order *order, const struct release_plan *plan,
		  const struct draft *draft, const struct oid *tree, struct error *err)
{
	int rc = release_allowed(plan->way, draft, order->policy, order->person, order->time.seconds, err);

	if (rc == 0)
		rc = release_base_stands(repo, tree, draft, err);
	if (rc == 0)
		rc = paths_are_free(plan, draft, err);
	/* Where nobody sits who could mend it, one file that was changed by hand must not keep the others. */
	if (rc == 0 && plan->way == RELEASE_SCHEDULED)
		rc = files_are_clean(repo, order, draft, tree, err);
	return rc;
}

/* What a picture or file beside the article is: " (PNG picture, 644 bytes), which nothing uses". */
static void add_file(struct release_item *item, struct repo *repo, const struct review_cover *cover,
		     const struct attachment_uses *uses)
{
	const struct draft *draft = item->draft;
	struct strbuf words = STRBUF_INIT;

	if (cover->mode != REPO_MODE_NONE && strcmp(cover->path, draft->path) != 0) {
		strbuf_adds(&words, " (");
		attachment_describe(&words, repo, cover->path, &cover->blob);
		strbuf_adds(&words, ")");
		if (draft_text(draft) != NULL &&
		    !attachment_is_used(uses, cover->path, draft_text(draft), draft->text_len))
			strbuf_adds(&words, ", which nothing uses");
	}
	strlist_add(&item->files, words.data);
	strbuf_clear(&words);
}

/* What the text names and neither the draft nor the branch has; each once. */
static void add_missing(struct release_item *item, struct repo *repo, const struct oid *tree,
			const struct attachment_uses *uses)
{
	struct strlist told = {0};

	for (size_t i = 0; i < uses->count; i++) {
		const struct attachment_use *use = &uses->items[i];
		struct repo_entry entry;
		char *words;

		if (strlist_has(&told, use->path) ||
		    repo_tree_find(repo, &item->draft->head_tree, use->path, &entry, NULL) != E_NOTFOUND ||
		    repo_tree_find(repo, tree, use->path, &entry, NULL) != E_NOTFOUND)
			continue;
		strlist_add(&told, use->path);
		words = mem_printf("lacks %s, which paragraph %zu %s", use->path, use->paragraph,
				   use->picture ? "shows" : "links to");
		strlist_add(&item->missing, words);
		free(words);
	}
	strlist_clear(&told);
}

static void look_at_files(struct release_item *item, struct repo *repo, const struct oid *tree)
{
	const struct draft *draft = item->draft;
	const struct review_covers *covers = draft_covers(draft);
	struct attachment_uses uses = {0};

	if (draft_text(draft) != NULL && !policy_is_desk_file(draft->path))
		attachment_find_uses(&uses, draft->path, draft_text(draft), draft->text_len);
	for (size_t i = 0; i < covers->count; i++)
		add_file(item, repo, &covers->items[i], &uses);
	add_missing(item, repo, tree, &uses);
	attachment_uses_clear(&uses);
}

static int add_item(struct release_plan *plan, struct repo *repo, const struct release_order *order,
		    const struct draft *draft, const struct oid *tree, struct error *err)
{
	struct release_item item = {.type = release_type_of(draft)};
	struct error no;
	int rc = draft_load_at(&item.draft, repo, draft->name, &draft->head, err);

	if (rc < 0)
		return rc;
	item.draft->released = draft->released;
	draft_derive(item.draft, order->policy, order->time.seconds);
	item.title = title_of(repo, item.draft);
	if (!order->brief)
		look_at_files(&item, repo, tree);
	if (may_go(repo, order, plan, item.draft, tree, &no) < 0) {
		item.refusal = mem_strdup(no.message);
		plan->refused++;
	}
	plan->items = mem_grow(plan->items, &plan->capacity, plan->count + 1, sizeof *plan->items);
	plan->items[plan->count++] = item;
	return 0;
}

void release_delta_init(struct release_delta *delta, const struct release_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->count; i++)
		n += draft_covers(plan->items[i].draft)->count;
	delta->entries = mem_zalloc(n, sizeof *delta->entries);
	delta->paths = mem_zalloc(n, sizeof *delta->paths);
	delta->count = 0;
	for (size_t i = 0; i < plan->count; i++) {
		const struct review_covers *covers = draft_covers(plan->items[i].draft);

		for (size_t j = 0; plan->items[i].refusal == NULL && j < covers->count; j++) {
			const struct review_cover *cover = &covers->items[j];

			delta->paths[delta->count] = cover->path;
			delta->entries[delta->count++] =
			    (struct repo_entry){.path = cover->path, .mode = cover->mode, .id = cover->blob};
		}
	}
}

void release_delta_clear(struct release_delta *delta)
{
	free(delta->entries);
	free(delta->paths);
}

static int foresee(struct release_plan *plan, struct repo *repo, const struct oid *tree, struct error *err)
{
	struct release_delta delta;
	int rc = 0;

	release_delta_init(&delta, plan);
	for (size_t i = 0; i < plan->count; i++) {
		const struct review_covers *covers = draft_covers(plan->items[i].draft);

		for (size_t j = 0; plan->items[i].refusal == NULL && j < covers->count; j++) {
			const struct review_cover *cover = &covers->items[j];

			plan->removed += cover->mode == REPO_MODE_NONE;
			plan->added += cover->mode != REPO_MODE_NONE && oid_is_zero(&cover->base);
			plan->replaced += cover->mode != REPO_MODE_NONE && !oid_is_zero(&cover->base);
		}
	}
	if (delta.count > 0)
		rc = repo_tree_preview(repo, &plan->tree, tree, delta.entries, delta.count, err);
	release_delta_clear(&delta);
	return rc;
}

int release_plan(struct release_plan *out, struct repo *repo, const struct release_order *order,
		 struct draft *const *drafts, size_t count, struct error *err)
{
	struct oid tree;
	int rc;

	memset(out, 0, sizeof *out);
	out->way = order->way;
	out->policy = order->policy->blob;
	rc = release_branch_tip(repo, order->branch, &out->tip, &tree, err);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_item(out, repo, order, drafts[i], &tree, err);
	if (rc == 0)
		rc = foresee(out, repo, &tree, err);
	if (rc < 0)
		release_plan_clear(out);
	return rc;
}

static void item_clear(struct release_item *item)
{
	draft_free(item->draft);
	free(item->title);
	free(item->refusal);
	strlist_clear(&item->files);
	strlist_clear(&item->missing);
}

void release_plan_drop_refused(struct release_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].refusal != NULL)
			item_clear(&plan->items[i]);
		else
			plan->items[kept++] = plan->items[i];
	}
	plan->count = kept;
	plan->refused = 0;
}

void release_plan_clear(struct release_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		item_clear(&plan->items[i]);
	free(plan->items);
	memset(plan, 0, sizeof *plan);
}

static void describe_approvals(struct strbuf *out, const struct draft *draft, const struct policy *policy)
{
	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct review_commit *commit = &draft->commits[approval->commit];
		char date[CLOCK_TEXT_SIZE];

		if (!approval->counts)
			continue;
		clock_date(date, commit->time.seconds, commit->time.offset);
		strbuf_addf(out, "    %s: approved by %s <%s>, %s%s\n", policy->steps[approval->step].name,
			    commit->person.name, commit->person.mail, date,
			    commit->signature == SIGN_GOOD ? ", signed" : "");
	}
}

static void describe_way(struct strbuf *out, enum release_way way, const struct draft *draft)
{
	const struct review_commit *order;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (way == RELEASE_FAST)
		strbuf_adds(out, "    without review, by the fast lane: it stays marked so for ever\n");
	if (draft->state.schedule == draft->count || draft->state.schedule_void != NULL)
		return;
	order = &draft->commits[draft->state.schedule];
	clock_date(date, order->at, order->time.offset);
	clock_minutes(minutes, order->at, order->time.offset);
	strbuf_addf(out, "    scheduled by %s <%s> for %s %s\n", order->person.name, order->person.mail, date,
		    minutes);
}

static void describe_path(struct strbuf *out, const struct release_item *item, size_t index)
{
	const struct draft *draft = item->draft;
	const struct review_cover *cover = &draft_covers(draft)->items[index];

	/* Both ends of a move were told of. */
	if (draft->renames != NULL &&
	    (strcmp(cover->path, draft->renames) == 0 || strcmp(cover->path, draft->path) == 0))
		return;
	strbuf_addf(out, "    %s %s%s\n",
		    cover->mode == REPO_MODE_NONE ? "removes"
		    : oid_is_zero(&cover->base)   ? "adds"
						  : "replaces",
		    cover->path, item->files.items[index]);
}

void release_describe(struct strbuf *out, const struct release_plan *plan, const struct policy *policy)
{
	static const char *const verbs[] = {
	    [RELEASE_PUBLISH] = "Publish",
	    [RELEASE_CORRECT] = "Correct",
	    [RELEASE_WITHDRAW] = "Take down",
	};

	for (size_t i = 0; i < plan->count; i++) {
		const struct release_item *item = &plan->items[i];
		const struct review_covers *covers = draft_covers(item->draft);

		strbuf_addf(out, "%s: %s\n",
			    item->refusal                            ? "Stays"
			    : policy_is_desk_file(item->draft->path) ? "Change"
			    : item->draft->renames != NULL           ? "Rename"
								     : verbs[item->type],
			    item->title);
		if (item->refusal != NULL) {
			strbuf_addf(out, "    %s\n", item->refusal);
			continue;
		}
		if (item->draft->renames != NULL)
			strbuf_addf(out, "    moves %s to %s\n", item->draft->renames, item->draft->path);
		for (size_t j = 0; j < covers->count; j++)
			describe_path(out, item, j);
		for (size_t j = 0; j < item->missing.count; j++)
			strbuf_addf(out, "    %s\n", item->missing.items[j]);
		describe_approvals(out, item->draft, policy);
		describe_way(out, plan->way, item->draft);
	}
}

static void add_paths(struct strbuf *out, size_t count, const char *what, bool *first)
{
	if (count == 0)
		return;
	strbuf_addf(out, "%s%zu", *first ? "" : ", ", count);
	if (*first)
		strbuf_addf(out, " path%s", count == 1 ? "" : "s");
	strbuf_addf(out, " %s", what);
	*first = false;
}

void release_describe_tree(struct strbuf *out, const struct release_plan *plan)
{
	char hex[REPO_HEX_SIZE];
	bool first = true;

	if (oid_is_zero(&plan->tree))
		return;
	oid_hex(hex, &plan->tree);
	strbuf_addf(out, "The branch then holds the tree %.10s: ", hex);
	add_paths(out, plan->added, "added", &first);
	add_paths(out, plan->replaced, "replaced", &first);
	add_paths(out, plan->removed, "removed", &first);
	strbuf_adds(out, ".\n");
}
