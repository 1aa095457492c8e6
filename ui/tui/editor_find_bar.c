/* The find bar: what is typed into it, and what it looks like. */
#include "tui/editor_internal.h"

#include <stdio.h>
#include <string.h>

#include "text/unicode.h"

/* Columns of the labels, of a field at least, and of what stands at its right where there is room. */
#define LABEL_WIDTH 11
#define FIELD_WIDTH 16
#define COUNT_WIDTH 16

/* Columns from which on there is room for all hints. */
#define WIDE 72

/* Rows of a text below which the bar does without its row of switches. */
#define LOW 8

/* The switches: a key, and the word that is in brackets while it is on. */
static const struct {
	int32_t key; /* with Alt */
	enum editor_find_toggle what;
	const char *name;
	const char *word;
} toggles[] = {
    {'c', FIND_TOGGLE_CASE, "Alt-C", "case"},        {'w', FIND_TOGGLE_WORDS, "Alt-W", "word"},
    {'r', FIND_TOGGLE_REGEX, "Alt-R", "regex"},      {'v', FIND_TOGGLE_WIDTH, "Alt-V", "width"},
    {'s', FIND_TOGGLE_WITHIN, "Alt-S", "selection"},
};

#define TOGGLES (sizeof toggles / sizeof toggles[0])

/* -- Keys -- */

/* The field that is typed into; what is sought is another by now: looks for it from where one was. */
static bool give_field(struct editor *e, const struct input_event *event)
{
	struct editor_find *find = &e->find;
	enum field_result result = field_input(find->second ? &find->by : &find->words, event);

	if (result == FIELD_IGNORED)
		return false;
	if (result == FIELD_CHANGED && find->second)
		editor_find_stop(e);
	else if (result == FIELD_CHANGED)
		editor_find_typed(e);
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

static bool flip_toggle(struct editor *e, const struct input_event *event)
{
	for (size_t i = 0; i < TOGGLES; i++) {
		if (is_key(event, toggles[i].key, INPUT_ALT)) {
			editor_find_toggle(e, (int)toggles[i].what, NULL);
			return true;
		}
	}
	return false;
}

bool editor_find_has_alt(struct input_key key)
{
	for (size_t i = 0; i < TOGGLES; i++) {
		if (toggles[i].key == key.code && key.modifiers == INPUT_ALT)
			return true;
	}
	return false;
}

bool editor_find_input(struct editor *e, const struct input_event *event)
{
	struct editor_find *find = &e->find;

	if (is_key(event, INPUT_ESCAPE, 0)) {
		if (!editor_find_stop(e))
			editor_find_close(e);
	} else if (is_key(event, 'v', INPUT_CTRL)) {
		return paste_into_bar(e);
	} else if (flip_toggle(e, event)) {
		return true;
	} else if (is_key(event, INPUT_TAB, 0) || is_key(event, INPUT_TAB, INPUT_SHIFT)) {
		find->second = find->replacing && !find->second;
		editor_touch(e);
	} else if (!is_key(event, INPUT_ENTER, 0)) {
		return give_field(e, event);
	} else if (find->second) {
		editor_find_replace_one(e);
	} else if (find->words.text.len > 0) {
		find->second = find->replacing;
		if (!find->replacing)
			editor_find_next(e, 1, NULL);
		editor_touch(e);
	}
	return true;
}

/* -- Drawing -- */

int editor_find_rows(const struct editor *e, int height)
{
	return e->find.open ? 1 + e->find.replacing + (height >= LOW) : 0;
}

static void print_count(const struct editor *e, char *out, size_t size)
{
	const struct editor_find *find = &e->find;
	const char *more = !editor_find_counted(e) ? "…" : editor_find_is_most(e) ? " or more" : "";
	size_t number = editor_find_number(e);

	out[0] = '\0';
	if (find->words.text.len == 0)
		return;
	if (find->wrong != NULL)
		snprintf(out, size, "cannot be sought");
	else if (find->all.runs)
		snprintf(out, size, "replacing %zu…", find->all.edits.matches);
	else if (find->count == 0)
		snprintf(out, size, "%s", editor_find_counted(e) ? "not found" : "counting");
	else if (number > 0)
		snprintf(out, size, "%zu of %zu%s", number, find->count, more);
	else
		snprintf(out, size, "%zu found%s", find->count, more);
}

static void draw_field(struct canvas_region region, const char *label, struct field *field, const char *right,
		       bool focused)
{
	int width = unicode_columns(right, strlen(right));

	width = width < COUNT_WIDTH ? COUNT_WIDTH : width;
	if (region.width < LABEL_WIDTH + width + FIELD_WIDTH)
		width = region.width / 4;
	canvas_field(region, 0, 0, LABEL_WIDTH, CANVAS_KEY, label, strlen(label));
	field_draw(field, canvas_part(region, 0, LABEL_WIDTH, 1, region.width - LABEL_WIDTH - width - 1),
		   CANVAS_NORMAL, focused);
	canvas_field(region, 0, region.width - width, width, CANVAS_DIM, right, strlen(right));
}

/* Draws the switches from the left, with their keys or without; returns the column after them. */
static int draw_toggles(const struct editor *e, struct canvas_region region, bool keys)
{
	int column = 0;

	for (size_t i = 0; i < TOGGLES; i++) {
		bool on = editor_find_is_on(e, toggles[i].what);

		if (toggles[i].what == FIND_TOGGLE_WITHIN && e->find.end <= e->find.begin)
			continue; /* nothing was selected */
		if (keys)
			column = canvas_string(region, 0, column, CANVAS_KEY, toggles[i].name) + 1;
		column = canvas_printf(region, 0, column, on ? CANVAS_NORMAL | CANVAS_STRONG : CANVAS_DIM,
				       on ? "[%s]" : " %s ", toggles[i].word) +
			 1;
	}
	return column;
}

static void draw_switches(const struct editor *e, struct canvas_region region)
{
	const char *hint = e->find.replacing ? "Tab Next field" : "F3 Next  Esc Close";
	int width = unicode_columns(hint, strlen(hint));
	bool keys = draw_toggles(e, canvas_part(region, 0, 0, 0, -1), true) <= region.width;
	int column = draw_toggles(e, region, keys);

	if (column + width < region.width)
		canvas_string(region, 0, region.width - width - 1, CANVAS_DIM, hint);
}

void editor_find_draw(struct editor *e, struct canvas_region region, bool focused)
{
	struct editor_find *find = &e->find;
	char count[64];
	int row = 0;

	if (!find->open)
		return;
	print_count(e, count, sizeof count);
	draw_field(canvas_part(region, row++, 0, 1, -1), "Find", &find->words, count,
		   focused && !find->second);
	if (find->replacing)
		draw_field(canvas_part(region, row++, 0, 1, -1), "Replace by", &find->by,
			   region.width < WIDE ? "Ctrl-R All" : "Enter This one  Ctrl-R All  Esc Close",
			   focused && find->second);
	draw_switches(e, canvas_part(region, row, 0, 1, -1));
}
