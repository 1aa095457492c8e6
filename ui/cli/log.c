#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/json.h"
#include "cli/report.h"

static const struct option_row options[] = {
    {"number", 'n', "N", OPTION_OFFER_NOTHING, "only the newest N acts"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {.name = NULL},
};

#define STOP 1 /* returned by a visit that has enough */

struct printer {
	struct cli *cli;
	struct json *json;   /* NULL: in words */
	bool of_draft;       /* the name of the draft goes without saying */
	unsigned long limit; /* acts that are still wanted */
};

static void print_words(struct printer *p, const struct desk_entry *entry)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, entry->time.seconds, entry->time.offset);
	clock_minutes(minutes, entry->time.seconds, entry->time.offset);
	strbuf_addf(&p->cli->out, "%s %s  ", date, minutes);
	cli_print(p->cli, entry->person);
	strbuf_addc(&p->cli->out, ' ');
	cli_print(p->cli, entry->what);
	if (entry->name != NULL && !p->of_draft) {
		strbuf_adds(&p->cli->out, ": ");
		cli_print(p->cli, entry->name);
	}
	strbuf_addc(&p->cli->out, '\n');
	cli_print_lines(p->cli, "    ", entry->text, strlen(entry->text));
}

static void print_json(struct printer *p, const struct desk_entry *entry)
{
	char time[CLOCK_TEXT_SIZE];

	clock_rfc3339(time, entry->time.seconds, entry->time.offset);
	json_object(p->json, NULL);
	report_oid(p->json, "id", &entry->id);
	json_string(p->json, "time", time);
	json_string(p->json, "person", entry->person);
	json_string(p->json, "what", entry->what);
	json_string(p->json, "name", entry->name);
	json_string(p->json, "text", entry->text);
	json_bool(p->json, "fast_lane", entry->fast_lane);
	json_end(p->json);
}

static int print(void *context, const struct desk_entry *entry)
{
	struct printer *p = context;

	if (p->limit == 0)
		return STOP;
	p->limit--;
	if (p->json != NULL)
		print_json(p, entry);
	else
		print_words(p, entry);
	return 0;
}

static int read_limit(struct cli *cli, unsigned long *out, struct error *err)
{
	const char *text = option_value(&cli->options, "number");
	char *end;

	*out = (unsigned long)-1;
	if (text == NULL)
		return 0;
	*out = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0')
		return cli_usage(cli, err, "\"%s\" is no number of acts.", text);
	return 0;
}

static int run(struct cli *cli, struct error *err)
{
	struct json json;
	struct printer p = {.cli = cli};
	const struct draft *draft;
	char *name = NULL;
	char *path = NULL;
	int rc = read_limit(cli, &p.limit, err);

	if (rc == 0 && cli->argument_count > 0)
		rc = desk_find(cli->desk, cli->arguments[0], &name, &path, err);
	if (rc < 0)
		return rc;
	draft = name != NULL ? desk_draft(cli->desk, name, NULL) : NULL;
	if (draft != NULL && draft->state.name == REVIEW_STATE_WITHDRAWN) {
		/* Who asks for an article that was taken down wants all of its story. */
		path = mem_strdup(draft->path);
		free(name);
		name = NULL;
	}
	p.of_draft = name != NULL;
	if (option_has(&cli->options, "json")) {
		p.json = &json;
		json_init(&json, &cli->out);
		json_array(&json, NULL);
	}
	rc = desk_log(cli->desk, name, path, print, &p, err);
	if (p.json != NULL && rc >= 0)
		json_end(&json);
	free(name);
	free(path);
	return rc == STOP ? 0 : rc;
}

const struct cli_command cli_log = {
    .name = "log",
    .help = "who did what",
    .arguments = "[NAME]",
    .about = "Tells who did what, the newest first: in the whole newsroom, to the draft\n"
	     "NAME, or to the published article NAME with all its drafts and releases.\n",
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
