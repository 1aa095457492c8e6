#include "tui/prompt_list.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/field.h"
#include "tui/keymap.h"

struct item {
	char *group, *key, *label, *help, *reason; /* as in struct prompt_item */
	char *folded;                              /* what the filter looks into */
};

/* What stands in one row of the list. */
struct row {
	size_t item;
	bool heading; /* the group of the item rather than the item */
};

struct prompt_list {
	enum prompt_list_kind kind;
	struct item *items;
	size_t count;
	bool exact_first;
	char *offer; /* what stands before a name that is typed, in the row of items[count]; or NULL */
	struct field filter;
	size_t group;     /* PROMPT_MENU: the first item of the group that is open */
	struct row *rows; /* what is listed now */
	size_t row_count, row_capacity;
	size_t at;     /* the row that is chosen, never a heading; row_count when there is none */
	size_t scroll; /* the row that is drawn first */
	size_t page;   /* rows that were drawn last */
	int label_width, key_width;
	int help_width; /* columns that the help of an item had when it was drawn last */
};

/* The widest label that other columns make room for. */
#define LABEL_MAX 28

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int columns_of(const char *text)
{
	return text != NULL ? unicode_columns(text, strlen(text)) : 0;
}

/* The keys that an item shows: all where they are read, the first where room is short and one types. */
static char *keys_of(enum prompt_list_kind kind, const char *keys)
{
	size_t first = keys != NULL ? strcspn(keys, ",") : 0;

	return kind == PROMPT_FILTER && first > 0 ? mem_strndup(keys, first) : mem_strdup(keys);
}

/* -- What is listed -- */

/* Whether a word of the filter is a word of the item, and not only a part of one. */
static bool is_word(const char *folded, const char *word, size_t len)
{
	for (const char *at = folded; *at != '\0'; at += at[strcspn(at, " ")] == ' ' ? 1 : 0) {
		size_t next = strcspn(at, " ");

		if (next == len && memcmp(at, word, len) == 0)
			return true;
		at += next;
	}
	return false;
}

/* How many words of the filter are words of the item. */
static size_t exact_words(const struct item *item, const char *filter)
{
	size_t count = 0;

	for (size_t len; *filter != '\0'; filter += len + (filter[len] == ' ')) {
		len = strcspn(filter, " ");
		count += len > 0 && is_word(item->folded, filter, len);
	}
	return count;
}

/* Whether every word of the filter is somewhere in the item. */
static bool passes(const struct item *item, const char *filter)
{
	while (*filter != '\0') {
		size_t len = strcspn(filter, " ");

		if (len > 0 && memmem(item->folded, strlen(item->folded), filter, len) == NULL)
			return false;
		filter += len + (filter[len] == ' ');
	}
	return true;
}

static void add_row(struct prompt_list *list, size_t item, bool heading)
{
	list->rows = mem_grow(list->rows, &list->row_capacity, list->row_count + 1, sizeof *list->rows);
	list->rows[list->row_count++] = (struct row){.item = item, .heading = heading};
}

static bool starts_group(const struct prompt_list *list, size_t item)
{
	return item == 0 || !same_text(list->items[item].group, list->items[item - 1].group);
}

/* Whether what is typed is a name that no item has. */
static bool is_new(const struct prompt_list *list)
{
	if (list->offer == NULL || list->filter.text.len == 0)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		if (same_text(list->items[i].label, list->filter.text.data))
			return false;
	}
	return true;
}

static void add_offer(struct prompt_list *list)
{
	struct item *item = &list->items[list->count];

	free(item->label);
	item->label = mem_printf("%s %s", list->offer, list->filter.text.data);
	add_row(list, list->count, false);
}

#define NO_ITEM ((size_t)-1)

/* Lists what passes the filter, items with more of its words as they are before others. */
static void add_exact_first(struct prompt_list *list, const char *filter)
{
	size_t most = 0;

	for (const char *at = filter; *at != '\0'; at++)
		most += *at != ' ' && (at[1] == ' ' || at[1] == '\0');
	for (size_t exact = most + 1; exact-- > 0;) {
		for (size_t i = 0; i < list->count; i++) {
			if (passes(&list->items[i], filter) && exact_words(&list->items[i], filter) == exact)
				add_row(list, i, false);
		}
	}
}

