#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strlist.h"
#include "cli/json.h"
#include "text/frontmatter.h"
#include "text/spell.h"
#include "text/unicode.h"

static const struct option_row options[] = {
    {"suggest", '\0', NULL, OPTION_OFFER_NOTHING, "with what may have been meant"},
    {"json", '\0', NULL, OPTION_OFFER_NOTHING, "as JSON, for programs"},
    {"add", '\0', "WORD", OPTION_OFFER_NOTHING, "add a word to your own list instead"},
    {"desk", '\0', NULL, OPTION_OFFER_NOTHING, "with --add: to the desk's list, by a draft"},
    {.name = NULL},
};

/* The text that is checked, and what of it is printed. */
struct checked {
	struct cli *cli;
	char *name; /* the draft's, or NULL */
	char *path;
	struct strbuf text;
	struct spell *spell;
	struct spell_found found;
	bool suggests;
	size_t line;   /* of pos, from 1 */
	size_t pos;    /* up to which lines were counted */
	size_t column; /* of at, from 1 */
	size_t at;     /* up to which the characters of the line were counted */
};

static int read_text(struct checked *c, struct error *err)
{
	struct desk *desk = c->cli->desk;
	const struct draft *draft;
	struct oid blob;
	int rc = desk_find(desk, c->cli->arguments[0], &c->name, &c->path, err);

	if (rc < 0)
		return rc;
	if (c->name == NULL) {
		rc = desk_article(desk, c->path, &blob, err);
	} else {
		draft = desk_draft(desk, c->name, err);
		if (draft == NULL)
			return err->code;
		blob = draft->blob;
		c->path = mem_strdup(draft->path);
		if (oid_is_zero(&blob))
			return error_set(err, E_NOTFOUND,
					 "The draft %s takes its article down, so it has no text.", c->name);
	}
	if (rc == 0 && policy_is_desk_file(c->path))
		rc = error_set(err, E_INVALID, "%s is no article, so its words are not checked.", c->path);
	return rc < 0 ? rc : desk_read(desk, &blob, &c->text, err);
}

static int open_dictionary(struct checked *c, struct error *err)
{
	struct desk_spelling spelling;
	struct frontmatter *fm;
	int rc;

	(void)frontmatter_parse(&fm, c->text.data, c->text.len, NULL);
	rc = desk_spelling(c->cli->desk, frontmatter_get(fm, "language"), &spelling, err);
	frontmatter_free(fm);
	if (rc < 0)
		return rc;
	rc = spell_open(&c->spell, spelling.language, spelling.preferred, err);
	if (rc == 0)
		spell_learn(c->spell, spelling.words, spelling.words_len);
	desk_spelling_clear(&spelling);
	return rc;
}

/* The line of a place, and its column in characters, both from 1; places come in order. */
static size_t place(struct checked *c, size_t pos)
{
	for (; c->pos < pos; c->pos++) {
		if (c->text.data[c->pos] == '\n') {
			c->line++;
			c->at = c->pos + 1;
			c->column = 1;
		}
	}
	for (; c->at < pos; c->column++)
		c->at = unicode_next(c->text.data, c->text.len, c->at);
	return c->column;
}

static void print_words(struct checked *c, const char *word, size_t column, const struct strlist *suggestions)
{
	strbuf_addf(&c->cli->out, "%zu:%zu: ", c->line, column);
	cli_print(c->cli, word);
	for (size_t i = 0; i < suggestions->count; i++) {
		strbuf_adds(&c->cli->out, i == 0 ? ": " : ", ");
		cli_print(c->cli, suggestions->items[i]);
	}
	strbuf_addc(&c->cli->out, '\n');
}

static void print_object(struct checked *c, struct json *json, const char *word, size_t column,
			 const struct strlist *suggestions)
{
	json_object(json, NULL);
	json_number(json, "line", (int64_t)c->line);
	json_number(json, "column", (int64_t)column);
	json_string(json, "word", word);
	if (c->suggests) {
		json_array(json, "suggestions");
		for (size_t i = 0; i < suggestions->count; i++)
			json_string(json, NULL, suggestions->items[i]);
		json_end(json);
	}
	json_end(json);
}

