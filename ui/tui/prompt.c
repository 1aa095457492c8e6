#include "tui/prompt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/diff.h"
#include "text/unicode.h"
#include "tui/keymap.h"
#include "tui/prompt_list.h"

#define BOX_WIDTH  76  /* columns of a box with a question, where there is room */
#define LIST_WIDTH 100 /* and with a list */
#define LINES_ROWS 8   /* rows of a field of several lines */

struct option {
	char *label, *name; /* of the key */
	struct input_key key;
	bool ticked;
};

struct prompt {
	const struct kind *kind;
	char *title, *question;
	size_t question_len;
	struct canvas_part_style *parts; /* of the question */
	size_t part_count;
	struct field field;
	struct field_history *history;
	char *word; /* that must be typed */
	struct option *options;
	size_t option_count, option; /* the option that is chosen */
	struct prompt_list *list;
	int scroll, hidden; /* rows of the question above the box's edge, and below it */
	bool warned;        /* the note is shown instead of the keys */
	const char *needed; /* what is said to an empty answer, or NULL when it will do */
	prompt_check *check;
	const char *refusal; /* why the answer that was given will not do; NULL for none */
	bool offers;         /* a list in which a name can be typed that it has not */
	struct prompt_answer answer;
	bool left;                        /* with Esc */
	const struct prompt_keeper *keep; /* or NULL */
	void *keeper;
	prompt_done *done;
	void *context;
};

/* What differs between the kinds of prompt. */
struct kind {
	const char *hint; /* its keys */
	const char *note; /* what is said instead when the person must look again, or NULL */
	bool (*input)(struct prompt *prompt, const struct input_event *event);
	int (*rows)(const struct prompt *prompt); /* of what stands below the question */
	void (*draw)(struct prompt *prompt, struct canvas_region region);
};

static bool is_key(const struct input_event *event, int32_t code, unsigned modifiers)
{
	return event->kind == INPUT_KEY &&
	       keymap_same(event->key, (struct input_key){.code = code, .modifiers = modifiers});
}

/* -- Typed answers -- */

static bool give_text(struct prompt *prompt)
{
	prompt->answer.given = true;
	prompt->answer.text = prompt->field.text.data;
	prompt->answer.len = prompt->field.text.len;
	return true;
}

/* Whether an answer will not do, which is then told; the box stays. */
static bool refuse(struct prompt *prompt, const char *text)
{
	bool empty = text[strspn(text, " \t\n")] == '\0';

	if (prompt->needed != NULL && empty)
		prompt->refusal = prompt->needed;
	else if (prompt->check != NULL)
		prompt->refusal = prompt->check(text);
	prompt->warned = prompt->refusal != NULL;
	return prompt->warned;
}

static bool text_input(struct prompt *prompt, const struct input_event *event)
{
	if (is_key(event, INPUT_ENTER, 0)) {
		if (refuse(prompt, prompt->field.text.data))
			return false;
		if (prompt->history != NULL)
			field_remember(prompt->history, prompt->field.text.data);
		return give_text(prompt);
	}
	field_input(&prompt->field, event);
	return false;
}

static bool lines_input(struct prompt *prompt, const struct input_event *event)
{
	if (is_key(event, 's', INPUT_CTRL))
		return !refuse(prompt, prompt->field.text.data) && give_text(prompt);
	field_input(&prompt->field, event);
	return false;
}

/* Whether the word was typed, in any case, with any blanks around it. */
static bool is_word(const struct prompt *prompt)
{
	struct strbuf typed = STRBUF_INIT, wanted = STRBUF_INIT;
	const char *text = prompt->field.text.data + strspn(prompt->field.text.data, " ");
	bool same;

	unicode_fold(&typed, text, strlen(text));
	strbuf_trim_end(&typed);
	unicode_fold(&wanted, prompt->word, strlen(prompt->word));
	same = strcmp(typed.data, wanted.data) == 0;
	strbuf_clear(&typed);
	strbuf_clear(&wanted);
	return same;
}

