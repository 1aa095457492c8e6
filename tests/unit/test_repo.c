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
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"

/* -- Ids -- */

static void an_id_is_forty_digits(void **state)
{
	struct oid id;
	char hex[REPO_HEX_SIZE];

	(void)state;
	assert_true(oid_parse(&id, "0123456789abcdef0123456789abcdef01234567"));
	oid_hex(hex, &id);
	assert_string_equal(hex, "0123456789abcdef0123456789abcdef01234567");
	assert_false(oid_is_zero(&id));
	assert_false(oid_parse(&id, ""));
	assert_false(oid_parse(&id, "0123456789abcdef0123456789abcdef0123456"));
	assert_false(oid_parse(&id, "0123456789abcdef0123456789abcdef012345678"));
	assert_false(oid_parse(&id, "0123456789abcdef0123456789abcdef0123456g"));
}

/* -- Opening -- */

static int try_open(struct newsroom *n, const char *name)
{
	struct repo *repo = NULL;
	char *path = path_join(n->folder, name);
	int rc = repo_open(&repo, path, &n->err);

	if (rc == 0)
		repo_close(repo);
	else
		assert_null(repo);
	free(path);
	return rc;
}

static void what_cannot_be_opened_is_explained(void **state)
{
	static const struct {
		const char *commands;
		int code;
		const char *words;
	} rows[] = {
	    {"mkdir x", E_NOTFOUND, "There is no newsroom in"},
	    {"true", E_NOTFOUND, "does not exist"},
	    {"touch x", E_NOTFOUND, "not a folder"},
	    {"git init -q --object-format=sha256 x", E_GIT, "uses SHA-256"},
	    {"git init -q x; git -C x config core.repositoryformatversion 1; git -C x config "
	     "extensions.hovercraft 1",
	     E_GIT, "hovercraft"},
	    {"git init -q x; git -C x config core.repositoryformatversion 9", E_GIT, "9"},
	    {"git init -q y; git -C y commit -q --allow-empty -m 1; git -C y commit -q --allow-empty -m 2; "
	     "git clone -q --depth 1 file://$PWD/y x",
	     E_GIT, "git fetch --unshallow"},
	    {"git init -q y; echo a >y/a; git -C y add a; git -C y commit -qm 1; git -C y config "
	     "uploadpack.allowFilter true; git clone -q --filter=blob:none file://$PWD/y x",
	     E_GIT, "partial clone"},
	    {"git init -q x; rm x/.git/HEAD", E_GIT, "HEAD is missing"},
	    {"mkdir x; echo 'gitdir: /nowhere' >x/.git", E_GIT, "/nowhere"},
	    {"mkdir x; echo nonsense >x/.git", E_GIT, "x/.git"},
	    {"git init -q x; echo '[core' >>x/.git/config", E_GIT, "config"},
	};
	struct newsroom *n = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		assert_int_equal(sh(n, "rm -rf x y"), 0);
		if (sh(n, "%s", rows[i].commands) != 0)
			fail_msg("row %zu: %s", i, sh_output(n));
		refuses(n, rows[i].code, rows[i].words, try_open(n, "x"));
	}
}

static void every_shape_of_a_repository_is_opened(void **state)
{
	static const struct {
		const char *commands;
		const char *open;
		bool worktree;
	} rows[] = {
	    {"git init -q x", "x", true},
	    {"git init -q x; mkdir -p x/content/city", "x/content/city", true},
	    {"git init -q --bare x", "x", false},
	    {"git init -q --bare x", "x/refs/heads", false},
	    {"git init -q x", "x/.git", true},
	    {"git init -q --separate-git-dir=y x", "x", true},
	    {"git init -q y; git -C y commit -q --allow-empty -m 1; git -C y worktree add -q ../x", "x",
	     true},
	    {"git init -q y; git -C y commit -q --allow-empty -m 1; git init -q x; cd x; git submodule "
	     "--quiet add "
	     "../y desk",
	     "x/desk", true},
	    {"git init -q y; git -C y commit -q --allow-empty -m 1; git clone -q --shared y x", "x", true},
	    {"git init -q x; git -C x commit -q --allow-empty -m 1; git -C x checkout -q --detach", "x",
	     true},
	    {"git init -q x; git -C x commit -q --allow-empty -m 1; git -C x gc -q", "x", true},
	    {"git init -q x; git -C x config core.repositoryformatversion 1; git -C x config extensions.noop "
	     "1",
	     "x", true},
	};
	struct newsroom *n = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct repo *repo = NULL;
		char *path = path_join(n->folder, rows[i].open);

		assert_int_equal(sh(n, "rm -rf x y z"), 0);
		if (sh(n, "%s", rows[i].commands) != 0)
			fail_msg("row %zu: %s", i, sh_output(n));
		ok(n, repo_open(&repo, path, &n->err));
		assert_int_equal(repo_worktree(repo) != NULL, rows[i].worktree);
		assert_int_equal(repo_folder(repo)[0], '/');
		assert_int_not_equal(repo_folder(repo)[strlen(repo_folder(repo)) - 1], '/');
		ok(n, repo_writable(repo, &n->err));
		repo_close(repo);
		free(path);
	}
}

