/*
 * Bringing in what the server has.
 *
 * git brings it to tracking refs, which stand for the server: refs/remotes/REMOTE/BRANCH, and below
 * refs/copydesk/REMOTE/ the drafts and the tags of releases.  From there it is taken in, ref by ref, each
 * by compare-and-swap, so that whatever stops the rest, each draft is as it was or as it should be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk_internal.h"

#define TAG_REFS "refs/tags/release/"

/* How often a draft is looked at again when somebody here comes first. */
#define MAX_TRIES 8

/* -- What came -- */

static struct desk_news *add_news(struct desk_fetched *out, enum desk_news_kind kind, const char *name)
{
	struct desk_news *news;

	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	news = &out->items[out->count++];
	*news = (struct desk_news){.kind = kind, .name = mem_strdup(name)};
	return news;
}

static void add_trouble(struct desk_fetched *out, const char *name, const struct error *err)
{
	add_news(out, DESK_NEWS_TROUBLE, name)->problem = mem_strdup(err->message);
}

void desk_fetched_clear(struct desk_fetched *fetched)
{
	for (size_t i = 0; i < fetched->count; i++) {
		struct desk_news *news = &fetched->items[i];

		for (size_t j = 0; j < news->left_count; j++) {
			free(news->left[j].what);
			free(news->left[j].reason);
		}
		free(news->left);
		free(news->name);
		free(news->renamed);
		free(news->kept);
		free(news->problem);
	}
	free(fetched->items);
	free(fetched->remote);
	free(fetched->branch_problem);
	memset(fetched, 0, sizeof *fetched);
}

/* Of a ref that is not there. */
static const struct oid none;

/* One fetch. */
struct fetch {
	struct desk *desk;
	struct remote remote;
	struct desk_fetched *out;
};

/* -- The release branch -- */

struct paths {
	const char **items;
	size_t count;
	size_t capacity;
};

static int add_path(void *context, const struct repo_change *change)
{
	struct paths *paths = context;

	paths->items = mem_grow(paths->items, &paths->capacity, paths->count + 1, sizeof *paths->items);
	paths->items[paths->count++] = mem_strdup(change->path);
	return 0;
}

static int branch_stays(struct fetch *f, int code, char *problem)
{
	f->out->branch_code = code;
	f->out->branch_problem = problem;
	return 0;
}

/* Moves the branch and what is checked out of it from one commit to a later one. */
static int forward(struct fetch *f, const struct oid *from, const struct oid *to, struct error *err)
{
	struct desk *desk = f->desk;
	struct repo_commit commits[2] = {{.message = NULL}, {.message = NULL}};
	struct paths paths = {.count = 0};
	struct repo_promise *promise = NULL;
	struct repo_entry policy;
	int rc = repo_commit_read(desk->repo, &commits[0], from, err);

	if (rc == 0)
		rc = repo_commit_read(desk->repo, &commits[1], to, err);
	if (rc == 0)
		rc = repo_tree_diff(desk->repo, &commits[0].tree, &commits[1].tree, add_path, &paths, err);
	if (rc == 0 && repo_tree_find(desk->repo, &commits[1].tree, POLICY_PATH, &policy, NULL) < 0)
		rc = error_set(err, E_REFUSED, "What the server has on it is no newsroom: there is no %s.",
			       POLICY_PATH);
	if (rc == 0)
		rc = repo_worktree_clean(desk->repo, desk->branch, &commits[0].tree, paths.items, paths.count,
					 err);
	if (rc == 0) {
		promise = repo_promise_make(desk->repo, &commits[0].tree, &commits[1].tree);
		rc = repo_ref_move(desk->repo, desk->branch_ref, to, from, &desk->person, "fetch", err);
	}
	if (rc == 0) {
		f->out->after = *to;
		rc = repo_worktree_follow(desk->repo, desk->branch, &commits[0].tree, &commits[1].tree,
					  paths.items, paths.count, err);
	}
	repo_promise_end(promise, rc != E_IO);
	if (rc == E_REFUSED || rc == E_CONFLICT)
		rc = branch_stays(f, rc,
				  oid_equal(&f->out->after, to)
				      ? mem_printf("The files do not all follow. %s", err->message)
				      : mem_printf("The branch %s stays as it is here. %s", desk->branch,
						   err->message));
	for (size_t i = 0; i < paths.count; i++)
		free((char *)paths.items[i]);
	free(paths.items);
	repo_commit_clear(&commits[0]);
	repo_commit_clear(&commits[1]);
	return rc;
}

