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
#include "desk/desk_internal.h"
#include "desk/rules.h"
#include "room.h"

#define LAKE "refs/drafts/lake"
#define ONE  "---\ntitle: One\n---\n"
#define TWO  "---\ntitle: Two\n---\n"

/* Reads the draft again, from git alone; the caller frees. */
static struct draft *load(struct room *r, const char *name)
{
	struct draft *draft;

	ok(r, draft_load(&draft, r->n->repo, name, &r->err));
	draft_derive(draft, desk_policy(r->desk), ROOM_NOW);
	return draft;
}

static int load_fails(struct room *r, const char *name)
{
	struct draft *draft;

	return draft_load(&draft, r->n->repo, name, &r->err);
}

static const struct review_commit *last(const struct draft *draft)
{
	return &draft->commits[draft->count - 1];
}

/* The trailers that git itself finds in the commit at a ref, one a line. */
static char *gits_trailers(struct room *r, const char *ref)
{
	assert_int_equal(
	    sh(r->n, "git -C news log -1 --format=%%B %s | git interpret-trailers --parse --no-divider", ref),
	    0);
	return sh_output(r->n);
}

/* -- Beginning and reading -- */

static void a_draft_stands_on_the_release_branch(void **state)
{
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct oid blob;
	struct draft *draft;

	room_begin(r, "lake", "---\ntitle: The lake\n---\nWords.\n");
	draft = load(r, "lake");
	repo_blob_hash(&blob, draft->text, draft->text_len);
	assert_string_equal(draft->text, "---\ntitle: The lake\n---\nWords.\n");
	assert_true(oid_equal(&draft->blob, &blob));
	assert_true(oid_is_zero(&draft->base_blob));
	assert_true(oid_equal(&draft->base, &tip));
	assert_string_equal(draft->path, "content/city/lake.md");
	assert_int_equal(draft->count, 1);
	assert_int_equal(last(draft)->event, REVIEW_SAVE);
	assert_string_equal(last(draft)->person.name, "Anna");
	assert_int_equal(last(draft)->time.seconds, ROOM_NOW);
	assert_int_equal(draft_covers(draft)->count, 1);
	assert_string_equal(draft_covers(draft)->items[0].path, "content/city/lake.md");
	assert_int_equal(draft_covers(draft)->items[0].mode, REPO_MODE_FILE);
	assert_true(oid_equal(&draft_covers(draft)->items[0].blob, &blob));
	assert_true(oid_is_zero(&draft_covers(draft)->items[0].base));
	assert_int_equal(draft->state.name, REVIEW_STATE_DRAFT);
	draft_free(draft);
	/* git shows what it changes, as to any branch. */
	assert_int_equal(sh(r->n,
			    "test \"$(git -C news diff --name-status main...%s)\" = \"$(printf "
			    "'A\\tcontent/city/lake.md')\"",
			    LAKE),
			 0);
}

static void a_draft_keeps_its_past_heads(void **state)
{
	struct room *r = *state;
	struct oid first;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	first = room_ref(r, LAKE);
	room_save(r, "lake", TWO);
	room_submit(r, "lake");
	ok(r, draft_load_at(&draft, r->n->repo, "lake", &first, &r->err));
	assert_int_equal(draft->count, 1);
	assert_string_equal(draft->text, ONE);
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(draft->count, 3);
	assert_string_equal(draft->text, TWO);
	assert_int_equal(draft->state.last_save, 1);
	assert_true(draft_holds(r->n->repo, "lake", &first));
	assert_true(draft_holds(r->n->repo, "lake", &draft->head));
	assert_false(draft_holds(r->n->repo, "lake", &draft->base));
	assert_false(draft_holds(r->n->repo, "pier", &first));
	assert_false(draft_holds(r->n->repo, "a..b", &first));
	draft_free(draft);
}

