#include "tui/desk_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "tui/correct.h"
#include "tui/desk_pane_internal.h"
#include "tui/exchange.h"
#include "tui/page.h"
#include "tui/proof.h"
#include "tui/timing.h"
#include "tui/update.h"

/* Milliseconds: of indexing in one go between keys, and between two looks for news from others. */
#define INDEX_SLICE 10
#define LOOK_EVERY  5000

/* -- News from others -- */

/* A draft as it stood before a look for news. */
struct stand {
	char *name;
	struct oid head;
};

static bool stood_so(const struct stand *stands, size_t count, const struct desk_row *row)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(stands[i].name, row->name) == 0)
			return oid_equal(&stands[i].head, &row->head);
	}
	return false;
}

/*
 * Says which drafts moved since they stood so; the newest is named.  NULL when none did and the branch
 * stands where it stood: then only the time went on.
 */
static char *tell_news(struct desk *desk, const struct oid *tip, const struct stand *stands, size_t count)
{
	size_t row_count;
	const struct desk_row *rows = desk_rows(desk, &row_count);
	const struct desk_row *newest = NULL;
	size_t moved = 0;

	for (size_t i = 0; i < row_count && rows[i].name != NULL; i++) {
		if (stood_so(stands, count, &rows[i]))
			continue;
		newest = newest != NULL ? newest : &rows[i];
		moved++;
	}
	if (newest == NULL)
		return oid_equal(tip, desk_tip(desk)) ? NULL : mem_strdup("News: something was released.");
	if (moved == 1)
		return mem_printf("News: %s, by %s: %s", review_state_label(newest->state), newest->who,
				  newest->title);
	return mem_printf("News of %zu drafts; the newest: %s, by %s: %s", moved,
			  review_state_label(newest->state), newest->who, newest->title);
}

static void look_for_news(struct desk_list *list)
{
	struct desk *desk = list->place.desk;
	uint64_t before = desk_version(desk);
	struct oid tip = *desk_tip(desk);
	size_t row_count;
	const struct desk_row *rows = desk_rows(desk, &row_count);
	bool wrote = desk_may_write(desk, NULL) == 0;
	struct error why;
	struct stand *stands;
	size_t count = 0;

	while (count < row_count && rows[count].name != NULL)
		count++;
	stands = mem_zalloc(count, sizeof *stands);
	for (size_t i = 0; i < count; i++)
		stands[i] = (struct stand){.name = mem_strdup(rows[i].name), .head = rows[i].head};
	/* News that cannot be read now is looked for again; whatever one does next says why. */
	(void)desk_refresh(desk, NULL);
	if (desk_version(desk) != before) {
		free(list->news);
		list->news = wrote && desk_may_write(desk, &why) < 0 ? mem_strdup(why.message)
								     : tell_news(desk, &tip, stands, count);
		/* What one did last would stand before it until a key, and nobody presses one who waits. */
		if (list->news != NULL)
			list->place.host->say(list->place.host->app, PANE_SAID, NULL);
		list->version++;
	}
	for (size_t i = 0; i < count; i++)
		free(stands[i].name);
	free(stands);
}

/* News is told until the person does something with the list. */
static void forget_news(struct desk_list *list)
{
	free(list->news);
	list->news = NULL;
}

/* -- The pane -- */

static uint64_t version(const void *state)
{
	const struct desk_list *list = state;

	return list->version + desk_version(list->place.desk) + page_version(list->page) +
	       exchange_version(list->place.exchange);
}

static bool input(void *state, const struct input_event *event)
{
	struct desk_list *list = state;
	enum field_result result;

	if (!list->filtering)
		return false;
	result = field_input(&list->filter, event);
	if (result == FIELD_CHANGED)
		desk_list_fill(list, false);
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

	if (now >= list->look_at) {
		look_for_news(list);
		list->look_at = now + LOOK_EVERY;
	}
	/* An article that was just released is unknown as yet. */
	if (list->indexing || list->indexed != desk_version(list->place.desk)) {
		list->indexing = desk_index(list->place.desk, INDEX_SLICE, &list->known, &list->articles);
		list->indexed = desk_version(list->place.desk);
		list->version++;
	}
	return list->indexing ? now : list->look_at;
}

static void free_list(void *state)
{
	struct desk_list *list = state;

	page_free(list->page);
	field_clear(&list->filter);
	free(list->rows);
	free(list->chosen_name);
	free(list->chosen_path);
	free(list->news);
	free(list);
}

/* -- Commands -- */

