#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "desk/policy.h"
#include "desk/review.h"

/* -- Histories without git -- */

enum person {
	ANNA,
	BORIS,
	CHEN,
	DORA,
	PEOPLE,
};

static struct repo_person people[PEOPLE] = {
    [ANNA] = {(char *)"Anna", (char *)"anna@desk.example"},
    [BORIS] = {(char *)"Boris", (char *)"boris@desk.example"},
    [CHEN] = {(char *)"陈", (char *)"chen@desk.example"},
    [DORA] = {(char *)"Dora", (char *)"dora@desk.example"},
};

#define EVENTS_MAX 64

struct history {
	struct review_commit commits[EVENTS_MAX];
	struct review_cover covers[EVENTS_MAX];  /* what each save covers */
	struct review_cover claimed[EVENTS_MAX]; /* what each approval claims */
	char threads[EVENTS_MAX][REPO_HEX_SIZE];
	size_t count;
	struct policy policy;
	struct review_facts facts;
	struct review_state state;
};

static struct oid oid_of(unsigned char byte)
{
	struct oid oid;

	memset(oid.id, byte, sizeof oid.id);
	return oid;
}

/* Forgets the history and keeps the policy. */
static void reset(struct history *h)
{
	struct policy policy = h->policy;

	review_state_clear(&h->state);
	memset(h, 0, sizeof *h);
	h->policy = policy;
	h->policy.blob = oid_of('p');
	h->facts.policy = &h->policy;
	h->facts.commits = h->commits;
	h->facts.now = 1000;
}

static void start(struct history *h, const char *policy)
{
	memset(h, 0, sizeof *h);
	assert_int_equal(policy_parse(&h->policy, policy, strlen(policy), NULL), 0);
	reset(h);
}

static struct review_commit *add(struct history *h, enum review_event event, enum person person)
{
	struct review_commit *commit = &h->commits[h->count];

	assert_true(h->count < EVENTS_MAX);
	memset(commit, 0, sizeof *commit);
	commit->id = oid_of((unsigned char)(h->count + 1));
	commit->person = people[person];
	commit->event = event;
	commit->text = (char *)"";
	if (h->count > 0)
		commit->covers = commit[-1].covers;
	h->count++;
	return commit;
}

/* A save after which the article is version. */
static struct review_cover *save(struct history *h, enum person person, char version)
{
	struct review_cover *cover = &h->covers[h->count];
	struct review_commit *commit = add(h, REVIEW_SAVE, person);

	*cover = (struct review_cover){.path = (char *)"content/city/lake.md",
				       .mode = REPO_MODE_FILE,
				       .blob = oid_of((unsigned char)version),
				       .base = oid_of('0')};
	commit->covers = (struct review_covers){.items = cover, .count = 1};
	return cover;
}

static struct review_commit *approve(struct history *h, enum person person, const char *step)
{
	struct review_cover *claimed = &h->claimed[h->count];
	struct review_commit *commit = add(h, REVIEW_APPROVE, person);

	*claimed = commit->covers.items[0];
	commit->claimed = (struct review_covers){.items = claimed, .count = 1};
	commit->step = (char *)step;
	commit->policy = h->policy.blob;
	return commit;
}

/* An event about the thread that the comment at index opened. */
static void answer(struct history *h, enum review_event event, enum person person, size_t index)
{
	char *thread = h->threads[h->count];

	oid_hex(thread, &h->commits[index].id);
	add(h, event, person)->thread = thread;
}

static const struct review_state *replay(struct history *h)
{
	review_state_clear(&h->state);
	h->facts.count = h->count;
	review_replay(&h->state, &h->facts);
	return &h->state;
}

static void end(struct history *h)
{
	review_state_clear(&h->state);
	policy_clear(&h->policy);
}

#define assert_state(h, wanted) assert_string_equal(review_state_word(replay(h)->name), wanted)

/* Why the newest approval does not count; "counts" when it does. */
static const char *why(struct history *h)
{
	const struct review_state *state = replay(h);
	const struct review_approval *last = &state->approvals[state->approval_count - 1];

	assert_int_equal(last->counts, last->why == NULL);
	return last->counts ? "counts" : last->why;
}

static const char one_step[] = "[step \"review\"]\n";

