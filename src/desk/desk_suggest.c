/*
 * Words are suggested, and taken: events for the first, one save for the second.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "text/hunk.h"
#include "text/lines.h"
#include "text/unicode.h"

#define BOM "\xef\xbb\xbf"

/* Bytes of a passage that its event quotes. */
#define QUOTE_LIMIT 400

/* -- What is suggested already -- */

/* A change without what both sides begin and end with: the same for all that come to the same. */
struct core {
	size_t start, len;
	const char *text;
	size_t text_len;
};

static struct core core_of(const char *old_text, size_t start, size_t len, const char *text, size_t text_len)
{
	struct core core = {start, len, text, text_len};

	while (core.len > 0 && core.text_len > 0 && old_text[core.start] == core.text[0]) {
		core.start++;
		core.len--;
		core.text++;
		core.text_len--;
	}
	while (core.len > 0 && core.text_len > 0 &&
	       old_text[core.start + core.len - 1] == core.text[core.text_len - 1]) {
		core.len--;
		core.text_len--;
	}
	return core;
}

static bool is_known(const struct desk_suggestions *known, const char *old_text, const struct hunk *hunk)
{
	struct core mine = core_of(old_text, hunk->start, hunk->len, hunk->text, hunk->text_len);

	for (size_t i = 0; i < known->count; i++) {
		const struct desk_suggestion *other = &known->items[i];
		struct core theirs;

		if (other->state != DESK_SUGGESTION_OPEN)
			continue;
		theirs =
		    core_of(old_text, other->start, other->len, other->new_words, strlen(other->new_words));
		if (mine.start == theirs.start && mine.len == theirs.len &&
		    mine.text_len == theirs.text_len && memcmp(mine.text, theirs.text, mine.text_len) == 0)
			return true;
	}
	return false;
}

void desk_drop_known(struct desk *desk, const struct draft *draft, struct desk_proposal *proposal)
{
	struct hunks *hunks = proposal->hunks;
	struct desk_suggestions known;
	size_t kept = 0;

	desk_suggestions(desk, draft, &known);
	for (size_t i = 0; i < hunks->count; i++) {
		if (is_known(&known, proposal->text, &hunks->items[i])) {
			free(hunks->items[i].text);
			continue;
		}
		hunks->items[kept++] = hunks->items[i];
	}
	hunks->count = kept;
	desk_suggestions_clear(&known);
}

/* -- Suggesting -- */

static bool has_bom(const char *text, size_t len)
{
	return len >= strlen(BOM) && memcmp(text, BOM, strlen(BOM)) == 0;
}

void desk_adapt(struct strbuf *out, const struct strbuf *like, const char *text, size_t len)
{
	const char *eol = lines_eol(like->data, like->len);
	size_t pos = has_bom(text, len) ? strlen(BOM) : 0;

	if (has_bom(like->data, like->len))
		strbuf_adds(out, BOM);
	if (memmem(like->data, like->len, "\r\n", 2) != NULL && memmem(text, len, "\r\n", 2) != NULL) {
		strbuf_add(out, text + pos, len - pos);
		return;
	}
	while (pos < len) {
		size_t end = lines_end(text, len, pos);
		size_t next = lines_after(text, len, pos);

		strbuf_add(out, text + pos, end - pos);
		if (next > end)
			strbuf_adds(out, eol);
		pos = next;
	}
}

char *desk_quote(const char *words, size_t len)
{
	size_t end = 0;

	while (end < len && end < QUOTE_LIMIT)
		end = unicode_next(words, len, end);
	return mem_strndup(words, end);
}

int desk_proposal_fits(const struct desk_proposal *proposal, const char *name, struct error *err)
{
	for (size_t i = 0; i < proposal->hunks->count; i++) {
		const struct hunk *hunk = &proposal->hunks->items[i];

		if (strlen(hunk->text) != hunk->text_len)
			return error_set(err, E_INVALID,
					 "The new text of %s has a NUL byte, which is not of any text.",
					 name);
	}
	return 0;
}

