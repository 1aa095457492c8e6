#include "text/unicode.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "base/strbuf.h"

enum {
	TAB_WIDTH = 4,
	ZERO_WIDTH_NON_JOINER = 0x200c,
	ZERO_WIDTH_JOINER = 0x200d,
	KEYCAP = 0x20e3,
	DOTTED_CIRCLE = 0x25cc,
	EMOJI_PRESENTATION = 0xfe0f,
	REPLACEMENT = 0xfffd,
	TAG_FIRST = 0xe0000,
	TAG_LAST = 0xe007f,
};

/* -- Bytes and code points -- */

/*
 * The well-formed sequences of two bytes and more (Unicode 15.0 table 3-7): only the second byte's
 * range depends on the first, which keeps out overlong forms, surrogates and what lies above U+10FFFF.
 */
static const struct lead {
	unsigned char first, last; /* of the lead byte */
	unsigned char low, high;   /* of the second byte */
	unsigned char length;      /* bytes in all */
} leads[] = {
    {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3}, {0xe1, 0xec, 0x80, 0xbf, 3},
    {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
    {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

static const struct lead *find_lead(unsigned char byte)
{
	for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++) {
		if (byte >= leads[i].first && byte <= leads[i].last)
			return &leads[i];
	}
	return NULL;
}

size_t unicode_decode(const char *text, size_t len, size_t pos, int32_t *out)
{
	const unsigned char *p = (const unsigned char *)text + pos;
	const struct lead *lead;
	int32_t c;

	assert(pos < len);
	*out = *p;
	if (*p < 0x80)
		return 1;
	*out = -1;
	lead = find_lead(*p);
	if (lead == NULL || lead->length > len - pos || p[1] < lead->low || p[1] > lead->high)
		return 1;
	c = *p & (0x7f >> lead->length);
	for (size_t i = 1; i < lead->length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		c = c << 6 | (p[i] & 0x3f);
	}
	*out = c;
	return lead->length;
}

/* The start of the code point, or of the bad byte, that ends at pos or goes on over it. */
static size_t step_back(const char *text, size_t len, size_t pos)
{
	int32_t c;

	for (size_t n = 1; n <= 4 && n <= pos; n++) {
		if (((unsigned char)text[pos - n] & 0xc0) == 0x80)
			continue;
		return unicode_decode(text, len, pos - n, &c) >= n ? pos - n : pos - 1;
	}
	return pos - 1;
}

bool unicode_valid(const char *text, size_t len, size_t *bad)
{
	int32_t c;

	for (size_t pos = 0; pos < len;) {
		size_t n = unicode_decode(text, len, pos, &c);

		if (c < 0) {
			if (bad != NULL)
				*bad = pos;
			return false;
		}
		pos += n;
	}
	return true;
}

/* Writes a code point as UTF-8; returns its bytes. */
static size_t encode(char out[4], int32_t c)
{
	static const unsigned char marks[] = {0, 0, 0xc0, 0xe0, 0xf0}; /* of the lead, by length */
	size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

	assert(c >= 0 && c <= 0x10ffff && (c < 0xd800 || c > 0xdfff));
	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3f));
		c >>= 6;
	}
	out[0] = (char)(marks[len] | c);
	return len;
}

void unicode_encode(struct strbuf *out, int32_t code_point)
{
	char bytes[4];

	strbuf_add(out, bytes, encode(bytes, code_point));
}

/* Whether a code point is of the block of Han that nearly all Chinese is written in. */
static bool is_common_han(int32_t c)
{
	return c >= 0x4e00 && c <= 0x9fff;
}

bool unicode_is_han(int32_t code_point)
{
	UErrorCode status = U_ZERO_ERROR;

	if (code_point < 0x2e80 || is_common_han(code_point)) /* the first of Han are the radicals there */
		return code_point >= 0x2e80;
	return uscript_getScript(code_point, &status) == USCRIPT_HAN;
}

bool unicode_is_space(int32_t code_point)
{
	return u_isUWhiteSpace(code_point);
}

