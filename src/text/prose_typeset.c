/* From what a keyboard has to what a typesetter has. */
#include "text/prose_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>

#include "base/error.h"
#include "text/lines.h"
#include "text/unicode.h"

enum {
	RIGHT_SINGLE = 0x2019, /* the apostrophe, too */
	EN_DASH = 0x2013,
	EM_DASH = 0x2014,
	ELLIPSIS = 0x2026,
	IDEOGRAPHIC_STOP = 0x3002,
};

/* The quotation marks of a language. */
struct quotes {
	const char *language;
	const char *open, *close;
	const char *open_single, *close_single;
};

static const struct quotes quotes[] = {
    {"de", "„", "“", "‚", "‘"},
    {"", "“", "”", "‘", "’"},
};

struct typing {
	const struct prose_place *place;
	const struct prose_block *block;
	const struct quotes *quotes;
	bool chinese;      /* the article is */
	bool open, single; /* a quotation is open */
	int32_t last;      /* the character before, as it is now; ' ' at the start */
	struct prose_edit *out;
	size_t start, end; /* what may change */
	size_t done;       /* up to where the edit goes */
};

static const struct quotes *quotes_of(const char *language)
{
	size_t i = 0;

	while (quotes[i].language[0] != '\0' &&
	       (language == NULL || strncmp(language, quotes[i].language, 2) != 0))
		i++;
	return &quotes[i];
}

/* -- What is beside a sign -- */

static bool is_blank(int32_t c)
{
	return c == ' ' || (c >= 0 && unicode_is_space(c));
}

static bool is_wordly(int32_t c)
{
	return c >= 0 && (unicode_is_letter(c) || unicode_is_number(c)) && !unicode_is_han(c);
}

/* Chinese, or its punctuation. */
static bool is_chinese(int32_t c)
{
	return c >= 0 && (unicode_is_han(c) || (c >= 0x3000 && c <= 0x303f) || (c >= 0xff00 && c <= 0xffef));
}

/* Whether a quotation can only begin after a character, or only end before it. */
static bool begins_after(int32_t c)
{
	return is_blank(c) || c == EN_DASH || c == EM_DASH || c == '/' ||
	       (c >= 0 && (u_charType(c) == U_START_PUNCTUATION || u_charType(c) == U_INITIAL_PUNCTUATION));
}

static bool ends_before(int32_t c)
{
	return is_blank(c) || c == EN_DASH || c == EM_DASH || c == ELLIPSIS ||
	       (c >= 0 && strchr(".,;:!?)]}", c < 0x80 && c > 0 ? (char)c : 'x') != NULL) ||
	       (c >= 0x80 && (u_charType(c) == U_END_PUNCTUATION || u_charType(c) == U_FINAL_PUNCTUATION ||
			      u_charType(c) == U_OTHER_PUNCTUATION));
}

/* The character at pos, beyond marks of emphasis and quotes; a blank at the block's end. */
static int32_t after_marks(const struct typing *t, size_t pos)
{
	const char *text = t->place->text;
	int32_t c = ' ';

	while (pos < t->block->end && strchr("*_\"'", text[pos]) != NULL)
		pos++;
	if (pos < t->block->end)
		unicode_decode(text, t->block->end, pos, &c);
	return c;
}

/* Whether dashes and points between these two are Chinese ones. */
static bool sets_chinese(const struct typing *t, int32_t after)
{
	int beside = is_chinese(t->last) + is_chinese(after);

	return beside == 2 || (t->chinese && (beside == 1 || (!is_wordly(t->last) && !is_wordly(after))));
}

/* Whether it is between two words in letters, blanks aside: a sentence in English within a Chinese article.
 */
static bool is_between_words(const struct typing *t, size_t pos, size_t end)
{
	const char *text = t->place->text;
	int32_t before = ' ', after = ' ';

	while (pos > t->block->start && is_blank(before)) {
		pos = unicode_previous(text, t->block->end, pos);
		unicode_decode(text, t->block->end, pos, &before);
	}
	while (end < t->block->end && is_blank(after))
		end += unicode_decode(text, t->block->end, end, &after);
	return is_wordly(before) && is_wordly(after);
}

/* -- Signs -- */

