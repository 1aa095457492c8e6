#include "cli/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cli/cli.h"
#include "cli/json.h"
#include "desk/rules.h"
#include "desk/wip.h"

static char *full_name(const struct repo_person *person)
{
	return mem_printf("%s <%s>", person->name, person->mail);
}

/* The name of the step of an approval; the policy may have lost it since. */
static const char *step_name(struct desk *desk, const struct draft *draft,
			     const struct review_approval *approval)
{
	if (approval->step >= 0)
		return desk_policy(desk)->steps[approval->step].name;
	return draft->commits[approval->commit].step;
}

/* -- JSON -- */

void report_oid(struct json *json, const char *key, const struct oid *id)
{
	char hex[REPO_HEX_SIZE];

	if (oid_is_zero(id)) {
		json_null(json, key);
		return;
	}
	oid_hex(hex, id);
	json_string(json, key, hex);
}

static void report_person(struct json *json, const char *key, const struct repo_person *person)
{
	char *text = full_name(person);

	json_string(json, key, text);
	free(text);
}

static void report_time(struct json *json, const char *key, struct repo_time time)
{
	char text[CLOCK_TEXT_SIZE];

	clock_rfc3339(text, time.seconds, time.offset);
	json_string(json, key, text);
}

void report_unsaved(struct json *json, const struct wip *wip)
{
	json_object(json, "unsaved");
	report_person(json, "person", &wip->person);
	report_time(json, "time", wip->time);
	report_oid(json, "base", &wip->base);
	json_end(json);
}

void report_approvals(struct json *json, struct desk *desk, const struct draft *draft)
{
	json_array(json, "approvals");
	for (size_t i = 0; draft != NULL && i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];

		if (!approval->counts)
			continue;
		json_object(json, NULL);
		json_string(json, "step", step_name(desk, draft, approval));
		report_person(json, "person", &draft->commits[approval->commit].person);
		json_bool(json, "signed", draft->commits[approval->commit].signature == SIGN_GOOD);
		json_end(json);
	}
	json_end(json);
}

/* The steps of a draft's ladder, in order, as far as they are done. */
static void report_steps(struct json *json, struct desk *desk, const struct draft *draft)
{
	const struct policy *policy = desk_policy(desk);
	size_t before = 0;
	size_t nth;

	json_array(json, "steps");
	for (size_t i = 0; draft != NULL && i < policy->step_count; i++, before = nth) {
		const struct policy_step *step = &policy->steps[i];
		unsigned given = rules_approvals(draft, i);

		(void)rules_ladder(draft, policy, i, &nth);
		if (nth == before)
			continue;
		json_object(json, NULL);
		json_string(json, "step", step->name);
		json_number(json, "approvals", (int64_t)given);
		json_number(json, "needed", (int64_t)step->approvals);
		json_bool(json, "done", given >= step->approvals);
		json_array(json, "checks");
		for (size_t j = 0; j < step->checks.count; j++)
			json_string(json, NULL, step->checks.items[j]);
		json_end(json);
		json_end(json);
	}
	json_end(json);
}

/* Until when it was asked for, or null. */
static void report_due(struct json *json, const struct draft *draft)
{
	const struct review_commit *order = NULL;

	if (draft != NULL && draft->state.assignment < draft->count)
		order = &draft->commits[draft->state.assignment];
	if (order != NULL && order->at != 0)
		report_time(json, "due",
			    (struct repo_time){.seconds = order->at, .offset = order->time.offset});
	else
		json_null(json, "due");
}

/* What a draft does; NULL for a published article. */
static const char *type_of(const struct desk_row *row)
{
	if (row->name == NULL)
		return NULL;
	if (row->rules)
		return "rules";
	return row->corrects ? "correction" : row->withdraws ? "withdrawal" : row->renames ? "rename" : "new";
}

/* When a draft goes out, or may; null for no time. */
static void report_release_at(struct json *json, struct desk *desk, const struct desk_row *row)
{
	struct repo_time time = {row->release_at, clock_offset(desk_clock(desk), row->release_at)};

	if (row->release_at == 0)
		json_null(json, "release_at");
	else
		report_time(json, "release_at", time);
}

