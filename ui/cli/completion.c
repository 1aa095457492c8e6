#include "cli/commands.h"

#include <string.h>

static const char *const shells[] = {"bash", "zsh", "fish", NULL};

/* How a shell is asked for what can stand in a place. */
struct dialect {
	const char *files;
	const char *folders;
	const char *names;       /* of drafts and articles: asked of us when they are wanted */
	const char *words_start; /* a list of words stands between these */
	const char *words_end;
};

static const struct dialect bash = {
    .files = "-f",
    .folders = "-d",
    .names = "-W \"$(copydesk list --names 2>/dev/null)\"",
    .words_start = "-W '",
    .words_end = "'",
};

static const struct dialect zsh = {
    .files = "_files",
    .folders = "_files -/",
    .names = "_copydesk_names",
    .words_start = "(",
    .words_end = ")",
};

static const struct dialect fish = {
    .files = "(__fish_complete_path)",
    .folders = "(__fish_complete_directories)",
    .names = "(copydesk list --names 2>/dev/null)",
    .words_start = "",
    .words_end = "",
};

static void add_words(struct strbuf *out, const char *const *words)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", words[i]);
}

static void add_states(struct strbuf *out)
{
	for (int i = 0; i < REVIEW_STATE_COUNT; i++)
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", review_state_word((enum review_state_name)i));
}

static void add_commands(struct strbuf *out)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		strbuf_addf(out, "%s%s", i > 0 ? " " : "", cli_commands[i]->name);
}

/* Appends what a shell is to offer; nothing for OPTION_OFFER_NOTHING. */
static void add_offer(struct strbuf *out, const struct dialect *dialect, enum option_offer offer,
		      const char *const *words)
{
	switch (offer) {
	case OPTION_OFFER_NOTHING:
		return;
	case OPTION_OFFER_FILES:
		strbuf_adds(out, dialect->files);
		return;
	case OPTION_OFFER_FOLDERS:
		strbuf_adds(out, dialect->folders);
		return;
	case OPTION_OFFER_NAMES:
		strbuf_adds(out, dialect->names);
		return;
	case OPTION_OFFER_STATES:
	case OPTION_OFFER_COMMANDS:
	case OPTION_OFFER_WORDS:
		break;
	}
	strbuf_adds(out, dialect->words_start);
	if (offer == OPTION_OFFER_STATES)
		add_states(out);
	else if (offer == OPTION_OFFER_COMMANDS)
		add_commands(out);
	else
		add_words(out, words);
	strbuf_adds(out, dialect->words_end);
}

/* Appends text for the inside of single quotes; a backslash goes before each character of special. */
static void add_quoted(struct strbuf *out, const char *text, const char *special)
{
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '\'')
			strbuf_adds(out, "'\\''");
		else if (strchr(special, *c) != NULL)
			strbuf_addf(out, "\\%c", *c);
		else
			strbuf_addc(out, *c);
	}
}

static bool ends(const struct option_row *row)
{
	return row == NULL || row->name == NULL;
}

/* -- bash -- */

/* The values of options, as cases of "command:option before the cursor". */
static void bash_values(struct strbuf *out, const char *command, const struct option_row *rows)
{
	for (const struct option_row *row = rows; !ends(row); row++) {
		if (row->value == NULL)
			continue;
		strbuf_addf(out, "\t%s:--%s", command, row->name);
		if (row->letter != '\0')
			strbuf_addf(out, "|%s:-%c", command, row->letter);
		strbuf_adds(out, ") COMPREPLY=($(compgen ");
		add_offer(out, &bash, row->offer, NULL);
		strbuf_adds(out, " -- \"$cur\")); return ;;\n");
	}
}

static void bash_options(struct strbuf *out, const char *command, const struct option_row *rows)
{
	strbuf_addf(out, "\t%s:-*) COMPREPLY=($(compgen -W '", command);
	for (const struct option_row *row = rows; !ends(row); row++)
		strbuf_addf(out, "--%s ", row->name);
	for (const struct option_row *row = cli_options; !ends(row); row++)
		strbuf_addf(out, "--%s ", row->name);
	strbuf_adds(out, "' -- \"$cur\")) ;;\n");
}

static void bash_arguments(struct strbuf *out, const char *command, enum option_offer offer,
			   const char *const *words)
{
	if (offer == OPTION_OFFER_NOTHING)
		return;
	strbuf_addf(out, "\t%s:*) COMPREPLY=($(compgen ", command);
	add_offer(out, &bash, offer, words);
	strbuf_adds(out, " -- \"$cur\")) ;;\n");
}

