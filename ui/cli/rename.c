#include "cli/commands.h"

#include <stdlib.h>

static const struct option_row options[] = {
    {"section", '\0', "SECTION", OPTION_OFFER_NOTHING, "the folder that it goes to"},
    {"slug", '\0', "SLUG", OPTION_OFFER_NOTHING, "its new name in addresses"},
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	const char *section = option_value(&cli->options, "section");
	const char *slug = option_value(&cli->options, "slug");
	struct strbuf reason = STRBUF_INIT;
	char *name = NULL;
	char *path;
	int rc;

	if (section == NULL && slug == NULL)
		return cli_usage(cli, err, "\"rename\" needs --section or --slug.");
	rc = cli_article(cli, cli->arguments[0], &path, err);
	if (rc < 0)
		return rc;
	rc = cli_text(cli, "reason", false, &reason, err);
	if (rc == 0)
		rc = desk_rename(cli->desk, path, section, slug, reason.data, &name, err);
	if (rc == 0) {
		strbuf_addf(&cli->out, "%s\n", name);
		cli_say_state(cli, name);
	}
	strbuf_clear(&reason);
	free(name);
	free(path);
	return rc;
}

const struct cli_command cli_rename = {
    .name = "rename",
    .help = "start a draft that moves a published article",
    .arguments = "NAME",
    .about = "Starts a draft that moves the published article NAME to another section or\n"
	     "gives it another slug, and prints the draft's name. Its old address stays in\n"
	     "the front matter, under \"aliases\", so that links to it go on working; pictures\n"
	     "and files that it uses go along. It is submitted, approved and released like any\n"
	     "other.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