static void a_name_is_taken_once(void **state)
{
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct repo_entry entry = {.path = "content/city/lake.md",
				   .mode = REPO_MODE_FILE,
				   .id = newsroom_blob(r->n, "other\n")};
	struct draft_change change = {.person = &history_people[BORIS], .entries = &entry, .entry_count = 1};
	struct oid head;

	room_begin(r, "lake", ONE);
	refuses(r, E_CONFLICT, "There is a draft called lake already",
		draft_begin(&head, r->n->repo, "lake", entry.path, &tip, &change, &r->err));
	refuses(r, E_CONFLICT, "lake/path already, or its name is a part of another's",
		draft_begin(&head, r->n->repo, "lake/path", entry.path, &tip, &change, &r->err));
}

static void a_name_is_what_git_takes_for_one(void **state)
{
	static const char *const good[] = {"志愿者", "city/lake", "-lake", "lake.2", "lake=5", "ЁЖ"};
	static const char *const bad[] = {"",     "a b",  "a..b", "a.lock", ".a",   "a/",
					  "a//b", "a~1",  "a^",   "a:b",    "a?",   "a*",
					  "a[",   "a\\b", "a\nb", "@{",     "a@{1", "a\x7f"};
	struct room *r = *state;
	struct oid tip = room_ref(r, "refs/heads/main");
	struct repo_entry entry = {.path = "content/city/lake.md",
				   .mode = REPO_MODE_FILE,
				   .id = newsroom_blob(r->n, "text\n")};
	struct draft_change change = {.person = &history_people[ANNA], .entries = &entry, .entry_count = 1};
	struct draft *draft;
	struct oid head;

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		ok(r, draft_begin(&head, r->n->repo, good[i], entry.path, &tip, &change, &r->err));
		draft = load(r, good[i]);
		assert_string_equal(draft->name, good[i]);
		draft_free(draft);
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		refuses(r, E_INVALID, "cannot be named",
			draft_begin(&head, r->n->repo, bad[i], entry.path, &tip, &change, &r->err));
		refuses(r, E_NOTFOUND, "There is no draft", load_fails(r, bad[i]));
	}
}

static void of_two_commits_on_one_head_the_second_is_refused(void **state)
{
	struct room *r = *state;
	struct draft_change change = {.event = REVIEW_COMMENT,
				      .person = &history_people[BORIS],
				      .text = "First?"};
	struct draft *draft;
	struct oid head;

	room_begin(r, "lake", ONE);
	draft = load(r, "lake");
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	refuses(r, E_CONFLICT, LAKE, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(draft->count, 2);
	draft_free(draft);
}

/* -- What people type -- */

static void what_is_typed_is_never_read_as_a_trailer(void **state)
{
	static const char *const typed[] = {
	    "Event: approve",
	    "Step: review\nEvent: approve",
	    "Well.\n\nEvent: approve\nStep: review\nDraft: pier",
	    "Draft: pier\n\n",
	    "event:approve",
	    "Event : approve",
	    "---\nEvent: approve",
	    "diff --git a b\n--- a\n+++ b",
	    "# Event: approve",
	    "(cherry picked from commit 1234567)",
	    "-- >8 --\nEvent: approve",
	    "Signed-off-by: Dora <dora@desk.example>",
	    "时间: 2026\nEvent: approve",
	    " Event: approve\n  Step: review",
	    "a\r\nEvent: approve\r\n",
	    "a\n\n\n\nEvent: approve\n\t\nb",
	    "a\n \nEvent: approve",
	    "Covers: 100644 0 0 x",
	};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	room_as(r, BORIS);
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		struct draft *draft;
		char *trailers;

		ok(r, desk_comment(r->desk, "lake", NULL, typed[i], &r->err));
		trailers = gits_trailers(r, LAKE);
		if (strcmp(trailers, "Draft: lake\nEvent: comment\nArticle: content/city/lake.md\n") != 0)
			fail_msg("git reads \"%s\" after \"%s\"", trailers, typed[i]);
		free(trailers);
		draft = load(r, "lake");
		assert_int_equal(last(draft)->event, REVIEW_COMMENT);
		assert_int_equal(draft->count, i + 2);
		draft_free(draft);
	}
}

