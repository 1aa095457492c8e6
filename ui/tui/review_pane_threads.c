/*
 * What was said of a draft, as lines under the passages that it was said of.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "tui/review_pane_internal.h"

void review_forget_threads(struct review *review)
{
	for (size_t i = 0; i < review->thread_count; i++) {
		for (size_t j = 0; j < review->threads[i].count; j++)
			free(review->threads[i].lines[j]);
		free(review->threads[i].lines);
	}
	free(review->threads);
	review->threads = NULL;
	review->thread_count = 0;
	review->suggestions = 0;
}

static void add_line(struct thread *thread, char *line)
{
	thread->lines = mem_grow(thread->lines, &thread->capacity, thread->count + 1, sizeof *thread->lines);
	thread->lines[thread->count++] = line;
}

static char *said_by(const struct review_commit *commit)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	return mem_printf("%s, %s %s", commit->person.name, date, minutes);
}

/* What was said, each of its lines on one of its own. */
static void add_words(struct thread *thread, const char *before, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > 0)
			add_line(thread, mem_printf("%s%.*s", before, (int)len, text));
		before = "";
		text += len + (text[len] == '\n');
	}
}

/* Words between marks; a line end is a sign that one can see. */
static void add_marked(struct strbuf *out, const char *open, const char *words, const char *close)
{
	if (words[0] == '\0')
		return;
	strbuf_adds(out, open);
	for (; *words != '\0'; words++) {
		if (*words == '\n')
			strbuf_adds(out, "¶");
		else if (*words != '\r')
			strbuf_addc(out, *words);
	}
	strbuf_adds(out, close);
}

/* -- One thread -- */

struct reading {
	struct review *review;
	const struct draft *draft;
	struct desk_suggestions suggestions;
};

static const char *state_of(const struct review_thread *thread, const struct desk_suggestion *suggestion)
{
	if (suggestion != NULL)
		return desk_suggestion_word(suggestion->state);
	return thread->resolved ? "resolved" : "open";
}

/* Where its passage stands in the text that is shown. */
static void find_place(const struct reading *r, struct thread *out, const struct review_commit *commit,
		       const struct desk_suggestion *suggestion)
{
	const struct comparison *it = &r->review->it;
	size_t start = 0;
	size_t end = 0;

	if (suggestion != NULL && suggestion->state == DESK_SUGGESTION_OPEN &&
	    oid_equal(&it->after, &r->draft->blob))
		out->at = suggestion->start + (suggestion->len > 0 ? suggestion->len - 1 : 0);
	else if (commit->passage.quote != NULL &&
		 desk_locate(r->review->place.desk, r->draft, &commit->passage, it->new_text.data,
			     it->new_text.len, &start, &end))
		out->at = end > start ? end - 1 : start;
}

void review_bare(const char *text, size_t *start, size_t *end)
{
	char mark = *end - *start > 2 ? text[*start] : '\0';

	if ((mark != '\'' && mark != '"') ||
	    memchr(text + *start + 1, mark, *end - *start - 1) != text + *end - 1)
		return;
	++*start;
	--*end;
}

/* What it is about: the words quoted, or those suggested in their place. */
static void add_subject(struct thread *out, const struct review_commit *commit,
			const struct desk_suggestion *suggestion, const char *reason)
{
	struct strbuf words = STRBUF_INIT;
	size_t start = 0, end;

	if (suggestion != NULL) {
		add_marked(&words, "[-", suggestion->old_words, "-]");
		add_marked(&words, "{+", suggestion->new_words, "+}");
		add_line(out, strbuf_detach(&words));
		if (suggestion->state == DESK_SUGGESTION_OVERTAKEN)
			add_line(out, mem_strdup("These words do not stand in the text any more."));
		if (suggestion->state == DESK_SUGGESTION_UNREADABLE)
			add_line(out,
				 mem_printf("It cannot be told whether these words still stand: %s", reason));
	} else if (commit->passage.quote != NULL) {
		end = strlen(commit->passage.quote);
		review_bare(commit->passage.quote, &start, &end);
		add_line(out,
			 mem_printf("%s “%.*s”", out->at == CHANGES_NONE ? "This passage is gone:" : "On",
				    (int)(end - start), commit->passage.quote + start));
	}
}

/* Who settled it, and with what reason. */
static void add_end(struct thread *out, const struct draft *draft, const struct review_thread *thread)
{
	const struct review_commit *commit = &draft->commits[thread->resolved_by];
	char *who;

	if (!thread->resolved)
		return;
	who = said_by(commit);
	if (commit->event == REVIEW_REFUSE && commit->text[0] != '\0') {
		char *before = mem_printf("%s, refused it: ", who);

		add_words(out, before, commit->text);
		free(before);
	} else {
		add_line(out, mem_printf("%s, %s it", who,
					 thread->taken                    ? "took"
					 : commit->event == REVIEW_REFUSE ? "refused"
									  : "resolved"));
	}
	free(who);
}

