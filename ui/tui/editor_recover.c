/*
 * Nothing is lost: the journal of what is not saved, what a journal of before
 * leads to, and who else is editing.
 */
#include "tui/editor.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "store/journal.h"
#include "text/buffer.h"
#include "text/diff.h"
#include "tui/editor_internal.h"
#include "tui/loop.h"
#include "tui/prompt.h"
#include "tui/prompt_journal.h"

/* Milliseconds: between two flushes, two tries to write what could not be written, two looks for the lease.
 */
#define SYNC_EVERY  1000
#define TRY_EVERY   3000
#define LEASE_EVERY 10000

/* -- The journal -- */

static char *person_text(struct desk *desk)
{
	const struct repo_person *person = desk_person(desk, NULL);

	return mem_printf("%s <%s>", person->name, person->mail);
}

static void set_trouble(struct editor *e, const struct error *err)
{
	free(e->trouble);
	e->trouble = err ? mem_strdup(err->message) : NULL;
	editor_touch(e);
}

/* The one edit that leads from the blob that the text started from to the text. */
static struct buffer_edit whole_text(struct editor *e)
{
	size_t len;
	const char *text = buffer_text(e->buffer, &len);

	return (struct buffer_edit){.pos = 0, .cut = e->from_len, .insert = text, .len = len};
}

/* What a journal is about: a draft by its name, or words for one, which no ref can be called. */
static char *journal_name(const struct editor *e)
{
	return e->suggests ? mem_printf("suggestions for %s", e->name) : mem_strdup(e->name);
}

static int open_journal(struct editor *e, const struct buffer_edit *first, struct error *err)
{
	char *person = person_text(e->place.desk);
	char *name = journal_name(e);
	char *folder;
	struct journal_start start = {
	    .newsroom = repo_folder(desk_repo(e->place.desk)),
	    .draft = name,
	    .person = person,
	    .base = e->from,
	    .now = clock_now(desk_clock(e->place.desk)),
	};
	int rc = journal_home(&folder, err);

	if (rc == 0)
		rc = journal_open(&e->journal, folder, &start, first, err);
	if (rc < 0)
		e->journal = NULL;
	free(folder);
	free(name);
	free(person);
	return rc;
}

static void forget_pending(struct editor *e)
{
	free(e->pending.cut);
	e->pending = (struct editor_pending){.there = false};
}

/* Has the journal hold all of the text, from the blob that it started from. */
static void write_all(struct editor *e)
{
	struct buffer_edit edit = whole_text(e);
	/* What was suggested differs from the draft's text, which the journal starts from. */
	const struct buffer_edit *first = buffer_changed(e->buffer) || e->suggested ? &edit : NULL;
	struct error err;
	int rc;

	forget_pending(e);
	if (e->journal == NULL)
		rc = open_journal(e, first, &err);
	else
		rc = journal_restart(e->journal, &e->from, clock_now(desk_clock(e->place.desk)), first, &err);
	set_trouble(e, rc < 0 ? &err : NULL);
	e->journal_dirty = first != NULL;
}

void editor_restart_journal(struct editor *e)
{
	write_all(e);
}

static void append(struct editor *e, const struct buffer_edit *edit)
{
	struct error err;

	if (e->journal == NULL || e->trouble != NULL)
		return; /* all of the text is tried again by and by, and the status line says so */
	if (journal_append(e->journal, edit, &err) < 0)
		set_trouble(e, &err);
	e->journal_dirty = true;
}

void editor_pend(struct editor *e, const struct buffer_edit *edit)
{
	struct editor_pending *p = &e->pending;
	const struct buffer_edit back = {p->pos, p->len, p->cut, p->cut_len};

	if (p->there)
		append(e, &back);
	forget_pending(e);
	if (edit == NULL)
		return;
	*p = (struct editor_pending){true, edit->pos, edit->len,
				     mem_strndup(buffer_bytes(e->buffer, edit->pos, edit->cut), edit->cut),
				     edit->cut};
	append(e, edit);
}

