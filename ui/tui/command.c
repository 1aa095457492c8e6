#include "tui/command.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/keymap.h"

/* What to say where a need does not hold; the first that fails is said. */
static const struct {
	unsigned need;
	const char *sentence;
} refusals[] = {
    {COMMAND_SAMPLE, NULL},
    {COMMAND_ALONE, NULL},
    {COMMAND_ABOVE, NULL},
    {COMMAND_LETTERS, NULL},
    {COMMAND_FACING, NULL},
    {COMMAND_WRITES, NULL},
    {COMMAND_SUGGESTS, NULL},
    {COMMAND_OWN_TEXT, "This side is only read and copied from: F6 goes back to your text."},
    {COMMAND_WRITABLE, "This newsroom can only be read."},
    {COMMAND_REMOTE, "This newsroom is by itself: it has no server to fetch from and push to."},
    {COMMAND_ARTICLE, "There is no article here."},
    {COMMAND_DRAFT, "This is not a draft."},
    {COMMAND_PUBLISHED, "This has not been published."},
    {COMMAND_IN_REVIEW, "This draft is not in review."},
    {COMMAND_APPROVED, "This draft is not approved."},
    {COMMAND_SPIKED, "This draft is not spiked."},
    {COMMAND_UNSAVED, "Everything is saved."},
    {COMMAND_SAVED, "Save the text first."},
    {COMMAND_SELECTION, "Select some text first."},
    {COMMAND_CLIPBOARD, "Nothing has been cut or copied yet."},
    {COMMAND_CHANGE, "There is no change here."},
    {COMMAND_COMMENT, "There is no comment here."},
    {COMMAND_SUGGESTION, "There is no open suggestion here."},
    {COMMAND_SOUGHT, "Nothing has been searched for yet."},
};

#define REFUSALS (sizeof refusals / sizeof refusals[0])

void command_push(struct command_set *set, const struct command_table *table, void *target)
{
	assert(set->count < COMMAND_LAYERS);
	set->layers[set->count++] = (struct command_layer){.table = table, .target = target};
}

unsigned command_holds(const struct command_set *set)
{
	unsigned holds = 0;

	for (size_t i = 0; i < set->count; i++) {
		const struct command_layer *layer = &set->layers[i];

		if (layer->table->holds != NULL)
			holds |= layer->table->holds(layer->target);
	}
	return holds;
}

const char *command_refusal(const struct command *command, unsigned holds)
{
	for (size_t i = 0; i < REFUSALS; i++) {
		if ((command->needs & ~holds & refusals[i].need) != 0 && refusals[i].sentence != NULL)
			return refusals[i].sentence;
	}
	return NULL;
}

/* Whether a row is offered at all while these needs hold. */
static bool is_offered(const struct command *command, unsigned holds)
{
	if ((command->needs & ~holds) == 0)
		return true;
	for (size_t i = 0; i < REFUSALS; i++) {
		if ((command->needs & ~holds & refusals[i].need) != 0 && refusals[i].sentence == NULL)
			return false;
	}
	return true;
}

/* -- Finding -- */

size_t command_list(const struct command_set *set, struct command_choice **out)
{
	unsigned holds = command_holds(set);
	size_t count = 0, capacity = 0;

	*out = NULL;
	for (size_t i = 0; i < set->count; i++) {
		const struct command_table *table = set->layers[i].table;

		for (size_t j = 0; j < table->count; j++) {
			if (!is_offered(&table->rows[j], holds))
				continue;
			*out = mem_grow(*out, &capacity, count + 1, sizeof **out);
			(*out)[count++] = (struct command_choice){.command = &table->rows[j],
								  .target = set->layers[i].target};
		}
	}
	return count;
}

/* The first row that is offered and that match() takes. */
static bool find(const struct command_set *set, struct command_choice *out,
		 bool (*match)(const struct command *command, const void *sought), const void *sought)
{
	unsigned holds = command_holds(set);

	for (size_t i = 0; i < set->count; i++) {
		const struct command_table *table = set->layers[i].table;

		for (size_t j = 0; j < table->count; j++) {
			if (!match(&table->rows[j], sought) || !is_offered(&table->rows[j], holds))
				continue;
			out->command = &table->rows[j];
			out->target = set->layers[i].target;
			return true;
		}
	}
	return false;
}

static bool has_key(const struct command *command, const void *sought)
{
	const struct input_key *key = sought;

	return keymap_has(command->keys, *key);
}

static bool has_name(const struct command *command, const void *sought)
{
	const char *name = sought;

	return strcmp(command->name, name) == 0;
}

bool command_for_key(const struct command_set *set, struct input_key key, struct command_choice *out)
{
	return find(set, out, has_key, &key);
}

bool command_has_key(const struct command_table *table, struct input_key key)
{
	for (size_t i = 0; i < table->count; i++) {
		if (keymap_has(table->rows[i].keys, key))
			return true;
	}
	return false;
}

bool command_by_name(const struct command_set *set, const char *name, struct command_choice *out)
{
	return find(set, out, has_name, name);
}

int command_run(const struct command_set *set, struct command_choice choice, struct error *err)
{
	unsigned holds = command_holds(set);
	const char *refusal = command_refusal(choice.command, holds);

	if (refusal != NULL || !is_offered(choice.command, holds))
		return error_set(err, E_REFUSED, "%s: %s", choice.command->label,
				 refusal != NULL ? refusal : "This cannot be done here.");
	return choice.command->run(choice.target, choice.command->argument, err);
}

