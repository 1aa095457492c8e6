#include "tui/frame.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "tui/canvas.h"
#include "tui/frame_internal.h"

struct frame *frame_new(const struct frame_look *look)
{
	struct frame *frame = mem_zalloc(1, sizeof *frame);

	frame->terminal = *look;
	return frame;
}

void frame_free(struct frame *frame)
{
	if (frame == NULL)
		return;
	canvas_free(frame->shown);
	free(frame);
}

void frame_forget(struct frame *frame)
{
	canvas_free(frame->shown);
	frame->shown = NULL;
	frame->look_known = false;
	frame->cursor_known = false;
	frame->at = (struct place){-1, -1};
}

/* -- Drawing -- */

static bool is_blank(const struct frame *frame, const struct canvas_cell *cell)
{
	return cell->len == 1 && cell->text[0] == ' ' &&
	       frame_leaves_blank(frame_look_of(&frame->terminal, cell->style));
}

/* Whether a cell of the canvas is not what the terminal shows. */
static bool is_stale(const struct frame *frame, int row, int column)
{
	struct canvas_cell is = canvas_at(frame->canvas, row, column);
	struct canvas_cell was = canvas_at(frame->shown, row, column);

	return !canvas_same(&is, &was) && !(is_blank(frame, &is) && is_blank(frame, &was));
}

/* The column from which the row is to be blank to its end. */
static int blank_from(const struct frame *frame, int row)
{
	int column = canvas_width(frame->canvas);

	while (column > 0) {
		struct canvas_cell cell = canvas_at(frame->canvas, row, column - 1);

		if (!is_blank(frame, &cell))
			break;
		column--;
	}
	return column;
}

/* How many cells of a row differ from column on, which must be blanks now. */
static int count_stale(const struct frame *frame, int row, int column)
{
	int count = 0;

	for (; column < canvas_width(frame->canvas); column++)
		count += is_stale(frame, row, column);
	return count;
}

/* Writes ESC [ n final, where 1 need not be said. */
static void add_control(struct frame *frame, int n, char final)
{
	if (n == 1)
		strbuf_addf(frame->out, "\x1b[%c", final);
	else
		strbuf_addf(frame->out, "\x1b[%d%c", n, final);
}

/* EL, "ESC [ K": its bytes are what as many blanks would take. */
#define ERASE_COST 3

/* -- Sliding: a character or a word more or less in a line moves all that follows it -- */

/* The widest move that is looked for: a word that went to the next row, or came from it. */
#define SLIDE_MAX 20

/* How often a slide is looked for in one row: a text and its preview side by side need two. */
#define SLIDE_TRIES 3

/* Bytes of ICH or DCH, of a second one with the way there, and of margins that must be reset for them. */
#define SLIDE_COST   4
#define SLIDE_COSTS  16
#define MARGINS_COST 11

struct slide {
	int by;    /* columns to the right, or with < 0 to the left; 0 for none */
	int until; /* the column from which nothing may have moved */
};

static bool has_doubtful(const struct canvas *canvas, int row, int column)
{
	for (; column < canvas_width(canvas); column++) {
		struct canvas_cell cell = canvas_at(canvas, row, column);

		if (frame_is_doubtful(&cell))
			return true;
	}
	return false;
}

/* Some terminals (DEC's, and those of libvterm) slide only between the margins. */
static bool is_between_margins(const struct frame *frame, int row)
{
	return row >= frame->margins.top && row <= frame->margins.bottom;
}

/* Bytes to send for a row from a column on where what it shows has been slid by so many columns. */
static long cost_of_rest(const struct frame *frame, int row, int column, int by)
{
	long bytes = 0, blanks = 0;

	for (; column < canvas_width(frame->canvas); column++) {
		struct canvas_cell is = canvas_at(frame->canvas, row, column);
		bool slid_in = column - by >= canvas_width(frame->canvas);
		struct canvas_cell was = canvas_at(frame->shown, row, slid_in ? column : column - by);

		if (is_blank(frame, &is)) {
			blanks += !slid_in && !canvas_same(&is, &was);
		} else if (slid_in || !canvas_same(&is, &was)) {
			bytes += blanks + (long)is.len;
			blanks = 0;
		}
	}
	return bytes + (blanks < ERASE_COST ? blanks : ERASE_COST);
}

