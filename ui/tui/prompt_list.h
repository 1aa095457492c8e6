/*
 * The list inside a prompt: rows to choose from, with what prompt.h says about each kind.  Only
 * prompt.c has to do with it.
 */
#ifndef COPYDESK_PROMPT_LIST_H
#define COPYDESK_PROMPT_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/input.h"
#include "tui/prompt.h"

struct prompt_list;

/* Copies the items; selected is the one to start at. */
struct prompt_list *prompt_list_new(enum prompt_list_kind kind, const struct prompt_item *items, size_t count,
				    size_t selected);
void prompt_list_free(struct prompt_list *list);

/* True when an item has been chosen: *choice is its number among all items. */
bool prompt_list_input(struct prompt_list *list, const struct input_event *event, size_t *choice);

/* Whether a key chooses one of the items that are shown. */
bool prompt_list_has_key(const struct prompt_list *list, struct input_key key);

/* Rows and columns that it would fill, whatever its filter. */
int prompt_list_height(const struct prompt_list *list);
int prompt_list_width(const struct prompt_list *list);

/* Offers what is typed, behind this label, in a last row with the number of items as its choice. */
void prompt_list_offer(struct prompt_list *list, const char *label);

/* PROMPT_FILTER: what has the words of the filter as words comes before what has them within others. */
void prompt_list_exact_first(struct prompt_list *list);

/* What was typed, when that is the choice; else NULL. Borrowed until the next input. */
const char *prompt_list_typed(const struct prompt_list *list, size_t choice);

/* Why the row that is chosen cannot be done now, or NULL. */
const char *prompt_list_reason(const struct prompt_list *list);

void prompt_list_draw(struct prompt_list *list, struct canvas_region region);

/* Draws, in one row, all that the chosen item does, where its row in the list had to cut that. */
void prompt_list_draw_about(const struct prompt_list *list, struct canvas_region region);

#endif
