#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/strbuf.h"
#include "base/strlist.h"
#include "store/catalog.h"
#include "store/repo.h"

static char folder[64];
static char file[96];

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/copydesk-catalog-XXXXXX");
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(file, sizeof file, "%s/c.sqlite", folder);
	return 0;
}

static int teardown(void **state)
{
	char *command = mem_printf("rm -rf %s", folder);
	int status = system(command);

	(void)state;
	free(command);
	return status;
}

static struct catalog *open_at(const char *path)
{
	struct catalog *catalog = NULL;
	struct error err;

	if (catalog_open(&catalog, path, &err) < 0)
		fail_msg("%s", err.message);
	return catalog;
}

static struct oid oid_of(unsigned number)
{
	struct oid oid = {{0}};

	memcpy(oid.id, &number, sizeof number);
	return oid;
}

static int put(struct catalog *catalog, unsigned number, const char *title, const char *body,
	       struct error *err)
{
	struct catalog_row row = {.title = (char *)title,
				  .date = (char *)"2026-11-20",
				  .byline = (char *)"A. Writer",
				  .language = (char *)"en",
				  .slug = NULL,
				  .words = 7,
				  .han = 3};
	struct oid oid = oid_of(number);

	return catalog_put(catalog, &oid, &row, body, strlen(body), err);
}

/* Sums the numbers of what is found, each of which is a power of two. */
static int add(void *context, const struct oid *blob)
{
	unsigned number;

	memcpy(&number, blob->id, sizeof number);
	*(unsigned *)context += number;
	return 0;
}

static unsigned found(struct catalog *catalog, const char *query)
{
	unsigned sum = 0;
	struct error err = {0};

	if (catalog_search(catalog, query, add, &sum, &err) != 0)
		fail_msg("%s: %s", query, err.message);
	return sum;
}

static int count(void *context, const struct oid *blob)
{
	(void)blob;
	++*(size_t *)context;
	return 0;
}

/* How many blobs are indexed: all hold the words of no query. */
static size_t rows_of(struct catalog *catalog)
{
	size_t rows = 0;
	struct error err = {0};

	if (catalog_search(catalog, "", count, &rows, &err) != 0)
		fail_msg("%s", err.message);
	return rows;
}

static void a_row_comes_back_as_it_was_put(void **state)
{
	struct catalog *catalog = open_at(NULL);
	struct catalog_row row = {0};
	struct oid one = oid_of(1);
	struct oid two = oid_of(2);
	struct error err;

	(void)state;
	assert_int_equal(put(catalog, 1, "Lake path", "body", &err), 0);
	assert_false(catalog_get(catalog, &two, &row));
	assert_true(catalog_get(catalog, &one, &row));
	assert_string_equal(row.title, "Lake path");
	assert_string_equal(row.date, "2026-11-20");
	assert_string_equal(row.byline, "A. Writer");
	assert_string_equal(row.slug, "");
	assert_int_equal(row.words, 7);
	assert_int_equal(row.han, 3);
	catalog_row_clear(&row);
	assert_int_equal(put(catalog, 1, "Lake path again", "body", &err), 0);
	assert_int_equal(rows_of(catalog), 1);
	catalog_close(catalog);
}

static void words_are_found_in_title_and_body_in_any_language(void **state)
{
	static const struct {
		const char *query;
		unsigned found;
	} rows[] = {
	    {"volunteers", 1},
	    {"VOLUNTEER", 1},
	    {"volunteers lake", 1},
	    {"volunteers ferry", 0},
	    {"志愿者", 2},
	    {"湖滨", 2},
	    {"步道", 2 | 4},
	    {"道", 2 | 4},
	    {"滨步", 2},
	    {"志愿者 city", 2},
	    {"湖边 步道", 4},
	    {"京都", 0},
	    {"Ｆｅｒｒｙ", 8},
	    {"straße", 8},
	    {"STRASSE", 8},
	    {"\"quoted\"", 8},
	    {"a\"b", 0},
	    {"50%", 8},
	    {"_", 0},
	    {"*", 0},
	    {"title:ferry", 0},
	    {"NEAR( AND OR", 0},
	    {"ok", 8},
	    {"k", 1 | 8},
	    {"", 1 | 2 | 4 | 8},
	    {"  \t　", 1 | 2 | 4 | 8},
	};
	struct catalog *catalog = open_at(NULL);
	struct error err;

	(void)state;
	assert_int_equal(put(catalog, 1, "Volunteers rebuild the path", "Along the lake.\n", &err), 0);
	assert_int_equal(put(catalog, 2, "志愿者修复湖滨步道", "The city 说。", &err), 0);
	assert_int_equal(put(catalog, 4, "x", "在湖边的新步道", &err), 0);
	assert_int_equal(put(catalog, 8, "New ferry", "Große Straße \"quoted\" 50% ok", &err), 0);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (found(catalog, rows[i].query) != rows[i].found)
			fail_msg("%s finds %u instead of %u", rows[i].query, found(catalog, rows[i].query),
				 rows[i].found);
	}
	catalog_close(catalog);
}

