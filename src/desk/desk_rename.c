/*
 * Moving a published article to another section or address.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/attachment.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"

/* How often a draft is begun again when somebody takes its name at the same moment. */
#define MAX_TRIES 8

#define BUNDLE "/index.md"

/* A move that is being prepared. */
struct move {
	const char *from;
	char *to;
	const char *reason;
	struct strbuf text;
	struct oid blob;
	struct repo_entry *entries; /* what changes; their paths are kept */
	size_t count;
	size_t capacity;
	struct strlist paths;
};

static void move_clear(struct move *move)
{
	free(move->to);
	strbuf_clear(&move->text);
	free(move->entries);
	strlist_clear(&move->paths);
	memset(move, 0, sizeof *move);
}

static bool is_bundle(const char *path)
{
	size_t len = strlen(path);

	return len > strlen(BUNDLE) && strcmp(path + len - strlen(BUNDLE), BUNDLE) == 0;
}

/* The folder below the content root that an article stands in; of a page bundle, the one that its folder
 * does. The caller frees. */
static char *folder_of(const struct desk *desk, const char *path)
{
	const char *rest = path + strlen(desk->policy.content) + 1;
	size_t len = is_bundle(path) ? strlen(rest) - strlen(BUNDLE) : strlen(rest);

	while (len > 0 && rest[len - 1] != '/')
		len--;
	return mem_strndup(rest, len > 0 ? len - 1 : 0);
}

/* Where the article goes: what is NULL stays as it is. */
static int find_place(const struct desk *desk, const char *path, const char *section, const char *slug,
		      char **out, struct error *err)
{
	char *own_folder = folder_of(desk, path);
	char *own_slug = article_slug(path);
	int rc = article_path(out, desk->policy.content, section ? section : own_folder,
			      slug ? slug : own_slug, err);
	char *file = rc == 0 ? *out : NULL;

	if (rc == 0 && is_bundle(path)) {
		*out = mem_printf("%.*s" BUNDLE, (int)(strlen(file) - strlen(".md")), file);
		free(file);
	}
	free(own_folder);
	free(own_slug);
	if (rc == 0 && strcmp(*out, path) == 0) {
		free(*out);
		*out = NULL;
		return error_set(err, E_INVALID, "%s stands there already: give another section or slug.",
				 path);
	}
	return rc;
}

static int place_is_free(struct desk *desk, const char *path, struct error *err)
{
	struct repo_entry there;

	if (repo_tree_find(desk->repo, &desk->tip_tree, path, &there, NULL) == 0)
		return error_set(err, E_REFUSED, "Another article is published at %s: choose another slug.",
				 path);
	for (size_t i = 0; i < desk->refs.count; i++) {
		const struct desk_ref *ref = &desk->refs.items[i];

		if (ref->path != NULL && strcmp(ref->path, path) == 0 && !desk_ref_is_over(ref))
			return error_set(err, E_REFUSED,
					 "The draft %s is to be published at %s: choose another slug.",
					 ref->name, path);
	}
	return 0;
}

static void add_entry(struct move *move, const char *path, unsigned mode, const struct oid *id)
{
	move->entries = mem_grow(move->entries, &move->capacity, move->count + 1, sizeof *move->entries);
	move->entries[move->count] = (struct repo_entry){.mode = mode};
	if (id != NULL)
		move->entries[move->count].id = *id;
	move->count++;
	strlist_add(&move->paths, path);
}

/* Looking through the folder for what goes along. */
struct companions {
	struct desk *desk;
	struct move *move;
	const struct attachment_uses *uses;
	bool all; /* a page bundle: all of its folder is its own */
	int rc;
	struct error *err;
};

static bool is_used(const struct companions *c, const char *path)
{
	bool used = c->all || memmem(c->move->text.data, c->move->text.len, path_base(path),
				     strlen(path_base(path))) != NULL;

	for (size_t i = 0; !used && i < c->uses->count; i++)
		used = strcmp(c->uses->items[i].path, path) == 0;
	return used;
}

/* 1 where the file stands at its new place already, E_REFUSED where another does. */
static int stands_there(const struct companions *c, const char *path, const struct oid *id)
{
	struct repo_entry there;

	if (repo_tree_find(c->desk->repo, &c->desk->tip_tree, path, &there, NULL) < 0)
		return 0;
	if (oid_equal(&there.id, id))
		return 1;
	return error_set(c->err, E_REFUSED,
			 "Another file stands at %s: give the one of %s another name first, in a correction.",
			 path, c->move->from);
}

