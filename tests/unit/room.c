#include "room.h"

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

const char room_policy[] = "[newsroom]\n\tname = Gazette\n"
			   "[role \"editor\"]\n\tperson = Boris <boris@desk.example>\n"
			   "\tperson = 陈 <chen@desk.example>\n"
			   "[role \"chief\"]\n\tperson = Dora <dora@desk.example>\n"
			   "[step \"review\"]\n\trole = editor\n"
			   "[release]\n\trole = editor\n[policy]\n\trole = chief\n"
			   "[require]\n\tfield = title\n";

static void open_desk(struct room *r)
{
	const struct desk_options options = {.folder = r->n->news, .as = "Anna <anna@desk.example>"};

	ok(r, desk_open(&r->desk, &options, &r->err));
	repo_set_durable(desk_repo(r->desk), false);
	desk_clock(r->desk)->fixed = true;
	desk_clock(r->desk)->now = ROOM_NOW;
	desk_clock(r->desk)->offset = 0;
}

int room_setup(void **state)
{
	const struct clock clock = {.fixed = true, .now = ROOM_NOW};
	struct room *r = mem_zalloc(1, sizeof *r);
	struct desk_init init = {.policy = room_policy, .as = "Dora <dora@desk.example>", .clock = &clock};
	void *newsroom;
	size_t articles;

	assert_int_equal(newsroom_setup(&newsroom), 0);
	r->n = newsroom;
	repo_set_durable(r->n->repo, false);
	init.folder = r->n->news;
	ok(r, desk_init(&init, &articles, &r->err));
	ok(r, repo_config_set(r->n->repo, "copydesk.sample", "true", &r->err));
	open_desk(r);
	*state = r;
	return 0;
}

int room_teardown(void **state)
{
	struct room *r = *state;
	void *newsroom = r->n;

	desk_close(r->desk);
	free(r);
	return newsroom_teardown(&newsroom);
}

void room_as(struct room *r, enum person person)
{
	ok(r, desk_act_as(r->desk, &history_people[person], &r->err));
}

void room_reopen(struct room *r)
{
	desk_close(r->desk);
	open_desk(r);
}

const char *room_text(const char *headline, const char *body)
{
	static char text[4096];

	snprintf(text, sizeof text, "---\ntitle: %s\ndate: 2026-11-20\n---\n\n%s\n", headline, body);
	return text;
}

void room_begin(struct room *r, const char *name, const char *text)
{
	char *given;

	room_as(r, ANNA);
	ok(r, desk_new(r->desk, "city", name, name, text, strlen(text), &given, &r->err));
	assert_string_equal(given, name);
	free(given);
}

void room_submit(struct room *r, const char *name)
{
	room_as(r, ANNA);
	ok(r, desk_submit(r->desk, name, NULL, &r->err));
}

void room_approve(struct room *r, const char *name)
{
	room_as(r, BORIS);
	ok(r, desk_approve(r->desk, name, NULL, NULL, NULL, NULL, &r->err));
}

static void release_as(struct room *r, enum person person, const char *name)
{
	struct release_result result;
	struct release_plan plan;

	room_as(r, person);
	ok(r, desk_plan(r->desk, (char *[]){(char *)name}, 1, &plan, &r->err));
	ok(r, desk_release(r->desk, &plan, &result, &r->err));
	assert_null(result.warning);
	release_result_clear(&result);
}

void room_release(struct room *r, const char *name)
{
	release_as(r, BORIS, name);
}

void room_ready(struct room *r, const char *name, const char *text)
{
	room_begin(r, name, text);
	room_submit(r, name);
	room_approve(r, name);
}

void room_publish(struct room *r, const char *name, const char *text)
{
	room_ready(r, name, text);
	room_release(r, name);
}

void room_save(struct room *r, const char *name, const char *text)
{
	room_as(r, ANNA);
	ok(r, desk_save(r->desk, name, NULL, text, strlen(text), NULL, &r->err));
}

const struct draft *room_draft(struct room *r, const char *name)
{
	const struct draft *draft;

	ok(r, desk_refresh(r->desk, &r->err));
	draft = desk_draft(r->desk, name, &r->err);
	if (draft == NULL)
		fail_msg("%s", r->err.message);
	return draft;
}

struct draft *room_load(struct room *r, const char *name)
{
	struct draft *draft;

