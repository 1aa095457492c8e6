#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "cli/change.h"

static const struct option_row options[] = {
    {"since", '\0', "WHEN", OPTION_OFFER_NOTHING,
     "since my last \"look\" or \"review\", since it \"began\", or a save"},
    {"whole", '\0', NULL, OPTION_OFFER_NOTHING, "with all paragraphs that did not change"},
    {"critic", '\0', NULL, OPTION_OFFER_NOTHING, "the whole text with CriticMarkup, for those outside"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON: runs of text, each same, removed or added"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	const struct draft *draft;
	const char *words = option_value(&cli->options, "since");
	struct since since;
	struct change change;
	char *name;
	int rc;

	if (cli->argument_count > 1 && words != NULL)
		return cli_usage(cli, err, "--since does not go with two saves.");
	if (cli->argument_count > 1 && strstr(cli->arguments[1], "..") == NULL)
		return cli_usage(cli, err, "\"%s\" is no SAVE..SAVE.", cli->arguments[1]);
	if (option_has(&cli->options, "critic") && option_has(&cli->options, "json"))
		return cli_usage(cli, err, "--critic and --json do not go together.");
	rc = cli_draft(cli, cli->arguments[0], &name, err);

	if (rc < 0)
		return rc;
	draft = desk_draft(cli->desk, name, err);
	free(name);
	if (draft == NULL)
		return err->code;
	if (cli->argument_count > 1)
		words = cli->arguments[1];
	rc = desk_since(cli->desk, draft, words != NULL ? words : "published", &since, err);
	if (rc == 0 && option_has(&cli->options, "critic"))
		return desk_critic_write(cli->desk, draft, &since, &cli->out, err);
	if (rc == 0)
		rc = change_read(&change, cli->desk, draft, &since, err);
	if (rc < 0)
		return rc;
	if (option_has(&cli->options, "json"))
		change_json(&change, cli);
	else
		rc = change_print(&change, cli, option_has(&cli->options, "whole"), err);
	change_clear(&change);
	return rc;
}

const struct cli_command cli_diff = {
    .name = "diff",
    .help = "the words that a draft changes",
    .arguments = "NAME [SAVE..SAVE]",
    .about = "Shows what the draft changes in the published text, as [-removed-] and\n"
	     "{+added+}, and which other files go with it.\n"
	     "\n"
	     "--since look: what changed since you last left its review on the screen;\n"
	     "review: since your last approval, comment or request for changes; began: since\n"
	     "its first save. A save is its number, the first being 1, or the beginning of\n"
	     "its commit's id; SAVE..SAVE compares any two, the newest being the second that\n"
	     "is left out.\n"
	     "\n"
	     "--critic prints the whole text for people outside, with CriticMarkup:\n"
	     "{++added++}, {--removed--}, {~~old~>new~~}, {==passage==}{>>comment<<}. Open\n"
	     "suggestions are among the marks, and so are open comments and questions. Of a\n"
	     "new article only these are marked. \"import --critic\" reads the answer.\n",
    .least = 1,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
