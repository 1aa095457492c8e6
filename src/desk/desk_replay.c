/*
 * A draft moved on here and on the server: what the server lacks is made again on top of what it has.
 *
 * Each commit goes through the rule engine as if its person did it now, on the line as it stands.  Words
 * are merged; an approval is made again only where it is for the same bytes.  What cannot be made again
 * is listed with the reason.  No ref moves here: the new line is loose commits until the caller takes it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "text/frontmatter.h"
#include "text/merge.h"

struct pair {
	char *old;
	char *new;
};

struct replay {
	struct desk *desk;
	const struct draft *mine; /* our line */
	const char *name;         /* of the draft that it becomes */
	const char *path;         /* of its article */
	struct desk_replayed *out;
	struct pair *threads; /* ids of threads of ours, and of the same made again */
	size_t thread_count;
	size_t thread_capacity;
};

/* What one commit of ours becomes. */
struct again {
	const struct review_commit *commit;
	struct repo_commit written; /* the commit itself, with its tree and parents */
	struct oid parent_tree;
	struct oid now_tree; /* on which it is made again */
	struct draft *now;   /* NULL while the line has no commit yet */
	struct draft_change change;
	struct repo_entry *entries;
	size_t entry_count;
	size_t entry_capacity;
	struct strlist threads;
	struct strlist co_authors;
	struct review_passage passage;
	struct sign_key key;
	bool needless; /* the line has it already */
};

/* -- What is left -- */

static const char *event_noun(enum review_event event)
{
	static const char *const nouns[] = {
	    [REVIEW_SAVE] = "save",
	    [REVIEW_SUBMIT] = "submission",
	    [REVIEW_COMMENT] = "comment",
	    [REVIEW_QUESTION] = "question",
	    [REVIEW_SUGGEST] = "suggestion",
	    [REVIEW_REPLY] = "reply",
	    [REVIEW_RESOLVE] = "settling of a comment",
	    [REVIEW_REOPEN] = "reopening of a comment",
	    [REVIEW_REFUSE] = "refusal of a suggestion",
	    [REVIEW_APPROVE] = "approval",
	    [REVIEW_REJECT] = "request for changes",
	    [REVIEW_ASSIGN] = "assignment",
	    [REVIEW_SPIKE] = "spiking",
	    [REVIEW_RESTORE] = "restoring",
	    [REVIEW_EMBARGO] = "embargo",
	    [REVIEW_SCHEDULE] = "schedule",
	    [REVIEW_UNSCHEDULE] = "end of the schedule",
	    [REVIEW_RELEASED] = "note of a release",
	    [REVIEW_UNKNOWN] = "act of a later version",
	};

	return nouns[event];
}

static void leave(struct replay *r, const struct review_commit *commit, const char *reason)
{
	struct desk_replayed *out = r->out;
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	out->left = mem_grow(out->left, &out->left_capacity, out->left_count + 1, sizeof *out->left);
	out->left[out->left_count++] = (struct desk_left){
	    .what =
		mem_printf("%s by %s, %s %s", event_noun(commit->event), commit->person.name, date, minutes),
	    .reason = mem_strdup(reason),
	};
}

void desk_replayed_clear(struct desk_replayed *replayed)
{
	for (size_t i = 0; i < replayed->left_count; i++) {
		free(replayed->left[i].what);
		free(replayed->left[i].reason);
	}
	free(replayed->left);
	memset(replayed, 0, sizeof *replayed);
}

/* -- Saves -- */

/* Our path of a file as the new line calls it: the article's own may be another there. */
static const char *path_there(const struct replay *r, const char *path)
{
	return strcmp(path, r->mine->path) == 0 ? r->path : path;
}

static struct repo_entry entry_at(struct repo *repo, const struct oid *tree, const char *path)
{
	struct repo_entry entry;

	if (repo_tree_find(repo, tree, path, &entry, NULL) < 0)
		return (struct repo_entry){.path = path};
	return entry;
}

static bool same_entry(const struct repo_entry *a, const struct repo_entry *b)
{
	return a->mode == b->mode && oid_equal(&a->id, &b->id);
}

static bool is_text(const struct repo_entry *entry)
{
	return entry->mode == REPO_MODE_FILE || entry->mode == REPO_MODE_EXECUTABLE;
}

