/*
 * A draft in the editor, on a stage, and what is to be true of it.
 */
#ifndef COPYDESK_TESTS_WRITER_H
#define COPYDESK_TESTS_WRITER_H

#include "stage.h"

struct editor;

/* The fields before each body. */
extern const char front[];

/* A text, opened; the cursor at the start of its body. */
struct stage *open_text(void **state, const char *text, int height, int width);

/* A body with a short front matter, opened at 24x80. */
struct stage *open_body(void **state, const char *body);

struct editor *editor_of(struct stage *s);

/* The text in the editor; its body alone; the draft's text as it is saved. */
void assert_text(struct stage *s, const char *text);
void assert_body(struct stage *s, const char *body);
void assert_saved(struct stage *s, const char *text);

/* What is selected, "" for nothing. */
void assert_selected(struct stage *s, const char *words);

/* What the status line tells has these words; what was said last has them. */
void assert_status_has(struct stage *s, const char *words);
void assert_said(struct stage *s, const char *words);

/* Somebody else saves a body over the draft as it stands. */
void save_as_another(struct stage *s, const char *body);

#endif
