/*
 * The time, from one place, so that it can be fixed.
 *
 * The desk owns a struct clock.  Tests and the sample newsroom fix it; the
 * environment variable COPYDESK_CLOCK (an ISO 8601 time such as
 * 2026-11-20T09:00:00Z) fixes it for a whole run.  Git records whatever time
 * its user's clock has, so a fixed clock proves and forges nothing new.
 */
#ifndef COPYDESK_CLOCK_H
#define COPYDESK_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct error;

struct clock {
	bool fixed;  /* now is the time to tell, rather than the system's */
	int64_t now; /* seconds since 1970-01-01T00:00:00Z */
	int offset;  /* of the local time zone when fixed, minutes east of UTC */
};

#define CLOCK_TEXT_SIZE 32

/* The system's clock, or the one that COPYDESK_CLOCK fixes. */
void clock_init(struct clock *clock);

/* Seconds since the epoch. */
int64_t clock_now(const struct clock *clock);

/* Minutes east of UTC of the local time zone at that time. */
int clock_offset(const struct clock *clock, int64_t time);

/* "2026-11-20" and "09:05" of a time in its zone, and both as RFC 3339; each into a caller's array. */
void clock_date(char out[CLOCK_TEXT_SIZE], int64_t time, int offset);
void clock_minutes(char out[CLOCK_TEXT_SIZE], int64_t time, int offset);
void clock_rfc3339(char out[CLOCK_TEXT_SIZE], int64_t time, int offset);

/*
 * Reads an ISO 8601 date or date with time ("2026-11-20", "2026-11-20T09:00", "2026-11-20 09:00:00",
 * "...Z", "...+08:00") at the start of text.  A time without a zone is in offset minutes east of UTC;
 * a date alone is its midnight.  Returns false when text is none.
 */
bool clock_parse(int64_t *out, const char *text, int offset);

/*
 * Reads a time that is still to come, as a person types it: "2026-11-22T09:00" or with a blank for the T,
 * with a zone ("+08:00", "Z") or in the clock's own; "9:00" alone is today or, when that has passed,
 * tomorrow.  Fullwidth digits and colons are taken, too.  E_INVALID says what is wrong with it: no time, none
 * of this calendar, one that has passed, or one that a change of the clocks leaves out or gives twice.
 */
int clock_read(int64_t *out, const struct clock *clock, const char *text, struct error *err);

/* "2026-11-22 09:00" in the clock's zone, today the minutes alone. */
void clock_words(char out[CLOCK_TEXT_SIZE], const struct clock *clock, int64_t time);

/* Milliseconds of a clock that never jumps, for deadlines. */
int64_t clock_monotonic(void);

#endif