static unsigned holds(const void *target)
{
	const struct desk_list *list = target;
	const struct desk_row *row = desk_list_chosen(list);
	unsigned needs = 0;

	if (desk_may_write(list->place.desk, NULL) == 0)
		needs |= COMMAND_WRITABLE;
	if (exchange_has_server(list->place.exchange))
		needs |= COMMAND_REMOTE;
	if (row == NULL)
		return needs;
	needs |= COMMAND_ARTICLE;
	needs |= row->name ? COMMAND_DRAFT : COMMAND_PUBLISHED;
	if (row->state == REVIEW_STATE_REVIEW || desk_list_is_approved(row))
		needs |= COMMAND_IN_REVIEW;
	if (desk_list_is_approved(row))
		needs |= COMMAND_APPROVED;
	if (row->state == REVIEW_STATE_SPIKED)
		needs |= COMMAND_SPIKED;
	return needs;
}

static int open_chosen(void *target, int kind, struct error *err)
{
	struct desk_list *list = target;

	(void)err;
	forget_news(list);
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
	forget_news(list);
	desk_list_fill(list, false);
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
	desk_list_sort(list);
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

/* Esc and Enter leave the filter; Esc in the list clears it, or stops what is done with the server. */
static int leave_filter(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	if (!list->filtering && exchange_stop(list->place.exchange))
		return 0;
	if (list->filter.text.len > 0 && !list->filtering) {
		field_set(&list->filter, "", 0);
		desk_list_fill(list, true);
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

static struct desk_list *refreshed(struct desk_list *list)
{
	desk_list_refill(list);
	return list;
}

enum move { MOVE_UP, MOVE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST };

static int move(void *target, int how, struct error *err)
{
	struct desk_list *list = refreshed(target);
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
	desk_list_remember(list);
	forget_news(list);
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
	if (desk_list_chosen(list)->name != NULL && desk_list_chosen(list)->state != REVIEW_STATE_WITHDRAWN)
		return open_chosen(target, PANE_EDITOR, err);
	correct_ask(&list->place, desk_list_chosen(list)->path, desk_list_chosen(list)->title);
	return 0;
}

static int set_time(void *target, int timing, struct error *err)
{
	struct desk_list *list = target;

	return timing_ask(&list->place, (enum timing)timing, desk_list_chosen(list)->name, err);
}

static int open_history(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	list->place.host->open(list->place.host->app, PANE_HISTORY, NULL);
	return 0;
}

static int update(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	return update_ask(&list->place, desk_list_chosen(list)->name, err);
}

static int verify(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;

	(void)argument;
	(void)err;
	proof_start(&list->place);
	return 0;
}

enum exchange_act { EXCHANGE_FETCH, EXCHANGE_PUSH, EXCHANGE_SHOW, EXCHANGE_SHOW_AFTER };

static int exchange(void *target, int act, struct error *err)
{
	static int (*const acts[])(struct exchange * exchange, struct error * err) = {
	    [EXCHANGE_FETCH] = exchange_fetch,
	    [EXCHANGE_PUSH] = exchange_push,
	    [EXCHANGE_SHOW] = exchange_show,
	    [EXCHANGE_SHOW_AFTER] = exchange_show_after,
	};
	struct desk_list *list = target;

	forget_news(list);
	return acts[act](list->place.exchange, err);
}

#define NEEDS_ARTICLE COMMAND_ARTICLE
#define NEEDS_DRAFT   (COMMAND_ARTICLE | COMMAND_DRAFT)

static const struct command rows[] = {
    {"desk.read", "Read", "Read the article", "Enter", NEEDS_ARTICLE, 10, "Article", 0, enter},
    {"desk.edit", "Edit", "Edit it; if published, begin a correction", "e", NEEDS_ARTICLE | COMMAND_WRITABLE,
     20, "Article", 0, edit},
    {"desk.new", "New", "Write a new article", "n", COMMAND_WRITABLE, 30, "Article", 0, desk_ask_article},
    {"desk.import", "Import", "Make a draft from a text file or Markdown", "i", COMMAND_WRITABLE, 0,
     "Article", 0, desk_ask_file},
    {"desk.import-pasted", "Import pasted", "Make a draft from a text that is pasted", "I", COMMAND_WRITABLE,
     0, "Article", 0, desk_ask_paste},
    {"desk.submit", "Submit", "Submit the draft for review", "S", NEEDS_DRAFT | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_SUBMIT, desk_ask_words},
    {"desk.review", "Review", "See the changes, comment, approve, send back", "r", NEEDS_DRAFT, 40, "Article",
     PANE_REVIEW, open_chosen},
    {"desk.release", "Release", "Publish approved drafts by one commit", "R", COMMAND_WRITABLE, 50, "Article",
     0, open_release},
    {"desk.schedule", "Schedule", "Have an approved draft go out at a time", "t",
     NEEDS_DRAFT | COMMAND_WRITABLE, 0, "Article", TIMING_SCHEDULE, set_time},
    {"desk.embargo", "Embargo", "Keep the draft from going out before a time", NULL,
     NEEDS_DRAFT | COMMAND_WRITABLE, 0, "Article", TIMING_EMBARGO, set_time},
    {"desk.rename", "Rename", "Begin to give a published article another section or address", NULL,
     COMMAND_PUBLISHED | COMMAND_WRITABLE, 0, "Article", 0, desk_ask_place},
    {"desk.withdraw", "Withdraw", "Begin to take a published article down", "W",
     COMMAND_PUBLISHED | COMMAND_WRITABLE, 0, "Article", DESK_ASK_WITHDRAW, desk_ask_words},
    {"desk.spike", "Spike", "Set the draft aside without losing it", NULL, NEEDS_DRAFT | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_SPIKE, desk_ask_words},
    {"desk.restore", "Restore", "Take a spiked draft up again", NULL, COMMAND_SPIKED | COMMAND_WRITABLE, 0,
     "Article", DESK_ASK_RESTORE, desk_ask_words},
    {"desk.history", "History", "See who did what to this article", "h", NEEDS_ARTICLE, 0, "View",
     PANE_HISTORY, open_chosen},
    {"desk.update", "Bring up to date", "Bring in what was published since it began", "u",
     NEEDS_DRAFT | COMMAND_WRITABLE, 0, "Article", 0, update},
    {"desk.newsroom-history", "Newsroom's history", "See who did what in all of the newsroom", "H", 0, 0,
     "View", 0, open_history},
    {"desk.fetch", "Fetch", "Bring in what the newsroom's server has", "f", COMMAND_REMOTE, 0, "Desk",
     EXCHANGE_FETCH, exchange},
    {"desk.push", "Push", "Send what you did to the newsroom's server", "p", COMMAND_REMOTE, 0, "Desk",
     EXCHANGE_PUSH, exchange},
    {"desk.outcome", "Last exchange", "What came of the last fetch, push or release", "o", 0, 0, "Desk",
     EXCHANGE_SHOW, exchange},
    {"desk.after-release", "After a release",
     "What the site build said, or what else is done after a release", NULL, 0, 0, "Desk",
     EXCHANGE_SHOW_AFTER, exchange},
    {"desk.verify", "Verify", "Prove that every published byte was approved", "V", 0, 0, "Desk", 0, verify},
    {"desk.rules", "Rules", "Change the desk's rules", NULL, COMMAND_WRITABLE, 0, "Desk", DESK_FILE_RULES,
     desk_change_file},
    {"desk.signers", "Signers", "Change whose signatures the desk believes", NULL, COMMAND_WRITABLE, 0,
     "Desk", DESK_FILE_SIGNERS, desk_change_file},
    {"desk.words", "Words", "Change the list of words that are right for this desk", NULL, COMMAND_WRITABLE,
     0, "Desk", DESK_FILE_WORDS, desk_change_file},
    {"desk.filter", "Filter", "Show what matches words, section: by: date:", "/", 0, 60, "View", 0,
     start_filter},
    {"desk.clear", "Clear", "Leave the filter, then clear it", "Esc", 0, 0, NULL, 0, leave_filter},
    {"desk.sort", "Sort", "Sort by change, section, headline, person, state", "s", 0, 0, "View", 0,
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

/* A tab by its word, or a matter, which is then shown in the tab that has it. */
static void show(void *state, const char *name)
{
	struct desk_list *list = state;
	const size_t order[] = {list->tab, DESK_PANE_TABS - 1, 0};

	for (size_t t = 0; name != NULL && t < DESK_PANE_TABS; t++) {
		if (strcmp(desk_tabs[t].word, name) == 0) {
			(void)show_tab(list, (int)t, NULL);
			return;
		}
	}
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		list->tab = order[i];
		desk_list_fill(list, true);
		if (desk_list_choose(list, name))
			break;
	}
	/* A filter may hide it: the list stays as it was chosen. */
	if (list->count == 0 || !desk_list_is_for(desk_list_chosen(list), name)) {
		list->tab = order[0];
		desk_list_fill(list, true);
	}
	desk_list_remember(list);
}

static const struct pane_ops ops = {
    .name = "desk",
    .commands = &desk_pane_commands,
    .title = desk_pane_title,
    .title_right = desk_pane_title_right,
    .status = desk_pane_status,
    .draw = desk_pane_draw,
    .version = version,
    .show = show,
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
	desk_list_count(list);
	list->tab = list->counts[1] > 0 ? 1 : 0;
	desk_list_fill(list, false);
	if (name != NULL)
		show(list, name);
	out->ops = &ops;
	out->state = list;
	return 0;
}
