/*
 * A program in a pseudo-terminal, and what a person would see on it.
 *
 * libvterm plays the terminal: it reads what the program sends and knows what
 * bytes each key sends.  Nothing here waits for a time; callers pump until
 * they see what they wait for, or their deadline passes.
 */
#ifndef COPYDESK_TESTS_PTY_H
#define COPYDESK_TESTS_PTY_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/input.h"

struct pty;
struct strbuf;

/* Starts a shell command on a terminal of this size. */
struct pty *pty_start(const char *command, int height, int width);

/* Ends the program by force if it still runs. NULL is fine. */
void pty_free(struct pty *pty);

/*
 * Takes what the program sent, waiting up to milliseconds for something; false when nothing came, or
 * nothing can come any more.
 */
bool pty_pump(struct pty *pty, int milliseconds);

/* Bytes that the program has sent since the start. */
size_t pty_bytes(const struct pty *pty);

/* -- What the person does -- */

void pty_key(struct pty *pty, struct input_key key);
void pty_type(struct pty *pty, const char *text, size_t len);
void pty_paste(struct pty *pty, const char *text, size_t len);
void pty_resize(struct pty *pty, int height, int width);

/* Closes the person's end, as a lost connection does. */
void pty_hang_up(struct pty *pty);

void pty_signal(struct pty *pty, int number);

/* Lets the program have at most so many bytes more than it has now. */
void pty_limit_memory(struct pty *pty, size_t more);

/*
 * Waits for the end of the program; false when it has not ended by then.  *status is its exit status,
 * 128 + the signal's number if one ended it, and *cpu the milliseconds of processor time that it took.
 */
bool pty_wait_end(struct pty *pty, int milliseconds, int *status, long *cpu);

/*
 * As pty_wait_end(), for milliseconds that a busy machine does not stretch: what others take of the
 * processors from the program and from us is not counted, nor is what the program waits for the disk.  *spent
 * are those that passed.
 */
bool pty_wait_end_busily(struct pty *pty, int milliseconds, int *spent, int *status, long *cpu);

/* Whether the program has ended or closed its terminal, so that nothing more will come. */
bool pty_is_over(const struct pty *pty);

/* -- What the person sees -- */

int pty_height(const struct pty *pty);

/*
 * Appends a row, blanks at its end left out.  With styled, a second line follows if anything in the
 * row is not plain: "~" and under each column r (reverse), u (underlined), b (bold), i (italic) or
 * c (coloured only).
 */
void pty_row(struct pty *pty, int row, bool styled, struct strbuf *out);

/* How often a text is on the screen, within rows. */
int pty_count(struct pty *pty, const char *text);

/* Where the cursor is; false while it is hidden. */
bool pty_cursor(struct pty *pty, int *row, int *column);

/* Whether the terminal is as a shell expects it: normal screen, cursor shown, line mode with echo. */
bool pty_is_restored(struct pty *pty);

#endif
