/*
 * Drives an editor at a terminal and prints what its keys cost, for tests/bench/editor:
 *
 *	editor HEIGHTxWIDTH COMMAND STEP ...
 *
 *	wait=TEXT     until the text is on the screen; prints "open MS" the first time
 *	rested        until something came and then nothing more for a while; prints "open MS" too
 *	keys=KEYS     presses them and lets the screen come to rest; in KEYS, \e is Esc, \r Enter
 *	measure=NAME,COUNT,SILENCE,PAUSE,KEYS
 *	              presses the keys one by one, again from the first until there were COUNT, and prints
 *	              "NAME MEDIAN P99 MAX" of milliseconds from the key to the last byte before SILENCE ms
 *	              without one, then median, 95th percentile and maximum of the bytes sent for a key;
 *	              PAUSE ms (and up to half as much more) pass between one key and the next
 *	paste=FILE    pastes it in brackets; prints "paste MS"
 *	idle=MS       prints "idle BYTES"
 *	writes=FILE   from here on, measure counts in this log of strace, and prints beside: writes to the
 *	              terminal per key, and the largest in bytes
 *	memory        prints "memory KB KB": the greatest resident set of the program itself, and the
 *	              greatest sum over it and its children of what each has to itself or its part of (PSS)
 */
#include <ctype.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "../screen/pty.h"
#include "figures.h"

#define PATIENCE 60000 /* milliseconds */
#define REST     300   /* milliseconds without a byte after keys that are not measured */
#define COUNT    4096
#define SAMPLE   10 /* milliseconds between two looks at the memory */

struct session {
	struct pty *pty;
	double begun;
	bool opened;
	const char *log; /* of strace, or NULL */
	long logged;     /* bytes of it that were counted */
};

static void give_up(const char *why, const char *what)
{
	fprintf(stderr, "editor: %s %s\n", why, what);
	exit(2);
}

/* -- Memory: looked at by a thread of its own -- */

static atomic_long most_shared; /* KB */
static int ending[2];           /* a pipe whose far end is closed when nobody is to look any more */

/* The number after a word at the start of a line of a file; 0 where there is none. */
static long number_in(const char *file, const char *word)
{
	FILE *in = fopen(file, "r");
	char line[256];
	long number = 0;

	while (in != NULL && fgets(line, sizeof line, in) != NULL) {
		if (strncmp(line, word, strlen(word)) == 0)
			number = strtol(line + strlen(word), NULL, 10);
	}
	if (in != NULL)
		fclose(in);
	return number;
}

static long of_process(const char *pid, const char *file, const char *word)
{
	char *path = mem_printf("/proc/%s/%s", pid, file);
	long number = number_in(path, word);

	free(path);
	return number;
}

/* Whether a process is a descendant of this one, or of one that is. */
static bool is_ours(const char *pid)
{
	long parent = of_process(pid, "status", "PPid:");

	while (parent > 1 && parent != getpid()) {
		char *number = mem_printf("%ld", parent);

		parent = of_process(number, "status", "PPid:");
		free(number);
	}
	return parent == getpid();
}

/* The sum, or the greatest, of a figure of the processes that were started here. */
static long over_processes(const char *file, const char *word, bool greatest)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	long all = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		long one;

		if (!isdigit((unsigned char)entry->d_name[0]) || !is_ours(entry->d_name))
			continue;
		one = of_process(entry->d_name, file, word);
		all = greatest ? (one > all ? one : all) : all + one;
	}
	if (dir != NULL)
		closedir(dir);
	return all;
}

static void *watch(void *context)
{
	struct pollfd end = {.fd = ending[0]};

	(void)context;
	while (poll(&end, 1, SAMPLE) == 0) {
		long shared = over_processes("smaps_rollup", "Pss:", false);

		if (shared > most_shared)
			most_shared = shared;
	}
	return NULL;
}

/* -- Keys -- */

