/*
 * A paragraph: what in it is prose, and what in that is a word.
 *
 * What would have to be looked for again and again (the end of a code span, a tag, a shortcode) is remembered
 * where it was not found, so that the time stays linear.
 */
#include "text/spell_internal.h"

#include <strings.h>

#include "base/mem.h"
#include "text/unicode.h"

/* Elements whose content is no prose. */
static const char *const raw_elements[] = {"script", "style", "pre", "code", "kbd", "svg", "math"};

#define RAW_ELEMENTS (sizeof raw_elements / sizeof raw_elements[0])

/* Bytes between brackets that can be a label. */
#define LABEL_MOST 256

static bool is_punctuation(char c)
{
	return c > ' ' && c < 0x7f && !is_ascii_letter(c) && !is_digit(c);
}

/* The end of the first place at or after pos where words stand, or NOWHERE. */
static size_t after_words(const struct spell_walk *w, size_t pos, const char *words)
{
	const char *found = pos < w->len ? memmem(w->text + pos, w->len - pos, words, strlen(words)) : NULL;

	return found != NULL ? (size_t)(found - w->text) + strlen(words) : NOWHERE;
}

/* -- Words -- */

/* A run of letters and what may join them. */
struct run {
	size_t end;
	bool odd;    /* it has what makes it no word: a low line, an address */
	bool digits; /* it has some */
	bool ours;   /* it has a letter of the dictionary's script */
	bool joined; /* it has a hyphen */
	size_t letters;
};

static bool is_letter_at(const char *text, size_t len, size_t pos)
{
	int32_t c;

	if (pos >= len)
		return false;
	if ((unsigned char)text[pos] < 0x80)
		return is_ascii_letter(text[pos]);
	unicode_decode(text, len, pos, &c);
	return unicode_is_letter(c) && !spell_is_unspaced(c);
}

static bool is_word_at(const char *text, size_t len, size_t pos)
{
	return pos < len && (is_digit(text[pos]) || is_letter_at(text, len, pos));
}

/* The end of an address from a place in it: blanks, quotes, brackets of tags and Chinese end it. */
static size_t address_end(const struct spell_walk *w, size_t pos)
{
	int32_t c;

	while (pos < w->end) {
		size_t next = pos + unicode_decode(w->text, w->len, pos, &c);

		if (c < 0x80 ? is_space((char)c) || strchr("<>\"`", c) != NULL
			     : spell_is_unspaced(c) || !(unicode_is_letter(c) || unicode_is_mark(c)))
			break;
		pos = next;
	}
	return pos;
}

/* Whether what joins two letters stands at pos, and makes them no word. */
static bool joins_oddly(const struct spell_walk *w, size_t pos)
{
	char c = w->text[pos], next = at(w, pos + 1);

	if (c == '.')
		return next >= 'a' && next <= 'z';
	return (c == '_' || c == '@' || c == '+') && is_word_at(w->text, w->len, pos + 1);
}

/* The end of an entity ("&eacute;") that starts at pos; pos where none does. */
static size_t entity_end(const struct spell_walk *w, size_t pos)
{
	size_t end = pos + 1;

	while (end < w->len && end - pos < 32 &&
	       (is_ascii_letter(w->text[end]) || is_digit(w->text[end]) || w->text[end] == '#'))
		end++;
	return end > pos + 1 && at(w, end) == ';' ? end + 1 : pos;
}

/* Takes one more character into a run; false at the run's end. */
static bool extend(struct spell_walk *w, struct run *run)
{
	size_t pos = run->end, next;
	int32_t c;

	if (pos >= w->end)
		return false;
	next = pos + unicode_decode(w->text, w->len, pos, &c);
	if (c < 0)
		return false;
	if (c < 0x80 ? is_ascii_letter((char)c) : unicode_is_letter(c) && !spell_is_unspaced(c)) {
		run->ours |= spell_reads(w->spell, c);
		run->letters++;
	} else if (c < 0x80 ? is_digit((char)c) : unicode_is_number(c)) {
		run->digits = true;
	} else if (spell_is_hyphen(c) && is_word_at(w->text, w->len, next)) {
		run->joined = true;
	} else if (c < 0x80 && joins_oddly(w, pos)) {
		run->odd = true;
	} else if (c == '&' && entity_end(w, pos) > pos) {
		run->odd = true;
		next = entity_end(w, pos);
	} else if (!(spell_is_apostrophe(c) && is_letter_at(w->text, w->len, next)) && !unicode_is_mark(c) &&
		   !spell_is_unseen(c)) {
		return false;
	}
	run->end = next;
	return true;
}

