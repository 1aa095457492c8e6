#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/unicode.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* -- Bytes and code points -- */

static void bytes_that_are_not_utf_8_are_found(void **state)
{
	static const struct {
		const char *text;
		size_t bad; /* SIZE_MAX for a valid text */
	} rows[] = {
	    {"", SIZE_MAX},
	    {"lake 湖 é 🎉 \xf4\x8f\xbf\xbf \xed\x9f\xbf \xee\x80\x80", SIZE_MAX},
	    {"a\x80", 1},            /* a trail byte alone */
	    {"ab\xc0\x80", 2},       /* overlong */
	    {"\xe0\x9f\xbf", 0},     /* overlong */
	    {"\xf0\x8f\xbf\xbf", 0}, /* overlong */
	    {"\xed\xa0\x80", 0},     /* a surrogate */
	    {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
	    {"\xf5\x80\x80\x80", 0}, /* no lead byte */
	    {"湖\xe6\xb9", 3},       /* cut off */
	    {"\xe6\xb9湖", 0},       /* interrupted */
	    {"\xf0\x9f\x8e(", 0},    /* interrupted */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t bad = SIZE_MAX;

		assert_int_equal(unicode_valid(rows[i].text, strlen(rows[i].text), &bad),
				 rows[i].bad == SIZE_MAX);
		assert_int_equal(bad, rows[i].bad);
	}
}

static void every_code_point_is_read_as_it_was_written(void **state)
{
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (int32_t c = 0; c <= 0x10ffff; c++) {
		int32_t read;

		if (c == 0xd800)
			c = 0xe000;
		strbuf_reset(&sb);
		unicode_encode(&sb, c);
		assert_int_equal(unicode_decode(sb.data, sb.len, 0, &read), sb.len);
		assert_int_equal(read, c);
	}
	strbuf_clear(&sb);
}

static void characters_are_told_apart(void **state)
{
	(void)state;
	assert_true(unicode_is_han(0x6e56));
	assert_true(unicode_is_han(0x3005));  /* 々 */
	assert_true(unicode_is_han(0x31350)); /* extension H */
	assert_false(unicode_is_han(0x3002)); /* 。 */
	assert_false(unicode_is_han(0x3042)); /* あ */
	assert_true(unicode_is_space(0x3000));
	assert_true(unicode_is_space(0xa0));
	assert_false(unicode_is_space(0x200b));
	assert_true(unicode_is_letter(0xe9));
	assert_true(unicode_is_letter(0x6e56));
	assert_false(unicode_is_letter('7'));
}

/* -- Clusters -- */

/* Pieces which join in many ways, bad bytes among them. */
static const char *const pieces[] = {
    "a",
    " ",
    "\r",
    "\n",
    "湖",
    "\xcc\x81",
    "\xe2\x80\x8d",
    "👍",
    "🏽",
    "🇨",
    "🇳",
    "❤",
    "\xef\xb8\x8f",
    "ᄀ",
    "ᅡ",
    "ᆨ",
    "가",
    "각",
    "\xd8\x80",
    "\xe0\xa4\xbe",
    "\xff",
    "\xe6\xb9",
    "\xf0\x9f",
    "\x80",
    "\xe2\x80\xae",
};

static uint32_t random_next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void going_back_finds_the_clusters_of_going_on(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	uint32_t seed = 20261120;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t pos = 0;

		strbuf_reset(&sb);
		for (uint32_t n = random_next(&seed) % 12 + 1; n > 0; n--)
			strbuf_adds(&sb, pieces[random_next(&seed) % COUNT(pieces)]);
		while (pos < sb.len) {
			size_t end = unicode_next(sb.data, sb.len, pos);

			assert_true(end > pos && end <= sb.len);
			for (size_t at = pos + 1; at <= end; at++)
				assert_int_equal(unicode_previous(sb.data, sb.len, at), pos);
			pos = end;
		}
	}
	strbuf_clear(&sb);
}

static void there_is_nothing_beyond_the_ends(void **state)
{
	(void)state;
	assert_int_equal(unicode_next("ab", 2, 2), 2);
	assert_int_equal(unicode_previous("ab", 2, 0), 0);
	assert_int_equal(unicode_next("", 0, 0), 0);
}

static void a_bad_byte_is_a_cluster_of_its_own(void **state)
{
	static const char text[] = "a\xe6\xb9\xcc\x81";

	(void)state;
	assert_int_equal(unicode_next(text, 5, 0), 1);
	assert_int_equal(unicode_next(text, 5, 1), 2);
	assert_int_equal(unicode_next(text, 5, 2), 3);
	assert_int_equal(unicode_next(text, 5, 3), 5);
}

