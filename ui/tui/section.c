#include "tui/section.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk.h"
#include "text/unicode.h"
#include "tui/prompt.h"

struct question {
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

/* A section is a folder and a part of an address: its name must do for both. */
static const char *check_name(const char *name)
{
	size_t len = strlen(name);
	int32_t letter;

	for (size_t i = 0; i < len;) {
		i += unicode_decode(name, len, i, &letter);
		if (letter != '-' && !unicode_is_letter(letter) && !unicode_is_number(letter) &&
		    !unicode_is_mark(letter))
			return "A section's name has letters, digits and hyphens only.";
	}
	return name[0] == '-' ? "A section's name begins with a letter or a digit." : NULL;
}

static void chosen(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;

	if (!answer->given)
		finish(question, NULL);
	else if (answer->choice < question->count)
		finish(question, question->sections[answer->choice]);
	else
		finish(question, answer->text);
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
	struct prompt *prompt;

	question->done = done;
	question->context = context;
	find(question, place->desk);
	items = mem_zalloc(question->count, sizeof *items);
	for (size_t i = 0; i < question->count; i++)
		items[i].label = question->sections[i];
	prompt = prompt_list(PROMPT_FILTER, "Which section?", items, question->count, 0, chosen, question);
	prompt_offer(prompt, "Choose one, or type the name of a new one:", "New section:", check_name);
	prompt_need(prompt, "An article needs a section: type its name, as culture.");
	place->host->ask(place->host->app, prompt);
	free(items);
}