/* Makes the bytes of keys as they are written on the command line. */
static size_t unescape(char *out, const char *keys)
{
	size_t len = 0;

	for (; *keys != '\0' && len < COUNT; keys++) {
		if (*keys == '\\' && keys[1] == 'e')
			out[len++] = '\x1b', keys++;
		else if (*keys == '\\' && keys[1] == 'r')
			out[len++] = '\r', keys++;
		else if (*keys == '^' && keys[1] >= '?' && keys[1] <= '_')
			out[len++] = (char)(*++keys ^ 0x40);
		else
			out[len++] = *keys;
	}
	return len;
}

/* The bytes of the key that starts here: a control sequence, or a character. */
static size_t key_len(const char *bytes, size_t len)
{
	size_t n = 1;

	if (bytes[0] == '\x1b' && len > 2 && (bytes[1] == '[' || bytes[1] == 'O')) {
		for (n = 2; n < len && (bytes[n] < '@' || bytes[n] > '~'); n++)
			;
		return n < len ? n + 1 : n;
	}
	while (n < len && ((unsigned char)bytes[n] & 0xc0) == 0x80)
		n++;
	return n;
}

static void rest(struct session *s, int silence)
{
	double begun = figures_now();

	while (pty_pump(s->pty, silence)) {
		if (figures_now() - begun > PATIENCE)
			give_up("It does not come to rest.", "");
	}
}

static void press(struct session *s, const char *keys)
{
	char bytes[COUNT];
	size_t len = unescape(bytes, keys);

	pty_type(s->pty, bytes, len);
	rest(s, REST);
}

static void wait_for(struct session *s, const char *text)
{
	double last = figures_now();

	while (pty_count(s->pty, text) == 0) {
		if (pty_pump(s->pty, 50))
			last = figures_now();
		if (pty_is_over(s->pty) || figures_now() - s->begun > PATIENCE)
			give_up("Not seen:", text);
	}
	/* The rest of that screen, and not what comes to be known later. */
	while (pty_pump(s->pty, 10))
		last = figures_now();
	if (!s->opened)
		printf("open %.1f\n", last - s->begun);
	s->opened = true;
	rest(s, REST);
}

static void come_to_rest(struct session *s)
{
	double last = s->begun;

	while (pty_pump(s->pty, last == s->begun ? PATIENCE : REST))
		last = figures_now();
	printf("open %.1f\n", last - s->begun);
	s->opened = true;
}

/* Counts what the log of strace has more of, and the bytes of the largest write. */
static void count_writes(struct session *s, long *count, long *largest)
{
	FILE *in = fopen(s->log, "r");
	char line[4096];

	*count = *largest = 0;
	if (in == NULL || fseek(in, s->logged, SEEK_SET) < 0)
		give_up("It cannot be read:", s->log);
	while (fgets(line, sizeof line, in) != NULL) {
		const char *result = strrchr(line, '=');

		if (strstr(line, "write(1, ") == NULL || result == NULL)
			continue;
		++*count;
		if (strtol(result + 1, NULL, 10) > *largest)
			*largest = strtol(result + 1, NULL, 10);
	}
	s->logged = ftell(in);
	fclose(in);
}

/* Presses one key; *bytes is what came of it, and the milliseconds to its last byte are returned. */
static double time_key(struct session *s, const char *key, size_t len, int silence, double *bytes)
{
	size_t before = pty_bytes(s->pty);
	double begun = figures_now(), last = begun;

	pty_type(s->pty, key, len);
	while (pty_pump(s->pty, last == begun ? PATIENCE / 20 : silence))
		last = figures_now();
	*bytes = (double)(pty_bytes(s->pty) - before);
	return last - begun;
}

