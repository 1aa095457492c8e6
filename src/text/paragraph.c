#include "text/paragraph.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/unicode.h"

/* -- Splitting -- */

/* A line with its end, and the bytes of it that are not white space at its end. */
struct line {
	size_t end;
	size_t core_end;
};

static struct line line_at(const char *text, size_t len, size_t pos)
{
	const char *feed = memchr(text + pos, '\n', len - pos);
	struct line line = {.end = feed ? (size_t)(feed - text) + 1 : len};

	line.core_end = line.end;
	while (line.core_end > pos && strchr(" \t\r\n", text[line.core_end - 1]) != NULL &&
	       text[line.core_end - 1] != '\0')
		line.core_end--;
	return line;
}

/* Where the front matter ends, after its last line: 0 when there is none. */
static size_t front_matter_end(const char *text, size_t len)
{
	size_t start = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	struct line line = line_at(text, len, start);

	if (line.core_end - start != 3 || memcmp(text + start, "---", 3) != 0)
		return 0;
	for (size_t pos = line.end; pos < len; pos = line.end) {
		line = line_at(text, len, pos);
		if (line.core_end - pos == 3 &&
		    (memcmp(text + pos, "---", 3) == 0 || memcmp(text + pos, "...", 3) == 0))
			return line.end;
	}
	return 0;
}

/*
 * Whether a line starts a list item, a heading or a row of a table (CommonMark 0.30 sections 5.2 and
 * 4.2, and GFM's tables), which are paragraphs to an editor without a blank line between them.
 */
static bool starts_item(const char *line, size_t len)
{
	size_t pos = 0;
	size_t digits = 0;

	while (pos < len && (line[pos] == ' ' || line[pos] == '\t'))
		pos++;
	if (pos < len && (line[pos] == '#' || line[pos] == '|'))
		return true;
	while (pos < len && line[pos] >= '0' && line[pos] <= '9') {
		pos++;
		digits++;
	}
	if (pos + 1 >= len || line[pos + 1] != ' ')
		return false;
	if (digits > 0)
		return line[pos] == '.' || line[pos] == ')';
	return line[pos] == '-' || line[pos] == '*' || line[pos] == '+';
}

static struct paragraph *add(struct paragraphs *out, size_t start, bool field)
{
	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	out->items[out->count] = (struct paragraph){.start = start, .field = field};
	return &out->items[out->count++];
}

void paragraphs_split(struct paragraphs *out, const char *text, size_t len)
{
	size_t fields_end = front_matter_end(text, len);
	struct paragraph *last = NULL;
	bool open = false;
	struct line line;

	*out = (struct paragraphs){.text = text};
	for (size_t pos = 0; pos < len; pos = line.end) {
		bool blank;

		line = line_at(text, len, pos);
		blank = line.core_end == pos;
		if (last == NULL ||
		    (!blank && (!open || pos < fields_end || starts_item(text + pos, line.core_end - pos))))
			last = add(out, pos, pos < fields_end);
		last->len = line.end - last->start;
		if (!blank)
			last->core = line.core_end - last->start;
		open = !blank && pos >= fields_end;
	}
}

void paragraphs_clear(struct paragraphs *paragraphs)
{
	free(paragraphs->items);
	*paragraphs = (struct paragraphs){0};
}

size_t paragraphs_start(const struct paragraphs *paragraphs, size_t index)
{
	const struct paragraph *last;

	if (index < paragraphs->count)
		return paragraphs->items[index].start;
	if (index == 0)
		return 0;
	last = &paragraphs->items[index - 1];
	return last->start + last->len;
}

/* The bytes of a field's key with its colon; 0 for a line that is none. */
static size_t key_len(const struct paragraphs *side, size_t index)
{
	const struct paragraph *p = &side->items[index];
	const char *colon = p->field ? memchr(side->text + p->start, ':', p->core) : NULL;

	return colon ? (size_t)(colon - (side->text + p->start)) + 1 : 0;
}

bool paragraphs_same_field(const struct paragraphs *a, size_t i, const struct paragraphs *b, size_t j)
{
	size_t len = key_len(a, i);

	return len > 0 && len == key_len(b, j) &&
	       memcmp(a->text + a->items[i].start, b->text + b->items[j].start, len) == 0;
}

/* -- Likeness -- */

/* How many of the least hashes are kept; the estimate is off by 0.06 at most, typically. */
#define SKETCH_SIZE 64

