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
	RULES_COMMENT, /* also to ask a question, or to suggest words */
	RULES_REPLY,
	RULES_RESOLVE,
	RULES_REOPEN,
	RULES_REFUSE, /* a suggestion; to take one is to save */
	RULES_APPROVE,
	RULES_REJECT,
	RULES_ASSIGN,
	RULES_SPIKE,
	RULES_RESTORE,
	RULES_EMBARGO,
	RULES_SCHEDULE,
	RULES_UNSCHEDULE,
	RULES_RELEASE,
	RULES_RELEASE_FAST, /* by the fast lane: without the steps, and marked as such */
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
 * Whether a thread of the draft is of the kind and in the state for what is to be done to it: to resolve
 * or reopen (not a suggestion), to refuse or to take, which is RULES_SAVE (an open suggestion), to reply
 * (any). 0, or E_REFUSED.
 */
int rules_thread(enum rules_action action, const struct draft *draft, size_t thread, struct error *err);

/*
 * Whether a draft may hold what it holds, for whoever takes a save from elsewhere: its article, in an
 * article's place and no larger than one may be, and plain files beside it, such as the desk takes.
 */
int rules_change(const struct draft *draft, const struct policy *policy, struct error *err);

/*
 * Whether an approval of a step may be given with these ticks: all of its checklist and nothing else; 0, or
 * E_REFUSED naming one.
 */
int rules_checklist(const struct policy *policy, int step, const struct strlist *checked, struct error *err);

/* Whether a draft may be ordered to go out at a time, seconds: 0, or E_REFUSED. */
int rules_order(const struct draft *draft, int64_t at, struct error *err);

/*
 * Why a person cannot do what is next with a draft, its state derived: a clause after their name, as "wrote
 * in it"; NULL when they can.
 */
const char *rules_keeps_from(const struct draft *draft, const struct policy *policy,
			     const struct repo_person *person, int64_t now);

/* Whether a draft may be assigned to a person: to who can do what is next, else E_REFUSED, naming who can. */
int rules_assign(const struct draft *draft, const struct policy *policy, const struct repo_person *person,
		 int64_t now, struct error *err);

/* Whether a file of this size in bytes may go out beside a draft's article: 0, or E_REFUSED. */
int rules_attachment(const struct policy *policy, const struct draft *draft, const char *path, size_t size,
		     struct error *err);

/* Whether a person may begin a correction, or a withdrawal, of a published article: 0, or E_REFUSED. */
int rules_begin(const struct policy *policy, const struct repo_person *person, const char *path,
		bool withdraws, struct error *err);

/*
 * Whether a draft may go out by its schedule: 0, and *person (borrowed from the draft) is whose order it
 * is, or E_REFUSED.  *due is false while its time has not come, or when there is no schedule at all.
 */
int rules_due(const struct draft *draft, const struct policy *policy, int64_t now,
	      const struct repo_person **person, bool *due, struct error *err);

/* When a draft is to go out by its schedule, or may, its embargo being over; seconds, 0: no time. */
int64_t rules_release_time(const struct draft *draft);

/* How many steps a draft's ladder has; *nth (may be NULL) counts those up to a step, itself included. */
size_t rules_ladder(const struct draft *draft, const struct policy *policy, size_t step, size_t *nth);

/* How many approvals of a step count. */
unsigned rules_approvals(const struct draft *draft, size_t step);

/* Appends until when the draft was asked for: "due today 17:00", "overdue since 2026-11-19 17:00"; or
 * nothing. */
void rules_due_words(struct strbuf *out, const struct draft *draft, int64_t now);

/* Appends what is open on a draft, each by its name: "1 question and 2 suggestions"; or nothing. */
void rules_open_words(struct strbuf *out, const struct draft *draft);

/*
 * Appends what a draft waits for, in words: "review by role editor", "A. Writer: changes", "A. Writer:
 * question", "another reviewer for review", "release".  Empty when it waits for nothing.
 */
void rules_waiting_on(struct strbuf *out, const struct draft *draft, const struct policy *policy,
		      int64_t now);

/*
 * Whether too few people are left who can approve what a draft that is not approved yet needs, since they
 * wrote in it, approved another step, or have no key; if so why, and what to do, is appended (may be NULL)
 * as a sentence.
 */
bool rules_is_stuck(struct strbuf *why, const struct draft *draft, const struct policy *policy, int64_t now);

/* Whether the draft waits for this person; if so why is appended (may be NULL) as a sentence. */
bool rules_waits_for(struct strbuf *why, const struct draft *draft, const struct policy *policy,
		     const struct repo_person *person, int64_t now);

#endif