void report_row(struct json *json, struct desk *desk, const struct desk_row *row)
{
	const struct draft *draft = row->name != NULL ? desk_draft(desk, row->name, NULL) : NULL;

	json_string(json, "name", row->name);
	json_string(json, "type", type_of(row));
	json_string(json, "path", row->path);
	json_string(json, "title", row->title);
	json_string(json, "section", row->section);
	json_string(json, "date", row->date);
	json_string(json, "byline", row->byline);
	json_string(json, "language", row->language);
	json_string(json, "state", review_state_word(row->state));
	report_oid(json, "head", &row->head);
	report_oid(json, "blob", &row->blob);
	report_approvals(json, desk, draft);
	report_steps(json, desk, draft);
	json_string(json, "waiting_on", row->waiting_on);
	json_bool(json, "waits_for_me", row->why_mine != NULL);
	json_string(json, "why", row->why_mine);
	json_string(json, "stuck", row->stuck);
	report_due(json, draft);
	json_bool(json, "mine", row->mine);
	json_number(json, "open_comments", (int64_t)row->open_threads);
	report_release_at(json, desk, row);
	json_string(json, "overdue", row->overdue);
	json_string(json, "base", row->name != NULL ? desk_base_word(row->base) : NULL);
	json_string(json, "fast_lane", row->fast_lane);
}

static void report_entry(struct json *json, const struct review_commit *commit)
{
	report_person(json, "person", &commit->person);
	report_time(json, "time", commit->time);
	json_string(json, "text", commit->text);
}

/* "open" or "resolved", or as desk_suggestion_word() says. */
static const char *thread_state(const struct review_thread *thread, const struct desk_suggestion *suggestion)
{
	if (suggestion != NULL)
		return desk_suggestion_word(suggestion->state);
	return thread->resolved ? "resolved" : "open";
}

/* Whether a comment's passage is not in the draft's text any more. */
static bool is_gone(struct desk *desk, const struct draft *draft, const struct review_passage *passage)
{
	size_t start;
	size_t end;

	if (oid_is_zero(&passage->on))
		return false;
	return draft_text(draft) == NULL ||
	       !desk_locate(desk, draft, passage, draft_text(draft), draft->text_len, &start, &end);
}

static void report_thread(struct json *json, struct desk *desk, const struct draft *draft, size_t index,
			  const struct desk_suggestion *suggestion)
{
	const struct review_thread *thread = &draft->state.threads[index];
	const struct review_commit *comment = &draft->commits[thread->commit];

	json_object(json, NULL);
	json_number(json, "number", (int64_t)index + 1);
	json_string(json, "kind", review_thread_word(thread->kind));
	json_string(json, "state", thread_state(thread, suggestion));
	report_oid(json, "id", &comment->id);
	report_entry(json, comment);
	json_string(json, "passage", comment->passage.quote);
	if (suggestion != NULL) {
		json_string(json, "old", suggestion->old_words);
		json_string(json, "new", suggestion->new_words);
	} else {
		json_bool(json, "gone", is_gone(desk, draft, &comment->passage));
	}
	json_bool(json, "resolved", thread->resolved);
	if (suggestion != NULL && suggestion->state == DESK_SUGGESTION_REFUSED)
		json_string(json, "reason", draft->commits[thread->resolved_by].text);
	json_array(json, "replies");
	for (size_t j = 0; j < thread->reply_count; j++) {
		json_object(json, NULL);
		report_entry(json, &draft->commits[thread->replies[j]]);
		json_end(json);
	}
	json_end(json);
	json_end(json);
}

void report_threads(struct json *json, struct desk *desk, const struct draft *draft)
{
	struct desk_suggestions suggestions;

	desk_suggestions(desk, draft, &suggestions);
	json_array(json, "comments");
	for (size_t i = 0; i < draft->state.thread_count; i++)
		report_thread(json, desk, draft, i, desk_suggestion_of(&suggestions, i));
	json_end(json);
	desk_suggestions_clear(&suggestions);
}

/* -- Words -- */

/* "Title   value", value made safe. */
static void add_line(struct cli *cli, const char *title, const char *value)
{
	if (value == NULL || value[0] == '\0')
		return;
	strbuf_addf(&cli->out, "%-11s", title);
	cli_print(cli, value);
	strbuf_addc(&cli->out, '\n');
}

static void add_authors(struct cli *cli, const struct draft *draft)
{
	struct strbuf names = STRBUF_INIT;

	for (size_t i = 0; i < draft->state.author_count; i++)
		strbuf_addf(&names, "%s%s", i > 0 ? ", " : "", draft->state.authors[i]->name);
	add_line(cli, "Written by", names.data);
	strbuf_clear(&names);
}

