#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/sequence.h"

#define PLENTY ((uint64_t)1 << 40)

static uint32_t dice(uint64_t *seed, uint32_t sides)
{
	*seed = *seed * 6364136223846793005 + 1442695040888963407;
	return (uint32_t)(*seed >> 33) % sides;
}

/* Checks that partners are equal and rise; returns how many there are. */
static size_t checked(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
		      const size_t *partner)
{
	size_t found = 0;
	size_t next = 0;

	for (size_t i = 0; i < a_count; i++) {
		if (partner[i] == SEQUENCE_NONE)
			continue;
		assert_true(partner[i] >= next);
		assert_true(partner[i] < b_count);
		assert_int_equal(a[i], b[partner[i]]);
		next = partner[i] + 1;
		found++;
	}
	return found;
}

/* The textbook's table. */
static size_t longest(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count)
{
	size_t *row = mem_zalloc(b_count + 1, sizeof *row);
	size_t result;

	for (size_t i = 0; i < a_count; i++) {
		size_t diagonal = 0;

		for (size_t j = 0; j < b_count; j++) {
			size_t above = row[j + 1];

			if (a[i] == b[j])
				row[j + 1] = diagonal + 1;
			else if (row[j] > above)
				row[j + 1] = row[j];
			diagonal = above;
		}
	}
	result = row[b_count];
	free(row);
	return result;
}

static void equal_bytes_have_equal_numbers(void **state)
{
	struct sequence_table *table = sequence_table_new();
	char names[1000][8];

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		snprintf(names[i], sizeof names[i], "w%u", i);
		assert_int_equal(sequence_number(table, names[i], strlen(names[i])), i);
	}
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(sequence_number(table, names[i], strlen(names[i])), i);
	assert_int_equal(sequence_number(table, "", 0), 1000);
	assert_int_equal(sequence_number(table, "\0", 1), 1001);
	assert_int_equal(sequence_number(table, names[0], 0), 1000);
	sequence_table_free(table);
}

static void what_is_common_is_as_long_as_can_be(void **state)
{
	uint64_t seed = 20261120;
	uint32_t a[60], b[60];
	size_t partner[60];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		uint32_t kinds = 1 + dice(&seed, 12);
		size_t n = dice(&seed, 60);
		size_t m = dice(&seed, 60);
		uint64_t work = PLENTY;

		for (size_t i = 0; i < n; i++)
			a[i] = dice(&seed, kinds);
		for (size_t i = 0; i < m; i++)
			b[i] = dice(&seed, kinds);
		assert_true(sequence_match(a, n, b, m, partner, &work));
		assert_int_equal(checked(a, n, b, m, partner), longest(a, n, b, m));
	}
}

static void few_changes_in_a_long_run_are_found_exactly(void **state)
{
	enum { LENGTH = 5000, CHANGES = 200 };
	uint32_t *a = mem_alloc(LENGTH * sizeof *a);
	uint32_t *b = mem_alloc(LENGTH * sizeof *b);
	size_t *partner = mem_alloc(LENGTH * sizeof *partner);
	uint64_t seed = 7;
	uint64_t work = PLENTY;

	(void)state;
	for (size_t i = 0; i < LENGTH; i++)
		a[i] = b[i] = dice(&seed, 50);
	for (size_t i = 0; i < CHANGES; i++)
		b[dice(&seed, LENGTH)] = dice(&seed, 50);
	assert_true(sequence_match(a, LENGTH, b, LENGTH, partner, &work));
	assert_int_equal(checked(a, LENGTH, b, LENGTH, partner), longest(a, LENGTH, b, LENGTH));
	free(a);
	free(b);
	free(partner);
}

/* Two runs that differ nearly everywhere cost no more than was allowed, give or take one step. */
static void work_has_a_bound(void **state)
{
	enum { LENGTH = 100000 };
	static const uint64_t allowed[] = {0, 1, 1000, 1000000, 50000000};
	uint32_t *a = mem_alloc(LENGTH * sizeof *a);
	uint32_t *b = mem_alloc(LENGTH * sizeof *b);
	size_t *partner = mem_alloc(LENGTH * sizeof *partner);
	uint64_t seed = 8;
	size_t before = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH; i++) {
		a[i] = dice(&seed, 300);
		b[i] = dice(&seed, 300);
	}
	for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++) {
		uint64_t work = allowed[i];
		bool complete = sequence_match(a, LENGTH, b, LENGTH, partner, &work);
		size_t found = checked(a, LENGTH, b, LENGTH, partner);

		assert_false(complete);
		assert_int_equal(work, 0);
		assert_true(found >= before);
		before = found;
	}
	assert_true(before > 0);
	free(a);
	free(b);
	free(partner);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(equal_bytes_have_equal_numbers),
	    cmocka_unit_test(what_is_common_is_as_long_as_can_be),
	    cmocka_unit_test(few_changes_in_a_long_run_are_found_exactly),
	    cmocka_unit_test(work_has_a_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
