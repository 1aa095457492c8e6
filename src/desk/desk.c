#include "desk/desk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "desk/search.h"
#include "text/frontmatter.h"

/* -- What is loaded -- */

static int compare_draft(const void *key, const void *item)
{
	return strcmp(key, (*(struct draft *const *)item)->name);
}

struct draft *desk_loaded(struct desk *desk, const char *name)
{
	struct draft **found =
	    desk->draft_count == 0
	        ? NULL
	        : bsearch(name, desk->drafts, desk->draft_count, sizeof *desk->drafts, compare_draft);

	return found ? *found : NULL;
}

static int compare_article(const void *key, const void *item)
{
	return strcmp(key, ((const struct desk_article *)item)->path);
}

struct desk_article *desk_published(struct desk *desk, const char *path)
{
	if (desk->article_count == 0)
		return NULL;
	return bsearch(path, desk->articles, desk->article_count, sizeof *desk->articles, compare_article);
}

static void forget_articles(struct desk *desk)
{
	for (size_t i = 0; i < desk->article_count; i++) {
		free(desk->articles[i].path);
		catalog_row_clear(&desk->articles[i].row);
	}
	desk->article_count = 0;
	desk->articles_known = 0;
}

static int add_article(void *context, const struct repo_entry *entry)
{
	struct desk *desk = context;
	struct desk_article *article;

	/* A link or another repository below the content root is no article, whatever its name. */
	if ((entry->mode != REPO_MODE_FILE && entry->mode != REPO_MODE_EXECUTABLE) ||
	    !article_is_path(desk->policy.content, entry->path) || !repo_path_safe(entry->path))
		return 0;
	desk->articles =
	    mem_grow(desk->articles, &desk->article_capacity, desk->article_count + 1, sizeof *desk->articles);
	article = &desk->articles[desk->article_count++];
	*article = (struct desk_article){.path = mem_strdup(entry->path), .blob = entry->id};
	article->known = catalog_get(desk->catalog, &entry->id, &article->row);
	desk->articles_known += article->known;
	return 0;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct desk_article *)a)->path, ((const struct desk_article *)b)->path);
}

/* Reads the policy of the tip; one that cannot be read locks the desk, and the default one lists. */
static int read_policy(struct desk *desk, struct error *err)
{
	static const struct repo_person nobody = {"Nobody", "nobody@localhost"};
	struct strbuf text = STRBUF_INIT;
	struct policy policy = {0};
	int rc = policy_load(&policy, desk->repo, &desk->tip, &desk->locked);

	if (rc == E_NOTFOUND)
		return error_set(err, E_NOTFOUND,
		                 "The branch %s of %s is no newsroom: it has no %s. Run \"copydesk init\" there.",
		                 desk->branch, repo_folder(desk->repo), POLICY_PATH);
	if (rc < 0) {
		policy_template(&text, "Newsroom", &nobody, "en", false);
		rc = policy_parse(&policy, text.data, text.len, err);
		strbuf_clear(&text);
		error_advise(&desk->locked, " Until it is mended this newsroom can only be read.");
	} else {
		desk->locked.code = 0;
	}
	if (rc < 0)
		return rc;
	policy_clear(&desk->policy);
	desk->policy = policy;
	return 0;
}

static int read_tip(struct desk *desk, bool *moved, struct error *err)
{
	struct repo_commit commit;
	struct oid tip;
	int rc = repo_ref_read(desk->repo, desk->branch_ref, &tip, err);

	if (rc == E_NOTFOUND)
		return error_set(err, E_NOTFOUND,
		                 "%s has no commit on the branch %s yet. Run \"copydesk init\" to make it a newsroom.",
		                 repo_folder(desk->repo), desk->branch);
	*moved = rc == 0 && (desk->half_read || !oid_equal(&tip, &desk->tip));
	if (rc < 0 || !*moved)
		return rc;
	rc = repo_commit_read(desk->repo, &commit, &tip, err);
	if (rc < 0)
		return rc;
	desk->tip = tip;
	desk->tip_tree = commit.tree;
	repo_commit_clear(&commit);
	rc = read_policy(desk, err);
	if (rc < 0)
		return rc;
	forget_articles(desk);
	rc = repo_tree_walk(desk->repo, &desk->tip_tree, desk->policy.content, add_article, desk, err);
	if (desk->article_count > 0)
		qsort(desk->articles, desk->article_count, sizeof *desk->articles, by_path);
	return rc;
}

