#include "store/repo_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

/*
 * Trees are read and written as bytes (gitformat: entries of "<octal mode> <name>\0<20 bytes>"), so
 * that entries that nobody should have put there ("..", ".git", duplicates) are seen as they are
 * and survive an edit of their neighbours.
 */

/* -- One tree, entry by entry -- */

struct item {
	const char *name; /* NUL-terminated, borrowed from the tree's bytes */
	size_t len;
	unsigned mode; /* enum repo_mode */
	struct oid id;
};

struct cursor {
	git_odb_object *object; /* NULL for the empty tree */
	const char *at;
	const char *end;
	struct item item; /* the current one, when has */
	bool has;
};

/* What git makes of a mode: only the kind counts, and for files whether the owner may run it. */
static unsigned canonical_mode(unsigned mode)
{
	switch (mode & 0170000) {
	case 0040000:
		return REPO_MODE_TREE;
	case 0120000:
		return REPO_MODE_LINK;
	case 0160000:
		return REPO_MODE_COMMIT;
	default:
		return (mode & 0100) ? REPO_MODE_EXECUTABLE : REPO_MODE_FILE;
	}
}

/* Moves to the next entry; false when the bytes are no tree. */
static bool cursor_next(struct cursor *cursor)
{
	const char *at = cursor->at;
	const char *nul;
	unsigned mode = 0;

	cursor->has = false;
	if (at == cursor->end)
		return true;
	for (; at < cursor->end && *at >= '0' && *at <= '7' && mode < 01000000; at++)
		mode = mode * 8 + (unsigned)(*at - '0');
	if (at == cursor->at || at == cursor->end || *at != ' ')
		return false;
	at++;
	nul = memchr(at, '\0', (size_t)(cursor->end - at));
	if (nul == NULL || nul == at || cursor->end - nul - 1 < REPO_OID_SIZE)
		return false;
	cursor->item.name = at;
	cursor->item.len = (size_t)(nul - at);
	cursor->item.mode = canonical_mode(mode);
	memcpy(cursor->item.id.id, nul + 1, REPO_OID_SIZE);
	cursor->at = nul + 1 + REPO_OID_SIZE;
	cursor->has = true;
	return true;
}

static int damaged(struct repo *repo, const struct oid *id, const char *path, struct error *err)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, id);
	return error_set(err, E_GIT, "The folder \"%s\" (tree %.10s) in %s is damaged: run git fsck.", path,
			 hex, repo->folder);
}

static void cursor_close(struct cursor *cursor)
{
	git_odb_object_free(cursor->object);
	memset(cursor, 0, sizeof *cursor);
}

/* The largest tree that is kept, bytes: a folder of some thousand articles. */
#define KEPT_TREE_SIZE ((size_t)256 << 10)

/*
 * Reads an object that should be a tree.  libgit2 hashes whatever it reads, and its own cache gives up
 * trees at random; one version of a folder is compared with the next, and with each draft's, so the
 * last ones are kept here.  The caller frees.
 */
static int read_tree(struct repo *repo, git_odb_object **out, const struct oid *id)
{
	git_odb_object **kept = &repo->trees[id->id[0]];
	git_oid oid = repo_oid_in(id);
	int code;

	if (*kept != NULL && git_oid_equal(git_odb_object_id(*kept), &oid))
		return git_odb_object_dup(out, *kept);
	code = git_odb_read(out, repo->odb, &oid);
	if (code < 0 || git_odb_object_size(*out) > KEPT_TREE_SIZE)
		return code;
	git_odb_object_free(*kept);
	*kept = NULL;
	return git_odb_object_dup(kept, *out);
}

void repo_forget_trees(struct repo *repo)
{
	for (size_t i = 0; i < REPO_TREES_KEPT; i++)
		git_odb_object_free(repo->trees[i]);
}

