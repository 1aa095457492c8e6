#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <vterm.h>

#include "base/strbuf.h"
#include "text/unicode.h"
#include "tui/canvas.h"
#include "tui/frame.h"
#include "tui/term.h"
#include "tui/terminfo.h"

static const struct frame_look rich = {.colours = 256,
				       .italic = true,
				       .faint = true,
				       .underline = true,
				       .takes_back = true,
				       .erases = true,
				       .slides = true,
				       .scrolls = true,
				       .scrolls_by = true,
				       .hide_cursor = true};

/* A terminal of libvterm that a frame draws on. */
struct glass {
	VTerm *vterm;
	VTermScreen *screen;
	struct frame *frame;
	struct frame_look look;
	size_t bytes; /* of the last drawing */
	struct strbuf sent;
};

static void glass_open_as(struct glass *glass, int height, int width, const struct frame_look *look)
{
	static const char no_wrap[] = "\x1b[?7l";

	glass->vterm = vterm_new(height, width);
	vterm_set_utf8(glass->vterm, 1);
	glass->screen = vterm_obtain_screen(glass->vterm);
	vterm_screen_reset(glass->screen, 1);
	vterm_input_write(glass->vterm, no_wrap, sizeof no_wrap - 1);
	glass->frame = frame_new(look);
	glass->look = *look;
	glass->sent = (struct strbuf)STRBUF_INIT;
}

static void glass_open(struct glass *glass, int height, int width)
{
	glass_open_as(glass, height, width, &rich);
}

static void glass_close(struct glass *glass)
{
	strbuf_clear(&glass->sent);
	frame_free(glass->frame);
	vterm_free(glass->vterm);
}

/* Fails where a control function is sent that a terminal of this kind may not have. */
static void assert_known(const struct glass *glass)
{
	const struct frame_look *look = &glass->look;
	const char *at = glass->sent.data;

	while ((at = strchr(at, '\x1b')) != NULL) {
		at += at[1] == '[' ? 2 : 1;
		if (*at == '7' || *at == '8')
			continue;
		at += strspn(at, "0123456789;?");
		switch (*at) {
		case '@':
		case 'P':
			assert_true(look->slides);
			break;
		case 'X':
			assert_true(look->erases);
			break;
		case 'S':
		case 'T':
			assert_true(look->scrolls_by);
			break;
		case 'M':
		case 'r':
			assert_true(look->scrolls);
			break;
		case 'h':
		case 'l':
			assert_true(look->hide_cursor);
			break;
		default:
			assert_non_null(strchr("ABCDHJKm", *at));
		}
	}
}

static void show(struct glass *glass, const struct canvas *canvas)
{
	strbuf_reset(&glass->sent);
	frame_draw(glass->frame, canvas, &glass->sent);
	assert_known(glass);
	vterm_input_write(glass->vterm, glass->sent.data, glass->sent.len);
	glass->bytes = glass->sent.len;
}

/* libvterm leaves a cell empty that was never written, and what follows a cell's last character unset. */
static void get_cell(struct glass *glass, VTermPos pos, VTermScreenCell *cell)
{
	vterm_screen_get_cell(glass->screen, pos, cell);
	if (cell->chars[0] == 0) {
		cell->chars[0] = ' ';
		cell->chars[1] = 0;
	}
}

static void assert_same_cell(struct glass *a, struct glass *b, int row, int column)
{
	VTermPos pos = {.row = row, .col = column};
	VTermScreenCell x, y;

	get_cell(a, pos, &x);
	get_cell(b, pos, &y);
	for (int i = 0; i == 0 || x.chars[i - 1] != 0; i++)
		assert_int_equal(x.chars[i], y.chars[i]);
	assert_int_equal(x.width, y.width);
	assert_int_equal(x.attrs.underline, y.attrs.underline);
	assert_int_equal(x.attrs.reverse, y.attrs.reverse);
	assert_true(vterm_color_is_equal(&x.bg, &y.bg));
	/* nobody sees how bold a blank is, or its ink */
	if (x.chars[0] == ' ' && !x.attrs.reverse)
		return;
	assert_int_equal(x.attrs.bold, y.attrs.bold);
	assert_int_equal(x.attrs.italic, y.attrs.italic);
	assert_true(vterm_color_is_equal(&x.fg, &y.fg));
}

