#include "tui/comparison.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "text/diff.h"
#include "text/unicode.h"

/* Columns before the text: the cursor's mark. */
#define MARGIN 3

/* The widest text that is pleasant to read, in columns. */
#define COLUMN 96

/* -- What is compared -- */

void comparison_init(struct comparison *c, const struct pane_place *place, const char *name)
{
	*c = (struct comparison){.place = *place,
				 .name = mem_strdup(name),
				 .since = {.kind = SINCE_PUBLISHED, .to = SINCE_HEAD},
				 .old_text = STRBUF_INIT,
				 .new_text = STRBUF_INIT,
				 .mark = CHANGES_NONE,
				 .stale = true};
}

static void forget(struct comparison *c)
{
	redline_clear(&c->redline);
	attachments_clear(&c->attachments);
	free(c->words);
	c->words = NULL;
}

void comparison_clear(struct comparison *c)
{
	forget(c);
	changes_clear(&c->changes);
	strbuf_clear(&c->old_text);
	strbuf_clear(&c->new_text);
	free(c->notes);
	free(c->opened);
	free(c->name);
}

/* Where a byte of the text before the diff stands after it. */
static size_t follow(const struct diff *diff, size_t at)
{
	size_t last = 0;

	for (size_t i = 0; i < diff->count; i++) {
		const struct diff_span *span = &diff->spans[i];

		if (at < span->old_start + span->old_len)
			return span->kind == DIFF_SAME ? span->new_start + (at - span->old_start)
						       : span->new_start;
		last = span->new_start + span->new_len;
	}
	return last;
}

/* Rows keep the places that they have in the newer text, so these move with its words. */
static void follow_places(struct comparison *c, const char *text, size_t len)
{
	struct diff diff;

	if (c->new_text.len == len && memcmp(c->new_text.data, text, len) == 0)
		return;
	if (diff_words(&diff, c->new_text.data, c->new_text.len, text, len, NULL) < 0)
		return;
	for (size_t i = 0; i < c->changes.count; i++) {
		c->changes.rows[i].start = follow(&diff, c->changes.rows[i].start);
		c->changes.rows[i].end = follow(&diff, c->changes.rows[i].end);
	}
	for (size_t i = 0; i < c->opened_count; i++) {
		c->opened[i].start = follow(&diff, c->opened[i].start);
		c->opened[i].end = follow(&diff, c->opened[i].end);
	}
	diff_clear(&diff);
}

static int read_text(struct desk *desk, const struct oid *blob, struct strbuf *out, struct error *err)
{
	strbuf_reset(out);
	return oid_is_zero(blob) ? 0 : desk_read(desk, blob, out, err);
}

int comparison_load(struct comparison *c, const struct draft *draft, struct error *err)
{
	struct repo *repo = desk_repo(c->place.desk);
	struct since_states states;
	struct strbuf words = STRBUF_INIT;
	struct strbuf text = STRBUF_INIT;
	int rc = since_read(&states, repo, draft, &c->since, err);

	if (rc < 0)
		return rc;
	forget(c);
	c->head = draft->head;
	c->after = states.after;
	c->plain = oid_is_zero(&states.before);
	c->stale = true;
	since_describe(&words, draft, &c->since);
	c->words = strbuf_detach(&words);
	rc = read_text(c->place.desk, &states.before, &c->old_text, err);
	if (rc == 0)
		rc = read_text(c->place.desk, &states.after, &text, err);
	if (rc == 0) {
		follow_places(c, text.data, text.len);
		strbuf_reset(&c->new_text);
		strbuf_add(&c->new_text, text.data, text.len);
		rc = redline_build(&c->redline, (struct redline_text){c->old_text.data, c->old_text.len},
				   (struct redline_text){c->new_text.data, c->new_text.len}, err);
	}
	if (rc == 0)
		rc = attachments_read(&c->attachments, repo, draft->path, &states, c->new_text.data,
				      c->new_text.len, err);
	strbuf_clear(&text);
	since_clear(&states);
	return rc;
}

/* -- Where the cursor stands -- */

static struct comparison_spot spot_of(const struct comparison *c, size_t index)
{
	const struct changes *changes = &c->changes;
	struct comparison_spot spot = {.at = 0};
	const struct changes_row *row;

