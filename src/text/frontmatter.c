#include "text/frontmatter.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/lines.h"
#include "text/scalar.h"
#include "text/unicode.h"
#include "text/yamlblock.h"

#define BOM "\xef\xbb\xbf"

struct frontmatter {
	bool present;
	size_t content; /* first byte after the opening line */
	size_t close;   /* first byte of the closing line */
	size_t body;
	size_t lines;
	struct yamlblock block;
};

/* -- Finding the block -- */

/* Whether the line at pos is the three bytes of marker, and spaces at most after them. */
static bool is_marker(const char *text, size_t len, size_t pos, const char *marker)
{
	size_t end = lines_end(text, len, pos);

	while (end > pos && (text[end - 1] == ' ' || text[end - 1] == '\t'))
		end--;
	return end - pos == 3 && memcmp(text + pos, marker, 3) == 0;
}

/* Finds the line that closes a block; false when there is none. */
static bool find_close(struct frontmatter *fm, const char *text, size_t len, const char *marker,
		       const char *other)
{
	size_t pos = fm->content;
	size_t lines = 1;

	for (; pos < len; pos = lines_after(text, len, pos), lines++) {
		if (!is_marker(text, len, pos, marker) && !is_marker(text, len, pos, other))
			continue;
		fm->close = pos;
		fm->body = lines_after(text, len, pos);
		fm->lines = lines + 1;
		return true;
	}
	return false;
}

static bool is_json(const char *text, size_t len, size_t pos)
{
	if (pos >= len || text[pos] != '{')
		return false;
	for (pos++; pos < len && strchr(" \t\r\n", text[pos]) != NULL && text[pos] != '\0';)
		pos++;
	return pos < len && text[pos] == '"';
}

static int find_block(struct frontmatter *fm, const char *text, size_t len, struct error *err)
{
	size_t first = len >= 3 && memcmp(text, BOM, 3) == 0 ? 3 : 0;

	fm->content = lines_after(text, len, first);
	fm->body = first;
	if (is_json(text, len, first))
		return error_set(
		    err, E_INVALID,
		    "The fields at the top are JSON; copydesk reads YAML between two lines \"---\".");
	if (is_marker(text, len, first, "+++")) {
		fm->present = find_close(fm, text, len, "+++", "+++");
		return error_set(err, E_INVALID,
				 "The fields at the top are TOML (\"+++\"); copydesk reads YAML between two "
				 "lines \"---\".");
	}
	if (!is_marker(text, len, first, "---"))
		return 0;
	fm->present = find_close(fm, text, len, "---", "...");
	if (!fm->present)
		return error_set(
		    err, E_INVALID,
		    "The fields at the top have no end: the line \"---\" after them is missing.");
	if (fm->close - fm->content > FRONTMATTER_SIZE)
		return error_set(err, E_INVALID, "The fields at the top are larger than %zu KiB.",
				 FRONTMATTER_SIZE >> 10);
	return 0;
}

int frontmatter_parse(struct frontmatter **out, const char *text, size_t len, struct error *err)
{
	struct frontmatter *fm = mem_zalloc(1, sizeof *fm);
	int rc = find_block(fm, text, len, err);

	if (rc == 0 && fm->present)
		rc = yamlblock_read(&fm->block, text, fm->content, fm->close, 2, err);
	*out = fm;
	return rc;
}

void frontmatter_free(struct frontmatter *fm)
{
	if (fm == NULL)
		return;
	yamlblock_clear(&fm->block);
	free(fm);
}

/* -- Asking -- */

size_t frontmatter_body(const struct frontmatter *fm)
{
	return fm->body;
}

size_t frontmatter_lines(const struct frontmatter *fm)
{
	return fm->lines;
}

bool frontmatter_present(const struct frontmatter *fm)
{
	return fm->present;
}

/* Lines at the head of a text among which a block's title stands, with some more before it. */
#define LOST_LINES 12

bool frontmatter_lost(const char *text, size_t len)
{
	static const char title[] = "title:";
	size_t pos = 0;

	if (is_marker(text, len, len >= 3 && memcmp(text, BOM, 3) == 0 ? 3 : 0, "---"))
		return false;
	for (int line = 0; line < LOST_LINES && pos < len; line++) {
		if (len - pos >= sizeof title && memcmp(text + pos, title, sizeof title - 1) == 0)
			break;
		pos = line + 1 < LOST_LINES ? lines_after(text, len, pos) : len;
	}
	for (; pos < len; pos = lines_after(text, len, pos)) {
		if (is_marker(text, len, pos, "---"))
			return true;
	}
	return false;
}

