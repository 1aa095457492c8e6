#include "tui/frame.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "tui/canvas.h"
#include "tui/frame_internal.h"

/* -- Looks -- */

enum attribute {
	BOLD = 1 << 0,
	FAINT = 1 << 1,
	ITALIC = 1 << 2,
	UNDERLINE = 1 << 3,
	REVERSE = 1 << 4,
};

/* The SGR parameters of the attributes, in the order of their bits (ECMA-48 section 8.3.117). */
static const char attribute_codes[] = "12347";

struct look {
	unsigned attributes;
	short ink, paper; /* colours, -1 for the terminal's own */
};

#define OWN       (-1)
#define INK(c)    (c), OWN
#define NO_COLOUR OWN, OWN

/* What a meaning looks like with 256, 8 and no colours; each row tells itself apart without colour. */
static const struct look looks[CANVAS_MEANINGS][3] = {
    [CANVAS_NORMAL] = {{0, NO_COLOUR}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_DIM] = {{0, INK(245)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_TITLE] = {{BOLD, 255, 24}, {REVERSE, NO_COLOUR}, {REVERSE, NO_COLOUR}},
    [CANVAS_HEADING] = {{BOLD, INK(32)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_HEADLINE] = {{BOLD | UNDERLINE, NO_COLOUR},
			 {BOLD | UNDERLINE, NO_COLOUR},
			 {BOLD | UNDERLINE, NO_COLOUR}},
    [CANVAS_STATUS] = {{0, NO_COLOUR}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_BAR] = {{0, INK(245)}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_KEY] = {{BOLD, INK(32)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_RULE] = {{0, INK(243)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_LINK] = {{UNDERLINE, INK(32)}, {UNDERLINE, NO_COLOUR}, {UNDERLINE, NO_COLOUR}},
    [CANVAS_QUOTE] = {{ITALIC, INK(66)}, {ITALIC, NO_COLOUR}, {ITALIC, NO_COLOUR}},
    [CANVAS_CODE] = {{BOLD, INK(130)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_META] = {{0, INK(245)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_ADDED] = {{UNDERLINE, INK(34)}, {UNDERLINE, INK(2)}, {BOLD | UNDERLINE, NO_COLOUR}},
    [CANVAS_REMOVED] = {{FAINT, INK(160)}, {FAINT, INK(1)}, {FAINT, NO_COLOUR}},
    [CANVAS_COMMENT] = {{ITALIC, INK(136)}, {ITALIC, NO_COLOUR}, {ITALIC, NO_COLOUR}},
    [CANVAS_GOOD] = {{BOLD, INK(34)}, {BOLD, INK(2)}, {BOLD, NO_COLOUR}},
    [CANVAS_WARN] = {{BOLD, INK(172)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_ERROR] = {{BOLD, INK(160)}, {BOLD, INK(1)}, {BOLD | REVERSE, NO_COLOUR}},
};

static struct look look_of(const struct frame_look *terminal, unsigned style)
{
	int palette = terminal->colours >= 256 ? 0 : terminal->colours >= 8 ? 1 : 2;
	struct look look = looks[style & CANVAS_MEANING][palette];

	if ((style & CANVAS_STRONG) != 0)
		look.attributes |= BOLD;
	if ((style & CANVAS_EMPHASIS) != 0)
		look.attributes |= terminal->italic ? ITALIC : UNDERLINE;
	if ((style & (CANVAS_FOUND | CANVAS_MISSPELT)) != 0)
		look.attributes |= UNDERLINE;
	if ((style & CANVAS_FOUND) != 0 || ((style & CANVAS_MISSPELT) != 0 && !terminal->underline))
		look.attributes |= BOLD;
	if ((style & CANVAS_MISSPELT) != 0 && palette < 2)
		look.ink = palette == 0 ? 160 : 1;
	if ((style & (CANVAS_SELECTED | CANVAS_MARKED)) != 0)
		look.attributes |= REVERSE;
	if (!terminal->italic)
		look.attributes &= ~(unsigned)ITALIC;
	if (!terminal->faint)
		look.attributes &= ~(unsigned)FAINT;
	return look;
}

static bool same_look(struct look a, struct look b)
{
	return a.attributes == b.attributes && a.ink == b.ink && a.paper == b.paper;
}

static bool is_plain(struct look look)
{
	return look.attributes == 0 && look.ink == OWN && look.paper == OWN;
}

/* -- The pen: where the terminal would write next, and how -- */

struct place {
	int row, column; /* -1 for unknown */
};

struct frame {
	struct frame_look terminal;
	struct canvas *shown; /* what the terminal shows; NULL while that is unknown */
	struct place at;      /* the terminal's cursor */
	struct look look;     /* of what is written next */
	bool look_known;
	bool cursor, cursor_known; /* it is shown */

	struct strbuf *out; /* during frame_draw() */
	const struct canvas *canvas;
	struct place goal; /* where the cursor belongs; row -1 for nowhere */
	bool passed;       /* the pen stood at the goal, with this look, when out had so many bytes: */
	struct look passed_look;
	size_t passed_len;
};

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

static void add_colour(struct strbuf *out, int colour, int base)
{
	if (colour >= 8)
		strbuf_addf(out, "%d;5;%d;", base + 8, colour);
	else if (colour >= 0)
		strbuf_addf(out, "%d;", base + colour);
}

static void set_look(struct frame *frame, struct look look)
{
	struct strbuf *out = frame->out;

	if (frame->look_known && same_look(frame->look, look))
		return;
	strbuf_adds(out, "\x1b[");
	if (!is_plain(look)) {
		if (!frame->look_known || !is_plain(frame->look))
			strbuf_adds(out, "0;");
		for (unsigned i = 0; attribute_codes[i] != '\0'; i++) {
			if ((look.attributes & 1u << i) != 0)
				strbuf_addf(out, "%c;", attribute_codes[i]);
		}
		add_colour(out, look.ink, 30);
		add_colour(out, look.paper, 40);
		strbuf_truncate(out, out->len - 1);
	}
	strbuf_addc(out, 'm');
	frame->look = look;
	frame->look_known = true;
}

/* -- Moving -- */

#define MOVE_SIZE 32

/* Writes ESC [ n final, where 1 need not be said. */
static int control(char *out, int n, char final)
{
	return n == 1 ? sprintf(out, "\x1b[%c", final) : sprintf(out, "\x1b[%d%c", n, final);
}

/* Repeats a one-byte control n times, or writes the sequence, whichever is shorter. */
static int repeat_or_control(char *out, int n, char byte, char final)
{
	if (n > 3)
		return control(out, n, final);
	memset(out, byte, (size_t)n);
	return n;
}

static int move_absolute(char *out, struct place to)
{
	if (to.column == 0)
		return control(out, to.row + 1, 'H');
	return sprintf(out, "\x1b[%d;%dH", to.row + 1, to.column + 1);
}

static int move_vertical(char *out, int from, int to)
{
	if (to > from)
		return repeat_or_control(out, to - from, '\n', 'B');
	return to < from ? control(out, from - to, 'A') : 0;
}

static int move_horizontal(char *out, int from, int to)
{
	if (to < from)
		return repeat_or_control(out, from - to, '\b', 'D');
	return to > from ? control(out, to - from, 'C') : 0;
}

/* The shortest way from a place to another; returns its bytes. */
static int shortest_move(char out[MOVE_SIZE], struct place from, struct place to)
{
	char way[MOVE_SIZE];
	int best = move_absolute(out, to);
	int len;

	if (from.row < 0 || from.column < 0)
		return best;
	len = move_vertical(way, from.row, to.row);
	len += move_horizontal(way + len, from.column, to.column);
	if (len < best) {
		memcpy(out, way, (size_t)len);
		best = len;
	}
	way[0] = '\r';
	len = 1 + move_vertical(way + 1, from.row, to.row);
	len += move_horizontal(way + len, 0, to.column);
	if (len < best) {
		memcpy(out, way, (size_t)len);
		best = len;
	}
	return best;
}

/*
 * Whether terminals may disagree with us about a cell's columns: a cluster of several code points.
 * Where that is so, the pen's place is not trusted after it, and the rest of the row is drawn again.
 */
static bool is_doubtful(const struct canvas_cell *cell)
{
	unsigned char lead = cell->len > 0 ? (unsigned char)cell->text[0] : 0;
	size_t one = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;

	return cell->len > one;
}

/*
 * Bytes to write the cells from the pen up to a column of its row once more, or SIZE_MAX where that
 * does not lead there exactly.
 */
static size_t cost_of_writing(const struct frame *frame, int column)
{
	int reached = frame->at.column;
	size_t cost = 0;

	while (reached < column) {
		struct canvas_cell cell = canvas_at(frame->canvas, frame->at.row, reached);

		if (cell.columns == 0 || is_doubtful(&cell) || !frame->look_known ||
		    !same_look(frame->look, look_of(&frame->terminal, cell.style)))
			return SIZE_MAX;
		cost += cell.len;
		if (cost > MOVE_SIZE)
			return SIZE_MAX;
		reached += cell.columns;
	}
	return reached == column ? cost : SIZE_MAX;
}

static void move(struct frame *frame, int row, int column)
{
	struct place to = {row, column};
	char way[MOVE_SIZE];
	size_t len;

	if (frame->at.row == row && frame->at.column == column)
		return;
	len = (size_t)shortest_move(way, frame->at, to);
	if (frame->at.row == row && frame->at.column >= 0 && frame->at.column < column &&
	    cost_of_writing(frame, column) <= len) {
		for (int i = frame->at.column; i < column; i++) {
			struct canvas_cell cell = canvas_at(frame->canvas, row, i);

			strbuf_add(frame->out, cell.text, cell.len);
		}
	} else {
		strbuf_add(frame->out, way, len);
	}
	frame->at = to;
}

/* -- Drawing -- */

/* Keeps in mind that the pen stands where the cursor belongs, if it does. */
static void note_goal(struct frame *frame)
{
	if (frame->at.row != frame->goal.row || frame->at.column != frame->goal.column || !frame->look_known)
		return;
	frame->passed = true;
	frame->passed_look = frame->look;
	frame->passed_len = frame->out->len;
}

static void write_cell(struct frame *frame, int row, int column, const struct canvas_cell *cell)
{
	move(frame, row, column);
	set_look(frame, look_of(&frame->terminal, cell->style));
	strbuf_add(frame->out, cell->text, cell->len);
	frame->at.column += cell->columns;
	if (is_doubtful(cell) || frame->at.column >= canvas_width(frame->canvas))
		frame->at.column = -1;
	note_goal(frame);
}

static bool is_blank(const struct frame *frame, const struct canvas_cell *cell)
{
	return cell->len == 1 && cell->text[0] == ' ' && is_plain(look_of(&frame->terminal, cell->style));
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

	for (; column < canvas_width(frame->canvas); column++) {
		struct canvas_cell is = canvas_at(frame->canvas, row, column);
		struct canvas_cell was = canvas_at(frame->shown, row, column);

		count += !canvas_same(&is, &was);
	}
	return count;
}

/* -- Sliding: a character more or less in a line moves all that follows it -- */

/* The widest move that is looked for: one wide character. */
#define SLIDE_MAX 2

/* How often a slide is looked for in one row: a text and its preview side by side need two. */
#define SLIDE_TRIES 3

/* Bytes of ICH or DCH, and of a second one with the way there. */
#define SLIDE_COST  4
#define SLIDE_COSTS 16

struct slide {
	int by;    /* columns to the right, or with < 0 to the left; 0 for none */
	int until; /* the column from which nothing may have moved */
};

static bool is_doubtful_row(const struct canvas *canvas, int row, int column)
{
	for (; column < canvas_width(canvas); column++) {
		struct canvas_cell cell = canvas_at(canvas, row, column);

		if (is_doubtful(&cell))
			return true;
	}
	return false;
}

/* What sliding by so much saves: bytes that need not be sent, less those of the slide. */
static long weigh(const struct frame *frame, int row, int column, struct slide *slide)
{
	int count = slide->by < 0 ? -slide->by : slide->by;
	int is = slide->by < 0 ? column : column + count;  /* place in the new row */
	int was = slide->by < 0 ? column + count : column; /* and in the old one */
	long saved = 0;

	for (; is < canvas_width(frame->canvas) && was < canvas_width(frame->canvas); is++, was++) {
		struct canvas_cell now = canvas_at(frame->canvas, row, is);
		struct canvas_cell moved = canvas_at(frame->shown, row, was);
		struct canvas_cell still = canvas_at(frame->shown, row, is);

		if (!canvas_same(&now, &moved))
			break;
		if (!canvas_same(&now, &still))
			saved += (long)now.len;
	}
	/* with less than the slide to the edge, what is there is sent rather than slid back */
	slide->until = is < canvas_width(frame->canvas) - count ? is : canvas_width(frame->canvas);
	return saved - (slide->until < canvas_width(frame->canvas) ? SLIDE_COSTS : SLIDE_COST);
}

/* The slide that is worth most from a column on. */
static struct slide find_slide(const struct frame *frame, int row, int column)
{
	struct slide best = {.by = 0};
	long most = 0;

	if (!frame->terminal.slides || is_doubtful_row(frame->shown, row, column) ||
	    is_doubtful_row(frame->canvas, row, column) || canvas_at(frame->shown, row, column).columns == 0)
		return best;
	for (int by = -SLIDE_MAX; by <= SLIDE_MAX; by++) {
		struct slide slide = {.by = by};
		long saved;

		if (by == 0 || column + SLIDE_MAX >= canvas_width(frame->canvas))
			continue;
		saved = weigh(frame, row, column, &slide);
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
	char sequence[MOVE_SIZE];

	move(frame, row, column);
	set_look(frame, (struct look){0, NO_COLOUR});
	control(sequence, by < 0 ? -by : by, by < 0 ? 'P' : '@');
	strbuf_adds(frame->out, sequence);
	canvas_slide(frame->shown, row, column, by);
}

/* -- Rows -- */

/* EL, "ESC [ K": its bytes are what as many blanks would take. */
#define ERASE_COST 3

/* Erases the row from a column on if it is to be blank there and that is shorter than to write blanks. */
static bool erase_rest(struct frame *frame, int row, int column, int blanks, bool all)
{
	if (column < blanks || (!all && count_stale(frame, row, column) <= ERASE_COST))
		return false;
	move(frame, row, column);
	set_look(frame, (struct look){0, NO_COLOUR});
	strbuf_adds(frame->out, "\x1b[K");
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
		was = canvas_at(frame->shown, row, column);
		if (is.columns == 0 || (!all && canvas_same(&is, &was)))
			continue;
		if (slide.by == 0 && !all && tries++ < SLIDE_TRIES) {
			slide = find_slide(frame, row, column);
			if (slide.by != 0)
				slide_row(frame, row, column, slide.by);
		}
		all = all || is_doubtful(&is) || is_doubtful(&was);
		if (slide.by == 0 && erase_rest(frame, row, column, blanks, all))
			return;
		was = canvas_at(frame->shown, row, column);
		if (all || !canvas_same(&is, &was))
			write_cell(frame, row, column, &is);
	}
}

/* Has the terminal move rows that stand elsewhere already, and what is known of them with them. */
static void scroll_rows(struct frame *frame)
{
	struct frame_scroll scroll = frame_find_scroll(frame->shown, frame->canvas);
	int count = scroll.by < 0 ? -scroll.by : scroll.by;
	char sequence[MOVE_SIZE];

	if (scroll.by == 0)
		return;
	set_look(frame, (struct look){0, NO_COLOUR});
	strbuf_addf(frame->out, "\x1b[%d;%dr", scroll.top + 1, scroll.bottom + 1);
	frame->at = (struct place){-1, -1};
	if (frame->terminal.scrolls_by) {
		control(sequence, count, scroll.by < 0 ? 'T' : 'S');
		strbuf_adds(frame->out, sequence);
	} else {
		move(frame, scroll.by < 0 ? scroll.top : scroll.bottom, 0);
		for (int i = 0; i < count; i++)
			strbuf_adds(frame->out, scroll.by < 0 ? "\x1bM" : "\n");
	}
	strbuf_adds(frame->out, "\x1b[r");
	frame->at = (struct place){-1, -1};
	canvas_scroll(frame->shown, scroll.top, scroll.bottom, scroll.by);
}

/* Starts over on a terminal that shows nobody knows what. */
static void erase_all(struct frame *frame)
{
	frame->look_known = false;
	set_look(frame, (struct look){0, NO_COLOUR});
	strbuf_adds(frame->out, "\x1b[H\x1b[2J");
	frame->at = (struct place){0, 0};
	canvas_free(frame->shown);
	frame->shown = canvas_new(canvas_height(frame->canvas), canvas_width(frame->canvas));
}

static bool row_differs(const struct frame *frame, int row)
{
	return !canvas_same_row(frame->canvas, frame->shown, row);
}

/* The row of the cursor comes first: the pen is there already, where the person types. */
static void draw_rows(struct frame *frame)
{
	if (frame->goal.row >= 0)
		draw_row(frame, frame->goal.row);
	for (int row = 0; row < canvas_height(frame->canvas); row++) {
		if (row != frame->goal.row && row_differs(frame, row))
			draw_row(frame, row);
	}
}

/* The bytes of DECSC and DECRC together. */
#define SAVE_COST 4

/*
 * Leads the pen to where the cursor belongs.  If it was there before it went on, DECSC put in at that
 * point of the output and DECRC here may be the shorter way.
 */
static void return_to_goal(struct frame *frame)
{
	char way[MOVE_SIZE];

	if (frame->at.row == frame->goal.row && frame->at.column == frame->goal.column)
		return;
	if (!frame->passed || shortest_move(way, frame->at, frame->goal) <= SAVE_COST) {
		move(frame, frame->goal.row, frame->goal.column);
		return;
	}
	strbuf_splice(frame->out, frame->passed_len, 0, "\0337", 2);
	strbuf_adds(frame->out, "\0338");
	frame->at = frame->goal;
	frame->look = frame->passed_look;
}

static void place_cursor(struct frame *frame)
{
	bool shown = frame->goal.row >= 0;

	if (shown)
		return_to_goal(frame);
	if (frame->terminal.hide_cursor && (!frame->cursor_known || frame->cursor != shown))
		strbuf_adds(frame->out, shown ? "\x1b[?25h" : "\x1b[?25l");
	frame->cursor = shown;
	frame->cursor_known = true;
}

void frame_draw(struct frame *frame, const struct canvas *canvas, struct strbuf *out)
{
	frame->out = out;
	frame->canvas = canvas;
	frame->goal = (struct place){-1, -1};
	frame->passed = false;
	canvas_cursor_at(canvas, &frame->goal.row, &frame->goal.column);
	if (frame->shown == NULL || canvas_height(frame->shown) != canvas_height(canvas) ||
	    canvas_width(frame->shown) != canvas_width(canvas))
		erase_all(frame);
	note_goal(frame);
	if (frame->terminal.scrolls)
		scroll_rows(frame);
	draw_rows(frame);
	place_cursor(frame);
	canvas_copy(frame->shown, canvas);
	frame->out = NULL;
	frame->canvas = NULL;
}
