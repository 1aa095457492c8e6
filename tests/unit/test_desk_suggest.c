#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "room.h"
#include "text/critic.h"
#include "text/diff.h"
#include "text/merge.h"

#define LAKE_REF "refs/drafts/lake"

static const char first_words[] = "Five volunteers cleared the path around the lake.\n\n"
				  "The work was paid by the harbour trust. Nobody complained.\n";

/* Anna's draft "lake" with that body, whoever sits there then. */
static void begin(struct room *r, const char *body)
{
	room_as(r, ANNA);
	room_begin(r, "lake", room_text("The lake", body));
}

/* A person suggests a body for what the draft says now; the number of suggestions. */
static size_t suggest(struct room *r, enum person person, const char *body)
{
	const char *text = room_text("The lake", body);
	struct oid seen = room_draft(r, "lake")->blob;
	size_t made;

	room_as(r, person);
	ok(r, desk_suggest(r->desk, "lake", &seen, text, strlen(text), NULL, &made, &r->err));
	return made;
}

/* "1 open: old > new at the text" for each. */
static char *told(struct room *r)
{
	const struct draft *draft = room_draft(r, "lake");
	struct desk_suggestions all;
	struct strbuf out = STRBUF_INIT;

	desk_suggestions(r->desk, draft, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct desk_suggestion *s = &all.items[i];

		strbuf_addf(&out, "%s%zu %s: %s > %s", i > 0 ? "; " : "", s->thread + 1,
			    desk_suggestion_word(s->state), s->old_words, s->new_words);
		if (s->state == DESK_SUGGESTION_OPEN)
			assert_memory_equal(draft->text + s->start, s->old_words, s->len);
	}
	desk_suggestions_clear(&all);
	return strbuf_detach(&out);
}

static void assert_told(struct room *r, const char *expected)
{
	char *text = told(r);

	assert_string_equal(text, expected);
	free(text);
}

static void assert_body(struct room *r, const char *body)
{
	assert_string_equal(room_draft(r, "lake")->text, room_text("The lake", body));
}

/* Takes the suggestions with these numbers ("1 3"), or all. */
static int take(struct room *r, const char *numbers, struct desk_taken *out)
{
	struct strlist threads = {0};
	struct desk_choice choice = {.all = strcmp(numbers, "all") == 0};
	char *copy = mem_strdup(numbers);
	char *rest = copy;
	char *number;
	int rc;

	while (!choice.all && (number = strsep(&rest, " ")) != NULL)
		strlist_add(&threads, number);
	if (!choice.all)
		choice.threads = &threads;
	rc = desk_take(r->desk, "lake", &choice, out, &r->err);
	free(copy);
	strlist_clear(&threads);
	return rc;
}

static void an_edited_text_becomes_suggestions(void **state)
{
	struct room *r = *state;

	begin(r, first_words);
	assert_int_equal(suggest(r, BORIS,
				 "Seven volunteers cleared the path around the lake.\n\n"
				 "The work was funded by the harbour trust. Nobody complained.\n"),
			 2);
	assert_told(r, "1 open: Five > Seven; 2 open: paid > funded");
	assert_body(r, first_words);
	assert_int_equal(room_draft(r, "lake")->state.open_threads, 2);
	/* What is suggested already is not suggested again, by nobody. */
	assert_int_equal(suggest(r, CHEN,
				 "Seven volunteers cleared the path around the lake.\n\n"
				 "The work was paid by the harbour trust.\n"),
			 1);
	assert_int_equal(suggest(r, CHEN, first_words), 0);
}

