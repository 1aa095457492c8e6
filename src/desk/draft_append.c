/*
 * Growing a draft: its commits' words, and its ref moved from where the caller saw it.
 */
#include "desk/draft_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"

static void add_subject(struct strbuf *out, const char *name, const struct draft_change *change)
{
	static const char *const verbs[] = {
	    [REVIEW_SAVE] = "Save",
	    [REVIEW_SUBMIT] = "Submit",
	    [REVIEW_COMMENT] = "Comment on",
	    [REVIEW_REPLY] = "Reply on",
	    [REVIEW_RESOLVE] = "Resolve a comment on",
	    [REVIEW_REOPEN] = "Reopen a comment on",
	    [REVIEW_APPROVE] = "Approve",
	    [REVIEW_REJECT] = "Ask for changes to",
	    [REVIEW_ASSIGN] = "Assign",
	    [REVIEW_SPIKE] = "Spike",
	    [REVIEW_RESTORE] = "Restore",
	    [REVIEW_QUESTION] = "Ask about",
	    [REVIEW_SUGGEST] = "Suggest words for",
	    [REVIEW_REFUSE] = "Refuse a suggestion on",
	    [REVIEW_EMBARGO] = "Embargo",
	    [REVIEW_SCHEDULE] = "Schedule",
	    [REVIEW_UNSCHEDULE] = "Take from the schedule",
	    [REVIEW_RELEASED] = "Released",
	};

	strbuf_addf(out, "%s %s", change->base ? "Bring up to date" : verbs[change->event], name);
	if (change->step != NULL)
		strbuf_addf(out, " (%s)", change->step);
}

static void add_passage(struct strbuf *out, const struct review_passage *passage)
{
	struct strbuf at = STRBUF_INIT;
	char on[REPO_HEX_SIZE];

	oid_hex(on, &passage->on);
	repo_message_trailer(out, "On", on);
	strbuf_addf(&at, "%zu+%zu %s", passage->start, passage->len, passage->quote ? passage->quote : "");
	repo_message_trailer(out, "At", at.data);
	strbuf_clear(&at);
}

static void add_covers(struct strbuf *out, const struct review_covers *covers, const struct oid *policy)
{
	struct strbuf value = STRBUF_INIT;
	char hex[REPO_HEX_SIZE];

	assert(covers != NULL);
	for (size_t i = 0; i < covers->count; i++) {
		strbuf_reset(&value);
		review_cover_format(&value, &covers->items[i]);
		repo_message_trailer(out, "Covers", value.data);
	}
	strbuf_clear(&value);
	oid_hex(hex, policy);
	repo_message_trailer(out, "Policy", hex);
}

static void add_all(struct strbuf *out, const char *key, const struct strlist *values)
{
	for (size_t i = 0; values != NULL && i < values->count; i++)
		repo_message_trailer(out, key, values->items[i]);
}

static void add_details(struct strbuf *out, const struct draft_change *change)
{
	struct strbuf words = STRBUF_INIT;
	char time[CLOCK_TEXT_SIZE];

	add_all(out, "Checked", change->checked);
	add_all(out, "Thread", change->threads);
	add_all(out, "Co-authored-by", change->co_authors);
	if (change->at != 0) {
		clock_rfc3339(time, change->at, change->time.offset);
		repo_message_trailer(out, "Time", time);
	}
	if (change->passage != NULL && !oid_is_zero(&change->passage->on))
		add_passage(out, change->passage);
	if (change->replacement != NULL) {
		review_replacement_format(&words, change->replacement);
		repo_message_trailer(out, "Suggest", words.data);
	}
	strbuf_clear(&words);
}

static char *message_of(const char *name, const char *path, const struct review_covers *covers,
			const struct draft_change *change)
{
	const struct {
		const char *key;
		const char *value;
	} trailers[] = {
	    {"Draft", name},
	    {"Event", review_event_word(change->event)},
	    {"Article", path},
	    {"Kind", change->withdraws ? "withdraw" : NULL},
	    {"Renames", change->renames},
	    {"Step", change->step},
	    {"Assignee", change->assignee},
	};
	const char *typed = change->text ? change->text : "";
	struct strbuf message = STRBUF_INIT;

	add_subject(&message, name, change);
	repo_message_body(&message, typed, strlen(typed));
	for (size_t i = 0; i < sizeof trailers / sizeof trailers[0]; i++) {
		if (trailers[i].value != NULL)
			repo_message_trailer(&message, trailers[i].key, trailers[i].value);
	}
	add_details(&message, change);
	if (draft_is_bound(change->event))
		add_covers(&message, covers, change->policy);
	return strbuf_detach(&message);
}

/* Writes the commit; signed_under (may be NULL) must find that its person signed it. */
static int write_signed(struct oid *head, struct repo *repo, const struct repo_commit *commit,
			const struct policy *signed_under, struct error *err)
{
	int rc = repo_commit_write(repo, head, commit, err);

	if (rc < 0 || signed_under == NULL)
		return rc;
	return policy_check_signature(signed_under, repo, head, &commit->author, commit->committed, err);
}

