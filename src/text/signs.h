/*
 * Characters that a keyboard lacks, by name and by number.
 *
 * Names are Unicode's, from ICU, in small letters.  Only what a reader can see
 * is offered and found: controls, direction marks and what has no width would
 * be shown by number on every screen of ours (see unicode_glyph()), and are
 * refused in words.
 */
#ifndef COPYDESK_SIGNS_H
#define COPYDESK_SIGNS_H

#include <stddef.h>
#include <stdint.h>

struct error;
struct strbuf;

/*
 * Those that are offered: the ones that newsrooms want most, then letters, punctuation, currencies,
 * numbers, arrows and symbols by number, small letters before capitals.  The caller frees *out.  Returns how
 * many.
 */
size_t signs_list(int32_t **out);

/* Appends "em dash", and for those that a Chinese desk wants "em dash 破折号". */
void signs_name(struct strbuf *out, int32_t sign);

/*
 * The character of a name ("em dash", in any case) or number ("U+2014", "2014", "0x2014").  E_NOTFOUND
 * when there is none, E_REFUSED for what a reader does not see; in words.
 */
int signs_find(int32_t *out, const char *text, struct error *err);

#endif
