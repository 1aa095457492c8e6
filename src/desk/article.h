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

/* The same without the counts, which take a look at the whole text. */
void article_name(struct catalog_row *out, const char *path, const char *text, size_t len);

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

/*
 * The same for one value of one field, to be told beside it: appends what is wrong with it, a sentence
 * without its subject ("is no date: write it as 2026-11-20"), and says true; false when it will do.
 */
bool article_fault(struct strbuf *out, const char *field, const char *value, const struct policy *policy);

/* Whether the policy asks for a field; found, as the fields of an article are, without regard to ASCII case.
 */
bool article_requires(const struct policy *policy, const char *field);

/* Appends the text of a new article: title, slug, date, language and byline, and an empty body. */
int article_template(struct strbuf *out, const char *headline, const char *slug, const char *date,
		     const char *language, const char *byline, struct error *err);

/* "zh" when Han characters prevail in a text, else "en". */
const char *article_guess_language(const char *text, size_t len);

/* -- Where readers find it (article_url.c) -- */

/*
 * The address of an article from the top of the site, by Hugo's rules ("URL management"): its url, else its
 * folders and its slug, which is the file's name where it names none: "/culture/lake-path/".  The caller
 * frees.
 */
char *article_url(const char *root, const char *path, const char *text, size_t len);

/* Whether an address, its last slash aside, is one of a text's aliases. */
bool article_has_alias(const char *text, size_t len, const char *url);

/*
 * Appends the text that an article has when it is moved: its slug, where it names one and the file's name
 * changes, is the new one, and its old address is among its aliases.  E_INVALID where the front matter
 * cannot be read.
 */
int article_move(struct strbuf *out, const char *root, const char *from, const char *to, const char *text,
		 size_t len, struct error *err);

/* -- What an article tells its readers of itself (article_notice.c) -- */

struct article_note {
	const char *word;   /* that it begins with: "Correction" */
	const char *reason; /* as a person typed it, or NULL */
	int64_t time;       /* seconds */
	int offset;         /* minutes east of UTC */
};

/*
 * Appends an article with a note as its last paragraph, "*Correction, 21 November 2026: REASON*", the date in
 * the manner of the article's language.
 */
void article_add_note(struct strbuf *out, const char *text, size_t len, const struct article_note *note);

/* Appends what stands in place of an article that is withdrawn: its front matter, and a sentence that says
 * so; note->word is not used. */
void article_tombstone(struct strbuf *out, const char *text, size_t len, const struct article_note *note);

/* Whether a text has a paragraph that begins with a word (marks of emphasis aside) and that base has not. */
bool article_has_new_note(const char *text, size_t len, const char *base, size_t base_len, const char *word);

/* Whether two articles are the same but for their front matter. */
bool article_same_body(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
