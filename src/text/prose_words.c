/* Which words a person means, what of a paragraph is prose, and the case of words. */
#include "text/prose_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/ucasemap.h>
#include <unicode/uloc.h>

#include "base/error.h"
#include "text/lines.h"
#include "text/unicode.h"

/* Bytes that code, tags and addresses go on at most. */
#define REACH ((size_t)1000)

/* Parentheses within an address; CommonMark 0.30 section 6.3 asks for three, and cmark takes 32. */
#define DEEPEST ((size_t)32)

/* Bytes on either side of the cursor that are looked at for the word there. */
#define WORD_REACH ((size_t)1000)

/* -- What is no prose -- */

static bool starts(const char *text, size_t end, size_t pos, const char *prefix)
{
	size_t len = strlen(prefix);

	return end - pos >= len && memcmp(text + pos, prefix, len) == 0;
}

/* After what stands between two marks; pos where the second is missing. */
static size_t enclosed(const char *text, size_t end, size_t pos, const char *open, const char *close)
{
	const char *found;

	if (!starts(text, end, pos, open))
		return pos;
	pos += strlen(open);
	found = memmem(text + pos, end - pos, close, strlen(close));
	return found != NULL ? (size_t)(found - text) + strlen(close) : pos - strlen(open);
}

/* A code span, or its marks where nothing closes it; CommonMark 0.30 section 6.1. */
static size_t skip_code(const char *text, size_t end, size_t pos)
{
	size_t len = 0, at;

	while (pos + len < end && text[pos + len] == '`')
		len++;
	for (at = pos + len; at < end;) {
		size_t run = 0;

		while (at + run < end && text[at + run] == '`')
			run++;
		if (run == len)
			return at + run;
		at += run > 0 ? run : 1;
	}
	return pos + len;
}

/* A tag, a comment, or an address in angle brackets. */
static size_t skip_angle(const char *text, size_t end, size_t pos)
{
	size_t at = enclosed(text, end, pos, "<!--", "-->");
	char next = pos + 1 < end ? text[pos + 1] : '\0';
	bool named =
	    ((next | 0x20) >= 'a' && (next | 0x20) <= 'z') || next == '/' || next == '?' || next == '!';

	if (at > pos || !named)
		return at;
	while (at < end && text[at] != '>')
		at++;
	return at < end ? at + 1 : pos;
}

/* The address and title of a link, from its parenthesis; pos where it has no end. */
static size_t skip_destination(const char *text, size_t end, size_t pos)
{
	size_t depth = 0;
	size_t at = pos + 1;

	if (at < end && text[at] == '<')
		at = enclosed(text, end, at, "<", ">");
	for (; at < end; at++) {
		if (text[at] == '\\')
			at++;
		else if (text[at] == '(' && ++depth > DEEPEST)
			return pos;
		else if (text[at] == ')' && depth-- == 0)
			return at + 1;
	}
	return pos;
}

/* An address that stands in the text: up to what no address has, and without the stop after it. */
static size_t skip_address(const char *text, size_t end, size_t pos)
{
	static const char *const schemes[] = {"http://", "https://", "ftp://", "mailto:", "www."};
	size_t at = pos;

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && at == pos; i++) {
		if (starts(text, end, pos, schemes[i]))
			at += strlen(schemes[i]);
	}
	if (at == pos)
		return pos;
	while (at < end && text[at] > ' ' && text[at] < 0x7f && strchr("<>()[]\"`*", text[at]) == NULL)
		at++;
	while (at > pos && strchr(".,;:!?'", text[at - 1]) != NULL)
		at--;
	return at;
}

/* A definition of a reference or the label of a note. */
static size_t skip_bracket(const char *text, size_t from, size_t end, size_t pos)
{
	size_t at = enclosed(text, end, pos, "[", "]");

	if (at > pos && at < end && text[at] == ':' && (pos == from || text[pos - 1] == '\n'))
		return lines_end(text, end, pos);
	return starts(text, end, pos, "[^") ? at : pos;
}

