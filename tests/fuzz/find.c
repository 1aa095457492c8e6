/* Any words and expressions in any text: matches come in order, and replacing is what the matches say. */
#include "fuzz.h"

#include "base/error.h"
#include "base/strbuf.h"
#include "text/buffer.h"
#include "text/find.h"

/* The text with each match replaced, one by one; false where the search was given up. */
static bool replaced(struct strbuf *out, struct find *find, struct buffer *buffer, const struct find_by *by)
{
	size_t len = buffer_len(buffer), pos = 0, from = 0;
	struct find_match match;
	struct error err;
	int rc;

	while ((rc = find_next(find, buffer, from, len, &match, &err)) > 0) {
		assert(match.start >= from && match.end > match.start && match.end <= len);
		strbuf_add(out, buffer_bytes(buffer, pos, match.start - pos), match.start - pos);
		find_expand(find, buffer, by, out);
		pos = from = match.end;
	}
	strbuf_add(out, buffer_bytes(buffer, pos, len - pos), len - pos);
	return rc == 0;
}

static void replace_all(struct find *find, struct buffer *buffer, const struct find_by *by)
{
	struct find_edits edits = FIND_EDITS_INIT;
	struct strbuf expected = STRBUF_INIT;
	size_t from = 0, grown = 0, len;
	struct error err;

	if (find_check_by(find, by, &err) < 0 || !replaced(&expected, find, buffer, by)) {
		strbuf_clear(&expected);
		return;
	}
	assert(find_replace(find, buffer, &from, buffer_len(buffer), by, INT64_MAX, &edits, &err) == 1);
	for (size_t i = 0; i < edits.count; i++) {
		const struct find_edit *edit = &edits.items[i];

		buffer_replace(buffer, edit->pos + grown, edit->cut, edits.text.data + edit->at, edit->len,
			       (struct buffer_caret){0});
		grown += edit->len - edit->cut;
	}
	len = buffer_len(buffer);
	assert(len == expected.len && memcmp(buffer_bytes(buffer, 0, len), expected.data, len) == 0);
	strbuf_clear(&expected);
	find_edits_clear(&edits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	unsigned how = fuzz_byte(&f);
	struct find_options options = {.letters = (enum find_case)(how % 3),
				       .words = (how & 4) != 0,
				       .regex = (how & 8) != 0,
				       .width = (how & 16) != 0};
	struct fuzz sought = fuzz_piece(&f), with = fuzz_piece(&f);
	struct find_by by = {.text = with.at, .len = with.len, .eol = "\n"};
	struct buffer *buffer = buffer_new(f.at, f.len);
	struct find_match match;
	struct error err = {.code = 0};
	struct find *find;
	size_t at = 0;

	if (find_new(&find, sought.at, sought.len, &options, &at, &err) < 0) {
		assert(at <= sought.len && err.message[0] != '\0');
	} else {
		if (find_previous(find, buffer, 0, f.len, &match, &err) > 0)
			assert(match.end > match.start && match.end <= f.len);
		replace_all(find, buffer, &by);
		find_free(find);
	}
	buffer_free(buffer);
	return 0;
}
