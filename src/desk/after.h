/*
 * What the administrator has done after a release: a command, for instance a
 * site build.  It stands in the repository's own configuration or the
 * system's, never in the policy and never in a person's settings, because
 * whoever releases runs it.
 *
 *	copydesk.afterRelease          the command, for /bin/sh
 *	copydesk.afterReleaseSeconds   how long it may take; 600 without
 *
 * It runs in the work tree's folder, of a bare repository in the repository's,
 * with COPYDESK_COMMIT (the release), COPYDESK_OLD (the commit before it) and
 * COPYDESK_TAG (empty where there is none yet) in its environment.  What it
 * said is kept in copydesk/after-release.log in the repository's folder, of
 * the last few runs.  Nothing that it does can undo the release.
 *
 * A struct after is plain data: the command can run on another thread than the
 * desk, or in a hook.
 */
#ifndef COPYDESK_AFTER_H
#define COPYDESK_AFTER_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "desk/remote.h"
#include "store/repo.h"

struct error;

struct after {
	char *command;
	char *folder; /* where it runs */
	char *log;    /* the file that keeps what it said */
	int seconds;  /* that it may take */
};

/* Reads what is configured; false when nothing is to be done after a release. */
bool after_find(struct after *out, struct repo *repo);
void after_clear(struct after *after);

struct after_result {
	bool failed;
	char *outcome;        /* a sentence */
	struct strbuf output; /* the beginning and the end of what it said; not made safe to print */
};

/* The release that it runs after. */
struct after_release {
	const struct oid *commit;
	const struct oid *old; /* the commit before it */
	const char *tag;       /* or NULL */
	struct repo_time now;  /* for the log */
};

/*
 * Runs it after a release.  Of the listener, progress is told each line that it says.  Whatever comes of
 * the command itself is a result; E_IO when it cannot be started at all, or its log cannot be
 * written.  The caller clears the result, also then.
 */
int after_run(const struct after *after, const struct after_release *release,
	      const struct remote_listener *listener, struct after_result *out, struct error *err);
void after_result_clear(struct after_result *result);

/* Appends what was kept of the last runs, the newest last; E_NOTFOUND when there was none. */
int after_log(struct strbuf *out, struct repo *repo, struct error *err);

#endif
