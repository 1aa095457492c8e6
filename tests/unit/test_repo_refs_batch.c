#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "newsroom.h"

/* More than are flushed together, so that there are several turns. */
#define REFS 300

static char names[REFS][40];

/* The refs, all at one commit; every other one packed, the rest in files of their own. */
static struct oid begin(struct newsroom *n)
{
	struct oid tree = newsroom_tree(n, &newsroom_none, "content/a.md", "text\n");
	struct oid first = newsroom_commit(n, &tree, &newsroom_none, "first\n");

	repo_set_durable(n->repo, false);
	for (size_t i = 0; i < REFS; i++) {
		snprintf(names[i], sizeof names[i], "refs/drafts/%s-%03zu", i % 3 == 0 ? "city/a" : "b", i);
		if (i == REFS / 2)
			assert_int_equal(sh(n, "git -C news pack-refs --all --prune"), 0);
		ok(n, repo_ref_move(n->repo, names[i], &first, &newsroom_none, &n->person, "begin", &n->err));
	}
	repo_set_durable(n->repo, true);
	return first;
}

static struct oid after(struct newsroom *n, const struct oid *parent, const char *message)
{
	struct repo_commit commit;
	struct oid tree;

	ok(n, repo_commit_read(n->repo, &commit, parent, &n->err));
	tree = commit.tree;
	repo_commit_clear(&commit);
	return newsroom_commit(n, &tree, parent, message);
}

static struct oid standing(struct newsroom *n, const char *name)
{
	struct oid now;

	ok(n, repo_ref_read(n->repo, name, &now, &n->err));
	return now;
}

static void fill(struct repo_ref_update updates[REFS], const struct oid *to, const struct oid *from)
{
	for (size_t i = 0; i < REFS; i++)
		updates[i] = (struct repo_ref_update){
		    .name = names[i], .new_id = *to, .old_id = *from, .message = "all", .rc = 1};
}

static int move_all(struct newsroom *n, struct repo_ref_update updates[REFS])
{
	return repo_refs_move(n->repo, updates, REFS, &n->person, &n->err);
}

/* No lock, and no note of somebody who died. */
static void nothing_is_left(struct newsroom *n)
{
	char *found;

	(void)sh(n, "find news/.git/refs news/.git/copydesk -name '*.lock' -o -name 'stale-*' -o -path "
		    "'*/locks/*' -size +0");
	found = sh_output(n);
	assert_string_equal(found, "");
	free(found);
}

/* -- One writer -- */

static void many_refs_move_at_once(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct oid third = after(n, &second, "third\n");

	fill(updates, &second, &first);
	ok(n, move_all(n, updates));
	assert_int_equal(sh(n, "git -C news pack-refs --all --prune"), 0);
	fill(updates, &third, &second);
	ok(n, move_all(n, updates));
	for (size_t i = 0; i < REFS; i++) {
		struct oid now = standing(n, names[i]);

		assert_int_equal(updates[i].rc, 0);
		assert_true(oid_equal(&now, &third));
	}
	assert_int_equal(sh(n, "test $(git -C news for-each-ref refs/drafts | wc -l) = %d", REFS), 0);
	nothing_is_left(n);
}

static void each_is_judged_for_itself(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct oid other = after(n, &first, "other\n");
	struct oid now;

	fill(updates, &second, &first);
	ok(n, repo_ref_move(n->repo, names[3], &other, &first, &n->person, "", &n->err));
	ok(n, repo_ref_move(n->repo, names[200], &other, &first, &n->person, "", &n->err));
	updates[4].name = "refs/drafts/new/one";
	updates[4].old_id = newsroom_none;
	updates[5].old_id = newsroom_none;
	updates[6].name = "refs/drafts/missing";
	assert_int_equal(sh(n, "cd news/.git && mkdir -p logs/refs/drafts && : >logs/%s", names[7]), 0);
	assert_int_equal(sh(n, "git -C news symbolic-ref refs/drafts/link %s", names[8]), 0);
	updates[9].name = "refs/drafts/link";
	ok(n, move_all(n, updates));
	assert_int_equal(updates[3].rc, E_CONFLICT);
	assert_int_equal(updates[200].rc, E_CONFLICT);
	assert_int_equal(updates[5].rc, E_CONFLICT);
	assert_int_equal(updates[6].rc, E_CONFLICT);
	now = standing(n, names[200]);
	assert_true(oid_equal(&now, &other));
	for (size_t i = 0; i < REFS; i++) {
		if (updates[i].rc != 0)
			continue;
		now = standing(n, updates[i].name);
		assert_true(oid_equal(&now, &second));
	}
	assert_int_equal(sh(n, "grep -q 'all$' news/.git/logs/%s", names[7]), 0);
	nothing_is_left(n);
}

