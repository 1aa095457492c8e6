#include "base/strlist.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void strlist_add(struct strlist *list, const char *string)
{
	list->items = mem_grow(list->items, &list->capacity, list->count + 1, sizeof *list->items);
	list->items[list->count++] = mem_strdup(string);
}

bool strlist_has(const struct strlist *list, const char *string)
{
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->items[i], string) == 0)
			return true;
	}
	return false;
}

void strlist_clear(struct strlist *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct strlist){.items = NULL};
}
