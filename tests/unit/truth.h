/*
 * What verify says of a room's release branch, and a true release that is
 * taken back, to make lies of.
 */
#ifndef COPYDESK_TESTS_TRUTH_H
#define COPYDESK_TESTS_TRUTH_H

#include "base/strbuf.h"
#include "room.h"

/* -- What verify says -- */

/* For verify: appends a line "true PATH: WHAT" or "LIE PATH: WHAT" to the strbuf that is the context. */
void truth_note(void *context, const struct verify_finding *finding);

/* For verify: whether the room that is the context has the head on its draft. */
bool truth_holds(void *context, const char *draft, const struct oid *head);

/* All findings, one a line, which are the same for the commits one by one; the caller frees. */
char *truth_findings(struct room *r, const char *only, struct verify_result *result);

/* The lies alone are these, each a line of "PATH: WHAT". */
void truth_lies_are(struct room *r, const char *wanted);

/* -- A true release -- */

struct truth {
	struct oid base; /* where the branch stood */
	struct oid tree;
	struct oid head; /* of the draft */
	char *message;   /* of the release; the test frees it */
};

/* Releases an approved draft, and puts the branch back where it was. */
void truth_take_back(struct room *r, struct truth *truth, const char *name);

/* Puts the branch back to a commit. */
void truth_back_to(struct room *r, const struct oid *commit);

/* The message with one part given way to another; and with another head of its draft. The caller frees. */
char *truth_altered(const char *message, const char *part, const char *other);
char *truth_with_head(const struct truth *truth, const struct oid *head);

/* Boris commits the release's tree under a message. */
void truth_forge(struct room *r, const struct truth *truth, const char *message);

#endif
