/* A crash log that was cut off or written over anywhere is read up to a whole record, and no further. */
#include "fuzz.h"

#include <stdio.h>

#include "base/strbuf.h"
#include "store/journal_record.h"
#include "text/buffer.h"

/* Reads a file; returns how many edits came out of it, which must be those that went in. */
static size_t read_file(const struct strbuf *file, const struct buffer_edit *edits, size_t count)
{
	struct journal_reader reader = {.file = fmemopen(file->data, file->len, "r"), .payload = STRBUF_INIT};
	struct journal_header header;
	struct buffer_edit edit;
	size_t read = 0;

	if (journal_read_header(&reader, &header) == JOURNAL_READ_RECORD) {
		journal_header_clear(&header);
		for (; journal_read_edit(&reader, &edit) == JOURNAL_READ_RECORD; read++) {
			if (read >= count)
				continue;
			assert(edit.pos == edits[read].pos && edit.cut == edits[read].cut);
			assert(edit.len == edits[read].len &&
			       (edit.len == 0 || memcmp(edit.insert, edits[read].insert, edit.len) == 0));
		}
	}
	fclose(reader.file);
	strbuf_clear(&reader.payload);
	return read;
}

/* A sound journal of made-up edits, then cut off or with a byte written over. */
static void spoil(struct fuzz *f)
{
	struct journal_header header = {.host = "host",
					.newsroom = "/n",
					.draft = "lake",
					.person = "A <a@b>"};
	struct strbuf file = STRBUF_INIT;
	struct buffer_edit edits[64];
	size_t count = 0, at;
	unsigned how = fuzz_byte(f);

	memset(header.base, '0', sizeof header.base - 1);
	at = fuzz_byte(f) | fuzz_byte(f) << 8;
	journal_put_header(&file, &header);
	while (f->len > 0 && count < 64) {
		struct buffer_edit *edit = &edits[count++];
		struct fuzz piece;

		edit->pos = fuzz_byte(f);
		edit->cut = fuzz_byte(f);
		piece = fuzz_piece(f);
		edit->insert = piece.at;
		edit->len = piece.len;
		journal_put_edit(&file, edit);
	}
	at %= file.len;
	if (how % 3 == 1 && at > 0) {
		strbuf_truncate(&file, at);
		assert(read_file(&file, edits, count) <= count);
	} else if (how % 3 == 2) {
		file.data[at] = (char)((unsigned char)file.data[at] ^ (1 + how % 255));
		assert(read_file(&file, edits, count) < count || count == 0);
	} else {
		assert(read_file(&file, edits, count) == count);
	}
	strbuf_clear(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = {.at = size > 0 ? (const char *)data : "", .len = size};
	struct strbuf file = STRBUF_INIT;

	if (size == 0)
		return 0;
	if (fuzz_byte(&f) % 4 != 0) {
		spoil(&f);
		return 0;
	}
	strbuf_add(&file, f.at, f.len);
	if (file.len > 0)
		read_file(&file, NULL, 0);
	strbuf_clear(&file);
	return 0;
}
