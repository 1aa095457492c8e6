#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "cli/json.h"

static void values_stand_indented_in_objects_and_arrays(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out);
	json_array(&json, NULL);
	json_object(&json, NULL);
	json_string(&json, "name", NULL);
	json_number(&json, "count", -12);
	json_bool(&json, "mine", true);
	json_array(&json, "empty");
	json_end(&json);
	json_object(&json, "nothing");
	json_end(&json);
	json_end(&json);
	json_null(&json, NULL);
	json_end(&json);
	assert_string_equal(out.data, "[\n"
				      "  {\n"
				      "    \"name\": null,\n"
				      "    \"count\": -12,\n"
				      "    \"mine\": true,\n"
				      "    \"empty\": [],\n"
				      "    \"nothing\": {}\n"
				      "  },\n"
				      "  null\n"
				      "]\n");
	strbuf_clear(&out);
}

static void an_empty_array_is_one_line(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out);
	json_array(&json, NULL);
	json_end(&json);
	assert_string_equal(out.data, "[]\n");
	strbuf_clear(&out);
}

static void what_json_cannot_hold_is_escaped(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *json;
	} rows[] = {
	    {"", 0, "\"\"\n"},
	    {"\"a\\b\"", 5, "\"\\\"a\\\\b\\\"\"\n"},
	    {"a\n\r\t\b\f", 6, "\"a\\n\\r\\t\\b\\f\"\n"},
	    {"\0\x01\x1f\x7f", 4, "\"\\u0000\\u0001\\u001f\\u007f\"\n"},
	    {"湖滨/é", 9, "\"湖滨/é\"\n"},
	    {"a\xff\xe6\xb9z", 5, "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"\n"},
	    {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"\n"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;
		struct json json;

		json_init(&json, &out);
		json_bytes(&json, NULL, rows[i].text, rows[i].len);
		assert_string_equal(out.data, rows[i].json);
		strbuf_clear(&out);
	}
}

static void keys_are_escaped_too(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct json json;

	(void)state;
	json_init(&json, &out);
	json_object(&json, NULL);
	json_string(&json, "a\"b", "c");
	json_end(&json);
	assert_string_equal(out.data, "{\n  \"a\\\"b\": \"c\"\n}\n");
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(values_stand_indented_in_objects_and_arrays),
	    cmocka_unit_test(an_empty_array_is_one_line),
	    cmocka_unit_test(what_json_cannot_hold_is_escaped),
	    cmocka_unit_test(keys_are_escaped_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
