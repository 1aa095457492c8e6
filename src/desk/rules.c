#include "desk/rules_internal.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/strbuf.h"
#include "desk/article.h"

typedef int predicate(const struct question *q, struct error *err);

#define STATE(name)      (1u << REVIEW_STATE_##name)
#define OPEN_STATES      (STATE(DRAFT) | STATE(REVIEW) | STATE(CHANGES) | STATE(APPROVED) | STATE(SCHEDULED))
#define SUBMITTED_STATES (STATE(REVIEW) | STATE(APPROVED) | STATE(SCHEDULED))

static const struct review_commit *head_of(const struct draft *draft)
{
	return &draft->commits[draft->count - 1];
}

static bool is_author(const struct question *q)
{
	return review_is_author(&q->draft->state, q->person);
}

/* Whether a step is one of this draft's ladder. */
static bool is_of_the_ladder(const struct question *q, size_t step)
{
	const struct review_facts facts = draft_facts(q->draft, q->policy, q->now);

	return review_step_applies(&facts, step);
}

static bool reviews_some_step(const struct question *q)
{
	for (size_t i = 0; i < q->policy->step_count; i++) {
		if (is_of_the_ladder(q, i) && policy_may(q->policy, &q->policy->steps[i].who, q->person))
			return true;
	}
	return false;
}

/* The extension of a path, without the dot; "" for none. */
static const char *extension_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash != NULL ? slash : path, '.');

	return dot != NULL ? dot + 1 : "";
}

/* Whether a type that the policy lists is that of a path; letter case aside. */
static bool is_of_a_type(const struct strlist *types, const char *path)
{
	for (size_t i = 0; i < types->count; i++) {
		if (strcasecmp(types->items[i], extension_of(path)) == 0)
			return true;
	}
	return types->count == 0;
}

static int other_type(const struct policy *policy, const char *path, struct error *err)
{
	struct strbuf types = STRBUF_INIT;
	int rc;

	policy_list_words(&types, &policy->attachment_types, " or ");
	rc = error_set(err, E_REFUSED,
		       "%s cannot go out: this desk takes files of the type %s beside an article.", path,
		       types.data);
	strbuf_clear(&types);
	return rc;
}

static int too_large(const struct policy *policy, const char *path, size_t size, struct error *err)
{
	struct strbuf has = STRBUF_INIT;
	struct strbuf limit = STRBUF_INIT;
	int rc;

	/* What rounds to the limit is told to the byte. */
	policy_size_words(&has, size);
	policy_size_words(&limit, policy->attachment_limit);
	if (strcmp(has.data, limit.data) == 0) {
		strbuf_reset(&has);
		strbuf_reset(&limit);
		strbuf_addf(&has, "%zu bytes", size);
		strbuf_addf(&limit, "%zu", policy->attachment_limit);
	}
	rc = error_set(err, E_REFUSED, "%s has %s, and a file beside an article has at most %s on this desk.",
		       path, has.data, limit.data);
	strbuf_clear(&has);
	strbuf_clear(&limit);
	return rc;
}

int rules_attachment(const struct policy *policy, const struct draft *draft, const char *path, size_t size,
		     struct error *err)
{
	if (policy_is_desk_file(draft->path))
		return error_set(err, E_REFUSED, "%s goes out alone, without files beside it.", draft->path);
	if (!is_of_a_type(&policy->attachment_types, path))
		return other_type(policy, path, err);
	if (size == DRAFT_NO_SIZE)
		return error_set(err, E_REFUSED, "%s cannot be read here.", path);
	return size > policy->attachment_limit ? too_large(policy, path, size, err) : 0;
}

/* A draft's files must be such as the desk takes; one that is taken away may be anything. */
static int attachments_are_fit(const struct question *q, struct error *err)
{
	const struct review_covers *covers = draft_covers(q->draft);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];

		if (cover->mode != REPO_MODE_NONE && strcmp(cover->path, q->draft->path) != 0)
			rc = rules_attachment(q->policy, q->draft, cover->path, q->draft->sizes[i], err);
	}
	return rc;
}