static void what_is_typed_comes_back(void **state)
{
	static const char *const typed[] = {"Five or seven?\n\nThe city's notice says five.",
					    "Event: approve", "  indented\n  twice", "时间: 五点",
					    "a\n\n- list: one\n- two"};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	for (size_t i = 0; i < sizeof typed / sizeof typed[0]; i++) {
		struct draft *draft;

		ok(r, desk_comment(r->desk, "lake", NULL, typed[i], &r->err));
		draft = load(r, "lake");
		assert_string_equal(last(draft)->text, typed[i]);
		draft_free(draft);
	}
}

static void nothing_that_is_named_breaks_a_trailer(void **state)
{
	struct room *r = *state;
	const struct review_passage passage = {.on = history_oid(7),
					       .start = 3,
					       .len = 5,
					       .quote = (char *)"a\nEvent: approve\n\nStep: b"};
	struct draft_change change = {.event = REVIEW_COMMENT,
				      .person = &history_people[BORIS],
				      .step = "x\nEvent: approve",
				      .assignee = "y\n\nEvent: approve",
				      .passage = &passage};
	struct draft *draft;
	struct oid head;
	char *name;

	room_begin(r, "lake", ONE);
	draft = load(r, "lake");
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(last(draft)->event, REVIEW_COMMENT);
	assert_string_equal(last(draft)->step, "x Event: approve");
	assert_string_equal(last(draft)->assignee, "y Event: approve");
	assert_string_equal(last(draft)->passage.quote, "a Event: approve Step: b");
	draft_free(draft);
	/* A headline and a slug cannot carry one in either. */
	ok(r,
	   desk_new(r->desk, "city", NULL, "Pier\n\nEvent: approve\nStep: review", NULL, 0, &name, &r->err));
	assert_string_equal(name, "pier-event-approve-step-review");
	free(name);
	refuses(r, E_INVALID, "cannot be an article",
		desk_new(r->desk, "city", "pier\nEvent: approve", "Pier", NULL, 0, &name, &r->err));
}

/* -- Forged commits -- */

#define FORGED(message_) .ref = LAKE, .person = DORA, .message = message_

static void an_event_that_changes_the_text_is_a_save(void **state)
{
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_submit(r, "lake");
	room_forge(r, &(struct forgery){FORGED("Approve lake\n\nDraft: lake\nEvent: approve\nStep: review\n"),
					.path = "content/city/lake.md", .text = TWO});
	draft = load(r, "lake");
	assert_int_equal(last(draft)->event, REVIEW_SAVE);
	assert_int_equal(draft->state.approval_count, 0);
	assert_int_equal(draft->state.author_count, 2);
	assert_null(last(draft)->step);
	draft_free(draft);
	/* Also when it changes another file. */
	room_forge(r, &(struct forgery){FORGED("Submit lake\n\nDraft: lake\nEvent: spike\n"),
					.path = "layouts/x.html", .text = "x"});
	draft = load(r, "lake");
	assert_int_equal(last(draft)->event, REVIEW_SAVE);
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
		draft = load(r, "lake");
		assert_int_equal(last(draft)->event, REVIEW_UNKNOWN);
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
		draft = load(r, "lake");
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
		draft = load(r, "lake");
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
	draft = load(r, "lake");
	assert_null(draft->text);
	assert_false(oid_is_zero(&draft->blob));
	refuses(r, E_REFUSED, "as something else than a plain file",
		rules_check(RULES_SUBMIT, draft, desk_policy(r->desk), &history_people[ANNA], ROOM_NOW, NULL,
			    &r->err));
	draft_free(draft);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md"});
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md/lake.md",
					.text = "a folder"});
	draft = load(r, "lake");
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
	draft = load(r, "lake");
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
	draft = load(r, "lake");
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

/* -- Bases -- */

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
	draft = load(r, "lake");
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

