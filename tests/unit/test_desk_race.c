#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "room.h"

/*
 * Several people at once, each a process with a desk of its own, beside git packing the refs: for two
 * seconds, or as many as COPYDESK_RACE_SECONDS says.
 */
#define WORKERS 4
#define SECONDS 2

/* What a worker was told to be done, which must be there once. */
struct told {
	unsigned comments;
	unsigned saves;
	unsigned drafts;
	unsigned approvals;
	unsigned suggestions;
	unsigned taken;
};

/* A busy machine may let a lock wait for longer than people would. */
static bool is_answer(int rc, const struct error *err)
{
	return rc == E_CONFLICT || rc == E_REFUSED ||
	       (rc == E_IO && strstr(err->message, "try again") != NULL);
}

/* A conflict is an answer; anything else but success ends the worker. */
static bool done(int rc, const struct error *err, unsigned *count)
{
	if (rc == 0)
		++*count;
	else if (!is_answer(rc, err))
		fprintf(stderr, "%d: %s\n", rc, err->message);
	return rc == 0 || is_answer(rc, err);
}

static bool save(struct desk *desk, enum person person, unsigned turn, struct told *told)
{
	const struct draft *draft;
	struct error err;
	char text[4096];
	struct oid from;
	int rc = desk_refresh(desk, &err);

	draft = rc == 0 ? desk_draft(desk, "shared", &err) : NULL;
	if (draft == NULL)
		return done(err.code, &err, &told->saves);
	from = draft->blob;
	/* Each save says that it was there, below what others said. */
	snprintf(text, sizeof text, "---\ntitle: Shared\n---\n\nSaved %d %u\n", person, turn);
	rc = desk_save(desk, "shared", &from, text, strlen(text), NULL, &err);
	return done(rc, &err, &told->saves);
}

/* Suggests a word for whatever stands there, and takes what others did. */
static bool suggest(struct desk *desk, enum person person, unsigned turn, struct told *told)
{
	const struct desk_choice everything = {.all = true};
	const struct draft *draft;
	struct desk_taken taken;
	struct error err;
	struct strbuf text = STRBUF_INIT;
	struct oid seen;
	size_t made = 0;
	int rc = desk_refresh(desk, &err);

	draft = rc == 0 ? desk_draft(desk, "shared", &err) : NULL;
	if (draft == NULL)
		return done(err.code, &err, &told->suggestions);
	seen = draft->blob;
	strbuf_add(&text, draft->text, draft->text_len);
	strbuf_addf(&text, "Suggested %d %u\n", person, turn);
	rc = desk_suggest(desk, "shared", &seen, text.data, text.len, NULL, &made, &err);
	strbuf_clear(&text);
	told->suggestions += (unsigned)made;
	if (rc < 0 && !is_answer(rc, &err))
		return done(rc, &err, &told->saves);
	rc = desk_take(desk, "shared", &everything, &taken, &err);
	told->taken += (unsigned)taken.count;
	strlist_clear(&taken.left);
	return done(rc, &err, &told->saves);
}

static bool begin(struct desk *desk, struct told *told)
{
	struct error err;
	char *name;
	int rc = desk_new(desk, "city", NULL, "The same headline", NULL, 0, &name, &err);

	free(name);
	return done(rc, &err, &told->drafts) && rc == 0;
}

static bool work(struct desk *desk, enum person person, unsigned turn, struct told *told)
{
	struct error err;
	char text[64];

	snprintf(text, sizeof text, "Said %d %u", person, turn);
	if (!done(desk_comment(desk, "shared", NULL, text, &err), &err, &told->comments))
		return false;
	if (!save(desk, person, turn, told))
		return false;
	if (!done(desk_approve(desk, "approved", NULL, NULL, NULL, NULL, &err), &err, &told->approvals))
		return false;
	if (turn % 4 == 0 && !suggest(desk, person, turn, told))
		return false;
	return turn % 8 != 0 || begin(desk, told);
}

static struct desk *open_desk(const char *folder, enum person person)
{
	char *as = mem_printf("%s <%s>", history_people[person].name, history_people[person].mail);
	struct desk *desk = NULL;
	struct error err;

	if (desk_open(&desk, &(struct desk_options){.folder = folder, .as = as}, &err) < 0)
		fprintf(stderr, "%s\n", err.message);
	else
		repo_set_durable(desk_repo(desk), false);
	free(as);
	return desk;
}

