/*
 * Find and replace.
 *
 * What is sought is looked for at once, for some milliseconds; what takes
 * longer goes on in slices between the keys, and so does counting.  A
 * replacement of all is made ready in slices and then made in one step.
 */
#include "tui/editor_internal.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/buffer.h"

/* Bytes of one step of searching, between two looks at the clock. */
#define STEP ((size_t)16 << 10)

/* Milliseconds that a key may search, that it may make all replacements ready, and that a slice takes. */
#define KEY_TIME   15
#define ALL_TIME   150
#define SLICE_TIME 5

/* Matches that are counted: more than anybody steps through. */
#define MOST_COUNTED ((size_t)1000000)

/* The longest selection in one line that is offered as what is sought, bytes. */
#define OFFERED ((size_t)200)

void editor_find_init(struct editor_find *find)
{
	field_init(&find->words, false);
	field_init(&find->by, false);
	find->words.history = &find->words_history;
	find->by.history = &find->by_history;
	find->all.edits = (struct find_edits)FIND_EDITS_INIT;
}

void editor_find_clear(struct editor_find *find)
{
	field_clear(&find->words);
	field_clear(&find->by);
	field_history_clear(&find->words_history);
	field_history_clear(&find->by_history);
	find_edits_clear(&find->all.edits);
	find_free(find->find);
	free(find->wrong);
	free(find->starts);
	free(find->shown);
}

/* -- What is searched -- */

static size_t first_place(const struct editor *e)
{
	return e->find.within ? e->find.begin : 0;
}

static size_t last_place(const struct editor *e)
{
	size_t len = buffer_len(e->buffer);

	return e->find.within && e->find.end < len ? e->find.end : len;
}

bool editor_find_counted(const struct editor *e)
{
	return e->find.version == buffer_version(e->buffer) && e->find.searched >= last_place(e);
}

void editor_find_edited(struct editor *e, const struct buffer_edit *edit)
{
	struct editor_find *find = &e->find;
	size_t after = edit->pos + edit->cut;

	if (after <= find->begin)
		find->begin += edit->len - edit->cut;
	else if (edit->pos < find->begin)
		find->begin = edit->pos;
	if (after <= find->end)
		find->end += edit->len - edit->cut;
	else if (edit->pos < find->end)
		find->end = edit->pos + edit->len;
}

/* Of a text that has changed, also the place where the search began is forgotten. */
static void forget_matches(struct editor *e)
{
	size_t end;

	if (e->find.version != buffer_version(e->buffer))
		editor_selection(e, &e->find.origin, &end);
	e->find.count = 0;
	e->find.searched = first_place(e);
	e->find.version = buffer_version(e->buffer);
}

static void stop_all(struct editor *e)
{
	find_edits_clear(&e->find.all.edits);
	e->find.all.runs = false;
}

/* Nothing more is searched for, for this reason. */
static void give_up(struct editor *e, const struct error *err)
{
	struct editor_find *find = &e->find;

	find_free(find->find);
	find->find = NULL;
	free(find->wrong);
	find->wrong = mem_strdup(err->message);
	find->seek.by = 0;
	stop_all(e);
	editor_say(e, PANE_WARNED, "%s", find->wrong);
	editor_touch(e);
}

/* Has what stands in the bar sought from now on. */
static void compile(struct editor *e)
{
	struct editor_find *find = &e->find;
	struct error err;

	find_free(find->find);
	find->find = NULL;
	free(find->wrong);
	find->wrong = NULL;
	find->seek.by = 0;
	stop_all(e);
	forget_matches(e);
	if (find->words.text.len > 0 && find_new(&find->find, find->words.text.data, find->words.text.len,
						 &find->options, NULL, &err) < 0)
		give_up(e, &err);
}

/* -- Going to a match -- */

