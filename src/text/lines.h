/*
 * Where the lines of a text start and end.  A line ends with LF or CR LF; the
 * last one may have no line end.  All places are bytes from the start.
 */
#ifndef COPYDESK_LINES_H
#define COPYDESK_LINES_H

#include <stddef.h>

/* The start of the line that holds pos. */
size_t lines_start(const char *text, size_t pos);

/* The end of the line that holds pos, before its line end. */
size_t lines_end(const char *text, size_t len, size_t pos);

/* The start of the line after the one that holds pos; len when that is the last. */
size_t lines_after(const char *text, size_t len, size_t pos);

/* "\r\n" or "\n", as the first line ends. */
const char *lines_eol(const char *text, size_t len);

#endif
