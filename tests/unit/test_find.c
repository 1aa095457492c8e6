/* What find.h promises, as tables: a text, what is sought in it and how, and the matches in brackets. */
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
#include "text/buffer.h"
#include "text/find.h"
#include "text/unicode.h"
#include "processor.h"

/* Options as they are written in the tables: w whole words, r regular expression, v width, C and c case. */
static struct find_options options_of(const char *letters)
{
	return (struct find_options){
	    .letters = strchr(letters, 'C')   ? FIND_CASE_COUNTS
		       : strchr(letters, 'c') ? FIND_CASE_IGNORED
					      : FIND_CASE_SMART,
	    .words = strchr(letters, 'w') != NULL,
	    .regex = strchr(letters, 'r') != NULL,
	    .width = strchr(letters, 'v') != NULL,
	};
}

static struct find *find_of(const char *sought, const char *letters)
{
	struct find_options options = options_of(letters);
	struct error err = {.code = 0};
	struct find *find;

	if (find_new(&find, sought, strlen(sought), &options, NULL, &err) < 0)
		fail_msg("%s: %s", sought, err.message);
	return find;
}

/* Appends the text with its matches in brackets, or the sentence why it cannot be searched. */
static void mark_matches(struct strbuf *out, struct find *find, struct buffer *buffer)
{
	size_t pos = 0, len = buffer_len(buffer);
	struct find_match match;
	struct error err;
	int rc;

	while ((rc = find_next(find, buffer, pos, len, &match, &err)) > 0) {
		strbuf_add(out, buffer_bytes(buffer, pos, match.start - pos), match.start - pos);
		strbuf_addc(out, '[');
		strbuf_add(out, buffer_bytes(buffer, match.start, match.end - match.start),
			   match.end - match.start);
		strbuf_addc(out, ']');
		pos = match.end;
	}
	if (rc < 0)
		strbuf_adds(out, err.message);
	else
		strbuf_add(out, buffer_bytes(buffer, pos, len - pos), len - pos);
}

struct example {
	const char *sought;
	const char *options;
	const char *marked; /* the text, with the matches in brackets */
};

static void check(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct example *x = &examples[i];
		struct strbuf text = STRBUF_INIT, out = STRBUF_INIT;
		struct find *find = find_of(x->sought, x->options);
		struct buffer *buffer;

		for (const char *p = x->marked; *p != '\0'; p++) {
			if (*p != '[' && *p != ']')
				strbuf_addc(&text, *p);
		}
		buffer = buffer_new(text.data, text.len);
		mark_matches(&out, find, buffer);
		if (strcmp(out.data, x->marked) != 0)
			fail_msg("%s (%s) gave %s instead of %s", x->sought, x->options, out.data, x->marked);
		buffer_free(buffer);
		find_free(find);
		strbuf_clear(&text);
		strbuf_clear(&out);
	}
}

#define CHECK(examples) check(examples, sizeof examples / sizeof examples[0])

/* -- What is found -- */

static void plain_words_are_found_as_they_stand(void **state)
{
	static const struct example examples[] = {
	    {"path", "", "the [path] by the lake, foot[path]s"},
	    {"步道", "", "志愿者修复湖滨[步道]，[步道]"},
	    {"a.c", "", "abc [a.c]"},
	    {"$1 (net)", "", "it cost [$1 (net)]"},
	    {"\\E", "", "[\\E] and \\Q"},
	    {"aa", "", "[aa][aa]a"},
	    {"“步", "", "[“步]道”"},
	    {"x", "", "nothing here"},
	    {"", "", "nothing is sought"},
	};

	(void)state;
	CHECK(examples);
}

static void a_capital_makes_case_count_until_it_is_said_otherwise(void **state)
{
	static const struct example examples[] = {
	    {"lake", "", "[lake] [Lake] [LAKE]"}, {"Lake", "", "lake [Lake] LAKE"},
	    {"lake", "C", "[lake] Lake LAKE"},    {"Lake", "c", "[lake] [Lake] [LAKE]"},
	    {"été", "", "[été] [ÉTÉ]"},           {"Été", "", "été [Été] ÉTÉ"},
	    {"нева", "", "[Нева] [нева]"},        {"湖", "", "[湖] lake"},
	};

	(void)state;
	CHECK(examples);
}

