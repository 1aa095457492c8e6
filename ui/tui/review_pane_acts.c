/*
 * What a reviewer says: comments, questions, answers.  Words that could not be kept are asked for again
 * with what was typed, so that none are lost.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/prompt.h"
#include "tui/prompt_journal.h"
#include "tui/review_pane_internal.h"

/* Columns of a passage that are quoted with a comment. */
#define QUOTE_COLUMNS 240

void review_tell(struct review *review, int rc, const struct error *err, const char *done)
{
	const struct pane_host *host = review->place.host;

	if (rc < 0 || done != NULL)
		host->say(host->app, rc < 0 ? PANE_FAILED : PANE_SAID, rc < 0 ? err->message : done);
	host->changed(host->app);
}

/* -- Words that are asked for -- */

static void words_free(struct words *words)
{
	free(words->passage.quote);
	free(words->question);
	free(words);
}

static void typed(void *context, const struct prompt_answer *answer);

void review_ask(struct words *words, const char *initial, const char *problem)
{
	const struct pane_host *host = words->review->place.host;
	char *question =
	    problem ? mem_printf("%s\n\n%s", problem, words->question) : mem_strdup(words->question);
	struct prompt *prompt;

	if (words->asking->lines) {
		prompt = prompt_lines(words->asking->title, question, typed, words);
		prompt_need(prompt, "Nothing is written yet; Esc leaves without it.");
	} else {
		prompt = prompt_text(words->asking->title, question, NULL, NULL, typed, words);
	}
	if (initial != NULL)
		prompt_begin(prompt, initial, strlen(initial));
	prompt_journal(prompt, &words->review->place, words->review->name, words->asking->title);
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
		review_ask(words, text, err.message);
	} else {
		review_tell(words->review, rc, &err, words->asking->done);
		words_free(words);
	}
	free(text);
}

struct words *review_words_new(struct review *review, const struct asking *asking, char *question)
{
	struct words *words = mem_zalloc(1, sizeof *words);

	words->review = review;
	words->asking = asking;
	words->question = question;
	return words;
}

/* -- Comments and questions -- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The words of the marked rows, or of the row under the cursor; false when they show none. */
static bool find_passage(const struct review *review, size_t *start, size_t *end)
{
	const struct changes *changes = &review->it.changes;
	const char *text = review->it.new_text.data;

	*start = (size_t)-1;
	*end = 0;
	for (size_t i = 0; i < changes->count; i++) {
		const struct changes_row *row = &changes->rows[i];

		if ((!comparison_is_marked(&review->it, i) && i != review->it.cursor) ||
		    row->note != CHANGES_NONE || row->end <= row->start)
			continue;
		*start = row->start < *start ? row->start : *start;
		*end = row->end > *end ? row->end : *end;
	}
	while (*start < *end && is_blank(text[*start]))
		++*start;
	while (*end > *start && *start != (size_t)-1 && is_blank(text[*end - 1]))
		--*end;
	return *start != (size_t)-1 && *start < *end;
}

static int keep_comment(const struct words *words, const char *text, struct error *err)
{
	return desk_comment(words->review->place.desk, words->review->name,
			    words->whole ? NULL : &words->passage, text, err);
}

static int keep_question(const struct words *words, const char *text, struct error *err)
{
	return desk_question(words->review->place.desk, words->review->name,
			     words->whole ? NULL : &words->passage, text, err);
}

static int keep_reply(const struct words *words, const char *text, struct error *err)
{
	return desk_reply(words->review->place.desk, words->review->name, words->id, text, err);
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
	words = review_words_new(review, &asking, strbuf_detach(&said));
	memcpy(words->id, thread->id, sizeof words->id);
	review_ask(words, NULL, NULL);
	return 0;
}

int review_comment(void *target, int question, struct error *err)
{
	static const struct asking askings[] = {
	    {"Comment", "Your comment is kept.", true, keep_comment},
	    {"Question", "Your question is kept; nothing is approved before it is resolved.", true,
	     keep_question},
	};
	const struct asking *asking = &askings[question != 0];
	struct review *review = target;
	struct strbuf quote = STRBUF_INIT;
	struct words *words;
	size_t start;
	size_t end;
	int rc;

	if (!question && review_thread_here(review) != NULL)
		return reply(review, review_thread_here(review), err);
	rc = desk_may(review->place.desk, review->name, question ? REVIEW_QUESTION : REVIEW_COMMENT, err);
	if (rc < 0)
		return rc;
	if (!find_passage(review, &start, &end)) {
		words = review_words_new(review, asking, mem_strdup("On the whole draft:"));
		words->whole = true;
	} else {
		size_t from = start, to = end;
		struct strbuf shown = STRBUF_INIT;

		unicode_printable(&quote, review->it.new_text.data + start, end - start, QUOTE_COLUMNS);
		review_bare(review->it.new_text.data, &from, &to);
		unicode_printable(&shown, review->it.new_text.data + from, to - from, QUOTE_COLUMNS);
		words = review_words_new(review, asking, mem_printf("On “%s”:", shown.data));
		strbuf_clear(&shown);
		words->passage = (struct review_passage){.on = review->it.after,
							 .start = start,
							 .len = end - start,
							 .quote = strbuf_detach(&quote)};
	}
	review_ask(words, NULL, NULL);
	return 0;
}

int review_resolve(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct thread *thread = review_thread_here(review);
	bool question = thread->kind == REVIEW_THREAD_QUESTION;
	bool resolved = !thread->resolved;
	int rc;

	(void)argument;
	rc = desk_resolve(review->place.desk, review->name, thread->id, resolved, err);
	if (rc == 0)
		review_tell(review, 0, NULL,
			    resolved   ? question ? "The question is resolved." : "The comment is resolved."
			    : question ? "The question is open again."
				       : "The comment is open again.");
	return rc;
}
