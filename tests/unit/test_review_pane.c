/*
 * The review pane while others work: the cursor, the mark, and what is kept of a look.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "tui/canvas.h"
#include "tui/prompt.h"
#include "tui/review_pane.h"

#include "stage.h"

static const char text[] =
    "---\ntitle: Volunteers rebuild the lake path\ndate: 2026-11-18\nlanguage: en\n---\n\n"
    "On Saturday five volunteers cleared the path.\n\n"
    "The work was paid by the harbour trust.\n\n"
    "周日还有第二批志愿者。\n";

static struct stage *raise_curtain(void **state, struct desk **editor)
{
	struct stage *s = stage_new(*state, review_pane_new, text, strlen(text));

	*editor = stage_desk_of(s, "B. Editor <b@desk.example>");
	ok(s, desk_submit(s->desk, s->draft, NULL, &s->err));
	ok(s, desk_refresh(*editor, &s->err));
	return s;
}

static void let_fall(struct stage *s, struct desk *editor)
{
	desk_close(editor);
	stage_free(s);
}

static void comment(struct stage *s, struct desk *editor, const char *words, const char *said)
{
	struct review_passage passage = {.quote = mem_strdup(words)};
	const struct draft *draft;

	ok(s, desk_refresh(editor, &s->err));
	draft = desk_draft(editor, s->draft, &s->err);
	passage.on = draft->blob;
	passage.start = (size_t)(strstr(draft->text, words) - draft->text);
	passage.len = strlen(words);
	ok(s, desk_comment(editor, s->draft, &passage, said, &s->err));
	free(passage.quote);
	ok(s, desk_refresh(s->desk, &s->err));
}

static void save(struct stage *s, struct desk *desk, const char *words)
{
	ok(s, desk_refresh(desk, &s->err));
	ok(s, desk_save(desk, s->draft, NULL, words, strlen(words), NULL, &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
}

/* The row under the cursor, as it is drawn. */
static char *row_here(struct stage *s)
{
	struct strbuf out = STRBUF_INIT;
	const char *line;
	const char *end;
	char *row;

	stage_draw(s);
	canvas_dump(&out, s->canvas, false);
	line = strstr(out.data, "\n > ");
	assert_non_null(line);
	end = strchr(line + 1, '\n');
	row = mem_strndup(line + 4, (size_t)(end - line) - 4);
	strbuf_clear(&out);
	return row;
}

static void assert_here(struct stage *s, const char *words)
{
	char *row = row_here(s);

	if (strstr(row, words) == NULL)
		fail_msg("The cursor is on “%s”, not on “%s”.", row, words);
	free(row);
}

static void the_cursor_stays_on_its_comment(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);

	comment(s, editor, "harbour trust", "Which trust?");
	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "n Down Down");
	assert_here(s, "Which trust?");
	comment(s, editor, "five", "Five or seven?");
	assert_here(s, "Which trust?");
	stage_press(s, "x");
	assert_string_equal(s->said, "The comment is resolved.");
	ok(s, desk_refresh(s->desk, &s->err));
	assert_true(desk_draft(s->desk, s->draft, &s->err)->state.threads[0].resolved);
	assert_false(desk_draft(s->desk, s->draft, &s->err)->state.threads[1].resolved);
	assert_here(s, "Which trust?");
	let_fall(s, editor);
}

static void the_cursor_stays_on_its_words(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);
	char *more = mem_printf("%.*sNews of the day.\n\n%s", (int)(strstr(text, "On Sat") - text), text,
				strstr(text, "On Sat"));

	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "End");
	assert_here(s, "周日还有第二批志愿者。");
	save(s, s->desk, more);
	assert_here(s, "周日还有第二批志愿者。");
	stage_press(s, "Up Up");
	assert_here(s, "The work was paid");
	comment(s, editor, "five", "Five or seven?");
	assert_here(s, "The work was paid");
	free(more);
	let_fall(s, editor);
}

static void a_marked_passage_stays_marked(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);

	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "End v Up Up");
	assert_here(s, "The work was paid");
	comment(s, editor, "five", "Five or seven?");
	stage_draw(s);
	stage_press(s, "c");
	stage_type(s, "Both?");
	stage_press(s, "Ctrl-S");
	ok(s, desk_refresh(s->desk, &s->err));
	{
		const struct draft *draft = desk_draft(s->desk, s->draft, &s->err);
		const struct review_commit *last = &draft->commits[draft->count - 1];

		assert_string_equal(last->passage.quote,
				    "The work was paid by the harbour trust.  周日还有第二批志愿者。");
	}
	let_fall(s, editor);
}

