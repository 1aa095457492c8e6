/*
 * What a reviewer does: commenting, settling, deciding.  Words that could not
 * be kept are asked for again with what was typed, so that none are lost.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/prompt.h"
#include "tui/review_pane_internal.h"

/* Columns of a passage that are quoted with a comment. */
#define QUOTE_COLUMNS 240

struct words;

/* One kind of words that are asked for. */
struct asking {
	const char *title;
	const char *done; /* what is said when they are kept */
	bool lines;       /* several lines, and at least one word */
	int (*act)(const struct words *words, const char *text, struct error *err);
};

/* What somebody writes, and what about. */
struct words {
	struct review *review;
	const struct asking *asking;
	char *question;
	struct review_passage passage; /* of a comment */
	bool whole;                    /* a comment on the whole draft */
	char number[24];               /* of the comment that is replied to */
};

static void tell(struct review *review, int rc, const struct error *err, const char *done)
{
	const struct pane_host *host = review->place.host;

	host->say(host->app, rc < 0 ? PANE_FAILED : PANE_SAID, rc < 0 ? err->message : done);
	host->changed(host->app);
}

static void words_free(struct words *words)
{
	free(words->passage.quote);
	free(words->question);
	free(words);
}

static void typed(void *context, const struct prompt_answer *answer);

/* Asks, after a failure again with what was typed. */
static void ask(struct words *words, const char *initial, const char *problem)
{
	const struct pane_host *host = words->review->place.host;
	char *question =
	    problem ? mem_printf("%s\n\n%s", problem, words->question) : mem_strdup(words->question);
	struct prompt *prompt;

	if (words->asking->lines) {
		prompt = prompt_lines(words->asking->title, question, initial, typed, words);
		prompt_need(prompt, "Nothing is written yet; Esc leaves without it.");
	} else {
		prompt = prompt_text(words->asking->title, question, initial, NULL, typed, words);
	}
	host->ask(host->app, prompt);
	free(question);
}

static void typed(void *context, const struct prompt_answer *answer)
{
	struct words *words = context;
	struct error err;
	char *text;
	int rc;

	if (!answer->given) {
		words_free(words);
		return;
	}
	text = mem_strndup(answer->text, answer->len);
	rc = words->asking->act(words, text, &err);
	if (rc < 0) {
		ask(words, text, err.message);
	} else {
		tell(words->review, rc, &err, words->asking->done);
		words_free(words);
	}
	free(text);
}

/* Takes question. */
static struct words *words_new(struct review *review, const struct asking *asking, char *question)
{
	struct words *words = mem_zalloc(1, sizeof *words);

	words->review = review;
	words->asking = asking;
	words->question = question;
	return words;
}

/* -- Comments -- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The words of the marked rows, or of the row under the cursor; false when they show none. */
static bool find_passage(const struct review *review, size_t *start, size_t *end)
{
	*start = (size_t)-1;
	*end = 0;
	for (size_t i = 0; i < review->changes.count; i++) {
		const struct changes_row *row = &review->changes.rows[i];

		if ((!review_is_marked(review, i) && i != review->cursor) || row->note != CHANGES_NONE ||
		    row->end <= row->start)
			continue;
		*start = row->start < *start ? row->start : *start;
		*end = row->end > *end ? row->end : *end;
	}
	while (*start < *end && is_blank(review->text[*start]))
		++*start;
	while (*end > *start && *start != (size_t)-1 && is_blank(review->text[*end - 1]))
		--*end;
	return *start != (size_t)-1 && *start < *end;
}

static int keep_comment(const struct words *words, const char *text, struct error *err)
{
	const struct review *review = words->review;

	return desk_comment(review->place.desk, review->name, words->whole ? NULL : &words->passage, text,
			    err);
}

static int keep_reply(const struct words *words, const char *text, struct error *err)
{
	const struct review *review = words->review;

	return desk_reply(review->place.desk, review->name, words->number, text, err);
}

static int reply(struct review *review, const struct thread *thread, struct error *err)
{
	static const struct asking asking = {"Reply", "Your reply is kept.", true, keep_reply};
	struct strbuf said = STRBUF_INIT;
	struct words *words;
	int rc = desk_may(review->place.desk, review->name, REVIEW_REPLY, err);

	if (rc < 0)
		return rc;
	/* The last line tells the keys. */
	for (size_t i = 0; i + 1 < thread->count; i++)
		strbuf_addf(&said, "%s\n", thread->lines[i]);
	strbuf_trim_end(&said);
	words = words_new(review, &asking, strbuf_detach(&said));
	snprintf(words->number, sizeof words->number, "%zu", thread->number);
	ask(words, NULL, NULL);
	return 0;
}

