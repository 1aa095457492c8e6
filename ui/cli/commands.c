#include "cli/commands.h"

#include <stddef.h>

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
