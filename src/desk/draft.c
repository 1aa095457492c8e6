#include "desk/draft_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/policy.h"
#include "text/frontmatter.h"

/* -- Reading -- */

/* A commit of the line as read from git, newest first while walking. */
struct link {
	struct repo_commit commit;
	struct repo_trailers trailers;
};

struct line {
	struct link *links;
	size_t count;
	size_t capacity;
};

static void link_clear(struct link *link)
{
	repo_commit_clear(&link->commit);
	repo_trailers_clear(&link->trailers);
}

static void line_clear(struct line *line)
{
	for (size_t i = 0; i < line->count; i++)
		link_clear(&line->links[i]);
	free(line->links);
}

/* Reads a commit: 1 when it is the draft's, 0 when not, or an error. The caller clears a 1. */
static int read_link(struct link *link, struct repo *repo, const char *name, const struct oid *id,
		     struct error *err)
{
	const char *draft;
	int rc = repo_commit_read(repo, &link->commit, id, err);

	if (rc < 0)
		return rc;
	repo_trailers_read(&link->trailers, link->commit.message);
	draft = repo_trailers_get(&link->trailers, "Draft");
	if (draft != NULL && strcmp(draft, name) == 0)
		return 1;
	link_clear(link);
	return 0;
}

/* Walks first parents from head while commits belong to the draft; *base is the first that does not. */
static int read_line(struct line *line, struct repo *repo, const char *name, const struct oid *head,
		     struct oid *base, struct error *err)
{
	char hex[REPO_HEX_SIZE];
	struct link link;
	int rc = 0;

	*base = *head;
	while (!oid_is_zero(base) && (rc = read_link(&link, repo, name, base, err)) == 1) {
		line->links = mem_grow(line->links, &line->capacity, line->count + 1, sizeof *line->links);
		line->links[line->count++] = link;
		*base = link.commit.parent;
	}
	if (rc == E_NOTFOUND && line->count == 0) {
		oid_hex(hex, head);
		return error_set(err, E_GIT,
				 "The draft %s was not made by copydesk, or is damaged: %.10s is no commit.",
				 name, hex);
	}
	if (rc < 0)
		return rc;
	if (line->count == 0 || oid_is_zero(base))
		return error_set(err, E_GIT,
				 "The draft %s was not made by copydesk: its commits do not say so.", name);
	return 0;
}

/* A draft is one article with its attachments; what changes more files than this is something else. */
#define MAX_COVERS 1000

static int add_cover(void *context, const struct repo_change *change)
{
	struct review_covers *covers = context;

	if (covers->count == MAX_COVERS)
		return 1;
	review_covers_add(covers, change);
	return 0;
}

static void copy_covers(struct review_covers *out, const struct review_covers *covers)
{
	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];
		struct repo_change change = {.path = cover->path,
					     .new_mode = cover->mode,
					     .new_id = cover->blob,
					     .old_id = cover->base};

		review_covers_add(out, &change);
	}
}

/* "START+LEN quoted text" of the trailer At. */
static void read_passage(struct review_passage *out, const struct repo_trailers *trailers)
{
	const char *on = repo_trailers_get(trailers, "On");
	const char *at = repo_trailers_get(trailers, "At");
	int quote = 0;

	if (on == NULL || at == NULL || !oid_parse(&out->on, on))
		return;
	if (sscanf(at, "%zu+%zu %n", &out->start, &out->len, &quote) == 2 && quote > 0)
		out->quote = mem_strdup(at + quote);
	else
		memset(out, 0, sizeof *out);
}

static void read_claims(struct review_commit *out, const struct repo_trailers *trailers)
{
	const char *policy = repo_trailers_get(trailers, "Policy");

	for (size_t i = 0; i < trailers->count; i++) {
		struct review_covers *claimed = &out->claimed;
		struct review_cover cover;

		if (strcmp(trailers->items[i].key, "Covers") != 0)
			continue;
		/* What cannot be read stays as a path that no draft can have. */
		if (!review_cover_parse(&cover, trailers->items[i].value))
			cover.path = mem_strdup("");
		claimed->items =
		    mem_grow(claimed->items, &claimed->capacity, claimed->count + 1, sizeof *claimed->items);
		claimed->items[claimed->count++] = cover;
	}
	if (policy == NULL || !oid_parse(&out->policy, policy))
		memset(&out->policy, 0, sizeof out->policy);
}

