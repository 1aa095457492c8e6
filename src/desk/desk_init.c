/*
 * Making a newsroom: a repository where there is none, and the commit that adds the policy.
 */
#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"

/* What is gathered on the way. */
struct making {
	const struct desk_init *init;
	struct repo *repo;
	char *branch;
	char *ref;
	struct oid tip;  /* all zero on an unborn branch */
	struct oid tree; /* of the tip */
	struct repo_person person;
	struct repo_time time;
};

static int find_tip(struct making *m, struct error *err)
{
	struct repo_commit commit;
	struct repo_entry entry;
	int rc = repo_head_branch(m->repo, &m->branch, err);

	if (rc < 0)
		return rc;
	m->ref = mem_printf("refs/heads/%s", m->branch);
	rc = repo_ref_read(m->repo, m->ref, &m->tip, err);
	if (rc == E_NOTFOUND)
		return 0;
	if (rc == 0)
		rc = repo_commit_read(m->repo, &commit, &m->tip, err);
	if (rc < 0)
		return rc;
	m->tree = commit.tree;
	repo_commit_clear(&commit);
	if (repo_tree_find(m->repo, &m->tree, POLICY_PATH, &entry, NULL) == 0)
		return error_set(err, E_REFUSED, "%s is a newsroom already: run copydesk there.",
				 m->init->folder);
	return 0;
}

static int find_person(struct making *m, struct error *err)
{
	struct clock clock;

	clock_init(&clock);
	if (m->init->clock != NULL)
		clock = *m->init->clock;
	m->time.seconds = clock_now(&clock);
	m->time.offset = clock_offset(&clock, m->time.seconds);
	if (m->init->as != NULL)
		return repo_person_parse(&m->person, m->init->as, err);
	return repo_identity(m->repo, &m->person, err);
}

/* The last part of the folder's name, for a newsroom that was given none. */
static char *folder_name(const char *folder)
{
	char absolute[PATH_MAX];
	const char *name;

	name = path_base(realpath(folder, absolute) ? absolute : folder);
	return mem_strdup(name[0] ? name : "Newsroom");
}

static void policy_text(struct strbuf *out, const struct making *m)
{
	char *name = m->init->name ? mem_strdup(m->init->name) : folder_name(m->init->folder);

	if (m->init->policy != NULL)
		strbuf_adds(out, m->init->policy);
	else
		policy_template(out, name, &m->person, "en", m->init->solo);
	free(name);
}

static int commit_policy(struct making *m, const struct oid *blob, struct oid *tree, struct error *err)
{
	const struct repo_entry entry = {.path = POLICY_PATH, .mode = REPO_MODE_FILE, .id = *blob};
	struct repo_commit commit = {
	    .parent = m->tip,
	    .author = m->person,
	    .committer = m->person,
	    .authored = m->time,
	    .committed = m->time,
	    .message = "Make this a newsroom\n\nFrom here on, published bytes are approved bytes: "
		       "\"copydesk verify\" proves it.\n",
	};
	const char *paths[] = {POLICY_PATH};
	struct sign_key key = {0};
	struct oid id;
	int rc = repo_worktree_clean(m->repo, m->branch, &m->tree, paths, 1, err);

	if (rc == 0 && m->init->signs && repo_wants_signed(m->repo, false))
		rc = repo_signing_key(m->repo, &key, err);
	commit.key = key.key != NULL ? &key : NULL;
	if (rc == 0)
		rc = repo_tree_edit(m->repo, &commit.tree, &m->tree, &entry, 1, err);
	if (rc == 0)
		rc = repo_commit_write(m->repo, &id, &commit, err);
	if (rc == 0)
		rc = repo_ref_move(m->repo, m->ref, &id, &m->tip, &m->person, "make this a newsroom", err);
	sign_key_clear(&key);
	*tree = commit.tree;
	if (rc == 0)
		rc = repo_worktree_follow(m->repo, m->branch, &m->tree, tree, paths, 1, err);
	return rc;
}

struct article_count {
	const char *root;
	size_t count;
};

static int count_article(void *context, const struct repo_entry *entry)
{
	struct article_count *articles = context;

	articles->count += (entry->mode == REPO_MODE_FILE || entry->mode == REPO_MODE_EXECUTABLE) &&
			   article_is_path(articles->root, entry->path);
	return 0;
}

static int make(struct making *m, size_t *articles, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct policy policy = {0};
	struct article_count count = {0};
	struct oid blob;
	struct oid tree;
	int rc = find_tip(m, err);

	if (rc == 0)
		rc = find_person(m, err);
	if (rc == 0) {
		policy_text(&text, m);
		rc = policy_parse(&policy, text.data, text.len, err);
	}
	if (rc == 0)
		rc = repo_blob_write(m->repo, &blob, text.data, text.len, err);
	if (rc == 0)
		rc = commit_policy(m, &blob, &tree, err);
	if (rc == 0)
		rc = repo_config_set(m->repo, "copydesk.branch", m->branch, err);
	count.root = policy.content;
	if (rc == 0)
		rc = repo_tree_walk(m->repo, &tree, policy.content, count_article, &count, err);
	*articles = count.count;
	policy_clear(&policy);
	strbuf_clear(&text);
	return rc;
}

/*
 * Whoever makes a newsroom must be known before anything is made; a repository that is there already
 * may know it in its own configuration.
 */
static int somebody_is_known(const struct desk_init *init, struct error *err)
{
	char *git = path_join(init->folder, ".git");
	char *head = path_join(init->folder, "HEAD");
	struct repo_person person;
	int rc = 0;

	if (init->as == NULL && !path_exists(git) && !path_exists(head)) {
		rc = repo_identity(NULL, &person, err);
		if (rc == 0)
			repo_person_clear(&person);
	}
	free(git);
	free(head);
	return rc;
}

int desk_init(const struct desk_init *init, size_t *articles, struct error *err)
{
	struct making m = {.init = init};
	int rc = somebody_is_known(init, err);

	if (rc == 0)
		rc = path_make_folders(init->folder, 0777, err);
	if (rc == 0)
		rc = repo_init(&m.repo, init->folder, init->bare, "main", err);
	if (rc < 0)
		return rc;
	repo_set_durable(m.repo, init->durable);
	rc = make(&m, articles, err);
	repo_person_clear(&m.person);
	free(m.branch);
	free(m.ref);
	repo_close(m.repo);
	return rc;
}
