/*
 * What the files of the rules share; no other room includes this.
 */
#ifndef COPYDESK_RULES_INTERNAL_H
#define COPYDESK_RULES_INTERNAL_H

#include "desk/rules.h"

/* One question with all that an answer may depend on. */
struct question {
	const struct draft *draft;
	const struct policy *policy;
	const struct repo_person *person;
	int64_t now;
	const char *step;
};

/* Whether too few people are left; *step is the first that lacks somebody. */
bool rules_lacks_people(const struct question *q, size_t *step);

/* Whether the person may approve the step that is due, were it not for what the draft itself lacks. */
bool rules_may_review_now(const struct question *q);

/*
 * Whether a draft of one of the desk's own files leaves rules and a list of signers that the desk can go
 * on with: 0 or E_REFUSED.
 */
int rules_desk_file(const struct question *q, struct error *err);

/* Whether the person has the fast lane for this draft: 0 or E_REFUSED. */
int rules_fast_lane(const struct question *q, struct error *err);

/*
 * Whether what goes out without a review is what its lane is for: a withdrawal publishes nothing but its
 * notice. 0 or E_REFUSED.
 */
int rules_fast_words(const struct question *q, struct error *err);

#endif
