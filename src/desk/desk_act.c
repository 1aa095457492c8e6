/*
 * What is done at the desk: every act is checked by the rule engine on the
 * draft as it stands in git now, and is one commit.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"

/* How often an act is tried again when somebody else's commit comes first. */
#define MAX_TRIES 8

/* Why an act did not happen. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_RACED,   /* somebody else's commit came first: look again */
	OUTCOME_REFUSED, /* an answer for the person */
};

/* Writes what an act has come to. */
static int append_all(struct desk *desk, const struct draft *draft, struct desk_act *act, struct error *err)
{
	struct draft_change *changes;
	struct oid head;
	int rc;

	if (act->also_count == 0)
		return draft_append(&head, desk->repo, draft, &act->change, err);
	changes = mem_zalloc(act->also_count + 1, sizeof *changes);
	changes[0] = act->change;
	for (size_t i = 0; i < act->also_count; i++) {
		changes[i + 1] = act->also[i];
		changes[i + 1].person = act->change.person;
		changes[i + 1].time = act->change.time;
		changes[i + 1].key = act->change.key;
	}
	rc = draft_append_events(&head, desk->repo, draft, changes, act->also_count + 1, err);
	free(changes);
	return rc;
}

/* Signs the act where somebody asks for that, and writes it. */
static int append(struct desk *desk, const struct draft *draft, struct desk_act *act, struct error *err)
{
	struct sign_key key;
	int rc = desk_event_key(desk, act->change.event, &key, err);

	act->change.key = key.key != NULL ? &key : NULL;
	act->change.signed_under = desk_must_sign(desk, act->change.event) ? &desk->policy : NULL;
	if (rc == 0)
		rc = append_all(desk, draft, act, err);
	act->change.key = NULL;
	sign_key_clear(&key);
	return rc;
}

/* On the draft as the desk read it just now: where it moved on since, the ref does not move. */
static enum outcome try_act(struct desk *desk, struct desk_act *act, struct error *err)
{
	const struct draft *draft = desk_draft(desk, act->name, err);
	int rc;

	if (draft == NULL)
		return OUTCOME_REFUSED;
	act->nothing_to_do = false;
	act->change.step = act->step;
	rc = rules_check(rules_action_of(act->change.event), draft, &desk->policy, &desk->person,
			 clock_now(&desk->clock), act->change.step, err);
	for (size_t i = 0; rc == 0 && i < act->also_count; i++)
		rc = rules_check(rules_action_of(act->also[i].event), draft, &desk->policy, &desk->person,
				 clock_now(&desk->clock), NULL, err);
	if (rc == 0 && act->before != NULL)
		rc = act->before(desk, draft, act, err);
	if (rc < 0 || act->nothing_to_do)
		return rc < 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
	rc = append(desk, draft, act, err);
	return rc == E_CONFLICT ? OUTCOME_RACED : rc < 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
}

/* After an act that is done: a look that fails makes it no less done, and the next look tells. */
void desk_look_again(struct desk *desk)
{
	(void)desk_refresh(desk, NULL);
}

int desk_perform(struct desk *desk, struct desk_act *act, struct error *err)
{
	enum outcome outcome = OUTCOME_RACED;
	struct error why;
	int rc;

	act->change.person = &desk->person;
	for (int i = 0; outcome == OUTCOME_RACED && i < MAX_TRIES; i++) {
		rc = desk_ready(desk, err);
		if (rc < 0)
			return rc;
		act->change.time = desk_time(desk);
		outcome = try_act(desk, act, &why);
	}
	if (outcome == OUTCOME_DONE) {
		desk_look_again(desk);
		return 0;
	}
	if (err != NULL)
		*err = why;
	return why.code;
}

int desk_ready(struct desk *desk, struct error *err)
{
	/* What is there by now may have rules that nobody can read, or that were mended. */
	int rc = desk_refresh(desk, err);

	if (rc == 0)
		rc = desk_may_write(desk, err);
	/* Whose release was cut off left their files, and a lock that is in the way of their git. */
	if (rc == 0)
		(void)repo_worktree_catch_up(desk->repo, desk->branch, false, NULL);
	return rc;
}

