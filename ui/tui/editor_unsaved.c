/*
 * Unsaved words that others left, and this person elsewhere: looked for on the worker, since two long texts
 * may have to be compared, and asked about when they are found.
 *
 * Whoever has begun to write by then is not asked, as a key would be taken for the answer: the status line
 * says whose words there are, and the menu asks.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "desk/wip.h"
#include "text/diff.h"
#include "tui/prompt.h"

/* On the worker, or with the person who is asked about it. */
struct editor_offer {
	struct editor *editor;     /* NULL: closed; touched on the owner's thread only */
	bool asks;                 /* about what is found */
	bool says;                 /* that there is nothing */
	char *left_by;             /* who has just left the draft, to be told of in a sentence; or NULL */
	char *folder, *draft;      /* of the repository, which the worker opens for itself */
	struct repo_person person; /* who edits */
	bool skips_own;            /* this person's own are in the journal, or in this very text */
	bool listed;
	struct wips list;
	size_t at;
	struct strbuf base, text; /* of the one that is asked about */
	struct strbuf look;       /* the words that differ */
	struct diff_marks marks;
	size_t changes;
	char *question;
};

static void forget_texts(struct editor_offer *offer)
{
	strbuf_clear(&offer->base);
	strbuf_clear(&offer->text);
	strbuf_clear(&offer->look);
	diff_marks_clear(&offer->marks);
	free(offer->question);
	offer->question = NULL;
}

static void offer_free(struct editor_offer *offer)
{
	forget_texts(offer);
	wips_clear(&offer->list);
	repo_person_clear(&offer->person);
	free(offer->left_by);
	free(offer->folder);
	free(offer->draft);
	free(offer);
}

static bool is_own(const struct editor_offer *offer, const struct wip *wip)
{
	return repo_person_same(&wip->person, &offer->person);
}

/* -- On the worker -- */

/* Lists them, as the draft is by now. */
static int list_all(struct editor_offer *offer, struct repo *repo)
{
	struct draft *draft;
	int rc = draft_load(&draft, repo, offer->draft, NULL);

	if (rc < 0)
		return rc;
	rc = wip_list(&offer->list, repo, draft, NULL);
	wips_keep_new(&offer->list, repo, draft);
	draft_free(draft);
	return rc;
}

/* Reads those that it is about; false where they cannot be read. */
static bool read_texts(struct editor_offer *offer, struct repo *repo)
{
	const struct wip *wip = &offer->list.items[offer->at];
	struct diff diff;

	forget_texts(offer);
	if (repo_blob_read(repo, &wip->base, &offer->base, NULL) < 0 ||
	    repo_blob_read(repo, &wip->blob, &offer->text, NULL) < 0 ||
	    diff_words(&diff, offer->base.data, offer->base.len, offer->text.data, offer->text.len, NULL) < 0)
		return false;
	diff_format(&offer->look, &diff, offer->base.data, offer->text.data, 0, &offer->marks);
	offer->changes = diff_changes(&diff);
	diff_clear(&diff);
	return true;
}

/* Stays at the first that can be asked about, or at the end. */
static bool look_slice(struct worker *worker, void *job)
{
	struct editor_offer *offer = job;
	struct repo *repo;

	(void)worker;
	if (repo_open(&repo, offer->folder, NULL) < 0)
		return true;
	if (!offer->listed)
		(void)list_all(offer, repo); /* what cannot be read is not offered */
	offer->listed = true;
	while (
	    offer->at < offer->list.count &&
	    ((offer->skips_own && is_own(offer, &offer->list.items[offer->at])) || !read_texts(offer, repo)))
		offer->at++;
	repo_close(repo);
	return true;
}

/* -- Asking -- */

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

static char *question_of(const struct editor_offer *offer)
{
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];
	struct strbuf out = STRBUF_INIT;
	bool own = is_own(offer, wip);

	if (own)
		strbuf_adds(&out, "You have unsaved words of ");
	else
		strbuf_addf(&out, "%s has unsaved words of ", wip->person.name);
	add_when(&out, desk_clock(e->place.desk), wip->time.seconds);
	strbuf_addf(&out, " in this draft%s: %zu change%s.", own ? ", from another window or machine" : "",
		    offer->changes, offer->changes == 1 ? "" : "s");
	if (!oid_equal(&wip->base, &e->from))
		strbuf_adds(&out, " The draft was saved since; taking them merges the two by words.");
	if (own)
		strbuf_adds(&out, " If you leave them, what you write here takes their place.");
	return strbuf_detach(&out);
}

static void ask(struct editor_offer *offer);
static void looked(void *job, bool cancelled);

