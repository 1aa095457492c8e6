/* What a form looks like: a label, a value and what is wrong with it in a row. */
#include "tui/form_internal.h"

#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/language.h"
#include "text/unicode.h"

/* Columns: of the mark, of labels with the blanks after them, of the word "required" at the right. */
#define MARK_WIDTH     2
#define LABEL_WIDTH    17
#define REQUIRED_WIDTH 10

/* Columns of a form at most: what is at its right is still seen to belong to its row. */
#define FORM_WIDTH 100

/* Rows that a value takes at most while it is edited. */
#define EDIT_ROWS 6

/* Rows below the fields, and the height from which on they are there. */
#define FOOT_ROWS  3
#define FOOT_BELOW 8

static int columns_of(const char *text)
{
	return unicode_columns(text, strlen(text));
}

static int value_width(const struct canvas_region *region)
{
	int width = region->width - LABEL_WIDTH - 1;

	return width > 1 ? width : 1;
}

static bool is_edited(const struct form *form, size_t row)
{
	return row == form->at && form->edit != FORM_EDIT_NONE;
}

/* -- How high a row is -- */

static int rows_of_field(struct form *form, int width)
{
	int rows;

	wrap_text(&form->wrap, form->field.text.data, form->field.text.len, width - 1);
	rows = (int)form->wrap.count;
	return rows < EDIT_ROWS ? rows : EDIT_ROWS;
}

/* What is shown of a value in one row, and what is said beside it. */
static void add_shown(struct strbuf *out, const struct form_row *row)
{
	size_t lines = 1;
	size_t len = strcspn(row->value, "\n");

	if (row->type == FORM_LIST) {
		for (size_t i = 0; i < row->items.count; i++)
			strbuf_addf(out, "%s%s", i > 0 ? ", " : "", row->items.items[i]);
		return;
	}
	strbuf_add(out, row->value, len);
	for (const char *c = row->value + len; *c != '\0'; c++)
		lines += *c == '\n' && c[1] != '\0';
	if (lines > 1)
		strbuf_addf(out, " … (%zu lines)", lines);
}

static void add_beside(struct strbuf *out, const struct form_row *row)
{
	struct dateparts date;

	if (row->type == FORM_DATE && dateparts_read(&date, row->value))
		strbuf_adds(out, dateparts_weekday(&date));
	else if (row->type == FORM_LANGUAGE)
		language_name(out, row->value);
	else if (row->type == FORM_OTHER)
		strbuf_adds(out, "in the text");
}

/* Whether a fault fits beside the value of its row. */
static bool fits_beside(struct form *form, size_t at, int width)
{
	const struct form_row *row = &form->rows[at];
	struct strbuf shown = STRBUF_INIT;
	int columns;

	if (is_edited(form, at))
		return false;
	add_shown(&shown, row);
	columns = columns_of(shown.data);
	strbuf_clear(&shown);
	return columns + (columns > 0 ? 2 : 0) + columns_of(row->fault) + 2 <= width;
}

static int fault_rows(struct form *form, size_t at, struct canvas_region region)
{
	const struct form_row *row = &form->rows[at];
	int width = value_width(&region);

	if (row->fault == NULL || fits_beside(form, at, width))
		return 0;
	return canvas_wrapped(canvas_part(region, 0, LABEL_WIDTH + 2, 0, width - 2), 0, CANVAS_ERROR,
			      row->fault, strlen(row->fault));
}

static int value_rows(struct form *form, size_t at, int width)
{
	return is_edited(form, at) && form->edit == FORM_EDIT_TEXT ? rows_of_field(form, width) : 1;
}

static int height_of(struct form *form, size_t at, struct canvas_region region)
{
	return value_rows(form, at, value_width(&region)) + fault_rows(form, at, region);
}

/* -- One row -- */

static void draw_date(const struct form *form, struct canvas_region region, bool focused)
{
	char text[DATEPARTS_SIZE];
	int start, len, column;

	dateparts_write(text, &form->date);
	dateparts_place(form->part, &start, &len);
	column = canvas_string(region, 0, 0, CANVAS_NORMAL, text);
	canvas_string(region, 0, column + 2, CANVAS_DIM, dateparts_weekday(&form->date));
	canvas_mark(region, 0, start, len, CANVAS_SELECTED);
	if (focused)
		canvas_cursor(region, 0, start);
}

/* The value of a row that is not edited; returns the column after it. */
static int draw_value(const struct form_row *row, struct canvas_region region)
{
	int room = region.width - (row->required ? REQUIRED_WIDTH : 0);
	struct strbuf shown = STRBUF_INIT;
	struct strbuf beside = STRBUF_INIT;
	unsigned style = row->type == FORM_OTHER || row->type == FORM_SECTION ? CANVAS_DIM : CANVAS_NORMAL;
	int columns;

	add_shown(&shown, row);
	add_beside(&beside, row);
	columns = columns_of(shown.data);
	if (columns > room)
		columns = room;
	canvas_field(region, 0, 0, columns, style, shown.data, shown.len);
	if (beside.len > 0 && columns + 2 + columns_of(beside.data) <= room && row->fault == NULL)
		canvas_string(region, 0, columns > 0 ? columns + 2 : 0, CANVAS_DIM, beside.data);
	strbuf_clear(&shown);
	strbuf_clear(&beside);
	return columns;
}