static const char ladder[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
			     "person = 陈 <chen@desk.example>\n"
			     "[role \"chief\"]\nperson = Dora <dora@desk.example>\n"
			     "person = Boris <boris@desk.example>\n"
			     "[step \"first\"]\nrole = editor\napprovals = 2\n"
			     "[step \"final\"]\nrole = chief\n";

/* -- Words -- */

static void every_word_of_an_event_is_read_back(void **state)
{
	(void)state;
	for (int i = REVIEW_SUBMIT; i < REVIEW_UNKNOWN; i++)
		assert_int_equal(review_event_parse(review_event_word((enum review_event)i)), i);
	assert_null(review_event_word(REVIEW_SAVE));
	assert_null(review_event_word(REVIEW_UNKNOWN));
	assert_int_equal(review_event_parse(NULL), REVIEW_SAVE);
	assert_int_equal(review_event_parse("save"), REVIEW_UNKNOWN);
	assert_int_equal(review_event_parse("Approve"), REVIEW_UNKNOWN);
	assert_int_equal(review_event_parse(""), REVIEW_UNKNOWN);
}

static void every_word_of_a_state_is_read_back(void **state)
{
	(void)state;
	for (int i = 0; i < REVIEW_STATE_COUNT; i++) {
		assert_int_equal(review_state_parse(review_state_word((enum review_state_name)i)), i);
		assert_non_null(review_state_label((enum review_state_name)i));
	}
	assert_int_equal(review_state_parse("published"), REVIEW_STATE_COUNT);
	assert_int_equal(review_state_parse(""), REVIEW_STATE_COUNT);
}

/* -- Covers -- */

static void a_cover_is_written_and_read_back(void **state)
{
	static const char *const paths[] = {"content/a.md", "content/城市/湖 边.md", "content/a/b  c: d.png"};
	struct review_cover cover = {.mode = REPO_MODE_FILE, .blob = oid_of(1), .base = oid_of(0xfe)};
	struct review_covers a = {.items = &cover, .count = 1};
	struct review_cover back;
	struct review_covers b = {.items = &back, .count = 1};
	struct strbuf text = STRBUF_INIT;

	(void)state;
	for (size_t i = 0; i < 2 * sizeof paths / sizeof paths[0]; i++) {
		cover.path = (char *)paths[i / 2];
		cover.mode = i % 2 ? REPO_MODE_NONE : REPO_MODE_FILE;
		strbuf_reset(&text);
		review_cover_format(&text, &cover);
		assert_true(review_cover_parse(&back, text.data));
		assert_true(review_covers_equal(&a, &b));
		free(back.path);
	}
	strbuf_clear(&text);
}

#define ZEROES "0000000000000000000000000000000000000000"

static void what_is_no_cover_is_not_read_as_one(void **state)
{
	static const char *const texts[] = {
	    "",
	    "100644",
	    "100644 " ZEROES,
	    "100644 " ZEROES " " ZEROES,
	    "100644 " ZEROES " " ZEROES " ",
	    "10064 " ZEROES " " ZEROES " content/a.md",
	    "1006444 " ZEROES " " ZEROES " content/a.md",
	    "-00644 " ZEROES " " ZEROES " content/a.md",
	    "10064x " ZEROES " " ZEROES " content/a.md",
	    "100644  " ZEROES " " ZEROES " content/a.md",
	    "100644 " ZEROES "0 " ZEROES " content/a.md",
	    "100644 x000000000000000000000000000000000000000 " ZEROES " content/a.md",
	    "100644 " ZEROES " x000000000000000000000000000000000000000 content/a.md",
	};
	struct review_cover cover;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		if (review_cover_parse(&cover, texts[i]))
			fail_msg("\"%s\" is read as a cover", texts[i]);
		assert_null(cover.path);
	}
}

static void covers_differ_by_each_of_their_parts(void **state)
{
	struct review_cover x = {(char *)"content/a.md", REPO_MODE_FILE, oid_of(1), oid_of(2)};
	struct review_cover ys[2] = {x, x};
	struct review_covers a = {.items = &x, .count = 1};
	struct review_covers b = {.items = ys, .count = 1};

	(void)state;
	assert_true(review_covers_equal(&a, &b));
	b.count = 2;
	assert_false(review_covers_equal(&a, &b));
	b.count = 0;
	assert_false(review_covers_equal(&a, &b));
	b.count = 1;
	ys[0].path = (char *)"content/b.md";
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].mode = REPO_MODE_EXECUTABLE;
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].blob.id[19] ^= 1;
	assert_false(review_covers_equal(&a, &b));
	ys[0] = x;
	ys[0].base.id[0] ^= 1;
	assert_false(review_covers_equal(&a, &b));
}

/* -- The way of a draft -- */

static void a_draft_goes_from_its_first_save_to_its_release(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	assert_state(&h, "draft");
	save(&h, ANNA, '2');
	assert_state(&h, "draft");
	assert_int_equal(h.state.last_save, 1);
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_state(&h, "review");
	assert_true(h.state.submitted);
	assert_int_equal(h.state.step, 0);
	approve(&h, BORIS, "review");
	assert_state(&h, "approved");
	assert_int_equal(h.state.step, 1);
	h.facts.released = true;
	assert_state(&h, "released");
	end(&h);
}

