/* What keys do in a form, and the changes that come of them. */
#include "tui/form_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "desk/policy.h"
#include "text/date.h"

static bool is_key(const struct input_event *event, int32_t code)
{
	return event->kind == INPUT_KEY && event->key.code == code && event->key.modifiers == 0;
}

/* A character that is typed, or a paste. */
static bool brings_text(const struct input_event *event)
{
	return event->kind == INPUT_PASTE ||
	       (event->kind == INPUT_KEY && event->key.modifiers == 0 && event->len > 0);
}

static enum form_result changed(bool change)
{
	return change ? FORM_CHANGED : FORM_TAKEN;
}

/* -- A date that is typed -- */

/* Appends the zone of the time that stood there before, or the desk's where none did. */
static void add_zone(const struct form *form, struct dateparts *date)
{
	const struct clock *clock = form->matter.clock;
	int64_t now = clock_now(clock);
	char text[CLOCK_TEXT_SIZE];
	struct dateparts desk;

	clock_rfc3339(text, now, clock_offset(clock, now));
	if (form->date.count > 3)
		snprintf(date->rest, sizeof date->rest, "%s",
			 form->date.rest + strcspn(form->date.rest, "+-Zz "));
	else if (dateparts_read(&desk, text))
		snprintf(date->rest, sizeof date->rest, "%s", desk.rest);
}

/*
 * What the field has as a date; false where it is none.  What was not typed stays: the time of day under a
 * date alone, the zone of a time.
 */
static bool typed_date(const struct form *form, char out[DATEPARTS_SIZE])
{
	const struct strbuf *typed = &form->field.text;
	char text[DATE_TEXT_SIZE];
	struct dateparts date;

	if (!dateparts_read(&date, typed->data) &&
	    (date_read(text, typed->data, typed->len) != DATE_READ || !dateparts_read(&date, text)))
		return false;
	if (date.count == 3 && form->date.count > 3) {
		struct dateparts timed = form->date;

		memcpy(timed.value, date.value, 3 * sizeof date.value[0]);
		date = timed;
	} else if (date.count > 3 && date.rest[0] == '\0') {
		add_zone(form, &date);
	}
	dateparts_write(out, &date);
	return true;
}

/* -- Moving -- */

static void go(struct form *form, int by)
{
	size_t last = form->count - 1;

	if (by < 0)
		form->at = form->at > (size_t)-by ? form->at - (size_t)-by : 0;
	else
		form->at = last - form->at > (size_t)by ? form->at + (size_t)by : last;
}

/* Whether a date is typed that is none: what was typed is kept, and said to be wrong. */
static bool refuses(struct form *form)
{
	char text[DATEPARTS_SIZE];

	form->wrong = form->edit == FORM_EDIT_TEXT && form_chosen(form)->type == FORM_DATE &&
		      form->field.text.len > 0 &&
		      strcmp(form->field.text.data, form_chosen(form)->value) != 0 && !typed_date(form, text);
	if (form->wrong)
		form->says = "There is no such date: it is typed as 2026-12-31, or as 2026-12-31T09:00.";
	return form->wrong;
}

/* The row to go on with, once what is edited is kept. */
static enum form_result keep_and_go(struct form *form, int by)
{
	bool change;

	if (refuses(form))
		return FORM_TAKEN;
	change = form_finish(form);
	if (!change)
		go(form, by);
	else
		form->step = by;
	return changed(change);
}

/* -- Beginning to edit -- */

static void edit_text(struct form *form, const struct form_row *row)
{
	size_t len = strlen(row->value);

	form->edit = FORM_EDIT_TEXT;
	strbuf_reset(&form->tail);
	if (row->type != FORM_LIST) {
		while (len > 0 && row->value[len - 1] == '\n')
			len--;
		strbuf_adds(&form->tail, row->value + len);
	}
	form->many = row->type == FORM_LIST || memchr(row->value, '\n', len) != NULL || form->tail.len > 0;
	field_set(&form->field, row->value, len);
	form->field.scroll = 0;
}