static void escapes_and_names_of_an_expression_say_nothing_of_case(void **state)
{
	static const struct example examples[] = {
	    {"\\Sake", "r", "[lake] [LAKE]"},
	    {"\\p{Lu}ake", "r", "[Lake] [LAKE] lake"},
	    {"(?<Word>lake)", "r", "[lake] [LAKE]"},
	    {"(?<=A)b", "r", "ab A[b]"},
	};

	(void)state;
	CHECK(examples);
}

static void a_letter_is_not_found_without_its_marks(void **state)
{
	static const struct example examples[] = {
	    {"e", "", "[e]t e\xcc\x81t [e]"},
	    {"e\xcc\x81", "", "et [e\xcc\x81]t"},
	    {"क", "", "[क] कि"},
	    {"é", "", "e [é]"},
	    {".", "r", "[a]e\xcc\x81[b]"},
	    {"\\X", "r", "[a][e\xcc\x81][b]"},
	    {"👩", "", "[👩] 👩🏽 👩‍🚀"},
	    {"ｶ", "", "[ｶ] ｶﾞ"},
	};

	(void)state;
	CHECK(examples);
}

static void whole_words_are_those_of_the_language(void **state)
{
	static const struct example examples[] = {
	    {"path", "w", "[path] footpath paths [path]. ([path])"},
	    {"don", "w", "don't [don] Don’t"},
	    {"don't", "w", "[don't] don'ts"},
	    {"lake path", "w", "[lake path] lake paths"},
	    {"été", "w", "[été] étés été2"},
	    {"志愿者", "w", "[志愿者]修复步道"},
	    {"愿", "w", "志愿者修复步道，[愿]"},
	    {"24", "w", "[24] 2024 24th [24] h"},
	    {"colou?r|colours", "rw", "[color] [colours] colourful"},
	    {"a+", "rw", "[a] aab [aaa] [aaa]"},
	};

	(void)state;
	CHECK(examples);
}

static void regular_expressions_are_searched_line_by_line_and_over_line_ends(void **state)
{
	static const struct example examples[] = {
	    {"^#+ .*$", "r", "[# One]\ntext # no\n[## Two]"},
	    {"^.+$", "r", "[one]\r\n[two]\r\n"},
	    {"\\n\\n+", "r", "one[\n\n\n]two\nthree"},
	    {"\\d{4}-\\d\\d", "r", "on [2026-11]-20"},
	    {"\\w+", "r", "[été], [志愿者] [a1]"},
	    {"\\p{Han}+", "r", "lake [湖滨步道] path"},
	    {"(\\w)\\1", "r", "b[oo]k, h[ee]l, lake"},
	    {"a|b", "r", "[a]c[b]"},
	    {"x*", "r", "ab[xx]c"},
	    {"^", "r", "empty matches are none\n"},
	    {"\\Aone", "r", "[one] one\none"},
	    {"end\\z", "r", "end\n[end]"},
	    {"(?x) a b # a comment", "r", "[ab] a b"},
	    {"\\Q.*", "r", "a[.*]b"},
	    {"(*CR)a", "r", "[a]b"},
	    {"(?<=湖)滨", "r", "滨 湖[滨]"},
	    {"(?i)LAKE", "r", "[lake]"},
	};

	(void)state;
	CHECK(examples);
}

