/*
 * What the desk knows of git: the release branch with its rules and articles, and the drafts.  All
 * that can fail is read aside, so that a desk is never half of one time and half of another.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "text/frontmatter.h"

/* -- Articles -- */

static int compare_article(const void *key, const void *item)
{
	return strcmp(key, ((const struct desk_article *)item)->path);
}

static struct desk_article *find_article(const struct desk_articles *articles, const char *path)
{
	if (articles->count == 0)
		return NULL;
	return bsearch(path, articles->items, articles->count, sizeof *articles->items, compare_article);
}

struct desk_article *desk_published(struct desk *desk, const char *path)
{
	return find_article(&desk->articles, path);
}

static void forget_articles(struct desk_articles *articles)
{
	for (size_t i = 0; i < articles->count; i++) {
		free(articles->items[i].path);
		free(articles->items[i].section);
		catalog_row_clear(&articles->items[i].row);
	}
	free(articles->items);
	memset(articles, 0, sizeof *articles);
}

void desk_forget_articles(struct desk *desk)
{
	forget_articles(&desk->articles);
}

struct article_walk {
	const char *root;
	struct desk_articles articles;
};

static int add_article(void *context, const struct repo_entry *entry)
{
	struct article_walk *walk = context;
	struct desk_articles *articles = &walk->articles;

	/* A link or another repository below the content root is no article, whatever its name. */
	if ((entry->mode != REPO_MODE_FILE && entry->mode != REPO_MODE_EXECUTABLE) ||
	    !article_is_path(walk->root, entry->path) || !repo_path_safe(entry->path))
		return 0;
	articles->items =
	    mem_grow(articles->items, &articles->capacity, articles->count + 1, sizeof *articles->items);
	articles->items[articles->count++] =
	    (struct desk_article){.path = mem_strdup(entry->path),
				  .section = article_section(walk->root, entry->path),
				  .blob = entry->id};
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct desk_article *)a)->path, ((const struct desk_article *)b)->path);
}

/* Takes what is known of an article from the old list, where it has it, or from the catalog. */
static void know_article(struct desk *desk, struct desk_article *article)
{
	struct desk_article *old = find_article(&desk->articles, article->path);

	if (old != NULL && old->known && oid_equal(&old->blob, &article->blob)) {
		article->row = old->row;
		memset(&old->row, 0, sizeof old->row);
		article->known = true;
	} else {
		article->known = catalog_get(desk->catalog, &article->blob, &article->row);
	}
	if (!article->known)
		article->row.title = article_slug(article->path);
}

static void take_articles(struct desk *desk, struct desk_articles *articles)
{
	if (articles->count > 0)
		qsort(articles->items, articles->count, sizeof *articles->items, by_path);
	for (size_t i = 0; i < articles->count; i++) {
		know_article(desk, &articles->items[i]);
		articles->known += articles->items[i].known;
	}
	forget_articles(&desk->articles);
	desk->articles = *articles;
}

static void index_article(struct desk *desk, struct desk_article *article)
{
	struct strbuf text = STRBUF_INIT;
	struct frontmatter *fm;
	size_t body;

	(void)repo_blob_read(desk->repo, &article->blob, &text, NULL);
	catalog_row_clear(&article->row);
	article_describe(&article->row, article->path, text.data, text.len);
	(void)frontmatter_parse(&fm, text.data, text.len, NULL);
	body = frontmatter_body(fm);
	/* A row that cannot be kept is read again at the next start. */
	(void)catalog_put(desk->catalog, &article->blob, &article->row, text.data + body, text.len - body,
			  NULL);
	for (size_t i = 0; i < frontmatter_items(fm, "tags"); i++)
		(void)catalog_put_tag(desk->catalog, frontmatter_item(fm, "tags", i), NULL);
	frontmatter_free(fm);
	strbuf_clear(&text);
	article->known = true;
	desk->articles.known++;
}