static void only_the_release_branch_says_that_a_draft_is_released(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_RELEASED, ANNA);
	assert_state(&h, "draft");
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_RELEASED, ANNA);
	assert_state(&h, "approved");
	h.facts.released = true;
	assert_state(&h, "released");
	add(&h, REVIEW_SPIKE, ANNA);
	assert_state(&h, "released");
	h.facts.removes = true;
	assert_state(&h, "withdrawn");
	end(&h);
}

static void an_article_of_a_later_date_waits_for_it(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	h.facts.publish_time = 1001;
	assert_state(&h, "draft");
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_state(&h, "review");
	approve(&h, BORIS, "review");
	assert_state(&h, "scheduled");
	h.facts.now = 1001;
	assert_state(&h, "approved");
	h.facts.publish_time = 0;
	assert_state(&h, "approved");
	end(&h);
}

static void asking_for_changes_sends_back_until_it_is_submitted_again(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_REJECT, CHEN);
	assert_state(&h, "changes");
	assert_int_equal(h.state.reason, 3);
	assert_false(h.state.submitted);
	assert_string_equal(why(&h), "it was sent back or set aside since");
	save(&h, ANNA, '2');
	assert_state(&h, "changes");
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_state(&h, "review");
	end(&h);
}

static void an_approval_from_before_it_was_sent_back_stays_void_for_the_same_bytes(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_REJECT, CHEN);
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_state(&h, "review");
	approve(&h, BORIS, "review");
	assert_string_equal(why(&h), "counts");
	assert_state(&h, "approved");
	end(&h);
}

static void a_spiked_draft_comes_back_as_one_that_was_not_submitted(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_SPIKE, CHEN);
	assert_state(&h, "spiked");
	assert_string_equal(why(&h), "it was sent back or set aside since");
	add(&h, REVIEW_RESTORE, ANNA);
	assert_state(&h, "draft");
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_state(&h, "review");
	assert_string_equal(why(&h), "it was sent back or set aside since");
	end(&h);
}

static void what_is_set_aside_can_be_neither_submitted_nor_approved_nor_sent_back(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SPIKE, ANNA);
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	assert_string_equal(why(&h), "the draft was not submitted");
	add(&h, REVIEW_REJECT, BORIS);
	assert_state(&h, "spiked");
	add(&h, REVIEW_RESTORE, ANNA);
	assert_state(&h, "draft");
	end(&h);
}

static void restoring_what_is_not_spiked_changes_nothing(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_RESTORE, DORA);
	assert_state(&h, "approved");
	end(&h);
}

static void events_of_a_later_version_count_for_nothing(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	add(&h, REVIEW_UNKNOWN, CHEN);
	assert_state(&h, "approved");
	assert_int_equal(h.state.author_count, 1);
	end(&h);
}

static void the_newest_assignment_is_told(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	assert_int_equal(replay(&h)->assignment, 1);
	add(&h, REVIEW_ASSIGN, ANNA)->assignee = (char *)"Boris <boris@desk.example>";
	add(&h, REVIEW_ASSIGN, ANNA)->assignee = (char *)"陈 <chen@desk.example>";
	add(&h, REVIEW_COMMENT, ANNA);
	assert_int_equal(replay(&h)->assignment, 2);
	end(&h);
}

/* -- Authors -- */

static void everybody_who_saved_is_an_author_once(void **state)
{
	struct history h;
	struct repo_person same = {(char *)"A. Nother Name", (char *)"ANNA@Desk.Example"};

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	save(&h, BORIS, '2');
	save(&h, ANNA, '3');
	save(&h, ANNA, '4')->path = (char *)"content/city/photo.png";
	add(&h, REVIEW_COMMENT, CHEN);
	add(&h, REVIEW_SUBMIT, CHEN);
	replay(&h);
	assert_int_equal(h.state.author_count, 2);
	assert_int_equal(h.state.authors[0], 0);
	assert_int_equal(h.state.authors[1], 1);
	assert_true(review_is_author(&h.facts, &h.state, &people[ANNA]));
	assert_true(review_is_author(&h.facts, &h.state, &same));
	assert_true(review_is_author(&h.facts, &h.state, &people[BORIS]));
	assert_false(review_is_author(&h.facts, &h.state, &people[CHEN]));
	end(&h);
}

