#include "cli/commands.h"

static const struct option_row options[] = {
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_begin(cli, true, desk_withdraw, err);
}

const struct cli_command cli_withdraw = {
    .name = "withdraw",
    .help = "start a draft that takes a published article down",
    .arguments = "NAME",
    .about = "Starts a draft that takes the published article NAME down, and prints the\n"
	     "draft's name. It is submitted, approved and released like any other. The\n"
	     "reason is needed. As the desk's rules say, the article goes away, or leaves a\n"
	     "text with its headline, the date and the reason, which can be edited.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
