#include "text/hunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"
#include "text/frontmatter.h"
#include "text/lines.h"
#include "text/unicode.h"

/* Bytes of a text, start to end. */
struct range {
	size_t start;
	size_t end;
};

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

/* -- Widening -- */

struct widener {
	const char *text;
	size_t len;
	struct range fences[2]; /* the lines that begin and end front matter; empty where there is none */
	struct unicode_segmenter *words;
	struct unicode_segment *segments; /* of the line that was looked at last */
	size_t count;
	size_t capacity;
};

static void find_fences(struct widener *w)
{
	struct frontmatter *fm;
	size_t body;

	(void)frontmatter_parse(&fm, w->text, w->len, NULL);
	body = frontmatter_body(fm);
	if (frontmatter_present(fm) && body > 0) {
		w->fences[0] = (struct range){0, lines_after(w->text, w->len, 0)};
		w->fences[1] = (struct range){lines_start(w->text, body - 1), body};
	}
	frontmatter_free(fm);
}

/* Takes in the whole of a line that begins or ends front matter where a part of it is in. */
static struct range with_fences(const struct widener *w, struct range range)
{
	for (size_t i = 0; i < 2; i++) {
		struct range fence = w->fences[i];

		if (range.start < fence.end && range.end > fence.start)
			range =
			    (struct range){smaller(range.start, fence.start), larger(range.end, fence.end)};
	}
	return range;
}

/* A word around pos or on one side of it: nothing where the start is not before the end. */
struct neighbour {
	struct range around, before, after;
};

/* Finds the words of the line that holds pos which are next to it. */
static struct neighbour neighbours_in_line(struct widener *w, size_t line, size_t pos)
{
	size_t end = lines_end(w->text, w->len, line);
	struct neighbour found = {0};
	size_t start = line;

	w->count = 0;
	unicode_segments(w->words, w->text + line, end - line, &w->segments, &w->count, &w->capacity);
	for (size_t i = 0; i < w->count; i++) {
		struct range word = {start, line + w->segments[i].end};

		start = word.end;
		if (!w->segments[i].word)
			continue;
		if (word.end <= pos)
			found.before = word;
		else if (word.start < pos)
			found.around = word;
		else if (found.after.end == 0)
			found.after = word;
	}
	return found;
}

static bool is_there(struct range range)
{
	return range.start < range.end;
}

/* The last word of the lines before the one at line. */
static struct range word_above(struct widener *w, size_t line, size_t pos)
{
	struct range found = {0};

	while (!is_there(found) && line > 0) {
		line = lines_start(w->text, line - 1);
		found = neighbours_in_line(w, line, pos).before;
	}
	return found;
}

static struct range word_below(struct widener *w, size_t line, size_t pos)
{
	struct range found = {0};

	while (!is_there(found) && (line = lines_after(w->text, w->len, line)) < w->len)
		found = neighbours_in_line(w, line, pos).after;
	return found;
}

/* A place becomes a passage with the nearest word in it; the one before where both are as near. */
static struct range with_neighbour(struct widener *w, size_t pos)
{
	size_t line = lines_start(w->text, pos);
	struct neighbour near = neighbours_in_line(w, line, pos);

	if (is_there(near.around))
		return near.around;
	if (is_there(near.before) &&
	    (!is_there(near.after) || pos - near.before.end <= near.after.start - pos))
		return (struct range){near.before.start, pos};
	if (is_there(near.after))
		return (struct range){pos, near.after.end};
	near.before = word_above(w, line, pos);
	if (is_there(near.before))
		return (struct range){near.before.start, pos};
	near.after = word_below(w, line, pos);
	if (is_there(near.after))
		return (struct range){pos, near.after.end};
	return (struct range){0, w->len};
}

static struct range widen(struct widener *w, const struct hunk *hunk)
{
	struct range range = {hunk->start, hunk->start + hunk->len};

	if (hunk->len == 0)
		range = with_neighbour(w, hunk->start);
	return with_fences(w, range);
}

