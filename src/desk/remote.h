/*
 * Another repository that this one fetches from and pushes to: the server of
 * the newsroom.  The work is done by the system's git, without a shell and
 * without a terminal to ask on, because libgit2 runs no hooks and knows less
 * of the ways to reach another machine.
 *
 * A struct remote is plain data and touches no struct repo, so that a fetch
 * can run on another thread than the desk.
 *
 *	remote_find(&remote, repo, "main", NULL, &err);
 *	remote_fetch(&remote, refspecs, count, &listener, &answer, &err);
 *	remote_answer_clear(&answer);
 *	remote_clear(&remote);
 */
#ifndef COPYDESK_REMOTE_H
#define COPYDESK_REMOTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "store/repo.h"

struct error;

struct remote {
	char *folder; /* in our repository */
	char *name;   /* in git's configuration, "origin" */
	char *place;  /* its address, without a password, for messages */
	bool own_ssh; /* git's configuration or environment says how to call ssh */
};

/*
 * Finds the remote of that name, or with NULL the newsroom's: copydesk.remote, else the one of the
 * release branch (branch.BRANCH.remote).  E_NOTFOUND where there is none: a newsroom by itself.
 */
int remote_find(struct remote *out, struct repo *repo, const char *branch, const char *name,
		struct error *err);
void remote_clear(struct remote *remote);

/* Who follows the work; each function may be NULL, and both are called on the calling thread. */
struct remote_listener {
	/* What git tells of its progress, "Receiving objects:  45% (9/20)"; not made safe to print. */
	void (*progress)(void *context, const char *line);
	/* Whether to stop. */
	bool (*cancelled)(void *context);
	void *context;
};

enum remote_fate {
	REMOTE_DONE,
	REMOTE_MOVED,   /* somebody else was first */
	REMOTE_REFUSED, /* a rule of the server says no */
	REMOTE_HELD,    /* nothing against it, but it did not go without the others */
};

/* What became of one ref that was pushed. */
struct remote_ref {
	char *name; /* of the ref on the server */
	enum remote_fate fate;
	char *reason; /* in git's words; NULL when it is done */
};

struct remote_answer {
	struct strbuf said; /* the server's own lines, each with its line end; not made safe to print */
	struct remote_ref *refs;
	size_t count;
	size_t capacity;
};

void remote_answer_clear(struct remote_answer *answer);

/*
 * Fetches by refspecs (git-fetch(1)), which must not touch what is not a tracking ref; all refs move or
 * none.  E_IO with what to do where the server cannot be reached or does not let us in, E_CANCELLED.
 */
int remote_fetch(const struct remote *remote, const char *const *refspecs, size_t count,
		 const struct remote_listener *listener, struct remote_answer *out, struct error *err);

/*
 * Pushes by refspecs "OBJECT:REF", all or none.  E_CONFLICT when a ref moved on the server, E_REFUSED
 * when the server said no; E_IO and E_CANCELLED can come when it is done nevertheless: remote_look()
 * tells.
 */
int remote_push(const struct remote *remote, const char *const *refspecs, size_t count,
		const struct remote_listener *listener, struct remote_answer *out, struct error *err);

/* Asks the server where a ref stands; all zero when it has none.  E_IO. */
int remote_look(const struct remote *remote, const char *ref, struct oid *out, struct error *err);

#endif
