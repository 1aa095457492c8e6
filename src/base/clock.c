#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

int64_t clock_monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}
