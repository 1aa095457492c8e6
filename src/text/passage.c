#include "text/passage.h"

#include <stdlib.h>

#include "base/mem.h"
#include "text/sequence.h"
#include "text/unicode.h"

/* -- A version in tokens -- */

enum token_kind {
	TOKEN_MARK, /* a comma, a quote, an asterisk; anything that is nothing of the below */
	TOKEN_SPACE,
	TOKEN_LINE_END,
	TOKEN_FULL_STOP, /* ends a sentence */
	TOKEN_WORD,
	TOKEN_HAN, /* a word of Han characters, or one of them */
};

struct token {
	size_t end;      /* bytes from the start of the version; it starts where the one before ends */
	uint32_t number; /* equal for equal bytes, in both versions */
	enum token_kind kind;
};

struct version {
	const char *text;
	struct token *tokens;
	size_t count;
	size_t capacity;
	size_t *units;     /* the tokens that are not white space, in order */
	uint32_t *numbers; /* theirs */
	size_t unit_count;
};

/* Tokens from a0 to a1 of the old version that gave way to those from b0 to b1 of the new one. */
struct change {
	size_t a0, a1, b0, b1;
};

struct changes {
	struct change *items;
	size_t count;
	size_t capacity;
};

static size_t token_start(const struct version *v, size_t index)
{
	return index == 0 ? 0 : v->tokens[index - 1].end;
}

static bool is_full_stop(int32_t c)
{
	static const int32_t stops[] = {'.', '!', '?', 0x2026, 0x3002, 0xff01, 0xff0e, 0xff1f};

	for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++)
		if (stops[i] == c)
			return true;
	return false;
}

static enum token_kind kind_of(const char *text, size_t len, bool word)
{
	int32_t c;

	unicode_decode(text, len, 0, &c);
	if (word)
		return unicode_is_han(c) ? TOKEN_HAN : TOKEN_WORD;
	if (c == '\n' || c == '\r')
		return TOKEN_LINE_END;
	if (is_full_stop(c))
		return TOKEN_FULL_STOP;
	return c >= 0 && unicode_is_space(c) ? TOKEN_SPACE : TOKEN_MARK;
}

static void add_token(struct version *v, size_t end, enum token_kind kind)
{
	v->tokens = mem_grow(v->tokens, &v->capacity, v->count + 1, sizeof *v->tokens);
	v->tokens[v->count++] = (struct token){.end = end, .kind = kind};
}

/* Numbers all tokens, and lists those that are looked for on the other side. */
static void number_tokens(struct version *v, struct sequence_table *table)
{
	v->units = mem_alloc(v->count * sizeof *v->units);
	v->numbers = mem_alloc(v->count * sizeof *v->numbers);
	for (size_t i = 0; i < v->count; i++) {
		struct token *token = &v->tokens[i];
		size_t start = token_start(v, i);

		token->number = sequence_number(table, v->text + start, token->end - start);
		if (token->kind == TOKEN_SPACE || token->kind == TOKEN_LINE_END)
			continue;
		v->units[v->unit_count] = i;
		v->numbers[v->unit_count++] = token->number;
	}
}

static void version_words(struct version *v, struct passage_text text, struct unicode_segmenter *words)
{
	struct unicode_segment *segments = NULL;
	size_t count = 0;
	size_t capacity = 0;

	*v = (struct version){.text = text.bytes};
	unicode_segments(words, text.bytes, text.len, &segments, &count, &capacity);
	for (size_t i = 0; i < count; i++) {
		size_t start = token_start(v, v->count);
		size_t end = segments[i].end;

		add_token(v, end, kind_of(text.bytes + start, end - start, segments[i].word));
	}
	free(segments);
}

/* Tokens from first to last of a version once more, with words of Han characters in pieces. */
static void version_characters(struct version *v, const struct version *of, size_t first, size_t last)
{
	size_t base = token_start(of, first);

	*v = (struct version){.text = of->text + base};
	for (size_t i = first; i < last; i++) {
		size_t end = of->tokens[i].end - base;

		if (of->tokens[i].kind != TOKEN_HAN) {
			add_token(v, end, of->tokens[i].kind);
			continue;
		}
		for (size_t pos = token_start(v, v->count); pos < end;) {
			pos = unicode_next(v->text, end, pos);
			add_token(v, pos, TOKEN_HAN);
		}
	}
}

static void version_clear(struct version *v)
{
	free(v->tokens);
	free(v->units);
	free(v->numbers);
}

