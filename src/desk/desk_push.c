/*
 * Sending out what the server has not got, and a release before it counts here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"

#define TAG_REFS "refs/tags/release/"

/* Refs in one push: each is an argument of git's. */
#define MAX_REFS 200

/* -- A parcel: refs that go together -- */

struct parcel {
	struct strlist names;  /* of drafts, "" for another ref */
	struct strlist specs;  /* "HEX:REF" */
	struct strlist tracks; /* the tracking ref of each */
	struct oid *ids;
	size_t capacity;
};

static void parcel_clear(struct parcel *parcel)
{
	strlist_clear(&parcel->names);
	strlist_clear(&parcel->specs);
	strlist_clear(&parcel->tracks);
	free(parcel->ids);
	memset(parcel, 0, sizeof *parcel);
}

/* Adds a ref; track, which it takes, is where we note that the server has it. */
static void add_ref(struct parcel *parcel, const struct oid *id, const char *ref, char *track)
{
	bool is_draft = strncmp(ref, DRAFT_REFS, strlen(DRAFT_REFS)) == 0;

	char hex[REPO_HEX_SIZE];
	char *spec;

	oid_hex(hex, id);
	spec = mem_printf("%s:%s", hex, ref);
	parcel->ids = mem_grow(parcel->ids, &parcel->capacity, parcel->specs.count + 1, sizeof *parcel->ids);
	parcel->ids[parcel->specs.count] = *id;
	strlist_add(&parcel->names, is_draft ? ref + strlen(DRAFT_REFS) : "");
	strlist_add(&parcel->specs, spec);
	strlist_add(&parcel->tracks, track);
	free(spec);
	free(track);
}

static void add_draft(struct parcel *parcel, const struct remote *remote, const char *name,
		      const struct oid *head)
{
	char *ref = mem_printf(DRAFT_REFS "%s", name);

	add_ref(parcel, head, ref, desk_tracking_draft(remote, name));
	free(ref);
}

/* What stands in the way, by name: drafts, or the branch. */
static void add_moved(struct strbuf *out, const struct remote_answer *answer, enum remote_fate fate)
{
	for (size_t i = 0; i < answer->count; i++) {
		const char *ref = answer->refs[i].name;

		if (answer->refs[i].fate != fate)
			continue;
		strbuf_addf(out, "%s%s", out->len > 0 ? ", " : "",
			    strncmp(ref, DRAFT_REFS, strlen(DRAFT_REFS)) == 0 ? ref + strlen(DRAFT_REFS)
			    : strncmp(ref, "refs/heads/", 11) == 0            ? ref + 11
									      : ref);
	}
}

/* Pushes a parcel, and notes that the server has it. The names of what moved there go into the sentence. */
static int send(struct desk *desk, const struct remote *remote, const struct parcel *parcel,
		struct error *err)
{
	struct remote_answer answer;
	struct strbuf moved = STRBUF_INIT;
	int rc = remote_push(remote, (const char *const *)parcel->specs.items, parcel->specs.count,
			     desk->listener, &answer, err);

	add_moved(&moved, &answer, REMOTE_MOVED);
	if (rc == E_CONFLICT && moved.len > 0)
		error_set(err, E_CONFLICT, "The server %s has news that is not here yet: of %s.",
			  remote->name, moved.data);
	/* Where a tracking ref cannot be written, the next fetch does it. */
	for (size_t i = 0; rc == 0 && i < parcel->specs.count; i++)
		(void)desk_track(desk, parcel->tracks.items[i], &parcel->ids[i], NULL);
	desk_take_said(desk, &answer);
	strbuf_clear(&moved);
	return rc;
}

/* -- A push -- */

static int advise(int rc, struct error *err)
{
	if (rc == E_CONFLICT)
		return error_advise(err,
				    " Nothing was pushed: \"copydesk fetch\" brings it, then push again.");
	return rc;
}

/* One ref of a parcel by itself; a draft that is refused is noted, and no error. */
static int send_single(struct desk *desk, const struct remote *remote, const struct parcel *parcel, size_t i,
		       struct desk_pushed *out, struct error *err)
{
	const char *name = parcel->names.items[i];
	struct parcel single = {.capacity = 0};
	char *words;
	int rc;

	add_ref(&single, &parcel->ids[i], strchr(parcel->specs.items[i], ':') + 1,
		mem_strdup(parcel->tracks.items[i]));
	rc = send(desk, remote, &single, err);
	parcel_clear(&single);
	if (rc == 0 && name[0] != '\0')
		strlist_add(&out->drafts, name);
	if ((rc != E_REFUSED && rc != E_CONFLICT) || name[0] == '\0')
		return rc;
	words = mem_printf("%s: %s", name, err->message);
	strlist_add(&out->refused, words);
	free(words);
	return 0;
}

