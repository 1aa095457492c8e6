#include "cli/commands.h"

static const struct option_row options[] = {
    {"due", 'd', "TIME", OPTION_OFFER_NOTHING, "when it should be done, as 2026-11-20T17:00, or 17:00"},
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "what they should know; \"-\" is standard input"},
    {.name = NULL},
};

/* The time of --due in seconds, 0 without one. */
static int read_due(struct cli *cli, int64_t *due, struct error *err)
{
	const char *text = option_value(&cli->options, "due");

	*due = 0;
	return text != NULL ? cli_time(cli, text, due, err) : 0;
}

static int assign(struct cli *cli, const char *name, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	int64_t due;
	int rc = read_due(cli, &due, err);

	if (rc == 0)
		rc = cli_text(cli, "message", false, &text, err);
	if (rc == 0)
		rc = desk_assign(cli->desk, name, cli->arguments[1], due, text.data, err);
	strbuf_clear(&text);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	return cli_on_draft(cli, assign, err);
}

const struct cli_command cli_assign = {
    .name = "assign",
    .help = "say who should take up a draft",
    .arguments = "NAME PERSON",
    .about = "Names the person who should do what is next with the draft: by name or mail\n"
	     "address when the desk's rules know them, else as 'NAME <MAIL>'. In review that\n"
	     "must be somebody who can approve the step that is due, and of an approved\n"
	     "draft who may release it; a draft that is written can be anybody's.\n",
    .least = 2,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
