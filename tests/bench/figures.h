/*
 * Taking and sorting the figures of a measurement.
 */
#ifndef COPYDESK_TESTS_FIGURES_H
#define COPYDESK_TESTS_FIGURES_H

#include <stddef.h>

/* Milliseconds since some moment, by a clock that nobody sets. */
double figures_now(void);

/* The value that so many percent (0 to 99) of the figures do not reach; sorts them. count is not 0. */
double figures_percentile(double *figures, size_t count, size_t percent);

#endif
