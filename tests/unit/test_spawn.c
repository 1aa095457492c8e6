#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/spawn.h"
#include "base/strbuf.h"

#define BIG    ((size_t)4 << 20)
#define MEMORY ((size_t)64 << 20)

/* Runs a line of shell; returns its exit status, or the error's code. */
static int shell(const char *line, struct strbuf *out, struct error *err)
{
	const char *argv[] = {"sh", "-c", line, NULL};
	struct spawn spawn = {.argv = argv, .deadline = 20000};
	int status = -1;
	int rc = spawn_run(&spawn, &status, out, NULL, err);

	return rc < 0 ? rc : status;
}

static char *big_text(void)
{
	char *text = mem_alloc(BIG);

	for (size_t i = 0; i < BIG; i++)
		text[i] = (char)('a' + i % 26);
	return text;
}

static void a_program_gives_output_errors_and_status(void **state)
{
	static const char *const argv[] = {"sh", "-c", "cat; echo words >&2; exit 3", NULL};
	struct spawn spawn = {.argv = argv, .input = "text", .input_len = 4};
	struct strbuf out = STRBUF_INIT;
	struct strbuf errors = STRBUF_INIT;
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, &out, &errors, &err), 0);
	assert_int_equal(status, 3);
	assert_string_equal(out.data, "text");
	assert_string_equal(errors.data, "words\n");
	strbuf_clear(&out);
	strbuf_clear(&errors);
}

static void much_goes_both_ways_at_once(void **state)
{
	static const char *const argv[] = {"sh", "-c", "tee /dev/stderr", NULL};
	char *text = big_text();
	struct spawn spawn = {.argv = argv, .input = text, .input_len = BIG};
	struct strbuf out = STRBUF_INIT;
	struct strbuf errors = STRBUF_INIT;
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, &out, &errors, &err), 0);
	assert_int_equal(status, 0);
	assert_int_equal(out.len, BIG);
	assert_memory_equal(out.data, text, BIG);
	assert_int_equal(errors.len, BIG);
	strbuf_clear(&out);
	strbuf_clear(&errors);
	free(text);
}

static void input_that_is_never_read_holds_nothing_up(void **state)
{
	static const char *const argv[] = {"true", NULL};
	char *text = big_text();
	struct spawn spawn = {.argv = argv, .input = text, .input_len = BIG};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, NULL, NULL, &err), 0);
	assert_int_equal(status, 0);
	free(text);
}

static void interrupted(int sig)
{
	(void)sig;
}

static void signals_of_ours_do_not_disturb(void **state)
{
	struct sigaction action = {.sa_handler = interrupted};
	struct sigaction before;
	struct itimerval often = {{0, 500}, {0, 500}};
	struct itimerval never = {{0, 0}, {0, 0}};
	struct strbuf out = STRBUF_INIT;
	struct error err;

	(void)state;
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int i = 0; i < 5; i++) {
		strbuf_reset(&out);
		assert_int_equal(shell("head -c 1000000 /dev/zero; exit 7", &out, &err), 7);
		assert_int_equal(out.len, 1000000);
	}
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &before, NULL);
	strbuf_clear(&out);
}

static void a_missing_program_is_named(void **state)
{
	static const char *const argv[] = {"no-such-program-here", NULL};
	struct spawn spawn = {.argv = argv};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, NULL, NULL, &err), E_NOTFOUND);
	assert_string_equal(err.message, "The program no-such-program-here is not installed.");
}

static void a_missing_folder_is_named(void **state)
{
	static const char *const argv[] = {"true", NULL};
	struct spawn spawn = {.argv = argv, .folder = "/no/such/folder"};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, NULL, NULL, &err), E_IO);
	assert_string_equal(err.message, "The folder /no/such/folder cannot be entered: it does not exist.");
}

static void a_program_runs_in_its_folder(void **state)
{
	static const char *const argv[] = {"pwd", NULL};
	struct spawn spawn = {.argv = argv, .folder = "/"};
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, &out, NULL, &err), 0);
	assert_string_equal(out.data, "/\n");
	strbuf_clear(&out);
}

static void a_program_is_ended_at_its_deadline(void **state)
{
	static const char *const argv[] = {"sh", "-c", "echo begun; while :; do :; done", NULL};
	struct spawn spawn = {.argv = argv, .deadline = 300};
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int64_t start = clock_monotonic();
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, &out, NULL, &err), E_CANCELLED);
	assert_true(clock_monotonic() - start >= 300);
	assert_int_equal(status, 128 + SIGTERM);
	assert_string_equal(out.data, "begun\n");
	assert_string_equal(err.message, "The program sh took longer than 1 s and was ended.");
	strbuf_clear(&out);
}

