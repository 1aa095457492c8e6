#include "store/repo_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <git2/sys/repository.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

/* -- Opening -- */

/* core.sharedRepository as git-config(1) describes it; 0 for what git does not know. */
static int parse_shared(const char *value)
{
	static const struct {
		const char *word;
		int shared;
	} words[] = {
	    {"umask", 0},    {"false", 0},    {"no", 0},     {"off", 0},          {"0", 0},
	    {"group", 0660}, {"true", 0660},  {"yes", 0660}, {"on", 0660},        {"1", 0660},
	    {"all", 0664},   {"world", 0664}, {"", 0660},    {"everybody", 0664}, {"2", 0664},
	};
	char *end;
	long mode;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strcasecmp(value, words[i].word) == 0)
			return words[i].shared;
	}
	mode = strtol(value, &end, 8);
	return *end == '\0' && mode > 2 && (mode & 0600) == 0600 && mode <= 0777 ? (int)-(mode & 0666) : 0;
}

static bool is_bare_layout(const char *folder)
{
	char *objects = path_join(folder, "objects");
	char *refs = path_join(folder, "refs");
	bool both = path_exists(objects) && path_exists(refs);

	free(objects);
	free(refs);
	return both;
}

/* The nearest ".git", or folder with a repository's layout, at or above folder; NULL for none. */
static char *find_candidate(const char *folder)
{
	char *at = realpath(folder, NULL);

	while (at != NULL) {
		char *inside = path_join(at, ".git");
		char *slash;

		if (access(inside, F_OK) == 0) {
			free(at);
			return inside;
		}
		free(inside);
		if (is_bare_layout(at))
			return at;
		slash = strrchr(at, '/');
		if (slash == NULL || at[1] == '\0')
			break;
		slash[slash == at ? 1 : 0] = '\0';
	}
	free(at);
	return NULL;
}

/* The work tree of a ".git", which git's commands and safe.directory name (git-config(1)); else itself. */
static char *outer_folder(const char *candidate)
{
	size_t len = strlen(candidate);
	bool inner = len > 5 && strcmp(candidate + len - 5, "/.git") == 0;

	return mem_strndup(candidate, inner ? len - 5 : len);
}

static int explain_owner(const char *candidate, struct error *err)
{
	char *folder = outer_folder(candidate);

	error_set(err, E_GIT,
		  "The repository %s belongs to somebody else. If you trust it, run: git config --global "
		  "--add safe.directory %s",
		  folder, folder);
	free(folder);
	return E_GIT;
}

/* Whether a repository that looks whole, or the folder that it stands in, belongs to somebody else. */
static bool is_foreign(const char *candidate)
{
	char *head = path_join(candidate, "HEAD");
	char *parent = path_join(candidate, "..");
	struct stat st;
	bool whole = path_exists(head);
	bool foreign =
	    (stat(candidate, &st) == 0 && st.st_uid != geteuid()) ||
	    (strcmp(path_base(candidate), ".git") == 0 && stat(parent, &st) == 0 && st.st_uid != geteuid());

	free(head);
	free(parent);
	return whole && foreign;
}

static int partial_clone(const char *folder, struct error *err)
{
	return error_set(err, E_GIT,
			 "The repository %s is a partial clone and lacks some texts: clone it again without "
			 "--filter.",
			 folder);
}

static int explain_head(const char *candidate, struct error *err)
{
	char *folder = outer_folder(candidate);
	bool bare = strcmp(folder, candidate) == 0;

	error_set(err, E_GIT,
		  "The repository %s is damaged: its HEAD is missing or cannot be read. Restore it with: git "
		  "init %s%s",
		  candidate, bare ? "--bare " : "", folder);
	free(folder);
	return E_GIT;
}

static int explain_extension(const char *candidate, const char *cause, struct error *err)
{
	if (strstr(cause, "objectformat") != NULL)
		return error_set(err, E_GIT,
				 "The repository %s uses SHA-256, which copydesk cannot read: use one made "
				 "with git init --object-format=sha1.",
				 candidate);
	if (strstr(cause, "partialclone") != NULL)
		return error_set(err, E_GIT,
				 "The repository %s is a partial clone and lacks some texts: clone it again "
				 "without --filter.",
				 candidate);
	return error_set(err, E_GIT, "The repository %s needs something that copydesk does not know: %s.",
			 candidate, cause);
}

