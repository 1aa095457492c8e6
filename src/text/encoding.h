/*
 * Bytes from outside, in whatever encoding, to UTF-8.
 *
 * UTF-8 is taken as it is.  A byte order mark tells UTF-16; without one, bytes
 * that are not UTF-8 are tried as GB 18030 (Chinese pages and editors) and as
 * windows-1252 (English ones), and taken only where the result looks like what
 * people write: both accept nearly any bytes, and wrong words would be worse
 * than none.
 */
#ifndef COPYDESK_ENCODING_H
#define COPYDESK_ENCODING_H

#include <stddef.h>

struct error;
struct strbuf;

/*
 * Appends the text as UTF-8 without its byte order mark.  *name is the encoding's name when it was
 * not UTF-8, else NULL.  E_INVALID, with out unchanged, for NUL characters and for bytes that are in
 * none of these encodings.
 */
int encoding_read(struct strbuf *out, const char *bytes, size_t len, const char **name, struct error *err);

#endif
