#include "tui/compare.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/desk.h"
#include "tui/comparison.h"
#include "tui/matter.h"

struct compare {
	struct comparison it;
	int width;     /* that rows are made for; 0: none */
	char *problem; /* sentence, or NULL */
	uint64_t seen; /* version of the desk */
};

static int load(struct compare *compare, struct error *err)
{
	const struct draft *draft = desk_draft(compare->it.place.desk, compare->it.name, err);

	return draft == NULL ? err->code : comparison_load(&compare->it, draft, err);
}

static void rebuild(struct compare *compare, int width)
{
	uint64_t now = desk_version(compare->it.place.desk);
	struct changes_line *files;
	struct error err;
	size_t count;

	if (compare->width == 0 || compare->seen != now || oid_is_zero(&compare->it.head)) {
		free(compare->problem);
		compare->problem = load(compare, &err) < 0 ? mem_strdup(err.message) : NULL;
	} else if (compare->width == width && !compare->it.stale) {
		return;
	}
	compare->seen = now;
	compare->width = width;
	files = comparison_files(&compare->it, &count);
	comparison_lay_out(&compare->it, NULL, 0, files, count, width);
	comparison_files_free(files, count);
}

static void title(const void *state, struct strbuf *out)
{
	const struct compare *compare = state;

	strbuf_addf(out, "Compare: %s", matter_headline(compare->it.place.desk, compare->it.name));
}

static void status(const void *state, struct strbuf *out)
{
	const struct compare *compare = state;

	if (compare->problem != NULL)
		strbuf_adds(out, compare->problem);
	else
		comparison_count(out, &compare->it);
}

static void draw(void *state, struct canvas_region region, bool focused)
{
	struct compare *compare = state;

	rebuild(compare, region.width);
	comparison_draw_head(&compare->it, region);
	canvas_rule(region, region.height - 1, CANVAS_RULE);
	comparison_draw(&compare->it, canvas_part(region, 1, 0, region.height - 2, -1), focused);
}

static uint64_t version(const void *state)
{
	const struct compare *compare = state;

	return compare->it.version + desk_version(compare->it.place.desk);
}

static void free_compare(void *state)
{
	struct compare *compare = state;

	comparison_clear(&compare->it);
	free(compare->problem);
	free(compare);
}

/* -- What a person does -- */

static int move(void *target, int how, struct error *err)
{
	(void)err;
	comparison_move(&((struct compare *)target)->it, (enum scroll_move)how);
	return 0;
}

static int jump(void *target, int by, struct error *err)
{
	if (comparison_jump(&((struct compare *)target)->it, by))
		return 0;
	return error_set(err, E_REFUSED, "There is no change %s this one.", by > 0 ? "after" : "before");
}

static int choose(void *target, int argument, struct error *err)
{
	(void)argument;
	return comparison_ask(&((struct compare *)target)->it, err);
}

static int open_fold(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	(void)comparison_open(&((struct compare *)target)->it);
	return 0;
}

static int toggle_whole(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	comparison_toggle_whole(&((struct compare *)target)->it);
	return 0;
}

static int toggle_beside(void *target, int argument, struct error *err)
{
	(void)argument;
	(void)err;
	comparison_toggle_beside(&((struct compare *)target)->it);
	return 0;
}

static const struct command rows[] = {
    {"compare.next", "Next", "The next change", "n", 0, 10, "View", 1, jump},
    {"compare.previous", "Previous", "The change before", "p", 0, 20, "View", -1, jump},
    {"compare.since", "Since", "Choose what it is compared with", "s", 0, 30, "View", 0, choose},
    {"compare.open", "Open", "Show the unchanged paragraphs under the cursor", "Enter", 0, 0, "View", 0,
     open_fold},
    {"compare.whole", "Whole", "Show all of the text, or fold away what did not change", "o", 0, 40, "View",
     0, toggle_whole},
    {"compare.beside", "Side by side", "Old and new side by side, or in one text", "|", 0, 50, "View", 0,
     toggle_beside},
    {"compare.down", "Down", "One row down", "Down, j", 0, 0, NULL, SCROLL_DOWN, move},
    {"compare.up", "Up", "One row up", "Up, k", 0, 0, NULL, SCROLL_UP, move},
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
	comparison_init(&compare->it, place, name);
	out->ops = &ops;
	out->state = compare;
	return 0;
}
