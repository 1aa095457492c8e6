/*
 * The front matter by field: a table of what changed, old beside new.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/unicode.h"
#include "tui/changes_internal.h"

/* The widest column of names, and the blanks between columns. */
#define NAME_WIDTH 18
#define GAP        2

/* Columns of the table, in columns of the screen. */
struct grid {
	int name;
	int value; /* width of an old or new value */
	int after; /* where the new values stand */
};

static struct grid measure(const struct changes_builder *b)
{
	const struct redline *r = b->source->redline;
	struct grid grid = {.name = 5};

	for (size_t i = 0; i < r->field_count; i++) {
		int width = unicode_columns(r->fields[i].name, strlen(r->fields[i].name));

		if (width > grid.name)
			grid.name = width < NAME_WIDTH ? width : NAME_WIDTH;
	}
	grid.value = b->source->width - grid.name - GAP;
	grid.after = grid.name + GAP;
	if (!b->source->plain) {
		grid.value = (grid.value - GAP) / 2;
		grid.after += grid.value + GAP;
	}
	return grid;
}

/* The words of a value that one version shows: what stayed, and what went or came. */
static void fill_value(struct changes_builder *b, struct changes_column *c, const struct redline_field *field,
		       bool after)
{
	const char *before_text = field->before ? field->before : "";
	const char *after_text = field->after ? field->after : "";
	const char *value = after ? field->after : field->before;
	struct diff diff = {.count = 0};

	c->line = (struct strbuf)STRBUF_INIT;
	if (value == NULL) {
		changes_add_text(b, c, DIFF_SAME, "(none)", strlen("(none)"), field->start);
	} else if (b->source->plain || !redline_field_changed(field) ||
		   diff_words(&diff, before_text, strlen(before_text), after_text, strlen(after_text), NULL) <
		       0) {
		changes_add_text(b, c, DIFF_SAME, value, strlen(value), field->start);
	}
	for (size_t i = 0; i < diff.count; i++) {
		const struct diff_span *span = &diff.spans[i];

		if (span->kind == DIFF_SAME || (span->kind == DIFF_ADDED) == after)
			changes_add_text(b, c, span->kind,
					 span->kind == DIFF_REMOVED ? before_text + span->old_start
								    : after_text + span->new_start,
					 span->kind == DIFF_REMOVED ? span->old_len : span->new_len,
					 field->start);
	}
	changes_column_end(b, c, field->start);
	diff_clear(&diff);
}

static void add_field(struct changes_builder *b, const struct redline_field *field, const struct grid *grid)
{
	struct changes_column before = {.width = grid->value};
	struct changes_column after = {.width = grid->value};
	struct changes_column name = {.width = grid->name};
	size_t start = field->after ? field->start : b->source->redline->body;
	size_t rows;

	name.line = (struct strbuf)STRBUF_INIT;
	before.line = (struct strbuf)STRBUF_INIT;
	changes_add_text(b, &name, DIFF_SAME, field->name, strlen(field->name), start);
	changes_column_end(b, &name, start);
	if (!b->source->plain)
		fill_value(b, &before, field, false);
	fill_value(b, &after, field, true);
	rows = before.count > after.count ? before.count : after.count;
	rows = name.count > rows ? name.count : rows;
	for (size_t i = 0; i < rows; i++) {
		struct changes_row *row = changes_add_row(b, start, start + field->len);

		row->stop = i == 0 && !b->source->plain && redline_field_changed(field);
		if (i < name.count)
			changes_take_cell(row, &name, i, 0);
		if (i < before.count)
			changes_take_cell(row, &before, i, grid->name + GAP);
		if (i < after.count)
			changes_take_cell(row, &after, i, grid->after);
	}
	changes_add_notes(b, start + field->len);
	changes_column_clear(&name);
	changes_column_clear(&before);
	changes_column_clear(&after);
}

static void add_head(struct changes_builder *b, const struct grid *grid)
{
	struct changes_row *row = changes_add_row(b, 0, 0);

	changes_add_cell(row, 0, CANVAS_HEADING, "FIELD", 5);
	if (!b->source->plain)
		changes_add_cell(row, grid->name + GAP, CANVAS_HEADING, "OLD", 3);
	changes_add_cell(row, grid->after, CANVAS_HEADING, b->source->plain ? "VALUE" : "NEW",
			 b->source->plain ? 5 : 3);
}

static bool is_shown(const struct changes_builder *b, const struct redline_field *field)
{
	if (redline_field_changed(field) || changes_is_open(b, field->start, field->start + field->len))
		return true;
	for (size_t i = 0; i < b->source->note_count; i++) {
		size_t at = b->source->notes[i].at;

		if (at != CHANGES_NONE && at >= field->start && at < field->start + field->len)
			return true;
	}
	return false;
}

static void add_hidden(struct changes_builder *b, size_t hidden, size_t respelled, size_t shown)
{
	size_t body = b->source->redline->body;
	char *other = respelled > 0 && hidden > respelled
			  ? mem_printf(", %zu of them written differently", respelled)
			  : mem_strdup(respelled > 0 ? ", but written differently" : "");
	char *text =
	    mem_printf("[%zu %sfield%s unchanged%s: Enter shows %s]", hidden, shown > 0 ? "other " : "",
		       hidden == 1 ? "" : "s", other, hidden == 1 ? "it" : "them");

	changes_add_fold(b, text, 0, body);
	free(other);
	free(text);
}

void changes_add_fields(struct changes_builder *b)
{
	const struct redline *r = b->source->redline;
	struct grid grid = measure(b);
	size_t respelled = 0;
	size_t shown = 0;

	for (size_t i = 0; i < r->field_count; i++) {
		if (is_shown(b, &r->fields[i]) && shown++ == 0)
			add_head(b, &grid);
		respelled += !is_shown(b, &r->fields[i]) && r->fields[i].respelled;
		if (is_shown(b, &r->fields[i]))
			add_field(b, &r->fields[i], &grid);
	}
	if (shown < r->field_count)
		add_hidden(b, r->field_count - shown, respelled, shown);
	if (r->fields_written && respelled == 0) {
		struct changes_row *row = changes_add_row(b, r->body, r->body);
		const char *text = "[The front matter is written differently, and says the same.]";

		changes_add_cell(row, 0, CANVAS_WARN, text, strlen(text));
		row->stop = true;
	}
	if (r->field_count > 0)
		changes_add_row(b, r->body, r->body);
}
