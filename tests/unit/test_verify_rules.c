/* Releases under the wrong approvals or rules are lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "truth.h"

#define MAIN "refs/heads/main"
#define LAKE "content/city/lake.md"

/* -- Approvals -- */

#define SIGNED(person_) .ref = "refs/drafts/lake", .person = person_

static void an_approval_by_its_author_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;
	struct oid head;
	char *message;
	char *by_anna;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){SIGNED(ANNA), .message = "x\n\nDraft: lake\nEvent: reject\n"});
	room_forge(r, &(struct forgery){SIGNED(ANNA), .message = "x\n\nDraft: lake\nEvent: submit\n"});
	room_forge_approval(r, ANNA, "lake", 0, &desk_policy(r->desk)->blob);
	head = room_ref(r, "refs/drafts/lake");
	message = truth_with_head(&truth, &head);
	by_anna = truth_altered(message, "Boris <boris@", "Anna <anna@");
	truth_forge(r, &truth, by_anna);
	truth_lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
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
	room_ready(r, "lake", room_text("The lake", "Words."));
	room_as(r, CHEN);
	ok(r, desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err));
	truth_take_back(r, &truth, "lake");
	truth_forge(r, &truth, truth.message);
	truth_lies_are(r, "");
	truth_back_to(r, &truth.base);
	message = truth_altered(truth.message, "review 陈 <chen@", "review Boris <boris@");
	truth_forge(r, &truth, message);
	truth_lies_are(r, LAKE ": it names other approvals than its draft has\n");
	free(message);
	free(truth.message);
}

static void a_release_under_embargo_is_a_lie(void **state)
{
	struct room *r = *state;
	struct truth truth;

	room_ready(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T10:00:00Z\n---\n");
	desk_clock(r->desk)->now += 3600;
	truth_take_back(r, &truth, "lake");
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.tree = truth.tree,
					.later = 3599});
	truth_lies_are(r, LAKE ": lake is under embargo until 2026-11-20 10:00 (publishDate).\n");
	truth_back_to(r, &truth.base);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.tree = truth.tree,
					.later = 3600});
	truth_lies_are(r, "");
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

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	repo_blob_hash(&policy, loose, strlen(loose));
	room_forge_approval(r, ANNA, "lake", 0, &policy);
	head = room_ref(r, "refs/drafts/lake");
	message = truth_with_head(&truth, &head);
	by_anna = truth_altered(message, "Boris <boris@", "Anna <anna@");
	/* In one commit with the release. */
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = DORA,
					.message = by_anna,
					.tree = truth.tree,
					.path = POLICY_PATH,
					.text = loose});
	truth_lies_are(r, LAKE ": Releasing is for the role editor, and not for Dora.\n"
			       "commit: .copydesk/policy was changed by Dora without an approved draft.\n");
	truth_back_to(r, &truth.base);
	/* By a draft of its own that went out before. */
	room_reopen(r);
	room_govern(r, loose);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = ANNA,
					.message = by_anna,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	truth_lies_are(r, "");
	free(by_anna);
	free(message);
	free(truth.message);
}

static void approvals_under_the_old_rules_do_not_carry_over(void **state)
{
	struct room *r = *state;
	struct truth truth;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	room_reopen(r);
	room_govern(r, loose);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	truth_lies_are(r, LAKE ": lake is in review: only an approved draft can be released.\n");
	free(truth.message);
}

static void rules_that_were_taken_away_are_a_lie_and_nothing_goes_out_without(void **state)
{
	struct room *r = *state;
	struct truth truth;

	room_ready(r, "lake", room_text("The lake", "Words."));
	truth_take_back(r, &truth, "lake");
	room_rule(r, NULL);
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = truth.message,
					.path = LAKE,
					.text = room_text("The lake", "Words.")});
	truth_lies_are(r, "commit: The desk's rules were taken away by Dora.\n" LAKE
			  ": the desk's rules before it cannot be read, so nothing may go out\n");
	room_forge(r, &(struct forgery){.ref = MAIN,
					.person = BORIS,
					.message = "Bring back the rules\n",
					.path = POLICY_PATH,
					.text = loose});
	truth_lies_are(
	    r, "commit: The desk's rules were taken away by Dora.\n" LAKE
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
	truth_lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n");
	room_forge(r, &(struct forgery){.ref = MAIN, .message = "x\n", .path = "static/x.css", .text = "x"});
	room_rule(r, room_policy);
	room_reopen(r);
	room_ready(r, "lake", room_text("The lake", "Words."));
	room_release(r, "lake");
	all = truth_findings(r, NULL, &result);
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
	truth_lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n"
			  "commit: .copydesk/policy was changed by Dora without an approved draft.\n" LAKE
			  ": " LAKE " changed without an approved draft.\n");
}

static void the_desks_own_files_change_by_approved_drafts_alone(void **state)
{
	struct room *r = *state;
	struct verify_result result;
	char *all;

	room_govern(r, loose);
	all = truth_findings(r, NULL, &result);
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
	truth_lies_are(r, "commit: .copydesk/policy was changed by Dora without an approved draft.\n"
			  "commit: .copydesk/allowed_signers was changed by Dora without an approved draft.\n"
			  "commit: .copydesk/hook is no file of the desk's, and was changed by Dora.\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(an_approval_by_its_author_is_a_lie),
	    in_a_room(an_approval_named_twice_for_one_that_is_missing_is_a_lie),
	    in_a_room(a_release_under_embargo_is_a_lie),
	    in_a_room(rules_that_are_loosened_hold_from_the_next_commit_on),
	    in_a_room(approvals_under_the_old_rules_do_not_carry_over),
	    in_a_room(rules_that_were_taken_away_are_a_lie_and_nothing_goes_out_without),
	    in_a_room(rules_that_cannot_be_read_may_be_mended),
	    in_a_room(the_desks_own_files_change_by_approved_drafts_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
