#include "cli/commands.h"

static const struct option_row options[] = {
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_act(cli, "reason", false, desk_restore, err);
}

const struct cli_command cli_restore = {
    .name = "restore",
    .help = "take up a spiked draft again",
    .arguments = "NAME",
    .about = "Takes a spiked draft up again, as a draft to be submitted.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