static void add_approvals(struct cli *cli, const struct draft *draft)
{
	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct review_commit *commit = &draft->commits[approval->commit];
		bool counts = approval->counts || draft->released;
		char *text = mem_printf("%s, by %s%s%s%s", step_name(cli->desk, draft, approval),
					commit->person.name, commit->signature == SIGN_GOOD ? ", signed" : "",
					counts ? "" : ": does not count, ",
					counts || approval->why == NULL ? "" : approval->why);

		add_line(cli, "Approved", text);
		free(text);
	}
}

/* "2026-11-22 09:00" in the zone of the desk. */
static void full_time(struct cli *cli, char out[CLOCK_TEXT_SIZE], int64_t time)
{
	int offset = clock_offset(desk_clock(cli->desk), time);
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, time, offset);
	clock_minutes(minutes, time, offset);
	snprintf(out, CLOCK_TEXT_SIZE, "%.15s %.15s", date, minutes);
}

/* When it is to go out, by whose word, and before when it must not. */
static void add_times(struct cli *cli, const struct draft *draft)
{
	const struct review_state *state = &draft->state;
	const struct review_commit *order =
	    state->schedule < draft->count ? &draft->commits[state->schedule] : NULL;
	char date[CLOCK_TEXT_SIZE];
	char *words;

	if (state->not_before > clock_now(desk_clock(cli->desk))) {
		full_time(cli, date, state->not_before);
		words = mem_printf("until %s", date);
		add_line(cli, "Embargo", words);
		free(words);
	}
	if (order == NULL || draft->released)
		return;
	full_time(cli, date, order->at);
	words = mem_printf("%s, by the word of %s%s%s", date, order->person.name,
			   state->schedule_void ? ": does not hold any more, " : "",
			   state->schedule_void ? state->schedule_void : "");
	add_line(cli, "Goes out", words);
	free(words);
}

void report_article(struct cli *cli, const struct desk_row *row)
{
	const struct release_entry *release = desk_released(cli->desk, row->path);
	char date[CLOCK_TEXT_SIZE];
	char *words;

	if (row->state == REVIEW_STATE_RELEASED && row->fast_lane == NULL)
		return;
	clock_date(date, release->time.seconds, release->time.offset);
	add_line(cli, "Article", row->path);
	add_line(cli, "State", review_state_label(row->state));
	words =
	    mem_printf("%s%.*s, %s", row->fast_lane != NULL ? "without review, by the fast lane of " : "by ",
		       (int)(strcspn(release->person, "<") - 1), release->person, date);
	add_line(cli, "Released", words);
	free(words);
	strbuf_addc(&cli->out, '\n');
}

/* "first (done), second (1 of 2), final": the steps of the ladder, and the checklist of the one that is due.
 */
static void add_steps(struct cli *cli, const struct draft *draft)
{
	const struct policy *policy = desk_policy(cli->desk);
	struct strbuf words = STRBUF_INIT;
	size_t before = 0;
	size_t nth;

	for (size_t i = 0; i < policy->step_count; i++, before = nth) {
		const struct policy_step *step = &policy->steps[i];
		unsigned given = rules_approvals(draft, i);

		(void)rules_ladder(draft, policy, i, &nth);
		if (nth == before)
			continue;
		strbuf_addf(&words, "%s%s", before > 0 ? ", " : "", step->name);
		if (given >= step->approvals)
			strbuf_adds(&words, " (done)");
		else if (step->approvals > 1)
			strbuf_addf(&words, " (%u of %u)", given, step->approvals);
	}
	add_line(cli, "Steps", words.data);
	strbuf_clear(&words);
	if (draft->state.name != REVIEW_STATE_REVIEW || (size_t)draft->state.step >= policy->step_count)
		return;
	for (size_t i = 0; i < policy->steps[draft->state.step].checks.count; i++)
		add_line(cli, "To check", policy->steps[draft->state.step].checks.items[i]);
}