static void a_linked_work_tree_shares_the_folder(void **state)
{
	struct newsroom *n = *state;
	struct repo *linked = NULL;
	char *path = path_join(n->folder, "linked");
	char *branch = NULL;

	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(sh(n, "git -C news worktree add -q -b desk ../linked"), 0);
	ok(n, repo_open(&linked, path, &n->err));
	assert_string_equal(repo_folder(linked), repo_folder(n->repo));
	assert_string_equal(repo_worktree(linked), path);
	ok(n, repo_head_branch(linked, &branch, &n->err));
	assert_string_equal(branch, "desk");
	free(branch);
	free(path);
	repo_close(linked);
}

static void the_branch_is_known_before_its_first_commit(void **state)
{
	struct newsroom *n = *state;
	struct oid id;
	char *branch = NULL;

	ok(n, repo_head_branch(n->repo, &branch, &n->err));
	assert_string_equal(branch, "main");
	free(branch);
	refuses(n, E_NOTFOUND, "refs/heads/main", repo_ref_read(n->repo, "refs/heads/main", &id, &n->err));
	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(sh(n, "git -C news checkout -q --detach"), 0);
	refuses(n, E_REFUSED, "git switch", repo_head_branch(n->repo, &branch, &n->err));
}

static void making_a_repository_keeps_one_that_is_there(void **state)
{
	struct newsroom *n = *state;
	struct repo *again = NULL;
	char *branch = NULL;
	char *nested = path_join(n->news, "sub/desk");

	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	ok(n, repo_init(&again, n->news, false, "other", &n->err));
	ok(n, repo_head_branch(again, &branch, &n->err));
	assert_string_equal(branch, "main");
	repo_close(again);
	free(branch);
	ok(n, repo_init(&again, nested, true, "front-page", &n->err));
	assert_string_equal(repo_folder(again), nested);
	assert_null(repo_worktree(again));
	ok(n, repo_head_branch(again, &branch, &n->err));
	assert_string_equal(branch, "front-page");
	repo_close(again);
	free(branch);
	free(nested);
	assert_int_equal(sh(n, "touch x"), 0);
	nested = path_join(n->folder, "x/desk");
	refuses(n, E_IO, "cannot be made", repo_init(&again, nested, false, "main", &n->err));
	free(nested);
}

/* -- Settings -- */

static void a_setting_is_written_for_git_too(void **state)
{
	struct newsroom *n = *state;
	char *value;
	char *seen;

	assert_null(repo_config(n->repo, "copydesk.branch"));
	ok(n, repo_config_set(n->repo, "copydesk.branch", "front \"page\" # 志愿者", &n->err));
	value = repo_config(n->repo, "copydesk.branch");
	assert_string_equal(value, "front \"page\" # 志愿者");
	free(value);
	assert_int_equal(sh(n, "git -C news config copydesk.branch"), 0);
	seen = sh_output(n);
	assert_string_equal(seen, "front \"page\" # 志愿者\n");
	free(seen);
	assert_int_equal(sh(n, "git -C news config copydesk.branch other"), 0);
	value = repo_config(n->repo, "copydesk.branch");
	assert_string_equal(value, "other");
	free(value);
	/* What another person's settings say is not the newsroom's own. */
	assert_int_equal(sh(n, "git config --global copydesk.after theirs"), 0);
	assert_null(repo_config_own(n->repo, "copydesk.after"));
	assert_int_equal(sh(n, "git -C news config copydesk.after ours"), 0);
	value = repo_config_own(n->repo, "copydesk.after");
	assert_string_equal(value, "ours");
	free(value);
	assert_true(repo_config_bool(n->repo, "copydesk.wip", true));
	assert_int_equal(sh(n, "git -C news config copydesk.wip False"), 0);
	assert_false(repo_config_bool(n->repo, "copydesk.wip", true));
	assert_int_equal(sh(n, "git -C news config copydesk.wip yes"), 0);
	assert_true(repo_config_bool(n->repo, "copydesk.wip", false));
	assert_int_equal(sh(n, "git -C news config copydesk.wip perhaps"), 0);
	assert_false(repo_config_bool(n->repo, "copydesk.wip", false));
	refuses(n, E_INVALID, "nodots", repo_config_set(n->repo, "nodots", "x", &n->err));
}

