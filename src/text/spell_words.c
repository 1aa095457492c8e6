/*
 * Words as such: how they are made comparable, and the lists of those that the desk and the person know.
 */
#include "text/spell_internal.h"

#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "text/unicode.h"

/* -- Sets -- */

/* FNV-1a. */
static size_t hash(const char *word, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)word[i]) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

/* The entry that has the word, or the free one where it belongs. */
static struct spell_entry *find_entry(const struct spell_set *set, const char *word, size_t len)
{
	size_t at = hash(word, len) & (set->capacity - 1);

	while (set->entries[at].word != NULL &&
	       (set->entries[at].len != len || memcmp(set->entries[at].word, word, len) != 0))
		at = (at + 1) & (set->capacity - 1);
	return &set->entries[at];
}

static void make_room(struct spell_set *set)
{
	struct spell_set larger = {.count = set->count,
				   .capacity = set->capacity > 0 ? set->capacity * 2 : 64};

	if (set->count * 2 < set->capacity)
		return;
	larger.entries = mem_zalloc(larger.capacity, sizeof *larger.entries);
	for (size_t i = 0; i < set->capacity; i++) {
		if (set->entries[i].word != NULL)
			*find_entry(&larger, set->entries[i].word, set->entries[i].len) = set->entries[i];
	}
	free(set->entries);
	*set = larger;
}

void spell_set_put(struct spell_set *set, const char *word, size_t len, int value)
{
	struct spell_entry *entry;

	make_room(set);
	entry = find_entry(set, word, len);
	if (entry->word == NULL) {
		entry->word = mem_strndup(word, len);
		entry->len = len;
		set->count++;
	}
	entry->value = value;
}

int spell_set_get(const struct spell_set *set, const char *word, size_t len)
{
	const struct spell_entry *entry = set->capacity > 0 ? find_entry(set, word, len) : NULL;

	return entry != NULL && entry->word != NULL ? entry->value : -1;
}

void spell_set_clear(struct spell_set *set)
{
	for (size_t i = 0; i < set->capacity; i++)
		free(set->entries[i].word);
	free(set->entries);
	*set = (struct spell_set){0};
}

/* -- Making words comparable -- */

bool spell_is_apostrophe(int32_t c)
{
	return c == '\'' || c == 0x2019 || c == 0x02bc;
}

bool spell_is_hyphen(int32_t c)
{
	return c == '-' || c == 0x2010 || c == 0x2011;
}

bool spell_is_unseen(int32_t c)
{
	return c == 0x00ad || c == 0x200c || c == 0x200d || c == 0x2060;
}

/* Composes what was appended from start on (UAX #15, NFC); leaves it where that is not possible. */
static void compose(struct strbuf *out, size_t start)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	UChar wide[SPELL_WORD_MOST * 2], composed[SPELL_WORD_MOST * 2];
	char text[SPELL_WORD_MOST * 4];
	int32_t count, len;

	u_strFromUTF8(wide, SPELL_WORD_MOST * 2, &count, out->data + start, (int32_t)(out->len - start),
		      &status);
	count = unorm2_normalize(nfc, wide, count, composed, SPELL_WORD_MOST * 2, &status);
	u_strToUTF8(text, sizeof text, &len, composed, count, &status);
	if (U_FAILURE(status))
		return;
	strbuf_truncate(out, start);
	strbuf_add(out, text, (size_t)len);
}

void spell_clean(struct strbuf *out, const char *word, size_t len)
{
	size_t start = out->len;
	bool marked = false;
	int32_t c;

	for (size_t pos = 0, next; pos < len; pos = next) {
		next = pos + unicode_decode(word, len, pos, &c);
		if (spell_is_unseen(c))
			continue;
		if (spell_is_apostrophe(c))
			strbuf_addc(out, '\'');
		else if (spell_is_hyphen(c))
			strbuf_addc(out, '-');
		else
			strbuf_add(out, word + pos, next - pos);
		marked |= c >= 0x80 && unicode_is_mark(c);
	}
	if (marked)
		compose(out, start);
}

size_t spell_stem(const char *word, size_t len)
{
	if (len > 2 && word[len - 2] == '\'' && (word[len - 1] == 's' || word[len - 1] == 'S'))
		return len - 2;
	return len > 1 && word[len - 1] == '\'' ? len - 1 : len;
}