bool desk_index(struct desk *desk, int budget, size_t *known, size_t *total)
{
	struct desk_articles *articles = &desk->articles;
	int64_t end = clock_monotonic() + budget;
	bool changed = false;
	bool more = false;

	if (articles->known < articles->count)
		(void)catalog_begin(desk->catalog, NULL);
	for (size_t i = 0; i < articles->count && articles->known < articles->count; i++) {
		if (articles->items[i].known)
			continue;
		more = budget >= 0 && changed && clock_monotonic() >= end;
		if (more)
			break;
		index_article(desk, &articles->items[i]);
		changed = true;
	}
	if (changed)
		(void)catalog_commit(desk->catalog, NULL);
	desk->version += changed;
	if (known != NULL)
		*known = articles->known;
	if (total != NULL)
		*total = articles->count;
	return more;
}

/* -- The release branch -- */

/* What is read of a new tip before the desk takes it. */
struct tip {
	struct oid id;
	struct oid tree;
	struct policy policy;
	struct error locked;
	struct article_walk walk;
};

/*
 * Reads the policy of the tip; one that is not well formed locks the desk, and the default one lists.
 * A disk that fails for a moment says nothing about the policy: the next refresh tries again.
 */
static int read_policy(struct desk *desk, struct tip *tip, struct error *err)
{
	static const struct repo_person nobody = {(char *)"Nobody", (char *)"nobody@localhost"};
	struct strbuf text = STRBUF_INIT;
	int rc = policy_load(&tip->policy, desk->repo, &tip->id, &tip->locked);

	if (rc == E_NOTFOUND)
		return error_set(
		    err, E_NOTFOUND,
		    "The branch %s of %s is no newsroom: it has no %s. Run \"copydesk init\" there.",
		    desk->branch, repo_folder(desk->repo), POLICY_PATH);
	if (rc == 0) {
		tip->locked.code = 0;
		return 0;
	}
	if (rc != E_INVALID) {
		if (err != NULL)
			*err = tip->locked;
		return rc;
	}
	error_advise(&tip->locked, " Until it is mended this newsroom can only be read.");
	policy_template(&text, "Newsroom", &nobody, "en", false);
	rc = policy_parse(&tip->policy, text.data, text.len, err);
	strbuf_clear(&text);
	return rc;
}

static int read_tip(struct desk *desk, struct tip *tip, struct error *err)
{
	struct repo_commit commit;
	int rc = repo_commit_read(desk->repo, &commit, &tip->id, err);

	if (rc < 0)
		return rc;
	tip->tree = commit.tree;
	repo_commit_clear(&commit);
	rc = read_policy(desk, tip, err);
	tip->walk.root = tip->policy.content;
	if (rc == 0)
		rc = repo_tree_walk(desk->repo, &tip->tree, tip->walk.root, add_article, &tip->walk, err);
	return rc < 0 ? rc : release_index_follow(&desk->releases, desk->repo, &tip->id, err);
}

static void take_tip(struct desk *desk, struct tip *tip)
{
	desk->tip = tip->id;
	desk->tip_tree = tip->tree;
	policy_clear(&desk->policy);
	desk->policy = tip->policy;
	desk->locked = tip->locked;
	take_articles(desk, &tip->walk.articles);
}

/* Follows the release branch; *moved says whether it was elsewhere before. */
static int follow_tip(struct desk *desk, bool *moved, struct error *err)
{
	struct tip tip = {0};
	int rc = repo_ref_read(desk->repo, desk->branch_ref, &tip.id, err);

	if (rc == E_NOTFOUND && !path_is_folder(repo_folder(desk->repo)))
		return error_set(
		    err, E_NOTFOUND,
		    "The newsroom is not at %s any more: put it back there, or close copydesk and "
		    "open it where it is now.",
		    repo_folder(desk->repo));
	if (rc == E_NOTFOUND)
		return error_set(
		    err, E_NOTFOUND,
		    "%s has no commit on the branch %s yet. Run \"copydesk init\" to make it a newsroom.",
		    repo_folder(desk->repo), desk->branch);
	*moved = rc == 0 && !oid_equal(&tip.id, &desk->tip);
	if (rc < 0 || !*moved)
		return rc;
	rc = read_tip(desk, &tip, err);
	if (rc == 0) {
		take_tip(desk, &tip);
		return 0;
	}
	forget_articles(&tip.walk.articles);
	policy_clear(&tip.policy);
	return rc;
}

