/*
 * Two people's words become one text: what somebody else wrote meanwhile comes
 * into this one, with a question at each conflict.  The text is touched once
 * all of it is accepted.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/diff.h"
#include "text/lines.h"
#include "text/merge.h"
#include "tui/prompt.h"

/* Bytes of the text around a conflict that are shown with it. */
#define AROUND ((size_t)60)

/* What a person chose to stand in the place of a conflict. */
struct settled {
	size_t chunk;
	bool done;
	struct strbuf text;
};

struct merging {
	struct editor *editor;
	struct oid blob; /* theirs */
	char *who;       /* saved it */
	bool own;        /* that was the same person, in another window */
	bool unsaved;    /* theirs is not saved: it comes into the text, and nothing is saved */
	struct strbuf base, mine, theirs;
	struct merge merge;
	struct settled *conflicts; /* merge.conflicts of them, in order */
	size_t at;                 /* the one that is asked about */
	struct strbuf result;
};

static void merging_free(struct merging *m)
{
	for (size_t i = 0; m->conflicts != NULL && i < m->merge.conflicts; i++)
		strbuf_clear(&m->conflicts[i].text);
	free(m->conflicts);
	strbuf_clear(&m->base);
	strbuf_clear(&m->mine);
	strbuf_clear(&m->theirs);
	strbuf_clear(&m->result);
	merge_clear(&m->merge);
	free(m->who);
	free(m);
}

static void give_up(struct merging *m)
{
	m->editor->after = EDITOR_AFTER_NOTHING;
	if (m->unsaved)
		editor_say(m->editor, PANE_WARNED,
			   "Nothing was changed; the unsaved words stay where they are.");
	else
		editor_say(m->editor, PANE_WARNED,
			   "Not saved, and nothing was changed: %s's text stands in the draft.", m->who);
	merging_free(m);
}

static void fail(struct merging *m, const struct error *err, const char *what)
{
	m->editor->after = EDITOR_AFTER_NOTHING;
	editor_say(m->editor, PANE_FAILED, "%s %s", err->message, what);
	merging_free(m);
}

static void ask_conflict(struct merging *m);

