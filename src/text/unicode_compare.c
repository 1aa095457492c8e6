/* Folded texts for finding, and slugs, by ICU's normaliser and transliterators. */
#include "text/unicode.h"

#include <assert.h>
#include <stdlib.h>

#include <unicode/unorm2.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "base/mem.h"
#include "base/strbuf.h"

enum {
	REPLACEMENT = 0xfffd, /* stands for a bad byte */
};

/* The text as UTF-16, which never has more units than UTF-8 has bytes; bad bytes become U+FFFD. */
static UChar *to_utf16(const char *text, size_t len, int32_t *count)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar *units = mem_alloc((len + 1) * sizeof *units);

	assert(len < INT32_MAX);
	u_strFromUTF8WithSub(units, (int32_t)len + 1, count, text, (int32_t)len, REPLACEMENT, NULL, &status);
	assert(U_SUCCESS(status));
	return units;
}

static void add_utf16(struct strbuf *out, const UChar *units, int32_t count)
{
	UErrorCode status = U_ZERO_ERROR;
	size_t room = (size_t)count * 3; /* the most that a unit can take */
	int32_t len = 0;

	assert(room < INT32_MAX);
	strbuf_reserve(out, room);
	u_strToUTF8WithSub(out->data + out->len, (int32_t)room + 1, &len, units, count, REPLACEMENT, NULL,
			   &status);
	assert(U_SUCCESS(status));
	out->len += (size_t)len;
}

static bool is_ascii(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if ((unsigned char)text[i] >= 0x80)
			return false;
	}
	return true;
}

static void normalize(struct strbuf *out, const char *text, size_t len, const UNormalizer2 *folder)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t count, need;
	UChar *units = to_utf16(text, len, &count);
	int32_t room = count * 2 + 32;
	UChar *folded = mem_alloc((size_t)room * sizeof *folded);

	need = unorm2_normalize(folder, units, count, folded, room, &status);
	if (status == U_BUFFER_OVERFLOW_ERROR) {
		status = U_ZERO_ERROR;
		folded = mem_realloc(folded, (size_t)need * sizeof *folded);
		need = unorm2_normalize(folder, units, count, folded, need, &status);
	}
	if (U_SUCCESS(status))
		add_utf16(out, folded, need);
	else
		strbuf_add(out, text, len);
	free(folded);
	free(units);
}

void unicode_widths(struct strbuf *out, const char *text, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;

	if (is_ascii(text, len))
		strbuf_add(out, text, len);
	else
		normalize(out, text, len, unorm2_getNFKCInstance(&status));
}

void unicode_fold(struct strbuf *out, const char *text, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;

	if (!is_ascii(text, len)) {
		normalize(out, text, len, unorm2_getNFKCCasefoldInstance(&status));
		return;
	}
	for (size_t i = 0; i < len; i++)
		strbuf_addc(out, text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] + 'a' - 'A') : text[i]);
}

/* The text with a space between Han and what is not, because ICU parts only Han from Han. */
static void part_han(struct strbuf *out, const char *text, size_t len)
{
	bool before = false;
	int32_t c;

	for (size_t pos = 0, n; pos < len; pos += n) {
		bool han;

		n = unicode_decode(text, len, pos, &c);
		han = c >= 0 && unicode_is_han(c);
		if (han != before)
			strbuf_addc(out, ' ');
		strbuf_add(out, text + pos, n);
		before = han;
	}
}

/* The text in Latin letters as far as ICU can tell them; the caller frees. */
static UChar *to_latin(const char *text, size_t len, int32_t *count)
{
	static const UChar rules[] = u"Any-Latin; Latin-ASCII; Lower";
	UErrorCode status = U_ZERO_ERROR;
	UTransliterator *latin = utrans_openU(rules, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);
	UChar *units = to_utf16(text, len, count);
	int32_t source = *count;
	int32_t room = source;

	while (U_SUCCESS(status)) {
		int32_t limit = source;
		UChar *work;

		room = room * 2 + 64;
		work = mem_alloc((size_t)room * sizeof *work);
		u_memcpy(work, units, source);
		*count = source;
		utrans_transUChars(latin, work, count, room, 0, &limit, &status);
		if (U_SUCCESS(status)) {
			free(units);
			units = work;
			break;
		}
		free(work);
		if (status == U_BUFFER_OVERFLOW_ERROR)
			status = U_ZERO_ERROR;
		*count = source;
	}
	utrans_close(latin);
	return units;
}

static bool is_slug_unit(UChar unit)
{
	return (unit >= 'a' && unit <= 'z') || (unit >= '0' && unit <= '9');
}

static void add_slug_words(struct strbuf *slug, const UChar *units, int32_t count)
{
	bool gap = false;

	for (int32_t i = 0; i < count; i++) {
		if (is_slug_unit(units[i])) {
			if (gap && slug->len > 0)
				strbuf_addc(slug, '-');
			strbuf_addc(slug, (char)units[i]);
			gap = false;
		} else if (units[i] != '\'') {
			gap = true;
		}
	}
}

/* Keeps at most limit bytes of a slug, whole words where there is more than one. */
static void cut_slug(struct strbuf *slug, size_t limit)
{
	size_t cut = limit;

	if (slug->len <= limit)
		return;
	while (cut > 0 && slug->data[cut] != '-')
		cut--;
	strbuf_truncate(slug, cut > 0 ? cut : limit);
}

void unicode_slug(struct strbuf *out, const char *headline, size_t len, size_t limit)
{
	struct strbuf parted = STRBUF_INIT;
	struct strbuf slug = STRBUF_INIT;
	UChar *units;
	int32_t count;

	part_han(&parted, headline, len);
	units = to_latin(parted.data, parted.len, &count);
	add_slug_words(&slug, units, count);
	if (slug.len == 0)
		strbuf_adds(&slug, "article");
	cut_slug(&slug, limit);
	strbuf_add(out, slug.data, slug.len);
	strbuf_clear(&parted);
	strbuf_clear(&slug);
	free(units);
}
