/*
 * A script of the screen as it runs: its steps one by one, its terminals, and
 * what is told of each step as TAP.  tests/README.md tells the language.
 */
#ifndef COPYDESK_TESTS_SCRIPT_H
#define COPYDESK_TESTS_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "pty.h"

#define SCRIPT_TERMINALS 4
#define SCRIPT_DEADLINE  60000 /* milliseconds that a wait may take */

struct script_terminal {
	char *name;
	struct pty *pty;
};

/* One line of a script, with the lines that belong to it. */
struct step {
	const char *verb;
	char *argument;     /* what follows the verb and one blank; never NULL */
	struct strbuf body; /* of "<<END", and of a screen; without the line that ends it */
};

struct script {
	char *path;
	char *text, *rest; /* rest: what is not read yet */
	int line;          /* of the step, from 1 */
	int next_line;
	int height, width;
	struct script_terminal terminals[SCRIPT_TERMINALS];
	int current; /* terminal */
	int checks;
	bool failed;
	bool update;           /* expected screens are written instead of compared */
	struct strbuf updated; /* the script as it will be then */
	char *folder, *source, *build;
	long cpu; /* milliseconds that the last program took */
};

/* What can be done in a line of a script. */
struct verb {
	const char *name;
	bool (*function)(struct script *script, struct step *step); /* false: the script ends here */
	bool terminal;                                              /* needs a program that was started */
	bool block;                                                 /* its lines follow, up to "end" */
};

extern const struct verb verbs[];
extern const size_t verb_count;

/* Does the steps of a script, up to one that fails. */
void script_run(struct script *script);

/* The terminal that the script is at; NULL before a program was started on it. */
struct pty *script_pty(struct script *script);

/* -- Telling -- */

/* Prints a text as comments of TAP. */
void script_comment(const char *text);

/* One line of TAP; where the check failed, with the screen. Gives passed. */
bool script_check(struct script *script, const struct step *step, bool passed);

/* A check that failed, and why. Gives false. */
bool script_fail(struct script *script, const struct step *step, const char *why);

/* Appends the screen as rows, see pty_row(). */
void script_add_screen(struct pty *pty, bool styled, struct strbuf *out);

/* -- Waiting -- */

/*
 * Pumps until condition(context) holds; false after the deadline.  All terminals are kept going, so
 * that none of the programs is stuck on a full one.
 */
bool script_wait(struct script *script, bool (*condition)(struct pty *pty, void *context), void *context);

/* Takes what comes until nothing has for so many milliseconds. */
void script_drain(struct pty *pty, int milliseconds);

#endif
