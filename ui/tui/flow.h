/*
 * A buffer's text as rows of a screen.
 *
 * A paragraph is a line of the buffer; it is wrapped as wrap.h says, and only
 * when one of its rows is asked for, so that a long article costs no more than
 * a short one.  Rows are therefore not numbered: one starts from the row of a
 * place in the text and walks.  A paragraph of more than FLOW_PIECE bytes is
 * wrapped in pieces of about that size, each of which begins a row, so that
 * no key waits for the whole of it.
 *
 *	flow = flow_new(buffer);
 *	flow_set_width(flow, 72);
 *	row = flow_at(flow, cursor, false);
 *	while (flow_next(flow, &row)) ...
 *	flow_free(flow);
 *
 * What is wrapped stays until flow_edit() tells of an edit that touches it.
 * The end of a line, LF or CR LF, is in no row.
 */
#ifndef COPYDESK_FLOW_H
#define COPYDESK_FLOW_H

#include <stdbool.h>
#include <stddef.h>

struct buffer;
struct buffer_edit;
struct flow;

/* Bytes of a paragraph that are wrapped at once. */
#define FLOW_PIECE ((size_t)16 << 10)

struct flow_row {
	size_t start; /* byte offset of its first byte */
	size_t end;   /* after its last, where the next row of the paragraph starts or the line ends */
	size_t line;  /* of the buffer, from 0 */
	bool first;   /* of its paragraph */
	bool last;    /* of its paragraph */
};

/* The buffer is borrowed and must outlive the flow. */
struct flow *flow_new(struct buffer *buffer);
void flow_free(struct flow *flow);

/* Columns of a row; below 1 counts as 1. Blanks at a row's end hang over. */
void flow_set_width(struct flow *flow, int width);

/* The language that the text is wrapped in, as for wrap_set_language(). */
void flow_set_language(struct flow *flow, const char *tag);

/* To be told of every edit before it is applied: from the buffer's sink. Its text may be NULL: not known. */
void flow_edit(struct flow *flow, const struct buffer_edit *edit);

/*
 * The row that shows a cursor at pos.  Where one row ends and the next begins at pos, that is the next
 * one, or with at_end the one that ends.
 */
struct flow_row flow_at(struct flow *flow, size_t pos, bool at_end);

/* Goes to the row after or before; false, and row as it was, when there is none. */
bool flow_next(struct flow *flow, struct flow_row *row);
bool flow_previous(struct flow *flow, struct flow_row *row);

/* The column at which pos, which is in the row or at its end, stands. */
int flow_column(struct flow *flow, const struct flow_row *row, size_t pos);

/*
 * The place of a cursor nearest to a column from the left, at a cluster's start or the row's end.
 * *at_end tells that it is the end of a row that another one of its paragraph follows; after a
 * blank there, the place is before the blank.
 */
size_t flow_place(struct flow *flow, const struct flow_row *row, int column, bool *at_end);

/* Where the text of a line of the buffer ends: before its LF or CR LF. */
size_t flow_line_end(const struct buffer *buffer, size_t line);

#endif
