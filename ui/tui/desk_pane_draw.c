/*
 * What the desk's list looks like.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/desk_pane_internal.h"
#include "tui/exchange.h"
#include "tui/page.h"

/* From this width on, the chosen article stands beside the list. */
#define WIDE 120

/* Columns of the list's fields; the headline takes what is left. */
#define STATE_WIDTH 11
#define DATE_WIDTH  12

/* From this width of the list on, sections and names have more room. */
#define ROOMY 100

/* -- Tabs -- */

/* How much the tabs tell; the first that fits is taken. */
enum telling { TELL_ALL, TELL_SHORT, TELL_TIGHT, TELL_COUNT_OF_CHOSEN, TELL_CHOSEN, TELLINGS };

#define WIDEST_GAP 3

/* Columns between two tabs, at least; the brackets of the open one stand in them. */
static int least_gap(enum telling telling)
{
	return telling == TELL_TIGHT ? 1 : 2;
}

static void add_tab(struct strbuf *out, const struct desk_list *list, size_t t, enum telling telling)
{
	const struct desk_tab *tab = &desk_tabs[t];
	bool chosen = t == list->tab;

	strbuf_addf(out, "%zu", t);
	if (telling < TELL_CHOSEN || chosen)
		strbuf_addf(out, " %s", telling == TELL_ALL ? tab->label : tab->short_label);
	if (telling < TELL_COUNT_OF_CHOSEN || chosen) {
		strbuf_adds(out, telling == TELL_TIGHT ? ":" : " (");
		strbuf_add_count(out, list->counts[t]);
		strbuf_adds(out, telling == TELL_TIGHT ? "" : ")");
	}
}

/* Columns of all tabs without the gaps between them. */
static int width_of_tabs(const struct desk_list *list, enum telling telling)
{
	struct strbuf text = STRBUF_INIT;
	int width = 2; /* brackets */

	for (size_t t = 0; t < DESK_PANE_TABS; t++)
		add_tab(&text, list, t, telling);
	width += unicode_columns(text.data, text.len);
	strbuf_clear(&text);
	return width;
}

static void draw_tabs(struct desk_list *list, struct canvas_region region)
{
	enum telling telling = TELL_ALL;
	struct strbuf text = STRBUF_INIT;
	int column = 1;
	int gap = (region.width - width_of_tabs(list, telling)) / (DESK_PANE_TABS - 1);

	while (telling + 1 < TELLINGS && gap < least_gap(telling)) {
		telling++;
		gap = (region.width - width_of_tabs(list, telling)) / (DESK_PANE_TABS - 1);
	}
	if (gap > WIDEST_GAP)
		gap = WIDEST_GAP;
	if (gap < least_gap(telling))
		gap = least_gap(telling);
	for (size_t t = 0; t < DESK_PANE_TABS; t++) {
		unsigned style = t == list->tab ? CANVAS_HEADING : CANVAS_NORMAL;
		int start = column;

		strbuf_reset(&text);
		add_tab(&text, list, t, telling);
		column = canvas_text(region, 0, column, CANVAS_KEY, text.data, 1);
		column = canvas_text(region, 0, column, style, text.data + 1, text.len - 1);
		if (t == list->tab) {
			canvas_string(region, 0, start - 1, style, "[");
			canvas_string(region, 0, column, style, "]");
			canvas_mark(region, 0, start - 1, column - start + 2, CANVAS_SELECTED);
		}
		column += gap;
	}
	strbuf_clear(&text);
}

/* -- The list -- */

static void draw_filter(struct desk_list *list, struct canvas_region region, bool focused)
{
	static const char hint[] = "words, or section:culture state:review by:name";
	char count[64];
	int width;
	struct canvas_region right;

	if (list->filter.text.len > 0)
		snprintf(count, sizeof count, "%zu of %zu", list->count, list->total);
	else
		snprintf(count, sizeof count, "%s", desk_list_sorting(list));
	width = unicode_columns(count, strlen(count));
	canvas_string(region, 0, region.width - width - 1, CANVAS_DIM, count);
	canvas_string(region, 0, 1, CANVAS_KEY, "/");
	right = canvas_part(region, 0, 3, 1, region.width - width - 5);
	if (list->filtering || list->filter.text.len > 0)
		field_draw(&list->filter, right, CANVAS_NORMAL, focused && list->filtering);
	else
		canvas_field(right, 0, 0, right.width, CANVAS_DIM, hint, sizeof hint - 1);
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
		c.headline += width >= ROOMY ? 14 : 10;
	}
	if (width >= 60)
		c.who = c.end - (width >= ROOMY ? 18 : 14);
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

/* The headline; what a draft does to a published article stands before it. */
static void draw_headline(struct canvas_region region, int row, int from, int to,
			  const struct desk_row *matter)
{
	const char *type = matter->prefix;

	draw_cell(region, row, from, to, CANVAS_DIM, type);
	draw_cell(region, row, from + (int)strlen(type), to, CANVAS_NORMAL, matter->title);
}

