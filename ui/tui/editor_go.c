/* Going somewhere: to a line, a heading, a comment. */
#include "tui/editor_internal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/outline.h"
#include "tui/prompt.h"

/* -- Lines -- */

static void line_typed(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	unsigned long line;
	char *rest;

	if (!answer->given || answer->len == 0)
		return;
	line = strtoul(answer->text, &rest, 10);
	if (*rest != '\0' || line == 0) {
		editor_say(e, PANE_WARNED, "%s is not the number of a line.", answer->text);
		return;
	}
	if (line > buffer_lines(e->buffer))
		line = buffer_lines(e->buffer);
	e->instead = false;
	editor_put_cursor(e, buffer_line_start(e->buffer, line - 1));
}

int editor_goto(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	char *question = mem_printf("Line, from 1 to %zu:", buffer_lines(e->buffer));

	(void)argument;
	(void)err;
	e->place.host->ask(e->place.host->app,
			   prompt_text("Go to line", question, NULL, NULL, line_typed, e));
	free(question);
	return 0;
}

/* -- Headings -- */

static void heading_chosen(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;

	if (!answer->given || answer->choice >= e->go.count)
		return;
	e->instead = false;
	editor_put_cursor(e, e->go.places[answer->choice]);
}

/* Puts the headings in a list, those below others set in. */
static struct prompt *list_headings(struct editor *e, const struct outline *outline, const char *text)
{
	struct prompt_item *items = mem_zalloc(outline->count, sizeof *items);
	size_t at = outline_at(outline, e->cursor);
	struct prompt *prompt;
	int top = 6;

	for (size_t i = 0; i < outline->count; i++)
		top = outline->items[i].level < top ? outline->items[i].level : top;
	for (size_t i = 0; i < outline->count; i++) {
		const struct outline_heading *heading = &outline->items[i];

		items[i].label = mem_printf("%*s%.*s", (heading->level - top) * 2, "",
					    (int)heading->words_len, text + heading->words);
		items[i].key = mem_printf("line %zu", buffer_line_at(e->buffer, heading->start) + 1);
		e->go.places[i] = heading->start;
	}
	prompt = prompt_list(PROMPT_FILTER, "Outline", items, outline->count, at < outline->count ? at : 0,
			     heading_chosen, e);
	for (size_t i = 0; i < outline->count; i++) {
		free((char *)items[i].label);
		free((char *)items[i].key);
	}
	free(items);
	return prompt;
}

int editor_outline(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	size_t body = e->file != NULL ? 0 : editor_read_front(e);
	struct outline outline;
	const char *text;
	size_t len;

	(void)argument;
	text = buffer_text(e->buffer, &len);
	outline_find(&outline, text, len, body);
	if (outline.count == 0)
		return error_set(err, E_NOTFOUND,
				 "There are no headings here; a line with ## before it is one.");
	e->go.count = outline.count;
	e->go.places = mem_realloc(e->go.places, outline.count * sizeof *e->go.places);
	e->place.host->ask(e->place.host->app, list_headings(e, &outline, text));
	outline_clear(&outline);
	return 0;
}

/* -- Comments -- */

static int by_place(const void *a, const void *b)
{
	const struct editor_comment *x = a, *y = b;

	if (x->placed != y->placed)
		return x->placed ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->commit > y->commit) - (x->commit < y->commit);
}

/* Finds where the open comments stand in the text as it is now, once for each text. */
static void find_comments(struct editor *e, const struct draft *draft)
{
	struct editor_go *go = &e->go;
	size_t len;
	const char *text;

	if (go->located == buffer_version(e->buffer) && go->desk_seen == desk_version(e->place.desk) &&
	    go->known)
		return;
	text = buffer_text(e->buffer, &len);
	go->known = true;
	go->located = buffer_version(e->buffer);
	go->desk_seen = desk_version(e->place.desk);
	go->comment_count = 0;
	for (size_t i = 0; i < draft->state.thread_count; i++) {
		const struct review_thread *thread = &draft->state.threads[i];
		struct editor_comment comment = {.commit = thread->commit, .replies = thread->reply_count};

		if (thread->resolved)
			continue;
		comment.placed = desk_locate(e->place.desk, draft, &draft->commits[thread->commit].passage,
					     text, len, &comment.start, &comment.end);
		go->comments = mem_grow(go->comments, &go->comment_capacity, go->comment_count + 1,
					sizeof *go->comments);
		go->comments[go->comment_count++] = comment;
	}
	if (go->comment_count > 0)
		qsort(go->comments, go->comment_count, sizeof *go->comments, by_place);
}

/* The comment after the one that is shown, or after the cursor; round and round. */
static size_t comment_from(const struct editor *e, int by)
{
	const struct editor_go *go = &e->go;
	size_t count = go->comment_count, at = 0;

	for (size_t i = 0; i < count; i++) {
		if (go->shown && go->comments[i].commit == go->commit)
			return (i + (by > 0 ? 1 : count - 1)) % count;
	}
	if (by > 0) {
		while (at < count && go->comments[at].placed && go->comments[at].start < e->cursor)
			at++;
		return at % count;
	}
	for (size_t i = 0; i < count && go->comments[i].placed && go->comments[i].start < e->cursor; i++)
		at = i + 1;
	return (at + count - 1) % count;
}

static void say_comment(struct editor *e, const struct draft *draft, size_t at)
{
	const struct editor_comment *comment = &e->go.comments[at];
	const struct review_commit *commit = &draft->commits[comment->commit];
	const char *where = "";
	char *replies = NULL;

	if (!comment->placed)
		where = commit->passage.quote != NULL ? ", on words that are gone" : ", on the whole";
	if (comment->replies > 0)
		replies = mem_printf(" (%zu repl%s)", comment->replies, comment->replies == 1 ? "y" : "ies");
	editor_say(e, PANE_SAID, "%zu of %zu%s, %s%s: %s", at + 1, e->go.comment_count, where,
		   commit->person.name, replies != NULL ? replies : "", commit->text);
	free(replies);
}

int editor_next_comment(void *target, int by, struct error *err)
{
	struct editor *e = target;
	const struct draft *draft = desk_draft(e->place.desk, e->name, err);
	const struct editor_comment *comment;
	size_t at;

	if (draft == NULL)
		return err->code;
	find_comments(e, draft);
	if (e->go.comment_count == 0)
		return error_set(err, E_NOTFOUND, "Nobody has an open comment on this draft.");
	at = comment_from(e, by);
	comment = &e->go.comments[at];
	e->instead = false;
	if (comment->placed)
		editor_put_cursor(e, comment->start);
	e->go.shown = true;
	e->go.commit = comment->commit;
	e->go.cursor = e->cursor;
	say_comment(e, draft, at);
	editor_touch(e);
	return 0;
}

bool editor_comment_shown(const struct editor *e, size_t *start, size_t *end)
{
	const struct editor_go *go = &e->go;

	if (!go->shown || go->located != buffer_version(e->buffer) || go->cursor != e->cursor)
		return false;
	for (size_t i = 0; i < go->comment_count; i++) {
		if (go->comments[i].commit != go->commit || !go->comments[i].placed)
			continue;
		*start = go->comments[i].start;
		*end = go->comments[i].end;
		return true;
	}
	return false;
}

void editor_go_clear(struct editor_go *go)
{
	free(go->places);
	free(go->comments);
}
