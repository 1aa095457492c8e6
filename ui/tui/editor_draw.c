/* What the editor looks like, and where on it the mouse points. */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"
#include "tui/flow.h"
#include "tui/page.h"

/* Columns of text in focus mode: what is comfortable to read. */
#define FOCUS_WIDTH 76

/* Rows of a region from which on it has rules above and below. */
#define RULED_HEIGHT 5

/* Rows that a turn of the wheel scrolls. */
#define WHEEL_ROWS 3

/* A block of front matter that has not ended after so many lines is none. */
#define FRONT_LINES 2000

/* Bytes before the first row in which a match may begin that reaches into it. */
#define FOUND_REACH ((size_t)2048)

/* Where things go in a region. */
struct layout {
	struct canvas_region text; /* empty where the preview stands in its place */
	struct canvas_region page; /* empty without a preview */
	struct canvas_region side; /* empty without another text */
	struct canvas_region bar;  /* of the find bar */
	int split;                 /* column of the line between two; -1 for none */
	bool ruled;
};

static struct layout lay_out(const struct editor *e, struct canvas_region region)
{
	struct layout l = {.split = -1, .ruled = region.height >= RULED_HEIGHT};
	struct canvas_region body = canvas_part(region, l.ruled, 0, region.height - 2 * l.ruled, -1);
	int bar = editor_find_rows(e, body.height);

	if (!e->focus && e->facing.side != NULL && !editor_form_shown(e)) {
		l.split = region.width / 2;
		l.side = canvas_part(body, 0, l.split + 2, -1, region.width - l.split - 3);
		body = canvas_part(body, 0, 0, -1, l.split - 1);
	} else if (!e->focus && e->beside && e->facing.side == NULL && region.width >= EDITOR_WIDE) {
		l.split = region.width / 2;
		l.page = canvas_part(body, 0, l.split + 3, -1, region.width - l.split - 5);
		body = canvas_part(body, 0, 0, -1, l.split - 1);
	}
	l.bar = canvas_part(body, body.height - bar, 1, bar, -1);
	body = canvas_part(body, 0, 0, body.height - bar, -1);
	if (l.split >= 0) {
		l.text = canvas_part(body, 0, 1, -1, -1);
	} else if (e->focus) {
		int width = region.width - 2 < FOCUS_WIDTH + 1 ? region.width - 2 : FOCUS_WIDTH + 1;

		l.text = canvas_part(body, 0, (region.width - width) / 2, -1, width);
	} else if (region.width < EDITOR_WIDE && e->instead) {
		l.page = canvas_part(body, 0, 2, -1, region.width - 4);
	} else {
		l.text = canvas_part(body, 0, 1, -1, region.width - 2);
	}
	return l;
}

bool editor_reads(const struct editor *e)
{
	return e->instead && !e->focus && e->facing.side == NULL && e->width < EDITOR_WIDE;
}

/* -- Front matter -- */

static bool is_line(const struct editor *e, size_t line, const char *mark)
{
	size_t start = buffer_line_start(e->buffer, line);
	size_t end = flow_line_end(e->buffer, line);

	if (line == 0 && end - start >= 3 && (unsigned char)buffer_byte(e->buffer, 0) == 0xef)
		start += 3; /* a byte order mark */
	while (end > start && buffer_byte(e->buffer, end - 1) == ' ')
		end--;
	if (end - start != strlen(mark))
		return false;
	for (size_t i = start; i < end; i++) {
		if (buffer_byte(e->buffer, i) != mark[i - start])
			return false;
	}
	return true;
}

size_t editor_front_lines(const struct editor *e)
{
	size_t lines = buffer_lines(e->buffer);

	if (!is_line(e, 0, "---"))
		return 0;
	for (size_t line = 1; line < lines && line < FRONT_LINES; line++) {
		if (is_line(e, line, "---") || is_line(e, line, "..."))
			return line + 1;
	}
	return 0;
}

/* -- Keeping the cursor in sight -- */

/* Goes up from a row by so many rows, or to the start. */
static void back_up(struct editor *e, struct flow_row *row, int rows)
{
	while (rows-- > 0 && flow_previous(e->flow, row))
		;
}

