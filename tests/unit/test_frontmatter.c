#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/frontmatter.h"
#include "text/scalar.h"

#include "processor.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct frontmatter *parsed(const char *text)
{
	struct frontmatter *fm;
	struct error err;

	if (frontmatter_parse(&fm, text, strlen(text), &err) < 0)
		fail_msg("%s", err.message);
	return fm;
}

static void fields_are_read_in_order(void **state)
{
	struct frontmatter *fm = parsed("---\n"
					"title: 'It''s here' # a comment\n"
					"# another\n"
					"tags: [lake, \"a: b\"]\n"
					"Byline:\n"
					"- A. Writer\n"
					"-\n"
					"- B. Editor\n"
					"description: >-\n"
					"  Folded\n"
					"  text\n"
					"empty:\n"
					"quoted: \"\"\n"
					"nested:\n"
					"  deep: {a: 1}\n"
					"date: 2026-11-20\n"
					"---\n"
					"Body: no field\n");

	(void)state;
	assert_true(frontmatter_present(fm));
	assert_int_equal(frontmatter_lines(fm), 17);
	assert_int_equal(frontmatter_count(fm), 8);
	assert_string_equal(frontmatter_key(fm, 0), "title");
	assert_string_equal(frontmatter_key(fm, 7), "date");
	assert_string_equal(frontmatter_get(fm, "title"), "It's here");
	assert_string_equal(frontmatter_item(fm, "tags", 1), "a: b");
	assert_int_equal(frontmatter_items(fm, "tags"), 2);
	assert_string_equal(frontmatter_get(fm, "byline"), "A. Writer");
	assert_int_equal(frontmatter_items(fm, "byline"), 2);
	assert_string_equal(frontmatter_get(fm, "description"), "Folded text");
	assert_null(frontmatter_get(fm, "empty"));
	assert_int_equal(frontmatter_items(fm, "empty"), 0);
	assert_string_equal(frontmatter_get(fm, "quoted"), "");
	assert_null(frontmatter_get(fm, "nested"));
	assert_string_equal(frontmatter_get(fm, "date"), "2026-11-20");
	assert_null(frontmatter_get(fm, "body"));
	frontmatter_free(fm);
}