/* Why the repository that stands at candidate could not be opened. */
static int explain_open(const char *candidate, int code, struct error *err)
{
	const git_error *last = git_error_last();
	const char *cause = last && last->message ? last->message : "";

	/* Where safe.directory is not set at all, 1.5 says only that it did not find that setting. */
	if (code == GIT_EOWNER || strstr(cause, "safe.directory") != NULL ||
	    (code == GIT_ENOTFOUND && is_foreign(candidate)))
		return explain_owner(candidate, err);
	if (strstr(cause, "extension") != NULL || strstr(cause, "repository version") != NULL)
		return explain_extension(candidate, cause, err);
	if (access(candidate, R_OK) < 0 || (path_is_folder(candidate) && access(candidate, X_OK) < 0))
		return error_set_errno(err, errno, "The repository %s cannot be read", candidate);
	if (code == GIT_ENOTFOUND && path_is_folder(candidate))
		return explain_head(candidate, err);
	return repo_fail(NULL, err, "The repository %s cannot be opened", candidate);
}

static int open_git(git_repository **out, const char *folder, struct error *err)
{
	int code = git_repository_open_ext(out, folder, 0, NULL);
	char *candidate;
	int rc;

	if (code == 0)
		return 0;
	if (access(folder, F_OK) < 0)
		return error_set(err, E_NOTFOUND, "The folder %s does not exist.", folder);
	if (!path_is_folder(folder))
		return error_set(err, E_NOTFOUND, "%s is not a folder.", folder);
	if (access(folder, R_OK | X_OK) < 0)
		return error_set_errno(err, errno, "The folder %s cannot be read", folder);
	candidate = find_candidate(folder);
	if (candidate == NULL)
		rc = error_set(err, E_NOTFOUND,
			       "There is no newsroom in %s: go to one, or make one with copydesk init.",
			       folder);
	else
		rc = explain_open(candidate, code, err);
	free(candidate);
	return rc;
}

/* An absolute path without the slash that libgit2 puts at the end. */
static char *trimmed(const char *path)
{
	size_t len = path ? strlen(path) : 0;

	while (len > 1 && path[len - 1] == '/')
		len--;
	return path ? mem_strndup(path, len) : NULL;
}

/*
 * In a server's hook the pushed objects stand apart until they are accepted (git-receive-pack(1),
 * "Quarantine environment").
 */
static void add_quarantine(struct repo *repo)
{
	const char *quarantine = getenv("GIT_QUARANTINE_PATH");

	if (quarantine != NULL)
		(void)git_odb_add_disk_alternate(repo->odb, quarantine);
}

/* "remote.<name>.promisor = true": git fetches what is missing from there when it is asked for. */
static bool is_promisor(const git_config_entry *entry)
{
	static const char tail[] = ".promisor";
	size_t len = strlen(entry->name);

	return strncmp(entry->name, "remote.", 7) == 0 && len > sizeof tail - 1 &&
	       strcmp(entry->name + len - (sizeof tail - 1), tail) == 0 &&
	       (entry->value == NULL || strcasecmp(entry->value, "true") == 0);
}

static bool is_partial(struct repo *repo)
{
	git_config *config = NULL;
	git_config_iterator *iterator = NULL;
	git_config_entry *entry;
	bool partial = false;

	/* Not by libgit2's pattern, which leaks. */
	if (git_repository_config_snapshot(&config, repo->git) == 0 &&
	    git_config_iterator_new(&iterator, config) == 0) {
		while (!partial && git_config_next(&entry, iterator) == 0)
			partial = is_promisor(entry);
	}
	git_config_iterator_free(iterator);
	git_config_free(config);
	return partial;
}

static int check_supported(struct repo *repo, struct error *err)
{
	if (is_partial(repo))
		return partial_clone(repo->folder, err);
	if (git_repository_is_shallow(repo->git))
		return error_set(err, E_GIT,
				 "The repository %s is a shallow clone and lacks its older commits: complete "
				 "it with git fetch --unshallow.",
				 repo->folder);
	return 0;
}

/* libgit2 takes objects and refs that it may not look at for ones that are not there. */
static int check_access(const struct repo *repo, int how, const char *what, struct error *err)
{
	static const char *const parts[] = {"", "/objects", "/refs"};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		char *path = mem_printf("%s%s", repo->folder, parts[i]);
		int rc = eaccess(path, how);
		int errnum = errno;

		free(path);
		if (rc < 0)
			return error_set_errno(err, errnum, "The repository %s cannot be %s", repo->folder,
					       what);
	}
	return 0;
}

/*
 * In place of the function of Mbed TLS: where libgit2 is built with that, as Debian's is, it reads all
 * certificates of the machine whenever it starts, which is a third of the time until a draft is on the
 * screen. Nothing here speaks to a server through libgit2 (see remote.h), and without certificates it would
 * trust none.
 */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);

int mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain;
	(void)path;
	return 0;
}