static int stop(void *context, const struct oid *blob)
{
	(void)blob;
	++*(int *)context;
	return 42;
}

static void assert_tags(struct catalog *catalog, const char *start, size_t most, const char *wanted)
{
	struct strlist tags = {0};
	struct strbuf words = STRBUF_INIT;
	struct error err;

	assert_int_equal(catalog_tags(catalog, start, most, &tags, &err), 0);
	for (size_t i = 0; i < tags.count; i++)
		strbuf_addf(&words, "%s%s", i > 0 ? ", " : "", tags.items[i]);
	assert_string_equal(words.data, wanted);
	strbuf_clear(&words);
	strlist_clear(&tags);
}

static void tags_are_found_by_how_they_begin(void **state)
{
	static const char *const tags[] = {"lake", "Lake path", "lake", "harbour", "湖滨步道",
					   "湖边", "湖滨步道",  "LAKE", "% _",     "ＬＡＫＥ"};
	struct catalog *catalog = open_at(NULL);
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof tags / sizeof tags[0]; i++)
		assert_int_equal(catalog_put_tag(catalog, tags[i], &err), 0);
	assert_tags(catalog, "la", 9, "lake, LAKE, Lake path, ＬＡＫＥ");
	assert_tags(catalog, "LA", 2, "lake, LAKE");
	assert_tags(catalog, "湖", 9, "湖滨步道, 湖边");
	assert_tags(catalog, "湖边", 9, "湖边");
	assert_tags(catalog, "%", 9, "% _");
	assert_tags(catalog, "x", 9, "");
	assert_tags(catalog, "", 1, "lake");
	catalog_close(catalog);
}

static void a_visit_can_stop_the_search(void **state)
{
	struct catalog *catalog = open_at(NULL);
	struct error err;
	int visits = 0;

	(void)state;
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(put(catalog, 1u << i, "same", "same", &err), 0);
	assert_int_equal(catalog_search(catalog, "same", stop, &visits, &err), 42);
	assert_int_equal(visits, 1);
	catalog_close(catalog);
}

static void bytes_that_are_no_utf8_do_not_stop_it(void **state)
{
	struct catalog *catalog = open_at(NULL);
	struct error err;

	(void)state;
	assert_int_equal(put(catalog, 1, "bad \xff\xfe title", "\xe5\xbf \x80 harbour \xf0\x9f", &err), 0);
	assert_int_equal(found(catalog, "harbour"), 1);
	assert_int_equal(found(catalog, "bad"), 1);
	catalog_close(catalog);
}

static void what_was_committed_is_there_after_opening_again(void **state)
{
	struct catalog *catalog = open_at(file);
	struct error err;

	(void)state;
	assert_int_equal(catalog_begin(catalog, &err), 0);
	assert_int_equal(put(catalog, 1, "one", "text one", &err), 0);
	assert_int_equal(put(catalog, 2, "two", "text two", &err), 0);
	assert_int_equal(catalog_commit(catalog, &err), 0);
	assert_int_equal(catalog_begin(catalog, &err), 0);
	assert_int_equal(put(catalog, 4, "four", "text four", &err), 0);
	catalog_close(catalog);
	catalog = open_at(file);
	assert_int_equal(rows_of(catalog), 2);
	assert_int_equal(found(catalog, "text"), 3);
	catalog_close(catalog);
}

static void write_file(const char *path, const char *text)
{
	struct error err;

	assert_int_equal(path_write(path, text, strlen(text), 0600, &err), 0);
}

static void a_foreign_file_is_put_aside(void **state)
{
	struct strbuf kept = STRBUF_INIT;
	char *aside = mem_printf("%s.damaged", file);
	struct catalog *catalog;
	struct error err;

	(void)state;
	write_file(file, "This is somebody's shopping list, long enough to look like a file with a header.");
	catalog = open_at(file);
	assert_int_equal(put(catalog, 1, "one", "text", &err), 0);
	assert_int_equal(found(catalog, "text"), 1);
	catalog_close(catalog);
	assert_int_equal(path_read(&kept, aside, 1000, &err), 0);
	assert_non_null(strstr(kept.data, "shopping list"));
	strbuf_clear(&kept);
	free(aside);
}

