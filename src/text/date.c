#include "text/date.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "text/unicode.h"

#define WORD_SIZE  12
#define FIRST_YEAR 1600
#define LAST_YEAR  2199

struct scan {
	const char *text;
	size_t len;
	size_t pos;
};

struct date {
	int year;
	int month;
	int day;
};

static const char *const months[] = {"january", "february", "march",     "april",   "may",      "june",
				     "july",    "august",   "september", "october", "november", "december"};
static const char *const weekdays[] = {"monday", "tuesday",  "wednesday", "thursday",
				       "friday", "saturday", "sunday"};

/* -- Characters: fullwidth forms count as ASCII, capitals as small letters -- */

static int32_t peek(const struct scan *s, size_t *next)
{
	int32_t c = -1;

	*next = s->pos < s->len ? s->pos + unicode_decode(s->text, s->len, s->pos, &c) : s->pos;
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xfee0;
	if (c == 0xa0 || c == 0x3000 || c == '\t')
		c = ' ';
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool accept(struct scan *s, int32_t wanted)
{
	size_t next;

	if (peek(s, &next) != wanted)
		return false;
	s->pos = next;
	return true;
}

static bool accept_any(struct scan *s, const int32_t *wanted)
{
	for (; *wanted != 0; wanted++) {
		if (accept(s, *wanted))
			return true;
	}
	return false;
}

/* Takes a phrase of Chinese, or of small ASCII letters, as it stands. */
static bool accept_text(struct scan *s, const char *phrase)
{
	size_t start = s->pos;
	size_t len = strlen(phrase);
	int32_t c;

	for (size_t i = 0; i < len;) {
		i += unicode_decode(phrase, len, i, &c);
		if (!accept(s, c)) {
			s->pos = start;
			return false;
		}
	}
	return true;
}

static bool spaces(struct scan *s)
{
	size_t start = s->pos;

	while (accept(s, ' '))
		;
	return s->pos > start;
}

static bool is_digit(int32_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(int32_t c)
{
	return c >= 'a' && c <= 'z';
}

/* A whole run of digits, least to most of them. */
static bool number(struct scan *s, int *out, int least, int most)
{
	size_t start = s->pos;
	size_t next;
	int digits = 0;
	int value = 0;

	for (int32_t c; is_digit(c = peek(s, &next)) && digits <= most; digits++) {
		value = value * 10 + (c - '0');
		s->pos = next;
	}
	if (digits < least || digits > most) {
		s->pos = start;
		return false;
	}
	*out = value;
	return true;
}

/* A run of letters that is one of the words or the first three or more letters of one. */
static bool word(struct scan *s, const char *const *words, size_t count, int *index)
{
	size_t start = s->pos;
	char found[WORD_SIZE];
	size_t len = 0;
	size_t next;

	for (int32_t c; is_letter(c = peek(s, &next)) && len < sizeof found; s->pos = next)
		found[len++] = (char)c;
	for (size_t i = 0; len >= 3 && len < sizeof found && i < count; i++) {
		if (strncmp(words[i], found, len) != 0)
			continue;
		*index = (int)i;
		(void)accept(s, '.');
		return true;
	}
	s->pos = start;
	return false;
}

/* -- Chinese numerals -- */

static int han_digit(const struct scan *s, size_t *next)
{
	static const int32_t digits[] = {0x3007 /* 〇 */, 0x4e00, 0x4e8c, 0x4e09, 0x56db,
					 0x4e94,          0x516d, 0x4e03, 0x516b, 0x4e5d};
	int32_t c = peek(s, next);

	if (c == 0x96f6 /* 零 */ || c == 0x25cb /* ○ */)
		return 0;
	for (int i = 0; i < 10; i++) {
		if (digits[i] == c)
			return i;
	}
	return -1;
}

/* 二〇二二 */
static bool han_year(struct scan *s, int *out)
{
	size_t start = s->pos;
	size_t next;
	int value = 0;

	for (int i = 0; i < 4; i++) {
		int digit = han_digit(s, &next);

		if (digit < 0) {
			s->pos = start;
			return false;
		}
		value = value * 10 + digit;
		s->pos = next;
	}
	*out = value;
	return true;
}

/* 六, 十二, 二十八 */
static bool han_number(struct scan *s, int *out)
{
	size_t next;
	int tens = 0;
	int ones = han_digit(s, &next);

	if (ones >= 0)
		s->pos = next;
	if (accept(s, 0x5341 /* 十 */)) {
		tens = ones > 0 ? ones : 1;
		ones = han_digit(s, &next);
		if (ones >= 0)
			s->pos = next;
		else
			ones = 0;
	}
	*out = tens * 10 + ones;
	return ones >= 0;
}

/* -- The forms of a date -- */

/* 2022年6月28日, with Chinese numerals too, and spaces anywhere. */
static bool chinese(struct scan *s, struct date *d)
{
	if (!number(s, &d->year, 4, 4) && !han_year(s, &d->year))
		return false;
	spaces(s);
	if (!accept(s, 0x5e74 /* 年 */))
		return false;
	spaces(s);
	if (!number(s, &d->month, 1, 2) && !han_number(s, &d->month))
		return false;
	spaces(s);
	if (!accept(s, 0x6708 /* 月 */))
		return false;
	spaces(s);
	if (!number(s, &d->day, 1, 2) && !han_number(s, &d->day))
		return false;
	spaces(s);
	return accept(s, 0x65e5 /* 日 */) || accept(s, 0x53f7 /* 号 */);
}

/* What stands between figures: the same twice. */
static bool separator(struct scan *s, int32_t *c)
{
	static const int32_t any[] = {'.', '/', '-', 0x2013 /* en dash */, 0x2212 /* minus */, 0};
	size_t next;

	*c = peek(s, &next);
	return accept_any(s, any);
}

/* 2022-06-28, 2022/6/28, 2022.06.28 */
static bool year_first(struct scan *s, struct date *d)
{
	int32_t c;

	return number(s, &d->year, 4, 4) && separator(s, &c) && number(s, &d->month, 1, 2) && accept(s, c) &&
	       number(s, &d->day, 1, 2);
}

/* 20220628 */
static bool compact(struct scan *s, struct date *d)
{
	int value;

	if (!number(s, &value, 8, 8))
		return false;
	*d = (struct date){value / 10000, value / 100 % 100, value % 100};
	return d->year >= 1900 && d->month >= 1 && d->month <= 12;
}

static bool ordinal(struct scan *s, int *day)
{
	static const char *const endings[] = {"st", "nd", "rd", "th"};

	if (!number(s, day, 1, 2))
		return false;
	for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
		if (accept_text(s, endings[i]))
			break;
	}
	return true;
}

/* Spaces, a comma, a hyphen or a slash between the parts of a date in words. */
static bool gap(struct scan *s)
{
	size_t start = s->pos;

	spaces(s);
	if (!accept(s, ',') && !accept(s, '-'))
		(void)accept(s, '/');
	spaces(s);
	return s->pos > start;
}

/* June 28th, 2022 */
static bool month_first(struct scan *s, struct date *d)
{
	if (!word(s, months, 12, &d->month) || !gap(s) || !ordinal(s, &d->day) || !gap(s))
		return false;
	d->month++;
	return number(s, &d->year, 4, 4);
}

/* 28 June 2022, 28-Jun-2022, 28th of June, 2022 */
static bool day_first(struct scan *s, struct date *d)
{
	if (!ordinal(s, &d->day) || !gap(s))
		return false;
	if (accept_text(s, "of "))
		spaces(s);
	if (!word(s, months, 12, &d->month) || !gap(s))
		return false;
	d->month++;
	return number(s, &d->year, 4, 4);
}

/* 28/06/2022: day or month first, so that only a number above 12 tells which; 0 in month when none does. */
static bool year_last(struct scan *s, struct date *d)
{
	int32_t c;
	int first;
	int second;

	if (!number(s, &first, 1, 2) || !separator(s, &c) || !number(s, &second, 1, 2) || !accept(s, c) ||
	    !number(s, &d->year, 4, 4))
		return false;
	d->day = first > 12 ? first : second;
	d->month = first > 12 ? second : first;
	if (first <= 12 && second <= 12 && first != second)
		d->month = 0;
	return true;
}

static enum date_result check(const struct date *d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = d->year % 4 == 0 && (d->year % 100 != 0 || d->year % 400 == 0);

	if (d->month == 0 && d->day >= 1)
		return DATE_AMBIGUOUS;
	if (d->year < FIRST_YEAR || d->year > LAST_YEAR || d->month < 1 || d->month > 12 || d->day < 1)
		return DATE_IMPOSSIBLE;
	return d->day <= days[d->month - 1] + (leap && d->month == 2 ? 1 : 0) ? DATE_READ : DATE_IMPOSSIBLE;
}

/* -- What may stand beside a date -- */

/* 14:05, 14:05:30, 14时05分, 2:05 pm, 下午2:05 */
static bool time_of_day(struct scan *s)
{
	static const int32_t hour_marks[] = {':', 0x65f6 /* 时 */, 0x70b9 /* 点 */, 0};
	static const int32_t minute_marks[] = {':', 0x5206 /* 分 */, 0};
	static const char *const halves[] = {"am", "pm", "a.m.", "p.m."};
	size_t start = s->pos;
	int hour;
	int minute;
	int second = 0;

	if (accept_text(s, "上午") || accept_text(s, "下午") || accept_text(s, "at ") || accept(s, 't'))
		spaces(s);
	if (!number(s, &hour, 1, 2) || !accept_any(s, hour_marks) || !number(s, &minute, 2, 2))
		goto none;
	if (accept_any(s, minute_marks) && number(s, &second, 2, 2))
		(void)accept(s, 0x79d2 /* 秒 */);
	if (hour > 23 || minute > 59 || second > 60)
		goto none;
	start = s->pos;
	spaces(s);
	for (size_t i = 0; i < sizeof halves / sizeof halves[0]; i++) {
		if (accept_text(s, halves[i]))
			return true;
	}
	s->pos = start;
	return true;
none:
	s->pos = start;
	return false;
}

/* Tuesday, Tue., 星期二, 周二 */
static bool weekday(struct scan *s)
{
	static const int32_t days[] = {0x4e00, 0x4e8c, 0x4e09, 0x56db, 0x4e94, 0x516d, 0x65e5, 0x5929, 0};
	size_t start = s->pos;
	int index;

	if (word(s, weekdays, 7, &index))
		return true;
	if ((accept_text(s, "星期") || accept_text(s, "周")) && accept_any(s, days))
		return true;
	s->pos = start;
	return false;
}

/* Z, +0800, +08:00, GMT, Beijing time */
static bool zone(struct scan *s)
{
	static const char *const names[] = {"z",    "gmt", "utc", "bst",          "cet",
					    "cest", "est", "edt", "cst",          "cdt",
					    "pst",  "pdt", "hkt", "beijing time", "北京时间"};
	size_t start = s->pos;
	size_t next;
	int value;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (accept_text(s, names[i]) && !is_letter(peek(s, &next)))
			return true;
		s->pos = start;
	}
	if ((accept(s, '+') || accept(s, '-')) && (number(s, &value, 4, 4) || number(s, &value, 2, 2))) {
		if (accept(s, ':') && !number(s, &value, 2, 2))
			s->pos = start;
		return s->pos > start;
	}
	s->pos = start;
	return false;
}

