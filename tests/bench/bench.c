/*
 * Measures one thing and prints the figure, for tests/bench/run:
 *
 *	bench start TEXT COMMAND        milliseconds until the text is on an 80x24 terminal
 *	bench typing TEXT COMMAND       bytes for each typed character, median and 95th percentile
 *	bench command PREPARE COMMAND   milliseconds of a shell command, each after PREPARE
 *	bench markdown FILE             milliseconds of parsing and laying out an article
 *	bench diff OLD NEW              of comparing two texts by words
 *	bench spell FILE                of checking the words of a text, the dictionary being open
 *	bench import FILE               of making an article of a text
 *	bench release FOLDER FIRST PER RUNS
 *	                                of releasing PER drafts at once in the newsroom of large.c, RUNS
 *	                                times from its draft FIRST on, and of that until the branch moved
 *	bench verify FOLDER             of proving all of its releases, once
 *
 * Times are the median of several runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "desk/import.h"
#include "desk/policy.h"
#include "desk/release.h"
#include "desk/verify.h"
#include "text/diff.h"
#include "text/spell.h"
#include "text/markdown.h"
#include "text/unicode.h"
#include "../screen/pty.h"
#include "figures.h"

#define RUNS        9
#define SETTLED     60    /* milliseconds without a byte: all that a key does is done */
#define PATIENCE    15000 /* milliseconds */
#define INPUT_LIMIT ((size_t)16 << 20)

static const char typed[] = "Volunteers cleared the path around the lake on Saturday, and the harbour "
			    "trust paid for new boards. ";

static void give_up(const char *why)
{
	fprintf(stderr, "bench: %s\n", why);
	exit(2);
}

/* -- At a terminal -- */

static struct pty *start(const char *text, const char *command)
{
	struct pty *pty = pty_start(command, 24, 80);
	double begun = figures_now();

	while (pty_count(pty, text) == 0) {
		pty_pump(pty, 100);
		if (pty_is_over(pty) || figures_now() - begun > PATIENCE)
			give_up("The text is not seen.");
	}
	return pty;
}

static void measure_start(char **arguments)
{
	double times[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		double begun = figures_now();
		struct pty *pty = start(arguments[0], arguments[1]);

		times[i] = figures_now() - begun;
		pty_free(pty);
	}
	printf("%.1f\n", figures_percentile(times, RUNS, 50));
}

static void measure_typing(char **arguments)
{
	struct pty *pty = start(arguments[0], arguments[1]);
	double bytes[sizeof typed - 1];

	while (pty_pump(pty, SETTLED * 5))
		;
	for (size_t i = 0; i < sizeof typed - 1; i++) {
		size_t before = pty_bytes(pty);

		pty_type(pty, &typed[i], 1);
		while (pty_pump(pty, SETTLED))
			;
		bytes[i] = (double)(pty_bytes(pty) - before);
	}
	pty_free(pty);
	printf("%.0f %.0f\n", figures_percentile(bytes, sizeof typed - 1, 50),
	       figures_percentile(bytes, sizeof typed - 1, 95));
}

/* -- In the shell -- */

static void run(const char *command)
{
	if (system(command) != 0)
		give_up(command);
}

static void measure_command(char **arguments)
{
	double times[RUNS];

	for (size_t i = 0; i < RUNS; i++) {
		double begun;

		run(arguments[0]);
		begun = figures_now();
		run(arguments[1]);
		times[i] = figures_now() - begun;
	}
	printf("%.1f\n", figures_percentile(times, RUNS, 50));
}

/* -- In the rooms -- */

static void lay_out(const struct strbuf *text, const struct strbuf *other)
{
	struct unicode_segmenter *segmenter;
	struct markdown *blocks;
	struct markdown_page page;
	struct error err;

	(void)other;
	if (unicode_segmenter_new(&segmenter, UNICODE_LINE, "en", &err) < 0 ||
	    markdown_parse(&blocks, text->data, text->len, &err) < 0)
		give_up(err.message);
	markdown_layout(&page, blocks, segmenter, 80);
	markdown_page_clear(&page);
	markdown_free(blocks);
	unicode_segmenter_free(segmenter);
}

static void compare(const struct strbuf *text, const struct strbuf *other)
{
	struct diff diff;
	struct error err;

	if (diff_words(&diff, text->data, text->len, other->data, other->len, &err) < 0)
		give_up(err.message);
	diff_clear(&diff);
}

static void check_words(const struct strbuf *text, const struct strbuf *other)
{
	static struct spell *spell; /* opened by the first run, which the median leaves out */
	struct spell_state state = {0};
	struct spell_found found = {0};
	struct error err;

	(void)other;
	if (spell == NULL && spell_open(&spell, "en", NULL, &err) < 0)
		give_up(err.message);
	spell_find(spell, &state, text->data, text->len, &found);
	spell_found_clear(&found);
}

static void import(const struct strbuf *text, const struct strbuf *other)
{
	const struct import_options options = {.name = NULL};
	struct import made;
	struct error err;

	(void)other;
	if (import_text(&made, text->data, text->len, &options, &err) < 0)
		give_up(err.message);
	import_clear(&made);
}

