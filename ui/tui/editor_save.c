/* From the buffer to the draft: saving, submitting, and closing. */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/path.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/lines.h"
#include "tui/matter.h"
#include "tui/prompt.h"
#include "tui/prompt_journal.h"

/* -- Submitting -- */

static void submit_answered(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	struct error err;

	if (!answer->given)
		return;
	if (desk_submit(e->place.desk, e->name, answer->text, &err) < 0)
		editor_say(e, PANE_FAILED, "%s%s", err.message,
			   editor_form_helps(e) ? " F4 shows the fields." : "");
	else
		matter_submitted(&e->place, e->name);
	e->place.host->changed(e->place.host->app);
}

static void ask_submit(struct editor *e)
{
	struct prompt *prompt =
	    prompt_text("Submit for review", "A word to the reviewer (may be empty):", NULL, NULL,
			submit_answered, e);

	prompt_journal(prompt, &e->place, e->name, "Submit for review");
	e->place.host->ask(e->place.host->app, prompt);
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

/*
 * A last line that was typed here gets the end that git and every other tool expect, as part of the last
 * step. One that came without it, and that nobody touched, keeps its bytes.
 */
static void end_last_line(struct editor *e)
{
	struct strbuf base = STRBUF_INIT;
	size_t len, line, base_line;
	const char *text = buffer_text(e->buffer, &len);
	bool touched;

	if (len == 0 || text[len - 1] == '\n' || desk_read(e->place.desk, &e->from, &base, NULL) < 0) {
		strbuf_clear(&base);
		return;
	}
	line = lines_start(text, len);
	base_line = lines_start(base.data, base.len);
	touched =
	    len - line != base.len - base_line || memcmp(text + line, base.data + base_line, len - line) != 0;
	strbuf_clear(&base);
	if (!touched)
		return;
	e->form.busy = true; /* it stays open: this is nothing that is to be seen */
	buffer_amend(e->buffer, len, e->eol, strlen(e->eol), editor_caret(e));
	e->form.busy = false;
}

/* Saves the text over the one that it started from; E_CONFLICT when the draft has another. */
static int save_text(struct editor *e, struct error *err)
{
	struct oid saved;
	const char *text;
	size_t len;
	int rc;

	end_last_line(e);
	text = buffer_text(e->buffer, &len);
	rc = desk_save(e->place.desk, e->name, &e->from, text, len, &saved, err);
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
		editor_merge_saved(e);
		return 0;
	} else {
		e->after = EDITOR_AFTER_NOTHING;
	}
	return rc;
}

void editor_save_or_say(struct editor *e)
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
	if (!editor_form_settle(e))
		return 0;
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
	if (!editor_form_settle(e))
		return 0;
	if (!buffer_changed(e->buffer)) {
		ask_submit(e);
		return 0;
	}
	e->after = EDITOR_AFTER_SUBMIT;
	return save(e, err);
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
		editor_save_or_say(e);
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

	if (!editor_form_settle(e))
		return false;
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
