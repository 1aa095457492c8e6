/*
 * The block of YAML at the head of an article.
 *
 * Reading is libyaml's; writing splices the bytes of the one value that
 * changed into the text, so that comments, order, quoting, line ends, a BOM
 * and everything else survive to the byte.  An article's text is never
 * serialised anew.
 *
 * The block starts at the first byte (a UTF-8 BOM may stand before it) with a
 * line "---" and ends with the next line "---" or "..." (spaces may follow
 * on either); what follows is the body.  An article without a block is all
 * body, but for the BOM.  TOML ("+++") and JSON front matter are told apart and refused in
 * words.
 *
 * Keys are found as they are spelled, else without regard to ASCII case, as
 * Hugo reads them.
 */
#ifndef COPYDESK_FRONTMATTER_H
#define COPYDESK_FRONTMATTER_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct strbuf;
struct frontmatter;

/* Bytes that a block may have; a larger one is refused. */
#define FRONTMATTER_SIZE ((size_t)64 << 10)

/*
 * Reads the block of an article.  Always gives an object, also on failure, which then knows where
 * the body starts but has no fields: E_INVALID with the line and the cause when the block is not
 * a YAML mapping, has no end, repeats a key, or nests or aliases beyond what an article needs.
 * Of a block without an end, and of JSON, nothing is known: all after the BOM is body then.
 */
int frontmatter_parse(struct frontmatter **out, const char *text, size_t len, struct error *err);
void frontmatter_free(struct frontmatter *fm);

/* Where the body starts: bytes from the start of the text, and lines before it. */
size_t frontmatter_body(const struct frontmatter *fm);
size_t frontmatter_lines(const struct frontmatter *fm);

/* Whether there is a block at all. */
bool frontmatter_present(const struct frontmatter *fm);

/*
 * Whether a text without a block looks as if its first line "---" had been lost: one of its first lines is a
 * title, and a line "---" comes after it.
 */
bool frontmatter_lost(const char *text, size_t len);

/* The number of top level fields and the key of each, in order; borrowed. */
size_t frontmatter_count(const struct frontmatter *fm);
const char *frontmatter_key(const struct frontmatter *fm, size_t index);

/* The scalar under a key as UTF-8, or the first item of a list; NULL when absent or null. Borrowed. */
const char *frontmatter_get(const struct frontmatter *fm, const char *key);

/*
 * The items under a key: 1 for a scalar, 0 when absent or null.  Of a list only the items that are
 * scalars and not null count.
 */
size_t frontmatter_items(const struct frontmatter *fm, const char *key);
const char *frontmatter_item(const struct frontmatter *fm, const char *key, size_t index);

/* What stands under a key. */
enum frontmatter_kind {
	FRONTMATTER_NONE,   /* there is no such field */
	FRONTMATTER_SCALAR, /* one value, or null */
	FRONTMATTER_LIST,   /* a list of values, none of them null; or of nothing */
	FRONTMATTER_OTHER,  /* fields below it, or a list of more than values */
};

struct frontmatter_field {
	enum frontmatter_kind kind;
	size_t index; /* among the fields; for what is there */
	size_t start; /* bytes of the text: where the key starts ... */
	size_t value; /* ... where its value does ... */
	size_t end;   /* ... and after that */
	bool plain;   /* a scalar without quotes on its key's line: yes and 12 are no strings here */
};

/* Finds a field as frontmatter_get() does; kind FRONTMATTER_NONE when there is none. */
struct frontmatter_field frontmatter_find(const struct frontmatter *fm, const char *key);

/* The same for the field with a number below frontmatter_count(). */
struct frontmatter_field frontmatter_at(const struct frontmatter *fm, size_t index);

/* As frontmatter_item(), of the field with that number. */
const char *frontmatter_item_at(const struct frontmatter *fm, size_t index, size_t item);

/* The line, from 1, in which frontmatter_parse() found what it refused; 0 where it is of no one line. */
size_t frontmatter_bad_line(const struct frontmatter *fm);

/*
 * Appends the whole article to out with one scalar field set: the value's bytes are replaced in its
 * style where the style can hold it, else quoted; a missing key is added after the last field; a
 * missing block is made; value NULL removes the field's lines.  A field that has the value already is
 * left as it stands.  A date stays plain under date, publishDate, lastmod and expiryDate, a number under
 * urgency and weight; elsewhere what YAML would not read as a string (yes, 12:30) is quoted, unless the value
 * that it replaces was of the same kind.  E_INVALID, with out unchanged, where the block cannot be read or
 * value is not UTF-8.
 */
int frontmatter_set(struct strbuf *out, const char *text, size_t len, const char *key, const char *value,
		    struct error *err);

/*
 * The same for a list of strings, written in the style that the list has, else as "[a, b]".  Items
 * that both lists begin or end with keep their bytes, and their comments where each has its line.
 */
int frontmatter_set_list(struct strbuf *out, const char *text, size_t len, const char *key,
			 const char *const *items, size_t count, struct error *err);

#endif