/* Goes on with the next person's words. */
static void look(struct editor_offer *offer)
{
	static const struct worker_ops ops = {.slice = look_slice, .done = looked};
	struct editor *e = offer->editor;

	offer->skips_own = e->wip.journalled || e->wip.there;
	e->wip.offer = offer;
	worker_submit(e->place.worker, &ops, offer);
}

static void looked_at(void *context, const struct prompt_answer *answer)
{
	(void)answer; /* Enter and Esc both lead back to the question */
	ask(context);
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct editor_offer *offer = context;
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];

	if (answer->given && answer->choice == 1) {
		struct prompt *prompt = prompt_message("Unsaved words", NULL, looked_at, offer);

		prompt_changes(prompt, &offer->look, &offer->marks);
		e->place.host->ask(e->place.host->app, prompt);
	} else if (answer->given && answer->choice == 0) {
		e->wip.there = e->wip.there || is_own(offer, wip);
		editor_merge_unsaved(e, &offer->base, &offer->text, &wip->person);
		offer_free(offer);
	} else if (e->wip.offer == NULL && offer->at + 1 < offer->list.count) {
		offer->at++;
		look(offer);
	} else {
		offer_free(offer);
	}
}

static void ask(struct editor_offer *offer)
{
	static const struct prompt_option options[] = {{"Take them", "t"},
						       {"Look first", "l"},
						       {"Leave them", "e"}};
	const struct pane_host *host = offer->editor->place.host;

	host->ask(host->app, prompt_choice("Unsaved words", offer->question, options, 3, answered, offer));
}

static void say_left(const struct editor_offer *offer)
{
	bool found = false;

	for (size_t i = 0; i < offer->list.count; i++)
		found = found || (strcmp(offer->list.items[i].person.name, offer->left_by) == 0 &&
				  !is_own(offer, &offer->list.items[i]));
	editor_say(offer->editor, PANE_SAID, "%s has left this draft%s.", offer->left_by,
		   found ? ", with unsaved words: \"Unsaved words\" in the menu (F10) takes them" : "");
}

/* Asks, or has the status line say whose words there are: the person writes. */
static void take_up(struct editor_offer *offer)
{
	struct editor *e = offer->editor;
	const struct wip *wip = &offer->list.items[offer->at];

	if (!e->wip.keyed) {
		offer->question = question_of(offer);
		ask(offer);
		return;
	}
	free(e->wip.waiting);
	e->wip.waiting = is_own(offer, wip) ? mem_strdup("you have unsaved words elsewhere: F10")
					    : mem_printf("%s has unsaved words: F10", wip->person.name);
	editor_touch(e);
	offer_free(offer);
}

static void looked(void *job, bool cancelled)
{
	struct editor_offer *offer = job;
	struct editor *e = offer->editor;

	if (e != NULL)
		e->wip.offer = NULL;
	if (e == NULL || cancelled) {
		offer_free(offer);
		return;
	}
	if (offer->left_by != NULL)
		say_left(offer);
	free(offer->left_by);
	offer->left_by = NULL;
	if (offer->asks && offer->at < offer->list.count) {
		offer->says = false; /* of those after it */
		take_up(offer);
		return;
	}
	if (offer->says)
		editor_say(e, PANE_SAID, "Nobody else has unsaved words of this draft.");
	offer_free(offer);
}

/* What the worker looks for: begun where nothing is. */
static struct editor_offer *offer_of(struct editor *e)
{
	struct editor_offer *offer = e->wip.offer;

	if (offer != NULL)
		return offer;
	offer = mem_zalloc(1, sizeof *offer);
	offer->editor = e;
	offer->folder = mem_strdup(repo_folder(desk_repo(e->place.desk)));
	offer->draft = mem_strdup(e->name);
	offer->base = offer->text = offer->look = (struct strbuf)STRBUF_INIT;
	repo_person_copy(&offer->person, desk_person(e->place.desk, NULL));
	look(offer);
	return offer;
}

void editor_offer_unsaved(struct editor *e)
{
	e->wip.shares = desk_shares_unsaved(e->place.desk);
	e->wip.keyed = false;
	if (!e->suggests)
		offer_of(e)->asks = true;
}

int editor_unsaved(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	struct editor_offer *offer;

	(void)argument;
	if (e->suggests)
		return error_set(
		    err, E_REFUSED,
		    "These are suggestions: unsaved words are taken over by who edits the draft.");
	offer = offer_of(e);
	free(e->wip.waiting);
	e->wip.waiting = NULL;
	e->wip.keyed = false;
	offer->asks = offer->says = true;
	return 0;
}

void editor_tell_left(struct editor *e, const char *name)
{
	struct editor_offer *offer = offer_of(e);

	free(offer->left_by);
	offer->left_by = mem_strdup(name);
}

void editor_unsaved_clear(struct editor *e)
{
	if (e->wip.offer != NULL)
		e->wip.offer->editor = NULL;
	free(e->wip.waiting);
}
