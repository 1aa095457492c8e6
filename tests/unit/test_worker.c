#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"

/* What the owner has been told, in order: a letter for a post, its capital for done, '!' if cancelled. */
static struct strbuf told = STRBUF_INIT;

struct job {
	char letter;
	int slices;    /* that it takes; below 0: without end */
	int begun;     /* slices so far */
	sem_t *gate;   /* waited for in every slice, or NULL */
	sem_t *inside; /* told in every slice, or NULL */
	pthread_t thread;
};

static void tell(void *batch)
{
	strbuf_addc(&told, *(const char *)batch);
	free(batch);
}

static bool slice(struct worker *worker, void *context)
{
	struct job *job = context;

	job->thread = pthread_self();
	if (job->inside != NULL)
		sem_post(job->inside);
	if (job->gate != NULL)
		sem_wait(job->gate);
	worker_post(worker, tell, mem_strndup(&job->letter, 1));
	job->begun++;
	return job->begun == job->slices;
}

static void done(void *context, bool cancelled)
{
	struct job *job = context;

	strbuf_addc(&told, (char)(job->letter - 'a' + 'A'));
	if (cancelled)
		strbuf_addc(&told, '!');
}

static const struct worker_ops ops = {.slice = slice, .done = done};

static struct worker *begin(void)
{
	struct worker *worker = NULL;
	struct error err;

	strbuf_clear(&told);
	assert_int_equal(worker_new(&worker, &err), 0);
	return worker;
}

static void end(struct worker *worker)
{
	worker_free(worker);
	strbuf_clear(&told);
}

/* One slice that goes on until nobody wants it any more, as a program that is waited for. */
static bool long_slice(struct worker *worker, void *context)
{
	struct job *job = context;

	assert_false(worker_cancelled(worker));
	sem_post(job->inside);
	sem_wait(job->gate);
	job->begun = worker_cancelled(worker) ? 1 : 0;
	return true;
}

static void a_long_slice_hears_of_its_cancel(void **state)
{
	static const struct worker_ops long_ops = {.slice = long_slice, .done = done};
	struct worker *worker = begin();
	sem_t gate;
	sem_t inside;
	struct job job = {.letter = 'a', .gate = &gate, .inside = &inside};
	unsigned number;

	(void)state;
	sem_init(&gate, 0, 0);
	sem_init(&inside, 0, 0);
	number = worker_submit(worker, &long_ops, &job);
	sem_wait(&inside);
	worker_cancel(worker, number);
	sem_post(&gate);
	worker_drain(worker);
	assert_int_equal(job.begun, 1);
	assert_string_equal(told.data, "A!");
	end(worker);
}

static void posts_come_in_order_and_before_done(void **state)
{
	struct worker *worker = begin();
	struct job job = {.letter = 'a', .slices = 3};

	(void)state;
	assert_true(worker_submit(worker, &ops, &job) > 0);
	worker_drain(worker);
	assert_string_equal(told.data, "aaaA");
	assert_true(worker_idle(worker));
	assert_false(worker_collect(worker));
	assert_false(pthread_equal(job.thread, pthread_self()));
	end(worker);
}

static void jobs_take_turns(void **state)
{
	struct worker *worker = begin();
	sem_t gate;
	sem_t inside;
	struct job a = {.letter = 'a', .slices = 3, .gate = &gate, .inside = &inside};
	struct job b = {.letter = 'b', .slices = 1};

	(void)state;
	sem_init(&gate, 0, 0);
	sem_init(&inside, 0, 0);
	worker_submit(worker, &ops, &a);
	sem_wait(&inside);
	worker_submit(worker, &ops, &b);
	for (int i = 0; i < 3; i++)
		sem_post(&gate);
	worker_drain(worker);
	assert_string_equal(told.data, "abBaaA");
	end(worker);
}

static void the_descriptor_wakes_the_owner(void **state)
{
	struct worker *worker = begin();
	struct job job = {.letter = 'a', .slices = 1};
	struct pollfd fd = {.fd = worker_fd(worker), .events = POLLIN};

	(void)state;
	assert_int_equal(poll(&fd, 1, 0), 0);
	worker_submit(worker, &ops, &job);
	while (told.len < 2) {
		assert_int_equal(poll(&fd, 1, 20000), 1);
		assert_true(worker_collect(worker));
	}
	assert_int_equal(poll(&fd, 1, 0), 0);
	end(worker);
}

