/*
 * What the files of the markdown room share: the flat list of blocks, and the
 * records in which the child process hands it over.
 *
 * The child (markdown_child.c, the only one that knows cmark) writes records
 * to a pipe; markdown.c reads them and believes nothing; markdown_layout.c
 * turns blocks into lines.  A record is one byte of kind, then numbers of four
 * bytes as the machine has them, then bytes after a number that counts them:
 *
 *	C kind tight parent number width     a container opens
 *	B kind container number line         a block begins, and takes the text that follows
 *	T style line bytes                   a run of text
 *	S style                              a line end in the source that means a space
 *	H                                    a line end that is meant
 *	D                                    a table's cell ends
 *	E                                    all was written
 */
#ifndef COPYDESK_MARKDOWN_INTERNAL_H
#define COPYDESK_MARKDOWN_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"

struct error;

/* What is nested deeper is shown at this depth; no pane is wide enough for more. */
#define MARKDOWN_DEPTH 48

/* Where there is no container or parent. */
#define MARKDOWN_NONE UINT32_MAX

enum markdown_container_kind {
	MARKDOWN_BLOCK_QUOTE,
	MARKDOWN_BULLET_LIST,
	MARKDOWN_ORDERED_LIST, /* with "1." */
	MARKDOWN_PAREN_LIST,   /* with "1)" */
	MARKDOWN_ITEM,
	MARKDOWN_FOOTNOTE,
	MARKDOWN_CONTAINER_KINDS,
};

struct markdown_container {
	enum markdown_container_kind kind;
	bool tight;      /* of lists: no blank lines between and in the items */
	uint32_t parent; /* index of the container around it, always a lower one, or MARKDOWN_NONE */
	uint32_t number; /* of items in ordered lists, and of footnotes */
	uint32_t width;  /* of items: digits of the list's highest number */
	uint32_t depth;  /* containers around it; below MARKDOWN_DEPTH */
};

enum markdown_kind {
	MARKDOWN_PARAGRAPH,
	MARKDOWN_TITLE_BLOCK, /* a heading of the body */
	MARKDOWN_CODE_BLOCK,
	MARKDOWN_HTML_BLOCK,
	MARKDOWN_RULE,
	MARKDOWN_EMPTY, /* an item or a quote that holds nothing */
	MARKDOWN_LINK_NOTE,
	MARKDOWN_TABLE_HEAD, /* the first row of a table */
	MARKDOWN_TABLE_ROW,  /* another; what else comes ends the table */
	MARKDOWN_KINDS_FROM_CHILD,
	MARKDOWN_HEADLINE_BLOCK = MARKDOWN_KINDS_FROM_CHILD,
	MARKDOWN_META_BLOCK,
};

/* Of a table's column; two bits each in a row's number, for so many columns, the first lowest. */
enum markdown_alignment {
	MARKDOWN_LEFT,
	MARKDOWN_RIGHT,
	MARKDOWN_CENTRE,
};
#define MARKDOWN_ALIGNED 16

/* All text of a style that comes from one source line. */
struct markdown_span {
	size_t len;     /* bytes, following the span before */
	unsigned style; /* MARKDOWN_ flags */
	size_t source;  /* line of the article, from 0 */
	bool soft;      /* a line end of the source, while it is not decided whether it is a space */
	bool cell_end;  /* the line end that stands at the end of a table's cell */
};

struct markdown_block {
	enum markdown_kind kind;
	uint32_t container; /* the innermost, or MARKDOWN_NONE */
	uint32_t number;    /* of a link note; the alignments of a row of a table */
	size_t source;      /* line of the article, from 0 */
	size_t start;       /* of its text in markdown.text; LF where a line must end */
	size_t len;
	size_t first_span;
	size_t span_count;
};

struct markdown {
	struct strbuf text; /* of all blocks, one after the other */
	struct markdown_container *containers;
	size_t container_count, container_capacity;
	struct markdown_block *blocks;
	size_t block_count, block_capacity;
	struct markdown_span *spans;
	size_t span_count, span_capacity;
};

/* The body of an article, for the functions that run in the child. */
struct markdown_body {
	const char *text;
	size_t len;
};

/* An address that a text has without any marks. */
struct markdown_bare {
	size_t start, end;  /* bytes of the text */
	const char *scheme; /* what its link begins with before it, a constant */
	size_t barren;      /* no mail address starts before that: a long word is searched once */
};

/* Finds the one after *bare, which is {0} at first; opens: one may stand at the text's very start. */
bool markdown_bare_next(const char *text, size_t len, bool opens, struct markdown_bare *bare);

/* For spawn_isolated(): write the records, or HTML, of a struct markdown_body to fd. Return 0 or 1. */
int markdown_child_records(void *body, int fd);
int markdown_child_html(void *body, int fd);

/*
 * Appends the blocks that the records tell of; lines counts the lines before the body.  Returns
 * false, with whatever was read so far, where the records are not as they must be.
 */
bool markdown_read(struct markdown *markdown, const char *records, size_t len, size_t lines);

/* As markdown_parse(), with limits: bytes and milliseconds. */
int markdown_parse_within(struct markdown **out, const char *text, size_t len, size_t memory, int deadline,
			  struct error *err);

#endif