/* Opens a tree (all zero: the empty one) and stands on its first entry; path is for the error. */
static int cursor_open(struct repo *repo, struct cursor *cursor, const struct oid *id, const char *path,
		       struct error *err)
{
	int code;

	memset(cursor, 0, sizeof *cursor);
	if (oid_is_zero(id))
		return 0;
	code = read_tree(repo, &cursor->object, id);
	if (code == GIT_ENOTFOUND)
		return error_set(err, E_GIT, "The folder \"%s\" is missing from %s: run git fsck.", path,
				 repo->folder);
	if (code < 0)
		return repo_fail(repo, err, "The folder \"%s\" cannot be read from %s", path, repo->folder);
	cursor->at = git_odb_object_data(cursor->object);
	cursor->end = cursor->at + git_odb_object_size(cursor->object);
	if (git_odb_object_type(cursor->object) == GIT_OBJECT_TREE && cursor_next(cursor))
		return 0;
	cursor_close(cursor);
	return damaged(repo, id, path, err);
}

/* -- Finding -- */

static int not_there(const char *path, struct error *err)
{
	return error_set(err, E_NOTFOUND, "There is no %s.", path);
}

/* The entry with this name in one tree. */
static int find_name(struct repo *repo, const struct oid *tree, const char *path, size_t start, size_t len,
		     struct item *out, struct error *err)
{
	struct cursor cursor;
	int rc = cursor_open(repo, &cursor, tree, path, err);
	bool sound = true;

	if (rc < 0)
		return rc;
	while (sound && cursor.has &&
	       (cursor.item.len != len || memcmp(cursor.item.name, path + start, len) != 0))
		sound = cursor_next(&cursor);
	if (!sound)
		rc = damaged(repo, tree, path, err);
	else if (!cursor.has)
		rc = not_there(path, err);
	else
		*out = cursor.item;
	cursor_close(&cursor);
	return rc;
}

int repo_tree_find(struct repo *repo, const struct oid *tree, const char *path, struct repo_entry *out,
		   struct error *err)
{
	struct item item = {.mode = REPO_MODE_TREE, .id = *tree};
	size_t start = 0;

	for (;;) {
		size_t len = strcspn(path + start, "/");
		int rc;

		if (len == 0 || item.mode != REPO_MODE_TREE)
			return not_there(path, err);
		rc = find_name(repo, &item.id, path, start, len, &item, err);
		if (rc < 0)
			return rc;
		start += len;
		if (path[start] == '\0')
			break;
		start++;
	}
	out->path = path;
	out->mode = item.mode;
	out->id = item.id;
	return 0;
}

/* -- Comparing; walking is comparing with the empty tree -- */

struct level {
	struct cursor side[2]; /* old and new */
	size_t path_len;       /* of the folder, with its slash */
};

struct comparison {
	struct repo *repo;
	struct level *levels; /* on the heap, because trees can be nested as deep as somebody likes */
	size_t depth;
	size_t capacity;
	struct strbuf path;
};

/* What follows the first len bytes of a name in git's order: a folder's ends in a slash. */
static int follows(const struct item *item, size_t len)
{
	return item->name[len] == '\0' && item->mode == REPO_MODE_TREE ? '/' : (unsigned char)item->name[len];
}

static int compare_items(const struct item *a, const struct item *b)
{
	size_t len = a->len < b->len ? a->len : b->len;
	int order = memcmp(a->name, b->name, len);

	return order != 0 ? order : follows(a, len) - follows(b, len);
}

/* Enters a folder; path holds its name already. An id of NULL is the empty tree. */
static int enter(struct comparison *c, const struct oid *old_id, const struct oid *new_id, struct error *err)
{
	static const struct oid none;
	struct level *level;
	int rc;

	c->levels = mem_grow(c->levels, &c->capacity, c->depth + 1, sizeof *c->levels);
	level = &c->levels[c->depth];
	memset(level, 0, sizeof *level);
	rc = cursor_open(c->repo, &level->side[0], old_id ? old_id : &none, c->path.data, err);
	if (rc == 0)
		rc = cursor_open(c->repo, &level->side[1], new_id ? new_id : &none, c->path.data, err);
	if (rc < 0) {
		cursor_close(&level->side[0]);
		return rc;
	}
	if (c->path.len > 0)
		strbuf_addc(&c->path, '/');
	level->path_len = c->path.len;
	c->depth++;
	return 0;
}

