/* Front matter is merged field by field. */
#include "text/merge.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "text/frontmatter.h"
#include "text/lines.h"

/* A field: its lines, with the comments and empty lines above them. */
struct entry {
	char *key;
	size_t start, len; /* bytes of the text */
};

/* The block of one of the three texts. */
struct fields {
	struct entry *items;
	size_t count;
	size_t capacity;
	size_t first; /* where the first field starts */
	size_t close; /* where what follows the last one starts: comments, and the line that ends the block */
	size_t body;
};

static void fields_clear(struct fields *fields)
{
	for (size_t i = 0; i < fields->count; i++)
		free(fields->items[i].key);
	free(fields->items);
}

/* Whether a line at the left edge can begin a field: no comment, list item or continued value does. */
static bool begins_field(const char *text, size_t pos, size_t end)
{
	return pos < end && strchr("# \t\r-]}", text[pos]) == NULL;
}

/* Whether this is the line of a key, as it is or in quotation marks. */
static bool is_line_of(const char *text, size_t pos, size_t end, const char *key)
{
	size_t len = strlen(key);

	if (pos < end && (text[pos] == '"' || text[pos] == '\''))
		pos++;
	return end - pos > len && memcmp(text + pos, key, len) == 0 && strchr("\"': \t", text[pos + len]);
}

/* Adds the line at pos; false when it is not what the reader of the block took for a field there. */
static bool add_line(struct fields *fields, const struct frontmatter *fm, struct merge_text text, size_t pos,
		     size_t *above)
{
	size_t end = lines_end(text.bytes, text.len, pos);
	const char *key;

	if (end == pos || text.bytes[pos] == '#' || text.bytes[pos] == '\r')
		return true; /* it belongs to the field that follows */
	if (begins_field(text.bytes, pos, end)) {
		if (fields->count == frontmatter_count(fm))
			return false;
		key = frontmatter_key(fm, fields->count);
		if (!is_line_of(text.bytes, pos, end, key))
			return false;
		fields->items =
		    mem_grow(fields->items, &fields->capacity, fields->count + 1, sizeof *fields->items);
		fields->items[fields->count++] = (struct entry){mem_strdup(key), *above, 0};
	} else if (fields->count == 0) {
		return false;
	}
	*above = lines_after(text.bytes, text.len, pos);
	fields->items[fields->count - 1].len = *above - fields->items[fields->count - 1].start;
	return true;
}

/* Where the line that ends the block starts: the last one before the body. */
static size_t closing_line(const struct frontmatter *fm, struct merge_text text)
{
	size_t body = frontmatter_body(fm);

	if (body > 0 && text.bytes[body - 1] == '\n')
		body--;
	return lines_start(text.bytes, body);
}

static bool split(struct fields *fields, const struct frontmatter *fm, struct merge_text text)
{
	size_t close = closing_line(fm, text);
	size_t above = lines_after(text.bytes, text.len, 0);

	fields->first = above;
	fields->body = frontmatter_body(fm);
	for (size_t pos = above; pos < close; pos = lines_after(text.bytes, text.len, pos)) {
		if (!add_line(fields, fm, text, pos, &above))
			return false;
	}
	fields->close = above;
	return fields->count == frontmatter_count(fm);
}

/* Reads the block of a text; false when there is none, or one that cannot be taken apart by lines. */
static bool fields_read(struct fields *fields, struct merge_text text)
{
	struct frontmatter *fm;
	bool well;

	*fields = (struct fields){.count = 0};
	well = frontmatter_parse(&fm, text.bytes, text.len, NULL) == 0 && frontmatter_present(fm) &&
	       split(fields, fm, text);
	frontmatter_free(fm);
	return well;
}

/* Keys differ as Hugo reads them: without regard to ASCII case. */
static const struct entry *find(const struct fields *fields, const char *key)
{
	for (size_t i = 0; i < fields->count; i++) {
		if (strcasecmp(fields->items[i].key, key) == 0)
			return &fields->items[i];
	}
	return NULL;
}

/* -- The order of the merged fields -- */

/* Keys, borrowed from the texts' fields. */
struct order {
	const char **keys;
	size_t count;
	size_t capacity;
};

static size_t place_of(const struct order *order, const char *key)
{
	size_t i = 0;

	while (i < order->count && strcasecmp(order->keys[i], key) != 0)
		i++;
	return i;
}

/* Puts in the keys that are not there yet, each after the one that it follows in its own text. */
static void add_keys(struct order *order, const struct fields *fields)
{
	size_t at = 0;

	for (size_t i = 0; i < fields->count; i++) {
		size_t place = place_of(order, fields->items[i].key);

		if (place == order->count) {
			order->keys =
			    mem_grow(order->keys, &order->capacity, order->count + 1, sizeof *order->keys);
			memmove(order->keys + at + 1, order->keys + at,
				(order->count - at) * sizeof *order->keys);
			order->keys[at] = fields->items[i].key;
			order->count++;
			place = at;
		}
		at = place + 1;
	}
}