/* What sliding by so much saves of the bytes that would be sent without; 0 where little would be in its
 * place. */
static long weigh(const struct frame *frame, int row, int column, long without, struct slide *slide)
{
	int count = slide->by < 0 ? -slide->by : slide->by, width = canvas_width(frame->canvas);
	int first = slide->by < 0 ? column : column + count, is = first;
	long with = SLIDE_COST, back;

	for (; is < width && is - slide->by < width; is++) {
		struct canvas_cell now = canvas_at(frame->canvas, row, is);
		struct canvas_cell moved = canvas_at(frame->shown, row, is - slide->by);

		if (!canvas_same(&now, &moved))
			break;
	}
	if (is - first <= SLIDE_COST)
		return 0;
	for (int i = column; i < first; i++)
		with += (long)canvas_at(frame->canvas, row, i).len;
	with += is_between_margins(frame, row) ? 0 : MARGINS_COST;
	back = with + SLIDE_COSTS + cost_of_rest(frame, row, is, 0);
	with += cost_of_rest(frame, row, is, slide->by);
	slide->until = width;
	if (back < with && is < width - count) {
		slide->until = is;
		with = back;
	}
	return without - with;
}

/* The slide that is worth most from a column on. */
static struct slide find_slide(const struct frame *frame, int row, int column)
{
	struct slide best = {.by = 0};
	long most = 0, without;

	if (!frame->terminal.slides || has_doubtful(frame->shown, row, column) ||
	    has_doubtful(frame->canvas, row, column) || canvas_at(frame->shown, row, column).columns == 0)
		return best;
	without = cost_of_rest(frame, row, column, 0);
	for (int by = -SLIDE_MAX; by <= SLIDE_MAX; by++) {
		struct slide slide = {.by = by};
		long saved;

		if (by == 0 || column + (by < 0 ? -by : by) >= canvas_width(frame->canvas))
			continue;
		saved = weigh(frame, row, column, without, &slide);
		if (saved > most) {
			most = saved;
			best = slide;
		}
	}
	return best;
}

/* Has the terminal slide the rest of a row, and what is known of it with it. */
static void slide_row(struct frame *frame, int row, int column, int by)
{
	int count = by < 0 ? -by : by;

	if (!is_between_margins(frame, row))
		frame_set_margins(frame, 0, canvas_height(frame->canvas) - 1);
	frame_move(frame, row, column);
	frame_set_ground(frame);
	add_control(frame, count, by < 0 ? 'P' : '@');
	canvas_slide(frame->shown, row, column, by);
}

/* -- Rows -- */

/* Erases the row from a column on if it is to be blank there and that is shorter than to write blanks. */
static bool erase_rest(struct frame *frame, int row, int column, int blanks, bool all)
{
	if (column < blanks || (!all && count_stale(frame, row, column) <= ERASE_COST))
		return false;
	frame_move(frame, row, column);
	frame_set_ground(frame);
	strbuf_adds(frame->out, "\x1b[K");
	return true;
}

/* Bytes of ECH, and of the way over what it erased. */
#define ERASE_CELLS_COST 9

/* How many cells of a row are to be blank from one on, the last of them stale. */
static int count_blanks(const struct frame *frame, int row, int from)
{
	int count = 0;

	for (int column = from; column < canvas_width(frame->canvas); column++) {
		struct canvas_cell cell = canvas_at(frame->canvas, row, column);

		if (!is_blank(frame, &cell))
			break;
		if (is_stale(frame, row, column))
			count = column + 1 - from;
	}
	return count;
}

