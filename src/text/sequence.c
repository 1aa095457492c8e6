#include "text/sequence.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* -- Numbering -- */

struct thing {
	const char *bytes; /* NULL: a free slot */
	size_t len;
	uint64_t hash;
	uint32_t number;
};

struct sequence_table {
	struct thing *slots; /* open addressing, a power of two of them, at most half full */
	size_t size;
	uint32_t count;
};

struct sequence_table *sequence_table_new(void)
{
	struct sequence_table *table = mem_zalloc(1, sizeof *table);

	table->size = 64;
	table->slots = mem_zalloc(table->size, sizeof *table->slots);
	return table;
}

void sequence_table_free(struct sequence_table *table)
{
	if (table == NULL)
		return;
	free(table->slots);
	free(table);
}

/* FNV-1a of 64 bits (draft-eastlake-fnv), with the high bits folded down for the mask. */
static uint64_t hash_bytes(const char *bytes, size_t len)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3;
	return hash ^ hash >> 32;
}

static void double_table(struct sequence_table *table)
{
	struct thing *old = table->slots;
	size_t old_size = table->size;

	table->size *= 2;
	table->slots = mem_zalloc(table->size, sizeof *table->slots);
	for (size_t i = 0; i < old_size; i++) {
		size_t slot = old[i].hash & (table->size - 1);

		if (old[i].bytes == NULL)
			continue;
		while (table->slots[slot].bytes != NULL)
			slot = (slot + 1) & (table->size - 1);
		table->slots[slot] = old[i];
	}
	free(old);
}

uint32_t sequence_number(struct sequence_table *table, const char *bytes, size_t len)
{
	uint64_t hash = hash_bytes(bytes, len);
	size_t slot = hash & (table->size - 1);
	struct thing *thing;

	for (; (thing = &table->slots[slot])->bytes != NULL; slot = (slot + 1) & (table->size - 1))
		if (thing->hash == hash && thing->len == len && memcmp(thing->bytes, bytes, len) == 0)
			return thing->number;
	*thing = (struct thing){bytes, len, hash, table->count++};
	if (table->count > table->size / 2) {
		double_table(table);
		return table->count - 1;
	}
	return thing->number;
}

/* -- Matching -- */

/* How many differences are followed from either end before the search settles for what it has. */
#define DEPTH 512

/* Diagonals k = x - y that paths can stand on, from -DEPTH - 1 to DEPTH + 1. */
#define DIAGONALS (2 * DEPTH + 3)

struct search {
	const uint32_t *a, *b;
	size_t *partner;
	uint64_t *work;
	/* For each diagonal, at k + DEPTH + 1, the furthest x that a path came to, or -1 for none: */
	ptrdiff_t forward[DIAGONALS];  /* from the start of the box */
	ptrdiff_t backward[DIAGONALS]; /* from its end, counted from there */
};

/* A part of both runs that is still to be matched. */
struct box {
	size_t a, a_end;
	size_t b, b_end;
};

static void spend(struct search *s, uint64_t steps)
{
	*s->work -= steps < *s->work ? steps : *s->work;
}

/* Pairs off what is alike at both ends. True while there is something left on both sides. */
static bool trim(struct search *s, struct box *box)
{
	size_t before = box->a_end - box->a;

	while (box->a < box->a_end && box->b < box->b_end && s->a[box->a] == s->b[box->b])
		s->partner[box->a++] = box->b++;
	while (box->a < box->a_end && box->b < box->b_end && s->a[box->a_end - 1] == s->b[box->b_end - 1])
		s->partner[--box->a_end] = --box->b_end;
	spend(s, before - (box->a_end - box->a));
	return box->a < box->a_end && box->b < box->b_end;
}

/* The furthest x on diagonal k after one more difference, or -1 where no path leads. */
static ptrdiff_t step(const ptrdiff_t *reach, ptrdiff_t k, ptrdiff_t n, ptrdiff_t m)
{
	ptrdiff_t from_left = reach[k - 1];
	ptrdiff_t from_above = reach[k + 1];
	ptrdiff_t right = from_left >= 0 && from_left < n ? from_left + 1 : -1;
	ptrdiff_t down = from_above >= 0 && from_above - k <= m ? from_above : -1;

	return right > down ? right : down;
}

/* How far equal things follow from x, y of the box, forwards or backwards. */
static ptrdiff_t slide(const struct search *s, const struct box *box, bool forward, ptrdiff_t x, ptrdiff_t y)
{
	ptrdiff_t n = (ptrdiff_t)(box->a_end - box->a);
	ptrdiff_t m = (ptrdiff_t)(box->b_end - box->b);
	const uint32_t *a = forward ? s->a + box->a : s->a + box->a_end - 1;
	const uint32_t *b = forward ? s->b + box->b : s->b + box->b_end - 1;
	ptrdiff_t sign = forward ? 1 : -1;
	ptrdiff_t start = x;

	while (x < n && y < m && a[sign * x] == b[sign * y]) {
		x++;
		y++;
	}
	return x - start;
}

/*
 * Follows all paths from one end to d differences.  True when one of them meets a path from the other
 * end on the same diagonal: *split_x and *split_y (counted from this end) lie on a shortest way.
 */
