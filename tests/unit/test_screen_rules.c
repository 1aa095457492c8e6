/*
 * The screen offers what the rules allow, in every state of a draft, and has no rule of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "desk/desk.h"
#include "desk/rules.h"
#include "tui/command.h"
#include "tui/desk_pane.h"
#include "tui/review_pane.h"

#include "stage.h"

static const char text[] = "---\ntitle: Lake path\ndate: 2026-11-18\n---\n\nWords.\n";
static const char later[] =
    "---\ntitle: Lake path\ndate: 2026-11-18\npublishDate: 2026-11-21\n---\n\nWords.\n";

/* -- How a draft comes to be in each state; the editor sits at the second desk -- */

static void submit(struct stage *s, struct desk *editor)
{
	ok(s, desk_submit(s->desk, s->draft, NULL, &s->err));
	ok(s, desk_refresh(editor, &s->err));
}

static void reject(struct stage *s, struct desk *editor)
{
	submit(s, editor);
	ok(s, desk_reject(editor, s->draft, "Not so.", &s->err));
}

static void approve(struct stage *s, struct desk *editor)
{
	submit(s, editor);
	ok(s, desk_approve(editor, s->draft, NULL, NULL, NULL, NULL, &s->err));
}

static void hold_back(struct stage *s, struct desk *editor)
{
	ok(s, desk_save(s->desk, s->draft, NULL, later, strlen(later), NULL, &s->err));
	approve(s, editor);
}

static void schedule(struct stage *s, struct desk *editor)
{
	approve(s, editor);
	ok(s, desk_schedule(editor, s->draft, clock_now(desk_clock(editor)) + 3600, NULL, NULL, &s->err));
}

static void release(struct stage *s, struct desk *editor)
{
	struct release_plan plan;
	struct release_result result;

	approve(s, editor);
	ok(s, desk_plan(editor, &s->draft, 1, &plan, &s->err));
	ok(s, desk_release(editor, &plan, &result, &s->err));
	release_result_clear(&result);
}

static void spike(struct stage *s, struct desk *editor)
{
	submit(s, editor);
	ok(s, desk_spike(s->desk, s->draft, NULL, &s->err));
}

static const struct {
	enum review_state_name state;
	void (*make)(struct stage *s, struct desk *editor); /* NULL: as it was begun */
} states[] = {
    {REVIEW_STATE_DRAFT, NULL},       {REVIEW_STATE_REVIEW, submit},       {REVIEW_STATE_CHANGES, reject},
    {REVIEW_STATE_APPROVED, approve}, {REVIEW_STATE_SCHEDULED, hold_back}, {REVIEW_STATE_SCHEDULED, schedule},
    {REVIEW_STATE_RELEASED, release}, {REVIEW_STATE_SPIKED, spike},
};

/* -- What is offered -- */

/* The acts that a pane has a row for. */
static const struct {
	const struct command_table *table;
	const char *row;
	enum rules_action action;
} acts[] = {
    {&review_pane_commands, "review.comment", RULES_COMMENT},
    {&review_pane_commands, "review.question", RULES_COMMENT},
    {&review_pane_commands, "review.suggest", RULES_COMMENT},
    {&review_pane_commands, "review.approve", RULES_APPROVE},
    {&review_pane_commands, "review.reject", RULES_REJECT},
    {&review_pane_commands, "review.submit", RULES_SUBMIT},
    {&review_pane_commands, "review.assign", RULES_ASSIGN},
    {&review_pane_commands, "review.release", RULES_RELEASE},
    {&review_pane_commands, "review.edit", RULES_SAVE},
    {&desk_pane_commands, "desk.edit", RULES_SAVE},
    {&desk_pane_commands, "desk.submit", RULES_SUBMIT},
    {&desk_pane_commands, "desk.spike", RULES_SPIKE},
    {&desk_pane_commands, "desk.restore", RULES_RESTORE},
};

static bool may(struct stage *s, struct desk *desk, enum rules_action action)
{
	return rules_check(action, desk_draft(desk, s->draft, &s->err), desk_policy(desk),
			   desk_person(desk, NULL), clock_now(desk_clock(desk)), NULL, NULL) == 0;
}

static const struct command *row_named(const struct command_table *table, const char *name)
{
	for (size_t i = 0; i < table->count; i++) {
		if (strcmp(table->rows[i].name, name) == 0)
			return &table->rows[i];
	}
	fail_msg("there is no command %s", name);
	return NULL;
}

/* Whatever the rules let whoever sits there do, the rows let them. */
static void allowed_is_offered(struct stage *s, const struct command_table *table, unsigned needs)
{
	for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
		const char *refusal;

		if (acts[i].table != table || !may(s, s->desk, acts[i].action))
			continue;
		refusal = command_refusal(row_named(table, acts[i].row), needs);
		if (refusal != NULL)
			fail_msg("%s may be done, and the screen says: %s", acts[i].row, refusal);
	}
}

/* A need that is about the state holds where the rules let somebody do what it is needed for. */
static void needs_are_the_rules(struct stage *s, struct desk *editor, unsigned needs, unsigned known)
{
	static const struct {
		unsigned need;
		enum rules_action action;
	} rows[] = {{COMMAND_IN_REVIEW, RULES_REJECT},
		    {COMMAND_APPROVED, RULES_SCHEDULE},
		    {COMMAND_SPIKED, RULES_RESTORE}};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		bool somebody = may(s, s->desk, rows[i].action) || may(s, editor, rows[i].action);

		if ((known & rows[i].need) != 0 && somebody != ((needs & rows[i].need) != 0))
			fail_msg("need %x holds: %d, and the rules say %d", rows[i].need, !somebody,
				 somebody);
	}
}

static void look(struct stage *s, struct desk *editor, const struct command_table *table, unsigned known)
{
	unsigned needs;

	stage_open(s, 24, 80);
	needs = table->holds(s->pane.state);
	allowed_is_offered(s, table, needs);
	needs_are_the_rules(s, editor, needs, known);
	stage_drop(s);
}

static void the_screen_offers_what_the_rules_allow(void **state)
{
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		struct stage *s;
		struct desk *editor;

		if (i > 0) {
			assert_int_equal(newsroom_teardown(state), 0);
			assert_int_equal(newsroom_setup(state), 0);
		}
		s = stage_new(*state, NULL, text, strlen(text));
		editor = stage_desk_of(s, "B. Editor <b@desk.example>");
		if (states[i].make != NULL)
			states[i].make(s, editor);
		ok(s, desk_refresh(s->desk, &s->err));
		ok(s, desk_refresh(editor, &s->err));
		assert_int_equal(desk_draft(s->desk, s->draft, &s->err)->state.name, states[i].state);
		/* As the writer, then as the editor. */
		for (int turn = 0; turn < 2; turn++) {
			struct desk *writer = s->desk;

			s->make = review_pane_new;
			look(s, editor, &review_pane_commands, COMMAND_IN_REVIEW | COMMAND_APPROVED);
			s->make = desk_pane_new;
			/* What is published stands in the list as an article. */
			if (states[i].state != REVIEW_STATE_RELEASED)
				look(s, editor, &desk_pane_commands,
				     COMMAND_IN_REVIEW | COMMAND_APPROVED | COMMAND_SPIKED);
			s->desk = editor;
			s->place.desk = editor;
			editor = writer;
		}
		desk_close(editor);
		stage_free(s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(the_screen_offers_what_the_rules_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