/* What was drawn step by step is what a fresh drawing shows, and what the canvas says. */
static void assert_shown(struct glass *glass, const struct canvas *canvas)
{
	struct glass fresh;
	int height = canvas_height(canvas), width = canvas_width(canvas);
	VTermPos pos;

	glass_open_as(&fresh, height, width, &glass->look);
	show(&fresh, canvas);
	for (int row = 0; row < height; row++) {
		for (int column = 0; column < width; column++) {
			if (canvas_at(canvas, row, column).columns > 0)
				assert_same_cell(glass, &fresh, row, column);
		}
	}
	vterm_state_get_cursorpos(vterm_obtain_state(glass->vterm), &pos);
	if (canvas_cursor_at(canvas, &height, &width)) {
		assert_int_equal(pos.row, height);
		assert_int_equal(pos.col, width);
	}
	glass_close(&fresh);
}

static unsigned next_random(unsigned *seed)
{
	*seed = *seed * 1103515245 + 12345;
	return *seed >> 16 & 0x7fff;
}

static void scribble(struct canvas *canvas, unsigned *seed)
{
	static const char *const words[] = {"Volunteers", "志愿者修复",
					    " ",          "                    ",
					    "x",          "湖",
					    "lake path",  "é",
					    "────",       "a b c d e f g h"};
	static const unsigned styles[] = {CANVAS_NORMAL, CANVAS_NORMAL, CANVAS_DIM,     CANVAS_TITLE,
					  CANVAS_ADDED,  CANVAS_STRONG, CANVAS_SELECTED};
	struct canvas_region all = canvas_region(canvas);

	for (unsigned i = next_random(seed) % 6; i > 0; i--)
		canvas_string(all, (int)(next_random(seed) % 8), (int)(next_random(seed) % 30) - 2,
			      styles[next_random(seed) % 7], words[next_random(seed) % 10]);
	if (next_random(seed) % 8 == 0)
		canvas_clear(canvas);
	canvas_cursor(all, (int)(next_random(seed) % 9), (int)(next_random(seed) % 30));
}

static void any_change_leads_to_the_right_picture(void **state)
{
	struct canvas *canvas = canvas_new(8, 29);
	unsigned seed = 7;
	struct glass glass;

	(void)state;
	glass_open(&glass, 8, 29);
	for (int round = 0; round < 1500; round++) {
		scribble(canvas, &seed);
		show(&glass, canvas);
		assert_shown(&glass, canvas);
		show(&glass, canvas);
		assert_int_equal(glass.bytes, 0);
	}
	glass_close(&glass);
	canvas_free(canvas);
}

static void a_row_alone_leads_to_the_right_picture(void **state)
{
	static const char *const words[] = {"Volunteers", "志愿者", "   ", "x", "é"};
	struct canvas *canvas = canvas_new(8, 29);
	struct canvas_region all = canvas_region(canvas);
	unsigned seed = 11;
	struct glass glass;

	(void)state;
	glass_open(&glass, 8, 29);
	for (int round = 0; round < 500; round++) {
		int row = (int)(next_random(&seed) % 8);

		canvas_string(all, row, (int)(next_random(&seed) % 30) - 2, CANVAS_NORMAL,
			      words[next_random(&seed) % 5]);
		canvas_cursor(all, (int)(next_random(&seed) % 9), (int)(next_random(&seed) % 30));
		strbuf_reset(&glass.sent);
		frame_draw_row(glass.frame, canvas, row, &glass.sent);
		vterm_input_write(glass.vterm, glass.sent.data, glass.sent.len);
		assert_shown(&glass, canvas);
		show(&glass, canvas); /* nothing is left for it */
		assert_int_equal(glass.bytes, 0);
		if (round % 50 == 0)
			frame_forget(glass.frame);
	}
	glass_close(&glass);
	canvas_free(canvas);
}

