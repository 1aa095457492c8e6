#include "tui/timing.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "desk/desk.h"
#include "tui/exchange.h"
#include "tui/matter.h"
#include "tui/prompt.h"

struct question {
	const struct pane_place *place;
	enum timing timing;
	char *name;
	struct oid seen;
	int64_t at;  /* what was answered: 0 for no time any more */
	char *words; /* what is said when it is done */
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

static void question_free(void *context)
{
	struct question *question = context;

	free(question->words);
	free(question->name);
	free(question);
}

/* Also on the worker's thread, by its desk. */
static int set_time(void *context, struct desk *desk, struct error *err)
{
	const struct question *question = context;

	if (question->timing == TIMING_EMBARGO)
		return desk_embargo(desk, question->name, question->at, NULL, err);
	return question->at == 0
		   ? desk_unschedule(desk, question->name, NULL, err)
		   : desk_schedule(desk, question->name, question->at, &question->seen, NULL, err);
}

static void set_words(struct question *question)
{
	char time[CLOCK_TEXT_SIZE];

	clock_words(time, desk_clock(question->place->desk), question->at);
	question->words = question->at == 0 ? mem_strdup(kinds[question->timing].undone)
					    : mem_printf(kinds[question->timing].done, time);
}

static void tell(const struct pane_host *host, int rc, const struct error *err, const char *words)
{
	host->say(host->app, rc < 0 ? PANE_FAILED : PANE_SAID, rc < 0 ? err->message : words);
	host->changed(host->app);
}

/* The key can wait for its person, so that what is signed is done elsewhere. */
static void carry_out(struct question *question)
{
	const struct pane_place *place = question->place;
	enum review_event event = question->at == 0 && question->timing == TIMING_SCHEDULE
				      ? REVIEW_UNSCHEDULE
				      : kinds[question->timing].event;
	struct error err;
	int rc;

	set_words(question);
	if (place->exchange != NULL && desk_signs(place->desk, event)) {
		const struct exchange_signing act = {set_time, question_free, question, question->words};

		rc = exchange_sign(place->exchange, &act, &err);
		tell(place->host, rc, &err, "It is being signed ...");
		return;
	}
	rc = set_time(question, place->desk, &err);
	tell(place->host, rc, &err, question->words);
	question_free(question);
}

static void answered(void *context, const struct prompt_answer *answer)
{
	struct question *question = context;
	struct error err;
	int rc = 0;

	if (answer->given && answer->len > 0)
		rc = clock_read(&question->at, desk_clock(question->place->desk), answer->text, &err);
	if (answer->given && rc == 0) {
		carry_out(question);
		return;
	}
	if (answer->given)
		tell(question->place->host, rc, &err, NULL);
	question_free(question);
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
