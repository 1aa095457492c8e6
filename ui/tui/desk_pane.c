#include "tui/desk_pane.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/desk_pane_internal.h"
#include "tui/page.h"
#include "tui/proof.h"

/* From this width on, the chosen article stands beside the list. */
#define WIDE 120

/* Columns of the list's fields; the headline takes what is left. */
#define STATE_WIDTH   11
#define DATE_WIDTH    12
#define SECTION_WIDTH 10
#define WHO_WIDTH     14

/* Milliseconds: of indexing in one go between keys, and between two looks for news from others. */
#define INDEX_SLICE 10
#define LOOK_EVERY  5000

/* -- Tabs and sorting, as tables -- */

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

static bool is_approved(const struct desk_row *row)
{
	return row->state == REVIEW_STATE_APPROVED || row->state == REVIEW_STATE_SCHEDULED;
}

static bool is_published(const struct desk_row *row)
{
	return row->name == NULL;
}

static const struct tab {
	const char *word;
	const char *label;
	const char *empty; /* what to say, and do, when it holds nothing */
	bool (*holds)(const struct desk_row *row);
} tabs[] = {
    {"all", "All", "This newsroom is empty. Press n to write the first article, or i to import a text.",
     is_any},
    {"waiting", "Waiting for me", "Nothing waits for you. Press 0 to see everything.", waits_for_me},
    {"mine", "Mine", "You have no draft. Press n to write one, or i to import a text.", is_mine},
    {"review", "In review", "Nothing is in review.", is_in_review},
    {"approved", "Approved", "Nothing is approved and unpublished.", is_approved},
    {"published", "Published", "Nothing is published yet.", is_published},
};

_Static_assert(sizeof tabs / sizeof tabs[0] == DESK_PANE_TABS, "a count for each tab");

static const char *const sort_words[] = {"newest first", "by section", "by headline", "by person",
					 "by state"};

#define SORT_COUNT (sizeof sort_words / sizeof sort_words[0])

static const struct desk_row *row_at(const struct desk_list *list, size_t index)
{
	size_t count;
	const struct desk_row *rows = desk_rows(list->place.desk, &count);

	return index < list->count ? &rows[list->rows[index]] : NULL;
}

const struct desk_row *desk_list_chosen(const struct desk_list *list)
{
	return row_at(list, list->chosen);
}

const char *desk_list_name(const struct desk_row *row)
{
	return row->name ? row->name : row->path;
}

/* -- What is shown -- */

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

struct sort_context {
	const struct desk_row *rows;
	size_t sort;
};

static int compare_rows(const void *a, const void *b, void *context)
{
	const struct sort_context *sort = context;
	const struct desk_row *x = &sort->rows[*(const size_t *)a];
	const struct desk_row *y = &sort->rows[*(const size_t *)b];
	int order = 0;

	switch (sort->sort) {
	case 1:
		order = compare_text(x->section, y->section);
		break;
	case 2:
		order = compare_text(x->title, y->title);
		break;
	case 3:
		order = compare_text(x->who, y->who);
		break;
	case 4:
		order = (int)x->state - (int)y->state;
		break;
	default:
		break;
	}
	/* The desk's own order, newest first, within what is alike. */
	return order != 0 ? order : *(const size_t *)a < *(const size_t *)b ? -1 : 1;
}

static void count_tabs(struct desk_list *list)
{
	size_t count;
	const struct desk_row *rows = desk_rows(list->place.desk, &count);

	memset(list->counts, 0, sizeof list->counts);
	for (size_t i = 0; i < count; i++) {
		for (size_t t = 0; t < DESK_PANE_TABS; t++)
			list->counts[t] += tabs[t].holds(&rows[i]);
	}
	list->total = list->counts[list->tab];
}

/* Puts the cursor on the row that stood for this matter before, or keeps its place. */
static void choose_again(struct desk_list *list, const char *name)
{
	for (size_t i = 0; name != NULL && i < list->count; i++) {
		if (strcmp(desk_list_name(row_at(list, i)), name) == 0) {
			list->chosen = i;
			return;
		}
	}
	if (list->chosen >= list->count)
		list->chosen = list->count > 0 ? list->count - 1 : 0;
}

