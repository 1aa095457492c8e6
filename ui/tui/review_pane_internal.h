/*
 * What the files of the review pane share; no other room includes this.
 */
#ifndef COPYDESK_REVIEW_PANE_INTERNAL_H
#define COPYDESK_REVIEW_PANE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/desk.h"
#include "tui/changes.h"
#include "tui/pane.h"
#include "tui/scroll.h"

struct error;
struct strbuf;

/* A comment as rows of text, for changes_build(); the first may be what was said of the whole. */
struct thread {
	size_t number; /* of the comment in the draft, from 1; 0 for what was said of the whole */
	bool resolved;
	size_t at; /* last byte of its passage in the text, CHANGES_NONE for none */
	char **lines;
	size_t count;
	size_t capacity;
};

struct review {
	struct pane_place place;
	char *name;
	char *headline;
	char *about;     /* "step 1 of 2: review    on 81be07a" */
	char *summary;   /* for the status line */
	struct oid head; /* what the person looks at */
	struct oid blob;
	char *text;
	size_t text_len;
	struct thread *threads; /* in the order of their places */
	size_t thread_count;
	struct changes changes;
	int width;
	size_t cursor; /* row */
	size_t mark;   /* row where a passage was begun, CHANGES_NONE for none */
	struct scroll scroll;
	bool in_review;
	bool approved;
	char *problem;
	uint64_t seen;
	uint64_t version;
};

/* The comment under the cursor, or NULL. */
const struct thread *review_thread_here(const struct review *review);

/* Whether a row belongs to the passage that is being marked. */
bool review_is_marked(const struct review *review, size_t row);

/* Appends the size of a blob, as " (644 bytes)"; nothing where it cannot be told. */
void review_add_size(struct strbuf *out, struct desk *desk, const struct oid *blob);

/* Functions of command rows, with a struct review as target. */
int review_comment(void *target, int argument, struct error *err);
int review_resolve(void *target, int argument, struct error *err);
int review_approve(void *target, int argument, struct error *err);
int review_reject(void *target, int argument, struct error *err);
int review_submit(void *target, int argument, struct error *err);

#endif
