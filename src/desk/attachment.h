/*
 * The pictures and files that go out with an article: what they are, where the
 * text uses them, and which the text names and nobody attached.
 *
 * The text is read by a scanner that knows links, pictures and reference
 * definitions (CommonMark 0.30 sections 6.3, 6.4 and 4.7), src, href and
 * poster in raw HTML and in Hugo's shortcodes, and leaves code alone.  A
 * file counts that lies in the article's folder or below it; addresses with a
 * scheme, from the site's root or to other pages are no matter of ours.
 */
#ifndef COPYDESK_ATTACHMENT_H
#define COPYDESK_ATTACHMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "desk/since.h"

struct error;
struct repo;
struct strbuf;

/* -- What the text uses -- */

/* A place in a text that names a file beside the article. */
struct attachment_use {
	char *path;       /* of the file, from the root of the tree */
	bool picture;     /* ![...](...), src or poster; else a link */
	size_t start;     /* bytes from the start of the text, of the name */
	size_t line;      /* from 1 */
	size_t paragraph; /* of the body, from 1 as people count them */
};

struct attachment_uses {
	struct attachment_use *items; /* in reading order */
	size_t count;
	size_t capacity;
};

/* Finds them in an article's text; the caller clears. */
void attachment_find_uses(struct attachment_uses *out, const char *article, const char *text, size_t len);
/* Whether a text, or its front matter, names a file; uses are what attachment_find_uses() found in it. */
bool attachment_is_used(const struct attachment_uses *uses, const char *path, const char *text, size_t len);
void attachment_uses_clear(struct attachment_uses *uses);

/* -- What a file is -- */

/*
 * Appends what a file is, by its first bytes, else by the end of its name: "PNG picture", "PDF document",
 * "XLSX file", "file".
 */
void attachment_add_kind(struct strbuf *out, const char *path, const char *bytes, size_t len);

/* Appends a size as it is told to people: "644 bytes", "12 kB", "1.2 MB" (of 1,000). */
void attachment_add_size(struct strbuf *out, size_t size);

/* Appends what a file is and its size: "PNG picture, 644 bytes". */
void attachment_describe(struct strbuf *out, struct repo *repo, const char *path, const struct oid *blob);

/* -- The attachments of a draft -- */

enum attachment_change {
	ATTACHMENT_SAME,
	ATTACHMENT_ADDED,
	ATTACHMENT_REPLACED,
	ATTACHMENT_REMOVED,
};

struct attachment {
	char *path;
	enum attachment_change change;
	struct oid blob; /* the one that went, of a removed one */
	size_t size;     /* bytes; 0 when it cannot be read */
	char *kind;
	size_t use;     /* index of the first place that uses it, use_count of those for none */
	size_t used;    /* how many places do */
	bool in_fields; /* the front matter names it */
};

struct attachments {
	struct attachment *items; /* in git's path order */
	size_t count;
	struct attachment_uses uses; /* all that the text names ... */
	size_t *missing;             /* ... and the indexes of those that lead nowhere, each path once */
	size_t missing_count;
};

/* Looks at the files of both states of a draft, and at the newer text. The caller clears. */
int attachments_read(struct attachments *out, struct repo *repo, const char *article,
		     const struct since_states *states, const char *text, size_t len, struct error *err);
void attachments_clear(struct attachments *attachments);

/* "unchanged", "added", "replaced", "removed". */
const char *attachment_change_word(enum attachment_change change);

/* Appends where it is used: "used in paragraph 3", "used in paragraph 3 and 2 more places", "nothing uses
 * it". */
void attachment_add_use(struct strbuf *out, const struct attachments *attachments, size_t index);

#endif
