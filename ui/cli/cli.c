#include "cli/cli.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "text/unicode.h"

/* -- Printing -- */

void cli_print(struct cli *cli, const char *text)
{
	unicode_printable(&cli->out, text, strlen(text), -1);
}

void cli_print_lines(struct cli *cli, const char *indent, const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		const char *newline = memchr(text + pos, '\n', len - pos);
		size_t end = newline != NULL ? (size_t)(newline - text) : len;
		size_t stop = end > pos && text[end - 1] == '\r' ? end - 1 : end;

		if (stop > pos)
			strbuf_adds(&cli->out, indent);
		unicode_printable(&cli->out, text + pos, stop - pos, -1);
		strbuf_addc(&cli->out, '\n');
		pos = end + 1;
	}
}

/* Says something on standard error; when that cannot be written there is nobody left to tell. */
static void say(const char *before, const char *text, const char *after)
{
	struct strbuf line = STRBUF_INIT;

	strbuf_adds(&line, before);
	unicode_printable(&line, text, strlen(text), -1);
	strbuf_adds(&line, after);
	(void)path_write_all(STDERR_FILENO, line.data, line.len);
	strbuf_clear(&line);
}

void cli_complain(const struct error *err)
{
	say("copydesk: ", err->message, "\n");
}

void cli_flush(struct cli *cli)
{
	struct error err;

	if (path_write_all(STDOUT_FILENO, cli->out.data, cli->out.len) < 0) {
		if (errno == EPIPE)
			exit(0);
		error_set_errno(&err, errno, "The standard output cannot be written");
		cli_complain(&err);
		exit(error_exit_status(E_IO));
	}
	strbuf_reset(&cli->out);
}

void cli_say(struct cli *cli, const char *format, ...)
{
	struct strbuf text = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_addv(&text, format, args);
	va_end(args);
	cli_flush(cli);
	say("", text.data, "\n");
	strbuf_clear(&text);
}

int cli_usage(const struct cli *cli, struct error *err, const char *format, ...)
{
	char text[ERROR_MESSAGE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	error_set(err, E_INVALID, "%s", text);
	if (cli->command != NULL)
		return error_advise(err, " \"copydesk help %s\" tells how it is used.", cli->command->name);
	return error_advise(err, " \"copydesk help\" lists the commands.");
}

/* -- Asking -- */

int cli_confirm(struct cli *cli, const char *word, const char *question, struct error *err)
{
	char line[256];
	size_t len;

	if (option_has(&cli->options, "yes"))
		return 0;
	if (!cli->terminal)
		return error_set(
		    err, E_REFUSED,
		    "Nobody is at a terminal to type the word \"%s\": give --yes when this is meant.", word);
	cli_flush(cli);
	say("", question, " ");
	say("Type ", word, " to go on: ");
	if (fgets(line, sizeof line, stdin) == NULL)
		line[0] = '\0';
	len = strcspn(line, "\r\n");
	line[len] = '\0';
	if (strcasecmp(line, word) == 0)
		return 0;
	return error_set(err, E_CANCELLED, "The word \"%s\" was not typed: nothing was done.", word);
}

/* -- Names and texts -- */

int cli_draft(struct cli *cli, const char *argument, char **name, struct error *err)
{
	char *path;
	int rc = desk_find(cli->desk, argument, name, &path, err);

	if (rc < 0 || *name != NULL)
		return rc;
	rc = error_set(err, E_REFUSED,
		       "%s is a published article, not a draft: open one with \"copydesk correct %s\".", path,
		       argument);
	free(path);
	return rc;
}

/* The article that an argument names; also a withdrawn one where that is taken. */
static int find_article(struct cli *cli, const char *argument, bool withdrawn, char **path, struct error *err)
{
	const struct draft *draft;
	char *name;
	int rc = desk_find(cli->desk, argument, &name, path, err);

	if (rc < 0 || *path != NULL)
		return rc;
	draft = desk_draft(cli->desk, name, NULL);
	if (draft != NULL && draft->state.name == REVIEW_STATE_WITHDRAWN && withdrawn)
		*path = mem_strdup(draft->path);
	else if (draft != NULL && draft->state.name == REVIEW_STATE_WITHDRAWN)
		rc = error_set(err, E_REFUSED, "%s was taken down, by the draft %s: it is published no more.",
			       draft->path, name);
	else
		rc = error_set(err, E_REFUSED,
			       "%s is a draft, not a published article: give the article's path.", name);
	free(name);
	return rc;
}

int cli_article(struct cli *cli, const char *argument, char **path, struct error *err)
{
	return find_article(cli, argument, false, path, err);
}

int cli_text(struct cli *cli, const char *option, bool needed, struct strbuf *out, struct error *err)
{
	const char *text = option_value(&cli->options, option);
	int rc = 0;

	if (text != NULL && strcmp(text, "-") == 0)
		rc = path_read(out, "-", REPO_BLOB_LIMIT, err);
	else if (text != NULL)
		strbuf_adds(out, text);
	strbuf_trim_end(out);
	if (rc == 0 && needed && out->len == 0)
		rc = cli_usage(cli, err, "\"%s\" needs a text: give it with -m 'TEXT'.", cli->command->name);
	return rc;
}

/* Digits of a head that are enough to name it. */
#define HEAD_LEAST 7

int cli_head(const struct draft *draft, const char *start, struct oid *out, struct error *err)
{
	for (size_t i = 0; strlen(start) >= HEAD_LEAST && i < draft->count; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[i].id);
		if (strncmp(hex, start, strlen(start)) == 0) {
			*out = draft->commits[i].id;
			return 0;
		}
	}
	return error_set(err, E_NOTFOUND,
			 "%s never had the head %s: give the one that \"copydesk show %s\" tells.",
			 draft->name, start, draft->name);
}