static void no_ref_comes_to_point_at_nothing(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct oid now;

	fill(updates, &second, &first);
	assert_true(oid_parse(&updates[1].new_id, "1234567890123456789012345678901234567890"));
	refuses(n, E_GIT, names[1], move_all(n, updates));
	assert_int_equal(updates[1].rc, E_GIT);
	now = standing(n, names[1]);
	assert_true(oid_equal(&now, &first));
	now = standing(n, names[2]);
	assert_true(oid_equal(&now, &second));
}

static void a_ref_that_somebody_holds_holds_up_no_other(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");

	fill(updates, &second, &first);
	assert_int_equal(sh(n, "echo theirs >news/.git/%s.lock", names[2]), 0);
	refuses(n, E_IO, names[2], move_all(n, updates));
	for (size_t i = 0; i < REFS; i++) {
		struct oid now = standing(n, names[i]);

		assert_int_equal(updates[i].rc, i == 2 ? E_IO : 0);
		assert_true(oid_equal(&now, i == 2 ? &first : &second));
	}
	assert_int_equal(sh(n, "grep -q theirs news/.git/%s.lock && rm news/.git/%s.lock", names[2],
			    names[2]),
			 0);
	nothing_is_left(n);
}

static void they_are_shared_as_the_settings_ask(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	mode_t mask = umask(0077);

	assert_int_equal(sh(n, "git -C news config core.sharedRepository group; git -C news pack-refs --all "
			       "--prune; rm -rf news/.git/refs/drafts"),
			 0);
	repo_close(n->repo);
	ok(n, repo_open(&n->repo, n->news, &n->err));
	fill(updates, &second, &first);
	ok(n, move_all(n, updates));
	umask(mask);
	assert_int_equal(sh(n,
			    "test $(find news/.git/refs/drafts -type f -perm 0660 | wc -l) = %d && test "
			    "$(find news/.git/refs/drafts -type d ! -perm 2770 | wc -l) = 0",
			    REFS),
			 0);
}

/* -- Somebody who was killed -- */

static void what_a_killed_one_left_is_put_away(void **state)
{
	struct newsroom *n = *state;
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct repo_ref_update one = {.name = "refs/drafts/other", .new_id = second, .message = "other"};
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &second);
	/* One lock was written, one was just made, one is there of somebody else. */
	assert_int_equal(
	    sh(n,
	       "cd news/.git && printf begun >copydesk/locks/refs-batch && "
	       "for f in b-001 b-002; do printf %s >copydesk/locks/refs.drafts.$f; done && "
	       "echo %s >refs/drafts/b-001.lock && touch -d '2 seconds ago' refs/drafts/b-002.lock "
	       "&& echo theirs >refs/drafts/b-004.lock",
	       hex, hex),
	    0);
	ok(n, repo_refs_move(n->repo, &one, 1, &n->person, &n->err));
	assert_int_equal(sh(n, "grep -q theirs news/.git/refs/drafts/b-004.lock && rm "
			       "news/.git/refs/drafts/b-004.lock"),
			 0);
	nothing_is_left(n);
}

/* Takes the flock of a ref, as a living writer does, and says so; for a child. */
static void hold(struct newsroom *n, const char *file, int said)
{
	char *path = mem_printf("%s/.git/copydesk/locks/%s", n->news, file);
	int fd = open(path, O_RDONLY);

	_exit(fd < 0 || flock(fd, LOCK_EX) < 0 || write(said, "x", 1) != 1 || pause());
}

