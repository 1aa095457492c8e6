/*
 * An answer from outside: the marks of a text with CriticMarkup become suggestions and comments, all of
 * them at once.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/critic.h"
#include "text/hunk.h"
#include "text/lines.h"
#include "text/merge.h"
#include "text/unicode.h"

/* Columns of a line that is told because it differs. */
#define LINE_COLUMNS 60

/* Bytes that are looked back over for the beginning of a sentence. */
#define SENTENCE_LIMIT 400

struct answer {
	struct desk *desk;
	const struct draft *draft;
	const struct desk_answer *given;
	struct desk_answered *out;
	struct critic critic;
	struct strbuf text; /* the draft's */
	struct oid on;      /* the text that the answer's marks are on */
	bool followed;      /* that is an older one: merge says where its places are now */
	struct merge merge; /* of it, the draft's text and the answer with all taken */
	struct hunks hunks;
	char **reasons; /* of each hunk, or NULL */
	struct draft_change *changes;
	struct review_passage *passages; /* of each change; its quote is owned */
	struct strlist *threads;         /* of each change */
	char **texts;                    /* of each change, or NULL */
	size_t count;
};

static void answer_clear(struct answer *a)
{
	for (size_t i = 0; i < a->count; i++) {
		free(a->passages[i].quote);
		strlist_clear(&a->threads[i]);
		free(a->texts[i]);
	}
	free(a->passages);
	free(a->threads);
	free(a->texts);
	free(a->changes);
	for (size_t i = 0; a->reasons != NULL && i < a->hunks.count; i++)
		free(a->reasons[i]);
	free(a->reasons);
	hunks_clear(&a->hunks);
	merge_clear(&a->merge);
	critic_clear(&a->critic);
	strbuf_clear(&a->text);
}

static struct merge_text merge_text(const struct strbuf *text)
{
	return (struct merge_text){text->data, text->len};
}

/* -- Which text it is on -- */

static bool is_on(struct answer *a, const struct oid *blob)
{
	struct oid base;

	repo_blob_hash(&base, a->critic.base.data, a->critic.base.len);
	if (oid_is_zero(blob) || !oid_equal(&base, blob))
		return false;
	a->on = *blob;
	a->followed = !oid_equal(blob, &a->draft->blob);
	return true;
}

/* Whether it is on the draft's text, the published one, or that of any save, the newest first. */
static bool find_text(struct answer *a)
{
	const struct draft *draft = a->draft;

	if (is_on(a, &draft->blob) || is_on(a, &draft->base_blob))
		return true;
	for (size_t i = draft->count; i-- > 0;) {
		const struct review_covers *covers = &draft->commits[i].covers;

		for (size_t j = 0; j < covers->count; j++) {
			if (strcmp(covers->items[j].path, draft->path) == 0 &&
			    (is_on(a, &covers->items[j].blob) || is_on(a, &covers->items[j].base)))
				return true;
		}
	}
	return false;
}

static void add_line(struct strbuf *out, const struct strbuf *text, size_t pos)
{
	size_t start = lines_start(text->data, pos);

	strbuf_addc(out, '"');
	unicode_printable(out, text->data + start, lines_end(text->data, text->len, start) - start,
			  LINE_COLUMNS);
	strbuf_addc(out, '"');
}

static int say_difference(const struct answer *a, struct error *err)
{
	const struct strbuf *base = &a->critic.base;
	struct strbuf lines = STRBUF_INIT;
	size_t line = 1;
	size_t pos = 0;

	while (pos < base->len && pos < a->text.len && base->data[pos] == a->text.data[pos])
		line += base->data[pos++] == '\n';
	add_line(&lines, base, pos);
	strbuf_adds(&lines, " where the draft has ");
	add_line(&lines, &a->text, pos);
	error_set(
	    err, E_INVALID,
	    "This answer is not on a text that %s has or had: with its marks refused, its line %zu is %s.",
	    a->draft->name, line, lines.data);
	strbuf_clear(&lines);
	if (a->critic.flaw_count > 0)
		error_advise(err, "In its line %zu, %s", a->critic.flaws[0].line, a->critic.flaws[0].what);
	return E_INVALID;
}

/* Reads the marks, with the last line end as it is, or added, or left out: whichever is on a known text. */
static int read_marks(struct answer *a, struct error *err)
{
	const char *eol = lines_eol(a->text.data, a->text.len);
	struct strbuf text = STRBUF_INIT;
	bool found;
	int rc = 0;

	desk_adapt(&text, &a->text, a->given->text, a->given->len);
	critic_parse(&a->critic, text.data, text.len);
	found = find_text(a);
	for (int longer = 1; !found && longer >= 0; longer--) {
		struct strbuf other = STRBUF_INIT;

		strbuf_add(&other, text.data, text.len);
		if (longer)
			strbuf_adds(&other, eol);
		else
			strbuf_trim_end(&other);
		critic_clear(&a->critic);
		critic_parse(&a->critic, other.data, other.len);
		found = find_text(a);
		strbuf_clear(&other);
	}
	if (!found) {
		critic_clear(&a->critic);
		critic_parse(&a->critic, text.data, text.len);
		rc = say_difference(a, err);
	}
	strbuf_clear(&text);
	return rc;
}

