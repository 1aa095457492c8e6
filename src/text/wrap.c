#include "text/wrap.h"

#include <stdlib.h>

#include "base/mem.h"
#include "text/unicode.h"

/* The text while its rows are found. */
struct passage {
	const char *text;
	size_t len;
	const struct unicode_segment *segments; /* what is left of them */
	size_t count;
};

static void add_row(struct wrap *wrap, size_t start, size_t end)
{
	wrap->rows = mem_grow(wrap->rows, &wrap->capacity, wrap->count + 1, sizeof *wrap->rows);
	wrap->rows[wrap->count++] = (struct wrap_row){.start = start, .end = end};
}

/* A blank that carries a mark is drawn, and is none. */
static bool is_blank(const char *text, size_t pos, size_t next, const struct unicode_glyph *glyph)
{
	return glyph->columns == 0 || (next - pos == 1 && (text[pos] == ' ' || text[pos] == '\t'));
}

/*
 * The end of the row that starts at start.  *hard tells whether a line end was the reason, which is
 * then part of the row.
 */
static size_t row_end(struct passage *p, size_t start, int width, bool *hard)
{
	struct unicode_glyph glyph;
	size_t fits = start; /* the last place where the row may end */
	int column = 0;

	*hard = false;
	for (size_t pos = start; pos < p->len;) {
		size_t next = unicode_glyph(p->text, p->len, pos, column, &glyph);

		if (!is_blank(p->text, pos, next, &glyph) && glyph.columns > width - column && pos > start)
			return fits > start ? fits : pos;
		column += glyph.columns;
		pos = next;
		/* UAX #14 parts a blank from the marks that it carries; a cluster is never parted. */
		for (; p->count > 0 && p->segments->end <= pos; p->segments++, p->count--) {
			if (p->segments->end < pos)
				continue;
			fits = pos;
			*hard = p->segments->hard;
		}
		if (*hard && fits == pos)
			return pos;
		*hard = false;
	}
	return p->len;
}

/* Segments that end after a row's end are needed again for the next. */
static void go_back(struct passage *p, const struct unicode_segment *first, size_t end)
{
	while (p->segments > first && p->segments[-1].end > end) {
		p->segments--;
		p->count++;
	}
}

static size_t without_line_end(const char *text, size_t start, size_t end)
{
	if (end > start && text[end - 1] == '\n')
		end--;
	if (end > start && text[end - 1] == '\r')
		end--;
	return end;
}

void wrap_text(struct wrap *wrap, const char *text, size_t len, int width)
{
	struct passage p = {.text = text, .len = len};
	size_t start = 0;
	bool hard = true;

	wrap->count = 0;
	if (wrap->segmenter == NULL)
		unicode_segmenter_new(&wrap->segmenter, UNICODE_LINE, NULL, NULL);
	if (wrap->segmenter != NULL) {
		unicode_segments(wrap->segmenter, text, len, &wrap->segments, &p.count,
				 &wrap->segment_capacity);
		p.segments = wrap->segments;
	}
	while (start < len) {
		size_t end = row_end(&p, start, width < 1 ? 1 : width, &hard);

		go_back(&p, wrap->segments, end);
		add_row(wrap, start, hard ? without_line_end(text, start, end) : end);
		start = end;
	}
	if (hard)
		add_row(wrap, len, len);
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
	*wrap = (struct wrap)WRAP_INIT;
}
