/*
 * Ends the editor at random moments while somebody types, and looks whether all that was seen comes back.
 *
 *	kills HOW SEED ROUNDS COMMAND
 *
 * COMMAND opens one draft in the editor.  In each round a line of letters is typed; after some of them
 * the end comes: HOW is kill (SIGKILL), hangup (the person's end of the terminal is closed, or SIGHUP or
 * SIGTERM comes; the program must then end by itself, within a second), memory (next to nothing more can
 * be allocated, and what is pasted then ends the program), or library (one library finds no memory from the
 * first letter on, see tests/faults/starve.c; what is done then may end the program, else SIGKILL does).  At
 *the next start the unsaved text is taken, and every letter of the line that was on the screen must be there.
 *Prints TAP, one line a round.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/strbuf.h"

#include "pty.h"

#define PATIENCE 30000 /* milliseconds that the program may take to show something */
#define LAST     1000  /* and to end when its terminal is gone */
#define PASTE    200000
#define LINE     60 /* letters of a line */
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

/* -- Ways to end -- */

/* Each ends the program and says whether it ended as it should. */

static bool end_by_kill(struct pty *pty, unsigned *seed)
{
	int status;
	long cpu;

	(void)seed;
	pty_signal(pty, SIGKILL);
	return pty_wait_end(pty, PATIENCE, &status, &cpu);
}

static bool end_by_hang_up(struct pty *pty, unsigned *seed)
{
	static const int numbers[] = {0, SIGHUP, SIGTERM};
	int number = numbers[draw(seed, 3)];
	int status = -1;
	int spent = 0;
	long cpu = 0;
	bool ended;

	if (number == 0)
		pty_hang_up(pty);
	else
		pty_signal(pty, number);
	ended = pty_wait_end_busily(pty, LAST, &spent, &status, &cpu);
	if (ended && status == 0)
		return true;
	printf("# %s: %s with status %d, %ld ms of the processor\n",
	       number == 0 ? "closed terminal" : strsignal(number), ended ? "ended" : "goes on", status, cpu);
	return false;
}

/* Pastes until there is no memory for it, which ends the program. */
static bool end_by_memory(struct pty *pty, unsigned *seed)
{
	int64_t deadline = clock_monotonic() + PATIENCE;
	struct strbuf text = STRBUF_INIT;
	bool ended;
	int status;
	long cpu;

	pty_limit_memory(pty, (size_t)draw(seed, 1 << 20));
	while (text.len < PASTE)
		strbuf_addf(&text, "%u 湖滨步道 the lake path. ", draw(seed, 1000000));
	/* Some of it may fit into what the program has had before. */
	for (int i = 0; i < 60 && !pty_is_over(pty); i++) {
		pty_paste(pty, text.data, text.len);
		while (pty_pump(pty, 200))
			;
	}
	while (!pty_is_over(pty) && clock_monotonic() < deadline)
		pty_pump(pty, 100);
	strbuf_clear(&text);
	ended = pty_is_over(pty);
	if (!ended)
		pty_signal(pty, SIGKILL);
	while (pty_pump(pty, 20))
		;
	return pty_wait_end(pty, PATIENCE, &status, &cpu) && ended;
}

static void starve(void)
{
	FILE *file = fopen(getenv("STARVE_WHILE"), "w");

	if (file != NULL)
		fclose(file);
}

/* Has every library asked for something; libgit2 calls itself for ever where it cannot tell its error. */
static bool end_by_library(struct pty *pty, unsigned *seed)
{
	/* An expression is looked for, a word is checked, the preview is opened, the text is saved. */
	static const struct input_key find = {'f', INPUT_CTRL}, expression = {'r', INPUT_ALT};
	static const struct input_key keys[] = {
	    {INPUT_ESCAPE, 0}, {INPUT_F1 + 6, 0}, {INPUT_ESCAPE, 0}, {INPUT_F1 + 1, 0}, {'s', INPUT_CTRL}};
	int status = 0;
	long cpu;

	(void)seed;
	pty_key(pty, find);
	pty_key(pty, expression);
	pty_type(pty, "[0-9]é湖", strlen("[0-9]é湖"));
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		while (pty_pump(pty, 200))
			;
		pty_key(pty, keys[i]);
	}
	while (pty_pump(pty, 500))
		;
	pty_signal(pty, SIGKILL);
	if (!pty_wait_end(pty, PATIENCE, &status, &cpu))
		return false;
	(void)unlink(getenv("STARVE_WHILE"));
	if (status == 128 + SIGSEGV && strstr(getenv("STARVE_LIBRARY"), "libgit2") == NULL) {
		printf("# it crashed\n");
		return false;
	}
	return true;
}

