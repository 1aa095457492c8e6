#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"

/* Two trees, between which a release goes, and the paths that it changes. */
struct release {
	struct oid old_tree;
	struct oid new_tree;
};

static const char *const paths[] = {"content/city/lake.md", "content/new/ferry.md", "content/old/gone.md"};

/* Commits the first tree, checks it out and prepares the second. */
static struct release prepare(struct newsroom *n)
{
	struct release r;
	struct repo_entry gone = {.path = paths[2], .mode = REPO_MODE_NONE};

	r.old_tree = newsroom_tree(n, &newsroom_none, paths[0], "lake, one\nline two\n");
	r.old_tree = newsroom_tree(n, &r.old_tree, paths[2], "gone\n");
	r.old_tree = newsroom_tree(n, &r.old_tree, "other.md", "other\n");
	r.new_tree = newsroom_tree(n, &r.old_tree, paths[0], "lake, two\nline two\n");
	r.new_tree = newsroom_tree(n, &r.new_tree, paths[1], "ferry\n");
	ok(n, repo_tree_edit(n->repo, &r.new_tree, &r.new_tree, &gone, 1, &n->err));
	newsroom_advance(n, "refs/heads/main", &r.old_tree);
	assert_int_equal(sh(n, "git -C news reset -q --hard"), 0);
	return r;
}

static int clean(struct newsroom *n, const struct release *r)
{
	return repo_worktree_clean(n->repo, "main", &r->old_tree, paths, 3, &n->err);
}

static int follow(struct newsroom *n, const struct release *r)
{
	return repo_worktree_follow(n->repo, "main", &r->old_tree, &r->new_tree, paths, 3, &n->err);
}

/* What git says about a work tree, in the manner of git status --porcelain. */
static void status_is(struct newsroom *n, const char *folder, const char *wanted)
{
	char *seen;

	assert_int_equal(sh(n, "git -C %s -c core.quotePath=false status --porcelain --untracked-files=all",
			    folder),
			 0);
	seen = sh_output(n);
	assert_string_equal(seen, wanted);
	free(seen);
}

static void file_is(struct newsroom *n, const char *path, const char *wanted)
{
	struct strbuf text = STRBUF_INIT;
	char *whole = path_join(n->folder, path);

	ok(n, path_read(&text, whole, 1000, &n->err));
	assert_string_equal(text.data, wanted);
	strbuf_clear(&text);
	free(whole);
}

static void a_release_is_followed(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "news", "");
	file_is(n, "news/content/city/lake.md", "lake, two\nline two\n");
	file_is(n, "news/content/new/ferry.md", "ferry\n");
	assert_int_equal(sh(n, "test ! -e news/content/old && test -z \"$(find news -name '*copydesk-*')\""),
			 0);
	/* Once more is nothing to do, so that a crash half-way can be made good. */
	ok(n, follow(n, &r));
	status_is(n, "news", "");
}

static void everything_else_in_the_work_tree_stays(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "cd news; echo staged >staged.md; git add staged.md; echo mine >>other.md; "
			       "echo new >untracked; "
			       "echo x >content/city/notes.txt"),
			 0);
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "news", " M other.md\nA  staged.md\n?? content/city/notes.txt\n?? untracked\n");
}

