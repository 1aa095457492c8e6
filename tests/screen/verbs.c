/*
 * What can be done in a line of a script of the screen; tests/README.md tells of each.
 */
#include <ctype.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "text/unicode.h"
#include "tui/keymap.h"

#include "script.h"

#define SETTLED 400 /* milliseconds of silence, after which UPDATE=1 takes a screen as it is */

/* -- Waiting -- */

static bool is_shown(struct pty *pty, void *context)
{
	return pty_count(pty, context) > 0;
}

static bool is_gone(struct pty *pty, void *context)
{
	return pty_count(pty, context) == 0;
}

static bool do_wait(struct script *script, struct step *step)
{
	return script_check(script, step, script_wait(script, is_shown, step->argument));
}

static bool do_gone(struct script *script, struct step *step)
{
	return script_check(script, step, script_wait(script, is_gone, step->argument));
}

/* -- Setting up -- */

static bool do_size(struct script *script, struct step *step)
{
	if (sscanf(step->argument, "%dx%d", &script->width, &script->height) != 2)
		return script_fail(script, step, "A size is COLUMNSxROWS, such as 80x24.");
	return true;
}

static bool do_env(struct script *script, struct step *step)
{
	char *equals = strchr(step->argument, '=');

	(void)script;
	if (equals == NULL) {
		unsetenv(step->argument);
		return true;
	}
	*equals = '\0';
	setenv(step->argument, equals + 1, 1);
	*equals = '=';
	return true;
}

static bool run_shell(const char *command, struct strbuf *out)
{
	char *line = mem_printf("exec 2>&1 </dev/null; %s", command);
	char bytes[4096];
	size_t n;
	FILE *pipe;

	fflush(stdout);
	pipe = popen(line, "r");
	free(line);
	if (pipe == NULL)
		return false;
	while ((n = fread(bytes, 1, sizeof bytes, pipe)) > 0)
		strbuf_add(out, bytes, n);
	return pclose(pipe) == 0;
}

/* Runs a line or a body in the shell; what it prints is told when it fails. */
static bool do_sh(struct script *script, struct step *step)
{
	struct strbuf out = STRBUF_INIT;
	bool passed = run_shell(step->body.len > 0 ? step->body.data : step->argument, &out);

	script_check(script, step, passed);
	if (!passed)
		script_comment(out.data);
	strbuf_clear(&out);
	return passed;
}

static bool do_file(struct script *script, struct step *step)
{
	struct error err;

	if (path_write(step->argument, step->body.data, step->body.len, 0644, &err) < 0)
		return script_fail(script, step, err.message);
	return true;
}

static bool do_fsck(struct script *script, struct step *step)
{
	char *command =
	    mem_printf("test -z \"$(git -C '%s' fsck --strict --no-dangling --no-progress 2>&1 | tee "
		       "/dev/stderr)\"",
		       step->argument);
	struct strbuf out = STRBUF_INIT;
	bool passed = run_shell(command, &out);

	script_check(script, step, passed);
	if (!passed)
		script_comment(out.data);
	strbuf_clear(&out);
	free(command);
	return passed;
}

/* -- The program -- */

static bool do_run(struct script *script, struct step *step)
{
	struct script_terminal *terminal = &script->terminals[script->current];

	pty_free(terminal->pty);
	terminal->pty = pty_start(step->argument, script->height, script->width);
	return true;
}

/* Goes on at another terminal; a new name is a new one. */
static bool do_terminal(struct script *script, struct step *step)
{
	for (int i = 0; i < SCRIPT_TERMINALS; i++) {
		struct script_terminal *terminal = &script->terminals[i];

		if (terminal->name == NULL)
			terminal->name = mem_strdup(step->argument);
		if (strcmp(terminal->name, step->argument) == 0) {
			script->current = i;
			return true;
		}
	}
	return script_fail(script, step, "There are too many terminals.");
}

static bool do_resize(struct script *script, struct step *step)
{
	if (!do_size(script, step))
		return false;
	pty_resize(script_pty(script), script->height, script->width);
	return true;
}

static bool do_kill(struct script *script, struct step *step)
{
	(void)step;
	pty_signal(script_pty(script), SIGKILL);
	return true;
}

static bool do_term(struct script *script, struct step *step)
{
	(void)step;
	pty_signal(script_pty(script), SIGTERM);
	return true;
}

static bool do_signal(struct script *script, struct step *step)
{
	pty_signal(script_pty(script), atoi(step->argument));
	return true;
}

static bool do_hangup(struct script *script, struct step *step)
{
	(void)step;
	pty_hang_up(script_pty(script));
	return true;
}

static bool is_over(struct pty *pty, void *context)
{
	(void)context;
	return pty_is_over(pty);
}

