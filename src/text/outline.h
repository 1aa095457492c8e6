/*
 * The headings of an article: both kinds of CommonMark 0.30 (sections 4.2 and
 * 4.3), none of them in code; and parts of it that can stand alone.
 */
#ifndef COPYDESK_OUTLINE_H
#define COPYDESK_OUTLINE_H

#include <stddef.h>

struct outline_heading {
	size_t start;     /* bytes from the start of the text: of its line */
	size_t words;     /* where its words start ... */
	size_t words_len; /* ... and their bytes, without marks at either end */
	int level;        /* 1 to 6 */
};

struct outline {
	struct outline_heading *items; /* in order */
	size_t count;
	size_t capacity;
};

/* Finds the headings of a text whose body starts at body; the caller clears. */
void outline_find(struct outline *out, const char *text, size_t len, size_t body);
void outline_clear(struct outline *outline);

/* The last heading that starts at a place or before it; the count when there is none. */
size_t outline_at(const struct outline *outline, size_t pos);

/* A part of a text; bytes. */
struct outline_part {
	size_t start, end;
};

/*
 * What is around a place: about half of reach bytes before it at least, and reach after it.  It starts in no
 * code, and where it can at a paragraph; it cuts no line that is not longer than that.
 */
struct outline_part outline_part(const char *text, size_t len, size_t body, size_t pos, size_t reach);

#endif
