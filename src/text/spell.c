/*
 * Dictionaries: which one is for a language, and what it knows.
 */
#include "text/spell_internal.h"

#include <ctype.h>
#include <glob.h>
#include <hunspell/hunspell.h>
#include <iconv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unicode/uloc.h>
#include <unicode/uscript.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "text/unicode.h"

/* Scripts that one language is written in. */
#define SCRIPTS 8

/* Words whose answer is kept; then all are forgotten. */
#define KEPT_MOST ((size_t)1 << 16)

struct spell {
	Hunhandle *hunspell;
	char *dictionary;
	UScriptCode scripts[SCRIPTS];
	int script_count;
	bool converts; /* the dictionary is in another encoding than UTF-8 */
	iconv_t to, from;
	struct spell_lists lists;
	struct spell_set kept; /* words that were asked for: 1 known, 0 not */
};

/* -- Languages -- */

struct language {
	char language[4]; /* "en" */
	char region[4];   /* "GB", or "" */
	UScriptCode scripts[SCRIPTS];
	int script_count;
};

static bool all_are(const char *text, size_t len, int (*is)(int))
{
	for (size_t i = 0; i < len; i++) {
		if (!is((unsigned char)text[i]))
			return false;
	}
	return true;
}

/* The parts of a BCP 47 tag (RFC 5646 section 2.1); script and variants do not tell dictionaries apart. */
static bool read_tag(struct language *out, const char *tag)
{
	size_t len = strcspn(tag, "-_");

	*out = (struct language){0};
	if (len < 2 || len > 3 || !all_are(tag, len, isalpha))
		return false;
	for (size_t i = 0; i < len; i++)
		out->language[i] = (char)tolower((unsigned char)tag[i]);
	for (tag += len; *tag != '\0'; tag += len) {
		len = strcspn(++tag, "-_");
		if (len == 0 || len > 8 || !all_are(tag, len, isalnum))
			return false;
		if (out->region[0] != '\0' ||
		    !((len == 2 && all_are(tag, len, isalpha)) || (len == 3 && all_are(tag, len, isdigit))))
			continue;
		for (size_t i = 0; i < len; i++)
			out->region[i] = (char)toupper((unsigned char)tag[i]);
	}
	return true;
}

static void find_scripts(struct language *language)
{
	UErrorCode status = U_ZERO_ERROR;

	language->script_count = uscript_getCode(language->language, language->scripts, SCRIPTS, &status);
	if (U_FAILURE(status) || language->script_count < 1) {
		language->scripts[0] = USCRIPT_LATIN;
		language->script_count = 1;
	}
}

static bool is_of_script(const UScriptCode *scripts, int count, UScriptCode script)
{
	for (int i = 0; i < count; i++) {
		if (scripts[i] == script)
			return true;
	}
	return false;
}

/* What is written in Han characters has no dictionary: English is for the Latin words in it. */
static bool find_language(struct language *out, const char *tag)
{
	if (!read_tag(out, tag))
		return false;
	find_scripts(out);
	if (is_of_script(out->scripts, out->script_count, USCRIPT_HAN)) {
		*out = (struct language){.language = "en"};
		find_scripts(out);
	}
	return true;
}

/* -- Files -- */

/* Folders of dictionaries, in order. */
static void list_folders(struct strlist *out)
{
	static const char *const usual[] = {"/usr/share/hunspell", "/usr/local/share/hunspell",
					    "/usr/share/myspell/dicts"};
	const char *own = getenv("DICPATH");

	while (own != NULL && *own != '\0') {
		size_t len = strcspn(own, ":");
		char *folder = mem_strndup(own, len);

		if (len > 0)
			strlist_add(out, folder);
		free(folder);
		own += len + (own[len] == ':');
	}
	for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
		strlist_add(out, usual[i]);
}

/* Whether a folder has both files of a dictionary; their paths are the caller's. */
static bool has_dictionary(const char *folder, const char *name, char **aff, char **dic)
{
	*aff = mem_printf("%s/%s.aff", folder, name);
	*dic = mem_printf("%s/%s.dic", folder, name);
	if (path_exists(*aff) && path_exists(*dic))
		return true;
	free(*aff);
	free(*dic);
	*aff = *dic = NULL;
	return false;
}

