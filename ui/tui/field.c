#include "tui/field.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/unicode.h"
#include "tui/keymap.h"

void field_init(struct field *field, bool lines)
{
	*field = (struct field){.text = STRBUF_INIT, .lines = lines, .wrap = WRAP_INIT};
}

void field_clear(struct field *field)
{
	strbuf_clear(&field->text);
	wrap_clear(&field->wrap);
	free(field->kept);
	field->kept = NULL;
}

void field_set(struct field *field, const char *text, size_t len)
{
	strbuf_reset(&field->text);
	strbuf_add(&field->text, text, len);
	field->cursor = len;
	field->fresh = false;
}

void field_offer(struct field *field)
{
	field->cursor = field->text.len;
	field->fresh = field->text.len > 0;
}

/* -- Places in the text -- */

static size_t line_start(const struct field *field)
{
	size_t pos = field->cursor;

	while (pos > 0 && field->text.data[pos - 1] != '\n')
		pos--;
	return pos;
}

static size_t line_end(const struct field *field)
{
	const char *end = memchr(field->text.data + field->cursor, '\n', field->text.len - field->cursor);

	return end != NULL ? (size_t)(end - field->text.data) : field->text.len;
}

static size_t cluster_back(const struct field *field)
{
	return unicode_previous(field->text.data, field->text.len, field->cursor);
}

static size_t cluster_on(const struct field *field)
{
	return unicode_next(field->text.data, field->text.len, field->cursor);
}

static bool is_space_at(const struct field *field, size_t pos)
{
	int32_t c;

	unicode_decode(field->text.data, field->text.len, pos, &c);
	return unicode_is_space(c);
}

/* Words are what blanks part. */
static size_t word_back(const struct field *field)
{
	size_t pos = field->cursor;
	bool word = false;

	while (pos > 0) {
		size_t before = unicode_previous(field->text.data, field->text.len, pos);

		if (is_space_at(field, before) && word)
			break;
		word = word || !is_space_at(field, before);
		pos = before;
	}
	return pos;
}

static size_t word_on(const struct field *field)
{
	size_t pos = field->cursor;
	bool word = false;

	while (pos < field->text.len && !(word && is_space_at(field, pos))) {
		word = word || !is_space_at(field, pos);
		pos = unicode_next(field->text.data, field->text.len, pos);
	}
	return pos;
}

/* -- Rows, with lines -- */

static void find_rows(struct field *field)
{
	wrap_text(&field->wrap, field->text.data, field->text.len,
		  field->width > 0 ? field->width : CANVAS_LIMIT);
}

static int columns_to(const struct field *field, size_t start, size_t pos)
{
	return unicode_columns(field->text.data + start, pos - start);
}

/* The place in a row that is nearest to a column. */
static size_t place_in_row(const struct field *field, struct wrap_row row, int column)
{
	size_t pos = row.start;

	while (pos < row.end) {
		size_t next = unicode_next(field->text.data, row.end, pos);

		/* the end of a wrapped row is the start of the next */
		if (columns_to(field, row.start, next) > column ||
		    (next == row.end && next < field->text.len && field->text.data[next] != '\n' &&
		     field->text.data[next] != '\r'))
			break;
		pos = next;
	}
	return pos;
}

static size_t row_away(struct field *field, int by)
{
	size_t row, target;
	int column;

	find_rows(field);
	row = wrap_find(&field->wrap, field->cursor);
	if ((by < 0 && row == 0) || (by > 0 && row + 1 == field->wrap.count))
		return field->cursor;
	column = columns_to(field, field->wrap.rows[row].start, field->cursor);
	target = by < 0 ? row - 1 : row + 1;
	return place_in_row(field, field->wrap.rows[target], column);
}

/* -- Keys -- */

static enum field_result move_to(struct field *field, size_t pos)
{
	field->cursor = pos;
	return FIELD_MOVED;
}

/* Deletes from the cursor to pos, on either side of it. */
static enum field_result delete_to(struct field *field, size_t pos)
{
	size_t start = pos < field->cursor ? pos : field->cursor;
	size_t end = pos < field->cursor ? field->cursor : pos;

