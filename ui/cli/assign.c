#include "cli/commands.h"

#include <stdlib.h>

static const struct option_row options[] = {
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "what they should know; \"-\" is standard input"},
    {.name = NULL},
};

static int run(struct cli *cli, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	char *name;
	int rc = cli_draft(cli, cli->arguments[0], &name, err);

	if (rc < 0)
		return rc;
	rc = cli_text(cli, "message", false, &text, err);
	if (rc == 0)
		rc = desk_assign(cli->desk, name, cli->arguments[1], text.data, err);
	if (rc == 0)
		cli_say_state(cli, name);
	strbuf_clear(&text);
	free(name);
	return rc;
}

const struct cli_command cli_assign = {
    .name = "assign",
    .help = "say who should take up a draft",
    .arguments = "NAME PERSON",
    .about = "Names the person who should do what is next with the draft: by name or mail\n"
	     "address when the desk's rules know them, else as 'NAME <MAIL>'.\n",
    .least = 2,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