void editor_record(struct editor *e, const struct buffer_edit *edit)
{
	if (e->pending.there)
		editor_pend(e, NULL);
	append(e, edit);
}

/* -- Flushing, on the worker; a journal that is to be closed meanwhile is closed after it -- */

struct flush {
	struct editor *editor; /* NULL: closed; touched on the owner's thread only */
	struct journal *journal;
	bool aside;  /* with editor NULL: what the journal holds is to be set aside */
	bool remove; /* with editor NULL: it holds nothing that is not saved */
	int rc;
	struct error err;
};

static void set_aside(const char *path)
{
	struct error err;

	/* A journal that cannot be set aside is offered when the draft is opened again. */
	(void)journal_set_aside(path, &err);
}

static bool flush_slice(struct worker *worker, void *job)
{
	struct flush *flush = job;

	(void)worker;
	flush->rc = journal_sync(flush->journal, &flush->err);
	return true;
}

static void close_journal(struct journal *journal, bool remove, bool aside)
{
	char *path = aside ? mem_strdup(journal_path(journal)) : NULL;

	journal_close(journal, remove);
	if (path != NULL)
		set_aside(path);
	free(path);
}

static void flushed(void *job, bool cancelled)
{
	struct flush *flush = job;
	struct editor *e = flush->editor;

	(void)cancelled;
	if (e == NULL) {
		close_journal(flush->journal, flush->remove, flush->aside);
	} else {
		e->flush = NULL;
		if (flush->rc < 0 && e->trouble == NULL)
			set_trouble(e, &flush->err);
	}
	free(flush);
}

static void start_flush(struct editor *e)
{
	static const struct worker_ops ops = {.slice = flush_slice, .done = flushed};

	e->flush = mem_zalloc(1, sizeof *e->flush);
	e->flush->editor = e;
	e->flush->journal = e->journal;
	e->journal_dirty = false;
	worker_submit(e->place.worker, &ops, e->flush);
}

/* Has a journal hold what is not saved, after one could not be written. */
static void try_again(struct editor *e)
{
	write_all(e);
	if (e->trouble != NULL)
		return;
	editor_form_pend(e);
	editor_say(e, PANE_SAID, "Unsaved text is kept safe again.");
}

int64_t editor_sync(struct editor *e, int64_t now)
{
	if (e->flush != NULL)
		return LOOP_NEVER; /* its end has us called again */
	if (e->trouble != NULL) {
		if (now >= e->synced_at + TRY_EVERY) {
			e->synced_at = now;
			try_again(e);
		}
		return e->synced_at + TRY_EVERY;
	}
	if (e->journal == NULL || !e->journal_dirty)
		return LOOP_NEVER;
	if (now < e->synced_at + SYNC_EVERY)
		return e->synced_at + SYNC_EVERY;
	e->synced_at = now;
	start_flush(e);
	return LOOP_NEVER;
}

void editor_hangup(void *state)
{
	struct editor *e = state;
	struct error err;

	(void)editor_form_settle(e);
	if (e->trouble != NULL)
		write_all(e);
	if (e->journal != NULL)
		(void)journal_sync(e->journal, &err); /* nobody is there to be told */
	editor_share_last(e);
}

void editor_unprotect(struct editor *e)
{
	bool changed = buffer_changed(e->buffer) || e->pending.there;
	bool aside = changed && e->thrown_away;

	editor_unshare(e);
	if (e->flush != NULL) {
		e->flush->editor = NULL;
		e->flush->remove = !changed;
		e->flush->aside = aside;
	} else if (e->journal != NULL) {
		close_journal(e->journal, !changed, aside);
	}
	forget_pending(e);
	lease_release(e->lease);
	lease_holder_clear(&e->holder);
	free(e->trouble);
}

/* -- What was left behind -- */

