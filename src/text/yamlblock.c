#include "text/yamlblock.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/scalar.h"

struct reader {
	yaml_parser_t parser;
	yaml_event_t event; /* the current one */
	const char *text;
	size_t first;      /* byte of the article at which libyaml's input starts */
	size_t close;      /* and ends */
	size_t line;       /* number of its first line */
	size_t seen_index; /* a place whose character number (libyaml's) and byte are both known */
	size_t seen_byte;
	size_t last_end; /* byte after the last scalar or bracket */
	size_t nodes;
	size_t bad_line;
	struct error *err;
};

/*
 * libyaml counts characters, and two for CR LF; we need bytes.  Marks hardly ever go back, so
 * counting on from the last place makes the whole linear.
 */
static size_t byte_of(struct reader *r, const yaml_mark_t *mark)
{
	if (mark->index < r->seen_index) {
		r->seen_index = 0;
		r->seen_byte = r->first;
	}
	while (r->seen_index < mark->index && r->seen_byte < r->close) {
		do
			r->seen_byte++;
		while (r->seen_byte < r->close && ((unsigned char)r->text[r->seen_byte] & 0xc0) == 0x80);
		r->seen_index++;
	}
	return r->seen_byte;
}

static int refuse(struct reader *r, const yaml_mark_t *mark, const char *what)
{
	r->bad_line = mark->line + r->line;
	return error_set(r->err, E_INVALID, "Line %zu, among the fields at the top: %s.", r->bad_line, what);
}

/* libyaml's phrases in an editor's words; what is not here is told as libyaml says it. */
static const struct {
	const char *phrase;
	const char *words;
} yaml_problems[] = {
    {"mapping values are not allowed", "a value that holds a colon and a space needs quotes around it"},
    {"did not find expected key",
     "the name of a field should start here, or a quotation mark before it is not closed"},
    {"did not find expected ',' or ']'", "a list in brackets is not closed"},
    {"did not find expected ',' or '}'", "a pair of braces is not closed"},
    {"could not find expected ':'", "a field needs a colon and a space after its name"},
    {"found unexpected end of stream", "a quotation mark is not closed"},
    {"found character that cannot start any token",
     "a value cannot start with this character; put quotes around it"},
    {"found a tab character", "a tab cannot indent a line; use spaces"},
    {"found unknown escape character", "a backslash in double quotes must be written twice"},
    {"block sequence entries are not allowed", "a list must start on a line of its own"},
    {"control characters are not allowed", "there is a control character"},
};

static int refuse_syntax(struct reader *r)
{
	const yaml_parser_t *p = &r->parser;
	const char *problem = p->problem ? p->problem : "it is not YAML";
	yaml_mark_t mark = p->problem_mark;

	if (p->error == YAML_READER_ERROR) {
		mark.line = 0;
		for (size_t i = r->first; i < r->close && i < r->first + p->problem_offset; i++)
			mark.line += r->text[i] == '\n';
		if (strstr(problem, "control") == NULL)
			problem = "there are bytes that are not UTF-8 text";
	} else if (strstr(problem, "unexpected end of stream") != NULL) {
		mark = p->context_mark;
	}
	for (size_t i = 0; i < sizeof yaml_problems / sizeof yaml_problems[0]; i++) {
		if (strstr(problem, yaml_problems[i].phrase) != NULL)
			problem = yaml_problems[i].words;
	}
	return refuse(r, &mark, problem);
}

static int advance(struct reader *r)
{
	yaml_event_delete(&r->event);
	if (!yaml_parser_parse(&r->parser, &r->event))
		return refuse_syntax(r);
	if (r->event.type == YAML_ALIAS_EVENT)
		return refuse(r, &r->event.start_mark, "an alias (*) is not allowed; write the value out");
	return 0;
}

static void node_clear(struct yamlblock_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		node_clear(&node->items[i]);
	free(node->items);
	free(node->value);
}

