#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "journals.h"
#include "store/journal.h"

/* -- The whole way -- */

static void what_was_typed_is_there_after_a_crash(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;
	struct stat st;
	struct error err;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 12, 4, "seven");
	journals_edit(journal, &text, 0, 0, "导语 ");
	journals_edit(journal, &text, text.len, 0, "\xff\r\n");
	journals_edit(journal, &text, 3, 9, "");
	assert_int_equal(journal_sync(journal, &err), 0);
	journal_close(journal, false);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	assert_string_equal(list.items[0].newsroom, "/srv/港口报");
	assert_string_equal(list.items[0].draft, "lake-path");
	assert_string_equal(list.items[0].person, "A. Writer <a@example.org>");
	assert_int_equal(list.items[0].process, getpid());
	assert_int_equal(list.items[0].started, JOURNALS_NOW);
	assert_int_equal(list.items[0].edits, 4);
	assert_false(list.items[0].torn);
	assert_int_equal(stat(list.items[0].path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(stat(j->folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_recovers(list.items[0].path, text.data, 4, false);
	assert_not_recovered(list.items[0].path, "another text", E_INVALID);
	journal_list_clear(&list);
	strbuf_clear(&text);
}

static void a_draft_without_a_text_starts_from_nothing(void **state)
{
	struct journals *j = *state;
	struct journal_start start = journals_start();
	struct buffer_edit first = {0, 0, "New.", 4};
	struct strbuf text = STRBUF_INIT;
	struct journal_recovery found;
	struct journal *journal;
	struct error err;
	char *path;

	start.base = (struct oid){{0}};
	assert_int_equal(journal_open(&journal, j->folder, &start, &first, &err), 0);
	journal_close(journal, false);
	path = journals_only(j->folder);
	assert_int_equal(journal_recover(&text, &found, path, "", 0, &err), 0);
	assert_string_equal(text.data, "New.");
	assert_not_recovered(path, journals_base, E_INVALID);
	free(path);
	strbuf_clear(&text);
}

static void a_save_starts_the_journal_anew(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct journal_start start = journals_start();
	struct strbuf text = STRBUF_INIT;
	struct oid other;
	struct error err;
	char *path;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 0, 2, "By");
	repo_blob_hash(&other, text.data, text.len);
	assert_int_equal(journal_restart(journal, &other, JOURNALS_NOW + 60, NULL, &err), 0);
	journals_edit(journal, &text, 0, 2, "In");
	assert_int_equal(journal_restart(journal, &start.base, JOURNALS_NOW + 90, NULL, &err), 0);
	strbuf_reset(&text);
	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 0, 2, "At");
	assert_int_equal(journal_sync(journal, &err), 0);
	journal_close(journal, false);
	path = journals_only(j->folder);
	assert_recovers(path, text.data, 1, false);
	free(path);
	strbuf_clear(&text);
}

static void nothing_unsaved_leaves_nothing_behind(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 0, 2, "By");
	journal_close(journal, true);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 0);
	/* One that nothing was typed into is not offered, and goes. */
	journal_close(journals_open(j->folder), false);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 0);
	assert_int_equal(rmdir(j->folder), 0);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 0);
	strbuf_clear(&text);
}

static void two_journals_of_one_draft_stand_side_by_side(void **state)
{
	struct journals *j = *state;
	struct journal *a = journals_open(j->folder);
	struct journal *b = journals_open(j->folder);
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;

	strbuf_adds(&text, journals_base);
	journals_edit(a, &text, 0, 0, "a");
	journals_edit(b, &text, 0, 0, "b");
	journal_close(a, false);
	journal_close(b, false);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 2);
	assert_string_not_equal(list.items[0].path, list.items[1].path);
	journal_list_clear(&list);
	strbuf_clear(&text);
}