static bool word_input(struct prompt *prompt, const struct input_event *event)
{
	if (is_key(event, INPUT_ENTER, 0)) {
		prompt->warned = !is_word(prompt);
		return !prompt->warned && give_text(prompt);
	}
	field_input(&prompt->field, event);
	return false;
}

static int field_rows(const struct prompt *prompt)
{
	return prompt->field.lines ? LINES_ROWS : 1;
}

/* The word is told where it is typed, because the question above may be too long to be seen whole. */
static int word_rows(const struct prompt *prompt)
{
	(void)prompt;
	return 2;
}

static void draw_field(struct prompt *prompt, struct canvas_region region)
{
	if (!prompt->field.lines && region.width > 2) {
		canvas_string(region, 0, 0, CANVAS_KEY, ">");
		region = canvas_part(region, 0, 2, 1, -1);
	}
	field_draw(&prompt->field, region, CANVAS_NORMAL, true);
}

static void draw_word(struct prompt *prompt, struct canvas_region region)
{
	int column = canvas_string(region, 0, 0, CANVAS_NORMAL, "To do this, type ");

	canvas_string(region, 0, column, CANVAS_STRONG, prompt->word);
	draw_field(prompt, canvas_part(region, 1, 0, 1, -1));
}

/* -- Choices -- */

static bool give_choice(struct prompt *prompt, size_t choice)
{
	prompt->answer.given = true;
	prompt->answer.choice = choice;
	return true;
}

static bool choice_input(struct prompt *prompt, const struct input_event *event)
{
	size_t count = prompt->option_count;

	if (is_key(event, INPUT_ENTER, 0))
		return give_choice(prompt, prompt->option);
	if (is_key(event, INPUT_UP, 0) || is_key(event, INPUT_LEFT, 0))
		prompt->option = (prompt->option + count - 1) % count;
	else if (is_key(event, INPUT_DOWN, 0) || is_key(event, INPUT_RIGHT, 0) || is_key(event, INPUT_TAB, 0))
		prompt->option = (prompt->option + 1) % count;
	for (size_t i = 0; i < count; i++) {
		if (event->kind == INPUT_KEY && keymap_same(event->key, prompt->options[i].key))
			return give_choice(prompt, i);
	}
	return false;
}

static int choice_rows(const struct prompt *prompt)
{
	return (int)prompt->option_count;
}

static void draw_choice(struct prompt *prompt, struct canvas_region region)
{
	for (size_t i = 0; i < prompt->option_count; i++) {
		const struct option *option = &prompt->options[i];
		int end;

		canvas_string(region, (int)i, 1, CANVAS_KEY, option->name);
		end = canvas_string(region, (int)i, 4, CANVAS_NORMAL, option->label);
		if (i == prompt->option)
			canvas_mark(region, (int)i, 0, end + 1, CANVAS_SELECTED);
	}
}

/* -- Lists to be ticked -- */

static bool ticks_input(struct prompt *prompt, const struct input_event *event)
{
	size_t count = prompt->option_count;
	bool all = true;

	for (size_t i = 0; i < count; i++)
		all = all && prompt->options[i].ticked;
	if (is_key(event, INPUT_ENTER, 0)) {
		prompt->warned = !all;
		return all && give_choice(prompt, count);
	}
	if (is_key(event, INPUT_UP, 0))
		prompt->option = (prompt->option + count - 1) % count;
	else if (is_key(event, INPUT_DOWN, 0) || is_key(event, INPUT_TAB, 0))
		prompt->option = (prompt->option + 1) % count;
	else if (is_key(event, ' ', 0))
		prompt->options[prompt->option].ticked = !prompt->options[prompt->option].ticked;
	return false;
}

static void draw_ticks(struct prompt *prompt, struct canvas_region region)
{
	size_t height = region.height > 0 ? (size_t)region.height : 0;
	size_t first = prompt->option >= height && height > 0 ? prompt->option - height + 1 : 0;

	for (size_t i = first; i < prompt->option_count && i < first + height; i++) {
		const struct option *option = &prompt->options[i];
		int row = (int)(i - first);

		canvas_string(region, row, 1, CANVAS_KEY, option->ticked ? "[x]" : "[ ]");
		canvas_field(region, row, 5, region.width - 5, CANVAS_NORMAL, option->label,
			     strlen(option->label));
		if (i == prompt->option) {
			canvas_mark(region, row, 0, region.width, CANVAS_SELECTED);
			canvas_cursor(region, row, 2);
		}
	}
}

