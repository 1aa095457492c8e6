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
#include "room.h"

#define MAIN "refs/heads/main"
#define LAKE "content/city/lake.md"

/* -- What verify says -- */

static void note(void *context, const struct verify_finding *finding)
{
	strbuf_addf(context, "%s %s: %s\n", finding->ok ? "true" : "LIE",
		    finding->path ? finding->path : "commit", finding->what);
}

static bool holds(void *context, const char *draft, const struct oid *head)
{
	return draft_holds(((struct room *)context)->n->repo, draft, head);
}

/* Appends the findings of the commits after root up to tip, each proved by itself. */
static void find_in_pieces(struct room *r, struct strbuf *words, const struct oid *root,
			   const struct oid *tip)
{
	struct release_index released = {0};
	struct verify_range range = {.tip = *tip, .now = INT64_MAX, .holds = holds, .context = r};
	struct verify_result result;
	struct repo_commit commit;

	if (oid_equal(root, tip))
		return;
	ok(r, repo_commit_read(r->n->repo, &commit, tip, &r->err));
	range.old = commit.parent;
	repo_commit_clear(&commit);
	find_in_pieces(r, words, root, &range.old);
	ok(r, release_index_follow(&released, r->n->repo, &range.old, &r->err));
	range.released = &released;
	ok(r, verify_range(&result, r->n->repo, &range, note, words, &r->err));
	assert_int_equal(result.commits, 1);
	release_index_clear(&released);
}

/* All findings, one a line, which are the same in pieces; the caller frees. */
static char *findings(struct room *r, const char *only, struct verify_result *result)
{
	struct strbuf words = STRBUF_INIT;
	struct strbuf pieces = STRBUF_INIT;
	struct oid tip = room_ref(r, MAIN);

	ok(r, verify_branch(result, r->n->repo, &tip, only, note, &words, &r->err));
	if (only == NULL) {
		find_in_pieces(r, &pieces, &result->root, &tip);
		assert_string_equal(words.data ? words.data : "", pieces.data ? pieces.data : "");
	}
	strbuf_clear(&pieces);
	return strbuf_detach(&words);
}

/* The lies alone, each a line of "PATH: WHAT". */
static void lies_are(struct room *r, const char *wanted)
{
	struct verify_result result;
	struct strbuf lies = STRBUF_INIT;
	char *all = findings(r, NULL, &result);
	size_t count = 0;
	char *rest = all;

	for (char *line = strsep(&rest, "\n"); line != NULL; line = strsep(&rest, "\n")) {
		if (strncmp(line, "LIE ", 4) != 0)
			continue;
		strbuf_addf(&lies, "%s\n", line + 4);
		count++;
	}
	assert_string_equal(lies.data, wanted);
	assert_int_equal(result.lies, count);
	strbuf_clear(&lies);
	free(all);
}

/* -- A true release, taken back, to make lies of -- */

struct truth {
	struct oid base; /* where the branch stood */
	struct oid tree;
	struct oid head; /* of the draft lake */
	char *message;
};

static void take_back(struct room *r, struct truth *truth, const char *name)
{
	struct repo_commit commit;
	char *ref = mem_printf("refs/drafts/%s", name);
	struct oid tip;
	char hex[REPO_HEX_SIZE];

	truth->base = room_ref(r, MAIN);
	truth->head = room_ref(r, ref);
	room_release(r, name);
	tip = room_ref(r, MAIN);
	ok(r, repo_commit_read(r->n->repo, &commit, &tip, &r->err));
	truth->tree = commit.tree;
	truth->message = mem_strdup(commit.message);
	repo_commit_clear(&commit);
	oid_hex(hex, &truth->base);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", MAIN, hex), 0);
	free(ref);
}

static void back_to(struct room *r, const struct oid *commit)
{
	char hex[REPO_HEX_SIZE];

	oid_hex(hex, commit);
	assert_int_equal(sh(r->n, "git -C news update-ref %s %s", MAIN, hex), 0);
}

/* The message with one part given way to another. */
static char *altered(const char *message, const char *part, const char *other)
{
	const char *at = strstr(message, part);

	assert_non_null(at);
	return mem_printf("%.*s%s%s", (int)(at - message), message, other, at + strlen(part));
}

