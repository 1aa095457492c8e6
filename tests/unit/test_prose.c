/*
 * Edits of prose.  In the tables ¦ is the cursor, and ‹ and › are the ends of a selection; where nothing is
 * expected after, the act is refused with these words.
 */
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
#include "text/markdown.h"
#include "text/prose.h"
#include "text/unicode.h"
#include "processor.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

typedef int deed(struct prose_edit *out, const struct prose_place *place, const char *argument,
		 struct error *err);

struct row {
	const char *before;
	const char *after; /* NULL: it is refused */
	const char *argument;
	const char *refused; /* part of the sentence */
	const char *language;
};

/* -- The notation -- */

static const char *const signs[] = {"‹", "›", "¦"};

/* Takes the signs out of a text; the caller clears it. */
static struct strbuf read_place(const char *notation, struct prose_place *place)
{
	struct strbuf text = STRBUF_INIT;
	struct frontmatter *fm;
	struct error err;

	*place = (struct prose_place){.start = SIZE_MAX};
	while (*notation != '\0') {
		size_t sign = 0;

		while (sign < COUNT(signs) && strncmp(notation, signs[sign], strlen(signs[sign])) != 0)
			sign++;
		if (sign == COUNT(signs)) {
			strbuf_addc(&text, *notation++);
			continue;
		}
		if (sign != 1)
			place->start = text.len;
		if (sign != 0)
			place->end = text.len;
		notation += strlen(signs[sign]);
	}
	assert_true(place->start <= place->end);
	frontmatter_parse(&fm, text.data, text.len, &err);
	place->body = frontmatter_body(fm);
	frontmatter_free(fm);
	place->text = text.data;
	place->len = text.len;
	return text;
}

static void write_place(struct strbuf *text, size_t start, size_t end)
{
	assert_true(start <= end && end <= text->len);
	if (start == end) {
		strbuf_splice(text, start, 0, signs[2], strlen(signs[2]));
		return;
	}
	strbuf_splice(text, end, 0, signs[1], strlen(signs[1]));
	strbuf_splice(text, start, 0, signs[0], strlen(signs[0]));
}

static void check_row(deed *act, const struct row *row)
{
	struct prose_place place;
	struct strbuf text = read_place(row->before, &place);
	struct prose_edit edit;
	struct error err = {0};
	int rc;

	place.language = row->language != NULL ? row->language : "en";
	rc = act(&edit, &place, row->argument, &err);
	if (rc < 0) {
		if (row->after != NULL)
			fail_msg("%s: %s", row->before, err.message);
		assert_int_equal(rc, E_REFUSED);
		if (row->refused == NULL || strstr(err.message, row->refused) == NULL)
			fail_msg("%s: \"%s\"", row->before, err.message);
	} else {
		strbuf_splice(&text, edit.pos, edit.cut, edit.insert.data, edit.insert.len);
		write_place(&text, edit.start, edit.end);
		prose_edit_clear(&edit);
		if (row->after == NULL)
			fail_msg("%s: was not refused, but gave %s", row->before, text.data);
		assert_string_equal(text.data, row->after);
	}
	strbuf_clear(&text);
}

#define check(act, rows)                                                                                     \
	do {                                                                                                 \
		(void)state;                                                                                 \
		for (size_t row_ = 0; row_ < COUNT(rows); row_++)                                            \
			check_row(act, &(rows)[row_]);                                                       \
	} while (0)

/* -- Paragraphs -- */

static int duplicate(struct prose_edit *out, const struct prose_place *p, const char *argument,
		     struct error *err)
{
	(void)argument;
	return prose_duplicate(out, p, err);
}

static void a_paragraph_or_a_selection_is_duplicated(void **state)
{
	static const struct row rows[] = {
	    {"one ¦two\n\nthree\n", "one two\n\none ¦two\n\nthree\n"},
	    {"七名志愿者¦", "七名志愿者\n\n七名志愿者¦"},
	    {"one ‹two› three", "one two‹two› three"},
	    {"## A¦\n\ntext\n", "## A\n\n## A¦\n\ntext\n"},
	    {"- a\n- b¦\n- c\n", "- a\n- b\n- b¦\n- c\n"},
	    {"- a¦\n  - b\n- c\n", "- a\n  - b\n- a¦\n  - b\n- c\n"},
	    {"| a | b |\r\n| 1¦ | 2 |\r\n", "| a | b |\r\n| 1 | 2 |\r\n| 1¦ | 2 |\r\n"},
	    {"one¦\r\n\r\ntwo\r\n", "one\r\n\r\none¦\r\n\r\ntwo\r\n"},
	    {"```\na\n\nb¦\n```\n", "```\na\n\nb\n```\n\n```\na\n\nb¦\n```\n"},
	    {"one\n\n¦\n\ntwo\n", NULL, NULL, "no paragraph here"},
	    {"---\ntitle: ¦A\n---\none\n", NULL, NULL, "not for the fields at the top"},
	};

	check(duplicate, rows);
}