static void an_author_cannot_approve_whenever_they_saved(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, ANNA, "review");
	assert_string_equal(why(&h), "an author cannot approve own text");
	approve(&h, BORIS, "review");
	assert_string_equal(why(&h), "counts");
	/* The bytes are those that Boris approved, but he wrote in it meanwhile. */
	save(&h, BORIS, '2');
	save(&h, ANNA, '1');
	assert_string_equal(why(&h), "an author cannot approve own text");
	h.policy.author_may_approve = true;
	assert_string_equal(why(&h), "counts");
	end(&h);
}

/* -- Approvals -- */

static void an_approval_before_it_was_submitted_does_not_count(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	approve(&h, BORIS, "review");
	assert_string_equal(why(&h), "the draft was not submitted");
	add(&h, REVIEW_SUBMIT, ANNA);
	assert_string_equal(why(&h), "the draft was not submitted");
	assert_state(&h, "review");
	end(&h);
}

static void an_approval_for_a_step_that_is_not_there_does_not_count(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "legal");
	assert_string_equal(why(&h), "the desk's rules have no such step");
	assert_int_equal(h.state.approvals[0].step, -1);
	approve(&h, BORIS, NULL);
	assert_string_equal(why(&h), "the desk's rules have no such step");
	approve(&h, BORIS, "Review");
	assert_string_equal(why(&h), "the desk's rules have no such step");
	end(&h);
}

static void an_approval_of_other_bytes_than_the_draft_had_does_not_count(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review")->claimed.items[0].blob = oid_of('2');
	assert_string_equal(why(&h), "it names other bytes than the draft had");
	/* Nor when those bytes come later. */
	save(&h, ANNA, '2');
	assert_string_equal(why(&h), "it names other bytes than the draft had");
	approve(&h, CHEN, "review")->claimed.count = 0;
	assert_string_equal(why(&h), "it names other bytes than the draft had");
	end(&h);
}

static void an_approval_dies_with_the_first_changed_byte_and_lives_with_the_same(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review");
	assert_state(&h, "approved");
	save(&h, ANNA, '2');
	assert_string_equal(why(&h), "the text changed since");
	assert_state(&h, "review");
	save(&h, ANNA, '1');
	assert_string_equal(why(&h), "counts");
	assert_state(&h, "approved");
	end(&h);
}

/* Of a draft of an article with one picture, what a save may change by one bit. */
static void each_bit_of_a_change_voids_every_approval(void **state)
{
	struct review_cover covers[3];
	struct history h;

	(void)state;
	for (int part = 0; part < 10; part++) {
		struct review_commit *commit;

		start(&h, one_step);
		save(&h, ANNA, '1');
		add(&h, REVIEW_SUBMIT, ANNA);
		approve(&h, BORIS, "review");
		covers[0] = h.covers[0];
		covers[1] = covers[0];
		covers[1].path = (char *)"content/city/photo.png";
		covers[2] = covers[1];
		covers[2].path = (char *)"content/city/video.mp4";
		for (size_t i = 0; i < h.count; i++)
			h.commits[i].covers = (struct review_covers){.items = covers, .count = 2};
		h.commits[2].claimed = h.commits[0].covers;
		assert_string_equal(why(&h), "counts");
		commit = add(&h, REVIEW_SAVE, ANNA);
		commit->covers.items = mem_alloc(sizeof covers);
		memcpy(commit->covers.items, covers, sizeof covers);
		switch (part) {
		case 0:
			assert_string_equal(why(&h), "counts");
			break;
		case 1:
			commit->covers.items[0].blob.id[7] ^= 0x10;
			break;
		case 2:
			commit->covers.items[0].mode = REPO_MODE_EXECUTABLE;
			break;
		case 3:
			commit->covers.items[0].base.id[19] ^= 1;
			break;
		case 4:
			commit->covers.items[0].path = (char *)"content/city/lakf.md";
			break;
		case 5:
			commit->covers.items[1].blob.id[0] ^= 1;
			break;
		case 6:
			commit->covers.items[1].mode = REPO_MODE_NONE;
			break;
		case 7:
			commit->covers.count = 1;
			break;
		case 8:
			commit->covers.count = 3;
			break;
		default:
			h.policy.blob.id[3] ^= 4;
			assert_string_equal(why(&h), "the desk's rules changed since");
			break;
		}
		if (part > 0 && part < 9)
			assert_string_equal(why(&h), "the text changed since");
		free(commit->covers.items);
		end(&h);
	}
}

static void an_approval_under_other_rules_does_not_count(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "review")->policy = oid_of('q');
	assert_string_equal(why(&h), "the desk's rules changed since");
	h.policy.blob = oid_of('q');
	assert_string_equal(why(&h), "counts");
	end(&h);
}

