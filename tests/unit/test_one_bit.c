#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "room.h"

/*
 * One changed bit: of what was approved or scheduled it voids every approval, of what was not it voids
 * none, and of what a release says of itself it is found as a lie.
 */

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

static const char article[] = "---\ntitle: 湖\ndate: 2026-11-20\n---\nSeven.\n";

/* The draft as git has it now, with its state; the caller frees. */
static struct draft *load(struct room *r)
{
	struct draft *draft;

	ok(r, draft_load(&draft, r->n->repo, "lake", &r->err));
	draft_derive(draft, desk_policy(r->desk), ROOM_NOW);
	return draft;
}

/* Why the approval or the schedule of the draft does not hold; "counts" when both do. */
static const char *why(struct room *r)
{
	struct draft *draft = load(r);
	const struct review_state *state = &draft->state;
	const char *no = state->approval_count > 0 ? state->approvals[0].why : "there is none";
	bool ordered = state->schedule < draft->count;

	/* What ends the one ends the other. */
	if (ordered && no != NULL && state->schedule_void == NULL)
		fail_msg("the approval is void, since %s, and the schedule holds", no);
	if (ordered && no == NULL)
		no = state->schedule_void;
	draft_free(draft);
	return no ? no : "counts";
}

static void back_to(struct room *r, const char *ref, const struct oid *id)
{
	struct oid now = room_ref(r, ref);

	if (!oid_equal(&now, id))
		ok(r, repo_ref_move(r->n->repo, ref, id, &now, &history_people[DORA], "back", &r->err));
	ok(r, desk_refresh(r->desk, &r->err));
}

/* The lake, approved, and scheduled. */
static struct oid approved_and_scheduled(struct room *r)
{
	room_ready(r, "lake", article);
	ok(r, desk_schedule(r->desk, "lake", ROOM_NOW + 3600, NULL, NULL, &r->err));
	assert_string_equal(why(r), "counts");
	return room_ref(r, DRAFT);
}

static void each_bit_of_the_text_voids_what_was_approved(void **state)
{
	struct room *r = *state;
	struct oid head = approved_and_scheduled(r);
	char text[sizeof article];

	room_as(r, ANNA);
	memcpy(text, article, sizeof article);
	for (size_t bit = 0; bit < 8 * (sizeof article - 1); bit++) {
		text[bit / 8] ^= (char)(1u << bit % 8);
		ok(r, desk_save(r->desk, "lake", NULL, text, sizeof article - 1, NULL, &r->err));
		if (strcmp(why(r), "the text changed since") != 0)
			fail_msg("bit %zu: %s", bit, why(r));
		text[bit / 8] ^= (char)(1u << bit % 8);
		/* The same bytes again are what was approved. */
		if (bit % 64 == 0) {
			ok(r, desk_save(r->desk, "lake", NULL, article, sizeof article - 1, NULL, &r->err));
			assert_string_equal(why(r), "counts");
		}
		back_to(r, DRAFT, &head);
	}
}

/* One more byte, and one fewer. */
static void a_byte_more_or_less_voids_what_was_approved(void **state)
{
	struct room *r = *state;
	struct oid head = approved_and_scheduled(r);
	char text[sizeof article + 1];

	room_as(r, ANNA);
	memcpy(text, article, sizeof article);
	text[sizeof article - 1] = '\n';
	for (size_t len = 0; len <= sizeof article; len++) {
		if (len == sizeof article - 1)
			continue;
		ok(r, desk_save(r->desk, "lake", NULL, text, len, NULL, &r->err));
		assert_string_equal(why(r), "the text changed since");
		back_to(r, DRAFT, &head);
	}
}

#define BY_HAND .ref = DRAFT, .person = ANNA, .message = "Save lake\n\nDraft: lake\n"

static void whatever_else_a_draft_changes_voids_what_was_approved(void **state)
{
	const struct forgery changes[] = {
	    {BY_HAND, .path = LAKE, .text = article, .mode = REPO_MODE_EXECUTABLE},
	    {BY_HAND, .path = LAKE, .text = article, .mode = REPO_MODE_LINK},
	    {BY_HAND, .path = LAKE},
	    {BY_HAND, .path = "content/city/lake.png", .text = "p"},
	    {BY_HAND, .path = "content/city/other.md", .text = article},
	    {BY_HAND, .path = "content/city/old.md"},
	    {BY_HAND, .path = "README", .text = "Read me.\n"},
	    {BY_HAND, .path = POLICY_PATH, .text = room_policy},
	    {BY_HAND, .path = POLICY_SIGNERS_PATH, .text = ""},
	    {BY_HAND, .path = POLICY_PATH},
	};
	struct room *r = *state;
	struct oid head;

	room_publish(r, "old", room_text("Old", "Words."));
	room_rule(r, "# One more line.\n[step \"review\"]\n");
	ok(r, desk_refresh(r->desk, &r->err));
	head = approved_and_scheduled(r);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		room_forge(r, &changes[i]);
		if (strcmp(why(r), "the text changed since") != 0)
			fail_msg("change %zu: %s", i, why(r));
		back_to(r, DRAFT, &head);
	}
	assert_string_equal(why(r), "counts");
}

