/*
 * What is known here of the server: where its refs stood at the last fetch or push, when that was, and how
 * far we are apart since.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/desk_internal.h"

void desk_listen(struct desk *desk, const struct remote_listener *listener)
{
	desk->listener = listener;
	strbuf_reset(&desk->said);
}

const char *desk_said(const struct desk *desk)
{
	return desk->said.data;
}

void desk_take_said(struct desk *desk, struct remote_answer *answer)
{
	strbuf_add(&desk->said, answer->said.data, answer->said.len);
	remote_answer_clear(answer);
}

bool desk_has_server(struct desk *desk)
{
	struct remote remote;
	bool found = remote_find(&remote, desk->repo, desk->branch, NULL, NULL) == 0;

	if (found)
		remote_clear(&remote);
	return found;
}

/* -- Tracking refs -- */

char *desk_tracking_draft(const struct remote *remote, const char *name)
{
	return mem_printf("refs/copydesk/%s/drafts/%s", remote->name, name);
}

char *desk_tracking_tag(const struct remote *remote, const char *tag)
{
	return mem_printf("refs/copydesk/%s/tags/%s", remote->name, tag);
}

char *desk_tracking_branch(const struct desk *desk, const struct remote *remote)
{
	return mem_printf("refs/remotes/%s/%s", remote->name, desk->branch);
}

int desk_track(struct desk *desk, const char *ref, const struct oid *id, struct error *err)
{
	struct oid now = {{0}};

	if (repo_ref_read(desk->repo, ref, &now, NULL) == 0 && oid_equal(&now, id))
		return 0;
	return repo_ref_move(desk->repo, ref, id, &now, &desk->person, "as the server has it", err);
}

struct tracked_list {
	struct desk_tracked *out;
	size_t prefix; /* bytes of the refs' names to leave out */
};

static int add_tracked(void *context, const char *ref, const struct oid *id)
{
	struct tracked_list *list = context;
	struct desk_tracked *out = list->out;

	out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
	out->items[out->count++] = (struct desk_tracked_ref){mem_strdup(ref + list->prefix), *id};
	return 0;
}

int desk_tracked(struct desk_tracked *out, struct desk *desk, const char *prefix, struct error *err)
{
	struct tracked_list list = {.prefix = strlen(prefix)};

	memset(out, 0, sizeof *out);
	list.out = out;
	return repo_refs(desk->repo, prefix, add_tracked, &list, err);
}

void desk_tracked_clear(struct desk_tracked *tracked)
{
	for (size_t i = 0; i < tracked->count; i++)
		free(tracked->items[i].name);
	free(tracked->items);
}

/* -- When that was -- */

/* Where the time of the last fetch is kept. */
static char *stamp_path(const struct desk *desk)
{
	return mem_printf("%s/copydesk/fetched", repo_folder(desk->repo));
}

/* "SECONDS REMOTE" */
void desk_note_fetch(struct desk *desk, const char *remote)
{
	char *path = stamp_path(desk);
	char *folder = path_join(repo_folder(desk->repo), "copydesk");
	char *text = mem_printf("%lld %s\n", (long long)clock_now(&desk->clock), remote);

	if (path_make_folders(folder, 0777, NULL) == 0)
		(void)path_write(path, text, strlen(text), 0666, NULL);
	free(text);
	free(folder);
	free(path);
}

static int64_t read_stamp(struct desk *desk, const char *remote)
{
	char *path = stamp_path(desk);
	struct strbuf text = STRBUF_INIT;
	char *end = NULL;
	int64_t time = 0;

	if (path_read(&text, path, 4096, NULL) == 0) {
		strbuf_trim_end(&text);
		time = strtoll(text.data, &end, 10);
		if (*end != ' ' || strcmp(end + 1, remote) != 0)
			time = 0;
	}
	strbuf_clear(&text);
	free(path);
	return time;
}

/* -- How far apart -- */

static void measure(struct desk *desk, const struct oid *ours, const struct oid *theirs,
		    struct desk_distance *out)
{
	if (oid_equal(ours, theirs))
		return;
	if (repo_is_ancestor(desk->repo, theirs, ours))
		out->ahead++;
	else if (repo_is_ancestor(desk->repo, ours, theirs))
		out->behind++;
	else
		out->apart++;
}

static void measure_branch(struct desk *desk, const struct remote *remote, struct desk_distance *out)
{
	char *ref = desk_tracking_branch(desk, remote);
	struct oid theirs;

	if (repo_ref_read(desk->repo, ref, &theirs, NULL) == 0 && !oid_equal(&theirs, &desk->tip)) {
		out->branch_behind = !repo_is_ancestor(desk->repo, &theirs, &desk->tip);
		out->branch_ahead = !repo_is_ancestor(desk->repo, &desk->tip, &theirs);
	}
	free(ref);
}

int desk_distance(struct desk *desk, struct desk_distance *out, struct error *err)
{
	struct remote remote;
	struct desk_tracked theirs;
	size_t at = 0;
	char *prefix;
	int rc = remote_find(&remote, desk->repo, desk->branch, NULL, err);

	memset(out, 0, sizeof *out);
	if (rc < 0)
		return rc;
	prefix = desk_tracking_draft(&remote, "");
	rc = desk_tracked(&theirs, desk, prefix, err);
	/* Both are in order of name. */
	for (size_t i = 0; rc == 0 && i < desk->refs.count; i++) {
		const struct desk_ref *ref = &desk->refs.items[i];

		for (; at < theirs.count && strcmp(theirs.items[at].name, ref->name) < 0; at++)
			out->behind++;
		if (at < theirs.count && strcmp(theirs.items[at].name, ref->name) == 0)
			measure(desk, &ref->head, &theirs.items[at++].id, out);
		else
			out->ahead++;
	}
	out->behind += rc == 0 ? theirs.count - at : 0;
	measure_branch(desk, &remote, out);
	out->fetched = read_stamp(desk, remote.name);
	out->remote = mem_strdup(remote.name);
	desk_tracked_clear(&theirs);
	free(prefix);
	remote_clear(&remote);
	return rc;
}

void desk_distance_clear(struct desk_distance *distance)
{
	free(distance->remote);
	memset(distance, 0, sizeof *distance);
}