/* The events of a proposal, and what they point at. */
struct suggesting {
	struct draft_change *changes;
	struct review_passage *passages;
	size_t count;
};

static void fill_changes(struct suggesting *out, const struct desk_proposal *proposal, const char *reason)
{
	out->count = proposal->hunks->count;
	out->changes = mem_zalloc(out->count, sizeof *out->changes);
	out->passages = mem_zalloc(out->count, sizeof *out->passages);
	for (size_t i = 0; i < out->count; i++) {
		const struct hunk *hunk = &proposal->hunks->items[i];

		out->passages[i] =
		    (struct review_passage){.on = *proposal->on,
					    .start = hunk->start,
					    .len = hunk->len,
					    .quote = desk_quote(proposal->text + hunk->start, hunk->len)};
		out->changes[i] = (struct draft_change){.event = REVIEW_SUGGEST,
							.text = reason,
							.passage = &out->passages[i],
							.replacement = hunk->text};
	}
}

static void suggesting_clear(struct suggesting *suggesting)
{
	for (size_t i = 0; i < suggesting->count; i++)
		free(suggesting->passages[i].quote);
	free(suggesting->passages);
	free(suggesting->changes);
}

/* Whether a blob is, or ever was, the draft's text, or the published one that it began with. */
static bool is_text_of(const struct draft *draft, const struct oid *blob)
{
	if (oid_equal(&draft->blob, blob) || oid_equal(&draft->base_blob, blob))
		return true;
	for (size_t i = 0; i < draft->count; i++) {
		const struct review_covers *covers = &draft->commits[i].covers;

		for (size_t j = 0; j < covers->count; j++) {
			if (strcmp(covers->items[j].path, draft->path) == 0 &&
			    oid_equal(&covers->items[j].blob, blob))
				return true;
		}
	}
	return false;
}

static int suggest(struct desk *desk, const char *name, const struct desk_proposal *proposal,
		   const char *reason, struct error *err)
{
	struct suggesting suggesting;
	struct desk_act act = {.name = name};
	int rc;

	fill_changes(&suggesting, proposal, reason);
	act.change = suggesting.changes[0];
	act.also = suggesting.changes + 1;
	act.also_count = suggesting.count - 1;
	rc = desk_perform(desk, &act, err);
	suggesting_clear(&suggesting);
	return rc;
}

int desk_suggest(struct desk *desk, const char *name, const struct oid *seen, const char *text, size_t len,
		 const char *reason, size_t *made, struct error *err)
{
	struct strbuf old_text = STRBUF_INIT;
	struct strbuf new_text = STRBUF_INIT;
	struct hunks hunks = {0};
	struct desk_proposal proposal = {.on = seen, .hunks = &hunks};
	const struct draft *draft;
	struct error why;
	int rc = desk_may(desk, name, REVIEW_SUGGEST, err);

	*made = 0;
	if (rc < 0)
		return rc;
	draft = desk_draft(desk, name, &why);
	if (draft == NULL)
		return error_set(err, why.code, "%s", why.message);
	if (oid_is_zero(seen))
		return error_set(err, E_REFUSED,
				 "%s takes its article away: there are no words to suggest others for.",
				 name);
	if (!is_text_of(draft, seen))
		return error_set(err, E_INVALID, "The text that you changed is not one of %s.", name);
	rc = desk_text_fits(name, len, err);
	if (rc == 0)
		rc = desk_read(desk, seen, &old_text, err);
	if (rc == 0)
		desk_adapt(&new_text, &old_text, text, len);
	if (rc == 0)
		rc = hunks_make(&hunks, old_text.data, old_text.len, new_text.data, new_text.len, err);
	proposal.text = old_text.data;
	if (rc == 0)
		rc = desk_proposal_fits(&proposal, name, err);
	if (rc == 0 && oid_equal(seen, &draft->blob))
		desk_drop_known(desk, draft, &proposal);
	if (rc == 0 && hunks.count > 0)
		rc = suggest(desk, name, &proposal, reason, err);
	if (rc == 0)
		*made = hunks.count;
	hunks_clear(&hunks);
	strbuf_clear(&old_text);
	strbuf_clear(&new_text);
	return rc;
}

