#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/import.h"
#include "desk/import_furniture.h"
#include "desk/import_labels.h"
#include "text/frontmatter.h"
#include "text/unicode.h"
#include "dice.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static const struct import_options plain = {.name = NULL};

static struct import imported(const char *text, const struct import_options *options)
{
	struct import import;
	struct error err;

	if (import_text(&import, text, strlen(text), options, &err) < 0)
		fail_msg("%s", err.message);
	return import;
}

/* -- Real texts, where they are -- */

#define SEEDS "../shared/seeds"

static const char *const seeds[] = {"dongying-2022-06-28", "fuxin-2023-03-06", "shenyang-2024-03-06"};

static void read_seed(struct strbuf *out, const char *name, const char *ending)
{
	char *path = mem_printf("%s/%s%s", SEEDS, name, ending);

	strbuf_reset(out);
	assert_int_equal(path_read(out, path, (size_t)1 << 20, NULL), 0);
	free(path);
}

static void assert_same_article(const struct strbuf *expected, const struct import *import)
{
	struct frontmatter *a;
	struct frontmatter *b;
	struct strbuf body = STRBUF_INIT;
	const char *wanted;

	assert_int_equal(frontmatter_parse(&a, expected->data, expected->len, NULL), 0);
	assert_int_equal(frontmatter_parse(&b, import->text, import->len, NULL), 0);
	assert_int_equal(frontmatter_count(a), frontmatter_count(b));
	for (size_t i = 0; i < frontmatter_count(a); i++) {
		const char *key = frontmatter_key(a, i);

		assert_string_equal(frontmatter_key(b, i), key);
		assert_string_equal(frontmatter_get(b, key), frontmatter_get(a, key));
		assert_string_equal(import_field(import, key), frontmatter_get(a, key));
	}
	wanted = expected->data + frontmatter_body(a);
	strbuf_adds(&body, import->text + frontmatter_body(b));
	assert_string_equal(body.data, wanted);
	strbuf_clear(&body);
	frontmatter_free(a);
	frontmatter_free(b);
}

static void real_texts_give_what_an_editor_expects(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct strbuf dropped = STRBUF_INIT;

	(void)state;
	if (!path_is_folder(SEEDS))
		skip();
	for (size_t i = 0; i < COUNT(seeds); i++) {
		struct import import;

		read_seed(&text, seeds[i], ".txt");
		import = imported(text.data, &plain);
		read_seed(&text, seeds[i], ".expected.md");
		assert_same_article(&text, &import);
		strbuf_reset(&dropped);
		for (size_t k = 0; k < import.line_count; k++) {
			if (import.lines[k].fate != IMPORT_DROPPED)
				continue;
			strbuf_add(&dropped, import.lines[k].text, import.lines[k].len);
			strbuf_addc(&dropped, '\n');
		}
		read_seed(&text, seeds[i], ".dropped.txt");
		strbuf_trim_end(&text);
		strbuf_trim_end(&dropped);
		assert_string_equal(dropped.data, text.data);
		import_clear(&import);
	}
	strbuf_clear(&text);
	strbuf_clear(&dropped);
}

/* -- Labels, credits and furniture, by rows -- */

static void add_items(struct strbuf *out, const struct import_items *items)
{
	static const char *const names[] = {
	    [LABEL_TITLE] = "title",         [LABEL_DATE] = "date",
	    [LABEL_LASTMOD] = "lastmod",     [LABEL_BYLINE] = "byline",
	    [LABEL_PHOTO] = "photo",         [LABEL_SOURCE] = "source",
	    [LABEL_PUBLISHER] = "publisher", [LABEL_ORIGINAL_TITLE] = "original",
	    [LABEL_EDITOR] = "editor",       [LABEL_DESCRIPTION] = "description",
	    [LABEL_TAGS] = "tags",           [LABEL_FURNITURE] = "furniture",
	    [LABEL_CONTACT] = "contact",
	};

	for (size_t i = 0; i < items->count; i++)
		strbuf_addf(out, "%s%s=%.*s", i > 0 ? "; " : "", names[items->item[i].label],
			    (int)items->item[i].len, items->item[i].value);
}

