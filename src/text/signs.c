#include "text/signs.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

enum {
	NAME_SIZE = 128, /* bytes; the longest of Unicode 15 has 88 */
	FAREST = 0x10ffff,
};

/* What is wanted most, with its Chinese name where Chinese has one. */
static const struct {
	int32_t sign;
	const char *chinese;
} common[] = {
    {0x2014, "破折号"},   {0x2013, "连接号"},   {0x2026, "省略号"},   {0x201c, "左双引号"},
    {0x201d, "右双引号"}, {0x2018, "左单引号"}, {0x2019, "右单引号"}, {0xab, NULL},
    {0xbb, NULL},         {0x20ac, "欧元"},     {0xa3, "英镑"},       {0xa5, "元"},
    {0xb0, "度"},         {0xd7, "乘号"},       {0xb7, "间隔号"},     {0x300a, "书名号"},
    {0x300b, "书名号"},   {0x300c, "直角引号"}, {0x300d, "直角引号"}, {0x300e, "直角引号"},
    {0x300f, "直角引号"}, {0x3001, "顿号"},     {0x3002, "句号"},     {0xff0c, "逗号"},
    {0xff1b, "分号"},     {0xff1a, "冒号"},     {0xff01, "感叹号"},   {0xff1f, "问号"},
    {0xff08, "左括号"},   {0xff09, "右括号"},   {0x3010, "方头括号"}, {0x3011, "方头括号"},
    {0x203b, "参考号"},   {0x3007, "零"},       {0x2103, "摄氏度"},   {0xa9, NULL},
    {0xae, NULL},         {0x2122, NULL},       {0xa7, NULL},         {0x2020, NULL},
    {0xbd, NULL},         {0xbc, NULL},         {0xbe, NULL},         {0xb1, NULL},
    {0x2212, NULL},       {0xf7, NULL},         {0x2192, NULL},       {0x2022, NULL},
    {0xa0, "不换行空格"},
};

#define COMMON (sizeof common / sizeof common[0])

/* What else is offered. */
static const int32_t ranges[][2] = {
    {0xa0, 0x17f},    {0x18f, 0x192},   {0x1cd, 0x1dc},   {0x218, 0x21b},   {0x300, 0x30c},
    {0x370, 0x3ff},   {0x400, 0x45f},   {0x1e80, 0x1e85}, {0x1ea0, 0x1ef9}, {0x2010, 0x2027},
    {0x202f, 0x2052}, {0x2070, 0x20c0}, {0x2100, 0x218b}, {0x2190, 0x21ff}, {0x2200, 0x22ff},
    {0x2460, 0x2473}, {0x25a0, 0x25ff}, {0x2600, 0x266f}, {0x2701, 0x27bf}, {0x3001, 0x301f},
    {0x3251, 0x325f}, {0x3280, 0x3289}, {0x3380, 0x33df}, {0xff01, 0xff5e}, {0xffe0, 0xffe6},
};

/* Whether a reader sees it: a mark on a letter. */
static bool is_seen(int32_t sign)
{
	struct strbuf text = STRBUF_INIT;
	struct unicode_glyph glyph;

	if (unicode_is_mark(sign))
		strbuf_addc(&text, 'e');
	unicode_encode(&text, sign);
	unicode_glyph(text.data, text.len, 0, 0, &glyph);
	strbuf_clear(&text);
	return !glyph.marked && glyph.columns > 0;
}

static bool is_common(int32_t sign)
{
	for (size_t i = 0; i < COMMON; i++) {
		if (common[i].sign == sign)
			return true;
	}
	return false;
}

static void add(int32_t **out, size_t *count, size_t *capacity, int32_t sign)
{
	*out = mem_grow(*out, capacity, *count + 1, sizeof **out);
	(*out)[(*count)++] = sign;
}

/* Small letters and signs come first in their range, then capitals, then marks that belong on a letter. */
static int place_of(int32_t sign)
{
	return unicode_is_mark(sign) || (u_charType(sign) == U_MODIFIER_SYMBOL) ? 2 : u_isupper(sign) ? 1 : 0;
}

size_t signs_list(int32_t **out)
{
	size_t count = 0, capacity = 0;

	*out = NULL;
	for (size_t i = 0; i < COMMON; i++)
		add(out, &count, &capacity, common[i].sign);
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
		for (int place = 0; place <= 2; place++) {
			for (int32_t sign = ranges[i][0]; sign <= ranges[i][1]; sign++) {
				if (place_of(sign) == place && u_isdefined(sign) && !is_common(sign) &&
				    is_seen(sign))
					add(out, &count, &capacity, sign);
			}
		}
	}
	return count;
}

void signs_name(struct strbuf *out, int32_t sign)
{
	UErrorCode status = U_ZERO_ERROR;
	char name[NAME_SIZE];
	int32_t len = u_charName(sign, U_EXTENDED_CHAR_NAME, name, sizeof name, &status);

	for (int32_t i = 0; U_SUCCESS(status) && i < len; i++)
		strbuf_addc(out, (char)tolower((unsigned char)name[i]));
	for (size_t i = 0; i < COMMON; i++) {
		if (common[i].sign == sign && common[i].chinese != NULL)
			strbuf_addf(out, " %s", common[i].chinese);
	}
}

/* The number that a text gives in base 16, with or without a prefix; -1 for none. */
static int32_t number_of(const char *text)
{
	bool prefixed = strncasecmp(text, "U+", 2) == 0 || strncasecmp(text, "0x", 2) == 0;
	size_t len;
	unsigned long number;

	text += prefixed ? 2 : 0;
	len = strspn(text, "0123456789abcdefABCDEF");
	if (len == 0 || text[len] != '\0' || (!prefixed && len < 2))
		return -1;
	number = len <= 6 ? strtoul(text, NULL, 16) : FAREST + 1UL;
	return number <= FAREST ? (int32_t)number : FAREST + 1;
}

static int32_t named(const char *text)
{
	UErrorCode status = U_ZERO_ERROR;
	char name[NAME_SIZE];
	size_t len = strlen(text);
	UChar32 sign;

	if (len >= sizeof name)
		return -1;
	for (size_t i = 0; i <= len; i++)
		name[i] = (char)toupper((unsigned char)text[i]);
	sign = u_charFromName(U_UNICODE_CHAR_NAME, name, &status);
	if (U_SUCCESS(status))
		return sign;
	status = U_ZERO_ERROR;
	sign = u_charFromName(U_CHAR_NAME_ALIAS, name, &status);
	return U_SUCCESS(status) ? sign : -1;
}

int signs_find(int32_t *out, const char *text, struct error *err)
{
	struct strbuf trimmed = STRBUF_INIT;
	int32_t sign;

	strbuf_adds(&trimmed, text + strspn(text, " "));
	strbuf_trim_end(&trimmed);
	sign = named(trimmed.data);
	if (sign < 0)
		sign = number_of(trimmed.data);
	strbuf_clear(&trimmed);
	if (sign < 0)
		return error_set(err, E_NOTFOUND, "No character has this name; a number is typed as U+2014.");
	if (sign > FAREST || !u_isdefined(sign) || (sign >= 0xd800 && sign <= 0xdfff))
		return error_set(err, E_NOTFOUND, "Unicode has no character of this number.");
	if (!is_seen(sign))
		return error_set(err, E_REFUSED,
				 "Readers do not see this character: it is not for articles.");
	*out = sign;
	return 0;
}
