#include "stage.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/path.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "text/unicode.h"
#include "tui/canvas.h"
#include "tui/keymap.h"
#include "tui/loop.h"
#include "tui/prompt.h"

#include "picture.h"

/* -- The host -- */

static void opened(void *app, enum pane_kind kind, const char *name)
{
	struct stage *s = app;

	s->opened = kind;
	free(s->opened_name);
	s->opened_name = mem_strdup(name);
}

static void say(void *app, enum pane_tone tone, const char *sentence)
{
	struct stage *s = app;

	(void)tone;
	free(s->said);
	s->said = mem_strdup(sentence);
}

static void ask(void *app, struct prompt *prompt)
{
	struct stage *s = app;
	struct prompt *old = s->prompt;

	s->prompt = prompt;
	if (old != NULL)
		prompt_finish(old);
}

static void close_pane(void *app, void *state)
{
	struct stage *s = app;

	assert_ptr_equal(state, s->pane.state);
	s->closed = true;
}

static void changed(void *app)
{
	struct stage *s = app;

	ok(s, desk_refresh(s->desk, &s->err));
}

static void copy(void *app, const char *text, size_t len)
{
	struct stage *s = app;

	strbuf_reset(&s->clipboard);
	strbuf_add(&s->clipboard, text, len);
}

static int lend(void *app, const char *const *argv, int *status, struct error *err)
{
	(void)app;
	return spawn_foreground(argv, status, NULL, NULL, err);
}

static const char *clipboard(void *app, size_t *len)
{
	struct stage *s = app;

	*len = s->clipboard.len;
	return s->clipboard.data;
}

/* -- The stage -- */

static const char writer[] = "A. Writer <a@desk.example>";

struct desk *stage_desk_of(struct stage *s, const char *who)
{
	struct desk_options options = {.folder = s->room->news, .as = who};
	struct desk *desk;

	ok(s, desk_open(&desk, &options, &s->err));
	return desk;
}

struct stage *stage_new(struct newsroom *room, pane_make *make, const char *text, size_t len)
{
	struct stage *s = mem_zalloc(1, sizeof *s);
	char *state = path_join(room->folder, "state");
	char *cache = path_join(room->folder, "cache");
	struct desk_init init = {.folder = room->news,
				 .name = "Harbour Gazette",
				 .as = writer,
				 .durable = true};
	size_t articles;

	s->room = room;
	s->make = make;
	s->clipboard = (struct strbuf)STRBUF_INIT;
	setenv("XDG_STATE_HOME", state, 1);
	setenv("XDG_CACHE_HOME", cache, 1);
	setenv("COPYDESK_CLOCK", "2026-11-20T11:20:00Z", 1);
	repo_close(room->repo);
	room->repo = NULL;
	ok(s, desk_init(&init, &articles, &s->err));
	s->desk = stage_desk_of(s, writer);
	ok(s, worker_new(&s->worker, &s->err));
	ok(s, desk_new(s->desk, "city", NULL, "Lake path", text, len, &s->draft, &s->err));
	s->host = (struct pane_host){s, opened, say, ask, close_pane, changed, copy, clipboard, lend};
	s->place = (struct pane_place){&s->host, s->desk, s->worker};
	free(state);
	free(cache);
	return s;
}

void stage_free(struct stage *s)
{
	stage_drop(s);
	worker_free(s->worker);
	desk_close(s->desk);
	strbuf_clear(&s->clipboard);
	free(s->opened_name);
	free(s->draft);
	free(s->said);
	free(s);
}

void stage_open(struct stage *s, int height, int width)
{
	stage_open_for(s, s->draft, height, width);
}

void stage_open_for(struct stage *s, const char *name, int height, int width)
{
	s->closed = false;
	s->canvas = canvas_new(height, width);
	ok(s, s->make(&s->pane, &s->place, name, &s->err));
	stage_draw(s);
}

static void end_prompt(struct stage *s)
{
	struct prompt *prompt = s->prompt;

	s->prompt = NULL;
	prompt_finish(prompt);
}