static void what_was_changed_by_hand_is_named_and_left(void **state)
{
	static const struct {
		const char *commands;
		const char *name;
		const char *status;
	} rows[] = {
	    {"echo by hand >content/city/lake.md", "content/city/lake.md", "MM content/city/lake.md\n"},
	    {"rm content/city/lake.md", "content/city/lake.md", "MD content/city/lake.md\n"},
	    {"chmod +x content/city/lake.md", "content/city/lake.md", "MM content/city/lake.md\n"},
	    {"rm content/city/lake.md; ln -s /etc/passwd content/city/lake.md", "content/city/lake.md",
	     "MT content/city/lake.md\n"},
	    {"rm content/city/lake.md; mkdir content/city/lake.md", "content/city/lake.md",
	     "MD content/city/lake.md\n"},
	    {"echo x >content/city/lake.md; git add .; echo 'lake, one\nline two' >content/city/lake.md",
	     "content/city/lake.md", "MM content/city/lake.md\n"},
	    {"git rm -q --cached content/city/lake.md", "content/city/lake.md",
	     "D  content/city/lake.md\n?? content/city/lake.md\n"},
	    {"mkdir -p content/new; echo mine >content/new/ferry.md", "content/new/ferry.md",
	     "D  content/new/ferry.md\n?? content/new/ferry.md\n"},
	    {"echo mine >content/new", "content/new/ferry.md", "D  content/new/ferry.md\n?? content/new\n"},
	    {"mkdir elsewhere; ln -s ../elsewhere content/new", "content/new/ferry.md",
	     "D  content/new/ferry.md\n?? content/new\n"},
	    {"echo more >>content/old/gone.md", "content/old/gone.md", "AM content/old/gone.md\n"},
	    {"git add -N . ; mkdir -p content/new; echo mine >content/new/ferry.md; git add -N "
	     "content/new/ferry.md",
	     "content/new/ferry.md", "DA content/new/ferry.md\n"},
	    {"head -c 17000000 /dev/zero >content/city/lake.md", "content/city/lake.md",
	     "MM content/city/lake.md\n"},
	};
	struct newsroom *n = *state;
	struct release r = prepare(n);
	struct oid old_tip;

	ok(n, repo_ref_read(n->repo, "refs/heads/main", &old_tip, &n->err));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct oid tip;
		char *seen;

		assert_int_equal(sh(n, "cd news; git reset -q --hard; git clean -qfdx; %s", rows[i].commands),
				 0);
		refuses(n, E_REFUSED, rows[i].name, clean(n, &r));
		tip = newsroom_advance(n, "refs/heads/main", &r.new_tree);
		refuses(n, E_REFUSED, rows[i].name, follow(n, &r));
		assert_int_equal(sh(n, "git -C news status --porcelain --untracked-files=all"), 0);
		seen = sh_output(n);
		if (strcmp(seen, rows[i].status) != 0)
			fail_msg("row %zu leaves %s", i, seen);
		free(seen);
		ok(n, repo_ref_move(n->repo, "refs/heads/main", &old_tip, &tip, &n->person, "back", &n->err));
		assert_int_equal(sh(n, "test ! -e news/elsewhere/ferry.md"), 0);
	}
}

static void an_unfinished_merge_is_not_walked_over(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(
	    sh(n, "cd news; git checkout -q -b side; echo side >content/city/lake.md; git commit -qam side; "
		  "git checkout -q main; echo main >content/city/lake.md; git commit -qam main; git merge -q "
		  "side; "
		  "test -e .git/MERGE_HEAD"),
	    0);
	refuses(n, E_REFUSED, "content/city/lake.md", clean(n, &r));
}

static void line_ends_follow_the_settings(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(
	    sh(n, "cd news; git config core.autocrlf true; rm -rf content .git/index; git reset -q --hard"),
	    0);
	file_is(n, "news/content/city/lake.md", "lake, one\r\nline two\r\n");
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	file_is(n, "news/content/city/lake.md", "lake, two\r\nline two\r\n");
	status_is(n, "news", "");
}

static void attributes_of_the_newsroom_count(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "cd news; printf '*.md text eol=crlf\\n' >.gitattributes; git add .; git "
			       "commit -qm attributes; "
			       "rm -rf content; git reset -q --hard"),
			 0);
	file_is(n, "news/content/city/lake.md", "lake, one\r\nline two\r\n");
	ok(n, clean(n, &r));
	ok(n, follow(n, &r));
	file_is(n, "news/content/new/ferry.md", "ferry\r\n");
}

static void links_and_programs_are_followed(void **state)
{
	struct newsroom *n = *state;
	struct release r;
	struct repo_entry entries[2] = {{.path = "content/link", .mode = REPO_MODE_LINK},
					{.path = "run", .mode = REPO_MODE_EXECUTABLE}};
	static const char *const both[] = {"content/link", "run"};

	r.old_tree = newsroom_tree(n, &newsroom_none, "content/link", "a file\n");
	entries[0].id = newsroom_blob(n, "../run");
	entries[1].id = newsroom_blob(n, "#!/bin/sh\n");
	ok(n, repo_tree_edit(n->repo, &r.new_tree, &r.old_tree, entries, 2, &n->err));
	newsroom_advance(n, "refs/heads/main", &r.old_tree);
	assert_int_equal(sh(n, "git -C news reset -q --hard"), 0);
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, repo_worktree_follow(n->repo, "main", &r.old_tree, &r.new_tree, both, 2, &n->err));
	status_is(n, "news", "");
	assert_int_equal(sh(n, "test -L news/content/link && test -x news/run"), 0);
	ok(n, repo_worktree_clean(n->repo, "main", &r.new_tree, both, 2, &n->err));
	newsroom_advance(n, "refs/heads/main", &r.old_tree);
	ok(n, repo_worktree_follow(n->repo, "main", &r.new_tree, &r.old_tree, both, 2, &n->err));
	status_is(n, "news", "");
}

static void the_execute_bit_may_mean_nothing(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "git -C news config core.fileMode false; chmod +x news/content/city/lake.md"),
			 0);
	ok(n, clean(n, &r));
}

static void another_branch_is_left_alone(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "cd news; git checkout -q -b mine; echo by hand >content/city/lake.md"), 0);
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "news", " M content/city/lake.md\n");
	assert_int_equal(
	    sh(n, "cd news; git stash -q; git checkout -q --detach main; echo x >content/city/lake.md"), 0);
	ok(n, clean(n, &r));
}