static void a_draft_that_is_brought_up_to_date_has_a_new_base(void **state)
{
	struct room *r = *state;
	const char *text = room_text("The lake", "Words.");
	struct repo_commit commit;
	struct draft *draft;
	struct oid tip;

	room_begin(r, "lake", text);
	room_submit(r, "lake");
	room_approve(r, "lake");
	room_publish(r, "pier", "---\ntitle: The pier\n---\n");
	tip = room_ref(r, "refs/heads/main");
	draft = load(r, "lake");
	assert_false(oid_equal(&draft->base, &tip));
	draft_free(draft);
	room_as(r, ANNA);
	text = room_text("The lake", "Words.");
	ok(r, desk_save_on_tip(r->desk, "lake", NULL, text, strlen(text), &r->err));
	draft = load(r, "lake");
	assert_true(oid_equal(&draft->base, &tip));
	assert_int_equal(last(draft)->event, REVIEW_SAVE);
	ok(r, repo_commit_read(r->n->repo, &commit, &draft->head, &r->err));
	assert_int_equal(commit.parents, 2);
	assert_true(oid_equal(&commit.merged, &tip));
	repo_commit_clear(&commit);
	/* Only others moved: the change is the same, to the byte, and so are the approvals. */
	assert_int_equal(draft_covers(draft)->count, 1);
	assert_string_equal(review_state_word(draft->state.name), "approved");
	draft_free(draft);
	assert_int_equal(sh(r->n, "git -C news cat-file -e %s:content/city/pier.md", LAKE), 0);
}

static void an_update_over_a_newer_text_voids_the_approvals(void **state)
{
	struct room *r = *state;
	const char *text;
	struct draft *draft;
	char *names[2];

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	for (int i = 0; i < 2; i++) {
		ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &names[i], &r->err));
		text = room_text("The lake", i ? "Three." : "Two.");
		ok(r, desk_save(r->desk, names[i], NULL, text, strlen(text), NULL, &r->err));
		room_submit(r, names[i]);
		room_approve(r, names[i]);
		room_as(r, ANNA);
	}
	room_release(r, names[0]);
	room_as(r, ANNA);
	text = room_text("The lake", "Three.");
	ok(r, desk_save_on_tip(r->desk, names[1], NULL, text, strlen(text), &r->err));
	draft = load(r, names[1]);
	assert_string_equal(review_state_word(draft->state.name), "review");
	assert_string_equal(draft->state.approvals[0].why, "the text changed since");
	draft_free(draft);
	free(names[0]);
	free(names[1]);
}

/* -- Times and places -- */

static void the_zone_of_an_embargo_is_its_writers(void **state)
{
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\n"), .path = "content/city/lake.md",
					.text = "---\ntitle: x\npublishDate: 2026-11-20T18:00:00\n---\n",
					.offset = 480});
	draft = load(r, "lake");
	assert_int_equal(draft->publish_time, ROOM_NOW + 3600);
	draft_free(draft);
	room_forge(r, &(struct forgery){FORGED("x\n\nDraft: lake\nEvent: comment\n"), .offset = -300});
	draft = load(r, "lake");
	assert_int_equal(draft->publish_time, ROOM_NOW + 3600);
	draft_free(draft);
}

static void a_passage_comes_back(void **state)
{
	static const struct {
		const char *at;
		size_t start, len;
		const char *quote;
	} rows[] = {
	    {"3+4 five or seven", 3, 4, "five or seven"},
	    {"3+4  志愿者  ", 3, 4, "志愿者"},
	    {"3+4", 3, 4, ""},
	    {"0+0", 0, 0, ""},
	    {"x", 0, 0, NULL},
	    {"3", 0, 0, NULL},
	    {"3-4 x", 0, 0, NULL},
	};
	struct room *r = *state;

	room_begin(r, "lake", ONE);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *message =
		    mem_printf("x\n\nDraft: lake\nEvent: comment\nOn: %040d\nAt: %s\n", 7, rows[i].at);
		const struct review_passage *passage;
		struct draft *draft;

		room_forge(r, &(struct forgery){FORGED(message)});
		draft = load(r, "lake");
		passage = &last(draft)->passage;
		assert_int_equal(passage->start, rows[i].start);
		assert_int_equal(passage->len, rows[i].len);
		if (rows[i].quote == NULL) {
			assert_null(passage->quote);
			assert_true(oid_is_zero(&passage->on));
		} else {
			assert_string_equal(passage->quote, rows[i].quote);
		}
		draft_free(draft);
		free(message);
	}
}

