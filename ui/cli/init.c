#include "cli/commands.h"

#include <limits.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

static const struct option_row options[] = {
    {"bare", '\0', NULL, OPTION_OFFER_NOTHING, "without a work tree, to be shared by several people"},
    {"solo", '\0', NULL, OPTION_OFFER_NOTHING, "for one person, who approves and releases own text"},
    {"name", '\0', "NAME", OPTION_OFFER_NOTHING, "what the newsroom is called; else as its folder"},
    {.name = NULL},
};

/* DIR as seen from the folder of -C. */
static char *target(const struct cli *cli)
{
	if (cli->argument_count == 0)
		return mem_strdup(cli->place.folder);
	if (cli->arguments[0][0] == '/')
		return mem_strdup(cli->arguments[0]);
	return path_join(cli->place.folder, cli->arguments[0]);
}

static void tell(struct cli *cli, const char *folder, bool bare, size_t articles)
{
	char absolute[PATH_MAX];
	const char *where = realpath(folder, absolute) != NULL ? absolute : folder;

	if (articles == 0 && bare)
		cli_say(cli,
			"%s is a newsroom now, for editors to clone and push to: copydesk-workflow(7), \"A "
			"shared server\", tells how they are let in.",
			where);
	else if (articles == 0)
		cli_say(cli, "%s is a newsroom now. \"copydesk new HEADLINE\" starts an article in it.",
			where);
	else
		cli_say(cli, "%s is a newsroom now, with %zu article%s that %s here already.", where,
			articles, articles == 1 ? "" : "s", articles == 1 ? "was" : "were");
}

/* A bare newsroom is one that several push to. */
static int serve(struct cli *cli, const char *folder, struct error *err)
{
	struct strbuf kept = STRBUF_INIT;
	int rc = desk_init_server(folder, &kept, err);

	if (rc == 0 && kept.len > 0)
		cli_say(cli,
			"What stands there already stays: %s. Let it run copydesk hook, or pushes are not "
			"checked; see copydesk-workflow(7), \"A shared server\".",
			kept.data);
	strbuf_clear(&kept);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	char *folder = target(cli);
	struct desk_init init = {
	    .folder = folder,
	    .name = option_value(&cli->options, "name"),
	    .as = cli->place.as,
	    .bare = option_has(&cli->options, "bare"),
	    .solo = option_has(&cli->options, "solo"),
	    .durable = true,
	    .signs = true,
	};
	size_t articles = 0;
	int rc = desk_init(&init, &articles, err);

	if (rc == 0)
		tell(cli, folder, init.bare, articles);
	if (rc == 0 && init.bare)
		rc = serve(cli, folder, err);
	free(folder);
	return rc;
}

const struct cli_command cli_init = {
    .name = "init",
    .help = "make a newsroom",
    .arguments = "[DIR]",
    .about = "Makes a newsroom in DIR, or in the current folder: a git repository where\n"
	     "there is none, and one commit that adds the desk's rules, .copydesk/policy.\n"
	     "Everything that is in the repository stays as it is; Markdown files below\n"
	     "content/ become its articles.\n"
	     "\n"
	     "The rules ask for a second person, who approves each draft; --solo writes\n"
	     "rules for a desk of one. Change them with \"copydesk edit .copydesk/policy\".\n"
	     "\n"
	     "With --bare, git asks copydesk before it takes a push: the hooks pre-receive\n"
	     "and post-receive are written, where there are none. copydesk-workflow(7) tells\n"
	     "how to go on.\n",
    .most = 1,
    .offer = OPTION_OFFER_FOLDERS,
    .options = options,
    .run = run,
};
