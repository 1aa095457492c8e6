#include "reference.h"

#include <string.h>

static bool among(unsigned people, int person)
{
	return people == 0 || (people >> person & 1) != 0;
}

static const struct ref_event *at(const struct ref_draft *d, int index)
{
	return &d->events[index];
}

/* -- Where it lies -- */

/* Whether it was set aside when the event at index came. */
static bool is_aside(const struct ref_draft *d, int index)
{
	for (int i = index; i-- > 0;) {
		if (at(d, i)->kind == REVIEW_SPIKE)
			return true;
		if (at(d, i)->kind == REVIEW_RESTORE)
			return false;
	}
	return false;
}

static bool may_begin(const struct ref_draft *d, int person)
{
	return !d->corrects || among(d->withdraws ? d->desk->withdraw : d->desk->correct, person);
}

/* Whether the event at index submits it, sends it back or sets it aside; nothing else moves it. */
static bool is_turn(const struct ref_draft *d, int index)
{
	switch (at(d, index)->kind) {
	case REVIEW_SUBMIT:
		return !is_aside(d, index) && may_begin(d, at(d, index)->person);
	case REVIEW_REJECT:
		return !is_aside(d, index);
	case REVIEW_SPIKE:
		return true;
	default:
		return false;
	}
}

/* The newest turn before index, or -1. */
static int turn_before(const struct ref_draft *d, int index)
{
	while (index-- > 0) {
		if (is_turn(d, index))
			return index;
	}
	return -1;
}

static bool was_submitted(const struct ref_draft *d, int index)
{
	int turn = turn_before(d, index);

	return turn >= 0 && at(d, turn)->kind == REVIEW_SUBMIT;
}

static bool was_undone(const struct ref_draft *d, int index)
{
	for (int i = index + 1; i < d->count; i++) {
		if (is_turn(d, i) && at(d, i)->kind != REVIEW_SUBMIT)
			return true;
	}
	return false;
}

/* -- Threads -- */

static bool opens_a_thread(const struct ref_draft *d, int index)
{
	enum review_event kind = at(d, index)->kind;

	return kind == REVIEW_COMMENT || kind == REVIEW_QUESTION || kind == REVIEW_SUGGEST;
}

static bool names(const struct ref_event *event, int thread)
{
	for (int i = 0; i < REF_ABOUT; i++) {
		if (event->about[i] == thread)
			return true;
	}
	return false;
}

/* A suggestion is taken or refused once; the event that did it, or -1. */
static int decided(const struct ref_draft *d, int thread)
{
	for (int i = thread + 1; i < d->count; i++) {
		const struct ref_event *event = at(d, i);

		if ((event->kind == REVIEW_SAVE && names(event, thread)) ||
		    (event->kind == REVIEW_REFUSE && event->about[0] == thread))
			return i;
	}
	return -1;
}

/* A comment is as the last resolve or reopen left it. */
static bool is_open(const struct ref_draft *d, int thread)
{
	if (at(d, thread)->kind == REVIEW_SUGGEST)
		return decided(d, thread) < 0;
	for (int i = d->count; i-- > thread;) {
		const struct ref_event *event = at(d, i);

		if ((event->kind == REVIEW_RESOLVE || event->kind == REVIEW_REOPEN) &&
		    event->about[0] == thread)
			return event->kind == REVIEW_REOPEN;
	}
	return true;
}

int ref_open(const struct ref_draft *d)
{
	int open = 0;

	for (int i = 0; i < d->count; i++)
		open += opens_a_thread(d, i) && is_open(d, i);
	return open;
}

int ref_blocking(const struct ref_draft *d)
{
	int blocking = 0;

	for (int i = 0; i < d->count; i++)
		blocking += opens_a_thread(d, i) && is_open(d, i) &&
			    (at(d, i)->kind != REVIEW_COMMENT || d->desk->comments_block);
	return blocking;
}

/* -- Authors -- */

