/*
 * A draft for those outside: its change, suggestions and comments in one text, as CriticMarkup.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/critic.h"
#include "text/diff.h"
#include "text/hunk.h"
#include "text/unicode.h"

/* Columns of words that are told in a comment. */
#define WORDS_COLUMNS 60

/* -- What is said of a thread -- */

static void add_words(struct strbuf *out, const char *words)
{
	strbuf_addc(out, '"');
	unicode_printable(out, words, strlen(words), WORDS_COLUMNS);
	strbuf_addc(out, '"');
}

void desk_thread_note(struct strbuf *out, const struct draft *draft, size_t index, size_t replies,
		      const struct desk_suggestion *suggestion)
{
	static const char *const kinds[] = {[REVIEW_THREAD_COMMENT] = "Comment",
					    [REVIEW_THREAD_QUESTION] = "Question",
					    [REVIEW_THREAD_SUGGESTION] = "Suggestion"};
	const struct review_thread *thread = &draft->state.threads[index];
	const struct review_commit *commit = &draft->commits[thread->commit];

	strbuf_addf(out, "%s %zu by %s", kinds[thread->kind], index + 1, commit->person.name);
	if (suggestion != NULL && suggestion->new_words[0] == '\0') {
		strbuf_adds(out, ", to strike ");
		add_words(out, suggestion->old_words);
	} else if (suggestion != NULL) {
		strbuf_adds(out, ", ");
		add_words(out, suggestion->new_words);
		strbuf_adds(out, " for ");
		add_words(out, suggestion->old_words);
	}
	if (commit->text[0] != '\0')
		strbuf_adds(out, ": ");
	unicode_printable(out, commit->text, strlen(commit->text), -1);
	for (size_t i = 0; i < replies; i++) {
		const struct review_commit *reply = &draft->commits[thread->replies[i]];

		strbuf_addf(out, " / %s: ", reply->person.name);
		unicode_printable(out, reply->text, strlen(reply->text), -1);
	}
}

/* -- One text -- */

struct sheet {
	struct desk *desk;
	const struct draft *draft;
	struct strbuf old_text;
	struct strbuf text;   /* the draft's */
	struct strbuf result; /* the draft's, with suggestions in it */
	struct hunks hunks;   /* those suggestions */
	struct desk_suggestions suggestions;
	struct critic_note *notes;
	size_t count;
	size_t capacity;
};

static void sheet_clear(struct sheet *sheet)
{
	for (size_t i = 0; i < sheet->count; i++)
		free((char *)sheet->notes[i].text);
	free(sheet->notes);
	hunks_clear(&sheet->hunks);
	desk_suggestions_clear(&sheet->suggestions);
	strbuf_clear(&sheet->old_text);
	strbuf_clear(&sheet->text);
	strbuf_clear(&sheet->result);
}

/* Whether a suggestion's words are free, and if so makes a hunk of it. */
static bool add_hunk(struct sheet *sheet, const struct desk_suggestion *suggestion)
{
	size_t at = sheet->hunks.count;
	struct hunk added;

	for (size_t i = 0; i < sheet->hunks.count; i++) {
		const struct hunk *other = &sheet->hunks.items[i];

		if (suggestion->start < other->start + other->len &&
		    other->start < suggestion->start + suggestion->len)
			return false;
	}
	hunks_add(&sheet->hunks, suggestion->start, suggestion->len, suggestion->new_words,
		  strlen(suggestion->new_words));
	added = sheet->hunks.items[at];
	for (; at > 0 && sheet->hunks.items[at - 1].start > added.start; at--)
		sheet->hunks.items[at] = sheet->hunks.items[at - 1];
	sheet->hunks.items[at] = added;
	return true;
}

/* Where a place of the draft's text is with the suggestions in it: behind the one that it is in. */
static size_t moved(const struct hunks *hunks, size_t pos)
{
	size_t new_pos = pos;

	for (size_t i = 0; i < hunks->count && hunks->items[i].start < pos; i++) {
		const struct hunk *hunk = &hunks->items[i];
		size_t end = hunk->start + hunk->len;

		new_pos += hunk->text_len - hunk->len;
		if (end > pos)
			new_pos += end - pos;
	}
	return new_pos;
}

