#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/change.h"
#include "cli/json.h"

static const struct option_row options[] = {
    {"since", '\0', NULL, OPTION_OFFER_NOTHING, "the words changed since my last review of it"},
    {"whole", '\0', NULL, OPTION_OFFER_NOTHING, "with all paragraphs that did not change"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON: runs of text, each same, removed or added"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	const struct draft *draft;
	struct change change;
	char *name;
	int rc = cli_draft(cli, cli->arguments[0], &name, err);

	if (rc < 0)
		return rc;
	draft = desk_draft(cli->desk, name, err);
	free(name);
	if (draft == NULL)
		return err->code;
	rc = change_read(&change, cli->desk, draft, option_has(&cli->options, "since"), err);
	if (rc < 0)
		return rc;
	if (option_has(&cli->options, "json"))
		change_json(&change, cli);
	else
		change_print(&change, cli, option_has(&cli->options, "whole"));
	change_clear(&change);
	return 0;
}

const struct cli_command cli_diff = {
    .name = "diff",
    .help = "the words that a draft changes",
    .arguments = "NAME",
    .about = "Shows what the draft changes in the published text, as [-removed-] and\n"
	     "{+added+}, and which other files go with it. With --since, what changed since\n"
	     "your last approval, comment or request for changes.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
