#include "cli/commands.h"

#include <stdlib.h>

#include "base/mem.h"

#include "base/mem.h"

/* Whether a draft took its article down, whose path it then is: that begins anew with its last text. */
static bool is_withdrawn(struct desk *desk, const char *name, char **path)
{
	const struct draft *draft = desk_draft(desk, name, NULL);
	bool withdrawn = draft != NULL && draft->state.name == REVIEW_STATE_WITHDRAWN;

	if (withdrawn)
		*path = mem_strdup(draft->path);
	return withdrawn;
}

static int run(struct cli *cli, struct error *err)
{
	char *draft;
	char *path;
	int rc;

	if (!cli->terminal)
		return error_set(err, E_INVALID,
				 "The editor needs a terminal: without one, \"copydesk save\" takes a text.");
	rc = desk_find(cli->desk, cli->arguments[0], &draft, &path, err);
	if (rc == 0 && draft == NULL && policy_is_desk_file(path))
		draft = mem_strdup(desk_open_draft(cli->desk, path));
	if (rc == 0 && draft != NULL && is_withdrawn(cli->desk, draft, &path)) {
		free(draft);
		draft = NULL;
	}
	if (rc == 0 && draft == NULL)
		rc = desk_correct(cli->desk, path, NULL, &draft, err);
	if (rc == 0)
		rc = cli->interface(cli->desk, draft, err);
	free(draft);
	free(path);
	return rc;
}

const struct cli_command cli_edit = {
    .name = "edit",
    .help = "open a draft in the editor",
    .arguments = "NAME",
    .about = "Opens the draft NAME in the editor. Of a published article, a correction is\n"
	     "begun, as by \"copydesk correct\". The desk's rules, .copydesk/policy, are changed\n"
	     "in the same way; where a draft changes them already, that one is opened.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .run = run,
};
