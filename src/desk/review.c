#include "desk/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"

static const char *const event_words[] = {
    [REVIEW_SUBMIT] = "submit",   [REVIEW_COMMENT] = "comment",   [REVIEW_REPLY] = "reply",
    [REVIEW_RESOLVE] = "resolve", [REVIEW_REOPEN] = "reopen",     [REVIEW_APPROVE] = "approve",
    [REVIEW_REJECT] = "reject",   [REVIEW_ASSIGN] = "assign",     [REVIEW_SPIKE] = "spike",
    [REVIEW_RESTORE] = "restore", [REVIEW_RELEASED] = "released", [REVIEW_UNKNOWN] = NULL,
};

const char *review_event_word(enum review_event event)
{
	return event_words[event];
}

enum review_event review_event_parse(const char *word)
{
	if (word == NULL)
		return REVIEW_SAVE;
	for (size_t i = 0; i < REVIEW_UNKNOWN; i++) {
		if (event_words[i] != NULL && strcmp(event_words[i], word) == 0)
			return (enum review_event)i;
	}
	return REVIEW_UNKNOWN;
}

static const struct {
	const char *word;
	const char *label;
} states[REVIEW_STATE_COUNT] = {
    [REVIEW_STATE_DRAFT] = {"draft", "DRAFT"},
    [REVIEW_STATE_REVIEW] = {"review", "IN REVIEW"},
    [REVIEW_STATE_CHANGES] = {"changes", "CHANGES"},
    [REVIEW_STATE_APPROVED] = {"approved", "APPROVED"},
    [REVIEW_STATE_SCHEDULED] = {"scheduled", "SCHEDULED"},
    [REVIEW_STATE_RELEASED] = {"released", "PUBLISHED"},
    [REVIEW_STATE_WITHDRAWN] = {"withdrawn", "WITHDRAWN"},
    [REVIEW_STATE_SPIKED] = {"spiked", "SPIKED"},
};

const char *review_state_word(enum review_state_name state)
{
	return states[state].word;
}

const char *review_state_label(enum review_state_name state)
{
	return states[state].label;
}

enum review_state_name review_state_parse(const char *word)
{
	size_t i;

	for (i = 0; i < REVIEW_STATE_COUNT; i++) {
		if (strcmp(states[i].word, word) == 0)
			break;
	}
	return (enum review_state_name)i;
}

/* -- Covers -- */

void review_covers_add(struct review_covers *covers, const struct repo_change *change)
{
	covers->items = mem_grow(covers->items, &covers->capacity, covers->count + 1, sizeof *covers->items);
	covers->items[covers->count++] = (struct review_cover){
	    .path = mem_strdup(change->path),
	    .mode = change->new_mode,
	    .blob = change->new_id,
	    .base = change->old_id,
	};
}

bool review_covers_equal(const struct review_covers *a, const struct review_covers *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++) {
		const struct review_cover *x = &a->items[i];
		const struct review_cover *y = &b->items[i];

		if (x->mode != y->mode || strcmp(x->path, y->path) != 0 || !oid_equal(&x->blob, &y->blob) ||
		    !oid_equal(&x->base, &y->base))
			return false;
	}
	return true;
}

void review_covers_clear(struct review_covers *covers)
{
	for (size_t i = 0; i < covers->count; i++)
		free(covers->items[i].path);
	free(covers->items);
	memset(covers, 0, sizeof *covers);
}

void review_cover_format(struct strbuf *out, const struct review_cover *cover)
{
	char blob[REPO_HEX_SIZE];
	char base[REPO_HEX_SIZE];

	oid_hex(blob, &cover->blob);
	oid_hex(base, &cover->base);
	strbuf_addf(out, "%06o %s %s %s", cover->mode, blob, base, cover->path);
}

/* Where the parts of "MODE BLOB BASE PATH" begin, bytes. */
enum {
	COVER_MODE_LEN = 6,
	COVER_HEX_LEN = REPO_HEX_SIZE - 1,
	COVER_BLOB = COVER_MODE_LEN + 1,
	COVER_BASE = COVER_BLOB + COVER_HEX_LEN + 1,
	COVER_PATH = COVER_BASE + COVER_HEX_LEN + 1,
};

static bool read_oid(struct oid *out, const char *text)
{
	char hex[REPO_HEX_SIZE] = "";

	memcpy(hex, text, COVER_HEX_LEN);
	return oid_parse(out, hex);
}

bool review_cover_parse(struct review_cover *out, const char *text)
{
	memset(out, 0, sizeof *out);
	if (strlen(text) <= COVER_PATH || strspn(text, "01234567") != COVER_MODE_LEN ||
	    text[COVER_BLOB - 1] != ' ' || text[COVER_BASE - 1] != ' ' || text[COVER_PATH - 1] != ' ' ||
	    !read_oid(&out->blob, text + COVER_BLOB) || !read_oid(&out->base, text + COVER_BASE))
		return false;
	out->mode = (unsigned)strtoul(text, NULL, 8);
	out->path = mem_strdup(text + COVER_PATH);
	return true;
}