/* Types and deletes at random in a line that is shown in two panes. */
static void a_line_that_grows_and_shrinks_is_slid(void **state)
{
	static const char *const keys[] = {"a", "志", " ", "x", "\xe2\x80\x9c"};
	struct canvas *canvas = canvas_new(3, 40);
	struct canvas_region all = canvas_region(canvas);
	struct strbuf line = STRBUF_INIT;
	struct glass glass;
	unsigned seed = 3;

	(void)state;
	glass_open(&glass, 3, 40);
	for (int round = 0; round < 3000; round++) {
		size_t pos = line.len > 0 ? next_random(&seed) % line.len : 0;
		const char *key = keys[next_random(&seed) % 5];

		pos = unicode_next(line.data, line.len, pos);
		if (line.len > 24 || (line.len > 0 && next_random(&seed) % 3 == 0)) {
			size_t start = unicode_previous(line.data, line.len, pos);

			strbuf_splice(&line, start, pos - start, NULL, 0);
		} else {
			strbuf_splice(&line, pos, 0, key, strlen(key));
		}
		canvas_clear(canvas);
		canvas_text(canvas_part(all, 1, 0, 1, 19), 0, 0, CANVAS_NORMAL, line.data, line.len);
		canvas_upright(all, 19, CANVAS_RULE);
		canvas_text(canvas_part(all, 1, 20, 1, -1), 0, 0, CANVAS_QUOTE, line.data, line.len);
		canvas_printf(all, 2, 30, CANVAS_STATUS, "%d", round);
		canvas_cursor(all, 1, (int)(pos % 19));
		show(&glass, canvas);
		assert_shown(&glass, canvas);
	}
	strbuf_clear(&line);
	glass_close(&glass);
	canvas_free(canvas);
}

/* A window on a list and one on a text beside it, with a rule above and a status line below. */
static void draw_window(struct canvas *canvas, int left, int right, int round)
{
	struct canvas_region all = canvas_region(canvas);
	struct canvas_region text = canvas_part(all, 1, 0, 10, 20);
	struct canvas_region page = canvas_part(all, 1, 21, 10, -1);

	canvas_clear(canvas);
	canvas_rule(all, 0, CANVAS_RULE);
	canvas_rule(all, 11, CANVAS_RULE);
	canvas_upright(canvas_part(all, 1, 0, 10, -1), 20, CANVAS_RULE);
	for (int row = 0; row < 10; row++) {
		if ((left + row) % 5 != 0)
			canvas_printf(text, row, 0, CANVAS_NORMAL, "Row %d of 湖滨步道", left + row);
		if ((right + row) % 3 != 0)
			canvas_printf(page, row, 0, CANVAS_HEADING, "Zeile %d", (right + row) * 7);
	}
	canvas_printf(all, 12, 0, CANVAS_STATUS, "%d", round);
	canvas_cursor(all, 1 + round % 10, 3);
}

static void check_scrolling(const struct frame_look *look)
{
	struct canvas *canvas = canvas_new(13, 40);
	int left = 100, right = 100;
	struct glass glass;
	unsigned seed = 5;

	glass_open_as(&glass, 13, 40, look);
	for (int round = 0; round < 1000; round++) {
		draw_window(canvas, left, right, round);
		show(&glass, canvas);
		assert_shown(&glass, canvas);
		left += (int)(next_random(&seed) % 13) - 6;
		right += next_random(&seed) % 2 == 0 ? (int)(next_random(&seed) % 13) - 6 : 0;
	}
	glass_close(&glass);
	canvas_free(canvas);
}

