/*
 * The crash log of unsaved keystrokes, outside the repository.
 *
 * Each open draft has one file in a private folder of the person's
 * (path_home(PATH_STATE) and "journal"), readable by that person alone.  Every
 * edit is written to it, with one write(), before the screen shows it, so that
 * a killed program loses nothing; journal_sync() about once a second takes it
 * to the disk, so that a power cut loses a second.  A save starts the file
 * anew.  The process holds an flock on its file: what can be locked at the next
 * start was left behind by a program that did not come to its end.
 *
 *	journal_open(&j, folder, &start, NULL, &err);
 *	journal_append(j, &edit, &err);       -- from the buffer's sink
 *	journal_sync(j, &err);                -- once a second, also from another thread
 *	journal_restart(j, &saved, now, NULL, &err);
 *	journal_close(j, true);
 *
 *	journal_list(&list, folder, &err);    -- at the next start
 *	journal_recover(&text, &found, list.items[0].path, base, base_len, &err);
 *	journal_set_aside(list.items[0].path, &err);
 *
 * A full disk is no signal but an error here when the program ignores SIGXFSZ.
 *
 * The file, version 1; numbers are little-endian, texts are UTF-8:
 *
 *	16 bytes  "copydesk journal"
 *	u32       version
 *	record    the header: i64 time it was started (seconds since the epoch), i64 process
 *	          id; then, each as u32 length and bytes: the id of the blob that the editing
 *	          started from in 40 hexadecimal digits (all zero: from an empty text), host,
 *	          the newsroom's folder, draft, person
 *	records   the edits: u64 position, u64 bytes cut, and the bytes put in
 *
 * A record is u32 length of its payload, u32 CRC-32C (RFC 3720, appendix B.4) of those
 * four bytes and the payload, and the payload.  What follows the last whole record was
 * torn by the crash.
 */
#ifndef COPYDESK_JOURNAL_H
#define COPYDESK_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/repo.h"
#include "text/buffer.h"

struct error;
struct journal;
struct strbuf;

/* The folder of this person's journals; the caller frees. */
int journal_home(char **out, struct error *err);

/* -- Writing -- */

/* What a journal is about; strings are borrowed for the call. */
struct journal_start {
	const char *newsroom; /* its folder */
	const char *draft;    /* its name */
	const char *person;   /* "NAME <MAIL>" */
	struct oid base;      /* the blob that the editing starts from; all zero for an empty text */
	int64_t now;          /* seconds since the epoch */
};

/*
 * Starts a journal in a folder, which is made when missing.  first (may be NULL) is an edit that it
 * begins with: a text that was recovered goes on as one edit that replaces all of its base.
 */
int journal_open(struct journal **out, const char *folder, const struct journal_start *start,
		 const struct buffer_edit *first, struct error *err);

/*
 * Writes one edit.  E_IO says at once when the disk does not take it; the file still ends with the
 * edit before.  As every edit builds on the last, all that follow then fail too, until
 * journal_restart() with all of the text as first.
 */
int journal_append(struct journal *journal, const struct buffer_edit *edit, struct error *err);

/*
 * Takes what was written to the disk.  E_IO also where somebody took the file away, or its folder: then, as
 * after a failed journal_append(), journal_restart() makes it again.  May run on another thread while edits
 * are written, but not while the journal is closed.
 */
int journal_sync(struct journal *journal, struct error *err);

/*
 * Starts anew from another base, after a save; first as for journal_open().  The new file takes the
 * old one's place in one step: after an error the old one stands as it did.
 */
int journal_restart(struct journal *journal, const struct oid *base, int64_t now,
		    const struct buffer_edit *first, struct error *err);

/* The file; borrowed. */
const char *journal_path(const struct journal *journal);

/* Closes; remove says that nothing is unsaved, and the file goes. NULL is fine. */
void journal_close(struct journal *journal, bool remove);

/* -- What a crash left behind -- */

enum journal_state {
	JOURNAL_LEFT,      /* its process is gone: to be offered */
	JOURNAL_LIVE,      /* a process on this host is writing it, perhaps this one */
	JOURNAL_ELSEWHERE, /* from another host; whether its process lives nobody here can tell */
	JOURNAL_UNKNOWN,   /* of a version that this program does not know: only the path is filled in */
	JOURNAL_DAMAGED,   /* it, or its header, cannot be read: only the path is filled in */
};

/* One file of the folder; strings are never NULL and belong to the entry. */
struct journal_entry {
	char *path;
	enum journal_state state;
	char *host;
	int64_t process;
	char *newsroom;
	char *draft;
	char *person;
	struct oid base;
	int64_t started; /* seconds since the epoch */
	int64_t changed; /* the last keystroke, likewise */
	size_t edits;    /* whole ones */
	bool torn;       /* bytes follow that are no whole edit */
};

struct journal_list {
	struct journal_entry *items; /* the last changed first */
	size_t count;
	size_t capacity;
};

/*
 * Reads what is in a folder; a missing folder is an empty one.  Files that hold no edit are not
 * listed, and go when their process is gone.  The caller clears.
 */
int journal_list(struct journal_list *out, const char *folder, struct error *err);
void journal_list_clear(struct journal_list *list);

/* Whether a journal that cannot be read may be of a draft: its file is called as journals of it are. */
bool journal_named_for(const char *path, const char *draft);

/* Whether a folder has any journal that is called as those of a draft are; quick, and reads none. */
bool journal_any_for(const char *folder, const char *draft);

struct journal_recovery {
	size_t edits; /* that were made again */
	bool torn;    /* the last keystrokes were lost: the rest of the file is no whole edit */
};

/*
 * Appends to out the text that a journal leads to from its base, which the caller read from the
 * repository.  E_INVALID when base is another text than the one that the editing started from, or
 * the file no journal of a version that is known; E_CONFLICT while a process writes it; E_NOTFOUND.
 */
int journal_recover(struct strbuf *out, struct journal_recovery *found, const char *path, const char *base,
		    size_t base_len, struct error *err);

/*
 * Keeps a journal under a name that is not listed again.  E_CONFLICT while a process writes it,
 * E_NOTFOUND when somebody else was quicker.
 */
int journal_set_aside(const char *path, struct error *err);

#endif