static void a_comment_that_is_gone_leaves_the_cursor_at_its_place(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);

	comment(s, editor, "five", "Five or seven?");
	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "n");
	assert_here(s, "comment, open");
	save(s, s->desk, "---\ntitle: Rain\n---\n\nRain is expected.\n");
	assert_here(s, "comment, open");
	let_fall(s, editor);
}

static void a_look_is_kept_when_the_review_is_left(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);
	struct oid head = desk_draft(s->desk, s->draft, &s->err)->head;
	struct oid seen;

	stage_open_for(s, s->draft, 21, 80);
	assert_false(desk_looked(s->desk, s->draft, &seen));
	stage_drop(s);
	assert_false(desk_looked(s->desk, s->draft, &seen));
	stage_open_for(s, s->draft, 21, 80);
	assert_true(s->pane.ops->close(s->pane.state));
	assert_true(desk_looked(s->desk, s->draft, &seen));
	assert_true(oid_equal(&seen, &head));
	assert_false(desk_looked(editor, s->draft, &seen));
	let_fall(s, editor);
}

static void what_became_of_the_article_is_told(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);
	struct release_plan plan;
	struct release_result result;
	struct strbuf out = STRBUF_INIT;
	char *path = mem_printf("content/city/%s.md", s->draft);
	char *first;
	char *second;
	char *more = mem_printf("%sMore.\n", text);

	ok(s, desk_approve(editor, s->draft, NULL, NULL, NULL, NULL, &s->err));
	ok(s, desk_plan(editor, NULL, 0, &plan, &s->err));
	ok(s, desk_release(editor, &plan, &result, &s->err));
	release_result_clear(&result);
	ok(s, desk_correct(editor, path, "One.", &first, &s->err));
	ok(s, desk_correct(editor, path, "Two.", &second, &s->err));
	ok(s, desk_save(editor, second, NULL, more, strlen(more), NULL, &s->err));
	ok(s, desk_submit(editor, second, NULL, &s->err));
	ok(s, desk_refresh(s->desk, &s->err));
	ok(s, desk_approve(s->desk, second, NULL, NULL, NULL, NULL, &s->err));
	ok(s, desk_plan(s->desk, NULL, 0, &plan, &s->err));
	ok(s, desk_release(s->desk, &plan, &result, &s->err));
	release_result_clear(&result);
	stage_open_for(s, first, 21, 80);
	canvas_dump(&out, s->canvas, false);
	assert_non_null(strstr(out.data, "The article was changed by"));
	strbuf_clear(&out);
	free(first);
	free(second);
	free(path);
	free(more);
	let_fall(s, editor);
}

static void assigning_asks_for_a_person_and_a_time(void **state)
{
	struct desk *editor;
	struct stage *s = raise_curtain(state, &editor);
	struct strbuf out = STRBUF_INIT;
	const struct draft *draft;

	stage_open_for(s, s->draft, 21, 80);
	stage_press(s, "w");
	assert_non_null(s->prompt);
	stage_type(s, "C. Chief <c@desk.example>");
	stage_press(s, "Enter");
	assert_non_null(s->prompt);
	stage_type(s, "soon");
	stage_press(s, "Enter");
	assert_non_null(s->prompt);
	stage_press(s, "Backspace Backspace Backspace Backspace");
	stage_type(s, "2026-11-21 17:00");
	stage_press(s, "Enter");
	assert_null(s->prompt);
	assert_string_equal(s->said, "It is assigned.");
	ok(s, desk_refresh(s->desk, &s->err));
	draft = desk_draft(s->desk, s->draft, &s->err);
	assert_string_equal(draft->commits[draft->state.assignment].assignee, "C. Chief <c@desk.example>");
	stage_draw(s);
	canvas_dump(&out, s->canvas, false);
	assert_non_null(strstr(out.data, "due 2026-11-21 17:00"));
	strbuf_clear(&out);
	let_fall(s, editor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(the_cursor_stays_on_its_comment),
	    in_newsroom(the_cursor_stays_on_its_words),
	    in_newsroom(a_marked_passage_stays_marked),
	    in_newsroom(a_comment_that_is_gone_leaves_the_cursor_at_its_place),
	    in_newsroom(a_look_is_kept_when_the_review_is_left),
	    in_newsroom(what_became_of_the_article_is_told),
	    in_newsroom(assigning_asks_for_a_person_and_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
