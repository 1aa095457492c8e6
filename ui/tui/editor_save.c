/*
 * From the buffer to the draft: saving, merging with what somebody else saved
 * meanwhile, submitting, and closing.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/diff.h"
#include "text/lines.h"
#include "text/merge.h"
#include "tui/matter.h"
#include "tui/prompt.h"

/* Bytes of the text around a conflict that are shown with it. */
#define AROUND ((size_t)60)

static void begin_merge(struct editor *e);

/* -- Submitting -- */

static void submit_answered(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	struct error err;

	if (!answer->given)
		return;
	if (desk_submit(e->place.desk, e->name, answer->text, &err) < 0)
		editor_say(e, PANE_FAILED, "%s", err.message);
	else
		matter_submitted(&e->place, e->name);
	e->place.host->changed(e->place.host->app);
}

static void ask_submit(struct editor *e)
{
	e->place.host->ask(e->place.host->app,
			   prompt_text("Submit for review", "A word to the reviewer (may be empty):", NULL,
				       NULL, submit_answered, e));
}

/* -- Saving -- */

static void after_saving(struct editor *e)
{
	const struct pane_host *host = e->place.host;
	enum editor_after after = e->after;

	e->after = EDITOR_AFTER_NOTHING;
	if (after == EDITOR_AFTER_SUBMIT)
		ask_submit(e);
	else if (after == EDITOR_AFTER_CLOSE)
		host->close(host->app, e);
}

/* Saves the text over the one that it started from; E_CONFLICT when the draft has another. */
static int save_text(struct editor *e, struct error *err)
{
	struct oid saved;
	size_t len;
	const char *text = buffer_text(e->buffer, &len);
	int rc = desk_save(e->place.desk, e->name, &e->from, text, len, &saved, err);

	if (rc < 0)
		return rc;
	e->from = saved;
	e->from_len = len;
	e->saved_at = clock_now(desk_clock(e->place.desk));
	buffer_mark_saved(e->buffer);
	editor_restart_journal(e);
	editor_read_front(e);
	if (e->problem != NULL)
		editor_say(e, PANE_WARNED, "Saved, but the fields at the top cannot be read. %s", e->problem);
	else
		editor_say(e, PANE_SAID, "Saved.");
	e->place.host->changed(e->place.host->app);
	return 0;
}

/* Makes suggestions of what differs from the text that it started from, which stays the draft's. */
static int suggest(struct editor *e, struct error *err)
{
	size_t made = 0;
	size_t len;
	const char *text = buffer_text(e->buffer, &len);
	int rc = desk_suggest(e->place.desk, e->name, &e->from, text, len, NULL, &made, err);

	if (rc < 0)
		return rc;
	e->suggested = true;
	buffer_mark_saved(e->buffer);
	editor_restart_journal(e);
	if (made == 0)
		editor_say(e, PANE_SAID, "All of this is suggested already.");
	else
		editor_say(e, PANE_SAID, "%zu suggestion%s made; Ctrl-Q goes back to the review.", made,
			   made == 1 ? " is" : "s are");
	e->place.host->changed(e->place.host->app);
	return 0;
}

/* Whether the draft holds another text than the one that this one started from. */
static bool is_moved(const struct editor *e)
{
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);

	return draft != NULL && !oid_equal(&draft->blob, &e->from);
}

/* Saves, or begins to merge; what is to follow is in e->after. */
static int save(struct editor *e, struct error *err)
{
	int rc = e->suggests ? suggest(e, err) : save_text(e, err);

	if (rc == 0) {
		after_saving(e);
	} else if (rc == E_CONFLICT && !e->suggests && is_moved(e)) {
		begin_merge(e);
		return 0;
	} else {
		e->after = EDITOR_AFTER_NOTHING;
	}
	return rc;
}

/* The same where no command runs that could show what went wrong. */
static void save_or_say(struct editor *e)
{
	struct error err;

	if (save(e, &err) < 0)
		editor_say(e, PANE_FAILED, "%s The text is not %s.", err.message,
			   e->suggests ? "suggested" : "saved");
}

int editor_save(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	buffer_step(e->buffer);
	if (!buffer_changed(e->buffer)) {
		editor_say(e, PANE_SAID,
			   e->suggests ? "There is nothing new to suggest." : "Everything is saved.");
		return 0;
	}
	e->after = EDITOR_AFTER_NOTHING;
	return save(e, err);
}

int editor_submit(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	if (e->suggests)
		return error_set(err, E_REFUSED,
				 "These are suggestions: Ctrl-S makes them; its author submits "
				 "the draft.");
	if (!buffer_changed(e->buffer)) {
		ask_submit(e);
		return 0;
	}
	e->after = EDITOR_AFTER_SUBMIT;
	return save(e, err);
}

/* -- Merging: chunk by chunk into result, with a question at each conflict -- */

struct merging {
	struct editor *editor;
	struct oid blob; /* theirs */
	char *who;       /* saved it */
	bool own;        /* that was the same person, in another window */
	struct strbuf base, mine, theirs;
	struct merge merge;
	size_t next;     /* chunk */
	size_t conflict; /* conflicts that were asked for */
	struct strbuf result;
};

