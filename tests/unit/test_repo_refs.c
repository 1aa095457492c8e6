#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "newsroom.h"

static int move(struct newsroom *n, const char *name, const struct oid *to, const struct oid *from)
{
	return repo_ref_move(n->repo, name, to, from, &n->person, "a move", &n->err);
}

/* Three commits that are told apart by their messages. */
static void three_commits(struct newsroom *n, struct oid out[3])
{
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/a.md", "text\n");

	out[0] = newsroom_commit(n, &tree, &newsroom_none, "one\n");
	out[1] = newsroom_commit(n, &tree, &out[0], "two\n");
	out[2] = newsroom_commit(n, &tree, &out[0], "three\n");
}

static struct oid standing(struct newsroom *n, const char *name)
{
	struct oid now;

	ok(n, repo_ref_read(n->repo, name, &now, &n->err));
	return now;
}

/* -- One writer -- */

static void a_ref_moves_only_from_where_it_was_seen(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];
	struct oid now;

	three_commits(n, c);
	refuses(n, E_CONFLICT, "refs/drafts/x", move(n, "refs/drafts/x", &c[1], &c[0]));
	refuses(n, E_NOTFOUND, "refs/drafts/x", repo_ref_read(n->repo, "refs/drafts/x", &now, &n->err));
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	refuses(n, E_CONFLICT, "Somebody else", move(n, "refs/drafts/x", &c[1], &newsroom_none));
	refuses(n, E_CONFLICT, "Somebody else", move(n, "refs/drafts/x", &c[0], &newsroom_none));
	ok(n, move(n, "refs/drafts/x", &c[1], &c[0]));
	refuses(n, E_CONFLICT, "Somebody else", move(n, "refs/drafts/x", &c[2], &c[0]));
	now = standing(n, "refs/drafts/x");
	assert_true(oid_equal(&now, &c[1]));
	assert_int_equal(sh(n, "git -C news pack-refs --all --prune"), 0);
	refuses(n, E_CONFLICT, "Somebody else", move(n, "refs/drafts/x", &c[2], &c[0]));
	ok(n, move(n, "refs/drafts/x", &c[2], &c[1]));
	now = standing(n, "refs/drafts/x");
	assert_true(oid_equal(&now, &c[2]));
}

static void a_ref_never_points_at_nothing(void **state)
{
	struct newsroom *n = *state;
	struct oid missing;
	struct oid now;

	assert_true(oid_parse(&missing, "1234567890123456789012345678901234567890"));
	refuses(n, E_GIT, "refs/drafts/x", move(n, "refs/drafts/x", &missing, &newsroom_none));
	refuses(n, E_NOTFOUND, "refs/drafts/x", repo_ref_read(n->repo, "refs/drafts/x", &now, &n->err));
}

static void a_name_that_collides_is_told(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/lake", &c[0], &newsroom_none));
	refuses(n, E_CONFLICT, "beside another", move(n, "refs/drafts/lake/path", &c[0], &newsroom_none));
	ok(n, move(n, "refs/drafts/city/path", &c[0], &newsroom_none));
	refuses(n, E_CONFLICT, "beside another", move(n, "refs/drafts/city", &c[0], &newsroom_none));
	assert_int_equal(sh(n, "git -C news pack-refs --all --prune"), 0);
	refuses(n, E_CONFLICT, "beside another", move(n, "refs/drafts/lake/path", &c[0], &newsroom_none));
}

static void names_are_valid_as_git_has_it(void **state)
{
	static const char *const names[] = {
	    "refs/drafts/a",    "refs/drafts/志愿者", "refs/drafts/a b",    "refs/drafts/a..b",
	    "refs/drafts/.a",   "refs/drafts/a.",     "refs/drafts/a.lock", "refs/drafts/a~1",
	    "refs/drafts/a^",   "refs/drafts/a:b",    "refs/drafts/a?",     "refs/drafts/a[",
	    "refs/drafts/a\\b", "refs/drafts/",       "refs/drafts//a",     "refs/drafts/a@{1",
	    "refs/drafts/@",    "refs/drafts/-a",     "refs/drafts/a\x7f",  "refs/drafts/a*",
	    "refs/wip/a@b/c",   "refs/drafts/a.b",    "refs/a.lock/b",      "refs",
	    "refs/drafts/a{",
	};
	struct newsroom *n = *state;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		bool git = sh(n, "git check-ref-format '%s'", names[i]) == 0;

		if (repo_ref_valid(names[i]) != git)
			fail_msg("%s is %s for git", names[i], git ? "valid" : "invalid");
	}
	assert_false(repo_ref_valid("heads/main"));
	refuses(n, E_INVALID, "refs/drafts/a..b",
		move(n, "refs/drafts/a..b", &newsroom_none, &newsroom_none));
}

