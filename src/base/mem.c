#include "base/mem.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Noreturn void out_of_memory(void)
{
	static const char words[] =
	    "copydesk: memory ran out; unsaved text is in the journal and is offered at the next start.\n";

	if (write(STDERR_FILENO, words, sizeof words - 1) < 0)
		_exit(2);
	quick_exit(2); /* whoever holds the terminal gives it back on the way (at_quick_exit) */
}

void *mem_alloc(size_t size)
{
	void *p = malloc(size ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

void *mem_realloc(void *old, size_t size)
{
	void *p = realloc(old, size ? size : 1);

	if (p == NULL)
		out_of_memory();
	return p;
}

char *mem_strdup(const char *text)
{
	return text ? mem_strndup(text, strlen(text)) : NULL;
}

char *mem_strndup(const char *text, size_t len)
{
	char *copy = mem_alloc(len + 1);

	if (len > 0)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *mem_printf(const char *format, ...)
{
	va_list args;
	char *text = NULL;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		out_of_memory();
	va_end(args);
	return text;
}

void *mem_grow(void *items, size_t *capacity, size_t needed, size_t size)
{
	size_t want = *capacity ? *capacity : 8;

	if (needed <= *capacity)
		return items;
	while (want < needed) {
		if (want > SIZE_MAX / 2)
			out_of_memory();
		want *= 2;
	}
	if (want > SIZE_MAX / size)
		out_of_memory();
	*capacity = want;
	return mem_realloc(items, want * size);
}
