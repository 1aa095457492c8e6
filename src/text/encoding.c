#include "text/encoding.h"

#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

/* ICU counts in int32_t, and GB 18030's worst case triples. */
#define SIZE_LIMIT ((size_t)INT_MAX / 4)

/* Appends what ICU's converter makes of the bytes; false, with out unchanged, at the first it cannot read. */
static bool convert(struct strbuf *out, const char *name, const char *bytes, size_t len)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &status);
	UChar *wide = mem_alloc((len + 1) * sizeof *wide);
	int32_t count = 0;
	int32_t need = 0;

	ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	if (U_SUCCESS(status))
		count = ucnv_toUChars(converter, wide, (int32_t)len + 1, bytes, (int32_t)len, &status);
	if (U_SUCCESS(status)) {
		strbuf_reserve(out, (size_t)count * 3);
		u_strToUTF8(out->data + out->len, count * 3 + 1, &need, wide, count, &status);
	}
	if (U_SUCCESS(status))
		out->len += (size_t)need;
	strbuf_truncate(out, out->len);
	free(wide);
	ucnv_close(converter);
	return U_SUCCESS(status);
}

static int refuse(struct error *err)
{
	return error_set(
	    err, E_INVALID,
	    "This is not a text in UTF-8, UTF-16, GB 18030 or windows-1252: save it as UTF-8 first.");
}

struct census {
	size_t high;   /* bytes above 0x7f */
	size_t pairs;  /* of two bytes as in GBK, the first above 0x80; GB 18030's rare fours are left out */
	size_t common; /* those of them that GB 2312 has too: both bytes above 0xa0 */
	size_t valid;  /* characters of two and more bytes that are UTF-8 */
	size_t bad;    /* bytes that are not */
};

static struct census count_bytes(const char *text, size_t len)
{
	const unsigned char *b = (const unsigned char *)text;
	struct census c = {0};
	size_t size;
	int32_t point;

	for (size_t i = 0; i < len; i++)
		c.high += b[i] > 0x7f;
	for (size_t i = 0; i + 1 < len; i++) {
		if (b[i] < 0x81)
			continue;
		if (b[i + 1] >= '0' && b[i + 1] <= '9') {
			i += 3;
			continue;
		}
		c.pairs++;
		c.common += b[i] > 0xa0 && b[i + 1] > 0xa0;
		i++;
	}
	for (size_t i = 0; i < len; i += size) {
		size = unicode_decode(text, len, i, &point);
		c.valid += size > 1;
		c.bad += point < 0;
	}
	return c;
}

/* Whether pairs of bytes are mostly of the characters that people write. */
static bool looks_like_gb(const struct census *c)
{
	return c->common * 10 >= c->pairs * 8;
}

/* Whether bytes above ASCII are few, as accents and curly quotes are, and none of the five without a meaning.
 */
static bool looks_like_1252(const struct census *c, const char *bytes, size_t len)
{
	return c->high * 8 <= len && memchr(bytes, 0x81, len) == NULL && memchr(bytes, 0x8d, len) == NULL &&
	       memchr(bytes, 0x8f, len) == NULL && memchr(bytes, 0x90, len) == NULL &&
	       memchr(bytes, 0x9d, len) == NULL;
}

/* Bytes without a byte order mark that are not UTF-8. */
static int guess(struct strbuf *out, const char *bytes, size_t len, const char **name, struct error *err)
{
	struct census c = count_bytes(bytes, len);

	/* Damaged UTF-8 converts into wrong words without complaint. */
	if (c.valid > c.bad)
		return error_set(err, E_INVALID,
				 "This text is UTF-8 with damaged bytes in it: copy it again.");
	*name = "GB 18030";
	if (looks_like_gb(&c) && convert(out, "gb18030", bytes, len))
		return 0;
	*name = "windows-1252";
	if (looks_like_1252(&c, bytes, len) && convert(out, "windows-1252", bytes, len))
		return 0;
	*name = NULL;
	return refuse(err);
}

static bool starts_with(const char *bytes, size_t len, const char *mark)
{
	return len >= strlen(mark) && memcmp(bytes, mark, strlen(mark)) == 0;
}

int encoding_read(struct strbuf *out, const char *bytes, size_t len, const char **name, struct error *err)
{
	size_t before = out->len;
	int rc = 0;

	*name = NULL;
	if (len > SIZE_LIMIT)
		return error_set(err, E_INVALID, "This text is larger than copydesk takes.");
	if (starts_with(bytes, len, "\xff\xfe") || starts_with(bytes, len, "\xfe\xff")) {
		*name = "UTF-16";
		if (!convert(out, "UTF-16", bytes, len))
			rc = refuse(err);
	} else if (unicode_valid(bytes, len, NULL)) {
		size_t mark = starts_with(bytes, len, "\xef\xbb\xbf") ? 3 : 0;

		strbuf_add(out, bytes + mark, len - mark);
	} else if (memchr(bytes, '\0', len) == NULL) {
		rc = guess(out, bytes, len, name, err);
	} else {
		rc = refuse(err);
	}
	if (rc == 0 && memchr(out->data + before, '\0', out->len - before) != NULL) {
		strbuf_truncate(out, before);
		rc = error_set(err, E_INVALID, "This is not a text: there are NUL characters in it.");
	}
	return rc;
}