/* After a no to all of it: each by itself. When none is taken, the no stands. */
static int send_singly(struct desk *desk, const struct remote *remote, const struct parcel *parcel,
		       struct desk_pushed *out, struct error *err)
{
	struct error why = *err;
	size_t before = out->drafts.count;
	int rc = 0;

	strbuf_reset(&desk->said);
	for (size_t i = 0; rc == 0 && i < parcel->specs.count; i++)
		rc = send_single(desk, remote, parcel, i, out, err);
	if (rc == 0 && out->drafts.count == before)
		rc = error_set(err, E_REFUSED, "%s", why.message);
	return rc;
}

/* Sends the parcel when it is full, or with last when there is anything in it. */
static int send_full(struct desk *desk, const struct remote *remote, struct parcel *parcel, bool last,
		     struct desk_pushed *out, struct error *err)
{
	int rc;

	if (parcel->specs.count < (last ? 1 : MAX_REFS))
		return 0;
	rc = send(desk, remote, parcel, err);
	for (size_t i = 0; rc == 0 && i < parcel->names.count; i++) {
		if (parcel->names.items[i][0] != '\0')
			strlist_add(&out->drafts, parcel->names.items[i]);
	}
	if (rc == E_REFUSED && parcel->specs.count > 1)
		rc = send_singly(desk, remote, parcel, out, err);
	parcel_clear(parcel);
	return advise(rc, err);
}

/* Whether the server lacks commits of ours, as of the last fetch; *apart when it has others, too. */
static bool is_ahead(struct desk *desk, const char *track, const struct oid *ours, bool *apart)
{
	struct oid theirs;

	*apart = false;
	if (repo_ref_read(desk->repo, track, &theirs, NULL) < 0)
		return true;
	if (oid_equal(&theirs, ours))
		return false;
	if (repo_is_ancestor(desk->repo, &theirs, ours))
		return true;
	*apart = !repo_is_ancestor(desk->repo, ours, &theirs);
	return false;
}

static int push_drafts(struct desk *desk, const struct remote *remote, struct parcel *parcel,
		       struct desk_pushed *out, struct error *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < desk->refs.count; i++) {
		const struct desk_ref *ref = &desk->refs.items[i];
		char *track = desk_tracking_draft(remote, ref->name);
		bool apart;

		if (is_ahead(desk, track, &ref->head, &apart)) {
			add_draft(parcel, remote, ref->name, &ref->head);
			rc = send_full(desk, remote, parcel, false, out, err);
		} else if (apart) {
			strlist_add(&out->behind, ref->name);
		}
		free(track);
	}
	return rc == 0 ? send_full(desk, remote, parcel, true, out, err) : rc;
}

/* The branch goes first, so that the base of every draft is there. */
static void add_branch(struct desk *desk, const struct remote *remote, struct parcel *parcel,
		       struct desk_pushed *out)
{
	char *track = desk_tracking_branch(desk, remote);
	bool apart;

	out->branch = is_ahead(desk, track, &desk->tip, &apart);
	if (out->branch)
		add_ref(parcel, &desk->tip, desk->branch_ref, track);
	else
		free(track);
}

struct tags {
	struct desk *desk;
	const struct remote *remote;
	struct parcel parcel;
};

static int add_tag(void *context, const char *ref, const struct oid *id)
{
	struct tags *tags = context;
	char *track = desk_tracking_tag(tags->remote, ref + strlen("refs/tags/"));
	struct oid theirs;

	if (repo_ref_read(tags->desk->repo, track, &theirs, NULL) == E_NOTFOUND)
		add_ref(&tags->parcel, id, ref, track);
	else
		free(track);
	return 0;
}

/* Tags can be derived again: one that somebody else has given by now is no reason to hold the rest. */
static int push_tags(struct desk *desk, const struct remote *remote, struct desk_pushed *out,
		     struct error *err)
{
	struct tags tags = {.desk = desk, .remote = remote};
	struct parcel part = {.capacity = 0};
	const struct parcel *all = &tags.parcel;
	int rc = repo_refs(desk->repo, TAG_REFS, add_tag, &tags, err);

	out->tags = all->specs.count;
	for (size_t i = 0; rc == 0 && i < all->specs.count; i++) {
		add_ref(&part, &all->ids[i], strchr(all->specs.items[i], ':') + 1,
			mem_strdup(all->tracks.items[i]));
		rc = send_full(desk, remote, &part, false, out, err);
	}
	if (rc == 0)
		rc = send_full(desk, remote, &part, true, out, err);
	parcel_clear(&part);
	parcel_clear(&tags.parcel);
	return rc;
}

int desk_push(struct desk *desk, const char *name, struct desk_pushed *out, struct error *err)
{
	struct parcel parcel = {.capacity = 0};
	struct remote remote;
	int rc;

	memset(out, 0, sizeof *out);
	strbuf_reset(&desk->said);
	if (desk_person(desk, err) == NULL)
		return desk->nobody.code;
	rc = remote_find(&remote, desk->repo, desk->branch, name, err);
	if (rc < 0)
		return rc;
	out->remote = mem_strdup(remote.name);
	rc = desk_refresh(desk, err);
	if (rc == 0) {
		add_branch(desk, &remote, &parcel, out);
		rc = push_drafts(desk, &remote, &parcel, out, err);
	}
	if (rc == 0)
		rc = push_tags(desk, &remote, out, err);
	parcel_clear(&parcel);
	remote_clear(&remote);
	return rc;
}

