#include "desk/wip.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/draft.h"
#include "desk/review.h"
#include "text/lines.h"
#include "text/merge.h"

/* -- Copying -- */

/* The text of a draft as of one of its commits. */
static const struct oid *text_at(const struct draft *draft, const struct review_commit *commit)
{
	for (size_t i = 0; i < commit->covers.count; i++) {
		if (strcmp(commit->covers.items[i].path, draft->path) == 0)
			return &commit->covers.items[i].blob;
	}
	return &draft->base_blob;
}

void wip_note_init(struct wip_note *note, const struct draft *draft, const struct oid *from)
{
	*note = (struct wip_note){.draft = mem_strdup(draft->name), .path = mem_strdup(draft->path)};
	for (size_t i = draft->count; i-- > 0;) {
		if (oid_equal(text_at(draft, &draft->commits[i]), from)) {
			note->save = draft->commits[i].id;
			return;
		}
	}
}

void wip_note_clear(struct wip_note *note)
{
	free(note->draft);
	free(note->path);
	repo_person_clear(&note->person);
}

static char *ref_of(const struct wip_note *note)
{
	return mem_printf(WIP_REFS "%s/%s", note->person.mail, note->draft);
}

static int check_ref(const struct wip_note *note, const char *ref, struct error *err)
{
	if (repo_ref_valid(ref) && strchr(note->person.mail, '/') == NULL && !oid_is_zero(&note->save))
		return 0;
	return error_set(err, E_INVALID, "Unsaved text of %s cannot be copied for %s.", note->draft,
			 note->person.mail);
}

/* Writes the commit: the tree of the save with the text in it. */
static int write_commit(struct repo *repo, struct oid *out, const struct wip_note *note, const char *text,
			size_t len, struct error *err)
{
	struct strbuf message = STRBUF_INIT;
	struct repo_entry entry = {.path = note->path, .mode = REPO_MODE_FILE};
	struct repo_commit commit = {.parent = note->save,
				     .author = note->person,
				     .committer = note->person,
				     .authored = note->time,
				     .committed = note->time};
	struct repo_commit save;
	struct repo_entry saved;
	int rc = repo_commit_read(repo, &save, &note->save, err);

	if (rc < 0)
		return rc;
	if (repo_tree_find(repo, &save.tree, note->path, &saved, NULL) == 0)
		entry.mode = saved.mode;
	rc = repo_blob_write(repo, &entry.id, text, len, err);
	if (rc == 0)
		rc = repo_tree_edit(repo, &commit.tree, &save.tree, &entry, 1, err);
	repo_commit_clear(&save);
	strbuf_addf(&message, "Unsaved text of %s\n", note->draft);
	commit.message = message.data;
	if (rc == 0)
		rc = repo_commit_write(repo, out, &commit, err);
	strbuf_clear(&message);
	return rc;
}

/* Where the ref stands; all zero: there is none. */
static int read_ref(struct repo *repo, const char *ref, struct oid *out, struct error *err)
{
	int rc = repo_ref_read(repo, ref, out, err);

	if (rc != E_NOTFOUND)
		return rc;
	*out = (struct oid){{0}};
	return 0;
}

int wip_copy(struct repo *repo, const struct wip_note *note, const char *text, size_t len, struct error *err)
{
	char *ref = ref_of(note);
	struct oid before, commit;
	int rc = check_ref(note, ref, err);

	if (rc == 0)
		rc = read_ref(repo, ref, &before, err);
	if (rc == 0)
		rc = write_commit(repo, &commit, note, text, len, err);
	if (rc == 0 && note->ended != NULL && note->ended(note->context))
		rc = error_set(err, E_CANCELLED, "The unsaved text of %s is not copied.", note->draft);
	if (rc == 0)
		rc = repo_ref_move(repo, ref, &commit, &before, &note->person, "unsaved text", err);
	free(ref);
	return rc;
}

int wip_settle(struct repo *repo, const struct wip_note *note, struct error *err)
{
	char *ref = ref_of(note);
	struct oid before;
	int rc = E_CONFLICT;

	if (check_ref(note, ref, err) < 0) {
		free(ref);
		return 0; /* nothing was ever copied */
	}
	/* Another window that copies just now is told by the next look. */
	for (int tries = 0; rc == E_CONFLICT && tries < 3; tries++) {
		rc = read_ref(repo, ref, &before, err);
		if (rc == 0 && !oid_is_zero(&before) && !oid_equal(&before, &note->save))
			rc = repo_ref_move(repo, ref, &note->save, &before, &note->person, "saved", err);
	}
	free(ref);
	return rc;
}

/* -- Listing -- */

struct listing {
	struct repo *repo;
	const struct draft *draft;
	struct wips *out;
};

static void clear_wip(struct wip *wip)
{
	repo_person_clear(&wip->person);
}

void wips_clear(struct wips *wips)
{
	for (size_t i = 0; i < wips->count; i++)
		clear_wip(&wips->items[i]);
	free(wips->items);
	*wips = (struct wips){0};
}

