#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/remote.h"
#include "newsroom.h"

/* A server beside the newsroom, with one commit on both sides. */
static void with_server(struct newsroom *n)
{
	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(
	    sh(n, "git init -q --bare server.git && git -C news remote add origin ../server.git && "
		  "git -C news push -q origin main && git -C news config branch.main.remote origin"),
	    0);
}

static void find(struct newsroom *n, struct remote *remote)
{
	ok(n, remote_find(remote, n->repo, "main", NULL, &n->err));
}

static int push(struct newsroom *n, const char *refspec, struct remote_answer *answer)
{
	struct remote remote;
	int rc;

	find(n, &remote);
	rc = remote_push(&remote, &refspec, 1, NULL, answer, &n->err);
	remote_clear(&remote);
	return rc;
}

static void the_newsrooms_server_is_named_by_configuration(void **state)
{
	struct newsroom *n = *state;
	struct remote remote;

	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	refuses(n, E_NOTFOUND, "by itself", remote_find(&remote, n->repo, "main", NULL, &n->err));
	assert_int_equal(sh(n, "git -C news config branch.main.remote ."), 0);
	refuses(n, E_NOTFOUND, "by itself", remote_find(&remote, n->repo, "main", NULL, &n->err));
	assert_int_equal(sh(n, "git -C news remote add origin https://me:secret@desk.example/news && "
			       "git -C news config branch.main.remote origin"),
			 0);
	find(n, &remote);
	assert_string_equal(remote.name, "origin");
	assert_string_equal(remote.place, "https://me@desk.example/news");
	remote_clear(&remote);
	assert_int_equal(
	    sh(n, "git -C news remote add other /srv/a:b && git -C news config copydesk.remote other"), 0);
	find(n, &remote);
	assert_string_equal(remote.name, "other");
	assert_string_equal(remote.place, "/srv/a:b");
	remote_clear(&remote);
	refuses(n, E_NOTFOUND, "no server called away",
		remote_find(&remote, n->repo, "main", "away", &n->err));
}

static void what_is_pushed_is_on_the_server(void **state)
{
	struct newsroom *n = *state;
	struct remote_answer answer;
	struct remote remote;
	struct oid tip;
	struct oid there;

	with_server(n);
	tip = newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(push(n, "main:refs/heads/main", &answer), 0);
	assert_int_equal(answer.count, 1);
	assert_string_equal(answer.refs[0].name, "refs/heads/main");
	assert_int_equal(answer.refs[0].fate, REMOTE_DONE);
	remote_answer_clear(&answer);
	find(n, &remote);
	ok(n, remote_look(&remote, "refs/heads/main", &there, &n->err));
	assert_true(oid_equal(&tip, &there));
	ok(n, remote_look(&remote, "refs/heads/none", &there, &n->err));
	assert_true(oid_is_zero(&there));
	remote_clear(&remote);
}

static void a_ref_that_moved_is_a_conflict(void **state)
{
	struct newsroom *n = *state;
	struct remote_answer answer;

	with_server(n);
	assert_int_equal(
	    sh(n, "git clone -q server.git other && git -C other commit -q --allow-empty -m theirs && "
		  "git -C other push -q origin main"),
	    0);
	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	refuses(n, E_CONFLICT, "has news that is not here yet", push(n, "main:refs/heads/main", &answer));
	assert_int_equal(answer.refs[0].fate, REMOTE_MOVED);
	remote_answer_clear(&answer);
}

/* A lock that another push holds shows only in the server's own words. */
static void a_race_that_is_lost_on_the_server_is_a_conflict(void **state)
{
	struct newsroom *n = *state;
	struct remote_answer answer;

	with_server(n);
	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(
	    sh(n, "printf '#!/bin/sh\\ntouch refs/heads/main.lock\\n' >server.git/hooks/pre-receive && "
		  "chmod +x server.git/hooks/pre-receive"),
	    0);
	refuses(n, E_CONFLICT, "has news", push(n, "main:refs/heads/main", &answer));
	remote_answer_clear(&answer);
}

