/*
 * What is said of a draft: events, each checked by the rule engine on the draft as it stands now.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"

/* Fewer digits of a comment's id could be a number. */
#define THREAD_ID_LEAST 6

int desk_may(struct desk *desk, const char *name, enum review_event kind, struct error *err)
{
	struct error why;
	const struct draft *draft = desk_draft(desk, name, &why);
	int rc = draft != NULL ? desk_may_write(desk, err) : error_set(err, why.code, "%s", why.message);

	if (rc < 0)
		return rc;
	return rules_check(rules_action_of(kind), draft, &desk->policy, &desk->person,
			   clock_now(&desk->clock), NULL, err);
}

static int event(struct desk *desk, const char *name, enum review_event kind, const char *text,
		 struct error *err)
{
	struct desk_act act = {.name = name, .change = {.event = kind, .text = text}};

	return desk_perform(desk, &act, err);
}

int desk_submit(struct desk *desk, const char *name, const char *text, struct error *err)
{
	return event(desk, name, REVIEW_SUBMIT, text, err);
}

int desk_still_as_seen(struct desk *desk, const struct draft *draft, const struct desk_act *act,
		       struct error *err)
{
	struct draft *seen;
	bool same_change;
	bool same_step;
	int rc = draft_load_at(&seen, desk->repo, draft->name, act->seen, err);

	if (rc < 0)
		return rc;
	desk_derive(desk, seen);
	same_change = review_covers_equal(draft_covers(seen), draft_covers(draft));
	same_step = act->step != NULL || seen->state.step == draft->state.step;
	draft_free(seen);
	if (!same_change)
		return error_set(err, E_CONFLICT,
				 "%s changed since you looked at it: read it again, then %s.", draft->name,
				 act->change.event == REVIEW_APPROVE ? "approve" : "schedule it");
	if (!same_step)
		return error_set(
		    err, E_CONFLICT,
		    "%s has another approval since you looked at it, and %s is due now: look again.",
		    draft->name, desk->policy.steps[draft->state.step].name);
	return 0;
}

/* The engine has found that a step is due, and that it is the one that was asked for. */
static int before_approve(struct desk *desk, const struct draft *draft, struct desk_act *act,
			  struct error *err)
{
	int rc;

	act->change.step = desk->policy.steps[draft->state.step].name;
	act->change.policy = &desk->policy.blob;
	rc = rules_checklist(&desk->policy, draft->state.step, act->change.checked, err);
	return rc < 0 ? rc : desk_still_as_seen(desk, draft, act, err);
}

int desk_perform_seen(struct desk *desk, struct desk_act *act, struct error *err)
{
	const struct draft *draft;
	struct error why;

	if (act->seen == NULL) {
		draft = desk_draft(desk, act->name, &why);
		if (draft == NULL)
			return error_set(err, why.code, "%s", why.message);
		act->head = draft->head;
		act->seen = &act->head;
	}
	return desk_perform(desk, act, err);
}

int desk_approve(struct desk *desk, const char *name, const char *step, const struct oid *seen,
		 const struct strlist *checked, const char *text, struct error *err)
{
	struct desk_act act = {.name = name,
			       .change = {.event = REVIEW_APPROVE, .text = text, .checked = checked},
			       .before = before_approve,
			       .seen = seen,
			       .step = step};

	return desk_perform_seen(desk, &act, err);
}

static int with_words(const char *text, const char *what, struct error *err)
{
	if (text != NULL && text[strspn(text, " \t\r\n")] != '\0')
		return 0;
	return error_set(err, E_INVALID, "%s needs some words: say what you mean.", what);
}

int desk_reject(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	int rc = with_words(reason, "Asking for changes", err);

	return rc < 0 ? rc : event(desk, name, REVIEW_REJECT, reason, err);
}

static int open_thread(struct desk *desk, const char *name, enum review_event kind,
		       const struct review_passage *passage, const char *text, struct error *err)
{
	struct desk_act act = {.name = name, .change = {.event = kind, .text = text, .passage = passage}};
	int rc = with_words(text, kind == REVIEW_QUESTION ? "A question" : "A comment", err);

	return rc < 0 ? rc : desk_perform(desk, &act, err);
}

int desk_comment(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
		 struct error *err)
{
	return open_thread(desk, name, REVIEW_COMMENT, passage, text, err);
}

int desk_question(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
		  struct error *err)
{
	return open_thread(desk, name, REVIEW_QUESTION, passage, text, err);
}

