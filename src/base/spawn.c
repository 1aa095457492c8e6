#include "base/spawn.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

/* Milliseconds between asking a child to end, so that git can take its locks away, and ending it. */
#define GRACE 1000

/* Milliseconds after which a child is looked at again where nothing tells of its end. */
#define LOOK_AGAIN 10

#define DEFAULT_LIMIT ((size_t)64 << 20)

/* The sanitizers map terabytes of shadow memory, which no limit on addresses allows. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define UNLIMITED_ADDRESSES 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define UNLIMITED_ADDRESSES 1
#endif
#endif
#ifndef UNLIMITED_ADDRESSES
#define UNLIMITED_ADDRESSES 0
#endif

enum { OUTPUT, ERRORS, REPORT, STREAMS };

/* One pipe from the child. */
struct stream {
	int fd;             /* our end; -1 after its end */
	int theirs;         /* the child's end; -1 after the start */
	struct strbuf *out; /* what to append to, or NULL to forget what comes */
	size_t taken;       /* bytes */
};

struct child {
	pid_t pid;                      /* also the number of its process group */
	int life;                       /* a pidfd, readable when the child has ended; -1 for none */
	struct stream streams[STREAMS]; /* REPORT: a struct failure, where the program did not start */
	const struct spawn *spawn;      /* who listens to it; NULL for nobody */
};

/* Why the program did not start. */
struct failure {
	bool folder; /* the working directory, or else the program itself */
	int errnum;
};

/* The body of a child: runs with its descriptors in place and returns its exit status. */
typedef int child_body(void *context, int report);

/* -- In the child: between fork and exec, where only calls that are safe in a signal handler may stand -- */

static void reset_signals(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Makes in, out and errors the descriptors 0 to 2, whatever numbers they have now. */
static bool place(int in, int out, int errors)
{
	int fds[] = {in, out, errors};

	for (int i = 0; i < 3; i++)
		if ((fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 3)) < 0)
			return false;
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			return false;
	return true;
}

static _Noreturn void be_child(const struct child *child, int input, pid_t parent, child_body *body,
			       void *context)
{
	int report = fcntl(child->streams[REPORT].theirs, F_DUPFD_CLOEXEC, 3);

	/* A session of its own: no terminal to ask on, and one group to end with all its helpers. */
	setsid();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || report < 0 ||
	    !place(input, child->streams[OUTPUT].theirs, child->streams[ERRORS].theirs))
		_exit(127);
	reset_signals();
	_exit(body(context, report));
}

/* -- Starting -- */

/* Returns the status as waitpid gives it; where SIGCHLD is ignored the system has lost it, which is a
 * failure. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return W_EXITCODE(127, 0);
	return status;
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_child(struct child *child)
{
	for (int i = 0; i < STREAMS; i++) {
		close_fd(&child->streams[i].fd);
		close_fd(&child->streams[i].theirs);
	}
	close_fd(&child->life);
}

static bool open_streams(struct child *child)
{
	for (int i = 0; i < STREAMS; i++) {
		struct stream *stream = &child->streams[i];
		int ends[2];

		if (pipe2(ends, O_CLOEXEC) < 0)
			return false;
		stream->fd = ends[0];
		stream->theirs = ends[1];
		if (fcntl(stream->fd, F_SETFL, O_NONBLOCK) < 0)
			return false;
	}
	return true;
}

/* Forks with every signal held back, so that no handler of ours runs in the child. */
static pid_t fork_child(const struct child *child, int input, child_body *body, void *context)
{
	pid_t parent = getpid();
	sigset_t all;
	sigset_t before;
	pid_t pid;
	int errnum;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = fork();
	if (pid == 0)
		be_child(child, input, parent, body, context);
	errnum = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = errnum;
	return pid;
}

/* Returns 0, or -1 with errno and nothing left open. */
static int start(struct child *child, int input, struct strbuf *const outs[STREAMS],
		 const struct spawn *spawn, child_body *body, void *context)
{
	int errnum;

	child->life = -1;
	child->spawn = spawn;
	for (int i = 0; i < STREAMS; i++)
		child->streams[i] = (struct stream){.fd = -1, .theirs = -1, .out = outs[i]};
	child->pid = open_streams(child) ? fork_child(child, input, body, context) : -1;
	if (child->pid > 0)
		child->life = pidfd_open(child->pid, 0);
	errnum = errno;
	for (int i = 0; i < STREAMS; i++)
		close_fd(&child->streams[i].theirs);
	if (child->pid < 0)
		close_child(child);
	errno = errnum;
	return child->pid < 0 ? -1 : 0;
}

