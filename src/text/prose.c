/* Paragraphs: what they are, duplicating, moving and joining them. */
#include "text/prose_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/lines.h"
#include "text/unicode.h"

enum {
	TAB_WIDTH = 4,      /* columns; CommonMark 0.30 section 2.2 */
	CODE_INDENT = 4,    /* columns from which on a line is code; section 4.4 */
	LONGEST_NUMBER = 9, /* digits of an item's number; section 5.2 */
};

/* Bytes on either side of the person that are near, so that lists and tables there are seen whole. */
#define NEAR ((size_t)256 << 10)

void prose_edit_clear(struct prose_edit *edit)
{
	strbuf_clear(&edit->insert);
}

/* -- Lines -- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t indent_of(const char *text, size_t end, size_t pos, size_t *columns)
{
	*columns = 0;
	for (; pos < end && is_blank(text[pos]); pos++)
		*columns += text[pos] == '\t' ? TAB_WIDTH - *columns % TAB_WIDTH : 1;
	return pos;
}

/* The end of the mark of a list's item that starts at pos, blank and all; pos where there is none. */
static size_t item_mark(const char *text, size_t end, size_t pos)
{
	size_t at = pos;

	while (at < end && text[at] >= '0' && text[at] <= '9' && at - pos <= LONGEST_NUMBER)
		at++;
	if (at == end)
		return pos;
	if (at > pos ? text[at] != '.' && text[at] != ')' : strchr("-*+", text[at]) == NULL)
		return pos;
	at++;
	return at < end && is_blank(text[at]) ? at + 1 : pos;
}

/* The same of a heading's; CommonMark 0.30 section 4.2. */
static size_t heading_mark(const char *text, size_t end, size_t pos)
{
	size_t at = pos;

	while (at < end && text[at] == '#')
		at++;
	if (at == pos || at - pos > 6)
		return pos;
	return at < end && is_blank(text[at]) ? at + 1 : pos;
}

size_t prose_content(const char *text, size_t end, size_t pos)
{
	size_t before, columns;

	do {
		before = pos;
		pos = indent_of(text, end, pos, &columns);
		if (pos < end && text[pos] == '>')
			pos++;
		else
			pos = item_mark(text, end, pos);
	} while (pos > before);
	return indent_of(text, end, heading_mark(text, end, pos), &columns);
}

/* The signs of a fence that starts at pos, 3 at least; 0 where none does. */
static size_t fence_len(const char *text, size_t end, size_t pos)
{
	size_t at = pos;

	if (pos == end || (text[pos] != '`' && text[pos] != '~'))
		return 0;
	while (at < end && text[at] == text[pos])
		at++;
	if (at - pos < 3 || (text[pos] == '`' && memchr(text + at, '`', end - at) != NULL))
		return 0;
	return at - pos;
}

/* Whether a block of HTML starts at pos, and no address in angle brackets; CommonMark 0.30 section 4.6. */
static bool starts_html(const char *text, size_t end, size_t pos)
{
	char next = pos + 1 < end ? text[pos + 1] : '\0';

	if (pos == end || text[pos] != '<')
		return false;
	if (next == '!' || next == '?' || next == '/')
		return true;
	if ((next | 0x20) < 'a' || (next | 0x20) > 'z')
		return false;
	while (pos < end && strchr("> \t:@", text[pos]) == NULL)
		pos++;
	return pos < end && text[pos] != ':' && text[pos] != '@';
}

/* -- Blocks -- */

static enum prose_kind kind_of(const char *text, size_t end, size_t pos, size_t columns, bool in_list)
{
	if (item_mark(text, end, pos) > pos)
		return PROSE_ITEM;
	if (columns >= CODE_INDENT && !in_list)
		return PROSE_CODE;
	if (heading_mark(text, end, pos) > pos)
		return PROSE_HEADING;
	if (text[pos] == '|')
		return PROSE_ROW;
	return starts_html(text, end, pos) || fence_len(text, end, pos) > 0 ? PROSE_CODE : PROSE_TEXT;
}

