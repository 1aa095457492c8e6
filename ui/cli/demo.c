#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/path.h"
#include "cli/sample.h"

static void show_progress(size_t done, size_t total)
{
	fprintf(stderr, "\rMaking the sample newsroom ... %3zu%%", done >= total ? 100 : done * 100 / total);
	if (done >= total)
		fputs("\n", stderr);
}

/* Opens what is there, if that is the sample. */
static int reopen(struct cli *cli, const char *folder, struct error *err)
{
	struct error cause;
	int rc;

	cli->place.folder = folder;
	rc = desk_open(&cli->desk, &cli->place, &cause);
	if (rc == 0 && desk_is_sample(cli->desk))
		return 0;
	if (rc == 0 || rc == E_NOTFOUND)
		return error_set(err, E_REFUSED,
				 "%s is not the sample newsroom: move it away, and it will be made anew.",
				 folder);
	return error_set(err, E_REFUSED,
			 "The sample newsroom cannot be opened; move %s away, and it will be made anew. %s",
			 folder, cause.message);
}

static int run(struct cli *cli, struct error *err)
{
	char *home;
	char *folder;
	int rc = path_home(&home, PATH_DATA, err);

	if (rc < 0)
		return rc;
	folder = path_join(home, "harbour-gazette");
	if (!path_exists(folder))
		rc = sample_make(folder, isatty(STDERR_FILENO) ? show_progress : NULL, err);
	if (rc == 0)
		rc = reopen(cli, folder, err);
	if (rc == 0 && cli->terminal) {
		rc = cli->interface(cli->desk, NULL, err);
	} else if (rc == 0) {
		cli->options.tables[1] = cli_list.options;
		rc = cli_list.run(cli, err);
	}
	free(folder);
	free(home);
	return rc;
}

const struct cli_command cli_demo = {
    .name = "demo",
    .help = "make a sample newsroom, and open it",
    .arguments = "",
    .about = "Opens the sample newsroom, the Harbour Gazette, where every command can be tried\n"
	     "without harm. It lies in harbour-gazette below the data folder,\n"
	     "~/.local/share/copydesk (or $XDG_DATA_HOME/copydesk); it is made where it is\n"
	     "missing, and kept. To begin anew, delete the folder. Without a terminal, its\n"
	     "articles and drafts are listed.\n",
    .need = CLI_NEEDS_NOTHING,
    .run = run,
};
