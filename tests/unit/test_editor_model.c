/*
 * The editor against a plain model, a text and two places in it, under random
 * keys from a fixed seed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/buffer.h"
#include "text/unicode.h"
#include "tui/canvas.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"

#include "stage.h"

#define KEYS  40000
#define DROPS 250

/* Bytes from which on the model's text is begun anew, so that rows and clusters stay many and cheap. */
#define LONG 3000

struct model {
	struct stage *s;
	struct strbuf text;
	size_t cursor, anchor;
	struct strbuf clipboard;
	uint32_t seed;
};

static uint32_t random_below(struct model *m, uint32_t limit)
{
	m->seed = m->seed * 1664525u + 1013904223u;
	return (m->seed >> 8) % limit;
}

static struct editor *editor_of(struct model *m)
{
	return m->s->pane.state;
}

/* -- The model's own idea of each act -- */

static void replace(struct model *m, size_t start, size_t end, const char *text, size_t len)
{
	strbuf_splice(&m->text, start, end - start, text, len);
	m->cursor = m->anchor = start + len;
}

static size_t low(const struct model *m)
{
	return m->cursor < m->anchor ? m->cursor : m->anchor;
}

static size_t high(const struct model *m)
{
	return m->cursor < m->anchor ? m->anchor : m->cursor;
}

static void insert(struct model *m, const char *text, size_t len)
{
	replace(m, low(m), high(m), text, len);
}

static size_t before(const struct model *m, size_t pos)
{
	return unicode_previous(m->text.data, m->text.len, pos);
}

static size_t after(const struct model *m, size_t pos)
{
	return unicode_next(m->text.data, m->text.len, pos);
}

static void backspace(struct model *m)
{
	size_t start = m->cursor == m->anchor ? before(m, m->cursor) : low(m);

	if (start < high(m))
		replace(m, start, high(m), "", 0);
}

static void erase(struct model *m)
{
	size_t end = m->cursor == m->anchor ? after(m, m->cursor) : high(m);

	if (low(m) < end)
		replace(m, low(m), end, "", 0);
}

static void left(struct model *m)
{
	m->cursor = m->anchor = m->cursor == m->anchor ? before(m, m->cursor) : low(m);
}

static void right(struct model *m)
{
	m->cursor = m->anchor = m->cursor == m->anchor ? after(m, m->cursor) : high(m);
}

static void select_left(struct model *m)
{
	m->cursor = before(m, m->cursor);
}

static void select_right(struct model *m)
{
	m->cursor = after(m, m->cursor);
}

static void start(struct model *m)
{
	m->cursor = m->anchor = 0;
}

static void finish(struct model *m)
{
	m->cursor = m->anchor = m->text.len;
}

static void copy(struct model *m)
{
	if (m->cursor == m->anchor)
		return;
	strbuf_reset(&m->clipboard);
	strbuf_add(&m->clipboard, m->text.data + low(m), high(m) - low(m));
}

static void cut(struct model *m)
{
	copy(m);
	if (m->cursor != m->anchor)
		replace(m, low(m), high(m), "", 0);
}

static void paste(struct model *m)
{
	if (m->clipboard.len > 0)
		insert(m, m->clipboard.data, m->clipboard.len);
}

static void enter(struct model *m)
{
	insert(m, "\n", 1);
}

static const struct {
	const char *key;
	void (*act)(struct model *m);
} acts[] = {
    {"Backspace", backspace},
    {"Backspace", backspace},
    {"Delete", erase},
    {"Left", left},
    {"Left", left},
    {"Right", right},
    {"Right", right},
    {"Shift-Left", select_left},
    {"Shift-Right", select_right},
    {"Ctrl-Home", start},
    {"Ctrl-End", finish},
    {"Ctrl-X", cut},
    {"Ctrl-C", copy},
    {"Ctrl-V", paste},
    {"Enter", enter},
};

/* Moves by rows and words, of which the model knows only that they change no text. */
static const char *const moves[] = {"Up",       "Down",      "Home",       "End",        "PageUp",
				    "PageDown", "Ctrl-Left", "Ctrl-Right", "Shift-Down", "Shift-Up"};

static const char *const typed[] = {"a", "e",        " ",  "Z",           "湖",           "，",           "”",
				    "é", "\xcc\x81", "🚀",  "👩",           "\xe2\x80\x8d", "\xef\xb8\x8f", "🇨",
				    "🇳", ".",        "한", "\xe1\x84\x80"};

static const char *const pasted[] = {"two words", "line\nend\n", "\xff\xfe",       "\xe6\xb9",
				     "\t- x",     "\x1b[2J",     "。“修复”，步道", "e\xcc\x81\xcc\x82"};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof(array)[0]))

/* Types as a terminal does, a code point at a time. */
static void type(struct model *m, const char *text)
{
	insert(m, text, strlen(text));
	stage_type(m->s, text);
}

