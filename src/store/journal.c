#include "store/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "store/journal_record.h"

struct journal {
	char *folder;
	char *path;
	struct journal_header header;
	struct strbuf frame; /* room for the next record */
	off_t len;           /* bytes of whole records in the file */

	/* What journal_sync() on another thread looks at too: */
	pthread_mutex_t lock;
	int fd;
	bool dirty;        /* written to since the last sync */
	bool folder_dirty; /* the file's name is new since then */
	int failed;        /* errno of the write that put an end to it, or 0 */
};

/* -- The file -- */

static int lock_file(int fd)
{
	int rc;

	do {
		rc = flock(fd, LOCK_EX);
	} while (rc < 0 && errno == EINTR);
	return rc;
}

/* Makes a file that is locked and starts with what the frame holds; returns it, or -1 with errno. */
static int make_file(const char *path, int flags, const struct strbuf *frame)
{
	int fd = open(path, flags | O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	int errnum;

	if (fd < 0)
		return -1;
	if (lock_file(fd) == 0 && path_write_all(fd, frame->data, frame->len) == 0)
		return fd;
	errnum = errno;
	unlink(path);
	close(fd);
	errno = errnum;
	return -1;
}

/* Makes a file under a name that is free; sets the path. */
static int make_new_file(struct journal *journal)
{
	struct strbuf path = STRBUF_INIT;
	int fd = -1;

	for (unsigned try = 0; fd < 0 && (try == 0 || errno == EEXIST); try++) {
		strbuf_reset(&path);
		strbuf_addf(&path, "%s/", journal->folder);
		journal_put_name(&path, journal->header.draft);
		strbuf_addf(&path, ".%lld.%u" JOURNAL_SUFFIX, (long long)journal->header.process, try);
		fd = make_file(path.data, O_EXCL, &journal->frame);
	}
	journal->path = strbuf_detach(&path);
	return fd;
}

static int cannot_write(const struct journal *journal, int errnum, struct error *err)
{
	return error_set_errno(err, errnum, "The crash log of %s cannot be written", journal->header.draft);
}

static int check_size(const struct journal *journal, const struct buffer_edit *edit, struct error *err)
{
	if (edit == NULL || edit->len <= JOURNAL_PAYLOAD_LIMIT - 16)
		return 0;
	return error_set(err, E_INVALID, "%zu MiB at once are too much for the crash log of %s.",
			 edit->len >> 20, journal->header.draft);
}

/* Fills the frame with the start of a file. */
static void frame_start(struct journal *journal, const struct journal_header *header,
			const struct buffer_edit *first)
{
	strbuf_reset(&journal->frame);
	journal_put_header(&journal->frame, header);
	if (first != NULL)
		journal_put_edit(&journal->frame, first);
}

/* -- Opening and closing -- */

static struct journal *new_journal(const char *folder, const struct journal_start *start)
{
	struct journal *journal = mem_zalloc(1, sizeof *journal);
	char host[256] = "";

	if (gethostname(host, sizeof host - 1) < 0)
		host[0] = '\0';
	journal->folder = mem_strdup(folder);
	journal->frame = (struct strbuf)STRBUF_INIT;
	journal->fd = -1;
	journal->header.started = start->now;
	journal->header.process = getpid();
	oid_hex(journal->header.base, &start->base);
	journal->header.host = mem_strdup(host);
	journal->header.newsroom = mem_strdup(start->newsroom);
	journal->header.draft = mem_strdup(start->draft);
	journal->header.person = mem_strdup(start->person);
	pthread_mutex_init(&journal->lock, NULL);
	return journal;
}

int journal_open(struct journal **out, const char *folder, const struct journal_start *start,
		 const struct buffer_edit *first, struct error *err)
{
	struct journal *journal = new_journal(folder, start);
	int rc = check_size(journal, first, err);

	if (rc == 0)
		rc = path_make_folders(folder, 0700, err);
	if (rc == 0) {
		frame_start(journal, &journal->header, first);
		journal->fd = make_new_file(journal);
		if (journal->fd < 0)
			rc = cannot_write(journal, errno, err);
	}
	if (rc < 0) {
		journal_close(journal, false);
		return rc;
	}
	journal->len = (off_t)journal->frame.len;
	journal->dirty = journal->folder_dirty = true;
	*out = journal;
	return 0;
}

void journal_close(struct journal *journal, bool remove)
{
	if (journal == NULL)
		return;
	if (remove && journal->fd >= 0)
		unlink(journal->path);
	if (journal->fd >= 0)
		close(journal->fd);
	pthread_mutex_destroy(&journal->lock);
	journal_header_clear(&journal->header);
	strbuf_clear(&journal->frame);
	free(journal->folder);
	free(journal->path);
	free(journal);
}

/* -- Where they are -- */

int journal_home(char **out, struct error *err)
{
	char *home;
	int rc = path_home(&home, PATH_STATE, err);

	*out = NULL;
	if (rc < 0)
		return rc;
	*out = path_join(home, "journal");
	free(home);
	return 0;
}

/* -- Writing -- */

/* One write, and more only where the system took a part; on failure the file is cut back. */
static int write_frame(struct journal *journal, int fd)
{
	const struct strbuf *frame = &journal->frame;
	int errnum;

	if (path_write_all(fd, frame->data, frame->len) == 0) {
		journal->len += (off_t)frame->len;
		return 0;
	}
	errnum = errno;
	/* Where this fails too, readers stop at the torn record just the same. */
	if (ftruncate(fd, journal->len) < 0)
		return errnum;
	return errnum;
}

int journal_append(struct journal *journal, const struct buffer_edit *edit, struct error *err)
{
	int rc = check_size(journal, edit, err);
	int failed;

	pthread_mutex_lock(&journal->lock);
	failed = journal->failed;
	pthread_mutex_unlock(&journal->lock);
	if (rc == 0 && failed == 0) {
		strbuf_reset(&journal->frame);
		journal_put_edit(&journal->frame, edit);
		failed = write_frame(journal, journal->fd);
	}
	pthread_mutex_lock(&journal->lock);
	if (rc < 0 || failed != 0)
		journal->failed = rc < 0 ? EFBIG : failed;
	journal->dirty = true;
	pthread_mutex_unlock(&journal->lock);
	if (rc < 0)
		return rc;
	return failed == 0 ? 0 : cannot_write(journal, failed, err);
}

static int sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);
	int errnum = errno;

	if (fd >= 0)
		close(fd);
	errno = errnum;
	return rc;
}

