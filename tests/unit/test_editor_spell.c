#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/canvas.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"
#include "tui/prompt.h"

#include "picture.h"
#include "stage.h"

static const char front[] = "---\ntitle: The lake\nlanguage: en\n---\n";

static struct editor *editor_of(struct stage *s)
{
	return s->pane.state;
}

/* Until nothing is left to be checked. */
static void rest(struct stage *s)
{
	int64_t now = clock_monotonic() + (int64_t)3600 * 1000;
	struct editor *e = editor_of(s);
	bool known = false;

	for (int i = 0; i < 2000 && !known; i++) {
		s->pane.ops->tick(s->pane.state, now);
		worker_drain(s->worker);
		known = e->spell.count > 0 && e->spell.check == NULL;
		for (size_t k = 0; k < e->spell.count; k++)
			known = known && e->spell.pieces[k].known;
		known = known || editor_spell_problem(e) != NULL;
	}
	assert_true(known);
	stage_draw(s);
}

/* A body with a short front matter, opened at 24x80, with its words checked against tests/dictionaries. */
static struct stage *open_body(void **state, const char *body)
{
	struct newsroom *room = *state;
	char *data = path_join(room->folder, "data");
	char *text = mem_printf("%s%s", front, body);
	struct stage *s;

	setenv("XDG_DATA_HOME", data, 1);
	setenv("DICPATH", "tests/dictionaries", 1);
	s = stage_new(room, editor_new, text, strlen(text));
	stage_open(s, 24, 80);
	stage_run(s, "editor.spelling");
	rest(s);
	free(data);
	free(text);
	return s;
}

/* The words that are marked now, each after a bar. */
static char *marked(struct stage *s)
{
	struct editor *e = editor_of(s);
	struct strbuf out = STRBUF_INIT;
	struct editor_spell_way way = {0};
	size_t start, end;

	for (size_t from = 0; editor_spell_in(e, &way, from, buffer_len(e->buffer), &start, &end);
	     from = end) {
		strbuf_adds(&out, out.len > 0 ? "|" : "");
		strbuf_add(&out, buffer_bytes(e->buffer, start, end - start), end - start);
	}
	return strbuf_detach(&out);
}

static void assert_marked(struct stage *s, const char *words)
{
	char *now = marked(s);

	assert_string_equal(now, words);
	free(now);
}

static void assert_body(struct stage *s, const char *body)
{
	size_t len;
	const char *text = buffer_text(editor_of(s)->buffer, &len);
	char *now = mem_strndup(text + strlen(front), len - strlen(front));

	assert_string_equal(now, body);
	free(now);
}

static void assert_status(struct stage *s, const char *words, bool has)
{
	char *status = stage_status(s);

	if ((strstr(status, words) != NULL) != has)
		fail_msg("\"%s\" in \"%s\"", words, status);
	free(status);
}

