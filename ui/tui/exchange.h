/*
 * What waits for others, off the key path: a fetch, a push, a release that
 * goes to a server, what is signed, and the command that the administrator has run
 * after a release.
 *
 * The app has one, with a worker of its own, because git can wait for another
 * machine for minutes and no page may wait with it.  Each job opens the desk a
 * second time, on its thread.  One thing is done at a time; its progress is a
 * line that panes show, its outcome a sentence, and all that there is to read
 * of it stays until the next.
 */
#ifndef COPYDESK_EXCHANGE_H
#define COPYDESK_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

struct desk;
struct error;
struct exchange;
struct pane_host;
struct release_plan;
struct release_result;
struct worker;

/* worker must end before exchange_free(); host and desk outlive both. */
struct exchange *exchange_new(struct worker *worker, const struct pane_host *host, struct desk *desk);
void exchange_free(struct exchange *exchange);

/* Whether a release is on its way, or the command after one runs: these are waited for in any case. */
bool exchange_must_end_well(const struct exchange *exchange);

/*
 * Before the worker ends, the terminal being the shell's again: stops what can be stopped, and waits for the
 * command after a release, which runs to its end. exchange may be NULL.
 */
void exchange_leave(struct exchange *exchange);

/* Whether there is a server to fetch from and push to. exchange may be NULL: no. */
bool exchange_has_server(const struct exchange *exchange);

/* What is being done, for a status line; NULL when nothing is. exchange may be NULL. */
const char *exchange_line(const struct exchange *exchange);

/* Rises with every line. exchange may be NULL. */
uint64_t exchange_version(const struct exchange *exchange);

/* Asks for a halt; false when nothing is being done. exchange may be NULL. */
bool exchange_stop(struct exchange *exchange);

/*
 * Begin it, where there is a server; E_REFUSED while something else is being done.  The outcome is said by
 * the host.
 */
int exchange_fetch(struct exchange *exchange, struct error *err);
int exchange_push(struct exchange *exchange, struct error *err);

/* Carries a plan out, which it takes in any case. */
int exchange_release(struct exchange *exchange, struct release_plan *plan, struct error *err);

/* What signs, which can wait for an agent or for a touch of the key. */
struct exchange_signing {
	int (*run)(void *context, struct desk *desk,
		   struct error *err); /* on the worker's thread, its desk */
	void (*free)(void *context);   /* on the owner's */
	void *context;
	const char *done; /* what is said when it is done; a constant, or the context's */
};

/* Does it, and takes its context in any case. */
int exchange_sign(struct exchange *exchange, const struct exchange_signing *act, struct error *err);

/* After a release that was done elsewhere: what the administrator has done then. exchange may be NULL. */
void exchange_after(struct exchange *exchange, const struct release_result *result);

/* Shows all there is to read of the last one, and of the last commands after a release; may be NULL. */
int exchange_show(struct exchange *exchange, struct error *err);
int exchange_show_after(struct exchange *exchange, struct error *err);

#endif
