/*
 * Options on the command line, as rows.
 *
 * A command names its options in a const table; parsing, help, completion and
 * the manual all read it.  Options may stand anywhere ("--" ends them), as
 * "--name VALUE", "--name=VALUE", "-n VALUE", "-nVALUE" or, for switches,
 * together as "-ab": POSIX.1-2017 XBD 12.2 with the long options of GNU.
 */
#ifndef COPYDESK_OPTION_H
#define COPYDESK_OPTION_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct strlist;

/* What a shell can offer where a value or an argument is typed. */
enum option_offer {
	OPTION_OFFER_NOTHING,
	OPTION_OFFER_FILES,
	OPTION_OFFER_FOLDERS,
	OPTION_OFFER_NAMES, /* of drafts and articles */
	OPTION_OFFER_STATES,
	OPTION_OFFER_COMMANDS,
	OPTION_OFFER_WORDS, /* those in the row */
};

struct option_row {
	const char *name;        /* without "--"; a row without a name ends the table */
	char letter;             /* or '\0' */
	const char *value;       /* what it takes, in capitals, as "STATE"; NULL for a switch */
	enum option_offer offer; /* for the value */
	const char *help;        /* half a line without a stop */
};

#define OPTION_TABLES 2

struct option_given {
	const struct option_row *row;
	const char *value; /* borrowed from argv; NULL for a switch */
};

struct option_list {
	const struct option_row *tables[OPTION_TABLES]; /* looked at in this order; either may be NULL */
	struct option_given *given;                     /* in order */
	size_t given_count;
	size_t given_capacity;
	const char **arguments; /* what is no option; borrowed from argv */
	size_t argument_count;
	size_t argument_capacity;
};

/*
 * Reads argv from *at to argc and adds to list; with first, stops after the first argument.  *at is
 * where it stopped.  E_INVALID names the option that does not exist or lacks its value.
 */
int option_parse(struct option_list *list, int argc, char **argv, int *at, bool first, struct error *err);
void option_clear(struct option_list *list);

/* Whether an option was given, and the last value that it was given. The name must be in a table. */
bool option_has(const struct option_list *list, const char *name);
const char *option_value(const struct option_list *list, const char *name);

/* Adds every value that it was given, in order. */
void option_values(const struct option_list *list, const char *name, struct strlist *out);

#endif
