/*
 * Tests of the screen: runs a script of keys, waits and expected screens against a program in a
 * pseudo-terminal, and prints TAP.  tests/README.md tells the language of the scripts.
 *
 *	screen_driver BUILD_DIR FILE.test
 */
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

#include "script.h"

#define SCRIPT_LIMIT ((size_t)4 << 20)

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

	*script = (struct script){.height = 24, .width = 80, .updated = STRBUF_INIT};
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
	for (int i = 0; i < SCRIPT_TERMINALS; i++) {
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
	free(script->path);
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
	script_run(&script);
	printf("1..%d\n", script.checks);
	failed = script.failed;
	if (!failed && script.update &&
	    path_write(script.path, script.updated.data, script.updated.len, 0644, &err) < 0) {
		script_comment(err.message);
		failed = true;
	}
	close_script(&script);
	return failed ? 1 : 0;
}
