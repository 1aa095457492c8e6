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

/* -- Tags -- */

/*
 * Tags a release with its day's next free number, once: *tag, for the caller to free, is the name that it
 * has then, or NULL.
 */
int release_tag(char **tag, struct repo *repo, const struct release_order *order,
		const struct repo_commit *release, struct error *err);

/*
 * Where whoever released the branch's tip was cut off between moving the branch and writing the tag, the
 * tag is written now.
 */
int release_tag_before(struct repo *repo, const struct release_order *order, const struct oid *tip,
		       struct error *err);

#endif
