/*
 * Writes JSON (RFC 8259), indented, for programs that read what we print.
 *
 *	json_init(&json, &out);
 *	json_object(&json, NULL);
 *	json_string(&json, "name", "lake-path");
 *	json_end(&json);
 *
 * Values in an object have a key, those in an array and the outermost have
 * NULL.  Bytes that are not UTF-8 become U+FFFD, as JSON cannot hold them.
 */
#ifndef COPYDESK_JSON_H
#define COPYDESK_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct strbuf;

#define JSON_DEPTH 16

struct json {
	struct strbuf *out; /* borrowed */
	size_t depth;       /* objects and arrays that are open */
	struct {
		bool array;  /* else an object */
		bool filled; /* there is a value in it */
	} open[JSON_DEPTH];
};

void json_init(struct json *json, struct strbuf *out);

void json_object(struct json *json, const char *key);
void json_array(struct json *json, const char *key);

/* Ends the innermost object or array; after the outermost one stands a line end. */
void json_end(struct json *json);

/* value NULL is null. */
void json_string(struct json *json, const char *key, const char *value);
void json_bytes(struct json *json, const char *key, const char *value, size_t len);
void json_number(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

#endif