static void rows_that_go_up_or_down_are_scrolled(void **state)
{
	struct frame_look old = rich;

	(void)state;
	old.scrolls_by = false;
	check_scrolling(&rich);
	check_scrolling(&old);
}

/* Puts a text in, and what stood there after it. */
static void type(struct canvas *canvas, int row, int column, unsigned style, const char *text)
{
	struct canvas_region all = canvas_region(canvas);
	struct strbuf rest = STRBUF_INIT;

	for (int i = column; i < canvas_width(canvas); i++) {
		struct canvas_cell cell = canvas_at(canvas, row, i);

		strbuf_add(&rest, cell.text, cell.len);
	}
	column = canvas_string(all, row, column, style, text);
	canvas_text(all, row, column, CANVAS_NORMAL, rest.data, rest.len);
	strbuf_clear(&rest);
}

/* What people do to a picture of two windows: they scroll either, type in any row, open a box, go elsewhere.
 */
static void change(struct canvas *canvas, int round, unsigned *seed)
{
	static int left = 100, right = 100;
	struct canvas_region all = canvas_region(canvas);
	int row = (int)(next_random(seed) % 13), column = (int)(next_random(seed) % 40);
	unsigned kind = next_random(seed) % 10;

	if (kind < 6) {
		left += (int)(next_random(seed) % 7) - 3;
		right += kind < 3 ? (int)(next_random(seed) % 7) - 3 : 0;
		draw_window(canvas, left, right, round);
	} else if (kind == 6) {
		canvas_fill(canvas_frame(canvas_part(all, 3, 8, 5, 25), CANVAS_RULE), CANVAS_NORMAL);
	} else {
		type(canvas, row, column / 2, kind == 7 ? CANVAS_TITLE : CANVAS_NORMAL,
		     kind == 8 ? "志" : "a");
	}
	canvas_cursor(all, row, column);
}

static void every_terminal_shows_the_picture(void **state)
{
	static const char *const types[] = {"xterm-256color", "xterm",  "linux", "vt100", "vt220",
					    "tmux-256color",  "screen", "rxvt",  "ansi",  "dumb"};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct canvas *canvas = canvas_new(13, 40);
		struct frame_look look;
		struct glass glass;
		unsigned seed = 11 + (unsigned)i;

		if (!terminfo_load(types[i]))
			fail_msg("There is no terminfo of %s.", types[i]);
		term_look(&look);
		terminfo_unload();
		glass_open_as(&glass, 13, 40, &look);
		for (int round = 0; round < 600; round++) {
			change(canvas, round, &seed);
			show(&glass, canvas);
			assert_shown(&glass, canvas);
			if (round % 50 == 49)
				frame_forget(glass.frame);
		}
		glass_close(&glass);
		canvas_free(canvas);
	}
}

static void a_row_more_costs_little_more_than_itself(void **state)
{
	struct canvas *canvas = canvas_new(24, 80);
	struct canvas_region all = canvas_region(canvas);
	struct glass glass;

	(void)state;
	glass_open(&glass, 24, 80);
	for (int round = 0; round < 4; round++) {
		canvas_clear(canvas);
		canvas_rule(all, 0, CANVAS_RULE);
		for (int row = 1; row < 22; row++)
			canvas_printf(all, row, 1, CANVAS_NORMAL, "%04d seven volunteers cleared it again",
				      (row + round) * 37);
		canvas_rule(all, 22, CANVAS_RULE);
		canvas_cursor(all, 21, 5);
		show(&glass, canvas);
		assert_shown(&glass, canvas);
		assert_true(round == 0 || glass.bytes < 80);
	}
	glass_close(&glass);
	canvas_free(canvas);
}