/* The end of the fenced code whose first line ends at end: of the line that closes it, or of the text. */
static size_t end_fence(const struct prose_place *p, size_t pos, size_t end, size_t len)
{
	char sign = p->text[pos];
	size_t columns;

	while (end < p->len) {
		size_t start = lines_after(p->text, p->len, end);

		if (start == p->len)
			break;
		end = lines_end(p->text, p->len, start);
		start = indent_of(p->text, end, start, &columns);
		if (start < end && p->text[start] == sign && fence_len(p->text, end, start) >= len)
			return end;
	}
	return p->len;
}

static struct prose_block *add_block(struct prose_blocks *out, size_t start)
{
	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	out->items[out->count] = (struct prose_block){.start = start};
	return &out->items[out->count++];
}

/* Whether a line of this kind begins a block although no blank line is before it. */
static bool interrupts(enum prose_kind kind, const char *text, size_t end, size_t pos)
{
	return kind == PROSE_ITEM || kind == PROSE_HEADING || kind == PROSE_ROW ||
	       fence_len(text, end, pos) > 0;
}

/* Whether there is a fence in from..to, or what could be one. */
static bool has_fence(const char *text, size_t from, size_t to, char sign)
{
	while (from < to) {
		const char *found = memchr(text + from, sign, to - from);
		size_t run = 0;

		if (found == NULL)
			return false;
		from = (size_t)(found - text);
		while (from + run < to && text[from + run] == sign)
			run++;
		if (run >= 3)
			return true;
		from += run;
	}
	return false;
}

/*
 * Where to begin, so that a command costs no more in a long text: at a blank line well before the person,
 * unless a fence above could make code of what follows.
 */
static size_t first_line(const struct prose_place *p)
{
	size_t line, end;

	if (p->start < p->body + NEAR)
		return p->body;
	line = lines_start(p->text, p->start - NEAR);
	for (; line > p->body; line = lines_start(p->text, line - 1)) {
		size_t columns;

		end = lines_end(p->text, p->len, line);
		if (p->start - line > 2 * NEAR)
			return p->body;
		if (indent_of(p->text, end, line, &columns) == end)
			break;
	}
	if (line <= p->body || has_fence(p->text, p->body, line, '`') ||
	    has_fence(p->text, p->body, line, '~'))
		return p->body;
	return line;
}

/* Whether the blocks reach well beyond the person, and one further. */
static bool are_enough(const struct prose_blocks *blocks, const struct prose_place *p)
{
	return blocks->count > 1 && blocks->items[blocks->count - 2].start > p->end + NEAR;
}

void prose_find_blocks(struct prose_blocks *out, const struct prose_place *p)
{
	struct prose_block *last = NULL;
	bool open = false, in_list = false;

	*out = (struct prose_blocks){0};
	for (size_t line = first_line(p), end; line < p->len; line = lines_after(p->text, p->len, end)) {
		size_t columns, pos, fence;
		enum prose_kind kind;

		if (are_enough(out, p))
			break;
		end = lines_end(p->text, p->len, line);
		pos = indent_of(p->text, end, line, &columns);
		if (pos == end) {
			open = false;
			continue;
		}
		kind = kind_of(p->text, end, pos, columns, in_list);
		fence = fence_len(p->text, end, pos);
		if (!open || (interrupts(kind, p->text, end, pos) && last->kind != PROSE_CODE)) {
			in_list = kind == PROSE_ITEM || (in_list && columns > 0);
			last = add_block(out, line);
			last->kind = kind;
			last->indent = columns;
			if (fence > 0)
				end = end_fence(p, pos, end, fence);
		}
		last->end = end;
		open = fence == 0;
	}
}

size_t prose_block_at(const struct prose_blocks *blocks, size_t pos)
{
	for (size_t i = 0; i < blocks->count; i++) {
		if (pos <= blocks->items[i].end)
			return pos >= blocks->items[i].start ? i : blocks->count;
	}
	return blocks->count;
}

/* -- Which blocks -- */

static int refuse_fields(const char *what, struct error *err)
{
	return error_set(err, E_REFUSED, "%s is for the text, not for the fields at the top.", what);
}