int review_comment(void *target, int argument, struct error *err)
{
	static const struct asking asking = {"Comment", "Your comment is kept.", true, keep_comment};
	struct review *review = target;
	struct strbuf quote = STRBUF_INIT;
	struct words *words;
	size_t start;
	size_t end;
	int rc;

	(void)argument;
	if (review_thread_here(review) != NULL)
		return reply(review, review_thread_here(review), err);
	rc = desk_may(review->place.desk, review->name, REVIEW_COMMENT, err);
	if (rc < 0)
		return rc;
	if (!find_passage(review, &start, &end)) {
		words = words_new(review, &asking, mem_strdup("On the whole draft:"));
		words->whole = true;
	} else {
		unicode_printable(&quote, review->text + start, end - start, QUOTE_COLUMNS);
		words = words_new(review, &asking, mem_printf("On “%s”:", quote.data));
		words->passage = (struct review_passage){.on = review->blob,
							 .start = start,
							 .len = end - start,
							 .quote = strbuf_detach(&quote)};
	}
	ask(words, NULL, NULL);
	return 0;
}

int review_resolve(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct thread *thread = review_thread_here(review);
	bool resolved = !thread->resolved;
	char number[24];
	int rc;

	(void)argument;
	snprintf(number, sizeof number, "%zu", thread->number);
	rc = desk_resolve(review->place.desk, review->name, number, resolved, err);
	if (rc == 0)
		tell(review, 0, NULL, resolved ? "The comment is resolved." : "The comment is open again.");
	return rc;
}

/* -- Deciding -- */

/* The head that somebody looked at when they were asked whether they approve it. */
struct consent {
	struct review *review;
	struct oid seen;
};

static void consented(void *context, const struct prompt_answer *answer)
{
	struct consent *consent = context;
	struct review *review = consent->review;
	struct error err;

	if (answer->given)
		tell(review,
		     desk_approve(review->place.desk, review->name, NULL, &consent->seen, NULL, NULL, &err),
		     &err, "You approved it.");
	free(consent);
}

static void add_change_words(struct strbuf *out, struct desk *desk, const struct draft *draft)
{
	const struct review_covers *covers = draft_covers(draft);

	for (size_t i = 0; i < covers->count; i++) {
		strbuf_addf(out, "%s %s",
			    covers->items[i].mode == REPO_MODE_NONE ? "removes"
			    : oid_is_zero(&covers->items[i].base)   ? "adds"
								    : "replaces",
			    covers->items[i].path);
		if (strcmp(covers->items[i].path, draft->path) != 0)
			review_add_size(out, desk, &covers->items[i].blob);
		strbuf_adds(out, "\n");
	}
}

int review_approve(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct pane_host *host = review->place.host;
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	struct strbuf question = STRBUF_INIT;
	struct consent *consent;
	int rc;

	(void)argument;
	if (draft == NULL)
		return err->code;
	rc = desk_may(review->place.desk, review->name, REVIEW_APPROVE, err);
	if (rc < 0)
		return rc;
	consent = mem_zalloc(1, sizeof *consent);
	consent->review = review;
	consent->seen = review->head;
	strbuf_addf(&question, "%s\n\nYou approve, for the step %s, exactly this:\n\n",
		    review->headline ? review->headline : review->name,
		    desk_policy(review->place.desk)->steps[draft->state.step].name);
	add_change_words(&question, review->place.desk, draft);
	strbuf_adds(&question, "\nAny change after this needs a new approval.");
	host->ask(host->app, prompt_word("Approve", question.data, "approve", consented, consent));
	strbuf_clear(&question);
	return 0;
}

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
		ask(words_new(review, &asking, mem_strdup("What should the writer change?")), NULL, NULL);
	return rc;
}

static int keep_submission(const struct words *words, const char *text, struct error *err)
{
	return desk_submit(words->review->place.desk, words->review->name, text, err);
}

int review_submit(void *target, int argument, struct error *err)
{
	static const struct asking asking = {"Submit for review", "It is submitted for review.", false,
					     keep_submission};
	struct review *review = target;
	int rc = desk_may(review->place.desk, review->name, REVIEW_SUBMIT, err);

	(void)argument;
	if (rc == 0)
		ask(words_new(review, &asking, mem_strdup("A word to the reviewer (may be empty):")), NULL,
		    NULL);
	return rc;
}