/* Writes the commit and, unless the change is to be a loose one, moves the draft's ref from old to it. */
static int commit_and_move(struct oid *head, struct repo *repo, const char *name, const struct oid *old,
			   const struct draft_change *change, struct repo_commit *commit, struct error *err)
{
	char *ref = draft_ref_name(name);
	int rc = write_signed(head, repo, commit, change->signed_under, err);

	if (rc == 0 && !change->loose)
		rc = repo_ref_move(repo, ref, head, old, &commit->author, commit->message, err);
	free(ref);
	return rc;
}

static void set_person(struct repo_commit *commit, const struct draft_change *change)
{
	commit->author = *change->person;
	commit->committer = *change->person;
	commit->authored = change->time;
	commit->committed = change->time;
	commit->key = change->key;
}

int draft_begin(struct oid *head, struct repo *repo, const char *name, const char *path,
		const struct oid *base, const struct draft_change *change, struct error *err)
{
	static const struct oid none;
	struct repo_commit commit = {.parent = *base};
	char *ref = draft_ref_name(name);
	struct oid tree;
	int rc = 0;

	if (!repo_ref_valid(ref))
		rc = error_set(err, E_INVALID, "A draft cannot be named %s: use letters, digits and hyphens.",
			       name);
	free(ref);
	if (rc == 0)
		rc = draft_tree_of(repo, &tree, base, err);
	if (rc == 0)
		rc = repo_tree_edit(repo, &commit.tree, &tree, change->entries, change->entry_count, err);
	if (rc < 0)
		return rc;
	set_person(&commit, change);
	commit.message = message_of(name, path, NULL, change);
	rc = commit_and_move(head, repo, name, &none, change, &commit, err);
	free(commit.message);
	if (rc == E_CONFLICT)
		error_set(err, E_CONFLICT,
			  "There is a draft called %s already, or its name is a part of another's.", name);
	return rc;
}

/* The tree that the draft has after the change. */
static int tree_after(struct oid *out, struct repo *repo, const struct draft *draft,
		      const struct draft_change *change, struct error *err)
{
	const struct review_covers *covers = draft_covers(draft);
	struct repo_entry *entries;
	struct oid tree = draft->head_tree;
	int rc = 0;

	if (change->base != NULL) {
		entries = mem_zalloc(covers->count, sizeof *entries);
		for (size_t i = 0; i < covers->count; i++)
			entries[i] = (struct repo_entry){.path = covers->items[i].path,
							 .mode = covers->items[i].mode,
							 .id = covers->items[i].blob};
		rc = draft_tree_of(repo, &tree, change->base, err);
		if (rc == 0)
			rc = repo_tree_edit(repo, &tree, &tree, entries, covers->count, err);
		free(entries);
	}
	if (rc == 0 && change->entry_count > 0)
		rc = repo_tree_edit(repo, &tree, &tree, change->entries, change->entry_count, err);
	*out = tree;
	return rc;
}

int draft_append(struct oid *head, struct repo *repo, const struct draft *draft,
		 const struct draft_change *change, struct error *err)
{
	struct repo_commit commit = {.parent = draft->head};
	int rc = tree_after(&commit.tree, repo, draft, change, err);

	if (rc < 0)
		return rc;
	if (change->base != NULL)
		commit.merged = *change->base;
	set_person(&commit, change);
	commit.message = message_of(draft->name, draft->path, draft_covers(draft), change);
	rc = commit_and_move(head, repo, draft->name, &draft->head, change, &commit, err);
	free(commit.message);
	return rc;
}

int draft_write_events(struct oid *head, struct repo *repo, const struct draft *draft,
		       const struct draft_change *changes, size_t count, struct error *err)
{
	struct repo_commit commit = {.parent = draft->head, .tree = draft->head_tree};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++) {
		assert(changes[i].event != REVIEW_SAVE);
		set_person(&commit, &changes[i]);
		commit.message = message_of(draft->name, draft->path, draft_covers(draft), &changes[i]);
		rc = write_signed(head, repo, &commit, changes[i].signed_under, err);
		free(commit.message);
		commit.parent = *head;
	}
	return rc;
}

int draft_move_all(struct repo *repo, const struct draft *const *drafts, const struct oid *heads,
		   size_t count, const struct repo_person *person, struct error *err)
{
	struct repo_ref_update *updates = mem_zalloc(count, sizeof *updates);
	int rc;

	for (size_t i = 0; i < count; i++) {
		updates[i].name = draft_ref_name(drafts[i]->name);
		updates[i].new_id = heads[i];
		updates[i].old_id = drafts[i]->head;
		updates[i].message = drafts[i]->name;
	}
	rc = repo_refs_move(repo, updates, count, person, err);
	for (size_t i = 0; i < count; i++)
		free((char *)updates[i].name);
	free(updates);
	return rc;
}

int draft_append_events(struct oid *head, struct repo *repo, const struct draft *draft,
			const struct draft_change *changes, size_t count, struct error *err)
{
	char *ref = draft_ref_name(draft->name);
	int rc = draft_write_events(head, repo, draft, changes, count, err);

	if (rc == 0)
		rc = repo_ref_move(repo, ref, head, &draft->head, changes[0].person, draft->name, err);
	free(ref);
	return rc;
}