/* -- Taking -- */

/* An act that takes suggestions, and what it works with. */
struct taking {
	struct desk_act act; /* first: the act is this one */
	const struct desk_choice *choice;
	struct desk_taken *out;
	struct strlist threads;
	struct strlist co_authors;
};

static bool is_called(const struct repo_person *person, const char *wanted)
{
	char *full = mem_printf("%s <%s>", person->name, person->mail);
	bool same = strcmp(person->name, wanted) == 0 || strcasecmp(person->mail, wanted) == 0 ||
		    strcasecmp(full, wanted) == 0;

	free(full);
	return same;
}

static void leave(struct taking *taking, const struct draft *draft, size_t thread, const char *why)
{
	char *sentence = mem_printf("Suggestion %zu on %s was overtaken: %s", thread + 1, draft->name, why);

	strlist_add(&taking->out->left, sentence);
	free(sentence);
}

static const char *const words_are_gone =
    "its old words do not stand in the text any more; change them by hand, or refuse it.";
static const char *const words_were_taken =
    "another one takes the same words; refuse it, or suggest it anew.";

/* Marks each suggestion that was named by itself; E_REFUSED for one that cannot be taken. */
static int choose_named(const struct taking *taking, const struct draft *draft,
			const struct desk_suggestions *all, bool *chosen, struct error *err)
{
	const struct strlist *named = taking->choice->threads;

	for (size_t i = 0; i < named->count; i++) {
		size_t thread;
		int rc = desk_find_thread(draft, named->items[i], &thread, err);

		if (rc == 0)
			rc = rules_thread(RULES_SAVE, draft, thread, err);
		if (rc < 0)
			return rc;
		if (desk_suggestion_of(all, thread)->state != DESK_SUGGESTION_OPEN)
			return error_set(err, E_REFUSED, "Suggestion %zu on %s was overtaken: %s", thread + 1,
					 draft->name, words_are_gone);
		chosen[desk_suggestion_of(all, thread) - all->items] = true;
	}
	return 0;
}

/* Marks all that are open, or those of one person. */
static void choose_many(struct taking *taking, const struct draft *draft, const struct desk_suggestions *all,
			bool *chosen)
{
	const char *from = taking->choice->from;

	for (size_t i = 0; i < all->count; i++) {
		const struct desk_suggestion *suggestion = &all->items[i];
		const struct review_thread *thread = &draft->state.threads[suggestion->thread];

		if (thread->resolved ||
		    (from != NULL && !is_called(&draft->commits[thread->commit].person, from)))
			continue;
		chosen[i] = suggestion->state == DESK_SUGGESTION_OPEN;
		if (!chosen[i])
			leave(taking, draft, suggestion->thread, words_are_gone);
	}
}

/* Leaves those that want words which one before them takes. */
static void leave_overlapping(struct taking *taking, const struct draft *draft,
			      const struct desk_suggestions *all, bool *chosen)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct desk_suggestion *later = &all->items[i];

		for (size_t j = 0; chosen[i] && j < i; j++) {
			const struct desk_suggestion *earlier = &all->items[j];

			if (!chosen[j] || later->start >= earlier->start + earlier->len ||
			    earlier->start >= later->start + later->len)
				continue;
			chosen[i] = false;
			leave(taking, draft, later->thread, words_were_taken);
		}
	}
}

static int by_start(const void *a, const void *b)
{
	const struct hunk *x = a;
	const struct hunk *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Names a suggestion in the save, and whoever made it. */
static void name_suggestion(struct taking *taking, const struct desk *desk,
			    const struct review_commit *commit)
{
	char *person = mem_printf("%s <%s>", commit->person.name, commit->person.mail);
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &commit->id);
	strlist_add(&taking->threads, hex);
	if (!repo_person_same(&commit->person, &desk->person) && !strlist_has(&taking->co_authors, person))
		strlist_add(&taking->co_authors, person);
	free(person);
}

