#include "desk/import_claims.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/import.h"
#include "desk/import_internal.h"
#include "text/unicode.h"

/* Most Han characters of one name. */
#define NAME_LIMIT 4

void import_claim(struct import_claims *claims, const struct import_item *item, size_t line)
{
	struct import_claim *claim;

	claims->claims =
	    mem_grow(claims->claims, &claims->capacity, claims->count + 1, sizeof *claims->claims);
	claim = &claims->claims[claims->count++];
	*claim = (struct import_claim){.label = item->label, .line = line, .date = item->date};
	claim->value = mem_strndup(item->value, item->len);
	if (item->date == DATE_READ)
		memcpy(claim->iso, item->iso, sizeof claim->iso);
}

void import_claims_clear(struct import_claims *claims)
{
	for (size_t i = 0; i < claims->count; i++)
		free(claims->claims[i].value);
	free(claims->claims);
	*claims = (struct import_claims){0};
}

static bool is_han_text(const char *text)
{
	size_t len = strlen(text);
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(text, len, i, &c);
		if (unicode_is_han(c))
			return true;
	}
	return false;
}

/* Whether a value is Chinese names with spaces between: nothing but short runs of Han characters. */
static bool is_row_of_names(const char *value)
{
	size_t len = strlen(value);
	size_t run = 0;
	size_t runs = 1;
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(value, len, i, &c);
		if (unicode_is_space(c)) {
			runs += run > 0;
			run = 0;
		} else if (!unicode_is_han(c) || ++run > NAME_LIMIT) {
			return false;
		}
	}
	return runs > 1;
}

/* Appends names: Chinese ones that stand apart by spaces with "、" between. */
static void add_names(struct strbuf *out, const char *value)
{
	size_t len = strlen(value);
	bool row = is_row_of_names(value);
	bool gap = false;
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(value, len, i, &c);
		if (unicode_is_space(c)) {
			gap = true;
			continue;
		}
		if (gap)
			strbuf_adds(out, row ? "、" : " ");
		gap = false;
		strbuf_add(out, value + i, next - i);
	}
}

/* Appends tags with ", " between; a Chinese row of them may have only spaces. */
static void add_tags(struct strbuf *out, const char *value)
{
	size_t len = strlen(value);
	bool spaced = is_han_text(value) && strpbrk(value, ",;|") == NULL && strstr(value, "，") == NULL &&
		      strstr(value, "、") == NULL && strstr(value, "；") == NULL;
	size_t next;
	int32_t c;

	for (size_t i = 0; i < len; i = next) {
		next = i + unicode_decode(value, len, i, &c);
		if (c == ',' || c == ';' || c == '|' || c == 0xff0c /* ， */ || c == 0x3001 /* 、 */ ||
		    c == 0xff1b /* ； */ || (spaced && unicode_is_space(c))) {
			strbuf_trim_end(out);
			if (out->len > 0 && out->data[out->len - 1] != ',')
				strbuf_adds(out, ",");
		} else if (!unicode_is_space(c) || (out->len > 0 && out->data[out->len - 1] != ',')) {
			if (out->len > 0 && out->data[out->len - 1] == ',')
				strbuf_addc(out, ' ');
			strbuf_add(out, value + i, next - i);
		}
	}
}

/* Bytes of what joins two names, when it stands at the start of text; else 0. */
static size_t joint_at(const char *text)
{
	static const char *const joints[] = {", ", "、", " and ", " & "};

	for (size_t i = 0; i < sizeof joints / sizeof joints[0]; i++) {
		if (strncmp(text, joints[i], strlen(joints[i])) == 0)
			return strlen(joints[i]);
	}
	return 0;
}

static bool is_listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = list; *at != '\0'; at += joint_at(at)) {
		if (strncmp(at, name, len) == 0 && (at[len] == '\0' || joint_at(at + len) > 0))
			return true;
		while (*at != '\0' && joint_at(at) == 0)
			at++;
	}
	return false;
}

/* How the claims of a field are put together. */
enum manner {
	FIRST, /* one claim; a second is left out */
	NAMES, /* each once, in a list */
	TAGS,
};

static void add_value(struct strbuf *out, const struct import_claim *claim, enum manner manner)
{
	struct strbuf text = STRBUF_INIT;

	if (manner == NAMES)
		add_names(&text, claim->value);
	else if (manner == TAGS)
		add_tags(&text, claim->value);
	else
		strbuf_adds(&text, claim->value);
	if (claim->label == LABEL_PHOTO)
		strbuf_adds(&text, is_han_text(text.data) ? "（摄影）" : " (photos)");
	if (!is_listed(out->data, text.data)) {
		if (out->len > 0)
			strbuf_adds(out, is_han_text(out->data) && manner == NAMES ? "、" : ", ");
		strbuf_add(out, text.data, text.len);
	}
	strbuf_clear(&text);
}

