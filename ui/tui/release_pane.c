#include "tui/release_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "desk/desk.h"
#include "tui/exchange.h"
#include "tui/loop.h"
#include "tui/prompt.h"
#include "tui/release_look.h"
#include "tui/scroll.h"
#include "tui/timing.h"

/* What becomes of a draft, in the order of the screen. */
enum part {
	PART_READY,     /* nothing stands against its release */
	PART_SCHEDULED, /* neither, but it is to go out by itself */
	PART_NOT_READY, /* something does */
	PARTS,
};

/* A draft that could go out, now or later. */
struct candidate {
	char *name;
	char *words; /* release_describe() of it alone, or why it stays: a headline, then indented lines */
	enum part part;
	bool chosen;
};

struct release_list {
	struct pane_place place;
	struct candidate *items; /* by part */
	size_t count;
	size_t capacity;
	size_t parts[PARTS];          /* how many of each */
	struct release_look *seeing;  /* a look that is under way, or NULL */
	struct release_look *seen_of; /* the last one: what becomes of the branch; NULL before the first */
	bool anew;                    /* the one under way looks at every draft */
	bool asked;                   /* for the release, before that was known */
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

static bool can_go(const struct candidate *item)
{
	return item->part != PART_NOT_READY;
}

static void forget(struct release_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].name);
		free(list->items[i].words);
	}
	list->count = 0;
}

static bool is_complete(const struct desk_row *row)
{
	return row->state == REVIEW_STATE_APPROVED || row->state == REVIEW_STATE_SCHEDULED;
}

/* Drafts that are on their way; not what was set aside, or is over. */
static bool could_go(const struct desk_row *row)
{
	return row->name != NULL && (is_complete(row) || row->state == REVIEW_STATE_REVIEW ||
				     row->state == REVIEW_STATE_CHANGES || row->state == REVIEW_STATE_DRAFT);
}

/* Why one that is not approved stays: where it stands, and what it waits for. */
static void describe_wait(struct strbuf *out, const struct desk_row *row)
{
	strbuf_addf(out, "%s%s\n    %s%s%s\n", row->prefix, row->title, review_state_label(row->state),
		    row->waiting_on[0] != '\0' ? ", and waits for " : "", row->waiting_on);
}

static void add_candidate(struct release_list *list, const struct release_look_item *item)
{
	char *words = item->overdue != NULL ? mem_printf("%s    overdue %s\n", item->words, item->overdue)
					    : mem_strdup(item->words);

	list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
	list->items[list->count++] = (struct candidate){
	    .name = mem_strdup(item->name),
	    .words = words,
	    .part = item->refused     ? PART_NOT_READY
		    : item->scheduled ? PART_SCHEDULED
				      : PART_READY,
	    .chosen = item->chosen,
	};
}

/* By part, each in the order of the desk. */
static void sort(struct release_list *list)
{
	struct candidate *sorted = mem_zalloc(list->count, sizeof *sorted);
	size_t n = 0;

	for (int part = 0; part < PARTS; part++) {
		size_t before = n;

		for (size_t i = 0; i < list->count; i++) {
			if (list->items[i].part == (enum part)part)
				sorted[n++] = list->items[i];
		}
		list->parts[part] = n - before;
	}
	free(list->items);
	list->items = sorted;
	list->capacity = list->count;
}

/* -- Looking -- */

static int ask(struct release_list *list, struct error *err);

/* Shows what was seen. */
static void looked(void *context, struct release_look *look)
{
	struct release_list *list = context;
	const struct pane_host *host = list->place.host;
	bool asked = list->asked;
	struct error err;

	list->seeing = NULL;
	list->asked = false;
	list->version++;
	if (look->rc < 0) {
		host->say(host->app, PANE_FAILED, look->err.message);
		release_look_free(look);
		return;
	}
	forget(list);
	for (size_t i = 0; i < look->count; i++)
		add_candidate(list, &look->items[i]);
	sort(list);
	if (list->cursor >= list->count)
		list->cursor = list->count > 0 ? list->count - 1 : 0;
	release_look_free(list->seen_of);
	list->seen_of = look;
	if (asked && ask(list, &err) < 0)
		host->say(host->app, PANE_FAILED, err.message);
}

