/*
 * Whom a draft waits for, and why, in sentences.
 */
#include <stdarg.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "desk/rules_internal.h"

/* -- The ladder -- */

size_t rules_ladder(const struct draft *draft, const struct policy *policy, size_t step, size_t *nth)
{
	const struct review_facts facts = draft_facts(draft, policy, 0);
	size_t count = 0;

	if (nth != NULL)
		*nth = 0;
	for (size_t i = 0; i < policy->step_count; i++) {
		count += review_step_applies(&facts, i);
		if (nth != NULL && i == step)
			*nth = count;
	}
	return count;
}

/* -- Who was asked -- */

/*
 * Whether the newest assignment still says who is to act: not the one before changes were asked for,
 * nor, in review, one to somebody who cannot approve the step that is due.
 */
static bool assignment_stands(const struct question *q, const struct repo_person *assignee)
{
	const struct review_state *state = &q->draft->state;
	struct question theirs = *q;

	theirs.person = assignee;
	switch (state->name) {
	case REVIEW_STATE_DRAFT:
		return true;
	case REVIEW_STATE_CHANGES:
		return state->assignment > state->reason;
	case REVIEW_STATE_REVIEW:
		return rules_may_review_now(&theirs);
	default:
		return false;
	}
}

/* The person who was asked to act now; false when nobody in particular was. The caller clears. */
static bool find_assignee(const struct question *q, struct repo_person *out)
{
	size_t index = q->draft->state.assignment;
	const char *text = index < q->draft->count ? q->draft->commits[index].assignee : NULL;

	if (text == NULL || repo_person_parse(out, text, NULL) < 0)
		return false;
	if (assignment_stands(q, out))
		return true;
	repo_person_clear(out);
	return false;
}

static const struct repo_person *writer_of(const struct draft *draft)
{
	return draft->state.authors[0];
}

/* Who was asked to act now, as this person sees it. */
enum turn {
	TURN_ANYBODY,
	TURN_MINE,
	TURN_OTHERS,
};

static enum turn turn_of(const struct question *q)
{
	struct repo_person assignee;
	bool mine;

	if (!find_assignee(q, &assignee))
		return TURN_ANYBODY;
	mine = repo_person_same(&assignee, q->person);
	repo_person_clear(&assignee);
	return mine ? TURN_MINE : TURN_OTHERS;
}

/* -- Threads: a question is its author's to answer, then its asker's to be content with -- */

static const struct repo_person *opener_of(const struct draft *draft, const struct review_thread *thread)
{
	return &draft->commits[thread->commit].person;
}

static const struct repo_person *last_speaker(const struct draft *draft, const struct review_thread *thread)
{
	if (thread->reply_count == 0)
		return opener_of(draft, thread);
	return &draft->commits[thread->replies[thread->reply_count - 1]].person;
}

/* Whether a thread waits for its opener, since an author spoke last; a suggestion never does. */
static bool is_answered(const struct draft *draft, const struct review_thread *thread)
{
	return thread->kind != REVIEW_THREAD_SUGGESTION &&
	       review_is_author(&draft->state, last_speaker(draft, thread));
}

static bool blocks(const struct question *q, const struct review_thread *thread)
{
	return !thread->resolved && (thread->kind != REVIEW_THREAD_COMMENT || q->policy->comments_block);
}

/* -- In a word, for lists -- */

/* "Anna: question", "Boris: answer": whom the first thread that stands in the way waits for. */
static void add_blocking(struct strbuf *out, const struct question *q)
{
	const struct review_state *state = &q->draft->state;

	for (size_t i = 0; i < state->thread_count; i++) {
		const struct review_thread *thread = &state->threads[i];

		if (!blocks(q, thread))
			continue;
		if (is_answered(q->draft, thread))
			strbuf_addf(out, "%s: answer", opener_of(q->draft, thread)->name);
		else
			strbuf_addf(out, "%s: %s", writer_of(q->draft)->name,
				    review_thread_word(thread->kind));
		return;
	}
}