static void fill(struct desk_list *list, bool keep)
{
	struct sort_context context = {.sort = list->sort};
	char *name = NULL;
	size_t kept = 0;
	size_t all;

	if (keep && list->count > 0 && list->seen == desk_version(list->place.desk))
		name = mem_strdup(desk_list_name(desk_list_chosen(list)));
	count_tabs(list);
	context.rows = desk_rows(list->place.desk, &all);
	desk_filter(list->place.desk, list->filter.text.data, &list->rows, &list->count, &list->capacity);
	for (size_t i = 0; i < list->count; i++) {
		if (tabs[list->tab].holds(&context.rows[list->rows[i]]))
			list->rows[kept++] = list->rows[i];
	}
	list->count = kept;
	if (list->count > 0 && list->sort > 0)
		qsort_r(list->rows, list->count, sizeof *list->rows, compare_rows, &context);
	if (!keep)
		list->chosen = 0;
	choose_again(list, name);
	free(name);
	list->seen = desk_version(list->place.desk);
	list->version++;
}

/* The rows of before are gone when the desk's version rose, so the place is kept by its number. */
static void refill(struct desk_list *list)
{
	if (list->seen != desk_version(list->place.desk))
		fill(list, true);
}

static void show_page(struct desk_list *list)
{
	const struct desk_row *row = desk_list_chosen(list);
	struct strbuf text = STRBUF_INIT;
	struct error err;

	if (!list->wide || row == NULL || oid_equal(&row->blob, &list->page_blob))
		return;
	list->page_blob = row->blob;
	list->page_top = 0;
	if (oid_is_zero(&row->blob))
		strbuf_adds(&text, "This draft takes the article down.\n");
	else if (desk_read(list->place.desk, &row->blob, &text, &err) < 0)
		strbuf_adds(&text, err.message);
	page_show(list->page, text.data, text.len, true);
	strbuf_clear(&text);
}

/* -- Drawing -- */

static void draw_tabs(struct desk_list *list, struct canvas_region region)
{
	int column = 1;

	for (size_t t = 0; t < DESK_PANE_TABS; t++) {
		unsigned style = t == list->tab ? CANVAS_HEADING : CANVAS_NORMAL;
		int start = column;

		column = canvas_printf(region, 0, column, CANVAS_KEY, "%zu", t) + 1;
		column = canvas_printf(region, 0, column, style, "%s %zu", tabs[t].label, list->counts[t]);
		if (t == list->tab)
			canvas_mark(region, 0, start, column - start, CANVAS_SELECTED);
		column += 1;
	}
}

static void draw_filter(struct desk_list *list, struct canvas_region region, bool focused)
{
	char count[64];
	int width;
	struct canvas_region right;

	if (list->filter.text.len > 0)
		snprintf(count, sizeof count, "%zu of %zu", list->count, list->total);
	else
		snprintf(count, sizeof count, "%s", sort_words[list->sort]);
	width = unicode_columns(count, strlen(count));
	canvas_string(region, 0, region.width - width - 1, CANVAS_DIM, count);
	canvas_string(region, 0, 1, CANVAS_KEY, "/");
	right = canvas_part(region, 0, 3, 1, region.width - width - 5);
	if (list->filtering || list->filter.text.len > 0)
		field_draw(&list->filter, right, CANVAS_NORMAL, focused && list->filtering);
	else
		canvas_string(right, 0, 0, CANVAS_DIM, "words, or section:culture state:review by:name");
}

struct columns {
	int state, date, section, headline, who; /* where each begins; -1 when left out */
	int end;
};

static struct columns columns_for(int width)
{
	struct columns c = {.state = 3, .section = -1, .who = -1, .end = width - 1};

	c.date = c.state + STATE_WIDTH;
	c.headline = c.date + DATE_WIDTH;
	if (width >= 70) {
		c.section = c.headline;
		c.headline += SECTION_WIDTH;
	}
	if (width >= 60)
		c.who = c.end - WHO_WIDTH;
	return c;
}

