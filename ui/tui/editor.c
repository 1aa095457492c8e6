#include "tui/editor.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/article.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/frontmatter.h"
#include "text/language.h"
#include "text/lines.h"
#include "text/unicode.h"
#include "tui/editor_internal.h"
#include "tui/flow.h"
#include "tui/form.h"
#include "tui/loop.h"
#include "tui/page.h"

/* Milliseconds without a key after which the preview and the count follow, by the size of the text. */
static const struct {
	size_t below; /* bytes */
	int64_t pause;
} pauses[] = {
    {(size_t)32 << 10, 60},
    {(size_t)1 << 20, 200},
    {SIZE_MAX, 1000},
};

void editor_say(struct editor *e, enum pane_tone tone, const char *format, ...)
{
	struct strbuf sentence = STRBUF_INIT;
	va_list args;

	va_start(args, format);
	strbuf_addv(&sentence, format, args);
	va_end(args);
	e->place.host->say(e->place.host->app, tone, sentence.data);
	strbuf_clear(&sentence);
}

/* -- Every edit comes by here, before it is made -- */

static size_t shifted(size_t place, const struct buffer_edit *edit)
{
	if (place <= edit->pos)
		return place;
	return place >= edit->pos + edit->cut ? place + edit->len - edit->cut : edit->pos;
}

static void on_edit(void *context, const struct buffer_edit *edit)
{
	struct editor *e = context;

	editor_record(e, edit);
	editor_form_edited(e, edit);
	flow_edit(e->flow, edit);
	editor_find_edited(e, edit);
	editor_spell_edit(e, edit);
	e->top = shifted(e->top, edit);
}

/* -- What is looked at in pauses: the words are counted in slices between the keys -- */

/* Bytes that are counted at once: some tenths of a millisecond, since a key may come meanwhile. */
#define COUNT_SLICE ((size_t)64 << 10)

static void start_counting(struct editor *e, size_t body)
{
	e->scan = (struct wordcount_scan){.pos = 0};
	e->scan_from = body;
	e->scan_version = buffer_version(e->buffer);
	e->counting = true;
}

/* Counts on; true while more remains. What is typed meanwhile ends it: the next pause begins anew. */
static bool count_slice(struct editor *e)
{
	size_t len = buffer_len(e->buffer) - e->scan_from;

	if (e->counting && e->scan_version != buffer_version(e->buffer))
		e->counting = false;
	if (!e->counting)
		return false;
	if (wordcount_slice(&e->scan, buffer_bytes(e->buffer, e->scan_from, len), len, COUNT_SLICE))
		return true;
	e->count = e->scan.count;
	e->counting = false;
	e->counted = true;
	buffer_prepare(e->buffer, e->cursor); /* what was counted had to be one run */
	editor_touch(e);
	return false;
}

/* A language in words, or its tag; NULL for none. */
static char *language_words(const char *tag)
{
	struct strbuf words = STRBUF_INIT;

	if (tag != NULL && !language_name(&words, tag))
		strbuf_adds(&words, tag);
	return tag != NULL ? strbuf_detach(&words) : NULL;
}

/* What is wrong with the block of fields at the head, or NULL; rc and err are of its reading. */
static char *front_problem(struct editor *e, const struct frontmatter *fm, const char *head, size_t len,
			   int rc, const struct error *err)
{
	if (rc < 0)
		return mem_strdup(err->message);
	if (frontmatter_present(fm))
		e->fronted = true;
	else if (e->fronted || (e->file == NULL && frontmatter_lost(head, len)))
		return mem_strdup(FORM_LOST);
	return NULL;
}

/* The block lies within the text's first bytes. */
size_t editor_read_front(struct editor *e)
{
	size_t len = buffer_len(e->buffer);
	struct frontmatter *fm;
	struct error err;
	const char *head, *language;
	size_t body;
	int rc;

	if (len > FRONTMATTER_SIZE * 2)
		len = FRONTMATTER_SIZE * 2;
	head = buffer_bytes(e->buffer, 0, len);
	rc = frontmatter_parse(&fm, head, len, &err);
	free(e->title);
	free(e->language);
	free(e->problem);
	e->title = mem_strdup(e->file != NULL ? policy_file_title(e->file) : frontmatter_get(fm, "title"));
	language = frontmatter_get(fm, "language");
	e->language = language_words(language);
	editor_spell_language(e, language);
	if (language == NULL && e->title != NULL)
		language = article_guess_language(e->title, strlen(e->title));
	flow_set_language(e->flow, language);
	free(e->words.language);
	e->words.language = mem_strdup(language != NULL ? language : desk_policy(e->place.desk)->language);
	e->problem = front_problem(e, fm, head, len, rc, &err);
	body = frontmatter_body(fm);
	frontmatter_free(fm);
	return body;
}

