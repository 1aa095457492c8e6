#include "figures.h"

#include <stdlib.h>
#include <time.h>

double figures_now(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double figures_percentile(double *figures, size_t count, size_t percent)
{
	qsort(figures, count, sizeof figures[0], by_size);
	return figures[count * percent / 100];
}