/* Today, or now where the minute counts. */
static void begin_date(struct form *form, const struct form_row *row)
{
	const struct policy_field *rule = form_rule_of(form, row);
	const struct clock *clock = form->matter.clock;
	int64_t now = clock_now(clock);
	char text[CLOCK_TEXT_SIZE];
	bool timed = strcmp(row->key, "publishDate") == 0 || strcmp(row->key, "expiryDate") == 0 ||
		     (rule != NULL && rule->form == POLICY_FORM_TIME);

	now -= now % 60;
	if (timed)
		clock_rfc3339(text, now, clock_offset(clock, now));
	else
		clock_date(text, now, clock_offset(clock, now));
	dateparts_read(&form->date, text);
}

/* A value that is no date is mended as a text. */
static void edit_date(struct form *form, const struct form_row *row)
{
	if (row->value[0] != '\0' && !dateparts_read(&form->date, row->value)) {
		form->date.count = 0;
		edit_text(form, row);
		return;
	}
	if (row->value[0] == '\0')
		begin_date(form, row);
	form->edit = FORM_EDIT_DATE;
	form->part = DATEPARTS_DAY;
}

/* Whether a list's items can each have a line. */
static bool has_lines(const struct form_row *row)
{
	for (size_t i = 0; i < row->items.count; i++) {
		if (strchr(row->items.items[i], '\n') != NULL)
			return false;
	}
	return true;
}

/* -- Ending it -- */

static void add_trimmed(struct strlist *out, const char *text, size_t len)
{
	char *item;

	while (len > 0 && strchr(" \t", text[len - 1]) != NULL)
		len--;
	while (len > 0 && strchr(" \t", *text) != NULL) {
		text++;
		len--;
	}
	if (len == 0)
		return;
	item = mem_strndup(text, len);
	strlist_add(out, item);
	free(item);
}

/* Bytes up to a comma of either script, or all. */
static size_t before_comma(const char *text, size_t len, size_t *comma)
{
	static const char *const commas[] = {",", "，", "、"};

	for (size_t at = 0; at < len; at++) {
		for (size_t i = 0; i < sizeof commas / sizeof commas[0]; i++) {
			*comma = strlen(commas[i]);
			if (*comma <= len - at && memcmp(text + at, commas[i], *comma) == 0)
				return at;
		}
	}
	*comma = 0;
	return len;
}

static bool has_item(const struct strlist *items, const char *text, size_t len)
{
	for (size_t i = 0; i < items->count; i++) {
		if (strlen(items->items[i]) == len && memcmp(items->items[i], text, len) == 0)
			return true;
	}
	return false;
}

/*
 * The lines of what was typed, without blanks around each and without empty ones.  Tags are shown with commas
 * between them, and so typed; a line that the list has already stays whole.
 */
static void split(struct strlist *out, const char *text, const struct form_row *row)
{
	bool tags = strcmp(row->key, "tags") == 0;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		bool whole = !tags || has_item(&row->items, text, len);
		size_t comma = 0;

		for (size_t pos = 0, part; pos < len; pos += part + comma) {
			part = whole ? len : before_comma(text + pos, len - pos, &comma);
			add_trimmed(out, text + pos, part);
		}
		text += len + (text[len] == '\n');
	}
}

static bool finish_list(struct form *form, const struct form_row *row)
{
	struct strlist items = {0};
	bool change;

	split(&items, form->field.text.data, row);
	change = form_wants(form, row->key, (const char *const *)items.items, items.count, true);
	strlist_clear(&items);
	return change;
}

static bool finish_text(struct form *form, const struct form_row *row)
{
	struct strbuf value = STRBUF_INIT;
	char date[DATEPARTS_SIZE];
	const char *text;
	bool change;

	if (row->type == FORM_LIST)
		return finish_list(form, row);
	if (row->type == FORM_DATE && strcmp(form->field.text.data, row->value) != 0 &&
	    typed_date(form, date)) {
		text = date;
		return strcmp(text, row->value) != 0 && form_wants(form, row->key, &text, 1, false);
	}
	strbuf_add(&value, form->field.text.data, form->field.text.len);
	if (value.len > 0)
		strbuf_adds(&value, form->tail.data);
	text = value.data;
	if (!form->many && strcmp(text, row->value) != 0) {
		strbuf_trim_end(&value);
		text += strspn(text, " \t");
	}
	change = strcmp(text, row->value) != 0 && form_wants(form, row->key, &text, *text != '\0', false);
	strbuf_clear(&value);
	return change;
}