/* -- Settling -- */

void hunks_add(struct hunks *hunks, size_t start, size_t len, const char *text, size_t text_len)
{
	hunks->items = mem_grow(hunks->items, &hunks->capacity, hunks->count + 1, sizeof *hunks->items);
	hunks->items[hunks->count++] = (struct hunk){start, len, mem_strndup(text, text_len), text_len};
}

void hunks_clear(struct hunks *hunks)
{
	for (size_t i = 0; i < hunks->count; i++)
		free(hunks->items[i].text);
	free(hunks->items);
	*hunks = (struct hunks){0};
}

/* Changes from first on whose widened passages overlap. */
struct group {
	struct range range;
	size_t first;
};

/* Puts each change into the group that it overlaps with, or a new one; the caller frees. */
static struct group *make_groups(struct widener *w, const struct hunks *changes, size_t *count)
{
	struct group *groups = mem_zalloc(changes->count, sizeof *groups);
	size_t n = 0;

	for (size_t i = 0; i < changes->count; i++) {
		struct group group = {widen(w, &changes->items[i]), i};

		while (n > 0 && group.range.start < groups[n - 1].range.end) {
			n--;
			group.first = groups[n].first;
			group.range.start = smaller(group.range.start, groups[n].range.start);
			group.range.end = larger(group.range.end, groups[n].range.end);
		}
		groups[n++] = group;
	}
	*count = n;
	return groups;
}

/* What a group's passage becomes, with the changes first..end in it. */
static void add_group(struct hunks *out, const char *text, struct range range, const struct hunk *first,
		      const struct hunk *end)
{
	struct strbuf replacement = STRBUF_INIT;
	size_t pos = range.start;
	size_t len = range.end - range.start;

	for (const struct hunk *change = first; change < end; change++) {
		strbuf_add(&replacement, text + pos, change->start - pos);
		strbuf_add(&replacement, change->text, change->text_len);
		pos = change->start + change->len;
	}
	strbuf_add(&replacement, text + pos, range.end - pos);
	if (replacement.len != len || memcmp(replacement.data, text + range.start, len) != 0)
		hunks_add(out, range.start, len, replacement.data, replacement.len);
	strbuf_clear(&replacement);
}

int hunks_settle(struct hunks *hunks, const char *old_text, size_t old_len, struct error *err)
{
	struct widener w = {.text = old_text, .len = old_len};
	struct hunks settled = {0};
	struct group *groups;
	size_t count;
	int rc;

	if (hunks->count == 0)
		return 0;
	if (old_len == 0)
		return error_set(err, E_INVALID,
				 "There is no text yet to suggest other words for: save one.");
	rc = unicode_segmenter_new(&w.words, UNICODE_WORD, NULL, err);
	if (rc < 0)
		return rc;
	find_fences(&w);
	groups = make_groups(&w, hunks, &count);
	for (size_t i = 0; i < count; i++) {
		size_t end = i + 1 < count ? groups[i + 1].first : hunks->count;

		add_group(&settled, old_text, groups[i].range, &hunks->items[groups[i].first],
			  &hunks->items[end]);
	}
	free(groups);
	free(w.segments);
	unicode_segmenter_free(w.words);
	hunks_clear(hunks);
	*hunks = settled;
	return 0;
}

int hunks_make(struct hunks *out, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
	       struct error *err)
{
	struct diff diff;
	int rc = diff_words(&diff, old_text, old_len, new_text, new_len, err);

	*out = (struct hunks){0};
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < diff.count; i++) {
		const struct diff_span *first = &diff.spans[i];
		const struct diff_span *last = first;

		if (first->kind == DIFF_SAME)
			continue;
		while (i + 1 < diff.count && diff.spans[i + 1].kind != DIFF_SAME)
			last = &diff.spans[++i];
		hunks_add(out, first->old_start, last->old_start + last->old_len - first->old_start,
			  new_text + first->new_start, last->new_start + last->new_len - first->new_start);
	}
	diff_clear(&diff);
	return hunks_settle(out, old_text, old_len, err);
}

