#include "store/repo_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

/* One work tree that has the branch checked out. */
struct checkout {
	struct repo *repo;
	git_repository *git;
	git_index *index;
	int root;         /* the work tree's folder */
	bool file_modes;  /* core.fileMode: whether the execute bit means anything */
	bool hurried;     /* another git's lock is not waited for */
	const char *name; /* the work tree's path, for messages */
};

static int by_hand(const struct checkout *tree, const char *path, struct error *err)
{
	return error_set(err, E_REFUSED,
			 "%s was changed by hand in %s: commit or put aside that change first (git status "
			 "shows it).",
			 path, tree->name);
}

/* -- Files, without ever following a link -- */

/*
 * Opens the folder that holds path, below root; *name is the last part.  Makes what is missing when
 * make.  -1 with errno; ENOENT where a folder is missing, ELOOP or ENOTDIR where something else
 * stands in its place.
 */
static int open_parent(int root, const char *path, bool make, const char **name)
{
	int fd = dup(root);

	for (;;) {
		size_t len = strcspn(path, "/");
		char *part;
		int next;

		*name = path;
		if (fd < 0 || path[len] == '\0')
			return fd;
		part = mem_strndup(path, len);
		next = openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (next < 0 && errno == ENOENT && make && mkdirat(fd, part, 0777) == 0)
			next = openat(fd, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		free(part);
		close(fd);
		fd = next;
		path += len + 1;
	}
}

/* What stands at a path: its bytes (of a link, its target) and its mode; REPO_MODE_NONE for nothing. */
struct found {
	unsigned mode;
	bool too_large;
	struct strbuf bytes;
	struct stat st;
};

static int read_file(int folder, const char *name, struct found *found)
{
	char chunk[65536];
	ssize_t n;
	int fd;

	if (found->st.st_size > (off_t)REPO_BLOB_LIMIT) {
		found->too_large = true;
		return 0;
	}
	fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -1;
	while ((n = read(fd, chunk, sizeof chunk)) > 0)
		strbuf_add(&found->bytes, chunk, (size_t)n);
	close(fd);
	return n < 0 ? -1 : 0;
}

static int read_link(int folder, const char *name, struct found *found)
{
	char target[4096];
	ssize_t n = readlinkat(folder, name, target, sizeof target);

	if (n < 0)
		return -1;
	strbuf_add(&found->bytes, target, (size_t)n);
	return 0;
}

static int find_file(const struct checkout *tree, const char *path, struct found *found, struct error *err)
{
	const char *name;
	int folder = open_parent(tree->root, path, false, &name);
	int rc = 0;

	memset(found, 0, sizeof *found);
	found->bytes = (struct strbuf)STRBUF_INIT;
	if (folder < 0 && errno == ENOENT)
		return 0;
	if (folder < 0 && (errno == ELOOP || errno == ENOTDIR))
		return by_hand(tree, path, err);
	if (folder < 0 || fstatat(folder, name, &found->st, AT_SYMLINK_NOFOLLOW) < 0) {
		rc = errno == ENOENT ? 1 : -1;
	} else if (S_ISLNK(found->st.st_mode)) {
		found->mode = REPO_MODE_LINK;
		rc = read_link(folder, name, found);
	} else if (S_ISREG(found->st.st_mode)) {
		found->mode = (found->st.st_mode & S_IXUSR) ? REPO_MODE_EXECUTABLE : REPO_MODE_FILE;
		rc = read_file(folder, name, found);
	} else {
		/* A folder, a pipe: nothing that git keeps as a file. */
		found->mode = REPO_MODE_TREE;
	}
	if (rc < 0)
		rc = error_set_errno(err, errno, "%s in %s cannot be read", path, tree->name);
	if (folder >= 0)
		close(folder);
	return rc < 0 ? rc : 0;
}

/* -- Comparing -- */

static bool same_mode(const struct checkout *tree, unsigned wanted, unsigned there)
{
	if (!tree->file_modes && there == REPO_MODE_EXECUTABLE)
		there = REPO_MODE_FILE;
	if (!tree->file_modes && wanted == REPO_MODE_EXECUTABLE)
		wanted = REPO_MODE_FILE;
	return wanted == there;
}

/* Whether the bytes of a file are those of a blob, as git would store them or as they are. */
static bool same_bytes(const struct checkout *tree, const char *path, const struct found *found,
		       const struct oid *id)
{
	git_filter_list *filters = NULL;
	git_buf stored = GIT_BUF_INIT;
	struct oid hash;
	bool same;

	repo_blob_hash(&hash, found->bytes.data, found->bytes.len);
	same = oid_equal(&hash, id);
	if (!same && found->mode != REPO_MODE_LINK &&
	    git_filter_list_load(&filters, tree->git, NULL, path, GIT_FILTER_TO_ODB, 0) == 0 &&
	    git_filter_list_apply_to_buffer(&stored, filters, found->bytes.data, found->bytes.len) == 0) {
		repo_blob_hash(&hash, stored.ptr, stored.size);
		same = oid_equal(&hash, id);
	}
	git_buf_dispose(&stored);
	git_filter_list_free(filters);
	return same;
}

static bool index_has(const struct checkout *tree, const char *path, const struct repo_entry *wanted)
{
	const git_index_entry *entry = git_index_get_bypath(tree->index, path, 0);
	struct oid id;

	/* Stages 1 to 3 are an unfinished merge. */
	for (int stage = 1; stage <= 3; stage++) {
		if (git_index_get_bypath(tree->index, path, stage) != NULL)
			return false;
	}
	if (entry == NULL || wanted->mode == REPO_MODE_NONE)
		return entry == NULL && wanted->mode == REPO_MODE_NONE;
	id = repo_oid_out(&entry->id);
	return oid_equal(&id, &wanted->id) && entry->mode == wanted->mode &&
	       (entry->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD) == 0;
}

/* A sparse checkout leaves files out on purpose. */
static bool is_left_out(const struct checkout *tree, const char *path)
{
	const git_index_entry *entry = git_index_get_bypath(tree->index, path, 0);

	return entry != NULL && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
}

static int entry_of(struct repo *repo, const struct oid *tree, const char *path, struct repo_entry *out)
{
	int rc = 0;

	*out = (struct repo_entry){.path = path, .mode = REPO_MODE_NONE};
	if (!oid_is_zero(tree))
		rc = repo_tree_find(repo, tree, path, out, NULL);
	return rc == E_NOTFOUND ? 0 : rc;
}

/* Whether the file stands as wanted: 1 yes, 0 no, or an error. */
static int file_stands(const struct checkout *tree, const struct repo_entry *wanted, struct error *err)
{
	struct found found;
	int rc;

	if (is_left_out(tree, wanted->path))
		return 1;
	rc = find_file(tree, wanted->path, &found, err);
	if (rc == 0)
		rc = same_mode(tree, wanted->mode, found.mode) && !found.too_large &&
		     (wanted->mode == REPO_MODE_NONE || same_bytes(tree, wanted->path, &found, &wanted->id));
	strbuf_clear(&found.bytes);
	return rc;
}

static int check_path(const struct checkout *tree, const struct repo_entry *wanted, struct error *err)
{
	int rc = index_has(tree, wanted->path, wanted) ? file_stands(tree, wanted, err) : 0;

	return rc == 0 ? by_hand(tree, wanted->path, err) : rc < 0 ? rc : 0;
}

/* -- The index -- */

/*
 * git locks the index first and reads it then; libgit2 does it the other way round and would lose
 * what somebody's git wrote in between.  So the lock is taken here, a copy is read and changed, and
 * the copy takes the place of the index.  Whoever is killed meanwhile leaves the lock behind: ours
 * says that it is one of copydesk's and is held by flock, which ends with its process.  It says so from
 * the moment that it is there, because it is made under another name.
 */
struct index_lock {
	char *index;
	char *lock;
	char *copy;
	struct timespec mtime; /* of the index before */
	bool exists;           /* whether there was an index */
	int fd;                /* of the lock; -1: it is not ours */
};

/* What our lock says, with the process. */
#define LOCK_MARK "copydesk %ld\n"

static char *copy_of(const char *index, long process)
{
	return mem_printf("%s.copydesk-%ld", index, process);
}

static int index_locked(const struct index_lock *lock, const struct checkout *tree, struct error *err)
{
	return error_set(err, E_IO,
			 "git is at work in %s (%s is there): wait until it is done; if no git runs there, "
			 "remove that file.",
			 tree->name, lock->lock);
}

/* Removes a lock of copydesk's whose process is dead, and what it wrote beside it; whether it did. */
static bool clear_dead_lock(const struct index_lock *lock)
{
	char mark[64] = "";
	struct stat ours;
	struct stat there;
	bool cleared = false;
	long process;
	int fd = open(lock->lock, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return false;
	if (read(fd, mark, sizeof mark - 1) > 0 && sscanf(mark, LOCK_MARK, &process) == 1 &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &ours) == 0 && lstat(lock->lock, &there) == 0 &&
	    ours.st_ino == there.st_ino && ours.st_dev == there.st_dev) {
		char *copy = copy_of(lock->index, process);
		char *writing = mem_printf("%s.lock", copy);

		(void)unlink(writing);
		(void)unlink(copy);
		cleared = unlink(lock->lock) == 0;
		free(writing);
		free(copy);
	}
	close(fd);
	return cleared;
}

/* Makes the lock, with its mark, or gives -1 with errno; EEXIST where somebody has it. */
static int make_lock(const struct index_lock *lock)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd;
	int errnum;

	(void)unlink(lock->copy);
	fd = open(lock->copy, flags, 0666);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		(void)dprintf(fd, LOCK_MARK, (long)getpid());
	errnum = link(lock->copy, lock->lock) == 0 ? 0 : errno;
	(void)unlink(lock->copy);
	if (errnum == 0)
		return fd;
	close(fd);
	/* On a file system without links the lock has no mark, and nobody ever takes it away from us. */
	if (errnum != EEXIST)
		return open(lock->lock, flags, 0666);
	errno = errnum;
	return -1;
}

