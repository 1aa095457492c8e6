#include "base/worker.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"

struct task {
	struct task *next;
	const struct worker_ops *ops;
	void *job;
	unsigned number;
	bool cancelled;
};

/* A post, or the end of a task where task is not NULL. */
struct message {
	struct message *next;
	void (*function)(void *batch);
	void *batch;
	struct task *task;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t lock; /* over everything below */
	pthread_cond_t wake;  /* a task came, or the end */
	bool ending;
	unsigned last_number;
	struct task *waiting; /* the next to get a slice first */
	struct task *running; /* the one whose slice runs, or NULL */
	struct message *first;
	struct message *last;
	size_t messages;
	int poke; /* an eventfd, readable while there may be messages */
};

static void append_task(struct task **list, struct task *task)
{
	while (*list != NULL)
		list = &(*list)->next;
	task->next = NULL;
	*list = task;
}

/* With the lock held. */
static void append_message(struct worker *worker, struct message message)
{
	struct message *copy = mem_alloc(sizeof *copy);
	const uint64_t one = 1;

	*copy = message;
	if (worker->last != NULL)
		worker->last->next = copy;
	else
		worker->first = copy;
	worker->last = copy;
	worker->messages++;
	/* It can only fail when it is readable as it should be. */
	while (write(worker->poke, &one, sizeof one) < 0 && errno == EINTR)
		;
}

/* Gives the first waiting task its slice. With the lock held, but not during the slice. */
static void run_slice(struct worker *worker)
{
	struct task *task = worker->waiting;
	bool finished = task->cancelled;

	worker->waiting = task->next;
	worker->running = task;
	if (!finished) {
		pthread_mutex_unlock(&worker->lock);
		finished = task->ops->slice(worker, task->job);
		pthread_mutex_lock(&worker->lock);
	}
	worker->running = NULL;
	if (finished || task->cancelled)
		append_message(worker, (struct message){.task = task});
	else
		append_task(&worker->waiting, task);
}

/* Added to the priority of the thread, and so of what it starts: a key goes first where processors are few.
 */
#define NICENESS 10

static void *work(void *context)
{
	struct worker *worker = context;

	(void)setpriority(PRIO_PROCESS, (id_t)gettid(), NICENESS); /* of a thread, on Linux */
	pthread_mutex_lock(&worker->lock);
	while (!worker->ending) {
		if (worker->waiting != NULL)
			run_slice(worker);
		else
			pthread_cond_wait(&worker->wake, &worker->lock);
	}
	pthread_mutex_unlock(&worker->lock);
	return NULL;
}

int worker_new(struct worker **out, struct error *err)
{
	struct worker *worker = mem_zalloc(1, sizeof *worker);
	sigset_t all;
	sigset_t before;
	int rc;

	worker->poke = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (worker->poke < 0) {
		rc = error_set_errno(err, errno, "Background work cannot be started");
		free(worker);
		return rc;
	}
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->wake, NULL);
	/* Signals are for the owner's thread: a resized window must wake its loop, not a job. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc != 0) {
		close(worker->poke);
		free(worker);
		return error_set_errno(err, rc, "Background work cannot be started");
	}
	*out = worker;
	return 0;
}

/* What still waits is cancelled; returns whether there was any. */
static bool end_waiting(struct worker *worker)
{
	bool any = worker->waiting != NULL;

	while (worker->waiting != NULL) {
		struct task *task = worker->waiting;

		worker->waiting = task->next;
		task->cancelled = true;
		append_message(worker, (struct message){.task = task});
	}
	return any;
}

void worker_free(struct worker *worker)
{
	if (worker == NULL)
		return;
	pthread_mutex_lock(&worker->lock);
	worker->ending = true;
	if (worker->running != NULL)
		worker->running->cancelled = true;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
	pthread_join(worker->thread, NULL);
	/* What is called here may submit jobs once more. */
	while (end_waiting(worker) || worker->first != NULL)
		(void)worker_collect(worker);
	pthread_cond_destroy(&worker->wake);
	pthread_mutex_destroy(&worker->lock);
	close(worker->poke);
	free(worker);
}

unsigned worker_submit(struct worker *worker, const struct worker_ops *ops, void *job)
{
	struct task *task = mem_alloc(sizeof *task);
	unsigned number;

	*task = (struct task){.ops = ops, .job = job};
	pthread_mutex_lock(&worker->lock);
	number = ++worker->last_number;
	task->number = number;
	append_task(&worker->waiting, task);
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->lock);
	return number;
}

static void cancel_if(struct task *task, unsigned number)
{
	if (task != NULL && task->number == number)
		task->cancelled = true;
}

void worker_cancel(struct worker *worker, unsigned number)
{
	pthread_mutex_lock(&worker->lock);
	cancel_if(worker->running, number);
	for (struct task *task = worker->waiting; task != NULL; task = task->next)
		cancel_if(task, number);
	for (struct message *message = worker->first; message != NULL; message = message->next)
		cancel_if(message->task, number);
	pthread_mutex_unlock(&worker->lock);
}

bool worker_cancelled(struct worker *worker)
{
	bool cancelled;

	pthread_mutex_lock(&worker->lock);
	assert(worker->running != NULL);
	cancelled = worker->running->cancelled;
	pthread_mutex_unlock(&worker->lock);
	return cancelled;
}

void worker_post(struct worker *worker, void (*function)(void *batch), void *batch)
{
	assert(function != NULL);
	pthread_mutex_lock(&worker->lock);
	append_message(worker, (struct message){.function = function, .batch = batch});
	pthread_mutex_unlock(&worker->lock);
}

int worker_fd(const struct worker *worker)
{
	return worker->poke;
}

static struct message *next_message(struct worker *worker)
{
	struct message *message;

	pthread_mutex_lock(&worker->lock);
	message = worker->first;
	if (message != NULL) {
		worker->first = message->next;
		if (worker->first == NULL)
			worker->last = NULL;
		worker->messages--;
	}
	pthread_mutex_unlock(&worker->lock);
	return message;
}

static void deliver(struct message *message)
{
	struct task *task = message->task;

	if (task != NULL)
		task->ops->done(task->job, task->cancelled);
	else
		message->function(message->batch);
	free(task);
	free(message);
}

bool worker_collect(struct worker *worker)
{
	struct message *message;
	uint64_t pokes;
	size_t count;

	/* Cleared together with the count: what comes later pokes again. */
	pthread_mutex_lock(&worker->lock);
	while (read(worker->poke, &pokes, sizeof pokes) < 0 && errno == EINTR)
		;
	count = worker->messages;
	pthread_mutex_unlock(&worker->lock);
	for (size_t i = 0; i < count && (message = next_message(worker)) != NULL; i++)
		deliver(message);
	return count > 0;
}

bool worker_idle(struct worker *worker)
{
	bool idle;

	pthread_mutex_lock(&worker->lock);
	idle = worker->running == NULL && worker->waiting == NULL && worker->first == NULL;
	pthread_mutex_unlock(&worker->lock);
	return idle;
}

void worker_drain(struct worker *worker)
{
	while (!worker_idle(worker)) {
		struct pollfd fd = {.fd = worker->poke, .events = POLLIN};

		(void)poll(&fd, 1, -1);
		(void)worker_collect(worker);
	}
}
