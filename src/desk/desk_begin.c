/*
 * New drafts: of a new article, and on a published one.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "text/frontmatter.h"
#include "text/unicode.h"

/* How often a draft is begun again when somebody takes its name at the same moment. */
#define MAX_TRIES 8

#define SLUG_LIMIT 80

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

int desk_free_slug(struct desk *desk, const char *section, const char *wanted, char **slug, char **path,
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

/* What a draft is begun for. */
struct change {
	const char *path;
	const char *reason; /* or NULL */
	bool withdraws;
	struct repo_time time; /* of the draft's beginning, and in what it tells readers: one moment */
};

/* Begins a draft; a name that somebody takes at the same moment gives E_CONFLICT. */
static int begin(struct desk *desk, const char *name, const struct repo_entry *entry,
		 const struct change *how, struct error *err)
{
	struct draft_change change = {
	    .event = REVIEW_SAVE,
	    .person = &desk->person,
	    .time = how->time,
	    .text = how->reason,
	    .withdraws = how->withdraws,
	    .entries = entry,
	    .entry_count = 1,
	};
	struct sign_key key;
	struct oid head;
	int rc = desk_event_key(desk, REVIEW_SAVE, &key, err);

	change.key = key.key != NULL ? &key : NULL;
	if (rc == 0)
		rc = draft_begin(&head, desk->repo, name, how->path, &desk->tip, &change, err);
	sign_key_clear(&key);
	if (rc == 0)
		desk_look_again(desk);
	return rc;
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
	int rc = desk_free_slug(desk, b->section, b->wanted, name, &path, err);

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
		rc = begin(desk, *name, &entry, &(struct change){.path = path, .time = desk_time(desk)}, err);
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
	int rc = desk_text_fits(headline, len, err);

	*name = NULL;
	if (rc == 0 && headline[strspn(headline, " \t\r\n")] == '\0')
		rc = error_set(err, E_INVALID, "A new article needs a headline.");
	if (slug != NULL)
		strbuf_adds(&wanted, slug);
	else
		unicode_slug(&wanted, headline, strlen(headline), SLUG_LIMIT);
	b.wanted = wanted.data;
	for (int i = 0; rc == 0 && *name == NULL; i++) {
		rc = desk_ready(desk, err);
		if (rc == 0)
			rc = try_new(desk, &b, name, err);
		if (rc == E_CONFLICT && i < MAX_TRIES)
			rc = 0;
	}
	strbuf_clear(&wanted);
	return rc;
}

char *desk_name_for(const char *path)
{
	struct strbuf name = STRBUF_INIT;

	if (policy_is_desk_file(path))
		return mem_strdup(strcmp(path, POLICY_PATH) == 0           ? "desk-policy"
				  : strcmp(path, POLICY_SIGNERS_PATH) == 0 ? "desk-signers"
									   : "desk-words");
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

/* What one of the desk's own files begins with where the desk has none yet; NULL for the rules. */
static const char *new_file(const char *path)
{
	if (strcmp(path, POLICY_SIGNERS_PATH) == 0)
		return "# Whose signatures this desk believes; see copydesk-policy(5).  One line for each "
		       "key:\n"
		       "# b@example.org namespaces=\"git\" ssh-ed25519 AAAA...\n";
	if (strcmp(path, POLICY_WORDS_PATH) == 0)
		return "# Words that no dictionary has and this desk spells like this, one a line; see\n"
		       "# copydesk-policy(5).  With a capital letter it is a name.\n";
	return NULL;
}

/* The text of an article before a withdrawal took it away, or put a sentence in its place. */
static int find_withdrawn(struct desk *desk, const struct release_entry *release, struct oid *blob,
			  struct error *err)
{
	struct draft *draft;
	int rc = draft_load_at(&draft, desk->repo, release->draft, &release->head, err);

	if (rc < 0)
		return rc;
	*blob = draft->base_blob;
	draft_free(draft);
	return 0;
}

/* What a draft on a published file starts from; of what was withdrawn, the text before. */
static int find_text(struct desk *desk, const struct change *change, struct oid *blob, struct error *err)
{
	const struct release_entry *release = release_index_of_path(&desk->releases, change->path);
	int rc = desk_article(desk, change->path, blob, err);

	if (rc == E_NOTFOUND && new_file(change->path) != NULL)
		return repo_blob_write(desk->repo, blob, new_file(change->path),
				       strlen(new_file(change->path)), err);
	if (!change->withdraws && release != NULL && release->type == RELEASE_WITHDRAW)
		return find_withdrawn(desk, release, blob, err);
	return rc;
}

/* The first text of a draft on a published article: as it is, with a note, or a sentence in its place. */
static int first_text(struct desk *desk, const struct change *change, struct repo_entry *entry,
		      struct error *err)
{
	struct article_note note = {desk->policy.correction_note, change->reason, change->time.seconds,
				    change->time.offset};
	bool leaves = change->withdraws && desk->policy.tombstone;
	bool corrects = !change->withdraws && desk_published(desk, change->path) != NULL;
	bool noted = corrects && note.word != NULL;
	struct strbuf text = STRBUF_INIT;
	struct strbuf first = STRBUF_INIT;
	int rc = find_text(desk, change, &entry->id, err);

	if (rc == 0 && (leaves || noted))
		rc = repo_blob_read(desk->repo, &entry->id, &text, err);
	if (rc == 0 && leaves)
		article_tombstone(&first, text.data, text.len, &note);
	else if (rc == 0 && noted)
		article_add_note(&first, text.data, text.len, &note);
	if (rc == 0 && (leaves || noted))
		rc = repo_blob_write(desk->repo, &entry->id, first.data, first.len, err);
	entry->mode = change->withdraws && !leaves ? REPO_MODE_NONE : REPO_MODE_FILE;
	strbuf_clear(&text);
	strbuf_clear(&first);
	return rc;
}

/* A draft on a published article. */
static int begin_on_article(struct desk *desk, const struct change *change, char **name, struct error *err)
{
	struct repo_entry entry = {.path = change->path};
	char *wanted = desk_name_for(change->path);
	char *no_path = NULL;
	int rc = E_CONFLICT;

	*name = NULL;
	for (int i = 0; rc == E_CONFLICT && i < MAX_TRIES; i++) {
		rc = desk_ready(desk, err);
		if (rc == 0)
			rc = rules_begin(&desk->policy, &desk->person, change->path, change->withdraws, err);
		if (rc == 0)
			rc = first_text(desk, change, &entry, err);
		if (rc == 0)
			rc = desk_free_slug(desk, NULL, wanted, name, &no_path, err);
		if (rc == 0)
			rc = begin(desk, *name, &entry, change, err);
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
	const struct change change = {.path = path, .reason = reason, .time = desk_time(desk)};

	return begin_on_article(desk, &change, name, err);
}

static bool is_withdrawn(const struct desk *desk, const char *path)
{
	const struct release_entry *release = release_index_of_path(&desk->releases, path);

	return release != NULL && release->type == RELEASE_WITHDRAW;
}

int desk_withdraw(struct desk *desk, const char *path, const char *reason, char **name, struct error *err)
{
	size_t count;
	struct change change;
	const struct desk_row *rows;
	int rc = desk_refresh(desk, err);

	*name = NULL;
	if (rc < 0)
		return rc;
	rows = desk_rows(desk, &count);
	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL && strcmp(rows[i].path, path) == 0 && rows[i].withdraws &&
		    rows[i].state != REVIEW_STATE_SPIKED)
			return error_set(err, E_REFUSED, "%s is being taken down already, by the draft %s.",
					 path, rows[i].name);
	}
	if (desk->policy.tombstone && desk_published(desk, path) != NULL && is_withdrawn(desk, path))
		return error_set(err, E_REFUSED, "%s is withdrawn already: what stands there says so.", path);
	change = (struct change){.path = path, .reason = reason, .withdraws = true, .time = desk_time(desk)};
	return begin_on_article(desk, &change, name, err);
}
