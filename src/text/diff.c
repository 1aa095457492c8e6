#include "text/diff.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/paragraph.h"
#include "text/passage.h"
#include "text/sequence.h"
#include "text/unicode.h"

/* Steps that one comparison may take in all: some tenths of a second. */
#define WORK_LIMIT ((uint64_t)40000000)

struct comparison {
	struct diff *out;
	struct paragraphs old_side, new_side;
	size_t old_pos, new_pos;         /* bytes that spans cover already */
	size_t removed, added;           /* bytes after these, gathered until something stayed */
	struct unicode_segmenter *words; /* opened for the first passage that needs it */
	bool whole_words;
	uint64_t work;
};

/* -- Spans -- */

static void add_span(struct comparison *c, enum diff_kind kind, size_t old_len, size_t new_len)
{
	struct diff *out = c->out;
	struct diff_span *last = out->count > 0 ? &out->spans[out->count - 1] : NULL;

	if (old_len == 0 && new_len == 0)
		return;
	if (last != NULL && last->kind == kind) {
		last->old_len += old_len;
		last->new_len += new_len;
	} else {
		out->spans = mem_grow(out->spans, &out->capacity, out->count + 1, sizeof *out->spans);
		out->spans[out->count++] = (struct diff_span){kind, c->old_pos, old_len, c->new_pos, new_len};
	}
	c->old_pos += old_len;
	c->new_pos += new_len;
}

/* Bytes of the line end (LF or CR LF) that stands before end; 0 when none does. */
static size_t line_end_len(const char *start, const char *end)
{
	if (end == start || end[-1] != '\n')
		return 0;
	return end - 1 > start && end[-2] == '\r' ? 2 : 1;
}

/* Bytes of line ends that removed and added text both end with: those stayed. */
static size_t common_line_ends(const struct comparison *c)
{
	const char *old_start = c->old_side.text + c->old_pos;
	const char *new_start = c->new_side.text + c->new_pos;
	const char *old_end = old_start + c->removed;
	const char *new_end = new_start + c->added;
	size_t len;

	while ((len = line_end_len(old_start, old_end)) > 0 && len == line_end_len(new_start, new_end)) {
		old_end -= len;
		new_end -= len;
	}
	return (size_t)(old_start + c->removed - old_end);
}

/* Bytes of whole lines that two texts both start with; all of them where they are equal. */
static size_t common_lines(struct passage_text a, struct passage_text b)
{
	size_t same = 0;

	for (size_t i = 0; i < a.len && i < b.len && a.bytes[i] == b.bytes[i]; i++)
		if (a.bytes[i] == '\n' || (i + 1 == a.len && i + 1 == b.len))
			same = i + 1;
	return same;
}

/* Turns what was gathered into spans, without what it has in common at its ends. */
static void flush(struct comparison *c)
{
	struct passage_text removed = {c->old_side.text + c->old_pos, c->removed};
	struct passage_text added = {c->new_side.text + c->new_pos, c->added};
	size_t stayed = common_lines(removed, added);

	add_span(c, DIFF_SAME, stayed, stayed);
	c->removed -= stayed;
	c->added -= stayed;
	stayed = c->removed > 0 && c->added > 0 ? common_line_ends(c) : 0;
	add_span(c, DIFF_REMOVED, c->removed - stayed, 0);
	add_span(c, DIFF_ADDED, 0, c->added - stayed);
	add_span(c, DIFF_SAME, stayed, stayed);
	c->removed = c->added = 0;
}

static void give_same(struct comparison *c, size_t len)
{
	if (len == 0)
		return;
	flush(c);
	add_span(c, DIFF_SAME, len, len);
}

static void give_change(struct comparison *c, size_t removed, size_t added)
{
	c->removed += removed;
	c->added += added;
}

/* -- Paragraphs, then words -- */

static struct passage_text passage_of(const struct paragraphs *side, size_t start, size_t count)
{
	size_t first = paragraphs_start(side, start);

	return (struct passage_text){side->text + first, paragraphs_start(side, start + count) - first};
}

