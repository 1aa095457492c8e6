#include "tui/matter.h"

#include <string.h>

#include "desk/desk.h"
#include "tui/prompt.h"

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

void matter_submitted(const struct pane_place *place, const char *name)
{
	const struct desk_row *row = matter_row(place->desk, name);

	place->host->say(place->host->app, PANE_SAID, "It is submitted for review.");
	if (row != NULL && row->stuck != NULL)
		place->host->ask(place->host->app,
				 prompt_message("Submitted for review", row->stuck, NULL, NULL));
}
