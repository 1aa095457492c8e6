#include "text/redline.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/frontmatter.h"
#include "text/lines.h"
#include "text/paragraph.h"

struct builder {
	struct redline *out;
	struct redline_text old_text, new_text;
	size_t old_body, new_body; /* bytes before the bodies */
	struct diff diff;          /* of the bodies */
	struct paragraphs old_side, new_side;
};

/* -- Fields -- */

/* A field's lines in a text. */
struct entry {
	const char *name; /* as written, with its quotes; not ended by NUL */
	size_t name_len;
	size_t start; /* of its value, after the colon */
	size_t end;   /* of its last line that is not blank */
	char *words;  /* its value */
};

struct entries {
	struct entry *items;
	size_t count;
	size_t capacity;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The name without the quotes that it may be written in; the caller frees. */
static char *plain_name(const struct entry *entry)
{
	const char *name = entry->name;
	size_t len = entry->name_len;

	if (len >= 2 && (name[0] == '"' || name[0] == '\'') && name[len - 1] == name[0]) {
		name++;
		len -= 2;
	}
	return mem_strndup(name, len);
}

/* The value as it is written, in one line: for what is neither a word nor a list of words. */
static char *written_value(const char *text, const struct entry *entry)
{
	struct strbuf out = STRBUF_INIT;

	for (size_t i = entry->start; i < entry->end; i++) {
		if (!is_blank(text[i]))
			strbuf_addc(&out, text[i]);
		else if (out.len > 0 && out.data[out.len - 1] != ' ')
			strbuf_addc(&out, ' ');
	}
	strbuf_trim_end(&out);
	return strbuf_detach(&out);
}

static char *value_of(const struct frontmatter *fm, const char *text, const struct entry *entry)
{
	struct strbuf out = STRBUF_INIT;
	char *name = plain_name(entry);
	size_t count = frontmatter_items(fm, name);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&out, "%s%s", i > 0 ? ", " : "", frontmatter_item(fm, name, i));
	free(name);
	if (count > 0)
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return written_value(text, entry);
}

static void begin_entry(struct entries *out, const char *text, size_t line, size_t line_end)
{
	const char *colon = memchr(text + line, ':', line_end - line);
	struct entry *entry;

	if (colon == NULL)
		return;
	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	entry = &out->items[out->count++];
	*entry = (struct entry){.name = text + line,
				.name_len = (size_t)(colon - (text + line)),
				.start = (size_t)(colon - text) + 1};
	while (entry->name_len > 0 && is_blank(entry->name[entry->name_len - 1]))
		entry->name_len--;
	entry->end = line_end;
}

/* The fields at the top of the block: what is indented, or an item, goes on with the one before. */
static void read_entries(struct entries *out, const struct frontmatter *fm, const char *text, size_t body)
{
	size_t pos = lines_after(text, body, 0);

	for (size_t next; pos < body; pos = next) {
		size_t end = lines_end(text, body, pos);

		next = lines_after(text, body, pos);
		if (next >= body &&
		    (strncmp(text + pos, "---", 3) == 0 || strncmp(text + pos, "...", 3) == 0))
			break;
		if (pos == end || text[pos] == '#')
			continue;
		if (!is_blank(text[pos]) && text[pos] != '-')
			begin_entry(out, text, pos, end);
		else if (out->count > 0)
			out->items[out->count - 1].end = end;
	}
	for (size_t i = 0; i < out->count; i++) {
		struct entry *entry = &out->items[i];

		while (entry->end > entry->start && is_blank(text[entry->end - 1]))
			entry->end--;
		while (entry->start < entry->end && is_blank(text[entry->start]))
			entry->start++;
		entry->words = value_of(fm, text, entry);
	}
}

static void entries_clear(struct entries *entries)
{
	for (size_t i = 0; i < entries->count; i++)
		free(entries->items[i].words);
	free(entries->items);
}

static const struct entry *find_entry(const struct entries *entries, const struct entry *wanted)
{
	char *name = plain_name(wanted);
	const struct entry *found = NULL;

	for (size_t i = 0; i < entries->count && found == NULL; i++) {
		char *other = plain_name(&entries->items[i]);

		if (strcmp(name, other) == 0)
			found = &entries->items[i];
		free(other);
	}
	free(name);
	return found;
}