/* The thread that a person named by number, or by the beginning of its id; the count when none is. */
int desk_find_thread(const struct draft *draft, const char *named, size_t *out, struct error *err)
{
	const struct review_state *state = &draft->state;
	size_t number = 0;
	char rest;

	*out = state->thread_count;
	if (sscanf(named, "%4zu%c", &number, &rest) == 1 && number >= 1 && number <= state->thread_count) {
		*out = number - 1;
		return 0;
	}
	for (size_t i = 0; i < state->thread_count && strlen(named) >= THREAD_ID_LEAST; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[state->threads[i].commit].id);
		if (strncmp(hex, named, strlen(named)) != 0)
			continue;
		if (*out < state->thread_count)
			return error_set(err, E_INVALID,
					 "More than one comment on %s begins with %s: give its number.",
					 draft->name, named);
		*out = i;
	}
	if (*out == state->thread_count)
		return error_set(err, E_NOTFOUND, "%s has no comment, question or suggestion %s.",
				 draft->name, named);
	return 0;
}

static int before_thread(struct desk *desk, const struct draft *draft, struct desk_act *act,
			 struct error *err)
{
	char hex[REPO_HEX_SIZE];
	size_t found;
	int rc = desk_find_thread(draft, act->thread, &found, err);

	(void)desk;
	if (rc == 0)
		rc = rules_thread(rules_action_of(act->change.event), draft, found, err);
	if (rc < 0)
		return rc;
	oid_hex(hex, &draft->commits[draft->state.threads[found].commit].id);
	strlist_clear(&act->threads);
	strlist_add(&act->threads, hex);
	act->change.threads = &act->threads;
	return 0;
}

static int thread_event(struct desk *desk, const char *name, enum review_event kind, const char *thread,
			const char *text, struct error *err)
{
	struct desk_act act = {.name = name,
			       .change = {.event = kind, .text = text},
			       .before = before_thread,
			       .thread = thread};
	int rc = desk_perform(desk, &act, err);

	strlist_clear(&act.threads);
	return rc;
}

int desk_reply(struct desk *desk, const char *name, const char *thread, const char *text, struct error *err)
{
	int rc = with_words(text, "A reply", err);

	return rc < 0 ? rc : thread_event(desk, name, REVIEW_REPLY, thread, text, err);
}

int desk_resolve(struct desk *desk, const char *name, const char *thread, bool resolved, struct error *err)
{
	return thread_event(desk, name, resolved ? REVIEW_RESOLVE : REVIEW_REOPEN, thread, NULL, err);
}

int desk_refuse(struct desk *desk, const char *name, const char *thread, const char *reason,
		struct error *err)
{
	return thread_event(desk, name, REVIEW_REFUSE, thread, reason, err);
}

/* A person by "NAME <MAIL>", or by the name or mail of somebody whom the policy names. */
static int find_assignee(struct desk *desk, const char *text, char **out, struct error *err)
{
	const struct repo_person **people;
	struct repo_person person;
	size_t count = policy_people(&desk->policy, &people);

	*out = NULL;
	for (size_t i = 0; *out == NULL && i < count; i++) {
		if (strcmp(people[i]->name, text) == 0 || strcmp(people[i]->mail, text) == 0)
			*out = mem_printf("%s <%s>", people[i]->name, people[i]->mail);
	}
	free(people);
	if (*out != NULL)
		return 0;
	if (repo_person_parse(&person, text, NULL) < 0)
		return error_set(err, E_NOTFOUND,
				 "The desk's rules name nobody called %s: write NAME <MAIL>.", text);
	*out = mem_printf("%s <%s>", person.name, person.mail);
	repo_person_clear(&person);
	return 0;
}

static int before_assign(struct desk *desk, const struct draft *draft, struct desk_act *act,
			 struct error *err)
{
	struct repo_person person;
	int rc = repo_person_parse(&person, act->change.assignee, err);

	if (rc < 0)
		return rc;
	rc = rules_assign(draft, &desk->policy, &person, clock_now(&desk->clock), err);
	repo_person_clear(&person);
	return rc;
}

int desk_assign(struct desk *desk, const char *name, const char *person, int64_t due, const char *text,
		struct error *err)
{
	struct desk_act act = {.name = name,
			       .change = {.event = REVIEW_ASSIGN, .text = text, .at = due},
			       .before = before_assign};
	char *assignee = NULL;
	int rc = desk_ready(desk, err);

	if (rc == 0)
		rc = find_assignee(desk, person, &assignee, err);
	if (rc < 0)
		return rc;
	act.change.assignee = assignee;
	rc = desk_perform(desk, &act, err);
	free(assignee);
	return rc;
}

int desk_spike(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	return event(desk, name, REVIEW_SPIKE, reason, err);
}

int desk_restore(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	return event(desk, name, REVIEW_RESTORE, reason, err);
}
