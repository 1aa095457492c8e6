#include "cli/commands.h"

#include <stdlib.h>

static const struct option_row options[] = {
    {"section", '\0', "SECTION", OPTION_OFFER_NOTHING, "the folder below the content folder that it goes to"},
    {"slug", '\0', "SLUG", OPTION_OFFER_NOTHING, "the article's name in addresses; else from the headline"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	const char *section = option_value(&cli->options, "section");
	struct strbuf headline = STRBUF_INIT;
	char *name = NULL;
	int rc;

	for (size_t i = 0; i < cli->argument_count; i++)
		strbuf_addf(&headline, "%s%s", i > 0 ? " " : "", cli->arguments[i]);
	rc = desk_new(cli->desk, section != NULL ? section : "", option_value(&cli->options, "slug"),
		      headline.data, NULL, 0, &name, err);
	if (rc == 0) {
		strbuf_addf(&cli->out, "%s\n", name);
		cli_say(cli, "The draft %s was made. \"copydesk save %s FILE\" gives it its text.", name,
			name);
	}
	free(name);
	strbuf_clear(&headline);
	return rc;
}

const struct cli_command cli_new = {
    .name = "new",
    .help = "start a draft",
    .arguments = "HEADLINE",
    .about = "Starts a draft with that headline, and today's date, and prints its name. The\n"
	     "slug is made of the headline, Chinese by pinyin; where it is taken, a number\n"
	     "follows it.\n",
    .least = 1,
    .most = CLI_MANY,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
