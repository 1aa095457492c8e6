/* What each meaning looks like on the terminal at hand, and how to say so in few bytes. */
#include "tui/frame_internal.h"

#include <stdio.h>

#include "base/strbuf.h"

enum attribute {
	BOLD = 1 << 0,
	FAINT = 1 << 1,
	ITALIC = 1 << 2,
	UNDERLINE = 1 << 3,
	REVERSE = 1 << 4,
};

/* The SGR parameters of the attributes, in the order of their bits (ECMA-48 section 8.3.117). */
static const char attribute_codes[] = "12347";

#define OWN       (-1)
#define INK(c)    (c), OWN
#define NO_COLOUR OWN, OWN

/* What a meaning looks like with 256, 8 and no colours; each row tells itself apart without colour. */
static const struct look looks[CANVAS_MEANINGS][3] = {
    [CANVAS_NORMAL] = {{0, NO_COLOUR}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_DIM] = {{0, INK(245)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_TITLE] = {{BOLD, 255, 24}, {REVERSE, NO_COLOUR}, {REVERSE, NO_COLOUR}},
    [CANVAS_HEADING] = {{BOLD, INK(32)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_HEADLINE] = {{BOLD | UNDERLINE, NO_COLOUR},
			 {BOLD | UNDERLINE, NO_COLOUR},
			 {BOLD | UNDERLINE, NO_COLOUR}},
    [CANVAS_STATUS] = {{0, NO_COLOUR}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_BAR] = {{0, INK(245)}, {0, NO_COLOUR}, {0, NO_COLOUR}},
    [CANVAS_KEY] = {{BOLD, INK(32)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_RULE] = {{0, INK(243)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_LINK] = {{UNDERLINE, INK(32)}, {UNDERLINE, NO_COLOUR}, {UNDERLINE, NO_COLOUR}},
    [CANVAS_QUOTE] = {{ITALIC, INK(66)}, {ITALIC, NO_COLOUR}, {ITALIC, NO_COLOUR}},
    [CANVAS_CODE] = {{BOLD, INK(130)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_META] = {{0, INK(245)}, {FAINT, NO_COLOUR}, {FAINT, NO_COLOUR}},
    [CANVAS_ADDED] = {{UNDERLINE, INK(34)}, {UNDERLINE, INK(2)}, {BOLD | UNDERLINE, NO_COLOUR}},
    [CANVAS_REMOVED] = {{FAINT, INK(160)}, {FAINT, INK(1)}, {FAINT, NO_COLOUR}},
    [CANVAS_COMMENT] = {{ITALIC, INK(136)}, {ITALIC, NO_COLOUR}, {ITALIC, NO_COLOUR}},
    [CANVAS_GOOD] = {{BOLD, INK(34)}, {BOLD, INK(2)}, {BOLD, NO_COLOUR}},
    [CANVAS_WARN] = {{BOLD, INK(172)}, {BOLD, NO_COLOUR}, {BOLD, NO_COLOUR}},
    [CANVAS_ERROR] = {{BOLD, INK(160)}, {BOLD, INK(1)}, {BOLD | REVERSE, NO_COLOUR}},
};

struct look frame_look_of(const struct frame_look *terminal, unsigned style)
{
	int palette = terminal->colours >= 256 ? 0 : terminal->colours >= 8 ? 1 : 2;
	struct look look = looks[style & CANVAS_MEANING][palette];

	if ((style & CANVAS_STRONG) != 0)
		look.attributes |= BOLD;
	if ((style & CANVAS_EMPHASIS) != 0)
		look.attributes |= terminal->italic ? ITALIC : UNDERLINE;
	if ((style & (CANVAS_FOUND | CANVAS_MISSPELT)) != 0)
		look.attributes |= UNDERLINE;
	if ((style & CANVAS_FOUND) != 0 || ((style & CANVAS_MISSPELT) != 0 && !terminal->underline))
		look.attributes |= BOLD;
	if ((style & CANVAS_MISSPELT) != 0 && palette < 2)
		look.ink = 1; /* in a few bytes: there are many, and each two changes of the look */
	if ((style & (CANVAS_SELECTED | CANVAS_MARKED)) != 0)
		look.attributes |= REVERSE;
	if (!terminal->italic)
		look.attributes &= ~(unsigned)ITALIC;
	if (!terminal->faint)
		look.attributes &= ~(unsigned)FAINT;
	return look;
}

bool frame_same_look(struct look a, struct look b)
{
	return a.attributes == b.attributes && a.ink == b.ink && a.paper == b.paper;
}

static bool is_plain(struct look look)
{
	return look.attributes == 0 && look.ink == OWN && look.paper == OWN;
}

bool frame_leaves_blank(struct look look)
{
	return (look.attributes & (UNDERLINE | REVERSE)) == 0 && look.paper == OWN;
}

/* -- From one look to another -- */

/* SGR parameters, each with the ";" that parts it from the next. */
#define CODES_SIZE 64

static int add_attributes(char *codes, unsigned attributes)
{
	int len = 0;

	for (unsigned i = 0; attribute_codes[i] != '\0'; i++) {
		if ((attributes & 1u << i) != 0)
			len += sprintf(codes + len, "%c;", attribute_codes[i]);
	}
	return len;
}

static int add_colour(char *codes, int colour, int base)
{
	if (colour >= 8)
		return sprintf(codes, "%d;5;%d;", base + 8, colour);
	return colour >= 0 ? sprintf(codes, "%d;", base + colour) : 0;
}

/* All of a look, after a reset unless the terminal is known to be plain. */
static int codes_of_all(char *codes, const struct look *from, struct look to)
{
	int len = 0;

	if (!is_plain(to) && (from == NULL || !is_plain(*from)))
		len += sprintf(codes, "0;");
	len += add_attributes(codes + len, to.attributes);
	len += add_colour(codes + len, to.ink, 30);
	return len + add_colour(codes + len, to.paper, 40);
}

/* Only what differs; -1 where that cannot be said. */
static int codes_of_change(char *codes, const struct frame_look *terminal, struct look from, struct look to)
{
	unsigned gone = from.attributes & ~to.attributes, added = to.attributes & ~from.attributes;
	int len = 0;

	if ((gone != 0 && !terminal->takes_back) || (from.ink != OWN && to.ink == OWN) ||
	    (from.paper != OWN && to.paper == OWN))
		return -1;
	if ((gone & (BOLD | FAINT)) != 0) {
		len += sprintf(codes + len, "22;"); /* takes back both */
		added |= to.attributes & (BOLD | FAINT);
	}
	if ((gone & ITALIC) != 0)
		len += sprintf(codes + len, "23;");
	if ((gone & UNDERLINE) != 0)
		len += sprintf(codes + len, "24;");
	if ((gone & REVERSE) != 0)
		len += sprintf(codes + len, "27;");
	len += add_attributes(codes + len, added);
	if (from.ink != to.ink)
		len += add_colour(codes + len, to.ink, 30);
	if (from.paper != to.paper)
		len += add_colour(codes + len, to.paper, 40);
	return len;
}

void frame_add_look(struct strbuf *out, const struct frame_look *terminal, const struct look *from,
		    struct look to)
{
	char all[CODES_SIZE], change[CODES_SIZE];
	int len, changed;

	if (from != NULL && frame_same_look(*from, to))
		return;
	len = codes_of_all(all, from, to);
	changed = from != NULL ? codes_of_change(change, terminal, *from, to) : -1;
	strbuf_adds(out, "\x1b[");
	if (changed >= 0 && changed < len)
		strbuf_add(out, change, (size_t)changed - 1);
	else if (len > 0)
		strbuf_add(out, all, (size_t)len - 1);
	strbuf_addc(out, 'm');
}
