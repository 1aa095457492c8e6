/*
 * Spelling: the words of an article that neither a dictionary nor a list of words knows.
 *
 * The only room that knows hunspell.  A dictionary is two files, en_US.aff and
 * en_US.dic, in one of the folders of DICPATH (hunspell(1)), which come first,
 * or where Debian puts them.  The one of an article is found by its language;
 * Chinese and Japanese have none, but the Latin words in them are English ones.
 *
 * Checked is what readers read: title and description of the front matter, and
 * the body without code, HTML, addresses, the destinations of links and
 * shortcodes.  A word is a run of letters, with apostrophes and hyphens inside
 * it; one with a digit or a low line in it is none, nor is one without a letter
 * of the dictionary's script.
 *
 * An article is checked whole or in pieces, each of which starts in the state
 * in which the one before ended, so that after an edit only its piece has to be
 * checked again:
 *
 *	spell_open(&spell, "en-GB", NULL, &err);
 *	spell_learn(spell, list, list_len);
 *	state = (struct spell_state){0};
 *	spell_find(spell, &state, text, len, &found);
 *	spell_free(spell);
 *
 * Opening takes some 50 ms, so that neither it nor anything else here is for the
 * thread that waits for keys; only spell_piece() is.
 */
#ifndef COPYDESK_SPELL_H
#define COPYDESK_SPELL_H

#include <stdbool.h>
#include <stddef.h>

struct error;
struct spell;
struct strlist;

/* How many suggestions there are at most. */
#define SPELL_SUGGESTIONS 8

/* Bytes of an article that are checked at once: the least, and the most. */
#define SPELL_PIECE      ((size_t)16 << 10)
#define SPELL_PIECE_MOST ((size_t)64 << 10)

/*
 * Opens the dictionary of a language, a BCP 47 tag.  preferred names dictionaries ("en_GB de_AT") of
 * which the first one counts that is of the language, where the tag leaves the choice; NULL: none.
 * E_NOTFOUND, with what to install, when there is no dictionary; E_INVALID when the tag is none.
 */
int spell_open(struct spell **out, const char *language, const char *preferred, struct error *err);
void spell_free(struct spell *spell);

/* The dictionary: "en_US". */
const char *spell_dictionary(const struct spell *spell);

/*
 * Learns a list of words: those of each line, from # on a comment.  A word with a capital letter is a
 * name, known as it stands and in capitals; one in small letters is known in any case.
 */
void spell_learn(struct spell *spell, const char *list, size_t len);

/* Whether a text can be such a list; *line (from 1) is the first that is none: no text, or too long a word.
 */
bool spell_list_is_fit(const char *list, size_t len, size_t *line);

/* Whether the words of a list have this one already, as it would be matched. */
bool spell_list_has(const char *list, size_t len, const char *word, size_t word_len);

/* What is put in a list for a word as it stands in a text: without possessive 's. The caller frees. */
char *spell_entry(const char *word, size_t len);

/* Whether a word is known; its possessive 's, curly apostrophes and soft hyphens aside. */
bool spell_knows(struct spell *spell, const char *word, size_t len);

/* Adds what may have been meant, the likeliest first, SPELL_SUGGESTIONS at most; can take 100 ms and more. */
void spell_suggest(struct spell *spell, const char *word, size_t len, struct strlist *out);

/* -- In an article -- */

/* What goes on at the end of a piece. All zero at the start of an article. */
struct spell_state {
	unsigned char inside; /* of what the next piece starts */
	char fence;           /* the sign of the fence around code */
	unsigned short signs; /* how many of them it has */
	bool list;            /* the lines are an item's of a list */
	bool blank;           /* the line before was blank, or code */
};

bool spell_same_state(const struct spell_state *a, const struct spell_state *b);

/* A misspelt word, in bytes from the start of its piece. */
struct spell_word {
	size_t start;
	size_t end;
};

/* Misspelt words in order; starts as all zero. */
struct spell_found {
	struct spell_word *words;
	size_t count;
	size_t capacity;
};

void spell_found_clear(struct spell_found *found);

/*
 * Bytes of the first piece of a text: up to the end of a paragraph, where there is one in time.  A code
 * span, tag or word across the end of a longer piece is not seen as one.
 */
size_t spell_piece(const char *text, size_t len);

/* Whether a piece that ends like this ends at the end of a paragraph. */
bool spell_ends(const char *text, size_t len);

/* Adds the misspelt words of a piece and leaves the state at its end. Time is linear in len. */
void spell_find(struct spell *spell, struct spell_state *state, const char *text, size_t len,
		struct spell_found *found);

#endif
