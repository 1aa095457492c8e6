/*
 * The question what a draft is compared with.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "tui/comparison.h"
#include "tui/prompt.h"

/* An answer, and its row in the list. */
struct choice {
	struct since since;
	char *label;
	char *help;
	char *reason; /* why it cannot be, or NULL */
	const char *group;
};

struct choosing {
	struct comparison *comparison;
	struct choice *choices;
	size_t count;
	size_t capacity;
	bool second; /* the newer of two saves is asked for */
};

static void choosing_free(struct choosing *choosing)
{
	for (size_t i = 0; i < choosing->count; i++) {
		free(choosing->choices[i].label);
		free(choosing->choices[i].help);
		free(choosing->choices[i].reason);
	}
	free(choosing->choices);
	free(choosing);
}

static struct choice *add(struct choosing *choosing, const char *group, char *label)
{
	choosing->choices =
	    mem_grow(choosing->choices, &choosing->capacity, choosing->count + 1, sizeof *choosing->choices);
	choosing->choices[choosing->count] = (struct choice){.label = label, .group = group};
	return &choosing->choices[choosing->count++];
}

/* "2026-11-20 09:00, A. Writer: the first line that was typed" */
static char *commit_words(const struct review_commit *commit)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	return mem_printf("%s %s, %s%s%.*s", date, minutes, commit->person.name,
			  commit->text[0] != '\0' ? ": " : "", (int)strcspn(commit->text, "\n"),
			  commit->text);
}

static void add_kind(struct choosing *choosing, const struct draft *draft, enum since_kind kind,
		     const char *label)
{
	static const char *const words[] = {"published", "began", "look", "review"};
	struct choice *choice = add(choosing, "Since", mem_strdup(label));

	if (desk_since(choosing->comparison->place.desk, draft, words[kind], &choice->since, NULL) < 0) {
		choice->help = mem_strdup("never yet");
		choice->reason = mem_strdup(kind == SINCE_LOOK ? "You have not looked at it in a review yet."
							       : "You have not reviewed it yet.");
		return;
	}
	if (kind != SINCE_PUBLISHED)
		choice->help = commit_words(&draft->commits[kind == SINCE_BEGAN ? 0 : choice->since.from]);
	else
		choice->help = mem_strdup(oid_is_zero(&draft->base_blob) ? "a new article: all of it"
									 : "all that the draft changes");
}

/* The saves that can be the older or newer of two, newest first. */
static void add_saves(struct choosing *choosing, const struct draft *draft, const char *group, size_t first,
		      size_t end)
{
	for (size_t i = end; i-- > first;) {
		struct choice *choice;

		if (draft->commits[i].event != REVIEW_SAVE)
			continue;
		choice = add(choosing, group, mem_printf("save %zu", since_number(draft, i)));
		choice->since = (struct since){.kind = SINCE_SAVE, .from = i, .to = SINCE_HEAD};
		choice->help = commit_words(&draft->commits[i]);
	}
}

static void chosen(void *context, const struct prompt_answer *answer);

static void show(struct choosing *choosing, const char *title, size_t selected)
{
	const struct pane_host *host = choosing->comparison->place.host;
	struct prompt_item *items = mem_zalloc(choosing->count + 1, sizeof *items);

	for (size_t i = 0; i < choosing->count; i++) {
		const struct choice *choice = &choosing->choices[i];

		items[i] = (struct prompt_item){.group = choice->group,
						.label = choice->label,
						.help = choice->help,
						.reason = choice->reason};
	}
	host->ask(host->app,
		  prompt_list(PROMPT_FILTER, title, items, choosing->count, selected, chosen, choosing));
	free(items);
}

/* After the older of two saves, the newer one: the head, or a save that came after. */
static void ask_second(struct comparison *c, size_t from)
{
	const struct draft *draft = desk_draft(c->place.desk, c->name, NULL);
	struct choosing *choosing;

	if (draft == NULL)
		return;
	choosing = mem_zalloc(1, sizeof *choosing);
	choosing->comparison = c;
	choosing->second = true;
	add(choosing, NULL, mem_strdup("the newest text"))->since =
	    (struct since){.kind = SINCE_SAVE, .from = from, .to = SINCE_HEAD};
	add_saves(choosing, draft, NULL, from + 1, draft->state.last_save);
	for (size_t i = 1; i < choosing->count; i++) {
		choosing->choices[i].since.to = choosing->choices[i].since.from;
		choosing->choices[i].since.from = from;
	}
	show(choosing, "Compare it with", 0);
}

static void chosen(void *context, const struct prompt_answer *answer)
{
	struct choosing *choosing = context;
	struct comparison *c = choosing->comparison;
	const struct choice *choice;

	if (answer->given && choosing->choices[answer->choice].reason != NULL) {
		c->place.host->say(c->place.host->app, PANE_WARNED, choosing->choices[answer->choice].reason);
	} else if (answer->given) {
		choice = &choosing->choices[answer->choice];
		c->since = choice->since;
		c->head = (struct oid){{0}};
		c->version++;
		if (!choosing->second && choice->since.kind == SINCE_SAVE)
			ask_second(c, choice->since.from);
	}
	choosing_free(choosing);
}

int comparison_ask(struct comparison *c, struct error *err)
{
	const struct draft *draft = desk_draft(c->place.desk, c->name, err);
	struct choosing *choosing;

	if (draft == NULL)
		return err->code;
	choosing = mem_zalloc(1, sizeof *choosing);
	choosing->comparison = c;
	add_kind(choosing, draft, SINCE_PUBLISHED, "the published text");
	add_kind(choosing, draft, SINCE_BEGAN, "the draft began");
	add_kind(choosing, draft, SINCE_LOOK, "my last look");
	add_kind(choosing, draft, SINCE_REVIEW, "my last review");
	add_saves(choosing, draft, "A save", 0, draft->state.last_save);
	show(choosing, "What changed since", c->since.kind == SINCE_SAVE ? 0 : c->since.kind);
	return 0;
}
