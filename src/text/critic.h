/*
 * CriticMarkup: a text that carries its changes and the comments on it, for
 * people outside who have no copydesk (criticmarkup.com, version of 2013).
 *
 *	{++ added ++}  {-- removed --}  {~~ old ~> new ~~}
 *	{== passage ==}{>> comment <<}  {>> comment at a place <<}
 *
 * Everything between two marks counts, blanks and line ends too: a mark may
 * reach over paragraphs.  Marks do not stand within each other.
 *
 * The format has no escape of its own, and an article may hold such marks by
 * itself; here a backslash takes a mark's meaning away, as it does in Markdown.
 * Outside of marks it does so before "{++", "{--", "{~~", "{==" and "{>>"; in a
 * mark before what ends the part that it stands in, and before "{" with one of
 * + - ~ = > after it.  Of n backslashes in front of these, each two are one,
 * and the odd one is the escape; all other backslashes are themselves.
 */
#ifndef COPYDESK_CRITIC_H
#define COPYDESK_CRITIC_H

#include <stddef.h>

#include "base/strbuf.h"

struct diff;

/* -- Out -- */

/* A comment at a passage of the new text. */
struct critic_note {
	size_t start, len; /* bytes; len 0: at a place, after a mark that stands there */
	const char *text;
};

/*
 * Appends the new text with its difference from the old one as marks.  Notes stand behind their
 * passage, which is highlighted; where it changed or overlaps with another, its words are told in the comment
 * instead.  Notes may come in any order.
 */
void critic_format(struct strbuf *out, const struct diff *diff, const char *old_text, const char *new_text,
		   const struct critic_note *notes, size_t count);

/* -- In -- */

enum critic_kind {
	CRITIC_ADD,
	CRITIC_REMOVE,
	CRITIC_REPLACE,
	CRITIC_HIGHLIGHT, /* without a comment */
	CRITIC_COMMENT,
};

#define CRITIC_NOTHING ((size_t)-1)

struct critic_mark {
	enum critic_kind kind;
	size_t start, len;  /* the passage, bytes of the base; a place where len is 0 */
	struct strbuf text; /* what comes in its place, or the comment without blanks around it */
	size_t line;        /* of the marked text, from 1 */
	size_t about; /* comment: the index of the change that it stands right behind, or CRITIC_NOTHING */
};

/* A mark that could not be read: its bytes are left in both texts. */
struct critic_flaw {
	size_t line;      /* from 1 */
	const char *what; /* a sentence */
};

struct critic {
	struct strbuf base;  /* every change refused */
	struct strbuf taken; /* every change taken */
	struct critic_mark *marks;
	size_t count;
	size_t capacity;
	struct critic_flaw *flaws;
	size_t flaw_count;
	size_t flaw_capacity;
};

/* Reads a marked text; never fails. The caller clears. */
void critic_parse(struct critic *out, const char *text, size_t len);
void critic_clear(struct critic *critic);

#endif