static void start(struct release_list *list, struct release_look *look, bool anew)
{
	release_look_stop(list->seeing);
	list->seeing = look;
	list->anew = anew;
	list->version++;
	release_look_start(look, &list->place, looked, list);
}

/* Looks at everything anew; what was left out on purpose stays so. */
static void look_anew(struct release_list *list)
{
	struct release_look *look = release_look_new();
	struct strlist left_out = {0};
	size_t count;
	const struct desk_row *rows = desk_rows(list->place.desk, &count);

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].part == PART_READY && !list->items[i].chosen)
			strlist_add(&left_out, list->items[i].name);
	}
	for (size_t i = 0; i < count; i++) {
		struct release_look_item *item;
		struct strbuf words = STRBUF_INIT;

		if (!could_go(&rows[i]))
			continue;
		if (!is_complete(&rows[i]))
			describe_wait(&words, &rows[i]);
		item = release_look_add(look, rows[i].name,
					is_complete(&rows[i]) ? NULL : strbuf_detach(&words));
		item->overdue = rows[i].overdue != NULL ? mem_strdup(rows[i].overdue) : NULL;
		item->scheduled = rows[i].state == REVIEW_STATE_SCHEDULED;
		item->refused = !is_complete(&rows[i]);
		item->chosen = !item->refused && !item->scheduled && !strlist_has(&left_out, item->name);
		strbuf_clear(&words);
	}
	strlist_clear(&left_out);
	list->seen = desk_version(list->place.desk);
	start(list, look, true);
}

/* Looks what becomes of the branch where others are chosen. */
static void look_again(struct release_list *list)
{
	struct release_look *look;

	if (list->seeing != NULL && list->anew) {
		look_anew(list);
		return;
	}
	look = release_look_new();
	for (size_t i = 0; i < list->count; i++) {
		const struct candidate *candidate = &list->items[i];
		struct release_look_item *item =
		    release_look_add(look, candidate->name, mem_strdup(candidate->words));

		item->scheduled = candidate->part == PART_SCHEDULED;
		item->refused = candidate->part == PART_NOT_READY;
		item->chosen = candidate->chosen;
	}
	start(list, look, false);
}

/* Looks again when something changed. */
static int64_t tick(void *state, int64_t now)
{
	struct release_list *list = state;

	(void)now;
	if (list->seen != desk_version(list->place.desk))
		look_anew(list);
	return LOOP_NEVER;
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

	canvas_string(region, row, 1, CANVAS_KEY, !can_go(item) ? "" : item->chosen ? "[x]" : "[ ]");
	while (*at != '\0') {
		size_t len = strcspn(at, "\n");
		size_t indent = strspn(at, " ");
		unsigned style = at == item->words ? CANVAS_HEADING : can_go(item) ? CANVAS_DIM : CANVAS_WARN;
		struct canvas_region part = words;

		part.column += (int)indent;
		part.width = part.width > (int)indent ? part.width - (int)indent : 0;
		row += canvas_wrapped(part, row, style, at + indent, len - indent);
		at += len + (at[len] == '\n');
	}
	return row + 1 - first;
}

static const char *const part_titles[PARTS] = {
    [PART_READY] = "Ready",
    [PART_SCHEDULED] = "Scheduled: these go out by themselves, or now when they are chosen",
    [PART_NOT_READY] = "Not ready",
};

/* Where the first of a part that has any stands. */
static bool begins_part(const struct release_list *list, size_t index)
{
	return index == 0 || list->items[index].part != list->items[index - 1].part;
}

/* What becomes of the branch, after the first of those that can go; the rows that it takes. */
static int draw_outcome(const struct release_list *list, struct canvas_region region, int row)
{
	struct canvas_region words = canvas_part(region, 0, 1, -1, region.width - 2);

	const char *outcome = list->seeing == NULL && list->seen_of != NULL ? list->seen_of->outcome : NULL;

	if (outcome == NULL)
		return 0;
	return canvas_wrapped(words, row, CANVAS_GOOD, outcome, strcspn(outcome, "\n")) + 1;
}