static void a_program_that_will_not_end_is_killed(void **state)
{
	static const char *const argv[] = {"sh", "-c", "trap '' TERM; while :; do :; done", NULL};
	struct spawn spawn = {.argv = argv, .deadline = 300};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, NULL, NULL, &err), E_CANCELLED);
	assert_int_equal(status, 128 + SIGKILL);
}

static void a_flood_is_stopped_at_its_limit(void **state)
{
	static const char *const argv[] = {"yes", NULL};
	struct spawn spawn = {.argv = argv, .limit = 100000};
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int status;

	(void)state;
	assert_int_equal(spawn_run(&spawn, &status, &out, NULL, &err), E_INVALID);
	assert_true(out.len > 100000 && out.len < 1000000);
	assert_non_null(strstr(err.message, "yes gave more than 98 KiB"));
	strbuf_clear(&out);
}

static void nothing_outlives_the_call(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;
	pid_t left;
	int status = 0;

	(void)state;
	/* What the shell leaves behind becomes our child, so that its end can be seen. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
	assert_int_equal(shell("(while :; do :; done) & echo $!", &out, &err), 0);
	left = (pid_t)atoi(out.data);
	assert_true(left > 1);
	assert_int_equal(waitpid(left, &status, 0), left);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	strbuf_clear(&out);
}

static void a_program_starts_with_default_signals(void **state)
{
	sigset_t term;
	struct error err;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	assert_int_equal(shell("kill -PIPE $$; exit 0", NULL, &err), 128 + SIGPIPE);
	assert_int_equal(shell("kill -TERM $$; exit 0", NULL, &err), 128 + SIGTERM);
	sigprocmask(SIG_UNBLOCK, &term, NULL);
	signal(SIGPIPE, SIG_DFL);
}

static void a_program_has_no_terminal_and_none_of_our_files(void **state)
{
	struct error err;
	int fd = open("/dev/null", O_RDONLY);
	char *line = mem_printf("test ! -e /proc/self/fd/%d", fd);

	(void)state;
	assert_true(fd > 2);
	assert_int_equal(shell(line, NULL, &err), 0);
	assert_int_equal(shell("test ! -t 0 && test -z \"$(cat)\"", NULL, &err), 0);
	assert_int_not_equal(shell("exec 3<>/dev/tty", NULL, &err), 0);
	close(fd);
	free(line);
}

static void the_environment_cannot_change_an_answer(void **state)
{
	struct error err;

	(void)state;
	setenv("GIT_DIR", "/elsewhere", 1);
	setenv("GIT_TRACE", "1", 1);
	setenv("PAGER", "less", 1);
	setenv("LANGUAGE", "de", 1);
	setenv("GIT_AUTHOR_NAME", "B. Editor", 1);
	assert_int_equal(shell("test -z \"$GIT_DIR$GIT_TRACE$PAGER$LANGUAGE\"", NULL, &err), 0);
	assert_int_equal(shell("test \"$GIT_AUTHOR_NAME$LC_ALL\" = 'B. EditorC.UTF-8'", NULL, &err), 0);
	assert_string_equal(getenv("GIT_DIR"), "/elsewhere");
	unsetenv("GIT_DIR");
	unsetenv("GIT_TRACE");
	unsetenv("PAGER");
	unsetenv("LANGUAGE");
	unsetenv("GIT_AUTHOR_NAME");
}

static int write_big(void *context, int fd)
{
	return path_write_all(fd, context, BIG) == 0 ? 0 : 1;
}

static int end_with(void *context, int fd)
{
	(void)fd;
	return *(const int *)context;
}

static int crash(void *context, int fd)
{
	(void)context;
	(void)fd;
	raise(SIGSEGV);
	return 0;
}

static int spin(void *context, int fd)
{
	volatile unsigned long turns = 0;

	(void)context;
	(void)fd;
	for (;;)
		turns++;
	return 0;
}

static int eat_memory(void *context, int fd)
{
	(void)context;
	(void)fd;
	for (size_t i = 0; i < 16; i++)
		memset(mem_alloc((size_t)16 << 20), 1, (size_t)16 << 20);
	return 0;
}

struct listener {
	struct strbuf said;   /* on standard error */
	struct strbuf output; /* on standard output */
	const char *until;    /* the child is ended once it said this, or NULL: never */
};

static void listen_to(void *context, bool errors, const char *bytes, size_t len)
{
	struct listener *listener = context;

	strbuf_add(errors ? &listener->said : &listener->output, bytes, len);
}

