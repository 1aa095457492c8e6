#include "text/buffer.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

enum {
	FIRST_ROOM = 256, /* bytes beyond the text at the start */
	GAP_PART = 32,    /* of the text that a new gap is */
};

/* What stood at pos gave way to something else; enough to go either way. */
struct change {
	size_t pos;
	struct strbuf cut;
	struct strbuf insert;
};

/* Changes that are undone together: from first to the next step's. */
struct step {
	size_t first;               /* index of its first change */
	struct buffer_caret before; /* where the person was before it */
	struct buffer_caret after;  /* and after it, once that is told */
	bool settled;               /* it is told */
};

/*
 * The text lies in two runs with a gap between, which stands where the last edit was.  So do the line
 * starts, in an array of their own: those before its gap count from the start of the text, those after
 * it from the end, so that an edit at the gap leaves both as they are.
 */
struct buffer {
	char *bytes;
	size_t capacity; /* bytes, gap and all */
	size_t gap;      /* where the gap starts */
	size_t gap_len;

	size_t *starts;
	size_t starts_capacity; /* items, gap and all */
	size_t starts_gap;      /* 1 at least: the first line starts at 0 */
	size_t starts_gap_len;

	struct change *changes;
	size_t change_count;
	size_t change_capacity;
	struct step *steps;
	size_t step_count;
	size_t step_capacity;
	size_t done;  /* steps that stand; those after are undone and can be made again */
	bool open;    /* the last step takes an edit that continues it */
	bool grouped; /* it takes every edit */
	size_t saved; /* how many steps stood at the save point; SIZE_MAX when no way leads there */

	uint64_t version;
	buffer_sink *sink;
	void *sink_context;
};

/* -- The text -- */

size_t buffer_len(const struct buffer *buffer)
{
	return buffer->capacity - buffer->gap_len;
}

uint64_t buffer_version(const struct buffer *buffer)
{
	return buffer->version;
}

char buffer_byte(const struct buffer *buffer, size_t pos)
{
	assert(pos < buffer_len(buffer));
	return buffer->bytes[pos < buffer->gap ? pos : pos + buffer->gap_len];
}

static void move_gap(struct buffer *b, size_t pos)
{
	if (pos < b->gap)
		memmove(b->bytes + pos + b->gap_len, b->bytes + pos, b->gap - pos);
	else
		memmove(b->bytes + b->gap, b->bytes + b->gap + b->gap_len, pos - b->gap);
	b->gap = pos;
}

/* The gap of a large text is a small part of it: pages that it was moved over stay in memory. */
static void widen_gap(struct buffer *b, size_t needed)
{
	size_t tail = b->capacity - b->gap - b->gap_len;
	size_t old = b->capacity;

	if (b->gap_len >= needed)
		return;
	b->capacity = old - b->gap_len + needed + old / GAP_PART + FIRST_ROOM;
	b->bytes = mem_realloc(b->bytes, b->capacity);
	memmove(b->bytes + b->capacity - tail, b->bytes + old - tail, tail);
	b->gap_len += b->capacity - old;
}

const char *buffer_bytes(struct buffer *buffer, size_t pos, size_t len)
{
	size_t end = pos + len;

	assert(pos <= buffer_len(buffer) && len <= buffer_len(buffer) - pos);
	if (pos < buffer->gap && end > buffer->gap)
		move_gap(buffer, buffer->gap - pos < end - buffer->gap ? pos : end);
	return buffer->bytes + (pos < buffer->gap ? pos : pos + buffer->gap_len);
}

void buffer_prepare(struct buffer *buffer, size_t pos)
{
	assert(pos <= buffer_len(buffer));
	move_gap(buffer, pos);
}

const char *buffer_text(struct buffer *buffer, size_t *len)
{
	*len = buffer_len(buffer);
	return buffer_bytes(buffer, 0, *len);
}

/* -- Lines -- */

size_t buffer_lines(const struct buffer *buffer)
{
	return buffer->starts_capacity - buffer->starts_gap_len;
}