/* -- Messages and lists -- */

static bool message_input(struct prompt *prompt, const struct input_event *event)
{
	if (!is_key(event, INPUT_ENTER, 0) && !is_key(event, 'q', 0))
		return false;
	prompt->answer.given = true;
	return true;
}

static int no_rows(const struct prompt *prompt)
{
	(void)prompt;
	return 0;
}

static void draw_nothing(struct prompt *prompt, struct canvas_region region)
{
	(void)prompt;
	(void)region;
}

static bool list_input(struct prompt *prompt, const struct input_event *event)
{
	size_t choice;

	if (!prompt_list_input(prompt->list, event, &choice)) {
		if (is_key(event, INPUT_ENTER, 0))
			(void)refuse(prompt, "");
		return false;
	}
	if (prompt_list_typed(prompt->list, choice) != NULL) {
		prompt->answer.text = prompt_list_typed(prompt->list, choice);
		prompt->answer.len = strlen(prompt->answer.text);
		if (refuse(prompt, prompt->answer.text))
			return false;
	}
	return give_choice(prompt, choice);
}

static int list_rows(const struct prompt *prompt)
{
	return prompt_list_height(prompt->list);
}

static void draw_list(struct prompt *prompt, struct canvas_region region)
{
	prompt_list_draw(prompt->list, region);
}

/* -- Making one -- */

static const struct kind text_kind = {.hint = "Enter Done  Esc Cancel",
				      .input = text_input,
				      .rows = field_rows,
				      .draw = draw_field};

static const struct kind lines_kind = {.hint = "Ctrl-S Done  Enter New line  Esc Cancel",
				       .note = "Esc once more throws this text away.",
				       .input = lines_input,
				       .rows = field_rows,
				       .draw = draw_field};

static const struct kind word_kind = {.hint = "Enter Do it  Esc Cancel",
				      .note = "That is not the word; Esc leaves all as it is.",
				      .input = word_input,
				      .rows = word_rows,
				      .draw = draw_word};

static const struct kind choice_kind = {.hint = "Enter Choose  Esc Cancel",
					.input = choice_input,
					.rows = choice_rows,
					.draw = draw_choice};

static const struct kind ticks_kind = {.hint = "Space Tick  Enter Go on  Esc Cancel",
				       .note = "Each item must be ticked first: Space ticks it.",
				       .input = ticks_input,
				       .rows = choice_rows,
				       .draw = draw_ticks};

static const struct kind message_kind = {.hint = "Enter Close",
					 .input = message_input,
					 .rows = no_rows,
					 .draw = draw_nothing};

static const struct kind filter_kind = {.hint = "Enter Choose  Esc Close",
					.input = list_input,
					.rows = list_rows,
					.draw = draw_list};

static const struct kind menu_kind = {.hint = "Left Right Other menus  Enter Choose  Esc Close",
				      .input = list_input,
				      .rows = list_rows,
				      .draw = draw_list};

static const struct kind items_kind = {.hint = "Enter Choose  Esc Close",
				       .input = list_input,
				       .rows = list_rows,
				       .draw = draw_list};

static const struct kind sheet_kind = {.hint = "Up Down Scroll  Enter Do it  Esc Close",
				       .input = list_input,
				       .rows = list_rows,
				       .draw = draw_list};

/* SIZE_MAX: up to its NUL. */
static void set_question(struct prompt *prompt, const char *text, size_t len)
{
	len = len == SIZE_MAX ? strlen(text) : len;
	free(prompt->question);
	prompt->question = mem_strndup(text, len);
	prompt->question_len = len;
}