static void another_programs_database_is_put_aside(void **state)
{
	char *command = mem_printf("sqlite3 %s 'create table songs(x)' 2>/dev/null", file);
	struct catalog *catalog;

	(void)state;
	if (system(command) != 0) {
		free(command);
		skip();
	}
	catalog = open_at(file);
	assert_int_equal(rows_of(catalog), 0);
	catalog_close(catalog);
	free(command);
}

static void fill(struct catalog *catalog, unsigned count)
{
	struct error err;

	assert_int_equal(catalog_begin(catalog, &err), 0);
	for (unsigned i = 0; i < count; i++) {
		char *body = mem_printf("article %u about the harbour, ferry %u and 湖滨步道 %u", i, i * 7919,
					i * 104729);

		assert_int_equal(put(catalog, i, "title", body, &err), 0);
		free(body);
	}
	assert_int_equal(catalog_commit(catalog, &err), 0);
}

/* Overwrites a stretch of the file from offset on. */
static void scratch(long offset, size_t len)
{
	FILE *stream = fopen(file, "r+b");

	assert_non_null(stream);
	assert_int_equal(fseek(stream, offset, SEEK_SET), 0);
	for (size_t i = 0; i < len; i++)
		fputc((int)(i * 37 % 251), stream);
	fclose(stream);
}

static void a_damaged_file_heals(void **state)
{
	char *aside = mem_printf("%s.damaged", file);
	struct stat st;
	int healed = 0;

	(void)state;
	for (int turn = 0; turn < 6; turn++) {
		struct catalog *catalog = open_at(file);
		struct error err = {0};
		unsigned sum = 0;

		fill(catalog, 300);
		catalog_close(catalog);
		assert_int_equal(stat(file, &st), 0);
		scratch(turn == 0 ? 0 : st.st_size * turn / 8, 9000);
		catalog = open_at(file);
		/* Whatever was hit, nothing crashes, and two tries later everything can be put. */
		(void)catalog_search(catalog, "harbour", add, &sum, &err);
		(void)catalog_search(catalog, "湖滨", add, &sum, &err);
		for (int i = 0; i < 3; i++)
			(void)put(catalog, 100000, "new", "quite new text", &err);
		if (put(catalog, 100001, "newer", "quite newer text", &err) != 0)
			fail_msg("turn %d: %s", turn, err.message);
		catalog_close(catalog);
		assert_int_equal(unlink(file), 0);
		healed += unlink(aside) == 0;
	}
	assert_true(healed >= 2);
	free(aside);
}

static void two_programs_share_one_file(void **state)
{
	pid_t children[2];

	(void)state;
	for (unsigned c = 0; c < 2; c++) {
		children[c] = fork();
		assert_true(children[c] >= 0);
		if (children[c] == 0) {
			struct catalog *catalog = NULL;
			struct error err;
			int bad = catalog_open(&catalog, file, &err) < 0;

			for (unsigned i = 0; !bad && i < 100; i++)
				bad = put(catalog, c * 1000 + i, "shared", "text of both", &err) < 0;
			if (bad)
				fprintf(stderr, "%s\n", err.message);
			catalog_close(catalog);
			_exit(bad);
		}
	}
	for (int c = 0; c < 2; c++) {
		int status = -1;

		assert_int_equal(waitpid(children[c], &status, 0), children[c]);
		assert_int_equal(status, 0);
	}
	struct catalog *catalog = open_at(file);

	assert_int_equal(rows_of(catalog), 200);
	catalog_close(catalog);
}

static void a_place_that_cannot_be_written_is_told(void **state)
{
	struct catalog *catalog = NULL;
	struct error err = {0};

	(void)state;
	assert_int_equal(mkdir(file, 0700), 0);
	assert_int_equal(catalog_open(&catalog, file, &err), E_IO);
	assert_non_null(strstr(err.message, folder));
	assert_int_equal(catalog_open(&catalog, "/nowhere/at/all.sqlite", &err), E_IO);
	assert_null(catalog);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_row_comes_back_as_it_was_put, setup, teardown),
	    cmocka_unit_test_setup_teardown(words_are_found_in_title_and_body_in_any_language, setup,
					    teardown),
	    cmocka_unit_test_setup_teardown(tags_are_found_by_how_they_begin, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_visit_can_stop_the_search, setup, teardown),
	    cmocka_unit_test_setup_teardown(bytes_that_are_no_utf8_do_not_stop_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(what_was_committed_is_there_after_opening_again, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_foreign_file_is_put_aside, setup, teardown),
	    cmocka_unit_test_setup_teardown(another_programs_database_is_put_aside, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_damaged_file_heals, setup, teardown),
	    cmocka_unit_test_setup_teardown(two_programs_share_one_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_place_that_cannot_be_written_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