static void taking_is_one_save_that_names_the_suggesters(void **state)
{
	struct room *r = *state;
	struct repo_commit commit;
	struct desk_taken taken;
	size_t before;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	suggest(r, CHEN,
		"Five volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust.\n");
	before = room_draft(r, "lake")->count;
	room_as(r, ANNA);
	ok(r, take(r, "all", &taken));
	assert_int_equal(taken.count, 2);
	assert_int_equal(taken.left.count, 0);
	strlist_clear(&taken.left);
	assert_body(r, "Seven volunteers cleared the path around the lake.\n\n"
		       "The work was paid by the harbour trust.\n");
	assert_int_equal(room_draft(r, "lake")->count, before + 1);
	assert_int_equal(room_draft(r, "lake")->state.open_threads, 0);
	ok(r, repo_commit_read(desk_repo(r->desk), &commit, &room_draft(r, "lake")->head, &r->err));
	assert_non_null(strstr(commit.message, "\nCo-authored-by: Boris <boris@desk.example>\n"));
	assert_non_null(strstr(commit.message, "\nCo-authored-by: 陈 <chen@desk.example>\n"));
	assert_string_equal(commit.author.name, "Anna");
	repo_commit_clear(&commit);
	refuses(r, E_REFUSED, "There is no open suggestion on lake.", take(r, "all", &taken));
	refuses(r, E_REFUSED, "Suggestion 1 on lake was taken already.", take(r, "1", &taken));
}

static void others_move_along_when_some_are_taken(void **state)
{
	struct room *r = *state;
	struct desk_taken taken;

	begin(r, "aa b aa c aa d aa\n");
	suggest(r, BORIS, "aa bbb aa c aa d aa\n");
	suggest(r, CHEN, "aa b aa cc aa d aa\n");
	suggest(r, DORA, "aa b aa c aa ddddd aa\n");
	room_as(r, ANNA);
	ok(r, take(r, "1", &taken));
	ok(r, take(r, "3", &taken));
	assert_body(r, "aa bbb aa c aa ddddd aa\n");
	ok(r, take(r, "2", &taken));
	assert_body(r, "aa bbb aa cc aa ddddd aa\n");
	assert_told(r, "1 taken: b > bbb; 2 taken: c > cc; 3 taken: d > ddddd");
}

