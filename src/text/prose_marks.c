/*
 * Strong and emphasis: which passages of a paragraph are marked, by the algorithm of CommonMark 0.30 (the
 * appendix, "process emphasis"), and marks that go on and off so that they work.
 */
#include "text/prose_internal.h"

#include <ctype.h>
#include <stdlib.h>

#include <unicode/uchar.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/unicode.h"

/* A paragraph with more runs of marks is none that somebody wrote; the search is quadratic. */
#define MOST_RUNS ((size_t)1000)

/* A run of * or _, and what is left of it. */
struct run {
	size_t pos; /* of the marks that are left; a closer gives up its first, an opener its last */
	size_t count;
	size_t whole; /* marks that the run had */
	char sign;
	bool opens, closes;
};

/* A passage between marks that work. */
struct region {
	size_t open, close; /* where the marks start */
	size_t marks;       /* 1 or 2 of them */
};

struct regions {
	struct region *items;
	size_t count, capacity;
};

/* The characters beside a place in from..end; what is outside counts as white space. */
static int32_t char_before(const char *text, size_t from, size_t pos)
{
	size_t at = pos;
	int32_t c = ' ';

	if (pos == from)
		return c;
	do {
		at--;
	} while (at > from && ((unsigned char)text[at] & 0xc0) == 0x80);
	unicode_decode(text, pos, at, &c);
	return c;
}

static int32_t char_after(const char *text, size_t end, size_t pos)
{
	int32_t c = ' ';

	if (pos < end)
		unicode_decode(text, end, pos, &c);
	return c;
}

/* CommonMark 0.30 section 2.1. */
static bool is_white(int32_t c)
{
	return c == '\t' || c == '\n' || c == '\f' || c == '\r' ||
	       (c >= 0 && u_charType(c) == U_SPACE_SEPARATOR);
}

/*
 * Punctuation is ASCII's and Unicode's P, and since CommonMark 0.31 Unicode's S, too: sites are built by
 * programs of either.
 */
static bool is_punctuation(int32_t c, bool symbols)
{
	if (c < 0)
		return false;
	if (c < 0x80)
		return ispunct(c);
	return (U_GET_GC_MASK((UChar32)c) & (U_GC_P_MASK | (symbols ? U_GC_S_MASK : 0))) != 0;
}

/* -- What is marked -- */

/* What a run of marks between two characters can do; CommonMark 0.30 section 6.2. */
static void set_flanks(struct run *run, int32_t before, int32_t after, bool symbols)
{
	bool white_before = is_white(before), white_after = is_white(after);
	bool sign_before = is_punctuation(before, symbols), sign_after = is_punctuation(after, symbols);
	bool left = !white_after && (!sign_after || white_before || sign_before);
	bool right = !white_before && (!sign_before || white_after || sign_after);

	run->opens = left && (run->sign == '*' || !right || sign_before);
	run->closes = right && (run->sign == '*' || !left || sign_after);
}

/* The runs of marks in from..end, at most MOST_RUNS; the caller frees. */
static struct run *find_runs(const char *text, size_t from, size_t end, bool symbols, size_t *count)
{
	struct prose_runs prose = {.text = text, .start = from, .end = end};
	struct run *runs = NULL;
	size_t capacity = 0, start, stop;

	*count = 0;
	while (prose_next_run(&prose, &start, &stop)) {
		for (size_t pos = start; pos < stop && *count < MOST_RUNS; pos++) {
			struct run run = {.pos = pos, .sign = text[pos]};

			if (run.sign != '*' && run.sign != '_')
				continue;
			while (pos < stop && text[pos] == run.sign)
				pos++;
			run.count = run.whole = pos - run.pos;
			set_flanks(&run, char_before(text, from, run.pos), char_after(text, end, pos),
				   symbols);
			runs = mem_grow(runs, &capacity, *count + 1, sizeof *runs);
			runs[(*count)++] = run;
			pos--;
		}
	}
	return runs;
}

