#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "truth.h"

#define MAIN "refs/heads/main"
#define LAKE "content/city/lake.md"

/* -- Other bytes -- */

#define APPROVED "Approved-by: review Boris <boris@desk.example>\n"

static void every_change_of_a_release_is_a_lie(void **state)
{
	static const struct {
		const char *part; /* of the message, that becomes other */
		const char *other;
		const char *path; /* that is changed in the tree */
		const char *text;
		enum repo_mode mode;
		enum person person; /* ANNA stands for Boris, who may */
		const char *lies;
	} rows[] = {
	    {.lies = ""},
	    /* The tree. */
	    {.path = LAKE,
	     .text = "---\ntitle: The lake\ndate: 2026-11-20\n---\n\nwords.\n",
	     .lies = LAKE ": " LAKE " was published with other bytes than were approved\n"},
	    {.path = LAKE, .lies = LAKE ": " LAKE " was published with other bytes than were approved\n"},
	    {.path = LAKE,
	     .text = "---\ntitle: The lake\ndate: 2026-11-20\n---\n\nWords.\n",
	     .mode = REPO_MODE_EXECUTABLE,
	     .lies = LAKE ": " LAKE " was published with other bytes than were approved\n"},
	    {.path = "content/city/lake.png",
	     .text = "png",
	     .lies = "content/city/lake.png: content/city/lake.png changed without an approved draft.\n"},
	    {.path = "content/culture/x",
	     .text = LAKE,
	     .mode = REPO_MODE_LINK,
	     .lies = "content/culture/x: content/culture/x changed without an approved draft.\n"},
	    {.path = "layouts/index.html", .text = "html", .lies = ""},
	    {.path = "contents.md", .text = "not below the content root", .lies = ""},
	    {.path = POLICY_PATH,
	     .text = "[step \"review\"]\n",
	     .lies = "commit: .copydesk/policy was changed by Boris without an approved draft.\n"},
	    {.path = ".copydesk/other",
	     .text = "x",
	     .lies = "commit: .copydesk/other is no file of the desk's, and was changed by Boris.\n"},
	    {.path = POLICY_PATH, .lies = "commit: The desk's rules were taken away by Boris.\n"},
	    /* The words. */
	    {.part = APPROVED, .other = "", .lies = LAKE ": it names other approvals than its draft has\n"},
	    {.part = APPROVED,
	     .other = APPROVED APPROVED,
	     .lies = LAKE ": it names other approvals than its draft has\n"},
	    {.part = APPROVED,
	     .other = APPROVED "Approved-by: review 陈 <chen@desk.example>\n",
	     .lies = LAKE ": it names other approvals than its draft has\n"},
	    {.part = "review Boris",
	     .other = "legal Boris",
	     .lies = LAKE ": it names other approvals than its draft has\n"},
	    {.part = "Article: " LAKE,
	     .other = "Article: content/city/pier.md",
	     .lies = "content/city/pier.md: its draft lake is about " LAKE "\n" LAKE ": " LAKE
		     " changed without an approved draft.\n"},
	    {.part = "Draft: lake",
	     .other = "Draft: pier",
	     .lies = LAKE ": its draft pier cannot be read here: The draft pier was not made by copydesk: "
			  "its commits do not say so.\n"},
	    {.part = "Release-Type: publish",
	     .other = "Release-Type: correct",
	     .lies = LAKE ": it says correct where its draft says publish\n"},
	    {.part = "Release-Type: publish",
	     .other = "Release-Type: nothing",
	     .lies = "commit: What this release says of its articles is damaged.\n" LAKE ": " LAKE
		     " changed without an approved draft.\n"},
	    {.part = "Article: ",
	     .other = "Articles: ",
	     .lies = "commit: What this release says of its articles is damaged.\n" LAKE ": " LAKE
		     " changed without an approved draft.\n"},
	    {.part = "Release 1 article",
	     .other = "Release",
	     .person = DORA,
	     .lies = LAKE ": Releasing is for the role editor, and not for Dora.\n"},
	    {.person = CHEN, .lies = ""},
	};
	struct room *r = *state;
	struct truth truth;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *message = rows[i].part ? truth_altered(truth.message, rows[i].part, rows[i].other)
					     : mem_strdup(truth.message);

		room_forge(r, &(struct forgery){.ref = MAIN,
						.person = rows[i].person ? rows[i].person : BORIS,
						.message = message,
						.tree = truth.tree,
						.path = rows[i].path,
						.text = rows[i].text,
						.mode = rows[i].mode});
		truth_lies_are(r, rows[i].lies);
		truth_back_to(r, &truth.base);
		free(message);
	}
	free(truth.message);
}