/* The blob that a person's text was made from. */
static int text_from(struct cli *cli, const char *name, struct oid *out, struct error *err)
{
	const char *given = option_value(&cli->options, "from");
	const struct draft *draft;

	if (given != NULL && !oid_parse(out, given))
		return cli_usage(cli, err,
				 "\"%s\" is no blob: give the 40 digits that \"show --json\" tells.", given);
	if (given != NULL)
		return 0;
	draft = desk_draft(cli->desk, name, err);
	if (draft == NULL)
		return err->code;
	*out = draft->blob;
	return 0;
}

int cli_other_text(struct cli *cli, const char *name, const char *done, struct strbuf *text, struct oid *from,
		   struct error *err)
{
	const char *file = cli->argument_count > 1 ? cli->arguments[1] : "-";
	int rc = text_from(cli, name, from, err);

	if (rc == 0)
		rc = path_read(text, file, REPO_BLOB_LIMIT, err);
	if (rc == 0 && text->len == 0)
		rc = error_set(err, E_INVALID, "The new text of %s is empty: nothing was %s.", name, done);
	return rc;
}

int cli_time(struct cli *cli, const char *text, int64_t *out, struct error *err)
{
	return clock_read(out, desk_clock(cli->desk), text, err);
}

static bool is_called(const struct desk_row *row, const char *name, const char *path)
{
	if (name != NULL)
		return row->name != NULL && strcmp(row->name, name) == 0;
	return row->name == NULL && path != NULL && strcmp(row->path, path) == 0;
}

const struct desk_row *cli_row(struct desk *desk, const char *name, const char *path)
{
	size_t count;
	const struct desk_row *rows = desk_rows(desk, &count);

	for (size_t i = 0; i < count; i++) {
		if (is_called(&rows[i], name, path))
			return &rows[i];
	}
	return NULL;
}

/* What a draft is, in a clause. */
static const char *const states[REVIEW_STATE_COUNT] = {
    [REVIEW_STATE_DRAFT] = "is a draft",
    [REVIEW_STATE_REVIEW] = "is in review",
    [REVIEW_STATE_CHANGES] = "needs changes",
    [REVIEW_STATE_APPROVED] = "is approved",
    [REVIEW_STATE_SCHEDULED] = "is approved and scheduled",
    [REVIEW_STATE_RELEASED] = "is published",
    [REVIEW_STATE_WITHDRAWN] = "is withdrawn",
    [REVIEW_STATE_SPIKED] = "is spiked",
};

void cli_say_state(struct cli *cli, const char *name)
{
	const struct desk_row *row = NULL;

	if (desk_refresh(cli->desk, NULL) == 0)
		row = cli_row(cli->desk, name, NULL);
	if (row != NULL)
		cli_say(cli, "%s %s%s%s.", name, states[row->state],
			row->waiting_on[0] != '\0' ? ", and waits for " : "", row->waiting_on);
	if (row != NULL && row->stuck != NULL)
		cli_say(cli, "%s", row->stuck);
}

static int act_on_draft(struct cli *cli, cli_draft_act *act, bool tell, struct error *err)
{
	char *name;
	int rc = cli_draft(cli, cli->arguments[0], &name, err);

	if (rc < 0)
		return rc;
	rc = act(cli, name, err);
	if (rc == 0 && tell)
		cli_say_state(cli, name);
	free(name);
	return rc;
}

int cli_with_draft(struct cli *cli, cli_draft_act *act, struct error *err)
{
	return act_on_draft(cli, act, false, err);
}

int cli_on_draft(struct cli *cli, cli_draft_act *act, struct error *err)
{
	return act_on_draft(cli, act, true, err);
}

int cli_act(struct cli *cli, const char *option, bool needed,
	    int (*act)(struct desk *desk, const char *name, const char *text, struct error *err),
	    struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	char *name;
	int rc = cli_draft(cli, cli->arguments[0], &name, err);

	if (rc < 0)
		return rc;
	rc = cli_text(cli, option, needed, &text, err);
	if (rc == 0)
		rc = act(cli->desk, name, text.data, err);
	if (rc == 0)
		cli_say_state(cli, name);
	strbuf_clear(&text);
	free(name);
	return rc;
}

/* That somebody changes an article already, a sentence; NULL when nobody does. */
static char *other_draft(struct cli *cli, const char *path)
{
	const char *name = desk_open_draft(cli->desk, path);
	const struct draft *draft = name != NULL ? desk_draft(cli->desk, name, NULL) : NULL;

	return draft != NULL ? mem_printf("%s is being changed already, in the draft %s by %s.", path, name,
					  draft->state.authors[0]->name)
			     : NULL;
}

int cli_begin(struct cli *cli, bool needed,
	      int (*begin)(struct desk *desk, const char *path, const char *reason, char **name,
			   struct error *err),
	      struct error *err)
{
	struct strbuf reason = STRBUF_INIT;
	char *name = NULL;
	char *other;
	char *path;
	/* What was withdrawn can be corrected back, and not be withdrawn again. */
	int rc = find_article(cli, cli->arguments[0], begin != desk_withdraw, &path, err);

	if (rc < 0)
		return rc;
	other = begin == desk_correct ? other_draft(cli, path) : NULL;
	rc = cli_text(cli, "reason", needed, &reason, err);
	if (rc == 0)
		rc = begin(cli->desk, path, reason.data, &name, err);
	if (rc == 0 && other != NULL)
		cli_say(cli, "%s This is another one beside it.", other);
	free(other);
	if (rc == 0) {
		strbuf_addf(&cli->out, "%s\n", name);
		cli_say_state(cli, name);
	}
	strbuf_clear(&reason);
	free(name);
	free(path);
	return rc;
}
