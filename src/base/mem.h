/*
 * Memory that is always there.
 *
 * These never return NULL.  When memory runs out they say so on standard error
 * and end the process: every keystroke is in the journal before the screen
 * shows it, so ending loses nothing, and no caller carries a path that is
 * never tested.  Release with free().
 */
#ifndef COPYDESK_MEM_H
#define COPYDESK_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);

/* count * size zeroed bytes; ends the process when the product overflows. */
void *mem_zalloc(size_t count, size_t size);

void *mem_realloc(void *old, size_t size);

/* A copy of the string; NULL for NULL. */
char *mem_strdup(const char *text);

/* A copy of the first len bytes, with a NUL after them. */
char *mem_strndup(const char *text, size_t len);

/* printf into a new string. */
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Makes room in an array for at least needed items of size bytes, doubling.
 * *capacity is in items and is updated; returns the array, which may have moved.
 */
void *mem_grow(void *items, size_t *capacity, size_t needed, size_t size);

#endif
