/*
 * Misspelt words: found on the worker, marked in the text.
 *
 * The text is divided into pieces, each of which keeps its misspelt words as places in itself.  An edit
 * touches its piece alone: its words are shifted, and it is checked again after a pause in typing.
 * Where the state at a piece's end is another than before, so is the next one.  One piece is copied
 * and checked at a time, the first one that is not known.
 *
 * The dictionary, unless it is asked for its name, and everything of spell.h but its pieces is used on the
 * worker's thread alone.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "base/worker.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "tui/loop.h"

/* Bytes of a text that take one cell, with few exceptions. */
#define CELL_BYTES 4

/* A dictionary with its lists, shared by the editor and its jobs. */
struct spell_desk {
	size_t users; /* counted on the owner's thread */
	struct desk_spelling spelling;
	struct strbuf learn; /* what is to be learnt before the next check */
	bool tried;          /* to open it */
	struct spell *spell; /* on the worker; NULL before it is opened, and when that failed */
	struct error err;
};

struct spell_check {
	struct editor *editor; /* NULL: closed; touched on the owner's thread only */
	struct spell_desk *desk;
	size_t piece; /* its number, as of now */
	bool stale;   /* the piece was edited meanwhile */
	char *text;
	size_t len;
	char *learn; /* or NULL */
	struct spell_state state;
	struct spell_found found;
};

static void leave(struct spell_desk *desk)
{
	if (desk == NULL || --desk->users > 0)
		return;
	spell_free(desk->spell);
	desk_spelling_clear(&desk->spelling);
	strbuf_clear(&desk->learn);
	free(desk);
}

/* -- Pieces -- */

static void clear_pieces(struct editor_spell *s)
{
	for (size_t i = 0; i < s->count; i++)
		spell_found_clear(&s->pieces[i].words);
	s->count = 0;
}

/* Has all be checked again; the words stay marked until then. */
static void forget_all(struct editor_spell *s)
{
	for (size_t i = 0; i < s->count; i++)
		s->pieces[i].known = false;
	if (s->check != NULL)
		s->check->stale = true;
}

/* The piece that holds or ends at pos, and where it starts. */
static size_t piece_at(const struct editor_spell *s, size_t pos, size_t *start)
{
	size_t i = 0;

	*start = 0;
	while (i + 1 < s->count && *start + s->pieces[i].len < pos)
		*start += s->pieces[i++].len;
	return i;
}

static void insert_piece(struct editor_spell *s, size_t at, size_t len)
{
	s->pieces = mem_grow(s->pieces, &s->capacity, s->count + 1, sizeof *s->pieces);
	memmove(s->pieces + at + 1, s->pieces + at, (s->count - at) * sizeof *s->pieces);
	s->pieces[at] = (struct editor_piece){.len = len};
	s->count++;
	if (s->check != NULL && s->check->piece >= at)
		s->check->piece++;
}

static void add_word(struct spell_found *found, size_t start, size_t end)
{
	found->words = mem_grow(found->words, &found->capacity, found->count + 1, sizeof *found->words);
	found->words[found->count++] = (struct spell_word){start, end};
}

/* Makes one piece of it and the next one. */
static void join_next(struct editor_spell *s, size_t at)
{
	struct editor_piece *piece = &s->pieces[at], *next = piece + 1;

	for (size_t i = 0; i < next->words.count; i++)
		add_word(&piece->words, next->words.words[i].start + piece->len,
			 next->words.words[i].end + piece->len);
	piece->len += next->len;
	piece->known = false;
	spell_found_clear(&next->words);
	s->count--;
	memmove(next, next + 1, (s->count - at - 1) * sizeof *s->pieces);
	if (s->check == NULL)
		return;
	if (s->check->piece == at || s->check->piece == at + 1)
		s->check->stale = true;
	if (s->check->piece > at)
		s->check->piece--;
}