static void approved_lake(struct room *r)
{
	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
	room_approve(r, "lake");
}

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

	approved_lake(r);
	take_back(r, &truth, "lake");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *message = rows[i].part ? altered(truth.message, rows[i].part, rows[i].other)
					     : mem_strdup(truth.message);

		room_forge(r, &(struct forgery){.ref = MAIN,
						.person = rows[i].person ? rows[i].person : BORIS,
						.message = message,
						.tree = truth.tree,
						.path = rows[i].path,
						.text = rows[i].text,
						.mode = rows[i].mode});
		lies_are(r, rows[i].lies);
		back_to(r, &truth.base);
		free(message);
	}
	free(truth.message);
}

static void a_release_that_changes_nothing_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;

	approved_lake(r);
	take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = truth.message});
	lies_are(r, LAKE ": " LAKE " was published with other bytes than were approved\n");
	free(truth.message);
}

/* -- Other heads -- */

static char *with_head(const struct truth *truth, const struct oid *head)
{
	char old_hex[REPO_HEX_SIZE];
	char new_hex[REPO_HEX_SIZE];

	oid_hex(old_hex, &truth->head);
	oid_hex(new_hex, head);
	return altered(truth->message, old_hex, new_hex);
}

static void forge_release(struct room *r, const struct truth *truth, const char *message)
{
	room_forge(r,
		   &(struct forgery){.ref = MAIN, .person = BORIS, .message = message, .tree = truth->tree});
}

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
	take_back(r, &truth, "lake");
	message = with_head(&truth, &submitted);
	forge_release(r, &truth, message);
	lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
	free(message);
	free(truth.message);
}

static void a_head_that_stands_on_no_draft_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid missing = history_oid(3);
	char *message;

	approved_lake(r);
	take_back(r, &truth, "lake");
	message = with_head(&truth, &missing);
	forge_release(r, &truth, message);
	lies_are(r,
		 LAKE ": its draft lake cannot be read here: The draft lake was not made by copydesk, or is "
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

	approved_lake(r);
	take_back(r, &truth, "lake");
	/* The same approval once more, on a line that no ref holds. */
	assert_int_equal(
	    sh(r->n, "cd news && git log -1 --format=%%B refs/drafts/lake^ >../m && "
		     "git update-ref refs/heads/beside $(GIT_AUTHOR_NAME=Boris "
		     "GIT_AUTHOR_EMAIL=boris@desk.example git commit-tree -F ../m -p refs/drafts/lake^^ "
		     "refs/drafts/lake^{tree})"),
	    0);
	beside = room_ref(r, "refs/heads/beside");
	message = with_head(&truth, &beside);
	forge_release(r, &truth, message);
	lies_are(r, LAKE ": the history of its draft lake is another\n");
	/* On the draft's own line it is as good as the first. */
	assert_int_equal(sh(r->n, "git -C news update-ref refs/drafts/lake refs/heads/beside"), 0);
	lies_are(r, "");
	assert_int_equal(sh(r->n, "git -C news update-ref -d refs/drafts/lake"), 0);
	lies_are(r, LAKE ": the history of its draft lake is another\n");
	free(message);
	free(truth.message);
}

static void bytes_that_went_out_do_not_go_out_again(void **state)
{
	struct room *r = *state;
	struct truth truth;
	char *name;

	approved_lake(r);
	take_back(r, &truth, "lake");
	forge_release(r, &truth, truth.message);
	ok(r, desk_refresh(r->desk, &r->err));
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	room_submit(r, name);
	room_approve(r, name);
	room_release(r, name);
	lies_are(r, "");
	forge_release(r, &truth, truth.message);
	lies_are(r, LAKE ": its draft lake went out before\n");
	free(name);
	free(truth.message);
}

/* -- Approvals -- */

#define SIGNED(person_) .ref = "refs/drafts/lake", .person = person_

/* A forged event of approval, as a program would write it. */
static void forge_approval(struct room *r, enum person person, const struct oid *policy)
{
	struct oid head = room_ref(r, "refs/drafts/lake");
	char *blob = room_blob(r, &head, LAKE);
	char hex[REPO_HEX_SIZE];
	char *message;

	oid_hex(hex, policy);
	message = mem_printf("Approve lake (review)\n\nDraft: lake\nEvent: approve\nArticle: " LAKE
			     "\nStep: review\nCovers: 100644 %s %040d " LAKE "\nPolicy: %s\n",
			     blob, 0, hex);
	room_forge(r, &(struct forgery){SIGNED(person), .message = message});
	free(message);
	free(blob);
}

