/*
 * What may be done: one engine for the screen, the command line and the hook.
 *
 * Each question is a pure function of the draft's facts, the policy and the
 * person, and answers with a sentence when the answer is no.
 */
#ifndef COPYDESK_RULES_H
#define COPYDESK_RULES_H

#include "desk/draft.h"
#include "desk/policy.h"

struct error;

enum rules_action {
	RULES_SAVE,
	RULES_SUBMIT,
	RULES_COMMENT,
	RULES_REPLY,
	RULES_RESOLVE,
	RULES_REOPEN,
	RULES_APPROVE,
	RULES_REJECT,
	RULES_ASSIGN,
	RULES_SPIKE,
	RULES_RESTORE,
	RULES_RELEASE,
};

/* The action that an event is the record of. */
enum rules_action rules_action_of(enum review_event event);

/*
 * 0 when the person may do it to the draft as it stands (its state derived), else E_REFUSED with the
 * reason and what to do.  For RULES_APPROVE step names the step, NULL the one that is due.
 */
int rules_check(enum rules_action action, const struct draft *draft, const struct policy *policy,
		const struct repo_person *person, int64_t now, const char *step, struct error *err);

/*
 * Appends what a draft waits for, in words: "review by role editor", "A. Writer: changes", "release".
 * Empty when it waits for nothing.
 */
void rules_waiting_on(struct strbuf *out, const struct draft *draft, const struct policy *policy,
		      int64_t now);

/* Whether the draft waits for this person; if so why is appended (may be NULL) as a sentence. */
bool rules_waits_for(struct strbuf *why, const struct draft *draft, const struct policy *policy,
		     const struct repo_person *person, int64_t now);

#endif