static unsigned state_style(enum review_state_name state)
{
	static const unsigned styles[REVIEW_STATE_COUNT] = {
	    [REVIEW_STATE_DRAFT] = CANVAS_NORMAL,   [REVIEW_STATE_REVIEW] = CANVAS_WARN,
	    [REVIEW_STATE_CHANGES] = CANVAS_ERROR,  [REVIEW_STATE_APPROVED] = CANVAS_GOOD,
	    [REVIEW_STATE_SCHEDULED] = CANVAS_GOOD, [REVIEW_STATE_RELEASED] = CANVAS_DIM,
	    [REVIEW_STATE_WITHDRAWN] = CANVAS_DIM,  [REVIEW_STATE_SPIKED] = CANVAS_DIM,
	};

	return styles[state];
}

static void draw_cell(struct canvas_region region, int row, int from, int to, unsigned style,
		      const char *text)
{
	if (from >= 0 && to > from)
		canvas_field(region, row, from, to - from, style, text, strlen(text));
}

static void draw_row(struct desk_list *list, struct canvas_region region, int at, size_t index, bool focused)
{
	const struct desk_row *row = row_at(list, index);
	struct columns c = columns_for(region.width);
	bool chosen = index == list->chosen;
	char date[CLOCK_TEXT_SIZE];

	snprintf(date, sizeof date, "%.10s", row->date);
	canvas_string(region, at, 1, CANVAS_KEY, chosen ? ">" : " ");
	draw_cell(region, at, c.state, c.date - 1, state_style(row->state), review_state_label(row->state));
	draw_cell(region, at, c.date, c.date + DATE_WIDTH - 2, CANVAS_DIM, date);
	draw_cell(region, at, c.section, c.headline - 1, CANVAS_NORMAL, row->section);
	draw_cell(region, at, c.headline, (c.who < 0 ? c.end : c.who - 1), CANVAS_NORMAL, row->title);
	draw_cell(region, at, c.who, c.end, CANVAS_DIM, row->who);
	if (chosen && focused && !list->filtering)
		canvas_mark(region, at, 0, region.width, CANVAS_SELECTED);
}

static void draw_heads(struct desk_list *list, struct canvas_region region)
{
	struct columns c = columns_for(region.width);

	(void)list;
	draw_cell(region, 0, c.state, c.date, CANVAS_DIM, "STATE");
	draw_cell(region, 0, c.date, c.date + DATE_WIDTH, CANVAS_DIM, "DATE");
	draw_cell(region, 0, c.section, c.headline, CANVAS_DIM, "SECTION");
	draw_cell(region, 0, c.headline, c.who < 0 ? c.end : c.who, CANVAS_DIM, "HEADLINE");
	draw_cell(region, 0, c.who, c.end, CANVAS_DIM, "WHO");
}

static void draw_rows(struct desk_list *list, struct canvas_region region, bool focused)
{
	list->height = region.height;
	if (list->chosen < list->top)
		list->top = list->chosen;
	if (region.height > 0 && list->chosen >= list->top + (size_t)region.height)
		list->top = list->chosen - (size_t)region.height + 1;
	for (int i = 0; i < region.height && list->top + (size_t)i < list->count; i++)
		draw_row(list, region, i, list->top + (size_t)i, focused);
	if (list->count == 0) {
		const char *words =
		    list->filter.text.len > 0
			? "No headline, name or text matches. Esc clears the filter; 0 looks in everything."
			: tabs[list->tab].empty;

		canvas_wrapped(canvas_part(region, 1, 3, -1, region.width - 6), 0, CANVAS_DIM, words,
			       strlen(words));
	}
}

