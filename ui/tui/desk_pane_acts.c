/*
 * What is done from the desk's list: each act asks for words first.
 */
#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/import.h"
#include "tui/correct.h"
#include "tui/desk_pane_internal.h"
#include "tui/matter.h"
#include "tui/prompt.h"
#include "tui/prompt_journal.h"
#include "tui/section.h"

static void say_error(struct desk_list *list, const struct error *err)
{
	list->place.host->say(list->place.host->app, PANE_FAILED, err->message);
}

/* -- A new article: a headline, then its section -- */

struct birth {
	struct desk_list *list;
	char *headline;
};

static void ask_headline(struct birth *birth);

static void section_chosen(void *context, const char *section)
{
	struct birth *birth = context;
	struct desk_list *list = birth->list;
	struct error err;
	char *name;

	if (section == NULL) {
		ask_headline(birth);
		return;
	}
	if (desk_new(list->place.desk, section, NULL, birth->headline, NULL, 0, &name, &err) < 0) {
		say_error(list, &err);
	} else {
		list->place.host->changed(list->place.host->app);
		list->place.host->open(list->place.host->app, PANE_EDITOR, name);
		free(name);
	}
	free(birth->headline);
	free(birth);
}

static void headline_typed(void *context, const struct prompt_answer *answer)
{
	struct birth *birth = context;

	free(birth->headline);
	if (!answer->given) {
		free(birth);
		return;
	}
	birth->headline = mem_strdup(answer->text);
	section_ask(&birth->list->place, section_chosen, birth);
}

/* Asks for it, or again with what was typed when no section was chosen. */
static void ask_headline(struct birth *birth)
{
	const struct pane_host *host = birth->list->place.host;
	struct prompt *prompt =
	    prompt_text("New article", "Headline:", birth->headline, NULL, headline_typed, birth);

	prompt_need(prompt, "An article needs a headline.");
	host->ask(host->app, prompt);
}

int desk_ask_article(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;
	struct birth *birth = mem_zalloc(1, sizeof *birth);

	(void)argument;
	(void)err;
	birth->list = list;
	ask_headline(birth);
	return 0;
}

/* -- Import: a file by its name, or a text that is pasted -- */

/* Whether the file can be made a draft of; the error says why not. */
static int try_file(const char *path, struct error *err)
{
	struct import_options options = {.name = path};
	struct import import = {0};
	struct strbuf text = STRBUF_INIT;
	int rc = path_read(&text, path, REPO_BLOB_LIMIT, err);

	if (rc == 0)
		rc = import_text(&import, text.data, text.len, &options, err);
	import_clear(&import);
	strbuf_clear(&text);
	return rc;
}

static void file_typed(void *context, const struct prompt_answer *answer);

/* With the path that was typed before, and why that file cannot be read; NULL for both at first. */
static void ask_path(struct desk_list *list, const char *typed, const char *problem)
{
	const struct pane_host *host = list->place.host;
	char *question = mem_printf("%s%sFile with the text, as copied from a page, or Markdown:",
				    problem != NULL ? problem : "", problem != NULL ? "\n\n" : "");

	host->ask(host->app, prompt_text("Import", question, typed, NULL, file_typed, list));
	free(question);
}

static void file_typed(void *context, const struct prompt_answer *answer)
{
	struct desk_list *list = context;
	struct error err;
	char *path;

	if (!answer->given || answer->len == 0)
		return;
	path = mem_strdup(answer->text);
	if (try_file(path, &err) < 0)
		ask_path(list, path, err.message);
	else
		list->place.host->open(list->place.host->app, PANE_IMPORT, path);
	free(path);
}

int desk_ask_file(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	ask_path(target, NULL, NULL);
	return 0;
}

static void text_pasted(void *context, const struct prompt_answer *answer)
{
	struct desk_list *list = context;
	const struct pane_host *host = list->place.host;

	if (!answer->given || answer->len == 0)
		return;
	host->copy(host->app, answer->text, answer->len);
	host->open(host->app, PANE_IMPORT, NULL);
}

int desk_ask_paste(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;
	struct prompt *prompt;

	(void)argument;
	(void)err;
	prompt = prompt_lines("Import",
			      "Paste the text here, as copied from a page, then Ctrl-S:", text_pasted, list);
	prompt_journal(prompt, &list->place, "a new article", "Import");
	list->place.host->ask(list->place.host->app, prompt);
	return 0;
}

/* -- Moving an article: its section, then its slug -- */

struct removal {
	struct desk_list *list;
	char *path;
	char *section;
};

static void removal_free(struct removal *removal)
{
	free(removal->path);
	free(removal->section);
	free(removal);
}

static void slug_typed(void *context, const struct prompt_answer *answer)
{
	struct removal *removal = context;
	struct desk_list *list = removal->list;
	const struct pane_host *host = list->place.host;
	struct error err;
	char *name;

	if (answer->given) {
		if (desk_rename(list->place.desk, removal->path, removal->section, answer->text, NULL, &name,
				&err) < 0) {
			say_error(list, &err);
		} else {
			host->changed(host->app);
			host->say(host->app, PANE_SAID, "A move is begun: submit it for review.");
			host->open(host->app, PANE_REVIEW, name);
			free(name);
		}
	}
	removal_free(removal);
}