static void every_trailer_of_an_event_comes_back(void **state)
{
	struct room *r = *state;
	struct strlist threads = {0};
	struct strlist ticks = {0};
	struct strlist others = {0};
	struct review_passage passage = {.start = 4, .len = 9, .quote = (char *)"title: One"};
	struct draft_change change = {.event = REVIEW_SUGGEST,
				      .person = &history_people[BORIS],
				      .time = {ROOM_NOW, 0},
				      .text = "Shorter.",
				      .passage = &passage,
				      .replacement = "七\t\"x\"\n\nEvent: approve\n\x1b"};
	struct repo_entry entry = {.path = "content/city/lake.md", .mode = REPO_MODE_FILE};
	struct draft *draft;
	struct oid head;
	char hex[REPO_HEX_SIZE];

	room_begin(r, "lake", ONE);
	draft = load(r, "lake");
	passage.on = draft->blob;
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(last(draft)->event, REVIEW_SUGGEST);
	assert_string_equal(last(draft)->replacement, change.replacement);
	assert_string_equal(last(draft)->text, "Shorter.");
	assert_int_equal(last(draft)->passage.start, 4);
	assert_int_equal(last(draft)->passage.len, 9);
	assert_int_equal(draft->state.threads[0].kind, REVIEW_THREAD_SUGGESTION);
	/* It is taken by a save that names it. */
	oid_hex(hex, &head);
	strlist_add(&threads, hex);
	strlist_add(&others, "Boris <boris@desk.example>");
	strlist_add(&others, "no person at all");
	entry.id = newsroom_blob(r->n, TWO);
	change = (struct draft_change){.person = &history_people[ANNA],
				       .threads = &threads,
				       .co_authors = &others,
				       .entries = &entry,
				       .entry_count = 1};
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_true(draft->state.threads[0].taken);
	assert_int_equal(last(draft)->co_author_count, 1);
	assert_true(repo_person_same(&last(draft)->co_authors[0], &history_people[BORIS]));
	/* And what is ticked, and when something is due. */
	strlist_add(&ticks, "Names checked");
	strlist_add(&ticks, "已核对");
	change = (struct draft_change){.event = REVIEW_APPROVE,
				       .person = &history_people[BORIS],
				       .step = "review",
				       .checked = &ticks,
				       .policy = &desk_policy(r->desk)->blob};
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(last(draft)->checked.count, 2);
	assert_string_equal(last(draft)->checked.items[1], "已核对");
	change = (struct draft_change){.event = REVIEW_SCHEDULE,
				       .person = &history_people[BORIS],
				       .time = {ROOM_NOW, 480},
				       .at = ROOM_NOW + 3600,
				       .policy = &desk_policy(r->desk)->blob};
	ok(r, draft_append(&head, r->n->repo, draft, &change, &r->err));
	draft_free(draft);
	draft = load(r, "lake");
	assert_int_equal(last(draft)->at, ROOM_NOW + 3600);
	assert_true(review_covers_equal(&last(draft)->claimed, draft_covers(draft)));
	assert_true(oid_equal(&last(draft)->policy, &desk_policy(r->desk)->blob));
	draft_free(draft);
	strlist_clear(&threads);
	strlist_clear(&ticks);
	strlist_clear(&others);
}

