/*
 * Makes a system call of copydesk fail: preloaded (ld.so(8), LD_PRELOAD) by tests/faults/run.
 *
 *	FAULT_CALL   open, read, write, fsync, close, rename, link, unlink, mkdir, fcntl or flock; the
 *	             kinds of a call (openat, pwrite ...) count as one
 *	FAULT_AT     the number of the call that fails, from 1
 *	FAULT_ERROR  its error: ENOSPC, EIO, EMFILE or EINTR
 *	FAULT_EVER   set: all such calls from then on fail, too
 *	FAULT_NOTE   a file that is made when a call has failed
 *	FAULT_PATH   only writes to files with this in their path count
 *	FAULT_WHILE  they fail only while this file is there
 *
 * What is written to the standard output and error passes, and so does every call of other programs.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const struct {
	const char *name;
	int number;
} errors[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO}, {"EMFILE", EMFILE}, {"EINTR", EINTR}};

static int error_wanted(void)
{
	const char *name = getenv("FAULT_ERROR");

	for (size_t i = 0; name != NULL && i < sizeof errors / sizeof errors[0]; i++) {
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].number;
	}
	return EIO;
}

/* By the bare system calls, so that it neither counts nor fails. */
static void leave_note(void)
{
	const char *path = getenv("FAULT_NOTE");
	long fd = path != NULL ? syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT, 0666) : -1;

	if (fd >= 0)
		syscall(SYS_close, fd);
}

/* Whether this call is to fail; then errno is set. */
static bool fails(const char *call)
{
	static atomic_long count;
	const char *wanted = getenv("FAULT_CALL");
	const char *at = getenv("FAULT_AT");
	long number;

	if (wanted == NULL || at == NULL || strcmp(wanted, call) != 0 ||
	    strcmp(program_invocation_short_name, "copydesk") != 0)
		return false;
	number = atomic_fetch_add(&count, 1) + 1;
	if (number != atol(at) && (number < atol(at) || getenv("FAULT_EVER") == NULL))
		return false;
	leave_note();
	errno = error_wanted();
	return true;
}

#define REAL(name) (__extension__(__typeof__(&name)) dlsym(RTLD_NEXT, #name))

/* open(2) takes a mode only where it may make a file. */
static mode_t mode_of(int flags, va_list list)
{
	return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

#define OPEN(name)                                                                                           \
	int name(const char *path, int flags, ...)                                                           \
	{                                                                                                    \
		va_list list;                                                                                \
		mode_t mode;                                                                                 \
                                                                                                             \
		va_start(list, flags);                                                                       \
		mode = mode_of(flags, list);                                                                 \
		va_end(list);                                                                                \
		return fails("open") ? -1 : REAL(name)(path, flags, mode);                                   \
	}

#define OPENAT(name)                                                                                         \
	int name(int folder, const char *path, int flags, ...)                                               \
	{                                                                                                    \
		va_list list;                                                                                \
		mode_t mode;                                                                                 \
                                                                                                             \
		va_start(list, flags);                                                                       \
		mode = mode_of(flags, list);                                                                 \
		va_end(list);                                                                                \
		return fails("open") ? -1 : REAL(name)(folder, path, flags, mode);                           \
	}

OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* The fortified forms (glibc, _FORTIFY_SOURCE) of a call without a mode. */
int __open_2(const char *path, int flags);
int __open64_2(const char *path, int flags);
int __openat_2(int folder, const char *path, int flags);
int __openat64_2(int folder, const char *path, int flags);

int __open_2(const char *path, int flags)
{
	return open(path, flags);
}

int __open64_2(const char *path, int flags)
{
	return open64(path, flags);
}

int __openat_2(int folder, const char *path, int flags)
{
	return openat(folder, path, flags);
}

int __openat64_2(int folder, const char *path, int flags)
{
	return openat64(folder, path, flags);
}

/* Whether a descriptor is of a file that FAULT_PATH means, and FAULT_WHILE holds. */
static bool is_meant(int fd)
{
	const char *part = getenv("FAULT_PATH");
	const char *flag = getenv("FAULT_WHILE");
	char link[64], path[4096];
	long len;

	if (flag != NULL && syscall(SYS_faccessat, AT_FDCWD, flag, F_OK) < 0)
		return false;
	if (part == NULL)
		return true;
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	len = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
	path[len > 0 ? len : 0] = '\0';
	return strstr(path, part) != NULL;
}

ssize_t write(int fd, const void *bytes, size_t len)
{
	return fd > STDERR_FILENO && is_meant(fd) && fails("write") ? -1 : REAL(write)(fd, bytes, len);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t at)
{
	return fails("write") ? -1 : REAL(pwrite)(fd, bytes, len, at);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t at)
{
	return fails("write") ? -1 : REAL(pwrite64)(fd, bytes, len, at);
}

/* What the shell or the libraries opened before passes, too. */
ssize_t read(int fd, void *bytes, size_t len)
{
	return fd > STDERR_FILENO && fails("read") ? -1 : REAL(read)(fd, bytes, len);
}

ssize_t pread(int fd, void *bytes, size_t len, off_t at)
{
	return fails("read") ? -1 : REAL(pread)(fd, bytes, len, at);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t at)
{
	return fails("read") ? -1 : REAL(pread64)(fd, bytes, len, at);
}

/* Closed it is in any case, as close(2) says of Linux. */
int close(int fd)
{
	bool failing = fd > STDERR_FILENO && fails("close");
	int error = errno;
	int rc = REAL(close)(fd);

	if (!failing)
		return rc;
	errno = error;
	return -1;
}

int flock(int fd, int operation)
{
	return fails("flock") ? -1 : REAL(flock)(fd, operation);
}

/* Its third argument is a number or a pointer, which are passed in the same way (SysV ABI, 3.2.3). */
#define FCNTL(name)                                                                                          \
	int name(int fd, int command, ...)                                                                   \
	{                                                                                                    \
		va_list list;                                                                                \
		void *argument;                                                                              \
                                                                                                             \
		va_start(list, command);                                                                     \
		argument = va_arg(list, void *);                                                             \
		va_end(list);                                                                                \
		return fails("fcntl") ? -1 : REAL(name)(fd, command, argument);                              \
	}

FCNTL(fcntl)
FCNTL(fcntl64)

int unlink(const char *path)
{
	return fails("unlink") ? -1 : REAL(unlink)(path);
}

int unlinkat(int folder, const char *path, int flags)
{
	return fails("unlink") ? -1 : REAL(unlinkat)(folder, path, flags);
}

int fsync(int fd)
{
	return fails("fsync") ? -1 : REAL(fsync)(fd);
}

int fdatasync(int fd)
{
	return fails("fsync") ? -1 : REAL(fdatasync)(fd);
}

int syncfs(int fd)
{
	return fails("fsync") ? -1 : REAL(syncfs)(fd);
}

int rename(const char *from, const char *to)
{
	return fails("rename") ? -1 : REAL(rename)(from, to);
}

int renameat(int from_folder, const char *from, int to_folder, const char *to)
{
	return fails("rename") ? -1 : REAL(renameat)(from_folder, from, to_folder, to);
}

int link(const char *from, const char *to)
{
	return fails("link") ? -1 : REAL(link)(from, to);
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	return fails("link") ? -1 : REAL(linkat)(from_folder, from, to_folder, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
	return fails("mkdir") ? -1 : REAL(mkdir)(path, mode);
}

int mkdirat(int folder, const char *path, mode_t mode)
{
	return fails("mkdir") ? -1 : REAL(mkdirat)(folder, path, mode);
}