/* Draws all of it from a row on; *cursor_at and *cursor_rows are of the one under the cursor. */
static int draw_all(const struct release_list *list, struct canvas_region region, int row, int *cursor_at,
		    int *cursor_rows)
{
	int first = row;
	size_t ready = list->parts[PART_READY];
	size_t last = ready > 0 ? ready : list->parts[PART_SCHEDULED];

	for (size_t i = 0; i < list->count; i++) {
		int rows;

		if (begins_part(list, i)) {
			canvas_string(region, row, 1, CANVAS_TITLE, part_titles[list->items[i].part]);
			row += 1;
		}
		rows = draw_candidate(&list->items[i], region, row);
		if (i == list->cursor) {
			*cursor_at = row;
			*cursor_rows = rows;
		}
		row += rows;
		if (i + 1 == last)
			row += draw_outcome(list, region, row);
	}
	return row - first;
}

/* While nobody knows yet. */
static const char looking[] = "Looking at what can go out ...";

static void draw(void *state, struct canvas_region region, bool focused)
{
	static const char empty[] =
	    "Nothing is on its way to be released. Write an article first: on the desk, n.";
	struct release_list *list = state;
	struct canvas_region body = canvas_part(region, 1, 0, region.height - 2, -1);
	struct canvas_region nothing = canvas_part(body, 0, 0, 0, -1);
	int cursor_at = 0;
	int cursor_rows = 1;
	int total;

	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	if (list->count == 0) {
		const char *words = list->seeing != NULL ? looking : empty;

		canvas_wrapped(canvas_part(body, 1, 3, -1, body.width - 6), 0, CANVAS_DIM, words,
			       strlen(words));
		return;
	}
	total = draw_all(list, nothing, 0, &cursor_at, &cursor_rows);
	scroll_fit(&list->scroll, (size_t)total, body.height);
	scroll_to(&list->scroll, (size_t)cursor_at + (cursor_rows > 1 ? (size_t)cursor_rows - 2 : 0));
	/* The heading over the first of a part is seen with it. */
	scroll_to(&list->scroll, (size_t)cursor_at - begins_part(list, list->cursor));
	draw_all(list, body, -(int)list->scroll.top, &cursor_at, &cursor_rows);
	if (focused)
		canvas_mark(body, cursor_at, 0, body.width, CANVAS_SELECTED);
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

	if (list->seeing != NULL)
		strbuf_adds(out, looking);
	else if (list->parts[PART_READY] + list->parts[PART_SCHEDULED] == 0)
		strbuf_adds(out, "Nothing is ready to go out");
	else
		strbuf_addf(out, "%zu of %zu %s out, by one commit", chosen_count(list),
			    list->parts[PART_READY] + list->parts[PART_SCHEDULED],
			    chosen_count(list) == 1 ? "goes" : "go");
	if (list->parts[PART_NOT_READY] > 0)
		strbuf_addf(out, " · %zu must stay, for the reason shown", list->parts[PART_NOT_READY]);
}

static uint64_t version(const void *state)
{
	const struct release_list *list = state;

	return list->version + desk_version(list->place.desk);
}

static void free_list(void *state)
{
	struct release_list *list = state;

	release_look_stop(list->seeing);
	release_look_free(list->seen_of);
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
	if (list->cursor < list->count && can_go(&list->items[list->cursor]))
		list->items[list->cursor].chosen = !list->items[list->cursor].chosen;
	look_again(list);
	return 0;
}

