#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "tui/input.h"
#include "tui/keymap.h"

/* Appends what an event is, in words. */
static void tell(struct strbuf *out, const struct input_event *event)
{
	if (out->len > 0)
		strbuf_addc(out, ' ');
	switch (event->kind) {
	case INPUT_KEY:
		if (event->key.code == INPUT_UNKNOWN)
			strbuf_adds(out, "unknown");
		else
			keymap_print(out, event->key);
		break;
	case INPUT_PASTE:
		strbuf_addf(out, "paste(%s)", event->text);
		break;
	case INPUT_MOUSE:
		strbuf_addf(out, "mouse(%d,%d,%d)", (int)event->button, event->row, event->column);
		break;
	case INPUT_RESIZE:
	case INPUT_HANGUP:
		fail();
	}
}

static void take_all(struct input *input, struct strbuf *out)
{
	struct input_event event;

	while (input_next(input, &event))
		tell(out, &event);
}

/* Feeds bytes at once and then one by one; both must give the same events. */
static void assert_events(const char *bytes, size_t len, const char *events)
{
	for (size_t step = len; step > 0; step = step > 1 ? 1 : 0) {
		struct input *input = input_new();
		struct strbuf out = STRBUF_INIT;

		for (size_t pos = 0; pos < len; pos += step) {
			input_feed(input, bytes + pos, step);
			take_all(input, &out);
		}
		input_expire(input);
		take_all(input, &out);
		assert_string_equal(out.data, events);
		assert_false(input_pending(input));
		strbuf_clear(&out);
		input_free(input);
	}
}

#define EVENTS(bytes, events) assert_events(bytes, sizeof bytes - 1, events)

/* What is pasted where the terminal does not tell that it is keeps its lines. */
static void every_line_end_is_one_enter(void **state)
{
	(void)state;
	EVENTS("a\nb", "a Enter b");
	EVENTS("a\r\nb\r\n\r\n", "a Enter b Enter Enter");
	EVENTS("a\n\nb\r\rc", "a Enter Enter b Enter Enter c");
}

static void characters_and_controls_are_keys(void **state)
{
	(void)state;
	EVENTS("aR?", "a R ?");
	EVENTS("志é", "志 é");
	EVENTS("\x13\x03\x1a\x11", "Ctrl-S Ctrl-C Ctrl-Z Ctrl-Q");
	EVENTS("\r\t\x7f\b", "Enter Tab Backspace Backspace");
	EVENTS("\x1b[127;5u", "Ctrl-Backspace");
	assert_events("\0", 1, "Ctrl-Space");
	EVENTS("\x1f", "Ctrl-_");
	EVENTS("\xff"
	       "a",
	       "\xef\xbf\xbd a");
	EVENTS("\xe5\xbf", "\xef\xbf\xbd \xef\xbf\xbd");
	EVENTS("\xc2\x9b", "unknown");
}

/* As xterm, VTE and Windows Terminal send it. */
static void control_h_deletes_a_word_where_backspace_is_del(void **state)
{
	struct input *input = input_new();
	struct input_event event;

	(void)state;
	input_define_ctrl_h(input);
	input_feed(input, "\b\x7f", 2);
	assert_true(input_next(input, &event));
	assert_int_equal(event.key.code, INPUT_BACKSPACE);
	assert_int_equal(event.key.modifiers, INPUT_CTRL);
	assert_true(input_next(input, &event));
	assert_int_equal(event.key.code, INPUT_BACKSPACE);
	assert_int_equal(event.key.modifiers, 0);
	input_free(input);
}

static void escape_alone_is_a_key_and_before_a_character_it_is_alt(void **state)
{
	(void)state;
	EVENTS("\x1b", "Esc");
	EVENTS("\x1b\x1b", "Esc Esc");
	EVENTS("\x1bx", "Alt-X");
	EVENTS("\x1b[", "Alt-[");
	EVENTS("\x1bO", "Alt-O");
	EVENTS("\x1b]", "Alt-]");
	EVENTS("\x1b\r", "Alt-Enter");
	EVENTS("\x1b志", "Alt-志");
	EVENTS("\x1b\x1b[A", "Esc Up");
}

