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
#include "base/path.h"
#include "base/strbuf.h"
#include "room.h"

#define LAKE     "content/city/lake.md"
#define LAKE_REF "refs/drafts/lake"

static const struct desk_row *row_named(struct room *r, const char *name)
{
	size_t count;
	const struct desk_row *rows = desk_rows(r->desk, &count);

	for (size_t i = 0; i < count; i++) {
		if (rows[i].name != NULL && strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

/* The list in short: "lake review, content/city/pier.md released", in its order. */
static void rows_are(struct room *r, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;
	const struct desk_row *rows;
	size_t count;

	ok(r, desk_refresh(r->desk, &r->err));
	rows = desk_rows(r->desk, &count);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&words, "%s%s %s", i > 0 ? ", " : "", rows[i].name ? rows[i].name : rows[i].path,
			    review_state_word(rows[i].state));
	assert_string_equal(words.data, wanted);
	strbuf_clear(&words);
}

static void later(struct room *r)
{
	desk_clock(r->desk)->now += 60;
}

/* -- The list -- */

static void drafts_come_first_and_what_is_published_by_date(void **state)
{
	struct room *r = *state;

	room_publish(r, "a-pier", "---\ntitle: Pier\ndate: 2026-11-01\n---\n");
	room_publish(r, "b-quay", "---\ntitle: Quay\ndate: 2026-11-03T10:00\n---\n");
	room_publish(r, "c-mole", "---\ntitle: Mole\ndate: 2026-11-03\n---\n");
	room_publish(r, "d-tide", "---\ntitle: Tide\n---\n");
	later(r);
	room_begin(r, "lake", room_text("The lake", "Words."));
	later(r);
	room_begin(r, "harbour", room_text("The harbour", "Words."));
	desk_index(r->desk, -1, NULL, NULL);
	rows_are(r, "harbour draft, lake draft, content/city/b-quay.md released, content/city/c-mole.md "
		    "released, content/city/a-pier.md released, content/city/d-tide.md released");
	later(r);
	ok(r, desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	rows_are(r, "lake draft, harbour draft, content/city/b-quay.md released, content/city/c-mole.md "
		    "released, content/city/a-pier.md released, content/city/d-tide.md released");
}

static void a_row_tells_what_an_editor_asks(void **state)
{
	struct room *r = *state;
	const struct desk_row *row;

	room_begin(
	    r, "lake",
	    "---\ntitle: The lake\ndate: 2026-11-20\nbyline: A. Writer\nlanguage: en\n---\n\nWords.\n");
	later(r);
	room_as(r, BORIS);
	ok(r, desk_submit(r->desk, "lake", NULL, &r->err));
	later(r);
	ok(r, desk_comment(r->desk, "lake", NULL, "Five?", &r->err));
	row = row_named(r, "lake");
	assert_string_equal(row->path, LAKE);
	assert_string_equal(row->title, "The lake");
	assert_string_equal(row->section, "city");
	assert_string_equal(row->date, "2026-11-20");
	assert_string_equal(row->byline, "A. Writer");
	assert_string_equal(row->language, "en");
	assert_string_equal(row->who, "Boris");
	assert_string_equal(row->waiting_on, "Anna: comment");
	assert_int_equal(row->state, REVIEW_STATE_REVIEW);
	assert_int_equal(row->changed, ROOM_NOW + 120);
	assert_int_equal(row->open_threads, 1);
	assert_true(oid_equal(&row->head, &room_draft(r, "lake")->head));
	assert_null(row->why_mine);
	assert_false(row->mine);
	room_as(r, ANNA);
	row = row_named(r, "lake");
	assert_true(row->mine);
	assert_string_equal(row->why_mine, "Boris commented on what you wrote.");
	ok(r, desk_resolve(r->desk, "lake", "1", true, &r->err));
	room_as(r, BORIS);
	row = row_named(r, "lake");
	assert_string_equal(row->waiting_on, "review by role editor");
	assert_string_equal(row->why_mine, "You can review it (step review); you did not write it.");
	room_as(r, DORA);
	row = row_named(r, "lake");
	assert_false(row->mine);
	assert_null(row->why_mine);
	refuses(r, E_REFUSED, "lake cannot be assigned to Dora, who is not of this step",
		desk_assign(r->desk, "lake", "Dora", 0, NULL, &r->err));
	room_as(r, CHEN);
	assert_false(row_named(r, "lake")->mine);
	ok(r, desk_assign(r->desk, "lake", "陈", 0, NULL, &r->err));
	assert_true(row_named(r, "lake")->mine);
}

static void an_article_that_is_not_read_yet_shows_its_slug(void **state)
{
	struct room *r = *state;
	const struct desk_row *rows;
	size_t count;
	size_t known;
	size_t total;

	/* Words that no catalog of another test knows. */
	room_publish(r, "lake", room_text("The lake", r->n->folder));
	room_publish(r, "pier", room_text("The pier", r->n->folder));
	rows = desk_rows(r->desk, &count);
	assert_int_equal(count, 2);
	assert_string_equal(rows[0].title, "lake");
	assert_string_equal(rows[0].section, "city");
	assert_string_equal(rows[0].date, "");
	assert_true(desk_index(r->desk, 0, &known, &total));
	assert_int_equal(known, 1);
	assert_int_equal(total, 2);
	assert_false(desk_index(r->desk, 0, &known, &total));
	rows = desk_rows(r->desk, &count);
	assert_string_equal(rows[0].title, "The lake");
	assert_string_equal(rows[1].title, "The pier");
	assert_string_equal(rows[1].date, "2026-11-20");
	/* What is known stays known when the branch moves. */
	room_publish(r, "quay", room_text("The quay", r->n->folder));
	desk_index(r->desk, 0, &known, &total);
	assert_int_equal(known, 3);
	room_reopen(r);
	assert_false(desk_index(r->desk, 0, &known, &total));
	assert_string_equal(desk_rows(r->desk, &count)[2].title, "The quay");
}

static void a_withdrawal_stands_for_its_article_until_that_is_published_again(void **state)
{
	struct room *r = *state;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Words."));
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	assert_string_equal(name, "lake-2");
	assert_string_equal(row_named(r, "lake-2")->title, "The lake");
	rows_are(r, "lake-2 draft, content/city/lake.md released");
	room_submit(r, name);
	room_approve(r, name);
	room_release(r, name);
	for (int i = 0; i < 2; i++) {
		rows_are(r, "lake-2 withdrawn");
		assert_string_equal(row_named(r, "lake-2")->title, "The lake");
		assert_true(oid_is_zero(&row_named(r, "lake-2")->blob));
		room_reopen(r);
	}
	free(name);
	/* A text of that name would be at the same place, so it gets another one. */
	ok(r, desk_new(r->desk, "city", "lake", "The lake", NULL, 0, &name, &r->err));
	assert_string_equal(name, "lake-3");
	free(name);
}

static void links_and_other_repositories_are_no_articles(void **state)
{
	struct room *r = *state;

	room_forge(r, &(struct forgery){.ref = "refs/heads/main",
					.message = "x\n",
					.path = "content/city/link.md",
					.text = "/etc/passwd",
					.mode = REPO_MODE_LINK});
	room_forge(r, &(struct forgery){
			  .ref = "refs/heads/main", .message = "x\n", .path = "content/a.md", .text = "x"});
	room_forge(r, &(struct forgery){
			  .ref = "refs/heads/main", .message = "x\n", .path = "content/_b.md", .text = "x"});
	room_forge(
	    r, &(struct forgery){.ref = "refs/heads/main", .message = "x\n", .path = "c.md", .text = "x"});
	rows_are(r, "content/a.md released");
}

static void the_list_tells_what_others_did(void **state)
{
	struct room *r = *state;
	uint64_t version;

	room_begin(r, "lake", room_text("The lake", "Words."));
	version = desk_version(r->desk);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_int_equal(desk_version(r->desk), version);
	room_forge(r, &(struct forgery){.ref = LAKE_REF,
					.person = CHEN,
					.message = "x\n\nDraft: lake\nEvent: submit\n"});
	ok(r, desk_refresh(r->desk, &r->err));
	assert_int_not_equal(desk_version(r->desk), version);
	rows_are(r, "lake review");
	version = desk_version(r->desk);
	assert_int_equal(sh(r->n, "git -C news pack-refs --all"), 0);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_int_equal(desk_version(r->desk), version);
}

static void what_is_no_draft_is_not_shown_and_said_when_named(void **state)
{
	struct room *r = *state;
	uint64_t version;
	char *draft;
	char *path;

	assert_int_equal(sh(r->n, "git -C news update-ref refs/drafts/odd main"), 0);
	rows_are(r, "");
	version = desk_version(r->desk);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_int_equal(desk_version(r->desk), version);
	assert_null(desk_draft(r->desk, "odd", &r->err));
	assert_non_null(strstr(r->err.message, "The draft odd was not made by copydesk"));
	refuses(r, E_GIT, "The draft odd was not made by copydesk",
		desk_find(r->desk, "odd", &draft, &path, &r->err));
	refuses(r, E_GIT, "The draft odd was not made", desk_submit(r->desk, "odd", NULL, &r->err));
	refuses(r, E_GIT, "The draft odd was not made", desk_may(r->desk, "odd", REVIEW_SUBMIT, &r->err));
}

static void a_scheduled_draft_is_approved_when_its_time_comes(void **state)
{
	struct room *r = *state;
	uint64_t version;

	room_ready(r, "lake", "---\ntitle: The lake\npublishDate: 2026-11-20T09:00:30Z\n---\n");
	rows_are(r, "lake scheduled");
	assert_string_equal(row_named(r, "lake")->waiting_on, "2026-11-20 09:00, when its embargo ends");
	version = desk_version(r->desk);
	later(r);
	ok(r, desk_refresh(r->desk, &r->err));
	assert_int_not_equal(desk_version(r->desk), version);
	rows_are(r, "lake approved");
}

static void a_draft_knows_what_became_of_its_base(void **state)
{
	struct room *r = *state;
	struct strbuf words = STRBUF_INIT;
	const struct release_entry *release;
	char *first;
	char *second;
	char *third;

	room_publish(r, "lake", room_text("The lake", "One."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &first, &r->err));
	ok(r, desk_correct(r->desk, "content/city/lake.md", NULL, &second, &r->err));
	assert_int_equal(desk_base_state(r->desk, room_draft(r, first), &release), DESK_BASE_CURRENT);
	assert_null(release);
	room_save(r, second, room_text("The lake", "Two."));
	room_submit(r, second);
	room_approve(r, second);
	room_release(r, second);
	assert_int_equal(desk_base_state(r->desk, room_draft(r, first), &release), DESK_BASE_CORRECTED);
	assert_string_equal(release->draft, second);
	assert_int_equal(row_named(r, first)->base, DESK_BASE_CORRECTED);
	desk_base_brief(&words, r->desk, room_draft(r, first));
	assert_string_equal(words.data, "base corrected by Boris, 09:00");
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, "content/city/lake.md", "Wrong.", &third, &r->err));
	room_submit(r, third);
	room_approve(r, third);
	room_release(r, third);
	assert_int_equal(desk_base_state(r->desk, room_draft(r, first), &release), DESK_BASE_WITHDRAWN);
	/* What is over is not compared any more. */
	assert_int_equal(desk_base_state(r->desk, room_draft(r, second), NULL), DESK_BASE_CURRENT);
	strbuf_clear(&words);
	free(first);
	free(second);
	free(third);
}

static void other_rules_mean_other_states(void **state)
{
	struct room *r = *state;

	room_ready(r, "lake", room_text("The lake", "Words."));
	rows_are(r, "lake approved");
	room_rule(r, "[step \"review\"]\n");
	rows_are(r, "lake review");
}

/* -- Filtering and finding -- */

static void filter_gives(struct room *r, const char *query, const char *wanted)
{
	struct strbuf words = STRBUF_INIT;
	const struct desk_row *rows;
	size_t *found = NULL;
	size_t capacity = 0;
	size_t count;
	size_t all;

	desk_filter(r->desk, query, &found, &count, &capacity);
	rows = desk_rows(r->desk, &all);
	for (size_t i = 0; i < count; i++)
		strbuf_addf(&words, "%s%s", i > 0 ? " " : "",
			    rows[found[i]].name ? rows[found[i]].name : path_base(rows[found[i]].path));
	assert_string_equal(words.data, wanted);
	strbuf_clear(&words);
	free(found);
}

static void a_filter_looks_at_fields_and_into_published_texts(void **state)
{
	struct room *r = *state;

	room_publish(r, "pier", room_text("The pier", "Seven volunteers."));
	room_publish(r, "quay", room_text("码头", "志愿者修复湖滨步道。"));
	room_begin(r, "lake", room_text("The lake", "Words."));
	desk_index(r->desk, -1, NULL, NULL);
	filter_gives(r, "", "lake pier.md quay.md");
	filter_gives(r, "state:draft", "lake");
	filter_gives(r, "the", "lake pier.md");
	filter_gives(r, "volunteers", "pier.md");
	filter_gives(r, "湖滨", "quay.md");
	filter_gives(r, "volunteers state:draft", "");
	filter_gives(r, "state:published 码头", "quay.md");
	filter_gives(r, "nothing", "");
}

static void find_gives(struct room *r, const char *name, const char *draft, const char *path)
{
	char *d;
	char *p;

	ok(r, desk_find(r->desk, name, &d, &p, &r->err));
	if (draft != NULL)
		assert_string_equal(d, draft);
	else
		assert_null(d);
	if (path != NULL)
		assert_string_equal(p, path);
	else
		assert_null(p);
	free(d);
	free(p);
}

static void a_name_is_a_draft_or_an_article(void **state)
{
	struct room *r = *state;
	char *draft;
	char *path;

	room_publish(r, "pier", room_text("The pier", "Words."));
	room_begin(r, "lake", room_text("The lake", "Words."));
	find_gives(r, "lake", "lake", NULL);
	find_gives(r, "pier", NULL, "content/city/pier.md");
	find_gives(r, "city/pier", NULL, "content/city/pier.md");
	find_gives(r, "city/pier.md", NULL, "content/city/pier.md");
	find_gives(r, "content/city/pier", NULL, "content/city/pier.md");
	find_gives(r, "content/city/pier.md", NULL, "content/city/pier.md");
	refuses(r, E_NOTFOUND, "There is no draft and no article called quay.",
		desk_find(r->desk, "quay", &draft, &path, &r->err));
	refuses(r, E_NOTFOUND, "The name of a draft or an article is missing.",
		desk_find(r->desk, "", &draft, &path, &r->err));
	refuses(r, E_NOTFOUND, "../pier", desk_find(r->desk, "../pier", &draft, &path, &r->err));
	room_forge(r, &(struct forgery){.ref = "refs/heads/main",
					.message = "x\n",
					.path = "content/sea/pier.md",
					.text = "x"});
	ok(r, desk_refresh(r->desk, &r->err));
	refuses(r, E_INVALID,
		"More than one article is called pier: write content/city/pier.md or content/sea/pier.md.",
		desk_find(r->desk, "pier", &draft, &path, &r->err));
	find_gives(r, "sea/pier", NULL, "content/sea/pier.md");
}

static void a_draft_that_somebody_else_began_is_found_after_a_look(void **state)
{
	struct room *r = *state;
	char *draft;
	char *path;

	room_forge(r, &(struct forgery){.ref = LAKE_REF,
					.person = CHEN,
					.message = "x\n\nDraft: lake\nArticle: " LAKE "\n",
					.parent = room_ref(r, "refs/heads/main"),
					.path = LAKE,
					.text = "x"});
	refuses(r, E_CONFLICT, "The draft lake is new: look again.",
		desk_find(r->desk, "lake", &draft, &path, &r->err));
	refuses(r, E_CONFLICT, "The draft lake is new: look again.",
		desk_approve(r->desk, "lake", NULL, NULL, NULL, NULL, &r->err));
	ok(r, desk_refresh(r->desk, &r->err));
	find_gives(r, "lake", "lake", NULL);
}

/* -- Beginning -- */

static void a_new_draft_takes_the_first_free_name(void **state)
{
	static const char *const wanted[] = {"the-lake-path", "the-lake-path-2", "the-lake-path-3"};
	struct room *r = *state;
	char *name;

	for (size_t i = 0; i < 3; i++) {
		char *path = mem_printf("content/city/%s.md", wanted[i]);

		ok(r, desk_new(r->desk, "city", NULL, "The lake path", NULL, 0, &name, &r->err));
		assert_string_equal(name, wanted[i]);
		assert_string_equal(room_draft(r, name)->path, path);
		free(path);
		free(name);
	}
	/* The same slug in another section is another place, but a name is a name. */
	ok(r, desk_new(r->desk, "sea", NULL, "The lake path", NULL, 0, &name, &r->err));
	assert_string_equal(name, "the-lake-path-4");
	free(name);
	ok(r, desk_new(r->desk, "city", NULL, "志愿者修复湖滨步道", NULL, 0, &name, &r->err));
	assert_string_equal(name, "zhi-yuan-zhe-xiu-fu-hu-bin-bu-dao");
	free(name);
	ok(r, desk_new(r->desk, NULL, "top", "Top", NULL, 0, &name, &r->err));
	assert_string_equal(room_draft(r, "top")->path, "content/top.md");
	free(name);
	ok(r, desk_new(r->desk, "city", NULL, "!?", NULL, 0, &name, &r->err));
	assert_string_equal(name, "article");
	free(name);
	refuses(r, E_INVALID, "\"\" cannot be a slug",
		desk_new(r->desk, "city", "", "x", NULL, 0, &name, &r->err));
	assert_null(name);
	refuses(r, E_INVALID, "A draft cannot be named two words",
		desk_new(r->desk, "city", "two words", "x", NULL, 0, &name, &r->err));
	refuses(r, E_INVALID, "..", desk_new(r->desk, "..", "x", "x", NULL, 0, &name, &r->err));
	refuses(r, E_INVALID, "There cannot be an article",
		desk_new(r->desk, "city", ".git", "x", NULL, 0, &name, &r->err));
}

static void a_name_that_is_published_or_a_folder_is_taken(void **state)
{
	struct room *r = *state;
	char *name;

	room_forge(r,
		   &(struct forgery){.ref = "refs/heads/main", .message = "x\n", .path = LAKE, .text = "x"});
	room_forge(r, &(struct forgery){.ref = "refs/heads/main",
					.message = "x\n",
					.path = "content/city/lake-2.md/x.png",
					.text = "x"});
	ok(r, desk_new(r->desk, "city", "lake", "x", NULL, 0, &name, &r->err));
	assert_string_equal(name, "lake-3");
	free(name);
}

static void an_article_whose_name_no_ref_can_have_can_still_be_corrected(void **state)
{
	static const char *const rows[][2] = {
	    {"content/city/The Lake Path.md", "the-lake-path"},
	    {"content/city/a..b.md", "a-b"},
	    {"content/city/~.md", "article"},
	    {"content/city/志愿者.md", "志愿者"},
	    {"content/city/bundle/index.md", "bundle"},
	};
	struct room *r = *state;
	char *name;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		room_forge(r, &(struct forgery){.ref = "refs/heads/main",
						.message = "x\n",
						.path = rows[i][0],
						.text = "---\ntitle: x\n---\n"});
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		ok(r, desk_correct(r->desk, rows[i][0], NULL, &name, &r->err));
		assert_string_equal(name, rows[i][1]);
		assert_string_equal(room_draft(r, name)->path, rows[i][0]);
		free(name);
	}
	refuses(r, E_NOTFOUND, "No article is published at content/x.md",
		desk_correct(r->desk, "content/x.md", NULL, &name, &r->err));
	assert_null(name);
}

