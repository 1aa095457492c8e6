/*
 * The fields at the top as a form, in place of the text.
 *
 * The form changes the same buffer as typing does.  It stays open while only fields change; where
 * something else moves the cursor or changes the body, the text comes back, so that it is seen.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/frontmatter.h"
#include "text/language.h"
#include "text/lines.h"
#include "tui/form.h"
#include "tui/prompt.h"

/* Bytes of the text in which all of a block that can be read lies. */
#define HEAD ((size_t)2 * FRONTMATTER_SIZE)

static const char *head_of(struct editor *e, size_t *len)
{
	*len = buffer_len(e->buffer);
	if (*len > HEAD)
		*len = HEAD;
	return buffer_bytes(e->buffer, 0, *len);
}

/* -- Open and closed -- */

static void note(struct editor *e)
{
	struct editor_form *f = &e->form;

	f->version = buffer_version(e->buffer);
	f->cursor = e->cursor;
	f->anchor = e->anchor;
	f->body = editor_read_front(e);
	f->desk_seen = desk_version(e->place.desk);
	f->left = false;
}

static void close_form(struct editor *e)
{
	form_free(e->form.form);
	free(e->form.section);
	free(e->form.asked);
	e->form = (struct editor_form){0};
	e->follow = true;
	editor_touch(e);
}

void editor_form_clear(struct editor *e)
{
	form_free(e->form.form);
	free(e->form.section);
	free(e->form.asked);
}

/* Tags that are offered to complete one. */
#define TAGS_OFFERED 5

static void add_tags(void *context, const char *start, struct strlist *out)
{
	struct editor *e = context;

	desk_tags(e->place.desk, start, TAGS_OFFERED, out);
}

static void open_form(struct editor *e)
{
	const struct policy *policy = desk_policy(e->place.desk);
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);
	struct form_matter matter = {.policy = policy,
				     .clock = desk_clock(e->place.desk),
				     .tags = add_tags,
				     .context = e};
	const char *text;
	size_t len;

	e->form.section = draft != NULL ? article_section(policy->content, draft->path) : mem_strdup("");
	matter.section = e->form.section;
	e->form.form = form_new(&matter);
	text = head_of(e, &len);
	form_read(e->form.form, text, len);
	note(e);
	e->instead = false;
	e->find.open = false;
	e->facing.focus = false;
	editor_touch(e);
}

int editor_form_toggle(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	if (e->file != NULL)
		return error_set(err, E_REFUSED, "%s has no fields: it is edited as a text.", e->file);
	if (e->form.form == NULL)
		open_form(e);
	else if (editor_form_settle(e))
		close_form(e);
	return 0;
}

bool editor_form_shown(const struct editor *e)
{
	return e->form.form != NULL && !editor_reads(e);
}

bool editor_form_helps(const struct editor *e)
{
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);
	size_t len = 0;
	const char *head = draft != NULL ? draft_head(draft, &len) : NULL;

	return head != NULL && e->file == NULL &&
	       article_check(draft->path, head, len, desk_policy(e->place.desk), NULL) < 0;
}

void editor_form_edited(struct editor *e, const struct buffer_edit *edit)
{
	struct editor_form *f = &e->form;

	if (f->form != NULL && !f->busy &&
	    edit->pos + edit->cut + (edit->cut == 0 && edit->pos > 0) > f->body)
		f->left = true;
}

void editor_form_watch(struct editor *e)
{
	struct editor_form *f = &e->form;
	bool was_empty, other;
	const char *text;
	size_t len;

	if (f->form == NULL)
		return;
	if (f->version == buffer_version(e->buffer)) {
		if (e->find.open || f->cursor != e->cursor || f->anchor != e->anchor) {
			close_form(e);
			return;
		}
		/* The rules may be others now; what is being edited is checked by them when it is kept. */
		if (f->desk_seen == desk_version(e->place.desk) || form_edits(f->form, &other))
			return;
	}
	was_empty = form_state(f->form) == FORM_EMPTY;
	text = head_of(e, &len);
	form_read(f->form, text, len);
	if (f->left || e->find.open || (was_empty && form_state(f->form) == FORM_EMPTY))
		close_form(e);
	else
		note(e);
}

/* -- Changing the text -- */

/* Where a place comes to lie when cut bytes at pos give way to len others. */
static size_t moved(size_t place, size_t pos, size_t cut, size_t len)
{
	if (place < pos || (place == pos && cut > 0))
		return place;
	return place >= pos + cut ? place + len - cut : pos;
}

