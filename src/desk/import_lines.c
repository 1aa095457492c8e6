/*
 * Lines of an import that say something: what they claim, and once that is settled, what became of it.
 */
#include <string.h>

#include "base/strbuf.h"
#include "desk/import_internal.h"

/* Marks a line that says something; what exactly is known when all claims are settled. */
static void claim_all(struct import *out, struct import_claims *claims, size_t line,
		      const struct import_items *items, enum import_place place)
{
	for (size_t i = 0; i < items->count; i++) {
		if (place != IMPORT_FURNITURE || items->item[i].label == LABEL_PUBLISHER)
			import_claim(claims, &items->item[i], line);
	}
	if (place != IMPORT_FURNITURE)
		import_mark(out, line, IMPORT_FIELD, NULL);
}

/* Whether the next line that is not blank says where an event is. */
static bool is_above_place(const struct import *out, size_t line)
{
	while (++line < out->line_count && out->lines[line].fate == IMPORT_BLANK)
		;
	return line < out->line_count && import_is_place(out->lines[line].text, out->lines[line].len);
}

bool import_take_labels(struct import *out, struct import_claims *claims, size_t line,
			enum import_place place)
{
	struct import_items items;

	if (!import_read_labels(&items, out->lines[line].text, out->lines[line].len, place))
		return false;
	if (place == IMPORT_HEAD && (items.item[0].label == LABEL_TITLE ||
				     (items.item[0].label == LABEL_DATE && is_above_place(out, line))))
		return false;
	claim_all(out, claims, line, &items, place);
	return true;
}

bool import_take_credit(struct import *out, struct import_claims *claims, size_t line)
{
	struct import_items items;

	if (!import_read_credit(&items, out->lines[line].text, out->lines[line].len))
		return false;
	claim_all(out, claims, line, &items, IMPORT_FOOT);
	return true;
}

void import_take_closing(struct import *out, struct import_claims *claims, size_t first, size_t end)
{
	while (end-- > first) {
		enum import_fate fate = out->lines[end].fate;

		if (fate == IMPORT_BLANK || fate == IMPORT_DROPPED || fate == IMPORT_FIELD)
			continue;
		if (!import_take_credit(out, claims, end) &&
		    !import_take_labels(out, claims, end, IMPORT_FOOT))
			return;
	}
}

/* Why a line of labels gave no field. */
static const char *why_nothing(const struct import_claims *claims, size_t line)
{
	const char *why = NULL;

	for (size_t i = 0; i < claims->count; i++) {
		const struct import_claim *claim = &claims->claims[i];

		if (claim->line != line)
			continue;
		if (claim->date == DATE_AMBIGUOUS)
			return "a date with two readings";
		if (claim->date == DATE_IMPOSSIBLE)
			return "no such date";
		if (claim->value[0] != '\0')
			why = claim->label == LABEL_FURNITURE || claim->label == LABEL_CONTACT
				  ? "site furniture"
				  : "said before";
	}
	return why;
}

void import_name_lines(struct import *out, const struct import_claims *claims)
{
	struct strbuf keys = STRBUF_INIT;

	for (size_t line = 0; line < out->line_count; line++) {
		const char *why;

		if (out->lines[line].fate != IMPORT_FIELD || out->lines[line].what != NULL)
			continue;
		strbuf_reset(&keys);
		for (size_t i = 0; i < claims->count; i++) {
			const struct import_claim *claim = &claims->claims[i];

			if (claim->line == line && claim->key != NULL &&
			    strstr(keys.data, claim->key) == NULL)
				strbuf_addf(&keys, "%s%s", keys.len > 0 ? ", " : "", claim->key);
		}
		why = why_nothing(claims, line);
		if (keys.len > 0)
			import_mark(out, line, IMPORT_FIELD, keys.data);
		else if (why != NULL)
			import_mark(out, line, IMPORT_DROPPED, why);
		else
			import_mark(out, line, IMPORT_FIELD, "empty");
	}
	strbuf_clear(&keys);
}
