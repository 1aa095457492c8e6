#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/critic.h"
#include "text/diff.h"

/* -- Out -- */

static char *marked(const char *old_text, const char *new_text, const struct critic_note *notes, size_t count)
{
	struct strbuf out = STRBUF_INIT;
	struct diff diff;
	struct error err;

	assert_int_equal(diff_words(&diff, old_text, strlen(old_text), new_text, strlen(new_text), &err), 0);
	critic_format(&out, &diff, old_text, new_text, notes, count);
	diff_clear(&diff);
	return strbuf_detach(&out);
}

static void assert_marked(const char *old_text, const char *new_text, const char *expected)
{
	char *text = marked(old_text, new_text, NULL, 0);

	assert_string_equal(text, expected);
	free(text);
}

static void a_change_becomes_a_mark(void **state)
{
	(void)state;
	assert_marked("Five came.\n", "Seven came.\n", "{~~Five~>Seven~~} came.\n");
	assert_marked("They came.\n", "They came late.\n", "They came{++ late++}.\n");
	assert_marked("They came late.\n", "They came.\n", "They came{-- late--}.\n");
	assert_marked("第二批志愿者。\n", "第三批志愿者。\n", "第{~~二~>三~~}批志愿者。\n");
	assert_marked("One.\n", "One.\n", "One.\n");
	assert_marked("", "New.\n", "{++New.\n++}");
	assert_marked("", "", "");
}

static void a_mark_may_reach_over_paragraphs(void **state)
{
	(void)state;
	assert_marked("One.\n\nFour.\n", "One.\n\nTwo.\n\nThree.\n\nFour.\n",
		      "One.\n\n{++Two.\n\nThree.\n\n++}Four.\n");
}

static void what_looks_like_a_mark_in_the_text_is_escaped(void **state)
{
	(void)state;
	assert_marked("Write {++ or \\{++ so.", "Write {++ or \\{++ so.", "Write \\{++ or \\\\\\{++ so.");
	assert_marked("", "a ++} b {", "{++a \\++} b \\{++}");
	assert_marked("Old.", "Old. A \\", "Old.{++ A \\\\++}");
}

/* Where a text of one line is commented on. */
static struct critic_note note_at(const char *text, const char *words, const char *comment)
{
	return (struct critic_note){(size_t)(strstr(text, words) - text), strlen(words), comment};
}

static void a_comment_stands_behind_its_passage(void **state)
{
	static const char old_text[] = "Five volunteers cleared the path.\n";
	static const char new_text[] = "Seven volunteers cleared the path.\n";
	struct critic_note notes[] = {
	    note_at(new_text, "the path", "Which?"),
	    {strlen(new_text) - 1, 0, "Good."},
	    note_at(new_text, "Seven volunteers", "Names?"),
	    note_at(new_text, "path", "Lake path."),
	    note_at(new_text, "the path", "The one at the lake."),
	    {0, 0, "The notice says seven."},
	};
	char *text = marked(old_text, new_text, notes, sizeof notes / sizeof notes[0]);

	(void)state;
	assert_string_equal(text, "{~~Five~>Seven~~}{>>The notice says seven.<<} volunteers"
				  "{>>\"Seven volunteers\": Names?<<} cleared "
				  "{==the path==}{>>Which?<<}{>>The one at the lake.<<}"
				  "{>>\"path\": Lake path.<<}.{>>Good.<<}\n");
	free(text);
}

/* -- In -- */

static void assert_read(const char *text, const char *base, const char *taken, size_t marks, size_t flaws)
{
	struct critic critic;

	critic_parse(&critic, text, strlen(text));
	assert_string_equal(critic.base.data, base);
	assert_string_equal(critic.taken.data, taken);
	assert_int_equal(critic.count, marks);
	assert_int_equal(critic.flaw_count, flaws);
	critic_clear(&critic);
}

static void marks_give_two_texts(void **state)
{
	(void)state;
	assert_read("", "", "", 0, 0);
	assert_read("{~~Five~>Seven~~} came{++ late++}{--,--} {==all==}{>>who?<<}.", "Five came, all.",
		    "Seven came late all.", 4, 0);
	assert_read("{~~~>new~~}{~~old~>~~}{++++}{----}{>><<}", "old", "new", 5, 0);
	assert_read("One.\n\n{++Two.\n\nThree.\n\n++}Four.\n", "One.\n\nFour.\n",
		    "One.\n\nTwo.\n\nThree.\n\nFour.\n", 1, 0);
	assert_read("{+ { ++} {{-- x --}}", "{+ { ++} { x }", "{+ { ++} {}", 1, 0);
}

