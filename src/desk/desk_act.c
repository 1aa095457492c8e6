/*
 * What is done at the desk: every act is checked by the rule engine on the
 * draft as it stands in git now, and is one commit.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "text/frontmatter.h"
#include "text/unicode.h"

/* How often an act is tried again when somebody else's commit comes first. */
#define MAX_TRIES 8

#define SLUG_LIMIT 80

/* Fewer digits of a comment's id could be a number. */
#define THREAD_ID_LEAST 6

/*
 * One act: before (may be NULL) looks at the fresh draft, fills in change, and can refuse or say that
 * nothing is to be done.  It is asked again for each try, so it keeps nothing of the draft but in
 * change, which is used up before the draft goes.
 */
struct act {
	const char *name;
	struct draft_change change;
	int (*before)(struct desk *desk, const struct draft *draft, struct act *act, struct error *err);
	const struct oid *seen; /* approve: the head that the person looked at */
	const char *step;       /* approve: as given by the person, NULL for the one that is due */
	const char *thread;     /* as given by the person */
	char thread_hex[REPO_HEX_SIZE];
	const struct oid *from;  /* save: the blob that the writer started from */
	const char *path;        /* save: where the file goes, NULL for the article's place */
	struct repo_entry entry; /* save: the file to write */
	bool nothing_to_do;
};

/* Why an act did not happen. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_RACED,   /* somebody else's commit came first: look again */
	OUTCOME_REFUSED, /* an answer for the person */
};

static enum outcome try_act(struct desk *desk, struct act *act, struct error *err)
{
	struct draft *draft;
	struct oid head;
	int rc = draft_load(&draft, desk->repo, act->name, err);

	if (rc < 0)
		return OUTCOME_REFUSED;
	desk_derive(desk, draft);
	act->nothing_to_do = false;
	act->change.step = act->step;
	rc = rules_check(rules_action_of(act->change.event), draft, &desk->policy, &desk->person,
			 clock_now(&desk->clock), act->change.step, err);
	if (rc == 0 && act->before != NULL)
		rc = act->before(desk, draft, act, err);
	if (rc == 0 && !act->nothing_to_do) {
		rc = draft_append(&head, desk->repo, draft, &act->change, err);
		draft_free(draft);
		return rc == E_CONFLICT ? OUTCOME_RACED : rc < 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
	}
	draft_free(draft);
	return rc < 0 ? OUTCOME_REFUSED : OUTCOME_DONE;
}

/* After an act that is done: a look that fails makes it no less done, and the next look tells. */
static void look_again(struct desk *desk)
{
	(void)desk_refresh(desk, NULL);
}

static int perform(struct desk *desk, struct act *act, struct error *err)
{
	enum outcome outcome = OUTCOME_RACED;
	struct error why;
	int rc = desk_may_write(desk, err);

	act->change.person = &desk->person;
	for (int i = 0; rc == 0 && outcome == OUTCOME_RACED && i < MAX_TRIES; i++) {
		rc = desk_refresh(desk, err);
		if (rc < 0)
			return rc;
		act->change.time = desk_time(desk);
		outcome = try_act(desk, act, &why);
	}
	if (rc < 0)
		return rc;
	if (outcome == OUTCOME_DONE) {
		look_again(desk);
		return 0;
	}
	if (err != NULL)
		*err = why;
	return why.code;
}

/* -- Beginning -- */

