/*
 * What is done at the desk: every act is checked by the rule engine on the
 * draft as it stands in git now, and is one commit.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "text/frontmatter.h"
#include "text/unicode.h"

/* How often an act is tried again when somebody else's commit comes first. */
#define MAX_TRIES 8

#define SLUG_LIMIT 80

/*
 * Does one act: before (may be NULL) looks at the fresh draft, fills in change, and can refuse or say
 * that nothing is to be done (*done).
 */
struct act {
	const char *name;
	struct draft_change change;
	int (*before)(struct desk *desk, const struct draft *draft, struct act *act, struct error *err);
	const struct oid *seen;      /* approve: the head that the person looked at */
	const char *thread;          /* as given by the person */
	char thread_hex[REPO_HEX_SIZE];
	const struct oid *from;      /* save: the blob that the writer started from */
	struct repo_entry entry;     /* save: the file to write */
	bool nothing_to_do;
};

static int try_act(struct desk *desk, struct act *act, struct error *err)
{
	struct draft *draft;
	struct oid head;
	int rc = draft_load(&draft, desk->repo, act->name, err);

	if (rc < 0)
		return rc;
	draft_derive(draft, &desk->policy, clock_now(&desk->clock));
	if (release_contains(desk->repo, &desk->tip, draft)) {
		draft->released = true;
		draft_derive(draft, &desk->policy, clock_now(&desk->clock));
	}
	rc = rules_check(rules_action_of(act->change.event), draft, &desk->policy, &desk->person,
	                 clock_now(&desk->clock), act->change.step, err);
	if (rc == 0 && act->before != NULL)
		rc = act->before(desk, draft, act, err);
	if (rc == 0 && !act->nothing_to_do)
		rc = draft_append(&head, desk->repo, draft, &act->change, err);
	else if (rc == E_CONFLICT)
		rc = E_CANCELLED; /* an answer for the person, not a race to be run again */
	draft_free(draft);
	return rc;
}

/* After an act that is done: a look that fails makes it no less done, and the next look tells. */
static void look_again(struct desk *desk)
{
	(void)desk_refresh(desk, NULL);
}

static int perform(struct desk *desk, struct act *act, struct error *err)
{
	int rc = desk_may_write(desk, err);

	if (rc == 0)
		rc = desk_refresh(desk, err);
	if (rc < 0)
		return rc;
	act->change.person = &desk->person;
	act->change.time = desk_time(desk);
	rc = E_CONFLICT;
	for (int i = 0; rc == E_CONFLICT && i < MAX_TRIES; i++)
		rc = try_act(desk, act, err);
	if (rc == E_CANCELLED)
		rc = err ? err->code : E_CONFLICT;
	if (rc == 0)
		look_again(desk);
	return rc;
}

/* -- Beginning -- */

static bool name_is_taken(struct desk *desk, const char *name, const char *path)
{
	struct draft *named = desk_loaded(desk, name);
	struct repo_entry there;

	/* Also a link or a folder of that name is in the way of an article. */
	if (named != NULL || (path != NULL && repo_tree_find(desk->repo, &desk->tip_tree, path, &there, NULL) == 0))
		return true;
	for (size_t i = 0; path != NULL && i < desk->draft_count; i++) {
		if (strcmp(desk->drafts[i]->path, path) == 0)
			return true;
	}
	return false;
}

/* The wanted slug, or with "-2", "-3" ... the first that is free; section NULL: only drafts' names count. */
static int free_slug(struct desk *desk, const char *section, const char *wanted, char **slug, char **path,
                     struct error *err)
{
	for (unsigned n = 1;; n++) {
		int rc = 0;

		*slug = n == 1 ? mem_strdup(wanted) : mem_printf("%s-%u", wanted, n);
		*path = NULL;
		if (section != NULL)
			rc = article_path(path, desk->policy.content, section, *slug, err);
		if (rc == 0 && !name_is_taken(desk, *slug, *path))
			return 0;
		free(*slug);
		free(*path);
		if (rc < 0)
			return rc;
	}
}