static void step(struct model *m)
{
	uint32_t kind = random_below(m, 100);

	if (m->text.len > LONG) {
		start(m);
		m->cursor = m->text.len;
		stage_press(m->s, "Ctrl-A");
		type(m, "x");
	} else if (kind < 45) {
		type(m, typed[random_below(m, COUNT(typed))]);
	} else if (kind < 55) {
		const char *text = pasted[random_below(m, COUNT(pasted))];

		insert(m, text, strlen(text));
		stage_paste(m->s, text);
	} else if (kind < 80) {
		uint32_t which = random_below(m, COUNT(acts));

		acts[which].act(m);
		stage_press(m->s, acts[which].key);
	} else {
		stage_press(m->s, moves[random_below(m, COUNT(moves))]);
		m->cursor = editor_of(m)->cursor;
		m->anchor = editor_of(m)->anchor;
	}
}

/* -- Agreement -- */

static void assert_text(struct model *m)
{
	size_t len;
	const char *text = buffer_text(editor_of(m)->buffer, &len);

	assert_int_equal(len, m->text.len);
	assert_memory_equal(text, m->text.data, len);
}

static void assert_places(struct model *m)
{
	assert_int_equal(editor_of(m)->cursor, m->cursor);
	assert_int_equal(editor_of(m)->anchor, m->anchor);
	assert_true(m->cursor <= m->text.len);
}

/* The cell under the cursor shows the cluster that the cursor stands before. */
static void assert_cell(struct model *m)
{
	struct unicode_glyph glyph;
	struct canvas_cell cell;
	int row, column;

	stage_draw(m->s);
	assert_true(canvas_cursor_at(m->s->canvas, &row, &column));
	if (m->cursor == m->text.len || editor_of(m)->at_end)
		return;
	if (after(m, before(m, m->cursor)) > m->cursor)
		return; /* what was typed last became one with what follows it */
	unicode_glyph(m->text.data, m->text.len, m->cursor, 0, &glyph);
	cell = canvas_at(m->s->canvas, row, column);
	if (glyph.columns == 0 || m->text.data[m->cursor] == '\t' || m->text.data[m->cursor] == ' ' ||
	    glyph.marked)
		return;
	assert_int_equal(cell.columns, glyph.columns);
	assert_int_equal(cell.len, strlen(glyph.text));
	assert_memory_equal(cell.text, glyph.text, cell.len);
}

/* -- The tests -- */

static void model_init(struct model *m, void **state, int height, int width)
{
	*m = (struct model){.text = STRBUF_INIT, .clipboard = STRBUF_INIT, .seed = 20261120};
	m->s = stage_new(*state, editor_new, "Lake path\n", 10);
	strbuf_adds(&m->text, "Lake path\n");
	stage_open(m->s, height, width);
}

static void model_clear(struct model *m)
{
	stage_free(m->s);
	strbuf_clear(&m->text);
	strbuf_clear(&m->clipboard);
}

static void random_keys_do_what_they_do_to_a_plain_text(void **state)
{
	struct model m;

	model_init(&m, state, 12, 31);
	for (int i = 0; i < KEYS; i++) {
		step(&m);
		assert_places(&m);
		if (i % 3 == 0)
			assert_cell(&m);
		if (i % 11 == 0)
			assert_text(&m);
	}
	assert_text(&m);
	model_clear(&m);
}

static void undo_goes_back_to_the_start_and_redo_to_the_end(void **state)
{
	struct model m;

	model_init(&m, state, 12, 31);
	for (int i = 0; i < 2000; i++)
		step(&m);
	for (int i = 0; i < 5000; i++)
		stage_press(m.s, "Ctrl-Z");
	assert_int_equal(buffer_len(editor_of(&m)->buffer), 10);
	assert_false(buffer_changed(editor_of(&m)->buffer));
	for (int i = 0; i < 5000; i++)
		stage_press(m.s, "Ctrl-Y");
	assert_text(&m);
	model_clear(&m);
}

static void a_killed_editor_comes_back_with_every_key(void **state)
{
	struct model m;

	model_init(&m, state, 12, 31);
	for (int i = 0; i < DROPS; i++) {
		for (uint32_t keys = 1 + random_below(&m, 4); keys > 0; keys--)
			step(&m);
		stage_drop(m.s);
		stage_open(m.s, 12, 31);
		if (m.s->prompt != NULL)
			stage_press(m.s, "t");
		assert_text(&m);
		m.cursor = editor_of(&m)->cursor;
		m.anchor = editor_of(&m)->anchor;
	}
	model_clear(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(random_keys_do_what_they_do_to_a_plain_text),
	    in_newsroom(undo_goes_back_to_the_start_and_redo_to_the_end),
	    in_newsroom(a_killed_editor_comes_back_with_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