/* Whether a file beside the old place of an article leaves it as it is for its new place. */
static bool goes_along(const struct draft *draft, const struct review_cover *cover)
{
	const struct review_covers *covers = draft_covers(draft);
	const char *slash = strrchr(draft->path, '/');
	size_t folder = slash != NULL ? (size_t)(slash - draft->path) + 1 : 0;

	if (cover->mode != REPO_MODE_NONE || !article_is_attachment(draft->renames, cover->path))
		return false;
	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *other = &covers->items[i];

		if (other->mode == REPO_MODE_FILE && oid_equal(&other->blob, &cover->base) &&
		    article_is_attachment(draft->path, other->path) &&
		    strcmp(other->path + folder, strrchr(cover->path, '/') + 1) == 0)
			return true;
	}
	return false;
}

/* Whether a path is the draft's to change: its article, where that stood before, and files beside it. */
static bool is_own(const struct draft *draft, const struct review_cover *cover)
{
	if (strcmp(cover->path, draft->path) == 0)
		return true;
	if (draft->renames != NULL && strcmp(cover->path, draft->renames) == 0)
		return cover->mode == REPO_MODE_NONE;
	if (draft->renames != NULL && goes_along(draft, cover))
		return true;
	return !policy_is_desk_file(draft->path) && article_is_attachment(draft->path, cover->path);
}

/* A draft may change its article and plain files beside it, and nothing else. */
static int own_paths_only(const struct question *q, struct error *err)
{
	const struct review_covers *covers = draft_covers(q->draft);

	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];

		if (!is_own(q->draft, cover))
			return error_set(err, E_REFUSED,
					 "%s changes %s, which is neither its article nor a file beside it.",
					 q->draft->name, cover->path);
		if (cover->mode != REPO_MODE_FILE && cover->mode != REPO_MODE_NONE)
			return error_set(err, E_REFUSED, "%s has %s as something else than a plain file.",
					 q->draft->name, cover->path);
	}
	return 0;
}

static int changes_something(const struct question *q, struct error *err)
{
	if (draft_covers(q->draft)->count == 0)
		return error_set(err, E_REFUSED, "%s changes nothing against the published text.",
				 q->draft->name);
	return 0;
}

/* Whether a draft takes away what stands at a path. */
static bool takes_away(const struct draft *draft, const char *path)
{
	const struct review_covers *covers = draft_covers(draft);

	for (size_t i = 0; i < covers->count; i++) {
		if (strcmp(covers->items[i].path, path) == 0)
			return covers->items[i].mode == REPO_MODE_NONE;
	}
	return false;
}

/* What is moved is a published article, it leaves its old place, and nothing stood at the new one. */
static int moves_an_article(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	const struct review_covers *covers = draft_covers(draft);

	if (policy_is_desk_file(draft->path) || !article_is_path(q->policy->content, draft->renames) ||
	    oid_is_zero(&draft->base_blob) || !takes_away(draft, draft->renames) || draft->withdraws)
		return error_set(err, E_REFUSED,
				 "%s would move %s, but what can be moved is a published article, to "
				 "another place for articles.",
				 draft->name, draft->renames);
	for (size_t i = 0; i < covers->count; i++) {
		if (strcmp(covers->items[i].path, draft->path) == 0 && !oid_is_zero(&covers->items[i].base))
			return error_set(err, E_REFUSED, "%s would move %s to where %s is published.",
					 draft->name, draft->renames, draft->path);
	}
	if (draft->torn != NULL)
		return error_set(err, E_REFUSED,
				 "%s takes %s along, which another article of its folder names.", draft->name,
				 draft->torn);
	return 0;
}

/* A draft that calls itself a withdrawal is one, in the way in which this desk withdraws. */
static int takes_an_article_down(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	bool leaves_a_text = !oid_is_zero(&draft->blob);

	if (policy_is_desk_file(draft->path))
		return leaves_a_text
			   ? error_set(err, E_REFUSED, "%s cannot withdraw a file of the desk.", draft->name)
			   : 0;
	if (leaves_a_text && oid_is_zero(&draft->base_blob))
		return error_set(err, E_REFUSED, "%s would withdraw %s, which is not published.", draft->name,
				 draft->path);
	if (leaves_a_text && !q->policy->tombstone)
		return error_set(err, E_REFUSED,
				 "%s is a withdrawal and leaves a text, where this desk's rules take the "
				 "article away.",
				 draft->name);
	if (!leaves_a_text && q->policy->tombstone)
		return error_set(
		    err, E_REFUSED,
		    "%s takes the article away, where this desk's rules leave a text that says so: "
		    "spike it, and withdraw the article anew.",
		    draft->name);
	return 0;
}