/* The picture was approved, too. */
static void each_bit_of_an_attachment_voids_what_was_approved(void **state)
{
	struct room *r = *state;
	char picture[] = "PNG";
	struct oid head;

	room_begin(r, "lake", article);
	ok(r, desk_attach(r->desk, "lake", "lake.png", picture, 3, &r->err));
	room_submit(r, "lake");
	room_approve(r, "lake");
	assert_string_equal(why(r), "counts");
	head = room_ref(r, DRAFT);
	room_as(r, ANNA);
	for (size_t bit = 0; bit < 24; bit++) {
		picture[bit / 8] ^= (char)(1u << bit % 8);
		ok(r, desk_attach(r->desk, "lake", "lake.png", picture, 3, &r->err));
		assert_string_equal(why(r), "the text changed since");
		picture[bit / 8] ^= (char)(1u << bit % 8);
		back_to(r, DRAFT, &head);
	}
	room_forge(r, &(struct forgery){BY_HAND, .path = "content/city/lake.png"});
	assert_string_equal(why(r), "the text changed since");
}

static void each_bit_of_the_rules_voids_what_was_approved(void **state)
{
	static const char rules[] = "[step \"review\"]\n# abc\n";
	char text[sizeof rules];
	struct room *r = *state;
	struct oid main_tip;
	size_t comment = (size_t)(strchr(rules, '#') - rules) + 1;

	room_rule(r, rules);
	ok(r, desk_refresh(r->desk, &r->err));
	approved_and_scheduled(r);
	main_tip = room_ref(r, MAIN);
	for (size_t bit = 8 * comment; bit < 8 * (sizeof rules - 2); bit++) {
		memcpy(text, rules, sizeof rules);
		text[bit / 8] ^= (char)(1u << bit % 8);
		/* What makes it another text than a remark may break it, and then all stands still. */
		if ((unsigned char)text[bit / 8] < ' ' || (unsigned char)text[bit / 8] > '~')
			continue;
		room_rule(r, text);
		ok(r, desk_refresh(r->desk, &r->err));
		assert_int_equal(desk_may_write(r->desk, &r->err), 0);
		assert_string_equal(why(r), "the desk's rules changed since");
		back_to(r, MAIN, &main_tip);
	}
	assert_string_equal(why(r), "counts");
}

/* On the release branch, where nothing of it was approved. */
static void a_change_elsewhere_voids_nothing(void **state)
{
	static const struct {
		const char *path;
		const char *text;
	} changes[] = {{"README", "Read me.\n"},
		       {"layouts/x.html", "x"},
		       {"content/city/old.md", "---\ntitle: Old\n---\nOther.\n"},
		       {"content/city/old.md", NULL},
		       {"content/city/lake.png", "p"},
		       {"content/culture/lake.md", "---\ntitle: Lake\n---\n"}};
	struct room *r = *state;
	struct oid main_tip;
	struct oid head;
	struct draft *draft;

	room_publish(r, "old", room_text("Old", "Words."));
	approved_and_scheduled(r);
	main_tip = room_ref(r, MAIN);
	for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
		room_forge(r, &(struct forgery){.ref = MAIN,
						.person = DORA,
						.message = "Elsewhere\n",
						.path = changes[i].path,
						.text = changes[i].text});
		ok(r, desk_refresh(r->desk, &r->err));
		assert_string_equal(why(r), "counts");
		back_to(r, MAIN, &main_tip);
	}
	/* Another draft goes out, and this one is brought up to it by somebody who wrote in it anyway. */
	room_publish(r, "new", room_text("New", "Words."));
	assert_string_equal(why(r), "counts");
	main_tip = room_ref(r, MAIN);
	draft = load(r);
	ok(r,
	   draft_append(&head, r->n->repo, draft,
			&(struct draft_change){.person = &history_people[ANNA], .base = &main_tip}, &r->err));
	draft_free(draft);
	draft = load(r);
	assert_true(oid_equal(&draft->base, &main_tip));
	draft_free(draft);
	assert_string_equal(why(r), "counts");
}

