#include "text/critic.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/diff.h"
#include "text/unicode.h"

#define MARK_LEN  3 /* of "{++" and "++}" */
#define ARROW     "~>"
#define ARROW_LEN 2

/* Columns of a passage that is told in its comment. */
#define QUOTE_COLUMNS 60

static const struct {
	char open[MARK_LEN + 1];
	char close[MARK_LEN + 1];
	const char *unclosed;
} forms[] = {
    [CRITIC_ADD] = {"{++", "++}", "\"{++\" has no \"++}\" before the next mark."},
    [CRITIC_REMOVE] = {"{--", "--}", "\"{--\" has no \"--}\" before the next mark."},
    [CRITIC_REPLACE] = {"{~~", "~~}", "\"{~~\" has no \"~>\" and \"~~}\" before the next mark."},
    [CRITIC_HIGHLIGHT] = {"{==", "==}", "\"{==\" has no \"==}\" before the next mark."},
    [CRITIC_COMMENT] = {"{>>", "<<}", "\"{>>\" has no \"<<}\" before the next mark."},
};

#define FORM_COUNT (sizeof forms / sizeof forms[0])

static bool stands_at(const char *text, size_t len, size_t pos, const char *words)
{
	size_t words_len = strlen(words);

	return pos <= len && words_len <= len - pos && memcmp(text + pos, words, words_len) == 0;
}

/* The form whose mark opens at pos, or FORM_COUNT. */
static size_t opener_at(const char *text, size_t len, size_t pos)
{
	size_t form = 0;

	while (form < FORM_COUNT && !stands_at(text, len, pos, forms[form].open))
		form++;
	return form;
}

/* Whether a brace and what follows it could be, or become, the beginning of a mark. */
static bool is_mark_start(const char *text, size_t len, size_t pos, char after)
{
	char next = pos + 1 < len ? text[pos + 1] : after;

	return pos < len && text[pos] == '{' && next != '\0' && strchr("+-~=>", next) != NULL;
}

static size_t backslashes_at(const char *text, size_t len, size_t pos)
{
	size_t n = 0;

	while (pos + n < len && text[pos + n] == '\\')
		n++;
	return n;
}

static void add_backslashes(struct strbuf *out, size_t n)
{
	while (n-- > 0)
		strbuf_addc(out, '\\');
}

/* -- Where a text stands: what would be read as a mark there -- */

struct part {
	const char *ends[2]; /* of a part of a mark: what ends it; NULL for none */
	char after;          /* the first byte of what will stand behind it; 0: its end is not a mark */
};

static const struct part outside_last = {.ends = {NULL, NULL}, .after = '\0'};
static const struct part outside = {.ends = {NULL, NULL}, .after = '{'};
static const struct part replaced = {.ends = {ARROW, "~~}"}, .after = '~'};

static struct part inside(enum critic_kind kind)
{
	return (struct part){.ends = {forms[kind].close, NULL}, .after = forms[kind].close[0]};
}

/* Bytes of what ends the part at pos; 0 for none. */
static size_t end_at(const struct part *part, const char *text, size_t len, size_t pos)
{
	for (size_t i = 0; i < 2 && part->ends[i] != NULL; i++) {
		if (stands_at(text, len, pos, part->ends[i]))
			return strlen(part->ends[i]);
	}
	return 0;
}

/* Bytes of what would be read as of a mark at pos; 0 for none. */
static size_t token_at(const struct part *part, const char *text, size_t len, size_t pos)
{
	size_t end = end_at(part, text, len, pos);

	if (part->ends[0] == NULL)
		return opener_at(text, len, pos) < FORM_COUNT ? MARK_LEN : 0;
	return end == 0 && is_mark_start(text, len, pos, part->after) ? 1 : end;
}

/* -- Out -- */

/* Appends a text so that it is read back as it is. */
static void add_escaped(struct strbuf *out, const struct part *part, const char *text, size_t len)
{
	size_t pos = 0;

	while (pos < len) {
		size_t n = backslashes_at(text, len, pos);
		size_t token = token_at(part, text, len, pos + n);

		/* Behind the brace a backslash will stand. */
		if (token == 1 && end_at(part, text, len, pos + n + 1) > 0)
			token = 0;
		if (token > 0)
			add_backslashes(out, 2 * n + 1);
		else
			add_backslashes(out, pos + n == len && part->after != '\0' ? 2 * n : n);
		pos += n;
		token += token == 0 && pos < len;
		strbuf_add(out, text + pos, token);
		pos += token;
	}
}

static void add_mark(struct strbuf *out, enum critic_kind kind, const char *text, size_t len)
{
	struct part part = inside(kind);

	strbuf_adds(out, forms[kind].open);
	add_escaped(out, &part, text, len);
	strbuf_adds(out, forms[kind].close);
}