/* Puts a text in place of len bytes at pos. */
static void put(struct typing *t, size_t pos, size_t len, const char *text)
{
	if (pos < t->start || pos + len > t->end)
		return;
	if (t->out->count++ == 0)
		t->out->pos = t->done = pos;
	strbuf_add(&t->out->insert, t->place->text + t->done, pos - t->done);
	strbuf_adds(&t->out->insert, text);
	t->done = pos + len;
	if (t->place->start >= t->done)
		t->out->start += strlen(text) - len;
	if (t->place->end >= t->done)
		t->out->end += strlen(text) - len;
}

/* Whether a quote mark opens; what is open already decides where nothing else does, as in Chinese. */
static bool opens(const struct typing *t, int32_t after, bool is_open)
{
	bool begins = begins_after(t->last), ends = ends_before(after);

	return begins != ends ? begins : !is_open;
}

static void set_double(struct typing *t, size_t pos)
{
	bool open = opens(t, after_marks(t, pos + 1), t->open);

	if (!open && !t->open && t->last >= '0' && t->last <= '9')
		return; /* inches */
	t->open = open;
	put(t, pos, 1, open ? t->quotes->open : t->quotes->close);
	t->last = open ? 0x201c : 0x201d;
}

/* Whether what follows is a word that has lost its head: ’tis, ’90s. */
static bool is_beheaded(const char *text, size_t end, size_t pos)
{
	static const char *const words[] = {"tis", "twas", "em", "til", "cause", "n", "bout", "round"};
	size_t len = 0;

	if (pos < end && text[pos] >= '0' && text[pos] <= '9')
		return true;
	while (pos + len < end && ((text[pos + len] | 0x20) >= 'a' && (text[pos + len] | 0x20) <= 'z'))
		len++;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (strlen(words[i]) == len && strncasecmp(text + pos, words[i], len) == 0)
			return true;
	}
	return false;
}

static void set_single(struct typing *t, size_t pos)
{
	const char *text = t->place->text;
	int32_t next = ' ';
	bool open, apostrophe;

	if (pos + 1 < t->block->end)
		unicode_decode(text, t->block->end, pos + 1, &next);
	if (t->last >= '0' && t->last <= '9' && next >= '0' && next <= '9')
		return; /* feet */
	open = opens(t, after_marks(t, pos + 1), t->single);
	apostrophe = (is_wordly(t->last) && is_wordly(next)) || (!open && !t->single) || /* the people's */
		     (open && !t->single && !is_chinese(next) && is_beheaded(text, t->block->end, pos + 1));
	if (apostrophe) {
		put(t, pos, 1, "’");
	} else {
		put(t, pos, 1, open ? t->quotes->open_single : t->quotes->close_single);
		t->single = open;
	}
	t->last = open ? 0x2018 : RIGHT_SINGLE;
}

/*
 * Whether a hyphen stands between blanks in a line, as a dash is typed where the keyboard has none: not the
 * mark of an item, nor a cell without a figure, nor the minus of a sum.
 */
static bool is_spaced_dash(const struct typing *t, size_t pos)
{
	const char *text = t->place->text;
	int32_t before, next;

	if (pos < t->block->start + 2 || text[pos - 1] != ' ' || pos + 2 >= t->block->end ||
	    (text[pos + 1] != ' ' && text[pos + 1] != '\n'))
		return false;
	unicode_decode(text, t->block->end, unicode_previous(text, t->block->end, pos - 1), &before);
	if (before <= 0)
		return false;
	next = after_marks(t, pos + 2);
	if (u_isdigit(before) && u_isdigit(next))
		return false;
	return next != '|' && !is_blank(next) &&
	       (is_wordly(before) || (before < 0x80 && strchr("\"'*_)!?,%", before) != NULL) ||
		u_charType(before) == U_FINAL_PUNCTUATION);
}

/* Dashes or points: a run of the same sign. */
static void set_run(struct typing *t, size_t pos, size_t len, size_t signs, int32_t sign)
{
	int32_t after = after_marks(t, pos + len);
	bool chinese = sets_chinese(t, after) && !is_between_words(t, pos, pos + len);
	const char *to = NULL;

	if (sign == '-' && signs == 1) {
		if (!chinese && is_spaced_dash(t, pos))
			to = "–";
	} else if (sign == '-' && (signs == 2 || signs == 3)) {
		if (chinese)
			to = "——";
		else if (!is_blank(t->last) || !is_wordly(after) || signs == 3)
			to = signs == 2 ? "–" : "—"; /* but leave the --help of a command */
	} else if (sign == '.' && (signs == 3 || (chinese && signs == 6))) {
		to = chinese ? "……" : "…";
	} else if (sign == IDEOGRAPHIC_STOP && signs >= 3) {
		to = "……";
	}
	if (to != NULL)
		put(t, pos, len, to);
}