static void a_bare_repository_has_nothing_to_follow(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	struct repo *bare = NULL;
	char *path = path_join(n->folder, "bare");

	assert_int_equal(sh(n, "git clone -q --bare news bare"), 0);
	ok(n, repo_open(&bare, path, &n->err));
	ok(n, repo_worktree_clean(bare, "main", &r.old_tree, paths, 3, &n->err));
	ok(n, repo_worktree_follow(bare, "main", &r.old_tree, &r.new_tree, paths, 3, &n->err));
	repo_close(bare);
	free(path);
}

static void every_linked_work_tree_follows(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "cd news; git checkout -q -b desk; git worktree add -q ../site main; "
			       "git worktree add -q -b away ../away; rm -rf ../away"),
			 0);
	ok(n, clean(n, &r));
	assert_int_equal(sh(n, "echo by hand >site/content/city/lake.md"), 0);
	refuses(n, E_REFUSED, "/site/", clean(n, &r));
	assert_int_equal(sh(n, "git -C site checkout -q ."), 0);
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "site", "");
	file_is(n, "site/content/new/ferry.md", "ferry\n");
}

static void a_newsroom_opened_in_a_linked_work_tree_follows_in_the_main_one(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	char *path = path_join(n->folder, "site");

	assert_int_equal(sh(n, "git -C news worktree add -q -b site ../site"), 0);
	repo_close(n->repo);
	n->repo = NULL;
	ok(n, repo_open(&n->repo, path, &n->err));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "news", "");
	status_is(n, "site", "");
	file_is(n, "site/content/city/lake.md", "lake, one\nline two\n");
	free(path);
}

static void git_at_work_is_waited_for_and_then_told(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	pid_t child;
	int status;

	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	assert_int_equal(sh(n, "touch -d '1 minute ago' news/.git/index.lock"), 0);
	refuses(n, E_IO, "index.lock", follow(n, &r));
	assert_int_equal(sh(n, "test -e news/.git/index.lock"), 0);
	file_is(n, "news/content/city/lake.md", "lake, one\nline two\n");
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(sh(n, "rm news/.git/index.lock"));
	ok(n, follow(n, &r));
	assert_int_equal(waitpid(child, &status, 0), child);
	status_is(n, "news", "");
}

/* A lock of copydesk's, and a copy of the index, as of a process that holds the flock or is dead. */
static void our_lock_goes_with_its_process(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	int gone[2];
	pid_t child;
	int status;
	char byte;

	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	assert_int_equal(sh(n, "cd news/.git; echo copydesk 4194000 >index.lock; "
			       "echo x >index.copydesk-4194000"),
			 0);
	assert_int_equal(pipe(gone), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		char *lock = mem_printf("%s/.git/index.lock", n->news);
		int fd = open(lock, O_RDONLY);

		_exit(fd < 0 || flock(fd, LOCK_EX) < 0 || write(gone[1], "x", 1) != 1 || pause());
	}
	assert_int_equal(read(gone[0], &byte, 1), 1);
	refuses(n, E_IO, "index.lock", follow(n, &r));
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	ok(n, follow(n, &r));
	status_is(n, "news", "");
	assert_int_equal(sh(n,
			    "test -z \"$(find news -name '*copydesk-*')\" && test ! -e news/.git/index.lock"),
			 0);
	close(gone[0]);
	close(gone[1]);
}

/* One that was killed between making the lock and saying whose it is would leave one that nobody clears. */
static void our_lock_says_whose_it_is_from_the_start(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	struct release back = {r.new_tree, r.old_tree};
	char *path = mem_printf("%s/.git/index.lock", n->news);
	size_t seen = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		for (int i = 0; i < 400; i++) {
			if (follow(n, i % 2 == 0 ? &r : &back) < 0)
				_exit(2);
		}
		_exit(0);
	}
	while (waitpid(child, NULL, WNOHANG) == 0) {
		int fd = open(path, O_RDONLY);
		char mark[16] = "";

		if (fd < 0)
			continue;
		seen++;
		assert_true(read(fd, mark, sizeof mark - 1) > 0);
		assert_int_equal(strncmp(mark, "copydesk ", 9), 0);
		close(fd);
	}
	assert_true(seen > 0);
	free(path);
}

static void who_was_killed_before_the_work_tree_followed_is_made_good(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (child == 0) {
		(void)repo_promise_make(n->repo, &r.old_tree, &r.new_tree);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	/* Killed before the branch moved: there is nothing to make good, yet. */
	ok(n, repo_worktree_catch_up(n->repo, "main", true, &n->err));
	status_is(n, "news", "");
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)repo_promise_make(n->repo, &r.old_tree, &r.new_tree);
		newsroom_advance(n, "refs/heads/main", &r.new_tree);
		/* It was just writing a file. */
		_exit(sh(n, "echo half >news/content/city/.copydesk-%ld-0.new", (long)getpid()));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	ok(n, repo_worktree_catch_up(n->repo, "main", true, &n->err));
	status_is(n, "news", "");
	file_is(n, "news/content/new/ferry.md", "ferry\n");
	assert_int_equal(sh(n, "test -z \"$(ls news/.git/copydesk/following)\""), 0);
}