static int take_lock(struct index_lock *lock, const struct checkout *tree, struct error *err)
{
	struct repo_retry retry;

	repo_retry_start(&retry);
	for (;;) {
		lock->fd = make_lock(lock);
		if (lock->fd >= 0)
			return 0;
		if (errno != EEXIST)
			return error_set_errno(err, errno, "%s cannot be written", lock->lock);
		if (!clear_dead_lock(lock) && (tree->hurried || !repo_retry_wait(&retry)))
			return index_locked(lock, tree, err);
	}
}

static void unlock_index(struct index_lock *lock)
{
	if (lock->fd >= 0) {
		(void)unlink(lock->copy);
		(void)unlink(lock->lock);
		close(lock->fd);
	}
	free(lock->index);
	free(lock->lock);
	free(lock->copy);
}

static int copy_index(struct index_lock *lock, struct error *err)
{
	struct strbuf bytes = STRBUF_INIT;
	struct stat st;
	int rc;

	if (stat(lock->index, &st) < 0)
		return 0;
	lock->exists = true;
	lock->mtime = st.st_mtim;
	rc = path_read(&bytes, lock->index, (size_t)1 << 30, err);
	if (rc == 0)
		rc = path_write(lock->copy, bytes.data, bytes.len, st.st_mode & 0777u, err);
	strbuf_clear(&bytes);
	return rc;
}