static void measure(struct session *s, char *spec)
{
	char *name = strtok(spec, ",");
	size_t count = strtoul(strtok(NULL, ","), NULL, 10);
	int silence = (int)strtol(strtok(NULL, ","), NULL, 10);
	int pause = (int)strtol(strtok(NULL, ","), NULL, 10);
	double *times = mem_zalloc(count, sizeof *times);
	double *bytes = mem_zalloc(count, sizeof *bytes);
	char keys[COUNT];
	size_t len = unescape(keys, strtok(NULL, "")), at = 0;
	long writes, largest;
	double median;

	if (s->log != NULL)
		count_writes(s, &writes, &largest);
	srand(1);
	for (size_t i = 0; i < count; i++) {
		double until = figures_now() + pause + (pause > 0 ? rand() % (pause / 2 + 1) : 0);
		size_t n = key_len(keys + at, len - at);

		while (figures_now() < until)
			pty_pump(s->pty, (int)(until - figures_now()) + 1);
		times[i] = time_key(s, keys + at, n, silence, &bytes[i]);
		at = at + n < len ? at + n : 0;
	}
	median = figures_percentile(times, count, 50);
	printf("%s %.2f %.2f %.2f", name, median, figures_percentile(times, count, 99), times[count - 1]);
	median = figures_percentile(bytes, count, 50);
	printf(" %.0f %.0f %.0f", median, figures_percentile(bytes, count, 95), bytes[count - 1]);
	if (s->log != NULL) {
		count_writes(s, &writes, &largest);
		printf(" %.2f %ld", (double)writes / (double)count, largest);
	}
	printf("\n");
	free(times);
	free(bytes);
}

/* -- The rest -- */

static void paste(struct session *s, const char *file)
{
	struct strbuf text = STRBUF_INIT;
	struct error err;
	double begun, last;

	if (path_read(&text, file, (size_t)64 << 20, &err) < 0)
		give_up(err.message, "");
	begun = last = figures_now();
	pty_paste(s->pty, text.data, text.len);
	while (pty_pump(s->pty, last == begun ? PATIENCE / 20 : REST))
		last = figures_now();
	printf("paste %.1f\n", last - begun);
	strbuf_clear(&text);
}

static void idle(struct session *s, int milliseconds)
{
	size_t before = pty_bytes(s->pty);
	double until = figures_now() + milliseconds;

	while (figures_now() < until)
		pty_pump(s->pty, (int)(until - figures_now()) + 1);
	printf("idle %zu\n", pty_bytes(s->pty) - before);
}

static void step(struct session *s, char *text)
{
	char *value = strchr(text, '=');

	if (value != NULL)
		*value++ = '\0';
	if (strcmp(text, "memory") == 0)
		printf("memory %ld %ld\n", over_processes("status", "VmHWM:", true), (long)most_shared);
	else if (strcmp(text, "rested") == 0)
		come_to_rest(s);
	else if (value == NULL)
		give_up("No step:", text);
	else if (strcmp(text, "wait") == 0)
		wait_for(s, value);
	else if (strcmp(text, "keys") == 0)
		press(s, value);
	else if (strcmp(text, "measure") == 0)
		measure(s, value);
	else if (strcmp(text, "paste") == 0)
		paste(s, value);
	else if (strcmp(text, "idle") == 0)
		idle(s, (int)strtol(value, NULL, 10));
	else if (strcmp(text, "writes") == 0)
		s->log = value;
	else
		give_up("No step:", text);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	struct session s = {.opened = false};
	pthread_t watcher;
	bool watched;
	int height, width;

	if (argc < 3 || sscanf(argv[1], "%dx%d", &height, &width) != 2)
		give_up("HEIGHTxWIDTH COMMAND STEP ...", "");
	s.begun = figures_now();
	s.pty = pty_start(argv[2], height, width);
	/* Looking takes time that keys would wait for: only where it is asked for. */
	watched = strcmp(argv[argc - 1], "memory") == 0;
	if (watched && (pipe(ending) < 0 || pthread_create(&watcher, NULL, watch, NULL) != 0))
		give_up("The memory cannot be looked at.", "");
	for (int i = 3; i < argc; i++)
		step(&s, argv[i]);
	if (watched) {
		close(ending[1]);
		pthread_join(watcher, NULL);
	}
	pty_free(s.pty);
	return 0;
}