/* -- The bar of keys -- */

static int by_place(const void *a, const void *b)
{
	const struct command_choice *x = a, *y = b;

	return (x->command->bar > y->command->bar) - (x->command->bar < y->command->bar);
}

/* Draws "Ctrl-S Save"; false when it does not fit before the last column. */
static bool draw_entry(struct canvas_region region, int row, int *column, const struct command *command,
		       bool dim)
{
	struct strbuf key = STRBUF_INIT;
	int width;
	bool fits;

	keymap_first(&key, command->keys);
	width =
	    unicode_columns(key.data, key.len) + 1 + unicode_columns(command->label, strlen(command->label));
	fits = *column + width < region.width;
	if (fits) {
		*column = canvas_string(region, row, *column, dim ? CANVAS_DIM : CANVAS_KEY, key.data);
		*column =
		    canvas_string(region, row, *column + 1, dim ? CANVAS_DIM : CANVAS_BAR, command->label);
		*column += 2;
	}
	strbuf_clear(&key);
	return fits;
}

void command_bar(struct canvas_region region, int row, const struct command_set *set)
{
	struct command_choice *all;
	size_t count = command_list(set, &all), kept = 0;
	unsigned holds = command_holds(set);
	int column = 1;

	for (size_t i = 0; i < count; i++) {
		if (all[i].command->bar > 0 && all[i].command->keys != NULL)
			all[kept++] = all[i];
	}
	if (kept > 0)
		qsort(all, kept, sizeof *all, by_place);
	for (size_t i = 0; i < kept; i++) {
		const struct command *command = all[i].command;

		if (!draw_entry(region, row, &column, command, command_refusal(command, holds) != NULL))
			break;
	}
	free(all);
}

/* -- The manual -- */

/* Text in mdoc(7): a backslash is an escape, some signs alone are punctuation, and a sentence begins a line.
 */
static void add_roff(struct strbuf *out, const char *text)
{
	if (strchr(".,:;()[]?!|'", text[0]) != NULL)
		strbuf_adds(out, "\\&");
	for (char before = '\0'; *text != '\0'; before = *text++) {
		if (*text == '\\')
			strbuf_adds(out, "\\e");
		else if (*text == ' ' && before == '.')
			strbuf_addc(out, '\n');
		else
			strbuf_addc(out, *text);
	}
}

void command_manual(struct strbuf *out, const struct command_table *table)
{
	strbuf_adds(out, ".Ss ");
	add_roff(out, table->title);
	strbuf_addc(out, '\n');
	if (table->about != NULL) {
		add_roff(out, table->about);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, ".Bl -tag -width Ctrl-Shift-Right -compact\n");
	for (size_t i = 0; i < table->count; i++) {
		const struct command *command = &table->rows[i];
		const char *list = command->keys;
		struct input_key key;

		for (bool first = true; keymap_next(&list, &key); first = false) {
			struct strbuf name = STRBUF_INIT;

			keymap_print(&name, key);
			strbuf_adds(out, first ? ".It Ic " : " , Ic ");
			add_roff(out, name.data);
			strbuf_clear(&name);
		}
		if (command->keys == NULL)
			continue;
		strbuf_addc(out, '\n');
		add_roff(out, command->help);
		strbuf_adds(out, ".\n");
	}
	strbuf_adds(out, ".El\n");
}

/* -- Checking -- */

/* Whether two rows are never there together, so that they can share a key. */
static bool never_both(unsigned a, unsigned b)
{
	static const unsigned pairs[][2] = {{COMMAND_ALONE, COMMAND_ABOVE},
					    {COMMAND_WRITES, COMMAND_SUGGESTS}};

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
		if (((a & pairs[i][0]) != 0 && (b & pairs[i][1]) != 0) ||
		    ((a & pairs[i][1]) != 0 && (b & pairs[i][0]) != 0))
			return true;
	}
	return false;
}

static void check_keys(const struct command_table *table, const struct command *command)
{
	const char *list = command->keys;
	struct input_key key;

	while (keymap_next(&list, &key)) {
		for (const struct command *other = table->rows; other < command; other++)
			assert(never_both(other->needs, command->needs) || !keymap_has(other->keys, key));
	}
}

/* The widest key of a table, and the widest help of what has a key: columns. */
static int widest(const struct command_table *table, bool help)
{
	int most = 0;

	for (size_t i = 0; i < table->count; i++) {
		const char *text = help ? table->rows[i].help : table->rows[i].keys;
		int width = table->rows[i].keys != NULL ? unicode_columns(text, strlen(text)) : 0;

		most = width > most ? width : most;
	}
	return most;
}

void command_check(const struct command_table *table)
{
	assert(table->title != NULL);
	assert(widest(table, false) + widest(table, true) <= COMMAND_SHEET);
	for (size_t i = 0; i < table->count; i++) {
		const struct command *command = &table->rows[i];

		assert(command->name != NULL && strchr(command->name, '.') != NULL);
		assert(command->label != NULL && command->label[0] != '\0');
		assert(command->help != NULL && command->help[0] != '\0');
		assert(command->help[strlen(command->help) - 1] != '.');
		assert(command->run != NULL);
		assert(command->bar == 0 || command->keys != NULL);
		for (size_t j = 0; j < i; j++)
			assert(strcmp(table->rows[j].name, command->name) != 0);
		check_keys(table, command);
	}
}