/* A text that was not saved, while the person is asked about it. */
struct left {
	struct editor *editor;
	char *path; /* of its journal */
	struct oid base;
	size_t base_len;
	struct strbuf text;
	struct strbuf diff; /* against what is saved */
	struct diff_marks marks;
	size_t cursor; /* in text, after the last place where it differs */
	char *question;
};

static void left_free(struct left *left)
{
	strbuf_clear(&left->text);
	strbuf_clear(&left->diff);
	diff_marks_clear(&left->marks);
	free(left->path);
	free(left->question);
	free(left);
}

static void offer(struct left *left);

static void take_left(struct left *left)
{
	struct editor *e = left->editor;

	editor_become(e, left->text.data, left->text.len);
	editor_put_cursor(e, left->cursor);
	e->from = left->base;
	e->from_len = left->base_len;
	e->desk_seen = 0;
	write_all(e);
	if (e->trouble == NULL)
		set_aside(left->path);
	editor_say(e, PANE_SAID, "The unsaved text is back; Ctrl-S saves it.");
}

static void looked_at(void *context, const struct prompt_answer *answer)
{
	(void)answer; /* Enter and Esc both lead back to the question */
	offer(context);
}

static void left_answered(void *context, const struct prompt_answer *answer)
{
	struct left *left = context;
	struct editor *e = left->editor;

	if (answer->given && answer->choice == 1) {
		struct prompt *prompt = prompt_message("Unsaved text", NULL, looked_at, left);

		prompt_changes(prompt, &left->diff, &left->marks);
		e->place.host->ask(e->place.host->app, prompt);
		return;
	}
	if (answer->given && answer->choice == 0)
		take_left(left);
	else if (answer->given)
		set_aside(left->path);
	else
		editor_say(e, PANE_WARNED,
			   "The unsaved text is kept, and is offered when the draft is opened again.");
	/* What the journal had is taken or kept: its copy, which is older, is needed no more. */
	e->wip.there = answer->given;
	left_free(left);
	editor_offer_unsaved(e);
}

static void offer(struct left *left)
{
	static const struct prompt_option options[] = {{"Take it", "t"},
						       {"Look first", "l"},
						       {"Set it aside", "s"}};
	const struct pane_host *host = left->editor->place.host;

	host->ask(host->app, prompt_choice("Unsaved text", left->question, options, 3, left_answered, left));
}

static char *question_of(struct editor *e, const struct journal_entry *entry, const struct left *left,
			 const struct journal_recovery *found, size_t changes)
{
	char date[CLOCK_TEXT_SIZE], time[CLOCK_TEXT_SIZE];
	int offset = clock_offset(desk_clock(e->place.desk), entry->changed);
	bool moved = !oid_equal(&left->base, &e->from);

	clock_date(date, entry->changed, offset);
	clock_minutes(time, entry->changed, offset);
	return mem_printf(
	    "copydesk ended before this draft was saved. Your text of %s, %s was kept: it has %zu "
	    "change%s against what is saved.%s%s",
	    date, time, changes, changes == 1 ? "" : "s", found->torn ? " Its last keystrokes are lost." : "",
	    moved ? " The draft was saved meanwhile; saving merges the two by words." : "");
}

/* Where the last change ends in the new text. */
static size_t end_of_changes(const struct diff *diff)
{
	for (size_t i = diff->count; i-- > 0;) {
		if (diff->spans[i].kind != DIFF_SAME)
			return diff->spans[i].new_start + diff->spans[i].new_len;
	}
	return 0;
}

/* It was saved, and the program ended right then; but of torn keystrokes nobody knows. */
static void set_aside_saved(struct editor *e, const char *path, bool torn)
{
	if (torn)
		editor_say(
		    e, PANE_WARNED,
		    "The last keystrokes before copydesk ended cannot be read; what is left of them is "
		    "kept beside %s.",
		    path);
	set_aside(path);
}

