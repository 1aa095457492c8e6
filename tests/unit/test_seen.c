#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/mem.h"
#include "store/seen.h"

static char room[64];
static char folder[80]; /* in the room, not made yet */
static const struct repo_person editor = {(char *)"编辑 B", (char *)"b@desk.example"};
static const struct repo_person same_editor = {(char *)"B.", (char *)"B@Desk.Example"};
static const struct repo_person writer = {(char *)"A. Writer", (char *)"a@desk.example"};

static int setup(void **state)
{
	(void)state;
	snprintf(room, sizeof room, "/tmp/copydesk-seen-XXXXXX");
	if (mkdtemp(room) == NULL)
		return -1;
	snprintf(folder, sizeof folder, "%s/seen", room);
	return 0;
}

static int teardown(void **state)
{
	char *command = mem_printf("rm -rf %s", room);
	int status = system(command);

	(void)state;
	free(command);
	return status;
}

static struct oid head_of(unsigned char byte)
{
	struct oid head;

	memset(&head, byte, sizeof head);
	return head;
}

static void a_look_is_kept_for_one_person_draft_and_newsroom(void **state)
{
	const struct seen_key key = {"/news", "lake-path", &editor};
	const struct seen_key others[] = {{"/news", "lake-path", &writer},
					  {"/news", "lake", &editor},
					  {"/other", "lake-path", &editor}};
	const struct seen_key myself = {"/news", "lake-path", &same_editor};
	struct oid head = head_of(0x81);
	struct oid found;
	struct error err;

	(void)state;
	assert_false(seen_read(&found, folder, &key));
	assert_int_equal(seen_write(folder, &key, &head, &err), 0);
	assert_true(seen_read(&found, folder, &key));
	assert_true(oid_equal(&found, &head));
	assert_true(seen_read(&found, folder, &myself));
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
		assert_false(seen_read(&found, folder, &others[i]));
}

static void a_later_look_takes_the_place_of_an_earlier_one(void **state)
{
	const struct seen_key key = {"/news", "湖滨步道", &editor};
	struct oid first = head_of(1);
	struct oid second = head_of(2);
	struct oid found;
	struct error err;

	(void)state;
	assert_int_equal(seen_write(folder, &key, &first, &err), 0);
	assert_int_equal(seen_write(folder, &key, &second, &err), 0);
	assert_true(seen_read(&found, folder, &key));
	assert_true(oid_equal(&found, &second));
}

static void nobody_else_can_read_it(void **state)
{
	const struct seen_key key = {"/news", "lake-path", &editor};
	struct oid head = head_of(3);
	struct stat st;
	struct error err;
	char *command = mem_printf("test -z \"$(find %s -type f ! -perm 600)\"", folder);

	(void)state;
	assert_int_equal(seen_write(folder, &key, &head, &err), 0);
	assert_int_equal(stat(folder, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	assert_int_equal(system(command), 0);
	free(command);
}

/* Changes the only file by a shell command, which finds its name in $f. */
static void damage(const char *how)
{
	char *command = mem_printf("for f in %s/*; do %s; done", folder, how);

	assert_int_equal(system(command), 0);
	free(command);
}

static void a_damaged_file_means_that_nobody_looked(void **state)
{
	static const char *const ways[] = {
	    ": >\"$f\"",
	    "truncate -s 30 \"$f\"",
	    "echo more >>\"$f\"",
	    "sed -i 's/seen 1/seen 2/' \"$f\"",
	    "sed -i '2s/./x/' \"$f\"",
	    "sed -i '2s/./0/g' \"$f\"",
	    "sed -i '4s/b@/c@/' \"$f\"",
	    "head -c 100000 /dev/zero >\"$f\"",
	    "rm \"$f\" && mkdir \"$f\"",
	};
	const struct seen_key key = {"/news", "lake-path", &editor};
	struct oid head = head_of(4);
	struct oid found;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
		assert_int_equal(seen_write(folder, &key, &head, &err), 0);
		assert_true(seen_read(&found, folder, &key));
		damage(ways[i]);
		assert_false(seen_read(&found, folder, &key));
	}
}

static void what_cannot_be_kept_is_said(void **state)
{
	const struct seen_key key = {"/news", "lake-path", &editor};
	struct oid head = head_of(5);
	struct error err;
	char *file = mem_printf("%s/file", room);
	char *below = mem_printf("%s/file/seen", room);
	FILE *made = fopen(file, "w");

	(void)state;
	assert_non_null(made);
	fclose(made);
	assert_int_equal(seen_write(below, &key, &head, &err), E_IO);
	free(below);
	free(file);
}

#define in_room(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_room(a_look_is_kept_for_one_person_draft_and_newsroom),
	    in_room(a_later_look_takes_the_place_of_an_earlier_one),
	    in_room(nobody_else_can_read_it),
	    in_room(a_damaged_file_means_that_nobody_looked),
	    in_room(what_cannot_be_kept_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