/* Bytes of a passage before its last line end and the blank lines after it. */
static size_t core_of(const struct paragraphs *side, size_t start, size_t count)
{
	const struct paragraph *last = &side->items[start + count - 1];

	return last->start + last->core - side->items[start].start;
}

/* Compares what stands after the last words of two passages: line ends and blank lines. */
static void compare_ends(struct comparison *c, struct passage_text a, struct passage_text b)
{
	size_t same = common_lines(a, b);

	give_same(c, same);
	give_change(c, a.len - same, b.len - same);
}

static void give_passage(struct comparison *c, const struct passage *passage, size_t old_len)
{
	size_t pos = 0;

	for (size_t i = 0; i < passage->count; i++) {
		const struct passage_change *change = &passage->changes[i];

		give_same(c, change->old_start - pos);
		give_change(c, change->old_len, change->new_len);
		pos = change->old_start + change->old_len;
	}
	give_same(c, old_len - pos);
}

/* Compares the words of two passages; sure: whatever stayed of them. *alike: they have words in common. */
static int compare_words(struct comparison *c, struct passage_text a, struct passage_text b, bool sure,
			 bool *alike, struct error *err)
{
	struct passage_options options = {.whole_words = c->whole_words, .work = &c->work};
	struct passage passage;

	if (c->words == NULL) {
		int rc = unicode_segmenter_new(&c->words, UNICODE_WORD, NULL, err);

		if (rc < 0)
			return rc;
	}
	options.words = c->words;
	passage_compare(&passage, a, b, &options);
	c->out->coarse |= !passage.complete;
	*alike = passage.alike || sure;
	if (*alike)
		give_passage(c, &passage, a.len);
	else
		give_change(c, a.len, b.len);
	free(passage.changes);
	return 0;
}