static void leave(struct comparison *c)
{
	struct level *level = &c->levels[--c->depth];

	cursor_close(&level->side[0]);
	cursor_close(&level->side[1]);
}

/* Deals with the entries that the level stands on; either may be NULL. */
static int report(struct comparison *c, const struct item *old_item, const struct item *new_item,
		  int (*visit)(void *context, const struct repo_change *change), void *context,
		  struct error *err)
{
	struct repo_change change = {0};
	const struct item *any = old_item ? old_item : new_item;

	if (old_item && new_item && old_item->mode == new_item->mode &&
	    oid_equal(&old_item->id, &new_item->id))
		return 0;
	strbuf_add(&c->path, any->name, any->len);
	if (any->mode == REPO_MODE_TREE)
		return enter(c, old_item ? &old_item->id : NULL, new_item ? &new_item->id : NULL, err);
	change.path = c->path.data;
	if (old_item) {
		change.old_mode = old_item->mode;
		change.old_id = old_item->id;
	}
	if (new_item) {
		change.new_mode = new_item->mode;
		change.new_id = new_item->id;
	}
	return visit(context, &change);
}

/* Takes the lesser of the two entries of the innermost level, or both where they stand alike. */
static int step(struct comparison *c, int (*visit)(void *context, const struct repo_change *change),
		void *context, struct error *err)
{
	struct cursor *side = c->levels[c->depth - 1].side;
	bool has_old = side[0].has;
	bool has_new = side[1].has;
	struct item items[2] = {side[0].item, side[1].item};
	int order = has_old && has_new ? compare_items(&items[0], &items[1]) : has_old ? -1 : 1;

	if (!has_old && !has_new) {
		leave(c);
		return 0;
	}
	strbuf_truncate(&c->path, c->levels[c->depth - 1].path_len);
	/* The names stay where they are: they belong to the tree's bytes, not to the cursor. */
	if ((order <= 0 && !cursor_next(&side[0])) || (order >= 0 && !cursor_next(&side[1])))
		return error_set(err, E_GIT, "The folder \"%s\" in %s is damaged: run git fsck.",
				 c->path.data, c->repo->folder);
	return report(c, order <= 0 ? &items[0] : NULL, order >= 0 ? &items[1] : NULL, visit, context, err);
}

static int compare(struct repo *repo, const struct oid *old_tree, const struct oid *new_tree,
		   const char *prefix, int (*visit)(void *context, const struct repo_change *change),
		   void *context, struct error *err)
{
	struct comparison c = {.repo = repo, .path = STRBUF_INIT};
	int rc;

	strbuf_adds(&c.path, prefix);
	rc = enter(&c, old_tree, new_tree, err);
	while (rc == 0 && c.depth > 0)
		rc = step(&c, visit, context, err);
	while (c.depth > 0)
		leave(&c);
	free(c.levels);
	strbuf_clear(&c.path);
	return rc;
}

int repo_tree_diff(struct repo *repo, const struct oid *old_tree, const struct oid *new_tree,
		   int (*visit)(void *context, const struct repo_change *change), void *context,
		   struct error *err)
{
	return compare(repo, old_tree, new_tree, "", visit, context, err);
}

struct walk {
	int (*visit)(void *context, const struct repo_entry *entry);
	void *context;
};

static int walk_entry(void *context, const struct repo_change *change)
{
	struct walk *walk = context;
	struct repo_entry entry = {.path = change->path, .mode = change->new_mode, .id = change->new_id};

	return walk->visit(walk->context, &entry);
}

