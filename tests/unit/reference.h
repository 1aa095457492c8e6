/*
 * The rules once more, written from the words of the issue and of the design,
 * and from nothing of the program: sets of people are bits, every question
 * looks at the whole history, and nothing is kept but what was asked already.
 *
 * What a draft's whole change is at some commit is one number, its text: equal
 * numbers are equal bytes, modes, paths and bases.
 */
#ifndef COPYDESK_TESTS_REFERENCE_H
#define COPYDESK_TESTS_REFERENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "desk/review.h"
#include "desk/rules.h"

#define REF_PEOPLE 6
#define REF_STEPS  4
#define REF_EVENTS 48
#define REF_ABOUT  2

struct ref_step {
	unsigned who; /* bits of people; 0: anybody */
	unsigned approvals;
	unsigned places; /* bits of sections; 0: every one */
	unsigned checks; /* bits of the items of its checklist */
};

struct ref_desk {
	struct ref_step steps[REF_STEPS];
	int step_count;
	bool author_may_approve;
	bool one_person_one_step;
	bool comments_block;
	bool suggester_is_author;
	bool sign_approvals;
	bool sign_releases;
	unsigned keys; /* bits of the people whose keys are known */
	/* Bits of people; 0: anybody, but for the fast lanes, where it is nobody. */
	unsigned release, correct, correct_fast, withdraw, withdraw_fast, change;
	int64_t overdue; /* minutes */
	bool tombstone;
	char rules; /* which text of the policy is in force */
};

struct ref_event {
	enum review_event kind;
	int person;
	int text;             /* the draft's change as of this commit */
	int claims;           /* approve, schedule: the text that it says it is for */
	char rules;           /* and the policy */
	int step;             /* approve: index, -1 for one that is not there */
	unsigned ticks;       /* approve: bits */
	bool is_signed;       /* approve, schedule */
	int about[REF_ABOUT]; /* indexes of the events that opened the threads that it names, -1: none */
	unsigned co_authors;  /* save: bits of people */
	int assignee;         /* assign */
	int64_t at;           /* embargo, schedule; 0: no time */
};

struct ref_draft {
	const struct ref_desk *desk;
	struct ref_event events[REF_EVENTS];
	int count;
	unsigned places; /* bits of the sections that it lies in, or is moved from */
	bool is_desk_file;
	bool corrects; /* changes or takes down a published article */
	bool withdraws;
	bool is_fit;     /* to be published: its place, its files, its text */
	bool is_plain;   /* a withdrawal that publishes nothing but its notice; anything else */
	bool is_out;     /* the release branch says so */
	int64_t publish; /* publishDate, seconds; 0: none */
	int64_t now;
	char good[REF_EVENTS]; /* what was asked already of approvals; zero it after a change */
};

enum review_state_name ref_state(struct ref_draft *d);

/* Whether the approval at an index counts. */
bool ref_counts(struct ref_draft *d, int index);

/* The bits of the people who wrote in it. */
unsigned ref_authors(const struct ref_draft *d);

/* Open threads; those that keep it from being approved. */
int ref_open(const struct ref_draft *d);
int ref_blocking(const struct ref_draft *d);

/* The first step of its ladder that needs an approval; step_count when none does. */
int ref_due_step(struct ref_draft *d);

/* Whether a person may do it now. */
bool ref_may(struct ref_draft *d, enum rules_action action, int person);

/* Whether a person can do what is next, so that it can be assigned to them. */
bool ref_can_take(struct ref_draft *d, int person);

/* Whether it waits for a person. */
bool ref_waits(struct ref_draft *d, int person);

/* Before when nothing of it goes out, seconds; 0: none. */
int64_t ref_not_before(const struct ref_draft *d);

/* Whether the order that stands, of a schedule, still is one; false when there is none. */
bool ref_order_holds(struct ref_draft *d);

/* Whose order it goes out by now: a person, -1 when its time has come and it cannot go, -2 when it has not.
 */
int ref_goes_out(struct ref_draft *d);

#endif