static int move(struct prose_edit *out, const struct prose_place *p, const char *argument, struct error *err)
{
	return prose_move(out, p, strcmp(argument, "up") == 0 ? -1 : 1, err);
}

static void paragraphs_change_places(void **state)
{
	static const struct row rows[] = {
	    {"one\n\ntw¦o\n\nthree\n", "tw¦o\n\none\n\nthree\n", "up"},
	    {"one\n\ntw¦o\n\n\nthree", "one\n\nthree\n\n\ntw¦o", "down"},
	    {"湖滨\n\n志愿¦者\n\n步道\n", "志愿¦者\n\n湖滨\n\n步道\n", "up"},
	    {"a\n\n‹b\n\nc›\n\nd\n", "a\n\nd\n\n‹b\n\nc›\n", "down"},
	    {"a\n\n‹b\n\nc\n›\nd\n", "‹b\n\nc›\n\na\n\nd\n", "up"},
	    /* items and rows go one by one within theirs */
	    {"- a\n- b¦\n- c\n", "- b¦\n- a\n- c\n", "up"},
	    {"- a¦\n  - b\n- c\n", "- c\n- a¦\n  - b\n", "down"},
	    {"- a\n  - b\n  - c¦\n", "- a\n  - c¦\n  - b\n", "up"},
	    {"- a\n  - b¦\n- c\n", NULL, "up", "first of its list"},
	    {"- a\n  - b¦\n- c\n", NULL, "down", "last of its list"},
	    {"| a |\n|---|\n| 1 |\n| 2¦ |\n", "| a |\n|---|\n| 2¦ |\n| 1 |\n", "up"},
	    /* a table keeps its head */
	    {"| a |\n|---|\n| 1¦ |\n| 2 |\n", NULL, "up", "first row of its table"},
	    {"| a |\n|---|\n| 湖¦ |\n\ntext\n", NULL, "down", "last row of its table"},
	    {"| a¦ |\n|---|\n| 1 |\n", NULL, "down", "stays above its rows"},
	    {"| a |\n| :-: ¦|\n| 1 |\n", NULL, "down", "stays above its rows"},
	    {"one\n\n| ‹a |\n|---|\n| 1› |\n", "| ‹a |\n|---|\n| 1› |\n\none\n", "up"},
	    {"| a |\n| b¦ |\n", "| b¦ |\n| a |\n", "up"},
	    /* others go around the whole of a list or table */
	    {"- a\n- b\n- c\n\ntext¦\n", "text¦\n\n- a\n- b\n- c\n", "up"},
	    {"text¦\n\n| a |\n| - |\n| 1 |\n\nend\n", "| a |\n| - |\n| 1 |\n\ntext¦\n\nend\n", "down"},
	    /* nothing flows together */
	    {"## H\nunder\n\ntext¦\n", "text¦\n\n## H\nunder\n", "up"},
	    {"before\n## H¦\n\nafter\n", "## H¦\n\nbefore\n\nafter\n", "up"},
	    {"before\n- a\n\ntext¦\n", "before\n\ntext¦\n\n- a\n", "up"},
	    {"- a¦\n- b\n\ntext\n", "- b\n- a¦\n\ntext\n", "down"},
	    {"- a\n- b¦\n\ntext\n", "- a\n\ntext\n\n- b¦\n", "down"},
	    {"one\r\n\r\ntwo¦", "two¦\r\n\r\none", "up"},
	    {"```\na\n\nb\n```\n\ntext¦\n", "text¦\n\n```\na\n\nb\n```\n", "up"},
	    /* front matter stays on top, and by itself */
	    {"---\ntitle: A\n---\none¦\n\ntwo\n", NULL, "up", "first paragraph"},
	    {"---\ntitle: A\n---\n\none\n\ntwo¦\n", "---\ntitle: A\n---\n\ntwo¦\n\none\n", "up"},
	    {"---\ntitle: ¦A\n---\none\n", NULL, "down", "not for the fields"},
	    {"one\n\ntwo¦\n", NULL, "down", "last paragraph"},
	};

	check(move, rows);
}