static void of_two_for_the_same_words_the_first_is_taken(void **state)
{
	struct room *r = *state;
	struct desk_taken taken;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	suggest(r, CHEN,
		"Six volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	room_as(r, ANNA);
	ok(r, take(r, "1 2", &taken));
	assert_int_equal(taken.count, 1);
	assert_int_equal(taken.left.count, 1);
	assert_string_equal(
	    taken.left.items[0],
	    "Suggestion 2 on lake was overtaken: another one takes the same words; refuse it, "
	    "or suggest it anew.");
	strlist_clear(&taken.left);
	assert_told(r, "1 taken: Five > Seven; 2 overtaken: Five > Six");
	refuses(r, E_REFUSED, "Suggestion 2 on lake was overtaken: its old words do not stand",
		take(r, "2", &taken));
	refuses(r, E_REFUSED, "Suggestion 2 on lake was overtaken", take(r, "all", &taken));
	strlist_clear(&taken.left);
	ok(r, desk_refuse(r->desk, "lake", "2", "Seven it is.", &r->err));
	assert_told(r, "1 taken: Five > Seven; 2 refused: Five > Six");
	refuses(r, E_REFUSED, "Suggestion 2 on lake was refused already.",
		desk_refuse(r->desk, "lake", "2", NULL, &r->err));
}

static void an_edit_overtakes_only_what_it_touches(void **state)
{
	struct room *r = *state;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was funded by the harbour trust. Nobody complained.\n");
	room_save(r, "lake",
		  room_text("The lake", "On Saturday, five volunteers cleared the path around the "
					"lake.\n\nThe hard work was paid by the harbour trust. "
					"Nobody complained.\n"));
	assert_told(r, "1 overtaken: Five > Seven; 2 open: paid > funded");
	/* And back: it stands there again. */
	room_save(r, "lake", room_text("The lake", first_words));
	assert_told(r, "1 open: Five > Seven; 2 open: paid > funded");
}

/* A disk that fails for a moment must not make the suggestions look as if their words were gone. */
static void what_cannot_be_read_is_not_overtaken(void **state)
{
	struct room *r = *state;
	struct desk_taken taken;
	struct oid before;

	begin(r, first_words);
	suggest(r, BORIS,
		"Five volunteers cleared the path around the lake.\n\n"
		"The work was funded by the harbour trust. Nobody complained.\n");
	room_save(r, "lake",
		  room_text("The lake", "On Saturday, five volunteers cleared the path around the "
					"lake.\n\nThe work was paid by the harbour trust. "
					"Nobody complained.\n"));
	before = room_draft(r, "lake")->head;
	r->n->broken = true;
	assert_int_equal(sh(r->n, "cd news && blob=$(git rev-parse refs/drafts/lake~2:content/city/lake.md | "
				  "sed 's,..,&/,') && mv .git/objects/$blob ../blob && mkdir "
				  ".git/objects/$blob && echo .git/objects/$blob >../where"),
			 0);
	room_reopen(r);
	assert_true(take(r, "all", &taken) < 0);
	assert_null(strstr(r->err.message, "overtaken"));
	assert_int_equal(taken.left.count, 0);
	strlist_clear(&taken.left);
	assert_int_equal(sh(r->n, "cd news && rmdir $(cat ../where) && mv ../blob $(cat ../where)"), 0);
	r->n->broken = false;
	room_reopen(r);
	assert_true(oid_equal(&before, &room_draft(r, "lake")->head));
	ok(r, take(r, "all", &taken));
	assert_int_equal(taken.count, 1);
	strlist_clear(&taken.left);
}

static void an_older_text_can_be_suggested_on(void **state)
{
	struct room *r = *state;
	const char *text;
	struct oid seen;
	size_t made;

	begin(r, first_words);
	seen = room_draft(r, "lake")->blob;
	room_save(r, "lake",
		  room_text("The lake", "Some volunteers cleared the path around the lake.\n\n"
					"The work was paid by the harbour trust. Nobody "
					"complained.\n"));
	text = room_text("The lake", "Five volunteers cleared the path around the lake.\n\n"
				     "The work was funded by the harbour trust. Nobody complained.\n");
	room_as(r, BORIS);
	ok(r, desk_suggest(r->desk, "lake", &seen, text, strlen(text), NULL, &made, &r->err));
	assert_told(r, "1 open: paid > funded");
	seen = history_oid(7);
	refuses(r, E_INVALID, "The text that you changed is not one of lake.",
		desk_suggest(r->desk, "lake", &seen, text, strlen(text), NULL, &made, &r->err));
}

/* A thread is closed by what is for its kind. */
static void each_kind_of_thread_has_its_own_end(void **state)
{
	struct room *r = *state;
	struct desk_taken taken;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	ok(r, desk_question(r->desk, "lake", NULL, "Is that so?", &r->err));
	refuses(r, E_REFUSED, "Suggestion 1 on lake is taken or refused, not resolved.",
		desk_resolve(r->desk, "lake", "1", true, &r->err));
	refuses(r, E_REFUSED, "The question 2 on lake is no suggestion: resolve it.",
		desk_refuse(r->desk, "lake", "2", NULL, &r->err));
	refuses(r, E_REFUSED, "The question 2 on lake is no suggestion", take(r, "2", &taken));
	refuses(r, E_INVALID, "A question needs some words",
		desk_question(r->desk, "lake", NULL, " ", &r->err));
	ok(r, desk_reply(r->desk, "lake", "1", "The notice says so.", &r->err));
	ok(r, desk_resolve(r->desk, "lake", "2", true, &r->err));
	assert_int_equal(room_draft(r, "lake")->state.open_threads, 1);
}

static void only_the_suggestions_of_one_person_are_taken(void **state)
{
	struct room *r = *state;
	struct desk_choice choice = {.from = "chen@desk.example"};
	struct desk_taken taken;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	suggest(r, CHEN,
		"Five volunteers cleared the path around the lake.\n\n"
		"The work was funded by the harbour trust.\n");
	room_as(r, ANNA);
	ok(r, desk_take(r->desk, "lake", &choice, &taken, &r->err));
	assert_int_equal(taken.count, 2);
	assert_told(r, "1 open: Five > Seven; 2 taken: paid > funded; 3 taken:  Nobody complained. > ");
	refuses(r, E_REFUSED, "There is no open suggestion of chen@desk.example on lake.",
		desk_take(r->desk, "lake", &choice, &taken, &r->err));
}

/* Whether a suggester may approve what was taken is for the policy. */
static void a_suggester_is_an_author_where_the_policy_says_so(void **state)
{
	struct room *r = *state;
	struct strbuf policy = STRBUF_INIT;
	struct desk_taken taken;

	begin(r, first_words);
	suggest(r, BORIS,
		"Seven volunteers cleared the path around the lake.\n\n"
		"The work was paid by the harbour trust. Nobody complained.\n");
	room_as(r, ANNA);
	ok(r, take(r, "1", &taken));
	room_submit(r, "lake");
	room_as(r, BORIS);
	ok(r, desk_may(r->desk, "lake", REVIEW_APPROVE, &r->err));
	strbuf_adds(&policy, room_policy);
	strbuf_adds(&policy, "[rules]\n\tsuggester-is-author = true\n");
	room_rule(r, policy.data);
	ok(r, desk_refresh(r->desk, &r->err));
	refuses(r, E_REFUSED, "You wrote in lake", desk_may(r->desk, "lake", REVIEW_APPROVE, &r->err));
	strbuf_clear(&policy);
}

static void an_event_that_names_no_passage_breaks_nothing(void **state)
{
	struct room *r = *state;
	struct desk_taken taken;
	char *message;
	char hex[REPO_HEX_SIZE];
	static const char *const places[] = {"99999+4 Five", "0+18446744073709551615 Five",
					     "18446744073709551615+2 Five"};

	begin(r, first_words);
	oid_hex(hex, &room_draft(r, "lake")->blob);
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		message = mem_printf("x\n\nDraft: lake\nEvent: suggest\nOn: %s\nAt: %s\nSuggest: \"Six\"\n",
				     hex, places[i]);
		room_forge(r, &(struct forgery){.ref = LAKE_REF, .person = BORIS, .message = message});
		free(message);
	}
	ok(r, desk_refresh(r->desk, &r->err));
	assert_told(r, "1 overtaken: Five > Six; 2 overtaken: Five > Six; 3 overtaken: Five > Six");
	refuses(r, E_REFUSED, "was overtaken", take(r, "all", &taken));
	strlist_clear(&taken.left);
}

