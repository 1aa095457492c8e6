#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "text/dateparts.h"

static void assert_date(const struct dateparts *date, const char *text)
{
	char now[DATEPARTS_SIZE];

	dateparts_write(now, date);
	assert_string_equal(now, text);
}

static struct dateparts date_of(const char *text)
{
	struct dateparts date;

	if (!dateparts_read(&date, text))
		fail_msg("%s is no date", text);
	return date;
}

static void what_is_read_is_written_as_it_stood(void **state)
{
	static const char *const texts[] = {
	    "2026-11-20",
	    "0001-01-01",
	    "2024-02-29",
	    "2026-11-20T09:00",
	    "2026-11-20 09:00",
	    "2026-11-20t09:00:59z",
	    "2026-11-20T09:00:00Z",
	    "2026-11-20T09:00:00+08:00",
	    "2026-11-20 09:00:00 -0330",
	    "2026-11-20T09:00:00.123456789-03:30",
	};

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct dateparts date = date_of(texts[i]);

		assert_date(&date, texts[i]);
	}
}

static void what_is_no_date_is_not_read(void **state)
{
	static const char *const texts[] = {
	    "",
	    "Friday",
	    "2026-1-2",
	    "2026-13-01",
	    "2026-00-01",
	    "2026-02-29",
	    "2026-11-31",
	    "0000-01-01",
	    "2026-11-20T",
	    "2026-11-20T9:00",
	    "2026-11-20T24:00",
	    "2026-11-20T09:60",
	    "2026-11-20T09:00:6",
	    "2026-11-20T09:00.5",
	    "2026-11-20T09:00:00.",
	    "2026-11-20T09:00:00+",
	    "2026-11-20x09:00",
	    "2026-11-20, later",
	    "2026-11-20T09:00:00+08:00 and some more of it that goes on beyond all reason",
	};
	struct dateparts date;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (dateparts_read(&date, texts[i]))
			fail_msg("%s is a date", texts[i]);
	}
}

static void parts_carry_over_as_on_a_calendar(void **state)
{
	static const struct {
		const char *from;
		enum dateparts_part part;
		int by;
		const char *to;
	} rows[] = {
	    {"2026-11-20", DATEPARTS_DAY, 1, "2026-11-21"},
	    {"2026-12-31", DATEPARTS_DAY, 1, "2027-01-01"},
	    {"2027-01-01", DATEPARTS_DAY, -1, "2026-12-31"},
	    {"2024-02-28", DATEPARTS_DAY, 1, "2024-02-29"},
	    {"2026-02-28", DATEPARTS_DAY, 1, "2026-03-01"},
	    {"2026-01-31", DATEPARTS_MONTH, 1, "2026-02-28"},
	    {"2026-11-20", DATEPARTS_MONTH, 2, "2027-01-20"},
	    {"2026-01-20", DATEPARTS_MONTH, -1, "2025-12-20"},
	    {"2024-02-29", DATEPARTS_YEAR, 1, "2025-02-28"},
	    {"9999-12-31", DATEPARTS_DAY, 1, "9999-12-31"},
	    {"9999-12-31", DATEPARTS_YEAR, 1, "9999-12-31"},
	    {"0001-01-01", DATEPARTS_MONTH, -1, "0001-01-01"},
	    {"2026-11-20T23:30+08:00", DATEPARTS_HOUR, 1, "2026-11-21T00:30+08:00"},
	    {"2026-11-20T00:00:00Z", DATEPARTS_MINUTE, -1, "2026-11-19T23:59:00Z"},
	    {"2026-12-31 23:59:59.5 +0100", DATEPARTS_SECOND, 1, "2027-01-01 00:00:00.5 +0100"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct dateparts date = date_of(rows[i].from);

		dateparts_add(&date, rows[i].part, rows[i].by);
		assert_date(&date, rows[i].to);
	}
}

static void every_day_has_a_next_and_a_weekday(void **state)
{
	static const char *const week[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
					   "Friday", "Saturday", "Sunday"};
	struct dateparts date = date_of("0001-01-01"); /* a Monday in the calendar that ISO 8601 extends */
	struct dateparts back;

	(void)state;
	for (int i = 0; i < 1000000; i++) {
		assert_string_equal(dateparts_weekday(&date), week[i % 7]);
		back = date;
		dateparts_add(&date, DATEPARTS_DAY, 1);
		dateparts_add(&back, DATEPARTS_DAY, 2);
		dateparts_add(&back, DATEPARTS_DAY, -1);
		assert_memory_equal(back.value, date.value, sizeof date.value);
	}
	assert_date(&date, "2738-11-29");
	date = date_of("2026-11-21");
	assert_string_equal(dateparts_weekday(&date), "Saturday");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_read_is_written_as_it_stood),
	    cmocka_unit_test(what_is_no_date_is_not_read),
	    cmocka_unit_test(parts_carry_over_as_on_a_calendar),
	    cmocka_unit_test(every_day_has_a_next_and_a_weekday),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
