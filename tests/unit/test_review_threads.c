/* Comments, questions and suggestions, replayed from the commits of a draft. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/strbuf.h"
#include "desk/review.h"
#include "history.h"

/* -- Comments -- */

static void threads_gather_their_replies_in_order(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments. C comments. A replies 1. A replies 2. B replies 1.");
	history_replay(h);
	assert_int_equal(h->state.thread_count, 2);
	assert_int_equal(h->state.threads[0].commit, 1);
	assert_int_equal(h->state.threads[0].reply_count, 2);
	assert_int_equal(h->state.threads[0].replies[0], 3);
	assert_int_equal(h->state.threads[0].replies[1], 5);
	assert_int_equal(h->state.threads[1].reply_count, 1);
	assert_int_equal(h->state.open_threads, 2);
}

static void a_thread_is_as_its_last_resolve_or_reopen_left_it(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments. A resolves 1.");
	assert_int_equal(history_replay(h)->open_threads, 0);
	assert_int_equal(h->state.threads[0].resolved_by, 2);
	history_tell(h, "B reopens 1.");
	assert_int_equal(history_replay(h)->open_threads, 1);
	assert_int_equal(h->state.threads[0].resolved_by, 3);
	history_tell(h, "A resolves 1. B replies 1.");
	assert_int_equal(history_replay(h)->open_threads, 0);
	history_tell(h, "A saves 2.");
	assert_int_equal(history_replay(h)->open_threads, 0);
}

static void an_answer_to_no_comment_counts_for_nothing(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B comments.");
	history_answer(h, REVIEW_RESOLVE, ANNA, 0); /* a save */
	history_add(h, REVIEW_RESOLVE, ANNA);       /* names none */
	history_name_thread(h, history_add(h, REVIEW_RESOLVE, ANNA), (char *)"0202");
	history_name_thread(h, history_add(h, REVIEW_REPLY, ANNA), (char *)"");
	history_replay(h);
	assert_int_equal(h->state.open_threads, 1);
	assert_int_equal(h->state.threads[0].reply_count, 0);
}

static void an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. A submits. B comments. B approves review.");
	assert_string_equal(history_why(h), "counts");
	assert_state(h, "review");
	assert_int_equal(h->state.step, 1);
	h->policy.comments_block = false;
	assert_state(h, "approved");
	h->policy.comments_block = true;
	history_tell(h, "A resolves 2.");
	assert_state(h, "approved");
}

static void a_question_always_blocks_until_it_is_resolved(void **state)
{
	struct history *h = *state;

	h->policy.comments_block = false;
	history_tell(h, "A saves 1. A submits. B comments. C asks. B approves review.");
	assert_state(h, "review");
	assert_int_equal(h->state.open_threads, 2);
	assert_int_equal(h->state.blocking, 1);
	assert_string_equal(review_thread_word(h->state.threads[1].kind), "question");
	history_tell(h, "A refuses 3.");
	assert_state(h, "review");
	history_tell(h, "A resolves 3.");
	assert_state(h, "approved");
	history_tell(h, "C reopens 3.");
	assert_state(h, "review");
}

/* -- Suggestions -- */

static void a_suggestion_blocks_until_it_is_taken_or_refused(void **state)
{
	struct history *h = *state;

	h->policy.comments_block = false;
	history_tell(h, "A saves 1. A submits. B suggests. C suggests. C approves review.");
	assert_state(h, "review");
	assert_int_equal(h->state.blocking, 2);
	/* Neither resolving nor a save that names none decides it. */
	history_tell(h, "A resolves 2. A saves 1. A takes 0. A takes 1.");
	assert_int_equal(history_replay(h)->blocking, 2);
	history_tell(h, "A takes 2.");
	assert_int_equal(history_replay(h)->blocking, 1);
	assert_true(h->state.threads[0].taken);
	assert_int_equal(h->state.threads[0].resolved_by, 9);
	history_tell(h, "A refuses 3.");
	assert_state(h, "approved");
	assert_true(h->state.threads[1].resolved);
	assert_false(h->state.threads[1].taken);
}

static void what_was_decided_of_a_suggestion_stays(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. B suggests. A takes 1. A refuses 1. A reopens 1.");
	history_replay(h);
	assert_true(h->state.threads[0].taken);
	assert_int_equal(h->state.threads[0].resolved_by, 3);
	history_tell(h, "A refuses 2. A takes 2. A reopens 2. A resolves 2.");
	history_replay(h);
	assert_true(h->state.threads[1].resolved);
	assert_false(h->state.threads[1].taken);
	assert_int_equal(h->state.threads[1].resolved_by, 6);
}

