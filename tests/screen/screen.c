/*
 * Tests of the screen: runs a script of keys, waits and expected screens against a program in a
 * pseudo-terminal, and prints TAP.  tests/README.md tells the language of the scripts.
 *
 *	screen_driver BUILD_DIR FILE.test
 */
#include <ctype.h>
#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/keymap.h"

#include "pty.h"

#define DEADLINE     15000 /* milliseconds that a wait may take */
#define SETTLED      400   /* of silence, after which UPDATE=1 takes a screen as it is */
#define TERMINALS    4
#define SCRIPT_LIMIT ((size_t)4 << 20)

struct terminal {
	char *name;
	struct pty *pty;
};

/* One line of a script, with the lines that belong to it. */
struct step {
	const char *verb;
	char *argument;     /* what follows the verb and one blank; never NULL */
	struct strbuf body; /* of "<<END", and of a screen; without the line that ends it */
};

struct script {
	const char *path;
	char *text, *rest; /* rest: what is not read yet */
	int line;          /* of the step, from 1 */
	int next_line;
	int height, width;
	struct terminal terminals[TERMINALS];
	int current; /* terminal */
	int checks;
	bool failed;
	bool update;           /* expected screens are written instead of compared */
	struct strbuf updated; /* the script as it will be then */
	char *folder, *source, *build;
	long cpu; /* milliseconds that the last program took */
};

typedef bool verb_function(struct script *script, struct step *step);

/* -- Telling -- */

static void comment(const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		printf("# %.*s\n", (int)len, text);
		text += len + (text[len] == '\n');
	}
}

static void add_screen(struct pty *pty, bool styled, struct strbuf *out)
{
	for (int row = 0; row < pty_height(pty); row++) {
		pty_row(pty, row, styled, out);
		strbuf_addc(out, '\n');
	}
}

static struct pty *current(struct script *script)
{
	return script->terminals[script->current].pty;
}

/* One line of TAP; where the check failed, with the screen. */
static bool check(struct script *script, const struct step *step, bool passed)
{
	struct strbuf screen = STRBUF_INIT;

	printf("%sok %d - line %d: %s %s\n", passed ? "" : "not ", ++script->checks, script->line, step->verb,
	       step->argument);
	if (!passed) {
		script->failed = true;
		if (current(script) != NULL)
			add_screen(current(script), false, &screen);
		comment(screen.data);
		strbuf_clear(&screen);
	}
	return passed;
}

static bool fail(struct script *script, const struct step *step, const char *why)
{
	check(script, step, false);
	comment(why);
	return false;
}

/* -- Waiting -- */

/*
 * Pumps until condition(context) holds; false after the deadline.  All terminals are kept going, so
 * that none of the programs is stuck on a full one.
 */
static bool wait_until(struct script *script, bool (*condition)(struct pty *pty, void *context),
		       void *context)
{
	int64_t deadline = clock_monotonic() + DEADLINE;
	struct pty *pty = current(script);

	while (!condition(pty, context)) {
		if (clock_monotonic() > deadline)
			return false;
		for (int i = 0; i < TERMINALS; i++) {
			if (script->terminals[i].pty != NULL && i != script->current)
				pty_pump(script->terminals[i].pty, 0);
		}
		if (!pty_pump(pty, 50) && !condition(pty, context) && pty_is_over(pty))
			return false;
	}
	return true;
}

/* Takes what comes until nothing has for so many milliseconds. */
static void drain(struct pty *pty, int milliseconds)
{
	bool more = true;

	while (more)
		more = pty_pump(pty, milliseconds);
}

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
	return check(script, step, wait_until(script, is_shown, step->argument));
}

static bool do_gone(struct script *script, struct step *step)
{
	return check(script, step, wait_until(script, is_gone, step->argument));
}

/* -- Setting up -- */

static bool do_size(struct script *script, struct step *step)
{
	if (sscanf(step->argument, "%dx%d", &script->width, &script->height) != 2)
		return fail(script, step, "A size is COLUMNSxROWS, such as 80x24.");
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

	check(script, step, passed);
	if (!passed)
		comment(out.data);
	strbuf_clear(&out);
	return passed;
}

static bool do_file(struct script *script, struct step *step)
{
	struct error err;

	if (path_write(step->argument, step->body.data, step->body.len, 0644, &err) < 0)
		return fail(script, step, err.message);
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

	check(script, step, passed);
	if (!passed)
		comment(out.data);
	strbuf_clear(&out);
	free(command);
	return passed;
}

/* -- The program -- */

static bool do_run(struct script *script, struct step *step)
{
	struct terminal *terminal = &script->terminals[script->current];

	pty_free(terminal->pty);
	terminal->pty = pty_start(step->argument, script->height, script->width);
	return true;
}