static void print_bash(struct strbuf *out)
{
	strbuf_adds(out,
		    "# Completion of copydesk for bash: . <(copydesk completion bash)\n"
		    "_copydesk()\n{\n"
		    "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word\n"
		    "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
		    "\t\tcase \" ");
	add_commands(out);
	strbuf_adds(out, " \" in\n\t\t*\" $word \"*) command=$word; break ;;\n\t\tesac\n\tdone\n"
			 "\tCOMPREPLY=()\n"
			 "\tcase $command:$prev in\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		bash_values(out, cli_commands[i]->name, cli_commands[i]->options);
	bash_values(out, "*", cli_options);
	strbuf_adds(out, "\tesac\n\tcase $command:$cur in\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		const struct cli_command *command = cli_commands[i];

		bash_options(out, command->name, command->options);
		bash_arguments(out, command->name, command->offer, command->words);
	}
	bash_options(out, "", NULL);
	bash_arguments(out, "", OPTION_OFFER_COMMANDS, NULL);
	strbuf_adds(out, "\tesac\n}\ncomplete -F _copydesk copydesk\n");
}

/* -- zsh -- */

static void zsh_options(struct strbuf *out, const struct option_row *rows)
{
	for (const struct option_row *row = rows; !ends(row); row++) {
		strbuf_adds(out, " \\\n\t\t\t");
		if (row->letter != '\0')
			strbuf_addf(out, "'(-%c --%s)'{-%c,--%s}", row->letter, row->name, row->letter,
				    row->name);
		else
			strbuf_addf(out, "--%s", row->name);
		strbuf_adds(out, "'[");
		add_quoted(out, row->help, "[]:\\");
		strbuf_adds(out, "]");
		if (row->value != NULL) {
			strbuf_addc(out, ':');
			add_quoted(out, row->value, "[]:\\");
			strbuf_addc(out, ':');
			add_offer(out, &zsh, row->offer, NULL);
		}
		strbuf_addc(out, '\'');
	}
}

static void zsh_command(struct strbuf *out, const struct cli_command *command)
{
	strbuf_addf(out, "\t\t%s)\n\t\t\t_arguments", command->name);
	zsh_options(out, command->options);
	strbuf_adds(out, " \\\n\t\t\t'*:");
	strbuf_adds(out, command->name);
	strbuf_addc(out, ':');
	add_offer(out, &zsh, command->offer, command->words);
	strbuf_adds(out, "' ;;\n");
}

static void print_zsh(struct strbuf *out)
{
	strbuf_adds(out, "#compdef copydesk\n"
			 "# Completion of copydesk for zsh: copydesk completion zsh >DIR_OF_FPATH/_copydesk\n"
			 "_copydesk_names()\n{\n"
			 "\tlocal -a names\n"
			 "\tnames=(${(f)\"$(copydesk list --names 2>/dev/null)\"})\n"
			 "\tcompadd -a names\n}\n\n"
			 "_copydesk()\n{\n\tlocal curcontext=$curcontext state line\n\tlocal -a commands\n"
			 "\tcommands=(\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		strbuf_addf(out, "\t\t'%s:", cli_commands[i]->name);
		add_quoted(out, cli_commands[i]->help, ":\\");
		strbuf_adds(out, "'\n");
	}
	strbuf_adds(out, "\t)\n\t_arguments -C");
	zsh_options(out, cli_options);
	strbuf_adds(out, " \\\n\t\t\t'1:command:->command' '*::argument:->argument'\n"
			 "\tcase $state in\n\tcommand) _describe command commands ;;\n"
			 "\targument)\n\t\tcase $words[1] in\n");
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		zsh_command(out, cli_commands[i]);
	strbuf_adds(out, "\t\tesac ;;\n\tesac\n}\n\n"
			 "# Read from $fpath this is the function itself; sourced, it has to be told of.\n"
			 "if [[ $funcstack[1] == _copydesk ]]; then\n\t_copydesk \"$@\"\nelse\n"
			 "\tcompdef _copydesk copydesk\nfi\n");
}

/* -- fish -- */

static void fish_option(struct strbuf *out, const char *condition, const struct option_row *row)
{
	strbuf_addf(out, "complete -c copydesk%s -l %s", condition, row->name);
	if (row->letter != '\0')
		strbuf_addf(out, " -s %c", row->letter);
	if (row->value != NULL) {
		strbuf_adds(out, " -x -a '");
		add_offer(out, &fish, row->offer, NULL);
		strbuf_addc(out, '\'');
	}
	strbuf_adds(out, " -d '");
	add_quoted(out, row->help, "\\");
	strbuf_adds(out, "'\n");
}

static void fish_command(struct strbuf *out, const struct cli_command *command)
{
	struct strbuf condition = STRBUF_INIT;

	strbuf_addf(&condition, " -n '__fish_seen_subcommand_from %s'", command->name);
	strbuf_addf(out, "complete -c copydesk -n __fish_use_subcommand -a %s -d '", command->name);
	add_quoted(out, command->help, "\\");
	strbuf_adds(out, "'\n");
	for (const struct option_row *row = command->options; !ends(row); row++)
		fish_option(out, condition.data, row);
	if (command->offer != OPTION_OFFER_NOTHING) {
		strbuf_addf(out, "complete -c copydesk%s -a '", condition.data);
		add_offer(out, &fish, command->offer, command->words);
		strbuf_adds(out, "'\n");
	}
	strbuf_clear(&condition);
}

static void print_fish(struct strbuf *out)
{
	strbuf_adds(out, "# Completion of copydesk for fish: copydesk completion fish | source\n"
			 "complete -c copydesk -f\n");
	for (const struct option_row *row = cli_options; !ends(row); row++)
		fish_option(out, "", row);
	for (size_t i = 0; cli_commands[i] != NULL; i++)
		fish_command(out, cli_commands[i]);
}

static int run(struct cli *cli, struct error *err)
{
	static void (*const printers[])(struct strbuf * out) = {print_bash, print_zsh, print_fish};

	for (size_t i = 0; shells[i] != NULL; i++) {
		if (strcmp(cli->arguments[0], shells[i]) == 0) {
			printers[i](&cli->out);
			return 0;
		}
	}
	return cli_usage(cli, err, "There is no completion for \"%s\", only for bash, zsh and fish.",
			 cli->arguments[0]);
}

const struct cli_command cli_completion = {
    .name = "completion",
    .help = "what a shell needs to complete commands and names",
    .arguments = "SHELL",
    .about = "Prints a script for SHELL (bash, zsh or fish) that completes commands, options\n"
	     "and the names of drafts and articles. For bash, put this into ~/.bashrc:\n"
	     "\n"
	     "    . <(copydesk completion bash)\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_WORDS,
    .words = shells,
    .run = run,
};