/* Whether two runs go together: the rule of the multiples of 3. */
static bool fit(const struct run *opener, const struct run *closer)
{
	if (opener->count == 0 || !opener->opens || opener->sign != closer->sign)
		return false;
	if (!opener->closes && !closer->opens)
		return true;
	return (opener->whole + closer->whole) % 3 != 0 || (opener->whole % 3 == 0 && closer->whole % 3 == 0);
}

static void add_region(struct regions *out, struct run *opener, struct run *closer)
{
	size_t marks = opener->count >= 2 && closer->count >= 2 ? 2 : 1;

	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	opener->count -= marks;
	out->items[out->count++] =
	    (struct region){.open = opener->pos + opener->count, .close = closer->pos, .marks = marks};
	closer->pos += marks;
	closer->count -= marks;
}

/* The marked passages of from..end; the caller frees items. */
static void find_regions(struct regions *out, const char *text, size_t from, size_t end, bool symbols)
{
	size_t count;
	struct run *runs = find_runs(text, from, end, symbols, &count);

	*out = (struct regions){0};
	for (size_t i = 0; i < count; i++) {
		while (runs[i].closes && runs[i].count > 0) {
			size_t j = i;

			while (j > 0 && !fit(&runs[j - 1], &runs[i]))
				j--;
			if (j == 0)
				break;
			add_region(out, &runs[j - 1], &runs[i]);
			for (; j < i; j++)
				runs[j].count = 0;
		}
	}
	free(runs);
}

/* -- Changes of a paragraph -- */

enum {
	MOST_CHANGES = 64,
	MOST_STEPS = 16, /* characters that marks go inside by */
};

/* Marks that come in at a place, or bytes that go. */
struct change {
	size_t pos;
	size_t cut;
	size_t insert; /* marks */
};

struct marking {
	const struct prose_place *place;
	struct prose_block block;
	struct regions regions; /* of the block as it is */
	size_t strength;
	size_t start, end; /* the words */
	struct change changes[MOST_CHANGES];
	size_t count;
	size_t gone; /* regions that go by the changes */
};

static void add_change(struct marking *m, size_t pos, size_t cut, size_t insert)
{
	if (m->count < MOST_CHANGES)
		m->changes[m->count++] = (struct change){.pos = pos, .cut = cut, .insert = insert};
}

/* Takes the marks of a region away. */
static void unmark(struct marking *m, const struct region *region)
{
	add_change(m, region->open, region->marks, 0);
	add_change(m, region->close, region->marks, 0);
	m->gone++;
}

/* In order of place, what goes before what comes in at the same. */
static int by_place(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return (x->cut < y->cut) - (x->cut > y->cut);
}

/* Where a place of the old text is in the new; behind: behind the marks that come in right there. */
static size_t placed(const struct marking *m, size_t pos, bool behind)
{
	size_t place = pos;

	for (size_t i = 0; i < m->count; i++) {
		const struct change *change = &m->changes[i];

		if (change->insert > 0 && (change->pos < pos || (behind && change->pos == pos)))
			place += change->insert;
		else if (change->cut > 0 && change->pos < pos)
			place -= change->cut < pos - change->pos ? change->cut : pos - change->pos;
	}
	return place;
}

/* The block as the changes make it. */
static void add_changed(struct strbuf *out, struct marking *m)
{
	const char *text = m->place->text;
	size_t done = m->block.start;

	qsort(m->changes, m->count, sizeof m->changes[0], by_place);
	for (size_t i = 0; i < m->count; i++) {
		const struct change *change = &m->changes[i];

		if (change->pos > done)
			strbuf_add(out, text + done, change->pos - done);
		done = change->pos + change->cut > done ? change->pos + change->cut : done;
		strbuf_add(out, "**", change->insert);
	}
	strbuf_add(out, text + done, m->block.end - done);
}

static bool is_mark(char c)
{
	return c == '*' || c == '_';
}

/* Whether a region is around start..end of the text, and nothing else but marks. */
static bool is_around(const struct region *region, const char *text, size_t start, size_t end)
{
	size_t from = region->open + region->marks, to = region->close;

	while (from < start && is_mark(text[from]))
		from++;
	while (start < from && is_mark(text[start]))
		start++;
	while (to > end && is_mark(text[to - 1]))
		to--;
	while (end > to && is_mark(text[end - 1]))
		end--;
	return from == start && to == end;
}

