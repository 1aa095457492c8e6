/*
 * What is decided about a draft: approving a step with its checklist, asking for changes, submitting,
 * and who does it next until when.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/rules.h"
#include "tui/exchange.h"
#include "tui/matter.h"
#include "tui/prompt.h"
#include "tui/review_pane_internal.h"

/* -- Approving -- */

/* The head that somebody looked at when they were asked whether they approve it, and what they ticked. */
struct consent {
	struct review *review;
	struct oid seen;
	char *question;
	struct strlist checked; /* all of the step's checklist, once it is ticked */
};

static void consent_free(struct consent *consent)
{
	strlist_clear(&consent->checked);
	free(consent->question);
	free(consent);
}

/* An approval that is on its way to be signed. */
struct approval {
	char *name;
	struct oid seen;
	struct strlist checked;
};

static void approval_free(void *context)
{
	struct approval *approval = context;

	strlist_clear(&approval->checked);
	free(approval->name);
	free(approval);
}

static int approve(void *context, struct desk *desk, struct error *err)
{
	const struct approval *approval = context;

	return desk_approve(desk, approval->name, NULL, &approval->seen, &approval->checked, NULL, err);
}

/* Takes what was ticked. */
static struct approval *approval_new(struct consent *consent)
{
	struct approval *approval = mem_zalloc(1, sizeof *approval);

	approval->name = mem_strdup(consent->review->name);
	approval->seen = consent->seen;
	approval->checked = consent->checked;
	consent->checked = (struct strlist){0};
	return approval;
}

static void consented(void *context, const struct prompt_answer *answer)
{
	static const char done[] = "You approved it.";
	struct consent *consent = context;
	struct review *review = consent->review;
	struct desk *desk = review->place.desk;
	struct approval *approval;
	struct error err;
	int rc;

	if (answer->given && review->place.exchange != NULL && desk_signs(desk, REVIEW_APPROVE)) {
		const struct exchange_signing act = {approve, approval_free, approval_new(consent), done};

		rc = exchange_sign(review->place.exchange, &act, &err);
		review_tell(review, rc, &err, "It is being signed ...");
	} else if (answer->given) {
		approval = approval_new(consent);
		rc = approve(approval, desk, &err);
		review_tell(review, rc, &err, done);
		approval_free(approval);
	}
	consent_free(consent);
}

static void ask_word(struct consent *consent)
{
	const struct pane_host *host = consent->review->place.host;

	host->ask(host->app, prompt_word("Approve", consent->question, "approve", consented, consent));
}

static void ticked(void *context, const struct prompt_answer *answer)
{
	struct consent *consent = context;

	if (answer->given)
		ask_word(consent);
	else
		consent_free(consent);
}

static void add_change_words(struct strbuf *out, struct desk *desk, const struct draft *draft)
{
	const struct review_covers *covers = draft_covers(draft);
	size_t size;

	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];

		strbuf_addf(out, "%s %s",
			    cover->mode == REPO_MODE_NONE ? "removes"
			    : oid_is_zero(&cover->base)   ? "adds"
							  : "replaces",
			    cover->path);
		if (strcmp(cover->path, draft->path) != 0 && !oid_is_zero(&cover->blob) &&
		    repo_blob_size(desk_repo(desk), &cover->blob, &size, NULL) == 0) {
			strbuf_adds(out, " (");
			attachment_add_size(out, size);
			strbuf_adds(out, ")");
		}
		strbuf_adds(out, "\n");
	}
}

static char *approval_question(struct review *review, const struct draft *draft)
{
	const struct policy_step *step = &desk_policy(review->place.desk)->steps[draft->state.step];
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "%s\n\nYou approve, for the step %s, exactly this:\n\n",
		    review->headline ? review->headline : review->name, step->name);
	add_change_words(&out, review->place.desk, draft);
	for (size_t i = 0; i < step->checks.count; i++)
		strbuf_addf(&out, "%s[x] %s\n", i == 0 ? "\n" : "", step->checks.items[i]);
	if (review->it.since.kind != SINCE_PUBLISHED)
		strbuf_addf(&out, "\nYou look at what changed %s; the approval is of all of it.\n",
			    review->it.words);
	strbuf_adds(&out, "\nAny change after this needs a new approval.");
	return strbuf_detach(&out);
}

