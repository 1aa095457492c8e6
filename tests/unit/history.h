/*
 * The history of a draft without git: commits for review and rules, made in
 * one line each.  Its article is content/city/lake.md; a text is one character.
 */
#ifndef COPYDESK_TESTS_HISTORY_H
#define COPYDESK_TESTS_HISTORY_H

#include "desk/policy.h"
#include "desk/review.h"

enum person {
	ANNA,
	BORIS,
	CHEN,
	DORA,
	PEOPLE,
};

extern const struct repo_person history_people[PEOPLE];

/* A policy: step first of two editors (Boris, 陈), then step final of a chief (Dora, Boris). */
extern const char history_ladder[];

#define HISTORY_MAX   64
#define HISTORY_TICKS 4

struct history {
	struct review_commit commits[HISTORY_MAX];
	struct review_cover covers[HISTORY_MAX];  /* what each save covers */
	struct review_cover claimed[HISTORY_MAX]; /* what each approval claims */
	char threads[HISTORY_MAX][REPO_HEX_SIZE]; /* what each event about a thread names */
	char *thread_items[HISTORY_MAX];
	char *ticks[HISTORY_MAX][HISTORY_TICKS]; /* what each approval ticks */
	size_t count;
	struct policy policy;
	struct review_facts facts; /* now is 1000 */
	struct review_state state; /* by history_replay() */
};

/* An id of equal bytes. */
struct oid history_oid(unsigned char byte);

/* An empty history under a policy's text; end it with history_end(). */
void history_start(struct history *h, const char *policy);

/* Forgets the history and keeps the policy. */
void history_reset(struct history *h);
void history_end(struct history *h);

/*
 * Goes on with a story: "A saves 1. A submits. B approves first. B comments. A resolves 3." for Anna,
 * Boris, Chen and Dora; the number is that of the comment, counted as commits from 0.  "B suggests. A
 * takes 3." is a save of the same text that names the suggestion; "B schedules 2000. B embargoes 2000. B
 * lifts." give a time in seconds, or none.
 */
void history_tell(struct history *h, const char *story);

/* Adds an event; what it does not say may be filled in. */
struct review_commit *history_add(struct history *h, enum review_event event, enum person person);

/* A save after which the article is version: its cover, which may be changed. */
struct review_cover *history_save(struct history *h, enum person person, char version);

/* An approval of what the draft is now, under the policy. */
struct review_commit *history_approve(struct history *h, enum person person, const char *step);

/* A schedule of what the draft is now, under the policy, for a time. */
struct review_commit *history_schedule(struct history *h, enum person person, int64_t at);

/* Ticks an item of the checklist in an approval. */
void history_tick(struct history *h, struct review_commit *commit, const char *item);

/* Lets an event be about a thread, by any words. */
void history_name_thread(struct history *h, struct review_commit *commit, char *thread);

/* An event about the thread that the comment at index opened. */
void history_answer(struct history *h, enum review_event event, enum person person, size_t index);

/* The state of the history, derived anew. */
const struct review_state *history_replay(struct history *h);

/* -- For tests of what a story comes to -- */

#define assert_state(h, wanted) assert_string_equal(review_state_word(history_replay(h)->name), wanted)

/* Why the newest approval does not count; "counts" when it does. */
const char *history_why(struct history *h);

/* A new story as the state of a cmocka test: with one step, or with those of history_ladder. */
int history_set_up_one_step(void **state);
int history_set_up_ladder(void **state);
int history_tear_down(void **state);

#define in_one_step(test)   cmocka_unit_test_setup_teardown(test, history_set_up_one_step, history_tear_down)
#define up_the_ladder(test) cmocka_unit_test_setup_teardown(test, history_set_up_ladder, history_tear_down)

#endif
