#include "tui/update.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "tui/prompt.h"

struct question {
	const struct pane_place *place;
	char *name;
};

static int update(const struct pane_place *place, const char *name, enum desk_side side, size_t *clashes,
		  struct error *err)
{
	const struct pane_host *host = place->host;
	int rc = desk_update(place->desk, name, side, clashes, err);

	if (rc == 0) {
		char *words =
		    mem_printf("%s is up to date with what is published: read it again, then submit it or "
			       "have it approved anew.",
			       name);

		host->changed(host->app);
		host->say(host->app, PANE_SAID, words);
		free(words);
	}
	return rc;
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;
	const struct pane_host *host = question->place->host;
	size_t clashes;
	struct error err;

	if (answer->given && answer->choice > 0 &&
	    update(question->place, question->name, answer->choice == 1 ? DESK_DRAFT : DESK_PUBLISHED,
		   &clashes, &err) < 0)
		host->say(host->app, PANE_FAILED, err.message);
	free(question->name);
	free(question);
}

int update_ask(const struct pane_place *place, const char *name, struct error *err)
{
	static const struct prompt_option options[] = {{"Leave it", "l"},
						       {"The draft's words", "d"},
						       {"The published words", "p"}};
	struct question *question;
	size_t clashes;
	int rc = update(place, name, DESK_NEITHER, &clashes, err);

	if (rc != E_CONFLICT || clashes == 0)
		return rc;
	question = mem_zalloc(1, sizeof *question);
	question->place = place;
	question->name = mem_strdup(name);
	place->host->ask(place->host->app,
			 prompt_choice("Bring up to date", err->message, options, 3, answered, question));
	return 0;
}
