/*
 * The git repository: the only room that knows libgit2.
 *
 * A struct repo belongs to one thread.  Object ids, trees, commits and refs
 * come and go as plain values.  Writing is durable or it did not happen: what
 * was written is read back before a ref moves, a ref moves only from the value
 * that the caller saw, and after any error the ref is read again before
 * anything is said about it.  No ref is ever deleted or renamed.
 *
 *	repo_open(&repo, folder, &err);
 *	repo_ref_read(repo, "refs/heads/main", &tip, &err);
 *	repo_tree_edit(repo, &tree, &old_tree, changes, 1, &err);
 *	repo_commit_write(repo, &id, &commit, &err);
 *	repo_ref_move(repo, "refs/heads/main", &id, &tip, &person, "release", &err);
 *	repo_close(repo);
 */
#ifndef COPYDESK_REPO_H
#define COPYDESK_REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "store/sign.h"

struct error;
struct repo;

#define REPO_OID_SIZE 20
#define REPO_HEX_SIZE 41

/* The largest blob that is ever loaded, bytes. */
#define REPO_BLOB_LIMIT ((size_t)16 << 20)

struct oid {
	unsigned char id[REPO_OID_SIZE]; /* SHA-1; all zero for none */
};

struct repo_person {
	char *name; /* UTF-8 */
	char *mail;
};

bool oid_equal(const struct oid *a, const struct oid *b);
bool oid_is_zero(const struct oid *oid);
void oid_hex(char out[REPO_HEX_SIZE], const struct oid *oid);

/* Reads 40 hexadecimal digits; false for anything else. */
bool oid_parse(struct oid *out, const char *hex);

/* -- Opening -- */

/*
 * Opens the repository that holds folder.  Says in one sentence, with what to do, when there is
 * none (E_NOTFOUND), when it cannot be read (E_IO), when it belongs to somebody else, uses SHA-256 or
 * an unknown extension, is shallow or a partial clone, or is damaged (E_GIT).
 */
int repo_open(struct repo **out, const char *folder, struct error *err);

/* Makes a repository (bare or with a work tree) whose unborn HEAD is branch; an existing one is opened. */
int repo_init(struct repo **out, const char *folder, bool bare, const char *branch, struct error *err);
void repo_close(struct repo *repo);

/*
 * The repository's own folder (".git" or the bare one; of a linked work tree the main one's), and
 * the work tree's or NULL; absolute, without a slash at the end, borrowed.
 */
const char *repo_folder(const struct repo *repo);
const char *repo_worktree(const struct repo *repo);

/* Whether objects and refs can be written here: 0, or E_IO saying why not. */
int repo_writable(struct repo *repo, struct error *err);

/* The branch HEAD names ("main"), also unborn; E_REFUSED when HEAD is detached. The caller frees. */
int repo_head_branch(struct repo *repo, char **out, struct error *err);

/*
 * Turns flushing of every object and ref to disk on or off (on when opened; libgit2 has one switch for
 * the whole process, so that opening another repository turns it on again).  Off is for building
 * the sample newsroom, which is flushed once with repo_flush() at its end.
 */
void repo_set_durable(struct repo *repo, bool durable);
int repo_flush(struct repo *repo, struct error *err);

/*
 * From repo_batch_begin() on objects are written without flushing each of them; repo_batch_end() flushes
 * them all at once (syncfs(2), which tells of a failed write since Linux 5.8).  No ref may move between.
 */
void repo_batch_begin(struct repo *repo);
int repo_batch_end(struct repo *repo, struct error *err);

/* -- Configuration: git's own files; names as "copydesk.branch" -- */

/* The value, which the caller frees, or NULL when unset. repo NULL: of the person's own files alone. */
char *repo_config(struct repo *repo, const char *name);

/*
 * The same of the repository's own file, or where that is silent of the system's: what whoever keeps the
 * machine and the newsroom wrote, never what another person's settings say.
 */
char *repo_config_own(struct repo *repo, const char *name);

/* A value that is yes or no, in all of git's words for these (git-config(1), "boolean"); otherwise where it
 * is neither or unset. */
bool repo_config_bool(struct repo *repo, const char *name, bool otherwise);

/* Sets a value in the repository's own file. */
int repo_config_set(struct repo *repo, const char *name, const char *value, struct error *err);

/* -- Refs -- */

/* The id a ref points at; E_NOTFOUND when there is no such ref. Symbolic refs are followed. */
int repo_ref_read(struct repo *repo, const char *name, struct oid *out, struct error *err);