/* -- Drafts -- */

static int compare_ref(const void *key, const void *item)
{
	return strcmp(key, ((const struct desk_ref *)item)->name);
}

struct desk_ref *desk_find_ref(struct desk *desk, const char *name)
{
	if (desk->refs.count == 0)
		return NULL;
	return bsearch(name, desk->refs.items, desk->refs.count, sizeof *desk->refs.items, compare_ref);
}

void desk_derive(struct desk *desk, struct draft *draft)
{
	draft->released = release_index_has(&desk->releases, draft);
	draft_derive(draft, &desk->policy, clock_now(&desk->clock));
}

static bool is_over(const struct draft *draft)
{
	return draft->state.name == REVIEW_STATE_RELEASED || draft->state.name == REVIEW_STATE_WITHDRAWN;
}

bool desk_ref_is_over(const struct desk_ref *ref)
{
	return ref->draft != NULL ? is_over(ref->draft) : ref->path != NULL;
}

struct draft *desk_ref_draft(struct desk *desk, struct desk_ref *ref, struct error *err)
{
	if (ref->draft == NULL && draft_load_at(&ref->draft, desk->repo, ref->name, &ref->head, err) == 0)
		desk_derive(desk, ref->draft);
	return ref->draft;
}

static void forget_ref(struct desk_ref *ref)
{
	free(ref->name);
	free(ref->path);
	draft_free(ref->draft);
}

static void forget_refs(struct desk_refs *refs)
{
	for (size_t i = 0; i < refs->count; i++)
		forget_ref(&refs->items[i]);
	free(refs->items);
	memset(refs, 0, sizeof *refs);
}

void desk_forget_refs(struct desk *desk)
{
	forget_refs(&desk->refs);
}

static int add_ref(void *context, const char *ref, const struct oid *head)
{
	struct desk_refs *refs = context;

	refs->items = mem_grow(refs->items, &refs->capacity, refs->count + 1, sizeof *refs->items);
	refs->items[refs->count++] =
	    (struct desk_ref){.name = mem_strdup(ref + strlen(DRAFT_REFS)), .head = *head};
	return 0;
}

/* Whether a ref stands where a release took it, or one event after that. */
static bool is_untouched(struct desk *desk, const struct desk_ref *ref, const struct release_entry *release)
{
	struct repo_commit head;
	struct repo_commit before;
	bool same;

	if (oid_equal(&ref->head, &release->head))
		return true;
	if (repo_commit_read(desk->repo, &head, &ref->head, NULL) < 0)
		return false;
	same = head.parents == 1 && oid_equal(&head.parent, &release->head) &&
	       repo_commit_read(desk->repo, &before, &head.parent, NULL) == 0;
	if (same) {
		same = oid_equal(&head.tree, &before.tree);
		repo_commit_clear(&before);
	}
	repo_commit_clear(&head);
	return same;
}

/*
 * How many commits are read one after another to bring a draft on that is read already: each of them measures
 * what the draft is there, so that from some number on reading it whole costs less.
 */
#define MAX_NEWS 16