static char *copy_trailer(const struct repo_trailers *trailers, const char *key)
{
	return mem_strdup(repo_trailers_get(trailers, key));
}

static void read_all(struct strlist *out, const struct repo_trailers *trailers, const char *key)
{
	for (size_t i = 0; i < trailers->count; i++) {
		if (strcmp(trailers->items[i].key, key) == 0)
			strlist_add(out, trailers->items[i].value);
	}
}

static void read_co_authors(struct review_commit *out, const struct repo_trailers *trailers)
{
	for (size_t i = 0; i < trailers->count; i++) {
		struct repo_person person;

		if (strcmp(trailers->items[i].key, "Co-authored-by") != 0 ||
		    repo_person_parse(&person, trailers->items[i].value, NULL) < 0)
			continue;
		out->co_authors = mem_grow(out->co_authors, &out->co_author_capacity,
					   out->co_author_count + 1, sizeof *out->co_authors);
		out->co_authors[out->co_author_count++] = person;
	}
}

static void read_time(struct review_commit *out, const struct repo_trailers *trailers)
{
	const char *value = repo_trailers_get(trailers, "Time");

	if (value != NULL && clock_parse(&out->at, value, 0))
		return;
	out->at = 0;
	/* An embargo without a time is one that is lifted: a time that cannot be read must not be none. */
	if (value != NULL && out->event == REVIEW_EMBARGO)
		out->event = REVIEW_UNKNOWN;
}

static void read_replacement(struct review_commit *out, const struct repo_trailers *trailers)
{
	const char *value = repo_trailers_get(trailers, "Suggest");

	out->replacement = value != NULL ? review_replacement_parse(value) : NULL;
}

static void read_commit(struct review_commit *out, const struct link *link, bool changes_text)
{
	struct strbuf typed = STRBUF_INIT;

	memset(out, 0, sizeof *out);
	out->id = link->commit.id;
	out->time = link->commit.authored;
	repo_person_copy(&out->person, &link->commit.author);
	repo_message_typed(&typed, link->commit.message);
	out->text = strbuf_detach(&typed);
	read_all(&out->threads, &link->trailers, "Thread");
	if (changes_text) {
		read_co_authors(out, &link->trailers);
		return;
	}
	out->event = review_event_parse(repo_trailers_get(&link->trailers, "Event"));
	if (out->event == REVIEW_SAVE)
		out->event = REVIEW_UNKNOWN;
	out->step = copy_trailer(&link->trailers, "Step");
	out->assignee = copy_trailer(&link->trailers, "Assignee");
	read_all(&out->checked, &link->trailers, "Checked");
	read_time(out, &link->trailers);
	read_passage(&out->passage, &link->trailers);
	read_replacement(out, &link->trailers);
	read_claims(out, &link->trailers);
}

bool draft_is_bound(enum review_event event)
{
	return event == REVIEW_APPROVE || event == REVIEW_SCHEDULE;
}

/* Keeps the signature of the newest commit that was read. */
static int read_signature(struct draft *draft, struct repo *repo, const struct repo_commit *commit,
			  struct error *err)
{
	struct draft_signature *signature;

	if (!commit->is_signed || !draft_is_bound(draft->commits[draft->count - 1].event))
		return 0;
	memset(&draft->signers, 0, sizeof draft->signers);
	draft->signatures = mem_grow(draft->signatures, &draft->signature_capacity,
				     draft->signature_count + 1, sizeof *draft->signatures);
	signature = &draft->signatures[draft->signature_count++];
	signature->commit = draft->count - 1;
	signature->time = commit->committed;
	return repo_signed_read(repo, &signature->parts, &commit->id, err);
}