static void each_mark_has_its_passage(void **state)
{
	static const char text[] = "{~~Five~>Seven~~}{>> why? <<} came.\n{==All==}{>>who?<<}{>> You. <<}\n"
				   "{==None==}. {>>Thanks.<<}";
	static const struct {
		enum critic_kind kind;
		size_t start, len, line, about;
		const char *text;
	} expected[] = {
	    {CRITIC_REPLACE, 0, 4, 1, CRITIC_NOTHING, "Seven"},
	    {CRITIC_COMMENT, 4, 0, 1, 0, "why?"},
	    {CRITIC_COMMENT, 11, 3, 2, CRITIC_NOTHING, "who?"},
	    {CRITIC_COMMENT, 11, 3, 2, CRITIC_NOTHING, "You."},
	    {CRITIC_HIGHLIGHT, 15, 4, 3, CRITIC_NOTHING, ""},
	    {CRITIC_COMMENT, 21, 0, 3, CRITIC_NOTHING, "Thanks."},
	};
	struct critic critic;

	(void)state;
	critic_parse(&critic, text, strlen(text));
	assert_string_equal(critic.base.data, "Five came.\nAll\nNone. ");
	assert_int_equal(critic.count, sizeof expected / sizeof expected[0]);
	for (size_t i = 0; i < critic.count; i++) {
		const struct critic_mark *mark = &critic.marks[i];

		assert_int_equal(mark->kind, expected[i].kind);
		assert_int_equal(mark->start, expected[i].start);
		assert_int_equal(mark->len, expected[i].len);
		assert_int_equal(mark->line, expected[i].line);
		assert_int_equal(mark->about, expected[i].about);
		assert_string_equal(mark->text.data, expected[i].text);
	}
	critic_clear(&critic);
}

static void an_escaped_mark_is_text(void **state)
{
	(void)state;
	assert_read("\\{++ a ++}", "{++ a ++}", "{++ a ++}", 0, 0);
	assert_read("\\\\{++a++}", "\\", "\\a", 1, 0);
	assert_read("\\\\\\{++ \\x \\", "\\{++ \\x \\", "\\{++ \\x \\", 0, 0);
	assert_read("{++a \\++} \\{x \\{++b++}", "", "a ++} \\{x {++b", 1, 0);
}

static void a_mark_that_cannot_be_read_is_named_and_left(void **state)
{
	static const char text[] = "One {++two\nthree {--four--}\n{~~five~~} \\\\{>>six";
	struct critic critic;

	(void)state;
	critic_parse(&critic, text, strlen(text));
	assert_string_equal(critic.base.data, "One {++two\nthree four\n{~~five~~} \\\\{>>six");
	assert_string_equal(critic.taken.data, "One {++two\nthree \n{~~five~~} \\\\{>>six");
	assert_int_equal(critic.flaw_count, 3);
	assert_int_equal(critic.flaws[0].line, 1);
	assert_string_equal(critic.flaws[0].what, "\"{++\" has no \"++}\" before the next mark.");
	assert_int_equal(critic.flaws[1].line, 3);
	assert_int_equal(critic.flaws[2].line, 3);
	critic_clear(&critic);
}

/* -- Both ways -- */

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 11;
}

static void add_random_word(struct strbuf *out, uint64_t *seed)
{
	static const char *const words[] = {
	    "harbour ",
	    "path ",
	    "the ",
	    "seven ",
	    "volunteers ",
	    "志愿者",
	    "修复",
	    "二",
	    "步道",
	    "，",
	    ". ",
	    "\n",
	    "\n\n",
	    "\r\n",
	    "\\",
	    "\\\\",
	    "{",
	    "}",
	    "{++",
	    "++}",
	    "{--",
	    "--}",
	    "{~~",
	    "~~}",
	    "~>",
	    "~",
	    "{==",
	    "==}",
	    "{>>",
	    "<<}",
	    "+",
	    "- ",
	    "{~",
	    "{+",
	    "\xff",
	    "---\n",
	    "# ",
	    "> ",
	    "<",
	    "=",
	    "\t",
	    "é",
	    "\xf0\x9f\x9a\xa2",
	};

	strbuf_adds(out, words[next_random(seed) % (sizeof words / sizeof words[0])]);
}