static void measure_room(char **files, void (*work)(const struct strbuf *text, const struct strbuf *other))
{
	struct strbuf texts[2] = {STRBUF_INIT, STRBUF_INIT};
	double times[RUNS];
	struct error err;

	for (size_t i = 0; i < 2 && files[i] != NULL; i++) {
		if (path_read(&texts[i], files[i], INPUT_LIMIT, &err) < 0)
			give_up(err.message);
	}
	for (size_t i = 0; i < RUNS; i++) {
		double begun = figures_now();

		work(&texts[0], &texts[1]);
		times[i] = figures_now() - begun;
	}
	printf("%.1f\n", figures_percentile(times, RUNS, 50));
	strbuf_clear(&texts[0]);
	strbuf_clear(&texts[1]);
}

static void measure_markdown(char **arguments)
{
	measure_room(arguments, lay_out);
}

static void measure_spell(char **arguments)
{
	measure_room(arguments, check_words);
}

static void measure_diff(char **arguments)
{
	measure_room(arguments, compare);
}

static void measure_import(char **arguments)
{
	measure_room(arguments, import);
}

/* -- In a large newsroom -- */

/* The moment at which the release branch moved last, milliseconds on the system's clock. */
static double moved(const struct repo *repo)
{
	char *file = path_join(repo_folder(repo), "refs/heads/main");
	struct stat st;

	if (stat(file, &st) < 0)
		give_up(file);
	free(file);
	return (double)st.st_mtim.tv_sec * 1e3 + (double)st.st_mtim.tv_nsec / 1e6;
}

static double wall(void)
{
	struct timespec at;

	clock_gettime(CLOCK_REALTIME, &at);
	return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
}

/* Releases the drafts from number first on; gives the milliseconds, and those until the branch moved. */
static double release(struct repo *repo, const struct policy *policy, size_t first, size_t count,
		      double *until)
{
	const struct repo_person editor = {.name = (char *)"B. Editor", .mail = (char *)"b@large.example"};
	const struct release_order order = {.branch = "main",
					    .person = &editor,
					    .time = {.seconds = 1795000000},
					    .policy = policy};
	struct draft **drafts = mem_zalloc(count, sizeof *drafts);
	struct release_plan plan;
	struct release_result result;
	struct error err;
	double begun;
	double began;

	for (size_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof name, "article-%06zu", first + i);
		if (draft_load(&drafts[i], repo, name, &err) < 0)
			give_up(err.message);
		draft_derive(drafts[i], policy, order.time.seconds);
	}
	began = wall();
	begun = figures_now();
	if (release_plan(&plan, repo, &order, drafts, count, &err) < 0 ||
	    release_run(&result, repo, &order, &plan, &err) < 0)
		give_up(err.message);
	begun = figures_now() - begun;
	*until = moved(repo) - began;
	if (result.warning != NULL)
		give_up(result.warning);
	release_result_clear(&result);
	release_plan_clear(&plan);
	for (size_t i = 0; i < count; i++)
		draft_free(drafts[i]);
	free(drafts);
	return begun;
}

static void measure_release(char **arguments)
{
	size_t first = strtoul(arguments[1], NULL, 10);
	size_t per = strtoul(arguments[2], NULL, 10);
	size_t runs = strtoul(arguments[3], NULL, 10);
	double *times = mem_zalloc(runs, sizeof *times);
	double *until = mem_zalloc(runs, sizeof *until);
	struct policy policy;
	struct repo *repo;
	struct oid tip;
	struct error err;

	if (repo_open(&repo, arguments[0], &err) < 0 ||
	    repo_ref_read(repo, "refs/heads/main", &tip, &err) < 0 ||
	    policy_load(&policy, repo, &tip, &err) < 0)
		give_up(err.message);
	for (size_t i = 0; i < runs; i++)
		times[i] = release(repo, &policy, first + i * per, per, &until[i]);
	printf("%.1f %.1f\n", figures_percentile(times, runs, 50), figures_percentile(until, runs, 50));
	free(times);
	free(until);
	policy_clear(&policy);
	repo_close(repo);
}

static void measure_verify(char **arguments)
{
	struct verify_result result;
	double begun = figures_now();
	struct repo *repo;
	struct oid tip;
	struct error err;

	if (repo_open(&repo, arguments[0], &err) < 0 ||
	    repo_ref_read(repo, "refs/heads/main", &tip, &err) < 0 ||
	    verify_branch(&result, repo, &tip, NULL, NULL, NULL, &err) < 0)
		give_up(err.message);
	if (result.lies > 0 || result.articles == 0)
		give_up("The proof failed.");
	printf("%.1f\n", figures_now() - begun);
	repo_close(repo);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int arguments;
		void (*measure)(char **arguments);
	} kinds[] = {{"start", 2, measure_start},     {"typing", 2, measure_typing},
		     {"command", 2, measure_command}, {"markdown", 1, measure_markdown},
		     {"diff", 2, measure_diff},       {"import", 1, measure_import},
		     {"spell", 1, measure_spell},     {"release", 4, measure_release},
		     {"verify", 1, measure_verify}};

	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (argc == kinds[i].arguments + 2 && strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].measure(argv + 2);
			return 0;
		}
	}
	give_up("See its first lines for how it is used.");
}