void review_commit_clear(struct review_commit *commit)
{
	repo_person_clear(&commit->person);
	free(commit->text);
	free(commit->step);
	free(commit->thread);
	free(commit->assignee);
	free(commit->passage.quote);
	review_covers_clear(&commit->claimed);
	review_covers_clear(&commit->covers);
	memset(commit, 0, sizeof *commit);
}

/* -- Replay -- */

struct replay {
	const struct review_facts *facts;
	struct review_state *out;
	bool rejected;
	bool spiked;
	size_t approvals_from; /* approvals before this index were undone by a later reject or spike */
};

typedef void apply(struct replay *replay, size_t index);

static const struct review_commit *commit_at(const struct replay *replay, size_t index)
{
	return &replay->facts->commits[index];
}

static void apply_save(struct replay *replay, size_t index)
{
	struct review_state *out = replay->out;

	out->last_save = index;
	for (size_t i = 0; i < out->author_count; i++) {
		if (repo_person_same(&commit_at(replay, out->authors[i])->person,
				     &commit_at(replay, index)->person))
			return;
	}
	out->authors =
	    mem_grow(out->authors, &out->author_capacity, out->author_count + 1, sizeof *out->authors);
	out->authors[out->author_count++] = index;
}

/* What was set aside has to be restored first. */
static void apply_submit(struct replay *replay, size_t index)
{
	(void)index;
	if (replay->spiked)
		return;
	replay->out->submitted = true;
	replay->rejected = false;
}

static void apply_comment(struct replay *replay, size_t index)
{
	struct review_state *out = replay->out;

	out->threads =
	    mem_grow(out->threads, &out->thread_capacity, out->thread_count + 1, sizeof *out->threads);
	out->threads[out->thread_count++] = (struct review_thread){.commit = index};
}

static struct review_thread *thread_of(struct replay *replay, size_t index)
{
	const char *wanted = commit_at(replay, index)->thread;
	char hex[REPO_HEX_SIZE];

	for (size_t i = 0; wanted != NULL && i < replay->out->thread_count; i++) {
		oid_hex(hex, &commit_at(replay, replay->out->threads[i].commit)->id);
		if (strcmp(hex, wanted) == 0)
			return &replay->out->threads[i];
	}
	return NULL;
}

static void apply_reply(struct replay *replay, size_t index)
{
	struct review_thread *thread = thread_of(replay, index);

	if (thread == NULL)
		return;
	thread->replies = mem_grow(thread->replies, &thread->reply_capacity, thread->reply_count + 1,
				   sizeof *thread->replies);
	thread->replies[thread->reply_count++] = index;
}

static void apply_resolve(struct replay *replay, size_t index)
{
	struct review_thread *thread = thread_of(replay, index);

	if (thread == NULL)
		return;
	thread->resolved = commit_at(replay, index)->event == REVIEW_RESOLVE;
	thread->resolved_by = index;
}

static void apply_approve(struct replay *replay, size_t index)
{
	struct review_state *out = replay->out;
	const char *step = commit_at(replay, index)->step;

	out->approvals = mem_grow(out->approvals, &out->approval_capacity, out->approval_count + 1,
				  sizeof *out->approvals);
	out->approvals[out->approval_count++] = (struct review_approval){
	    .commit = index,
	    .step = step ? policy_step(replay->facts->policy, step) : -1,
	    .why = out->submitted ? NULL : "the draft was not submitted",
	};
}

static void apply_reject(struct replay *replay, size_t index)
{
	if (replay->spiked)
		return;
	replay->out->submitted = false;
	replay->out->reason = index;
	replay->rejected = true;
	replay->approvals_from = replay->out->approval_count;
}

static void apply_assign(struct replay *replay, size_t index)
{
	replay->out->assignment = index;
}

static void apply_spike(struct replay *replay, size_t index)
{
	(void)index;
	replay->spiked = true;
	replay->out->submitted = false;
	replay->rejected = false;
	replay->approvals_from = replay->out->approval_count;
}

static void apply_restore(struct replay *replay, size_t index)
{
	(void)index;
	replay->spiked = false;
}

static void apply_nothing(struct replay *replay, size_t index)
{
	(void)replay;
	(void)index;
}

static apply *const apply_event[] = {
    [REVIEW_SAVE] = apply_save,       [REVIEW_SUBMIT] = apply_submit,   [REVIEW_COMMENT] = apply_comment,
    [REVIEW_REPLY] = apply_reply,     [REVIEW_RESOLVE] = apply_resolve, [REVIEW_REOPEN] = apply_resolve,
    [REVIEW_APPROVE] = apply_approve, [REVIEW_REJECT] = apply_reject,   [REVIEW_ASSIGN] = apply_assign,
    [REVIEW_SPIKE] = apply_spike,     [REVIEW_RESTORE] = apply_restore, [REVIEW_RELEASED] = apply_nothing,
    [REVIEW_UNKNOWN] = apply_nothing,
};

