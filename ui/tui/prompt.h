/*
 * Questions to the person: a box in the middle that takes every key until it is answered.
 *
 * Whoever asks makes a prompt and hands it to the app (host->ask); the app
 * draws it over everything, gives it the keys, and finishes it:
 *
 *	if (prompt_input(prompt, event)) {
 *		app->prompt = NULL;
 *		prompt_finish(prompt);         -- calls done, which may ask the next question
 *	}
 *
 * done is called exactly once for every prompt, also when the person pressed Esc or the app ends;
 * so whatever context points to can be freed there.  done may be NULL for nobody.
 */
#ifndef COPYDESK_PROMPT_H
#define COPYDESK_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/canvas.h"
#include "tui/field.h"
#include "tui/input.h"

struct diff_marks;
struct prompt;
struct strbuf;

struct prompt_answer {
	bool given;       /* false: Esc, or the end; nothing else is set then */
	size_t choice;    /* prompt_choice, prompt_list: which, from 0 */
	const char *text; /* what was typed, where that is the answer; borrowed during done; never NULL */
	size_t len;       /* bytes of text */
};

typedef void prompt_done(void *context, const struct prompt_answer *answer);

/* -- Making one; all strings are copied; title is a few words, question any text, wrapped -- */

/*
 * Asks for a line of text, with initial (may be NULL) in the field; history may be NULL and must
 * outlive the prompt.
 */
struct prompt *prompt_text(const char *title, const char *question, const char *initial,
			   struct field_history *history, prompt_done *done, void *context);

/* Asks for a text of several lines: Enter makes a line, Ctrl-S answers. */
struct prompt *prompt_lines(const char *title, const char *question, prompt_done *done, void *context);

/* Tells exactly what will happen, and is answered only by typing this word (in any case) and Enter. */
struct prompt *prompt_word(const char *title, const char *question, const char *word, prompt_done *done,
			   void *context);

/* One of the answers to a choice. */
struct prompt_option {
	const char *label; /* "Save", "Throw away", "Keep editing" */
	const char *key;   /* the key that takes it at once, "s"; the first option has Enter as well */
};

/*
 * Asks for one of count options.  The one that loses nothing belongs first: it has Enter.  Yes and no
 * is a choice of two.
 */
struct prompt *prompt_choice(const char *title, const char *question, const struct prompt_option *options,
			     size_t count, prompt_done *done, void *context);

/*
 * Asks for each of count items to be ticked, with Space: answered by Enter once all are.  Which they are
 * the caller knows.
 */
struct prompt *prompt_ticks(const char *title, const char *question, const char *const *items, size_t count,
			    prompt_done *done, void *context);

/* Shows a text to be read, scrolled where it is long; any of Enter, Esc, q ends it. */
struct prompt *prompt_message(const char *title, const char *text, prompt_done *done, void *context);

/* One row of a list. */
struct prompt_item {
	const char *group;  /* heading that it stands under, or NULL; items of a group follow each other */
	const char *key;    /* short text in a column of its own (a key), or NULL */
	const char *label;  /* what it is */
	const char *help;   /* more about it, dim, or NULL */
	const char *reason; /* why it cannot be done now: shown after help, in brackets; NULL if it can */
};

enum prompt_list_kind {
	PROMPT_FILTER, /* a field on top narrows the list as one types, by fold, over label, help and key */
	PROMPT_MENU,   /* one group at a time, Left and Right for the others, or items without groups; an
			  item's key chooses it */
	PROMPT_SHEET,  /* as large as it can be, keys first, headings between: to be read */
};

/* Asks for one of count items; selected is the one to start at. */
struct prompt *prompt_list(enum prompt_list_kind kind, const char *title, const struct prompt_item *items,
			   size_t count, size_t selected, prompt_done *done, void *context);

/* -- What an answer must be; strings are borrowed, best constants -- */

/* Why a text will not do, a sentence of at most 70 columns; NULL when it will. */
typedef const char *prompt_check(const char *text);

/* prompt_text: initial is offered: the first character or paste replaces it, any other key keeps it. */
void prompt_fresh(struct prompt *prompt);

/* prompt_text, prompt_lines, PROMPT_FILTER: an empty answer is refused with this sentence, and the box stays.
 */
void prompt_need(struct prompt *prompt, const char *sentence);

/* prompt_text: an answer is refused with what check says of it, and the box stays with what was typed. */
void prompt_verify(struct prompt *prompt, prompt_check *check);

/*
 * PROMPT_FILTER: what is typed can be the answer although the list has not got it.  It stands in a last
 * row behind label ("New section:"), with count as its choice and the answer's text; check refuses
 * what will not do.  question stands over the list.
 */
void prompt_offer(struct prompt *prompt, const char *question, const char *label, prompt_check *check);

/* PROMPT_FILTER: what has the words that are typed as words comes before what has them within others. */
void prompt_exact_first(struct prompt *prompt);

/* PROMPT_FILTER, PROMPT_MENU: what the list is about, in one row over it. */
void prompt_about(struct prompt *prompt, const char *words);

/*
 * Has the question be what diff_format() made, with its marks (NULL for none) in the colours of a review; any
 * bytes.  Both are copied.
 */
void prompt_changes(struct prompt *prompt, const struct strbuf *text, const struct diff_marks *marks);

/* prompt_text, prompt_lines: what the field begins with, any bytes. */
void prompt_begin(struct prompt *prompt, const char *bytes, size_t len);

/* Whether the field has anything by now. */
bool prompt_has_text(const struct prompt *prompt);

/* Who keeps what is typed; see prompt_journal.h. */
struct prompt_keeper {
	/* The field has this text now: before it is shown, and at once where it begins with any. */
	void (*typed)(void *keeper, const char *text, size_t len);

	/* After done. over: it was answered, or left with Esc; else the program ends, and the person does not
	 * know. */
	void (*ended)(void *keeper, bool over);
};

/* prompt_text, prompt_lines: has a keeper hear of it, which it frees when it ends. */
void prompt_keep(struct prompt *prompt, const struct prompt_keeper *ops, void *keeper);

/* -- What the app does with it -- */

/* Any event. True when the prompt is over and wants prompt_finish(). */
bool prompt_input(struct prompt *prompt, const struct input_event *event);

/* Whether it has a use for a key with Alt. */
bool prompt_has_alt(const struct prompt *prompt, struct input_key key);

/* Draws the box over what is in the region, which is the whole screen, and places the cursor. */
void prompt_draw(struct prompt *prompt, struct canvas_region region);

/* Hands the answer (none, unless prompt_input said that it is over) to done and frees the prompt. */
void prompt_finish(struct prompt *prompt);

#endif