	if (start == end)
		return FIELD_MOVED;
	strbuf_splice(&field->text, start, end - start, NULL, 0);
	field->cursor = start;
	return FIELD_CHANGED;
}

static enum field_result insert(struct field *field, const char *text, size_t len)
{
	if (field->fresh && len > 0) {
		strbuf_reset(&field->text);
		field->cursor = 0;
	}
	field->fresh = field->fresh && len == 0;
	strbuf_splice(&field->text, field->cursor, 0, text, len);
	field->cursor += len;
	return len > 0 ? FIELD_CHANGED : FIELD_MOVED;
}

/*
 * In one line, line ends and tabs of a paste are blanks, and those at its end nothing.  A NUL, which would be
 * taken for the end of all, is a blank everywhere.
 */
static enum field_result paste(struct field *field, const char *text, size_t len)
{
	struct strbuf copy = STRBUF_INIT;
	enum field_result result;

	strbuf_add(&copy, text, len);
	if (!field->lines)
		strbuf_trim_end(&copy);
	for (size_t i = 0; i < copy.len; i++) {
		if (copy.data[i] == '\0' || (!field->lines && strchr("\n\r\t", copy.data[i]) != NULL))
			copy.data[i] = ' ';
	}
	result = insert(field, copy.data, copy.len);
	strbuf_clear(&copy);
	return result;
}

/* Shows an older (by 1) or newer (by -1) entry of the history. */
static enum field_result recall(struct field *field, int by)
{
	const struct field_history *history = field->history;
	const char *text;

	if (history == NULL)
		return FIELD_IGNORED;
	if ((by > 0 && field->place == history->count) || (by < 0 && field->place == 0))
		return FIELD_MOVED;
	if (field->place == 0) {
		free(field->kept);
		field->kept = mem_strdup(field->text.data);
	}
	field->place = by > 0 ? field->place + 1 : field->place - 1;
	text = field->place == 0 ? field->kept : history->entries[history->count - field->place];
	field_set(field, text, strlen(text));
	return FIELD_CHANGED;
}

static enum field_result go_left(struct field *field)
{
	return move_to(field, cluster_back(field));
}

static enum field_result go_right(struct field *field)
{
	return move_to(field, cluster_on(field));
}

static enum field_result go_word_back(struct field *field)
{
	return move_to(field, word_back(field));
}

static enum field_result go_word_on(struct field *field)
{
	return move_to(field, word_on(field));
}

static enum field_result go_start(struct field *field)
{
	return move_to(field, line_start(field));
}

static enum field_result go_end(struct field *field)
{
	return move_to(field, line_end(field));
}

static enum field_result go_up(struct field *field)
{
	return field->lines ? move_to(field, row_away(field, -1)) : recall(field, 1);
}

static enum field_result go_down(struct field *field)
{
	return field->lines ? move_to(field, row_away(field, 1)) : recall(field, -1);
}

static enum field_result delete_back(struct field *field)
{
	return delete_to(field, cluster_back(field));
}

static enum field_result delete_on(struct field *field)
{
	return delete_to(field, cluster_on(field));
}

static enum field_result delete_word_back(struct field *field)
{
	return delete_to(field, word_back(field));
}

static enum field_result delete_word_on(struct field *field)
{
	return delete_to(field, word_on(field));
}

static enum field_result delete_to_start(struct field *field)
{
	return delete_to(field, line_start(field));
}

static enum field_result delete_to_end(struct field *field)
{
	return delete_to(field, line_end(field));
}

static enum field_result break_line(struct field *field)
{
	return field->lines ? insert(field, "\n", 1) : FIELD_IGNORED;
}

