#include "text/lines.h"

#include <string.h>

size_t lines_start(const char *text, size_t pos)
{
	const char *lf = pos > 0 ? memrchr(text, '\n', pos) : NULL;

	return lf ? (size_t)(lf - text) + 1 : 0;
}

size_t lines_after(const char *text, size_t len, size_t pos)
{
	const char *lf = pos < len ? memchr(text + pos, '\n', len - pos) : NULL;

	return lf ? (size_t)(lf - text) + 1 : len;
}

size_t lines_end(const char *text, size_t len, size_t pos)
{
	size_t end = lines_after(text, len, pos);

	if (end == pos || text[end - 1] != '\n')
		return end;
	end--;
	return end > pos && text[end - 1] == '\r' ? end - 1 : end;
}

const char *lines_eol(const char *text, size_t len)
{
	size_t after = lines_after(text, len, 0);

	return after >= 2 && text[after - 1] == '\n' && text[after - 2] == '\r' ? "\r\n" : "\n";
}
