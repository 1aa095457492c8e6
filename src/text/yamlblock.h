/*
 * The fields of a block of YAML, each with the bytes where it stands.
 *
 * libyaml parses; this room turns its events into fields and its character
 * marks into bytes of the article, so that frontmatter can replace exactly
 * one value.  Only what front matter needs is kept: scalars, lists, and the
 * place of mappings below the top.
 */
#ifndef COPYDESK_YAMLBLOCK_H
#define COPYDESK_YAMLBLOCK_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* What a block may need at most; beyond it, it is refused. */
#define YAMLBLOCK_DEPTH 8    /* lists and mappings within each other */
#define YAMLBLOCK_NODES 2000 /* keys, values, lists and mappings */

enum yamlblock_kind {
	YAMLBLOCK_SCALAR,
	YAMLBLOCK_LIST,
	YAMLBLOCK_MAP,
};

enum yamlblock_style {
	YAMLBLOCK_PLAIN,
	YAMLBLOCK_SINGLE,  /* 'quoted' */
	YAMLBLOCK_DOUBLE,  /* "quoted" */
	YAMLBLOCK_LITERAL, /* "|" and lines below it */
	YAMLBLOCK_FOLDED,  /* ">" and lines below it */
};

/* A value.  Its bytes include a tag and an anchor, and no line end after it. */
struct yamlblock_node {
	enum yamlblock_kind kind;
	size_t start;                 /* byte of the article at which it starts */
	size_t end;                   /* byte after it */
	bool flow;                    /* a list or mapping in brackets */
	enum yamlblock_style style;   /* of a scalar */
	char *value;                  /* of a scalar, UTF-8; NULL for YAML's null */
	struct yamlblock_node *items; /* of a list */
	size_t count;
	size_t capacity;
};

struct yamlblock_field {
	char *key;
	size_t start;   /* byte of the article at which the key starts */
	size_t key_end; /* byte after the key, before its colon */
	struct yamlblock_node node;
};

struct yamlblock {
	bool flow; /* the whole block is one mapping in braces */
	struct yamlblock_field *fields;
	size_t count;
	size_t capacity;
	size_t bad_line; /* the number of the line that was refused; 0: none was */
};

/*
 * Reads the YAML between two bytes of an article.  E_INVALID, with no fields but bad_line, in words that name
 * the line (where first_line is the number of the first, from 1) when it is not one mapping of text keys,
 * repeats a key, holds an alias, or goes beyond the limits above.
 */
int yamlblock_read(struct yamlblock *out, const char *text, size_t start, size_t end, size_t first_line,
		   struct error *err);
void yamlblock_clear(struct yamlblock *block);

/* The end of the header of a literal or folded scalar: its tag, "|" or ">", and the marks after it. */
size_t yamlblock_header(const char *text, const struct yamlblock_node *node);

#endif