/* "exit 0" or "exit 0 within 1000": the status, and the milliseconds that the end may take. */
static bool do_exit(struct script *script, struct step *step)
{
	int wanted = 0, within = 0, spent = 0, status = -1;
	struct pty *pty = script_pty(script);
	char why[80];
	bool ended;

	if (sscanf(step->argument, "%d within %d", &wanted, &within) == 2) {
		ended = pty_wait_end_busily(pty, within, &spent, &status, &script->cpu);
	} else {
		script_wait(script, is_over, NULL);
		ended = pty_wait_end(pty, SCRIPT_DEADLINE, &status, &script->cpu);
	}
	if (!ended)
		return script_fail(script, step, "It has not ended.");
	script_drain(pty, 0);
	snprintf(why, sizeof why, "It ended with %d.", status);
	if (status != wanted)
		return script_fail(script, step, why);
	script_check(script, step, true);
	if (within > 0)
		printf("# %d ms\n", spent);
	return true;
}

/* The processor time, in milliseconds, of the program that has ended. */
static bool do_cpu_below(struct script *script, struct step *step)
{
	script_check(script, step, script->cpu < atol(step->argument));
	printf("# %ld ms\n", script->cpu);
	return !script->failed;
}

static bool do_restored(struct script *script, struct step *step)
{
	return script_check(script, step, pty_is_restored(script_pty(script)));
}

/* -- Typing -- */

static bool do_key(struct script *script, struct step *step)
{
	char *rest = step->argument, *name;

	while ((name = strsep(&rest, " ")) != NULL) {
		struct input_key key;

		if (*name == '\0')
			continue;
		if (!keymap_parse(&key, name, strlen(name)))
			return script_fail(script, step, "A key has no such name.");
		pty_key(script_pty(script), key);
	}
	return true;
}

static bool do_type(struct script *script, struct step *step)
{
	pty_type(script_pty(script), step->argument, strlen(step->argument));
	return true;
}

static bool do_paste(struct script *script, struct step *step)
{
	size_t len = step->body.len > 0 ? step->body.len - 1 : 0; /* without the last line end */

	if (step->body.len > 0)
		pty_paste(script_pty(script), step->body.data, len);
	else
		pty_paste(script_pty(script), step->argument, strlen(step->argument));
	return true;
}

static bool do_paste_file(struct script *script, struct step *step)
{
	struct strbuf text = STRBUF_INIT;
	struct error err;

	if (path_read(&text, step->argument, SIZE_MAX, &err) < 0)
		return script_fail(script, step, err.message);
	pty_paste(script_pty(script), text.data, text.len);
	strbuf_clear(&text);
	return true;
}

/* -- Screens -- */

struct expected {
	const char *rows;
	bool styled;
	struct strbuf now;
};

/*
 * Makes the commit ids that rows show, words of 7 or more hexadecimal digits, '#' for each digit:
 * they change with every change of what "init" writes. Rows of styles are left as they are.
 */
static void mask_ids(char *rows)
{
	static const char digits[] = "0123456789abcdef";

	for (char *p = rows; *p != '\0'; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t len;

		if (*p == '~')
			continue;
		for (char *q = p; *q != '\n' && *q != '\0'; q += len) {
			len = strspn(q, digits);
			if (len >= 7 && !isalnum((unsigned char)q[len]))
				memset(q, '#', len);
			if (isalnum((unsigned char)q[len]))
				while (isalnum((unsigned char)q[len]))
					len++;
			else if (len == 0)
				len = 1;
		}
	}
}

static void add_expected(struct pty *pty, struct expected *expected)
{
	struct strbuf rows = STRBUF_INIT;

	script_add_screen(pty, expected->styled, &rows);
	strbuf_reset(&expected->now);
	for (const char *p = rows.data; *p != '\0';) {
		size_t len = strcspn(p, "\n");

		if (*p != '~')
			strbuf_addc(&expected->now, '|');
		strbuf_add(&expected->now, p, len);
		strbuf_addc(&expected->now, '\n');
		p += len + 1;
	}
	strbuf_clear(&rows);
	mask_ids(expected->now.data);
}

static bool is_expected(struct pty *pty, void *context)
{
	struct expected *expected = context;

	add_expected(pty, expected);
	return strcmp(expected->now.data, expected->rows) == 0;
}

/* Each row is told where it differs. */
static void tell_difference(const char *wanted, const char *is)
{
	while (*wanted != '\0' || *is != '\0') {
		size_t a = strcspn(wanted, "\n"), b = strcspn(is, "\n");

		if (a != b || memcmp(wanted, is, a) != 0)
			printf("# - %.*s\n# + %.*s\n", (int)a, wanted, (int)b, is);
		wanted += a + (wanted[a] == '\n');
		is += b + (is[b] == '\n');
	}
}

