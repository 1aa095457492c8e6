#include "cli/commands.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/change.h"
#include "cli/json.h"
#include "cli/report.h"
#include "desk/wip.h"
#include "text/markdown.h"
#include "text/unicode.h"

/* A line longer than this is hard to read, however wide the terminal. */
#define WIDTH 80

static const struct option_row options[] = {
    {"source", '\0', NULL, OPTION_OFFER_NOTHING, "the Markdown, byte for byte"},
    {"html", '\0', NULL, OPTION_OFFER_NOTHING, "the body as HTML"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, with the source as \"text\""},
    {"unsaved", '\0', NULL, OPTION_OFFER_NOTHING,
     "the words of a draft that somebody typed and did not save"},
    {.name = NULL},
};

struct shown {
	const struct draft *draft;  /* NULL for what is published */
	const struct desk_row *row; /* NULL for a draft that was released, and for the desk's own files */
	char *path;
	struct oid blob; /* all zero for a withdrawal */
	struct strbuf text;
	struct wips unsaved; /* whose words are not saved; the first is shown, where that is asked for */
};

static int print_html(struct cli *cli, const struct shown *shown, struct error *err)
{
	return markdown_html(&cli->out, shown->text.data, shown->text.len, err);
}

static void print_json(struct cli *cli, const struct shown *shown)
{
	struct json json;

	json_init(&json, &cli->out);
	json_object(&json, NULL);
	if (shown->row != NULL) {
		report_row(&json, cli->desk, shown->row);
	} else if (shown->draft == NULL) {
		json_null(&json, "name");
		json_string(&json, "path", shown->path);
		json_string(&json, "title", policy_file_title(shown->path));
		report_oid(&json, "blob", &shown->blob);
	} else {
		json_string(&json, "name", shown->draft->name);
		json_string(&json, "path", shown->draft->path);
		json_string(&json, "state", review_state_word(shown->draft->state.name));
		report_oid(&json, "head", &shown->draft->head);
		report_oid(&json, "blob", &shown->blob);
		report_approvals(&json, cli->desk, shown->draft);
	}
	if (shown->draft != NULL)
		report_threads(&json, cli->desk, shown->draft);
	if (shown->unsaved.count > 0)
		report_unsaved(&json, &shown->unsaved.items[0]);
	if (oid_is_zero(&shown->blob))
		json_null(&json, "text");
	else
		json_bytes(&json, "text", shown->text.data, shown->text.len);
	json_end(&json);
}

static int print_page(struct cli *cli, const struct shown *shown, struct error *err)
{
	struct unicode_segmenter *segmenter;
	struct markdown *markdown;
	struct markdown_page page;
	int width = cli->width > 0 && cli->width < WIDTH ? cli->width : WIDTH;
	int rc = markdown_parse(&markdown, shown->text.data, shown->text.len, err);

	if (rc < 0)
		return rc;
	rc = unicode_segmenter_new(&segmenter, UNICODE_LINE, shown->row != NULL ? shown->row->language : NULL,
				   err);
	if (rc == 0) {
		markdown_layout(&page, markdown, segmenter, width);
		for (size_t i = 0; i < page.count; i++) {
			unicode_printable(&cli->out, page.lines[i].text, page.lines[i].len, -1);
			strbuf_addc(&cli->out, '\n');
		}
		markdown_page_clear(&page);
		unicode_segmenter_free(segmenter);
	}
	markdown_free(markdown);
	return rc;
}

/* The pictures and files that go with a draft. */
static int print_files(struct cli *cli, const struct shown *shown, struct error *err)
{
	const struct since since = {.kind = SINCE_PUBLISHED, .to = SINCE_HEAD};
	struct repo *repo = desk_repo(cli->desk);
	struct attachments files;
	struct since_states states;
	int rc = since_read(&states, repo, shown->draft, &since, err);

	if (rc < 0)
		return rc;
	rc = attachments_read(&files, repo, shown->draft->path, &states, shown->text.data, shown->text.len,
			      err);
	if (rc == 0 && files.count + files.missing_count > 0)
		strbuf_addc(&cli->out, '\n');
	if (rc == 0)
		(void)change_print_files(cli, &files);
	attachments_clear(&files);
	since_clear(&states);
	return rc;
}

/* Whose words these are, and since when. */
static void add_whose(struct strbuf *out, const struct wip *wip)
{
	char date[CLOCK_TEXT_SIZE], time[CLOCK_TEXT_SIZE];

	clock_date(date, wip->time.seconds, wip->time.offset);
	clock_minutes(time, wip->time.seconds, wip->time.offset);
	strbuf_addf(out, "%s <%s>, %s %s", wip->person.name, wip->person.mail, date, time);
}

