#include "cli/commands.h"

static int refuse(struct cli *cli, const char *name, struct error *err)
{
	const char *reason = cli->argument_count > 2 ? cli->arguments[2] : NULL;

	return desk_refuse(cli->desk, name, cli->arguments[1], reason, err);
}

static int run(struct cli *cli, struct error *err)
{
	return cli_on_draft(cli, refuse, err);
}

const struct cli_command cli_refuse = {
    .name = "refuse",
    .help = "refuse suggested words",
    .arguments = "NAME N [REASON]",
    .about = "Refuses the suggestion with that number, which \"show\" tells; the reason is kept\n"
	     "with it. The text stays as it is.\n",
    .least = 2,
    .most = 3,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .run = run,
};
