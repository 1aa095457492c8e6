/*
 * What the files of the draft room share; no other room includes this.
 */
#ifndef COPYDESK_DRAFT_INTERNAL_H
#define COPYDESK_DRAFT_INTERNAL_H

#include "desk/draft.h"

/* The ref of a draft; the caller frees. */
char *draft_ref_name(const char *name);

/* The tree of a commit. */
int draft_tree_of(struct repo *repo, struct oid *out, const struct oid *commit, struct error *err);

/* Whether an event is bound to exact bytes and rules, and may need a signature. */
bool draft_is_bound(enum review_event event);

#endif
