/* The rows of all subcommands, one a file. */
#ifndef COPYDESK_COMMANDS_H
#define COPYDESK_COMMANDS_H

#include "cli/cli.h"

extern const struct cli_command cli_approve;
extern const struct cli_command cli_assign;
extern const struct cli_command cli_attach;
extern const struct cli_command cli_comment;
extern const struct cli_command cli_completion;
extern const struct cli_command cli_config;
extern const struct cli_command cli_correct;
extern const struct cli_command cli_demo;
extern const struct cli_command cli_diff;
extern const struct cli_command cli_edit;
extern const struct cli_command cli_embargo;
extern const struct cli_command cli_fetch;
extern const struct cli_command cli_help;
extern const struct cli_command cli_hook;
extern const struct cli_command cli_import;
extern const struct cli_command cli_init;
extern const struct cli_command cli_list;
extern const struct cli_command cli_log;
extern const struct cli_command cli_new;
extern const struct cli_command cli_push;
extern const struct cli_command cli_refuse;
extern const struct cli_command cli_reject;
extern const struct cli_command cli_release;
extern const struct cli_command cli_rename;
extern const struct cli_command cli_restore;
extern const struct cli_command cli_save;
extern const struct cli_command cli_schedule;
extern const struct cli_command cli_show;
extern const struct cli_command cli_spell;
extern const struct cli_command cli_spike;
extern const struct cli_command cli_status;
extern const struct cli_command cli_submit;
extern const struct cli_command cli_suggest;
extern const struct cli_command cli_take;
extern const struct cli_command cli_update;
extern const struct cli_command cli_verify;
extern const struct cli_command cli_withdraw;

/* All of them, in the order of the help; ends with NULL. And the options that every one takes. */
extern const struct cli_command *const cli_commands[];
extern const struct option_row cli_options[];

/* The row of that name, or NULL. */
const struct cli_command *cli_command_find(const char *name);

#endif
