#include "text/wordcount.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "text/unicode.h"

/*
 * How fast adults read in silence: M. Brysbaert, "How many words do we read per minute?", Journal of
 * Memory and Language 109 (2019): 238 words of English that is no fiction; of Chinese 260 words, which are
 * about 400 characters.
 */
enum {
	WORDS_A_MINUTE = 238,
	HAN_A_MINUTE = 400,
};

enum {
	LONGEST_LABEL = 999, /* CommonMark 0.30 section 4.7, in bytes rather than characters */
	LONGEST_NUMBER = 9,  /* CommonMark 0.30 section 5.2, digits of an ordered list item */
};

/* What a reader never sees, whatever it holds: comments, and Hugo's shortcodes. */
static const struct {
	const char *open, *close;
} unseen[WORDCOUNT_UNSEEN] = {{"<!--", "-->"}, {"{{<", ">}}"}, {"{{%", "%}}"}};

/* Where in a word, or in what lies between words, the scanner stands. */
enum place {
	OUTSIDE,
	IN_WORD,
	IN_NUMBER,
	AFTER_HYPHEN, /* or an apostrophe or a point: the word goes on if a letter or number follows */
	AFTER_COMMA,  /* or a colon: goes on between numbers */
};

struct scanner {
	const char *text;
	size_t len;
	size_t pos;
	enum place place;
	bool unclosed[WORDCOUNT_UNSEEN];
	struct wordcount count;
};

/* -- Markup -- */

static char byte_at(const struct scanner *s, size_t pos)
{
	return pos < s->len ? s->text[pos] : '\0';
}

static bool starts(const struct scanner *s, size_t pos, const char *prefix)
{
	size_t len = strlen(prefix);

	return s->len - pos >= len && memcmp(s->text + pos, prefix, len) == 0;
}

/* Each of these gives the end of the markup that starts at pos, 0 where there is none. */

static size_t end_unseen(struct scanner *s, size_t pos)
{
	for (size_t i = 0; i < WORDCOUNT_UNSEEN; i++) {
		const char *end;

		if (s->unclosed[i] || !starts(s, pos, unseen[i].open))
			continue;
		end = memmem(s->text + pos, s->len - pos, unseen[i].close, strlen(unseen[i].close));
		if (end != NULL)
			return (size_t)(end - s->text) + strlen(unseen[i].close);
		s->unclosed[i] = true;
	}
	return 0;
}

/* A tag, or an address in angle brackets. */
static size_t end_tag(const struct scanner *s, size_t pos)
{
	size_t end = pos + 1;
	char first = (char)(byte_at(s, end) | 0x20);

	if (byte_at(s, end) != '/' && (first < 'a' || first > 'z'))
		return 0;
	while (end < s->len && s->text[end] != '>' && s->text[end] != '<' && !starts(s, end, "\n\n"))
		end++;
	return byte_at(s, end) == '>' ? end + 1 : 0;
}

/* The address and title of a link, in parentheses; looked for no further than the next link's. */
static size_t end_destination(const struct scanner *s, size_t pos)
{
	size_t depth = 0;

	for (size_t end = pos; end < s->len && !starts(s, end, "\n\n") && !starts(s, end, "]("); end++) {
		if (s->text[end] == '(')
			depth++;
		else if (s->text[end] == ')' && --depth == 0)
			return end + 1;
	}
	return 0;
}

/* The label of a reference or of a note, in brackets. */
static size_t end_label(const struct scanner *s, size_t pos)
{
	size_t end = pos + 1;

	while (end < s->len && end - pos <= LONGEST_LABEL && strchr("[]\n", s->text[end]) == NULL)
		end++;
	return byte_at(s, end) == ']' ? end + 1 : 0;
}

static size_t end_address(const struct scanner *s, size_t pos)
{
	size_t end = pos;

	if (!starts(s, pos, "http://") && !starts(s, pos, "https://"))
		return 0;
	while (end < s->len && s->text[end] > ' ' && strchr("<>()[]\"", s->text[end]) == NULL)
		end++;
	return end;
}

static size_t end_markup(struct scanner *s, size_t pos)
{
	char next = byte_at(s, pos + 1);
	size_t end;

	switch (s->text[pos]) {
	case '{':
		return end_unseen(s, pos);
	case '<':
		end = end_unseen(s, pos);
		return end > 0 ? end : end_tag(s, pos);
	case '[':
		return next == '^' ? end_label(s, pos) : 0;
	case ']':
		if (next == '(')
			return end_destination(s, pos + 1);
		return next == '[' ? end_label(s, pos + 1) : 0;
	case '*':
	case '_':
	case '`':
	case '~':
	case '\\':
		return pos + 1;
	case 'h':
		return end_address(s, pos);
	default:
		return 0;
	}
}