static void add_found(struct spell_walk *w, size_t start, size_t end)
{
	struct spell_found *found = w->found;

	found->words = mem_grow(found->words, &found->capacity, found->count + 1, sizeof *found->words);
	found->words[found->count++] = (struct spell_word){start, end};
}

/* A part of a word with hyphens: the whole of it is not known. */
static void check_part(struct spell_walk *w, size_t start, size_t end)
{
	size_t letters = 0;
	bool odd = false;

	for (size_t pos = start; pos < end; pos++) {
		odd |= is_digit(w->text[pos]);
		letters += ((unsigned char)w->text[pos] & 0xc0) != 0x80;
	}
	if (!odd && letters > 1 && !spell_knows(w->spell, w->text + start, end - start))
		add_found(w, start, end);
}

static void check_parts(struct spell_walk *w, size_t start, size_t end)
{
	size_t part = start, next;
	int32_t c;

	for (size_t pos = start; pos < end; pos = next) {
		next = pos + unicode_decode(w->text, w->len, pos, &c);
		if (!spell_is_hyphen(c))
			continue;
		check_part(w, part, pos);
		part = next;
	}
	check_part(w, part, end);
}

/* Of "COVID-19" the first part is a word, and the second none. */
static void check_word(struct spell_walk *w, size_t start, const struct run *run)
{
	if ((run->digits && !run->joined) || spell_knows(w->spell, w->text + start, run->end - start))
		return;
	if (run->joined)
		check_parts(w, start, run->end);
	else
		add_found(w, start, run->end);
}

/* Reads the word that starts at pos; returns where to go on. */
static size_t read_word(struct spell_walk *w, size_t pos, bool tagged)
{
	struct run run = {.end = pos};
	bool address;

	while (extend(w, &run))
		;
	if (run.end == pos)
		return pos + 1;
	address = stands(w, run.end, "://") || (run.odd && (at(w, run.end) == '/' || at(w, run.end) == ':') &&
						!is_space(at(w, run.end + 1)));
	if (address || (run.end - pos == 6 && strncasecmp(w->text + pos, "mailto", 6) == 0))
		return address_end(w, run.end);
	if (!tagged && !run.odd && run.ours && run.letters > 1 && run.end - pos <= SPELL_WORD_MOST)
		check_word(w, pos, &run);
	return run.end;
}

/* -- Inside a paragraph -- */

static size_t run_of(const struct spell_walk *w, size_t pos, char sign)
{
	size_t end = pos;

	while (end < w->end && w->text[end] == sign)
		end++;
	return end - pos;
}

/* Goes over a code span, or over the backticks that begin none (CommonMark 0.30 section 6.1). */
static size_t skip_code(struct spell_walk *w, size_t pos)
{
	size_t signs = run_of(w, pos, '`');
	size_t after = pos + signs, from = after;

	if (signs > TICKS_MOST || (w->ticks_known && w->ticks[signs] < after))
		return after;
	while (from < w->end) {
		const char *next = memchr(w->text + from, '`', w->end - from);
		size_t start, run;

		if (next == NULL)
			break;
		start = (size_t)(next - w->text);
		run = run_of(w, start, '`');
		if (run == signs)
			return start + run;
		if (run <= TICKS_MOST)
			w->ticks[run] = start;
		from = start + run;
	}
	w->ticks_known = true;
	return after;
}

/* Goes over the destination of a link, from behind its bracket. */
size_t spell_skip_destination(const struct spell_walk *w, size_t pos)
{
	size_t depth = 0;

	while (pos < w->end && is_space(w->text[pos]))
		pos++;
	if (at(w, pos) == '<') {
		while (pos < w->end && w->text[pos] != '>' && w->text[pos] != '\n')
			pos++;
		return pos;
	}
	for (; pos < w->end && !is_space(w->text[pos]); pos++) {
		if (w->text[pos] == '\\' && pos + 1 < w->end)
			pos++;
		else if (w->text[pos] == '(')
			depth++;
		else if (w->text[pos] == ')' && depth-- == 0)
			break;
	}
	return pos;
}

/* Goes to a sign in the same line, or stays. */
size_t spell_skip_to(const struct spell_walk *w, size_t pos, char sign)
{
	size_t end = pos;

	while (end < w->end && end - pos < LABEL_MOST && w->text[end] != sign && w->text[end] != '\n')
		end++;
	return end < w->end && w->text[end] == sign ? end + 1 : pos;
}

