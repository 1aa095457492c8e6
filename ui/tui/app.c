#include "tui/app.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/strbuf.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "tui/app_draw.h"
#include "tui/canvas.h"
#include "tui/command.h"
#include "tui/compare.h"
#include "tui/desk_pane.h"
#include "tui/editor.h"
#include "tui/exchange.h"
#include "tui/history.h"
#include "tui/import_pane.h"
#include "tui/loop.h"
#include "tui/palette.h"
#include "tui/prompt.h"
#include "tui/reader.h"
#include "tui/release_pane.h"
#include "tui/review_pane.h"
#include "tui/term.h"

/* Below this a screen holds nothing that could be used. */
#define MIN_HEIGHT 9
#define MIN_WIDTH  40

static const struct {
	pane_make *make;
	const struct command_table *commands;
} kinds[] = {
    [PANE_DESK] = {desk_pane_new, &desk_pane_commands},
    [PANE_READER] = {reader_new, &reader_commands},
    [PANE_EDITOR] = {editor_new, &editor_commands},
    [PANE_SUGGEST] = {editor_suggest_new, &editor_commands},
    [PANE_REVIEW] = {review_pane_new, &review_pane_commands},
    [PANE_COMPARE] = {compare_new, &compare_commands},
    [PANE_HISTORY] = {history_new, &history_commands},
    [PANE_RELEASE] = {release_pane_new, &release_pane_commands},
    [PANE_IMPORT] = {import_pane_new, &import_pane_commands},
};

#define KIND_COUNT (sizeof kinds / sizeof kinds[0])

/* An open pane; name is what it was opened for, so that a second asking finds it. */
struct slot {
	struct pane pane;
	enum pane_kind kind;
	char *name;
};

struct app {
	struct desk *desk;
	struct term *term;
	struct worker *worker;
	struct worker *slow; /* for the exchange */
	struct exchange *exchange;
	struct canvas *canvas;
	struct loop loop;
	struct pane_place place;
	struct slot *slots; /* the last one is shown */
	size_t count;
	size_t capacity;
	void *closing; /* state of a pane to be closed after this event, or NULL */
	struct prompt *prompt;
	char *said; /* sentence in the status line, or NULL */
	enum pane_tone tone;
	bool behind; /* a pane that is not shown is at work */
	struct strbuf clipboard;
	bool mouse;
	bool stale;     /* draw all */
	bool unseen;    /* the shown pane was not drawn since it was opened or came to the front */
	uint64_t drawn; /* version of the shown pane at the last drawing */
	uint64_t rowed; /* the same of the last that drew a row alone; all is to be drawn after it: */
	int64_t all_at; /* milliseconds of clock_monotonic(); LOOP_NEVER: nothing was left out */
};

static const struct command_table app_commands;

static struct slot *top(struct app *app)
{
	return &app->slots[app->count - 1];
}

static struct command_set commands_of(struct app *app)
{
	struct command_set set = {.count = 0};

	command_push(&set, top(app)->pane.ops->commands, top(app)->pane.state);
	command_push(&set, &app_commands, app);
	return set;
}

/* -- What panes ask for -- */

static void say(void *context, enum pane_tone tone, const char *sentence)
{
	struct app *app = context;

	if (sentence == NULL && (app->tone != PANE_SAID || app->behind))
		return;
	free(app->said);
	app->said = mem_strdup(sentence);
	app->tone = tone;
	app->stale = true;
}

static void ask(void *context, struct prompt *prompt)
{
	struct app *app = context;
	struct prompt *old = app->prompt;

	app->prompt = prompt;
	app->stale = true;
	if (old != NULL)
		prompt_finish(old);
}

static bool is_for(const struct slot *slot, enum pane_kind kind, const char *name)
{
	if (slot->kind != kind)
		return false;
	/* Where in the draft does not make it another. */
	if (kind == PANE_SUGGEST)
		return strcspn(name, " ") == strcspn(slot->name, " ") &&
		       strncmp(name, slot->name, strcspn(name, " ")) == 0;
	if (slot->pane.ops->show != NULL)
		return true;
	return name == NULL || slot->name == NULL ? name == slot->name : strcmp(slot->name, name) == 0;
}