/* Whether the file that is written still stands where it is looked for; with the lock held. */
static bool stands(const struct journal *journal)
{
	struct stat ours;
	struct stat there;

	return fstat(journal->fd, &ours) == 0 && stat(journal->path, &there) == 0 &&
	       ours.st_dev == there.st_dev && ours.st_ino == there.st_ino;
}

int journal_sync(struct journal *journal, struct error *err)
{
	bool folder_dirty;
	bool gone;
	int errnum = 0;
	int fd = -1;

	/* A descriptor of our own lets the owner write, and even start anew, while the disk works. */
	pthread_mutex_lock(&journal->lock);
	folder_dirty = journal->folder_dirty;
	if (journal->dirty)
		fd = fcntl(journal->fd, F_DUPFD_CLOEXEC, 0);
	if (journal->dirty && fd < 0)
		errnum = errno;
	journal->dirty = journal->folder_dirty = false;
	pthread_mutex_unlock(&journal->lock);
	if (fd >= 0 && fdatasync(fd) < 0)
		errnum = errno;
	if (fd >= 0)
		close(fd);
	if (errnum == 0 && folder_dirty && sync_folder(journal->folder) < 0)
		errnum = errno;
	pthread_mutex_lock(&journal->lock);
	gone = errnum == 0 && !stands(journal);
	/* After a failed sync the system may have dropped what it could not write. */
	if (errnum != 0 || gone)
		journal->failed = gone ? ENOENT : errnum;
	pthread_mutex_unlock(&journal->lock);
	if (gone)
		return error_set(err, E_IO, "The crash log of %s was taken away.", journal->header.draft);
	return errnum != 0 ? cannot_write(journal, errnum, err) : 0;
}

/* Puts a new file in the place of the one that was written, and takes or closes it. */
static int take_place(struct journal *journal, const char *beside, int fd, struct error *err)
{
	int errnum;

	pthread_mutex_lock(&journal->lock);
	errnum = rename(beside, journal->path) < 0 ? errno : 0;
	if (errnum == 0) {
		close(journal->fd);
		journal->fd = fd;
		journal->failed = 0;
		journal->dirty = journal->folder_dirty = true;
	}
	pthread_mutex_unlock(&journal->lock);
	if (errnum == 0)
		return 0;
	unlink(beside);
	close(fd);
	return cannot_write(journal, errnum, err);
}

int journal_restart(struct journal *journal, const struct oid *base, int64_t now,
		    const struct buffer_edit *first, struct error *err)
{
	struct journal_header header = journal->header;
	char *beside = mem_printf("%s.new", journal->path);
	int rc = check_size(journal, first, err);
	int fd = -1;

	/* It may have been taken away meanwhile. */
	if (rc == 0)
		rc = path_make_folders(journal->folder, 0700, err);
	header.started = now;
	oid_hex(header.base, base);
	if (rc == 0) {
		frame_start(journal, &header, first);
		fd = make_file(beside, O_TRUNC, &journal->frame);
		if (fd < 0)
			rc = cannot_write(journal, errno, err);
	}
	if (rc == 0)
		rc = take_place(journal, beside, fd, err);
	free(beside);
	if (rc < 0)
		return rc;
	journal->header = header;
	journal->len = (off_t)journal->frame.len;
	return 0;
}

const char *journal_path(const struct journal *journal)
{
	return journal->path;
}
