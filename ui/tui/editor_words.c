/* Words and paragraphs: duplicated, moved, joined, marked, linked, typeset; characters by name. */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/prose.h"
#include "text/signs.h"
#include "text/unicode.h"
#include "tui/prompt.h"

/* The text and where the person is in it, borrowed until the next call on the buffer. */
static struct prose_place place_of(struct editor *e)
{
	size_t body = e->file != NULL ? 0 : editor_read_front(e);
	struct prose_place place = {.body = body, .language = e->words.language};

	place.text = buffer_text(e->buffer, &place.len);
	editor_selection(e, &place.start, &place.end);
	return place;
}

/* Makes an edit, if there is one, and clears it. */
static int make(struct editor *e, int rc, struct prose_edit *edit)
{
	if (rc < 0)
		return rc;
	editor_make(e, edit);
	prose_edit_clear(edit);
	return 0;
}

/* What only an article has: marks, links, signs. */
static int refuse_file(const struct editor *e, struct error *err)
{
	if (e->file == NULL)
		return 0;
	return error_set(err, E_REFUSED, "This is for articles; here are the desk's own words.");
}

int editor_duplicate(void *target, int argument, struct error *err)
{
	struct prose_place place = place_of(target);
	struct prose_edit edit;

	(void)argument;
	return make(target, prose_duplicate(&edit, &place, err), &edit);
}

int editor_move_paragraph(void *target, int by, struct error *err)
{
	struct prose_place place = place_of(target);
	struct prose_edit edit;

	return make(target, prose_move(&edit, &place, by, err), &edit);
}

int editor_join(void *target, int argument, struct error *err)
{
	struct prose_place place = place_of(target);
	struct prose_edit edit;

	(void)argument;
	return make(target, prose_join(&edit, &place, err), &edit);
}

int editor_change_case(void *target, int argument, struct error *err)
{
	struct prose_place place = place_of(target);
	struct prose_edit edit;

	(void)argument;
	return make(target, prose_change_case(&edit, &place, err), &edit);
}

int editor_emphasise(void *target, int strength, struct error *err)
{
	int rc = refuse_file(target, err);
	struct prose_place place = place_of(target);
	struct prose_edit edit;

	if (rc < 0)
		return rc;
	return make(target, prose_emphasise(&edit, &place, (enum prose_strength)strength, err), &edit);
}

int editor_typeset(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	int rc = refuse_file(e, err);
	struct prose_place place = place_of(e);
	struct prose_edit edit;
	size_t count;

	(void)argument;
	if (rc == 0)
		rc = prose_typeset(&edit, &place, err);
	if (rc < 0)
		return rc;
	count = edit.count;
	make(e, 0, &edit);
	editor_say(e, PANE_SAID, "%zu sign%s typeset; Ctrl-Z takes %s back.", count, count == 1 ? "" : "s",
		   count == 1 ? "it" : "them");
	return 0;
}

/* -- Links -- */

/* Words are no address; a path of the site may have blanks. */
static const char *check_link(const char *text)
{
	size_t len;

	text += strspn(text, " ");
	len = strcspn(text, " ");
	if (strchr("/.#?", *text) != NULL || text[len + strspn(text + len, " ")] == '\0')
		return NULL;
	return "This is no address: it has blanks. A path of this site begins with /.";
}

static void address_typed(void *context, const struct prompt_answer *answer)
{
	struct editor *e = context;
	struct strbuf address = STRBUF_INIT;
	struct prose_place place;
	struct prose_edit edit;
	struct error err;

	if (!answer->given)
		return;
	strbuf_adds(&address, answer->text + strspn(answer->text, " "));
	strbuf_trim_end(&address);
	place = place_of(e);
	if (make(e, prose_link(&edit, &place, address.data, &err), &edit) < 0)
		editor_say(e, PANE_WARNED, "%s", err.message);
	else
		field_remember(&e->words.addresses, address.data);
	strbuf_clear(&address);
}