/* Lists what is to be seen, and chooses the given item, or with NO_ITEM the first. */
static void fill_rows(struct prompt_list *list, size_t chosen)
{
	struct strbuf filter = STRBUF_INIT;

	unicode_fold(&filter, list->filter.text.data, list->filter.text.len);
	list->row_count = 0;
	if (list->exact_first)
		add_exact_first(list, filter.data);
	for (size_t i = 0; i < list->count && !list->exact_first; i++) {
		const struct item *item = &list->items[i];

		if (list->kind == PROMPT_SHEET && starts_group(list, i) && item->group != NULL)
			add_row(list, i, true);
		if (list->kind == PROMPT_MENU && !same_text(item->group, list->items[list->group].group))
			continue;
		if (list->kind != PROMPT_FILTER || passes(item, filter.data))
			add_row(list, i, false);
	}
	strbuf_clear(&filter);
	if (is_new(list))
		add_offer(list);
	list->at = list->row_count;
	for (size_t i = 0; i < list->row_count; i++) {
		if (!list->rows[i].heading && (list->at == list->row_count || list->rows[i].item == chosen))
			list->at = i;
	}
	list->scroll = 0;
}

static void fold_item(struct item *item)
{
	const char *parts[] = {item->label, item->help, item->key, item->group};
	struct strbuf folded = STRBUF_INIT;

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i] == NULL)
			continue;
		unicode_fold(&folded, parts[i], strlen(parts[i]));
		strbuf_addc(&folded, ' ');
	}
	item->folded = strbuf_detach(&folded);
}

struct prompt_list *prompt_list_new(enum prompt_list_kind kind, const struct prompt_item *items, size_t count,
				    size_t selected)
{
	struct prompt_list *list = mem_zalloc(1, sizeof *list);

	list->kind = kind;
	list->count = count;
	list->items = mem_zalloc(count + 1, sizeof *list->items);
	field_init(&list->filter, false);
	for (size_t i = 0; i < count; i++) {
		struct item *item = &list->items[i];
		char *keys = keys_of(kind, items[i].key);
		int label = columns_of(items[i].label), key = columns_of(keys);

		item->group = mem_strdup(items[i].group);
		item->key = keys;
		item->label = mem_strdup(items[i].label);
		item->help = mem_strdup(items[i].help);
		item->reason = mem_strdup(items[i].reason);
		fold_item(item);
		list->label_width = label > list->label_width ? label : list->label_width;
		list->key_width = key > list->key_width ? key : list->key_width;
		if (starts_group(list, i) && i <= selected)
			list->group = i;
	}
	if (list->label_width > LABEL_MAX && kind != PROMPT_MENU)
		list->label_width = LABEL_MAX;
	fill_rows(list, selected);
	return list;
}

void prompt_list_free(struct prompt_list *list)
{
	if (list == NULL)
		return;
	for (size_t i = 0; i < list->count; i++) {
		struct item *item = &list->items[i];

		free(item->group);
		free(item->key);
		free(item->label);
		free(item->help);
		free(item->reason);
		free(item->folded);
	}
	free(list->items[list->count].label);
	free(list->items);
	free(list->offer);
	free(list->rows);
	field_clear(&list->filter);
	free(list);
}

/* -- Keys -- */

/* Moves by rows, over headings, and stays in the list. */
static void move_by(struct prompt_list *list, long by)
{
	long step = by < 0 ? -1 : 1;
	size_t at = list->at;

	if (list->row_count == 0)
		return;
	for (long left = by * step; left > 0 || list->rows[at].heading; left--) {
		if ((step < 0 && at == 0) || (step > 0 && at + 1 == list->row_count))
			break;
		at = step < 0 ? at - 1 : at + 1;
	}
	if (!list->rows[at].heading)
		list->at = at;
}

/* Opens the next menu (1) or the one before (-1), round and round. */
static void change_group(struct prompt_list *list, int by)
{
	size_t first = list->group;

	do {
		first = (first + (by > 0 ? 1 : list->count - 1)) % list->count;
	} while (!starts_group(list, first));
	list->group = first;
	fill_rows(list, first);
}

static bool choose_by_key(const struct prompt_list *list, struct input_key key, size_t *choice)
{
	for (size_t i = 0; i < list->row_count; i++) {
		const struct row *row = &list->rows[i];

		if (!row->heading && keymap_has(list->items[row->item].key, key)) {
			*choice = row->item;
			return true;
		}
	}
	return false;
}

bool prompt_list_has_key(const struct prompt_list *list, struct input_key key)
{
	size_t choice;

	return list->kind == PROMPT_MENU && choose_by_key(list, key, &choice);
}

static const struct {
	struct input_key key;
	long rows; /* to move by */
	int pages;
} moves[] = {
    {{INPUT_UP, 0}, -1, 0},       {{INPUT_DOWN, 0}, 1, 0},           {{INPUT_PAGE_UP, 0}, 0, -1},
    {{INPUT_PAGE_DOWN, 0}, 0, 1}, {{INPUT_HOME, 0}, -1000000, 0},    {{INPUT_END, 0}, 1000000, 0},
    {{INPUT_TAB, 0}, 1, 0},       {{INPUT_TAB, INPUT_SHIFT}, -1, 0},
};