static void the_body_starts_after_the_closing_line(void **state)
{
	static const struct {
		const char *text;
		const char *body;
		size_t lines;
		bool present;
	} rows[] = {
	    {"---\na: b\n---\nBody", "Body", 3, true},
	    {"---\na: b\n...\nBody", "Body", 3, true},
	    {"---  \r\na: b\r\n---\t\r\nBody", "Body", 3, true},
	    {"\xef\xbb\xbf---\na: b\n---\n", "", 3, true},
	    {"---\n---", "", 2, true},
	    {"---\n# only a comment\n\n---\n\n\nBody", "\n\nBody", 4, true},
	    {"Body\n---\na: b\n---\n", "Body\n---\na: b\n---\n", 0, false},
	    {"\n---\na: b\n---\n", "\n---\na: b\n---\n", 0, false},
	    {"", "", 0, false},
	    {"----\na: b\n----\n", "----\na: b\n----\n", 0, false},
	    {"{{< figure >}}\n", "{{< figure >}}\n", 0, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct frontmatter *fm;

		if (rows[i].body == NULL)
			continue;
		fm = parsed(rows[i].text);
		assert_string_equal(rows[i].text + frontmatter_body(fm), rows[i].body);
		assert_int_equal(frontmatter_lines(fm), rows[i].lines);
		assert_int_equal(frontmatter_present(fm), rows[i].present);
		frontmatter_free(fm);
	}
}

static void what_cannot_be_read_is_told_with_its_line(void **state)
{
	static const struct {
		const char *text;
		const char *message;
		const char *body;
	} rows[] = {
	    {"---\ntitle: a\nno end", "no end: the line \"---\"", "---\ntitle: a\nno end"},
	    {"---", "no end", "---"},
	    {"---\ntitle: One: two\n---\nB",
	     "Line 2, among the fields at the top: a value that holds a colon", "B"},
	    {"---\na: b\ntitle: \"open\n\nc: d\n---\nB",
	     "Line 3, among the fields at the top: a quotation mark", "B"},
	    {"---\na: b\n\tc: d\n---\nB", "Line 3", "B"},
	    {"---\na: @home\n---\nB", "Line 2, among the fields at the top: a value cannot start", "B"},
	    {"---\na: b\nb: \xff\n---\nB",
	     "Line 3, among the fields at the top: there are bytes that are not UTF-8", "B"},
	    {"---\na: b\nb: \x01\n---\nB",
	     "Line 3, among the fields at the top: there is a control character", "B"},
	    {"---\na: 1\nb: 2\na: 3\n---\nB",
	     "Line 4, among the fields at the top: the field \"a\" stands there twice", "B"},
	    {"---\na:\n  x: 1\n  x: 2\n---\nB", "the field \"x\" stands there twice", "B"},
	    {"---\na: &x 1\nb: *x\n---\nB", "Line 3, among the fields at the top: an alias", "B"},
	    {"---\n- a\n- b\n---\nB", "there should be fields", "B"},
	    {"---\njust words\n---\nB", "there should be fields", "B"},
	    {"---\na: b\n--- c\n---\nB", "a second YAML document", "B"},
	    {"---\na: [[[[[[[[[[1]]]]]]]]]]\n---\nB", "nested too deeply", "B"},
	    {"---\n? [a]\n: b\n---\nB", "the name of a field must be text", "B"},
	    {"---\na: \"x\\0y\"\n---\nB", "there is a NUL character", "B"},
	    {"+++\ntitle = \"a\"\n+++\nB", "TOML", "B"},
	    {"{\n  \"title\": \"a\"\n}\nB", "JSON", "{\n  \"title\": \"a\"\n}\nB"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct frontmatter *fm;
		struct error err;
		struct strbuf sb = STRBUF_INIT;
		size_t len = strlen(rows[i].text);

		assert_int_equal(frontmatter_parse(&fm, rows[i].text, len, &err), E_INVALID);
		if (strstr(err.message, rows[i].message) == NULL)
			fail_msg("row %zu says: %s", i, err.message);
		assert_string_equal(rows[i].text + frontmatter_body(fm), rows[i].body);
		assert_int_equal(frontmatter_count(fm), 0);
		assert_null(frontmatter_get(fm, "a"));
		assert_int_equal(frontmatter_set(&sb, rows[i].text, len, "a", "b", &err), E_INVALID);
		assert_int_equal(sb.len, 0);
		strbuf_clear(&sb);
		frontmatter_free(fm);
	}
}

static void a_block_beyond_the_limits_is_refused(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct frontmatter *fm;
	struct error err;

	(void)state;
	strbuf_adds(&sb, "---\ntags: [a");
	for (size_t i = 0; i < 2500; i++)
		strbuf_adds(&sb, ", a");
	strbuf_adds(&sb, "]\n---\n");
	assert_int_equal(frontmatter_parse(&fm, sb.data, sb.len, &err), E_INVALID);
	assert_non_null(strstr(err.message, "more values than an article needs"));
	frontmatter_free(fm);
	strbuf_reset(&sb);
	strbuf_adds(&sb, "---\n");
	while (sb.len < FRONTMATTER_SIZE + 8)
		strbuf_adds(&sb, "# a comment\n");
	strbuf_adds(&sb, "---\n");
	assert_int_equal(frontmatter_parse(&fm, sb.data, sb.len, &err), E_INVALID);
	assert_string_equal(err.message, "The fields at the top are larger than 64 KiB.");
	assert_int_equal(frontmatter_body(fm), sb.len);
	frontmatter_free(fm);
	strbuf_clear(&sb);
}

static void brackets_nested_without_end_are_refused_at_once(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct frontmatter *fm;
	struct error err;

	(void)state;
	strbuf_adds(&sb, "---\na: ");
	for (size_t i = 0; i < 60000; i++)
		strbuf_addc(&sb, i % 2 ? '[' : '{');
	strbuf_adds(&sb, "\n---\n");
	assert_int_equal(frontmatter_parse(&fm, sb.data, sb.len, &err), E_INVALID);
	frontmatter_free(fm);
	strbuf_clear(&sb);
}

static void what_yaml_would_misread_is_quoted(void **state)
{
	static const struct {
		const char *value;
		const char *yaml;
	} rows[] = {
	    {"plain words", "plain words"},
	    {"志愿者修复湖滨步道", "志愿者修复湖滨步道"},
	    {"标题：副题", "标题：副题"},
	    {"C# and a:b", "C# and a:b"},
	    {"yes", "'yes'"},
	    {"No", "'No'"},
	    {"null", "'null'"},
	    {"~", "'~'"},
	    {"", "''"},
	    {"12:30", "'12:30'"},
	    {"1984", "'1984'"},
	    {"1_000", "'1_000'"},
	    {".5", "'.5'"},
	    {"2026-11-20", "'2026-11-20'"},
	    {"20 November", "20 November"},
	    {"- x", "'- x'"},
	    {"# no", "'# no'"},
	    {"a # b", "'a # b'"},
	    {"One: two", "'One: two'"},
	    {"ends:", "'ends:'"},
	    {" space", "' space'"},
	    {"space ", "'space '"},
	    {"it's", "it's"},
	    {"it's: it", "\"it's: it\""},
	    {"it's: \"it\"", "'it''s: \"it\"'"},
	    {"\"quoted\"", "'\"quoted\"'"},
	    {"two\nlines", "\"two\\nlines\""},
	    {"a\ttab", "'a\ttab'"},
	    {"\xef\xbb\xbfmark", "\"\\uFEFFmark\""},
	    {"\xc2\x85", "\"\\u0085\""},
	    {"\x1b[0m", "\"\\u001B[0m\""},
	    {"🎉 done", "🎉 done"},
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&sb);
		scalar_write(&sb, rows[i].value, SCALAR_PLAIN, SCALAR_STRING, false);
		assert_string_equal(sb.data, rows[i].yaml);
	}
	strbuf_clear(&sb);
}

/* -- Splicing, by rows -- */

static void a_value_keeps_its_style_and_its_neighbours(void **state)
{
	static const struct {
		const char *before;
		const char *value;
		const char *after;
	} rows[] = {
	    {"t: old # why\n", "new", "t: new # why\n"},
	    {"t: old\n", "yes", "t: 'yes'\n"},
	    {"t: true\n", "false", "t: false\n"},
	    {"t: 5\n", "4", "t: 4\n"},
	    {"t: 5\n", "yes", "t: 'yes'\n"},
	    {"t: 'old'\n", "new", "t: 'new'\n"},
	    {"t: 'old'\n", "two\nlines", "t: \"two\\nlines\"\n"},
	    {"t: \"old\" # c\n", "a \"b\"", "t: \"a \\\"b\\\"\" # c\n"},
	    {"t:\n", "new", "t: new\n"},
	    {"t:   # why\n", "new", "t: new   # why\n"},
	    {"t: ~\n", "new", "t: new\n"},
	    {"t: one\n  two\n  three # c\nu: 1\n", "new", "t: new # c\nu: 1\n"},
	    {"t:\n  one\n  two\nu: 1\n", "a: b", "t:\n  'a: b'\nu: 1\n"},
	    {"t: !!str old\n", "new", "t: new\n"},
	    {"t: |\n  one\n  two\n\nu: 1\n", "a\n\nb\n", "t: |\n  a\n\n  b\n\nu: 1\n"},
	    {"t: |  # why\n   one\n# c\nu: 1\n", "a\nb", "t: |-  # why\n   a\n   b\n# c\nu: 1\n"},
	    {"t: >\n  one\n  two\nu: 1\n", "a b\nc\n", "t: >\n  a b\n\n  c\nu: 1\n"},
	    {"t: >- # why\n  one\n\nu: 1\n", " a", "t: ' a' # why\n\nu: 1\n"},
	    {"t: |+\n  one\n\nu: 1\n", "new\n\n", "t: \"new\\n\\n\"\nu: 1\n"},
	    {"t: |2\n    one\nu: 1\n", "new", "t: |-\n    new\nu: 1\n"},
	    {"t: [a, b] # c\n", "new", "t: new # c\n"},
	    {"t: # c\n  - a\n  - b\nu: 1\n", "new", "t: new # c\nu: 1\n"},
	    {"t:\n- a\n- b # c\nu: 1\n", "new", "t: new # c\nu: 1\n"},
	    {"t:\n  x: 1\n  y:\n    z: 2\nu: 1\n", "new", "t: new\nu: 1\n"},
	    {"  u: 1\n  t: old\n", "new", "  u: 1\n  t: new\n"},
	    {"\"t\": old\n", "new", "\"t\": new\n"},
	    {"T: old\n", "new", "T: new\n"},
	    {"? t\n: old\n", "new", "? t\n: new\n"},
	    {"u: 1\n", "new", "u: 1\nt: new\n"},
	    {"u: 1 # c\n\n# end\n", "new", "u: 1 # c\nt: new\n\n# end\n"},
	    {"  u: |\n    x\n\n", "new", "  u: |\n    x\n  t: new\n\n"},
	    {"u: |+\n    x\n\n", "new", "u: |+\n    x\n\nt: new\n"},
	    {"# only\n", "new", "# only\nt: new\n"},
	    {"", "new", "t: new\n"},
	    {"t: same # c\n", "same", "t: same # c\n"},
	    {"u: 1\nt: old\nv: 2\n", NULL, "u: 1\nv: 2\n"},
	    {"u: 1\nt: >\n  old\n\n  older\n\nv: 2\n", NULL, "u: 1\n\nv: 2\n"},
	    {"u: 1\nt:\n  - a\n  - b # c\n# d\nv: 2\n", NULL, "u: 1\n# d\nv: 2\n"},
	    {"t: old\n", NULL, ""},
	    {"u: 1\n", NULL, "u: 1\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		for (size_t crlf = 0; crlf < 2; crlf++) {
			struct strbuf before = STRBUF_INIT;
			struct strbuf wanted = STRBUF_INIT;
			struct strbuf out = STRBUF_INIT;
			struct error err;

			strbuf_addf(&before, "\xef\xbb\xbf---\n%s---\n\nBody\n", rows[i].before);
			strbuf_addf(&wanted, "\xef\xbb\xbf---\n%s---\n\nBody\n", rows[i].after);
			for (size_t k = 0; crlf && k < before.len; k++) {
				if (before.data[k] == '\n')
					strbuf_splice(&before, k++, 0, "\r", 1);
			}
			for (size_t k = 0; crlf && k < wanted.len; k++) {
				if (wanted.data[k] == '\n')
					strbuf_splice(&wanted, k++, 0, "\r", 1);
			}
			if (frontmatter_set(&out, before.data, before.len, "t", rows[i].value, &err) < 0)
				fail_msg("row %zu: %s", i, err.message);
			assert_string_equal(out.data, wanted.data);
			strbuf_clear(&before);
			strbuf_clear(&wanted);
			strbuf_clear(&out);
		}
	}
}

static void dates_stay_plain_in_date_fields(void **state)
{
	static const char text[] = "---\ndate: 2026-11-19\nlastmod:\n---\n";
	struct strbuf one = STRBUF_INIT;
	struct strbuf two = STRBUF_INIT;

	(void)state;
	frontmatter_set(&one, text, strlen(text), "date", "2026-11-20", NULL);
	frontmatter_set(&two, one.data, one.len, "lastmod", "2026-11-20T09:00:00+08:00", NULL);
	strbuf_reset(&one);
	frontmatter_set(&one, two.data, two.len, "publishDate", "2026-11-21", NULL);
	strbuf_reset(&two);
	frontmatter_set(&two, one.data, one.len, "slug", "2026-11-21", NULL);
	assert_string_equal(two.data, "---\n"
				      "date: 2026-11-20\n"
				      "lastmod: 2026-11-20T09:00:00+08:00\n"
				      "publishDate: 2026-11-21\n"
				      "slug: '2026-11-21'\n"
				      "---\n");
	strbuf_clear(&one);
	strbuf_clear(&two);
}

static void a_number_stays_plain_in_its_fields(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct error err;

	(void)state;
	assert_int_equal(frontmatter_set(&out, "---\na: b\n---\n", 13, "urgency", "4", &err), 0);
	assert_string_equal(out.data, "---\na: b\nurgency: 4\n---\n");
	strbuf_reset(&out);
	assert_int_equal(frontmatter_set(&out, "---\na: b\n---\n", 13, "source", "4", &err), 0);
	assert_string_equal(out.data, "---\na: b\nsource: '4'\n---\n");
	strbuf_clear(&out);
}

static void a_missing_block_is_made(void **state)
{
	struct strbuf out = STRBUF_INIT;

	(void)state;
	assert_int_equal(frontmatter_set(&out, "Body\r\n", 6, "title", "T", NULL), 0);
	assert_string_equal(out.data, "---\r\ntitle: T\r\n---\r\nBody\r\n");
	strbuf_reset(&out);
	assert_int_equal(frontmatter_set(&out, "\xef\xbb\xbf", 3, "title", "T", NULL), 0);
	assert_string_equal(out.data, "\xef\xbb\xbf---\ntitle: T\n---\n");
	strbuf_reset(&out);
	assert_int_equal(frontmatter_set(&out, "Body", 4, "title", NULL, NULL), 0);
	assert_string_equal(out.data, "Body");
	strbuf_clear(&out);
}

static void a_list_keeps_its_style_and_the_items_that_stay(void **state)
{
	static const struct {
		const char *before;
		const char *items[5];
		const char *after;
	} rows[] = {
	    {"t: [a, 'b', c] # c\n", {"a", "b", "d"}, "t: [a, 'b', d] # c\n"},
	    {"t: [a, 'b', c]\n", {"a", "c"}, "t: [a, c]\n"},
	    {"t: [a, 'b', c]\n", {"a"}, "t: [a]\n"},
	    {"t: [a, 'b', c]\n", {"c"}, "t: [c]\n"},
	    {"t: [a]\n", {"a", "x, y", "yes"}, "t: [a, 'x, y', 'yes']\n"},
	    {"t: [b]\n", {"a", "b"}, "t: [a, b]\n"},
	    {"t: [a, b]\n", {NULL}, "t: []\n"},
	    {"t: []\n", {"a"}, "t: [a]\n"},
	    {"t: [\n  a, # one\n  b  # two\n]\n", {"a", "c", "d"}, "t: [\n  a, # one\n  c, d  # two\n]\n"},
	    {"t:\n  - a # one\n  - b # two\n  - c\nu: 1\n", {"a", "c"}, "t:\n  - a # one\n  - c\nu: 1\n"},
	    {"t:\n- a # one\n- b\nu: 1\n", {"a", "x", "b"}, "t:\n- a # one\n- x\n- b\nu: 1\n"},
	    {"t:\n- a # one\n# end\n", {"a", "- x", "z"}, "t:\n- a # one\n- '- x'\n- z\n# end\n"},
	    {"t:\n- a\n- \"b\"\n", {"c", "d"}, "t:\n- c\n- \"d\"\n"},
	    {"t:\n  - |\n    a\n  - b\n", {"x\n", "z"}, "t:\n  - |\n    x\n  - z\n"},
	    {"t:\n- a\n-\n- b\n", {"c"}, "t: [c]\n"},
	    {"t:\n- - a\n- b\n", {"c"}, "t: [c]\n"},
	    {"t: a\n", {"a"}, "t: [a]\n"},
	    {"t: >\n  a\n\nu: 1\n", {"a", "b"}, "t: [a, b]\n\nu: 1\n"},
	    {"t:\nu: 1\n", {"a"}, "t: [a]\nu: 1\n"},
	    {"u: 1\n", {"a", "b"}, "u: 1\nt: [a, b]\n"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf before = STRBUF_INIT;
		struct strbuf wanted = STRBUF_INIT;
		struct strbuf out = STRBUF_INIT;
		struct error err;
		size_t count = 0;

		while (rows[i].items[count] != NULL)
			count++;
		strbuf_addf(&before, "---\n%s---\nBody\n", rows[i].before);
		strbuf_addf(&wanted, "---\n%s---\nBody\n", rows[i].after);
		if (frontmatter_set_list(&out, before.data, before.len, "t", rows[i].items, count, &err) < 0)
			fail_msg("row %zu: %s", i, err.message);
		assert_string_equal(out.data, wanted.data);
		strbuf_clear(&before);
		strbuf_clear(&wanted);
		strbuf_clear(&out);
	}
}

static void what_cannot_be_spliced_is_refused_in_words(void **state)
{
	static const struct {
		const char *text;
		const char *value;
		const char *message;
	} rows[] = {
	    {"---\n{t: a, u: b}\n---\n", "new", "stand in braces"},
	    {"---\nt: a\n---\n", "\xff", "The text for the field \"t\" is not UTF-8."},
	    {"---\ns: |\n  x\nt: y\n  # a comment that would become text\nu: z\n---\n", NULL,
	     "cannot be changed without harm"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf out = STRBUF_INIT;
		struct error err;

		assert_int_equal(frontmatter_set(&out, rows[i].text, strlen(rows[i].text), "t", rows[i].value,
						 &err),
				 E_INVALID);
		assert_non_null(strstr(err.message, rows[i].message));
		assert_int_equal(out.len, 0);
		strbuf_clear(&out);
	}
}

static void a_field_is_found_with_its_kind_and_its_bytes(void **state)
{
	static const char text[] = "---\nTitle: 'Lake'\ndraft: no\ntags: [a, b]\nnone:\nlist:\n  - x\n  -\n"
				   "map:\n  a: b\nlong: |\n  one\n  two\n---\nBody\n";
	static const struct {
		const char *key;
		enum frontmatter_kind kind;
		const char *bytes;
		bool plain;
	} rows[] = {
	    {"title", FRONTMATTER_SCALAR, "Title: 'Lake'", false},
	    {"draft", FRONTMATTER_SCALAR, "draft: no", true},
	    {"tags", FRONTMATTER_LIST, "tags: [a, b]", false},
	    {"none", FRONTMATTER_SCALAR, "none:", true},
	    {"list", FRONTMATTER_OTHER, "list:\n  - x\n  -", false},
	    {"map", FRONTMATTER_OTHER, "map:\n  a: b", false},
	    {"long", FRONTMATTER_SCALAR, "long: |\n  one\n  two", false},
	    {"slug", FRONTMATTER_NONE, "", false},
	};
	struct frontmatter *fm;

	(void)state;
	assert_int_equal(frontmatter_parse(&fm, text, strlen(text), NULL), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct frontmatter_field field = frontmatter_find(fm, rows[i].key);

		assert_int_equal(field.kind, rows[i].kind);
		assert_int_equal(field.plain, rows[i].plain);
		assert_int_equal(field.end - field.start, strlen(rows[i].bytes));
		assert_memory_equal(text + field.start, rows[i].bytes, strlen(rows[i].bytes));
		if (field.kind != FRONTMATTER_NONE)
			assert_int_equal(field.index, i);
	}
	assert_int_equal(frontmatter_bad_line(fm), 0);
	frontmatter_free(fm);
}

static void the_line_that_is_refused_is_known(void **state)
{
	static const struct {
		const char *text;
		size_t line;
	} rows[] = {
	    {"---\ntitle: A\ntitle: B\n---\n", 3},
	    {"---\r\ntitle: A\r\nbyline: [\r\n---\r\n", 4},
	    {"---\ntitle: A: B\n---\n", 2},
	    {"---\ntitle: A\n", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct frontmatter *fm;

		assert_int_equal(frontmatter_parse(&fm, rows[i].text, strlen(rows[i].text), NULL), E_INVALID);
		assert_int_equal(frontmatter_bad_line(fm), rows[i].line);
		frontmatter_free(fm);
	}
}

static void a_block_that_lost_its_first_line_is_told_from_a_text_without_one(void **state)
{
	static const struct {
		const char *text;
		bool lost;
	} rows[] = {
	    {"Hello ---\ntitle: A\n---\nBody\n", true},
	    {"Words\n\n---\ntitle: A\n---\nBody\n", true},
	    {"--- x\r\ndate: 2026-11-20\r\ntitle: A\r\n---\r\n", true},
	    {"title: A\n---\nBody\n", true},
	    {"---\ntitle: A\n---\nBody\n", false},
	    {"\xef\xbb\xbf---\ntitle: A\n---\nBody\n", false},
	    {"title: A is how it begins.\n", false},
	    {"Words\n\n---\n\nMore words\n", false},
	    {"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\ntitle: A\n---\n", false},
	    {"", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(frontmatter_lost(rows[i].text, strlen(rows[i].text)), rows[i].lost);
}

/* Milliseconds of processor time that reading so many fields takes, a hundred times. */
static int64_t time_fields(int count)
{
	struct strbuf text = STRBUF_INIT;
	int64_t before;

	strbuf_adds(&text, "---\n");
	for (int i = 0; i < count; i++)
		strbuf_addf(&text, "a-field-with-a-name-as-long-as-others-%d: x\n", i);
	strbuf_adds(&text, "---\n");
	before = processor_time();
	for (int i = 0; i < 100; i++) {
		struct frontmatter *fm;

		assert_int_equal(frontmatter_parse(&fm, text.data, text.len, NULL), 0);
		frontmatter_free(fm);
	}
	strbuf_clear(&text);
	return processor_time() - before;
}

static void four_times_the_fields_take_no_more_than_that_and_a_half(void **state)
{
	(void)state;
	assert_true(time_fields(960) < 6 * time_fields(240));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(fields_are_read_in_order),
	    cmocka_unit_test(the_body_starts_after_the_closing_line),
	    cmocka_unit_test(what_cannot_be_read_is_told_with_its_line),
	    cmocka_unit_test(a_block_beyond_the_limits_is_refused),
	    cmocka_unit_test(a_field_is_found_with_its_kind_and_its_bytes),
	    cmocka_unit_test(the_line_that_is_refused_is_known),
	    cmocka_unit_test(a_block_that_lost_its_first_line_is_told_from_a_text_without_one),
	    cmocka_unit_test(four_times_the_fields_take_no_more_than_that_and_a_half),
	    cmocka_unit_test(brackets_nested_without_end_are_refused_at_once),
	    cmocka_unit_test(what_yaml_would_misread_is_quoted),
	    cmocka_unit_test(a_value_keeps_its_style_and_its_neighbours),
	    cmocka_unit_test(dates_stay_plain_in_date_fields),
	    cmocka_unit_test(a_number_stays_plain_in_its_fields),
	    cmocka_unit_test(a_missing_block_is_made),
	    cmocka_unit_test(a_list_keeps_its_style_and_the_items_that_stay),
	    cmocka_unit_test(what_cannot_be_spliced_is_refused_in_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
