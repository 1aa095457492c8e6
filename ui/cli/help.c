#include "cli/commands.h"

#include <ctype.h>
#include <string.h>

#include "cli/table.h"

static const struct option_row options[] = {
    {"mdoc", '\0', NULL, OPTION_OFFER_NOTHING, "the commands in mdoc(7), as in the manual"},
    {.name = NULL},
};

static void add_options(struct cli *cli, const struct option_row *rows)
{
	struct table *table = table_new(3);

	for (const struct option_row *row = rows; row != NULL && row->name != NULL; row++) {
		struct strbuf text = STRBUF_INIT;
		char letter[] = {'-', row->letter, '\0'};

		strbuf_addf(&text, "--%s%s%s", row->name, row->value != NULL ? " " : "",
			    row->value != NULL ? row->value : "");
		table_add(table, (const char *[]){row->letter != '\0' ? letter : "", text.data, row->help});
		strbuf_clear(&text);
	}
	table_print(table, 2, 0, &cli->out);
	table_free(table);
}

static void print_all(struct cli *cli)
{
	struct table *table = table_new(2);

	strbuf_adds(&cli->out, "copydesk: a newsroom in a terminal\n\n"
			       "usage: copydesk [-C DIR] [--as 'NAME <MAIL>'] [COMMAND ...]\n\n"
			       "Without a command, the terminal interface opens.\n\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		table_add(table, (const char *[]){cli_commands[i]->name, cli_commands[i]->help});
	table_print(table, 1, 0, &cli->out);
	table_free(table);
	strbuf_addc(&cli->out, '\n');
	add_options(cli, cli_options);
	strbuf_adds(&cli->out, "\n\"copydesk help COMMAND\" tells more; so does copydesk(1).\n");
}

static void print_one(struct cli *cli, const struct cli_command *command)
{
	strbuf_addf(&cli->out, "copydesk %s: %s\n\nusage: copydesk %s%s%s%s\n\n%s", command->name,
		    command->help, command->name, command->options != NULL ? " [OPTION ...]" : "",
		    command->arguments[0] != '\0' ? " " : "", command->arguments, command->about);
	if (command->options == NULL)
		return;
	strbuf_addc(&cli->out, '\n');
	add_options(cli, command->options);
}

/* -- The list of commands in the manual: mdoc(7) -- */

/* Whether the blank at c stands after the full stop of a word. */
static bool ends_sentence(const char *text, const char *c)
{
	return *c == ' ' && c - text >= 2 && c[-1] == '.' && c[-2] != ' ';
}

/* Appends prose: a sentence a line, an empty line as a paragraph, nothing that reads as a request. */
static void add_mdoc(struct strbuf *out, const char *text)
{
	bool line_start = true;

	for (const char *c = text; *c != '\0'; c++) {
		if (line_start && *c == '\n') {
			strbuf_adds(out, ".Pp\n");
			continue;
		}
		if (line_start && (*c == '.' || *c == '\''))
			strbuf_adds(out, "\\&");
		if (*c == '\\')
			strbuf_adds(out, "\\e");
		else
			strbuf_addc(out, ends_sentence(text, c) ? '\n' : *c);
		line_start = out->data[out->len - 1] == '\n';
	}
}

/* Appends "NAME [FILE ...]" as macros that follow another one on its line. */
static void add_mdoc_arguments(struct strbuf *out, const char *arguments)
{
	size_t len;

	for (const char *c = arguments; *c != '\0'; c += len) {
		len = strspn(c, " ");
		if (len > 0)
			continue;
		len = 1;
		if (*c == '[') {
			strbuf_adds(out, " Oo");
		} else if (*c == ']') {
			strbuf_adds(out, " Oc");
		} else {
			len = strcspn(c, " []");
			strbuf_addf(out, " %s %.*s", islower((unsigned char)*c) ? "Cm" : "Ar", (int)len, c);
		}
	}
}

static void add_mdoc_options(struct strbuf *out, const struct option_row *rows)
{
	if (rows == NULL)
		return;
	strbuf_adds(out, ".Bl -tag -width indent -compact\n");
	for (const struct option_row *row = rows; row->name != NULL; row++) {
		strbuf_adds(out, ".It ");
		if (row->letter != '\0')
			strbuf_addf(out, "Fl %c , ", row->letter);
		strbuf_addf(out, "Fl -%s%s%s\n", row->name, row->value != NULL ? " Ar " : "",
			    row->value != NULL ? row->value : "");
		add_mdoc(out, row->help);
		strbuf_addc(out, '\n');
	}
	strbuf_adds(out, ".El\n");
}

static void print_mdoc(struct cli *cli)
{
	strbuf_adds(&cli->out, ".Bl -tag -width indent\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const struct cli_command *command = cli_commands[i];

		strbuf_addf(&cli->out, ".It Cm %s", command->name);
		add_mdoc_arguments(&cli->out, command->arguments);
		strbuf_addc(&cli->out, '\n');
		add_mdoc(&cli->out, command->about);
		add_mdoc_options(&cli->out, command->options);
	}
	strbuf_adds(&cli->out, ".El\n");
}

static int run(struct cli *cli, struct error *err)
{
	const struct cli_command *command;

	if (cli->argument_count == 0) {
		if (option_has(&cli->options, "mdoc"))
			print_mdoc(cli);
		else
			print_all(cli);
		return 0;
	}
	command = cli_command_find(cli->arguments[0]);
	if (command == NULL)
		return error_set(err, E_INVALID,
				 "There is no command \"%s\". \"copydesk help\" lists the commands.",
				 cli->arguments[0]);
	print_one(cli, command);
	return 0;
}

const struct cli_command cli_help = {
    .name = "help",
    .help = "how a command is used",
    .arguments = "[COMMAND]",
    .about = "Lists the commands, or tells how one of them is used.\n",
    .most = 1,
    .offer = OPTION_OFFER_COMMANDS,
    .options = options,
    .run = run,
};
