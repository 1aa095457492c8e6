/*
 * What terminfo knows about a terminal: the only room that includes curses.
 *
 * It is ncurses' terminfo level (term_variables(3)) and no more.  The windows above it count columns
 * by wcwidth(), which knows neither clusters nor our widths, and read one byte a system call; the
 * frame and input rooms stand in for them.  Like ncurses it holds one terminal at a time.
 */
#ifndef COPYDESK_TERMINFO_H
#define COPYDESK_TERMINFO_H

#include <stdbool.h>

struct strbuf;

/* Loads the entry of a terminal type; false when there is none. */
bool terminfo_load(const char *type);
void terminfo_unload(void);

/* A string capability by its name in terminfo(5); NULL when the terminal has none. Borrowed. */
const char *terminfo_string(const char *capability);

/* A number, or -1. */
int terminfo_number(const char *capability);

/* Appends a string capability without its padding, "$<5>", which no terminal of today needs. */
void terminfo_add(struct strbuf *out, const char *capability);

#endif