/* What a paragraph is made of, small enough to be compared with all others. */
struct sketch {
	uint32_t least[SKETCH_SIZE]; /* under each of SKETCH_SIZE orders, the least feature */
	uint32_t features;           /* words and pairs of Chinese characters, counted with repeats */
};

/* Mixes the bits of a number (the finaliser of SplitMix64). */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
	x = (x ^ x >> 27) * 0x94d049bb133111eb;
	return x ^ x >> 31;
}

static void sketch_add(struct sketch *sketch, uint64_t feature)
{
	uint64_t bits = mix(feature);
	uint32_t value = (uint32_t)bits;
	uint32_t stride = (uint32_t)(bits >> 32) | 1;

	sketch->features++;
	for (size_t i = 0; i < SKETCH_SIZE; i++) {
		uint32_t order = value ^ value >> 15;

		if (order < sketch->least[i])
			sketch->least[i] = order;
		value = (value + stride) * 0x9e3779b1;
	}
}

static bool in_word(int32_t c)
{
	return unicode_is_letter(c) || (c >= '0' && c <= '9');
}

static void sketch_paragraph(struct sketch *sketch, const struct paragraphs *side, size_t index)
{
	const struct paragraph *p = &side->items[index];
	const char *text = side->text + p->start;
	uint64_t word = 0;
	int32_t previous = 0;
	int32_t c;

	memset(sketch->least, 0xff, sizeof sketch->least);
	sketch->features = 0;
	for (size_t pos = 0; pos < p->core; previous = c) {
		pos += unicode_decode(text, p->core, pos, &c);
		if (in_word(c) && !unicode_is_han(c)) {
			word = mix(word + (uint64_t)c);
			continue;
		}
		if (word != 0)
			sketch_add(sketch, word);
		word = 0;
		if (unicode_is_han(c))
			sketch_add(sketch,
				   (uint64_t)c << 32 | (unicode_is_han(previous) ? (uint64_t)previous : 0));
	}
	if (word != 0)
		sketch_add(sketch, word);
}

/* The share of features that both have, 0 to 1; b2 may be NULL, else b and b2 count as one. */
static double likeness(const struct sketch *a, const struct sketch *b, const struct sketch *b2)
{
	int same = 0;

	if (a->features == 0 || b->features == 0)
		return 0;
	if (b2 == NULL) {
		for (size_t i = 0; i < SKETCH_SIZE; i++)
			same += a->least[i] == b->least[i];
		return (double)same / SKETCH_SIZE;
	}
	for (size_t i = 0; i < SKETCH_SIZE; i++)
		same += a->least[i] == (b->least[i] < b2->least[i] ? b->least[i] : b2->least[i]);
	return (double)same / SKETCH_SIZE;
}

/* -- Pairing -- */

/* How alike paragraphs must be to be two wordings of one, and to be one that was split or joined. */
#define ALIKE       0.25
#define ALIKE_PARTS 0.5

/* The most pairs of paragraphs that are looked at in one range, and the most paragraphs. */
#define PAIRS_LIMIT      ((size_t)1 << 18)
#define PARAGRAPHS_LIMIT ((size_t)1 << 15)

enum move {
	MOVE_NONE, /* the start, or out of reach */
	MOVE_REMOVE,
	MOVE_ADD,
	MOVE_CHANGE,
	MOVE_SPLIT,
	MOVE_JOIN,
	MOVE_COUNT,
};

/* How many paragraphs of either side a move takes. */
static const struct {
	size_t old_count, new_count;
} moves[MOVE_COUNT] = {
    [MOVE_REMOVE] = {1, 0}, [MOVE_ADD] = {0, 1},  [MOVE_CHANGE] = {1, 1},
    [MOVE_SPLIT] = {1, 2},  [MOVE_JOIN] = {2, 1},
};

/* A table of the best way to every pair of places, as wide as the band around the diagonal. */
struct pairing {
	const struct paragraphs *old_side, *new_side;
	struct paragraph_range range;
	struct sketch *old_sketches, *new_sketches;
	size_t width;        /* places of the new side that are looked at for one of the old side */
	double *gains;       /* of three rows of the table, the last ones */
	unsigned char *from; /* enum move, for the whole table */
};