/* Begins a draft; a name that somebody takes at the same moment gives E_CONFLICT. */
static int begin(struct desk *desk, const char *name, const char *path, const struct repo_entry *entry,
                 const char *words, struct error *err)
{
	const struct draft_change change = {
	    .event = REVIEW_SAVE,
	    .person = &desk->person,
	    .time = desk_time(desk),
	    .text = words,
	    .entries = entry,
	    .entry_count = 1,
	};
	struct oid head;
	int rc = draft_begin(&head, desk->repo, name, path, &desk->tip, &change, err);

	if (rc == 0)
		look_again(desk);
	return rc;
}

static int ready_to_begin(struct desk *desk, struct error *err)
{
	int rc = desk_may_write(desk, err);

	return rc < 0 ? rc : desk_refresh(desk, err);
}

static int text_fits(const char *what, size_t len, struct error *err)
{
	if (len <= REPO_BLOB_LIMIT)
		return 0;
	return error_set(err, E_INVALID, "%s has %zu MiB; the most that copydesk takes is %zu MiB.", what, len >> 20,
	                 REPO_BLOB_LIMIT >> 20);
}

/* A headline of Han characters on a desk of another language is Chinese, and the other way round English. */
static const char *language_of(const struct desk *desk, const char *headline)
{
	const char *own = desk->policy.language;
	const char *guess = article_guess_language(headline, strlen(headline));

	return (strcmp(guess, "zh") == 0) == (strncmp(own, "zh", 2) == 0) ? own : guess;
}

/* The text of an article that is still to be written. */
static int empty_article(struct desk *desk, const char *headline, const char *slug, struct strbuf *out,
                         struct error *err)
{
	struct repo_time now = desk_time(desk);
	char date[CLOCK_TEXT_SIZE];

	clock_date(date, now.seconds, now.offset);
	return article_template(out, headline, slug, date, language_of(desk, headline), desk->person.name, err);
}

/* The text with its slug, where it names one, made the draft's: two articles must not share an address. */
static int with_slug(struct strbuf *out, const char *slug, const char *text, size_t len, struct error *err)
{
	struct frontmatter *fm;
	const char *own;
	bool other;

	(void)frontmatter_parse(&fm, text, len, NULL);
	own = frontmatter_get(fm, "slug");
	other = own != NULL && strcmp(own, slug) != 0;
	frontmatter_free(fm);
	if (other)
		return frontmatter_set(out, text, len, "slug", slug, err);
	strbuf_add(out, text, len);
	return 0;
}

int desk_new(struct desk *desk, const char *section, const char *slug, const char *headline, const char *text,
             size_t len, char **name, struct error *err)
{
	struct strbuf wanted = STRBUF_INIT;
	struct strbuf first = STRBUF_INIT;
	struct repo_entry entry = {.mode = REPO_MODE_FILE};
	char *path = NULL;
	int rc = text_fits(headline, len, err);

	*name = NULL;
	if (rc == 0)
		rc = ready_to_begin(desk, err);
	if (rc < 0)
		return rc;
	if (slug != NULL)
		strbuf_adds(&wanted, slug);
	else
		unicode_slug(&wanted, headline, strlen(headline), SLUG_LIMIT);
	rc = free_slug(desk, section ? section : "", wanted.data, name, &path, err);
	strbuf_clear(&wanted);
	if (rc < 0) {
		*name = NULL;
		return rc;
	}
	if (text == NULL)
		rc = empty_article(desk, headline, *name, &first, err);
	else
		rc = with_slug(&first, *name, text, len, err);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &entry.id, first.data, first.len, err);
	entry.path = path;
	if (rc == 0)
		rc = begin(desk, *name, path, &entry, NULL, err);
	if (rc < 0) {
		free(*name);
		*name = NULL;
	}
	strbuf_clear(&first);
	free(path);
	return rc;
}

/* A draft on a published article: its first commit changes nothing (mode file) or removes it. */
static int begin_on_article(struct desk *desk, const char *path, unsigned mode, const char *reason, char **name,
                            struct error *err)
{
	struct repo_entry entry = {.path = path, .mode = mode};
	char *slug = article_slug(path);
	char *no_path = NULL;
	int rc = ready_to_begin(desk, err);

	*name = NULL;
	if (rc == 0)
		rc = desk_article(desk, path, &entry.id, err);
	if (rc == 0)
		rc = free_slug(desk, NULL, slug, name, &no_path, err);
	if (rc == 0)
		rc = begin(desk, *name, path, &entry, reason, err);
	if (rc < 0) {
		free(*name);
		*name = NULL;
	}
	free(slug);
	return rc;
}

