/*
 * What went wrong, in words an editor understands.
 *
 * A function that can fail returns 0 or one of the codes below and fills the
 * caller's struct error.  The lowest level that knows the cause says it once,
 * naming the article or file; the top level adds what to do now with
 * error_advise().  A struct error needs no clearing and owns nothing.
 */
#ifndef COPYDESK_ERROR_H
#define COPYDESK_ERROR_H

enum {
	E_NOTFOUND = -1,  /* no such article, draft, file or ref */
	E_CONFLICT = -2,  /* somebody else moved it first */
	E_INVALID = -3,   /* the input cannot be what it claims to be */
	E_REFUSED = -4,   /* a rule of the desk says no */
	E_IO = -5,        /* the system failed: disk, permission, process */
	E_GIT = -6,       /* the repository is damaged or unsupported */
	E_CANCELLED = -7, /* the person stopped it */
};

#define ERROR_MESSAGE_SIZE 640

struct error {
	int code;                         /* one of the codes above, 0 when unset */
	char message[ERROR_MESSAGE_SIZE]; /* UTF-8, one sentence, no newline, cut at a character */
};

/* Fills err (which may be NULL) and returns code, so that a failing function ends in one line. */
int error_set(struct error *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* As error_set, with E_IO and the system's reason for errnum (an errno value) after the words. */
int error_set_errno(struct error *err, int errnum, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Appends a sentence to an existing message: what to do now. Returns err's code. */
int error_advise(struct error *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The process's exit status for a code: 0 done, 1 a negative answer, 2 failure, 3 conflict. */
int error_exit_status(int code);

#endif
