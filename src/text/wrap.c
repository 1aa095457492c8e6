#include "text/wrap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "text/unicode.h"

/* Rows before a change that may be other ones after it; see wrap_again(). */
#define ROWS_BEFORE 2

/* What is wrapped: a text from the start of a row on. Places in it, and ends of segments, count from there.
 */
struct passage {
	const char *text;
	size_t len;
	struct wrap *wrap; /* its segments are those that were read so far */
	size_t next;       /* index of the first segment that is still needed */
	size_t count;
	bool all; /* there are no more than these */
};

static void add_row(struct wrap *wrap, struct wrap_row row)
{
	wrap->rows = mem_grow(wrap->rows, &wrap->capacity, wrap->count + 1, sizeof *wrap->rows);
	wrap->rows[wrap->count++] = row;
}

/* A blank that carries a mark is drawn, and is none. */
static bool is_blank(const char *text, size_t pos, size_t next, const struct unicode_glyph *glyph)
{
	return glyph->columns == 0 || (next - pos == 1 && (text[pos] == ' ' || text[pos] == '\t'));
}

/* -- Segments -- */

static void begin(struct passage *p, struct wrap *wrap, const char *text, size_t len)
{
	*p = (struct passage){.text = text, .len = len, .wrap = wrap};
	if (wrap->segmenter == NULL)
		unicode_segmenter_new(&wrap->segmenter, UNICODE_LINE, NULL, NULL);
	p->all = wrap->segmenter == NULL || len == 0;
	if (!p->all)
		unicode_segments_begin(wrap->segmenter, text, len);
}

/* The next segment; NULL after the last. */
static const struct unicode_segment *segment(struct passage *p)
{
	struct wrap *wrap = p->wrap;

	if (p->next == p->count && !p->all) {
		wrap->segments =
		    mem_grow(wrap->segments, &wrap->segment_capacity, p->count + 1, sizeof *wrap->segments);
		p->all = !unicode_segments_next(wrap->segmenter, &wrap->segments[p->count]);
		p->count += !p->all;
	}
	return p->next < p->count ? &wrap->segments[p->next] : NULL;
}

/* Segments that end after a row's end are needed again for the next. */
static void go_back(struct passage *p, size_t end)
{
	while (p->next > 0 && p->wrap->segments[p->next - 1].end > end)
		p->next--;
}

/* -- Rows -- */

/*
 * The end of the row that starts at start.  *hard tells whether a line end was the reason, which is
 * then part of the row; *parted, that a word goes on in the next.
 */
static size_t row_end(struct passage *p, size_t start, int width, bool *hard, bool *parted)
{
	const struct unicode_segment *s;
	struct unicode_glyph glyph;
	size_t fits = start; /* the last place where the row may end */
	int column = 0;

	*hard = *parted = false;
	for (size_t pos = start; pos < p->len;) {
		size_t next = unicode_glyph(p->text, p->len, pos, column, &glyph);

		if (!is_blank(p->text, pos, next, &glyph) && glyph.columns > width - column && pos > start) {
			*parted = fits == start;
			return *parted ? pos : fits;
		}
		column += glyph.columns;
		pos = next;
		/* UAX #14 parts a blank from the marks that it carries; a cluster is never parted. */
		for (; (s = segment(p)) != NULL && s->end <= pos; p->next++) {
			if (s->end < pos)
				continue;
			fits = pos;
			*hard = s->hard;
		}
		if (*hard && fits == pos)
			return pos;
		*hard = false;
	}
	return p->len;
}

static size_t without_line_end(const char *text, size_t start, size_t end)
{
	if (end > start && text[end - 1] == '\n')
		end--;
	if (end > start && text[end - 1] == '\r')
		end--;
	return end;
}

/* Where the rows of before go on, in the text as it is. */
struct tail {
	const struct wrap_row *rows;
	size_t count;
	size_t from;  /* before this place they do not */
	size_t shift; /* what is to be added to their places, modulo 2^n */
};

