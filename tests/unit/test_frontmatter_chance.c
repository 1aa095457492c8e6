/* Front matter spliced and read by chance: a fixed seed, so that a failure comes again. */
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
#include "text/frontmatter.h"
#include "dice.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char *chance_value(struct dice *dice)
{
	static const char *const pieces[] = {"yes",
					     "null",
					     "12:30",
					     "2026-11-20",
					     "word",
					     "words and words",
					     " ",
					     "  ",
					     "\n",
					     "\n\n",
					     "\t",
					     "\r",
					     ": ",
					     ":",
					     " #",
					     "# ",
					     "- ",
					     "-",
					     "---",
					     "...",
					     "'",
					     "\"",
					     "\\",
					     "{",
					     "}",
					     "[",
					     "]",
					     ",",
					     "&a",
					     "*a",
					     "!",
					     "|",
					     ">",
					     "%",
					     "@",
					     "`",
					     "?",
					     "~",
					     "0x1F",
					     "1e5",
					     "中文",
					     "，",
					     "：",
					     "志愿者",
					     "🎉",
					     "é",
					     "e\xcc\x81",
					     "\xc2\x85",
					     "\xc2\xa0",
					     "\xe2\x80\xa8",
					     "\xef\xbb\xbf",
					     "\x01",
					     "\x7f",
					     "title: x",
					     "\n  indented",
					     "\n# no",
					     "\n- x"};
	struct strbuf sb = STRBUF_INIT;

	for (size_t n = dice_roll(dice, 6); n > 0; n--)
		strbuf_adds(&sb, pieces[dice_roll(dice, COUNT(pieces))]);
	return strbuf_detach(&sb);
}

/* One field of a random block, as the pieces that splicing must or must not touch. */
struct piece {
	const char *key;
	const char *before; /* up to the value */
	const char *value;
	const char *after;
};

static const struct piece pieces[] = {
    {"plain", "plain: ", "some words", "\n"},
    {"comment", "comment:   ", "words", "   # a comment\n"},
    {"multi", "multi: ", "one\n  two\n\n  three", " # end\n"},
    {"below", "below:\n   ", "text 中文\n   more", "\n"},
    {"single", "single: ", "'it''s'", "\n"},
    {"double", "double: ", "\"a \\\"b\\\" \\u4e2d\\n\"", " # 🎉\n"},
    {"wrapped", "wrapped: ", "\"a\n  b\n\n  c\"", "\n"},
    {"literal", "literal: ", "|\n  one\n   two\n\n  three", "\n\n"},
    {"strip", "strip: ", "|-\n    one", "\n# comment\n"},
    {"keep", "keep: ", "|+\n  one\n", "\n# kept\n"},
    {"folded", "folded: ", ">\n  one 志愿者\n  two", "\n \n"},
    {"tagged", "tagged: ", "!!str yes", "\n"},
    {"number", "number: ", "12", "\n"},
    {"truth", "truth: ", "yes", "\n"},
    {"null", "null: ", "~", "\n"},
    {"nothing", "nothing:", "", "\n"},
    {"flow", "flow: ", "[a, 'b', \"c\"]", " # list\n"},
    {"quoted key", "\"quoted key\" : ", "x", "\n\n\n"},
    {"emoji", "emoji: ", "🎉🎉 e\xcc\x81", "\n"},
    {"date", "date: ", "2026-11-20", "\n"},
};

/* These are only neighbours, never spliced. */
static const char *const neighbours[] = {
    "# 评论 🎉\n",
    "\n",
    "list:\n  - a # x\n  - 'b'\n",
    "map:\n  x: 1\n  y: [1, {z: 2}]\n",
    "indentless:\n- a\n- b\n",
};

struct trial {
	struct strbuf text;
	const struct piece *chosen;
	size_t start; /* of its value in text */
	size_t end;
};

static void add_lines(struct strbuf *sb, const char *text, bool crlf)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n' && crlf)
			strbuf_addc(sb, '\r');
		strbuf_addc(sb, *text);
	}
}

static void make_trial(struct trial *t, struct dice *dice)
{
	bool crlf = dice_roll(dice, 3) == 0;
	size_t chosen = dice_roll(dice, COUNT(pieces));
	uint64_t with = ((uint64_t)dice_roll(dice, 1u << 30)) | (1u << chosen);
	size_t first = dice_roll(dice, COUNT(pieces));
	unsigned near = (unsigned)dice_roll(dice, 32);

	strbuf_reset(&t->text);
	strbuf_adds(&t->text, dice_roll(dice, 4) == 0 ? "\xef\xbb\xbf" : "");
	add_lines(&t->text, "---\n", crlf);
	for (size_t n = 0; n < COUNT(pieces); n++) {
		size_t i = (first + n) % COUNT(pieces);

		if (n < COUNT(neighbours) && (near & (1u << n)) != 0)
			add_lines(&t->text, neighbours[n], crlf);
		if ((with & (1u << i)) == 0)
			continue;
		add_lines(&t->text, pieces[i].before, crlf);
		if (i == chosen)
			t->start = t->text.len;
		add_lines(&t->text, pieces[i].value, crlf);
		if (i == chosen)
			t->end = t->text.len;
		add_lines(&t->text, pieces[i].after, crlf);
	}
	t->chosen = &pieces[chosen];
	add_lines(&t->text, dice_roll(dice, 2) ? "---\n" : "...\n", crlf);
	strbuf_adds(&t->text, "\nBody with\r\nany: bytes \xff\n---\n");
}

