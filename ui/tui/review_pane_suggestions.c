/*
 * What an author does with suggestions: takes or refuses each, all of one person's, or all.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "tui/prompt.h"
#include "tui/review_pane_internal.h"

/* -- One -- */

static void tell_taken(struct review *review, int rc, const struct error *err, struct desk_taken *taken)
{
	struct strbuf out = STRBUF_INIT;

	if (rc == 0)
		strbuf_addf(&out, "%zu suggestion%s taken and saved.", taken->count,
			    taken->count == 1 ? " is" : "s are");
	for (size_t i = 0; rc == 0 && i < taken->left.count; i++)
		strbuf_addf(&out, " %s", taken->left.items[i]);
	review_tell(review, rc, err, out.data);
	strlist_clear(&taken->left);
	strbuf_clear(&out);
}

int review_take(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct thread *thread = review_thread_here(review);
	struct strlist one = {0};
	struct desk_choice choice = {.threads = &one};
	struct desk_taken taken = {.count = 0};
	int rc;

	(void)argument;
	strlist_add(&one, thread->id);
	rc = desk_take(review->place.desk, review->name, &choice, &taken, err);
	strlist_clear(&one);
	if (rc == 0)
		tell_taken(review, rc, NULL, &taken);
	else
		strlist_clear(&taken.left);
	return rc;
}

static int keep_refusal(const struct words *words, const char *text, struct error *err)
{
	return desk_refuse(words->review->place.desk, words->review->name, words->id, text, err);
}

int review_refuse(void *target, int argument, struct error *err)
{
	static const struct asking asking = {"Refuse the suggestion", "The suggestion is refused.", false,
					     keep_refusal};
	struct review *review = target;
	const struct thread *thread = review_thread_here(review);
	struct words *words;
	int rc = desk_may(review->place.desk, review->name, REVIEW_REFUSE, err);

	(void)argument;
	if (rc < 0)
		return rc;
	words = review_words_new(review, &asking, mem_strdup("A reason to who made it (may be empty):"));
	memcpy(words->id, thread->id, sizeof words->id);
	review_ask(words, NULL, NULL);
	return 0;
}

/* -- Several -- */

/* What can be chosen: all, or all of a person, to be taken or refused. */
struct several {
	struct review *review;
	struct strlist people; /* "NAME <MAIL>" of each choice; "" for everybody */
	struct strlist labels;
	size_t chosen; /* when a reason for refusing is asked for */
	size_t takes;  /* so many of the first choices take, the others refuse */
};

static void several_free(struct several *several)
{
	strlist_clear(&several->people);
	strlist_clear(&several->labels);
	free(several);
}

/* Whether a suggestion is still to be settled and, unless from is empty, of that person. */
static bool is_chosen(const struct draft *draft, const struct review_thread *thread, const char *from)
{
	struct repo_person person;
	bool same;

	if (thread->kind != REVIEW_THREAD_SUGGESTION || thread->resolved)
		return false;
	if (from[0] == '\0' || repo_person_parse(&person, from, NULL) < 0)
		return from[0] == '\0';
	same = repo_person_same(&person, &draft->commits[thread->commit].person);
	repo_person_clear(&person);
	return same;
}

static size_t count_of(const struct draft *draft, const char *from)
{
	size_t count = 0;

	for (size_t i = 0; i < draft->state.thread_count; i++)
		count += is_chosen(draft, &draft->state.threads[i], from);
	return count;
}

static void take_all(struct review *review, const char *from)
{
	struct desk_choice choice = {.from = from[0] != '\0' ? from : NULL, .all = from[0] == '\0'};
	struct desk_taken taken = {.count = 0};
	struct error err;
	int rc = desk_take(review->place.desk, review->name, &choice, &taken, &err);

	tell_taken(review, rc, &err, &taken);
}

static void refuse_all(struct review *review, const char *from, const char *reason)
{
	const struct draft *draft = desk_draft(review->place.desk, review->name, NULL);
	struct strlist ids = {0};
	struct error err;
	size_t done = 0;
	char *words;
	int rc = 0;

	for (size_t i = 0; draft != NULL && i < draft->state.thread_count; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[draft->state.threads[i].commit].id);
		if (is_chosen(draft, &draft->state.threads[i], from))
			strlist_add(&ids, hex);
	}
	for (; rc == 0 && done < ids.count; done += rc == 0)
		rc = desk_refuse(review->place.desk, review->name, ids.items[done], reason, &err);
	words = mem_printf("%zu suggestion%s refused.", done, done == 1 ? " is" : "s are");
	review_tell(review, rc, &err, words);
	free(words);
	strlist_clear(&ids);
}

static void reason_typed(void *context, const struct prompt_answer *answer)
{
	struct several *several = context;

	if (answer->given)
		refuse_all(several->review, several->people.items[several->chosen], answer->text);
	several_free(several);
}

static void several_chosen(void *context, const struct prompt_answer *answer)
{
	struct several *several = context;
	const struct pane_host *host = several->review->place.host;

	if (answer->given && answer->choice >= several->takes) {
		several->chosen = answer->choice;
		host->ask(host->app, prompt_text("Refuse suggestions", "Why not? (May be empty)", NULL, NULL,
						 reason_typed, several));
		return;
	}
	if (answer->given)
		take_all(several->review, several->people.items[answer->choice]);
	several_free(several);
}

static void offer(struct several *several, const struct draft *draft, const char *verb, const char *from)
{
	size_t count = count_of(draft, from);
	char *label = from[0] == '\0'
			  ? mem_printf("%s all %zu", verb, count)
			  : mem_printf("%s the %zu of %.*s", verb, count, (int)strcspn(from, "<") - 1, from);

	strlist_add(&several->people, from);
	strlist_add(&several->labels, label);
	free(label);
}

/* "Take all 5", then for each of several people "Take the 3 of B. Editor". */
static void offer_each(struct several *several, const struct draft *draft, const char *verb)
{
	struct strlist people = {0};

	for (size_t i = 0; i < draft->state.thread_count; i++) {
		const struct review_thread *thread = &draft->state.threads[i];
		const struct repo_person *person = &draft->commits[thread->commit].person;
		char *name = mem_printf("%s <%s>", person->name, person->mail);

		if (is_chosen(draft, thread, "") && !strlist_has(&people, name))
			strlist_add(&people, name);
		free(name);
	}
	offer(several, draft, verb, "");
	for (size_t i = 0; people.count > 1 && i < people.count; i++)
		offer(several, draft, verb, people.items[i]);
	strlist_clear(&people);
}

int review_several(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct pane_host *host = review->place.host;
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	struct several *several;
	struct prompt_item *items;

	(void)argument;
	if (draft == NULL)
		return err->code;
	if (count_of(draft, "") == 0)
		return error_set(err, E_NOTFOUND, "Nobody has a suggestion open on %s.", draft->name);
	several = mem_zalloc(1, sizeof *several);
	several->review = review;
	offer_each(several, draft, "Take");
	several->takes = several->people.count;
	offer_each(several, draft, "Refuse");
	items = mem_zalloc(several->labels.count, sizeof *items);
	for (size_t i = 0; i < several->labels.count; i++)
		items[i].label = several->labels.items[i];
	host->ask(host->app, prompt_list(PROMPT_FILTER, "All suggestions", items, several->labels.count, 0,
					 several_chosen, several));
	free(items);
	return 0;
}
