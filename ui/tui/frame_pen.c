/* The terminal's cursor: where it is, and how it gets elsewhere in few bytes. */
#include "tui/frame_internal.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/strbuf.h"

/* -- Looks -- */

/* Makes the look that of what is written next. */
static void set_look(struct frame *frame, struct look look)
{
	frame_add_look(frame->out, &frame->terminal, frame->look_known ? &frame->look : NULL, look);
	frame->look = look;
	frame->look_known = true;
}

void frame_set_ground(struct frame *frame)
{
	if (!frame->look_known || !frame_leaves_blank(frame->look))
		set_look(frame, frame_look_of(&frame->terminal, CANVAS_NORMAL));
}

/* -- Ways -- */

#define WAY_SIZE 32

struct way {
	char bytes[WAY_SIZE];
	int len;
};

/* Adds ESC [ n final, where 1 need not be said. */
static void add_control(struct way *way, int n, char final)
{
	char *end = way->bytes + way->len;

	way->len += n == 1 ? sprintf(end, "\x1b[%c", final) : sprintf(end, "\x1b[%d%c", n, final);
}

/* Adds a one-byte control n times, or the control sequence, whichever is shorter. */
static void add_repeated(struct way *way, int n, char byte, char final)
{
	if (n > 3) {
		add_control(way, n, final);
		return;
	}
	memset(way->bytes + way->len, byte, (size_t)n);
	way->len += n;
}

static struct way absolute_way(struct place to)
{
	struct way way = {.len = 0};

	if (to.column == 0)
		add_control(&way, to.row + 1, 'H');
	else
		way.len = sprintf(way.bytes, "\x1b[%d;%dH", to.row + 1, to.column + 1);
	return way;
}

static int zone_of(const struct frame *frame, int row)
{
	return row < frame->margins.top ? -1 : row > frame->margins.bottom;
}

/* A way across a margin is not taken step by step: LF scrolls there, and CUU and CUD stop. */
static bool can_step(const struct frame *frame, int row)
{
	return frame->at.row >= 0 && zone_of(frame, frame->at.row) == zone_of(frame, row);
}

static void add_vertical(struct way *way, int from, int to)
{
	if (to > from)
		add_repeated(way, to - from, '\n', 'B');
	else if (to < from)
		add_control(way, from - to, 'A');
}

static void add_horizontal(struct way *way, int from, int to)
{
	if (to < from)
		add_repeated(way, from - to, '\b', 'D');
	else if (to > from)
		add_control(way, to - from, 'C');
}

static const struct way *shorter(const struct way *a, const struct way *b)
{
	return b->len < a->len ? b : a;
}

/* To the first column of a row that the pen can step to. */
static struct way way_to_start(const struct frame *frame, int row)
{
	struct way way = {.bytes = "\r", .len = 1};

	add_vertical(&way, frame->at.row, row);
	return way;
}

static struct way shortest_way(const struct frame *frame, struct place to)
{
	struct way best = absolute_way(to), way = {.len = 0};

	if (!can_step(frame, to.row))
		return best;
	if (frame->at.column >= 0) {
		add_vertical(&way, frame->at.row, to.row);
		add_horizontal(&way, frame->at.column, to.column);
		best = *shorter(&best, &way);
	}
	way = way_to_start(frame, to.row);
	add_horizontal(&way, 0, to.column);
	return *shorter(&best, &way);
}

static void take_way(struct frame *frame, const struct way *way, struct place to)
{
	strbuf_add(frame->out, way->bytes, (size_t)way->len);
	frame->at = to;
}

/* -- Moving by writing what stands there already -- */

bool frame_is_doubtful(const struct canvas_cell *cell)
{
	unsigned char lead = cell->len > 0 ? (unsigned char)cell->text[0] : 0;
	size_t one = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	return cell->len > one;
}

/* Whether a cell looks as it should when it is written in a look. */
static bool suits(const struct frame *frame, const struct canvas_cell *cell, struct look look)
{
	struct look own = frame_look_of(&frame->terminal, cell->style);

	return frame_same_look(look, own) || (cell->len == 1 && cell->text[0] == ' ' &&
					      frame_leaves_blank(look) && frame_leaves_blank(own));
}

/*
 * Bytes to write the cells of a row from a column up to another once more, in a look, or SIZE_MAX
 * where that does not lead there exactly.
 */
static size_t cost_of_writing(const struct frame *frame, int row, int from, int to, struct look look)
{
	int reached = from;
	size_t cost = 0;

	if (from < 0 || from > to)
		return SIZE_MAX;
	while (reached < to) {
		struct canvas_cell cell = canvas_at(frame->canvas, row, reached);

		if (cell.columns == 0 || frame_is_doubtful(&cell) || !suits(frame, &cell, look))
			return SIZE_MAX;
		cost += cell.len;
		if (cost > WAY_SIZE)
			return SIZE_MAX;
		reached += cell.columns;
	}
	return reached == to ? cost : SIZE_MAX;
}

static void write_again(struct frame *frame, int row, int from, int to)
{
	for (int column = from; column < to; column++) {
		struct canvas_cell cell = canvas_at(frame->canvas, row, column);

		strbuf_add(frame->out, cell.text, cell.len);
	}
	frame->at = (struct place){row, to};
}