bool unicode_is_letter(int32_t code_point)
{
	if (code_point < 0x80)
		return (code_point >= 'a' && code_point <= 'z') || (code_point >= 'A' && code_point <= 'Z');
	if (is_common_han(code_point))
		return true;
	return u_isalpha(code_point);
}

bool unicode_is_number(int32_t code_point)
{
	if (code_point < 0x80 || is_common_han(code_point))
		return code_point >= '0' && code_point <= '9';
	return (U_MASK(u_charType(code_point)) & U_GC_N_MASK) != 0;
}

bool unicode_is_mark(int32_t code_point)
{
	if (code_point < 0x300 || is_common_han(code_point)) /* the first marks are the diacritics there */
		return false;
	return (U_MASK(u_charType(code_point)) & U_GC_M_MASK) != 0;
}

int32_t unicode_fold_letter(int32_t code_point)
{
	return u_foldCase(code_point, U_FOLD_CASE_DEFAULT);
}

/* -- Grapheme clusters -- */

#define CLASS(name) (1u << U_GCB_##name)
#define CONTROLS    (CLASS(CONTROL) | CLASS(CR) | CLASS(LF))
#define TRAILING    (CLASS(EXTEND) | CLASS(ZWJ) | CLASS(SPACING_MARK))

/*
 * The classes that may follow a class without a break: UAX #29 rules GB3 to GB9b, and GB999 for the
 * rest.  GB11 to GB13 look further back and stand in unicode_next().
 */
static const unsigned followers[U_GCB_COUNT] = {
    [U_GCB_OTHER] = TRAILING,
    [U_GCB_CR] = CLASS(LF),
    [U_GCB_EXTEND] = TRAILING,
    [U_GCB_L] = TRAILING | CLASS(L) | CLASS(V) | CLASS(LV) | CLASS(LVT),
    [U_GCB_LV] = TRAILING | CLASS(V) | CLASS(T),
    [U_GCB_LVT] = TRAILING | CLASS(T),
    [U_GCB_T] = TRAILING | CLASS(T),
    [U_GCB_V] = TRAILING | CLASS(V) | CLASS(T),
    [U_GCB_SPACING_MARK] = TRAILING,
    [U_GCB_PREPEND] = ~CONTROLS,
    [U_GCB_REGIONAL_INDICATOR] = TRAILING,
    [U_GCB_ZWJ] = TRAILING,
};

/* How much of GB11's "pictograph, Extend*, ZWJ" has been seen. */
enum emoji {
	EMOJI_NONE,
	EMOJI_BASE,
	EMOJI_JOINER,
};

/* A bad byte is a cluster of its own, as a control is. */
static int class_of(int32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return U_GCB_OTHER;
	return c < 0 ? U_GCB_CONTROL : u_getIntPropertyValue(c, UCHAR_GRAPHEME_CLUSTER_BREAK);
}

static bool is_class(int class, unsigned classes)
{
	return (1u << class & classes) != 0;
}

static bool is_pictograph(int32_t c)
{
	return c > 0x7f && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC);
}

static enum emoji emoji_after(enum emoji emoji, int class, int32_t c)
{
	if (is_pictograph(c))
		return EMOJI_BASE;
	if (emoji == EMOJI_BASE && class == U_GCB_EXTEND)
		return EMOJI_BASE;
	return emoji == EMOJI_BASE && class == U_GCB_ZWJ ? EMOJI_JOINER : EMOJI_NONE;
}

/*
 * Characters that stand alone beside each other, and are drawn as they are, in one column, or from U+3000 on
 * in two: nearly all of an article, for which the properties need not be looked up.  None of them is an
 * emoji, a mark, or joins what stands beside it.
 */
static const struct {
	int32_t first, last;
} simple[] = {
    {0x20, 0x7e},     {0x4e00, 0x9fff}, {0x2010, 0x2027}, {0x3001, 0x3003}, {0x3008, 0x3011},
    {0xff01, 0xff5e}, {0xa1, 0xa8},     {0xaa, 0xac},     {0xaf, 0x2ff},
};

