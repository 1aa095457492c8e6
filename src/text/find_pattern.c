/* From what a person typed to an expression, and what is wrong with it. */
#include "text/find_internal.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"

/*
 * Steps that one place of the text may take, frames that may lie on each other, and KiB that they may
 * take: each far above what a useful expression needs, and together some tens of milliseconds.
 */
#define MATCH_LIMIT 250000
#define DEPTH_LIMIT 100000
#define HEAP_LIMIT  32768

/* Bytes of an expression. */
#define PATTERN_LIMIT ((size_t)64 << 10)

/*
 * What may not follow a match: marks on its last letter, joiners, the halfwidth sound marks of kana, tones
 * of skin.  An "\E" ends what a "\Q" of the expression began and means nothing without one.
 */
#define SUFFIX "\\E)(?![\\p{M}\\x{200C}\\x{200D}\\x{FF9E}\\x{FF9F}\\x{1F3FB}-\\x{1F3FF}])"

/* -- Case -- */

/* The end of an escape or a name in an expression, which says nothing of case; pos when there is none. */
static size_t skip_name(const char *sought, size_t len, size_t pos)
{
	const char *end = NULL;

	if (sought[pos] == '\\' && pos + 1 < len) {
		char after = pos + 2 < len ? sought[pos + 2] : '\0';

		pos += 2;
		if (after != '{')
			return pos;
		end = memchr(sought + pos, '}', len - pos);
	} else if (sought[pos] == '(' && pos + 3 < len && sought[pos + 1] == '?' &&
		   strchr("<P'&", sought[pos + 2]) != NULL && strchr("=!", sought[pos + 3]) == NULL) {
		size_t at = pos + 3;

		while (at < len && strchr(">')", sought[at]) == NULL)
			at++;
		end = at < len ? sought + at : NULL;
	}
	return end != NULL ? (size_t)(end - sought) + 1 : pos;
}

bool find_counts_case(const char *sought, size_t len, const struct find_options *options)
{
	int32_t c;

	if (options->letters != FIND_CASE_SMART)
		return options->letters == FIND_CASE_COUNTS;
	for (size_t pos = 0; pos < len;) {
		size_t skipped = options->regex ? skip_name(sought, len, pos) : pos;

		if (skipped > pos) {
			pos = skipped;
			continue;
		}
		pos += unicode_decode(sought, len, pos, &c);
		if (c >= 0 && unicode_fold_letter(c) != c)
			return true;
	}
	return false;
}

/* -- What is wrong, in words -- */

static bool is_quoted(const char *sought, size_t len, size_t pos, char what)
{
	return pos + 1 < len && sought[pos] == '\\' && sought[pos + 1] == what;
}

/* The last bracket of this kind that nothing closes; len when there is none. */
static size_t open_bracket(const char *sought, size_t len, char kind)
{
	size_t open[256] = {0};
	size_t depth = 0, class = len;

	for (size_t pos = 0; pos < len; pos++) {
		if (is_quoted(sought, len, pos, 'Q')) {
			while (pos < len && !is_quoted(sought, len, pos, 'E'))
				pos++;
			pos++;
		} else if (sought[pos] == '\\') {
			pos++;
		} else if (class < len) {
			if (sought[pos] == ']' && pos > class + 1 &&
			    !(pos == class + 2 && sought[pos - 1] == '^'))
				class = len;
		} else if (sought[pos] == '[') {
			class = pos;
		} else if (sought[pos] == '(' && depth < sizeof open / sizeof open[0]) {
			open[depth++] = pos;
		} else if (sought[pos] == ')' && depth > 0) {
			depth--;
		}
	}
	if (kind == '[')
		return class;
	return depth > 0 ? open[depth - 1] : len;
}

/* Errors that people make (pcre2.h, PCRE2_ERROR_...), as what the expression has. */
static const struct {
	int code;
	const char *words;
} mistakes[] = {
    {PCRE2_ERROR_END_BACKSLASH, "a backslash at its end that stands before nothing"},
    {PCRE2_ERROR_UNKNOWN_ESCAPE, "a backslash before a letter that means nothing with it"},
    {PCRE2_ERROR_ESCAPE_INVALID_IN_CLASS, "a backslash before a letter that means nothing in brackets"},
    {PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER, "numbers in braces of which the first is the larger"},
    {PCRE2_ERROR_QUANTIFIER_TOO_BIG, "a number in braces that is too large"},
    {PCRE2_ERROR_MISSING_SQUARE_BRACKET, "an open bracket"},
    {PCRE2_ERROR_CLASS_RANGE_ORDER, "a range in brackets whose ends are the wrong way round"},
    {PCRE2_ERROR_QUANTIFIER_INVALID, "a sign of repetition with nothing before it to repeat"},
    {PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS, "an open bracket"},
    {PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS, "a closing bracket that no other one opens"},
    {PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE, "a number or name of brackets that it has not got"},
    {PCRE2_ERROR_LOOKBEHIND_NOT_FIXED_LENGTH, "a look back over a length that is not fixed"},
    {PCRE2_ERROR_UNKNOWN_UNICODE_PROPERTY, "a property of Unicode that is not known"},
    {PCRE2_ERROR_MALFORMED_UNICODE_PROPERTY, "a property of Unicode that is not whole"},
    {PCRE2_ERROR_INVALID_AFTER_PARENS_QUERY, "an open bracket and question mark that mean nothing here"},
    {PCRE2_ERROR_PATTERN_TOO_LARGE, "more to it than can be kept"},
};

/* The number of the character at pos, from 1. */
static size_t number_of(const char *sought, size_t len, size_t pos)
{
	size_t number = 1;

	for (size_t at = 0; at < pos; number++)
		at = unicode_next(sought, len, at);
	return number;
}