static const char *keys_for(const struct thread *thread)
{
	if (thread->kind != REVIEW_THREAD_SUGGESTION)
		return thread->resolved ? "c Reply  x Reopen" : "c Reply  x Resolve";
	if (thread->resolved)
		return "c Reply";
	return thread->open_suggestion ? "c Reply  a Take  u Refuse" : "c Reply  u Refuse";
}

static void read_thread(const struct reading *r, struct thread *out, size_t index)
{
	const struct draft *draft = r->draft;
	const struct review_thread *thread = &draft->state.threads[index];
	const struct review_commit *commit = &draft->commits[thread->commit];
	const struct desk_suggestion *suggestion = desk_suggestion_of(&r->suggestions, index);
	char *who = said_by(commit);

	*out = (struct thread){.number = index + 1,
			       .kind = thread->kind,
			       .resolved = thread->resolved,
			       .at = CHANGES_NONE};
	oid_hex(out->id, &commit->id);
	out->open_suggestion = suggestion != NULL && suggestion->state == DESK_SUGGESTION_OPEN;
	r->review->suggestions += suggestion != NULL && !thread->resolved;
	find_place(r, out, commit, suggestion);
	add_line(out, mem_printf("%s, %s, %s", who, review_thread_word(thread->kind),
				 state_of(thread, suggestion)));
	add_subject(out, commit, suggestion, r->suggestions.reason);
	add_words(out, "", commit->text);
	for (size_t i = 0; i < thread->reply_count; i++) {
		const struct review_commit *reply = &draft->commits[thread->replies[i]];
		char *replier = said_by(reply);
		char *before = mem_printf("%s: ", replier);

		add_words(out, before, reply->text);
		free(before);
		free(replier);
	}
	add_end(out, draft, thread);
	add_line(out, mem_strdup(keys_for(out)));
	free(who);
}

/* -- What was said of the whole -- */

static void add_approvals(struct thread *out, const struct draft *draft, const struct policy *policy)
{
	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		char *who = said_by(&draft->commits[approval->commit]);
		/* What went out was approved then, whatever the desk's rules are now. */
		bool counts = approval->counts || draft->released;

		add_line(out, mem_printf("%s, approved the step %s%s%s", who,
					 approval->step < 0 ? draft->commits[approval->commit].step
							    : policy->steps[approval->step].name,
					 counts ? "" : "; it does not count any more: ",
					 counts ? "" : approval->why));
		free(who);
	}
}

/* What the submitter, the approvers and who asked for changes said, in the order of their acts. */
static void read_remarks(struct thread *out, const struct draft *draft, const struct policy *policy)
{
	const struct review_state *state = &draft->state;
	size_t submitted = draft->count;

	*out = (struct thread){.at = CHANGES_NONE};
	for (size_t i = 0; i < draft->count; i++) {
		if (draft->commits[i].event == REVIEW_SUBMIT)
			submitted = i;
	}
	add_approvals(out, draft, policy);
	for (size_t i = 0; i < draft->count; i++) {
		bool asked = state->name == REVIEW_STATE_CHANGES && i == state->reason;
		bool assigned = i == state->assignment;
		char *who = said_by(&draft->commits[i]);
		char *before = mem_printf("%s, %s: ", who,
					  asked      ? "asked for changes"
					  : assigned ? "assigned it"
						     : "submitted it");

		if (asked || assigned || (i == submitted && state->submitted))
			add_words(out, before, draft->commits[i].text);
		free(before);
		free(who);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct thread *x = a;
	const struct thread *y = b;

	/* CHANGES_NONE is the largest number, but stands above everything. */
	if (x->at + 1 != y->at + 1)
		return x->at + 1 < y->at + 1 ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

void review_read_threads(struct review *review, const struct draft *draft)
{
	struct reading r = {.review = review, .draft = draft};
	size_t count = draft->state.thread_count;

	review_forget_threads(review);
	desk_suggestions(review->place.desk, draft, &r.suggestions);
	review->threads = mem_zalloc(count + 1, sizeof *review->threads);
	for (size_t i = 0; i < count; i++)
		read_thread(&r, &review->threads[i], i);
	desk_suggestions_clear(&r.suggestions);
	read_remarks(&review->threads[count], draft, desk_policy(review->place.desk));
	review->thread_count = count + (review->threads[count].count > 0);
	if (review->thread_count > 0)
		qsort(review->threads, review->thread_count, sizeof *review->threads, by_place);
}

const struct thread *review_thread_here(const struct review *review)
{
	const struct changes_row *row = comparison_row(&review->it);

	if (row == NULL || row->note == CHANGES_NONE || row->note >= review->thread_count ||
	    review->threads[row->note].number == 0)
		return NULL;
	return &review->threads[row->note];
}