/* Whether git takes this as a whole ref name (git-check-ref-format(1)). */
bool repo_ref_valid(const char *name);

/*
 * Moves a ref from old to new; old all zero: the ref must not exist.  Retries a locked ref with
 * jitter for 2 s; a lock that has not changed for 10 s is cleared under the ref's flock.
 * E_CONFLICT when the ref stands elsewhere than at old, or its name cannot stand beside another's
 * ("a" and "a/b"); E_IO when it stays locked.  When the system reports an error but the ref did move,
 * that is success.  message goes to the reflog, under person, where core.logAllRefUpdates asks for one.
 */
int repo_ref_move(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		  const struct repo_person *person, const char *message, struct error *err);

/* One of several moves of refs. */
struct repo_ref_update {
	const char *name;
	struct oid new_id;
	struct oid old_id;   /* all zero: the ref must not exist */
	const char *message; /* for the reflog */
	int rc;              /* what came of it, as of repo_ref_move() */
};

/*
 * Moves many refs, each for itself as repo_ref_move() does, but much faster than one after another: they are
 * flushed to disk together.  Gives the first failure other than E_CONFLICT, which is for the caller to
 * find in rc; the others are moved all the same.  Where the disk fails, none of the rest is tried.
 */
int repo_refs_move(struct repo *repo, struct repo_ref_update *updates, size_t count,
		   const struct repo_person *person, struct error *err);

/*
 * Takes away the locks of refs below a folder ("refs/copydesk/origin") that have not changed for 10 s: a git
 * that was cut off left them, and they would hold up every later fetch.
 */
void repo_clear_locks(struct repo *repo, const char *folder);

/*
 * Calls visit for each direct ref below prefix ("refs/drafts/"), in name order; stops at non-zero
 * and returns it.
 */
int repo_refs(struct repo *repo, const char *prefix,
	      int (*visit)(void *context, const char *name, const struct oid *oid), void *context,
	      struct error *err);

/* -- Commits -- */

struct repo_time {
	int64_t seconds; /* since the epoch */
	int offset;      /* minutes east of UTC */
};

struct repo_commit {
	struct oid id; /* set by reading, unused for writing */
	struct oid tree;
	struct oid parent; /* the first one; all zero for a root commit */
	struct oid merged; /* the second one, of a draft that was brought up to date; all zero for none */
	size_t parents;    /* how many there are; set by reading only */
	struct repo_person author;
	struct repo_person committer;
	struct repo_time authored;
	struct repo_time committed;
	char *message;              /* UTF-8 */
	bool recoded;               /* it says that its words are in another encoding; set by reading only */
	bool is_signed;             /* there is a signature, of whatever worth; set by reading only */
	const struct sign_key *key; /* to sign it with when it is written; NULL: unsigned. Borrowed */
};

/* Reads a commit; the caller clears it with repo_commit_clear(). E_NOTFOUND, or E_GIT when damaged. */
int repo_commit_read(struct repo *repo, struct repo_commit *out, const struct oid *id, struct error *err);
void repo_commit_clear(struct repo_commit *commit);

/*
 * Writes a commit and reads it, its tree and its parent back (git_commit_create can succeed on a
 * full disk with nothing written).  No ref moves.  With a key: signed first, as git verify-commit takes
 * it; nothing is written where that fails (see sign_make()).
 */
int repo_commit_write(struct repo *repo, struct oid *out, const struct repo_commit *commit,
		      struct error *err);

/* Whether ancestor can be reached from descendant, or is the same. */
bool repo_is_ancestor(struct repo *repo, const struct oid *ancestor, const struct oid *descendant);

/* -- Blobs -- */

/* The size without loading; E_NOTFOUND when absent or no blob. */
int repo_blob_size(struct repo *repo, const struct oid *id, size_t *out, struct error *err);

/* Appends a blob's bytes; E_INVALID above REPO_BLOB_LIMIT, told with its size, before loading it. */
int repo_blob_read(struct repo *repo, const struct oid *id, struct strbuf *out, struct error *err);

/*
 * Appends a blob's first bytes; all of them where there are no more, where it is not large, or where it
 * cannot be had in parts.  The id of a part is not compared.
 */
int repo_blob_head(struct repo *repo, const struct oid *id, struct strbuf *out, size_t len,
		   struct error *err);

int repo_blob_write(struct repo *repo, struct oid *out, const void *bytes, size_t len, struct error *err);

/* The id that bytes would have as a blob, without writing it. */
void repo_blob_hash(struct oid *out, const void *bytes, size_t len);