/* Whatever it returns, unlock_index() must follow. */
static int lock_index(struct index_lock *lock, struct checkout *tree, struct error *err)
{
	const char *folder = git_repository_path(tree->git);
	int rc;

	*lock = (struct index_lock){.fd = -1};
	lock->index = path_join(folder, "index");
	lock->lock = path_join(folder, "index.lock");
	lock->copy = copy_of(lock->index, (long)getpid());
	rc = take_lock(lock, tree, err);
	if (rc == 0)
		rc = copy_index(lock, err);
	if (rc == 0 && git_index_open(&tree->index, lock->copy) < 0)
		rc = repo_fail(tree->repo, err, "The index of %s cannot be read", tree->name);
	return rc;
}

static int write_index(struct index_lock *lock, struct checkout *tree, struct error *err)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, lock->mtime};

	if (git_index_write(tree->index) < 0)
		return repo_fail(tree->repo, err, "The index of %s cannot be written", tree->name);
	/*
	 * git trusts an entry that is older than the index without looking at the file.  With the old
	 * time on the new index nothing becomes trusted by our writing it.
	 */
	if (lock->exists)
		(void)utimensat(AT_FDCWD, lock->copy, times, 0);
	if (rename(lock->copy, lock->index) < 0)
		return error_set_errno(err, errno, "The index of %s cannot be written", tree->name);
	if (tree->repo->shared != 0)
		(void)chmod(lock->index, repo_shared_mode(tree->repo->shared, 0644, false));
	return 0;
}

