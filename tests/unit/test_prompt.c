#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "tui/field.h"
#include "tui/keymap.h"
#include "tui/prompt.h"

#include "picture.h"

/* What a prompt handed over. */
struct result {
	int calls;
	bool given;
	size_t choice;
	char text[80];
};

static void take(void *context, const struct prompt_answer *answer)
{
	struct result *result = context;

	result->calls++;
	result->given = answer->given;
	result->choice = answer->choice;
	strncpy(result->text, answer->text, sizeof result->text - 1);
}

static struct input_event key_event(const char *name)
{
	struct input_event event = {.kind = INPUT_KEY, .text = ""};

	if (!keymap_parse(&event.key, name, strlen(name)))
		fail_msg("%s is no key", name);
	if (event.key.code < INPUT_ENTER && event.key.modifiers == 0) {
		event.text = strcmp(name, "Space") == 0 ? " " : name;
		event.len = strlen(event.text);
	}
	return event;
}

/* Presses keys, named with blanks between; true when the last of them ended the prompt. */
static bool press(struct prompt *prompt, const char *names)
{
	char copy[200], *rest = copy, *name;
	bool over = false;

	strncpy(copy, names, sizeof copy - 1);
	copy[sizeof copy - 1] = '\0';
	while ((name = strsep(&rest, " ")) != NULL) {
		struct input_event event = key_event(name);

		assert_false(over);
		over = prompt_input(prompt, &event);
	}
	return over;
}

static void type(struct field *field, const char *names)
{
	char copy[200], *rest = copy, *name;

	strncpy(copy, names, sizeof copy - 1);
	copy[sizeof copy - 1] = '\0';
	while ((name = strsep(&rest, " ")) != NULL) {
		struct input_event event = key_event(name);

		field_input(field, &event);
	}
}

static void paste(struct field *field, const char *text)
{
	struct input_event event = {.kind = INPUT_PASTE, .text = text, .len = strlen(text)};

	assert_int_equal(field_input(field, &event), FIELD_CHANGED);
}

static void show(struct prompt *prompt, int height, int width, const char *name)
{
	struct canvas *canvas = canvas_new(height, width);

	for (int row = 0; row < height; row++) {
		for (int column = 0; column < width; column++)
			canvas_string(canvas_region(canvas), row, column, CANVAS_DIM, ".");
	}
	prompt_draw(prompt, canvas_region(canvas));
	picture_check(canvas, name);
	canvas_free(canvas);
}

/* -- Fields -- */

static void a_field_is_edited_by_cluster(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, false);
	paste(&field, "café 志愿");
	type(&field, "Backspace Left Left Backspace");
	assert_string_equal(field.text.data, "caf 志");
	type(&field, "Home x End y Ctrl-Left z");
	assert_string_equal(field.text.data, "xcaf z志y");
	type(&field, "Ctrl-K Ctrl-W Ctrl-W");
	assert_string_equal(field.text.data, "");
	type(&field, "Backspace Delete Left Right a b Ctrl-A Delete");
	assert_string_equal(field.text.data, "b");
	type(&field, "End Ctrl-U");
	assert_string_equal(field.text.data, "");
	paste(&field, "one two three four");
	type(&field, "Ctrl-W Ctrl-Backspace Alt-Backspace");
	assert_string_equal(field.text.data, "one ");
	field_clear(&field);
}

static void a_paste_into_one_line_stays_one_line(void **state)
{
	struct field field;

	(void)state;
	field_init(&field, false);
	paste(&field, "one\ntwo\tthree\n");
	assert_string_equal(field.text.data, "one two three");
	field_clear(&field);
	field_init(&field, true);
	paste(&field, "one\ntwo\n");
	type(&field, "Enter x");
	assert_string_equal(field.text.data, "one\ntwo\n\nx");
	field_clear(&field);
}

static void a_long_line_scrolls_with_the_cursor(void **state)
{
	struct canvas *canvas = canvas_new(1, 8);
	struct field field;
	struct strbuf dump = STRBUF_INIT;

	(void)state;
	field_init(&field, false);
	paste(&field, "志愿者修复湖滨");
	field_draw(&field, canvas_region(canvas), CANVAS_NORMAL, true);
	canvas_dump(&dump, canvas, false);
	type(&field, "Home");
	field_draw(&field, canvas_region(canvas), CANVAS_NORMAL, true);
	canvas_dump(&dump, canvas, false);
	assert_string_equal(dump.data, " 复湖滨\ncursor 0,7\n志愿者修\ncursor 0,0\n");
	strbuf_clear(&dump);
	field_clear(&field);
	canvas_free(canvas);
}