int draft_tree_of(struct repo *repo, struct oid *out, const struct oid *commit, struct error *err)
{
	struct repo_commit c;
	int rc = repo_commit_read(repo, &c, commit, err);

	if (rc < 0)
		return rc;
	*out = c.tree;
	repo_commit_clear(&c);
	return 0;
}

/* Appends a commit of the line, measuring its change against its base. */
static int add_commit(struct draft *draft, struct repo *repo, const struct link *link, struct error *err)
{
	bool updates = !oid_is_zero(&link->commit.merged);
	bool saves = updates || draft->count == 0 || !oid_equal(&link->commit.tree, &draft->head_tree);
	struct review_commit *commit;
	int rc = 0;

	if (link->commit.parents > 2)
		return error_set(err, E_GIT,
				 "The draft %s has a commit that joins more than two others, which "
				 "copydesk never writes.",
				 draft->name);
	if (updates) {
		draft->base = link->commit.merged;
		rc = draft_tree_of(repo, &draft->base_tree, &draft->base, err);
		if (rc < 0)
			return rc;
	}
	draft->head = link->commit.id;
	draft->head_tree = link->commit.tree;
	draft->commits = mem_grow(draft->commits, &draft->capacity, draft->count + 1, sizeof *draft->commits);
	commit = &draft->commits[draft->count++];
	read_commit(commit, link, saves);
	rc = read_signature(draft, repo, &link->commit, err);
	if (rc < 0)
		return rc;
	if (saves)
		rc = repo_tree_diff(repo, &draft->base_tree, &draft->head_tree, add_cover, &commit->covers,
				    err);
	else
		copy_covers(&commit->covers, &commit[-1].covers);
	if (rc > 0)
		return error_set(err, E_GIT, "The draft %s changes more than %d files.", draft->name,
				 MAX_COVERS);
	return rc;
}

/* Turns the line, oldest first, into review commits. */
static int read_commits(struct draft *draft, struct repo *repo, const struct line *line, struct error *err)
{
	int rc = 0;

	draft->head_tree = draft->base_tree;
	for (size_t i = line->count; rc == 0 && i-- > 0;)
		rc = add_commit(draft, repo, &line->links[i], err);
	return rc;
}

static bool is_file(unsigned mode)
{
	return mode == REPO_MODE_FILE || mode == REPO_MODE_EXECUTABLE;
}

/* Loads a blob where it may be loaded, as text. */
static int read_blob(char **out, size_t *len, struct repo *repo, const struct oid *blob, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	size_t size;
	int rc = repo_blob_size(repo, blob, &size, err);

	if (rc < 0 || size > REPO_BLOB_LIMIT)
		return rc;
	rc = repo_blob_read(repo, blob, &text, err);
	*len = text.len;
	*out = strbuf_detach(&text);
	return rc;
}

/* Bytes of a text that are known at once: a block of front matter is in them, or none that is read. */
#define HEAD (FRONTMATTER_SIZE * 2)

/* An article of more than that. */
struct draft_text {
	struct repo *repo; /* borrowed: to read it */
	struct oid blob;
	char *head;
	size_t head_len;
	char *whole; /* NULL until somebody asks */
};

/* Reads what must be known at once; all, where a store cannot give less. */
static int read_large(struct draft *draft, struct repo *repo, struct error *err)
{
	struct strbuf bytes = STRBUF_INIT;
	int rc = repo_blob_head(repo, &draft->blob, &bytes, HEAD + 1, err);
	size_t end = HEAD;

	if (rc == 0) {
		draft->large = mem_zalloc(1, sizeof *draft->large);
		draft->large->repo = repo;
		draft->large->blob = draft->blob;
		while (end > 0 && ((unsigned char)bytes.data[end] & 0xc0) == 0x80) /* within a character */
			end--;
		draft->large->head = mem_strndup(bytes.data, end);
		draft->large->head_len = end;
	}
	if (rc == 0 && bytes.len == draft->text_len)
		draft->large->whole = strbuf_detach(&bytes);
	strbuf_clear(&bytes);
	return rc;
}