static void an_embargo_whose_time_cannot_be_read_lifts_none(void **state)
{
	static const char *const times[] = {"Time: soon\n", "Time:\n", "Time: 2026-13-40\n",
					    "Time: 2026-11-21T09:00:00Z x\n"};
	struct room *r = *state;
	struct draft *draft;

	room_begin(r, "lake", ONE);
	room_forge(r,
		   &(struct forgery){.ref = LAKE,
				     .person = BORIS,
				     .message =
					 "x\n\nDraft: lake\nEvent: embargo\nTime: 2026-11-21T09:00:00Z\n"});
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		char *message = mem_printf("x\n\nDraft: lake\nEvent: embargo\n%s", times[i]);

		room_forge(r, &(struct forgery){.ref = LAKE, .person = BORIS, .message = message});
		draft = load(r, "lake");
		if (draft->state.not_before != ROOM_NOW + 86400)
			fail_msg("%s lifts the embargo", times[i]);
		draft_free(draft);
		free(message);
	}
	room_forge(r, &(struct forgery){.ref = LAKE,
					.person = BORIS,
					.message = "x\n\nDraft: lake\nEvent: embargo\n"});
	draft = load(r, "lake");
	assert_int_equal(draft->state.not_before, 0);
	draft_free(draft);
}

static void a_draft_says_in_its_first_commit_of_which_kind_it_is(void **state)
{
	struct room *r = *state;
	struct repo_entry entries[] = {{.path = "content/city/lake.md"},
				       {.path = "content/city/path.md", .mode = REPO_MODE_FILE}};
	struct draft_change change = {.person = &history_people[ANNA],
				      .renames = "content/city/lake.md",
				      .entries = entries,
				      .entry_count = 2};
	struct oid tip;
	struct oid head;
	struct draft *draft;

	room_publish(r, "lake", room_text("The lake", "Words."));
	tip = room_ref(r, "refs/heads/main");
	entries[1].id = newsroom_blob(r->n, ONE);
	ok(r, draft_begin(&head, r->n->repo, "move", "content/city/path.md", &tip, &change, &r->err));
	draft = load(r, "move");
	assert_string_equal(draft->renames, "content/city/lake.md");
	assert_false(draft->withdraws);
	assert_false(oid_is_zero(&draft->base_blob));
	assert_int_equal(draft_covers(draft)->count, 2);
	draft_free(draft);
	change = (struct draft_change){.person = &history_people[ANNA],
				       .withdraws = true,
				       .entries = &(struct repo_entry){.path = "content/city/lake.md",
								       .mode = REPO_MODE_FILE,
								       .id = entries[1].id},
				       .entry_count = 1};
	ok(r, draft_begin(&head, r->n->repo, "gone", "content/city/lake.md", &tip, &change, &r->err));
	/* What is said later does not make it another. */
	room_forge(r, &(struct forgery){.ref = "refs/drafts/gone",
					.person = ANNA,
					.message = "x\n\nDraft: gone\nKind: correct\nRenames: content/a.md\n",
					.path = "content/city/lake.md",
					.text = TWO});
	draft = load(r, "gone");
	assert_true(draft->withdraws);
	assert_null(draft->renames);
	assert_string_equal(draft->text, TWO);
	draft_free(draft);
}

/* -- Step by step -- */

static void assert_same(const struct draft *a, const struct draft *b)
{
	assert_true(oid_equal(&a->head, &b->head));
	assert_true(oid_equal(&a->head_tree, &b->head_tree));
	assert_true(oid_equal(&a->base, &b->base));
	assert_true(oid_equal(&a->base_tree, &b->base_tree));
	assert_true(oid_equal(&a->blob, &b->blob));
	assert_true(oid_equal(&a->base_blob, &b->base_blob));
	assert_int_equal(a->withdraws, b->withdraws);
	assert_int_equal(a->publish_time, b->publish_time);
	assert_int_equal(a->count, b->count);
	assert_true(review_covers_equal(draft_covers(a), draft_covers(b)));
	assert_memory_equal(a->sizes, b->sizes, draft_covers(a)->count * sizeof *a->sizes);
	assert_int_equal(a->text != NULL, b->text != NULL);
	assert_string_equal(a->text ? a->text : "", b->text ? b->text : "");
	assert_int_equal(a->text_len, b->text_len);
	assert_int_equal(a->state.name, b->state.name);
	assert_int_equal(a->state.approval_count, b->state.approval_count);
}

