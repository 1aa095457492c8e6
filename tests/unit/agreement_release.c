/*
 * Releases in the random histories: by the desk and the command line, and by hand where they are refused.
 */
#include "agreement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "twin.h"

/* A piece goes out where the reference lets it, and the article is as it was when the piece began. */
static bool may_go(struct agreement *a, struct piece *piece, enum rules_action action)
{
	return ref_may(&piece->ref, action, a->person) && !piece->is_behind;
}

/* By hand: a release commit of a draft, with the approvals that it has. */
static void release_by_hand(struct agreement *a, struct piece *piece)
{
	struct draft *draft;
	struct repo_commit parent;
	struct repo_commit commit = {.author = random_people[a->person],
				     .committer = random_people[a->person],
				     .authored = {a->now, 0},
				     .committed = {a->now, 0}};
	struct strbuf message = STRBUF_INIT;
	struct repo_entry entries[4];
	const struct review_covers *covers;
	struct oid tip = *desk_tip(a->desk);
	char hex[REPO_HEX_SIZE];
	struct oid id;

	ok(a, draft_load(&draft, a->n->repo, piece->name, &a->err));
	draft_derive(draft, desk_policy(a->desk), a->now);
	oid_hex(hex, &draft->head);
	strbuf_addf(&message, "Release %s\n\nArticle: %s\nDraft: %s %s\n", piece->name, piece->path,
		    piece->name, hex);
	for (size_t i = 0; i < draft->state.approval_count; i++) {
		const struct review_approval *approval = &draft->state.approvals[i];
		const struct repo_person *person = &draft->commits[approval->commit].person;

		if (approval->counts)
			strbuf_addf(&message, "Approved-by: %s %s <%s>\n", random_steps[approval->step],
				    person->name, person->mail);
	}
	if (piece->kind == PIECE_MOVE)
		strbuf_addf(&message, "Renames: %s\n", piece->from);
	strbuf_addf(&message, "Release-Type: %s\n",
		    piece->ref.withdraws                                 ? "withdraw"
		    : piece->ref.corrects || piece->kind == PIECE_POLICY ? "correct"
									 : "publish");
	ok(a, repo_commit_read(a->n->repo, &parent, &tip, &a->err));
	covers = draft_covers(draft);
	assert_true(covers->count <= sizeof entries / sizeof entries[0]);
	for (size_t i = 0; i < covers->count; i++)
		entries[i] = (struct repo_entry){.path = covers->items[i].path,
						 .mode = covers->items[i].mode,
						 .id = covers->items[i].blob};
	ok(a, repo_tree_edit(a->n->repo, &commit.tree, &parent.tree, entries, covers->count, &a->err));
	repo_commit_clear(&parent);
	commit.parent = tip;
	commit.message = message.data;
	ok(a, repo_commit_write(a->n->repo, &id, &commit, &a->err));
	ok(a, repo_ref_move(a->n->repo, "refs/heads/main", &id, &tip, &commit.author, "by hand", &a->err));
	agreement_refused(a, "refs/heads/main", &id, "a release");
	strbuf_clear(&message);
	draft_free(draft);
}

void agreement_release(struct agreement *a, struct piece *piece, bool fast)
{
	enum rules_action action = fast ? RULES_RELEASE_FAST : RULES_RELEASE;
	bool allowed = may_go(a, piece, action);
	struct release_plan plan;
	struct release_result result;
	int rc;

	const char *words[] = {"release", "--yes", fast ? "--fast-lane" : piece->name,
			       fast ? piece->name : NULL, NULL};

	a->done[action][allowed]++;
	twin_run(a, words, NULL);
	ok(a, fast ? desk_plan_fast(a->desk, piece->name, &plan, &a->err)
		   : desk_plan(a->desk, (char *[]){piece->name}, 1, &plan, &a->err));
	rc = desk_release(a->desk, &plan, &result, &a->err);
	if ((rc == 0) != allowed)
		fail_msg("%s releases %s (fast: %d): %d %s", random_people[a->person].name, piece->name, fast,
			 rc, a->err.message);
	twin_agrees(a, rc, "a release");
	if (rc == 0) {
		assert_null(result.warning);
		agreement_out(a, piece);
		agreement_taken(a, "a release");
	} else if (!fast) {
		release_by_hand(a, piece);
	}
	release_result_clear(&result);
}