/* Erases the blanks that begin at a column where that is shorter than to write them. */
static bool erase_cells(struct frame *frame, int row, int column)
{
	int count = frame->terminal.erases ? count_blanks(frame, row, column) : 0;

	if (count <= ERASE_CELLS_COST)
		return false;
	frame_move(frame, row, column);
	frame_set_ground(frame);
	add_control(frame, count, 'X');
	canvas_erase(frame->shown, row, column, count);
	return true;
}

static void draw_row(struct frame *frame, int row)
{
	int blanks = blank_from(frame, row);
	struct slide slide = {.by = 0};
	bool all = false; /* what the row shows is not trusted from here on */
	int tries = 0;

	for (int column = 0; column < canvas_width(frame->canvas); column++) {
		struct canvas_cell is = canvas_at(frame->canvas, row, column), was;

		if (slide.by != 0 && column == slide.until) {
			slide_row(frame, row, column, -slide.by);
			slide.by = 0;
		}
		if (is.columns == 0 || (!all && !is_stale(frame, row, column)))
			continue;
		if (slide.by == 0 && !all && tries++ < SLIDE_TRIES) {
			slide = find_slide(frame, row, column);
			if (slide.by != 0)
				slide_row(frame, row, column, slide.by);
			if (slide.until >= canvas_width(frame->canvas))
				slide.by = 0; /* not to be slid back */
		}
		was = canvas_at(frame->shown, row, column);
		all = all || frame_is_doubtful(&is) || frame_is_doubtful(&was);
		if (slide.by == 0 && erase_rest(frame, row, column, blanks, all))
			return;
		if (slide.by == 0 && !all && erase_cells(frame, row, column))
			continue;
		if (all || is_stale(frame, row, column))
			frame_write(frame, row, column);
	}
}

/* -- Uprights: a line down the picture is drawn at once, since each row would change the look for it -- */

/* The rows from which on that is so. */
#define UPRIGHT_MIN 3

static bool stands_out(const struct frame *frame, int row, int column, const struct canvas_cell *cell)
{
	struct look look = frame_look_of(&frame->terminal, cell->style);

	for (int side = column - 1; side <= column + 1; side += 2) {
		struct canvas_cell next;

		if (side < 0 || side >= canvas_width(frame->canvas))
			continue;
		next = canvas_at(frame->canvas, row, side);
		if (frame_same_look(frame_look_of(&frame->terminal, next.style), look))
			return false;
	}
	return true;
}

/* How many rows from one on are to have the same cell in a column, which stands out in each and is in none
 * yet. */
static int count_upright(const struct frame *frame, int row, int column)
{
	struct canvas_cell first = canvas_at(frame->canvas, row, column);
	int count = 0;

	if (first.style == CANVAS_NORMAL || first.columns != 1 || is_blank(frame, &first) ||
	    frame_is_doubtful(&first))
		return 0;
	for (; row < canvas_height(frame->canvas); row++, count++) {
		struct canvas_cell cell = canvas_at(frame->canvas, row, column);

		if (!canvas_same(&cell, &first) || !is_stale(frame, row, column) ||
		    canvas_at(frame->shown, row, column).columns != 1 ||
		    !stands_out(frame, row, column, &cell))
			break;
	}
	return count;
}

static void draw_uprights(struct frame *frame)
{
	for (int column = 0; column < canvas_width(frame->canvas); column++) {
		for (int row = 0, count; row<canvas_height(frame->canvas); row += count> 0 ? count : 1) {
			count = count_upright(frame, row, column);
			for (int i = 0; i < count && count >= UPRIGHT_MIN; i++) {
				frame_go(frame, row + i, column);
				frame_write(frame, row + i, column);
				canvas_take(frame->shown, frame->canvas, row + i, column);
			}
		}
	}
}

