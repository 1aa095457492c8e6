#include "tui/input.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

#define ESC           '\x1b'
#define PASTE_END     "\x1b[201~"
#define PASTE_END_LEN (sizeof PASTE_END - 1)

/* What a byte that belongs to no character types: the person sees that the terminal is not UTF-8. */
#define NO_CHARACTER 0xfffd

/* Numbers in a control sequence; more are not kept. */
#define PARAMETERS 4

struct definition {
	char *sequence;
	size_t len;
	struct input_key key;
};

struct input {
	struct strbuf bytes; /* what came; the first done bytes of it are events already */
	size_t done;
	bool expired; /* no more bytes come for what waits */
	bool pasting; /* between the two brackets of a paste */
	struct strbuf paste;
	bool cut;                /* the paste lost its end */
	bool returned;           /* the last byte was a CR: an LF after it ends the same line */
	bool words_by_h;         /* ^H is Ctrl-Backspace */
	char text[8];            /* of the last key */
	struct input_event rest; /* what came right after Esc */
	struct definition *definitions;
	size_t count, capacity;
};

/* A control sequence, ECMA-48 section 5.4. */
struct sequence {
	char prefix; /* '<', '?' ... or 0 */
	int numbers[PARAMETERS];
	int count; /* of numbers that were there */
	char final;
};

struct input *input_new(void)
{
	struct input *input = mem_zalloc(1, sizeof *input);

	input->bytes = (struct strbuf)STRBUF_INIT;
	input->paste = (struct strbuf)STRBUF_INIT;
	return input;
}

void input_free(struct input *input)
{
	if (input == NULL)
		return;
	for (size_t i = 0; i < input->count; i++)
		free(input->definitions[i].sequence);
	free(input->definitions);
	strbuf_clear(&input->paste);
	strbuf_clear(&input->bytes);
	free(input);
}

void input_define(struct input *input, const char *sequence, struct input_key key)
{
	/* One byte is a character or a control; only sequences can mean something else. */
	if (sequence[0] != ESC || sequence[1] == '\0')
		return;
	input->definitions =
	    mem_grow(input->definitions, &input->capacity, input->count + 1, sizeof *input->definitions);
	input->definitions[input->count++] =
	    (struct definition){.sequence = mem_strdup(sequence), .len = strlen(sequence), .key = key};
}

void input_define_ctrl_h(struct input *input)
{
	input->words_by_h = true;
}

void input_feed(struct input *input, const char *bytes, size_t len)
{
	if (input->done > 0) {
		strbuf_splice(&input->bytes, 0, input->done, NULL, 0);
		input->done = 0;
	}
	strbuf_add(&input->bytes, bytes, len);
	input->expired = false;
}

bool input_pending(const struct input *input)
{
	return !input->pasting && input->done < input->bytes.len;
}

void input_expire(struct input *input)
{
	input->expired = true;
}

/* -- Characters -- */

static struct input_key plain(int32_t code)
{
	return (struct input_key){.code = code};
}

/* The key of a code point as terminals tell it, with what they hold down besides. */
static struct input_key key_of(int32_t code, unsigned modifiers)
{
	static const struct {
		int32_t from, to;
	} named[] = {
	    {'\r', INPUT_ENTER}, {'\n', INPUT_ENTER},     {'\t', INPUT_TAB},
	    {ESC, INPUT_ESCAPE}, {0x7f, INPUT_BACKSPACE}, {'\b', INPUT_BACKSPACE},
	};