static void add_replacement(struct strbuf *out, const char *old_text, size_t old_len, const char *new_text,
			    size_t new_len)
{
	struct part part = inside(CRITIC_REPLACE);

	strbuf_adds(out, forms[CRITIC_REPLACE].open);
	add_escaped(out, &replaced, old_text, old_len);
	strbuf_adds(out, ARROW);
	add_escaped(out, &part, new_text, new_len);
	strbuf_adds(out, forms[CRITIC_REPLACE].close);
}

/* A note with where it will stand. */
struct placed {
	const struct critic_note *note;
	size_t at; /* bytes of the new text */
	bool highlit;
};

struct writer {
	struct strbuf *out;
	const char *old_text;
	const char *new_text;
	struct placed *notes; /* by place; those of one passage together */
	size_t count;
	size_t next; /* the first that is not written yet */
	size_t pos;  /* bytes of the new text that are written */
};

static int by_passage(const void *a, const void *b)
{
	const struct critic_note *x = ((const struct placed *)a)->note;
	const struct critic_note *y = ((const struct placed *)b)->note;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->len != y->len)
		return x->len < y->len ? -1 : 1;
	return x < y ? -1 : x > y;
}

/* At one place, what is highlighted comes first, then passages, then what is said of the place. */
static int by_place(const void *a, const void *b)
{
	const struct placed *x = a;
	const struct placed *y = b;
	int x_rank = x->highlit ? 0 : x->note->len > 0 ? 1 : 2;
	int y_rank = y->highlit ? 0 : y->note->len > 0 ? 1 : 2;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x_rank != y_rank ? x_rank - y_rank : by_passage(a, b);
}

/* The span that holds a passage of the new text whole; NULL when it reaches over several. */
static const struct diff_span *span_around(const struct diff *diff, size_t start, size_t end)
{
	size_t low = 0;
	size_t high = diff->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct diff_span *span = &diff->spans[middle];

		if (span->new_start + span->new_len < end)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == diff->count || diff->spans[low].new_start > start)
		return NULL;
	return &diff->spans[low];
}

/* Decides where each note stands, and which passages are highlighted. */
static void place_notes(struct writer *w, const struct diff *diff, const struct critic_note *notes,
			size_t count)
{
	const struct critic_note *last = NULL;
	size_t highlit_to = 0;
	size_t free_from = 0; /* behind all notes so far */

	w->notes = mem_zalloc(count, sizeof *w->notes);
	w->count = count;
	for (size_t i = 0; i < count; i++)
		w->notes[i].note = &notes[i];
	qsort(w->notes, count, sizeof *w->notes, by_passage);
	for (size_t i = 0; i < count; i++) {
		struct placed *placed = &w->notes[i];
		const struct critic_note *note = placed->note;
		size_t end = note->start + note->len;
		const struct diff_span *span = note->len > 0 ? span_around(diff, note->start, end) : NULL;
		bool again = last != NULL && last->start == note->start && last->len == note->len;

		placed->highlit =
		    again || (span != NULL && span->kind == DIFF_SAME && note->start >= free_from);
		placed->at = end > highlit_to ? end : highlit_to;
		if (placed->highlit) {
			last = note;
			highlit_to = end;
		}
		if (placed->at > free_from)
			free_from = placed->at;
	}
	qsort(w->notes, count, sizeof *w->notes, by_place);
}

static void add_note(struct writer *w, const struct placed *placed)
{
	const struct critic_note *note = placed->note;
	struct strbuf text = STRBUF_INIT;

	if (!placed->highlit && note->len > 0) {
		strbuf_addc(&text, '"');
		unicode_printable(&text, w->new_text + note->start, note->len, QUOTE_COLUMNS);
		strbuf_adds(&text, "\": ");
	}
	strbuf_adds(&text, note->text);
	add_mark(w->out, CRITIC_COMMENT, text.data, text.len);
	strbuf_clear(&text);
}

/* Writes what stayed up to end. */
static void add_plain(struct writer *w, size_t end, bool before_mark)
{
	add_escaped(w->out, before_mark ? &outside : &outside_last, w->new_text + w->pos, end - w->pos);
	w->pos = end;
}

/* The notes that stand at most at limit; those of a place itself wait for a mark that stands there. */
static bool note_due(const struct writer *w, size_t limit, bool places_wait)
{
	const struct placed *placed = w->next < w->count ? &w->notes[w->next] : NULL;

	if (placed == NULL || placed->at > limit)
		return false;
	return placed->at < limit || placed->note->len > 0 || !places_wait;
}