static void a_damaged_ref_is_told(void **state)
{
	struct newsroom *n = *state;
	struct oid now;

	n->broken = true;
	assert_int_equal(sh(n, "mkdir -p news/.git/refs/drafts; : >news/.git/refs/drafts/x"), 0);
	refuses(n, E_GIT, "refs/drafts/x", repo_ref_read(n->repo, "refs/drafts/x", &now, &n->err));
}

/* -- The reflog -- */

static int lines_of_log(struct newsroom *n, const char *name)
{
	struct strbuf text = STRBUF_INIT;
	char *path = mem_printf("%s/.git/logs/%s", n->news, name);
	int lines = 0;

	if (path_read(&text, path, 100000, NULL) == 0) {
		assert_non_null(strstr(text.data, "A. Writer <a@desk.example>"));
		for (size_t i = 0; i < text.len; i++)
			lines += text.data[i] == '\n';
	}
	strbuf_clear(&text);
	free(path);
	return lines;
}

static void a_log_is_kept_where_git_would_keep_one(void **state)
{
	static const struct {
		const char *setting;
		int branch, head, draft;
	} rows[] = {
	    {"git -C news config core.logAllRefUpdates true", 1, 1, 0},
	    {"git -C news config core.logAllRefUpdates always", 1, 1, 1},
	    {"git -C news config core.logAllRefUpdates false", 0, 0, 0},
	    {"git -C news config --unset core.logAllRefUpdates", 1, 1, 0},
	};
	struct newsroom *n = *state;
	struct oid c[3];

	three_commits(n, c);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		repo_close(n->repo);
		n->repo = NULL;
		assert_int_equal(
		    sh(n, "rm -rf news/.git/logs news/.git/refs/heads/main news/.git/refs/drafts; %s",
		       rows[i].setting),
		    0);
		ok(n, repo_open(&n->repo, n->news, &n->err));
		ok(n, move(n, "refs/heads/main", &c[0], &newsroom_none));
		ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
		assert_int_equal(lines_of_log(n, "refs/heads/main"), rows[i].branch);
		assert_int_equal(lines_of_log(n, "HEAD"), rows[i].head);
		assert_int_equal(lines_of_log(n, "refs/drafts/x"), rows[i].draft);
	}
}

/* -- Locks -- */

static void a_killed_writers_lock_is_cleared(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	assert_int_equal(sh(n, "touch -d '11 seconds ago' news/.git/refs/drafts/x.lock"), 0);
	ok(n, move(n, "refs/drafts/x", &c[1], &c[0]));
	assert_int_equal(
	    sh(n, "test ! -e news/.git/refs/drafts/x.lock && test -z \"$(find news -name 'stale-*')\""), 0);
}

/* Written before the clock was put back, it would never grow old. */
static void a_lock_of_a_time_to_come_grows_old_from_now_on(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	/* The note says that its owner is dead, so that a second is long enough. */
	assert_int_equal(sh(n,
			    "cd news/.git && printf note >copydesk/locks/refs.drafts.x && touch -d 'now + 1 "
			    "hour' refs/drafts/x.lock"),
			 0);
	ok(n, move(n, "refs/drafts/x", &c[1], &c[0]));
	assert_int_equal(sh(n, "test ! -e news/.git/refs/drafts/x.lock"), 0);
}

/* Milliseconds of a move over the lock of one who died after its text was written, or before. */
static int64_t move_over_a_dead_lock(struct newsroom *n, bool written, const struct oid *to,
				     const struct oid *from)
{
	int64_t start = clock_monotonic();
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &newsroom_none);
	assert_int_equal(sh(n,
			    "cd news/.git && printf %s >copydesk/locks/refs.drafts.x && printf '%s' "
			    ">refs/drafts/x.lock",
			    hex, written ? hex : ""),
			 0);
	ok(n, move(n, "refs/drafts/x", to, from));
	assert_int_equal(
	    sh(n,
	       "test ! -e news/.git/refs/drafts/x.lock && test ! -s news/.git/copydesk/locks/refs.drafts.x"),
	    0);
	return clock_monotonic() - start;
}

