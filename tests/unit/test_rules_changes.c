/* The rules of withdrawing, moving and beginning, and of the fast lane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "desk/rules.h"
#include "scene.h"

/* -- Withdrawing, moving, beginning, the fast lane -- */

static void a_withdrawal_takes_down_what_is_published_in_the_way_of_the_desk(void **state)
{
	struct scene *s = *state;

	s->draft.withdraws = true;
	says(s, RULES_SUBMIT, ANNA,
	     "lake is a withdrawal and leaves a text, where this desk's rules take the article away.");
	s->h.policy.tombstone = true;
	says(s, RULES_SUBMIT, ANNA, "yes");
	s->draft.blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA,
	     "lake takes the article away, where this desk's rules leave a text that says so: spike it, and "
	     "withdraw the article anew.");
	s->draft.blob = history_oid('1');
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "lake would withdraw content/city/lake.md, which is not published.");
	s->draft.path = (char *)POLICY_PATH;
	scene_last_cover(s)->path = s->draft.path;
	says(s, RULES_SUBMIT, ANNA, "lake cannot withdraw a file of the desk.");
}

/* The draft moves the article from a path, and takes away what stood there. */
static void move_from(struct scene *s, const char *from, struct review_cover *covers)
{
	s->draft.renames = (char *)from;
	covers[0] = (struct review_cover){.path = (char *)from, .base = history_oid('0')};
	covers[1] =
	    (struct review_cover){.path = s->draft.path, .mode = REPO_MODE_FILE, .blob = history_oid('1')};
	s->h.commits[s->h.count - 1].covers = (struct review_covers){.items = covers, .count = 2};
}

static void what_is_moved_is_a_published_article_to_a_free_place(void **state)
{
	static const char *const not_articles[] = {POLICY_PATH, POLICY_SIGNERS_PATH, "layouts/x.html",
						   "content/city/x.png", "README.md"};
	struct review_cover covers[2];
	struct scene *s = *state;

	move_from(s, "content/city/pond.md", covers);
	says(s, RULES_SUBMIT, ANNA,
	     "lake moves content/city/pond.md, and its readers' links would lead nowhere: its front matter "
	     "must "
	     "have /city/pond/ among its aliases.");
	s->draft.text = (char *)"---\ntitle: The lake\ndate: 2026-11-20\naliases: /city/pond\n---\n";
	s->draft.text_len = strlen(s->draft.text);
	says(s, RULES_SUBMIT, ANNA, "yes");
	s->draft.torn = (char *)"content/city/x.png";
	says(s, RULES_SUBMIT, ANNA,
	     "lake takes content/city/x.png along, which another article of its folder names.");
	s->draft.torn = NULL;
	covers[1].base = history_oid('7');
	says(s, RULES_SUBMIT, ANNA,
	     "lake would move content/city/pond.md to where content/city/lake.md is published.");
	covers[1].base = history_oid(0);
	for (size_t i = 0; i < sizeof not_articles / sizeof not_articles[0]; i++) {
		char *no = mem_printf("lake would move %s, but what can be moved is a published article, to "
				      "another place for articles.",
				      not_articles[i]);

		move_from(s, not_articles[i], covers);
		says(s, RULES_SUBMIT, ANNA, no);
		free(no);
	}
	move_from(s, "content/city/pond.md", covers);
	covers[0].mode = REPO_MODE_FILE; /* it stays where it was, too */
	assert_string_not_equal(scene_answer(s, RULES_SUBMIT, ANNA), "yes");
	covers[0].mode = REPO_MODE_NONE;
	s->draft.base_blob = history_oid(0); /* nothing is published there */
	assert_string_not_equal(scene_answer(s, RULES_SUBMIT, ANNA), "yes");
	s->draft.base_blob = history_oid('0');
	s->draft.withdraws = true;
	assert_string_not_equal(scene_answer(s, RULES_SUBMIT, ANNA), "yes");
	s->draft.withdraws = false;
	s->draft.path = (char *)POLICY_PATH;
	move_from(s, "content/city/pond.md", covers);
	assert_string_not_equal(scene_answer(s, RULES_SUBMIT, ANNA), "yes");
}