static void add_same(struct writer *w, size_t end, bool last)
{
	while (note_due(w, end, !last)) {
		const struct placed *placed = &w->notes[w->next];
		size_t start = placed->highlit ? placed->note->start : placed->at;
		bool again = placed->highlit && start < w->pos;

		if (!again && start > w->pos)
			add_plain(w, start, true);
		if (placed->highlit && !again) {
			add_mark(w->out, CRITIC_HIGHLIGHT, w->new_text + start, placed->note->len);
			w->pos = placed->at;
		}
		add_note(w, placed);
		w->next++;
	}
	if (w->pos < end)
		add_plain(w, end, !last);
}

/* A run of spans that are not the same, as one mark, with the notes behind it. */
static void add_change(struct writer *w, const struct diff_span *first, const struct diff_span *end)
{
	const struct diff_span *last = end - 1;
	size_t old_len = last->old_start + last->old_len - first->old_start;
	size_t new_end = last->new_start + last->new_len;
	const char *old_text = w->old_text + first->old_start;
	const char *new_text = w->new_text + first->new_start;
	size_t new_len = new_end - first->new_start;

	if (old_len > 0 && new_len > 0)
		add_replacement(w->out, old_text, old_len, new_text, new_len);
	else if (old_len > 0)
		add_mark(w->out, CRITIC_REMOVE, old_text, old_len);
	else
		add_mark(w->out, CRITIC_ADD, new_text, new_len);
	w->pos = new_end;
	while (note_due(w, new_end, false))
		add_note(w, &w->notes[w->next++]);
}

void critic_format(struct strbuf *out, const struct diff *diff, const char *old_text, const char *new_text,
		   const struct critic_note *notes, size_t count)
{
	struct writer w = {.out = out, .old_text = old_text, .new_text = new_text};
	const struct diff_span *end = diff->spans + diff->count;

	place_notes(&w, diff, notes, count);
	for (const struct diff_span *span = diff->spans; span < end;) {
		const struct diff_span *first = span;

		if (span->kind == DIFF_SAME) {
			span++;
			add_same(&w, first->new_start + first->new_len, span == end);
			continue;
		}
		while (span < end && span->kind != DIFF_SAME)
			span++;
		add_change(&w, first, span);
	}
	while (w.next < w.count)
		add_note(&w, &w.notes[w.next++]);
	free(w.notes);
}

/* -- In -- */

struct reader {
	struct critic *out;
	const char *text;
	size_t len;
	size_t pos;
	size_t line;
	size_t line_pos; /* bytes whose line ends are counted */
};

static size_t line_of(struct reader *r, size_t pos)
{
	for (; r->line_pos < pos; r->line_pos++)
		r->line += r->text[r->line_pos] == '\n';
	return r->line;
}

/*
 * Appends what stands from *pos to the end of the part, and moves *pos behind that end; returns which of
 * the ends it is, or -1 when another mark or the end of the text comes first.
 */
static int read_part(const struct reader *r, const struct part *part, size_t *pos, struct strbuf *out)
{
	while (*pos < r->len) {
		size_t n = backslashes_at(r->text, r->len, *pos);
		size_t token = token_at(part, r->text, r->len, *pos + n);
		bool ends = token > 1;

		*pos += n;
		add_backslashes(out, token > 0 ? n / 2 : n);
		if (token > 0 && n % 2 == 0) {
			if (ends) {
				*pos += token;
				return stands_at(r->text, r->len, *pos - token, part->ends[0]) ? 0 : 1;
			}
			if (opener_at(r->text, r->len, *pos) < FORM_COUNT)
				return -1;
		}
		token += token == 0 && n == 0;
		strbuf_add(out, r->text + *pos, token);
		*pos += token;
	}
	return -1;
}

static struct critic_mark *new_mark(struct reader *r, enum critic_kind kind, size_t at)
{
	struct critic *out = r->out;
	struct critic_mark *mark;

	out->marks = mem_grow(out->marks, &out->capacity, out->count + 1, sizeof *out->marks);
	mark = &out->marks[out->count++];
	*mark = (struct critic_mark){.kind = kind,
				     .start = out->base.len,
				     .text = STRBUF_INIT,
				     .line = line_of(r, at),
				     .about = CRITIC_NOTHING};
	return mark;
}

static void trim(struct strbuf *text)
{
	size_t blanks = strspn(text->data, " \t\r\n");

	strbuf_trim_end(text);
	strbuf_splice(text, 0, blanks < text->len ? blanks : text->len, "", 0);
}