static void merging_free(struct merging *m)
{
	strbuf_clear(&m->base);
	strbuf_clear(&m->mine);
	strbuf_clear(&m->theirs);
	strbuf_clear(&m->result);
	merge_clear(&m->merge);
	free(m->who);
	free(m);
}

static void give_up(struct merging *m)
{
	m->editor->after = EDITOR_AFTER_NOTHING;
	editor_say(m->editor, PANE_WARNED,
		   "Not saved, and nothing was changed: %s's text stands in the draft.", m->who);
	merging_free(m);
}

/* What is offered when both are merged; over one's own text only, the other can be dropped. */
enum merged {
	MERGED_BOTH,
	MERGED_KEEP,
	MERGED_MINE,
};

static void merged_answered(void *context, const struct prompt_answer *answer)
{
	struct merging *m = context;
	struct editor *e = m->editor;

	if (!answer->given || answer->choice == MERGED_KEEP) {
		give_up(m);
		return;
	}
	if (answer->choice == MERGED_BOTH)
		editor_become(e, m->result.data, m->result.len);
	e->from = m->blob;
	e->from_len = m->theirs.len;
	editor_restart_journal(e);
	merging_free(m);
	save_or_say(e);
}

/* Shows what comes into the text, before anything is written. */
static void ask_merged(struct merging *m)
{
	static const struct prompt_option options[] = {[MERGED_BOTH] = {"Save both", "s"},
						       [MERGED_KEEP] = {"Keep editing", "k"},
						       [MERGED_MINE] = {"Save mine only", "m"}};
	size_t count = m->own ? MERGED_MINE + 1 : MERGED_KEEP + 1;
	const struct pane_host *host = m->editor->place.host;
	struct strbuf question = STRBUF_INIT;
	struct diff diff;
	struct error err;

	if (diff_words(&diff, m->mine.data, m->mine.len, m->result.data, m->result.len, &err) < 0) {
		editor_say(m->editor, PANE_FAILED, "%s", err.message);
		merging_free(m);
		return;
	}
	if (m->own)
		strbuf_adds(&question, "You saved this draft in another window. ");
	else
		strbuf_addf(&question, "%s saved this draft while you were editing. ", m->who);
	if (diff_changes(&diff) == 0)
		strbuf_adds(&question, "Your text stays as it is, and is saved over it.");
	else
		strbuf_adds(&question, "This comes into your text, and then both are saved:\n\n");
	if (diff_changes(&diff) > 0)
		diff_format(&question, &diff, m->mine.data, m->result.data, 0);
	strbuf_trim_end(&question);
	diff_clear(&diff);
	host->ask(host->app,
		  prompt_choice("Saved by two", question.data, options, count, merged_answered, m));
	strbuf_clear(&question);
}

static void go_on(struct merging *m);

static bool ends_open(const struct strbuf *text)
{
	return text->len > 0 && strchr(" \t\r\n", text->data[text->len - 1]) == NULL &&
	       (unsigned char)text->data[text->len - 1] < 0x80;
}

static void conflict_answered(void *context, const struct prompt_answer *answer)
{
	struct merging *m = context;
	const struct merge_chunk *chunk = &m->merge.chunks[m->next];
	bool mine, theirs;

	if (!answer->given) {
		give_up(m);
		return;
	}
	mine = answer->choice != 2;
	theirs = answer->choice != 1;
	if (mine)
		strbuf_add(&m->result, m->mine.data + chunk->mine_start, chunk->mine_len);
	if (mine && theirs && chunk->mine_len > 0 && chunk->theirs_len > 0 && ends_open(&m->result))
		strbuf_addc(&m->result, ' ');
	if (theirs)
		strbuf_add(&m->result, m->theirs.data + chunk->theirs_start, chunk->theirs_len);
	m->next++;
	go_on(m);
}

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* A version of the words in question, with a little of the line around. */
static void add_version(struct strbuf *out, const char *label, const struct strbuf *text, size_t start,
			size_t len)
{
	size_t from = lines_start(text->data, start);
	size_t to = lines_end(text->data, text->len, start + len);
	bool before = start - from > AROUND, after = to - start - len > AROUND;

	for (from = before ? start - AROUND : from; from < start && is_inside(text->data[from]); from++)
		;
	for (to = after ? start + len + AROUND : to; after && is_inside(text->data[to]); to--)
		;
	strbuf_addf(out, "%s: %s", label, before ? "... " : "");
	strbuf_add(out, text->data + from, start - from);
	strbuf_addc(out, '[');
	strbuf_add(out, text->data + start, len);
	strbuf_addc(out, ']');
	strbuf_add(out, text->data + start + len, to - start - len);
	strbuf_adds(out, after ? " ...\n" : "\n");
}