/* The row on the screen that shows the cursor, from the top; height or more when it is below. */
static int row_of_cursor(struct editor *e, const struct flow_row *cursor, int height)
{
	struct flow_row row = flow_at(e->flow, e->top, false);
	int at = 0;

	if (cursor->start < row.start)
		return -1;
	while (at < height && row.start < cursor->start && flow_next(e->flow, &row))
		at++;
	return at;
}

/* Has the first row be such that the cursor is in sight: by as little as can be, or amid the screen. */
static void follow_cursor(struct editor *e, int height)
{
	struct flow_row cursor = flow_at(e->flow, e->cursor, e->at_end);
	struct flow_row row = cursor;
	int at = row_of_cursor(e, &cursor, height * 2);

	if (at < 0) {
		struct flow_row top = flow_at(e->flow, e->top, false);

		back_up(e, &top, height);
		if (top.start > cursor.start)
			back_up(e, &row, height / 2);
		e->top = row.start;
	} else if (at >= height) {
		back_up(e, &row, at < height * 2 ? height - 1 : height / 2);
		e->top = row.start;
	}
}

/* A window that grew shows more of what is before the text's end, not nothing below it. */
static void fill(struct editor *e, int height)
{
	struct flow_row top = flow_at(e->flow, e->top, false);
	struct flow_row row = top;
	int rows = 1;

	while (rows < height && flow_next(e->flow, &row))
		rows++;
	back_up(e, &top, height - rows);
	e->top = top.start;
}

/* -- Text -- */

/* Headings and quotes stand out, and front matter stands back. */
static unsigned style_of(const struct editor *e, const struct flow_row *row, size_t front)
{
	size_t start = buffer_line_start(e->buffer, row->line);
	size_t end = flow_line_end(e->buffer, row->line);
	size_t signs = 0;

	if (row->line < front)
		return CANVAS_DIM;
	if (start < end && buffer_byte(e->buffer, start) == '>')
		return CANVAS_QUOTE;
	while (signs < 7 && start + signs < end && buffer_byte(e->buffer, start + signs) == '#')
		signs++;
	if (signs > 0 && signs < 7 && start + signs < end && buffer_byte(e->buffer, start + signs) == ' ')
		return CANVAS_HEADING;
	return CANVAS_NORMAL;
}

/* Marks what of start..end is in a row; a line end that is in it shows as a cell after the text. */
static void mark(struct editor *e, const struct flow_row *row, int at, size_t start, size_t end,
		 unsigned marks)
{
	bool over = end > row->end && row->last;
	int from, to;

	if (end <= row->start || start > row->end || (start == row->end && !over))
		return;
	from = flow_column(e->flow, row, start > row->start ? start : row->start);
	to = flow_column(e->flow, row, end < row->end ? end : row->end);
	canvas_mark(e->text, at, from, to - from + over, marks);
}

static void mark_misspelt(struct editor *e, const struct flow_row *row, int at, struct editor_spell_way *way)
{
	size_t from = row->start, start, end;

	for (; editor_spell_in(e, way, from, row->end, &start, &end); from = end)
		mark(e, row, at, start, end, CANVAS_MISSPELT);
}

static void draw_row(struct editor *e, const struct flow_row *row, int at, size_t front,
		     struct editor_spell_way *way)
{
	size_t len = row->end - row->start;
	unsigned style = style_of(e, row, front);
	size_t start, end;

	canvas_text(e->text, at, 0, style, buffer_bytes(e->buffer, row->start, len), len);
	mark_misspelt(e, row, at, way);
	if (editor_comment_shown(e, &start, &end))
		mark(e, row, at, start, end, CANVAS_FOUND);
	if (editor_selection(e, &start, &end))
		mark(e, row, at, start, end, CANVAS_SELECTED);
}

static void place_cursor(struct editor *e, const struct flow_row *row, int at)
{
	int column = flow_column(e->flow, row, e->cursor);

	canvas_cursor(e->text, at, column < e->text.width ? column : e->text.width - 1);
}