static void who_is_still_at_it_is_left_to_it(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);
	struct repo_promise *promise = repo_promise_make(n->repo, &r.old_tree, &r.new_tree);

	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, repo_worktree_catch_up(n->repo, "main", true, &n->err));
	file_is(n, "news/content/city/lake.md", "lake, one\nline two\n");
	/* One that could not follow leaves it to the next. */
	repo_promise_end(promise, false);
	ok(n, repo_worktree_catch_up(n->repo, "main", true, &n->err));
	status_is(n, "news", "");
	repo_promise_end(repo_promise_make(n->repo, &r.new_tree, &r.old_tree), true);
	assert_int_equal(sh(n, "test -z \"$(ls news/.git/copydesk/following)\""), 0);
}

static void a_sparse_work_tree_stays_sparse(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	assert_int_equal(sh(n, "cd news; git sparse-checkout set --no-cone other.md; test ! -e content"), 0);
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	assert_int_equal(sh(n, "cd news; test ! -e content/city && git diff --cached --exit-code"), 0);
}

static void the_first_release_is_followed_from_nothing(void **state)
{
	struct newsroom *n = *state;
	struct release r = {.old_tree = newsroom_none};

	r.new_tree = newsroom_tree(n, &newsroom_none, paths[0], "lake\n");
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	ok(n, follow(n, &r));
	status_is(n, "news", "");
	file_is(n, "news/content/city/lake.md", "lake\n");
}

static void a_file_that_cannot_be_removed_is_told(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	/* Permissions do not bind root. */
	if (geteuid() == 0)
		skip();
	ok(n, clean(n, &r));
	newsroom_advance(n, "refs/heads/main", &r.new_tree);
	assert_int_equal(sh(n, "chmod -R a-w news/content/old"), 0);
	assert_int_equal(follow(n, &r), E_IO);
	assert_non_null(strstr(n->err.message, "could not be removed from the work tree"));
	assert_int_equal(sh(n, "chmod -R u+w news/content/old"), 0);
}

/* An edit within the same moment as git's index must not become invisible by our writing it anew. */
static void a_change_in_the_same_moment_stays_visible(void **state)
{
	struct newsroom *n = *state;
	struct release r = prepare(n);

	for (int turn = 0; turn < 10; turn++) {
		struct oid tip;
		struct oid old_tip;

		ok(n, repo_ref_read(n->repo, "refs/heads/main", &old_tip, &n->err));
		assert_int_equal(
		    sh(n, "cd news; git reset -q --hard; printf 'other\\n' >other.md; git add other.md; "
			  "printf 'OTHER\\n' >other.md"),
		    0);
		tip = newsroom_advance(n, "refs/heads/main", &r.new_tree);
		ok(n, follow(n, &r));
		status_is(n, "news", " M other.md\n");
		ok(n, repo_ref_move(n->repo, "refs/heads/main", &old_tip, &tip, &n->person, "back", &n->err));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_release_is_followed),
	    in_newsroom(everything_else_in_the_work_tree_stays),
	    in_newsroom(what_was_changed_by_hand_is_named_and_left),
	    in_newsroom(an_unfinished_merge_is_not_walked_over),
	    in_newsroom(line_ends_follow_the_settings),
	    in_newsroom(attributes_of_the_newsroom_count),
	    in_newsroom(links_and_programs_are_followed),
	    in_newsroom(the_execute_bit_may_mean_nothing),
	    in_newsroom(another_branch_is_left_alone),
	    in_newsroom(a_bare_repository_has_nothing_to_follow),
	    in_newsroom(every_linked_work_tree_follows),
	    in_newsroom(a_newsroom_opened_in_a_linked_work_tree_follows_in_the_main_one),
	    in_newsroom(git_at_work_is_waited_for_and_then_told),
	    in_newsroom(our_lock_goes_with_its_process),
	    in_newsroom(our_lock_says_whose_it_is_from_the_start),
	    in_newsroom(who_was_killed_before_the_work_tree_followed_is_made_good),
	    in_newsroom(who_is_still_at_it_is_left_to_it),
	    in_newsroom(a_sparse_work_tree_stays_sparse),
	    in_newsroom(the_first_release_is_followed_from_nothing),
	    in_newsroom(a_file_that_cannot_be_removed_is_told),
	    in_newsroom(a_change_in_the_same_moment_stays_visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
