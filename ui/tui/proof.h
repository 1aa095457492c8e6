/*
 * The proof that published bytes are approved bytes, made on the worker and
 * shown when it is done.
 */
#ifndef COPYDESK_PROOF_H
#define COPYDESK_PROOF_H

#include "tui/pane.h"

/* Proves the whole release branch; says that it began, and later asks the person to read the result. */
void proof_start(const struct pane_place *place);

#endif