	for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
		if (code == named[i].from)
			return (struct input_key){.code = named[i].to, .modifiers = modifiers};
	}
	if ((modifiers & INPUT_CTRL) != 0 && code >= 'A' && code <= 'Z')
		code += 'a' - 'A';
	else if (modifiers == INPUT_SHIFT && code >= 'a' && code <= 'z')
		code -= 'a' - 'A';
	modifiers &= ~(unsigned)INPUT_SHIFT;
	if (code == 0)
		return (struct input_key){.code = ' ', .modifiers = modifiers | INPUT_CTRL};
	if (code <= 26)
		return (struct input_key){.code = code + 'a' - 1, .modifiers = modifiers | INPUT_CTRL};
	if (code < ' ')
		return (struct input_key){.code = code + '@', .modifiers = modifiers | INPUT_CTRL};
	if (code >= 0x80 && code < 0xa0)
		return plain(INPUT_UNKNOWN);
	return (struct input_key){.code = code, .modifiers = modifiers};
}

/* How many bytes a code point that starts with this one should have. */
static size_t expected_length(unsigned char lead)
{
	return lead < 0xc2 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 1;
}

/* Each of the read functions returns the bytes that it took, or 0 when more are needed. */
static size_t read_character(const char *bytes, size_t len, bool expired, struct input_key *key)
{
	int32_t code;
	size_t n = unicode_decode(bytes, len, 0, &code);

	if (code < 0 && !expired && len < expected_length((unsigned char)bytes[0]))
		return 0;
	*key = code < 0 ? plain(NO_CHARACTER) : key_of(code, 0);
	return n;
}

/* -- Sequences -- */

static const struct {
	char final;
	int number; /* with '~' and rxvt's finals; 0 for any */
	int32_t code;
	unsigned modifiers;
} keys[] = {
    {'A', 0, INPUT_UP, 0},
    {'B', 0, INPUT_DOWN, 0},
    {'C', 0, INPUT_RIGHT, 0},
    {'D', 0, INPUT_LEFT, 0},
    {'H', 0, INPUT_HOME, 0},
    {'F', 0, INPUT_END, 0},
    {'P', 0, INPUT_F1, 0},
    {'Q', 0, INPUT_F1 + 1, 0},
    {'R', 0, INPUT_F1 + 2, 0},
    {'S', 0, INPUT_F1 + 3, 0},
    {'Z', 0, INPUT_TAB, INPUT_SHIFT},
    {'M', 0, INPUT_ENTER, 0}, /* the keypad's, after ESC O only */
    {'a', 0, INPUT_UP, INPUT_SHIFT},
    {'b', 0, INPUT_DOWN, INPUT_SHIFT},
    {'c', 0, INPUT_RIGHT, INPUT_SHIFT},
    {'d', 0, INPUT_LEFT, INPUT_SHIFT},
    {'~', 1, INPUT_HOME, 0},
    {'~', 2, INPUT_INSERT, 0},
    {'~', 3, INPUT_DELETE, 0},
    {'~', 4, INPUT_END, 0},
    {'~', 5, INPUT_PAGE_UP, 0},
    {'~', 6, INPUT_PAGE_DOWN, 0},
    {'~', 7, INPUT_HOME, 0},
    {'~', 8, INPUT_END, 0},
    {'~', 11, INPUT_F1, 0},
    {'~', 12, INPUT_F1 + 1, 0},
    {'~', 13, INPUT_F1 + 2, 0},
    {'~', 14, INPUT_F1 + 3, 0},
    {'~', 15, INPUT_F1 + 4, 0},
    {'~', 17, INPUT_F1 + 5, 0},
    {'~', 18, INPUT_F1 + 6, 0},
    {'~', 19, INPUT_F1 + 7, 0},
    {'~', 20, INPUT_F1 + 8, 0},
    {'~', 21, INPUT_F1 + 9, 0},
    {'~', 23, INPUT_F1 + 10, 0},
    {'~', 24, INPUT_F1 + 11, 0},
    {'~', 25, INPUT_F1, INPUT_SHIFT}, /* from here the Linux console's */
    {'~', 26, INPUT_F1 + 1, INPUT_SHIFT},
    {'~', 28, INPUT_F1 + 2, INPUT_SHIFT},
    {'~', 29, INPUT_F1 + 3, INPUT_SHIFT},
    {'~', 31, INPUT_F1 + 4, INPUT_SHIFT},
    {'~', 32, INPUT_F1 + 5, INPUT_SHIFT},
    {'~', 33, INPUT_F1 + 6, INPUT_SHIFT},
    {'~', 34, INPUT_F1 + 7, INPUT_SHIFT},
};