static void an_approval_needs_the_role_of_its_step(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, DORA, "first");
	assert_string_equal(why(&h), "the step asks for another role");
	approve(&h, BORIS, "first");
	assert_string_equal(why(&h), "counts");
	end(&h);
}

static void steps_are_taken_in_their_order(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, DORA, "final");
	assert_string_equal(why(&h), "an earlier step was not approved");
	approve(&h, BORIS, "first");
	approve(&h, DORA, "final");
	assert_string_equal(why(&h), "an earlier step was not approved");
	assert_int_equal(h.state.step, 0);
	approve(&h, CHEN, "first");
	assert_int_equal(replay(&h)->step, 1);
	/* What came too early stays too early. */
	assert_false(h.state.approvals[0].counts);
	assert_state(&h, "review");
	approve(&h, DORA, "final");
	assert_string_equal(why(&h), "counts");
	assert_state(&h, "approved");
	assert_int_equal(h.state.step, 2);
	end(&h);
}

static void when_a_lower_step_falls_the_higher_one_falls_too(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "first");
	approve(&h, CHEN, "first");
	approve(&h, DORA, "final");
	assert_state(&h, "approved");
	save(&h, CHEN, '2');
	save(&h, ANNA, '1');
	assert_string_equal(why(&h), "an earlier step was not approved");
	assert_int_equal(h.state.step, 0);
	end(&h);
}

static void one_person_gives_one_approval_for_a_step(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "first");
	approve(&h, BORIS, "first");
	assert_string_equal(why(&h), "the same person approved this step already");
	h.policy.one_person_one_step = false;
	assert_string_equal(why(&h), "the same person approved this step already");
	end(&h);
}

static void one_person_takes_one_step_unless_the_rules_allow_more(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, CHEN, "first");
	approve(&h, BORIS, "first");
	approve(&h, BORIS, "final");
	assert_string_equal(why(&h), "the same person approved another step");
	h.policy.one_person_one_step = false;
	assert_string_equal(why(&h), "counts");
	assert_state(&h, "approved");
	end(&h);
}

static void an_approval_that_does_not_count_stands_in_nobodys_way(void **state)
{
	struct history h;

	(void)state;
	start(&h, ladder);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, BORIS, "final");
	assert_string_equal(why(&h), "an earlier step was not approved");
	approve(&h, BORIS, "first");
	assert_string_equal(why(&h), "counts");
	end(&h);
}

static void a_draft_that_takes_its_article_down_is_approved_like_any(void **state)
{
	struct review_cover *cover;
	struct history h;

	(void)state;
	start(&h, one_step);
	cover = save(&h, ANNA, '1');
	cover->mode = REPO_MODE_NONE;
	memset(&cover->blob, 0, sizeof cover->blob);
	h.facts.removes = true;
	add(&h, REVIEW_SUBMIT, ANNA);
	approve(&h, ANNA, "review");
	assert_string_equal(why(&h), "an author cannot approve own text");
	approve(&h, BORIS, "review");
	assert_state(&h, "approved");
	end(&h);
}

/* -- Comments -- */

static void threads_gather_their_replies_in_order(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_COMMENT, BORIS);
	add(&h, REVIEW_COMMENT, CHEN);
	answer(&h, REVIEW_REPLY, ANNA, 1);
	answer(&h, REVIEW_REPLY, ANNA, 2);
	answer(&h, REVIEW_REPLY, BORIS, 1);
	replay(&h);
	assert_int_equal(h.state.thread_count, 2);
	assert_int_equal(h.state.threads[0].commit, 1);
	assert_int_equal(h.state.threads[0].reply_count, 2);
	assert_int_equal(h.state.threads[0].replies[0], 3);
	assert_int_equal(h.state.threads[0].replies[1], 5);
	assert_int_equal(h.state.threads[1].reply_count, 1);
	assert_int_equal(h.state.open_threads, 2);
	end(&h);
}

static void a_thread_is_as_its_last_resolve_or_reopen_left_it(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_COMMENT, BORIS);
	answer(&h, REVIEW_RESOLVE, ANNA, 1);
	assert_int_equal(replay(&h)->open_threads, 0);
	assert_int_equal(h.state.threads[0].resolved_by, 2);
	answer(&h, REVIEW_REOPEN, BORIS, 1);
	assert_int_equal(replay(&h)->open_threads, 1);
	assert_int_equal(h.state.threads[0].resolved_by, 3);
	answer(&h, REVIEW_RESOLVE, ANNA, 1);
	answer(&h, REVIEW_REPLY, BORIS, 1);
	assert_int_equal(replay(&h)->open_threads, 0);
	save(&h, ANNA, '2');
	assert_int_equal(replay(&h)->open_threads, 0);
	end(&h);
}

