/*
 * Lets one library of copydesk find no memory: preloaded (ld.so(8), LD_PRELOAD) by tests/screen/torture.
 *
 *	STARVE_LIBRARY  whose calls fail: what is in the path of its file, as "libgit2"
 *	STARVE_WHILE    they fail only while this file is there
 *	STARVE_NOTE     a file that is made when a call has failed
 *
 * Who calls is known by where the call returns to.  What a library has another one allocate is that one's.
 */
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* glibc's own, under the names that it keeps for this. */
void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

/* Where the library's code lies. */
static uintptr_t from, to;
static const char *starving;
static const char *note;

static int find(struct dl_phdr_info *info, size_t size, void *library)
{
	(void)size;
	if (strstr(info->dlpi_name, library) == NULL)
		return 0;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &info->dlpi_phdr[i];

		if (part->p_type == PT_LOAD && (part->p_flags & PF_X) != 0) {
			from = info->dlpi_addr + part->p_vaddr;
			to = from + part->p_memsz;
		}
	}
	return 1;
}

static void __attribute__((constructor)) begin(void)
{
	char *library = getenv("STARVE_LIBRARY");

	starving = getenv("STARVE_WHILE");
	note = getenv("STARVE_NOTE");
	if (library != NULL && starving != NULL && note != NULL &&
	    strcmp(program_invocation_short_name, "copydesk") == 0)
		(void)dl_iterate_phdr(find, library);
}

/* By the bare system calls, which need no memory. */
static bool fails(const void *caller)
{
	int errnum = errno;
	long fd;

	if ((uintptr_t)caller < from || (uintptr_t)caller >= to)
		return false;
	if (syscall(SYS_faccessat, AT_FDCWD, starving, F_OK) != 0) {
		errno = errnum;
		return false;
	}
	fd = syscall(SYS_openat, AT_FDCWD, note, O_WRONLY | O_CREAT, 0666);
	if (fd >= 0)
		syscall(SYS_close, fd);
	errno = ENOMEM;
	return true;
}

void *malloc(size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size);
}