/* Works until the end, then writes to fd what it was told. */
static int worker(const char *folder, enum person person, int64_t end, int fd)
{
	struct desk *desk = open_desk(folder, person);
	struct told told = {0};
	bool fine = desk != NULL;

	for (unsigned turn = 0; fine && clock_monotonic() < end; turn++)
		fine = work(desk, person, turn, &told);
	desk_close(desk);
	return fine && write(fd, &told, sizeof told) == (ssize_t)sizeof told ? 0 : 1;
}

static pid_t fork_packer(struct room *r)
{
	pid_t packer = fork();

	assert_true(packer >= 0);
	if (packer == 0) {
		setpgid(0, 0);
		for (;;)
			(void)sh(r->n, "git -C news pack-refs --all --prune");
	}
	return packer;
}

static void end_packer(struct room *r, pid_t packer)
{
	kill(-packer, SIGKILL);
	assert_int_equal(waitpid(packer, NULL, 0), packer);
	/* What git was killed over. */
	(void)sh(r->n,
		 "rm -f news/.git/packed-refs.lock news/.git/packed-refs.new; find news/.git/refs -name "
		 "'*.lock' -delete");
}

static struct told race(struct room *r)
{
	const char *wanted = getenv("COPYDESK_RACE_SECONDS");
	int64_t end = clock_monotonic() + 1000 * (wanted ? atoi(wanted) : SECONDS);
	pid_t packer = fork_packer(r);
	pid_t workers[WORKERS];
	struct told sum = {0};
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		assert_true(workers[i] >= 0);
		if (workers[i] == 0)
			_exit(worker(r->n->news, (enum person)i, end, fds[1]));
	}
	for (int i = 0; i < WORKERS; i++) {
		struct told told;
		int status = -1;

		assert_int_equal(waitpid(workers[i], &status, 0), workers[i]);
		assert_int_equal(status, 0);
		assert_int_equal(read(fds[0], &told, sizeof told), sizeof told);
		sum.comments += told.comments;
		sum.saves += told.saves;
		sum.drafts += told.drafts;
		sum.approvals += told.approvals;
		sum.suggestions += told.suggestions;
		sum.taken += told.taken;
	}
	close(fds[0]);
	close(fds[1]);
	end_packer(r, packer);
	return sum;
}

static unsigned count_events(const struct draft *draft, enum review_event event)
{
	unsigned count = 0;

	for (size_t i = 0; i < draft->count; i++)
		count += draft->commits[i].event == event;
	return count;
}

static unsigned count_taken(const struct draft *draft)
{
	unsigned count = 0;

	for (size_t i = 0; i < draft->state.thread_count; i++)
		count += draft->state.threads[i].taken;
	return count;
}

static unsigned drafts_of_the_same_headline(struct room *r)
{
	unsigned count = 0;
	const struct desk_row *rows;
	size_t all;

	rows = desk_rows(r->desk, &all);
	for (size_t i = 0; i < all; i++)
		count += rows[i].name != NULL && strncmp(rows[i].name, "the-same-headline", 17) == 0;
	return count;
}

/* Nobody may say the same twice. */
static void each_is_there_once(const struct draft *draft)
{
	for (size_t i = 0; i < draft->count; i++) {
		for (size_t j = i + 1; draft->commits[i].event == REVIEW_COMMENT && j < draft->count; j++)
			assert_false(draft->commits[j].event == REVIEW_COMMENT &&
				     strcmp(draft->commits[i].text, draft->commits[j].text) == 0);
	}
}

static void of_what_several_people_do_at_once_nothing_is_lost(void **state)
{
	struct room *r = *state;
	const struct draft *draft;
	struct told told;

	room_begin(r, "shared", room_text("Shared", "Words."));
	room_begin(r, "approved", room_text("Approved", "Words."));
	room_submit(r, "approved");
	told = race(r);
	draft = room_draft(r, "shared");
	assert_int_equal(count_events(draft, REVIEW_COMMENT), told.comments);
	assert_int_equal(count_events(draft, REVIEW_SAVE), told.saves + 1);
	assert_int_equal(count_events(draft, REVIEW_SUGGEST), told.suggestions);
	assert_int_equal(count_taken(draft), told.taken);
	assert_true(told.suggestions >= WORKERS && told.taken > 0);
	assert_int_equal(count_events(draft, REVIEW_UNKNOWN), 0);
	each_is_there_once(draft);
	draft = room_draft(r, "approved");
	assert_int_equal(count_events(draft, REVIEW_APPROVE), 1);
	assert_int_equal(told.approvals, 1);
	assert_int_equal(draft->state.name, REVIEW_STATE_APPROVED);
	assert_int_equal(drafts_of_the_same_headline(r), told.drafts);
	assert_true(told.comments >= WORKERS && told.saves > 0 && told.drafts > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(of_what_several_people_do_at_once_nothing_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
