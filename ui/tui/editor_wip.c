/* Unsaved text that others can take over: a pause in typing copies it to the newsroom. */
#include "tui/editor_internal.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "desk/wip.h"
#include "text/buffer.h"
#include "tui/loop.h"

/* Milliseconds without a key after which unsaved text is copied, and between two tries. */
#define PAUSE 10000

/* -- Copying, on the worker -- */

/* A copy that is being made; it outlives an editor that is closed meanwhile. */
struct editor_copying {
	struct editor *editor; /* NULL: closed; touched on the owner's thread only */
	atomic_bool ended;     /* there is newer text, or nothing to copy any more */
	bool over;             /* with editor NULL: the text was saved or thrown away */
	char *folder;          /* of the repository: the worker opens its own */
	struct wip_note note;
	char *text;
	size_t len;
	uint64_t version; /* of the buffer */
	int rc;
};

static bool is_ended(void *context)
{
	return atomic_load(&((struct editor_copying *)context)->ended);
}

static bool copy_slice(struct worker *worker, void *job)
{
	struct editor_copying *copying = job;
	struct repo *repo;
	struct error err;

	(void)worker;
	copying->rc = repo_open(&repo, copying->folder, &err);
	if (copying->rc < 0)
		return true;
	copying->rc = wip_copy(repo, &copying->note, copying->text, copying->len, &err);
	repo_close(repo);
	return true;
}

/* What was copied in the moment in which it was thrown away is taken back: nobody else will. */
static void take_back(const struct editor_copying *copying)
{
	struct repo *repo;

	if (repo_open(&repo, copying->folder, NULL) < 0)
		return;
	(void)wip_settle(repo, &copying->note, NULL);
	repo_close(repo);
}

static void copied(void *job, bool cancelled)
{
	struct editor_copying *copying = job;
	struct editor *e = copying->editor;

	(void)cancelled; /* rc says whether it was done by then */
	if (copying->over && copying->rc == 0)
		take_back(copying);
	if (e != NULL) {
		e->wip.copying = NULL;
		/* The journal has it all: a copy that cannot be made is tried again, and nobody is told. */
		if (copying->rc == 0) {
			e->wip.copied = copying->version;
			e->wip.there = true;
		}
	}
	wip_note_clear(&copying->note);
	free(copying->folder);
	free(copying->text);
	free(copying);
}

static void start_copying(struct editor *e)
{
	static const struct worker_ops ops = {.slice = copy_slice, .done = copied};
	struct editor_copying *copying = mem_zalloc(1, sizeof *copying);
	const char *text = buffer_text(e->buffer, &copying->len);

	if (desk_unsaved_note(e->place.desk, e->name, &e->from, &copying->note, NULL) < 0) {
		wip_note_clear(&copying->note);
		free(copying);
		return;
	}
	copying->note.ended = is_ended;
	copying->note.context = copying;
	copying->editor = e;
	copying->folder = mem_strdup(repo_folder(desk_repo(e->place.desk)));
	copying->text = mem_strndup(text, copying->len);
	copying->version = buffer_version(e->buffer);
	copying->rc = E_CANCELLED;
	e->wip.copying = copying;
	worker_submit(e->place.worker, &ops, copying);
}

/* Nothing is unsaved any more, or it is not wanted: what was copied before says so from now on. */
static void settle(struct editor *e)
{
	struct wip_note note;

	e->wip.there = false;
	e->wip.copied = 0;
	if (desk_unsaved_note(e->place.desk, e->name, &e->from, &note, NULL) == 0)
		(void)wip_settle(desk_repo(e->place.desk), &note, NULL); /* it holds nothing new, and shows */
	wip_note_clear(&note);
}

int64_t editor_share(struct editor *e, int64_t now)
{
	int64_t due = e->edited_at + PAUSE;

	if (e->suggests || !e->wip.shares || e->wip.copying != NULL)
		return LOOP_NEVER;
	if (!buffer_changed(e->buffer)) {
		if (e->wip.there)
			settle(e);
		return LOOP_NEVER;
	}
	if (e->wip.copied == buffer_version(e->buffer))
		return LOOP_NEVER;
	if (due < e->wip.tried_at + PAUSE)
		due = e->wip.tried_at + PAUSE;
	if (now < due)
		return due;
	e->wip.tried_at = now;
	start_copying(e);
	return LOOP_NEVER;
}

void editor_share_last(struct editor *e)
{
	struct wip_note note;
	const char *text;
	size_t len;

	if (e->suggests || !e->wip.shares || !buffer_changed(e->buffer) ||
	    e->wip.copied == buffer_version(e->buffer))
		return;
	/* What the worker is copying just now is older. */
	if (e->wip.copying != NULL)
		atomic_store(&e->wip.copying->ended, true);
	text = buffer_text(e->buffer, &len);
	if (desk_unsaved_note(e->place.desk, e->name, &e->from, &note, NULL) == 0 &&
	    wip_copy(desk_repo(e->place.desk), &note, text, len, NULL) == 0) {
		e->wip.copied = buffer_version(e->buffer);
		e->wip.there = true;
	}
	wip_note_clear(&note);
}

void editor_unshare(struct editor *e)
{
	bool over = !buffer_changed(e->buffer) || e->thrown_away;

	if (e->wip.copying != NULL) {
		if (over)
			atomic_store(&e->wip.copying->ended, true);
		e->wip.copying->over = over;
		e->wip.copying->editor = NULL;
		e->wip.there = true;
	}
	if (over && e->wip.there)
		settle(e);
}
