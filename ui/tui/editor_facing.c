/*
 * Another text beside the one that is edited: what is published, another draft, the source that a text
 * is translated from.  It is read and copied from, never changed.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/buffer.h"
#include "text/frontmatter.h"
#include "tui/flow.h"
#include "tui/prompt.h"

/* Bytes of either text above which paragraphs are not looked for: they scroll together by their places. */
#define PAIRED_LIMIT ((size_t)1 << 20)

/* -- Which paragraph stands beside which -- */

static void forget_pairs(struct editor_facing *f)
{
	paragraphs_clear(&f->ours);
	paragraphs_clear(&f->theirs);
	free(f->partners);
	f->ours = f->theirs = (struct paragraphs){0};
	f->partners = NULL;
}

/* The first paragraph that is no front matter. */
static size_t first_of_body(const struct paragraphs *all)
{
	size_t i = 0;

	while (i < all->count && all->items[i].field)
		i++;
	return i;
}

/* Another language's paragraphs cannot be compared: the fields go with the fields, the body by number. */
static void pair_by_number(struct editor_facing *f)
{
	size_t ours = first_of_body(&f->ours), theirs = first_of_body(&f->theirs);

	for (size_t i = 0; i < f->ours.count; i++)
		f->partners[i] = i < ours ? (i < theirs ? i : theirs) : theirs + (i - ours);
}

/* Versions of one text: what became of each paragraph, and beside a new one what follows the last. */
static void pair_by_words(struct editor_facing *f)
{
	struct paragraph_pairs pairs = {.count = 0};
	struct paragraph_range all = {0, f->ours.count, 0, f->theirs.count};

	pair_by_number(f);
	if (paragraphs_pair(&pairs, &f->ours, &f->theirs, all)) {
		for (size_t i = 0; i < pairs.count; i++) {
			const struct paragraph_range *pair = &pairs.items[i];

			for (size_t j = 0; j < pair->old_count; j++)
				f->partners[pair->old_start + j] =
				    pair->new_start + (j < pair->new_count ? j : pair->new_count);
		}
	}
	free(pairs.items);
}

/* Finds the pairs of the texts as they are; false where they are too long for it. */
static bool find_pairs(struct editor *e)
{
	struct editor_facing *f = &e->facing;
	const char *text;
	size_t len;

	if (f->partners != NULL && f->paired == buffer_version(e->buffer))
		return true;
	if (buffer_len(e->buffer) > PAIRED_LIMIT || buffer_len(f->side->buffer) > PAIRED_LIMIT)
		return false;
	forget_pairs(f);
	text = buffer_text(e->buffer, &len);
	paragraphs_split(&f->ours, text, len);
	text = buffer_text(f->side->buffer, &len);
	paragraphs_split(&f->theirs, text, len);
	f->partners = mem_alloc((f->ours.count + 1) * sizeof *f->partners);
	(f->same ? pair_by_words : pair_by_number)(f);
	f->partners[f->ours.count] = f->theirs.count;
	f->paired = buffer_version(e->buffer);
	return true;
}

/* -- Scrolling together -- */

