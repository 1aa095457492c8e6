#include "cli/commands.h"

static const struct option_row options[] = {
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_act(cli, "reason", false, desk_spike, err);
}

const struct cli_command cli_spike = {
    .name = "spike",
    .help = "set a draft aside without losing it",
    .arguments = "NAME",
    .about = "Sets the draft aside: it waits for nobody and cannot be released. \"copydesk\n"
	     "restore\" takes it up again.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
