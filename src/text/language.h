/*
 * Languages by their tags (BCP 47), with names that a person knows them by.
 */
#ifndef COPYDESK_LANGUAGE_H
#define COPYDESK_LANGUAGE_H

#include <stdbool.h>
#include <stddef.h>

struct strbuf;

/*
 * Appends the name of a language in English ("Chinese (Simplified)"), by ICU; false, with nothing
 * appended, where the tag is none or nobody has a name for it.
 */
bool language_name(struct strbuf *out, const char *tag);

/* Tags to choose from, those that news is most written in, in the order of their English names. */
extern const char *const language_tags[];
extern const size_t language_count;

#endif