void desk_pushed_clear(struct desk_pushed *pushed)
{
	free(pushed->remote);
	strlist_clear(&pushed->drafts);
	strlist_clear(&pushed->behind);
	strlist_clear(&pushed->refused);
	memset(pushed, 0, sizeof *pushed);
}

static void add_names(struct strbuf *out, const struct strlist *names)
{
	for (size_t i = 0; i < names->count; i++)
		strbuf_addf(out, "%s%s", i > 0 ? ", " : "", names->items[i]);
}

void desk_pushed_words(struct strbuf *out, const struct desk_pushed *pushed)
{
	if (pushed->drafts.count == 0 && !pushed->branch && pushed->tags == 0)
		strbuf_addf(out, "Nothing to push: %s has everything.\n", pushed->remote);
	else
		strbuf_addf(out, "Pushed to %s: %zu draft%s%s%s.\n", pushed->remote, pushed->drafts.count,
			    pushed->drafts.count == 1 ? "" : "s",
			    pushed->branch ? ", the release branch" : "", pushed->tags > 0 ? ", tags" : "");
	for (size_t i = 0; i < pushed->refused.count; i++)
		strbuf_addf(out, "Not pushed: %s\n", pushed->refused.items[i]);
	if (pushed->behind.count > 0) {
		strbuf_adds(out, "Not pushed, because the server has news of them: ");
		add_names(out, &pushed->behind);
		strbuf_adds(out, ". \"copydesk fetch\" brings it, then push again.\n");
	}
}

/* -- A release -- */

static void add_plan(struct desk *desk, const struct remote *remote, struct parcel *parcel,
		     const struct oid *commit, const struct release_plan *plan)
{
	add_ref(parcel, commit, desk->branch_ref, desk_tracking_branch(desk, remote));
	for (size_t i = 0; i < plan->count; i++)
		add_draft(parcel, remote, plan->items[i].draft->name, &plan->items[i].draft->head);
}

/*
 * After a push that broke off, only the server knows whether it took the release: 0 when it did, and
 * what went wrong when it did not, or cannot be asked.
 */
static int ask_again(struct desk *desk, const struct remote *remote, const struct oid *commit,
		     struct error *err)
{
	struct oid there;
	struct error why;

	if (remote_look(remote, desk->branch_ref, &there, &why) < 0)
		return error_advise(err,
				    " A release must be on the server before it counts: nothing was released "
				    "here. Should it have got there, \"copydesk fetch\" brings it.");
	if (oid_equal(&there, commit))
		return 0;
	return error_advise(err, " Nothing was released.");
}

int desk_land(void *context, const struct oid *commit, const struct release_plan *plan, struct error *err)
{
	struct desk *desk = context;
	struct parcel parcel = {.capacity = 0};
	struct remote remote;
	int rc = remote_find(&remote, desk->repo, desk->branch, NULL, err);

	if (rc < 0)
		return rc;
	add_plan(desk, &remote, &parcel, commit, plan);
	rc = send(desk, &remote, &parcel, err);
	if (rc == E_CONFLICT)
		rc =
		    error_advise(err,
				 " Nothing was released: fetch it (copydesk fetch), bring up to date what it "
				 "changed (copydesk update NAME), then release again.");
	else if (rc == E_REFUSED)
		rc = error_advise(err, " Nothing was released.");
	else if (rc < 0)
		rc = ask_again(desk, &remote, commit, err);
	parcel_clear(&parcel);
	remote_clear(&remote);
	return rc;
}

int desk_push_records(struct desk *desk, const struct release_plan *plan, const struct release_result *result,
		      struct error *err)
{
	struct parcel parcel = {.capacity = 0};
	struct remote remote;
	struct oid id;
	int rc = remote_find(&remote, desk->repo, desk->branch, NULL, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < plan->count; i++) {
		const char *name = plan->items[i].draft->name;
		char *ref = mem_printf(DRAFT_REFS "%s", name);

		if (repo_ref_read(desk->repo, ref, &id, NULL) == 0)
			add_draft(&parcel, &remote, name, &id);
		free(ref);
	}
	if (result->tag != NULL) {
		char *ref = mem_printf("refs/tags/%s", result->tag);

		if (repo_ref_read(desk->repo, ref, &id, NULL) == 0)
			add_ref(&parcel, &id, ref, desk_tracking_tag(&remote, result->tag));
		free(ref);
	}
	rc = send(desk, &remote, &parcel, err);
	parcel_clear(&parcel);
	remote_clear(&remote);
	return rc;
}