int repo_tree_walk(struct repo *repo, const struct oid *tree, const char *prefix,
		   int (*visit)(void *context, const struct repo_entry *entry), void *context,
		   struct error *err)
{
	struct walk walk = {visit, context};
	struct repo_entry top = {.mode = REPO_MODE_TREE, .id = *tree};
	int rc = prefix[0] != '\0' ? repo_tree_find(repo, tree, prefix, &top, err) : 0;

	if (rc == E_NOTFOUND || (rc == 0 && top.mode != REPO_MODE_TREE))
		return 0;
	return rc < 0 ? rc : compare(repo, NULL, &top.id, prefix, walk_entry, &walk, err);
}

/* -- Editing -- */

struct edit {
	const char *path; /* below the folder that is being edited */
	unsigned mode;
	struct oid id;
	size_t order; /* of two changes of one path the later one counts */
};

struct items {
	struct item *list;
	size_t count;
	size_t capacity;
};

/* The rank of a path's character: a slash comes before everything but the end. */
static int rank(char c)
{
	return c == '\0' ? 0 : c == '/' ? 1 : (unsigned char)c + 1;
}

/* So that what is below one name stands together. */
static int by_path(const void *a, const void *b)
{
	const struct edit *one = a;
	const struct edit *two = b;
	size_t i = 0;

	while (one->path[i] != '\0' && one->path[i] == two->path[i])
		i++;
	if (one->path[i] != two->path[i])
		return rank(one->path[i]) - rank(two->path[i]);
	return one->order < two->order ? -1 : one->order > two->order;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct item *)a)->name, ((const struct item *)b)->name);
}

static int by_git_order(const void *a, const void *b)
{
	return compare_items(a, b);
}

static int read_items(struct repo *repo, struct cursor *cursor, const struct oid *tree, struct items *items,
		      struct error *err)
{
	int rc = cursor_open(repo, cursor, tree, "", err);

	while (rc == 0 && cursor->has) {
		items->list = mem_grow(items->list, &items->capacity, items->count + 1, sizeof *items->list);
		items->list[items->count++] = cursor->item;
		if (!cursor_next(cursor))
			rc = damaged(repo, tree, "", err);
	}
	if (rc == 0 && items->count > 0)
		qsort(items->list, items->count, sizeof *items->list, by_name);
	return rc;
}

/* What stands under a name among the first count items; of duplicates, all but one are taken away. */
static struct item *lookup(struct items *items, size_t count, const char *name)
{
	struct item key = {.name = name};
	struct item *found = count ? bsearch(&key, items->list, count, sizeof *items->list, by_name) : NULL;

	for (struct item *at = found; at != NULL && at > items->list && by_name(at - 1, &key) == 0; at--)
		at[-1].mode = REPO_MODE_NONE;
	for (struct item *at = found;
	     at != NULL && at + 1 < items->list + count && by_name(at + 1, &key) == 0; at++)
		at[1].mode = REPO_MODE_NONE;
	return found;
}

/* Writes what is left of the items as a tree; all zero when nothing is. */
static int write_items(struct repo *repo, struct oid *out, struct items *items, struct error *err)
{
	struct strbuf bytes = STRBUF_INIT;
	git_oid id = {{0}};
	int rc = 0;

	if (items->count > 0)
		qsort(items->list, items->count, sizeof *items->list, by_git_order);
	for (size_t i = 0; i < items->count; i++) {
		const struct item *item = &items->list[i];

		if (item->mode == REPO_MODE_NONE)
			continue;
		strbuf_addf(&bytes, "%o %s", item->mode, item->name);
		strbuf_add(&bytes, "", 1);
		strbuf_add(&bytes, item->id.id, REPO_OID_SIZE);
	}
	if (bytes.len > 0)
		rc = repo_object_write(repo, &id, bytes.data, bytes.len, GIT_OBJECT_TREE, "The folder", err);
	*out = repo_oid_out(&id);
	strbuf_clear(&bytes);
	return rc;
}

