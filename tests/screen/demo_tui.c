/*
 * A small program on the rooms of ui/tui/ alone, for tests of the terminal: a text that is typed
 * into, the same text beside it, and every kind of prompt.  No newsroom is needed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/command.h"
#include "tui/field.h"
#include "tui/frame.h"
#include "tui/keymap.h"
#include "tui/loop.h"
#include "tui/palette.h"
#include "tui/prompt.h"
#include "tui/term.h"

struct demo {
	struct term *term;
	struct canvas *canvas;
	struct loop loop;
	struct field field;
	struct prompt *prompt;
	struct strbuf status;
	bool mouse;
};

static const struct command_table table;

static struct command_set commands_of(struct demo *demo)
{
	struct command_set set = {.count = 0};

	command_push(&set, &table, demo);
	return set;
}

static void say(struct demo *demo, const char *text)
{
	strbuf_reset(&demo->status);
	strbuf_adds(&demo->status, text);
}

static void run_choice(void *context, struct command_choice choice)
{
	struct demo *demo = context;
	struct command_set set = commands_of(demo);
	struct error err;

	if (command_run(&set, choice, &err) < 0)
		say(demo, err.message);
}

/* -- Commands -- */

static int quit(void *target, int argument, struct error *err)
{
	struct demo *demo = target;

	(void)argument;
	(void)err;
	demo->loop.over = true;
	return 0;
}

static int open_list(void *target, int argument, struct error *err)
{
	struct demo *demo = target;
	struct command_set set = commands_of(demo);

	(void)err;
	demo->prompt = argument == 0   ? palette_commands(&set, run_choice, demo)
		       : argument == 1 ? palette_menu(&set, run_choice, demo)
				       : palette_help(&set, run_choice, demo);
	return 0;
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct demo *demo = context;

	strbuf_reset(&demo->status);
	strbuf_addf(&demo->status, "Answer: %s", answer->given ? answer->text : "none");
}

static int ask(void *target, int argument, struct error *err)
{
	struct demo *demo = target;

	(void)argument;
	(void)err;
	demo->prompt = prompt_text("Question", "What is your name?", NULL, NULL, answered, demo);
	return 0;
}

static int copy(void *target, int argument, struct error *err)
{
	struct demo *demo = target;

	(void)argument;
	(void)err;
	say(demo,
	    term_copy(demo->term, demo->field.text.data, demo->field.text.len) ? "Copied" : "Not copied");
	return 0;
}

static int mouse(void *target, int argument, struct error *err)
{
	struct demo *demo = target;

	(void)argument;
	(void)err;
	demo->mouse = !demo->mouse;
	term_mouse(demo->term, demo->mouse);
	return 0;
}

/* Ends by a fault, or as when memory runs out. */
static int crash(void *target, int argument, struct error *err)
{
	(void)target;
	(void)err;
	if (argument == 0)
		abort();
	quick_exit(2);
}

static const struct command rows[] = {
    {.name = "demo.palette",
     .label = "Commands",
     .help = "List every command",
     .keys = "Ctrl-P",
     .bar = 1,
     .menu = "Demo",
     .argument = 0,
     .run = open_list},
    {.name = "demo.menu",
     .label = "Menu",
     .help = "Open the menu",
     .keys = "F10",
     .bar = 2,
     .argument = 1,
     .run = open_list},
    {.name = "demo.help",
     .label = "Help",
     .help = "Show the keys",
     .keys = "F1",
     .bar = 3,
     .argument = 2,
     .run = open_list},
    {.name = "demo.ask",
     .label = "Ask",
     .help = "Ask a question",
     .keys = "F2",
     .bar = 4,
     .menu = "Demo",
     .run = ask},
    {.name = "demo.copy",
     .label = "Copy",
     .help = "Copy the text to the clipboard",
     .keys = "F3",
     .menu = "Demo",
     .run = copy},
    {.name = "demo.mouse",
     .label = "Mouse",
     .help = "Turn the mouse on or off",
     .keys = "F4",
     .menu = "Demo",
     .run = mouse},
    {.name = "demo.crash",
     .label = "Crash",
     .help = "End by a fault",
     .keys = "F12",
     .menu = "Demo",
     .run = crash},
    {.name = "demo.starve",
     .label = "Starve",
     .help = "End as when memory runs out",
     .keys = "F9",
     .argument = 1,
     .menu = "Demo",
     .run = crash},
    {.name = "demo.spiked",
     .label = "Restore",
     .help = "Needs what is never there",
     .needs = COMMAND_SPIKED,
     .menu = "Other",
     .run = crash},
    {.name = "demo.quit",
     .label = "Quit",
     .help = "End",
     .keys = "Ctrl-Q",
     .bar = 5,
     .menu = "Other",
     .run = quit},
};