int review_approve(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct pane_host *host = review->place.host;
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	const struct policy_step *step;
	struct consent *consent;
	char *question;
	int rc;

	(void)argument;
	if (draft == NULL)
		return err->code;
	rc = desk_may(review->place.desk, review->name, REVIEW_APPROVE, err);
	if (rc < 0)
		return rc;
	step = &desk_policy(review->place.desk)->steps[draft->state.step];
	consent = mem_zalloc(1, sizeof *consent);
	consent->review = review;
	consent->seen = review->it.head;
	consent->question = approval_question(review, draft);
	for (size_t i = 0; i < step->checks.count; i++)
		strlist_add(&consent->checked, step->checks.items[i]);
	if (step->checks.count == 0) {
		ask_word(consent);
		return 0;
	}
	question = mem_printf("The step %s asks you to have seen to each of these:", step->name);
	host->ask(host->app, prompt_ticks("Approve", question, (const char *const *)consent->checked.items,
					  consent->checked.count, ticked, consent));
	free(question);
	return 0;
}

/* -- Sending on -- */

static int keep_rejection(const struct words *words, const char *text, struct error *err)
{
	return desk_reject(words->review->place.desk, words->review->name, text, err);
}

int review_reject(void *target, int argument, struct error *err)
{
	static const struct asking asking = {"Ask for changes", "You asked for changes.", true,
					     keep_rejection};
	struct review *review = target;
	int rc = desk_may(review->place.desk, review->name, REVIEW_REJECT, err);

	(void)argument;
	if (rc == 0)
		review_ask(review_words_new(review, &asking, mem_strdup("What should the writer change?")),
			   NULL, NULL);
	return rc;
}

static int keep_submission(const struct words *words, const char *text, struct error *err)
{
	int rc = desk_submit(words->review->place.desk, words->review->name, text, err);

	if (rc == 0)
		matter_submitted(&words->review->place, words->review->name);
	return rc;
}

int review_submit(void *target, int argument, struct error *err)
{
	static const struct asking asking = {"Submit for review", NULL, false, keep_submission};
	struct review *review = target;
	int rc = desk_may(review->place.desk, review->name, REVIEW_SUBMIT, err);

	(void)argument;
	if (rc == 0)
		review_ask(review_words_new(review, &asking,
					    mem_strdup("A word to the reviewer (may be empty):")),
			   NULL, NULL);
	return rc;
}

/* -- Who does it next -- */

struct assigning {
	struct review *review;
	struct strlist people; /* "NAME <MAIL>" */
	char *person;          /* who was chosen */
};

static void assigning_free(struct assigning *assigning)
{
	strlist_clear(&assigning->people);
	free(assigning->person);
	free(assigning);
}

static void ask_due(struct assigning *assigning, const char *initial, const char *problem);

static void due_typed(void *context, const struct prompt_answer *answer)
{
	struct assigning *assigning = context;
	struct review *review = assigning->review;
	struct clock *clock = desk_clock(review->place.desk);
	struct error err;
	int64_t due = 0;
	int rc;

	if (!answer->given) {
		assigning_free(assigning);
		return;
	}
	if (answer->text[strspn(answer->text, " ")] != '\0' &&
	    !clock_parse(&due, answer->text, clock_offset(clock, clock_now(clock)))) {
		ask_due(assigning, answer->text, "That is no time: write it as 2026-11-20 17:00.");
		return;
	}
	rc = desk_assign(review->place.desk, review->name, assigning->person, due, NULL, &err);
	review_tell(review, rc, &err, "It is assigned.");
	assigning_free(assigning);
}

