/*
 * A date of the front matter as the parts that a person changes one by one.
 *
 * What is read is what the rules take for a date, RFC 3339 with its zone and
 * its seconds left out or not: "2026-11-20", "2026-11-20T09:00:00+08:00".
 * What a change does not touch is written back as it stood: the mark between
 * day and time, a fraction of a second, the zone.  Days and hours carry over
 * as on a calendar; a month or a year that lacks the day takes its last.
 */
#ifndef COPYDESK_DATEPARTS_H
#define COPYDESK_DATEPARTS_H

#include <stdbool.h>

enum dateparts_part {
	DATEPARTS_YEAR,
	DATEPARTS_MONTH,
	DATEPARTS_DAY,
	DATEPARTS_HOUR,
	DATEPARTS_MINUTE,
	DATEPARTS_SECOND,
	DATEPARTS_COUNT,
};

/* Bytes of a written date, its NUL included. */
#define DATEPARTS_SIZE 64

struct dateparts {
	int value[DATEPARTS_COUNT];
	int count;                 /* parts that it has: 3, 5 or 6 */
	char between;              /* the byte between day and time */
	char rest[DATEPARTS_SIZE]; /* after the parts: a fraction of a second, and the zone */
};

/* False for what is no date, or more than one. */
bool dateparts_read(struct dateparts *out, const char *text);

void dateparts_write(char out[DATEPARTS_SIZE], const struct dateparts *date);

/* Where a part stands in the written date: bytes, which are columns. */
void dateparts_place(enum dateparts_part part, int *start, int *len);

/* Adds to a part, with what carries over; stays within the years 1 to 9999. */
void dateparts_add(struct dateparts *date, enum dateparts_part part, int by);

/* "Saturday". */
const char *dateparts_weekday(const struct dateparts *date);

#endif
