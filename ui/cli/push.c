#include "cli/commands.h"

#include "cli/json.h"
#include "cli/progress.h"

static const struct option_row options[] = {
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

static void add_list(struct json *json, const char *key, const struct strlist *list)
{
	json_array(json, key);
	for (size_t i = 0; i < list->count; i++)
		json_string(json, NULL, list->items[i]);
	json_end(json);
}

static void print_json(struct cli *cli, const struct desk_pushed *pushed)
{
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	json_string(&json, "remote", pushed->remote);
	json_bool(&json, "branch", pushed->branch);
	json_number(&json, "tags", (int64_t)pushed->tags);
	add_list(&json, "drafts", &pushed->drafts);
	add_list(&json, "behind", &pushed->behind);
	add_list(&json, "refused", &pushed->refused);
	json_end(&json);
}

static void print_words(struct cli *cli, const struct desk_pushed *pushed)
{
	struct strbuf words = STRBUF_INIT;

	desk_pushed_words(&words, pushed);
	cli_print_lines(cli, "", words.data, words.len);
	strbuf_clear(&words);
}

static int run(struct cli *cli, struct error *err)
{
	const char *remote = cli->argument_count > 0 ? cli->arguments[0] : NULL;
	struct desk_pushed pushed;
	struct progress progress;
	int rc;

	progress_start(&progress, cli);
	rc = desk_push(cli->desk, remote, &pushed, err);
	progress_end(&progress, rc < 0 ? err : NULL);
	if (rc == 0 && option_has(&cli->options, "json"))
		print_json(cli, &pushed);
	else if (rc == 0)
		print_words(cli, &pushed);
	if (rc == 0 && pushed.refused.count > 0)
		rc = error_exit_status(E_REFUSED);
	if (rc == 0 && pushed.behind.count > 0)
		rc = error_exit_status(E_CONFLICT);
	desk_pushed_clear(&pushed);
	return rc;
}

const struct cli_command cli_push = {
    .name = "push",
    .help = "send what you did to the newsroom's server",
    .arguments = "[REMOTE]",
    .about = "Sends drafts, what was done to them, and tags of releases to the server of a\n"
	     "newsroom that is a clone. The server checks all of it by the desk's rules. All\n"
	     "goes together or not at all; where the server says no to that, each draft goes\n"
	     "alone, and those that it refuses stay as they are (exit status 1). When it has\n"
	     "news that is not here, nothing goes (3). REMOTE is as in \"fetch\".\n"
	     "\n"
	     "A release needs no push: it goes to the server before it counts here.\n",
    .most = 1,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
