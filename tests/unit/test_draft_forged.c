/* Drafts with commits that no program of ours would write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "desk/rules.h"
#include "room.h"

#define LAKE "refs/drafts/lake"
#define ONE  "---\ntitle: One\n---\n"
#define TWO  "---\ntitle: Two\n---\n"

static int load_fails(struct room *r, const char *name)
{
	struct draft *draft;

	return draft_load(&draft, r->n->repo, name, &r->err);
}

#define FORGED(message_) .ref = LAKE, .person = DORA, .message = message_

static void an_event_that_changes_the_text_is_a_save(void **state)
{
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_submit(r, "lake");
	room_forge(r, &(struct forgery){FORGED("Approve lake\n\nDraft: lake\nEvent: approve\nStep: review\n"),
					.path = "content/city/lake.md", .text = TWO});
	draft = room_load(r, "lake");
	assert_int_equal(room_last(draft)->event, REVIEW_SAVE);
	assert_int_equal(draft->state.approval_count, 0);
	assert_int_equal(draft->state.author_count, 2);
	assert_null(room_last(draft)->step);
	draft_free(draft);
	/* Also when it changes another file. */
	room_forge(r, &(struct forgery){FORGED("Submit lake\n\nDraft: lake\nEvent: spike\n"),
					.path = "layouts/x.html", .text = "x"});
	draft = room_load(r, "lake");
	assert_int_equal(room_last(draft)->event, REVIEW_SAVE);
	assert_int_equal(draft->state.name, REVIEW_STATE_REVIEW);
	refuses(r, E_REFUSED, "lake changes layouts/x.html",
		rules_check(RULES_APPROVE, draft, desk_policy(r->desk), &history_people[BORIS], ROOM_NOW,
			    NULL, &r->err));
	draft_free(draft);
}

static void a_commit_that_changes_and_says_nothing_counts_for_nothing(void **state)
{
	static const char *const messages[] = {"x\n\nDraft: lake\n", "x\n\nDraft: lake\nEvent: promote\n",
					       "x\n\nDraft: lake\nEvent: \n",
					       "x\n\nEvent: approve\n\nDraft: lake\n"};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
		struct draft *draft;

		room_forge(r, &(struct forgery){FORGED(messages[i])});
		draft = room_load(r, "lake");
		assert_int_equal(room_last(draft)->event, REVIEW_UNKNOWN);
		assert_int_equal(draft->state.author_count, 1);
		draft_free(draft);
	}
}

static void an_approval_whose_claim_is_damaged_does_not_count(void **state)
{
	struct room *r = *state;
	struct draft *draft;
	char *message;
	char *blob;
	char policy[REPO_HEX_SIZE];
	struct oid head;

	room_begin(r, "lake", room_text("The lake", "Words."));
	room_submit(r, "lake");
	head = room_ref(r, LAKE);
	blob = room_blob(r, &head, "content/city/lake.md");
	oid_hex(policy, &desk_policy(r->desk)->blob);
	for (int damage = 0; damage < 3; damage++) {
		message = mem_printf("Approve lake\n\nDraft: lake\nEvent: approve\nStep: review\n"
				     "Covers: 100644 %s %040d content/city/lake.md\n%sPolicy: %s\n",
				     blob, 0,
				     damage == 0   ? ""
				     : damage == 1 ? "Covers: nonsense\n"
						   : "Covers:\n",
				     policy);
		room_forge(
		    r, &(struct forgery){.ref = LAKE, .person = BORIS, .message = message, .parent = head});
		draft = room_load(r, "lake");
		assert_int_equal(draft->state.approval_count, 1);
		assert_int_equal(draft->state.approvals[0].counts, damage == 0);
		if (damage > 0)
			assert_string_equal(draft->state.approvals[0].why,
					    "it names other bytes than the draft had");
		draft_free(draft);
		free(message);
	}
	free(blob);
}