void report_draft(struct cli *cli, const struct draft *draft)
{
	const struct desk_row *row = cli_row(cli->desk, draft->name, NULL);
	const struct review_state *state = &draft->state;
	struct strbuf base = STRBUF_INIT;
	struct strbuf due = STRBUF_INIT;
	char head[REPO_HEX_SIZE];

	oid_hex(head, &draft->head);
	add_line(cli, "Draft", draft->name);
	add_line(cli, "Article", draft->path);
	if (draft->renames != NULL) {
		char *from = mem_printf("from %s", draft->renames);

		add_line(cli, "Renamed", from);
		free(from);
	}
	add_line(cli, "State", review_state_label(state->name));
	add_line(cli, "Head", head);
	add_authors(cli, draft);
	add_approvals(cli, draft);
	add_times(cli, draft);
	if (row != NULL && row->overdue != NULL)
		add_line(cli, "Overdue", row->overdue);
	desk_base_describe(&base, cli->desk, draft);
	add_line(cli, "Base", base.data);
	strbuf_clear(&base);
	add_steps(cli, draft);
	if (state->assignment < draft->count) {
		add_line(cli, "Assigned", draft->commits[state->assignment].assignee);
		rules_due_words(&due, draft, clock_now(desk_clock(cli->desk)));
		add_line(cli, "Time", due.data);
		strbuf_clear(&due);
	}
	if (state->name == REVIEW_STATE_CHANGES)
		add_line(cli, "Changes", draft->commits[state->reason].text);
	if (row != NULL)
		add_line(cli, "Waits for", row->waiting_on);
	if (row != NULL)
		add_line(cli, "Stuck", row->stuck);
	if (row != NULL)
		add_line(cli, "For you", row->why_mine);
}

static void add_said(struct cli *cli, const char *indent, const struct review_commit *commit)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];
	char *inner = mem_printf("%s  ", indent);

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	cli_print(cli, commit->person.name);
	strbuf_addf(&cli->out, ", %s %s", date, minutes);
	strbuf_addc(&cli->out, '\n');
	cli_print_lines(cli, inner, commit->text, strlen(commit->text));
	free(inner);
}

/* "Comment 2, open, on "words"", "Suggestion 3, refused by A. Writer: [-old-]{+new+}". */
static void add_title(struct cli *cli, const struct draft *draft, size_t index,
		      const struct desk_suggestion *suggestion)
{
	static const char *const kinds[] = {[REVIEW_THREAD_COMMENT] = "Comment",
					    [REVIEW_THREAD_QUESTION] = "Question",
					    [REVIEW_THREAD_SUGGESTION] = "Suggestion"};
	const struct review_thread *thread = &draft->state.threads[index];
	const struct review_passage *passage = &draft->commits[thread->commit].passage;

	strbuf_addf(&cli->out, "\n%s %zu, %s", kinds[thread->kind], index + 1,
		    thread_state(thread, suggestion));
	if (suggestion != NULL && thread->resolved) {
		strbuf_adds(&cli->out, " by ");
		cli_print(cli, draft->commits[thread->resolved_by].person.name);
	}
	if (suggestion != NULL) {
		strbuf_adds(&cli->out, ": [-");
		cli_print(cli, suggestion->old_words);
		strbuf_adds(&cli->out, "-]");
		strbuf_adds(&cli->out, suggestion->new_words[0] != '\0' ? "{+" : "");
		cli_print(cli, suggestion->new_words);
		strbuf_adds(&cli->out, suggestion->new_words[0] != '\0' ? "+}" : "");
	} else if (passage->quote != NULL) {
		strbuf_adds(&cli->out, ", on \"");
		cli_print(cli, passage->quote);
		strbuf_adds(&cli->out, is_gone(cli->desk, draft, passage)
					   ? "\", which is not in the text any more"
					   : "\"");
	}
	strbuf_adds(&cli->out, "\n  ");
}

void report_comments(struct cli *cli, const struct draft *draft)
{
	struct desk_suggestions suggestions;

	desk_suggestions(cli->desk, draft, &suggestions);
	for (size_t i = 0; i < draft->state.thread_count; i++) {
		const struct review_thread *thread = &draft->state.threads[i];
		const struct desk_suggestion *suggestion = desk_suggestion_of(&suggestions, i);

		add_title(cli, draft, i, suggestion);
		add_said(cli, "  ", &draft->commits[thread->commit]);
		for (size_t j = 0; j < thread->reply_count; j++) {
			strbuf_adds(&cli->out, "  ");
			add_said(cli, "  ", &draft->commits[thread->replies[j]]);
		}
		if (suggestion == NULL || suggestion->state != DESK_SUGGESTION_REFUSED)
			continue;
		strbuf_adds(&cli->out, "  ");
		add_said(cli, "  ", &draft->commits[thread->resolved_by]);
	}
	desk_suggestions_clear(&suggestions);
}