static void a_draft_that_goes_on_is_as_if_read_anew(void **state)
{
	static const char dated[] = "---\ntitle: Two\npublishDate: 2026-11-21T00:00:00Z\n---\n";
	struct room *r = *state;
	struct draft *whole;
	struct draft *at;
	size_t clashes;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	for (int i = 0; i < 2; i++) {
		char *name;

		ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &name, &r->err));
		free(name);
	}
	room_save(r, "lake-2", room_text("The lake", "Two."));
	room_save(r, "lake-3", room_text("The old lake", "One."));
	ok(r, desk_attach(r->desk, "lake-3", "a.png", "a", 1, &r->err));
	ok(r, desk_attach(r->desk, "lake-3", "b.png", "bb", 2, &r->err));
	room_submit(r, "lake-3");
	room_approve(r, "lake-3");
	room_submit(r, "lake-2");
	room_approve(r, "lake-2");
	room_release(r, "lake-2");
	room_as(r, ANNA);
	ok(r, desk_update(r->desk, "lake-3", DESK_NEITHER, &clashes, &r->err));
	room_save(r, "lake-3", dated);
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake-3",
					.message = "Save\n\nDraft: lake-3\nArticle: content/city/lake.md\n",
					.path = "content/city/lake.md"});
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake-3",
					.message = "Save\n\nDraft: lake-3\nArticle: content/city/lake.md\n",
					.path = "content/city/lake.md",
					.text = ONE});
	whole = load(r, "lake-3");
	assert_true(whole->count > 8);
	ok(r, draft_load_at(&at, r->n->repo, "lake-3", &whole->commits[0].id, &r->err));
	for (size_t i = 0; i < whole->count; i++) {
		struct draft *anew;

		if (i > 0)
			ok(r, draft_advance(at, r->n->repo, &whole->commits[i].id, &r->err));
		draft_derive(at, desk_policy(r->desk), ROOM_NOW);
		ok(r, draft_load_at(&anew, r->n->repo, "lake-3", &whole->commits[i].id, &r->err));
		draft_derive(anew, desk_policy(r->desk), ROOM_NOW);
		assert_same(at, anew);
		draft_free(anew);
	}
	/* It goes on from its head alone, by its own commits. */
	refuses(r, E_GIT, "does not go on so", draft_advance(at, r->n->repo, &whole->commits[1].id, &r->err));
	draft_free(at);
	draft_free(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(a_draft_stands_on_the_release_branch),
	    in_a_room(a_draft_keeps_its_past_heads),
	    in_a_room(a_name_is_taken_once),
	    in_a_room(a_name_is_what_git_takes_for_one),
	    in_a_room(of_two_commits_on_one_head_the_second_is_refused),
	    in_a_room(what_is_typed_is_never_read_as_a_trailer),
	    in_a_room(what_is_typed_comes_back),
	    in_a_room(nothing_that_is_named_breaks_a_trailer),
	    in_a_room(an_event_that_changes_the_text_is_a_save),
	    in_a_room(a_commit_that_changes_and_says_nothing_counts_for_nothing),
	    in_a_room(an_approval_whose_claim_is_damaged_does_not_count),
	    in_a_room(a_line_that_is_not_a_drafts_is_told),
	    in_a_room(an_article_outside_of_every_folder_is_read_and_refused),
	    in_a_room(what_is_no_file_in_an_articles_place_has_no_text),
	    in_a_room(a_text_above_the_limit_is_not_loaded),
	    in_a_room(what_changes_thousands_of_files_is_no_draft),
	    in_a_room(a_draft_on_another_draft_is_measured_against_that),
	    in_a_room(a_draft_that_is_brought_up_to_date_has_a_new_base),
	    in_a_room(an_update_over_a_newer_text_voids_the_approvals),
	    in_a_room(the_zone_of_an_embargo_is_its_writers),
	    in_a_room(a_passage_comes_back),
	    in_a_room(every_trailer_of_an_event_comes_back),
	    in_a_room(an_embargo_whose_time_cannot_be_read_lifts_none),
	    in_a_room(a_draft_says_in_its_first_commit_of_which_kind_it_is),
	    in_a_room(a_draft_that_goes_on_is_as_if_read_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
