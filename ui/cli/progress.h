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
struct oid;
struct repo;

struct progress {
	struct cli *cli;
	struct remote_listener listener;
	bool terminal;
	bool shown;   /* a line stands there */
	int64_t next; /* when the next one may, clock_monotonic() */
};

/* The desk tells of its work with the server from here on, until progress_end(). */
void progress_start(struct progress *progress, struct cli *cli);

/* Takes the line away, and says what the server said; of a failure (or NULL) what its sentence quotes stands
 * there alone. */
void progress_end(struct progress *progress, const struct error *err);

/*
 * Runs what the administrator has done after a release, where that is anything, and says what it said;
 * a failure is said, too, and changes nothing.  tag may be NULL.  Needs no desk.
 */
void progress_after(struct cli *cli, struct repo *repo, const struct oid *commit, const struct oid *old,
		    const char *tag);

#endif