char *spell_entry(const char *word, size_t len)
{
	struct strbuf out = STRBUF_INIT;

	spell_clean(&out, word, len);
	strbuf_truncate(&out, spell_stem(out.data, out.len));
	return strbuf_detach(&out);
}

/* -- Lists -- */

/* Whether a word has a capital letter, and whether it has no small one. */
static void look_at_case(const char *word, size_t len, bool *capital, bool *all)
{
	int32_t c;

	*capital = false;
	*all = true;
	for (size_t pos = 0; pos < len;) {
		pos += unicode_decode(word, len, pos, &c);
		if (!unicode_is_letter(c))
			continue;
		if (u_isupper(c) || u_istitle(c))
			*capital = true;
		else
			*all = false;
	}
}

static void learn_word(struct spell_lists *lists, const char *text, size_t len)
{
	struct strbuf word = STRBUF_INIT, folded = STRBUF_INIT;
	bool capital, all;

	if (len > SPELL_WORD_MOST)
		return;
	spell_clean(&word, text, len);
	look_at_case(word.data, word.len, &capital, &all);
	unicode_fold(&folded, word.data, word.len);
	if (capital)
		spell_set_put(&lists->names, word.data, word.len, 1);
	spell_set_put(capital ? &lists->loud : &lists->common, folded.data, folded.len, 1);
	strbuf_clear(&word);
	strbuf_clear(&folded);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void spell_lists_learn(struct spell_lists *lists, const char *list, size_t len)
{
	for (size_t pos = 0, start; pos < len;) {
		const char *end;

		if (list[pos] == '#') {
			end = memchr(list + pos, '\n', len - pos);
			pos = end != NULL ? (size_t)(end - list) : len;
			continue;
		}
		start = pos;
		while (pos < len && !is_blank(list[pos]) && list[pos] != '#')
			pos++;
		if (pos > start)
			learn_word(lists, list + start, pos - start);
		else
			pos++;
	}
}

bool spell_lists_know(const struct spell_lists *lists, const char *word, size_t len)
{
	struct strbuf folded = STRBUF_INIT;
	bool capital, all, known = false;

	if (lists->names.count == 0 && lists->common.count == 0)
		return false;
	look_at_case(word, len, &capital, &all);
	if (capital)
		known = spell_set_get(&lists->names, word, len) > 0;
	if (!known)
		unicode_fold(&folded, word, len);
	if (!known && capital && all)
		known = spell_set_get(&lists->loud, folded.data, folded.len) > 0;
	if (!known)
		known = spell_set_get(&lists->common, folded.data, folded.len) > 0;
	strbuf_clear(&folded);
	return known;
}

void spell_lists_clear(struct spell_lists *lists)
{
	spell_set_clear(&lists->names);
	spell_set_clear(&lists->loud);
	spell_set_clear(&lists->common);
}

static bool line_is_fit(const char *line, size_t len)
{
	const char *remark = memchr(line, '#', len);
	size_t words = remark != NULL ? (size_t)(remark - line) : len;
	size_t word = 0;

	if (!unicode_valid(line, len, NULL))
		return false;
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < ' ' && c != '\t' && c != '\r') || c == 0x7f)
			return false;
		word = is_blank(line[i]) ? 0 : word + 1;
		if (i < words && word > SPELL_WORD_MOST)
			return false;
	}
	return true;
}

bool spell_list_is_fit(const char *list, size_t len, size_t *line)
{
	*line = 1;
	for (size_t pos = 0, end; pos < len; pos = end + 1, ++*line) {
		const char *next = memchr(list + pos, '\n', len - pos);

		end = next != NULL ? (size_t)(next - list) : len;
		if (!line_is_fit(list + pos, end - pos))
			return false;
	}
	return true;
}

bool spell_list_has(const char *list, size_t len, const char *word, size_t word_len)
{
	struct spell_lists lists = {0};
	struct strbuf clean = STRBUF_INIT;
	bool has;

	spell_lists_learn(&lists, list, len);
	spell_clean(&clean, word, word_len);
	has = spell_lists_know(&lists, clean.data, clean.len);
	strbuf_clear(&clean);
	spell_lists_clear(&lists);
	return has;
}