/* Places the cursor, and keeps in mind what there is to its row. */
static void draw_cursor(struct editor *e, size_t front)
{
	struct flow_row row = flow_at(e->flow, e->cursor, e->at_end);
	int at = row_of_cursor(e, &row, e->text.height);

	if (at < 0 || at >= e->text.height)
		return;
	place_cursor(e, &row, at);
	e->row = (struct editor_row){
	    .there = e->cursor == e->anchor && e->facing.side == NULL,
	    .version = buffer_version(e->buffer),
	    .len = buffer_len(e->buffer),
	    .top = e->top,
	    .front = front,
	    .changed = buffer_changed(e->buffer),
	    .text = e->text,
	    .at = at,
	    .start = row.start,
	    .end = row.end,
	    .last = row.last,
	};
	(void)editor_spell_count(e, &e->row.words);
}

/* Marks the matches in the rows that are shown, of which the last ends there. */
static void mark_found(struct editor *e, size_t end)
{
	struct flow_row row = flow_at(e->flow, e->top, false);
	size_t line = buffer_line_start(e->buffer, row.line);
	size_t from = row.start - line > FOUND_REACH ? row.start - FOUND_REACH : line;
	size_t count = editor_find_show(e, from, end);
	size_t first = 0;

	for (int at = 0; first < count && at < e->text.height; at++) {
		while (first < count && e->find.shown[first].end <= row.start)
			first++;
		for (size_t i = first; i < count && e->find.shown[i].start <= row.end; i++)
			mark(e, &row, at, e->find.shown[i].start, e->find.shown[i].end, CANVAS_FOUND);
		if (!flow_next(e->flow, &row))
			break;
	}
}

static void draw_text(struct editor *e, bool focused)
{
	struct editor_spell_way way = {0};
	struct flow_row row;
	size_t front = editor_front_lines(e);

	flow_set_width(e->flow, e->text.width - 1);
	row = flow_at(e->flow, e->top, false);
	e->top = row.start;
	if (e->follow)
		follow_cursor(e, e->text.height);
	if (e->resized)
		fill(e, e->text.height);
	e->follow = false;
	e->resized = false;
	row = flow_at(e->flow, e->top, false);
	for (int at = 0; at < e->text.height; at++) {
		draw_row(e, &row, at, front, &way);
		if (!flow_next(e->flow, &row))
			break;
	}
	mark_found(e, row.end);
	if (focused && !e->find.open)
		draw_cursor(e, front);
}

static bool same_region(struct canvas_region a, struct canvas_region b)
{
	return a.canvas == b.canvas && a.row == b.row && a.column == b.column && a.height == b.height &&
	       a.width == b.width;
}

/* Whether nothing around the cursor's row can have changed since all was drawn, but by one edit in it. */
static bool is_about_row(const struct editor *e, struct canvas_region region)
{
	const struct editor_row *r = &e->row;
	uint64_t edits = buffer_version(e->buffer) - r->version;
	size_t words;

	(void)editor_spell_count(e, &words);
	return r->there && edits <= 1 && e->cursor == e->anchor && e->top == r->top && !e->find.open &&
	       e->facing.side == NULL && !editor_form_shown(e) && buffer_changed(e->buffer) == r->changed &&
	       words == r->words && same_region(lay_out(e, region).text, r->text);
}

bool editor_draw_row(void *state, struct canvas_region region, int *at)
{
	struct editor *e = state;
	struct editor_spell_way way = {0};
	struct editor_row r = e->row;
	struct flow_row row;

	if (!is_about_row(e, region))
		return false;
	row = flow_at(e->flow, e->cursor, e->at_end);
	if (row.start != r.start || row.end - r.end != buffer_len(e->buffer) - r.len || row.last != r.last)
		return false;
	canvas_fill(canvas_part(e->text, r.at, 0, 1, -1), CANVAS_NORMAL);
	draw_row(e, &row, r.at, r.front, &way);
	place_cursor(e, &row, r.at);
	e->row.version = buffer_version(e->buffer);
	e->row.len = buffer_len(e->buffer);
	e->row.end = row.end;
	*at = e->text_row + r.at;
	return true;
}

/* Remembers where a text is drawn, for the mouse and for what a page is. */
static void place_text(struct editor *e, struct canvas_region text, struct canvas_region region)
{
	e->text = text;
	e->text_row = text.row - region.row;
	e->text_column = text.column - region.column;
}