static int take_branch(struct fetch *f, struct error *err)
{
	struct desk *desk = f->desk;
	char *ref = desk_tracking_branch(desk, &f->remote);
	const char *name = ref + strlen("refs/remotes/");
	struct oid theirs;
	int rc = repo_ref_read(desk->repo, ref, &theirs, err);

	f->out->before = desk->tip;
	f->out->after = desk->tip;
	if (rc == 0 && !oid_equal(&theirs, &desk->tip)) {
		if (repo_is_ancestor(desk->repo, &desk->tip, &theirs))
			rc = forward(f, &desk->tip, &theirs, err);
		else if (!repo_is_ancestor(desk->repo, &theirs, &desk->tip))
			rc = branch_stays(
			    f, E_CONFLICT,
			    mem_printf(
				"The branch %s has commits here that the server has not got, and the "
				"server has others. Look at yours with \"git log %s..%s\", keep them with "
				"\"git branch mine %s\", go to the server's with \"git reset --keep %s\", "
				"and make drafts of yours.",
				desk->branch, name, desk->branch, desk->branch, name));
	}
	free(ref);
	return rc == 0 ? desk_refresh(desk, err) : rc;
}

/* -- Drafts -- */

/* Where our line left theirs: the index of the first commit of ours that they have not got. */
static size_t parting(const struct draft *mine, const struct draft *theirs)
{
	for (size_t i = mine->count; i-- > 0;) {
		for (size_t j = theirs->count; j-- > 0;) {
			if (oid_equal(&mine->commits[i].id, &theirs->commits[j].id))
				return i + 1;
		}
	}
	return 0;
}

/* Keeps our line under a ref of its own before it is left, so that nothing is lost. */
static int keep_line(struct desk *desk, const struct draft *mine, char **ref, struct error *err)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &mine->head);
	free(*ref);
	*ref = mem_printf("refs/copydesk/kept/%s/%.10s", mine->name, hex);
	return desk_track(desk, *ref, &mine->head, err);
}

static void take_left(struct desk_news *news, struct desk_replayed *replayed)
{
	news->left = replayed->left;
	news->left_count = replayed->left_count;
	replayed->left = NULL;
	replayed->left_count = 0;
}

static int move_draft(struct desk *desk, const char *name, const struct oid *to, const struct oid *from,
		      struct error *err)
{
	char *ref = mem_printf(DRAFT_REFS "%s", name);
	int rc = repo_ref_move(desk->repo, ref, to, from, &desk->person, "fetch", err);

	free(ref);
	return rc;
}

/* How often another name is looked for when somebody takes it at the same moment. */
#define MAX_NAMES 8

/* Our line once more as loose commits, under a name that is free; a new article also at another place. */
static int copy_ours(struct desk *desk, const struct draft *mine, char **name, struct desk_replayed *replayed,
		     struct error *err)
{
	bool is_new =
	    oid_is_zero(&mine->base_blob) && mine->renames == NULL && !policy_is_desk_file(mine->path);
	char *section = is_new ? article_section(desk->policy.content, mine->path) : NULL;
	char *wanted = desk_name_for(mine->path);
	struct desk_replay again = {.mine = mine, .onto = &none};
	char *path = NULL;
	int rc;

	desk_replayed_clear(replayed);
	free(*name);
	rc = desk_free_slug(desk, section, wanted, name, &path, err);
	again.name = *name;
	again.path = path;
	if (rc == 0)
		rc = desk_replay(desk, &again, replayed, err);
	free(path);
	free(wanted);
	free(section);
	return rc;
}

/* Puts the copy at its name, or another one where somebody takes it at the same moment. */
static int place_copy(struct desk *desk, const struct draft *mine, char **name,
		      struct desk_replayed *replayed, struct error *err)
{
	int rc = move_draft(desk, *name, &replayed->head, &none, err);

	for (int i = 0; rc == E_CONFLICT && i < MAX_NAMES; i++) {
		rc = desk_refresh(desk, err);
		if (rc == 0)
			rc = copy_ours(desk, mine, name, replayed, err);
		if (rc == 0)
			rc = move_draft(desk, *name, &replayed->head, &none, err);
	}
	return rc;
}

/*
 * Both sides began a draft of that name: ours goes on under another one, and the name is theirs.  The name
 * goes before the copy gets its ref, so that who loses that race has made nothing yet.
 */
