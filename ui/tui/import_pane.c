#include "tui/import_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "desk/import.h"
#include "text/wrap.h"
#include "tui/page.h"
#include "tui/scroll.h"
#include "tui/section.h"

/* From this width on, the article stands beside the account of its lines. */
#define WIDE 120

/* Columns of what is said about a line. */
#define FATE_WIDTH 26

struct row {
	char *what; /* in front of the first row of a line; "" else */
	char *text;
	unsigned style; /* of the text */
	bool whole;     /* nothing is said of it: it has all of the width */
};

struct import_view {
	struct pane_place place;
	char *name; /* of the file, or NULL */
	struct import import;
	struct row *rows;
	size_t count;
	size_t capacity;
	size_t dropped;
	int width; /* that rows are wrapped for; 0: none */
	struct scroll scroll;
	struct page *page;
	uint64_t version;
};

static const char *source_name(const struct import_view *view)
{
	return view->name ? path_base(view->name) : "the pasted text";
}

/* -- Rows -- */

static void forget_rows(struct import_view *view)
{
	for (size_t i = 0; i < view->count; i++) {
		free(view->rows[i].what);
		free(view->rows[i].text);
	}
	view->count = 0;
}

static void add_row(struct import_view *view, const char *what, const char *text, size_t len, unsigned style)
{
	view->rows = mem_grow(view->rows, &view->capacity, view->count + 1, sizeof *view->rows);
	view->rows[view->count++] =
	    (struct row){.what = mem_strdup(what), .text = mem_strndup(text, len), .style = style};
}

static void add_wrapped(struct import_view *view, struct wrap *wrap, const char *what, const char *text,
			size_t len, unsigned style)
{
	wrap_text(wrap, text, len, view->width - FATE_WIDTH);
	for (size_t i = 0; i < wrap->count; i++)
		add_row(view, i == 0 ? what : "", text + wrap->rows[i].start,
			wrap->rows[i].end - wrap->rows[i].start, style);
}

/* A line of which nothing is to be said. */
static void add_whole(struct import_view *view, struct wrap *wrap, const char *text, size_t len,
		      unsigned style)
{
	wrap_text(wrap, text, len, view->width - 1);
	for (size_t i = 0; i < wrap->count; i++) {
		add_row(view, "", text + wrap->rows[i].start, wrap->rows[i].end - wrap->rows[i].start, style);
		view->rows[view->count - 1].whole = true;
	}
}

static void add_heading(struct import_view *view, const char *text)
{
	if (view->count > 0)
		add_row(view, "", "", 0, CANVAS_NORMAL);
	add_row(view, text, "", 0, CANVAS_HEADING);
}

/* The lines of one fate, with what is said of them; an editor reads the dropped ones first. */
static void add_lines(struct import_view *view, struct wrap *wrap, enum import_fate fate, unsigned style)
{
	for (size_t i = 0; i < view->import.line_count; i++) {
		const struct import_line *line = &view->import.lines[i];

		if (line->fate != fate)
			continue;
		if (line->what != NULL)
			add_wrapped(view, wrap, line->what, line->text, line->len, style);
		else
			add_whole(view, wrap, line->text, line->len, style);
	}
}

static void build_rows(struct import_view *view, int width)
{
	const struct import *import = &view->import;
	struct wrap wrap = WRAP_INIT;

	if (view->width == width)
		return;
	forget_rows(view);
	view->width = width;
	for (size_t i = 0; i < import->warning_count; i++)
		add_wrapped(view, &wrap, "Look at this:", import->warnings[i], strlen(import->warnings[i]),
			    CANVAS_WARN);
	if (view->dropped > 0) {
		add_heading(view, "Dropped");
		add_lines(view, &wrap, IMPORT_DROPPED, CANVAS_REMOVED);
	}
	add_heading(view, "Front matter");
	for (size_t i = 0; i < import->field_count; i++)
		add_wrapped(view, &wrap, import->fields[i].key, import->fields[i].value,
			    strlen(import->fields[i].value), CANVAS_STRONG);
	add_heading(view, "Text");
	add_lines(view, &wrap, IMPORT_BODY, CANVAS_NORMAL);
	wrap_clear(&wrap);
}

static void draw_rows(struct import_view *view, struct canvas_region region)
{
	build_rows(view, region.width);
	scroll_fit(&view->scroll, view->count, region.height);
	for (int i = 0; i < region.height && view->scroll.top + (size_t)i < view->count; i++) {
		const struct row *row = &view->rows[view->scroll.top + (size_t)i];
		unsigned style = row->style == CANVAS_HEADING ? CANVAS_HEADING : CANVAS_DIM;

		canvas_field(region, i, 0, FATE_WIDTH - 1, style, row->what, strlen(row->what));
		canvas_string(region, i, row->whole ? 1 : FATE_WIDTH, row->style, row->text);
	}
}