/* -- Finding what changed -- */

static void add_change(struct changes *changes, struct change c)
{
	changes->items = mem_grow(changes->items, &changes->capacity, changes->count + 1, sizeof c);
	changes->items[changes->count++] = c;
}

/* Adds what stands between two things that stayed, without what is alike at its ends. */
static void add_between(struct changes *changes, const struct version *a, const struct version *b,
			struct change c)
{
	while (c.a0 < c.a1 && c.b0 < c.b1 && a->tokens[c.a0].number == b->tokens[c.b0].number) {
		c.a0++;
		c.b0++;
	}
	while (c.a0 < c.a1 && c.b0 < c.b1 && a->tokens[c.a1 - 1].number == b->tokens[c.b1 - 1].number) {
		c.a1--;
		c.b1--;
	}
	if (c.a0 < c.a1 || c.b0 < c.b1)
		add_change(changes, c);
}

static bool find_changes(struct changes *out, struct version *a, struct version *b, uint64_t *work)
{
	struct sequence_table *table = sequence_table_new();
	struct change between = {0};
	size_t *partner;
	bool complete;

	number_tokens(a, table);
	number_tokens(b, table);
	sequence_table_free(table);
	partner = mem_alloc(a->unit_count * sizeof *partner);
	complete = sequence_match(a->numbers, a->unit_count, b->numbers, b->unit_count, partner, work);
	*out = (struct changes){0};
	for (size_t i = 0; i < a->unit_count; i++) {
		if (partner[i] == SEQUENCE_NONE)
			continue;
		between.a1 = a->units[i];
		between.b1 = b->units[partner[i]];
		add_between(out, a, b, between);
		between.a0 = between.a1 + 1;
		between.b0 = between.b1 + 1;
	}
	between.a1 = a->count;
	between.b1 = b->count;
	add_between(out, a, b, between);
	free(partner);
	return complete;
}

/* -- Taking together what an editor would call one change -- */

static bool is_word(const struct token *token)
{
	return token->kind == TOKEN_WORD || token->kind == TOKEN_HAN;
}

static size_t words_in(const struct version *v, size_t first, size_t last)
{
	size_t words = 0;

	for (size_t i = first; i < last; i++)
		words += is_word(&v->tokens[i]);
	return words;
}

/* Words that gave way to others: none for what was only added or only removed. */
static size_t words_replaced(const struct version *a, const struct version *b, const struct change *c)
{
	size_t removed = words_in(a, c->a0, c->a1);
	size_t added = words_in(b, c->b0, c->b1);

	return removed < added ? removed : added;
}

enum gap {
	GAP_KEEPS,  /* something that the eye holds on to */
	GAP_LINKS,  /* one short word */
	GAP_NOTHING /* a comma, a quote */
};

/* What stands between two changes. A word counts as short up to "the", or one Chinese character. */
static enum gap gap_between(const struct version *a, size_t first, size_t last)
{
	size_t words = 0;

	if (last - first > 5)
		return GAP_KEEPS;
	for (size_t i = first; i < last; i++) {
		enum token_kind kind = a->tokens[i].kind;

		if (kind == TOKEN_LINE_END || kind == TOKEN_FULL_STOP)
			return GAP_KEEPS;
		if (is_word(&a->tokens[i]) && (++words > 1 || a->tokens[i].end - token_start(a, i) > 3))
			return GAP_KEEPS;
	}
	return words > 0 ? GAP_LINKS : GAP_NOTHING;
}

static void join(struct change *into, const struct change *next)
{
	into->a1 = next->a1;
	into->b1 = next->b1;
}

static void join_over_nothing(struct changes *changes, const struct version *a)
{
	size_t n = 0;

	for (size_t i = 1; i < changes->count; i++) {
		const struct change *next = &changes->items[i];

		if (gap_between(a, changes->items[n].a1, next->a0) == GAP_NOTHING)
			join(&changes->items[n], next);
		else
			changes->items[++n] = *next;
	}
	changes->count = changes->count > 0 ? n + 1 : 0;
}