/* Shifts the words after an edit at pos of the piece; those that it touches go. */
static void shift_words(struct spell_found *found, size_t pos, size_t cut, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < found->count; i++) {
		struct spell_word word = found->words[i];

		if (word.end >= pos && word.start <= pos + cut)
			continue;
		if (word.start > pos) {
			word.start += len - cut;
			word.end += len - cut;
		}
		found->words[kept++] = word;
	}
	found->count = kept;
}

void editor_spell_edit(struct editor *e, const struct buffer_edit *edit)
{
	struct editor_spell *s = &e->spell;
	size_t start, at;

	s->typed = true;
	s->typed_at = edit->pos + edit->len;
	if (s->count == 0)
		return;
	at = piece_at(s, edit->pos, &start);
	while (at + 1 < s->count && start + s->pieces[at].len <= edit->pos + edit->cut)
		join_next(s, at);
	shift_words(&s->pieces[at].words, edit->pos - start, edit->cut, edit->len);
	s->pieces[at].len += edit->len - edit->cut;
	s->pieces[at].known = false;
	if (s->check != NULL && s->check->piece == at)
		s->check->stale = true;
}

/* -- Checking -- */

/* On the worker: the dictionary, opened at the first time. */
static struct spell *dictionary(struct spell_desk *desk)
{
	if (!desk->tried &&
	    spell_open(&desk->spell, desk->spelling.language, desk->spelling.preferred, &desk->err) == 0)
		spell_learn(desk->spell, desk->spelling.words, desk->spelling.words_len);
	desk->tried = true;
	return desk->spell;
}

static bool check_slice(struct worker *worker, void *job)
{
	struct spell_check *check = job;
	struct spell *spell;

	(void)worker;
	if (!check->desk->tried) {
		dictionary(check->desk);
		return false; /* that was a slice */
	}
	spell = check->desk->spell;
	if (spell == NULL)
		return true;
	if (check->learn != NULL)
		spell_learn(spell, check->learn, strlen(check->learn));
	spell_find(spell, &check->state, check->text, check->len, &check->found);
	return true;
}

static bool same_words(const struct spell_found *a, const struct spell_found *b)
{
	return a->count == b->count &&
	       (a->count == 0 || memcmp(a->words, b->words, a->count * sizeof *a->words) == 0);
}

static bool all_known(const struct editor_spell *s)
{
	for (size_t i = 0; i < s->count; i++) {
		if (!s->pieces[i].known)
			return false;
	}
	return s->count > 0;
}

/* Whether some of a piece may be on the screen: of a long text, the most is not. */
static bool is_near_screen(const struct editor *e, size_t at)
{
	size_t cells = (size_t)e->text.height * (size_t)e->text.width;
	size_t start = 0;

	for (size_t i = 0; i < at; i++)
		start += e->spell.pieces[i].len;
	return start + e->spell.pieces[at].len >= e->top && start <= e->top + cells * CELL_BYTES;
}

/* Takes in what was found of a piece. */
static void take(struct editor *e, struct spell_check *check)
{
	struct editor_spell *s = &e->spell;
	struct editor_piece *piece = &s->pieces[check->piece];
	struct spell_found words = piece->words;
	bool same = same_words(&words, &check->found);

	piece->words = check->found;
	check->found = words;
	piece->known = true;
	if (check->piece + 1 < s->count && !spell_same_state(&piece[1].before, &check->state)) {
		piece[1].before = check->state;
		piece[1].known = false;
	}
	if (all_known(s))
		s->counted = true; /* which the status line shows */
	if (all_known(s) || (!same && is_near_screen(e, check->piece)))
		editor_touch(e);
}

static void checked(void *job, bool cancelled)
{
	struct spell_check *check = job;
	struct editor *e = check->editor;

	if (e != NULL) {
		e->spell.check = NULL;
		if (!cancelled && !check->stale && check->desk->spell != NULL)
			take(e, check);
		if (!cancelled)
			editor_spell_answer(e);
	}
	spell_found_clear(&check->found);
	leave(check->desk);
	free(check->learn);
	free(check->text);
	free(check);
}

