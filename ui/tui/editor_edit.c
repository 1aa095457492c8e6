/* Every change of the text. */
#include "tui/editor_internal.h"

#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "text/buffer.h"
#include "text/diff.h"
#include "text/prose.h"

/* What Tab types: YAML forbids tabs, and Markdown takes four columns before a paragraph for code. */
static const char indent[] = "  ";

struct buffer_caret editor_caret(const struct editor *e)
{
	return (struct buffer_caret){.cursor = e->cursor, .anchor = e->anchor};
}

static void changed(struct editor *e)
{
	e->edited_at = clock_monotonic();
	e->instead = false;
	editor_touch(e);
}

void editor_replace(struct editor *e, size_t pos, size_t cut, const char *text, size_t len)
{
	buffer_replace(e->buffer, pos, cut, text, len, editor_caret(e));
	editor_put_cursor(e, pos + len);
	changed(e);
}

/* Appends a text with every line end as the file has them. */
static void add_lines(struct strbuf *out, const char *text, size_t len, const char *eol)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			continue;
		if (text[i] == '\n' || text[i] == '\r')
			strbuf_adds(out, eol);
		else
			strbuf_addc(out, text[i]);
	}
}

/* Puts text in place of the selection, with its line ends made those of the file. */
static void insert(struct editor *e, const char *text, size_t len)
{
	struct strbuf lines = STRBUF_INIT;
	size_t start, end;

	editor_selection(e, &start, &end);
	if (memchr(text, '\n', len) != NULL || memchr(text, '\r', len) != NULL) {
		add_lines(&lines, text, len, e->eol);
		text = lines.data;
		len = lines.len;
	}
	editor_replace(e, start, end - start, text, len);
	strbuf_clear(&lines);
}

void editor_insert_whole(struct editor *e, const char *text, size_t len)
{
	buffer_step(e->buffer);
	insert(e, text, len);
	buffer_step(e->buffer);
}

void editor_make(struct editor *e, const struct prose_edit *edit)
{
	bool backwards = e->cursor < e->anchor;

	buffer_begin(e->buffer);
	buffer_replace(e->buffer, edit->pos, edit->cut, edit->insert.data, edit->insert.len, editor_caret(e));
	buffer_end(e->buffer);
	editor_select(e, edit->start, edit->end);
	if (backwards) {
		e->cursor = edit->start;
		e->anchor = edit->end;
	}
	buffer_settle(e->buffer, editor_caret(e));
	changed(e);
}

bool editor_type(struct editor *e, const struct input_event *event)
{
	if (event->kind == INPUT_PASTE) {
		editor_insert_whole(e, event->text, event->len);
		if (event->cut)
			editor_say(e, PANE_WARNED, "Only the first %zu MiB of what was pasted were taken.",
				   INPUT_PASTE_LIMIT >> 20);
		return true;
	}
	if (event->kind != INPUT_KEY || event->key.modifiers != 0)
		return false;
	if (event->key.code == INPUT_ENTER)
		insert(e, "\n", 1);
	else if (event->key.code == INPUT_TAB)
		insert(e, indent, sizeof indent - 1);
	else if (event->len > 0)
		insert(e, event->text, event->len);
	else
		return false;
	return true;
}

/* -- Removing -- */

/*
 * how is the move over what is removed, where nothing is selected.  Characters that are removed one by one
 * are a run; a selection or a word is a step of its own.
 */
int editor_delete(void *target, int how, struct error *err)
{
	static size_t (*const reach[MOVE_COUNT])(struct editor * e, size_t pos) = {
	    [MOVE_LEFT] = editor_cluster_left,
	    [MOVE_RIGHT] = editor_cluster_right,
	    [MOVE_WORD_LEFT] = editor_word_left,
	    [MOVE_WORD_RIGHT] = editor_word_right,
	};
	struct editor *e = target;
	bool back = how == MOVE_LEFT || how == MOVE_WORD_LEFT;
	bool whole = how == MOVE_WORD_LEFT || how == MOVE_WORD_RIGHT;
	size_t start, end;

	(void)err;
	if (editor_selection(e, &start, &end)) {
		whole = true;
	} else {
		if (back && start > 0)
			start = reach[how](e, start);
		else if (!back && end < buffer_len(e->buffer))
			end = reach[how](e, end);
	}
	if (whole)
		buffer_step(e->buffer);
	if (end > start)
		editor_replace(e, start, end - start, "", 0);
	if (whole)
		buffer_step(e->buffer);
	return 0;
}

