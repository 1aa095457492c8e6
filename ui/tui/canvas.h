/*
 * What stands on the screen, as cells, before any terminal knows of it.
 *
 * A canvas is a grid of cells; a cell holds one grapheme cluster as it is
 * drawn, or is the right half of a wide one.  Panes draw into regions, which
 * are clipped windows on a canvas: nothing drawn through a region can reach a
 * cell outside it, and a wide glyph that does not fit whole at an edge is
 * drawn as blanks instead of half.
 *
 * Every text passes canvas_text(), and that passes unicode_glyph(), so nothing
 * that steers a terminal can come out of an article, a name or a message.
 * Styles say what a text means; the frame room decides how that looks on the
 * terminal at hand.
 *
 *	struct canvas_region all = canvas_region(canvas);
 *
 *	canvas_clear(canvas);
 *	canvas_text(all, 0, 2, CANVAS_HEADING, "Desk", 4);
 *	canvas_cursor(all, 0, 6);
 *
 * Rows and columns count from 0.  Sizes are in cells.
 */
#ifndef COPYDESK_CANVAS_H
#define COPYDESK_CANVAS_H

#include <stdbool.h>
#include <stddef.h>

struct canvas;
struct strbuf;

/* -- Styles: one meaning, and any of the marks after it or-ed in -- */

enum canvas_style {
	CANVAS_NORMAL,   /* running text */
	CANVAS_DIM,      /* what may be overlooked: hints, dates, what cannot be chosen now */
	CANVAS_TITLE,    /* the line at the top of the screen or of a pane */
	CANVAS_HEADING,  /* a heading of an article, the head of a list */
	CANVAS_HEADLINE, /* an article's headline where the article is read */
	CANVAS_STATUS,   /* the line that tells what goes on */
	CANVAS_BAR,      /* the line of keys at the bottom: what a key does */
	CANVAS_KEY,      /* the name of a key */
	CANVAS_RULE,     /* lines between panes and around boxes */
	CANVAS_LINK,     /* the text of a link */
	CANVAS_QUOTE,    /* a quoted passage */
	CANVAS_CODE,     /* text that is kept as typed */
	CANVAS_META,     /* an article's date, byline and source */
	CANVAS_ADDED,    /* words that came in */
	CANVAS_REMOVED,  /* words that went out */
	CANVAS_COMMENT,  /* somebody's remark on a passage */
	CANVAS_GOOD,     /* done, approved */
	CANVAS_WARN,     /* look at this */
	CANVAS_ERROR,    /* this failed */
	CANVAS_MEANINGS, /* how many there are */

	CANVAS_MEANING = 0xff,     /* the bits that hold the meaning */
	CANVAS_STRONG = 1 << 8,    /* strong emphasis in an article */
	CANVAS_EMPHASIS = 1 << 9,  /* emphasis in an article */
	CANVAS_SELECTED = 1 << 10, /* the row that is chosen, the text that is selected */
	CANVAS_FOUND = 1 << 11,    /* what a search found */
	CANVAS_MISSPELT = 1 << 12, /* a word that the dictionary does not know */
	CANVAS_MARKED = 1 << 13,   /* set by drawing alone: a mark in place of what must not be drawn */
};

/* -- Canvases -- */

/* A blank canvas; both sizes are at least 1 and at most CANVAS_LIMIT (greater ones are cut to it). */
struct canvas *canvas_new(int height, int width);
void canvas_free(struct canvas *canvas);

#define CANVAS_LIMIT 1000

/* Makes every cell a blank of CANVAS_NORMAL and hides the cursor. */
void canvas_clear(struct canvas *canvas);

/* Makes to the same picture as from, cursor included; to takes from's size. */
void canvas_copy(struct canvas *to, const struct canvas *from);

/* The same with one row of canvases of the same size, without the cursor. */
void canvas_copy_row(struct canvas *to, const struct canvas *from, int row);

int canvas_height(const struct canvas *canvas);
int canvas_width(const struct canvas *canvas);

/* -- Regions -- */

/* A window on a canvas; a value, good as long as its canvas. A region may be empty (0 high or wide). */
struct canvas_region {
	struct canvas *canvas;
	int row, column;   /* of its first cell on the canvas */
	int height, width; /* in cells, 0 or more */
};

/* The whole canvas. */
struct canvas_region canvas_region(struct canvas *canvas);

/*
 * A part of a region, in the region's own coordinates, cut to it.  A height or width below 0 means
 * "to the end".
 */
struct canvas_region canvas_part(struct canvas_region region, int row, int column, int height, int width);

/* A part of at most this size in the middle: where a box goes. */
struct canvas_region canvas_middle(struct canvas_region region, int height, int width);

/* -- Drawing; rows and columns are the region's, and may lie outside it -- */

