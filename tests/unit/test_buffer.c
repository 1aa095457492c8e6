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
#include "processor.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void assert_text(struct buffer *b, const char *expected)
{
	size_t len;
	const char *text = buffer_text(b, &len);

	assert_int_equal(len, strlen(expected));
	assert_memory_equal(text, expected, len);
}

/* A person there, with nothing selected. */
static struct buffer_caret caret_at(size_t cursor)
{
	return (struct buffer_caret){.cursor = cursor, .anchor = cursor};
}

static void type(struct buffer *b, const char *text)
{
	size_t end = buffer_len(b);

	buffer_replace(b, end, 0, text, strlen(text), caret_at(end));
}

static void type_each(struct buffer *b, const char *text)
{
	char key[2] = "";

	for (; *text != '\0'; text++) {
		key[0] = *text;
		type(b, key);
	}
}

static void undo_to(struct buffer *b, const char *expected, size_t cursor)
{
	struct buffer_caret caret = caret_at(SIZE_MAX);

	assert_true(buffer_undo(b, &caret));
	assert_text(b, expected);
	assert_int_equal(caret.cursor, cursor);
	assert_int_equal(caret.anchor, cursor);
}

static void redo_to(struct buffer *b, const char *expected, size_t cursor)
{
	struct buffer_caret caret = caret_at(SIZE_MAX);

	assert_true(buffer_redo(b, &caret));
	assert_text(b, expected);
	assert_int_equal(caret.cursor, cursor);
	assert_int_equal(caret.anchor, cursor);
}

static void an_empty_buffer_has_one_line(void **state)
{
	struct buffer *b = buffer_new(NULL, 0);
	struct buffer_caret cursor;

	(void)state;
	assert_int_equal(buffer_len(b), 0);
	assert_int_equal(buffer_lines(b), 1);
	assert_int_equal(buffer_line_start(b, 0), 0);
	assert_int_equal(buffer_line_end(b, 0), 0);
	assert_int_equal(buffer_line_at(b, 0), 0);
	assert_false(buffer_changed(b));
	assert_false(buffer_undo(b, &cursor));
	assert_false(buffer_redo(b, &cursor));
	buffer_free(b);
}

static void lines_are_told_by_their_ends(void **state)
{
	struct buffer *b = buffer_new("one\r\ntwo\n\nfour\n", 15);
	static const size_t starts[] = {0, 5, 9, 10, 15};
	static const size_t ends[] = {4, 8, 9, 14, 15};

	(void)state;
	assert_int_equal(buffer_lines(b), COUNT(starts));
	for (size_t i = 0; i < COUNT(starts); i++) {
		assert_int_equal(buffer_line_start(b, i), starts[i]);
		assert_int_equal(buffer_line_end(b, i), ends[i]);
		for (size_t pos = starts[i]; pos <= ends[i]; pos++)
			assert_int_equal(buffer_line_at(b, pos), i);
	}
	buffer_free(b);
}

static void typing_is_undone_by_words(void **state)
{
	struct buffer *b = buffer_new("", 0);

	(void)state;
	type_each(b, "Seven people, one\n\nlake");
	undo_to(b, "Seven people, one\n\n", 19);
	undo_to(b, "Seven people, one", 17);
	undo_to(b, "Seven people, ", 14);
	undo_to(b, "Seven ", 6);
	undo_to(b, "", 0);
	redo_to(b, "Seven ", 6);
	redo_to(b, "Seven people, ", 14);
	buffer_free(b);
}

static void chinese_typing_is_undone_by_clauses(void **state)
{
	static const char *const keys[] = {"七", "名", "志愿者", "，", "清理", "。", "完"};
	struct buffer *b = buffer_new("", 0);

	(void)state;
	for (size_t i = 0; i < COUNT(keys); i++)
		type(b, keys[i]);
	undo_to(b, "七名志愿者，清理。", 27);
	undo_to(b, "七名志愿者，", 18);
	undo_to(b, "", 0);
	buffer_free(b);
}

