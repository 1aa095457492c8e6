/* Where the cursor goes, and what is selected. */
#include "tui/editor_internal.h"

#include <limits.h>
#include <stdlib.h>

#include "base/clock.h"
#include "text/buffer.h"
#include "text/unicode.h"
#include "tui/flow.h"

/* Bytes on either side of a place that decide where its clusters and its words begin and end. */
#define CLUSTER_REACH ((size_t)512)
#define WORD_REACH    ((size_t)2048)

/* Milliseconds from one click to the next that make them one double click. */
#define CLICK_TIME 500

/* A few bytes of the text around a place. */
struct window {
	const char *text; /* borrowed from the buffer until its next call */
	size_t start;     /* where they stand in it */
	size_t len;
	size_t at; /* the place, from the window's start */
};

static bool is_inside(const struct buffer *buffer, size_t pos)
{
	return pos < buffer_len(buffer) && ((unsigned char)buffer_byte(buffer, pos) & 0xc0) == 0x80;
}

/* The bytes from..to, stretched by what lies outside of them by so much at most, at characters' bounds. */
static struct window window_of(struct editor *e, size_t pos, size_t before, size_t after)
{
	size_t len = buffer_len(e->buffer);
	size_t start = pos > before ? pos - before : 0;
	size_t end = len - pos > after ? pos + after : len;

	for (int i = 0; i < 3 && start < pos && is_inside(e->buffer, start); i++)
		start++;
	for (int i = 0; i < 3 && end > pos && is_inside(e->buffer, end); i++)
		end--;
	return (struct window){.text = buffer_bytes(e->buffer, start, end - start),
			       .start = start,
			       .len = end - start,
			       .at = pos - start};
}

size_t editor_cluster_left(struct editor *e, size_t pos)
{
	struct window w = window_of(e, pos, CLUSTER_REACH, CLUSTER_REACH);

	return w.start + unicode_previous(w.text, w.len, w.at);
}

size_t editor_cluster_right(struct editor *e, size_t pos)
{
	struct window w = window_of(e, pos, 0, CLUSTER_REACH);

	return w.start + unicode_next(w.text, w.len, w.at);
}

/* -- Words (UAX #29, with ICU's dictionary for Chinese) -- */

struct words {
	struct unicode_segment *segments;
	size_t count;
	size_t capacity;
};

static void find_words(struct words *words, const struct window *w)
{
	struct unicode_segmenter *segmenter;

	*words = (struct words){.count = 0};
	if (unicode_segmenter_new(&segmenter, UNICODE_WORD, NULL, NULL) < 0)
		return;
	unicode_segments(segmenter, w->text, w->len, &words->segments, &words->count, &words->capacity);
	unicode_segmenter_free(segmenter);
}

/* The window of a place within its line, so that words never reach over line ends. */
static struct window line_window(struct editor *e, size_t pos)
{
	size_t line = buffer_line_at(e->buffer, pos);
	size_t before = pos - buffer_line_start(e->buffer, line);
	size_t end = flow_line_end(e->buffer, line);
	size_t after = end > pos ? end - pos : 0;

	return window_of(e, pos, before < WORD_REACH ? before : WORD_REACH,
			 after < WORD_REACH ? after : WORD_REACH);
}

size_t editor_word_right(struct editor *e, size_t pos)
{
	while (pos < buffer_len(e->buffer)) {
		struct window w = line_window(e, pos);
		struct words words;
		size_t end = w.at;

		find_words(&words, &w);
		for (size_t i = 0; i < words.count && end == w.at; i++) {
			if (words.segments[i].word && words.segments[i].end > w.at)
				end = words.segments[i].end;
		}
		free(words.segments);
		if (end > w.at)
			return w.start + end;
		if (w.len > w.at) /* no word is left before the line's end */
			return w.start + w.len;
		pos = editor_cluster_right(e, pos);
		if (pos == buffer_line_start(e->buffer, buffer_line_at(e->buffer, pos)) &&
		    pos == flow_line_end(e->buffer, buffer_line_at(e->buffer, pos)))
			return pos; /* an empty line is a place to stop at */
	}
	return pos;
}