	if (index >= changes->count)
		return spot;
	row = &changes->rows[index];
	spot.at = row->start;
	if (row->note != CHANGES_NONE && row->note < c->note_count)
		memcpy(spot.note, c->notes[row->note].id, sizeof spot.note);
	while (index > 0 && changes->rows[index - 1].note == row->note &&
	       (row->note != CHANGES_NONE || changes->rows[index - 1].start == row->start)) {
		index--;
		spot.nth++;
	}
	return spot;
}

static size_t find_note(const struct comparison *c, const struct comparison_spot *spot)
{
	for (size_t i = 0; spot->note[0] != '\0' && i < c->changes.count; i++) {
		size_t note = c->changes.rows[i].note;
		size_t nth = 0;

		if (note == CHANGES_NONE || strcmp(c->notes[note].id, spot->note) != 0)
			continue;
		while (nth < spot->nth && i + 1 < c->changes.count && c->changes.rows[i + 1].note == note) {
			nth++;
			i++;
		}
		return i;
	}
	return CHANGES_NONE;
}

/* The row that shows the words at a spot now; a note that is gone leaves the cursor at its place. */
static size_t find_spot(const struct comparison *c, const struct comparison_spot *spot)
{
	const struct changes *changes = &c->changes;
	size_t found = find_note(c, spot);
	size_t first = 0;

	if (found != CHANGES_NONE)
		return found;
	found = 0;
	for (size_t i = 0; i < changes->count; i++) {
		const struct changes_row *row = &changes->rows[i];

		if (row->note != CHANGES_NONE)
			continue;
		if (row->start > spot->at)
			break;
		if (row->start != changes->rows[first].start)
			first = i;
		found = i;
	}
	if (changes->count > 0 && changes->rows[first].start == spot->at && spot->note[0] == '\0') {
		for (size_t nth = 0; first < found && nth < spot->nth; nth++)
			first++;
		return first;
	}
	return found;
}

/* -- Rows -- */

void comparison_lay_out(struct comparison *c, const struct comparison_note *notes, size_t note_count,
			const struct changes_line *lines, size_t line_count, int width)
{
	struct comparison_spot cursor = spot_of(c, c->cursor);
	struct comparison_spot mark = spot_of(c, c->mark);
	bool at_start = c->cursor == 0;
	size_t below = c->cursor - (c->scroll.top < c->cursor ? c->scroll.top : c->cursor);
	struct changes_note *plain = mem_zalloc(note_count + 1, sizeof *plain);
	bool beside =
	    c->layout == COMPARISON_BESIDE || (c->layout == COMPARISON_AUTO && width >= COMPARISON_SIDES);
	int columns = width - 2 * MARGIN;
	struct changes_source source = {
	    .redline = &c->redline,
	    .old_text = c->old_text.data,
	    .new_text = c->new_text.data,
	    .new_len = c->new_text.len,
	    .plain = c->plain,
	    .notes = plain,
	    .note_count = note_count,
	    .lines = lines,
	    .line_count = line_count,
	    .opened = c->opened,
	    .opened_count = c->opened_count,
	    .whole = c->whole,
	    .sides = beside && !c->plain,
	};

	source.width = source.sides || columns < COLUMN ? columns : COLUMN;
	c->beside = source.sides;
	c->wide = width >= COMPARISON_SIDES;
	for (size_t i = 0; i < note_count; i++)
		plain[i] = notes[i].note;
	changes_clear(&c->changes);
	changes_build(&c->changes, &source);
	free(plain);
	free(c->notes);
	c->notes = mem_zalloc(note_count + 1, sizeof *c->notes);
	c->note_count = note_count;
	for (size_t i = 0; i < note_count; i++)
		memcpy(c->notes[i].id, notes[i].id, sizeof c->notes[i].id);
	c->cursor = at_start ? 0 : find_spot(c, &cursor);
	if (c->mark != CHANGES_NONE)
		c->mark = find_spot(c, &mark);
	c->scroll.top = c->cursor - (below < c->cursor ? below : c->cursor);
	c->stale = false;
	c->version++;
}

