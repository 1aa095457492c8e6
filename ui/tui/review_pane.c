#include "tui/review_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "text/frontmatter.h"
#include "tui/matter.h"
#include "tui/review_pane_internal.h"

/* Columns before the text: the cursor's mark. */
#define MARGIN 3

/* The widest text that is pleasant to read, in columns. */
#define COLUMN 96

/* -- Reading the draft -- */

static void forget(struct review *review)
{
	for (size_t i = 0; i < review->thread_count; i++) {
		for (size_t j = 0; j < review->threads[i].count; j++)
			free(review->threads[i].lines[j]);
		free(review->threads[i].lines);
	}
	free(review->threads);
	review->threads = NULL;
	review->thread_count = 0;
	changes_clear(&review->changes);
	free(review->headline);
	free(review->about);
	free(review->summary);
	free(review->text);
	free(review->problem);
	review->headline = review->about = review->summary = review->text = review->problem = NULL;
}

static void add_line(struct thread *thread, char *line)
{
	thread->lines = mem_grow(thread->lines, &thread->capacity, thread->count + 1, sizeof *thread->lines);
	thread->lines[thread->count++] = line;
}

static char *said_by(const struct review_commit *commit)
{
	char date[CLOCK_TEXT_SIZE];
	char minutes[CLOCK_TEXT_SIZE];

	clock_date(date, commit->time.seconds, commit->time.offset);
	clock_minutes(minutes, commit->time.seconds, commit->time.offset);
	return mem_printf("%s, %s %s", commit->person.name, date, minutes);
}

/* What was said, each of its lines on one of its own. */
static void add_words(struct thread *thread, const char *before, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		if (len > 0)
			add_line(thread, mem_printf("%s%.*s", before, (int)len, text));
		before = "";
		text += len + (text[len] == '\n');
	}
}

static void read_thread(struct review *review, struct thread *out, const struct draft *draft, size_t index)
{
	const struct review_thread *thread = &draft->state.threads[index];
	const struct review_commit *comment = &draft->commits[thread->commit];
	const struct review_passage *passage = &comment->passage;
	char *who = said_by(comment);
	size_t start = 0;
	size_t end = 0;

	*out = (struct thread){.number = index + 1, .resolved = thread->resolved, .at = CHANGES_NONE};
	if (passage->quote != NULL &&
	    desk_locate(review->place.desk, draft, passage, review->text, review->text_len, &start, &end))
		out->at = end > start ? end - 1 : start;
	add_line(out, mem_printf("%s, %s", who, thread->resolved ? "resolved" : "open"));
	if (passage->quote != NULL)
		add_line(out, mem_printf("%s “%s”", out->at == CHANGES_NONE ? "This passage is gone:" : "On",
					 passage->quote));
	add_words(out, "", comment->text);
	for (size_t i = 0; i < thread->reply_count; i++) {
		const struct review_commit *reply = &draft->commits[thread->replies[i]];
		char *replier = said_by(reply);
		char *before = mem_printf("%s: ", replier);

		add_words(out, before, reply->text);
		free(before);
		free(replier);
	}
	add_line(out, mem_strdup(thread->resolved ? "c Reply  x Reopen" : "c Reply  x Resolve"));
	free(who);
}