static bool is_inside(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* -- All of it, before anything is written -- */

enum merged {
	MERGED_SAVE,
	MERGED_KEEP,
	MERGED_MINE, /* over one's own text only, the other can be dropped */
	MERGED_BACK,
};

#define MERGED_COUNT 4

/* Which answers are offered; returns how many. */
static size_t merged_offers(const struct merging *m, enum merged offers[MERGED_COUNT])
{
	size_t count = 0;

	offers[count++] = MERGED_SAVE;
	offers[count++] = MERGED_KEEP;
	if (m->own && !m->unsaved)
		offers[count++] = MERGED_MINE;
	if (m->merge.conflicts > 0)
		offers[count++] = MERGED_BACK;
	return count;
}

/* Where the last of what came in ends, in the text as it is now. */
static size_t end_of_change(const struct merging *m)
{
	const struct strbuf *from = &m->mine, *to = &m->result;
	size_t same = 0, most = from->len < to->len ? from->len : to->len;

	while (same < most && from->data[from->len - same - 1] == to->data[to->len - same - 1])
		same++;
	while (same > 0 && is_inside(to->data[to->len - same]))
		same--;
	return to->len - same;
}

static void accept(struct merging *m, bool merged)
{
	struct editor *e = m->editor;
	bool begun = buffer_changed(e->buffer);

	if (merged)
		editor_become(e, m->result.data, m->result.len);
	if (m->unsaved) {
		/* Who has written nothing here goes on where the words end. */
		if (!begun)
			editor_put_cursor(e, end_of_change(m));
		editor_say(e, PANE_SAID,
			   "The words are in your text; Ctrl-S saves it, Ctrl-Z takes them out.");
		merging_free(m);
		return;
	}
	e->from = m->blob;
	e->from_len = m->theirs.len;
	editor_restart_journal(e);
	merging_free(m);
	editor_save_or_say(e);
}

static void merged_answered(void *context, const struct prompt_answer *answer)
{
	struct merging *m = context;
	enum merged offers[MERGED_COUNT];

	(void)merged_offers(m, offers);
	if (!answer->given || offers[answer->choice] == MERGED_KEEP) {
		give_up(m);
	} else if (offers[answer->choice] == MERGED_BACK) {
		m->at = m->merge.conflicts - 1;
		ask_conflict(m);
	} else {
		accept(m, offers[answer->choice] == MERGED_SAVE);
	}
}

/* Puts the merged text together: each conflict as it was settled. */
static void make_result(struct merging *m)
{
	const struct settled *settled = m->conflicts;

	strbuf_reset(&m->result);
	for (size_t i = 0; i < m->merge.count; i++) {
		const struct merge_chunk *c = &m->merge.chunks[i];

		if (c->kind == MERGE_CONFLICT) {
			strbuf_add(&m->result, settled->text.data, settled->text.len);
			settled++;
		} else if (c->kind == MERGE_THEIRS) {
			strbuf_add(&m->result, m->theirs.data + c->theirs_start, c->theirs_len);
		} else {
			strbuf_add(&m->result, m->mine.data + c->mine_start, c->mine_len);
		}
	}
}

static void add_merged_question(struct strbuf *out, struct diff_marks *marks, const struct merging *m,
				const struct diff *diff)
{
	if (m->unsaved) {
		strbuf_adds(out, diff_changes(diff) > 0 ? "This comes into your text:\n\n"
							: "Your text stays as it is.");
		diff_format(out, diff, m->mine.data, m->result.data, 0, marks);
		strbuf_trim_end(out);
		return;
	}
	if (m->own)
		strbuf_adds(out, "You saved this draft in another window. ");
	else
		strbuf_addf(out, "%s saved this draft while you were editing. ", m->who);
	if (diff_changes(diff) == 0) {
		strbuf_adds(out, "Your text stays as it is, and is saved over it.");
		return;
	}
	strbuf_adds(out, "This comes into your text, and then both are saved:\n\n");
	diff_format(out, diff, m->mine.data, m->result.data, 0, marks);
	strbuf_trim_end(out);
}

static void ask_merged(struct merging *m)
{
	static const struct prompt_option all[] = {[MERGED_SAVE] = {"Save both", "s"},
						   [MERGED_KEEP] = {"Keep editing", "k"},
						   [MERGED_MINE] = {"Save mine only", "m"},
						   [MERGED_BACK] = {"Back to the last conflict", "p"}};
	static const struct prompt_option take = {"Take them", "t"};
	const struct pane_host *host = m->editor->place.host;
	struct prompt_option options[MERGED_COUNT];
	enum merged offers[MERGED_COUNT];
	size_t count = merged_offers(m, offers);
	struct strbuf question = STRBUF_INIT;
	struct diff_marks marks = {0};
	struct prompt *prompt;
	struct diff diff;
	struct error err;

	make_result(m);
	if (diff_words(&diff, m->mine.data, m->mine.len, m->result.data, m->result.len, &err) < 0) {
		fail(m, &err, m->unsaved ? "The unsaved words are not taken." : "The text is not saved.");
		return;
	}
	for (size_t i = 0; i < count; i++)
		options[i] = m->unsaved && offers[i] == MERGED_SAVE ? take : all[offers[i]];
	add_merged_question(&question, &marks, m, &diff);
	diff_clear(&diff);
	prompt = prompt_choice(m->unsaved ? "Unsaved words" : "Saved by two", NULL, options, count,
			       merged_answered, m);
	prompt_changes(prompt, &question, &marks);
	host->ask(host->app, prompt);
	diff_marks_clear(&marks);
	strbuf_clear(&question);
}

/* -- One conflict -- */

static struct merge_chunk *chunk_of(const struct merging *m)
{
	return &m->merge.chunks[m->conflicts[m->at].chunk];
}

static bool is_field(const struct merging *m)
{
	return chunk_of(m)->piece == MERGE_FIELD;
}

/* Whether the versions are lines of their own, and not words within one. */
static bool is_block(const struct merging *m)
{
	const struct merge_chunk *c = chunk_of(m);

	return is_field(m) || memchr(m->base.data + c->base_start, '\n', c->base_len) != NULL ||
	       memchr(m->mine.data + c->mine_start, '\n', c->mine_len) != NULL ||
	       memchr(m->theirs.data + c->theirs_start, '\n', c->theirs_len) != NULL;
}

/* A version under its label. */
static void add_block(struct strbuf *out, const char *label, const char *text, size_t len)
{
	size_t start = 0;

	while (start < len && strchr(" \t\r\n", text[start]) != NULL && text[start] != '\0')
		start++;
	strbuf_addf(out, "%s:%s", label, start < len ? "\n" : " nothing");
	strbuf_add(out, text + start, len - start);
	strbuf_trim_end(out);
	strbuf_adds(out, "\n\n");
}

/* The most of a word that is left out so that what is shown around a conflict begins or ends with a whole
 * one. */
#define PART ((size_t)24)

/* From a place in a word to the next word's start, where that is near and not beyond the limit. */
static size_t word_start(const char *text, size_t from, size_t limit)
{
	for (size_t pos = from; pos < limit && pos < from + PART; pos++) {
		if (text[pos] == ' ')
			return pos + 1;
	}
	return from;
}

/* From a place in a word back to the last word's end, where that is near and not before the limit. */
static size_t word_end(const char *text, size_t to, size_t limit)
{
	for (size_t pos = to; pos > limit && pos + PART > to; pos--) {
		if (text[pos] == ' ')
			return pos;
	}
	return to;
}

/* A version in brackets, with a little of the line around. */
static void add_words(struct strbuf *out, const char *label, const struct strbuf *text, size_t start,
		      size_t len)
{
	size_t from = lines_start(text->data, start);
	size_t to = lines_end(text->data, text->len, start + len);
	bool before = start - from > AROUND, after = to - start - len > AROUND;

	for (from = before ? start - AROUND : from; from < start && is_inside(text->data[from]); from++)
		;
	for (to = after ? start + len + AROUND : to; after && is_inside(text->data[to]); to--)
		;
	if (before)
		from = word_start(text->data, from, start);
	if (after)
		to = word_end(text->data, to, start + len);
	strbuf_addf(out, "%s: %s", label, before ? "... " : "");
	strbuf_add(out, text->data + from, start - from);
	strbuf_addc(out, '[');
	strbuf_add(out, text->data + start, len);
	strbuf_addc(out, ']');
	strbuf_add(out, text->data + start + len, to - start - len);
	strbuf_adds(out, after ? " ...\n" : "\n");
}

static void add_versions(struct strbuf *out, const struct merging *m)
{
	const struct merge_chunk *c = chunk_of(m);
	const char *theirs = m->own ? "The other window" : m->who;

	if (is_block(m)) {
		add_block(out, "Before", m->base.data + c->base_start, c->base_len);
		add_block(out, "Mine", m->mine.data + c->mine_start, c->mine_len);
		add_block(out, theirs, m->theirs.data + c->theirs_start, c->theirs_len);
	} else {
		add_words(out, "Before", &m->base, c->base_start, c->base_len);
		add_words(out, "Mine", &m->mine, c->mine_start, c->mine_len);
		add_words(out, theirs, &m->theirs, c->theirs_start, c->theirs_len);
	}
	strbuf_trim_end(out);
}

static bool ends_open(const struct strbuf *text)
{
	return text->len > 0 && strchr(" \t\r\n", text->data[text->len - 1]) == NULL &&
	       (unsigned char)text->data[text->len - 1] < 0x80;
}

/* Appends mine, theirs or both, with a blank between them where two words would become one. */
static void add_chosen(struct strbuf *out, const struct merging *m, bool mine, bool theirs)
{
	const struct merge_chunk *c = chunk_of(m);

	if (mine)
		strbuf_add(out, m->mine.data + c->mine_start, c->mine_len);
	if (mine && theirs && c->mine_len > 0 && c->theirs_len > 0 && ends_open(out))
		strbuf_addc(out, ' ');
	if (theirs)
		strbuf_add(out, m->theirs.data + c->theirs_start, c->theirs_len);
}

/* Goes on to the next conflict, or to the whole. */
static void settle(struct merging *m)
{
	m->conflicts[m->at++].done = true;
	if (m->at < m->merge.conflicts)
		ask_conflict(m);
	else
		ask_merged(m);
}

/* Appends a text with its line ends as LF, or as the file has them. */
static void add_with_eol(struct strbuf *out, const char *text, size_t len, const char *eol)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\r' && i + 1 < len && text[i + 1] == '\n')
			continue;
		if (text[i] == '\n')
			strbuf_adds(out, eol);
		else
			strbuf_addc(out, text[i]);
	}
}