/* What it wrote down of what it was about to do tells its lock from somebody else's. */
static void the_lock_of_one_who_died_just_now_is_cleared(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];
	int64_t fastest = INT64_MAX;

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	assert_in_range(move_over_a_dead_lock(n, false, &c[1], &c[0]), 1000, 20000);
	/* A busy machine makes any of them slow, but not all. */
	for (int turn = 0; turn < 10; turn++) {
		int64_t took = move_over_a_dead_lock(n, true, &c[turn % 2], &c[1 - turn % 2]);

		if (took < fastest)
			fastest = took;
	}
	assert_in_range(fastest, 0, 800);
}

static void a_young_lock_is_left_alone(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];
	struct oid now;
	int64_t start;

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	assert_int_equal(sh(n, "echo theirs >news/.git/refs/drafts/x.lock"), 0);
	start = clock_monotonic();
	refuses(n, E_IO, "x.lock", move(n, "refs/drafts/x", &c[1], &c[0]));
	assert_in_range(clock_monotonic() - start, 1500, 20000);
	now = standing(n, "refs/drafts/x");
	assert_true(oid_equal(&now, &c[0]));
	assert_int_equal(sh(n,
			    "grep -q theirs news/.git/refs/drafts/x.lock && rm news/.git/refs/drafts/x.lock"),
			 0);
}

static void a_lock_that_is_let_go_is_waited_for(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];
	pid_t child;
	int status;

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	assert_int_equal(sh(n, "touch news/.git/refs/drafts/x.lock"), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(sh(n, "while flock -n news/.git/copydesk/locks/refs.drafts.x true; do :; done; rm "
			    "news/.git/refs/drafts/x.lock"));
	ok(n, move(n, "refs/drafts/x", &c[1], &c[0]));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* -- Shared repositories -- */

static unsigned mode_of(struct newsroom *n, const char *path)
{
	char *whole = path_join(n->news, path);
	struct stat st;

	if (stat(whole, &st) < 0)
		fail_msg("%s is missing", whole);
	free(whole);
	return st.st_mode & 07777;
}

static void new_files_are_shared_as_the_settings_ask(void **state)
{
	static const struct {
		const char *shared;
		unsigned folder, object, ref;
	} rows[] = {
	    {"group", 02770, 0440, 0660}, {"true", 02770, 0440, 0660}, {"all", 02775, 0444, 0664},
	    {"0640", 02750, 0440, 0640},  {"umask", 0700, 0400, 0600},
	};
	struct newsroom *n = *state;
	mode_t mask = umask(0077);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char hex[REPO_HEX_SIZE];
		char folder[64];
		char file[64];
		struct oid id;

		repo_close(n->repo);
		n->repo = NULL;
		assert_int_equal(
		    sh(n,
		       "rm -rf news; git init -q news; git -C news config core.sharedRepository %s; "
		       "git -C news config core.logAllRefUpdates always",
		       rows[i].shared),
		    0);
		ok(n, repo_open(&n->repo, n->news, &n->err));
		id = newsroom_advance(n, "refs/drafts/city/x", &newsroom_none);
		oid_hex(hex, &id);
		snprintf(folder, sizeof folder, ".git/objects/%.2s", hex);
		snprintf(file, sizeof file, ".git/objects/%.2s/%s", hex, hex + 2);
		assert_int_equal(mode_of(n, folder), rows[i].folder);
		assert_int_equal(mode_of(n, file), rows[i].object);
		assert_int_equal(mode_of(n, ".git/refs/drafts/city"), rows[i].folder);
		assert_int_equal(mode_of(n, ".git/refs/drafts/city/x"), rows[i].ref);
		assert_int_equal(mode_of(n, ".git/logs/refs/drafts/city/x"), rows[i].ref);
		assert_int_equal(mode_of(n, ".git/copydesk/locks"), rows[i].folder);
	}
	umask(mask);
}

/* -- Listing -- */

static int collect(void *context, const char *name, const struct oid *oid)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, oid);
	strbuf_addf(context, "%s %s\n", hex, name);
	return 0;
}