static int join(struct prose_edit *out, const struct prose_place *p, const char *argument, struct error *err)
{
	(void)argument;
	return prose_join(out, p, err);
}

static void paragraphs_are_joined(void **state)
{
	static const struct row rows[] = {
	    {"One t¦wo.  \n\nThree.\n\nFour.\n", "One two.¦ Three.\n\nFour.\n"},
	    {"清理了。¦\n\n步道宽了。\n", "清理了。¦步道宽了。\n"},
	    {"清理了¦\n\n“步道”宽了。\n", "清理了¦“步道”宽了。\n"},
	    {"He said “yes”¦\n\nand “no”", "He said “yes”¦ and “no”"},
	    {"在¦\n\nHugo 里", "在¦Hugo 里"},
	    {"‹One.\n\nTwo.\n\nThree›.\n\nFour.", "One. Two.¦ Three.\n\nFour."},
	    {"- a¦\n- b\n- c\n", "- a¦ b\n- c\n"},
	    {"> one¦\n\n> two\n", "> one¦ two\n"},
	    {"one¦\r\n\r\ntwo\r\n", "one¦ two\r\n"},
	    {"one\n\ntwo¦\n", NULL, NULL, "none to join it with"},
	    {"one¦\n\n```\ncode\n```\n", NULL, NULL, "Code and the rows"},
	};

	check(join, rows);
}

/* -- Case -- */

static int change_case(struct prose_edit *out, const struct prose_place *p, const char *argument,
		       struct error *err)
{
	(void)argument;
	return prose_change_case(out, p, err);
}

static void case_goes_round(void **state)
{
	static const struct row rows[] = {
	    {"The ‹Lake path› opens", "The ‹lake path› opens"},
	    {"The ‹lake path› opens", "The ‹LAKE PATH› opens"},
	    {"The ‹LAKE PATH› opens", "The ‹Lake Path› opens"},
	    {"the la¦ke path", "the LA¦KE path"},
	    {"‹a walk in the park: the end of it›", "‹A WALK IN THE PARK: THE END OF IT›"},
	    {"‹A WALK IN THE PARK: THE END OF IT›", "‹A Walk in the Park: The End of It›"},
	    {"‹don't STOP›", "‹don't stop›"},
	    {"‹DON'T STOP›", "‹Don't Stop›"},
	    {"‹straße›", "‹STRASSE›", NULL, NULL, "de"},
	    {"‹izmir›", "‹İZMİR›", NULL, NULL, "tr"},
	    {"‹READ [THE REPORT](https://Example.org/A) OF `CODE`›",
	     "‹Read [the Report](https://Example.org/A) of `CODE`›"},
	    {"x¦", "X¦"},
	    {"用 ‹Hugo 建站›", "用 ‹hugo 建站›", NULL, NULL, "zh"},
	    {"志愿¦者", NULL, NULL, "no upper and lower case", "zh"},
	    {"¦, and", NULL, NULL, "put the cursor on one, or select some"},
	    {"‹one\n\ntwo›", NULL, NULL, "select words of one"},
	    {"---\ntitle: ¦A\n---\none\n", NULL, NULL, "not for the fields"},
	};

	check(change_case, rows);
}

/* -- Marks -- */

static int emphasise(struct prose_edit *out, const struct prose_place *p, const char *argument,
		     struct error *err)
{
	return prose_emphasise(out, p, strcmp(argument, "strong") == 0 ? PROSE_STRONG : PROSE_EMPHASIS, err);
}