	ok(r, draft_load(&draft, r->n->repo, name, &r->err));
	draft_derive(draft, desk_policy(r->desk), ROOM_NOW);
	return draft;
}

const struct review_commit *room_last(const struct draft *draft)
{
	return &draft->commits[draft->count - 1];
}

const char *room_state(struct room *r, const char *name)
{
	return review_state_word(room_draft(r, name)->state.name);
}

void room_govern(struct room *r, const char *policy)
{
	char *name;

	room_as(r, ANNA);
	ok(r, desk_correct(r->desk, POLICY_PATH, NULL, &name, &r->err));
	room_save(r, name, policy);
	room_submit(r, name);
	room_approve(r, name);
	release_as(r, DORA, name);
	free(name);
}

void room_rule(struct room *r, const char *policy)
{
	room_forge(r, &(struct forgery){.ref = "refs/heads/main",
					.person = DORA,
					.message = "Change the rules\n",
					.path = POLICY_PATH,
					.text = policy});
}

struct oid room_ref(struct room *r, const char *ref)
{
	struct oid id;

	ok(r, repo_ref_read(r->n->repo, ref, &id, &r->err));
	return id;
}

struct oid room_before(struct room *r, const char *ref, int commits)
{
	struct oid id = room_ref(r, ref);

	while (commits-- > 0) {
		struct repo_commit commit;

		ok(r, repo_commit_read(r->n->repo, &commit, &id, &r->err));
		id = commit.parent;
		repo_commit_clear(&commit);
	}
	return id;
}

struct oid room_forge(struct room *r, const struct forgery *f)
{
	struct repo *repo = r->n->repo;
	struct oid old = {{0}};
	struct oid id;
	struct repo_commit parent;
	struct repo_commit commit = {
	    .parent = f->parent,
	    .merged = f->merged,
	    .author = history_people[f->person],
	    .committer = history_people[f->person],
	    .authored = {ROOM_NOW + f->later, f->offset},
	    .committed = {ROOM_NOW + f->later, f->offset},
	    .message = (char *)f->message,
	};

	if (repo_ref_read(repo, f->ref, &old, NULL) == 0 && oid_is_zero(&commit.parent))
		commit.parent = old;
	commit.tree = f->tree;
	if (oid_is_zero(&commit.tree)) {
		ok(r, repo_commit_read(repo, &parent, &commit.parent, &r->err));
		commit.tree = parent.tree;
		repo_commit_clear(&parent);
	}
	if (f->path != NULL) {
		struct repo_entry entry = {.path = f->path, .mode = f->mode};

		if (f->text != NULL) {
			entry.id = newsroom_blob(r->n, f->text);
			entry.mode = f->mode ? f->mode : REPO_MODE_FILE;
		}
		ok(r, repo_tree_edit(repo, &commit.tree, &commit.tree, &entry, 1, &r->err));
	}
	ok(r, repo_commit_write(repo, &id, &commit, &r->err));
	ok(r, repo_ref_move(repo, f->ref, &id, &old, &commit.author, "forged", &r->err));
	return id;
}

char *room_blob(struct room *r, const struct oid *commit, const char *path)
{
	char hex[REPO_HEX_SIZE] = "";
	struct repo_commit c;
	struct repo_entry entry;

	ok(r, repo_commit_read(r->n->repo, &c, commit, &r->err));
	if (repo_tree_find(r->n->repo, &c.tree, path, &entry, NULL) == 0)
		oid_hex(hex, &entry.id);
	repo_commit_clear(&c);
	return mem_strdup(hex);
}

void room_forge_approval(struct room *r, enum person person, const char *name, int ago,
			 const struct oid *policy)
{
	char *ref = mem_printf("refs/drafts/%s", name);
	char *path = mem_printf("content/city/%s.md", name);
	struct oid head = room_before(r, ref, ago);
	char *blob = room_blob(r, &head, path);
	char hex[REPO_HEX_SIZE];
	char *message;

	oid_hex(hex, policy);
	message = mem_printf("Approve %s (review)\n\nDraft: %s\nEvent: approve\nArticle: %s\nStep: review\n"
			     "Covers: 100644 %s %040d %s\nPolicy: %s\n",
			     name, name, path, blob, 0, path, hex);
	room_forge(r, &(struct forgery){.ref = ref, .person = person, .message = message});
	free(message);
	free(blob);
	free(path);
	free(ref);
}