static int stop_at_first(void *context, const char *name, const struct oid *oid)
{
	(void)name;
	(void)oid;
	++*(int *)context;
	return 7;
}

static void refs_are_listed_in_name_order(void **state)
{
	struct newsroom *n = *state;
	struct strbuf list = STRBUF_INIT;
	struct oid c[3];
	char *git;
	int visits = 0;

	three_commits(n, c);
	ok(n, move(n, "refs/drafts/b", &c[0], &newsroom_none));
	ok(n, move(n, "refs/drafts/a/z", &c[1], &newsroom_none));
	assert_int_equal(sh(n, "git -C news pack-refs --all --prune"), 0);
	ok(n, move(n, "refs/drafts/b", &c[1], &c[0]));
	ok(n, move(n, "refs/drafts/a-b", &c[2], &newsroom_none));
	ok(n, move(n, "refs/drafts/志愿者", &c[2], &newsroom_none));
	ok(n, move(n, "refs/wip/b/x", &c[2], &newsroom_none));
	assert_int_equal(sh(n, "git -C news symbolic-ref refs/drafts/link refs/drafts/b"), 0);
	ok(n, repo_refs(n->repo, "refs/drafts/", collect, &list, &n->err));
	assert_int_equal(sh(n, "git -C news symbolic-ref -d refs/drafts/link; git -C news for-each-ref "
			       "--format='%%(objectname) %%(refname)' refs/drafts"),
			 0);
	git = sh_output(n);
	assert_string_equal(list.data, git);
	assert_int_equal(repo_refs(n->repo, "refs/drafts/", stop_at_first, &visits, &n->err), 7);
	assert_int_equal(visits, 1);
	strbuf_reset(&list);
	ok(n, repo_refs(n->repo, "refs/nothing/", collect, &list, &n->err));
	assert_int_equal(list.len, 0);
	strbuf_clear(&list);
	free(git);
}

/* -- Races -- */

#define MOVES 200

/* Puts commits of its own on a ref, each on whatever stands there; exits with 0 when all went in. */
static void write_commits(struct newsroom *n, const char *ref, char who)
{
	struct repo *repo = NULL;
	int done = 0;

	if (repo_open(&repo, n->news, &n->err) < 0)
		_exit(2);
	repo_set_durable(repo, false);
	while (done < MOVES) {
		struct repo_commit commit = {.author = n->person, .committer = n->person};
		struct repo_commit tip;
		struct oid id;
		int rc;

		if (repo_ref_read(repo, ref, &commit.parent, &n->err) < 0 ||
		    repo_commit_read(repo, &tip, &commit.parent, &n->err) < 0)
			break;
		commit.tree = tip.tree;
		commit.message = mem_printf("%c %d\n", who, done);
		rc = repo_commit_write(repo, &id, &commit, &n->err);
		if (rc == 0)
			rc = repo_ref_move(repo, ref, &id, &commit.parent, &n->person, "race", &n->err);
		free(commit.message);
		repo_commit_clear(&tip);
		if (rc == 0)
			done++;
		else if (rc != E_CONFLICT)
			break;
	}
	if (done < MOVES)
		fprintf(stderr, "%c after %d: %s\n", who, done, n->err.message);
	repo_close(repo);
	_exit(done < MOVES);
}

static pid_t fork_writer(struct newsroom *n, const char *ref, char who)
{
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0)
		write_commits(n, ref, who);
	return child;
}