/* How many changes from first on hang together by short words, each of them a replacement. */
static size_t chain_len(const struct changes *changes, const struct version *a, const struct version *b,
			size_t first)
{
	size_t words = words_replaced(a, b, &changes->items[first]);
	size_t last = first;

	while (words > 0 && last + 1 < changes->count) {
		const struct change *next = &changes->items[last + 1];
		size_t more = words_replaced(a, b, next);

		if (more == 0 || gap_between(a, changes->items[last].a1, next->a0) != GAP_LINKS)
			break;
		words += more;
		last++;
	}
	/* Two changed words around "the" are two changes; three, or long ones, are a new wording. */
	return last - first + 1 >= 3 || words >= 6 ? last - first + 1 : 1;
}

static void join_chains(struct changes *changes, const struct version *a, const struct version *b)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->count; n++) {
		size_t len = chain_len(changes, a, b, i);
		struct change whole = changes->items[i];

		join(&whole, &changes->items[i + len - 1]);
		changes->items[n] = whole;
		i += len;
	}
	changes->count = n;
}

/* -- Moving a cut or an insertion to where a reader would make it -- */

static bool is_space(const struct version *v, size_t index)
{
	return v->tokens[index].kind == TOKEN_SPACE || v->tokens[index].kind == TOKEN_LINE_END;
}

/* How natural a cut before a token is: between paragraphs, sentences, words, or none of these. */
static int cut_score(const struct version *v, size_t before)
{
	if (before == 0 || before == v->count || v->tokens[before - 1].kind == TOKEN_LINE_END)
		return 4;
	if (v->tokens[before - 1].kind == TOKEN_FULL_STOP)
		return is_space(v, before) ? 1 : 3;
	if (is_space(v, before - 1))
		return before > 1 && v->tokens[before - 2].kind == TOKEN_FULL_STOP ? 3 : 2;
	return v->tokens[before - 1].kind == TOKEN_MARK || !is_word(&v->tokens[before]) ? 1 : 0;
}

/*
 * "a[- b-] b c" is also "a [-b -]b c": takes the place with the best ends, of equal ones the last.
 * first to last are the tokens of a cut (or insertion), room the tokens that may be passed before
 * and after it; returns by how many it moves.
 */
static ptrdiff_t best_move(const struct version *v, size_t first, size_t last, size_t room_before,
			   size_t room_after)
{
	ptrdiff_t best_place = 0;
	int best = -1;
	size_t left = 0;

	while (left < room_before && v->tokens[first - left - 1].number == v->tokens[last - left - 1].number)
		left++;
	for (ptrdiff_t move = -(ptrdiff_t)left;; move++) {
		size_t start = (size_t)((ptrdiff_t)first + move);
		size_t end = (size_t)((ptrdiff_t)last + move);
		int score = cut_score(v, start) + cut_score(v, end);

		if (score >= best) {
			best = score;
			best_place = move;
		}
		if (move == (ptrdiff_t)room_after || v->tokens[start].number != v->tokens[end].number)
			return best_place;
	}
}

static void move_cuts(struct changes *changes, const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < changes->count; i++) {
		struct change *c = &changes->items[i];
		size_t before = c->a0 - (i > 0 ? changes->items[i - 1].a1 : 0);
		size_t after = (i + 1 < changes->count ? changes->items[i + 1].a0 : a->count) - c->a1;
		ptrdiff_t move;

		if (c->a0 < c->a1 && c->b0 < c->b1)
			continue;
		/* One token stays between two changes, so that they stay two. */
		before -= i > 0 && before > 0;
		after -= i + 1 < changes->count && after > 0;
		move = c->b0 == c->b1 ? best_move(a, c->a0, c->a1, before, after)
				      : best_move(b, c->b0, c->b1, before, after);
		c->a0 = (size_t)((ptrdiff_t)c->a0 + move);
		c->a1 = (size_t)((ptrdiff_t)c->a1 + move);
		c->b0 = (size_t)((ptrdiff_t)c->b0 + move);
		c->b1 = (size_t)((ptrdiff_t)c->b1 + move);
	}
}

/* -- Characters of a Chinese word -- */

static size_t longer(const struct change *c)
{
	return c->a1 - c->a0 > c->b1 - c->b0 ? c->a1 - c->a0 : c->b1 - c->b0;
}

/* Whether a run of characters between two changes is there by chance. */
static bool is_chance(size_t gap, const struct change *before, const struct change *after)
{
	bool replaced = before->a0 < before->a1 && before->b0 < before->b1 && after->a0 < after->a1 &&
			after->b0 < after->b1;
	size_t least = longer(before) < longer(after) ? longer(before) : longer(after);

	return replaced ? gap <= least : gap < least;
}

