#include "tui/compare.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "text/frontmatter.h"
#include "tui/changes.h"
#include "tui/matter.h"
#include "tui/scroll.h"

/* Columns left free at either side of the text. */
#define MARGIN 3

struct compare {
	struct pane_place place;
	char *name;
	struct changes changes;
	int width;   /* that changes are wrapped for; 0: none */
	bool is_new; /* nothing is published that it could be compared with */
	struct scroll scroll;
	char *problem; /* sentence, or NULL */
	uint64_t seen;
	uint64_t version;
};

static int build(struct compare *compare, int width, struct error *err)
{
	const struct draft *draft = desk_draft(compare->place.desk, compare->name, err);
	struct strbuf old_text = STRBUF_INIT;
	struct changes_text texts[2] = {{.bytes = ""}, {.bytes = ""}};
	struct frontmatter *fm;
	int rc = 0;

	changes_clear(&compare->changes);
	compare->width = width;
	compare->seen = desk_version(compare->place.desk);
	compare->version++;
	if (draft == NULL)
		return err->code;
	compare->is_new = oid_is_zero(&draft->base_blob);
	if (!compare->is_new)
		rc = desk_read(compare->place.desk, &draft->base_blob, &old_text, err);
	texts[0].bytes = old_text.data;
	texts[0].len = old_text.len;
	if (draft->text != NULL) {
		texts[1].bytes = draft->text;
		texts[1].len = draft->text_len;
	}
	(void)frontmatter_parse(&fm, texts[1].bytes, texts[1].len, NULL);
	texts[1].body = frontmatter_body(fm);
	frontmatter_free(fm);
	if (rc == 0)
		rc = changes_build(&compare->changes, compare->is_new ? NULL : &texts[0], &texts[1], NULL, 0,
				   width, err);
	strbuf_clear(&old_text);
	return rc;
}

static void rebuild(struct compare *compare, int width)
{
	struct error err;

	if (compare->width == width && compare->seen == desk_version(compare->place.desk))
		return;
	free(compare->problem);
	compare->problem = build(compare, width, &err) < 0 ? mem_strdup(err.message) : NULL;
}

static void title(const void *state, struct strbuf *out)
{
	const struct compare *compare = state;

	strbuf_addf(out, "Compare: %s", matter_headline(compare->place.desk, compare->name));
}

static void title_right(const void *state, struct strbuf *out)
{
	const struct compare *compare = state;

	strbuf_adds(out, compare->is_new ? "new, nothing to compare with" : "with the published text");
}

static void status(const void *state, struct strbuf *out)
{
	const struct compare *compare = state;

	if (compare->problem != NULL)
		strbuf_adds(out, compare->problem);
	else
		strbuf_addf(out, "%zu change%s", compare->changes.changed,
			    compare->changes.changed == 1 ? "" : "s");
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct compare *compare = state;
	struct canvas_region body = canvas_part(region, 1, 0, region.height - 2, -1);

	(void)focused;
	rebuild(compare, region.width - 2 * MARGIN);
	canvas_rule(region, 0, CANVAS_RULE);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	scroll_fit(&compare->scroll, compare->changes.count, body.height);
	for (int row = 0; row < body.height && compare->scroll.top + (size_t)row < compare->changes.count;
	     row++)
		changes_draw(body, row, MARGIN, &compare->changes.rows[compare->scroll.top + (size_t)row]);
}

static uint64_t version(const void *state)
{
	const struct compare *compare = state;

	return compare->version + desk_version(compare->place.desk);
}

static void free_compare(void *state)
{
	struct compare *compare = state;

	changes_clear(&compare->changes);
	free(compare->problem);
	free(compare->name);
	free(compare);
}

static int move(void *target, int how, struct error *err)
{
	struct compare *compare = target;

	(void)err;
	scroll_by(&compare->scroll, (enum scroll_move)how);
	compare->version++;
	return 0;
}

/* To the next place where something changed, or the one before. */
static int jump(void *target, int by, struct error *err)
{
	struct compare *compare = target;
	size_t at = compare->scroll.top;

	(void)err;
	while (by > 0 ? at + 1 < compare->changes.count : at > 0) {
		at = by > 0 ? at + 1 : at - 1;
		if (compare->changes.rows[at].stop) {
			compare->scroll.top = at;
			break;
		}
	}
	compare->version++;
	return 0;
}

static const struct command rows[] = {
    {"compare.next", "Next", "The next change", "n", 0, 10, "View", 1, jump},
    {"compare.previous", "Previous", "The change before", "p", 0, 20, "View", -1, jump},
    {"compare.down", "Down", "One line down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"compare.up", "Up", "One line up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
    {"compare.page-down", "Page down", "One page down", "Space, PageDown", 0, 0, "View", SCROLL_PAGE_DOWN,
     move},
    {"compare.page-up", "Page up", "One page up", "b, PageUp", 0, 0, "View", SCROLL_PAGE_UP, move},
    {"compare.first", "First", "The beginning", "Home, g", 0, 0, "View", SCROLL_FIRST, move},
    {"compare.last", "Last", "The end", "End, G", 0, 0, "View", SCROLL_LAST, move},
};

const struct command_table compare_commands = {
    .title = "Comparing",
    .about = "The words that changed: [-these went-] and {+these came+}.",
    .rows = rows,
    .count = sizeof rows / sizeof rows[0],
};

static const struct pane_ops ops = {
    .name = "compare",
    .commands = &compare_commands,
    .title = title,
    .title_right = title_right,
    .status = status,
    .draw = draw,
    .version = version,
    .free = free_compare,
};

int compare_new(struct pane *out, const struct pane_place *place, const char *name, struct error *err)
{
	struct compare *compare;

	if (desk_draft(place->desk, name, err) == NULL)
		return err->code;
	compare = mem_zalloc(1, sizeof *compare);
	compare->place = *place;
	compare->name = mem_strdup(name);
	out->ops = &ops;
	out->state = compare;
	return 0;
}