/* Takes times, weekdays and zones, each maybe in brackets, as far as they go. */
static void company(struct scan *s)
{
	size_t next;

	for (;;) {
		size_t start = s->pos;
		bool bracket;

		spaces(s);
		if (accept(s, ','))
			spaces(s);
		bracket = accept(s, '(');
		if (!(time_of_day(s) || weekday(s) || zone(s)) ||
		    (bracket ? !accept(s, ')') : is_letter(peek(s, &next)))) {
			s->pos = start;
			return;
		}
	}
}

/*
 * An ISO 8601 time after a date in figures and "T", copied as it stands but in ASCII and capitals;
 * false, with all as it was, when there is none.
 */
static bool iso_time(struct scan *s, char out[DATE_TEXT_SIZE])
{
	size_t start = s->pos;
	size_t date = strlen(out);
	size_t len = date;
	size_t next;
	int64_t time;

	if (peek(s, &next) != 't')
		return false;
	for (int32_t c; len + 1 < DATE_TEXT_SIZE && (c = peek(s, &next)) > ' ' && c <= 'z'; s->pos = next)
		out[len++] = (char)(is_letter(c) ? c - 'a' + 'A' : c);
	out[len] = '\0';
	if (out[date + strspn(out + date, "T0123456789:.Z+-")] == '\0' && len >= date + strlen("T00:00") &&
	    out[len - 1] != ':' && clock_parse(&time, out, 0))
		return true;
	out[date] = '\0';
	s->pos = start;
	return false;
}

