#include <stdbool.h>
#include <string.h>

#include "base/strbuf.h"
#include "text/markdown.h"
#include "text/unicode.h"

/*
 * The rules are CommonMark 0.30's, and those of the extensions that Hugo's Markdown has on by
 * default (tables, strikethrough, definition lists) and of its and Jekyll's templates.  A line is
 * taken as one that other lines of its paragraph may surround, because what opens in one may close
 * in the next.
 */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_ascii_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_ascii_punctuation(char c)
{
	return c > ' ' && c < 0x7f && !is_digit(c) && !is_ascii_letter(c);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool ends_or_blank(const char *line, size_t len, size_t pos)
{
	return pos >= len || is_blank(line[pos]);
}

static size_t run_length(const char *line, size_t len, size_t pos)
{
	size_t end = pos;

	while (end < len && line[end] == line[pos])
		end++;
	return end - pos;
}

static size_t span_of(const char *line, size_t len, size_t pos, bool (*is)(char c))
{
	size_t end = pos;

	while (end < len && is(line[end]))
		end++;
	return end - pos;
}

static bool consists_of(const char *line, size_t len, const char *set)
{
	for (size_t i = 0; i < len; i++)
		if (line[i] == '\0' || strchr(set, line[i]) == NULL)
			return false;
	return true;
}

/* -- The start of a line: which byte there, if any, must be escaped; len for none -- */

/* "- a", "* a", "+ a", "# a", ": a" (a definition); a quote's mark needs no blank. */
static bool starts_block(const char *line, size_t len)
{
	size_t run = run_length(line, len, 0);

	if (line[0] == '>')
		return true;
	if (line[0] == '#')
		return run <= 6 && ends_or_blank(line, len, run);
	return strchr("-*+:", line[0]) != NULL && ends_or_blank(line, len, 1);
}

/*
 * Rules, underlines of headings, and the line below the head of a table, which may have none of the
 * usual bars (GitHub Flavored Markdown 0.29 section 4.10).
 */
static bool is_line_of_marks(const char *line, size_t len)
{
	return consists_of(line, len, "=") || consists_of(line, len, "_ \t") ||
	       (consists_of(line, len, "|:- \t") && memchr(line, '-', len) != NULL);
}

static size_t marked_start(const char *line, size_t len)
{
	size_t digits = span_of(line, len, 0, is_digit);

	if (starts_block(line, len) || is_line_of_marks(line, len))
		return 0;
	if (digits >= 1 && digits <= 9 && digits < len && (line[digits] == '.' || line[digits] == ')') &&
	    ends_or_blank(line, len, digits + 1))
		return digits;
	return len;
}

/* -- Within a line: whether the byte at pos must be escaped -- */

/* The ends of a line count as blanks; so does the ideographic space (CommonMark section 6.2). */
static bool blank_at(const char *line, size_t len, size_t pos)
{
	return ends_or_blank(line, len, pos) ||
	       (len - pos >= 3 && memcmp(line + pos, "\xe3\x80\x80", 3) == 0);
}

static bool blank_before(const char *line, size_t pos)
{
	return pos == 0 || is_blank(line[pos - 1]) ||
	       (pos >= 3 && memcmp(line + pos - 3, "\xe3\x80\x80", 3) == 0);
}

static bool is_in_word(const char *line, size_t len, size_t start, size_t end)
{
	int32_t before;
	int32_t after;

	if (start == 0 || end >= len)
		return false;
	unicode_decode(line, len, unicode_previous(line, len, start), &before);
	unicode_decode(line, len, end, &after);
	return (unicode_is_letter(before) || unicode_is_number(before)) &&
	       (unicode_is_letter(after) || unicode_is_number(after));
}

/* A run of "*", "_" or "~" may open or close something, whatever there is to match it. */
static bool is_delimiter(const char *line, size_t len, size_t start, size_t run)
{
	size_t end = start + run;

	if (run == 1 && line[start] != '~' && blank_before(line, start) && blank_at(line, len, end))
		return false;
	return line[start] != '_' || !is_in_word(line, len, start, end);
}

/* One "~" is usual in prose ("3~5"); it strikes only together with another of its kind. */
static bool is_strikethrough(const char *line, size_t len, size_t start, size_t run)
{
	if (run > 1)
		return true;
	return memchr(line, '~', start) != NULL || memchr(line + start + 1, '~', len - start - 1) != NULL;
}

/* "&amp;", "&#38;", "&#x26;": CommonMark section 2.5. */
static bool is_entity(const char *line, size_t len, size_t pos)
{
	pos++;
	if (pos < len && line[pos] == '#')
		pos++;
	while (pos < len && (is_ascii_letter(line[pos]) || is_digit(line[pos])))
		pos++;
	return pos < len && line[pos] == ';';
}

/* A tag, a comment, a declaration, or an address: CommonMark sections 4.6, 6.5 and 6.6. */
static bool is_angle(const char *line, size_t len, size_t pos)
{
	const char *end;

	if (pos + 1 >= len)
		return false;
	if (is_ascii_letter(line[pos + 1]) || strchr("/!?", line[pos + 1]) != NULL)
		return true;
	end = memchr(line + pos, '>', len - pos);
	return end != NULL && memchr(line + pos, '@', (size_t)(end - line) - pos) != NULL;
}

/*
 * A bracket's end makes a link before "(" and a definition before ":", if its label starts the
 * paragraph.  All definitions being escaped, no reference has a target.
 */
static bool is_link(const char *line, size_t len, size_t pos)
{
	if (pos + 1 >= len)
		return false;
	if (line[pos + 1] == '(')
		return true;
	return line[pos + 1] == ':' && (line[0] == '[' || memchr(line, '[', pos) == NULL);
}

static bool is_markup(const char *line, size_t len, size_t pos)
{
	switch (line[pos]) {
	case '`':
		return true;
	case '\\':
		return pos + 1 >= len || is_ascii_punctuation(line[pos + 1]);
	case '&':
		return is_entity(line, len, pos);
	case '<':
		return is_angle(line, len, pos);
	case ']':
		return is_link(line, len, pos);
	case '{':
	case '%': /* "{{" and "{%": templates of Hugo and Jekyll */
		return pos > 0 && line[pos - 1] == '{';
	default:
		return false;
	}
}

void markdown_escape(struct strbuf *out, const char *line, size_t len)
{
	size_t marked;

	while (len > 0 && is_blank(*line))
		line++, len--;
	while (len > 0 && is_blank(line[len - 1]))
		len--;
	if (len == 0)
		return;
	marked = marked_start(line, len);
	for (size_t pos = 0; pos < len;) {
		bool delimiter = strchr("*_~", line[pos]) != NULL && line[pos] != '\0';
		size_t run = delimiter ? run_length(line, len, pos) : 1;
		bool escaped = delimiter ? is_delimiter(line, len, pos, run) : is_markup(line, len, pos);

		if (line[pos] == '~')
			escaped = is_strikethrough(line, len, pos, run);
		for (size_t end = pos + run; pos < end; pos++) {
			if (escaped || pos == marked)
				strbuf_addc(out, '\\');
			strbuf_addc(out, line[pos]);
		}
	}
}
