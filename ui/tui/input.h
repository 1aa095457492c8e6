/*
 * What a person did, out of the bytes that a terminal sent.
 *
 * A terminal sends keys as characters, control bytes and escape sequences; an
 * escape sequence begins like the Esc key, so only time tells them apart.
 * struct input takes bytes as they come and gives events; it never reads,
 * writes or waits, so all of it can be tested without a terminal.
 *
 *	input_feed(input, bytes, len);
 *	while (input_next(input, &event)) ...
 *	-- after ESCDELAY without more bytes: input_expire(input), then input_next again
 *
 * It knows the sequences of xterm, tmux, screen, rxvt and the Linux console
 * (ECMA-48 section 5.4 for their form; "XTerm Control Sequences", sections "PC-Style
 * Function Keys", "Bracketed Paste Mode" and "Extended coordinates", for their meaning), and those
 * that are given to it from terminfo.
 */
#ifndef COPYDESK_INPUT_H
#define COPYDESK_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Keys that send no character have codes above Unicode. */
enum input_code {
	INPUT_ENTER = 0x110000,
	INPUT_TAB,
	INPUT_ESCAPE,
	INPUT_BACKSPACE,
	INPUT_DELETE,
	INPUT_INSERT,
	INPUT_UP,
	INPUT_DOWN,
	INPUT_LEFT,
	INPUT_RIGHT,
	INPUT_HOME,
	INPUT_END,
	INPUT_PAGE_UP,
	INPUT_PAGE_DOWN,
	INPUT_F1,
	INPUT_F12 = INPUT_F1 + 11,
	INPUT_UNKNOWN, /* a sequence that nobody knows: to be ignored */
};

enum input_modifier {
	INPUT_SHIFT = 1 << 0, /* only with keys that send no character: "A" is the code 'A' */
	INPUT_ALT = 1 << 1,
	INPUT_CTRL =
	    1 << 2, /* with Alt or Ctrl and a letter, the code is the lower-case one: Ctrl-S is 's' */
};

struct input_key {
	int32_t code;       /* a code point, or one of enum input_code */
	unsigned modifiers; /* of enum input_modifier */
};

enum input_kind {
	INPUT_KEY,
	INPUT_PASTE,  /* a whole bracketed paste */
	INPUT_MOUSE,  /* a button, or the wheel; only while the mouse is on */
	INPUT_RESIZE, /* the terminal has another size, or its picture is lost: draw all */
	INPUT_HANGUP, /* the terminal is gone or the system wants the end: keep what is unsaved and end */
};

enum input_button {
	INPUT_BUTTON_LEFT,
	INPUT_BUTTON_MIDDLE,
	INPUT_BUTTON_RIGHT,
	INPUT_BUTTON_RELEASE,
	INPUT_WHEEL_UP,
	INPUT_WHEEL_DOWN,
	INPUT_BUTTON_DRAG,
};

struct input_event {
	enum input_kind kind;
	struct input_key key; /* INPUT_KEY */
	const char *text;     /* INPUT_KEY: the character in UTF-8 when the key types one, else empty;
				 INPUT_PASTE: all of it, line ends as LF.  Never NULL; borrowed until
				 the next call on the input */
	size_t len;           /* bytes of text */
	/*
	 * INPUT_KEY with Alt, where it came as Esc and a key right after it: that key by itself, because
	 * nobody can tell the two apart.  NULL for any other; borrowed as text is.
	 */
	const struct input_event *rest;
	bool cut;                 /* INPUT_PASTE: there was more than INPUT_PASTE_LIMIT, which is lost */
	enum input_button button; /* INPUT_MOUSE */
	int row, column;          /* INPUT_MOUSE: the cell, from 0; for a pane, of its region */
};

/* Bytes of one paste that are taken. */
#define INPUT_PASTE_LIMIT ((size_t)16 << 20)

struct input;

struct input *input_new(void);
void input_free(struct input *input);

/* Has a sequence (NUL-terminated, from terminfo) mean a key, before the built-in ones. */
void input_define(struct input *input, const char *sequence, struct input_key key);

/*
 * Has ^H (BS) be Ctrl-Backspace, and not Backspace: so terminals send it whose Backspace is DEL, that is
 * whose terminfo (kbs) and whose line discipline (VERASE) both say so.
 */
void input_define_ctrl_h(struct input *input);

void input_feed(struct input *input, const char *bytes, size_t len);

/* Takes the next whole event; false when there is none yet. */
bool input_next(struct input *input, struct input_event *event);

/* Whether bytes wait that may be Esc or the start of a sequence. */
bool input_pending(const struct input *input);

/* ESCDELAY is over: what waits is what it looks like now. A paste waits on. */
void input_expire(struct input *input);

#endif