static void forms_of_different_width_are_one_where_that_is_wished(void **state)
{
	static const struct example examples[] = {
	    {"A", "v", "[A] [Ａ] a"},
	    {"a", "v", "[A] [Ａ] [a] [ａ]"},
	    {"Ａ", "v", "[A] [Ａ]"},
	    {"ガ", "v", "[ガ] [ｶﾞ] カ ｶ"},
	    {"ｶﾞ", "v", "[ガ] [ｶﾞ]"},
	    {"カ", "v", "[カ] [ｶ] ガ ｶﾞ"},
	    {"1", "v", "[1] [①] [１] [1]0"},
	    {"fi", "v", "[fi]sh [ﬁ]sh"},
	    {"f", "v", "[ﬁ]sh"},
	    {"株", "v", "[㈱]湖滨"},
	    {"(株)", "v", "[㈱] [(株)] [（株）]"},
	    {"yes, no", "v", "[yes, no] [ｙｅｓ，　ｎｏ]"},
	    {"lake", "v", "[lake] [ＬＡＫＥ] [la\xc2\xadke]"},
	    {"lake path", "v", "志愿者[ｌａｋｅ ｐａｔｈ]步道"},
	    {"A", "vC", "a [Ａ]"},
	    {"\\d+年", "vr", "[２０２６年] [2026年]"},
	    {"（.）", "vr", "[(株)] [（株）] ()"},
	    {"路", "vw", "[路], 路径"},
	    {"e", "v", "[e] é e\xcc\x81"},
	};

	(void)state;
	CHECK(examples);
}

static void bad_bytes_are_matched_by_nothing_but_any_character(void **state)
{
	static const struct example examples[] = {
	    {"path", "", "\xff\xc3[path]\x80[path]\xe6\xad"},
	    {"a.b", "r",
	     "[a\xff"
	     "b] [a.b]"},
	    {"步", "", "\xe6\xad[步]\xe6"},
	    {"path", "v", "\xff[path]\xc3[ｐａｔｈ]\xef\xbd"},
	};

	(void)state;
	CHECK(examples);
}

/* -- Previous, ranges, edits -- */

static void the_one_before_is_the_last_that_starts_before(void **state)
{
	struct buffer *buffer = buffer_new("one two one two one", 19);
	struct find *find = find_of("one", "");
	struct find_match match;

	(void)state;
	assert_int_equal(find_previous(find, buffer, 0, 19, &match, NULL), 1);
	assert_int_equal(match.start, 16);
	assert_int_equal(find_previous(find, buffer, 0, 16, &match, NULL), 1);
	assert_int_equal(match.start, 8);
	assert_int_equal(find_previous(find, buffer, 1, 8, &match, NULL), 0);
	find_free(find);
	buffer_free(buffer);
}

static void from_the_middle_of_a_character_the_next_one_is_first(void **state)
{
	struct buffer *buffer = buffer_new("湖é", 5);
	const char *const options[] = {"r", "rv"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct find *find = find_of(".", options[i]);
		struct find_match match;

		assert_int_equal(find_next(find, buffer, 1, 5, &match, NULL), 1);
		assert_int_equal(match.start, 3);
		find_free(find);
	}
	buffer_free(buffer);
}

static void what_is_edited_meanwhile_is_searched_as_it_is_now(void **state)
{
	struct buffer *buffer = buffer_new("one ｏｎｅ \xff", 15);
	const char *const options[] = {"", "v"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct find *find = find_of("one", options[i]);
		struct find_match match;

		assert_int_equal(find_next(find, buffer, 1, 99, &match, NULL), i);
		buffer_replace(buffer, 2, 0, "ne one", 6, (struct buffer_caret){0});
		assert_int_equal(find_next(find, buffer, 1, 99, &match, NULL), 1);
		assert_int_equal(match.start, 5);
		buffer_replace(buffer, 2, 6, "", 0, (struct buffer_caret){0});
		find_free(find);
	}
	buffer_free(buffer);
}