/* -- Attending: everything is read as it comes, so that neither side waits for the other -- */

/* Takes one read's worth. Returns whether more may be there now. */
static bool take(struct child *child, int which)
{
	const struct spawn *spawn = child->spawn;
	struct stream *stream = &child->streams[which];
	char chunk[65536];
	ssize_t n;

	if (stream->fd < 0)
		return false;
	n = read(stream->fd, chunk, sizeof chunk);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return errno == EINTR;
	if (n <= 0) {
		close_fd(&stream->fd);
		return false;
	}
	stream->taken += (size_t)n;
	if (stream->out != NULL)
		strbuf_add(stream->out, chunk, (size_t)n);
	if (which != REPORT && spawn != NULL && spawn->heard != NULL)
		spawn->heard(spawn->context, which == ERRORS, chunk, (size_t)n);
	return true;
}

/* Also by its own number: a child that has just been forked may not lead its group yet. */
static void signal_group(const struct child *child, int sig)
{
	kill(-child->pid, sig);
	kill(child->pid, sig);
}

/* How long to wait for a child, in milliseconds; -1 without end. */
static int patience(const struct child *child, int64_t until)
{
	bool asked = child->spawn != NULL && child->spawn->cancelled != NULL;
	int64_t left = until - clock_monotonic();
	int most = child->life < 0 ? LOOK_AGAIN : asked ? SPAWN_LOOK : INT32_MAX;

	if (until < 0)
		return most < INT32_MAX ? most : -1;
	return left < 0 ? 0 : left > most ? most : (int)left;
}

/* Asks for a child's end where the system has no pidfd (before Linux 5.3, under valgrind). */
static bool gone(const struct child *child)
{
	siginfo_t info = {0};

	return child->life < 0 && (waitid(P_PID, (id_t)child->pid, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
				   info.si_pid == child->pid);
}

/* Waits for something to read or for the child's end, which it tells. */
static bool ended(struct child *child, int64_t until)
{
	struct pollfd fds[STREAMS + 1];

	for (int i = 0; i < STREAMS; i++)
		fds[i] = (struct pollfd){.fd = child->streams[i].fd, .events = POLLIN};
	fds[STREAMS] = (struct pollfd){.fd = child->life, .events = POLLIN};
	if (poll(fds, STREAMS + 1, patience(child, until)) <= 0)
		return gone(child);
	for (int i = 0; i < STREAMS; i++)
		if (fds[i].revents != 0)
			(void)take(child, i);
	return fds[STREAMS].revents != 0 || gone(child);
}

static bool flooded(const struct child *child, size_t limit)
{
	for (int i = 0; i < STREAMS; i++)
		if (child->streams[i].taken > limit)
			return true;
	return false;
}

/* What a child that was told to end still says is nobody's business. */
static void forget_output(struct child *child)
{
	for (int i = 0; i < STREAMS; i++)
		child->streams[i].out = NULL;
	child->spawn = NULL;
}

static bool unwanted(const struct child *child)
{
	const struct spawn *spawn = child->spawn;

	return spawn != NULL && spawn->cancelled != NULL && spawn->cancelled(spawn->context);
}

/*
 * Sees a child to its end, and everything it started in its group.  Returns 0, E_CANCELLED when the
 * deadline passed or nobody wants it any more, or E_INVALID when it gave more than limit bytes; *status
 * is waitpid's.
 */
static int attend(struct child *child, int deadline, size_t limit, int *status)
{
	int64_t until = deadline > 0 ? clock_monotonic() + deadline : -1;
	int why = 0;

	while (!ended(child, until)) {
		bool late = until >= 0 && clock_monotonic() >= until;

		if (why != 0 && late) {
			signal_group(child, SIGKILL);
			until = -1;
		} else if (why == 0 && (late || flooded(child, limit) || unwanted(child))) {
			why = flooded(child, limit) ? E_INVALID : E_CANCELLED;
			forget_output(child);
			signal_group(child, SIGTERM);
			until = clock_monotonic() + GRACE;
		}
	}
	/* Before it is reaped its number cannot belong to anybody else. */
	signal_group(child, SIGKILL);
	for (int i = 0; i < STREAMS; i++)
		while (!flooded(child, limit) && take(child, i))
			;
	if (why == 0 && flooded(child, limit))
		why = E_INVALID;
	*status = reap(child->pid);
	close_child(child);
	return why;
}

/* -- Programs -- */

/*
 * Of the GIT_ variables only these reach a program: who the person is, how git reaches another
 * machine, and which configuration is read.  The rest (git-rev-parse(1), --local-env-vars, and the
 * ones that trace or choose a pager or a differ) would make it answer for another repository or in
 * another form.
 */
static const char *const git_kept[] = {
    "GIT_ALLOW_PROTOCOL=",
    "GIT_ASKPASS=",
    "GIT_AUTHOR_",
    "GIT_CEILING_DIRECTORIES=",
    "GIT_COMMITTER_",
    "GIT_CONFIG_GLOBAL=",
    "GIT_CONFIG_SYSTEM=",
    "GIT_CONFIG_NOSYSTEM=",
    "GIT_EXEC_PATH=",
    "GIT_HTTP_",
    "GIT_PROTOCOL",
    "GIT_PROXY_COMMAND=",
    "GIT_SSH",
    "GIT_SSL_",
    "GIT_TERMINAL_PROMPT=",
};

static const char *const dropped[] = {"GIT_", "PAGER=", "LANGUAGE=", "LC_ALL="};

static bool begins_with_any(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strncmp(text, list[i], strlen(list[i])) == 0)
			return true;
	return false;
}

