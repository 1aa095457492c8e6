/*
 * Dates as news pages print them, to ISO 8601.
 *
 * Read are: year, month, day with ".", "/", "-" or 年月日 between (also in
 * fullwidth digits, and in Chinese numerals such as 二〇二二年六月二十八日);
 * eight digits (20220628); an English month with its day and year in either
 * order, with or without a weekday, a comma, an ordinal (June 28th, 2022; Tue,
 * 28 Jun 2022; RFC 5322 section 3.3); day, month, year in figures where only
 * one reading exists (28/06/2022).  A time of day may follow, and a weekday or
 * a zone after it.  Anything else is no date: a guess would be a false date in
 * print.
 */
#ifndef COPYDESK_DATE_H
#define COPYDESK_DATE_H

#include <stddef.h>

enum date_result {
	DATE_READ,
	DATE_NONE,       /* not a date */
	DATE_AMBIGUOUS,  /* 03/04/2022 is two dates */
	DATE_IMPOSSIBLE, /* 30 February */
};

#define DATE_TEXT_SIZE 40

/*
 * Reads a text that is a date and nothing else, but for spaces around it, into ISO 8601: "2022-06-28".
 * A time is kept only when the text is an ISO 8601 date-time with its "T" ("2022-06-28T14:05+08:00"),
 * because the others leave open in which zone they are.  out is set for DATE_READ only.
 */
enum date_result date_read(char out[DATE_TEXT_SIZE], const char *text, size_t len);

/*
 * The same for the longest date at the start of a text in which more may follow; *end (bytes) is where
 * that starts.  For DATE_NONE it is 0.
 */
enum date_result date_read_start(char out[DATE_TEXT_SIZE], const char *text, size_t len, size_t *end);

#endif