/* Every field but key reads in both as the same strings, and the bodies are the same bytes. */
static void assert_same_but(const char *key, const struct strbuf *a, const struct strbuf *b)
{
	struct frontmatter *was;
	struct frontmatter *is;

	assert_int_equal(frontmatter_parse(&was, a->data, a->len, NULL), 0);
	assert_int_equal(frontmatter_parse(&is, b->data, b->len, NULL), 0);
	assert_string_equal(a->data + frontmatter_body(was), b->data + frontmatter_body(is));
	for (size_t i = 0; i < frontmatter_count(was); i++) {
		const char *name = frontmatter_key(was, i);

		if (strcmp(name, key) == 0)
			continue;
		assert_int_equal(frontmatter_items(was, name), frontmatter_items(is, name));
		for (size_t k = 0; k < frontmatter_items(was, name); k++)
			assert_string_equal(frontmatter_item(was, name, k), frontmatter_item(is, name, k));
	}
	frontmatter_free(was);
	frontmatter_free(is);
}

static void any_value_can_be_set_anywhere_and_nothing_else_moves(void **state)
{
	struct dice dice = {20261120};
	struct trial t = {.text = STRBUF_INIT};
	struct strbuf out = STRBUF_INIT;
	struct strbuf again = STRBUF_INIT;

	(void)state;
	for (size_t n = 0; n < 6000; n++) {
		char *value = chance_value(&dice);
		struct frontmatter *fm;
		struct error err;

		make_trial(&t, &dice);
		strbuf_reset(&out);
		if (frontmatter_set(&out, t.text.data, t.text.len, t.chosen->key, value, &err) < 0)
			fail_msg("trial %zu: %s", n, err.message);
		assert_int_equal(frontmatter_parse(&fm, out.data, out.len, &err), 0);
		assert_string_equal(frontmatter_get(fm, t.chosen->key), value);
		frontmatter_free(fm);
		assert_same_but(t.chosen->key, &t.text, &out);
		assert_memory_equal(out.data, t.text.data, t.start);
		assert_true(out.len >= t.text.len - t.end);
		assert_string_equal(out.data + out.len - (t.text.len - t.end), t.text.data + t.end);
		strbuf_reset(&again);
		assert_int_equal(frontmatter_set(&again, out.data, out.len, t.chosen->key, value, &err), 0);
		assert_string_equal(again.data, out.data);
		free(value);
	}
	strbuf_clear(&t.text);
	strbuf_clear(&out);
	strbuf_clear(&again);
}

static void any_list_can_be_set_anywhere(void **state)
{
	static const char *const keys[] = {"flow", "list", "indentless", "new", "plain", "literal"};
	struct dice dice = {7};
	struct trial t = {.text = STRBUF_INIT};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t n = 0; n < 3000; n++) {
		const char *key = keys[dice_roll(&dice, COUNT(keys))];
		size_t count = dice_roll(&dice, 5);
		char *items[5];
		struct frontmatter *fm;
		struct error err;

		for (size_t i = 0; i < count; i++)
			items[i] = dice_roll(&dice, 2) ? chance_value(&dice) : mem_strdup(i % 2 ? "b" : "a");
		make_trial(&t, &dice);
		strbuf_reset(&out);
		if (frontmatter_set_list(&out, t.text.data, t.text.len, key, (const char *const *)items,
					 count, &err) < 0)
			fail_msg("trial %zu: %s", n, err.message);
		assert_int_equal(frontmatter_parse(&fm, out.data, out.len, &err), 0);
		assert_int_equal(frontmatter_items(fm, key), count);
		for (size_t i = 0; i < count; i++) {
			assert_string_equal(frontmatter_item(fm, key, i), items[i]);
			free(items[i]);
		}
		frontmatter_free(fm);
		assert_same_but(key, &t.text, &out);
	}
	strbuf_clear(&t.text);
	strbuf_clear(&out);
}

static void no_bytes_at_all_can_break_the_reader(void **state)
{
	struct dice dice = {99};
	struct trial t = {.text = STRBUF_INIT};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (size_t n = 0; n < 3000; n++) {
		struct frontmatter *fm;
		struct error err;

		make_trial(&t, &dice);
		for (size_t k = 0; k < 4; k++)
			t.text.data[dice_roll(&dice, t.text.len)] =
			    " \n\t:-'\"[]{}#|>&*!%\xe4\x80\x00\xff"[dice_roll(&dice, 23)];
		strbuf_truncate(&t.text, dice_roll(&dice, t.text.len));
		if (frontmatter_parse(&fm, t.text.data, t.text.len, &err) < 0)
			assert_true(strlen(err.message) > 10);
		assert_true(frontmatter_body(fm) <= t.text.len);
		frontmatter_free(fm);
		strbuf_reset(&out);
		if (frontmatter_set(&out, t.text.data, t.text.len, "literal", "new", &err) == 0) {
			assert_int_equal(frontmatter_parse(&fm, out.data, out.len, &err), 0);
			assert_string_equal(frontmatter_get(fm, "literal"), "new");
			frontmatter_free(fm);
		}
	}
	strbuf_clear(&t.text);
	strbuf_clear(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_value_can_be_set_anywhere_and_nothing_else_moves),
	    cmocka_unit_test(any_list_can_be_set_anywhere),
	    cmocka_unit_test(no_bytes_at_all_can_break_the_reader),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
