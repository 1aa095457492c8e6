#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"

void clock_init(struct clock *clock)
{
	const char *text = getenv("COPYDESK_CLOCK");

	memset(clock, 0, sizeof *clock);
	if (text != NULL)
		clock->fixed = clock_parse(&clock->now, text, 0);
}

int64_t clock_now(const struct clock *clock)
{
	return clock->fixed ? clock->now : (int64_t)time(NULL);
}

int clock_offset(const struct clock *clock, int64_t time)
{
	time_t t = (time_t)time;
	struct tm local;

	if (clock->fixed)
		return clock->offset;
	if (localtime_r(&t, &local) == NULL)
		return 0;
	return (int)(local.tm_gmtoff / 60);
}

static void format(char out[CLOCK_TEXT_SIZE], const char *pattern, int64_t time, int offset)
{
	time_t t = (time_t)(time + (int64_t)offset * 60);
	struct tm tm;

	out[0] = '\0';
	if (gmtime_r(&t, &tm) != NULL && strftime(out, CLOCK_TEXT_SIZE, pattern, &tm) == 0)
		out[0] = '\0';
}

void clock_date(char out[CLOCK_TEXT_SIZE], int64_t time, int offset)
{
	format(out, "%Y-%m-%d", time, offset);
}

void clock_minutes(char out[CLOCK_TEXT_SIZE], int64_t time, int offset)
{
	format(out, "%H:%M", time, offset);
}

void clock_rfc3339(char out[CLOCK_TEXT_SIZE], int64_t time, int offset)
{
	size_t len;
	int east = offset < 0 ? -offset : offset;

	format(out, "%Y-%m-%dT%H:%M:%S", time, offset);
	len = strlen(out);
	if (offset == 0)
		snprintf(out + len, CLOCK_TEXT_SIZE - len, "Z");
	else
		snprintf(out + len, CLOCK_TEXT_SIZE - len, "%c%02d:%02d", offset < 0 ? '-' : '+',
			 east / 60 % 24, east % 60);
}

/* Reads exactly digits decimal digits at *at; moves *at past them. */
static bool number(int *out, const char **at, int digits)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		if (!isdigit((unsigned char)(*at)[i]))
			return false;
		value = value * 10 + ((*at)[i] - '0');
	}
	*at += digits;
	*out = value;
	return true;
}

static bool skip(const char **at, const char *any)
{
	if (**at == '\0' || strchr(any, **at) == NULL)
		return false;
	(*at)++;
	return true;
}

/* "Z", "+08:00", "+0800" or nothing. */
static bool zone(int *offset, const char **at)
{
	int sign;
	int hours;
	int minutes = 0;

	if (skip(at, "Zz")) {
		*offset = 0;
		return true;
	}
	if (**at != '+' && **at != '-')
		return true;
	sign = **at == '-' ? -1 : 1;
	(*at)++;
	if (!number(&hours, at, 2))
		return false;
	(void)skip(at, ":");
	if (isdigit((unsigned char)**at) && !number(&minutes, at, 2))
		return false;
	*offset = sign * (hours * 60 + minutes);
	return true;
}

bool clock_parse(int64_t *out, const char *text, int offset)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	struct tm tm = {0};
	const char *at = text;

	if (!number(&tm.tm_year, &at, 4) || !skip(&at, "-") || !number(&tm.tm_mon, &at, 2) ||
	    !skip(&at, "-") || !number(&tm.tm_mday, &at, 2) || isdigit((unsigned char)*at))
		return false;
	if (tm.tm_mon < 1 || tm.tm_mon > 12 || tm.tm_mday < 1 || tm.tm_mday > days[tm.tm_mon - 1])
		return false;
	if ((*at == 'T' || *at == 't' || *at == ' ') && isdigit((unsigned char)at[1])) {
		at++;
		if (!number(&tm.tm_hour, &at, 2) || !skip(&at, ":") || !number(&tm.tm_min, &at, 2))
			return false;
		if (skip(&at, ":") && !number(&tm.tm_sec, &at, 2))
			return false;
		if (*at == '.')
			at += 1 + strspn(at + 1, "0123456789");
		(void)(*at == ' ' && (at[1] == '+' || at[1] == '-') && at++);
		if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60 || !zone(&offset, &at))
			return false;
	}
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*out = (int64_t)timegm(&tm) - (int64_t)offset * 60;
	return true;
}

#define SECONDS_OF_A_DAY 86400

/* Bytes of a typed time that are looked at; longer ones are none. */
#define TYPED_SIZE 64

/* Copies a typed time without blanks around it, with ASCII in place of fullwidth forms; false when too long.
 */
static bool make_plain(char out[TYPED_SIZE], const char *text)
{
	size_t len = 0;

	text += strspn(text, " \t\r\n");
	while (*text != '\0' && len + 1 < TYPED_SIZE) {
		const unsigned char *c = (const unsigned char *)text;

		/* U+FF01 to U+FF3F: the ASCII of the same order, as UTF-8 EF BC 81 to EF BC BF. */
		if (c[0] == 0xef && c[1] == 0xbc && c[2] > 0x80) {
			out[len++] = (char)(c[2] - 0x80 + ' ');
			text += 3;
		} else {
			out[len++] = *text++;
		}
	}
	while (len > 0 && strchr(" \t\r\n", out[len - 1]) != NULL)
		len--;
	out[len] = '\0';
	return *text == '\0';
}

