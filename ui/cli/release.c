#include "cli/commands.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/json.h"
#include "cli/report.h"

static const struct option_row options[] = {
    {"dry-run", 'n', NULL, OPTION_OFFER_NOTHING, "only show what would happen"},
    {"all", 'a', NULL, OPTION_OFFER_NOTHING, "all drafts that are approved"},
    {"yes", 'y', NULL, OPTION_OFFER_NOTHING, "do not ask for the typed word"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "with --dry-run: as JSON"},
    {.name = NULL},
};

static void print_json(struct cli *cli, const struct release_plan *plan)
{
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	report_oid(&json, "tip", &plan->tip);
	json_array(&json, "articles");
	for (size_t i = 0; i < plan->count; i++) {
		const struct release_item *item = &plan->items[i];

		json_object(&json, NULL);
		json_string(&json, "name", item->draft->name);
		json_string(&json, "path", item->draft->path);
		json_string(&json, "title", item->title);
		json_string(&json, "type", release_type_word(item->type));
		report_oid(&json, "head", &item->draft->head);
		json_string(&json, "refusal", item->refusal);
		json_end(&json);
	}
	json_end(&json);
	json_end(&json);
}

static void print_plan(struct cli *cli, const struct release_plan *plan)
{
	struct strbuf text = STRBUF_INIT;

	release_describe(&text, plan, desk_policy(cli->desk));
	cli_print_lines(cli, "", text.data, text.len);
	strbuf_clear(&text);
}

static int carry_out(struct cli *cli, struct release_plan *plan, struct error *err)
{
	struct release_result result;
	char hex[REPO_HEX_SIZE];
	int rc = 0;

	if (plan->refused == 0)
		rc = cli_confirm(cli, "release", "This publishes what is listed above.", err);
	if (rc == 0)
		rc = desk_release(cli->desk, plan, &result, err);
	if (rc < 0)
		return rc;
	oid_hex(hex, &result.commit);
	cli_say(cli, "Released as commit %s%s%s.", hex, result.tag != NULL ? ", tagged " : "",
		result.tag != NULL ? result.tag : "");
	if (result.warning != NULL)
		cli_say(cli, "%s", result.warning);
	release_result_clear(&result);
	return 0;
}

static int run_plan(struct cli *cli, struct release_plan *plan, struct error *err)
{
	bool dry = option_has(&cli->options, "dry-run");

	if (plan->count == 0)
		return error_set(
		    err, E_REFUSED,
		    "Nothing is approved, so there is nothing to release: \"copydesk status\" tells "
		    "what the drafts wait for.");
	if (dry && option_has(&cli->options, "json"))
		print_json(cli, plan);
	else
		print_plan(cli, plan);
	return dry ? plan->refused > 0 : carry_out(cli, plan, err);
}

static int run(struct cli *cli, struct error *err)
{
	bool all = option_has(&cli->options, "all");
	size_t count = cli->argument_count;
	struct release_plan plan = {.count = 0};
	char **names;
	int rc = 0;

	if (all == (count > 0))
		return cli_usage(cli, err, "\"release\" needs the names of drafts, or --all.");
	if (option_has(&cli->options, "json") && !option_has(&cli->options, "dry-run"))
		return cli_usage(cli, err, "--json goes with --dry-run.");
	names = mem_zalloc(count + 1, sizeof names[0]);
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = cli_draft(cli, cli->arguments[i], &names[i], err);
	if (rc == 0)
		rc = desk_plan(cli->desk, all ? NULL : names, count, &plan, err);
	if (rc == 0)
		rc = run_plan(cli, &plan, err);
	release_plan_clear(&plan);
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
	return rc;
}

const struct cli_command cli_release = {
    .name = "release",
    .help = "publish approved drafts by one commit",
    .arguments = "[NAME ...]",
    .about = "Shows what will be published and asks for the word \"release\"; without a\n"
	     "terminal, --yes is needed. Then all of it becomes one commit on the release\n"
	     "branch, and a tag; or none of it, when one draft cannot go.\n"
	     "\n"
	     "With --dry-run nothing is written, and the exit status is 1 when a draft\n"
	     "cannot go.\n",
    .most = CLI_MANY,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
