#include "tui/app_draw.h"

#include <string.h>

#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/canvas.h"
#include "tui/pane.h"

void app_draw_title(const struct pane *pane, struct canvas_region all)
{
	struct strbuf left = STRBUF_INIT;
	struct strbuf right = STRBUF_INIT;
	int width = 0;

	pane->ops->title(pane->state, &left);
	if (pane->ops->title_right != NULL)
		pane->ops->title_right(pane->state, &right);
	canvas_fill(canvas_part(all, 0, 0, 1, -1), CANVAS_TITLE);
	if (right.len > 0) {
		width = unicode_columns(right.data, right.len) + 1;
		canvas_string(all, 0, all.width - width, CANVAS_TITLE, right.data);
	}
	canvas_field(all, 0, 1, all.width - width - 2, CANVAS_TITLE, left.data, left.len);
	strbuf_clear(&left);
	strbuf_clear(&right);
}

/* The most rows that a sentence may take of a small screen. */
#define SAID_ROWS 6

/* What was said, whole: what does not fit into the status line stands over the rows above it. */
static void draw_said(const char *said, enum pane_tone tone, struct canvas_region all, int row)
{
	static const unsigned tones[] = {
	    [PANE_SAID] = CANVAS_GOOD, [PANE_WARNED] = CANVAS_WARN, [PANE_FAILED] = CANVAS_ERROR};
	size_t len = strlen(said);
	int rows = canvas_wrapped(canvas_part(all, 0, 1, 0, all.width - 2), 0, CANVAS_NORMAL, said, len);
	struct canvas_region part;

	rows = rows < SAID_ROWS ? rows : SAID_ROWS;
	part = canvas_part(all, row - rows + 1, 0, rows, -1);
	canvas_fill(part, CANVAS_NORMAL);
	canvas_wrapped(canvas_part(part, 0, 1, -1, all.width - 2), 0, tones[tone], said, len);
	if (rows > 1)
		canvas_rule(canvas_part(all, row - rows, 0, 1, -1), 0, CANVAS_RULE);
}

/* What a pane tells; a sentence too long for its line takes the place of the rule above. */
static void draw_told(struct canvas_region all, int row, const struct strbuf *text)
{
	struct canvas_region part = canvas_part(all, row - 1, 1, 2, all.width - 2);
	bool fits = unicode_columns(text->data, text->len) <= part.width;

	if (fits) {
		canvas_field(part, 1, 0, part.width, CANVAS_STATUS, text->data, text->len);
		return;
	}
	canvas_fill(canvas_part(all, row - 1, 0, 2, -1), CANVAS_NORMAL);
	canvas_wrapped(part, 0, CANVAS_STATUS, text->data, text->len);
}

void app_draw_status(const struct pane *pane, const char *said, enum pane_tone tone, struct canvas_region all,
		     int row)
{
	struct strbuf text = STRBUF_INIT;

	if (said != NULL)
		draw_said(said, tone, all, row);
	else if (pane->ops->status != NULL)
		pane->ops->status(pane->state, &text);
	if (text.len > 0)
		draw_told(all, row, &text);
	strbuf_clear(&text);
}

void app_draw_too_small(struct canvas_region all)
{
	static const char words[] =
	    "This window is too small for copydesk: make it at least 40x9, better 80x24.";

	canvas_wrapped(all, 0, CANVAS_WARN, words, sizeof words - 1);
}