unsigned ref_authors(const struct ref_draft *d)
{
	unsigned authors = 0;

	for (int i = 0; i < d->count; i++) {
		const struct ref_event *event = at(d, i);

		if (event->kind == REVIEW_SAVE)
			authors |= 1u << event->person;
		if (event->kind == REVIEW_SAVE && d->desk->suggester_is_author)
			authors |= event->co_authors;
		if (event->kind == REVIEW_SUGGEST && d->desk->suggester_is_author && decided(d, i) >= 0 &&
		    at(d, decided(d, i))->kind == REVIEW_SAVE)
			authors |= 1u << event->person;
	}
	return authors;
}

/* -- Approvals -- */

static bool is_for(const struct ref_draft *d, int step)
{
	unsigned places = d->desk->steps[step].places;

	return places == 0 || (places & d->places) != 0;
}

/* How many of the approvals before index count for a step. */
static unsigned good_before(struct ref_draft *d, int index, int step)
{
	unsigned n = 0;

	for (int i = 0; i < index; i++)
		n += at(d, i)->kind == REVIEW_APPROVE && at(d, i)->step == step && ref_counts(d, i);
	return n;
}

static bool is_for_these_bytes(const struct ref_draft *d, const struct ref_event *event)
{
	return event->claims == event->text && event->claims == at(d, d->count - 1)->text &&
	       event->rules == d->desk->rules;
}

/* Whether a person gave, before index, an approval that forbids one more for a step. */
static bool gave_one(struct ref_draft *d, int index, int step, int person)
{
	for (int i = 0; i < index; i++) {
		const struct ref_event *event = at(d, i);

		if (event->kind == REVIEW_APPROVE && event->person == person &&
		    (d->desk->one_person_one_step || event->step == step) && ref_counts(d, i))
			return true;
	}
	return false;
}

/* Each condition stands for itself. */
static bool judge(struct ref_draft *d, int index)
{
	const struct ref_event *event = at(d, index);
	const struct ref_step *step = event->step >= 0 ? &d->desk->steps[event->step] : NULL;

	if (step == NULL || !is_for(d, event->step) || !among(step->who, event->person))
		return false;
	if (!was_submitted(d, index) || was_undone(d, index) || !is_for_these_bytes(d, event))
		return false;
	if ((step->checks & ~event->ticks) != 0 || (d->desk->sign_approvals && !event->is_signed))
		return false;
	if (!d->desk->author_may_approve && (ref_authors(d) >> event->person & 1) != 0)
		return false;
	for (int i = 0; i < event->step; i++) {
		if (is_for(d, i) && good_before(d, index, i) < d->desk->steps[i].approvals)
			return false;
	}
	return !gave_one(d, index, event->step, event->person);
}

bool ref_counts(struct ref_draft *d, int index)
{
	if (d->good[index] == 0)
		d->good[index] = judge(d, index) ? 'y' : 'n';
	return d->good[index] == 'y';
}

int ref_due_step(struct ref_draft *d)
{
	int step = 0;

	while (step < d->desk->step_count &&
	       (!is_for(d, step) || good_before(d, d->count, step) >= d->desk->steps[step].approvals))
		step++;
	return step;
}

/* -- Time -- */

static bool releases(const struct ref_draft *d, int person)
{
	return among(d->is_desk_file ? d->desk->change : d->desk->release, person);
}

int64_t ref_not_before(const struct ref_draft *d)
{
	int64_t embargo = 0;

	for (int i = 0; i < d->count; i++) {
		if (at(d, i)->kind == REVIEW_EMBARGO && releases(d, at(d, i)->person))
			embargo = at(d, i)->at;
	}
	return embargo > d->publish ? embargo : d->publish;
}