static bool finish_date(struct form *form, const struct form_row *row)
{
	char text[DATEPARTS_SIZE];
	const char *item = text;

	dateparts_write(text, &form->date);
	return form_wants(form, row->key, &item, 1, false);
}

bool form_peek(struct form *form)
{
	const struct form_row *row = form_chosen(form);

	if (row != NULL && form->edit == FORM_EDIT_TEXT)
		return finish_text(form, row);
	return row != NULL && form->edit == FORM_EDIT_DATE && finish_date(form, row);
}

bool form_finish(struct form *form)
{
	bool change = form_peek(form);

	if (!change)
		form_cancel(form);
	form->step = 0;
	return change;
}

bool form_edits(const struct form *form, bool *other)
{
	const struct form_row *row = form_chosen(form);
	char text[DATEPARTS_SIZE];
	size_t len;

	*other = false;
	if (row == NULL || form->edit == FORM_EDIT_NONE)
		return false;
	if (form->edit == FORM_EDIT_DATE) {
		dateparts_write(text, &form->date);
		*other = strcmp(text, row->value) != 0;
	} else {
		len = form->field.text.len;
		*other = strncmp(row->value, form->field.text.data, len) != 0 ||
			 strcmp(row->value + len, form->tail.data) != 0;
	}
	return true;
}

/* -- Completing an item of a list -- */

/* The line of the field that the cursor ends; false where the cursor stands within one. */
static bool line_before(const struct field *field, size_t *start)
{
	size_t pos = field->cursor;

	if (pos < field->text.len && field->text.data[pos] != '\n')
		return false;
	while (pos > 0 && field->text.data[pos - 1] != '\n')
		pos--;
	*start = pos;
	return true;
}

static void offer(struct form *form, const struct form_row *row)
{
	size_t start;
	char *typed;

	strlist_clear(&form->offer);
	if (row->type != FORM_LIST || strcmp(row->key, "tags") != 0 || form->matter.tags == NULL ||
	    !line_before(&form->field, &start) || start == form->field.cursor)
		return;
	typed = mem_strndup(form->field.text.data + start, form->field.cursor - start);
	form->matter.tags(form->matter.context, typed, &form->offer);
	if (form->offer.count > 0 && strcmp(form->offer.items[0], typed) == 0)
		strlist_clear(&form->offer);
	free(typed);
}

static bool take_offer(struct form *form)
{
	struct field *field = &form->field;
	const char *tag;
	size_t start;

	if (form->offer.count == 0 || !line_before(field, &start))
		return false;
	tag = form->offer.items[0];
	strbuf_splice(&field->text, start, field->cursor - start, tag, strlen(tag));
	field->cursor = start + strlen(tag);
	strlist_clear(&form->offer);
	return true;
}

/* -- Editing a text -- */

/* A value of one line takes a paste as one line. */
static enum field_result give(struct form *form, const struct input_event *event)
{
	struct input_event line = *event;
	enum field_result result;
	char *copy;

	if (form->many || event->kind != INPUT_PASTE)
		return field_input(&form->field, event);
	copy = mem_strndup(event->text, event->len);
	while (line.len > 0 && strchr("\r\n\t ", copy[line.len - 1]) != NULL)
		line.len--;
	for (size_t i = 0; i < line.len; i++) {
		if (strchr("\r\n\t", copy[i]) != NULL)
			copy[i] = ' ';
	}
	line.text = copy;
	result = field_input(&form->field, &line);
	free(copy);
	return result;
}

/* Whether Enter ends the edit: with one line always, with items on an empty last one. */
static bool is_end(const struct form *form, const struct form_row *row)
{
	const struct strbuf *text = &form->field.text;

	if (!form->many)
		return true;
	return row->type == FORM_LIST && form->field.cursor == text->len &&
	       (text->len == 0 || text->data[text->len - 1] == '\n');
}

