/*
 * A growing run of bytes.
 *
 * Start with STRBUF_INIT, end with strbuf_clear().  data is never NULL and
 * always has a NUL after its len bytes, so it can be handed out as a string;
 * it moves when the buffer grows.
 */
#ifndef COPYDESK_STRBUF_H
#define COPYDESK_STRBUF_H

#include <stdarg.h>
#include <stddef.h>

struct strbuf {
	char *data;      /* len bytes and a NUL; owned when capacity is not 0 */
	size_t len;      /* bytes, without the NUL */
	size_t capacity; /* bytes allocated, 0 for none */
};

extern const char strbuf_empty[1];

#define STRBUF_INIT                                                                                          \
	{                                                                                                    \
		.data = (char *)strbuf_empty                                                                 \
	}

/* Frees the bytes and leaves an empty buffer. */
void strbuf_clear(struct strbuf *sb);

/* Forgets the bytes but keeps the room. */
void strbuf_reset(struct strbuf *sb);

/* Keeps the first len bytes. */
void strbuf_truncate(struct strbuf *sb, size_t len);

/* Makes room for extra more bytes. */
void strbuf_reserve(struct strbuf *sb, size_t extra);

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len);
void strbuf_adds(struct strbuf *sb, const char *text);
void strbuf_addc(struct strbuf *sb, char c);

/* A count as people write it, "1,204". */
void strbuf_add_count(struct strbuf *sb, size_t count);

void strbuf_addf(struct strbuf *sb, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* As strbuf_addf, for a function that takes "..." itself. */
void strbuf_addv(struct strbuf *sb, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* Replaces cut bytes at pos by len others; pos + cut must be within the buffer. */
void strbuf_splice(struct strbuf *sb, size_t pos, size_t cut, const void *bytes, size_t len);

/* Removes spaces, tabs and line ends from the end. */
void strbuf_trim_end(struct strbuf *sb);

/* Hands the bytes to the caller, who frees them, and leaves an empty buffer. */
char *strbuf_detach(struct strbuf *sb);

#endif