static struct input_key find_key(char final, int number, unsigned modifiers)
{
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (keys[i].final == final && (keys[i].number == 0 || keys[i].number == number))
			return (struct input_key){.code = keys[i].code,
						  .modifiers = keys[i].modifiers | modifiers};
	}
	return plain(INPUT_UNKNOWN);
}

/* What xterm adds to a sequence for the keys that are held down: 1 + shift, alt, control, meta. */
static unsigned modifiers_of(int number)
{
	unsigned bits = number > 1 ? (unsigned)number - 1 : 0;

	return ((bits & 1) != 0 ? INPUT_SHIFT : 0u) | ((bits & (2 | 8)) != 0 ? INPUT_ALT : 0u) |
	       ((bits & 4) != 0 ? INPUT_CTRL : 0u);
}

/* Takes the numbers and the final byte after ESC [; rxvt ends some with "$", which ends none else. */
static size_t read_sequence(const char *bytes, size_t len, struct sequence *out)
{
	size_t pos = 0;
	int number = 0;

	*out = (struct sequence){.prefix = 0};
	if (pos < len && strchr("<=>?", bytes[pos]) != NULL && bytes[pos] != '\0')
		out->prefix = bytes[pos++];
	for (; pos < len; pos++) {
		char c = bytes[pos];

		if (c >= '0' && c <= '9') {
			number = number < 1000000 ? number * 10 + (c - '0') : number;
		} else if (c == ';' || c == ':' || c == '$' || (c >= 0x40 && c <= 0x7e)) {
			if (out->count < PARAMETERS)
				out->numbers[out->count++] = number;
			number = 0;
		}
		if (c == '$' || (c >= 0x40 && c <= 0x7e)) {
			out->final = c;
			return pos + 1;
		}
		if ((unsigned char)c < 0x20 || (unsigned char)c > 0x7e) {
			out->final = '\0'; /* broken off: what comes next begins anew */
			return pos;
		}
	}
	return 0;
}

static struct input_key key_of_sequence(const struct sequence *s)
{
	unsigned modifiers = modifiers_of(s->numbers[1]);

	switch (s->final) {
	case 'u': /* a code point and what is held down */
		return key_of(s->numbers[0], modifiers);
	case '~':
		if (s->numbers[0] == 27 && s->count >= 3)
			return key_of(s->numbers[2], modifiers);
		return find_key('~', s->numbers[0], modifiers);
	case '^':
		return find_key('~', s->numbers[0], INPUT_CTRL);
	case '$':
		return find_key('~', s->numbers[0], INPUT_SHIFT);
	case '@':
		return find_key('~', s->numbers[0], INPUT_CTRL | INPUT_SHIFT);
	default:
		return find_key(s->final, 0, modifiers);
	}
}

/* The mouse as SGR (1006) tells it. */
static bool mouse_of_sequence(const struct sequence *s, struct input_event *event)
{
	static const enum input_button buttons[] = {INPUT_BUTTON_LEFT, INPUT_BUTTON_MIDDLE,
						    INPUT_BUTTON_RIGHT};
	int bits = s->numbers[0];

	if (s->prefix != '<' || (s->final != 'M' && s->final != 'm') || s->count < 3 || (bits & 3) == 3 ||
	    s->numbers[1] < 1 || s->numbers[2] < 1)
		return false;
	event->kind = INPUT_MOUSE;
	event->column = s->numbers[1] - 1;
	event->row = s->numbers[2] - 1;
	if ((bits & 64) != 0)
		event->button = (bits & 1) != 0 ? INPUT_WHEEL_DOWN : INPUT_WHEEL_UP;
	else if (s->final == 'm')
		event->button = INPUT_BUTTON_RELEASE;
	else
		event->button = (bits & 32) != 0 ? INPUT_BUTTON_DRAG : buttons[bits & 3];
	return true;
}