static void a_run_of_backspacing_is_one_step(void **state)
{
	struct buffer *b = buffer_new("the lake path", 13);

	(void)state;
	for (size_t at = 13; at > 8; at--)
		buffer_replace(b, at - 1, 1, "", 0, caret_at(at));
	assert_text(b, "the lake");
	for (int i = 0; i < 4; i++)
		buffer_replace(b, 0, 1, "", 0, caret_at(0));
	assert_text(b, "lake");
	undo_to(b, "the lake", 0);
	undo_to(b, "the lake path", 13);
	redo_to(b, "the lake", 8);
	redo_to(b, "lake", 0);
	buffer_free(b);
}

static void typing_over_a_selection_is_one_step(void **state)
{
	struct buffer *b = buffer_new("five people", 11);

	(void)state;
	buffer_replace(b, 0, 4, "s", 1, caret_at(4));
	buffer_replace(b, 1, 0, "ix", 2, caret_at(1));
	assert_text(b, "six people");
	undo_to(b, "five people", 4);
	buffer_free(b);
}

static void undo_and_redo_give_back_the_selection(void **state)
{
	static const struct buffer_caret backwards = {.cursor = 3, .anchor = 12},
					 after = {.cursor = 2, .anchor = 13};
	struct buffer *b = buffer_new("七 lake path", 13);
	struct buffer_caret caret;

	(void)state;
	buffer_settle(b, after); /* there is no edit that it could be after */
	buffer_begin(b);
	buffer_replace(b, 13, 0, "**", 2, backwards);
	buffer_replace(b, 4, 0, "**", 2, caret_at(0));
	buffer_end(b);
	buffer_settle(b, after);
	assert_true(buffer_undo(b, &caret));
	assert_int_equal(caret.cursor, backwards.cursor);
	assert_int_equal(caret.anchor, backwards.anchor);
	buffer_settle(b, caret_at(0)); /* no more than after an undo */
	assert_true(buffer_redo(b, &caret));
	assert_int_equal(caret.cursor, after.cursor);
	assert_int_equal(caret.anchor, after.anchor);
	buffer_free(b);
}

static void what_is_settled_holds_until_the_next_edit(void **state)
{
	struct buffer *b = buffer_new("", 0);

	(void)state;
	type_each(b, "a");
	buffer_settle(b, caret_at(0));
	type_each(b, "b");
	undo_to(b, "", 0);
	redo_to(b, "ab", 2);
	buffer_free(b);
}

static void what_is_amended_goes_and_comes_with_the_last_step(void **state)
{
	struct buffer *b = buffer_new("one", 3);

	(void)state;
	buffer_replace(b, 0, 3, "two", 3, caret_at(1));
	buffer_settle(b, caret_at(2));
	buffer_amend(b, 3, "\n", 1, caret_at(2));
	assert_text(b, "two\n");
	undo_to(b, "one", 1);
	redo_to(b, "two\n", 2);
	type_each(b, "x"); /* at the start of the last line: another step */
	undo_to(b, "two\n", 4);
	undo_to(b, "one", 1);
	/* What nobody told goes where the last edit ended. */
	type_each(b, "s");
	buffer_amend(b, 4, "\n", 1, caret_at(0));
	undo_to(b, "one", 3);
	redo_to(b, "ones\n", 4);
	/* No step is changed behind the save point. */
	buffer_mark_saved(b);
	buffer_amend(b, 5, "\n", 1, caret_at(2));
	assert_true(buffer_changed(b));
	undo_to(b, "ones\n", 2);
	assert_false(buffer_changed(b));
	buffer_free(b);
}

static void an_edit_elsewhere_is_another_step(void **state)
{
	struct buffer *b = buffer_new("ab", 2);

	(void)state;
	buffer_replace(b, 2, 0, "c", 1, caret_at(2));
	buffer_replace(b, 0, 0, "x", 1, caret_at(0));
	undo_to(b, "abc", 0);
	undo_to(b, "ab", 2);
	buffer_free(b);
}