static void a_line_that_is_not_a_drafts_is_told(void **state)
{
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	assert_int_equal(sh(r->n, "cd news && git update-ref refs/drafts/copy %s", LAKE), 0);
	refuses(r, E_GIT, "The draft copy was not made by copydesk", load_fails(r, "copy"));
	assert_int_equal(sh(r->n, "cd news && git update-ref refs/drafts/main main"), 0);
	refuses(r, E_GIT, "The draft main was not made by copydesk", load_fails(r, "main"));
	assert_int_equal(
	    sh(r->n, "cd news && git update-ref refs/drafts/blob $(echo x | git hash-object -w --stdin)"), 0);
	assert_int_equal(load_fails(r, "blob"), E_GIT);
	assert_int_equal(sh(r->n, "cd news && git update-ref refs/drafts/root $(printf 'x\\n\\nDraft: "
				  "root\\nArticle: a.md\\n' | "
				  "git commit-tree main^{tree})"),
			 0);
	refuses(r, E_GIT, "The draft root was not made by copydesk", load_fails(r, "root"));
	room_forge(r, &(struct forgery){.ref = "refs/drafts/bare",
					.message = "x\n\nDraft: bare\n",
					.parent = room_ref(r, "refs/heads/main")});
	refuses(r, E_GIT, "does not say which article", load_fails(r, "bare"));
	room_forge(r, &(struct forgery){.ref = "refs/drafts/up",
					.message = "x\n\nDraft: up\nArticle: content/../../up.md\n",
					.parent = room_ref(r, "refs/heads/main")});
	refuses(r, E_GIT, "does not say which article", load_fails(r, "up"));
}

static void an_article_outside_of_every_folder_is_read_and_refused(void **state)
{
	static const enum rules_action actions[] = {RULES_SUBMIT, RULES_APPROVE, RULES_RELEASE};
	struct room *r = *state;
	struct draft *draft;

	room_forge(r, &(struct forgery){.ref = LAKE,
					.person = ANNA,
					.message = "x\n\nDraft: lake\nArticle: lake.md\n",
					.path = "lake.md",
					.text = "---\ntitle: x\n---\n",
					.parent = room_ref(r, "refs/heads/main")});
	for (size_t i = 0; i < sizeof actions / sizeof actions[0]; i++) {
		draft = room_load(r, "lake");
		refuses(r, E_REFUSED, "lake",
			rules_check(actions[i], draft, desk_policy(r->desk), &history_people[BORIS], ROOM_NOW,
				    NULL, &r->err));
		draft_free(draft);
		room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\nEvent: submit\n")});
	}
}

static void what_is_no_file_in_an_articles_place_has_no_text(void **state)
{
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md",
					.text = "/etc/passwd", .mode = REPO_MODE_LINK});
	draft = room_load(r, "lake");
	assert_null(draft->text);
	assert_false(oid_is_zero(&draft->blob));
	refuses(r, E_REFUSED, "as something else than a plain file",
		rules_check(RULES_SUBMIT, draft, desk_policy(r->desk), &history_people[ANNA], ROOM_NOW, NULL,
			    &r->err));
	draft_free(draft);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md"});
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md/lake.md",
					.text = "a folder"});
	draft = room_load(r, "lake");
	assert_null(draft->text);
	refuses(r, E_REFUSED, "lake changes content/city/lake.md/lake.md",
		rules_check(RULES_SUBMIT, draft, desk_policy(r->desk), &history_people[ANNA], ROOM_NOW, NULL,
			    &r->err));
	draft_free(draft);
	assert_int_equal(sh(r->n,
			    "cd news && c=$(git rev-parse main) && "
			    "t=$(printf '160000 commit %%s\\tlake.md\\n' $c | git mktree) && "
			    "t=$(printf '040000 tree %%s\\tcity\\n' $t | git mktree) && "
			    "t=$(printf '040000 tree %%s\\tcontent\\n' $t | git mktree) && "
			    "git update-ref %s $(printf 'x\\n\\nDraft: lake\\n' | git commit-tree -p %s $t)",
			    LAKE, LAKE),
			 0);
	draft = room_load(r, "lake");
	assert_null(draft->text);
	draft_free(draft);
}