/* Whether the changed block has count passages, one of which, if wanted, is around the words. */
static bool works_as(struct marking *m, const struct strbuf *changed, size_t count, bool wanted, bool symbols)
{
	size_t shift = m->block.start;
	size_t start = placed(m, m->start, true) - shift, end = placed(m, m->end, false) - shift;
	struct regions regions;
	bool found = !wanted;

	find_regions(&regions, changed->data, 0, changed->len, symbols);
	for (size_t i = 0; i < regions.count && !found; i++)
		found = regions.items[i].marks == m->strength &&
			is_around(&regions.items[i], changed->data, start, end);
	found = found && regions.count == count;
	free(regions.items);
	return found;
}

static bool works(struct marking *m, size_t count, bool wanted)
{
	struct strbuf changed = STRBUF_INIT;
	bool ok;

	add_changed(&changed, m);
	ok = m->count < MOST_CHANGES && works_as(m, &changed, count, wanted, false) &&
	     works_as(m, &changed, count, wanted, true);
	strbuf_clear(&changed);
	return ok;
}

/* -- On -- */

/* The mark that closes what this one opens, or -1. */
static int32_t partner(int32_t c)
{
	static const int32_t pairs[][2] = {{0x201c, 0x201d}, {0x2018, 0x2019}, {0x300c, 0x300d},
					   {0x300e, 0x300f}, {0x300a, 0x300b}, {0x3008, 0x3009},
					   {0xff08, 0xff09}, {0x3010, 0x3011}, {'(', ')'},
					   {'[', ']'},       {0xab, 0xbb},     {'"', '"'},
					   {'\'', '\''},     {0x201e, 0x201c}};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		if (pairs[i][0] == c)
			return pairs[i][1];
	}
	return -1;
}

static size_t bytes_of(int32_t c)
{
	return c < 0 ? 1 : (size_t)U8_LENGTH(c);
}

/*
 * Has the words begin or end one character further inside where marks would not work outside of it: a
 * quotation mark with its partner.  False when that is not what is wrong.
 */
static bool step_inside(struct marking *m)
{
	const char *text = m->place->text;
	int32_t before = char_before(text, m->block.start, m->start);
	int32_t first = char_after(text, m->end, m->start);
	int32_t last = char_before(text, m->start, m->end);
	int32_t after = char_after(text, m->block.end, m->end);
	struct run opener = {.sign = '*'}, closer = {.sign = '*'};
	bool pair = partner(first) == last && first >= 0;
	bool open, close;

	set_flanks(&opener, before, first, is_punctuation(first, true) && !is_punctuation(before, false));
	set_flanks(&closer, last, after, is_punctuation(last, true) && !is_punctuation(after, false));
	open = !opener.opens && is_punctuation(first, true);
	close = !closer.closes && is_punctuation(last, true);
	if (open || (close && pair))
		m->start += bytes_of(first);
	if (close || (open && pair))
		m->end -= bytes_of(last);
	return (open || close) && m->start < m->end;
}

/* Takes into the words the passages marked alike that they reach into, whose own marks go. */
static void swallow(struct marking *m)
{
	for (size_t i = 0; i < m->regions.count; i++) {
		const struct region *region = &m->regions.items[i];
		size_t after = region->close + region->marks;

		if (region->marks != m->strength || region->open >= m->end || after <= m->start)
			continue;
		unmark(m, region);
		m->start = region->open < m->start ? region->open : m->start;
		m->end = after > m->end ? after : m->end;
	}
}

static bool mark(struct marking *m)
{
	size_t kept;

	swallow(m);
	kept = m->count;
	for (int i = 0; i < MOST_STEPS; i++) {
		m->count = kept;
		add_change(m, m->start, 0, m->strength);
		add_change(m, m->end, 0, m->strength);
		if (works(m, m->regions.count - m->gone + 1, true))
			return true;
		/* works() has put them in order: those that come in are looked for */
		for (size_t j = 0; j < m->count;) {
			if (m->changes[j].insert > 0)
				m->changes[j] = m->changes[--m->count];
			else
				j++;
		}
		if (!step_inside(m))
			return false;
	}
	return false;
}