static void marks_go_on_and_off(void **state)
{
	static const struct row rows[] = {
	    {"on ‹seven› days", "on **‹seven›** days", "strong"},
	    {"on **‹seven›** days", "on ‹seven› days", "strong"},
	    {"on ‹**seven**› days", "on ‹seven› days", "strong"},
	    {"on ‹seven› days", "on *‹seven›* days", "emphasis"},
	    {"on *‹seven›* days", "on ‹seven› days", "emphasis"},
	    {"on _‹seven›_ days", "on ‹seven› days", "emphasis"},
	    {"on se¦ven days", "on **se¦ven** days", "strong"},
	    {"on **se¦ven** days", "on se¦ven days", "strong"},
	    {"on ¦seven days", "on **¦seven** days", "strong"},
	    {"on seven¦", "on **seven¦**", "strong"},
	    {"七名志愿¦者清理", "七名志愿**¦者**清理", "strong"},
	    {"七名**志¦愿者**清理", "七名志¦愿者清理", "strong"},
	    /* both at once */
	    {"on **‹seven›** days", "on ***‹seven›*** days", "emphasis"},
	    {"on ***‹seven›*** days", "on **‹seven›** days", "emphasis"},
	    {"on ***‹seven›*** days", "on *‹seven›* days", "strong"},
	    {"**on ‹seven› days**", "**on *‹seven›* days**", "emphasis"},
	    /* blanks stay outside, and so do the marks of a line */
	    {"on‹ seven days ›ago", "on **‹seven days›** ago", "strong"},
	    {"‹- seven days›", "- **‹seven days›**", "strong"},
	    {"‹> seven›", "> **‹seven›**", "strong"},
	    /* a part of a passage loses its marks, the rest keeps them */
	    {"**one ‹two› three**", "**one** ‹two› **three**", "strong"},
	    {"**‹one› two**", "‹one› **two**", "strong"},
	    {"**七名‹志愿者›清理**", "**七名**‹志愿者›**清理**", "strong"},
	    /* passages inside are taken in */
	    {"‹one **two** three›", "**‹one two three›**", "strong"},
	    {"**one ‹two** three›", "**‹one two three›**", "strong"},
	    {"‹one *two* three›", "**‹one *two* three›**", "strong"},
	    /* marks of passages beside are not of the words */
	    {"**one‹** two› three", "**one** *‹two›* three", "emphasis"},
	    {"七名‹志愿者**›清理**", "七名*‹志愿者›***清理**", "emphasis"},
	    {"one ‹two **›three** four", "one *‹two›* **three** four", "emphasis"},
	    /* beside punctuation the marks go where they work */
	    {"他说‹“重要”›的话", "他说“**‹重要›**”的话", "strong"},
	    {"他说，‹“重要”›。", "他说，**‹“重要”›**。", "strong"},
	    {"七名‹志愿者，›清理", "七名**‹志愿者›**，清理", "strong"},
	    {"读‹《湖滨报》›的人", "读《*‹湖滨报›*》的人", "emphasis"},
	    {"see‹(this)›now", "see(**‹this›**)now", "strong"},
	    {"用‹€5›买", "用€**‹5›**买", "strong"},
	    {"他说‹——›吧", NULL, "strong", "would not work here"},
	    {"*a ‹b* c›", NULL, "strong", "would not work here"},
	    /* what is code is not marked */
	    {"see `a ¦b` there", NULL, "strong", "would not work here"},
	    {"```\nco¦de\n```\n", NULL, "strong", "this is code"},
	    {"‹one\n\ntwo›", NULL, "strong", "select words of one"},
	    {"one ¦ two", NULL, "strong", "put the cursor on one"},
	    {"---\ntitle: ‹A›\n---\none\n", NULL, "strong", "not for the fields"},
	    {"---\ntitle: A\n---\n‹one› two\n", "---\ntitle: A\n---\n**‹one›** two\n", "strong"},
	};

	check(emphasise, rows);
}

/* What a reader sees of a text, with the strong of it between < and >. The caller clears. */
static struct strbuf rendered(const char *text, size_t len)
{
	struct strbuf out = STRBUF_INIT;
	struct unicode_segmenter *segmenter;
	struct markdown *markdown;
	struct markdown_page page;
	struct error err;

	assert_int_equal(unicode_segmenter_new(&segmenter, UNICODE_LINE, NULL, &err), 0);
	assert_int_equal(markdown_parse(&markdown, text, len, &err), 0);
	markdown_layout(&page, markdown, segmenter, 4000);
	for (size_t i = 0; i < page.count; i++) {
		const char *at = page.lines[i].text;

		for (size_t r = 0; r < page.lines[i].run_count; r++) {
			const struct markdown_run *run = &page.lines[i].runs[r];
			bool strong = run->style & MARKDOWN_STRONG;

			strbuf_addf(&out, "%s%.*s%s", strong ? "<" : "", (int)run->len, at,
				    strong ? ">" : "");
			at += run->len;
		}
		strbuf_addc(&out, '\n');
	}
	markdown_page_clear(&page);
	markdown_free(markdown);
	unicode_segmenter_free(segmenter);
	return out;
}