/* The blocks that the selection touches, from *first up to *after. */
static int touched(const struct prose_place *p, struct prose_blocks *blocks, const char *what, size_t *first,
		   size_t *after, struct error *err)
{
	size_t end = p->end;

	*blocks = (struct prose_blocks){0};
	if (p->start < p->body)
		return refuse_fields(what, err);
	prose_find_blocks(blocks, p);
	if (end > p->start && p->text[end - 1] == '\n') /* whole lines are selected */
		end--;
	*first = 0;
	while (*first < blocks->count && blocks->items[*first].end < p->start)
		++*first;
	*after = *first;
	while (*after < blocks->count && blocks->items[*after].start <= end)
		++*after;
	if (*after > *first)
		return 0;
	free(blocks->items);
	blocks->items = NULL;
	return error_set(err, E_REFUSED, "There is no paragraph here: go to one first.");
}

/* The index after a block and what is indented below it. */
static size_t after_unit(const struct prose_blocks *blocks, size_t at)
{
	size_t after = at + 1;

	if (blocks->items[at].kind != PROSE_ITEM)
		return after;
	while (after < blocks->count && blocks->items[after].indent > blocks->items[at].indent)
		after++;
	return after;
}

/* The index of the block before at, or of the item that this one is indented below. */
static size_t unit_before(const struct prose_blocks *blocks, size_t at)
{
	size_t before = at - 1;

	while (before > 0 && blocks->items[before].indent > blocks->items[at].indent)
		before--;
	return blocks->items[before].kind == PROSE_ITEM ? before : at - 1;
}

/* -- What stands between blocks -- */

static bool has_blank_line(const char *text, size_t from, size_t to)
{
	const char *first = memchr(text + from, '\n', to - from);

	return first != NULL && memchr(first + 1, '\n', (size_t)(text + to - first) - 1) != NULL;
}

/* Whether two blocks stay two without a blank line between. */
static bool may_touch(enum prose_kind a, enum prose_kind b)
{
	return (a == b && (a == PROSE_ITEM || a == PROSE_ROW)) || b == PROSE_HEADING;
}

/* Appends what parted two blocks, which are of these kinds now. */
static void add_gap(struct strbuf *out, const struct prose_place *p, size_t from, size_t to,
		    enum prose_kind a, enum prose_kind b)
{
	const char *eol = lines_eol(p->text, p->len);

	if (from < to && (has_blank_line(p->text, from, to) || may_touch(a, b))) {
		strbuf_add(out, p->text + from, to - from);
		return;
	}
	strbuf_adds(out, eol);
	if (!may_touch(a, b) || b == PROSE_HEADING)
		strbuf_adds(out, eol);
}

/* -- Duplicating -- */

static void duplicate_range(struct prose_edit *out, const struct prose_place *p)
{
	size_t len = p->end - p->start;

	*out =
	    (struct prose_edit){.pos = p->end, .insert = STRBUF_INIT, .start = p->end, .end = p->end + len};
	strbuf_add(&out->insert, p->text + p->start, len);
}

int prose_duplicate(struct prose_edit *out, const struct prose_place *p, struct error *err)
{
	const struct prose_block *block, *last;
	struct prose_blocks blocks;
	size_t first, after, shift;
	int rc;

	if (p->end > p->start) {
		duplicate_range(out, p);
		return 0;
	}
	rc = touched(p, &blocks, "Duplicating", &first, &after, err);
	if (rc < 0)
		return rc;
	after = after_unit(&blocks, after - 1);
	block = &blocks.items[first];
	last = &blocks.items[after - 1];
	*out = (struct prose_edit){.pos = last->end, .insert = STRBUF_INIT};
	add_gap(&out->insert, p, 0, 0, last->kind, block->kind);
	shift = last->end + out->insert.len - block->start;
	strbuf_add(&out->insert, p->text + block->start, last->end - block->start);
	out->start = out->end = p->start + shift;
	free(blocks.items);
	return 0;
}

/* -- Moving -- */

/* The run of blocks that a block of another kind goes around: a list or table without blank lines. */
static bool same_run(const struct prose_place *p, const struct prose_block *a, const struct prose_block *b,
		     enum prose_kind kind)
{
	return (kind == PROSE_ITEM || kind == PROSE_ROW) && !has_blank_line(p->text, a->end, b->start) &&
	       (b->kind == kind || (kind == PROSE_ITEM && b->indent > 0));
}

