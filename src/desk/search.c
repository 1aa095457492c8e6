#include "desk/search.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/article.h"
#include "desk/review.h"
#include "text/unicode.h"

enum field {
	FIELD_ANY,
	FIELD_SECTION,
	FIELD_STATE,
	FIELD_BYLINE,
	FIELD_LANGUAGE,
	FIELD_DATE,
};

static const struct {
	const char *prefix;
	enum field field;
} prefixes[] = {
    {"section:", FIELD_SECTION}, {"state:", FIELD_STATE}, {"by:", FIELD_BYLINE},
    {"lang:", FIELD_LANGUAGE},   {"date:", FIELD_DATE},
};

struct term {
	enum field field;
	char *text; /* folded */
};

struct search {
	struct term *terms;
	size_t count;
	size_t capacity;
	struct strbuf words; /* of FIELD_ANY */
};

/* NFKC with case folded; of ASCII, which most of a long list is, that is lower case and needs no ICU. */
static void fold(struct strbuf *out, const char *text)
{
	size_t len = strlen(text);
	size_t i = 0;

	while (i < len && (unsigned char)text[i] < 0x80)
		i++;
	if (i < len) {
		unicode_fold(out, text, len);
		return;
	}
	strbuf_reserve(out, len);
	for (i = 0; i < len; i++)
		strbuf_addc(out, (char)tolower((unsigned char)text[i]));
}

/* -- Reading the query -- */

static void add_term(struct search *search, const char *word)
{
	struct term term = {.field = FIELD_ANY};
	struct strbuf text = STRBUF_INIT;

	fold(&text, word);
	for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
		size_t len = strlen(prefixes[i].prefix);

		if (strncmp(text.data, prefixes[i].prefix, len) == 0) {
			term.field = prefixes[i].field;
			strbuf_splice(&text, 0, len, "", 0);
			break;
		}
	}
	if (term.field == FIELD_ANY)
		strbuf_addf(&search->words, "%s%s", search->words.len > 0 ? " " : "", text.data);
	term.text = strbuf_detach(&text);
	search->terms = mem_grow(search->terms, &search->capacity, search->count + 1, sizeof term);
	search->terms[search->count++] = term;
}

/* Copies the word at pos without its quotation marks; returns where it ends. */
static size_t read_word(struct strbuf *out, const char *query, size_t len, size_t pos)
{
	bool quoted = false;

	while (pos < len) {
		int32_t c;
		size_t next = pos + unicode_decode(query, len, pos, &c);

		if (c == '"')
			quoted = !quoted;
		else if (!quoted && unicode_is_space(c))
			break;
		else
			strbuf_add(out, query + pos, next - pos);
		pos = next;
	}
	return pos;
}

struct search *search_new(const char *query)
{
	struct search *search = mem_zalloc(1, sizeof *search);
	struct strbuf word = STRBUF_INIT;
	size_t len = strlen(query);
	size_t pos = 0;

	search->words = (struct strbuf)STRBUF_INIT;
	while (pos < len) {
		int32_t c;
		size_t next = pos + unicode_decode(query, len, pos, &c);

		if (unicode_is_space(c)) {
			pos = next;
			continue;
		}
		strbuf_reset(&word);
		pos = read_word(&word, query, len, pos);
		if (word.len > 0)
			add_term(search, word.data);
	}
	strbuf_clear(&word);
	return search;
}

void search_free(struct search *search)
{
	if (search == NULL)
		return;
	for (size_t i = 0; i < search->count; i++)
		free(search->terms[i].text);
	free(search->terms);
	strbuf_clear(&search->words);
	free(search);
}

/* -- Matching -- */

static bool starts_with(const char *text, const char *term, struct strbuf *scratch)
{
	if (text == NULL)
		return term[0] == '\0';
	strbuf_reset(scratch);
	fold(scratch, text);
	return strncmp(scratch->data, term, strlen(term)) == 0;
}

static bool holds(const char *text, const char *term, struct strbuf *scratch)
{
	if (text == NULL)
		return term[0] == '\0';
	strbuf_reset(scratch);
	fold(scratch, text);
	return strstr(scratch->data, term) != NULL;
}

/* The slug alone: words of the content root or of ".md" stand in every path. */
static bool slug_holds(const char *path, const char *term, struct strbuf *scratch)
{
	char *slug = article_slug(path);
	bool found = holds(slug, term, scratch);

	free(slug);
	return found;
}

static bool any_holds(const struct search_fields *fields, const char *term, struct strbuf *scratch)
{
	const char *const texts[] = {fields->title, fields->byline, fields->name, fields->section};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (texts[i] != NULL && holds(texts[i], term, scratch))
			return true;
	}
	return fields->path != NULL && slug_holds(fields->path, term, scratch);
}

static bool term_matches(const struct term *term, const struct search_fields *fields, struct strbuf *scratch)
{
	switch (term->field) {
	case FIELD_SECTION:
		return starts_with(fields->section, term->text, scratch);
	case FIELD_STATE:
		return starts_with(fields->state, term->text, scratch) ||
		       starts_with(fields->label, term->text, scratch);
	case FIELD_BYLINE:
		return holds(fields->byline, term->text, scratch);
	case FIELD_LANGUAGE:
		return starts_with(fields->language, term->text, scratch);
	case FIELD_DATE:
		return starts_with(fields->date, term->text, scratch);
	case FIELD_ANY:
		break;
	}
	return any_holds(fields, term->text, scratch);
}

static bool terms_match(const struct search *search, const struct search_fields *fields, bool words)
{
	struct strbuf scratch = STRBUF_INIT;
	bool matches = true;

	for (size_t i = 0; matches && i < search->count; i++) {
		if (words || search->terms[i].field != FIELD_ANY)
			matches = term_matches(&search->terms[i], fields, &scratch);
	}
	strbuf_clear(&scratch);
	return matches;
}

bool search_matches(const struct search *search, const struct search_fields *fields)
{
	return terms_match(search, fields, true);
}

bool search_fields_match(const struct search *search, const struct search_fields *fields)
{
	return terms_match(search, fields, false);
}

static bool is_state(const char *text)
{
	struct strbuf scratch = STRBUF_INIT;
	bool found = false;

	for (int i = 0; !found && i < REVIEW_STATE_COUNT; i++)
		found = starts_with(review_state_word((enum review_state_name)i), text, &scratch) ||
			starts_with(review_state_label((enum review_state_name)i), text, &scratch);
	strbuf_clear(&scratch);
	return found;
}

const char *search_wrong_state(const struct search *search)
{
	for (size_t i = 0; i < search->count; i++) {
		if (search->terms[i].field == FIELD_STATE && !is_state(search->terms[i].text))
			return search->terms[i].text;
	}
	return NULL;
}

const char *search_words(const struct search *search)
{
	return search->words.data;
}
