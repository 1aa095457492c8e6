/*
 * Two runs of things, and the longest run of things that both have in common:
 * the ground under diff, which asks it about paragraphs, words and characters.
 *
 * Things are texts.  A table numbers them, equal bytes with equal numbers, so
 * that comparing two is comparing two integers.
 */
#ifndef COPYDESK_SEQUENCE_H
#define COPYDESK_SEQUENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sequence_table;

struct sequence_table *sequence_table_new(void);
void sequence_table_free(struct sequence_table *table);

/* The number of a text: 0, 1, 2 ... in the order of first sight. The bytes must outlive the table. */
uint32_t sequence_number(struct sequence_table *table, const char *bytes, size_t len);

/* What partner holds for a thing without one. */
#define SEQUENCE_NONE SIZE_MAX

/*
 * Finds a longest common subsequence: partner[i] becomes the index in b of the thing that a[i] goes
 * with, or SEQUENCE_NONE; partners rise.  *work is how many steps may be spent, and sinks by those
 * that were.  True when the search came to its end; else some things that could go together do not.
 *
 * E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986), in the
 * linear space of section 4b.  Where two runs differ in more than about a thousand places, the
 * search goes on from the furthest point reached, and the result may be short of the longest.
 */
bool sequence_match(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count, size_t *partner,
		    uint64_t *work);

#endif
