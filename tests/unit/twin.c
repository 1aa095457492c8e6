#include "twin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/spawn.h"
#include "base/strbuf.h"

#define MAX_WORDS 24

/* The program that was built with this test. */
static char *program(void)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	assert_true(len > 0);
	self[len] = '\0';
	for (int i = 0; i < 2; i++) {
		slash = strrchr(self, '/');
		assert_non_null(slash);
		*slash = '\0';
	}
	return mem_printf("%s/copydesk", self);
}

void twin_begin(struct agreement *a)
{
	assert_int_equal(sh(a->n, "git clone -q --mirror news twin && git -C twin remote remove origin && "
				  "echo $PWD/news/.git/objects >twin/objects/info/alternates"),
			 0);
	a->twin = mem_printf("%s/twin", a->n->folder);
	a->program = program();
	ok(a, repo_open(&a->twin_repo, a->twin, &a->err));
	/* libgit2 has one switch for all. */
	repo_set_durable(a->twin_repo, false);
}

void twin_end(struct agreement *a)
{
	repo_close(a->twin_repo);
	free(a->twin);
	free(a->program);
	a->twin_repo = NULL;
	a->twin = NULL;
	a->program = NULL;
}

void twin_run(struct agreement *a, const char *const *words, const char *input)
{
	const struct repo_person *person = &random_people[a->person];
	char *as = mem_printf("%s <%s>", person->name, person->mail);
	char time[CLOCK_TEXT_SIZE];
	char *clock;
	const char *argv[MAX_WORDS] = {a->program, "-C", a->twin, "--as", as};
	const char *more[] = {NULL, NULL};
	struct spawn spawn = {.argv = argv,
			      .input = input,
			      .input_len = input ? strlen(input) : 0,
			      .more = more};
	struct strbuf said = STRBUF_INIT;
	size_t count = 5;

	for (size_t i = 0; words[i] != NULL; i++) {
		assert_true(count + 1 < MAX_WORDS);
		argv[count++] = words[i];
	}
	clock_rfc3339(time, a->now, 0);
	more[0] = clock = mem_printf("COPYDESK_CLOCK=%s", time);
	if (a->twin != NULL)
		ok(a, spawn_run(&spawn, &a->ended, NULL, &said, &a->err));
	snprintf(a->said, sizeof a->said, "%s", said.data ? said.data : "");
	strbuf_clear(&said);
	free(clock);
	free(as);
}

static int add_line(void *context, const char *name, const struct oid *oid)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, oid);
	strbuf_addf(context, "%s %s\n", hex, name);
	return 0;
}

void twin_ended(struct agreement *a, int status, const char *what)
{
	struct strbuf here = STRBUF_INIT;
	struct strbuf there = STRBUF_INIT;

	if (a->twin == NULL)
		return;
	if (a->ended != status)
		fail_msg("%s by %s: the desk ends with %d, and the command line with %d: %s", what,
			 random_people[a->person].name, status, a->ended, a->said);
	ok(a, repo_refs(a->n->repo, "refs/", add_line, &here, &a->err));
	ok(a, repo_refs(a->twin_repo, "refs/", add_line, &there, &a->err));
	if (strcmp(here.data, there.data) != 0)
		fail_msg("%s by %s: the desk leaves\n%sand the command line\n%s%s", what,
			 random_people[a->person].name, here.data, there.data, a->said);
	a->agreed[status != 0]++;
	strbuf_clear(&here);
	strbuf_clear(&there);
}

void twin_agrees(struct agreement *a, int rc, const char *what)
{
	twin_ended(a, error_exit_status(rc), what);
}

void twin_follow(struct agreement *a)
{
	if (a->twin != NULL)
		assert_int_equal(sh(a->n, "git -C twin fetch -q --prune --no-tags ../news '+refs/*:refs/*'"),
				 0);
}