static void ask_conflict(struct merging *m)
{
	const struct merge_chunk *c = &m->merge.chunks[m->next];
	const struct pane_host *host = m->editor->place.host;
	const struct prompt_option options[] = {{"Both", "b"}, {"Mine", "m"}, {"Theirs", "t"}};
	char *title = mem_printf("Conflict %zu of %zu", ++m->conflict, m->merge.conflicts);
	struct strbuf question = STRBUF_INIT;

	strbuf_addf(&question, "You and %s changed the same words.\n\n", m->who);
	add_version(&question, "Before", &m->base, c->base_start, c->base_len);
	add_version(&question, "Mine", &m->mine, c->mine_start, c->mine_len);
	add_version(&question, m->who, &m->theirs, c->theirs_start, c->theirs_len);
	strbuf_trim_end(&question);
	host->ask(host->app, prompt_choice(title, question.data, options, 3, conflict_answered, m));
	strbuf_clear(&question);
	free(title);
}

/* Takes chunks until one is a conflict, or all are taken. */
static void go_on(struct merging *m)
{
	for (; m->next < m->merge.count; m->next++) {
		const struct merge_chunk *c = &m->merge.chunks[m->next];

		if (c->kind == MERGE_CONFLICT) {
			ask_conflict(m);
			return;
		}
		if (c->kind == MERGE_THEIRS)
			strbuf_add(&m->result, m->theirs.data + c->theirs_start, c->theirs_len);
		else
			strbuf_add(&m->result, m->mine.data + c->mine_start, c->mine_len);
	}
	ask_merged(m);
}

/* Reads the three texts; E_REFUSED where theirs is none. */
static int read_texts(struct merging *m, struct error *err)
{
	struct editor *e = m->editor;
	const struct draft *draft = desk_draft(e->place.desk, e->name, err);
	const struct repo_person *person;
	const char *mine;
	size_t len;
	int rc;

	if (draft == NULL)
		return err->code;
	m->blob = draft->blob;
	person = &draft->commits[draft->state.last_save].person;
	m->own = repo_person_same(person, desk_person(e->place.desk, NULL));
	m->who = mem_strdup(m->own ? "the other window" : person->name);
	if (oid_is_zero(&m->blob))
		return error_set(err, E_REFUSED, "%s now takes the article down.", e->name);
	mine = buffer_text(e->buffer, &len);
	strbuf_add(&m->mine, mine, len);
	rc = desk_read(e->place.desk, &m->blob, &m->theirs, err);
	return rc < 0 ? rc : desk_read(e->place.desk, &e->from, &m->base, err);
}

static void begin_merge(struct editor *e)
{
	struct merging *m = mem_zalloc(1, sizeof *m);
	struct error err;
	int rc;

	m->editor = e;
	m->base = m->mine = m->theirs = m->result = (struct strbuf)STRBUF_INIT;
	rc = read_texts(m, &err);
	if (rc == 0)
		rc = merge_words(&m->merge, (struct merge_text){m->base.data, m->base.len},
				 (struct merge_text){m->mine.data, m->mine.len},
				 (struct merge_text){m->theirs.data, m->theirs.len}, &err);
	if (rc < 0) {
		e->after = EDITOR_AFTER_NOTHING;
		editor_say(e, PANE_FAILED, "%s The text is not saved.", err.message);
		merging_free(m);
		return;
	}
	go_on(m);
}

/* -- Closing -- */

static void throw_away(struct editor *e)
{
	e->thrown_away = true;
	e->place.host->close(e->place.host->app, e);
}

static void loss_answered(void *context, const struct prompt_answer *answer)
{
	if (answer->given && answer->choice == 1)
		throw_away(context);
}

/* Without a journal nothing is set aside: that is asked for again. */
static void ask_again(struct editor *e)
{
	static const struct prompt_option options[] = {{"Keep editing", "k"}, {"Lose the text", "l"}};
	char *question = mem_printf("There is no copy of the unsaved text: %s It would be lost.", e->trouble);

	e->place.host->ask(e->place.host->app,
			   prompt_choice("Unsaved text", question, options, 2, loss_answered, e));
	free(question);
}

static void close_answered(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;

	if (!answer->given || answer->choice == 1)
		return;
	if (answer->choice == 0) {
		e->after = EDITOR_AFTER_CLOSE;
		save_or_say(e);
	} else if (e->trouble != NULL) {
		ask_again(e);
	} else {
		throw_away(e);
	}
}

bool editor_close(void *state)
{
	static const struct prompt_option options[] = {{"Save", "s"},
						       {"Keep editing", "k"},
						       {"Throw away", "t"}};
	static const struct prompt_option suggesting[] = {{"Suggest it", "s"},
							  {"Keep editing", "k"},
							  {"Throw away", "t"}};
	struct editor *e = state;
	char *home = NULL;
	char *question;

	if (!buffer_changed(e->buffer))
		return true;
	(void)path_home(&home, PATH_STATE, NULL);
	question = mem_printf("%s If you throw it away, the draft stays as it was "
			      "saved last, and a copy of your text is set aside in\n%s/journal",
			      e->suggests ? "You changed text and did not suggest that."
					  : "This draft has text that is not saved.",
			      home ? home : "your state folder");
	e->place.host->ask(e->place.host->app,
			   prompt_choice("Unsaved text", question, e->suggests ? suggesting : options, 3,
					 close_answered, e));
	free(question);
	free(home);
	return false;
}
