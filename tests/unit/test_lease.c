#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/mem.h"
#include "store/lease.h"
#include "store/repo.h"

static char folder[64];
static const struct repo_person writer = {(char *)"A. Writer", (char *)"a@desk.example"};
static const struct repo_person editor = {(char *)"编辑 B", (char *)"b@desk.example"};

static int setup(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/copydesk-lease-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

static int teardown(void **state)
{
	char *command = mem_printf("rm -rf %s", folder);
	int status = system(command);

	(void)state;
	free(command);
	return status;
}

static void a_second_editor_is_told_who_has_the_draft(void **state)
{
	struct lease_holder holder = {0};
	struct lease *first = NULL;
	struct lease *second = NULL;
	struct error err;

	(void)state;
	assert_int_equal(lease_take(&first, folder, "lake-path", &editor, 1795165200, NULL, &err), 0);
	assert_int_equal(lease_take(&second, folder, "lake-path", &writer, 1795165300, &holder, &err),
			 E_CONFLICT);
	assert_non_null(strstr(err.message, "编辑 B is editing lake-path"));
	assert_string_equal(holder.name, "编辑 B");
	assert_int_equal(holder.since, 1795165200);
	lease_holder_clear(&holder);
	lease_release(first);
	assert_int_equal(lease_take(&second, folder, "lake-path", &writer, 1795165300, NULL, &err), 0);
	lease_release(second);
}

static void two_drafts_do_not_share_a_lease(void **state)
{
	static const char *const names[] = {"a/b", "a%2Fb", "a.b", "..", ".", "志愿者"};
	struct lease *leases[6];
	struct error err;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		assert_int_equal(lease_take(&leases[i], folder, names[i], &writer, 1, NULL, &err), 0);
	for (size_t i = 0; i < 6; i++)
		lease_release(leases[i]);
}

static void a_killed_editor_leaves_no_lease(void **state)
{
	struct lease_holder holder = {0};
	struct lease *lease = NULL;
	struct error err;
	int ready[2];
	char byte;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(ready), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (lease_take(&lease, folder, "x", &writer, 7, NULL, &err) == 0)
			(void)!write(ready[1], "x", 1);
		pause();
		_exit(0);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_int_equal(lease_take(&lease, folder, "x", &editor, 8, &holder, &err), E_CONFLICT);
	assert_string_equal(holder.name, "A. Writer");
	lease_holder_clear(&holder);
	assert_int_equal(kill(child, SIGKILL), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(lease_take(&lease, folder, "x", &editor, 8, NULL, &err), 0);
	lease_release(lease);
	close(ready[0]);
	close(ready[1]);
}

/* Between being forked and closing what is not its own, a child has our descriptors. */
static void a_lease_is_released_also_while_a_child_begins(void **state)
{
	struct lease *lease = NULL;
	struct error err;
	pid_t child;
	int rc;

	(void)state;
	assert_int_equal(lease_take(&lease, folder, "lake-path", &editor, 1795165200, NULL, &err), 0);
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		pause();
		_exit(0);
	}
	lease_release(lease);
	rc = lease_take(&lease, folder, "lake-path", &editor, 1795165300, NULL, &err);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(rc, 0);
	lease_release(lease);
}

static void a_line_end_in_a_name_stays_in_its_line(void **state)
{
	const struct repo_person odd = {(char *)"Two\nLines", (char *)"x@y"};
	struct lease_holder holder = {0};
	struct lease *lease = NULL;
	struct lease *other = NULL;
	struct error err;

	(void)state;
	assert_int_equal(lease_take(&lease, folder, "x", &odd, 42, NULL, &err), 0);
	assert_int_equal(lease_take(&other, folder, "x", &writer, 43, &holder, &err), E_CONFLICT);
	assert_string_equal(holder.name, "Two Lines");
	assert_int_equal(holder.since, 42);
	lease_holder_clear(&holder);
	lease_release(lease);
}

static void a_shared_folder_gives_shared_leases(void **state)
{
	struct lease *lease = NULL;
	struct error err;
	struct stat st;
	char *path = mem_printf("%s/copydesk/leases/x", folder);

	(void)state;
	assert_int_equal(chmod(folder, 02775), 0);
	assert_int_equal(lease_take(&lease, folder, "x", &writer, 1, NULL, &err), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0664);
	lease_release(lease);
	free(path);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
	struct lease *lease = NULL;
	struct error err;
	char *file = mem_printf("%s/copydesk", folder);
	FILE *stream = fopen(file, "w");

	(void)state;
	assert_non_null(stream);
	fclose(stream);
	assert_int_equal(lease_take(&lease, folder, "x", &writer, 1, NULL, &err), E_IO);
	assert_non_null(strstr(err.message, file));
	free(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(a_second_editor_is_told_who_has_the_draft, setup, teardown),
	    cmocka_unit_test_setup_teardown(two_drafts_do_not_share_a_lease, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_killed_editor_leaves_no_lease, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_lease_is_released_also_while_a_child_begins, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_line_end_in_a_name_stays_in_its_line, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_shared_folder_gives_shared_leases, setup, teardown),
	    cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_written_is_told, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