/* The first place of the new side that row i looks at. */
static size_t band_start(const struct pairing *p, size_t i)
{
	size_t places = p->range.new_count + 1;
	size_t middle = p->range.old_count ? i * p->range.new_count / p->range.old_count : 0;

	if (middle <= p->width / 2)
		return 0;
	middle -= p->width / 2;
	return middle + p->width > places ? places - p->width : middle;
}

/* The gain on the way to i, j, or -1 where the band does not reach. */
static double gain_at(const struct pairing *p, size_t i, size_t j)
{
	size_t start = band_start(p, i);

	return j < start || j >= start + p->width ? -1 : p->gains[i % 3 * p->width + j - start];
}

/* What is won when the paragraphs before i and j are paired by a move: words that have a partner. */
static double gain_of(const struct pairing *p, enum move move, size_t i, size_t j)
{
	const struct sketch *a = &p->old_sketches[i - moves[move].old_count];
	const struct sketch *b = &p->new_sketches[j - moves[move].new_count];
	double words = a->features + b->features;
	double least = move == MOVE_CHANGE ? ALIKE : ALIKE_PARTS;
	double alike;

	for (size_t k = 1; k <= moves[move].old_count; k++)
		if (p->old_side->items[p->range.old_start + i - k].moved)
			return -1;
	for (size_t k = 1; k <= moves[move].new_count; k++)
		if (p->new_side->items[p->range.new_start + j - k].moved)
			return -1;
	if (move == MOVE_SPLIT) {
		alike = likeness(a, b, b + 1);
		words += b[1].features;
	} else if (move == MOVE_JOIN) {
		alike = likeness(b, a, a + 1);
		words += a[1].features;
	} else {
		alike = likeness(a, b, NULL);
		if (paragraphs_same_field(p->old_side, p->range.old_start + i - 1, p->new_side,
					  p->range.new_start + j - 1))
			alike = 1;
	}
	return alike < least ? -1 : alike * words;
}

static void fill_cell(struct pairing *p, size_t i, size_t j)
{
	size_t cell = j - band_start(p, i);
	double best = i == 0 && j == 0 ? 0 : -1;
	enum move best_move = MOVE_NONE;

	for (enum move move = MOVE_REMOVE; move < MOVE_COUNT; move++) {
		double before;
		double gain = 0;

		if (moves[move].old_count > i || moves[move].new_count > j)
			continue;
		before = gain_at(p, i - moves[move].old_count, j - moves[move].new_count);
		if (before < 0)
			continue;
		if (move >= MOVE_CHANGE && (gain = gain_of(p, move, i, j)) < 0)
			continue;
		if (before + gain > best) {
			best = before + gain;
			best_move = move;
		}
	}
	p->gains[i % 3 * p->width + cell] = best;
	p->from[i * p->width + cell] = (unsigned char)best_move;
}

static void append(struct paragraph_pairs *out, struct paragraph_range range)
{
	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	out->items[out->count++] = range;
}

/* What has nothing to do with each other: all of the one side, then all of the other. */
static void append_apart(struct paragraph_pairs *out, struct paragraph_range range)
{
	append(out, (struct paragraph_range){range.old_start, range.old_count, range.new_start, 0});
	append(out, (struct paragraph_range){range.old_start + range.old_count, 0, range.new_start,
					     range.new_count});
}

/* Walks the best way back from its end, and turns it round. */
static void collect(struct paragraph_pairs *out, const struct pairing *p)
{
	size_t first = out->count;
	size_t i = p->range.old_count;
	size_t j = p->range.new_count;

	while (i > 0 || j > 0) {
		enum move move = p->from[i * p->width + j - band_start(p, i)];

		i -= moves[move].old_count;
		j -= moves[move].new_count;
		append(out, (struct paragraph_range){p->range.old_start + i, moves[move].old_count,
						     p->range.new_start + j, moves[move].new_count});
	}
	for (size_t a = first, b = out->count; a + 1 < b; a++) {
		struct paragraph_range swap = out->items[a];

		out->items[a] = out->items[--b];
		out->items[b] = swap;
	}
}

static struct sketch *sketch_all(const struct paragraphs *side, size_t start, size_t count)
{
	struct sketch *sketches = mem_alloc(count * sizeof *sketches);

	for (size_t i = 0; i < count; i++)
		sketch_paragraph(&sketches[i], side, start + i);
	return sketches;
}