size_t editor_word_left(struct editor *e, size_t pos)
{
	while (pos > 0) {
		struct window w = line_window(e, pos);
		struct words words;
		size_t start = 0, found = SIZE_MAX;

		find_words(&words, &w);
		for (size_t i = 0; i < words.count && start < w.at; i++) {
			if (words.segments[i].word)
				found = start;
			start = words.segments[i].end;
		}
		free(words.segments);
		if (found != SIZE_MAX)
			return w.start + found;
		if (w.at > 0)
			return w.start;
		pos = editor_cluster_left(e, pos);
		if (pos == buffer_line_start(e->buffer, buffer_line_at(e->buffer, pos)))
			return pos;
	}
	return pos;
}

/* -- The selection -- */

bool editor_selection(const struct editor *e, size_t *start, size_t *end)
{
	*start = e->cursor < e->anchor ? e->cursor : e->anchor;
	*end = e->cursor < e->anchor ? e->anchor : e->cursor;
	return *start < *end;
}

void editor_select(struct editor *e, size_t start, size_t end)
{
	editor_put_cursor(e, end);
	e->anchor = start;
}

void editor_put_cursor(struct editor *e, size_t pos)
{
	e->cursor = pos;
	e->anchor = pos;
	e->at_end = false;
	e->goal = -1;
	e->follow = true;
	editor_touch(e);
}

/* The segment of a line that holds a place: a word, or what stands between words. */
static void select_word(struct editor *e, size_t pos)
{
	struct window w = line_window(e, pos);
	struct words words;
	size_t start = 0;

	find_words(&words, &w);
	for (size_t i = 0; i < words.count; i++) {
		size_t end = words.segments[i].end;

		if (end > w.at || i + 1 == words.count) {
			e->anchor = w.start + start;
			e->cursor = w.start + end;
			break;
		}
		start = end;
	}
	free(words.segments);
}

static void select_paragraph(struct editor *e, size_t pos)
{
	size_t line = buffer_line_at(e->buffer, pos);

	e->anchor = buffer_line_start(e->buffer, line);
	e->cursor = flow_line_end(e->buffer, line);
}

void editor_click(struct editor *e, size_t pos)
{
	int64_t now = clock_monotonic();
	bool again = pos == e->click.pos && now - e->click.at <= CLICK_TIME && e->click.times < 3;

	e->click.times = again ? e->click.times + 1 : 1;
	e->click.pos = pos;
	e->click.at = now;
	e->goal = -1;
	e->cursor = e->anchor = pos;
	if (e->click.times == 2)
		select_word(e, pos);
	else if (e->click.times == 3)
		select_paragraph(e, pos);
	if (e->click.times > 1)
		e->at_end = false;
}

int editor_select_all(void *target, int argument, struct error *err)
{
	struct editor *e = editor_side(target);

	(void)argument;
	(void)err;
	editor_select(e, 0, buffer_len(e->buffer));
	e->follow = false;
	return 0;
}

/* -- Moves: each takes the cursor from where it is -- */

static void go_left(struct editor *e)
{
	e->cursor = e->cursor > 0 ? editor_cluster_left(e, e->cursor) : 0;
}

static void go_right(struct editor *e)
{
	if (e->cursor < buffer_len(e->buffer))
		e->cursor = editor_cluster_right(e, e->cursor);
}

static void go_word_left(struct editor *e)
{
	e->cursor = editor_word_left(e, e->cursor);
}

static void go_word_right(struct editor *e)
{
	e->cursor = editor_word_right(e, e->cursor);
}

/* Goes by so many rows, down where that is above 0, at the goal column. */
static void go_rows(struct editor *e, int rows)
{
	struct flow_row row = flow_at(e->flow, e->cursor, e->at_end);
	bool (*step)(struct flow *, struct flow_row *) = rows < 0 ? flow_previous : flow_next;
	int more = abs(rows);

	if (e->goal < 0)
		e->goal = flow_column(e->flow, &row, e->cursor);
	e->at_end = false;
	while (more > 0 && step(e->flow, &row))
		more--;
	if (more == abs(rows)) /* at the edge: to the very start or end */
		e->cursor = rows < 0 ? row.start : flow_place(e->flow, &row, INT_MAX, &e->at_end);
	else
		e->cursor = flow_place(e->flow, &row, e->goal, &e->at_end);
}

static void go_up(struct editor *e)
{
	go_rows(e, -1);
}

static void go_down(struct editor *e)
{
	go_rows(e, 1);
}