static void forget_text(struct draft *draft)
{
	if (draft->large != NULL) {
		free(draft->large->head);
		free(draft->large->whole);
	}
	free(draft->large);
	free(draft->text);
	draft->large = NULL;
	draft->text = NULL;
	draft->text_len = 0;
}

/* Loads the article's text; a link or folder in its place has none. */
static int read_text(struct draft *draft, struct repo *repo, unsigned mode, struct error *err)
{
	const char *head;
	size_t size, len;
	int rc;

	if (!is_file(mode))
		return 0;
	rc = repo_blob_size(repo, &draft->blob, &size, err);
	if (rc < 0 || size > REPO_BLOB_LIMIT)
		return rc;
	draft->text_len = size;
	if (size > HEAD)
		rc = read_large(draft, repo, err);
	else
		rc = read_blob(&draft->text, &draft->text_len, repo, &draft->blob, err);
	if (rc < 0)
		return rc;
	head = draft_head(draft, &len);
	/* A time without a zone is in the zone of whoever wrote it, not of who acted last. */
	for (size_t i = draft->count; i-- > 0;) {
		if (draft->commits[i].event != REVIEW_SAVE)
			continue;
		draft->publish_time = article_publish_time(head, len, draft->commits[i].time.offset);
		break;
	}
	return rc;
}

bool draft_has_text(const struct draft *draft)
{
	return draft->text != NULL || draft->large != NULL;
}

const char *draft_text(const struct draft *draft)
{
	struct draft_text *large = draft->large;
	struct strbuf bytes = STRBUF_INIT;

	if (large == NULL)
		return draft->text;
	if (large->whole == NULL && repo_blob_read(large->repo, &large->blob, &bytes, NULL) == 0)
		large->whole = strbuf_detach(&bytes);
	strbuf_clear(&bytes);
	return large->whole;
}

int draft_need_text(const struct draft *draft, struct error *err)
{
	if (draft_text(draft) != NULL)
		return 0;
	return error_set(err, E_IO, "The text of %s cannot be read from the repository.", draft->name);
}

const char *draft_head(const struct draft *draft, size_t *len)
{
	*len = draft->large != NULL ? draft->large->head_len : draft->text_len;
	return draft->large != NULL ? draft->large->head : draft->text;
}

char *draft_take_text(const struct draft *draft)
{
	const char *text = draft_text(draft);
	char *whole;

	if (text == NULL || draft->large == NULL)
		return text == NULL ? NULL : mem_strndup(text, draft->text_len);
	whole = draft->large->whole;
	draft->large->whole = NULL;
	return whole;
}

/* Finds the article in head and base. */
static int read_article(struct draft *draft, struct repo *repo, struct error *err)
{
	struct repo_entry entry;
	struct repo_entry base = {.mode = REPO_MODE_NONE};
	int rc;

	if (repo_tree_find(repo, &draft->base_tree, draft->renames ? draft->renames : draft->path, &base,
			   NULL) == 0)
		draft->base_blob = base.id;
	rc = repo_tree_find(repo, &draft->head_tree, draft->path, &entry, err);
	draft->withdraws = draft->is_withdrawal || rc == E_NOTFOUND;
	if (rc == E_NOTFOUND)
		return 0;
	if (rc < 0)
		return rc;
	draft->blob = entry.id;
	rc = read_text(draft, repo, entry.mode, err);
	if (rc == 0 && is_file(base.mode) && !policy_is_desk_file(draft->path))
		rc = read_blob(&draft->base_text, &draft->base_text_len, repo, &draft->base_blob, err);
	return rc;
}