static int is_of_its_kind(const struct question *q, struct error *err)
{
	int rc = q->draft->renames != NULL ? moves_an_article(q, err) : 0;

	return rc == 0 && q->draft->withdraws ? takes_an_article_down(q, err) : rc;
}

static int is_an_article(const struct question *q, struct error *err)
{
	if (!article_is_path(q->policy->content, q->draft->path) && !policy_is_desk_file(q->draft->path))
		return error_set(err, E_REFUSED,
				 "%s is not an article's place: articles lie below %s/ and end in .md.",
				 q->draft->path, q->policy->content);
	return is_of_its_kind(q, err);
}

static int text_is_of_a_size(const struct question *q, struct error *err)
{
	if (!oid_is_zero(&q->draft->blob) && !draft_has_text(q->draft))
		return error_set(err, E_REFUSED,
				 "%s is larger than %zu MiB, the most that an article may have.",
				 q->draft->path, REPO_BLOB_LIMIT >> 20);
	return 0;
}

/* Who has the old address of what is moved finds it still. */
static int keeps_its_address(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	const char *base = draft->base_text != NULL ? draft->base_text : "";
	char *before;
	char *now;
	int rc = 0;

	if (draft->renames == NULL)
		return 0;
	before = article_url(q->policy->content, draft->renames, base, draft->base_text_len);
	now = article_url(q->policy->content, draft->path, draft_text(draft), draft->text_len);
	if (strcmp(before, now) != 0 && !article_has_alias(draft_text(draft), draft->text_len, before))
		rc =
		    error_set(err, E_REFUSED,
			      "%s moves %s, and its readers' links would lead nowhere: its front matter must "
			      "have %s among its aliases.",
			      draft->name, draft->renames, before);
	free(before);
	free(now);
	return rc;
}

/* What readers have seen is not changed without a word; to move it changes nothing that they read. */
static int tells_of_its_correction(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	const char *base = draft->base_text != NULL ? draft->base_text : "";

	if (q->policy->correction_note == NULL || oid_is_zero(&draft->base_blob) || draft->withdraws)
		return 0;
	if (draft->renames != NULL &&
	    article_same_body(draft_text(draft), draft->text_len, base, draft->base_text_len))
		return 0;
	if (article_has_new_note(draft_text(draft), draft->text_len, base, draft->base_text_len,
				 q->policy->correction_note))
		return 0;
	return error_set(err, E_REFUSED,
			 "%s does not tell its readers of the correction: a new paragraph must begin with "
			 "\"%s\".",
			 draft->name, q->policy->correction_note);
}

static int text_is_fit(const struct question *q, struct error *err)
{
	int rc;

	if (oid_is_zero(&q->draft->blob) && oid_is_zero(&q->draft->base_blob))
		return error_set(err, E_REFUSED, "%s has no text, and %s is not published.", q->draft->name,
				 q->draft->path);
	if (text_is_of_a_size(q, err) < 0)
		return E_REFUSED;
	if (!oid_is_zero(&q->draft->blob) && draft_text(q->draft) == NULL)
		return error_set(err, E_REFUSED, "The text of %s cannot be read from the repository.",
				 q->draft->name);
	if (policy_is_desk_file(q->draft->path))
		return rules_desk_file(q, err);
	if (oid_is_zero(&q->draft->blob))
		return 0;
	rc = article_check(q->draft->path, draft_text(q->draft), q->draft->text_len, q->policy, err);
	if (rc == 0)
		rc = keeps_its_address(q, err);
	return rc < 0 ? rc : tells_of_its_correction(q, err);
}

static int threads_are_resolved(const struct question *q, struct error *err)
{
	const struct review_state *state = &q->draft->state;
	unsigned open[REVIEW_THREAD_SUGGESTION + 1] = {0};

	if (state->blocking == 0)
		return 0;
	for (size_t i = 0; i < state->thread_count; i++)
		open[state->threads[i].kind] += !state->threads[i].resolved;
	if (open[REVIEW_THREAD_QUESTION] > 0)
		return error_set(err, E_REFUSED, "%s has %u open question%s: resolve %s first.",
				 q->draft->name, open[REVIEW_THREAD_QUESTION],
				 open[REVIEW_THREAD_QUESTION] == 1 ? "" : "s",
				 open[REVIEW_THREAD_QUESTION] == 1 ? "it" : "them");
	if (open[REVIEW_THREAD_SUGGESTION] > 0)
		return error_set(err, E_REFUSED,
				 "%s has %u suggestion%s that nobody took or refused yet: decide first.",
				 q->draft->name, open[REVIEW_THREAD_SUGGESTION],
				 open[REVIEW_THREAD_SUGGESTION] == 1 ? "" : "s");
	return error_set(err, E_REFUSED, "%s has %zu open comment%s: resolve %s first.", q->draft->name,
			 state->blocking, state->blocking == 1 ? "" : "s",
			 state->blocking == 1 ? "it" : "them");
}