/* What the submitter, the approvers and who asked for changes said, in the order of their acts. */
static void read_remarks(struct thread *out, const struct draft *draft, const struct policy *policy)
{
	const struct review_state *state = &draft->state;
	size_t submitted = draft->count;

	*out = (struct thread){.at = CHANGES_NONE};
	for (size_t i = 0; i < draft->count; i++) {
		if (draft->commits[i].event == REVIEW_SUBMIT)
			submitted = i;
	}
	for (size_t i = 0; i < state->approval_count; i++) {
		const struct review_approval *approval = &state->approvals[i];
		char *who = said_by(&draft->commits[approval->commit]);

		add_line(out, mem_printf("%s, approved the step %s%s%s", who,
					 approval->step < 0 ? draft->commits[approval->commit].step
							    : policy->steps[approval->step].name,
					 approval->counts ? "" : "; it does not count any more: ",
					 approval->counts ? "" : approval->why));
		free(who);
	}
	for (size_t i = 0; i < draft->count; i++) {
		bool asked = state->name == REVIEW_STATE_CHANGES && i == state->reason;
		char *who = said_by(&draft->commits[i]);
		char *before = mem_printf("%s, %s: ", who, asked ? "asked for changes" : "submitted it");

		if (asked || (i == submitted && state->submitted))
			add_words(out, before, draft->commits[i].text);
		free(before);
		free(who);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct thread *x = a;
	const struct thread *y = b;

	/* CHANGES_NONE is the largest number, but stands above everything. */
	if (x->at + 1 != y->at + 1)
		return x->at + 1 < y->at + 1 ? -1 : 1;
	return x->number < y->number ? -1 : 1;
}

static void read_threads(struct review *review, const struct draft *draft)
{
	review->threads = mem_zalloc(draft->state.thread_count + 1, sizeof *review->threads);
	for (size_t i = 0; i < draft->state.thread_count; i++)
		read_thread(review, &review->threads[i], draft, i);
	read_remarks(&review->threads[draft->state.thread_count], draft, desk_policy(review->place.desk));
	review->thread_count = draft->state.thread_count;
	if (review->threads[review->thread_count].count > 0)
		review->thread_count++;
	if (review->thread_count > 0)
		qsort(review->threads, review->thread_count, sizeof *review->threads, by_place);
}

static int compare_texts(struct review *review, const struct draft *draft, int width, struct error *err)
{
	struct changes_note *notes = mem_zalloc(review->thread_count, sizeof *notes);
	struct changes_text old_text = {.bytes = ""};
	struct changes_text new_text = {.bytes = review->text, .len = review->text_len};
	struct strbuf base = STRBUF_INIT;
	struct frontmatter *fm;
	int rc = 0;

	for (size_t i = 0; i < review->thread_count; i++)
		notes[i] = (struct changes_note){.at = review->threads[i].at,
						 .lines = review->threads[i].lines,
						 .count = review->threads[i].count};
	if (!oid_is_zero(&draft->base_blob))
		rc = desk_read(review->place.desk, &draft->base_blob, &base, err);
	old_text.bytes = base.data;
	old_text.len = base.len;
	(void)frontmatter_parse(&fm, new_text.bytes, new_text.len, NULL);
	new_text.body = frontmatter_body(fm);
	frontmatter_free(fm);
	if (rc == 0)
		rc = changes_build(&review->changes, oid_is_zero(&draft->base_blob) ? NULL : &old_text,
				   &new_text, notes, review->thread_count, width, err);
	strbuf_clear(&base);
	free(notes);
	return rc;
}

static char *describe_step(struct review *review, const struct draft *draft)
{
	const struct policy *policy = desk_policy(review->place.desk);
	char hex[REPO_HEX_SIZE];
	size_t all;
	size_t nth;

	oid_hex(hex, &draft->head);
	if (draft->state.name != REVIEW_STATE_REVIEW || (size_t)draft->state.step >= policy->step_count)
		return mem_printf("%s    on %.7s", review_state_label(draft->state.name), hex);
	all = policy_ladder(policy, draft->path, (size_t)draft->state.step, &nth);
	return mem_printf("step %zu of %zu: %s    on %.7s", nth, all, policy->steps[draft->state.step].name,
			  hex);
}

/* A path as it is told beside its article: from the article's folder on, or whole outside of it. */
static const char *beside(const char *path, const char *article)
{
	size_t folder = (size_t)(path_base(article) - article);

	return strncmp(path, article, folder) == 0 ? path + folder : path;
}

/* How large a file is, " (644 bytes)": a name alone does not tell what comes; "" when it cannot be read. */
void review_add_size(struct strbuf *out, struct desk *desk, const struct oid *blob)
{
	size_t size;

	if (!oid_is_zero(blob) && repo_blob_size(desk_repo(desk), blob, &size, NULL) == 0)
		strbuf_addf(out, " (%zu byte%s)", size, size == 1 ? "" : "s");
}

/* The attachments that come with the text, in words; "" for none. */
static void add_attachments(struct strbuf *out, struct desk *desk, const struct draft *draft)
{
	const struct review_covers *covers = draft_covers(draft);

	for (size_t i = 0; i < covers->count; i++) {
		if (strcmp(covers->items[i].path, draft->path) == 0)
			continue;
		strbuf_addf(out, " · %s %s", covers->items[i].mode == REPO_MODE_NONE ? "without" : "with",
			    beside(covers->items[i].path, draft->path));
		review_add_size(out, desk, &covers->items[i].blob);
	}
}

static char *summarise(struct review *review, const struct draft *draft)
{
	struct strbuf out = STRBUF_INIT;
	size_t open = draft->state.open_threads;
	size_t changed = review->changes.changed;

	if (oid_is_zero(&draft->blob))
		strbuf_adds(&out, "A withdrawal: the article is taken down");
	else if (oid_is_zero(&draft->base_blob))
		strbuf_adds(&out, "A new article");
	else
		strbuf_addf(&out, "%zu change%s", changed, changed == 1 ? "" : "s");
	if (open > 0)
		strbuf_addf(&out, ", %zu open comment%s", open, open == 1 ? "" : "s");
	if (open > 0 && desk_policy(review->place.desk)->comments_block)
		strbuf_addf(&out, "; approval needs %s resolved", open == 1 ? "it" : "them");
	add_attachments(&out, review->place.desk, draft);
	return strbuf_detach(&out);
}

static int load(struct review *review, int width, struct error *err)
{
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	int rc;

	forget(review);
	review->width = width;
	review->seen = desk_version(review->place.desk);
	review->version++;
	if (draft == NULL)
		return err->code;
	review->head = draft->head;
	review->blob = draft->blob;
	review->in_review = draft->state.submitted;
	review->approved =
	    draft->state.name == REVIEW_STATE_APPROVED || draft->state.name == REVIEW_STATE_SCHEDULED;
	review->text = draft->text ? mem_strndup(draft->text, draft->text_len) : mem_strdup("");
	review->text_len = draft->text ? draft->text_len : 0;
	review->headline = mem_strdup(matter_headline(review->place.desk, review->name));
	review->about = describe_step(review, draft);
	read_threads(review, draft);
	rc = compare_texts(review, draft, width, err);
	review->summary = summarise(review, draft);
	if (review->cursor >= review->changes.count)
		review->cursor = review->changes.count > 0 ? review->changes.count - 1 : 0;
	review->mark = CHANGES_NONE;
	return rc;
}

static void reload(struct review *review, int width)
{
	struct error err;

	if (review->width == width && review->seen == desk_version(review->place.desk))
		return;
	if (load(review, width, &err) < 0)
		review->problem = mem_strdup(err.message);
}

/* -- Drawing -- */

static void title(const void *state, struct strbuf *out)
{
	const struct review *review = state;

	strbuf_addf(out, "Review: %s", review->headline ? review->headline : review->name);
}

static void title_right(const void *state, struct strbuf *out)
{
	const struct review *review = state;

	strbuf_adds(out, review->about ? review->about : "");
}

static void status(const void *state, struct strbuf *out)
{
	const struct review *review = state;

	strbuf_adds(out, review->problem ? review->problem : review->summary ? review->summary : "");
}

bool review_is_marked(const struct review *review, size_t row)
{
	size_t from = review->mark < review->cursor ? review->mark : review->cursor;
	size_t to = review->mark < review->cursor ? review->cursor : review->mark;

	return review->mark != CHANGES_NONE && row >= from && row <= to;
}

/* The last row of the comment at the cursor, or right under it: it is read as a whole. */
static size_t end_of_note(const struct review *review)
{
	const struct changes *changes = &review->changes;
	size_t at = review->cursor;
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

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct review *review = state;
	struct canvas_region body = canvas_part(region, 1, 0, region.height - 2, -1);
	int width = region.width - 2 * MARGIN;

	reload(review, width < COLUMN ? width : COLUMN);
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	scroll_fit(&review->scroll, review->changes.count, body.height);
	scroll_to(&review->scroll, end_of_note(review));
	scroll_to(&review->scroll, review->cursor);
	for (int i = 0; i < body.height && review->scroll.top + (size_t)i < review->changes.count; i++) {
		size_t row = review->scroll.top + (size_t)i;

		changes_draw(body, i, MARGIN, &review->changes.rows[row]);
		if (row == review->cursor)
			canvas_string(body, i, 1, CANVAS_KEY, ">");
		if (focused && (review_is_marked(review, row) ||
				(row == review->cursor && review->mark == CHANGES_NONE)))
			canvas_mark(body, i, review_is_marked(review, row) ? MARGIN : 1,
				    review_is_marked(review, row) ? body.width : 1, CANVAS_SELECTED);
	}
	if (focused && review->changes.count > 0)
		canvas_cursor(body, (int)(review->cursor - review->scroll.top), 1);
}

static uint64_t version(const void *state)
{
	const struct review *review = state;

	return review->version + desk_version(review->place.desk);
}

static void free_review(void *state)
{
	struct review *review = state;

	forget(review);
	free(review->name);
	free(review);
}

/* -- Moving -- */

static int move(void *target, int how, struct error *err)
{
	struct review *review = target;
	struct scroll scroll = review->scroll;

	(void)err;
	/* The cursor moves as the top of a screen of one row would, a page at a time as a screen does. */
	scroll.top = review->cursor;
	scroll.lines = review->changes.count + (size_t)(scroll.height > 0 ? scroll.height : 1) - 1;
	scroll_by(&scroll, (enum scroll_move)how);
	review->cursor = scroll.top;
	review->version++;
	return 0;
}

static int jump(void *target, int by, struct error *err)
{
	struct review *review = target;
	size_t at = review->cursor;

	(void)err;
	while (by > 0 ? at + 1 < review->changes.count : at > 0) {
		at = by > 0 ? at + 1 : at - 1;
		if (review->changes.rows[at].stop) {
			review->cursor = at;
			break;
		}
	}
	review->version++;
	return 0;
}

static int mark(void *target, int argument, struct error *err)
{
	struct review *review = target;

	(void)argument;
	(void)err;
	review->mark = review->mark == CHANGES_NONE ? review->cursor : CHANGES_NONE;
	review->version++;
	return 0;
}

const struct thread *review_thread_here(const struct review *review)
{
	const struct changes_row *row =
	    review->cursor < review->changes.count ? &review->changes.rows[review->cursor] : NULL;

	if (row == NULL || row->note == CHANGES_NONE || review->threads[row->note].number == 0)
		return NULL;
	return &review->threads[row->note];
}

static int open_as(void *target, int kind, struct error *err)
{
	struct review *review = target;

	(void)err;
	review->place.host->open(review->place.host->app, (enum pane_kind)kind,
				 kind == PANE_RELEASE ? NULL : review->name);
	return 0;
}

static unsigned holds(const void *target)
{
	const struct review *review = target;
	unsigned needs = COMMAND_ARTICLE | COMMAND_DRAFT;

	if (review->in_review)
		needs |= COMMAND_IN_REVIEW;
	if (review->approved)
		needs |= COMMAND_APPROVED;
	if (review_thread_here(review) != NULL)
		needs |= COMMAND_COMMENT;
	if (desk_may_write(review->place.desk, NULL) == 0)
		needs |= COMMAND_WRITABLE;
	return needs;
}

static const struct command rows[] = {
    {"review.next", "Next", "The next change or comment", "n", 0, 10, "View", 1, jump},
    {"review.previous", "Previous", "The change or comment before", "p", 0, 20, "View", -1, jump},
    {"review.comment", "Comment", "Comment on the row or the marked rows; on a comment, reply", "c",
     COMMAND_WRITABLE, 30, "Review", 0, review_comment},
    {"review.mark", "Mark", "Begin or drop a passage of several rows, for a comment", "v, Space", 0, 0,
     "Review", 0, mark},
    {"review.resolve", "Resolve", "Resolve the comment under the cursor, or open it again", "x",
     COMMAND_COMMENT | COMMAND_WRITABLE, 40, "Review", 0, review_resolve},
    {"review.approve", "Approve", "Approve exactly these words; asks for a typed word", "A",
     COMMAND_IN_REVIEW | COMMAND_WRITABLE, 50, "Review", 0, review_approve},
    {"review.reject", "Ask for changes", "Send it back to the writer with a reason", "X",
     COMMAND_IN_REVIEW | COMMAND_WRITABLE, 60, "Review", 0, review_reject},
    {"review.submit", "Submit", "Submit the draft for review", "S", COMMAND_WRITABLE, 0, "Review", 0,
     review_submit},
    {"review.release", "Release", "Publish it, and other approved drafts, by one commit", "R",
     COMMAND_APPROVED | COMMAND_WRITABLE, 0, "Review", PANE_RELEASE, open_as},
    {"review.edit", "Edit", "Edit the draft", "e", COMMAND_WRITABLE, 0, "Article", PANE_EDITOR, open_as},
    {"review.read", "Read", "Read it as its readers will", "Enter", 0, 0, "View", PANE_READER, open_as},
    {"review.history", "History", "See who did what to it", "h", 0, 0, "View", PANE_HISTORY, open_as},
    {"review.down", "Down", "One row down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"review.up", "Up", "One row up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"review.page-down", "Page down", "One page down", "PageDown", 0, 0, NULL, SCROLL_PAGE_DOWN, move},
    {"review.page-up", "Page up", "One page up", "b, PageUp", 0, 0, NULL, SCROLL_PAGE_UP, move},
    {"review.first", "First", "The beginning", "Home, g", 0, 0, NULL, SCROLL_FIRST, move},
    {"review.last", "Last", "The end", "End, G", 0, 0, NULL, SCROLL_LAST, move},
};

const struct command_table review_pane_commands = {
    .title = "Reviewing",
    .about = "What changed since the published text: [-these words went-] and {+these came+}. Comments stand "
	     "under "
	     "their passages.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
    .holds = holds,
};

static const struct pane_ops ops = {
    .name = "review",
    .commands = &review_pane_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_review,
};

int review_pane_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct review *review;

	if (desk_draft(place->desk, name, err) == NULL)
		return err->code;
	review = mem_zalloc(1, sizeof *review);
	review->place = *place;
	review->name = mem_strdup(name);
	review->mark = CHANGES_NONE;
	out->ops = &ops;
	out->state = review;
	return 0;
}