static void a_killed_writers_settings_lock_is_cleared(void **state)
{
	struct newsroom *n = *state;

	assert_int_equal(sh(n, "touch -d '1 minute ago' news/.git/config.lock"), 0);
	ok(n, repo_config_set(n->repo, "copydesk.branch", "main", &n->err));
	assert_int_equal(sh(n, "test ! -e news/.git/config.lock"), 0);
	assert_int_equal(sh(n, "touch news/.git/config.lock"), 0);
	refuses(n, E_IO, "config.lock", repo_config_set(n->repo, "copydesk.branch", "x", &n->err));
	/* The lock of one of ours who died over it is not waited for that long. */
	assert_int_equal(sh(n,
			    "printf setting >news/.git/copydesk/locks/config && touch news/.git/config.lock"),
			 0);
	ok(n, repo_config_set(n->repo, "copydesk.branch", "y", &n->err));
	assert_int_equal(sh(n, "cd news/.git && test ! -e config.lock && test ! -s copydesk/locks/config"),
			 0);
}

static void a_person_is_read_from_gits_settings(void **state)
{
	struct newsroom *n = *state;
	struct repo_person person;

	ok(n, repo_identity(n->repo, &person, &n->err));
	assert_string_equal(person.name, "A. Writer");
	assert_string_equal(person.mail, "a@desk.example");
	repo_person_clear(&person);
	assert_int_equal(sh(n, "git config --global --unset user.email"), 0);
	refuses(n, E_NOTFOUND, "git config --global user.email", repo_identity(n->repo, &person, &n->err));
}

static void somebody_elses_repository_is_explained(void **state)
{
	struct newsroom *n = *state;

	if (geteuid() != 0)
		skip();
	assert_int_equal(sh(n, "git init -q x; git init -q --bare b; chown -R 65534 x b"), 0);
	refuses(n, E_GIT, "git config --global --add safe.directory", try_open(n, "x"));
	assert_null(strstr(n->err.message, ".git."));
	refuses(n, E_GIT, "safe.directory", try_open(n, "b"));
	assert_int_equal(sh(n, "git config --global --add safe.directory $PWD/x; git config --global --add "
			       "safe.directory $PWD/b"),
			 0);
	ok(n, try_open(n, "x"));
	ok(n, try_open(n, "b"));
}