/* Looks no further than REACH for what closes it, so that marks that nothing closes cost no more. */
size_t prose_skip(const char *text, size_t from, size_t block_end, size_t pos)
{
	size_t end = block_end - pos > REACH ? pos + REACH : block_end;

	switch (text[pos]) {
	case '\\':
		return pos + 1 < end && text[pos + 1] > ' ' && text[pos + 1] < 0x7f ? pos + 2 : pos;
	case '`':
		return skip_code(text, end, pos);
	case '<':
		return skip_angle(text, end, pos);
	case '{':
		return starts(text, end, pos, "{{<") ? enclosed(text, end, pos, "{{<", ">}}")
						     : enclosed(text, end, pos, "{{%", "%}}");
	case '[':
		return skip_bracket(text, from, end, pos);
	case ']':
		if (pos + 1 < end && text[pos + 1] == '(')
			return skip_destination(text, end, pos + 1) > pos + 1
				   ? skip_destination(text, end, pos + 1)
				   : pos;
		return enclosed(text, end, pos, "][", "]");
	case 'h':
	case 'f':
	case 'm':
	case 'w':
		return skip_address(text, end, pos);
	default:
		return pos;
	}
}

bool prose_next_run(struct prose_runs *runs, size_t *start, size_t *end)
{
	size_t pos = runs->pos > runs->start ? runs->pos : runs->start;
	size_t next;

	while (pos < runs->end && (next = prose_skip(runs->text, runs->start, runs->end, pos)) > pos)
		pos = next;
	*start = pos;
	while (pos < runs->end && prose_skip(runs->text, runs->start, runs->end, pos) == pos)
		pos++;
	*end = pos;
	runs->pos = pos;
	return *start < *end;
}

/* -- The words that are meant -- */

