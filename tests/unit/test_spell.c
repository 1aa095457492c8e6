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
#include "base/strlist.h"
#include "text/spell.h"
#include "processor.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What is known to these lists, and to the small dictionaries of tests/dictionaries. */
static const char list[] = "# names of this desk\n"
			   "Lindqvist\n"
			   "O’Hara # the mayor\n"
			   "Mei-Lin Hartog\n"
			   "slugline\n"
			   "COVID-19\r\n";

static struct spell *open_spell(const char *language)
{
	struct spell *spell;
	struct error err;

	if (spell_open(&spell, language, NULL, &err) < 0)
		fail_msg("%s", err.message);
	spell_learn(spell, list, sizeof list - 1);
	return spell;
}

/* The misspelt words of a text, each after a bar. */
static char *misspelt(struct spell *spell, const char *text)
{
	struct spell_state state = {0};
	struct spell_found found = {0};
	struct strbuf out = STRBUF_INIT;

	spell_find(spell, &state, text, strlen(text), &found);
	for (size_t i = 0; i < found.count; i++) {
		strbuf_adds(&out, i > 0 ? "|" : "");
		strbuf_add(&out, text + found.words[i].start, found.words[i].end - found.words[i].start);
	}
	spell_found_clear(&found);
	return strbuf_detach(&out);
}

struct row {
	const char *text;
	const char *misspelt;
};

static void check(const char *language, const struct row *rows, size_t count)
{
	struct spell *spell = open_spell(language);

	for (size_t i = 0; i < count; i++) {
		char *found = misspelt(spell, rows[i].text);

		if (strcmp(found, rows[i].misspelt) != 0)
			fail_msg("%s: \"%s\" instead of \"%s\"", rows[i].text, found, rows[i].misspelt);
		free(found);
	}
	spell_free(spell);
}

/* -- Words -- */

