/*
 * What the programs of this folder share: bytes that a fuzzer made up, handed out piece by piece.  Each is
 * a LLVMFuzzerTestOneInput() (libFuzzer) that asserts what a header promises of every input.
 */
#ifndef COPYDESK_TESTS_FUZZ_H
#define COPYDESK_TESTS_FUZZ_H

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct fuzz {
	const char *at;
	size_t len; /* bytes that are left */
};

static inline unsigned fuzz_byte(struct fuzz *f)
{
	if (f->len == 0)
		return 0;
	f->len--;
	return (unsigned char)*f->at++;
}

/* A piece that ends before the next byte 0xFE, which stands in no UTF-8, or all that is left. */
static inline struct fuzz fuzz_piece(struct fuzz *f)
{
	const char *end = f->len > 0 ? memchr(f->at, 0xfe, f->len) : NULL;
	struct fuzz piece = {.at = f->at, .len = end != NULL ? (size_t)(end - f->at) : f->len};

	f->at += piece.len + (end != NULL);
	f->len -= piece.len + (end != NULL);
	return piece;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *count, char ***arguments);

#endif