/* A match is found wherever it lies against the places where the text is cut into pieces. */
static void matches_are_found_over_every_seam(void **state)
{
	static const size_t seams[] = {16 << 10, 20 << 10, 32 << 10, 48 << 10, 64 << 10, 256 << 10};
	static const char word[] = "湖滨步道e\xcc\x81";
	static const char *const options[] = {"", "v", "r", "w"};

	(void)state;
	for (size_t o = 0; o < 4; o++) {
		for (size_t i = 0; i < sizeof seams / sizeof seams[0]; i++) {
			for (size_t before = 0; before <= sizeof word; before++) {
				struct find *find = find_of(word, options[o]);
				size_t at = seams[i] - before;
				char *filler = mem_zalloc(1, at + 1);
				struct buffer *buffer;
				struct find_match match;

				memset(filler, ' ', at);
				buffer = buffer_new(filler, at);
				buffer_replace(buffer, at, 0, word, sizeof word - 1,
					       (struct buffer_caret){0});
				assert_int_equal(find_next(find, buffer, 0, SIZE_MAX, &match, NULL), 1);
				assert_int_equal(match.start, at);
				assert_int_equal(match.end, at + sizeof word - 1);
				find_free(find);
				buffer_free(buffer);
				free(filler);
			}
		}
	}
}

static void a_match_can_be_as_long_as_a_long_paragraph(void **state)
{
	size_t len = 200 << 10;
	char *text = mem_zalloc(1, len + 1);
	struct find *find = find_of("^.*end$", "r");
	struct find_match match;
	struct buffer *buffer;

	(void)state;
	memset(text, 'x', len);
	memcpy(text + len - 3, "end", 3);
	buffer = buffer_new(text, len);
	assert_int_equal(find_next(find, buffer, 0, len, &match, NULL), 1);
	assert_int_equal(match.start, 0);
	assert_int_equal(match.end, len);
	buffer_free(buffer);
	find_free(find);
	free(text);
}

/* -- Against the plainest way to search -- */

static uint64_t seed = 20261120;

static unsigned dice(unsigned sides)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % sides;
}

static void add_random(struct strbuf *out, size_t clusters)
{
	static const char *const some[] = {"a",  "b",    "A", "é", "e\xcc\x81", "湖",
					   "道", "\xff", " ", ".", "\n",        "👩"};

	for (size_t i = 0; i < clusters; i++)
		strbuf_adds(out, some[dice(sizeof some / sizeof some[0])]);
}

static int32_t letter_at(const char *text, size_t len, size_t pos, size_t *end, bool exact)
{
	int32_t c;

	*end = pos + unicode_decode(text, len, pos, &c);
	return c < 0 || exact ? c : unicode_fold_letter(c);
}

/* Compares letter by letter at one place. */
static size_t naive_end(const struct strbuf *text, size_t pos, const struct strbuf *sought, bool exact)
{
	for (size_t at = 0; at < sought->len;) {
		if (pos >= text->len || letter_at(sought->data, sought->len, at, &at, exact) !=
					    letter_at(text->data, text->len, pos, &pos, exact))
			return 0;
	}
	if (pos < text->len) {
		size_t end;

		if (unicode_is_mark(letter_at(text->data, text->len, pos, &end, true)))
			return 0;
	}
	return pos;
}

static void random_words_are_found_where_the_plainest_search_finds_them(void **state)
{
	(void)state;
	for (int round = 0; round < 3000; round++) {
		struct strbuf text = STRBUF_INIT, sought = STRBUF_INIT;
		struct find_options options = options_of(dice(2) ? "" : "C");
		struct find_match match = {0, 0};
		struct buffer *buffer;
		struct find *find;
		bool exact;
		size_t pos = 0;

		add_random(&text, dice(200));
		do {
			strbuf_reset(&sought);
			add_random(&sought, 1 + dice(3));
		} while (!unicode_valid(sought.data, sought.len, NULL));
		exact = find_counts_case(sought.data, sought.len, &options);
		buffer = buffer_new(text.data, text.len);
		assert_int_equal(find_new(&find, sought.data, sought.len, &options, NULL, NULL), 0);
		while (pos < text.len) {
			size_t end = naive_end(&text, pos, &sought, exact), next;

			if (end > 0) {
				assert_int_equal(find_next(find, buffer, match.end, text.len, &match, NULL),
						 1);
				assert_int_equal(match.start, pos);
				assert_int_equal(match.end, end);
				pos = end;
			} else {
				letter_at(text.data, text.len, pos, &next, true);
				pos = next;
			}
		}
		assert_int_equal(find_next(find, buffer, match.end, text.len, &match, NULL), 0);
		find_free(find);
		buffer_free(buffer);
		strbuf_clear(&text);
		strbuf_clear(&sought);
	}
}