/* The step asked for, or the one that is due. */
static int step_of(const struct question *q)
{
	return q->step ? policy_step(q->policy, q->step) : q->draft->state.step;
}

static int step_is_due(const struct question *q, struct error *err)
{
	int step = step_of(q);

	if (step < 0)
		return error_set(err, E_REFUSED, "The desk's rules have no step called %s.", q->step);
	if ((size_t)step >= q->policy->step_count)
		return error_set(err, E_REFUSED, "%s has every approval that it needs.", q->draft->name);
	if (!is_of_the_ladder(q, (size_t)step))
		return error_set(err, E_REFUSED, "The step %s is not for %s.", q->policy->steps[step].name,
				 q->draft->path);
	if (step != q->draft->state.step)
		return error_set(err, E_REFUSED, "The step due for %s is %s, not %s.", q->draft->name,
				 (size_t)q->draft->state.step < q->policy->step_count
				     ? q->policy->steps[q->draft->state.step].name
				     : "release",
				 q->policy->steps[step].name);
	return 0;
}

/* Refuses, naming who may. */
static int only_for(const struct question *q, const struct policy_group *group, const char *what,
		    struct error *err)
{
	struct strbuf who = STRBUF_INIT;
	int rc = 0;

	if (policy_may(q->policy, group, q->person))
		return 0;
	policy_group_words(&who, group);
	rc = error_set(err, E_REFUSED, "%s is for %s%s, and not for %s.", what,
		       group->roles.count > 0 ? "the " : "", who.data, q->person->name);
	strbuf_clear(&who);
	return rc;
}

static int has_the_steps_role(const struct question *q, struct error *err)
{
	const struct policy_step *step = &q->policy->steps[step_of(q)];
	char what[ERROR_MESSAGE_SIZE];

	snprintf(what, sizeof what, "The step %s", step->name);
	return only_for(q, &step->who, what, err);
}

/* Asked before the person is shown what will happen; the signature itself is looked at when it is there. */
static int has_a_key(const struct question *q, const char *what, struct error *err)
{
	if (signers_have(q->policy->signers, q->person->mail, q->now))
		return 0;
	return error_set(
	    err, E_REFUSED,
	    "%s must be signed here, and %s has no key of %s that counts now: ask for your SSH key "
	    "to be put there (copydesk-workflow(7), SIGNING).",
	    what, POLICY_SIGNERS_PATH, q->person->mail);
}

static int can_sign_approvals(const struct question *q, struct error *err)
{
	return q->policy->sign_approvals ? has_a_key(q, "Approvals and schedules", err) : 0;
}

static int can_sign_releases(const struct question *q, struct error *err)
{
	return q->policy->sign_releases ? has_a_key(q, "Releases", err) : 0;
}

static int did_not_write_it(const struct question *q, struct error *err)
{
	if (!q->policy->author_may_approve && is_author(q))
		return error_set(err, E_REFUSED, "You wrote in %s: another person must approve it.",
				 q->draft->name);
	return 0;
}

static int did_not_approve_it(const struct question *q, struct error *err)
{
	const struct review_state *state = &q->draft->state;

	for (size_t i = 0; i < state->approval_count; i++) {
		const struct review_approval *approval = &state->approvals[i];

		if (!approval->counts ||
		    !repo_person_same(&q->draft->commits[approval->commit].person, q->person))
			continue;
		if (approval->step == step_of(q) || q->policy->one_person_one_step)
			return error_set(err, E_REFUSED, "You approved %s already, for the step %s.",
					 q->draft->name, q->policy->steps[approval->step].name);
	}
	return 0;
}

static int may_send_back(const struct question *q, struct error *err)
{
	if (!reviews_some_step(q) && !is_author(q))
		return error_set(err, E_REFUSED, "Only a reviewer or an author can ask for changes to %s.",
				 q->draft->name);
	return 0;
}