void stage_drop(struct stage *s)
{
	if (s->prompt != NULL)
		end_prompt(s);
	if (s->pane.ops != NULL)
		s->pane.ops->free(s->pane.state);
	s->pane.ops = NULL;
	worker_drain(s->worker);
	canvas_free(s->canvas);
	s->canvas = NULL;
}

/* -- What the app does with an event -- */

static struct command_set commands_of(struct stage *s)
{
	struct command_set set = {.count = 0};

	command_push(&set, s->pane.ops->commands, s->pane.state);
	return set;
}

static void run(struct stage *s, struct command_choice choice)
{
	struct command_set set = commands_of(s);

	if (command_run(&set, choice, &s->err) < 0 && s->err.code != E_CANCELLED)
		say(s, PANE_FAILED, s->err.message);
}

static void give(struct stage *s, const struct input_event *event)
{
	struct command_set set = commands_of(s);
	struct command_choice choice;
	bool typing = s->pane.ops->typing != NULL && s->pane.ops->typing(s->pane.state);

	if (s->prompt != NULL) {
		if (prompt_input(s->prompt, event))
			end_prompt(s);
	} else if (!(typing && s->pane.ops->input(s->pane.state, event)) && event->kind == INPUT_KEY &&
		   command_for_key(&set, event->key, &choice)) {
		run(s, choice);
	}
	if (s->closed && s->pane.ops != NULL) {
		s->pane.ops->free(s->pane.state);
		s->pane.ops = NULL;
	}
}

void stage_type(struct stage *s, const char *text)
{
	size_t len = strlen(text);

	for (size_t pos = 0; pos < len;) {
		size_t end = unicode_next(text, len, pos);
		struct input_event event = {.kind = INPUT_KEY, .text = text + pos, .len = end - pos};

		unicode_decode(text, len, pos, &event.key.code);
		if (text[pos] == '\n')
			event = (struct input_event){.kind = INPUT_KEY, .key = {INPUT_ENTER, 0}, .text = ""};
		give(s, &event);
		pos = end;
	}
}

void stage_press(struct stage *s, const char *names)
{
	for (const char *name = names; *name != '\0';) {
		size_t len = strcspn(name, " ");
		struct input_event event = {.kind = INPUT_KEY, .text = ""};

		if (!keymap_parse(&event.key, name, len))
			fail_msg("%s is no key", name);
		if (event.key.code < INPUT_ENTER && event.key.modifiers == 0) {
			event.text = name;
			event.len = len;
		}
		give(s, &event);
		name += len + (name[len] == ' ');
	}
}

void stage_paste(struct stage *s, const char *text)
{
	struct input_event event = {.kind = INPUT_PASTE, .text = text, .len = strlen(text)};

	give(s, &event);
}

void stage_run(struct stage *s, const char *name)
{
	struct command_set set = commands_of(s);
	struct command_choice choice;

	if (!command_by_name(&set, name, &choice))
		fail_msg("%s is no command", name);
	run(s, choice);
}

void stage_rest(struct stage *s)
{
	int64_t now = clock_monotonic() + (int64_t)3600 * 1000;

	for (int i = 0; i < 20 && s->pane.ops->tick != NULL; i++) {
		int64_t due = s->pane.ops->tick(s->pane.state, now);

		worker_drain(s->worker);
		if (due > now)
			break;
	}
	stage_draw(s);
}

void stage_draw(struct stage *s)
{
	canvas_clear(s->canvas);
	s->pane.ops->draw(s->pane.state, canvas_region(s->canvas), s->prompt == NULL);
}

void stage_check_prompt(struct stage *s, const char *name)
{
	assert_non_null(s->prompt);
	stage_draw(s);
	prompt_draw(s->prompt, canvas_region(s->canvas));
	picture_check(s->canvas, name);
}

char *stage_status(struct stage *s)
{
	struct strbuf out = STRBUF_INIT;

	s->pane.ops->status(s->pane.state, &out);
	return strbuf_detach(&out);
}