/* Joins changes with hardly more between them than in either. */
static void join_over_chance(struct changes *changes)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->count; i++) {
		changes->items[n++] = changes->items[i];
		while (n > 1) {
			struct change *into = &changes->items[n - 2];
			const struct change *next = &changes->items[n - 1];

			if (!is_chance(next->a0 - into->a1, into, next))
				break;
			join(into, next);
			n--;
		}
	}
	changes->count = n;
}

static bool has_han(const struct version *v, size_t first, size_t last)
{
	for (size_t i = first; i < last; i++)
		if (v->tokens[i].kind == TOKEN_HAN)
			return true;
	return false;
}

/* -- The whole -- */

static void give(struct passage *out, size_t old_start, size_t old_end, size_t new_start, size_t new_end)
{
	out->changes = mem_grow(out->changes, &out->capacity, out->count + 1, sizeof *out->changes);
	out->changes[out->count++] =
	    (struct passage_change){old_start, old_end - old_start, new_start, new_end - new_start};
}

/* Bytes of words from first to last. */
static size_t weight(const struct version *v, size_t first, size_t last)
{
	size_t bytes = 0;

	for (size_t i = first; i < last; i++)
		if (is_word(&v->tokens[i]))
			bytes += v->tokens[i].end - token_start(v, i);
	return bytes;
}

/* The weight of what stayed. */
static size_t weight_kept(const struct version *a, const struct changes *changes)
{
	size_t kept = weight(a, 0, a->count);

	for (size_t i = 0; i < changes->count; i++)
		kept -= weight(a, changes->items[i].a0, changes->items[i].a1);
	return kept;
}

/* Whether kept is at least one part in so many of the lighter version, and a trace of the heavier. */
static bool enough(size_t kept, size_t old_weight, size_t new_weight, size_t part)
{
	size_t lighter = old_weight < new_weight ? old_weight : new_weight;
	size_t heavier = old_weight < new_weight ? new_weight : old_weight;

	return kept * part >= lighter && kept * part * 4 >= heavier;
}

/*
 * Gives what changed inside of one change, by characters; returns the weight of those that stayed, or
 * 0, with nothing given, when hardly any did.
 */
static size_t give_characters(struct passage *out, const struct version *a, const struct version *b,
			      const struct change *c, uint64_t *work)
{
	size_t old_base = token_start(a, c->a0);
	size_t new_base = token_start(b, c->b0);
	struct version x, y;
	struct changes changes;
	size_t kept;

	version_characters(&x, a, c->a0, c->a1);
	version_characters(&y, b, c->b0, c->b1);
	out->complete &= find_changes(&changes, &x, &y, work);
	join_over_chance(&changes);
	kept = weight_kept(&x, &changes);
	if (!enough(kept, weight(&x, 0, x.count), weight(&y, 0, y.count), 3))
		kept = 0;
	for (size_t i = 0; i < changes.count && kept > 0; i++) {
		const struct change *d = &changes.items[i];

		give(out, old_base + token_start(&x, d->a0), old_base + token_start(&x, d->a1),
		     new_base + token_start(&y, d->b0), new_base + token_start(&y, d->b1));
	}
	free(changes.items);
	version_clear(&x);
	version_clear(&y);
	return kept;
}

void passage_compare(struct passage *out, struct passage_text old_text, struct passage_text new_text,
		     const struct passage_options *options)
{
	struct version a, b;
	struct changes changes;
	size_t kept;

	version_words(&a, old_text, options->words);
	version_words(&b, new_text, options->words);
	*out = (struct passage){0};
	out->complete = find_changes(&changes, &a, &b, options->work);
	join_over_nothing(&changes, &a);
	join_chains(&changes, &a, &b);
	move_cuts(&changes, &a, &b);
	kept = weight_kept(&a, &changes);
	for (size_t i = 0; i < changes.count; i++) {
		const struct change *c = &changes.items[i];
		size_t stayed = 0;

		if (!options->whole_words && has_han(&a, c->a0, c->a1) && has_han(&b, c->b0, c->b1))
			stayed = give_characters(out, &a, &b, c, options->work);
		if (stayed == 0)
			give(out, token_start(&a, c->a0), token_start(&a, c->a1), token_start(&b, c->b0),
			     token_start(&b, c->b1));
		kept += stayed;
	}
	out->alike = enough(kept, weight(&a, 0, a.count), weight(&b, 0, b.count), 4);
	free(changes.items);
	version_clear(&a);
	version_clear(&b);
}