/* Reads the text that a journal leads to; NULL when there is nothing in it that is not saved. */
static struct left *read_left(struct editor *e, const struct journal_entry *entry)
{
	struct left *left = mem_zalloc(1, sizeof *left);
	struct journal_recovery found;
	struct strbuf base = STRBUF_INIT;
	struct diff diff = {.count = 0};
	struct error err;
	size_t len;
	const char *now;
	int rc = 0;

	(void)editor_complete(e);
	*left = (struct left){.editor = e, .path = mem_strdup(entry->path), .base = entry->base};
	left->text = left->diff = (struct strbuf)STRBUF_INIT;
	if (!oid_is_zero(&entry->base))
		rc = desk_read(e->place.desk, &entry->base, &base, &err);
	left->base_len = base.len;
	if (rc == 0)
		rc = journal_recover(&left->text, &found, entry->path, base.data, base.len, &err);
	strbuf_clear(&base);
	now = buffer_text(e->buffer, &len);
	if (rc == 0 && left->text.len == len && memcmp(left->text.data, now, len) == 0)
		set_aside_saved(e, entry->path, found.torn);
	else if (rc == 0)
		rc = diff_words(&diff, now, len, left->text.data, left->text.len, &err);
	if (rc < 0)
		editor_say(e, PANE_WARNED, "Unsaved text of this draft is kept in %s: %s", entry->path,
			   err.message);
	if (rc < 0 || diff.count == 0) {
		left_free(left);
		return NULL;
	}
	diff_format(&left->diff, &diff, now, left->text.data, 0, &left->marks);
	left->cursor = end_of_changes(&diff);
	left->question = question_of(e, entry, left, &found, diff_changes(&diff));
	diff_clear(&diff);
	return left;
}

/*
 * Whether a journal is of this newsroom: it lies where the journal says, or else it was moved here: nothing
 * is there any more, and here is the very text that the editing started from.
 */
static bool is_of_newsroom(struct desk *desk, const struct journal_entry *entry)
{
	size_t size;

	if (strcmp(entry->newsroom, repo_folder(desk_repo(desk))) == 0)
		return true;
	return !path_exists(entry->newsroom) && !oid_is_zero(&entry->base) &&
	       repo_blob_size(desk_repo(desk), &entry->base, &size, NULL) == 0;
}

/* Whether a journal was left behind in this newsroom by this person. */
static bool is_ours(struct desk *desk, const struct journal_entry *entry, const char *person)
{
	return (entry->state == JOURNAL_LEFT || entry->state == JOURNAL_ELSEWHERE) &&
	       strcmp(entry->person, person) == 0 && is_of_newsroom(desk, entry);
}

/* A journal that nothing can be said of but where it lies; it is never guessed at. */
static bool is_unreadable(const struct journal_entry *entry)
{
	return entry->state == JOURNAL_UNKNOWN || entry->state == JOURNAL_DAMAGED;
}

static const char *why_unreadable(const struct journal_entry *entry)
{
	return entry->state == JOURNAL_UNKNOWN ? "was written by another version of copydesk" : "is damaged";
}

/* Whether a journal is about this draft, or about one that went out meanwhile, whose article this corrects.
 */
static bool is_about(const struct editor *e, const struct journal_entry *entry, const char *name)
{
	struct desk *desk = e->place.desk;
	const struct draft *theirs;
	const struct draft *ours;
	char *path;
	bool same;

	if (strcmp(entry->draft, name) == 0)
		return true;
	theirs = e->suggests ? NULL : desk_draft(desk, entry->draft, NULL);
	if (theirs == NULL || !theirs->released)
		return false;
	path = mem_strdup(theirs->path);
	ours = desk_draft(desk, e->name, NULL);
	same = ours != NULL && strcmp(ours->path, path) == 0;
	free(path);
	return same;
}

