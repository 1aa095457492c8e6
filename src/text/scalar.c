#include "text/scalar.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/strbuf.h"
#include "text/unicode.h"

#define BYTE_ORDER_MARK 0xfeff

static bool is_one_of(const char *value, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (strcasecmp(value, *words) == 0)
			return true;
	}
	return false;
}

/* "dddd-dd-dd", then nothing or what a time is made of. */
static bool looks_like_date(const char *value)
{
	static const char pattern[] = "dddd-dd-dd";

	for (size_t i = 0; pattern[i] != '\0'; i++) {
		if (pattern[i] == 'd' ? !isdigit((unsigned char)value[i]) : value[i] != pattern[i])
			return false;
	}
	value += sizeof pattern - 1;
	if (*value == '\0')
		return true;
	return strchr("Tt ", *value) != NULL && isdigit((unsigned char)value[1]) &&
	       value[strspn(value, "0123456789Tt:Zz+-. ")] == '\0';
}

/* Wider than any reader's numbers: quotes around a string never hurt. */
static bool looks_like_number(const char *value)
{
	static const char *const words[] = {".inf", "+.inf", "-.inf", ".nan", NULL};
	const char *digits = value + strspn(value, "+-.");

	if (is_one_of(value, words))
		return true;
	return isdigit((unsigned char)*digits) &&
	       digits[strspn(digits, "0123456789abcdefABCDEFoxX_.,:+-")] == '\0';
}

enum scalar_kind scalar_kind(const char *value)
{
	static const char *const nulls[] = {"", "~", "null", NULL};
	static const char *const bools[] = {"y", "n", "yes", "no", "true", "false", "on", "off", NULL};

	if (is_one_of(value, nulls))
		return SCALAR_NULL;
	if (is_one_of(value, bools))
		return SCALAR_BOOL;
	if (looks_like_date(value))
		return SCALAR_DATE;
	if (looks_like_number(value))
		return SCALAR_NUMBER;
	return SCALAR_STRING;
}

static bool is_break(int32_t c)
{
	return c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/* Whether a code point may stand unescaped: YAML 1.1 c-printable, without the byte order mark. */
static bool is_printable(int32_t c)
{
	return c == '\t' || (c >= 0x20 && c <= 0x7e) || (c >= 0xa0 && c <= 0xfffd && c != BYTE_ORDER_MARK) ||
	       (c >= 0x10000 && c <= 0x10ffff) || is_break(c);
}

/* Whether every character may stand unescaped, line ends only where lf allows "\n". */
static bool is_all_printable(const char *value, bool lf)
{
	size_t len = strlen(value);
	int32_t c;

	for (size_t pos = 0; pos < len;) {
		pos += unicode_decode(value, len, pos, &c);
		if (!is_printable(c) || (is_break(c) && !(lf && c == '\n')))
			return false;
	}
	return true;
}

/* YAML 1.1 ns-plain, and stricter where readers differ. */
static bool fits_plain(const char *value, enum scalar_kind wanted, bool flow)
{
	size_t len = strlen(value);
	enum scalar_kind kind = scalar_kind(value);

	if (kind != SCALAR_STRING && (kind != wanted || kind == SCALAR_NULL))
		return false;
	if (kind == SCALAR_STRING && strchr("-?:,[]{}#&*!|>'\"%@`=<.", value[0]) != NULL)
		return false;
	if (value[0] == ' ' || value[len - 1] == ' ' || value[len - 1] == ':' || strchr(value, '\t') != NULL)
		return false;
	if (strstr(value, ": ") != NULL || strstr(value, " #") != NULL)
		return false;
	if (flow && strpbrk(value, ",[]{}?:") != NULL)
		return false;
	return is_all_printable(value, false);
}

static void write_single(struct strbuf *out, const char *value)
{
	strbuf_addc(out, '\'');
	for (; *value != '\0'; value++) {
		if (*value == '\'')
			strbuf_addc(out, '\'');
		strbuf_addc(out, *value);
	}
	strbuf_addc(out, '\'');
}

static void write_double(struct strbuf *out, const char *value)
{
	size_t len = strlen(value);
	size_t next;
	int32_t c;

	strbuf_addc(out, '"');
	for (size_t pos = 0; pos < len; pos = next) {
		next = pos + unicode_decode(value, len, pos, &c);
		if (c == '"' || c == '\\')
			strbuf_addf(out, "\\%c", (char)c);
		else if (c == '\n')
			strbuf_adds(out, "\\n");
		else if (c == '\t')
			strbuf_adds(out, "\\t");
		else if (c >= 0 && (!is_printable(c) || is_break(c)))
			strbuf_addf(out, "\\u%04X", (unsigned)c);
		else
			strbuf_add(out, value + pos, next - pos);
	}
	strbuf_addc(out, '"');
}

void scalar_write(struct strbuf *out, const char *value, enum scalar_style style, enum scalar_kind kind,
		  bool flow)
{
	bool single = is_all_printable(value, false);

	if (style == SCALAR_PLAIN && fits_plain(value, kind, flow)) {
		strbuf_adds(out, value);
		return;
	}
	/* Of two that fit, the quotes in which nothing must be doubled. */
	if (style == SCALAR_PLAIN && strchr(value, '\'') != NULL && strpbrk(value, "\"\\") == NULL)
		single = false;
	if (single && style != SCALAR_DOUBLE)
		write_single(out, value);
	else
		write_double(out, value);
}

bool scalar_fits_block(const char *value, bool folded)
{
	size_t len = strlen(value);

	if (len == 0 || strchr(" \t\n", value[0]) != NULL ||
	    (len > 1 && value[len - 1] == '\n' && value[len - 2] == '\n'))
		return false;
	/* A folded line that starts with a space is not folded. */
	if (folded && (strstr(value, "\n ") != NULL || strstr(value, "\n\t") != NULL))
		return false;
	return is_all_printable(value, true);
}

void scalar_write_block(struct strbuf *out, const char *value, bool folded, size_t indent, const char *eol)
{
	for (const char *line = value; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		strbuf_adds(out, eol);
		if (len > 0) {
			strbuf_addf(out, "%*s", (int)indent, "");
			strbuf_add(out, line, len);
		}
		/* Folding turns n + 1 line ends between lines of text into n. */
		if (folded && len > 0 && line[len] == '\n' && line[len + 1] != '\0')
			strbuf_adds(out, eol);
		line += len + (line[len] == '\n');
	}
}