static bool find_files(const struct strlist *folders, const char *name, char **aff, char **dic)
{
	for (size_t i = 0; i < folders->count; i++) {
		if (has_dictionary(folders->items[i], name, aff, dic))
			return true;
	}
	return false;
}

/* Whether a dictionary's name is of a language: "de_AT" of "de". */
static bool is_of(const char *name, const char *language)
{
	size_t len = strlen(language);

	return strncmp(name, language, len) == 0 && (name[len] == '\0' || name[len] == '_');
}

/* Adds the dictionaries of the language that the person prefers. */
static void add_preferred(struct strlist *out, const char *preferred, const char *language)
{
	while (preferred != NULL && *preferred != '\0') {
		size_t len = strcspn(preferred, " ,\t");
		char *name = mem_strndup(preferred, len);

		if (len > 0 && strchr(name, '/') == NULL && is_of(name, language))
			strlist_add(out, name);
		free(name);
		preferred += len + (preferred[len] != '\0');
	}
}

/* Adds whatever there is of the language, by name. */
static void add_others(struct strlist *out, const struct strlist *folders, const char *language)
{
	for (size_t i = 0; i < folders->count; i++) {
		char *pattern = mem_printf("%s/%s_*.aff", folders->items[i], language);
		glob_t found;

		if (glob(pattern, GLOB_NOESCAPE, NULL, &found) == 0) {
			for (size_t k = 0; k < found.gl_pathc; k++) {
				const char *base = path_base(found.gl_pathv[k]);
				char *name = mem_strndup(base, strlen(base) - strlen(".aff"));

				strlist_add(out, name);
				free(name);
			}
			globfree(&found);
		}
		free(pattern);
	}
}

/* Adds the names that a dictionary of the language may have, the best first. */
static void list_names(struct strlist *out, const struct strlist *folders, const struct language *l,
		       const char *preferred)
{
	char *name;

	if (l->region[0] != '\0') {
		name = mem_printf("%s_%s", l->language, l->region);
		strlist_add(out, name);
		strlist_add(out, l->language);
		free(name);
		return;
	}
	add_preferred(out, preferred, l->language);
	name = mem_printf("%s_%c%c", l->language, toupper((unsigned char)l->language[0]),
			  toupper((unsigned char)l->language[1]));
	strlist_add(out, strcmp(l->language, "en") == 0 ? "en_US" : name);
	strlist_add(out, l->language);
	add_others(out, folders, l->language);
	free(name);
}