/* -- What is wrong -- */

static void mistakes_are_told_in_words_and_with_their_place(void **state)
{
	static const struct {
		const char *sought;
		size_t at;
		const char *sentence;
	} examples[] = {
	    {"步道 (lake", 7, "The expression has an open bracket, at character 4."},
	    {"a(b(c)", 1, "The expression has an open bracket, at character 2."},
	    {"\\(a[(]b(c", 7, "The expression has an open bracket, at character 8."},
	    {"ab[c", 2, "The expression has an open bracket, at character 3."},
	    {"ab)", 2, "The expression has a closing bracket that no other one opens, at character 3."},
	    {"*a", 0,
	     "The expression has a sign of repetition with nothing before it to repeat, at character 1."},
	    {"a\\", 1,
	     "The expression has a backslash at its end that stands before nothing, at character 2."},
	    {"[z-a]", 2,
	     "The expression has a range in brackets whose ends are the wrong way round, at character 3."},
	    {"a{3,1}", 4,
	     "The expression has numbers in braces of which the first is the larger, at character 5."},
	    {"(a)\\2", 3,
	     "The expression has a number or name of brackets that it has not got, at character 4."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof examples[0]; i++) {
		struct find_options options = options_of("r");
		struct error err = {.code = 0};
		struct find *find;
		size_t at = SIZE_MAX;

		assert_int_equal(find_new(&find, examples[i].sought, strlen(examples[i].sought), &options,
					  &at, &err),
				 E_INVALID);
		assert_string_equal(err.message, examples[i].sentence);
		assert_int_equal(at, examples[i].at);
		assert_null(find);
	}
}

static void words_that_are_no_text_are_refused(void **state)
{
	struct find_options options = options_of("");
	struct error err;
	struct find *find;

	(void)state;
	assert_int_equal(find_new(&find, "a\xff", 2, &options, NULL, &err), E_INVALID);
	assert_string_equal(err.message, "What is sought has bytes in it that are no text.");
}

/* An expression that would try for ever ends at once, with the line where it does. */
static void an_expression_that_has_too_many_ways_ends_at_once(void **state)
{
	static const char *const bad[] = {"(a+)+$",           "(a|aa)+$",    "(a*)*b",
					  "(?:a?){40}a{40}$", "(.*?,){30}P", "^(([a-z])+.)+[A-Z]([a-z])+$",
					  "(x+x+)+y|(a|a?)+b"};
	size_t len = 100 << 10;
	char *text = mem_zalloc(1, len + 1);
	struct buffer *buffer;

	(void)state;
	memset(text, 'a', len);
	memcpy(text, "one\ntwo\n", 8);
	text[len - 1] = '!';
	buffer = buffer_new(text, len);
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		struct find *find = find_of(bad[i], "r");
		int64_t before = processor_time();
		struct find_match match;
		struct error err = {.code = 0};
		int rc = find_next(find, buffer, 0, 9, &match, &err);

		assert_true(processor_time() - before < 2000);
		if (i == 0) {
			assert_int_equal(rc, E_INVALID);
			assert_string_equal(err.message,
					    "The expression takes too long at line 3: it has too many ways "
					    "to match there. Make it simpler.");
		}
		find_free(find);
	}
	buffer_free(buffer);
	free(text);
}

/* -- Replacing -- */