/* Merges the article's texts by words into a new blob; E_CONFLICT where both changed the same ones. */
static int merge_entries(struct desk *desk, const struct repo_entry *old, const struct repo_entry *mine,
			 const struct repo_entry *now, struct oid *blob, struct error *err)
{
	const struct repo_entry *entries[] = {old, mine, now};
	struct strbuf texts[] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	struct merge_text parts[3];
	struct merge merge = {0};
	struct strbuf text = STRBUF_INIT;
	int rc = 0;

	for (int i = 0; rc == 0 && i < 3; i++) {
		rc = repo_blob_read(desk->repo, &entries[i]->id, &texts[i], err);
		parts[i] = (struct merge_text){texts[i].data, texts[i].len};
	}
	if (rc == 0)
		rc = merge_articles(&merge, parts[0], parts[1], parts[2], err);
	if (rc == 0 && merge.conflicts > 0)
		rc = error_set(err, E_CONFLICT, "The same words were changed on the server, in %zu place%s.",
			       merge.conflicts, merge.conflicts == 1 ? "" : "s");
	if (rc == 0) {
		merge_settle(&text, &merge, parts[1], parts[2], true);
		rc = repo_blob_write(desk->repo, blob, text.data, text.len, err);
	}
	merge_clear(&merge);
	strbuf_clear(&text);
	for (int i = 0; i < 3; i++)
		strbuf_clear(&texts[i]);
	return rc;
}

/* One path that a save changed: added to what is written, unless it stands there already. */
static int replay_path(struct replay *r, struct again *a, const char *path, struct error *err)
{
	struct repo *repo = r->desk->repo;
	struct repo_entry old = entry_at(repo, &a->parent_tree, path);
	struct repo_entry mine = entry_at(repo, &a->written.tree, path);
	struct repo_entry now = entry_at(repo, &a->now_tree, path_there(r, path));
	struct repo_entry new = {.path = path_there(r, path), .mode = mine.mode, .id = mine.id};
	int rc = 0;

	if (same_entry(&old, &mine) || same_entry(&now, &mine))
		return 0;
	if (!same_entry(&now, &old)) {
		if (strcmp(path, r->mine->path) != 0 || !is_text(&old) || !is_text(&mine) || !is_text(&now))
			return error_set(err, E_CONFLICT, "%s was changed on the server, too.", new.path);
		rc = merge_entries(r->desk, &old, &mine, &now, &new.id, err);
		new.mode = now.mode;
	}
	if (rc == 0 && !same_entry(&now, &new)) {
		a->entries = mem_grow(a->entries, &a->entry_capacity, a->entry_count + 1, sizeof *a->entries);
		a->entries[a->entry_count++] = new;
	}
	return rc;
}

static int tree_of(struct desk *desk, const struct oid *commit, struct oid *tree, struct error *err)
{
	struct repo_commit c;
	int rc = repo_commit_read(desk->repo, &c, commit, err);

	if (rc < 0)
		return rc;
	*tree = c.tree;
	repo_commit_clear(&c);
	return 0;
}

/* A save that brought the draft up to date does so again, unless the line is that far already. */
static void replay_base(struct replay *r, struct again *a)
{
	const struct oid *to = &a->written.merged;

	if (a->now != NULL && !oid_is_zero(to) && !repo_is_ancestor(r->desk->repo, to, &a->now->base))
		a->change.base = to;
}

/* A new article under another name has another address, which its front matter may name. */
static int rename_slug(struct replay *r, struct repo_entry *entry, struct error *err)
{
	char *old_slug = article_slug(r->mine->path);
	char *new_slug = article_slug(r->path);
	struct strbuf text = STRBUF_INIT;
	struct strbuf renamed = STRBUF_INIT;
	struct frontmatter *fm = NULL;
	const char *own = NULL;
	int rc = is_text(entry) ? repo_blob_read(r->desk->repo, &entry->id, &text, err) : 0;

	if (rc == 0 && text.len > 0) {
		(void)frontmatter_parse(&fm, text.data, text.len, NULL);
		own = frontmatter_get(fm, "slug");
	}
	if (own != NULL && strcmp(own, old_slug) == 0) {
		rc = frontmatter_set(&renamed, text.data, text.len, "slug", new_slug, err);
		if (rc == 0)
			rc = repo_blob_write(r->desk->repo, &entry->id, renamed.data, renamed.len, err);
	}
	frontmatter_free(fm);
	strbuf_clear(&text);
	strbuf_clear(&renamed);
	free(old_slug);
	free(new_slug);
	return rc;
}