static void a_run_ends_where_the_caller_says(void **state)
{
	struct buffer *b = buffer_new("", 0);

	(void)state;
	type_each(b, "ab");
	buffer_step(b);
	buffer_step(b);
	type_each(b, "cd");
	undo_to(b, "ab", 2);
	undo_to(b, "", 0);
	buffer_free(b);
}

static void a_group_is_one_step(void **state)
{
	struct buffer *b = buffer_new("a-a-a", 5);

	(void)state;
	type(b, "!");
	buffer_begin(b);
	for (size_t pos = 0; pos < 8; pos += 3)
		buffer_replace(b, pos, 1, "bb", 2, caret_at(5));
	buffer_end(b);
	type(b, "!");
	assert_text(b, "bb-bb-bb!!");
	undo_to(b, "bb-bb-bb!", 9);
	undo_to(b, "a-a-a!", 5);
	redo_to(b, "bb-bb-bb!", 8);
	undo_to(b, "a-a-a!", 5);
	undo_to(b, "a-a-a", 5);
	buffer_free(b);
}

static void an_empty_group_leaves_no_step(void **state)
{
	struct buffer *b = buffer_new("a", 1);
	struct buffer_caret cursor;

	(void)state;
	buffer_begin(b);
	buffer_replace(b, 1, 0, "", 0, caret_at(1));
	buffer_end(b);
	assert_false(buffer_undo(b, &cursor));
	assert_false(buffer_changed(b));
	buffer_free(b);
}

static void the_save_point_is_found_again(void **state)
{
	struct buffer *b = buffer_new("a", 1);
	struct buffer_caret cursor;

	(void)state;
	type_each(b, "b");
	assert_true(buffer_changed(b));
	buffer_mark_saved(b);
	assert_false(buffer_changed(b));
	type_each(b, "c"); /* would continue the run, had it not been saved */
	undo_to(b, "ab", 2);
	assert_false(buffer_changed(b));
	undo_to(b, "a", 1);
	assert_true(buffer_changed(b));
	redo_to(b, "ab", 2);
	assert_false(buffer_changed(b));
	undo_to(b, "a", 1);
	type_each(b, "b"); /* the same text by another way: the save point is out of reach */
	assert_true(buffer_changed(b));
	while (buffer_undo(b, &cursor))
		assert_true(buffer_changed(b));
	buffer_free(b);
}

static void the_buffers_own_bytes_can_be_inserted(void **state)
{
	struct buffer *b = buffer_new("one two", 7);

	(void)state;
	buffer_replace(b, 3, 0, "", 0, caret_at(3));
	buffer_replace(b, 0, 3, buffer_bytes(b, 4, 3), 3, caret_at(0));
	assert_text(b, "two two");
	for (int i = 0; i < 10; i++) {
		size_t len = buffer_len(b);

		buffer_replace(b, 1, 1, buffer_bytes(b, 0, len), len, caret_at(0));
	}
	assert_int_equal(buffer_len(b), 6 * 1024 + 1);
	buffer_free(b);
}

/* -- Against a plain model -- */

enum {
	ROUNDS = 400,
	EDITS = 500, /* a round */
	MODEL_SIZE = 4096,
};

/* What stood at one time. */
struct snapshot {
	char *text;
	size_t len;
	size_t edited;              /* where the last edit ended */
	struct buffer_caret after;  /* where the person was when this had just been edited */
	struct buffer_caret before; /* where they were when the next step began */
	unsigned id;                /* the same for the same time only */
};

struct model {
	struct snapshot now;
	struct snapshot past[EDITS + 1]; /* before each step that stands */
	size_t past_count;
	struct snapshot future[EDITS + 1]; /* after each step that is undone, the next one last */
	size_t future_count;
	unsigned last_id, saved_id;
	/* The run that may go on: */
	enum { RUN_NONE, RUN_TYPING, RUN_REMOVING } run;
	size_t run_pos;    /* where typing goes on, or where was removed */
	bool run_at_space; /* what was typed last ends a word */
	bool run_at_line_end;
	struct strbuf copy; /* what the sink was told, applied */
};

static struct snapshot snapshot_copy(const struct snapshot *from)
{
	struct snapshot copy = *from;