/* -- Drawing -- */

struct drawn {
	const char *text; /* one cluster */
	const char *glyph;
	int columns;
	bool marked;
};

static void check_drawn(const struct drawn *rows, size_t count)
{
	struct unicode_glyph glyph;

	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(rows[i].text);

		assert_int_equal(unicode_glyph(rows[i].text, len, 0, 0, &glyph), len);
		assert_string_equal(glyph.text, rows[i].glyph);
		assert_int_equal(glyph.columns, rows[i].columns);
		assert_int_equal(glyph.marked, rows[i].marked);
	}
}

#define SAME(text, columns)                                                                                  \
	{                                                                                                    \
		text, text, columns, false                                                                   \
	}

static void characters_take_their_columns(void **state)
{
	static const struct drawn rows[] = {
	    SAME("a", 1),
	    SAME("é", 1),
	    SAME("e\xcc\x81\xcc\xa3", 1), /* two marks */
	    SAME("湖", 2),
	    SAME("，", 2),
	    SAME("Ａ", 2),           /* fullwidth */
	    SAME("ｱ", 1),            /* halfwidth */
	    SAME("\xe3\x80\x80", 2), /* ideographic space */
	    SAME("“", 1),            /* ambiguous */
	    SAME("—", 1),
	    SAME("か\xe3\x82\x99", 2), /* a wide combining mark adds none */
	    SAME("가", 2),
	    SAME("\xe1\x84\x80\xe1\x85\xa1\xe1\x86\xa8", 2), /* conjoining jamo */
	    SAME("\xe1\x84\x80\xe1\x84\x80\xe1\x85\xa1", 2),
	    SAME("हि", 2), /* the vowel sign is spacing */
	    SAME("ที่", 1),  /* Thai: the vowel and the tone stand above */
	    SAME("กำ", 2), /* this one beside, too */
	};

	(void)state;
	check_drawn(rows, COUNT(rows));
}

/* A mark after a character has its properties looked up; without one, the most common are known by heart. */
static void a_character_takes_the_columns_that_it_takes_with_a_mark(void **state)
{
	(void)state;
	for (int32_t c = 0xa0; c <= 0xffff; c++) {
		struct strbuf sb = STRBUF_INIT;
		struct unicode_glyph alone, carrying;
		size_t len;

		if ((c >= 0xd800 && c <= 0xdfff) || unicode_is_mark(c))
			continue;
		unicode_encode(&sb, c);
		len = sb.len;
		unicode_encode(&sb, 0x301);
		if (unicode_next(sb.data, sb.len, 0) < sb.len) { /* a control, which takes no mark */
			strbuf_clear(&sb);
			continue;
		}
		assert_int_equal(unicode_glyph(sb.data, len, 0, 0, &alone), len);
		unicode_glyph(sb.data, sb.len, 0, 0, &carrying);
		if (!alone.marked) { /* told by its number otherwise */
			assert_false(carrying.marked);
			assert_int_equal(alone.columns, carrying.columns);
			assert_memory_equal(alone.text, carrying.text, len);
		}
		strbuf_clear(&sb);
	}
}

