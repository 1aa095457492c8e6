/*
 * What stands around a text on a news page and is no part of it: the way to
 * the page, buttons, counters, menus, rights.  A part of import.
 */
#ifndef COPYDESK_IMPORT_FURNITURE_H
#define COPYDESK_IMPORT_FURNITURE_H

#include <stdbool.h>
#include <stddef.h>

/* What a line at the foot looks like, taken by itself. */
enum import_furniture {
	FURNITURE_TEXT,    /* a sentence, or too long for furniture */
	FURNITURE_SHORT,   /* could be a menu's, a list's or a poem's */
	FURNITURE_ABOUT,   /* "About the harbour": a menu's when more of its words follow */
	FURNITURE_WORDS,   /* a menu's usual words, or a contact line */
	FURNITURE_BUTTON,  /* share, print, the next article */
	FURNITURE_HEADING, /* "Related articles": what follows are links */
	FURNITURE_NOTICE,  /* a sentence about copying, which counts only below rights */
	FURNITURE_RIGHTS,  /* surely furniture: copyright, licence numbers */
};

enum import_furniture import_furniture(const char *line, size_t len);

/* Whether a line at the top, before or below the headline, is furniture. */
bool import_is_head_furniture(const char *line, size_t len);

enum import_end {
	IMPORT_NO_END,
	IMPORT_END,       /* the line is an end mark: - END -, （完） */
	IMPORT_END_WEAK,  /* ###, which is an end mark when it stands once and a divider otherwise */
	IMPORT_END_AFTER, /* the line is text with （完） at its end */
};

enum import_end import_end_mark(const char *line, size_t len);

#endif
