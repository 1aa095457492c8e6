#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

struct pty *script_pty(struct script *script)
{
	return script->terminals[script->current].pty;
}

/* -- Telling -- */

void script_comment(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		printf("# %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

void script_add_screen(struct pty *pty, bool styled, struct strbuf *out)
{
	for (int row = 0; row < pty_height(pty); row++) {
		pty_row(pty, row, styled, out);
		strbuf_addc(out, '\n');
	}
}

bool script_check(struct script *script, const struct step *step, bool passed)
{
	struct strbuf screen = STRBUF_INIT;

	printf("%sok %d - line %d: %s %s\n", passed ? "" : "not ", ++script->checks, script->line, step->verb,
	       step->argument);
	if (!passed) {
		script->failed = true;
		if (script_pty(script) != NULL)
			script_add_screen(script_pty(script), false, &screen);
		script_comment(screen.data);
		strbuf_clear(&screen);
	}
	return passed;
}

bool script_fail(struct script *script, const struct step *step, const char *why)
{
	script_check(script, step, false);
	script_comment(why);
	return false;
}

/* -- Waiting -- */

bool script_wait(struct script *script, bool (*condition)(struct pty *pty, void *context), void *context)
{
	int64_t deadline = clock_monotonic() + SCRIPT_DEADLINE;
	struct pty *pty = script_pty(script);

	while (!condition(pty, context)) {
		if (clock_monotonic() > deadline)
			return false;
		for (int i = 0; i < SCRIPT_TERMINALS; i++) {
			if (script->terminals[i].pty != NULL && i != script->current)
				pty_pump(script->terminals[i].pty, 0);
		}
		if (!pty_pump(pty, 50) && !condition(pty, context) && pty_is_over(pty))
			return false;
	}
	return true;
}

void script_drain(struct pty *pty, int milliseconds)
{
	bool more = true;

	while (more)
		more = pty_pump(pty, milliseconds);
}

/* -- Steps -- */

/* The next line, without its line end; NULL at the end of the script. */
static char *next_line(struct script *script)
{
	char *line = script->rest;
	size_t len;

	if (line == NULL || *line == '\0')
		return NULL;
	len = strcspn(line, "\n");
	script->rest = line[len] == '\n' ? line + len + 1 : NULL;
	line[len] = '\0';
	script->next_line++;
	return line;
}

static void keep_line(struct script *script, const char *line)
{
	strbuf_adds(&script->updated, line);
	strbuf_addc(&script->updated, '\n');
}

/* Reads the lines that belong to a step, up to the one that ends them. */
static void read_body(struct script *script, struct step *step, const char *end, bool keep)
{
	char *line;

	while ((line = next_line(script)) != NULL && strcmp(line, end) != 0) {
		strbuf_adds(&step->body, line);
		strbuf_addc(&step->body, '\n');
		if (keep)
			keep_line(script, line);
	}
}

static bool run_step(struct script *script, char *line)
{
	struct step step = {.verb = line, .body = STRBUF_INIT};
	size_t len = strcspn(line, " ");
	char *heredoc, *end = NULL;
	bool passed;

	keep_line(script, line);
	script->line = script->next_line;
	step.argument = line[len] == ' ' ? line + len + 1 : line + len;
	line[len] = '\0';
	for (size_t i = 0; i < verb_count; i++) {
		if (strcmp(verbs[i].name, step.verb) != 0)
			continue;
		if (verbs[i].terminal && script_pty(script) == NULL)
			return script_fail(script, &step, "No program has been started: run comes first.");
		heredoc = strstr(step.argument, "<<");
		if (heredoc != NULL && strcmp(verbs[i].name, "type") != 0) {
			end = mem_strdup(heredoc + 2);
			*heredoc = '\0';
			while (heredoc > step.argument && heredoc[-1] == ' ')
				*--heredoc = '\0';
		} else if (verbs[i].block) {
			end = mem_strdup("end");
		}
		if (end != NULL)
			read_body(script, &step, end, !(verbs[i].block && script->update));
		passed = verbs[i].function(script, &step);
		if (end != NULL)
			keep_line(script, end);
		free(end);
		strbuf_clear(&step.body);
		return passed;
	}
	return script_fail(script, &step, "There is no such step.");
}

void script_run(struct script *script)
{
	char *line;

	while ((line = next_line(script)) != NULL) {
		if (*line == '\0' || *line == '#')
			keep_line(script, line);
		else if (!run_step(script, line))
			return;
	}
}