/* -- Trees; paths are relative to the root, with '/', without a leading one -- */

enum repo_mode {
	REPO_MODE_NONE = 0,
	REPO_MODE_TREE = 0040000,
	REPO_MODE_FILE = 0100644,
	REPO_MODE_EXECUTABLE = 0100755,
	REPO_MODE_LINK = 0120000,
	REPO_MODE_COMMIT = 0160000,
};

struct repo_entry {
	const char *path; /* whole path from the root; borrowed */
	unsigned mode;    /* enum repo_mode */
	struct oid id;
};

/* What stands at a path of a tree; E_NOTFOUND when nothing does. out->path is path. */
int repo_tree_find(struct repo *repo, const struct oid *tree, const char *path, struct repo_entry *out,
		   struct error *err);

/*
 * Calls visit for each entry that is not a folder below prefix ("" or "content"), in git's order;
 * stops at non-zero and returns it.  A missing prefix is an empty folder.
 */
int repo_tree_walk(struct repo *repo, const struct oid *tree, const char *prefix,
		   int (*visit)(void *context, const struct repo_entry *entry), void *context,
		   struct error *err);

/*
 * The tree with some paths changed: each entry is put at its path, or taken away with mode
 * REPO_MODE_NONE; folders appear and vanish as needed.  An all-zero tree is the empty one.
 */
int repo_tree_edit(struct repo *repo, struct oid *out, const struct oid *tree,
		   const struct repo_entry *changes, size_t count, struct error *err);

/* The id of the tree that repo_tree_edit() would write; nothing is written. */
int repo_tree_preview(struct repo *repo, struct oid *out, const struct oid *tree,
		      const struct repo_entry *changes, size_t count, struct error *err);

/* One path that differs between two trees; a side without it has REPO_MODE_NONE and a zero id. */
struct repo_change {
	const char *path; /* borrowed for the call */
	unsigned old_mode;
	struct oid old_id;
	unsigned new_mode;
	struct oid new_id;
};

/* Calls visit for each path that differs (no renames), in git's order; stops at non-zero and returns it. */
int repo_tree_diff(struct repo *repo, const struct oid *old_tree, const struct oid *new_tree,
		   int (*visit)(void *context, const struct repo_change *change), void *context,
		   struct error *err);

/*
 * Whether a path may stand in a tree that is checked out anywhere: no empty, "." or ".." part, no
 * ".git" in any of the forms that git refuses, no control characters, no backslash.
 */
bool repo_path_safe(const char *path);

/* -- Tags -- */

struct repo_tag {
	struct oid target; /* a commit */
	char *name;        /* as it stands inside, "release/2026-11-20.1" */
	struct repo_person tagger;
	struct repo_time time;
	const char *message;        /* to write it with; not read. Borrowed */
	const struct sign_key *key; /* to sign it with when it is written; NULL: unsigned. Borrowed */
};

/*
 * Writes an annotated tag object and reads it back; the caller moves refs/tags/... to it.  With a key it is
 * signed as git verify-tag takes it.
 */
int repo_tag_write(struct repo *repo, struct oid *out, const struct repo_tag *tag, struct error *err);

/* Reads a tag object; E_NOTFOUND when there is none, or it names no commit or no tagger. The caller clears.
 */
int repo_tag_read(struct repo *repo, struct repo_tag *out, const struct oid *id, struct error *err);
void repo_tag_clear(struct repo_tag *tag);

/* The commit that a tag object (or a commit itself) points at. */
int repo_peel_commit(struct repo *repo, struct oid *out, const struct oid *id, struct error *err);

/* -- Signatures (see store/sign.h) -- */

/*
 * What git's configuration says that this person signs with: user.signingKey, else the agent's first
 * key; gpg.ssh.program.  Fails as sign_agent_key() does, and with E_REFUSED where gpg.format is not ssh.
 * The caller clears with sign_key_clear().
 */
int repo_signing_key(struct repo *repo, struct sign_key *out, struct error *err);

/*
 * Whether the person wants everything signed: copydesk.sign, or, where that is unset and gpg.format is
 * ssh, commit.gpgSign (for tags: tag.gpgSign).
 */
bool repo_wants_signed(struct repo *repo, bool tag);

/* The signature of a commit or tag, empty for none, and the bytes that it is of. */
struct repo_signed {
	struct strbuf signature;
	struct strbuf payload;
};

/* Reads it, to be cleared also after an error; E_NOTFOUND where there is no such commit or tag. */
int repo_signed_read(struct repo *repo, struct repo_signed *out, const struct oid *id, struct error *err);
void repo_signed_clear(struct repo_signed *signature);