/* The base: the same words on another published text are another change. */
static void another_base_voids_what_was_approved(void **state)
{
	struct room *r = *state;
	struct oid merged;

	room_publish(r, "old", room_text("Old", "Words."));
	approved_and_scheduled(r);
	merged = room_forge(r, &(struct forgery){.ref = MAIN,
						 .person = DORA,
						 .message = "Before it\n",
						 .path = LAKE,
						 .text = "---\ntitle: Lake\n---\n"});
	ok(r, desk_refresh(r->desk, &r->err));
	assert_string_equal(why(r), "counts");
	room_forge(r, &(struct forgery){BY_HAND, .merged = merged});
	assert_string_equal(why(r), "the text changed since");
}

/* -- What an event says -- */

static char *message_of(struct room *r, const struct oid *id)
{
	struct repo_commit commit;
	char *message;

	ok(r, repo_commit_read(r->n->repo, &commit, id, &r->err));
	message = mem_strdup(commit.message);
	repo_commit_clear(&commit);
	return message;
}

static struct oid parent_of(struct room *r, const struct oid *id)
{
	struct repo_commit commit;
	struct oid parent;

	ok(r, repo_commit_read(r->n->repo, &commit, id, &r->err));
	parent = commit.parent;
	repo_commit_clear(&commit);
	return parent;
}

/* Every character of these lines, with one bit flipped, is another claim. */
static bool is_claim(const char *message, const char *c)
{
	static const char *const keys[] = {"\nDraft: ", "\nEvent: ", "\nCovers: ", "\nPolicy: ", "\nStep: "};

	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const char *line = strstr(message, keys[i]);
		const char *end = line != NULL ? strchr(line + 1, '\n') : NULL;

		if (line != NULL && c > line && c < end)
			return true;
	}
	return false;
}

/* In a key, and in the digits of an object's name, large letters and small ones are the same. */
static bool is_same_in_capitals(const char *message, const char *c)
{
	const char *start = c;
	size_t digits;

	while (start > message && start[-1] != '\n' && start[-1] != ' ')
		start--;
	digits = strspn(start, "0123456789abcdefABCDEF");
	return (start > message && start[-1] == '\n') || digits == REPO_HEX_SIZE - 1;
}

/* Flips a bit of a character; false, and it stays, where that makes nothing of another meaning. */
static bool flip(const char *message, char *c, int bit)
{
	char flipped = (char)(*c ^ (1 << bit));

	/* White space may be folded, and the end of a line begins another. */
	if (*c <= ' ' || flipped <= ' ' || flipped == 0x7f ||
	    (bit == 5 && isalpha((unsigned char)*c) && is_same_in_capitals(message, c)))
		return false;
	*c = flipped;
	return true;
}

/* Whether the approval, or else the schedule, of a draft as git has it still counts. */
static bool counts(struct room *r, bool schedule)
{
	struct draft *draft;
	bool yes;

	if (draft_load(&draft, r->n->repo, "lake", NULL) < 0)
		return false;
	draft_derive(draft, desk_policy(r->desk), ROOM_NOW);
	yes = schedule ? draft->state.schedule < draft->count && draft->state.schedule_void == NULL
		       : draft->state.approval_count > 0 && draft->state.approvals[0].counts;
	draft_free(draft);
	return yes;
}

static void each_bit_of_what_an_event_claims_voids_it(void **state)
{
	struct room *r = *state;
	struct oid heads[2] = {{{0}}, approved_and_scheduled(r)};
	size_t flips = 0;

	heads[0] = parent_of(r, &heads[1]);
	for (int schedule = 0; schedule < 2; schedule++) {
		struct oid parent = parent_of(r, &heads[schedule]);
		char *message = message_of(r, &heads[schedule]);

		for (char *c = message; *c != '\0'; c++) {
			if (!is_claim(message, c))
				continue;
			for (int bit = 0; bit < 7; bit++) {
				char before = *c;

				if (!flip(message, c, bit))
					continue;
				room_forge(r, &(struct forgery){.ref = DRAFT,
								.person = BORIS,
								.message = message,
								.parent = parent});
				if (counts(r, schedule))
					fail_msg("it counts with\n%s", message);
				*c = before;
				flips++;
			}
		}
		/* Unchanged it counts: the flips are what voids it. */
		room_forge(r, &(struct forgery){
				  .ref = DRAFT, .person = BORIS, .message = message, .parent = parent});
		assert_true(counts(r, schedule));
		free(message);
	}
	assert_true(flips > 1000);
	back_to(r, DRAFT, &heads[1]);
}