static void draw_label(const struct form *form, size_t at, struct canvas_region region)
{
	const struct form_row *row = &form->rows[at];
	bool there = row->field.kind != FRONTMATTER_NONE || row->type == FORM_SECTION;

	if (at == form->at)
		canvas_string(region, 0, 0, CANVAS_NORMAL, ">");
	canvas_field(region, 0, MARK_WIDTH, LABEL_WIDTH - MARK_WIDTH - 1, there ? CANVAS_NORMAL : CANVAS_DIM,
		     row->label, strlen(row->label));
}

static void draw_fault(struct form *form, size_t at, struct canvas_region region, int column)
{
	const struct form_row *row = &form->rows[at];
	int rows = value_rows(form, at, region.width);

	if (row->fault == NULL)
		return;
	if (fits_beside(form, at, region.width)) {
		column = canvas_string(region, 0, column > 0 ? column + 2 : 0, CANVAS_ERROR, "! ");
		canvas_string(region, 0, column, CANVAS_ERROR, row->fault);
		return;
	}
	canvas_string(region, rows, 0, CANVAS_ERROR, "! ");
	canvas_wrapped(canvas_part(region, rows, 2, -1, -1), 0, CANVAS_ERROR, row->fault, strlen(row->fault));
}

/* The word that a row is required, where there is room beside its value. */
static void draw_required(const struct form_row *row, struct canvas_region region)
{
	if (row->required && row->fault == NULL && region.width > 2 * REQUIRED_WIDTH)
		canvas_string(region, 0, region.width - REQUIRED_WIDTH + 2, CANVAS_DIM, "required");
}

static void draw_row(struct form *form, size_t at, struct canvas_region region, bool focused)
{
	const struct form_row *row = &form->rows[at];
	struct canvas_region value = canvas_part(region, 0, LABEL_WIDTH, -1, value_width(&region));
	int column = 0;

	draw_label(form, at, region);
	if (is_edited(form, at) && form->edit == FORM_EDIT_DATE) {
		draw_date(form, value, focused);
	} else if (is_edited(form, at)) {
		int rows = rows_of_field(form, value.width);

		field_draw(&form->field, canvas_part(value, 0, 0, rows, -1), CANVAS_NORMAL, focused);
		if (form->wrong)
			canvas_string(value, 0, columns_of(form->field.text.data) + 2, CANVAS_ERROR,
				      "! is no date, as 2026-12-31 is one");
	} else {
		column = draw_value(row, value);
		draw_required(row, value);
	}
	draw_fault(form, at, value, column);
	if (at != form->at || is_edited(form, at))
		return;
	canvas_mark(region, 0, 0, region.width, CANVAS_SELECTED);
	if (focused)
		canvas_cursor(value, 0, column < value.width ? column : value.width - 1);
}

/* -- The last rows -- */

/* What the person can do in the row that is chosen, for the last line. */
static const char *keys_of(const struct form *form)
{
	static const char *const keys[] = {
	    [FORM_LINE] = "Enter Edit  Delete Take out  Ctrl-Z Undo  Esc The text",
	    [FORM_DATE] = "Enter Edit  Delete Take out  Ctrl-Z Undo  Esc The text",
	    [FORM_LIST] = "Enter Edit  Delete Take out  Ctrl-Z Undo  Esc The text",
	    [FORM_LANGUAGE] = "Enter List  Delete Take out  Ctrl-Z Undo  Esc The text",
	    [FORM_VALUES] = "Left Right Another  Enter List  Delete Take out  Esc The text",
	    [FORM_DIGIT] = "1 to 9 Set  Left Right Change  Delete Take out  Esc The text",
	    [FORM_TRUTH] = "Space The other  Delete Take out  Ctrl-Z Undo  Esc The text",
	    [FORM_SECTION] = "Esc The text",
	    [FORM_OTHER] = "Enter Go there in the text  Esc The text",
	};
	const struct form_row *row = form_chosen(form);

	if (row == NULL)
		return form->state == FORM_EMPTY ? "Enter Begin them  Esc The text"
						 : "Enter Show me the line  Esc The text";
	if (form->edit == FORM_EDIT_TEXT && row->type == FORM_DATE)
		return "2026-12-31 or 2026-12-31T09:00  Enter Keep  Esc Leave it as it was";
	if (form->edit == FORM_EDIT_DATE)
		return form->date.count > 3
			   ? "Digits Date  Left Right Part  Up Down By one  n Now  Enter Keep  Esc Leave"
			   : "Digits Date  Left Right Part  Up Down By one  t Time  Enter Keep  Esc Leave";
	if (form->edit == FORM_EDIT_TEXT && row->type == FORM_LIST)
		return "One a line  Enter Next line  Tab Keep  Esc Leave it as it was";
	if (form->edit == FORM_EDIT_TEXT && form->many)
		return "Enter Next line  Tab Keep  Esc Leave it as it was";
	if (form->edit == FORM_EDIT_TEXT)
		return "Enter Keep  Esc Leave it as it was";
	return keys[row->type];
}

