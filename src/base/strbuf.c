#include "base/strbuf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

const char strbuf_empty[1] = "";

static void set_empty(struct strbuf *sb)
{
	*sb = (struct strbuf)STRBUF_INIT;
}

void strbuf_clear(struct strbuf *sb)
{
	if (sb->capacity > 0)
		free(sb->data);
	set_empty(sb);
}

void strbuf_reset(struct strbuf *sb)
{
	strbuf_truncate(sb, 0);
}

void strbuf_truncate(struct strbuf *sb, size_t len)
{
	assert(len <= sb->len);
	sb->len = len;
	if (sb->capacity > 0)
		sb->data[len] = '\0';
}

void strbuf_reserve(struct strbuf *sb, size_t extra)
{
	char *old = sb->capacity > 0 ? sb->data : NULL;

	sb->data = mem_grow(old, &sb->capacity, sb->len + extra + 1, 1);
	sb->data[sb->len] = '\0';
}

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	strbuf_reserve(sb, len);
	memcpy(sb->data + sb->len, bytes, len);
	sb->len += len;
	sb->data[sb->len] = '\0';
}

void strbuf_adds(struct strbuf *sb, const char *text)
{
	strbuf_add(sb, text, strlen(text));
}

void strbuf_addc(struct strbuf *sb, char c)
{
	strbuf_add(sb, &c, 1);
}

void strbuf_add_count(struct strbuf *sb, size_t count)
{
	if (count >= 1000) {
		strbuf_add_count(sb, count / 1000);
		strbuf_addf(sb, ",%03zu", count % 1000);
	} else {
		strbuf_addf(sb, "%zu", count);
	}
}

void strbuf_addv(struct strbuf *sb, const char *format, va_list args)
{
	va_list again;
	int need;

	va_copy(again, args);
	need = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(need >= 0);
	strbuf_reserve(sb, (size_t)need);
	vsnprintf(sb->data + sb->len, (size_t)need + 1, format, args);
	sb->len += (size_t)need;
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	strbuf_addv(sb, format, args);
	va_end(args);
}

void strbuf_splice(struct strbuf *sb, size_t pos, size_t cut, const void *bytes, size_t len)
{
	assert(pos <= sb->len && cut <= sb->len - pos);
	if (len == 0 && cut == 0)
		return;
	strbuf_reserve(sb, len);
	memmove(sb->data + pos + len, sb->data + pos + cut, sb->len - pos - cut);
	if (len > 0)
		memcpy(sb->data + pos, bytes, len);
	sb->len = sb->len - cut + len;
	sb->data[sb->len] = '\0';
}

void strbuf_trim_end(struct strbuf *sb)
{
	size_t len = sb->len;

	while (len > 0 && strchr(" \t\r\n", sb->data[len - 1]) != NULL)
		len--;
	strbuf_truncate(sb, len);
}

char *strbuf_detach(struct strbuf *sb)
{
	char *data = sb->capacity > 0 ? sb->data : mem_strdup("");

	set_empty(sb);
	return data;
}
