/*
 * Kills the editor at random moments while somebody types, and looks whether all that was seen comes back.
 *
 *	kills SEED ROUNDS COMMAND
 *
 * COMMAND opens one draft in the editor.  In each round a line of letters is typed; after some of them
 * comes SIGKILL.  At the next start the unsaved text is taken, and every letter of the line that was on
 * the screen must be there.  Prints TAP, one line a round.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/strbuf.h"

#include "pty.h"

#define PATIENCE 30000 /* milliseconds that the program may take to show something */
#define LINE     60    /* letters of a line */
#define HEIGHT   24
#define WIDTH    100

static unsigned draw(unsigned *seed, unsigned below)
{
	return (unsigned)rand_r(seed) % below;
}

/* Until one of the texts is on the screen: its number, or -1 when none comes. */
static int wait_for(struct pty *pty, const char *const *texts, int count)
{
	int64_t deadline = clock_monotonic() + PATIENCE;

	while (clock_monotonic() < deadline) {
		for (int i = 0; i < count; i++) {
			if (pty_count(pty, texts[i]) > 0)
				return i;
		}
		if (!pty_pump(pty, 100) && pty_is_over(pty))
			break;
	}
	return -1;
}

/* Opens the editor, taking what was left unsaved; NULL when it does not come up. */
static struct pty *open_editor(const char *command)
{
	static const char *const first[] = {"Take it", "Ctrl-S Save"};
	static const char *const back[] = {"The unsaved text is back"};
	struct pty *pty = pty_start(command, HEIGHT, WIDTH);
	int seen = wait_for(pty, first, 2);

	if (seen == 0) {
		pty_type(pty, "t", 1);
		seen = wait_for(pty, back, 1);
	}
	if (seen >= 0)
		return pty;
	pty_free(pty);
	return NULL;
}

/* How many letters from the line's beginning are on the screen. */
static size_t seen_of(struct pty *pty, const char *line)
{
	char part[LINE + 1];

	for (size_t len = strlen(line); len > 0; len--) {
		memcpy(part, line, len);
		part[len] = '\0';
		if (pty_count(pty, part) > 0)
			return len;
	}
	return 0;
}

static void show(struct pty *pty)
{
	struct strbuf row = STRBUF_INIT;

	for (int i = 0; i < HEIGHT; i++) {
		strbuf_reset(&row);
		pty_row(pty, i, false, &row);
		printf("# %s\n", row.data);
	}
	strbuf_clear(&row);
}

/* Types a line at the end of the text, and kills somewhere in it; the letters that were seen by then. */
static size_t type_and_kill(struct pty *pty, const char *line, unsigned *seed)
{
	static const struct input_key end = {INPUT_END, INPUT_CTRL};
	static const struct input_key enter = {INPUT_ENTER, 0};
	static const struct input_key save = {'s', INPUT_CTRL};
	size_t len = strlen(line);
	size_t last = 1 + draw(seed, (unsigned)len);
	int status;
	long cpu;

	pty_key(pty, end);
	pty_key(pty, enter);
	for (size_t i = 0; i < last; i++) {
		pty_type(pty, line + i, 1);
		if (draw(seed, 3) == 0)
			pty_pump(pty, (int)draw(seed, 40));
		if (draw(seed, 2 * (unsigned)len) == 0)
			pty_key(pty, save);
	}
	for (unsigned turns = draw(seed, 6); turns > 0; turns--)
		pty_pump(pty, (int)draw(seed, 20));
	pty_signal(pty, SIGKILL);
	if (!pty_wait_end(pty, PATIENCE, &status, &cpu))
		return 0;
	while (pty_pump(pty, 20))
		;
	return seen_of(pty, line);
}

/* A line of letters that is nowhere else. */
static void make_line(char line[LINE + 1], unsigned round, unsigned *seed)
{
	int at = snprintf(line, LINE + 1, "r%u-", round);

	while (at < LINE)
		line[at++] = (char)('a' + draw(seed, 26));
	line[at] = '\0';
}

static bool play(unsigned round, const char *command, unsigned *seed)
{
	struct pty *pty = open_editor(command);
	char line[LINE + 1];
	size_t before;
	size_t after;

	if (pty == NULL) {
		printf("not ok %u - the editor opens\n", round);
		return false;
	}
	make_line(line, round, seed);
	before = type_and_kill(pty, line, seed);
	pty_free(pty);
	pty = open_editor(command);
	if (pty != NULL)
		pty_key(pty, (struct input_key){INPUT_END, INPUT_CTRL});
	while (pty != NULL && seen_of(pty, line) < before && pty_pump(pty, 2000))
		;
	after = pty != NULL ? seen_of(pty, line) : 0;
	printf("%sok %u - of %zu letters that were seen, %zu come back\n",
	       pty != NULL && after >= before ? "" : "not ", round, before, after);
	if (pty == NULL || after < before) {
		printf("# %s\n", line);
		if (pty != NULL)
			show(pty);
	}
	if (pty != NULL)
		pty_signal(pty, SIGKILL);
	pty_free(pty);
	return pty != NULL && after >= before;
}

int main(int argc, char **argv)
{
	unsigned rounds;
	unsigned seed;
	bool well = true;

	if (argc != 4) {
		fprintf(stderr, "kills SEED ROUNDS COMMAND\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	seed = (unsigned)atol(argv[1]);
	rounds = (unsigned)atol(argv[2]);
	for (unsigned i = 1; i <= rounds; i++)
		well = play(i, argv[3], &seed) && well;
	printf("1..%u\n", rounds);
	return well ? 0 : 1;
}
