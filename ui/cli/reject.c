#include "cli/commands.h"

static const struct option_row options[] = {
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "what has to change; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_act(cli, "reason", true, desk_reject, err);
}

const struct cli_command cli_reject = {
    .name = "reject",
    .help = "ask for changes to a draft",
    .arguments = "NAME",
    .about = "Sends a draft that is in review back to its author, with the reason. No\n"
	     "approval that it has counts any more.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