/* Debian's package of dictionaries for a language. */
static char *package_of(const struct language *l)
{
	static const char *const regional[][2] = {{"en", "us"}, {"de", "de"}, {"pt", "pt"}};
	char *name = l->region[0] != '\0' && strcasecmp(l->region, l->language) != 0
			 ? mem_printf("hunspell-%s-%s", l->language, l->region)
			 : mem_printf("hunspell-%s", l->language);

	for (size_t i = 0; i < sizeof regional / sizeof regional[0]; i++) {
		if (strcmp(name + strlen("hunspell-"), regional[i][0]) == 0) {
			free(name);
			return mem_printf("hunspell-%s-%s", regional[i][0], regional[i][1]);
		}
	}
	for (char *c = name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

static int no_dictionary(const struct language *l, struct error *err)
{
	char tag[16];
	UChar wide[64];
	struct strbuf words = STRBUF_INIT;
	UErrorCode status = U_ZERO_ERROR;
	char *package = package_of(l);
	int32_t len;
	int rc;

	snprintf(tag, sizeof tag, l->region[0] != '\0' ? "%s_%s" : "%s", l->language, l->region);
	len = uloc_getDisplayName(tag, "en", wide, 64, &status);
	for (int32_t i = 0; U_SUCCESS(status) && i < len; i++)
		unicode_encode(&words, wide[i]);
	rc = error_set(err, E_NOTFOUND, "There is no dictionary for %s: install %s.",
		       words.len > 0 ? words.data : tag, package);
	strbuf_clear(&words);
	free(package);
	return rc;
}

/* -- Opening -- */

/* Another encoding than UTF-8 is converted, a word at a time. */
static int open_encoding(struct spell *spell, struct error *err)
{
	const char *name = Hunspell_get_dic_encoding(spell->hunspell);
	const char *plain = strncasecmp(name, "microsoft-cp", 12) == 0 ? name + strlen("microsoft-") : name;

	if (strcasecmp(name, "UTF-8") == 0)
		return 0;
	spell->to = iconv_open(plain, "UTF-8");
	spell->from = iconv_open("UTF-8", plain);
	if (spell->to != (iconv_t)-1 && spell->from != (iconv_t)-1) {
		spell->converts = true;
		return 0;
	}
	if (spell->to != (iconv_t)-1)
		iconv_close(spell->to);
	if (spell->from != (iconv_t)-1)
		iconv_close(spell->from);
	return error_set(err, E_INVALID, "The dictionary %s is in an encoding that is not known here: %s.",
			 spell->dictionary, name);
}

static int open_files(struct spell **out, const struct language *l, const char *name, const char *aff,
		      const char *dic, struct error *err)
{
	struct spell *spell = mem_zalloc(1, sizeof *spell);
	int rc;

	spell->dictionary = mem_strdup(name);
	memcpy(spell->scripts, l->scripts, sizeof spell->scripts);
	spell->script_count = l->script_count;
	spell->hunspell = Hunspell_create(aff, dic);
	rc = spell->hunspell != NULL ? open_encoding(spell, err)
				     : error_set(err, E_IO, "The dictionary %s cannot be read.", dic);
	if (rc < 0) {
		spell_free(spell);
		return rc;
	}
	*out = spell;
	return 0;
}

int spell_open(struct spell **out, const char *language, const char *preferred, struct error *err)
{
	struct strlist folders = {0}, names = {0};
	struct language l;
	char *aff = NULL, *dic = NULL;
	int rc;

	*out = NULL;
	if (!find_language(&l, language))
		return error_set(err, E_INVALID, "\"%s\" is no language: write it like en, en-GB or zh.",
				 language);
	list_folders(&folders);
	list_names(&names, &folders, &l, preferred);
	rc = no_dictionary(&l, err);
	for (size_t i = 0; aff == NULL && i < names.count; i++) {
		if (find_files(&folders, names.items[i], &aff, &dic))
			rc = open_files(out, &l, names.items[i], aff, dic, err);
	}
	free(aff);
	free(dic);
	strlist_clear(&folders);
	strlist_clear(&names);
	return rc;
}

void spell_free(struct spell *spell)
{
	if (spell == NULL)
		return;
	if (spell->hunspell != NULL)
		Hunspell_destroy(spell->hunspell);
	if (spell->converts) {
		iconv_close(spell->to);
		iconv_close(spell->from);
	}
	spell_lists_clear(&spell->lists);
	spell_set_clear(&spell->kept);
	free(spell->dictionary);
	free(spell);
}

const char *spell_dictionary(const struct spell *spell)
{
	return spell->dictionary;
}

void spell_learn(struct spell *spell, const char *list, size_t len)
{
	spell_lists_learn(&spell->lists, list, len);
	spell_set_clear(&spell->kept);
}

bool spell_reads(const struct spell *spell, int32_t c)
{
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x80)
		return is_of_script(spell->scripts, spell->script_count, USCRIPT_LATIN);
	return is_of_script(spell->scripts, spell->script_count, uscript_getScript(c, &status));
}

bool spell_is_unspaced(int32_t c)
{
	static const UScriptCode unspaced[] = {USCRIPT_HAN,      USCRIPT_HIRAGANA, USCRIPT_KATAKANA,
					       USCRIPT_BOPOMOFO, USCRIPT_THAI,     USCRIPT_LAO,
					       USCRIPT_KHMER,    USCRIPT_MYANMAR,  USCRIPT_TIBETAN};
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x0e00)
		return false;
	return (c >= 0x4e00 && c < 0xa000) ||
	       is_of_script(unspaced, sizeof unspaced / sizeof unspaced[0], uscript_getScript(c, &status));
}

