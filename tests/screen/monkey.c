/*
 * Presses keys at random in the real program, to find what makes it crash or hang.
 *
 *	monkey SEED KEYS COMMAND
 *
 * The same seed presses the same keys.  Ends with 0 when KEYS were pressed, the program answered all
 * the time, and ended with 0 whenever the keys made it end; else prints the last keys and the screen.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/strbuf.h"
#include "text/unicode.h"

#include "pty.h"

#define PATIENCE   30000 /* milliseconds that an answer may take */
#define REMEMBERED 60    /* keys that are told after a failure */

struct monkey {
	struct pty *pty;
	unsigned seed;
	struct strbuf told[REMEMBERED];
	size_t pressed;
};

/* Letters that are commands of the list, words of a text, names that prompts ask for. */
static const char *const texts[] = {
    "e",       "r",     "R",        "n",        "i",         "/",
    "S",       "A",     "X",        "x",        "c",         "h",
    "s",       "v",     "W",        "0",        "1",         "3",
    "4",       "5",     "q",        "?",        " ",         "a",
    "d",       "g",     "G",        "b",        "j",         "k",
    "p",       "I",     "lake",     "y",        "approve",   "release",
    "city",    "test",  "harbour",  "湖滨步道", "e\xcc\x81", "\xf0\x9f\x8f\xb3",
    "# A\n\n", "---\n", "\xff\xfe", "t",        "l",         "section:city",
    "title: ", "*b*",   "[a](b)",   "> x\n",    "1. y\n",    "|",
    "\\",
};

static const struct input_key keys[] = {
    {INPUT_ENTER, 0},
    {INPUT_ENTER, 0},
    {INPUT_ENTER, 0},
    {INPUT_TAB, 0},
    {INPUT_ESCAPE, 0},
    {INPUT_ESCAPE, 0},
    {INPUT_BACKSPACE, 0},
    {INPUT_DELETE, 0},
    {INPUT_UP, 0},
    {INPUT_DOWN, 0},
    {INPUT_DOWN, 0},
    {INPUT_LEFT, 0},
    {INPUT_RIGHT, 0},
    {INPUT_HOME, 0},
    {INPUT_END, 0},
    {INPUT_PAGE_UP, 0},
    {INPUT_PAGE_DOWN, 0},
    {INPUT_F1, 0},
    {INPUT_F1 + 1, 0},
    {INPUT_F1 + 1, INPUT_SHIFT},
    {INPUT_F1 + 2, 0},
    {INPUT_F1 + 3, 0},
    {INPUT_F1 + 4, 0},
    {INPUT_F1 + 5, 0},
    {INPUT_F1 + 6, 0},
    {INPUT_F1 + 6, INPUT_SHIFT},
    {INPUT_F1 + 7, 0},
    {INPUT_F1 + 8, 0},
    {INPUT_F1 + 9, 0},
    {'s', INPUT_CTRL},
    {'z', INPUT_CTRL},
    {'y', INPUT_CTRL},
    {'x', INPUT_CTRL},
    {'c', INPUT_CTRL},
    {'v', INPUT_CTRL},
    {'a', INPUT_CTRL},
    {'f', INPUT_CTRL},
    {'r', INPUT_CTRL},
    {'p', INPUT_CTRL},
    {'q', INPUT_CTRL},
    {'g', INPUT_CTRL},
    {'o', INPUT_CTRL},
    {'b', INPUT_CTRL},
    {'e', INPUT_CTRL},
    {'k', INPUT_CTRL},
    {'t', INPUT_CTRL},
    {'u', INPUT_CTRL},
    {'d', INPUT_CTRL},
    {'j', INPUT_ALT},
    {'c', INPUT_ALT},
    {'w', INPUT_ALT},
    {INPUT_UP, INPUT_CTRL},
    {INPUT_DOWN, INPUT_CTRL},
    {INPUT_END, INPUT_CTRL},
    {INPUT_HOME, INPUT_CTRL},
    {INPUT_LEFT, INPUT_CTRL},
    {INPUT_DOWN, INPUT_SHIFT},
    {INPUT_RIGHT, INPUT_SHIFT},
    {INPUT_DELETE, INPUT_CTRL},
    {INPUT_BACKSPACE, INPUT_CTRL},
    {INPUT_END, INPUT_SHIFT},
};

/* Not one column: libvterm 0.1.4 has no room there for a character of two, and writes to where it has none.
 */