static void an_approval_by_its_author_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid head;
	char *message;
	char *by_anna;

	approved_lake(r);
	take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){SIGNED(ANNA), .message = "x\n\nDraft: lake\nEvent: reject\n"});
	room_forge(r, &(struct forgery){SIGNED(ANNA), .message = "x\n\nDraft: lake\nEvent: submit\n"});
	forge_approval(r, ANNA, &desk_policy(r->desk)->blob);
	head = room_ref(r, "refs/drafts/lake");
	message = with_head(&truth, &head);
	by_anna = altered(message, "Boris <boris@", "Anna <anna@");
	forge_release(r, &truth, by_anna);
	lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
	free(by_anna);
	free(message);
	free(truth.message);
}

static void an_approval_named_twice_for_one_that_is_missing_is_a_lie(void **state)
{
	static const char two[] = "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
				  "\tperson = 陈 <chen@desk.example>\n"
				  "[step \"review\"]\n\trole = editor\n\tapprovals = 2\n";
	struct room *r = *state;
	struct truth truth;
	char *message;

	room_govern(r, two);
	approved_lake(r);
	room_as(r, CHEN);
	ok(r, desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err));
	take_back(r, &truth, "lake");
	forge_release(r, &truth, truth.message);
	lies_are(r, "");
	back_to(r, &truth.base);
	message = altered(truth.message, "review 陈 <chen@", "review Boris <boris@");
	forge_release(r, &truth, message);
	lies_are(r, LAKE ": it names other approvals than its draft has\n");
	free(message);
	free(truth.message);
}

static void a_release_under_embargo_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;

	room_begin(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T10:00:00Z\n---\n");
	room_submit(r, "lake");
	room_approve(r, "lake");
	desk_clock(r->desk)->now += 3600;
	take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.tree = truth.tree,
					.later = 3599});
	lies_are(r, LAKE ": lake is under embargo until 2026-11-20 10:00 (publishDate).\n");
	back_to(r, &truth.base);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.tree = truth.tree,
					.later = 3600});
	lies_are(r, "");
	free(truth.message);
}

/* -- Rules -- */

static const char loose[] = "[step \"review\"]\n[rules]\n\tauthor-may-approve = true\n";

static void rules_that_are_loosened_hold_from_the_next_commit_on(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid policy;
	struct oid head;
	char *message;
	char *by_anna;

	approved_lake(r);
	take_back(r, &truth, "lake");
	repo_blob_hash(&policy, loose, strlen(loose));
	forge_approval(r, ANNA, &policy);
	head = room_ref(r, "refs/drafts/lake");
	message = with_head(&truth, &head);
	by_anna = altered(message, "Boris <boris@", "Anna <anna@");
	/* In one commit with the release. */
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = by_anna,
					.tree = truth.tree,
					.path = POLICY_PATH,
					.text = loose});
	lies_are(r, LAKE ": Releasing is for the role editor, and not for Dora.\n"
			 "commit: .copydesk/policy was changed by Dora without an approved draft.\n");
	back_to(r, &truth.base);
	/* By a draft of its own that went out before. */
	room_reopen(r);
	room_govern(r, loose);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = ANNA,
					.message = by_anna,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	lies_are(r, "");
	free(by_anna);
	free(message);
	free(truth.message);
}

static void approvals_under_the_old_rules_do_not_carry_over(void **state)
{
	struct room *r = *state;
	struct truth truth;

	approved_lake(r);
	take_back(r, &truth, "lake");
	room_reopen(r);
	room_govern(r, loose);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
	free(truth.message);
}

static void rules_that_were_taken_away_are_a_lie_and_nothing_goes_out_without(void **state)
{
	struct room *r = *state;
	struct truth truth;

	approved_lake(r);
	take_back(r, &truth, "lake");
	room_rule(r, NULL);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	lies_are(r, "commit: The desk's rules were taken away by Dora.\n" LAKE
		    ": the desk's rules before it cannot be read, so nothing may go out\n");
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = "Bring back the rules\n",
					.path = POLICY_PATH,
					.text = loose});
	lies_are(r, "commit: The desk's rules were taken away by Dora.\n" LAKE
		    ": the desk's rules before it cannot be read, so nothing may go out\n"
		    "commit: .copydesk/policy, which cannot be read, was changed by Boris, who may not mend "
		    "it.\n");
	free(truth.message);
}