static void labels_are_told_from_sentences(void **state)
{
	static const struct {
		const char *line;
		enum import_place place;
		const char *items; /* NULL: no line of labels */
	} rows[] = {
	    {"Author:Dongying.com Time:2022.06.28", IMPORT_HEAD, "byline=Dongying.com; date=2022.06.28"},
	    {"时间:2024-03-06 撰稿人: 供稿部门:Office", IMPORT_HEAD,
	     "date=2024-03-06; byline=; source=Office"},
	    {"来　源 ：新华网｜作者：王小明", IMPORT_HEAD, "source=新华网; byline=王小明"},
	    {"2022年6月28日10:05来源：新华网", IMPORT_HEAD, "date=2022年6月28日10:05; source=新华网"},
	    {"[责任编辑：李四]", IMPORT_FOOT, "editor=李四"},
	    {"【字体：大 中 小】 打印 关闭", IMPORT_HEAD, "furniture="},
	    {"来源：新华网 打印 关闭", IMPORT_HEAD, "source=新华网"},
	    {"来源： 打印", IMPORT_HEAD, "source="},
	    {"Source: Xinhua (English)", IMPORT_HEAD, "source=Xinhua (English)"},
	    {"Source: Dongying Media Co., Ltd.", IMPORT_HEAD, "source=Dongying Media Co., Ltd."},
	    {"Date: 2022-06-28 Time: 14:05", IMPORT_HEAD, "date=2022-06-28; furniture=14:05"},
	    {"SOURCE: X", IMPORT_HEAD, "source=X"},
	    {"Original title: A: B Source: C", IMPORT_HEAD, "original=A: B Source: C"},
	    {"主办：港口办 地址：湖滨路", IMPORT_FURNITURE, "publisher=港口办; contact=湖滨路"},
	    {"Published: 28 June 2022", IMPORT_FOOT, "date=28 June 2022"},
	    {"Time: it is the one thing we lack", IMPORT_HEAD, NULL},
	    {"Date: sometime in 2022", IMPORT_HEAD, NULL},
	    {"Source: the river rises in the hills and it runs to the sea.", IMPORT_HEAD, NULL},
	    {"作者：这本书写得真好。", IMPORT_HEAD, NULL},
	    {"来源不明：警方正在调查", IMPORT_HEAD, NULL},
	    {"The source: Xinhua", IMPORT_HEAD, NULL},
	    {"A resource: water", IMPORT_HEAD, NULL},
	    {"June 28, 2022 was a Tuesday", IMPORT_HEAD, NULL},
	    {"Address: Quay 4 Tel: 12", IMPORT_HEAD, NULL},
	    {"主办：港口办", IMPORT_HEAD, NULL},
	    {"主办：港口办", IMPORT_FOOT, NULL},
	    {"Date: 2022-06-28", IMPORT_FOOT, NULL},
	    {"Tel: 0000", IMPORT_FOOT, NULL},
	    {"", IMPORT_HEAD, NULL},
	    {"：", IMPORT_HEAD, NULL},
	};
	struct strbuf found = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct import_items items;
		bool is = import_read_labels(&items, rows[i].line, strlen(rows[i].line), rows[i].place);

		if (is != (rows[i].items != NULL))
			fail_msg("wrong: %s", rows[i].line);
		strbuf_reset(&found);
		if (is)
			add_items(&found, &items);
		assert_string_equal(found.data, is ? rows[i].items : "");
	}
	strbuf_clear(&found);
}

