/*
 * What a writer does to words and paragraphs, as edits.
 *
 * Each function takes a text and where the person is in it, and gives one edit;
 * nothing is changed here, so that whoever keeps the text applies it as one
 * step:
 *
 *	if (prose_emphasise(&edit, &place, PROSE_STRONG, err) == 0) {
 *		buffer_replace(b, edit.pos, edit.cut, edit.insert.data, edit.insert.len, caret);
 *		...
 *		prose_edit_clear(&edit);
 *	}
 *
 * A paragraph is a run of lines that are not blank; each item of a list (with
 * what is indented below it), heading and row of a table is one by itself, and
 * so is a fenced block of code with its blank lines.  The front matter, which
 * ends where the body starts, is none.
 *
 * E_REFUSED, with the reason as a sentence, where it cannot be done; the edit
 * is not to be cleared then.
 */
#ifndef COPYDESK_PROSE_H
#define COPYDESK_PROSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"

struct error;

/* A text, and where the person is in it; bytes. All borrowed. */
struct prose_place {
	const char *text;
	size_t len;
	size_t body;          /* where the body starts, after the front matter */
	size_t start, end;    /* what is selected; both the cursor where nothing is */
	const char *language; /* of the article, BCP 47; NULL: not known */
};

struct prose_edit {
	size_t pos, cut;      /* bytes at pos that give way ... */
	struct strbuf insert; /* ... to these */
	size_t start, end;    /* what is selected afterwards; both the cursor where nothing is */
	size_t count;         /* of what was done, where that is of interest */
};

void prose_edit_clear(struct prose_edit *edit);

/* -- Paragraphs -- */

/* Puts what is selected once more after it, or the paragraph below it; the copy is where the person is then.
 */
int prose_duplicate(struct prose_edit *out, const struct prose_place *place, struct error *err);

/*
 * Changes the paragraphs that are touched with the one before (by -1) or after (1).  A list or a table
 * is gone around as a whole by what is not of it; what would flow into one paragraph keeps a blank line
 * between.
 */
int prose_move(struct prose_edit *out, const struct prose_place *place, int by, struct error *err);

/*
 * Makes one paragraph of those that are selected, or of this one and the next: with a blank between,
 * but none beside Chinese.
 */
int prose_join(struct prose_edit *out, const struct prose_place *place, struct error *err);

/* -- Words: what is selected, or the word under the cursor -- */

/*
 * The next of lower case, upper case and title case, in turn, by the rules of the language (ICU).  In
 * English titles short words stay small inside.  Code, addresses and tags stay as they are.
 */
int prose_change_case(struct prose_edit *out, const struct prose_place *place, struct error *err);

enum prose_strength {
	PROSE_EMPHASIS = 1, /* *so* */
	PROSE_STRONG = 2,   /* **so** */
};

/*
 * Marks the words, or takes the marks away where they are marked already, of a part of a marked passage
 * from this part alone.  Blanks at the ends stay outside.  Where the marks would not work beside
 * punctuation (CommonMark 0.30 section 6.2: they are not "flanking"), as in Chinese around quotes, they
 * go inside of it.
 */
int prose_emphasise(struct prose_edit *out, const struct prose_place *place, enum prose_strength strength,
		    struct error *err);

/* -- Links -- */

/* The address of the link that the person is in, for the caller to free; NULL for none. */
char *prose_link_address(const struct prose_place *place);

/*
 * Makes a link of the words, or gives the one that the person is in another address; an empty one takes
 * the link away and leaves its words.  Where there is no word, the address stands for itself.
 */
int prose_link(struct prose_edit *out, const struct prose_place *place, const char *address,
	       struct error *err);

/* Whether a text is the address of a page or of somebody, and nothing else. */
bool prose_is_address(const char *text, size_t len);

/* -- Signs -- */

/*
 * Makes straight quotes and typed dashes what a typesetter has: “ ” ‘ ’, – for -- and for a hyphen between
 * blanks, — for ---, … for three points; of German „ “ ‚ ‘; beside Chinese —— and ……  In what is selected, or
 * in the paragraph; not in code, addresses, tags and rules.  count tells how many; E_REFUSED where there are
 * none.
 */
int prose_typeset(struct prose_edit *out, const struct prose_place *place, struct error *err);

#endif