static const int sizes[][2] = {{24, 80}, {50, 160}, {5, 20}, {8, 40}, {24, 120}, {60, 250}, {1, 2}};

#define COUNT(array) ((unsigned)(sizeof(array) / sizeof(array)[0]))

static unsigned draw(struct monkey *monkey, unsigned below)
{
	return (unsigned)rand_r(&monkey->seed) % below;
}

static void tell(struct monkey *monkey)
{
	size_t first = monkey->pressed > REMEMBERED ? monkey->pressed - REMEMBERED : 0;
	struct strbuf row = STRBUF_INIT;

	printf("# keys:");
	for (size_t i = first; i < monkey->pressed; i++)
		printf(" %s", monkey->told[i % REMEMBERED].data);
	printf("\n");
	for (int i = 0; i < pty_height(monkey->pty); i++) {
		strbuf_reset(&row);
		pty_row(monkey->pty, i, false, &row);
		printf("# %s\n", row.data);
	}
	strbuf_clear(&row);
}

static void press(struct monkey *monkey)
{
	struct strbuf *told = &monkey->told[monkey->pressed++ % REMEMBERED];
	unsigned kind = draw(monkey, 100);

	strbuf_reset(told);
	if (kind < 45) {
		const char *text = texts[draw(monkey, COUNT(texts))];

		strbuf_addf(told, "\"%s\"", text);
		pty_type(monkey->pty, text, strlen(text));
	} else if (kind < 95) {
		struct input_key key = keys[draw(monkey, COUNT(keys))];

		strbuf_addf(told, "%x/%x", (unsigned)key.code, key.modifiers);
		pty_key(monkey->pty, key);
	} else if (kind < 98) {
		const char *text = texts[draw(monkey, COUNT(texts))];

		strbuf_addf(told, "paste \"%s\"", text);
		pty_paste(monkey->pty, text, strlen(text));
	} else {
		const int *size = sizes[draw(monkey, COUNT(sizes))];

		strbuf_addf(told, "%dx%d", size[1], size[0]);
		pty_resize(monkey->pty, size[0], size[1]);
	}
}

/* Whether the program draws its screen again when the window changes, or has ended. */
static bool answers(struct monkey *monkey)
{
	int64_t deadline = clock_monotonic() + PATIENCE;
	size_t before;

	while (pty_pump(monkey->pty, 20))
		;
	before = pty_bytes(monkey->pty);
	pty_resize(monkey->pty, pty_height(monkey->pty) == 24 ? 25 : 24, 80);
	while (pty_bytes(monkey->pty) == before && !pty_is_over(monkey->pty)) {
		if (clock_monotonic() > deadline)
			return false;
		pty_pump(monkey->pty, 100);
	}
	return true;
}

/* Whether a program that has ended did so of its own will. */
static bool ended_well(struct monkey *monkey)
{
	int status = -1;
	long cpu;

	while (pty_pump(monkey->pty, 50))
		;
	/* Ctrl-C counts again once the terminal has been given back. */
	if (!pty_wait_end(monkey->pty, PATIENCE, &status, &cpu) || (status != 0 && status != 128 + SIGINT)) {
		printf("# ended with %d\n", status);
		return false;
	}
	return true;
}

static bool play(struct monkey *monkey, const char *command, long count)
{
	bool well = true;

	monkey->pty = pty_start(command, 24, 80);
	for (long i = 1; well && i <= count; i++) {
		press(monkey);
		if (i % 20 == 0)
			well = answers(monkey);
		while (pty_pump(monkey->pty, 5))
			;
		if (well && pty_is_over(monkey->pty)) {
			well = ended_well(monkey);
			if (well) {
				pty_free(monkey->pty);
				monkey->pty = pty_start(command, 24, 80);
			}
		}
	}
	return well;
}

int main(int argc, char **argv)
{
	struct monkey monkey = {0};
	bool well;

	if (argc != 4) {
		fprintf(stderr, "monkey SEED KEYS COMMAND\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < REMEMBERED; i++)
		monkey.told[i] = (struct strbuf)STRBUF_INIT;
	monkey.seed = (unsigned)atol(argv[1]);
	well = play(&monkey, argv[3], atol(argv[2]));
	if (!well)
		tell(&monkey);
	pty_free(monkey.pty);
	for (size_t i = 0; i < REMEMBERED; i++)
		strbuf_clear(&monkey.told[i]);
	return well ? 0 : 1;
}
