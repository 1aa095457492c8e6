#include "tui/release_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "tui/exchange.h"
#include "tui/prompt.h"
#include "tui/scroll.h"

/* A draft that could go out, now or later. */
struct candidate {
	char *name;
	char *words; /* release_describe() of it alone: a headline, then indented lines */
	bool ready;  /* nothing stands against its release */
	bool chosen;
};

struct release_list {
	struct pane_place place;
	struct candidate *items; /* the ready ones first */
	size_t count;
	size_t capacity;
	size_t ready;
	size_t cursor;
	struct scroll scroll;
	uint64_t seen;
	uint64_t version;
};

/* A release that the person was asked about: what it was when they looked. */
struct order {
	struct release_list *list;
	struct release_plan plan;
	size_t count;
	char *path; /* of the first one's article */
};

static void forget(struct release_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].words);
	}
	list->count = 0;
}

static bool could_go(const struct desk_row *row)
{
	return row->name != NULL &&
	       (row->state == REVIEW_STATE_APPROVED || row->state == REVIEW_STATE_SCHEDULED ||
		row->state == REVIEW_STATE_REVIEW || row->state == REVIEW_STATE_CHANGES);
}

static bool was_left_out(char *const *left_out, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(left_out[i], name) == 0)
			return true;
	}
	return false;
}

static int describe(struct release_list *list, char *const *names, size_t count, struct strbuf *out,
		    size_t *refused, struct error *err)
{
	struct release_plan plan;
	int rc = desk_plan(list->place.desk, names, count, &plan, err);

	if (rc < 0)
		return rc;
	release_describe(out, &plan, desk_policy(list->place.desk));
	*refused = plan.refused;
	release_plan_clear(&plan);
	return 0;
}

static int add_candidate(struct release_list *list, char *name, bool chosen, struct error *err)
{
	struct strbuf words = STRBUF_INIT;
	size_t refused = 0;
	int rc = describe(list, &name, 1, &words, &refused, err);

	if (rc < 0) {
		strbuf_clear(&words);
		return rc;
	}
	list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
	list->items[list->count++] = (struct candidate){.name = mem_strdup(name),
							.words = strbuf_detach(&words),
							.ready = refused == 0,
							.chosen = refused == 0 && chosen};
	return 0;
}

/* Ready ones before the others, each in the order of the desk. */
static void part(struct release_list *list)
{
	struct candidate *sorted = mem_zalloc(list->count, sizeof *sorted);
	size_t n = 0;

	for (int ready = 1; ready >= 0; ready--) {
		for (size_t i = 0; i < list->count; i++) {
			if (list->items[i].ready == (ready == 1))
				sorted[n++] = list->items[i];
		}
		if (ready == 1)
			list->ready = n;
	}
	free(list->items);
	list->items = sorted;
	list->capacity = list->count;
}

static int load(struct release_list *list, struct error *err)
{
	size_t rows_count;
	size_t names_count = 0;
	size_t left_count = 0;
	const struct desk_row *rows;
	char **names;
	char **left_out;
	int rc = desk_refresh(list->place.desk, err);

	if (rc < 0)
		return rc;
	rows = desk_rows(list->place.desk, &rows_count);
	names = mem_zalloc(rows_count, sizeof *names);
	for (size_t i = 0; i < rows_count; i++) {
		if (could_go(&rows[i]))
			names[names_count++] = mem_strdup(rows[i].name);
	}
	left_out = mem_zalloc(list->count, sizeof *left_out);
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].ready && !list->items[i].chosen)
			left_out[left_count++] = mem_strdup(list->items[i].name);
	}
	forget(list);
	for (size_t i = 0; rc == 0 && i < names_count; i++)
		rc = add_candidate(list, names[i], !was_left_out(left_out, left_count, names[i]), err);
	part(list);
	for (size_t i = 0; i < names_count; i++)
		free(names[i]);
	for (size_t i = 0; i < left_count; i++)
		free(left_out[i]);
	free(names);
	free(left_out);
	if (list->cursor >= list->count)
		list->cursor = list->count > 0 ? list->count - 1 : 0;
	list->seen = desk_version(list->place.desk);
	list->version++;
	return rc;
}

static size_t chosen_count(const struct release_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->count; i++)
		n += list->items[i].chosen;
	return n;
}

/* -- Drawing -- */

/* Where the words of a candidate stand, and how far its details are set in. */
#define INDENT 5

/*
 * Draws a candidate at a row of the region, which may lie outside it; returns the rows that it takes,
 * the blank one after it included.
 */