/* Goes on at another terminal; a new name is a new one. */
static bool do_terminal(struct script *script, struct step *step)
{
	for (int i = 0; i < TERMINALS; i++) {
		struct terminal *terminal = &script->terminals[i];

		if (terminal->name == NULL)
			terminal->name = mem_strdup(step->argument);
		if (strcmp(terminal->name, step->argument) == 0) {
			script->current = i;
			return true;
		}
	}
	return fail(script, step, "There are too many terminals.");
}

static bool do_resize(struct script *script, struct step *step)
{
	if (!do_size(script, step))
		return false;
	pty_resize(current(script), script->height, script->width);
	return true;
}

static bool do_kill(struct script *script, struct step *step)
{
	(void)step;
	pty_signal(current(script), SIGKILL);
	return true;
}

static bool do_term(struct script *script, struct step *step)
{
	(void)step;
	pty_signal(current(script), SIGTERM);
	return true;
}

static bool do_signal(struct script *script, struct step *step)
{
	pty_signal(current(script), atoi(step->argument));
	return true;
}

static bool do_hangup(struct script *script, struct step *step)
{
	(void)step;
	pty_hang_up(current(script));
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
	int wanted = 0, within = DEADLINE, status = -1;
	int64_t start = clock_monotonic();
	char why[80];

	sscanf(step->argument, "%d within %d", &wanted, &within);
	wait_until(script, is_over, NULL);
	if (!pty_wait_end(current(script), DEADLINE, &status, &script->cpu))
		return fail(script, step, "It has not ended.");
	drain(current(script), 0);
	snprintf(why, sizeof why, "It ended with %d after %d ms.", status, (int)(clock_monotonic() - start));
	if (status != wanted || clock_monotonic() - start > within)
		return fail(script, step, why);
	return check(script, step, true);
}

/* The processor time, in milliseconds, of the program that has ended. */
static bool do_cpu_below(struct script *script, struct step *step)
{
	check(script, step, script->cpu < atol(step->argument));
	printf("# %ld ms\n", script->cpu);
	return !script->failed;
}

static bool do_restored(struct script *script, struct step *step)
{
	return check(script, step, pty_is_restored(current(script)));
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
			return fail(script, step, "A key has no such name.");
		pty_key(current(script), key);
	}
	return true;
}

static bool do_type(struct script *script, struct step *step)
{
	pty_type(current(script), step->argument, strlen(step->argument));
	return true;
}

static bool do_paste(struct script *script, struct step *step)
{
	size_t len = step->body.len > 0 ? step->body.len - 1 : 0; /* without the last line end */

	if (step->body.len > 0)
		pty_paste(current(script), step->body.data, len);
	else
		pty_paste(current(script), step->argument, strlen(step->argument));
	return true;
}

static bool do_paste_file(struct script *script, struct step *step)
{
	struct strbuf text = STRBUF_INIT;
	struct error err;

	if (path_read(&text, step->argument, SIZE_MAX, &err) < 0)
		return fail(script, step, err.message);
	pty_paste(current(script), text.data, text.len);
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

	add_screen(pty, expected->styled, &rows);
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
		drain(current(script), SETTLED);
		add_expected(current(script), &expected);
		strbuf_adds(&script->updated, expected.now.data);
	} else {
		passed = wait_until(script, is_expected, &expected);
	}
	check(script, step, passed);
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
		return fail(script, step, "A place is ROW,COLUMN, or none.");
	if (wait_until(script, is_at, &place))
		return check(script, step, true);
	snprintf(why, sizeof why,
		 pty_cursor(current(script), &row, &column) ? "It is at %d,%d." : "It is hidden.", row,
		 column);
	return fail(script, step, why);
}

/* -- Bytes -- */

/* "quiet 300": nothing is sent for so many milliseconds. */
static bool do_quiet(struct script *script, struct step *step)
{
	drain(current(script), SETTLED);
	return check(script, step, !pty_pump(current(script), atoi(step->argument)));
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
		return fail(script, step, "bytes-below BYTES shown PLACES type TEXT");
	text = step->argument + start;
	len = strlen(text);
	for (size_t pos = 0; pos < len && count < sizeof bytes / sizeof bytes[0];) {
		size_t next = unicode_next(text, len, pos), before = pty_bytes(current(script));
		struct appearance appearance = {.text = mem_strndup(text, next)};
		bool appeared;

		appearance.count = pty_count(current(script), appearance.text) + places;
		pty_type(current(script), text + pos, next - pos);
		appeared = wait_until(script, has_appeared, &appearance);
		free(appearance.text);
		if (!appeared)
			return fail(script, step, "A character has not appeared.");
		bytes[count++] = pty_bytes(current(script)) - before;
		pos = next;
	}
	qsort(bytes, count, sizeof bytes[0], by_size);
	check(script, step, count > 0 && bytes[count / 2] <= limit);
	if (count > 0)
		printf("# median %zu bytes, most %zu\n", bytes[count / 2], bytes[count - 1]);
	return !script->failed;
}