static bool name_is_taken(struct desk *desk, const char *name, const char *path)
{
	struct repo_entry there;

	/* Also a link or a folder of that name is in the way of an article. */
	if (desk_find_ref(desk, name) != NULL ||
	    (path != NULL && repo_tree_find(desk->repo, &desk->tip_tree, path, &there, NULL) == 0))
		return true;
	for (size_t i = 0; path != NULL && i < desk->refs.count; i++) {
		const char *other = desk->refs.items[i].path;

		if (other != NULL && strcmp(other, path) == 0)
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
		*slug = NULL;
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
	return error_set(err, E_INVALID, "%s has %zu MiB; the most that copydesk takes is %zu MiB.", what,
			 (len + (1 << 20) - 1) >> 20, REPO_BLOB_LIMIT >> 20);
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
	return article_template(out, headline, slug, date, language_of(desk, headline), desk->person.name,
				err);
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

/* What a new draft is made of. */
struct beginning {
	const char *section;
	const char *wanted; /* slug and name */
	const char *headline;
	const char *text; /* NULL: that of an empty article */
	size_t len;
};

/* One try to begin a new article's draft under the first free name. */
static int try_new(struct desk *desk, const struct beginning *b, char **name, struct error *err)
{
	struct repo_entry entry = {.mode = REPO_MODE_FILE};
	struct strbuf first = STRBUF_INIT;
	char *path;
	int rc = free_slug(desk, b->section, b->wanted, name, &path, err);

	if (rc < 0)
		return rc;
	entry.path = path;
	if (b->text == NULL)
		rc = empty_article(desk, b->headline, *name, &first, err);
	else
		rc = with_slug(&first, *name, b->text, b->len, err);
	if (rc == 0)
		rc = repo_blob_write(desk->repo, &entry.id, first.data, first.len, err);
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

int desk_new(struct desk *desk, const char *section, const char *slug, const char *headline, const char *text,
	     size_t len, char **name, struct error *err)
{
	struct strbuf wanted = STRBUF_INIT;
	struct beginning b = {.section = section ? section : "",
			      .headline = headline,
			      .text = text,
			      .len = len};
	int rc = text_fits(headline, len, err);

	*name = NULL;
	if (rc == 0 && headline[strspn(headline, " \t\r\n")] == '\0')
		rc = error_set(err, E_INVALID, "A new article needs a headline.");
	if (slug != NULL)
		strbuf_adds(&wanted, slug);
	else
		unicode_slug(&wanted, headline, strlen(headline), SLUG_LIMIT);
	b.wanted = wanted.data;
	for (int i = 0; rc == 0 && *name == NULL; i++) {
		rc = ready_to_begin(desk, err);
		if (rc == 0)
			rc = try_new(desk, &b, name, err);
		if (rc == E_CONFLICT && i < MAX_TRIES)
			rc = 0;
	}
	strbuf_clear(&wanted);
	return rc;
}

/*
 * The name of a draft on an article: its slug, or where a ref cannot be called that (a file that
 * somebody named with spaces), the nearest that it can.
 */
static char *name_for(const char *path)
{
	struct strbuf name = STRBUF_INIT;
	char *slug = article_slug(path);
	char *ref = mem_printf(DRAFT_REFS "%s", slug);

	if (repo_ref_valid(ref))
		strbuf_adds(&name, slug);
	else
		unicode_slug(&name, slug, strlen(slug), SLUG_LIMIT);
	if (name.len == 0)
		strbuf_adds(&name, "article");
	free(ref);
	free(slug);
	return strbuf_detach(&name);
}

/* A draft on a published article: its first commit changes nothing (mode file) or removes it. */
static int begin_on_article(struct desk *desk, const char *path, unsigned mode, const char *reason,
			    char **name, struct error *err)
{
	struct repo_entry entry = {.path = path, .mode = mode};
	char *wanted = name_for(path);
	char *no_path = NULL;
	int rc = E_CONFLICT;

	*name = NULL;
	for (int i = 0; rc == E_CONFLICT && i < MAX_TRIES; i++) {
		rc = ready_to_begin(desk, err);
		if (rc == 0)
			rc = desk_article(desk, path, &entry.id, err);
		if (rc == 0)
			rc = free_slug(desk, NULL, wanted, name, &no_path, err);
		if (rc == 0)
			rc = begin(desk, *name, path, &entry, reason, err);
		if (rc < 0) {
			free(*name);
			*name = NULL;
		}
	}
	free(wanted);
	return rc;
}

int desk_correct(struct desk *desk, const char *path, const char *reason, char **name, struct error *err)
{
	return begin_on_article(desk, path, REPO_MODE_FILE, reason, name, err);
}

int desk_withdraw(struct desk *desk, const char *path, const char *reason, char **name, struct error *err)
{
	size_t count;
	const struct desk_row *rows;
	int rc = desk_refresh(desk, err);

	*name = NULL;
	if (rc < 0)
		return rc;
	rows = desk_rows(desk, &count);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL && strcmp(rows[i].path, path) == 0 && oid_is_zero(&rows[i].blob) &&
		    rows[i].state != REVIEW_STATE_SPIKED)
			return error_set(err, E_REFUSED, "%s is being taken down already, by the draft %s.",
					 path, rows[i].name);
	}
	return begin_on_article(desk, path, REPO_MODE_NONE, reason, name, err);
}

/* -- Saving -- */

static bool tree_has(struct desk *desk, const struct oid *tree, const struct repo_entry *wanted)
{
	struct repo_entry entry;
	int rc = repo_tree_find(desk->repo, tree, wanted->path, &entry, NULL);

	if (wanted->mode == REPO_MODE_NONE)
		return rc == E_NOTFOUND;
	return rc == 0 && entry.mode == wanted->mode && oid_equal(&entry.id, &wanted->id);
}

static int before_save(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	bool up_to_date = act->change.base == NULL || oid_equal(act->change.base, &draft->base);

	if (act->from != NULL && !oid_equal(act->from, &draft->blob))
		return error_set(err, E_CONFLICT,
				 "%s was saved by %s meanwhile: nothing was written; compare and save again.",
				 draft->name, draft->commits[draft->state.last_save].person.name);
	act->entry.path = act->path ? act->path : draft->path;
	act->nothing_to_do = up_to_date && tree_has(desk, &draft->head_tree, &act->entry);
	return 0;
}

/* Puts bytes at act->path; text NULL: takes away what is there. */
static int save(struct desk *desk, struct act *act, const char *text, size_t len, struct error *err)
{
	int rc = text_fits(act->path ? path_base(act->path) : act->name, len, err);

	if (rc == 0)
		rc = desk_may_write(desk, err);
	if (rc == 0 && text != NULL)
		rc = repo_blob_write(desk->repo, &act->entry.id, text, len, err);
	if (rc < 0)
		return rc;
	act->entry.mode = text != NULL ? REPO_MODE_FILE : REPO_MODE_NONE;
	act->before = before_save;
	act->change.entries = &act->entry;
	act->change.entry_count = 1;
	return perform(desk, act, err);
}

int desk_save(struct desk *desk, const char *name, const struct oid *from, const char *text, size_t len,
	      struct oid *saved, struct error *err)
{
	struct act act = {.name = name, .from = from};
	int rc;

	assert(text != NULL);
	rc = save(desk, &act, text, len, err);
	if (rc == 0 && saved != NULL)
		*saved = act.entry.id;
	return rc;
}

int desk_save_on_tip(struct desk *desk, const char *name, const struct oid *from, const char *text,
		     size_t len, struct error *err)
{
	struct act act = {.name = name, .from = from};
	struct oid tip = desk->tip;

	act.change.base = &tip;
	return save(desk, &act, text, len, err);
}

int desk_attach(struct desk *desk, const char *name, const char *file, const char *bytes, size_t len,
		struct error *err)
{
	struct act act = {.name = name};
	const struct draft *draft;
	struct error why;
	const char *slash;
	char *path;
	int rc = ready_to_begin(desk, err);

	if (rc < 0)
		return rc;
	draft = desk_draft(desk, name, &why);
	if (draft == NULL)
		return error_set(err, why.code, "%s", why.message);
	slash = strrchr(draft->path, '/');
	path = mem_printf("%.*s%s", slash != NULL ? (int)(slash - draft->path) + 1 : 0, draft->path, file);
	act.path = path;
	if (strchr(file, '/') == NULL && article_is_attachment(draft->path, path))
		rc = save(desk, &act, bytes ? bytes : "", len, err);
	else
		rc = error_set(err, E_INVALID,
			       "%s cannot be attached under that name: use a plain file name that does not "
			       "end in .md.",
			       file);
	free(path);
	return rc;
}

/* -- Reviewing -- */

int desk_may(struct desk *desk, const char *name, enum review_event kind, struct error *err)
{
	struct error why;
	const struct draft *draft = desk_draft(desk, name, &why);
	int rc = draft != NULL ? desk_may_write(desk, err) : error_set(err, why.code, "%s", why.message);

	if (rc < 0)
		return rc;
	return rules_check(rules_action_of(kind), draft, &desk->policy, &desk->person,
			   clock_now(&desk->clock), NULL, err);
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

/* What the person looked at must be what there is, and be due for the same step. */
static int still_as_seen(struct desk *desk, const struct draft *draft, const struct act *act,
			 struct error *err)
{
	struct draft *seen;
	bool same_change;
	bool same_step;
	int rc = draft_load_at(&seen, desk->repo, draft->name, act->seen, err);

	if (rc < 0)
		return rc;
	desk_derive(desk, seen);
	same_change = review_covers_equal(draft_covers(seen), draft_covers(draft));
	same_step = act->step != NULL || seen->state.step == draft->state.step;
	draft_free(seen);
	if (!same_change)
		return error_set(err, E_CONFLICT,
				 "%s changed since you looked at it: read it again, then approve.",
				 draft->name);
	if (!same_step)
		return error_set(
		    err, E_CONFLICT,
		    "%s has another approval since you looked at it, and %s is due now: look again.",
		    draft->name, desk->policy.steps[draft->state.step].name);
	return 0;
}

/* The engine has found that a step is due, and that it is the one that was asked for. */
static int before_approve(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	act->change.step = desk->policy.steps[draft->state.step].name;
	act->change.policy = &desk->policy.blob;
	return still_as_seen(desk, draft, act, err);
}

int desk_approve(struct desk *desk, const char *name, const char *step, const struct oid *seen,
		 const char *text, struct error *err)
{
	struct act act = {.name = name,
			  .change = {.event = REVIEW_APPROVE, .text = text},
			  .before = before_approve,
			  .seen = seen,
			  .step = step};
	const struct draft *draft;
	struct error why;
	struct oid head;

	if (seen == NULL) {
		draft = desk_draft(desk, name, &why);
		if (draft == NULL)
			return error_set(err, why.code, "%s", why.message);
		head = draft->head;
		act.seen = &head;
	}
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
	struct act act = {.name = name,
			  .change = {.event = REVIEW_COMMENT, .text = text, .passage = passage}};
	int rc = with_words(text, "A comment", err);

	return rc < 0 ? rc : perform(desk, &act, err);
}

/* The thread that a person named by number, or by the beginning of its id; the count when none is. */
static int find_thread(const struct draft *draft, const char *named, size_t *out, struct error *err)
{
	const struct review_state *state = &draft->state;
	size_t number = 0;
	char rest;

	*out = state->thread_count;
	if (sscanf(named, "%4zu%c", &number, &rest) == 1 && number >= 1 && number <= state->thread_count) {
		*out = number - 1;
		return 0;
	}
	for (size_t i = 0; i < state->thread_count && strlen(named) >= THREAD_ID_LEAST; i++) {
		char hex[REPO_HEX_SIZE];

		oid_hex(hex, &draft->commits[state->threads[i].commit].id);
		if (strncmp(hex, named, strlen(named)) != 0)
			continue;
		if (*out < state->thread_count)
			return error_set(err, E_INVALID,
					 "More than one comment on %s begins with %s: give its number.",
					 draft->name, named);
		*out = i;
	}
	if (*out == state->thread_count)
		return error_set(err, E_NOTFOUND, "%s has no comment %s.", draft->name, named);
	return 0;
}

static int before_thread(struct desk *desk, const struct draft *draft, struct act *act, struct error *err)
{
	size_t found;
	int rc = find_thread(draft, act->thread, &found, err);

	(void)desk;
	if (rc < 0)
		return rc;
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
		return error_set(err, E_NOTFOUND,
				 "The desk's rules name nobody called %s: write NAME <MAIL>.", text);
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

/* -- Releasing and proving -- */

static struct release_order order_of(struct desk *desk)
{
	return (struct release_order){
	    .branch = desk->branch,
	    .person = &desk->person,
	    .time = desk_time(desk),
	    .policy = &desk->policy,
	};
}

static void add_planned(struct draft **drafts, size_t *count, struct draft *draft)
{
	for (size_t i = 0; i < *count; i++) {
		if (drafts[i] == draft)
			return;
	}
	drafts[(*count)++] = draft;
}

/* The drafts of these names, each once; the caller frees the array. */
static int drafts_named(struct desk *desk, char *const *names, size_t count, struct draft ***out, size_t *n,
			struct error *err)
{
	*out = mem_zalloc(count, sizeof **out);
	*n = 0;
	for (size_t i = 0; i < count; i++) {
		struct error why;

		if (desk_draft(desk, names[i], &why) == NULL)
			return error_set(err, why.code, "%s", why.message);
		add_planned(*out, n, desk_find_ref(desk, names[i])->draft);
	}
	return 0;
}

/* All that are approved, and not under embargo. */
static void drafts_approved(struct desk *desk, struct draft ***out, size_t *n)
{
	*out = mem_zalloc(desk->refs.count, sizeof **out);
	*n = 0;
	for (size_t i = 0; i < desk->refs.count; i++) {
		struct draft *draft = desk->refs.items[i].draft;

		if (draft != NULL && draft->state.name == REVIEW_STATE_APPROVED)
			(*out)[(*n)++] = draft;
	}
}

int desk_plan(struct desk *desk, char *const *names, size_t count, struct release_plan *out,
	      struct error *err)
{
	struct draft **drafts = NULL;
	struct release_order order;
	size_t n = 0;
	int rc = desk_refresh(desk, err);

	memset(out, 0, sizeof *out);
	if (rc == 0 && desk_person(desk, err) == NULL)
		rc = desk->nobody.code;
	if (rc < 0)
		return rc;
	order = order_of(desk);
	if (names != NULL)
		rc = drafts_named(desk, names, count, &drafts, &n, err);
	else
		drafts_approved(desk, &drafts, &n);
	if (rc == 0)
		rc = release_plan(out, desk->repo, &order, drafts, n, err);
	free(drafts);
	return rc;
}

int desk_release(struct desk *desk, struct release_plan *plan, struct release_result *out, struct error *err)
{
	struct release_order order = order_of(desk);
	struct error later;
	int rc = desk_may_write(desk, err);

	memset(out, 0, sizeof *out);
	if (rc == 0)
		rc = release_run(out, desk->repo, &order, plan, err);
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