static void an_answer_to_no_comment_counts_for_nothing(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_COMMENT, BORIS);
	answer(&h, REVIEW_RESOLVE, ANNA, 0); /* a save */
	add(&h, REVIEW_RESOLVE, ANNA);       /* names none */
	add(&h, REVIEW_RESOLVE, ANNA)->thread = (char *)"0202";
	add(&h, REVIEW_REPLY, ANNA)->thread = (char *)"";
	replay(&h);
	assert_int_equal(h.state.open_threads, 1);
	assert_int_equal(h.state.threads[0].reply_count, 0);
	end(&h);
}

static void an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so(void **state)
{
	struct history h;

	(void)state;
	start(&h, one_step);
	save(&h, ANNA, '1');
	add(&h, REVIEW_SUBMIT, ANNA);
	add(&h, REVIEW_COMMENT, BORIS);
	approve(&h, BORIS, "review");
	assert_string_equal(why(&h), "counts");
	assert_state(&h, "review");
	assert_int_equal(h.state.step, 1);
	h.policy.comments_block = false;
	assert_state(&h, "approved");
	h.policy.comments_block = true;
	answer(&h, REVIEW_RESOLVE, ANNA, 2);
	assert_state(&h, "approved");
	end(&h);
}

/* -- Against the rules as a reader of the manual would apply them -- */

/* The last event of the three that decide where a draft lies, before index; 0 when there is none. */
static enum review_event last_turn(const struct history *h, size_t before)
{
	enum review_event turn = REVIEW_SAVE;
	bool aside = false;

	for (size_t i = 0; i < before; i++) {
		enum review_event event = h->commits[i].event;

		if (event == REVIEW_SPIKE || event == REVIEW_RESTORE)
			aside = event == REVIEW_SPIKE;
		if (event == REVIEW_SPIKE || (!aside && (event == REVIEW_SUBMIT || event == REVIEW_REJECT)))
			turn = event;
	}
	return turn;
}

static bool is_aside(const struct history *h)
{
	for (size_t i = h->count; i-- > 0;) {
		if (h->commits[i].event == REVIEW_SPIKE)
			return true;
		if (h->commits[i].event == REVIEW_RESTORE)
			return false;
	}
	return false;
}

/*
 * Whether it was sent back or set aside after index.  Sending back what is aside means nothing, but
 * then it was set aside, and so undone, before.
 */
static bool undone_after(const struct history *h, size_t index)
{
	for (size_t i = index + 1; i < h->count; i++) {
		if (h->commits[i].event == REVIEW_SPIKE || h->commits[i].event == REVIEW_REJECT)
			return true;
	}
	return false;
}

static bool wrote(const struct history *h, const struct repo_person *person)
{
	for (size_t i = 0; i < h->count; i++) {
		if (h->commits[i].event == REVIEW_SAVE &&
		    strcmp(h->commits[i].person.mail, person->mail) == 0)
			return true;
	}
	return false;
}

static bool in_role(const struct policy *policy, const char *role, const struct repo_person *person)
{
	for (size_t i = 0; role != NULL && i < policy->role_count; i++) {
		for (size_t j = 0; j < policy->roles[i].count; j++) {
			if (strcmp(policy->roles[i].name, role) == 0 &&
			    strcmp(policy->roles[i].people[j].mail, person->mail) == 0)
				return true;
		}
	}
	return role == NULL;
}

static size_t step_named(const struct policy *policy, const char *name)
{
	size_t i = 0;

	while (i < policy->step_count && strcmp(policy->steps[i].name, name) != 0)
		i++;
	return i;
}

static char version_at(const struct history *h, size_t index)
{
	return (char)h->commits[index].covers.items[0].blob.id[0];
}

static bool is_good(const struct history *h, size_t index);

static unsigned good_before(const struct history *h, size_t index, size_t step)
{
	unsigned n = 0;

	for (size_t i = 0; i < index; i++)
		n += h->commits[i].event == REVIEW_APPROVE &&
		     step_named(&h->policy, h->commits[i].step) == step && is_good(h, i);
	return n;
}