/* Who releases a change of the desk's own files is another than who releases articles. */
static int may_release(const struct question *q, struct error *err)
{
	const char *what =
	    policy_is_desk_file(q->draft->path) ? "Releasing a change of the desk's rules" : "Releasing";

	return only_for(q, policy_releasers(q->policy, q->draft->path), what, err);
}

static int may_schedule(const struct question *q, struct error *err)
{
	return only_for(q, policy_releasers(q->policy, q->draft->path), "Setting the time of a release", err);
}

static int is_scheduled(const struct question *q, struct error *err)
{
	if (q->draft->state.schedule == q->draft->count)
		return error_set(err, E_REFUSED, "%s is not scheduled.", q->draft->name);
	return 0;
}

static int may_begin(const struct question *q, struct error *err)
{
	if (oid_is_zero(&q->draft->base_blob))
		return 0;
	return rules_begin(q->policy, q->person, q->draft->path, q->draft->withdraws, err);
}

int rules_begin(const struct policy *policy, const struct repo_person *person, const char *path,
		bool withdraws, struct error *err)
{
	const struct question q = {.policy = policy, .person = person};
	char what[ERROR_MESSAGE_SIZE];

	if (policy_is_desk_file(path))
		return withdraws
			   ? error_set(err, E_REFUSED,
				       "%s is the desk's own file, which is changed and not withdrawn.", path)
			   : 0;
	snprintf(what, sizeof what, "%s %s", withdraws ? "Withdrawing" : "Correcting", path);
	return only_for(&q, withdraws ? &policy->withdraw : &policy->correct, what, err);
}

static int its_time_has_come(const struct question *q, struct error *err)
{
	const struct draft *draft = q->draft;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (draft->state.not_before <= q->now)
		return 0;
	clock_date(date, draft->state.not_before, head_of(draft)->time.offset);
	clock_minutes(minutes, draft->state.not_before, head_of(draft)->time.offset);
	return error_set(err, E_REFUSED, "%s is under embargo until %s %s%s.", draft->name, date, minutes,
			 draft->state.not_before == draft->publish_time ? " (publishDate)" : "");
}

/* What must hold of a draft itself, whoever does whatever with it. */
static int is_fit(const struct question *q, struct error *err)
{
	int rc = is_an_article(q, err);

	if (rc == 0)
		rc = own_paths_only(q, err);
	if (rc == 0)
		rc = changes_something(q, err);
	if (rc == 0)
		rc = attachments_are_fit(q, err);
	return rc < 0 ? rc : text_is_fit(q, err);
}

#define MAX_PREDICATES 8

struct rule {
	unsigned states;     /* in which it may be done at all */
	const char *refusal; /* what to say otherwise, after "NAME is STATE: " */
	const char *spiked;  /* the same of a spiked draft, where that is another; or NULL */
	predicate *also[MAX_PREDICATES];
};

static const struct rule rules[] = {
    [RULES_SAVE] = {.states = OPEN_STATES,
		    .refusal = "its text cannot change any more; open the article for a correction",
		    .spiked = "restore it before its text is changed"},
    [RULES_SUBMIT] = {.states = STATE(DRAFT) | STATE(CHANGES),
		      .refusal = "it cannot be submitted now",
		      .spiked = "restore it before it is submitted",
		      .also = {may_begin, is_fit}},
    [RULES_COMMENT] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_REPLY] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_RESOLVE] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_REOPEN] = {.states = OPEN_STATES, .refusal = "comments are over"},
    [RULES_APPROVE] = {.states = SUBMITTED_STATES,
		       .refusal = "only a submitted draft can be approved",
		       .also = {step_is_due, has_the_steps_role, did_not_write_it, did_not_approve_it,
				can_sign_approvals, is_fit, threads_are_resolved}},
    [RULES_REJECT] = {.states = SUBMITTED_STATES,
		      .refusal = "only a submitted draft can be sent back",
		      .also = {may_send_back}},
    [RULES_ASSIGN] = {.states = OPEN_STATES, .refusal = "it cannot be assigned"},
    [RULES_SPIKE] = {.states = OPEN_STATES, .refusal = "it cannot be spiked"},
    [RULES_RESTORE] = {.states = STATE(SPIKED), .refusal = "only a spiked draft can be restored"},
    [RULES_REFUSE] = {.states = OPEN_STATES, .refusal = "suggestions are over"},
    [RULES_EMBARGO] = {.states = OPEN_STATES,
		       .refusal = "its time cannot be set any more",
		       .also = {may_schedule}},
    [RULES_SCHEDULE] = {.states = STATE(APPROVED) | STATE(SCHEDULED),
			.refusal = "only an approved draft can be scheduled",
			.also = {may_schedule, can_sign_approvals, is_fit}},
    [RULES_UNSCHEDULE] = {.states = OPEN_STATES,
			  .refusal = "it has no schedule",
			  .also = {may_schedule, is_scheduled}},
    [RULES_RELEASE] = {.states = STATE(APPROVED) | STATE(SCHEDULED),
		       .refusal = "only an approved draft can be released",
		       .also = {may_release, can_sign_releases, its_time_has_come, is_fit}},
    [RULES_RELEASE_FAST] = {.states = SUBMITTED_STATES,
			    .refusal = "only a submitted draft can be released",
			    .also = {rules_fast_lane, can_sign_releases, its_time_has_come, is_fit,
				     rules_fast_words}},
};