int repo_open(struct repo **out, const char *folder, struct error *err)
{
	struct repo *repo = mem_zalloc(1, sizeof *repo);
	char *shared;
	int rc;

	git_libgit2_init();
	rc = open_git(&repo->git, folder, err);
	if (rc == 0) {
		repo->folder = trimmed(git_repository_commondir(repo->git));
		repo->worktree = trimmed(git_repository_workdir(repo->git));
		repo_set_durable(repo, true);
		rc = check_access(repo, R_OK | X_OK, "read", err);
	}
	if (rc == 0)
		rc = check_supported(repo, err);
	if (rc == 0 && (git_repository_odb(&repo->odb, repo->git) < 0 || repo_loose_install(repo) < 0))
		rc = repo_fail(repo, err, "The repository %s cannot be read", repo->folder);
	if (rc < 0) {
		repo_close(repo);
		return rc;
	}
	add_quarantine(repo);
	shared = repo_config(repo, "core.sharedrepository");
	repo->shared = shared ? parse_shared(shared) : 0;
	free(shared);
	*out = repo;
	return 0;
}

static int init_git(const char *folder, bool bare, const char *branch, struct error *err)
{
	git_repository_init_options options;
	git_repository *git = NULL;
	int code = git_repository_open_ext(NULL, folder, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL);

	if (code != GIT_ENOTFOUND)
		return 0;
	if (path_make_folders(folder, 0777, err) < 0)
		return E_IO;
	git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_MKDIR | (bare ? (unsigned)GIT_REPOSITORY_INIT_BARE : 0u);
	options.initial_head = branch;
	if (git_repository_init_ext(&git, folder, &options) < 0)
		return repo_fail(NULL, err, "No repository can be made in %s", folder);
	git_repository_free(git);
	return 0;
}

int repo_init(struct repo **out, const char *folder, bool bare, const char *branch, struct error *err)
{
	int rc;

	git_libgit2_init();
	rc = init_git(folder, bare, branch, err);
	if (rc == 0)
		rc = repo_open(out, folder, err);
	git_libgit2_shutdown();
	return rc;
}

void repo_close(struct repo *repo)
{
	if (repo == NULL)
		return;
	repo_forget_trees(repo);
	git_odb_free(repo->odb);
	git_repository_free(repo->git);
	free(repo->folder);
	free(repo->worktree);
	free(repo);
	git_libgit2_shutdown();
}

const char *repo_folder(const struct repo *repo)
{
	return repo->folder;
}

const char *repo_worktree(const struct repo *repo)
{
	return repo->worktree;
}

int repo_writable(struct repo *repo, struct error *err)
{
	return check_access(repo, W_OK | X_OK, "written", err);
}

int repo_head_branch(struct repo *repo, char **out, struct error *err)
{
	static const char heads[] = "refs/heads/";
	git_reference *head = NULL;
	const char *target;

	if (git_reference_lookup(&head, repo->git, "HEAD") < 0)
		return repo_fail(repo, err, "The HEAD of %s cannot be read", repo->folder);
	target = git_reference_symbolic_target(head);
	if (target == NULL) {
		git_reference_free(head);
		return error_set(
		    err, E_REFUSED,
		    "%s has no branch checked out (its HEAD is detached): run git switch with the "
		    "release branch's name.",
		    repo->worktree ? repo->worktree : repo->folder);
	}
	if (strncmp(target, heads, sizeof heads - 1) == 0)
		target += sizeof heads - 1;
	*out = mem_strdup(target);
	git_reference_free(head);
	return 0;
}

void repo_set_durable(struct repo *repo, bool durable)
{
	git_refdb *refdb = NULL;

	repo->durable = durable;
	/* libgit2 has one switch for the process, and a ref database looks at it when it is opened. */
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, durable ? 1 : 0);
	if (git_refdb_open(&refdb, repo->git) == 0)
		git_repository_set_refdb(repo->git, refdb);
	git_refdb_free(refdb);
}

int repo_flush(struct repo *repo, struct error *err)
{
	int fd = open(repo->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : syncfs(fd);
	int errnum = errno;

	if (fd >= 0)
		close(fd);
	return rc < 0 ? error_set_errno(err, errnum, "%s cannot be flushed to disk", repo->folder) : 0;
}

void repo_batch_begin(struct repo *repo)
{
	assert(!repo->batch);
	repo->batch = true;
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
}

int repo_batch_end(struct repo *repo, struct error *err)
{
	assert(repo->batch);
	repo->batch = false;
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, repo->durable ? 1 : 0);
	return repo->durable ? repo_flush(repo, err) : 0;
}