/* Writes the text with the chosen ones in it, and fills the save in. */
static int fill_save(struct taking *taking, struct desk *desk, const struct draft *draft,
		     const struct desk_suggestions *all, const bool *chosen, struct error *err)
{
	struct desk_act *act = &taking->act;
	struct strbuf text = STRBUF_INIT;
	struct hunks hunks = {0};
	int rc = draft_need_text(draft, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < all->count; i++) {
		const struct desk_suggestion *suggestion = &all->items[i];

		if (!chosen[i])
			continue;
		hunks_add(&hunks, suggestion->start, suggestion->len, suggestion->new_words,
			  strlen(suggestion->new_words));
		name_suggestion(taking, desk,
				&draft->commits[draft->state.threads[suggestion->thread].commit]);
	}
	taking->out->count = hunks.count;
	qsort(hunks.items, hunks.count, sizeof *hunks.items, by_start);
	hunks_apply(&text, &hunks, draft_text(draft), draft->text_len);
	rc = desk_text_fits(draft->name, text.len, err);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &act->entry.id, text.data, text.len, err);
	act->entry.path = draft->path;
	act->entry.mode = REPO_MODE_FILE;
	act->change.entries = &act->entry;
	act->change.entry_count = 1;
	act->change.threads = &taking->threads;
	act->change.co_authors = &taking->co_authors;
	hunks_clear(&hunks);
	strbuf_clear(&text);
	return rc;
}

static bool any(const bool *chosen, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (chosen[i])
			return true;
	}
	return false;
}

static int nothing_to_take(const struct taking *taking, const struct draft *draft, struct error *err)
{
	const char *from = taking->choice->from;

	if (taking->out->left.count > 0)
		return error_set(err, E_REFUSED, "%s", taking->out->left.items[0]);
	return error_set(err, E_REFUSED, "There is no open suggestion%s%s on %s.", from != NULL ? " of " : "",
			 from != NULL ? from : "", draft->name);
}

static int before_take(struct desk *desk, const struct draft *draft, struct desk_act *act, struct error *err)
{
	struct taking *taking = (struct taking *)act;
	struct desk_suggestions all;
	bool *chosen;
	int rc = 0;

	strlist_clear(&taking->out->left);
	strlist_clear(&taking->threads);
	strlist_clear(&taking->co_authors);
	desk_suggestions(desk, draft, &all);
	chosen = mem_zalloc(all.count, sizeof *chosen);
	/* What cannot be read now was not overtaken. */
	if (all.code != 0)
		rc = error_set(err, all.code, "%s", all.reason);
	else if (taking->choice->threads != NULL)
		rc = choose_named(taking, draft, &all, chosen, err);
	else
		choose_many(taking, draft, &all, chosen);
	leave_overlapping(taking, draft, &all, chosen);
	if (rc == 0 && !any(chosen, all.count))
		rc = nothing_to_take(taking, draft, err);
	if (rc == 0)
		rc = fill_save(taking, desk, draft, &all, chosen, err);
	if (rc == 0 && oid_equal(&act->entry.id, &draft->blob))
		rc = error_set(err, E_REFUSED, "These suggestions together change nothing in %s.",
			       draft->name);
	free(chosen);
	desk_suggestions_clear(&all);
	return rc;
}

int desk_take(struct desk *desk, const char *name, const struct desk_choice *choice, struct desk_taken *out,
	      struct error *err)
{
	struct taking taking = {
	    .act = {.name = name, .change = {.event = REVIEW_SAVE}, .before = before_take},
	    .choice = choice,
	    .out = out,
	};
	int rc;

	*out = (struct desk_taken){0};
	rc = desk_perform(desk, &taking.act, err);
	if (rc < 0)
		out->count = 0;
	strlist_clear(&taking.threads);
	strlist_clear(&taking.co_authors);
	return rc;
}