/* -- Saving -- */

static void a_save_over_somebody_elses_is_a_conflict(void **state)
{
	struct room *r = *state;
	struct oid first;
	struct oid saved;
	struct oid head;
	struct oid now;

	room_begin(r, "lake", "one\n");
	first = room_draft(r, "lake")->blob;
	room_as(r, CHEN);
	ok(r, desk_save(r->desk, "lake", &first, "two\n", 4, &saved, &r->err));
	assert_true(oid_equal(&saved, &room_draft(r, "lake")->blob));
	head = room_ref(r, LAKE_REF);
	room_as(r, ANNA);
	refuses(r, E_CONFLICT, "lake was saved by 陈 meanwhile: nothing was written",
		desk_save(r->desk, "lake", &first, "three\n", 6, NULL, &r->err));
	now = room_ref(r, LAKE_REF);
	assert_true(oid_equal(&now, &head));
	/* The same text again is no commit. */
	ok(r, desk_save(r->desk, "lake", &saved, "two\n", 4, &first, &r->err));
	assert_true(oid_equal(&first, &saved));
	now = room_ref(r, LAKE_REF);
	assert_true(oid_equal(&now, &head));
	/* Events between are no matter. */
	ok(r, desk_comment(r->desk, "lake", NULL, "Well.", &r->err));
	ok(r, desk_save(r->desk, "lake", &saved, "three\n", 6, NULL, &r->err));
	assert_string_equal(room_draft(r, "lake")->text, "three\n");
}

