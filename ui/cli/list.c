#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "cli/json.h"
#include "cli/report.h"
#include "cli/table.h"
#include "text/unicode.h"

static const struct option_row options[] = {
    {"state", 's', "STATE", OPTION_OFFER_STATES, "only those in this state"},
    {"section", '\0', "SECTION", OPTION_OFFER_NOTHING, "only those in this section"},
    {"names", '\0', NULL, OPTION_OFFER_NOTHING, "only their names, one a line, for scripts"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

/* Columns of a terminal from which on a line has room for everything, and those of a name below that. */
#define WIDE        120
#define NARROW_NAME 28

enum { STATE, DATE, SECTION, NAME, WHO, HEADLINE, COLUMNS };

/* What is shown: rows of the desk, by their indexes. */
struct shown {
	const struct desk_row *rows;
	size_t *indexes;
	size_t count;
	size_t capacity;
	size_t all;    /* that there are */
	char *problem; /* why nothing can match, or NULL */
};

/* A state by its word, or by its label in any letter case: "released" and "published" are the same. */
static enum review_state_name find_state(const char *word)
{
	enum review_state_name state = review_state_parse(word);

	for (int i = 0; state == REVIEW_STATE_COUNT && i < REVIEW_STATE_COUNT; i++) {
		if (strcasecmp(review_state_label((enum review_state_name)i), word) == 0)
			state = (enum review_state_name)i;
	}
	return state;
}

static int read_state(struct cli *cli, enum review_state_name *out, struct error *err)
{
	const char *word = option_value(&cli->options, "state");
	char *sentence;
	int rc;

	*out = word != NULL ? find_state(word) : REVIEW_STATE_COUNT;
	if (word == NULL || *out != REVIEW_STATE_COUNT)
		return 0;
	sentence = review_state_missing(word);
	rc = cli_usage(cli, err, "%s", sentence);
	free(sentence);
	return rc;
}

/* Leaves out what is in another state or section. */
static void narrow(struct shown *shown, enum review_state_name state, const char *section)
{
	size_t kept = 0;

	for (size_t i = 0; i < shown->count; i++) {
		const struct desk_row *row = &shown->rows[shown->indexes[i]];

		if ((state == REVIEW_STATE_COUNT || row->state == state) &&
		    (section == NULL || strcmp(section, row->section) == 0))
			shown->indexes[kept++] = shown->indexes[i];
	}
	shown->count = kept;
}

static int find(struct cli *cli, struct shown *shown, struct error *err)
{
	struct strbuf query = STRBUF_INIT;
	enum review_state_name state;
	int rc = read_state(cli, &state, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < cli->argument_count; i++)
		strbuf_addf(&query, "%s ", cli->arguments[i]);
	desk_index(cli->desk, -1, NULL, NULL);
	desk_filter(cli->desk, query.data, &shown->indexes, &shown->count, &shown->capacity);
	shown->problem = desk_filter_problem(query.data);
	shown->rows = desk_rows(cli->desk, &shown->all);
	narrow(shown, state, option_value(&cli->options, "section"));
	strbuf_clear(&query);
	return 0;
}

/* What "show" and the others call it: a draft's name, or an article's path below the content root. */
static char *short_name(const struct cli *cli, const struct desk_row *row)
{
	const char *root = desk_policy(cli->desk)->content;
	const char *rest = row->path + strlen(root) + 1;

	return row->name != NULL ? mem_strdup(row->name) : mem_strndup(rest, strlen(rest) - strlen(".md"));
}

/* Whether a line must do without the section, and names are cut: all of it fits into 80 columns then. */
static bool is_narrow(const struct cli *cli)
{
	return cli->width > 0 && cli->width < WIDE;
}

static void add_row(const struct cli *cli, struct table *table, const struct desk_row *row)
{
	char *headline = mem_printf("%s%s", row->prefix, row->title);
	struct strbuf cut = STRBUF_INIT;
	char *name = short_name(cli, row);
	char *date = mem_strndup(row->date, strnlen(row->date, strlen("2026-11-20")));
	const char *cells[COLUMNS] = {
	    [STATE] = review_state_label(row->state),
	    [DATE] = date,
	    [SECTION] = is_narrow(cli) ? NULL : row->section,
	    [HEADLINE] = headline,
	    [WHO] = row->who,
	};

	unicode_printable(&cut, name, strlen(name), is_narrow(cli) ? NARROW_NAME : -1);
	cells[NAME] = cut.data;
	table_add(table, cells);
	strbuf_clear(&cut);
	free(headline);
	free(name);
	free(date);
}

static void print_table(struct cli *cli, const struct shown *shown)
{
	const char *const heads[COLUMNS] = {"STATE", "DATE", is_narrow(cli) ? NULL : "SECTION",
					    "NAME",  "WHO",  "HEADLINE"};
	struct table *table;

	if (shown->count == 0 && shown->problem != NULL) {
		cli_say(cli, "%s", shown->problem);
		return;
	}
	if (shown->count == 0) {
		cli_say(cli, shown->all > 0
				 ? "Nothing matches."
				 : "There is nothing here yet. \"copydesk new HEADLINE\" starts an article.");
		return;
	}
	table = table_new(COLUMNS);
	table_add(table, heads);
	for (size_t i = 0; i < shown->count; i++)
		add_row(cli, table, &shown->rows[shown->indexes[i]]);
	table_print(table, HEADLINE, cli->width, &cli->out);
	table_free(table);
}

static void print_names(struct cli *cli, const struct shown *shown)
{
	for (size_t i = 0; i < shown->count; i++) {
		char *name = short_name(cli, &shown->rows[shown->indexes[i]]);

		cli_print(cli, name);
		strbuf_addc(&cli->out, '\n');
		free(name);
	}
}

static void print_json(struct cli *cli, const struct shown *shown)
{
	struct json json;

	json_init(&json, &cli->out);
	json_array(&json, NULL);
	for (size_t i = 0; i < shown->count; i++) {
		json_object(&json, NULL);
		report_row(&json, cli->desk, &shown->rows[shown->indexes[i]]);
		json_end(&json);
	}
	json_end(&json);
}

static int run(struct cli *cli, struct error *err)
{
	struct shown shown = {.count = 0};
	int rc = find(cli, &shown, err);

	if (rc < 0)
		return rc;
	if (option_has(&cli->options, "json"))
		print_json(cli, &shown);
	else if (option_has(&cli->options, "names"))
		print_names(cli, &shown);
	else
		print_table(cli, &shown);
	free(shown.indexes);
	free(shown.problem);
	return 0;
}

const struct cli_command cli_list = {
    .name = "list",
    .help = "articles and drafts",
    .arguments = "[QUERY ...]",
    .about = "Lists drafts, the newest first, and then published articles. NAME is what the\n"
	     "other commands take.\n"
	     "\n"
	     "All words of QUERY must stand in headline, byline, name or section, or in the\n"
	     "text. A word such as section:culture, state:review, by:writer, lang:zh or\n"
	     "date:2026-11 looks at one field.\n",
    .most = CLI_MANY,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
