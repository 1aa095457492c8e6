#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/redline.h"
#include "tui/canvas.h"
#include "tui/changes.h"

#define A "Alpha came by the lake.\n\n"
#define B "Beta went to the harbour.\n\n"
#define C "Gamma stayed on the hill.\n\n"
#define D "Delta sailed over the sea.\n\n"
#define E "Epsilon slept in the mill.\n\n"
#define F "Zeta read in the library.\n\n"

struct shown {
	struct redline redline;
	struct changes changes;
	struct changes_source source;
};

static void show(struct shown *s, const char *old_text, const char *new_text)
{
	struct error err;
	struct redline_text before = {old_text ? old_text : "", old_text ? strlen(old_text) : 0};

	assert_int_equal(redline_build(&s->redline, before, (struct redline_text){new_text, strlen(new_text)},
				       &err),
			 0);
	s->source.redline = &s->redline;
	s->source.old_text = before.bytes;
	s->source.new_text = new_text;
	s->source.new_len = strlen(new_text);
	s->source.plain = old_text == NULL;
	if (s->source.width == 0)
		s->source.width = 60;
	changes_build(&s->changes, &s->source);
}

static void hide(struct shown *s)
{
	changes_clear(&s->changes);
	redline_clear(&s->redline);
}

/* What the rows show, a line each, as they are drawn. */
static void assert_rows(struct shown *s, const char *expected)
{
	struct canvas *canvas = canvas_new((int)s->changes.count + 1, s->source.width);
	struct strbuf out = STRBUF_INIT;

	canvas_clear(canvas);
	for (size_t i = 0; i < s->changes.count; i++)
		changes_draw(canvas_region(canvas), (int)i, 0, &s->changes.rows[i]);
	canvas_dump(&out, canvas, false);
	/* The row that no change has, and where the cursor is, are not looked at. */
	strbuf_truncate(&out, out.len - strlen("\nno cursor\n"));
	strbuf_trim_end(&out);
	assert_string_equal(out.data, expected);
	strbuf_clear(&out);
	canvas_free(canvas);
}

/* Each row's bytes lie in the text, and rows of text never go back in it. */
static void assert_in_order(const struct shown *s)
{
	size_t at = 0;

	for (size_t i = 0; i < s->changes.count; i++) {
		const struct changes_row *row = &s->changes.rows[i];

		assert_true(row->start <= row->end && row->end <= s->source.new_len);
		if (row->note == CHANGES_NONE)
			assert_true(row->start >= at);
		if (row->note == CHANGES_NONE)
			at = row->start;
	}
}

static void unchanged_paragraphs_give_way_to_a_line_that_counts_them(void **state)
{
	struct shown s = {.source.width = 0};

	(void)state;
	show(&s, A B C D E F, "Alpha left by the lake.\n\n" B C D E F);
	assert_rows(&s, "Alpha [-came-]{+left+} by the lake.\n\nBeta went to the harbour.\n\n"
			"[4 paragraphs unchanged: Enter shows them]");
	assert_in_order(&s);
	hide(&s);
}

static void nothing_is_folded_for_one_line(void **state)
{
	struct shown s = {.source.width = 0};

	(void)state;
	show(&s, A B C, "Alpha left by the lake.\n\n" B C);
	assert_rows(&s, "Alpha [-came-]{+left+} by the lake.\n\nBeta went to the harbour.\n\n"
			"Gamma stayed on the hill.");
	hide(&s);
}

static void what_a_person_opened_is_shown(void **state)
{
	struct shown s = {.source.width = 0};
	struct changes_range opened;

	(void)state;
	show(&s, A B C D, "Alpha left by the lake.\n\n" B C D);
	for (size_t i = 0; i < s.changes.count; i++)
		if (s.changes.rows[i].fold.end > 0)
			opened = s.changes.rows[i].fold;
	hide(&s);
	s.source.opened = &opened;
	s.source.opened_count = 1;
	show(&s, A B C D, "Alpha left by the lake.\n\n" B C D);
	assert_rows(&s, "Alpha [-came-]{+left+} by the lake.\n\nBeta went to the harbour.\n\n"
			"Gamma stayed on the hill.\n\nDelta sailed over the sea.");
	hide(&s);
}

static void a_paragraph_with_a_comment_is_never_folded(void **state)
{
	static char *lines[] = {(char *)"Which mill?", (char *)"c Reply"};
	const struct changes_note note = {.at = strlen(A B C D) + 3, .lines = lines, .count = 2};
	struct shown s = {.source = {.notes = &note, .note_count = 1}};

	(void)state;
	show(&s, A B C D E F, "Alpha left by the lake.\n\n" B C D E F);
	assert_rows(&s, "Alpha [-came-]{+left+} by the lake.\n\nBeta went to the harbour.\n\n"
			"Gamma stayed on the hill.\n\nDelta sailed over the sea.\n\n"
			"Epsilon slept in the mill.\n┌ Which mill?\n└ c Reply\n\n"
			"Zeta read in the library.");
	assert_in_order(&s);
	hide(&s);
}