static int print_unsaved(struct cli *cli, const struct shown *shown, struct error *err)
{
	struct strbuf whose = STRBUF_INIT;

	add_whose(&whose, &shown->unsaved.items[0]);
	strbuf_adds(&cli->out, "Unsaved words of ");
	unicode_printable(&cli->out, whose.data, whose.len, -1);
	strbuf_adds(&cli->out, "\n\n");
	strbuf_clear(&whose);
	if (!policy_is_desk_file(shown->path))
		return print_page(cli, shown, err);
	cli_print_lines(cli, "", shown->text.data, shown->text.len);
	return 0;
}

static int print_rendered(struct cli *cli, const struct shown *shown, struct error *err)
{
	int rc = 0;

	if (shown->unsaved.count > 0)
		return print_unsaved(cli, shown, err);
	if (shown->draft != NULL) {
		report_draft(cli, shown->draft);
		strbuf_addc(&cli->out, '\n');
	}
	if (shown->draft == NULL && shown->row != NULL)
		report_article(cli, shown->row);
	if (oid_is_zero(&shown->blob))
		strbuf_adds(&cli->out, "This draft takes its article down.\n");
	else if (policy_is_desk_file(shown->path))
		cli_print_lines(cli, "", shown->text.data, shown->text.len);
	else
		rc = print_page(cli, shown, err);
	if (rc == 0 && shown->draft != NULL)
		rc = print_files(cli, shown, err);
	if (rc == 0 && shown->draft != NULL)
		report_comments(cli, shown->draft);
	return rc;
}

static int print(struct cli *cli, const struct shown *shown, struct error *err)
{
	bool source = option_has(&cli->options, "source");
	bool html = option_has(&cli->options, "html");

	if ((source || html) && oid_is_zero(&shown->blob))
		return error_set(err, E_NOTFOUND, "The draft %s takes its article down, so it has no text.",
				 shown->draft->name);
	if (html)
		return print_html(cli, shown, err);
	if (source)
		strbuf_add(&cli->out, shown->text.data, shown->text.len);
	else if (option_has(&cli->options, "json"))
		print_json(cli, shown);
	else
		return print_rendered(cli, shown, err);
	return 0;
}

static int find(struct cli *cli, struct shown *shown, struct error *err)
{
	char *name;
	char *path;
	int rc = desk_find(cli->desk, cli->arguments[0], &name, &path, err);

	if (rc < 0)
		return rc;
	if (name != NULL) {
		shown->draft = desk_draft(cli->desk, name, err);
		rc = shown->draft != NULL ? 0 : err->code;
		if (rc == 0) {
			shown->blob = shown->draft->blob;
			shown->path = mem_strdup(shown->draft->path);
		}
	} else {
		rc = desk_article(cli->desk, path, &shown->blob, err);
		shown->path = mem_strdup(path);
	}
	if (name == NULL)
		desk_index(cli->desk, -1, NULL, NULL);
	shown->row = cli_row(cli->desk, name, path);
	free(name);
	free(path);
	if (rc == 0 && !oid_is_zero(&shown->blob))
		rc = desk_read(cli->desk, &shown->blob, &shown->text, err);
	return rc;
}

/* Takes the newest unsaved text in place of the saved one, and tells of others. */
static int find_unsaved(struct cli *cli, struct shown *shown, struct error *err)
{
	int rc = 0;

	if (shown->draft != NULL)
		rc = desk_unsaved(cli->desk, shown->draft->name, &shown->unsaved, err);
	if (rc < 0)
		return rc;
	if (shown->unsaved.count == 0)
		return error_set(err, E_REFUSED, "Nobody has unsaved words of %s here.", cli->arguments[0]);
	for (size_t i = 1; i < shown->unsaved.count; i++) {
		struct strbuf whose = STRBUF_INIT;

		add_whose(&whose, &shown->unsaved.items[i]);
		cli_say(cli, "There are others, of %s: see them in the editor.", whose.data);
		strbuf_clear(&whose);
	}
	strbuf_reset(&shown->text);
	shown->blob = shown->unsaved.items[0].blob;
	return desk_read(cli->desk, &shown->blob, &shown->text, err);
}

static int run(struct cli *cli, struct error *err)
{
	struct shown shown = {.text = STRBUF_INIT};
	int rc = find(cli, &shown, err);

	if (rc == 0 && option_has(&cli->options, "unsaved"))
		rc = find_unsaved(cli, &shown, err);
	if (rc == 0)
		rc = print(cli, &shown, err);
	strbuf_clear(&shown.text);
	wips_clear(&shown.unsaved);
	free(shown.path);
	return rc;
}

const struct cli_command cli_show = {
    .name = "show",
    .help = "an article or a draft, as its readers see it",
    .arguments = "NAME",
    .about = "Shows the published article or the draft NAME (a draft's name, or an article's\n"
	     "path, with or without the content folder and \".md\"). Of a draft, it also tells\n"
	     "where it stands, its head (which \"approve --seen\" takes) and its comments.\n"
	     "With --unsaved it is the newest text that somebody typed in the editor and\n"
	     "did not save.\n",
    .least = 1,
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
