/*
 * Work off the key path.
 *
 * A worker owns one thread (so that a job may keep a repository of its own,
 * which must not be shared between threads), of a lower priority than the
 * owner's.  A job is a function that is
 * called in slices of about 10 ms until it says that it is finished; jobs take
 * turns, slice by slice in the order of their coming, so that a long one never
 * keeps a short one waiting.  Between slices the worker looks whether the job
 * was cancelled.  What a job has found
 * it posts; posting pokes a pipe, and the owner's loop hands the posts to the
 * model in the owner's thread with worker_collect().  The model is thus only
 * ever touched by one thread.
 *
 *	worker_new(&w, &err);
 *	id = worker_submit(w, &ops, job);
 *	poll(worker_fd(w)) ... worker_collect(w);
 *	worker_free(w);
 */
#ifndef COPYDESK_WORKER_H
#define COPYDESK_WORKER_H

#include <stdbool.h>

struct error;
struct worker;

struct worker_ops {
	/* On the worker's thread: does about 10 ms of work; true when the job is finished. */
	bool (*slice)(struct worker *worker, void *job);
	/* On the owner's thread, once, after the last slice or a cancel: takes the result, frees job. */
	void (*done)(void *job, bool cancelled);
};

int worker_new(struct worker **out, struct error *err);

/* Cancels everything, waits for the slice that runs, calls every done, ends the thread. */
void worker_free(struct worker *worker);

/* Queues a job, which the worker then owns until done; returns its number, above 0. */
unsigned worker_submit(struct worker *worker, const struct worker_ops *ops, void *job);

/*
 * Asks for a job to end after its slice; a number that is unknown or over is fine.  Its done, if it
 * was not called yet, is told that it was cancelled, even if the job had just finished; what it
 * posted before is still delivered, because the batches must be freed.
 */
void worker_cancel(struct worker *worker, unsigned number);

/* From a slice: has function(batch) called on the owner's thread, in order, before done. */
void worker_post(struct worker *worker, void (*function)(void *batch), void *batch);

/* From a slice: whether this very job was cancelled meanwhile, for what cannot be done in slices. */
bool worker_cancelled(struct worker *worker);

/* Readable while there is something to collect. */
int worker_fd(const struct worker *worker);

/* On the owner's thread: runs the posts and the dones. Returns whether there were any. */
bool worker_collect(struct worker *worker);

/* Whether no job runs or waits, and nothing waits to be collected. */
bool worker_idle(struct worker *worker);

/* Waits until the worker is idle and everything is collected: for tests and for the way out. */
void worker_drain(struct worker *worker);

#endif
