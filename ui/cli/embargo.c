#include "cli/commands.h"

static const struct option_row options[] = {
    {"lift", '\0', NULL, OPTION_OFFER_NOTHING, "it is free again, but for its publishDate"},
    {"reason", 'm', "TEXT", OPTION_OFFER_NOTHING, "why; \"-\" is standard input"},
    {.name = NULL},
};

static int embargo(struct cli *cli, const char *name, struct error *err)
{
	struct strbuf reason = STRBUF_INIT;
	int64_t at = 0;
	int rc = 0;

	if (!option_has(&cli->options, "lift"))
		rc = cli_time(cli, cli->arguments[1], &at, err);
	if (rc == 0)
		rc = cli_text(cli, "reason", false, &reason, err);
	if (rc == 0)
		rc = desk_embargo(cli->desk, name, at, reason.data, err);
	strbuf_clear(&reason);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	if (option_has(&cli->options, "lift") == (cli->argument_count > 1))
		return cli_usage(cli, err, "\"embargo\" needs a time after the name, or --lift.");
	return cli_on_draft(cli, embargo, err);
}

const struct cli_command cli_embargo = {
    .name = "embargo",
    .help = "keep a draft from being released before a time",
    .arguments = "NAME [TIME]",
    .about = "Nothing of the draft is released before TIME, whoever approves it. The text\n"
	     "stays as it is: the same can be said in it, by publishDate, and the later of\n"
	     "the two holds. TIME is 2026-11-22T09:00 or, for today or else tomorrow, 09:00.\n",
    .least = 1,
    .most = 2,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