/* All paths that the draft changes before or after the commit. */
static int replay_save(struct replay *r, struct again *a, size_t index, struct error *err)
{
	const struct review_covers *after = &a->commit->covers;
	const struct review_covers *before = index > 0 ? &a->commit[-1].covers : NULL;
	int rc = 0;

	replay_base(r, a);
	for (size_t i = 0; rc == 0 && i < after->count; i++)
		rc = replay_path(r, a, after->items[i].path, err);
	for (size_t i = 0; rc == 0 && before != NULL && i < before->count; i++) {
		bool seen = false;

		for (size_t j = 0; j < after->count; j++)
			seen = seen || strcmp(after->items[j].path, before->items[i].path) == 0;
		if (!seen)
			rc = replay_path(r, a, before->items[i].path, err);
	}
	for (size_t i = 0; rc == 0 && a->now == NULL && i < a->entry_count; i++) {
		if (strcmp(a->entries[i].path, r->path) == 0 && strcmp(r->path, r->mine->path) != 0)
			rc = rename_slug(r, &a->entries[i], err);
	}
	a->change.entries = a->entries;
	a->change.entry_count = a->entry_count;
	a->change.co_authors = &a->co_authors;
	a->needless = a->now != NULL && a->entry_count == 0 && a->change.base == NULL;
	return rc;
}

/* -- Events -- */

/* Whether the line has the text that a passage is of, so that everybody has it. */
static bool line_has(const struct draft *draft, const struct oid *blob)
{
	for (size_t i = 0; i < draft->count; i++) {
		for (size_t j = 0; j < draft->commits[i].covers.count; j++) {
			const struct review_cover *cover = &draft->commits[i].covers.items[j];

			if (oid_equal(&cover->blob, blob) || oid_equal(&cover->base, blob))
				return true;
		}
	}
	return oid_equal(&draft->blob, blob) || oid_equal(&draft->base_blob, blob);
}

/* A passage of a text that the server never gets is told of the text as it is now. */
static int replay_passage(struct replay *r, struct again *a, struct error *err)
{
	const struct draft *now = a->now;
	bool suggests = a->commit->event == REVIEW_SUGGEST;
	size_t start = 0;
	size_t end;

	if (oid_is_zero(&a->commit->passage.on))
		return 0;
	a->passage = a->commit->passage;
	a->change.passage = &a->passage;
	if (line_has(now, &a->passage.on))
		return 0;
	if (suggests && !desk_find_words(r->desk, &a->passage, &now->blob, &start))
		return error_set(err, E_NOTFOUND, "The words that it would replace are others now.");
	end = start + a->passage.len;
	if (!suggests && (draft_text(now) == NULL || !desk_locate(r->desk, now, &a->passage, draft_text(now),
								  now->text_len, &start, &end)))
		return error_set(err, E_NOTFOUND, "Its passage is not in the text any more.");
	a->passage.on = now->blob;
	a->passage.start = start;
	a->passage.len = end - start;
	return 0;
}

static void name_suggester(struct again *a, const struct repo_person *person)
{
	char *words = mem_printf("%s <%s>", person->name, person->mail);

	if (!repo_person_same(person, &a->commit->person) && !strlist_has(&a->co_authors, words))
		strlist_add(&a->co_authors, words);
	free(words);
}

