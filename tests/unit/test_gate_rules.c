/* The gate asks the rules about events that are pushed, and lets the rules themselves change. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/draft.h"
#include "desk/gate.h"
#include "server.h"

#define MAIN  "refs/heads/main"
#define DRAFT "refs/drafts/lake"
#define LAKE  "content/city/lake.md"

/* -- Events -- */

/* The server takes no tick that the desk would not have given. */
static void a_tick_is_one_of_the_checklist(void **state)
{
	struct server *s = *state;
	struct oid head;
	char *blob;
	char hex[REPO_HEX_SIZE];
	char *message;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	head = room_ref(s->r, DRAFT);
	blob = room_blob(s->r, &head, LAKE);
	oid_hex(hex, &desk_policy(s->r->desk)->blob);
	message = mem_printf("Approve lake (review)\n\nDraft: lake\nEvent: approve\nArticle: " LAKE
			     "\nStep: review\nChecked: Nothing at all\nCovers: 100644 %s %040d " LAKE
			     "\nPolicy: %s\n",
			     blob, 0, hex);
	room_forge(s->r, &(struct forgery){.ref = DRAFT, .person = BORIS, .message = message});
	server_refuses(s, BORIS, DRAFT, "The step review has no checklist: leave out \"Nothing at all\".");
	free(message);
	free(blob);
}

/* Who cannot do what is next is not asked for it, by whatever program. */
static void an_assignment_is_to_who_can_do_it(void **state)
{
	struct server *s = *state;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message = "Assign lake\n\nDraft: lake\nEvent: assign\nArticle: " LAKE
						"\nAssignee: Anna <anna@desk.example>\n"});
	server_refuses(s, ANNA, DRAFT, "lake cannot be assigned to Anna, who is not of this step");
}

static void an_approval_is_asked_of_the_rules(void **state)
{
	struct server *s = *state;
	struct oid policy = desk_policy(s->r->desk)->blob;
	struct oid other = history_oid(3);

	server_begin(s);
	server_takes(s, ANNA);
	room_forge_approval(s->r, BORIS, "lake", 0, &policy);
	server_refuses(s, BORIS, DRAFT, "lake is not submitted: only a submitted draft can be approved.");
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_forge_approval(s->r, ANNA, "lake", 0, &policy);
	server_refuses(s, ANNA, DRAFT, "The step review is for");
	room_forge_approval(s->r, BORIS, "lake", 0, &other);
	server_refuses(s, BORIS, DRAFT, "given under other rules");
	room_forge_approval(s->r, BORIS, "lake", 0, &policy);
	server_takes(s, BORIS);
	/* Replayed on other bytes; and once more on the same. */
	room_save(s->r, "lake", room_text("The lake", "Other words."));
	server_takes(s, ANNA);
	room_forge_approval(s->r, BORIS, "lake", 1, &policy);
	server_refuses(s, BORIS, DRAFT, "It is for other bytes than lake has");
	room_forge_approval(s->r, BORIS, "lake", 0, &policy);
	server_takes(s, BORIS);
	room_forge_approval(s->r, BORIS, "lake", 0, &policy);
	server_refuses(s, BORIS, DRAFT, "The step due for lake is release, not review.");
}

static void an_author_approves_nothing(void **state)
{
	struct server *s = *state;
	struct oid policy = desk_policy(s->r->desk)->blob;
	const char *text;

	server_begin(s);
	server_takes(s, ANNA);
	room_as(s->r, BORIS);
	text = room_text("The lake", "Words of Boris.");
	ok(s->r, desk_save(s->r->desk, "lake", NULL, text, strlen(text), NULL, &s->r->err));
	server_takes(s, BORIS);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_forge_approval(s->r, BORIS, "lake", 0, &policy);
	server_refuses(s, BORIS, DRAFT, "You wrote in lake: another person must approve it.");
}

/* -- The desk's rules -- */

static const char solo[] = "[step \"review\"]\n[rules]\n\tauthor-may-approve = true\n";