static void assert_said(struct stage *s, const char *words)
{
	if (s->said == NULL || strstr(s->said, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, s->said ? s->said : "");
}

/* F7 or Shift-F7, or NULL where a choice goes on by itself, and the menu of the word that comes. */
static void go(struct stage *s, const char *key, const char *word)
{
	struct editor *e = editor_of(s);
	size_t start, end;

	if (key != NULL)
		stage_press(s, key);
	for (int i = 0; i < 50 && s->prompt == NULL; i++) {
		s->pane.ops->tick(s->pane.state, clock_monotonic());
		worker_drain(s->worker);
	}
	assert_non_null(s->prompt);
	assert_true(editor_selection(e, &start, &end));
	assert_int_equal(end - start, strlen(word));
	assert_memory_equal(buffer_bytes(e->buffer, start, end - start), word, end - start);
}

/* -- Marks -- */

static void misspelt_words_are_marked(void **state)
{
	struct stage *s = open_body(state, "The laek is wdie. 志愿者在 laek 边。\n");

	assert_marked(s, "laek|wdie|laek");
	assert_status(s, " · 3 ", true);
	picture_check(s->canvas, "editor-spelling");
	stage_free(s);
}

static void marks_move_with_the_text_before_it_is_checked_again(void **state)
{
	struct stage *s = open_body(state, "The laek is wdie.\n");

	stage_type(s, "He said ");
	assert_marked(s, "laek|wdie");
	stage_press(s, "Ctrl-End");
	stage_type(s, "The paht ");
	assert_marked(s, "laek|wdie");
	rest(s);
	assert_marked(s, "laek|wdie|paht");
	stage_press(s, "Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z");
	rest(s);
	assert_body(s, "The laek is wdie.\n");
	assert_marked(s, "laek|wdie");
	stage_free(s);
}

static void the_word_that_is_being_written_is_not_marked(void **state)
{
	struct stage *s = open_body(state, "The lake\n");

	stage_press(s, "End");
	stage_type(s, " wdi");
	rest(s);
	assert_marked(s, "");
	assert_status(s, "to check", false);
	stage_type(s, "e");
	rest(s);
	assert_marked(s, "");
	stage_press(s, "Left");
	assert_marked(s, "wdie");
	assert_status(s, "1 word to check", true);
	stage_press(s, "End");
	stage_type(s, " ");
	rest(s);
	assert_marked(s, "wdie");
	stage_free(s);
}

static void what_is_no_prose_any_more_loses_its_marks(void **state)
{
	struct stage *s = open_body(state, "laek\n\nwdie\n");

	stage_type(s, "```\n");
	rest(s);
	assert_marked(s, "");
	stage_press(s, "Down Down");
	stage_type(s, "```\n");
	rest(s);
	assert_marked(s, "wdie");
	stage_free(s);
}

static void the_language_is_that_of_the_front_matter(void **state)
{
	struct stage *s = open_body(state, "The harbour\n");
	struct editor *e = editor_of(s);

	assert_marked(s, "harbour");
	editor_put_cursor(e, strlen("---\ntitle: The lake\nlanguage: en"));
	stage_type(s, "-GB");
	stage_rest(s); /* which has the front matter read */
	rest(s);
	assert_marked(s, "");
	stage_press(s, "Backspace Backspace Backspace");
	stage_rest(s);
	rest(s);
	assert_marked(s, "harbour");
	stage_free(s);
}

static void without_a_dictionary_nothing_is_marked_and_f7_tells_why(void **state)
{
	struct stage *s = open_body(state, "The laek\n");
	struct editor *e = editor_of(s);

	editor_put_cursor(e, strlen("---\ntitle: The lake\nlanguage: en"));
	stage_press(s, "Backspace Backspace");
	stage_type(s, "tlh");
	stage_rest(s);
	rest(s);
	assert_status(s, "to check", false);
	stage_press(s, "F7");
	assert_null(s->prompt);
	assert_said(s, "There is no dictionary for Klingon: install hunspell-tlh.");
	stage_free(s);
}

/* Of a long text, nothing is told before the end, and what is far from the screen has nothing drawn. */
static void a_long_text_is_checked_quietly(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct stage *s;
	uint64_t version;
	size_t count;

	while (body.len < 400000)
		strbuf_adds(&body, "The seven volunteers cleared the laek.\n\n");
	s = open_body(state, body.data);
	assert_true(editor_spell_count(editor_of(s), &count));
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_rest(s);
	stage_run(s, "editor.spelling");
	version = s->pane.ops->version(s->pane.state);
	for (int i = 0; i < 6; i++) {
		s->pane.ops->tick(s->pane.state, INT64_MAX / 2);
		worker_drain(s->worker);
		assert_false(editor_spell_count(editor_of(s), &count));
	}
	assert_in_range(s->pane.ops->version(s->pane.state) - version, 1, 4);
	rest(s);
	assert_true(editor_spell_count(editor_of(s), &count));
	assert_int_equal(count, body.len / strlen("The seven volunteers cleared the laek.\n\n"));
	strbuf_clear(&body);
	stage_free(s);
}

static void marks_are_turned_off_and_on(void **state)
{
	struct stage *s = open_body(state, "The laek\n");

	stage_run(s, "editor.spelling");
	assert_said(s, "not checked");
	assert_marked(s, "");
	assert_status(s, "to check", false);
	go(s, "F7", "laek"); /* which one can ask for all the same */
	stage_press(s, "Esc");
	stage_run(s, "editor.spelling");
	rest(s);
	assert_marked(s, "laek");
	stage_free(s);
}

/* -- Going to words -- */

static void f7_goes_to_the_next_word_round_the_end(void **state)
{
	struct stage *s = open_body(state, "The laek is wdie.\n\nA paht.\n");

	go(s, "F7", "laek");
	stage_press(s, "Esc");
	go(s, "F7", "wdie");
	stage_press(s, "Esc");
	go(s, "F7", "paht");
	stage_press(s, "Esc");
	go(s, "F7", "laek");
	stage_press(s, "Esc");
	go(s, "Shift-F7", "paht");
	stage_press(s, "Esc");
	go(s, "Shift-F7", "wdie");
	stage_press(s, "Esc");
	assert_body(s, "The laek is wdie.\n\nA paht.\n");
	stage_free(s);
}

static void f7_takes_the_word_at_the_cursor(void **state)
{
	struct stage *s = open_body(state, "The lake\n");

	stage_press(s, "End");
	stage_type(s, " wdie");
	go(s, "F7", "wdie"); /* just written, and not checked before */
	stage_press(s, "Esc");
	go(s, "F7", "wdie"); /* the only one */
	stage_free(s);
}

static void a_key_means_that_the_menu_is_not_wanted_any_more(void **state)
{
	struct stage *s = open_body(state, "The laek\n");

	stage_press(s, "F7 Right");
	for (int i = 0; i < 5; i++) {
		s->pane.ops->tick(s->pane.state, clock_monotonic());
		worker_drain(s->worker);
	}
	assert_null(s->prompt);
	stage_free(s);
}

static void when_every_word_is_known_that_is_said(void **state)
{
	struct stage *s = open_body(state, "The lake is wide. 湖很宽。\n");

	stage_press(s, "F7");
	assert_null(s->prompt);
	assert_said(s, "Every word is known.");
	stage_free(s);
}

/* -- The menu -- */

static void a_suggestion_comes_in_as_one_step(void **state)
{
	struct stage *s = open_body(state, "The laek is recieved. 他们说 laek。\n");

	go(s, "F7", "laek");
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, "editor-spelling-menu");
	stage_press(s, "Enter");
	assert_body(s, "The lake is recieved. 他们说 laek。\n");
	stage_press(s, "Enter"); /* too early for the next menu: not a line end in the text */
	assert_body(s, "The lake is recieved. 他们说 laek。\n");
	go(s, NULL, "recieved");
	stage_press(s, "1");
	assert_body(s, "The lake is received. 他们说 laek。\n");
	go(s, NULL, "laek");
	stage_press(s, "Esc");
	rest(s);
	assert_marked(s, "laek");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "The lake is recieved. 他们说 laek。\n");
	stage_press(s, "Ctrl-Z");
	assert_body(s, "The laek is recieved. 他们说 laek。\n");
	stage_free(s);
}

