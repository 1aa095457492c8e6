/*
 * The proof, from git alone, that published bytes are approved bytes.
 *
 * From the root of trust (the commit that first has a policy) to the tip of
 * the release branch, every commit must be a release whose changes are exactly
 * the changes of the drafts that it names, each approved under the policy of
 * the commit before it, and released by somebody who may, signed where those
 * rules ask for it, by the keys that were theirs; or a change of files
 * that are neither articles nor the desk's own.  The desk's own files change by
 * approved drafts as well; only rules that cannot be read may be mended by a
 * commit, of somebody whom the newest that can be let change them.
 */
#ifndef COPYDESK_VERIFY_H
#define COPYDESK_VERIFY_H

#include <stdbool.h>
#include <stddef.h>

#include "store/repo.h"

struct error;
struct release_index;

/* One commit of the release branch, or one article of it, and what became of the proof. */
struct verify_finding {
	struct oid commit;
	struct repo_time time;
	const char *path;            /* of the article, or NULL for the whole commit; borrowed for the call */
	const char *draft;           /* or NULL; borrowed */
	const char *what;            /* a sentence: "approved by ... for review", or the lie; borrowed */
	enum sign_verdict signature; /* of the commit, by the signers' list in force then */
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

/* A piece of the release branch, and what is known beside the commits themselves. */
struct verify_range {
	struct oid old; /* where the branch stands; what is there is taken as it stands */
	struct oid tip; /* where it is to stand */
	const struct release_index *released; /* what went out up to old */
	int64_t now; /* seconds; a commit that is dated later is judged as one of now */

	/* Whether a commit stands in the line of the draft of that name. */
	bool (*holds)(void *context, const char *draft, const struct oid *head);
	void *context;
};

/*
 * Proves the commits after old up to tip, oldest first, in the same way: for a server, before it
 * lets the branch move.  E_CONFLICT when old is not on the line of first parents of tip.
 */
int verify_range(struct verify_result *out, struct repo *repo, const struct verify_range *range,
		 void (*visit)(void *context, const struct verify_finding *finding), void *context,
		 struct error *err);

#endif
