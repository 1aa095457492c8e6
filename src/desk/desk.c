#include "desk/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"

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

static int find_branch(struct desk *desk, struct error *err)
{
	int rc = release_branch(desk->repo, &desk->branch, err);

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

	desk->said = (struct strbuf)STRBUF_INIT;
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

void desk_close(struct desk *desk)
{
	if (desk == NULL)
		return;
	desk_forget_rows(desk);
	desk_forget_articles(desk);
	desk_forget_refs(desk);
	release_index_clear(&desk->releases);
	policy_clear(&desk->policy);
	repo_person_clear(&desk->person);
	free(desk->branch);
	free(desk->branch_ref);
	strbuf_clear(&desk->said);
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

/* -- Finding and reading -- */

const struct draft *desk_draft(struct desk *desk, const char *name, struct error *err)
{
	struct desk_ref *ref = desk_find_ref(desk, name);
	struct draft *fresh;

	if (ref != NULL)
		return desk_ref_draft(desk, ref, err);
	if (draft_load(&fresh, desk->repo, name, err) == 0) {
		draft_free(fresh);
		error_set(err, E_CONFLICT, "The draft %s is new: look again.", name);
	}
	return NULL;
}

int desk_article(struct desk *desk, const char *path, struct oid *blob, struct error *err)
{
	struct desk_article *article = desk_published(desk, path);
	struct repo_entry own;

	if (policy_is_desk_file(path) && repo_tree_find(desk->repo, &desk->tip_tree, path, &own, NULL) == 0) {
		*blob = own.id;
		return 0;
	}
	if (article == NULL)
		return error_set(err, E_NOTFOUND, "No article is published at %s.", path);
	*blob = article->blob;
	return 0;
}

int desk_read(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	return repo_blob_read(desk->repo, blob, out, err);
}

/* The published article at a path, with or without content root and ".md", or NULL. */
static const struct desk_article *article_at(struct desk *desk, const char *name)
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
	return found;
}

/* The article that was moved from a path, wherever it is now; NULL when none was. */
static const struct desk_article *moved_from(struct desk *desk, const char *path)
{
	const struct release_entry *release = release_index_of_path(&desk->releases, path);

	/* Each is a later release than the one before. */
	while (release != NULL && strcmp(release->path, path) != 0) {
		path = release->path;
		release = release_index_of_path(&desk->releases, path);
	}
	return desk_published(desk, path);
}

/* The same for a path with or without content root and ".md". */
static const struct desk_article *article_moved(struct desk *desk, const char *name)
{
	size_t len = strlen(name);
	bool whole = len > strlen(".md") && strcmp(name + len - strlen(".md"), ".md") == 0;
	char *path = whole ? mem_strdup(name) : mem_printf("%s.md", name);
	char *below = path_join(desk->policy.content, path);
	const struct desk_article *found = moved_from(desk, path);

	if (found == NULL)
		found = moved_from(desk, below);
	free(below);
	free(path);
	return found;
}

/* The published article with that slug; *out is NULL when there is none. */
static int article_called(struct desk *desk, const char *name, const struct desk_article **out,
			  struct error *err)
{
	*out = NULL;
	for (size_t i = 0; i < desk->articles.count; i++) {
		const struct desk_article *article = &desk->articles.items[i];
		char *slug = article_slug(article->path);
		bool same = strcmp(slug, name) == 0;

		free(slug);
		if (!same)
			continue;
		if (*out != NULL)
			return error_set(err, E_INVALID,
					 "More than one article is called %s: write %s or %s.", name,
					 (*out)->path, article->path);
		*out = article;
	}
	return 0;
}

/* The draft that took down the article of that path or slug; NULL when none did. */
static const char *withdrawal_of(struct desk *desk, const char *article)
{
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);
	const char *found = NULL;

	for (size_t i = 0; found == NULL && i < count; i++) {
		char *slug = article_slug(rows[i].path);

		if (rows[i].state == REVIEW_STATE_WITHDRAWN &&
		    (strcmp(rows[i].path, article) == 0 || strcmp(slug, article) == 0))
			found = rows[i].name;
		free(slug);
	}
	return found;
}

int desk_find(struct desk *desk, const char *name, char **draft, char **path, struct error *err)
{
	struct desk_ref *ref = desk_find_ref(desk, name);
	const struct desk_article *article = NULL;
	const char *withdrawal = NULL;
	struct error why;
	int rc = 0;

	*draft = NULL;
	*path = NULL;
	if (name[0] == '\0')
		return error_set(err, E_NOTFOUND,
				 "The name of a draft or an article is missing. \"copydesk list\" shows "
				 "what there is.");
	*path = policy_is_desk_file(name) ? mem_strdup(name) : NULL;
	if (*path != NULL)
		return 0;
	if (ref == NULL || desk_ref_is_over(ref)) {
		article = article_at(desk, name);
		if (article == NULL)
			rc = article_called(desk, name, &article, err);
	}
	if (rc == 0 && ref == NULL && article == NULL)
		article = article_moved(desk, name);
	if (rc < 0)
		return rc;
	if (article != NULL) {
		*path = mem_strdup(article->path);
		return 0;
	}
	if (ref == NULL || (desk_ref_is_over(ref) && ref->path != NULL))
		withdrawal = withdrawal_of(desk, ref ? ref->path : name);
	if (withdrawal != NULL) {
		*draft = mem_strdup(withdrawal);
		return 0;
	}
	if (desk_draft(desk, name, &why) != NULL) {
		*draft = mem_strdup(name);
		return 0;
	}
	if (why.code != E_NOTFOUND)
		return error_set(err, why.code, "%s", why.message);
	return error_set(err, E_NOTFOUND,
			 "There is no draft and no article called %s. \"copydesk list\" shows what there is.",
			 name);
}
