#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/wip.h"

#include "room.h"

static const char *const first = "The work was paid by the trust.\n\n市政府星期二开工。\n";

/* Copies a text of whoever sits at the desk, which started from that blob. */
static void copy(struct room *r, const struct oid *from, const char *text)
{
	struct wip_note note;

	ok(r, desk_unsaved_note(r->desk, "lake", from, &note, &r->err));
	ok(r, wip_copy(r->n->repo, &note, text, strlen(text), &r->err));
	wip_note_clear(&note);
}

/* A draft of Anna's with a text that is saved. */
static struct oid begin(struct room *r)
{
	room_begin(r, "lake", room_text("The lake", first));
	return room_draft(r, "lake")->blob;
}

static void assert_unsaved(struct room *r, size_t count, const char *who, const char *words)
{
	struct strbuf text = STRBUF_INIT;
	struct wips list;

	ok(r, desk_unsaved(r->desk, "lake", &list, &r->err));
	assert_int_equal(list.count, count);
	if (count > 0) {
		assert_string_equal(list.items[0].person.name, who);
		ok(r, desk_read(r->desk, &list.items[0].blob, &text, &r->err));
		assert_non_null(strstr(text.data, words));
	}
	strbuf_clear(&text);
	wips_clear(&list);
}

static void unsaved_text_can_be_seen_by_others_and_changes_no_draft(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);
	struct oid head = room_draft(r, "lake")->head;

	copy(r, &from, room_text("The lake", "The work was paid by the city.\n"));
	copy(r, &from, room_text("The lake", "市政府星期三开工。\n"));
	room_as(r, BORIS);
	assert_unsaved(r, 1, "Anna", "星期三");
	ok(r, desk_refresh(r->desk, &r->err));
	assert_true(oid_equal(&room_draft(r, "lake")->head, &head));
	assert_string_equal(room_state(r, "lake"), "draft");
}

static void what_is_saved_is_not_unsaved_any_more(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);
	struct wip_note note;
	struct oid ref;

	copy(r, &from, room_text("The lake", "Other words.\n"));
	room_save(r, "lake", room_text("The lake", "Other words.\n"));
	assert_unsaved(r, 0, NULL, NULL); /* although nobody said so yet */
	ok(r, desk_unsaved_note(r->desk, "lake", &room_draft(r, "lake")->blob, &note, &r->err));
	ok(r, wip_settle(r->n->repo, &note, &r->err));
	ref = room_ref(r, "refs/wip/anna@desk.example/lake");
	assert_true(oid_equal(&ref, &room_draft(r, "lake")->head));
	room_save(r, "lake", room_text("The lake", "And others.\n"));
	assert_unsaved(r, 0, NULL, NULL); /* a commit of the draft holds nothing unsaved, for ever */
	ok(r, wip_settle(r->n->repo, &note, &r->err));
	wip_note_clear(&note);
}

/* The words that another's save took in are no news; those that it did not are. */
static void only_what_the_draft_has_not_is_unsaved(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);

	copy(r, &from, room_text("The lake", "The work was paid by the city.\n\n市政府星期二开工。\n"));
	room_as(r, BORIS);
	room_save(r, "lake", room_text("The lake", "The work was paid by the city.\n\n市政府星期三开工。\n"));
	assert_unsaved(r, 0, NULL, NULL);
	room_save(r, "lake", room_text("The lake", "The work was paid by us.\n\n市政府星期三开工。\n"));
	assert_unsaved(r, 1, "Anna", "the city");
}

static void nothing_else_passes_for_unsaved_text(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);
	struct oid head = room_draft(r, "lake")->head;
	const char *path = room_draft(r, "lake")->path;
	const char *ref = "refs/wip/anna@desk.example/lake";

	(void)from;
	room_forge(r, &(struct forgery){.ref = ref,
					.person = BORIS,
					.message = "x",
					.path = path,
					.text = "x",
					.parent = head});
	assert_unsaved(r, 0, NULL, NULL); /* of another person */
	room_forge(r, &(struct forgery){.ref = ref,
					.person = ANNA,
					.message = "x",
					.path = "README",
					.text = "x",
					.parent = head});
	assert_unsaved(r, 0, NULL, NULL); /* of another file */
	room_forge(r,
		   &(struct forgery){.ref = ref, .person = ANNA, .message = "x", .path = path, .text = "x"});
	assert_unsaved(r, 0, NULL, NULL); /* on no commit of the draft */
	room_forge(r, &(struct forgery){.ref = ref,
					.person = ANNA,
					.message = "x",
					.path = path,
					.text = "x",
					.parent = head});
	assert_unsaved(r, 1, "Anna", "x");
}

static bool always(void *context)
{
	(void)context;
	return true;
}

static void a_copy_that_came_too_late_is_not_made(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);
	struct oid none;
	struct wip_note note;

	ok(r, desk_unsaved_note(r->desk, "lake", &from, &note, &r->err));
	note.ended = always;
	refuses(r, E_CANCELLED, "is not copied", wip_copy(r->n->repo, &note, "x", 1, &r->err));
	assert_int_equal(repo_ref_read(r->n->repo, "refs/wip/anna@desk.example/lake", &none, NULL),
			 E_NOTFOUND);
	wip_note_clear(&note);
}

static void what_cannot_be_a_ref_is_told(void **state)
{
	struct room *r = *state;
	struct oid from = begin(r);
	struct oid other = newsroom_blob(r->n, "never saved");
	struct wip_note note;

	ok(r, desk_unsaved_note(r->desk, "lake", &from, &note, &r->err));
	free(note.person.mail);
	note.person.mail = mem_strdup("a/b c@desk");
	refuses(r, E_INVALID, "cannot be copied", wip_copy(r->n->repo, &note, "x", 1, &r->err));
	wip_note_clear(&note);
	ok(r, desk_unsaved_note(r->desk, "lake", &other, &note, &r->err));
	refuses(r, E_INVALID, "cannot be copied", wip_copy(r->n->repo, &note, "x", 1, &r->err));
	wip_note_clear(&note);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(unsaved_text_can_be_seen_by_others_and_changes_no_draft),
	    in_a_room(what_is_saved_is_not_unsaved_any_more),
	    in_a_room(only_what_the_draft_has_not_is_unsaved),
	    in_a_room(nothing_else_passes_for_unsaved_text),
	    in_a_room(a_copy_that_came_too_late_is_not_made),
	    in_a_room(what_cannot_be_a_ref_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