static struct prompt *make(const struct kind *kind, const char *title, const char *question,
			   prompt_done *done, void *context)
{
	struct prompt *prompt = mem_zalloc(1, sizeof *prompt);

	prompt->kind = kind;
	prompt->title = mem_strdup(title);
	set_question(prompt, question != NULL ? question : "", SIZE_MAX);
	prompt->answer.text = "";
	prompt->done = done;
	prompt->context = context;
	field_init(&prompt->field, kind == &lines_kind);
	return prompt;
}

struct prompt *prompt_text(const char *title, const char *question, const char *initial,
			   struct field_history *history, prompt_done *done, void *context)
{
	struct prompt *prompt = make(&text_kind, title, question, done, context);

	if (initial != NULL)
		field_set(&prompt->field, initial, strlen(initial));
	prompt->history = history;
	prompt->field.history = history;
	return prompt;
}

void prompt_fresh(struct prompt *prompt)
{
	field_offer(&prompt->field);
}

struct prompt *prompt_lines(const char *title, const char *question, prompt_done *done, void *context)
{
	return make(&lines_kind, title, question, done, context);
}

struct prompt *prompt_word(const char *title, const char *question, const char *word, prompt_done *done,
			   void *context)
{
	struct prompt *prompt = make(&word_kind, title, question, done, context);

	prompt->word = mem_strdup(word);
	return prompt;
}

struct prompt *prompt_choice(const char *title, const char *question, const struct prompt_option *options,
			     size_t count, prompt_done *done, void *context)
{
	struct prompt *prompt = make(&choice_kind, title, question, done, context);

	assert(count > 0);
	prompt->options = mem_zalloc(count, sizeof *prompt->options);
	prompt->option_count = count;
	for (size_t i = 0; i < count; i++) {
		bool known = keymap_parse(&prompt->options[i].key, options[i].key, strlen(options[i].key));

		assert(known);
		(void)known;
		prompt->options[i].label = mem_strdup(options[i].label);
		prompt->options[i].name = mem_strdup(options[i].key);
	}
	return prompt;
}

struct prompt *prompt_ticks(const char *title, const char *question, const char *const *items, size_t count,
			    prompt_done *done, void *context)
{
	struct prompt *prompt = make(&ticks_kind, title, question, done, context);

	assert(count > 0);
	prompt->options = mem_zalloc(count, sizeof *prompt->options);
	prompt->option_count = count;
	for (size_t i = 0; i < count; i++)
		prompt->options[i].label = mem_strdup(items[i]);
	return prompt;
}

struct prompt *prompt_message(const char *title, const char *text, prompt_done *done, void *context)
{
	return make(&message_kind, title, text, done, context);
}

struct prompt *prompt_list(enum prompt_list_kind kind, const char *title, const struct prompt_item *items,
			   size_t count, size_t selected, prompt_done *done, void *context)
{
	static const struct kind *const kinds[] = {
	    [PROMPT_FILTER] = &filter_kind, [PROMPT_MENU] = &menu_kind, [PROMPT_SHEET] = &sheet_kind};
	struct prompt *prompt = make(kinds[kind], title, NULL, done, context);

	if (kind == PROMPT_MENU && count > 0 && items[0].group == NULL)
		prompt->kind = &items_kind;
	prompt->list = prompt_list_new(kind, items, count, selected);
	return prompt;
}

static void tell_keeper(struct prompt *prompt)
{
	if (prompt->keep != NULL)
		prompt->keep->typed(prompt->keeper, prompt->field.text.data, prompt->field.text.len);
}

bool prompt_has_text(const struct prompt *prompt)
{
	return prompt->field.text.len > 0;
}

void prompt_keep(struct prompt *prompt, const struct prompt_keeper *ops, void *keeper)
{
	prompt->keep = ops;
	prompt->keeper = keeper;
	tell_keeper(prompt);
}

void prompt_need(struct prompt *prompt, const char *sentence)
{
	prompt->needed = sentence;
}

void prompt_verify(struct prompt *prompt, prompt_check *check)
{
	prompt->check = check;
}

