#include "cli/commands.h"

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

static int order(struct cli *cli, const char *name, struct error *err)
{
	struct strbuf reason = STRBUF_INIT;
	int rc = cli_text(cli, "reason", false, &reason, err);

	if (rc == 0 && option_has(&cli->options, "cancel"))
		rc = desk_unschedule(cli->desk, name, reason.data, err);
	else if (rc == 0)
		rc = schedule(cli, name, reason.data, err);
	strbuf_clear(&reason);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	if (option_has(&cli->options, "cancel") == (cli->argument_count > 1))
		return cli_usage(cli, err, "\"schedule\" needs a time after the name, or --cancel.");
	return cli_on_draft(cli, order, err);
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