static void say_not_found(struct editor *e)
{
	if (e->find.words.text.len == 0)
		editor_say(e, PANE_WARNED, "Type first what is to be found.");
	else if (e->find.wrong != NULL)
		editor_say(e, PANE_WARNED, "%s", e->find.wrong);
	else
		editor_say(e, PANE_WARNED, "%s is not found in the %s.", e->find.words.text.data,
			   e->find.within ? "selected lines" : "text");
}

static void arrive(struct editor *e, const struct find_match *match)
{
	struct editor_seek *seek = &e->find.seek;

	if (seek->again && !seek->typed)
		editor_say(e, PANE_SAID, "Found from the %s of the text again.",
			   seek->by > 0 ? "start" : "end");
	seek->by = 0;
	editor_select(e, match->start, match->end);
}

/* Nothing stands there up to the end: goes on from the other one, or ends. */
static void turn_round(struct editor *e)
{
	struct editor_seek *seek = &e->find.seek;

	if (!seek->again) {
		seek->again = true;
		seek->at = seek->by > 0 ? first_place(e) : last_place(e);
		seek->stop = seek->from;
		return;
	}
	seek->by = 0;
	if (seek->typed)
		editor_put_cursor(e, e->find.origin);
	else if (seek->replaced)
		editor_say(e, PANE_SAID, "That was the last one.");
	else
		say_not_found(e);
	editor_touch(e);
}

/* One step. */
static int seek_step(struct editor *e, struct find_match *match, struct error *err)
{
	struct editor_seek *seek = &e->find.seek;
	size_t at = seek->at;

	if (seek->by > 0) {
		seek->at = seek->stop - at > STEP ? at + STEP : seek->stop;
		return find_next(e->find.find, e->buffer, at, seek->at, match, err);
	}
	seek->at = at - seek->stop > STEP ? at - STEP : seek->stop;
	return find_previous(e->find.find, e->buffer, seek->at, at, match, err);
}

/* Searches for so many milliseconds; what is not found by then goes on in slices. */
static void seek_on(struct editor *e, int64_t until)
{
	struct editor_seek *seek = &e->find.seek;
	struct find_match match;
	struct error err;

	if (seek->version != buffer_version(e->buffer))
		seek->by = 0;
	while (seek->by != 0) {
		int rc = seek->at != seek->stop ? seek_step(e, &match, &err) : 0;

		if (rc < 0)
			give_up(e, &err);
		else if (rc > 0 && match.end <= last_place(e))
			arrive(e, &match);
		else if (rc > 0) /* it reaches over the end of what is searched */
			seek->at = seek->by < 0 ? match.start : seek->stop;
		else if (seek->at == seek->stop)
			turn_round(e);
		if (clock_monotonic() >= until)
			return;
	}
}

/* Goes to the next match from a place on (by 1), or to the last one before it (by -1). */
static void seek(struct editor *e, int by, size_t from, struct editor_seek how)
{
	size_t first = first_place(e), last = last_place(e);

	if (e->find.find == NULL) {
		e->find.seek.by = 0;
		return;
	}
	from = from < first ? first : from > last ? last : from;
	how.by = by;
	how.from = how.at = from;
	how.stop = by > 0 ? last : first;
	how.version = buffer_version(e->buffer);
	e->find.seek = how;
	seek_on(e, clock_monotonic() + KEY_TIME);
	editor_touch(e);
}

int editor_find_next(void *target, int by, struct error *err)
{
	struct editor *e = target;
	size_t start, end;

	(void)err;
	field_remember(&e->find.words_history, e->find.words.text.data);
	if (e->find.find == NULL)
		compile(e);
	if (e->find.find == NULL)
		say_not_found(e);
	editor_selection(e, &start, &end);
	seek(e, by, by > 0 ? end : start, (struct editor_seek){.by = by});
	return 0;
}

int editor_find_back(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	(void)err;
	if (e->find.version == buffer_version(e->buffer))
		editor_put_cursor(e, e->find.origin);
	else
		editor_say(e, PANE_SAID, "The text has changed since the search began.");
	return 0;
}

