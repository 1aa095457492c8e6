/* A piece of the text as it is compared. */
#include "text/find_internal.h"

#include <stdlib.h>

#include "base/mem.h"
#include "text/buffer.h"

/* What stands for a bad byte. */
#define SUBSTITUTE '\x1a'

void find_view_clear(struct find_view *view)
{
	strbuf_clear(&view->copy);
	free(view->pieces);
	*view = (struct find_view){.copy = STRBUF_INIT};
}

static bool is_inside(const struct buffer *buffer, size_t pos)
{
	return pos < buffer_len(buffer) && ((unsigned char)buffer_byte(buffer, pos) & 0xc0) == 0x80;
}

/* Goes back from the middle of a character to its start. */
static size_t character_start(const struct buffer *buffer, size_t pos, size_t least)
{
	for (int i = 0; i < 3 && pos > least && is_inside(buffer, pos); i++)
		pos--;
	return pos;
}

/* -- Without regard to width -- */

/* Whether NFKC and case folding leave a character by itself as it is: Han and kana, the bulk of a text. */
static bool stays(int32_t c)
{
	return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) || (c >= 0x3041 && c <= 0x3096) ||
	       (c >= 0x30a1 && c <= 0x30fa) || c == 0x3001 || c == 0x3002;
}

void find_fold(struct strbuf *out, const char *text, size_t len, bool exact)
{
	if (exact)
		unicode_widths(out, text, len);
	else
		unicode_fold(out, text, len);
}

static void add_piece(struct find_view *view, size_t from, size_t to, bool whole)
{
	struct find_piece *last = view->count > 0 ? &view->pieces[view->count - 1] : NULL;

	if (last != NULL && !whole && !last->whole && last->to == from) {
		last->to = to;
		return;
	}
	view->pieces = mem_grow(view->pieces, &view->capacity, view->count + 1, sizeof *view->pieces);
	view->pieces[view->count++] =
	    (struct find_piece){.at = view->copy.len, .from = from, .to = to, .whole = whole};
}

/* Takes the cluster at pos; returns its end. */
static size_t fold_cluster(struct find_view *view, const char *text, size_t len, size_t pos, bool exact)
{
	size_t end = unicode_next(text, len, pos);
	int32_t c;

	if (unicode_decode(text, len, pos, &c) == end - pos && (c < 0 || stays(c))) {
		add_piece(view, view->begin + pos, view->begin + end, false);
		if (c < 0)
			strbuf_addc(&view->copy, SUBSTITUTE);
		else
			strbuf_add(&view->copy, text + pos, end - pos);
		return end;
	}
	add_piece(view, view->begin + pos, view->begin + end, true);
	find_fold(&view->copy, text + pos, end - pos, exact);
	if (view->copy.len == view->pieces[view->count - 1].at)
		view->count--; /* nothing of it is left */
	return end;
}

static size_t plain_run(const char *text, size_t len, size_t pos)
{
	while (pos < len && (unsigned char)text[pos] < 0x80 && text[pos] != '\r')
		pos++;
	return pos;
}

static void fold_view(struct find_view *view, const char *text, size_t len, bool exact)
{
	view->mapped = true;
	for (size_t pos = 0; pos < len;) {
		size_t end = plain_run(text, len, pos);

		if (end < len && end > pos)
			end--; /* what follows may be a mark on it */
		if (end == pos) {
			pos = fold_cluster(view, text, len, pos, exact);
			continue;
		}
		add_piece(view, view->begin + pos, view->begin + end, false);
		find_fold(&view->copy, text + pos, end - pos, exact);
		pos = end;
	}
	add_piece(view, view->end, view->end, true);
	view->text = view->copy.data;
	view->len = view->copy.len;
}

/* -- With bad bytes -- */

static void scrub_view(struct find_view *view, const char *text, size_t len)
{
	int32_t c;

	for (size_t pos = 0, n; pos < len; pos += n) {
		n = unicode_decode(text, len, pos, &c);
		if (c < 0)
			strbuf_addc(&view->copy, SUBSTITUTE);
		else
			strbuf_add(&view->copy, text + pos, n);
	}
	view->text = view->copy.data;
	view->len = view->copy.len;
}

/* -- */

void find_view_load(struct find_view *view, const struct find *find, struct buffer *buffer, size_t begin,
		    size_t end)
{
	const char *text;
	size_t len;

	if (view->buffer == buffer && view->version == buffer_version(buffer) && view->begin <= begin &&
	    view->end >= end) {
		if (view->straight)
			view->text = buffer_bytes(buffer, view->begin, view->len);
		return;
	}
	view->buffer = buffer;
	view->version = buffer_version(buffer);
	view->begin = character_start(buffer, begin, 0);
	view->end = end;
	for (int i = 0; i < 3 && is_inside(buffer, view->end); i++)
		view->end++;
	len = view->end - view->begin;
	text = buffer_bytes(buffer, view->begin, len);
	strbuf_reset(&view->copy);
	view->count = 0;
	view->mapped = false;
	view->straight = !find->options.width && unicode_valid(text, len, NULL);
	if (view->straight) {
		view->text = text;
		view->len = len;
	} else if (find->options.width) {
		fold_view(view, text, len, find->exact);
	} else {
		scrub_view(view, text, len);
	}
}

/* -- Places -- */

/* The last piece for which what is asked is not above its place in the view (at) or in the text. */
static const struct find_piece *piece_of(const struct find_view *view, size_t at, size_t from)
{
	size_t low = 0, high = view->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (view->pieces[middle].at <= at && view->pieces[middle].from <= from)
			low = middle;
		else
			high = middle;
	}
	return &view->pieces[low];
}

size_t find_view_at(const struct find_view *view, size_t pos)
{
	const struct find_piece *piece;

	if (!view->mapped)
		return pos < view->begin ? 0 : pos - view->begin < view->len ? pos - view->begin : view->len;
	piece = piece_of(view, SIZE_MAX, pos);
	if (pos <= piece->from)
		return piece->at;
	if (!piece->whole && pos < piece->to)
		return piece->at + (pos - piece->from);
	return piece + 1 < view->pieces + view->count ? piece[1].at : view->len;
}

size_t find_view_start(const struct find_view *view, size_t at)
{
	const struct find_piece *piece;

	if (!view->mapped)
		return view->begin + at;
	piece = piece_of(view, at, SIZE_MAX);
	return piece->whole ? piece->from : piece->from + (at - piece->at);
}

size_t find_view_end(const struct find_view *view, size_t at)
{
	const struct find_piece *piece;

	if (!view->mapped || at == 0)
		return view->begin + at;
	piece = piece_of(view, at - 1, SIZE_MAX);
	return piece->whole ? piece->to : piece->from + (at - piece->at);
}