static void a_word_is_added_to_the_own_list(void **state)
{
	struct newsroom *room = *state;
	struct stage *s = open_body(state, "Lindqvist’s laek and Lindqvist.\n");
	char *path = mem_printf("%s/data/copydesk/words", room->folder);
	struct strbuf list = STRBUF_INIT;
	struct stat stat_of;

	go(s, "F7", "Lindqvist’s");
	stage_press(s, "a");
	assert_said(s, "Lindqvist is on your list now.");
	go(s, NULL, "laek");
	stage_press(s, "Esc");
	rest(s);
	assert_marked(s, "laek");
	ok(s, path_read(&list, path, 10000, &s->err));
	assert_non_null(strstr(list.data, "\nLindqvist\n"));
	assert_int_equal(stat(path, &stat_of), 0);
	assert_int_equal(stat_of.st_mode & 0777, 0600);
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_run(s, "editor.spelling");
	rest(s);
	assert_marked(s, "laek");
	strbuf_clear(&list);
	free(path);
	stage_free(s);
}

static void a_word_is_added_to_the_desks_list_by_a_draft(void **state)
{
	struct stage *s = open_body(state, "Lindqvist and Haddow.\n");
	const struct draft *draft;

	go(s, "F7", "Lindqvist");
	stage_press(s, "d");
	assert_said(s, "by the draft desk-words");
	go(s, NULL, "Haddow");
	stage_press(s, "d");
	rest(s);
	assert_marked(s, "");
	ok(s, desk_refresh(s->desk, &s->err));
	draft = desk_draft(s->desk, "desk-words", &s->err);
	assert_non_null(draft);
	assert_non_null(strstr(draft->text, "\nLindqvist\nHaddow\n"));
	stage_free(s);
}

static void a_word_is_ignored_until_the_draft_is_closed(void **state)
{
	struct stage *s = open_body(state, "The laek and the laek.\n");

	go(s, "F7", "laek");
	stage_press(s, "i");
	rest(s);
	assert_marked(s, "");
	stage_drop(s);
	stage_open(s, 24, 80);
	stage_run(s, "editor.spelling");
	rest(s);
	assert_marked(s, "laek|laek");
	stage_free(s);
}

static void the_language_may_change_while_the_menu_is_open(void **state)
{
	struct stage *s = open_body(state, "The laek and the laek.\n");
	struct editor *e;

	stage_run(s, "editor.spelling"); /* no marks: nothing is opened anew by itself */
	go(s, "F7", "laek");
	e = editor_of(s);
	editor_spell_language(e, "en-US");
	stage_press(s, "i");
	assert_said(s, "passed over");
	stage_run(s, "editor.spelling");
	rest(s);
	assert_marked(s, "");
	stage_free(s);
}

static void without_suggestions_enter_loses_nothing(void **state)
{
	struct stage *s = open_body(state, "Qqzzxkj\n");

	go(s, "F7", "Qqzzxkj");
	stage_press(s, "Enter");
	assert_said(s, "passed over");
	rest(s);
	assert_said(s, "passed over until you close this draft. No word is left to check.");
	assert_body(s, "Qqzzxkj\n");
	stage_free(s);
}

