/*
 * From Markdown to what a reader sees, in two stages.
 *
 * markdown_parse() gives the text to cmark in a child process with a memory
 * limit and a deadline, because cmark is quadratic on hostile input and aborts
 * when memory runs out; what comes back is a flat list of blocks.
 * markdown_layout() is pure: it wraps the blocks at a width, by ICU, into
 * styled lines, each of which knows the source line that it came from.  A
 * resize lays out again and never parses.
 *
 * The dialect is Hugo's default: CommonMark with tables, strikethrough and
 * footnotes, quotes and dashes made typographic, and links of bare addresses.
 * cmark-gfm has these, cmark has not; but the links are made by goldmark's rule
 * (markdown_bare.c), because cmark-gfm's takes the Chinese after an address into
 * it.
 *
 * Links become numbered notes at the end, images become captions, front
 * matter becomes a header block (headline, then date, byline and source).
 */
#ifndef COPYDESK_MARKDOWN_H
#define COPYDESK_MARKDOWN_H

#include <stddef.h>

struct error;
struct strbuf;
struct unicode_segmenter;

/* Styles of a run; several may hold at once. */
enum markdown_style {
	MARKDOWN_STRONG = 1 << 0,
	MARKDOWN_EMPHASIS = 1 << 1,
	MARKDOWN_CODE = 1 << 2,
	MARKDOWN_LINK = 1 << 3,
	MARKDOWN_HEADING = 1 << 4,
	MARKDOWN_QUOTE = 1 << 5,
	MARKDOWN_NOTE = 1 << 6,     /* link numbers, note list, image marks: apparatus, drawn dim */
	MARKDOWN_HEADLINE = 1 << 7, /* the article's title in the header block */
	MARKDOWN_META = 1 << 8,     /* the line of date, byline and source */
};

struct markdown_run {
	size_t len;     /* bytes of the line's text, following the run before */
	unsigned style; /* MARKDOWN_ flags */
};

struct markdown_line {
	char *text;                /* UTF-8, not yet sanitised for a terminal; NUL-terminated */
	size_t len;                /* bytes */
	struct markdown_run *runs; /* in order, covering the text */
	size_t run_count;
	size_t source; /* line of the article that it came from, from 0; never falls */
};

struct markdown_page {
	struct markdown_line *lines;
	size_t count;
};

/* The blocks of one article. */
struct markdown;

/* Deadline of one rendering in milliseconds, what it is later for each MiB, and the memory it may take in
 * bytes. */
#define MARKDOWN_DEADLINE 2000
#define MARKDOWN_PER_MIB  500
#define MARKDOWN_MEMORY   ((size_t)512 << 20)

/*
 * Parses a whole article, front matter included.  Bytes that are not UTF-8 are shown as U+FFFD.
 * Front matter that cannot be read gives way to a line that says why.  E_INVALID or E_CANCELLED, in
 * words, when cmark failed or took too long.
 */
int markdown_parse(struct markdown **out, const char *text, size_t len, struct error *err);
void markdown_free(struct markdown *markdown);

/*
 * Parses a part of an article: its first head bytes are front matter, and what follows is a part of the body
 * that stands so many lines below its start; above 0, it has no header block.
 */
int markdown_parse_part(struct markdown **out, const char *text, size_t len, size_t head, size_t below,
			struct error *err);

/*
 * Wraps at width columns (below 8 counts as 8).  segmenter is a UNICODE_LINE one of the article's language.
 * The caller clears the page with markdown_page_clear().
 */
void markdown_layout(struct markdown_page *page, const struct markdown *markdown,
		     struct unicode_segmenter *segmenter, int width);
void markdown_page_clear(struct markdown_page *page);

/* The first line of the page that shows this source line or one after it; the last line at most. */
size_t markdown_page_find(const struct markdown_page *page, size_t source);

/* The body as HTML (cmark's, unsafe parts left out), through the same child process. */
int markdown_html(struct strbuf *out, const char *text, size_t len, struct error *err);

/*
 * Appends a line of plain text, given without its line end, with every character escaped that would be
 * markup, whether the line is a paragraph of its own or stands among others of one.  Blanks at its
 * ends are left out, because Markdown takes them for code or for a line break.
 */
void markdown_escape(struct strbuf *out, const char *line, size_t len);

#endif
