/*
 * What the newest commit of a draft says of the draft, of its threads, of the bytes that it approves and
 * of the release branch must be so.
 */
#include <string.h>

#include "desk/gate_internal.h"
#include "desk/rules.h"

struct fact {
	struct gate *g;
	const struct policy *policy;
	const struct draft *before; /* NULL for the first commit of the draft */
	const struct draft *after;
	const struct review_commit *commit; /* the newest of after */
};

typedef int check_fact(const struct fact *f, struct error *err);

/* -- Threads -- */

/* Finds a thread of the draft that the rules allow to be answered so; its number, or E_REFUSED. */
static int find_thread(const struct fact *f, const char *hex, struct error *err)
{
	struct review_facts facts;
	int number = -1;
	int rc;

	if (f->before != NULL) {
		facts = draft_facts(f->before, f->policy, 0);
		number = review_find_thread(&facts, &f->before->state, hex);
	}
	if (number < 0)
		return error_set(err, E_REFUSED, "%s has no comment, question or suggestion %.10s.",
				 f->after->name, hex);
	rc = rules_thread(rules_action_of(f->commit->event), f->before, (size_t)number, err);
	return rc < 0 ? rc : number;
}

static int answers_a_thread(const struct fact *f, struct error *err)
{
	int number = find_thread(f, f->commit->threads.count == 1 ? f->commit->threads.items[0] : "", err);

	return number < 0 ? number : 0;
}

static bool is_of(const struct fact *f, int thread, const struct repo_person *person)
{
	return repo_person_same(&f->before->commits[f->before->state.threads[thread].commit].person, person);
}

/* A suggestion that a save takes is named with whose it is. */
static int takes_openly(const struct fact *f, const char *hex, struct error *err)
{
	const struct review_commit *commit = f->commit;
	int thread = find_thread(f, hex, err);
	bool named;

	if (thread < 0)
		return thread;
	named = is_of(f, thread, &commit->person);
	for (size_t i = 0; i < commit->co_author_count; i++)
		named = named || is_of(f, thread, &commit->co_authors[i]);
	return named ? 0
		     : error_set(err, E_REFUSED,
				 "It takes the suggestion %.10s and does not say whose it is.", hex);
}

/* And nobody else is named as an author of the words. */
static int gave_something(const struct fact *f, const struct repo_person *person, struct error *err)
{
	const struct strlist *threads = &f->commit->threads;

	for (size_t i = 0; i < threads->count; i++) {
		if (is_of(f, find_thread(f, threads->items[i], NULL), person))
			return 0;
	}
	return error_set(err, E_REFUSED, "It names %s as a co-author, and takes no suggestion of theirs.",
			 person->name);
}

static int takes_suggestions(const struct fact *f, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < f->commit->threads.count; i++)
		rc = takes_openly(f, f->commit->threads.items[i], err);
	for (size_t i = 0; rc == 0 && i < f->commit->co_author_count; i++)
		rc = gave_something(f, &f->commit->co_authors[i], err);
	return rc;
}

/* -- Passages -- */

/* Whether a blob is the article as it was at some time of the draft. */
static bool was_its_text(const struct draft *draft, const struct oid *blob)
{
	if (oid_equal(&draft->base_blob, blob))
		return true;
	for (size_t i = 0; i < draft->count; i++) {
		const struct review_covers *covers = &draft->commits[i].covers;

		for (size_t j = 0; j < covers->count; j++) {
			if (strcmp(covers->items[j].path, draft->path) == 0 &&
			    (oid_equal(&covers->items[j].blob, blob) ||
			     oid_equal(&covers->items[j].base, blob)))
				return true;
		}
	}
	return false;
}

static int stands_at_a_passage(const struct fact *f, struct error *err)
{
	const struct review_passage *passage = &f->commit->passage;
	size_t size;
	int rc;

	if (oid_is_zero(&passage->on))
		return 0;
	if (!was_its_text(f->before, &passage->on))
		return error_set(err, E_REFUSED, "It is about a text that %s never had.", f->after->name);
	rc = repo_blob_size(f->g->repo, &passage->on, &size, err);
	if (rc == 0 && (passage->start > size || passage->len > size - passage->start))
		rc = error_set(err, E_REFUSED, "It is about a passage beyond the end of the text.");
	return rc;
}