static size_t line_end(const struct scanner *s, size_t pos)
{
	const char *end = memchr(s->text + pos, '\n', s->len - pos);

	return end ? (size_t)(end - s->text) : s->len;
}

/* The start of what a reader sees of a line: after a list item's number, a fence, a definition. */
static size_t start_of_content(const struct scanner *s, size_t pos)
{
	size_t digits = 0;

	while (pos < s->len && strchr(" \t>", s->text[pos]) != NULL)
		pos++;
	if (starts(s, pos, "```") || starts(s, pos, "~~~"))
		return line_end(s, pos);
	if (byte_at(s, pos) == '[' && byte_at(s, pos + 1) != '^') {
		size_t end = end_label(s, pos);

		return end > 0 && byte_at(s, end) == ':' ? line_end(s, end) : pos;
	}
	while (byte_at(s, pos + digits) >= '0' && byte_at(s, pos + digits) <= '9')
		digits++;
	if (digits == 0 || digits > LONGEST_NUMBER)
		return pos;
	if (!starts(s, pos + digits, ". ") && !starts(s, pos + digits, ") "))
		return pos;
	return pos + digits + 1;
}

/* -- Words -- */

static void see_word(struct scanner *s, bool number)
{
	if (s->place == OUTSIDE || (s->place == AFTER_COMMA && !number))
		s->count.words++;
	s->place = number ? IN_NUMBER : IN_WORD;
}

/* What a character that a reader sees does to the word. */
static void see(struct scanner *s, int32_t c)
{
	if (unicode_is_han(c)) {
		s->count.han++;
		s->place = OUTSIDE;
	} else if (unicode_is_letter(c) || unicode_is_number(c)) {
		see_word(s, unicode_is_number(c));
	} else if (unicode_is_mark(c)) {
		return; /* goes with what it stands on */
	} else if (c == '\'' || c == 0x2019 || c == '-' || c == 0x2010 || c == 0x2011 || c == '.') {
		s->place = s->place == IN_WORD || s->place == IN_NUMBER ? AFTER_HYPHEN : OUTSIDE;
	} else if (c == ',' || c == ':') {
		s->place = s->place == IN_NUMBER ? AFTER_COMMA : OUTSIDE;
	} else {
		s->place = OUTSIDE;
	}
}

static bool is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Passes over letters of ASCII, which are most of most texts, but for one that may begin an address. */
static void see_letters(struct scanner *s)
{
	size_t pos = s->pos;

	while (pos < s->len && is_ascii_letter(s->text[pos]) && s->text[pos] != 'h')
		pos++;
	if (pos > s->pos)
		see_word(s, false);
	s->pos = pos;
}

static void scan_to(struct scanner *s, size_t to, bool *line_start)
{
	while (s->pos < to) {
		size_t end;
		int32_t c;

		if (*line_start)
			s->pos = start_of_content(s, s->pos);
		*line_start = false;
		see_letters(s);
		if (s->pos == s->len)
			return;
		end = end_markup(s, s->pos);
		if (end > 0) {
			s->pos = end;
			continue;
		}
		s->pos += unicode_decode(s->text, s->len, s->pos, &c);
		*line_start = c == '\n';
		see(s, c);
	}
}

/* Minutes as fractions of both speeds, rounded up once. */
static size_t minutes(const struct wordcount *count)
{
	return (count->words * HAN_A_MINUTE + count->han * WORDS_A_MINUTE + WORDS_A_MINUTE * HAN_A_MINUTE -
		1) /
	       (WORDS_A_MINUTE * HAN_A_MINUTE);
}

bool wordcount_slice(struct wordcount_scan *scan, const char *text, size_t len, size_t bytes)
{
	struct scanner s = {.text = text,
			    .len = len,
			    .pos = scan->pos,
			    .place = (enum place)scan->place,
			    .count = scan->count};
	bool line_start = !scan->in_line;

	memcpy(s.unclosed, scan->unclosed, sizeof s.unclosed);
	scan_to(&s, len - s.pos < bytes ? len : s.pos + bytes, &line_start);
	s.count.minutes = minutes(&s.count);
	*scan = (struct wordcount_scan){.pos = s.pos,
					.place = (int)s.place,
					.in_line = !line_start,
					.count = s.count};
	memcpy(scan->unclosed, s.unclosed, sizeof s.unclosed);
	return s.pos < len;
}

struct wordcount wordcount_of(const char *text, size_t len)
{
	struct wordcount_scan scan = {.pos = 0};

	while (wordcount_slice(&scan, text, len, len))
		;
	return scan.count;
}
