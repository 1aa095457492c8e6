/*
 * The rows of the list, built anew when what they show has changed, and the filter over them.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "desk/search.h"

/* -- Rows -- */

static void drop_rows(struct desk *desk)
{
	for (size_t i = 0; i < desk->kept_count; i++)
		free(desk->kept[i]);
	desk->kept_count = 0;
	desk->row_count = 0;
}

void desk_forget_rows(struct desk *desk)
{
	drop_rows(desk);
	free(desk->kept);
	free(desk->rows);
}

static const char *keep(struct desk *desk, char *text)
{
	desk->kept = mem_grow(desk->kept, &desk->kept_capacity, desk->kept_count + 1, sizeof *desk->kept);
	desk->kept[desk->kept_count++] = text;
	return text;
}

static struct desk_row *add_row(struct desk *desk)
{
	desk->rows = mem_grow(desk->rows, &desk->row_capacity, desk->row_count + 1, sizeof *desk->rows);
	memset(&desk->rows[desk->row_count], 0, sizeof *desk->rows);
	return &desk->rows[desk->row_count++];
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static bool takes_part(struct desk *desk, const struct draft *draft)
{
	const struct review_state *state = &draft->state;
	struct repo_person assignee;
	bool mine = review_is_author(state, &desk->person);

	if (!mine && state->assignment < draft->count && draft->commits[state->assignment].assignee != NULL &&
	    repo_person_parse(&assignee, draft->commits[state->assignment].assignee, NULL) == 0) {
		mine = repo_person_same(&assignee, &desk->person);
		repo_person_clear(&assignee);
	}
	return mine;
}

/* What a draft's text, or what a withdrawal takes down, is called. */
static void describe_draft(struct desk *desk, struct desk_row *row, const struct draft *draft)
{
	struct strbuf taken = STRBUF_INIT;
	struct catalog_row words;
	size_t len;
	const char *head = draft_head(draft, &len);

	if (head == NULL && oid_is_zero(&draft->blob) && !oid_is_zero(&draft->base_blob))
		(void)repo_blob_read(desk->repo, &draft->base_blob, &taken, NULL);
	if (head != NULL)
		article_name(&words, draft->path, head, len);
	else
		article_name(&words, draft->path, taken.data, taken.len);
	row->title = keep(desk, mem_strdup(or_empty(words.title)));
	row->date = keep(desk, mem_strdup(or_empty(words.date)));
	row->byline = keep(desk, mem_strdup(or_empty(words.byline)));
	row->language = keep(desk, mem_strdup(or_empty(words.language)));
	row->section = keep(desk, article_section(desk->policy.content, draft->path));
	catalog_row_clear(&words);
	strbuf_clear(&taken);
}

/* A time as short as it can be said: the year only where it is another. */
static char *short_time(struct desk *desk, int64_t at)
{
	char time[CLOCK_TEXT_SIZE];
	char today[CLOCK_TEXT_SIZE];
	int64_t now = clock_now(&desk->clock);
	size_t year = strlen("2026-");

	clock_words(time, &desk->clock, at);
	clock_date(today, now, clock_offset(&desk->clock, now));
	return mem_printf("%s: ", strncmp(time, today, year) == 0 ? time + year : time);
}

static const char *prefix_of(struct desk *desk, const struct desk_row *row)
{
	if (row->overdue != NULL)
		return "Overdue: ";
	if (row->base == DESK_BASE_WITHDRAWN)
		return "Base withdrawn: ";
	if (row->base != DESK_BASE_CURRENT)
		return "Base changed: ";
	if (row->state == REVIEW_STATE_SCHEDULED)
		return keep(desk, short_time(desk, row->release_at));
	return row->corrects    ? "Correction: "
	       : row->withdraws ? "Withdrawal: "
	       : row->renames   ? "Rename: "
				: "";
}

static void add_draft_row(struct desk *desk, const struct draft *draft)
{
	const struct review_commit *last = &draft->commits[draft->count - 1];
	int64_t now = clock_now(&desk->clock);
	struct strbuf words = STRBUF_INIT;
	struct desk_row *row = add_row(desk);

	row->name = draft->name;
	row->path = draft->path;
	row->state = draft->state.name;
	row->head = draft->head;
	row->blob = draft->blob;
	row->rules = policy_is_desk_file(draft->path);
	row->renames = draft->renames != NULL;
	row->withdraws = draft->withdraws && !oid_is_zero(&draft->base_blob);
	row->corrects = !row->rules && !oid_is_zero(&draft->base_blob) && !row->withdraws && !row->renames;
	row->release_at = rules_release_time(draft);
	row->overdue = keep(desk, desk_overdue(desk, draft));
	row->base = desk_base_state(desk, draft, NULL);
	row->prefix = prefix_of(desk, row);
	row->changed = last->time.seconds;
	row->who = last->person.name;
	row->open_threads = draft->state.open_threads;
	rules_open_words(&words, draft);
	row->open = keep(desk, strbuf_detach(&words));
	describe_draft(desk, row, draft);
	rules_waiting_on(&words, draft, &desk->policy, now);
	row->waiting_on = keep(desk, strbuf_detach(&words));
	if (rules_is_stuck(&words, draft, &desk->policy, now))
		row->stuck = keep(desk, strbuf_detach(&words));
	if (desk->person.name == NULL)
		return;
	row->mine = takes_part(desk, draft);
	if (rules_waits_for(&words, draft, &desk->policy, &desk->person, now))
		row->why_mine = keep(desk, strbuf_detach(&words));
	strbuf_clear(&words);
}

static void add_article_row(struct desk *desk, const struct desk_article *article)
{
	const struct release_entry *release = release_index_of_path(&desk->releases, article->path);
	struct desk_row *row = add_row(desk);

	row->path = article->path;
	row->section = article->section;
	/* A text that says that the article is withdrawn stands in its place. */
	row->state = release != NULL && release->type == RELEASE_WITHDRAW ? REVIEW_STATE_WITHDRAWN
									  : REVIEW_STATE_RELEASED;
	row->fast_lane = release != NULL && release->fast ? release->person : NULL;
	row->blob = article->blob;
	row->title = or_empty(article->row.title);
	row->date = or_empty(article->row.date);
	row->byline = or_empty(article->row.byline);
	row->language = or_empty(article->row.language);
	row->who = row->byline;
	row->waiting_on = "";
	row->open = "";
	row->prefix = "";
}

static int by_age(const void *a, const void *b)
{
	const struct desk_row *x = a;
	const struct desk_row *y = b;

	if (x->changed != y->changed)
		return x->changed < y->changed ? 1 : -1;
	return strcmp(x->name, y->name);
}

static int by_date(const void *a, const void *b)
{
	const struct desk_row *x = a;
	const struct desk_row *y = b;
	int order = strcmp(y->date, x->date);

	return order != 0 ? order : strcmp(x->path, y->path);
}

/*
 * The draft of a ref when it is to be shown: not when it was published, and a withdrawal that went
 * out only while its article is not published again.
 */
static const struct draft *shown_draft(struct desk *desk, struct desk_ref *ref)
{
	const struct draft *draft;

	if (ref->path == NULL || (desk_ref_is_over(ref) && desk_published(desk, ref->path) != NULL))
		return NULL;
	draft = desk_ref_draft(desk, ref, NULL);
	return draft != NULL && draft->state.name != REVIEW_STATE_RELEASED ? draft : NULL;
}

static void build_rows(struct desk *desk)
{
	size_t drafts;

	drop_rows(desk);
	for (size_t i = 0; i < desk->refs.count; i++) {
		const struct draft *draft = shown_draft(desk, &desk->refs.items[i]);

		if (draft != NULL)
			add_draft_row(desk, draft);
	}
	drafts = desk->row_count;
	for (size_t i = 0; i < desk->articles.count; i++)
		add_article_row(desk, &desk->articles.items[i]);
	if (drafts > 0)
		qsort(desk->rows, drafts, sizeof *desk->rows, by_age);
	if (desk->row_count > drafts)
		qsort(desk->rows + drafts, desk->row_count - drafts, sizeof *desk->rows, by_date);
	desk->rows_version = desk->version;
}

const struct desk_row *desk_rows(struct desk *desk, size_t *count)
{
	if (desk->rows_version != desk->version)
		build_rows(desk);
	*count = desk->row_count;
	return desk->rows;
}

const char *desk_open_draft(struct desk *desk, const char *path)
{
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL && strcmp(rows[i].path, path) == 0 &&
		    rows[i].state != REVIEW_STATE_SPIKED && rows[i].state != REVIEW_STATE_WITHDRAWN)
			return rows[i].name;
	}
	return NULL;
}

