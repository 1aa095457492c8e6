/*
 * What the files of the review pane share; no other room includes this.
 */
#ifndef COPYDESK_REVIEW_PANE_INTERNAL_H
#define COPYDESK_REVIEW_PANE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/desk.h"
#include "tui/comparison.h"
#include "tui/pane.h"

struct error;
struct strbuf;

/* A thread as rows of text; one may be what was said of the whole. */
struct thread {
	size_t number;          /* of the thread in the draft, from 1; 0 for what was said of the whole */
	char id[REPO_HEX_SIZE]; /* of the commit that opened it */
	enum review_thread_kind kind;
	bool resolved;
	bool open_suggestion; /* it can be taken or refused */
	size_t at;            /* last byte of its passage in the text, CHANGES_NONE for none */
	char **lines;
	size_t count;
	size_t capacity;
};

struct review {
	struct pane_place place;
	struct comparison it;
	char *name;
	char *headline;
	char *about; /* "step 1 of 2: review    on 81be07a" */
	char *hint; /* what this person is to it, when it is due, what became of the article; NULL for nothing
		     */
	char *summary;          /* for the status line */
	struct thread *threads; /* in the order of their places */
	size_t thread_count;
	size_t suggestions; /* that can be taken or refused */
	int width;
	bool in_review;
	bool approved;
	char *problem;
	uint64_t seen; /* version of the desk */
};

/* Reads the threads of a draft, with what was said of the whole; and forgets them. */
void review_read_threads(struct review *review, const struct draft *draft);
void review_forget_threads(struct review *review);

/* The thread under the cursor, or NULL. */
const struct thread *review_thread_here(const struct review *review);

/* Says what was done (NULL: that was said), or why not, and has everybody look again. */
void review_tell(struct review *review, int rc, const struct error *err, const char *done);

/* One kind of words that are asked for. */
struct words;

struct asking {
	const char *title;
	const char *done; /* what is said when they are kept; NULL: the act says it */
	bool lines;       /* several lines, and at least one word */
	int (*act)(const struct words *words, const char *text, struct error *err);
};

/* What somebody writes, and what about. */
struct words {
	struct review *review;
	const struct asking *asking;
	char *question;
	struct review_passage passage; /* of a comment */
	bool whole;                    /* a comment on the whole draft */
	char id[REPO_HEX_SIZE];        /* of the thread that it is about */
};

/* Asks for words and acts on them; takes question. */
struct words *review_words_new(struct review *review, const struct asking *asking, char *question);
void review_ask(struct words *words, const char *initial, const char *problem);

/* Functions of command rows, with a struct review as target. */
int review_comment(void *target, int question, struct error *err);
int review_resolve(void *target, int argument, struct error *err);
int review_take(void *target, int argument, struct error *err);
int review_refuse(void *target, int argument, struct error *err);
int review_several(void *target, int argument, struct error *err);
int review_approve(void *target, int argument, struct error *err);
int review_reject(void *target, int argument, struct error *err);
int review_submit(void *target, int argument, struct error *err);
int review_assign(void *target, int argument, struct error *err);

/* Leaves out the straight quotes that a field has around all of a passage: it is quoted in others. */
void review_bare(const char *text, size_t *start, size_t *end);

#endif