static int edit_tree(struct repo *repo, struct oid *out, const struct oid *tree, struct edit *edits,
		     size_t count, struct error *err);

static bool any_put(const struct edit *edits, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (edits[i].mode != REPO_MODE_NONE)
			return true;
	}
	return false;
}

/*
 * Applies the edits of one name to what stands there: first those of the name itself, where it is
 * taken away, then those below it, then a new file in its place.
 */
static int edit_name(struct repo *repo, struct item *item, struct edit *edits, size_t count,
		     struct error *err)
{
	static const struct oid none;
	struct edit *own = NULL;
	int rc = 0;

	while (count > 0 && edits->path[item->len] == '\0') {
		own = edits++;
		count--;
	}
	if (own != NULL && own->mode == REPO_MODE_NONE)
		item->mode = REPO_MODE_NONE;
	if (item->mode != REPO_MODE_NONE && item->mode != REPO_MODE_TREE) {
		if (any_put(edits, count))
			return error_set(err, E_INVALID, "%s is a file, so nothing can stand below it.",
					 item->name);
	} else if (count > 0) {
		for (size_t i = 0; i < count; i++)
			edits[i].path += item->len + 1;
		rc = edit_tree(repo, &item->id, item->mode == REPO_MODE_TREE ? &item->id : &none, edits,
			       count, err);
		item->mode = oid_is_zero(&item->id) ? REPO_MODE_NONE : REPO_MODE_TREE;
	}
	if (rc == 0 && own != NULL && own->mode != REPO_MODE_NONE) {
		if (item->mode == REPO_MODE_TREE && own->mode != REPO_MODE_TREE)
			return error_set(err, E_INVALID, "%s is a folder, so no file can take its name.",
					 item->name);
		item->mode = own->mode;
		item->id = own->id;
	}
	return rc;
}

/* The number of edits, from the first on, that concern the same name. */
static size_t group(const struct edit *edits, size_t count, size_t len)
{
	size_t n = 1;

	while (n < count && strncmp(edits[n].path, edits[0].path, len) == 0 &&
	       (edits[n].path[len] == '\0' || edits[n].path[len] == '/'))
		n++;
	return n;
}

/* Out is all zero when the tree became empty. The edits are sorted by by_path. */
static int edit_tree(struct repo *repo, struct oid *out, const struct oid *tree, struct edit *edits,
		     size_t count, struct error *err)
{
	struct cursor cursor = {0};
	struct items items = {0};
	char **names = mem_zalloc(count, sizeof *names);
	size_t old_count;
	size_t used = 0;
	int rc = read_items(repo, &cursor, tree, &items, err);

	old_count = items.count;
	for (size_t i = 0; rc == 0 && i < count; used++) {
		size_t len = strcspn(edits[i].path, "/");
		size_t n = group(edits + i, count - i, len);
		char *name = names[used] = mem_strndup(edits[i].path, len);
		struct item *there = lookup(&items, old_count, name);
		struct item item = {.name = name, .len = len, .mode = REPO_MODE_NONE};

		if (there != NULL)
			item = *there;
		rc = edit_name(repo, &item, edits + i, n, err);
		if (there == NULL) {
			items.list =
			    mem_grow(items.list, &items.capacity, items.count + 1, sizeof *items.list);
			there = &items.list[items.count++];
		}
		*there = item;
		i += n;
	}
	if (rc == 0)
		rc = write_items(repo, out, &items, err);
	while (used > 0)
		free(names[--used]);
	free(names);
	free(items.list);
	cursor_close(&cursor);
	return rc;
}