static void place_chosen(void *context, const char *section)
{
	struct removal *removal = context;
	const struct pane_host *host = removal->list->place.host;
	struct prompt *prompt;
	char *slug;

	if (section == NULL) {
		removal_free(removal);
		return;
	}
	removal->section = mem_strdup(section);
	slug = article_slug(removal->path);
	prompt = prompt_text("Rename", "Its name in addresses (the old address goes on working):", slug, NULL,
			     slug_typed, removal);
	prompt_need(prompt, "An article needs a name, as lake-path.");
	host->ask(host->app, prompt);
	free(slug);
}

int desk_ask_place(void *target, int argument, struct error *err)
{
	struct desk_list *list = target;
	struct removal *removal = mem_zalloc(1, sizeof *removal);

	(void)argument;
	(void)err;
	removal->list = list;
	removal->path = mem_strdup(desk_list_chosen(list)->path);
	section_ask(&list->place, place_chosen, removal);
	return 0;
}

/* -- Acts that ask for words: each asks, does, and asks again with the words where it was refused -- */

struct words {
	struct desk_list *list;
	char *name;
	char *title; /* of the article */
	enum desk_question which;
};

static int act_withdraw(struct desk_list *list, const char *path, const char *reason, struct error *err)
{
	char *name;
	int rc = desk_withdraw(list->place.desk, path, reason, &name, err);

	if (rc == 0)
		list->place.host->open(list->place.host->app, PANE_REVIEW, name);
	free(name);
	return rc;
}

static int act_spike(struct desk_list *list, const char *name, const char *reason, struct error *err)
{
	return desk_spike(list->place.desk, name, reason, err);
}

static int act_restore(struct desk_list *list, const char *name, const char *reason, struct error *err)
{
	return desk_restore(list->place.desk, name, reason, err);
}

static int act_submit(struct desk_list *list, const char *name, const char *text, struct error *err)
{
	int rc = desk_submit(list->place.desk, name, text, err);

	if (rc == 0)
		matter_submitted(&list->place, name);
	return rc;
}

static const struct asked {
	const char *title;
	const char *question;
	const char *done; /* NULL: the act says so itself */
	int (*act)(struct desk_list *list, const char *name, const char *text, struct error *err);
	const char *needed; /* what is said when nothing was typed, or NULL */
} asked[] = {
    [DESK_ASK_WITHDRAW] = {"Withdrawal", "Why is this article to be taken down?",
			   "A withdrawal is begun: submit it for review.", act_withdraw,
			   "Say why: the reason is kept."},
    [DESK_ASK_SPIKE] = {"Spike", "Why is this draft set aside? It is kept, and can be restored.",
			"It is spiked.", act_spike, "Say why: the reason is kept with the draft."},
    [DESK_ASK_RESTORE] = {"Restore", "Why is it taken up again?", "It is a draft again.", act_restore, NULL},
    [DESK_ASK_SUBMIT] = {"Submit for review", "A word to the reviewer (may be empty):", NULL, act_submit,
			 NULL},
};

static void words_typed(void *context, const struct prompt_answer *answer);

/* With what was typed before, and why that was refused; NULL for both at first. */
static void ask_words(struct words *words, const char *typed, const char *problem)
{
	const struct pane_place *place = &words->list->place;
	const struct asked *ask = &asked[words->which];
	char *question = mem_printf("%s\n\n%s", problem != NULL ? problem : words->title, ask->question);
	struct prompt *prompt = prompt_text(ask->title, question, typed, NULL, words_typed, words);

	if (ask->needed != NULL)
		prompt_need(prompt, ask->needed);
	prompt_journal(prompt, place, words->name, ask->title);
	place->host->ask(place->host->app, prompt);
	free(question);
}

static void words_typed(void *context, const struct prompt_answer *answer)
{
	struct words *words = context;
	const struct pane_host *host = words->list->place.host;
	const struct asked *ask = &asked[words->which];
	char *text = answer->given ? mem_strdup(answer->text) : NULL;
	struct error err;

	if (text != NULL && ask->act(words->list, words->name, text, &err) < 0) {
		ask_words(words, text, err.message);
		host->changed(host->app);
		free(text);
		return;
	}
	if (text != NULL && ask->done != NULL)
		host->say(host->app, PANE_SAID, ask->done);
	if (text != NULL)
		host->changed(host->app);
	free(text);
	free(words->name);
	free(words->title);
	free(words);
}

int desk_ask_words(void *target, int which, struct error *err)
{
	struct desk_list *list = target;
	const struct desk_row *row = desk_list_chosen(list);
	struct words *words = mem_zalloc(1, sizeof *words);

	(void)err;
	words->list = list;
	words->name = mem_strdup(desk_list_name(row));
	words->title = mem_strdup(row->title);
	words->which = (enum desk_question)which;
	ask_words(words, NULL, NULL);
	return 0;
}

/* -- The desk's own files -- */

int desk_change_file(void *target, int which, struct error *err)
{
	static const char *const paths[] = {
	    [DESK_FILE_RULES] = POLICY_PATH,
	    [DESK_FILE_SIGNERS] = POLICY_SIGNERS_PATH,
	    [DESK_FILE_WORDS] = POLICY_WORDS_PATH,
	};
	struct desk_list *list = target;
	const char *draft = desk_open_draft(list->place.desk, paths[which]);

	(void)err;
	if (draft != NULL)
		list->place.host->open(list->place.host->app, PANE_EDITOR, draft);
	else
		correct_ask(&list->place, paths[which], policy_file_title(paths[which]));
	return 0;
}