static enum form_result text_input(struct form *form, const struct form_row *row,
				   const struct input_event *event)
{
	size_t before = form->field.cursor;
	enum field_result result;

	if (is_key(event, INPUT_ENTER) && is_end(form, row) && refuses(form))
		return FORM_TAKEN;
	if (is_key(event, INPUT_ENTER) && is_end(form, row))
		return changed(form_finish(form));
	if (is_key(event, INPUT_RIGHT) && take_offer(form))
		return FORM_TAKEN;
	result = give(form, event);
	if (result == FIELD_IGNORED)
		return FORM_IGNORED;
	offer(form, row);
	if (result == FIELD_MOVED && form->field.cursor == before && is_key(event, INPUT_UP))
		return keep_and_go(form, -1);
	if (result == FIELD_MOVED && form->field.cursor == before && is_key(event, INPUT_DOWN))
		return keep_and_go(form, 1);
	return FORM_TAKEN;
}

/* -- Editing a date -- */

static void go_part(struct form *form, int by)
{
	int part = (int)form->part + by;

	if (part >= 0 && part < form->date.count)
		form->part = (enum dateparts_part)part;
}

/*
 * A digit begins a date that is typed from its year on, in place of the parts; where a part of the time of
 * day is chosen, from its hour on.
 */
static enum form_result begin_typing(struct form *form, const struct form_row *row,
				     const struct input_event *event)
{
	bool time = form->part >= DATEPARTS_HOUR;
	char text[DATEPARTS_SIZE];

	dateparts_write(text, &form->date);
	edit_text(form, row);
	form->many = false;
	strbuf_reset(&form->tail);
	field_set(&form->field, text, time ? strlen("2026-11-20T") : 0);
	if (row->value[0] == '\0') /* what was offered is in the way of what is typed */
		form->date.count = 0;
	return text_input(form, row, event);
}

/* A date alone is given a time, in the desk's zone. */
static void add_time(struct form *form)
{
	const struct clock *clock = form->matter.clock;
	int64_t now = clock_now(clock);
	char text[CLOCK_TEXT_SIZE];
	struct dateparts time;

	clock_rfc3339(text, now - now % 60, clock_offset(clock, now));
	if (form->date.count > 3 || !dateparts_read(&time, text))
		return;
	memcpy(time.value, form->date.value, 3 * sizeof time.value[0]);
	form->date = time;
	form->part = DATEPARTS_HOUR;
}

/* A date as news pages print it will do, too. */
static void paste_date(struct form *form, const struct input_event *event)
{
	char text[DATE_TEXT_SIZE];
	struct dateparts date;

	if (date_read(text, event->text, event->len) != DATE_READ || !dateparts_read(&date, text)) {
		form->says = "What was pasted is not one date.";
		return;
	}
	form->date = date;
	if ((int)form->part >= date.count)
		form->part = DATEPARTS_DAY;
}

static enum form_result date_typed(struct form *form, const struct input_event *event)
{
	const struct form_row *row = form_chosen(form);
	char c = event->len == 1 ? event->text[0] : '\0';

	if (c >= '0' && c <= '9')
		return begin_typing(form, row, event);
	if (c != '\0' && strchr("-/.: ", c) != NULL)
		go_part(form, 1);
	else if (c == 't' || c == 'T')
		add_time(form);
	else if (c == 'n' || c == 'N')
		begin_date(form, row);
	else
		form->says = "A date is typed as 2026-12-31; n is now, t adds a time of day.";
	if ((int)form->part >= form->date.count)
		form->part = DATEPARTS_DAY;
	return FORM_TAKEN;
}

static enum form_result date_input(struct form *form, const struct input_event *event)
{
	if (event->kind == INPUT_PASTE)
		paste_date(form, event);
	else if (is_key(event, INPUT_ENTER))
		return changed(form_finish(form));
	else if (is_key(event, INPUT_LEFT) || is_key(event, INPUT_BACKSPACE))
		go_part(form, -1);
	else if (is_key(event, INPUT_RIGHT))
		go_part(form, 1);
	else if (is_key(event, INPUT_HOME))
		go_part(form, -(int)form->part);
	else if (is_key(event, INPUT_END))
		go_part(form, form->date.count - 1 - (int)form->part);
	else if (is_key(event, INPUT_UP) || is_key(event, INPUT_DOWN))
		dateparts_add(&form->date, form->part, event->key.code == INPUT_UP ? 1 : -1);
	else if (is_key(event, INPUT_PAGE_UP) || is_key(event, INPUT_PAGE_DOWN))
		dateparts_add(&form->date, DATEPARTS_MONTH, event->key.code == INPUT_PAGE_UP ? 1 : -1);
	else if (brings_text(event))
		return date_typed(form, event);
	else
		return FORM_IGNORED;
	return FORM_TAKEN;
}