/* -- Suggestions -- */

static bool is_change(const struct critic_mark *mark)
{
	return mark->kind == CRITIC_ADD || mark->kind == CRITIC_REMOVE || mark->kind == CRITIC_REPLACE;
}

/* Where a place of the answer's text is in the draft's text now. */
static size_t place_now(const struct answer *a, size_t pos)
{
	for (size_t i = 0; a->followed && i < a->merge.count; i++) {
		const struct merge_chunk *chunk = &a->merge.chunks[i];
		size_t into = pos - chunk->base_start;

		if (pos > chunk->base_start + chunk->base_len)
			continue;
		return chunk->mine_start + (into < chunk->mine_len ? into : chunk->mine_len);
	}
	return pos;
}

static int find_hunks(struct answer *a, struct error *err)
{
	int rc = 0;

	if (a->followed)
		rc = merge_words(&a->merge, merge_text(&a->critic.base), merge_text(&a->text),
				 merge_text(&a->critic.taken), err);
	for (size_t i = 0; rc == 0 && !a->followed && i < a->critic.count; i++) {
		const struct critic_mark *mark = &a->critic.marks[i];

		if (is_change(mark))
			hunks_add(&a->hunks, mark->start, mark->len, mark->text.data, mark->text.len);
	}
	for (size_t i = 0; rc == 0 && i < a->merge.count; i++) {
		const struct merge_chunk *chunk = &a->merge.chunks[i];

		if (chunk->kind == MERGE_THEIRS || chunk->kind == MERGE_CONFLICT)
			hunks_add(&a->hunks, chunk->mine_start, chunk->mine_len,
				  a->critic.taken.data + chunk->theirs_start, chunk->theirs_len);
	}
	return rc < 0 ? rc : hunks_settle(&a->hunks, a->text.data, a->text.len, err);
}

/* The hunk that a place of the draft's text is in or at the end of; their count for none. */
static size_t hunk_at(const struct answer *a, size_t pos)
{
	size_t i = 0;

	while (i < a->hunks.count &&
	       (pos < a->hunks.items[i].start || pos > a->hunks.items[i].start + a->hunks.items[i].len))
		i++;
	return i;
}

static void add_reason(struct answer *a, size_t hunk, const char *text)
{
	char *old = a->reasons[hunk];

	a->reasons[hunk] = old == NULL ? mem_strdup(text) : mem_printf("%s %s", old, text);
	free(old);
}

/* Words that both the answer and the draft changed are suggested all the same, and said to be so. */
static void tell_conflicts(struct answer *a)
{
	for (size_t i = 0; i < a->merge.count; i++) {
		const struct merge_chunk *chunk = &a->merge.chunks[i];
		size_t hunk = hunk_at(a, chunk->mine_start);

		if (chunk->kind == MERGE_CONFLICT && hunk < a->hunks.count)
			add_reason(a, hunk,
				   "(These words were changed here, too, since the answer was sent for.)");
	}
}

/* -- Comments -- */

/* What a text adds to a thread's words as they were sent out, when it had that many replies; or NULL. */
static const char *after_note(const struct answer *a, const struct desk_suggestions *all, size_t index,
			      size_t replies, const char *text)
{
	struct strbuf note = STRBUF_INIT;
	const char *found;

	desk_thread_note(&note, a->draft, index, replies, desk_suggestion_of(all, index));
	found = strstr(text, note.data);
	found = found != NULL ? found + note.len : NULL;
	strbuf_clear(&note);
	return found;
}

/* The thread whose words, as they were sent out, a comment repeats, and what it adds; or the count of
 * threads.  Others may have replied since it was sent. */
static size_t repeats(const struct answer *a, const struct desk_suggestions *all, const char *text,
		      const char **more)
{
	const struct review_state *state = &a->draft->state;

	for (size_t i = state->thread_count; i-- > 0;) {
		for (size_t replies = state->threads[i].reply_count + 1; replies-- > 0;) {
			*more = after_note(a, all, i, replies, text);
			if (*more != NULL)
				return i;
		}
	}
	return state->thread_count;
}

static char *signed_text(const struct answer *a, const char *text)
{
	if (a->given->from == NULL)
		return text[0] != '\0' ? mem_strdup(text) : NULL;
	return text[0] != '\0' ? mem_printf("From %s: %s", a->given->from, text)
			       : mem_printf("From %s.", a->given->from);
}