static void add_review_due(struct strbuf *out, const struct question *q, const struct repo_person *assignee)
{
	const struct policy_step *step;
	size_t lacking;

	if (q->draft->state.blocking > 0) {
		add_blocking(out, q);
		return;
	}
	if (rules_lacks_people(q, &lacking)) {
		strbuf_addf(out, "another reviewer for %s", q->policy->steps[lacking].name);
		return;
	}
	step = &q->policy->steps[q->draft->state.step];
	strbuf_adds(out, step->name);
	if (assignee != NULL)
		strbuf_addf(out, " by %s", assignee->name);
	else if (!policy_group_is_empty(&step->who)) {
		strbuf_adds(out, " by ");
		policy_group_words(out, &step->who);
	}
}

static bool is_ordered(const struct draft *draft)
{
	return draft->state.schedule < draft->count && draft->state.schedule_void == NULL;
}

int64_t rules_release_time(const struct draft *draft)
{
	int64_t at = is_ordered(draft) ? draft->commits[draft->state.schedule].at : 0;

	return at > draft->state.not_before ? at : draft->state.not_before;
}

/* "2026-11-20 17:00" in the zone of the commit that says so. */
static void add_time(struct strbuf *out, int64_t at, int offset)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, at, offset);
	clock_minutes(minutes, at, offset);
	strbuf_addf(out, "%s %s", date, minutes);
}

static void add_release_due(struct strbuf *out, const struct draft *draft)
{
	add_time(out, rules_release_time(draft), draft->commits[draft->count - 1].time.offset);
	if (is_ordered(draft))
		strbuf_addf(out, ", by %s", draft->commits[draft->state.schedule].person.name);
	else
		strbuf_adds(out, ", when its embargo ends");
}

void rules_waiting_on(struct strbuf *out, const struct draft *draft, const struct policy *policy, int64_t now)
{
	const struct question q = {.draft = draft, .policy = policy, .now = now};
	struct repo_person person = {0};
	const struct repo_person *assignee = find_assignee(&q, &person) ? &person : NULL;
	const struct repo_person *writer = assignee ? assignee : writer_of(draft);

	switch (draft->state.name) {
	case REVIEW_STATE_DRAFT:
		strbuf_adds(out, writer->name);
		break;
	case REVIEW_STATE_CHANGES:
		strbuf_addf(out, "%s: changes", writer->name);
		break;
	case REVIEW_STATE_REVIEW:
		add_review_due(out, &q, assignee);
		break;
	case REVIEW_STATE_APPROVED:
		strbuf_adds(out, "release");
		break;
	case REVIEW_STATE_SCHEDULED:
		add_release_due(out, draft);
		break;
	default:
		break;
	}
	repo_person_clear(&person);
}

/* -- As a sentence, for one person -- */