struct draft_list {
	struct desk *desk;
	struct draft **drafts;
	size_t count;
	size_t capacity;
	bool moved;
};

static int add_draft(void *context, const char *ref, const struct oid *head)
{
	struct draft_list *list = context;
	const char *name = ref + strlen(DRAFT_REFS);
	struct draft *old = desk_loaded(list->desk, name);
	struct draft *draft;

	if (old != NULL && oid_equal(&old->head, head)) {
		draft = old;
	} else {
		list->moved = true;
		/* A ref that is no draft of ours is not shown; naming it says why. */
		if (draft_load_at(&draft, list->desk->repo, name, head, NULL) < 0)
			return 0;
	}
	list->drafts = mem_grow(list->drafts, &list->capacity, list->count + 1, sizeof *list->drafts);
	list->drafts[list->count++] = draft;
	return 0;
}

static bool among(struct draft *const *drafts, size_t count, const struct draft *draft)
{
	for (size_t i = 0; i < count; i++) {
		if (drafts[i] == draft)
			return true;
	}
	return false;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct draft *const *)a)->name, (*(struct draft *const *)b)->name);
}

static int read_drafts(struct desk *desk, bool *moved, struct error *err)
{
	struct draft_list list = {.desk = desk};
	int rc = repo_refs(desk->repo, DRAFT_REFS, add_draft, &list, err);

	/* What cannot be listed is listed in no part: the drafts stay those that were seen last. */
	if (rc < 0)
		return rc;
	if (list.count > 0)
		qsort(list.drafts, list.count, sizeof *list.drafts, by_name);
	for (size_t i = 0; i < desk->draft_count; i++) {
		/* Both lists are in order of name, so what is kept stands in the new one under its name. */
		if (!among(list.drafts, list.count, desk->drafts[i])) {
			draft_free(desk->drafts[i]);
			list.moved = true;
		}
	}
	free(desk->drafts);
	desk->drafts = list.drafts;
	desk->draft_count = list.count;
	desk->draft_capacity = list.capacity;
	*moved = list.moved;
	return 0;
}

static bool is_over(const struct draft *draft)
{
	return draft->state.name == REVIEW_STATE_RELEASED || draft->state.name == REVIEW_STATE_WITHDRAWN;
}

static void derive(struct desk *desk, struct draft *draft)
{
	int64_t now = clock_now(&desk->clock);

	draft_derive(draft, &desk->policy, now);
	if (!is_over(draft) && release_contains(desk->repo, &desk->tip, draft)) {
		draft->released = true;
		draft_derive(draft, &desk->policy, now);
	}
}

int desk_refresh(struct desk *desk, struct error *err)
{
	bool tip_moved = false;
	bool drafts_moved = false;
	int rc = read_tip(desk, &tip_moved, err);

	if (rc == 0)
		rc = read_drafts(desk, &drafts_moved, err);
	desk->half_read = rc < 0;
	/* Rows point into what was read before, so they go also where reading anew failed. */
	if (rc < 0) {
		desk->version += tip_moved;
		return rc;
	}
	for (size_t i = 0; i < desk->draft_count; i++) {
		struct draft *draft = desk->drafts[i];
		enum review_state_name before = draft->state.name;

		if (tip_moved || drafts_moved || before == REVIEW_STATE_SCHEDULED)
			derive(desk, draft);
		drafts_moved = drafts_moved || before != draft->state.name;
	}
	if (tip_moved || drafts_moved)
		desk->version++;
	return 0;
}

/* -- Indexing -- */