/* Whether a place in a text is amid a character. */
static bool is_amid(const char *text, size_t len, size_t pos)
{
	return pos < len && ((unsigned char)text[pos] & 0xc0) == 0x80;
}

/*
 * The one edit of what differs, in whole characters, by which the first old bytes of the text become others;
 * borrowed from head.
 */
static struct buffer_edit edit_of(struct editor *e, size_t old, const struct strbuf *head)
{
	const char *text = buffer_bytes(e->buffer, 0, old);
	size_t least = old < head->len ? old : head->len;
	size_t start = 0, end = 0;

	while (start < least && text[start] == head->data[start])
		start++;
	while (start > 0 && (is_amid(text, old, start) || is_amid(head->data, head->len, start)))
		start--;
	while (end < least - start && text[old - 1 - end] == head->data[head->len - 1 - end])
		end++;
	while (end > 0 && is_amid(text, old, old - end))
		end--;
	return (struct buffer_edit){start, old - start - end, head->data + start, head->len - start - end};
}

/* Has the first old bytes of the text become others as one step. */
static void replace_head(struct editor *e, size_t old, const struct strbuf *head)
{
	struct buffer_edit edit = edit_of(e, old, head);

	e->form.busy = true;
	buffer_step(e->buffer);
	buffer_replace(e->buffer, edit.pos, edit.cut, edit.insert, edit.len, editor_caret(e));
	e->form.busy = false;
	e->cursor = moved(e->cursor, edit.pos, edit.cut, edit.len);
	e->anchor = moved(e->anchor, edit.pos, edit.cut, edit.len);
	buffer_settle(e->buffer, editor_caret(e));
	buffer_step(e->buffer);
	e->edited_at = clock_monotonic();
	editor_touch(e);
}

/* Makes the change that the form has; false, and said, where it cannot be made. */
static bool apply(struct editor *e)
{
	struct strbuf head = STRBUF_INIT;
	struct error err;
	size_t len;
	const char *text = head_of(e, &len);
	int rc = form_write(e->form.form, &head, text, len, &err);

	if (rc == 0) {
		replace_head(e, len, &head);
		text = head_of(e, &len);
		form_done(e->form.form, text, len);
		note(e);
	} else {
		editor_say(e, PANE_FAILED, "%s", err.message);
	}
	strbuf_clear(&head);
	return rc == 0;
}

bool editor_form_settle(struct editor *e)
{
	return e->form.form == NULL || !form_finish(e->form.form) || apply(e);
}

/* -- Beginning the fields of a text that has none -- */

/* The text's first line where it is a heading, without its mark; the caller frees. */
static char *heading_of(const char *text, size_t len)
{
	size_t pos = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	size_t end;

	while (pos < len && strchr(" \t\r\n", text[pos]) != NULL && text[pos] != '\0')
		pos++;
	end = lines_end(text, len, pos);
	if (end - pos < 3 || text[pos] != '#' || text[pos + 1] != ' ')
		return mem_strdup("");
	return mem_strndup(text + pos + 2, end - pos - 2);
}

/* What a new article begins with, but that its headline may be still to come. */
static void begin(struct editor *e)
{
	const struct draft *draft = desk_draft(e->place.desk, e->name, NULL);
	const struct repo_person *person = desk_person(e->place.desk, NULL);
	struct clock *clock = desk_clock(e->place.desk);
	int64_t now = clock_now(clock);
	size_t len;
	const char *text = head_of(e, &len);
	char *title = heading_of(text, len);
	char *slug = draft != NULL ? article_slug(draft->path) : mem_strdup(e->name);
	char date[CLOCK_TEXT_SIZE];
	struct strbuf head = STRBUF_INIT, next = STRBUF_INIT;
	struct error err;
	int rc = 0;

	clock_date(date, now, clock_offset(clock, now));
	const char *const fields[][2] = {{"title", title},
					 {"slug", slug},
					 {"date", date},
					 {"language", article_guess_language(text, len)},
					 {"byline", person != NULL ? person->name : NULL}};

	strbuf_add(&head, text, len);
	for (size_t i = 0; rc == 0 && i < sizeof fields / sizeof fields[0]; i++) {
		strbuf_reset(&next);
		rc = frontmatter_set(&next, head.data, head.len, fields[i][0], fields[i][1], &err);
		strbuf_reset(&head);
		strbuf_add(&head, next.data, next.len);
	}
	if (rc == 0) {
		replace_head(e, len, &head);
		text = head_of(e, &len);
		form_read(e->form.form, text, len);
		form_choose(e->form.form, "title");
		note(e);
	} else {
		editor_say(e, PANE_FAILED, "%s", err.message);
	}
	strbuf_clear(&head);
	strbuf_clear(&next);
	free(title);
	free(slug);
}

