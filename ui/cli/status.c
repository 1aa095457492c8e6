#include "cli/commands.h"

#include "base/clock.h"
#include "cli/json.h"
#include "cli/report.h"
#include "cli/table.h"

static const struct option_row options[] = {
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

struct counts {
	size_t states[REVIEW_STATE_COUNT];
	size_t mine; /* rows that wait for this person */
	size_t overdue;
	size_t stuck; /* too few people are left who can approve them */
};

static struct counts count(const struct desk_row *rows, size_t row_count)
{
	struct counts counts = {.mine = 0};

	for (size_t i = 0; i < row_count; i++) {
		counts.states[rows[i].state]++;
		counts.mine += rows[i].why_mine != NULL;
		counts.overdue += rows[i].overdue != NULL;
		counts.stuck += rows[i].stuck != NULL;
	}
	return counts;
}

/* "2 drafts to push" and so on, as of the last fetch; nothing for a newsroom by itself. */
static void print_distance(struct cli *cli)
{
	struct desk_distance d;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];
	int offset;

	if (desk_distance(cli->desk, &d, NULL) < 0)
		return;
	strbuf_adds(&cli->out, "\nServer ");
	cli_print(cli, d.remote);
	strbuf_addf(&cli->out, ": %zu draft%s to push, %zu to bring in, %zu with both%s%s", d.ahead,
		    d.ahead == 1 ? "" : "s", d.behind, d.apart,
		    d.branch_ahead ? "; the release branch is ahead" : "",
		    d.branch_behind ? "; the release branch is behind" : "");
	if (d.fetched != 0) {
		offset = clock_offset(desk_clock(cli->desk), d.fetched);
		clock_date(date, d.fetched, offset);
		clock_minutes(minutes, d.fetched, offset);
		strbuf_addf(&cli->out, ", as of %s %s.\n", date, minutes);
	} else {
		strbuf_adds(&cli->out, "; never fetched.\n");
	}
	desk_distance_clear(&d);
}

static void json_distance(struct json *json, struct cli *cli)
{
	struct desk_distance d;

	if (desk_distance(cli->desk, &d, NULL) < 0) {
		json_null(json, "server");
		return;
	}
	json_object(json, "server");
	json_string(json, "remote", d.remote);
	json_number(json, "fetched", d.fetched);
	json_number(json, "ahead", (int64_t)d.ahead);
	json_number(json, "behind", (int64_t)d.behind);
	json_number(json, "apart", (int64_t)d.apart);
	json_bool(json, "branch_ahead", d.branch_ahead);
	json_bool(json, "branch_behind", d.branch_behind);
	json_end(json);
	desk_distance_clear(&d);
}

static void print_json(struct cli *cli, const struct counts *counts, const struct desk_row *rows,
		       size_t row_count)
{
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	json_object(&json, "states");
	for (int i = 0; i < REVIEW_STATE_COUNT; i++)
		json_number(&json, review_state_word((enum review_state_name)i), (int64_t)counts->states[i]);
	json_end(&json);
	json_number(&json, "overdue", (int64_t)counts->overdue);
	json_number(&json, "stuck", (int64_t)counts->stuck);
	json_array(&json, "waiting_for_me");
	for (size_t i = 0; i < row_count; i++) {
		if (rows[i].why_mine == NULL)
			continue;
		json_object(&json, NULL);
		report_row(&json, cli->desk, &rows[i]);
		json_end(&json);
	}
	json_end(&json);
	json_distance(&json, cli);
	json_end(&json);
}

static void print_counts(struct cli *cli, const struct counts *counts)
{
	for (int i = 0; i < REVIEW_STATE_COUNT; i++) {
		if (counts->states[i] > 0)
			strbuf_addf(&cli->out, "%7zu  %s\n", counts->states[i],
				    review_state_label((enum review_state_name)i));
	}
}

/* What was to go out by itself and did not. */
static void print_overdue(struct cli *cli, const struct desk_row *rows, size_t row_count)
{
	struct table *table = table_new(2);

	for (size_t i = 0; i < row_count; i++) {
		if (rows[i].overdue != NULL)
			table_add(table, (const char *[]){rows[i].name, rows[i].overdue});
	}
	strbuf_adds(&cli->out, "\nOverdue:\n");
	table_print(table, 1, cli->width, &cli->out);
	table_free(table);
}

static void print_stuck(struct cli *cli, const struct desk_row *rows, size_t row_count)
{
	struct table *table = table_new(2);

	for (size_t i = 0; i < row_count; i++) {
		if (rows[i].stuck != NULL)
			table_add(table, (const char *[]){rows[i].name, rows[i].stuck});
	}
	strbuf_adds(&cli->out, "\nStuck:\n");
	table_print(table, 1, cli->width, &cli->out);
	table_free(table);
}

static void print_mine(struct cli *cli, const struct desk_row *rows, size_t row_count)
{
	struct table *table = table_new(2);

	for (size_t i = 0; i < row_count; i++) {
		if (rows[i].why_mine != NULL)
			table_add(table, (const char *[]){rows[i].name, rows[i].why_mine});
	}
	strbuf_adds(&cli->out, "\nWaiting for you:\n");
	table_print(table, 1, cli->width, &cli->out);
	table_free(table);
}

static int run(struct cli *cli, struct error *err)
{
	const struct desk_row *rows;
	struct counts counts;
	size_t row_count;

	(void)err;
	rows = desk_rows(cli->desk, &row_count);
	counts = count(rows, row_count);
	if (option_has(&cli->options, "json")) {
		print_json(cli, &counts, rows, row_count);
		return 0;
	}
	cli_print(cli, desk_policy(cli->desk)->name);
	strbuf_adds(&cli->out, ", released on the branch ");
	cli_print(cli, desk_branch(cli->desk));
	strbuf_addc(&cli->out, '\n');
	print_counts(cli, &counts);
	if (counts.overdue > 0)
		print_overdue(cli, rows, row_count);
	if (counts.stuck > 0)
		print_stuck(cli, rows, row_count);
	if (counts.mine > 0)
		print_mine(cli, rows, row_count);
	else
		strbuf_adds(&cli->out, "\nNothing waits for you.\n");
	print_distance(cli);
	return 0;
}

const struct cli_command cli_status = {
    .name = "status",
    .help = "how many articles are in which state, and what waits for you",
    .arguments = "",
    .about = "Counts articles and drafts by state, and lists the drafts that are overdue,\n"
	     "those that nobody is left to approve, and those that wait for you, each with\n"
	     "the reason. In a clone, tells how many drafts\n"
	     "are to be pushed to the server, and of how many it has news, as of the last\n"
	     "fetch.\n",
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