size_t yamlblock_header(const char *text, const struct yamlblock_node *node)
{
	size_t pos = node->start;

	while (pos < node->end && !((text[pos] == '|' || text[pos] == '>') &&
				    (pos == node->start || text[pos - 1] == ' ' || text[pos - 1] == '\t')))
		pos++;
	do
		pos++;
	while (pos < node->end && strchr("0123456789+-", text[pos]) != NULL);
	return pos < node->end ? pos : node->end;
}

/*
 * libyaml ends a block scalar after the blank lines below it.  Those are no part of the value, and
 * stay when it is replaced, unless its header says "+".
 */
static size_t block_end(const char *text, const struct yamlblock_node *node)
{
	size_t header = yamlblock_header(text, node); /* 2 at least: an opening line stands before */
	size_t end = node->end;

	if (text[header - 1] != '+' && text[header - 2] != '+') {
		while (end > header && strchr(" \t\r\n", text[end - 1]) != NULL)
			end--;
		return end;
	}
	if (end > header && text[end - 1] == '\n')
		end--;
	if (end > header && text[end - 1] == '\r')
		end--;
	return end;
}

static enum yamlblock_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return YAMLBLOCK_SINGLE;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return YAMLBLOCK_DOUBLE;
	case YAML_LITERAL_SCALAR_STYLE:
		return YAMLBLOCK_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return YAMLBLOCK_FOLDED;
	default:
		return YAMLBLOCK_PLAIN;
	}
}

static int read_scalar(struct reader *r, struct yamlblock_node *out)
{
	const yaml_event_t *e = &r->event;
	const char *value = (const char *)e->data.scalar.value;

	if (strlen(value) != e->data.scalar.length)
		return refuse(r, &e->start_mark, "there is a NUL character");
	out->kind = YAMLBLOCK_SCALAR;
	out->style = style_of(e->data.scalar.style);
	if (out->style == YAMLBLOCK_LITERAL || out->style == YAMLBLOCK_FOLDED)
		out->end = block_end(r->text, out);
	if (out->style != YAMLBLOCK_PLAIN || e->data.scalar.tag != NULL || scalar_kind(value) != SCALAR_NULL)
		out->value = mem_strdup(value);
	r->last_end = out->end;
	return 0;
}

static int read_node(struct reader *r, struct yamlblock_node *out, unsigned depth);

