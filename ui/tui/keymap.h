/*
 * Keys by name: "Ctrl-S", "F2", "Enter", "?", "Esc", "Shift-Right", "PageDown".
 *
 * A name is any of "Ctrl-", "Alt-", "Shift-" in front of one character or of a
 * name from the table in keymap.c.  "Ctrl-S" and "Ctrl-s" are the same key, and so
 * with Alt; "R" and "r" are two.  A space is "Space" and a comma "Comma", because a list of
 * keys is their names with ", " between: "F2, Ctrl-E".
 */
#ifndef COPYDESK_KEYMAP_H
#define COPYDESK_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/input.h"

struct strbuf;

bool keymap_same(struct input_key a, struct input_key b);

/* Reads one name of len bytes; false when it names no key that a terminal can send. */
bool keymap_parse(struct input_key *out, const char *name, size_t len);

/* Appends the name of a key, the one that keymap_parse() reads back. */
void keymap_print(struct strbuf *out, struct input_key key);

/*
 * Takes the first key off a list of names; false at the end of the list.  A name that is none is a
 * bug in a table and asserts.
 */
bool keymap_next(const char **list, struct input_key *out);

/* Whether a key is in a list of names; NULL is an empty list. */
bool keymap_has(const char *list, struct input_key key);

/* Appends the first name of a list: what the bar shows. Nothing for an empty list. */
void keymap_first(struct strbuf *out, const char *list);

#endif
