/*
 * Child processes: programs that are run for their output, and functions of
 * our own that must not be able to hurt the process that a person types into.
 */
#ifndef COPYDESK_SPAWN_H
#define COPYDESK_SPAWN_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct strbuf;

struct spawn {
	const char *const *argv; /* NULL-terminated; argv[0] is looked up in PATH; never a shell */
	const char *folder;      /* working directory, or NULL for ours */
	const char *input;       /* bytes for standard input, or NULL for none */
	size_t input_len;        /* bytes */
	size_t limit;            /* bytes of output taken before the child is ended; 0 for 64 MiB */
	int deadline;            /* milliseconds before the child is ended; 0 for none */
	const char *const *more; /* "NAME=VALUE" for its environment, before ours; NULL-terminated, or NULL */

	/* What came on standard output or, with errors, on standard error, as it comes; or NULL. */
	void (*heard)(void *context, bool errors, const char *bytes, size_t len);
	/* Whether the child is to be ended, asked at least every SPAWN_LOOK milliseconds; or NULL. */
	bool (*cancelled)(void *context);
	void *context; /* of these two, which are called on the calling thread */
};

#define SPAWN_LOOK 100

/*
 * Runs a program to its end; appends its standard output to out and its standard error to errors
 * (either may be NULL), also when it fails.  The program has a session of its own and no terminal,
 * and what it leaves behind in its process group is ended with it.  Its environment is ours with
 * what could change git's answers or open a pager taken out (GIT_DIR, GIT_INDEX_FILE, PAGER ...)
 * and LC_ALL=C.UTF-8.  Returns 0 with the exit status in *status (128 + signal when killed),
 * E_NOTFOUND when there is no such program, E_CANCELLED when the deadline passed or cancelled() said
 * so, E_INVALID when it gave more than the limit.
 */
int spawn_run(const struct spawn *spawn, int *status, struct strbuf *out, struct strbuf *errors,
	      struct error *err);

/*
 * Runs function(context, fd) in a forked child with at most memory bytes more than now (and as many
 * bytes of output), no core file, no terminal and none of our other descriptors, and appends what it
 * writes to fd to out.  function may use the heap but no lock that another thread can hold, and
 * returns the child's exit status.  Returns 0 when the child ended with 0, E_INVALID when it
 * crashed, ran out of memory or failed, E_CANCELLED after deadline milliseconds (0: none); out may
 * then hold a part.  Sanitizers map more than any limit: under them memory only bounds the output.
 */
int spawn_isolated(int (*function)(void *context, int fd), void *context, size_t memory, int deadline,
		   struct strbuf *out, struct error *err);

/*
 * Runs a program on our own terminal, which must be as a shell leaves it, with our environment, until it
 * ends.  SIGINT and SIGQUIT are its own meanwhile, and when it stops itself it is made to go on.  over (may
 * be NULL) is asked at least every SPAWN_LOOK milliseconds whether it is to be ended.  Returns 0 with the
 * exit status (128 + signal when killed), or why it did not start: E_NOTFOUND when there is no such program.
 */
int spawn_foreground(const char *const *argv, int *status, bool (*over)(void *context), void *context,
		     struct error *err);

#endif