void prompt_offer(struct prompt *prompt, const char *question, const char *label, prompt_check *check)
{
	set_question(prompt, question, SIZE_MAX);
	prompt->check = check;
	prompt->offers = true;
	prompt_list_offer(prompt->list, label);
}

void prompt_exact_first(struct prompt *prompt)
{
	prompt_list_exact_first(prompt->list);
}

void prompt_about(struct prompt *prompt, const char *words)
{
	set_question(prompt, words, SIZE_MAX);
}

void prompt_changes(struct prompt *prompt, const struct strbuf *text, const struct diff_marks *marks)
{
	set_question(prompt, text->data, text->len);
	free(prompt->parts);
	prompt->part_count = marks != NULL ? marks->count : 0;
	prompt->parts = mem_zalloc(prompt->part_count + 1, sizeof *prompt->parts);
	for (size_t i = 0; i < prompt->part_count; i++) {
		const struct diff_mark *mark = &marks->items[i];

		prompt->parts[i] = (struct canvas_part_style){mark->start, mark->len,
							      mark->added ? CANVAS_ADDED : CANVAS_REMOVED};
	}
}

void prompt_begin(struct prompt *prompt, const char *bytes, size_t len)
{
	field_set(&prompt->field, bytes, len);
}

/* -- Input -- */

/* A page or a row of a question that is longer than its box; true when the event was that. */
static bool scroll_question(struct prompt *prompt, const struct input_event *event)
{
	bool reading = prompt->kind == &message_kind;
	int by = 0;

	if (prompt->list != NULL || (prompt->hidden == 0 && prompt->scroll == 0))
		return false;
	if (is_key(event, INPUT_PAGE_DOWN, 0) || (reading && is_key(event, ' ', 0)))
		by = 8;
	else if (is_key(event, INPUT_PAGE_UP, 0))
		by = -8;
	else if (reading && is_key(event, INPUT_DOWN, 0))
		by = 1;
	else if (reading && is_key(event, INPUT_UP, 0))
		by = -1;
	if (by > prompt->hidden)
		by = prompt->hidden;
	prompt->scroll = prompt->scroll + by < 0 ? 0 : prompt->scroll + by;
	return by != 0;
}

/* Esc ends every prompt, but a comment that somebody wrote only the second time. */
static bool escape(struct prompt *prompt)
{
	if (prompt->kind == &lines_kind && prompt->field.text.len > 0 && !prompt->warned) {
		prompt->warned = true;
		return false;
	}
	return true;
}

bool prompt_input(struct prompt *prompt, const struct input_event *event)
{
	bool over;

	if (event->kind != INPUT_KEY && event->kind != INPUT_PASTE)
		return false;
	if (is_key(event, INPUT_ESCAPE, 0)) {
		prompt->left = escape(prompt);
		return prompt->left;
	}
	prompt->warned = false;
	prompt->refusal = NULL;
	if (scroll_question(prompt, event))
		return false;
	over = prompt->kind->input(prompt, event);
	tell_keeper(prompt);
	return over;
}

bool prompt_has_alt(const struct prompt *prompt, struct input_key key)
{
	return prompt->list != NULL && prompt_list_has_key(prompt->list, key);
}

void prompt_finish(struct prompt *prompt)
{
	if (prompt->done != NULL)
		prompt->done(prompt->context, &prompt->answer);
	if (prompt->keep != NULL)
		prompt->keep->ended(prompt->keeper, prompt->answer.given || prompt->left);
	for (size_t i = 0; i < prompt->option_count; i++) {
		free(prompt->options[i].label);
		free(prompt->options[i].name);
	}
	free(prompt->options);
	prompt_list_free(prompt->list);
	field_clear(&prompt->field);
	free(prompt->word);
	free(prompt->parts);
	free(prompt->question);
	free(prompt->title);
	free(prompt);
}

/* -- Drawing -- */

static int at_most(int size, int limit)
{
	return size < limit ? size : limit;
}

static int at_least(int size, int limit)
{
	return size > limit ? size : limit;
}

