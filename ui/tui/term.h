/*
 * The terminal of the person, and the signals of the process.
 *
 * term_open() puts the terminal into raw mode, so that Ctrl-C, Ctrl-Z, Ctrl-S
 * and Ctrl-Q arrive as keys, takes the alternate screen and asks for bracketed
 * paste.  However the process ends (return, exit, a signal, a crash), the
 * terminal gets its old modes back.
 *
 *	term_open(&term, &err);
 *	canvas = canvas_new(term_height(term), term_width(term));
 *	loop: draw into canvas; term_draw(term, canvas);
 *	      poll(term_fd(term), term_signal_fd(term), term_timeout(term));
 *	      term_read(term); while (term_next(term, &event)) ...
 *	term_close(term);
 *
 * There is one terminal and so one struct term at a time, because signals
 * belong to the process.
 */
#ifndef COPYDESK_TERM_H
#define COPYDESK_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/input.h"

struct canvas;
struct error;
struct frame_look;
struct term;

/*
 * Takes standard input and output.  The environment decides: TERM (an unknown one is used as vt100,
 * and term_notice() says so), NO_COLOR, ESCDELAY (milliseconds; 50 without it).  A
 * locale that is not UTF-8 becomes C.UTF-8.  E_INVALID, in words, when input or output is no
 * terminal, or one that cannot place its cursor.
 */
int term_open(struct term **out, struct error *err);

/* Gives the terminal back as it was. NULL is fine. */
void term_close(struct term *term);

/*
 * Gives the terminal back for a while, to another program, and takes it again: all is drawn anew then, and
 * INPUT_RESIZE comes.  Signals that end the process are only kept in mind meanwhile.
 */
void term_suspend(struct term *term);
void term_resume(struct term *term);

/*
 * A process whose terminal is gone, or that a signal asked to end, is ended within a second, with whatever
 * it waits for, unless somebody says that this must be waited for.
 */
void term_take_time(void);

/* Whether a signal asked for the end; term is the struct term, as whoever lends it is asked. */
bool term_is_ending(void *term);

/* What the terminal that terminfo_load() loaded can do; no colours where NO_COLOR is set. */
void term_look(struct frame_look *look);

/* A sentence to show once, about the terminal itself, or NULL. */
const char *term_notice(const struct term *term);

/* Cells; never below 1. */
int term_height(const struct term *term);
int term_width(const struct term *term);

/* -- Output -- */

/*
 * Shows the canvas: one write of what differs from the last, none when nothing does.  A terminal
 * that is gone shows as INPUT_HANGUP from term_next(), never here.
 */
void term_draw(struct term *term, const struct canvas *canvas);

/* The same where nothing but one row, and the cursor, changed since then. */
void term_draw_row(struct term *term, const struct canvas *canvas, int row);

/* The terminal shows something else: the next term_draw() draws all. */
void term_forget(struct term *term);

/* Turns reports of the mouse on or off; off at the start. */
void term_mouse(struct term *term, bool on);

/*
 * Hands a text to the clipboard of the person's own terminal (OSC 52); nothing is ever read back.
 * False when the text is longer than terminals take (TERM_COPY_LIMIT) or this one takes none.
 */
bool term_copy(struct term *term, const char *text, size_t len);

#define TERM_COPY_LIMIT ((size_t)74000)

/* -- Input -- */

/* Readable when the person did something, and when a signal came. */
int term_fd(const struct term *term);
int term_signal_fd(const struct term *term);

/* Milliseconds until term_read() should be called even if neither is readable; -1 for never. */
int term_timeout(const struct term *term);

/* Takes what has come, without waiting. */
void term_read(struct term *term);

/* The next event; false when there is none. event->text is borrowed until the next call. */
bool term_next(struct term *term, struct input_event *event);

#endif