static bool heard_enough(void *context)
{
	struct listener *listener = context;

	return listener->until != NULL && strstr(listener->said.data, listener->until) != NULL;
}

/* Runs a line of shell that is listened to. */
static int listen_to_shell(struct listener *listener, const char *line, struct error *err)
{
	const char *argv[] = {"sh", "-c", line, NULL};
	struct spawn spawn = {.argv = argv,
			      .deadline = 20000,
			      .heard = listen_to,
			      .cancelled = heard_enough,
			      .context = listener};
	int status = -1;
	int rc;

	listener->said = (struct strbuf)STRBUF_INIT;
	listener->output = (struct strbuf)STRBUF_INIT;
	rc = spawn_run(&spawn, &status, NULL, NULL, err);
	return rc < 0 ? rc : status;
}

static void what_a_program_says_is_heard_while_it_runs(void **state)
{
	struct listener listener = {.until = NULL};
	struct error err;

	(void)state;
	assert_int_equal(listen_to_shell(&listener, "printf 'a\\rb\\n' >&2; echo out; exit 4", &err), 4);
	assert_string_equal(listener.said.data, "a\rb\n");
	assert_string_equal(listener.output.data, "out\n");
	strbuf_clear(&listener.said);
	strbuf_clear(&listener.output);
}

static void a_program_that_nobody_wants_any_more_is_ended(void **state)
{
	struct listener listener = {.until = "ready"};
	struct error err;
	int64_t start = clock_monotonic();

	(void)state;
	assert_int_equal(listen_to_shell(&listener, "echo ready >&2; sleep 600", &err), E_CANCELLED);
	assert_string_equal(err.message, "The program sh was stopped.");
	assert_true(clock_monotonic() - start < 10000);
	strbuf_clear(&listener.said);
	strbuf_clear(&listener.output);
}

static void variables_are_added_to_the_environment(void **state)
{
	static const char *const argv[] = {"sh", "-c",
					   "echo $NEW $GIT_TERMINAL_PROMPT; env | grep -c ^NEW=", NULL};
	static const char *const more[] = {"NEW=one", "GIT_TERMINAL_PROMPT=0", NULL};
	struct spawn spawn = {.argv = argv, .more = more};
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int status;

	(void)state;
	setenv("NEW", "old", 1);
	setenv("GIT_TERMINAL_PROMPT", "1", 1);
	assert_int_equal(spawn_run(&spawn, &status, &out, NULL, &err), 0);
	assert_string_equal(out.data, "one 0\n1\n");
	unsetenv("NEW");
	unsetenv("GIT_TERMINAL_PROMPT");
	strbuf_clear(&out);
}

static void a_function_writes_from_its_child(void **state)
{
	char *text = big_text();
	struct strbuf out = STRBUF_INIT;
	struct error err;

	(void)state;
	assert_int_equal(spawn_isolated(write_big, text, MEMORY, 20000, &out, &err), 0);
	assert_int_equal(out.len, BIG);
	assert_memory_equal(out.data, text, BIG);
	strbuf_clear(&out);
	free(text);
}