static uint32_t random_below(uint32_t *seed, size_t limit)
{
	*seed = *seed * 1664525 + 1013904223;
	return (uint32_t)((*seed >> 8) % limit);
}

/* Random words and punctuation of both scripts. */
static void add_random_line(struct strbuf *out, uint32_t *seed, size_t *start, size_t *end)
{
	static const char *const pieces[] = {"湖", "步道", "seven", "a",  " ", "，", "。", "“", "”", "《",
					     "》", "(",    ")",     "——", "/", "+",  "€",  "5", "%", ", "};
	size_t count = 4 + random_below(seed, 8), from = random_below(seed, count);
	size_t to = from + 1 + random_below(seed, count - from);

	strbuf_addc(out, 'x'); /* so that it is a paragraph whatever follows */
	for (size_t i = 0; i < count; i++) {
		if (i == from)
			*start = out->len;
		strbuf_adds(out, pieces[random_below(seed, COUNT(pieces))]);
		if (i + 1 == to)
			*end = out->len;
	}
	strbuf_adds(out, "x");
}

/*
 * Whatever is marked, a reader sees the same words as before, the strong ones in one piece within what was
 * selected and never a mark; and off again, the bytes are what they were.
 */
static void what_is_marked_is_seen_so(void **state)
{
	struct strbuf document = STRBUF_INIT, plain = STRBUF_INIT, seen;
	uint32_t seed = 20261121;
	size_t marked = 0;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct strbuf line = STRBUF_INIT;
		struct prose_place place = {.language = "zh"};
		struct prose_edit edit;
		struct error err;

		add_random_line(&line, &seed, &place.start, &place.end);
		place.text = line.data;
		place.len = line.len;
		if (prose_emphasise(&edit, &place, PROSE_STRONG, &err) == 0) {
			struct strbuf before = STRBUF_INIT;

			strbuf_add(&before, line.data, line.len);
			strbuf_addf(&plain, "%.*s<%.*s>%s\n\n", (int)(edit.start - 2), line.data,
				    (int)(edit.end - edit.start), line.data + edit.start - 2,
				    line.data + edit.end - 2);
			strbuf_splice(&line, edit.pos, edit.cut, edit.insert.data, edit.insert.len);
			strbuf_addf(&document, "%s\n\n", line.data);
			place = (struct prose_place){line.data, line.len, 0, edit.start, edit.end, "zh"};
			prose_edit_clear(&edit);
			assert_int_equal(prose_emphasise(&edit, &place, PROSE_STRONG, &err), 0);
			strbuf_splice(&line, edit.pos, edit.cut, edit.insert.data, edit.insert.len);
			assert_string_equal(line.data, before.data);
			prose_edit_clear(&edit);
			strbuf_clear(&before);
			marked++;
		}
		strbuf_clear(&line);
	}
	assert_true(marked > 1300);
	strbuf_trim_end(&plain);
	strbuf_addc(&plain, '\n');
	seen = rendered(document.data, document.len);
	for (const char *a = seen.data, *b = plain.data; *a != '\0';) {
		size_t n = strcspn(a, "\n"), m = strcspn(b, "\n");

		if (n != m || memcmp(a, b, n) != 0)
			fail_msg("seen: %.*s\nmeant: %.*s", (int)n, a, (int)m, b);
		a += n + 1;
		b += m + 1;
	}
	strbuf_clear(&seen);
	strbuf_clear(&plain);
	strbuf_clear(&document);
}

/* -- Links -- */

static int make_link(struct prose_edit *out, const struct prose_place *p, const char *argument,
		     struct error *err)
{
	return prose_link(out, p, argument, err);
}

