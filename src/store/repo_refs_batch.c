/*
 * Many refs moved at once.  Each is moved by git's own protocol, as repo_ref_move() has libgit2 do it: its
 * lock file made anew, the old value compared under it, the new one written into it and flushed, and the lock
 * renamed over the ref.  But the flushing is done for many locks together.  Whatever is out of the common
 * way (a ref that is new, that has a log, that somebody holds) is left to repo_ref_move().
 */
#include "store/repo_internal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

/* How many refs are locked at a time; each holds a descriptor, of which a process may have 1,024. */
#define TOGETHER 128

/* The name that holds off other batches, and whose note tells that one was cut off. */
#define BATCH "refs-batch"

enum progress { LEFT, LOCKED, MOVED };

struct moving {
	struct repo_ref_update *update;
	enum progress progress;
	int fd;     /* the ref's flock while LOCKED */
	char *lock; /* its lock file */
};

/* -- What somebody left -- */

/*
 * Takes away the lock of one ref that a batch left, by the note that it left with it.  The note stays while
 * the lock does, for who writes there next.  False where that lock may still be there: one that is too young
 * to be told from a living writer's.
 */
static bool clear_left(const struct repo *repo, const char *name)
{
	char note[REPO_NOTE_SIZE];
	bool cleared = true;
	char *lock;
	int fd;

	if (repo_flock_now(repo, name, &fd, NULL) != 0)
		return false;
	if (repo_note_read(fd, note)) {
		lock = mem_printf("%s/%s.lock", repo->folder, name);
		repo_clear_dead_lock(repo, name, note);
		repo_clear_stale_lock(repo, name, REPO_LOCK_DEAD);
		cleared = !path_exists(lock);
		if (cleared)
			repo_note_clear(fd);
		free(lock);
	}
	close(fd);
	return cleared;
}

/* -- One ref -- */

/* Whether a move of this ref is written down in a log (git-config(1), core.logAllRefUpdates). */
static bool is_logged(const struct repo *repo, const char *name, bool always)
{
	static const char *const kinds[] = {"refs/heads/", "refs/remotes/", "refs/notes/"};
	char *log = mem_printf("%s/logs/%s", repo->folder, name);
	bool logged = always || path_exists(log);

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
		logged = logged || strncmp(name, kinds[i], strlen(kinds[i])) == 0;
	free(log);
	return logged;
}

/* Whether the ref itself, not one that it names, stands at old, and new is there. */
static bool stands(struct repo *repo, const struct repo_ref_update *update)
{
	git_oid from = repo_oid_in(&update->old_id);
	git_oid to = repo_oid_in(&update->new_id);
	git_reference *ref = NULL;
	bool found = git_reference_lookup(&ref, repo->git, update->name) == 0 &&
		     git_reference_type(ref) == GIT_REFERENCE_DIRECT &&
		     git_oid_equal(git_reference_target(ref), &from) && git_odb_exists(repo->odb, &to) == 1;

	git_reference_free(ref);
	return found;
}

/* The folder may be gone: git pack-refs takes away those that it emptied. */
static int make_lock(const char *lock)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
	int fd = open(lock, flags, 0666);

	if (fd < 0 && errno == ENOENT) {
		char *folder = mem_strndup(lock, (size_t)(strrchr(lock, '/') - lock));

		if (path_make_folders(folder, 0777, NULL) == 0)
			fd = open(lock, flags, 0666);
		free(folder);
	}
	return fd;
}

/* Lets go of a ref; the note stays where its lock cannot be taken away. */
static void let_go(struct moving *m, enum progress progress)
{
	if (progress == MOVED || unlink(m->lock) == 0)
		repo_note_clear(m->fd);
	close(m->fd);
	free(m->lock);
	m->lock = NULL;
	m->progress = progress;
}

/*
 * Writes the new value into the ref's lock, which is made for it, before anything else is done: by its
 * content the next one knows it as ours, and need not wait.
 */
static bool write_lock(struct repo *repo, struct moving *m)
{
	char *relative = mem_printf("%s.lock", m->update->name);
	char line[REPO_HEX_SIZE + 1];
	int fd = make_lock(m->lock);
	bool written = false;

	if (fd >= 0) {
		oid_hex(line, &m->update->new_id);
		line[REPO_HEX_SIZE - 1] = '\n';
		written = path_write_all(fd, line, REPO_HEX_SIZE) == 0;
		written = close(fd) == 0 && written && stands(repo, m->update);
		repo_settle(repo, relative, false);
		if (!written)
			let_go(m, LEFT);
	} else {
		/* The lock is somebody else's. */
		repo_note_clear(m->fd);
		close(m->fd);
		free(m->lock);
		m->lock = NULL;
	}
	free(relative);
	return written;
}