static bool move_by_key(struct prompt_list *list, struct input_key key)
{
	for (size_t i = 0; i < sizeof moves / sizeof moves[0]; i++) {
		if (!keymap_same(moves[i].key, key))
			continue;
		move_by(list, moves[i].rows + moves[i].pages * (long)list->page);
		return true;
	}
	return false;
}

bool prompt_list_input(struct prompt_list *list, const struct input_event *event, size_t *choice)
{
	struct input_key key = event->key;
	bool is_key = event->kind == INPUT_KEY;

	if (is_key && keymap_same(key, (struct input_key){.code = INPUT_ENTER})) {
		if (list->at < list->row_count)
			*choice = list->rows[list->at].item;
		return list->at < list->row_count;
	}
	if (list->kind == PROMPT_FILTER) {
		bool ends = key.code == INPUT_HOME || key.code == INPUT_END;

		if (is_key && !ends && move_by_key(list, key))
			return false;
		if (field_input(&list->filter, event) == FIELD_CHANGED)
			fill_rows(list, NO_ITEM); /* what is offered only where nothing else fits */
		return false;
	}
	if (!is_key || move_by_key(list, key))
		return false;
	if (list->kind == PROMPT_MENU && (key.code == INPUT_LEFT || key.code == INPUT_RIGHT)) {
		if (list->count > 0)
			change_group(list, key.code == INPUT_LEFT ? -1 : 1);
		return false;
	}
	return list->kind == PROMPT_MENU && choose_by_key(list, key, choice);
}

/* -- Drawing -- */

/* The longest run of items in one group. */
static int largest_group(const struct prompt_list *list)
{
	int largest = 0, size = 0;

	for (size_t i = 0; i < list->count; i++) {
		size = starts_group(list, i) ? 1 : size + 1;
		largest = size > largest ? size : largest;
	}
	return largest;
}

/* Rows for the names of menus and a rule below them. */
static int name_rows(const struct prompt_list *list)
{
	return list->count > 0 && list->items[0].group == NULL ? 0 : 2;
}

int prompt_list_height(const struct prompt_list *list)
{
	switch (list->kind) {
	case PROMPT_FILTER:
		return (int)list->count + (list->offer != NULL) + 2; /* the field and a rule */
	case PROMPT_MENU:
		return name_rows(list) + largest_group(list) + 2; /* what the item does, with a rule */
	case PROMPT_SHEET:
		break;
	}
	return (int)list->row_count;
}

int prompt_list_width(const struct prompt_list *list)
{
	int names = 0, widest = 0;

	for (size_t i = 0; i < list->count; i++) {
		int help = columns_of(list->items[i].help) + columns_of(list->items[i].reason);

		widest = help > widest ? help : widest;
		if (starts_group(list, i))
			names += columns_of(list->items[i].group) + 2;
	}
	if (list->kind == PROMPT_MENU) {
		int rows = list->label_width + list->key_width + 4;

		names = names > rows ? names : rows;
		return names > widest + 2 ? names : widest + 2;
	}
	if (list->kind == PROMPT_SHEET)
		return list->key_width + widest + 6;
	return list->label_width + widest + list->key_width + 6;
}

static void draw_text(struct canvas_region region, int row, int column, int width, unsigned style,
		      const char *text)
{
	if (text != NULL && width > 0)
		canvas_field(region, row, column, width, style, text, strlen(text));
}

/* What it does, then why it does not now: "Cut the selection (select some text first)". */
static void draw_help(struct canvas_region region, int row, int column, int width, unsigned style,
		      const struct item *item)
{
	const char *help = item->help != NULL ? item->help : item->label;
	int used = columns_of(help);
	struct strbuf reason = STRBUF_INIT;

	draw_text(region, row, column, width, style, help);
	if (item->reason != NULL) {
		strbuf_addf(&reason, " (%c%s", tolower((unsigned char)item->reason[0]), item->reason + 1);
		if (reason.data[reason.len - 1] == '.')
			strbuf_truncate(&reason, reason.len - 1);
		strbuf_addc(&reason, ')');
		draw_text(region, row, column + used, width - used, CANVAS_DIM, reason.data);
	}
	strbuf_clear(&reason);
}

/* A key, then what it does. */
static void draw_sheet_row(struct prompt_list *list, struct canvas_region region, int row,
			   const struct item *item)
{
	int column = list->key_width + 4;

	list->help_width = region.width - column - 1;
	draw_text(region, row, 2, list->key_width, item->reason != NULL ? CANVAS_DIM : CANVAS_KEY, item->key);
	draw_help(region, row, column, list->help_width, CANVAS_NORMAL, item);
}

