#include "store/repo_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"

/* -- Reading -- */

bool repo_ref_valid(const char *name)
{
	int valid = 0;

	git_libgit2_init();
	/* libgit2 takes DEL, which git does not (git-check-ref-format(1), rule 4). */
	if (strncmp(name, "refs/", 5) != 0 || strchr(name, 0x7f) != NULL ||
	    git_reference_name_is_valid(&valid, name) < 0)
		valid = 0;
	git_libgit2_shutdown();
	return valid != 0;
}

int repo_ref_read(struct repo *repo, const char *name, struct oid *out, struct error *err)
{
	git_oid id;
	int code = git_reference_name_to_id(&id, repo->git, name);

	if (code == GIT_ENOTFOUND)
		return error_set(err, E_NOTFOUND, "There is no %s in %s.", name, repo->folder);
	if (code == GIT_EINVALIDSPEC)
		return error_set(err, E_INVALID, "%s is not a name that git can hold.", name);
	if (code < 0)
		return repo_fail(repo, err, "%s cannot be read", name);
	*out = repo_oid_out(&id);
	return 0;
}

/* -- Moving -- */

/* Where the ref stands; all zero for nowhere. */
static int where(struct repo *repo, const char *name, struct oid *out, struct error *err)
{
	int rc = repo_ref_read(repo, name, out, err);

	if (rc == E_NOTFOUND) {
		memset(out, 0, sizeof *out);
		return 0;
	}
	return rc;
}

static int conflict(const char *name, struct error *err)
{
	return error_set(err, E_CONFLICT, "Somebody else moved %s first; nothing of yours is lost.", name);
}

static int locked(const struct repo *repo, const char *name, struct error *err)
{
	return error_set(err, E_IO,
			 "Another program is writing %s just now (%s/%s.lock is there); try again in a few "
			 "seconds.",
			 name, repo->folder, name);
}

static int note(void *context, const char *name, const struct oid *oid)
{
	(void)name;
	(void)oid;
	*(bool *)context = true;
	return 1;
}

/* Whether a ref stands where the name needs a folder, or the name is such a folder. */
static bool collides(struct repo *repo, const char *name)
{
	char *part = mem_printf("%s/", name);
	bool found = false;
	struct oid id;

	(void)repo_refs(repo, part, note, &found, NULL);
	for (char *slash = strrchr(part, '/'); !found && slash != NULL; slash = strrchr(part, '/')) {
		*slash = '\0';
		found = strcmp(part, name) != 0 && repo_ref_valid(part) &&
			repo_ref_read(repo, part, &id, NULL) == 0;
	}
	free(part);
	return found;
}

/*
 * What an error of the move means, from where the ref really stands: 0 when it moved nevertheless,
 * 1 when another try is due, or the error.
 */
static int judge(struct repo *repo, const char *name, int code, const struct oid *new_id,
		 const struct oid *old_id, struct error *err)
{
	struct error looking;
	struct oid now;
	int rc;

	/* Looking where it stands forgets the cause, so that is told first. */
	(void)repo_fail(repo, err, "%s cannot be written", name);
	if (code == GIT_EMODIFIED)
		return conflict(name, err);
	rc = where(repo, name, &now, &looking);
	if (rc < 0) {
		*err = looking;
		return rc;
	}
	if (code != GIT_EEXISTS && oid_equal(&now, new_id))
		return 0;
	if (!oid_equal(&now, old_id))
		return conflict(name, err);
	if (code == GIT_EEXISTS || (oid_is_zero(&now) && collides(repo, name)))
		return error_set(err, E_CONFLICT,
				 "The name %s cannot be used beside another that is a part of it.", name);
	if (code == GIT_ELOCKED) {
		(void)locked(repo, name, err);
		return 1;
	}
	/* git pack-refs takes away empty folders, also the one that was just made for this ref. */
	if (code == GIT_ENOTFOUND)
		return 1;
	return err->code;
}

static int move(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		const char *message, int stale, struct error *err)
{
	git_oid to = repo_oid_in(new_id);
	git_oid from = repo_oid_in(old_id);
	bool create = oid_is_zero(old_id);
	struct repo_retry retry;

	repo_retry_start(&retry);
	for (;;) {
		git_reference *ref = NULL;
		int code = git_reference_create_matching(&ref, repo->git, name, &to, !create, &from, message);
		int rc;

		git_reference_free(ref);
		if (code == 0)
			return 0;
		rc = judge(repo, name, code, new_id, old_id, err);
		if (rc <= 0)
			return rc;
		if (code == GIT_ELOCKED)
			repo_clear_stale_lock(repo, name, stale);
		if (!repo_retry_wait(&retry))
			return err->code;
	}
}