/* -- Choosing from a list -- */

static void set_asked(struct editor *e, const char *value)
{
	editor_form_watch(e);
	if (e->form.form != NULL && form_set(e->form.form, e->form.asked, value))
		apply(e);
	editor_touch(e);
}

static void value_chosen(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	const struct policy_field *rule = e->form.form != NULL ? form_rule(e->form.form) : NULL;

	if (answer->given && rule != NULL && answer->choice < rule->values.count)
		set_asked(e, rule->values.items[answer->choice]);
}

static void ask_value(struct editor *e, const struct policy_field *rule)
{
	struct prompt_item *items = mem_zalloc(rule->values.count, sizeof *items);
	const char *value = form_value(e->form.form);
	size_t at = 0;

	for (size_t i = 0; i < rule->values.count; i++) {
		items[i].label = rule->values.items[i];
		at = strcmp(items[i].label, value) == 0 ? i : at;
	}
	e->place.host->ask(e->place.host->app, prompt_list(PROMPT_FILTER, rule->name, items,
							   rule->values.count, at, value_chosen, e));
	free(items);
}

static void language_chosen(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;

	if (!answer->given)
		return;
	if (answer->choice == 0)
		set_asked(e, desk_policy(e->place.desk)->language);
	else if (answer->choice <= language_count)
		set_asked(e, language_tags[answer->choice - 1]);
	else
		set_asked(e, answer->text);
}