/*
 * Draws one line of text and returns the column after it, counted as if nothing had been clipped.
 * A column below 0 draws what is left of the text at the region's left edge.  A line end is drawn as
 * a blank, a tab up to the next multiple of 4 of the region's columns.
 */
int canvas_text(struct canvas_region region, int row, int column, unsigned style, const char *text,
		size_t len);

/* As canvas_text, of a string. */
int canvas_string(struct canvas_region region, int row, int column, unsigned style, const char *text);

int canvas_printf(struct canvas_region region, int row, int column, unsigned style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * Draws a text in exactly width columns: cut with "…" where it is longer, blanks of the same style
 * after it where it is shorter.  Returns column + width.
 */
int canvas_field(struct canvas_region region, int row, int column, int width, unsigned style,
		 const char *text, size_t len);

/*
 * Draws a text wrapped at the region's width by UAX #14, from row on; a line end in it starts a new
 * row.  Returns the rows that it takes, also those outside the region: draw into a region of height
 * 0 to measure.
 */
int canvas_wrapped(struct canvas_region region, int row, unsigned style, const char *text, size_t len);

/* A part of a text that has a style of its own. */
struct canvas_part_style {
	size_t start; /* bytes */
	size_t len;
	unsigned style;
};

/* The same with parts in their styles, which are in the text's order and do not overlap. */
int canvas_wrapped_parts(struct canvas_region region, int row, unsigned style, const char *text, size_t len,
			 const struct canvas_part_style *parts, size_t count);

/* Blanks the region in this style. */
void canvas_fill(struct canvas_region region, unsigned style);

/* Or-s marks (CANVAS_SELECTED ...) into the style of width cells that are drawn already. */
void canvas_mark(struct canvas_region region, int row, int column, int width, unsigned marks);

/* Makes a cell the same as that of a canvas of this size; its cluster is short, and neither is a part of a
 * wide glyph. */
void canvas_take(struct canvas *to, const struct canvas *from, int row, int column);

/*
 * Erases so many cells of a row from a column on, as ECH does on a terminal (ECMA-48 section 8.3.38):
 * they become blanks of CANVAS_NORMAL.  Where a wide glyph is cut, what is left of it is the same as no
 * other cell.
 */
void canvas_erase(struct canvas *canvas, int row, int column, int count);

/*
 * Slides the cells of a row from a column of the canvas to its end to the right by so many columns,
 * or with by < 0 to the left over those that stood there, as ICH and DCH do on a terminal (ECMA-48
 * sections 8.3.64 and 8.3.26); blanks of CANVAS_NORMAL come in.  Where a wide glyph is cut, what stands
 * there then is the same as no other cell.
 */
void canvas_slide(struct canvas *canvas, int row, int column, int by);

/*
 * Moves the rows from top to bottom up by so many, or with by < 0 down, as SU and SD do in a region of
 * a terminal (ECMA-48 sections 8.3.147 and 8.3.113, DECSTBM); blank rows of CANVAS_NORMAL come in.
 */
void canvas_scroll(struct canvas *canvas, int top, int bottom, int by);

/* A line across the region, a line down it, and a frame at its edge with the inside returned. */
void canvas_rule(struct canvas_region region, int row, unsigned style);
void canvas_upright(struct canvas_region region, int column, unsigned style);
struct canvas_region canvas_frame(struct canvas_region region, unsigned style);

/* -- The cursor: where text goes in; hidden until it is placed -- */

/* Places the real cursor; outside the region it is hidden. */
void canvas_cursor(struct canvas_region region, int row, int column);
void canvas_cursor_hide(struct canvas *canvas);

/* Whether the cursor is shown, and where on the canvas. */
bool canvas_cursor_at(const struct canvas *canvas, int *row, int *column);

/* -- Reading -- */

struct canvas_cell {
	const char *text; /* UTF-8, not NUL-terminated; borrowed until the canvas changes */
	size_t len;       /* bytes; 0 for what a wide glyph to the left covers */
	int columns;      /* 1 or more; 0 for what a wide glyph to the left covers */
	unsigned style;
};

/* A cell of the canvas, which must be inside it. */
struct canvas_cell canvas_at(const struct canvas *canvas, int row, int column);

/* Whether two cells look the same. */
bool canvas_same(const struct canvas_cell *a, const struct canvas_cell *b);

/* Whether a row of two canvases of the same width looks the same; much cheaper than its cells one by one. */
bool canvas_same_row(const struct canvas *a, const struct canvas *b, int row);

/*
 * Appends the canvas as text for tests: a line a row, blanks at the end of a row left out.  With
 * styles, a row that is not all CANVAS_NORMAL is followed by one of the letters of its styles after a
 * "~" (the tables at the head of canvas.c name them).  The last line is "cursor ROW,COLUMN" or
 * "no cursor".
 */
void canvas_dump(struct strbuf *out, const struct canvas *canvas, bool styles);

#endif
