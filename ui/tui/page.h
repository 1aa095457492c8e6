/*
 * An article as its readers see it, drawn into a region: the reading pane and
 * the live preview.
 *
 * The text is parsed on the worker; until that is done the last good picture
 * stays, and typing never waits.  Several texts in quick succession are
 * parsed as one: only the newest that is waiting is taken.
 */
#ifndef COPYDESK_PAGE_H
#define COPYDESK_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/canvas.h"

struct page;
struct worker;

struct page *page_new(struct worker *worker);
void page_free(struct page *page);

/* Shows this text (copied) as soon as it is parsed; fresh: the old picture is another article's, drop it. */
void page_show(struct page *page, const char *text, size_t len, bool fresh);

/*
 * Shows a part of a text in the same way: its first head bytes, which are front matter, and the bytes from
 * start to end, which stand below so many lines of the body.
 */
struct page_part {
	size_t head;
	size_t start, end;
	size_t below;
};

void page_show_part(struct page *page, const char *text, const struct page_part *part);

/* The lines of the body above what there is to draw. */
size_t page_below(const struct page *page);

/* Shows a text that is no Markdown, as it stands, in the same way. */
void page_show_plain(struct page *page, const char *text, size_t len, bool fresh);

/* Rises when there is another picture to draw. */
uint64_t page_version(const struct page *page);

/* The sentence why the newest text could not be shown, or NULL. */
const char *page_problem(const struct page *page);

/*
 * Lines of the page at a width in columns.  A text is laid out on the worker for the width that was asked
 * for last; another width is laid out here and now.
 */
size_t page_lines(struct page *page, int width);

/*
 * The line that shows a source line of the article (from 0) or what follows it, the number of lines
 * where nothing does.
 */
size_t page_line_of(struct page *page, int width, size_t source);

/* Draws the lines from top on, at the region's width; rows after the last line stay as they are. */
void page_draw(struct page *page, struct canvas_region region, size_t top);

#endif