/* What was copied last, where that is an address. The caller frees. */
static char *copied_address(struct editor *e)
{
	struct strbuf text = STRBUF_INIT;
	size_t len;
	const char *copied = e->place.host->clipboard(e->place.host->app, &len);

	strbuf_add(&text, copied, len < 4096 ? len : 0);
	strbuf_trim_end(&text);
	if (prose_is_address(text.data, text.len))
		return strbuf_detach(&text);
	strbuf_clear(&text);
	return NULL;
}

int editor_link(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	int rc = refuse_file(e, err);
	struct prose_place place = place_of(e);
	struct prose_edit edit;
	struct prompt *prompt;
	char *address;
	bool linked;

	(void)argument;
	if (rc == 0)
		rc = prose_link(&edit, &place, "https://example.org/", err);
	if (rc < 0)
		return rc; /* no link can be here: said before anything is typed */
	prose_edit_clear(&edit);
	address = prose_link_address(&place);
	linked = address != NULL;
	if (!linked)
		address = copied_address(e);
	prompt = prompt_text("Link",
			     linked ? "Where does this link lead? Empty: no link any more."
				    : "Where does it lead? An address, or a path of this site.",
			     address, &e->words.addresses, address_typed, e);
	prompt_verify(prompt, check_link);
	if (!linked)
		prompt_fresh(prompt);
	e->place.host->ask(e->place.host->app, prompt);
	free(address);
	return 0;
}

/* -- Characters by name -- */

/* The list that is asked about. */
struct signs {
	struct editor *editor;
	int32_t *signs;
	size_t count;
};

static const char *check_sign(const char *text)
{
	struct error err;
	int32_t sign;

	switch (signs_find(&sign, text, &err)) {
	case 0:
		return NULL;
	case E_REFUSED:
		return "Nothing is put in: readers do not see this character.";
	default:
		return "Nothing is put in: no character is named so; a number is U+2014.";
	}
}

static void sign_chosen(void *context, const struct prompt_answer *answer)
{
	struct signs *signs = context;
	struct strbuf text = STRBUF_INIT;
	int32_t sign = -1;

	if (answer->given && answer->choice < signs->count)
		sign = signs->signs[answer->choice];
	else if (answer->given && signs_find(&sign, answer->text, NULL) < 0)
		sign = -1;
	if (sign >= 0) {
		unicode_encode(&text, sign);
		editor_insert_whole(signs->editor, text.data, text.len);
	}
	strbuf_clear(&text);
	free(signs->signs);
	free(signs);
}

int editor_ask_sign(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	struct signs *signs = mem_zalloc(1, sizeof *signs);
	struct prompt_item *items;
	struct prompt *prompt;

	(void)argument;
	(void)err;
	signs->editor = e;
	signs->count = signs_list(&signs->signs);
	items = mem_zalloc(signs->count, sizeof *items);
	for (size_t i = 0; i < signs->count; i++) {
		struct strbuf label = STRBUF_INIT;

		unicode_encode(&label, signs->signs[i]);
		strbuf_adds(&label, unicode_columns(label.data, label.len) > 1 ? " " : "  ");
		signs_name(&label, signs->signs[i]);
		items[i].label = strbuf_detach(&label);
		items[i].key = mem_printf("U+%04X", (unsigned)signs->signs[i]);
	}
	prompt = prompt_list(PROMPT_FILTER, "Special character", items, signs->count, 0, sign_chosen, signs);
	prompt_exact_first(prompt);
	prompt_offer(prompt, "By its name, in English or Chinese, or its number.", "Other:", check_sign);
	for (size_t i = 0; i < signs->count; i++) {
		free((char *)items[i].label);
		free((char *)items[i].key);
	}
	free(items);
	e->place.host->ask(e->place.host->app, prompt);
	return 0;
}

void editor_words_clear(struct editor_words *words)
{
	free(words->language);
	field_history_clear(&words->addresses);
}
