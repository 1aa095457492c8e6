#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/strbuf.h"
#include "desk/attachment.h"
#include "desk/attachment_internal.h"

/* The uses of a text as "path!line/paragraph ...", the "!" for pictures; the folder left out. */
static void assert_uses(const char *text, const char *expected)
{
	static const char folder[] = "content/city/";
	struct attachment_uses uses;
	struct strbuf out = STRBUF_INIT;

	attachment_find_uses(&uses, "content/city/lake.md", text, strlen(text));
	for (size_t i = 0; i < uses.count; i++) {
		const struct attachment_use *use = &uses.items[i];

		assert_int_equal(strncmp(use->path, folder, strlen(folder)), 0);
		strbuf_addf(&out, "%s%s%s%zu/%zu", i > 0 ? " " : "", use->path + strlen(folder),
			    use->picture ? "!" : "@", use->line, use->paragraph);
	}
	assert_string_equal(out.data, expected);
	attachment_uses_clear(&uses);
	strbuf_clear(&out);
}

static void links_and_pictures_are_found_with_their_places(void **state)
{
	(void)state;
	assert_uses("", "");
	assert_uses("![The lake](lake.png)\n", "lake.png!1/1");
	assert_uses("---\ntitle: A\n---\n\nOne.\n\nSee [the plan](plan.pdf \"Plan\") and ![it](./a/b.jpg).\n",
		    "plan.pdf@7/2 a/b.jpg!7/2");
	assert_uses("湖边。\n\n![湖](湖.png)\n", "湖.png!3/2");
	assert_uses("![](<two words.png>) ![](a%20b.png) ![](a\\(1\\).png) ![](b(1).png)",
		    "two words.png!1/1 a b.png!1/1 a(1).png!1/1 b(1).png!1/1");
	assert_uses("[![small](small.png)](large.png)", "small.png!1/1 large.png@1/1");
	assert_uses("![a [b] c](lake.png?w=3#x)", "lake.png!1/1");
}

static void definitions_attributes_and_shortcodes_count(void **state)
{
	(void)state;
	assert_uses("See [plan].\n\n[plan]: plan.pdf \"Plan\"\n", "plan.pdf@3/2");
	assert_uses("<img class=\"x\" src=\"lake.png\">\n", "lake.png!1/1");
	assert_uses("{{< figure src=\"lake.png\" title=\"Lake\" >}}\n", "lake.png!1/1");
	assert_uses("<a href='plan.pdf'>Plan</a> <video poster=\"p.jpg\">", "plan.pdf@1/1 p.jpg!1/1");
}

static void what_leads_elsewhere_does_not(void **state)
{
	(void)state;
	assert_uses("[a](https://example.org/a.png) [b](mailto:a@b.example) [c](/img/c.png) [d](#top)", "");
	assert_uses("[a](other.md) [b](other/) [c](page.html) [d](about) ![e](../e.png)", "");
	assert_uses("![f]({{ .Page }}) ![](\n\n) ![]()", "");
	assert_uses("[a](x/../plan.pdf) [b](x/../../plan.pdf)", "plan.pdf@1/1");
}

static void code_is_left_alone(void **state)
{
	(void)state;
	assert_uses("Write `![x](a.png)` or ``[y](b.pdf) ` `` here.", "");
	assert_uses("```\n![x](a.png)\n```\n![y](b.png)\n", "b.png!4/1");
	assert_uses("~~~ md\n![x](a.png)\n```\n~~~~\n![y](b.png)\n", "b.png!5/1");
	assert_uses("```\n![x](a.png)\n", "");
	assert_uses("A ` alone.\n\n![y](b.png) ` again\n", "b.png!3/2");
	assert_uses("\\![x](a.png) \\[y](b.pdf)", "a.png@1/1");
}

static void brackets_that_nobody_closes_hide_nothing(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_adds(&text, "[ ");
	strbuf_adds(&text, "![y](b.png)");
	assert_uses(text.data, "b.png!1/1");
	strbuf_clear(&text);
}

static void hostile_texts_cost_little(void **state)
{
	struct attachment_uses uses;
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 50000; i++)
		strbuf_adds(&text, "![a](");
	for (int i = 0; i < 50000; i++)
		strbuf_adds(&text, "[`");
	attachment_find_uses(&uses, "content/a.md", text.data, text.len);
	assert_true(uses.count <= 50000);
	attachment_uses_clear(&uses);
	strbuf_clear(&text);
}

static void assert_kind(const char *path, const char *bytes, size_t len, const char *expected)
{
	struct strbuf out = STRBUF_INIT;

	attachment_add_kind(&out, path, bytes, len);
	assert_string_equal(out.data, expected);
	strbuf_clear(&out);
}

static void a_kind_is_told_by_content_then_by_name(void **state)
{
	(void)state;
	assert_kind("a/lake.jpg", "\x89PNG\r\n\x1a\n....", 12, "PNG picture");
	assert_kind("lake", "\xff\xd8\xff\xe0", 4, "JPEG picture");
	assert_kind("lake", "GIF89a", 6, "GIF picture");
	assert_kind("lake", "RIFF1234WEBPVP8 ", 16, "WebP picture");
	assert_kind("lake.avi", "RIFF1234AVI ", 12, "AVI file");
	assert_kind("plan", "%PDF-1.7", 8, "PDF document");
	assert_kind("plan", "<?xml version='1.0'?>\n<svg xmlns='x'/>", 38, "SVG picture");
	assert_kind("a.txt", "Write <svg> so.", 15, "TXT file");
	assert_kind("budget.xlsx", "PK\3\4", 4, "XLSX file");
	assert_kind("a.b/Makefile", "", 0, "file");
	assert_kind("empty.png", "", 0, "PNG file");
}

static void sizes_are_told_to_people(void **state)
{
	static const struct {
		size_t size;
		const char *words;
	} rows[] = {{0, "0 bytes"},     {1, "1 byte"},       {999, "999 bytes"},
		    {1000, "1.0 kB"},   {9999, "9.9 kB"},    {12345, "12 kB"},
		    {999999, "999 kB"}, {1000000, "1.0 MB"}, {16777216, "16.7 MB"}};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct strbuf out = STRBUF_INIT;

		attachment_add_size(&out, rows[i].size);
		assert_string_equal(out.data, rows[i].words);
		strbuf_clear(&out);
	}
}

static void a_field_uses_a_file_by_its_whole_name(void **state)
{
	static const char text[] =
	    "---\ncover: {image: lake.png, alt: Lake}\nbig: old-plan.pdf\n---\nplan.txt\n";

	(void)state;
	assert_true(attachment_in_fields(text, strlen(text), "lake.png"));
	assert_false(attachment_in_fields(text, strlen(text), "plan.pdf"));
	assert_false(attachment_in_fields(text, strlen(text), "lake.pn"));
	assert_false(attachment_in_fields(text, strlen(text), "plan.txt"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(links_and_pictures_are_found_with_their_places),
	    cmocka_unit_test(definitions_attributes_and_shortcodes_count),
	    cmocka_unit_test(what_leads_elsewhere_does_not),
	    cmocka_unit_test(code_is_left_alone),
	    cmocka_unit_test(brackets_that_nobody_closes_hide_nothing),
	    cmocka_unit_test(hostile_texts_cost_little),
	    cmocka_unit_test(a_kind_is_told_by_content_then_by_name),
	    cmocka_unit_test(sizes_are_told_to_people),
	    cmocka_unit_test(a_field_uses_a_file_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