void editor_find_typed(struct editor *e)
{
	compile(e);
	if (e->find.find == NULL)
		editor_put_cursor(e, e->find.origin);
	seek(e, 1, e->find.origin, (struct editor_seek){.typed = true});
	editor_touch(e);
}

/* -- Counting -- */

static void count_on(struct editor *e, int64_t until)
{
	struct editor_find *find = &e->find;
	size_t last = last_place(e);

	while (find->searched < last && find->find != NULL) {
		size_t to = last - find->searched < STEP ? last : find->searched + STEP;
		struct find_match match;
		struct error err;
		int rc = find_next(find->find, e->buffer, find->searched, to, &match, &err);

		if (rc < 0) {
			give_up(e, &err);
		} else if (rc == 0 || match.end > last) {
			find->searched = to;
		} else if (find->count == MOST_COUNTED) {
			find->searched = last;
		} else {
			find->starts =
			    mem_grow(find->starts, &find->capacity, find->count + 1, sizeof *find->starts);
			find->starts[find->count++] = match.start;
			find->searched = match.end;
		}
		if ((rc == 0 || find->count % 64 == 0) && clock_monotonic() >= until)
			return;
	}
}

/* The first of the matches that starts at pos or after it. */
static size_t match_from(const struct editor_find *find, size_t pos)
{
	size_t low = 0, high = find->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (find->starts[middle] < pos)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

size_t editor_find_number(const struct editor *e)
{
	const struct editor_find *find = &e->find;
	size_t start, end, match;

	if (!editor_selection(e, &start, &end))
		return 0;
	match = match_from(find, start);
	return match < find->count && find->starts[match] == start ? match + 1 : 0;
}

bool editor_find_is_most(const struct editor *e)
{
	return e->find.count == MOST_COUNTED;
}

size_t editor_find_show(struct editor *e, size_t from, size_t to)
{
	struct editor_find *find = &e->find;
	size_t count = 0, at = from, known;
	struct find_match match;

	if (!find->open || find->find == NULL)
		return 0;
	known =
	    find->version == buffer_version(e->buffer) && find->searched > from ? match_from(find, from) : 0;
	if (known > 0) /* the one before may reach into what is shown, and says where the next can start */
		at = find->starts[known - 1];
	if (at < first_place(e))
		at = first_place(e);
	if (to > last_place(e))
		to = last_place(e);
	while (at < to && find_next(find->find, e->buffer, at, to, &match, NULL) > 0) {
		find->shown = mem_grow(find->shown, &find->shown_capacity, count + 1, sizeof *find->shown);
		find->shown[count++] = match;
		at = match.end;
	}
	return count;
}

/* -- Replacing -- */

static struct find_by by_of(const struct editor *e)
{
	return (struct find_by){.text = e->find.by.text.data, .len = e->find.by.text.len, .eol = e->eol};
}

/* Whether what is selected is a match. */
static bool is_on_match(struct editor *e, size_t *start, size_t *end)
{
	struct find_match match;

	return editor_selection(e, start, end) && e->find.find != NULL &&
	       find_next(e->find.find, e->buffer, *start, *start + 1, &match, NULL) > 0 &&
	       match.start == *start && match.end == *end;
}

void editor_find_replace_one(struct editor *e)
{
	struct find_by by = by_of(e);
	struct strbuf text = STRBUF_INIT;
	size_t start, end;
	struct error err;
	bool replaced = false;

	field_remember(&e->find.by_history, by.text);
	if (e->find.find != NULL && find_check_by(e->find.find, &by, &err) < 0) {
		editor_say(e, PANE_WARNED, "%s", err.message);
		return;
	}
	if (is_on_match(e, &start, &end)) {
		find_expand(e->find.find, e->buffer, &by, &text);
		buffer_step(e->buffer);
		editor_replace(e, start, end - start, text.data, text.len);
		buffer_step(e->buffer);
		replaced = true;
	}
	strbuf_clear(&text);
	if (e->find.find == NULL)
		say_not_found(e);
	seek(e, 1, e->cursor, (struct editor_seek){.replaced = replaced});
}

static void finish_all(struct editor *e)
{
	const struct find_edits *edits = &e->find.all.edits;

	if (edits->matches == 0) {
		say_not_found(e);
	} else {
		editor_apply(e, edits);
		editor_say(e, PANE_SAID, "%zu replaced%s; Ctrl-Z takes all of it back.", edits->matches,
			   e->find.within ? " in the selected lines" : "");
	}
	stop_all(e);
}

static void replace_on(struct editor *e, int64_t until)
{
	struct editor_find *find = &e->find;
	struct find_by by = by_of(e);
	struct error err;
	int rc;

	if (find->all.version != buffer_version(e->buffer)) {
		stop_all(e);
		return;
	}
	rc = find_replace(find->find, e->buffer, &find->all.at, last_place(e), &by, until, &find->all.edits,
			  &err);
	if (rc > 0)
		finish_all(e);
	else if (rc < 0)
		editor_say(e, PANE_WARNED, "%s Nothing was replaced.", err.message);
	if (rc < 0)
		stop_all(e);
	editor_touch(e);
}

static void replace_all(struct editor *e)
{
	struct editor_find *find = &e->find;

	field_remember(&find->by_history, find->by.text.data);
	field_remember(&find->words_history, find->words.text.data);
	if (find->find == NULL) {
		say_not_found(e);
		return;
	}
	stop_all(e);
	find->seek.by = 0;
	find->all.runs = true;
	find->all.at = first_place(e);
	find->all.version = buffer_version(e->buffer);
	find->all.edits.places[0] = (struct find_place){.was = e->cursor, .is = e->cursor};
	find->all.edits.places[1] = (struct find_place){.was = e->top, .is = e->top};
	replace_on(e, clock_monotonic() + ALL_TIME);
}

bool editor_find_stop(struct editor *e)
{
	bool runs = e->find.all.runs;

	if (runs)
		editor_say(e, PANE_SAID, "Nothing was replaced.");
	stop_all(e);
	return runs;
}

/* -- Between the keys -- */

bool editor_find_slice(struct editor *e)
{
	struct editor_find *find = &e->find;
	int64_t until = clock_monotonic() + SLICE_TIME;
	bool counts = find->open && find->find != NULL && !find->all.runs;

	if (find->all.runs)
		replace_on(e, until);
	if (find->seek.by != 0)
		seek_on(e, until);
	if (counts && find->version != buffer_version(e->buffer))
		forget_matches(e);
	if (counts && !editor_find_counted(e)) {
		count_on(e, until);
		editor_touch(e);
	}
	return find->all.runs || find->seek.by != 0 ||
	       (find->open && find->find != NULL && !editor_find_counted(e));
}

/* -- Opening, closing, and how it is sought -- */

/* Has only the selection searched, if it is more than what one may search for; false when it is not. */
static bool take_range(struct editor *e)
{
	struct editor_find *find = &e->find;
	size_t start, end;

	if (!editor_selection(e, &start, &end) ||
	    (end - start < OFFERED && buffer_line_at(e->buffer, start) == buffer_line_at(e->buffer, end)))
		return false;
	find->begin = start;
	find->end = end;
	return true;
}

/* A few selected words are offered as what is sought; of more, only these lines are searched. */
static void take_selection(struct editor *e)
{
	struct editor_find *find = &e->find;
	size_t start, end;

	find->begin = find->end = 0;
	find->within = take_range(e);
	if (!find->within && editor_selection(e, &start, &end) && !find->options.regex)
		field_set(&find->words, buffer_bytes(e->buffer, start, end - start), end - start);
}

int editor_find_open(void *target, int replacing, struct error *err)
{
	struct editor *e = target;
	struct editor_find *find = &e->find;
	size_t end;

	(void)err;
	if (find->open && find->replacing && replacing) {
		replace_all(e);
		return 0;
	}
	e->instead = false;
	if (!find->open) {
		take_selection(e);
		field_offer(&find->words);
		field_offer(&find->by);
		editor_selection(e, &find->origin, &end);
		compile(e);
	}
	find->open = true;
	find->replacing = replacing;
	find->second = false;
	editor_touch(e);
	return 0;
}

int editor_find_all(void *target, int argument, struct error *err)
{
	struct editor *e = target;

	(void)argument;
	if (!e->find.open || !e->find.replacing)
		return editor_find_open(e, true, err);
	replace_all(e);
	return 0;
}

void editor_find_close(struct editor *e)
{
	field_remember(&e->find.words_history, e->find.words.text.data);
	e->find.open = false;
	editor_touch(e);
}

bool editor_find_is_on(const struct editor *e, enum editor_find_toggle what)
{
	const struct editor_find *find = &e->find;

	switch (what) {
	case FIND_TOGGLE_CASE:
		return find_counts_case(find->words.text.data, find->words.text.len, &find->options);
	case FIND_TOGGLE_WORDS:
		return find->options.words;
	case FIND_TOGGLE_REGEX:
		return find->options.regex;
	case FIND_TOGGLE_WIDTH:
		return find->options.width;
	default:
		return find->within;
	}
}

/* Turns it round: by leaving it to the capital letters where these say the same, else by saying so. */
static void toggle_case(struct editor *e)
{
	bool counts = editor_find_is_on(e, FIND_TOGGLE_CASE);

	e->find.options.letters = FIND_CASE_SMART;
	if (editor_find_is_on(e, FIND_TOGGLE_CASE) == counts)
		e->find.options.letters = counts ? FIND_CASE_IGNORED : FIND_CASE_COUNTS;
}

static void toggle_within(struct editor *e)
{
	struct editor_find *find = &e->find;

	find->within = !find->within && (take_range(e) || find->end > find->begin);
}

int editor_find_toggle(void *target, int what, struct error *err)
{
	static const char *const sentences[][2] = {
	    [FIND_TOGGLE_CASE] = {"Capital and small letters are the same.",
				  "Capital and small letters are different."},
	    [FIND_TOGGLE_WORDS] = {"Parts of words are found, too.", "Only whole words are found."},
	    [FIND_TOGGLE_REGEX] = {"What is typed is found as it stands.",
				   "What is typed is a regular expression."},
	    [FIND_TOGGLE_WIDTH] = {"Fullwidth and halfwidth forms are different.",
				   "Fullwidth, halfwidth and circled forms are the same."},
	    [FIND_TOGGLE_WITHIN] = {"All of the text is searched.", "Only the selected lines are searched."},
	};
	struct editor *e = target;
	struct find_options *options = &e->find.options;
	bool was = editor_find_is_on(e, (enum editor_find_toggle)what);

	(void)err;
	if (what == FIND_TOGGLE_CASE)
		toggle_case(e);
	else if (what == FIND_TOGGLE_WORDS)
		options->words = !options->words;
	else if (what == FIND_TOGGLE_REGEX)
		options->regex = !options->regex;
	else if (what == FIND_TOGGLE_WIDTH)
		options->width = !options->width;
	else
		toggle_within(e);
	if (e->find.open)
		editor_find_typed(e);
	else
		compile(e);
	if (editor_find_is_on(e, (enum editor_find_toggle)what) == was)
		editor_say(e, PANE_WARNED, "Select several lines first; then only these are searched.");
	else if (e->find.wrong == NULL)
		editor_say(e, PANE_SAID, "%s", sentences[what][!was]);
	return 0;
}
