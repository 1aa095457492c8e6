#include "cli/commands.h"

#include <string.h>

/* One a line. */
/* clang-format off */
const struct cli_command *const cli_commands[] = {
    &cli_demo,
    &cli_init,
    &cli_list,
    &cli_show,
    &cli_new,
    &cli_import,
    &cli_edit,
    &cli_save,
    &cli_attach,
    &cli_diff,
    &cli_spell,
    &cli_submit,
    &cli_approve,
    &cli_reject,
    &cli_comment,
    &cli_suggest,
    &cli_take,
    &cli_refuse,
    &cli_assign,
    &cli_spike,
    &cli_restore,
    &cli_embargo,
    &cli_schedule,
    &cli_release,
    &cli_fetch,
    &cli_push,
    &cli_correct,
    &cli_withdraw,
    &cli_rename,
    &cli_log,
    &cli_status,
    &cli_update,
    &cli_verify,
    &cli_config,
    &cli_hook,
    &cli_completion,
    &cli_help,
    NULL,
};
/* clang-format on */

const struct option_row cli_options[] = {
    {"folder", 'C', "DIR", OPTION_OFFER_FOLDERS, "the newsroom is in this folder, not in the current one"},
    {"as", '\0', "'NAME <MAIL>'", OPTION_OFFER_NOTHING, "act as this person for this run"},
    {"help", 'h', NULL, OPTION_OFFER_NOTHING, "tell how the command is used"},
    {"version", '\0', NULL, OPTION_OFFER_NOTHING, "print the version"},
    {.name = NULL},
};

const struct cli_command *cli_command_find(const char *name)
{
	for (size_t i = 0; cli_commands[i] != NULL; i++) {
		if (strcmp(cli_commands[i]->name, name) == 0)
			return cli_commands[i];
	}
	return NULL;
}
