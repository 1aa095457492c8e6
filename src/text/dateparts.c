#include "text/dateparts.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define YEAR_MAX 9999

static const struct {
	int start, len;
	int least, most;
} parts[DATEPARTS_COUNT] = {
    [DATEPARTS_YEAR] = {0, 4, 1, YEAR_MAX}, [DATEPARTS_MONTH] = {5, 2, 1, 12},
    [DATEPARTS_DAY] = {8, 2, 1, 31},        [DATEPARTS_HOUR] = {11, 2, 0, 23},
    [DATEPARTS_MINUTE] = {14, 2, 0, 59},    [DATEPARTS_SECOND] = {17, 2, 0, 59},
};

/* -- The calendar: days from 1970-01-01, Gregorian throughout (Hinnant, "chrono-compatible date algorithms")
 */

static long days_of(int year, int month, int day)
{
	long y = year - (month <= 2);
	long era = (y >= 0 ? y : y - 399) / 400;
	long of_era = y - era * 400;
	long of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void set_days(struct dateparts *date, long days)
{
	long z = days + 719468;
	long era = (z >= 0 ? z : z - 146096) / 146097;
	long of_era = z - era * 146097;
	long year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	long of_year = of_era - (365 * year + year / 4 - year / 100);
	long month = (5 * of_year + 2) / 153;

	date->value[DATEPARTS_DAY] = (int)(of_year - (153 * month + 2) / 5 + 1);
	date->value[DATEPARTS_MONTH] = (int)(month < 10 ? month + 3 : month - 9);
	date->value[DATEPARTS_YEAR] = (int)(year + era * 400 + (date->value[DATEPARTS_MONTH] <= 2));
}

static int days_in(int year, int month)
{
	int next = month == 12 ? 1 : month + 1;

	return (int)(days_of(month == 12 ? year + 1 : year, next, 1) - days_of(year, month, 1));
}

static void fit_day(struct dateparts *date)
{
	int most = days_in(date->value[DATEPARTS_YEAR], date->value[DATEPARTS_MONTH]);

	if (date->value[DATEPARTS_DAY] > most)
		date->value[DATEPARTS_DAY] = most;
}

/* -- Reading and writing -- */

/* Reads a part where it stands; false when its digits are not there or say what no date has. */
static bool read_part(struct dateparts *out, enum dateparts_part part, const char *text)
{
	int value = 0;

	for (int i = 0; i < parts[part].len; i++) {
		char c = text[parts[part].start + i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + c - '0';
	}
	out->value[part] = value;
	return value >= parts[part].least && value <= parts[part].most;
}

/* Whether this is what may follow the parts: a fraction where there are seconds, and a zone. */
static bool is_rest(const char *text, bool seconds)
{
	if (*text == '.' && seconds) {
		size_t digits = strspn(text + 1, "0123456789");

		if (digits == 0)
			return false;
		text += 1 + digits;
	}
	if ((*text == 'Z' || *text == 'z') && text[1] == '\0')
		return true;
	text += *text == ' ' && (text[1] == '+' || text[1] == '-');
	if (*text != '+' && *text != '-')
		return *text == '\0';
	text++;
	return text[strspn(text, "0123456789:")] == '\0' && text[0] != '\0';
}

bool dateparts_read(struct dateparts *out, const char *text)
{
	size_t len = strlen(text);

	memset(out, 0, sizeof *out);
	if (len < 10 || len >= DATEPARTS_SIZE || !read_part(out, DATEPARTS_YEAR, text) || text[4] != '-' ||
	    !read_part(out, DATEPARTS_MONTH, text) || text[7] != '-' || !read_part(out, DATEPARTS_DAY, text))
		return false;
	if (out->value[DATEPARTS_DAY] > days_in(out->value[DATEPARTS_YEAR], out->value[DATEPARTS_MONTH]))
		return false;
	out->count = 3;
	if (len == 10)
		return true;
	out->between = text[10];
	if (strchr("Tt ", out->between) == NULL || len < 16 || !read_part(out, DATEPARTS_HOUR, text) ||
	    text[13] != ':' || !read_part(out, DATEPARTS_MINUTE, text))
		return false;
	out->count = 5;
	if (text[16] == ':') {
		if (len < 19 || !read_part(out, DATEPARTS_SECOND, text))
			return false;
		out->count = 6;
	}
	text += out->count == 6 ? 19 : 16;
	memcpy(out->rest, text, strlen(text) + 1);
	return is_rest(text, out->count == 6);
}

void dateparts_write(char out[DATEPARTS_SIZE], const struct dateparts *date)
{
	const int *v = date->value;
	int len = snprintf(out, DATEPARTS_SIZE, "%04d-%02d-%02d", v[DATEPARTS_YEAR], v[DATEPARTS_MONTH],
			   v[DATEPARTS_DAY]);

	if (date->count > 3)
		len += snprintf(out + len, DATEPARTS_SIZE - (size_t)len, "%c%02d:%02d", date->between,
				v[DATEPARTS_HOUR], v[DATEPARTS_MINUTE]);
	if (date->count > 5)
		len += snprintf(out + len, DATEPARTS_SIZE - (size_t)len, ":%02d", v[DATEPARTS_SECOND]);
	snprintf(out + len, DATEPARTS_SIZE - (size_t)len, "%s", date->rest);
}

void dateparts_place(enum dateparts_part part, int *start, int *len)
{
	*start = parts[part].start;
	*len = parts[part].len;
}

/* -- Changing -- */

static void add_months(struct dateparts *date, int by)
{
	int months = date->value[DATEPARTS_YEAR] * 12 + date->value[DATEPARTS_MONTH] - 1 + by;

	if (months < 12 || months >= (YEAR_MAX + 1) * 12)
		return;
	date->value[DATEPARTS_YEAR] = months / 12;
	date->value[DATEPARTS_MONTH] = months % 12 + 1;
	fit_day(date);
}

static void add_days(struct dateparts *date, long by)
{
	long days =
	    days_of(date->value[DATEPARTS_YEAR], date->value[DATEPARTS_MONTH], date->value[DATEPARTS_DAY]) +
	    by;

	if (days >= days_of(1, 1, 1) && days <= days_of(YEAR_MAX, 12, 31))
		set_days(date, days);
}

static void add_seconds(struct dateparts *date, long by)
{
	long seconds = (date->value[DATEPARTS_HOUR] * 60L + date->value[DATEPARTS_MINUTE]) * 60 +
		       date->value[DATEPARTS_SECOND] + by;
	long days = seconds >= 0 ? seconds / 86400 : -((86399 - seconds) / 86400);

	seconds -= days * 86400;
	add_days(date, days);
	date->value[DATEPARTS_HOUR] = (int)(seconds / 3600);
	date->value[DATEPARTS_MINUTE] = (int)(seconds / 60 % 60);
	date->value[DATEPARTS_SECOND] = (int)(seconds % 60);
}

void dateparts_add(struct dateparts *date, enum dateparts_part part, int by)
{
	static const long seconds[DATEPARTS_COUNT] = {
	    [DATEPARTS_HOUR] = 3600, [DATEPARTS_MINUTE] = 60, [DATEPARTS_SECOND] = 1};

	assert((int)part < date->count);
	if (part == DATEPARTS_YEAR)
		add_months(date, by * 12);
	else if (part == DATEPARTS_MONTH)
		add_months(date, by);
	else if (part == DATEPARTS_DAY)
		add_days(date, by);
	else
		add_seconds(date, by * seconds[part]);
}

const char *dateparts_weekday(const struct dateparts *date)
{
	static const char *const names[] = {"Thursday", "Friday",  "Saturday", "Sunday",
					    "Monday",   "Tuesday", "Wednesday"};
	long days =
	    days_of(date->value[DATEPARTS_YEAR], date->value[DATEPARTS_MONTH], date->value[DATEPARTS_DAY]);

	return names[(days % 7 + 7) % 7];
}