/* -- A row that is chosen and not edited -- */

/* The other word of a truth value, spelled as this one is. */
static char *other_truth(const char *value)
{
	static const char *const pairs[][2] = {{"true", "false"}, {"yes", "no"}, {"on", "off"}, {"y", "n"}};
	char *other = NULL;

	for (size_t i = 0; i < sizeof pairs / sizeof pairs[0] && other == NULL; i++) {
		if (strcasecmp(value, pairs[i][0]) == 0)
			other = mem_strdup(pairs[i][1]);
		else if (strcasecmp(value, pairs[i][1]) == 0)
			other = mem_strdup(pairs[i][0]);
	}
	for (size_t i = 0; other != NULL && other[i] != '\0'; i++) {
		bool upper =
		    value[0] >= 'A' && value[0] <= 'Z' && (i == 0 || (value[1] >= 'A' && value[1] <= 'Z'));

		if (upper)
			other[i] = (char)(other[i] - 'a' + 'A');
	}
	return other;
}

static enum form_result turn(struct form *form, const struct form_row *row)
{
	char *other = other_truth(row->value);
	const char *item = other;
	bool change = other != NULL && form_wants(form, row->key, &item, 1, false);

	free(other);
	return changed(change);
}

/* The value that the policy names before or after this one. */
static enum form_result next_value(struct form *form, const struct form_row *row, int by)
{
	const struct policy_field *rule = form_rule_of(form, row);
	const struct strlist *values;
	size_t at = 0;

	if (rule == NULL || rule->values.count == 0)
		return FORM_TAKEN;
	values = &rule->values;
	while (at < values->count && strcmp(values->items[at], row->value) != 0)
		at++;
	if (at == values->count)
		at = by > 0 ? 0 : values->count - 1;
	else
		at = (at + values->count + (size_t)by) % values->count;
	return changed(form_wants(form, row->key, (const char *const *)&values->items[at], 1, false));
}

static enum form_result set_digit(struct form *form, const struct form_row *row, int digit)
{
	char text[2] = {(char)('0' + digit), '\0'};
	const char *item = text;

	if (digit < 1 || digit > 9)
		return FORM_TAKEN;
	return changed(form_wants(form, row->key, &item, 1, false));
}

/* Left and Right, where a row has values in an order. */
static enum form_result shift(struct form *form, const struct form_row *row, int by)
{
	int digit =
	    row->value[0] >= '1' && row->value[0] <= '9' && row->value[1] == '\0' ? row->value[0] - '0' : 0;

	if (row->type == FORM_TRUTH)
		return turn(form, row);
	if (row->type == FORM_VALUES)
		return next_value(form, row, by);
	if (row->type == FORM_DIGIT && digit > 0)
		return set_digit(form, row, digit + by);
	return FORM_TAKEN;
}

/* What Enter does. */
static enum form_result open_row(struct form *form, const struct form_row *row)
{
	switch (row->type) {
	case FORM_TRUTH:
		return turn(form, row);
	case FORM_VALUES:
	case FORM_LANGUAGE:
		return FORM_CHOOSES;
	case FORM_DATE:
		edit_date(form, row);
		return FORM_TAKEN;
	case FORM_SECTION:
		form->says =
		    "The section is chosen when an article is begun; \"Rename\" in the list's menu moves "
		    "what is published.";
		return FORM_TAKEN;
	case FORM_OTHER:
		return FORM_TEXT;
	case FORM_LIST:
		if (!has_lines(row))
			return FORM_TEXT;
		break;
	default:
		break;
	}
	edit_text(form, row);
	return FORM_TAKEN;
}

