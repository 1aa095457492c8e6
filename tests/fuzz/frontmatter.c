/* Any block of fields: what is set is read back, and the body stays as it was. */
#include "fuzz.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "text/frontmatter.h"
#include "text/unicode.h"

#include <stdlib.h>

static void read_all(const struct frontmatter *fm, size_t len)
{
	assert(frontmatter_body(fm) <= len);
	for (size_t i = 0; i < frontmatter_count(fm); i++) {
		const char *key = frontmatter_key(fm, i);

		for (size_t j = 0; j < frontmatter_items(fm, key); j++)
			assert(frontmatter_item(fm, key, j) != NULL);
		(void)frontmatter_get(fm, key);
	}
}

static void set(const struct fuzz *text, const struct frontmatter *fm, const char *key, const char *value)
{
	struct strbuf out = STRBUF_INIT;
	struct frontmatter *again;
	struct error err;
	size_t body = frontmatter_body(fm);

	if (frontmatter_set(&out, text->at, text->len, key, value, &err) == 0) {
		const char *got;

		assert(frontmatter_parse(&again, out.data, out.len, &err) == 0);
		got = frontmatter_get(again, key);
		assert(got != NULL && strcmp(got, value) == 0);
		if (frontmatter_present(fm)) {
			assert(out.len - frontmatter_body(again) == text->len - body);
			assert(memcmp(out.data + frontmatter_body(again), text->at + body,
				      text->len - body) == 0);
		}
		frontmatter_free(again);
	} else {
		assert(out.len == 0);
	}
	strbuf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const keys[] = {"title", "date", "tags", "byline", "language", "urgency"};
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	const char *key = keys[fuzz_byte(&f) % 6];
	struct fuzz piece = fuzz_piece(&f);
	char *value = mem_strndup(piece.at, piece.len);
	struct frontmatter *fm;
	struct error err;

	if (frontmatter_parse(&fm, f.at, f.len, &err) < 0)
		assert(err.message[0] != '\0');
	read_all(fm, f.len);
	if (value[0] != '\0')
		set(&f, fm, key, value);
	frontmatter_free(fm);
	free(value);
	return 0;
}