static void credits_are_told_from_text_in_brackets(void **state)
{
	static const struct {
		const char *line;
		const char *items;
	} rows[] = {
	    {"(Reporter Zhang Jiasong)", "byline=Zhang Jiasong"},
	    {"（记者 张三 通讯员 李四）", "byline=张三; byline=李四"},
	    {"（记者张三）", "byline=张三"},
	    {"（本报记者 张三 摄影 李四）", "byline=张三; photo=李四"},
	    {"（新华社记者 张三）", "byline=新华社记者 张三"},
	    {"Reporter: Anna Marsh", "byline=Anna Marsh"},
	    {"By Anna Marsh and Niels Lund", "byline=Anna Marsh and Niels Lund"},
	    {"(Reporting by A. Marsh; editing by N. Lund)", "byline=A. Marsh; editor=N. Lund"},
	    {"记者 张三", "byline=张三"},
	    {"【编辑 李四】", "editor=李四"},
	    {"记者手记", NULL},
	    {"（记者从会上获悉，步道将开放）", NULL},
	    {"（作者单位：港口大学）", NULL},
	    {"（作者系港口大学的一位教授）", NULL},
	    {"(Reporters were not allowed on board)", NULL},
	    {"(Xinhua)", NULL},
	    {"By noon seven had come", NULL},
	    {"()", NULL},
	    {"", NULL},
	};
	struct strbuf found = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct import_items items;
		bool is = import_read_credit(&items, rows[i].line, strlen(rows[i].line));

		if (is != (rows[i].items != NULL))
			fail_msg("wrong: %s", rows[i].line);
		strbuf_reset(&found);
		if (is)
			add_items(&found, &items);
		assert_string_equal(found.data, is ? rows[i].items : "");
	}
	strbuf_clear(&found);
}

static void organisations_are_told_from_people(void **state)
{
	static const char *const houses[] = {"Dongying.com",   "Fuxin News Network",
					     "新华网",         "新华社",
					     "港口日报",       "港口市交通运输局",
					     "辽宁省人民政府", "Shenyang Foreign Affairs Office"};
	static const char *const people[] = {"Zhang Jiasong", "张三",      "王建社",  "李四",
					     "Anna Marsh",    "A. Writer", "欧阳建国"};

	(void)state;
	for (size_t i = 0; i < COUNT(houses); i++) {
		if (!import_is_organisation(houses[i], strlen(houses[i])))
			fail_msg("%s is an organisation", houses[i]);
	}
	for (size_t i = 0; i < COUNT(people); i++) {
		if (import_is_organisation(people[i], strlen(people[i])))
			fail_msg("%s is a person", people[i]);
	}
}

static void furniture_is_told_from_text(void **state)
{
	static const struct {
		const char *line;
		enum import_furniture kind;
	} rows[] = {
	    {"© 2022 Harbour Gazette. All rights reserved.", FURNITURE_RIGHTS},
	    {"Copyright 2019-2022 Harbour", FURNITURE_RIGHTS},
	    {"辽ICP备10001850号-2", FURNITURE_RIGHTS},
	    {"辽公网安备 21011202000250号", FURNITURE_RIGHTS},
	    {"ＩＣＰ备00000000号", FURNITURE_RIGHTS},
	    {"Copyright is the matter of the day", FURNITURE_SHORT},
	    {"The copyright of 2019 was upheld.", FURNITURE_TEXT},
	    {"Photo ©", FURNITURE_SHORT},
	    {"Related articles:", FURNITURE_HEADING},
	    {"相关阅读", FURNITURE_HEADING},
	    {"下一篇：渡轮票价上调", FURNITURE_BUTTON},
	    {"【打印】【关闭】", FURNITURE_BUTTON},
	    {"Share | Print | Email", FURNITURE_BUTTON},
	    {"Share it with your friends!", FURNITURE_TEXT},
	    {"首页 | 关于我们 | 联系我们", FURNITURE_WORDS},
	    {"About Shenyang", FURNITURE_ABOUT},
	    {"About 300 people", FURNITURE_SHORT},
	    {"Tel: 0000", FURNITURE_WORDS},
	    {"本网站内容未经授权不得转载。", FURNITURE_NOTICE},
	    {"Anna Marsh", FURNITURE_SHORT},
	    {"步道周一重新开放。", FURNITURE_TEXT},
	    {"“We counted.”", FURNITURE_TEXT},
	    {"The winners are:", FURNITURE_TEXT},
	    {"consult……", FURNITURE_TEXT},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (import_furniture(rows[i].line, strlen(rows[i].line)) != rows[i].kind)
			fail_msg("wrong: %s", rows[i].line);
	}
}