enum rules_action rules_action_of(enum review_event event)
{
	static const enum rules_action actions[] = {
	    [REVIEW_SAVE] = RULES_SAVE,         [REVIEW_SUBMIT] = RULES_SUBMIT,
	    [REVIEW_COMMENT] = RULES_COMMENT,   [REVIEW_REPLY] = RULES_REPLY,
	    [REVIEW_RESOLVE] = RULES_RESOLVE,   [REVIEW_REOPEN] = RULES_REOPEN,
	    [REVIEW_APPROVE] = RULES_APPROVE,   [REVIEW_REJECT] = RULES_REJECT,
	    [REVIEW_ASSIGN] = RULES_ASSIGN,     [REVIEW_SPIKE] = RULES_SPIKE,
	    [REVIEW_RESTORE] = RULES_RESTORE,   [REVIEW_RELEASED] = RULES_RELEASE,
	    [REVIEW_QUESTION] = RULES_COMMENT,  [REVIEW_SUGGEST] = RULES_COMMENT,
	    [REVIEW_REFUSE] = RULES_REFUSE,     [REVIEW_EMBARGO] = RULES_EMBARGO,
	    [REVIEW_SCHEDULE] = RULES_SCHEDULE, [REVIEW_UNSCHEDULE] = RULES_UNSCHEDULE,
	};

	assert(event < REVIEW_UNKNOWN);
	return actions[event];
}

static int in_the_right_state(const struct rule *rule, const struct draft *draft, struct error *err)
{
	static const char *const as_sentence[REVIEW_STATE_COUNT] = {
	    [REVIEW_STATE_DRAFT] = "not submitted",
	    [REVIEW_STATE_REVIEW] = "in review",
	    [REVIEW_STATE_CHANGES] = "waiting for changes",
	    [REVIEW_STATE_APPROVED] = "approved",
	    [REVIEW_STATE_SCHEDULED] = "approved and scheduled",
	    [REVIEW_STATE_RELEASED] = "published",
	    [REVIEW_STATE_WITHDRAWN] = "withdrawn",
	    [REVIEW_STATE_SPIKED] = "spiked",
	};

	bool spiked = draft->state.name == REVIEW_STATE_SPIKED && rule->spiked != NULL;

	if (rule->states & 1u << draft->state.name)
		return 0;
	return error_set(err, E_REFUSED, "%s is %s: %s.", draft->name, as_sentence[draft->state.name],
			 spiked ? rule->spiked : rule->refusal);
}

int rules_check(enum rules_action action, const struct draft *draft, const struct policy *policy,
		const struct repo_person *person, int64_t now, const char *step, struct error *err)
{
	const struct rule *rule = &rules[action];
	const struct question q = {draft, policy, person, now, step};
	int rc = in_the_right_state(rule, draft, err);

	for (size_t i = 0; rc == 0 && i < MAX_PREDICATES && rule->also[i] != NULL; i++)
		rc = rule->also[i](&q, err);
	return rc;
}