static void what_was_set_aside_is_kept_and_not_offered(void **state)
{
	struct journals *j = *state;
	struct strbuf text = STRBUF_INIT;
	struct error err;
	size_t kept = 0;

	for (int i = 0; i < 3; i++) {
		struct journal *journal = journals_open(j->folder);
		struct journal_list list;
		char *path;

		journals_edit(journal, &text, 0, 0, "x");
		journal_close(journal, false);
		path = journals_only(j->folder);
		assert_int_equal(journal_set_aside(path, &err), 0);
		assert_int_equal(journal_set_aside(path, &err), E_NOTFOUND);
		free(path);
		list = journals_listed(j->folder);
		assert_int_equal(list.count, 0);
	}
	for (int i = 0; i < 3; i++) {
		char *name = mem_printf("%s/lake-path.%d.0.journal.%d.aside", j->folder, (int)getpid(), i);

		kept += path_exists(name);
		free(name);
	}
	assert_int_equal(kept, 3);
	strbuf_clear(&text);
}

/* -- A full disk -- */

static void limit_files(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void a_full_disk_is_told_at_once_and_costs_no_edit_before(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct journal_start start = journals_start();
	struct buffer_edit more = {0, 0, "more than fits", 14};
	struct buffer_edit whole = {0, strlen(journals_base), "All of the text.", 16};
	struct strbuf text = STRBUF_INIT;
	struct stat st;
	struct error err;
	off_t before;
	char *path;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 0, 2, "By");
	path = journals_only(j->folder);
	assert_int_equal(stat(path, &st), 0);
	before = st.st_size;
	signal(SIGXFSZ, SIG_IGN);
	limit_files((rlim_t)st.st_size + 10);
	err.message[0] = '\0';
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	assert_non_null(strstr(err.message, "lake-path"));
	limit_files(40);
	assert_int_equal(journal_restart(journal, &start.base, JOURNALS_NOW, &whole, &err), E_IO);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, before);
	limit_files(RLIM_INFINITY);
	/* What follows a lost edit would be made on another text, so it is not taken. */
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	assert_int_equal(journal_restart(journal, &start.base, JOURNALS_NOW, &whole, &err), 0);
	journals_edit(journal, &text, 0, 3, "Each");
	journal_close(journal, false);
	assert_recovers(path, "Each of the text.", 2, false);
	free(path);
	strbuf_clear(&text);
}

/* What is written to a file that nobody finds is lost with the program. */
static void a_journal_that_was_taken_away_is_told_and_made_again(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	const struct buffer_edit all = {.pos = 0, .cut = strlen(journals_base), .insert = "all", .len = 3};
	struct strbuf text = STRBUF_INIT;
	struct oid base = {{0}};
	struct journal_list list;
	struct error err;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 12, 4, "seven");
	assert_int_equal(journal_sync(journal, &err), 0);
	assert_int_equal(unlink(journal_path(journal)), 0);
	assert_int_equal(rmdir(j->folder), 0);
	assert_int_equal(journal_sync(journal, &err), E_IO);
	assert_string_equal(err.message, "The crash log of lake-path was taken away.");
	assert_int_equal(journal_append(journal, &all, &err), E_IO);
	assert_int_equal(journal_restart(journal, &base, JOURNALS_NOW, &all, &err), 0);
	assert_int_equal(journal_sync(journal, &err), 0);
	journal_close(journal, false);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].edits, 1);
	assert_false(list.items[0].torn);
	journal_list_clear(&list);
	strbuf_clear(&text);
}

