#include "text/merge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"

/* A run of the base that one side gave other text. */
struct edit {
	size_t base_start, base_end; /* bytes */
	size_t len;                  /* bytes that stand there now */
};

struct side {
	struct merge_text text;
	struct edit *edits; /* in order; none touches the next */
	size_t count;
	size_t capacity;
	size_t next; /* the first edit that is in no chunk yet */
	size_t pos;  /* bytes of the text that are in chunks already */
};

/* The edits that lead from base to a side. */
static int read_side(struct side *side, struct merge_text base, struct merge_text text, struct error *err)
{
	struct diff diff;
	struct edit *last = NULL;
	int rc = diff_whole_words(&diff, base.bytes, base.len, text.bytes, text.len, err);

	*side = (struct side){.text = {text.len > 0 ? text.bytes : "", text.len}};
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < diff.count; i++) {
		const struct diff_span *span = &diff.spans[i];

		if (span->kind == DIFF_SAME) {
			last = NULL;
			continue;
		}
		if (last == NULL) {
			side->edits =
			    mem_grow(side->edits, &side->capacity, side->count + 1, sizeof *side->edits);
			last = &side->edits[side->count++];
			*last = (struct edit){span->old_start, span->old_start, 0};
		}
		last->base_end += span->old_len;
		last->len += span->new_len;
	}
	diff_clear(&diff);
	return 0;
}

/*
 * Whether two edits cannot both be taken: they overlap, or both put in text at the same place, where
 * nobody knows which comes first, or whether they say the same twice.
 */
static bool clash(const struct edit *a, const struct edit *b)
{
	if (a->base_start < b->base_end && b->base_start < a->base_end)
		return true;
	return a->base_start <= b->base_end && b->base_start <= a->base_end && a->len > 0 && b->len > 0;
}

/* The edit that comes next, or NULL; of two at one place the one that is over first. */
static const struct edit *first_edit(const struct side *mine, const struct side *theirs)
{
	const struct edit *m = mine->next < mine->count ? &mine->edits[mine->next] : NULL;
	const struct edit *t = theirs->next < theirs->count ? &theirs->edits[theirs->next] : NULL;

	if (m == NULL || t == NULL)
		return m != NULL ? m : t;
	if (m->base_start != t->base_start)
		return m->base_start < t->base_start ? m : t;
	return m->base_end <= t->base_end ? m : t;
}

/* The edits of both sides that hang together with the next one: up to these, from the sides' next. */
struct group {
	size_t mine, theirs;
};

/* Adds the edits of one side that clash with the last edit that the other has in the group. */
static bool widen(const struct side *side, size_t *end, const struct side *other, size_t other_end)
{
	size_t before = *end;

	if (other_end == other->next)
		return false;
	while (*end < side->count && clash(&side->edits[*end], &other->edits[other_end - 1]))
		++*end;
	return *end > before;
}

static struct group group_from(const struct side *mine, const struct side *theirs, const struct edit *first)
{
	struct group group = {mine->next, theirs->next};

	if (mine->next < mine->count && first == &mine->edits[mine->next])
		group.mine++;
	else
		group.theirs++;
	while (widen(mine, &group.mine, theirs, group.theirs) ||
	       widen(theirs, &group.theirs, mine, group.mine))
		;
	return group;
}

/* Bytes of a side's text for base bytes from start, when its edits up to end are made. */
static size_t side_len(const struct side *side, size_t end, size_t base_len)
{
	size_t len = base_len;

	for (size_t i = side->next; i < end; i++)
		len = len - (side->edits[i].base_end - side->edits[i].base_start) + side->edits[i].len;
	return len;
}

/* Adds a chunk, of which kind, base and lengths are filled in, where both sides stand. */
static void add_chunk(struct merge *out, struct side *mine, struct side *theirs, struct merge_chunk chunk)
{
	if (chunk.base_len + chunk.mine_len + chunk.theirs_len == 0)
		return;
	chunk.mine_start = mine->pos;
	chunk.theirs_start = theirs->pos;
	out->chunks = mem_grow(out->chunks, &out->capacity, out->count + 1, sizeof *out->chunks);
	out->chunks[out->count++] = chunk;
	out->conflicts += chunk.kind == MERGE_CONFLICT;
	mine->pos += chunk.mine_len;
	theirs->pos += chunk.theirs_len;
}

