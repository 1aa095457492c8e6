/*
 * A strict reader of git's configuration syntax (git-config(1), sections
 * "Syntax" and "Values"), for the policy.  What git would warn about, guess or
 * let pass is an error here; includes are not followed.
 */
#ifndef COPYDESK_GITCONFIG_H
#define COPYDESK_GITCONFIG_H

#include <stddef.h>

struct error;

/* A section's header, or a key in it; strings are borrowed for the call. */
struct gitconfig_item {
	const char *section; /* lower case */
	const char *name;    /* what stands in quotation marks after it, or NULL */
	const char *key;     /* lower case; NULL for the header itself */
	const char *value;   /* NULL for a key that stands alone, which means true */
	size_t line;         /* where it starts, from 1 */
};

/*
 * Calls visit for each header and each key in order; stops at non-zero and returns it.  E_INVALID
 * names file and line, and says what to put there.  *lines is the number of the last line.
 */
int gitconfig_read(const char *file, const char *text, size_t len,
		   int (*visit)(void *context, const struct gitconfig_item *item), void *context,
		   size_t *lines, struct error *err);

#endif
