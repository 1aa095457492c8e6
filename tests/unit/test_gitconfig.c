#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "desk/gitconfig.h"

static int collect(void *context, const struct gitconfig_item *item)
{
	struct strbuf *out = context;

	strbuf_addf(out, "%zu:%s", item->line, item->section);
	if (item->name != NULL)
		strbuf_addf(out, "(%s)", item->name);
	if (item->key != NULL)
		strbuf_addf(out, ".%s=%s", item->key, item->value ? item->value : "true");
	strbuf_addc(out, ' ');
	return 0;
}

static void sections_keys_and_values_are_read_as_git_reads_them(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"# only\n; comments\n\n", ""},
	    {"[Rules]\n\tComments-Block = false\n", "1:rules 2:rules.comments-block=false "},
	    {"\xef\xbb\xbf[a]\r\nb=c\r\n", "1:a 2:a.b=c "},
	    {"[step \"First \\\"one\\\\\"]\n", "1:step(First \"one\\) "},
	    {"[a] b = c # d\n", "1:a 1:a.b=c "},
	    {"[a]\nb\nc ; d\n", "1:a 2:a.b=true 3:a.c=true "},
	    {"[a]\nb = \n", "1:a 2:a.b= "},
	    {"[a]\nb =   one  two\tthree  \n", "1:a 2:a.b=one  two three "},
	    {"[a]\nb = \"  one # two\"  # three\n", "1:a 2:a.b=  one # two "},
	    {"[a]\nb = one\" two ; \"three\n", "1:a 2:a.b=one two ; three "},
	    {"[a]\nb = one \\\n two\nc = d\n", "1:a 2:a.b=one  two 4:a.c=d "},
	    {"[a]\nb = one \\\n\nc = d\n", "1:a 2:a.b=one 4:a.c=d "},
	    {"[a]\nb = x\\ty\\n\\\"\\\\", "1:a 2:a.b=x\ty\n\"\\ "},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;
		struct error err = {.code = 0};
		size_t lines;

		assert_int_equal(gitconfig_read("rules", rows[i][0], strlen(rows[i][0]), collect, &out,
						&lines, &err),
				 0);
		assert_string_equal(out.data, rows[i][1]);
		strbuf_clear(&out);
	}
}

static void what_is_no_configuration_is_refused_with_its_line(void **state)
{
	static const char *const rows[][2] = {
	    {"a = b\n", "rules, line 1: this stands in no section"},
	    {"[a]\n\n= b\n", "rules, line 3: this is neither"},
	    {"[a]\nb c\n", "rules, line 2: this is neither"},
	    {"[a]\n1b = c\n", "rules, line 2: this is neither"},
	    {"[a]\nb.c = d\n", "rules, line 2: this is neither"},
	    {"[a\n", "rules, line 1: this is no section"},
	    {"[]\n", "rules, line 1: this is no section"},
	    {"[a b]\n", "rules, line 1: this is no section"},
	    {"[a \"b]\n", "rules, line 1: the name of this section is never closed"},
	    {"[a \"b\"\n", "rules, line 1: this is no section"},
	    {"[a]\nb = \"c\n", "rules, line 2: a quotation mark is never closed"},
	    {"[a]\nb = c\\\n\"d", "rules, line 2: a quotation mark is never closed"},
	    {"[a]\nb = \\d\n", "rules, line 2: a backslash"},
	    {"[a]\nb = c\\", "rules, line 2: a backslash"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;
		struct error err = {.code = 0};
		size_t lines;

		assert_int_equal(gitconfig_read("rules", rows[i][0], strlen(rows[i][0]), collect, &out,
						&lines, &err),
				 E_INVALID);
		assert_memory_equal(err.message, rows[i][1], strlen(rows[i][1]));
		strbuf_clear(&out);
	}
}

static void a_nul_byte_is_refused(void **state)
{
	struct strbuf out = STRBUF_INIT;
	struct error err = {.code = 0};
	size_t lines;

	(void)state;
	assert_int_equal(gitconfig_read("rules", "[a]\nb = c\0d\n", 12, collect, &out, &lines, &err),
			 E_INVALID);
	assert_int_equal(gitconfig_read("rules", "[a \"b\0\"]\n", 9, collect, &out, &lines, &err), E_INVALID);
	assert_int_equal(gitconfig_read("rules", "[a]\n\0\n", 6, collect, &out, &lines, &err), E_INVALID);
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(sections_keys_and_values_are_read_as_git_reads_them),
	    cmocka_unit_test(what_is_no_configuration_is_refused_with_its_line),
	    cmocka_unit_test(a_nul_byte_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