/* "screen" or "screen styled": waits until it is exactly this one. */
static bool do_screen(struct script *script, struct step *step)
{
	struct expected expected = {.rows = step->body.data,
				    .styled = strcmp(step->argument, "styled") == 0,
				    .now = STRBUF_INIT};
	bool passed = true;

	mask_ids(step->body.data);
	if (script->update) {
		script_drain(script_pty(script), SETTLED);
		add_expected(script_pty(script), &expected);
		strbuf_adds(&script->updated, expected.now.data);
	} else {
		passed = script_wait(script, is_expected, &expected);
	}
	script_check(script, step, passed);
	if (!passed)
		tell_difference(expected.rows, expected.now.data);
	strbuf_clear(&expected.now);
	return passed;
}

struct place {
	int row, column;
};

static bool is_at(struct pty *pty, void *context)
{
	const struct place *place = context;
	int row, column;

	if (!pty_cursor(pty, &row, &column))
		return place->row < 0;
	return row == place->row && column == place->column;
}

/* "cursor ROW,COLUMN" from 0, or "cursor none". */
static bool do_cursor(struct script *script, struct step *step)
{
	struct place place = {-1, -1};
	int row = -1, column = -1;
	char why[80];

	if (strcmp(step->argument, "none") != 0 &&
	    sscanf(step->argument, "%d,%d", &place.row, &place.column) != 2)
		return script_fail(script, step, "A place is ROW,COLUMN, or none.");
	if (script_wait(script, is_at, &place))
		return script_check(script, step, true);
	snprintf(why, sizeof why,
		 pty_cursor(script_pty(script), &row, &column) ? "It is at %d,%d." : "It is hidden.", row,
		 column);
	return script_fail(script, step, why);
}

/* -- Bytes -- */

/*
 * "quiet 300": nothing is sent for so many milliseconds.  On a busy machine something may come late that a
 * key asked for, so there are a few tries.
 */
static bool do_quiet(struct script *script, struct step *step)
{
	bool quiet = false;

	for (int tries = 0; !quiet && tries < 4; tries++) {
		script_drain(script_pty(script), SETTLED);
		quiet = !pty_pump(script_pty(script), atoi(step->argument));
	}
	return script_check(script, step, quiet);
}

struct appearance {
	char *text;
	int count;
};

static bool has_appeared(struct pty *pty, void *context)
{
	const struct appearance *appearance = context;

	return pty_count(pty, appearance->text) >= appearance->count;
}

static int by_size(const void *a, const void *b)
{
	const size_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/*
 * "bytes-below 60 shown 2 type word": types the word character by character, each once the one before
 * it is shown in so many places more than before, and compares the median of the bytes sent for one.
 */
static bool do_bytes_below(struct script *script, struct step *step)
{
	size_t limit, bytes[256], count = 0, len;
	int places, start = 0;
	char *text;

	if (sscanf(step->argument, "%zu shown %d type %n", &limit, &places, &start) != 2 || start == 0)
		return script_fail(script, step, "bytes-below BYTES shown PLACES type TEXT");
	text = step->argument + start;
	len = strlen(text);
	for (size_t pos = 0; pos < len && count < sizeof bytes / sizeof bytes[0];) {
		size_t next = unicode_next(text, len, pos), before = pty_bytes(script_pty(script));
		struct appearance appearance = {.text = mem_strndup(text, next)};
		bool appeared;

		appearance.count = pty_count(script_pty(script), appearance.text) + places;
		pty_type(script_pty(script), text + pos, next - pos);
		appeared = script_wait(script, has_appeared, &appearance);
		free(appearance.text);
		if (!appeared)
			return script_fail(script, step, "A character has not appeared.");
		bytes[count++] = pty_bytes(script_pty(script)) - before;
		pos = next;
	}
	qsort(bytes, count, sizeof bytes[0], by_size);
	script_check(script, step, count > 0 && bytes[count / 2] <= limit);
	if (count > 0)
		printf("# median %zu bytes, most %zu\n", bytes[count / 2], bytes[count - 1]);
	return !script->failed;
}

/* -- The verbs -- */

const struct verb verbs[] = {
    {"size", do_size, false, false},
    {"env", do_env, false, false},
    {"sh", do_sh, false, false},
    {"file", do_file, false, false},
    {"fsck", do_fsck, false, false},
    {"terminal", do_terminal, false, false},
    {"run", do_run, false, false},
    {"wait", do_wait, true, false},
    {"gone", do_gone, true, false},
    {"key", do_key, true, false},
    {"type", do_type, true, false},
    {"paste", do_paste, true, false},
    {"paste-file", do_paste_file, true, false},
    {"resize", do_resize, true, false},
    {"screen", do_screen, true, true},
    {"cursor", do_cursor, true, false},
    {"quiet", do_quiet, true, false},
    {"bytes-below", do_bytes_below, true, false},
    {"kill", do_kill, true, false},
    {"term", do_term, true, false},
    {"signal", do_signal, true, false},
    {"hangup", do_hangup, true, false},
    {"exit", do_exit, true, false},
    {"cpu-below", do_cpu_below, true, false},
    {"restored", do_restored, true, false},
};

const size_t verb_count = sizeof verbs / sizeof verbs[0];