static int index_put(struct checkout *tree, const struct repo_entry *entry, const struct stat *st,
		     struct error *err)
{
	const git_index_entry *old = git_index_get_bypath(tree->index, entry->path, 0);
	git_index_entry new = {.mode = entry->mode, .id = repo_oid_in(&entry->id), .path = entry->path};

	if (entry->mode == REPO_MODE_NONE) {
		if (old != NULL && git_index_remove(tree->index, entry->path, 0) < 0)
			return repo_fail(tree->repo, err, "%s cannot be taken out of the index", entry->path);
		return 0;
	}
	if (old != NULL)
		new.flags_extended = old->flags_extended &GIT_INDEX_ENTRY_SKIP_WORKTREE;
	if (st != NULL) {
		new.ctime.seconds = (int32_t)st->st_ctim.tv_sec;
		new.ctime.nanoseconds = (uint32_t)st->st_ctim.tv_nsec;
		new.mtime.seconds = (int32_t)st->st_mtim.tv_sec;
		new.mtime.nanoseconds = (uint32_t)st->st_mtim.tv_nsec;
		new.dev = (uint32_t)st->st_dev;
		new.ino = (uint32_t)st->st_ino;
		new.uid = st->st_uid;
		new.gid = st->st_gid;
		new.file_size = (uint32_t)st->st_size;
	}
	if (git_index_add(tree->index, &new) < 0)
		return repo_fail(tree->repo, err, "%s cannot be put into the index", entry->path);
	return 0;
}

/* -- Bringing a file to its new state -- */

/* Whether unlinkat() of path below the root went well; errno is its reason where not. */
static bool unlink_below(const struct checkout *tree, const char *path, int flags)
{
	const char *name;
	int folder = open_parent(tree->root, path, false, &name);
	int rc = folder < 0 ? -1 : unlinkat(folder, name, flags);
	int errnum = errno;

	if (folder >= 0)
		close(folder);
	errno = errnum;
	return rc == 0;
}

static int remove_file(const struct checkout *tree, const char *path, struct error *err)
{
	char *at;
	char *slash;

	if (!unlink_below(tree, path, 0) && errno != ENOENT)
		return error_set_errno(err, errno, "%s could not be removed from the work tree %s", path,
				       tree->name);
	/* Then the folders above it, as long as they are empty, as git does. */
	at = mem_strdup(path);
	while ((slash = strrchr(at, '/')) != NULL) {
		*slash = '\0';
		if (!unlink_below(tree, at, AT_REMOVEDIR))
			break;
	}
	free(at);
	return 0;
}

