#include "tui/reader.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "tui/correct.h"
#include "tui/matter.h"
#include "tui/page.h"
#include "tui/scroll.h"

/* The widest column of text that is pleasant to read. */
#define COLUMN 76

struct reader {
	struct pane_place place;
	char *name; /* as given: draft or path */
	char *title;
	char *about; /* "PUBLISHED  city/lake-path.md" */
	bool draft;
	bool submitted;
	struct page *page;
	struct scroll scroll;
	uint64_t seen; /* version of the desk that was read */
	uint64_t version;
};

/* Reads the matter as it is now; one that is gone meanwhile keeps its last picture. */
static int load(struct reader *reader, struct error *err)
{
	const struct desk_row *row = matter_row(reader->place.desk, reader->name);
	struct strbuf text = STRBUF_INIT;
	int rc = 0;

	reader->seen = desk_version(reader->place.desk);
	if (row == NULL)
		return error_set(err, E_NOTFOUND, "%s is no draft and no article any more.", reader->name);
	free(reader->title);
	free(reader->about);
	reader->title = mem_strdup(row->title);
	reader->about = mem_printf("%s%s%s%s  %s", review_state_label(row->state),
				   row->fast_lane != NULL ? " without review" : "",
				   row->base != DESK_BASE_CURRENT ? ", base " : "",
				   row->base != DESK_BASE_CURRENT ? desk_base_word(row->base) : "", row->who);
	reader->draft = row->name != NULL;
	reader->submitted = row->state == REVIEW_STATE_REVIEW;
	if (oid_is_zero(&row->blob))
		strbuf_adds(&text, "This draft takes the article down.\n");
	else
		rc = desk_read(reader->place.desk, &row->blob, &text, err);
	if (rc == 0 && row->rules)
		page_show_plain(reader->page, text.data, text.len, false);
	else if (rc == 0)
		page_show(reader->page, text.data, text.len, false);
	strbuf_clear(&text);
	reader->version++;
	return rc;
}

static void title(const void *state, struct strbuf *out)
{
	strbuf_adds(out, ((const struct reader *)state)->title);
}

static void title_right(const void *state, struct strbuf *out)
{
	strbuf_adds(out, ((const struct reader *)state)->about);
}

static void status(const void *state, struct strbuf *out)
{
	const struct reader *reader = state;
	const struct scroll *scroll = &reader->scroll;
	size_t end = scroll->top + (size_t)(scroll->height > 0 ? scroll->height : 0);

	if (page_problem(reader->page) != NULL)
		strbuf_adds(out, page_problem(reader->page));
	else if (end >= scroll->lines)
		strbuf_adds(out, scroll->top == 0 ? "All of it" : "End");
	else
		strbuf_addf(out, "%zu%%", end * 100 / scroll->lines);
	strbuf_addf(out, " · %s", reader->name);
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct reader *reader = state;
	int width = region.width - 4 < COLUMN ? region.width - 4 : COLUMN;
	struct canvas_region text =
	    canvas_part(region, 1, (region.width - width) / 2, region.height - 2, width);

	(void)focused;
	if (reader->seen != desk_version(reader->place.desk))
		(void)load(reader, NULL);
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	scroll_fit(&reader->scroll, page_lines(reader->page, width), text.height);
	page_draw(reader->page, text, reader->scroll.top);
}

static uint64_t version(const void *state)
{
	const struct reader *reader = state;

	return reader->version + page_version(reader->page) + desk_version(reader->place.desk);
}

static void free_reader(void *state)
{
	struct reader *reader = state;

	page_free(reader->page);
	free(reader->name);
	free(reader->title);
	free(reader->about);
	free(reader);
}

static int move(void *target, int how, struct error *err)
{
	struct reader *reader = target;

	(void)err;
	scroll_by(&reader->scroll, (enum scroll_move)how);
	reader->version++;
	return 0;
}

static int open_as(void *target, int kind, struct error *err)
{
	struct reader *reader = target;
	const struct pane_host *host = reader->place.host;

	(void)err;
	if (kind == PANE_EDITOR && !reader->draft)
		correct_ask(&reader->place, reader->name, reader->title);
	else
		host->open(host->app, (enum pane_kind)kind, reader->name);
	return 0;
}

static unsigned holds(const void *target)
{
	const struct reader *reader = target;
	unsigned needs = COMMAND_ARTICLE | (reader->draft ? COMMAND_DRAFT : COMMAND_PUBLISHED);

	if (reader->submitted)
		needs |= COMMAND_IN_REVIEW;
	if (desk_may_write(reader->place.desk, NULL) == 0)
		needs |= COMMAND_WRITABLE;
	return needs;
}

static const struct command rows[] = {
    {"reader.down", "Down", "One line down", "Down, j, Enter", 0, 0, NULL, SCROLL_DOWN, move},
    {"reader.up", "Up", "One line up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"reader.page-down", "Next", "One page down", "Space, PageDown", 0, 10, "View", SCROLL_PAGE_DOWN, move},
    {"reader.page-up", "Before", "One page up", "b, PageUp", 0, 20, "View", SCROLL_PAGE_UP, move},
    {"reader.first", "First", "The beginning", "Home, g", 0, 0, "View", SCROLL_FIRST, move},
    {"reader.last", "Last", "The end", "End, G", 0, 0, "View", SCROLL_LAST, move},
    {"reader.edit", "Edit", "Edit it; if published, begin a correction", "e",
     COMMAND_ARTICLE | COMMAND_WRITABLE, 30, "Article", PANE_EDITOR, open_as},
    {"reader.review", "Review", "See the changes, comment, approve, send back", "r", COMMAND_DRAFT, 40,
     "Article", PANE_REVIEW, open_as},
    {"reader.compare", "Compare", "Compare the draft with the published text", "F8", COMMAND_DRAFT, 0, "View",
     PANE_COMPARE, open_as},
    {"reader.history", "History", "See who did what to this article", "h", COMMAND_ARTICLE, 50, "View",
     PANE_HISTORY, open_as},
};

const struct command_table reader_commands = {
    .title = "Reading",
    .about = "The article as its readers see it.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};

static const struct pane_ops ops = {
    .name = "reader",
    .commands = &reader_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_reader,
};

int reader_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct reader *reader = mem_zalloc(1, sizeof *reader);
	int rc;

	reader->place = *place;
	reader->name = mem_strdup(name);
	reader->page = page_new(place->worker);
	rc = load(reader, err);
	if (rc < 0) {
		free_reader(reader);
		return rc;
	}
	out->ops = &ops;
	out->state = reader;
	return 0;
}
