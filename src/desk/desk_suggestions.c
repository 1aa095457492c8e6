/*
 * Where suggestions stand: each is followed from the text that it was made on to the draft's text now.
 * A save that took suggestions is known to the byte, so the others move along exactly; through any other
 * save a passage is looked for by words and surroundings.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"
#include "text/diff.h"
#include "text/hunk.h"

const char *desk_suggestion_word(enum desk_suggestion_state state)
{
	static const char *const words[] = {
	    [DESK_SUGGESTION_OPEN] = "open",
	    [DESK_SUGGESTION_TAKEN] = "taken",
	    [DESK_SUGGESTION_REFUSED] = "refused",
	    [DESK_SUGGESTION_OVERTAKEN] = "overtaken",
	    [DESK_SUGGESTION_UNREADABLE] = "unreadable",
	};

	return words[state];
}

/* A suggestion on its way through the saves. */
struct walker {
	const struct review_thread *thread;
	const struct review_commit *commit; /* that made it */
	struct oid blob;                    /* the text that at is a place in */
	size_t at;                          /* bytes */
	bool lost;                          /* nobody knows where it is in that text */
	bool nowhere;                       /* its event names a passage that its text does not have */
};

/* All suggestions of a draft, and the two texts that were compared last: most are asked about at once. */
struct walk {
	struct desk *desk;
	const struct draft *draft;
	struct walker *walkers;
	size_t count;
	size_t capacity;
	struct oid from, to; /* of the texts that are compared; all zero for none */
	struct strbuf from_text, to_text;
	struct diff diff;
	bool compared;
	struct error trouble; /* the first text that could not be read, though it is there; code 0 for none */
};

static struct hunk_text text_of(const struct strbuf *text)
{
	return (struct hunk_text){text->data, text->len};
}

/* Whether a look went well; one at what is not there, or is too large, says so, and any other nothing. */
static bool looked(struct walk *walk, int rc, const struct error *why)
{
	if (rc < 0 && rc != E_NOTFOUND && rc != E_INVALID && walk->trouble.code == 0)
		walk->trouble = *why;
	return rc == 0;
}

static bool read_text(struct walk *walk, const struct oid *blob, struct strbuf *out)
{
	struct error why;

	strbuf_reset(out);
	return !oid_is_zero(blob) && looked(walk, desk_read(walk->desk, blob, out, &why), &why);
}

static bool compare(struct walk *walk, const struct oid *from, const struct oid *to)
{
	if (oid_equal(&walk->from, from) && oid_equal(&walk->to, to))
		return walk->compared;
	diff_clear(&walk->diff);
	walk->from = *from;
	walk->to = *to;
	walk->compared = read_text(walk, from, &walk->from_text) && read_text(walk, to, &walk->to_text) &&
			 diff_words(&walk->diff, walk->from_text.data, walk->from_text.len,
				    walk->to_text.data, walk->to_text.len, NULL) == 0;
	return walk->compared;
}

/* Finds a suggestion's words in another text; where they are not it is lost. */
static void follow(struct walk *walk, struct walker *walker, const struct oid *to)
{
	size_t at;

	if (walker->lost || oid_equal(&walker->blob, to))
		return;
	walker->lost = !compare(walk, &walker->blob, to) ||
		       !hunk_find(&at, &walk->diff, text_of(&walk->from_text), text_of(&walk->to_text),
				  walker->at, walker->commit->passage.len);
	if (!walker->lost)
		walker->at = at;
	walker->blob = *to;
}

static bool is_named(const struct review_commit *save, const struct walker *walker)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &walker->commit->id);
	return strlist_has(&save->threads, hex);
}

/* Whether a commit came after it was made, and nothing before that commit closed it. */
static bool is_open_at(const struct walker *walker, size_t commit)
{
	const struct review_thread *thread = walker->thread;

	return thread->commit < commit && (!thread->resolved || thread->resolved_by >= commit);
}

static int by_place(const void *a, const void *b)
{
	const struct walker *x = *(const struct walker *const *)a;
	const struct walker *y = *(const struct walker *const *)b;

	return x->at < y->at ? -1 : x->at > y->at;
}