static int draw_candidate(const struct candidate *item, struct canvas_region region, int row)
{
	struct canvas_region words = canvas_part(region, 0, INDENT, -1, region.width - INDENT - 1);
	const char *at = item->words;
	int first = row;

	canvas_string(region, row, 1, CANVAS_KEY, !item->ready ? "" : item->chosen ? "[x]" : "[ ]");
	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		size_t indent = strspn(at, " ");
		unsigned style = at == item->words ? CANVAS_HEADING : item->ready ? CANVAS_DIM : CANVAS_WARN;
		struct canvas_region part = words;

		part.column += (int)indent;
		part.width = part.width > (int)indent ? part.width - (int)indent : 0;
		row += canvas_wrapped(part, row, style, at + indent, len - indent);
		at += len + (at[len] == '\n');
	}
	return row + 1 - first;
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	static const char empty[] =
	    "Nothing is on its way to be released. Approve a draft first: on the desk, r.";
	struct release_list *list = state;
	struct canvas_region body = canvas_part(region, 1, 0, region.height - 2, -1);
	struct canvas_region nothing = canvas_part(body, 0, 0, 0, -1);
	int *heights;
	size_t total = 0;
	size_t cursor_at = 0;
	int row;

	if (list->seen != desk_version(list->place.desk))
		(void)load(list, NULL);
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	if (list->count == 0)
		canvas_wrapped(canvas_part(body, 1, 3, -1, body.width - 6), 0, CANVAS_DIM, empty,
			       sizeof empty - 1);
	heights = mem_zalloc(list->count, sizeof *heights);
	for (size_t i = 0; i < list->count; i++) {
		heights[i] = draw_candidate(&list->items[i], nothing, 0);
		if (i == list->cursor)
			cursor_at = total;
		total += (size_t)heights[i];
	}
	scroll_fit(&list->scroll, total, body.height);
	if (list->count > 0) {
		scroll_to(&list->scroll, cursor_at + (size_t)heights[list->cursor] - 2);
		scroll_to(&list->scroll, cursor_at);
	}
	row = -(int)list->scroll.top;
	for (size_t i = 0; i < list->count; i++) {
		draw_candidate(&list->items[i], body, row);
		if (i == list->cursor && focused)
			canvas_mark(body, row, 0, body.width, CANVAS_SELECTED);
		row += heights[i];
	}
	free(heights);
}

static void title(const void *state, struct strbuf *out)
{
	(void)state;
	strbuf_adds(out, "Release");
}

static void title_right(const void *state, struct strbuf *out)
{
	const struct release_list *list = state;

	strbuf_addf(out, "to the branch %s", desk_branch(list->place.desk));
}

static void status(const void *state, struct strbuf *out)
{
	const struct release_list *list = state;

	if (list->ready == 0)
		strbuf_adds(out, "Nothing is ready to go out");
	else
		strbuf_addf(out, "%zu of %zu go out, by one commit", chosen_count(list), list->ready);
	if (list->count > list->ready)
		strbuf_addf(out, " · %zu must stay, for the reason shown", list->count - list->ready);
}

static uint64_t version(const void *state)
{
	const struct release_list *list = state;

	return list->version + desk_version(list->place.desk);
}

static void free_list(void *state)
{
	struct release_list *list = state;

	forget(list);
	free(list->items);
	free(list);
}

/* -- Commands -- */

enum move { MOVE_UP, MOVE_DOWN };

static int move(void *target, int how, struct error *err)
{
	struct release_list *list = target;

	(void)err;
	if (how == MOVE_UP && list->cursor > 0)
		list->cursor--;
	if (how == MOVE_DOWN && list->cursor + 1 < list->count)
		list->cursor++;
	list->version++;
	return 0;
}

static int toggle(void *target, int argument, struct error *err)
{
	struct release_list *list = target;

	(void)argument;
	(void)err;
	if (list->cursor < list->count && list->items[list->cursor].ready)
		list->items[list->cursor].chosen = !list->items[list->cursor].chosen;
	list->version++;
	return 0;
}

static int toggle_all(void *target, int argument, struct error *err)
{
	struct release_list *list = target;
	bool all = chosen_count(list) == list->ready;

	(void)argument;
	(void)err;
	for (size_t i = 0; i < list->count; i++)
		list->items[i].chosen = list->items[i].ready && !all;
	list->version++;
	return 0;
}

static void order_free(struct order *order)
{
	release_plan_clear(&order->plan);
	free(order->path);
	free(order);
}

/* The outcome is said, and shown where it is now: among the published ones. */
static void tell(const struct order *order, const struct release_result *result)
{
	const struct pane_host *host = order->list->place.host;
	char *words =
	    mem_printf("Released %zu article%s%s%s.%s%s", order->count, order->count == 1 ? "" : "s",
		       result->tag ? " as " : "", result->tag ? result->tag : "",
		       result->warning ? " But: " : "", result->warning ? result->warning : "");

	host->say(host->app, result->warning ? PANE_WARNED : PANE_SAID, words);
	free(words);
}

/* To the server, which can take its time: the desk's list tells how it goes. */
static void send(struct order *order)
{
	struct release_list *list = order->list;
	const struct pane_host *host = list->place.host;
	struct error err;

	if (exchange_release(list->place.exchange, &order->plan, &err) < 0) {
		host->say(host->app, PANE_FAILED, err.message);
	} else {
		host->open(host->app, PANE_DESK, NULL);
		host->close(host->app, list);
	}
	order_free(order);
}

