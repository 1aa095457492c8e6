#include "cli/option.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strlist.h"
#include "base/mem.h"

static const struct option_row *find_name(const struct option_list *list, const char *name, size_t len)
{
	for (size_t t = 0; t < OPTION_TABLES; t++) {
		for (const struct option_row *row = list->tables[t]; row != NULL && row->name != NULL;
		     row++) {
			if (strlen(row->name) == len && memcmp(row->name, name, len) == 0)
				return row;
		}
	}
	return NULL;
}

static const struct option_row *find_letter(const struct option_list *list, char letter)
{
	for (size_t t = 0; t < OPTION_TABLES; t++) {
		for (const struct option_row *row = list->tables[t]; row != NULL && row->name != NULL;
		     row++) {
			if (row->letter == letter && letter != '\0')
				return row;
		}
	}
	return NULL;
}

static void add_given(struct option_list *list, const struct option_row *row, const char *value)
{
	list->given =
	    mem_grow(list->given, &list->given_capacity, list->given_count + 1, sizeof list->given[0]);
	list->given[list->given_count++] = (struct option_given){.row = row, .value = value};
}

static void add_argument(struct option_list *list, const char *argument)
{
	list->arguments = mem_grow(list->arguments, &list->argument_capacity, list->argument_count + 1,
				   sizeof list->arguments[0]);
	list->arguments[list->argument_count++] = argument;
}

/* The value of an option: what stands in the same word, else the next word. */
static int take_value(struct option_list *list, const struct option_row *row, const char *same, int argc,
		      char **argv, int *at, struct error *err)
{
	if (same == NULL && *at >= argc)
		return error_set(err, E_INVALID, "The option --%s needs a value, %s, after it.", row->name,
				 row->value);
	add_given(list, row, same != NULL ? same : argv[(*at)++]);
	return 0;
}

static int parse_long(struct option_list *list, const char *word, int argc, char **argv, int *at,
		      struct error *err)
{
	size_t len = strcspn(word, "=");
	const struct option_row *row = find_name(list, word, len);

	if (row == NULL)
		return error_set(err, E_INVALID, "There is no option --%.*s here.", (int)len, word);
	if (row->value != NULL)
		return take_value(list, row, word[len] == '=' ? word + len + 1 : NULL, argc, argv, at, err);
	if (word[len] == '=')
		return error_set(err, E_INVALID, "The option --%s takes no value.", row->name);
	add_given(list, row, NULL);
	return 0;
}

static int parse_letters(struct option_list *list, const char *letters, int argc, char **argv, int *at,
			 struct error *err)
{
	for (const char *c = letters; *c != '\0'; c++) {
		const struct option_row *row = find_letter(list, *c);

		if (row == NULL)
			return error_set(err, E_INVALID, "There is no option -%s here.", c);
		if (row->value != NULL)
			return take_value(list, row, c[1] != '\0' ? c + 1 : NULL, argc, argv, at, err);
		add_given(list, row, NULL);
	}
	return 0;
}

int option_parse(struct option_list *list, int argc, char **argv, int *at, bool first, struct error *err)
{
	bool options = true;
	int rc = 0;

	while (rc == 0 && *at < argc) {
		const char *word = argv[(*at)++];

		if (options && strcmp(word, "--") == 0) {
			options = false;
		} else if (options && word[0] == '-' && word[1] == '-') {
			rc = parse_long(list, word + 2, argc, argv, at, err);
		} else if (options && word[0] == '-' && word[1] != '\0') {
			rc = parse_letters(list, word + 1, argc, argv, at, err);
		} else {
			add_argument(list, word);
			if (first)
				break;
		}
	}
	return rc;
}

void option_clear(struct option_list *list)
{
	free(list->given);
	free(list->arguments);
	*list = (struct option_list){.given = NULL};
}

static const struct option_given *last_given(const struct option_list *list, const char *name)
{
	const struct option_row *row = find_name(list, name, strlen(name));

	assert(row != NULL);
	for (size_t i = list->given_count; i > 0; i--) {
		if (list->given[i - 1].row == row)
			return &list->given[i - 1];
	}
	return NULL;
}

bool option_has(const struct option_list *list, const char *name)
{
	return last_given(list, name) != NULL;
}

const char *option_value(const struct option_list *list, const char *name)
{
	const struct option_given *given = last_given(list, name);

	return given != NULL ? given->value : NULL;
}

void option_values(const struct option_list *list, const char *name, struct strlist *out)
{
	for (size_t i = 0; i < list->given_count; i++) {
		if (strcmp(list->given[i].row->name, name) == 0)
			strlist_add(out, list->given[i].value);
	}
}