static void raise_slot(struct app *app, size_t index)
{
	struct slot slot = app->slots[index];

	memmove(&app->slots[index], &app->slots[index + 1], (app->count - index - 1) * sizeof slot);
	app->slots[app->count - 1] = slot;
	app->stale = app->unseen = true;
}

static int open_pane(struct app *app, enum pane_kind kind, const char *name, struct error *err)
{
	struct slot slot = {.kind = kind, .name = mem_strdup(name)};
	int rc;

	for (size_t i = 0; i < app->count; i++) {
		if (is_for(&app->slots[i], kind, name)) {
			raise_slot(app, i);
			if (name != NULL && top(app)->pane.ops->show != NULL)
				top(app)->pane.ops->show(top(app)->pane.state, name);
			free(slot.name);
			return 0;
		}
	}
	rc = kinds[kind].make(&slot.pane, &app->place, name, err);
	if (rc < 0) {
		free(slot.name);
		return rc;
	}
	app->slots = mem_grow(app->slots, &app->capacity, app->count + 1, sizeof *app->slots);
	app->slots[app->count++] = slot;
	app->stale = app->unseen = true;
	return 0;
}

static void open_for(void *context, enum pane_kind kind, const char *name)
{
	struct app *app = context;
	struct error err;

	if (open_pane(app, kind, name, &err) < 0)
		say(app, PANE_FAILED, err.message);
}

static void close_for(void *context, void *state)
{
	((struct app *)context)->closing = state;
}

static void changed(void *context)
{
	struct app *app = context;
	struct error err;

	if (desk_refresh(app->desk, &err) < 0)
		say(app, PANE_FAILED, err.message);
	app->stale = true;
}

static void copy(void *context, const char *text, size_t len)
{
	struct app *app = context;

	strbuf_reset(&app->clipboard);
	strbuf_add(&app->clipboard, text, len);
	(void)term_copy(app->term, text, len);
}

static const char *clipboard(void *context, size_t *len)
{
	struct app *app = context;

	*len = app->clipboard.len;
	return app->clipboard.data;
}

static int lend(void *context, const char *const *argv, int *status, struct error *err)
{
	struct app *app = context;
	int rc;

	term_suspend(app->term);
	rc = spawn_foreground(argv, status, term_is_ending, app->term, err);
	term_resume(app->term);
	if (app->mouse)
		term_mouse(app->term, true);
	app->stale = true;
	return rc;
}

/* -- Closing -- */

static void drop(struct app *app, size_t index)
{
	struct slot slot = app->slots[index];

	memmove(&app->slots[index], &app->slots[index + 1], (app->count - index - 1) * sizeof slot);
	app->count--;
	slot.pane.ops->free(slot.pane.state);
	free(slot.name);
	app->stale = true;
	if (app->count == 0)
		app->loop.over = true;
}

/* The desk's cursor goes to the draft that was edited: another tab may hold it now. */
static void show_in_list(struct app *app, const char *name)
{
	for (size_t i = 0; i < app->count; i++) {
		if (app->slots[i].kind == PANE_DESK)
			app->slots[i].pane.ops->show(app->slots[i].pane.state, name);
	}
}

static void close_asked(struct app *app)
{
	for (size_t i = 0; app->closing != NULL && i < app->count; i++) {
		struct slot *slot = &app->slots[i];

		if (slot->pane.state != app->closing)
			continue;
		if (slot->kind == PANE_EDITOR && slot->name != NULL)
			show_in_list(app, slot->name);
		drop(app, i);
		break;
	}
	app->closing = NULL;
}