static int toggle_all(void *target, int argument, struct error *err)
{
	struct release_list *list = target;
	bool all = chosen_count(list) >= list->parts[PART_READY];

	(void)argument;
	(void)err;
	for (size_t i = 0; i < list->count; i++)
		list->items[i].chosen = list->items[i].part == PART_READY && !all;
	look_again(list);
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

/* To the server, or to whoever signs, which can take its time: the desk's list tells how it goes. */
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

	if (answer->given && list->place.exchange != NULL &&
	    (exchange_has_server(list->place.exchange) || desk_signs_releases(list->place.desk))) {
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

/* Asks for the word that a plan needs, and takes the plan; words say what it does. */
static int ask_word(struct release_list *list, struct release_plan *plan, const char *words,
		    struct error *err)
{
	bool fast = plan->way == RELEASE_FAST;
	struct strbuf question = STRBUF_INIT;
	struct order *order;
	int rc = find_refusal(plan, err);

	if (rc < 0) {
		release_plan_clear(plan);
		return rc;
	}
	order = mem_zalloc(1, sizeof *order);
	order->list = list;
	order->plan = *plan;
	order->count = plan->count;
	order->path = mem_strdup(plan->items[0].draft->path);
	strbuf_addf(&question, "One commit on %s%s:\n\n%s", desk_branch(list->place.desk),
		    fast ? ", without its review, and marked so for ever" : "", words);
	list->place.host->ask(list->place.host->app,
			      prompt_word(fast ? "Fast lane" : "Release", question.data,
					  fast ? "without review" : "release", confirmed, order));
	strbuf_clear(&question);
	return 0;
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
	rc = desk_plan_briefly(list->place.desk, names, count, plan, err);
	free(names);
	return rc;
}

/* By the words of the last look, where it saw what would happen now. */
static int ask(struct release_list *list, struct error *err)
{
	struct release_plan plan;
	int rc;

	if (chosen_count(list) == 0)
		return error_set(err, E_REFUSED, "Nothing is chosen: choose with Space what is to go out.");
	rc = plan_chosen(list, &plan, err);
	if (rc < 0)
		return rc;
	if (release_look_saw(list->seen_of, &plan) || plan.refused > 0)
		return ask_word(list, &plan, list->seen_of->question.data, err);
	release_plan_clear(&plan);
	look_anew(list);
	list->asked = true;
	return 0;
}

static int release(void *target, int argument, struct error *err)
{
	struct release_list *list = target;

	(void)argument;
	list->asked = list->seeing != NULL;
	return list->asked ? 0 : ask(list, err);
}

static int release_fast(void *target, int argument, struct error *err)
{
	struct release_list *list = target;
	struct strbuf words = STRBUF_INIT;
	struct release_plan plan;
	int rc = desk_plan_fast(list->place.desk, list->items[list->cursor].name, &plan, err);

	(void)argument;
	if (rc < 0)
		return rc;
	release_describe(&words, &plan, desk_policy(list->place.desk));
	strbuf_addc(&words, '\n');
	release_describe_tree(&words, &plan);
	rc = ask_word(list, &plan, words.data, err);
	strbuf_clear(&words);
	return rc;
}

static int set_time(void *target, int timing, struct error *err)
{
	struct release_list *list = target;

	return timing_ask(&list->place, (enum timing)timing, list->items[list->cursor].name, err);
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
    {"release.run", "Release", "Publish the chosen ones by one commit, with a typed word", "R",
     COMMAND_WRITABLE, 30, "Release", 0, release},
    {"release.schedule", "Schedule", "Have the draft under the cursor go out at a time", "t",
     COMMAND_ARTICLE | COMMAND_WRITABLE, 35, "Release", TIMING_SCHEDULE, set_time},
    {"release.embargo", "Embargo", "Keep the draft under the cursor back until a time", "m",
     COMMAND_ARTICLE | COMMAND_WRITABLE, 0, "Release", TIMING_EMBARGO, set_time},
    {"release.fast-lane", "Fast lane", "Publish a correction or withdrawal without review", "F",
     COMMAND_ARTICLE | COMMAND_WRITABLE, 0, "Release", 0, release_fast},
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
    .tick = tick,
    .free = free_list,
};

int release_pane_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct release_list *list;
	struct release_plan nothing;
	int rc = desk_plan(place->desk, (char *[]){NULL}, 0, &nothing, err);

	(void)name;
	if (rc < 0)
		return rc;
	release_plan_clear(&nothing);
	list = mem_zalloc(1, sizeof *list);
	list->place = *place;
	look_anew(list);
	out->ops = &ops;
	out->state = list;
	return 0;
}