/* -- A paragraph -- */

/* Marks that stand there already, and whether they open a quotation; “ and ‘ end a German one. */
static const struct {
	int32_t mark;
	bool single;
	bool opens;
	bool german; /* does so in German, too */
} marks[] = {
    {0x201c, false, true, false}, {0x201d, false, false, false},      {0x201e, false, true, true},
    {0x2018, true, true, false},  {RIGHT_SINGLE, true, false, false},
};

static void note_mark(struct typing *t, int32_t c)
{
	bool german = t->quotes->language[0] != '\0';

	for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
		if (marks[i].mark == c)
			*(marks[i].single ? &t->single : &t->open) =
			    marks[i].opens && (marks[i].german || !german);
	}
}

/* The bytes of a run of the same sign, whose first one has len bytes. */
static size_t run_of(const char *text, size_t end, size_t pos, size_t len)
{
	size_t at = pos;

	while (end - at >= len && memcmp(text + at, text + pos, len) == 0)
		at += len;
	return at - pos;
}

/* One sign or character of prose; returns its bytes. */
static size_t set_sign(struct typing *t, size_t pos)
{
	const char *text = t->place->text;
	size_t end = t->block->end, len, run;
	int32_t c;

	len = unicode_decode(text, end, pos, &c);
	switch (c) {
	case '"':
		set_double(t, pos);
		return 1;
	case '\'':
		set_single(t, pos);
		return 1;
	case '*':
	case '_':
		return 1; /* beyond it is what counts */
	case '-':
	case '.':
	case IDEOGRAPHIC_STOP:
		run = run_of(text, end, pos, len);
		set_run(t, pos, run, run / len, c);
		len = run;
		break;
	default:
		note_mark(t, c);
	}
	t->last = c;
	return len;
}

/* Whether a line is a rule, what underlines a heading, or the second row of a table. */
static bool is_ruled(const char *text, size_t end, size_t pos)
{
	while (pos < end && strchr(" \t-=*_|:+", text[pos]) != NULL)
		pos++;
	return pos == end;
}

static void set_block(struct typing *t)
{
	const char *text = t->place->text;
	struct prose_runs runs = {.text = text, .start = t->block->start, .end = t->block->end};
	size_t from, to;

	t->open = t->single = false;
	t->last = ' ';
	runs.pos = prose_content(text, runs.end, runs.start);
	for (size_t at = runs.pos; prose_next_run(&runs, &from, &to); at = to) {
		if (from > at)
			t->last = '/'; /* as after a tag or an address: neither blank nor letter */
		for (size_t pos = from; pos < to;) {
			size_t line_end = lines_end(text, t->block->end, pos);

			if ((pos == 0 || text[pos - 1] == '\n') && is_ruled(text, line_end, pos))
				pos = line_end;
			else
				pos += set_sign(t, pos);
		}
	}
}

int prose_typeset(struct prose_edit *out, const struct prose_place *p, struct error *err)
{
	struct typing t = {.place = p, .quotes = quotes_of(p->language), .start = p->start, .end = p->end};
	struct prose_blocks blocks;
	size_t at;

	t.chinese = p->language != NULL && strncmp(p->language, "zh", 2) == 0;
	*out = (struct prose_edit){.insert = STRBUF_INIT, .start = p->start, .end = p->end};
	t.out = out;
	prose_find_blocks(&blocks, p);
	at = prose_block_at(&blocks, p->start);
	if (p->start == p->end && at < blocks.count) {
		t.start = blocks.items[at].start;
		t.end = blocks.items[at].end;
	}
	if (t.start < p->body)
		t.start = p->body < t.end ? p->body : t.end;
	for (size_t i = 0; i < blocks.count; i++) {
		t.block = &blocks.items[i];
		if (t.block->kind != PROSE_CODE && t.block->end - t.block->start <= PROSE_LONGEST &&
		    t.block->end > t.start && t.block->start < t.end)
			set_block(&t);
	}
	free(blocks.items);
	out->cut = t.done - out->pos;
	if (out->count == 0)
		return error_set(err, E_REFUSED, "There are no straight quotes and typed dashes here.");
	return 0;
}