static void a_function_that_fails_hurts_only_its_child(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;
	int status = 9;

	(void)state;
	assert_int_equal(spawn_isolated(end_with, &status, MEMORY, 20000, &out, &err), E_INVALID);
	assert_int_equal(spawn_isolated(crash, NULL, MEMORY, 20000, &out, &err), E_INVALID);
	assert_non_null(strstr(err.message, "Segmentation fault"));
	assert_int_equal(spawn_isolated(spin, NULL, MEMORY, 200, &out, &err), E_CANCELLED);
	assert_int_equal(out.len, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void a_function_gets_no_more_memory_than_allowed(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;

	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	skip();
#endif
	assert_int_equal(spawn_isolated(eat_memory, NULL, MEMORY, 20000, &out, &err), E_INVALID);
	assert_int_equal(spawn_isolated(eat_memory, NULL, (size_t)2 << 30, 20000, &out, &err), 0);
}

static atomic_bool churning;

static void *churn(void *context)
{
	(void)context;
	while (atomic_load(&churning))
		free(mem_alloc(100000));
	return NULL;
}

static int use_heap(void *context, int fd)
{
	(void)context;
	for (int i = 0; i < 100; i++)
		free(mem_alloc(1000));
	return path_write_all(fd, "x", 1);
}

static void the_heap_works_in_a_child_of_a_busy_process(void **state)
{
	struct strbuf out = STRBUF_INIT;
	pthread_t threads[3];
	struct error err;

	(void)state;
	atomic_store(&churning, true);
	for (size_t i = 0; i < 3; i++)
		pthread_create(&threads[i], NULL, churn, NULL);
	for (int i = 0; i < 50; i++)
		assert_int_equal(spawn_isolated(use_heap, NULL, MEMORY, 20000, &out, &err), 0);
	atomic_store(&churning, false);
	for (size_t i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	assert_int_equal(out.len, 50);
	strbuf_clear(&out);
}

/* -- In the foreground -- */

static int foreground(const char *script, bool (*over)(void *context), struct error *err)
{
	const char *const argv[] = {"sh", "-c", script, NULL};
	int status = -1;
	int looks = 0;
	int rc = spawn_foreground(argv, &status, over, &looks, err);

	return rc < 0 ? rc : status;
}

/* Once the script has come to its point. */
static bool at_the_fifth_look(void *context)
{
	return ++*(int *)context == 5;
}

static void a_program_in_the_foreground_gives_its_status(void **state)
{
	const char *const missing[] = {"no-such-program", "x", NULL};
	struct error err;
	int status;

	(void)state;
	assert_int_equal(foreground("exit 7", NULL, &err), 7);
	assert_int_equal(foreground("kill -9 $$", NULL, &err), 128 + SIGKILL);
	assert_int_equal(spawn_foreground(missing, &status, NULL, NULL, &err), E_NOTFOUND);
	assert_string_equal(err.message, "There is no program no-such-program here.");
}

/* There is no shell that could say fg. */
static void a_program_in_the_foreground_that_stops_goes_on(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(foreground("kill -STOP $$; kill -TSTP $$; exit 5", NULL, &err), 5);
}

static void a_program_in_the_foreground_is_ended_when_we_are(void **state)
{
	int64_t start = clock_monotonic();
	struct error err;

	(void)state;
	assert_int_equal(foreground("sleep 60", at_the_fifth_look, &err), 128 + SIGHUP);
	assert_int_equal(foreground("trap '' HUP; while :; do sleep 0.1; done", at_the_fifth_look, &err),
			 128 + SIGKILL);
	assert_true(clock_monotonic() - start < 20000);
}

/* Ctrl-C is for the program, which may not even mind it; ours are as they were afterwards. */
static void an_interrupt_is_the_programs_own(void **state)
{
	struct sigaction before, after;
	struct error err;

	(void)state;
	sigaction(SIGINT, NULL, &before);
	assert_int_equal(foreground("kill -INT $PPID; exit 3", NULL, &err), 3);
	sigaction(SIGINT, NULL, &after);
	assert_true(before.sa_handler == after.sa_handler);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_program_gives_output_errors_and_status),
	    cmocka_unit_test(much_goes_both_ways_at_once),
	    cmocka_unit_test(input_that_is_never_read_holds_nothing_up),
	    cmocka_unit_test(signals_of_ours_do_not_disturb),
	    cmocka_unit_test(a_missing_program_is_named),
	    cmocka_unit_test(a_missing_folder_is_named),
	    cmocka_unit_test(a_program_runs_in_its_folder),
	    cmocka_unit_test(a_program_is_ended_at_its_deadline),
	    cmocka_unit_test(a_program_that_will_not_end_is_killed),
	    cmocka_unit_test(a_flood_is_stopped_at_its_limit),
	    cmocka_unit_test(nothing_outlives_the_call),
	    cmocka_unit_test(a_program_starts_with_default_signals),
	    cmocka_unit_test(a_program_has_no_terminal_and_none_of_our_files),
	    cmocka_unit_test(the_environment_cannot_change_an_answer),
	    cmocka_unit_test(what_a_program_says_is_heard_while_it_runs),
	    cmocka_unit_test(a_program_that_nobody_wants_any_more_is_ended),
	    cmocka_unit_test(variables_are_added_to_the_environment),
	    cmocka_unit_test(a_function_writes_from_its_child),
	    cmocka_unit_test(a_function_that_fails_hurts_only_its_child),
	    cmocka_unit_test(a_function_gets_no_more_memory_than_allowed),
	    cmocka_unit_test(the_heap_works_in_a_child_of_a_busy_process),
	    cmocka_unit_test(a_program_in_the_foreground_gives_its_status),
	    cmocka_unit_test(a_program_in_the_foreground_that_stops_goes_on),
	    cmocka_unit_test(a_program_in_the_foreground_is_ended_when_we_are),
	    cmocka_unit_test(an_interrupt_is_the_programs_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