static bool is_white(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* The start of the character that holds a byte. */
static size_t character_at(const char *text, size_t pos)
{
	for (int i = 0; i < 3 && pos > 0 && ((unsigned char)text[pos] & 0xc0) == 0x80; i++)
		pos--;
	return pos;
}

/* The word that holds the cursor, or ends at it. */
static bool word_at(const struct prose_place *p, const struct prose_block *block, size_t *start, size_t *end)
{
	struct unicode_segmenter *segmenter;
	struct unicode_segment *segments = NULL;
	size_t count = 0, capacity = 0, from = block->start, to = block->end;
	bool found = false;

	if (p->start - from > WORD_REACH)
		from = character_at(p->text, p->start - WORD_REACH);
	if (to > p->start + WORD_REACH)
		to = character_at(p->text, p->start + WORD_REACH);
	if (unicode_segmenter_new(&segmenter, UNICODE_WORD, NULL, NULL) < 0)
		return false;
	unicode_segments(segmenter, p->text + from, to - from, &segments, &count, &capacity);
	for (size_t i = 0; i < count; i++) {
		size_t begins = from + (i > 0 ? segments[i - 1].end : 0), ends = from + segments[i].end;

		if (!segments[i].word || ends < p->start || begins > p->start)
			continue;
		*start = begins; /* of two that meet at the cursor, the one after it */
		*end = ends;
		found = true;
	}
	free(segments);
	unicode_segmenter_free(segmenter);
	return found;
}

static int refuse_span(const char *what, struct error *err)
{
	return error_set(err, E_REFUSED, "%s does not go beyond a paragraph: select words of one.", what);
}

/* The selection without blanks and marks of items, headings and quotes at its ends. */
static int trimmed(const struct prose_place *p, const char *what, const struct prose_block *block,
		   size_t *start, size_t *end, struct error *err)
{
	size_t content = prose_content(p->text, block->end, block->start);

	*start = p->start > content ? p->start : content;
	*end = p->end;
	while (*start < *end && is_white(p->text[*start]))
		++*start;
	while (*end > *start && is_white(p->text[*end - 1]))
		--*end;
	if (*end > block->end)
		return refuse_span(what, err);
	if (*start == *end)
		return error_set(err, E_REFUSED, "There are no words in what is selected.");
	return 0;
}

int prose_words(const struct prose_place *p, const char *what, struct prose_block *block, size_t *start,
		size_t *end, struct error *err)
{
	struct prose_blocks blocks;
	size_t from = p->start;
	size_t at;

	if (p->start < p->body)
		return error_set(err, E_REFUSED, "%s is for the text, not for the fields at the top.", what);
	while (from < p->end && is_white(p->text[from]))
		from++;
	prose_find_blocks(&blocks, p);
	at = prose_block_at(&blocks, from);
	*block = at < blocks.count ? blocks.items[at] : (struct prose_block){.start = from, .end = from};
	free(blocks.items);
	if (at < blocks.count && block->kind == PROSE_CODE)
		return error_set(err, E_REFUSED, "%s is for words, and this is code.", what);
	if (block->end - block->start > PROSE_LONGEST)
		return error_set(err, E_REFUSED, "This paragraph is too long for that: part it first.");
	if (p->end > p->start)
		return at < blocks.count
			   ? trimmed(p, what, block, start, end, err)
			   : error_set(err, E_REFUSED, "There are no words in what is selected.");
	if (at == blocks.count || !word_at(p, block, start, end))
		return error_set(err, E_REFUSED, "%s wants words: put the cursor on one, or select some.",
				 what);
	return 0;
}

/* -- Case (Unicode 3.13, by ICU's rules for the language) -- */

static bool same(const struct strbuf *a, const char *text, size_t len)
{
	return a->len == len && memcmp(a->data, text, len) == 0;
}

static size_t within(size_t pos, size_t low, size_t high)
{
	if (pos < low)
		return low;
	return pos > high ? high : pos;
}

enum letters {
	LOWER,
	UPPER,
	TITLE,
	LETTERS_COUNT,
};

typedef int32_t case_function(const UCaseMap *map, char *to, int32_t room, const char *from, int32_t len,
			      UErrorCode *status);

/* utf8ToTitle wants the map for its break iterator, which it keeps. */
static int32_t to_title(const UCaseMap *map, char *to, int32_t room, const char *from, int32_t len,
			UErrorCode *status)
{
	return ucasemap_utf8ToTitle((UCaseMap *)map, to, room, from, len, status);
}

static void add_mapped(struct strbuf *out, case_function *change, const UCaseMap *map, const char *text,
		       size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t room = len * 3; /* the most that a letter grows: ΐ, of two bytes, becomes three letters */
	int32_t got;

	strbuf_reserve(out, room);
	got = change(map, out->data + out->len, (int32_t)room, text, (int32_t)len, &status);
	if (U_FAILURE(status)) {
		strbuf_add(out, text, len);
		return;
	}
	out->len += (size_t)got;
	out->data[out->len] = '\0';
}

static UCaseMap *open_map(const char *language, bool keep)
{
	UErrorCode status = U_ZERO_ERROR;
	char id[ULOC_FULLNAME_CAPACITY] = "";
	UCaseMap *map;

	if (language != NULL)
		uloc_forLanguageTag(language, id, sizeof id, NULL, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		id[0] = '\0';
	status = U_ZERO_ERROR;
	map = ucasemap_open(id, keep ? U_TITLECASE_NO_LOWERCASE : 0, &status);
	return U_SUCCESS(status) ? map : NULL;
}

/* The words of a paragraph's range in other letters. */
static void add_case(struct strbuf *out, const struct prose_place *p, const struct prose_block *block,
		     size_t start, size_t end, enum letters letters, bool keep)
{
	static case_function *const change[LETTERS_COUNT] = {ucasemap_utf8ToLower, ucasemap_utf8ToUpper,
							     to_title};
	struct prose_runs runs = {.text = p->text, .start = block->start, .end = block->end};
	UCaseMap *map = open_map(p->language, keep);
	size_t done = start, from, to;

	while (map != NULL && prose_next_run(&runs, &from, &to) && from < end) {
		from = from > done ? from : done;
		to = to < end ? to : end;
		if (to <= from)
			continue;
		strbuf_add(out, p->text + done, from - done);
		add_mapped(out, change[letters], map, p->text + from, to - from);
		done = to;
	}
	strbuf_add(out, p->text + done, end - done);
	ucasemap_close(map);
}

/* Words that an English headline keeps small inside, as newspapers' style books have it. */
static bool stays_small(const char *word, size_t len)
{
	static const char *const small[] = {"a",   "an", "and", "as",  "at",  "but",  "by", "for", "from",
					    "if",  "in", "nor", "of",  "off", "on",   "or", "per", "so",
					    "the", "to", "up",  "via", "vs",  "with", "yet"};

	for (size_t i = 0; i < sizeof small / sizeof small[0]; i++) {
		if (strlen(small[i]) == len && strncasecmp(word, small[i], len) == 0)
			return true;
	}
	return false;
}

/* Where the next run of prose ends that begins before a place; runs is at the one before. */
static bool in_prose(struct prose_runs *runs, size_t *from, size_t *to, size_t pos)
{
	while (*to <= pos && prose_next_run(runs, from, to))
		;
	return *from <= pos && pos < *to;
}

/* Makes the small words small again, but for the first, the last, and one after a colon. */
static void shrink_words(struct strbuf *text)
{
	struct prose_runs runs = {.text = text->data, .end = text->len};
	struct unicode_segmenter *segmenter;
	struct unicode_segment *segments = NULL;
	size_t count = 0, capacity = 0, start = 0, last = 0, from = 0, to = 0;
	bool first = true;

	if (unicode_segmenter_new(&segmenter, UNICODE_WORD, NULL, NULL) < 0)
		return;
	unicode_segments(segmenter, text->data, text->len, &segments, &count, &capacity);
	for (size_t i = 0; i < count; i++)
		last = segments[i].word ? i : last;
	for (size_t i = 0; i < count; start = segments[i++].end) {
		char *word = text->data + start;
		size_t len = segments[i].end - start;

		if (!in_prose(&runs, &from, &to, start))
			continue;
		if (segments[i].word && !first && i != last && stays_small(word, len))
			word[0] = (char)tolower((unsigned char)word[0]);
		if (segments[i].word)
			first = false;
		else if (len == 1 && strchr(":?!", word[0]) != NULL)
			first = true;
	}
	free(segments);
	unicode_segmenter_free(segmenter);
}

static bool is_english(const char *language)
{
	return language == NULL || strncmp(language, "en", 2) == 0;
}

int prose_change_case(struct prose_edit *out, const struct prose_place *p, struct error *err)
{
	struct strbuf now[LETTERS_COUNT] = {STRBUF_INIT, STRBUF_INIT, STRBUF_INIT};
	struct prose_block block;
	size_t start, end, len;
	int rc = prose_words(p, "Changing case", &block, &start, &end, err);
	int next = LOWER;

	if (rc < 0)
		return rc;
	len = end - start;
	add_case(&now[LOWER], p, &block, start, end, LOWER, false);
	add_case(&now[UPPER], p, &block, start, end, UPPER, false);
	/* What is all capitals says nothing of names; what is not keeps its NATO. */
	add_case(&now[TITLE], p, &block, start, end, TITLE, !same(&now[UPPER], p->text + start, len));
	if (is_english(p->language))
		shrink_words(&now[TITLE]);
	for (int i = 0; i < LETTERS_COUNT; i++) {
		if (same(&now[i], p->text + start, len))
			next = i + 1; /* a single letter is upper and title case at once */
	}
	for (int i = 0; i < LETTERS_COUNT && same(&now[next % LETTERS_COUNT], p->text + start, len); i++)
		next++;
	next %= LETTERS_COUNT;
	if (same(&now[next], p->text + start, len))
		rc = error_set(err, E_REFUSED, "These words have no upper and lower case.");
	else
		*out = (struct prose_edit){.pos = start, .cut = len, .insert = now[next], .start = start};
	for (int i = 0; i < LETTERS_COUNT; i++) {
		if (rc < 0 || i != next)
			strbuf_clear(&now[i]);
	}
	if (rc < 0)
		return rc;
	out->end = start + out->insert.len;
	if (p->start == p->end)
		out->start = out->end = within(p->start, start, out->end);
	return 0;
}