/* -- Off -- */

/* Takes the marks from a part of a passage: what stands before and after it keeps its own. */
static bool unmark_part(struct marking *m, const struct region *region)
{
	const char *text = m->place->text;
	size_t left = m->start, right = m->end;

	while (left > region->open + region->marks && is_white((unsigned char)text[left - 1]))
		left--;
	while (right < region->close && is_white((unsigned char)text[right]))
		right++;
	if (left > region->open + region->marks)
		add_change(m, left, 0, region->marks);
	else
		add_change(m, region->open, region->marks, 0);
	if (right < region->close)
		add_change(m, right, 0, region->marks);
	else
		add_change(m, region->close, region->marks, 0);
	return works(m, m->regions.count + (m->changes[0].insert > 0 && m->changes[1].insert > 0), false);
}

/* The innermost passage of this strength that the words are in, or NULL. */
static const struct region *marked_around(const struct marking *m)
{
	const struct region *found = NULL;

	for (size_t i = 0; i < m->regions.count; i++) {
		const struct region *region = &m->regions.items[i];

		if (region->marks != m->strength || region->open > m->start ||
		    region->close + region->marks < m->end)
			continue;
		if (found == NULL || region->open > found->open)
			found = region;
	}
	return found;
}

/* -- Either -- */

/* Leaves out of the words the marks at their ends that belong to passages beyond, and blanks there. */
static void leave_marks(struct marking *m)
{
	const char *text = m->place->text;
	size_t start = m->start, end = m->end;

	for (size_t i = 0; i < m->regions.count; i++) {
		const struct region *region = &m->regions.items[i];

		if (region->open < start && region->close <= start && start < region->close + region->marks)
			start = region->close + region->marks;
		if (region->close >= end && region->open < end && end <= region->open + region->marks)
			end = region->open;
	}
	while (start < end && is_white((unsigned char)text[start]))
		start++;
	while (end > start && is_white((unsigned char)text[end - 1]))
		end--;
	if (start < end) {
		m->start = start;
		m->end = end;
	}
}

/* Gives what the changes make of the block, without the ends that stay the same. */
static void give_edit(struct prose_edit *out, struct marking *m)
{
	const struct prose_place *p = m->place;
	size_t len = m->block.end - m->block.start, same = 0, tail = 0;

	*out = (struct prose_edit){.insert = STRBUF_INIT};
	add_changed(&out->insert, m);
	while (same < len && same < out->insert.len &&
	       p->text[m->block.start + same] == out->insert.data[same])
		same++;
	while (tail < len - same && tail < out->insert.len - same &&
	       p->text[m->block.end - tail - 1] == out->insert.data[out->insert.len - tail - 1])
		tail++;
	out->pos = m->block.start + same;
	out->cut = len - same - tail;
	strbuf_truncate(&out->insert, out->insert.len - tail);
	strbuf_splice(&out->insert, 0, same, NULL, 0);
	if (p->start == p->end) {
		out->start = out->end = placed(m, p->start, p->start <= m->start);
	} else {
		out->start = placed(m, m->start, true);
		out->end = placed(m, m->end, false);
	}
}

int prose_emphasise(struct prose_edit *out, const struct prose_place *p, enum prose_strength strength,
		    struct error *err)
{
	struct marking m = {.place = p, .strength = strength};
	const struct region *region;
	int rc = prose_words(p, "Marking", &m.block, &m.start, &m.end, err);
	bool done;

	if (rc < 0)
		return rc;
	find_regions(&m.regions, p->text, m.block.start, m.block.end, false);
	leave_marks(&m);
	region = marked_around(&m);
	if (region == NULL) {
		done = mark(&m);
	} else if (p->start == p->end || is_around(region, p->text, m.start, m.end)) {
		unmark(&m, region);
		done = true;
	} else {
		done = unmark_part(&m, region);
	}
	if (done)
		give_edit(out, &m);
	free(m.regions.items);
	if (done)
		return 0;
	return error_set(err, E_REFUSED,
			 "Marks would not work here, beside other marks or signs: select fewer words, "
			 "or more.");
}
