/*
 * From a raw text to an article: plain text as it is copied from a news page,
 * or Markdown with or without front matter.
 *
 * Nothing is reworded.  Every line of the source ends in front matter, in the
 * body, or among the dropped lines, and says where and why, so that an editor
 * sees all of it before anything is written.  In doubt a line is body: an
 * editor can take furniture out, but not put a lost sentence back.
 *
 * A text is Markdown when it starts with front matter that can be read or when
 * its file is named so (.md, .markdown); otherwise it is plain.  Of plain text:
 *
 * - The first line is the headline, breadcrumbs and buttons before it apart.
 * - Label lines below it ("Author:... Time:...", "来源：", also several on one
 *   line, also empty, also a date alone) are front matter.  An author that is a
 *   site or an organisation is the source.
 * - What follows an end mark (- END -, -30-, ###, （完）) is dropped.
 * - At the foot, credits in brackets or after a label ("(Reporter ...)",
 *   （记者 张三）) are front matter; below the last sentence, site furniture is
 *   dropped from the first line on that is surely or by its words a part of
 *   one: the rights, licence numbers, menus, contact lines, links and buttons.
 *   "主办" there is the publisher.
 * - Each line that is left is a paragraph, escaped where Markdown would take it
 *   for markup.  Only spaces at its ends go, the indent of two ideographic ones
 *   too: they are layout.  Where a text is clearly hard-wrapped (blank lines
 *   between paragraphs, and each line ends just where the next word would not
 *   have fitted), the lines of a paragraph are joined.
 *
 * Of Markdown with front matter only what is missing is added; without, the
 * heading at the top is the headline, and labels and credits are read as above
 * where they stand alone.  Its lines are kept byte by byte, nothing is escaped
 * and nothing dropped.
 *
 *	import_text(&import, text, len, &options, &err);
 *	... import.text, import.lines, import.warnings ...
 *	import_clear(&import);
 */
#ifndef COPYDESK_IMPORT_H
#define COPYDESK_IMPORT_H

#include <stdbool.h>
#include <stddef.h>

struct error;

/* Bytes of a slug that is made from a headline. */
#define IMPORT_SLUG_LIMIT 80

enum import_fate {
	IMPORT_BLANK, /* spaces at most */
	IMPORT_FIELD, /* front matter */
	IMPORT_BODY,
	IMPORT_DROPPED,
};

struct import_line {
	const char *text; /* as it stands in the source, as UTF-8, without its line end; not NUL-terminated */
	size_t len;       /* bytes */
	enum import_fate fate;
	char *what; /* FIELD: the keys, "date, source"; DROPPED: why, in words; else NULL */
};

struct import_field {
	char *key;
	char *value; /* as it was written; of tags all, with a comma between */
	size_t line; /* of the source, from 1; 0 for what was made: slug, language */
};

struct import_options {
	const char *name;     /* of the file, or NULL */
	const char *language; /* BCP 47, or NULL to guess from the share of Han characters */
};

struct import {
	char *text; /* the article: front matter and body; NUL-terminated */
	size_t len; /* bytes */
	bool markdown;
	char *source; /* the text as UTF-8, which the lines point into */
	struct import_line *lines;
	size_t line_count;
	struct import_field *fields; /* in the order of the front matter */
	size_t field_count;
	char **warnings; /* sentences for the editor */
	size_t warning_count;
	size_t capacity[3]; /* of lines, fields and warnings */
};

/*
 * Makes an article of a text; the caller clears out, also on failure.  E_INVALID for an empty text,
 * for bytes that are no text, and for a Markdown file whose front matter cannot be read.
 */
int import_text(struct import *out, const char *text, size_t len, const struct import_options *options,
		struct error *err);
void import_clear(struct import *import);

/* The value of a field, or NULL. */
const char *import_field(const struct import *import, const char *key);

/* "blank", "field", "body" or "dropped". */
const char *import_fate_name(enum import_fate fate);

#endif