/* Whether it is that person's, by the list, at that time. */
enum sign_verdict repo_signed_by(const struct repo_signed *signature, const struct signers *signers,
				 const struct repo_person *person, struct repo_time time);

/* -- The work tree -- */

/*
 * Whether each path stands in index and work tree exactly as in tree (absent there counts as absent
 * here), in every work tree, linked ones included, that has branch ("main") checked out.  E_REFUSED
 * names the first that was changed by hand.  Where no work tree has it there is nothing to check: 0.
 */
int repo_worktree_clean(struct repo *repo, const char *branch, const struct oid *tree,
			const char *const *paths, size_t count, struct error *err);

/*
 * Brings index and files at these paths from old_tree to new_tree, leaving everything else alone; a
 * path that stands neither as in old_tree nor as in new_tree is left and named in the error
 * (E_REFUSED), and the others are brought on all the same.  Links out of the work tree are never
 * followed.  While git itself holds the index (index.lock): retried for 2 s, then E_IO.
 */
int repo_worktree_follow(struct repo *repo, const char *branch, const struct oid *old_tree,
			 const struct oid *new_tree, const char *const *paths, size_t count,
			 struct error *err);

/*
 * Says, before the branch moves, that the work trees are to follow from old_tree to new_tree; ended when
 * they have, or need not.  Whoever is killed in between, or ends it as not kept, leaves a note.
 * Never fails: where no note can be written there is none.
 */
struct repo_promise;

struct repo_promise *repo_promise_make(const struct repo *repo, const struct oid *old_tree,
				       const struct oid *new_tree);
void repo_promise_end(struct repo_promise *promise, bool kept);

/*
 * Brings on the work trees that somebody left behind who was killed: as repo_worktree_follow(), to where
 * the branch stands now.  What was changed by hand meanwhile is left; E_REFUSED then names it.  Without
 * wait, E_IO at once while git itself holds the index.
 */
int repo_worktree_catch_up(struct repo *repo, const char *branch, bool wait, struct error *err);

/*
 * Holds a name among all processes of copydesk, for what is more than one ref: waits for up to 2 s, then
 * E_IO.  close(*fd) lets go, and so does the end of the process.
 */
int repo_hold(const struct repo *repo, const char *name, int *fd, struct error *err);

/* -- People -- */

/* git's user.name and user.email for this repository (see repo_config()); E_NOTFOUND, with what to do, when
 * unset. */
int repo_identity(struct repo *repo, struct repo_person *out, struct error *err);

/* Reads "NAME <MAIL>"; E_INVALID for what is no such thing. The caller clears. */
int repo_person_parse(struct repo_person *out, const char *text, struct error *err);
void repo_person_copy(struct repo_person *out, const struct repo_person *person);
void repo_person_clear(struct repo_person *person);

/* Whether two are the same person: the mail address decides, letter case of ASCII aside. */
bool repo_person_same(const struct repo_person *a, const struct repo_person *b);

/* -- Commit messages (git-interpret-trailers(1)) -- */

struct repo_trailer {
	char *key;   /* as written */
	char *value; /* unfolded, trimmed */
};

struct repo_trailers {
	struct repo_trailer *items;
	size_t count;
	size_t capacity;
};

/* The trailers of a message's last paragraph, by git's rules. The caller clears. */
void repo_trailers_read(struct repo_trailers *out, const char *message);
void repo_trailers_clear(struct repo_trailers *trailers);

/* The first value under a key, in any letter case, or NULL; borrowed. */
const char *repo_trailers_get(const struct repo_trailers *trailers, const char *key);

/*
 * Appends what a person typed as the body of a message, after the subject and a blank line, which
 * this writes: no line of it can be read as a trailer, a comment, or the end of the message, because
 * every line of a paragraph that holds such a line is indented by two spaces.  The caller's trailers
 * follow; the blank line before them is written too.
 */
void repo_message_body(struct strbuf *out, const char *text, size_t len);

/*
 * Appends what a person typed, from a message written with repo_message_body(), without subject and
 * trailers.  It comes back to the byte, but for CR LF, which became LF, NUL, which git cannot hold,
 * and blank lines at its start and white space at its end, which are gone.
 */
void repo_message_typed(struct strbuf *out, const char *message);

/* Appends "Key: value" as a line; line ends in value become spaces. An empty value writes nothing. */
void repo_message_trailer(struct strbuf *out, const char *key, const char *value);

#endif