/* -- The merged block -- */

/* The same piece of the three texts; a piece that is not in a text has no bytes there. */
struct trio {
	struct merge_text texts[3]; /* base, mine, theirs */
	size_t start[3], len[3];
};

static bool alike(const struct trio *t, int a, int b)
{
	return t->len[a] == t->len[b] &&
	       memcmp(t->texts[a].bytes + t->start[a], t->texts[b].bytes + t->start[b], t->len[a]) == 0;
}

static void add_piece(struct merge *out, const struct trio *t)
{
	struct merge_chunk chunk = {.kind = MERGE_CONFLICT,
				    .piece = MERGE_FIELD,
				    .base_start = t->start[0],
				    .base_len = t->len[0],
				    .mine_start = t->start[1],
				    .mine_len = t->len[1],
				    .theirs_start = t->start[2],
				    .theirs_len = t->len[2]};

	if (t->len[0] + t->len[1] + t->len[2] == 0)
		return;
	if (alike(t, 1, 2))
		chunk.kind = alike(t, 0, 1) ? MERGE_SAME : MERGE_BOTH;
	else if (alike(t, 0, 1))
		chunk.kind = MERGE_THEIRS;
	else if (alike(t, 0, 2))
		chunk.kind = MERGE_MINE;
	out->chunks = mem_grow(out->chunks, &out->capacity, out->count + 1, sizeof *out->chunks);
	out->chunks[out->count++] = chunk;
	out->conflicts += chunk.kind == MERGE_CONFLICT;
}

static void add_fields(struct merge *out, struct trio *t, const struct fields fields[3])
{
	struct order order = {.count = 0};

	add_keys(&order, &fields[1]);
	add_keys(&order, &fields[2]);
	add_keys(&order, &fields[0]);
	for (size_t i = 0; i < order.count; i++) {
		for (int side = 0; side < 3; side++) {
			const struct entry *entry = find(&fields[side], order.keys[i]);

			t->start[side] = entry != NULL ? entry->start : 0;
			t->len[side] = entry != NULL ? entry->len : 0;
		}
		add_piece(out, t);
	}
	free(order.keys);
}

/* The line that begins the block, its fields, and what ends it. */
static void merge_blocks(struct merge *out, struct trio *t, const struct fields fields[3])
{
	for (int side = 0; side < 3; side++) {
		t->start[side] = 0;
		t->len[side] = fields[side].first;
	}
	add_piece(out, t);
	add_fields(out, t, fields);
	for (int side = 0; side < 3; side++) {
		t->start[side] = fields[side].close;
		t->len[side] = fields[side].body - fields[side].close;
	}
	add_piece(out, t);
}

/* Adds the words of the bodies, as a merge of their own gives them. */
static int merge_bodies(struct merge *out, const struct trio *t, const struct fields fields[3],
			struct error *err)
{
	struct merge_text bodies[3];
	struct merge words;
	int rc;

	for (int side = 0; side < 3; side++)
		bodies[side] = (struct merge_text){t->texts[side].bytes + fields[side].body,
						   t->texts[side].len - fields[side].body};
	rc = merge_words(&words, bodies[0], bodies[1], bodies[2], err);
	for (size_t i = 0; rc == 0 && i < words.count; i++) {
		struct merge_chunk chunk = words.chunks[i];

		chunk.base_start += fields[0].body;
		chunk.mine_start += fields[1].body;
		chunk.theirs_start += fields[2].body;
		out->chunks = mem_grow(out->chunks, &out->capacity, out->count + 1, sizeof *out->chunks);
		out->chunks[out->count++] = chunk;
		out->conflicts += chunk.kind == MERGE_CONFLICT;
	}
	merge_clear(&words);
	return rc;
}

int merge_articles(struct merge *out, struct merge_text base, struct merge_text mine,
		   struct merge_text theirs, struct error *err)
{
	struct trio t = {.texts = {base, mine, theirs}};
	struct fields fields[3];
	bool by_field = true;
	int rc;

	*out = (struct merge){0};
	for (int side = 0; side < 3; side++) {
		by_field = fields_read(&fields[side], t.texts[side]) && by_field;
		t.len[side] = fields[side].body;
	}
	/* Where one side left them, all of the other's hold, their order too. */
	if (!by_field || alike(&t, 0, 1) || alike(&t, 0, 2) || alike(&t, 1, 2)) {
		rc = merge_words(out, base, mine, theirs, err);
	} else {
		merge_blocks(out, &t, fields);
		rc = merge_bodies(out, &t, fields, err);
	}
	if (rc < 0)
		merge_clear(out);
	for (int side = 0; side < 3; side++)
		fields_clear(&fields[side]);
	return rc;
}