/* Brings a draft on to where its ref stands now; false where it cannot, and then it is of no use. */
static bool bring_on(struct desk *desk, struct draft *draft, const struct oid *head)
{
	struct oid news[MAX_NEWS];
	struct oid at = *head;
	size_t count = 0;
	bool good = true;

	while (good && !oid_equal(&at, &draft->head)) {
		struct repo_commit commit;

		good = count < MAX_NEWS && repo_commit_read(desk->repo, &commit, &at, NULL) == 0;
		if (!good)
			break;
		news[count++] = at;
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	while (good && count > 0)
		good = draft_advance(draft, desk->repo, &news[--count], NULL) == 0;
	if (good)
		desk_derive(desk, draft);
	return good;
}

/* What stands at a ref that moved on, from what was known of it; false where that does not tell. */
static bool follow_ref(struct desk *desk, struct desk_ref *ref, struct desk_ref *old)
{
	if (old->draft == NULL || release_index_newest(&desk->releases, ref->name) != NULL ||
	    !bring_on(desk, old->draft, &ref->head))
		return false;
	ref->draft = old->draft;
	ref->path = old->path;
	old->draft = NULL;
	old->path = NULL;
	return true;
}

/* Finds out what stands at a ref. One that is no draft of ours is not shown; naming it says why. */
static void read_ref(struct desk *desk, struct desk_ref *ref)
{
	const struct release_entry *release = release_index_newest(&desk->releases, ref->name);

	free(ref->path);
	ref->path = NULL;
	if (release != NULL && is_untouched(desk, ref, release))
		ref->path = mem_strdup(release->path);
	else if (desk_ref_draft(desk, ref, NULL) != NULL)
		ref->path = mem_strdup(ref->draft->path);
}

static bool is_overdue(struct desk *desk, const struct draft *draft)
{
	size_t schedule = draft->state.schedule;

	return schedule < draft->count &&
	       clock_now(&desk->clock) - draft->commits[schedule].at > (int64_t)desk->policy.overdue * 60;
}

/* Brings what is known of a ref, whose head is the same, up to now; whether that changed anything. */
static bool renew_ref(struct desk *desk, struct desk_ref *ref, bool tip_moved)
{
	enum review_state_name before;
	bool was_overdue;

	if (ref->draft == NULL) {
		if (!tip_moved || ref->path == NULL ||
		    release_index_newest(&desk->releases, ref->name) != NULL)
			return false;
		read_ref(desk, ref);
		return true;
	}
	before = ref->draft->state.name;
	was_overdue = ref->overdue;
	if (tip_moved || before == REVIEW_STATE_SCHEDULED)
		desk_derive(desk, ref->draft);
	ref->overdue = is_overdue(desk, ref->draft);
	return before != ref->draft->state.name || was_overdue != ref->overdue;
}

/* Takes a new listing, in order of name as the old one, with what is still true; whether it differs. */
static bool take_refs(struct desk *desk, struct desk_refs *refs, bool tip_moved)
{
	struct desk_refs old = desk->refs;
	bool changed = old.count != refs->count;
	size_t at = 0;

	desk->refs = *refs;
	for (size_t i = 0; i < refs->count; i++) {
		struct desk_ref *ref = &desk->refs.items[i];
		bool is_known;

		while (at < old.count && strcmp(old.items[at].name, ref->name) < 0)
			at++;
		is_known = at < old.count && strcmp(old.items[at].name, ref->name) == 0;
		if (is_known && oid_equal(&old.items[at].head, &ref->head)) {
			ref->path = old.items[at].path;
			ref->draft = old.items[at].draft;
			ref->overdue = old.items[at].overdue;
			old.items[at].path = NULL;
			old.items[at].draft = NULL;
			changed = renew_ref(desk, ref, tip_moved) || changed;
		} else {
			if (!is_known || !follow_ref(desk, ref, &old.items[at]))
				read_ref(desk, ref);
			changed = true;
		}
	}
	forget_refs(&old);
	return changed;
}

int desk_refresh(struct desk *desk, struct error *err)
{
	struct desk_refs refs = {0};
	bool tip_moved = false;
	/* The drafts first: one that goes out meanwhile is then seen as released, never as approved. */
	int rc = repo_refs(desk->repo, DRAFT_REFS, add_ref, &refs, err);

	if (rc == 0)
		rc = follow_tip(desk, &tip_moved, err);
	if (rc < 0) {
		forget_refs(&refs);
		return rc;
	}
	if (take_refs(desk, &refs, tip_moved) || tip_moved)
		desk->version++;
	return 0;
}