static void a_release_that_changes_nothing_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = truth.message});
	truth_lies_are(r, LAKE ": " LAKE " was published with other bytes than were approved\n");
	free(truth.message);
}

/* -- Other heads -- */

static void a_head_before_its_approval_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid submitted;
	char *message;

	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
	submitted = room_ref(r, "refs/drafts/lake");
	room_approve(r, "lake");
	truth_take_back(r, &truth, "lake");
	message = truth_with_head(&truth, &submitted);
	truth_forge(r, &truth, message);
	truth_lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
	free(message);
	free(truth.message);
}

static void a_head_that_stands_on_no_draft_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid missing = history_oid(3);
	char *message;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	message = truth_with_head(&truth, &missing);
	truth_forge(r, &truth, message);
	truth_lies_are(r, LAKE
		       ": its draft lake cannot be read here: The draft lake was not made by copydesk, or is "
		       "damaged: 0303030303 is no commit.\n");
	free(message);
	free(truth.message);
}

static void a_history_beside_the_drafts_own_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid beside;
	char *message;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	/* The same approval once more, on a line that no ref holds. */
	assert_int_equal(
	    sh(r->n, "cd news && git log -1 --format=%%B refs/drafts/lake^ >../m && "
		     "git update-ref refs/heads/beside $(GIT_AUTHOR_NAME=Boris "
		     "GIT_AUTHOR_EMAIL=boris@desk.example git commit-tree -F ../m -p refs/drafts/lake^^ "
		     "refs/drafts/lake^{tree})"),
	    0);
	beside = room_ref(r, "refs/heads/beside");
	message = truth_with_head(&truth, &beside);
	truth_forge(r, &truth, message);
	truth_lies_are(r, LAKE ": the history of its draft lake is another\n");
	/* On the draft's own line it is as good as the first. */
	assert_int_equal(sh(r->n, "git -C news update-ref refs/drafts/lake refs/heads/beside"), 0);
	truth_lies_are(r, "");
	assert_int_equal(sh(r->n, "git -C news update-ref -d refs/drafts/lake"), 0);
	truth_lies_are(r, LAKE ": the history of its draft lake is another\n");
	free(message);
	free(truth.message);
}

static void bytes_that_went_out_do_not_go_out_again(void **state)
{
	struct room *r = *state;
	struct truth truth;
	char *name;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	truth_forge(r, &truth, truth.message);
	ok(r, desk_refresh(r->desk, &r->err));
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	room_submit(r, name);
	room_approve(r, name);
	room_release(r, name);
	truth_lies_are(r, "");
	truth_forge(r, &truth, truth.message);
	truth_lies_are(r, LAKE ": its draft lake went out before\n");
	free(name);
	free(truth.message);
}

/* -- The line -- */

static void a_merge_is_a_lie(void **state)
{
	struct room *r = *state;
	struct oid other;

	room_publish(r, "lake", room_text("The lake", "Words."));
	other = room_ref(r, "refs/drafts/lake");
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "Merge\n", .merged = other});
	truth_lies_are(r, "commit: It is a merge; a release has one parent.\n");
}

static void what_was_done_by_hand_is_a_lie_for_each_article(void **state)
{
	struct room *r = *state;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "x\n", .path = LAKE});
	room_forge(r,
		   &(struct forgery){
		       .ref = MAIN, .person = DORA, .message = "x\n", .path = "content/x.md", .text = "x"});
	truth_lies_are(r, LAKE ": " LAKE " changed without an approved draft.\n"
			       "content/x.md: content/x.md changed without an approved draft.\n");
}

static void the_content_root_itself_is_not_to_be_replaced(void **state)
{
	struct room *r = *state;

	room_forge(r, &(struct forgery){.ref = MAIN,
					.message = "x\n",
					.path = "content",
					.text = "/home/anna/articles",
					.mode = REPO_MODE_LINK});
	truth_lies_are(r, "content: content changed without an approved draft.\n");
}

