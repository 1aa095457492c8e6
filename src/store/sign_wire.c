#include "store/sign_internal.h"

#include <string.h>

#include "base/strbuf.h"

/* -- Bytes in the manner of SSH -- */

bool sign_read_bytes(struct sign_bytes *out, struct sign_bytes *from, size_t len)
{
	if (len > from->len)
		return false;
	out->data = from->data;
	out->len = len;
	from->data += len;
	from->len -= len;
	return true;
}

bool sign_read_number(uint32_t *out, struct sign_bytes *from)
{
	struct sign_bytes four;

	if (!sign_read_bytes(&four, from, 4))
		return false;
	*out = (uint32_t)four.data[0] << 24 | (uint32_t)four.data[1] << 16 | (uint32_t)four.data[2] << 8 |
	       four.data[3];
	return true;
}

bool sign_read_string(struct sign_bytes *out, struct sign_bytes *from)
{
	struct sign_bytes rest = *from;
	uint32_t len;

	if (!sign_read_number(&len, &rest) || !sign_read_bytes(out, &rest, len))
		return false;
	*from = rest;
	return true;
}

bool sign_read_mpint(struct sign_bytes *out, struct sign_bytes *from)
{
	struct sign_bytes rest = *from;

	if (!sign_read_string(out, &rest) || out->len == 0 || (out->data[0] & 0x80) != 0)
		return false;
	while (out->len > 0 && out->data[0] == 0) {
		out->data++;
		out->len--;
	}
	*from = rest;
	return out->len > 0;
}

bool sign_bytes_are(const struct sign_bytes *bytes, const char *text)
{
	return bytes->len == strlen(text) && memcmp(bytes->data, text, bytes->len) == 0;
}

void sign_add_string(struct strbuf *out, const void *bytes, size_t len)
{
	const unsigned char number[4] = {(unsigned char)(len >> 24), (unsigned char)(len >> 16),
					 (unsigned char)(len >> 8), (unsigned char)len};

	strbuf_add(out, number, sizeof number);
	strbuf_add(out, bytes, len);
}

/* -- Base64 -- */

static int digit(char c)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c != '\0' ? strchr(digits, c) : NULL;

	return at != NULL ? (int)(at - digits) : -1;
}

bool sign_decode(struct strbuf *out, const char *text, size_t len)
{
	uint32_t bits = 0;
	size_t digits = 0;
	size_t padding = 0;

	for (size_t i = 0; i < len; i++) {
		int value = digit(text[i]);

		if (text[i] == '\n')
			continue;
		if (text[i] == '=' && digits % 4 + padding >= 2 && padding < 2) {
			padding++;
			continue;
		}
		if (value < 0 || padding > 0)
			return false;
		bits = bits << 6 | (uint32_t)value;
		if (++digits % 4 != 0)
			continue;
		strbuf_addc(out, (char)(bits >> 16 & 0xff));
		strbuf_addc(out, (char)(bits >> 8 & 0xff));
		strbuf_addc(out, (char)(bits & 0xff));
		bits = 0;
	}
	if ((digits + padding) % 4 != 0)
		return false;
	/* The bits that an encoder leaves over are zero: each text has one spelling. */
	if (padding == 2) {
		strbuf_addc(out, (char)(bits >> 4 & 0xff));
		return (bits & 0xf) == 0;
	}
	if (padding == 1) {
		strbuf_addc(out, (char)(bits >> 10 & 0xff));
		strbuf_addc(out, (char)(bits >> 2 & 0xff));
		return (bits & 0x3) == 0;
	}
	return true;
}
