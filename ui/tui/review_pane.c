#include "tui/review_pane.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/rules.h"
#include "tui/matter.h"
#include "tui/review_pane_internal.h"

/* -- Reading the draft -- */

static void forget(struct review *review)
{
	review_forget_threads(review);
	free(review->headline);
	free(review->about);
	free(review->hint);
	free(review->summary);
	free(review->problem);
	review->headline = review->about = review->hint = review->summary = review->problem = NULL;
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
	all = rules_ladder(draft, policy, (size_t)draft->state.step, &nth);
	return mem_printf("step %zu of %zu: %s    on %.7s", nth, all, policy->steps[draft->state.step].name,
			  hex);
}

/* One line under the title: what this person must know, why it waits for them, and until when it does. */
static char *make_hint(struct review *review, const struct draft *draft)
{
	struct desk *desk = review->place.desk;
	const struct desk_row *row = matter_row(desk, review->name);
	const char *why = row != NULL && row->why_mine != NULL ? row->why_mine : "";
	struct strbuf out = STRBUF_INIT;
	struct strbuf due = STRBUF_INIT;

	if (row != NULL && row->stuck != NULL)
		strbuf_addf(&out, "%s ", row->stuck);
	desk_base_describe(&out, desk, draft);
	if (why[0] != '\0')
		strbuf_addf(&out, "%s%s", out.len > 0 ? " " : "", why);
	rules_due_words(&due, draft, clock_now(desk_clock(desk)));
	/* Whoever it was handed to reads it in the sentence before. */
	if (due.len > 0 && strstr(why, due.data) == NULL)
		strbuf_addf(&out, "%sIt is %s.", out.len > 0 ? " " : "", due.data);
	strbuf_clear(&due);
	if (out.len > 0)
		return strbuf_detach(&out);
	strbuf_clear(&out);
	return NULL;
}

static void add_open(struct strbuf *out, const struct draft *draft)
{
	static const struct {
		const char *one, *many;
	} words[] = {
	    [REVIEW_THREAD_COMMENT] = {"open comment", "open comments"},
	    [REVIEW_THREAD_QUESTION] = {"open question", "open questions"},
	    [REVIEW_THREAD_SUGGESTION] = {"open suggestion", "open suggestions"},
	};
	size_t open[3] = {0};

	for (size_t i = 0; i < draft->state.thread_count; i++)
		open[draft->state.threads[i].kind] += !draft->state.threads[i].resolved;
	for (size_t i = 0; i < 3; i++) {
		if (open[i] > 0)
			strbuf_addf(out, ", %zu %s", open[i], open[i] == 1 ? words[i].one : words[i].many);
	}
}

static char *summarise(struct review *review, const struct draft *draft)
{
	const struct attachments *files = &review->it.attachments;
	struct strbuf out = STRBUF_INIT;
	size_t unused = 0;

	for (size_t i = 0; i < files->count; i++)
		unused += files->items[i].used == 0 && !files->items[i].in_fields &&
			  files->items[i].change != ATTACHMENT_REMOVED;
	if (oid_is_zero(&draft->blob))
		strbuf_adds(&out, "A withdrawal: the article is taken down");
	else
		comparison_count(&out, &review->it);
	if (draft->withdraws && !oid_is_zero(&draft->blob))
		strbuf_adds(&out, " · a withdrawal: this text takes the article's place");
	if (draft->renames != NULL)
		strbuf_addf(&out, " · renamed from %s", draft->renames);
	add_open(&out, draft);
	if (draft->state.blocking > 0)
		strbuf_addf(&out, "; approval needs %s resolved",
			    draft->state.open_threads > draft->state.blocking ? "some"
			    : draft->state.blocking == 1                      ? "it"
									      : "them");
	if (files->count > 0)
		strbuf_addf(&out, " · %zu file%s", files->count, files->count == 1 ? "" : "s");
	if (unused > 0)
		strbuf_addf(&out, ", %zu unused", unused);
	if (files->missing_count > 0)
		strbuf_addf(&out, " · %zu missing", files->missing_count);
	return strbuf_detach(&out);
}

static int load(struct review *review, struct error *err)
{
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	int rc;

	forget(review);
	if (draft == NULL)
		return err->code;
	rc = comparison_load(&review->it, draft, err);
	if (rc < 0)
		return rc;
	review->approved =
	    draft->state.name == REVIEW_STATE_APPROVED || draft->state.name == REVIEW_STATE_SCHEDULED;
	review->in_review = review->approved || draft->state.name == REVIEW_STATE_REVIEW;
	review->headline = mem_strdup(matter_headline(review->place.desk, review->name));
	review->about = describe_step(review, draft);
	review->hint = make_hint(review, draft);
	review_read_threads(review, draft);
	review->summary = summarise(review, draft);
	return 0;
}

