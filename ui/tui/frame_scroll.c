/* Which rows of a picture stand in the one before it already, only higher or lower. */
#include "tui/frame_internal.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/mem.h"

/* With fewer rows that differ, scrolling is not looked for: typing must not wait for it. */
#define ROWS_MIN 3

/* Bytes of a scroll, and of margins that are set for it, with the way back from where they leave the pen. */
#define SCROLL_COST  4
#define MARGINS_COST 13

/* Bytes of the way to a row, of that over what is there already, of a change of the look, and of EL or ECH.
 */
#define ROW_COST   4
#define GAP_COST   5
#define LOOK_COST  6
#define ERASE_COST 4

/* Shifts that are weighed exactly: text and preview side by side may have gone different ways. */
#define CANDIDATES 3

/* A half of a row, told apart by a number. */
struct half {
	uint64_t print;
	long weight; /* cells that are not blank */
};

struct finder {
	const struct canvas *shown, *canvas;
	int height, width;
	long *cost;       /* of each row where it stands, in bytes */
	struct half *was; /* two for each row of the old picture */
	struct half *is;  /* and of the new one */
	long *votes;      /* for each shift, from -height on */
};

static bool is_blank(const struct canvas_cell *cell)
{
	return cell->len == 1 && cell->text[0] == ' ' && cell->style == CANVAS_NORMAL;
}

/* FNV-1a over what is in the cells. */
static struct half half_of(const struct canvas *canvas, int row, int from, int to)
{
	struct half half = {.print = 0xcbf29ce484222325};

	for (int column = from; column < to; column++) {
		struct canvas_cell cell = canvas_at(canvas, row, column);

		half.print = (half.print ^ (cell.style | (uint64_t)cell.len << 32)) * 0x100000001b3;
		for (size_t i = 0; i < cell.len; i++)
			half.print = (half.print ^ (unsigned char)cell.text[i]) * 0x100000001b3;
		half.weight += !is_blank(&cell);
	}
	return half;
}

/* Bytes to send for a row where another of the old picture stands in its place, or with < 0 a blank one. */
static long cost_of(const struct finder *f, int row, int shown_row)
{
	static const struct canvas_cell blank = {.text = " ", .len = 1, .columns = 1};
	long bytes = 0, blanks = 0, gap = 0;
	unsigned style = CANVAS_NORMAL;

	for (int column = 0; column < f->width; column++) {
		struct canvas_cell is = canvas_at(f->canvas, row, column);
		struct canvas_cell was = shown_row < 0 ? blank : canvas_at(f->shown, shown_row, column);

		if (canvas_same(&is, &was)) {
			gap++;
		} else if (is_blank(&is)) {
			blanks++;
		} else {
			bytes += blanks < ERASE_COST ? blanks : ERASE_COST;
			blanks = 0;
			bytes += (long)is.len;
			if (is.style == CANVAS_RULE)
				continue; /* an upright is drawn by itself */
			bytes += bytes > (long)is.len ? (gap < GAP_COST ? gap : GAP_COST) : 0;
			bytes += is.style != style ? LOOK_COST : 0;
			style = is.style;
			gap = 0;
		}
	}
	bytes += blanks < ERASE_COST ? blanks : ERASE_COST;
	return bytes > 0 ? bytes + ROW_COST : 0;
}

/* Looks at both pictures; false when too little differs. */
static bool look(struct finder *f)
{
	int differ = 0;

	for (int row = 0; row < f->height; row++)
		differ += !canvas_same_row(f->shown, f->canvas, row);
	if (differ < ROWS_MIN)
		return false;
	for (int row = 0; row < f->height; row++)
		f->cost[row] = cost_of(f, row, row);
	for (int row = 0; row < f->height; row++) {
		for (int i = 0; i < 2; i++) {
			int from = i * (f->width / 2), to = i == 0 ? f->width / 2 : f->width;

			f->was[row * 2 + i] = half_of(f->shown, row, from, to);
			f->is[row * 2 + i] = half_of(f->canvas, row, from, to);
		}
	}
	return true;
}

