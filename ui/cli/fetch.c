#include "cli/commands.h"

#include "cli/json.h"
#include "cli/progress.h"
#include "cli/report.h"

static const struct option_row options[] = {
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

static void print_json(struct cli *cli, const struct desk_fetched *fetched)
{
	static const char *const kinds[] = {
	    [DESK_NEWS_NEW] = "new",
	    [DESK_NEWS_MOVED_ON] = "moved on",
	    [DESK_NEWS_MADE_AGAIN] = "made again",
	    [DESK_NEWS_RENAMED] = "renamed",
	    [DESK_NEWS_TROUBLE] = "trouble",
	};
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	json_string(&json, "remote", fetched->remote);
	report_oid(&json, "before", &fetched->before);
	report_oid(&json, "after", &fetched->after);
	json_string(&json, "branch_problem", fetched->branch_problem);
	json_number(&json, "ahead", (int64_t)fetched->ahead);
	json_number(&json, "tags", (int64_t)fetched->tags);
	json_array(&json, "drafts");
	for (size_t i = 0; i < fetched->count; i++) {
		const struct desk_news *news = &fetched->items[i];

		json_object(&json, NULL);
		json_string(&json, "name", news->name);
		json_string(&json, "news", kinds[news->kind]);
		json_string(&json, "renamed", news->renamed);
		json_string(&json, "kept", news->kept);
		json_string(&json, "problem", news->problem);
		json_array(&json, "left");
		for (size_t j = 0; j < news->left_count; j++) {
			json_object(&json, NULL);
			json_string(&json, "what", news->left[j].what);
			json_string(&json, "reason", news->left[j].reason);
			json_end(&json);
		}
		json_end(&json);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}

static void print_words(struct cli *cli, const struct desk_fetched *fetched)
{
	struct strbuf words = STRBUF_INIT;

	desk_fetched_words(&words, fetched);
	cli_print_lines(cli, "", words.data, words.len);
	strbuf_clear(&words);
}

/* What came in is in, also where some of it needs a person. */
static int exit_status(int code)
{
	return code == 0 ? 0 : error_exit_status(code);
}

static int run(struct cli *cli, struct error *err)
{
	const char *remote = cli->argument_count > 0 ? cli->arguments[0] : NULL;
	struct desk_fetched fetched;
	struct progress progress;
	int rc;

	progress_start(&progress, cli);
	rc = desk_fetch(cli->desk, remote, &fetched, err);
	progress_end(&progress, rc < 0 ? err : NULL);
	if (rc == 0 && option_has(&cli->options, "json"))
		print_json(cli, &fetched);
	else if (rc == 0)
		print_words(cli, &fetched);
	if (rc == 0)
		rc = exit_status(desk_fetched_code(&fetched));
	desk_fetched_clear(&fetched);
	return rc;
}

const struct cli_command cli_fetch = {
    .name = "fetch",
    .help = "bring in what the newsroom's server has",
    .arguments = "[REMOTE]",
    .about = "Brings what others did to a newsroom that is a clone: the release branch moves\n"
	     "on with its work tree, drafts move on, and where you and others went on with\n"
	     "the same draft, what you did is made again on top of what they did: words are\n"
	     "merged, and an approval is made again only for the same bytes. What cannot be\n"
	     "made again is listed with the reason, and your own line is kept as it was.\n"
	     "REMOTE is a name that git knows; without it, copydesk.remote of git's\n"
	     "configuration, or the one that the release branch follows.\n"
	     "\n"
	     "The exit status is 1 when something needs you, and 3 when the release branch\n"
	     "itself moved on both sides.\n",
    .most = 1,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