static void what_came_right_after_escape_is_told_by_itself(void **state)
{
	static const struct {
		const char *bytes, *text;
		int32_t code;
	} rows[] = {{"\x1bX", "X", 'X'},
		    {"\x1b志", "志", 0x5fd7},
		    {"\x1b[", "[", '['},
		    {"\x1b\r", "", INPUT_ENTER}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct input *input = input_new();
		struct input_event event;

		input_feed(input, rows[i].bytes, strlen(rows[i].bytes));
		input_expire(input);
		assert_true(input_next(input, &event));
		assert_int_equal(event.key.modifiers, INPUT_ALT);
		assert_string_equal(event.text, "");
		assert_non_null(event.rest);
		assert_int_equal(event.rest->key.code, rows[i].code);
		assert_int_equal(event.rest->key.modifiers, 0);
		assert_string_equal(event.rest->text, rows[i].text);
		assert_int_equal(event.rest->len, strlen(rows[i].text));
		input_feed(input, "\x1b[1;3Ax\x1b", 8); /* Alt as the terminal tells it, a letter, Esc */
		input_expire(input);
		while (input_next(input, &event))
			assert_null(event.rest);
		input_free(input);
	}
}

static void sequences_of_xterm_are_known(void **state)
{
	(void)state;
	EVENTS("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F", "Up Down Right Left Home End");
	EVENTS("\x1bOA\x1bOB\x1bOC\x1bOD\x1bOH\x1bOF", "Up Down Right Left Home End");
	EVENTS("\x1bOP\x1bOQ\x1bOR\x1bOS", "F1 F2 F3 F4");
	EVENTS("\x1b[15~\x1b[17~\x1b[21~\x1b[23~\x1b[24~", "F5 F6 F10 F11 F12");
	EVENTS("\x1b[2~\x1b[3~\x1b[5~\x1b[6~", "Insert Delete PageUp PageDown");
	EVENTS("\x1b[1;2C\x1b[1;5D\x1b[1;6C\x1b[1;3A", "Shift-Right Ctrl-Left Ctrl-Shift-Right Alt-Up");
	EVENTS("\x1b[1;5H\x1b[3;5~\x1b[15;2~\x1b[1;2P", "Ctrl-Home Ctrl-Delete Shift-F5 Shift-F1");
	EVENTS("\x1b[Z", "Shift-Tab");
	EVENTS("\x1b[115;5u\x1b[27;5;115~\x1b[97;2u\x1b[13;2u", "Ctrl-S Ctrl-S A Shift-Enter");
}

static void sequences_of_rxvt_and_the_linux_console_are_known(void **state)
{
	(void)state;
	EVENTS("\x1b[7~\x1b[8~\x1b[11~\x1b[14~", "Home End F1 F4");
	EVENTS("\x1b[a\x1b[d\x1bOa\x1bOd", "Shift-Up Shift-Left Ctrl-Up Ctrl-Left");
	EVENTS("\x1b[3$\x1b[3^\x1b[7@", "Shift-Delete Ctrl-Delete Ctrl-Shift-Home");
	EVENTS("\x1b[[A\x1b[[E\x1b[1~\x1b[4~\x1b[25~", "F1 F5 Home End Shift-F1");
	EVENTS("\x1bOM\x1bOj\x1bOy", "Enter * 9");
}

static void what_is_not_known_is_one_event_to_ignore(void **state)
{
	(void)state;
	EVENTS("\x1b[?1;2cx", "unknown x");
	EVENTS("\x1b[99~x", "unknown x");
	EVENTS("\x1b[Ix", "unknown x");
	EVENTS("\x1b]11;rgb:00/00/00\x1b\\x", "unknown x");
	EVENTS("\x1bP1+r\x1b\\x", "unknown x");
	EVENTS("\x1b[M !!x", "unknown x");
	EVENTS("\x1b[12;34", "unknown");
	EVENTS("\x1b[1\x1b[A", "unknown Up");
	EVENTS("\x1b[99999999999999999999;5~", "unknown");
}

static void terminfo_comes_before_the_built_in_sequences(void **state)
{
	struct input *input = input_new();
	struct strbuf out = STRBUF_INIT;

	(void)state;
	input_define(input, "\x1b[23~", (struct input_key){.code = INPUT_F1, .modifiers = INPUT_SHIFT});
	input_define(input, "\x1bqq", (struct input_key){.code = INPUT_HOME});
	input_define(input, "\x7f", (struct input_key){.code = INPUT_DELETE});
	input_feed(input, "\x1b[23~\x7f\x1bq", 8);
	take_all(input, &out);
	assert_true(input_pending(input));
	input_feed(input, "q\x1bq", 3);
	take_all(input, &out);
	input_expire(input);
	take_all(input, &out);
	assert_string_equal(out.data, "Shift-F1 Backspace Home Alt-Q");
	strbuf_clear(&out);
	input_free(input);
}