	copy.text = mem_strndup(from->text, from->len);
	return copy;
}

static void forget(struct snapshot *snapshots, size_t *count)
{
	while (*count > 0)
		free(snapshots[--*count].text);
}

/* Typed text of the test ends a word in one of these ways, and goes on in any other. */
static bool is_gap(const char *text, size_t len, bool at_end)
{
	static const char *const gaps[] = {" ", "\n", "\r", "。"};

	for (size_t i = 0; i < COUNT(gaps); i++) {
		size_t n = strlen(gaps[i]);

		if (len >= n && memcmp(at_end ? text + len - n : text, gaps[i], n) == 0)
			return true;
	}
	return false;
}

/* A word after a gap, or a line end after anything else. */
static bool begins_anew(const struct model *m, const char *insert)
{
	if (insert[0] == '\n' || insert[0] == '\r')
		return !m->run_at_line_end;
	return m->run_at_space && !is_gap(insert, strlen(insert), false);
}

static void model_edit(struct model *m, size_t pos, size_t cut, const char *insert, size_t len,
		       struct buffer_caret before)
{
	char *text = mem_alloc(m->now.len - cut + len + 1);
	bool goes_on = false;

	forget(m->future, &m->future_count);
	if (m->run == RUN_TYPING)
		goes_on = cut == 0 && pos == m->run_pos && !begins_anew(m, insert);
	else if (m->run == RUN_REMOVING)
		goes_on = len == 0 && (pos == m->run_pos || pos + cut == m->run_pos);
	if (!goes_on) {
		m->past[m->past_count] = snapshot_copy(&m->now);
		m->past[m->past_count++].before = before;
	}
	memcpy(text, m->now.text, pos);
	memcpy(text + pos, insert, len);
	memcpy(text + pos + len, m->now.text + pos + cut, m->now.len - pos - cut);
	free(m->now.text);
	m->now = (struct snapshot){.text = text, .len = m->now.len - cut + len, .id = ++m->last_id};
	m->now.edited = pos + len;
	m->now.after = caret_at(pos + len);
	m->run = len > 0 ? RUN_TYPING : RUN_REMOVING;
	m->run_pos = pos + len;
	m->run_at_space = is_gap(insert, len, true);
	m->run_at_line_end = len > 0 && (insert[len - 1] == '\n' || insert[len - 1] == '\r');
}

static bool model_undo(struct model *m, struct buffer_caret *caret)
{
	m->run = RUN_NONE;
	if (m->past_count == 0)
		return false;
	m->future[m->future_count++] = m->now;
	m->now = m->past[--m->past_count];
	*caret = m->now.before;
	return true;
}

static bool model_redo(struct model *m, struct buffer_caret *caret)
{
	m->run = RUN_NONE;
	if (m->future_count == 0)
		return false;
	m->past[m->past_count++] = m->now;
	m->now = m->future[--m->future_count];
	*caret = m->now.after;
	return true;
}

static void copy_edit(void *context, const struct buffer_edit *edit)
{
	struct model *m = context;

	strbuf_splice(&m->copy, edit->pos, edit->cut, edit->insert, edit->len);
}

static uint32_t random_below(uint32_t *seed, size_t limit)
{
	*seed = *seed * 1664525 + 1013904223;
	return (uint32_t)((*seed >> 8) % limit);
}

static void check_lines(const struct buffer *b, const struct model *m, uint32_t *seed)
{
	size_t pos = random_below(seed, m->now.len + 1);
	size_t lines = 1, start = 0, line = 0;

	for (size_t i = 0; i < m->now.len; i++) {
		if (m->now.text[i] != '\n')
			continue;
		assert_int_equal(buffer_line_start(b, lines - 1), start);
		assert_int_equal(buffer_line_end(b, lines - 1), i);
		start = i + 1;
		if (start <= pos)
			line = lines;
		lines++;
	}
	assert_int_equal(buffer_lines(b), lines);
	assert_int_equal(buffer_line_start(b, lines - 1), start);
	assert_int_equal(buffer_line_end(b, lines - 1), m->now.len);
	assert_int_equal(buffer_line_at(b, pos), line);
}

