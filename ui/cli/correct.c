#include "cli/commands.h"

static const struct option_row options[] = {
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "what is wrong; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	return cli_begin(cli, false, desk_correct, err);
}

const struct cli_command cli_correct = {
    .name = "correct",
    .help = "start a draft that corrects a published article",
    .arguments = "NAME",
    .about = "Starts a draft with the text of the published article NAME, and prints the\n"
	     "draft's name. Once approved, releasing it replaces the article. Where the\n"
	     "desk's rules ask for a note to the readers, it stands in the text already,\n"
	     "with the reason. Of an article that was withdrawn, it starts with the text\n"
	     "before the withdrawal.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