int desk_correct(struct desk *desk, const char *path, const char *reason, char **name, struct error *err)
{
	return begin_on_article(desk, path, REPO_MODE_FILE, reason, name, err);
}

int desk_withdraw(struct desk *desk, const char *path, const char *reason, char **name, struct error *err)
{
	return begin_on_article(desk, path, REPO_MODE_NONE, reason, name, err);
}

/* -- Saving -- */

static int before_save(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	(void)desk;
	if (act->from != NULL && !oid_equal(act->from, &draft->blob))
		return error_set(err, E_CONFLICT,
		                 "%s was saved by %s meanwhile: nothing was written; compare and save again.",
		                 draft->name, draft->commits[draft->state.last_save].person.name);
	if (act->entry.path == NULL)
		act->entry.path = draft->path;
	act->nothing_to_do = act->change.base == NULL && act->entry.path == draft->path &&
	                     oid_equal(&act->entry.id, &draft->blob);
	return 0;
}

int desk_save(struct desk *desk, const char *name, const struct oid *from, const char *text, size_t len,
              struct oid *saved, struct error *err)
{
	struct act act = {.name = name, .before = before_save, .from = from, .entry = {.mode = REPO_MODE_FILE}};
	int rc = text_fits(name, len, err);

	if (rc == 0)
		rc = desk_may_write(desk, err);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &act.entry.id, text, len, err);
	if (rc < 0)
		return rc;
	act.change.entries = &act.entry;
	act.change.entry_count = 1;
	rc = perform(desk, &act, err);
	if (rc == 0 && saved != NULL)
		*saved = act.entry.id;
	return rc;
}

int desk_update(struct desk *desk, const char *name, const struct oid *from, const char *text, size_t len,
                struct error *err)
{
	struct act act = {.name = name, .before = before_save, .from = from, .entry = {.mode = REPO_MODE_FILE}};
	struct oid tip;
	int rc = text_fits(name, len, err);

	if (rc == 0)
		rc = ready_to_begin(desk, err);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &act.entry.id, text, len, err);
	if (rc < 0)
		return rc;
	tip = desk->tip;
	act.change.entries = &act.entry;
	act.change.entry_count = 1;
	act.change.base = &tip;
	return perform(desk, &act, err);
}

int desk_attach(struct desk *desk, const char *name, const char *file, const char *bytes, size_t len,
                struct error *err)
{
	struct act act = {.name = name, .before = before_save, .entry = {.mode = REPO_MODE_FILE}};
	const struct draft *draft;
	const char *slash;
	char *path;
	int rc = text_fits(file, len, err);

	if (rc == 0)
		rc = ready_to_begin(desk, err);
	if (rc < 0)
		return rc;
	draft = desk_draft(desk, name, err);
	if (draft == NULL)
		return err ? err->code : E_NOTFOUND;
	slash = strrchr(draft->path, '/');
	path = mem_printf("%.*s/%s", (int)(slash - draft->path), draft->path, file);
	if (strchr(file, '/') != NULL || file[0] == '.' || !repo_path_safe(path) ||
	    article_is_path(desk->policy.content, path))
		rc = error_set(err, E_INVALID,
		               "%s cannot be attached under that name: use a plain file name that does not end in .md.",
		               file);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &act.entry.id, bytes, len, err);
	act.entry.path = path;
	act.change.entries = &act.entry;
	act.change.entry_count = 1;
	if (rc == 0)
		rc = perform(desk, &act, err);
	free(path);
	return rc;
}

/* -- Reviewing -- */

int desk_may(struct desk *desk, const char *name, enum review_event kind, struct error *err)
{
	const struct draft *draft = desk_draft(desk, name, err);
	int rc = desk_may_write(desk, err);

	if (draft == NULL)
		return err ? err->code : E_NOTFOUND;
	if (rc < 0)
		return rc;
	return rules_check(rules_action_of(kind), draft, &desk->policy, &desk->person, clock_now(&desk->clock), NULL,
	                   err);
}

static int event(struct desk *desk, const char *name, enum review_event kind, const char *text,
                 struct error *err)
{
	struct act act = {.name = name, .change = {.event = kind, .text = text}};

	return perform(desk, &act, err);
}

int desk_submit(struct desk *desk, const char *name, const char *text, struct error *err)
{
	return event(desk, name, REVIEW_SUBMIT, text, err);
}

