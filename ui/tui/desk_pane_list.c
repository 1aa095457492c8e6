/*
 * What the desk's list shows: the rows of a tab, filtered and sorted, and the one under the cursor.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/desk_pane_internal.h"

/* -- Tabs -- */

static bool is_any(const struct desk_row *row)
{
	(void)row;
	return true;
}

static bool waits_for_me(const struct desk_row *row)
{
	return row->why_mine != NULL;
}

static bool is_mine(const struct desk_row *row)
{
	return row->mine && row->state != REVIEW_STATE_SPIKED && row->state != REVIEW_STATE_WITHDRAWN;
}

static bool is_in_review(const struct desk_row *row)
{
	return row->state == REVIEW_STATE_REVIEW;
}

bool desk_list_is_approved(const struct desk_row *row)
{
	return row->state == REVIEW_STATE_APPROVED || row->state == REVIEW_STATE_SCHEDULED;
}

static bool is_published(const struct desk_row *row)
{
	return row->name == NULL;
}

const struct desk_tab desk_tabs[DESK_PANE_TABS] = {
    {"all", "All", "All",
     "This newsroom is empty. Press n to write the first article, or i to import a text.", is_any},
    {"waiting", "Waiting for me", "Waiting", "Nothing waits for you. Press 0 to see everything.",
     waits_for_me},
    {"mine", "Mine", "Mine", "You have no draft. Press n to write one, or i to import a text.", is_mine},
    {"review", "In review", "Review", "Nothing is in review.", is_in_review},
    {"approved", "Approved", "Approved", "Nothing is approved and unpublished.", desk_list_is_approved},
    {"published", "Published", "Published", "Nothing is published yet.", is_published},
};

/* -- Rows and names -- */

const struct desk_row *desk_list_row(const struct desk_list *list, size_t index)
{
	size_t count;
	const struct desk_row *rows = desk_rows(list->place.desk, &count);

	if (list->seen != desk_version(list->place.desk) || index >= list->count)
		return NULL;
	return &rows[list->rows[index]];
}

const char *desk_list_name(const struct desk_row *row)
{
	return row->name ? row->name : row->path;
}

static const struct desk_row *row_named(struct desk *desk, const char *name)
{
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);

	for (size_t i = 0; name != NULL && i < count; i++) {
		if (strcmp(desk_list_name(&rows[i]), name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Several keys can come before the next drawing: what the first did moves the rows of the others. */
const struct desk_row *desk_list_chosen(const struct desk_list *list)
{
	const struct desk_row *row;

	if (list->seen == desk_version(list->place.desk))
		return desk_list_row(list, list->chosen);
	row = row_named(list->place.desk, list->chosen_name);
	return row != NULL ? row : row_named(list->place.desk, list->chosen_path);
}

/* -- Sorting -- */

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int by_section(const struct desk_row *a, const struct desk_row *b)
{
	return compare_text(a->section, b->section);
}

static int by_title(const struct desk_row *a, const struct desk_row *b)
{
	return compare_text(a->title, b->title);
}

static int by_person(const struct desk_row *a, const struct desk_row *b)
{
	return compare_text(a->who, b->who);
}

static int by_state(const struct desk_row *a, const struct desk_row *b)
{
	return (int)a->state - (int)b->state;
}

static const struct sorting {
	const char *words;
	int (*compare)(const struct desk_row *a, const struct desk_row *b); /* NULL: the desk's own order */
} sortings[] = {
    {"drafts by last change", NULL}, {"by section", by_section}, {"by headline", by_title},
    {"by person", by_person},        {"by state", by_state},
};

struct sort_context {
	const struct desk_row *rows;
	const struct sorting *sorting;
};

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct sort_context *sort = context;
	const size_t x = *(const size_t *)a;
	const size_t y = *(const size_t *)b;
	int order = sort->sorting->compare(&sort->rows[x], &sort->rows[y]);

	/* The desk's own order, what changed last first, within what is alike. */
	return order != 0 ? order : x < y ? -1 : 1;
}

const char *desk_list_sorting(const struct desk_list *list)
{
	return sortings[list->sort].words;
}

void desk_list_sort(struct desk_list *list)
{
	list->sort = (list->sort + 1) % (sizeof sortings / sizeof sortings[0]);
	desk_list_fill(list, true);
}

/* -- What is shown -- */

void desk_list_count(struct desk_list *list)
{
	size_t count;
	const struct desk_row *rows = desk_rows(list->place.desk, &count);

	memset(list->counts, 0, sizeof list->counts);
	for (size_t i = 0; i < count; i++) {
		for (size_t t = 0; t < DESK_PANE_TABS; t++)
			list->counts[t] += desk_tabs[t].holds(&rows[i]);
	}
	list->total = list->counts[list->tab];
}

bool desk_list_is_for(const struct desk_row *row, const char *name)
{
	return name != NULL && (strcmp(row->path, name) == 0 || strcmp(desk_list_name(row), name) == 0);
}

bool desk_list_choose(struct desk_list *list, const char *name)
{
	for (size_t i = 0; name != NULL && i < list->count; i++) {
		if (desk_list_is_for(desk_list_row(list, i), name)) {
			list->chosen = i;
			return true;
		}
	}
	return false;
}

void desk_list_remember(struct desk_list *list)
{
	const struct desk_row *row = desk_list_chosen(list);

	free(list->chosen_name);
	free(list->chosen_path);
	list->chosen_name = row ? mem_strdup(desk_list_name(row)) : NULL;
	list->chosen_path = row ? mem_strdup(row->path) : NULL;
}

/*
 * Keeps the cursor on its matter, which may have become a published article meanwhile; where it is
 * not shown any more, at its place.
 */
static void choose_again(struct desk_list *list)
{
	if (!desk_list_choose(list, list->chosen_name) && !desk_list_choose(list, list->chosen_path) &&
	    list->chosen >= list->count)
		list->chosen = list->count > 0 ? list->count - 1 : 0;
}

void desk_list_fill(struct desk_list *list, bool keep)
{
	struct sort_context context = {.sorting = &sortings[list->sort]};
	size_t kept = 0;
	size_t all;

	desk_list_count(list);
	context.rows = desk_rows(list->place.desk, &all);
	desk_filter(list->place.desk, list->filter.text.data, &list->rows, &list->count, &list->capacity);
	for (size_t i = 0; i < list->count; i++) {
		if (desk_tabs[list->tab].holds(&context.rows[list->rows[i]]))
			list->rows[kept++] = list->rows[i];
	}
	list->count = kept;
	list->seen = desk_version(list->place.desk);
	if (list->count > 0 && context.sorting->compare != NULL)
		qsort_r(list->rows, list->count, sizeof *list->rows, compare_rows, &context);
	if (keep)
		choose_again(list);
	else
		list->chosen = 0;
	list->version++;
	desk_list_remember(list);
}

void desk_list_refill(struct desk_list *list)
{
	if (list->seen != desk_version(list->place.desk))
		desk_list_fill(list, true);
}
