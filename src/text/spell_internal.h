/* What the files of spelling share: spell.c (dictionaries), spell_words.c (lists), spell_text.c (articles).
 */
#ifndef COPYDESK_SPELL_INTERNAL_H
#define COPYDESK_SPELL_INTERNAL_H

#include "text/spell.h"

#include <stdint.h>
#include <string.h>

struct strbuf;

/* Bytes beyond which a run of letters is no word. */
#define SPELL_WORD_MOST 100

/* Words, each with a number; starts as all zero. */
struct spell_set {
	struct spell_entry {
		char *word; /* NULL: free */
		size_t len;
		int value;
	} * entries;
	size_t count;
	size_t capacity; /* a power of two, or 0 */
};

void spell_set_put(struct spell_set *set, const char *word, size_t len, int value);

/* The number of a word, or -1. */
int spell_set_get(const struct spell_set *set, const char *word, size_t len);
void spell_set_clear(struct spell_set *set);

/* What lists know. */
struct spell_lists {
	struct spell_set names;  /* with a capital letter, as they stand */
	struct spell_set loud;   /* the same, folded: for capitals throughout */
	struct spell_set common; /* in small letters, folded */
};

void spell_lists_learn(struct spell_lists *lists, const char *list, size_t len);
bool spell_lists_know(const struct spell_lists *lists, const char *word, size_t len);
void spell_lists_clear(struct spell_lists *lists);

/* Appends a word as dictionaries and lists have it: composed (NFC), with ' for every apostrophe and - for
 * every hyphen, without soft hyphens and joiners. */
void spell_clean(struct strbuf *out, const char *word, size_t len);

/* The word without a possessive ending: 's, or the ' of a plural. */
size_t spell_stem(const char *word, size_t len);

bool spell_is_apostrophe(int32_t c);
bool spell_is_hyphen(int32_t c);

/* Characters that are in a word and not seen: soft hyphen, joiners. */
bool spell_is_unseen(int32_t c);

/* Whether a letter is of the script that the dictionary is for. */
bool spell_reads(const struct spell *spell, int32_t c);

/* Whether words of the letter's script stand without blanks between them. */
bool spell_is_unspaced(int32_t c);

/* -- Walking through an article -- */

/* What a piece can start in. */
enum {
	IN_NOTHING, /* the start of an article: front matter may follow */
	IN_BODY,
	IN_FENCE,
	IN_COMMENT,
	IN_ELEMENT, /* and one more for each element whose content is no prose */
};

/* The longest run of backticks that can begin a code span. */
#define TICKS_MOST 64

/* A piece that is being read. */
struct spell_walk {
	struct spell *spell;
	const char *text;
	size_t len; /* of the piece */
	struct spell_state *state;
	struct spell_found *found;
	bool escapes;      /* a backslash hides any character: in YAML's double quotes */
	bool no_shortcode; /* no }} follows any more */
	size_t no_tag;     /* no > stands before this */

	/* -- Of the paragraph -- */
	size_t end;
	bool ticks_known;             /* all runs of backticks in it were seen */
	size_t ticks[TICKS_MOST + 1]; /* where the last one of so many backticks starts */
};

/* No place. */
#define NOWHERE ((size_t)-1)

static inline bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline bool is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The byte at a place, or NUL beyond the end. */
static inline char at(const struct spell_walk *w, size_t pos)
{
	return pos < w->len ? w->text[pos] : '\0';
}

static inline bool stands(const struct spell_walk *w, size_t pos, const char *words)
{
	size_t len = strlen(words);

	return pos <= w->len && w->len - pos >= len && memcmp(w->text + pos, words, len) == 0;
}

/* Reads from pos to the paragraph's end, or beyond, where a comment goes on; returns where to go on. */
size_t spell_read_prose(struct spell_walk *w, size_t pos, size_t end);

/* Goes on behind what ends a comment or an element of another kind of text, or to the end of the piece. */
size_t spell_skip_inside(struct spell_walk *w, size_t pos, unsigned inside);

/* Within w->end: goes over the destination of a link, from behind its bracket. */
size_t spell_skip_destination(const struct spell_walk *w, size_t pos);

/* Within w->end: goes behind a sign in the same line, or stays. */
size_t spell_skip_to(const struct spell_walk *w, size_t pos, char sign);

#endif
