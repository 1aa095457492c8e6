#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"
#include "desk/since.h"
#include "room.h"

/* Anna's draft: begun, commented on by Boris, saved twice; its saves are the commits 0, 2 and 3. */
static const struct draft *three_saves(struct room *r)
{
	room_begin(r, "lake", room_text("The lake", "One."));
	room_as(r, BORIS);
	ok(r, desk_comment(r->desk, "lake", NULL, "Only one?", &r->err));
	room_as(r, ANNA);
	room_save(r, "lake", room_text("The lake", "Two."));
	ok(r, desk_attach(r->desk, "lake", "lake.png", "png", 3, &r->err));
	return room_draft(r, "lake");
}

static void saves_are_counted_and_events_are_not(void **state)
{
	struct room *r = *state;
	const struct draft *draft = three_saves(r);

	assert_int_equal(draft->count, 4);
	assert_int_equal(since_save(draft, 1), 0);
	assert_int_equal(since_save(draft, 2), 2);
	assert_int_equal(since_save(draft, 3), 3);
	assert_int_equal(since_save(draft, 0), draft->count);
	assert_int_equal(since_save(draft, 4), draft->count);
	assert_int_equal(since_number(draft, 0), 1);
	assert_int_equal(since_number(draft, 1), 0);
	assert_int_equal(since_number(draft, 3), 3);
}

static void each_word_finds_its_state(void **state)
{
	struct room *r = *state;
	const struct draft *draft = three_saves(r);
	const struct oid look = draft->commits[1].id;
	const struct since_reader boris = {&history_people[BORIS], &look};
	char id[REPO_HEX_SIZE + 2];
	struct since since;

	ok(r, since_parse(&since, draft, "published", &boris, &r->err));
	assert_int_equal(since.kind, SINCE_PUBLISHED);
	assert_true(since.to == SINCE_HEAD);
	ok(r, since_parse(&since, draft, "began", &boris, &r->err));
	assert_int_equal(since.kind, SINCE_BEGAN);
	assert_int_equal(since.from, 0);
	ok(r, since_parse(&since, draft, "look", &boris, &r->err));
	assert_int_equal(since.from, 1);
	ok(r, since_parse(&since, draft, "review", &boris, &r->err));
	assert_int_equal(since.from, 1);
	ok(r, since_parse(&since, draft, "2", &boris, &r->err));
	assert_int_equal(since.kind, SINCE_SAVE);
	assert_int_equal(since.from, 2);
	ok(r, since_parse(&since, draft, "1..3", &boris, &r->err));
	assert_int_equal(since.from, 0);
	assert_int_equal(since.to, 3);
	ok(r, since_parse(&since, draft, "..", &boris, &r->err));
	assert_int_equal(since.from, 0);
	assert_true(since.to == SINCE_HEAD);
	oid_hex(id, &draft->commits[2].id);
	id[8] = '\0';
	ok(r, since_parse(&since, draft, id, &boris, &r->err));
	assert_int_equal(since.from, 2);
}

static void what_is_not_there_is_not_found(void **state)
{
	static const char *const words[] = {"yesterday", "", "9", "0", "3..1", "1..9"};
	struct room *r = *state;
	const struct draft *draft = three_saves(r);
	const struct since_reader nobody = {NULL, NULL};
	const struct since_reader dora = {&history_people[DORA], NULL};
	struct since since;

	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (since_parse(&since, draft, words[i], &dora, &r->err) == 0)
			fail_msg("\"%s\" is taken for %zu to %zu", words[i], since.from, since.to);
	assert_int_equal(since_parse(&since, draft, "look", &dora, &r->err), E_NOTFOUND);
	assert_int_equal(since_parse(&since, draft, "review", &dora, &r->err), E_NOTFOUND);
	assert_int_equal(since_parse(&since, draft, "review", &nobody, &r->err), E_NOTFOUND);
}

static void describes(struct room *r, const struct draft *draft, const char *words, const char *wanted)
{
	const struct since_reader boris = {&history_people[BORIS], NULL};
	struct strbuf out = STRBUF_INIT;
	struct since since;

	ok(r, since_parse(&since, draft, words, &boris, &r->err));
	since_describe(&out, draft, &since);
	assert_string_equal(out.data, wanted);
	strbuf_clear(&out);
}

static void what_is_compared_is_said(void **state)
{
	struct room *r = *state;
	const struct draft *draft = three_saves(r);

	describes(r, draft, "began", "since the draft began, 2026-11-20 09:00");
	describes(r, draft, "2..3",
		  "from save 2 (Anna, 2026-11-20 09:00) to save 3 (Anna, 2026-11-20 09:00)");
}

static void both_states_and_their_files_are_read(void **state)
{
	struct room *r = *state;
	const struct draft *draft = three_saves(r);
	const struct since_reader boris = {&history_people[BORIS], NULL};
	struct since_states states;
	struct since since;

	ok(r, since_parse(&since, draft, "published", &boris, &r->err));
	ok(r, since_read(&states, r->n->repo, draft, &since, &r->err));
	assert_true(oid_is_zero(&states.before));
	assert_true(oid_equal(&states.after, &draft->blob));
	assert_int_equal(states.file_count, 1);
	assert_string_equal(states.files[0].path, "content/city/lake.png");
	assert_true(oid_is_zero(&states.files[0].before));
	assert_false(oid_is_zero(&states.files[0].after));
	since_clear(&states);
	ok(r, since_parse(&since, draft, "1..2", &boris, &r->err));
	ok(r, since_read(&states, r->n->repo, draft, &since, &r->err));
	assert_false(oid_is_zero(&states.before));
	assert_false(oid_equal(&states.before, &states.after));
	/* The picture came later. */
	assert_true(states.file_count == 0 || oid_is_zero(&states.files[0].after));
	since_clear(&states);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(saves_are_counted_and_events_are_not), in_a_room(each_word_finds_its_state),
	    in_a_room(what_is_not_there_is_not_found),       in_a_room(what_is_compared_is_said),
	    in_a_room(both_states_and_their_files_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