static const char *check_tag(const char *text)
{
	return text[strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-")] == '\0'
		   ? NULL
		   : "A language tag has letters, digits and hyphens: en, zh-Hans.";
}

/* The newsroom's own language stands first, and again among the others. */
static void ask_language(struct editor *e)
{
	const char *own = desk_policy(e->place.desk)->language;
	const char *value = form_value(e->form.form);
	struct prompt_item *items = mem_zalloc(language_count + 1, sizeof *items);
	struct strbuf *names = mem_zalloc(language_count + 1, sizeof *names);
	struct prompt *prompt;
	size_t at = 0;

	for (size_t i = 0; i <= language_count; i++) {
		const char *tag = i == 0 ? own : language_tags[i - 1];

		names[i] = (struct strbuf)STRBUF_INIT;
		if (!language_name(&names[i], tag))
			strbuf_adds(&names[i], tag);
		items[i] = (struct prompt_item){.key = tag,
						.label = names[i].data,
						.help = i == 0 ? "this newsroom's" : NULL};
		if (at == 0 && strcmp(tag, value) == 0 && strcmp(own, value) != 0)
			at = i;
	}
	prompt =
	    prompt_list(PROMPT_FILTER, "Which language?", items, language_count + 1, at, language_chosen, e);
	prompt_offer(prompt, "Choose one, or type its tag:", "Another tag:", check_tag);
	e->place.host->ask(e->place.host->app, prompt);
	for (size_t i = 0; i <= language_count; i++)
		strbuf_clear(&names[i]);
	free(names);
	free(items);
}

static void ask(struct editor *e)
{
	const struct policy_field *rule = form_rule(e->form.form);

	free(e->form.asked);
	e->form.asked = mem_strdup(form_key(e->form.form));
	if (rule != NULL && rule->values.count > 0)
		ask_value(e, rule);
	else
		ask_language(e);
}

/* -- Keys -- */

/* Leaves for the text, where the field or the trouble is. */
static void show_text(struct editor *e)
{
	size_t line = form_bad_line(e->form.form);
	size_t pos = e->cursor;

	if (line > 0 && line <= buffer_lines(e->buffer))
		pos = buffer_line_start(e->buffer, line - 1);
	else if (form_state(e->form.form) == FORM_BROKEN)
		pos = 0;
	else
		form_place(e->form.form, &pos);
	close_form(e);
	editor_put_cursor(e, pos);
}

/* Copies the value of the row; with cut, the field goes. */
static bool copy(struct editor *e, bool cut)
{
	const char *value = form_value(e->form.form);

	if (value[0] != '\0')
		e->place.host->copy(e->place.host->app, value, strlen(value));
	if (cut && value[0] != '\0' && form_set(e->form.form, form_key(e->form.form), NULL))
		apply(e);
	return true;
}

/* Keys that change the text at its cursor do nothing while that is not seen. */
static bool changes_text(const struct input_key *key)
{
	static const char ctrl[] = "abdektuw", alt[] = "cj";
	const char *keys = key->modifiers == INPUT_CTRL ? ctrl : key->modifiers == INPUT_ALT ? alt : "";

	for (; *keys != '\0'; keys++) {
		if (key->code == *keys)
			return true;
	}
	return false;
}

static bool give(struct editor *e, const struct input_event *event)
{
	bool other;

	switch (form_input(e->form.form, event)) {
	case FORM_IGNORED:
		if (event->kind == INPUT_KEY && changes_text(&event->key))
			return true;
		(void)form_edits(e->form.form, &other);
		if (other && event->kind == INPUT_KEY && event->key.code == 'z' &&
		    event->key.modifiers == INPUT_CTRL) {
			form_cancel(e->form.form);
			return true;
		}
		return !editor_form_settle(e);
	case FORM_CHANGED:
		apply(e);
		break;
	case FORM_CHOOSES:
		ask(e);
		break;
	case FORM_TEXT:
		show_text(e);
		break;
	case FORM_BEGINS:
		begin(e);
		break;
	case FORM_LEAVES:
		close_form(e);
		break;
	case FORM_TAKEN:
		break;
	}
	return true;
}

void editor_form_pend(struct editor *e)
{
	struct strbuf head = STRBUF_INIT;
	struct buffer_edit edit;
	size_t len;
	const char *text = head_of(e, &len);

	if (e->form.form != NULL && form_peek(e->form.form) &&
	    form_write(e->form.form, &head, text, len, NULL) == 0) {
		edit = edit_of(e, len, &head);
		editor_pend(e, &edit);
	} else {
		editor_pend(e, NULL);
	}
	strbuf_clear(&head);
}

bool editor_form_input(struct editor *e, const struct input_event *event)
{
	struct input_event paste = {.kind = INPUT_PASTE};
	bool ctrl = event->kind == INPUT_KEY && event->key.modifiers == INPUT_CTRL;
	bool other, taken;

	editor_form_watch(e);
	if (!editor_form_shown(e) || (event->kind != INPUT_KEY && event->kind != INPUT_PASTE))
		return false;
	editor_touch(e);
	if (ctrl && event->key.code == 'v') {
		paste.text = e->place.host->clipboard(e->place.host->app, &paste.len);
		event = &paste;
	}
	if (ctrl && (event->key.code == 'c' || event->key.code == 'x') && !form_edits(e->form.form, &other))
		return copy(e, event->key.code == 'x');
	taken = give(e, event);
	editor_form_pend(e); /* before the screen shows it */
	if (e->form.form != NULL && form_says(e->form.form) != NULL)
		editor_say(e, PANE_WARNED, "%s", form_says(e->form.form));
	return taken;
}

bool editor_form_mouse(struct editor *e, const struct input_event *event)
{
	struct input_event key = {.kind = INPUT_KEY, .text = ""};

	if (event->button == INPUT_WHEEL_UP || event->button == INPUT_WHEEL_DOWN) {
		key.key.code = event->button == INPUT_WHEEL_UP ? INPUT_UP : INPUT_DOWN;
		return editor_form_input(e, &key);
	}
	if (event->button == INPUT_BUTTON_LEFT && editor_form_settle(e))
		form_click(e->form.form, event->row - e->text_row);
	editor_touch(e);
	return true;
}

/* -- What is seen -- */

void editor_form_draw(struct editor *e, struct canvas_region region, bool focused)
{
	form_draw(e->form.form, region, focused);
}

void editor_form_status(const struct editor *e, struct strbuf *out)
{
	size_t faults = form_faults(e->form.form);

	if (form_state(e->form.form) != FORM_FIELDS)
		return;
	if (faults == 0)
		strbuf_adds(out, " · all that this desk asks for is there");
	else
		strbuf_addf(out, " · %zu field%s to mend", faults, faults == 1 ? "" : "s");
}
