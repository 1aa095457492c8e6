#include "tui/scroll.h"

static size_t last_top(const struct scroll *scroll)
{
	size_t height = scroll->height > 0 ? (size_t)scroll->height : 0;

	return scroll->lines > height ? scroll->lines - height : 0;
}

void scroll_fit(struct scroll *scroll, size_t lines, int height)
{
	scroll->lines = lines;
	scroll->height = height;
	if (scroll->top > last_top(scroll))
		scroll->top = last_top(scroll);
}

void scroll_by(struct scroll *scroll, enum scroll_move move)
{
	/* A page keeps one line of the one before. */
	size_t page = scroll->height > 2 ? (size_t)scroll->height - 1 : 1;
	size_t last = last_top(scroll);
	size_t top = scroll->top;
	const size_t to[] = {
	    [SCROLL_UP] = top > 0 ? top - 1 : 0,
	    [SCROLL_DOWN] = top + 1,
	    [SCROLL_PAGE_UP] = top > page ? top - page : 0,
	    [SCROLL_PAGE_DOWN] = top + page,
	    [SCROLL_FIRST] = 0,
	    [SCROLL_LAST] = last,
	};

	scroll->top = to[move] < last ? to[move] : last;
}

void scroll_to(struct scroll *scroll, size_t line)
{
	size_t height = scroll->height > 0 ? (size_t)scroll->height : 1;

	if (line < scroll->top)
		scroll->top = line;
	else if (line >= scroll->top + height)
		scroll->top = line - height + 1;
}