static void words_become_links_and_words_again(void **state)
{
	static const struct row rows[] = {
	    {"the ‹report› says", "the [‹report›](https://a.example/b) says", "https://a.example/b"},
	    {"the rep¦ort says", "the [report](/b)¦ says", "/b"},
	    {"《‹湖滨报›》报道", "《[‹湖滨报›](/湖)》报道", "/湖"},
	    {"the ‹report ›says", "the [‹report›](<a b>) says", "a b"},
	    {"the ‹report› says", "the [‹report›](<a(b)c>) says", "a(b)c"},
	    {"the ‹report› says", "the [‹report›](<a)c>) says", "a)c"},
	    {"the ‹report› says", "the [‹report›](<a%3Cb%3E>) says", "a<b>"},
	    {"the ‹report› says", "the [‹report›](mailto:a.writer@example.org) says", "a.writer@example.org"},
	    {"a ‹[note› b", "a [‹\\[note›](/b) b", "/b"},
	    {"a ‹note]› b", "a [‹note\\]›](/b) b", "/b"},
	    {"a ‹[note]› b", "a [‹[note]›](/b) b", "/b"},
	    {"see ¦ here", "see <https://a.example>¦ here", "https://a.example"},
	    {"see\n\n¦\n", "see\n\n[/city](/city)¦\n", "/city"},
	    /* in a link, its address changes, or the link goes */
	    {"the [rep¦ort](/old) says", "the [rep¦ort](/new) says", "/new"},
	    {"the [report](/o¦ld \"A title\") says", "the [report¦](/new \"A title\") says", "/new"},
	    {"the [rep¦ort](<a b>) says", "the rep¦ort says", ""},
	    {"《[湖‹滨›报](/x)》报道", "《湖‹滨›报》报道", ""},
	    {"![the ¦lake](lake.jpg)", "![the ¦lake](pier.jpg)", "pier.jpg"},
	    {"no ¦link", NULL, "", "There is no link here"},
	    {"a ‹b [c](/d) e›", NULL, "/x", "holds no other"},
	    {"a ‹b [c›](/d) e", NULL, "/x", "holds no other"},
	    {"a ‹b›", NULL, "a\nb", "no line ends"},
	    {"‹one\n\ntwo›", NULL, "/x", "select words of one"},
	    {"---\ntitle: ‹A›\n---\none\n", NULL, "/x", "not for the fields"},
	};

	check(make_link, rows);
}

static void the_address_of_a_link_is_known(void **state)
{
	static const char *const rows[][2] = {
	    {"the [rep¦ort](/old) says", "/old"}, {"the [report](<a b>¦ \"t\") says", "a b"},
	    {"the ¦[report](/old) says", NULL},   {"the `[rep¦ort](/old)` says", NULL},
	    {"[a](/1) [¦b](/2)", "/2"},           {"[![¦a](/1)](/2)", "/1"},
	    {"---\na: [¦b](/2)\n---\n", NULL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct prose_place place;
		struct strbuf text = read_place(rows[i][0], &place);
		char *address = prose_link_address(&place);

		if (rows[i][1] == NULL)
			assert_null(address);
		else
			assert_string_equal(address, rows[i][1]);
		free(address);
		strbuf_clear(&text);
	}
}

static void what_is_an_address(void **state)
{
	static const char *const yes[] = {"https://example.org", "HTTP://example.org/a?b#c", "mailto:a@b.org",
					  "a.writer@example.org"};
	static const char *const no[] = {
	    "",    "https://",      "example",       "https://a b", "see https://a.b",
	    "a@b", "https://a.b\n", "https://a.b\">"};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++)
		assert_true(prose_is_address(yes[i], strlen(yes[i])));
	for (size_t i = 0; i < COUNT(no); i++)
		assert_false(prose_is_address(no[i], strlen(no[i])));
}

/* -- Signs -- */

static int typeset(struct prose_edit *out, const struct prose_place *p, const char *argument,
		   struct error *err)
{
	(void)argument;
	return prose_typeset(out, p, err);
}