/* The paragraph that holds a place. */
static size_t paragraph_at(const struct paragraphs *all, size_t pos)
{
	size_t low = 0, high = all->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (all->items[middle].start <= pos)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* The place in the other text that stands beside one: as far into its paragraph, or into its text. */
static size_t place_facing(struct editor *e, bool ours, size_t pos)
{
	const struct editor_facing *f = &e->facing;
	const struct paragraphs *from = ours ? &f->ours : &f->theirs;
	const struct paragraphs *to = ours ? &f->theirs : &f->ours;
	size_t from_len = buffer_len(ours ? e->buffer : f->side->buffer);
	size_t to_len = buffer_len(ours ? f->side->buffer : e->buffer);
	size_t index, other = 0;
	double part;

	if (!find_pairs(e) || from->count == 0 || to->count == 0)
		return from_len == 0 ? 0 : (size_t)((double)pos / (double)from_len * (double)to_len);
	if (pos == 0) /* the line that opens the fields has no words to pair it by */
		return 0;
	index = paragraph_at(from, pos);
	part = (double)(pos - from->items[index].start) / (double)(from->items[index].len + 1);
	if (ours)
		other = f->partners[index];
	else
		while (other < to->count && f->partners[other] < index)
			other++;
	if (other >= to->count)
		return to_len;
	return to->items[other].start + (size_t)(part * (double)to->items[other].len);
}

void editor_facing_scroll(struct editor *e)
{
	struct editor_facing *f = &e->facing;
	struct editor *leads = editor_side(e), *follows = leads == e ? f->side : e;
	size_t place;

	if (leads->top == f->led && follows->top == f->followed && f->by_side == f->focus)
		return;
	place = place_facing(e, leads == e, leads->top);
	follows->top = flow_at(follows->flow, place, false).start;
	follows->follow = false;
	f->led = leads->top;
	f->followed = follows->top;
	f->by_side = f->focus;
}

/* -- Opening and closing -- */

static void free_side(struct editor_facing *f)
{
	if (f->side == NULL)
		return;
	forget_pairs(f);
	flow_free(f->side->flow);
	buffer_free(f->side->buffer);
	free(f->side);
	f->side = NULL;
	f->focus = false;
}

void editor_facing_clear(struct editor *e)
{
	free_side(&e->facing);
	free(e->facing.label);
	e->facing.label = NULL;
}

/* Shows a text of some blob; takes the label. */
static int show_blob(struct editor *e, const struct oid *blob, char *label, bool same, struct error *err)
{
	struct strbuf text = STRBUF_INIT;
	struct frontmatter *fm;
	struct editor *side;
	int rc = desk_read(e->place.desk, blob, &text, err);

	if (rc < 0) {
		strbuf_clear(&text);
		free(label);
		return rc;
	}
	editor_facing_clear(e);
	side = mem_zalloc(1, sizeof *side);
	side->place = e->place;
	side->name = e->name; /* borrowed */
	side->buffer = buffer_new(text.data != NULL ? text.data : "", text.len);
	side->flow = flow_new(side->buffer);
	side->goal = -1;
	(void)frontmatter_parse(&fm, text.data != NULL ? text.data : "", text.len, NULL);
	side->cursor = side->anchor = frontmatter_body(fm);
	flow_set_language(side->flow, frontmatter_get(fm, "language"));
	frontmatter_free(fm);
	strbuf_clear(&text);
	e->facing = (struct editor_facing){
	    .side = side, .label = label, .same = same, .led = SIZE_MAX, .followed = SIZE_MAX};
	e->instead = false;
	e->focus = false;
	e->follow = true;
	editor_touch(e);
	return 0;
}

/* -- What can stand there -- */

struct offer {
	struct oid blob;
	char *label;
	bool same; /* a version of the text that is edited */
};

struct offers {
	struct editor *editor;
	struct offer *items;
	size_t count;
	size_t capacity;
};

static void offers_free(struct offers *offers)
{
	for (size_t i = 0; i < offers->count; i++)
		free(offers->items[i].label);
	free(offers->items);
	free(offers);
}

static void add_offer(struct offers *offers, const struct oid *blob, char *label, bool same)
{
	offers->items = mem_grow(offers->items, &offers->capacity, offers->count + 1, sizeof *offers->items);
	offers->items[offers->count++] = (struct offer){*blob, label, same};
}

static void chosen(void *context, const struct prompt_answer *answer)
{
	struct offers *offers = context;
	struct editor *e = offers->editor;
	struct error err;

	if (answer->given && answer->choice >= offers->count) {
		editor_facing_clear(e);
		e->follow = true;
		editor_touch(e);
	} else if (answer->given) {
		struct offer *offer = &offers->items[answer->choice];
		char *label = offer->label;

		offer->label = NULL;
		if (show_blob(e, &offer->blob, label, offer->same, &err) < 0)
			editor_say(e, PANE_FAILED, "%s", err.message);
		else
			editor_say(e, PANE_SAID, "F6 goes to the other side and back.");
	}
	offers_free(offers);
}

/* The length of a path without ".md" and, before it, a language as Hugo writes one: "lake.zh.md". */
static size_t stem_of(const char *path)
{
	size_t len = strlen(path);
	const char *dot;

	if (len > 3 && strcmp(path + len - 3, ".md") == 0)
		len -= 3;
	for (dot = path + len; dot > path && len - (size_t)(dot - path) < 9 && dot[-1] != '/'; dot--)
		if (dot[-1] == '.')
			return (size_t)(dot - 1 - path);
	return len;
}

/* Whether a row is the text that this one is translated from, or the other way round. */
static bool is_translation(const struct desk_row *row, const char *path, const char *original)
{
	size_t len = stem_of(path);

	if (original != NULL && original[0] != '\0' && strcmp(row->title, original) == 0)
		return true;
	return stem_of(row->path) == len && strncmp(row->path, path, len) == 0 &&
	       strcmp(row->path, path) != 0;
}

static char *label_of(const struct desk_row *row)
{
	return mem_printf("%s, %s", row->title, review_state_label(row->state));
}

/* What belongs to this article, in the order of use; then everything else. */
static void find_offers(struct offers *offers, const struct draft *draft)
{
	struct editor *e = offers->editor;
	size_t count, len;
	const struct desk_row *rows = desk_rows(e->place.desk, &count);
	const char *text = buffer_text(e->buffer, &len);
	struct frontmatter *fm;
	const char *original;
	struct oid blob;

	if (desk_article(e->place.desk, draft->path, &blob, NULL) == 0)
		add_offer(offers, &blob, mem_strdup("The published text"), true);
	add_offer(offers, &draft->blob, mem_strdup("This draft as it was saved last"), true);
	(void)frontmatter_parse(&fm, text, len, NULL);
	original = frontmatter_get(fm, "original_title");
	for (int translations = 1; translations >= 0; translations--) {
		for (size_t i = 0; i < count; i++) {
			bool own = strcmp(rows[i].path, draft->path) == 0 &&
				   (rows[i].name == NULL || strcmp(rows[i].name, e->name) == 0);

			if (!own && !oid_is_zero(&rows[i].blob) &&
			    is_translation(&rows[i], draft->path, original) == translations)
				add_offer(offers, &rows[i].blob, label_of(&rows[i]),
					  strcmp(rows[i].path, draft->path) == 0);
		}
	}
	frontmatter_free(fm);
}

int editor_facing_ask(void *target, int argument, struct error *err)
{
	struct editor *e = target;
	const struct draft *draft = desk_draft(e->place.desk, e->name, err);
	const struct pane_host *host = e->place.host;
	struct offers *offers;
	struct prompt_item *items;
	size_t count;

	(void)argument;
	if (draft == NULL)
		return err->code;
	offers = mem_zalloc(1, sizeof *offers);
	offers->editor = e;
	find_offers(offers, draft);
	count = offers->count + (e->facing.side != NULL);
	items = mem_zalloc(count, sizeof *items);
	for (size_t i = 0; i < offers->count; i++)
		items[i].label = offers->items[i].label;
	if (e->facing.side != NULL)
		items[offers->count].label = "Nothing";
	host->ask(host->app, prompt_list(PROMPT_FILTER, "What is to stand beside the text?", items, count,
					 e->facing.side != NULL ? offers->count : 0, chosen, offers));
	free(items);
	return 0;
}

int editor_facing_switch(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	e->facing.focus = !e->facing.focus;
	editor_touch(e);
	return 0;
}

bool editor_facing_type(struct editor *e, const struct input_event *event)
{
	bool types = event->kind == INPUT_PASTE ||
		     (event->kind == INPUT_KEY && event->key.modifiers == 0 &&
		      (event->len > 0 || event->key.code == INPUT_ENTER || event->key.code == INPUT_TAB));

	if (types)
		editor_say(e, PANE_WARNED,
			   "This side is only read and copied from: F6 goes back to your text.");
	return types;
}

bool editor_facing_mouse(struct editor *e, const struct input_event *event)
{
	struct editor *side = e->facing.side;
	bool beside = side != NULL && !editor_form_shown(e) && event->column >= side->text_column - 1;

	if (side != NULL && event->button == INPUT_BUTTON_LEFT)
		e->facing.focus = beside;
	return editor_mouse(beside ? side : e, event);
}
