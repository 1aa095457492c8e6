/*
 * Bringing a draft up to date: what was published since it began comes into its text.
 */
#include <string.h>

#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/merge.h"

/* What stands on the release branch now at a path of the draft; a zero id where nothing does. */
static struct repo_entry published(struct desk *desk, const char *path)
{
	struct repo_entry entry = {.path = path};

	if (repo_tree_find(desk->repo, &desk->tip_tree, path, &entry, NULL) < 0)
		entry = (struct repo_entry){.path = path};
	return entry;
}

static bool is_old_place(const struct draft *draft, const char *path)
{
	return draft->renames != NULL && strcmp(draft->renames, path) == 0;
}

/* Files beside the article that changed in the draft and, to something else, on the release branch. */
static size_t attachment_clashes(struct desk *desk, const struct draft *draft, bool *moved)
{
	const struct review_covers *covers = draft_covers(draft);
	size_t clashes = 0;

	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];
		struct repo_entry now = published(desk, cover->path);

		if (oid_equal(&now.id, &cover->base))
			continue;
		*moved = true;
		clashes += strcmp(cover->path, draft->path) != 0 && !is_old_place(draft, cover->path) &&
			   !oid_equal(&now.id, &cover->blob);
	}
	return clashes;
}

static int can_be_updated(const struct draft *draft, const struct oid *now, bool moved, struct error *err)
{
	if (!draft_has_text(draft) && !oid_is_zero(&draft->blob))
		return error_set(
		    err, E_REFUSED,
		    "%s has no text that could be merged: it is no plain file, or larger than %zu "
		    "MiB.",
		    draft->name, REPO_BLOB_LIMIT >> 20);
	if (!moved)
		return error_set(err, E_REFUSED, "%s is up to date with what is published.", draft->name);
	if (oid_is_zero(now))
		return error_set(
		    err, E_REFUSED,
		    "%s was taken down meanwhile: there is nothing to bring %s up to date with. Spike it, or "
		    "write the article anew.",
		    draft->path, draft->name);
	if (oid_is_zero(&draft->base_blob))
		return error_set(err, E_REFUSED,
				 "Another article was published at %s meanwhile: give the text of %s another "
				 "slug, as a new "
				 "draft.",
				 draft->path, draft->name);
	return 0;
}

/* The draft's text with what was published since in it. */
static int merge_texts(struct desk *desk, const struct draft *draft, const struct oid *now,
		       enum desk_side side, size_t *clashes, struct strbuf *out, struct error *err)
{
	struct strbuf base = STRBUF_INIT;
	struct strbuf theirs = STRBUF_INIT;
	struct merge_text mine = {draft_text(draft), draft->text_len};
	struct merge merge = {0};
	int rc = draft_need_text(draft, err);

	if (rc == 0)
		rc = repo_blob_read(desk->repo, &draft->base_blob, &base, err);
	if (rc == 0)
		rc = repo_blob_read(desk->repo, now, &theirs, err);
	if (rc == 0)
		rc = merge_articles(&merge, (struct merge_text){base.data, base.len}, mine,
				    (struct merge_text){theirs.data, theirs.len}, err);
	if (rc == 0) {
		*clashes += merge.conflicts;
		merge_settle(out, &merge, mine, (struct merge_text){theirs.data, theirs.len},
			     side != DESK_PUBLISHED);
	}
	merge_clear(&merge);
	strbuf_clear(&base);
	strbuf_clear(&theirs);
	return rc;
}

int desk_update(struct desk *desk, const char *name, enum desk_side side, size_t *clashes, struct error *err)
{
	const struct draft *draft;
	struct strbuf text = STRBUF_INIT;
	struct repo_entry now;
	struct oid from;
	bool moved = false;
	int rc = desk_may(desk, name, REVIEW_SAVE, err);

	*clashes = 0;
	if (rc == 0)
		rc = desk_refresh(desk, err);
	if (rc < 0)
		return rc;
	draft = desk_draft(desk, name, err);
	if (draft == NULL)
		return err ? err->code : E_NOTFOUND;
	*clashes = attachment_clashes(desk, draft, &moved);
	now = published(desk, draft->renames != NULL ? draft->renames : draft->path);
	moved = moved || !oid_equal(&now.id, &draft->base_blob);
	rc = can_be_updated(draft, &now.id, moved, err);
	if (rc == 0 && draft_has_text(draft))
		rc = merge_texts(desk, draft, &now.id, side, clashes, &text, err);
	if (rc == 0 && *clashes > 0 && side == DESK_NEITHER)
		rc = error_set(
		    err, E_CONFLICT,
		    "%s and the published text changed the same words in %zu place%s: choose whose stay.",
		    name, *clashes, *clashes == 1 ? "" : "s");
	from = draft->blob;
	if (rc == 0)
		rc = desk_save_on_tip(desk, name, &from, draft_text(draft) ? text.data : NULL, text.len, err);
	strbuf_clear(&text);
	return rc;
}