size_t frontmatter_count(const struct frontmatter *fm)
{
	return fm->block.count;
}

const char *frontmatter_key(const struct frontmatter *fm, size_t index)
{
	assert(index < fm->block.count);
	return fm->block.fields[index].key;
}

static const struct yamlblock_field *find_field(const struct frontmatter *fm, const char *key)
{
	for (size_t i = 0; i < fm->block.count; i++) {
		if (strcmp(fm->block.fields[i].key, key) == 0)
			return &fm->block.fields[i];
	}
	for (size_t i = 0; i < fm->block.count; i++) {
		if (strcasecmp(fm->block.fields[i].key, key) == 0)
			return &fm->block.fields[i];
	}
	return NULL;
}

const char *frontmatter_get(const struct frontmatter *fm, const char *key)
{
	return frontmatter_item(fm, key, 0);
}

size_t frontmatter_items(const struct frontmatter *fm, const char *key)
{
	size_t count = 0;

	while (frontmatter_item(fm, key, count) != NULL)
		count++;
	return count;
}

static const char *item_of(const struct yamlblock_field *field, size_t index)
{
	if (field->node.kind == YAMLBLOCK_SCALAR)
		return index == 0 ? field->node.value : NULL;
	for (size_t i = 0; i < field->node.count; i++) {
		if (field->node.items[i].value != NULL && index-- == 0)
			return field->node.items[i].value;
	}
	return NULL;
}

const char *frontmatter_item(const struct frontmatter *fm, const char *key, size_t index)
{
	const struct yamlblock_field *field = find_field(fm, key);

	return field != NULL ? item_of(field, index) : NULL;
}

const char *frontmatter_item_at(const struct frontmatter *fm, size_t index, size_t item)
{
	assert(index < fm->block.count);
	return item_of(&fm->block.fields[index], item);
}

struct frontmatter_field frontmatter_at(const struct frontmatter *fm, size_t index)
{
	const struct yamlblock_field *field = &fm->block.fields[index];
	const struct yamlblock_node *node = &field->node;
	struct frontmatter_field found = {.index = index,
					  .start = field->start,
					  .value = node->start,
					  .end = node->end};

	assert(index < fm->block.count);
	found.plain = node->kind == YAMLBLOCK_SCALAR && node->style == YAMLBLOCK_PLAIN;
	found.kind = node->kind == YAMLBLOCK_SCALAR ? FRONTMATTER_SCALAR : FRONTMATTER_LIST;
	if (node->kind == YAMLBLOCK_MAP)
		found.kind = FRONTMATTER_OTHER;
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i].value == NULL)
			found.kind = FRONTMATTER_OTHER;
	}
	return found;
}

struct frontmatter_field frontmatter_find(const struct frontmatter *fm, const char *key)
{
	const struct yamlblock_field *field = find_field(fm, key);

	return field != NULL ? frontmatter_at(fm, (size_t)(field - fm->block.fields))
			     : (struct frontmatter_field){.kind = FRONTMATTER_NONE};
}

size_t frontmatter_bad_line(const struct frontmatter *fm)
{
	return fm->block.bad_line;
}

/* -- Splicing -- */

/* What to make of one field. */
struct change {
	const char *key;
	const char *const *items; /* the wanted value: one, or a list's */
	size_t count;
	bool list;
	bool remove;
	bool careful; /* the value wholly anew in double quotes, because an edit in its style failed */
};

/* The article being written anew from its own bytes, front to back. */
struct splice {
	struct strbuf *out;
	const char *text;
	size_t len;
	size_t at; /* bytes of text that are dealt with */
	const struct change *change;
};

static void keep(struct splice *s, size_t until)
{
	assert(until >= s->at && until <= s->len);
	strbuf_add(s->out, s->text + s->at, until - s->at);
	s->at = until;
}

static void cut(struct splice *s, size_t until)
{
	assert(until >= s->at && until <= s->len);
	s->at = until;
}

static bool is_block(const struct yamlblock_node *node)
{
	return node->kind == YAMLBLOCK_SCALAR &&
	       (node->style == YAMLBLOCK_LITERAL || node->style == YAMLBLOCK_FOLDED);
}

static bool is_date_key(const char *key)
{
	static const char *const keys[] = {"date", "publishDate", "lastmod", "expiryDate"};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (strcasecmp(key, keys[i]) == 0)
			return true;
	}
	return false;
}

/* What a value is, by the name of its field alone, so that it can stand plain. */
static enum scalar_kind kind_of_key(const char *key)
{
	if (strcasecmp(key, "urgency") == 0 || strcasecmp(key, "weight") == 0)
		return SCALAR_NUMBER;
	return is_date_key(key) ? SCALAR_DATE : SCALAR_STRING;
}

