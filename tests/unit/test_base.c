#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"

static void a_long_message_is_cut_at_a_character(void **state)
{
	struct error err;
	char text[ERROR_MESSAGE_SIZE + 8];

	(void)state;
	for (size_t i = 0; i + 3 < sizeof text; i += 3)
		memcpy(text + i, "报", 3);
	text[(sizeof text - 1) / 3 * 3] = '\0';
	assert_int_equal(error_set(&err, E_INVALID, "%s", text), E_INVALID);
	assert_int_equal(strlen(err.message) % 3, 0);
	assert_true(strlen(err.message) >= ERROR_MESSAGE_SIZE - 4);
}

static void a_system_error_is_told_in_words(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(error_set_errno(&err, ENOSPC, "%s cannot be written", "a.md"), E_IO);
	assert_string_equal(err.message, "a.md cannot be written: the disk is full.");
	error_advise(&err, " Make room and save again.");
	assert_string_equal(err.message,
			    "a.md cannot be written: the disk is full. Make room and save again.");
}

static void bytes_are_spliced(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	char *text;

	(void)state;
	strbuf_adds(&sb, "one three");
	strbuf_splice(&sb, 4, 0, "two ", 4);
	strbuf_splice(&sb, 0, 3, "1", 1);
	strbuf_addf(&sb, " %d\n", 4);
	strbuf_trim_end(&sb);
	assert_string_equal(sb.data, "1 two three 4");
	text = strbuf_detach(&sb);
	assert_int_equal(sb.len, 0);
	free(text);
	strbuf_clear(&sb);
}

static void times_are_read_in_iso_8601(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
		bool ok;
	} rows[] = {
	    {"1970-01-01", -8 * 3600, true},
	    {"2026-11-20T09:00:00Z", 1795165200, true},
	    {"2026-11-20 09:00", 1795165200 - 8 * 3600, true},
	    {"2026-11-20T17:00:00+08:00", 1795165200, true},
	    {"2026-11-20T17:00:00.250 +0800", 1795165200, true},
	    {"2026-13-01", 0, false},
	    {"2026-11-200", 0, false},
	    {"20 November", 0, false},
	    {"2026-11-20T25:00", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t time = 0;

		assert_int_equal(clock_parse(&time, rows[i].text, 480), rows[i].ok);
		if (rows[i].ok)
			assert_int_equal(time, rows[i].time);
	}
}

static void times_are_told_in_their_zone(void **state)
{
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	clock_date(text, 1795165200, -600);
	assert_string_equal(text, "2026-11-19");
	clock_minutes(text, 1795165200, 480);
	assert_string_equal(text, "17:00");
	clock_rfc3339(text, 1795165200, -150);
	assert_string_equal(text, "2026-11-20T06:30:00-02:30");
	clock_rfc3339(text, 1795165200, 0);
	assert_string_equal(text, "2026-11-20T09:00:00Z");
}

/* The clock stands at 09:00:00 UTC on 20 November 2026, 17:00 in its zone. */
static const struct clock at_five = {.fixed = true, .now = 1795165200, .offset = 480};

static void typed_times_are_read_in_the_zone_of_the_desk(void **state)
{
	static const struct {
		const char *text;
		int64_t time;
	} rows[] = {
	    {"17:01", 1795165260},
	    {"17:00", 1795165200 + 86400}, /* has passed: tomorrow */
	    {" 9:30 ", 1795165200 + 59400},
	    {"００：３０", 1795165200 + 27000},
	    {"2026-11-20T17:30", 1795165200 + 1800},
	    {"2026-11-20 17:30", 1795165200 + 1800},
	    {"2026-11-20 17:30:05", 1795165200 + 1805},
	    {"２０２６-１１-２０ １７：３０", 1795165200 + 1800},
	    {"2026-11-20T09:30Z", 1795165200 + 1800},
	    {"2026-11-20T10:30+01:00", 1795165200 + 1800},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err;
		int64_t time;

		if (clock_read(&time, &at_five, rows[i].text, &err) < 0)
			fail_msg("%s: %s", rows[i].text, err.message);
		assert_int_equal(time, rows[i].time);
	}
}