size_t buffer_line_start(const struct buffer *buffer, size_t line)
{
	assert(line < buffer_lines(buffer));
	if (line < buffer->starts_gap)
		return buffer->starts[line];
	return buffer_len(buffer) - buffer->starts[line + buffer->starts_gap_len];
}

size_t buffer_line_end(const struct buffer *buffer, size_t line)
{
	if (line + 1 == buffer_lines(buffer))
		return buffer_len(buffer);
	return buffer_line_start(buffer, line + 1) - 1;
}

size_t buffer_line_at(const struct buffer *buffer, size_t pos)
{
	size_t low = 0;
	size_t high = buffer_lines(buffer);

	assert(pos <= buffer_len(buffer));
	while (high - low > 1) { /* the line is at low or after it, and before high */
		size_t middle = low + (high - low) / 2;

		if (buffer_line_start(buffer, middle) <= pos)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Has the starts up to pos, and no others, before the gap. */
static void move_starts_gap(struct buffer *b, size_t pos)
{
	size_t len = buffer_len(b);

	while (b->starts[b->starts_gap - 1] > pos) {
		b->starts_gap--;
		b->starts[b->starts_gap + b->starts_gap_len] = len - b->starts[b->starts_gap];
	}
	while (b->starts_gap < buffer_lines(b) && buffer_line_start(b, b->starts_gap) <= pos) {
		b->starts[b->starts_gap] = len - b->starts[b->starts_gap + b->starts_gap_len];
		b->starts_gap++;
	}
}

static void widen_starts_gap(struct buffer *b, size_t needed)
{
	size_t tail = b->starts_capacity - b->starts_gap - b->starts_gap_len;
	size_t old = b->starts_capacity;

	if (b->starts_gap_len >= needed)
		return;
	b->starts =
	    mem_grow(b->starts, &b->starts_capacity, old - b->starts_gap_len + needed, sizeof *b->starts);
	memmove(b->starts + b->starts_capacity - tail, b->starts + old - tail, tail * sizeof *b->starts);
	b->starts_gap_len += b->starts_capacity - old;
}

/* Keeps the starts right for an edit of the text that is still to be made. */
static void edit_starts(struct buffer *b, const struct buffer_edit *edit)
{
	move_starts_gap(b, edit->pos);
	while (b->starts_gap < buffer_lines(b) &&
	       buffer_line_start(b, b->starts_gap) <= edit->pos + edit->cut)
		b->starts_gap_len++;
	for (size_t i = 0; i < edit->len;) {
		const char *end = memchr(edit->insert + i, '\n', edit->len - i);

		if (end == NULL)
			break;
		i = (size_t)(end - edit->insert) + 1;
		widen_starts_gap(b, 1);
		b->starts[b->starts_gap++] = edit->pos + i;
		b->starts_gap_len--;
	}
}

/* -- Edits -- */

static void apply(struct buffer *b, const struct buffer_edit *edit)
{
	if (b->sink != NULL)
		b->sink(b->sink_context, edit);
	edit_starts(b, edit);
	move_gap(b, edit->pos);
	b->gap_len += edit->cut;
	widen_gap(b, edit->len);
	if (edit->len > 0)
		memcpy(b->bytes + b->gap, edit->insert, edit->len);
	b->gap += edit->len;
	b->gap_len -= edit->len;
	b->version++;
}

struct buffer *buffer_new(const char *text, size_t len)
{
	struct buffer *b = mem_zalloc(1, sizeof *b);

	b->capacity = len + FIRST_ROOM;
	b->bytes = mem_alloc(b->capacity);
	b->gap_len = b->capacity;
	b->starts = mem_grow(NULL, &b->starts_capacity, 1, sizeof *b->starts);
	b->starts[0] = 0;
	b->starts_gap = 1;
	b->starts_gap_len = b->starts_capacity - 1;
	apply(b, &(struct buffer_edit){.insert = text, .len = len});
	return b;
}

void buffer_complete(struct buffer *buffer, char *bytes, size_t len)
{
	size_t from = buffer_len(buffer);
	struct buffer_edit rest = {.pos = from, .insert = bytes + from, .len = len - from};

	assert(buffer->step_count == 0 && len >= from);
	edit_starts(buffer, &rest);
	free(buffer->bytes);
	buffer->bytes = bytes;
	buffer->capacity = buffer->gap = len;
	buffer->gap_len = 0;
	buffer->version++;
}

static void clear_changes(struct buffer *b, size_t from)
{
	for (size_t i = from; i < b->change_count; i++) {
		strbuf_clear(&b->changes[i].cut);
		strbuf_clear(&b->changes[i].insert);
	}
	b->change_count = from;
}

void buffer_free(struct buffer *buffer)
{
	if (buffer == NULL)
		return;
	clear_changes(buffer, 0);
	free(buffer->changes);
	free(buffer->steps);
	free(buffer->starts);
	free(buffer->bytes);
	free(buffer);
}

void buffer_set_sink(struct buffer *buffer, buffer_sink *sink, void *context)
{
	buffer->sink = sink;
	buffer->sink_context = context;
}

/* -- Steps -- */

/* A space, or a mark of Chinese punctuation. */
static bool ends_word(int32_t c)
{
	return unicode_is_space(c) || (c >= 0x3000 && !unicode_is_letter(c));
}

static bool is_line_end(int32_t c)
{
	return c == '\n' || c == '\r';
}

/* Whether typing this after that starts another word or another line, and so another step. */
static bool starts_anew(const struct strbuf *typed, const char *insert, size_t len)
{
	int32_t before, after;

	unicode_decode(typed->data, typed->len, unicode_previous(typed->data, typed->len, typed->len),
		       &before);
	unicode_decode(insert, len, 0, &after);
	if (is_line_end(after))
		return !is_line_end(before);
	return ends_word(before) && !ends_word(after);
}

static bool continues_typing(const struct change *last, const struct buffer_edit *edit)
{
	return edit->cut == 0 && last->insert.len > 0 && edit->pos == last->pos + last->insert.len &&
	       !starts_anew(&last->insert, edit->insert, edit->len);
}

static bool continues_removing(const struct change *last, const struct buffer_edit *edit)
{
	return edit->len == 0 && last->insert.len == 0 &&
	       (edit->pos == last->pos || edit->pos + edit->cut == last->pos);
}

/* Forgets the steps that were undone; where the save point is among them, no way leads back to it. */
static void drop_undone(struct buffer *b)
{
	if (b->done == b->step_count)
		return;
	clear_changes(b, b->steps[b->done].first);
	b->step_count = b->done;
	if (b->saved > b->done)
		b->saved = SIZE_MAX;
}

static struct change *new_change(struct buffer *b, size_t pos)
{
	struct change *change;

	b->changes = mem_grow(b->changes, &b->change_capacity, b->change_count + 1, sizeof *b->changes);
	change = &b->changes[b->change_count++];
	*change = (struct change){.pos = pos, .cut = STRBUF_INIT, .insert = STRBUF_INIT};
	return change;
}

static void new_step(struct buffer *b, struct buffer_caret before)
{
	b->steps = mem_grow(b->steps, &b->step_capacity, b->step_count + 1, sizeof *b->steps);
	b->steps[b->step_count++] = (struct step){.first = b->change_count, .before = before};
	b->done = b->step_count;
	b->open = true;
}

/* The change that takes an edit, in the step that it belongs to. */
static struct change *change_for(struct buffer *b, const struct buffer_edit *edit, struct buffer_caret before)
{
	drop_undone(b);
	if (b->open) {
		struct change *last = &b->changes[b->change_count - 1];

		if (continues_typing(last, edit) || continues_removing(last, edit))
			return last;
	}
	if (!b->open || !b->grouped)
		new_step(b, before);
	return new_change(b, edit->pos);
}

void buffer_replace(struct buffer *buffer, size_t pos, size_t cut, const char *insert, size_t len,
		    struct buffer_caret before)
{
	struct buffer_edit edit = {.pos = pos, .cut = cut, .insert = insert, .len = len};
	struct change *change;

	assert(pos <= buffer_len(buffer) && cut <= buffer_len(buffer) - pos);
	if (cut == 0 && len == 0)
		return;
	change = change_for(buffer, &edit, before);
	buffer->steps[buffer->step_count - 1].settled = false;
	strbuf_add(&change->insert, insert, len); /* first: these may be bytes of ours, which move */
	edit.insert = change->insert.data + change->insert.len - len;
	if (cut > 0) {
		size_t at = pos < change->pos ? 0 : change->cut.len;

		strbuf_splice(&change->cut, at, 0, buffer_bytes(buffer, pos, cut), cut);
		if (pos < change->pos)
			change->pos = pos;
	}
	apply(buffer, &edit);
}

void buffer_amend(struct buffer *buffer, size_t pos, const char *insert, size_t len,
		  struct buffer_caret before)
{
	const struct change *last;

	assert(!buffer->grouped);
	drop_undone(buffer);
	buffer->open = buffer->done > 0 && buffer->done != buffer->saved;
	if (buffer->open) { /* redo goes where that step went, and not to what is put in now */
		last = &buffer->changes[buffer->change_count - 1];
		before.cursor = before.anchor = last->pos + last->insert.len;
		if (!buffer->steps[buffer->done - 1].settled)
			buffer_settle(buffer, before);
		before = buffer->steps[buffer->done - 1].after;
	}
	buffer->grouped = true;
	buffer_replace(buffer, pos, 0, insert, len, before);
	buffer_settle(buffer, before);
	buffer_end(buffer);
}

void buffer_settle(struct buffer *buffer, struct buffer_caret after)
{
	struct step *step;

	if (buffer->done == 0 || buffer->done < buffer->step_count)
		return;
	step = &buffer->steps[buffer->done - 1];
	step->after = after;
	step->settled = true;
}

void buffer_step(struct buffer *buffer)
{
	if (!buffer->grouped)
		buffer->open = false;
}

void buffer_begin(struct buffer *buffer)
{
	assert(!buffer->grouped);
	buffer->open = false;
	buffer->grouped = true;
}

void buffer_end(struct buffer *buffer)
{
	assert(buffer->grouped);
	buffer->open = false;
	buffer->grouped = false;
}

/* The index after a step's last change. */
static size_t step_end(const struct buffer *b, size_t step)
{
	return step + 1 < b->step_count ? b->steps[step + 1].first : b->change_count;
}

bool buffer_undo(struct buffer *buffer, struct buffer_caret *caret)
{
	const struct step *step;

	assert(!buffer->grouped);
	buffer->open = false;
	if (buffer->done == 0)
		return false;
	step = &buffer->steps[--buffer->done];
	for (size_t i = step_end(buffer, buffer->done); i-- > step->first;) {
		const struct change *change = &buffer->changes[i];

		apply(buffer, &(struct buffer_edit){.pos = change->pos,
						    .cut = change->insert.len,
						    .insert = change->cut.data,
						    .len = change->cut.len});
	}
	*caret = step->before;
	return true;
}

bool buffer_redo(struct buffer *buffer, struct buffer_caret *caret)
{
	const struct step *step;

	assert(!buffer->grouped);
	buffer->open = false;
	if (buffer->done == buffer->step_count)
		return false;
	step = &buffer->steps[buffer->done];
	for (size_t i = step->first; i < step_end(buffer, buffer->done); i++) {
		const struct change *change = &buffer->changes[i];

		apply(buffer, &(struct buffer_edit){.pos = change->pos,
						    .cut = change->cut.len,
						    .insert = change->insert.data,
						    .len = change->insert.len});
		caret->cursor = caret->anchor = change->pos + change->insert.len;
	}
	if (step->settled)
		*caret = step->after;
	buffer->done++;
	return true;
}

/* -- The save point -- */

void buffer_mark_saved(struct buffer *buffer)
{
	assert(!buffer->grouped);
	buffer->open = false;
	buffer->saved = buffer->done;
}

bool buffer_changed(const struct buffer *buffer)
{
	return buffer->done != buffer->saved;
}