/* -- The pane -- */

static void title(const void *state, struct strbuf *out)
{
	strbuf_addf(out, "Import: %s", source_name(state));
}

static void title_right(const void *state, struct strbuf *out)
{
	(void)state;
	strbuf_adds(out, "nothing is written yet");
}

static void status(const void *state, struct strbuf *out)
{
	const struct import_view *view = state;

	strbuf_addf(out, "%zu line%s dropped · every other line is kept as it stands", view->dropped,
		    view->dropped == 1 ? "" : "s");
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct import_view *view = state;
	struct canvas_region body = canvas_part(region, 1, 1, region.height - 2, region.width - 2);

	(void)focused;
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	if (region.width >= WIDE) {
		int half = body.width / 2;

		canvas_upright(canvas_part(body, 0, half, -1, 1), 0, CANVAS_RULE);
		page_draw(view->page, canvas_part(body, 0, half + 3, -1, body.width - half - 4), 0);
		body = canvas_part(body, 0, 0, -1, half - 1);
	}
	draw_rows(view, body);
}

static uint64_t version(const void *state)
{
	const struct import_view *view = state;

	return view->version + page_version(view->page);
}

static void free_view(void *state)
{
	struct import_view *view = state;

	forget_rows(view);
	free(view->rows);
	import_clear(&view->import);
	page_free(view->page);
	free(view->name);
	free(view);
}

/* -- Commands -- */

static int move(void *target, int how, struct error *err)
{
	struct import_view *view = target;

	(void)err;
	scroll_by(&view->scroll, (enum scroll_move)how);
	view->version++;
	return 0;
}

static void section_chosen(void *context, const char *section)
{
	struct import_view *view = context;
	const struct pane_host *host = view->place.host;
	const char *headline = import_field(&view->import, "title");
	struct error err;
	char *name;

	if (section == NULL)
		return;
	if (desk_new(view->place.desk, section, import_field(&view->import, "slug"),
		     headline ? headline : "article", view->import.text, view->import.len, &name, &err) < 0) {
		host->say(host->app, PANE_FAILED, err.message);
		return;
	}
	host->changed(host->app);
	host->close(host->app, view);
	host->open(host->app, PANE_EDITOR, name);
	free(name);
}

static int make_draft(void *target, int argument, struct error *err)
{
	struct import_view *view = target;

	(void)argument;
	(void)err;
	section_ask(&view->place, section_chosen, view);
	return 0;
}

static const struct command rows[] = {
    {"import.make", "Make the draft", "Make a draft of it, in a section", "Enter", COMMAND_WRITABLE, 10,
     "Article", 0, make_draft},
    {"import.down", "Down", "One line down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"import.up", "Up", "One line up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"import.page-down", "Next", "One page down", "Space, PageDown", 0, 20, "View", SCROLL_PAGE_DOWN, move},
    {"import.page-up", "Before", "One page up", "b, PageUp", 0, 30, "View", SCROLL_PAGE_UP, move},
    {"import.first", "First", "The beginning", "Home, g", 0, 0, "View", SCROLL_FIRST, move},
    {"import.last", "Last", "The end", "End, G", 0, 0, "View", SCROLL_LAST, move},
};

static unsigned holds(const void *target)
{
	const struct import_view *view = target;

	return desk_may_write(view->place.desk, NULL) == 0 ? COMMAND_WRITABLE : 0;
}

const struct command_table import_pane_commands = {
    .title = "Importing",
    .about = "What the text becomes, and where every line of it went. Nothing is written before Enter.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};

static const struct pane_ops ops = {
    .name = "import",
    .commands = &import_pane_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_view,
};

static int read_source(struct import_view *view, struct error *err)
{
	struct import_options options = {.name = view->name};
	struct strbuf text = STRBUF_INIT;
	size_t len;
	const char *pasted;
	int rc = 0;

	if (view->name != NULL) {
		rc = path_read(&text, view->name, REPO_BLOB_LIMIT, err);
	} else {
		pasted = view->place.host->clipboard(view->place.host->app, &len);
		strbuf_add(&text, pasted, len);
	}
	if (rc == 0)
		rc = import_text(&view->import, text.data, text.len, &options, err);
	strbuf_clear(&text);
	return rc;
}

int import_pane_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct import_view *view = mem_zalloc(1, sizeof *view);
	int rc;

	view->place = *place;
	view->name = mem_strdup(name);
	view->page = page_new(place->worker);
	rc = read_source(view, err);
	if (rc < 0) {
		free_view(view);
		return rc;
	}
	for (size_t i = 0; i < view->import.line_count; i++)
		view->dropped += view->import.lines[i].fate == IMPORT_DROPPED;
	page_show(view->page, view->import.text, view->import.len, true);
	out->ops = &ops;
	out->state = view;
	return 0;
}
