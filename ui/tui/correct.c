#include "tui/correct.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "tui/prompt.h"
#include "tui/prompt_journal.h"

struct question {
	const struct pane_place *place;
	char *path;
	char *headline;
	char *open; /* the draft that changes it already, or NULL */
};

static void question_free(struct question *question)
{
	free(question->path);
	free(question->headline);
	free(question->open);
	free(question);
}

static void begin(const struct question *question, const char *reason)
{
	const struct pane_host *host = question->place->host;
	struct error err;
	char *name;

	if (desk_correct(question->place->desk, question->path, reason, &name, &err) < 0) {
		host->say(host->app, PANE_FAILED, err.message);
		return;
	}
	host->changed(host->app);
	host->open(host->app, PANE_EDITOR, name);
	free(name);
}

static void reason_typed(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;

	if (answer->given)
		begin(question, answer->text);
	question_free(question);
}

static const char *title_of(const struct question *question)
{
	return policy_is_desk_file(question->path) ? "Change" : "Correction";
}

static void ask_reason(struct question *question)
{
	const struct pane_place *place = question->place;
	char *words =
	    mem_printf("%s\n\n%s", question->headline,
		       policy_is_desk_file(question->path) ? "Why are they to change?"
							   : "What is wrong with the published text?");
	struct prompt *prompt = prompt_text(title_of(question), words, NULL, NULL, reason_typed, question);

	prompt_journal(prompt, place, question->path, title_of(question));
	place->host->ask(place->host->app, prompt);
	free(words);
}

enum way { OPEN_IT, BEGIN_ANOTHER };

static void way_chosen(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;
	const struct pane_host *host = question->place->host;

	if (answer->given && answer->choice == BEGIN_ANOTHER) {
		ask_reason(question);
		return;
	}
	if (answer->given)
		host->open(host->app, PANE_EDITOR, question->open);
	question_free(question);
}

/* Two corrections of one article may be meant, and mostly are not. */
static void ask_which(struct question *question, const struct draft *draft)
{
	static const struct prompt_option ways[] = {
	    [OPEN_IT] = {"Open that draft", "o"},
	    [BEGIN_ANOTHER] = {"Begin another one beside it", "b"},
	};
	const struct pane_host *host = question->place->host;
	char *words = mem_printf("%s\n\n%s changes it already, in the draft %s.", question->headline,
				 draft->state.authors[0]->name, question->open);

	host->ask(host->app, prompt_choice(title_of(question), words, ways, sizeof ways / sizeof ways[0],
					   way_chosen, question));
	free(words);
}

void correct_ask(const struct pane_place *place, const char *path, const char *headline)
{
	struct question *question = mem_zalloc(1, sizeof *question);
	const char *name = desk_open_draft(place->desk, path);
	const struct draft *draft = name != NULL ? desk_draft(place->desk, name, NULL) : NULL;

	question->place = place;
	question->path = mem_strdup(path);
	question->headline = mem_strdup(headline);
	question->open = mem_strdup(name);
	if (draft != NULL)
		ask_which(question, draft);
	else
		ask_reason(question);
}