/* After ESC [. */
static size_t read_csi(struct input *input, const char *bytes, size_t len, struct input_event *event)
{
	struct sequence s;
	size_t n;

	if (len >= 1 && bytes[0] == '[') { /* the Linux console's F1 to F5: ESC [ [ A */
		if (len < 2)
			return 0;
		if (bytes[1] >= 'A' && bytes[1] <= 'E')
			event->key = plain(INPUT_F1 + bytes[1] - 'A');
		return 2;
	}
	n = read_sequence(bytes, len, &s);
	if (n == 0)
		return 0;
	if (s.final == 'M' && s.count == 1 && s.prefix == 0) /* the old mouse: three bytes follow */
		return len >= n + 3 ? n + 3 : 0;
	if (s.final == '~' && s.numbers[0] == 200) {
		input->pasting = true;
		input->cut = false;
		strbuf_reset(&input->paste);
	} else if (!mouse_of_sequence(&s, event) && s.prefix == 0) {
		event->key = key_of_sequence(&s);
	}
	return n;
}

/* After ESC O; rxvt tells control by a small letter, old xterms by a number before it. */
static size_t read_ss3(const char *bytes, size_t len, struct input_event *event)
{
	struct sequence s;
	size_t n = read_sequence(bytes, len, &s);

	if (n == 0)
		return 0;
	if (s.final >= 'a' && s.final <= 'd')
		event->key = find_key((char)(s.final - 'a' + 'A'), 0, INPUT_CTRL);
	else if (s.final >= 'j' && s.final <= 'y') /* the keypad's signs and digits */
		event->key = plain("*+,-./0123456789"[s.final - 'j']);
	else
		event->key = find_key(s.final, 0, modifiers_of(s.count > 1 ? s.numbers[1] : s.numbers[0]));
	return n;
}

/* A string that a terminal sends in answer to a question that we never ask; ends at BEL or ESC \. */
static size_t skip_string(const char *bytes, size_t len)
{
	for (size_t pos = 0; pos < len; pos++) {
		if (bytes[pos] == '\a')
			return pos + 1;
		if (bytes[pos] == ESC && pos + 1 < len && bytes[pos + 1] == '\\')
			return pos + 2;
	}
	return 0;
}

/* What is known from terminfo; *wait is set when more bytes could make it one of those. */
static size_t read_defined(const struct input *input, const char *bytes, size_t len,
			   struct input_event *event, bool *wait)
{
	size_t longest = 0;

	for (size_t i = 0; i < input->count; i++) {
		const struct definition *d = &input->definitions[i];

		if (d->len <= len && d->len > longest && memcmp(d->sequence, bytes, d->len) == 0) {
			longest = d->len;
			event->key = d->key;
		} else if (d->len > len && memcmp(d->sequence, bytes, len) == 0) {
			*wait = true;
		}
	}
	return longest;
}

/* The sequences by the byte after ESC. */
static size_t read_introduced(struct input *input, const char *bytes, size_t len, struct input_event *event)
{
	switch (bytes[1]) {
	case '[':
		return read_csi(input, bytes + 2, len - 2, event);
	case 'O':
		return read_ss3(bytes + 2, len - 2, event);
	default:
		return skip_string(bytes + 2, len - 2);
	}
}

/* From ESC on. */
static size_t read_escape(struct input *input, const char *bytes, size_t len, struct input_event *event)
{
	bool wait = false;
	size_t n;

	event->key = plain(INPUT_ESCAPE);
	if (len == 1)
		return input->expired ? 1 : 0;
	if (bytes[1] == ESC)
		return 1;
	n = read_defined(input, bytes, len, event, &wait);
	if (n > 0 || (wait && !input->expired))
		return n;
	if (memchr("[O]P_^", bytes[1], 6) != NULL) {
		event->key = plain(INPUT_UNKNOWN);
		n = read_introduced(input, bytes, len, event);
		if (n > 0 || !input->expired)
			return n > 0 ? n + 2 : 0;
		if (bytes[1] == '[' && len > 2)
			return len; /* cut off in the middle */
	}
	n = read_character(bytes + 1, len - 1, input->expired, &event->key);
	input->rest = (struct input_event){.kind = INPUT_KEY, .key = event->key};
	event->rest = &input->rest;
	event->key.modifiers |= INPUT_ALT;
	if (event->key.code >= 'A' && event->key.code <= 'Z')
		event->key.code += 'a' - 'A';
	return n > 0 ? n + 1 : 0;
}