static void a_paste_is_one_event_with_plain_line_ends(void **state)
{
	(void)state;
	EVENTS("a\x1b[200~one\rtwo\r\nthree\x1b[201~b", "a paste(one\ntwo\nthree) b");
	EVENTS("\x1b[200~\x1b[201~", "paste()");
	EVENTS("\x1b[200~\x1b[A\x03\x1b[20\x1b[201~", "paste(\x1b[A\x03\x1b[20)");
}

static void a_long_paste_is_taken_whole_and_a_longer_one_is_cut(void **state)
{
	size_t len = INPUT_PASTE_LIMIT + 10, step = 4096;
	char *text = malloc(len);
	struct input *input = input_new();
	struct input_event event;

	(void)state;
	memset(text, 'x', len);
	input_feed(input, "\x1b[200~", 6);
	for (size_t pos = 0; pos < len; pos += step) {
		input_feed(input, text + pos, len - pos < step ? len - pos : step);
		assert_false(input_next(input, &event));
	}
	assert_false(input_pending(input));
	input_feed(input, "\x1b[201~y", 7);
	assert_true(input_next(input, &event));
	assert_int_equal(event.kind, INPUT_PASTE);
	assert_int_equal(event.len, INPUT_PASTE_LIMIT);
	assert_true(event.cut);
	assert_true(input_next(input, &event));
	assert_string_equal(event.text, "y");
	input_free(input);
	free(text);
}

static void the_mouse_is_told_by_cell(void **state)
{
	(void)state;
	EVENTS("\x1b[<0;1;1M\x1b[<0;12;3m", "mouse(0,0,0) mouse(3,2,11)");
	EVENTS("\x1b[<64;5;6M\x1b[<65;5;6M\x1b[<32;5;6M", "mouse(4,5,4) mouse(5,5,4) mouse(6,5,4)");
	EVENTS("\x1b[<0;0;0M", "unknown");
}

static void only_keys_that_type_carry_text(void **state)
{
	struct input *input = input_new();
	struct input_event event;

	(void)state;
	input_feed(input, "志\x13\x1b[A", 7);
	assert_true(input_next(input, &event));
	assert_string_equal(event.text, "志");
	assert_int_equal(event.len, 3);
	assert_true(input_next(input, &event));
	assert_int_equal(event.len, 0);
	assert_true(input_next(input, &event));
	assert_int_equal(event.len, 0);
	input_free(input);
}

static void no_bytes_at_all_can_upset_it(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		static const char likely[] = "\x1b\x1b\x1b[[O;;<0123456789~$MmAu\x7f\xe5\xbf\x97";
		struct input *input = input_new();
		struct strbuf out = STRBUF_INIT;
		char bytes[24];

		for (size_t i = 0; i < sizeof bytes; i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (seed >> 16) % 8 == 0 ? (char)(seed >> 20)
							 : likely[(seed >> 16) % (sizeof likely - 1)];
		}
		input_feed(input, bytes, sizeof bytes);
		take_all(input, &out);
		input_expire(input);
		take_all(input, &out);
		assert_false(input_pending(input));
		strbuf_clear(&out);
		input_free(input);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(characters_and_controls_are_keys),
	    cmocka_unit_test(every_line_end_is_one_enter),
	    cmocka_unit_test(control_h_deletes_a_word_where_backspace_is_del),
	    cmocka_unit_test(escape_alone_is_a_key_and_before_a_character_it_is_alt),
	    cmocka_unit_test(what_came_right_after_escape_is_told_by_itself),
	    cmocka_unit_test(sequences_of_xterm_are_known),
	    cmocka_unit_test(sequences_of_rxvt_and_the_linux_console_are_known),
	    cmocka_unit_test(what_is_not_known_is_one_event_to_ignore),
	    cmocka_unit_test(terminfo_comes_before_the_built_in_sequences),
	    cmocka_unit_test(a_paste_is_one_event_with_plain_line_ends),
	    cmocka_unit_test(a_long_paste_is_taken_whole_and_a_longer_one_is_cut),
	    cmocka_unit_test(the_mouse_is_told_by_cell),
	    cmocka_unit_test(only_keys_that_type_carry_text),
	    cmocka_unit_test(no_bytes_at_all_can_upset_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
