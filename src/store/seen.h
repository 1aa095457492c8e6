/*
 * What a person looked at last: of each draft the head that they saw when they
 * left its review, kept outside the repository, because nobody else is to know
 * who read what.
 *
 * One small file a newsroom, person and draft, in a private folder of the
 * person's (path_home(PATH_STATE) and "seen").  It is a convenience and no
 * record: a file that is missing, damaged or about something else means that
 * they never looked.
 *
 *	copydesk seen 1
 *	HEAD, in 40 hexadecimal digits
 *	the newsroom's folder
 *	the person's mail address, in small letters
 *	the draft's name
 */
#ifndef COPYDESK_SEEN_H
#define COPYDESK_SEEN_H

#include <stdbool.h>

#include "store/repo.h"

struct error;

/* Whose look at what; strings are borrowed. */
struct seen_key {
	const char *newsroom; /* its folder */
	const char *draft;
	const struct repo_person *person;
};

/* The head that they saw last; false when they never looked. */
bool seen_read(struct oid *head, const char *folder, const struct seen_key *key);

/* Keeps it; makes the folder when it is missing. */
int seen_write(const char *folder, const struct seen_key *key, const struct oid *head, struct error *err);

#endif