/* Columns that the box would like: no less than its title and its keys need. */
static int box_width(const struct prompt *prompt)
{
	int width = prompt->list == NULL || prompt->offers
			? BOX_WIDTH
			: at_most(prompt_list_width(prompt->list) + 4, LIST_WIDTH);

	if (prompt->list != NULL)
		width = at_least(width, at_most(unicode_columns(prompt->question, prompt->question_len) + 4,
						LIST_WIDTH));
	width = at_least(width, unicode_columns(prompt->title, strlen(prompt->title)) + 6);
	return at_least(width, unicode_columns(prompt->kind->hint, strlen(prompt->kind->hint)) + 4);
}

/* The box that the prompt would like, in the middle of the screen; its inside without the frame. */
static struct canvas_region draw_box(const struct prompt *prompt, struct canvas_region screen)
{
	int width = at_most(box_width(prompt), screen.width > 40 ? screen.width - 4 : screen.width);
	struct canvas_region text = screen, box;
	int rows = prompt->kind->rows(prompt) + 2;

	text.height = 0; /* only to measure */
	text.width = width - 4;
	if (prompt->question_len > 0)
		rows += canvas_wrapped(text, 0, CANVAS_NORMAL, prompt->question, prompt->question_len) +
			(prompt->kind->rows(prompt) > 0);
	box = canvas_middle(screen, at_most(rows + 2, screen.height > 10 ? screen.height - 2 : screen.height),
			    width);
	canvas_fill(box, CANVAS_NORMAL);
	screen = canvas_frame(box, CANVAS_RULE);
	canvas_printf(canvas_part(box, 0, 2, 1, box.width - 4), 0, 0, CANVAS_HEADING, " %s ", prompt->title);
	return screen;
}

static void draw_hint(struct prompt *prompt, struct canvas_region region)
{
	int row = region.height - 1;
	const char *note = NULL;

	if (prompt->warned)
		note = prompt->refusal != NULL ? prompt->refusal : prompt->kind->note;
	else if (prompt->kind == &filter_kind)
		note = prompt_list_reason(prompt->list);
	if (note != NULL) {
		canvas_string(region, row, 0, CANVAS_WARN, note);
		return;
	}
	canvas_printf(region, row, 0, CANVAS_DIM, "%s%s", prompt->kind->hint,
		      prompt->hidden > 0 && prompt->list == NULL ? "  PageDown More" : "");
}

/* The question in what is left of the rows, and how much of it does not fit. */
static void draw_question(struct prompt *prompt, struct canvas_region region)
{
	int rows = canvas_wrapped_parts(region, -prompt->scroll, CANVAS_NORMAL, prompt->question,
					prompt->question_len, prompt->parts, prompt->part_count);

	prompt->hidden = rows - prompt->scroll - region.height;
	if (prompt->hidden < 0)
		prompt->hidden = 0;
}

void prompt_draw(struct prompt *prompt, struct canvas_region region)
{
	struct canvas_region inside, text;
	int hint, rows, body;

	canvas_cursor_hide(region.canvas);
	inside = draw_box(prompt, region);
	text = canvas_part(inside, 0, 1, -1, inside.width - 2);
	hint = text.height >= 3 ? 2 : 0; /* with a blank row above it */
	rows = prompt->kind->rows(prompt);
	rows = at_most(rows, text.height - hint);
	/* A list scrolls, so that its question, of one row, is seen with a blank row below it. */
	if (prompt->list != NULL && prompt->question_len > 0)
		rows = at_most(rows, at_least(text.height - hint - 2, 3));
	body = text.height - hint - rows;
	if (prompt->question_len > 0)
		draw_question(prompt, canvas_part(text, 0, 0, rows > 0 && body > 1 ? body - 1 : body, -1));
	prompt->kind->draw(prompt, prompt->list != NULL ? canvas_part(inside, body, 0, rows, -1)
							: canvas_part(text, body, 0, rows, -1));
	if (hint > 0 && prompt->list != NULL)
		prompt_list_draw_about(prompt->list, canvas_part(text, text.height - 2, 0, 1, -1));
	if (hint > 0)
		draw_hint(prompt, text);
}