/* It may be a living writer's: whoever comes when it is not takes it away. */
static void a_lock_that_is_held_is_put_away_later(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct repo_ref_update *released = &updates[REFS - 2];
	struct repo_ref_update one = {.name = "refs/drafts/other", .new_id = second, .message = "other"};
	char hex[REPO_HEX_SIZE];
	int said[2];
	pid_t child;
	char byte;

	oid_hex(hex, &second);
	assert_int_equal(
	    sh(n,
	       "cd news/.git && printf begun >copydesk/locks/refs-batch && printf %s "
	       ">copydesk/locks/refs.drafts.b-001 && touch -d '2 seconds ago' refs/drafts/b-001.lock",
	       hex),
	    0);
	assert_int_equal(pipe(said), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		hold(n, "refs.drafts.b-001", said[1]);
	assert_int_equal(read(said[0], &byte, 1), 1);
	fill(updates, &second, &first);
	ok(n, repo_refs_move(n->repo, released, 2, &n->person, &n->err));
	assert_int_equal(sh(n, "test -e news/.git/refs/drafts/b-001.lock"), 0);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	ok(n, repo_refs_move(n->repo, &one, 1, &n->person, &n->err));
	nothing_is_left(n);
	close(said[0]);
	close(said[1]);
}

/* Nobody writes on a draft that went out, so that it is the next release that finds what is left there. */
static void what_one_left_who_moved_one_is_put_away(void **state)
{
	struct newsroom *n = *state;
	struct oid first = begin(n);
	struct oid second = after(n, &first, "second\n");
	struct repo_ref_update one = {.name = names[7], .new_id = second, .old_id = first, .message = ""};
	struct repo_ref_update other = {.name = "refs/drafts/other", .new_id = second, .message = "other"};
	pid_t child;

	/* It stands for the lock that the killed one made. */
	assert_int_equal(sh(n, "echo theirs >news/.git/%s.lock", names[7]), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0)
		_exit(repo_refs_move(n->repo, &one, 1, &n->person, &n->err) < 0);
	while (sh(n, "test -s news/.git/copydesk/locks/$(echo %s | tr / .)", names[7]) != 0)
		assert_int_equal(waitpid(child, NULL, WNOHANG), 0);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	ok(n, repo_refs_move(n->repo, &other, 1, &n->person, &n->err));
	nothing_is_left(n);
}

static void move_in_child(struct newsroom *n, const struct oid *to, const struct oid *from)
{
	struct repo_ref_update updates[REFS];
	struct repo *repo = NULL;
	int rc = repo_open(&repo, n->news, &n->err);

	fill(updates, to, from);
	if (rc == 0)
		rc = repo_refs_move(repo, updates, REFS, &n->person, &n->err);
	if (rc < 0)
		fprintf(stderr, "%s\n", n->err.message);
	repo_close(repo);
	_exit(rc < 0 ? 2 : 0);
}

/* Whoever is killed at any moment leaves each ref where it was or where it goes, and is not in the way. */
static void killed_at_any_moment_it_leaves_whole_refs(void **state)
{
	struct newsroom *n = *state;
	struct repo_ref_update updates[REFS];
	struct oid at = begin(n);

	for (int turn = 0; turn < 25; turn++) {
		struct oid next = after(n, &at, "next\n");
		pid_t child = fork();
		int64_t start;

		assert_true(child >= 0);
		if (child == 0)
			move_in_child(n, &next, &at);
		(void)poll(NULL, 0, turn * 3);
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, NULL, 0), child);
		for (size_t i = 0; i < REFS; i++) {
			struct oid now = standing(n, names[i]);

			assert_true(oid_equal(&now, &at) || oid_equal(&now, &next));
		}
		start = clock_monotonic();
		fill(updates, &next, &at);
		ok(n, move_all(n, updates));
		assert_in_range(clock_monotonic() - start, 0, 20000);
		for (size_t i = 0; i < REFS; i++) {
			struct oid now = standing(n, names[i]);

			assert_true(oid_equal(&now, &next));
		}
		nothing_is_left(n);
		at = next;
	}
}

/* -- Races -- */

#define TURNS 12