static int rename_ours(struct fetch *f, const struct draft *mine, const struct oid *theirs, struct error *err)
{
	struct desk *desk = f->desk;
	struct desk_replayed replayed = {.made = 0};
	struct desk_news *news;
	char *kept = NULL;
	char *name = NULL;
	int rc = keep_line(desk, mine, &kept, err);

	if (rc == 0)
		rc = copy_ours(desk, mine, &name, &replayed, err);
	if (rc == 0)
		rc = move_draft(desk, mine->name, theirs, &mine->head, err);
	if (rc == 0 && place_copy(desk, mine, &name, &replayed, err) < 0)
		rc = error_set(err, E_IO, "%s is the server's now, and yours is kept under %s alone.",
			       mine->name, kept);
	if (rc == 0) {
		news = add_news(f->out, DESK_NEWS_RENAMED, mine->name);
		news->renamed = name;
		news->kept = kept;
		take_left(news, &replayed);
		name = NULL;
		kept = NULL;
	}
	desk_replayed_clear(&replayed);
	free(name);
	free(kept);
	return rc;
}

/* Makes what only we did again on top of theirs. */
static int make_again(struct fetch *f, const struct draft *mine, const struct draft *theirs, size_t first,
		      struct error *err)
{
	const struct desk_replay again = {.mine = mine, .first = first, .onto = &theirs->head};
	struct desk *desk = f->desk;
	struct desk_replayed replayed;
	struct desk_news *news;
	char *kept = NULL;
	int rc = desk_replay(desk, &again, &replayed, err);

	if (rc < 0)
		return rc;
	rc = keep_line(desk, mine, &kept, err);
	if (rc == 0)
		rc = move_draft(desk, mine->name, &replayed.head, &mine->head, err);
	if (rc == 0) {
		news = add_news(f->out, DESK_NEWS_MADE_AGAIN, mine->name);
		news->kept = kept;
		kept = NULL;
		take_left(news, &replayed);
		f->out->ahead += replayed.made > 0;
	}
	desk_replayed_clear(&replayed);
	free(kept);
	return rc;
}

static int both_moved(struct fetch *f, const char *name, const struct draft *theirs, struct error *err)
{
	struct desk *desk = f->desk;
	struct draft *mine;
	size_t first;
	int rc;

	if (desk->locked.code != 0)
		return error_set(err, E_REFUSED, "%s", desk->locked.message);
	rc = draft_load(&mine, desk->repo, name, err);
	if (rc < 0)
		return rc;
	first = parting(mine, theirs);
	rc = first == 0 ? rename_ours(f, mine, &theirs->head, err) : make_again(f, mine, theirs, first, err);
	draft_free(mine);
	return rc;
}

/*
 * Only ours moved on. What came with the release branch, other rules or a release, can forbid some of it,
 * and then the server would refuse all of it: so it is made again without that.
 */
static int look_over(struct fetch *f, const char *name, const struct oid *head, struct error *err)
{
	struct desk_replayed replayed = {.made = 0};
	struct desk_replay again = {.onto = head};
	struct desk *desk = f->desk;
	struct draft *mine = NULL;
	struct draft *theirs = NULL;
	int rc = 0;

	if (oid_equal(&f->out->before, &f->out->after) || desk->locked.code != 0) {
		f->out->ahead++;
		return 0;
	}
	rc = draft_load(&mine, desk->repo, name, err);
	if (rc == 0)
		rc = draft_load_at(&theirs, desk->repo, name, head, err);
	if (rc == 0) {
		again.mine = mine;
		again.first = parting(mine, theirs);
		rc = desk_replay(desk, &again, &replayed, err);
	}
	if (rc == 0 && replayed.left_count > 0)
		rc = make_again(f, mine, theirs, again.first, err);
	else if (rc == 0)
		f->out->ahead++;
	desk_replayed_clear(&replayed);
	draft_free(mine);
	draft_free(theirs);
	return rc;
}

/* One try to bring a draft to where the server has it. */
static int take_draft(struct fetch *f, const char *name, const struct oid *head, struct error *err)
{
	struct desk *desk = f->desk;
	char *ref = mem_printf(DRAFT_REFS "%s", name);
	struct draft *theirs = NULL;
	struct oid ours;
	int found = repo_ref_read(desk->repo, ref, &ours, err);
	int rc = found == E_NOTFOUND ? 0 : found;

	free(ref);
	if (rc < 0 || (found == 0 && oid_equal(&ours, head)))
		return rc;
	if (found == 0 && repo_is_ancestor(desk->repo, head, &ours))
		return look_over(f, name, head, err);
	rc = draft_load_at(&theirs, desk->repo, name, head, err);
	if (rc < 0)
		return rc;
	if (found < 0) {
		rc = move_draft(desk, name, head, &none, err);
		if (rc == 0)
			add_news(f->out, DESK_NEWS_NEW, name);
	} else if (repo_is_ancestor(desk->repo, &ours, head)) {
		rc = move_draft(desk, name, head, &ours, err);
		if (rc == 0)
			add_news(f->out, DESK_NEWS_MOVED_ON, name);
	} else {
		rc = both_moved(f, name, theirs, err);
	}
	draft_free(theirs);
	return rc;
}