/* -- Random texts -- */

static size_t next_random(uint64_t *seed, size_t below)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(*seed >> 33) % below;
}

/* A text, and another that keeps most of it. */
static void random_bodies(struct strbuf *old_text, struct strbuf *new_text, uint64_t *seed)
{
	static const char *const words[] = {"a ",   "b ",   "二", "三",  "步道", ". ", "，",
					    "\n\n", "\xff", "\"", "\\ ", "{++",  "~>"};

	strbuf_reset(old_text);
	strbuf_reset(new_text);
	for (int i = 0; i < 40; i++) {
		const char *word = words[next_random(seed, sizeof words / sizeof words[0])];

		if (next_random(seed, 8) > 0)
			strbuf_adds(old_text, word);
		if (next_random(seed, 8) > 0)
			strbuf_adds(new_text, word);
	}
}

/* Takes one open suggestion at random. */
static void take_any(struct room *r, uint64_t *seed)
{
	const struct review_state *state = &room_draft(r, "lake")->state;
	size_t pick = next_random(seed, state->open_threads);
	struct desk_taken taken;
	char *number;

	for (size_t i = 0; i < state->thread_count; i++) {
		if (state->threads[i].resolved || pick-- > 0)
			continue;
		number = mem_printf("%zu", i + 1);
		ok(r, take(r, number, &taken));
		free(number);
		return;
	}
}

