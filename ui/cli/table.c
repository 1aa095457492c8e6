#include "cli/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

#define GAP           2 /* columns between two cells */
#define ELASTIC_LEAST 16

struct table {
	size_t columns;
	char **cells; /* row by row */
	size_t count;
	size_t capacity;
	int *widths; /* of each column */
};

struct table *table_new(size_t columns)
{
	struct table *table = mem_zalloc(1, sizeof *table);

	table->columns = columns;
	table->widths = mem_zalloc(columns, sizeof table->widths[0]);
	return table;
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->count; i++)
		free(table->cells[i]);
	free(table->cells);
	free(table->widths);
	free(table);
}

void table_add(struct table *table, const char *const *cells)
{
	table->cells =
	    mem_grow(table->cells, &table->capacity, table->count + table->columns, sizeof table->cells[0]);
	for (size_t i = 0; i < table->columns; i++) {
		struct strbuf text = STRBUF_INIT;
		int columns;

		if (cells[i] != NULL)
			unicode_printable(&text, cells[i], strlen(cells[i]), -1);
		columns = unicode_columns(text.data, text.len);
		if (columns > table->widths[i])
			table->widths[i] = columns;
		table->cells[table->count++] = strbuf_detach(&text);
	}
}

/* The width that is left for the elastic column. */
static int elastic_width(const struct table *table, size_t elastic, int width)
{
	int rest = 0;
	int left;

	for (size_t i = 0; i < table->columns; i++) {
		if (i != elastic && table->widths[i] > 0)
			rest += table->widths[i] + GAP;
	}
	left = width > 0 ? width - rest : table->widths[elastic];
	if (left < ELASTIC_LEAST)
		left = ELASTIC_LEAST;
	return left < table->widths[elastic] ? left : table->widths[elastic];
}

void table_print(const struct table *table, size_t elastic, int width, struct strbuf *out)
{
	int cut = elastic_width(table, elastic, width);

	for (size_t i = 0; i < table->count; i += table->columns) {
		int blanks = 0; /* that stand before the next cell, if there is one */

		for (size_t j = 0; j < table->columns; j++) {
			const char *cell = table->cells[i + j];
			int limit = j == elastic ? cut : table->widths[j];
			size_t start = out->len;

			if (limit == 0)
				continue;
			if (cell[0] != '\0') {
				for (; blanks > 0; blanks--)
					strbuf_addc(out, ' ');
				start = out->len;
				unicode_printable(out, cell, strlen(cell), limit);
			}
			blanks += limit - unicode_columns(out->data + start, out->len - start) + GAP;
		}
		strbuf_addc(out, '\n');
	}
}
