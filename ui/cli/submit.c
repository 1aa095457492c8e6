#include "cli/commands.h"

static const struct option_row options[] = {
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "what the reviewer should know; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_act(cli, "message", false, desk_submit, err);
}

const struct cli_command cli_submit = {
    .name = "submit",
    .help = "send a draft to review",
    .arguments = "NAME",
    .about = "Says that the draft is ready for the first review step. What the desk's rules\n"
	     "ask for in the front matter is checked now.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