/* Whether two change the same article, so that only one of them can go out. */
bool piece_is_in_the_way(const struct piece *one, const struct piece *other)
{
	const char *from = one->from[0] != '\0' ? one->from : one->path;

	return strcmp(from, other->from[0] != '\0' ? other->from : other->path) == 0;
}

/* Several at once: all of them, or none. */
static void release_all(struct agreement *a, struct piece *const *pieces, size_t count)
{
	struct release_plan plan;
	struct release_result result;
	const char *words[AGREEMENT_DRAFTS + 3] = {"release", "--yes"};
	char *names[AGREEMENT_DRAFTS];
	bool allowed = true;
	int rc;

	for (size_t i = 0; i < count; i++) {
		words[2 + i] = names[i] = pieces[i]->name;
		allowed = allowed && may_go(a, pieces[i], RULES_RELEASE);
		for (size_t k = 0; k < i; k++)
			allowed = allowed && !piece_is_in_the_way(pieces[i], pieces[k]);
	}
	twin_run(a, words, NULL);
	ok(a, desk_plan(a->desk, names, count, &plan, &a->err));
	rc = desk_release(a->desk, &plan, &result, &a->err);
	if ((rc == 0) != allowed)
		fail_msg("%s releases %zu at once: %d %s", random_people[a->person].name, count, rc,
			 a->err.message);
	twin_agrees(a, rc, "a release of several");
	for (size_t i = 0; rc == 0 && i < count; i++)
		agreement_out(a, pieces[i]);
	if (rc == 0)
		agreement_taken(a, "a release of several");
	a->several[allowed]++;
	release_result_clear(&result);
}

/* Two or more that may go out, most of the time. */
void agreement_release_several(struct agreement *a)
{
	struct piece *pieces[AGREEMENT_DRAFTS];
	bool mixed = one_in(&a->seed, 4);
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (piece_is_open(&a->pieces[i]) &&
		    (may_go(a, &a->pieces[i], RULES_RELEASE) || (mixed && one_in(&a->seed, 3))))
			pieces[count++] = &a->pieces[i];
	}
	if (count > 1)
		release_all(a, pieces, count);
}

/* What a timer would do; everything that is due, or nothing. */
void agreement_release_due(struct agreement *a)
{
	struct release_plan plan;
	struct release_result result;
	struct piece *out[AGREEMENT_DRAFTS];
	size_t out_count = 0;
	size_t due = 0;
	bool refused;

	twin_run(a, (const char *const[]){"release", "--due", NULL}, NULL);
	ok(a, desk_plan_due(a->desk, &plan, &a->err));
	for (size_t i = 0; i < a->count; i++)
		due += ref_goes_out(&a->pieces[i].ref) != -2;
	if (due != plan.count)
		fail_msg("%zu are due, and the desk says %zu", due, plan.count);
	for (size_t i = 0; i < plan.count; i++) {
		size_t k = 0;
		bool goes;

		while (strcmp(a->pieces[k].name, plan.items[i].draft->name) != 0)
			k++;
		goes = ref_goes_out(&a->pieces[k].ref) >= 0 && !a->pieces[k].is_behind;
		if (goes != (plan.items[i].refusal == NULL))
			fail_msg("%s goes out: %d, and the desk says %s", a->pieces[k].name, goes,
				 plan.items[i].refusal ? plan.items[i].refusal : "yes");
		a->due[goes]++;
		if (goes)
			out[out_count++] = &a->pieces[k];
	}
	for (size_t i = 0; i < out_count; i++)
		agreement_out(a, out[i]);
	refused = plan.refused > 0;
	release_plan_drop_refused(&plan);
	if (plan.count == 0) {
		release_plan_clear(&plan);
		twin_ended(a, refused, "what is due");
		return;
	}
	ok(a, desk_release(a->desk, &plan, &result, &a->err));
	agreement_taken(a, "what was due");
	twin_ended(a, refused, "what is due");
	release_result_clear(&result);
}