static void rows_of_a_long_text_are_walked_up_and_down(void **state)
{
	struct canvas *canvas = canvas_new(3, 9);
	struct field field;

	(void)state;
	field_init(&field, true);
	paste(&field, "one two three four\nfive");
	field_draw(&field, canvas_region(canvas), CANVAS_NORMAL, true);
	picture_check(canvas, "field");
	type(&field, "Up");
	assert_int_equal(field.cursor, 18);
	type(&field, "Up Up Up");
	assert_int_equal(field.cursor, 4);
	type(&field, "Down Down End Down x");
	assert_string_equal(field.text.data, "one two three four\nfivex");
	field_clear(&field);
	canvas_free(canvas);
}

static void what_was_typed_before_is_recalled(void **state)
{
	struct field_history history = {.count = 0};
	struct field field;

	(void)state;
	field_remember(&history, "lake");
	field_remember(&history, "ferry");
	field_remember(&history, "ferry");
	field_remember(&history, "");
	assert_int_equal(history.count, 2);
	field_init(&field, false);
	field.history = &history;
	type(&field, "x Up");
	assert_string_equal(field.text.data, "ferry");
	type(&field, "Up Up");
	assert_string_equal(field.text.data, "lake");
	type(&field, "Down Down Down");
	assert_string_equal(field.text.data, "x");
	for (int i = 0; i < 150; i++)
		field_remember(&history, i % 2 == 0 ? "a" : "b");
	assert_int_equal(history.count, FIELD_HISTORY);
	field_clear(&field);
	field_history_clear(&history);
}

/* -- Prompts -- */

static void a_line_is_asked_for(void **state)
{
	struct result result = {.calls = 0};
	struct field_history history = {.count = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_text("New article", "What is its headline? It can be changed later.", "Lake",
			     &history, take, &result);
	assert_false(press(prompt, "Space p a t h"));
	show(prompt, 12, 60, "prompt-text");
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.calls, 1);
	assert_true(result.given);
	assert_string_equal(result.text, "Lake path");
	assert_int_equal(history.count, 1);
	field_history_clear(&history);
}

static void esc_and_the_end_give_no_answer(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_text("New", "Headline?", "Lake", NULL, take, &result);
	assert_true(press(prompt, "Esc"));
	prompt_finish(prompt);
	prompt_finish(prompt_text("New", "Headline?", "Lake", NULL, take, &result));
	prompt_finish(prompt_message("New", "Read this", NULL, NULL));
	assert_int_equal(result.calls, 2);
	assert_false(result.given);
	assert_string_equal(result.text, "");
}

static void a_comment_is_not_thrown_away_by_one_key(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_lines("Comment", "On \"seven volunteers\"", take, &result);
	assert_false(press(prompt, "5 Enter o r Space 7 ? Esc"));
	show(prompt, 16, 60, "prompt-lines");
	assert_false(press(prompt, "Enter Esc x"));
	assert_true(press(prompt, "Ctrl-S"));
	prompt_finish(prompt);
	assert_string_equal(result.text, "5\nor 7?\nx");
}

static void nothing_but_the_word_will_do(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_word("Release",
			     "One commit on main publishes 2 articles:\n\n"
			     "  Volunteers rebuild the lake path\n  志愿者修复湖滨步道",
			     "release", take, &result);
	show(prompt, 20, 60, "prompt-word");
	assert_false(press(prompt, "Enter y e s Enter"));
	show(prompt, 20, 60, "prompt-word-wrong");
	assert_true(press(prompt, "Ctrl-U Space R e l e a s e Enter"));
	prompt_finish(prompt);
	assert_true(result.given);
}

