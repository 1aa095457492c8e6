#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/desk.h"
#include "newsroom.h"

static const char article[] = "---\ntitle: The lake\ndate: 2026-11-20\n---\n\nText.\n";

/* Publishes one article in place of what was there. */
static void publish(struct newsroom *n, const char *path)
{
	struct repo_person writer = {"A. Writer", "a@harbour.example"};
	struct strbuf policy = STRBUF_INIT;
	struct oid tree;

	policy_template(&policy, "Gazette", &writer, "en", false);
	tree = newsroom_tree(n, &newsroom_none, POLICY_PATH, policy.data);
	tree = newsroom_tree(n, &tree, path, article);
	newsroom_advance(n, "refs/heads/main", &tree);
	strbuf_clear(&policy);
}

static struct desk *desk_of(struct newsroom *n)
{
	struct desk_options options = {.folder = n->news, .as = "A. Writer <a@harbour.example>"};
	struct desk *desk;

	publish(n, "content/city/lake.md");
	ok(n, desk_open(&desk, &options, &n->err));
	return desk;
}

/* The branch moves to another article, below a folder that cannot be read. */
static void advance_to_a_hole(struct newsroom *n)
{
	publish(n, "content/pier/pier.md");
	n->broken = true;
	assert_int_equal(sh(n, "cd news && hole=$(git rev-parse main:content/pier | sed 's,..,&/,') &&"
			       "mv .git/objects/$hole ../hole && echo .git/objects/$hole >../where"),
			 0);
}

static void fill_the_hole(struct newsroom *n)
{
	assert_int_equal(sh(n, "cd news && mv ../hole \"$(cat ../where)\""), 0);
	n->broken = false;
}

static void a_look_that_fails_half_way_leaves_rows_that_can_be_read(void **state)
{
	struct newsroom *n = *state;
	struct desk *desk = desk_of(n);
	const struct desk_row *rows;
	size_t count;

	rows = desk_rows(desk, &count);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].path, "content/city/lake.md");
	advance_to_a_hole(n);
	assert_true(desk_refresh(desk, &n->err) < 0);
	rows = desk_rows(desk, &count);
	for (size_t i = 0; i < count; i++)
		assert_non_null(strstr(rows[i].path, ".md"));
	desk_close(desk);
}

static void after_a_look_that_failed_half_way_the_next_one_reads_all(void **state)
{
	struct newsroom *n = *state;
	struct desk *desk = desk_of(n);
	const struct desk_row *rows;
	size_t count;

	advance_to_a_hole(n);
	assert_true(desk_refresh(desk, &n->err) < 0);
	assert_true(desk_refresh(desk, &n->err) < 0);
	fill_the_hole(n);
	ok(n, desk_refresh(desk, &n->err));
	rows = desk_rows(desk, &count);
	assert_int_equal(count, 1);
	assert_string_equal(rows[0].path, "content/pier/pier.md");
	desk_close(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_look_that_fails_half_way_leaves_rows_that_can_be_read),
	    in_newsroom(after_a_look_that_failed_half_way_the_next_one_reads_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