static void only_files_that_arrive_leave_their_folder(void **state)
{
	struct scene *s = *state;
	struct review_cover covers[4];

	s->draft.text = (char *)"---\ntitle: The lake\ndate: 2026-11-20\naliases: /pier/lake/\n---\n";
	s->draft.text_len = strlen(s->draft.text);
	move_from(s, "content/pier/lake.md", covers);
	covers[2] = (struct review_cover){.path = (char *)"content/pier/x.png", .base = history_oid('5')};
	covers[3] = (struct review_cover){.path = (char *)"content/city/x.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	s->h.commits[s->h.count - 1].covers.count = 3;
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
	s->h.commits[s->h.count - 1].covers.count = 4;
	s->draft.sizes = (size_t[]){0, 1, 0, 1};
	says(s, RULES_SUBMIT, ANNA, "yes");
	covers[3].blob = history_oid('6');
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
	covers[3] = (struct review_cover){.path = (char *)"content/city/y.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	says(s, RULES_SUBMIT, ANNA,
	     "lake changes content/pier/x.png, which is neither its article nor a file beside it.");
}

static void a_correction_tells_its_readers_where_the_rules_ask_for_it(void **state)
{
	static const char published[] =
	    "---\ntitle: The lake\ndate: 2026-11-20\n---\nFive.\n\n*Note: six.*\n";
	static const char noted[] =
	    "---\ntitle: The lake\ndate: 2026-11-20\n---\nSeven.\n\n*Note: six.*\n\n*Note: seven.*\n";
	struct scene *s = *state;

	s->h.policy.correction_note = mem_strdup("Note");
	s->draft.base_text = (char *)published;
	s->draft.base_text_len = strlen(published);
	s->draft.text = (char *)published;
	s->draft.text_len = strlen(published);
	says(s, RULES_SUBMIT, ANNA,
	     "lake does not tell its readers of the correction: a new paragraph must begin with \"Note\".");
	s->draft.text = (char *)noted;
	s->draft.text_len = strlen(noted);
	says(s, RULES_SUBMIT, ANNA, "yes");
	/* What is new corrects nothing. */
	s->draft.text = (char *)published;
	s->draft.text_len = strlen(published);
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "yes");
}

static const char lanes[] = "[role \"editor\"]\nperson = Boris <boris@desk.example>\n"
			    "[role \"chief\"]\nperson = Dora <dora@desk.example>\n[step \"review\"]\n"
			    "[correct]\nrole = editor\nfast-lane = chief\n[withdraw]\nrole = chief\n";

static void who_may_begin_a_correction_or_withdrawal_is_in_the_policy(void **state)
{
	struct scene *s = *state;

	scene_begin(s, lanes, "A saves 1.");
	says(s, RULES_SUBMIT, ANNA,
	     "Correcting content/city/lake.md is for the role editor, and not for Anna.");
	says(s, RULES_SUBMIT, BORIS, "yes");
	s->draft.withdraws = true;
	s->h.policy.tombstone = true;
	says(s, RULES_SUBMIT, BORIS,
	     "Withdrawing content/city/lake.md is for the role chief, and not for Boris.");
	says(s, RULES_SUBMIT, DORA, "yes");
	s->draft.withdraws = false;
	s->draft.base_blob = history_oid(0);
	says(s, RULES_SUBMIT, ANNA, "yes");
}

static void the_fast_lane_is_for_its_role_and_for_what_is_published(void **state)
{
	struct scene *s = *state;

	scene_begin(s, lanes, "A saves 1. B submits.");
	says(s, RULES_RELEASE_FAST, DORA, "yes");
	says(s, RULES_RELEASE, DORA, "lake is in review: only an approved draft can be released.");
	says(s, RULES_RELEASE_FAST, BORIS,
	     "Correcting content/city/lake.md without its review is for role chief.");
	s->draft.withdraws = true;
	s->h.policy.tombstone = true;
	says(s, RULES_RELEASE_FAST, DORA,
	     "Withdrawing content/city/lake.md without its review is for nobody here.");
	s->draft.withdraws = false;
	s->draft.base_blob = history_oid(0);
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake has no published article: the fast lane is for corrections and withdrawals.");
	s->draft.base_blob = history_oid('0');
	s->draft.state.not_before = 2000;
	assert_non_null(strstr(scene_answer(s, RULES_RELEASE_FAST, DORA), "is under embargo until"));
	scene_tell(s, "B rejects.");
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake is waiting for changes: only a submitted draft can be released.");
}