int rules_thread(enum rules_action action, const struct draft *draft, size_t index, struct error *err)
{
	const struct review_thread *thread = &draft->state.threads[index];
	bool suggestion = thread->kind == REVIEW_THREAD_SUGGESTION;

	if (action == RULES_REPLY)
		return 0;
	if (action == RULES_RESOLVE || action == RULES_REOPEN)
		return !suggestion ? 0
				   : error_set(err, E_REFUSED,
					       "Suggestion %zu on %s is taken or refused, not resolved.",
					       index + 1, draft->name);
	if (!suggestion)
		return error_set(err, E_REFUSED, "The %s %zu on %s is no suggestion: resolve it.",
				 review_thread_word(thread->kind), index + 1, draft->name);
	if (thread->resolved)
		return error_set(err, E_REFUSED, "Suggestion %zu on %s was %s already.", index + 1,
				 draft->name, thread->taken ? "taken" : "refused");
	return 0;
}

/* A tick at something that the step does not ask for would be lost without a word. */
static int known_ticks(const struct policy_step *step, const struct strlist *ticks, struct error *err)
{
	struct strbuf items = STRBUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < step->checks.count; i++)
		strbuf_addf(&items, "%s\"%s\"", i > 0 ? ", " : "", step->checks.items[i]);
	for (size_t i = 0; rc == 0 && ticks != NULL && i < ticks->count; i++) {
		if (strlist_has(&step->checks, ticks->items[i]))
			continue;
		rc = step->checks.count == 0
			 ? error_set(err, E_REFUSED, "The step %s has no checklist: leave out \"%s\".",
				     step->name, ticks->items[i])
			 : error_set(err, E_REFUSED, "The checklist of the step %s has no \"%s\"; it has %s.",
				     step->name, ticks->items[i], items.data);
	}
	strbuf_clear(&items);
	return rc;
}

int rules_checklist(const struct policy *policy, int step, const struct strlist *checked, struct error *err)
{
	const struct strlist *checks = &policy->steps[step].checks;
	int rc = known_ticks(&policy->steps[step], checked, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < checks->count; i++) {
		if (checked == NULL || !strlist_has(checked, checks->items[i]))
			return error_set(
			    err, E_REFUSED,
			    "The step %s asks for a tick at \"%s\" before it is approved: see to "
			    "it, and tick it (approve --check).",
			    policy->steps[step].name, checks->items[i]);
	}
	return 0;
}

/* An order that could not be carried out at its time is none. */
int rules_order(const struct draft *draft, int64_t at, struct error *err)
{
	int offset = head_of(draft)->time.offset;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	if (at == 0)
		return error_set(err, E_REFUSED, "It does not say when %s is to go out.", draft->name);
	if (at >= draft->state.not_before)
		return 0;
	clock_date(date, draft->state.not_before, offset);
	clock_minutes(minutes, draft->state.not_before, offset);
	return error_set(err, E_REFUSED, "%s is under embargo until %s %s: schedule it for then, or later.",
			 draft->name, date, minutes);
}

int rules_due(const struct draft *draft, const struct policy *policy, int64_t now,
	      const struct repo_person **person, bool *due, struct error *err)
{
	const struct review_state *state = &draft->state;
	const struct review_commit *order;

	*due = state->schedule < draft->count && draft->commits[state->schedule].at <= now &&
	       (1u << state->name & OPEN_STATES) != 0;
	if (!*due)
		return error_set(err, E_REFUSED, "%s is not due.", draft->name);
	order = &draft->commits[state->schedule];
	*person = &order->person;
	if (state->schedule_void != NULL)
		return error_set(err, E_REFUSED,
				 "%s was scheduled by %s, and that does not hold any more: %s.", draft->name,
				 order->person.name, state->schedule_void);
	if (now - order->at > (int64_t)policy->overdue * 60)
		return error_set(
		    err, E_REFUSED,
		    "%s is overdue: its time passed more than %u minutes ago. Release it by hand, or "
		    "schedule it again.",
		    draft->name, policy->overdue);
	return rules_check(RULES_RELEASE, draft, policy, *person, now, NULL, err);
}

int rules_change(const struct draft *draft, const struct policy *policy, struct error *err)
{
	const struct question q = {.draft = draft, .policy = policy};
	int rc = is_an_article(&q, err);

	if (rc == 0)
		rc = own_paths_only(&q, err);
	if (rc == 0)
		rc = text_is_of_a_size(&q, err);
	return rc == 0 ? attachments_are_fit(&q, err) : rc;
}

bool rules_may_review_now(const struct question *q)
{
	return step_is_due(q, NULL) == 0 && has_the_steps_role(q, NULL) == 0 &&
	       did_not_write_it(q, NULL) == 0 && did_not_approve_it(q, NULL) == 0;
}
