#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/desk_internal.h"
#include "room.h"

#define LAKE "refs/drafts/lake"

/* One draft as it went on here, and as it went on elsewhere from the same commits. */
struct fork {
	struct draft *mine;
	struct oid theirs;
	size_t first; /* of mine that they have not got */
	struct desk_replayed out;
};

/* Puts the draft back to where it was, for the others to go on with it. */
static void go_back(struct room *r, struct fork *f, const struct oid *to)
{
	struct oid head = room_ref(r, LAKE);

	ok(r, draft_load(&f->mine, r->n->repo, "lake", &r->err));
	ok(r, repo_ref_move(r->n->repo, LAKE, to, &head, &r->n->person, "back", &r->err));
	ok(r, desk_refresh(r->desk, &r->err));
}

/* Ours again on top of theirs; the line that comes of it, which the caller frees. */
static struct draft *replay(struct room *r, struct fork *f)
{
	const struct desk_replay again = {.mine = f->mine, .first = f->first, .onto = &f->theirs};
	struct draft *line;
	struct oid now;

	f->theirs = room_ref(r, LAKE);
	ok(r, desk_replay(r->desk, &again, &f->out, &r->err));
	ok(r, draft_load_at(&line, r->n->repo, "lake", &f->out.head, &r->err));
	/* The ref is the caller's to move. */
	now = room_ref(r, LAKE);
	assert_true(oid_equal(&now, &f->theirs));
	desk_derive(r->desk, line);
	return line;
}

static void over(struct fork *f, struct draft *line)
{
	desk_replayed_clear(&f->out);
	draft_free(f->mine);
	draft_free(line);
}

static void words_of_both_sides_come_together(void **state)
{
	struct room *r = *state;
	struct fork f = {.first = 1};
	struct draft *line;
	struct oid start;

	room_begin(r, "lake", room_text("The lake", "One boat.\n\nTwo boats."));
	start = room_ref(r, LAKE);
	room_save(r, "lake", room_text("The lake", "One ship.\n\nTwo boats."));
	ok(r, desk_comment(r->desk, "lake", NULL, "A ship.", &r->err));
	ok(r, desk_reply(r->desk, "lake", "1", "Or a boat.", &r->err));
	go_back(r, &f, &start);
	room_save(r, "lake", room_text("The lake", "One boat.\n\nTwo ships."));
	line = replay(r, &f);
	assert_int_equal(f.out.left_count, 0);
	assert_int_equal(f.out.made, 3);
	assert_non_null(strstr(line->text, "One ship.\n\nTwo ships."));
	/* The reply answers the comment as it was made again. */
	assert_int_equal(line->state.thread_count, 1);
	assert_int_equal(line->state.threads[0].reply_count, 1);
	over(&f, line);
}

static void what_clashes_is_left_with_its_reason(void **state)
{
	struct room *r = *state;
	struct fork f = {.first = 1};
	struct draft *line;
	struct oid start;

	room_begin(r, "lake", room_text("The lake", "One boat."));
	start = room_ref(r, LAKE);
	room_save(r, "lake", room_text("The lake", "One ship."));
	ok(r, desk_comment(r->desk, "lake", NULL, "A ship.", &r->err));
	go_back(r, &f, &start);
	room_save(r, "lake", room_text("The lake", "One ferry."));
	line = replay(r, &f);
	assert_int_equal(f.out.left_count, 1);
	assert_string_equal(f.out.left[0].what, "save by Anna, 2026-11-20 09:00");
	assert_string_equal(f.out.left[0].reason, "The same words were changed on the server, in 1 place.");
	/* The comment is made all the same. */
	assert_int_equal(f.out.made, 1);
	assert_int_equal(line->state.thread_count, 1);
	assert_non_null(strstr(line->text, "One ferry."));
	over(&f, line);
}

static void an_approval_is_made_again_for_the_same_bytes_alone(void **state)
{
	struct room *r = *state;
	struct fork f = {.first = 2};
	struct draft *line;
	struct oid start;

	for (int same = 0; same < 2; same++) {
		if (same == 0) {
			room_begin(r, "lake", room_text("The lake", "One boat."));
			room_submit(r, "lake");
			start = room_ref(r, LAKE);
		}
		room_as(r, BORIS);
		room_approve(r, "lake");
		go_back(r, &f, &start);
		room_as(r, ANNA);
		if (same == 0)
			ok(r, desk_assign(r->desk, "lake", "陈", 0, NULL, &r->err));
		else
			room_save(r, "lake", room_text("The lake", "Two boats."));
		line = replay(r, &f);
		assert_int_equal(f.out.left_count, same == 0 ? 0 : 1);
		if (same == 1)
			assert_string_equal(f.out.left[0].reason,
					    "The text is another now: it must be read again.");
		over(&f, line);
		if (same == 0) {
			struct oid head = room_ref(r, LAKE);

			ok(r, repo_ref_move(r->n->repo, LAKE, &start, &head, &r->n->person, "back", &r->err));
			ok(r, desk_refresh(r->desk, &r->err));
		}
	}
}

static void who_wrote_meanwhile_is_not_asked_to_review(void **state)
{
	struct room *r = *state;
	struct fork f = {.first = 2};
	struct draft *line;
	struct oid start;
	const char *text;

	room_begin(r, "lake", room_text("The lake", "One boat."));
	room_submit(r, "lake");
	start = room_ref(r, LAKE);
	ok(r, desk_assign(r->desk, "lake", "Boris", 0, NULL, &r->err));
	go_back(r, &f, &start);
	room_as(r, BORIS);
	text = room_text("The lake", "One ship.");
	ok(r, desk_save(r->desk, "lake", NULL, text, strlen(text), NULL, &r->err));
	room_as(r, ANNA);
	line = replay(r, &f);
	assert_int_equal(f.out.left_count, 1);
	assert_string_equal(
	    f.out.left[0].reason,
	    "lake cannot be assigned to Boris, who wrote in it: review can be approved by 陈.");
	over(&f, line);
}

static void a_new_draft_of_another_name_has_another_address(void **state)
{
	struct room *r = *state;
	struct fork f = {.first = 0};
	static const struct oid none;
	struct desk_replay again = {.onto = &none, .name = "lake-2", .path = "content/city/lake-2.md"};
	struct draft *line;

	room_begin(r, "lake", "---\ntitle: The lake\nslug: lake\ndate: 2026-11-20\n---\n\nOne boat.\n");
	room_submit(r, "lake");
	ok(r, draft_load(&f.mine, r->n->repo, "lake", &r->err));
	again.mine = f.mine;
	ok(r, desk_replay(r->desk, &again, &f.out, &r->err));
	ok(r, draft_load_at(&line, r->n->repo, "lake-2", &f.out.head, &r->err));
	assert_string_equal(line->path, "content/city/lake-2.md");
	assert_non_null(strstr(line->text, "slug: lake-2\n"));
	assert_int_equal(line->count, f.mine->count);
	assert_int_equal(draft_load(&(struct draft *){NULL}, r->n->repo, "lake-2", &r->err), E_NOTFOUND);
	over(&f, line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(words_of_both_sides_come_together),
	    in_a_room(what_clashes_is_left_with_its_reason),
	    in_a_room(an_approval_is_made_again_for_the_same_bytes_alone),
	    in_a_room(who_wrote_meanwhile_is_not_asked_to_review),
	    in_a_room(a_new_draft_of_another_name_has_another_address),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