static void wait_for(pid_t child)
{
	int status = -1;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Each writer's commits must be on the ref, all of them and in order. */
static void check_history(struct newsroom *n, const char *ref, const char *writers)
{
	struct oid at = standing(n, ref);
	int left[2] = {MOVES, MOVES};

	while (!oid_is_zero(&at)) {
		struct repo_commit commit;
		char who;
		int number;

		ok(n, repo_commit_read(n->repo, &commit, &at, &n->err));
		if (sscanf(commit.message, "%c %d\n", &who, &number) == 2) {
			assert_non_null(strchr(writers, who));
			assert_int_equal(number, --left[strchr(writers, who) - writers]);
		}
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 0);
}

static void two_writers_of_one_ref_lose_nothing(void **state)
{
	struct newsroom *n = *state;
	pid_t a;
	pid_t b;

	newsroom_advance(n, "refs/drafts/x", &newsroom_none);
	a = fork_writer(n, "refs/drafts/x", 'a');
	b = fork_writer(n, "refs/drafts/x", 'b');
	wait_for(a);
	wait_for(b);
	check_history(n, "refs/drafts/x", "ab");
}

static int count(void *context, const char *name, const struct oid *oid)
{
	(void)name;
	(void)oid;
	++*(int *)context;
	return 0;
}

static void nothing_is_lost_while_git_packs_the_refs(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];
	pid_t packer;
	pid_t writers[2];
	int alive = 2;

	three_commits(n, c);
	for (int i = 0; i < 30; i++) {
		char *name = mem_printf("refs/drafts/quiet-%d", i);

		ok(n, move(n, name, &c[i % 3], &newsroom_none));
		free(name);
	}
	ok(n, move(n, "refs/drafts/x", &c[0], &newsroom_none));
	packer = fork();
	assert_true(packer >= 0);
	if (packer == 0) {
		setpgid(0, 0);
		for (;;)
			(void)sh(n, "git -C news pack-refs --all --prune");
	}
	writers[0] = fork_writer(n, "refs/drafts/x", 'a');
	writers[1] = fork_writer(n, "refs/drafts/x", 'b');
	while (alive > 0) {
		int status;
		int refs = 0;

		ok(n, repo_refs(n->repo, "refs/drafts/", count, &refs, &n->err));
		assert_int_equal(refs, 31);
		for (int i = 0; i < 2; i++) {
			if (writers[i] > 0 && waitpid(writers[i], &status, WNOHANG) == writers[i]) {
				assert_int_equal(status, 0);
				writers[i] = 0;
				alive--;
			}
		}
	}
	kill(-packer, SIGKILL);
	assert_int_equal(waitpid(packer, NULL, 0), packer);
	(void)sh(n, "find news/.git -name '*.lock' -delete");
	check_history(n, "refs/drafts/x", "ab");
	for (int i = 0; i < 30; i++) {
		char *name = mem_printf("refs/drafts/quiet-%d", i);
		struct oid now = standing(n, name);

		assert_true(oid_equal(&now, &c[i % 3]));
		free(name);
	}
}

static void of_two_that_create_one_ref_one_wins(void **state)
{
	struct newsroom *n = *state;
	struct oid c[3];

	three_commits(n, c);
	for (int turn = 0; turn < 20; turn++) {
		char *name = mem_printf("refs/drafts/new/%d/x", turn);
		int won = 0;
		pid_t children[2];

		for (int i = 0; i < 2; i++) {
			children[i] = fork();
			assert_true(children[i] >= 0);
			if (children[i] == 0) {
				struct repo *repo = NULL;
				int rc = repo_open(&repo, n->news, &n->err);

				if (rc == 0)
					rc = repo_ref_move(repo, name, &c[i], &newsroom_none, &n->person,
							   "new", &n->err);
				repo_close(repo);
				_exit(rc == 0 ? 0 : rc == E_CONFLICT ? 1 : 2);
			}
		}
		for (int i = 0; i < 2; i++) {
			int status = -1;

			assert_int_equal(waitpid(children[i], &status, 0), children[i]);
			assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
			won += WEXITSTATUS(status) == 0;
		}
		assert_int_equal(won, 1);
		free(name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_ref_moves_only_from_where_it_was_seen),
	    in_newsroom(a_ref_never_points_at_nothing),
	    in_newsroom(a_name_that_collides_is_told),
	    in_newsroom(names_are_valid_as_git_has_it),
	    in_newsroom(a_damaged_ref_is_told),
	    in_newsroom(a_log_is_kept_where_git_would_keep_one),
	    in_newsroom(a_killed_writers_lock_is_cleared),
	    in_newsroom(a_lock_of_a_time_to_come_grows_old_from_now_on),
	    in_newsroom(the_lock_of_one_who_died_just_now_is_cleared),
	    in_newsroom(a_young_lock_is_left_alone),
	    in_newsroom(a_lock_that_is_let_go_is_waited_for),
	    in_newsroom(new_files_are_shared_as_the_settings_ask),
	    in_newsroom(refs_are_listed_in_name_order),
	    in_newsroom(two_writers_of_one_ref_lose_nothing),
	    in_newsroom(nothing_is_lost_while_git_packs_the_refs),
	    in_newsroom(of_two_that_create_one_ref_one_wins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