static void signs_are_typeset(void **state)
{
	static const struct row rows[] = {
	    {"¦\"Yes,\" she said, \"it's 'done'.\"", "¦“Yes,” she said, “it’s ‘done’.”"},
	    {"¦The volunteers' path, rock 'n' roll of '90s", "¦The volunteers’ path, rock ’n’ roll of ’90s"},
	    {"¦(\"Yes\") **\"no\"** \"'a' b\"", "¦(“Yes”) **“no”** “‘a’ b”"},
	    {"¦2010--2026, so --- or so... Wait", "¦2010–2026, so — or so… Wait"},
	    {"¦The rest - an engine - is \"new\" - they\nsay -\n**so** - here",
	     "¦The rest – an engine – is “new” – they\nsay –\n**so** – here"},
	    {"¦- an item\n- 5 - 3, well-known, -1\n  - one -", NULL, NULL, "no straight quotes"},
	    {"¦| a - b | - |\n|---|---|\n| - | c |", "¦| a – b | - |\n|---|---|\n| - | c |"},
	    {"¦标题 - 副标题", NULL, NULL, "no straight quotes", "zh"},
	    {"¦6'2\" tall, 12\" wide", NULL, NULL, "no straight quotes"},
	    {"¦one \"two\"\n\n\"three\"", "¦one “two”\n\n\"three\""},
	    {"‹one \"two\"\n\n\"three\"›", "‹one “two”\n\n“three”›"},
	    {"\"one\" ‹\"two\"› \"three\"", "\"one\" ‹“two”› \"three\""},
	    {"他说¦\"重要\"的话", "他说¦“重要”的话", NULL, NULL, "zh"},
	    {"¦\"志愿者,\"他说,\"清理了'湖滨'步道.\"", "¦“志愿者,”他说,“清理了‘湖滨’步道.”", NULL, NULL,
	     "zh"},
	    {"他说--¦不...", "他说——¦不……", NULL, NULL, "zh"},
	    {"它有 240 个 seats -- and¦ a 角落", "它有 240 个 seats – and¦ a 角落", NULL, NULL, "zh"},
	    {"¦湖滨---步道......好。。。", "¦湖滨——步道……好……", NULL, NULL, "zh"},
	    {"¦用 Hugo 2010--2026 年", "¦用 Hugo 2010–2026 年", NULL, NULL, "zh"},
	    {"¦湖滨--步道", "¦湖滨——步道"}, /* an English article quotes Chinese */
	    {"¦\"Ja\", sagte sie, \"'gut'.\"", "¦„Ja“, sagte sie, „‚gut‘.“", NULL, NULL, "de"},
	    /* not what is no prose */
	    {"¦a \"b\" `c \"d\" -- e` <b title=\"f\">", "¦a “b” `c \"d\" -- e` <b title=\"f\">"},
	    {"¦[\"a\"](https://x.org/--y \"t\") https://x.org/a--b...",
	     "¦[“a”](https://x.org/--y \"t\") https://x.org/a--b…"},
	    {"¦{{< figure title=\"a\" >}} \"b\" <!-- \"c\" -->",
	     "¦{{< figure title=\"a\" >}} “b” <!-- \"c\" -->"},
	    {"¦run copydesk --help, \\\"so\\\" \"b\"", "¦run copydesk --help, \\\"so\\\" “b”"},
	    {"‹A \"b\"\n---\n\n| \"c\" |\n|---|\n\n---\n›", "‹A “b”\n---\n\n| “c” |\n|---|\n\n---\n›"},
	    {"```\n¦\"a\"\n```\n", NULL, NULL, "no straight quotes"},
	    {"‹---\ntitle: \"A\"\n---\n\"b\"›", "‹---\ntitle: \"A\"\n---\n“b”›"},
	    {"---\ntitle: \"¦A\"\n---\n\"b\"", NULL, NULL, "no straight quotes"},
	    {"¦“a” – ‘b’ — c…", NULL, NULL, "no straight quotes"},
	};

	check(typeset, rows);
}

static void typeset_counts_and_can_be_done_twice(void **state)
{
	struct prose_place place;
	struct strbuf text = read_place("¦\"a\" -- 'b'...", &place);
	struct prose_edit edit;
	struct error err;

	(void)state;
	assert_int_equal(prose_typeset(&edit, &place, &err), 0);
	assert_int_equal(edit.count, 6);
	strbuf_splice(&text, edit.pos, edit.cut, edit.insert.data, edit.insert.len);
	prose_edit_clear(&edit);
	place.text = text.data;
	place.len = text.len;
	assert_int_equal(prose_typeset(&edit, &place, &err), E_REFUSED);
	strbuf_clear(&text);
}

/* -- Long texts -- */

/* Paragraphs that are numbered, 2 MB of them, after some text. */
static struct strbuf long_text(const char *before)
{
	struct strbuf text = STRBUF_INIT;

	strbuf_adds(&text, before);
	for (int i = 0; text.len < 2000000; i++)
		strbuf_addf(&text, "Paragraph %06d 志愿者清理了步道。\n\n", i);
	return text;
}