static void a_word_that_nobody_knows_is_misspelt(void **state)
{
	static const struct row rows[] = {
	    {"", ""},
	    {"The lake is wide.", ""},
	    {"The laek is wdie.", "laek|wdie"},
	    {"LAKE LAEK", "LAEK"},
	    {"lake, laek; laek: (laek) \"laek\" laek!", "laek|laek|laek|laek|laek"},
	    {"a b c I", ""},
	    {"we he ze", "ze"},
	    {"the \xff\xfe lake \xe6 laek", "laek"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void apostrophes_and_hyphens_are_within_a_word(void **state)
{
	static const struct row rows[] = {
	    {"it's don't It's", ""},
	    {"it’s don’t", ""},
	    {"don’tt", "don’tt"},
	    {"the lake’s paths and the lakes’ paths", ""},
	    {"the laek’s paths", "laek’s"},
	    {"'the lake' ‘the laek’", "laek"},
	    {"forty-two", ""},
	    {"a forty-tow boat", "tow"},
	    {"wdie\xe2\x80\x91laek", "wdie|laek"},
	    {"news--all", ""},
	    {"boat- -boat", ""},
	    {"re\xc2\xad"
	     "ceive re\xc2\xad"
	     "cieve",
	     "re\xc2\xad"
	     "cieve"},
	    {"cafe\xcc\x81 caf\xc3\xa9 cafe", "cafe"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void what_has_digits_or_is_an_address_is_no_word(void **state)
{
	static const struct row rows[] = {
	    {"2026 1,204 3rd A4 mp3 xq7z", ""},
	    {"twenty-4 laek-4", "laek"},
	    {"https://exmple.org/laek?q=wdie#qq is news", ""},
	    {"see http://exmple.org/a_(laek), laek", "laek"},
	    {"www.exmple.org/laek and exmple.org", ""},
	    {"exmple.org/laek/wdie is news", ""},
	    {"write to laek.wdie@exmple.org, laek", "laek"},
	    {"mailto:laek@exmple.org", ""},
	    {"laek+wdie@exmple.org first-laek@exmple.org", ""},
	    {"by @laekpress about #laekpath", "about"},
	    {"file_naem and _laek_ and __wdie__", "laek|wdie"},
	    {"and/or laek/path", "laek"},
	    {"e.g. p.m. U.S.-led", "led"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void names_of_the_list_are_names_and_its_words_are_words(void **state)
{
	static const struct row rows[] = {
	    {"Lindqvist said", ""},
	    {"LINDQVIST SAID", ""},
	    {"lindqvist said", "lindqvist"},
	    {"Lindqvist’s lake, Lindqvist's lake", ""},
	    {"Lindqvists", "Lindqvists"},
	    {"O'Hara and O’Hara", ""},
	    {"Mei-Lin Hartog", ""},
	    {"Mei-Lni Hartog", "Mei|Lni"},
	    {"slugline Slugline SLUGLINE", ""},
	    {"COVID-19 Covid-19", "Covid"},
	    {"mayor names", "mayor|names"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void a_list_is_asked_as_the_dictionary_is(void **state)
{
	static const struct {
		const char *word;
		bool has;
	} rows[] = {{"Lindqvist", true}, {"lindqvist", false}, {"LINDQVIST", true},
		    {"O'Hara", true},    {"Slugline", true},   {"mayor", false}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(spell_list_has(list, sizeof list - 1, rows[i].word, strlen(rows[i].word)),
				 rows[i].has);
}

static void a_list_is_of_words(void **state)
{
	static const struct {
		const char *list;
		size_t line; /* that is none; 0: all are */
	} rows[] = {
	    {"", 0},
	    {"# a remark\n\nLindqvist\r\n湖 lake # both\n", 0},
	    {"lake\n\001path", 2},
	    {"lake\n\xff\n", 2},
	    {"lake\npath \x1b[m\n", 2},
	    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	     "aa"
	     "aaaaaaaaaaaaaaaaaaa\n",
	     1},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t line;
		bool fit = spell_list_is_fit(rows[i].list, strlen(rows[i].list), &line);

		assert_int_equal(fit ? 0 : line, rows[i].line);
	}
}

static void what_is_put_in_a_list_is_the_word_alone(void **state)
{
	static const char *const rows[][2] = {{"Feng’s", "Feng"},
					      {"Feng's", "Feng"},
					      {"O’Hara", "O'Hara"},
					      {"caf\x65\xcc\x81", "caf\xc3\xa9"}};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char *entry = spell_entry(rows[i][0], strlen(rows[i][0]));

		assert_string_equal(entry, rows[i][1]);
		free(entry);
	}
}

/* -- Languages -- */

static void chinese_is_skipped_and_latin_words_in_it_are_english(void **state)
{
	static const struct row rows[] = {
	    {"志愿者修复湖滨步道。", ""},
	    {"他说：“the lake”，然后走了。", ""},
	    {"他说：“the laek”，然后wdie走了。", "laek|wdie"},
	    {"详见https://exmple.org/laek，谢谢laek", "laek"},
	    {"联系 laek@exmple.org。laek", "laek"},
	    {"ページの laek と ニュース", "laek"},
	    {"林海生（Lindqvist）和《laek》", "laek"},
	    {"第5期lake，100km", ""},
	};

	(void)state;
	check("zh", rows, COUNT(rows));
	check("zh-Hant-TW", rows, COUNT(rows));
	check("ja", rows, COUNT(rows));
	check("en", rows, COUNT(rows));
}

static void other_scripts_than_the_dictionarys_are_skipped(void **state)
{
	static const struct row english[] = {
	    {"озиро Αθήνα عربي lake", ""},
	    {"the p\xd0\xb0th", "p\xd0\xb0th"}, /* with a Cyrillic letter that looks Latin */
	};
	static const struct row russian[] = {{"озеро и озиро laek", "озиро"}};

	(void)state;
	check("en", english, COUNT(english));
	check("ru", russian, COUNT(russian));
}

static void a_dictionary_may_be_in_another_encoding(void **state)
{
	static const struct row rows[] = {
	    {"die Straße ist über der See", ""},
	    {"die Strase ist üper der See", "Strase|üper"},
	    {"die Łódź", "Łódź"},
	};
	struct spell *spell;
	struct strlist out = {0};

	(void)state;
	check("de", rows, COUNT(rows));
	spell = open_spell("de-DE");
	spell_suggest(spell, "übr", strlen("übr"), &out);
	assert_true(strlist_has(&out, "über"));
	strlist_clear(&out);
	spell_suggest(spell, "Łódź", strlen("Łódź"), &out);
	assert_int_equal(out.count, 0);
	spell_free(spell);
}

static void a_dictionary_is_found_by_language_and_preference(void **state)
{
	static const struct {
		const char *language, *preferred, *dictionary;
	} rows[] = {
	    {"en", NULL, "en_US"},
	    {"en", "en_GB", "en_GB"},
	    {"en", "de_DE, en_GB", "en_GB"},
	    {"en", "en_ZZ en_GB", "en_GB"},
	    {"en-GB", "en_US", "en_GB"},
	    {"EN_gb", NULL, "en_GB"},
	    {"en-Latn-GB", NULL, "en_GB"},
	    {"en", "../en_GB", "en_US"},
	    {"zh", NULL, "en_US"},
	    {"zh-Hans-CN", "en_GB", "en_GB"},
	    {"de", NULL, "de_DE"},
	    {"ru", NULL, "ru_RU"},
	    {"en-GB-oxendict", NULL, "en_GB"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spell *spell;
		struct error err;

		assert_int_equal(spell_open(&spell, rows[i].language, rows[i].preferred, &err), 0);
		assert_string_equal(spell_dictionary(spell), rows[i].dictionary);
		spell_free(spell);
	}
}

static void a_missing_dictionary_is_told_with_what_to_install(void **state)
{
	static const struct {
		const char *language;
		int code;
		const char *message;
	} rows[] = {
	    {"tlh", E_NOTFOUND, "There is no dictionary for Klingon: install hunspell-tlh."},
	    {"en-QM", E_NOTFOUND, NULL},
	    {"", E_INVALID, "\"\" is no language: write it like en, en-GB or zh."},
	    {"../etc", E_INVALID, "\"../etc\" is no language: write it like en, en-GB or zh."},
	    {"en-../x", E_INVALID, "\"en-../x\" is no language: write it like en, en-GB or zh."},
	    {"English", E_INVALID, "\"English\" is no language: write it like en, en-GB or zh."},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct spell *spell;
		struct error err;
		int rc = spell_open(&spell, rows[i].language, NULL, &err);

		if (rows[i].message ==
		    NULL) { /* a region without one has that of the language itself, or none */
			spell_free(spell);
			continue;
		}
		assert_int_equal(rc, rows[i].code);
		assert_string_equal(err.message, rows[i].message);
		assert_null(spell);
	}
}

static void suggestions_are_few_and_likely(void **state)
{
	static const struct {
		const char *word, *suggestion;
	} rows[] = {{"recieve", "receive"}, {"Laek", "Lake"}, {"don’tt", "don’t"}, {"don'tt", "don't"}};
	struct spell *spell = open_spell("en");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strlist out = {0};

		spell_suggest(spell, rows[i].word, strlen(rows[i].word), &out);
		assert_in_range(out.count, 1, SPELL_SUGGESTIONS);
		if (!strlist_has(&out, rows[i].suggestion))
			fail_msg("%s: %s is not suggested", rows[i].word, rows[i].suggestion);
		strlist_clear(&out);
	}
	spell_free(spell);
}

/* -- Articles -- */

static void of_the_front_matter_title_and_description_are_read(void **state)
{
	static const struct row rows[] = {
	    {"---\ntitle: The laek\nslug: wdie\n---\nlake", "laek"},
	    {"---\ntitle: \"The laek\\nlake\" # wdie\ndescription: wdie # qqx\n---\n", "laek|wdie|wdie"},
	    {"---\ndescription: >\n  The laek\n  is wdie\nbyline: Qqx Zzy\n---\n", "laek|wdie"},
	    {"---\nTitle : laek\ntags: [qqx]\n# laek\n...\nwdie", "laek|wdie"},
	    {"\xef\xbb\xbf---\r\ntitle: laek\r\nbyline: Qqx\r\n---\r\nwdie", "laek|wdie"},
	    {"+++\ntitle = \"laek\"\n+++\nwdie", "wdie"},
	    {"---\nnew laek\n\nThe lake.", "laek"},
	    {"---\ntitle: in <!-- laek\n---\nwdie", "wdie"},
	    {"---\ntitle: 湖滨laek步道\ndescription: 湖\n---\n", "laek"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void code_is_skipped(void **state)
{
	static const struct row rows[] = {
	    {"the `laek` lake", ""},
	    {"the ``la`ek`` lake", ""},
	    {"the `la\nek` lake", ""},
	    {"the `laek lake", "laek"},
	    {"the `laek\n\nlake`", "laek"},
	    {"the \\`laek` lake", "laek"},
	    {"```\nlaek\n```\nwdie", "wdie"},
	    {"```sh\nlaek\n\n~~~\nlaek\n```` \nwdie", "wdie"},
	    {"~~~\nlaek", ""},
	    {"``` a`b\nlaek", "laek"},
	    {"the lake\n```\nlaek\n```", ""},
	    {"> ```\n> laek\n> ```\n> wdie", "wdie"},
	    {"the lake\n\n    laek\n\n    laek\n\nwdie", "wdie"},
	    {"the lake\n    laek", "laek"},
	    {"the lake\n\n\tlaek", ""},
	    {"- the lake\n\n    laek\n\n        wdie\n", "laek"},
	    {"1. the lake\n\nThe lake\n\n    laek\n", ""},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void html_and_shortcodes_are_skipped(void **state)
{
	static const struct row rows[] = {
	    {"the <span class=\"laek\">wdie</span> lake", "wdie"},
	    {"<laek@exmple.org> <https://exmple.org/laek>", ""},
	    {"a < laek > b", "laek"},
	    {"a <laek", "laek"},
	    {"the <!-- laek\n\nlaek --> wdie", "wdie"},
	    {"the <!-- laek\n\n", ""},
	    {"<pre>\nlaek\n\nlaek</pre> wdie", "wdie"},
	    {"<SCRIPT>laek</Script>wdie", "wdie"},
	    {"<previous>laek", "laek"},
	    {"caf&eacute; laek&nbsp;wdie &laek; lake", ""},
	    {"news & laek", "laek"},
	    {"{{< figure src=\"laek.jpg\" >}} wdie", "wdie"},
	    {"{{% laek\nlaek %}} wdie", "wdie"},
	    {"{{ laek", "laek"},
	    {"# The lake {#laek .wdie}", ""},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

static void destinations_of_links_are_skipped(void **state)
{
	static const struct row rows[] = {
	    {"[laek](wdie.html)", "laek"},
	    {"![laek](wdie.jpg \"qqx\")", "laek|qqx"},
	    {"[lake](<wdie qqx>) laek", "laek"},
	    {"[lake](wdie(qqx)qqx) laek", "laek"},
	    {"[lake][wdie] laek", "laek"},
	    {"[lake]: wdie 'qqx'\nlaek", "qqx|laek"},
	    {"[wdie]: /qqx", ""},
	    {"the lake[^wdie]\n\n[^wdie]: laek", "laek"},
	    {"**laek** *wdie* ~~qqx~~", "laek|wdie|qqx"},
	    {"| laek | lake |\n| --- | --- |\n| wdie | lake |", "laek|wdie"},
	};

	(void)state;
	check("en", rows, COUNT(rows));
}

/* -- In pieces -- */

/* An article of many paragraphs, with what begins in one piece and ends in another. */
static void make_article(struct strbuf *out, size_t size)
{
	static const char *const parts[] = {
	    "The seven volunteers cleared the laek by the old mill.\n\n",
	    "志愿者在 lake 边修复了步道，他们说 the wdie path。\n\n",
	    "```\nlaek\n\nlaek\n```\n\n",
	    "- One of the boats\n\n    laek in a list\n\n",
	    "<!-- laek\n\nlaek -->\n\n",
	    "A `laek\nspan` and [a link](laek), don’t qqx.\n\n",
	    "> They said it.\n>\n> ~~~\n> laek\n> ~~~\n\n",
	};

	strbuf_adds(out, "---\ntitle: The laek\nslug: laek\n---\n\n");
	for (size_t i = 0; out->len < size; i = (i * 5 + 3) % 10007)
		strbuf_adds(out, parts[i % COUNT(parts)]);
}

static void pieces_find_what_the_whole_finds(void **state)
{
	struct spell *spell = open_spell("en");
	struct strbuf text = STRBUF_INIT;
	struct spell_state whole = {0}, piece = {0};
	struct spell_found all = {0}, some = {0};

	(void)state;
	make_article(&text, 300000);
	spell_find(spell, &whole, text.data, text.len, &all);
	for (size_t pos = 0, at = 0, len; pos < text.len; pos += len) {
		len = spell_piece(text.data + pos, text.len - pos);
		assert_true(len > 0 && (len >= SPELL_PIECE || pos + len == text.len) &&
			    len <= SPELL_PIECE_MOST + 1024);
		assert_true(spell_ends(text.data + pos, len));
		some.count = 0;
		spell_find(spell, &piece, text.data + pos, len, &some);
		for (size_t i = 0; i < some.count; i++, at++) {
			assert_int_equal(pos + some.words[i].start, all.words[at].start);
			assert_int_equal(pos + some.words[i].end, all.words[at].end);
		}
		assert_true(pos + len < text.len || at == all.count);
	}
	assert_true(all.count > 1000);
	assert_true(spell_same_state(&whole, &piece));
	spell_found_clear(&all);
	spell_found_clear(&some);
	strbuf_clear(&text);
	spell_free(spell);
}

static void a_paragraph_without_end_is_cut_between_words(void **state)
{
	struct strbuf text = STRBUF_INIT;

	(void)state;
	while (text.len < SPELL_PIECE_MOST * 2)
		strbuf_adds(&text, "lake path ");
	assert_int_equal(text.data[spell_piece(text.data, text.len) - 1], ' ');
	strbuf_reset(&text);
	while (text.len < SPELL_PIECE_MOST * 2)
		strbuf_adds(&text, "湖");
	assert_int_equal(spell_piece(text.data, text.len) % strlen("湖"), 0);
	assert_false(spell_ends(text.data, spell_piece(text.data, text.len)));
	assert_int_equal(spell_piece("lake\n\npath", 10), 10);
	strbuf_clear(&text);
}

/* What makes a careless reader look again and again takes no longer than what does not. */
static void hostile_text_takes_no_longer(void **state)
{
	static const char *const rows[] = {"`",    "``` ",  "`a``b```c", "<a ",     "<!-",   "](",
					   "[^",   "{{",    "[a][",      "&a",      "a-",    "a’",
					   "a.",   "[a]: ", "> ",        "http://", "<pre>", "a_",
					   "](((", "<!--",  "- ",        "\\",      "@a",    "~~~\n"};
	struct spell *spell = open_spell("en");

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct strbuf text = STRBUF_INIT;
		struct spell_state begin = {0};
		struct spell_found found = {0};
		int64_t start = processor_time();

		while (text.len < (size_t)1 << 20)
			strbuf_adds(&text, rows[i]);
		spell_find(spell, &begin, text.data, text.len, &found);
		if (processor_time() - start > 2000)
			fail_msg("%s: %d ms", rows[i], (int)(processor_time() - start));
		spell_found_clear(&found);
		strbuf_clear(&text);
	}
	spell_free(spell);
}

/* Any bytes at all: nothing is read outside of them, and what is found is in order. */
static void any_bytes_are_read(void **state)
{
	static const char signs[] = "`~<>![](){}#-*_\\&;:/@.'\n\n \tae1\xe6\xb9\x96\xff\xe2\x80\x99";
	struct spell *spell = open_spell("en");
	uint32_t seed = 20261120;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		size_t len = (seed >> 8) % 200;
		char *text =
		    mem_alloc(len + 1); /* exactly as long, so that a sanitizer sees what is beyond */
		struct spell_state begin = {0};
		struct spell_found found = {0};

		text = mem_realloc(text, len > 0 ? len : 1);
		for (size_t i = 0; i < len; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = signs[(seed >> 16) % (sizeof signs - 1)];
		}
		seed = seed * 1664525 + 1013904223;
		spell_find(spell, &begin, text, len, &found);
		for (size_t i = 0; i < found.count; i++) {
			assert_true(found.words[i].start < found.words[i].end && found.words[i].end <= len);
			assert_true(i == 0 || found.words[i - 1].end <= found.words[i].start);
		}
		spell_found_clear(&found);
		free(text);
	}
	spell_free(spell);
}

static int use_our_dictionaries(void **state)
{
	(void)state;
	return setenv("DICPATH", "tests/dictionaries", 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_word_that_nobody_knows_is_misspelt),
	    cmocka_unit_test(apostrophes_and_hyphens_are_within_a_word),
	    cmocka_unit_test(what_has_digits_or_is_an_address_is_no_word),
	    cmocka_unit_test(names_of_the_list_are_names_and_its_words_are_words),
	    cmocka_unit_test(a_list_is_asked_as_the_dictionary_is),
	    cmocka_unit_test(a_list_is_of_words),
	    cmocka_unit_test(what_is_put_in_a_list_is_the_word_alone),
	    cmocka_unit_test(chinese_is_skipped_and_latin_words_in_it_are_english),
	    cmocka_unit_test(other_scripts_than_the_dictionarys_are_skipped),
	    cmocka_unit_test(a_dictionary_may_be_in_another_encoding),
	    cmocka_unit_test(a_dictionary_is_found_by_language_and_preference),
	    cmocka_unit_test(a_missing_dictionary_is_told_with_what_to_install),
	    cmocka_unit_test(suggestions_are_few_and_likely),
	    cmocka_unit_test(of_the_front_matter_title_and_description_are_read),
	    cmocka_unit_test(code_is_skipped),
	    cmocka_unit_test(html_and_shortcodes_are_skipped),
	    cmocka_unit_test(destinations_of_links_are_skipped),
	    cmocka_unit_test(pieces_find_what_the_whole_finds),
	    cmocka_unit_test(a_paragraph_without_end_is_cut_between_words),
	    cmocka_unit_test(hostile_text_takes_no_longer),
	    cmocka_unit_test(any_bytes_are_read),
	};

	return cmocka_run_group_tests(tests, use_our_dictionaries, NULL);
}