/* -- The list of signers -- */

static const char signing[] = "[step \"review\"]\n[sign]\n\tapprovals = true\n";

/* The lines of a list, of Boris who approved and signed, and of somebody else. */
static char *make_list(struct room *r)
{
	char *text;

	assert_int_equal(sh(r->n,
			    "for name in boris chen; do ssh-keygen -q -t ed25519 -N '' -C '' -f $name && "
			    "echo \"$name@desk.example $(cut -d' ' -f1,2 $name.pub)\" >>list; done; "
			    "git config --global gpg.format ssh && "
			    "git config --global user.signingKey $PWD/boris && "
			    "git config --global copydesk.sign true; cat list"),
			 0);
	text = sh_output(r->n);
	assert_int_equal(strncmp(text, "boris@", 6), 0);
	return text;
}

static void put_list(struct room *r, const char *text)
{
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = "Signers\n",
					.path = POLICY_SIGNERS_PATH,
					.text = text});
	ok(r, desk_refresh(r->desk, &r->err));
}

/* A flipped bit of the own key's line voids the approval, or all stands still; one of another's never does.
 */
static void each_bit_of_the_list_of_signers_decides_about_its_line(void **state)
{
	struct room *r = *state;
	char *list = make_list(r);
	const char *second = strchr(list, '\n') + 1;
	struct oid main_tip;
	size_t voided = 0;
	size_t kept = 0;

	put_list(r, list);
	room_rule(r, signing);
	ok(r, desk_refresh(r->desk, &r->err));
	room_ready(r, "lake", article);
	assert_string_equal(why(r), "counts");
	main_tip = room_ref(r, MAIN);
	for (char *c = list; *c != '\0'; c++) {
		for (int bit = 0; bit < 7; bit += 2) {
			char before = *c;

			if (!flip(list, c, bit))
				continue;
			/* A letter of a mail address may be small or large, and a pattern may match. */
			if (*c != '*' && *c != '?' &&
			    (bit != 5 || c > strchr(c > second ? second : list, ' '))) {
				bool holds;

				put_list(r, list);
				holds = strcmp(why(r), "counts") == 0;
				if (desk_may_write(r->desk, NULL) == 0 && holds != (c >= second))
					fail_msg("the approval %s with\n%s", holds ? "holds" : why(r), list);
				voided += !holds;
				kept += holds;
				back_to(r, MAIN, &main_tip);
			}
			*c = before;
		}
	}
	assert_true(voided > 50 && kept > 50);
	free(list);
}

/* -- What a release says -- */

static size_t lies(struct room *r)
{
	struct verify_result result;
	struct oid tip = room_ref(r, MAIN);

	ok(r, verify_branch(&result, r->n->repo, &tip, NULL, NULL, NULL, &r->err));
	return result.lies;
}

static void each_bit_of_what_a_release_says_is_found(void **state)
{
	struct room *r = *state;
	struct oid tip;
	struct oid parent;
	struct repo_commit commit;
	char *message;
	char *trailers;

	room_publish(r, "lake", room_text("The lake", "Words."));
	assert_int_equal(lies(r), 0);
	tip = room_ref(r, MAIN);
	parent = parent_of(r, &tip);
	message = message_of(r, &tip);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	trailers = strstr(message, "\nArticle: ") + 1;
	for (char *c = trailers; *c != '\0'; c++) {
		for (int bit = 0; bit < 7; bit++) {
			char before = *c;

			if (!flip(message, c, bit))
				continue;
			room_forge(r, &(struct forgery){.ref = MAIN,
							.person = BORIS,
							.message = message,
							.parent = parent,
							.tree = commit.tree});
			if (lies(r) == 0)
				fail_msg("no lie is found in\n%s", message);
			*c = before;
		}
	}
	free(message);
	repo_commit_clear(&commit);
	back_to(r, MAIN, &tip);
	assert_int_equal(lies(r), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(each_bit_of_the_text_voids_what_was_approved),
	    in_a_room(a_byte_more_or_less_voids_what_was_approved),
	    in_a_room(whatever_else_a_draft_changes_voids_what_was_approved),
	    in_a_room(each_bit_of_an_attachment_voids_what_was_approved),
	    in_a_room(each_bit_of_the_rules_voids_what_was_approved),
	    in_a_room(a_change_elsewhere_voids_nothing),
	    in_a_room(another_base_voids_what_was_approved),
	    in_a_room(each_bit_of_what_an_event_claims_voids_it),
	    in_a_room(each_bit_of_the_list_of_signers_decides_about_its_line),
	    in_a_room(each_bit_of_what_a_release_says_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