/* Closes the pane that is shown, if it may be. */
static int close_top(void *target, int argument, struct error *err)
{
	struct app *app = target;
	const struct pane *pane = &top(app)->pane;

	(void)argument;
	(void)err;
	if (pane->ops->close == NULL || pane->ops->close(pane->state))
		app->closing = pane->state;
	return 0;
}

/* Esc goes back to the list, and never ends the program. */
static int go_back(void *target, int argument, struct error *err)
{
	struct app *app = target;

	return app->count > 1 ? close_top(target, argument, err) : 0;
}

static bool typing(const struct app *app)
{
	const struct pane *pane = &app->slots[app->count - 1].pane;

	return pane->ops->typing != NULL && pane->ops->typing(pane->state);
}

static void quit_answered(void *context, const struct prompt_answer *answer)
{
	struct app *app = context;

	app->loop.over = answer->given && answer->choice == 0;
}

/* Closes pane after pane; the first that has something to ask stops it. */
static int quit(void *target, int argument, struct error *err)
{
	static const struct prompt_option options[] = {{"Quit", "q"}, {"Stay", "s"}};
	struct app *app = target;

	(void)argument;
	(void)err;
	while (app->count > 1) {
		const struct pane *pane = &top(app)->pane;

		if (pane->ops->close != NULL && !pane->ops->close(pane->state))
			return 0;
		drop(app, app->count - 1);
	}
	ask(app,
	    prompt_choice("Quit", "Leave copydesk? Everything is saved.", options, 2, quit_answered, app));
	return 0;
}

/* -- Commands of every screen -- */

/* Runs a command, and says why where it does not; why nothing can be written is the desk's to say. */
static void run(struct app *app, const struct command_set *set, struct command_choice choice)
{
	struct error err;
	int rc = 0;

	if (choice.command->needs & COMMAND_WRITABLE)
		rc = desk_may_write(app->desk, &err);
	if (rc == 0)
		rc = command_run(set, choice, &err);
	if (rc < 0 && rc != E_CANCELLED)
		say(app, PANE_FAILED, err.message);
}

static void run_chosen(void *context, struct command_choice choice)
{
	struct app *app = context;
	struct command_set set = commands_of(app);

	run(app, &set, choice);
}

static int show_list(void *target, int which, struct error *err)
{
	static struct prompt *(*const make[])(const struct command_set *set, palette_chosen *chosen,
					      void *context) = {palette_commands, palette_menu, palette_help};
	struct app *app = target;
	struct command_set set = commands_of(app);

	(void)err;
	ask(app, make[which](&set, run_chosen, app));
	return 0;
}

static int next_pane(void *target, int argument, struct error *err)
{
	struct app *app = target;

	(void)argument;
	(void)err;
	raise_slot(app, 0);
	return 0;
}

static int redraw(void *target, int argument, struct error *err)
{
	struct app *app = target;

	(void)argument;
	(void)err;
	term_forget(app->term);
	changed(app);
	return 0;
}

static int toggle_mouse(void *target, int argument, struct error *err)
{
	struct app *app = target;

	(void)argument;
	(void)err;
	app->mouse = !app->mouse;
	term_mouse(app->term, app->mouse);
	say(app, PANE_SAID,
	    app->mouse ? "The mouse is on; with Shift held it selects as the terminal does."
		       : "The mouse is off.");
	return 0;
}

/* -- Acting as another of the sample newsroom's people -- */

static void person_chosen(void *context, const struct prompt_answer *answer)
{
	struct app *app = context;
	const struct repo_person **people;
	size_t count = policy_people(desk_policy(app->desk), &people);
	struct error err;

	if (answer->given && answer->choice < count) {
		if (desk_act_as(app->desk, people[answer->choice], &err) < 0) {
			say(app, PANE_FAILED, err.message);
		} else {
			char *words = mem_printf("You are %s now.", people[answer->choice]->name);

			say(app, PANE_SAID, words);
			free(words);
		}
	}
	free(people);
}