/* Has the terminal move rows that stand elsewhere already, and what is known of them with them. */
static void scroll_rows(struct frame *frame)
{
	struct frame_scroll scroll = frame_find_scroll(frame->shown, frame->canvas, frame->margins);

	if (scroll.by == 0)
		return;
	frame_scroll_rows(frame, scroll.top, scroll.bottom, scroll.by);
	canvas_scroll(frame->shown, scroll.top, scroll.bottom, scroll.by);
}

/* Starts over on a terminal that shows nobody knows what. */
static void erase_all(struct frame *frame)
{
	frame->look_known = false;
	frame_set_ground(frame);
	if (frame->terminal.scrolls)
		strbuf_adds(frame->out, "\x1b[r");
	strbuf_adds(frame->out, "\x1b[H\x1b[2J");
	frame->at = (struct place){0, 0};
	frame->margins = (struct margins){0, canvas_height(frame->canvas) - 1};
	canvas_free(frame->shown);
	frame->shown = canvas_new(canvas_height(frame->canvas), canvas_width(frame->canvas));
}

static bool row_differs(const struct frame *frame, int row)
{
	return !canvas_same_row(frame->canvas, frame->shown, row);
}

/* Rows other than that of the cursor which differ. */
static int count_rows(const struct frame *frame)
{
	int count = 0;

	for (int row = 0; row < canvas_height(frame->canvas); row++)
		count += row != frame->goal.row && row_differs(frame, row);
	return count;
}

/* The row of the cursor comes first: the pen is there already, where the person types. */
static void draw_rows(struct frame *frame)
{
	int rows = count_rows(frame);

	if (rows >= UPRIGHT_MIN)
		draw_uprights(frame);
	if (frame->goal.row >= 0) {
		draw_row(frame, frame->goal.row);
		if (rows > 0)
			frame_approach_goal(frame);
	}
	for (int row = 0; rows > 0 && row < canvas_height(frame->canvas); row++) {
		if (row != frame->goal.row && row_differs(frame, row))
			draw_row(frame, row);
	}
}

static void place_cursor(struct frame *frame)
{
	bool shown = frame->goal.row >= 0;

	if (shown)
		frame_return_to_goal(frame);
	if (frame->terminal.hide_cursor && (!frame->cursor_known || frame->cursor != shown))
		strbuf_adds(frame->out, shown ? "\x1b[?25h" : "\x1b[?25l");
	frame->cursor = shown;
	frame->cursor_known = true;
}

static void begin(struct frame *frame, const struct canvas *canvas, struct strbuf *out)
{
	frame->out = out;
	frame->canvas = canvas;
	frame->goal = (struct place){-1, -1};
	frame->passed = false;
	canvas_cursor_at(canvas, &frame->goal.row, &frame->goal.column);
}

static void end(struct frame *frame)
{
	place_cursor(frame);
	frame->out = NULL;
	frame->canvas = NULL;
}

/* Whether the terminal shows a picture of this size. */
static bool is_known(const struct frame *frame, const struct canvas *canvas)
{
	return frame->shown != NULL && canvas_height(frame->shown) == canvas_height(canvas) &&
	       canvas_width(frame->shown) == canvas_width(canvas);
}

void frame_draw(struct frame *frame, const struct canvas *canvas, struct strbuf *out)
{
	begin(frame, canvas, out);
	if (!is_known(frame, canvas))
		erase_all(frame);
	frame_note_goal(frame);
	if (frame->terminal.scrolls)
		scroll_rows(frame);
	draw_rows(frame);
	end(frame);
	canvas_copy(frame->shown, canvas);
}

void frame_draw_row(struct frame *frame, const struct canvas *canvas, int row, struct strbuf *out)
{
	if (!is_known(frame, canvas)) {
		frame_draw(frame, canvas, out);
		return;
	}
	begin(frame, canvas, out);
	frame_note_goal(frame);
	draw_row(frame, row);
	end(frame);
	canvas_copy_row(frame->shown, canvas, row);
}