static void add_note(struct sheet *sheet, size_t start, size_t len, char *text)
{
	sheet->notes = mem_grow(sheet->notes, &sheet->capacity, sheet->count + 1, sizeof *sheet->notes);
	sheet->notes[sheet->count++] = (struct critic_note){start, len, text};
}

/* The end of the text, before its last line end: so that a file still ends with one. */
static size_t text_end(const struct strbuf *text)
{
	size_t end = text->len;

	end -= end > 0 && text->data[end - 1] == '\n';
	end -= end > 0 && text->data[end - 1] == '\r';
	return end;
}

static void note_thread(struct sheet *sheet, size_t index)
{
	const struct review_thread *thread = &sheet->draft->state.threads[index];
	const struct review_passage *passage = &sheet->draft->commits[thread->commit].passage;
	const struct desk_suggestion *suggestion = desk_suggestion_of(&sheet->suggestions, index);
	struct strbuf text = STRBUF_INIT;
	size_t start = 0, end = 0;
	bool placed;

	if (suggestion != NULL) {
		placed = suggestion->state == DESK_SUGGESTION_OPEN;
		start = end = placed ? suggestion->start + suggestion->len : 0;
	} else {
		placed = desk_locate(sheet->desk, sheet->draft, passage, sheet->text.data, sheet->text.len,
				     &start, &end);
	}
	desk_thread_note(&text, sheet->draft, index, sheet->draft->state.threads[index].reply_count,
			 suggestion);
	if (!placed)
		add_note(sheet, text_end(&sheet->result), 0, strbuf_detach(&text));
	else if (moved(&sheet->hunks, end) - moved(&sheet->hunks, start) != end - start)
		add_note(sheet, moved(&sheet->hunks, end), 0, strbuf_detach(&text));
	else
		add_note(sheet, moved(&sheet->hunks, start), end - start, strbuf_detach(&text));
}

static void note_threads(struct sheet *sheet)
{
	const struct review_state *state = &sheet->draft->state;

	desk_suggestions(sheet->desk, sheet->draft, &sheet->suggestions);
	for (size_t i = 0; i < sheet->suggestions.count; i++) {
		if (sheet->suggestions.items[i].state == DESK_SUGGESTION_OPEN)
			(void)add_hunk(sheet, &sheet->suggestions.items[i]);
	}
	hunks_apply(&sheet->result, &sheet->hunks, sheet->text.data, sheet->text.len);
	for (size_t i = 0; i < state->thread_count; i++) {
		if (!state->threads[i].resolved)
			note_thread(sheet, i);
	}
}

static int read_blob(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	return oid_is_zero(blob) ? 0 : desk_read(desk, blob, out, err);
}

static int fill_sheet(struct sheet *sheet, const struct since_states *states, struct error *err)
{
	bool newest = oid_equal(&states->after, &sheet->draft->blob);
	int rc = read_blob(sheet->desk, &states->after, &sheet->text, err);

	/* Of a new article all would be marked, which says nothing. */
	if (rc == 0)
		rc = read_blob(sheet->desk, oid_is_zero(&states->before) ? &states->after : &states->before,
			       &sheet->old_text, err);
	if (rc == 0 && newest)
		note_threads(sheet);
	else if (rc == 0)
		strbuf_add(&sheet->result, sheet->text.data, sheet->text.len);
	return rc;
}

int desk_critic_write(struct desk *desk, const struct draft *draft, const struct since *since,
		      struct strbuf *out, struct error *err)
{
	struct sheet sheet = {.desk = desk,
			      .draft = draft,
			      .old_text = STRBUF_INIT,
			      .text = STRBUF_INIT,
			      .result = STRBUF_INIT};
	struct since_states states;
	struct diff diff;
	int rc = since_read(&states, desk->repo, draft, since, err);

	if (rc < 0)
		return rc;
	if (oid_is_zero(&states.after))
		rc = error_set(err, E_REFUSED, "%s takes its article away: there is no text to mark.",
			       draft->name);
	if (rc == 0)
		rc = fill_sheet(&sheet, &states, err);
	if (rc == 0)
		rc = diff_words(&diff, sheet.old_text.data, sheet.old_text.len, sheet.result.data,
				sheet.result.len, err);
	if (rc == 0) {
		critic_format(out, &diff, sheet.old_text.data, sheet.result.data, sheet.notes, sheet.count);
		diff_clear(&diff);
	}
	since_clear(&states);
	sheet_clear(&sheet);
	return rc;
}
