/*
 * One article: a Markdown file with front matter below the content root,
 * content/<section>/.../<slug>.md.
 */
#ifndef COPYDESK_ARTICLE_H
#define COPYDESK_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct catalog_row;
struct policy;
struct strbuf;

/* Whether a path of the tree is an article's: below root, ends in .md, no part starts with '.' or '_'. */
bool article_is_path(const char *root, const char *path);

/*
 * Whether a path is one of a picture or file that goes out with an article: in the article's folder,
 * no Markdown, not hidden, and without white space at either end of its name.
 */
bool article_is_attachment(const char *article, const char *path);

/* The section of an article's path ("culture"; "" directly below root); the caller frees. */
char *article_section(const char *root, const char *path);

/* The slug in a path: the file's name without ".md", of an index.md its folder's name; the caller frees. */
char *article_slug(const char *path);

/* "content/culture/lake-path.md"; the caller frees. E_INVALID when section or slug cannot be part of a path.
 */
int article_path(char **out, const char *root, const char *section, const char *slug, struct error *err);

/* What the lists show of an article's text; never fails: what cannot be read is empty, title then the slug.
 */
void article_describe(struct catalog_row *out, const char *path, const char *text, size_t len);

/* The time in publishDate, or 0 when there is none; offset is minutes east of UTC for times without a zone.
 */
int64_t article_publish_time(const char *text, size_t len, int offset);

/*
 * Whether an article can be submitted: its front matter reads, each field that the policy requires is
 * there, and those that it has are well formed (date fields ISO 8601, slug in slug form, and what the
 * policy says of a field).  E_REFUSED names the first that is not.
 */
int article_check(const char *path, const char *text, size_t len, const struct policy *policy,
		  struct error *err);

/* Appends the text of a new article: title, slug, date, language and byline, and an empty body. */
int article_template(struct strbuf *out, const char *headline, const char *slug, const char *date,
		     const char *language, const char *byline, struct error *err);

/* "zh" when Han characters prevail in a text, else "en". */
const char *article_guess_language(const char *text, size_t len);

#endif