/* Threads by the ids that they have in the new line. */
static int replay_threads(struct replay *r, struct again *a, struct error *err)
{
	const struct strlist *threads = &a->commit->threads;

	for (size_t i = 0; i < threads->count; i++) {
		struct review_facts facts;
		const char *hex = threads->items[i];
		int number;
		int rc;

		for (size_t j = 0; j < r->thread_count; j++) {
			if (strcmp(r->threads[j].old, hex) == 0)
				hex = r->threads[j].new;
		}
		if (a->now == NULL)
			continue;
		facts = draft_facts(a->now, &r->desk->policy, clock_now(&r->desk->clock));
		number = review_find_thread(&facts, &a->now->state, hex);
		if (number < 0)
			return error_set(err, E_NOTFOUND, "What it answers could not be made again.");
		/* Taken there as well: the words are the same, and named with whose they are. */
		if (a->commit->event == REVIEW_SAVE && a->now->state.threads[number].taken)
			continue;
		rc = rules_thread(rules_action_of(a->commit->event), a->now, (size_t)number, err);
		if (rc < 0)
			return rc;
		strlist_add(&a->threads, hex);
		if (a->commit->event == REVIEW_SAVE)
			name_suggester(a, &a->now->commits[a->now->state.threads[number].commit].person);
	}
	a->change.threads = &a->threads;
	return 0;
}

/* A yes for bytes and rules holds only while both are the same. */
static int same_bytes(struct replay *r, struct again *a, struct error *err)
{
	if (!review_covers_equal(draft_covers(a->now), &a->commit->claimed))
		return error_set(err, E_CONFLICT, "The text is another now: it must be read again.");
	if (!oid_equal(&a->commit->policy, &r->desk->policy.blob))
		return error_set(err, E_CONFLICT, "The desk's rules are others now.");
	a->change.policy = &r->desk->policy.blob;
	return 0;
}

/* Who could do what was next then cannot always do what is next now. */
static int may_be_assigned(struct replay *r, struct again *a, struct error *err)
{
	struct repo_person person;
	int rc = repo_person_parse(&person, a->commit->assignee, err);

	if (rc < 0)
		return rc;
	rc = rules_assign(a->now, &r->desk->policy, &person, clock_now(&r->desk->clock), err);
	repo_person_clear(&person);
	return rc;
}

static void note_thread(struct replay *r, const struct oid *old, const struct oid *new)
{
	char hex[2][REPO_HEX_SIZE];

	oid_hex(hex[0], old);
	oid_hex(hex[1], new);
	r->threads = mem_grow(r->threads, &r->thread_capacity, r->thread_count + 1, sizeof *r->threads);
	r->threads[r->thread_count++] = (struct pair){mem_strdup(hex[0]), mem_strdup(hex[1])};
}

/* -- One commit, and all -- */

static void again_clear(struct again *a)
{
	draft_free(a->now);
	repo_commit_clear(&a->written);
	free(a->entries);
	strlist_clear(&a->threads);
	strlist_clear(&a->co_authors);
	sign_key_clear(&a->key);
}

/* Reads the commit and the line as it is so far. */
static int again_init(struct again *a, struct replay *r, size_t index, struct error *err)
{
	const struct review_commit *commit = &r->mine->commits[index];
	int rc;

	*a = (struct again){.commit = commit};
	a->change = (struct draft_change){.event = commit->event,
					  .person = &commit->person,
					  .time = commit->time,
					  .text = commit->text,
					  .step = commit->step,
					  .checked = &commit->checked,
					  .assignee = commit->assignee,
					  .at = commit->at,
					  .replacement = commit->replacement,
					  .loose = true};
	rc = repo_commit_read(r->desk->repo, &a->written, &commit->id, err);
	if (rc == 0)
		rc = tree_of(r->desk, &a->written.parent, &a->parent_tree, err);
	a->now_tree = a->parent_tree;
	if (rc < 0 || oid_is_zero(&r->out->head))
		return rc;
	rc = draft_load_at(&a->now, r->desk->repo, r->name, &r->out->head, err);
	if (rc < 0)
		return rc;
	desk_derive(r->desk, a->now);
	a->now_tree = a->now->head_tree;
	return 0;
}

/* A commit that is made again needs its signature again, too. */
static int sign_again(struct replay *r, struct again *a, struct error *err)
{
	bool ours = repo_person_same(&a->commit->person, &r->desk->person);
	int rc = 0;

	/* Nobody signs for another because they like their own signed. */
	if (ours || desk_must_sign(r->desk, a->change.event))
		rc = desk_event_key(r->desk, a->change.event, &a->key, err);
	a->change.key = a->key.key != NULL ? &a->key : NULL;
	a->change.signed_under = desk_must_sign(r->desk, a->change.event) ? &r->desk->policy : NULL;
	return rc;
}

