/* What the messages of releases say, read again, and the index of what went out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "room.h"

#define MAIN "refs/heads/main"

/* -- Reading what releases say -- */

static void what_is_no_release_has_no_records(void **state)
{
	static const char *const messages[] = {
	    "Change the rules\n",
	    "Save lake\n\nDraft: lake\nArticle: content/city/lake.md\n",
	    "x\n\nRelease-Type: publish\n",
	    "x\n\nArticle: a.md\nDraft: lake 0123\nRelease-Type: publish\n\nBut more words.\n",
	};
	struct release_records records;

	(void)state;
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		assert_int_equal(release_records_read(&records, messages[i], NULL), 0);
		assert_int_equal(records.count, 0);
		release_records_clear(&records);
	}
}

#define HEAD "0123456789012345678901234567890123456789"

static void damaged_records_are_told(void **state)
{
	static const char *const trailers[] = {
	    "Article: a.md\nRelease-Type: publish",
	    "Draft: pier\nArticle: a.md\nDraft: lake " HEAD "\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake " HEAD "\ndraft: pier " HEAD "\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake " HEAD "\nArticle: b.md\nDraft: pier " HEAD "\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake\nRelease-Type: publish",
	    "Article: a.md\nDraft: " HEAD "\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake " HEAD "0\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake " HEAD "\nRelease-Type: burn",
	    "Article: a.md\nDraft: lake " HEAD "\nRelease-Type: Publish",
	    "Article: a.md\nDraft: lake " HEAD "\nDraft: pier " HEAD "\nRelease-Type: publish",
	    "Article: a.md\nDraft: lake " HEAD "\nRelease-Type: publish\nRelease-Type: correct",
	};
	struct release_records records;
	struct error err;

	(void)state;
	for (size_t i = 0; i < sizeof trailers / sizeof trailers[0]; i++) {
		char *message = mem_printf("Release\n\n%s\n", trailers[i]);

		if (release_records_read(&records, message, &err) != E_INVALID)
			fail_msg("\"%s\" is read", trailers[i]);
		assert_int_equal(records.count, 0);
		free(message);
	}
}

/* -- The index of what went out -- */

static void the_index_follows_the_branch(void **state)
{
	struct room *r = *state;
	struct release_index index = {0};
	const struct release_entry *entry;
	struct oid before;
	struct oid tip;

	tip = room_ref(r, MAIN);
	ok(r, release_index_follow(&index, r->n->repo, &tip, &r->err));
	assert_int_equal(index.count, 0);
	room_publish(r, "lake", room_text("The lake", "One."));
	before = room_ref(r, MAIN);
	room_publish(r, "pier", room_text("The pier", "One."));
	room_rule(r, room_policy);
	tip = room_ref(r, MAIN);
	ok(r, release_index_follow(&index, r->n->repo, &tip, &r->err));
	assert_int_equal(index.count, 2);
	entry = release_index_newest(&index, "lake");
	assert_string_equal(entry->path, "content/city/lake.md");
	assert_int_equal(entry->type, RELEASE_PUBLISH);
	assert_true(release_index_has(&index, room_draft(r, "pier")));
	entry = release_index_of_path(&index, "content/city/pier.md");
	assert_string_equal(entry->draft, "pier");
	assert_string_equal(entry->person, "Boris <boris@desk.example>");
	assert_false(entry->fast);
	assert_null(release_index_of_path(&index, "content/city/quay.md"));
	assert_null(release_index_newest(&index, "quay"));
	assert_null(release_index_newest(&index, ""));
	/* Followed again, nothing is told twice; a branch that was set back is read anew. */
	ok(r, release_index_follow(&index, r->n->repo, &tip, &r->err));
	assert_int_equal(index.count, 2);
	ok(r, release_index_follow(&index, r->n->repo, &before, &r->err));
	assert_int_equal(index.count, 1);
	assert_null(release_index_newest(&index, "pier"));
	assert_false(release_index_has(&index, room_draft(r, "pier")));
	/* What cannot be read changes nothing. */
	tip = history_oid(9);
	assert_true(release_index_follow(&index, r->n->repo, &tip, &r->err) < 0);
	assert_int_equal(index.count, 1);
	assert_true(oid_equal(&index.tip, &before));
	release_index_clear(&index);
}

static bool is_listed(struct room *r, const char *name)
{
	const struct desk_row *rows;
	size_t count;
	bool found = false;

	ok(r, desk_refresh(r->desk, &r->err));
	rows = desk_rows(r->desk, &count);
	for (size_t i = 0; i < count; i++)
		found = found || (rows[i].name != NULL && strcmp(rows[i].name, name) == 0);
	return found;
}

static void a_draft_that_was_saved_after_its_release_is_not_released(void **state)
{
	struct room *r = *state;
	struct oid heads[2];

	room_publish(r, "lake", room_text("The lake", "One."));
	heads[0] = room_ref(r, "refs/drafts/lake");
	assert_int_equal(sh(r->n, "git -C news update-ref refs/drafts/lake refs/drafts/lake^"), 0);
	heads[1] = room_ref(r, "refs/drafts/lake");
	/* Whether the event was written or not. */
	for (int i = 0; i < 2; i++) {
		room_forge(r, &(struct forgery){.ref = "refs/drafts/lake",
						.person = ANNA,
						.message = "Save lake\n\nDraft: lake\nEvent: released\n",
						.path = "content/city/lake.md",
						.text = room_text("The lake", "Two."),
						.parent = heads[i]});
		assert_true(is_listed(r, "lake"));
		assert_string_equal(room_state(r, "lake"), "review");
		room_reopen(r);
		assert_true(is_listed(r, "lake"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_no_release_has_no_records),
	    cmocka_unit_test(damaged_records_are_told),
	    in_a_room(the_index_follows_the_branch),
	    in_a_room(a_draft_that_was_saved_after_its_release_is_not_released),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