static void assert_replaced(const char *text, const char *sought, const char *options, const char *by,
			    const char *expected)
{
	struct buffer *buffer = buffer_new(text, strlen(text));
	struct find *find = find_of(sought, options);
	struct find_by with = {.text = by, .len = strlen(by), .eol = "\r\n"};
	struct find_edits edits = FIND_EDITS_INIT;
	struct error err = {.code = 0};
	size_t from = 0, len;
	const char *result;

	if (find_replace(find, buffer, &from, strlen(text), &with, INT64_MAX, &edits, &err) < 0)
		fail_msg("%s: %s", by, err.message);
	for (size_t i = edits.count; i-- > 0;) {
		const struct find_edit *edit = &edits.items[i];

		buffer_replace(buffer, edit->pos, edit->cut, edits.text.data + edit->at, edit->len,
			       (struct buffer_caret){0});
	}
	result = buffer_text(buffer, &len);
	if (len != strlen(expected) || memcmp(result, expected, len) != 0)
		fail_msg("%.*s instead of %s", (int)len, result, expected);
	find_edits_clear(&edits);
	find_free(find);
	buffer_free(buffer);
}

static void what_comes_in_can_hold_what_brackets_took(void **state)
{
	(void)state;
	assert_replaced("five, Five", "five", "", "seven", "seven, seven");
	assert_replaced("costs 5", "costs 5", "", "costs $1 \\n", "costs $1 \\n");
	assert_replaced("Li Wei, Ada Marsh", "(\\w+) (\\w+)", "r", "$2 $1", "Wei Li, Marsh Ada");
	assert_replaced("2026-11-20", "(?<y>\\d+)-(?<m>\\d+)-(\\d+)", "r", "${3}.${m}.${y}", "20.11.2026");
	assert_replaced("5", "\\d", "r", "$$$0 \\$${0}0", "$5 $50");
	assert_replaced("a,b", ",", "r", "\\n\\t\\\\n", "a\r\n\t\\nb");
	assert_replaced("ac", "a(b)?c", "r", "<$1>", "<>");
	assert_replaced("cost", "cost", "r", "US$ and $", "US$ and $");
	assert_replaced("Ｎｏ．①", "(no)．(\\d)", "rv", "$2 $1", "① Ｎｏ");
	assert_replaced("湖滨步道", "(湖滨)(步道)", "r", "$2在$1", "步道在湖滨");
	assert_replaced("x\xff.", "(.)\\.", "r", "$1", "x\xff");
	assert_replaced("aXbXc", "x", "", "", "abc");
}

static void brackets_that_are_not_there_cannot_be_put_in(void **state)
{
	struct find *find = find_of("(a)(?<b>b)", "r");
	struct find_by by = {.eol = "\n"};
	struct error err;

	(void)state;
	by.text = "$2 ${b} $0", by.len = strlen(by.text);
	assert_int_equal(find_check_by(find, &by, &err), 0);
	by.text = "$3", by.len = strlen(by.text);
	assert_int_equal(find_check_by(find, &by, &err), E_INVALID);
	assert_string_equal(err.message, "The expression has no brackets number 3 to put in.");
	by.text = "${4294967296}", by.len = strlen(by.text); /* 0, in 32 bits */
	assert_int_equal(find_check_by(find, &by, &err), E_INVALID);
	assert_string_equal(err.message, "The expression has no brackets number 4294967296 to put in.");
	by.text = "${99999999999999999999999999}", by.len = strlen(by.text);
	assert_int_equal(find_check_by(find, &by, &err), E_INVALID);
	by.text = "${c}", by.len = strlen(by.text);
	assert_int_equal(find_check_by(find, &by, &err), E_INVALID);
	assert_string_equal(err.message, "The expression has no brackets named c to put in.");
	find_free(find);
}