/* What it is, more about it where there is room, and its key at the right. */
static void draw_item_row(struct prompt_list *list, struct canvas_region region, int row,
			  const struct item *item)
{
	bool dim = item->reason != NULL;
	int key = region.width - list->key_width - 1;
	int help = list->label_width + 3;
	int room = key - 1; /* for the label */

	list->help_width = list->kind == PROMPT_FILTER && help < key - 8 ? key - help - 1 : 0;
	if (list->help_width > 0 && item->help != NULL) {
		draw_help(region, row, help, list->help_width, CANVAS_DIM, item);
		room = list->label_width + 1;
	}
	draw_text(region, row, 1, room < region.width - 1 ? room : region.width - 1,
		  dim ? CANVAS_DIM : CANVAS_NORMAL, item->label);
	draw_text(region, row, key, list->key_width, dim ? CANVAS_DIM : CANVAS_KEY, item->key);
}

static void draw_rows(struct prompt_list *list, struct canvas_region region)
{
	size_t height = (size_t)region.height;

	list->page = height > 1 ? height - 1 : 1;
	if (list->at < list->scroll)
		list->scroll = list->at > 0 && list->rows[list->at - 1].heading ? list->at - 1 : list->at;
	if (list->at >= list->scroll + height && list->at < list->row_count)
		list->scroll = list->at - height + 1;
	for (size_t i = 0; i < height && list->scroll + i < list->row_count; i++) {
		const struct row *row = &list->rows[list->scroll + i];
		const struct item *item = &list->items[row->item];

		if (row->heading)
			draw_text(region, (int)i, 1, region.width - 1, CANVAS_HEADING, item->group);
		else if (list->kind == PROMPT_SHEET)
			draw_sheet_row(list, region, (int)i, item);
		else
			draw_item_row(list, region, (int)i, item);
		if (list->scroll + i == list->at)
			canvas_mark(region, (int)i, 0, region.width, CANVAS_SELECTED);
	}
}

static void draw_filter(struct prompt_list *list, struct canvas_region region)
{
	field_draw(&list->filter, canvas_part(region, 0, 1, 1, region.width - 2), CANVAS_NORMAL, true);
	canvas_rule(region, 1, CANVAS_RULE);
	if (list->row_count == 0)
		canvas_string(region, 2, 1, CANVAS_DIM,
			      list->offer != NULL ? "There is none yet." : "Nothing has these words.");
	draw_rows(list, canvas_part(region, 2, 0, -1, -1));
}

/* The names of the menus, with the one that is open marked, and a rule. */
static void draw_names(struct prompt_list *list, struct canvas_region region)
{
	int column = 0;

	for (size_t i = 0; i < list->count; i++) {
		const char *name = list->items[i].group;
		int start = column;

		if (!starts_group(list, i) || name == NULL)
			continue;
		column = canvas_string(region, 0, column + 1, CANVAS_HEADING, name) + 1;
		if (i == list->group)
			canvas_mark(region, 0, start, column - start, CANVAS_SELECTED);
	}
	canvas_rule(region, 1, CANVAS_RULE);
}

static void draw_menu(struct prompt_list *list, struct canvas_region region)
{
	int names = name_rows(list);
	const struct item *chosen;

	if (names > 0)
		draw_names(list, region);
	draw_rows(list, canvas_part(region, names, 0, region.height - names - 2, -1));
	canvas_rule(region, region.height - 2, CANVAS_RULE);
	if (list->at == list->row_count)
		return;
	chosen = &list->items[list->rows[list->at].item];
	draw_help(region, region.height - 1, 1, region.width - 2, CANVAS_DIM, chosen);
}

void prompt_list_offer(struct prompt_list *list, const char *label)
{
	list->offer = mem_strdup(label);
}

void prompt_list_exact_first(struct prompt_list *list)
{
	list->exact_first = true;
}

const char *prompt_list_typed(const struct prompt_list *list, size_t choice)
{
	return choice == list->count ? list->filter.text.data : NULL;
}

const char *prompt_list_reason(const struct prompt_list *list)
{
	return list->at < list->row_count ? list->items[list->rows[list->at].item].reason : NULL;
}

void prompt_list_draw_about(const struct prompt_list *list, struct canvas_region region)
{
	const struct item *item;
	int reason;

	if (list->kind == PROMPT_MENU || list->at >= list->row_count)
		return;
	item = &list->items[list->rows[list->at].item];
	reason = item->reason != NULL ? columns_of(item->reason) + 2 : 0;
	if (item->help != NULL && columns_of(item->help) + reason > list->help_width)
		draw_help(region, 0, 0, region.width, CANVAS_DIM, item);
}

void prompt_list_draw(struct prompt_list *list, struct canvas_region region)
{
	if (region.height < 1 || region.width < 1)
		return;
	if (list->kind == PROMPT_FILTER)
		draw_filter(list, region);
	else if (list->kind == PROMPT_MENU)
		draw_menu(list, region);
	else
		draw_rows(list, region);
}