/* -- Saving -- */

int desk_text_fits(const char *what, size_t len, struct error *err)
{
	if (len <= REPO_BLOB_LIMIT)
		return 0;
	return error_set(err, E_INVALID, "%s has %zu MiB; the most that copydesk takes is %zu MiB.", what,
			 (len + (1 << 20) - 1) >> 20, REPO_BLOB_LIMIT >> 20);
}

static bool tree_has(struct desk *desk, const struct oid *tree, const struct repo_entry *wanted)
{
	struct repo_entry entry;
	int rc = repo_tree_find(desk->repo, tree, wanted->path, &entry, NULL);

	if (wanted->mode == REPO_MODE_NONE)
		return rc == E_NOTFOUND;
	return rc == 0 && entry.mode == wanted->mode && oid_equal(&entry.id, &wanted->id);
}

static int before_save(struct desk *desk, const struct draft *draft, struct desk_act *act, struct error *err)
{
	bool up_to_date = act->change.base == NULL || oid_equal(act->change.base, &draft->base);

	if (act->from != NULL && !oid_equal(act->from, &draft->blob))
		return error_set(err, E_CONFLICT,
				 "%s was saved by %s meanwhile: nothing was written; compare and save again.",
				 draft->name, draft->commits[draft->state.last_save].person.name);
	act->entry.path = act->path ? act->path : draft->path;
	act->nothing_to_do = up_to_date && tree_has(desk, &draft->head_tree, &act->entry);
	return 0;
}

/* Puts bytes at act->path; text NULL: takes away what is there. */
static int save(struct desk *desk, struct desk_act *act, const char *text, size_t len, struct error *err)
{
	int rc = desk_text_fits(act->path ? path_base(act->path) : act->name, len, err);

	if (rc == 0)
		rc = desk_ready(desk, err);
	if (rc == 0 && text != NULL)
		rc = repo_blob_write(desk->repo, &act->entry.id, text, len, err);
	if (rc < 0)
		return rc;
	act->entry.mode = text != NULL ? REPO_MODE_FILE : REPO_MODE_NONE;
	act->before = before_save;
	act->change.entries = &act->entry;
	act->change.entry_count = 1;
	return desk_perform(desk, act, err);
}

int desk_save(struct desk *desk, const char *name, const struct oid *from, const char *text, size_t len,
	      struct oid *saved, struct error *err)
{
	struct desk_act act = {.name = name, .from = from};
	int rc;

	assert(text != NULL);
	rc = save(desk, &act, text, len, err);
	if (rc == 0 && saved != NULL)
		*saved = act.entry.id;
	return rc;
}

int desk_save_on_tip(struct desk *desk, const char *name, const struct oid *from, const char *text,
		     size_t len, struct error *err)
{
	struct desk_act act = {.name = name, .from = from};
	struct oid tip = desk->tip;

	act.change.base = &tip;
	return save(desk, &act, text, len, err);
}

int desk_attach(struct desk *desk, const char *name, const char *file, const char *bytes, size_t len,
		struct error *err)
{
	struct desk_act act = {.name = name};
	const struct draft *draft;
	struct error why;
	const char *slash;
	char *path;
	int rc = desk_ready(desk, err);

	if (rc < 0)
		return rc;
	draft = desk_draft(desk, name, &why);
	if (draft == NULL)
		return error_set(err, why.code, "%s", why.message);
	slash = strrchr(draft->path, '/');
	path = mem_printf("%.*s%s", slash != NULL ? (int)(slash - draft->path) + 1 : 0, draft->path, file);
	act.path = path;
	rc = rules_attachment(&desk->policy, draft, file, len, err);
	if (rc == 0 && strchr(file, '/') == NULL && article_is_attachment(draft->path, path))
		rc = save(desk, &act, bytes ? bytes : "", len, err);
	else if (rc == 0)
		rc = error_set(err, E_INVALID,
			       "%s cannot be attached under that name: use a plain file name that does not "
			       "end in .md.",
			       file);
	free(path);
	return rc;
}