static void print_found(struct checked *c, struct json *json)
{
	for (size_t i = 0; i < c->found.count; i++) {
		const struct spell_word *found = &c->found.words[i];
		char *word = mem_strndup(c->text.data + found->start, found->end - found->start);
		size_t column = place(c, found->start);
		struct strlist suggestions = {0};

		if (c->suggests)
			spell_suggest(c->spell, word, strlen(word), &suggestions);
		if (json != NULL)
			print_object(c, json, word, column, &suggestions);
		else
			print_words(c, word, column, &suggestions);
		strlist_clear(&suggestions);
		free(word);
	}
}

static void print(struct checked *c)
{
	struct json json;

	if (!option_has(&c->cli->options, "json")) {
		print_found(c, NULL);
		return;
	}
	json_init(&json, &c->cli->out);
	json_object(&json, NULL);
	json_string(&json, "name", c->name);
	json_string(&json, "path", c->path);
	json_string(&json, "dictionary", spell_dictionary(c->spell));
	json_array(&json, "words");
	print_found(c, &json);
	json_end(&json);
	json_end(&json);
}

static int check(struct cli *cli, struct error *err)
{
	struct checked c = {.cli = cli, .text = STRBUF_INIT, .line = 1, .column = 1};
	struct spell_state state = {0};
	int rc = read_text(&c, err);

	c.suggests = option_has(&cli->options, "suggest");
	if (rc == 0)
		rc = open_dictionary(&c, err);
	if (rc == 0) {
		spell_find(c.spell, &state, c.text.data, c.text.len, &c.found);
		print(&c);
		rc = c.found.count > 0;
	}
	spell_free(c.spell);
	spell_found_clear(&c.found);
	strbuf_clear(&c.text);
	free(c.name);
	free(c.path);
	return rc;
}

static int add(struct cli *cli, const char *word, struct error *err)
{
	char *name;
	int rc;

	if (!option_has(&cli->options, "desk"))
		return desk_learn_word(word, err);
	rc = desk_may_write(cli->desk, err);
	if (rc == 0)
		rc = desk_add_word(cli->desk, word, &name, err);
	if (rc < 0)
		return rc;
	if (name == NULL)
		cli_say(cli, "The desk's list has %s already.", word);
	else
		cli_say_state(cli, name);
	free(name);
	return 0;
}

static int run(struct cli *cli, struct error *err)
{
	const char *word = option_value(&cli->options, "add");

	if (word != NULL && cli->argument_count > 0)
		return cli_usage(cli, err, "\"spell\" takes NAME or --add, not both.");
	if (word != NULL)
		return add(cli, word, err);
	if (option_has(&cli->options, "desk"))
		return cli_usage(cli, err, "--desk goes with --add.");
	if (cli->argument_count == 0)
		return cli_usage(cli, err, "\"spell\" needs the name of a draft or article.");
	return check(cli, err);
}

const struct cli_command cli_spell = {
    .name = "spell",
    .help = "the words that no dictionary knows",
    .arguments = "[NAME]",
    .about = "Prints each word of the draft or article NAME that neither the dictionary of\n"
	     "its language nor a list of words knows, as LINE:COLUMN: WORD. Front matter but\n"
	     "for title and description is skipped, and so are Chinese, code, HTML and\n"
	     "addresses. The exit status is 1 when there are such words.\n"
	     "\n"
	     "--add puts a word on your own list, which is for all newsrooms; with --desk on\n"
	     "the desk's list, .copydesk/words, by a draft of it, which passes its review and\n"
	     "is released as any other change of the desk's own files.\n",
    .most = 1,
    .offer = OPTION_OFFER_NAMES,
    .need = CLI_NEEDS_DESK,
    .options = options,
    .run = run,
};