static void attachments_lie_beside_the_article(void **state)
{
	static const char *const bad[] = {"a/b.png", ".hidden", "pier.md", "PIER.MD",  "..",  "a\nb.png",
					  "x.png ",  " x.png",  "",        "a\\b.png", ".git"};
	struct room *r = *state;
	struct oid head;
	struct oid now;

	room_begin(r, "lake", room_text("The lake", "Words."));
	ok(r, desk_attach(r->desk, "lake", "湖 边.png", "png", 3, &r->err));
	ok(r, desk_attach(r->desk, "lake", "empty", NULL, 0, &r->err));
	assert_int_equal(draft_covers(room_draft(r, "lake"))->count, 3);
	assert_string_equal(draft_covers(room_draft(r, "lake"))->items[0].path, "content/city/empty");
	assert_string_equal(draft_covers(room_draft(r, "lake"))->items[2].path, "content/city/湖 边.png");
	head = room_ref(r, LAKE_REF);
	ok(r, desk_attach(r->desk, "lake", "empty", "", 0, &r->err));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		refuses(r, E_INVALID, "cannot be attached under that name",
			desk_attach(r->desk, "lake", bad[i], "x", 1, &r->err));
	now = room_ref(r, LAKE_REF);
	assert_true(oid_equal(&now, &head));
	room_submit(r, "lake");
	room_approve(r, "lake");
	room_release(r, "lake");
	assert_int_equal(sh(r->n, "test -f 'news/content/city/湖 边.png'"), 0);
}