static void a_terminal_that_counts_a_cluster_differently_is_set_right(void **state)
{
	/* libvterm gives each of the three people two columns */
	static const char family[] =
	    "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x91\xa7";
	struct canvas *canvas = canvas_new(2, 29);
	struct canvas_region all = canvas_region(canvas);
	VTermScreenCell cell;
	struct glass glass;

	(void)state;
	glass_open(&glass, 2, 29);
	canvas_string(all, 0, 0, CANVAS_NORMAL, "the one family at the lake");
	show(&glass, canvas);
	canvas_string(all, 0, 4, CANVAS_NORMAL, family);
	show(&glass, canvas);
	for (int column = 6; column < 26; column++) {
		vterm_screen_get_cell(glass.screen, (VTermPos){.row = 0, .col = column}, &cell);
		assert_int_equal(cell.chars[0], canvas_at(canvas, 0, column).text[0]);
	}
	glass_close(&glass);
	canvas_free(canvas);
}

static void nothing_is_sent_while_nothing_changes(void **state)
{
	struct canvas *canvas = canvas_new(24, 80);
	struct glass glass;

	(void)state;
	glass_open(&glass, 24, 80);
	canvas_string(canvas_region(canvas), 3, 4, CANVAS_TITLE, "Desk");
	show(&glass, canvas);
	assert_true(glass.bytes > 0);
	show(&glass, canvas);
	assert_int_equal(glass.bytes, 0);
	frame_forget(glass.frame);
	show(&glass, canvas);
	assert_true(glass.bytes > 0);
	assert_shown(&glass, canvas);
	glass_close(&glass);
	canvas_free(canvas);
}

static void a_typed_character_costs_few_bytes(void **state)
{
	struct canvas *canvas = canvas_new(24, 80);
	struct canvas_region all = canvas_region(canvas);
	struct glass glass;

	(void)state;
	glass_open(&glass, 24, 80);
	canvas_string(all, 5, 0, CANVAS_NORMAL, "On Saturday seven");
	canvas_string(all, 5, 42, CANVAS_NORMAL, "On Saturday seven");
	canvas_string(all, 22, 30, CANVAS_NORMAL, "line 14, column 17");
	canvas_cursor(all, 5, 17);
	show(&glass, canvas);

	canvas_string(all, 5, 17, CANVAS_NORMAL, "x");
	canvas_cursor(all, 5, 18);
	show(&glass, canvas);
	assert_int_equal(glass.bytes, 1);

	canvas_string(all, 5, 18, CANVAS_NORMAL, "y");
	canvas_string(all, 22, 47, CANVAS_NORMAL, "9");
	canvas_cursor(all, 5, 19);
	show(&glass, canvas);
	assert_true(glass.bytes <= 16);

	canvas_string(all, 5, 19, CANVAS_NORMAL, "志");
	canvas_string(all, 5, 61, CANVAS_NORMAL, "志");
	canvas_string(all, 22, 46, CANVAS_NORMAL, "20");
	canvas_cursor(all, 5, 21);
	show(&glass, canvas);
	assert_true(glass.bytes <= 30);
	assert_shown(&glass, canvas);
	glass_close(&glass);
	canvas_free(canvas);
}

/* What is sent for a word of this style, on a terminal that shows nothing yet. */
static void send_word(struct strbuf *out, const struct frame_look *look, unsigned style)
{
	struct canvas *canvas = canvas_new(1, 8);
	struct frame *frame = frame_new(look);

	strbuf_reset(out);
	canvas_string(canvas_region(canvas), 0, 0, style, "text");
	frame_draw(frame, canvas, out);
	frame_free(frame);
	canvas_free(canvas);
}