bool comparison_is_marked(const struct comparison *c, size_t row)
{
	size_t from = c->mark < c->cursor ? c->mark : c->cursor;
	size_t to = c->mark < c->cursor ? c->cursor : c->mark;

	return c->mark != CHANGES_NONE && row >= from && row <= to;
}

const struct changes_row *comparison_row(const struct comparison *c)
{
	return c->cursor < c->changes.count ? &c->changes.rows[c->cursor] : NULL;
}

/* The last row of the comment at the cursor, or right under it: it is read as a whole. */
static size_t end_of_note(const struct comparison *c)
{
	const struct changes *changes = &c->changes;
	size_t at = c->cursor;
	size_t note;

	if (at >= changes->count)
		return at;
	note = changes->rows[at].note;
	if (note == CHANGES_NONE && at + 1 < changes->count)
		note = changes->rows[at + 1].note;
	while (note != CHANGES_NONE && at + 1 < changes->count && changes->rows[at + 1].note == note)
		at++;
	return at;
}

void comparison_draw_head(const struct comparison *c, struct canvas_region region)
{
	int half = (region.width - 2 * MARGIN - CHANGES_GUTTER) / 2;
	int room = (c->beside ? half : region.width - MARGIN) - 4;
	struct strbuf words = STRBUF_INIT;
	int end;

	canvas_rule(region, 0, CANVAS_RULE);
	if (c->words == NULL || room < 8)
		return;
	unicode_printable(&words, c->words, strlen(c->words), room);
	end = canvas_string(region, 0, MARGIN - 1, CANVAS_DIM, " ");
	end = canvas_string(region, 0, end, CANVAS_STATUS, words.data);
	canvas_string(region, 0, end, CANVAS_DIM, " ");
	if (c->beside) {
		canvas_string(region, 0, MARGIN + half + 1, CANVAS_RULE, "┬");
		canvas_string(region, 0, MARGIN + half + CHANGES_GUTTER - 1, CANVAS_STATUS, " now ");
	}
	strbuf_clear(&words);
}

void comparison_draw(struct comparison *c, struct canvas_region body, bool focused)
{
	scroll_fit(&c->scroll, c->changes.count, body.height);
	scroll_to(&c->scroll, end_of_note(c));
	scroll_to(&c->scroll, c->cursor);
	for (int i = 0; i < body.height && c->scroll.top + (size_t)i < c->changes.count; i++) {
		size_t row = c->scroll.top + (size_t)i;
		bool marked = comparison_is_marked(c, row);

		changes_draw(body, i, MARGIN, &c->changes.rows[row]);
		if (row == c->cursor)
			canvas_string(body, i, 1, CANVAS_KEY, ">");
		if (focused && (marked || (row == c->cursor && c->mark == CHANGES_NONE)))
			canvas_mark(body, i, marked ? MARGIN : 1, marked ? body.width : 1, CANVAS_SELECTED);
	}
	if (focused && c->changes.count > 0)
		canvas_cursor(body, (int)(c->cursor - c->scroll.top), 1);
}

/* -- In words -- */

void comparison_count(struct strbuf *out, const struct comparison *c)
{
	size_t changes = c->redline.changes;

	if (c->plain)
		strbuf_adds(out, c->since.kind == SINCE_PUBLISHED ? "A new article" : "All of it is new");
	else if (changes > 0)
		strbuf_addf(out, "%zu change%s", changes, changes == 1 ? "" : "s");
	else if (c->redline.fields_written)
		strbuf_adds(out, "No word changed; the front matter is written differently");
	else
		strbuf_adds(out, c->redline.blanks ? "No word changed; blank lines or line ends did"
						   : "No word changed");
	if (c->redline.coarse && !c->plain)
		strbuf_adds(out, ", by whole paragraphs");
}

/* A path as it is told beside its article: from the article's folder on, or whole outside of it. */
static const char *beside_article(const char *path, const char *article)
{
	size_t folder = (size_t)(path_base(article) - article);

	return strncmp(path, article, folder) == 0 ? path + folder : path;
}

