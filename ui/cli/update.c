#include "cli/commands.h"

static const struct option_row options[] = {
    {"mine", '\0', NULL, OPTION_OFFER_NOTHING, "keep the draft's words where both changed the same"},
    {"theirs", '\0', NULL, OPTION_OFFER_NOTHING, "take the published words there"},
    {.name = NULL},
};

static int update(struct cli *cli, const char *name, struct error *err)
{
	bool mine = option_has(&cli->options, "mine");
	bool theirs = option_has(&cli->options, "theirs");
	enum desk_side side = mine ? DESK_DRAFT : theirs ? DESK_PUBLISHED : DESK_NEITHER;
	size_t clashes;
	int rc = desk_update(cli->desk, name, side, &clashes, err);

	if (rc == E_CONFLICT && clashes > 0)
		error_advise(err, " Give --mine or --theirs.");
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	if (option_has(&cli->options, "mine") && option_has(&cli->options, "theirs"))
		return cli_usage(cli, err, "Only one of --mine and --theirs can be chosen.");
	return cli_on_draft(cli, update, err);
}

const struct cli_command cli_update = {
    .name = "update",
    .help = "bring a draft up to date with what is published",
    .arguments = "NAME",
    .about = "When the article was published anew since the draft began, brings what changed\n"
	     "there into the draft's text, word by word. The draft's approvals end with that.\n"
	     "Where both changed the same words nothing is written and the exit status is 3,\n"
	     "unless --mine or --theirs says whose words stay. An attachment that both\n"
	     "changed stays as the draft has it.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