static size_t length(const char *const *list)
{
	size_t count = 0;

	while (list != NULL && list[count] != NULL)
		count++;
	return count;
}

/* Whether the variable of an entry "NAME=VALUE" is set in the list. */
static bool is_set(const char *const *list, const char *entry)
{
	size_t name = strcspn(entry, "=") + 1;

	for (; list != NULL && *list != NULL; list++)
		if (strncmp(*list, entry, name) == 0)
			return true;
	return false;
}

/* A new NULL-terminated list of borrowed strings, with more in front; the caller frees the list. */
static const char **clean_environment(const char *const *more)
{
	size_t count = length(more);
	const char **list = mem_zalloc(count + length((const char *const *)environ) + 2, sizeof *list);

	for (size_t i = 0; i < count; i++)
		list[i] = more[i];
	for (char **at = environ; at != NULL && *at != NULL; at++)
		if (!is_set(more, *at) &&
		    (!begins_with_any(*at, dropped, sizeof dropped / sizeof dropped[0]) ||
		     begins_with_any(*at, git_kept, sizeof git_kept / sizeof git_kept[0])))
			list[count++] = *at;
	list[count++] = "LC_ALL=C.UTF-8";
	return list;
}

struct program {
	const struct spawn *spawn;
	const char **environment;
};

