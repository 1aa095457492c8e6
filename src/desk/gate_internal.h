/*
 * What the files of the gate room share; no other room includes this.
 *
 *	gate.c          a push: its refs by kind, and the newsroom as it will be
 *	gate_branch.c   the release branch
 *	gate_draft.c    a draft's line: where it begins and stands, what its saves change
 *	gate_event.c    what an event says, by the rules
 *	gate_message.c  the form of a commit's message
 *	gate_tag.c      tags of releases, and unsaved text
 *	gate_facts.c    what is asked of refs of all kinds
 */
#ifndef COPYDESK_GATE_INTERNAL_H
#define COPYDESK_GATE_INTERNAL_H

#include <stdbool.h>

#include "base/error.h"
#include "desk/draft.h"
#include "desk/gate.h"
#include "desk/policy.h"
#include "desk/release.h"

/* What is known of the newsroom while one push is judged. */
struct gate {
	struct repo *repo;
	const struct gate_push *push;
	struct oid old_tip; /* where the release branch stands */
	struct oid tip;     /* where it will stand; where it stands when it may not go there */
	struct oid *line;   /* the first parents of tip that were read, newest first */
	size_t line_count;
	size_t line_capacity;
	struct policy *policies; /* in force from tip back to old_tip, each once; the first is tip's */
	size_t policy_count;
	size_t policy_capacity;
	struct release_index released; /* up to tip; while the branch is judged, up to old_tip */
};

/* Where a ref will stand after the push; E_NOTFOUND when nowhere. */
int gate_ref(struct gate *g, const char *ref, struct oid *out, struct error *err);

/* The place of a commit in g->line, reading on as far as needed; -1 when it is not on the branch. */
int gate_place(struct gate *g, const struct oid *commit, long *place, struct error *err);

/* Whether somebody named in an object is who pushes: 0 or E_REFUSED. what: "author", "committer". */
int gate_is_own(const struct gate *g, const struct repo_person *person, const char *what, struct error *err);

/* Whether everybody reads the same words in a commit: 0 or E_REFUSED. */
int gate_is_utf8(const struct repo_commit *commit, struct error *err);

/* Whether a time has come by our clock: 0 or E_REFUSED. */
int gate_has_come(const struct gate *g, struct repo_time time, struct error *err);

/* Each judges one kind of ref: 0, or why it may not move. */
int gate_branch(struct gate *g, const struct gate_update *update, struct error *err);
int gate_draft(struct gate *g, const struct gate_update *update, struct error *err);
int gate_tag(struct gate *g, const struct gate_update *update, struct error *err);
int gate_wip(struct gate *g, const struct gate_update *update, struct error *err);

/* Whether a message is as copydesk writes it for that event on the draft: 0 or E_REFUSED. */
int gate_message(const struct draft *draft, const struct repo_commit *commit, enum review_event event,
		 struct error *err);

/* Whether the newest commit of a draft says what is true: 0 or E_REFUSED; before has its state derived. */
int gate_event(struct gate *g, const struct policy *policy, const struct draft *before,
	       const struct draft *after, struct error *err);

#endif