static void end_marks_are_told_from_endings(void **state)
{
	static const struct {
		const char *line;
		enum import_end end;
	} rows[] = {
	    {"- END -", IMPORT_END},
	    {"—END—", IMPORT_END},
	    {"(End)", IMPORT_END},
	    {"END", IMPORT_END},
	    {"（完）", IMPORT_END},
	    {"【 完 】", IMPORT_END},
	    {"-30-", IMPORT_END},
	    {"— 30 —", IMPORT_END},
	    {"###", IMPORT_END_WEAK},
	    {"# # #", IMPORT_END_WEAK},
	    {"步道周一重新开放。（完）", IMPORT_END_AFTER},
	    {"The end.", IMPORT_NO_END},
	    {"End", IMPORT_NO_END},
	    {"30", IMPORT_NO_END},
	    {"(30)", IMPORT_NO_END},
	    {"完", IMPORT_NO_END},
	    {"#", IMPORT_NO_END},
	    {"Weekend", IMPORT_NO_END},
	    {"THE WEEKEND", IMPORT_NO_END},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (import_end_mark(rows[i].line, strlen(rows[i].line)) != rows[i].end)
			fail_msg("wrong: %s", rows[i].line);
	}
}

/* -- The whole -- */

static void fields_tell_their_lines(void **state)
{
	struct import import =
	    imported("\nHeadline\n\nDate: 2022-06-28 Source: Gazette\nText.\n\n(Reporter Anna Marsh)\n",
		     &plain);
	static const struct {
		const char *key;
		size_t line;
	} rows[] = {{"title", 2}, {"slug", 0}, {"date", 4}, {"language", 0}, {"byline", 7}, {"source", 4}};

	(void)state;
	assert_int_equal(import.field_count, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_string_equal(import.fields[i].key, rows[i].key);
		assert_int_equal(import.fields[i].line, rows[i].line);
	}
	assert_null(import_field(&import, "publisher"));
	assert_false(import.markdown);
	import_clear(&import);
}

static void a_language_can_be_given(void **state)
{
	const struct import_options options = {.language = "fr"};
	struct import import = imported("Le port\n\nLe port est ouvert.\n", &options);

	(void)state;
	assert_string_equal(import_field(&import, "language"), "fr");
	import_clear(&import);
}

