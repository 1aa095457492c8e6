/*
 * A pane on a stage: a newsroom with one draft, a host that remembers what it
 * was asked for, keys by their names, and a canvas.
 */
#ifndef COPYDESK_TESTS_STAGE_H
#define COPYDESK_TESTS_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "tui/pane.h"

#include "newsroom.h"

struct canvas;
struct desk;
struct prompt;
struct worker;

struct stage {
	struct newsroom *room;
	struct desk *desk;
	struct worker *worker;
	char *draft; /* name of the draft */
	pane_make *make;
	struct pane_host host;
	struct pane_place place;
	struct pane pane; /* ops NULL while none is open */
	struct canvas *canvas;
	struct prompt *prompt; /* what the person is asked now, or NULL */
	struct strbuf clipboard;
	char *said;            /* the last sentence, or NULL */
	bool closed;           /* the pane asked to be closed, and was */
	enum pane_kind opened; /* what it asked to be opened last ... */
	char *opened_name;     /* ... for what, or NULL */
	struct error err;
};

/* A newsroom with a draft of this text, written by A. Writer. */
struct stage *stage_new(struct newsroom *room, pane_make *make, const char *text, size_t len);
void stage_free(struct stage *s);

/* The newsroom once more, as another person sees it. The caller closes. */
struct desk *stage_desk_of(struct stage *s, const char *who);

/* Opens the pane on the draft, draws it, and frees it as if the process had been killed. */
void stage_open(struct stage *s, int height, int width);

/* The same for another matter; name as in struct pane_host's open. */
void stage_open_for(struct stage *s, const char *name, int height, int width);
void stage_drop(struct stage *s);

/* Types a text, cluster by cluster; presses keys that are named with blanks between; pastes. */
void stage_type(struct stage *s, const char *text);
void stage_press(struct stage *s, const char *names);
void stage_paste(struct stage *s, const char *text);

/* Runs a command by its name. */
void stage_run(struct stage *s, const char *name);

/* Lets an hour without a key go by: all that was put off is done; then draws. */
void stage_rest(struct stage *s);
void stage_draw(struct stage *s);

/* The pane with the question over it is the picture of that name; see picture.h. */
void stage_check_prompt(struct stage *s, const char *name);

/* The status line; the caller frees. */
char *stage_status(struct stage *s);

#endif