/* Adds what the claims under a label say; returns the first one's line from 1, 0 for none. */
static size_t gather(struct strbuf *out, struct import_claims *claims, enum import_label label,
		     const char *key, enum manner manner)
{
	size_t line = 0;

	for (size_t i = 0; i < claims->count; i++) {
		struct import_claim *claim = &claims->claims[i];

		if (claim->label != label || claim->value[0] == '\0' || (manner == FIRST && line > 0))
			continue;
		claim->key = key;
		line = line > 0 ? line : claim->line + 1;
		add_value(out, claim, manner);
	}
	return line;
}

static bool has_claim(const struct import_claims *claims, enum import_label label)
{
	for (size_t i = 0; i < claims->count; i++) {
		if (claims->claims[i].label == label && claims->claims[i].value[0] != '\0')
			return true;
	}
	return false;
}

/* The first date that was read under a label; later ones are told when they differ. */
static struct import_claim *find_date(struct import *out, struct import_claims *claims,
				      enum import_label label)
{
	struct import_claim *first = NULL;

	for (size_t i = 0; i < claims->count; i++) {
		struct import_claim *claim = &claims->claims[i];

		if (claim->label != label || claim->date != DATE_READ)
			continue;
		if (first != NULL && strncmp(first->iso, claim->iso, strlen("2022-06-28")) != 0)
			import_warn(out, "Line %zu gives another date, %s; the first one was taken, %s.",
				    claim->line + 1, claim->value, first->iso);
		first = first != NULL ? first : claim;
		claim->key = label == LABEL_DATE ? "date" : "lastmod";
	}
	return first;
}

void import_settle_dates(struct import *out, struct import_claims *claims)
{
	struct import_claim *date = find_date(out, claims, LABEL_DATE);
	struct import_claim *lastmod = find_date(out, claims, LABEL_LASTMOD);

	for (size_t i = 0; i < claims->count; i++) {
		const struct import_claim *claim = &claims->claims[i];

		if (claim->date == DATE_AMBIGUOUS)
			import_warn(out, "Line %zu: %s can be two dates; write the one that is meant.",
				    claim->line + 1, claim->value);
		if (claim->date == DATE_IMPOSSIBLE)
			import_warn(out, "Line %zu: there is no such date as %s.", claim->line + 1,
				    claim->value);
	}
	if (date == NULL && lastmod != NULL) {
		date = lastmod;
		date->key = "date";
		lastmod = NULL;
	}
	if (date != NULL)
		import_add_field(out, "date", date->iso, date->line + 1);
	else
		import_warn(out, "No date was found.");
	if (lastmod != NULL)
		import_add_field(out, "lastmod", lastmod->iso, lastmod->line + 1);
}

/* An author that is an organisation is the source, unless the text names one. */
static void move_organisations(struct import_claims *claims)
{
	bool named = has_claim(claims, LABEL_SOURCE);

	for (size_t i = 0; i < claims->count; i++) {
		struct import_claim *claim = &claims->claims[i];

		if (!named && claim->label == LABEL_BYLINE &&
		    import_is_organisation(claim->value, strlen(claim->value)))
			claim->label = LABEL_SOURCE;
	}
}

void import_settle(struct import *out, struct import_claims *claims)
{
	static const struct {
		const char *key;
		enum import_label label;
		enum manner manner;
	} rows[] = {
	    {"byline", LABEL_BYLINE, NAMES},
	    {"source", LABEL_SOURCE, NAMES},
	    {"publisher", LABEL_PUBLISHER, NAMES},
	    {"original_title", LABEL_ORIGINAL_TITLE, FIRST},
	    {"editor", LABEL_EDITOR, NAMES},
	    {"description", LABEL_DESCRIPTION, FIRST},
	    {"tags", LABEL_TAGS, TAGS},
	};
	struct strbuf value = STRBUF_INIT;

	move_organisations(claims);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		size_t line;

		strbuf_reset(&value);
		line = gather(&value, claims, rows[i].label, rows[i].key, rows[i].manner);
		if (rows[i].label == LABEL_BYLINE) {
			size_t photos = gather(&value, claims, LABEL_PHOTO, rows[i].key, NAMES);

			line = line > 0 ? line : photos;
		}
		if (value.len > 0)
			import_add_field(out, rows[i].key, value.data, line);
	}
	strbuf_clear(&value);
}