static int check_change(struct repo *repo, const struct repo_entry *change, struct error *err)
{
	git_oid id = repo_oid_in(&change->id);

	if (change->mode == REPO_MODE_NONE)
		return 0;
	assert(change->mode == canonical_mode(change->mode));
	if (!repo_path_safe(change->path))
		return error_set(err, E_INVALID, "\"%s\" is no path that a newsroom can hold.", change->path);
	if (change->mode != REPO_MODE_COMMIT && !git_odb_exists(repo->odb, &id))
		return error_set(err, E_GIT, "The text of %s is missing from %s.", change->path,
				 repo->folder);
	return 0;
}

int repo_tree_edit(struct repo *repo, struct oid *out, const struct oid *tree,
		   const struct repo_entry *changes, size_t count, struct error *err)
{
	struct edit *edits = mem_zalloc(count, sizeof *edits);
	git_oid empty;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		rc = check_change(repo, &changes[i], err);
		edits[i] = (struct edit){changes[i].path, changes[i].mode, changes[i].id, i};
	}
	if (count > 0)
		qsort(edits, count, sizeof *edits, by_path);
	if (rc == 0)
		rc = edit_tree(repo, out, tree, edits, count, err);
	if (rc == 0 && oid_is_zero(out)) {
		rc = repo_object_write(repo, &empty, "", 0, GIT_OBJECT_TREE, "The folder", err);
		*out = repo_oid_out(&empty);
	}
	free(edits);
	return rc;
}

int repo_tree_preview(struct repo *repo, struct oid *out, const struct oid *tree,
		      const struct repo_entry *changes, size_t count, struct error *err)
{
	int rc;

	assert(!repo->dry);
	repo->dry = true;
	rc = repo_tree_edit(repo, out, tree, changes, count, err);
	repo->dry = false;
	return rc;
}

/* -- Paths -- */

/* Characters that HFS+ leaves out of names, in UTF-8: U+200C-200F, 202A-202E, 206A-206F, FEFF. */
static size_t hfs_ignored(const char *text)
{
	const unsigned char *b = (const unsigned char *)text;

	if (b[0] == 0xe2 && b[1] == 0x80 &&
	    ((b[2] >= 0x8c && b[2] <= 0x8f) || (b[2] >= 0xaa && b[2] <= 0xae)))
		return 3;
	if (b[0] == 0xe2 && b[1] == 0x81 && b[2] >= 0xaa && b[2] <= 0xaf)
		return 3;
	return b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf ? 3 : 0;
}

/*
 * Whether some system takes a name for ".git": letter case and ignored characters on HFS+, "git~1",
 * trailing spaces and dots and ":stream" on NTFS (git's verify_path rules, git-config(1)
 * core.protectHFS and core.protectNTFS).
 */
static bool is_dot_git(const char *name)
{
	char plain[8];
	size_t len = 0;
	const char *at = name;

	while (*at != '\0' && *at != '/' && len < sizeof plain - 1) {
		size_t skip = hfs_ignored(at);

		if (skip > 0) {
			at += skip;
			continue;
		}
		if (*at == ':' || ((*at == ' ' || *at == '.') && len >= 4))
			break;
		plain[len++] = *at++;
	}
	plain[len] = '\0';
	if (strcasecmp(plain, ".git") != 0 && strcasecmp(plain, "git~1") != 0)
		return false;
	at += strspn(at, " .");
	return *at == '\0' || *at == '/' || *at == ':';
}

static bool is_name_safe(const char *name, size_t len)
{
	if (len == 0 || len > 255)
		return false;
	if (name[0] == '.' && (len == 1 || (len == 2 && name[1] == '.')))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c < ' ' || c == 0x7f || c == '\\')
			return false;
	}
	return !is_dot_git(name);
}

bool repo_path_safe(const char *path)
{
	const char *at = path;

	if (strlen(path) > 4000)
		return false;
	for (;;) {
		size_t len = strcspn(at, "/");

		if (!is_name_safe(at, len))
			return false;
		if (at[len] == '\0')
			return true;
		at += len + 1;
	}
}
