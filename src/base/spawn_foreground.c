/* A program that gets the terminal for a while: an editor of the person's choice. */
#include "base/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

/* Milliseconds that a program has to end when it is asked to, before it is ended. */
#define GRACE 300

/* In the child: only calls that are safe in a signal handler. */
static _Noreturn void be_program(const char *const *argv, int report)
{
	struct sigaction action = {.sa_handler = SIG_DFL};
	sigset_t none;
	int errnum;

	for (int sig = 1; sig < NSIG; sig++)
		sigaction(sig, &action, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execvp(argv[0], (char *const *)argv);
	errnum = errno;
	if (write(report, &errnum, sizeof errnum) < 0)
		_exit(126);
	_exit(127);
}

/* Starts it; E_NOTFOUND, or another reason why it did not start. */
static int start(pid_t *pid, const char *const *argv, struct error *err)
{
	int report[2];
	int errnum = 0;
	ssize_t n;

	if (pipe2(report, O_CLOEXEC) < 0)
		return error_set_errno(err, errno, "The program %s cannot be started", argv[0]);
	*pid = fork();
	if (*pid == 0)
		be_program(argv, report[1]);
	if (*pid < 0)
		errnum = errno;
	close(report[1]);
	do {
		n = *pid < 0 ? 0 : read(report[0], &errnum, sizeof errnum);
	} while (n < 0 && errno == EINTR);
	close(report[0]);
	if (errnum == 0)
		return 0;
	if (*pid > 0)
		(void)waitpid(*pid, NULL, 0);
	if (errnum == ENOENT)
		return error_set(err, E_NOTFOUND, "There is no program %s here.", argv[0]);
	return error_set_errno(err, errnum, "The program %s cannot be started", argv[0]);
}

/* Looks for its end for some milliseconds, and lets a program that stopped go on: nobody else could. */
static bool has_ended(pid_t pid, int life, int milliseconds, int *raw)
{
	struct pollfd wait = {.fd = life, .events = POLLIN};
	pid_t seen;

	(void)poll(&wait, 1, milliseconds);
	seen = waitpid(pid, raw, WNOHANG | WUNTRACED);
	if (seen == pid && WIFSTOPPED(*raw)) {
		kill(pid, SIGCONT);
		return false;
	}
	if (seen < 0 && errno == ECHILD)
		*raw = W_EXITCODE(127, 0); /* where SIGCHLD is ignored the system has lost it */
	return seen == pid || (seen < 0 && errno == ECHILD);
}

/* Waits for its end, and brings that about when over() says so; its status as waitpid() gives it. */
static int attend(pid_t pid, bool (*over)(void *context), void *context)
{
	int life = pidfd_open(pid, 0);
	int raw = 0;
	int left = GRACE;
	bool ended = false;

	while (!ended && (over == NULL || !over(context)))
		ended = has_ended(pid, life, SPAWN_LOOK, &raw);
	if (!ended)
		kill(pid, SIGHUP);
	for (; !ended && left > 0; left -= SPAWN_LOOK)
		ended = has_ended(pid, life, SPAWN_LOOK, &raw);
	if (!ended) {
		kill(pid, SIGKILL);
		while (waitpid(pid, &raw, 0) < 0 && errno == EINTR)
			;
	}
	if (life >= 0)
		close(life);
	return raw;
}

int spawn_foreground(const char *const *argv, int *status, bool (*over)(void *context), void *context,
		     struct error *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction interrupt, quit;
	pid_t pid = -1;
	int raw;
	int rc;

	/* Ctrl-C and Ctrl-\ are its own as long as it has the terminal. */
	sigaction(SIGINT, &ignore, &interrupt);
	sigaction(SIGQUIT, &ignore, &quit);
	rc = start(&pid, argv, err);
	if (rc == 0) {
		raw = attend(pid, over, context);
		*status = WIFSIGNALED(raw) ? 128 + WTERMSIG(raw) : WEXITSTATUS(raw);
	}
	sigaction(SIGINT, &interrupt, NULL);
	sigaction(SIGQUIT, &quit, NULL);
	return rc;
}