/* The end of </name ...>, or NOWHERE. */
static size_t element_end(const struct spell_walk *w, size_t pos, const char *name)
{
	size_t len = strlen(name);

	for (;;) {
		pos = after_words(w, pos, "</");
		if (pos == NOWHERE)
			return NOWHERE;
		if (w->len - pos > len && strncasecmp(w->text + pos, name, len) == 0 &&
		    !is_ascii_letter(w->text[pos + len]))
			return pos + len;
	}
}

/* Goes on behind what ends a comment or an element of another kind of text, or to the end of the piece. */
size_t spell_skip_inside(struct spell_walk *w, size_t pos, unsigned inside)
{
	size_t end = inside == IN_COMMENT ? after_words(w, pos, "-->")
					  : element_end(w, pos, raw_elements[inside - IN_ELEMENT]);

	w->state->inside = (unsigned char)(end == NOWHERE ? inside : IN_BODY);
	return end == NOWHERE ? w->len : end;
}

/* Goes over a tag, an address in angle brackets or a comment; or over the sign alone. */
static size_t skip_tag(struct spell_walk *w, size_t pos)
{
	const char *close;

	if (stands(w, pos, "<!--"))
		return spell_skip_inside(w, pos + 4, IN_COMMENT);
	if (!(is_ascii_letter(at(w, pos + 1)) || strchr("/!?", at(w, pos + 1)) != NULL) || pos < w->no_tag)
		return pos + 1;
	close = memchr(w->text + pos, '>', w->end - pos);
	if (close == NULL) {
		w->no_tag = w->end;
		return pos + 1;
	}
	for (size_t i = 0; i < RAW_ELEMENTS; i++) {
		size_t len = strlen(raw_elements[i]);

		if (w->len - pos > len + 1 && strncasecmp(w->text + pos + 1, raw_elements[i], len) == 0 &&
		    !is_ascii_letter(w->text[pos + 1 + len]) && close[-1] != '/')
			return spell_skip_inside(w, (size_t)(close - w->text) + 1, IN_ELEMENT + (unsigned)i);
	}
	return (size_t)(close - w->text) + 1;
}

/* Goes over a shortcode {{< ... >}} or the attributes of a heading {#name .class}. */
static size_t skip_braces(struct spell_walk *w, size_t pos)
{
	size_t end;

	if (at(w, pos + 1) == '{') {
		end = w->no_shortcode ? NOWHERE : after_words(w, pos, "}}");
		w->no_shortcode = end == NOWHERE;
		return end == NOWHERE ? pos + 2 : end;
	}
	return at(w, pos + 1) == '#' || at(w, pos + 1) == '.' ? spell_skip_to(w, pos + 1, '}') : pos + 1;
}

/* Goes over what follows the text of a link. */
static size_t skip_bracket(const struct spell_walk *w, size_t pos)
{
	if (at(w, pos + 1) == '(')
		return spell_skip_destination(w, pos + 2);
	return at(w, pos + 1) == '[' ? spell_skip_to(w, pos + 2, ']') : pos + 1;
}

/* Reads one thing and goes over it. */
static size_t read_next(struct spell_walk *w, size_t pos)
{
	char c = w->text[pos], before = pos > 0 ? w->text[pos - 1] : ' ';
	int32_t ignored;

	switch (c) {
	case '\\':
		return pos + (w->escapes || is_punctuation(at(w, pos + 1)) ? 2 : 1);
	case '`':
		return skip_code(w, pos);
	case '<':
		return skip_tag(w, pos);
	case '{':
		return skip_braces(w, pos);
	case ']':
		return skip_bracket(w, pos);
	case '[':
		return at(w, pos + 1) == '^' ? spell_skip_to(w, pos + 1, ']') : pos + 1;
	default:
		break;
	}
	if (c == '&' && entity_end(w, pos) > pos) {
		pos = entity_end(w, pos);
		return pos < w->end && is_word_at(w->text, w->len, pos) ? read_word(w, pos, true) : pos;
	}
	if (is_word_at(w->text, w->len, pos))
		return read_word(w, pos, before == '@' || before == '#');
	if ((unsigned char)c < 0x80)
		return pos + 1;
	return pos + unicode_decode(w->text, w->len, pos, &ignored);
}

/* Reads from pos to the paragraph's end, or beyond, where a comment goes on. */
size_t spell_read_prose(struct spell_walk *w, size_t pos, size_t end)
{
	w->end = end;
	w->ticks_known = false;
	memset(w->ticks, 0, sizeof w->ticks);
	while (pos < end)
		pos = read_next(w, pos);
	return pos;
}