static int before_approve(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	struct draft *seen;
	bool same;
	int rc;

	if ((size_t)draft->state.step >= desk->policy.step_count)
		return error_set(err, E_REFUSED, "%s has every approval that it needs.", draft->name);
	act->change.step = desk->policy.steps[draft->state.step].name;
	act->change.policy = &desk->policy.blob;
	if (act->seen == NULL)
		return 0;
	rc = draft_load_at(&seen, desk->repo, draft->name, act->seen, err);
	if (rc < 0)
		return rc;
	same = review_covers_equal(draft_covers(seen), draft_covers(draft));
	draft_free(seen);
	if (!same)
		return error_set(err, E_CONFLICT, "%s changed since you looked at it: read it again, then approve.",
		                 draft->name);
	return 0;
}

int desk_approve(struct desk *desk, const char *name, const char *step, const struct oid *seen, const char *text,
                 struct error *err)
{
	struct act act = {.name = name,
	                  .change = {.event = REVIEW_APPROVE, .text = text, .step = step},
	                  .before = before_approve,
	                  .seen = seen};

	return perform(desk, &act, err);
}

static int with_words(const char *text, const char *what, struct error *err)
{
	if (text != NULL && text[strspn(text, " \t\r\n")] != '\0')
		return 0;
	return error_set(err, E_INVALID, "%s needs some words: say what you mean.", what);
}

int desk_reject(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	int rc = with_words(reason, "Asking for changes", err);

	return rc < 0 ? rc : event(desk, name, REVIEW_REJECT, reason, err);
}

int desk_comment(struct desk *desk, const char *name, const struct review_passage *passage, const char *text,
                 struct error *err)
{
	struct act act = {.name = name, .change = {.event = REVIEW_COMMENT, .text = text, .passage = passage}};
	int rc = with_words(text, "A comment", err);

	return rc < 0 ? rc : perform(desk, &act, err);
}

/* Finds the comment that a person named by number, or by the beginning of its id. */
static int before_thread(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	size_t found = draft->state.thread_count;
	size_t number = 0;
	char rest;

	(void)desk;
	if (sscanf(act->thread, "%4zu%c", &number, &rest) == 1 && number >= 1 &&
	    number <= draft->state.thread_count)
		found = number - 1;
	for (size_t i = 0; found == draft->state.thread_count && i < draft->state.thread_count; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[draft->state.threads[i].commit].id);
		if (strlen(act->thread) >= 6 && strncmp(hex, act->thread, strlen(act->thread)) == 0)
			found = i;
	}
	if (found == draft->state.thread_count)
		return error_set(err, E_NOTFOUND, "%s has no comment %s.", draft->name, act->thread);
	oid_hex(act->thread_hex, &draft->commits[draft->state.threads[found].commit].id);
	act->change.thread = act->thread_hex;
	return 0;
}

static int thread_event(struct desk *desk, const char *name, enum review_event kind, const char *thread,
                        const char *text, struct error *err)
{
	struct act act = {.name = name,
	                  .change = {.event = kind, .text = text},
	                  .before = before_thread,
	                  .thread = thread};

	return perform(desk, &act, err);
}

int desk_reply(struct desk *desk, const char *name, const char *thread, const char *text, struct error *err)
{
	int rc = with_words(text, "A reply", err);

	return rc < 0 ? rc : thread_event(desk, name, REVIEW_REPLY, thread, text, err);
}

int desk_resolve(struct desk *desk, const char *name, const char *thread, bool resolved, struct error *err)
{
	return thread_event(desk, name, resolved ? REVIEW_RESOLVE : REVIEW_REOPEN, thread, NULL, err);
}

/* A person by "NAME <MAIL>", or by the name or mail of somebody whom the policy names. */
static int find_assignee(struct desk *desk, const char *text, char **out, struct error *err)
{
	const struct repo_person **people;
	struct repo_person person;
	size_t count = policy_people(&desk->policy, &people);

	*out = NULL;
	for (size_t i = 0; *out == NULL && i < count; i++) {
		if (strcmp(people[i]->name, text) == 0 || strcmp(people[i]->mail, text) == 0)
			*out = mem_printf("%s <%s>", people[i]->name, people[i]->mail);
	}
	free(people);
	if (*out != NULL)
		return 0;
	if (repo_person_parse(&person, text, NULL) < 0)
		return error_set(err, E_NOTFOUND, "The desk's rules name nobody called %s: write NAME <MAIL>.", text);
	*out = mem_printf("%s <%s>", person.name, person.mail);
	repo_person_clear(&person);
	return 0;
}

