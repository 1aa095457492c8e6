/*
 * What a character is, how wide it is, and where a text may be broken.
 *
 * All text is UTF-8.  Functions take bytes and a length and never trust them:
 * a byte that is not part of valid UTF-8 counts as a cluster of its own, one
 * column wide, shown as U+FFFD.  Grapheme clusters follow UAX #29 (extended),
 * lines UAX #14, words UAX #29 with ICU's dictionary for Chinese; all from
 * ICU.  Columns come from one table here, which is the one truth for
 * wrapping, for the cursor and for drawing.
 */
#ifndef COPYDESK_UNICODE_H
#define COPYDESK_UNICODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct strbuf;

/* -- Bytes and code points -- */

/* Whether all bytes are valid UTF-8 (RFC 3629); *bad (may be NULL) is the offset of the first that is not. */
bool unicode_valid(const char *text, size_t len, size_t *bad);

/* Decodes one code point at pos; returns its length in bytes, or 1 with *out = -1 for a bad byte. */
size_t unicode_decode(const char *text, size_t len, size_t pos, int32_t *out);

/* Appends a code point as UTF-8. */
void unicode_encode(struct strbuf *out, int32_t code_point);

/* Properties of a code point; false for -1. A mark stands on or beside the letter before it. */
bool unicode_is_han(int32_t code_point);
bool unicode_is_space(int32_t code_point);
bool unicode_is_letter(int32_t code_point);
bool unicode_is_number(int32_t code_point);
bool unicode_is_mark(int32_t code_point);

/* A letter with its case folded, as far as that is one letter (Unicode's CaseFolding.txt, status C and S). */
int32_t unicode_fold_letter(int32_t code_point);

/* -- Grapheme clusters (UAX #29 section 3.1, extended) -- */

/* The end of the cluster that starts at pos; len when there is none after it. */
size_t unicode_next(const char *text, size_t len, size_t pos);

/* The start of the cluster that ends at pos; 0 when there is none before it. */
size_t unicode_previous(const char *text, size_t len, size_t pos);

/* -- Drawing: the one way from a text to cells -- */

#define UNICODE_GLYPH_SIZE 64

struct unicode_glyph {
	char text[UNICODE_GLYPH_SIZE]; /* what to draw: safe to send to a terminal, NUL-terminated */
	int columns;                   /* cells it takes, 1 or more (0 only for a line end) */
	bool marked;                   /* shown as a visible mark instead of itself */
};

/*
 * The cluster at pos as it is drawn; returns its end.  C0 and C1 controls, bidirectional controls,
 * unassigned code points, tag characters that spell no known flag (UTS #51), vowels and finals of
 * Hangul without their syllable and stray zero-width characters are told by number (U+202E as
 * "<202E>").  A joiner is stray after a letter of a script that does not join (UAX #31 section 2.3)
 * and where no emoji follows; a variation selector is after another.  A bad byte shows as U+FFFD, a
 * combining mark without a letter stands on U+25CC; marks beyond what fits are left out.
 *
 * A line end (LF, CR LF) has 0 columns and no text; a tab takes the columns to the next multiple of 4
 * from column.  Columns are UAX #11's, with ambiguous characters narrow; nonspacing marks have none,
 * spacing ones their own as terminals give it; an emoji sequence and a syllable of jamo have 2.
 */
size_t unicode_glyph(const char *text, size_t len, size_t pos, int column, struct unicode_glyph *out);

/*
 * How many bytes from pos on are printable ASCII, each a cluster of its own that is drawn as itself in one
 * column: the most of an English text, for those who can take many at once.
 */
size_t unicode_plain(const char *text, size_t len, size_t pos);

/* Columns that a text without line ends takes from column 0. */
int unicode_columns(const char *text, size_t len);

/*
 * Appends text made safe to print in one line of a terminal or a message, at most columns wide with
 * "…" at the end where it was cut (columns < 0: no limit); line ends and tabs become one space.
 */
void unicode_printable(struct strbuf *out, const char *text, size_t len, int columns);

/* -- Words and lines -- */

enum unicode_break {
	UNICODE_WORD, /* boundaries of words and of what lies between them */
	UNICODE_LINE, /* places where a line may end */
};

/* A segmenter keeps ICU's iterator; it is costly to open and cheap to reuse. One thread at a time. */
struct unicode_segmenter;

/* locale is a BCP 47 tag such as "en" or "zh", or NULL for the root. */
int unicode_segmenter_new(struct unicode_segmenter **out, enum unicode_break kind, const char *locale,
			  struct error *err);
void unicode_segmenter_free(struct unicode_segmenter *segmenter);

struct unicode_segment {
	size_t end; /* byte offset after the segment */
	bool word;  /* UNICODE_WORD: it holds a letter, number or ideograph */
	bool hard;  /* UNICODE_LINE: the line must end here */
};

/*
 * All segments of text in order, the last one ending at len (none for an empty text).  *out grows by
 * mem_grow and belongs to the caller; *count and *capacity are items.
 */
void unicode_segments(struct unicode_segmenter *segmenter, const char *text, size_t len,
		      struct unicode_segment **out, size_t *count, size_t *capacity);

/*
 * The same, one after the other: from the start of a text, which is borrowed until the segmenter gets another
 * one; false after the last.
 */
void unicode_segments_begin(struct unicode_segmenter *segmenter, const char *text, size_t len);
bool unicode_segments_next(struct unicode_segmenter *segmenter, struct unicode_segment *out);

/* Whether a segment ends or begins at pos; cheap in a text of some hundred bytes. */
bool unicode_is_boundary(struct unicode_segmenter *segmenter, const char *text, size_t len, size_t pos);

/* -- Making texts comparable -- */

/* Appends text in NFKC with case folded (UAX #15, Unicode 3.13 toNFKC_Casefold): for finding. */
void unicode_fold(struct strbuf *out, const char *text, size_t len);

/* Appends text in NFKC (UAX #15): fullwidth, halfwidth and circled forms become the usual ones. */
void unicode_widths(struct strbuf *out, const char *text, size_t len);

/*
 * Appends the slug of a headline: ICU's Any-Latin and Latin-ASCII (Chinese to pinyin), lower case,
 * runs of anything but letters and digits as one hyphen, at most limit bytes, cut at a word.
 * An apostrophe inside a word vanishes.  A headline without a letter or digit gives "article".
 */
void unicode_slug(struct strbuf *out, const char *headline, size_t len, size_t limit);

#endif