/* Makes the file or link and fills it; *ours once it is there. Returns 0, or -1 with errno. */
static int make_beside(int folder, const char *beside, unsigned mode, const struct strbuf *bytes,
		       bool durable, bool *ours)
{
	int fd;
	int rc;
	int errnum;

	if (mode == REPO_MODE_LINK) {
		rc = symlinkat(bytes->data, folder, beside);
		*ours = rc == 0;
		return rc;
	}
	fd = openat(folder, beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    mode == REPO_MODE_EXECUTABLE ? 0777 : 0666);
	*ours = fd >= 0;
	if (fd < 0)
		return -1;
	rc = path_write_all(fd, bytes->data, bytes->len);
	if (rc == 0 && durable)
		rc = fsync(fd);
	errnum = errno;
	close(fd);
	errno = errnum;
	return rc;
}

/* Writes a new file beside name and puts it in its place. Returns 0, or -1 with errno. */
static int place(int folder, const char *name, unsigned mode, const struct strbuf *bytes, bool durable)
{
	char beside[64];
	bool ours = false;
	int rc = -1;
	int errnum = EEXIST;

	/* A process that was killed may have left one of this name, which is not ours to remove. */
	for (unsigned turn = 0; rc < 0 && !ours && errnum == EEXIST && turn < 100; turn++) {
		snprintf(beside, sizeof beside, ".copydesk-%ld-%u.new", (long)getpid(), turn);
		rc = make_beside(folder, beside, mode, bytes, durable, &ours);
		errnum = errno;
	}
	if (rc == 0) {
		rc = renameat(folder, beside, folder, name);
		errnum = errno;
	}
	if (rc < 0 && ours)
		(void)unlinkat(folder, beside, 0);
	errno = errnum;
	return rc;
}

/* The bytes that a file of the work tree has for a blob: line ends and so on as the settings ask. */
static int working_bytes(const struct checkout *tree, const struct repo_entry *entry, struct strbuf *out,
			 struct error *err)
{
	git_filter_list *filters = NULL;
	git_buf changed = GIT_BUF_INIT;
	int rc = repo_blob_read(tree->repo, &entry->id, out, err);
	int code = 0;

	if (rc == 0 && entry->mode != REPO_MODE_LINK)
		code =
		    git_filter_list_load(&filters, tree->git, NULL, entry->path, GIT_FILTER_TO_WORKTREE, 0);
	if (code == 0 && filters != NULL) {
		code = git_filter_list_apply_to_buffer(&changed, filters, out->data, out->len);
		if (code == 0)
			strbuf_splice(out, 0, out->len, changed.ptr, changed.size);
	}
	git_buf_dispose(&changed);
	git_filter_list_free(filters);
	if (rc == 0 && code < 0)
		rc = repo_fail(tree->repo, err, "%s cannot be prepared for %s", entry->path, tree->name);
	return rc;
}

static int write_file(const struct checkout *tree, const struct repo_entry *entry, struct stat *st,
		      struct error *err)
{
	struct strbuf bytes = STRBUF_INIT;
	const char *name;
	int rc = working_bytes(tree, entry, &bytes, err);

	if (rc == 0) {
		int folder = open_parent(tree->root, entry->path, true, &name);

		if (folder < 0 || place(folder, name, entry->mode, &bytes, tree->repo->durable) < 0 ||
		    fstatat(folder, name, st, AT_SYMLINK_NOFOLLOW) < 0)
			rc = error_set_errno(err, errno, "%s in %s cannot be written", entry->path,
					     tree->name);
		if (folder >= 0)
			close(folder);
	}
	strbuf_clear(&bytes);
	return rc;
}

/* 1 where the index and file at this path each stand as before or already as after. */
static int may_follow(const struct checkout *tree, const struct repo_entry *before,
		      const struct repo_entry *after, bool *done, struct error *err)
{
	int rc;

	*done = false;
	if (!index_has(tree, before->path, before) && !index_has(tree, after->path, after))
		return 0;
	rc = file_stands(tree, after, err);
	*done = rc == 1;
	return rc != 0 ? rc : file_stands(tree, before, err);
}