int64_t editor_pause(size_t len)
{
	size_t i = 0;

	while (len >= pauses[i].below)
		i++;
	return pauses[i].pause;
}

/* Reads the front matter anew; says so where it just broke. Returns where the body starts. */
static size_t watch_front(struct editor *e)
{
	bool sound = e->problem == NULL;
	size_t body = editor_read_front(e);

	if (sound && e->problem != NULL)
		editor_say(e, PANE_WARNED, "%s", e->problem);
	return body;
}

/* Looks at the text when nobody typed for a while; returns when that will be, or LOOP_NEVER. */
static int64_t look(struct editor *e, int64_t now)
{
	int64_t due = e->edited_at + editor_pause(buffer_len(e->buffer));
	size_t body;

	if (e->looked == buffer_version(e->buffer))
		return LOOP_NEVER;
	if (now < due)
		return due;
	body = watch_front(e);
	e->looked = buffer_version(e->buffer);
	start_counting(e, body);
	editor_touch(e);
	return now;
}

/* -- The pane -- */

static void title(const void *state, struct strbuf *out)
{
	const struct editor *e = state;

	if (e->suggests)
		strbuf_adds(out, "Suggest: ");
	if (editor_reads(e))
		strbuf_adds(out, "Preview: ");
	if (editor_form_shown(e))
		strbuf_adds(out, "Fields: ");
	strbuf_adds(out, e->title != NULL && e->title[0] != '\0' ? e->title : e->name);
}

static void title_right(const void *state, struct strbuf *out)
{
	const struct editor *e = state;
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);
	char hex[REPO_HEX_SIZE];

	if (draft != NULL) {
		oid_hex(hex, &draft->base);
		strbuf_addf(out, "%s, ", review_state_label(draft->state.name));
		if (desk_base_state(e->place.desk, draft, NULL) == DESK_BASE_CURRENT)
			strbuf_addf(out, "based on %.7s", hex);
		else
			desk_base_brief(out, e->place.desk, draft);
	}
	if (e->holder.name != NULL)
		strbuf_addf(out, "   %s", e->held_by_self ? "open elsewhere, too" : e->holder.name);
	if (e->holder.name != NULL && !e->held_by_self)
		strbuf_adds(out, " edits it");
}

static void add_saved(const struct editor *e, struct strbuf *out)
{
	struct clock *clock = desk_clock(e->place.desk);
	char then[CLOCK_TEXT_SIZE], today[CLOCK_TEXT_SIZE];
	int offset = clock_offset(clock, e->saved_at);

	if (buffer_changed(e->buffer)) {
		strbuf_adds(out, e->suggests ? "Not suggested yet" : "Not saved");
		return;
	}
	if (e->suggests) {
		strbuf_adds(out, e->suggested ? "Suggested" : "Nothing changed yet");
		return;
	}
	clock_rfc3339(then, e->saved_at, offset);
	clock_date(today, clock_now(clock), offset);
	if (strncmp(then, today, strlen(today)) == 0)
		strbuf_addf(out, "Saved %.8s", then + strlen(today) + 1);
	else
		strbuf_addf(out, "Saved %.10s", then);
}

/* Whether this is counted in Han: there are more of them than words, or none of either in a Chinese text. */
static bool counts_han(const struct editor *e)
{
	if (e->count.words + e->count.han > 0)
		return e->count.han > e->count.words;
	return e->file == NULL && e->words.language != NULL && strncmp(e->words.language, "zh", 2) == 0;
}

/* Appends " of 300 to 600" where the desk says how long an article of this section should be. */
static bool add_wanted(const struct editor *e, struct strbuf *out, bool han)
{
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);
	struct policy_length length = {0};
	struct policy_range range;

	if (draft != NULL)
		length = policy_length_of(desk_policy(e->place.desk), draft->path);
	range = han ? length.characters : length.words;
	if (range.least + range.most == 0)
		return false;
	strbuf_adds(out, " of ");
	policy_range_words(out, &range);
	return true;
}