/* "9:00" or "09:00" and nothing else, as minutes of a day. */
static bool minutes_of_day(int *out, const char *at)
{
	int hours;
	int minutes;

	if (!number(&hours, &at, isdigit((unsigned char)at[0]) && at[1] == ':' ? 1 : 2) || !skip(&at, ":") ||
	    !number(&minutes, &at, 2) || *at != '\0' || hours > 23 || minutes > 59)
		return false;
	*out = hours * 60 + minutes;
	return true;
}

/* How many times the clocks of the zone show this (as if it were UTC); *out is the first of them. */
static int times_of(int64_t *out, const struct clock *clock, int64_t shown)
{
	int before = clock_offset(clock, shown - SECONDS_OF_A_DAY);
	int after = clock_offset(clock, shown + SECONDS_OF_A_DAY);
	int64_t first = shown - (int64_t)before * 60;
	int64_t second = shown - (int64_t)after * 60;
	bool is_first = clock_offset(clock, first) == before;
	bool is_second = before != after && clock_offset(clock, second) == after;

	*out = is_first ? first : second;
	return is_first + is_second;
}

static int in_zone(int64_t *out, const struct clock *clock, int64_t shown, const char *text,
		   struct error *err)
{
	switch (times_of(out, clock, shown)) {
	case 1:
		return 0;
	case 2:
		return error_set(err, E_INVALID,
				 "The clocks show %s twice, being put back: give it with its zone, as "
				 "2026-11-22T09:00+01:00.",
				 text);
	default:
		return error_set(err, E_INVALID,
				 "The clocks never show %s, being put forward: choose another time.", text);
	}
}

/* A time of day: today, or tomorrow where that has passed. */
static int read_minutes(int64_t *out, const struct clock *clock, int minutes, const char *text,
			struct error *err)
{
	int64_t now = clock_now(clock);
	int64_t here = now + (int64_t)clock_offset(clock, now) * 60;
	int64_t midnight = here - here % SECONDS_OF_A_DAY;
	int rc = in_zone(out, clock, midnight + (int64_t)minutes * 60, text, err);

	if (rc == 0 && *out <= now)
		rc = in_zone(out, clock, midnight + SECONDS_OF_A_DAY + (int64_t)minutes * 60, text, err);
	return rc;
}

/* Whether what follows a date and time is nothing, or a zone; *zoned says which. */
static bool ends_well(const char *text, bool *zoned)
{
	const char *at = text + strlen("2026-11-22T09:00");
	int offset;

	if (at[0] == ':')
		at += strspn(at, ":0123456789");
	at += strspn(at, " ");
	*zoned = *at != '\0';
	return zone(&offset, &at) && *at == '\0';
}

int clock_read(int64_t *out, const struct clock *clock, const char *text, struct error *err)
{
	char plain[TYPED_SIZE];
	char date[CLOCK_TEXT_SIZE];
	bool zoned = false;
	int64_t shown;
	int minutes;
	int rc = 0;

	if (!make_plain(plain, text))
		return error_set(err, E_INVALID, "That is no time: write it as 2026-11-22T09:00, or 09:00.");
	if (minutes_of_day(&minutes, plain))
		return read_minutes(out, clock, minutes, plain, err);
	if (!clock_parse(&shown, plain, 0) ||
	    (strlen(plain) > strlen("2026-11-22") && !ends_well(plain, &zoned)))
		return error_set(err, E_INVALID, "\"%s\" is no time: write it as 2026-11-22T09:00, or 09:00.",
				 plain);
	if (strlen(plain) == strlen("2026-11-22"))
		return error_set(err, E_INVALID, "\"%s\" says no hour: write it as %sT09:00.", plain, plain);
	clock_date(date, shown, 0);
	if (!zoned && strncmp(date, plain, strlen(date)) != 0)
		return error_set(err, E_INVALID, "There is no day %.10s.", plain);
	if (zoned)
		*out = shown;
	else
		rc = in_zone(out, clock, shown, plain, err);
	if (rc == 0 && *out <= clock_now(clock))
		return error_set(err, E_INVALID, "%s has passed already.", plain);
	return rc;
}

void clock_words(char out[CLOCK_TEXT_SIZE], const struct clock *clock, int64_t time)
{
	char today[CLOCK_TEXT_SIZE];
	int64_t now = clock_now(clock);

	clock_date(today, now, clock_offset(clock, now));
	clock_date(out, time, clock_offset(clock, time));
	if (strcmp(out, today) == 0)
		clock_minutes(out, time, clock_offset(clock, time));
	else
		format(out, "%Y-%m-%d %H:%M", time, clock_offset(clock, time));
}

int64_t clock_monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
