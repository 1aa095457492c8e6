/*
 * Reading the release branch: which one it is, what a release says of its articles, and which drafts went
 * out.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "desk/policy.h"
#include "desk/release.h"

/* -- The branch -- */

static bool has_policy(struct repo *repo, const struct oid *tree)
{
	struct repo_entry entry;

	return repo_tree_find(repo, tree, POLICY_PATH, &entry, NULL) == 0;
}

static bool branch_has_policy(struct repo *repo, const char *branch)
{
	char *ref = mem_printf("refs/heads/%s", branch);
	struct repo_commit commit;
	struct oid tip;
	bool found = false;

	if (repo_ref_read(repo, ref, &tip, NULL) == 0 && repo_commit_read(repo, &commit, &tip, NULL) == 0) {
		found = has_policy(repo, &commit.tree);
		repo_commit_clear(&commit);
	}
	free(ref);
	return found;
}

int release_branch(struct repo *repo, char **out, struct error *err)
{
	*out = repo_config(repo, "copydesk.branch");
	if (*out == NULL && branch_has_policy(repo, "main"))
		*out = mem_strdup("main");
	return *out == NULL ? repo_head_branch(repo, out, err) : 0;
}

/* -- One release -- */

static struct release_record *add_record(struct release_records *records, const char *path)
{
	struct release_record *record;

	records->items =
	    mem_grow(records->items, &records->capacity, records->count + 1, sizeof *records->items);
	record = &records->items[records->count++];
	*record = (struct release_record){.path = mem_strdup(path), .type = RELEASE_TYPE_COUNT};
	return record;
}

/* "NAME HEX" */
static const char *const type_words[] = {
    [RELEASE_PUBLISH] = "publish",
    [RELEASE_CORRECT] = "correct",
    [RELEASE_WITHDRAW] = "withdraw",
};

const char *release_type_word(enum release_type type)
{
	return type_words[type];
}

static bool read_draft(struct release_record *record, const char *value)
{
	const char *space = strrchr(value, ' ');

	if (record->draft != NULL || space == NULL || space == value || !oid_parse(&record->head, space + 1))
		return false;
	record->draft = mem_strndup(value, (size_t)(space - value));
	return true;
}

static bool read_type(struct release_record *record, const char *value)
{
	if (record->type != RELEASE_TYPE_COUNT)
		return false;
	for (size_t i = 0; i < RELEASE_TYPE_COUNT; i++) {
		if (strcmp(release_type_word((enum release_type)i), value) == 0)
			record->type = (enum release_type)i;
	}
	return record->type != RELEASE_TYPE_COUNT;
}

static bool read_approval(struct release_record *record, const char *value)
{
	record->approvals = mem_grow(record->approvals, &record->approval_capacity,
				     record->approval_count + 1, sizeof *record->approvals);
	record->approvals[record->approval_count++] = mem_strdup(value);
	return true;
}

static bool read_once(char **out, const char *value)
{
	if (*out != NULL)
		return false;
	*out = mem_strdup(value);
	return true;
}

static bool read_scheduler(struct release_record *record, const char *value)
{
	return read_once(&record->scheduled_by, value);
}

static bool read_renames(struct release_record *record, const char *value)
{
	return read_once(&record->renames, value);
}

static bool read_fast_lane(struct release_record *record, const char *value)
{
	return read_once(&record->fast_lane, value);
}

static const struct {
	const char *key;
	bool (*read)(struct release_record *record, const char *value);
} record_keys[] = {
    {"Draft", read_draft},          {"Release-Type", read_type},
    {"Approved-by", read_approval}, {"Scheduled-by", read_scheduler},
    {"Fast-Lane", read_fast_lane},  {"Renames", read_renames},
};

static bool read_key(struct release_record *record, const struct repo_trailer *trailer)
{
	for (size_t i = 0; i < sizeof record_keys / sizeof record_keys[0]; i++) {
		if (strcasecmp(record_keys[i].key, trailer->key) == 0)
			return record_keys[i].read(record, trailer->value);
	}
	return true;
}

int release_records_read(struct release_records *out, const char *message, struct error *err)
{
	struct repo_trailers trailers;
	bool ok = true;

	memset(out, 0, sizeof *out);
	repo_trailers_read(&trailers, message);
	/* Only a release says how it was released; a draft's commits name articles and drafts too. */
	if (repo_trailers_get(&trailers, "Release-Type") == NULL)
		repo_trailers_clear(&trailers);
	for (size_t i = 0; ok && i < trailers.count; i++) {
		const struct repo_trailer *trailer = &trailers.items[i];

		if (strcasecmp(trailer->key, "Article") == 0)
			add_record(out, trailer->value);
		else if (out->count > 0)
			ok = read_key(&out->items[out->count - 1], trailer);
		else /* A draft that comes before its article could be read as the commit's own. */
			ok = strcasecmp(trailer->key, "Draft") != 0;
	}
	for (size_t i = 0; i < out->count; i++)
		ok = ok && out->items[i].draft != NULL && out->items[i].type != RELEASE_TYPE_COUNT;
	repo_trailers_clear(&trailers);
	if (ok)
		return 0;
	release_records_clear(out);
	return error_set(err, E_INVALID, "What this release says of its articles is damaged.");
}

void release_records_clear(struct release_records *records)
{
	for (size_t i = 0; i < records->count; i++) {
		struct release_record *record = &records->items[i];

		for (size_t j = 0; j < record->approval_count; j++)
			free(record->approvals[j]);
		free(record->approvals);
		free(record->renames);
		free(record->scheduled_by);
		free(record->fast_lane);
		free(record->path);
		free(record->draft);
	}
	free(records->items);
	memset(records, 0, sizeof *records);
}