/* The side with the focus first: it leads. */
static void draw_facing(struct editor *e, struct canvas_region region, const struct layout *l, bool focused)
{
	char *label = mem_printf(" %s ", e->facing.label);
	struct editor *side = e->facing.side;

	if (l->ruled)
		canvas_text(canvas_part(region, 0, l->split + 2, 1, region.width - l->split - 3), 0, 0,
			    e->facing.focus ? CANVAS_STRONG : CANVAS_META, label, strlen(label));
	free(label);
	place_text(side, l->side, region);
	if (e->facing.focus) {
		draw_text(side, focused);
		editor_facing_scroll(e);
		draw_text(e, false);
	} else {
		draw_text(e, focused);
		editor_facing_scroll(e);
		draw_text(side, false);
	}
}

/* -- Preview -- */

/* Rows of a paragraph that are counted, so that no key waits for the whole of a very long one. */
#define ROWS_COUNTED 100

/* Rows of its paragraph above a row, ROWS_COUNTED at most. */
static size_t rows_above(struct editor *e, struct flow_row row)
{
	size_t count = 0;

	while (!row.first && count < ROWS_COUNTED && flow_previous(e->flow, &row))
		count++;
	return count;
}

/* Counts the rows from one place of the text down to another, or with < 0 up; false where they are more than
 * most. */
static bool rows_between(struct editor *e, size_t from, size_t to, int most, int *rows)
{
	size_t end = from < to ? to : from;
	struct flow_row row;

	*rows = 0;
	if (end > buffer_len(e->buffer))
		return false;
	row = flow_at(e->flow, from < to ? from : to, false);
	while (row.start < end) {
		if (++*rows > most || !flow_next(e->flow, &row))
			return false;
	}
	if (to < from)
		*rows = -*rows;
	return true;
}

/* The line of the page that belongs beside a row of the text. */
static size_t page_line_beside(struct editor *e, int width, const struct flow_row *row)
{
	size_t line = page_line_of(e->page, width, row->line);
	size_t lines = page_line_of(e->page, width, row->line + 1) - line;
	size_t above = rows_above(e, *row);

	return line + (above < lines ? above : lines);
}

/*
 * Scrolls the preview by as many rows as the text: it does not jump, and the terminal can move both at
 * once.  Where that leads more than a part of the window away from what belongs beside the text, it
 * goes there.
 */
static void follow_top(struct editor *e, struct canvas_region region)
{
	struct flow_row top = flow_at(e->flow, e->top, false);
	size_t slack = (size_t)region.height / 3, beside;
	int rows;

	if (top.start == e->page_from || page_lines(e->page, region.width) == 0)
		return;
	beside = page_line_beside(e, region.width, &top);
	if (e->page_from == SIZE_MAX || !rows_between(e, e->page_from, top.start, region.height, &rows))
		e->page_top = beside;
	else if (rows < 0 && e->page_top < (size_t)-rows)
		e->page_top = 0;
	else
		e->page_top += (size_t)rows;
	if (e->page_top + slack < beside || e->page_top > beside + slack)
		e->page_top = beside;
	e->page_from = top.start;
}

/* Scrolls the preview with the text, and on as far as the paragraph under the cursor wants. */
static void follow_text(struct editor *e, struct canvas_region region)
{
	size_t height = (size_t)region.height;
	size_t source = buffer_line_at(e->buffer, e->cursor);
	size_t line = page_line_of(e->page, region.width, source);
	size_t after = page_line_of(e->page, region.width, source + 1);

	follow_top(e, region);
	if (after > line + height)
		after = line + height;
	if (after > e->page_top + height)
		e->page_top = after - height;
	if (line < e->page_top)
		e->page_top = line;
}