/* Measures the files at the head once, so that whoever judges them need not open the repository. */
static void read_sizes(struct draft *draft, struct repo *repo)
{
	const struct review_covers *covers = draft_covers(draft);

	draft->sizes = mem_zalloc(covers->count, sizeof *draft->sizes);
	for (size_t i = 0; i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];

		if (strcmp(cover->path, draft->path) == 0 && draft_has_text(draft))
			draft->sizes[i] = draft->text_len;
		else if (!is_file(cover->mode) ||
			 repo_blob_size(repo, &cover->blob, &draft->sizes[i], NULL) < 0)
			draft->sizes[i] = DRAFT_NO_SIZE;
	}
}

/* Finds draft->torn. */
static int measure_moves(struct draft *draft, struct repo *repo, struct error *err)
{
	const struct review_covers *covers = draft_covers(draft);
	int rc = 0;

	for (size_t i = 0; rc == 0 && draft->torn == NULL && i < covers->count; i++) {
		const struct review_cover *cover = &covers->items[i];
		bool shared = false;

		if (cover->mode != REPO_MODE_NONE || !article_is_attachment(draft->renames, cover->path))
			continue;
		rc = draft_file_is_shared(repo, &draft->base_tree, draft->renames, cover->path, &shared, err);
		if (shared)
			draft->torn = mem_strdup(cover->path);
	}
	return rc;
}

/* Reads what the draft is at its head, in place of what it was before. */
static int read_head(struct draft *draft, struct repo *repo, struct error *err)
{
	static const struct oid none;
	int rc;

	forget_text(draft);
	free(draft->base_text);
	free(draft->torn);
	free(draft->sizes);
	draft->base_text = NULL;
	draft->base_text_len = 0;
	draft->torn = NULL;
	draft->sizes = NULL;
	draft->publish_time = 0;
	draft->blob = none;
	draft->base_blob = none;
	rc = read_article(draft, repo, err);
	if (rc == 0)
		read_sizes(draft, repo);
	if (rc == 0 && draft->renames != NULL)
		rc = measure_moves(draft, repo, err);
	return rc;
}

/* What the first commit says the draft is. */
static int read_kind(struct draft *draft, const struct repo_trailers *first, struct error *err)
{
	const char *path = repo_trailers_get(first, "Article");
	const char *renames = repo_trailers_get(first, "Renames");
	const char *kind = repo_trailers_get(first, "Kind");

	if (path == NULL || !repo_path_safe(path))
		return error_set(
		    err, E_GIT, "The draft %s does not say which article it is: it was not made by copydesk.",
		    draft->name);
	draft->path = mem_strdup(path);
	if (renames != NULL && repo_path_safe(renames))
		draft->renames = mem_strdup(renames);
	draft->is_withdrawal = kind != NULL && strcmp(kind, "withdraw") == 0;
	return 0;
}

/* Where the draft itself is there, but a part of it is not. */
static int part_is_missing(int rc, struct error *err)
{
	if (rc != E_NOTFOUND)
		return rc;
	if (err != NULL)
		err->code = E_GIT;
	return E_GIT;
}

int draft_load_at(struct draft **out, struct repo *repo, const char *name, const struct oid *head,
		  struct error *err)
{
	struct draft *draft = mem_zalloc(1, sizeof *draft);
	struct line line = {0};
	int rc;

	draft->name = mem_strdup(name);
	draft->head = *head;
	rc = read_line(&line, repo, name, head, &draft->base, err);
	if (rc == 0)
		rc = read_kind(draft, &line.links[line.count - 1].trailers, err);
	if (rc == 0)
		rc = draft_tree_of(repo, &draft->base_tree, &draft->base, err);
	if (rc == 0)
		rc = read_commits(draft, repo, &line, err);
	if (rc == 0)
		rc = read_head(draft, repo, err);
	line_clear(&line);
	if (rc == 0) {
		*out = draft;
		return 0;
	}
	draft_free(draft);
	return part_is_missing(rc, err);
}