static void a_torn_write_is_cut_off_again(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct buffer_edit more = {0, 0, "more than fits", 14};
	struct strbuf text = STRBUF_INIT;
	struct stat st;
	struct error err;
	char *path;

	strbuf_adds(&text, journals_base);
	journals_edit(journal, &text, 0, 2, "By");
	path = journals_only(j->folder);
	assert_int_equal(stat(path, &st), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit_files((rlim_t)st.st_size + 10);
	assert_int_equal(journal_append(journal, &more, &err), E_IO);
	limit_files(RLIM_INFINITY);
	journal_close(journal, false);
	assert_recovers(path, text.data, 1, false);
	free(path);
	strbuf_clear(&text);
}

static void a_folder_that_cannot_be_made_is_told(void **state)
{
	struct journal_start start = journals_start();
	struct journal *journal;
	struct error err;

	(void)state;
	assert_int_equal(journal_open(&journal, "/dev/null/journal", &start, NULL, &err), E_IO);
}

/* -- Two processes -- */

static void a_live_journal_is_left_alone_and_a_killed_one_offered(void **state)
{
	struct journals *j = *state;
	struct strbuf text = STRBUF_INIT;
	struct journal_list list;
	struct error err;
	int ready[2];
	char byte;
	pid_t child;

	strbuf_adds(&text, journals_base);
	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct journal *journal = journals_open(j->folder);

		journals_edit(journal, &text, 0, 2, "By");
		(void)!write(ready[1], "r", 1);
		for (;;)
			pause();
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LIVE);
	assert_int_equal(list.items[0].process, child);
	assert_not_recovered(list.items[0].path, journals_base, E_CONFLICT);
	assert_int_equal(journal_set_aside(list.items[0].path, &err), E_CONFLICT);
	journal_list_clear(&list);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	list = journals_listed(j->folder);
	assert_int_equal(list.count, 1);
	assert_int_equal(list.items[0].state, JOURNAL_LEFT);
	strbuf_splice(&text, 0, 2, "By", 2);
	assert_recovers(list.items[0].path, text.data, 1, false);
	assert_int_equal(journal_set_aside(list.items[0].path, &err), 0);
	journal_list_clear(&list);
	close(ready[0]);
	strbuf_clear(&text);
}

struct syncing {
	struct journal *journal;
	int stop; /* readable when it is time */
};

static void *sync_until_told(void *context)
{
	struct syncing *s = context;
	struct error err;
	char byte;

	do {
		if (journal_sync(s->journal, &err) < 0)
			return s;
	} while (read(s->stop, &byte, 1) < 0);
	return NULL;
}

static void another_thread_may_sync_while_edits_are_written(void **state)
{
	struct journals *j = *state;
	struct journal *journal = journals_open(j->folder);
	struct journal_start start = journals_start();
	struct strbuf text = STRBUF_INIT;
	struct syncing syncing = {.journal = journal};
	struct error err;
	pthread_t thread;
	void *failed;
	int stop[2];
	char *path;

	assert_int_equal(pipe2(stop, O_NONBLOCK), 0);
	syncing.stop = stop[0];
	assert_int_equal(pthread_create(&thread, NULL, sync_until_told, &syncing), 0);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(journal_restart(journal, &start.base, JOURNALS_NOW, NULL, &err), 0);
		strbuf_reset(&text);
		strbuf_adds(&text, journals_base);
		for (int k = 0; k < 50; k++)
			journals_edit(journal, &text, (size_t)k, 1, "ab");
	}
	assert_int_equal(write(stop[1], "s", 1), 1);
	assert_int_equal(pthread_join(thread, &failed), 0);
	assert_null(failed);
	journal_close(journal, false);
	path = journals_only(j->folder);
	assert_recovers(path, text.data, 50, false);
	free(path);
	close(stop[0]);
	close(stop[1]);
	strbuf_clear(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_journals(what_was_typed_is_there_after_a_crash),
	    in_journals(a_draft_without_a_text_starts_from_nothing),
	    in_journals(a_save_starts_the_journal_anew),
	    in_journals(nothing_unsaved_leaves_nothing_behind),
	    in_journals(two_journals_of_one_draft_stand_side_by_side),
	    in_journals(what_was_set_aside_is_kept_and_not_offered),
	    in_journals(a_full_disk_is_told_at_once_and_costs_no_edit_before),
	    in_journals(a_journal_that_was_taken_away_is_told_and_made_again),
	    in_journals(a_torn_write_is_cut_off_again),
	    in_journals(a_folder_that_cannot_be_made_is_told),
	    in_journals(a_live_journal_is_left_alone_and_a_killed_one_offered),
	    in_journals(another_thread_may_sync_while_edits_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
