#include "tui/timing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "tui/matter.h"
#include "tui/prompt.h"

struct question {
	const struct pane_place *place;
	enum timing timing;
	char *name;
	struct oid seen;
};

static const struct {
	const char *title;
	const char *question;
	enum review_event event;
	const char *done;
	const char *undone;
} kinds[] = {
    [TIMING_SCHEDULE] =
	{"Schedule",
	 "When is it to go out, by your word? As 2026-11-22T09:00, or 09:00. Nothing typed: not "
	 "by itself any more.",
	 REVIEW_SCHEDULE, "It goes out at %s, when \"release --due\" runs.",
	 "It does not go out by itself any more."},
    [TIMING_EMBARGO] =
	{"Embargo",
	 "Before when must it not go out? As 2026-11-22T09:00, or 09:00. Nothing typed: it is free "
	 "again.",
	 REVIEW_EMBARGO, "It does not go out before %s.", "It is under no embargo any more."},
};

static int set_time(const struct question *question, int64_t at, struct error *err)
{
	struct desk *desk = question->place->desk;

	if (question->timing == TIMING_EMBARGO)
		return desk_embargo(desk, question->name, at, NULL, err);
	return at == 0 ? desk_unschedule(desk, question->name, NULL, err)
		       : desk_schedule(desk, question->name, at, &question->seen, NULL, err);
}

static void tell(const struct question *question, int64_t at)
{
	const struct pane_host *host = question->place->host;
	char time[CLOCK_TEXT_SIZE];
	char *words;

	clock_words(time, desk_clock(question->place->desk), at);
	words = at == 0 ? mem_strdup(kinds[question->timing].undone)
			: mem_printf(kinds[question->timing].done, time);
	host->say(host->app, PANE_SAID, words);
	free(words);
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;
	const struct pane_host *host = question->place->host;
	struct error err;
	int64_t at = 0;
	int rc = 0;

	if (answer->given) {
		if (answer->len > 0)
			rc = clock_read(&at, desk_clock(question->place->desk), answer->text, &err);
		if (rc == 0)
			rc = set_time(question, at, &err);
		if (rc < 0)
			host->say(host->app, PANE_FAILED, err.message);
		else
			tell(question, at);
		host->changed(host->app);
	}
	free(question->name);
	free(question);
}

int timing_ask(const struct pane_place *place, enum timing timing, const char *name, struct error *err)
{
	const struct draft *draft = desk_draft(place->desk, name, err);
	struct question *question;
	char *words;
	int rc;

	if (draft == NULL)
		return err != NULL ? err->code : E_NOTFOUND;
	rc = desk_may(place->desk, name, kinds[timing].event, err);
	if (rc < 0)
		return rc;
	question = mem_zalloc(1, sizeof *question);
	question->place = place;
	question->timing = timing;
	question->name = mem_strdup(name);
	question->seen = draft->head;
	words = mem_printf("%s\n\n%s", matter_headline(place->desk, name), kinds[timing].question);
	place->host->ask(place->host->app,
			 prompt_text(kinds[timing].title, words, NULL, NULL, answered, question));
	free(words);
	return 0;
}
