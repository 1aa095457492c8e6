/* Going to misspelt words, and what is done about them. */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/unicode.h"
#include "tui/flow.h"
#include "tui/prompt.h"

/* Bytes of a text from which on its words are not known at once. */
#define LONG_TEXT ((size_t)512 << 10)

/* What can be done beside taking a suggestion, in the order of the menu. */
enum act {
	ACT_LEARN,
	ACT_DESK,
	ACT_IGNORE,
	ACT_COUNT,
};

static const struct prompt_item acts[ACT_COUNT] = {
    [ACT_LEARN] = {.key = "a", .label = "Add to my list", .help = "Right for you in every newsroom"},
    [ACT_DESK] = {.key = "d",
		  .label = "Add to the desk's list",
		  .help = "By a draft of that list, which is reviewed; on yours at once"},
    [ACT_IGNORE] = {.key = "i", .label = "Ignore in this draft", .help = "Until you close it"},
};

/* The menu that is open. */
struct menu {
	struct editor *editor;
	int by; /* the direction in which it goes on */
	size_t start, end;
	uint64_t version; /* of the buffer */
	char *word;       /* as it would stand in a list */
	struct strlist suggestions;
};

/* Says what was done about a word; again where no other is left, which would hide it. */
static void say_done(struct editor *e, char *text)
{
	editor_say(e, PANE_SAID, "%s", text);
	free(e->spell.did);
	e->spell.did = text;
}

/* The word is right from here on. */
static void pass(struct editor *e, const char *word)
{
	char *list = mem_printf("%s\n", word);

	editor_spell_learn(e, list);
	free(list);
}

static void learn(struct editor *e, const char *word)
{
	struct error err;

	if (desk_learn_word(word, &err) < 0) {
		editor_say(e, PANE_FAILED, "%s", err.message);
		return;
	}
	pass(e, word);
	say_done(e, mem_printf("%s is on your list now.", word));
}

static void add_to_desk(struct editor *e, const char *word)
{
	struct error err;
	char *name = NULL;
	int rc = desk_learn_word(word, &err);

	if (rc == 0)
		pass(e, word);
	if (rc == 0)
		rc = desk_add_word(e->place.desk, word, &name, &err);
	if (rc < 0)
		editor_say(e, PANE_FAILED, "%s", err.message);
	else if (name == NULL)
		say_done(e, mem_printf("The desk's list has %s already.", word));
	else
		say_done(e, mem_printf("%s is on your list now, and on the desk's by the draft %s.", word,
				       name));
	free(name);
	e->place.host->changed(e->place.host->app);
}

static void act(struct editor *e, enum act which, const char *word)
{
	if (which == ACT_LEARN) {
		learn(e, word);
	} else if (which == ACT_DESK) {
		add_to_desk(e, word);
	} else {
		pass(e, word);
		say_done(e, mem_printf("%s is passed over until you close this draft.", word));
	}
}

/* Puts another word in place of the misspelt one, as one step. */
static void replace(struct editor *e, const struct menu *menu, const char *by)
{
	if (menu->version != buffer_version(e->buffer))
		return;
	buffer_step(e->buffer);
	editor_replace(e, menu->start, menu->end - menu->start, by, strlen(by));
	buffer_step(e->buffer);
	e->spell.typed = false;
	say_done(e, mem_printf("%s is now %s.", menu->word, by));
}

/* After a choice comes the next word; where something failed, what is said of it stays. */
static void go_on(struct editor *e, int by)
{
	if (e->spell.did == NULL)
		return;
	e->spell.asked = by;
	if (e->spell.desk != NULL)
		editor_spell_answer(e);
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct menu *menu = context;

	free(menu->editor->spell.did);
	menu->editor->spell.did = NULL;
	if (answer->given && answer->choice < menu->suggestions.count)
		replace(menu->editor, menu, menu->suggestions.items[answer->choice]);
	else if (answer->given)
		act(menu->editor, (enum act)(answer->choice - menu->suggestions.count), menu->word);
	if (answer->given)
		go_on(menu->editor, menu->by);
	strlist_clear(&menu->suggestions);
	free(menu->word);
	free(menu);
}

/* Bytes of the line on either side of a word that are shown with it, at most. */
#define AROUND 32

/* And of these, in which a blank is looked for: Chinese has none. */
#define NEAR_END 12

/* The first place of a text, not above limit, where a word or at least a character starts. */
static size_t first_start(const char *text, size_t limit)
{
	const char *blank = memchr(text, ' ', limit < NEAR_END ? limit : NEAR_END);
	size_t pos = 0;

	if (blank != NULL)
		return (size_t)(blank - text) + 1;
	while (pos < limit && ((unsigned char)text[pos] & 0xc0) == 0x80)
		pos++;
	return pos;
}

/* The last place of a text where a word or at least a character ends. */
static size_t last_end(const char *text, size_t len)
{
	size_t near = len < NEAR_END ? len : NEAR_END;
	const char *blank = memrchr(text + len - near, ' ', near);

	return blank != NULL ? (size_t)(blank - text) : len > 0 ? unicode_previous(text, len, len) : 0;
}

