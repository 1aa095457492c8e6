#include "cli/commands.h"

#include <unistd.h>

static const struct option_row options[] = {
    {"from", '\0', "BLOB", OPTION_OFFER_NOTHING, "refuse when the text is another than this by now"},
    {.name = NULL},
};

static int save(struct cli *cli, const char *name, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct oid from;
	struct oid saved;
	int rc = cli_other_text(cli, name, "saved", &text, &from, err);

	if (rc == 0)
		rc = desk_save(cli->desk, name, &from, text.data, text.len, &saved, err);
	if (rc == 0 && oid_equal(&from, &saved))
		cli_say(cli, "%s has this text already: there was nothing to save.", name);
	else if (rc == 0)
		cli_say_state(cli, name);
	strbuf_clear(&text);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	if (cli->argument_count < 2 && isatty(STDIN_FILENO))
		return cli_usage(cli, err, "\"save\" needs the file with the text after the name.");
	return cli_with_draft(cli, save, err);
}

const struct cli_command cli_save = {
    .name = "save",
    .help = "replace a draft's text",
    .arguments = "NAME [FILE]",
    .about = "Makes the bytes of FILE, or of standard input (\"-\" or no FILE), the text of\n"
	     "the draft: one commit. The same text again makes none.\n"
	     "\n"
	     "--from is the text that the new one was made from, the \"blob\" of \"show\n"
	     "--json\". When somebody saved another one meanwhile, nothing is written and the\n"
	     "exit status is 3.\n",
    .least = 1,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
