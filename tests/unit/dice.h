/*
 * Chance from a fixed seed, so that a failure comes again.
 */
#ifndef COPYDESK_TESTS_DICE_H
#define COPYDESK_TESTS_DICE_H

#include <stddef.h>
#include <stdint.h>

struct dice {
	uint64_t state; /* the seed */
};

/* A number below sides, by splitmix64 (Steele, Lea, Flood 2014). */
static inline size_t dice_roll(struct dice *dice, size_t sides)
{
	uint64_t z = (dice->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (size_t)((z ^ (z >> 31)) % sides);
}

#endif