static void random_suggestions_taken_in_any_order_give_the_edited_text(void **state)
{
	struct strbuf old_text = STRBUF_INIT;
	struct strbuf new_text = STRBUF_INIT;
	struct room *r = *state;
	uint64_t seed = 7;

	begin(r, "First.\n");
	for (int round = 0; round < 12; round++) {
		random_bodies(&old_text, &new_text, &seed);
		room_save(r, "lake", room_text("The lake", old_text.data));
		suggest(r, BORIS, new_text.data);
		room_as(r, ANNA);
		while (room_draft(r, "lake")->state.open_threads > 0)
			take_any(r, &seed);
		assert_body(r, new_text.data);
	}
	strbuf_clear(&old_text);
	strbuf_clear(&new_text);
}

/* -- Outside -- */

/* The draft as it goes outside. */
static void send(struct room *r, struct strbuf *out)
{
	const struct draft *draft = room_draft(r, "lake");
	struct since since;

	strbuf_reset(out);
	ok(r, desk_since(r->desk, draft, "published", &since, &r->err));
	ok(r, desk_critic_write(r->desk, draft, &since, out, &r->err));
}

/* What an answer makes: suggestions, then comments. */
static void assert_answered(struct room *r, const struct strbuf *text, size_t suggestions, size_t comments)
{
	const struct desk_answer answer = {.text = text->data, .len = text->len};
	struct desk_answered answered;

	ok(r, desk_critic_read(r->desk, "lake", &answer, &answered, &r->err));
	assert_int_equal(answered.suggestions, suggestions);
	assert_int_equal(answered.comments, comments);
	strlist_clear(&answered.notes);
}

static void what_went_out_unchanged_comes_back_as_nothing(void **state)
{
	struct strbuf old_text = STRBUF_INIT;
	struct strbuf new_text = STRBUF_INIT;
	struct strbuf sent = STRBUF_INIT;
	struct room *r = *state;
	uint64_t seed = 11;
	struct desk_taken taken;

	begin(r, "First.\n");
	for (int round = 0; round < 12; round++) {
		struct review_passage passage = {.len = 4, .quote = (char *)"step"};
		struct critic critic;

		random_bodies(&old_text, &new_text, &seed);
		room_save(r, "lake", room_text("The lake", old_text.data));
		passage.on = room_draft(r, "lake")->blob;
		passage.start = next_random(&seed, room_draft(r, "lake")->text_len - 4);
		suggest(r, BORIS, new_text.data);
		ok(r, desk_comment(r->desk, "lake", &passage, "So?\n\n{++ \\", &r->err));
		send(r, &sent);
		critic_parse(&critic, sent.data, sent.len);
		assert_string_equal(critic.base.data, room_text("The lake", old_text.data));
		assert_string_equal(critic.taken.data, room_text("The lake", new_text.data));
		critic_clear(&critic);
		assert_answered(r, &sent, 0, 0);
		room_as(r, ANNA);
		if (room_draft(r, "lake")->state.open_threads > (size_t)round + 1)
			ok(r, take(r, "all", &taken));
	}
	strbuf_clear(&old_text);
	strbuf_clear(&new_text);
	strbuf_clear(&sent);
}

static void an_answer_taken_as_a_whole_is_the_text_that_was_meant(void **state)
{
	struct strbuf old_text = STRBUF_INIT;
	struct strbuf new_text = STRBUF_INIT;
	struct strbuf marked = STRBUF_INIT;
	struct room *r = *state;
	uint64_t seed = 13;

	begin(r, "First.\n");
	for (int round = 0; round < 12; round++) {
		struct desk_answer given = {.from = "陈先生"};
		struct desk_answered answered;
		struct desk_taken taken;
		struct diff diff;
		char *before;

		random_bodies(&old_text, &new_text, &seed);
		before = mem_strdup(room_text("The lake", old_text.data));
		room_save(r, "lake", before);
		strbuf_reset(&marked);
		assert_int_equal(diff_words(&diff, before, strlen(before),
					    room_text("The lake", new_text.data),
					    strlen(room_text("The lake", new_text.data)), NULL),
				 0);
		critic_format(&marked, &diff, before, room_text("The lake", new_text.data), NULL, 0);
		diff_clear(&diff);
		free(before);
		given.text = marked.data;
		given.len = marked.len;
		ok(r, desk_critic_read(r->desk, "lake", &given, &answered, &r->err));
		strlist_clear(&answered.notes);
		if (answered.suggestions > 0)
			ok(r, take(r, "all", &taken));
		assert_body(r, new_text.data);
	}
	strbuf_clear(&old_text);
	strbuf_clear(&new_text);
	strbuf_clear(&marked);
}

