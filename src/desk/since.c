#include "desk/since.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* Fewer digits of a save's id could be its number. */
#define ID_LEAST 6

/* -- Choosing -- */

/* Settling a comment, or answering one, does not say that the whole was read. */
static bool is_review(enum review_event event)
{
	return event == REVIEW_APPROVE || event == REVIEW_REJECT || event == REVIEW_COMMENT;
}

static int find_look(struct since *out, const struct draft *draft, const struct since_reader *reader,
		     struct error *err)
{
	for (size_t i = 0; reader->look != NULL && i < draft->count; i++) {
		if (oid_equal(&draft->commits[i].id, reader->look)) {
			out->from = i;
			return 0;
		}
	}
	return error_set(err, E_NOTFOUND,
			 "You have not looked at %s in a review yet: compare it with the published text.",
			 draft->name);
}

static int find_review(struct since *out, const struct draft *draft, const struct since_reader *reader,
		       struct error *err)
{
	for (size_t i = draft->count; reader->person != NULL && i > 0; i--) {
		const struct review_commit *commit = &draft->commits[i - 1];

		if (is_review(commit->event) && repo_person_same(&commit->person, reader->person)) {
			out->from = i - 1;
			return 0;
		}
	}
	return error_set(err, E_NOTFOUND, "%s has not reviewed %s yet: compare it with the published text.",
			 reader->person != NULL ? reader->person->name : "Nobody", draft->name);
}

static int find(struct since *out, const struct draft *draft, enum since_kind kind,
		const struct since_reader *reader, struct error *err)
{
	*out = (struct since){.kind = kind, .to = SINCE_HEAD};
	if (kind == SINCE_LOOK)
		return find_look(out, draft, reader, err);
	if (kind == SINCE_REVIEW)
		return find_review(out, draft, reader, err);
	return 0;
}

size_t since_save(const struct draft *draft, size_t number)
{
	for (size_t i = 0; number > 0 && i < draft->count; i++) {
		if (draft->commits[i].event == REVIEW_SAVE && --number == 0)
			return i;
	}
	return draft->count;
}

size_t since_number(const struct draft *draft, size_t commit)
{
	size_t number = 0;

	if (commit >= draft->count || draft->commits[commit].event != REVIEW_SAVE)
		return 0;
	for (size_t i = 0; i <= commit; i++)
		number += draft->commits[i].event == REVIEW_SAVE;
	return number;
}

/* The commit whose id begins with the word; any, for who reads ids in git itself. */
static int find_id(size_t *out, const struct draft *draft, const char *word, size_t len, struct error *err)
{
	*out = draft->count;
	for (size_t i = 0; len >= ID_LEAST && len < REPO_HEX_SIZE && i < draft->count; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[i].id);
		if (strncmp(hex, word, len) != 0)
			continue;
		if (*out < draft->count)
			return error_set(err, E_INVALID, "Two saves of %s begin with %.*s: give more of it.",
					 draft->name, (int)len, word);
		*out = i;
	}
	return 0;
}

static int read_save(size_t *out, const struct draft *draft, const char *word, size_t len, struct error *err)
{
	char number[16] = "";
	char *end;
	int rc = 0;

	*out = draft->count;
	if (len < ID_LEAST && len > 0) {
		memcpy(number, word, len);
		if (strspn(number, "0123456789") == len)
			*out = since_save(draft, strtoul(number, &end, 10));
	} else {
		rc = find_id(out, draft, word, len, err);
	}
	if (rc == 0 && *out == draft->count)
		return error_set(err, E_NOTFOUND,
				 "%s has no save %.*s: \"log %s\" numbers its saves, the first being 1.",
				 draft->name, (int)len, word, draft->name);
	return rc;
}

/* "SAVE..SAVE"; either may be left out, for the first and the newest. */
static int parse_range(struct since *out, const struct draft *draft, const char *words, const char *dots,
		       struct error *err)
{
	const char *second = dots + 2;
	int rc = 0;

	*out = (struct since){.kind = SINCE_SAVE, .to = SINCE_HEAD};
	if (dots > words)
		rc = read_save(&out->from, draft, words, (size_t)(dots - words), err);
	if (rc == 0 && *second != '\0')
		rc = read_save(&out->to, draft, second, strlen(second), err);
	if (rc == 0 && out->to < out->from)
		rc = error_set(err, E_INVALID, "The save after \"..\" is older than the one before it: %s.",
			       words);
	return rc;
}

int since_parse(struct since *out, const struct draft *draft, const char *words,
		const struct since_reader *reader, struct error *err)
{
	static const char *const kinds[] = {
	    [SINCE_PUBLISHED] = "published",
	    [SINCE_BEGAN] = "began",
	    [SINCE_LOOK] = "look",
	    [SINCE_REVIEW] = "review",
	};
	const char *dots = strstr(words, "..");

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (strcmp(words, kinds[i]) == 0)
			return find(out, draft, (enum since_kind)i, reader, err);
	}
	if (dots != NULL)
		return parse_range(out, draft, words, dots, err);
	*out = (struct since){.kind = SINCE_SAVE, .to = SINCE_HEAD};
	return read_save(&out->from, draft, words, strlen(words), err);
}

