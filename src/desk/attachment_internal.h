/*
 * What the files of the attachment room share; no other room includes this.
 */
#ifndef COPYDESK_ATTACHMENT_INTERNAL_H
#define COPYDESK_ATTACHMENT_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the front matter of a text has a file's name as a word. */
bool attachment_in_fields(const char *text, size_t len, const char *name);

#endif