/* Each condition stands for itself. */
static bool judge(const struct history *h, size_t index)
{
	const struct review_commit *commit = &h->commits[index];
	size_t step = step_named(&h->policy, commit->step);
	char claimed = (char)commit->claimed.items[0].blob.id[0];

	if (last_turn(h, index) != REVIEW_SUBMIT || undone_after(h, index))
		return false;
	if (step == h->policy.step_count || claimed != version_at(h, index) ||
	    claimed != version_at(h, h->count - 1) || !oid_equal(&commit->policy, &h->policy.blob))
		return false;
	if (!in_role(&h->policy, h->policy.steps[step].role, &commit->person) ||
	    (!h->policy.author_may_approve && wrote(h, &commit->person)))
		return false;
	for (size_t i = 0; i < step; i++) {
		if (good_before(h, index, i) < h->policy.steps[i].approvals)
			return false;
	}
	for (size_t i = 0; i < index; i++) {
		const struct review_commit *other = &h->commits[i];

		if (other->event == REVIEW_APPROVE && strcmp(other->person.mail, commit->person.mail) == 0 &&
		    (h->policy.one_person_one_step || strcmp(other->step, commit->step) == 0) &&
		    is_good(h, i))
			return false;
	}
	return true;
}

/* Whether the approval at index counts; good keeps the answers of one history, 0 for none yet. */
static char good[EVENTS_MAX];

static bool is_good(const struct history *h, size_t index)
{
	if (good[index] == 0)
		good[index] = judge(h, index) ? 'y' : 'n';
	return good[index] == 'y';
}

static size_t comments_open(const struct history *h)
{
	size_t open = 0;

	for (size_t i = 0; i < h->count; i++) {
		bool resolved = false;
		char hex[REPO_HEX_SIZE];

		if (h->commits[i].event != REVIEW_COMMENT)
			continue;
		oid_hex(hex, &h->commits[i].id);
		for (size_t j = i + 1; j < h->count; j++) {
			enum review_event event = h->commits[j].event;

			if ((event == REVIEW_RESOLVE || event == REVIEW_REOPEN) &&
			    strcmp(h->commits[j].thread, hex) == 0)
				resolved = event == REVIEW_RESOLVE;
		}
		open += !resolved;
	}
	return open;
}

static const char *expected_state(const struct history *h)
{
	if (h->facts.released)
		return h->facts.removes ? "withdrawn" : "released";
	if (is_aside(h))
		return "spiked";
	if (last_turn(h, h->count) == REVIEW_REJECT)
		return "changes";
	if (last_turn(h, h->count) != REVIEW_SUBMIT)
		return "draft";
	for (size_t i = 0; i < h->policy.step_count; i++) {
		if (good_before(h, h->count, i) < h->policy.steps[i].approvals)
			return "review";
	}
	if (h->policy.comments_block && comments_open(h) > 0)
		return "review";
	return h->facts.publish_time > h->facts.now ? "scheduled" : "approved";
}

/* xorshift64*, so that a failure comes again. */
static unsigned below(uint64_t *seed, unsigned limit)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (unsigned)((*seed * UINT64_C(2685821657736338717)) >> 33) % limit;
}

static void add_random(struct history *h, uint64_t *seed)
{
	static const enum review_event plain[] = {REVIEW_SUBMIT,  REVIEW_SUBMIT, REVIEW_SUBMIT,
						  REVIEW_COMMENT, REVIEW_REJECT, REVIEW_SPIKE,
						  REVIEW_RESTORE, REVIEW_ASSIGN, REVIEW_RELEASED,
						  REVIEW_UNKNOWN};
	static const char *const steps[] = {"first", "first", "first", "final", "final", "legal"};
	enum person person = (enum person)below(seed, PEOPLE);
	unsigned kind = below(seed, 20);
	struct review_commit *commit;

	if (kind < 3) {
		save(h, below(seed, 3) ? ANNA : person, (char)('1' + below(seed, 2)));
	} else if (kind < 12) {
		commit = approve(h, person, steps[below(seed, 6)]);
		if (below(seed, 12) == 0)
			commit->claimed.items[0].blob = oid_of('2');
		if (below(seed, 12) == 0)
			commit->policy = oid_of('q');
	} else if (kind < 14) {
		answer(h, below(seed, 3) ? REVIEW_RESOLVE : REVIEW_REOPEN, person,
		       below(seed, (unsigned)h->count));
	} else {
		add(h, plain[below(seed, sizeof plain / sizeof plain[0])], person);
	}
}