/* What nobody changed. */
static void add_same(struct merge *out, struct side *mine, struct side *theirs, size_t start, size_t len)
{
	add_chunk(out, mine, theirs,
		  (struct merge_chunk){.kind = MERGE_SAME,
				       .piece = MERGE_WORDS,
				       .base_start = start,
				       .base_len = len,
				       .mine_len = len,
				       .theirs_len = len});
}

static enum merge_kind kind_of(const struct side *mine, const struct side *theirs, struct group group,
			       size_t mine_len, size_t theirs_len)
{
	if (group.theirs == theirs->next)
		return MERGE_MINE;
	if (group.mine == mine->next)
		return MERGE_THEIRS;
	if (mine_len == theirs_len &&
	    memcmp(mine->text.bytes + mine->pos, theirs->text.bytes + theirs->pos, mine_len) == 0)
		return MERGE_BOTH;
	return MERGE_CONFLICT;
}

/* Adds a group as one chunk; returns where it ends in the base. */
static size_t add_group(struct merge *out, struct side *mine, struct side *theirs, struct group group,
			size_t base_start)
{
	size_t base_end = base_start;
	struct merge_chunk chunk = {.piece = MERGE_WORDS, .base_start = base_start};

	if (group.mine > mine->next)
		base_end = mine->edits[group.mine - 1].base_end;
	if (group.theirs > theirs->next && theirs->edits[group.theirs - 1].base_end > base_end)
		base_end = theirs->edits[group.theirs - 1].base_end;
	chunk.base_len = base_end - base_start;
	chunk.mine_len = side_len(mine, group.mine, chunk.base_len);
	chunk.theirs_len = side_len(theirs, group.theirs, chunk.base_len);
	chunk.kind = kind_of(mine, theirs, group, chunk.mine_len, chunk.theirs_len);
	add_chunk(out, mine, theirs, chunk);
	mine->next = group.mine;
	theirs->next = group.theirs;
	return base_end;
}

static void merge_sides(struct merge *out, size_t base_len, struct side *mine, struct side *theirs)
{
	const struct edit *first;
	size_t pos = 0;

	while ((first = first_edit(mine, theirs)) != NULL) {
		add_same(out, mine, theirs, pos, first->base_start - pos);
		pos = add_group(out, mine, theirs, group_from(mine, theirs, first), first->base_start);
	}
	add_same(out, mine, theirs, pos, base_len - pos);
}

int merge_words(struct merge *out, struct merge_text base, struct merge_text mine, struct merge_text theirs,
		struct error *err)
{
	struct side m = {0};
	struct side t = {0};
	int rc;

	*out = (struct merge){0};
	rc = read_side(&m, base, mine, err);
	if (rc == 0)
		rc = read_side(&t, base, theirs, err);
	if (rc == 0)
		merge_sides(out, base.len, &m, &t);
	free(m.edits);
	free(t.edits);
	return rc;
}

void merge_clear(struct merge *merge)
{
	free(merge->chunks);
	*merge = (struct merge){0};
}

void merge_settle(struct strbuf *out, const struct merge *merge, struct merge_text mine,
		  struct merge_text theirs, bool take_mine)
{
	for (size_t i = 0; i < merge->count; i++) {
		const struct merge_chunk *chunk = &merge->chunks[i];
		bool from_theirs =
		    chunk->kind == MERGE_THEIRS || (chunk->kind == MERGE_CONFLICT && !take_mine);

		if (from_theirs)
			strbuf_add(out, theirs.bytes + chunk->theirs_start, chunk->theirs_len);
		else
			strbuf_add(out, mine.bytes + chunk->mine_start, chunk->mine_len);
	}
}
