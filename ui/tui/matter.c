#include "tui/matter.h"

#include <string.h>

#include "desk/desk.h"

const struct desk_row *matter_row(struct desk *desk, const char *name)
{
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);

	for (size_t i = 0; i < count; i++) {
		if (strcmp(rows[i].name ? rows[i].name : rows[i].path, name) == 0)
			return &rows[i];
	}
	return NULL;
}

const char *matter_headline(struct desk *desk, const char *name)
{
	const struct desk_row *row = matter_row(desk, name);

	return row != NULL ? row->title : name;
}