/* A text of the lake is published over what the drafts began with. */
static void publish_over(struct room *r, const char *body)
{
	room_forge(r, &(struct forgery){.ref = "refs/heads/main",
					.message = "x\n",
					.path = LAKE,
					.text = room_text("The lake", body)});
	ok(r, desk_refresh(r->desk, &r->err));
}

static void an_update_brings_in_what_was_published(void **state)
{
	struct room *r = *state;
	struct oid head;
	size_t clashes;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Five volunteers cleared the path on Saturday."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, NULL, &name, &r->err));
	room_save(r, name, room_text("The lake", "Seven volunteers cleared the path on Saturday."));
	ok(r, desk_attach(r->desk, name, "lake.png", "png", 3, &r->err));
	publish_over(r, "Five volunteers cleared the path on Sunday.");
	head = room_draft(r, name)->head;
	ok(r, desk_update(r->desk, name, DESK_NEITHER, &clashes, &r->err));
	assert_int_equal(clashes, 0);
	assert_string_equal(room_draft(r, name)->text,
			    room_text("The lake", "Seven volunteers cleared the path on Sunday."));
	assert_true(oid_equal(&room_draft(r, name)->base, desk_tip(r->desk)));
	assert_int_equal(draft_covers(room_draft(r, name))->count, 2);
	assert_true(draft_holds(r->n->repo, name, &head));
	refuses(r, E_REFUSED, "lake-2 is up to date with what is published.",
		desk_update(r->desk, name, DESK_NEITHER, &clashes, &r->err));
	free(name);
}