static void rules_that_cannot_be_read_may_be_mended(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	char *all;

	room_rule(r, "[stap \"review\"]\n");
	lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n");
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = "static/x.css", .text = "x"});
	room_rule(r, room_policy);
	room_reopen(r);
	approved_lake(r);
	room_release(r, "lake");
	all = findings(r, NULL, &result);
	assert_int_equal(result.lies, 1);
	assert_int_equal(result.commits, 4);
	assert_int_equal(result.articles, 1);
	assert_non_null(strstr(all, "true commit: From here nothing may go out: .copydesk/policy, line 1:"));
	assert_non_null(
	    strstr(all, "true commit: .copydesk/policy, which could not be read, was mended by Dora, who "
			"may.\n"));
	free(all);
	room_rule(r, "[stap \"review\"]\n");
	room_forge(
	    r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "x\n", .path = LAKE, .text = "x"});
	lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n"
		    "commit: .copydesk/policy was changed by Dora without an approved draft.\n" LAKE ": " LAKE
		    " changed without an approved draft.\n");
}

static void the_desks_own_files_change_by_approved_drafts_alone(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	char *all;

	room_govern(r, loose);
	all = findings(r, NULL, &result);
	assert_string_equal(all,
			    "true .copydesk/policy: approved: review Boris <boris@desk.example>; released "
			    "by Dora\n");
	free(all);
	room_rule(r, room_policy);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = "x\n",
					.path = POLICY_SIGNERS_PATH,
					.text = "# Nobody.\n"});
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = "x\n",
					.path = ".copydesk/hook",
					.text = "rm -rf ."});
	lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n"
		    "commit: .copydesk/allowed_signers was changed by Dora without an approved draft.\n"
		    "commit: .copydesk/hook is no file of the desk's, and was changed by Dora.\n");
}

/* -- The line -- */

static void a_merge_is_a_lie(void **state)
{
	struct room *r = *state;
	struct oid other;

	room_publish(r, "lake", room_text("The lake", "Words."));
	other = room_ref(r, "refs/drafts/lake");
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "Merge\n", .merged = other});
	lies_are(r, "commit: It is a merge; a release has one parent.\n");
}

static void what_was_done_by_hand_is_a_lie_for_each_article(void **state)
{
	struct room *r = *state;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_forge(r, &(struct forgery){.ref = MAIN, .person = BORIS, .message = "x\n", .path = LAKE});
	room_forge(r,
		   &(struct forgery){
		       .ref = MAIN, .person = DORA, .message = "x\n", .path = "content/x.md", .text = "x"});
	lies_are(r, LAKE ": " LAKE " changed without an approved draft.\n"
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
	lies_are(r, "content: content changed without an approved draft.\n");
}

static void one_article_is_proved_alone(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	char *all;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_publish(r, "pier", room_text("The pier", "Words."));
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = LAKE, .text = "x"});
	all = findings(r, "content/city/pier.md", &result);
	assert_string_equal(all, "true content/city/pier.md: approved: review Boris <boris@desk.example>; "
				 "released by Boris\n");
	assert_int_equal(result.lies, 0);
	assert_int_equal(result.articles, 1);
	free(all);
	all = findings(r, LAKE, &result);
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
	all = findings(r, NULL, &result);
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
	struct verify_range range = {.now = INT64_MAX, .released = &released, .holds = holds, .context = r};
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
				     .holds = holds,
				     .context = r};
	struct verify_result result;
	struct strbuf words = STRBUF_INIT;

	range.old = room_ref(r, MAIN);
	room_begin(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T10:00:00Z\n---\n");
	room_submit(r, "lake");
	room_approve(r, "lake");
	desk_clock(r->desk)->now += 7200;
	room_release(r, "lake");
	range.tip = room_ref(r, MAIN);
	ok(r, verify_range(&result, r->n->repo, &range, note, &words, &r->err));
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
	ok(r, verify_range(&result, r->n->repo, &range, note, &words, &r->err));
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
	    in_a_room(an_approval_by_its_author_is_a_lie),
	    in_a_room(an_approval_named_twice_for_one_that_is_missing_is_a_lie),
	    in_a_room(a_release_under_embargo_is_a_lie),
	    in_a_room(rules_that_are_loosened_hold_from_the_next_commit_on),
	    in_a_room(approvals_under_the_old_rules_do_not_carry_over),
	    in_a_room(rules_that_were_taken_away_are_a_lie_and_nothing_goes_out_without),
	    in_a_room(rules_that_cannot_be_read_may_be_mended),
	    in_a_room(the_desks_own_files_change_by_approved_drafts_alone),
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