int desk_assign(struct desk *desk, const char *name, const char *person, const char *text, struct error *err)
{
	struct act act = {.name = name, .change = {.event = REVIEW_ASSIGN, .text = text}};
	char *assignee;
	int rc = find_assignee(desk, person, &assignee, err);

	if (rc < 0)
		return rc;
	act.change.assignee = assignee;
	rc = perform(desk, &act, err);
	free(assignee);
	return rc;
}

int desk_spike(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	return event(desk, name, REVIEW_SPIKE, reason, err);
}

int desk_restore(struct desk *desk, const char *name, const char *reason, struct error *err)
{
	return event(desk, name, REVIEW_RESTORE, reason, err);
}

bool desk_locate(struct desk *desk, const struct draft *draft, const struct review_passage *passage,
                 const char *text, size_t len, size_t *start, size_t *end)
{
	const char *quote = passage->quote;
	size_t quote_len = quote ? strlen(quote) : 0;
	bool found = false;
	size_t best = 0;

	(void)desk;
	if (oid_equal(&passage->on, &draft->blob) && passage->start <= len && passage->len <= len - passage->start) {
		*start = passage->start;
		*end = passage->start + passage->len;
		return !oid_is_zero(&passage->on);
	}
	if (quote_len == 0)
		return false;
	for (const char *at = text; (at = memmem(at, len - (size_t)(at - text), quote, quote_len)) != NULL; at++) {
		size_t pos = (size_t)(at - text);
		size_t away = pos > passage->start ? pos - passage->start : passage->start - pos;
		size_t best_away = best > passage->start ? best - passage->start : passage->start - best;

		if (!found || away < best_away)
			best = pos;
		found = true;
	}
	*start = best;
	*end = best + quote_len;
	return found;
}

/* -- Releasing and proving -- */

struct release_order desk_order(struct desk *desk)
{
	return (struct release_order){
	    .branch = desk->branch,
	    .person = &desk->person,
	    .time = desk_time(desk),
	    .policy = &desk->policy,
	};
}

int desk_plan(struct desk *desk, char *const *names, size_t count, struct release_plan *out, struct error *err)
{
	struct release_order order;
	struct draft **drafts;
	size_t n = 0;
	int rc = desk_refresh(desk, err);

	memset(out, 0, sizeof *out);
	if (rc == 0 && desk_person(desk, err) == NULL)
		rc = desk->nobody.code;
	if (rc < 0)
		return rc;
	order = desk_order(desk);
	drafts = mem_zalloc(names ? count : desk->draft_count, sizeof *drafts);
	for (size_t i = 0; names != NULL && rc == 0 && i < count; i++) {
		if (desk_draft(desk, names[i], err) == NULL)
			rc = err ? err->code : E_NOTFOUND;
		else
			drafts[n++] = desk_loaded(desk, names[i]);
	}
	for (size_t i = 0; names == NULL && i < desk->draft_count; i++) {
		if (desk->drafts[i]->state.name == REVIEW_STATE_APPROVED)
			drafts[n++] = desk->drafts[i];
	}
	if (rc == 0)
		rc = release_plan(out, desk->repo, &order, drafts, n, err);
	free(drafts);
	return rc;
}

int desk_release(struct desk *desk, struct release_plan *plan, struct release_result *out, struct error *err)
{
	struct release_order order = desk_order(desk);
	struct error later;
	int rc = desk_may_write(desk, err);

	memset(out, 0, sizeof *out);
	if (rc == 0)
		rc = release_run(out, desk->repo, &order, plan, err);
	/* The plan borrows its drafts, which a refresh may read anew. */
	release_plan_clear(plan);
	if (rc == 0 && desk_refresh(desk, &later) < 0 && out->warning == NULL)
		out->warning = mem_strdup(later.message);
	return rc;
}

int desk_verify(struct desk *desk, const char *path, struct verify_result *out,
                void (*visit)(void *context, const struct verify_finding *finding), void *context,
                struct error *err)
{
	return verify_branch(out, desk->repo, &desk->tip, path, visit, context, err);
}