/* Lines that somebody typed end as both versions did, so that what follows does not become a part of them. */
static void add_ending(struct strbuf *out, const struct merging *m)
{
	struct strbuf both = STRBUF_INIT;
	size_t end;

	add_chosen(&both, m, true, true);
	end = both.len;
	while (end > 0 && (both.data[end - 1] == '\n' || both.data[end - 1] == '\r'))
		end--;
	strbuf_add(out, both.data + end, both.len - end);
	strbuf_clear(&both);
}

static void typed(void *context, const struct prompt_answer *answer)
{
	struct merging *m = context;
	struct strbuf *text = &m->conflicts[m->at].text;

	if (!answer->given) {
		ask_conflict(m);
		return;
	}
	strbuf_reset(text);
	add_with_eol(text, answer->text, answer->len, m->editor->eol);
	if (is_block(m) && text->len > 0 && text->data[text->len - 1] != '\n')
		add_ending(text, m);
	settle(m);
}

/* The words as the person types them, beginning with both, or with what was chosen before. */
static void ask_words(struct merging *m)
{
	const struct pane_host *host = m->editor->place.host;
	struct settled *settled = &m->conflicts[m->at];
	struct strbuf question = STRBUF_INIT;
	struct strbuf start = STRBUF_INIT;
	struct strbuf both = STRBUF_INIT;
	struct prompt *prompt;
	char *title = mem_printf("Conflict %zu of %zu", m->at + 1, m->merge.conflicts);

	add_chosen(&both, m, true, true);
	if (settled->done)
		add_with_eol(&start, settled->text.data, settled->text.len, "\n");
	else
		add_with_eol(&start, both.data, both.len, "\n");
	/* What is long stands in the field already, both versions of it. */
	if (!is_block(m))
		add_versions(&question, m);
	strbuf_adds(&question, is_field(m)   ? "The field as it is to be:"
			       : is_block(m) ? "The text as it is to be:"
					     : "\n\nThe words that are to stand between the brackets:");
	prompt = prompt_lines(title, NULL, typed, m);
	prompt_changes(prompt, &question, NULL);
	prompt_begin(prompt, start.data, start.len);
	host->ask(host->app, prompt);
	strbuf_clear(&question);
	strbuf_clear(&start);
	strbuf_clear(&both);
	free(title);
}