/* Offers the newest text that was left behind; what is older is offered the next time. */
static void offer_left(struct editor *e)
{
	struct journal_list list = {.count = 0};
	char *person = person_text(e->place.desk);
	char *name = journal_name(e);
	char *folder;
	struct left *left = NULL;
	struct error err;

	if (journal_home(&folder, &err) < 0 || journal_list(&list, folder, &err) < 0)
		editor_say(e, PANE_WARNED, "Unsaved text of before cannot be looked for: %s", err.message);
	for (size_t i = 0; left == NULL && i < list.count; i++) {
		if (is_unreadable(&list.items[i]) && journal_named_for(list.items[i].path, name))
			editor_say(
			    e, PANE_WARNED,
			    "A crash log that may hold unsaved text of this draft %s: it is kept in %s.",
			    why_unreadable(&list.items[i]), list.items[i].path);
		if (!is_ours(e->place.desk, &list.items[i], person) || !is_about(e, &list.items[i], name))
			continue;
		if (list.items[i].state == JOURNAL_LEFT)
			left = read_left(e, &list.items[i]);
		else
			editor_say(e, PANE_WARNED,
				   "Unsaved text of this draft was written on %s: it is kept in %s.",
				   list.items[i].host, list.items[i].path);
	}
	e->wip.journalled = left != NULL;
	if (left != NULL)
		offer(left);
	else
		editor_offer_unsaved(e);
	journal_list_clear(&list);
	free(folder);
	free(name);
	free(person);
}

/* Whether one of the entries before this one was left behind of the same draft. */
static bool is_told(struct desk *desk, const struct journal_list *list, size_t index, const char *person)
{
	for (size_t i = 0; i < index; i++) {
		if (list->items[i].state == JOURNAL_LEFT && is_ours(desk, &list->items[i], person) &&
		    strcmp(list->items[i].draft, list->items[index].draft) == 0)
			return true;
	}
	return false;
}

/* Tells the questions into which words were typed that nobody got; returns how many. */
static size_t tell_words(struct desk *desk, const struct journal_list *list, const char *person,
			 struct strbuf *out)
{
	size_t told = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct journal_entry *entry = &list->items[i];

		if (entry->state != JOURNAL_LEFT || !is_ours(desk, entry, person) ||
		    is_told(desk, list, i, person) || prompt_journal_about(entry) == NULL)
			continue;
		strbuf_addf(out, "%s%s",
			    told++ > 0
				? ", "
				: "Words that were not sent were kept; the same question has them again: ",
			    prompt_journal_about(entry));
	}
	return told;
}

/* Tells the drafts of which text was left behind here; returns how many. */
static size_t tell_drafts(struct desk *desk, const struct journal_list *list, const char *person,
			  struct strbuf *out)
{
	struct strbuf names = STRBUF_INIT;
	size_t drafts = 0;

	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].state != JOURNAL_LEFT || !is_ours(desk, &list->items[i], person) ||
		    is_told(desk, list, i, person) || prompt_journal_about(&list->items[i]) != NULL)
			continue;
		strbuf_addf(&names, "%s%s", drafts++ > 0 ? ", " : "", list->items[i].draft);
	}
	if (drafts == 1)
		strbuf_addf(out, "Unsaved text of 1 draft was kept: open it (e) to take it back: %s",
			    names.data);
	else if (drafts > 1)
		strbuf_addf(out, "Unsaved text of %zu drafts was kept: open them (e) to take it back: %s",
			    drafts, names.data);
	strbuf_clear(&names);
	return drafts;
}

/* Tells what cannot be offered here: text of another host, and journals that cannot be read. */
static size_t tell_others(struct desk *desk, const struct journal_list *list, const char *person,
			  struct strbuf *out)
{
	size_t told = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct journal_entry *entry = &list->items[i];
		bool elsewhere = entry->state == JOURNAL_ELSEWHERE && is_ours(desk, entry, person);

		if (!elsewhere && !is_unreadable(entry))
			continue;
		if (out->len > 0)
			strbuf_addc(out, ' ');
		if (elsewhere)
			strbuf_addf(out, "Unsaved text of %s was written on %s: it is kept in %s.",
				    entry->draft, entry->host, entry->path);
		else
			strbuf_addf(out, "A crash log %s: it is kept in %s.", why_unreadable(entry),
				    entry->path);
		told++;
	}
	return told;
}