/* A comment right behind a passage or a change is about that. */
static void add_comment(struct reader *r, size_t at, bool joined, const struct strbuf *text)
{
	struct critic *out = r->out;
	struct critic_mark *before = joined && out->count > 0 ? &out->marks[out->count - 1] : NULL;
	struct critic_mark *mark;

	if (before != NULL && before->kind == CRITIC_HIGHLIGHT) {
		before->kind = CRITIC_COMMENT;
		mark = before;
	} else {
		struct critic_mark was =
		    before != NULL ? *before : (struct critic_mark){.about = CRITIC_NOTHING};
		size_t index = out->count;

		mark = new_mark(r, CRITIC_COMMENT, at);
		if (before != NULL && was.kind == CRITIC_COMMENT) {
			mark->start = was.start;
			mark->len = was.len;
			mark->about = was.about;
		} else if (before != NULL) {
			mark->about = index - 1;
		}
	}
	strbuf_add(&mark->text, text->data, text->len);
	trim(&mark->text);
}

static void add_change_mark(struct reader *r, enum critic_kind kind, size_t at, const struct strbuf *old_text,
			    const struct strbuf *new_text)
{
	struct critic_mark *mark = new_mark(r, kind, at);

	mark->len = old_text->len;
	if (kind != CRITIC_HIGHLIGHT)
		strbuf_add(&mark->text, new_text->data, new_text->len);
	strbuf_add(&r->out->base, old_text->data, old_text->len);
	strbuf_add(&r->out->taken, new_text->data, new_text->len);
}

/* Reads the mark that opens at pos; false when it cannot be read. */
static bool read_mark(struct reader *r, size_t at, enum critic_kind kind, bool joined)
{
	struct part part = inside(kind);
	struct strbuf words = STRBUF_INIT;
	struct strbuf old_text = STRBUF_INIT;
	static const struct strbuf none = STRBUF_INIT;
	size_t pos = at + MARK_LEN;
	bool read = true;

	if (kind == CRITIC_REPLACE)
		read = read_part(r, &replaced, &pos, &old_text) == 0;
	read = read && read_part(r, &part, &pos, &words) == 0;
	if (read) {
		if (kind == CRITIC_COMMENT)
			add_comment(r, at, joined, &words);
		else if (kind == CRITIC_ADD)
			add_change_mark(r, kind, at, &none, &words);
		else if (kind == CRITIC_REMOVE)
			add_change_mark(r, kind, at, &words, &none);
		else
			add_change_mark(r, kind, at, kind == CRITIC_REPLACE ? &old_text : &words, &words);
		r->pos = pos;
	}
	strbuf_clear(&words);
	strbuf_clear(&old_text);
	return read;
}

static void add_flaw(struct reader *r, size_t at, const char *what)
{
	struct critic *out = r->out;

	out->flaws = mem_grow(out->flaws, &out->flaw_capacity, out->flaw_count + 1, sizeof *out->flaws);
	out->flaws[out->flaw_count++] = (struct critic_flaw){line_of(r, at), what};
}

static void give_text(struct reader *r, const char *text, size_t len)
{
	strbuf_add(&r->out->base, text, len);
	strbuf_add(&r->out->taken, text, len);
}

/* Backslashes before a mark's beginning, and that; whether a mark was read. joined: one ended here. */
static bool read_opener(struct reader *r, size_t backslashes, enum critic_kind kind, bool joined)
{
	size_t at = r->pos + backslashes;

	give_text(r, r->text + r->pos, backslashes / 2);
	if (backslashes % 2 == 0) {
		if (read_mark(r, at, kind, joined && backslashes == 0))
			return true;
		add_flaw(r, at, forms[kind].unclosed);
		give_text(r, r->text + r->pos, backslashes / 2);
	}
	give_text(r, r->text + at, MARK_LEN);
	r->pos = at + MARK_LEN;
	return false;
}

void critic_parse(struct critic *out, const char *text, size_t len)
{
	struct reader r = {.out = out, .text = text, .len = len, .line = 1};
	bool joined = false;

	*out = (struct critic){.base = STRBUF_INIT, .taken = STRBUF_INIT};
	while (r.pos < len) {
		size_t n = backslashes_at(text, len, r.pos);
		size_t form = opener_at(text, len, r.pos + n);

		if (form < FORM_COUNT) {
			joined = read_opener(&r, n, (enum critic_kind)form, joined);
			continue;
		}
		n += n == 0;
		give_text(&r, text + r.pos, n);
		r.pos += n;
		joined = false;
	}
}

void critic_clear(struct critic *critic)
{
	for (size_t i = 0; i < critic->count; i++)
		strbuf_clear(&critic->marks[i].text);
	free(critic->marks);
	free(critic->flaws);
	strbuf_clear(&critic->base);
	strbuf_clear(&critic->taken);
	*critic = (struct critic){.base = STRBUF_INIT, .taken = STRBUF_INIT};
}