/* The suggestions that a save took as hunks of the text before it; false when they cannot be. */
static bool taken_hunks(struct walk *walk, size_t commit, struct hunks *out)
{
	const struct review_commit *save = &walk->draft->commits[commit];
	struct walker **taken = mem_zalloc(walk->count, sizeof *taken);
	size_t count = 0;
	size_t pos = 0;
	bool good = true;

	for (size_t i = 0; i < walk->count; i++) {
		struct walker *walker = &walk->walkers[i];

		if (is_open_at(walker, commit) && is_named(save, walker)) {
			good &= !walker->lost;
			taken[count++] = walker;
		}
	}
	qsort(taken, count, sizeof *taken, by_place);
	for (size_t i = 0; good && i < count; i++) {
		const struct review_commit *made = taken[i]->commit;

		good = taken[i]->at >= pos;
		pos = taken[i]->at + made->passage.len;
		hunks_add(out, taken[i]->at, made->passage.len, made->replacement, strlen(made->replacement));
	}
	free(taken);
	return good && count > 0;
}

/* Whether applying them to one text gives the other. */
static bool gives(struct walk *walk, const struct hunks *hunks, const struct oid *before,
		  const struct oid *after)
{
	const struct hunk *last = &hunks->items[hunks->count - 1];
	struct strbuf text = STRBUF_INIT;
	struct strbuf result = STRBUF_INIT;
	struct oid blob;
	bool same = read_text(walk, before, &text) && last->start + last->len <= text.len;

	if (same) {
		hunks_apply(&result, hunks, text.data, text.len);
		repo_blob_hash(&blob, result.data, result.len);
		same = oid_equal(&blob, after);
	}
	strbuf_clear(&text);
	strbuf_clear(&result);
	return same;
}

/* Moves what is open past a save that took suggestions. */
static void pass_taking(struct walk *walk, size_t commit, const struct oid *before, const struct oid *after)
{
	struct hunks hunks = {0};

	for (size_t i = 0; i < walk->count; i++) {
		if (is_open_at(&walk->walkers[i], commit))
			follow(walk, &walk->walkers[i], before);
	}
	if (taken_hunks(walk, commit, &hunks) && gives(walk, &hunks, before, after)) {
		for (size_t i = 0; i < walk->count; i++) {
			struct walker *walker = &walk->walkers[i];

			if (!is_open_at(walker, commit))
				continue;
			walker->lost =
			    walker->lost || !hunk_shift(&walker->at, walker->commit->passage.len, &hunks);
			walker->blob = *after;
		}
	}
	hunks_clear(&hunks);
}

static struct oid article_at(struct walk *walk, size_t commit)
{
	static const struct oid none;
	struct repo_commit c;
	struct repo_entry entry;
	struct error why;
	bool found;

	if (!looked(walk, repo_commit_read(walk->desk->repo, &c, &walk->draft->commits[commit].id, &why),
		    &why))
		return none;
	found =
	    looked(walk, repo_tree_find(walk->desk->repo, &c.tree, walk->draft->path, &entry, &why), &why);
	repo_commit_clear(&c);
	return found ? entry.id : none;
}

/* Goes through the saves that took something, up to the draft's text now. */
static void walk_through(struct walk *walk)
{
	const struct draft *draft = walk->draft;
	size_t last_save = 0;

	for (size_t i = 1; i < draft->count; i++) {
		if (draft->commits[i].event != REVIEW_SAVE)
			continue;
		if (draft->commits[i].threads.count > 0) {
			struct oid before = article_at(walk, last_save);
			struct oid after = article_at(walk, i);

			pass_taking(walk, i, &before, &after);
		}
		last_save = i;
	}
	for (size_t i = 0; i < walk->count; i++) {
		struct walker *walker = &walk->walkers[i];

		if (walker->thread->resolved)
			continue;
		follow(walk, walker, &draft->blob);
		if (!walker->lost || walker->nowhere)
			continue;
		/* Words that were changed and changed back. */
		walker->lost = false;
		walker->blob = walker->commit->passage.on;
		walker->at = walker->commit->passage.start;
		follow(walk, walker, &draft->blob);
	}
}

/* Whether the text that a passage was made on has it. */
static bool stands_in_its_text(struct walk *walk, const struct review_passage *passage)
{
	struct error why;
	size_t size;

	return looked(walk, repo_blob_size(walk->desk->repo, &passage->on, &size, &why), &why) &&
	       passage->start <= size && passage->len <= size - passage->start;
}