/* Appends the word among its neighbours, because the box hides the text: "seven “voluntears” cleared". */
static void add_passage(struct strbuf *out, struct editor *e, size_t start, size_t end)
{
	size_t line = buffer_line_at(e->buffer, start);
	size_t first = buffer_line_start(e->buffer, line), last = flow_line_end(e->buffer, line);
	size_t from = start - first > AROUND ? start - AROUND : first;
	size_t to = last - end > AROUND ? end + AROUND : last;
	const char *text = buffer_bytes(e->buffer, from, to - from);
	size_t skip = from > first ? first_start(text, start - from) : 0;
	size_t after = to < last ? last_end(text + (end - from), to - end) : to - end;

	strbuf_adds(out, from > first ? "… " : "");
	strbuf_add(out, text + skip, start - from - skip);
	strbuf_addf(out, "“%.*s”", (int)(end - start), text + (start - from));
	strbuf_add(out, text + (end - from), after);
	strbuf_adds(out, to < last ? " …" : "");
}

/*
 * The menu of a word: what may have been meant, by number, and what else can be done.  Its title names the
 * dictionary: of two for a language, the one that is there may be the other's.
 */
static void offer(struct editor *e, size_t start, size_t end, const struct strlist *words,
		  const char *dictionary)
{
	static const char *const numbers[SPELL_SUGGESTIONS] = {"1", "2", "3", "4", "5", "6", "7", "8"};
	struct prompt_item items[SPELL_SUGGESTIONS + ACT_COUNT];
	struct menu *menu = mem_zalloc(1, sizeof *menu);
	struct strbuf passage = STRBUF_INIT;
	char *title = mem_printf("Spelling (%s)", dictionary);
	struct prompt *prompt;
	size_t count = 0;

	menu->editor = e;
	menu->by = e->spell.asked;
	menu->start = start;
	menu->end = end;
	menu->version = buffer_version(e->buffer);
	menu->word = spell_entry(buffer_bytes(e->buffer, start, end - start), end - start);
	for (size_t i = 0; i < words->count && count < SPELL_SUGGESTIONS; i++) {
		strlist_add(&menu->suggestions, words->items[i]);
		items[count++] = (struct prompt_item){.key = numbers[i],
						      .label = words->items[i],
						      .help = "Put this in its place"};
	}
	for (size_t i = 0; i < ACT_COUNT; i++)
		items[count++] = acts[i];
	/* without suggestions, Enter loses nothing */
	prompt =
	    prompt_list(PROMPT_MENU, title, items, count, words->count > 0 ? 0 : count - 1, answered, menu);
	free(title);
	add_passage(&passage, e, start, end);
	prompt_about(prompt, passage.data);
	e->place.host->ask(e->place.host->app, prompt);
	strbuf_clear(&passage);
}

void editor_spell_answer(struct editor *e)
{
	size_t start, end;

	if (e->spell.asked == 0 || e->spell.suggest != NULL)
		return;
	if (editor_spell_problem(e) != NULL) {
		editor_say(e, PANE_WARNED, "%s", editor_spell_problem(e));
		e->spell.asked = 0;
		return;
	}
	switch (editor_spell_seek(e, e->spell.asked, &start, &end)) {
	case SPELL_UNKNOWN:
		return;
	case SPELL_NONE:
		if (e->spell.did != NULL)
			editor_say(e, PANE_SAID, "%s No word is left to check.", e->spell.did);
		else
			editor_say(e, PANE_SAID, "Every word is known.");
		e->spell.asked = 0;
		return;
	case SPELL_FOUND:
		break;
	}
	editor_select(e, start, end);
	editor_spell_suggest(e, start, end, offer);
}

bool editor_spell_waits(const struct editor *e, const struct input_event *event)
{
	return e->spell.asked != 0 && e->spell.did != NULL && event->kind == INPUT_KEY &&
	       event->key.code == INPUT_ENTER;
}

int editor_spell_next(void *target, int by, struct error *err)
{
	struct editor *e = target;

	(void)err;
	if (e->file != NULL) {
		editor_say(e, PANE_WARNED, "Only the words of articles are checked.");
		return 0;
	}
	e->instead = false;
	free(e->spell.did);
	e->spell.did = NULL;
	e->spell.asked = by;
	if (e->spell.desk != NULL)
		editor_spell_answer(e);
	if (e->spell.asked != 0 && e->spell.suggest == NULL && buffer_len(e->buffer) > LONG_TEXT)
		editor_say(e, PANE_SAID, "Reading the words ...");
	return 0;
}

int editor_spell_toggle(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	e->spell.marks = !e->spell.marks;
	editor_say(e, PANE_SAID,
		   e->spell.marks ? "Misspelt words are underlined." : "Words are not checked any more.");
	editor_touch(e);
	return 0;
}
