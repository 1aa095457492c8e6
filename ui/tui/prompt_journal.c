#include "tui/prompt_journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "store/journal.h"

/* No ref can be called that, so that it is never taken for a draft. */
#define WORDS "words for "

/* The journal of one question. */
struct keeping {
	const struct pane_host *host;
	char *folder; /* of the journals; NULL: nothing can be kept, which was told */
	char *newsroom, *name, *person;
	int64_t now;
	struct journal *journal; /* NULL before there is anything to keep */
	struct strbuf text;      /* what it has */
};

static void keeping_free(struct keeping *k)
{
	strbuf_clear(&k->text);
	free(k->folder);
	free(k->newsroom);
	free(k->name);
	free(k->person);
	free(k);
}

/* What is typed goes on, with a word that it is not safe; told once. */
static void give_up(struct keeping *k, const struct error *err)
{
	char *words = mem_printf("%s What you type here would be lost if copydesk ended.", err->message);

	k->host->say(k->host->app, PANE_WARNED, words);
	free(words);
	free(k->folder);
	k->folder = NULL;
}

static int start(struct keeping *k, const char *text, size_t len, struct error *err)
{
	struct journal_start about = {.newsroom = k->newsroom,
				      .draft = k->name,
				      .person = k->person,
				      .now = k->now};
	struct buffer_edit first = {.insert = text, .len = len};

	return journal_open(&k->journal, k->folder, &about, &first, err);
}

/* The one edit that leads to the text from what the journal has. */
static int go_on(struct keeping *k, const char *text, size_t len, struct error *err)
{
	size_t least = k->text.len < len ? k->text.len : len;
	size_t same = 0, end = 0;
	struct buffer_edit edit;

	while (same < least && text[same] == k->text.data[same])
		same++;
	while (end < least - same && text[len - 1 - end] == k->text.data[k->text.len - 1 - end])
		end++;
	edit = (struct buffer_edit){same, k->text.len - same - end, text + same, len - same - end};
	return journal_append(k->journal, &edit, err);
}

static void typed(void *keeper, const char *text, size_t len)
{
	struct keeping *k = keeper;
	struct error err;
	int rc;

	if (k->folder == NULL || (len == k->text.len && memcmp(text, k->text.data, len) == 0))
		return;
	rc = k->journal == NULL ? start(k, text, len, &err) : go_on(k, text, len, &err);
	if (rc < 0)
		give_up(k, &err);
	strbuf_reset(&k->text);
	strbuf_add(&k->text, text, len);
}

static void ended(void *keeper, bool over)
{
	struct keeping *k = keeper;

	journal_close(k->journal, over);
	keeping_free(k);
}

static bool is_same(const struct keeping *k, const struct journal_entry *entry)
{
	return entry->state == JOURNAL_LEFT && strcmp(entry->draft, k->name) == 0 &&
	       strcmp(entry->newsroom, k->newsroom) == 0 && strcmp(entry->person, k->person) == 0;
}

/* Appends what was left of this question last; its file, which the caller frees, or NULL. */
static char *find_left(const struct keeping *k, struct strbuf *text)
{
	struct journal_list list = {.count = 0};
	struct journal_recovery found;
	char *path = NULL;

	/* Others can be long; most often there is none of this question. */
	if (!journal_any_for(k->folder, k->name) || journal_list(&list, k->folder, NULL) < 0)
		return NULL;
	for (size_t i = 0; path == NULL && i < list.count; i++) {
		if (is_same(k, &list.items[i]) &&
		    journal_recover(text, &found, list.items[i].path, "", 0, NULL) == 0)
			path = mem_strdup(list.items[i].path);
	}
	journal_list_clear(&list);
	return path;
}

/* Puts what was left into the field, and from there into the journal of this one. */
static void take_left(struct keeping *k, struct prompt *prompt)
{
	static const struct prompt_keeper ops = {.typed = typed, .ended = ended};
	struct strbuf text = STRBUF_INIT;
	char *left = prompt_has_text(prompt) ? NULL : find_left(k, &text);

	if (left != NULL && text.len > 0) {
		prompt_begin(prompt, text.data, text.len);
		k->host->say(k->host->app, PANE_WARNED,
			     "These words were typed here before copydesk ended; nobody has them yet.");
	}
	prompt_keep(prompt, &ops, k);
	if (left != NULL && k->folder != NULL) /* else it is offered again */
		(void)journal_set_aside(left, NULL);
	free(left);
	strbuf_clear(&text);
}

void prompt_journal(struct prompt *prompt, const struct pane_place *place, const char *draft,
		    const char *what)
{
	const struct repo_person *person = desk_person(place->desk, NULL);
	struct keeping *k;
	struct error err;

	if (person == NULL)
		return;
	k = mem_zalloc(1, sizeof *k);
	k->host = place->host;
	k->newsroom = mem_strdup(repo_folder(desk_repo(place->desk)));
	k->name = mem_printf(WORDS "%s: %s", draft, what);
	k->person = mem_printf("%s <%s>", person->name, person->mail);
	k->now = clock_now(desk_clock(place->desk));
	k->text = (struct strbuf)STRBUF_INIT;
	if (journal_home(&k->folder, &err) < 0)
		give_up(k, &err);
	take_left(k, prompt);
}

const char *prompt_journal_about(const struct journal_entry *entry)
{
	return strncmp(entry->draft, WORDS, strlen(WORDS)) == 0 ? entry->draft + strlen(WORDS) : NULL;
}
