/*
 * What an article tells its readers of itself: that it was corrected, or taken down.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "text/frontmatter.h"
#include "text/markdown.h"
#include "text/paragraph.h"

/* What is needed of a text to write in it. */
struct notice {
	bool chinese;
	const char *line_end;
	size_t body; /* where it starts, bytes */
	const struct article_note *note;
};

static struct notice notice_for(const char *text, size_t len, const struct article_note *note)
{
	struct notice notice = {.note = note};
	struct frontmatter *fm;
	const char *language;
	const char *line = memchr(text, '\n', len);

	(void)frontmatter_parse(&fm, text, len, NULL);
	language = frontmatter_get(fm, "language");
	notice.body = frontmatter_body(fm);
	if (language == NULL)
		language = article_guess_language(text + notice.body, len - notice.body);
	notice.chinese = strncmp(language, "zh", 2) == 0;
	notice.line_end = line != NULL && line > text && line[-1] == '\r' ? "\r\n" : "\n";
	frontmatter_free(fm);
	return notice;
}

/* "21 November 2026" or, for Chinese readers, "2026年11月21日". */
static void add_date(struct strbuf *out, const struct notice *notice)
{
	static const char *const months[] = {"January",   "February", "March",    "April",
					     "May",       "June",     "July",     "August",
					     "September", "October",  "November", "December"};
	char date[CLOCK_TEXT_SIZE];
	int year = 0;
	int month = 1;
	int day = 0;

	clock_date(date, notice->note->time, notice->note->offset);
	(void)sscanf(date, "%d-%2d-%2d", &year, &month, &day);
	if (notice->chinese)
		strbuf_addf(out, "%d年%d月%d日", year, month, day);
	else
		strbuf_addf(out, "%d %s %d", day, months[month - 1], year);
}

/* The reason as one line of plain words. */
static void add_reason(struct strbuf *out, const char *reason)
{
	struct strbuf line = STRBUF_INIT;

	for (const char *at = reason; *at != '\0'; at++) {
		if (strchr(" \t\r\n", *at) == NULL)
			strbuf_addc(&line, *at);
		else if (line.len > 0 && line.data[line.len - 1] != ' ')
			strbuf_addc(&line, ' ');
	}
	strbuf_trim_end(&line);
	markdown_escape(out, line.data, line.len);
	strbuf_clear(&line);
}

static bool has_reason(const struct article_note *note)
{
	return note->reason != NULL && note->reason[strspn(note->reason, " \t\r\n")] != '\0';
}

void article_add_note(struct strbuf *out, const char *text, size_t len, const struct article_note *note)
{
	struct notice notice = notice_for(text, len, note);
	size_t end = len;

	while (end > notice.body && strchr(" \t\r\n", text[end - 1]) != NULL)
		end--;
	strbuf_add(out, text, end);
	if (end > 0)
		strbuf_addf(out, "%s%s", notice.line_end, notice.line_end);
	strbuf_addc(out, '*');
	markdown_escape(out, note->word, strlen(note->word));
	strbuf_adds(out, notice.chinese ? "，" : ", ");
	add_date(out, &notice);
	if (has_reason(note)) {
		strbuf_adds(out, notice.chinese ? "：" : ": ");
		add_reason(out, note->reason);
	}
	strbuf_addf(out, "*%s", notice.line_end);
}

void article_tombstone(struct strbuf *out, const char *text, size_t len, const struct article_note *note)
{
	struct notice notice = notice_for(text, len, note);

	strbuf_add(out, text, notice.body);
	strbuf_addf(out, "%s%s", notice.body > 0 ? notice.line_end : "",
		    notice.chinese ? "本文已于" : "This article was withdrawn on ");
	add_date(out, &notice);
	strbuf_adds(out, notice.chinese ? "撤下。" : ".");
	if (has_reason(note)) {
		strbuf_adds(out, notice.chinese ? "原因：" : " Reason: ");
		add_reason(out, note->reason);
	}
	strbuf_adds(out, notice.line_end);
}

/* Whether a paragraph begins with the word, marks of emphasis, lists and quotes left out. */
static bool begins_with(const char *text, size_t len, const char *word)
{
	size_t n = strlen(word);
	size_t at = 0;

	while (at < len && strchr(" \t*_>-+", text[at]) != NULL)
		at++;
	if (len - at < n || memcmp(text + at, word, n) != 0)
		return false;
	/* "Corrections" is another word than "Correction"; no Chinese word has such an end. */
	return len - at == n || !isalnum((unsigned char)text[at + n]) || (unsigned char)word[n - 1] >= 0x80;
}

static bool holds_paragraph(const struct paragraphs *paragraphs, const char *text, size_t len)
{
	for (size_t i = 0; i < paragraphs->count; i++) {
		const struct paragraph *p = &paragraphs->items[i];

		if (!p->field && p->core == len && memcmp(paragraphs->text + p->start, text, len) == 0)
			return true;
	}
	return false;
}

bool article_has_new_note(const char *text, size_t len, const char *base, size_t base_len, const char *word)
{
	struct paragraphs now = {0};
	struct paragraphs before = {0};
	bool found = false;

	paragraphs_split(&now, text, len);
	paragraphs_split(&before, base, base_len);
	for (size_t i = 0; !found && i < now.count; i++) {
		const struct paragraph *p = &now.items[i];

		found = !p->field && begins_with(text + p->start, p->core, word) &&
			!holds_paragraph(&before, text + p->start, p->core);
	}
	paragraphs_clear(&now);
	paragraphs_clear(&before);
	return found;
}

bool article_same_body(const char *a, size_t a_len, const char *b, size_t b_len)
{
	struct frontmatter *x;
	struct frontmatter *y;
	size_t x_body;
	size_t y_body;

	(void)frontmatter_parse(&x, a, a_len, NULL);
	(void)frontmatter_parse(&y, b, b_len, NULL);
	x_body = frontmatter_body(x);
	y_body = frontmatter_body(y);
	frontmatter_free(x);
	frontmatter_free(y);
	return a_len - x_body == b_len - y_body && memcmp(a + x_body, b + y_body, a_len - x_body) == 0;
}
