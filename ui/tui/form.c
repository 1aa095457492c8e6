#include "tui/form.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/policy.h"
#include "text/scalar.h"
#include "tui/form_internal.h"

/* The fields of the newsroom, in its order. */
static const struct {
	const char *key;
	const char *label;
	enum form_type type;
	const char *about;
} known[] = {
    {"title", "Headline", FORM_LINE, "as the page shows it"},
    {"slug", "Slug", FORM_LINE, "the last part of the article's address"},
    {"date", "Date", FORM_DATE, "of the article, as the page prints it"},
    {"publishDate", "Publish date", FORM_DATE, "the site shows the article from then on"},
    {"lastmod", "Last changed", FORM_DATE, "as the page prints it"},
    {"expiryDate", "Expiry date", FORM_DATE, "the site leaves the article out from then on"},
    {"byline", "Byline", FORM_LINE, "who wrote it"},
    {"source", "Source", FORM_LINE, "where the text comes from"},
    {"located", "Dateline", FORM_LINE, "where it was written"},
    {"", "Section", FORM_SECTION, "the folder in which the article lies"},
    {"language", "Language", FORM_LANGUAGE, "of the text"},
    {"tags", "Tags", FORM_LIST, "what it is about"},
    {"aliases", "Aliases", FORM_LIST, "older addresses that lead to it"},
    {"description", "Description", FORM_LINE, "for search engines and previews"},
    {"urgency", "Urgency", FORM_DIGIT, "1 is the most urgent, 5 normal, 8 the least"},
    {"slugline", "Slugline", FORM_LINE, "the words by which the desk calls the story"},
    {"ednote", "Editor's note", FORM_LINE, "for other editors"},
    {"original_title", "Original title", FORM_LINE, "of a text that was taken over"},
    {"publisher", "Publisher", FORM_LINE, "who published it first"},
};

#define KNOWN (sizeof known / sizeof known[0])

/* A value of which no more is needed than that it is long. */
#define RAW_LIMIT 200

struct form *form_new(const struct form_matter *matter)
{
	struct form *form = mem_zalloc(1, sizeof *form);

	form->matter = *matter;
	field_init(&form->field, true);
	form->tail = (struct strbuf)STRBUF_INIT;
	form->wrap = (struct wrap)WRAP_INIT;
	return form;
}

static void clear_change(struct form_change *change)
{
	free(change->key);
	strlist_clear(&change->items);
	*change = (struct form_change){0};
}

static void clear_rows(struct form *form)
{
	for (size_t i = 0; i < form->count; i++) {
		free(form->rows[i].key);
		free(form->rows[i].value);
		free(form->rows[i].fault);
		strlist_clear(&form->rows[i].items);
	}
	form->count = 0;
	free(form->problem);
	form->problem = NULL;
	form->bad_line = 0;
}

void form_free(struct form *form)
{
	if (form == NULL)
		return;
	clear_rows(form);
	clear_change(&form->change);
	free(form->rows);
	field_clear(&form->field);
	strbuf_clear(&form->tail);
	strlist_clear(&form->offer);
	wrap_clear(&form->wrap);
	free(form->drawn);
	free(form);
}

/* -- Reading -- */

const struct policy_field *form_rule_of(const struct form *form, const struct form_row *row)
{
	const struct policy *policy = form->matter.policy;

	for (size_t i = 0; i < policy->field_count; i++) {
		if (strcasecmp(policy->fields[i].name, row->key) == 0)
			return &policy->fields[i];
	}
	return NULL;
}

static bool is_truth(const struct frontmatter_field *field, const char *value)
{
	return field->kind == FRONTMATTER_SCALAR && field->plain && scalar_kind(value) == SCALAR_BOOL;
}

/* What the text has in a field, and what the policy asks of it, say how it is edited. */
static enum form_type type_of(const struct form *form, const struct form_row *row, enum form_type type)
{
	const struct policy_field *rule = form_rule_of(form, row);

	if (type == FORM_SECTION)
		return type;
	if (row->field.kind == FRONTMATTER_OTHER)
		return FORM_OTHER;
	if (row->field.kind == FRONTMATTER_LIST)
		return FORM_LIST;
	if (row->field.kind == FRONTMATTER_SCALAR && is_truth(&row->field, row->value))
		return FORM_TRUTH;
	if (rule == NULL || type == FORM_LIST)
		return type;
	if (rule->values.count > 0)
		return FORM_VALUES;
	if (rule->form == POLICY_FORM_DATE || rule->form == POLICY_FORM_TIME)
		return FORM_DATE;
	return rule->form == POLICY_FORM_LANGUAGE ? FORM_LANGUAGE : type;
}