static int be_program(void *context, int report)
{
	const struct program *program = context;
	const struct spawn *spawn = program->spawn;
	struct failure failure = {.folder = true};

	/* When we are killed it is asked to end, so that git takes its locks away. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
	if (spawn->folder == NULL || chdir(spawn->folder) == 0) {
		failure.folder = false;
		execvpe(spawn->argv[0], (char *const *)spawn->argv, (char *const *)program->environment);
	}
	failure.errnum = errno;
	(void)path_write_all(report, &failure, sizeof failure);
	return 127;
}

/* The input as a file in memory: a program that never reads it cannot hold us up. -1 with errno. */
static int open_input(const char *input, size_t len)
{
	int fd;

	if (input == NULL)
		return open("/dev/null", O_RDWR | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd >= 0 && (path_write_all(fd, input, len) < 0 || lseek(fd, 0, SEEK_SET) < 0))
		close_fd(&fd);
	return fd;
}

static int not_started(const struct spawn *spawn, const struct strbuf *report, struct error *err)
{
	struct failure failure;

	memcpy(&failure, report->data, sizeof failure);
	if (failure.folder)
		return error_set_errno(err, failure.errnum, "The folder %s cannot be entered", spawn->folder);
	if (failure.errnum == ENOENT)
		return error_set(err, E_NOTFOUND, "The program %s is not installed.", spawn->argv[0]);
	return error_set_errno(err, failure.errnum, "The program %s cannot be started", spawn->argv[0]);
}

static int explain(const struct spawn *spawn, int why, const struct strbuf *report, struct error *err)
{
	size_t limit = spawn->limit > 0 ? spawn->limit : DEFAULT_LIMIT;

	if (report->len == sizeof(struct failure))
		return not_started(spawn, report, err);
	if (why == E_CANCELLED && spawn->cancelled != NULL && spawn->cancelled(spawn->context))
		return error_set(err, why, "The program %s was stopped.", spawn->argv[0]);
	if (why == E_CANCELLED)
		return error_set(err, why, "The program %s took longer than %d s and was ended.",
				 spawn->argv[0], (spawn->deadline + 999) / 1000);
	if (why == E_INVALID)
		return error_set(err, why, "The program %s gave more than %zu KiB and was ended.",
				 spawn->argv[0], (limit + 1023) / 1024);
	return why;
}

int spawn_run(const struct spawn *spawn, int *status, struct strbuf *out, struct strbuf *errors,
	      struct error *err)
{
	struct strbuf report = STRBUF_INIT;
	struct strbuf *const outs[STREAMS] = {out, errors, &report};
	struct program program = {.spawn = spawn};
	struct child child;
	int input;
	int wait_status = 0;
	int rc;

	assert(spawn->argv != NULL && spawn->argv[0] != NULL);
	program.environment = clean_environment(spawn->more);
	input = open_input(spawn->input, spawn->input_len);
	if (input < 0 || start(&child, input, outs, spawn, be_program, &program) < 0) {
		rc = error_set_errno(err, errno, "The program %s cannot be started", spawn->argv[0]);
	} else {
		rc = attend(&child, spawn->deadline, spawn->limit > 0 ? spawn->limit : DEFAULT_LIMIT,
			    &wait_status);
		rc = explain(spawn, rc, &report, err);
	}
	*status = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
	close_fd(&input);
	free(program.environment);
	strbuf_clear(&report);
	return rc;
}

/* -- Functions -- */

struct isolated {
	int (*function)(void *context, int fd);
	void *context;
	size_t memory; /* bytes */
};

/* Bytes of address space in use, or 0 when the system does not tell: proc(5), /proc/[pid]/statm. */
static size_t address_space(void)
{
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	char text[64] = "";
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 ? (size_t)strtoul(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static int be_isolated(void *context, int report)
{
	const struct isolated *isolated = context;
	struct rlimit no_core = {0, 0};
	size_t now = address_space();
	struct rlimit addresses = {now + isolated->memory, now + isolated->memory};

	(void)report;
	/* The locks and pipes of the parent are nobody's business here. */
	close_range(3, ~0U, 0);
	/* A core file that is piped to a program ignores the limit, but not this. */
	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &no_core);
	if (!UNLIMITED_ADDRESSES && now > 0 && setrlimit(RLIMIT_AS, &addresses) < 0)
		return 127;
	return isolated->function(isolated->context, STDOUT_FILENO);
}

int spawn_isolated(int (*function)(void *context, int fd), void *context, size_t memory, int deadline,
		   struct strbuf *out, struct error *err)
{
	struct strbuf *const outs[STREAMS] = {out, NULL, NULL};
	struct isolated isolated = {.function = function, .context = context, .memory = memory};
	struct child child;
	int input = open_input(NULL, 0);
	int status = 0;
	int rc;

	if (input < 0 || start(&child, input, outs, NULL, be_isolated, &isolated) < 0) {
		rc = error_set_errno(err, errno, "A helper process cannot be started");
		close_fd(&input);
		return rc;
	}
	rc = attend(&child, deadline, memory, &status);
	close_fd(&input);
	if (rc == E_CANCELLED)
		return error_set(err, rc, "Work in a helper process took longer than %d s and was stopped.",
				 (deadline + 999) / 1000);
	if (rc == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	if (rc == 0 && WIFSIGNALED(status))
		return error_set(err, E_INVALID, "Work in a helper process failed (%s).",
				 strsignal(WTERMSIG(status)));
	return error_set(err, E_INVALID, "Work in a helper process failed or needed more than %zu MiB.",
			 memory >> 20);
}