enum date_result date_read_start(char out[DATE_TEXT_SIZE], const char *text, size_t len, size_t *end)
{
	static bool (*const forms[])(struct scan * s, struct date * d) = {chinese,     year_first, compact,
									  month_first, day_first,  year_last};
	struct scan s = {text, len, 0};
	struct date d = {0};
	enum date_result result = DATE_NONE;
	size_t start;
	size_t next;

	*end = 0;
	company(&s);
	gap(&s);
	start = s.pos;
	for (size_t i = 0; result == DATE_NONE && i < sizeof forms / sizeof forms[0]; i++) {
		s.pos = start;
		if (forms[i](&s, &d))
			result = check(&d);
	}
	if (result == DATE_NONE)
		return DATE_NONE;
	if (result == DATE_READ)
		snprintf(out, DATE_TEXT_SIZE, "%04d-%02d-%02d", d.year, d.month, d.day);
	if (result != DATE_READ || !iso_time(&s, out))
		company(&s);
	if (is_letter(peek(&s, &next)))
		return DATE_NONE;
	*end = s.pos;
	return result;
}

enum date_result date_read(char out[DATE_TEXT_SIZE], const char *text, size_t len)
{
	char found[DATE_TEXT_SIZE] = "";
	size_t end;
	enum date_result result = date_read_start(found, text, len, &end);
	struct scan s = {text, len, end};

	spaces(&s);
	if (result != DATE_NONE && s.pos < len)
		return DATE_NONE;
	if (result == DATE_READ)
		memcpy(out, found, sizeof found);
	return result;
}