static void find_fault(struct form_row *row, const struct policy *policy)
{
	struct strbuf fault = STRBUF_INIT;
	bool filled = false;

	for (size_t i = 0; i < row->items.count && fault.len == 0; i++) {
		filled |= row->items.items[i][0] != '\0';
		article_fault(&fault, row->key, row->items.items[i], policy);
	}
	if (row->required && !filled && fault.len == 0)
		strbuf_adds(&fault, "is missing; this desk asks for one");
	row->fault = fault.len > 0 ? strbuf_detach(&fault) : NULL;
	strbuf_clear(&fault);
}

/* What the text has under the key of a row. */
static void read_value(struct form_row *row, const struct frontmatter *fm, const char *text)
{
	struct strbuf value = STRBUF_INIT;
	size_t len = row->field.end - row->field.value;
	const char *item;

	for (size_t i = 0; row->field.kind != FRONTMATTER_NONE &&
			   (item = frontmatter_item_at(fm, row->field.index, i)) != NULL;
	     i++) {
		strlist_add(&row->items, item);
		strbuf_addf(&value, "%s%s", i > 0 ? "\n" : "", row->items.items[i]);
	}
	if (row->field.kind == FRONTMATTER_OTHER) {
		strbuf_reset(&value);
		strbuf_add(&value, text + row->field.value, len < RAW_LIMIT ? len : RAW_LIMIT);
	}
	row->value = strbuf_detach(&value);
}

static struct form_row *add_row(struct form *form, const char *key)
{
	form->rows = mem_grow(form->rows, &form->capacity, form->count + 1, sizeof *form->rows);
	form->rows[form->count] = (struct form_row){.key = mem_strdup(key)};
	return &form->rows[form->count++];
}

static void read_row(struct form *form, const char *key, enum form_type type, struct frontmatter_field field,
		     const struct frontmatter *fm, const char *text)
{
	const struct policy *policy = form->matter.policy;
	struct form_row *row = add_row(form, key);

	row->label = row->key;
	if (type == FORM_SECTION) {
		row->value = mem_strdup(form->matter.section);
	} else {
		row->field = field;
		row->required = article_requires(policy, key);
		read_value(row, fm, text);
		find_fault(row, policy);
	}
	row->type = type_of(form, row, type);
}

static bool has_key(const struct form *form, const char *key)
{
	for (size_t i = 0; i < form->count; i++) {
		if (strcasecmp(form->rows[i].key, key) == 0)
			return true;
	}
	return false;
}

/* The known ones, then those that the policy speaks of, then what else the text has. */
static void read_rows(struct form *form, const struct frontmatter *fm, const char *text)
{
	const struct policy *policy = form->matter.policy;
	bool *shown = mem_zalloc(frontmatter_count(fm) + 1, sizeof *shown);

	for (size_t i = 0; i < KNOWN; i++) {
		read_row(form, known[i].key, known[i].type, frontmatter_find(fm, known[i].key), fm, text);
		form->rows[form->count - 1].label = known[i].label;
		form->rows[form->count - 1].about = known[i].about;
	}
	for (size_t i = 0; i < policy->required.count; i++) {
		if (!has_key(form, policy->required.items[i]))
			read_row(form, policy->required.items[i], FORM_LINE,
				 frontmatter_find(fm, policy->required.items[i]), fm, text);
	}
	for (size_t i = 0; i < policy->field_count; i++) {
		if (!has_key(form, policy->fields[i].name))
			read_row(form, policy->fields[i].name, FORM_LINE,
				 frontmatter_find(fm, policy->fields[i].name), fm, text);
	}
	for (size_t i = 0; i < form->count; i++) {
		if (form->rows[i].field.kind != FRONTMATTER_NONE)
			shown[form->rows[i].field.index] = true;
	}
	for (size_t i = 0; i < frontmatter_count(fm); i++) {
		if (!shown[i])
			read_row(form, frontmatter_key(fm, i), FORM_LINE, frontmatter_at(fm, i), fm, text);
	}
	free(shown);
}

void form_cancel(struct form *form)
{
	form->edit = FORM_EDIT_NONE;
	strlist_clear(&form->offer);
}