static void add_walkers(struct walk *walk)
{
	const struct review_state *state = &walk->draft->state;

	for (size_t i = 0; i < state->thread_count; i++) {
		const struct review_thread *thread = &state->threads[i];
		const struct review_commit *commit = &walk->draft->commits[thread->commit];
		bool nowhere;

		if (thread->kind != REVIEW_THREAD_SUGGESTION)
			continue;
		nowhere = !stands_in_its_text(walk, &commit->passage);
		walk->walkers =
		    mem_grow(walk->walkers, &walk->capacity, walk->count + 1, sizeof *walk->walkers);
		walk->walkers[walk->count++] = (struct walker){.thread = thread,
							       .commit = commit,
							       .blob = commit->passage.on,
							       .at = commit->passage.start,
							       .lost = nowhere,
							       .nowhere = nowhere};
	}
}

/* The words that a suggestion would replace; where its text cannot be read, as they were quoted. */
static char *old_words(struct walk *walk, const struct review_passage *passage)
{
	if (!oid_equal(&walk->from, &passage->on)) {
		walk->from = passage->on;
		memset(&walk->to, 0, sizeof walk->to);
		walk->compared = false;
		if (!read_text(walk, &passage->on, &walk->from_text))
			strbuf_reset(&walk->from_text);
	}
	if (passage->start <= walk->from_text.len && passage->len <= walk->from_text.len - passage->start)
		return mem_strndup(walk->from_text.data + passage->start, passage->len);
	return mem_strdup(passage->quote != NULL ? passage->quote : "");
}

static enum desk_suggestion_state state_of(const struct walk *walk, const struct walker *walker)
{
	if (walker->thread->resolved)
		return walker->thread->taken ? DESK_SUGGESTION_TAKEN : DESK_SUGGESTION_REFUSED;
	if (!walker->lost)
		return DESK_SUGGESTION_OPEN;
	return walk->trouble.code != 0 ? DESK_SUGGESTION_UNREADABLE : DESK_SUGGESTION_OVERTAKEN;
}

void desk_suggestions(struct desk *desk, const struct draft *draft, struct desk_suggestions *out)
{
	struct walk walk = {.desk = desk, .draft = draft, .from_text = STRBUF_INIT, .to_text = STRBUF_INIT};

	*out = (struct desk_suggestions){0};
	add_walkers(&walk);
	if (walk.count > 0)
		walk_through(&walk);
	for (size_t i = 0; i < walk.count; i++) {
		const struct walker *walker = &walk.walkers[i];

		out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
		out->items[out->count++] = (struct desk_suggestion){
		    .thread = (size_t)(walker->thread - draft->state.threads),
		    .state = state_of(&walk, walker),
		    .start = walker->at,
		    .len = walker->commit->passage.len,
		    .old_words = old_words(&walk, &walker->commit->passage),
		    .new_words = walker->commit->replacement,
		};
	}
	if (walk.trouble.code != 0) {
		out->code = walk.trouble.code;
		out->reason = mem_strdup(walk.trouble.message);
	}
	diff_clear(&walk.diff);
	strbuf_clear(&walk.from_text);
	strbuf_clear(&walk.to_text);
	free(walk.walkers);
}

bool desk_find_words(struct desk *desk, const struct review_passage *passage, const struct oid *blob,
		     size_t *at)
{
	const struct review_commit commit = {.passage = *passage};
	struct walk walk = {.desk = desk, .from_text = STRBUF_INIT, .to_text = STRBUF_INIT};
	struct walker walker = {.commit = &commit, .blob = passage->on, .at = passage->start};

	walker.lost = !stands_in_its_text(&walk, passage);
	follow(&walk, &walker, blob);
	diff_clear(&walk.diff);
	strbuf_clear(&walk.from_text);
	strbuf_clear(&walk.to_text);
	*at = walker.at;
	return !walker.lost;
}

void desk_suggestions_clear(struct desk_suggestions *suggestions)
{
	for (size_t i = 0; i < suggestions->count; i++)
		free(suggestions->items[i].old_words);
	free(suggestions->items);
	free(suggestions->reason);
	*suggestions = (struct desk_suggestions){0};
}

const struct desk_suggestion *desk_suggestion_of(const struct desk_suggestions *suggestions, size_t thread)
{
	for (size_t i = 0; i < suggestions->count; i++) {
		if (suggestions->items[i].thread == thread)
			return &suggestions->items[i];
	}
	return NULL;
}