/* Puts commits on each of the refs, all at once, until each has TURNS of this writer's. */
static void write_all(struct newsroom *n, char who)
{
	struct repo_ref_update updates[REFS];
	int done[REFS] = {0};
	size_t open = REFS;
	struct repo *repo = NULL;

	if (repo_open(&repo, n->news, &n->err) < 0)
		_exit(2);
	repo_set_durable(repo, false);
	while (open > 0) {
		size_t which[REFS];
		size_t count = 0;

		for (size_t i = 0; i < REFS; i += 10) {
			struct repo_commit commit = {.author = n->person, .committer = n->person};
			struct repo_commit tip;
			struct repo_ref_update *update = &updates[count];

			if (done[i] == TURNS)
				continue;
			if (repo_ref_read(repo, names[i], &commit.parent, &n->err) < 0 ||
			    repo_commit_read(repo, &tip, &commit.parent, &n->err) < 0)
				_exit(3);
			commit.tree = tip.tree;
			commit.message = mem_printf("%c %zu %d\n", who, i, done[i]);
			*update = (struct repo_ref_update){.name = names[i],
							   .old_id = commit.parent,
							   .message = "race"};
			if (repo_commit_write(repo, &update->new_id, &commit, &n->err) < 0)
				_exit(4);
			free(commit.message);
			repo_commit_clear(&tip);
			which[count++] = i;
		}
		if (repo_refs_move(repo, updates, count, &n->person, &n->err) < 0) {
			fprintf(stderr, "%s\n", n->err.message);
			_exit(5);
		}
		for (size_t i = 0; i < count; i++)
			done[which[i]] += updates[i].rc == 0;
		open = count;
	}
	repo_close(repo);
	_exit(0);
}

static void check_ref(struct newsroom *n, size_t which)
{
	struct oid at = standing(n, names[which]);
	int left[2] = {TURNS, TURNS};

	while (!oid_is_zero(&at)) {
		struct repo_commit commit;
		size_t ref;
		char who;
		int number;

		ok(n, repo_commit_read(n->repo, &commit, &at, &n->err));
		if (sscanf(commit.message, "%c %zu %d\n", &who, &ref, &number) == 3) {
			assert_int_equal(ref, which);
			assert_int_equal(number, --left[who - 'a']);
		}
		at = commit.parent;
		repo_commit_clear(&commit);
	}
	assert_int_equal(left[0], 0);
	assert_int_equal(left[1], 0);
}

static void two_at_once_lose_nothing_while_git_packs_the_refs(void **state)
{
	struct newsroom *n = *state;
	struct oid first = begin(n);
	pid_t packer = fork();
	pid_t writers[2];

	assert_true(packer >= 0);
	if (packer == 0) {
		setpgid(0, 0);
		for (;;)
			(void)sh(n, "git -C news pack-refs --all --prune");
	}
	for (int i = 0; i < 2; i++) {
		writers[i] = fork();
		assert_true(writers[i] >= 0);
		if (writers[i] == 0)
			write_all(n, (char)('a' + i));
	}
	for (int i = 0; i < 2; i++) {
		int status = -1;

		assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
		assert_int_equal(status, 0);
	}
	kill(-packer, SIGKILL);
	assert_int_equal(waitpid(packer, NULL, 0), packer);
	(void)sh(n, "find news/.git -name '*.lock' -delete");
	for (size_t i = 0; i < REFS; i++) {
		struct oid now = standing(n, names[i]);

		if (i % 10 == 0)
			check_ref(n, i);
		else
			assert_true(oid_equal(&now, &first));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(many_refs_move_at_once),
	    in_newsroom(each_is_judged_for_itself),
	    in_newsroom(no_ref_comes_to_point_at_nothing),
	    in_newsroom(a_ref_that_somebody_holds_holds_up_no_other),
	    in_newsroom(they_are_shared_as_the_settings_ask),
	    in_newsroom(what_a_killed_one_left_is_put_away),
	    in_newsroom(a_lock_that_is_held_is_put_away_later),
	    in_newsroom(what_one_left_who_moved_one_is_put_away),
	    in_newsroom(killed_at_any_moment_it_leaves_whole_refs),
	    in_newsroom(two_at_once_lose_nothing_while_git_packs_the_refs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