static struct merge_text text_of(const char *text)
{
	return (struct merge_text){text, strlen(text)};
}

/* The answer to an older text is merged by words; where both changed the same ones, it is suggested too. */
static void an_answer_to_an_older_text_is_merged(void **state)
{
	struct strbuf body = STRBUF_INIT;
	struct strbuf other = STRBUF_INIT;
	struct strbuf expected = STRBUF_INIT;
	struct strbuf marked = STRBUF_INIT;
	struct room *r = *state;
	uint64_t seed = 17;

	begin(r, "First.\n");
	for (int round = 0; round < 16; round++) {
		struct desk_taken taken = {0};
		struct desk_answered answered;
		struct desk_answer given = {.from = NULL};
		struct merge merge;
		struct diff diff;
		char *old_text, *now, *theirs;
		uint64_t again = seed;

		/* The same words are dropped and kept by another seed: two edits of one text. */
		random_bodies(&body, &other, &seed);
		old_text = mem_strdup(room_text("The lake", body.data));
		now = mem_strdup(room_text("The lake", other.data));
		strbuf_splice(&body, next_random(&again, body.len / 2), 3, "三个 ", strlen("三个 "));
		strbuf_adds(&body, "Last, says 陈.");
		theirs = mem_strdup(room_text("The lake", body.data));
		room_save(r, "lake", old_text);
		room_save(r, "lake", now);
		assert_int_equal(diff_words(&diff, old_text, strlen(old_text), theirs, strlen(theirs), NULL),
				 0);
		strbuf_reset(&marked);
		critic_format(&marked, &diff, old_text, theirs, NULL, 0);
		diff_clear(&diff);
		given.text = marked.data;
		given.len = marked.len;
		ok(r, desk_critic_read(r->desk, "lake", &given, &answered, &r->err));
		strlist_clear(&answered.notes);
		assert_int_equal(merge_words(&merge, text_of(old_text), text_of(now), text_of(theirs), NULL),
				 0);
		strbuf_reset(&expected);
		merge_settle(&expected, &merge, text_of(now), text_of(theirs), false);
		merge_clear(&merge);
		if (answered.suggestions > 0)
			ok(r, take(r, "all", &taken));
		assert_int_equal(taken.left.count, 0);
		assert_string_equal(room_draft(r, "lake")->text, expected.data);
		free(old_text);
		free(now);
		free(theirs);
	}
	strbuf_clear(&body);
	strbuf_clear(&other);
	strbuf_clear(&expected);
	strbuf_clear(&marked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(an_edited_text_becomes_suggestions),
	    in_a_room(taking_is_one_save_that_names_the_suggesters),
	    in_a_room(others_move_along_when_some_are_taken),
	    in_a_room(of_two_for_the_same_words_the_first_is_taken),
	    in_a_room(an_edit_overtakes_only_what_it_touches),
	    in_a_room(what_cannot_be_read_is_not_overtaken),
	    in_a_room(an_older_text_can_be_suggested_on),
	    in_a_room(each_kind_of_thread_has_its_own_end),
	    in_a_room(only_the_suggestions_of_one_person_are_taken),
	    in_a_room(a_suggester_is_an_author_where_the_policy_says_so),
	    in_a_room(an_event_that_names_no_passage_breaks_nothing),
	    in_a_room(random_suggestions_taken_in_any_order_give_the_edited_text),
	    in_a_room(what_went_out_unchanged_comes_back_as_nothing),
	    in_a_room(an_answer_taken_as_a_whole_is_the_text_that_was_meant),
	    in_a_room(an_answer_to_an_older_text_is_merged),
	};

	return cmocka_run_group_tests_name("desk_suggest", tests, NULL, NULL);
}