/* Opens what the article is checked by; false when the lists cannot be read. */
static bool open_desk(struct editor *e)
{
	struct spell_desk *desk = mem_zalloc(1, sizeof *desk);

	desk->users = 1;
	desk->learn = (struct strbuf)STRBUF_INIT;
	e->spell.desk = desk;
	strbuf_add(&desk->learn, e->spell.learnt.data, e->spell.learnt.len);
	if (desk_spelling(e->place.desk, e->spell.language, &desk->spelling, &desk->err) == 0)
		return true;
	desk->tried = true; /* and failed, which err tells */
	return false;
}

/* Divides a piece that is too large to be checked at once, or joins one that ends in a paragraph. */
static void fit_piece(struct editor *e, size_t at, size_t start)
{
	struct editor_spell *s = &e->spell;
	size_t len = s->pieces[at].len;

	if (len > SPELL_PIECE_MOST) {
		size_t look = len < SPELL_PIECE_MOST * 2 ? len : SPELL_PIECE_MOST * 2;
		size_t cut = spell_piece(buffer_bytes(e->buffer, start, look), look);

		while (s->pieces[at].words.count > 0 &&
		       s->pieces[at].words.words[s->pieces[at].words.count - 1].end > cut)
			s->pieces[at].words.count--;
		insert_piece(s, at + 1, len - cut);
		s->pieces[at].len = cut;
	} else if (at + 1 < s->count && len + s->pieces[at + 1].len <= SPELL_PIECE_MOST &&
		   !spell_ends(buffer_bytes(e->buffer, start, len), len)) {
		join_next(s, at);
	}
}

static void start_check(struct editor *e, size_t at, size_t start)
{
	static const struct worker_ops ops = {.slice = check_slice, .done = checked};
	struct editor_spell *s = &e->spell;
	struct spell_check *check = mem_zalloc(1, sizeof *check);

	fit_piece(e, at, start);
	check->editor = e;
	check->desk = s->desk;
	check->desk->users++;
	check->piece = at;
	check->len = s->pieces[at].len;
	check->text = mem_strndup(buffer_bytes(e->buffer, start, check->len), check->len);
	if (at > 0)
		check->state = s->pieces[at].before;
	if (s->desk->learn.len > 0)
		check->learn = strbuf_detach(&s->desk->learn);
	s->check = check;
	worker_submit(e->place.worker, &ops, check);
}

int64_t editor_spell_tick(struct editor *e, int64_t now, int64_t due)
{
	struct editor_spell *s = &e->spell;
	size_t at = 0, start = 0;

	if ((!s->marks && s->asked == 0) || s->check != NULL || e->file != NULL || editor_spell_problem(e))
		return LOOP_NEVER;
	if (s->count == 0)
		insert_piece(s, 0, buffer_len(e->buffer));
	while (at < s->count && s->pieces[at].known)
		start += s->pieces[at++].len;
	if (at == s->count)
		return LOOP_NEVER;
	if (now < due && s->asked == 0)
		return due;
	if (s->desk == NULL && !open_desk(e))
		editor_spell_answer(e);
	else
		start_check(e, at, start);
	return LOOP_NEVER; /* what the job posts has us called again */
}

/* -- What is known -- */

const char *editor_spell_problem(const struct editor *e)
{
	const struct spell_desk *desk = e->spell.desk;

	/* while a job runs, the worker may just be opening it */
	if (desk == NULL || e->spell.check != NULL || !desk->tried || desk->spell != NULL)
		return NULL;
	return desk->err.message;
}

/* Whether a word is being written: the last edit ended in it, and there is the cursor still. */
static bool is_written(const struct editor *e, size_t start, size_t end)
{
	return e->spell.typed && e->spell.typed_at == e->cursor && e->cursor == e->anchor &&
	       start < e->cursor && e->cursor <= end;
}

