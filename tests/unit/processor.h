/*
 * Time that a busy machine does not stretch, for tests of what must not be slow.
 */
#ifndef COPYDESK_TESTS_PROCESSOR_H
#define COPYDESK_TESTS_PROCESSOR_H

#include <stdint.h>
#include <time.h>

/* Milliseconds of a processor that this process has had. */
static inline int64_t processor_time(void)
{
	return (int64_t)clock() * 1000 / CLOCKS_PER_SEC;
}

#endif
