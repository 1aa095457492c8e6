/*
 * Work trees follow the branch after it moved.  Whoever is killed in between leaves them behind, and a
 * note of it, by which the next one brings them on.
 */
#include "store/repo_internal.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/strlist.h"

struct repo_promise {
	int fd; /* its flock ends with us */
	char *path;
};

static char *notes_folder(const struct repo *repo)
{
	return path_join(repo->folder, "copydesk/following");
}

struct repo_promise *repo_promise_make(const struct repo *repo, const struct oid *old_tree,
				       const struct oid *new_tree)
{
	struct repo_promise *promise = mem_zalloc(1, sizeof *promise);
	char *folder = notes_folder(repo);
	char old_hex[REPO_HEX_SIZE];
	char new_hex[REPO_HEX_SIZE];

	oid_hex(old_hex, old_tree);
	oid_hex(new_hex, new_tree);
	promise->path = mem_printf("%s/%ld", folder, (long)getpid());
	promise->fd = -1;
	if (path_make_folders(folder, 0777, NULL) == 0)
		promise->fd = open(promise->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	/* Where no note can be written nobody can catch up later, and the release is none the worse. */
	if (promise->fd >= 0 && flock(promise->fd, LOCK_EX | LOCK_NB) == 0)
		(void)!dprintf(promise->fd, "%s %s\n", old_hex, new_hex);
	free(folder);
	return promise;
}

void repo_promise_end(struct repo_promise *promise, bool kept)
{
	if (promise == NULL)
		return;
	if (promise->fd >= 0) {
		if (kept)
			(void)unlink(promise->path);
		close(promise->fd);
	}
	free(promise->path);
	free(promise);
}

static int add_path(void *context, const struct repo_change *change)
{
	strlist_add(context, change->path);
	return 0;
}

static int tip_tree(struct repo *repo, const char *branch, struct oid *out, struct error *err)
{
	char *ref = mem_printf("refs/heads/%s", branch);
	struct repo_commit commit;
	struct oid tip;
	int rc = repo_ref_read(repo, ref, &tip, err);

	free(ref);
	if (rc == 0)
		rc = repo_commit_read(repo, &commit, &tip, err);
	if (rc < 0)
		return rc;
	*out = commit.tree;
	repo_commit_clear(&commit);
	return 0;
}

/* What the dead one was just writing beside a file of the work tree; see place() in repo_worktree.c. */
static void remove_beside(const struct repo *repo, const char *path, const char *process)
{
	const char *slash = strrchr(path, '/');
	char *leftover;

	if (repo->worktree == NULL)
		return;
	leftover = mem_printf("%s/%.*s.copydesk-%s-0.new", repo->worktree,
			      slash != NULL ? (int)(slash - path) + 1 : 0, path, process);
	(void)unlink(leftover);
	free(leftover);
}

/* The copy of the index that it was just making, before there was a lock; see make_lock() there. */
static void remove_copy(const struct repo *repo, const char *process)
{
	char *copy = mem_printf("%s/index.copydesk-%s", repo->folder, process);

	(void)unlink(copy);
	free(copy);
}

/* From what the dead one saw to what the branch is now, at the paths that it meant to change. */
static int catch_up(struct repo *repo, const char *branch, const char *note, const char *process, bool wait,
		    struct error *err)
{
	struct strlist paths = {0};
	struct oid trees[2];
	struct oid now;
	char hex[REPO_HEX_SIZE] = "";
	int rc;

	if (strlen(note) != 2 * (REPO_HEX_SIZE - 1) + 2)
		return 0;
	memcpy(hex, note, REPO_HEX_SIZE - 1);
	if (!oid_parse(&trees[0], hex))
		return 0;
	memcpy(hex, note + REPO_HEX_SIZE, REPO_HEX_SIZE - 1);
	if (!oid_parse(&trees[1], hex))
		return 0;
	rc = repo_tree_diff(repo, &trees[0], &trees[1], add_path, &paths, err);
	if (rc == 0)
		rc = tip_tree(repo, branch, &now, err);
	if (rc == 0 && paths.count > 0)
		rc = (wait ? repo_worktree_follow
			   : repo_worktree_follow_now)(repo, branch, &trees[0], &now,
						       (const char *const *)paths.items, paths.count, err);
	for (size_t i = 0; i < paths.count; i++)
		remove_beside(repo, paths.items[i], process);
	remove_copy(repo, process);
	strlist_clear(&paths);
	return rc;
}

static int read_note(struct repo *repo, const char *branch, const char *path, bool wait, struct error *err)
{
	struct strbuf note = STRBUF_INIT;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int rc = 0;

	/* Whose flock holds is still at it. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0) {
		rc = path_read(&note, path, 4096, err);
		if (rc == 0)
			rc = catch_up(repo, branch, note.data, path_base(path), wait, err);
		/* What was changed by hand meanwhile is left to that hand; so is what git does not have. */
		if (rc == 0 || rc == E_REFUSED || rc == E_NOTFOUND)
			(void)unlink(path);
	}
	if (fd >= 0)
		close(fd);
	strbuf_clear(&note);
	return rc;
}

int repo_worktree_catch_up(struct repo *repo, const char *branch, bool wait, struct error *err)
{
	char *folder = notes_folder(repo);
	DIR *notes = opendir(folder);
	const struct dirent *entry;
	int rc = 0;

	while (notes != NULL && rc == 0 && (entry = readdir(notes)) != NULL) {
		char *path = path_join(folder, entry->d_name);

		if (entry->d_name[0] != '.')
			rc = read_note(repo, branch, path, wait, err);
		free(path);
	}
	if (notes != NULL)
		closedir(notes);
	free(folder);
	return rc;
}