static bool is_stopped(const struct fetch *f)
{
	const struct remote_listener *l = f->desk->listener;

	return l != NULL && l->cancelled != NULL && l->cancelled(l->context);
}

static void tell_progress(const struct fetch *f, const char *what, size_t done, size_t all)
{
	const struct remote_listener *l = f->desk->listener;
	char *line = mem_printf("Taking in %s: %zu of %zu", what, done, all);

	if (l != NULL && l->progress != NULL)
		l->progress(l->context, line);
	free(line);
}

/* Calls do for each thing that the server has below a prefix, until it is stopped. */
static int take_all(struct fetch *f, char *prefix, const char *what,
		    int (*take)(struct fetch *f, const char *name, const struct oid *id, struct error *err),
		    struct error *err)
{
	struct desk_tracked list;
	int rc = desk_tracked(&list, f->desk, prefix, err);

	for (size_t i = 0; rc == 0 && i < list.count; i++) {
		struct error why;

		if (is_stopped(f)) {
			rc = error_set(err, E_CANCELLED,
				       "It was stopped: what had come in by then is in, and the next fetch "
				       "goes on.");
			break;
		}
		if ((i + 1) % 100 == 0)
			tell_progress(f, what, i + 1, list.count);
		for (int try = 0; try < MAX_TRIES; try++) {
			rc = take(f, list.items[i].name, &list.items[i].id, &why);
			if (rc != E_CONFLICT)
				break;
		}
		/* One that cannot be taken in keeps the others from nothing. */
		if (rc < 0)
			add_trouble(f->out, list.items[i].name, &why);
		rc = 0;
	}
	desk_tracked_clear(&list);
	free(prefix);
	return rc;
}

static int take_tag(struct fetch *f, const char *name, const struct oid *id, struct error *err)
{
	char *ref = mem_printf("refs/tags/%s", name);
	struct oid now = {{0}};
	int rc = repo_ref_read(f->desk->repo, ref, &now, err);

	if (rc == E_NOTFOUND) {
		rc = repo_ref_move(f->desk->repo, ref, id, &now, &f->desk->person, "fetch", err);
		f->out->tags += rc == 0;
	} else if (rc == 0 && !oid_equal(&now, id)) {
		rc = error_set(err, E_REFUSED,
			       "The tag is another one here than on the server: \"git tag -d %s\" takes ours "
			       "away, then fetch again.",
			       name);
	}
	free(ref);
	return rc;
}

/* -- The whole -- */

/* Tracking refs are git's and ours alone: a lock that is left there is nobody's. */
static void clear_locks(const struct fetch *f)
{
	char *folders[] = {
	    mem_printf("refs/copydesk/%s", f->remote.name),
	    mem_printf("refs/remotes/%s", f->remote.name),
	};

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		repo_clear_locks(f->desk->repo, folders[i]);
		free(folders[i]);
	}
}

static int fetch_refs(struct fetch *f, struct error *err)
{
	char *branch = desk_tracking_branch(f->desk, &f->remote);
	char *drafts = desk_tracking_draft(&f->remote, "");
	char *tags = desk_tracking_tag(&f->remote, "");
	char *refspecs[] = {
	    mem_printf("+%s:%s", f->desk->branch_ref, branch),
	    mem_printf("+" DRAFT_REFS "*:%s*", drafts),
	    mem_printf("+" TAG_REFS "*:%srelease/*", tags),
	};
	struct remote_answer answer;
	int rc;

	clear_locks(f);
	rc = remote_fetch(&f->remote, (const char *const *)refspecs, 3, f->desk->listener, &answer, err);

	desk_take_said(f->desk, &answer);
	for (size_t i = 0; i < sizeof refspecs / sizeof refspecs[0]; i++)
		free(refspecs[i]);
	free(branch);
	free(drafts);
	free(tags);
	return rc;
}

/* Who fetches must be known, for the reflogs; rules that cannot be read may be mended by what comes. */
static int may_fetch(struct desk *desk, struct error *err)
{
	if (desk_person(desk, err) == NULL)
		return desk->nobody.code;
	return repo_writable(desk->repo, err);
}

/* Drafts that the server has never seen are ahead of it, too. */
static void count_unheard(struct fetch *f)
{
	struct desk *desk = f->desk;

	for (size_t i = 0; i < desk->refs.count; i++) {
		char *ref = desk_tracking_draft(&f->remote, desk->refs.items[i].name);
		struct oid id;

		f->out->ahead += repo_ref_read(desk->repo, ref, &id, NULL) == E_NOTFOUND;
		free(ref);
	}
}