static void one_article_is_proved_alone(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	char *all;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_publish(r, "pier", room_text("The pier", "Words."));
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = LAKE, .text = "x"});
	all = truth_findings(r, "content/city/pier.md", &result);
	assert_string_equal(all, "true content/city/pier.md: approved: review Boris <boris@desk.example>; "
				 "released by Boris\n");
	assert_int_equal(result.lies, 0);
	assert_int_equal(result.articles, 1);
	free(all);
	all = truth_findings(r, LAKE, &result);
	assert_int_equal(result.lies, 1);
	free(all);
}

static void the_root_of_trust_is_where_the_rules_come_from(void **state)
{
	const struct clock clock = {.fixed = true, .now = ROOM_NOW};
	struct desk_init init = {.policy = room_policy, .as = "Dora <dora@desk.example>", .clock = &clock};
	struct room *r = *state;
	struct verify_result result;
	struct oid tip = room_ref(r, MAIN);
	struct repo *other;
	size_t articles;
	char *folder;

	assert_int_equal(
	    sh(r->n, "git init -q other && cd other && mkdir -p content/city && "
		     "echo old >content/city/old.md && git add . && git commit -qm 'An old article' && "
		     "git commit -q --allow-empty -m 'Another'"),
	    0);
	folder = mem_printf("%s/other", r->n->folder);
	init.folder = folder;
	ok(r, desk_init(&init, &articles, &r->err));
	assert_int_equal(articles, 1);
	ok(r, repo_open(&other, folder, &r->err));
	ok(r, repo_ref_read(other, MAIN, &tip, &r->err));
	ok(r, verify_branch(&result, other, &tip, NULL, NULL, NULL, &r->err));
	assert_true(oid_equal(&result.root, &tip));
	assert_int_equal(result.commits, 0);
	assert_int_equal(result.lies, 0);
	repo_close(other);
	free(folder);
}

static void a_branch_without_rules_proves_nothing(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	struct oid tip;

	assert_int_equal(sh(r->n, "cd news && git update-ref refs/heads/bare "
				  "$(git commit-tree -m x $(git hash-object -wt tree /dev/null))"),
			 0);
	tip = room_ref(r, "refs/heads/bare");
	refuses(r, E_NOTFOUND, "has no .copydesk/policy",
		verify_branch(&result, r->n->repo, &tip, NULL, NULL, NULL, &r->err));
}

static void a_history_with_a_hole_is_not_proved(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	struct oid lie;
	struct oid tip;
	char hex[REPO_HEX_SIZE];

	lie = room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = LAKE, .text = "x"});
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = LAKE, .text = "y"});
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = "static/x", .text = "x"});
	tip = room_ref(r, MAIN);
	oid_hex(hex, &lie);
	r->n->broken = true;
	assert_int_equal(sh(r->n, "rm -f news/.git/objects/%.2s/%s", hex, hex + 2), 0);
	repo_close(r->n->repo);
	r->n->repo = NULL;
	ok(r, repo_open(&r->n->repo, r->n->news, &r->err));
	assert_true(verify_branch(&result, r->n->repo, &tip, NULL, NULL, NULL, &r->err) < 0);
	assert_non_null(strstr(r->err.message, "There is no commit"));
}

static void a_root_that_cannot_be_read_is_no_later_root(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	struct oid tip;

	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = "static/x", .text = "x"});
	tip = room_ref(r, MAIN);
	r->n->broken = true;
	assert_int_equal(sh(r->n,
			    "cd news && rm -f .git/objects/$(git rev-parse main^^{tree} | sed 's,..,&/,')"),
			 0);
	repo_close(r->n->repo);
	r->n->repo = NULL;
	ok(r, repo_open(&r->n->repo, r->n->news, &r->err));
	refuses(r, E_GIT, "run git fsck",
		verify_branch(&result, r->n->repo, &tip, NULL, NULL, NULL, &r->err));
}

static void what_the_desk_releases_is_true(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	const char *text;
	char *name;
	char *all;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, NULL, &name, &r->err));
	text = room_text("The lake", "Two.");
	ok(r, desk_save(r->desk, name, NULL, text, strlen(text), NULL, &r->err));
	ok(r, desk_attach(r->desk, name, "lake.png", "png", 3, &r->err));
	room_submit(r, name);
	room_approve(r, name);
	room_release(r, name);
	free(name);
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	room_submit(r, name);
	room_approve(r, name);
	room_release(r, name);
	free(name);
	all = truth_findings(r, NULL, &result);
	assert_int_equal(result.lies, 0);
	assert_int_equal(result.commits, 3);
	assert_int_equal(result.articles, 3);
	free(all);
}

