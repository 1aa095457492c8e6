#include "cli/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "cli/cli.h"
#include "text/unicode.h"

/* Columns of the line, and milliseconds between two of them. */
#define WIDTH 78
#define EVERY 50

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

void progress_start(struct progress *progress, struct cli *cli)
{
	*progress = (struct progress){.cli = cli,
				      .listener = {.progress = show, .context = progress},
				      .terminal = isatty(STDERR_FILENO)};
	cli_flush(cli);
	desk_listen(cli->desk, &progress->listener);
}

void progress_end(struct progress *progress)
{
	static const char clear[] = "\r\033[K";
	const char *line = desk_said(progress->cli->desk);

	desk_listen(progress->cli->desk, NULL);
	if (progress->shown)
		(void)path_write_all(STDERR_FILENO, clear, sizeof clear - 1);
	while (*line != '\0') {
		size_t len = strcspn(line, "\n");

		cli_say(progress->cli, "server: %.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}