static void lock(struct repo *repo, struct moving *m, bool always_logged)
{
	const struct repo_ref_update *update = m->update;
	char note[REPO_NOTE_SIZE];

	if (oid_is_zero(&update->old_id) || !repo_ref_valid(update->name) ||
	    is_logged(repo, update->name, always_logged) ||
	    repo_flock_now(repo, update->name, &m->fd, NULL) != 0)
		return;
	if (repo_note_read(m->fd, note)) {
		close(m->fd);
		return;
	}
	oid_hex(note, &update->new_id);
	repo_note_write(m->fd, note);
	m->lock = mem_printf("%s/%s.lock", repo->folder, update->name);
	if (write_lock(repo, m))
		m->progress = LOCKED;
}

/* Puts the lock in the ref's place. */
static void take_place(const struct repo *repo, struct moving *m)
{
	char *path = path_join(repo->folder, m->update->name);
	bool moved = rename(m->lock, path) == 0;

	let_go(m, moved ? MOVED : LEFT);
	free(path);
}

/* -- All of them -- */

static int flush(struct repo *repo, struct error *err)
{
	return repo->durable ? repo_flush(repo, err) : 0;
}

/* Moves up to TOGETHER refs; those that it cannot are LEFT. Fails where nothing can be flushed. */
static int move_some(struct repo *repo, struct moving *moving, size_t count, bool always_logged,
		     struct error *err)
{
	int rc;

	for (size_t i = 0; i < count; i++)
		lock(repo, &moving[i], always_logged);
	rc = flush(repo, err);
	for (size_t i = 0; i < count; i++) {
		if (moving[i].progress != LOCKED)
			continue;
		if (rc == 0)
			take_place(repo, &moving[i]);
		else
			let_go(&moving[i], LEFT);
	}
	return rc;
}

/* Moves what can be moved together, and makes that durable. */
static int move_together(struct repo *repo, struct moving *moving, size_t count, struct error *err)
{
	char *setting = repo_config(repo, "core.logallrefupdates");
	bool always = setting != NULL && strcasecmp(setting, "always") == 0;
	int rc = 0;

	free(setting);
	for (size_t i = 0; rc == 0 && i < count; i += TOGETHER)
		rc = move_some(repo, moving + i, count - i < TOGETHER ? count - i : TOGETHER, always, err);
	if (rc == 0)
		rc = flush(repo, err);
	return rc;
}

/*
 * Puts away what a batch left that was cut off.  One lock of it may be just made, empty and too young: that
 * is waited for.  False where one is still there after that.
 */
static bool clear_all_left(const struct repo *repo)
{
	struct repo_retry retry;
	bool cleared;

	repo_retry_start(&retry);
	do
		cleared = repo_each_lock(repo, "refs", clear_left);
	while (!cleared && repo_retry_wait(&retry));
	return cleared;
}

/*
 * Holds off other batches, puts away what one left that was cut off, and notes that there is one.  -1 where
 * another takes long; then nothing is moved together.  *left: what was left is still there.
 */
static int begin(struct repo *repo, bool *left)
{
	char note[REPO_NOTE_SIZE];
	int fd;

	if (repo_flock(repo, BATCH, &fd, NULL) < 0)
		return -1;
	*left = repo_note_read(fd, note) && !clear_all_left(repo);
	repo_note_write(fd, "begun");
	return fd;
}

static void end(int fd, bool left)
{
	if (fd < 0)
		return;
	if (!left)
		repo_note_clear(fd);
	close(fd);
}

static int move_one(struct repo *repo, const struct moving *m, const struct repo_person *person,
		    struct error *err)
{
	const struct repo_ref_update *update = m->update;

	if (m->progress == MOVED)
		return repo_ref_kept(repo, update->name, &update->new_id, &update->old_id, err);
	return repo_ref_move(repo, update->name, &update->new_id, &update->old_id, person, update->message,
			     err);
}

int repo_refs_move(struct repo *repo, struct repo_ref_update *updates, size_t count,
		   const struct repo_person *person, struct error *err)
{
	struct moving *moving = mem_zalloc(count, sizeof *moving);
	struct error why;
	bool left = false;
	int first = 0;
	int broken = 0;
	int fd = begin(repo, &left);

	assert(!repo->batch);
	for (size_t i = 0; i < count; i++)
		moving[i].update = &updates[i];
	/* One alone is moved faster by itself. */
	if (fd >= 0 && count > 1)
		broken = move_together(repo, moving, count, &why);
	/* Nobody may write these drafts again who would find a lock there, so the note stands until the end.
	 */
	for (size_t i = 0; i < count; i++) {
		updates[i].rc = broken < 0 ? broken : move_one(repo, &moving[i], person, &why);
		if (updates[i].rc < 0 && updates[i].rc != E_CONFLICT && first == 0)
			first = error_set(err, updates[i].rc, "%s", why.message);
	}
	end(fd, left);
	free(moving);
	return first;
}