void form_read(struct form *form, const char *text, size_t len)
{
	char *key = form->count > 0 ? mem_strdup(form->rows[form->at].key) : NULL;
	struct frontmatter *fm;
	struct error err;
	size_t at;

	form_cancel(form);
	clear_change(&form->change);
	clear_rows(form);
	if (frontmatter_parse(&fm, text, len, &err) < 0) {
		form->state = FORM_BROKEN;
		form->problem = mem_strdup(err.message);
		form->bad_line = frontmatter_bad_line(fm);
	} else if (frontmatter_lost(text, len)) {
		form->state = FORM_BROKEN;
		form->problem = mem_strdup(FORM_LOST);
		form->bad_line = 1;
	} else {
		form->state = frontmatter_present(fm) ? FORM_FIELDS : FORM_EMPTY;
		read_rows(form, fm, text);
	}
	frontmatter_free(fm);
	at = key != NULL ? form_find(form, key) : SIZE_MAX;
	if (at != SIZE_MAX)
		form->at = at;
	else if (form->at >= form->count)
		form->at = form->count > 0 ? form->count - 1 : 0;
	free(key);
}

/* -- Asking -- */

enum form_state form_state(const struct form *form)
{
	return form->state;
}

size_t form_bad_line(const struct form *form)
{
	return form->bad_line;
}

size_t form_faults(const struct form *form)
{
	size_t faults = 0;

	for (size_t i = 0; i < form->count; i++)
		faults += form->rows[i].fault != NULL;
	return faults;
}

size_t form_find(const struct form *form, const char *key)
{
	for (size_t i = 0; i < form->count; i++) {
		if (strcmp(form->rows[i].key, key) == 0)
			return i;
	}
	return SIZE_MAX;
}

struct form_row *form_chosen(const struct form *form)
{
	return form->state == FORM_FIELDS ? &form->rows[form->at] : NULL;
}

const char *form_key(const struct form *form)
{
	const struct form_row *row = form_chosen(form);

	return row != NULL ? row->key : "";
}

const char *form_value(const struct form *form)
{
	const struct form_row *row = form_chosen(form);

	return row != NULL ? row->value : "";
}

const struct policy_field *form_rule(const struct form *form)
{
	const struct form_row *row = form_chosen(form);

	return row != NULL ? form_rule_of(form, row) : NULL;
}

bool form_place(const struct form *form, size_t *pos)
{
	const struct form_row *row = form_chosen(form);

	if (row == NULL || row->field.kind == FRONTMATTER_NONE)
		return false;
	*pos = row->field.value;
	return true;
}

void form_choose(struct form *form, const char *key)
{
	size_t at = form_find(form, key);

	if (at != SIZE_MAX)
		form->at = at;
}

const char *form_says(const struct form *form)
{
	return form->says;
}

/* -- The change -- */

/* Whether a row has these items already, in a field of this kind. */
static bool has_items(const struct form_row *row, const char *const *items, size_t count)
{
	if (row->items.count != count)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (strcmp(row->items.items[i], items[i]) != 0)
			return false;
	}
	return true;
}

bool form_wants(struct form *form, const char *key, const char *const *items, size_t count, bool list)
{
	size_t at = form_find(form, key);
	const struct form_row *row = at != SIZE_MAX ? &form->rows[at] : NULL;

	clear_change(&form->change);
	if (row == NULL || row->type == FORM_SECTION || row->type == FORM_OTHER)
		return false;
	if (count == 0 && row->field.kind == FRONTMATTER_NONE)
		return false;
	if (count > 0 && has_items(row, items, count))
		return false;
	form->change.wanted = true;
	form->change.key = mem_strdup(key);
	form->change.list = list;
	form->change.remove = count == 0;
	for (size_t i = 0; i < count; i++)
		strlist_add(&form->change.items, items[i]);
	return true;
}

bool form_set(struct form *form, const char *key, const char *value)
{
	form_choose(form, key);
	return form_wants(form, key, &value, value != NULL, false);
}

int form_write(const struct form *form, struct strbuf *out, const char *text, size_t len, struct error *err)
{
	const struct form_change *change = &form->change;

	if (!change->wanted) {
		strbuf_add(out, text, len);
		return 0;
	}
	if (change->list && !change->remove)
		return frontmatter_set_list(out, text, len, change->key,
					    (const char *const *)change->items.items, change->items.count,
					    err);
	return frontmatter_set(out, text, len, change->key, change->remove ? NULL : change->items.items[0],
			       err);
}

void form_done(struct form *form, const char *text, size_t len)
{
	int step = form->step;

	form_read(form, text, len);
	form->step = 0;
	if (step < 0 && form->at > 0)
		form->at--;
	else if (step > 0 && form->at + 1 < form->count)
		form->at++;
}