static void check_model(struct buffer *b, const struct model *m, uint32_t *seed)
{
	size_t len = m->now.len;

	assert_int_equal(buffer_len(b), len);
	assert_int_equal(m->copy.len, len);
	assert_memory_equal(m->copy.data, m->now.text, len);
	assert_int_equal(buffer_changed(b), m->now.id != m->saved_id);
	check_lines(b, m, seed);
	if (len > 0) {
		size_t pos = random_below(seed, len);
		size_t run = random_below(seed, len - pos) + 1;

		assert_int_equal(buffer_byte(b, pos), m->now.text[pos]);
		assert_memory_equal(buffer_bytes(b, pos, run), m->now.text + pos, run);
		buffer_prepare(b, pos);
		assert_memory_equal(buffer_bytes(b, pos, run), m->now.text + pos, run);
	}
	if (random_below(seed, 8) == 0) {
		size_t all;
		const char *text = buffer_text(b, &all);

		assert_memory_equal(text, m->now.text, len);
	}
}

/* Makes one random edit, near the last one as often as not, on both. */
static void edit_both(struct buffer *b, struct model *m, uint32_t *seed)
{
	static const char *const pieces[] = {"a",    "b",  "word", " ",    "\n",
					     "\r\n", "湖", "。",   "\xff", "one two\nthree"};
	struct strbuf insert = STRBUF_INIT;
	size_t pos = random_below(seed, m->now.len + 1);
	struct buffer_caret before;
	size_t cut = 0;

	if (random_below(seed, 3) > 0 && m->now.edited <= m->now.len)
		pos = m->now.edited;
	if (random_below(seed, 2) == 0)
		cut = random_below(seed, random_below(seed, 20) == 0 ? 300 : 4);
	if (random_below(seed, 2) == 0 && cut <= pos) /* backwards */
		pos -= cut;
	if (cut > m->now.len - pos)
		cut = m->now.len - pos;
	if (cut == 0 || random_below(seed, 4) == 0) {
		uint32_t count = random_below(seed, 20) == 0 ? 30 : random_below(seed, 3);

		while (count-- > 0 && m->now.len + insert.len < MODEL_SIZE)
			strbuf_adds(&insert, pieces[random_below(seed, COUNT(pieces))]);
	}
	before = (struct buffer_caret){.cursor = pos + cut, .anchor = random_below(seed, m->now.len + 1)};
	if (cut > 0 || insert.len > 0)
		model_edit(m, pos, cut, insert.data, insert.len, before);
	buffer_replace(b, pos, cut, insert.data, insert.len, before);
	if (random_below(seed, 3) == 0) {
		struct buffer_caret after = {.cursor = pos, .anchor = pos + insert.len};

		buffer_settle(b, after);
		if (m->past_count > 0 && m->future_count == 0)
			m->now.after = after;
	}
	strbuf_clear(&insert);
}

static void run_round(struct model *m, uint32_t *seed)
{
	struct buffer *b = buffer_new("Seed\ntext\n", 10);
	uint64_t version = buffer_version(b);

	m->now = (struct snapshot){.text = mem_strdup("Seed\ntext\n"), .len = 10};
	strbuf_adds(&m->copy, m->now.text);
	buffer_set_sink(b, copy_edit, m);
	for (int i = 0; i < EDITS; i++) {
		struct buffer_caret found = caret_at(SIZE_MAX), expected = caret_at(SIZE_MAX);

		switch (random_below(seed, 16)) {
		case 0:
		case 1:
			assert_int_equal(buffer_undo(b, &found), model_undo(m, &expected));
			break;
		case 2:
			assert_int_equal(buffer_redo(b, &found), model_redo(m, &expected));
			break;
		case 3:
			buffer_step(b);
			m->run = RUN_NONE;
			break;
		case 4:
			buffer_mark_saved(b);
			m->saved_id = m->now.id;
			m->run = RUN_NONE;
			break;
		default:
			edit_both(b, m, seed);
		}
		assert_int_equal(found.cursor, expected.cursor);
		assert_int_equal(found.anchor, expected.anchor);
		assert_true(buffer_version(b) >= version);
		version = buffer_version(b);
		check_model(b, m, seed);
	}
	buffer_free(b);
	forget(m->past, &m->past_count);
	forget(m->future, &m->future_count);
	free(m->now.text);
	strbuf_clear(&m->copy);
}