static int act_as(void *target, int argument, struct error *err)
{
	struct app *app = target;
	const struct repo_person **people;
	size_t count = policy_people(desk_policy(app->desk), &people);
	struct prompt_item *items = mem_zalloc(count, sizeof *items);
	const struct repo_person *now = desk_person(app->desk, NULL);
	size_t selected = 0;

	(void)argument;
	(void)err;
	for (size_t i = 0; i < count; i++) {
		items[i] = (struct prompt_item){.label = people[i]->name, .help = people[i]->mail};
		if (now != NULL && strcmp(now->mail, people[i]->mail) == 0)
			selected = i;
	}
	ask(app, prompt_list(PROMPT_FILTER, "Act as", items, count, selected, person_chosen, app));
	free(items);
	free(people);
	return 0;
}

static const struct command app_rows[] = {
    {"app.commands", "Commands", "Find any command by its name", "Ctrl-P", 0, 900, "Desk", 0, show_list},
    {"app.menu", "Menu", "Open the menus", "F10", 0, 910, NULL, 1, show_list},
    {"app.help", "Help", "Every key of this screen", "F1", 0, 920, "Desk", 2, show_list},
    {"app.help-by-letter", "Help", "Every key of this screen", "?", COMMAND_LETTERS, 0, NULL, 2, show_list},
    {"app.act-as", "Act as", "Act as another of the sample newsroom's people", NULL, COMMAND_SAMPLE, 0,
     "Desk", 0, act_as},
    {"app.next-pane", "Next pane", "Show the next open pane", "F6", 0, 0, "View", 0, next_pane},
    {"app.redraw", "Look again", "Look for news and draw the screen again", "Ctrl-L", 0, 0, "View", 0,
     redraw},
    {"app.mouse", "Mouse", "Turn the mouse on or off", NULL, 0, 0, "View", 0, toggle_mouse},
    {"app.back", "Back", "Go back", "Esc", 0, 0, "View", 0, go_back},
    {"app.close", "Close", "Close this pane; asks if there is unsaved text", "Ctrl-Q", COMMAND_ABOVE, 0,
     "Desk", 0, close_top},
    {"app.quit", "Quit", "Leave copydesk", "Ctrl-Q", COMMAND_ALONE, 905, "Desk", 0, quit},
    {"app.quit-all", "Quit", "Close every pane and leave copydesk", NULL, COMMAND_ABOVE, 0, "Desk", 0, quit},
};

static unsigned app_holds(const void *target)
{
	const struct app *app = target;

	return (desk_is_sample(app->desk) ? COMMAND_SAMPLE : 0u) |
	       (app->count > 1 ? COMMAND_ABOVE : COMMAND_ALONE) | (typing(app) ? 0u : COMMAND_LETTERS);
}

static const struct command_table app_commands = {
    .title = "Everywhere",
    .rows = app_rows,
    .count = sizeof app_rows / sizeof app_rows[0],
    .holds = app_holds,
};

void app_manual(struct strbuf *out)
{
	for (size_t i = 0; i < KIND_COUNT; i++) {
		if (i == 0 || kinds[i].commands != kinds[i - 1].commands)
			command_manual(out, kinds[i].commands);
	}
	command_manual(out, &app_commands);
}

/* -- Events -- */

static void to_prompt(struct app *app, const struct input_event *event)
{
	struct prompt *prompt = app->prompt;

	app->stale = true;
	if (!prompt_input(prompt, event))
		return;
	app->prompt = NULL;
	prompt_finish(prompt);
}

static struct canvas_region pane_region(struct app *app)
{
	struct canvas_region all = canvas_region(app->canvas);

	return canvas_part(all, 1, 0, all.height - 3, -1);
}

static bool to_pane(struct app *app, const struct input_event *event)
{
	const struct pane *pane = &top(app)->pane;
	struct input_event local = *event;

	local.row -= pane_region(app).row;
	local.column -= pane_region(app).column;
	return pane->ops->input != NULL && pane->ops->input(pane->state, &local);
}