enum chosen {
	CHOSEN_BOTH,
	CHOSEN_MINE,
	CHOSEN_THEIRS,
	CHOSEN_EDIT,
	CHOSEN_BACK,
};

#define CHOSEN_COUNT 5

/* What loses nothing first. A field cannot stand there twice. */
static size_t conflict_offers(const struct merging *m, enum chosen offers[CHOSEN_COUNT])
{
	size_t count = 0;

	offers[count++] = is_field(m) ? CHOSEN_EDIT : CHOSEN_BOTH;
	offers[count++] = CHOSEN_MINE;
	offers[count++] = CHOSEN_THEIRS;
	if (!is_field(m))
		offers[count++] = CHOSEN_EDIT;
	if (m->at > 0)
		offers[count++] = CHOSEN_BACK;
	return count;
}

static void conflict_answered(void *context, const struct prompt_answer *answer)
{
	struct merging *m = context;
	struct strbuf *text = &m->conflicts[m->at].text;
	enum chosen offers[CHOSEN_COUNT];
	enum chosen chosen;

	(void)conflict_offers(m, offers);
	if (!answer->given) {
		give_up(m);
		return;
	}
	chosen = offers[answer->choice];
	if (chosen == CHOSEN_EDIT) {
		ask_words(m);
	} else if (chosen == CHOSEN_BACK) {
		m->at--;
		ask_conflict(m);
	} else {
		strbuf_reset(text);
		add_chosen(text, m, chosen != CHOSEN_THEIRS, chosen != CHOSEN_MINE);
		settle(m);
	}
}

static void ask_conflict(struct merging *m)
{
	static const struct prompt_option all[] = {[CHOSEN_BOTH] = {"Both", "b"},
						   [CHOSEN_MINE] = {"Mine", "m"},
						   [CHOSEN_THEIRS] = {"Theirs", "t"},
						   [CHOSEN_EDIT] = {"Edit: type the words", "e"},
						   [CHOSEN_BACK] = {"Back to the conflict before", "p"}};
	const struct pane_host *host = m->editor->place.host;
	struct prompt_option options[CHOSEN_COUNT];
	enum chosen offers[CHOSEN_COUNT];
	size_t count = conflict_offers(m, offers);
	char *title = mem_printf("Conflict %zu of %zu", m->at + 1, m->merge.conflicts);
	struct strbuf question = STRBUF_INIT;
	struct prompt *prompt;

	for (size_t i = 0; i < count; i++) {
		options[i] = all[offers[i]];
		if (m->own && offers[i] == CHOSEN_THEIRS)
			options[i].label = "The other window's";
	}
	strbuf_addf(&question, "You and %s changed the same %s.\n\n", m->who,
		    is_field(m)   ? "field"
		    : is_block(m) ? "place"
				  : "words");
	add_versions(&question, m);
	prompt = prompt_choice(title, NULL, options, count, conflict_answered, m);
	prompt_changes(prompt, &question, NULL); /* of bytes that may be any */
	host->ask(host->app, prompt);
	strbuf_clear(&question);
	free(title);
}

