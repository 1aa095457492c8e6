#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/encoding.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BYTES(text)  text, sizeof(text) - 1

static void every_encoding_becomes_utf_8(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *text;
		const char *name;
	} rows[] = {
	    {BYTES(""), "", NULL},
	    {BYTES("plain"), "plain", NULL},
	    {BYTES("湖滨 🎉"), "湖滨 🎉", NULL},
	    {BYTES("\xef\xbb\xbfmarked"), "marked", NULL},
	    {BYTES("\xff\xfe\x56\x6e\xe8\x6e\x0a\x00"), "湖滨\n", "UTF-16"},
	    {BYTES("\xfe\xff\x6e\x56\xd8\x3c\xdf\x89"), "湖🎉", "UTF-16"},
	    {BYTES("\xba\xfe\xb1\xf5\xb2\xbd\xb5\xc0\xa3\xac"
		   "2022"),
	     "湖滨步道，2022", "GB 18030"},
	    {BYTES("\xba\xfe\xb1\xf5 \x94\x39\xda\x33 \xb2\xbd\xb5\xc0\xd0\xc2"), "湖滨 💩 步道新",
	     "GB 18030"},
	    {BYTES("The mayor\x92s caf\xe9 opens"), "The mayor’s café opens", "windows-1252"},
	};
	struct strbuf sb = STRBUF_INIT;
	struct error err;
	const char *name;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&sb);
		if (encoding_read(&sb, rows[i].bytes, rows[i].len, &name, &err) < 0)
			fail_msg("row %zu: %s", i, err.message);
		assert_string_equal(sb.data, rows[i].text);
		if (rows[i].name == NULL)
			assert_null(name);
		else
			assert_string_equal(name, rows[i].name);
	}
	strbuf_clear(&sb);
}

static void what_is_no_text_is_refused_in_one_sentence(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *message;
	} rows[] = {
	    {BYTES("a\0b"), "This is not a text: there are NUL characters in it."},
	    {BYTES("\xff\xfe"
		   "a\0\0\0"),
	     "NUL characters"},
	    {BYTES("\xff\xfe\x00\xd8 \0"), "not a text in UTF-8"},
	    {BYTES("\xff\xfe"
		   "abc"),
	     "not a text in UTF-8"},
	    {BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "not a text in UTF-8"},
	    {BYTES("湖滨步道 damaged \xe6\x98 here"), "UTF-8 with damaged bytes"},
	    /* Big5: 中文新聞 */
	    {BYTES("\xa4\xa4\xa4\xe5\xb7\x73\xbb\x44\xa4\x40\xa4\x47"), "not a text in UTF-8"},
	    {BYTES("\x81\x8d\x8f\x90\x9d"), "not a text in UTF-8"},
	};
	struct strbuf sb = STRBUF_INIT;
	struct strbuf empty = STRBUF_INIT;
	struct error err;
	const char *name;

	(void)state;
	strbuf_adds(&sb, "kept");
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(encoding_read(&sb, rows[i].bytes, rows[i].len, &name, &err), E_INVALID);
		if (strstr(err.message, rows[i].message) == NULL)
			fail_msg("row %zu says: %s", i, err.message);
		assert_string_equal(sb.data, "kept");
		assert_int_equal(encoding_read(&empty, rows[i].bytes, rows[i].len, &name, &err), E_INVALID);
		assert_int_equal(empty.len, 0);
	}
	strbuf_clear(&sb);
	strbuf_clear(&empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_encoding_becomes_utf_8),
	    cmocka_unit_test(what_is_no_text_is_refused_in_one_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