/* The number of the first word of a piece that ends after pos. */
static size_t first_after(const struct editor_piece *piece, size_t pos)
{
	size_t low = 0, high = piece->words.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (piece->words.words[middle].end > pos)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

bool editor_spell_in(const struct editor *e, struct editor_spell_way *way, size_t from, size_t to,
		     size_t *start, size_t *end)
{
	const struct editor_spell *s = &e->spell;

	if (!s->marks)
		return false;
	for (; way->piece < s->count && way->base < to; way->base += s->pieces[way->piece++].len) {
		const struct editor_piece *piece = &s->pieces[way->piece];
		size_t skipped = from > way->base ? from - way->base : 0;

		if (piece->len <= skipped)
			continue;
		for (size_t k = first_after(piece, skipped); k < piece->words.count; k++) {
			*start = way->base + piece->words.words[k].start;
			*end = way->base + piece->words.words[k].end;
			if (*start >= to)
				return false;
			if (!is_written(e, *start, *end))
				return true;
		}
	}
	return false;
}

bool editor_spell_count(const struct editor *e, size_t *count)
{
	const struct editor_spell *s = &e->spell;
	size_t start, at, first;

	*count = 0;
	if (!s->marks || !s->counted || editor_spell_problem(e) != NULL)
		return false;
	for (size_t i = 0; i < s->count; i++)
		*count += s->pieces[i].words.count;
	at = piece_at(s, e->cursor, &start);
	first = first_after(&s->pieces[at], e->cursor > start ? e->cursor - start - 1 : 0);
	if (first < s->pieces[at].words.count && is_written(e, start + s->pieces[at].words.words[first].start,
							    start + s->pieces[at].words.words[first].end))
		--*count;
	return true;
}

/* The first word from pos on; unless again, not the one that is selected. */
static enum editor_spell_answer seek_forward(const struct editor *e, size_t pos, bool again, size_t *start,
					     size_t *end)
{
	const struct editor_spell *s = &e->spell;
	size_t from, to, base = 0;
	bool selected = editor_selection(e, &from, &to) && !again;

	for (size_t i = 0; i < s->count; base += s->pieces[i++].len) {
		const struct editor_piece *piece = &s->pieces[i];

		if (base + piece->len < pos)
			continue;
		if (!piece->known)
			return SPELL_UNKNOWN;
		for (size_t k = 0; k < piece->words.count; k++) {
			*start = base + piece->words.words[k].start;
			*end = base + piece->words.words[k].end;
			if (*end >= pos && !(selected && *start == from && *end == to))
				return SPELL_FOUND;
		}
	}
	return SPELL_NONE;
}

/* The last word that ends before pos. */
static enum editor_spell_answer seek_back(const struct editor *e, size_t pos, size_t *start, size_t *end)
{
	const struct editor_spell *s = &e->spell;
	enum editor_spell_answer answer = SPELL_NONE;
	size_t base = 0;

	for (size_t i = 0; i < s->count && base < pos; base += s->pieces[i++].len) {
		const struct editor_piece *piece = &s->pieces[i];

		if (!piece->known)
			return SPELL_UNKNOWN;
		for (size_t k = 0; k < piece->words.count && base + piece->words.words[k].end < pos; k++) {
			*start = base + piece->words.words[k].start;
			*end = base + piece->words.words[k].end;
			answer = SPELL_FOUND;
		}
	}
	return answer;
}

enum editor_spell_answer editor_spell_seek(const struct editor *e, int by, size_t *start, size_t *end)
{
	enum editor_spell_answer answer;
	size_t from, to;

	if (e->spell.count == 0)
		return SPELL_UNKNOWN;
	editor_selection(e, &from, &to);
	answer = by > 0 ? seek_forward(e, to, false, start, end) : seek_back(e, from, start, end);
	if (answer != SPELL_NONE)
		return answer;
	return by > 0 ? seek_forward(e, 0, true, start, end)
		      : seek_back(e, buffer_len(e->buffer) + 1, start, end);
}

/* -- Suggestions -- */

struct spell_suggest {
	struct editor *editor; /* NULL: closed, or another one was asked for */
	struct spell_desk *desk;
	char *word;
	size_t start, end;
	uint64_t version; /* of the buffer */
	struct strlist words;
	editor_spell_offer *offer;
};

static bool suggest_slice(struct worker *worker, void *job)
{
	struct spell_suggest *suggest = job;

	(void)worker;
	if (suggest->desk->spell != NULL)
		spell_suggest(suggest->desk->spell, suggest->word, strlen(suggest->word), &suggest->words);
	return true;
}

static void suggested(void *job, bool cancelled)
{
	struct spell_suggest *suggest = job;
	struct editor *e = suggest->editor;

	if (e != NULL) {
		e->spell.suggest = NULL;
		if (!cancelled && e->spell.asked != 0 && suggest->version == buffer_version(e->buffer) &&
		    e->cursor == suggest->end && suggest->desk->spell != NULL)
			suggest->offer(e, suggest->start, suggest->end, &suggest->words,
				       spell_dictionary(suggest->desk->spell));
		e->spell.asked = 0;
	}
	leave(suggest->desk);
	strlist_clear(&suggest->words);
	free(suggest->word);
	free(suggest);
}

void editor_spell_suggest(struct editor *e, size_t start, size_t end, editor_spell_offer *offer)
{
	static const struct worker_ops ops = {.slice = suggest_slice, .done = suggested};
	struct spell_suggest *suggest = mem_zalloc(1, sizeof *suggest);

	if (e->spell.suggest != NULL)
		e->spell.suggest->editor = NULL;
	suggest->editor = e;
	suggest->desk = e->spell.desk;
	suggest->desk->users++;
	suggest->word = mem_strndup(buffer_bytes(e->buffer, start, end - start), end - start);
	suggest->start = start;
	suggest->end = end;
	suggest->version = buffer_version(e->buffer);
	suggest->offer = offer;
	e->spell.suggest = suggest;
	worker_submit(e->place.worker, &ops, suggest);
}

/* -- Life -- */

void editor_spell_init(struct editor *e)
{
	e->spell.marks = desk_marks_spelling(e->place.desk);
	e->spell.learnt = (struct strbuf)STRBUF_INIT;
}

/* Lets go of the dictionary, and of what waits for it. */
static void drop_desk(struct editor_spell *s)
{
	if (s->check != NULL)
		s->check->editor = NULL;
	if (s->suggest != NULL)
		s->suggest->editor = NULL;
	leave(s->desk);
	s->check = NULL;
	s->suggest = NULL;
	s->desk = NULL;
}

void editor_spell_clear(struct editor *e)
{
	struct editor_spell *s = &e->spell;

	drop_desk(s);
	clear_pieces(s);
	free(s->pieces);
	free(s->language);
	free(s->did);
	strbuf_clear(&s->learnt);
}

void editor_spell_language(struct editor *e, const char *tag)
{
	struct editor_spell *s = &e->spell;

	if (tag == s->language || (tag != NULL && s->language != NULL && strcmp(tag, s->language) == 0))
		return;
	free(s->language);
	s->language = mem_strdup(tag);
	s->counted = false;
	drop_desk(s);
	forget_all(s);
}

void editor_spell_learn(struct editor *e, const char *list)
{
	/* The language, and with it the dictionary, may have become another while the menu was open. */
	if (e->spell.desk == NULL)
		(void)open_desk(e);
	strbuf_adds(&e->spell.desk->learn, list);
	strbuf_adds(&e->spell.learnt, list); /* for whichever dictionary comes after this one */
	forget_all(&e->spell);
}

void editor_spell_look(struct editor *e)
{
	struct editor_spell *s = &e->spell;

	if (s->desk == NULL || desk_spelling_is_current(e->place.desk, &s->desk->spelling))
		return;
	drop_desk(s);
	forget_all(s);
}