static void to_commands(struct app *app, const struct input_event *event)
{
	struct command_set set = commands_of(app);
	struct command_choice choice;
	bool typed = typing(app);

	if (typed && to_pane(app, event))
		return;
	if (event->kind == INPUT_KEY && command_for_key(&set, event->key, &choice))
		run(app, &set, choice);
	else if (!typed)
		to_pane(app, event);
}

static void resize(struct app *app)
{
	canvas_free(app->canvas);
	app->canvas = canvas_new(term_height(app->term), term_width(app->term));
	term_forget(app->term);
	app->stale = true;
}

static void hangup(struct app *app)
{
	for (size_t i = 0; i < app->count; i++) {
		if (app->slots[i].pane.ops->hangup != NULL)
			app->slots[i].pane.ops->hangup(app->slots[i].pane.state);
	}
	app->loop.over = true;
}

static bool has_alt(struct app *app, struct input_key key)
{
	const struct pane *pane = &top(app)->pane;
	struct command_set set;
	struct command_choice choice;

	if (key.code == INPUT_BACKSPACE) /* of every field: as Esc, it would leave it and delete behind it */
		return true;
	if (app->prompt != NULL)
		return prompt_has_alt(app->prompt, key);
	if (pane->ops->alt != NULL)
		return pane->ops->alt(pane->state, key);
	set = commands_of(app);
	return command_for_key(&set, key, &choice);
}

static void draw_all(struct app *app);

static void on_event(void *context, const struct input_event *event)
{
	struct app *app = context;

	/* Alt that nobody has a use for was Esc, and a key typed quickly after it. */
	if (!app->loop.over && event->rest != NULL && !has_alt(app, event->key)) {
		on_event(app,
			 &(struct input_event){.kind = INPUT_KEY, .key = {.code = INPUT_ESCAPE}, .text = ""});
		on_event(app, event->rest);
		return;
	}
	if (app->loop.over)
		return;
	if (event->kind == INPUT_HANGUP) {
		hangup(app);
		return;
	}
	if (event->kind == INPUT_RESIZE) {
		resize(app);
		return;
	}
	if (app->said != NULL) {
		free(app->said);
		app->said = NULL;
		app->stale = true;
	}
	/* What is typed ahead is for the pane as it is, which it learns when it is drawn. */
	if (app->unseen)
		draw_all(app);
	if (app->prompt != NULL)
		to_prompt(app, event);
	else
		to_commands(app, event);
	close_asked(app);
}

static int64_t on_tick(void *context, int64_t now)
{
	struct app *app = context;
	int64_t next = LOOP_NEVER;

	for (size_t i = 0; i < app->count; i++) {
		const struct pane *pane = &app->slots[i].pane;
		int64_t due;

		app->behind = i + 1 < app->count;
		due = pane->ops->tick ? pane->ops->tick(pane->state, now) : LOOP_NEVER;
		next = due < next ? due : next;
	}
	app->behind = false;
	close_asked(app);
	return next < app->all_at ? next : app->all_at;
}

/* -- Drawing -- */

static void draw_all(struct app *app)
{
	struct canvas_region all = canvas_region(app->canvas);
	const struct pane *pane = &top(app)->pane;
	struct command_set set = commands_of(app);

	app->unseen = false;
	canvas_clear(app->canvas);
	if (all.height < MIN_HEIGHT || all.width < MIN_WIDTH) {
		app_draw_too_small(all);
		return;
	}
	pane->ops->draw(pane->state, pane_region(app), app->prompt == NULL);
	app_draw_title(pane, all);
	app_draw_status(pane, app->said, app->tone, all, all.height - 2);
	command_bar(all, all.height - 1, &set);
	if (app->prompt != NULL)
		prompt_draw(app->prompt, all);
}

/*
 * Milliseconds after a row alone was drawn until all is: its bytes are on their way then, and not kept by our
 * drawing where processors are few.
 */
#define ALL_AFTER 8