/* The neighbours before first: from the result up to first. E_REFUSED at the edge. */
static int find_before(const struct prose_place *p, const struct prose_blocks *blocks, size_t first,
		       size_t *before, struct error *err)
{
	const struct prose_block *items = blocks->items;
	enum prose_kind kind = items[first].kind;

	if (first == 0)
		return error_set(err, E_REFUSED, "This is the first paragraph already.");
	*before = unit_before(blocks, first);
	if (kind == PROSE_ITEM && items[*before].indent < items[first].indent)
		return error_set(err, E_REFUSED, "This is the first of its list already.");
	while (items[*before].kind != kind && *before > 0 &&
	       same_run(p, &items[*before - 1], &items[*before], items[*before - 1].kind))
		--*before;
	return 0;
}

/* The same after: from after up to *end. */
static int find_after(const struct prose_place *p, const struct prose_blocks *blocks, size_t first,
		      size_t after, size_t *end, struct error *err)
{
	const struct prose_block *items = blocks->items;
	enum prose_kind kind = items[first].kind;

	if (after == blocks->count)
		return error_set(err, E_REFUSED, "This is the last paragraph already.");
	if (kind == PROSE_ITEM && items[after].indent < items[first].indent)
		return error_set(err, E_REFUSED, "This is the last of its list already.");
	*end = after_unit(blocks, after);
	while (items[after].kind != kind && *end < blocks->count &&
	       same_run(p, &items[*end - 1], &items[*end], items[after].kind))
		*end = after_unit(blocks, *end);
	return 0;
}

/* Changes blocks a..b with b..c. *shift is how far b..c goes up, *back how far a..b goes down. */
static void swap(struct prose_edit *out, const struct prose_place *p, const struct prose_blocks *blocks,
		 size_t a, size_t b, size_t c, size_t *up, size_t *down)
{
	const struct prose_block *upper = &blocks->items[a], *upper_last = &blocks->items[b - 1];
	const struct prose_block *lower = &blocks->items[b], *lower_last = &blocks->items[c - 1];
	size_t at;

	*out = (struct prose_edit){.pos = upper->start, .insert = STRBUF_INIT};
	if (a > 0 && !may_touch(blocks->items[a - 1].kind, lower->kind) &&
	    !has_blank_line(p->text, blocks->items[a - 1].end, upper->start))
		strbuf_adds(&out->insert, lines_eol(p->text, p->len));
	*up = lower->start - upper->start - out->insert.len;
	strbuf_add(&out->insert, p->text + lower->start, lower_last->end - lower->start);
	add_gap(&out->insert, p, upper_last->end, lower->start, lower_last->kind, upper->kind);
	*down = out->insert.len;
	strbuf_add(&out->insert, p->text + upper->start, upper_last->end - upper->start);
	at = lower_last->end;
	if (c < blocks->count && !may_touch(upper_last->kind, blocks->items[c].kind) &&
	    !has_blank_line(p->text, at, blocks->items[c].start))
		strbuf_adds(&out->insert, lines_eol(p->text, p->len));
	out->cut = at - upper->start;
}

static size_t within(size_t pos, size_t low, size_t high)
{
	if (pos < low)
		return low;
	return pos > high ? high : pos;
}

/* Whether a block is the second row of a table: what makes one of the lines around. */
static bool is_delimiter(const struct prose_place *p, const struct prose_block *block)
{
	size_t pos = block->start;

	while (pos < block->end && strchr(" \t\r\n-:|", p->text[pos]) != NULL && p->text[pos] != '\0')
		pos++;
	return block->kind == PROSE_ROW && pos == block->end;
}

/* A table is none without its head: only the rows below it change places, or all of it moves. */
static int check_rows(const struct prose_place *p, const struct prose_blocks *blocks, size_t first,
		      size_t after, int by, struct error *err)
{
	const struct prose_block *items = blocks->items;
	size_t start = first, end = after;

	if (items[first].kind != PROSE_ROW)
		return 0;
	while (start > 0 && same_run(p, &items[start - 1], &items[start], PROSE_ROW) &&
	       items[start - 1].kind == PROSE_ROW)
		start--;
	while (end < blocks->count && same_run(p, &items[end - 1], &items[end], PROSE_ROW))
		end++;
	if ((start == first && end == after) || start + 1 >= end || !is_delimiter(p, &items[start + 1]))
		return 0;
	if (first < start + 2)
		return error_set(err, E_REFUSED, "The head of a table stays above its rows.");
	if (by < 0 && first == start + 2)
		return error_set(err, E_REFUSED, "This is the first row of its table already.");
	if (by > 0 && after == end)
		return error_set(err, E_REFUSED, "This is the last row of its table already.");
	return 0;
}