/* Puts one line of YAML where a scalar stands; a comment on its line stays. */
static void put_over(struct splice *s, const struct yamlblock_node *old, const char *yaml)
{
	keep(s, old->start);
	if (old->start == old->end && old->start > 0 && strchr(" \t[,", s->text[old->start - 1]) == NULL)
		strbuf_addc(s->out, ' ');
	strbuf_adds(s->out, yaml);
	if (is_block(old)) {
		cut(s, yamlblock_header(s->text, old));
		keep(s, lines_end(s->text, old->end, s->at));
	}
	cut(s, old->end);
}

/* Spaces before the text of a block scalar; 0 when it has none. */
static size_t block_indent(const char *text, const struct yamlblock_node *node)
{
	size_t pos = lines_after(text, node->end, node->start);

	for (; pos < node->end; pos = lines_after(text, node->end, pos)) {
		size_t indent = strspn(text + pos, " ");

		if (pos + indent < lines_end(text, node->end, pos))
			return indent;
	}
	return 0;
}

/* Replaces the lines of a block scalar and, in its header, only what says how it ends. */
static void put_block(struct splice *s, const struct yamlblock_node *old, const char *value)
{
	bool folded = old->style == YAMLBLOCK_FOLDED;
	size_t indent = block_indent(s->text, old);
	size_t header = yamlblock_header(s->text, old);

	keep(s, old->start);
	strbuf_adds(s->out, folded ? ">" : "|");
	if (value[strlen(value) - 1] != '\n')
		strbuf_addc(s->out, '-');
	cut(s, header);
	keep(s, lines_end(s->text, old->end, header));
	scalar_write_block(s->out, value, folded, indent, lines_eol(s->text, s->len));
	cut(s, old->end);
}

static void put_scalar(struct splice *s, const struct yamlblock_node *old, const char *value,
		       enum scalar_kind kind, bool flow)
{
	enum scalar_style style = SCALAR_PLAIN;
	struct strbuf yaml = STRBUF_INIT;

	if (is_block(old) && !s->change->careful && block_indent(s->text, old) > 0 &&
	    scalar_fits_block(value, old->style == YAMLBLOCK_FOLDED)) {
		put_block(s, old, value);
		return;
	}
	if (old->style == YAMLBLOCK_SINGLE)
		style = SCALAR_SINGLE;
	if (old->style == YAMLBLOCK_DOUBLE || s->change->careful)
		style = SCALAR_DOUBLE;
	scalar_write(&yaml, value, style, kind, flow);
	put_over(s, old, yaml.data);
	strbuf_clear(&yaml);
}

/* The wanted value as one line of YAML. */
static void write_value(struct strbuf *out, const struct change *change, enum scalar_kind kind)
{
	enum scalar_style style = change->careful ? SCALAR_DOUBLE : SCALAR_PLAIN;

	if (!change->list) {
		scalar_write(out, change->items[0], style, kind, false);
		return;
	}
	for (size_t i = 0; i < change->count; i++) {
		strbuf_adds(out, i == 0 ? "[" : ", ");
		scalar_write(out, change->items[i], style, SCALAR_STRING, true);
	}
	strbuf_adds(out, change->count > 0 ? "]" : "[]");
}

/* Puts the wanted value where one of another shape stands. */
static void put_whole(struct splice *s, const struct yamlblock_field *field)
{
	const struct yamlblock_node *node = &field->node;
	size_t end = lines_end(s->text, s->len, field->key_end);
	const char *colon = memchr(s->text + field->key_end, ':', end - field->key_end);
	struct strbuf yaml = STRBUF_INIT;

	write_value(&yaml, s->change, kind_of_key(field->key));
	if (node->kind == YAMLBLOCK_SCALAR) {
		put_over(s, node, yaml.data);
	} else if (node->start < end || colon == NULL) {
		keep(s, node->start);
		strbuf_adds(s->out, yaml.data);
	} else {
		keep(s, (size_t)(colon - s->text) + 1);
		strbuf_addf(s->out, " %s", yaml.data);
		keep(s, end);
	}
	cut(s, node->end);
	strbuf_clear(&yaml);
}