static void emoji_take_two_columns(void **state)
{
	static const struct drawn rows[] = {
	    SAME("👍", 2),
	    SAME("👍🏽", 2),
	    SAME("☝🏽", 2), /* a narrow base gets a skin */
	    SAME("👨‍👩‍👧‍👦", 2),
	    SAME("❤", 1),             /* a text symbol */
	    SAME("❤\xef\xb8\x8f", 2), /* made an emoji */
	    SAME("❤\xef\xb8\x8e", 1), /* kept a text symbol */
	    SAME("⌚", 2),             /* an emoji as it is */
	    SAME("❤\xe2\x80\x8d🔥", 2),
	    SAME("👁\xef\xb8\x8f\xe2\x80\x8d🗨\xef\xb8\x8f", 2),
	    SAME("1\xef\xb8\x8f\xe2\x83\xa3", 2), /* keycap */
	    SAME("#\xe2\x83\xa3", 2),
	    SAME("🇨🇳", 2),
	    SAME("🇨", 1),                                                                /* half a flag */
	    SAME("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2), /* England */
	    SAME("🏽", 2), /* a skin without a base */
	};

	(void)state;
	check_drawn(rows, COUNT(rows));
}

static void what_a_terminal_would_obey_or_hide_is_marked(void **state)
{
	static const struct drawn rows[] = {
	    {"\x1b", "<001B>", 6, true},
	    {"\x7f", "<007F>", 6, true},
	    {"\r", "<000D>", 6, true},
	    {"\xc2\x9b", "<009B>", 6, true},     /* C1: CSI */
	    {"\xe2\x80\xae", "<202E>", 6, true}, /* right-to-left override */
	    {"\xe2\x81\xa6", "<2066>", 6, true}, /* left-to-right isolate */
	    {"\xd8\x9c", "<061C>", 6, true},     /* Arabic letter mark */
	    {"\xe2\x80\x8b", "<200B>", 6, true}, /* zero width space */
	    {"\xc2\xad", "<00AD>", 6, true},     /* soft hyphen */
	    {"\xef\xbb\xbf", "<FEFF>", 6, true},
	    {"\xe2\x80\xa8", "<2028>", 6, true}, /* line separator */
	    {"\xe3\x85\xa4", "<3164>", 6, true}, /* a letter that is blank */
	    {"\xef\xbf\xbf", "<FFFF>", 6, true},
	    {"\xf3\xb0\x80\x80", "\xf3\xb0\x80\x80", 1, false}, /* private use */
	    {"\U000e0001", "<E0001>", 7, true},
	    {"a\U000e0041", "a<E0041>", 8, true},
	    {"🏴\U000e0067\U000e007f", "🏴<E0067><E007F>", 16, true}, /* no flag that is known */
	    {"\xff", "\xef\xbf\xbd", 1, true},
	    {"\xef\xbf\xbd", "\xef\xbf\xbd", 1, false},
	    {"\xcc\x81", "◌\xcc\x81", 1, true}, /* a mark without a base */
	    {"\xe0\xa4\xbf", "◌\xe0\xa4\xbf", 2, true},
	    {"\xe1\x85\xa1", "<1161>", 6, true}, /* a vowel without its syllable */
	};

	(void)state;
	check_drawn(rows, COUNT(rows));
}

static void joiners_stay_where_they_mean_something(void **state)
{
	static const struct drawn rows[] = {
	    SAME("ی\xe2\x80\x8c", 1),             /* Persian */
	    SAME("क\xe0\xa5\x8d\xe2\x80\x8d", 1), /* Devanagari */
	    SAME("葛\U000e0100", 2),              /* an ideograph's variant */
	    {"n\xe2\x80\x8d", "n<200D>", 7, true},
	    {"湖\xe2\x80\x8c", "湖<200C>", 8, true},
	    {"👍\xe2\x80\x8d", "👍<200D>", 8, true},
	    {"a\xef\xb8\x80\xef\xb8\x81", "a\xef\xb8\x80<FE01>", 7, true}, /* a second selector hides data */
	    {"\xef\xb8\x8f", "<FE0F>", 6, true},
	    {"\xe2\x80\x8d\xcc\x81", "<200D>◌\xcc\x81", 7, true},
	};

	(void)state;
	check_drawn(rows, COUNT(rows));
}

static void a_heap_of_marks_is_cut_to_what_fits(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	struct unicode_glyph glyph;

	(void)state;
	strbuf_addc(&sb, 'z');
	for (int i = 0; i < 1000; i++)
		strbuf_adds(&sb, "\xcc\x81");
	assert_int_equal(unicode_glyph(sb.data, sb.len, 0, 0, &glyph), sb.len);
	assert_int_equal(glyph.columns, 1);
	assert_true(glyph.marked);
	assert_int_equal(strlen(glyph.text), UNICODE_GLYPH_SIZE - 1);
	assert_true(unicode_valid(glyph.text, strlen(glyph.text), NULL));
	strbuf_clear(&sb);
}

static void a_tab_goes_to_the_next_stop_and_a_line_end_takes_no_column(void **state)
{
	struct unicode_glyph glyph;

	(void)state;
	for (int column = 0; column < 9; column++) {
		unicode_glyph("\t", 1, 0, column, &glyph);
		assert_int_equal(glyph.columns, 4 - column % 4);
		assert_int_equal(strspn(glyph.text, " "), glyph.columns);
		assert_int_equal(strlen(glyph.text), glyph.columns);
	}
	assert_int_equal(unicode_glyph("a\r\nb", 4, 1, 1, &glyph), 3);
	assert_int_equal(glyph.columns, 0);
	assert_string_equal(glyph.text, "");
	assert_int_equal(unicode_columns("湖\tab\te", strlen("湖\tab\te")), 9);
}

static void a_plain_run_ends_before_what_may_join_its_last_letter(void **state)
{
	static const struct {
		const char *text;
		size_t plain;
	} rows[] = {
	    {"", 0},          {"lake path", 9},    {"lake\tpath", 4}, {"lake\n", 4}, {"\x7f", 0},
	    {"e\xcc\x81", 0}, {"lake\xcc\x81", 3}, {"a湖", 0},        {"湖a", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		assert_int_equal(unicode_plain(rows[i].text, strlen(rows[i].text), 0), rows[i].plain);
	assert_int_equal(unicode_plain("湖 path", strlen("湖 path"), strlen("湖")), 5);
}

static void no_bytes_reach_the_terminal_raw(void **state)
{
	struct strbuf sb = STRBUF_INIT;
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct unicode_glyph glyph;
		char text[16];

		for (size_t i = 0; i < sizeof text; i++)
			text[i] = (char)random_next(&seed);
		for (size_t pos = 0; pos < sizeof text;) {
			pos = unicode_glyph(text, sizeof text, pos, 0, &glyph);
			assert_true(unicode_valid(glyph.text, strlen(glyph.text), NULL));
			for (const char *p = glyph.text; *p != '\0'; p++)
				assert_true((unsigned char)*p >= 0x20 && *p != 0x7f);
		}
	}
	strbuf_clear(&sb);
}

static void a_line_is_cut_at_its_columns(void **state)
{
	static const char text[] = "湖滨\tab\r\ncd";
	static const struct {
		int columns;
		const char *out;
	} rows[] = {
	    {-1, "湖滨 ab cd"}, {0, ""},         {1, "…"},         {2, "…"},
	    {3, "湖…"},         {4, "湖…"},      {5, "湖滨…"},     {6, "湖滨 …"},
	    {7, "湖滨 a…"},     {8, "湖滨 ab…"}, {9, "湖滨 ab …"}, {10, "湖滨 ab cd"},
	    {11, "湖滨 ab cd"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf sb = STRBUF_INIT;

		strbuf_addc(&sb, '>');
		unicode_printable(&sb, text, sizeof text - 1, rows[i].columns);
		assert_string_equal(sb.data + 1, rows[i].out);
		strbuf_clear(&sb);
	}
}

/* -- Words and lines -- */

/* Writes a text with "/" after each segment, "|" after one that is a word or whose end is hard. */
static void segment(struct strbuf *out, enum unicode_break kind, const char *locale, const char *text)
{
	struct unicode_segmenter *segmenter;
	struct unicode_segment *segments = NULL;
	size_t count, capacity = 0, start = 0;
	struct error err;

	strbuf_reset(out);
	assert_int_equal(unicode_segmenter_new(&segmenter, kind, locale, &err), 0);
	for (int again = 0; again < 2; again++) /* the segmenter is reused */
		unicode_segments(segmenter, text, strlen(text), &segments, &count, &capacity);
	for (size_t i = 0; i < count; i++) {
		strbuf_add(out, text + start, segments[i].end - start);
		strbuf_addc(out, segments[i].word || segments[i].hard ? '|' : '/');
		start = segments[i].end;
	}
	assert_int_equal(start, strlen(text));
	free(segments);
	unicode_segmenter_free(segmenter);
}

static void words_are_found_in_both_languages(void **state)
{
	static const char *const rows[][2] = {
	    {"", ""},
	    {"don't stop", "don't| /stop|"},
	    {"3.14 km", "3.14| /km|"},
	    {"我们修复了湖滨步道。", "我们|修复|了|湖滨|步道|。/"},
	    {"a\xff\xe6湖", "a|\xff/\xe6/湖|"},
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		segment(&sb, UNICODE_WORD, "zh", rows[i][0]);
		assert_string_equal(sb.data, rows[i][1]);
	}
	strbuf_clear(&sb);
}

static void lines_break_by_the_rules_of_both_languages(void **state)
{
	static const char *const rows[][2] = {
	    {"end", "end/"},
	    {"one two\nthree\n", "one /two\n|three\n|"},
	    {"a\r\n\r\nb", "a\r\n|\r\n|b/"},
	    {"well-known", "well-/known/"},
	    {"他说：“你好，世界！”（中文）", "他/说：/“你/好，/世/界！”/（中/文）/"},
	    {"在Lake边", "在/Lake/边/"},
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		segment(&sb, UNICODE_LINE, "zh-Hans-CN", rows[i][0]);
		assert_string_equal(sb.data, rows[i][1]);
	}
	segment(&sb, UNICODE_LINE, "no such language!", "one two"); /* the root's rules */
	assert_string_equal(sb.data, "one /two/");
	strbuf_clear(&sb);
}

/* -- Making texts comparable -- */

static void what_reads_alike_folds_alike(void **state)
{
	static const char *const rows[][2] = {
	    {"Harbour 7", "harbour 7"},    {"Straße", "strasse"},    {"ＡＢ１", "ab1"},  {"ﬁne", "fine"},
	    {"e\xcc\x81t\xc3\x89", "été"}, {"co\xc2\xadop", "coop"}, {"㍿", "株式会社"}, {"", ""},
	    {"é\xff", "é\xef\xbf\xbd"},
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&sb);
		unicode_fold(&sb, rows[i][0], strlen(rows[i][0]));
		assert_string_equal(sb.data, rows[i][1]);
	}
	strbuf_clear(&sb);
}

static void folding_has_room_for_characters_that_grow(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (int i = 0; i < 100; i++)
		strbuf_adds(&text, "\xef\xb7\xba"); /* U+FDFA: one character that stands for eighteen */
	unicode_fold(&sb, text.data, text.len);
	assert_int_equal(sb.len, 100 * 33);
	strbuf_clear(&text);
	strbuf_clear(&sb);
}

static void a_slug_is_made_of_words(void **state)
{
	static const struct {
		const char *headline;
		size_t limit;
		const char *slug;
	} rows[] = {
	    {"Volunteers rebuild the lake path", 80, "volunteers-rebuild-the-lake-path"},
	    {"志愿者修复湖滨步道", 80, "zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao"},
	    {"2026年Lake音乐节", 80, "2026-nian-lake-yin-le-jie"},
	    {"“绿色”重庆：女子队", 80, "lu-se-chong-qing-nu-zi-dui"},
	    {"The People's ‘quiet’ café — don’t ask", 80, "the-peoples-quiet-cafe-dont-ask"},
	    {"Straße, İzmir & Łódź", 80, "strasse-izmir-lodz"},
	    {"Новая линия", 80, "novaa-linia"},
	    {"  -- 1,204 boats! --", 80, "1-204-boats"},
	    {"", 80, "article"},
	    {"！？🎉", 80, "article"},
	    {"one two three", 13, "one-two-three"},
	    {"one two three", 12, "one-two"},
	    {"one two three", 8, "one-two"},
	    {"one two three", 7, "one-two"},
	    {"one two three", 6, "one"},
	    {"incomprehensibilities", 8, "incompre"},
	    {"a\xff\xfe b", 80, "a-b"},
	};
	struct strbuf sb = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		strbuf_reset(&sb);
		unicode_slug(&sb, rows[i].headline, strlen(rows[i].headline), rows[i].limit);
		assert_string_equal(sb.data, rows[i].slug);
	}
	strbuf_clear(&sb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bytes_that_are_not_utf_8_are_found),
	    cmocka_unit_test(every_code_point_is_read_as_it_was_written),
	    cmocka_unit_test(characters_are_told_apart),
	    cmocka_unit_test(going_back_finds_the_clusters_of_going_on),
	    cmocka_unit_test(there_is_nothing_beyond_the_ends),
	    cmocka_unit_test(a_bad_byte_is_a_cluster_of_its_own),
	    cmocka_unit_test(characters_take_their_columns),
	    cmocka_unit_test(a_character_takes_the_columns_that_it_takes_with_a_mark),
	    cmocka_unit_test(emoji_take_two_columns),
	    cmocka_unit_test(what_a_terminal_would_obey_or_hide_is_marked),
	    cmocka_unit_test(joiners_stay_where_they_mean_something),
	    cmocka_unit_test(a_heap_of_marks_is_cut_to_what_fits),
	    cmocka_unit_test(a_tab_goes_to_the_next_stop_and_a_line_end_takes_no_column),
	    cmocka_unit_test(a_plain_run_ends_before_what_may_join_its_last_letter),
	    cmocka_unit_test(no_bytes_reach_the_terminal_raw),
	    cmocka_unit_test(a_line_is_cut_at_its_columns),
	    cmocka_unit_test(words_are_found_in_both_languages),
	    cmocka_unit_test(lines_break_by_the_rules_of_both_languages),
	    cmocka_unit_test(what_reads_alike_folds_alike),
	    cmocka_unit_test(folding_has_room_for_characters_that_grow),
	    cmocka_unit_test(a_slug_is_made_of_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
