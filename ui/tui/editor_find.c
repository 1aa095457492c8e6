/*
 * Find and replace.
 *
 * A capital letter in what is sought makes case count.  The next match is
 * looked for at once; all of them are counted in slices between the keys.
 */
#include "tui/editor_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"
#include "text/unicode.h"

/* Bytes that are searched at once, and in one slice between keys. */
#define CHUNK ((size_t)64 << 10)
#define SLICE ((size_t)256 << 10)

/* Columns of the bar: of its labels, and of what stands at its right. */
#define LABEL_WIDTH 11
#define HINT_WIDTH  38

void editor_find_init(struct editor_find *find)
{
	field_init(&find->words, false);
	field_init(&find->by, false);
	find->words.history = &find->words_history;
	find->by.history = &find->by_history;
}

void editor_find_clear(struct editor_find *find)
{
	field_clear(&find->words);
	field_clear(&find->by);
	field_history_clear(&find->words_history);
	field_history_clear(&find->by_history);
	free(find->starts);
}

/* -- Matching -- */

/* What is sought, as code points. */
struct sought {
	const char *words;
	size_t len;
	bool exact; /* case counts */
	int32_t first;
};

static bool sought_of(const struct editor *e, struct sought *s)
{
	int32_t c;

	*s = (struct sought){.words = e->find.words.text.data, .len = e->find.words.text.len};
	if (s->len == 0)
		return false;
	for (size_t pos = 0; pos < s->len;) {
		pos += unicode_decode(s->words, s->len, pos, &c);
		s->exact |= c >= 0 && unicode_fold_letter(c) != c;
	}
	unicode_decode(s->words, s->len, 0, &s->first);
	return true;
}

static int32_t folded(const struct sought *s, int32_t c)
{
	return s->exact || c < 0 ? c : unicode_fold_letter(c);
}

/* The end of the match that starts at pos; 0 when none does. A letter is not matched without its marks. */
static size_t match_end(const struct sought *s, const char *text, size_t len, size_t pos)
{
	int32_t a, b;

	for (size_t at = 0; at < s->len;) {
		if (pos >= len)
			return 0;
		at += unicode_decode(s->words, s->len, at, &a);
		pos += unicode_decode(text, len, pos, &b);
		if (a < 0 || a != folded(s, b))
			return 0;
	}
	if (pos < len) {
		unicode_decode(text, len, pos, &b);
		if (unicode_is_mark(b))
			return 0;
	}
	return pos;
}

/* Whether a match can start with this byte; quick, and right when it says no. */
static bool may_start(const struct sought *s, char byte)
{
	unsigned char c = (unsigned char)byte;

	if (c >= 0x80)
		return s->first >= 0x80 && (c & 0xc0) != 0x80;
	return folded(s, c) == s->first;
}

static bool match_in_chunk(struct editor *e, const struct sought *s, size_t from, size_t to, size_t *start,
			   size_t *end)
{
	size_t reach = s->len * 4 + 8; /* the longest that a match and what follows it can be */
	size_t rest = buffer_len(e->buffer) - from;
	size_t len = rest - (to - from) < reach ? rest : to - from + reach;
	const char *text = buffer_bytes(e->buffer, from, len);

	for (size_t pos = 0; pos < to - from; pos++) {
		size_t after = may_start(s, text[pos]) ? match_end(s, text, len, pos) : 0;

		if (after > 0) {
			*start = from + pos;
			*end = from + after;
			return true;
		}
	}
	return false;
}

bool editor_find_in(struct editor *e, size_t from, size_t to, size_t *start, size_t *end)
{
	struct sought s;

	if (!sought_of(e, &s))
		return false;
	while (from < to) {
		size_t chunk = to - from < CHUNK ? to : from + CHUNK;

		if (match_in_chunk(e, &s, from, chunk, start, end))
			return true;
		from = chunk;
	}
	return false;
}

/* The last match that starts in from..to. */
static bool find_last_in(struct editor *e, size_t from, size_t to, size_t *start, size_t *end)
{
	bool found = false;

	while (!found && to > from) {
		size_t chunk = to - from > CHUNK ? to - CHUNK : from;
		size_t at = chunk, s, t;

		while (at < to && editor_find_in(e, at, to, &s, &t)) {
			found = true;
			*start = s;
			*end = t;
			at = t;
		}
		to = chunk;
	}
	return found;
}

/* -- Counting -- */

