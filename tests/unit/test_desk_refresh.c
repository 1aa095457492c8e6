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

/* -- Drafts that move on -- */

static struct desk *another(struct newsroom *n)
{
	struct desk_options options = {.folder = n->news, .as = "B. Editor <b@harbour.example>"};
	struct desk *desk;

	ok(n, desk_open(&desk, &options, &n->err));
	return desk;
}

static void save(struct newsroom *n, struct desk *desk, int number)
{
	char text[200];

	snprintf(text, sizeof text, "---\ntitle: Pier\ndate: 2026-11-20\n---\n\nWords %d.\n", number);
	ok(n, desk_save(desk, "pier", NULL, text, strlen(text), NULL, &n->err));
}

/* What is known of a draft that was followed is what somebody knows who comes now. */
static void is_as_read_anew(struct newsroom *n, struct desk *desk)
{
	struct desk *fresh = another(n);
	const struct draft *known = desk_draft(desk, "pier", &n->err);
	const struct draft *whole = desk_draft(fresh, "pier", &n->err);

	assert_true(oid_equal(&known->head, &whole->head));
	assert_true(oid_equal(&known->base, &whole->base));
	assert_true(oid_equal(&known->blob, &whole->blob));
	assert_true(oid_equal(&known->base_blob, &whole->base_blob));
	assert_string_equal(known->text, whole->text);
	assert_int_equal(known->count, whole->count);
	for (size_t i = 0; i < known->count; i++) {
		assert_true(oid_equal(&known->commits[i].id, &whole->commits[i].id));
		assert_int_equal(known->commits[i].event, whole->commits[i].event);
		assert_string_equal(known->commits[i].text, whole->commits[i].text);
		assert_int_equal(known->commits[i].covers.count, whole->commits[i].covers.count);
	}
	assert_int_equal(known->state.name, whole->state.name);
	assert_int_equal(known->state.thread_count, whole->state.thread_count);
	assert_int_equal(known->state.approval_count, whole->state.approval_count);
	desk_close(fresh);
}

static void a_draft_that_moved_on_is_followed(void **state)
{
	struct newsroom *n = *state;
	struct desk *desk = desk_of(n);
	struct desk *other = another(n);
	uint64_t version;
	char *name;

	ok(n, desk_new(desk, "city", "pier", "Pier", article, strlen(article), &name, &n->err));
	free(name);
	/* By one, by some, and by more than are read one after another. */
	for (int acts = 1; acts < 60; acts *= 3) {
		for (int i = 0; i < acts; i++) {
			if (i % 3 == 2)
				save(n, other, acts + i);
			else
				ok(n, desk_comment(other, "pier", NULL, "Is it so?", &n->err));
		}
		version = desk_version(desk);
		ok(n, desk_refresh(desk, &n->err));
		assert_true(desk_version(desk) > version);
		is_as_read_anew(n, desk);
		save(n, desk, 1000 + acts);
		is_as_read_anew(n, desk);
	}
	ok(n, desk_submit(desk, "pier", NULL, &n->err));
	ok(n, desk_reject(other, "pier", "Not so.", &n->err));
	ok(n, desk_refresh(desk, &n->err));
	is_as_read_anew(n, desk);
	desk_close(other);
	desk_close(desk);
}

/* Nobody of ours does that, but git lets people: what was known is of no use then. */
static void a_draft_that_was_set_back_is_read_anew(void **state)
{
	struct newsroom *n = *state;
	struct desk *desk = desk_of(n);
	char *name;

	ok(n, desk_new(desk, "city", "pier", "Pier", article, strlen(article), &name, &n->err));
	free(name);
	for (int i = 0; i < 5; i++)
		save(n, desk, i);
	assert_int_equal(sh(n, "cd news && git update-ref refs/drafts/pier refs/drafts/pier~3"), 0);
	ok(n, desk_refresh(desk, &n->err));
	is_as_read_anew(n, desk);
	assert_int_equal(desk_draft(desk, "pier", &n->err)->count, 3);
	desk_close(desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_newsroom(a_look_that_fails_half_way_leaves_rows_that_can_be_read),
	    in_newsroom(after_a_look_that_failed_half_way_the_next_one_reads_all),
	    in_newsroom(a_draft_that_moved_on_is_followed),
	    in_newsroom(a_draft_that_was_set_back_is_read_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