int prose_move(struct prose_edit *out, const struct prose_place *p, int by, struct error *err)
{
	size_t first, after, edge = 0, up, down;
	struct prose_blocks blocks;
	int rc = touched(p, &blocks, "Moving", &first, &after, err);

	if (rc < 0)
		return rc;
	after = after_unit(&blocks, after - 1);
	rc = check_rows(p, &blocks, first, after, by, err);
	if (rc < 0) {
		free(blocks.items);
		return rc;
	}
	rc = by < 0 ? find_before(p, &blocks, first, &edge, err)
		    : find_after(p, &blocks, first, after, &edge, err);
	if (rc == 0) {
		size_t start = within(p->start, blocks.items[first].start, blocks.items[after - 1].end);
		size_t end = within(p->end, start, blocks.items[after - 1].end);

		if (by < 0)
			swap(out, p, &blocks, edge, first, after, &up, &down);
		else
			swap(out, p, &blocks, first, after, edge, &up, &down);
		out->start = by < 0 ? start - up : start + down;
		out->end = by < 0 ? end - up : end + down;
	}
	free(blocks.items);
	return rc;
}

/* -- Joining -- */

/* Whether a character stands beside others without a blank: Chinese and its punctuation. */
static bool is_dense(int32_t c)
{
	return unicode_is_han(c) || (c >= 0x3000 && c <= 0x30ff) || (c >= 0xff00 && c <= 0xffef) ||
	       c == 0x2014 || c == 0x2026;
}

static bool is_quote(int32_t c)
{
	return c >= 0x2018 && c <= 0x201f;
}

/* Whether a blank belongs between what is joined. A quote mark is as dense as what is beyond it. */
static bool wants_blank(const char *text, size_t from, size_t end, size_t start, size_t to)
{
	int32_t before = -1, after = -1;

	while (end > from && (before == -1 || is_quote(before))) {
		end = unicode_previous(text, end, end);
		unicode_decode(text, to, end, &before);
	}
	while (start < to && (after == -1 || is_quote(after)))
		start += unicode_decode(text, to, start, &after);
	return !is_dense(before) && !is_dense(after);
}

/* Appends the words of blocks first..after as one paragraph; *joint is where the last two meet. */
static void add_joined(struct strbuf *out, const struct prose_place *p, const struct prose_blocks *blocks,
		       size_t first, size_t after, size_t *joint)
{
	const struct prose_block *one = &blocks->items[first];

	strbuf_add(out, p->text + one->start, one->end - one->start);
	for (size_t i = first + 1; i < after; i++) {
		const struct prose_block *before = &blocks->items[i - 1], *block = &blocks->items[i];
		size_t start = prose_content(p->text, block->end, block->start);

		strbuf_trim_end(out);
		*joint = out->len;
		if (wants_blank(p->text, before->start, before->end, start, block->end))
			strbuf_addc(out, ' ');
		strbuf_add(out, p->text + start, block->end - start);
	}
}

int prose_join(struct prose_edit *out, const struct prose_place *p, struct error *err)
{
	size_t first, after, joint = 0;
	struct prose_blocks blocks;
	int rc = touched(p, &blocks, "Joining", &first, &after, err);

	if (rc < 0)
		return rc;
	if (after == first + 1)
		after++;
	if (after > blocks.count)
		rc = error_set(err, E_REFUSED, "This is the last paragraph: there is none to join it with.");
	for (size_t i = first; rc == 0 && i < after; i++) {
		if (blocks.items[i].kind == PROSE_CODE || blocks.items[i].kind == PROSE_ROW)
			rc = error_set(err, E_REFUSED,
				       "Code and the rows of a table are not joined with anything.");
	}
	if (rc == 0) {
		*out = (struct prose_edit){.pos = blocks.items[first].start, .insert = STRBUF_INIT};
		out->cut = blocks.items[after - 1].end - out->pos;
		add_joined(&out->insert, p, &blocks, first, after, &joint);
		out->start = out->end = out->pos + joint;
	}
	free(blocks.items);
	return rc;
}
