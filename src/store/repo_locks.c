/*
 * Locks: who holds a ref or file of the repository's folder, waiting for it, and what a dead holder left.
 */
#include "store/repo_internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

void repo_retry_start(struct repo_retry *retry)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	retry->end = clock_monotonic() + REPO_LOCK_WAIT;
	retry->seed = (unsigned)now.tv_nsec ^ (unsigned)getpid() << 16;
}

bool repo_retry_wait(struct repo_retry *retry)
{
	if (clock_monotonic() >= retry->end)
		return false;
	(void)poll(NULL, 0, 2 + rand_r(&retry->seed) % 24);
	return true;
}

/* The file to flock for name; two names that share one only wait for each other. */
static char *lock_file(const char *name)
{
	size_t len = strlen(name);
	char *file = mem_printf("copydesk/locks/%s", len > 200 ? name + len - 200 : name);

	for (char *at = file + strlen("copydesk/locks/"); *at != '\0'; at++) {
		if (*at == '/')
			*at = '.';
	}
	return file;
}

static int open_lock(const struct repo *repo, const char *name, int *fd, struct error *err)
{
	char *relative = lock_file(name);
	char *path = path_join(repo->folder, relative);
	char *folder = path_join(repo->folder, "copydesk/locks");
	bool missing = !path_exists(path);
	int rc = 0;

	/* A newsroom that was moved away is not made here anew, to stand in its way back. */
	if (!path_is_folder(repo->folder))
		rc = error_set(err, E_IO, "%s is not there any more.", repo->folder);
	if (rc == 0)
		rc = path_make_folders(folder, 0777, err);
	if (rc == 0) {
		*fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
		/* Somebody else's, that may only be read, can be locked just the same. */
		if (*fd < 0 && errno == EACCES)
			*fd = open(path, O_RDONLY | O_CLOEXEC);
		if (*fd < 0)
			rc = error_set_errno(err, errno, "%s cannot be written", path);
		else if (missing)
			repo_settle(repo, relative, false);
	}
	free(folder);
	free(path);
	free(relative);
	return rc;
}

/* Without retry: does not wait. */
static int take_flock(const struct repo *repo, const char *name, int *fd, struct repo_retry *retry,
		      struct error *err)
{
	int rc = open_lock(repo, name, fd, err);

	if (rc < 0)
		return rc;
	while (flock(*fd, LOCK_EX | LOCK_NB) < 0) {
		int errnum = errno;

		if ((errnum == EWOULDBLOCK || errnum == EINTR) && retry != NULL && repo_retry_wait(retry))
			continue;
		close(*fd);
		*fd = -1;
		if (errnum != EWOULDBLOCK && errnum != EINTR)
			return error_set_errno(err, errnum, "%s cannot be locked", name);
		return error_set(err, E_IO, "Somebody else is writing %s just now; try again in a moment.",
				 name);
	}
	return 0;
}

int repo_flock(const struct repo *repo, const char *name, int *fd, struct error *err)
{
	struct repo_retry retry;

	repo_retry_start(&retry);
	return take_flock(repo, name, fd, &retry, err);
}

int repo_flock_now(const struct repo *repo, const char *name, int *fd, struct error *err)
{
	return take_flock(repo, name, fd, NULL, err);
}

int repo_hold(const struct repo *repo, const char *name, int *fd, struct error *err)
{
	return repo_flock(repo, name, fd, err);
}

bool repo_note_read(int fd, char note[REPO_NOTE_SIZE])
{
	ssize_t len = pread(fd, note, REPO_NOTE_SIZE - 1, 0);

	note[len > 0 ? len : 0] = '\0';
	return len > 0;
}

/* Without a note, where it cannot be written, the next one waits longer. */
void repo_note_write(int fd, const char *note)
{
	(void)!pwrite(fd, note, strlen(note), 0);
}

void repo_note_clear(int fd)
{
	(void)!ftruncate(fd, 0);
}

/*
 * Its owner may let go of the lock between our look and our removing it, and somebody else take it:
 * so it is moved aside first, looked at again, and put back where it is not the one that was stale.
 */
static void remove_lock(const struct repo *repo, const char *lock, const struct stat *seen)
{
	char *aside = mem_printf("%s/copydesk/locks/stale-%ld", repo->folder, (long)getpid());
	struct stat st;

	if (rename(lock, aside) == 0) {
		if (lstat(aside, &st) == 0 && !repo_same_file(&st, seen))
			(void)!link(aside, lock);
		(void)unlink(aside);
	}
	free(aside);
}

/*
 * Milliseconds since a file was written.  One that is of a time to come, because the clock was put back or
 * is another machine's, would never grow old: its time is made now.
 */
static int64_t age_of(const char *path, const struct stat *st)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {0}};
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	times[1] = now;
	if (now.tv_sec < st->st_mtim.tv_sec)
		(void)utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW);
	return (now.tv_sec - st->st_mtim.tv_sec) * INT64_C(1000) +
	       (now.tv_nsec - st->st_mtim.tv_nsec) / 1000000;
}

void repo_clear_stale_lock(const struct repo *repo, const char *relative, int seconds)
{
	char *lock = mem_printf("%s/%s.lock", repo->folder, relative);
	struct stat st;

	if (lstat(lock, &st) == 0 && S_ISREG(st.st_mode) && age_of(lock, &st) >= seconds * INT64_C(1000))
		remove_lock(repo, lock, &st);
	free(lock);
}

bool repo_each_lock(const struct repo *repo, const char *folder,
		    bool (*visit)(const struct repo *repo, const char *name))
{
	static const char ending[] = ".lock";
	char *path = path_join(repo->folder, folder);
	DIR *dir = opendir(path);
	struct dirent *entry;
	bool all = true;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char *below = path_join(folder, entry->d_name);
		size_t len = strlen(below);

		if (entry->d_type == DT_DIR && entry->d_name[0] != '.') {
			all = repo_each_lock(repo, below, visit) && all;
		} else if (len > strlen(ending) && strcmp(below + len - strlen(ending), ending) == 0) {
			below[len - strlen(ending)] = '\0';
			all = visit(repo, below) && all;
		}
		free(below);
	}
	if (dir != NULL)
		closedir(dir);
	free(path);
	return all;
}

static bool clear_stale(const struct repo *repo, const char *name)
{
	repo_clear_stale_lock(repo, name, REPO_LOCK_STALE);
	return true;
}

void repo_clear_locks(struct repo *repo, const char *folder)
{
	int fd;

	/* Two that clear at once could each put the other's find aside. */
	if (repo_flock(repo, folder, &fd, NULL) < 0)
		return;
	(void)repo_each_lock(repo, folder, clear_stale);
	close(fd);
}

void repo_clear_dead_lock(const struct repo *repo, const char *name, const char *note)
{
	char *lock = mem_printf("%s/%s.lock", repo->folder, name);
	struct strbuf text = STRBUF_INIT;
	struct stat st;

	if (lstat(lock, &st) == 0 && S_ISREG(st.st_mode) &&
	    path_read(&text, lock, REPO_HEX_SIZE, NULL) == 0 && text.len >= strlen(note) &&
	    strncmp(text.data, note, strlen(note)) == 0)
		remove_lock(repo, lock, &st);
	strbuf_clear(&text);
	free(lock);
}
