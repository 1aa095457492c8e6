/*
 * Files and folders: joining names, the person's private folders, reading a
 * file whole and replacing one atomically.
 */
#ifndef COPYDESK_PATH_H
#define COPYDESK_PATH_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct strbuf;

/* The private folders of the XDG Base Directory Specification, section "Environment variables". */
enum path_home {
	PATH_DATA,  /* $XDG_DATA_HOME or ~/.local/share: the sample newsroom */
	PATH_STATE, /* $XDG_STATE_HOME or ~/.local/state: the journal */
	PATH_CACHE, /* $XDG_CACHE_HOME or ~/.cache: the catalog */
};

/* "a/b" from "a" and "b", with one slash between; the caller frees. */
char *path_join(const char *folder, const char *name);

/* The last part of a path; borrowed from it. */
const char *path_base(const char *path);

/* "<home>/copydesk", made with mode 0700 when missing; the caller frees *out. */
int path_home(char **out, enum path_home which, struct error *err);

/* Makes a folder and its parents with the given mode; one that is there already is fine. */
int path_make_folders(const char *path, unsigned mode, struct error *err);

bool path_exists(const char *path);
bool path_is_folder(const char *path);

/*
 * Appends a file's bytes to out; "-" is standard input.  More than limit bytes is E_INVALID before
 * anything is loaded, where the size can be known; a missing file is E_NOTFOUND.
 */
int path_read(struct strbuf *out, const char *path, size_t limit, struct error *err);

/*
 * Replaces a file: written beside it, flushed to disk, renamed over it, folder flushed.  A reader
 * sees the old bytes or the new ones, also after a power cut.
 */
int path_write(const char *path, const void *bytes, size_t len, unsigned mode, struct error *err);

/* Writes all bytes to a descriptor, over short writes and EINTR. Returns 0, or -1 with errno. */
int path_write_all(int fd, const void *bytes, size_t len);

#endif
