/* Searching, piece by piece. */
#include "text/find_internal.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "text/buffer.h"

/* Places that one view is for, bytes, from a multiple of that on, so that it serves match after match. */
#define STRIDE ((size_t)16 << 10)

/* Bytes after the last place that are looked at first, and at most: the longest that a match can be. */
#define REACH     ((size_t)4 << 10)
#define REACH_MAX ((size_t)256 << 10)

/* Bytes of one step when searching backwards. */
#define BACK ((size_t)64 << 10)

/* Bytes on either side of a place that decide whether a word ends there. */
#define WORD_REACH ((size_t)96)

/* ZERO WIDTH JOINER. */
#define JOINER "\xe2\x80\x8d"

/* -- Whole words -- */

static bool is_word_letter(int32_t c)
{
	return c >= 0 && (unicode_is_letter(c) || unicode_is_number(c));
}

/* Whether a word may begin or end at pos; ICU is asked where the letters beside it do not tell. */
static bool is_boundary(const struct find *find, const char *text, size_t len, size_t pos)
{
	size_t from = pos > WORD_REACH ? pos - WORD_REACH : 0;
	size_t to = len - pos > WORD_REACH ? pos + WORD_REACH : len;
	int32_t before, after;

	if (pos == 0 || pos == len)
		return true;
	unicode_decode(text, len, pos, &after);
	unicode_decode(text, len, unicode_previous(text, len, pos), &before);
	if (before < 0 || after < 0 || unicode_is_space(before) || unicode_is_space(after))
		return true;
	if (before < 0x80 && after < 0x80 && is_word_letter(before) && is_word_letter(after))
		return false;
	while (from < pos && ((unsigned char)text[from] & 0xc0) == 0x80)
		from++;
	while (to > pos && to < len && ((unsigned char)text[to] & 0xc0) == 0x80)
		to--;
	return unicode_is_boundary(find->segmenter, text + from, to - from, pos - from);
}

/* Asked by PCRE2 of all that would match, see pcre2callout(3): 0 takes it, 1 has something else tried. */
static int is_word(pcre2_callout_block *block, void *context)
{
	const struct find *find = context;
	const char *text = (const char *)block->subject;

	return is_boundary(find, text, block->subject_length, block->start_match) &&
		       is_boundary(find, text, block->subject_length, block->current_position)
		   ? 0
		   : 1;
}

/* -- Life -- */

int find_new(struct find **out, const char *sought, size_t len, const struct find_options *options,
	     size_t *at, struct error *err)
{
	struct find *find = mem_zalloc(1, sizeof *find);
	int rc = 0;

	*out = NULL;
	find->options = *options;
	find->exact = find_counts_case(sought, len, options);
	find->view = (struct find_view){.copy = STRBUF_INIT};
	if (options->words)
		rc = unicode_segmenter_new(&find->segmenter, UNICODE_WORD, NULL, err);
	if (rc == 0 && len > 0 && !options->regex) {
		int32_t first;

		unicode_decode(sought, len, 0, &first);
		find->marks = unicode_is_mark(first);
	}
	if (rc == 0 && len > 0)
		rc = find_compile(find, sought, len, at, err);
	if (rc == 0 && options->words && find->code != NULL)
		pcre2_set_callout(find->context, is_word, find);
	if (rc < 0) {
		find_free(find);
		return rc;
	}
	*out = find;
	return 0;
}

void find_free(struct find *find)
{
	if (find == NULL)
		return;
	pcre2_code_free(find->code);
	pcre2_match_data_free(find->data);
	pcre2_match_context_free(find->context);
	unicode_segmenter_free(find->segmenter);
	find_view_clear(&find->view);
	free(find);
}

/* -- Searching -- */

/* Matches in what is shown, from a place on to before another one. */
static int match_view(struct find *find, const struct buffer *buffer, size_t from, size_t to, bool partial)
{
	struct find_view *view = &find->view;
	size_t start = find_view_at(view, from);
	size_t limit = find_view_at(view, to);
	uint32_t options = PCRE2_NO_UTF_CHECK | PCRE2_NOTEMPTY;

	while (start < view->len && ((unsigned char)view->text[start] & 0xc0) == 0x80)
		start++; /* in the middle of a character that began before */
	if (start >= view->len || limit <= start)
		return PCRE2_ERROR_NOMATCH;
	if (view->begin > 0)
		options |= PCRE2_NOTBOL;
	if (view->end < buffer_len(buffer))
		options |= PCRE2_NOTEOL | (partial ? PCRE2_PARTIAL_HARD : 0);
	pcre2_set_offset_limit(find->context, limit - 1);
	return pcre2_match(find->code, (PCRE2_SPTR)view->text, view->len, start, options, find->data,
			   find->context);
}

