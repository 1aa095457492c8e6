/* What takes the place of a match. */
#include "text/find_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "text/buffer.h"

/* Bytes between two matches up to which one edit replaces both, and that one edit takes at most. */
#define NEAR ((size_t)256)
#define JOIN ((size_t)64 << 10)

/* Matches between two looks at the clock. */
#define LOOK 64

/* -- Back-references -- */

/* A piece of what comes in. */
struct part {
	size_t len;       /* bytes of it as it was typed */
	const char *text; /* what it puts in; NULL: what brackets took */
	size_t text_len;
	char name[64]; /* of the brackets, or their number; empty for none */
};

static bool is_name(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       ((unsigned char)c & 0x80) != 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A dollar sign and what follows; false where it stands for itself. */
static bool read_reference(const char *text, size_t len, struct part *part)
{
	size_t start = 1, end;

	if (len > 1 && text[1] == '$') {
		*part = (struct part){.len = 2, .text = "$", .text_len = 1};
		return true;
	}
	if (len > 1 && text[1] == '{') {
		for (start = end = 2; end < len && is_name(text[end]);)
			end++;
		if (end == len || text[end] != '}')
			return false;
	} else {
		for (end = start; end < len && end < start + 2 && is_digit(text[end]);)
			end++;
	}
	if (end == start || end - start >= sizeof part->name)
		return false;
	*part = (struct part){.len = end + (start == 2)};
	memcpy(part->name, text + start, end - start);
	return true;
}

static bool read_escape(const struct find_by *by, const char *text, size_t len, struct part *part)
{
	const char *puts = NULL;

	if (len > 1 && text[1] == 'n')
		puts = by->eol;
	else if (len > 1 && text[1] == 't')
		puts = "\t";
	else if (len > 1 && text[1] == '$')
		puts = "$";
	else if (len > 1 && text[1] == '\\')
		puts = "\\";
	if (puts != NULL)
		*part = (struct part){.len = 2, .text = puts, .text_len = strlen(puts)};
	return puts != NULL;
}

/* The piece that starts at pos. */
static struct part part_at(const struct find *find, const struct find_by *by, size_t pos)
{
	const char *text = by->text + pos;
	size_t len = by->len - pos, plain = 1;
	struct part part;

	if (!find->options.regex)
		return (struct part){.len = len, .text = text, .text_len = len};
	if ((text[0] == '$' && read_reference(text, len, &part)) ||
	    (text[0] == '\\' && read_escape(by, text, len, &part)))
		return part;
	while (plain < len && text[plain] != '$' && text[plain] != '\\')
		plain++;
	return (struct part){.len = plain, .text = text, .text_len = plain};
}

/* The number of the brackets with that name or number, of several of those that took something; -1: none. */
static int group_of(const struct find *find, const char *name, bool matched)
{
	PCRE2_SPTR first, last;
	uint32_t count;
	int size, number;

	pcre2_pattern_info(find->code, PCRE2_INFO_CAPTURECOUNT, &count);
	if (is_digit(name[0])) {
		unsigned long taken = strtoul(name, NULL, 10); /* the most there is where it is more */

		return taken <= count ? (int)taken : -1;
	}
	size = pcre2_substring_nametable_scan(find->code, (PCRE2_SPTR)name, &first, &last);
	if (size < 0)
		return -1;
	for (; first <= last; first += size) {
		size_t len = 0;

		number = first[0] << 8 | first[1];
		if (!matched || first == last ||
		    pcre2_substring_length_bynumber(find->data, (uint32_t)number, &len) == 0)
			break;
	}
	return first[0] << 8 | first[1];
}

int find_check_by(struct find *find, const struct find_by *by, struct error *err)
{
	for (size_t pos = 0; find->code != NULL && pos < by->len;) {
		struct part part = part_at(find, by, pos);

		if (part.text == NULL && group_of(find, part.name, false) < 0)
			return error_set(err, E_INVALID,
					 is_digit(part.name[0])
					     ? "The expression has no brackets number %s to put in."
					     : "The expression has no brackets named %s to put in.",
					 part.name);
		pos += part.len;
	}
	return 0;
}

/* Appends the text that brackets took. */
static void add_taken(struct find *find, struct buffer *buffer, int group, struct strbuf *out)
{
	const size_t *places = pcre2_get_ovector_pointer(find->data);
	size_t start, end;

	if (group < 0 || (uint32_t)group >= pcre2_get_ovector_count(find->data))
		return;
	start = places[group * 2];
	end = places[group * 2 + 1];
	if (start == PCRE2_UNSET || end <= start)
		return;
	start = find_view_start(&find->view, start);
	end = find_view_end(&find->view, end);
	strbuf_add(out, buffer_bytes(buffer, start, end - start), end - start);
}

void find_expand(struct find *find, struct buffer *buffer, const struct find_by *by, struct strbuf *out)
{
	for (size_t pos = 0; pos < by->len;) {
		struct part part = part_at(find, by, pos);

		if (part.text != NULL)
			strbuf_add(out, part.text, part.text_len);
		else
			add_taken(find, buffer, group_of(find, part.name, true), out);
		pos += part.len;
	}
}

/* -- All of them -- */

void find_edits_clear(struct find_edits *edits)
{
	strbuf_clear(&edits->text);
	free(edits->items);
	*edits = (struct find_edits)FIND_EDITS_INIT;
}

/* The edit that replaces the match: a new one, or the last with what stands between. */
static struct find_edit *edit_for(struct find_edits *edits, struct buffer *buffer,
				  const struct find_match *match)
{
	struct find_edit *last = edits->count > 0 ? &edits->items[edits->count - 1] : NULL;

	if (last != NULL && match->start - (last->pos + last->cut) <= NEAR && last->cut < JOIN) {
		size_t end = last->pos + last->cut;

		strbuf_add(&edits->text, buffer_bytes(buffer, end, match->start - end), match->start - end);
		return last;
	}
	edits->items = mem_grow(edits->items, &edits->capacity, edits->count + 1, sizeof *edits->items);
	last = &edits->items[edits->count++];
	*last = (struct find_edit){.pos = match->start, .at = edits->text.len};
	return last;
}

/* Adds the replacement of a match. */
static void add_match(struct find *find, struct buffer *buffer, const struct find_match *match,
		      const struct find_by *by, struct find_edits *edits)
{
	struct find_edit *edit = edit_for(edits, buffer, match);
	size_t before = edits->text.len;

	find_expand(find, buffer, by, &edits->text);
	edit->cut = match->end - edit->pos;
	edit->len = edits->text.len - edit->at;
	edits->matches++;
	for (size_t i = 0; i < 2; i++) {
		struct find_place *place = &edits->places[i];

		if (place->was >= match->end)
			place->is += edits->text.len - before - (match->end - match->start);
		else if (place->was > match->start)
			place->is -= place->was - match->start;
	}
}

int find_replace(struct find *find, struct buffer *buffer, size_t *from, size_t to, const struct find_by *by,
		 int64_t until, struct find_edits *edits, struct error *err)
{
	int rc = find_check_by(find, by, err);

	while (rc == 0) {
		size_t stop = to - *from > JOIN ? *from + JOIN : to;
		struct find_match match;
		bool found;

		rc = find_next(find, buffer, *from, stop, &match, err);
		found = rc > 0;
		if (rc > 0 && match.end <= to) {
			add_match(find, buffer, &match, by, edits);
			*from = match.end;
			rc = 0;
		} else if (rc >= 0) {
			*from = rc > 0 ? match.end : stop; /* what reaches over the end stays */
			rc = *from >= to;
		}
		if (rc == 0 && (!found || edits->matches % LOOK == 0) && clock_monotonic() >= until)
			return 0;
	}
	return rc;
}
