#include "tui/section.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk.h"
#include "tui/prompt.h"

struct question {
	const struct pane_host *host;
	char **sections;
	size_t count;
	size_t capacity;
	section_done *done;
	void *context;
};

static void finish(struct question *question, const char *section)
{
	question->done(question->context, section);
	for (size_t i = 0; i < question->count; i++)
		free(question->sections[i]);
	free(question->sections);
	free(question);
}

static void typed(void *context, const struct prompt_answer *answer)
{
	finish(context, answer->given && answer->len > 0 ? answer->text : NULL);
}

static void chosen(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;

	if (!answer->given)
		finish(question, NULL);
	else if (answer->choice < question->count)
		finish(question, question->sections[answer->choice]);
	else
		question->host->ask(question->host->app,
				    prompt_text("New section", "Its name, in small letters without spaces:",
						NULL, NULL, typed, question));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The sections that there are, each once, in order. */
static void find(struct question *question, struct desk *desk)
{
	size_t count;
	size_t kept = 0;
	const struct desk_row *rows = desk_rows(desk, &count);
	char **all = NULL;

	for (size_t i = 0; i < count; i++) {
		if (rows[i].section[0] == '\0')
			continue;
		all = mem_grow(all, &question->capacity, question->count + 1, sizeof *all);
		all[question->count++] = mem_strdup(rows[i].section);
	}
	if (question->count > 0)
		qsort(all, question->count, sizeof *all, by_text);
	for (size_t i = 0; i < question->count; i++) {
		if (kept > 0 && strcmp(all[kept - 1], all[i]) == 0)
			free(all[i]);
		else
			all[kept++] = all[i];
	}
	question->sections = all;
	question->count = kept;
}

void section_ask(const struct pane_place *place, section_done *done, void *context)
{
	struct question *question = mem_zalloc(1, sizeof *question);
	struct prompt_item *items;

	question->host = place->host;
	question->done = done;
	question->context = context;
	find(question, place->desk);
	items = mem_zalloc(question->count + 1, sizeof *items);
	for (size_t i = 0; i < question->count; i++)
		items[i].label = question->sections[i];
	items[question->count].label = "Another section ...";
	place->host->ask(place->host->app, prompt_list(PROMPT_FILTER, "Which section?", items,
						       question->count + 1, 0, chosen, question));
	free(items);
}
