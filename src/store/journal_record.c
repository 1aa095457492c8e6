#include "store/journal_record.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/buffer.h"

#define VERSION 1

static const char magic[16] = {'c', 'o', 'p', 'y', 'd', 'e', 's', 'k',
			       ' ', 'j', 'o', 'u', 'r', 'n', 'a', 'l'};

/* -- Names -- */

void journal_put_name(struct strbuf *out, const char *draft)
{
	for (size_t i = 0; i < 100 && draft[i] != '\0'; i++) {
		char c = draft[i];
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');

		strbuf_addc(out, plain || c == '-' || c == '_' ? c : '_');
	}
}

/* -- Numbers -- */

static void put_u32(struct strbuf *out, uint32_t value)
{
	for (int shift = 0; shift < 32; shift += 8)
		strbuf_addc(out, (char)(value >> shift));
}

static void put_u64(struct strbuf *out, uint64_t value)
{
	put_u32(out, (uint32_t)value);
	put_u32(out, (uint32_t)(value >> 32));
}

static uint32_t get_u32(const char *bytes)
{
	uint32_t value = 0;

	for (int i = 0; i < 4; i++)
		value |= (uint32_t)(unsigned char)bytes[i] << (8 * i);
	return value;
}

static uint64_t get_u64(const char *bytes)
{
	return get_u32(bytes) | (uint64_t)get_u32(bytes + 4) << 32;
}

/* CRC-32C goes on from crc (0 at first): the polynomial 0x1EDC6F41 with its bits reversed, by half bytes. */
static uint32_t crc32c(uint32_t crc, const char *bytes, size_t len)
{
	static const uint32_t table[16] = {
	    0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
	    0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
	};

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)bytes[i];
		crc = crc >> 4 ^ table[crc & 15];
		crc = crc >> 4 ^ table[crc & 15];
	}
	return ~crc;
}

/* -- Writing -- */

/* Room for the length and the checksum, which close_record() fills in; returns where they stand. */
static size_t open_record(struct strbuf *out)
{
	put_u64(out, 0);
	return out->len - 8;
}

static void close_record(struct strbuf *out, size_t start)
{
	struct strbuf frame = STRBUF_INIT;
	uint32_t crc;

	put_u32(&frame, (uint32_t)(out->len - start - 8));
	crc = crc32c(0, frame.data, 4);
	put_u32(&frame, crc32c(crc, out->data + start + 8, out->len - start - 8));
	memcpy(out->data + start, frame.data, 8);
	strbuf_clear(&frame);
}

static void put_text(struct strbuf *out, const char *text)
{
	size_t len = strlen(text);

	put_u32(out, (uint32_t)len);
	strbuf_add(out, text, len);
}

void journal_header_clear(struct journal_header *header)
{
	free(header->host);
	free(header->newsroom);
	free(header->draft);
	free(header->person);
	*header = (struct journal_header){0};
}

void journal_put_header(struct strbuf *out, const struct journal_header *header)
{
	size_t start;

	strbuf_add(out, magic, sizeof magic);
	put_u32(out, VERSION);
	start = open_record(out);
	put_u64(out, (uint64_t)header->started);
	put_u64(out, (uint64_t)header->process);
	put_text(out, header->base);
	put_text(out, header->host);
	put_text(out, header->newsroom);
	put_text(out, header->draft);
	put_text(out, header->person);
	close_record(out, start);
}

void journal_put_edit(struct strbuf *out, const struct buffer_edit *edit)
{
	size_t start = open_record(out);

	put_u64(out, edit->pos);
	put_u64(out, edit->cut);
	strbuf_add(out, edit->insert, edit->len);
	close_record(out, start);
}

/* -- Reading -- */

/* Reads len bytes into the payload: the whole of them, or how it came short of that. */
static enum journal_read read_bytes(struct journal_reader *reader, size_t len)
{
	size_t n;