/* Rows of a page that the next one shows again, to be read on from. */
#define PAGE_OVERLAP 2

static int page_rows(const struct editor *e)
{
	return e->text.height > PAGE_OVERLAP + 1 ? e->text.height - PAGE_OVERLAP : 1;
}

/* Scrolls by a page, so that the cursor keeps its row on the screen. */
static void go_page(struct editor *e, int direction)
{
	int rows = page_rows(e);
	struct flow_row top = flow_at(e->flow, e->top, false);

	for (int i = 0; i < rows; i++) {
		if (!(direction < 0 ? flow_previous(e->flow, &top) : flow_next(e->flow, &top)))
			break;
	}
	e->top = top.start;
	go_rows(e, direction * rows);
}

static void go_page_up(struct editor *e)
{
	go_page(e, -1);
}

static void go_page_down(struct editor *e)
{
	go_page(e, 1);
}

static void go_home(struct editor *e)
{
	e->cursor = flow_at(e->flow, e->cursor, e->at_end).start;
	e->at_end = false;
}

static void go_end(struct editor *e)
{
	struct flow_row row = flow_at(e->flow, e->cursor, e->at_end);

	e->cursor = flow_place(e->flow, &row, INT_MAX, &e->at_end);
}

/* What is typed before the fields at the top breaks them: only who asks twice goes there. */
static void go_start(struct editor *e)
{
	size_t body = editor_body_start(e);

	e->cursor = e->cursor > body ? body : 0;
}

static void go_finish(struct editor *e)
{
	e->cursor = buffer_len(e->buffer);
}

static const struct {
	void (*go)(struct editor *e);
	bool by_row; /* the goal column and the side of a row's end stay */
	int scroll;  /* rows that the preview goes where it stands in the text's place; pages above 1 */
} moves[MOVE_COUNT] = {
    [MOVE_LEFT] = {go_left, false, 0},
    [MOVE_RIGHT] = {go_right, false, 0},
    [MOVE_WORD_LEFT] = {go_word_left, false, 0},
    [MOVE_WORD_RIGHT] = {go_word_right, false, 0},
    [MOVE_UP] = {go_up, true, -1},
    [MOVE_DOWN] = {go_down, true, 1},
    [MOVE_PAGE_UP] = {go_page_up, true, -2},
    [MOVE_PAGE_DOWN] = {go_page_down, true, 2},
    [MOVE_HOME] = {go_home, false, INT_MIN},
    [MOVE_END] = {go_end, false, INT_MAX},
    [MOVE_START] = {go_start, false, INT_MIN},
    [MOVE_FINISH] = {go_finish, false, INT_MAX},
};

/* Scrolls the preview that stands in the text's place; drawing keeps it within the page. */
static void scroll_page(struct editor *e, int by)
{
	size_t page = (size_t)page_rows(e);
	size_t rows = by == 1 || by == -1 ? 1 : page;

	if (by == INT_MIN)
		e->page_top = 0;
	else if (by == INT_MAX)
		e->page_top = SIZE_MAX / 2;
	else if (by > 0)
		e->page_top += rows;
	else if (by < 0)
		e->page_top = e->page_top > rows ? e->page_top - rows : 0;
	editor_touch(e);
}

/* Without Shift, Left and Right leave a selection at its edge, and do no more. */
static bool leave_selection(struct editor *e, int how)
{
	size_t from, to;

	if ((how != MOVE_LEFT && how != MOVE_RIGHT) || !editor_selection(e, &from, &to))
		return false;
	editor_put_cursor(e, how == MOVE_LEFT ? from : to);
	return true;
}

int editor_move(void *target, int how, struct error *err)
{
	struct editor *e = editor_side(target);
	int move = how & ~MOVE_SELECT;

	(void)err;
	if (editor_reads(e)) {
		scroll_page(e, moves[move].scroll);
		return 0;
	}
	buffer_step(e->buffer);
	if (how == move && leave_selection(e, how))
		return 0;
	if (!moves[move].by_row) {
		e->goal = -1;
		if (move != MOVE_HOME && move != MOVE_END)
			e->at_end = false;
	}
	moves[move].go(e);
	if (how == move)
		e->anchor = e->cursor;
	e->follow = true;
	editor_touch(e);
	return 0;
}