static int suggests_words(const struct fact *f, struct error *err)
{
	const struct review_commit *commit = f->commit;

	if (oid_is_zero(&commit->passage.on) || commit->passage.len == 0 || commit->replacement == NULL)
		return error_set(err, E_REFUSED,
				 "A suggestion needs a passage, and the words to be put in its place.");
	return stands_at_a_passage(f, err);
}

/* -- Bytes -- */

/* By a key that counts at its time, and also now: a key that has run out could sign what is dated back. */
static int is_signed_where_asked(const struct fact *f, struct error *err)
{
	const struct review_commit *commit = f->commit;
	const struct repo_time now = {.seconds = f->g->push->now};
	int rc;

	if (!f->policy->sign_approvals)
		return 0;
	rc = policy_check_signature(f->policy, f->g->repo, &commit->id, &commit->person, commit->time, err);
	return rc < 0 ? rc
		      : policy_check_signature(f->policy, f->g->repo, &commit->id, &commit->person, now, err);
}

static int is_of_these_bytes(const struct fact *f, struct error *err)
{
	const struct review_commit *commit = f->commit;

	if (!review_covers_equal(&commit->claimed, &commit->covers))
		return error_set(err, E_REFUSED,
				 "It is for other bytes than %s has: read the draft again, and do it anew.",
				 f->after->name);
	if (!oid_equal(&commit->policy, &f->policy->blob))
		return error_set(err, E_REFUSED,
				 "It was given under other rules than the desk has: do it anew.");
	return is_signed_where_asked(f, err);
}

static int is_an_approval(const struct fact *f, struct error *err)
{
	int rc = is_of_these_bytes(f, err);

	return rc < 0 ? rc
		      : rules_checklist(f->policy, policy_step(f->policy, f->commit->step),
					&f->commit->checked, err);
}

static int is_a_schedule(const struct fact *f, struct error *err)
{
	int rc = rules_order(f->before, f->commit->at, err);

	return rc < 0 ? rc : is_of_these_bytes(f, err);
}

/* -- Other events -- */

static int is_for_who_can(const struct fact *f, struct error *err)
{
	struct repo_person person;
	int rc = repo_person_parse(&person, f->commit->assignee, err);

	if (rc == 0) {
		rc = rules_assign(f->before, f->policy, &person, f->commit->time.seconds, err);
		repo_person_clear(&person);
	}
	return rc < 0 ? E_REFUSED : 0;
}

static int went_out(const struct fact *f, struct error *err)
{
	if (!f->before->released)
		return error_set(err, E_REFUSED,
				 "It says that %s was released, and the release branch does not.",
				 f->after->name);
	return 0;
}

static check_fact *const checks[REVIEW_UNKNOWN] = {
    [REVIEW_SAVE] = takes_suggestions,       [REVIEW_COMMENT] = stands_at_a_passage,
    [REVIEW_QUESTION] = stands_at_a_passage, [REVIEW_SUGGEST] = suggests_words,
    [REVIEW_REPLY] = answers_a_thread,       [REVIEW_RESOLVE] = answers_a_thread,
    [REVIEW_REOPEN] = answers_a_thread,      [REVIEW_REFUSE] = answers_a_thread,
    [REVIEW_APPROVE] = is_an_approval,       [REVIEW_SCHEDULE] = is_a_schedule,
    [REVIEW_ASSIGN] = is_for_who_can,        [REVIEW_RELEASED] = went_out,
};

int gate_event(struct gate *g, const struct policy *policy, const struct draft *before,
	       const struct draft *after, struct error *err)
{
	const struct fact fact = {g, policy, before, after, &after->commits[after->count - 1]};
	check_fact *check = checks[fact.commit->event];

	return check != NULL ? check(&fact, err) : 0;
}