static void a_desk_without_rules_takes_nothing(void **state)
{
	struct server *s = *state;

	server_begin(s);
	server_takes(s, ANNA);
	room_rule(s->r, "[stap \"review\"]\n");
	server_refuses(s, DORA, "all",
		       "The desk's rules on the branch main cannot be read: .copydesk/policy, line 1");
	room_rule(s->r, "[stap \"review\"]\n");
	server_follow(s);
	room_forge(s->r,
		   &(struct forgery){.ref = DRAFT,
				     .message =
					 "Submit lake\n\nDraft: lake\nEvent: submit\nArticle: " LAKE "\n"});
	server_refuses(s, ANNA, "all", "cannot be read");
	room_rule(s->r, room_policy);
	server_takes(s, DORA);
}

static void a_server_without_a_branch_takes_nothing(void **state)
{
	struct server *s = *state;

	server_begin(s);
	s->branch = "trunk";
	server_refuses(s, ANNA, "all", "has no release branch trunk yet");
}

/* A draft of the desk's rules, approved by Boris and released by Dora. */
static void release_rules(struct server *s, const char *text)
{
	struct room *r = s->r;
	const struct oid blob = newsroom_blob(r->n, text);
	const struct repo_entry entry = {.path = POLICY_PATH, .mode = REPO_MODE_FILE, .id = blob};
	const struct oid tip = room_ref(r, MAIN);
	const struct draft_change change = {.person = &history_people[ANNA],
					    .time = {ROOM_NOW, 0},
					    .entries = &entry,
					    .entry_count = 1};
	struct release_result result;
	struct release_plan plan;
	struct oid head;

	ok(r, draft_begin(&head, r->n->repo, "rules", POLICY_PATH, &tip, &change, &r->err));
	ok(r, desk_refresh(r->desk, &r->err));
	room_submit(r, "rules");
	server_takes(s, ANNA);
	room_approve(r, "rules");
	server_takes(s, BORIS);
	room_as(r, DORA);
	ok(r, desk_plan(r->desk, (char *[]){(char *)"rules"}, 1, &plan, &r->err));
	ok(r, desk_release(r->desk, &plan, &result, &r->err));
	release_result_clear(&result);
}

static void rules_change_as_an_article_does(void **state)
{
	struct server *s = *state;
	struct oid policy;

	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	release_rules(s, solo);
	server_takes(s, DORA);
	/* From here on Anna may. */
	room_as(s->r, ANNA);
	ok(s->r, desk_approve(s->r->desk, "lake", NULL, NULL, NULL, NULL, &s->r->err));
	server_takes(s, ANNA);
	policy = desk_policy(s->r->desk)->blob;
	assert_false(oid_is_zero(&policy));
}

/* Approvals that were given under the rules before are taken with the release that changes these. */
static void events_under_the_rules_before_come_with_the_new_ones(void **state)
{
	struct server *s = *state;
	struct room *r = s->r;
	struct oid before = room_ref(r, MAIN);
	struct oid released;

	release_rules(s, "[role \"editor\"]\n\tperson = Dora <dora@desk.example>\n"
			 "\tperson = 陈 <chen@desk.example>\n[step \"review\"]\n\trole = editor\n");
	server_takes(s, DORA);
	released = room_ref(r, MAIN);
	server_put(s, MAIN, &before);
	server_follow(s);
	ok(r, desk_refresh(r->desk, &r->err));
	server_begin(s);
	room_submit(r, "lake");
	server_takes(s, ANNA);
	server_put(s, MAIN, &released);
	room_forge_approval(s->r, DORA, "lake", 0, &desk_policy(r->desk)->blob);
	server_refuses(s, DORA, DRAFT, "It was given under other rules than the desk has");
	server_put(s, MAIN, &released);
	ok(r, desk_refresh(r->desk, &r->err));
	room_forge_approval(s->r, DORA, "lake", 0, &desk_policy(r->desk)->blob);
	server_takes(s, DORA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_server(a_tick_is_one_of_the_checklist),
	    in_a_server(an_assignment_is_to_who_can_do_it),
	    in_a_server(an_approval_is_asked_of_the_rules),
	    in_a_server(an_author_approves_nothing),
	    in_a_server(a_desk_without_rules_takes_nothing),
	    in_a_server(a_server_without_a_branch_takes_nothing),
	    in_a_server(rules_change_as_an_article_does),
	    in_a_server(events_under_the_rules_before_come_with_the_new_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
