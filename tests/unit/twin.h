/*
 * The newsroom once more, for the command line.  Before each act the twin stands where the newsroom does; the
 * real program does the act there, the desk does it in the newsroom, and then all refs stand at the
 * same commits again, since person, time and words are the same.
 */
#ifndef COPYDESK_TESTS_TWIN_H
#define COPYDESK_TESTS_TWIN_H

#include "agreement.h"

/* Makes the twin of a newsroom, in its folder; and its end. */
void twin_begin(struct agreement *a);
void twin_end(struct agreement *a);

/*
 * Runs "copydesk WORDS ..." there as whoever sits at the desk, at the desk's time, with these bytes for its
 * standard input; words ends with NULL.  Does nothing where there is no twin.
 */
void twin_run(struct agreement *a, const char *const *words, const char *input);

/* Fails unless it ended as an act that gave rc, and left the twin as the newsroom is now. */
void twin_agrees(struct agreement *a, int rc, const char *what);

/* As that, for an end with this status. */
void twin_ended(struct agreement *a, int status, const char *what);

/* Brings the twin to where the newsroom is, after what the command line cannot do. */
void twin_follow(struct agreement *a);

#endif