	strbuf_reset(&reader->payload);
	strbuf_reserve(&reader->payload, len);
	n = fread(reader->payload.data, 1, len, reader->file);
	reader->payload.len = n;
	reader->payload.data[n] = '\0';
	if (n == len)
		return JOURNAL_READ_RECORD;
	if (ferror(reader->file))
		return JOURNAL_READ_FAILED;
	return n == 0 ? JOURNAL_READ_END : JOURNAL_READ_TORN;
}

static enum journal_read read_record(struct journal_reader *reader)
{
	char length[4];
	uint32_t crc;
	size_t len;
	enum journal_read got = read_bytes(reader, 8);

	if (got != JOURNAL_READ_RECORD)
		return got;
	memcpy(length, reader->payload.data, sizeof length);
	len = get_u32(length);
	crc = get_u32(reader->payload.data + 4);
	if (len > JOURNAL_PAYLOAD_LIMIT)
		return JOURNAL_READ_TORN;
	got = read_bytes(reader, len);
	if (got == JOURNAL_READ_FAILED)
		return got;
	if (got != JOURNAL_READ_RECORD)
		return JOURNAL_READ_TORN;
	return crc32c(crc32c(0, length, 4), reader->payload.data, len) == crc ? JOURNAL_READ_RECORD
									      : JOURNAL_READ_TORN;
}

/* The text at *at as a new string; false when it does not end before end or holds a NUL. */
static bool take_text(char **out, const char **at, const char *end)
{
	size_t len;

	if (end - *at < 4)
		return false;
	len = get_u32(*at);
	*at += 4;
	if ((size_t)(end - *at) < len || memchr(*at, '\0', len) != NULL)
		return false;
	*out = mem_strndup(*at, len);
	*at += len;
	return true;
}

static bool take_header(struct journal_header *out, const struct strbuf *payload)
{
	const char *at = payload->data + 16;
	const char *end = payload->data + payload->len;
	char *base = NULL;
	bool ok;

	*out = (struct journal_header){0};
	if (payload->len < 16)
		return false;
	out->started = (int64_t)get_u64(payload->data);
	out->process = (int64_t)get_u64(payload->data + 8);
	ok = take_text(&base, &at, end) && strlen(base) + 1 == sizeof out->base &&
	     take_text(&out->host, &at, end) && take_text(&out->newsroom, &at, end) &&
	     take_text(&out->draft, &at, end) && take_text(&out->person, &at, end) && at == end;
	if (ok)
		memcpy(out->base, base, sizeof out->base);
	else
		journal_header_clear(out);
	free(base);
	return ok;
}

enum journal_read journal_read_header(struct journal_reader *reader, struct journal_header *out)
{
	enum journal_read got = read_bytes(reader, sizeof magic + 4);

	if (got == JOURNAL_READ_FAILED)
		return got;
	if (got != JOURNAL_READ_RECORD || memcmp(reader->payload.data, magic, sizeof magic) != 0)
		return JOURNAL_READ_TORN;
	if (get_u32(reader->payload.data + sizeof magic) != VERSION)
		return JOURNAL_READ_VERSION;
	got = read_record(reader);
	if (got == JOURNAL_READ_RECORD && take_header(out, &reader->payload))
		return JOURNAL_READ_RECORD;
	return got == JOURNAL_READ_FAILED ? got : JOURNAL_READ_TORN;
}

enum journal_read journal_read_edit(struct journal_reader *reader, struct buffer_edit *out)
{
	enum journal_read got = read_record(reader);

	if (got != JOURNAL_READ_RECORD)
		return got;
	if (reader->payload.len < 16)
		return JOURNAL_READ_TORN;
	out->pos = get_u64(reader->payload.data);
	out->cut = get_u64(reader->payload.data + 8);
	out->insert = reader->payload.data + 16;
	out->len = reader->payload.len - 16;
	return JOURNAL_READ_RECORD;
}
