/*
 * A disposable index of the newsroom, in SQLite: the only room that knows it.
 *
 * What is indexed is the text of blobs, by blob id, so that a row can be
 * missing but never stale.  Losing the file loses nothing: the desk fills it
 * again in the background.  A damaged or foreign file is put aside and made
 * anew.  Two programs may share one (WAL, a busy timeout).
 */
#ifndef COPYDESK_CATALOG_H
#define COPYDESK_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct oid;
struct catalog;
struct strlist;

/* What a list needs to know of one text; strings are owned by whoever holds the row. */
struct catalog_row {
	char *title;
	char *date; /* as written in the front matter, ISO 8601; "" when absent */
	char *byline;
	char *language;
	char *slug; /* "" when absent */
	size_t words;
	size_t han;
};

void catalog_row_clear(struct catalog_row *row);

/* Opens or makes the file; NULL as path keeps it in memory. */
int catalog_open(struct catalog **out, const char *path, struct error *err);
void catalog_close(struct catalog *catalog);

/* The row of a blob; false when it is not indexed yet. */
bool catalog_get(struct catalog *catalog, const struct oid *blob, struct catalog_row *out);

/* Between these two, puts are one transaction. */
int catalog_begin(struct catalog *catalog, struct error *err);
int catalog_commit(struct catalog *catalog, struct error *err);

/* Indexes a blob: its row and its body for full-text search. */
int catalog_put(struct catalog *catalog, const struct oid *blob, const struct catalog_row *row,
		const char *body, size_t len, struct error *err);

/* Counts one more use of a tag. */
int catalog_put_tag(struct catalog *catalog, const char *tag, struct error *err);

/* Adds the tags, at most so many, that begin with start (NFKC, case folded), those with most uses first. */
int catalog_tags(struct catalog *catalog, const char *start, size_t most, struct strlist *out,
		 struct error *err);

/*
 * Calls visit with each indexed blob whose body or title holds all words of query (NFKC, case
 * folded; Chinese by trigram or, for shorter words, by substring); stops at non-zero and returns it.
 */
int catalog_search(struct catalog *catalog, const char *query,
		   int (*visit)(void *context, const struct oid *blob), void *context, struct error *err);

#endif
