#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "store/repo.h"

/* A repository of its own for every test, in a folder that is removed afterwards. */
struct fixture {
	char folder[64];
	struct repo *repo;
	struct repo_person person;
	struct error err;
};

#define ok(expression)                                                                                       \
	do {                                                                                                 \
		if ((expression) != 0)                                                                       \
			fail_msg("%s: %s", #expression, f->err.message);                                     \
	} while (0)

/* Runs a shell command in the fixture's folder; its exit status. */
static int sh(struct fixture *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

static int sh(struct fixture *f, const char *format, ...)
{
	char *command = NULL;
	char *whole;
	va_list args;
	int status;

	va_start(args, format);
	assert_true(vasprintf(&command, format, args) >= 0);
	va_end(args);
	whole = mem_printf("cd %s && { %s ; } >sh.log 2>&1", f->folder, command);
	status = system(whole);
	free(whole);
	free(command);
	return status;
}

static struct fixture *fixture_new(void)
{
	struct fixture *f = mem_zalloc(1, sizeof *f);
	char *home;

	snprintf(f->folder, sizeof f->folder, "/tmp/copydesk-repo-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	home = path_join(f->folder, "home");
	assert_int_equal(mkdir(home, 0700), 0);
	setenv("HOME", home, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	unsetenv("XDG_CONFIG_HOME");
	free(home);
	f->person = (struct repo_person){mem_strdup("A. Writer"), mem_strdup("a@desk.example")};
	return f;
}

static int setup(void **state)
{
	struct fixture *f = fixture_new();
	char *folder = path_join(f->folder, "news");

	ok(repo_init(&f->repo, folder, false, "main", &f->err));
	free(folder);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	repo_close(f->repo);
	if (sh(f, "cd news && git fsck --strict --no-dangling --full 2>&1 | tee ../fsck.log; test ! -s "
		  "../fsck.log") != 0) {
		(void)!system("cat /tmp/copydesk-repo-*/fsck.log");
		return -1;
	}
	sh(f, "chmod -R u+rwX . ; rm -rf %s", f->folder);
	repo_person_clear(&f->person);
	free(f);
	return 0;
}

static struct oid blob(struct fixture *f, const char *text)
{
	struct oid id;

	ok(repo_blob_write(f->repo, &id, text, strlen(text), &f->err));
	return id;
}

static struct oid tree_with(struct fixture *f, const struct oid *base, const char *path, const char *text)
{
	struct repo_entry change = {.path = path, .mode = REPO_MODE_FILE, .id = blob(f, text)};
	struct oid tree;

	ok(repo_tree_edit(f->repo, &tree, base, &change, 1, &f->err));
	return tree;
}

static struct oid commit_of(struct fixture *f, const struct oid *tree, const struct oid *parent,
			    const char *message)
{
	struct repo_commit commit = {.tree = *tree,
				     .parent = *parent,
				     .author = f->person,
				     .committer = f->person};
	struct oid id;

	commit.authored = commit.committed = (struct repo_time){1795165200, 480};
	commit.message = (char *)message;
	ok(repo_commit_write(f->repo, &id, &commit, &f->err));
	return id;
}

static const struct oid none;

static void a_commit_comes_back_as_it_was_written(void **state)
{
	struct fixture *f = *state;
	struct oid tree = tree_with(f, &none, "content/city/a.md", "志愿者\n");
	struct oid id = commit_of(f, &tree, &none, "Release\n\nText: x\n");
	struct repo_commit commit;
	struct oid now;

	ok(repo_ref_move(f->repo, "refs/heads/main", &id, &none, &f->person, "first", &f->err));
	ok(repo_ref_read(f->repo, "refs/heads/main", &now, &f->err));
	assert_true(oid_equal(&now, &id));
	ok(repo_commit_read(f->repo, &commit, &id, &f->err));
	assert_string_equal(commit.author.name, "A. Writer");
	assert_string_equal(commit.message, "Release\n\nText: x\n");
	assert_int_equal(commit.authored.seconds, 1795165200);
	assert_int_equal(commit.authored.offset, 480);
	assert_int_equal(commit.parents, 0);
	assert_true(oid_equal(&commit.tree, &tree));
	repo_commit_clear(&commit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_commit_comes_back_as_it_was_written, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
