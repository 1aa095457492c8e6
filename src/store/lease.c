#include "store/lease.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "store/repo.h"

struct lease {
	int fd;
};

void lease_holder_clear(struct lease_holder *holder)
{
	free(holder->name);
	free(holder->host);
	memset(holder, 0, sizeof *holder);
}

/* -- The file: three lines, the person's name, the host, the time -- */

/* A file name for a draft's name, which may hold slashes. */
static char *lease_path(const char *repo_folder, const char *draft)
{
	struct strbuf path = STRBUF_INIT;

	strbuf_addf(&path, "%s/copydesk/leases/", repo_folder);
	for (const char *at = draft; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;

		if (c <= ' ' || c == '/' || c == '%' || (c == '.' && at == draft))
			strbuf_addf(&path, "%%%02X", c);
		else
			strbuf_addc(&path, (char)c);
	}
	return strbuf_detach(&path);
}

/* What we make gets the rights of the repository's folder, so that a shared one stays shared. */
static void share(const char *path, const char *repo_folder, bool folder)
{
	struct stat top;
	struct stat st;

	if (stat(repo_folder, &top) < 0 || lstat(path, &st) < 0 || st.st_uid != geteuid())
		return;
	(void)chmod(path, folder ? top.st_mode & 07777u : top.st_mode & 0666u);
}

static int make_folders(const char *repo_folder, struct error *err)
{
	static const char *const names[] = {"copydesk", "copydesk/leases"};
	int rc = 0;

	if (!path_is_folder(repo_folder))
		rc = error_set(err, E_IO, "%s is not there any more.", repo_folder);
	for (size_t i = 0; rc == 0 && i < sizeof names / sizeof names[0]; i++) {
		char *path = path_join(repo_folder, names[i]);

		if (!path_is_folder(path)) {
			rc = path_make_folders(path, 0777, err);
			share(path, repo_folder, true);
		}
		free(path);
	}
	return rc;
}

static void add_line(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++)
		strbuf_addc(out, (char)((unsigned char)*text < ' ' ? ' ' : *text));
	strbuf_addc(out, '\n');
}

static int write_holder(int fd, const struct repo_person *person, int64_t now)
{
	struct strbuf text = STRBUF_INIT;
	char host[256] = "";
	int rc;

	if (gethostname(host, sizeof host - 1) < 0)
		host[0] = '\0';
	add_line(&text, person->name);
	add_line(&text, host);
	strbuf_addf(&text, "%" PRId64 "\n", now);
	rc = ftruncate(fd, 0);
	if (rc == 0)
		rc = path_write_all(fd, text.data, text.len);
	strbuf_clear(&text);
	return rc;
}

/* The next line of a text, as a new string; *at moves past it. */
static char *take_line(const char **at)
{
	size_t len = strcspn(*at, "\n");
	char *line = mem_strndup(*at, len);

	*at += len + ((*at)[len] == '\n');
	return line;
}

static void read_holder(int fd, struct lease_holder *out)
{
	char text[4096];
	ssize_t n = pread(fd, text, sizeof text - 1, 0);
	const char *at = text;
	char *since;

	text[n > 0 ? n : 0] = '\0';
	out->name = take_line(&at);
	out->host = take_line(&at);
	since = take_line(&at);
	out->since = strtoll(since, NULL, 10);
	free(since);
}

/* -- Taking -- */

static struct flock whole_file(short type)
{
	return (struct flock){.l_type = type, .l_whence = SEEK_SET};
}

static int held(int fd, const char *draft, struct lease_holder *holder, struct error *err)
{
	struct lease_holder now;

	read_holder(fd, &now);
	(void)error_set(err, E_CONFLICT, "%s is editing %s%s%s.", now.name[0] ? now.name : "Somebody", draft,
			now.host[0] ? " on " : "", now.host);
	if (holder != NULL)
		*holder = now;
	else
		lease_holder_clear(&now);
	return E_CONFLICT;
}

int lease_take(struct lease **out, const char *repo_folder, const char *draft,
	       const struct repo_person *person, int64_t now, struct lease_holder *holder, struct error *err)
{
	char *path = lease_path(repo_folder, draft);
	struct flock lock = whole_file(F_WRLCK);
	int fd = -1;
	int rc = make_folders(repo_folder, err);

	if (rc == 0) {
		bool is_new = !path_exists(path);

		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
		if (fd < 0)
			rc = error_set_errno(err, errno, "%s cannot be written", path);
		else if (is_new)
			share(path, repo_folder, false);
	}
	if (rc == 0 && fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		if (errno == EAGAIN || errno == EACCES)
			rc = held(fd, draft, holder, err);
		else
			rc = error_set_errno(err, errno, "%s cannot be locked", path);
	}
	if (rc == 0 && write_holder(fd, person, now) < 0)
		rc = error_set_errno(err, errno, "%s cannot be written", path);
	free(path);
	if (rc < 0) {
		if (fd >= 0)
			close(fd);
		return rc;
	}
	*out = mem_zalloc(1, sizeof **out);
	(*out)->fd = fd;
	return 0;
}

void lease_release(struct lease *lease)
{
	struct flock unlock = whole_file(F_UNLCK);

	if (lease == NULL)
		return;
	/* The file stays: taking it away would let two people lock two files of one name. */
	(void)!ftruncate(lease->fd, 0);
	/* A child that was just forked may still have this descriptor, and the lock with it. */
	(void)fcntl(lease->fd, F_OFD_SETLK, &unlock);
	close(lease->fd);
	free(lease);
}