static void the_desks_own_files_are_not_checked(void **state)
{
	struct stage *s = open_body(state, "The laek\n");
	char *name;

	ok(s, desk_correct(s->desk, POLICY_PATH, "Laek.", &name, &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
	stage_drop(s);
	stage_open_for(s, name, 24, 80);
	stage_run(s, "editor.spelling");
	stage_rest(s);
	assert_marked(s, "");
	stage_press(s, "F7");
	assert_said(s, "Only the words of articles are checked.");
	free(name);
	stage_free(s);
}

/* -- Any edits -- */

/* The marks are those that a fresh look at the whole text finds. */
static void assert_right(struct stage *s)
{
	struct editor *e = editor_of(s);
	struct spell_state state = {0};
	struct spell_found found = {0};
	struct editor_spell_way way = {0};
	struct spell *spell;
	size_t len, start, end, at = 0;
	const char *text = buffer_text(e->buffer, &len);

	ok(s, spell_open(&spell, "en", NULL, &s->err));
	spell_find(spell, &state, text, len, &found);
	e->spell.typed = false;
	for (size_t from = 0; editor_spell_in(e, &way, from, len, &start, &end); from = end, at++) {
		assert_true(at < found.count);
		assert_int_equal(start, found.words[at].start);
		assert_int_equal(end, found.words[at].end);
	}
	assert_int_equal(at, found.count);
	spell_found_clear(&found);
	spell_free(spell);
}

static void after_any_edits_the_marks_are_those_of_the_whole_text(void **state)
{
	static const char *const parts[] = {"The seven volunteers cleared the laek.\n\n",
					    "laek ",
					    "\n\n",
					    "```\n",
					    "<!-- ",
					    "志愿者在 lake 边 wdie。\n\n",
					    " --> ",
					    "> ~~~\n\n",
					    "- item\n\n    laek\n\n"};
	struct strbuf body = STRBUF_INIT;
	struct stage *s;
	struct editor *e;
	uint32_t seed = 20261120;

	while (body.len < 200000)
		strbuf_adds(&body, parts[body.len % 3 == 0 ? 5 : 0]);
	s = open_body(state, body.data);
	e = editor_of(s);
	assert_in_range(e->spell.count, 3, 100);
	assert_right(s);
	for (int round = 0; round < 150; round++) {
		for (int i = 0; i < 4; i++) {
			size_t len = buffer_len(e->buffer) - strlen(front);
			size_t pos, cut;
			const char *insert;

			seed = seed * 1664525 + 1013904223;
			pos = strlen(front) + (seed >> 4) % len;
			cut = (seed >> 9) % 7 == 0 ? (seed >> 12) % 30000 : (seed >> 12) % 12;
			while ((buffer_byte(e->buffer, pos) & 0xc0) == 0x80)
				pos--;
			if (cut > buffer_len(e->buffer) - pos)
				cut = buffer_len(e->buffer) - pos;
			insert = parts[(seed >> 20) % (sizeof parts / sizeof parts[0])];
			editor_replace(e, pos, cut, insert, strlen(insert));
			if ((seed >> 25) % 5 == 0) {
				s->pane.ops->tick(s->pane.state, INT64_MAX / 2); /* while it is checked */
				stage_press(s, "Ctrl-Z");
			}
		}
		rest(s);
		if (round % 10 == 0)
			assert_right(s);
	}
	assert_right(s);
	strbuf_clear(&body);
	stage_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(misspelt_words_are_marked),
	    in_newsroom(marks_move_with_the_text_before_it_is_checked_again),
	    in_newsroom(the_word_that_is_being_written_is_not_marked),
	    in_newsroom(what_is_no_prose_any_more_loses_its_marks),
	    in_newsroom(the_language_is_that_of_the_front_matter),
	    in_newsroom(without_a_dictionary_nothing_is_marked_and_f7_tells_why),
	    in_newsroom(a_long_text_is_checked_quietly),
	    in_newsroom(marks_are_turned_off_and_on),
	    in_newsroom(f7_goes_to_the_next_word_round_the_end),
	    in_newsroom(f7_takes_the_word_at_the_cursor),
	    in_newsroom(a_key_means_that_the_menu_is_not_wanted_any_more),
	    in_newsroom(when_every_word_is_known_that_is_said),
	    in_newsroom(a_suggestion_comes_in_as_one_step),
	    in_newsroom(a_word_is_added_to_the_own_list),
	    in_newsroom(a_word_is_added_to_the_desks_list_by_a_draft),
	    in_newsroom(a_word_is_ignored_until_the_draft_is_closed),
	    in_newsroom(the_language_may_change_while_the_menu_is_open),
	    in_newsroom(without_suggestions_enter_loses_nothing),
	    in_newsroom(the_desks_own_files_are_not_checked),
	    in_newsroom(after_any_edits_the_marks_are_those_of_the_whole_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