/* Whether an act says this, of the same words: an answer that is imported twice says nothing twice. */
static bool says_same(const struct review_commit *commit, const char *text, const char *quote)
{
	const char *about = commit->passage.quote != NULL ? commit->passage.quote : "";

	return strcmp(commit->text, text) == 0 && strcmp(about, quote != NULL ? quote : "") == 0;
}

static bool is_open_comment(const struct answer *a, const char *text, const char *quote)
{
	const struct review_state *state = &a->draft->state;
	char *said = signed_text(a, text);
	bool found = false;

	for (size_t i = 0; said != NULL && i < state->thread_count && !found; i++)
		found = state->threads[i].kind == REVIEW_THREAD_COMMENT && !state->threads[i].resolved &&
			says_same(&a->draft->commits[state->threads[i].commit], said, quote);
	free(said);
	return found;
}

/* The change that this is the reason of may be suggested already, with this reason among others. */
static bool is_reason(const struct answer *a, const char *text)
{
	const struct review_state *state = &a->draft->state;
	bool found = false;

	for (size_t i = 0; i < state->thread_count && !found; i++)
		found = state->threads[i].kind == REVIEW_THREAD_SUGGESTION && !state->threads[i].resolved &&
			strstr(a->draft->commits[state->threads[i].commit].text, text) != NULL;
	return found;
}

static bool is_replied(const struct answer *a, size_t index, const char *text)
{
	const struct review_thread *thread = &a->draft->state.threads[index];
	char *said = signed_text(a, text);
	bool found = false;

	for (size_t i = 0; said != NULL && i < thread->reply_count && !found; i++)
		found = says_same(&a->draft->commits[thread->replies[i]], said, NULL);
	free(said);
	return found;
}

static struct draft_change *new_change(struct answer *a, enum review_event event, const char *text)
{
	struct draft_change *change = &a->changes[a->count];

	a->texts[a->count] = signed_text(a, text);
	*change = (struct draft_change){.event = event, .text = a->texts[a->count]};
	a->count++;
	return change;
}

/* Whether a byte ends a sentence, alone or as the last of a Chinese mark. */
static bool ends_sentence(const char *text, size_t end)
{
	static const char *const marks[] = {".", "!", "?", "\n", "。", "！", "？"};

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		size_t len = strlen(marks[i]);

		if (end >= len && memcmp(text + end - len, marks[i], len) == 0)
			return true;
	}
	return false;
}

/* The sentence, or what there is of it, before a place. */
static void sentence_before(const char *text, size_t pos, struct review_passage *out)
{
	size_t end = pos;
	size_t start;

	while (end > 0 && text[end - 1] != '\n' && strchr(" \t\r", text[end - 1]) != NULL)
		end--;
	start = end;
	if (start > 0)
		start = unicode_previous(text, end, start);
	while (start > 0 && end - start < SENTENCE_LIMIT && !ends_sentence(text, start))
		start = unicode_previous(text, end, start);
	start += strspn(text + start, " \t\r\n");
	out->start = start < end ? start : end;
	out->len = end - out->start;
}

static void make_comment(struct answer *a, const struct critic_mark *mark, const char *text)
{
	const struct critic_mark *about =
	    mark->about != CRITIC_NOTHING ? &a->critic.marks[mark->about] : mark;
	struct review_passage passage = {.on = a->on};
	struct draft_change *change;
	size_t index = a->count;

	if (about->len > 0) {
		passage.start = about->start;
		passage.len = about->len;
	} else {
		sentence_before(a->critic.base.data, mark->start, &passage);
	}
	if (passage.len > 0)
		passage.quote = desk_quote(a->critic.base.data + passage.start, passage.len);
	if (is_open_comment(a, text, passage.quote)) {
		free(passage.quote);
		return;
	}
	change = new_change(a, REVIEW_COMMENT, text);
	if (passage.len == 0)
		return;
	a->passages[index] = passage;
	change->passage = &a->passages[index];
}

static void make_reply(struct answer *a, size_t thread, const char *text)
{
	struct strlist *threads = &a->threads[a->count];
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &a->draft->commits[a->draft->state.threads[thread].commit].id);
	strlist_add(threads, hex);
	new_change(a, REVIEW_REPLY, text)->threads = threads;
}