/* Each half of a row that differs votes for the shifts that would bring it. */
static void vote(struct finder *f)
{
	for (int row = 0; row < f->height; row++) {
		for (int from = 0; from < f->height && f->cost[row] > 0; from++) {
			for (int i = 0; i < 2; i++) {
				struct half *is = &f->is[row * 2 + i];

				if (is->weight > 0 && is->print == f->was[from * 2 + i].print)
					f->votes[from - row + f->height] += is->weight;
			}
		}
	}
	f->votes[f->height] = 0;
}

/* The shift with the most votes, which it then has no more; 0 for none. */
static int take_candidate(struct finder *f)
{
	int best = 0;

	for (int i = 1; i < f->height * 2; i++) {
		if (f->votes[i] > f->votes[best])
			best = i;
	}
	if (f->votes[best] == 0)
		return 0;
	f->votes[best] = 0;
	return best - f->height;
}

/* What the rows from..to that scroll in blank cost more than where they stand. */
static long cost_of_blanks(const struct finder *f, int from, int to)
{
	long cost = 0;

	for (int row = from; row <= to; row++)
		cost += cost_of(f, row, -1) - f->cost[row];
	return cost;
}

/* What the rows that a scroll brings in blank cost more than where they stand. */
static long cost_of_scrolled_in(const struct finder *f, struct frame_scroll scroll)
{
	return scroll.by > 0 ? cost_of_blanks(f, scroll.bottom - scroll.by + 1, scroll.bottom)
			     : cost_of_blanks(f, scroll.top, scroll.top - scroll.by - 1);
}

/* The run of rows that a shift saves most in (Kadane), as a scroll; returns the bytes that it saves. */
static long weigh(const struct finder *f, int by, struct frame_scroll *out)
{
	int first = by > 0 ? 0 : -by, end = by > 0 ? f->height - by : f->height;
	int start = first, top = first, bottom = first - 1;
	long sum = 0, most = 0;

	for (int row = first; row < end; row++) {
		if (sum <= 0) {
			sum = 0;
			start = row;
		}
		sum += f->cost[row] - cost_of(f, row, row + by);
		if (sum > most) {
			most = sum;
			top = start;
			bottom = row;
		}
	}
	if (bottom < top)
		return 0;
	*out = by > 0 ? (struct frame_scroll){top, bottom + by, by}
		      : (struct frame_scroll){top + by, bottom, by};
	return most - SCROLL_COST - MARGINS_COST - cost_of_scrolled_in(f, *out);
}

/* The same between the margins that are set. */
static long weigh_margins(const struct finder *f, int by, struct margins margins, struct frame_scroll *out)
{
	int first = by > 0 ? margins.top : margins.top - by;
	int last = by > 0 ? margins.bottom - by : margins.bottom;
	long saved = 0;

	if (first > last)
		return 0;
	for (int row = first; row <= last; row++)
		saved += f->cost[row] - cost_of(f, row, row + by);
	*out = (struct frame_scroll){margins.top, margins.bottom, by};
	return saved - SCROLL_COST - cost_of_scrolled_in(f, *out);
}

struct frame_scroll frame_find_scroll(const struct canvas *shown, const struct canvas *canvas,
				      struct margins margins)
{
	struct finder f = {.shown = shown,
			   .canvas = canvas,
			   .height = canvas_height(canvas),
			   .width = canvas_width(canvas)};
	struct frame_scroll best = {.by = 0};
	long most = 0;
	int by;

	f.cost = mem_zalloc((size_t)f.height, sizeof *f.cost);
	f.was = mem_zalloc((size_t)f.height * 2, sizeof *f.was);
	f.is = mem_zalloc((size_t)f.height * 2, sizeof *f.is);
	f.votes = mem_zalloc((size_t)f.height * 2, sizeof *f.votes);
	if (look(&f)) {
		vote(&f);
		for (int i = 0; i < CANDIDATES && (by = take_candidate(&f)) != 0; i++) {
			struct frame_scroll scrolls[2];
			long saved[] = {weigh_margins(&f, by, margins, &scrolls[0]),
					weigh(&f, by, &scrolls[1])};

			for (int j = 0; j < 2; j++) {
				if (saved[j] > most) {
					most = saved[j];
					best = scrolls[j];
				}
			}
		}
	}
	free(f.cost);
	free(f.was);
	free(f.is);
	free(f.votes);
	return best;
}
