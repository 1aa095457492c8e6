/*
 * Unsaved text that others can take over: a pause in typing copies it to the
 * newsroom, and whoever opens the draft next is asked about it.
 */
#include "tui/editor_internal.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "desk/wip.h"
#include "text/buffer.h"
#include "text/diff.h"
#include "tui/loop.h"
#include "tui/prompt.h"

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

/* -- What others left -- */

/* Unsaved words, while the person is asked about them. */
struct offer {
	struct editor *editor;
	struct wips list;
	size_t at;
	struct strbuf base, text; /* of the one that is asked about */
	char *question;
	char *look; /* the words that differ */
};

static void forget_texts(struct offer *offer)
{
	strbuf_clear(&offer->base);
	strbuf_clear(&offer->text);
	free(offer->question);
	free(offer->look);
	offer->question = offer->look = NULL;
}

static void offer_free(struct offer *offer)
{
	forget_texts(offer);
	wips_clear(&offer->list);
	free(offer);
}

static bool is_own(const struct editor *e, const struct wip *wip)
{
	return repo_person_same(&wip->person, desk_person(e->place.desk, NULL));
}

/* "12:04", or with its date when that is another day. */
static void add_when(struct strbuf *out, struct clock *clock, int64_t time)
{
	char date[CLOCK_TEXT_SIZE], today[CLOCK_TEXT_SIZE], minutes[CLOCK_TEXT_SIZE];
	int64_t now = clock_now(clock);

	clock_date(date, time, clock_offset(clock, time));
	clock_date(today, now, clock_offset(clock, now));
	clock_minutes(minutes, time, clock_offset(clock, time));
	if (strcmp(date, today) != 0)
		strbuf_addf(out, "%s, ", date);
	strbuf_adds(out, minutes);
}

static char *question_of(const struct offer *offer, size_t changes)
{
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];
	struct strbuf out = STRBUF_INIT;
	bool own = is_own(e, wip);

	if (own)
		strbuf_adds(&out, "You have unsaved words of ");
	else
		strbuf_addf(&out, "%s has unsaved words of ", wip->person.name);
	add_when(&out, desk_clock(e->place.desk), wip->time.seconds);
	strbuf_addf(&out, " in this draft%s: %zu change%s.", own ? ", from another window or machine" : "",
		    changes, changes == 1 ? "" : "s");
	if (!oid_equal(&wip->base, &e->from))
		strbuf_adds(&out, " The draft was saved since; taking them merges the two by words.");
	if (own)
		strbuf_adds(&out, " If you leave them, they go when you pause over other unsaved words.");
	return strbuf_detach(&out);
}

/* Reads the one that it is about; false where it cannot be read. */
static bool read_offer(struct offer *offer)
{
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];
	struct strbuf look = STRBUF_INIT;
	struct diff diff;

	forget_texts(offer);
	if (desk_read(e->place.desk, &wip->base, &offer->base, NULL) < 0 ||
	    desk_read(e->place.desk, &wip->blob, &offer->text, NULL) < 0 ||
	    diff_words(&diff, offer->base.data, offer->base.len, offer->text.data, offer->text.len, NULL) < 0)
		return false;
	diff_format(&look, &diff, offer->base.data, offer->text.data, 0);
	offer->look = strbuf_detach(&look);
	offer->question = question_of(offer, diff_changes(&diff));
	diff_clear(&diff);
	return true;
}

static void ask(struct offer *offer);

/* Goes on to the next person's words; false when there are no more. */
static bool go_on(struct offer *offer)
{
	while (++offer->at < offer->list.count) {
		const struct wip *wip = &offer->list.items[offer->at];

		/* This person's own are in the journal, or in this very text. */
		if (is_own(offer->editor, wip) && (offer->editor->wip.journalled || offer->editor->wip.there))
			continue;
		if (read_offer(offer)) {
			ask(offer);
			return true;
		}
	}
	offer_free(offer);
	return false;
}

static void looked_at(void *context, const struct prompt_answer *answer)
{
	(void)answer; /* Enter and Esc both lead back to the question */
	ask(context);
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct offer *offer = context;
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];

	if (answer->given && answer->choice == 1) {
		e->place.host->ask(e->place.host->app,
				   prompt_message("Unsaved words", offer->look, looked_at, offer));
		return;
	}
	if (!answer->given || answer->choice == 2) {
		(void)go_on(offer);
		return;
	}
	e->wip.there = e->wip.there || is_own(e, wip);
	editor_merge_unsaved(e, &offer->base, &offer->text, &wip->person);
	offer_free(offer);
}

static void ask(struct offer *offer)
{
	static const struct prompt_option options[] = {{"Take them", "t"},
						       {"Look first", "l"},
						       {"Leave them", "e"}};
	const struct pane_host *host = offer->editor->place.host;

	host->ask(host->app, prompt_choice("Unsaved words", offer->question, options, 3, answered, offer));
}

bool editor_offer_unsaved(struct editor *e)
{
	struct offer *offer = mem_zalloc(1, sizeof *offer);

	e->wip.shares = desk_shares_unsaved(e->place.desk);
	offer->editor = e;
	offer->base = offer->text = (struct strbuf)STRBUF_INIT;
	if (!e->suggests)
		(void)desk_unsaved(e->place.desk, e->name, &offer->list, NULL);
	offer->at = SIZE_MAX; /* before the first */
	return go_on(offer);
}

int editor_unsaved(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	if (!editor_offer_unsaved(e))
		editor_say(e, PANE_SAID, "Nobody else has unsaved words of this draft.");
	return 0;
}

bool editor_has_unsaved_of(struct editor *e, const char *name)
{
	struct wips list;
	bool found = false;

	(void)desk_unsaved(e->place.desk, e->name, &list, NULL);
	for (size_t i = 0; i < list.count; i++)
		found = found || (strcmp(list.items[i].person.name, name) == 0 && !is_own(e, &list.items[i]));
	wips_clear(&list);
	return found;
}