/* -- Pieces of the line -- */

static void a_piece_must_lead_on_from_where_the_branch_stands(void **state)
{
	struct room *r = *state;
	struct release_index released = {0};
	struct verify_range range = {.now = INT64_MAX,
				     .released = &released,
				     .holds = truth_holds,
				     .context = r};
	struct verify_result result;

	range.old = room_ref(r, MAIN);
	room_publish(r, "lake", room_text("The lake", "Words."));
	range.tip = range.old;
	range.old = room_ref(r, MAIN);
	refuses(r, E_CONFLICT, "moves forward only",
		verify_range(&result, r->n->repo, &range, NULL, NULL, &r->err));
	range.tip = range.old;
	ok(r, verify_range(&result, r->n->repo, &range, NULL, NULL, &r->err));
	assert_int_equal(result.commits, 0);
}

static void a_date_that_is_still_to_come_opens_no_embargo(void **state)
{
	struct room *r = *state;
	struct release_index released = {0};
	struct verify_range range = {.now = ROOM_NOW + 3599,
				     .released = &released,
				     .holds = truth_holds,
				     .context = r};
	struct verify_result result;
	struct strbuf words = STRBUF_INIT;

	range.old = room_ref(r, MAIN);
	room_ready(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T10:00:00Z\n---\n");
	desk_clock(r->desk)->now += 7200;
	room_release(r, "lake");
	range.tip = room_ref(r, MAIN);
	ok(r, verify_range(&result, r->n->repo, &range, truth_note, &words, &r->err));
	assert_string_equal(words.data,
			    "LIE " LAKE ": lake is under embargo until 2026-11-20 10:00 (publishDate).\n");
	range.now++;
	ok(r, verify_range(&result, r->n->repo, &range, NULL, NULL, &r->err));
	assert_int_equal(result.lies, 0);
	strbuf_clear(&words);
}

static bool holds_nothing(void *context, const char *draft, const struct oid *head)
{
	(void)context;
	(void)draft;
	(void)head;
	return false;
}

static void a_piece_is_asked_of_the_drafts_as_they_will_be(void **state)
{
	struct room *r = *state;
	struct release_index released = {0};
	struct verify_range range = {.now = INT64_MAX, .released = &released, .holds = holds_nothing};
	struct verify_result result;
	struct strbuf words = STRBUF_INIT;

	range.old = room_ref(r, MAIN);
	room_publish(r, "lake", room_text("The lake", "Words."));
	range.tip = room_ref(r, MAIN);
	ok(r, verify_range(&result, r->n->repo, &range, truth_note, &words, &r->err));
	assert_string_equal(words.data, "LIE " LAKE ": the history of its draft lake is another\n");
	strbuf_clear(&words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(what_the_desk_releases_is_true),
	    in_a_room(every_change_of_a_release_is_a_lie),
	    in_a_room(a_release_that_changes_nothing_is_a_lie),
	    in_a_room(a_head_before_its_approval_is_a_lie),
	    in_a_room(a_head_that_stands_on_no_draft_is_a_lie),
	    in_a_room(a_history_beside_the_drafts_own_is_a_lie),
	    in_a_room(bytes_that_went_out_do_not_go_out_again),
	    in_a_room(a_merge_is_a_lie),
	    in_a_room(what_was_done_by_hand_is_a_lie_for_each_article),
	    in_a_room(the_content_root_itself_is_not_to_be_replaced),
	    in_a_room(one_article_is_proved_alone),
	    in_a_room(the_root_of_trust_is_where_the_rules_come_from),
	    in_a_room(a_branch_without_rules_proves_nothing),
	    in_a_room(a_history_with_a_hole_is_not_proved),
	    in_a_room(a_root_that_cannot_be_read_is_no_later_root),
	    in_a_room(a_piece_must_lead_on_from_where_the_branch_stands),
	    in_a_room(a_date_that_is_still_to_come_opens_no_embargo),
	    in_a_room(a_piece_is_asked_of_the_drafts_as_they_will_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
