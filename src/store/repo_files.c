/*
 * The files of a repository's folder: why one cannot be had, and who may read a new one.
 */
#include "store/repo_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

/* -- Causes -- */

/* libgit2 tells a system error only in words, which end in strerror(). */
static int errno_of(const char *message)
{
	static const int known[] = {ENOSPC, EDQUOT, EROFS, EACCES, EPERM, ENOTDIR, EMFILE, ENFILE, EIO};

	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
		if (strstr(message, strerror(known[i])) != NULL)
			return known[i];
	}
	return 0;
}

static bool disk_is_full(const char *folder)
{
	struct statvfs fs;

	return statvfs(folder, &fs) == 0 && (fs.f_bavail == 0 || (fs.f_files > 0 && fs.f_favail == 0));
}

int repo_fail(const struct repo *repo, struct error *err, const char *format, ...)
{
	const git_error *last = git_error_last();
	const char *cause = last && last->message ? last->message : "the cause is unknown";
	int errnum = last && last->message ? errno_of(last->message) : 0;
	char *words = NULL;
	va_list args;
	int rc;

	va_start(args, format);
	if (vasprintf(&words, format, args) < 0)
		words = NULL;
	va_end(args);
	if (errnum == 0 && repo != NULL && disk_is_full(repo->folder))
		errnum = ENOSPC;
	if (errnum != 0)
		rc = error_set_errno(err, errnum, "%s", words ? words : "The repository failed");
	else
		rc = error_set(err, E_GIT, "%s: %s.", words ? words : "The repository failed", cause);
	free(words);
	return rc;
}

/* -- New files -- */

unsigned repo_shared_mode(int shared, unsigned mode, bool folder)
{
	unsigned bits = (unsigned)(shared < 0 ? -shared : shared);

	if (shared == 0)
		return mode;
	if ((mode & S_IWUSR) == 0)
		bits &= ~0222u;
	if (folder || (mode & S_IXUSR) != 0)
		bits |= (bits & 0444u) >> 2;
	mode = shared < 0 ? (mode & ~0777u) | bits : mode | bits;
	return folder ? mode | S_ISGID : mode;
}

bool repo_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_ino == b->st_ino && a->st_dev == b->st_dev && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

bool repo_folder_missing(const struct repo *repo, const char *relative)
{
	const char *slash = strrchr(relative, '/');
	char *path = mem_printf("%s/%.*s", repo->folder, slash ? (int)(slash - relative) : 0, relative);
	bool missing = !path_exists(path);

	free(path);
	return missing;
}

static void share(const struct repo *repo, const char *path)
{
	struct stat st;
	unsigned mode;

	if (lstat(path, &st) < 0 || S_ISLNK(st.st_mode))
		return;
	mode = repo_shared_mode(repo->shared, st.st_mode & 07777u, S_ISDIR(st.st_mode));
	/* Another member's file keeps the rights that this member gave it. */
	if (mode != (st.st_mode & 07777u) && st.st_uid == geteuid())
		(void)chmod(path, mode);
}

static void sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)fsync(fd);
	close(fd);
}

void repo_settle(const struct repo *repo, const char *relative, bool folder_is_new)
{
	char *path = path_join(repo->folder, relative);
	size_t top = strlen(repo->folder);

	while (strlen(path) > top) {
		if (repo->shared != 0)
			share(repo, path);
		*strrchr(path, '/') = '\0';
		if (folder_is_new && repo->durable && !repo->batch)
			sync_path(path);
	}
	free(path);
}