/* -- Asking -- */

/* Appends a text in the other encoding; false when it has no place there. */
static bool convert(iconv_t with, struct strbuf *out, const char *text, size_t len)
{
	char room[SPELL_WORD_MOST * 4];
	char *in = (char *)text, *to = room;
	size_t left = sizeof room;

	iconv(with, NULL, NULL, NULL, NULL);
	if (iconv(with, &in, &len, &to, &left) == (size_t)-1)
		return false;
	strbuf_add(out, room, sizeof room - left);
	return true;
}

static bool dictionary_has(const struct spell *spell, const char *word, size_t len)
{
	struct strbuf own = STRBUF_INIT;
	bool has;

	if (!spell->converts)
		strbuf_add(&own, word, len);
	else if (!convert(spell->to, &own, word, len))
		return false;
	has = Hunspell_spell(spell->hunspell, own.data) != 0;
	strbuf_clear(&own);
	return has;
}

static bool is_known(const struct spell *spell, const char *word, size_t len)
{
	return spell_lists_know(&spell->lists, word, len) || dictionary_has(spell, word, len);
}

bool spell_knows(struct spell *spell, const char *word, size_t len)
{
	struct strbuf clean = STRBUF_INIT;
	size_t stem;
	int known;

	if (len > SPELL_WORD_MOST)
		return true;
	spell_clean(&clean, word, len);
	known = spell_set_get(&spell->kept, clean.data, clean.len);
	if (known < 0) {
		stem = spell_stem(clean.data, clean.len);
		known = is_known(spell, clean.data, clean.len);
		if (!known && stem < clean.len) {
			char *bare = mem_strndup(clean.data, stem);

			known = is_known(spell, bare, stem);
			free(bare);
		}
		if (spell->kept.count >= KEPT_MOST)
			spell_set_clear(&spell->kept);
		spell_set_put(&spell->kept, clean.data, clean.len, known);
	}
	strbuf_clear(&clean);
	return known > 0;
}

/* Appends a suggestion, with the apostrophes that the writer has. */
static void add_suggestion(const struct spell *spell, const char *given, bool curly, struct strlist *out)
{
	struct strbuf own = STRBUF_INIT, words = STRBUF_INIT;

	if (!spell->converts)
		strbuf_adds(&own, given);
	else
		convert(spell->from, &own, given, strlen(given));
	for (size_t i = 0; i < own.len; i++) {
		if (own.data[i] == '\'' && curly)
			strbuf_adds(&words, "’");
		else
			strbuf_addc(&words, own.data[i]);
	}
	if (words.len > 0 && unicode_valid(words.data, words.len, NULL) && !strlist_has(out, words.data))
		strlist_add(out, words.data);
	strbuf_clear(&own);
	strbuf_clear(&words);
}

void spell_suggest(struct spell *spell, const char *word, size_t len, struct strlist *out)
{
	struct strbuf clean = STRBUF_INIT, own = STRBUF_INIT;
	bool curly = memmem(word, len, "’", strlen("’")) != NULL;
	char **given = NULL;
	int count = 0;

	if (len > SPELL_WORD_MOST)
		return;
	spell_clean(&clean, word, len);
	if (!spell->converts)
		strbuf_add(&own, clean.data, clean.len);
	if (!spell->converts || convert(spell->to, &own, clean.data, clean.len))
		count = Hunspell_suggest(spell->hunspell, &given, own.data);
	for (int i = 0; i < count && out->count < SPELL_SUGGESTIONS; i++)
		add_suggestion(spell, given[i], curly, out);
	if (count > 0)
		Hunspell_free_list(spell->hunspell, &given, count);
	strbuf_clear(&clean);
	strbuf_clear(&own);
}