int draft_advance(struct draft *draft, struct repo *repo, const struct oid *next, struct error *err)
{
	struct link link;
	int rc = read_link(&link, repo, draft->name, next, err);

	if (rc < 0)
		return part_is_missing(rc, err);
	if (rc == 0 || !oid_equal(&link.commit.parent, &draft->head)) {
		if (rc == 1)
			link_clear(&link);
		return error_set(err, E_GIT, "The draft %s does not go on so.", draft->name);
	}
	review_state_clear(&draft->state);
	rc = add_commit(draft, repo, &link, err);
	link_clear(&link);
	if (rc == 0)
		rc = read_head(draft, repo, err);
	return part_is_missing(rc, err);
}

char *draft_ref_name(const char *name)
{
	return mem_printf(DRAFT_REFS "%s", name);
}

int draft_load(struct draft **out, struct repo *repo, const char *name, struct error *err)
{
	char *ref = draft_ref_name(name);
	struct oid head;
	int rc;

	rc = repo_ref_valid(ref) ? repo_ref_read(repo, ref, &head, err) : E_NOTFOUND;
	free(ref);
	if (rc == E_NOTFOUND)
		return error_set(err, E_NOTFOUND, "There is no draft %s.", name);
	return rc < 0 ? rc : draft_load_at(out, repo, name, &head, err);
}

void draft_free(struct draft *draft)
{
	if (draft == NULL)
		return;
	for (size_t i = 0; i < draft->count; i++)
		review_commit_clear(&draft->commits[i]);
	free(draft->commits);
	for (size_t i = 0; i < draft->signature_count; i++)
		repo_signed_clear(&draft->signatures[i].parts);
	free(draft->signatures);
	review_state_clear(&draft->state);
	free(draft->name);
	free(draft->path);
	free(draft->renames);
	forget_text(draft);
	free(draft->base_text);
	free(draft->torn);
	free(draft->sizes);
	free(draft);
}

bool draft_holds(struct repo *repo, const char *name, const struct oid *commit)
{
	char *ref = draft_ref_name(name);
	struct oid head;
	bool found = repo_ref_valid(ref) && repo_ref_read(repo, ref, &head, NULL) == 0 &&
		     draft_line_holds(repo, name, &head, commit);

	free(ref);
	return found;
}

bool draft_line_holds(struct repo *repo, const char *name, const struct oid *head, const struct oid *commit)
{
	struct oid at = *head;
	bool found = false;

	while (!found && !oid_is_zero(&at)) {
		struct link link;

		if (read_link(&link, repo, name, &at, NULL) != 1)
			break;
		found = oid_equal(&at, commit);
		at = link.commit.parent;
		link_clear(&link);
	}
	return found;
}

struct review_facts draft_facts(const struct draft *draft, const struct policy *policy, int64_t now)
{
	return (struct review_facts){
	    .commits = draft->commits,
	    .count = draft->count,
	    .policy = policy,
	    .path = draft->path,
	    .renames = draft->renames,
	    .corrects = !oid_is_zero(&draft->base_blob) && !policy_is_desk_file(draft->path),
	    .publish_time = draft->publish_time,
	    .now = now,
	    .released = draft->released,
	    .withdraws = draft->withdraws,
	};
}

/* Once for each list: what it says of a commit stays. */
static void measure_signatures(struct draft *draft, const struct policy *policy)
{
	if (draft->signature_count == 0 ||
	    (!oid_is_zero(&draft->signers) && oid_equal(&draft->signers, &policy->signers_blob)))
		return;
	draft->signers = policy->signers_blob;
	for (size_t i = 0; i < draft->signature_count; i++) {
		const struct draft_signature *signature = &draft->signatures[i];
		struct review_commit *commit = &draft->commits[signature->commit];

		commit->signature =
		    repo_signed_by(&signature->parts, policy->signers, &commit->person, signature->time);
	}
}

void draft_derive(struct draft *draft, const struct policy *policy, int64_t now)
{
	struct review_facts facts = draft_facts(draft, policy, now);

	measure_signatures(draft, policy);
	review_state_clear(&draft->state);
	review_replay(&draft->state, &facts);
}

const struct review_covers *draft_covers(const struct draft *draft)
{
	return &draft->commits[draft->count - 1].covers;
}