static void random_edits_undos_and_redos_agree_with_a_plain_model(void **state)
{
	uint32_t seed = 20261120;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		struct model *m = mem_zalloc(1, sizeof *m);

		m->copy = (struct strbuf)STRBUF_INIT;
		run_round(m, &seed);
		free(m);
	}
}

/* -- Speed -- */

/* Types into the middle of 10 MB, looking at the line as a pane does; returns microseconds a key. */
static int64_t time_keys(const char *line)
{
	enum { KEYS = 1000 };
	struct strbuf text = STRBUF_INIT;
	struct buffer *b;
	size_t at;
	int64_t start;

	while (text.len < 10000000)
		strbuf_adds(&text, line);
	b = buffer_new(text.data, text.len);
	at = text.len / 2;
	start = processor_time();
	for (int i = 0; i < KEYS; i++) {
		size_t row = buffer_line_at(b, at);

		buffer_replace(b, at, 0, "x", 1, caret_at(at));
		at++;
		assert_true(buffer_line_end(b, row) >= at);
		assert_int_equal(buffer_bytes(b, at - 40, 80)[39], 'x');
	}
	start = processor_time() - start;
	buffer_free(b);
	strbuf_clear(&text);
	return start * 1000 / KEYS;
}

static void a_key_in_a_large_text_is_quick(void **state)
{
	(void)state;
	assert_true(time_keys("A line of some length, as articles have.\n") < 1000);
	assert_true(time_keys("one line only ") < 1000);
	assert_true(time_keys("\n") < 1000);
}

static void a_text_is_completed_without_an_edit(void **state)
{
	static const char whole[] = "one\ntwo\nthree\nfour";
	struct buffer *b = buffer_new(whole, 6);
	struct buffer_caret caret;

	(void)state;
	buffer_complete(b, mem_strndup(whole, sizeof whole - 1), sizeof whole - 1);
	assert_text(b, whole);
	assert_int_equal(buffer_lines(b), 4);
	assert_int_equal(buffer_line_start(b, 2), 8);
	assert_int_equal(buffer_line_at(b, 15), 3);
	assert_false(buffer_changed(b));
	assert_false(buffer_undo(b, &caret));
	buffer_replace(b, 4, 3, "2\n2", 3, caret_at(4));
	assert_text(b, "one\n2\n2\nthree\nfour");
	assert_int_equal(buffer_lines(b), 5);
	undo_to(b, whole, 4);
	buffer_free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_buffer_has_one_line),
	    cmocka_unit_test(a_text_is_completed_without_an_edit),
	    cmocka_unit_test(lines_are_told_by_their_ends),
	    cmocka_unit_test(typing_is_undone_by_words),
	    cmocka_unit_test(chinese_typing_is_undone_by_clauses),
	    cmocka_unit_test(a_run_of_backspacing_is_one_step),
	    cmocka_unit_test(typing_over_a_selection_is_one_step),
	    cmocka_unit_test(undo_and_redo_give_back_the_selection),
	    cmocka_unit_test(what_is_settled_holds_until_the_next_edit),
	    cmocka_unit_test(what_is_amended_goes_and_comes_with_the_last_step),
	    cmocka_unit_test(an_edit_elsewhere_is_another_step),
	    cmocka_unit_test(a_run_ends_where_the_caller_says),
	    cmocka_unit_test(a_group_is_one_step),
	    cmocka_unit_test(an_empty_group_leaves_no_step),
	    cmocka_unit_test(the_save_point_is_found_again),
	    cmocka_unit_test(the_buffers_own_bytes_can_be_inserted),
	    cmocka_unit_test(random_edits_undos_and_redos_agree_with_a_plain_model),
	    cmocka_unit_test(a_key_in_a_large_text_is_quick),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