static void index_article(struct desk *desk, struct desk_article *article)
{
	struct strbuf text = STRBUF_INIT;
	struct frontmatter *fm;
	size_t body;

	(void)repo_blob_read(desk->repo, &article->blob, &text, NULL);
	article_describe(&article->row, article->path, text.data, text.len);
	(void)frontmatter_parse(&fm, text.data, text.len, NULL);
	body = frontmatter_body(fm);
	frontmatter_free(fm);
	/* A row that cannot be kept is read again at the next start. */
	(void)catalog_put(desk->catalog, &article->blob, &article->row, text.data + body, text.len - body, NULL);
	strbuf_clear(&text);
	article->known = true;
	desk->articles_known++;
}

bool desk_index(struct desk *desk, int budget, size_t *known, size_t *total)
{
	int64_t end = clock_monotonic() + budget;
	bool changed = false;
	bool more = false;

	if (desk->articles_known < desk->article_count)
		(void)catalog_begin(desk->catalog, NULL);
	for (size_t i = 0; i < desk->article_count && desk->articles_known < desk->article_count; i++) {
		if (desk->articles[i].known)
			continue;
		more = budget >= 0 && changed && clock_monotonic() >= end;
		if (more)
			break;
		index_article(desk, &desk->articles[i]);
		changed = true;
	}
	if (changed)
		(void)catalog_commit(desk->catalog, NULL);
	desk->version += changed;
	if (known != NULL)
		*known = desk->articles_known;
	if (total != NULL)
		*total = desk->article_count;
	return more;
}

/* -- Opening -- */

/* One catalog a repository, named by its folder; without a private folder it lives in memory. */
static int open_catalog(struct desk *desk, struct error *err)
{
	const char *folder = repo_folder(desk->repo);
	char hex[REPO_HEX_SIZE];
	struct oid id;
	char *home;
	char *name;
	char *path;
	int rc;

	if (path_home(&home, PATH_CACHE, NULL) < 0)
		return catalog_open(&desk->catalog, NULL, err);
	repo_blob_hash(&id, folder, strlen(folder));
	oid_hex(hex, &id);
	name = mem_printf("catalog-%.16s.sqlite", hex);
	path = path_join(home, name);
	rc = catalog_open(&desk->catalog, path, NULL);
	if (rc < 0)
		rc = catalog_open(&desk->catalog, NULL, err);
	free(path);
	free(name);
	free(home);
	return rc;
}

static bool branch_has_policy(struct repo *repo, const char *branch)
{
	char *ref = mem_printf("refs/heads/%s", branch);
	struct repo_commit commit;
	struct repo_entry entry;
	struct oid tip;
	bool found = false;

	if (repo_ref_read(repo, ref, &tip, NULL) == 0 && repo_commit_read(repo, &commit, &tip, NULL) == 0) {
		found = repo_tree_find(repo, &commit.tree, POLICY_PATH, &entry, NULL) == 0;
		repo_commit_clear(&commit);
	}
	free(ref);
	return found;
}

/*
 * The release branch: what the repository's configuration says, else main where it is a newsroom,
 * else what is checked out.
 */
static int find_branch(struct desk *desk, struct error *err)
{
	int rc = 0;

	desk->branch = repo_config(desk->repo, "copydesk.branch");
	if (desk->branch == NULL && branch_has_policy(desk->repo, "main"))
		desk->branch = mem_strdup("main");
	if (desk->branch == NULL)
		rc = repo_head_branch(desk->repo, &desk->branch, err);
	if (rc == 0)
		desk->branch_ref = mem_printf("refs/heads/%s", desk->branch);
	return rc;
}

static int find_person(struct desk *desk, const char *as, struct error *err)
{
	if (as != NULL)
		return repo_person_parse(&desk->person, as, err);
	if (repo_identity(desk->repo, &desk->person, &desk->nobody) < 0)
		memset(&desk->person, 0, sizeof desk->person);
	return 0;
}

int desk_open(struct desk **out, const struct desk_options *options, struct error *err)
{
	struct desk *desk = mem_zalloc(1, sizeof *desk);
	char *sample;
	int rc;

	clock_init(&desk->clock);
	rc = repo_open(&desk->repo, options->folder ? options->folder : ".", err);
	if (rc == 0)
		rc = find_branch(desk, err);
	if (rc == 0)
		rc = find_person(desk, options->as, err);
	if (rc == 0)
		rc = open_catalog(desk, err);
	if (rc == 0) {
		sample = repo_config(desk->repo, "copydesk.sample");
		desk->sample = sample != NULL && strcmp(sample, "true") == 0;
		free(sample);
		rc = desk_refresh(desk, err);
	}
	if (rc < 0)
		desk_close(desk);
	else
		*out = desk;
	return rc;
}