static int mistake(const char *sought, size_t len, int code, size_t offset, size_t *at, struct error *err)
{
	PCRE2_UCHAR message[256];

	if (code == PCRE2_ERROR_MISSING_SQUARE_BRACKET)
		offset = open_bracket(sought, len, '[');
	else if (code == PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS)
		offset = open_bracket(sought, len, '(');
	else if (offset > 0 &&
		 code != PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS) /* told is the place after */
		offset = unicode_previous(sought, len, offset);
	if (at != NULL)
		*at = offset;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		if (mistakes[i].code == code)
			return error_set(err, E_INVALID, "The expression has %s, at character %zu.",
					 mistakes[i].words, number_of(sought, len, offset));
	}
	pcre2_get_error_message(code, message, sizeof message);
	return error_set(err, E_INVALID, "The expression cannot be used from character %zu on: %s.",
			 number_of(sought, len, offset), (const char *)message);
}

/* -- The expression -- */

static void add_literal(struct strbuf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c < 0x80 && ispunct(c))
			strbuf_addc(out, '\\');
		strbuf_addc(out, (char)c);
	}
}

/* An expression of which only what stands for itself is folded. */
static void add_folded(struct strbuf *out, const char *sought, size_t len, bool exact)
{
	struct strbuf folded = STRBUF_INIT;

	for (size_t pos = 0, end; pos < len; pos = end) {
		end = unicode_next(sought, len, pos);
		if ((unsigned char)sought[pos] < 0x80) {
			strbuf_add(out, sought + pos, end - pos);
			continue;
		}
		strbuf_reset(&folded);
		find_fold(&folded, sought + pos, end - pos, exact);
		add_literal(out, folded.data, folded.len);
	}
	strbuf_clear(&folded);
}

static void print_pattern(struct strbuf *out, const struct find *find, const char *sought, size_t len)
{
	struct strbuf folded = STRBUF_INIT;

	strbuf_adds(out, "(?:");
	if (find->options.regex && find->options.width) {
		add_folded(out, sought, len, find->exact);
	} else if (find->options.regex) {
		strbuf_add(out, sought, len);
	} else if (find->options.width) {
		find_fold(&folded, sought, len, find->exact);
		add_literal(out, folded.data, folded.len);
	} else {
		add_literal(out, sought, len);
	}
	strbuf_clear(&folded);
	strbuf_adds(out, SUFFIX);
	if (find->options.words)
		strbuf_adds(out, "(?C1)"); /* asks is_word() of find.c */
}

static pcre2_code *compile(const struct find *find, const char *pattern, size_t len, int *code,
			   size_t *offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_USE_OFFSET_LIMIT |
			   PCRE2_NEVER_BACKSLASH_C | PCRE2_DUPNAMES;
	pcre2_code *compiled;

	if (context == NULL) {
		*code = PCRE2_ERROR_HEAP_FAILED;
		return NULL;
	}
	if (!find->exact)
		options |= PCRE2_CASELESS;
	if (find->options.words) /* so that a shorter match is tried where a longer one is no word */
		options |= PCRE2_NO_AUTO_POSSESS;
	pcre2_set_newline(context, PCRE2_NEWLINE_ANYCRLF);
	pcre2_set_max_pattern_length(context, PATTERN_LIMIT);
	compiled = pcre2_compile((PCRE2_SPTR)pattern, len, options, code, offset, context);
	pcre2_compile_context_free(context);
	return compiled;
}

/* Makes what a match needs; false when there is no memory for it. */
static bool set_limits(struct find *find)
{
	uint32_t behind = 0;

	find->data = pcre2_match_data_create_from_pattern(find->code, NULL);
	find->context = pcre2_match_context_create(NULL);
	if (find->data == NULL || find->context == NULL)
		return false;
	pcre2_set_match_limit(find->context, MATCH_LIMIT);
	pcre2_set_depth_limit(find->context, DEPTH_LIMIT);
	pcre2_set_heap_limit(find->context, HEAP_LIMIT);
	pcre2_pattern_info(find->code, PCRE2_INFO_MAXLOOKBEHIND, &behind);
	find->behind = ((size_t)behind + 1) * 4;
	return true;
}

static int no_memory(struct find *find, struct error *err)
{
	pcre2_code_free(find->code);
	find->code = NULL;
	return error_set(err, E_INVALID, "There is not enough memory to look for that.");
}

int find_compile(struct find *find, const char *sought, size_t len, size_t *at, struct error *err)
{
	struct strbuf pattern = STRBUF_INIT;
	pcre2_code *whole;
	size_t offset = 0;
	int code = 0;

	if (!unicode_valid(sought, len, &offset)) {
		if (at != NULL)
			*at = offset;
		return error_set(err, E_INVALID, "What is sought has bytes in it that are no text.");
	}
	if (find->options.regex) { /* by itself first, so that a mistake is told of what was typed */
		find->code = compile(find, sought, len, &code, &offset);
		if (find->code == NULL && code == PCRE2_ERROR_HEAP_FAILED)
			return no_memory(find, err);
		if (find->code == NULL)
			return mistake(sought, len, code, offset, at, err);
	}
	print_pattern(&pattern, find, sought, len);
	whole = compile(find, pattern.data, pattern.len, &code, &offset);
	if (whole != NULL) { /* what ends in a comment or begins with a setting cannot be put in brackets */
		pcre2_code_free(find->code);
		find->code = whole;
	}
	strbuf_clear(&pattern);
	if (find->code == NULL && code != PCRE2_ERROR_HEAP_FAILED)
		return error_set(err, E_INVALID, "What is sought is too long.");
	return find->code != NULL && set_limits(find) ? 0 : no_memory(find, err);
}
