/*
 * Bare addresses, as the published page has them: goldmark's linkify extension, which Hugo has on by default.
 *
 * cmark-gfm's autolink is another rule: it takes what follows without a blank into the address, which in
 * Chinese is the rest of the sentence.
 */
#include "text/markdown_internal.h"

#include <string.h>

/* Bytes of a host up to its last dot. */
#define HOST ((size_t)256)

static bool is_small(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alphanumeric(char c)
{
	return is_small(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

static bool is_one_of(char c, const char *set)
{
	return is_alphanumeric(c) || (c != '\0' && strchr(set, c) != NULL);
}

/* Where a host ends that starts at pos: in a dot and small letters; pos where there is none. */
static size_t host_end(const char *text, size_t len, size_t pos)
{
	size_t run = pos, end;

	while (run < len && run - pos < HOST && is_one_of(text[run], "-@:%._+~#="))
		run++;
	for (; run > pos; run--) {
		if (run + 1 >= len || text[run] != '.' || !is_small(text[run + 1]))
			continue;
		for (end = run + 1; end < len && is_small(text[end]);)
			end++;
		return end;
	}
	return pos;
}

/* What belongs to the sentence around an address, and not to it. */
static size_t without_ending(const char *text, size_t start, size_t end)
{
	size_t before = end - 1;
	int closed = 0;

	switch (text[end - 1]) {
	case '.':
		return end - 1;
	case ')':
		for (size_t i = start; i < end; i++)
			closed += text[i] == ')' ? 1 : text[i] == '(' ? -1 : 0;
		return closed > 0 ? end - (size_t)closed : end;
	case ';': /* of an entity */
		while (before > start && is_alphanumeric(text[before - 1]))
			before--;
		return before < end - 1 && before > start && text[before - 1] == '&' ? before - 1 : end;
	default:
		return end;
	}
}

static size_t url_end(const char *text, size_t len, size_t pos)
{
	static const char *const schemes[] = {"http://", "https://", "ftp://", "www."};
	static const char rest[] = "-@:%_+.~#$!?&/=();,'\">^{}[]`";
	size_t start = pos, end, port;

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && start == pos; i++) {
		size_t n = strlen(schemes[i]);

		if (len - pos > n && memcmp(text + pos, schemes[i], n) == 0)
			start = pos + n;
	}
	end = start > pos ? host_end(text, len, start) : start;
	if (end == start)
		return pos;
	for (port = end + 1; end < len && text[end] == ':' && port < len && is_digit(text[port]); port++)
		;
	end = port > end + 1 ? port : end;
	if (end < len && strchr("/#?", text[end]) != NULL && text[end] != '\0') {
		while (end < len && is_one_of(text[end], rest))
			end++;
	}
	return without_ending(text, pos, end);
}

/* The part before the "@" ends in one place wherever in it one starts: what starts before *barren was tried.
 */
static size_t mail_end(const char *text, size_t len, size_t pos, size_t *barren)
{
	size_t at = pos, end;
	bool dotted = false;

	if (pos < *barren || !is_alphanumeric(text[pos]))
		return pos;
	while (at < len && is_one_of(text[at], ".!#$%&'*+/=?^_`{|}~-"))
		at++;
	*barren = at;
	if (at == len || text[at] != '@')
		return pos;
	for (end = at + 1; end < len && is_one_of(text[end], "-."); end++)
		dotted = dotted || (text[end] == '.' && end + 1 < len && is_alphanumeric(text[end + 1]));
	while (end > at + 1 && text[end - 1] == '.')
		end--;
	if (!dotted || end == at + 1 || !is_alphanumeric(text[end - 1]) || (end < len && text[end] == '_'))
		return pos;
	return end;
}

bool markdown_bare_next(const char *text, size_t len, bool opens, struct markdown_bare *bare)
{
	for (size_t pos = bare->end; pos < len; pos++) {
		if (pos > 0 ? strchr(" *_~(\n", text[pos - 1]) == NULL || text[pos - 1] == '\0' : !opens)
			continue;
		bare->start = pos;
		bare->scheme = text[pos] == 'w' ? "https://" : "";
		bare->end = url_end(text, len, pos);
		if (bare->end > pos)
			return true;
		bare->scheme = "mailto:";
		bare->end = mail_end(text, len, pos, &bare->barren);
		if (bare->end > pos)
			return true;
	}
	return false;
}
