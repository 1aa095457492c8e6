/*
 * Random desks for the tests of the rules: for the reference, and as the text of a policy.
 */
#ifndef COPYDESK_TESTS_RANDOM_DESK_H
#define COPYDESK_TESTS_RANDOM_DESK_H

#include "reference.h"

struct strbuf;

/*
 * A number below limit from a seed that is not 0, the same ones again from the same seed: so no expression
 * asks for two of them but where C says which is first.
 */
unsigned below(uint64_t *seed, unsigned limit);
bool one_in(uint64_t *seed, unsigned n);

/* The reference's people by their bits; and under other names, in other letters of the same mail address. */
extern const struct repo_person random_people[REF_PEOPLE];
extern const struct repo_person random_again[REF_PEOPLE];

/* The names of its steps and of what is ticked. */
extern const char *const random_steps[REF_STEPS];
extern const char *const random_checks[2];

/* A desk whose ladder its people can climb, and the text of its policy; signs: it may ask for signatures. */
void random_desk(struct ref_desk *desk, uint64_t *seed, struct strbuf *text, bool signs);

#endif