static bool is_simple(int32_t c)
{
	for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++) {
		if (c >= simple[i].first && c <= simple[i].last)
			return true;
	}
	return false;
}

/* The bytes of the simple character at pos, and its columns; 0 where that, or what follows it, is another. */
static size_t read_simple(const char *text, size_t len, size_t pos, int *columns)
{
	int32_t c, next;
	size_t n = unicode_decode(text, len, pos, &c);

	if (!is_simple(c))
		return 0;
	if (pos + n < len && (unsigned char)text[pos + n] >= 0x80) {
		unicode_decode(text, len, pos + n, &next);
		if (!is_simple(next))
			return 0;
	}
	*columns = c < 0x3000 ? 1 : 2;
	return n;
}

size_t unicode_next(const char *text, size_t len, size_t pos)
{
	enum emoji emoji;
	bool lone; /* the last code point is a regional indicator that has no partner */
	int class, columns;
	int32_t c;
	size_t n;

	if (pos >= len)
		return len;
	n = read_simple(text, len, pos, &columns);
	if (n > 0)
		return pos + n;
	pos += unicode_decode(text, len, pos, &c);
	class = class_of(c);
	emoji = emoji_after(EMOJI_NONE, class, c);
	lone = class == U_GCB_REGIONAL_INDICATOR;
	while (pos < len) {
		int next;
		bool pair, joined;

		n = unicode_decode(text, len, pos, &c);
		next = class_of(c);
		pair = lone && next == U_GCB_REGIONAL_INDICATOR;    /* GB12, GB13 */
		joined = emoji == EMOJI_JOINER && is_pictograph(c); /* GB11 */
		if (!is_class(next, followers[class]) && !pair && !joined)
			break;
		emoji = emoji_after(emoji, next, c);
		lone = next == U_GCB_REGIONAL_INDICATOR && !pair;
		class = next;
		pos += n;
	}
	return pos;
}

/* Whether a cluster starts at pos whatever stands before the code point before it. */
static bool is_certain_start(const char *text, size_t len, size_t pos)
{
	int32_t before, after;
	int class, next;

	if (pos == 0)
		return true;
	unicode_decode(text, len, step_back(text, len, pos), &before);
	unicode_decode(text, len, pos, &after);
	class = class_of(before);
	next = class_of(after);
	if (class == U_GCB_REGIONAL_INDICATOR && next == U_GCB_REGIONAL_INDICATOR)
		return false;
	if (class == U_GCB_ZWJ && is_pictograph(after))
		return false;
	return !is_class(next, followers[class]);
}

size_t unicode_previous(const char *text, size_t len, size_t pos)
{
	size_t start, next;

	if (pos > len)
		pos = len;
	if (pos == 0)
		return 0;
	start = step_back(text, len, pos);
	while (!is_certain_start(text, len, start))
		start = step_back(text, len, start);
	while ((next = unicode_next(text, len, start)) < pos)
		start = next;
	return start;
}

/* -- Drawing -- */

/* A glyph on its way from the code points of one cluster. */
struct drawing {
	struct unicode_glyph *out;
	size_t used;    /* bytes of out->text */
	int32_t base;   /* what marks stand on; -1 for nothing yet */
	int32_t before; /* the code point before; -1 at the start */
	bool flag;      /* the cluster's tags spell the flag of a region */
	bool hollow;    /* the cluster has nothing that is drawn */
};