static const struct {
	struct input_key key;
	enum field_result (*act)(struct field *field);
} acts[] = {
    {{INPUT_LEFT, 0}, go_left},
    {{INPUT_RIGHT, 0}, go_right},
    {{INPUT_LEFT, INPUT_CTRL}, go_word_back},
    {{INPUT_RIGHT, INPUT_CTRL}, go_word_on},
    {{INPUT_HOME, 0}, go_start},
    {{INPUT_END, 0}, go_end},
    {{'a', INPUT_CTRL}, go_start},
    {{'e', INPUT_CTRL}, go_end},
    {{INPUT_UP, 0}, go_up},
    {{INPUT_DOWN, 0}, go_down},
    {{INPUT_BACKSPACE, 0}, delete_back},
    {{INPUT_DELETE, 0}, delete_on},
    {{INPUT_BACKSPACE, INPUT_CTRL}, delete_word_back},
    {{INPUT_BACKSPACE, INPUT_ALT}, delete_word_back},
    {{'w', INPUT_CTRL}, delete_word_back},
    {{INPUT_DELETE, INPUT_CTRL}, delete_word_on},
    {{'u', INPUT_CTRL}, delete_to_start},
    {{'k', INPUT_CTRL}, delete_to_end},
    {{INPUT_ENTER, 0}, break_line},
};

enum field_result field_input(struct field *field, const struct input_event *event)
{
	if (event->kind == INPUT_PASTE)
		return paste(field, event->text, event->len);
	if (event->kind != INPUT_KEY)
		return FIELD_IGNORED;
	if (event->len > 0)
		return insert(field, event->text, event->len);
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		if (!keymap_same(acts[i].key, event->key))
			continue;
		field->fresh = field->fresh && acts[i].key.code == INPUT_ENTER;
		return acts[i].act(field);
	}
	return FIELD_IGNORED;
}

/* -- Drawing -- */

/* The first column or row to draw so that at is among size of them. */
static int scroll_to(int scroll, int at, int size)
{
	if (at < scroll)
		return at;
	return at >= scroll + size ? at - size + 1 : scroll;
}

static void draw_line(struct field *field, struct canvas_region region, unsigned style, bool focused)
{
	int column = columns_to(field, 0, field->cursor);

	field->scroll = scroll_to(field->scroll, column, region.width);
	canvas_text(region, 0, -field->scroll, style, field->text.data, field->text.len);
	if (field->fresh && focused)
		canvas_mark(region, 0, -field->scroll, columns_to(field, 0, field->text.len),
			    CANVAS_SELECTED);
	if (focused)
		canvas_cursor(region, 0, column - field->scroll);
}

static void draw_lines(struct field *field, struct canvas_region region, unsigned style, bool focused)
{
	int row, column;

	/* one column stays free for the cursor after the last character */
	field->width = region.width - 1;
	find_rows(field);
	row = (int)wrap_find(&field->wrap, field->cursor);
	column = columns_to(field, field->wrap.rows[row].start, field->cursor);
	field->scroll = scroll_to(field->scroll, row, region.height);
	for (int i = 0; i < region.height && field->scroll + i < (int)field->wrap.count; i++) {
		struct wrap_row r = field->wrap.rows[field->scroll + i];

		canvas_text(region, i, 0, style, field->text.data + r.start, r.end - r.start);
	}
	if (focused)
		canvas_cursor(region, row - field->scroll, column < region.width ? column : region.width - 1);
}

void field_draw(struct field *field, struct canvas_region region, unsigned style, bool focused)
{
	if (region.height == 0 || region.width == 0)
		return;
	canvas_fill(region, style);
	if (field->lines)
		draw_lines(field, region, style, focused);
	else
		draw_line(field, region, style, focused);
}

/* -- History -- */

void field_remember(struct field_history *history, const char *text)
{
	if (*text == '\0' || (history->count > 0 && strcmp(history->entries[history->count - 1], text) == 0))
		return;
	if (history->count == FIELD_HISTORY) {
		free(history->entries[0]);
		memmove(history->entries, history->entries + 1, --history->count * sizeof *history->entries);
	}
	history->entries =
	    mem_grow(history->entries, &history->capacity, history->count + 1, sizeof *history->entries);
	history->entries[history->count++] = mem_strdup(text);
}

void field_history_clear(struct field_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->entries[i]);
	free(history->entries);
	*history = (struct field_history){.count = 0};
}
