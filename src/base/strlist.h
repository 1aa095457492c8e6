/*
 * A list of strings that owns them.  Starts as all zeroes, ends with strlist_clear().
 */
#ifndef COPYDESK_STRLIST_H
#define COPYDESK_STRLIST_H

#include <stdbool.h>
#include <stddef.h>

struct strlist {
	char **items;
	size_t count;
	size_t capacity;
};

/* Adds a copy at the end. */
void strlist_add(struct strlist *list, const char *string);
bool strlist_has(const struct strlist *list, const char *string);
void strlist_clear(struct strlist *list);

#endif
