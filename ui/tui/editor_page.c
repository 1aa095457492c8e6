/* Which part of the text the preview shows, and when. */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/outline.h"
#include "tui/loop.h"
#include "tui/page.h"

/*
 * Beside a long text, the preview shows a part around the cursor: so many bytes before and after the step
 * that it is in, and another one once it is as near to an end as that.  The steps keep the part the same
 * while somebody writes here and there.
 */
#define PART_REACH ((size_t)64 << 10)
#define PART_STEP  ((size_t)32 << 10)
#define PART_NEAR  ((size_t)16 << 10)

/* Whether the preview is to be seen. */
static bool shows_page(const struct editor *e)
{
	return editor_reads(e) ||
	       (e->beside && e->facing.side == NULL && !e->focus && e->width >= EDITOR_WIDE);
}

/* Whether a part of the text is enough; who reads it in place of the text scrolls through the whole. */
static bool wants_part(const struct editor *e)
{
	return buffer_len(e->buffer) > EDITOR_LONG && e->file == NULL && !editor_reads(e);
}

/* Whether the preview shows the text as it is, and what is around the cursor. */
static bool is_shown(const struct editor *e)
{
	size_t line;

	if (e->paged != buffer_version(e->buffer))
		return false;
	if (!e->paged_part)
		return true;
	line = buffer_line_start(e->buffer, buffer_line_at(e->buffer, e->cursor));
	return wants_part(e) && (e->paged_top || line >= e->paged_start + PART_NEAR) &&
	       (e->paged_end == buffer_len(e->buffer) || line + PART_NEAR <= e->paged_end);
}

/* What stands beside the desk's rules: what they say in plain sentences, or what is wrong with them. */
static void explain_rules(struct editor *e, const char *text, size_t len)
{
	struct strbuf words = STRBUF_INIT;
	struct policy policy;
	struct error err;

	if (policy_parse(&policy, text, len, &err) < 0) {
		strbuf_addf(&words, "These cannot be the desk's rules.\n\n%s\n", err.message);
	} else {
		policy_explain(&words, &policy);
		strbuf_adds(&words, "\n");
		policy_remarks(&words, &policy, NULL, NULL);
		policy_clear(&policy);
	}
	page_show_plain(e->page, words.data, words.len, false);
	strbuf_clear(&words);
}

/* Has the preview show what is around the cursor. */
static void show_part(struct editor *e, const char *text, size_t len)
{
	size_t front = editor_front_lines(e);
	size_t body = front < buffer_lines(e->buffer) ? buffer_line_start(e->buffer, front) : len;
	size_t line = buffer_line_start(e->buffer, buffer_line_at(e->buffer, e->cursor));
	size_t step = line - line % PART_STEP;
	struct outline_part part = outline_part(text, len, body, step > body ? step : body, PART_REACH);
	struct page_part shown = {.head = body, .start = part.start, .end = part.end};

	if (part.start > body)
		shown.below = buffer_line_at(e->buffer, part.start) - front;
	page_show_part(e->page, text, &shown);
	e->paged_part = true;
	e->paged_top = part.start == body;
	e->paged_start = part.start;
	e->paged_end = part.end;
}

void editor_show_page(struct editor *e)
{
	size_t len;
	const char *text;

	if (!shows_page(e) || is_shown(e))
		return;
	text = buffer_text(e->buffer, &len);
	e->paged_part = false;
	if (e->file != NULL && strcmp(e->file, POLICY_PATH) == 0)
		explain_rules(e, text, len);
	else if (e->file != NULL)
		page_show_plain(e->page, text, len, false);
	else if (wants_part(e))
		show_part(e, text, len);
	else
		page_show(e->page, text, len, false);
	e->paged = buffer_version(e->buffer);
	buffer_prepare(e->buffer, e->cursor); /* where the next key is most likely */
}

int64_t editor_page_tick(struct editor *e, int64_t now)
{
	size_t len = wants_part(e) ? PART_REACH * 2 : buffer_len(e->buffer);
	int64_t due = e->edited_at + editor_pause(len);

	if (!shows_page(e) || is_shown(e))
		return LOOP_NEVER;
	if (now < due)
		return due;
	editor_show_page(e);
	return LOOP_NEVER; /* what the worker posts has us called again */
}