static bool same_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && memcmp(a, b, a_len) == 0;
}

static struct redline_field *add_field(struct redline *out, const struct entry *entry)
{
	out->fields = mem_grow(out->fields, &out->field_capacity, out->field_count + 1, sizeof *out->fields);
	out->fields[out->field_count] =
	    (struct redline_field){.name = mem_strndup(entry->name, entry->name_len)};
	return &out->fields[out->field_count++];
}

static void compare_fields(struct builder *b, const struct entries *before, const struct entries *after)
{
	struct redline *out = b->out;

	for (size_t i = 0; i < after->count; i++) {
		const struct entry *entry = &after->items[i];
		const struct entry *old = find_entry(before, entry);
		struct redline_field *field = add_field(out, entry);

		field->after = mem_strdup(entry->words);
		field->before = old ? mem_strdup(old->words) : NULL;
		field->start = entry->start;
		field->len = entry->end - entry->start;
		field->respelled = old != NULL && strcmp(field->before, field->after) == 0 &&
				   !same_bytes(b->old_text.bytes + old->start, old->end - old->start,
					       b->new_text.bytes + entry->start, field->len);
	}
	for (size_t i = 0; i < before->count; i++) {
		if (find_entry(after, &before->items[i]) == NULL)
			add_field(out, &before->items[i])->before = mem_strdup(before->items[i].words);
	}
	for (size_t i = 0; i < out->field_count; i++)
		out->changes += redline_field_changed(&out->fields[i]);
	out->fields_written =
	    out->changes == 0 && !same_bytes(b->old_text.bytes, b->old_body, b->new_text.bytes, b->new_body);
}

bool redline_field_changed(const struct redline_field *field)
{
	return field->before == NULL || field->after == NULL || strcmp(field->before, field->after) != 0;
}

/* Reads the fields of both versions; where either cannot be read, all of both texts is body. */
static void read_fields(struct builder *b)
{
	struct entries before = {0};
	struct entries after = {0};
	struct frontmatter *old_fm;
	struct frontmatter *new_fm;
	int old_rc = frontmatter_parse(&old_fm, b->old_text.bytes, b->old_text.len, NULL);
	int new_rc = frontmatter_parse(&new_fm, b->new_text.bytes, b->new_text.len, NULL);

	if (old_rc == 0 && new_rc == 0) {
		b->old_body = frontmatter_present(old_fm) ? frontmatter_body(old_fm) : 0;
		b->new_body = frontmatter_present(new_fm) ? frontmatter_body(new_fm) : 0;
		read_entries(&before, old_fm, b->old_text.bytes, b->old_body);
		read_entries(&after, new_fm, b->new_text.bytes, b->new_body);
		compare_fields(b, &before, &after);
	}
	b->out->old_body = b->old_body;
	b->out->body = b->new_body;
	entries_clear(&before);
	entries_clear(&after);
	frontmatter_free(old_fm);
	frontmatter_free(new_fm);
}

/* -- Paragraphs -- */

/* The number of a paragraph as people count them: from 1, blank lines at the head left out. */
static size_t number_of(const struct paragraphs *side, size_t index)
{
	return index + (side->count > 0 && side->items[0].core == 0 ? 0 : 1);
}

static void add_run(struct builder *b, enum diff_kind kind, size_t start, size_t len)
{
	struct redline *out = b->out;

	if (len == 0)
		return;
	out->runs = mem_grow(out->runs, &out->run_capacity, out->run_count + 1, sizeof *out->runs);
	out->runs[out->run_count++] =
	    (struct redline_run){kind, start + (kind == DIFF_REMOVED ? b->old_body : b->new_body), len};
	out->blocks[out->block_count - 1].run_count++;
}

static struct redline_block *add_block(struct builder *b, enum redline_kind kind, size_t start, size_t end)
{
	struct redline *out = b->out;

	out->blocks = mem_grow(out->blocks, &out->block_capacity, out->block_count + 1, sizeof *out->blocks);
	out->blocks[out->block_count] = (struct redline_block){.kind = kind,
							       .start = start + b->new_body,
							       .len = end - start,
							       .runs = out->run_count};
	return &out->blocks[out->block_count++];
}