/* -- Telling -- */

/* "2026-11-20 09:00" in the zone of whoever made the commit. */
static void add_time(struct strbuf *out, const struct review_commit *commit)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	strbuf_addf(out, "%s %s", date, minutes);
}

static void add_save(struct strbuf *out, const struct draft *draft, size_t index)
{
	const struct review_commit *commit = &draft->commits[index];
	size_t number = since_number(draft, index);
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &commit->id);
	if (number > 0)
		strbuf_addf(out, "save %zu (%s, ", number, commit->person.name);
	else
		strbuf_addf(out, "%.7s (%s, ", hex, commit->person.name);
	add_time(out, commit);
	strbuf_adds(out, ")");
}

void since_describe(struct strbuf *out, const struct draft *draft, const struct since *since)
{
	const struct review_commit *from = since->from < draft->count ? &draft->commits[since->from] : NULL;

	switch (since->kind) {
	case SINCE_PUBLISHED:
		strbuf_adds(out, oid_is_zero(&draft->base_blob) ? "a new article: all of it is new"
								: "since the published text");
		break;
	case SINCE_BEGAN:
		strbuf_adds(out, "since the draft began, ");
		add_time(out, &draft->commits[0]);
		break;
	case SINCE_LOOK:
	case SINCE_REVIEW:
		strbuf_adds(out, since->kind == SINCE_LOOK ? "since my last look" : "since my last review");
		if (from != NULL) {
			strbuf_adds(out, since->kind == SINCE_LOOK ? ", at the text of " : ", ");
			add_time(out, from);
		}
		break;
	case SINCE_SAVE:
		strbuf_adds(out, since->to == SINCE_HEAD ? "since " : "from ");
		add_save(out, draft, since->from);
		if (since->to != SINCE_HEAD) {
			strbuf_adds(out, " to ");
			add_save(out, draft, since->to);
		}
		break;
	}
}

/* -- Both states -- */

static int tree_at(struct repo *repo, const struct draft *draft, size_t index, struct oid *out,
		   struct error *err)
{
	struct repo_commit commit;
	int rc;

	if (index >= draft->count) {
		*out = draft->head_tree;
		return 0;
	}
	rc = repo_commit_read(repo, &commit, &draft->commits[index].id, err);
	if (rc < 0)
		return rc;
	*out = commit.tree;
	repo_commit_clear(&commit);
	return 0;
}

/* What stands at a path; all zero for nothing. */
static struct oid blob_at(struct repo *repo, const struct oid *tree, const char *path)
{
	struct repo_entry entry;
	struct oid none = {{0}};

	return repo_tree_find(repo, tree, path, &entry, NULL) == 0 ? entry.id : none;
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct since_file *)a)->path, ((const struct since_file *)b)->path);
}

static void add_files(struct since_states *out, const struct draft *draft, size_t index)
{
	const struct review_covers *covers = &draft->commits[index].covers;

	for (size_t i = 0; i < covers->count; i++) {
		const char *path = covers->items[i].path;
		bool known = strcmp(path, draft->path) == 0 ||
			     (draft->renames != NULL && strcmp(path, draft->renames) == 0);

		for (size_t j = 0; j < out->file_count && !known; j++)
			known = strcmp(out->files[j].path, path) == 0;
		if (known)
			continue;
		out->files =
		    mem_grow(out->files, &out->file_capacity, out->file_count + 1, sizeof *out->files);
		out->files[out->file_count++] = (struct since_file){.path = mem_strdup(path)};
	}
}

int since_read(struct since_states *out, struct repo *repo, const struct draft *draft,
	       const struct since *since, struct error *err)
{
	size_t to = since->to < draft->count ? since->to : draft->count - 1;
	int rc = 0;

	*out = (struct since_states){.before_tree = draft->base_tree};
	if (since->kind != SINCE_PUBLISHED)
		rc = tree_at(repo, draft, since->kind == SINCE_BEGAN ? 0 : since->from, &out->before_tree,
			     err);
	if (rc == 0)
		rc = tree_at(repo, draft, to, &out->after_tree, err);
	if (rc < 0)
		return rc;
	add_files(out, draft, to);
	if (since->kind != SINCE_PUBLISHED)
		add_files(out, draft, since->kind == SINCE_BEGAN ? 0 : since->from);
	for (size_t i = 0; i < out->file_count; i++) {
		out->files[i].before = blob_at(repo, &out->before_tree, out->files[i].path);
		out->files[i].after = blob_at(repo, &out->after_tree, out->files[i].path);
	}
	if (out->file_count > 0)
		qsort(out->files, out->file_count, sizeof *out->files, by_path);
	out->before =
	    blob_at(repo, &out->before_tree,
		    since->kind == SINCE_PUBLISHED && draft->renames != NULL ? draft->renames : draft->path);
	out->after = blob_at(repo, &out->after_tree, draft->path);
	return 0;
}

void since_clear(struct since_states *states)
{
	for (size_t i = 0; i < states->file_count; i++)
		free(states->files[i].path);
	free(states->files);
	*states = (struct since_states){.file_count = 0};
}
