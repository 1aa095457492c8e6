#include "tui/palette.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tui/command.h"
#include "tui/prompt.h"

/* What is kept while a list of commands is open. */
struct palette {
	struct command_choice *choices;
	size_t count;
	palette_chosen *chosen;
	void *context;
};

static void picked(void *context, const struct prompt_answer *answer)
{
	struct palette *palette = context;
	bool given = answer->given;
	struct command_choice choice =
	    given ? palette->choices[answer->choice] : (struct command_choice){NULL, NULL};
	palette_chosen *chosen = palette->chosen;

	context = palette->context;
	free(palette->choices);
	free(palette);
	if (given)
		chosen(context, choice);
}

/* -- Which rows, in which order -- */

typedef bool wanted(const struct command *command);

static bool has_menu(const struct command *command)
{
	return command->menu != NULL;
}

static bool has_key(const struct command *command)
{
	return command->keys != NULL;
}

static bool is_any(const struct command *command)
{
	(void)command;
	return true;
}

static struct palette *make(const struct command_set *set, wanted *want, palette_chosen *chosen,
			    void *context)
{
	struct palette *palette = mem_zalloc(1, sizeof *palette);
	struct command_choice *all;
	size_t count = command_list(set, &all);

	for (size_t i = 0; i < count; i++) {
		if (want(all[i].command))
			all[palette->count++] = all[i];
	}
	palette->choices = all;
	palette->chosen = chosen;
	palette->context = context;
	return palette;
}

/* Brings the rows of each menu together, menus in the order in which they are first named. */
static void group_by_menu(struct palette *palette)
{
	for (size_t i = 1; i < palette->count; i++) {
		struct command_choice choice = palette->choices[i];
		size_t to = i;

		for (size_t j = 0; j < i; j++) {
			if (strcmp(palette->choices[j].command->menu, choice.command->menu) == 0)
				to = j + 1;
		}
		memmove(&palette->choices[to + 1], &palette->choices[to], (i - to) * sizeof choice);
		palette->choices[to] = choice;
	}
}

/* The title of the table that a row is in. */
static const char *title_of(const struct command_set *set, const struct command *command)
{
	for (size_t i = 0; i < set->count; i++) {
		const struct command_table *table = set->layers[i].table;

		if (command >= table->rows && command < table->rows + table->count)
			return table->title;
	}
	return NULL;
}

static struct prompt *ask(const struct command_set *set, struct palette *palette, enum prompt_list_kind kind,
			  const char *title)
{
	unsigned holds = command_holds(set);
	struct prompt_item *items = mem_zalloc(palette->count, sizeof *items);
	struct prompt *prompt;

	for (size_t i = 0; i < palette->count; i++) {
		const struct command *command = palette->choices[i].command;

		items[i] = (struct prompt_item){
		    .group = kind == PROMPT_SHEET ? title_of(set, command) : command->menu,
		    .key = command->keys,
		    .label = command->label,
		    .help = command->help,
		    .reason = command_refusal(command, holds),
		};
	}
	prompt = prompt_list(kind, title, items, palette->count, 0, picked, palette);
	free(items);
	return prompt;
}

struct prompt *palette_commands(const struct command_set *set, palette_chosen *chosen, void *context)
{
	return ask(set, make(set, is_any, chosen, context), PROMPT_FILTER, "Commands");
}

struct prompt *palette_menu(const struct command_set *set, palette_chosen *chosen, void *context)
{
	struct palette *palette = make(set, has_menu, chosen, context);

	group_by_menu(palette);
	return ask(set, palette, PROMPT_MENU, "Menu");
}

struct prompt *palette_help(const struct command_set *set, palette_chosen *chosen, void *context)
{
	return ask(set, make(set, has_key, chosen, context), PROMPT_SHEET, "Keys of this screen");
}
