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
};

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

static void answered(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;

	if (answer->given)
		begin(question, answer->text);
	free(question->path);
	free(question);
}

void correct_ask(const struct pane_place *place, const char *path, const char *headline)
{
	struct question *question = mem_zalloc(1, sizeof *question);
	bool rules = policy_is_desk_file(path);
	const char *title = rules ? "Change" : "Correction";
	struct prompt *prompt;
	const char *name = desk_open_draft(place->desk, path);
	const struct draft *draft = name != NULL ? desk_draft(place->desk, name, NULL) : NULL;
	char *other = draft != NULL
			  ? mem_printf("%s changes it already, in the draft %s: this would be another "
				       "one beside it.\n\n",
				       draft->state.authors[0]->name, name)
			  : NULL;
	char *words =
	    mem_printf("%s\n\n%s%s", headline, other != NULL ? other : "",
		       rules ? "Why are they to change?" : "What is wrong with the published text?");

	question->place = place;
	question->path = mem_strdup(path);
	prompt = prompt_text(title, words, NULL, NULL, answered, question);
	prompt_journal(prompt, place, path, title);
	place->host->ask(place->host->app, prompt);
	free(words);
	free(other);
}
