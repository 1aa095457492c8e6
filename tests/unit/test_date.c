#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "text/date.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void every_usual_form_is_read(void **state)
{
	static const struct {
		const char *text;
		const char *iso;
	} rows[] = {
	    {"2022-06-28", "2022-06-28"},
	    {"2022.06.28", "2022-06-28"},
	    {"2022/6/28", "2022-06-28"},
	    {" 2022-6-8 ", "2022-06-08"},
	    {"20220628", "2022-06-28"},
	    {"2022-06-28 14:05", "2022-06-28"},
	    {"2022-06-28 14:05:30", "2022-06-28"},
	    {"14:05 2022-06-28", "2022-06-28"},
	    {"2022-06-28T14:05", "2022-06-28T14:05"},
	    {"2022-06-28T14:05:30Z", "2022-06-28T14:05:30Z"},
	    {"2022-06-28t14:05:30.25+08:00", "2022-06-28T14:05:30.25+08:00"},
	    {"2022年6月28日", "2022-06-28"},
	    {"2022 年 06 月 28 日 14:05", "2022-06-28"},
	    {"２０２２年６月２８日", "2022-06-28"},
	    {"２０２２－０６－２８　１４：０５", "2022-06-28"},
	    {"二〇二二年六月二十八日", "2022-06-28"},
	    {"二○二二年十二月十日", "2022-12-10"},
	    {"二零二二年十月三十一日", "2022-10-31"},
	    {"2022年6月28日 星期二 下午2:05", "2022-06-28"},
	    {"2022年6月28日（周二）14时05分", "2022-06-28"},
	    {"June 28, 2022", "2022-06-28"},
	    {"JUNE 28 2022", "2022-06-28"},
	    {"Jun 28 2022", "2022-06-28"},
	    {"Jun. 28th, 2022", "2022-06-28"},
	    {"Sept. 2, 2022 9:05 a.m. EDT", "2022-09-02"},
	    {"28 June 2022", "2022-06-28"},
	    {"28th of June, 2022", "2022-06-28"},
	    {"28-Jun-2022", "2022-06-28"},
	    {"Tue, 28 Jun 2022 10:00:00 +0800", "2022-06-28"},
	    {"Tuesday, June 28, 2022", "2022-06-28"},
	    {"Tuesday 28 June 2022 at 14:05 GMT", "2022-06-28"},
	    {"28/06/2022", "2022-06-28"},
	    {"06/28/2022", "2022-06-28"},
	    {"04.04.2022", "2022-04-04"},
	    {"2024-02-29", "2024-02-29"},
	    {"2022-06-28 10:00 (Beijing time)", "2022-06-28"},
	    {"2022\xc2\xa0年6月28日", "2022-06-28"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[DATE_TEXT_SIZE] = "";

		if (date_read(out, rows[i].text, strlen(rows[i].text)) != DATE_READ)
			fail_msg("not read: %s", rows[i].text);
		assert_string_equal(out, rows[i].iso);
	}
}

static void what_is_no_date_or_two_dates_is_not_guessed(void **state)
{
	static const struct {
		const char *text;
		enum date_result result;
	} rows[] = {
	    {"", DATE_NONE},
	    {"June 2022", DATE_NONE},
	    {"June 28", DATE_NONE},
	    {"2022年6月", DATE_NONE},
	    {"yesterday", DATE_NONE},
	    {"2022-06-28 in Beijing", DATE_NONE},
	    {"2022-06-28x", DATE_NONE},
	    {"2022-06-281", DATE_NONE},
	    {"2022-06/28", DATE_NONE},
	    {"22-06-28", DATE_NONE},
	    {"12345678", DATE_NONE},
	    {"202206281", DATE_NONE},
	    {"2022-06-28 25:00", DATE_NONE},
	    {"2022-06-28 14:05 (Beijing", DATE_NONE},
	    {"Mayor 5, 2022", DATE_NONE},
	    {"14:05", DATE_NONE},
	    {"03/04/2022", DATE_AMBIGUOUS},
	    {"3-4-2022 10:00", DATE_AMBIGUOUS},
	    {"2022-02-29", DATE_IMPOSSIBLE},
	    {"2022-06-31", DATE_IMPOSSIBLE},
	    {"1900-02-29", DATE_IMPOSSIBLE},
	    {"2022-13-01", DATE_IMPOSSIBLE},
	    {"June 0, 2022", DATE_IMPOSSIBLE},
	    {"28/28/2022", DATE_IMPOSSIBLE},
	    {"3022-06-28", DATE_IMPOSSIBLE},
	    {"二〇二二年六月三十一日", DATE_IMPOSSIBLE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[DATE_TEXT_SIZE] = "untouched";

		if (date_read(out, rows[i].text, strlen(rows[i].text)) != rows[i].result)
			fail_msg("wrong: %s", rows[i].text);
		assert_string_equal(out, "untouched");
	}
}

static void a_date_is_told_from_what_follows_it(void **state)
{
	static const struct {
		const char *text;
		const char *rest;
		enum date_result result;
	} rows[] = {
	    {"2022-06-28 14:05 来源：新华网", " 来源：新华网", DATE_READ},
	    {"2022年6月28日10:05来源：新华网", "来源：新华网", DATE_READ},
	    {"June 28, 2022 | Updated", " | Updated", DATE_READ},
	    {"2022-06-28T14:05 x", " x", DATE_READ},
	    {"2022-06-28T9:05 x", " x", DATE_READ},
	    {"03/04/2022, Xinhua", ", Xinhua", DATE_AMBIGUOUS},
	    {"2022 was a year", "2022 was a year", DATE_NONE},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char out[DATE_TEXT_SIZE] = "";
		size_t end = 99;

		assert_int_equal(date_read_start(out, rows[i].text, strlen(rows[i].text), &end),
				 rows[i].result);
		assert_string_equal(rows[i].text + end, rows[i].rest);
	}
}

static void a_date_is_read_within_its_length(void **state)
{
	static const char text[] = "2022-06-28T14:05+08:00 二〇二二年六月二十八日";

	(void)state;
	for (size_t len = 0; len < sizeof text; len++) {
		char *copy = test_malloc(len ? len : 1);
		char out[DATE_TEXT_SIZE];

		memcpy(copy, text, len);
		assert_int_equal(date_read(out, copy, len) == DATE_READ,
				 len == 9 || len == 10 || len == 16 || len == 19 || len == 22 || len == 23);
		test_free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_usual_form_is_read),
	    cmocka_unit_test(what_is_no_date_or_two_dates_is_not_guessed),
	    cmocka_unit_test(a_date_is_told_from_what_follows_it),
	    cmocka_unit_test(a_date_is_read_within_its_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