void hunks_apply(struct strbuf *out, const struct hunks *hunks, const char *old_text, size_t old_len)
{
	size_t pos = 0;

	for (size_t i = 0; i < hunks->count; i++) {
		const struct hunk *hunk = &hunks->items[i];

		strbuf_add(out, old_text + pos, hunk->start - pos);
		strbuf_add(out, hunk->text, hunk->text_len);
		pos = hunk->start + hunk->len;
	}
	strbuf_add(out, old_text + pos, old_len - pos);
}

/* -- Finding a passage again -- */

bool hunk_shift(size_t *start, size_t len, const struct hunks *applied)
{
	size_t shifted = *start;

	for (size_t i = 0; i < applied->count; i++) {
		const struct hunk *hunk = &applied->items[i];

		if (hunk->start + hunk->len <= *start)
			shifted += hunk->text_len - hunk->len;
		else if (hunk->start < *start + len)
			return false;
	}
	*start = shifted;
	return true;
}

/* Bytes of surroundings that are compared on each side. */
#define SURROUNDINGS 96

/*
 * Bytes that must be alike, of a passage and around it: where a difference says that it stayed, since a
 * word may have stayed by chance; and where nothing but the words says where it is.
 */
#define LEAST_BY_DIFF  16
#define LEAST_BY_WORDS 32

/* The span that stayed and holds the passage whole. */
static bool find_by_diff(size_t *at, const struct diff *diff, size_t start, size_t len)
{
	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_span *span = &diff->spans[i];

		if (span->kind != DIFF_SAME || start < span->old_start ||
		    start + len > span->old_start + span->old_len)
			continue;
		*at = span->new_start + (start - span->old_start);
		return true;
	}
	return false;
}

/* Bytes on both sides of a passage that are alike in both texts. */
static size_t alike_around(struct hunk_text a, size_t a_start, struct hunk_text b, size_t b_start, size_t len)
{
	size_t before = 0;
	size_t after = 0;
	size_t a_end = a_start + len;
	size_t b_end = b_start + len;

	while (before < SURROUNDINGS && before < a_start && before < b_start &&
	       a.bytes[a_start - before - 1] == b.bytes[b_start - before - 1])
		before++;
	while (after < SURROUNDINGS && after < a.len - a_end && after < b.len - b_end &&
	       a.bytes[a_end + after] == b.bytes[b_end + after])
		after++;
	return before + after;
}

/* The one place where the words stand with more of their surroundings than anywhere else. */
static bool find_by_words(size_t *at, struct hunk_text old_text, struct hunk_text new_text, size_t start,
			  size_t len)
{
	const char *from = new_text.bytes;
	const char *end = new_text.bytes + new_text.len;
	const char *found;
	size_t best = 0;
	size_t places = 0; /* as good as the best */

	while ((found = memmem(from, (size_t)(end - from), old_text.bytes + start, len)) != NULL) {
		size_t pos = (size_t)(found - new_text.bytes);
		size_t alike = alike_around(old_text, start, new_text, pos, len);

		from = found + 1;
		if (places > 0 && alike < best)
			continue;
		places = places > 0 && alike == best ? places + 1 : 1;
		best = alike;
		*at = pos;
	}
	return places == 1 && best + len >= LEAST_BY_WORDS;
}

bool hunk_find(size_t *at, const struct diff *diff, struct hunk_text old_text, struct hunk_text new_text,
	       size_t start, size_t len)
{
	if (len == 0 || start > old_text.len || len > old_text.len - start)
		return false;
	if (diff != NULL && !diff->coarse && find_by_diff(at, diff, start, len)) {
		size_t alike = len + alike_around(old_text, start, new_text, *at, len);

		return alike >= smaller(old_text.len, LEAST_BY_DIFF);
	}
	return find_by_words(at, old_text, new_text, start, len);
}
