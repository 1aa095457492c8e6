#include "cli/commands.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"

static const struct option_row options[] = {
    {"from", '\0', "BLOB", OPTION_OFFER_NOTHING, "refuse when the text is another than this by now"},
    {.name = NULL},
};

static int save(struct cli *cli, const char *name, const char *file, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct oid from;
	struct oid saved;
	int rc = cli_blob(cli, name, &from, err);

	if (rc == 0)
		rc = path_read(&text, file, REPO_BLOB_LIMIT, err);
	if (rc == 0 && text.len == 0)
		rc = error_set(err, E_INVALID, "The new text of %s is empty: nothing was saved.", name);
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
	const char *file = cli->argument_count > 1 ? cli->arguments[1] : "-";
	char *name;
	int rc;

	if (cli->argument_count < 2 && isatty(STDIN_FILENO))
		return cli_usage(cli, err, "\"save\" needs the file with the text after the name.");
	rc = cli_draft(cli, cli->arguments[0], &name, err);
	if (rc < 0)
		return rc;
	rc = save(cli, name, file, err);
	free(name);
	return rc;
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
