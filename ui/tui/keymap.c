#include "tui/keymap.h"

#include <assert.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/unicode.h"

static const struct {
	const char *name;
	int32_t code;
} names[] = {
    {"Enter", INPUT_ENTER},
    {"Tab", INPUT_TAB},
    {"Esc", INPUT_ESCAPE},
    {"Backspace", INPUT_BACKSPACE},
    {"Delete", INPUT_DELETE},
    {"Insert", INPUT_INSERT},
    {"Up", INPUT_UP},
    {"Down", INPUT_DOWN},
    {"Left", INPUT_LEFT},
    {"Right", INPUT_RIGHT},
    {"Home", INPUT_HOME},
    {"End", INPUT_END},
    {"PageUp", INPUT_PAGE_UP},
    {"PageDown", INPUT_PAGE_DOWN},
    {"Space", ' '},
    {"Comma", ','},
};

static const struct {
	const char *prefix;
	unsigned modifier;
} prefixes[] = {
    {"Ctrl-", INPUT_CTRL},
    {"Alt-", INPUT_ALT},
    {"Shift-", INPUT_SHIFT},
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

bool keymap_same(struct input_key a, struct input_key b)
{
	return a.code == b.code && a.modifiers == b.modifiers;
}

/* Takes "Ctrl-" and the like off the front of a name. */
static unsigned take_modifiers(const char **name, size_t *len)
{
	unsigned modifiers = 0;

	for (size_t i = 0; i < COUNT(prefixes); i++) {
		size_t n = strlen(prefixes[i].prefix);

		if (*len <= n || memcmp(*name, prefixes[i].prefix, n) != 0)
			continue;
		modifiers |= prefixes[i].modifier;
		*name += n;
		*len -= n;
	}
	return modifiers;
}

static bool find_name(int32_t *code, const char *name, size_t len)
{
	for (size_t i = 0; i < COUNT(names); i++) {
		if (strlen(names[i].name) == len && memcmp(names[i].name, name, len) == 0) {
			*code = names[i].code;
			return true;
		}
	}
	return false;
}

static bool find_function_key(int32_t *code, const char *name, size_t len)
{
	int number = 0;

	if (len < 2 || len > 3 || name[0] != 'F' || name[1] == '0')
		return false;
	for (size_t i = 1; i < len; i++) {
		if (name[i] < '0' || name[i] > '9')
			return false;
		number = number * 10 + (name[i] - '0');
	}
	*code = INPUT_F1 + number - 1;
	return number <= 12;
}

/*
 * With Ctrl a terminal sends one of the 32 control characters (ECMA-48 table 1), of which some are
 * keys of their own: Ctrl-H, Ctrl-I, Ctrl-M and Ctrl-[ cannot be told from Backspace, Tab, Enter and
 * Esc.  With Shift it sends another character.
 */
static bool can_be_sent(struct input_key key)
{
	if (key.code > 0x10ffff)
		return true;
	if ((key.modifiers & INPUT_SHIFT) != 0)
		return false;
	if ((key.modifiers & INPUT_CTRL) == 0)
		return key.code >= ' ';
	return key.code < 0x80 && strchr("abcdefgjklnopqrstuvwxyz \\]^_", key.code) != NULL;
}

bool keymap_parse(struct input_key *out, const char *name, size_t len)
{
	out->modifiers = take_modifiers(&name, &len);
	if (len == 0)
		return false;
	if (!find_name(&out->code, name, len) && !find_function_key(&out->code, name, len)) {
		if (unicode_decode(name, len, 0, &out->code) != len || out->code < ' ')
			return false;
		if ((out->modifiers & (INPUT_CTRL | INPUT_ALT)) != 0 && out->code >= 'A' && out->code <= 'Z')
			out->code += 'a' - 'A';
	}
	return can_be_sent(*out);
}

void keymap_print(struct strbuf *out, struct input_key key)
{
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		if ((key.modifiers & prefixes[i].modifier) != 0)
			strbuf_adds(out, prefixes[i].prefix);
	}
	for (size_t i = 0; i < COUNT(names); i++) {
		if (names[i].code == key.code) {
			strbuf_adds(out, names[i].name);
			return;
		}
	}
	if (key.code >= INPUT_F1 && key.code <= INPUT_F12)
		strbuf_addf(out, "F%d", (int)(key.code - INPUT_F1 + 1));
	else if ((key.modifiers & (INPUT_CTRL | INPUT_ALT)) != 0 && key.code >= 'a' && key.code <= 'z')
		strbuf_addc(out, (char)(key.code - 'a' + 'A'));
	else if (key.code <= 0x10ffff)
		unicode_encode(out, key.code);
}

/* The length of the first name of a list; *rest is what follows it. */
static size_t first_name(const char *list, const char **rest)
{
	const char *end = strstr(list, ", ");
	size_t len = end != NULL ? (size_t)(end - list) : strlen(list);

	*rest = end != NULL ? end + 2 : list + len;
	return len;
}

bool keymap_next(const char **list, struct input_key *out)
{
	const char *name = *list;
	size_t len;
	bool known;

	if (name == NULL || *name == '\0')
		return false;
	len = first_name(name, list);
	known = keymap_parse(out, name, len);
	assert(known);
	return known;
}

bool keymap_has(const char *list, struct input_key key)
{
	struct input_key one;

	while (keymap_next(&list, &one)) {
		if (keymap_same(one, key))
			return true;
	}
	return false;
}

void keymap_first(struct strbuf *out, const char *list)
{
	const char *rest;

	if (list != NULL)
		strbuf_add(out, list, first_name(list, &rest));
}