static void a_text_above_the_limit_is_not_loaded(void **state)
{
	struct room *r = *state;
	size_t len = REPO_BLOB_LIMIT + 1;
	char *large = mem_zalloc(len + 1, 1);
	struct draft *draft;

	memset(large, 'x', len);
	room_begin(r, "lake", ONE);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md",
					.text = large});
	draft = room_load(r, "lake");
	assert_null(draft->text);
	assert_false(oid_is_zero(&draft->blob));
	refuses(r, E_REFUSED, "content/city/lake.md is larger than 16 MiB",
		rules_check(RULES_SUBMIT, draft, desk_policy(r->desk), &history_people[ANNA], ROOM_NOW, NULL,
			    &r->err));
	draft_free(draft);
	refuses(r, E_INVALID, "lake has 17 MiB; the most that copydesk takes is 16 MiB.",
		desk_save(r->desk, "lake", NULL, large, len, NULL, &r->err));
	free(large);
}

static void what_changes_thousands_of_files_is_no_draft(void **state)
{
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	assert_int_equal(sh(r->n,
			    "cd news && { git ls-tree -r %s; b=$(echo x | git hash-object -w --stdin); "
			    "for i in $(seq 1001); do printf '100644 blob %%s\\tcontent/n%%s.png\\n' $b $i; "
			    "done; } | GIT_INDEX_FILE=i git update-index --index-info && "
			    "t=$(GIT_INDEX_FILE=i git write-tree) && "
			    "git update-ref %s $(printf 'x\\n\\nDraft: lake\\n' | git commit-tree -p %s $t)",
			    LAKE, LAKE, LAKE),
			 0);
	refuses(r, E_GIT, "The draft lake changes more than 1000 files.", load_fails(r, "lake"));
}

static void a_draft_on_another_draft_is_measured_against_that(void **state)
{
	struct room *r = *state;
	struct release_plan plan;
	struct draft *draft;
	struct oid pier;

	room_begin(r, "pier", room_text("The pier", "Words that nobody approved."));
	pier = room_ref(r, "refs/drafts/pier");
	room_forge(r, &(struct forgery){.ref = LAKE,
					.person = ANNA,
					.message = "x\n\nDraft: lake\nArticle: content/city/pier.md\n",
					.path = "content/city/pier.md",
					.text = room_text("The pier", "Words that nobody approved!"),
					.parent = pier});
	draft = room_load(r, "lake");
	assert_true(oid_equal(&draft->base, &pier));
	assert_false(oid_is_zero(&draft->base_blob));
	draft_free(draft);
	ok(r, desk_refresh(r->desk, &r->err));
	room_submit(r, "lake");
	room_approve(r, "lake");
	/* Only what the release branch has is a base to stand on. */
	ok(r, desk_plan(r->desk, (char *[]){(char *)"lake"}, 1, &plan, &r->err));
	assert_int_equal(plan.refused, 1);
	assert_non_null(strstr(plan.items[0].refusal, "content/city/pier.md changed on the release branch"));
	release_plan_clear(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(an_event_that_changes_the_text_is_a_save),
	    in_a_room(a_commit_that_changes_and_says_nothing_counts_for_nothing),
	    in_a_room(an_approval_whose_claim_is_damaged_does_not_count),
	    in_a_room(a_line_that_is_not_a_drafts_is_told),
	    in_a_room(an_article_outside_of_every_folder_is_read_and_refused),
	    in_a_room(what_is_no_file_in_an_articles_place_has_no_text),
	    in_a_room(a_text_above_the_limit_is_not_loaded),
	    in_a_room(what_changes_thousands_of_files_is_no_draft),
	    in_a_room(a_draft_on_another_draft_is_measured_against_that),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