/* Where a block stands in a version: all of it, and where its last words end. */
struct place {
	size_t start, end;
	size_t core_end;
};

/*
 * Adds the part of a span that lies in a place of its version; SAME counts in the new one.  What only changed
 * the blank lines after the last words is no change to readers, and is told of the whole.
 */
static void add_part(struct builder *b, const struct diff_span *span, const struct place *place)
{
	enum diff_kind kind = span->kind;
	size_t start = kind == DIFF_REMOVED ? span->old_start : span->new_start;
	size_t end = start + (kind == DIFF_REMOVED ? span->old_len : span->new_len);

	start = start > place->start ? start : place->start;
	end = end < place->end ? end : place->end;
	if (start >= end)
		return;
	if (kind != DIFF_SAME && start >= place->core_end) {
		b->out->blanks = true;
		if (kind == DIFF_REMOVED)
			return;
		kind = DIFF_SAME;
	}
	add_run(b, kind, start, end - start);
}

static struct place place_of(const struct paragraphs *side, size_t first, size_t count)
{
	const struct paragraph *last = &side->items[first + count - 1];

	return (struct place){paragraphs_start(side, first), last->start + last->len,
			      last->start + last->core};
}

/* How many changes the runs of the last block are: runs that touch count once. */
static size_t changes_of(const struct redline *out, const struct redline_block *block)
{
	size_t changes = 0;

	for (size_t i = 0; i < block->run_count; i++) {
		const struct redline_run *run = &out->runs[block->runs + i];

		changes += run->kind != DIFF_SAME && (i == 0 || run[-1].kind == DIFF_SAME);
	}
	return changes;
}

/* Paragraphs that became each other; *span is the first that may reach into them. */
static void add_pair(struct builder *b, struct paragraph_range range, size_t *span)
{
	struct place before = place_of(&b->old_side, range.old_start, range.old_count);
	struct place after = place_of(&b->new_side, range.new_start, range.new_count);
	struct redline_block *block = add_block(b, REDLINE_CHANGED, after.start, after.end);
	const struct diff_span *at = &b->diff.spans[*span];
	size_t changes;

	block->number = number_of(&b->new_side, range.new_start);
	while (*span + 1 < b->diff.count && at->new_start + at->new_len <= after.start &&
	       at->old_start + at->old_len <= before.start)
		at = &b->diff.spans[++*span];
	for (; at < b->diff.spans + b->diff.count; at++) {
		if (at->new_start > after.end && at->old_start > before.end)
			break;
		add_part(b, at, at->kind == DIFF_REMOVED ? &before : &after);
	}
	changes = changes_of(b->out, block);
	if (changes == 0)
		block->kind = REDLINE_SAME;
	b->out->changes += changes;
}

/* The other end of a move, or SIZE_MAX where a paragraph did not move. */
static size_t moved_to(const struct diff *diff, size_t old_paragraph)
{
	for (size_t i = 0; i < diff->move_count; i++) {
		if (diff->moves[i].old_paragraph == old_paragraph)
			return diff->moves[i].new_paragraph;
	}
	return (size_t)-1;
}

static size_t moved_from(const struct diff *diff, size_t new_paragraph)
{
	for (size_t i = 0; i < diff->move_count; i++) {
		if (diff->moves[i].new_paragraph == new_paragraph)
			return diff->moves[i].old_paragraph;
	}
	return (size_t)-1;
}

/* Blank lines at the head that came or went are no change to readers; false for what is none. */
static bool add_blank(struct builder *b, const struct paragraph *p, bool added)
{
	if (p->core > 0)
		return false;
	b->out->blanks = true;
	if (added) {
		add_block(b, REDLINE_SAME, p->start, p->start + p->len);
		add_run(b, DIFF_SAME, p->start, p->len);
	}
	return true;
}

static void add_old(struct builder *b, size_t index, size_t new_at)
{
	const struct paragraph *p = &b->old_side.items[index];
	size_t to = moved_to(&b->diff, index);
	struct redline_block *block;

	if (add_blank(b, p, false))
		return;
	block = add_block(b, to == (size_t)-1 ? REDLINE_REMOVED : REDLINE_LEFT, new_at, new_at);
	block->number = number_of(&b->old_side, index);
	if (to != (size_t)-1)
		block->elsewhere = number_of(&b->new_side, to);
	else
		b->out->changes++;
	add_run(b, DIFF_REMOVED, p->start, p->len);
}