static void forget_rows(struct desk *desk)
{
	for (size_t i = 0; i < desk->kept_count; i++)
		free(desk->kept[i]);
	desk->kept_count = 0;
	desk->row_count = 0;
}

void desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	forget_rows(desk);
	free(desk->kept);
	free(desk->rows);
	forget_articles(desk);
	free(desk->articles);
	for (size_t i = 0; i < desk->draft_count; i++)
		draft_free(desk->drafts[i]);
	free(desk->drafts);
	policy_clear(&desk->policy);
	repo_person_clear(&desk->person);
	free(desk->branch);
	free(desk->branch_ref);
	catalog_close(desk->catalog);
	repo_close(desk->repo);
	free(desk);
}

/* -- What the desk knows -- */

struct repo *desk_repo(struct desk *desk)
{
	return desk->repo;
}

const struct policy *desk_policy(const struct desk *desk)
{
	return &desk->policy;
}

struct clock *desk_clock(struct desk *desk)
{
	return &desk->clock;
}

const char *desk_branch(const struct desk *desk)
{
	return desk->branch;
}

const struct oid *desk_tip(const struct desk *desk)
{
	return &desk->tip;
}

const struct repo_person *desk_person(const struct desk *desk, struct error *err)
{
	if (desk->person.name != NULL)
		return &desk->person;
	if (err != NULL)
		*err = desk->nobody;
	return NULL;
}

bool desk_is_sample(const struct desk *desk)
{
	return desk->sample;
}

int desk_act_as(struct desk *desk, const struct repo_person *person, struct error *err)
{
	struct repo_person copy;

	if (!desk->sample)
		return error_set(err, E_REFUSED, "Only in the sample newsroom can one act as somebody else.");
	repo_person_copy(&copy, person);
	repo_person_clear(&desk->person);
	desk->person = copy;
	desk->version++;
	return 0;
}

uint64_t desk_version(const struct desk *desk)
{
	return desk->version;
}

struct repo_time desk_time(const struct desk *desk)
{
	int64_t now = clock_now(&desk->clock);

	return (struct repo_time){.seconds = now, .offset = clock_offset(&desk->clock, now)};
}

int desk_may_write(struct desk *desk, struct error *err)
{
	if (desk->locked.code != 0) {
		if (err != NULL)
			*err = desk->locked;
		return desk->locked.code;
	}
	if (desk_person(desk, err) == NULL)
		return desk->nobody.code;
	return repo_writable(desk->repo, err);
}

/* -- Rows -- */

static const char *keep(struct desk *desk, char *text)
{
	desk->kept = mem_grow(desk->kept, &desk->kept_capacity, desk->kept_count + 1, sizeof *desk->kept);
	desk->kept[desk->kept_count++] = text;
	return text;
}

