#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/after.h"
#include "newsroom.h"

/* Sets the command, and runs it as after a release. */
static void run(struct newsroom *n, const char *command, struct after_result *result)
{
	const struct oid commit = {{0xab}};
	const struct after_release release = {&commit,
					      &newsroom_none,
					      "release/2026-11-20.1",
					      {1795165200, 0}};
	struct after after;

	ok(n, repo_config_set(n->repo, "copydesk.afterrelease", command, &n->err));
	assert_true(after_find(&after, n->repo));
	ok(n, after_run(&after, &release, NULL, result, &n->err));
	after_clear(&after);
}

static char *log_of(struct newsroom *n)
{
	struct strbuf text = STRBUF_INIT;

	ok(n, after_log(&text, n->repo, &n->err));
	return strbuf_detach(&text);
}

static void nothing_is_done_where_nothing_is_configured(void **state)
{
	struct newsroom *n = *state;
	struct strbuf text = STRBUF_INIT;
	struct after after;

	assert_false(after_find(&after, n->repo));
	refuses(n, E_NOTFOUND, "copydesk.afterRelease", after_log(&text, n->repo, &n->err));
}

static void a_persons_own_settings_name_no_command(void **state)
{
	struct newsroom *n = *state;
	struct after after;

	assert_int_equal(sh(n, "git config --global copydesk.afterRelease 'touch %s/oh'", n->folder), 0);
	assert_false(after_find(&after, n->repo));
}

static void the_command_knows_the_release(void **state)
{
	struct newsroom *n = *state;
	struct after_result result;

	run(n, "echo $COPYDESK_COMMIT $COPYDESK_OLD $COPYDESK_TAG; pwd; echo words >&2", &result);
	assert_false(result.failed);
	assert_string_equal(result.outcome, "The command after the release is done.");
	assert_non_null(strstr(result.output.data, "ab00000000000000000000000000000000000000 "
						   "0000000000000000000000000000000000000000 "
						   "release/2026-11-20.1\n"));
	assert_non_null(strstr(result.output.data, n->news));
	assert_non_null(strstr(result.output.data, "words\n"));
	after_result_clear(&result);
}

static void a_failure_is_told(void **state)
{
	struct newsroom *n = *state;
	struct after_result result;

	run(n, "echo broken link; exit 3", &result);
	assert_true(result.failed);
	assert_string_equal(result.outcome, "The command after the release failed, with exit status 3.");
	assert_string_equal(result.output.data, "broken link\n");
	after_result_clear(&result);
}

static void it_is_ended_when_it_takes_too_long(void **state)
{
	struct newsroom *n = *state;
	struct after_result result;

	ok(n, repo_config_set(n->repo, "copydesk.afterreleaseseconds", "1", &n->err));
	run(n, "echo begun; sleep 600", &result);
	assert_true(result.failed);
	assert_string_equal(result.outcome,
			    "The command after the release took longer than 1 s and was ended.");
	assert_string_equal(result.output.data, "begun\n");
	after_result_clear(&result);
}

static void the_log_keeps_the_last_runs(void **state)
{
	struct newsroom *n = *state;
	char *text;

	for (int i = 1; i <= 7; i++) {
		char *command = mem_printf("echo run %d; echo '== not a mark'", i);
		struct after_result result;

		run(n, command, &result);
		after_result_clear(&result);
		free(command);
	}
	text = log_of(n);
	assert_null(strstr(text, "run 2\n"));
	assert_non_null(strstr(text, "== 2026-11-20T09:00:00Z  ab0000000000"));
	assert_non_null(strstr(text, "  run 3\n  == not a mark\nThe command after the release is done.\n"));
	assert_non_null(strstr(text, "  run 7\n"));
	free(text);
}

static void a_flood_of_words_is_bounded(void **state)
{
	struct newsroom *n = *state;
	struct after_result result;
	char *text;

	run(n, "echo first; head -c 3000000 /dev/zero | tr '\\0' x; echo; echo last", &result);
	assert_false(result.failed);
	assert_true(result.output.len < 100000);
	assert_memory_equal(result.output.data, "first\n", 6);
	assert_non_null(strstr(result.output.data, "bytes are left out"));
	assert_string_equal(result.output.data + result.output.len - 6, "\nlast\n");
	text = log_of(n);
	assert_true(strlen(text) < 110000);
	free(text);
	after_result_clear(&result);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(nothing_is_done_where_nothing_is_configured),
	    in_newsroom(a_persons_own_settings_name_no_command),
	    in_newsroom(the_command_knows_the_release),
	    in_newsroom(a_failure_is_told),
	    in_newsroom(it_is_ended_when_it_takes_too_long),
	    in_newsroom(the_log_keeps_the_last_runs),
	    in_newsroom(a_flood_of_words_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