/* A paragraph that moved, with what was reworded in it. */
static int add_moved(struct builder *b, size_t old_index, size_t new_index, struct error *err)
{
	const struct paragraph *old_p = &b->old_side.items[old_index];
	const struct paragraph *new_p = &b->new_side.items[new_index];
	struct diff diff;
	int rc = diff_words(&diff, b->old_side.text + old_p->start, old_p->core,
			    b->new_side.text + new_p->start, new_p->core, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < diff.count; i++) {
		const struct diff_span *span = &diff.spans[i];

		if (span->kind == DIFF_REMOVED)
			add_run(b, span->kind, old_p->start + span->old_start, span->old_len);
		else
			add_run(b, span->kind, new_p->start + span->new_start, span->new_len);
	}
	add_run(b, DIFF_SAME, new_p->start + new_p->core, new_p->len - new_p->core);
	diff_clear(&diff);
	return 0;
}

static int add_new(struct builder *b, size_t index, struct error *err)
{
	const struct paragraph *p = &b->new_side.items[index];
	size_t from = moved_from(&b->diff, index);
	struct redline_block *block;
	int rc = 0;

	if (add_blank(b, p, true))
		return 0;
	block = add_block(b, from == (size_t)-1 ? REDLINE_ADDED : REDLINE_CAME, p->start, p->start + p->len);
	block->number = number_of(&b->new_side, index);
	b->out->changes++;
	if (from == (size_t)-1) {
		add_run(b, DIFF_ADDED, p->start, p->len);
		return 0;
	}
	block->elsewhere = number_of(&b->old_side, from);
	rc = add_moved(b, from, index, err);
	b->out->changes += changes_of(b->out, &b->out->blocks[b->out->block_count - 1]);
	return rc;
}

static bool pair_has_move(const struct diff *diff, const struct paragraph_range *range)
{
	return moved_to(diff, range->old_start) != (size_t)-1 ||
	       moved_from(diff, range->new_start) != (size_t)-1;
}

static int add_blocks(struct builder *b, struct error *err)
{
	size_t span = 0;
	int rc = 0;

	for (size_t i = 0; i < b->diff.pair_count && rc == 0; i++) {
		const struct diff_pair *pair = &b->diff.pairs[i];
		const struct paragraph_range *range = &pair->range;
		bool together = range->old_count > 0 && range->new_count > 0;

		if (together && !(pair->rewritten && pair_has_move(&b->diff, range))) {
			add_pair(b, *range, &span);
			continue;
		}
		for (size_t k = 0; k < range->old_count; k++)
			add_old(b, range->old_start + k, paragraphs_start(&b->new_side, range->new_start));
		for (size_t k = 0; k < range->new_count && rc == 0; k++)
			rc = add_new(b, range->new_start + k, err);
	}
	return rc;
}

int redline_build(struct redline *out, struct redline_text old_text, struct redline_text new_text,
		  struct error *err)
{
	struct builder b = {.out = out, .old_text = old_text, .new_text = new_text};
	int rc;

	*out = (struct redline){.field_count = 0};
	read_fields(&b);
	rc = diff_words(&b.diff, old_text.bytes + b.old_body, old_text.len - b.old_body,
			new_text.bytes + b.new_body, new_text.len - b.new_body, err);
	if (rc == 0) {
		out->coarse = b.diff.coarse;
		paragraphs_split(&b.old_side, old_text.bytes + b.old_body, old_text.len - b.old_body);
		paragraphs_split(&b.new_side, new_text.bytes + b.new_body, new_text.len - b.new_body);
		rc = add_blocks(&b, err);
		paragraphs_clear(&b.old_side);
		paragraphs_clear(&b.new_side);
		diff_clear(&b.diff);
	}
	if (rc < 0)
		redline_clear(out);
	return rc;
}

void redline_clear(struct redline *redline)
{
	for (size_t i = 0; i < redline->field_count; i++) {
		free(redline->fields[i].name);
		free(redline->fields[i].before);
		free(redline->fields[i].after);
	}
	free(redline->fields);
	free(redline->blocks);
	free(redline->runs);
	*redline = (struct redline){.field_count = 0};
}
