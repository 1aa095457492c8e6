/*
 * The proof, from git alone, that published bytes are approved bytes.
 *
 * From the root of trust (the commit that first has a policy) to the tip of
 * the release branch, every commit must be a release whose changes are exactly
 * the changes of the drafts that it names, each approved under the policy of
 * the commit before it, and released by somebody who may; or a change that the
 * policy allows (files outside of the articles; the policy itself by those
 * whom it names).
 */
#ifndef COPYDESK_VERIFY_H
#define COPYDESK_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "store/repo.h"

struct error;

/* One commit of the release branch, or one article of it, and what became of the proof. */
struct verify_finding {
	struct oid commit;
	struct repo_time time;
	const char *path;  /* of the article, or NULL for the whole commit; borrowed for the call */
	const char *draft; /* or NULL; borrowed */
	const char *what;  /* a sentence: "approved by ... for review", or the lie; borrowed */
	bool ok;
};

struct verify_result {
	struct oid root; /* root of trust */
	size_t commits;  /* that were looked at after it */
	size_t articles; /* releases of an article that were proved */
	size_t lies;     /* findings that are not ok */
};

/*
 * Walks the release branch from its root of trust to tip and calls visit for every finding, oldest
 * first; only names one article's path, or is NULL.  0 also when there are lies: the result says so.
 */
int verify_branch(struct verify_result *out, struct repo *repo, const struct oid *tip, const char *only,
		  void (*visit)(void *context, const struct verify_finding *finding), void *context,
		  struct error *err);

#endif