static void lay_out(struct review *review, int width)
{
	struct comparison_note *notes = mem_zalloc(review->thread_count + 1, sizeof *notes);
	struct changes_line *files;
	size_t count;

	for (size_t i = 0; i < review->thread_count; i++) {
		const struct thread *thread = &review->threads[i];

		memcpy(notes[i].id, thread->id, sizeof notes[i].id);
		notes[i].note =
		    (struct changes_note){.at = thread->at, .lines = thread->lines, .count = thread->count};
	}
	files = comparison_files(&review->it, &count);
	comparison_lay_out(&review->it, notes, review->thread_count, files, count, width);
	comparison_files_free(files, count);
	free(notes);
}

static void reload(struct review *review, int width)
{
	uint64_t now = desk_version(review->place.desk);
	struct error err;

	if (review->width == 0 || review->seen != now || oid_is_zero(&review->it.head)) {
		if (load(review, &err) < 0)
			review->problem = mem_strdup(err.message);
	} else if (review->width == width && !review->it.stale) {
		return;
	}
	review->seen = now;
	review->width = width;
	lay_out(review, width);
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

	/* What became of the base stands in the hint: here it would leave no room for the headline. */
	strbuf_adds(out, review->about ? review->about : "");
}

static void status(const void *state, struct strbuf *out)
{
	const struct review *review = state;

	strbuf_adds(out, review->problem ? review->problem : review->summary ? review->summary : "");
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct review *review = state;
	struct canvas_region body;
	int top = 1;

	reload(review, region.width);
	comparison_draw_head(&review->it, region);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	if (review->hint != NULL) {
		struct canvas_region line = canvas_part(region, 1, 1, -1, region.width - 2);

		line.height = line.height < 2 ? line.height : 2;
		top += canvas_wrapped(line, 0, CANVAS_DIM, review->hint, strlen(review->hint)) > 1 ? 2 : 1;
	}
	body = canvas_part(region, top, 0, region.height - top - 1 > 0 ? region.height - top - 1 : 0, -1);
	comparison_draw(&review->it, body, focused);
}

static uint64_t version(const void *state)
{
	const struct review *review = state;

	return review->it.version + desk_version(review->place.desk);
}

/* They leave it, and saw it as it was shown last; that it cannot be kept keeps nobody here. */
static bool close_review(void *state)
{
	struct review *review = state;

	if (!oid_is_zero(&review->it.head))
		(void)desk_look(review->place.desk, review->name, &review->it.head, NULL);
	return true;
}

static void free_review(void *state)
{
	struct review *review = state;

	forget(review);
	comparison_clear(&review->it);
	free(review->name);
	free(review);
}

/* -- Moving, and what is shown -- */

static int move(void *target, int how, struct error *err)
{
	(void)err;
	comparison_move(&((struct review *)target)->it, (enum scroll_move)how);
	return 0;
}

static int jump(void *target, int by, struct error *err)
{
	if (comparison_jump(&((struct review *)target)->it, by))
		return 0;
	return error_set(err, E_REFUSED, "There is no change or comment %s this one.",
			 by > 0 ? "after" : "before");
}

static int mark(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	comparison_mark(&((struct review *)target)->it);
	return 0;
}

static int choose(void *target, int argument, struct error *err)
{
	(void)argument;
	return comparison_ask(&((struct review *)target)->it, err);
}

static int toggle_whole(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	comparison_toggle_whole(&((struct review *)target)->it);
	return 0;
}

static int toggle_beside(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	comparison_toggle_beside(&((struct review *)target)->it);
	return 0;
}

static int open_as(void *target, int kind, struct error *err)
{
	struct review *review = target;

	(void)err;
	review->place.host->open(review->place.host->app, (enum pane_kind)kind,
				 kind == PANE_RELEASE ? NULL : review->name);
	return 0;
}

/* The editor opens at the words under the cursor, where the newest text is shown. */
static int suggest(void *target, int argument, struct error *err)
{
	struct review *review = target;
	const struct pane_host *host = review->place.host;
	const struct draft *draft = desk_draft(review->place.desk, review->name, err);
	const struct changes_row *row = comparison_row(&review->it);
	char *name;

	(void)argument;
	if (draft == NULL)
		return err->code;
	name = row != NULL && row->start < draft->text_len && oid_equal(&review->it.after, &draft->blob)
		   ? mem_printf("%s %zu", review->name, row->start)
		   : mem_strdup(review->name);
	host->open(host->app, PANE_SUGGEST, name);
	free(name);
	return 0;
}

static int open_fold(void *target, int argument, struct error *err)
{
	return comparison_open(&((struct review *)target)->it) ? 0 : open_as(target, argument, err);
}

