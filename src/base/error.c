#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Drops the last character where vsnprintf cut it in the middle of its UTF-8 bytes. */
static void cut_at_character(char *text)
{
	size_t len = strlen(text);
	size_t start = len;

	if (len + 1 < ERROR_MESSAGE_SIZE)
		return;
	while (start > 0 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (start > 0 && (unsigned char)text[start - 1] >= 0xc0)
		text[start - 1] = '\0';
}

static void append(struct error *err, const char *format, va_list args)
{
	size_t used = strlen(err->message);

	vsnprintf(err->message + used, sizeof err->message - used, format, args);
	cut_at_character(err->message);
}

int error_set(struct error *err, int code, const char *format, ...)
{
	va_list args;

	assert(code < 0);
	if (err == NULL)
		return code;
	err->code = code;
	err->message[0] = '\0';
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	return code;
}

static const char *reason(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return "the disk is full";
	case EACCES:
	case EPERM:
		return "you have no permission";
	case EROFS:
		return "the disk is read-only";
	case ENOENT:
		return "it does not exist";
	case ENOTDIR:
		return "a part of its path is not a folder";
	case EISDIR:
		return "it is a folder";
	case EMFILE:
	case ENFILE:
		return "too many files are open";
	default:
		return strerror(errnum);
	}
}

int error_set_errno(struct error *err, int errnum, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return E_IO;
	err->code = E_IO;
	err->message[0] = '\0';
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	error_advise(err, ": %s.", reason(errnum));
	return E_IO;
}

int error_advise(struct error *err, const char *format, ...)
{
	va_list args;

	if (err == NULL)
		return E_IO;
	va_start(args, format);
	append(err, format, args);
	va_end(args);
	return err->code;
}

int error_exit_status(int code)
{
	switch (code) {
	case 0:
		return 0;
	case E_REFUSED:
	case E_CANCELLED:
		return 1;
	case E_CONFLICT:
		return 3;
	default:
		return 2;
	}
}
