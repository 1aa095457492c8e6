/*
 * What the files of the release room share; no other room includes this.
 */
#ifndef COPYDESK_RELEASE_INTERNAL_H
#define COPYDESK_RELEASE_INTERNAL_H

#include "desk/release.h"

/* The paths that change where what can go of a plan goes, as tree entries and as names. */
struct release_delta {
	struct repo_entry *entries;
	const char **paths;
	size_t count;
};

void release_delta_init(struct release_delta *delta, const struct release_plan *plan);
void release_delta_clear(struct release_delta *delta);

/* Where the release branch stands, and the tree there. */
int release_branch_tip(struct repo *repo, const char *branch, struct oid *tip, struct oid *tree,
		       struct error *err);

#endif