/* A withdrawal that leaves a text, begun by Anna for a reason. */
static void leave_a_text(struct scene *s, const char *words)
{
	static const char published[] = "---\ntitle: The lake\n---\n\nWords.\n";

	s->draft.withdraws = true;
	s->draft.base_text = (char *)published;
	s->draft.base_text_len = strlen(published);
	s->draft.text = (char *)words;
	s->draft.text_len = strlen(words);
}

static void without_review_a_withdrawal_leaves_its_notice_alone(void **state)
{
	static const char other[] =
	    "lake has other words than the notice that it began with: without its review a withdrawal leaves "
	    "the published front matter and that sentence, and nothing else. Have it reviewed, or spike it "
	    "and "
	    "withdraw the article anew.";
	static const char notice[] =
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. "
	    "Reason: It fell.\n";
	static const char *const others[] = {
	    "---\ntitle: The lake\n---\nBuy this.\n",
	    "---\ntitle: The pier\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It fell.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It "
	    "fell.\n\nMore.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970. Reason: It sank.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 2 January 1970. Reason: It fell.\n",
	    "---\ntitle: The lake\n---\n\nThis article was withdrawn on 1 January 1970.\n",
	};
	struct review_cover covers[2];
	struct scene *s = *state;

	scene_begin(s,
		    "[role \"chief\"]\nperson = Dora <dora@desk.example>\n[step \"review\"]\n"
		    "[withdraw]\nfast-lane = chief\nas = tombstone\n",
		    "A saves 1. A submits.");
	s->h.commits[0].text = (char *)"It fell.";
	leave_a_text(s, notice);
	says(s, RULES_RELEASE_FAST, DORA, "yes");
	for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
		leave_a_text(s, others[i]);
		says(s, RULES_RELEASE_FAST, DORA, other);
	}
	/* Whoever reviews it may put other words there. */
	scene_tell(s, "B approves review.");
	says(s, RULES_RELEASE, BORIS, "yes");
	leave_a_text(s, notice);
	covers[0] = *scene_last_cover(s);
	covers[1] = (struct review_cover){.path = (char *)"content/city/x.png",
					  .mode = REPO_MODE_FILE,
					  .blob = history_oid('5')};
	s->h.commits[s->h.count - 1].covers = (struct review_covers){.items = covers, .count = 2};
	s->draft.sizes = (size_t[]){0, 1};
	says(s, RULES_RELEASE_FAST, DORA,
	     "lake brings content/city/x.png along, and without its review a withdrawal brings nothing new: "
	     "have "
	     "it reviewed.");
	covers[1].mode = REPO_MODE_NONE;
	says(s, RULES_RELEASE_FAST, DORA, "yes");
}

static void a_tick_that_is_missing_is_named(void **state)
{
	struct strlist ticks = {0};
	struct scene *s = *state;

	scene_begin(s, "[step \"review\"]\ncheck = Names checked\ncheck = Numbers checked\n", "A saves 1.");
	assert_int_equal(rules_checklist(&s->h.policy, 0, NULL, &s->err), E_REFUSED);
	strlist_add(&ticks, "Names checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), E_REFUSED);
	assert_string_equal(
	    s->err.message,
	    "The step review asks for a tick at \"Numbers checked\" before it is approved: see to "
	    "it, and tick it (approve --check).");
	strlist_add(&ticks, "Numbers checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), 0);
	strlist_add(&ticks, "Faces checked");
	assert_int_equal(rules_checklist(&s->h.policy, 0, &ticks, &s->err), E_REFUSED);
	assert_string_equal(s->err.message,
			    "The checklist of the step review has no \"Faces checked\"; it has \"Names "
			    "checked\", \"Numbers checked\".");
	strlist_clear(&ticks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_scene(a_withdrawal_takes_down_what_is_published_in_the_way_of_the_desk),
	    in_a_scene(what_is_moved_is_a_published_article_to_a_free_place),
	    in_a_scene(only_files_that_arrive_leave_their_folder),
	    in_a_scene(a_correction_tells_its_readers_where_the_rules_ask_for_it),
	    in_a_scene(who_may_begin_a_correction_or_withdrawal_is_in_the_policy),
	    in_a_scene(the_fast_lane_is_for_its_role_and_for_what_is_published),
	    in_a_scene(without_review_a_withdrawal_leaves_its_notice_alone),
	    in_a_scene(a_tick_that_is_missing_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
