/*
 * What the files of the repo room share: the only header that includes
 * libgit2's.  Nothing outside src/store/repo*.c includes it.
 *
 *	repo.c            opening and making a repository
 *	repo_worktree.c   work trees that follow a branch
 *	repo_follow.c     promising it, so that one who was cut off is followed up
 *	repo_refs.c       refs: read, moved, listed
 *	repo_refs_batch.c many of them in one go
 *	repo_tree.c       trees: walked, compared, edited
 *	repo_objects.c    blobs, commits and tags, written and read back
 *	repo_sign.c       signatures in them
 *	repo_message.c    messages: people's words and trailers
 *	repo_config.c     settings
 *	repo_loose.c      objects read from files of their own
 *	repo_locks.c      locks, and what a dead holder left
 *	repo_files.c      causes of failure, and the rights of new files
 *	repo_oid.c        ids
 */
#ifndef COPYDESK_REPO_INTERNAL_H
#define COPYDESK_REPO_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include <git2.h>

#include "store/repo.h"

struct error;
struct stat;

#define REPO_TREES_KEPT 256

struct repo {
	git_repository *git;
	git_odb *odb;
	char *folder;   /* absolute, shared by all work trees, without a slash at the end */
	char *worktree; /* the same of the work tree, or NULL */
	int shared;     /* core.sharedRepository: 0 for none, mode bits to add, or -mode to set */
	bool durable;
	bool dry;                               /* objects get their ids and are not written */
	bool batch;                             /* objects are flushed together, later */
	git_odb_object *trees[REPO_TREES_KEPT]; /* read lately, each in the place of its id's first byte */
};

/* Lets go of the trees that are kept. */
void repo_forget_trees(struct repo *repo);

git_oid repo_oid_in(const struct oid *oid);
struct oid repo_oid_out(const git_oid *oid);

/*
 * Fills err with the words and libgit2's last cause: E_IO with a reason an editor knows where the
 * system failed (full, read-only, no permission), else E_GIT with libgit2's own words.
 */
int repo_fail(const struct repo *repo, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- New files in the repository's folder; relative is a path below it -- */

/* Whether the folder that would hold relative is not there yet: ask before writing. */
bool repo_folder_missing(const struct repo *repo, const char *relative);

/*
 * After writing: gives the file and the folders above it the rights that core.sharedRepository asks
 * for, and where its folder is new, makes that durable too, because libgit2 does neither.
 */
void repo_settle(const struct repo *repo, const char *relative, bool folder_is_new);

/* Whether nobody wrote a file, or put another in its place, between two looks at it. */
bool repo_same_file(const struct stat *a, const struct stat *b);

/* The rights that git gives under core.sharedRepository (git-config(1)); a pure function. */
unsigned repo_shared_mode(int shared, unsigned mode, bool folder);

/* -- Waiting for somebody else's lock -- */

#define REPO_LOCK_WAIT  2000 /* milliseconds of retrying */
#define REPO_LOCK_STALE 10   /* seconds without a change after which its owner must be dead */
#define REPO_LOCK_DEAD  1    /* the same, where we know that one of ours died while it held such a lock */

struct repo_retry {
	int64_t end; /* clock_monotonic() at which to give up */
	unsigned seed;
};

void repo_retry_start(struct repo_retry *retry);

/* Waits a few milliseconds, a different number for everybody; false when the time is over. */
bool repo_retry_wait(struct repo_retry *retry);

/*
 * Takes the flock of copydesk/locks/<name> for a ref or file of the repository's folder; close(*fd)
 * releases it.
 */
int repo_flock(const struct repo *repo, const char *name, int *fd, struct error *err);

/* The same without waiting: E_IO where somebody else has it. */
int repo_flock_now(const struct repo *repo, const char *name, int *fd, struct error *err);

/* Under that flock: removes the lock file of relative where it has not changed for so many seconds. */
void repo_clear_stale_lock(const struct repo *repo, const char *relative, int seconds);

/*
 * Whoever is killed lets go of the flock, and of nothing else.  So what is done under it is noted in the
 * flock's file, a line of up to REPO_NOTE_SIZE - 1 bytes, and rubbed out when it is done: a note that is
 * there when the flock is taken is that of one who died.  False where there is none.
 */
#define REPO_NOTE_SIZE 64

bool repo_note_read(int fd, char note[REPO_NOTE_SIZE]);
void repo_note_write(int fd, const char *note);
void repo_note_clear(int fd);

/*
 * Calls visit with each ref at or below a folder ("refs") that has a lock, with folder before its name.
 * Whether it answered true each time.
 */
bool repo_each_lock(const struct repo *repo, const char *folder,
		    bool (*visit)(const struct repo *repo, const char *name));

/* Under the flock of a ref: removes its lock where that holds what a dead writer of ours noted. */
void repo_clear_dead_lock(const struct repo *repo, const char *name, const char *note);

/* As repo_worktree_follow(), but E_IO at once while git itself holds the index. */
int repo_worktree_follow_now(struct repo *repo, const char *branch, const struct oid *old_tree,
			     const struct oid *new_tree, const char *const *paths, size_t count,
			     struct error *err);

/* That a ref which is said to have moved stands somewhere else than before; further on is fine. */
int repo_ref_kept(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		  struct error *err);

/* -- Objects -- */

/* Writes an object and reads it back whole; what names it in the error. */
int repo_object_write(struct repo *repo, git_oid *out, const void *bytes, size_t len, git_object_t type,
		      const char *what, struct error *err);

/* The file of a loose object below the repository's folder. */
#define REPO_LOOSE_SIZE 64

void repo_loose_name(char out[REPO_LOOSE_SIZE], const git_oid *id);

enum repo_loose {
	REPO_LOOSE_NONE,   /* it lies in a pack, or is not there */
	REPO_LOOSE_READ,   /* appended */
	REPO_LOOSE_BROKEN, /* it is damaged, cut short, or no blob; nothing was appended */
};

/*
 * Appends the first len bytes of a blob, which has as many, where it is a file of its own.  Without a second
 * copy, and with an end: libgit2 1.5 reads for ever in one that was cut short.  No id is compared.
 */
enum repo_loose repo_loose_blob(const struct repo *repo, const git_oid *id, size_t len, struct strbuf *out);

/* Has libgit2 read loose objects in the same way; its code. */
int repo_loose_install(struct repo *repo);

/* Signs the bytes of a commit or tag object, and puts the signature where git looks for it. */
int repo_sign_commit(struct strbuf *bytes, const struct sign_key *key, struct error *err);
int repo_sign_tag(struct strbuf *bytes, const struct sign_key *key, struct error *err);

#endif