static void draw_page(struct editor *e, struct canvas_region region)
{
	size_t lines = page_lines(e->page, region.width);
	size_t height = (size_t)region.height;
	const char *problem = page_problem(e->page);

	if (page_below(e->page) != e->page_below)
		e->page_from = SIZE_MAX; /* it has another part of the text */
	e->page_below = page_below(e->page);
	/* In the text's place it starts where the text is, and then moves by itself. */
	if (!editor_reads(e) || (e->page_from == SIZE_MAX && lines > 0))
		follow_text(e, region);
	if (e->page_top + height > lines)
		e->page_top = lines > height ? lines - height : 0;
	page_draw(e->page, region, e->page_top);
	if (lines == 0 && problem == NULL && editor_reads(e) && buffer_len(e->buffer) > EDITOR_LONG)
		canvas_string(region, 0, 0, CANVAS_DIM, "This text is long: its preview takes a moment.");
	if (problem != NULL)
		canvas_wrapped(region, 0, CANVAS_WARN, problem, strlen(problem));
}

static void draw_rules(struct canvas_region region, const struct layout *l)
{
	int last = region.height - 1;

	if (l->split >= 0)
		canvas_upright(canvas_part(region, l->ruled, 0, region.height - 2 * l->ruled, -1), l->split,
			       CANVAS_RULE);
	if (!l->ruled)
		return;
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, last, CANVAS_RULE);
	if (l->split >= 0) {
		canvas_string(region, 0, l->split, CANVAS_RULE, "┬");
		canvas_string(region, last, l->split, CANVAS_RULE, "┴");
	}
}

void editor_draw(void *state, struct canvas_region region, bool focused)
{
	struct editor *e = state;
	struct layout l;

	editor_form_watch(e);
	e->row.there = false;
	if (e->width != region.width || e->text.height != lay_out(e, region).text.height)
		e->follow = e->resized = true;
	e->width = region.width;
	l = lay_out(e, region);
	draw_rules(region, &l);
	place_text(e, l.text, region);
	if (editor_form_shown(e))
		editor_form_draw(e, l.text, focused);
	else if (l.side.width > 0 && l.side.height > 0)
		draw_facing(e, region, &l, focused);
	else if (l.text.width > 0 && l.text.height > 0)
		draw_text(e, focused);
	else
		e->text.height = l.page.height; /* what a page of scrolling is */
	if (l.page.width > 0 && l.page.height > 0)
		draw_page(e, l.page);
	editor_find_draw(e, l.bar, focused);
}

/* -- The mouse -- */

static void scroll(struct editor *e, bool (*step)(struct flow *, struct flow_row *))
{
	struct flow_row row = flow_at(e->flow, e->top, false);

	for (int i = 0; i < WHEEL_ROWS && step(e->flow, &row); i++)
		e->top = row.start;
	editor_touch(e);
}

/* The place in the text under a cell of the pane; false outside the text. */
static bool place_at(struct editor *e, const struct input_event *event, size_t *pos)
{
	struct flow_row row = flow_at(e->flow, e->top, false);
	int at = event->row - e->text_row;
	int column = event->column - e->text_column;

	if (at < 0 || at >= e->text.height || column < -1 || column > e->text.width)
		return false;
	while (at-- > 0 && flow_next(e->flow, &row))
		;
	*pos = flow_place(e->flow, &row, column < 0 ? 0 : column, &e->at_end);
	return true;
}

bool editor_mouse(struct editor *e, const struct input_event *event)
{
	size_t pos;

	if (editor_reads(e))
		return false;
	if (editor_form_shown(e))
		return editor_form_mouse(e, event);
	if (event->button == INPUT_WHEEL_UP || event->button == INPUT_WHEEL_DOWN) {
		scroll(e, event->button == INPUT_WHEEL_UP ? flow_previous : flow_next);
		return true;
	}
	if (event->button == INPUT_BUTTON_RELEASE) {
		e->dragging = false;
		return true;
	}
	if (event->button != INPUT_BUTTON_LEFT && !(event->button == INPUT_BUTTON_DRAG && e->dragging))
		return false;
	if (!place_at(e, event, &pos))
		return false;
	buffer_step(e->buffer);
	e->dragging = true;
	if (event->button == INPUT_BUTTON_LEFT) {
		editor_click(e, pos);
	} else if (pos != e->click.pos || e->click.times < 2) {
		e->cursor = pos;
		e->goal = -1;
	}
	editor_touch(e);
	return true;
}