static unsigned holds(const void *target)
{
	const struct review *review = target;
	const struct thread *here = review_thread_here(review);
	unsigned needs = COMMAND_ARTICLE | COMMAND_DRAFT;

	if (review->in_review)
		needs |= COMMAND_IN_REVIEW;
	if (review->approved)
		needs |= COMMAND_APPROVED;
	if (here != NULL)
		needs |= COMMAND_COMMENT;
	if (here != NULL && here->kind == REVIEW_THREAD_SUGGESTION && !here->resolved)
		needs |= COMMAND_SUGGESTION;
	if (desk_may_write(review->place.desk, NULL) == 0)
		needs |= COMMAND_WRITABLE;
	return needs;
}

static const struct command rows[] = {
    {"review.next", "Next", "The next change or comment", "n", 0, 10, "View", 1, jump},
    {"review.previous", "Previous", "The change or comment before", "p", 0, 20, "View", -1, jump},
    {"review.comment", "Comment", "Comment on the row or the marked rows; on a comment, reply", "c",
     COMMAND_WRITABLE, 30, "Review", false, review_comment},
    {"review.question", "Question", "Ask on the row or rows; holds approval until resolved", "q",
     COMMAND_WRITABLE, 0, "Review", true, review_comment},
    {"review.suggest", "Suggest", "Edit the text in place, as suggestions to its author", "i",
     COMMAND_WRITABLE, 0, "Review", 0, suggest},
    {"review.mark", "Mark", "Begin or drop a passage of several rows, for a comment", "v, Space", 0, 0,
     "Review", 0, mark},
    {"review.resolve", "Resolve", "Resolve the comment under the cursor, or open it again", "x",
     COMMAND_COMMENT | COMMAND_WRITABLE, 40, "Review", 0, review_resolve},
    {"review.take", "Take", "Take the suggestion under the cursor into the text", "a",
     COMMAND_SUGGESTION | COMMAND_WRITABLE, 0, "Review", 0, review_take},
    {"review.refuse", "Refuse", "Refuse the suggestion under the cursor; a reason may follow", "u",
     COMMAND_SUGGESTION | COMMAND_WRITABLE, 0, "Review", 0, review_refuse},
    {"review.several", "All suggestions", "Take or refuse all suggestions, or all of one person", "t",
     COMMAND_WRITABLE, 0, "Review", 0, review_several},
    {"review.approve", "Approve", "Approve exactly these words; asks for a typed word", "A",
     COMMAND_IN_REVIEW | COMMAND_WRITABLE, 50, "Review", 0, review_approve},
    {"review.reject", "Ask for changes", "Send it back to the writer with a reason", "X",
     COMMAND_IN_REVIEW | COMMAND_WRITABLE, 60, "Review", 0, review_reject},
    {"review.submit", "Submit", "Submit the draft for review", "S", COMMAND_WRITABLE, 0, "Review", 0,
     review_submit},
    {"review.assign", "Assign", "Say who should do it next, and until when", "w", COMMAND_WRITABLE, 0,
     "Review", 0, review_assign},
    {"review.release", "Release", "Publish it, and other approved drafts, by one commit", "R",
     COMMAND_APPROVED | COMMAND_WRITABLE, 0, "Review", PANE_RELEASE, open_as},
    {"review.edit", "Edit", "Edit the draft", "e", COMMAND_WRITABLE, 0, "Article", PANE_EDITOR, open_as},
    {"review.since", "Since", "Choose what it is compared with: my last look, any save", "s", 0, 70, "View",
     0, choose},
    {"review.whole", "Whole", "Show all of the text, or fold away what did not change", "o", 0, 80, "View", 0,
     toggle_whole},
    {"review.beside", "Side by side", "Old and new side by side, or in one text", "|", 0, 90, "View", 0,
     toggle_beside},
    {"review.read", "Read", "Read it as its readers will; on a fold, open it", "Enter", 0, 0, "View",
     PANE_READER, open_fold},
    {"review.history", "History", "See who did what to this article", "h", 0, 0, "View", PANE_HISTORY,
     open_as},
    {"review.down", "Down", "One row down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"review.up", "Up", "One row up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"review.page-down", "Page down", "One page down", "PageDown", 0, 0, NULL, SCROLL_PAGE_DOWN, move},
    {"review.page-up", "Page up", "One page up", "b, PageUp", 0, 0, NULL, SCROLL_PAGE_UP, move},
    {"review.first", "First", "The beginning", "Home, g", 0, 0, NULL, SCROLL_FIRST, move},
    {"review.last", "Last", "The end", "End, G", 0, 0, NULL, SCROLL_LAST, move},
};

const struct command_table review_pane_commands = {
    .title = "Reviewing",
    .about = "What changed since the text that you choose: [-these went-] and {+these came+}. "
	     "Comments, questions and suggestions stand under their passages.",
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
    .close = close_review,
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
	comparison_init(&review->it, place, name);
	out->ops = &ops;
	out->state = review;
	return 0;
}