/* "212 of 300 to 600 words · 1 min", "3 words 86 汉字", "3 words 612 of at most 900 汉字 · 2 min". */
static void add_count(const struct editor *e, struct strbuf *out)
{
	const struct wordcount *count = &e->count;
	bool han = counts_han(e), many;

	if (!e->counted)
		return;
	strbuf_adds(out, " · ");
	if (count->words > 0 || !han) {
		strbuf_add_count(out, count->words);
		many = !han && add_wanted(e, out, false);
		strbuf_adds(out, count->words != 1 || many ? " words" : " word");
	}
	if (count->han > 0 || han) {
		strbuf_adds(out, count->words > 0 || !han ? " " : "");
		strbuf_add_count(out, count->han);
		if (han)
			add_wanted(e, out, true);
		strbuf_adds(out, " 汉字");
	}
	if (count->minutes > 0 && e->file == NULL)
		strbuf_addf(out, " · %zu min", count->minutes);
}

/* How many words are to be checked, where there is room for that. */
static void add_spelling(const struct editor *e, struct strbuf *out)
{
	size_t before = out->len, words;

	if (!editor_spell_count(e, &words) || words == 0)
		return;
	strbuf_adds(out, " · ");
	strbuf_add_count(out, words);
	strbuf_addf(out, " word%s to check", words == 1 ? "" : "s");
	if (unicode_columns(out->data, out->len) <= e->width - 2)
		return;
	strbuf_truncate(out, before);
	strbuf_adds(out, " · ");
	strbuf_add_count(out, words);
	strbuf_adds(out, " to check");
	if (unicode_columns(out->data, out->len) > e->width - 2)
		strbuf_truncate(out, before);
}

static void status(const void *state, struct strbuf *out)
{
	const struct editor *e = state;

	if (e->trouble != NULL) {
		strbuf_addf(out, "Not safe: %s Save now.", e->trouble);
		return;
	}
	add_saved(e, out);
	if (e->problem != NULL && !editor_form_shown(e))
		strbuf_addf(out, " · %s", e->problem);
	if (e->moved)
		strbuf_addf(out, " · saved %s meanwhile",
			    e->moved_by_self ? "elsewhere" : "by somebody else");
	if (e->wip.waiting != NULL)
		strbuf_addf(out, " · %s", e->wip.waiting);
	if (editor_form_shown(e)) {
		editor_form_status(e, out);
		return;
	}
	add_count(e, out);
	/* No column: it would change with every key, and says little in a paragraph of many rows. */
	strbuf_addf(out, " · line %zu", buffer_line_at(e->buffer, e->cursor) + 1);
	if (!e->partial)
		strbuf_addf(out, " of %zu", buffer_lines(e->buffer));
	if (e->problem == NULL && e->language != NULL)
		strbuf_addf(out, " · %s", e->language);
	add_spelling(e, out);
}

static uint64_t version(const void *state)
{
	const struct editor *e = state;

	return e->version + page_version(e->page) + (e->facing.side != NULL ? e->facing.side->version : 0) +
	       desk_version(e->place.desk);
}

static bool typing(const void *state)
{
	(void)state;
	return true;
}

/*
 * Esc goes back by one thing, and never out of the editor: it is pressed in passing, and a slow line parts an
 * arrow's bytes so that the first is taken for it.  What is typed next would be commands of the list.
 */
static void step_back(struct editor *e)
{
	struct editor *side = editor_side(e);

	if (side->cursor != side->anchor)
		editor_put_cursor(side, side->cursor);
	else if (e->facing.focus)
		e->facing.focus = false;
	else if (editor_reads(e))
		e->instead = false;
	else
		editor_say(e, PANE_SAID, "Ctrl-Q closes the editor.");
	editor_touch(e);
}

static bool input(void *state, const struct input_event *event)
{
	struct editor *e = state;

	if (!editor_complete(e))
		return true;
	if (editor_spell_waits(e, event))
		return true;
	e->spell.asked = 0; /* whatever was to be shown: the person does something else now */
	e->wip.keyed = true;
	if (event->kind == INPUT_MOUSE)
		return editor_facing_mouse(e, event);
	if (editor_form_input(e, event))
		return true;
	if (e->find.open)
		return editor_find_input(e, event);
	if (editor_form_shown(e))
		return false;
	if (event->kind == INPUT_KEY && event->key.code == INPUT_ESCAPE) {
		step_back(e);
		return true;
	}
	return e->facing.focus ? editor_facing_type(e, event) : editor_type(e, event);
}

