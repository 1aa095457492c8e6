#include "cli/commands.h"

#include <unistd.h>

static const struct option_row options[] = {
    {"message", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {"from", '\0', "BLOB", OPTION_OFFER_NOTHING, "the text that FILE was made from"},
    {.name = NULL},
};

static int suggest(struct cli *cli, const char *name, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf reason = STRBUF_INIT;
	struct oid from;
	size_t made = 0;
	int rc = cli_other_text(cli, name, "suggested", &text, &from, err);

	if (rc == 0)
		rc = cli_text(cli, "message", false, &reason, err);
	if (rc == 0)
		rc = desk_suggest(cli->desk, name, &from, text.data, text.len,
				  reason.len > 0 ? reason.data : NULL, &made, err);
	if (rc == 0 && made == 0)
		cli_say(cli,
			"%s has these words, or they are suggested already: there was nothing to suggest.",
			name);
	else if (rc == 0)
		cli_say(
		    cli,
		    "%zu suggestion%s made on %s: \"show\" lists them, \"take\" and \"refuse\" settle them.",
		    made, made == 1 ? " was" : "s were", name);
	strbuf_clear(&text);
	strbuf_clear(&reason);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	const char *file = cli->argument_count > 1 ? cli->arguments[1] : "-";
	const char *message = option_value(&cli->options, "message");

	if (cli->argument_count < 2 && isatty(STDIN_FILENO))
		return cli_usage(cli, err, "\"suggest\" needs the file with the edited text after the name.");
	if (message != NULL && message[0] == '-' && message[1] == '\0' && file[0] == '-' && file[1] == '\0')
		return cli_usage(cli, err, "Standard input is either the text or the message.");
	return cli_with_draft(cli, suggest, err);
}

const struct cli_command cli_suggest = {
    .name = "suggest",
    .help = "suggest other words for a draft",
    .arguments = "NAME [FILE]",
    .about = "Suggests the words by which FILE, or standard input (\"-\" or no FILE), differs\n"
	     "from the draft's text: one suggestion for each change. The draft stays as it is\n"
	     "until its author takes them. What is suggested already is not suggested again.\n"
	     "\n"
	     "--from is the text that FILE was made from, the \"blob\" of \"show --json\", when\n"
	     "the draft was saved meanwhile.\n",
    .least = 1,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