/* What the chosen row is about, or what may be meant by what is being typed. */
static void add_about(struct strbuf *out, const struct form *form)
{
	const struct form_row *row = form_chosen(form);

	if (row == NULL)
		return;
	if (form->offer.count > 0) {
		strbuf_adds(out, "Right takes ");
		for (size_t i = 0; i < form->offer.count; i++)
			strbuf_addf(out, "%s%s", i > 1 ? ", " : i > 0 ? "; also " : "", form->offer.items[i]);
		return;
	}
	strbuf_adds(out, row->key[0] != '\0' ? row->key : row->label);
	if (row->about != NULL)
		strbuf_addf(out, ": %s", row->about);
	if (row->required)
		strbuf_adds(out, "; this desk asks for it");
}

static void draw_foot(const struct form *form, struct canvas_region region)
{
	struct strbuf about = STRBUF_INIT;
	const char *keys = keys_of(form);

	add_about(&about, form);
	canvas_field(region, 1, MARK_WIDTH, region.width - MARK_WIDTH, CANVAS_NORMAL, about.data, about.len);
	canvas_field(region, 2, MARK_WIDTH, region.width - MARK_WIDTH, CANVAS_DIM, keys, strlen(keys));
	strbuf_clear(&about);
}

/* -- All of it -- */

/* Has the chosen row in sight, all of it where it can be. */
static void scroll(struct form *form, struct canvas_region region)
{
	int height = 0;

	if (form->at < form->top)
		form->top = form->at;
	for (size_t i = form->top; i <= form->at; i++)
		height += height_of(form, i, region);
	while (height > region.height && form->top < form->at)
		height -= height_of(form, form->top++, region);
	/* No blank rows below while there are fields above. */
	for (size_t i = form->at + 1; i < form->count; i++)
		height += height_of(form, i, region);
	while (form->top > 0 && height + height_of(form, form->top - 1, region) <= region.height)
		height += height_of(form, --form->top, region);
}

static void draw_rows(struct form *form, struct canvas_region region, bool focused)
{
	int row = 0;

	scroll(form, region);
	form->page = region.height;
	form->drawn_count = 0;
	for (size_t i = form->top; i < form->count && row < region.height; i++) {
		int height = height_of(form, i, region);

		draw_row(form, i, canvas_part(region, row, 0, height, -1), focused);
		for (int k = 0; k < height; k++) {
			form->drawn = mem_grow(form->drawn, &form->drawn_capacity, form->drawn_count + 1,
					       sizeof *form->drawn);
			form->drawn[form->drawn_count++] = i;
		}
		row += height;
	}
}

/* What is said where there are no rows. */
static void draw_bare(const struct form *form, struct canvas_region region)
{
	static const char empty[] =
	    "This text has no fields at its top yet: no headline, no date, no language.";
	static const char broken[] = "The fields at the top of this text cannot be read.";
	struct canvas_region inside = canvas_part(region, 1, MARK_WIDTH, -1, region.width - 2 * MARK_WIDTH);
	const char *words = form->state == FORM_EMPTY ? empty : broken;
	int rows = canvas_wrapped(inside, 0, CANVAS_NORMAL, words, strlen(words));

	if (form->problem != NULL)
		rows +=
		    1 + canvas_wrapped(inside, rows + 1, CANVAS_ERROR, form->problem, strlen(form->problem));
	canvas_string(inside, rows + 1, 0, CANVAS_DIM, keys_of(form));
}

void form_draw(struct form *form, struct canvas_region region, bool focused)
{
	struct canvas_region rows;

	region = canvas_part(region, 0, 0, -1, region.width < FORM_WIDTH ? region.width : FORM_WIDTH);
	rows = region;
	if (region.height < 1 || region.width < 1)
		return;
	form->drawn_count = 0;
	if (form->state != FORM_FIELDS) {
		draw_bare(form, region);
		return;
	}
	if (region.height > FOOT_BELOW) {
		rows = canvas_part(region, 0, 0, region.height - FOOT_ROWS, -1);
		draw_foot(form, canvas_part(region, region.height - FOOT_ROWS, 0, FOOT_ROWS, -1));
	}
	draw_rows(form, rows, focused);
}

void form_click(struct form *form, int row)
{
	if (form->state == FORM_FIELDS && form->edit == FORM_EDIT_NONE && row >= 0 &&
	    (size_t)row < form->drawn_count)
		form->at = form->drawn[row];
}