static bool because(struct strbuf *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool because(struct strbuf *why, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	if (why != NULL)
		strbuf_addv(why, format, args);
	va_end(args);
	return true;
}

static const char *plural(unsigned n)
{
	return n == 1 ? "" : "s";
}

/* "1 question and 2 suggestions"; how many there are in all. */
static unsigned add_kinds(struct strbuf *out, const unsigned *open)
{
	static const enum review_thread_kind order[] = {REVIEW_THREAD_QUESTION, REVIEW_THREAD_SUGGESTION,
							REVIEW_THREAD_COMMENT};
	unsigned kinds = 0;
	unsigned all = 0;
	unsigned told = 0;

	for (size_t i = 0; i < 3; i++) {
		kinds += open[order[i]] > 0;
		all += open[order[i]];
	}
	for (size_t i = 0; i < 3; i++) {
		if (open[order[i]] == 0)
			continue;
		strbuf_addf(out, "%s%u %s%s",
			    told == 0           ? ""
			    : told + 1 == kinds ? " and "
						: ", ",
			    open[order[i]], review_thread_word(order[i]), plural(open[order[i]]));
		told++;
	}
	return all;
}

void rules_open_words(struct strbuf *out, const struct draft *draft)
{
	unsigned open[REVIEW_THREAD_SUGGESTION + 1] = {0};

	for (size_t i = 0; i < draft->state.thread_count; i++)
		open[draft->state.threads[i].kind] += !draft->state.threads[i].resolved;
	(void)add_kinds(out, open);
}

/* What waits for an author: "You wrote it, and 1 question and 2 suggestions are open." */
static void add_counts(struct strbuf *why, const unsigned *open)
{
	unsigned all;

	strbuf_adds(why, "You wrote it, and ");
	all = add_kinds(why, open);
	strbuf_adds(why, all == 1 ? " is open." : " are open.");
}

static void add_single(struct strbuf *why, const struct draft *draft, const struct review_thread *thread)
{
	static const char *const words[] = {
	    [REVIEW_THREAD_COMMENT] = "commented on what you wrote.",
	    [REVIEW_THREAD_QUESTION] = "asks you a question about what you wrote.",
	    [REVIEW_THREAD_SUGGESTION] = "suggests other words for what you wrote: take or refuse them.",
	};
	const struct repo_person *who =
	    thread->kind == REVIEW_THREAD_SUGGESTION ? opener_of(draft, thread) : last_speaker(draft, thread);

	strbuf_addf(why, "%s %s", who->name, words[thread->kind]);
}

/* Threads that an author has to answer. */
static bool author_is_asked(struct strbuf *why, const struct question *q)
{
	const struct review_state *state = &q->draft->state;
	const struct review_thread *only = NULL;
	unsigned open[REVIEW_THREAD_SUGGESTION + 1] = {0};
	size_t count = 0;

	for (size_t i = 0; i < state->thread_count; i++) {
		const struct review_thread *thread = &state->threads[i];

		if (thread->resolved || is_answered(q->draft, thread))
			continue;
		open[thread->kind]++;
		only = thread;
		count++;
	}
	if (count == 0 || !review_is_author(state, q->person))
		return false;
	if (why != NULL && count == 1)
		add_single(why, q->draft, only);
	else if (why != NULL)
		add_counts(why, open);
	return true;
}

/* Threads of this person's that an author answered, and that still stand in the way. */
static bool asker_is_answered(struct strbuf *why, const struct question *q)
{
	const struct review_state *state = &q->draft->state;

	for (size_t i = 0; i < state->thread_count; i++) {
		const struct review_thread *thread = &state->threads[i];
		const char *word = review_thread_word(thread->kind);

		if (!blocks(q, thread) || !is_answered(q->draft, thread) ||
		    !repo_person_same(opener_of(q->draft, thread), q->person))
			continue;
		if (thread->reply_count == 0)
			return because(why, "Your own %s keeps it from being approved: resolve it.", word);
		return because(why, "%s answered your %s: resolve it, or go on asking.",
			       last_speaker(q->draft, thread)->name, word);
	}
	return false;
}

static bool threads_wait(struct strbuf *why, const struct question *q)
{
	return author_is_asked(why, q) || asker_is_answered(why, q);
}

void rules_due_words(struct strbuf *out, const struct draft *draft, int64_t now)
{
	const struct review_commit *order;
	char date[CLOCK_TEXT_SIZE];
	char today[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (draft->state.assignment >= draft->count || draft->commits[draft->state.assignment].at == 0)
		return;
	order = &draft->commits[draft->state.assignment];
	clock_date(date, order->at, order->time.offset);
	clock_date(today, now, order->time.offset);
	clock_minutes(minutes, order->at, order->time.offset);
	if (order->at < now)
		strbuf_addf(out, "overdue since %s %s", date, minutes);
	else if (strcmp(date, today) == 0)
		strbuf_addf(out, "due today %s", minutes);
	else
		strbuf_addf(out, "due %s %s", date, minutes);
}

/* What was handed to this person, with its time: "陈 handed it to you, due today 17:00." */
static bool was_handed(struct strbuf *why, const struct question *q)
{
	const struct review_commit *order = &q->draft->commits[q->draft->state.assignment];
	struct strbuf due = STRBUF_INIT;

	if (why == NULL)
		return true;
	rules_due_words(&due, q->draft, q->now);
	if (repo_person_same(&order->person, q->person))
		strbuf_adds(why, "You took it over");
	else
		strbuf_addf(why, "%s handed it to you", order->person.name);
	strbuf_addf(why, "%s%s.", due.len > 0 ? ", " : "", due.len > 0 ? due.data : "");
	strbuf_clear(&due);
	return true;
}

static bool changes_wait(struct strbuf *why, const struct question *q, enum turn turn)
{
	const struct review_commit *reject = &q->draft->commits[q->draft->state.reason];

	if (turn == TURN_OTHERS || (turn == TURN_ANYBODY && !review_is_author(&q->draft->state, q->person)))
		return false;
	because(why, "%s asked for changes.", reject->person.name);
	if (turn == TURN_MINE && why != NULL) {
		strbuf_adds(why, " ");
		was_handed(why, q);
	}
	return true;
}

/* "You are second reviewer", of a ladder of one step "You can review it". */
static void add_rank(struct strbuf *why, const struct question *q)
{
	static const char *const ordinals[] = {"first", "second",  "third",  "fourth", "fifth",
					       "sixth", "seventh", "eighth", "ninth"};
	size_t step = (size_t)q->draft->state.step;
	size_t nth;
	size_t count = rules_ladder(q->draft, q->policy, step, &nth);

	if (count < 2)
		strbuf_adds(why, "You can review it");
	else if (nth <= sizeof ordinals / sizeof ordinals[0])
		strbuf_addf(why, "You are %s%s reviewer", ordinals[nth - 1], nth == count ? " and last" : "");
	else
		strbuf_addf(why, "You are reviewer %zu of %zu", nth, count);
	strbuf_addf(why, " (step %s)", q->policy->steps[step].name);
}

static bool review_waits(struct strbuf *why, const struct question *q, enum turn turn)
{
	const struct review_state *state = &q->draft->state;
	const struct policy_step *step;
	unsigned given;

	if (threads_wait(why, q))
		return true;
	/* Nobody can approve it before that; who asked, and who wrote it, are told. */
	if (state->blocking > 0 || turn == TURN_OTHERS || !rules_may_review_now(q))
		return false;
	if (why == NULL)
		return true;
	step = &q->policy->steps[state->step];
	given = rules_approvals(q->draft, (size_t)state->step);
	add_rank(why, q);
	strbuf_adds(why, review_is_author(state, q->person) ? "; authors may approve here."
							    : "; you did not write it.");
	if (step->approvals > 1)
		strbuf_addf(why, " It has %u of %u approvals.", given, step->approvals);
	if (turn == TURN_MINE) {
		strbuf_adds(why, " ");
		was_handed(why, q);
	}
	return true;
}

static bool draft_waits(struct strbuf *why, const struct question *q, enum turn turn)
{
	return (turn != TURN_OTHERS && threads_wait(why, q)) || (turn == TURN_MINE && was_handed(why, q));
}

static bool release_waits(struct strbuf *why, const struct question *q)
{
	const struct review_state *state = &q->draft->state;
	const struct review_commit *order;

	if (rules_check(RULES_RELEASE, q->draft, q->policy, q->person, q->now, NULL, NULL) < 0)
		return false;
	if (state->schedule >= q->draft->count || why == NULL)
		return because(why, "It is approved, and you may release it.");
	order = &q->draft->commits[state->schedule];
	strbuf_adds(why, "It was to go out at ");
	add_time(why, order->at, order->time.offset);
	if (state->schedule_void != NULL)
		strbuf_addf(why, ", and that does not hold any more: %s. You may release it.",
			    state->schedule_void);
	else if (q->now - order->at > (int64_t)q->policy->overdue * 60)
		strbuf_adds(why, " and is overdue: release it by hand, or schedule it again.");
	else
		strbuf_adds(why, "; you may release it.");
	return true;
}

bool rules_waits_for(struct strbuf *why, const struct draft *draft, const struct policy *policy,
		     const struct repo_person *person, int64_t now)
{
	const struct question q = {draft, policy, person, now, NULL};
	enum turn turn = turn_of(&q);

	switch (draft->state.name) {
	case REVIEW_STATE_DRAFT:
		return draft_waits(why, &q, turn);
	case REVIEW_STATE_CHANGES:
		return changes_wait(why, &q, turn);
	case REVIEW_STATE_REVIEW:
		return review_waits(why, &q, turn);
	case REVIEW_STATE_APPROVED:
		return release_waits(why, &q);
	default:
		return false;
	}
}
