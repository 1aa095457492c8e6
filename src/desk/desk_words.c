/*
 * What an article's words are checked by: a dictionary, the desk's list of words, and the person's own.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/path.h"
#include "desk/desk_internal.h"
#include "text/lines.h"
#include "text/spell.h"

/* A list that is larger is none. */
#define LIST_LIMIT ((size_t)1 << 20)

/* What the person's own list begins with. */
static const char own_head[] =
    "# Words that are right for you, one a line.  With a capital letter it is a name.\n";

static int own_path(char **out, struct error *err)
{
	char *home;
	int rc = path_home(&home, PATH_DATA, err);

	if (rc < 0)
		return rc;
	*out = path_join(home, "words");
	free(home);
	return 0;
}

/* Appends the person's own list; none is an empty one. */
static int read_own(struct strbuf *out, struct error *err)
{
	char *path;
	int rc = own_path(&path, err);

	if (rc < 0)
		return rc;
	rc = path_read(out, path, LIST_LIMIT, err);
	free(path);
	return rc == E_NOTFOUND ? 0 : rc;
}

/* The list of the release branch; all zero where it has none. */
static struct oid find_desks(struct desk *desk)
{
	struct oid blob;

	return desk_article(desk, POLICY_WORDS_PATH, &blob, NULL) == 0 ? blob : (struct oid){{0}};
}

/* Appends it, where it has one. */
static int read_desks(struct desk *desk, struct strbuf *out, struct error *err)
{
	struct oid blob = find_desks(desk);

	return oid_is_zero(&blob) ? 0 : desk_read(desk, &blob, out, err);
}

bool desk_marks_spelling(struct desk *desk)
{
	return repo_config_bool(desk->repo, "copydesk.spelling", true);
}

int desk_spelling(struct desk *desk, const char *language, struct desk_spelling *out, struct error *err)
{
	struct strbuf words = STRBUF_INIT;
	int rc;

	*out = (struct desk_spelling){.words = NULL};
	if (language == NULL || language[0] == '\0')
		language = desk->policy.language != NULL ? desk->policy.language : "en";
	out->language = mem_strdup(language);
	out->preferred = repo_config(desk->repo, "copydesk.dictionary");
	out->list = find_desks(desk);
	rc = read_desks(desk, &words, err);
	strbuf_addc(&words, '\n');
	if (rc == 0)
		rc = read_own(&words, err);
	out->words_len = words.len;
	out->words = strbuf_detach(&words);
	if (rc < 0)
		desk_spelling_clear(out);
	return rc;
}

bool desk_spelling_is_current(struct desk *desk, const struct desk_spelling *spelling)
{
	struct oid now = find_desks(desk);

	return oid_equal(&now, &spelling->list);
}

void desk_spelling_clear(struct desk_spelling *spelling)
{
	free(spelling->language);
	free(spelling->preferred);
	free(spelling->words);
	*spelling = (struct desk_spelling){.words = NULL};
}

/* Adds a line with a word to a list that has it not; false where it has. */
static bool add_line(struct strbuf *list, const char *word)
{
	const char *eol = lines_eol(list->data, list->len);

	if (spell_list_has(list->data, list->len, word, strlen(word)))
		return false;
	if (list->len > 0 && list->data[list->len - 1] != '\n')
		strbuf_adds(list, eol);
	strbuf_addf(list, "%s%s", word, eol);
	return true;
}

/* What is to stand in a list for a word; E_INVALID for what is not one. */
static int read_word(char **out, const char *word, struct error *err)
{
	size_t line;

	*out = NULL;
	if (word[0] == '\0' || word[strcspn(word, " \t\r\n#")] != '\0' ||
	    !spell_list_is_fit(word, strlen(word), &line))
		return error_set(err, E_INVALID, "\"%s\" is not one word, so it cannot be added to a list.",
				 word);
	*out = spell_entry(word, strlen(word));
	return 0;
}

int desk_learn_word(const char *word, struct error *err)
{
	struct strbuf list = STRBUF_INIT;
	char *path = NULL, *entry;
	int rc = read_word(&entry, word, err);

	if (rc == 0)
		rc = own_path(&path, err);
	if (rc == 0)
		rc = read_own(&list, err);
	if (rc == 0 && list.len == 0)
		strbuf_adds(&list, own_head);
	if (rc == 0 && add_line(&list, entry))
		rc = path_write(path, list.data, list.len, 0600, err);
	strbuf_clear(&list);
	free(entry);
	free(path);
	return rc;
}

/* Adds the word to the text of a draft of the list. */
static int add_to_draft(struct desk *desk, const char *name, const char *word, struct error *err)
{
	const struct draft *draft = desk_draft(desk, name, err);
	struct strbuf list = STRBUF_INIT;
	struct oid from;
	int rc;

	if (draft == NULL)
		return err->code;
	from = draft->blob;
	rc = draft_need_text(draft, err);
	if (rc < 0)
		return rc;
	strbuf_add(&list, draft_text(draft), draft->text_len);
	if (add_line(&list, word))
		rc = desk_save(desk, name, &from, list.data, list.len, NULL, err);
	strbuf_clear(&list);
	return rc;
}

/* The draft of the list that is open, or a new one. */
static int open_list(struct desk *desk, const char *word, char **name, struct error *err)
{
	const char *open = desk_open_draft(desk, POLICY_WORDS_PATH);
	char *reason;
	int rc;

	if (open != NULL) {
		*name = mem_strdup(open);
		return 0;
	}
	reason = mem_printf("For %s.", word);
	rc = desk_correct(desk, POLICY_WORDS_PATH, reason, name, err);
	free(reason);
	return rc;
}

int desk_add_word(struct desk *desk, const char *word, char **name, struct error *err)
{
	struct strbuf list = STRBUF_INIT;
	char *entry;
	bool has;
	int rc = read_word(&entry, word, err);

	*name = NULL;
	if (rc == 0)
		rc = desk_refresh(desk, err);
	if (rc == 0)
		rc = read_desks(desk, &list, err);
	has = rc == 0 && spell_list_has(list.data, list.len, entry, strlen(entry));
	strbuf_clear(&list);
	if (rc == 0 && !has)
		rc = open_list(desk, entry, name, err);
	if (rc == 0 && !has)
		rc = add_to_draft(desk, *name, entry, err);
	if (rc < 0) {
		free(*name);
		*name = NULL;
	}
	free(entry);
	return rc;
}
