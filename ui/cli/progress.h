/*
 * What is told while git works with the server: its progress, on a terminal's
 * standard error only, in one line that goes away; then the server's own lines.
 */
#ifndef COPYDESK_PROGRESS_H
#define COPYDESK_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "desk/remote.h"

struct cli;

struct progress {
	struct cli *cli;
	struct remote_listener listener;
	bool terminal;
	bool shown;   /* a line stands there */
	int64_t next; /* when the next one may, clock_monotonic() */
};

/* The desk tells of its work with the server from here on, until progress_end(). */
void progress_start(struct progress *progress, struct cli *cli);

/* Takes the line away, and says what the server said. */
void progress_end(struct progress *progress);

#endif