static struct desk_row *add_row(struct desk *desk)
{
	desk->rows = mem_grow(desk->rows, &desk->row_capacity, desk->row_count + 1, sizeof *desk->rows);
	memset(&desk->rows[desk->row_count], 0, sizeof *desk->rows);
	return &desk->rows[desk->row_count++];
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static void describe_row(struct desk *desk, struct desk_row *row, struct catalog_row *text)
{
	row->title = keep(desk, mem_strdup(or_empty(text->title)));
	row->date = keep(desk, mem_strdup(or_empty(text->date)));
	row->byline = keep(desk, mem_strdup(or_empty(text->byline)));
	row->language = keep(desk, mem_strdup(or_empty(text->language)));
	row->section = keep(desk, article_section(desk->policy.content, row->path));
}

static bool takes_part(struct desk *desk, const struct draft *draft)
{
	struct review_facts facts = draft_facts(draft, &desk->policy, clock_now(&desk->clock));
	const struct review_state *state = &draft->state;
	struct repo_person assignee;
	bool mine = review_is_author(&facts, state, &desk->person);

	if (!mine && state->assignment < draft->count && draft->commits[state->assignment].assignee != NULL &&
	    repo_person_parse(&assignee, draft->commits[state->assignment].assignee, NULL) == 0) {
		mine = repo_person_same(&assignee, &desk->person);
		repo_person_clear(&assignee);
	}
	return mine;
}

/* The words of a draft's text, or of what a withdrawal takes down. */
static void describe_draft(struct desk *desk, struct desk_row *row, const struct draft *draft)
{
	struct strbuf text = STRBUF_INIT;
	struct catalog_row words;

	if (draft->text != NULL)
		strbuf_add(&text, draft->text, draft->text_len);
	else if (oid_is_zero(&draft->blob))
		(void)repo_blob_read(desk->repo, &draft->base_blob, &text, NULL);
	article_describe(&words, draft->path, text.data, text.len);
	describe_row(desk, row, &words);
	catalog_row_clear(&words);
	strbuf_clear(&text);
}

static void add_draft_row(struct desk *desk, const struct draft *draft)
{
	const struct review_commit *last = &draft->commits[draft->count - 1];
	int64_t now = clock_now(&desk->clock);
	struct strbuf words = STRBUF_INIT;
	struct desk_row *row = add_row(desk);

	row->name = draft->name;
	row->path = draft->path;
	row->state = draft->state.name;
	row->head = draft->head;
	row->blob = draft->blob;
	row->changed = last->time.seconds;
	row->who = last->person.name;
	row->open_threads = draft->state.open_threads;
	describe_draft(desk, row, draft);
	rules_waiting_on(&words, draft, &desk->policy, now);
	row->waiting_on = keep(desk, strbuf_detach(&words));
	if (desk->person.name == NULL)
		return;
	row->mine = takes_part(desk, draft);
	if (rules_waits_for(&words, draft, &desk->policy, &desk->person, now))
		row->why_mine = keep(desk, strbuf_detach(&words));
	strbuf_clear(&words);
}

static void add_article_row(struct desk *desk, struct desk_article *article)
{
	struct catalog_row unknown = {0};
	struct desk_row *row = add_row(desk);

	if (!article->known)
		unknown.title = article_slug(article->path);
	row->path = article->path;
	row->state = REVIEW_STATE_RELEASED;
	row->blob = article->blob;
	row->waiting_on = "";
	describe_row(desk, row, article->known ? &article->row : &unknown);
	row->who = row->byline;
	catalog_row_clear(&unknown);
}

static int by_age(const void *a, const void *b)
{
	const struct desk_row *x = a;
	const struct desk_row *y = b;

	if (x->changed != y->changed)
		return x->changed < y->changed ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int by_date(const void *a, const void *b)
{
	const struct desk_row *x = a;
	const struct desk_row *y = b;
	int order = strcmp(y->date, x->date);

	return order != 0 ? order : strcmp(x->path, y->path);
}

/* A withdrawal that went out stands for its article, until that is published again. */
static bool is_shown(struct desk *desk, const struct draft *draft)
{
	if (draft->state.name == REVIEW_STATE_WITHDRAWN)
		return desk_published(desk, draft->path) == NULL;
	return draft->state.name != REVIEW_STATE_RELEASED;
}

const struct desk_row *desk_rows(struct desk *desk, size_t *count)
{
	if (desk->rows_version != desk->version) {
		size_t drafts;

		forget_rows(desk);
		for (size_t i = 0; i < desk->draft_count; i++) {
			if (is_shown(desk, desk->drafts[i]))
				add_draft_row(desk, desk->drafts[i]);
		}
		drafts = desk->row_count;
		for (size_t i = 0; i < desk->article_count; i++)
			add_article_row(desk, &desk->articles[i]);
		if (drafts > 0)
			qsort(desk->rows, drafts, sizeof *desk->rows, by_age);
		if (desk->row_count > drafts)
			qsort(desk->rows + drafts, desk->row_count - drafts, sizeof *desk->rows, by_date);
		desk->rows_version = desk->version;
	}
	*count = desk->row_count;
	return desk->rows;
}

/* -- Filtering -- */

struct hits {
	struct oid *blobs;
	size_t count;
	size_t capacity;
};

static int add_hit(void *context, const struct oid *blob)
{
	struct hits *hits = context;

	hits->blobs = mem_grow(hits->blobs, &hits->capacity, hits->count + 1, sizeof *hits->blobs);
	hits->blobs[hits->count++] = *blob;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

static bool row_matches(const struct search *search, const struct hits *hits, const struct desk_row *row)
{
	const struct search_fields fields = {
	    .title = row->title,
	    .path = row->path,
	    .name = row->name,
	    .section = row->section,
	    .byline = row->byline,
	    .state = review_state_word(row->state),
	    .label = review_state_label(row->state),
	    .language = row->language,
	    .date = row->date,
	};

	if (search_matches(search, &fields))
		return true;
	return hits->count > 0 && search_fields_match(search, &fields) &&
	       bsearch(&row->blob, hits->blobs, hits->count, sizeof *hits->blobs, by_id) != NULL;
}

void desk_filter(struct desk *desk, const char *query, size_t **out, size_t *count, size_t *capacity)
{
	struct search *search = search_new(query);
	struct hits hits = {0};
	size_t rows;

	desk_rows(desk, &rows);
	if (search_words(search)[0] != '\0')
		(void)catalog_search(desk->catalog, search_words(search), add_hit, &hits, NULL);
	if (hits.count > 0)
		qsort(hits.blobs, hits.count, sizeof *hits.blobs, by_id);
	*count = 0;
	for (size_t i = 0; i < rows; i++) {
		if (!row_matches(search, &hits, &desk->rows[i]))
			continue;
		*out = mem_grow(*out, capacity, *count + 1, sizeof **out);
		(*out)[(*count)++] = i;
	}
	free(hits.blobs);
	search_free(search);
}

/* -- Finding and reading -- */

const struct draft *desk_draft(struct desk *desk, const char *name, struct error *err)
{
	struct draft *draft = desk_loaded(desk, name);
	struct draft *bad;

	if (draft == NULL && draft_load(&bad, desk->repo, name, err) == 0) {
		draft_free(bad);
		error_set(err, E_CONFLICT, "The draft %s is new: look again.", name);
	}
	return draft;
}

int desk_article(struct desk *desk, const char *path, struct oid *blob, struct error *err)
{
	struct desk_article *article = desk_published(desk, path);

	if (article == NULL)
		return error_set(err, E_NOTFOUND, "No article is published at %s.", path);
	*blob = article->blob;
	return 0;
}

int desk_read(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	return repo_blob_read(desk->repo, blob, out, err);
}

/* The published article that a name means: its path, with or without content root and ".md", or slug. */
static const struct desk_article *article_named(struct desk *desk, const char *name)
{
	static const char *const endings[] = {"", ".md"};
	const struct desk_article *found = NULL;

	for (size_t i = 0; found == NULL && i < sizeof endings / sizeof endings[0]; i++) {
		char *path = mem_printf("%s%s", name, endings[i]);
		char *below = path_join(desk->policy.content, path);

		found = desk_published(desk, path);
		if (found == NULL)
			found = desk_published(desk, below);
		free(below);
		free(path);
	}
	for (size_t i = 0; found == NULL && i < desk->article_count; i++) {
		char *slug = article_slug(desk->articles[i].path);

		if (strcmp(slug, name) == 0)
			found = &desk->articles[i];
		free(slug);
	}
	return found;
}

int desk_find(struct desk *desk, const char *name, char **draft, char **path, struct error *err)
{
	const struct draft *named = desk_loaded(desk, name);
	const struct desk_article *article = NULL;
	struct error why;

	*draft = NULL;
	*path = NULL;
	if (named == NULL || is_over(named))
		article = article_named(desk, name);
	if (article != NULL)
		*path = mem_strdup(article->path);
	else if (named != NULL)
		*draft = mem_strdup(named->name);
	else if (desk_draft(desk, name, &why) == NULL && why.code != E_NOTFOUND)
		return error_set(err, why.code, "%s", why.message);
	else
		return error_set(err, E_NOTFOUND,
		                 "There is no draft and no article called %s. \"copydesk list\" shows what there is.",
		                 name);
	return 0;
}