static int follow_path(struct checkout *tree, const struct repo_entry *before, const struct repo_entry *after,
		       struct error *err)
{
	struct stat st = {0};
	bool done;
	bool left_out = is_left_out(tree, after->path);
	int rc = may_follow(tree, before, after, &done, err);

	if (rc <= 0)
		return rc < 0 ? rc : by_hand(tree, after->path, err);
	if (after->mode == REPO_MODE_COMMIT || after->mode == REPO_MODE_TREE)
		return error_set(err, E_REFUSED, "%s is no file, so it cannot be brought up to date in %s.",
				 after->path, tree->name);
	if (done || left_out)
		return index_has(tree, after->path, after) ? 0 : index_put(tree, after, NULL, err);
	if (after->mode == REPO_MODE_NONE) {
		rc = remove_file(tree, after->path, err);
		return rc < 0 ? rc : index_put(tree, after, NULL, err);
	}
	rc = write_file(tree, after, &st, err);
	return rc < 0 ? rc : index_put(tree, after, &st, err);
}

/* -- The work trees that have a branch checked out -- */

struct job {
	struct repo *repo;
	const char *branch;
	const struct oid *old_tree;
	const struct oid *new_tree; /* NULL: only look */
	const char *const *paths;
	size_t count;
	bool hurried; /* where another git is at work in a work tree, that is left */
};

static int entries(const struct job *job, const char *path, struct repo_entry *before,
		   struct repo_entry *after, struct error *err)
{
	int rc = entry_of(job->repo, job->old_tree, path, before);

	if (rc == 0)
		rc = entry_of(job->repo, job->new_tree ? job->new_tree : job->old_tree, path, after);
	if (rc < 0)
		return error_set(err, rc, "%s cannot be looked up in %s.", path, job->repo->folder);
	return 0;
}

static int look(const struct job *job, struct checkout *tree, struct error *err)
{
	int rc = 0;

	if (git_repository_index(&tree->index, tree->git) < 0)
		return repo_fail(job->repo, err, "The index of %s cannot be read", tree->name);
	for (size_t i = 0; rc == 0 && i < job->count; i++) {
		struct repo_entry before = {0};
		struct repo_entry after = {0};

		rc = entries(job, job->paths[i], &before, &after, err);
		if (rc == 0)
			rc = check_path(tree, &before, err);
	}
	return rc;
}

/* All paths, also after one that cannot be followed; the first error is told. */
static int follow_paths(const struct job *job, struct checkout *tree, struct error *err)
{
	int first = 0;

	for (size_t i = 0; i < job->count; i++) {
		struct repo_entry before = {0};
		struct repo_entry after = {0};
		int rc = entries(job, job->paths[i], &before, &after, err);

		if (rc == 0)
			rc = follow_path(tree, &before, &after, err);
		if (rc != 0 && first == 0) {
			first = rc;
			err = NULL;
		}
	}
	return first;
}

static int follow(const struct job *job, struct checkout *tree, struct error *err)
{
	struct index_lock lock;
	int rc = lock_index(&lock, tree, err);

	if (rc == 0) {
		int first = follow_paths(job, tree, err);
		int written = write_index(&lock, tree, first == 0 ? err : NULL);

		rc = first != 0 ? first : written;
	}
	unlock_index(&lock);
	return rc;
}

static bool has_branch(git_repository *git, const char *branch)
{
	static const char heads[] = "refs/heads/";
	git_reference *head = NULL;
	const char *target = NULL;
	bool same;

	if (git_repository_workdir(git) == NULL || git_reference_lookup(&head, git, "HEAD") < 0)
		return false;
	target = git_reference_symbolic_target(head);
	same = target != NULL && strncmp(target, heads, sizeof heads - 1) == 0 &&
	       strcmp(target + sizeof heads - 1, branch) == 0;
	git_reference_free(head);
	return same;
}