static void both_versions_stand_side_by_side(void **state)
{
	struct shown s = {.source = {.sides = true, .width = 43}};

	(void)state;
	show(&s, A B, "Alpha came by the big old lake.\n\n" B C);
	assert_rows(&s, "Alpha came by the    │ Alpha came by the\n"
			"lake.                │ {+big old +}lake.\n"
			"                     │\n"
			"Beta went to the     │ Beta went to the\n"
			"harbour.             │ harbour.\n"
			"                     │\n"
			"                     │ {+Gamma stayed on\n"
			"                     │ the hill.+}\n"
			"                     │");
	assert_in_order(&s);
	hide(&s);
}

static void fields_stand_in_a_table(void **state)
{
	struct shown s = {.source.width = 0};

	(void)state;
	show(&s, "---\ntitle: 湖滨\ntags: [a, b]\ndate: 2026-11-18\n---\nOne.\n",
	     "---\ntitle: 湖边\ntags: [a, b]\ndate: 2026-11-18\nnote: new\n---\nOne.\n");
	assert_rows(&s, "FIELD  OLD                        NEW\n"
			"title  湖[-滨-]                   湖{+边+}\n"
			"note   (none)                     {+new+}\n"
			"[2 other fields unchanged: Enter shows them]\n\n"
			"One.");
	assert_in_order(&s);
	hide(&s);
}

static void a_split_paragraph_shows_its_sign(void **state)
{
	struct shown s = {.source.width = 0};

	(void)state;
	show(&s, "The path is long. The lake is deep.\n", "The path is long.\n\nThe lake is deep.\n");
	assert_rows(&s, "The path is long.[- -]{+¶+}\n\nThe lake is deep.");
	hide(&s);
}

static void a_new_article_is_shown_unmarked_and_whole(void **state)
{
	struct shown s = {.source.width = 0};

	(void)state;
	show(&s, NULL, "---\ntitle: Lake\n---\n" A B C D);
	assert_rows(&s,
		    "FIELD  VALUE\ntitle  Lake\n\nAlpha came by the lake.\n\nBeta went to the harbour.\n\n"
		    "Gamma stayed on the hill.\n\nDelta sailed over the sea.");
	hide(&s);
}

static void a_moved_paragraph_says_where_from_and_where_to(void **state)
{
	struct shown s = {.source = {.whole = true}};

	(void)state;
	show(&s, A B C, B C A);
	assert_rows(&s, "[paragraph 1 moved to 3: “Alpha came by the l…”]\n\nBeta went to the harbour.\n\n"
			"Gamma stayed on the hill.\n\n[moved from paragraph 1]\nAlpha came by the lake.");
	assert_in_order(&s);
	hide(&s);
}

static void any_two_texts_make_rows_in_order(void **state)
{
	static const char *const parts[] = {
	    A, B, C, D, "- item\n", "\n\n", "---\nx: 1\n---\n", "湖滨步道。\n"};
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 400; round++) {
		struct strbuf texts[2] = {STRBUF_INIT, STRBUF_INIT};
		struct shown s = {
		    .source = {.width = 10 + round % 50, .sides = round % 2 == 0, .whole = round % 3 == 0}};

		for (int side = 0; side < 2; side++) {
			for (int i = 0; i < 8; i++) {
				seed = seed * 1103515245 + 12345;
				strbuf_adds(&texts[side], parts[(seed >> 16) % 8]);
			}
		}
		show(&s, texts[0].data, texts[1].data);
		assert_in_order(&s);
		hide(&s);
		strbuf_clear(&texts[0]);
		strbuf_clear(&texts[1]);
	}
}

/* A row of Chinese may end before a quotation mark, which the root's rules drag a word along with. */
static void rows_end_as_the_articles_language_lets_them(void **state)
{
	struct shown s = {.source = {.width = 10}};

	(void)state;
	show(&s, NULL, "---\nlanguage: zh\n---\n\n志愿者说“好”后走了。\n");
	assert_rows(&s, "FIELD\nlanguage\n\n\n志愿者说\n“好”后走\n了。");
	hide(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(rows_end_as_the_articles_language_lets_them),
	    cmocka_unit_test(unchanged_paragraphs_give_way_to_a_line_that_counts_them),
	    cmocka_unit_test(nothing_is_folded_for_one_line),
	    cmocka_unit_test(what_a_person_opened_is_shown),
	    cmocka_unit_test(a_paragraph_with_a_comment_is_never_folded),
	    cmocka_unit_test(both_versions_stand_side_by_side),
	    cmocka_unit_test(fields_stand_in_a_table),
	    cmocka_unit_test(a_split_paragraph_shows_its_sign),
	    cmocka_unit_test(a_new_article_is_shown_unmarked_and_whole),
	    cmocka_unit_test(a_moved_paragraph_says_where_from_and_where_to),
	    cmocka_unit_test(any_two_texts_make_rows_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