/* -- Filtering -- */

struct hits {
	struct oid *blobs;
	size_t count;
	size_t capacity;
};

static int add_hit(void *context, const struct oid *blob)
{
	struct hits *hits = context;

	hits->blobs = mem_grow(hits->blobs, &hits->capacity, hits->count + 1, sizeof *hits->blobs);
	hits->blobs[hits->count++] = *blob;
	return 0;
}

static int by_id(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct oid));
}

static bool row_matches(const struct search *search, const struct hits *hits, const struct desk_row *row)
{
	const struct search_fields fields = {
	    .title = row->title,
	    .path = row->path,
	    .name = row->name,
	    .section = row->section,
	    .byline = row->byline,
	    .state = review_state_word(row->state),
	    .label = review_state_label(row->state),
	    .language = row->language,
	    .date = row->date,
	};

	if (search_matches(search, &fields))
		return true;
	return hits->count > 0 && search_fields_match(search, &fields) &&
	       bsearch(&row->blob, hits->blobs, hits->count, sizeof *hits->blobs, by_id) != NULL;
}

void desk_filter(struct desk *desk, const char *query, size_t **out, size_t *count, size_t *capacity)
{
	struct search *search = search_new(query);
	struct hits hits = {0};
	size_t rows;

	desk_rows(desk, &rows);
	if (search_words(search)[0] != '\0')
		(void)catalog_search(desk->catalog, search_words(search), add_hit, &hits, NULL);
	if (hits.count > 0)
		qsort(hits.blobs, hits.count, sizeof *hits.blobs, by_id);
	*count = 0;
	for (size_t i = 0; i < rows; i++) {
		if (!row_matches(search, &hits, &desk->rows[i]))
			continue;
		*out = mem_grow(*out, capacity, *count + 1, sizeof **out);
		(*out)[(*count)++] = i;
	}
	free(hits.blobs);
	search_free(search);
}

char *desk_filter_problem(const char *query)
{
	struct search *search = search_new(query);
	const char *wrong = search_wrong_state(search);
	char *problem = wrong != NULL ? review_state_missing(wrong) : NULL;

	search_free(search);
	return problem;
}

void desk_tags(struct desk *desk, const char *start, size_t most, struct strlist *out)
{
	/* Without a catalog none are known, and the list of articles has said so. */
	(void)catalog_tags(desk->catalog, start, most, out, NULL);
}