static void the_servers_words_are_kept(void **state)
{
	struct newsroom *n = *state;
	struct remote_answer answer;

	with_server(n);
	newsroom_advance(n, "refs/heads/main", &newsroom_none);
	assert_int_equal(
	    sh(n, "printf '#!/bin/sh\\necho \"You did not approve this.\"\\necho Ask Dora. >&2\\nexit 1\\n' "
		  ">server.git/hooks/pre-receive && chmod +x server.git/hooks/pre-receive"),
	    0);
	refuses(n, E_REFUSED, "The server origin said no: You did not approve this.",
		push(n, "main:refs/heads/main", &answer));
	assert_string_equal(answer.said.data, "You did not approve this.\nAsk Dora.\n");
	assert_int_equal(answer.refs[0].fate, REMOTE_REFUSED);
	remote_answer_clear(&answer);
}

static void what_cannot_be_reached_says_so(void **state)
{
	struct newsroom *n = *state;
	struct remote_answer answer;
	struct remote remote;
	struct oid id;

	with_server(n);
	assert_int_equal(sh(n, "mv server.git away.git"), 0);
	refuses(n, E_IO, "../server.git", push(n, "main:refs/heads/main", &answer));
	remote_answer_clear(&answer);
	find(n, &remote);
	refuses(n, E_IO, "no newsroom there", remote_look(&remote, "refs/heads/main", &id, &n->err));
	remote_clear(&remote);
	assert_int_equal(sh(n, "git -C news remote set-url origin nobody@localhost:news && "
			       "git -C news config core.sshCommand \"sh -c 'echo Host key verification "
			       "failed. >&2; exit 255'\""),
			 0);
	find(n, &remote);
	assert_true(remote.own_ssh);
	refuses(n, E_IO, "not known to this machine", remote_look(&remote, "refs/heads/main", &id, &n->err));
	remote_clear(&remote);
}

struct progress {
	size_t lines;
	bool stop;
};

static void count(void *context, const char *line)
{
	struct progress *progress = context;

	assert_int_not_equal(line[0], '\0');
	progress->lines++;
}

static bool stopped(void *context)
{
	return ((struct progress *)context)->stop;
}

static void a_fetch_tells_of_its_progress_and_can_be_stopped(void **state)
{
	static const char *const refspecs[] = {"+refs/heads/*:refs/copydesk/origin/heads/*"};
	struct newsroom *n = *state;
	struct progress progress = {0};
	struct remote_listener listener = {.progress = count, .cancelled = stopped, .context = &progress};
	struct remote_answer answer;
	struct remote remote;

	with_server(n);
	assert_int_equal(
	    sh(n, "git clone -q server.git other && cd other && for i in 1 2 3; do echo $i >f; git add f; "
		  "git commit -qm $i; done; git push -q origin main"),
	    0);
	find(n, &remote);
	progress.stop = true;
	refuses(n, E_CANCELLED, "stopped", remote_fetch(&remote, refspecs, 1, &listener, &answer, &n->err));
	remote_answer_clear(&answer);
	progress.stop = false;
	ok(n, remote_fetch(&remote, refspecs, 1, &listener, &answer, &n->err));
	remote_answer_clear(&answer);
	assert_true(progress.lines > 0);
	assert_int_equal(sh(n, "test $(git -C news rev-parse refs/copydesk/origin/heads/main) = "
			       "$(git -C other rev-parse main)"),
			 0);
	remote_clear(&remote);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(the_newsrooms_server_is_named_by_configuration),
	    in_newsroom(what_is_pushed_is_on_the_server),
	    in_newsroom(a_ref_that_moved_is_a_conflict),
	    in_newsroom(a_race_that_is_lost_on_the_server_is_a_conflict),
	    in_newsroom(the_servers_words_are_kept),
	    in_newsroom(what_cannot_be_reached_says_so),
	    in_newsroom(a_fetch_tells_of_its_progress_and_can_be_stopped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