static int in_checkout(const struct job *job, git_repository *git, struct error *err)
{
	struct checkout tree = {.repo = job->repo, .git = git, .file_modes = true, .hurried = job->hurried};
	git_config *config = NULL;
	int file_modes = 1;
	int rc;

	if (!has_branch(git, job->branch))
		return 0;
	tree.name = git_repository_workdir(git);
	if (git_repository_config_snapshot(&config, git) == 0 &&
	    git_config_get_bool(&file_modes, config, "core.filemode") == 0)
		tree.file_modes = file_modes != 0;
	git_config_free(config);
	tree.root = open(tree.name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (tree.root < 0)
		return error_set_errno(err, errno, "The work tree %s cannot be read", tree.name);
	rc = job->new_tree ? follow(job, &tree, err) : look(job, &tree, err);
	git_index_free(tree.index);
	close(tree.root);
	return rc;
}

/* Deals with one work tree unless it is the one that the repository was opened in. */
static int in_other(const struct job *job, git_repository *git, struct error *err)
{
	const char *own = job->repo->worktree;
	const char *folder = git_repository_workdir(git);

	if (folder == NULL ||
	    (own != NULL && strncmp(folder, own, strlen(own)) == 0 && strcmp(folder + strlen(own), "/") == 0))
		return 0;
	return in_checkout(job, git, err);
}

/* The linked work trees (git-worktree(1)); one whose folder is away just now is passed over. */
static int in_linked(const struct job *job, struct error *err)
{
	git_strarray names = {0};
	int first = 0;

	if (git_worktree_list(&names, job->repo->git) < 0)
		return repo_fail(job->repo, err, "The work trees of %s cannot be listed", job->repo->folder);
	for (size_t i = 0; i < names.count; i++) {
		git_worktree *linked = NULL;
		git_repository *git = NULL;

		if (git_worktree_lookup(&linked, job->repo->git, names.strings[i]) == 0 &&
		    git_repository_open_from_worktree(&git, linked) == 0) {
			int rc = in_other(job, git, first == 0 ? err : NULL);

			first = first == 0 ? rc : first;
		}
		git_repository_free(git);
		git_worktree_free(linked);
	}
	git_strarray_dispose(&names);
	return first;
}

static int open_and(int (*act)(const struct job *job, git_repository *git, struct error *err),
		    const struct job *job, const char *folder, struct error *err)
{
	git_repository *git = NULL;
	int rc = 0;

	if (folder != NULL && git_repository_open(&git, folder) == 0)
		rc = act(job, git, err);
	git_repository_free(git);
	return rc;
}

/* The work tree that the repository was opened in, the main one, the linked ones; the first error. */
static int in_all(const struct job *job, struct error *err)
{
	int rc = open_and(in_checkout, job, job->repo->worktree, err);
	int other = open_and(in_other, job, job->repo->folder, rc == 0 ? err : NULL);

	rc = rc == 0 ? other : rc;
	other = in_linked(job, rc == 0 ? err : NULL);
	return rc == 0 ? other : rc;
}

int repo_worktree_clean(struct repo *repo, const char *branch, const struct oid *tree,
			const char *const *paths, size_t count, struct error *err)
{
	struct job job = {repo, branch, tree, NULL, paths, count, false};

	return in_all(&job, err);
}

int repo_worktree_follow(struct repo *repo, const char *branch, const struct oid *old_tree,
			 const struct oid *new_tree, const char *const *paths, size_t count,
			 struct error *err)
{
	struct job job = {repo, branch, old_tree, new_tree, paths, count, false};

	return in_all(&job, err);
}

int repo_worktree_follow_now(struct repo *repo, const char *branch, const struct oid *old_tree,
			     const struct oid *new_tree, const char *const *paths, size_t count,
			     struct error *err)
{
	struct job job = {repo, branch, old_tree, new_tree, paths, count, true};

	return in_all(&job, err);
}