bool editor_left_behind(struct desk *desk, struct strbuf *out)
{
	struct journal_list list = {.count = 0};
	struct error err;
	size_t told;
	char *folder, *person;

	if (desk_person(desk, &err) == NULL || journal_home(&folder, &err) < 0)
		return false;
	person = person_text(desk);
	/* A folder that cannot be read is told when a draft is opened. */
	(void)journal_list(&list, folder, &err);
	told = tell_drafts(desk, &list, person, out);
	if (told == 0)
		told = tell_words(desk, &list, person, out);
	if (told == 0)
		told = tell_others(desk, &list, person, out);
	journal_list_clear(&list);
	free(folder);
	free(person);
	return told > 0;
}

/* -- Who else is here -- */

/* By name: a lease tells no more of a person. */
static bool is_self(const struct editor *e, const struct lease_holder *holder)
{
	const struct repo_person *person = desk_person(e->place.desk, NULL);

	return holder->name != NULL && person != NULL && strcmp(holder->name, person->name) == 0;
}

static int take_lease(struct editor *e)
{
	struct repo *repo = desk_repo(e->place.desk);
	struct lease_holder holder = {.name = NULL};
	struct error err;
	int rc = lease_take(&e->lease, repo_folder(repo), e->name, desk_person(e->place.desk, NULL),
			    clock_now(desk_clock(e->place.desk)), &holder, &err);

	if (rc < 0)
		e->lease = NULL;
	lease_holder_clear(&e->holder);
	e->holder = holder;
	e->held_by_self = is_self(e, &holder);
	editor_touch(e);
	return rc;
}

int64_t editor_look_for_lease(struct editor *e, int64_t now)
{
	if (e->holder.name == NULL)
		return LOOP_NEVER;
	if (now >= e->lease_at) {
		char *before = mem_strdup(e->held_by_self ? "Your other window" : e->holder.name);

		e->lease_at = now + LEASE_EVERY;
		if (take_lease(e) == 0)
			editor_tell_left(e, before);
		free(before);
	}
	return e->holder.name != NULL ? e->lease_at : LOOP_NEVER;
}

static void lease_answered(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	const struct pane_host *host = e->place.host;

	if (answer->given && answer->choice == 1) {
		offer_left(e);
		return;
	}
	host->close(host->app, e);
	if (answer->given)
		host->open(host->app, PANE_READER, e->name);
}

static void ask_about_holder(struct editor *e)
{
	static const struct prompt_option options[] = {{"Read it", "r"}, {"Edit all the same", "e"}};
	char time[CLOCK_TEXT_SIZE];
	char *question;

	clock_minutes(time, e->holder.since, clock_offset(desk_clock(e->place.desk), e->holder.since));
	if (e->held_by_self)
		question =
		    mem_printf("You have had this draft open since %s on %s, in another window or over a "
			       "connection that was lost. You can edit it here too: where both are saved, "
			       "the later one is shown the other's changes, and both are kept.",
			       time, e->holder.host);
	else
		question = mem_printf("%s has been editing this draft since %s, on %s. You can edit it too: "
				      "whoever saves later is shown the other's changes, and both are kept.",
				      e->holder.name, time, e->holder.host);
	e->place.host->ask(e->place.host->app,
			   prompt_choice(e->held_by_self ? "Open elsewhere" : "Somebody is editing", question,
					 options, 2, lease_answered, e));
	free(question);
}

void editor_protect(struct editor *e)
{
	/* Who suggests takes nothing from who edits. */
	int rc = e->suggests ? 0 : take_lease(e);

	e->lease_at = clock_monotonic() + LEASE_EVERY;
	write_all(e);
	editor_tell_outside(e);
	if (rc != E_CONFLICT || e->holder.name == NULL)
		offer_left(e);
	else if (editor_complete(e)) /* else the pane goes, which it may not under a question */
		ask_about_holder(e);
}