/* The bar and the form have their own, and do nothing with those of the text. */
static bool alt(const void *state, struct input_key key)
{
	const struct editor *e = state;

	if (e->find.open)
		return editor_find_has_alt(key);
	return !editor_form_shown(e) && command_has_key(&editor_commands, key);
}

/* A save that is not this pane's shows in the status line. */
static void look_at_desk(struct editor *e)
{
	const struct draft *draft;
	bool before = e->moved;

	if (e->desk_seen == desk_version(e->place.desk))
		return;
	e->desk_seen = desk_version(e->place.desk);
	draft = desk_draft(e->place.desk, e->name, NULL);
	e->moved = draft != NULL && !oid_equal(&draft->blob, &e->from);
	e->moved_by_self = e->moved && draft->state.last_save < draft->count &&
			   repo_person_same(&draft->commits[draft->state.last_save].person,
					    desk_person(e->place.desk, NULL));
	/* "Saved." would stand before it until the next key. */
	if (e->moved && !before)
		e->place.host->say(e->place.host->app, PANE_SAID, NULL);
	editor_spell_look(e);
	editor_touch(e);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t tick(void *state, int64_t now)
{
	struct editor *e = state;
	int64_t next, paused;

	if (!editor_complete(e))
		return LOOP_NEVER;
	next = editor_find_slice(e) || count_slice(e) ? now : LOOP_NEVER;
	paused = e->edited_at + editor_pause(buffer_len(e->buffer));
	look_at_desk(e);
	next = earlier(next, editor_sync(e, now));
	next = earlier(next, editor_look_for_lease(e, now));
	next = earlier(next, editor_share(e, now));
	next = earlier(next, editor_page_tick(e, now));
	next = earlier(next, look(e, now));
	return earlier(next, editor_spell_tick(e, now, paused)); /* after look, which reads the language */
}

static void free_editor(void *state)
{
	struct editor *e = state;

	editor_unprotect(e);
	editor_unsaved_clear(e);
	editor_find_clear(&e->find);
	editor_words_clear(&e->words);
	editor_go_clear(&e->go);
	editor_facing_clear(e);
	editor_form_clear(e);
	editor_spell_clear(e);
	free(e->file);
	page_free(e->page);
	flow_free(e->flow);
	buffer_free(e->buffer);
	free(e->title);
	free(e->language);
	free(e->problem);
	free(e->name);
	free(e);
}

static const struct pane_ops ops = {
    .name = "editor",
    .commands = &editor_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = editor_draw,
    .draw_row = editor_draw_row,
    .version = version,
    .typing = typing,
    .input = input,
    .alt = alt,
    .tick = tick,
    .close = editor_close,
    .hangup = editor_hangup,
    .free = free_editor,
};

/* -- Opening -- */

/* Why a draft's text cannot be edited; 0 when it can. */
static int check_draft(const struct draft *draft, struct error *err)
{
	static const char *const reasons[REVIEW_STATE_COUNT] = {
	    [REVIEW_STATE_RELEASED] = "is published already: begin a correction of its article",
	    [REVIEW_STATE_WITHDRAWN] = "has taken its article down already",
	    [REVIEW_STATE_SPIKED] = "is spiked: restore it first",
	};

	if (oid_is_zero(&draft->blob))
		return error_set(err, E_REFUSED, "%s takes its article down: there is no text to edit.",
				 draft->name);
	if (!draft_has_text(draft))
		return error_set(err, E_REFUSED, "%s is larger than %zu MiB, the most that copydesk edits.",
				 draft->name, REPO_BLOB_LIMIT >> 20);
	if (reasons[draft->state.name] != NULL)
		return error_set(err, E_REFUSED, "%s %s.", draft->name, reasons[draft->state.name]);
	return 0;
}

/*
 * The first screen does not wait for a large text: its head is shown, and the rest is there before the
 * next key.
 */
static void set_text(struct editor *e, const struct draft *draft)
{
	size_t len;
	const char *head = draft_head(draft, &len);

	e->file = policy_is_desk_file(draft->path) ? mem_strdup(draft->path) : NULL;
	e->from = draft->blob;
	e->from_len = draft->text_len;
	e->saved_at = draft->commits[draft->state.last_save].time.seconds;
	e->eol = lines_eol(head, len);
	e->buffer = buffer_new(head, len);
	e->partial = len < draft->text_len;
	e->flow = flow_new(e->buffer);
	buffer_set_sink(e->buffer, on_edit, e);
	e->looked = buffer_version(e->buffer);
	e->paged = buffer_version(e->buffer) - 1;
}

size_t editor_body_start(struct editor *e)
{
	size_t len = buffer_len(e->buffer);
	size_t front = editor_front_lines(e);
	size_t body = front < buffer_lines(e->buffer) ? buffer_line_start(e->buffer, front) : len;
	size_t left = len - body;
	const char *text = buffer_bytes(e->buffer, body, left < 2 ? left : 2);

	if (front == 0 || left == 0)
		return body;
	if (text[0] == '\n')
		return body + 1;
	return left >= 2 && text[0] == '\r' && text[1] == '\n' ? body + 2 : body;
}

bool editor_complete(struct editor *e)
{
	const struct draft *draft;
	struct buffer_edit rest = {.pos = buffer_len(e->buffer)};
	char *text = NULL;

	if (!e->partial)
		return true;
	draft = desk_draft(e->place.desk, e->name, NULL);
	if (draft != NULL && oid_equal(&draft->blob, &e->from))
		text = draft_take_text(draft);
	if (text == NULL) {
		editor_say(e, PANE_FAILED, "The text of %s cannot be read to its end. Open it again.",
			   e->name);
		e->place.host->close(e->place.host->app, e);
		return false;
	}
	rest.len = e->from_len - rest.pos;
	flow_edit(e->flow, &rest);
	editor_spell_edit(e, &rest);
	buffer_complete(e->buffer, text, e->from_len);
	e->partial = false;
	e->looked = buffer_version(e->buffer);
	e->paged = buffer_version(e->buffer) - 1;
	start_counting(e, editor_read_front(e));
	editor_touch(e);
	return true;
}

static int open_editor(struct pane *out, const struct pane_place *place, const char *name, bool suggests,
		       struct error *err)
{
	const struct draft *draft = NULL;
	struct editor *e;
	int rc = 0;

	if (desk_person(place->desk, err) != NULL)
		draft = desk_draft(place->desk, name, err);
	if (draft != NULL)
		rc = check_draft(draft, err);
	if (draft == NULL || rc < 0)
		return err->code;
	e = mem_zalloc(1, sizeof *e);
	e->place = *place;
	e->name = mem_strdup(name);
	e->suggests = suggests;
	e->goal = -1;
	e->beside = true;
	e->follow = true;
	e->page = page_new(place->worker);
	e->page_from = SIZE_MAX;
	e->desk_seen = desk_version(place->desk);
	editor_find_init(&e->find);
	editor_spell_init(e);
	set_text(e, draft);
	start_counting(e, editor_read_front(e));
	e->cursor = e->anchor = editor_body_start(e);
	out->ops = &ops;
	out->state = e;
	if (suggests)
		editor_say(e, PANE_SAID, "Change the words as you would have them; Ctrl-S suggests that.");
	else if (draft->state.name == REVIEW_STATE_APPROVED || draft->state.name == REVIEW_STATE_SCHEDULED)
		editor_say(e, PANE_WARNED,
			   "This draft is approved: its approval ends with the first change that is saved.");
	editor_protect(e);
	return 0;
}

int editor_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	return open_editor(out, place, name, false, err);
}

int editor_suggest_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	size_t len = strcspn(name, " ");
	char *draft = mem_strndup(name, len);
	int rc = desk_may(place->desk, draft, REVIEW_SUGGEST, err);
	struct editor *e;
	size_t pos;

	if (rc == 0)
		rc = open_editor(out, place, draft, true, err);
	if (rc == 0 && name[len] == ' ') {
		e = out->state;
		(void)editor_complete(e);
		pos = strtoul(name + len, NULL, 10);
		editor_put_cursor(e, pos < buffer_len(e->buffer) ? pos : buffer_len(e->buffer));
	}
	free(draft);
	return rc;
}