/* The order that stands: the newest by one who may give it, else the newest; -1 when there is none. */
static int order(const struct ref_draft *d)
{
	int newest = -1;

	for (int i = d->count; i-- > 0;) {
		const struct ref_event *event = at(d, i);
		bool may = releases(d, event->person);

		if (event->kind == REVIEW_UNSCHEDULE && may)
			break;
		if (event->kind != REVIEW_SCHEDULE || event->at == 0)
			continue;
		if (may)
			return i;
		if (newest < 0)
			newest = i;
	}
	return newest;
}

bool ref_order_holds(struct ref_draft *d)
{
	int index = order(d);

	if (index < 0 || !releases(d, at(d, index)->person) || was_undone(d, index) ||
	    !is_for_these_bytes(d, at(d, index)) || (d->desk->sign_approvals && !at(d, index)->is_signed))
		return false;
	for (int i = index + 1; i < d->count; i++) {
		if (at(d, i)->kind == REVIEW_APPROVE && ref_counts(d, i))
			return false;
	}
	return true;
}

/* -- The state -- */

enum review_state_name ref_state(struct ref_draft *d)
{
	int turn = turn_before(d, d->count);

	if (d->is_out)
		return d->withdraws ? REVIEW_STATE_WITHDRAWN : REVIEW_STATE_RELEASED;
	if (is_aside(d, d->count))
		return REVIEW_STATE_SPIKED;
	if (turn >= 0 && at(d, turn)->kind == REVIEW_REJECT)
		return REVIEW_STATE_CHANGES;
	if (!was_submitted(d, d->count))
		return REVIEW_STATE_DRAFT;
	if (ref_due_step(d) < d->desk->step_count || ref_blocking(d) > 0)
		return REVIEW_STATE_REVIEW;
	if (ref_not_before(d) > d->now || (ref_order_holds(d) && at(d, order(d))->at > d->now))
		return REVIEW_STATE_SCHEDULED;
	return REVIEW_STATE_APPROVED;
}

/* -- Who may do what -- */

static bool may_review_now(struct ref_draft *d, int person)
{
	int step = ref_due_step(d);

	return step < d->desk->step_count && among(d->desk->steps[step].who, person) &&
	       (d->desk->author_may_approve || (ref_authors(d) >> person & 1) == 0) &&
	       !gave_one(d, d->count, step, person);
}

static bool reviews(const struct ref_draft *d, int person)
{
	for (int i = 0; i < d->desk->step_count; i++) {
		if (is_for(d, i) && among(d->desk->steps[i].who, person))
			return true;
	}
	return false;
}

static bool has_the_fast_lane(const struct ref_draft *d, int person)
{
	unsigned lane = d->withdraws ? d->desk->withdraw_fast : d->desk->correct_fast;

	return d->corrects && d->is_plain && (lane >> person & 1) != 0;
}

static bool could_sign(const struct ref_draft *d, int person, bool must)
{
	return !must || (d->desk->keys >> person & 1) != 0;
}

bool ref_can_take(struct ref_draft *d, int person)
{
	switch (ref_state(d)) {
	case REVIEW_STATE_REVIEW:
		return may_review_now(d, person);
	case REVIEW_STATE_APPROVED:
	case REVIEW_STATE_SCHEDULED:
		return among(d->is_desk_file ? d->desk->change : d->desk->release, person);
	default:
		return true;
	}
}