static bool extend(struct search *s, const struct box *box, bool forward, ptrdiff_t d, ptrdiff_t *split_x,
		   ptrdiff_t *split_y)
{
	ptrdiff_t n = (ptrdiff_t)(box->a_end - box->a);
	ptrdiff_t m = (ptrdiff_t)(box->b_end - box->b);
	ptrdiff_t *mine = (forward ? s->forward : s->backward) + DEPTH + 1;
	const ptrdiff_t *theirs = (forward ? s->backward : s->forward) + DEPTH + 1;
	ptrdiff_t their_d = forward ? d - 1 : d;
	bool may_meet = ((n - m) % 2 != 0) == forward;
	ptrdiff_t low = d <= m ? -d : -m + (d - m) % 2;
	ptrdiff_t high = d <= n ? d : n - (d - n) % 2;

	mine[-d - 1] = mine[d + 1] = -1;
	for (ptrdiff_t k = low; k <= high; k += 2) {
		ptrdiff_t x = d == 0 ? 0 : step(mine, k, n, m);
		ptrdiff_t run = x < 0 ? 0 : slide(s, box, forward, x, x - k);
		ptrdiff_t other = n - m - k;

		spend(s, (uint64_t)run + 1);
		mine[k] = x < 0 ? -1 : x + run;
		if (x < 0 || !may_meet || other < -their_d || other > their_d || theirs[other] < 0)
			continue;
		if (mine[k] + theirs[other] >= n) {
			*split_x = mine[k];
			*split_y = mine[k] - k;
			return true;
		}
	}
	return false;
}

/* The point that the paths from the start have come furthest to, after d differences. */
static void furthest(const struct search *s, ptrdiff_t d, ptrdiff_t *x, ptrdiff_t *y)
{
	const ptrdiff_t *reach = s->forward + DEPTH + 1;
	ptrdiff_t best = -1;

	for (ptrdiff_t k = -d; k <= d; k += 2) {
		if (reach[k] < 0 || 2 * reach[k] - k <= best)
			continue;
		best = 2 * reach[k] - k;
		*x = reach[k];
		*y = reach[k] - k;
	}
}

/* A point inside the box on a shortest way through it, or on a fair one. */
static struct box split(struct search *s, const struct box *box)
{
	ptrdiff_t x = 0;
	ptrdiff_t y = 0;
	ptrdiff_t n = (ptrdiff_t)(box->a_end - box->a);
	ptrdiff_t m = (ptrdiff_t)(box->b_end - box->b);

	for (ptrdiff_t d = 0;; d++) {
		if (extend(s, box, true, d, &x, &y))
			break;
		if (extend(s, box, false, d, &x, &y)) {
			x = n - x;
			y = m - y;
			break;
		}
		if (d == DEPTH || (*s->work == 0 && d > 0)) {
			furthest(s, d, &x, &y);
			break;
		}
	}
	assert(x >= 0 && y >= 0 && x + y > 0 && x <= n && y <= m && x + y < n + m);
	return (struct box){box->a, box->a + (size_t)x, box->b, box->b + (size_t)y};
}

static void match_box(struct search *s, struct box box)
{
	/* The left part has at most half the differences, so that the recursion is shallow. */
	while (trim(s, &box) && *s->work > 0) {
		struct box left = split(s, &box);

		match_box(s, left);
		box.a = left.a_end;
		box.b = left.b_end;
	}
}

/* The things of run that the other run has too, and where they stood; returns how many. */
static size_t keep_shared(const uint32_t *run, size_t count, const unsigned char *in_other, uint32_t *kept,
			  size_t *place)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (!in_other[run[i]])
			continue;
		kept[n] = run[i];
		place[n++] = i;
	}
	return n;
}

static uint32_t largest(const uint32_t *run, size_t count, uint32_t than)
{
	for (size_t i = 0; i < count; i++)
		than = run[i] > than ? run[i] : than;
	return than;
}

static unsigned char *present(const uint32_t *run, size_t count, uint32_t top)
{
	unsigned char *set = mem_zalloc((size_t)top + 1, 1);

	for (size_t i = 0; i < count; i++)
		set[run[i]] = 1;
	return set;
}

bool sequence_match(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t *partner,
		    uint64_t *work)
{
	/* What stands on one side only cannot be in common; without it, far apart runs are short. */
	uint32_t top = largest(b, b_count, largest(a, a_count, 0));
	unsigned char *in_a = present(a, a_count, top);
	unsigned char *in_b = present(b, b_count, top);
	uint32_t *kept = mem_alloc((a_count + b_count) * sizeof *kept);
	size_t *place = mem_alloc((a_count + b_count) * sizeof *place);
	size_t *found = mem_alloc(a_count * sizeof *found);
	size_t n = keep_shared(a, a_count, in_b, kept, place);
	size_t m = keep_shared(b, b_count, in_a, kept + a_count, place + a_count);
	struct search *s = mem_alloc(sizeof *s);
	bool complete;

	s->a = kept;
	s->b = kept + a_count;
	s->partner = found;
	s->work = work;
	for (size_t i = 0; i < a_count; i++)
		partner[i] = found[i] = SEQUENCE_NONE;
	match_box(s, (struct box){0, n, 0, m});
	complete = *work > 0;
	for (size_t i = 0; i < n; i++)
		if (found[i] != SEQUENCE_NONE)
			partner[place[i]] = place[a_count + found[i]];
	free(s);
	free(found);
	free(place);
	free(kept);
	free(in_a);
	free(in_b);
	return complete;
}
