#include "cli/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/unicode.h"

#define REPLACEMENT "\xef\xbf\xbd"

static void add_escaped(struct strbuf *out, const char *text, size_t len)
{
	static const char from[] = "\"\\\n\r\t\b\f";
	static const char to[] = "\"\\nrtbf";
	size_t pos = 0;

	strbuf_addc(out, '"');
	while (pos < len) {
		int32_t c;
		size_t size = unicode_decode(text, len, pos, &c);
		const char *at = c > 0 && c < 0x80 ? strchr(from, c) : NULL;

		if (c < 0)
			strbuf_adds(out, REPLACEMENT);
		else if (at != NULL)
			strbuf_addf(out, "\\%c", to[at - from]);
		else if (c < 0x20 || c == 0x7f)
			strbuf_addf(out, "\\u%04x", (unsigned)c);
		else
			strbuf_add(out, text + pos, size);
		pos += size;
	}
	strbuf_addc(out, '"');
}

/* What stands before a value: the comma, the line, the key. */
static void start_value(struct json *json, const char *key)
{
	size_t depth = json->depth;

	assert(depth == 0 ? key == NULL : (key == NULL) == json->open[depth - 1].array);
	if (depth == 0)
		return;
	strbuf_adds(json->out, json->open[depth - 1].filled ? ",\n" : "\n");
	json->open[depth - 1].filled = true;
	for (size_t i = 0; i < depth; i++)
		strbuf_adds(json->out, "  ");
	if (key != NULL) {
		add_escaped(json->out, key, strlen(key));
		strbuf_adds(json->out, ": ");
	}
}

static void end_value(struct json *json)
{
	if (json->depth == 0)
		strbuf_addc(json->out, '\n');
}

static void open(struct json *json, const char *key, bool array)
{
	start_value(json, key);
	assert(json->depth < JSON_DEPTH);
	json->open[json->depth].array = array;
	json->open[json->depth].filled = false;
	json->depth++;
	strbuf_addc(json->out, array ? '[' : '{');
}

void json_init(struct json *json, struct strbuf *out)
{
	*json = (struct json){.out = out};
}

void json_object(struct json *json, const char *key)
{
	open(json, key, false);
}

void json_array(struct json *json, const char *key)
{
	open(json, key, true);
}

void json_end(struct json *json)
{
	assert(json->depth > 0);
	json->depth--;
	if (json->open[json->depth].filled) {
		strbuf_addc(json->out, '\n');
		for (size_t i = 0; i < json->depth; i++)
			strbuf_adds(json->out, "  ");
	}
	strbuf_addc(json->out, json->open[json->depth].array ? ']' : '}');
	end_value(json);
}

void json_bytes(struct json *json, const char *key, const char *value, size_t len)
{
	start_value(json, key);
	add_escaped(json->out, value, len);
	end_value(json);
}

void json_string(struct json *json, const char *key, const char *value)
{
	if (value == NULL)
		json_null(json, key);
	else
		json_bytes(json, key, value, strlen(value));
}

void json_number(struct json *json, const char *key, int64_t value)
{
	start_value(json, key);
	strbuf_addf(json->out, "%" PRId64, value);
	end_value(json);
}

void json_bool(struct json *json, const char *key, bool value)
{
	start_value(json, key);
	strbuf_adds(json->out, value ? "true" : "false");
	end_value(json);
}

void json_null(struct json *json, const char *key)
{
	start_value(json, key);
	strbuf_adds(json->out, "null");
	end_value(json);
}