static void an_update_asks_whose_words_stay(void **state)
{
	struct room *r = *state;
	struct oid head;
	size_t clashes;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Five volunteers."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, NULL, &name, &r->err));
	room_save(r, name, room_text("The lake", "Seven volunteers."));
	publish_over(r, "Nine volunteers.");
	head = room_draft(r, name)->head;
	refuses(r, E_CONFLICT, "changed the same words in 1 place: choose whose stay.",
		desk_update(r->desk, name, DESK_NEITHER, &clashes, &r->err));
	assert_int_equal(clashes, 1);
	assert_true(oid_equal(&room_draft(r, name)->head, &head));
	ok(r, desk_update(r->desk, name, DESK_PUBLISHED, &clashes, &r->err));
	assert_string_equal(room_draft(r, name)->text, room_text("The lake", "Nine volunteers."));
	publish_over(r, "Ten volunteers.");
	room_save(r, name, room_text("The lake", "Eight volunteers."));
	ok(r, desk_update(r->desk, name, DESK_DRAFT, &clashes, &r->err));
	assert_string_equal(room_draft(r, name)->text, room_text("The lake", "Eight volunteers."));
	free(name);
}

static void a_correction_that_says_nothing_yet_is_brought_up_to_date_too(void **state)
{
	struct room *r = *state;
	size_t clashes;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Five volunteers."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, NULL, &name, &r->err));
	publish_over(r, "Nine volunteers.");
	ok(r, desk_update(r->desk, name, DESK_NEITHER, &clashes, &r->err));
	assert_string_equal(room_draft(r, name)->text, room_text("The lake", "Nine volunteers."));
	assert_int_equal(draft_covers(room_draft(r, name))->count, 0);
	free(name);
}