/* What a commit changes: the text at a path, and nothing else. */
struct only {
	const char *path;
	struct wip *wip;
	bool other;
};

static int look_at_change(void *context, const struct repo_change *change)
{
	struct only *only = context;

	if (strcmp(change->path, only->path) != 0 || change->new_mode != change->old_mode) {
		only->other = true;
		return 1;
	}
	only->wip->base = change->old_id;
	only->wip->blob = change->new_id;
	return 0;
}

/* Whether one of the draft's commits is that one. */
static bool holds(const struct draft *draft, const struct oid *commit)
{
	for (size_t i = 0; i < draft->count; i++) {
		if (oid_equal(&draft->commits[i].id, commit))
			return true;
	}
	return false;
}

/* Reads a commit as unsaved text of the person of that mail address; false when it is none. */
static bool read_wip(struct listing *l, struct wip *wip, const struct repo_commit *commit, const char *mail)
{
	struct repo_person owner = {.name = (char *)"", .mail = (char *)mail};
	struct only only = {.path = l->draft->path, .wip = wip};
	struct repo_commit save;

	if (commit->parents != 1 || holds(l->draft, &commit->id) || !holds(l->draft, &commit->parent) ||
	    !repo_person_same(&commit->author, &owner) ||
	    repo_commit_read(l->repo, &save, &commit->parent, NULL) < 0)
		return false;
	if (repo_tree_diff(l->repo, &save.tree, &commit->tree, look_at_change, &only, NULL) < 0)
		only.other = true;
	repo_commit_clear(&save);
	wip->commit = commit->id;
	wip->save = commit->parent;
	wip->time = commit->authored;
	return !only.other && !oid_is_zero(&wip->blob);
}

static void add_wip(struct wips *out, const struct wip *wip)
{
	size_t at = out->count;

	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	for (; at > 0 && out->items[at - 1].time.seconds < wip->time.seconds; at--)
		out->items[at] = out->items[at - 1];
	out->items[at] = *wip;
	out->count++;
}

static int visit(void *context, const char *name, const struct oid *oid)
{
	struct listing *l = context;
	const char *start = name + strlen(WIP_REFS);
	const char *slash = strchr(start, '/');
	struct wip wip = {.person = {NULL, NULL}};
	struct repo_commit commit;
	char *mail;

	if (slash == NULL || strcmp(slash + 1, l->draft->name) != 0 ||
	    repo_commit_read(l->repo, &commit, oid, NULL) < 0)
		return 0;
	mail = mem_strndup(start, (size_t)(slash - start));
	if (read_wip(l, &wip, &commit, mail)) {
		repo_person_copy(&wip.person, &commit.author);
		add_wip(l->out, &wip);
	}
	free(mail);
	repo_commit_clear(&commit);
	return 0;
}

int wip_list(struct wips *out, struct repo *repo, const struct draft *draft, struct error *err)
{
	struct listing l = {.repo = repo, .draft = draft, .out = out};

	*out = (struct wips){0};
	return repo_refs(repo, WIP_REFS, visit, &l, err);
}

/* Saving ends a text's last line: that it was not ended yet is nothing more to say. */
static void end_last_line(struct strbuf *text, const char *saved, size_t len)
{
	if (text->len > 0 && text->data[text->len - 1] != '\n' && len > 0 && saved[len - 1] == '\n')
		strbuf_adds(text, lines_eol(text->data, text->len));
}

/* Whether a text has anything that the draft's has not. */
static bool says_more(struct repo *repo, const struct draft *draft, const struct wip *wip)
{
	struct strbuf base = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;
	struct merge merge = {0};
	bool more = true;

	if (oid_equal(&wip->blob, &draft->blob))
		return false;
	/* Where the draft was not saved since, whatever is other is more. */
	if (oid_equal(&wip->base, &draft->blob) || draft_text(draft) == NULL)
		return true;
	if (repo_blob_read(repo, &wip->base, &base, NULL) == 0 &&
	    repo_blob_read(repo, &wip->blob, &text, NULL) == 0) {
		end_last_line(&text, draft_text(draft), draft->text_len);
		more = merge_articles(&merge, (struct merge_text){base.data, base.len},
				      (struct merge_text){draft_text(draft), draft->text_len},
				      (struct merge_text){text.data, text.len}, NULL) < 0;
	}
	for (size_t i = 0; !more && i < merge.count; i++)
		more = merge.chunks[i].kind == MERGE_THEIRS || merge.chunks[i].kind == MERGE_CONFLICT;
	merge_clear(&merge);
	strbuf_clear(&text);
	strbuf_clear(&base);
	return more;
}

void wips_keep_new(struct wips *wips, struct repo *repo, const struct draft *draft)
{
	size_t count = 0;

	for (size_t i = 0; i < wips->count; i++) {
		if (says_more(repo, draft, &wips->items[i]))
			wips->items[count++] = wips->items[i];
		else
			clear_wip(&wips->items[i]);
	}
	wips->count = count;
}
