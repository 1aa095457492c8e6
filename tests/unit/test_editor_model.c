/*
 * The editor against a plain model, a text and two places in it, under random
 * keys from a fixed seed: edits, undo and redo, saves, and reloads after the
 * process was killed.  The model keeps every text that there was before an
 * edit; an undo must lead to one of them, and a redo back.
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
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "tui/canvas.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"

#include "stage.h"

#define KEYS  200000
#define DROPS 250

/* Bytes from which on the model's text is begun anew, so that rows and clusters stay many and cheap. */
#define LONG 3000

/* Texts that are remembered; what is older can still be undone, and then the model believes the editor. */
#define REMEMBERED 4000

/* What stood there before an edit. */
struct moment {
	char *text;
	size_t len, cursor, anchor;
};

struct moments {
	struct moment *items; /* the oldest first */
	size_t count;
	size_t capacity;
};

struct model {
	struct stage *s;
	struct strbuf text;
	size_t cursor, anchor;
	struct strbuf clipboard;
	struct moments undo, redo;
	bool plain;  /* nothing but edits and moves */
	bool forgot; /* there is more to undo than is remembered */
	struct strbuf saved;
	size_t undone, redone, saves, reloads, rows_alone; /* how often that was tried in earnest */
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

static void moments_cut(struct moments *list, size_t count)
{
	while (list->count > count)
		free(list->items[--list->count].text);
}

static void moments_clear(struct moments *list)
{
	moments_cut(list, 0);
	free(list->items);
	*list = (struct moments){0};
}

static void remember(struct model *m, struct moments *list)
{
	if (list->count == REMEMBERED) {
		for (size_t i = 0; i < REMEMBERED / 2; i++)
			free(list->items[i].text);
		memmove(list->items, list->items + REMEMBERED / 2, REMEMBERED / 2 * sizeof *list->items);
		list->count = REMEMBERED / 2;
		m->forgot = true;
	}
	list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
	list->items[list->count++] =
	    (struct moment){mem_strndup(m->text.data, m->text.len), m->text.len, m->cursor, m->anchor};
}

/* The newest text from there down that is just this one, with the same cursor and selection; count for none.
 */
static size_t find_moment(const struct moments *list, const char *text, size_t len, const struct editor *e)
{
	for (size_t i = list->count; i-- > 0;) {
		const struct moment *moment = &list->items[i];

		if (moment->len == len && moment->cursor == e->cursor && moment->anchor == e->anchor &&
		    memcmp(moment->text, text, len) == 0)
			return i;
	}
	return list->count;
}

static void replace(struct model *m, size_t start, size_t end, const char *text, size_t len)
{
	if (end > start || len > 0) {
		remember(m, &m->undo);
		moments_clear(&m->redo);
	}
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

/* -- Back and forth -- */

/* The model is where the editor is, in text and place. */
static void believe(struct model *m)
{
	size_t len;
	const char *text = buffer_text(editor_of(m)->buffer, &len);

	strbuf_reset(&m->text);
	strbuf_add(&m->text, text, len);
	m->cursor = editor_of(m)->cursor;
	m->anchor = editor_of(m)->anchor;
}

static bool is_as_before(struct model *m, uint64_t version)
{
	return buffer_version(editor_of(m)->buffer) == version;
}

static void undo(struct model *m)
{
	uint64_t version = buffer_version(editor_of(m)->buffer);
	const char *text;
	size_t len, found;

	stage_press(m->s, "Ctrl-Z");
	if (is_as_before(m, version)) {
		assert_true(m->undo.count == 0);
		return;
	}
	text = buffer_text(editor_of(m)->buffer, &len);
	found = find_moment(&m->undo, text, len, editor_of(m));
	assert_true(found < m->undo.count || m->forgot);
	remember(m, &m->redo);
	moments_cut(&m->undo, found < m->undo.count ? found : 0);
	believe(m);
	m->undone++;
}

static void redo(struct model *m)
{
	uint64_t version = buffer_version(editor_of(m)->buffer);
	const struct moment *moment;
	const char *text;
	size_t len;

	stage_press(m->s, "Ctrl-Y");
	if (is_as_before(m, version)) {
		assert_true(m->redo.count == 0);
		return;
	}
	assert_true(m->redo.count > 0);
	moment = &m->redo.items[m->redo.count - 1];
	text = buffer_text(editor_of(m)->buffer, &len);
	assert_int_equal(len, moment->len);
	assert_memory_equal(text, moment->text, len);
	remember(m, &m->undo);
	moments_cut(&m->redo, m->redo.count - 1);
	believe(m);
	m->redone++;
}

/* A last line that is another than the saved one is given its end. */
static void end_last_line(struct model *m)
{
	size_t line = lines_start(m->text.data, m->text.len);
	const char *saved = m->saved.data + lines_start(m->saved.data, m->saved.len);

	if (!buffer_changed(editor_of(m)->buffer) || line == m->text.len ||
	    (strlen(saved) == m->text.len - line && memcmp(saved, m->text.data + line, strlen(saved)) == 0))
		return;
	remember(m, &m->undo);
	moments_clear(&m->redo);
	strbuf_addc(&m->text, '\n');
}

static void save(struct model *m)
{
	struct strbuf saved = STRBUF_INIT;
	const struct draft *draft;

	end_last_line(m);
	stage_press(m->s, "Ctrl-S");
	assert_null(m->s->prompt);
	assert_false(buffer_changed(editor_of(m)->buffer));
	draft = desk_draft(m->s->desk, m->s->draft, NULL);
	ok(m->s, desk_read(m->s->desk, &draft->blob, &saved, &m->s->err));
	assert_int_equal(saved.len, m->text.len);
	assert_memory_equal(saved.data, m->text.data, saved.len);
	strbuf_clear(&m->saved);
	m->saved = saved;
	m->saves++;
}

/* The process is killed, and the draft opened again: what was not saved is offered, and taken. */
static void reload(struct model *m)
{
	stage_drop(m->s);
	stage_open(m->s, 12, 31);
	if (m->s->prompt != NULL)
		stage_press(m->s, "t");
	assert_null(m->s->prompt);
	assert_int_equal(buffer_len(editor_of(m)->buffer), m->text.len);
	assert_memory_equal(buffer_bytes(editor_of(m)->buffer, 0, m->text.len), m->text.data, m->text.len);
	believe(m);
	moments_clear(&m->undo);
	moments_clear(&m->redo);
	m->forgot = true;
	m->reloads++;
}

static void step(struct model *m)
{
	uint32_t kind = random_below(m, 100);

	if (m->text.len > LONG) {
		start(m);
		m->cursor = m->text.len;
		stage_press(m->s, "Ctrl-A");
		type(m, "x");
	} else if (kind < 43) {
		type(m, typed[random_below(m, COUNT(typed))]);
	} else if (kind < 52) {
		const char *text = pasted[random_below(m, COUNT(pasted))];

		insert(m, text, strlen(text));
		stage_paste(m->s, text);
	} else if (kind < 80) {
		uint32_t which = random_below(m, COUNT(acts));

		acts[which].act(m);
		stage_press(m->s, acts[which].key);
	} else if (kind < 86 && !m->plain) {
		undo(m);
		for (uint32_t again = random_below(m, 3); again > 0; again--)
			(random_below(m, 2) == 0 ? undo : redo)(m);
	} else if (kind < 89 && !m->plain) {
		redo(m);
	} else if (kind == 89 && !m->plain && random_below(m, 20) == 0) {
		save(m);
	} else if (kind == 90 && !m->plain && random_below(m, 20) == 0) {
		reload(m);
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

/* Where only the cursor's row is drawn, over the picture of before, that row is as when all is drawn. */
static void assert_row(struct model *m)
{
	struct canvas_region all = canvas_region(m->s->canvas);
	int at, row, column, cursor_row, cursor_column;
	struct canvas *alone;

	if (!m->s->pane.ops->draw_row(m->s->pane.state, all, &at))
		return;
	assert_true(canvas_cursor_at(m->s->canvas, &row, &column));
	alone = canvas_new(all.height, all.width);
	canvas_copy(alone, m->s->canvas);
	stage_draw(m->s);
	assert_true(canvas_same_row(alone, m->s->canvas, at));
	assert_true(canvas_cursor_at(m->s->canvas, &cursor_row, &cursor_column));
	assert_int_equal(row, cursor_row);
	assert_int_equal(column, cursor_column);
	canvas_free(alone);
	m->rows_alone++;
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

/* Appends all of a text that is not a blank. */
static void add_ink(struct strbuf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text != ' ')
			strbuf_addc(out, *text);
	}
}

/* What stands on the screen is the text from the first row on, glyph by glyph, as far as there are rows. */
static void assert_screen(struct model *m)
{
	struct editor *e = editor_of(m);
	struct strbuf shown = STRBUF_INIT;
	struct strbuf wanted = STRBUF_INIT;
	struct unicode_glyph glyph;
	bool whole = true;

	stage_draw(m->s);
	for (int row = 0; row < e->text.height; row++) {
		for (int column = 0; column < e->text.width; column++) {
			struct canvas_cell cell =
			    canvas_at(m->s->canvas, e->text.row + row, e->text.column + column);

			for (size_t i = 0; cell.columns > 0 && i < cell.len; i++) {
				if (cell.text[i] != ' ')
					strbuf_addc(&shown, cell.text[i]);
			}
		}
	}
	for (size_t pos = e->top; whole && pos < m->text.len && wanted.len < shown.len;) {
		pos = unicode_glyph(m->text.data, m->text.len, pos, 0, &glyph);
		/* A blank with marks on it may end a row, without them; some clusters are wider than a row.
		 */
		whole = (glyph.text[0] != ' ' || glyph.text[strspn(glyph.text, " ")] == '\0') &&
			glyph.columns < e->text.width;
		if (whole)
			add_ink(&wanted, glyph.text);
	}
	assert_true(!whole || wanted.len >= shown.len);
	assert_memory_equal(shown.data, wanted.data, wanted.len < shown.len ? wanted.len : shown.len);
	strbuf_clear(&shown);
	strbuf_clear(&wanted);
}

/* What the editor takes for saved is what was saved. */
static void assert_save_point(struct model *m)
{
	if (buffer_changed(editor_of(m)->buffer))
		return;
	assert_int_equal(m->text.len, m->saved.len);
	assert_memory_equal(m->text.data, m->saved.data, m->saved.len);
}

/* -- The tests -- */

static void model_init(struct model *m, void **state, int height, int width)
{
	*m = (struct model){.text = STRBUF_INIT,
			    .clipboard = STRBUF_INIT,
			    .saved = STRBUF_INIT,
			    .seed = 20261120};
	m->s = stage_new(*state, editor_new, "Lake path\n", 10);
	strbuf_adds(&m->text, "Lake path\n");
	strbuf_adds(&m->saved, "Lake path\n");
	stage_open(m->s, height, width);
}

static void model_clear(struct model *m)
{
	stage_free(m->s);
	strbuf_clear(&m->text);
	strbuf_clear(&m->clipboard);
	strbuf_clear(&m->saved);
	moments_clear(&m->undo);
	moments_clear(&m->redo);
}

static void random_keys_do_what_they_do_to_a_plain_text(void **state)
{
	struct model m;

	model_init(&m, state, 12, 31);
	for (int i = 0; i < KEYS; i++) {
		step(&m);
		assert_places(&m);
		if (i % 3 == 1) /* after the key before, all was drawn */
			assert_row(&m);
		if (i % 3 == 0)
			assert_cell(&m);
		if (i % 11 == 0)
			assert_text(&m);
		if (i % 13 == 0)
			assert_screen(&m);
		assert_save_point(&m);
	}
	assert_text(&m);
	assert_true(m.undone > KEYS / 20 && m.redone > KEYS / 100 && m.saves > 50 && m.reloads > 50);
	assert_true(m.rows_alone > KEYS / 20);
	model_clear(&m);
}

static void undo_goes_back_to_the_start_and_redo_to_the_end(void **state)
{
	struct model m;

	model_init(&m, state, 12, 31);
	m.plain = true;
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
	m.plain = true;
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