static char *attachment_words(const struct comparison *c, size_t index, const char *article)
{
	const struct attachment *a = &c->attachments.items[index];
	struct strbuf out = STRBUF_INIT;

	strbuf_addf(&out, "%s  %s: %s, ", attachment_change_word(a->change), beside_article(a->path, article),
		    a->kind);
	attachment_add_size(&out, a->size);
	if (a->change != ATTACHMENT_REMOVED) {
		strbuf_adds(&out, "; ");
		attachment_add_use(&out, &c->attachments, index);
	}
	return strbuf_detach(&out);
}

struct changes_line *comparison_files(const struct comparison *c, size_t *count)
{
	static const unsigned styles[] = {CANVAS_NORMAL, CANVAS_ADDED, CANVAS_ADDED, CANVAS_REMOVED};
	const struct draft *draft = desk_draft(c->place.desk, c->name, NULL);
	const char *article = draft != NULL ? draft->path : "";
	const struct attachments *all = &c->attachments;
	size_t total = all->count + all->missing_count;
	struct changes_line *lines = mem_zalloc(total + 3, sizeof *lines);

	*count = 0;
	if (total == 0)
		return lines;
	lines[(*count)++] = (struct changes_line){.text = mem_strdup("")};
	lines[(*count)++] = (struct changes_line){mem_strdup("FILES"), CANVAS_HEADING, false};
	for (size_t i = 0; i < all->count; i++) {
		const struct attachment *a = &all->items[i];
		bool unused = a->used == 0 && !a->in_fields && a->change != ATTACHMENT_REMOVED;

		lines[(*count)++] = (struct changes_line){attachment_words(c, i, article),
							  unused ? CANVAS_WARN : styles[a->change],
							  a->change != ATTACHMENT_SAME || unused};
	}
	for (size_t i = 0; i < all->missing_count; i++) {
		const struct attachment_use *use = &all->uses.items[all->missing[i]];
		char *text =
		    mem_printf("missing  %s, which paragraph %zu %s", beside_article(use->path, article),
			       use->paragraph, use->picture ? "shows" : "links to");

		lines[(*count)++] = (struct changes_line){text, CANVAS_WARN, true};
	}
	return lines;
}

void comparison_files_free(struct changes_line *lines, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)lines[i].text);
	free(lines);
}

/* -- What a person does with it -- */

void comparison_move(struct comparison *c, enum scroll_move move)
{
	struct scroll scroll = c->scroll;

	/* The cursor moves as the top of a screen of one row would, a page at a time as a screen does. */
	scroll.top = c->cursor;
	scroll.lines = c->changes.count + (size_t)(scroll.height > 0 ? scroll.height : 1) - 1;
	scroll_by(&scroll, move);
	c->cursor = scroll.top;
	c->version++;
}

bool comparison_jump(struct comparison *c, int by)
{
	size_t at = c->cursor;

	while (by > 0 ? at + 1 < c->changes.count : at > 0) {
		at = by > 0 ? at + 1 : at - 1;
		if (c->changes.rows[at].stop) {
			c->cursor = at;
			c->version++;
			return true;
		}
	}
	return false;
}

void comparison_mark(struct comparison *c)
{
	c->mark = c->mark == CHANGES_NONE ? c->cursor : CHANGES_NONE;
	c->version++;
}

bool comparison_open(struct comparison *c)
{
	const struct changes_row *row = comparison_row(c);

	if (row == NULL || row->fold.end <= row->fold.start)
		return false;
	c->opened = mem_grow(c->opened, &c->opened_capacity, c->opened_count + 1, sizeof *c->opened);
	c->opened[c->opened_count++] = row->fold;
	/* The cursor goes on where the fold began. */
	c->changes.rows[c->cursor].start = row->fold.start;
	c->stale = true;
	c->version++;
	return true;
}

void comparison_toggle_whole(struct comparison *c)
{
	c->whole = !c->whole;
	c->opened_count = 0;
	c->stale = true;
	c->version++;
}

void comparison_toggle_beside(struct comparison *c)
{
	if (c->beside == c->wide)
		c->layout = c->beside ? COMPARISON_INLINE : COMPARISON_BESIDE;
	else
		c->layout = COMPARISON_AUTO;
	c->stale = true;
	c->version++;
}
