#include "base/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

char *path_join(const char *folder, const char *name)
{
	size_t len = strlen(folder);

	while (len > 1 && folder[len - 1] == '/')
		len--;
	if (len == 0)
		return mem_strdup(name);
	if (folder[len - 1] == '/')
		return mem_printf("/%s", name);
	return mem_printf("%.*s/%s", (int)len, folder, name);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int path_home(char **out, enum path_home which, struct error *err)
{
	static const struct {
		const char *variable;
		const char *below_home;
	} homes[] = {
	    [PATH_DATA] = {"XDG_DATA_HOME", ".local/share"},
	    [PATH_STATE] = {"XDG_STATE_HOME", ".local/state"},
	    [PATH_CACHE] = {"XDG_CACHE_HOME", ".cache"},
	};
	const char *base = getenv(homes[which].variable);
	const char *home = getenv("HOME");
	char *folder;
	char *path;
	int rc;

	/* The specification: a relative path in these variables is invalid and must be ignored. */
	if (base != NULL && base[0] == '/')
		folder = mem_strdup(base);
	else if (home != NULL && home[0] == '/')
		folder = path_join(home, homes[which].below_home);
	else
		return error_set(err, E_IO,
				 "There is no home folder: set HOME to your folder and start again.");
	path = path_join(folder, "copydesk");
	free(folder);
	rc = path_make_folders(path, 0700, err);
	if (rc < 0)
		free(path);
	else
		*out = path;
	return rc;
}

int path_make_folders(const char *path, unsigned mode, struct error *err)
{
	char *copy = mem_strdup(path);
	char *slash = copy;
	int rc = 0;

	while (rc == 0 && slash != NULL) {
		slash = strchr(slash + 1, '/');
		if (slash != NULL)
			*slash = '\0';
		if (copy[0] != '\0' && mkdir(copy, mode) < 0) {
			int errnum = errno;

			if (!path_is_folder(copy))
				rc = error_set_errno(err, errnum == EEXIST ? ENOTDIR : errnum,
						     "The folder %s cannot be made", copy);
		}
		if (slash != NULL)
			*slash = '/';
	}
	free(copy);
	return rc;
}

bool path_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool path_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int too_large(const char *path, size_t limit, struct error *err)
{
	return error_set(err, E_INVALID, "%s is larger than %zu MiB, the most that copydesk takes.", path,
			 limit >> 20);
}

static int read_all(struct strbuf *out, int fd, const char *path, size_t limit, struct error *err)
{
	size_t start = out->len;
	char chunk[65536];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return error_set_errno(err, errno, "%s cannot be read", path);
		if (n == 0)
			return 0;
		if (out->len - start + (size_t)n > limit)
			return too_large(path, limit, err);
		strbuf_add(out, chunk, (size_t)n);
	}
}

int path_read(struct strbuf *out, const char *path, size_t limit, struct error *err)
{
	struct stat st;
	int fd;
	int rc;

	if (strcmp(path, "-") == 0)
		return read_all(out, STDIN_FILENO, "The standard input", limit, err);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		int errnum = errno;

		rc = error_set_errno(err, errnum, "%s cannot be read", path);
		if (errnum == ENOENT && err != NULL)
			err->code = E_NOTFOUND;
		return errnum == ENOENT ? E_NOTFOUND : rc;
	}
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		rc = error_set_errno(err, EISDIR, "%s cannot be read", path);
	else if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size > limit)
		rc = too_large(path, limit, err);
	else
		rc = read_all(out, fd, path, limit, err);
	close(fd);
	return rc;
}

int path_write_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		at += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Makes a rename in the folder of path durable. */
static int sync_folder(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? mem_strndup(path, (size_t)(slash - path) + 1) : mem_strdup(".");
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (fd >= 0)
		close(fd);
	free(folder);
	return rc;
}

int path_write(const char *path, const void *bytes, size_t len, unsigned mode, struct error *err)
{
	char *beside = mem_printf("%s.new-%ld", path, (long)getpid());
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	int rc = fd < 0 ? -1 : path_write_all(fd, bytes, len);
	int errnum = errno;

	if (rc == 0 && fsync(fd) < 0)
		rc = -1, errnum = errno;
	if (fd >= 0 && close(fd) < 0 && rc == 0)
		rc = -1, errnum = errno;
	if (rc == 0 && (rename(beside, path) < 0 || sync_folder(path) < 0))
		rc = -1, errnum = errno;
	if (rc < 0 && fd >= 0)
		unlink(beside);
	free(beside);
	return rc < 0 ? error_set_errno(err, errnum, "%s cannot be written", path) : 0;
}