bool review_is_author(const struct review_facts *facts, const struct review_state *state,
		      const struct repo_person *person)
{
	for (size_t i = 0; i < state->author_count; i++) {
		if (repo_person_same(&facts->commits[state->authors[i]].person, person))
			return true;
	}
	return false;
}

/* Counting approvals of each step so far. */
struct tally {
	unsigned *given; /* one for each step of the policy */
	const struct review_state *state;
	const struct review_facts *facts;
};

static bool steps_before_are_done(const struct tally *tally, int step)
{
	for (int i = 0; i < step; i++) {
		if (tally->given[i] < tally->facts->policy->steps[i].approvals)
			return false;
	}
	return true;
}

/* Why a person's earlier approvals stand in the way of one more for a step; NULL when they do not. */
static const char *approved_already(const struct tally *tally, size_t upto, int step)
{
	const struct review_commit *commits = tally->facts->commits;
	const struct repo_person *person = &commits[tally->state->approvals[upto].commit].person;

	for (size_t i = 0; i < upto; i++) {
		const struct review_approval *other = &tally->state->approvals[i];

		if (!other->counts || !repo_person_same(&commits[other->commit].person, person))
			continue;
		if (other->step == step)
			return "the same person approved this step already";
		if (tally->facts->policy->one_person_one_step)
			return "the same person approved another step";
	}
	return NULL;
}

static const char *why_not(const struct tally *tally, size_t index)
{
	const struct review_facts *facts = tally->facts;
	const struct review_approval *approval = &tally->state->approvals[index];
	const struct review_commit *commit = &facts->commits[approval->commit];
	const struct policy *policy = facts->policy;

	if (approval->step < 0)
		return "the desk's rules have no such step";
	if (!review_covers_equal(&commit->claimed, &commit->covers))
		return "it names other bytes than the draft had";
	if (!review_covers_equal(&commit->claimed, &facts->commits[facts->count - 1].covers))
		return "the text changed since";
	if (!oid_equal(&commit->policy, &policy->blob))
		return "the desk's rules changed since";
	if (!policy_has_role(policy, policy->steps[approval->step].role, &commit->person))
		return "the step asks for another role";
	if (!policy->author_may_approve && review_is_author(facts, tally->state, &commit->person))
		return "an author cannot approve own text";
	if (!steps_before_are_done(tally, approval->step))
		return "an earlier step was not approved";
	return approved_already(tally, index, approval->step);
}

static void count_approvals(struct replay *replay)
{
	struct review_state *out = replay->out;
	const struct policy *policy = replay->facts->policy;
	struct tally tally = {.given = mem_zalloc(policy->step_count, sizeof *tally.given),
			      .state = out,
			      .facts = replay->facts};

	for (size_t i = 0; i < out->approval_count; i++) {
		struct review_approval *approval = &out->approvals[i];

		if (approval->why == NULL && i < replay->approvals_from)
			approval->why = "it was sent back or set aside since";
		if (approval->why == NULL)
			approval->why = why_not(&tally, i);
		approval->counts = approval->why == NULL;
		if (approval->counts)
			tally.given[approval->step]++;
	}
	while ((size_t)out->step < policy->step_count && steps_before_are_done(&tally, out->step + 1))
		out->step++;
	free(tally.given);
}

static enum review_state_name name_of(const struct replay *replay)
{
	const struct review_facts *facts = replay->facts;
	const struct review_state *out = replay->out;
	bool complete = (size_t)out->step == facts->policy->step_count &&
			(out->open_threads == 0 || !facts->policy->comments_block);

	if (facts->released)
		return facts->removes ? REVIEW_STATE_WITHDRAWN : REVIEW_STATE_RELEASED;
	if (replay->spiked)
		return REVIEW_STATE_SPIKED;
	if (replay->rejected)
		return REVIEW_STATE_CHANGES;
	if (!out->submitted)
		return REVIEW_STATE_DRAFT;
	if (!complete)
		return REVIEW_STATE_REVIEW;
	return facts->publish_time > facts->now ? REVIEW_STATE_SCHEDULED : REVIEW_STATE_APPROVED;
}

void review_replay(struct review_state *out, const struct review_facts *facts)
{
	struct replay replay = {.facts = facts, .out = out};

	memset(out, 0, sizeof *out);
	out->assignment = facts->count;
	for (size_t i = 0; i < facts->count; i++)
		apply_event[facts->commits[i].event](&replay, i);
	for (size_t i = 0; i < out->thread_count; i++)
		out->open_threads += !out->threads[i].resolved;
	count_approvals(&replay);
	out->name = name_of(&replay);
}

void review_state_clear(struct review_state *state)
{
	for (size_t i = 0; i < state->thread_count; i++)
		free(state->threads[i].replies);
	free(state->threads);
	free(state->approvals);
	free(state->authors);
	memset(state, 0, sizeof *state);
}
