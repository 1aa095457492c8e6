#include "cli/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "cli/cli.h"
#include "desk/after.h"
#include "text/unicode.h"

/* Columns of the line, and milliseconds between two of them. */
#define WIDTH 78
#define EVERY 50

/* Lines of a command after a release that are shown. */
#define SHOWN 20

static void show(void *context, const char *line)
{
	struct progress *progress = context;
	struct strbuf text = STRBUF_INIT;
	int64_t now = clock_monotonic();

	if (!progress->terminal || now < progress->next)
		return;
	strbuf_addc(&text, '\r');
	unicode_printable(&text, line, strlen(line), WIDTH);
	strbuf_adds(&text, "\033[K");
	(void)path_write_all(STDERR_FILENO, text.data, text.len);
	strbuf_clear(&text);
	progress->shown = true;
	progress->next = now + EVERY;
}

static void listen(struct progress *progress, struct cli *cli)
{
	*progress = (struct progress){.cli = cli,
				      .listener = {.progress = show, .context = progress},
				      .terminal = isatty(STDERR_FILENO)};
	cli_flush(cli);
}

static void clear(const struct progress *progress)
{
	static const char line[] = "\r\033[K";

	if (progress->shown)
		(void)path_write_all(STDERR_FILENO, line, sizeof line - 1);
}

/* Says each line but those that a sentence (or NULL) quotes. */
static void say_lines(struct cli *cli, const char *who, const char *lines, const char *sentence)
{
	while (*lines != '\0') {
		size_t len = strcspn(lines, "\n");
		char *line = mem_strndup(lines, len);

		if (sentence == NULL || len == 0 || strstr(sentence, line) == NULL)
			cli_say(cli, "%s: %s", who, line);
		free(line);
		lines += len + (lines[len] == '\n');
	}
}

void progress_start(struct progress *progress, struct cli *cli)
{
	listen(progress, cli);
	desk_listen(cli->desk, &progress->listener);
}

void progress_end(struct progress *progress, const struct error *err)
{
	clear(progress);
	say_lines(progress->cli, "server", desk_said(progress->cli->desk), err != NULL ? err->message : NULL);
	desk_listen(progress->cli->desk, NULL);
}

/* -- After a release -- */

/* Where the last lines begin that are shown; the log has all. */
static const char *last_lines(const struct strbuf *text)
{
	const char *at = text->data + text->len;

	for (int lines = 0; at > text->data; at--) {
		lines += at[-1] == '\n';
		if (lines > SHOWN)
			break;
	}
	return at;
}

void progress_after(struct cli *cli, struct repo *repo, const struct oid *commit, const struct oid *old,
		    const char *tag)
{
	struct after after;
	struct after_release release = {.commit = commit, .old = old, .tag = tag};
	struct after_result result;
	struct progress progress;
	struct clock clock;
	struct error err;
	int rc;

	if (!after_find(&after, repo))
		return;
	clock_init(&clock);
	release.now.seconds = clock_now(&clock);
	release.now.offset = clock_offset(&clock, release.now.seconds);
	listen(&progress, cli);
	rc = after_run(&after, &release, &progress.listener, &result, &err);
	clear(&progress);
	say_lines(cli, "after release", last_lines(&result.output), NULL);
	cli_say(cli, "%s%s%s", result.outcome, result.failed ? " The release stands; all it said is in " : "",
		result.failed ? after.log : "");
	if (rc < 0)
		cli_complain(&err);
	after_result_clear(&result);
	after_clear(&after);
}