static void markdown_is_known_by_its_name_or_its_front_matter(void **state)
{
	static const struct {
		const char *text;
		const char *name;
		bool markdown;
	} rows[] = {
	    {"Crane\n\n*Blue*.\n", NULL, false},
	    {"Crane\n\n*Blue*.\n", "crane.txt", false},
	    {"Crane\n\n*Blue*.\n", "a/crane.MD", true},
	    {"Crane\n\n*Blue*.\n", "crane.markdown", true},
	    {"---\ntitle: Crane\n---\n*Blue*.\n", "crane.txt", true},
	    {"---\nCrane\n---\n*Blue*.\n", "crane.txt", false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct import_options options = {.name = rows[i].name};
		struct import import = imported(rows[i].text, &options);

		assert_int_equal(import.markdown, rows[i].markdown);
		assert_int_equal(strstr(import.text, "\\*Blue\\*.") != NULL, !rows[i].markdown);
		import_clear(&import);
	}
}

static void what_cannot_be_imported_is_refused_in_words(void **state)
{
	static const struct {
		const char *text;
		size_t len;
		const char *name;
		const char *message;
	} rows[] = {
	    {"", 0, NULL, "There is no headline in this text"},
	    {" \n\xe3\x80\x80\n", 6, NULL, "There is no headline"},
	    {"Home > News\nShare | Print\n", 26, NULL, "There is no headline"},
	    {"a\0b", 3, NULL, "NUL characters"},
	    {"---\na: b: c\n---\n", 16, "x.md", "Line 2"},
	    {"+++\na = 1\n+++\n", 14, "x.md", "TOML"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const struct import_options options = {.name = rows[i].name};
		struct import import;
		struct error err;

		assert_int_equal(import_text(&import, rows[i].text, rows[i].len, &options, &err), E_INVALID);
		if (strstr(err.message, rows[i].message) == NULL)
			fail_msg("row %zu says: %s", i, err.message);
		import_clear(&import);
	}
}

/* -- By chance: a fixed seed, so that a failure comes again -- */

/* Sentences, which must never be dropped but after an end mark. */
static const char *const sentences[] = {
    "On Saturday seven volunteers cleared the path around the lake.",
    "　　上周六，七名志愿者清理了湖滨步道。",
    "\"We counted: seven people,\" said the warden.",
    "  * The stars* cost 2_000 `crowns` & <more>!",
    "1. Was it red?",
    "# No heading, this.",
    "http://ferry.example/a_b says so…",
    "The copyright of 1911 has ended.",
    "Share it with a friend, said the poster.",
    "About three hundred people came home.",
    "Source: nobody knew, and nobody would say so in public on that day.",
    "📣 他说：“来吧！”",
};

static const char *const others[] = {
    "",
    "",
    "",
    " \t ",
    "　",
    "Date: 2022-06-28",
    "时间：2022年6月28日 来源：新华网",
    "Author: Anna Marsh",
    "发布时间：03/04/2022",
    "Original title: Another",
    "By Anna Marsh",
    "(Reporter Anna Marsh)",
    "（记者 张三）",
    "责任编辑：李四",
    "Anna Marsh",
    "a short line",
    "短行",
    "Related articles",
    "About Harbour",
    "Contact us",
    "© 2022 Harbour",
    "京ICP备00000000号",
    "主办：港口办 电话：12",
    "Share | Print",
    "Home > News",
    "上一篇：某事",
    "- END -",
    "（完）",
    "###",
    "---",
    "- item",
    "+++",
    "\\*escaped\\*",
    "a | b | c",
    "\x01\x7f",
    "e\xcc\x81 🎉",
};

static void make_text(struct strbuf *text, struct dice *dice)
{
	static const char *const ends[] = {"\n", "\r\n", "\n\n", "\r"};
	const char *end = ends[dice_roll(dice, COUNT(ends))];

	strbuf_reset(text);
	for (size_t n = dice_roll(dice, 24); n > 0; n--) {
		strbuf_adds(text, dice_roll(dice, 2) ? sentences[dice_roll(dice, COUNT(sentences))]
						     : others[dice_roll(dice, COUNT(others))]);
		strbuf_adds(text, end);
	}
}

/* Appends what Markdown and layout leave alone: all but white space and backslashes. */
static void add_substance(struct strbuf *out, const char *text, size_t len)
{
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(text, len, i, &c);
		if (c != '\\' && !unicode_is_space(c))
			strbuf_add(out, text + i, next - i);
	}
}

static bool is_sentence(const struct import_line *line)
{
	for (size_t i = 0; i < COUNT(sentences); i++) {
		if (strlen(sentences[i]) == line->len && memcmp(sentences[i], line->text, line->len) == 0)
			return true;
	}
	return false;
}

/* The lines are the source, each with one fate and, where it is not body, a word about it. */
static void assert_all_accounted(const struct import *import)
{
	const char *at = import->source;

	for (size_t i = 0; i < import->line_count; i++) {
		const struct import_line *line = &import->lines[i];
		struct strbuf rest = STRBUF_INIT;

		assert_ptr_equal(line->text, at);
		at += line->len;
		at += import->markdown && at[0] == '\r' && at[1] == '\n';
		at += *at == '\n';
		add_substance(&rest, line->text, line->len);
		if (line->fate == IMPORT_BLANK)
			assert_int_equal(rest.len, 0);
		strbuf_clear(&rest);
		assert_int_equal(line->what == NULL, line->fate == IMPORT_BODY || line->fate == IMPORT_BLANK);
		if (line->fate == IMPORT_DROPPED && is_sentence(line) &&
		    strcmp(line->what, "after the end mark") != 0 &&
		    strcmp(line->what, "the headline again") != 0)
			fail_msg("a sentence was dropped: %.*s", (int)line->len, line->text);
	}
	assert_int_equal(*at, '\0');
}

static void assert_body_kept(const struct import *import)
{
	struct strbuf wanted = STRBUF_INIT;
	struct strbuf found = STRBUF_INIT;
	struct frontmatter *fm;
	struct error err;

	if (frontmatter_parse(&fm, import->text, import->len, &err) < 0)
		fail_msg("%s", err.message);
	for (size_t i = 0; i < import->line_count; i++) {
		if (import->lines[i].fate == IMPORT_BODY)
			add_substance(&wanted, import->lines[i].text, import->lines[i].len);
	}
	add_substance(&found, import->text + frontmatter_body(fm), import->len - frontmatter_body(fm));
	assert_string_equal(found.data, wanted.data);
	assert_int_equal(frontmatter_count(fm), import->field_count);
	for (size_t i = 0; i < import->field_count; i++) {
		const struct import_field *field = &import->fields[i];

		assert_string_equal(frontmatter_key(fm, i), field->key);
		assert_string_equal(frontmatter_get(fm, field->key), field->value);
		assert_true(field->line <= import->line_count);
	}
	frontmatter_free(fm);
	strbuf_clear(&wanted);
	strbuf_clear(&found);
}

static void every_line_is_accounted_for_and_no_word_changes(void **state)
{
	struct dice dice = {20220628};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t n = 0; n < 4000; n++) {
		struct import import;

		make_text(&text, &dice);
		if (import_text(&import, text.data, text.len, &plain, NULL) == 0) {
			assert_all_accounted(&import);
			if (!import.markdown)
				assert_body_kept(&import);
		}
		import_clear(&import);
	}
	strbuf_clear(&text);
}