/* Moves the ref with a note in the flock's file, and clears what somebody left who died over theirs. */
static int move_noted(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		      const char *message, int fd, struct error *err)
{
	char note[REPO_NOTE_SIZE];
	char hex[REPO_HEX_SIZE];
	bool died = repo_note_read(fd, note);
	char *lock;
	int rc;

	if (died)
		repo_clear_dead_lock(repo, name, note);
	oid_hex(hex, new_id);
	repo_note_write(fd, hex);
	rc = move(repo, name, new_id, old_id, message, died ? REPO_LOCK_DEAD : REPO_LOCK_STALE, err);
	/* A lock that still stands may be theirs: the next one is to know. */
	lock = mem_printf("%s/%s.lock", repo->folder, name);
	if (rc == 0 || !died || !path_exists(lock))
		repo_note_clear(fd);
	free(lock);
	return rc;
}

/* A look that fails says nothing about the move, so there is a second one. */
int repo_ref_kept(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		  struct error *err)
{
	struct oid now;
	int rc = where(repo, name, &now, err);

	if (rc < 0 && where(repo, name, &now, err) < 0)
		return error_set(
		    err, E_IO,
		    "It cannot be told whether %s was written: look with \"copydesk log\" before you try "
		    "again.",
		    name);
	if (!oid_equal(&now, new_id) && oid_equal(&now, old_id))
		return error_set(err, E_IO, "%s was written, but the disk did not keep it.", name);
	return 0;
}

static void settle_ref(struct repo *repo, const char *name, bool folder_is_new)
{
	char *log = mem_printf("logs/%s", name);

	repo_settle(repo, name, folder_is_new);
	if (repo->shared != 0)
		repo_settle(repo, log, false);
	free(log);
}

int repo_ref_move(struct repo *repo, const char *name, const struct oid *new_id, const struct oid *old_id,
		  const struct repo_person *person, const char *message, struct error *err)
{
	struct error local;
	bool folder_is_new;
	int fd = -1;
	int rc;

	assert(!repo->batch);
	if (err == NULL)
		err = &local;
	if (!repo_ref_valid(name))
		return error_set(err, E_INVALID, "%s is not a name that git can hold.", name);
	rc = repo_flock(repo, name, &fd, err);
	if (rc < 0)
		return rc;
	folder_is_new = repo_folder_missing(repo, name);
	if (git_repository_set_ident(repo->git, person->name, person->mail) < 0)
		rc = repo_fail(repo, err, "%s <%s> cannot be recorded", person->name, person->mail);
	if (rc == 0)
		rc = move_noted(repo, name, new_id, old_id, message ? message : "", fd, err);
	if (rc == 0) {
		settle_ref(repo, name, folder_is_new);
		rc = repo_ref_kept(repo, name, new_id, old_id, err);
	}
	close(fd);
	return rc;
}

/* -- Listing -- */

struct found {
	char *name;
	struct oid oid;
};

struct listing {
	struct found *items;
	size_t count;
	size_t capacity;
};

static void listing_clear(struct listing *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].name);
	free(list->items);
	memset(list, 0, sizeof *list);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct found *)a)->name, ((const struct found *)b)->name);
}

static int list_once(struct repo *repo, const char *prefix, struct listing *list, struct error *err)
{
	char *glob = mem_printf("%s*", prefix);
	git_reference_iterator *iterator = NULL;
	git_reference *ref = NULL;
	int code = git_reference_iterator_glob_new(&iterator, repo->git, glob);

	while (code == 0 && (code = git_reference_next(&ref, iterator)) == 0) {
		if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
			list->items =
			    mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
			list->items[list->count].name = mem_strdup(git_reference_name(ref));
			list->items[list->count++].oid = repo_oid_out(git_reference_target(ref));
		}
		git_reference_free(ref);
	}
	git_reference_iterator_free(iterator);
	free(glob);
	if (code != GIT_ITEROVER)
		return repo_fail(repo, err, "The refs of %s cannot be read", repo->folder);
	if (list->count > 0)
		qsort(list->items, list->count, sizeof *list->items, by_name);
	return 0;
}

/*
 * libgit2 leaves out a ref that git pack-refs moves from its own file to packed-refs meanwhile;
 * packed-refs is always replaced first, so a listing during which it stayed the same is whole.
 */
static int list_whole(struct repo *repo, const char *prefix, struct listing *list, struct error *err)
{
	char *packed = path_join(repo->folder, "packed-refs");
	struct stat before = {0};
	struct stat after = {0};
	int rc = 0;

	for (int turn = 0; turn < 20; turn++) {
		listing_clear(list);
		if (stat(packed, &before) < 0)
			memset(&before, 0, sizeof before);
		rc = list_once(repo, prefix, list, err);
		if (stat(packed, &after) < 0)
			memset(&after, 0, sizeof after);
		if (rc < 0 || repo_same_file(&before, &after))
			break;
	}
	free(packed);
	return rc;
}

int repo_refs(struct repo *repo, const char *prefix,
	      int (*visit)(void *context, const char *name, const struct oid *oid), void *context,
	      struct error *err)
{
	struct listing list = {0};
	int rc = list_whole(repo, prefix, &list, err);

	for (size_t i = 0; rc == 0 && i < list.count; i++)
		rc = visit(context, list.items[i].name, &list.items[i].oid);
	listing_clear(&list);
	return rc;
}