static void ask_due(struct assigning *assigning, const char *initial, const char *problem)
{
	const struct pane_host *host = assigning->review->place.host;
	int len = (int)strcspn(assigning->person, "<") - 1; /* the name alone, without the space behind it */
	char *question =
	    mem_printf("%s%sUntil when should %.*s have done it? As 2026-11-20 17:00; empty for no "
		       "time.",
		       problem != NULL ? problem : "", problem != NULL ? "\n\n" : "", len, assigning->person);

	host->ask(host->app, prompt_text("Assign", question, initial, NULL, due_typed, assigning));
	free(question);
}

/* Said before the time is asked for. */
static int may_have_it(const struct assigning *assigning, struct error *err)
{
	struct desk *desk = assigning->review->place.desk;
	const struct draft *draft = desk_draft(desk, assigning->review->name, err);
	struct repo_person person;
	int rc = draft != NULL ? repo_person_parse(&person, assigning->person, err) : err->code;

	if (rc < 0)
		return rc;
	rc = rules_assign(draft, desk_policy(desk), &person, clock_now(desk_clock(desk)), err);
	repo_person_clear(&person);
	return rc;
}

static void person_chosen(void *context, const struct prompt_answer *answer)
{
	struct assigning *assigning = context;
	struct error err;

	if (!answer->given) {
		assigning_free(assigning);
		return;
	}
	assigning->person =
	    mem_strdup(answer->choice < assigning->people.count ? assigning->people.items[answer->choice]
								: answer->text);
	if (may_have_it(assigning, &err) < 0) {
		review_tell(assigning->review, err.code, &err, NULL);
		assigning_free(assigning);
		return;
	}
	ask_due(assigning, NULL, NULL);
}

static void add_person(struct strlist *people, const struct repo_person *person)
{
	char *words = mem_printf("%s <%s>", person->name, person->mail);

	if (!strlist_has(people, words))
		strlist_add(people, words);
	free(words);
}

static const char *check_person(const char *text)
{
	struct repo_person person;

	if (repo_person_parse(&person, text, NULL) < 0)
		return "Write who it is as NAME <MAIL>.";
	repo_person_clear(&person);
	return NULL;
}

/* Why a draft cannot be assigned to somebody, a clause; NULL when it can. */
static const char *why_not(const struct review *review, const struct draft *draft, const char *words)
{
	struct desk *desk = review->place.desk;
	struct repo_person person;
	const char *why;

	if (repo_person_parse(&person, words, NULL) < 0)
		return NULL;
	why = rules_keeps_from(draft, desk_policy(desk), &person, clock_now(desk_clock(desk)));
	repo_person_clear(&person);
	return why;
}

int review_assign(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct pane_host *host = review->place.host;
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	const struct repo_person **known;
	struct assigning *assigning;
	struct prompt_item *items;
	struct prompt *prompt;
	size_t count;
	int rc = draft != NULL ? desk_may(review->place.desk, review->name, REVIEW_ASSIGN, err) : err->code;

	(void)argument;
	if (rc < 0)
		return rc;
	assigning = mem_zalloc(1, sizeof *assigning);
	assigning->review = review;
	count = policy_people(desk_policy(review->place.desk), &known);
	for (size_t i = 0; i < count; i++)
		add_person(&assigning->people, known[i]);
	free(known);
	for (size_t i = 0; i < draft->state.author_count; i++)
		add_person(&assigning->people, draft->state.authors[i]);
	items = mem_zalloc(assigning->people.count + 1, sizeof *items);
	for (size_t i = 0; i < assigning->people.count; i++) {
		items[i].label = assigning->people.items[i];
		items[i].reason = why_not(review, draft, items[i].label);
	}
	prompt =
	    prompt_list(PROMPT_FILTER, "Assign", items, assigning->people.count, 0, person_chosen, assigning);
	prompt_offer(prompt, "Who should do what is next?", "Somebody else:", check_person);
	host->ask(host->app, prompt);
	free(items);
	return 0;
}