/* -- Pastes -- */

/* Terminals send line ends as CR, whatever they were (and some CR LF). */
static void mend_line_ends(struct strbuf *text)
{
	size_t to = 0;

	for (size_t from = 0; from < text->len; from++) {
		char c = text->data[from];

		if (c == '\r' && from + 1 < text->len && text->data[from + 1] == '\n')
			continue;
		text->data[to++] = c == '\r' ? '\n' : c;
	}
	strbuf_truncate(text, to);
}

static void keep_paste(struct input *input, size_t len)
{
	size_t room = INPUT_PASTE_LIMIT - input->paste.len;

	input->cut = input->cut || len > room;
	strbuf_add(&input->paste, input->bytes.data + input->done, len < room ? len : room);
	input->done += len;
}

/* Takes what belongs to the paste; true when its end was there. */
static bool read_paste(struct input *input, struct input_event *event)
{
	const char *bytes = input->bytes.data + input->done;
	size_t len = input->bytes.len - input->done;
	const char *end = memmem(bytes, len, PASTE_END, PASTE_END_LEN);

	if (end == NULL) {
		if (len >= PASTE_END_LEN)
			keep_paste(input, len - (PASTE_END_LEN - 1));
		return false;
	}
	keep_paste(input, (size_t)(end - bytes));
	input->done += PASTE_END_LEN;
	input->pasting = false;
	mend_line_ends(&input->paste);
	*event = (struct input_event){.kind = INPUT_PASTE,
				      .text = input->paste.data,
				      .len = input->paste.len,
				      .cut = input->cut};
	return true;
}

/* -- Events -- */

static void fill_text(struct input *input, struct input_event *event)
{
	struct strbuf text = STRBUF_INIT;

	input->text[0] = '\0';
	event->text = input->text;
	if (event->kind != INPUT_KEY || event->key.code > 0x10ffff || event->key.modifiers != 0)
		return;
	unicode_encode(&text, event->key.code);
	memcpy(input->text, text.data, text.len + 1);
	event->len = text.len;
	strbuf_clear(&text);
}

/*
 * Terminals without brackets around a paste send its line ends as they are: CR, LF or both.  Takes the LF of
 * both, which is no second Enter.
 */
static bool ends_returned(struct input *input, char byte)
{
	bool both = input->returned && byte == '\n';

	input->returned = byte == '\r';
	if (both)
		input->done++;
	return both;
}

bool input_next(struct input *input, struct input_event *event)
{
	while (input->done < input->bytes.len) {
		const char *bytes = input->bytes.data + input->done;
		size_t len = input->bytes.len - input->done, n;

		if (input->pasting)
			return read_paste(input, event);
		if (ends_returned(input, bytes[0]))
			continue;
		*event = (struct input_event){.kind = INPUT_KEY, .key = plain(INPUT_UNKNOWN)};
		if (bytes[0] == ESC)
			n = read_escape(input, bytes, len, event);
		else
			n = read_character(bytes, len, input->expired, &event->key);
		if (n == 0)
			return false;
		if (bytes[0] == '\b' && input->words_by_h)
			event->key.modifiers |= INPUT_CTRL;
		input->done += n;
		if (input->pasting)
			continue;
		fill_text(input, event->rest != NULL ? &input->rest : event);
		if (event->rest != NULL)
			event->text = "";
		return true;
	}
	return false;
}