static void typed_times_that_cannot_be_meant_are_refused(void **state)
{
	static const char *const rows[][2] = {
	    {"", "is no time"},
	    {"tomorrow", "is no time"},
	    {"25:00", "is no time"},
	    {"9", "is no time"},
	    {"930", "is no time"},
	    {"17:30 sharp", "is no time"},
	    {"2026-11-20T17:30 sharp", "is no time"},
	    {"2026-11-20T17:30+0", "is no time"},
	    {"22/11/2026 09:00", "is no time"},
	    {"2026-11-22", "says no hour: write it as 2026-11-22T09:00"},
	    {"2027-02-29T09:00", "There is no day 2027-02-29"},
	    {"2026-11-20T17:00", "has passed already"},
	    {"2026-11-20T09:00Z", "has passed already"},
	    {"1999-11-20T09:00", "has passed already"},
	    {"2026-11-22T09:00:00 and very, very, very, very, very, very much later", "is no time"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct error err = {.message = ""};
		int64_t time;

		assert_int_equal(clock_read(&time, &at_five, rows[i][0], &err), E_INVALID);
		if (strstr(err.message, rows[i][1]) == NULL)
			fail_msg("%s: %s", rows[i][0], err.message);
	}
}

/* Central Europe: 2040-03-25 has no 02:30, 2040-10-28 has it twice. */
static void the_change_of_clocks_is_no_trap(void **state)
{
	struct clock clock = {.fixed = false};
	struct error err;
	int64_t time;

	(void)state;
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(clock_read(&time, &clock, "2040-03-25T02:30", &err), E_INVALID);
	assert_non_null(strstr(err.message, "never show 2040-03-25T02:30"));
	assert_int_equal(clock_read(&time, &clock, "2040-10-28T02:30", &err), E_INVALID);
	assert_non_null(strstr(err.message, "show 2040-10-28T02:30 twice"));
	assert_int_equal(clock_read(&time, &clock, "2040-10-28T02:30+01:00", &err), 0);
	assert_int_equal(time, 2235000600);
	assert_int_equal(clock_read(&time, &clock, "2040-10-28T03:00", &err), 0);
	assert_int_equal(time, 2235000600 + 1800);
	assert_int_equal(clock_read(&time, &clock, "2040-07-01T09:00", &err), 0);
	assert_int_equal(clock_offset(&clock, time), 120);
	unsetenv("TZ");
	tzset();
}

static void a_time_of_today_is_told_by_its_minutes(void **state)
{
	char text[CLOCK_TEXT_SIZE];

	(void)state;
	clock_words(text, &at_five, 1795165200 - 3600);
	assert_string_equal(text, "16:00");
	clock_words(text, &at_five, 1795165200 + 86400);
	assert_string_equal(text, "2026-11-21 17:00");
}

static void a_file_is_replaced_whole(void **state)
{
	char folder[] = "/tmp/copydesk-base-XXXXXX";
	struct strbuf sb = STRBUF_INIT;
	struct error err;
	char *deep;
	char *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	deep = path_join(folder, "a/b");
	file = path_join(deep, "x.txt");
	assert_int_equal(path_make_folders(deep, 0700, &err), 0);
	assert_int_equal(path_read(&sb, file, 100, &err), E_NOTFOUND);
	assert_int_equal(path_write(file, "old", 3, 0600, &err), 0);
	assert_int_equal(path_write(file, "newer", 5, 0600, &err), 0);
	assert_int_equal(path_read(&sb, file, 100, &err), 0);
	assert_string_equal(sb.data, "newer");
	assert_int_equal(path_read(&sb, file, 4, &err), E_INVALID);
	assert_int_equal(path_read(&sb, deep, 4, &err), E_IO);
	assert_int_equal(unlink(file), 0);
	rmdir(deep);
	deep[strlen(deep) - 2] = '\0';
	rmdir(deep);
	assert_int_equal(rmdir(folder), 0);
	free(deep);
	free(file);
	strbuf_clear(&sb);
}

static void paths_are_joined_with_one_slash(void **state)
{
	static const char *const rows[][3] = {
	    {"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "b"}, {"a//", "b", "a/b"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *path = path_join(rows[i][0], rows[i][1]);

		assert_string_equal(path, rows[i][2]);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_long_message_is_cut_at_a_character),
	    cmocka_unit_test(a_system_error_is_told_in_words),
	    cmocka_unit_test(bytes_are_spliced),
	    cmocka_unit_test(times_are_read_in_iso_8601),
	    cmocka_unit_test(times_are_told_in_their_zone),
	    cmocka_unit_test(typed_times_are_read_in_the_zone_of_the_desk),
	    cmocka_unit_test(typed_times_that_cannot_be_meant_are_refused),
	    cmocka_unit_test(the_change_of_clocks_is_no_trap),
	    cmocka_unit_test(a_time_of_today_is_told_by_its_minutes),
	    cmocka_unit_test(a_file_is_replaced_whole),
	    cmocka_unit_test(paths_are_joined_with_one_slash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
