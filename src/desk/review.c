#include "desk/review.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"

static const char *const event_words[] = {
    [REVIEW_SUBMIT] = "submit",     [REVIEW_COMMENT] = "comment",       [REVIEW_QUESTION] = "question",
    [REVIEW_SUGGEST] = "suggest",   [REVIEW_REPLY] = "reply",           [REVIEW_RESOLVE] = "resolve",
    [REVIEW_REOPEN] = "reopen",     [REVIEW_REFUSE] = "refuse",         [REVIEW_APPROVE] = "approve",
    [REVIEW_REJECT] = "reject",     [REVIEW_ASSIGN] = "assign",         [REVIEW_SPIKE] = "spike",
    [REVIEW_RESTORE] = "restore",   [REVIEW_EMBARGO] = "embargo",       [REVIEW_SCHEDULE] = "schedule",
    [REVIEW_RELEASED] = "released", [REVIEW_UNSCHEDULE] = "unschedule", [REVIEW_UNKNOWN] = NULL,
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

char *review_state_missing(const char *word)
{
	return mem_printf(
	    "There is no state \"%s\"; the states are draft, review, changes, approved, scheduled, "
	    "released, withdrawn and spiked.",
	    word);
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

static const char *const thread_words[] = {
    [REVIEW_THREAD_COMMENT] = "comment",
    [REVIEW_THREAD_QUESTION] = "question",
    [REVIEW_THREAD_SUGGESTION] = "suggestion",
};

const char *review_thread_word(enum review_thread_kind kind)
{
	return thread_words[kind];
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

/* -- Suggested words -- */

/* The bytes that have a letter of their own behind a backslash. */
static const char escaped[] = "\"\\\n\t\r";
static const char letters[] = "\"\\ntr";

void review_replacement_format(struct strbuf *out, const char *words)
{
	strbuf_addc(out, '"');
	for (const char *c = words; *c != '\0'; c++) {
		const char *known = strchr(escaped, *c);

		if (known != NULL)
			strbuf_addf(out, "\\%c", letters[known - escaped]);
		else if ((unsigned char)*c < ' ' || *c == 0x7f)
			strbuf_addf(out, "\\%03o", (unsigned char)*c);
		else
			strbuf_addc(out, *c);
	}
	strbuf_addc(out, '"');
}

/* Reads what follows a backslash and moves *c behind it; false for what is never written. */
static bool read_escape(struct strbuf *out, const char **c)
{
	const char *known = **c != '\0' ? strchr(letters, **c) : NULL;
	unsigned byte = 0;

	if (known != NULL) {
		strbuf_addc(out, escaped[known - letters]);
		*c += 1;
		return true;
	}
	for (int i = 0; i < 3; i++, *c += 1) {
		if (**c < '0' || **c > '7')
			return false;
		byte = byte * 8 + (unsigned)(**c - '0');
	}
	strbuf_addc(out, (char)byte);
	return byte > 0 && byte < 0x80;
}

char *review_replacement_parse(const char *value)
{
	struct strbuf out = STRBUF_INIT;
	const char *c = value + 1;
	bool good = value[0] == '"';

	while (good && *c != '"' && *c != '\0') {
		if (*c++ == '\\')
			good = read_escape(&out, &c);
		else
			strbuf_addc(&out, c[-1]);
	}
	if (good && c[0] == '"' && c[1] == '\0')
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return NULL;
}

void review_commit_clear(struct review_commit *commit)
{
	repo_person_clear(&commit->person);
	free(commit->text);
	free(commit->step);
	strlist_clear(&commit->checked);
	strlist_clear(&commit->threads);
	for (size_t i = 0; i < commit->co_author_count; i++)
		repo_person_clear(&commit->co_authors[i]);
	free(commit->co_authors);
	free(commit->assignee);
	free(commit->replacement);
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
	size_t undone;         /* and so was a schedule before this commit */
	int64_t embargo;       /* seconds; 0: none */
};

typedef void apply(struct replay *replay, size_t index);

static const struct review_commit *commit_at(const struct replay *replay, size_t index)
{
	return &replay->facts->commits[index];
}

static void add_author(struct review_state *out, const struct repo_person *person)
{
	for (size_t i = 0; i < out->author_count; i++) {
		if (repo_person_same(out->authors[i], person))
			return;
	}
	out->authors =
	    mem_grow(out->authors, &out->author_capacity, out->author_count + 1, sizeof *out->authors);
	out->authors[out->author_count++] = person;
}

int review_find_thread(const struct review_facts *facts, const struct review_state *state, const char *wanted)
{
	char hex[REPO_HEX_SIZE];

	for (size_t i = 0; i < state->thread_count; i++) {
		oid_hex(hex, &facts->commits[state->threads[i].commit].id);
		if (strcmp(hex, wanted) == 0)
			return (int)i;
	}
	return -1;
}

/* The n-th thread that a commit names, or NULL. */
static struct review_thread *thread_of(struct replay *replay, size_t index, size_t n)
{
	const struct strlist *names = &commit_at(replay, index)->threads;
	int i = n < names->count ? review_find_thread(replay->facts, replay->out, names->items[n]) : -1;

	return i < 0 ? NULL : &replay->out->threads[i];
}

static void close_thread(struct review_thread *thread, size_t index, bool taken)
{
	thread->resolved = true;
	thread->taken = taken;
	thread->resolved_by = index;
}

static void apply_save(struct replay *replay, size_t index)
{
	const struct review_commit *commit = commit_at(replay, index);
	bool suggesters = replay->facts->policy->suggester_is_author;

	replay->out->last_save = index;
	add_author(replay->out, &commit->person);
	for (size_t i = 0; suggesters && i < commit->co_author_count; i++)
		add_author(replay->out, &commit->co_authors[i]);
	for (size_t i = 0; i < commit->threads.count; i++) {
		struct review_thread *thread = thread_of(replay, index, i);

		if (thread == NULL || thread->kind != REVIEW_THREAD_SUGGESTION || thread->resolved)
			continue;
		close_thread(thread, index, true);
		/* Also where the save forgot to name them. */
		if (suggesters)
			add_author(replay->out, &commit_at(replay, thread->commit)->person);
	}
}

/* Not everybody may correct or withdraw what is published. */
static bool may_begin(const struct review_facts *facts, const struct repo_person *person)
{
	const struct policy *policy = facts->policy;

	return !facts->corrects ||
	       policy_may(policy, facts->withdraws ? &policy->withdraw : &policy->correct, person);
}

/* What was set aside has to be restored first. */
static void apply_submit(struct replay *replay, size_t index)
{
	if (replay->spiked || !may_begin(replay->facts, &commit_at(replay, index)->person))
		return;
	replay->out->submitted = true;
	replay->rejected = false;
}

static void apply_thread(struct replay *replay, size_t index)
{
	static const enum review_thread_kind kinds[] = {
	    [REVIEW_COMMENT] = REVIEW_THREAD_COMMENT,
	    [REVIEW_QUESTION] = REVIEW_THREAD_QUESTION,
	    [REVIEW_SUGGEST] = REVIEW_THREAD_SUGGESTION,
	};
	const struct review_commit *commit = commit_at(replay, index);
	struct review_state *out = replay->out;

	/* Without words and a passage there is nothing that could be taken. */
	if (commit->event == REVIEW_SUGGEST && (commit->replacement == NULL || commit->passage.len == 0))
		return;
	out->threads =
	    mem_grow(out->threads, &out->thread_capacity, out->thread_count + 1, sizeof *out->threads);
	out->threads[out->thread_count++] =
	    (struct review_thread){.kind = kinds[commit->event], .commit = index};
}

static void apply_reply(struct replay *replay, size_t index)
{
	struct review_thread *thread = thread_of(replay, index, 0);

	if (thread == NULL)
		return;
	thread->replies = mem_grow(thread->replies, &thread->reply_capacity, thread->reply_count + 1,
				   sizeof *thread->replies);
	thread->replies[thread->reply_count++] = index;
}

static void apply_resolve(struct replay *replay, size_t index)
{
	struct review_thread *thread = thread_of(replay, index, 0);

	if (thread == NULL || thread->kind == REVIEW_THREAD_SUGGESTION)
		return;
	thread->resolved = commit_at(replay, index)->event == REVIEW_RESOLVE;
	thread->resolved_by = index;
}

static void apply_refuse(struct replay *replay, size_t index)
{
	struct review_thread *thread = thread_of(replay, index, 0);

	if (thread != NULL && thread->kind == REVIEW_THREAD_SUGGESTION && !thread->resolved)
		close_thread(thread, index, false);
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
	replay->undone = index;
}

static void apply_assign(struct replay *replay, size_t index)
{
	replay->out->assignment = index;
}

static void apply_spike(struct replay *replay, size_t index)
{
	replay->spiked = true;
	replay->out->submitted = false;
	replay->rejected = false;
	replay->approvals_from = replay->out->approval_count;
	replay->undone = index;
}

static void apply_restore(struct replay *replay, size_t index)
{
	(void)index;
	replay->spiked = false;
}

/* Whether whoever made a commit says when the draft goes out. */
static bool sets_times(const struct replay *replay, size_t index)
{
	const struct review_facts *facts = replay->facts;

	return policy_may(facts->policy, policy_releasers(facts->policy, facts->path),
			  &commit_at(replay, index)->person);
}

static void apply_embargo(struct replay *replay, size_t index)
{
	if (sets_times(replay, index))
		replay->embargo = commit_at(replay, index)->at;
}

/* The order of somebody who gives none cannot replace one that stands. */
static void apply_schedule(struct replay *replay, size_t index)
{
	size_t before = replay->out->schedule;

	if (commit_at(replay, index)->at != 0 &&
	    (before == replay->facts->count || sets_times(replay, index) || !sets_times(replay, before)))
		replay->out->schedule = index;
}

static void apply_unschedule(struct replay *replay, size_t index)
{
	if (sets_times(replay, index))
		replay->out->schedule = replay->facts->count;
}

static void apply_nothing(struct replay *replay, size_t index)
{
	(void)replay;
	(void)index;
}

static apply *const apply_event[] = {
    [REVIEW_SAVE] = apply_save,
    [REVIEW_SUBMIT] = apply_submit,
    [REVIEW_COMMENT] = apply_thread,
    [REVIEW_QUESTION] = apply_thread,
    [REVIEW_SUGGEST] = apply_thread,
    [REVIEW_REPLY] = apply_reply,
    [REVIEW_RESOLVE] = apply_resolve,
    [REVIEW_REOPEN] = apply_resolve,
    [REVIEW_REFUSE] = apply_refuse,
    [REVIEW_APPROVE] = apply_approve,
    [REVIEW_REJECT] = apply_reject,
    [REVIEW_ASSIGN] = apply_assign,
    [REVIEW_SPIKE] = apply_spike,
    [REVIEW_RESTORE] = apply_restore,
    [REVIEW_EMBARGO] = apply_embargo,
    [REVIEW_SCHEDULE] = apply_schedule,
    [REVIEW_UNSCHEDULE] = apply_unschedule,
    [REVIEW_RELEASED] = apply_nothing,
    [REVIEW_UNKNOWN] = apply_nothing,
};

bool review_is_author(const struct review_state *state, const struct repo_person *person)
{
	for (size_t i = 0; i < state->author_count; i++) {
		if (repo_person_same(state->authors[i], person))
			return true;
	}
	return false;
}

bool review_step_applies(const struct review_facts *facts, size_t step)
{
	return policy_step_applies(facts->policy, step, facts->path) ||
	       (facts->renames != NULL && policy_step_applies(facts->policy, step, facts->renames));
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
		if (tally->given[i] < tally->facts->policy->steps[i].approvals &&
		    review_step_applies(tally->facts, (size_t)i))
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

/* Why what a person bound to exact bytes and rules is not for these; NULL when it is. */
static const char *other_bytes(const struct review_facts *facts, const struct review_commit *commit)
{
	if (!review_covers_equal(&commit->claimed, &commit->covers))
		return "it names other bytes than the draft had";
	if (!review_covers_equal(&commit->claimed, &facts->commits[facts->count - 1].covers))
		return "the text changed since";
	if (!oid_equal(&commit->policy, &facts->policy->blob))
		return "the desk's rules changed since";
	return NULL;
}

static bool all_is_checked(const struct policy_step *step, const struct strlist *checked)
{
	for (size_t i = 0; i < step->checks.count; i++) {
		if (!strlist_has(checked, step->checks.items[i]))
			return false;
	}
	return true;
}

static const char *why_not(const struct tally *tally, size_t index)
{
	const struct review_facts *facts = tally->facts;
	const struct review_approval *approval = &tally->state->approvals[index];
	const struct review_commit *commit = &facts->commits[approval->commit];
	const struct policy *policy = facts->policy;

	if (approval->step < 0)
		return "the desk's rules have no such step";
	if (other_bytes(facts, commit) != NULL)
		return other_bytes(facts, commit);
	if (!review_step_applies(facts, (size_t)approval->step))
		return "the step is for other sections";
	if (!policy_may(policy, &policy->steps[approval->step].who, &commit->person))
		return "the step is for others";
	if (!all_is_checked(&policy->steps[approval->step], &commit->checked))
		return "its checklist was not ticked";
	if (policy->sign_approvals && commit->signature != SIGN_GOOD)
		return sign_verdict_clause(commit->signature);
	if (!policy->author_may_approve && review_is_author(tally->state, &commit->person))
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

/* Whether an approval that counts was given only after a commit. */
static bool approved_after(const struct review_state *state, size_t index)
{
	for (size_t i = 0; i < state->approval_count; i++) {
		if (state->approvals[i].counts && state->approvals[i].commit > index)
			return true;
	}
	return false;
}

/* Whether the newest schedule still is what its person ordered, and may order. */
static const char *why_no_schedule(const struct replay *replay)
{
	const struct review_facts *facts = replay->facts;
	const struct review_commit *commit = commit_at(replay, replay->out->schedule);

	if (replay->out->schedule < replay->undone)
		return "it was sent back or set aside since";
	if (!sets_times(replay, replay->out->schedule))
		return "its person may not release";
	if (facts->policy->sign_approvals && commit->signature != SIGN_GOOD)
		return sign_verdict_clause(commit->signature);
	if (other_bytes(facts, commit) != NULL)
		return other_bytes(facts, commit);
	return approved_after(replay->out, replay->out->schedule) ? "it was approved only after that" : NULL;
}

static bool is_complete(const struct replay *replay)
{
	const struct review_facts *facts = replay->facts;

	return (size_t)replay->out->step == facts->policy->step_count && replay->out->blocking == 0;
}

static enum review_state_name name_of(const struct replay *replay)
{
	const struct review_facts *facts = replay->facts;
	const struct review_state *out = replay->out;

	if (facts->released)
		return facts->withdraws ? REVIEW_STATE_WITHDRAWN : REVIEW_STATE_RELEASED;
	if (replay->spiked)
		return REVIEW_STATE_SPIKED;
	if (replay->rejected)
		return REVIEW_STATE_CHANGES;
	if (!out->submitted)
		return REVIEW_STATE_DRAFT;
	if (!is_complete(replay))
		return REVIEW_STATE_REVIEW;
	if (out->schedule < facts->count && out->schedule_void == NULL &&
	    facts->commits[out->schedule].at > facts->now)
		return REVIEW_STATE_SCHEDULED;
	return out->not_before > facts->now ? REVIEW_STATE_SCHEDULED : REVIEW_STATE_APPROVED;
}

static void count_threads(struct replay *replay)
{
	struct review_state *out = replay->out;

	for (size_t i = 0; i < out->thread_count; i++) {
		bool blocks =
		    out->threads[i].kind != REVIEW_THREAD_COMMENT || replay->facts->policy->comments_block;

		out->open_threads += !out->threads[i].resolved;
		out->blocking += !out->threads[i].resolved && blocks;
	}
}

void review_replay(struct review_state *out, const struct review_facts *facts)
{
	struct replay replay = {.facts = facts, .out = out};

	memset(out, 0, sizeof *out);
	out->assignment = facts->count;
	out->schedule = facts->count;
	for (size_t i = 0; i < facts->count; i++)
		apply_event[facts->commits[i].event](&replay, i);
	count_threads(&replay);
	count_approvals(&replay);
	out->not_before = replay.embargo > facts->publish_time ? replay.embargo : facts->publish_time;
	if (out->schedule < facts->count)
		out->schedule_void = why_no_schedule(&replay);
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