static int read_list(struct reader *r, struct yamlblock_node *out, unsigned depth)
{
	int rc = advance(r);

	while (rc == 0 && r->event.type != YAML_SEQUENCE_END_EVENT) {
		out->items = mem_grow(out->items, &out->capacity, out->count + 1, sizeof *out->items);
		out->items[out->count] = (struct yamlblock_node){0};
		rc = read_node(r, &out->items[out->count++], depth + 1);
		if (rc == 0)
			rc = advance(r);
	}
	return rc;
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* A tree of keys has none of its own. */
static void keep_key(void *key)
{
	(void)key;
}

/* Reads the key that is the current event; refuses one that is in the tree of those before, seen. */
static int read_key(struct reader *r, struct yamlblock_field *out, void **seen)
{
	const yaml_event_t *e = &r->event;
	char **known;
	char *words;
	int rc;

	if (e->type != YAML_SCALAR_EVENT ||
	    strlen((const char *)e->data.scalar.value) != e->data.scalar.length)
		return refuse(r, &e->start_mark, "the name of a field must be text");
	out->key = mem_strdup((const char *)e->data.scalar.value);
	out->start = byte_of(r, &e->start_mark);
	out->key_end = byte_of(r, &e->end_mark);
	known = tsearch(out->key, seen, compare_keys);
	if (known == NULL)
		abort(); /* out of memory, as everywhere */
	if (*known == out->key)
		return 0;
	words = mem_printf("the field \"%s\" stands there twice", out->key);
	rc = refuse(r, &e->start_mark, words);
	free(words);
	return rc;
}

static int read_map(struct reader *r, struct yamlblock *out, unsigned depth)
{
	void *seen = NULL;
	int rc = advance(r);

	while (rc == 0 && r->event.type != YAML_MAPPING_END_EVENT) {
		struct yamlblock_field *field;

		out->fields = mem_grow(out->fields, &out->capacity, out->count + 1, sizeof *out->fields);
		field = &out->fields[out->count];
		*field = (struct yamlblock_field){0};
		rc = read_key(r, field, &seen);
		out->count++;
		if (rc == 0)
			rc = advance(r);
		if (rc == 0)
			rc = read_node(r, &field->node, depth + 1);
		if (rc == 0)
			rc = advance(r);
	}
	tdestroy(seen, keep_key);
	return rc;
}

/* A mapping below the top: looked through for what is refused, and kept as bytes only. */
static int skip_map(struct reader *r, unsigned depth)
{
	struct yamlblock map = {0};
	int rc = read_map(r, &map, depth);

	yamlblock_clear(&map);
	return rc;
}

/* Reads the node whose first event is the current one; the current one is its last afterwards. */
static int read_node(struct reader *r, struct yamlblock_node *out, unsigned depth)
{
	const yaml_event_t *e = &r->event;
	int rc;

	if (++r->nodes > YAMLBLOCK_NODES)
		return refuse(r, &e->start_mark, "there are more values than an article needs");
	if (depth > YAMLBLOCK_DEPTH || (depth == YAMLBLOCK_DEPTH && e->type != YAML_SCALAR_EVENT))
		return refuse(r, &e->start_mark, "lists and fields are nested too deeply");
	out->start = byte_of(r, &e->start_mark);
	out->end = byte_of(r, &e->end_mark);
	if (e->type == YAML_SCALAR_EVENT)
		return read_scalar(r, out);
	if (e->type == YAML_SEQUENCE_START_EVENT) {
		out->kind = YAMLBLOCK_LIST;
		out->flow = e->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
		rc = read_list(r, out, depth);
	} else {
		assert(e->type == YAML_MAPPING_START_EVENT);
		out->kind = YAMLBLOCK_MAP;
		out->flow = e->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
		rc = skip_map(r, depth);
	}
	if (rc == 0 && out->flow)
		r->last_end = byte_of(r, &e->end_mark);
	out->end = r->last_end;
	return rc;
}

/* The events around the one mapping: a stream, at most one document. */
static int read_document(struct reader *r, struct yamlblock *out)
{
	int rc = advance(r);

	if (rc == 0)
		rc = advance(r);
	if (rc < 0 || r->event.type == YAML_STREAM_END_EVENT)
		return rc;
	if ((rc = advance(r)) < 0)
		return rc;
	if (r->event.type != YAML_MAPPING_START_EVENT)
		return refuse(r, &r->event.start_mark, "there should be fields such as \"title: ...\"");
	out->flow = r->event.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
	rc = read_map(r, out, 0);
	if (rc == 0)
		rc = advance(r);
	if (rc == 0)
		rc = advance(r);
	if (rc == 0 && r->event.type != YAML_STREAM_END_EVENT)
		rc = refuse(r, &r->event.start_mark, "a second YAML document starts");
	return rc;
}

int yamlblock_read(struct yamlblock *out, const char *text, size_t start, size_t end, size_t first_line,
		   struct error *err)
{
	struct reader r = {
	    .text = text, .first = start, .close = end, .line = first_line, .seen_byte = start, .err = err};
	int rc;

	*out = (struct yamlblock){0};
	if (!yaml_parser_initialize(&r.parser))
		return error_set(err, E_IO, "Memory ran out while the fields at the top were read.");
	yaml_parser_set_input_string(&r.parser, (const unsigned char *)text + start, end - start);
	/* Named, so that libyaml does not take a BOM off unseen and count from after it. */
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	rc = read_document(&r, out);
	yaml_event_delete(&r.event);
	yaml_parser_delete(&r.parser);
	if (rc < 0)
		yamlblock_clear(out);
	out->bad_line = r.bad_line;
	return rc;
}

void yamlblock_clear(struct yamlblock *block)
{
	for (size_t i = 0; i < block->count; i++) {
		free(block->fields[i].key);
		node_clear(&block->fields[i].node);
	}
	free(block->fields);
	*block = (struct yamlblock){0};
}
