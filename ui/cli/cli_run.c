/*
 * Running a command: which one it is, with what, and how it ends.
 */
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/commands.h"

static bool check_arguments(const struct cli *cli, struct error *err)
{
	const struct cli_command *command = cli->command;

	if (cli->argument_count < command->least)
		cli_usage(cli, err, "\"%s\" needs %s after it.", command->name, command->arguments);
	else if (command->most == 0 && cli->argument_count > 0)
		cli_usage(cli, err, "\"%s\" takes no argument \"%s\".", command->name, cli->arguments[0]);
	else if (cli->argument_count > command->most)
		cli_usage(cli, err, "\"%s\" takes only %s, and \"%s\" is too much.", command->name,
			  command->arguments, cli->arguments[command->most]);
	else
		return true;
	return false;
}

static int open_desk(struct cli *cli, enum cli_need need, struct error *err)
{
	int rc = 0;

	if (need != CLI_NEEDS_NOTHING)
		rc = desk_open(&cli->desk, &cli->place, err);
	if (rc == 0 && need == CLI_NEEDS_PERSON && desk_person(cli->desk, err) == NULL)
		rc = err->code;
	return rc;
}

static int run_command(struct cli *cli, struct error *err)
{
	int rc;

	if (!check_arguments(cli, err))
		return E_INVALID;
	rc = open_desk(cli, cli->command->need, err);
	if (rc == 0)
		rc = cli->command->run(cli, err);
	return rc;
}

/* The row that argv asks for, its options and arguments in cli. */
static int parse(struct cli *cli, int argc, char **argv, struct error *err)
{
	int at = 1;
	int rc;

	cli->options.tables[0] = cli_options;
	rc = option_parse(&cli->options, argc, argv, &at, true, err);
	if (rc == 0 && cli->options.argument_count > 0) {
		cli->command = cli_command_find(cli->options.arguments[0]);
		if (cli->command == NULL)
			return cli_usage(cli, err, "There is no command \"%s\".", cli->options.arguments[0]);
		cli->options.argument_count = 0;
		cli->options.tables[1] = cli->command->options;
		rc = option_parse(&cli->options, argc, argv, &at, false, err);
	}
	if (rc < 0)
		return cli_usage(cli, err, "%s", err->message);
	cli->arguments = cli->options.arguments;
	cli->argument_count = cli->options.argument_count;
	cli->place.folder =
	    option_has(&cli->options, "folder") ? option_value(&cli->options, "folder") : cli->here;
	cli->place.as = option_value(&cli->options, "as");
	return 0;
}

/* "copydesk --help" and "copydesk COMMAND --help" are the command help. */
static void turn_to_help(struct cli *cli)
{
	cli->topic = cli->command != NULL ? cli->command->name : NULL;
	cli->arguments = &cli->topic;
	cli->argument_count = cli->topic != NULL;
	cli->command = &cli_help;
	cli->options.tables[1] = cli_help.options;
}

static int run_interface(struct cli *cli, struct error *err)
{
	int rc = open_desk(cli, CLI_NEEDS_DESK, err);

	return rc < 0 ? rc : cli->interface(cli->desk, NULL, err);
}

static int dispatch(struct cli *cli, int argc, char **argv, struct error *err)
{
	int rc = parse(cli, argc, argv, err);

	if (rc < 0)
		return rc;
	if (option_has(&cli->options, "version")) {
		strbuf_adds(&cli->out, "copydesk " COPYDESK_VERSION "\n");
		return 0;
	}
	if (option_has(&cli->options, "help"))
		turn_to_help(cli);
	if (cli->command == NULL && cli->terminal)
		return run_interface(cli, err);
	if (cli->command == NULL) {
		cli->command = &cli_list;
		cli->options.tables[1] = cli_list.options;
	}
	return run_command(cli, err);
}

static int terminal_width(void)
{
	struct winsize size;

	if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

/* Whether JSON was asked for, of which a half is none; not every command has that option. */
static bool prints_document(const struct cli *cli)
{
	for (size_t i = 0; i < cli->options.given_count; i++) {
		if (strcmp(cli->options.given[i].row->name, "json") == 0)
			return true;
	}
	return false;
}

int cli_main(int argc, char **argv, cli_interface *interface)
{
	struct cli cli = {.out = STRBUF_INIT,
			  .interface = interface,
			  .terminal = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO),
			  .width = terminal_width()};
	struct error err = {.code = 0};
	int rc;

	if (getcwd(cli.here, sizeof cli.here) == NULL)
		strcpy(cli.here, ".");
	/* A reader that goes away shows as EPIPE where we write, never in the middle of a commit. */
	signal(SIGPIPE, SIG_IGN);
	rc = dispatch(&cli, argc, argv, &err);
	if (rc < 0 && prints_document(&cli))
		strbuf_reset(&cli.out);
	cli_flush(&cli);
	if (rc < 0)
		cli_complain(&err);
	desk_close(cli.desk);
	option_clear(&cli.options);
	strbuf_clear(&cli.out);
	return rc < 0 ? error_exit_status(rc) : rc;
}