/* Adds the rows of before from the one that started here on; false where none did. */
static bool add_tail(struct wrap *wrap, struct tail *tail, size_t start)
{
	while (tail->count > 0 && tail->rows->start + tail->shift < start) {
		tail->rows++;
		tail->count--;
	}
	if (tail->count == 0 || tail->rows->start + tail->shift != start || tail->rows->parted)
		return false;
	for (size_t i = 0; i < tail->count; i++) {
		struct wrap_row row = tail->rows[i];

		row.start += tail->shift;
		row.end += tail->shift;
		add_row(wrap, row);
	}
	return true;
}

/* Adds the rows from a place on where one starts, at its start or between words. */
static void add_rows(struct wrap *wrap, const char *text, size_t len, int width, size_t from,
		     struct tail *tail)
{
	bool hard = true, parted = false;
	size_t start = from;
	struct passage p;

	begin(&p, wrap, text + from, len - from);
	while (start < len) {
		struct wrap_row row = {.start = start, .parted = parted};

		if (tail != NULL && !parted && start >= tail->from && add_tail(wrap, tail, start))
			return;
		start = from + row_end(&p, start - from, width < 1 ? 1 : width, &hard, &parted);
		go_back(&p, start - from);
		row.end = hard ? without_line_end(text, row.start, start) : start;
		add_row(wrap, row);
	}
	if (hard)
		add_row(wrap, (struct wrap_row){.start = len, .end = len});
}

void wrap_text(struct wrap *wrap, const char *text, size_t len, int width)
{
	wrap->count = 0;
	add_rows(wrap, text, len, width, 0, NULL);
}

/* -- After a change -- */

/*
 * Whether there may be words of a script without blanks, Thai and its neighbours, which a dictionary parts:
 * what it finds depends on more than what follows.  By the lead bytes of their blocks, and of others that are
 * as rare in news.
 */
static bool needs_dictionary(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char byte = (unsigned char)text[i];

		if (byte >= 0xe0 && (byte <= 0xe1 || byte == 0xea || byte >= 0xf0))
			return true;
	}
	return false;
}

/* The row, or the last one before it, that starts between words; the first one does. */
static size_t between_words(const struct wrap *wrap, size_t row)
{
	while (wrap->rows[row].parted)
		row--;
	return row;
}

/*
 * Where UAX #14 lets a line end depends on what follows the last place before where it does; ICU, too, starts
 * anew at each.  So the rows after a change stay what they are as soon as one starts between the same words.
 * Before it, the row may have room for a word that got shorter, and where that starts depends on little of
 * what follows it: two rows are more than enough.
 */
void wrap_again(struct wrap *wrap, const char *text, size_t len, int width, const struct wrap_change *change)
{
	struct wrap_row *rows = wrap->rows;
	size_t count = wrap->count, capacity = wrap->capacity;
	struct tail tail = {.from = change->pos + change->len, .shift = change->len - change->cut};
	size_t kept, from;

	assert(count > 0);
	if (needs_dictionary(text, len)) {
		wrap_text(wrap, text, len, width);
		return;
	}
	kept = between_words(wrap, wrap_find(wrap, change->pos));
	for (int i = 0; i < ROWS_BEFORE && kept > 0; i++)
		kept = between_words(wrap, kept - 1);
	from = wrap->rows[kept].start;
	wrap->rows = wrap->before;
	wrap->capacity = wrap->before_capacity;
	wrap->before = rows;
	wrap->before_capacity = capacity;
	wrap->count = 0;
	for (size_t i = 0; i < kept; i++)
		add_row(wrap, rows[i]);
	tail.rows = rows + kept;
	tail.count = count - kept;
	add_rows(wrap, text, len, width, from, &tail);
}

size_t wrap_find(const struct wrap *wrap, size_t pos)
{
	size_t low = 0, high = wrap->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (wrap->rows[middle].start <= pos)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void wrap_set_language(struct wrap *wrap, const char *tag)
{
	unicode_segmenter_free(wrap->segmenter);
	unicode_segmenter_new(&wrap->segmenter, UNICODE_LINE, tag, NULL);
}

void wrap_clear(struct wrap *wrap)
{
	unicode_segmenter_free(wrap->segmenter);
	free(wrap->segments);
	free(wrap->rows);
	free(wrap->before);
	*wrap = (struct wrap)WRAP_INIT;
}