static void a_withdrawal_stays_one_when_it_is_updated(void **state)
{
	struct room *r = *state;
	size_t clashes;
	struct oid now;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Five volunteers."));
	room_as(r, ANNA);
	ok(r, desk_withdraw(r->desk, LAKE, "legal", &name, &r->err));
	publish_over(r, "Nine volunteers.");
	ok(r, desk_update(r->desk, name, DESK_NEITHER, &clashes, &r->err));
	assert_true(oid_is_zero(&room_draft(r, name)->blob));
	ok(r, desk_article(r->desk, LAKE, &now, &r->err));
	assert_true(oid_equal(&room_draft(r, name)->base_blob, &now));
	free(name);
}

static void an_update_makes_no_withdrawal_of_what_has_no_text(void **state)
{
	struct room *r = *state;
	size_t clashes;
	char *name;

	room_publish(r, "lake", room_text("The lake", "Five volunteers."));
	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, LAKE, NULL, &name, &r->err));
	room_forge(r, &(struct forgery){.ref = "refs/drafts/lake-2",
					.person = ANNA,
					.message = "x\n\nDraft: lake-2\n",
					.path = LAKE,
					.text = "/etc/passwd",
					.mode = REPO_MODE_LINK});
	publish_over(r, "Nine volunteers.");
	refuses(r, E_REFUSED, "lake-2 has no text that could be merged",
		desk_update(r->desk, name, DESK_DRAFT, &clashes, &r->err));
	assert_false(oid_is_zero(&room_draft(r, name)->blob));
	free(name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    in_a_room(drafts_come_first_and_what_is_published_by_date),
	    in_a_room(a_row_tells_what_an_editor_asks),
	    in_a_room(an_article_that_is_not_read_yet_shows_its_slug),
	    in_a_room(a_withdrawal_stands_for_its_article_until_that_is_published_again),
	    in_a_room(links_and_other_repositories_are_no_articles),
	    in_a_room(the_list_tells_what_others_did),
	    in_a_room(what_is_no_draft_is_not_shown_and_said_when_named),
	    in_a_room(a_scheduled_draft_is_approved_when_its_time_comes),
	    in_a_room(a_draft_knows_what_became_of_its_base),
	    in_a_room(other_rules_mean_other_states),
	    in_a_room(a_filter_looks_at_fields_and_into_published_texts),
	    in_a_room(a_name_is_a_draft_or_an_article),
	    in_a_room(a_draft_that_somebody_else_began_is_found_after_a_look),
	    in_a_room(a_new_draft_takes_the_first_free_name),
	    in_a_room(a_name_that_is_published_or_a_folder_is_taken),
	    in_a_room(an_article_whose_name_no_ref_can_have_can_still_be_corrected),
	    in_a_room(a_save_over_somebody_elses_is_a_conflict),
	    in_a_room(attachments_lie_beside_the_article),
	    in_a_room(an_update_brings_in_what_was_published),
	    in_a_room(an_update_asks_whose_words_stay),
	    in_a_room(a_correction_that_says_nothing_yet_is_brought_up_to_date_too),
	    in_a_room(a_withdrawal_stays_one_when_it_is_updated),
	    in_a_room(an_update_makes_no_withdrawal_of_what_has_no_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
