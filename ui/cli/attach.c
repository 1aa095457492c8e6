#include "cli/commands.h"

#include "base/path.h"

static int attach(struct cli *cli, const char *name, const char *file, struct error *err)
{
	struct strbuf bytes = STRBUF_INIT;
	int rc = path_read(&bytes, file, REPO_BLOB_LIMIT, err);

	if (rc == 0)
		rc = desk_attach(cli->desk, name, path_base(file), bytes.data, bytes.len, err);
	if (rc == 0)
		cli_say(cli, "%s goes out with %s.", path_base(file), name);
	strbuf_clear(&bytes);
	return rc;
}

static int attach_all(struct cli *cli, const char *name, struct error *err)
{
	int rc = 0;

	for (size_t i = 1; rc == 0 && i < cli->argument_count; i++)
		rc = attach(cli, name, cli->arguments[i], err);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	return cli_with_draft(cli, attach_all, err);
}

const struct cli_command cli_attach = {
    .name = "attach",
    .help = "add pictures and files to a draft",
    .arguments = "NAME FILE ...",
    .about = "Puts each FILE beside the draft's article, under its own name, so that it is\n"
	     "reviewed and released with it. A file of that name that is there already is\n"
	     "replaced.\n",
    .least = 2,
    .most = CLI_MANY,
    .offer = OPTION_OFFER_FILES,
    .need = CLI_NEEDS_PERSON,
    .run = run,
};