static const struct end {
	const char *name;
	void (*begin)(void); /* before the first letter; or NULL */
	bool (*end)(struct pty *pty, unsigned *seed);
} ends[] = {{"kill", NULL, end_by_kill},
	    {"hangup", NULL, end_by_hang_up},
	    {"memory", NULL, end_by_memory},
	    {"library", starve, end_by_library}};

/*
 * Types a line at the end of the text, and ends the program somewhere in it; *seen are the letters that
 * were seen by then.  False when it did not end as it should.
 */
static bool type_and_end(struct pty *pty, const struct end *end, const char *line, unsigned *seed,
			 size_t *seen)
{
	static const struct input_key last_place = {INPUT_END, INPUT_CTRL};
	static const struct input_key enter = {INPUT_ENTER, 0};
	static const struct input_key save = {'s', INPUT_CTRL};
	size_t len = strlen(line);
	size_t last = 1 + draw(seed, (unsigned)len);
	bool well;

	pty_key(pty, last_place);
	pty_key(pty, enter);
	if (end->begin != NULL)
		end->begin();
	for (size_t i = 0; i < last; i++) {
		pty_type(pty, line + i, 1);
		if (draw(seed, 3) == 0)
			pty_pump(pty, (int)draw(seed, 40));
		if (draw(seed, 2 * (unsigned)len) == 0)
			pty_key(pty, save);
	}
	for (unsigned turns = draw(seed, 6); turns > 0; turns--)
		pty_pump(pty, (int)draw(seed, 20));
	*seen = seen_of(pty, line);
	well = end->end(pty, seed);
	/* What came before the end was acknowledged too. */
	while (pty_pump(pty, 20))
		;
	if (seen_of(pty, line) > *seen)
		*seen = seen_of(pty, line);
	return well;
}

/* A line of letters that is nowhere else; nor is what it begins with, up to the hyphen. */
static void make_line(char line[LINE + 1], const struct end *end, unsigned round, unsigned *seed)
{
	int at = snprintf(line, LINE + 1, "%s%u-", end->name, round);

	while (at < LINE)
		line[at++] = (char)('a' + draw(seed, 26));
	line[at] = '\0';
}

/* Shows the place of the line: the find bar is given less than can be missing. */
static void go_to(struct pty *pty, const char *line)
{
	static const struct input_key find = {'f', INPUT_CTRL};
	static const struct input_key escape = {INPUT_ESCAPE, 0};

	pty_key(pty, find);
	while (pty_pump(pty, 100))
		;
	pty_type(pty, line, strcspn(line, "-") + 1);
	while (pty_pump(pty, 100))
		;
	pty_key(pty, escape);
}

/* Opens the draft again; how many letters of the line are there. */
static size_t come_back(const char *command, const char *line, size_t wanted, bool *opened)
{
	struct pty *pty = open_editor(command);
	int64_t deadline = clock_monotonic() + PATIENCE;
	size_t found = 0;

	*opened = pty != NULL;
	if (pty != NULL && wanted > 0) {
		go_to(pty, line);
		while ((found = seen_of(pty, line)) < wanted && clock_monotonic() < deadline)
			pty_pump(pty, 500);
		if (found < wanted)
			show(pty);
	}
	if (pty != NULL)
		pty_signal(pty, SIGKILL);
	pty_free(pty);
	return found;
}

static bool play(unsigned round, const struct end *end, const char *command, unsigned *seed)
{
	struct pty *pty = open_editor(command);
	char line[LINE + 1];
	size_t before, after;
	bool well, opened;

	if (pty == NULL) {
		printf("not ok %u - the editor opens\n", round);
		return false;
	}
	make_line(line, end, round, seed);
	well = type_and_end(pty, end, line, seed, &before);
	pty_free(pty);
	after = come_back(command, line, before, &opened);
	well = well && opened && after >= before;
	printf("%sok %u - %s: of %zu letters that were seen, %zu come back\n", well ? "" : "not ", round,
	       end->name, before, after);
	if (!well)
		printf("# %s%s\n", line, opened ? "" : ", and the editor does not open");
	return well;
}

int main(int argc, char **argv)
{
	const struct end *end = NULL;
	unsigned rounds;
	unsigned seed;
	bool well = true;

	for (size_t i = 0; argc == 5 && i < sizeof ends / sizeof ends[0]; i++) {
		if (strcmp(ends[i].name, argv[1]) == 0)
			end = &ends[i];
	}
	if (end == NULL) {
		fprintf(stderr, "kills kill|hangup|memory|library SEED ROUNDS COMMAND\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	seed = (unsigned)atol(argv[2]);
	rounds = (unsigned)atol(argv[3]);
	for (unsigned i = 1; i <= rounds; i++)
		well = play(i, end, argv[4], &seed) && well;
	printf("1..%u\n", rounds);
	return well ? 0 : 1;
}