/* A comment is the reason of the suggestion that it stands behind, else a thread or a reply of its own. */
static void read_comment(struct answer *a, const struct critic_mark *mark, const struct desk_suggestions *all)
{
	const char *more;
	size_t thread = repeats(a, all, mark->text.data, &more);
	size_t hunk = a->hunks.count;

	if (mark->text.len == 0)
		return;
	if (thread < a->draft->state.thread_count) {
		more += strspn(more, " \t\r\n/");
		if (*more != '\0' && !is_replied(a, thread, more))
			make_reply(a, thread, more);
		return;
	}
	if (mark->about != CRITIC_NOTHING)
		hunk = hunk_at(a, place_now(a, a->critic.marks[mark->about].start));
	if (hunk < a->hunks.count)
		add_reason(a, hunk, mark->text.data);
	else if (mark->about == CRITIC_NOTHING || a->critic.marks[mark->about].kind == CRITIC_HIGHLIGHT ||
		 !is_reason(a, mark->text.data))
		make_comment(a, mark, mark->text.data);
}

/* -- Making them -- */

static void make_suggestions(struct answer *a)
{
	for (size_t i = 0; i < a->hunks.count; i++) {
		const struct hunk *hunk = &a->hunks.items[i];
		struct review_passage *passage = &a->passages[a->count];
		struct draft_change *change =
		    new_change(a, REVIEW_SUGGEST, a->reasons[i] != NULL ? a->reasons[i] : "");

		*passage =
		    (struct review_passage){.on = a->draft->blob,
					    .start = hunk->start,
					    .len = hunk->len,
					    .quote = desk_quote(a->text.data + hunk->start, hunk->len)};
		change->passage = passage;
		change->replacement = hunk->text;
	}
}

static void note(struct answer *a, size_t line, const char *what)
{
	char *sentence = mem_printf("Line %zu: %s", line, what);

	strlist_add(&a->out->notes, sentence);
	free(sentence);
}

static void make_changes(struct answer *a)
{
	const size_t most = a->hunks.count + a->critic.count;
	struct desk_suggestions all;

	a->changes = mem_zalloc(most, sizeof *a->changes);
	a->passages = mem_zalloc(most, sizeof *a->passages);
	a->threads = mem_zalloc(most, sizeof *a->threads);
	a->texts = mem_zalloc(most, sizeof *a->texts);
	a->reasons = mem_zalloc(a->hunks.count, sizeof *a->reasons);
	desk_suggestions(a->desk, a->draft, &all);
	for (size_t i = 0; i < a->critic.count; i++) {
		const struct critic_mark *mark = &a->critic.marks[i];

		if (mark->kind == CRITIC_COMMENT)
			read_comment(a, mark, &all);
		else if (mark->kind == CRITIC_HIGHLIGHT)
			note(a, mark->line, "a highlight without a comment says nothing, and was left out.");
	}
	a->out->comments = a->count;
	tell_conflicts(a);
	make_suggestions(a);
	a->out->suggestions = a->count - a->out->comments;
	for (size_t i = 0; i < a->critic.flaw_count; i++)
		note(a, a->critic.flaws[i].line, a->critic.flaws[i].what);
	desk_suggestions_clear(&all);
}

static int read_answer(struct answer *a, struct error *err)
{
	struct desk_proposal proposal = {.on = &a->draft->blob, .hunks = &a->hunks};
	int rc = desk_text_fits("The answer", a->given->len, err);

	if (rc == 0)
		rc = desk_read(a->desk, &a->draft->blob, &a->text, err);
	proposal.text = a->text.data;
	if (rc == 0)
		rc = read_marks(a, err);
	if (rc == 0)
		rc = find_hunks(a, err);
	if (rc == 0)
		rc = desk_proposal_fits(&proposal, a->draft->name, err);
	if (rc < 0)
		return rc;
	desk_drop_known(a->desk, a->draft, &proposal);
	make_changes(a);
	return 0;
}

int desk_critic_read(struct desk *desk, const char *name, const struct desk_answer *given,
		     struct desk_answered *out, struct error *err)
{
	struct answer a = {.desk = desk,
			   .given = given,
			   .out = out,
			   .critic = {.base = STRBUF_INIT, .taken = STRBUF_INIT},
			   .text = STRBUF_INIT};
	struct desk_act act = {.name = name};
	struct error why;
	int rc = desk_may(desk, name, REVIEW_SUGGEST, err);

	*out = (struct desk_answered){0};
	if (rc < 0)
		return rc;
	a.draft = desk_draft(desk, name, &why);
	if (a.draft == NULL)
		return error_set(err, why.code, "%s", why.message);
	if (oid_is_zero(&a.draft->blob))
		return error_set(err, E_REFUSED,
				 "%s takes its article away: there are no words to suggest others for.",
				 name);
	rc = read_answer(&a, err);
	if (rc == 0 && a.count > 0) {
		act.change = a.changes[0];
		act.also = a.changes + 1;
		act.also_count = a.count - 1;
		rc = desk_perform(desk, &act, err);
	}
	if (rc < 0)
		out->suggestions = out->comments = 0;
	answer_clear(&a);
	return rc;
}