bool ref_may(struct ref_draft *d, enum rules_action action, int person)
{
	enum review_state_name state = ref_state(d);
	bool ready = state == REVIEW_STATE_APPROVED || state == REVIEW_STATE_SCHEDULED;
	bool submitted = ready || state == REVIEW_STATE_REVIEW;
	bool open = submitted || state == REVIEW_STATE_DRAFT || state == REVIEW_STATE_CHANGES;
	bool signs = could_sign(d, person, d->desk->sign_approvals);
	bool signs_releases = could_sign(d, person, d->desk->sign_releases);

	switch (action) {
	case RULES_SUBMIT:
		return open && !submitted && may_begin(d, person) && d->is_fit;
	case RULES_APPROVE:
		return submitted && may_review_now(d, person) && signs && d->is_fit && ref_blocking(d) == 0;
	case RULES_REJECT:
		return submitted && (reviews(d, person) || (ref_authors(d) >> person & 1) != 0);
	case RULES_RESTORE:
		return state == REVIEW_STATE_SPIKED;
	case RULES_EMBARGO:
		return open && releases(d, person);
	case RULES_UNSCHEDULE:
		return open && releases(d, person) && order(d) >= 0;
	case RULES_SCHEDULE:
		return ready && releases(d, person) && signs && d->is_fit;
	case RULES_RELEASE:
		return ready && releases(d, person) && signs_releases && d->is_fit &&
		       ref_not_before(d) <= d->now;
	case RULES_RELEASE_FAST:
		return submitted && has_the_fast_lane(d, person) && signs_releases && d->is_fit &&
		       ref_not_before(d) <= d->now;
	default:
		return open;
	}
}

int ref_goes_out(struct ref_draft *d)
{
	int index = order(d);

	if (index < 0 || at(d, index)->at > d->now || !ref_may(d, RULES_SAVE, 0))
		return -2;
	if (!ref_order_holds(d) || d->now > at(d, index)->at + d->desk->overdue * 60 ||
	    !ref_may(d, RULES_RELEASE, at(d, index)->person))
		return -1;
	return at(d, index)->person;
}

/* -- Waiting -- */

/* Whose turn it was said to be, or -1: what was said before changes were asked for is over. */
static int assigned(struct ref_draft *d)
{
	enum review_state_name state = ref_state(d);
	int newest = d->count;

	while (newest-- > 0 && at(d, newest)->kind != REVIEW_ASSIGN)
		;
	if (newest < 0)
		return -1;
	if (state == REVIEW_STATE_CHANGES)
		return newest > turn_before(d, d->count) ? at(d, newest)->assignee : -1;
	if (state == REVIEW_STATE_REVIEW)
		return may_review_now(d, at(d, newest)->assignee) ? at(d, newest)->assignee : -1;
	return state == REVIEW_STATE_DRAFT ? at(d, newest)->assignee : -1;
}

/* Who spoke last in a thread. */
static int speaker(const struct ref_draft *d, int thread)
{
	for (int i = d->count; i-- > thread;) {
		if (at(d, i)->kind == REVIEW_REPLY && at(d, i)->about[0] == thread)
			return at(d, i)->person;
	}
	return at(d, thread)->person;
}

/* An open thread is the authors' to answer; once one of them spoke, that of who opened it, if it is in the
 * way. */
static bool is_asked(const struct ref_draft *d, int person)
{
	unsigned authors = ref_authors(d);

	for (int i = 0; i < d->count; i++) {
		bool suggests = at(d, i)->kind == REVIEW_SUGGEST;
		bool blocks = at(d, i)->kind == REVIEW_QUESTION || d->desk->comments_block;

		if (!opens_a_thread(d, i) || !is_open(d, i))
			continue;
		if (suggests || !among(authors, speaker(d, i))) {
			if (authors >> person & 1)
				return true;
		} else if (blocks && at(d, i)->person == person) {
			return true;
		}
	}
	return false;
}

bool ref_waits(struct ref_draft *d, int person)
{
	bool wrote = (ref_authors(d) >> person & 1) != 0;
	int who = assigned(d);

	switch (ref_state(d)) {
	case REVIEW_STATE_DRAFT:
		return who == person || (who < 0 && is_asked(d, person));
	case REVIEW_STATE_CHANGES:
		return who < 0 ? wrote : who == person;
	case REVIEW_STATE_REVIEW:
		return is_asked(d, person) ||
		       (ref_blocking(d) == 0 && (who < 0 || who == person) && may_review_now(d, person));
	case REVIEW_STATE_APPROVED:
		return ref_may(d, RULES_RELEASE, person);
	default:
		return false;
	}
}
