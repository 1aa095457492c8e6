/*
 * The command line: what a subcommand is, and what all of them share.
 *
 * Each subcommand is a file that exports one const row.  Options, help,
 * completion and the synopsis of the manual are read from the rows, so they
 * cannot drift.  Data goes to standard output, which is kept in cli->out and
 * written at the end (or by cli_flush()); messages go to standard error.
 * Whatever comes from the repository is made safe to print, but for raw data
 * (--source, --html, --json).
 */
#ifndef COPYDESK_CLI_H
#define COPYDESK_CLI_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "cli/option.h"
#include "desk/desk.h"

struct cli;

/* What must be there before a command runs. */
enum cli_need {
	CLI_NEEDS_NOTHING,
	CLI_NEEDS_DESK,   /* a newsroom */
	CLI_NEEDS_PERSON, /* and a person who sits at its desk */
};

#define CLI_MANY ((size_t)-1)

struct cli_command {
	const char *name;
	const char *help;      /* one line without a stop */
	const char *arguments; /* as the synopsis has them, "NAME FILE ..."; "" for none */
	const char *about;     /* paragraphs for "help NAME", lines of at most 78 columns */
	size_t least;          /* arguments, at least and at most (CLI_MANY: no limit) */
	size_t most;
	enum option_offer offer;  /* for the arguments */
	const char *const *words; /* for OPTION_OFFER_WORDS: ends with NULL */
	enum cli_need need;
	const struct option_row *options; /* or NULL for none */

	/* Does it. 0 done, 1 a negative answer (said already), or a negative E_* with err filled. */
	int (*run)(struct cli *cli, struct error *err);
};

/* The terminal interface, with the draft to be edited or NULL for the list. */
typedef int cli_interface(struct desk *desk, const char *name, struct error *err);

struct cli {
	const struct cli_command *command;
	struct option_list options;
	const char *const *arguments; /* as many as the row asks for */
	const char *topic;            /* the command that --help was given to */
	size_t argument_count;
	struct desk_options place; /* where and who, from -C and --as */
	char here[PATH_MAX];       /* the current folder: messages name it whole */
	struct desk *desk;         /* open where the row needs it, else NULL */
	struct strbuf out;         /* standard output, not yet written */
	cli_interface *interface;  /* what opens the terminal interface */
	bool terminal;             /* a person sits at standard input and output */
	int width;                 /* columns of the terminal that we print to, 0 where it is none */
};

/*
 * Runs the program and returns its exit status.  Where no command is given, interface runs when a person
 * sits at a terminal; else the list is printed.
 */
int cli_main(int argc, char **argv, cli_interface *interface);

/* -- Printing -- */

/* Appends what comes from the repository to cli->out, made safe: as one line, or line by line. */
void cli_print(struct cli *cli, const char *text);
void cli_print_lines(struct cli *cli, const char *indent, const char *text, size_t len);

/* Writes cli->out. When nobody reads it any more the program ends quietly. */
void cli_flush(struct cli *cli);

/* Says a sentence to the person, on standard error, after what was printed; made safe. */
void cli_say(struct cli *cli, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says what went wrong; the run goes on. What run() returns is said in the same way. */
void cli_complain(const struct error *err);

/*
 * Says which command was wrongly used and how to learn more; returns E_INVALID. format is a sentence.
 */
int cli_usage(const struct cli *cli, struct error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* -- Asking -- */

/*
 * Goes on when --yes was given, or the person types the word: 0.  E_CANCELLED when they type
 * another, E_REFUSED without a terminal.
 */
int cli_confirm(struct cli *cli, const char *word, const char *question, struct error *err);

/* -- Names and texts -- */

/* The draft that an argument names: its name (the caller frees), or an error that says what it is instead. */
int cli_draft(struct cli *cli, const char *argument, char **name, struct error *err);

/* The published article that an argument names. */
int cli_article(struct cli *cli, const char *argument, char **path, struct error *err);

/*
 * The text of an option ("message", "reason"), "-" being standard input; an empty one where the option
 * is absent.  E_INVALID when a text is needed and there is none.
 */
int cli_text(struct cli *cli, const char *option, bool needed, struct strbuf *out, struct error *err);

/* The commit of a draft whose id starts with these digits, at least 7; E_NOTFOUND. */
int cli_head(const struct draft *draft, const char *start, struct oid *out, struct error *err);

/*
 * Another text for a draft, from the file after its name, "-" or none being standard input; and the blob that
 * it was made from: that of the option "from", else of the draft as it stands.  E_INVALID where the text is
 * empty, so that nothing was done ("saved").
 */
int cli_other_text(struct cli *cli, const char *name, const char *done, struct strbuf *text, struct oid *from,
		   struct error *err);

/* A time to come in seconds, as of clock_read(), in the zone of the desk. */
int cli_time(struct cli *cli, const char *text, int64_t *out, struct error *err);

/* The row of a draft's name, or with name NULL of a published article's path; NULL when there is none. */
const struct desk_row *cli_row(struct desk *desk, const char *name, const char *path);

/*
 * Says where a draft stands now, on standard error: after an act, which is no less done where this
 * cannot be looked up; then it says nothing.
 */
void cli_say_state(struct cli *cli, const char *name);

/* -- What several commands do alike, with their first argument -- */

/* What a command does to a draft; as run() of its row. */
typedef int cli_draft_act(struct cli *cli, const char *name, struct error *err);

/* Does it to the draft that the argument names. */
int cli_with_draft(struct cli *cli, cli_draft_act *act, struct error *err);

/* The same, and then tells where the draft stands. */
int cli_on_draft(struct cli *cli, cli_draft_act *act, struct error *err);

/* An act on a draft, with the text of an option; then tells where the draft stands. */
int cli_act(struct cli *cli, const char *option, bool needed,
	    int (*act)(struct desk *desk, const char *name, const char *text, struct error *err),
	    struct error *err);

/* A draft on a published article, with the reason of --reason; its name is printed. */
int cli_begin(struct cli *cli, bool needed,
	      int (*begin)(struct desk *desk, const char *path, const char *reason, char **name,
			   struct error *err),
	      struct error *err);

#endif