/* Answers a key that changed one row; true where it did, and the rest is still to be drawn. */
static bool draw_row(struct app *app, uint64_t version)
{
	const struct pane *pane = &top(app)->pane;
	struct canvas_region region = pane_region(app);
	int at;

	if (app->stale || app->prompt != NULL || pane->ops->draw_row == NULL)
		return false;
	if (version == app->rowed && app->all_at != LOOP_NEVER)
		return clock_monotonic() < app->all_at;
	if (!pane->ops->draw_row(pane->state, region, &at))
		return false;
	term_draw_row(app->term, app->canvas, region.row + at);
	app->rowed = version;
	if (app->all_at == LOOP_NEVER)
		app->all_at = clock_monotonic() + ALL_AFTER;
	return true;
}

static void on_draw(void *context)
{
	struct app *app = context;
	uint64_t version;

	if (app->loop.over || app->count == 0)
		return;
	version = top(app)->pane.ops->version(top(app)->pane.state);
	if ((!app->stale && version == app->drawn) || draw_row(app, version))
		return;
	draw_all(app);
	app->all_at = LOOP_NEVER;
	app->drawn = version;
	app->stale = false;
	term_draw(app->term, app->canvas);
}

/* -- The run -- */

static void app_clear(struct app *app)
{
	while (app->prompt != NULL) { /* one may ask another */
		struct prompt *prompt = app->prompt;

		app->prompt = NULL;
		prompt_finish(prompt);
	}
	while (app->count > 0)
		drop(app, app->count - 1);
	free(app->slots);
	if (app->worker != NULL)
		worker_free(app->worker);
	term_close(app->term);
	if (exchange_must_end_well(app->exchange))
		term_take_time();
	exchange_leave(app->exchange);
	if (app->slow != NULL)
		worker_free(app->slow);
	exchange_free(app->exchange);
	canvas_free(app->canvas);
	strbuf_clear(&app->clipboard);
	free(app->said);
}

/* Unsaved text of before is offered by its draft's editor: the list says which that is. */
static void say_left_behind(struct app *app)
{
	struct strbuf sentence = STRBUF_INIT;

	if (editor_left_behind(app->desk, &sentence))
		say(app, PANE_WARNED, sentence.data);
	strbuf_clear(&sentence);
}

int app_run(struct desk *desk, const char *name, struct error *err)
{
	struct app app = {.desk = desk, .clipboard = STRBUF_INIT, .all_at = LOOP_NEVER};
	const struct pane_host host = {
	    .app = &app,
	    .open = open_for,
	    .say = say,
	    .ask = ask,
	    .close = close_for,
	    .changed = changed,
	    .copy = copy,
	    .lend = lend,
	    .clipboard = clipboard,
	};
	int rc = term_open(&app.term, err);

	if (rc == 0)
		rc = worker_new(&app.worker, err);
	if (rc == 0)
		rc = worker_new(&app.slow, err);
	if (rc == 0) {
		app.exchange = exchange_new(app.slow, &host, desk);
		app.canvas = canvas_new(term_height(app.term), term_width(app.term));
		app.place = (struct pane_place){.host = &host,
						.desk = desk,
						.worker = app.worker,
						.exchange = app.exchange};
		app.loop = (struct loop){.term = app.term,
					 .worker = app.worker,
					 .slow = app.slow,
					 .app = &app,
					 .event = on_event,
					 .tick = on_tick,
					 .draw = on_draw};
		rc = open_pane(&app, PANE_DESK, NULL, err);
	}
	if (rc == 0 && name != NULL)
		rc = open_pane(&app, PANE_EDITOR, name, err);
	if (rc == 0) {
		if (name == NULL)
			say_left_behind(&app);
		if (desk_may_write(desk, err) < 0)
			say(&app, PANE_WARNED, err->message);
		if (term_notice(app.term) != NULL)
			say(&app, PANE_WARNED, term_notice(app.term));
		loop_run(&app.loop);
	}
	app_clear(&app);
	return rc;
}