/* A text, and another that keeps much of it. */
static void random_texts(struct strbuf *old_text, struct strbuf *new_text, uint64_t *seed)
{
	size_t words = next_random(seed) % 60;

	for (size_t i = 0; i < words; i++) {
		struct strbuf word = STRBUF_INIT;
		uint64_t fate = next_random(seed) % 8;

		add_random_word(&word, seed);
		if (fate != 0)
			strbuf_add(old_text, word.data, word.len);
		if (fate != 1)
			strbuf_add(new_text, word.data, word.len);
		if (fate == 2)
			add_random_word(new_text, seed);
		strbuf_clear(&word);
	}
}

static size_t random_notes(struct critic_note *notes, size_t most, size_t len, uint64_t *seed)
{
	static const char *const texts[] = {"Why?", "a <<} b \\", "{++", "为什么？\n\n{", ""};
	size_t count = next_random(seed) % (most + 1);

	for (size_t i = 0; i < count; i++) {
		size_t start = next_random(seed) % (len + 1);

		notes[i] = (struct critic_note){start, next_random(seed) % (len - start + 1) % 20,
						texts[next_random(seed) % (sizeof texts / sizeof texts[0])]};
	}
	return count;
}

/* The comments that were read, which must be those that were written. */
static size_t comments_of(const struct critic *critic)
{
	size_t count = 0;

	for (size_t i = 0; i < critic->count; i++)
		count += critic->marks[i].kind == CRITIC_COMMENT;
	return count;
}

static void what_is_written_is_read_back(void **state)
{
	uint64_t seed = 20261121;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct strbuf old_text = STRBUF_INIT;
		struct strbuf new_text = STRBUF_INIT;
		struct strbuf out = STRBUF_INIT;
		struct critic_note notes[6];
		struct critic critic;
		struct diff diff;
		size_t count;

		random_texts(&old_text, &new_text, &seed);
		count = random_notes(notes, 6, new_text.len, &seed);
		assert_int_equal(diff_words(&diff, old_text.data, old_text.len, new_text.data, new_text.len,
					    NULL),
				 0);
		critic_format(&out, &diff, old_text.data, new_text.data, notes, count);
		critic_parse(&critic, out.data, out.len);
		if (strcmp(critic.base.data, old_text.data) != 0 || critic.base.len != old_text.len ||
		    strcmp(critic.taken.data, new_text.data) != 0 || critic.flaw_count != 0 ||
		    comments_of(&critic) != count)
			fail_msg("round %d: %s\nfrom: %s\nto: %s", round, out.data, old_text.data,
				 new_text.data);
		critic_clear(&critic);
		diff_clear(&diff);
		strbuf_clear(&old_text);
		strbuf_clear(&new_text);
		strbuf_clear(&out);
	}
}

/* Any bytes at all are read, in time that grows with them, and written back as they are read. */
static void many_unclosed_marks_take_no_time(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct critic critic;

	(void)state;
	for (int i = 0; i < 200000; i++)
		strbuf_adds(&text, "\\\\{++");
	critic_parse(&critic, text.data, text.len);
	assert_int_equal(critic.flaw_count, 200000);
	assert_string_equal(critic.base.data, text.data);
	critic_clear(&critic);
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_change_becomes_a_mark),
	    cmocka_unit_test(a_mark_may_reach_over_paragraphs),
	    cmocka_unit_test(what_looks_like_a_mark_in_the_text_is_escaped),
	    cmocka_unit_test(a_comment_stands_behind_its_passage),
	    cmocka_unit_test(marks_give_two_texts),
	    cmocka_unit_test(each_mark_has_its_passage),
	    cmocka_unit_test(an_escaped_mark_is_text),
	    cmocka_unit_test(a_mark_that_cannot_be_read_is_named_and_left),
	    cmocka_unit_test(what_is_written_is_read_back),
	    cmocka_unit_test(many_unclosed_marks_take_no_time),
	};

	return cmocka_run_group_tests_name("critic", tests, NULL, NULL);
}
