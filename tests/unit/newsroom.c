#include "newsroom.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

const struct oid newsroom_none;

/* libgit2 1.5 leaks a pattern whenever it opens a repository of format version 1. */
const char *__lsan_default_suppressions(void);

const char *__lsan_default_suppressions(void)
{
	return "leak:libpcre2";
}

int sh(struct newsroom *n, const char *format, ...)
{
	char *command = NULL;
	char *whole;
	va_list args;
	int status;

	va_start(args, format);
	assert_true(vasprintf(&command, format, args) >= 0);
	va_end(args);
	whole = mem_printf("cd %s && { %s\n} >%s/sh.log 2>&1 </dev/null", n->folder, command, n->folder);
	status = system(whole);
	free(whole);
	free(command);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

char *sh_output(struct newsroom *n)
{
	struct strbuf text = STRBUF_INIT;
	char *path = path_join(n->folder, "sh.log");

	ok(n, path_read(&text, path, (size_t)64 << 20, &n->err));
	free(path);
	return strbuf_detach(&text);
}

static void make_home(struct newsroom *n)
{
	static const char settings[] =
	    "[user]\n\tname = A. Writer\n\temail = a@desk.example\n"
	    "[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n"
	    "[protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n"
	    "[copydesk]\n\tspelling = false\n";
	char *home = path_join(n->folder, "home");
	char *config = path_join(home, ".gitconfig");

	assert_int_equal(mkdir(home, 0755), 0);
	ok(n, path_write(config, settings, sizeof settings - 1, 0644, &n->err));
	setenv("HOME", home, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_AUTHOR_DATE", "1795165200 +0800", 1);
	setenv("GIT_COMMITTER_DATE", "1795165200 +0800", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("GIT_CONFIG_GLOBAL");
	free(config);
	free(home);
}

int newsroom_setup(void **state)
{
	struct newsroom *n = mem_zalloc(1, sizeof *n);

	snprintf(n->folder, sizeof n->folder, "/tmp/copydesk-repo-XXXXXX");
	assert_non_null(mkdtemp(n->folder));
	assert_int_equal(chmod(n->folder, 0755), 0);
	snprintf(n->news, sizeof n->news, "%s/news", n->folder);
	make_home(n);
	n->person = (struct repo_person){mem_strdup("A. Writer"), mem_strdup("a@desk.example")};
	ok(n, repo_init(&n->repo, n->news, false, "main", &n->err));
	*state = n;
	return 0;
}

int newsroom_teardown(void **state)
{
	struct newsroom *n = *state;
	int status = 0;

	repo_close(n->repo);
	if (!n->broken) {
		status = sh(n, "git -C news fsck --strict --full --no-dangling --no-progress");
		/* An unborn branch is a notice, which git prints and forgives. */
		if (status != 0 || sh(n, "git -C news fsck --strict --full --no-dangling --no-progress 2>&1 "
					 "| grep -v ^notice:") == 0) {
			char *words = sh_output(n);

			print_error("git fsck: %s\n", words);
			free(words);
			status = -1;
		}
	}
	/* A test that failed may have left its disk mounted. */
	sh(n, "umount disk; chmod -R u+rwX .; cd /; rm -rf %s", n->folder);
	repo_person_clear(&n->person);
	free(n);
	return status;
}

struct oid newsroom_blob(struct newsroom *n, const char *text)
{
	struct oid id;

	ok(n, repo_blob_write(n->repo, &id, text, strlen(text), &n->err));
	return id;
}

struct oid newsroom_tree(struct newsroom *n, const struct oid *base, const char *path, const char *text)
{
	struct repo_entry change = {.path = path, .mode = REPO_MODE_FILE, .id = newsroom_blob(n, text)};
	struct oid tree;

	ok(n, repo_tree_edit(n->repo, &tree, base, &change, 1, &n->err));
	return tree;
}

struct oid newsroom_commit(struct newsroom *n, const struct oid *tree, const struct oid *parent,
			   const char *message)
{
	struct repo_commit commit = {.tree = *tree,
				     .parent = *parent,
				     .author = n->person,
				     .committer = n->person,
				     .authored = {1795165200, 480},
				     .committed = {1795165200, 480}};
	struct oid id;

	commit.message = (char *)message;
	ok(n, repo_commit_write(n->repo, &id, &commit, &n->err));
	return id;
}

struct oid newsroom_advance(struct newsroom *n, const char *ref, const struct oid *tree)
{
	struct oid tip = {{0}};
	struct oid id = *tree;

	if (oid_is_zero(tree))
		ok(n, repo_tree_edit(n->repo, &id, tree, NULL, 0, &n->err));
	if (repo_ref_read(n->repo, ref, &tip, &n->err) != 0)
		tip = newsroom_none;
	id = newsroom_commit(n, &id, &tip, "A change\n");
	ok(n, repo_ref_move(n->repo, ref, &id, &tip, &n->person, "a change", &n->err));
	return id;
}