static void draw_row(struct desk_list *list, struct canvas_region region, int at, size_t index, bool focused)
{
	const struct desk_row *row = desk_list_row(list, index);
	struct columns c = columns_for(region.width);
	bool chosen = index == list->chosen;
	char date[CLOCK_TEXT_SIZE];

	snprintf(date, sizeof date, "%.10s", row->date);
	canvas_string(region, at, 1, CANVAS_KEY, chosen ? ">" : " ");
	draw_cell(region, at, c.state, c.date - 1, state_style(row->state), review_state_label(row->state));
	draw_cell(region, at, c.date, c.date + DATE_WIDTH - 2, CANVAS_DIM, date);
	draw_cell(region, at, c.section, c.headline - 1, CANVAS_NORMAL, row->section);
	draw_headline(region, at, c.headline, (c.who < 0 ? c.end : c.who - 1), row);
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
		char *problem = desk_filter_problem(list->filter.text.data);
		const char *words =
		    problem != NULL ? problem
		    : list->filter.text.len > 0
			? "No headline, name or text matches. Esc clears the filter; 0 looks in everything."
			: desk_tabs[list->tab].empty;

		canvas_wrapped(canvas_part(region, 1, 3, -1, region.width - 6), 0, CANVAS_DIM, words,
			       strlen(words));
		free(problem);
	}
}

static void draw_list(struct desk_list *list, struct canvas_region region, bool focused)
{
	draw_filter(list, canvas_part(region, 0, 0, 1, -1), focused);
	draw_heads(list, canvas_part(region, 1, 0, 1, -1));
	draw_rows(list, canvas_part(region, 2, 0, -1, -1), focused);
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
	if (row->rules)
		page_show_plain(list->page, text.data, text.len, true);
	else
		page_show(list->page, text.data, text.len, true);
	strbuf_clear(&text);
}

void desk_pane_draw(void *state, struct canvas_region region, bool focused)
{
	struct desk_list *list = state;
	struct canvas_region body = canvas_part(region, 2, 0, region.height - 3, -1);
	int split = region.width;

	desk_list_refill(list);
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
		if (desk_list_chosen(list) != NULL)
			page_draw(list->page, right, list->page_top);
		if (page_problem(list->page) != NULL)
			canvas_wrapped(right, 0, CANVAS_WARN, page_problem(list->page),
				       strlen(page_problem(list->page)));
	}
	draw_list(list, canvas_part(body, 0, 0, -1, split), focused);
}

/* -- The lines around it -- */

void desk_pane_title(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;

	strbuf_addf(out, "copydesk  %s", desk_policy(list->place.desk)->name);
	if (desk_is_sample(list->place.desk))
		strbuf_adds(out, "  (the sample newsroom)");
}

void desk_pane_title_right(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;
	const struct repo_person *person = desk_person(list->place.desk, NULL);

	strbuf_adds(out, person ? person->name : "");
	if (desk_may_write(list->place.desk, NULL) < 0)
		strbuf_adds(out, person ? " (reading only)" : "reading only");
}

/* "Waits for review"; the person who looks is not told the own name, but "you". */
static void add_waits(struct strbuf *out, const struct desk_row *row, const struct repo_person *person)
{
	size_t len = person != NULL ? strlen(person->name) : 0;
	const char *rest = row->waiting_on + len;

	if (len > 0 && strncmp(row->waiting_on, person->name, len) == 0 && (*rest == '\0' || *rest == ':'))
		strbuf_addf(out, "Waits for you%s", rest);
	else
		strbuf_addf(out, "Waits for %s", row->waiting_on);
}

/* What is to be done about a row, or what holds it up. */
static void add_due(struct strbuf *out, const struct desk_list *list, const struct desk_row *row)
{
	if (row->overdue != NULL) {
		strbuf_addf(out, "Overdue %s", row->overdue);
		return;
	}
	if (row->base != DESK_BASE_CURRENT)
		strbuf_addf(out, "Base %s · ", desk_base_word(row->base));
	if (row->open[0] != '\0')
		strbuf_addf(out, "%s open · ", row->open);
	if (row->why_mine != NULL)
		strbuf_adds(out, row->why_mine);
	else if (row->state == REVIEW_STATE_DRAFT && row->mine)
		strbuf_adds(out, "You write it: e goes on, S submits it for review");
	else if (row->state == REVIEW_STATE_SPIKED)
		strbuf_adds(out, "It is set aside: Restore, in the menu, takes it up again");
	else if (row->waiting_on[0] != '\0')
		add_waits(out, row, desk_person(list->place.desk, NULL));
	else
		strbuf_adds(out, row->path);
}

void desk_pane_status(const void *state, struct strbuf *out)
{
	const struct desk_list *list = state;
	const struct desk_row *row = desk_list_chosen(list);

	if (exchange_line(list->place.exchange) != NULL) {
		strbuf_addf(out, "%s · Esc stops it", exchange_line(list->place.exchange));
	} else if (list->news != NULL) {
		strbuf_adds(out, list->news);
	} else if (list->indexing && list->known < list->articles) {
		strbuf_addf(out, "Reading %zu of %zu articles ...", list->known, list->articles);
	} else if (row != NULL) {
		add_due(out, list, row);
	} else {
		strbuf_add_count(out, list->counts[0]);
		strbuf_addf(out, " draft%s and article%s in all", list->counts[0] == 1 ? "" : "s",
			    list->counts[0] == 1 ? "" : "s");
	}
}
