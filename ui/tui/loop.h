/*
 * Waiting, and nothing else.
 *
 * loop_run() sleeps in poll() until the person, a signal, the worker or a
 * timer has something; then it hands over all that has come, has the screen
 * drawn once, and sleeps again.  Nothing is polled for: with nothing due it
 * sleeps for ever.
 */
#ifndef COPYDESK_LOOP_H
#define COPYDESK_LOOP_H

#include <stdbool.h>
#include <stdint.h>

struct input_event;
struct term;
struct worker;

/* No timer is due. */
#define LOOP_NEVER INT64_MAX

struct loop {
	struct term *term;
	struct worker *worker; /* or NULL */
	struct worker *slow;   /* another one, for what waits for others; or NULL */
	void *app;             /* handed to the functions below */
	bool over;             /* set by the app: loop_run() returns before it would sleep again */

	/* The person did something. */
	void (*event)(void *app, const struct input_event *event);
	/* The worker handed over results (they have been taken already); may be NULL. */
	void (*posted)(void *app);
	/*
	 * Does what is due at now and returns when it wants to be called next, both in milliseconds of
	 * clock_monotonic(), or LOOP_NEVER.  Called before every sleep, after draw; may be NULL.
	 */
	int64_t (*tick)(void *app, int64_t now);
	/* Shows what is stale; called before every sleep, before tick and after it. */
	void (*draw)(void *app);
};

/* Runs until loop->over. */
void loop_run(struct loop *loop);

#endif