/* A file that the article uses goes along, and stays where another article of the folder names it, too. */
static int take_along(void *context, const struct repo_entry *entry)
{
	struct companions *c = context;
	const char *slash = strrchr(c->move->to, '/');
	bool shared = true;
	char *to;

	if (!article_is_attachment(c->move->from, entry->path) || entry->mode != REPO_MODE_FILE ||
	    !is_used(c, entry->path))
		return 0;
	to = mem_printf("%.*s/%s", (int)(slash - c->move->to), c->move->to, path_base(entry->path));
	c->rc = stands_there(c, to, &entry->id);
	if (c->rc != 0) {
		free(to);
		return c->rc < 0 ? c->rc : 0;
	}
	c->rc = draft_file_is_shared(c->desk->repo, &c->desk->tip_tree, c->move->from, entry->path, &shared,
				     c->err);
	if (c->rc == 0)
		add_entry(c->move, to, entry->mode, &entry->id);
	free(to);
	if (c->rc == 0 && !shared)
		add_entry(c->move, entry->path, REPO_MODE_NONE, NULL);
	return c->rc;
}

static bool same_folder(const char *a, const char *b)
{
	const char *x = strrchr(a, '/');
	const char *y = strrchr(b, '/');

	return x - a == y - b && memcmp(a, b, (size_t)(x - a)) == 0;
}

static int take_files_along(struct desk *desk, struct move *move, struct error *err)
{
	struct attachment_uses uses;
	struct companions c = {
	    .desk = desk, .move = move, .uses = &uses, .all = is_bundle(move->from), .err = err};
	char *folder;
	int rc;

	if (same_folder(move->from, move->to))
		return 0;
	attachment_find_uses(&uses, move->from, move->text.data, move->text.len);
	folder = mem_strndup(move->from, (size_t)(strrchr(move->from, '/') - move->from));
	rc = repo_tree_walk(desk->repo, &desk->tip_tree, folder, take_along, &c, err);
	free(folder);
	attachment_uses_clear(&uses);
	return rc;
}

/* Reads the article and makes all that changes. */
static int prepare(struct desk *desk, struct move *move, struct error *err)
{
	struct strbuf before = STRBUF_INIT;
	int rc = repo_blob_read(desk->repo, &move->blob, &before, err);

	if (rc == 0)
		rc = article_move(&move->text, desk->policy.content, move->from, move->to, before.data,
				  before.len, err);
	strbuf_clear(&before);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &move->blob, move->text.data, move->text.len, err);
	if (rc < 0)
		return rc;
	add_entry(move, move->from, REPO_MODE_NONE, NULL);
	add_entry(move, move->to, REPO_MODE_FILE, &move->blob);
	rc = take_files_along(desk, move, err);
	for (size_t i = 0; i < move->count; i++)
		move->entries[i].path = move->paths.items[i];
	return rc;
}

static int begin(struct desk *desk, const struct move *move, char **name, struct error *err)
{
	const struct draft_change change = {
	    .event = REVIEW_SAVE,
	    .person = &desk->person,
	    .time = desk_time(desk),
	    .text = move->reason,
	    .renames = move->from,
	    .entries = move->entries,
	    .entry_count = move->count,
	};
	char *wanted = desk_name_for(move->to);
	char *no_path = NULL;
	struct oid head;
	int rc = desk_free_slug(desk, NULL, wanted, name, &no_path, err);

	if (rc == 0)
		rc = draft_begin(&head, desk->repo, *name, move->to, &desk->tip, &change, err);
	if (rc < 0) {
		free(*name);
		*name = NULL;
	}
	free(wanted);
	return rc;
}

int desk_rename(struct desk *desk, const char *path, const char *section, const char *slug,
		const char *reason, char **name, struct error *err)
{
	int rc = E_CONFLICT;

	*name = NULL;
	for (int i = 0; rc == E_CONFLICT && i < MAX_TRIES; i++) {
		struct move move = {.from = path, .reason = reason, .text = STRBUF_INIT};

		rc = desk_ready(desk, err);
		if (rc == 0)
			rc = rules_begin(&desk->policy, &desk->person, path, false, err);
		if (rc == 0)
			rc = desk_article(desk, path, &move.blob, err);
		if (rc == 0 && policy_is_desk_file(path))
			rc = error_set(err, E_REFUSED, "%s is the desk's own file and stays where it is.",
				       path);
		if (rc == 0)
			rc = find_place(desk, path, section, slug, &move.to, err);
		if (rc == 0)
			rc = place_is_free(desk, move.to, err);
		if (rc == 0)
			rc = prepare(desk, &move, err);
		if (rc == 0)
			rc = begin(desk, &move, name, err);
		move_clear(&move);
	}
	if (rc == 0)
		desk_look_again(desk);
	return rc;
}