static bool equal(struct passage_text a, struct passage_text b)
{
	return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

static void add_pair(struct diff *out, struct paragraph_range range, bool rewritten)
{
	out->pairs = mem_grow(out->pairs, &out->pair_capacity, out->pair_count + 1, sizeof *out->pairs);
	out->pairs[out->pair_count++] = (struct diff_pair){range, rewritten};
}

/* Compares paragraphs that became each other. */
static int compare_pair(struct comparison *c, struct paragraph_range pair, bool sure, struct error *err)
{
	struct passage_text a = passage_of(&c->old_side, pair.old_start, pair.old_count);
	struct passage_text b = passage_of(&c->new_side, pair.new_start, pair.new_count);
	struct passage_text old_end = a;
	struct passage_text new_end = b;
	bool alike = true;
	int rc = 0;

	if (pair.old_count == 0 || pair.new_count == 0) {
		give_change(c, a.len, b.len);
		add_pair(c->out, pair, false);
		return 0;
	}
	a.len = core_of(&c->old_side, pair.old_start, pair.old_count);
	b.len = core_of(&c->new_side, pair.new_start, pair.new_count);
	if (equal(a, b))
		give_same(c, a.len);
	else
		rc = compare_words(c, a, b, sure, &alike, err);
	add_pair(c->out, pair, !alike);
	old_end = (struct passage_text){old_end.bytes + a.len, old_end.len - a.len};
	new_end = (struct passage_text){new_end.bytes + b.len, new_end.len - b.len};
	compare_ends(c, old_end, new_end);
	return rc;
}

/* Paragraphs between two that stayed. */
static int compare_range(struct comparison *c, struct paragraph_range range, struct error *err)
{
	struct paragraph_pairs pairs = {0};
	int rc = 0;

	if (range.old_count == 0 && range.new_count == 0)
		return 0;
	c->out->coarse |= !paragraphs_pair(&pairs, &c->old_side, &c->new_side, range);
	for (size_t i = 0; i < pairs.count && rc == 0; i++) {
		struct paragraph_range pair = pairs.items[i];
		bool sure = pair.old_count == 1 && pair.new_count == 1 &&
			    paragraphs_same_field(&c->old_side, pair.old_start, &c->new_side, pair.new_start);

		rc = compare_pair(c, pair, sure, err);
	}
	free(pairs.items);
	return rc;
}

/*
 * Numbers the paragraphs of a side by what they say: white space counts as one space, so that a text
 * that was wrapped anew or got other line ends still has its paragraphs. plain has room for the text.
 */
static uint32_t *number_paragraphs(const struct paragraphs *side, struct sequence_table *table, char *plain)
{
	uint32_t *numbers = mem_alloc(side->count * sizeof *numbers);

	for (size_t i = 0; i < side->count; i++) {
		const char *from = side->text + side->items[i].start;
		const char *end = from + side->items[i].core;
		char *start = plain;

		while (from < end) {
			bool space = *from == ' ' || *from == '\t' || *from == '\n' || *from == '\r';

			if (!space || plain == start || plain[-1] != ' ')
				*plain++ = space ? ' ' : *from;
			from++;
		}
		numbers[i] = sequence_number(table, start, (size_t)(plain - start));
	}
	return numbers;
}

/* -- Moved paragraphs -- */

static void add_move(struct diff *out, size_t old_paragraph, size_t new_paragraph)
{
	out->moves = mem_grow(out->moves, &out->move_capacity, out->move_count + 1, sizeof *out->moves);
	out->moves[out->move_count++] = (struct diff_move){old_paragraph, new_paragraph};
}

/* Whether a paragraph says anything: a rule or the line under a table's head does not. */
static bool has_words(const struct paragraphs *side, size_t index)
{
	const struct paragraph *p = &side->items[index];
	int32_t c;

	for (size_t pos = 0; pos < p->core;) {
		pos += unicode_decode(side->text + p->start, p->core, pos, &c);
		if (unicode_is_letter(c) || unicode_is_number(c))
			return true;
	}
	return false;
}

/*
 * Finds paragraphs that stand elsewhere with all their words: those that no common order holds, under
 * the same number on both sides.  They are kept from being taken for another wording of a neighbour.
 */
static void find_exact_moves(struct comparison *c, const uint32_t *a, const uint32_t *b,
			     const size_t *partner)
{
	struct paragraphs *old_side = &c->old_side;
	struct paragraphs *new_side = &c->new_side;
	size_t numbers = old_side->count + new_side->count;
	size_t *stands = mem_alloc((numbers + 1) * sizeof *stands);
	bool *matched = mem_zalloc(new_side->count + 1, sizeof *matched);

	for (size_t i = 0; i < numbers; i++)
		stands[i] = SEQUENCE_NONE;
	for (size_t i = old_side->count; i-- > 0;) {
		if (partner[i] != SEQUENCE_NONE)
			matched[partner[i]] = true;
		else if (!old_side->items[i].field && has_words(old_side, i))
			stands[a[i]] = i;
	}
	for (size_t j = 0; j < new_side->count; j++) {
		size_t i = stands[b[j]];

		if (matched[j] || new_side->items[j].field || i == SEQUENCE_NONE)
			continue;
		add_move(c->out, i, j);
		old_side->items[i].moved = new_side->items[j].moved = true;
		stands[b[j]] = SEQUENCE_NONE;
	}
	free(matched);
	free(stands);
}

/* Finds paragraphs that stand elsewhere in about their words, among those that found no partner. */
static void find_near_moves(struct comparison *c)
{
	struct diff *out = c->out;
	size_t *went = mem_alloc((c->old_side.count + 1) * sizeof *went);
	size_t *came = mem_alloc((c->new_side.count + 1) * sizeof *came);
	struct paragraph_pairs found = {0};
	size_t went_count = 0;
	size_t came_count = 0;

	for (size_t i = 0; i < out->pair_count; i++) {
		const struct paragraph_range *range = &out->pairs[i].range;

		if (range->old_count > 0 && range->new_count > 0 && !out->pairs[i].rewritten)
			continue;
		for (size_t k = range->old_start; k < range->old_start + range->old_count; k++)
			if (!c->old_side.items[k].moved && !c->old_side.items[k].field)
				went[went_count++] = k;
		for (size_t k = range->new_start; k < range->new_start + range->new_count; k++)
			if (!c->new_side.items[k].moved && !c->new_side.items[k].field)
				came[came_count++] = k;
	}
	paragraphs_find_moved(&found, &c->old_side, went, went_count, &c->new_side, came, came_count);
	for (size_t i = 0; i < found.count; i++)
		add_move(out, found.items[i].old_start, found.items[i].new_start);
	free(found.items);
	free(went);
	free(came);
}

/* The partner of each old paragraph among the new ones; the caller frees. */
static size_t *match_paragraphs(struct comparison *c, size_t old_len, size_t new_len)
{
	struct sequence_table *table = sequence_table_new();
	char *plain = mem_alloc(old_len + new_len);
	uint32_t *a = number_paragraphs(&c->old_side, table, plain);
	uint32_t *b = number_paragraphs(&c->new_side, table, plain + old_len);
	size_t *partner = mem_alloc(c->old_side.count * sizeof *partner);

	if (!sequence_match(a, c->old_side.count, b, c->new_side.count, partner, &c->work))
		c->out->coarse = true;
	find_exact_moves(c, a, b, partner);
	sequence_table_free(table);
	free(plain);
	free(a);
	free(b);
	return partner;
}

static int compare_all(struct comparison *c, size_t old_len, size_t new_len, struct error *err)
{
	size_t *partner = match_paragraphs(c, old_len, new_len);
	struct paragraph_range range = {0};
	int rc = 0;

	for (size_t i = 0; i < c->old_side.count && rc == 0; i++) {
		if (partner[i] == SEQUENCE_NONE)
			continue;
		range.old_count = i - range.old_start;
		range.new_count = partner[i] - range.new_start;
		rc = compare_range(c, range, err);
		range = (struct paragraph_range){i, 1, partner[i], 1};
		if (rc == 0)
			rc = compare_pair(c, range, true, err);
		range = (struct paragraph_range){i + 1, 0, partner[i] + 1, 0};
	}
	range.old_count = c->old_side.count - range.old_start;
	range.new_count = c->new_side.count - range.new_start;
	if (rc == 0)
		rc = compare_range(c, range, err);
	flush(c);
	if (rc == 0)
		find_near_moves(c);
	free(partner);
	return rc;
}

/* Whether two texts of several paragraphs have so little in common that they are two texts. */
static bool far_apart(const struct comparison *c, size_t old_len, size_t new_len)
{
	size_t kept = 0;

	if (c->old_side.count < 2 || c->new_side.count < 2)
		return false;
	for (size_t i = 0; i < c->out->count; i++)
		if (c->out->spans[i].kind == DIFF_SAME)
			kept += c->out->spans[i].old_len;
	return kept < old_len / 10 && kept < new_len / 10;
}

static int compare(struct diff *out, struct passage_text old_text, struct passage_text new_text,
		   bool whole_words, struct error *err)
{
	struct comparison c = {.out = out, .whole_words = whole_words, .work = WORK_LIMIT};
	int rc;

	*out = (struct diff){0};
	old_text.bytes = old_text.len > 0 ? old_text.bytes : "";
	new_text.bytes = new_text.len > 0 ? new_text.bytes : "";
	paragraphs_split(&c.old_side, old_text.bytes, old_text.len);
	paragraphs_split(&c.new_side, new_text.bytes, new_text.len);
	rc = compare_all(&c, old_text.len, new_text.len, err);
	out->coarse |= far_apart(&c, old_text.len, new_text.len);
	paragraphs_clear(&c.old_side);
	paragraphs_clear(&c.new_side);
	unicode_segmenter_free(c.words);
	if (rc < 0)
		diff_clear(out);
	return rc;
}

int diff_words(struct diff *out, const char *old_text, size_t old_len, const char *new_text, size_t new_len,
	       struct error *err)
{
	return compare(out, (struct passage_text){old_text, old_len},
		       (struct passage_text){new_text, new_len}, false, err);
}

int diff_whole_words(struct diff *out, const char *old_text, size_t old_len, const char *new_text,
		     size_t new_len, struct error *err)
{
	return compare(out, (struct passage_text){old_text, old_len},
		       (struct passage_text){new_text, new_len}, true, err);
}

void diff_clear(struct diff *diff)
{
	free(diff->spans);
	free(diff->pairs);
	free(diff->moves);
	*diff = (struct diff){0};
}

size_t diff_changes(const struct diff *diff)
{
	size_t changes = 0;

	for (size_t i = 0; i < diff->count; i++)
		changes +=
		    diff->spans[i].kind != DIFF_SAME && (i == 0 || diff->spans[i - 1].kind == DIFF_SAME);
	return changes;
}

/* -- For people -- */

/* Whether a text is nothing but line ends, which no mark can stand around in one line. */
static bool only_line_ends(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (text[i] != '\n' && text[i] != '\r')
			return false;
	return true;
}

void diff_marks_clear(struct diff_marks *marks)
{
	free(marks->items);
	*marks = (struct diff_marks){0};
}

static void add_mark(struct diff_marks *marks, size_t start, size_t end, bool added)
{
	if (marks == NULL)
		return;
	marks->items = mem_grow(marks->items, &marks->capacity, marks->count + 1, sizeof *marks->items);
	marks->items[marks->count++] = (struct diff_mark){start, end - start, added};
}

/* Appends a changed text between marks, line by line, so that each line can be read alone. */
static void format_change(struct strbuf *out, bool added, const char *text, size_t len,
			  struct diff_marks *marks)
{
	const char *around = added ? "{++}" : "[--]";
	bool whole = only_line_ends(text, len);
	const char *end = text + len;

	while (text < end) {
		const char *feed = whole ? NULL : memchr(text, '\n', (size_t)(end - text));
		const char *next = feed ? feed + 1 : end;
		const char *stop = next - (whole ? 0 : line_end_len(text, next));

		if (stop > text) {
			size_t start = out->len;

			strbuf_add(out, around, 2);
			strbuf_add(out, text, (size_t)(stop - text));
			strbuf_add(out, around + 2, 2);
			add_mark(marks, start, out->len, added);
		}
		strbuf_add(out, stop, (size_t)(next - stop));
		text = next;
	}
}

/* The first paragraph that starts at pos or after it; their count when none does. */
static size_t paragraph_from(const struct paragraphs *side, size_t pos)
{
	size_t low = 0;
	size_t high = side->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (side->items[middle].start < pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What stayed, and whether a change stands before and after it. */
struct calm {
	size_t start, end; /* bytes of the new text */
	bool before, after;
};

/* Appends what stayed, without the paragraphs that are far from a change. */
static void format_calm(struct strbuf *out, const struct paragraphs *side, struct calm calm, int context)
{
	size_t near = context < 0 ? side->count : (size_t)context;
	size_t first = paragraph_from(side, calm.start);
	size_t last = paragraph_from(side, calm.end);
	const struct paragraph *hidden;

	last -= last > 0 && paragraphs_start(side, last) > calm.end;
	first += calm.before ? near : 0;
	last -= calm.after ? (near < last ? near : last) : 0;
	if (context < 0 || first >= last) {
		strbuf_add(out, side->text + calm.start, calm.end - calm.start);
		return;
	}
	hidden = &side->items[last - 1];
	strbuf_add(out, side->text + calm.start, paragraphs_start(side, first) - calm.start);
	strbuf_addf(out, "[... %zu paragraph%s unchanged ...]", last - first, last - first == 1 ? "" : "s");
	strbuf_add(out, side->text + hidden->start + hidden->core, hidden->len - hidden->core);
	strbuf_add(out, side->text + paragraphs_start(side, last), calm.end - paragraphs_start(side, last));
}

void diff_format(struct strbuf *out, const struct diff *diff, const char *old_text, const char *new_text,
		 int context, struct diff_marks *marks)
{
	const struct diff_span *last = diff->count > 0 ? &diff->spans[diff->count - 1] : NULL;
	struct paragraphs side;

	if (last == NULL)
		return;
	paragraphs_split(&side, new_text, last->new_start + last->new_len);
	for (const struct diff_span *span = diff->spans; span <= last; span++) {
		struct calm calm = {span->new_start, span->new_start + span->new_len, span > diff->spans,
				    span < last};

		if (span->kind == DIFF_SAME)
			format_calm(out, &side, calm, context);
		else if (span->kind == DIFF_REMOVED)
			format_change(out, false, old_text + span->old_start, span->old_len, marks);
		else
			format_change(out, true, new_text + span->new_start, span->new_len, marks);
	}
	paragraphs_clear(&side);
}
