/*
 * Two versions of an article laid side by side, as they are read: the fields
 * of the front matter by name, then paragraph by paragraph what stayed, what
 * changed, what came and went, and what moved.
 *
 * It is made of a diff and adds no opinion of its own on what changed.  Front
 * matter that cannot be read in either version is compared line by line, as
 * text.
 */
#ifndef COPYDESK_REDLINE_H
#define COPYDESK_REDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "text/diff.h"

struct error;

/* A field of the front matter; its values in words, the items of a list with ", " between. */
struct redline_field {
	char *name;   /* as written */
	char *before; /* NULL: there was none */
	char *after;  /* NULL: there is none any more */
	size_t start; /* bytes of its value in the new text, or where there is none 0 + 0 */
	size_t len;
	bool respelled; /* both say the same, in other bytes */
};

enum redline_kind {
	REDLINE_SAME,
	REDLINE_CHANGED, /* another wording, or one paragraph in the place of another */
	REDLINE_REMOVED,
	REDLINE_ADDED,
	REDLINE_LEFT, /* it stands further up or down in the new version: number says where */
	REDLINE_CAME, /* it stood elsewhere in the old version: number says where; it may be reworded */
};

/* A stretch of text: of the old version for removed, of the new one for same and added. */
struct redline_run {
	enum diff_kind kind;
	size_t start; /* bytes from the start of the version */
	size_t len;
};

/* Paragraphs that are shown as one: one and one, or two where one was split or two were joined. */
struct redline_block {
	enum redline_kind kind;
	size_t number;          /* of the paragraph in its version, from 1, as people count them */
	size_t elsewhere;       /* of a moved one: its number in the other version */
	size_t start, len;      /* bytes of the new version that it covers; empty for what went */
	size_t runs, run_count; /* in redline.runs; what is left of both versions put together is the block */
};

struct redline {
	struct redline_field *fields; /* those of the new version in order, then those that went */
	size_t field_count;
	size_t field_capacity;
	struct redline_block *blocks; /* in reading order */
	size_t block_count;
	size_t block_capacity;
	struct redline_run *runs;
	size_t run_count;
	size_t run_capacity;
	size_t old_body,
	    body;       /* bytes of either version before its body; 0 where fields are not told by name */
	size_t changes; /* of both fields and words; a moved paragraph is one */
	bool fields_written; /* the front matter is written in another way than it was, though no value
				changed */
	bool blanks;         /* blank lines or line ends between paragraphs are others */
	bool coarse;         /* as of struct diff */
};

struct redline_text {
	const char *bytes;
	size_t len;
};

/* Compares; the texts are borrowed for the call. The caller clears. */
int redline_build(struct redline *out, struct redline_text old_text, struct redline_text new_text,
		  struct error *err);
void redline_clear(struct redline *redline);

/* Whether a field's value is another, or was not there before, or is not any more. */
bool redline_field_changed(const struct redline_field *field);

#endif
