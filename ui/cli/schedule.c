#include "cli/commands.h"

#include <stdlib.h>

static const struct option_row options[] = {
    {"seen", '\0', "HEAD", OPTION_OFFER_NOTHING, "the head that you read (of show or list --json)"},
    {"cancel", '\0', NULL, OPTION_OFFER_NOTHING, "it is not to go out by itself any more"},
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "a word about it; \"-\" is standard input"},
    {.name = NULL},
};

static int schedule(struct cli *cli, const char *name, const char *reason, struct error *err)
{
	const char *head = option_value(&cli->options, "seen");
	const struct draft *draft;
	struct oid seen;
	int64_t at;
	int rc = cli_time(cli, cli->arguments[1], &at, err);

	if (rc < 0)
		return rc;
	draft = desk_draft(cli->desk, name, err);
	if (draft == NULL)
		return err->code;
	if (head != NULL)
		rc = cli_head(draft, head, &seen, err);
	return rc < 0 ? rc : desk_schedule(cli->desk, name, at, head != NULL ? &seen : NULL, reason, err);
}

static int run(struct cli *cli, struct error *err)
{
	bool cancel = option_has(&cli->options, "cancel");
	struct strbuf reason = STRBUF_INIT;
	char *name;
	int rc;

	if (cancel == (cli->argument_count > 1))
		return cli_usage(cli, err, "\"schedule\" needs a time after the name, or --cancel.");
	rc = cli_draft(cli, cli->arguments[0], &name, err);
	if (rc < 0)
		return rc;
	rc = cli_text(cli, "reason", false, &reason, err);
	if (rc == 0 && cancel)
		rc = desk_unschedule(cli->desk, name, reason.data, err);
	else if (rc == 0)
		rc = schedule(cli, name, reason.data, err);
	if (rc == 0)
		cli_say_state(cli, name);
	strbuf_clear(&reason);
	free(name);
	return rc;
}

const struct cli_command cli_schedule = {
    .name = "schedule",
    .help = "have an approved draft released at a time",
    .arguments = "NAME [TIME]",
    .about = "Orders exactly these approved bytes to be released at TIME, by you, whoever\n"
	     "then runs \"copydesk release --due\". With the first byte that changes the\n"
	     "order is void. A new order takes the place of the one before. TIME is\n"
	     "2026-11-22T09:00 or, for today or else tomorrow, 09:00.\n",
    .least = 1,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