static const struct command_table table = {.title = "The demo",
					   .rows = rows,
					   .count = sizeof rows / sizeof rows[0]};

/* -- Events and drawing -- */

static void tell_event(struct demo *demo, const struct input_event *event)
{
	strbuf_reset(&demo->status);
	if (event->kind == INPUT_PASTE)
		strbuf_addf(&demo->status, "Pasted %zu bytes", event->len);
	else if (event->kind == INPUT_MOUSE)
		strbuf_addf(&demo->status, "Mouse at %d,%d", event->row, event->column);
	else if (event->len == 0)
		keymap_print(&demo->status, event->key);
}

static void on_event(void *app, const struct input_event *event)
{
	struct demo *demo = app;
	struct command_set set = commands_of(demo);
	struct command_choice choice;

	if (event->kind == INPUT_HANGUP) {
		demo->loop.over = true;
	} else if (event->kind == INPUT_RESIZE) {
		canvas_free(demo->canvas);
		demo->canvas = canvas_new(term_height(demo->term), term_width(demo->term));
	} else if (demo->prompt != NULL) {
		struct prompt *prompt = demo->prompt;

		if (prompt_input(prompt, event)) {
			demo->prompt = NULL;
			prompt_finish(prompt);
		}
	} else if (event->kind == INPUT_KEY && command_for_key(&set, event->key, &choice)) {
		run_choice(demo, choice);
	} else {
		tell_event(demo, event);
		field_input(&demo->field, event);
	}
}

static void draw(void *app)
{
	struct demo *demo = app;
	struct canvas_region all = canvas_region(demo->canvas);
	struct command_set set = commands_of(demo);
	int half = all.width / 2;

	canvas_clear(demo->canvas);
	if (all.width < 40 || all.height < 8) {
		canvas_wrapped(all, 0, CANVAS_WARN, "This window is too small; make it larger.", 41);
		term_draw(demo->term, demo->canvas);
		return;
	}
	canvas_field(all, 0, 0, all.width, CANVAS_TITLE, " Demo", 5);
	field_draw(&demo->field, canvas_part(all, 1, 0, all.height - 3, half - 1), CANVAS_NORMAL, true);
	canvas_upright(canvas_part(all, 1, 0, all.height - 3, -1), half - 1, CANVAS_RULE);
	canvas_wrapped(canvas_part(all, 1, half + 1, all.height - 3, -1), 0, CANVAS_NORMAL,
		       demo->field.text.data, demo->field.text.len);
	canvas_string(all, all.height - 2, 1, CANVAS_STATUS, demo->status.data);
	canvas_printf(all, all.height - 2, half, CANVAS_STATUS, "column %d",
		      unicode_columns(demo->field.text.data, demo->field.cursor));
	command_bar(all, all.height - 1, &set);
	if (demo->prompt != NULL)
		prompt_draw(demo->prompt, all);
	term_draw(demo->term, demo->canvas);
}

int main(void)
{
	struct demo demo = {.status = STRBUF_INIT};
	struct error err;

	if (term_open(&demo.term, &err) < 0) {
		fprintf(stderr, "%s\n", err.message);
		return 2;
	}
	command_check(&table);
	demo.canvas = canvas_new(term_height(demo.term), term_width(demo.term));
	demo.loop = (struct loop){.term = demo.term, .app = &demo, .event = on_event, .draw = draw};
	field_init(&demo.field, true);
	if (term_notice(demo.term) != NULL)
		demo.prompt = prompt_message("The terminal", term_notice(demo.term), NULL, NULL);
	loop_run(&demo.loop);
	if (demo.prompt != NULL)
		prompt_finish(demo.prompt);
	field_clear(&demo.field);
	strbuf_clear(&demo.status);
	canvas_free(demo.canvas);
	term_close(demo.term);
	return 0;
}