static void matches_near_each_other_are_one_edit_and_others_are_not(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct find *find = find_of("here", "");
	struct find_by by = {.text = "there", .len = 5, .eol = "\n"};
	struct find_edits edits = FIND_EDITS_INIT;
	struct buffer *buffer;
	size_t from = 5;

	(void)state;
	strbuf_addf(&text, "here here here%*shere", 1000, "");
	buffer = buffer_new(text.data, text.len);
	assert_int_equal(find_replace(find, buffer, &from, text.len, &by, INT64_MAX, &edits, NULL), 1);
	assert_int_equal(edits.matches, 3);
	assert_int_equal(edits.count, 2);
	assert_int_equal(edits.items[0].pos, 5);
	assert_int_equal(edits.items[0].cut, strlen("here here"));
	assert_memory_equal(edits.text.data, "there therethere", 16);
	find_edits_clear(&edits);
	from = 0; /* of a match that reaches over the end nothing is replaced */
	assert_int_equal(find_replace(find, buffer, &from, 8, &by, INT64_MAX, &edits, NULL), 1);
	assert_int_equal(edits.matches, 1);
	find_edits_clear(&edits);
	from = 0; /* without time a little is done */
	assert_int_equal(find_replace(find, buffer, &from, text.len, &by, 0, &edits, NULL), 1);
	find_edits_clear(&edits);
	find_free(find);
	buffer_free(buffer);
	strbuf_clear(&text);
}

/* So many that each by itself would be a record of the journal and a step of the undo. */
static void a_hundred_thousand_matches_are_few_edits(void **state)
{
	static const char line[] =
	    "On Saturday seven volunteers cleared the path, 志愿者修复湖滨步道，and it was whole again.\n";
	struct strbuf text = STRBUF_INIT;
	struct find *find = find_of("volunteers", "");
	struct find_by by = {.text = "helpers", .len = 7, .eol = "\n"};
	struct find_edits edits = FIND_EDITS_INIT;
	struct buffer *buffer;
	size_t from = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		strbuf_adds(&text, line);
	buffer = buffer_new(text.data, text.len);
	edits.places[0] = (struct find_place){.was = text.len - 1, .is = text.len - 1};
	assert_int_equal(find_replace(find, buffer, &from, text.len, &by, INT64_MAX, &edits, NULL), 1);
	assert_int_equal(edits.matches, 100000);
	assert_true(edits.count < 200);
	assert_int_equal(edits.places[0].is, text.len - 1 - 3 * 100000);
	find_edits_clear(&edits);
	find_free(find);
	buffer_free(buffer);
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(plain_words_are_found_as_they_stand),
	    cmocka_unit_test(a_capital_makes_case_count_until_it_is_said_otherwise),
	    cmocka_unit_test(escapes_and_names_of_an_expression_say_nothing_of_case),
	    cmocka_unit_test(a_letter_is_not_found_without_its_marks),
	    cmocka_unit_test(whole_words_are_those_of_the_language),
	    cmocka_unit_test(regular_expressions_are_searched_line_by_line_and_over_line_ends),
	    cmocka_unit_test(forms_of_different_width_are_one_where_that_is_wished),
	    cmocka_unit_test(bad_bytes_are_matched_by_nothing_but_any_character),
	    cmocka_unit_test(the_one_before_is_the_last_that_starts_before),
	    cmocka_unit_test(from_the_middle_of_a_character_the_next_one_is_first),
	    cmocka_unit_test(what_is_edited_meanwhile_is_searched_as_it_is_now),
	    cmocka_unit_test(matches_are_found_over_every_seam),
	    cmocka_unit_test(a_match_can_be_as_long_as_a_long_paragraph),
	    cmocka_unit_test(random_words_are_found_where_the_plainest_search_finds_them),
	    cmocka_unit_test(mistakes_are_told_in_words_and_with_their_place),
	    cmocka_unit_test(words_that_are_no_text_are_refused),
	    cmocka_unit_test(an_expression_that_has_too_many_ways_ends_at_once),
	    cmocka_unit_test(what_comes_in_can_hold_what_brackets_took),
	    cmocka_unit_test(brackets_that_are_not_there_cannot_be_put_in),
	    cmocka_unit_test(matches_near_each_other_are_one_edit_and_others_are_not),
	    cmocka_unit_test(a_hundred_thousand_matches_are_few_edits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