static bool is_ignorable(int32_t c)
{
	return u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

static bool is_tag(int32_t c)
{
	return c >= TAG_FIRST && c <= TAG_LAST;
}

static bool is_hollow(const char *text, size_t len)
{
	int32_t c;

	for (size_t pos = 0; pos < len;) {
		pos += unicode_decode(text, len, pos, &c);
		if (c < 0 || !is_ignorable(c))
			return false;
	}
	return true;
}

/*
 * Whether a cluster is an emoji tag sequence that is in general use (UTS #51 ED-14a and "RGI"): no
 * other tags may go by unseen, because anything can be written in them.
 */
static bool is_tagged_flag(const char *text, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar units[16];
	int32_t count, c;

	if (len > UNICODE_GLYPH_SIZE)
		return false;
	unicode_decode(text, len, step_back(text, len, len), &c);
	if (!is_tag(c))
		return false;
	u_strFromUTF8(units, sizeof units / sizeof units[0], &count, text, (int32_t)len, &status);
	return U_SUCCESS(status) && u_stringHasBinaryProperty(units, count, UCHAR_RGI_EMOJI);
}

/*
 * Whether joiners mean something after a letter: in scripts that join (Arabic and its kin) and in
 * those that stack (of India and its neighbours), as UAX #31 section 2.3 has it.
 */
static bool takes_joiner(int32_t base)
{
	return base >= 0 && u_isalpha(base) &&
	       (u_getIntPropertyValue(base, UCHAR_JOINING_TYPE) != U_JT_NON_JOINING ||
		u_getIntPropertyValue(base, UCHAR_INDIC_SYLLABIC_CATEGORY) != U_INSC_OTHER);
}

/* Whether a code point must be told by its number, because a terminal would hide or obey it. */
static bool is_hidden(const struct drawing *d, int32_t c, int32_t after)
{
	int class = class_of(c);

	if (d->hollow || is_class(class, CONTROLS) || u_charType(c) == U_UNASSIGNED)
		return true;
	if (is_tag(c))
		return !d->flag;
	if (class == U_GCB_V || class == U_GCB_T) /* of Hangul: drawn only within a syllable */
		return d->base < 0;
	if (!is_ignorable(c) || class == U_GCB_L)
		return false;
	if (c == ZERO_WIDTH_JOINER && d->base >= 0 && is_pictograph(after))
		return false;
	if (d->before >= 0 && is_ignorable(d->before))
		return true;
	if (c == ZERO_WIDTH_JOINER || c == ZERO_WIDTH_NON_JOINER)
		return !takes_joiner(d->base);
	return d->base < 0;
}

/* Columns of a code point that stands for itself (UAX #11; ambiguous ones are narrow). */
static int width_of(int32_t c)
{
	int class = class_of(c);
	int width;

	if (c < 0x300)
		return 1;
	if (is_ignorable(c) && class != U_GCB_L)
		return 0;
	if ((U_MASK(u_charType(c)) & (U_GC_MN_MASK | U_GC_ME_MASK)) != 0)
		return 0;
	if (class == U_GCB_V || class == U_GCB_T)
		return 0;
	width = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
	return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

/* Whether c makes an emoji of what stands before it, which is then two columns wide (UTS #51). */
static bool makes_emoji(const struct drawing *d, int32_t c)
{
	if (d->base < 0)
		return false;
	if (c == EMOJI_PRESENTATION || c == KEYCAP)
		return u_hasBinaryProperty(d->base, UCHAR_EMOJI);
	if (d->before == ZERO_WIDTH_JOINER)
		return is_pictograph(c);
	return u_hasBinaryProperty(c, UCHAR_EMOJI_MODIFIER) &&
	       u_hasBinaryProperty(d->base, UCHAR_EMOJI_MODIFIER_BASE);
}

/* Columns that c adds to what is drawn already. */
static int advance(const struct drawing *d, int32_t c)
{
	if (makes_emoji(d, c))
		return d->out->columns < 2 ? 2 - d->out->columns : 0;
	if (d->before >= 0 && class_of(d->before) == U_GCB_L)
		return 0; /* one syllable, one square */
	return width_of(c);
}

static bool put_bytes(struct drawing *d, const char *bytes, size_t len, int columns)
{
	if (len >= UNICODE_GLYPH_SIZE - d->used) {
		d->out->marked = true;
		return false;
	}
	memcpy(d->out->text + d->used, bytes, len);
	d->used += len;
	d->out->text[d->used] = '\0';
	d->out->columns += columns;
	return true;
}

static bool put_character(struct drawing *d, int32_t c, int columns)
{
	char bytes[4];

	return put_bytes(d, bytes, encode(bytes, c), columns);
}

/* Tells a code point by its number, as in "<202E>". */
static bool put_number(struct drawing *d, int32_t c)
{
	char number[16];
	int len = snprintf(number, sizeof number, "<%04X>", (unsigned)c);

	d->out->marked = true;
	d->base = -1;
	return put_bytes(d, number, (size_t)len, len);
}

static bool put(struct drawing *d, int32_t c, int32_t after)
{
	if (c < 0) {
		d->out->marked = true;
		return put_character(d, REPLACEMENT, 1);
	}
	if (is_hidden(d, c, after))
		return put_number(d, c);
	if (d->base < 0 && unicode_is_mark(c)) {
		d->out->marked = true;
		d->base = DOTTED_CIRCLE;
		if (!put_character(d, DOTTED_CIRCLE, 1))
			return false;
	}
	if (!put_character(d, c, advance(d, c)))
		return false;
	if (d->base < 0 || !is_class(class_of(c), TRAILING))
		d->base = c;
	return true;
}

static void draw_cluster(const char *text, size_t len, struct unicode_glyph *out)
{
	struct drawing d = {.out = out, .base = -1, .before = -1};
	int32_t c, after;
	size_t pos = unicode_decode(text, len, 0, &c);

	d.flag = is_tagged_flag(text, len);
	d.hollow = is_hollow(text, len);
	for (;; c = after) {
		size_t n = 0;

		after = -1;
		if (pos < len)
			n = unicode_decode(text, len, pos, &after);
		if (!put(&d, c, after) || n == 0)
			return;
		d.before = c;
		pos += n;
	}
}

static bool is_line_end(const char *text, size_t len, size_t pos)
{
	return text[pos] == '\n' || (text[pos] == '\r' && pos + 1 < len && text[pos + 1] == '\n');
}

size_t unicode_glyph(const char *text, size_t len, size_t pos, int column, struct unicode_glyph *out)
{
	size_t end;

	assert(pos < len);
	out->columns = 0;
	out->marked = false;
	end = pos + read_simple(text, len, pos, &out->columns);
	memcpy(out->text, text + pos, end - pos);
	out->text[end - pos] = '\0';
	if (end > pos)
		return end;
	end = unicode_next(text, len, pos);
	if (text[pos] == '\t') {
		out->columns = TAB_WIDTH - column % TAB_WIDTH;
		snprintf(out->text, sizeof out->text, "%*s", out->columns, "");
	} else if (!is_line_end(text, len, pos)) {
		draw_cluster(text + pos, end - pos, out);
	}
	return end;
}

size_t unicode_plain(const char *text, size_t len, size_t pos)
{
	size_t end = pos;

	while (end < len && text[end] >= 0x20 && text[end] < 0x7f)
		end++;
	/* what follows may join the last */
	return end > pos && end < len && (unsigned char)text[end] >= 0x80 ? end - pos - 1 : end - pos;
}

int unicode_columns(const char *text, size_t len)
{
	struct unicode_glyph glyph;
	int columns = 0;

	for (size_t pos = 0; pos < len;) {
		size_t plain = unicode_plain(text, len, pos);

		columns += (int)plain;
		pos += plain;
		if (pos == len)
			break;
		pos = unicode_glyph(text, len, pos, columns, &glyph);
		columns += glyph.columns;
	}
	return columns;
}

void unicode_printable(struct strbuf *out, const char *text, size_t len, int columns)
{
	struct unicode_glyph glyph;
	size_t fits = out->len; /* what can stay when the mark of a cut must follow */
	int used = 0;

	for (size_t pos = 0; pos < len;) {
		bool blank = text[pos] == '\t' || is_line_end(text, len, pos);

		pos = unicode_glyph(text, len, pos, 0, &glyph);
		if (blank)
			glyph = (struct unicode_glyph){.text = " ", .columns = 1};
		if (columns >= 0 && glyph.columns > columns - used) {
			strbuf_truncate(out, fits);
			if (columns > 0)
				strbuf_adds(out, "…");
			return;
		}
		strbuf_adds(out, glyph.text);
		used += glyph.columns;
		if (used < columns)
			fits = out->len;
	}
}