/* -- Undo and redo -- */

/* Tells when a step comes to what is saved, or goes back behind it. */
static void tell_of_save_point(struct editor *e, bool was_saved, bool redo)
{
	bool saved = !buffer_changed(e->buffer);

	if (saved && e->suggests)
		editor_say(e, PANE_SAID,
			   e->suggested ? "This is the text as you suggested it."
					: "This is the text as it was before your changes.");
	else if (saved)
		editor_say(e, PANE_SAID, "This is the text as it is saved.");
	else if (was_saved && !redo)
		editor_say(e, PANE_WARNED,
			   "This goes back behind what is saved; Ctrl-Y brings the saved text back.");
}

int editor_undo(void *target, int redo, struct error *err)
{
	struct editor *e = target;
	bool was_saved = !buffer_changed(e->buffer);
	struct buffer_caret caret;

	(void)err;
	/* cppcheck-suppress uninitvar; it is set where they say true */
	if (!(redo ? buffer_redo : buffer_undo)(e->buffer, &caret)) {
		editor_say(e, PANE_SAID, redo ? "There is nothing to redo." : "There is nothing to undo.");
		return 0;
	}
	editor_put_cursor(e, caret.cursor);
	e->anchor = caret.anchor;
	changed(e);
	tell_of_save_point(e, was_saved, redo);
	return 0;
}

/* -- The clipboard -- */

int editor_copy(void *target, int cut, struct error *err)
{
	struct editor *e = editor_side(target);
	size_t start, end;

	(void)err;
	if (!editor_selection(e, &start, &end))
		return 0;
	e->place.host->copy(e->place.host->app, buffer_bytes(e->buffer, start, end - start), end - start);
	buffer_step(e->buffer);
	if (cut)
		editor_replace(e, start, end - start, "", 0);
	buffer_step(e->buffer);
	return 0;
}

int editor_paste(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	size_t len;
	const char *text = e->place.host->clipboard(e->place.host->app, &len);

	(void)argument;
	(void)err;
	editor_insert_whole(e, text, len);
	return 0;
}

/* -- Becoming another text -- */

/* Where a place comes to lie when cut bytes at pos give way to len others. */
static size_t moved(size_t place, size_t pos, size_t cut, size_t len)
{
	if (place <= pos)
		return place;
	return place >= pos + cut ? place + len - cut : pos + len;
}

void editor_become(struct editor *e, const char *text, size_t len)
{
	struct diff diff;
	size_t old_len;
	const char *old = buffer_text(e->buffer, &old_len);
	struct buffer_caret before = editor_caret(e);
	size_t cursor = e->cursor;

	if (diff_words(&diff, old, old_len, text, len, NULL) < 0) {
		buffer_step(e->buffer);
		editor_replace(e, 0, old_len, text, len);
		return;
	}
	buffer_begin(e->buffer);
	for (size_t i = diff.count; i-- > 0;) { /* from the end, so that places before stay right */
		const struct diff_span *span = &diff.spans[i];
		size_t cut = span->kind == DIFF_REMOVED ? span->old_len : 0;
		size_t insert = span->kind == DIFF_ADDED ? span->new_len : 0;

		buffer_replace(e->buffer, span->old_start, cut, text + span->new_start, insert, before);
		if (cut > 0 || insert > 0)
			cursor = moved(cursor, span->old_start, cut, insert);
	}
	buffer_end(e->buffer);
	diff_clear(&diff);
	editor_put_cursor(e, cursor);
	buffer_settle(e->buffer, editor_caret(e));
	changed(e);
}

void editor_apply(struct editor *e, const struct find_edits *edits)
{
	struct buffer_caret before = editor_caret(e);
	size_t grown = 0; /* bytes, modulo 2^n: places after an edit lie that much farther */

	buffer_begin(e->buffer);
	for (size_t i = 0; i < edits->count; i++) {
		const struct find_edit *edit = &edits->items[i];

		buffer_replace(e->buffer, edit->pos + grown, edit->cut, edits->text.data + edit->at,
			       edit->len, before);
		grown += edit->len - edit->cut;
	}
	buffer_end(e->buffer);
	e->top = edits->places[1].is;
	editor_put_cursor(e, edits->places[0].is);
	buffer_settle(e->buffer, editor_caret(e));
	changed(e);
}