static void confirmed(void *context, const struct prompt_answer *answer)
{
	struct order *order = context;
	struct release_list *list = order->list;
	const struct pane_host *host = list->place.host;
	struct release_result result;
	struct error err;

	if (answer->given && exchange_has_server(list->place.exchange)) {
		send(order);
		return;
	}
	if (answer->given && desk_release(list->place.desk, &order->plan, &result, &err) < 0) {
		host->say(host->app, PANE_FAILED, err.message);
		host->changed(host->app);
	} else if (answer->given) {
		tell(order, &result);
		exchange_after(list->place.exchange, &result);
		release_result_clear(&result);
		host->changed(host->app);
		host->open(host->app, PANE_DESK, order->count == 1 ? order->path : "published");
		host->close(host->app, list);
	}
	order_free(order);
}

static int plan_chosen(struct release_list *list, struct release_plan *plan, struct error *err)
{
	char **names = mem_zalloc(list->count, sizeof *names);
	size_t count = 0;
	int rc;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].chosen)
			names[count++] = list->items[i].name;
	}
	rc = desk_plan(list->place.desk, names, count, plan, err);
	free(names);
	return rc;
}

/* What stands against the plan, if anything does: no word is asked for what cannot be done. */
static int find_refusal(const struct release_plan *plan, struct error *err)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].refusal != NULL)
			return error_set(err, E_REFUSED, "%s: %s", plan->items[i].title,
					 plan->items[i].refusal);
	}
	return 0;
}

static void ask_word(struct order *order)
{
	struct release_list *list = order->list;
	struct strbuf question = STRBUF_INIT;

	strbuf_addf(&question, "One commit on %s:\n\n", desk_branch(list->place.desk));
	release_describe(&question, &order->plan, desk_policy(list->place.desk));
	list->place.host->ask(list->place.host->app,
			      prompt_word("Release", question.data, "release", confirmed, order));
	strbuf_clear(&question);
}

static int release(void *target, int argument, struct error *err)
{
	struct release_list *list = target;
	struct release_plan plan;
	struct order *order;
	int rc;

	(void)argument;
	if (chosen_count(list) == 0)
		return error_set(err, E_REFUSED, "Nothing is chosen: choose with Space what is to go out.");
	rc = plan_chosen(list, &plan, err);
	if (rc < 0)
		return rc;
	rc = find_refusal(&plan, err);
	if (rc < 0) {
		release_plan_clear(&plan);
		return rc;
	}
	order = mem_zalloc(1, sizeof *order);
	order->list = list;
	order->plan = plan;
	order->count = plan.count;
	order->path = mem_strdup(plan.items[0].draft->path);
	ask_word(order);
	return 0;
}

static int read_it(void *target, int kind, struct error *err)
{
	struct release_list *list = target;

	(void)err;
	if (list->cursor < list->count)
		list->place.host->open(list->place.host->app, (enum pane_kind)kind,
				       list->items[list->cursor].name);
	return 0;
}

static unsigned holds(const void *target)
{
	const struct release_list *list = target;

	return (list->count > 0 ? COMMAND_ARTICLE : 0) |
	       (desk_may_write(list->place.desk, NULL) == 0 ? COMMAND_WRITABLE : 0);
}

static const struct command rows[] = {
    {"release.up", "Up", "The draft before", "Up, k", 0, 0, NULL, MOVE_UP, move},
    {"release.down", "Down", "The next draft", "Down, j", 0, 0, NULL, MOVE_DOWN, move},
    {"release.choose", "Choose", "Choose or leave out the draft under the cursor", "Space", COMMAND_ARTICLE,
     10, "Release", 0, toggle},
    {"release.all", "All", "Choose all that are ready, or none", "a", COMMAND_ARTICLE, 20, "Release", 0,
     toggle_all},
    {"release.run", "Release", "Publish the chosen ones by one commit; asks for a typed word", "R",
     COMMAND_WRITABLE, 30, "Release", 0, release},
    {"release.read", "Read", "Read the draft under the cursor", "Enter", COMMAND_ARTICLE, 40, "Article",
     PANE_READER, read_it},
    {"release.review", "Review", "See what changed and who said what", "r", COMMAND_ARTICLE, 50, "Article",
     PANE_REVIEW, read_it},
};

const struct command_table release_pane_commands = {
    .title = "Releasing",
    .about = "What goes out, what it does to the release branch, and why the others stay.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};

static const struct pane_ops ops = {
    .name = "release",
    .commands = &release_pane_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_list,
};

int release_pane_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct release_list *list = mem_zalloc(1, sizeof *list);
	int rc;

	(void)name;
	list->place = *place;
	rc = load(list, err);
	if (rc < 0) {
		free_list(list);
		return rc;
	}
	out->ops = &ops;
	out->state = list;
	return 0;
}