/* -- Scripts -- */

static const struct {
	const char *name;
	verb_function *function;
	bool terminal; /* needs a program that was started */
	bool block;    /* its lines follow, up to "end" */
} verbs[] = {
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
	for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
		if (strcmp(verbs[i].name, step.verb) != 0)
			continue;
		if (verbs[i].terminal && current(script) == NULL)
			return fail(script, &step, "No program has been started: run comes first.");
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
	return fail(script, &step, "There is no such step.");
}

static void run_script(struct script *script)
{
	char *line;

	while ((line = next_line(script)) != NULL) {
		if (*line == '\0' || *line == '#')
			keep_line(script, line);
		else if (!run_step(script, line))
			return;
	}
}

/* -- The frozen environment -- */

static void set_environment(const struct script *script)
{
	static const char *const kept[] = {"ASAN_OPTIONS", "UBSAN_OPTIONS", "LD_LIBRARY_PATH"};
	char *values[sizeof kept / sizeof kept[0]];
	char *home = path_join(script->folder, "home");
	char *path = mem_printf("%s:%s/tests:%s", script->build, script->build, getenv("PATH"));

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		values[i] = mem_strdup(getenv(kept[i]));
	clearenv();
	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++) {
		if (values[i] != NULL)
			setenv(kept[i], values[i], 1);
		free(values[i]);
	}
	setenv("PATH", path, 1);
	setenv("HOME", home, 1);
	setenv("SOURCE", script->source, 1);
	setenv("TERM", "xterm-256color", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	setenv("SHELL", "/bin/sh", 1);
	setenv("COPYDESK_CLOCK", "2026-11-20T09:00:00Z", 1);
	setenv("GIT_AUTHOR_DATE", "2026-11-20T09:00:00Z", 1);
	setenv("GIT_COMMITTER_DATE", "2026-11-20T09:00:00Z", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	free(path);
	free(home);
}

static void make_home(void)
{
	static const char config[] = "[user]\n\tname = A. Writer\n\temail = writer@example.org\n"
				     "[init]\n\tdefaultBranch = main\n[copydesk]\n\tspelling = false\n";
	char *file = path_join(getenv("HOME"), ".gitconfig");
	struct error err;

	if (mkdir(getenv("HOME"), 0700) < 0 || path_write(file, config, sizeof config - 1, 0600, &err) < 0)
		exit(2);
	free(file);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

static void open_script(struct script *script, const char *build, const char *path)
{
	struct strbuf text = STRBUF_INIT;
	const char *tmp = getenv("TMPDIR");
	struct error err;

	*script = (struct script){.path = path, .height = 24, .width = 80, .updated = STRBUF_INIT};
	if (path_read(&text, path, SCRIPT_LIMIT, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		exit(2);
	}
	script->text = script->rest = strbuf_detach(&text);
	script->update = getenv("UPDATE") != NULL;
	script->source = realpath(".", NULL);
	script->build = realpath(build, NULL);
	script->path = realpath(path, NULL);
	script->terminals[0].name = mem_strdup("first");
	script->folder = mem_printf("%s/copydesk-screen-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (script->build == NULL || mkdtemp(script->folder) == NULL || chdir(script->folder) < 0) {
		perror(script->folder);
		exit(2);
	}
	set_environment(script);
	make_home();
}

static void close_script(struct script *script)
{
	for (int i = 0; i < TERMINALS; i++) {
		pty_free(script->terminals[i].pty);
		free(script->terminals[i].name);
	}
	if (chdir("/") == 0)
		nftw(script->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	strbuf_clear(&script->updated);
	free(script->text);
	free(script->folder);
	free(script->source);
	free(script->build);
	free((char *)script->path);
}

int main(int argc, char **argv)
{
	struct script script;
	struct error err;
	bool failed;

	if (argc != 3) {
		fprintf(stderr, "screen_driver BUILD_DIR FILE.test\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	open_script(&script, argv[1], argv[2]);
	run_script(&script);
	printf("1..%d\n", script.checks);
	failed = script.failed;
	if (!failed && script.update &&
	    path_write(script.path, script.updated.data, script.updated.len, 0644, &err) < 0) {
		comment(err.message);
		failed = true;
	}
	close_script(&script);
	return failed ? 1 : 0;
}
