/*
 * Who did what: the acts of drafts and the releases, newest first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk_internal.h"

/* An act with the words that were made for it. */
struct act {
	struct desk_entry entry;
	char *what;
	char *person; /* owned for releases, NULL for drafts, whose people are borrowed */
	size_t order; /* later acts of one line have larger ones, for equal times */
};

struct log {
	struct act *acts;
	size_t count;
	size_t capacity;
};

static char *words_for(const struct draft *draft, size_t index)
{
	static const char *const words[] = {
	    [REVIEW_SAVE] = "saved",           [REVIEW_SUBMIT] = "submitted",
	    [REVIEW_COMMENT] = "commented",    [REVIEW_REPLY] = "replied",
	    [REVIEW_RESOLVE] = "resolved a comment", [REVIEW_REOPEN] = "reopened a comment",
	    [REVIEW_APPROVE] = "approved",     [REVIEW_REJECT] = "asked for changes",
	    [REVIEW_ASSIGN] = "assigned",      [REVIEW_SPIKE] = "spiked",
	    [REVIEW_RESTORE] = "restored",     [REVIEW_RELEASED] = "released",
	    [REVIEW_UNKNOWN] = "did something that this version does not know",
	};
	const struct review_commit *commit = &draft->commits[index];

	if (index == 0)
		return mem_strdup(oid_is_zero(&draft->base_blob) ? "began"
		                  : oid_is_zero(&draft->blob)    ? "began a withdrawal"
		                                                 : "began a correction");
	if (commit->event == REVIEW_APPROVE && commit->step != NULL)
		return mem_printf("approved (%s)", commit->step);
	if (commit->event == REVIEW_ASSIGN && commit->assignee != NULL)
		return mem_printf("assigned to %s", commit->assignee);
	return mem_strdup(words[commit->event]);
}

static struct act *add_act(struct log *log)
{
	log->acts = mem_grow(log->acts, &log->capacity, log->count + 1, sizeof *log->acts);
	log->acts[log->count] = (struct act){.order = log->count};
	return &log->acts[log->count++];
}

static void add_draft(struct log *log, const struct draft *draft, bool with_released)
{
	for (size_t i = 0; i < draft->count; i++) {
		const struct review_commit *commit = &draft->commits[i];
		struct act *act;

		if (commit->event == REVIEW_RELEASED && !with_released)
			continue;
		act = add_act(log);
		act->what = words_for(draft, i);
		act->entry = (struct desk_entry){
		    .id = commit->id,
		    .time = commit->time,
		    .person = commit->person.name,
		    .name = draft->name,
		    .text = commit->text,
		};
	}
}

static char *release_words(const struct release_records *records)
{
	if (records->count == 0)
		return mem_strdup("changed the release branch");
	if (records->count == 1)
		return mem_printf("released %s (%s)", records->items[0].path,
		                  release_type_word(records->items[0].type));
	return mem_printf("released %zu articles", records->count);
}

static bool names_path(const struct release_records *records, const char *path)
{
	for (size_t i = 0; i < records->count; i++) {
		if (strcmp(records->items[i].path, path) == 0)
			return true;
	}
	return false;
}

/* Adds the commits of the release branch, oldest first so that equal times keep their order. */
static int add_releases(struct log *log, struct desk *desk, const char *path, struct error *err)
{
	struct log newest_first = {0};
	struct oid at = desk->tip;
	int rc = 0;

	while (rc == 0 && !oid_is_zero(&at)) {
		struct release_records records = {0};
		struct repo_commit commit;

		rc = repo_commit_read(desk->repo, &commit, &at, err);
		if (rc < 0)
			break;
		(void)release_records_read(&records, commit.message, NULL);
		if (path == NULL || names_path(&records, path)) {
			struct act *act = add_act(&newest_first);

			act->what = release_words(&records);
			act->person = mem_strdup(commit.committer.name);
			act->entry = (struct desk_entry){
			    .id = commit.id, .time = commit.committed, .person = act->person, .text = ""};
		}
		at = commit.parent;
		release_records_clear(&records);
		repo_commit_clear(&commit);
	}
	for (size_t i = newest_first.count; i-- > 0;) {
		struct act *act = add_act(log);
		size_t order = act->order;

		*act = newest_first.acts[i];
		act->order = order;
	}
	free(newest_first.acts);
	return rc;
}

static int newest_first(const void *a, const void *b)
{
	const struct act *x = a;
	const struct act *y = b;

	if (x->entry.time.seconds != y->entry.time.seconds)
		return x->entry.time.seconds < y->entry.time.seconds ? 1 : -1;
	return x->order < y->order ? 1 : -1;
}

int desk_log(struct desk *desk, const char *name, const char *path,
             int (*visit)(void *context, const struct desk_entry *entry), void *context, struct error *err)
{
	struct log log = {0};
	int rc = 0;

	for (size_t i = 0; i < desk->draft_count; i++) {
		const struct draft *draft = desk->drafts[i];

		if ((name != NULL && strcmp(draft->name, name) == 0) ||
		    (path != NULL && strcmp(draft->path, path) == 0) || (name == NULL && path == NULL))
			add_draft(&log, draft, name != NULL);
	}
	if (name == NULL)
		rc = add_releases(&log, desk, path, err);
	if (log.count > 0)
		qsort(log.acts, log.count, sizeof *log.acts, newest_first);
	for (size_t i = 0; rc == 0 && i < log.count; i++) {
		log.acts[i].entry.what = log.acts[i].what;
		rc = visit(context, &log.acts[i].entry);
	}
	for (size_t i = 0; i < log.count; i++) {
		free(log.acts[i].what);
		free(log.acts[i].person);
	}
	free(log.acts);
	return rc;
}
