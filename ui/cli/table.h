/*
 * Columns of text, as "list" and "log" print them: aligned by the columns that
 * a terminal gives to each character, every cell made safe to print.
 */
#ifndef COPYDESK_TABLE_H
#define COPYDESK_TABLE_H

#include <stddef.h>

struct strbuf;
struct table;

struct table *table_new(size_t columns);
void table_free(struct table *table);

/* Adds a row; cells are copied, NULL is an empty one. */
void table_add(struct table *table, const char *const *cells);

/*
 * Appends the rows, a line each, two blanks between columns and none at the end.  Where a line would be
 * longer than width columns (0: no limit), the cells of one column, elastic, are cut.
 */
void table_print(const struct table *table, size_t elastic, int width, struct strbuf *out);

#endif
