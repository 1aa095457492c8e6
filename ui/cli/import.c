#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "cli/json.h"
#include "desk/import.h"

static const struct option_row options[] = {
    {"section", '\0', "SECTION", OPTION_OFFER_NOTHING, "the folder below the content folder that they go to"},
    {"critic", '\0', "NAME", OPTION_OFFER_NAMES, "FILE is an answer with CriticMarkup on this draft"},
    {"from", '\0', "WHO", OPTION_OFFER_NOTHING, "with --critic: who outside wrote it"},
    {"dry-run", 'n', NULL, OPTION_OFFER_NOTHING, "only show what would become of each line"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "with --dry-run: as JSON"},
    {.name = NULL},
};

static const char *file_name(const char *file)
{
	return strcmp(file, "-") == 0 ? "standard input" : path_base(file);
}

/* -- What an import makes of a text -- */

static void print_json(struct json *json, const char *file, const struct import *import)
{
	json_object(json, NULL);
	json_string(json, "file", file);
	json_bytes(json, "text", import->text, import->len);
	json_array(json, "fields");
	for (size_t i = 0; i < import->field_count; i++) {
		json_object(json, NULL);
		json_string(json, "key", import->fields[i].key);
		json_string(json, "value", import->fields[i].value);
		json_number(json, "line", (int64_t)import->fields[i].line);
		json_end(json);
	}
	json_end(json);
	json_array(json, "lines");
	for (size_t i = 0; i < import->line_count; i++) {
		json_object(json, NULL);
		json_string(json, "fate", import_fate_name(import->lines[i].fate));
		json_string(json, "what", import->lines[i].what);
		json_bytes(json, "text", import->lines[i].text, import->lines[i].len);
		json_end(json);
	}
	json_end(json);
	json_array(json, "warnings");
	for (size_t i = 0; i < import->warning_count; i++)
		json_string(json, NULL, import->warnings[i]);
	json_end(json);
	json_end(json);
}

static size_t count_dropped(const struct import *import)
{
	size_t count = 0;

	for (size_t i = 0; i < import->line_count; i++)
		count += import->lines[i].fate == IMPORT_DROPPED;
	return count;
}

/* Tells every line that is dropped, and what an editor should look at. */
static void tell(struct cli *cli, const char *file, const struct import *import)
{
	size_t dropped = count_dropped(import);

	if (dropped > 0)
		cli_say(cli, "Of %s %zu line%s dropped:", file_name(file), dropped,
			dropped == 1 ? " is" : "s are");
	for (size_t i = 0; i < import->line_count; i++) {
		const struct import_line *line = &import->lines[i];

		if (line->fate == IMPORT_DROPPED)
			cli_say(cli, "  line %zu (%s): %.*s", i + 1, line->what, (int)line->len, line->text);
	}
	for (size_t i = 0; i < import->warning_count; i++)
		cli_say(cli, "%s: %s", file_name(file), import->warnings[i]);
}

/* -- One file -- */

static int read_file(const char *file, struct import *out, struct error *err)
{
	struct import_options how = {.name = strcmp(file, "-") == 0 ? NULL : path_base(file)};
	struct strbuf text = STRBUF_INIT;
	struct error cause;
	int rc = path_read(&text, file, REPO_BLOB_LIMIT, err);

	if (rc < 0)
		return rc;
	rc = import_text(out, text.data, text.len, &how, &cause);
	if (rc < 0) {
		import_clear(out);
		error_set(err, rc, "%s cannot be imported: %s", file_name(file), cause.message);
	}
	strbuf_clear(&text);
	return rc;
}

static int make_draft(struct cli *cli, const struct import *import, struct error *err)
{
	const char *section = option_value(&cli->options, "section");
	const char *headline = import_field(import, "title");
	char *name;
	int rc = desk_new(cli->desk, section != NULL ? section : "", import_field(import, "slug"),
			  headline != NULL ? headline : "article", import->text, import->len, &name, err);

	if (rc < 0)
		return rc;
	cli_print(cli, name);
	strbuf_addc(&cli->out, '\n');
	free(name);
	return 0;
}