static size_t reached(const struct buffer *buffer, size_t pos, size_t by)
{
	return buffer_len(buffer) - pos < by ? buffer_len(buffer) : pos + by;
}

/* Matches from a place on to before another one of its stride; more of the text is shown as it is needed. */
static int match_stride(struct find *find, struct buffer *buffer, size_t from, size_t to)
{
	size_t begin = from / STRIDE * STRIDE;
	size_t last = reached(buffer, begin, STRIDE);

	begin = begin > find->behind ? begin - find->behind : 0;
	for (size_t reach = REACH;; reach *= 8) {
		int rc;

		find_view_load(&find->view, find, buffer, begin, reached(buffer, last, reach));
		rc = match_view(find, buffer, from, to, reach < REACH_MAX);
		if (rc != PCRE2_ERROR_PARTIAL)
			return rc;
	}
}

/* The end of the character at a place where none may begin a match: a mark, or what a joiner ties to an
 * emoji. */
static size_t tied(const struct find *find, size_t at)
{
	const struct find_view *view = &find->view;
	size_t end;
	int32_t c;

	if ((unsigned char)view->text[at] < 0x80)
		return 0;
	end = at + unicode_decode(view->text, view->len, at, &c);
	if (unicode_is_mark(c))
		return find->marks ? 0 : end;
	return at >= 3 && memcmp(view->text + at - 3, JOINER, 3) == 0 && !unicode_is_letter(c) ? end : 0;
}

/* What is said when a limit was reached between two places: in which line, because others may do no harm. */
static int too_hard(struct find *find, struct buffer *buffer, size_t from, size_t to, int code,
		    struct error *err)
{
	size_t line = buffer_line_at(buffer, from);

	if (code != PCRE2_ERROR_MATCHLIMIT && code != PCRE2_ERROR_DEPTHLIMIT && code != PCRE2_ERROR_HEAPLIMIT)
		return error_set(err, E_INVALID, "The expression cannot be searched for (PCRE2 says %d).",
				 code);
	for (; from < to; line++) {
		size_t end = line + 1 < buffer_lines(buffer) ? buffer_line_start(buffer, line + 1) : to;

		if (match_stride(find, buffer, from, end < to ? end : to) == code)
			break;
		from = end;
	}
	return error_set(err, E_INVALID,
			 "The expression takes too long at line %zu: it has too many ways to match there. "
			 "Make it simpler.",
			 line + 1);
}

int find_next(struct find *find, struct buffer *buffer, size_t from, size_t to, struct find_match *out,
	      struct error *err)
{
	if (to > buffer_len(buffer))
		to = buffer_len(buffer);
	while (find->code != NULL && from < to) {
		size_t end = (from / STRIDE + 1) * STRIDE;
		int rc;

		if (end > to)
			end = to;
		rc = match_stride(find, buffer, from, end);
		if (rc > 0) {
			const size_t *places = pcre2_get_ovector_pointer(find->data);
			size_t past = tied(find, places[0]);

			if (past > 0) {
				from = find_view_end(&find->view, past);
				continue;
			}
			out->start = find_view_start(&find->view, places[0]);
			out->end = find_view_end(&find->view, places[1]);
			assert(out->end > out->start);
			return 1;
		}
		if (rc != PCRE2_ERROR_NOMATCH)
			return too_hard(find, buffer, from, end, rc, err);
		from = end;
	}
	return 0;
}

int find_previous(struct find *find, struct buffer *buffer, size_t from, size_t to, struct find_match *out,
		  struct error *err)
{
	int found = 0;

	while (found == 0 && to > from) {
		size_t begin = to - from > BACK ? to - BACK : from;
		struct find_match match;
		int rc;

		for (size_t at = begin; (rc = find_next(find, buffer, at, to, &match, err)) > 0;
		     at = match.end) {
			found = 1;
			*out = match;
		}
		if (rc < 0)
			return rc;
		to = begin;
	}
	return found;
}
