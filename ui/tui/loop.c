#include "tui/loop.h"

#include <poll.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/worker.h"
#include "tui/input.h"
#include "tui/term.h"

/* Milliseconds for poll(): until what is due first, -1 for ever. */
static int time_to_sleep(const struct loop *loop, int64_t due)
{
	int escape = term_timeout(loop->term);
	int64_t left = due - clock_monotonic();

	if (due == LOOP_NEVER)
		return escape;
	if (left < 0)
		left = 0;
	if (left > INT32_MAX)
		left = INT32_MAX;
	return escape >= 0 && escape < left ? escape : (int)left;
}

static void sleep_until(const struct loop *loop, int64_t due)
{
	struct pollfd fds[] = {
	    {.fd = term_signal_fd(loop->term), .events = POLLIN},
	    {.fd = term_fd(loop->term), .events = POLLIN},
	    {.fd = loop->worker != NULL ? worker_fd(loop->worker) : -1, .events = POLLIN},
	    {.fd = loop->slow != NULL ? worker_fd(loop->slow) : -1, .events = POLLIN},
	};

	poll(fds, sizeof fds / sizeof fds[0], time_to_sleep(loop, due));
}

static void collect(struct loop *loop, struct worker *worker)
{
	if (!loop->over && worker != NULL && worker_collect(worker) && loop->posted != NULL)
		loop->posted(loop->app);
}

static void take_events(struct loop *loop)
{
	struct input_event event;

	term_read(loop->term);
	while (!loop->over && term_next(loop->term, &event))
		loop->event(loop->app, &event);
	collect(loop, loop->worker);
	collect(loop, loop->slow);
}

void loop_run(struct loop *loop)
{
	while (!loop->over) {
		int64_t due = LOOP_NEVER;

		/* The answer to a key first, then what is due: it may depend on what was just drawn. */
		loop->draw(loop->app);
		if (loop->tick != NULL)
			due = loop->tick(loop->app, clock_monotonic());
		if (loop->over)
			return;
		loop->draw(loop->app);
		sleep_until(loop, due);
		take_events(loop);
	}
}