static void a_job_is_cancelled_between_slices(void **state)
{
	struct worker *worker = begin();
	sem_t gate;
	sem_t inside;
	struct job job = {.letter = 'a', .slices = -1, .gate = &gate, .inside = &inside};
	unsigned number;

	(void)state;
	sem_init(&gate, 0, 1);
	sem_init(&inside, 0, 0);
	number = worker_submit(worker, &ops, &job);
	sem_wait(&inside);
	sem_wait(&inside);
	worker_cancel(worker, number);
	sem_post(&gate);
	worker_drain(worker);
	assert_string_equal(told.data, "aaA!");
	worker_cancel(worker, number);
	worker_cancel(worker, 12345);
	end(worker);
}

static void a_waiting_job_is_cancelled_without_a_slice(void **state)
{
	struct worker *worker = begin();
	sem_t gate;
	sem_t inside;
	struct job a = {.letter = 'a', .slices = 1, .gate = &gate, .inside = &inside};
	struct job b = {.letter = 'b', .slices = 1};

	(void)state;
	sem_init(&gate, 0, 0);
	sem_init(&inside, 0, 0);
	worker_submit(worker, &ops, &a);
	sem_wait(&inside);
	worker_cancel(worker, worker_submit(worker, &ops, &b));
	sem_post(&gate);
	worker_drain(worker);
	assert_string_equal(told.data, "aAB!");
	assert_int_equal(b.begun, 0);
	end(worker);
}

static void a_result_that_was_not_collected_can_still_be_cancelled(void **state)
{
	struct worker *worker = begin();
	struct job job = {.letter = 'a', .slices = 1};
	sem_t gate;
	sem_t inside;
	struct job after = {.letter = 'b', .slices = 1, .gate = &gate, .inside = &inside};
	unsigned number;

	(void)state;
	sem_init(&gate, 0, 1);
	sem_init(&inside, 0, 0);
	number = worker_submit(worker, &ops, &job);
	worker_submit(worker, &ops, &after);
	sem_wait(&inside);
	worker_cancel(worker, number);
	worker_drain(worker);
	assert_string_equal(told.data, "aA!bB");
	end(worker);
}

static void freeing_ends_every_job(void **state)
{
	struct worker *worker = begin();
	sem_t inside;
	struct job jobs[] = {{.letter = 'a', .slices = -1, .inside = &inside},
			     {.letter = 'b', .slices = -1},
			     {.letter = 'c', .slices = -1}};
	size_t ends = 0;

	(void)state;
	sem_init(&inside, 0, 0);
	for (size_t i = 0; i < 3; i++)
		worker_submit(worker, &ops, &jobs[i]);
	sem_wait(&inside);
	worker_free(worker);
	for (size_t i = 0; i < told.len; i++)
		if (told.data[i] == '!')
			ends++;
	assert_int_equal(ends, 3);
	strbuf_clear(&told);
	worker_free(NULL);
}

struct chain {
	struct worker *worker;
	struct job *next;
};

static bool chain_slice(struct worker *worker, void *context)
{
	(void)worker;
	(void)context;
	return true;
}

static void chain_done(void *context, bool cancelled)
{
	struct chain *chain = context;

	(void)cancelled;
	worker_submit(chain->worker, &ops, chain->next);
}

static void an_end_may_submit_the_next_job(void **state)
{
	static const struct worker_ops chain_ops = {.slice = chain_slice, .done = chain_done};
	struct worker *worker = begin();
	struct job job = {.letter = 'a', .slices = 1};
	struct chain chain = {.worker = worker, .next = &job};

	(void)state;
	worker_submit(worker, &chain_ops, &chain);
	worker_drain(worker);
	assert_string_equal(told.data, "aA");
	strbuf_reset(&told);
	worker_submit(worker, &chain_ops, &chain);
	job.begun = 0;
	worker_free(worker);
	assert_string_equal(told.data, "A!");
	strbuf_clear(&told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(posts_come_in_order_and_before_done),
	    cmocka_unit_test(jobs_take_turns),
	    cmocka_unit_test(the_descriptor_wakes_the_owner),
	    cmocka_unit_test(a_job_is_cancelled_between_slices),
	    cmocka_unit_test(a_long_slice_hears_of_its_cancel),
	    cmocka_unit_test(a_waiting_job_is_cancelled_without_a_slice),
	    cmocka_unit_test(a_result_that_was_not_collected_can_still_be_cancelled),
	    cmocka_unit_test(freeing_ends_every_job),
	    cmocka_unit_test(an_end_may_submit_the_next_job),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