/* Adds an item to a list before its item at index, or after its last. */
static void insert_item(struct splice *s, const struct yamlblock_node *list, size_t index, const char *value)
{
	bool last = index == list->count;
	const struct yamlblock_node *near = &list->items[last ? index - 1 : index];
	size_t start = lines_start(s->text, near->start);

	if (list->flow) {
		keep(s, last ? near->end : near->start);
		strbuf_adds(s->out, last ? ", " : "");
		scalar_write(s->out, value, SCALAR_PLAIN, SCALAR_STRING, true);
		strbuf_adds(s->out, last ? "" : ", ");
		return;
	}
	keep(s, last ? lines_after(s->text, s->len, near->end) : start);
	strbuf_add(s->out, s->text + start, near->start - start);
	scalar_write(s->out, value, SCALAR_PLAIN, SCALAR_STRING, false);
	strbuf_adds(s->out, lines_eol(s->text, s->len));
}

/* Takes the items from first to before end out of a list in which others stay. */
static void cut_items(struct splice *s, const struct yamlblock_node *list, size_t first, size_t end)
{
	if (!list->flow) {
		keep(s, lines_start(s->text, list->items[first].start));
		cut(s, lines_after(s->text, s->len, list->items[end - 1].end));
	} else if (end < list->count) {
		keep(s, list->items[first].start);
		cut(s, list->items[end].start);
	} else {
		keep(s, list->items[first - 1].end);
		cut(s, list->items[end - 1].end);
	}
}

/* Changes a list item by item: those that it has in common with the wanted one, at both ends, stay. */
static void put_items(struct splice *s, const struct yamlblock_node *list)
{
	const struct change *c = s->change;
	size_t least = list->count < c->count ? list->count : c->count;
	size_t head = 0;
	size_t tail = 0;

	while (head < least && strcmp(list->items[head].value, c->items[head]) == 0)
		head++;
	while (tail < least - head &&
	       strcmp(list->items[list->count - 1 - tail].value, c->items[c->count - 1 - tail]) == 0)
		tail++;
	for (; head < least - tail; head++)
		put_scalar(s, &list->items[head], c->items[head], SCALAR_STRING, list->flow);
	if (head < list->count - tail)
		cut_items(s, list, head, list->count - tail);
	for (; head < c->count - tail; head++)
		insert_item(s, list, list->count - tail, c->items[head]);
}

/* Whether a list can be changed item by item. */
static bool is_plain_list(const struct yamlblock_node *node)
{
	for (size_t i = 0; i < node->count; i++) {
		if (node->items[i].value == NULL)
			return false;
	}
	return node->kind == YAMLBLOCK_LIST && node->count > 0;
}

static void put_field(struct splice *s, const struct yamlblock_field *field)
{
	const struct change *c = s->change;
	enum scalar_kind kind = SCALAR_STRING;

	if (c->remove) {
		keep(s, lines_start(s->text, field->start));
		cut(s, lines_after(s->text, s->len, field->node.end));
	} else if (c->list && !c->careful && c->count > 0 && is_plain_list(&field->node)) {
		put_items(s, &field->node);
	} else if (!c->list && field->node.kind == YAMLBLOCK_SCALAR) {
		kind = kind_of_key(field->key);
		if (kind == SCALAR_STRING && field->node.value && field->node.style == YAMLBLOCK_PLAIN)
			kind = scalar_kind(field->node.value);
		put_scalar(s, &field->node, c->items[0], kind, false);
	} else {
		put_whole(s, field);
	}
}

/* Adds a field that is not there, and the block where there is none. */
static void add_field(struct splice *s, const struct frontmatter *fm)
{
	const char *eol = lines_eol(s->text, s->len);
	const struct yamlblock_field *last =
	    fm->block.count > 0 ? &fm->block.fields[fm->block.count - 1] : NULL;

	if (!fm->present) {
		keep(s, s->len >= 3 && memcmp(s->text, BOM, 3) == 0 ? 3 : 0);
		strbuf_addf(s->out, "---%s", eol);
	} else if (last == NULL) {
		keep(s, fm->close);
	} else {
		keep(s, lines_after(s->text, s->len, last->node.end));
		strbuf_addf(s->out, "%*s", (int)(last->start - lines_start(s->text, last->start)), "");
	}
	scalar_write(s->out, s->change->key, SCALAR_PLAIN, SCALAR_STRING, false);
	strbuf_adds(s->out, ": ");
	write_value(s->out, s->change, kind_of_key(s->change->key));
	strbuf_adds(s->out, eol);
	if (!fm->present)
		strbuf_addf(s->out, "---%s", eol);
}

static bool is_same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* Whether a field has the wanted value already. */
static bool is_wanted(const struct yamlblock_node *node, const struct change *c)
{
	if (node->kind != (c->list ? YAMLBLOCK_LIST : YAMLBLOCK_SCALAR) ||
	    (c->list && node->count != c->count))
		return false;
	if (!c->list)
		return is_same_string(node->value, c->items[0]);
	for (size_t i = 0; i < node->count; i++) {
		if (!is_same_string(node->items[i].value, c->items[i]))
			return false;
	}
	return true;
}