/* -- Beginning -- */

/* Reads the three texts; E_REFUSED where theirs is none. */
static int read_texts(struct merging *m, struct error *err)
{
	struct editor *e = m->editor;
	const struct draft *draft = desk_draft(e->place.desk, e->name, err);
	const struct repo_person *person;
	const char *mine;
	size_t len;
	int rc;

	if (draft == NULL)
		return err->code;
	m->blob = draft->blob;
	person = &draft->commits[draft->state.last_save].person;
	m->own = repo_person_same(person, desk_person(e->place.desk, NULL));
	m->who = mem_strdup(m->own ? "the other window" : person->name);
	if (oid_is_zero(&m->blob))
		return error_set(err, E_REFUSED, "%s now takes the article down.", e->name);
	mine = buffer_text(e->buffer, &len);
	strbuf_add(&m->mine, mine, len);
	rc = desk_read(e->place.desk, &m->blob, &m->theirs, err);
	return rc < 0 ? rc : desk_read(e->place.desk, &e->from, &m->base, err);
}

static void list_conflicts(struct merging *m)
{
	size_t count = 0;

	m->conflicts = mem_zalloc(m->merge.conflicts + 1, sizeof *m->conflicts);
	for (size_t i = 0; i < m->merge.count; i++) {
		if (m->merge.chunks[i].kind == MERGE_CONFLICT)
			m->conflicts[count++] = (struct settled){.chunk = i, .text = STRBUF_INIT};
	}
}

static struct merging *begin(struct editor *e)
{
	struct merging *m = mem_zalloc(1, sizeof *m);

	m->editor = e;
	m->base = m->mine = m->theirs = m->result = (struct strbuf)STRBUF_INIT;
	return m;
}

/*
 * One person put words in at one place in both windows, and went on in one of them, as after a lost
 * connection whose words were taken over: the longer text is both.  Of two people nobody knows that.
 */
static void join_own(struct merging *m)
{
	for (size_t i = 0; i < m->merge.count; i++) {
		struct merge_chunk *c = &m->merge.chunks[i];
		size_t shorter = c->mine_len < c->theirs_len ? c->mine_len : c->theirs_len;

		if (c->kind != MERGE_CONFLICT || c->piece != MERGE_WORDS || c->base_len > 0 ||
		    memcmp(m->mine.data + c->mine_start, m->theirs.data + c->theirs_start, shorter) != 0)
			continue;
		c->kind = c->mine_len > shorter ? MERGE_MINE : MERGE_THEIRS;
		m->merge.conflicts--;
	}
}

static int merge(struct merging *m, struct error *err)
{
	int rc = merge_articles(&m->merge, (struct merge_text){m->base.data, m->base.len},
				(struct merge_text){m->mine.data, m->mine.len},
				(struct merge_text){m->theirs.data, m->theirs.len}, err);

	if (rc == 0 && m->own)
		join_own(m);
	if (rc == 0)
		list_conflicts(m);
	return rc;
}

void editor_merge_saved(struct editor *e)
{
	struct merging *m = begin(e);
	struct error err;
	int rc = read_texts(m, &err);

	if (rc == 0)
		rc = merge(m, &err);
	if (rc < 0)
		fail(m, &err, "The text is not saved.");
	else if (m->merge.conflicts > 0)
		ask_conflict(m);
	else
		ask_merged(m);
}

void editor_merge_unsaved(struct editor *e, const struct strbuf *base, const struct strbuf *theirs,
			  const struct repo_person *person)
{
	struct merging *m = begin(e);
	struct error err;
	const char *mine;
	size_t len;

	m->unsaved = true;
	m->own = repo_person_same(person, desk_person(e->place.desk, NULL));
	m->who = mem_strdup(m->own ? "the other window" : person->name);
	mine = buffer_text(e->buffer, &len);
	strbuf_add(&m->base, base->data, base->len);
	strbuf_add(&m->mine, mine, len);
	strbuf_add(&m->theirs, theirs->data, theirs->len);
	if (merge(m, &err) < 0) {
		fail(m, &err, "The unsaved words are not taken.");
	} else if (m->merge.conflicts > 0) {
		ask_conflict(m);
	} else {
		make_result(m);
		accept(m, true);
	}
}