static void random_histories_mean_what_the_rules_say(void **state)
{
	unsigned seen[REVIEW_STATE_COUNT] = {0};
	uint64_t seed = 20261120;
	struct history h;

	(void)state;
	start(&h, ladder);
	for (int turn = 0; turn < 6000; turn++) {
		unsigned length = 2 + below(&seed, 16);
		size_t counted = 0;

		memset(good, 0, sizeof good);
		reset(&h);
		h.policy.steps[0].approvals = 1 + below(&seed, 2);
		h.policy.one_person_one_step = below(&seed, 2);
		h.policy.comments_block = below(&seed, 2);
		h.policy.author_may_approve = below(&seed, 4) == 0;
		h.facts.publish_time = below(&seed, 4) == 0 ? 2000 : 0;
		h.facts.released = below(&seed, 20) == 0;
		h.facts.removes = below(&seed, 3) == 0;
		save(&h, ANNA, '1');
		if (below(&seed, 4))
			add(&h, REVIEW_SUBMIT, ANNA);
		while (length-- > 0)
			add_random(&h, &seed);
		replay(&h);
		if (strcmp(review_state_word(h.state.name), expected_state(&h)) != 0)
			fail_msg("turn %d is %s, not %s", turn, review_state_word(h.state.name),
				 expected_state(&h));
		for (size_t i = 0; i < h.state.approval_count; i++) {
			const struct review_approval *approval = &h.state.approvals[i];

			if (approval->counts != is_good(&h, approval->commit))
				fail_msg("turn %d, commit %zu: %s", turn, approval->commit,
					 approval->why ? approval->why : "counts");
			counted += approval->counts;
		}
		assert_int_equal(counted, good_before(&h, h.count, 0) + good_before(&h, h.count, 1));
		assert_int_equal(h.state.open_threads, comments_open(&h));
		for (int i = 0; i < PEOPLE; i++)
			assert_int_equal(review_is_author(&h.facts, &h.state, &people[i]),
					 wrote(&h, &people[i]));
		seen[h.state.name]++;
	}
	end(&h);
	/* The histories go everywhere, so that agreeing means something. */
	for (int i = 0; i < REVIEW_STATE_COUNT; i++) {
		if (seen[i] < 20)
			fail_msg("only %u of the histories are %s", seen[i],
				 review_state_word((enum review_state_name)i));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_word_of_an_event_is_read_back),
	    cmocka_unit_test(every_word_of_a_state_is_read_back),
	    cmocka_unit_test(a_cover_is_written_and_read_back),
	    cmocka_unit_test(what_is_no_cover_is_not_read_as_one),
	    cmocka_unit_test(covers_differ_by_each_of_their_parts),
	    cmocka_unit_test(a_draft_goes_from_its_first_save_to_its_release),
	    cmocka_unit_test(only_the_release_branch_says_that_a_draft_is_released),
	    cmocka_unit_test(an_article_of_a_later_date_waits_for_it),
	    cmocka_unit_test(asking_for_changes_sends_back_until_it_is_submitted_again),
	    cmocka_unit_test(an_approval_from_before_it_was_sent_back_stays_void_for_the_same_bytes),
	    cmocka_unit_test(a_spiked_draft_comes_back_as_one_that_was_not_submitted),
	    cmocka_unit_test(what_is_set_aside_can_be_neither_submitted_nor_approved_nor_sent_back),
	    cmocka_unit_test(restoring_what_is_not_spiked_changes_nothing),
	    cmocka_unit_test(events_of_a_later_version_count_for_nothing),
	    cmocka_unit_test(the_newest_assignment_is_told),
	    cmocka_unit_test(everybody_who_saved_is_an_author_once),
	    cmocka_unit_test(an_author_cannot_approve_whenever_they_saved),
	    cmocka_unit_test(an_approval_before_it_was_submitted_does_not_count),
	    cmocka_unit_test(an_approval_for_a_step_that_is_not_there_does_not_count),
	    cmocka_unit_test(an_approval_of_other_bytes_than_the_draft_had_does_not_count),
	    cmocka_unit_test(an_approval_dies_with_the_first_changed_byte_and_lives_with_the_same),
	    cmocka_unit_test(each_bit_of_a_change_voids_every_approval),
	    cmocka_unit_test(an_approval_under_other_rules_does_not_count),
	    cmocka_unit_test(an_approval_needs_the_role_of_its_step),
	    cmocka_unit_test(steps_are_taken_in_their_order),
	    cmocka_unit_test(when_a_lower_step_falls_the_higher_one_falls_too),
	    cmocka_unit_test(one_person_gives_one_approval_for_a_step),
	    cmocka_unit_test(one_person_takes_one_step_unless_the_rules_allow_more),
	    cmocka_unit_test(an_approval_that_does_not_count_stands_in_nobodys_way),
	    cmocka_unit_test(a_draft_that_takes_its_article_down_is_approved_like_any),
	    cmocka_unit_test(threads_gather_their_replies_in_order),
	    cmocka_unit_test(a_thread_is_as_its_last_resolve_or_reopen_left_it),
	    cmocka_unit_test(an_answer_to_no_comment_counts_for_nothing),
	    cmocka_unit_test(an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so),
	    cmocka_unit_test(random_histories_mean_what_the_rules_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