/* What is typed goes to the end of what is there, and what is there stays. */
static enum form_result type_into(struct form *form, const struct form_row *row,
				  const struct input_event *event)
{
	char c = event->kind == INPUT_KEY && event->len == 1 ? event->text[0] : '\0';

	if (row->type == FORM_DIGIT && c >= '1' && c <= '9')
		return set_digit(form, row, c - '0');
	if (row->type == FORM_DIGIT) {
		form->says = "This is one digit, from 1 to 9.";
		return FORM_TAKEN;
	}
	if (row->type == FORM_TRUTH)
		return c == ' ' ? turn(form, row) : FORM_TAKEN;
	if (row->type == FORM_VALUES)
		return FORM_CHOOSES;
	if (row->type == FORM_LANGUAGE) {
		edit_text(form, row);
		field_offer(&form->field);
		return text_input(form, row, event);
	}
	if (open_row(form, row) == FORM_TEXT) {
		form->says = "This is changed in the text: Enter goes there.";
		return FORM_TAKEN;
	}
	if (form->edit == FORM_EDIT_DATE) {
		form->part = DATEPARTS_YEAR;
		return date_input(form, event);
	}
	if (form->edit == FORM_EDIT_NONE)
		return FORM_TAKEN;
	if (row->type == FORM_LIST && form->field.text.len > 0) {
		strbuf_adds(&form->field.text, "\n");
		form->field.cursor = form->field.text.len;
	}
	return text_input(form, row, event);
}

static enum form_result remove_row(struct form *form, const struct form_row *row)
{
	if (row->field.kind == FRONTMATTER_OTHER || row->type == FORM_SECTION) {
		form->says = "This is changed in the text, not here.";
		return FORM_TAKEN;
	}
	return changed(form_wants(form, row->key, NULL, 0, false));
}

/* Keys that move, edit or delete in a text are nobody else's while the form stands over it. */
static bool is_of_text(const struct input_key *key)
{
	return key->code >= INPUT_ENTER && key->code <= INPUT_PAGE_DOWN;
}

static enum form_result row_input(struct form *form, const struct form_row *row,
				  const struct input_event *event)
{
	int page = form->page > 1 ? form->page - 1 : 1;

	if (is_key(event, INPUT_ESCAPE))
		return FORM_LEAVES;
	if (is_key(event, INPUT_ENTER))
		return open_row(form, row);
	if (is_key(event, INPUT_LEFT) || is_key(event, INPUT_RIGHT))
		return shift(form, row, event->key.code == INPUT_LEFT ? -1 : 1);
	if (is_key(event, INPUT_DELETE) || is_key(event, INPUT_BACKSPACE))
		return remove_row(form, row);
	if (brings_text(event))
		return type_into(form, row, event);
	if (is_key(event, INPUT_UP))
		go(form, -1);
	else if (is_key(event, INPUT_DOWN))
		go(form, 1);
	else if (is_key(event, INPUT_PAGE_UP))
		go(form, -page);
	else if (is_key(event, INPUT_PAGE_DOWN))
		go(form, page);
	else if (is_key(event, INPUT_HOME))
		form->at = 0;
	else if (is_key(event, INPUT_END))
		form->at = form->count - 1;
	else
		return event->kind == INPUT_KEY && is_of_text(&event->key) ? FORM_TAKEN : FORM_IGNORED;
	return FORM_TAKEN;
}

/* Without rows there is Enter, which mends or begins, and Esc. */
static enum form_result bare_input(const struct form *form, const struct input_event *event)
{
	if (is_key(event, INPUT_ESCAPE))
		return FORM_LEAVES;
	if (is_key(event, INPUT_ENTER))
		return form->state == FORM_EMPTY ? FORM_BEGINS : FORM_TEXT;
	if (brings_text(event) || (event->kind == INPUT_KEY && is_of_text(&event->key)))
		return FORM_TAKEN;
	return FORM_IGNORED;
}

enum form_result form_input(struct form *form, const struct input_event *event)
{
	const struct form_row *row = form_chosen(form);
	enum form_result result;

	form->says = NULL;
	form->wrong = false;
	if (row == NULL)
		return bare_input(form, event);
	if (event->kind == INPUT_KEY && event->key.code == INPUT_TAB)
		return keep_and_go(form, event->key.modifiers & INPUT_SHIFT ? -1 : 1);
	if (form->edit == FORM_EDIT_NONE)
		return row_input(form, row, event);
	if (is_key(event, INPUT_ESCAPE)) {
		form_cancel(form);
		return FORM_TAKEN;
	}
	result = form->edit == FORM_EDIT_DATE ? date_input(form, event) : text_input(form, row, event);
	if (result == FORM_IGNORED && event->kind == INPUT_KEY && is_of_text(&event->key))
		return FORM_TAKEN;
	return result;
}