static void a_word_that_goes_to_the_next_row_costs_little_more_than_itself(void **state)
{
	struct canvas *canvas = canvas_new(24, 80);
	struct canvas_region all = canvas_region(canvas);
	struct glass glass;

	(void)state;
	glass_open(&glass, 24, 80);
	canvas_string(all, 5, 1, CANVAS_NORMAL,
		      "On Saturday seven of the volunteers cleared the path around the lake again");
	canvas_string(all, 6, 1, CANVAS_NORMAL,
		      "and 湖滨步道 was open, since nobody had anything to say against it in the town");
	canvas_cursor(all, 5, 21);
	show(&glass, canvas);

	canvas_clear(canvas);
	canvas_string(all, 5, 1, CANVAS_NORMAL,
		      "On Saturday all of the seven of the volunteers cleared the path around the");
	canvas_string(all, 6, 1, CANVAS_NORMAL,
		      "lake again and 湖滨步道 was open, since nobody had anything to say against");
	canvas_cursor(all, 5, 21);
	show(&glass, canvas);
	assert_shown(&glass, canvas);
	assert_in_range(glass.bytes, 20, 60);
	glass_close(&glass);
	canvas_free(canvas);
}

static void without_colours_none_are_sent_and_meanings_still_differ(void **state)
{
	static const struct frame_look plain = {.colours = 0};
	struct strbuf out = STRBUF_INIT;

	(void)state;
	for (unsigned i = 0; i < CANVAS_MEANINGS; i++) {
		send_word(&out, &plain, i);
		for (char digit = '0'; digit <= '9'; digit++) {
			const char ink[] = {'3', digit, '\0'}, paper[] = {'4', digit, '\0'};

			assert_null(strstr(out.data, ink));
			assert_null(strstr(out.data, paper));
		}
		assert_null(strstr(out.data, "?25"));
	}
	send_word(&out, &plain, CANVAS_ERROR);
	assert_non_null(strstr(out.data, "\x1b[1;7mtext"));
	send_word(&out, &plain, CANVAS_TITLE);
	assert_non_null(strstr(out.data, "\x1b[7mtext"));
	strbuf_clear(&out);
}

static void a_misspelt_word_is_underlined_or_bold_and_never_in_colour_alone(void **state)
{
	static const struct {
		struct frame_look look;
		const char *sent;
	} rows[] = {
	    {{.colours = 256, .underline = true}, "\x1b[4;31mlaek"},
	    {{.colours = 8, .underline = true}, "\x1b[4;31mlaek"},
	    {{.colours = 0, .underline = true}, "\x1b[4mlaek"},
	    {{.colours = 8}, "\x1b[1;4;31mlaek"},
	    {{.colours = 0}, "\x1b[1;4mlaek"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct canvas *canvas = canvas_new(1, 8);
		struct strbuf out = STRBUF_INIT;
		struct frame *frame = frame_new(&rows[i].look);

		canvas_string(canvas_region(canvas), 0, 0, CANVAS_NORMAL | CANVAS_MISSPELT, "laek");
		frame_draw(frame, canvas, &out);
		if (strstr(out.data, rows[i].sent) == NULL)
			fail_msg("%zu: %s", i, out.data + 1);
		frame_free(frame);
		strbuf_clear(&out);
		canvas_free(canvas);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_change_leads_to_the_right_picture),
	    cmocka_unit_test(a_row_alone_leads_to_the_right_picture),
	    cmocka_unit_test(a_line_that_grows_and_shrinks_is_slid),
	    cmocka_unit_test(rows_that_go_up_or_down_are_scrolled),
	    cmocka_unit_test(every_terminal_shows_the_picture),
	    cmocka_unit_test(a_row_more_costs_little_more_than_itself),
	    cmocka_unit_test(a_misspelt_word_is_underlined_or_bold_and_never_in_colour_alone),
	    cmocka_unit_test(a_terminal_that_counts_a_cluster_differently_is_set_right),
	    cmocka_unit_test(nothing_is_sent_while_nothing_changes),
	    cmocka_unit_test(a_typed_character_costs_few_bytes),
	    cmocka_unit_test(a_word_that_goes_to_the_next_row_costs_little_more_than_itself),
	    cmocka_unit_test(without_colours_none_are_sent_and_meanings_still_differ),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