static bool is_same_node(const struct yamlblock_node *a, const char *a_text, const struct yamlblock_node *b,
			 const char *b_text)
{
	if (a->kind != b->kind || a->count != b->count || !is_same_string(a->value, b->value))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!is_same_node(&a->items[i], a_text, &b->items[i], b_text))
			return false;
	}
	return a->kind != YAMLBLOCK_MAP ||
	       (a->end - a->start == b->end - b->start &&
		memcmp(a_text + a->start, b_text + b->start, a->end - a->start) == 0);
}

/* Whether the new text reads as the old one with the change, and as nothing else. */
static bool is_as_wanted(const struct splice *s, const struct frontmatter *old,
			 const struct yamlblock_field *field, const char *text, size_t len)
{
	struct frontmatter *fm;
	bool ok = frontmatter_parse(&fm, text, len, NULL) == 0 && len - fm->body == s->len - old->body &&
		  memcmp(text + fm->body, s->text + old->body, len - fm->body) == 0 &&
		  fm->block.count == old->block.count + (field == NULL) - s->change->remove;
	size_t i = 0;

	for (size_t k = 0; ok && k < old->block.count; k++) {
		const struct yamlblock_field *was = &old->block.fields[k];

		if (was == field && s->change->remove)
			continue;
		ok = strcmp(fm->block.fields[i].key, was->key) == 0;
		if (was == field)
			ok = ok && is_wanted(&fm->block.fields[i].node, s->change);
		else
			ok = ok && is_same_node(&was->node, s->text, &fm->block.fields[i].node, text);
		i++;
	}
	if (ok && field == NULL)
		ok = strcmp(fm->block.fields[i].key, s->change->key) == 0 &&
		     is_wanted(&fm->block.fields[i].node, s->change);
	frontmatter_free(fm);
	return ok;
}

/* One try; true when the result, appended to out, is as wanted. */
static bool try_change(struct splice *s, const struct frontmatter *fm, const struct yamlblock_field *field)
{
	size_t before = s->out->len;

	s->at = 0;
	if (field != NULL)
		put_field(s, field);
	else
		add_field(s, fm);
	keep(s, s->len);
	if (is_as_wanted(s, fm, field, s->out->data + before, s->out->len - before))
		return true;
	strbuf_truncate(s->out, before);
	return false;
}

static int check_change(const struct frontmatter *fm, const struct change *change, struct error *err)
{
	bool valid = unicode_valid(change->key, strlen(change->key), NULL);

	for (size_t i = 0; i < change->count; i++)
		valid = valid && unicode_valid(change->items[i], strlen(change->items[i]), NULL);
	if (!valid)
		return error_set(err, E_INVALID, "The text for the field \"%s\" is not UTF-8.", change->key);
	if (fm->block.flow)
		return error_set(
		    err, E_INVALID,
		    "The fields at the top stand in braces; write each on a line of its own first.");
	return 0;
}

static int apply(struct strbuf *out, const char *text, size_t len, struct change *change, struct error *err)
{
	struct splice s = {.out = out, .text = text, .len = len, .change = change};
	const struct yamlblock_field *field;
	struct frontmatter *fm;
	int rc = frontmatter_parse(&fm, text, len, err);

	if (rc == 0)
		rc = check_change(fm, change, err);
	if (rc == 0) {
		field = find_field(fm, change->key);
		if (field ? !change->remove && is_wanted(&field->node, change) : change->remove) {
			strbuf_add(out, text, len);
		} else if (!try_change(&s, fm, field)) {
			change->careful = true;
			if (!try_change(&s, fm, field))
				rc = error_set(
				    err, E_INVALID,
				    "The field \"%s\" cannot be changed without harm to the ones around "
				    "it; change it in the text.",
				    change->key);
		}
	}
	frontmatter_free(fm);
	return rc;
}

int frontmatter_set(struct strbuf *out, const char *text, size_t len, const char *key, const char *value,
		    struct error *err)
{
	struct change change = {.key = key, .items = &value, .count = value != NULL, .remove = value == NULL};

	return apply(out, text, len, &change, err);
}

int frontmatter_set_list(struct strbuf *out, const char *text, size_t len, const char *key,
			 const char *const *items, size_t count, struct error *err)
{
	struct change change = {.key = key, .items = items, .count = count, .list = true};

	return apply(out, text, len, &change, err);
}