/* -- All of them -- */

static void entry_clear(struct release_entry *entry)
{
	free(entry->draft);
	free(entry->path);
	free(entry->renames);
	free(entry->person);
}

void release_index_clear(struct release_index *index)
{
	for (size_t i = 0; i < index->count; i++)
		entry_clear(&index->items[i]);
	free(index->items);
	free(index->places);
	memset(index, 0, sizeof *index);
}

/* Appends what a commit released, its last article first; whether that is anything. */
static bool add_releases(struct release_index *index, const struct repo_commit *commit)
{
	struct release_records records;
	bool found = release_records_read(&records, commit->message, NULL) == 0 && records.count > 0;

	for (size_t i = found ? records.count : 0; i-- > 0;) {
		struct release_record *record = &records.items[i];

		index->items =
		    mem_grow(index->items, &index->capacity, index->count + 1, sizeof *index->items);
		index->items[index->count++] = (struct release_entry){
		    .draft = mem_strdup(record->draft),
		    .path = mem_strdup(record->path),
		    .renames = mem_strdup(record->renames),
		    .person = mem_printf("%s <%s>", commit->committer.name, commit->committer.mail),
		    .time = commit->committed,
		    .head = record->head,
		    .type = record->type,
		    .fast = record->fast_lane != NULL,
		};
	}
	release_records_clear(&records);
	return found;
}

/*
 * Gathers what was released from tip back to stop, newest first, or to where the newsroom begins: a
 * commit that is no release and has no policy.  *met: stop was met.
 */
static int gather(struct release_index *fresh, struct repo *repo, const struct oid *tip,
		  const struct oid *stop, bool *met, struct error *err)
{
	struct oid at = *tip;
	bool more = true;

	while (more && !oid_is_zero(&at) && !oid_equal(&at, stop)) {
		struct repo_commit commit;
		int rc = repo_commit_read(repo, &commit, &at, err);

		if (rc < 0)
			return rc;
		more = add_releases(fresh, &commit) || has_policy(repo, &commit.tree);
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	*met = oid_equal(&at, stop);
	return 0;
}

static int by_draft(const void *a, const void *b)
{
	const struct release_entry *x = a;
	const struct release_entry *y = b;
	int order = strcmp(x->draft, y->draft);

	if (order != 0)
		return order;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void add_place(struct release_index *index, const char *path, size_t item)
{
	index->places =
	    mem_grow(index->places, &index->place_capacity, index->place_count + 1, sizeof *index->places);
	index->places[index->place_count++] = (struct release_place){path, item};
}

static int by_path(const void *a, const void *b, void *context)
{
	const struct release_place *x = a;
	const struct release_place *y = b;
	const struct release_entry *items = context;
	int order = strcmp(x->path, y->path);

	if (order != 0)
		return order;
	return items[x->item].order < items[y->item].order ? -1 : items[x->item].order > items[y->item].order;
}

static void index_places(struct release_index *index)
{
	index->place_count = 0;
	for (size_t i = 0; i < index->count; i++) {
		add_place(index, index->items[i].path, i);
		if (index->items[i].renames != NULL)
			add_place(index, index->items[i].renames, i);
	}
	if (index->place_count > 0)
		qsort_r(index->places, index->place_count, sizeof *index->places, by_path, index->items);
}

const struct release_entry *release_index_of_path(const struct release_index *index, const char *path)
{
	size_t low = 0;
	size_t high = index->place_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->places[middle].path, path) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && strcmp(index->places[low - 1].path, path) == 0
		   ? &index->items[index->places[low - 1].item]
		   : NULL;
}

int release_index_follow(struct release_index *index, struct repo *repo, const struct oid *tip,
			 struct error *err)
{
	struct release_index fresh = {0};
	bool goes_on = false;
	int rc = gather(&fresh, repo, tip, &index->tip, &goes_on, err);

	if (rc == 0 && !goes_on)
		release_index_clear(index);
	for (size_t i = rc == 0 ? fresh.count : 0; i-- > 0;) {
		index->items =
		    mem_grow(index->items, &index->capacity, index->count + 1, sizeof *index->items);
		index->items[index->count] = fresh.items[i];
		index->items[index->count].order = index->count;
		index->count++;
		fresh.count--;
	}
	release_index_clear(&fresh);
	if (rc < 0)
		return rc;
	if (index->count > 0)
		qsort(index->items, index->count, sizeof *index->items, by_draft);
	index_places(index);
	index->tip = *tip;
	return 0;
}

/* The number of entries that stand before those of later names, those of the name included. */
static size_t end_of(const struct release_index *index, const char *name)
{
	size_t low = 0;
	size_t high = index->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(index->items[middle].draft, name) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct release_entry *release_index_newest(const struct release_index *index, const char *name)
{
	size_t end = end_of(index, name);

	return end > 0 && strcmp(index->items[end - 1].draft, name) == 0 ? &index->items[end - 1] : NULL;
}

/* Whether a commit of the draft, at or after its newest save, is the one that went out. */
static bool is_recent(const struct draft *draft, const struct oid *head)
{
	size_t last_save = 0;

	for (size_t i = 0; i < draft->count; i++) {
		if (draft->commits[i].event == REVIEW_SAVE)
			last_save = i;
	}
	for (size_t i = last_save; i < draft->count; i++) {
		if (oid_equal(&draft->commits[i].id, head))
			return true;
	}
	return false;
}

bool release_index_has(const struct release_index *index, const struct draft *draft)
{
	bool found = false;

	for (size_t i = end_of(index, draft->name);
	     !found && i-- > 0 && strcmp(index->items[i].draft, draft->name) == 0;)
		found = is_recent(draft, &index->items[i].head);
	return found;
}