/* Runs a check as a person without rights in a child process; its exit status. */
static int as_nobody(struct newsroom *n, int (*check)(struct newsroom *n))
{
	int status = -1;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int rc;

		if (geteuid() == 0 && (setgid(65534) < 0 || setuid(65534) < 0))
			_exit(99);
		rc = check(n);
		if (rc != 0)
			fprintf(stderr, "%d: %s\n", rc, n->err.message);
		_exit(rc);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static int is_unreadable(struct newsroom *n)
{
	char *path = path_join(n->folder, "x");
	struct repo *repo = NULL;
	int rc = repo_open(&repo, path, &n->err);

	return rc == E_IO && strstr(n->err.message, "you have no permission") != NULL ? 0 : 1;
}

static void an_unreadable_folder_is_explained(void **state)
{
	struct newsroom *n = *state;

	assert_int_equal(sh(n, "git init -q x; test $(id -u) != 0 || chown -R 65534:65534 x; chmod 0 x"), 0);
	assert_int_equal(as_nobody(n, is_unreadable), 0);
	assert_int_equal(sh(n, "chmod 755 x; chmod 0 x/.git"), 0);
	assert_int_equal(as_nobody(n, is_unreadable), 0);
	assert_int_equal(sh(n, "chmod 755 x/.git"), 0);
}

static int cannot_be_written(struct newsroom *n)
{
	char *path = path_join(n->folder, "x");
	struct repo *repo = NULL;
	struct oid id;

	if (repo_open(&repo, path, &n->err) != 0)
		return 1;
	if (repo_writable(repo, &n->err) != E_IO || strstr(n->err.message, "you have no permission") == NULL)
		return 2;
	if (repo_blob_write(repo, &id, "x", 1, &n->err) != E_IO ||
	    strstr(n->err.message, "you have no permission") == NULL)
		return 3;
	if (repo_config_set(repo, "copydesk.x", "1", &n->err) != E_IO)
		return 4;
	return 0;
}

static void a_repository_without_write_permission_is_readable_only(void **state)
{
	struct newsroom *n = *state;

	assert_int_equal(sh(n, "git init -q x; test $(id -u) != 0 || chown -R 65534:65534 x; chmod -R a-w x"),
			 0);
	assert_int_equal(as_nobody(n, cannot_be_written), 0);
	assert_int_equal(sh(n, "chmod -R u+w x"), 0);
}

static void a_read_only_disk_is_told(void **state)
{
	struct newsroom *n = *state;
	struct repo *repo = NULL;
	char *path = path_join(n->folder, "disk/x");
	struct oid id;

	if (sh(n, "mkdir disk; mount -t tmpfs -o size=4m none disk") != 0) {
		free(path);
		skip();
	}
	assert_int_equal(
	    sh(n, "git init -q disk/x; git -C disk/x commit -q --allow-empty -m 1; mount -o remount,ro disk"),
	    0);
	ok(n, repo_open(&repo, path, &n->err));
	ok(n, repo_ref_read(repo, "refs/heads/main", &id, &n->err));
	refuses(n, E_IO, "the disk is read-only", repo_writable(repo, &n->err));
	refuses(n, E_IO, "the disk is read-only", repo_blob_write(repo, &id, "y", 1, &n->err));
	refuses(n, E_IO, "the disk is read-only",
		repo_ref_move(repo, "refs/drafts/x", &id, &newsroom_none, &n->person, "x", &n->err));
	repo_close(repo);
	assert_int_equal(sh(n, "umount disk"), 0);
	free(path);
}

/* Fills what is left of the disk but for some KiB. */
static void fill_disk(struct newsroom *n, int left)
{
	assert_int_equal(sh(n,
			    "rm -f disk/fill; free=$(df --output=avail -k disk | tail -1); head -c $(((free "
			    "- %d) * 1024)) "
			    "/dev/zero >disk/fill",
			    left),
			 0);
}

static void a_full_disk_moves_nothing(void **state)
{
	struct newsroom *n = *state;
	struct repo *repo = NULL;
	char *path = path_join(n->folder, "disk/x");
	size_t size = 200000;
	char *noise = mem_alloc(size);
	int refused = 0;

	if (sh(n, "mkdir disk; mount -t tmpfs -o size=6m none disk") != 0) {
		free(noise);
		free(path);
		skip();
	}
	srand(7);
	for (size_t i = 0; i < size; i++)
		noise[i] = (char)rand();
	repo_close(n->repo);
	n->repo = NULL;
	ok(n, repo_init(&repo, path, true, "main", &n->err));
	n->repo = repo;
	newsroom_advance(n, "refs/drafts/x", &(struct oid){0});
	for (int left = 0; left <= 240; left += left < 32 ? 4 : 40) {
		struct repo_commit commit = {.author = n->person,
					     .committer = n->person,
					     .message = (char *)"More\n"};
		struct repo_entry change = {.path = "content/a.md", .mode = REPO_MODE_FILE};
		struct oid old_id;
		struct oid new_id = {{0}};
		struct oid now;
		int rc;

		fill_disk(n, left);
		noise[0] = (char)left;
		ok(n, repo_ref_read(repo, "refs/drafts/x", &old_id, &n->err));
		commit.parent = old_id;
		rc = repo_blob_write(repo, &change.id, noise, left < 32 ? 100 : size, &n->err);
		if (rc == 0)
			rc = repo_tree_edit(repo, &commit.tree, &newsroom_none, &change, 1, &n->err);
		if (rc == 0)
			rc = repo_commit_write(repo, &new_id, &commit, &n->err);
		if (rc == 0)
			rc = repo_ref_move(repo, "refs/drafts/x", &new_id, &old_id, &n->person, "more",
					   &n->err);
		if (rc != 0 && (rc != E_IO || strstr(n->err.message, "the disk is full.") == NULL))
			fail_msg("%d KiB left: %s", left, n->err.message);
		ok(n, repo_ref_read(repo, "refs/drafts/x", &now, &n->err));
		assert_true(oid_equal(&now, rc == 0 ? &new_id : &old_id));
		refused += rc != 0;
		if (sh(n, "git -C disk/x fsck --strict --full --no-dangling") != 0)
			fail_msg("%d KiB left: %s", left, sh_output(n));
	}
	assert_true(refused >= 2);
	repo_close(repo);
	n->repo = NULL;
	assert_int_equal(sh(n, "umount disk"), 0);
	free(noise);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_id_is_forty_digits),
	    in_newsroom(what_cannot_be_opened_is_explained),
	    in_newsroom(every_shape_of_a_repository_is_opened),
	    in_newsroom(a_linked_work_tree_shares_the_folder),
	    in_newsroom(the_branch_is_known_before_its_first_commit),
	    in_newsroom(making_a_repository_keeps_one_that_is_there),
	    in_newsroom(a_setting_is_written_for_git_too),
	    in_newsroom(a_killed_writers_settings_lock_is_cleared),
	    in_newsroom(a_person_is_read_from_gits_settings),
	    in_newsroom(somebody_elses_repository_is_explained),
	    in_newsroom(an_unreadable_folder_is_explained),
	    in_newsroom(a_repository_without_write_permission_is_readable_only),
	    in_newsroom(a_read_only_disk_is_told),
	    in_newsroom(a_full_disk_moves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