static void no_bytes_at_all_can_break_the_import(void **state)
{
	const struct import_options markdown = {.name = "x.md"};
	struct dice dice = {4};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t n = 0; n < 3000; n++) {
		struct import import;

		make_text(&text, &dice);
		for (size_t k = dice_roll(&dice, 6); k > 0 && text.len > 0; k--) {
			size_t at = dice_roll(&dice, text.len);

			text.data[at] = "\n\r:-()[]\xe4\xef\xbc\x9a\xff\x80 #"[dice_roll(&dice, 17)];
		}
		if (import_text(&import, text.data, text.len, dice_roll(&dice, 2) ? &markdown : &plain,
				NULL) == 0)
			assert_all_accounted(&import);
		import_clear(&import);
	}
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(real_texts_give_what_an_editor_expects),
	    cmocka_unit_test(labels_are_told_from_sentences),
	    cmocka_unit_test(credits_are_told_from_text_in_brackets),
	    cmocka_unit_test(organisations_are_told_from_people),
	    cmocka_unit_test(furniture_is_told_from_text),
	    cmocka_unit_test(end_marks_are_told_from_endings),
	    cmocka_unit_test(fields_tell_their_lines),
	    cmocka_unit_test(a_language_can_be_given),
	    cmocka_unit_test(markdown_is_known_by_its_name_or_its_front_matter),
	    cmocka_unit_test(what_cannot_be_imported_is_refused_in_words),
	    cmocka_unit_test(every_line_is_accounted_for_and_no_word_changes),
	    cmocka_unit_test(no_bytes_at_all_can_break_the_import),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