static void a_choice_is_made_by_its_key_or_by_enter(void **state)
{
	static const struct prompt_option options[] = {{"Keep editing", "k"},
						       {"Save and close", "s"},
						       {"Throw away", "t"}};
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_choice("Close", "This draft has text that is not saved.", options, 3, take, &result);
	show(prompt, 14, 60, "prompt-choice");
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 0);
	prompt = prompt_choice("Close", "Not saved.", options, 3, take, &result);
	assert_true(press(prompt, "x t"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 2);
	prompt = prompt_choice("Close", "Not saved.", options, 3, take, &result);
	assert_true(press(prompt, "Up Up Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 1);
}

static void a_long_message_is_scrolled(void **state)
{
	struct strbuf text = STRBUF_INIT;
	struct prompt *prompt;

	(void)state;
	for (int i = 1; i <= 30; i++)
		strbuf_addf(&text, "Line %d\n", i);
	prompt = prompt_message("Notes", text.data, NULL, NULL);
	show(prompt, 9, 40, "prompt-message");
	assert_false(press(prompt, "Down PageDown"));
	show(prompt, 9, 40, "prompt-message-scrolled");
	for (int i = 0; i < 9; i++) {
		struct canvas *canvas = canvas_new(9, 40);

		assert_false(press(prompt, "PageDown"));
		prompt_draw(prompt, canvas_region(canvas));
		canvas_free(canvas);
	}
	show(prompt, 9, 40, "prompt-message-end");
	assert_true(press(prompt, "q"));
	prompt_finish(prompt);
	strbuf_clear(&text);
}

/* -- Lists -- */

static const struct prompt_item items[] = {
    {.group = "Article", .key = "Enter", .label = "Read", .help = "Read the article under the cursor"},
    {.group = "Article",
     .key = "e",
     .label = "Edit",
     .help = "Edit it",
     .reason = "There is no article here."},
    {.group = "Article", .label = "Café", .help = "An accent"},
    {.group = "View", .key = "F2", .label = "Preview", .help = "Show the article as its readers see it"},
    {.group = "View", .key = "/", .label = "Filter", .help = "Show only what has these words"},
    {.group = "Desk", .key = "R", .label = "Release", .help = "Publish approved drafts in one commit"},
};

static void a_list_is_narrowed_by_typing(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_list(PROMPT_FILTER, "Commands", items, 6, 0, take, &result);
	assert_false(press(prompt, "Down"));
	show(prompt, 14, 72, "prompt-filter");
	assert_false(press(prompt, "S H O W Space r e a d"));
	show(prompt, 14, 72, "prompt-filter-typed");
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 3);

	prompt = prompt_list(PROMPT_FILTER, "Commands", items, 6, 4, take, &result);
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 4);

	prompt = prompt_list(PROMPT_FILTER, "Commands", items, 6, 0, take, &result);
	assert_false(press(prompt, "z z z Enter"));
	show(prompt, 14, 50, "prompt-filter-none");
	assert_true(press(prompt, "Ctrl-U PageDown Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 5);
}

static const char *no_spaces(const char *text)
{
	return strchr(text, ' ') != NULL ? "No spaces." : NULL;
}

static void a_list_may_offer_what_is_typed(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt = prompt_list(PROMPT_FILTER, "Which?", items, 6, 0, take, &result);

	(void)state;
	prompt_offer(prompt, "Choose one, or type another:", "New one:", no_spaces);
	assert_false(press(prompt, "h a r Space"));
	assert_false(press(prompt, "Enter"));
	show(prompt, 14, 72, "prompt-offer-refused");
	assert_false(press(prompt, "Backspace"));
	show(prompt, 14, 72, "prompt-offer");
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 6);
	assert_string_equal(result.text, "har");

	prompt = prompt_list(PROMPT_FILTER, "Which?", items, 6, 0, take, &result);
	prompt_offer(prompt, "Choose one, or type another:", "New one:", no_spaces);
	assert_true(press(prompt, "R e a d Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 0);
}

static void an_answer_that_is_needed_cannot_be_empty(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt = prompt_text("New", "Headline:", NULL, NULL, take, &result);

	(void)state;
	prompt_need(prompt, "An article needs a headline.");
	assert_false(press(prompt, "Enter"));
	assert_false(press(prompt, "Space Enter"));
	show(prompt, 10, 60, "prompt-needed");
	assert_true(press(prompt, "a Enter"));
	prompt_finish(prompt);
	assert_string_equal(result.text, " a");
}

static void a_menu_shows_one_group_at_a_time(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_list(PROMPT_MENU, "Menu", items, 6, 0, take, &result);
	show(prompt, 14, 60, "prompt-menu");
	assert_false(press(prompt, "Right Down"));
	show(prompt, 14, 60, "prompt-menu-right");
	assert_false(press(prompt, "e"));
	assert_true(press(prompt, "F2"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 3);
	prompt = prompt_list(PROMPT_MENU, "Menu", items, 6, 0, take, &result);
	assert_true(press(prompt, "Left Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 5);
}

static void a_sheet_has_headings_that_cannot_be_chosen(void **state)
{
	struct result result = {.calls = 0};
	struct prompt *prompt;

	(void)state;
	prompt = prompt_list(PROMPT_SHEET, "Keys", items, 6, 0, take, &result);
	show(prompt, 20, 64, "prompt-sheet");
	assert_false(press(prompt, "Up Down Down Down"));
	show(prompt, 9, 64, "prompt-sheet-scrolled");
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 3);
}

static void a_menu_of_one_group_needs_no_name_and_can_tell_what_it_is_about(void **state)
{
	static const struct prompt_item words[] = {{.key = "1", .label = "lake", .help = "Put this in"},
						   {.key = "a", .label = "Add", .help = "To my list"}};
	struct result result = {.calls = 0};
	struct prompt *prompt = prompt_list(PROMPT_MENU, "Spelling", words, 2, 0, take, &result);

	(void)state;
	prompt_about(prompt, "Seven “laek” 步道 cleared");
	show(prompt, 12, 50, "prompt-menu-about");
	assert_false(press(prompt, "Left Right Down"));
	assert_true(press(prompt, "Enter"));
	prompt_finish(prompt);
	assert_int_equal(result.choice, 1);
}

static void any_prompt_can_be_drawn_on_any_screen(void **state)
{
	static const struct prompt_option options[] = {{"Yes", "y"}, {"No", "n"}};
	static const struct prompt_item no_groups[] = {{.label = "lake"}, {.label = "path"}};
	struct prompt *prompts[] = {
	    prompt_text("Title", "Question?", "text", NULL, NULL, NULL),
	    prompt_lines("Title", "", NULL, NULL),
	    prompt_word("Title", "Question?", "word", NULL, NULL),
	    prompt_choice("Title", "Question?", options, 2, NULL, NULL),
	    prompt_list(PROMPT_FILTER, "Title", items, 6, 0, NULL, NULL),
	    prompt_list(PROMPT_MENU, "Title", items, 6, 0, NULL, NULL),
	    prompt_list(PROMPT_SHEET, "Title", items, 6, 0, NULL, NULL),
	    prompt_list(PROMPT_FILTER, "Title", NULL, 0, 0, NULL, NULL),
	    prompt_list(PROMPT_MENU, "Title", no_groups, 2, 0, NULL, NULL),
	};

	(void)state;
	prompt_begin(prompts[1], "text\ntext", 9);
	for (size_t i = 0; i < sizeof prompts / sizeof prompts[0]; i++) {
		for (int size = 1; size < 30; size++) {
			struct canvas *canvas = canvas_new(size / 2, size);

			prompt_draw(prompts[i], canvas_region(canvas));
			canvas_free(canvas);
		}
		prompt_finish(prompts[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_field_is_edited_by_cluster),
	    cmocka_unit_test(a_paste_into_one_line_stays_one_line),
	    cmocka_unit_test(a_long_line_scrolls_with_the_cursor),
	    cmocka_unit_test(rows_of_a_long_text_are_walked_up_and_down),
	    cmocka_unit_test(what_was_typed_before_is_recalled),
	    cmocka_unit_test(a_line_is_asked_for),
	    cmocka_unit_test(esc_and_the_end_give_no_answer),
	    cmocka_unit_test(a_comment_is_not_thrown_away_by_one_key),
	    cmocka_unit_test(nothing_but_the_word_will_do),
	    cmocka_unit_test(a_choice_is_made_by_its_key_or_by_enter),
	    cmocka_unit_test(a_long_message_is_scrolled),
	    cmocka_unit_test(a_list_is_narrowed_by_typing),
	    cmocka_unit_test(a_list_may_offer_what_is_typed),
	    cmocka_unit_test(an_answer_that_is_needed_cannot_be_empty),
	    cmocka_unit_test(a_menu_shows_one_group_at_a_time),
	    cmocka_unit_test(a_sheet_has_headings_that_cannot_be_chosen),
	    cmocka_unit_test(a_menu_of_one_group_needs_no_name_and_can_tell_what_it_is_about),
	    cmocka_unit_test(any_prompt_can_be_drawn_on_any_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
