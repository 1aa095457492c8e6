#include "tui/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/unicode.h"
#include "tui/matter.h"
#include "tui/scroll.h"

#define DATE_WIDTH   18
#define PERSON_WIDTH 18

struct line {
	char *when; /* "2026-11-20 11:05" */
	char *person;
	char *what;
	char *text;
};

struct history {
	struct pane_place place;
	char *name;
	struct line *lines;
	size_t count;
	size_t capacity;
	struct scroll scroll;
	uint64_t seen;
	uint64_t version;
};

static void forget(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		free(history->lines[i].when);
		free(history->lines[i].person);
		free(history->lines[i].what);
		free(history->lines[i].text);
	}
	history->count = 0;
}

static int add(void *context, const struct desk_entry *entry)
{
	struct history *history = context;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, entry->time.seconds, entry->time.offset);
	clock_minutes(minutes, entry->time.seconds, entry->time.offset);
	history->lines =
	    mem_grow(history->lines, &history->capacity, history->count + 1, sizeof *history->lines);
	history->lines[history->count++] = (struct line){
	    .when = mem_printf("%s %s", date, minutes),
	    .person = mem_strdup(entry->person),
	    .what = entry->name && history->name == NULL ? mem_printf("%s %s", entry->what, entry->name)
							 : mem_strdup(entry->what),
	    .text = mem_strdup(entry->text),
	};
	return 0;
}

static int load(struct history *history, struct error *err)
{
	char *draft = NULL;
	char *path = NULL;
	int rc = 0;

	forget(history);
	history->seen = desk_version(history->place.desk);
	if (history->name != NULL)
		rc = desk_find(history->place.desk, history->name, &draft, &path, err);
	if (rc == 0)
		rc = desk_log(history->place.desk, draft, path, add, history, err);
	free(draft);
	free(path);
	history->version++;
	return rc;
}

static void title(const void *state, struct strbuf *out)
{
	const struct history *history = state;

	strbuf_addf(out, "History: %s",
		    history->name ? matter_headline(history->place.desk, history->name)
				  : "all of the newsroom");
}

static void status(const void *state, struct strbuf *out)
{
	const struct history *history = state;

	strbuf_addf(out, "%zu act%s, newest first", history->count, history->count == 1 ? "" : "s");
}

/* Where what was done, and what was said with it, stand. */
#define WHAT_COLUMN (1 + DATE_WIDTH + PERSON_WIDTH)

/*
 * Draws an act at a row of the region, which may lie outside it; returns the rows that it takes.  What
 * was said stands beside what was done, or below it where it is longer.
 */
static int draw_line(const struct line *line, struct canvas_region body, int row)
{
	struct canvas_region said = canvas_part(body, 0, WHAT_COLUMN, -1,
						body.width > WHAT_COLUMN ? body.width - WHAT_COLUMN - 1 : 0);
	int what = unicode_columns(line->what, strlen(line->what)) + 2;
	int column = 1;

	column = canvas_field(body, row, column, DATE_WIDTH, CANVAS_DIM, line->when, strlen(line->when));
	canvas_field(body, row, column, PERSON_WIDTH - 1, CANVAS_NORMAL, line->person, strlen(line->person));
	canvas_field(said, row, 0, said.width, CANVAS_STRONG, line->what, strlen(line->what));
	if (line->text[0] == '\0')
		return 1;
	if (strchr(line->text, '\n') == NULL &&
	    what + unicode_columns(line->text, strlen(line->text)) <= said.width) {
		canvas_string(said, row, what, CANVAS_QUOTE, line->text);
		return 1;
	}
	return 1 + canvas_wrapped(said, row + 1, CANVAS_QUOTE, line->text, strlen(line->text));
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct history *history = state;
	struct canvas_region body = canvas_part(region, 1, 0, region.height - 2, -1);
	struct canvas_region nothing = canvas_part(body, 0, 0, 0, -1);
	size_t total = 0;
	int row;

	(void)focused;
	if (history->seen != desk_version(history->place.desk))
		(void)load(history, NULL);
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	for (size_t i = 0; i < history->count; i++)
		total += (size_t)draw_line(&history->lines[i], nothing, 0);
	scroll_fit(&history->scroll, total, body.height);
	row = -(int)history->scroll.top;
	for (size_t i = 0; i < history->count && row < body.height; i++)
		row += draw_line(&history->lines[i], body, row);
}

static uint64_t version(const void *state)
{
	const struct history *history = state;

	return history->version + desk_version(history->place.desk);
}

static void free_history(void *state)
{
	struct history *history = state;

	forget(history);
	free(history->lines);
	free(history->name);
	free(history);
}

static int move(void *target, int how, struct error *err)
{
	struct history *history = target;

	(void)err;
	scroll_by(&history->scroll, (enum scroll_move)how);
	history->version++;
	return 0;
}

static const struct command rows[] = {
    {"history.down", "Down", "One line down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"history.up", "Up", "One line up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"history.page-down", "Next", "One page down", "Space, PageDown", 0, 10, "View", SCROLL_PAGE_DOWN, move},
    {"history.page-up", "Before", "One page up", "b, PageUp", 0, 20, "View", SCROLL_PAGE_UP, move},
    {"history.first", "First", "The newest", "Home, g", 0, 0, "View", SCROLL_FIRST, move},
    {"history.last", "Last", "The oldest", "End, G", 0, 0, "View", SCROLL_LAST, move},
};

const struct command_table history_commands = {
    .title = "History",
    .about = "Who did what, newest first.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static const struct pane_ops ops = {
    .name = "history",
    .commands = &history_commands,
    .title = title,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_history,
};

int history_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct history *history = mem_zalloc(1, sizeof *history);
	int rc;

	history->place = *place;
	history->name = mem_strdup(name);
	rc = load(history, err);
	if (rc < 0) {
		free_history(history);
		return rc;
	}
	out->ops = &ops;
	out->state = history;
	return 0;
}