static void a_save_takes_several_suggestions_and_only_these(void **state)
{
	char ids[2][REPO_HEX_SIZE];
	char *items[] = {ids[0], (char *)"0123", ids[1], ids[1]};
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. C suggests. B suggests. B comments. A saves 2.");
	oid_hex(ids[0], &h->commits[1].id);
	oid_hex(ids[1], &h->commits[3].id);
	h->commits[5].threads = (struct strlist){.items = items, .count = 4};
	history_replay(h);
	assert_true(h->state.threads[0].taken);
	assert_false(h->state.threads[1].resolved);
	assert_true(h->state.threads[2].taken);
	assert_false(h->state.threads[3].resolved);
}

static void a_suggestion_without_words_or_a_passage_is_none(void **state)
{
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. B suggests. B suggests.");
	h->commits[1].replacement = NULL;
	h->commits[2].passage.len = 0;
	h->commits[3].replacement = (char *)"";
	assert_int_equal(history_replay(h)->thread_count, 1);
	assert_int_equal(h->state.threads[0].commit, 3);
}

static void a_suggester_whose_words_were_taken_is_an_author_where_the_rules_say_so(void **state)
{
	struct repo_person chen = {(char *)"C.", (char *)"Chen@desk.example"};
	struct history *h = *state;

	history_tell(h, "A saves 1. B suggests. C suggests. D suggests. A takes 1.");
	history_tell(h, "A refuses 3. A submits. B approves review.");
	h->commits[4].co_authors = &chen;
	h->commits[4].co_author_count = 1;
	assert_string_equal(history_why(h), "counts");
	assert_int_equal(h->state.author_count, 1);
	h->policy.suggester_is_author = true;
	/* Also where the save does not name him: the suggestion does. */
	assert_string_equal(history_why(h), "an author cannot approve own text");
	assert_true(review_is_author(&h->state, &history_people[BORIS]));
	assert_true(review_is_author(&h->state, &history_people[CHEN]));
	assert_false(review_is_author(&h->state, &history_people[DORA]));
	h->policy.author_may_approve = true;
	assert_string_equal(history_why(h), "counts");
}

static void suggested_words_are_written_and_read_back(void **state)
{
	struct strbuf value = STRBUF_INIT;
	char words[4] = "";
	char *back;

	(void)state;
	for (unsigned pair = 1; pair < 0x10000; pair++) {
		words[0] = (char)(pair >> 8);
		words[1] = (char)(pair & 0xff);
		if (words[0] == '\0') {
			words[0] = words[1];
			words[1] = '\0';
		}
		strbuf_reset(&value);
		review_replacement_format(&value, words);
		/* One line, and nothing that a terminal would obey. */
		for (size_t i = 0; i < value.len; i++)
			assert_false((unsigned char)value.data[i] < ' ' || value.data[i] == 0x7f);
		back = review_replacement_parse(value.data);
		assert_non_null(back);
		assert_string_equal(back, words);
		free(back);
	}
	strbuf_reset(&value);
	review_replacement_format(&value, "七 \"volunteers\"\n\\");
	assert_string_equal(value.data, "\"七 \\\"volunteers\\\"\\n\\\\\"");
	strbuf_clear(&value);
}

static void what_is_no_quoted_word_is_not_read_as_one(void **state)
{
	static const char *const values[] = {"",         "seven",     "\"seven",   "seven\"",   "\"a\"b\"",
					     "\"a\" ",   "\"\\\"",    "\"\\x\"",   "\"\\8\"",   "\"\\000\"",
					     "\"\\12\"", "\"\\400\"", "\"\\777\"", "\"\\303\"", "\"\\"};

	(void)state;
	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		char *words = review_replacement_parse(values[i]);

		if (words != NULL)
			fail_msg("%s is read as %s", values[i], words);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_one_step(threads_gather_their_replies_in_order),
	    in_one_step(a_thread_is_as_its_last_resolve_or_reopen_left_it),
	    in_one_step(an_answer_to_no_comment_counts_for_nothing),
	    in_one_step(an_open_comment_keeps_a_draft_in_review_where_the_rules_say_so),
	    in_one_step(a_question_always_blocks_until_it_is_resolved),
	    in_one_step(a_suggestion_blocks_until_it_is_taken_or_refused),
	    in_one_step(what_was_decided_of_a_suggestion_stays),
	    in_one_step(a_save_takes_several_suggestions_and_only_these),
	    in_one_step(a_suggestion_without_words_or_a_passage_is_none),
	    in_one_step(a_suggester_whose_words_were_taken_is_an_author_where_the_rules_say_so),
	    cmocka_unit_test(suggested_words_are_written_and_read_back),
	    cmocka_unit_test(what_is_no_quoted_word_is_not_read_as_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