static int prepare(struct replay *r, struct again *a, size_t index, struct error *err)
{
	const struct review_commit *commit = a->commit;
	int rc = 0;

	if (commit->event == REVIEW_UNKNOWN)
		return error_set(err, E_INVALID, "This version of copydesk does not know what it is.");
	a->needless = commit->event == REVIEW_SUBMIT && a->now != NULL && a->now->state.submitted;
	if (a->needless)
		return 0;
	if (a->now != NULL)
		rc = rules_check(rules_action_of(commit->event), a->now, &r->desk->policy, &commit->person,
				 clock_now(&r->desk->clock), commit->step, err);
	if (rc == 0)
		rc = replay_threads(r, a, err);
	if (rc == 0 && commit->event == REVIEW_ASSIGN)
		rc = may_be_assigned(r, a, err);
	if (rc == 0 && commit->event == REVIEW_SAVE)
		rc = replay_save(r, a, index, err);
	if (rc == 0 && commit->event != REVIEW_SAVE)
		rc = replay_passage(r, a, err);
	if (rc == 0 && (commit->event == REVIEW_APPROVE || commit->event == REVIEW_SCHEDULE))
		rc = same_bytes(r, a, err);
	return rc == 0 ? sign_again(r, a, err) : rc;
}

/* Whether an error is about this one commit, so that the others can be made again all the same. */
static bool is_an_answer(int rc)
{
	return rc == E_REFUSED || rc == E_CONFLICT || rc == E_NOTFOUND || rc == E_INVALID;
}

/* Appends the commit; what is merged must be what a draft may hold, as when a person saves it. */
static int append(struct replay *r, const struct again *a, struct oid *head, struct error *err)
{
	struct draft *after;
	int rc = draft_append(head, r->desk->repo, a->now, &a->change, err);

	if (rc < 0 || a->commit->event != REVIEW_SAVE)
		return rc;
	rc = draft_load_at(&after, r->desk->repo, r->name, head, err);
	if (rc == 0) {
		rc = rules_change(after, &r->desk->policy, err);
		draft_free(after);
	}
	return rc;
}

static int replay_one(struct replay *r, size_t index, struct error *err)
{
	const struct review_commit *commit = &r->mine->commits[index];
	struct again a;
	struct oid head;
	int rc = again_init(&a, r, index, err);

	if (rc == 0)
		rc = prepare(r, &a, index, err);
	if (rc == 0 && a.now == NULL) {
		a.change.withdraws = r->mine->withdraws;
		a.change.renames = r->mine->renames;
		rc = draft_begin(&head, r->desk->repo, r->name, r->path, &a.written.parent, &a.change, err);
	} else if (rc == 0 && !a.needless) {
		rc = append(r, &a, &head, err);
	}
	if (is_an_answer(rc) && a.now != NULL) {
		leave(r, commit, err->message);
		rc = 0;
	} else if (rc == 0 && !a.needless) {
		note_thread(r, &commit->id, &head);
		r->out->head = head;
		r->out->made++;
	}
	again_clear(&a);
	return rc;
}

int desk_replay(struct desk *desk, const struct desk_replay *what, struct desk_replayed *out,
		struct error *err)
{
	const struct draft *mine = what->mine;
	struct replay r = {.desk = desk,
			   .mine = mine,
			   .name = what->name != NULL ? what->name : mine->name,
			   .path = what->path != NULL ? what->path : mine->path,
			   .out = out};
	struct error why;
	int rc = 0;

	*out = (struct desk_replayed){.head = *what->onto};
	for (size_t i = what->first; rc == 0 && i < mine->count; i++) {
		/* That it went out is told by the release branch. */
		if (mine->commits[i].event != REVIEW_RELEASED)
			rc = replay_one(&r, i, &why);
	}
	for (size_t i = 0; i < r.thread_count; i++) {
		free(r.threads[i].old);
		free(r.threads[i].new);
	}
	free(r.threads);
	if (rc < 0) {
		desk_replayed_clear(out);
		return error_set(err, why.code, "%s", why.message);
	}
	return 0;
}