int desk_fetch(struct desk *desk, const char *remote, struct desk_fetched *out, struct error *err)
{
	struct fetch f = {.desk = desk, .out = out};
	int rc = may_fetch(desk, err);

	memset(out, 0, sizeof *out);
	strbuf_reset(&desk->said);
	if (rc == 0)
		rc = remote_find(&f.remote, desk->repo, desk->branch, remote, err);
	if (rc < 0)
		return rc;
	out->remote = mem_strdup(f.remote.name);
	rc = fetch_refs(&f, err);
	if (rc == 0)
		rc = desk_refresh(desk, err);
	/* What a fetch before could not bring into the files would be taken for changes by hand. */
	if (rc == 0)
		rc = repo_worktree_catch_up(desk->repo, desk->branch, true, err);
	if (rc == 0)
		rc = take_branch(&f, err);
	if (rc == 0)
		rc = take_all(&f, desk_tracking_draft(&f.remote, ""), "drafts", take_draft, err);
	if (rc == 0)
		rc = take_all(&f, desk_tracking_tag(&f.remote, ""), "tags", take_tag, err);
	if (rc == 0)
		desk_note_fetch(desk, f.remote.name);
	desk_look_again(desk);
	count_unheard(&f);
	remote_clear(&f.remote);
	return rc;
}

int desk_fetched_code(const struct desk_fetched *fetched)
{
	int code = fetched->branch_code;

	for (size_t i = 0; code == 0 && i < fetched->count; i++) {
		const struct desk_news *news = &fetched->items[i];

		if (news->left_count > 0 || news->kind == DESK_NEWS_TROUBLE ||
		    news->kind == DESK_NEWS_RENAMED)
			code = E_REFUSED;
	}
	return code;
}

/* -- In words -- */

static size_t count_kind(const struct desk_fetched *fetched, enum desk_news_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < fetched->count; i++)
		n += fetched->items[i].kind == kind;
	return n;
}

static void add_count(struct strbuf *out, size_t n, const char *what)
{
	if (n > 0)
		strbuf_addf(out, "%s%zu %s", out->len > 0 ? ", " : "", n, what);
}

/* The first line: all of it in one sentence. */
static void summary(struct strbuf *out, const struct desk_fetched *fetched)
{
	struct strbuf counts = STRBUF_INIT;
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, &fetched->after);
	add_count(&counts, count_kind(fetched, DESK_NEWS_NEW), "new");
	add_count(&counts, count_kind(fetched, DESK_NEWS_MOVED_ON), "moved on");
	add_count(&counts, count_kind(fetched, DESK_NEWS_MADE_AGAIN) + count_kind(fetched, DESK_NEWS_RENAMED),
		  "with acts on both sides");
	add_count(&counts, fetched->ahead, "to be pushed");
	strbuf_addf(out, "Fetched from %s: drafts: %s", fetched->remote,
		    counts.len > 0 ? counts.data : "nothing new");
	if (!oid_equal(&fetched->before, &fetched->after))
		strbuf_addf(out, "; the release branch went on to %.10s", hex);
	strbuf_adds(out, ".\n");
	strbuf_clear(&counts);
}

static void tell_news(struct strbuf *out, const struct desk_news *news)
{
	switch (news->kind) {
	case DESK_NEWS_NEW:
	case DESK_NEWS_MOVED_ON:
		return;
	case DESK_NEWS_MADE_AGAIN:
		strbuf_addf(out, "%s: what you did was made again on top of the server's news.\n",
			    news->name);
		break;
	case DESK_NEWS_RENAMED:
		strbuf_addf(out, "%s: the server has another draft of that name; yours is called %s now.\n",
			    news->name, news->renamed);
		break;
	case DESK_NEWS_TROUBLE:
		strbuf_addf(out, "%s stays as it is here. %s\n", news->name, news->problem);
		break;
	}
	for (size_t i = 0; i < news->left_count; i++)
		strbuf_addf(out, "    Not made again: %s. %s\n", news->left[i].what, news->left[i].reason);
	if (news->left_count > 0 && news->kept != NULL)
		strbuf_addf(out, "    All of yours as it was: %s\n", news->kept);
}

void desk_fetched_words(struct strbuf *out, const struct desk_fetched *fetched)
{
	summary(out, fetched);
	if (fetched->branch_problem != NULL)
		strbuf_addf(out, "%s\n", fetched->branch_problem);
	for (size_t i = 0; i < fetched->count; i++)
		tell_news(out, &fetched->items[i]);
}