void frame_go(struct frame *frame, int row, int column)
{
	struct place to = {row, column};
	struct way way;

	if (frame->at.row == row && frame->at.column == column)
		return;
	way = shortest_way(frame, to);
	take_way(frame, &way, to);
}

void frame_move(struct frame *frame, int row, int column)
{
	struct place to = {row, column};
	struct way way, start;

	if (frame->at.row == row && frame->at.column == column)
		return;
	way = shortest_way(frame, to);
	if (frame->look_known && frame->at.row == row &&
	    cost_of_writing(frame, row, frame->at.column, column, frame->look) <= (size_t)way.len) {
		write_again(frame, row, frame->at.column, column);
		return;
	}
	if (frame->look_known && can_step(frame, row)) {
		size_t cost = cost_of_writing(frame, row, 0, column, frame->look);

		start = way_to_start(frame, row);
		if (cost < (size_t)way.len && (size_t)start.len + cost < (size_t)way.len) {
			take_way(frame, &start, (struct place){row, 0});
			write_again(frame, row, 0, column);
			return;
		}
	}
	take_way(frame, &way, to);
}

/* -- Writing -- */

/* Where the way to a cell leads over cells that look as it does, its look comes first: they can be written.
 */
static void lead_with_look(struct frame *frame, int row, int column, struct look look)
{
	struct way way;

	if (frame->at.row != row || frame->at.column >= column)
		return;
	way = shortest_way(frame, (struct place){row, column});
	if (cost_of_writing(frame, row, frame->at.column, column, look) <= (size_t)way.len)
		set_look(frame, look);
}

void frame_write(struct frame *frame, int row, int column)
{
	struct canvas_cell cell = canvas_at(frame->canvas, row, column);
	struct look look = frame_look_of(&frame->terminal, cell.style);

	lead_with_look(frame, row, column, look);
	frame_move(frame, row, column);
	if (!frame->look_known || !suits(frame, &cell, frame->look))
		set_look(frame, look);
	strbuf_add(frame->out, cell.text, cell.len);
	frame->at.column += cell.columns;
	if (frame_is_doubtful(&cell) || frame->at.column >= canvas_width(frame->canvas))
		frame->at.column = -1;
	frame_note_goal(frame);
}

/* -- Scrolling -- */

void frame_set_margins(struct frame *frame, int top, int bottom)
{
	if (frame->margins.top == top && frame->margins.bottom == bottom)
		return;
	if (top == 0 && bottom == canvas_height(frame->canvas) - 1)
		strbuf_adds(frame->out, "\x1b[r");
	else
		strbuf_addf(frame->out, "\x1b[%d;%dr", top + 1, bottom + 1);
	frame->margins = (struct margins){top, bottom};
	frame->at = (struct place){-1, -1};
}

/* To the row at the margin where LF or RI scrolls; in whichever column. */
static struct way way_to_edge(const struct frame *frame, int edge)
{
	struct way way = {.len = 0};

	if (!can_step(frame, edge))
		return absolute_way((struct place){edge, 0});
	add_vertical(&way, frame->at.row, edge);
	return way;
}

void frame_scroll_rows(struct frame *frame, int top, int bottom, int by)
{
	int count = by < 0 ? -by : by, edge = by < 0 ? top : bottom;
	const char *step = by < 0 ? "\x1bM" : "\n";
	struct way at_once = {.len = 0}, way;

	frame_set_ground(frame);
	frame_set_margins(frame, top, bottom);
	add_control(&at_once, count, by < 0 ? 'T' : 'S');
	way = way_to_edge(frame, edge);
	if (frame->terminal.scrolls_by && at_once.len < way.len + count * (int)strlen(step)) {
		take_way(frame, &at_once, frame->at);
		return;
	}
	take_way(frame, &way, (struct place){edge, can_step(frame, edge) ? frame->at.column : 0});
	for (int i = 0; i < count; i++)
		strbuf_adds(frame->out, step);
}

/* -- The place of the cursor -- */

/* The bytes of DECSC and DECRC together. */
#define SAVE_COST 4

/* The bytes that may be spent before anything is drawn, so that DECRC can lead back. */
#define APPROACH_COST 3

void frame_note_goal(struct frame *frame)
{
	if (frame->at.row != frame->goal.row || frame->at.column != frame->goal.column || !frame->look_known)
		return;
	frame->passed = true;
	frame->passed_look = frame->look;
	frame->passed_len = frame->out->len;
}

void frame_approach_goal(struct frame *frame)
{
	struct way way = shortest_way(frame, frame->goal);

	if (frame->passed || way.len > APPROACH_COST)
		return;
	frame_move(frame, frame->goal.row, frame->goal.column);
	frame_note_goal(frame);
}

void frame_return_to_goal(struct frame *frame)
{
	struct way way;

	if (frame->at.row == frame->goal.row && frame->at.column == frame->goal.column)
		return;
	way = shortest_way(frame, frame->goal);
	if (!frame->passed || way.len <= SAVE_COST) {
		frame_move(frame, frame->goal.row, frame->goal.column);
		return;
	}
	strbuf_splice(frame->out, frame->passed_len, 0, "\0337", 2);
	strbuf_adds(frame->out, "\0338");
	frame->at = frame->goal;
	frame->look = frame->passed_look;
}
