/*
 * The server's side: may the refs of the newsroom move as a push asks?
 *
 * It is asked before anything of the push is there for others, and answers
 * from the objects that came with it: the drafts' events by the rule engine,
 * the release branch by the proof, each by the policy of the branch as it will
 * stand.  It opens neither desk nor catalog, and writes nothing.
 *
 *	struct gate_push push = {updates, count, &person, clock_now(&clock), "main"};
 *
 *	rc = gate_check(repo, &push, tell, NULL, &refused, &err);
 *	-- rc < 0: all of it is refused, err says why; else refused counts what tell was told
 */
#ifndef COPYDESK_GATE_H
#define COPYDESK_GATE_H

#include <stddef.h>
#include <stdint.h>

#include "store/repo.h"

struct error;

/* A commit may be dated as much ahead of our clock, seconds: no two clocks agree. */
#define GATE_LEEWAY 60

/* One ref that is to move. */
struct gate_update {
	char *ref;
	struct oid old_id; /* all zero: it is new */
	struct oid new_id; /* all zero: it is to be deleted */
};

struct gate_push {
	const struct gate_update *updates;
	size_t count;
	const struct repo_person *person; /* who pushes, as the server knows */
	int64_t now;                      /* seconds, by the server's clock */
	const char *branch;               /* the release branch, "main" */
};

/*
 * Judges every ref of a push and calls refuse, with a sentence, for each that may not move; one of them
 * is enough for refusing all.  0 when all could be judged, also when some are refused, or an error that
 * forbids all of them.
 */
int gate_check(struct repo *repo, const struct gate_push *push,
	       void (*refuse)(void *context, const char *ref, const char *why), void *context,
	       size_t *refused, struct error *err);

#endif