static int import_file(struct cli *cli, const char *file, struct json *json, struct error *err)
{
	struct import import;
	int rc = read_file(file, &import, err);

	if (rc < 0)
		return rc;
	if (json != NULL)
		print_json(json, file, &import);
	else if (option_has(&cli->options, "dry-run"))
		cli_print_lines(cli, "", import.text, import.len);
	else
		rc = make_draft(cli, &import, err);
	if (rc == 0 && json == NULL)
		tell(cli, file, &import);
	import_clear(&import);
	return rc;
}

/* -- An answer from outside -- */

static void tell_answered(struct cli *cli, const char *name, const struct desk_answered *answered)
{
	for (size_t i = 0; i < answered->notes.count; i++)
		cli_say(cli, "%s", answered->notes.items[i]);
	if (answered->suggestions + answered->comments == 0)
		cli_say(cli, "%s says all of this already: nothing was made of it.", name);
	else
		cli_say(cli, "%zu suggestion%s and %zu comment%s were made on %s.", answered->suggestions,
			answered->suggestions == 1 ? "" : "s", answered->comments,
			answered->comments == 1 ? "" : "s", name);
}

static int import_answer(struct cli *cli, const char *draft, const char *file, struct error *err)
{
	struct desk_answer answer = {.from = option_value(&cli->options, "from")};
	struct desk_answered answered = {0};
	struct strbuf text = STRBUF_INIT;
	char *name;
	int rc = cli_draft(cli, draft, &name, err);

	if (rc < 0)
		return rc;
	rc = path_read(&text, file, REPO_BLOB_LIMIT, err);
	answer.text = text.data;
	answer.len = text.len;
	if (rc == 0)
		rc = desk_critic_read(cli->desk, name, &answer, &answered, err);
	if (rc == 0)
		tell_answered(cli, name, &answered);
	strlist_clear(&answered.notes);
	strbuf_clear(&text);
	free(name);
	return rc;
}

static int run_answer(struct cli *cli, const char *draft, struct error *err)
{
	if (cli->argument_count != 1)
		return cli_usage(cli, err, "--critic takes one FILE.");
	if (option_has(&cli->options, "dry-run") || option_has(&cli->options, "json") ||
	    option_has(&cli->options, "section"))
		return cli_usage(cli, err, "--critic does not go with --section, --dry-run or --json.");
	return import_answer(cli, draft, cli->arguments[0], err);
}

/* A file that fails does not keep the others from being imported. */
static int run(struct cli *cli, struct error *err)
{
	bool as_json = option_has(&cli->options, "json");
	const char *critic = option_value(&cli->options, "critic");
	struct json json;
	int status = 0;

	if (critic != NULL)
		return run_answer(cli, critic, err);
	if (option_has(&cli->options, "from"))
		return cli_usage(cli, err, "--from goes with --critic.");

	if (as_json && !option_has(&cli->options, "dry-run"))
		return cli_usage(cli, err, "--json goes with --dry-run.");
	if (as_json) {
		json_init(&json, &cli->out);
		json_array(&json, NULL);
	}
	for (size_t i = 0; i < cli->argument_count; i++) {
		int rc = import_file(cli, cli->arguments[i], as_json ? &json : NULL, err);

		if (rc < 0) {
			cli_complain(err);
			status = error_exit_status(rc);
		}
	}
	if (as_json)
		json_end(&json);
	return status;
}

const struct cli_command cli_import = {
    .name = "import",
    .help = "make drafts of text or Markdown",
    .arguments = "FILE ...",
    .about = "Makes a draft of each FILE (\"-\" is standard input) and prints its name. A FILE\n"
	     "is plain text, as it is copied from a news page, or Markdown, with or without\n"
	     "front matter. The first line is the headline; lines such as \"Date:\", \"Source:\"\n"
	     "or \"时间：\" and closing credits become front matter; what stands after an end\n"
	     "mark, and what belongs to the page around the text, is dropped. No word is\n"
	     "changed, and every line that is dropped is shown.\n"
	     "\n"
	     "With --dry-run the article is printed and nothing is written.\n"
	     "\n"
	     "With --critic, FILE is a draft's text that came back with CriticMarkup, from\n"
	     "\"diff --critic\" or \"show --source\": its changes become suggestions, a comment\n"
	     "behind a change its reason, and other comments comments. It may be on an older\n"
	     "text of the draft; with its marks refused it must be one.\n",
    .least = 1,
    .most = CLI_MANY,
    .offer = OPTION_OFFER_FILES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
