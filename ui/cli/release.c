#include "cli/commands.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/report.h"

static const struct option_row options[] = {
    {"dry-run", 'n', NULL, OPTION_OFFER_NOTHING, "only show what would happen"},
    {"all", 'a', NULL, OPTION_OFFER_NOTHING, "all drafts that are approved"},
    {"due", 'd', NULL, OPTION_OFFER_NOTHING, "all whose scheduled time has come; for a timer"},
    {"fast-lane", '\0', "NAME", OPTION_OFFER_NAMES, "this correction or withdrawal, without its review"},
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
	report_oid(&json, "tree", &plan->tree);
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
	if (!oid_is_zero(&plan->tree))
		strbuf_addc(&text, '\n');
	release_describe_tree(&text, plan);
	cli_print_lines(cli, "", text.data, text.len);
	strbuf_clear(&text);
}

static int publish(struct cli *cli, struct release_plan *plan, struct error *err)
{
	struct release_result result;
	struct progress progress;
	char hex[REPO_HEX_SIZE];
	int rc;

	progress_start(&progress, cli);
	rc = desk_release(cli->desk, plan, &result, err);
	progress_end(&progress, rc < 0 ? err : NULL);
	if (rc < 0)
		return rc;
	oid_hex(hex, &result.commit);
	cli_say(cli, "Released as commit %s%s%s.", hex, result.tag != NULL ? ", tagged " : "",
		result.tag != NULL ? result.tag : "");
	if (result.warning != NULL)
		cli_say(cli, "%s", result.warning);
	progress_after(cli, desk_repo(cli->desk), &result.commit, &result.before, result.tag);
	release_result_clear(&result);
	return 0;
}

static int carry_out(struct cli *cli, struct release_plan *plan, struct error *err)
{
	bool fast = plan->way == RELEASE_FAST;
	int rc = 0;

	if (plan->refused == 0)
		rc = cli_confirm(
		    cli, fast ? "without review" : "release",
		    fast ? "This publishes what is listed above without its review, and marks it so for ever."
			 : "This publishes what is listed above.",
		    err);
	return rc < 0 ? rc : publish(cli, plan, err);
}

static int run_plan(struct cli *cli, struct release_plan *plan, struct error *err)
{
	bool dry = option_has(&cli->options, "dry-run");

	if (plan->count == 0 && plan->way == RELEASE_REVIEWED)
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

/* How often what is due is planned again when somebody releases at the same moment. */
#define MAX_TRIES 8

/* Takes what cannot go out of a plan, and its reasons into a list. */
static void take_refusals(struct release_plan *plan, struct strlist *out)
{
	strlist_clear(out);
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->items[i].refusal != NULL)
			strlist_add(out, plan->items[i].refusal);
	}
	release_plan_drop_refused(plan);
}

/* One try: E_CONFLICT when somebody released at the same moment. */
static int try_due(struct cli *cli, struct strlist *refusals, struct error *err)
{
	struct release_plan plan;
	int rc = desk_plan_due(cli->desk, &plan, err);

	if (rc < 0)
		return rc;
	take_refusals(&plan, refusals);
	strbuf_reset(&cli->out);
	if (plan.count > 0) {
		print_plan(cli, &plan);
		rc = publish(cli, &plan, err);
	}
	release_plan_clear(&plan);
	return rc;
}

/* Releases what is due and can go, and says a line for each that cannot; 1 when there is one. */
static int run_due(struct cli *cli, struct error *err)
{
	struct strlist refusals = {0};
	int rc = E_CONFLICT;

	for (int i = 0; rc == E_CONFLICT && i < MAX_TRIES; i++)
		rc = try_due(cli, &refusals, err);
	for (size_t i = 0; rc == 0 && i < refusals.count; i++)
		cli_say(cli, "%s", refusals.items[i]);
	rc = rc == 0 && refusals.count > 0 ? 1 : rc;
	strlist_clear(&refusals);
	return rc;
}

static int show_due(struct cli *cli, struct error *err)
{
	struct release_plan plan;
	int rc = desk_plan_due(cli->desk, &plan, err);

	if (rc < 0)
		return rc;
	rc = run_plan(cli, &plan, err);
	release_plan_clear(&plan);
	return rc;
}

static int run_fast(struct cli *cli, const char *argument, struct error *err)
{
	struct release_plan plan;
	char *name;
	int rc = cli_draft(cli, argument, &name, err);

	if (rc < 0)
		return rc;
	rc = desk_plan_fast(cli->desk, name, &plan, err);
	if (rc == 0) {
		rc = run_plan(cli, &plan, err);
		release_plan_clear(&plan);
	}
	free(name);
	return rc;
}

static int run_named(struct cli *cli, bool all, struct error *err)
{
	size_t count = cli->argument_count;
	struct release_plan plan = {.count = 0};
	char **names = mem_zalloc(count + 1, sizeof names[0]);
	int rc = 0;

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

static int run(struct cli *cli, struct error *err)
{
	const char *fast = option_value(&cli->options, "fast-lane");
	bool all = option_has(&cli->options, "all");
	bool due = option_has(&cli->options, "due");

	if (all + due + (fast != NULL) + (cli->argument_count > 0) != 1)
		return cli_usage(
		    cli, err, "\"release\" needs the names of drafts, or --all, --due or --fast-lane NAME.");
	if (option_has(&cli->options, "json") && !option_has(&cli->options, "dry-run"))
		return cli_usage(cli, err, "--json goes with --dry-run.");
	if (due)
		return option_has(&cli->options, "dry-run") ? show_due(cli, err) : run_due(cli, err);
	return fast != NULL ? run_fast(cli, fast, err) : run_named(cli, all, err);
}

const struct cli_command cli_release = {
    .name = "release",
    .help = "publish approved drafts by one commit",
    .arguments = "[NAME ...]",
    .about = "Shows what will be published and asks for the word \"release\"; without a\n"
	     "terminal, --yes is needed. Then all of it becomes one commit on the release\n"
	     "branch, and a tag; or none of it, when one draft cannot go. In a clone it goes\n"
	     "to the newsroom's server first: where that says no, or has news (exit status\n"
	     "3), or cannot be reached, nothing is released.\n"
	     "\n"
	     "With --dry-run nothing is written, and the exit status is 1 when a draft\n"
	     "cannot go.\n"
	     "\n"
	     "With --due, what was scheduled goes out when its time has come, by the word of\n"
	     "the person who scheduled it, and nobody is asked: for cron(8) or a timer. What\n"
	     "cannot go is left alone and told in a line; the exit status is 1 then. When\n"
	     "nothing is due, nothing is done and nothing is said.\n"
	     "\n"
	     "With --fast-lane, a submitted correction or withdrawal goes out without its\n"
	     "review, by whom the desk's rules give the fast lane. It asks for the words\n"
	     "\"without review\", and the release is marked so for ever.\n",
    .most = CLI_MANY,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_PERSON,
    .options = options,
    .run = run,
};