/* Fills the table and reads the best way off it. */
static void search(struct paragraph_pairs *out, struct pairing *p)
{
	size_t rows = p->range.old_count + 1;
	size_t places = p->range.new_count + 1;
	size_t least = 2 * (places / rows + 1) + 4;

	/* The rows of the band must overlap, or there is no way through it. */
	p->width = PAIRS_LIMIT / rows > least ? PAIRS_LIMIT / rows : least;
	p->width = p->width > places ? places : p->width;
	p->gains = mem_alloc(3 * p->width * sizeof *p->gains);
	p->from = mem_alloc(rows * p->width);
	for (size_t i = 0; i < rows; i++)
		for (size_t j = band_start(p, i); j < band_start(p, i) + p->width; j++)
			fill_cell(p, i, j);
	collect(out, p);
	free(p->gains);
	free(p->from);
}

bool paragraphs_pair(struct paragraph_pairs *out, const struct paragraphs *old_side,
		     const struct paragraphs *new_side, struct paragraph_range range)
{
	struct pairing p = {.old_side = old_side, .new_side = new_side, .range = range};

	if (range.old_count == 0 || range.new_count == 0) {
		append(out, range);
		return true;
	}
	/* One against one needs no search: where they stand makes them partners. */
	if (range.old_count + range.new_count == 2) {
		if (old_side->items[range.old_start].moved || new_side->items[range.new_start].moved)
			append_apart(out, range);
		else
			append(out, range);
		return true;
	}
	if (range.old_count + range.new_count > PARAGRAPHS_LIMIT) {
		append_apart(out, range);
		return false;
	}
	p.old_sketches = sketch_all(old_side, range.old_start, range.old_count);
	p.new_sketches = sketch_all(new_side, range.new_start, range.new_count);
	search(out, &p);
	free(p.old_sketches);
	free(p.new_sketches);
	return true;
}

/* -- Moved ones -- */

/* How alike a paragraph must be to count as moved, how many words it must have, and how many pairs are looked
 * at. */
#define ALIKE_MOVED 0.5
#define MOVED_LEAST 8
#define MOVED_LIMIT ((size_t)1 << 16)

struct candidate {
	double alike;
	size_t old_index, new_index; /* in went and came */
};

static int likest_first(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;

	if (x->alike != y->alike)
		return x->alike < y->alike ? 1 : -1;
	if (x->old_index != y->old_index)
		return x->old_index < y->old_index ? -1 : 1;
	return x->new_index < y->new_index ? -1 : x->new_index > y->new_index;
}

static struct sketch *sketch_some(const struct paragraphs *side, const size_t *indexes, size_t count)
{
	struct sketch *sketches = mem_alloc(count * sizeof *sketches);

	for (size_t i = 0; i < count; i++)
		sketch_paragraph(&sketches[i], side, indexes[i]);
	return sketches;
}

void paragraphs_find_moved(struct paragraph_pairs *out, const struct paragraphs *old_side, const size_t *went,
			   size_t went_count, const struct paragraphs *new_side, const size_t *came,
			   size_t came_count)
{
	struct candidate *candidates = NULL;
	struct sketch *a;
	struct sketch *b;
	bool *taken;
	size_t capacity = 0;
	size_t count = 0;

	if (went_count == 0 || came_count == 0 || went_count > MOVED_LIMIT / came_count)
		return;
	a = sketch_some(old_side, went, went_count);
	b = sketch_some(new_side, came, came_count);
	for (size_t i = 0; i < went_count; i++) {
		for (size_t j = 0; j < came_count; j++) {
			double alike = likeness(&a[i], &b[j], NULL);

			if (alike < ALIKE_MOVED || a[i].features < MOVED_LEAST || b[j].features < MOVED_LEAST)
				continue;
			candidates = mem_grow(candidates, &capacity, count + 1, sizeof *candidates);
			candidates[count++] = (struct candidate){alike, i, j};
		}
	}
	if (count > 0)
		qsort(candidates, count, sizeof *candidates, likest_first);
	taken = mem_zalloc(went_count + came_count, sizeof *taken);
	for (size_t i = 0; i < count; i++) {
		const struct candidate *c = &candidates[i];

		if (taken[c->old_index] || taken[went_count + c->new_index])
			continue;
		taken[c->old_index] = taken[went_count + c->new_index] = true;
		append(out, (struct paragraph_range){went[c->old_index], 1, came[c->new_index], 1});
	}
	free(taken);
	free(candidates);
	free(a);
	free(b);
}