static void draw_list(struct desk_list *list, struct canvas_region region, bool focused)
{
	draw_filter(list, canvas_part(region, 0, 0, 1, -1), focused);
	draw_heads(list, canvas_part(region, 1, 0, 1, -1));
	draw_rows(list, canvas_part(region, 2, 0, -1, -1), focused);
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct desk_list *list = state;
	struct canvas_region body = canvas_part(region, 2, 0, region.height - 3, -1);
	int split = region.width;

	refill(list);
	list->wide = region.width >= WIDE;
	show_page(list);
	draw_tabs(list, region);
	canvas_rule(region, 1, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	if (list->wide) {
		struct canvas_region right;

		split = region.width * 11 / 20;
		canvas_upright(canvas_part(body, 0, split, -1, 1), 0, CANVAS_RULE);
		right = canvas_part(body, 0, split + 3, -1, region.width - split - 5);
		page_draw(list->page, right, list->page_top);
		if (page_problem(list->page) != NULL)
			canvas_wrapped(right, 0, CANVAS_WARN, page_problem(list->page),
				       strlen(page_problem(list->page)));
	}
	draw_list(list, canvas_part(body, 0, 0, -1, split), focused);
}

/* -- The pane -- */

static void title(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;

	strbuf_addf(out, "copydesk  %s", desk_policy(list->place.desk)->name);
	if (desk_is_sample(list->place.desk))
		strbuf_adds(out, "  (the sample newsroom)");
}

static void title_right(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;
	const struct repo_person *person = desk_person(list->place.desk, NULL);

	strbuf_adds(out, person ? person->name : "reading only");
}

static void status(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;
	const struct desk_row *row = desk_list_chosen(list);

	if (list->indexing) {
		strbuf_addf(out, "Reading %zu of %zu articles ...", list->known, list->articles);
		return;
	}
	if (row == NULL)
		strbuf_addf(out, "%zu articles", list->articles);
	else if (row->why_mine != NULL)
		strbuf_adds(out, row->why_mine);
	else if (row->waiting_on[0] != '\0')
		strbuf_addf(out, "Waits for %s", row->waiting_on);
	else
		strbuf_addf(out, "%s", row->path);
	if (row != NULL && row->open_threads > 0)
		strbuf_addf(out, " · %zu open comment%s", row->open_threads,
			    row->open_threads == 1 ? "" : "s");
}

static uint64_t version(const void *state)
{
	const struct desk_list *list = state;

	return list->version + desk_version(list->place.desk) + page_version(list->page);
}

static bool input(void *state, const struct input_event *event)
{
	struct desk_list *list = state;
	enum field_result result;

	if (!list->filtering)
		return false;
	result = field_input(&list->filter, event);
	if (result == FIELD_CHANGED)
		fill(list, false);
	list->version += result != FIELD_IGNORED;
	return result != FIELD_IGNORED;
}

static bool typing(const void *state)
{
	return ((const struct desk_list *)state)->filtering;
}

static int64_t tick(void *state, int64_t now)
{
	struct desk_list *list = state;

	if (list->indexing) {
		list->indexing = desk_index(list->place.desk, INDEX_SLICE, &list->known, &list->articles);
		list->version++;
		return list->indexing ? now : now + LOOK_EVERY;
	}
	if (now >= list->look_at) {
		/* News that cannot be read now is looked for again; whatever one does next says why. */
		(void)desk_refresh(list->place.desk, NULL);
		list->look_at = now + LOOK_EVERY;
		list->indexing = desk_index(list->place.desk, 0, &list->known, &list->articles);
	}
	return list->indexing ? now : list->look_at;
}

static void free_list(void *state)
{
	struct desk_list *list = state;

	page_free(list->page);
	field_clear(&list->filter);
	free(list->rows);
	free(list);
}

/* -- Commands -- */

static unsigned holds(const void *target)
{
	const struct desk_list *list = target;
	const struct desk_row *row = desk_list_chosen(list);
	unsigned needs = 0;

	if (desk_person(list->place.desk, NULL) != NULL)
		needs |= COMMAND_WRITABLE;
	if (row == NULL)
		return needs;
	needs |= COMMAND_ARTICLE;
	needs |= row->name ? COMMAND_DRAFT : COMMAND_PUBLISHED;
	if (row->state == REVIEW_STATE_REVIEW || is_approved(row))
		needs |= COMMAND_IN_REVIEW;
	if (is_approved(row))
		needs |= COMMAND_APPROVED;
	if (row->state == REVIEW_STATE_SPIKED)
		needs |= COMMAND_SPIKED;
	return needs;
}

static int open_chosen(void *target, int kind, struct error *err)
{
	struct desk_list *list = target;

	(void)err;
	list->place.host->open(list->place.host->app, (enum pane_kind)kind,
			       desk_list_name(desk_list_chosen(list)));
	return 0;
}

static int show_tab(void *target, int tab, struct error *err)
{
	struct desk_list *list = target;

	(void)err;
	list->tab = (size_t)tab;
	list->top = 0;
	fill(list, false);
	return 0;
}

static int turn_tab(void *target, int by, struct error *err)
{
	struct desk_list *list = target;

	return show_tab(target,
			(int)((list->tab + DESK_PANE_TABS + (size_t)(by + (int)DESK_PANE_TABS)) %
			      DESK_PANE_TABS),
			err);
}

static int change_sort(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	list->sort = (list->sort + 1) % SORT_COUNT;
	fill(list, true);
	return 0;
}

static int start_filter(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	list->filtering = true;
	list->version++;
	return 0;
}

/* Esc and Enter leave the filter; Esc in the list clears it. */
static int leave_filter(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	if (list->filter.text.len > 0 && !list->filtering) {
		field_set(&list->filter, "", 0);
		fill(list, true);
	}
	list->filtering = false;
	list->version++;
	return 0;
}

static int enter(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	if (list->filtering)
		return leave_filter(target, 0, err);
	return open_chosen(target, PANE_READER, err);
}

enum move { MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST };

static int move(void *target, int how, struct error *err)
{
	struct desk_list *list = target;
	size_t page = list->height > 1 ? (size_t)list->height - 1 : 1;
	size_t last = list->count > 0 ? list->count - 1 : 0;
	size_t at = list->chosen;
	const size_t to[] = {
	    [MOVE_UP] = at > 0 ? at - 1 : 0,
	    [MOVE_DOWN] = at < last ? at + 1 : last,
	    [MOVE_PAGE_UP] = at > page ? at - page : 0,
	    [MOVE_PAGE_DOWN] = at + page < last ? at + page : last,
	    [MOVE_FIRST] = 0,
	    [MOVE_LAST] = last,
	};

	(void)err;
	list->chosen = to[how];
	list->version++;
	return 0;
}

static int scroll_page(void *target, int by, struct error *err)
{
	struct desk_list *list = target;

	(void)err;
	if (by < 0)
		list->page_top = list->page_top > 10 ? list->page_top - 10 : 0;
	else
		list->page_top += 10;
	list->version++;
	return 0;
}

static int open_release(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	list->place.host->open(list->place.host->app, PANE_RELEASE, NULL);
	return 0;
}

static int edit(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	if (desk_list_chosen(list)->name != NULL)
		return open_chosen(target, PANE_EDITOR, err);
	return desk_ask_words(target, DESK_ASK_CORRECT, err);
}

static int open_history(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	list->place.host->open(list->place.host->app, PANE_HISTORY, NULL);
	return 0;
}

static int verify(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	proof_start(&list->place);
	return 0;
}

#define NEEDS_ARTICLE COMMAND_ARTICLE
#define NEEDS_DRAFT   (COMMAND_ARTICLE | COMMAND_DRAFT)

static const struct command rows[] = {
    {"desk.read", "Read", "Read the article", "Enter", NEEDS_ARTICLE, 10, "Article", 0, enter},
    {"desk.edit", "Edit", "Edit the draft; of a published article, begin a correction", "e",
     NEEDS_ARTICLE | COMMAND_WRITABLE, 20, "Article", 0, edit},
    {"desk.new", "New", "Write a new article", "n", COMMAND_WRITABLE, 30, "Article", 0, desk_ask_article},
    {"desk.import", "Import", "Make a draft from a text file or Markdown", "i", COMMAND_WRITABLE, 0,
     "Article", 0, desk_ask_file},
    {"desk.import-pasted", "Import pasted", "Make a draft from a text that is pasted", "I", COMMAND_WRITABLE,
     0, "Article", 0, desk_ask_paste},
    {"desk.submit", "Submit", "Submit the draft for review", "S", NEEDS_DRAFT | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_SUBMIT, desk_ask_words},
    {"desk.review", "Review", "See what changed, comment, approve or ask for changes", "r", NEEDS_DRAFT, 40,
     "Article", PANE_REVIEW, open_chosen},
    {"desk.release", "Release", "Publish approved drafts by one commit", "R", COMMAND_WRITABLE, 50, "Article",
     0, open_release},
    {"desk.withdraw", "Withdraw", "Begin to take a published article down", "W",
     COMMAND_PUBLISHED | COMMAND_WRITABLE, 0, "Article", DESK_ASK_WITHDRAW, desk_ask_words},
    {"desk.spike", "Spike", "Set the draft aside without losing it", "x", NEEDS_DRAFT | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_SPIKE, desk_ask_words},
    {"desk.restore", "Restore", "Take a spiked draft up again", "X", COMMAND_SPIKED | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_RESTORE, desk_ask_words},
    {"desk.history", "History", "See who did what to it", "h", NEEDS_ARTICLE, 0, "View", PANE_HISTORY,
     open_chosen},
    {"desk.newsroom-history", "Newsroom's history", "See who did what in all of the newsroom", "H", 0, 0,
     "View", 0, open_history},
    {"desk.verify", "Verify", "Prove that every published byte was approved", "V", 0, 0, "Desk", 0, verify},
    {"desk.filter", "Filter", "Show only what matches; section: state: by: lang: date: narrow it", "/", 0, 60,
     "View", 0, start_filter},
    {"desk.clear", "Clear", "Leave the filter, then clear it", "Esc", 0, 0, NULL, 0, leave_filter},
    {"desk.sort", "Sort", "Sort by age, section, headline, person or state", "s", 0, 0, "View", 0,
     change_sort},
    {"desk.all", "All", "Show everything", "0", 0, 0, "View", 0, show_tab},
    {"desk.waiting", "Waiting", "Show what waits for me", "1", 0, 0, "View", 1, show_tab},
    {"desk.mine", "Mine", "Show what I write", "2", 0, 0, "View", 2, show_tab},
    {"desk.in-review", "In review", "Show what is in review", "3", 0, 0, "View", 3, show_tab},
    {"desk.approved", "Approved", "Show what is approved", "4", 0, 0, "View", 4, show_tab},
    {"desk.published", "Published", "Show what is published", "5", 0, 0, "View", 5, show_tab},
    {"desk.next-tab", "Next tab", "Show the next tab", "Tab, Right", 0, 0, NULL, 1, turn_tab},
    {"desk.previous-tab", "Previous tab", "Show the tab before", "Shift-Tab, Left", 0, 0, NULL, -1, turn_tab},
    {"desk.up", "Up", "One row up", "Up, k", 0, 0, NULL, MOVE_UP, move},
    {"desk.down", "Down", "One row down", "Down, j", 0, 0, NULL, MOVE_DOWN, move},
    {"desk.page-up", "Page up", "One page up", "PageUp", 0, 0, NULL, MOVE_PAGE_UP, move},
    {"desk.page-down", "Page down", "One page down", "PageDown, Space", 0, 0, NULL, MOVE_PAGE_DOWN, move},
    {"desk.first", "First", "The first row", "Home, g", 0, 0, NULL, MOVE_FIRST, move},
    {"desk.last", "Last", "The last row", "End, G", 0, 0, NULL, MOVE_LAST, move},
    {"desk.text-up", "Text up", "Scroll the text beside the list up", "Ctrl-Up, Shift-Up", 0, 0, NULL, -1,
     scroll_page},
    {"desk.text-down", "Text down", "Scroll the text beside the list down", "Ctrl-Down, Shift-Down", 0, 0,
     NULL, 1, scroll_page},
};

const struct command_table desk_pane_commands = {
    .title = "The desk",
    .about = "All drafts and articles, by state. Choose one with the arrows.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};

static const struct pane_ops ops = {
    .name = "desk",
    .commands = &desk_pane_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .typing = typing,
    .input = input,
    .tick = tick,
    .free = free_list,
};

int desk_pane_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct desk_list *list = mem_zalloc(1, sizeof *list);

	(void)err;
	list->place = *place;
	list->page = page_new(place->worker);
	list->look_at = clock_monotonic() + LOOK_EVERY;
	field_init(&list->filter, false);
	list->indexing = desk_index(place->desk, INDEX_SLICE * 20, &list->known, &list->articles);
	for (size_t t = 0; name != NULL && t < DESK_PANE_TABS; t++) {
		if (strcmp(tabs[t].word, name) == 0)
			list->tab = t;
	}
	count_tabs(list);
	if (name == NULL && list->counts[1] > 0)
		list->tab = 1;
	fill(list, false);
	out->ops = &ops;
	out->state = list;
	return 0;
}
