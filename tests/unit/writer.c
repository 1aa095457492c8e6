#include "writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/editor.h"
#include "tui/editor_internal.h"

const char front[] = "---\ntitle: Lake path\n---\n";

struct stage *open_text(void **state, const char *text, int height, int width)
{
	struct stage *s = stage_new(*state, editor_new, text, strlen(text));

	stage_open(s, height, width);
	return s;
}

struct stage *open_body(void **state, const char *body)
{
	char *text = mem_printf("%s%s", front, body);
	struct stage *s = open_text(state, text, 24, 80);

	free(text);
	return s;
}

struct editor *editor_of(struct stage *s)
{
	return s->pane.state;
}

void assert_text(struct stage *s, const char *text)
{
	size_t len;
	const char *now = buffer_text(editor_of(s)->buffer, &len);
	char *copy = mem_strndup(now, len);

	assert_string_equal(copy, text);
	free(copy);
}

void assert_body(struct stage *s, const char *body)
{
	char *text = mem_printf("%s%s", front, body);

	assert_text(s, text);
	free(text);
}

void assert_saved(struct stage *s, const char *text)
{
	const struct draft *draft = desk_draft(s->desk, s->draft, &s->err);

	assert_non_null(draft);
	assert_string_equal(draft->text, text);
}

void assert_selected(struct stage *s, const char *words)
{
	struct editor *e = editor_of(s);
	size_t start, end;
	char *copy;

	editor_selection(e, &start, &end);
	copy = mem_strndup(buffer_bytes(e->buffer, start, end - start), end - start);
	assert_string_equal(copy, words);
	free(copy);
}

void assert_status_has(struct stage *s, const char *words)
{
	char *status = stage_status(s);

	if (strstr(status, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, status);
	free(status);
}

void assert_said(struct stage *s, const char *words)
{
	if (s->said == NULL || strstr(s->said, words) == NULL)
		fail_msg("\"%s\" is not in \"%s\"", words, s->said ? s->said : "");
}

void save_as_another(struct stage *s, const char *body)
{
	struct desk *other = stage_desk_of(s, "B. Editor <b@desk.example>");
	const struct draft *draft = desk_draft(other, s->draft, &s->err);
	struct oid saved;
	char *text = mem_printf("%s%s", front, body);

	assert_non_null(draft);
	ok(s, desk_save(other, s->draft, &draft->blob, text, strlen(text), &saved, &s->err));
	desk_close(other);
	free(text);
}