/* Of a text that has changed, also the place where the search began is forgotten. */
static void forget_matches(struct editor *e)
{
	size_t end;

	if (e->find.version != buffer_version(e->buffer))
		editor_selection(e, &e->find.origin, &end);
	e->find.count = 0;
	e->find.searched = 0;
	e->find.version = buffer_version(e->buffer);
}

bool editor_find_slice(struct editor *e)
{
	struct editor_find *find = &e->find;
	size_t len = buffer_len(e->buffer);
	size_t to, start, end;

	if (!find->open || find->words.text.len == 0)
		return false;
	if (find->version != buffer_version(e->buffer))
		forget_matches(e);
	if (find->searched >= len)
		return false;
	to = len - find->searched < SLICE ? len : find->searched + SLICE;
	while (find->searched < to && editor_find_in(e, find->searched, to, &start, &end)) {
		find->starts = mem_grow(find->starts, &find->capacity, find->count + 1, sizeof *find->starts);
		find->starts[find->count++] = start;
		find->searched = end;
	}
	if (find->searched < to)
		find->searched = to;
	editor_touch(e);
	return find->searched < len;
}

/* The number of the match that starts at pos, from 1; 0 when none does. */
static size_t number_of(const struct editor_find *find, size_t pos)
{
	size_t low = 0, high = find->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (find->starts[middle] < pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low < find->count && find->starts[low] == pos ? low + 1 : 0;
}

/* -- Going from match to match -- */

/* Whether what is selected is a match. */
static bool is_on_match(struct editor *e, size_t *start, size_t *end)
{
	size_t s, t;

	return editor_selection(e, start, end) && editor_find_in(e, *start, *start + 1, &s, &t) && t == *end;
}

static bool find_from(struct editor *e, size_t from)
{
	size_t len = buffer_len(e->buffer);
	size_t start, end;

	if (!editor_find_in(e, from, len, &start, &end) && !editor_find_in(e, 0, from, &start, &end))
		return false;
	if (start < from)
		editor_say(e, PANE_SAID, "Found from the start of the text again.");
	editor_select(e, start, end);
	return true;
}

static bool find_before(struct editor *e, size_t from)
{
	size_t len = buffer_len(e->buffer);
	size_t start, end;

	if (!find_last_in(e, 0, from, &start, &end) && !find_last_in(e, from, len, &start, &end))
		return false;
	if (start >= from)
		editor_say(e, PANE_SAID, "Found from the end of the text again.");
	editor_select(e, start, end);
	return true;
}

static void say_not_found(struct editor *e)
{
	if (e->find.words.text.len == 0)
		editor_say(e, PANE_WARNED, "Type first what is to be found.");
	else
		editor_say(e, PANE_WARNED, "%s is not found in the text.", e->find.words.text.data);
}

int editor_find_next(void *target, int by, struct error *err)
{
	struct editor *e = target;
	size_t start, end;

	(void)err;
	field_remember(&e->find.words_history, e->find.words.text.data);
	editor_selection(e, &start, &end);
	if (!(by > 0 ? find_from(e, end) : find_before(e, start)))
		say_not_found(e);
	return 0;
}

/* -- Replacing -- */

static void replace_one(struct editor *e)
{
	const struct strbuf *by = &e->find.by.text;
	size_t start, end;

	bool replaced = is_on_match(e, &start, &end);

	field_remember(&e->find.by_history, by->data);
	if (replaced) {
		buffer_step(e->buffer);
		editor_replace(e, start, end - start, by->data, by->len);
		buffer_step(e->buffer);
	}
	if (find_from(e, e->cursor))
		return;
	if (replaced)
		editor_say(e, PANE_SAID, "That was the last one.");
	else
		say_not_found(e);
}

static void replace_all(struct editor *e)
{
	const struct strbuf *by = &e->find.by.text;
	size_t pos = 0, count = 0;
	size_t start, end;

	field_remember(&e->find.by_history, by->data);
	buffer_begin(e->buffer);
	while (editor_find_in(e, pos, buffer_len(e->buffer), &start, &end)) {
		editor_replace(e, start, end - start, by->data, by->len);
		pos = start + by->len;
		count++;
	}
	buffer_end(e->buffer);
	if (count == 0)
		say_not_found(e);
	else
		editor_say(e, PANE_SAID, "%zu replaced; Ctrl-Z takes all of it back.", count);
}

/* -- The bar -- */

int editor_find_open(void *target, int replacing, struct error *err)
{
	struct editor *e = target;
	struct editor_find *find = &e->find;
	size_t start, end;

	(void)err;
	if (find->open && find->replacing && replacing) {
		replace_all(e);
		return 0;
	}
	e->instead = false;
	if (!find->open && editor_selection(e, &start, &end) && end - start < 200 &&
	    buffer_line_at(e->buffer, start) == buffer_line_at(e->buffer, end))
		field_set(&find->words, buffer_bytes(e->buffer, start, end - start), end - start);
	if (!find->open) {
		field_offer(&find->words);
		field_offer(&find->by);
		editor_selection(e, &find->origin, &end);
		forget_matches(e);
	}
	find->open = true;
	find->replacing = replacing;
	find->second = false;
	editor_touch(e);
	return 0;
}

static void close_bar(struct editor *e)
{
	field_remember(&e->find.words_history, e->find.words.text.data);
	e->find.open = false;
	editor_touch(e);
}

/* The text that the bar types into; what is sought is another by now: looks for it from where one was. */
static bool give_field(struct editor *e, const struct input_event *event)
{
	struct editor_find *find = &e->find;
	enum field_result result = field_input(find->second ? &find->by : &find->words, event);

	if (result == FIELD_IGNORED)
		return false;
	if (result == FIELD_CHANGED && !find->second) {
		forget_matches(e);
		if (!find_from(e, find->origin))
			editor_put_cursor(e, find->origin);
	}
	editor_touch(e);
	return true;
}

static bool paste_into_bar(struct editor *e)
{
	struct input_event event = {.kind = INPUT_PASTE};

	event.text = e->place.host->clipboard(e->place.host->app, &event.len);
	return give_field(e, &event);
}

static bool is_key(const struct input_event *event, int32_t code, unsigned modifiers)
{
	return event->kind == INPUT_KEY && event->key.code == code && event->key.modifiers == modifiers;
}

bool editor_find_input(struct editor *e, const struct input_event *event)
{
	struct editor_find *find = &e->find;

	if (is_key(event, INPUT_ESCAPE, 0)) {
		close_bar(e);
	} else if (is_key(event, 'v', INPUT_CTRL)) {
		return paste_into_bar(e);
	} else if (is_key(event, INPUT_TAB, 0)) {
		find->second = find->replacing && !find->second;
		editor_touch(e);
	} else if (!is_key(event, INPUT_ENTER, 0)) {
		return give_field(e, event);
	} else if (find->second) {
		replace_one(e);
	} else if (find->words.text.len > 0) {
		find->second = find->replacing;
		if (!find->replacing)
			editor_find_next(e, 1, NULL);
		editor_touch(e);
	}
	return true;
}

/* -- Drawing the bar -- */

int editor_find_rows(const struct editor *e)
{
	return e->find.open ? 1 + e->find.replacing : 0;
}

static void print_count(const struct editor *e, char *out, size_t size)
{
	const struct editor_find *find = &e->find;
	size_t start, end, number;

	editor_selection(e, &start, &end);
	number = number_of(find, start);
	out[0] = '\0';
	if (find->words.text.len == 0)
		return;
	if (find->searched < buffer_len(e->buffer) || find->version != buffer_version(e->buffer))
		snprintf(out, size, "counting");
	else if (find->count == 0)
		snprintf(out, size, "not found");
	else if (number > 0)
		snprintf(out, size, "%zu of %zu", number, find->count);
	else
		snprintf(out, size, "%zu found", find->count);
}

static void draw_row(struct canvas_region region, const char *label, struct field *field, const char *right,
		     bool focused)
{
	int hint = region.width > LABEL_WIDTH + HINT_WIDTH + 10 ? HINT_WIDTH : region.width / 3;

	canvas_field(region, 0, 0, LABEL_WIDTH, CANVAS_KEY, label, strlen(label));
	field_draw(field, canvas_part(region, 0, LABEL_WIDTH, 1, region.width - LABEL_WIDTH - hint - 1),
		   CANVAS_NORMAL, focused);
	canvas_field(region, 0, region.width - hint, hint, CANVAS_DIM, right, strlen(right));
}

void editor_find_draw(struct editor *e, struct canvas_region region, bool focused)
{
	struct editor_find *find = &e->find;
	char count[64];
	char right[128];

	if (!find->open)
		return;
	print_count(e, count, sizeof count);
	snprintf(right, sizeof right, "%-12s%s", count,
		 find->replacing ? "Tab Next field  Esc Close" : "F3 Next  Esc Close");
	draw_row(canvas_part(region, 0, 0, 1, -1), "Find", &find->words, right, focused && !find->second);
	if (find->replacing)
		draw_row(canvas_part(region, 1, 0, 1, -1), "Replace by", &find->by,
			 "Enter This one  Ctrl-R All  Esc Close", focused && find->second);
}
