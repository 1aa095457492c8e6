#include "cli/commands.h"

static const struct option_row options[] = {
    {"from", '\0', "PERSON", OPTION_OFFER_NOTHING, "all open ones of a person: a name or a mail address"},
    {"all", 'a', NULL, OPTION_OFFER_NOTHING, "all open suggestions"},
    {.name = NULL},
};

/* The choice that the command line makes; numbers keeps the suggestions that it names. */
static struct desk_choice read_choice(const struct cli *cli, struct strlist *numbers)
{
	struct desk_choice choice = {.from = option_value(&cli->options, "from"),
				     .all = option_has(&cli->options, "all")};

	for (size_t i = 1; i < cli->argument_count; i++)
		strlist_add(numbers, cli->arguments[i]);
	if (numbers->count > 0)
		choice.threads = numbers;
	return choice;
}

static int take(struct cli *cli, const char *name, struct error *err)
{
	struct strlist numbers = {0};
	struct desk_choice choice = read_choice(cli, &numbers);
	struct desk_taken taken;
	int rc = desk_take(cli->desk, name, &choice, &taken, err);

	if (rc == 0) {
		cli_say(cli, "%zu suggestion%s taken into %s.", taken.count,
			taken.count == 1 ? " was" : "s were", name);
		for (size_t i = 0; i < taken.left.count; i++)
			cli_say(cli, "%s", taken.left.items[i]);
		cli_say_state(cli, name);
	}
	strlist_clear(&taken.left);
	strlist_clear(&numbers);
	return rc;
}

static int run(struct cli *cli, struct error *err)
{
	bool from = option_has(&cli->options, "from");
	bool all = option_has(&cli->options, "all");

	if ((cli->argument_count > 1) + from + all != 1)
		return cli_usage(cli, err, "Say which: the numbers of suggestions, --from PERSON, or --all.");
	return cli_with_draft(cli, take, err);
}

const struct cli_command cli_take = {
    .name = "take",
    .help = "take suggested words into a draft",
    .arguments = "NAME [N ...]",
    .about = "Puts suggested words into the draft: the suggestions with these numbers, which\n"
	     "\"show\" tells, all of one person, or all. However many, it is one save, which\n"
	     "names whose words they are.\n"
	     "\n"
	     "Where two suggest something for the same words, the first is taken. One whose\n"
	     "old words are not in the text any more was overtaken: it can only be done by\n"
	     "hand, or refused.\n",
    .least = 1,
    .most = CLI_MANY,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