static void a_long_text_is_one_like_any_other(void **state)
{
	static const int numbers[] = {0, 1, 4321, 20000, 36000};
	struct strbuf text = long_text("---\ntitle: A\n---\n");

	(void)state;
	for (size_t i = 0; i < COUNT(numbers); i++) {
		char *words = mem_printf("Paragraph %06d", numbers[i]);
		char *next = mem_printf("Paragraph %06d 志愿者清理了步道。\n\nParagraph %06d", numbers[i] + 1,
					numbers[i]);
		struct prose_place place = {.text = text.data, .len = text.len, .body = 17};
		struct prose_edit edit;
		struct error err;

		place.start = place.end = (size_t)(strstr(text.data, words) - text.data);
		assert_int_equal(prose_move(&edit, &place, 1, &err), 0);
		assert_int_equal(edit.pos, place.start);
		assert_true(edit.insert.len < 200);
		assert_non_null(strstr(edit.insert.data, next));
		prose_edit_clear(&edit);
		if (i > 0) {
			assert_int_equal(prose_move(&edit, &place, -1, &err), 0);
			assert_true(edit.pos < place.start && edit.insert.len < 200);
			prose_edit_clear(&edit);
		} else {
			assert_int_equal(prose_move(&edit, &place, -1, &err), E_REFUSED);
		}
		free(words);
		free(next);
	}
	strbuf_clear(&text);
}

static void a_fence_far_above_makes_code_of_what_follows(void **state)
{
	static const char *const above[] = {"```\ncode\n\n", "~~~\n\n", "text\n\n````\n```\n\n"};

	(void)state;
	for (size_t i = 0; i < COUNT(above); i++) {
		struct strbuf text = long_text(above[i]);
		struct prose_place place = {.text = text.data, .len = text.len};
		struct prose_edit edit;
		struct error err;

		place.start = place.end = (size_t)(strstr(text.data, "Paragraph 020000") - text.data);
		assert_int_equal(prose_emphasise(&edit, &place, PROSE_STRONG, &err), E_REFUSED);
		assert_non_null(strstr(err.message, "this is code"));
		strbuf_clear(&text);
	}
}

/* -- Time -- */

/* What cmark's own tests are slow on, and more like it, as one paragraph of 60 KB. */
static void no_paragraph_keeps_the_person_waiting(void **state)
{
	static const char *const pieces[] = {"[",         "](",      "[a](<b", "<a ",    "<!--",
					     "`a``b```c", "**a _b ", "*a_ ",   "![[]()", "{{< ",
					     "a**b",      "\\*",     "[^x]",   "湖“*"};

	(void)state;
	for (size_t i = 0; i < COUNT(pieces); i++) {
		struct strbuf text = STRBUF_INIT;
		struct prose_place place = {.language = "en"};
		struct prose_edit edit;
		struct error err;
		int64_t start = processor_time();

		while (text.len < 60000)
			strbuf_adds(&text, pieces[i]);
		strbuf_adds(&text, " word");
		place.text = text.data;
		place.len = text.len;
		place.start = place.end = text.len - 2;
		if (prose_emphasise(&edit, &place, PROSE_STRONG, &err) == 0)
			prose_edit_clear(&edit);
		if (prose_link(&edit, &place, "/a", &err) == 0)
			prose_edit_clear(&edit);
		if (prose_change_case(&edit, &place, &err) == 0)
			prose_edit_clear(&edit);
		if (prose_typeset(&edit, &place, &err) == 0)
			prose_edit_clear(&edit);
		start = processor_time() - start;
		if (start > 2000) /* some 100 ms for all four */
			fail_msg("%s: %lld ms", pieces[i], (long long)start);
		strbuf_clear(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_paragraph_or_a_selection_is_duplicated),
	    cmocka_unit_test(paragraphs_change_places),
	    cmocka_unit_test(paragraphs_are_joined),
	    cmocka_unit_test(case_goes_round),
	    cmocka_unit_test(marks_go_on_and_off),
	    cmocka_unit_test(what_is_marked_is_seen_so),
	    cmocka_unit_test(words_become_links_and_words_again),
	    cmocka_unit_test(the_address_of_a_link_is_known),
	    cmocka_unit_test(what_is_an_address),
	    cmocka_unit_test(signs_are_typeset),
	    cmocka_unit_test(a_long_text_is_one_like_any_other),
	    cmocka_unit_test(a_fence_far_above_makes_code_of_what_follows),
	    cmocka_unit_test(no_paragraph_keeps_the_person_waiting),
	    cmocka_unit_test(typeset_counts_and_can_be_done_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
