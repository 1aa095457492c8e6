#include "agreement.h"

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
#include "desk/gate.h"
#include "desk/policy.h"
#include "twin.h"

#define MAX_MOVES 16

/* A ref, as the server is told of it. */
struct place {
	char name[64];
	struct oid id;
};

struct places {
	struct place items[4 * AGREEMENT_DRAFTS];
	size_t count;
};

/* -- Two newsrooms -- */

static void open_server(struct agreement *a)
{
	char *folder = mem_printf("%s/server", a->n->folder);
	char *list = mem_printf("%s/objects/info/alternates", folder);
	char *objects = mem_printf("%s/.git/objects\n", a->n->news);
	struct repo *made;

	ok(a, repo_init(&made, folder, true, "main", &a->err));
	repo_close(made);
	ok(a, path_write(list, objects, strlen(objects), 0644, &a->err));
	ok(a, repo_open(&a->server, folder, &a->err));
	repo_set_durable(a->server, false);
	free(objects);
	free(list);
	free(folder);
}

static int add_place(void *context, const char *name, const struct oid *id)
{
	struct places *places = context;
	struct place *place = &places->items[places->count++];

	assert_true(places->count <= sizeof places->items / sizeof places->items[0]);
	snprintf(place->name, sizeof place->name, "%s", name);
	place->id = *id;
	return 0;
}

static struct oid where(const struct places *places, const char *name)
{
	for (size_t i = 0; i < places->count; i++) {
		if (strcmp(places->items[i].name, name) == 0)
			return places->items[i].id;
	}
	return newsroom_none;
}

static void tell(void *context, const char *ref, const char *why)
{
	strbuf_addf(context, "%s: %s\n", ref, why);
}

/*
 * Pushes what is new in the newsroom.  What the gate says, nothing when it takes it; then the server
 * has it, too.  The caller frees.
 */
static char *agreement_push(struct agreement *a)
{
	struct places here = {0};
	struct places there = {0};
	struct gate_update updates[MAX_MOVES];
	struct gate_push ask = {.updates = updates,
				.person = &random_people[a->person],
				.now = a->now,
				.branch = "main"};
	struct strbuf words = STRBUF_INIT;
	size_t refused;

	ok(a, repo_refs(a->n->repo, "refs/", add_place, &here, &a->err));
	ok(a, repo_refs(a->server, "refs/", add_place, &there, &a->err));
	for (size_t i = 0; i < here.count; i++) {
		struct oid old = where(&there, here.items[i].name);

		assert_true(ask.count < MAX_MOVES);
		if (!oid_equal(&old, &here.items[i].id))
			updates[ask.count++] = (struct gate_update){.ref = here.items[i].name,
								    .old_id = old,
								    .new_id = here.items[i].id};
	}
	assert_true(ask.count > 0);
	if (gate_check(a->server, &ask, tell, &words, &refused, &a->err) < 0)
		strbuf_addf(&words, "all: %s\n", a->err.message);
	for (size_t i = 0; words.len == 0 && i < ask.count; i++)
		ok(a, repo_ref_move(a->server, updates[i].ref, &updates[i].new_id, &updates[i].old_id,
				    ask.person, "push", &a->err));
	return strbuf_detach(&words);
}

void agreement_taken(struct agreement *a, const char *what)
{
	char *words = agreement_push(a);

	if (words[0] != '\0')
		fail_msg("%s by %s: %s", what, random_people[a->person].name, words);
	free(words);
}

/* The newest commit of a ref is refused, and the ref goes back. */
void agreement_refused(struct agreement *a, const char *ref, const struct oid *head, const char *what)
{
	struct places there = {0};
	struct oid before;
	char *words = agreement_push(a);

	if (words[0] == '\0')
		fail_msg("the server takes %s by %s, which the rules forbid", what,
			 random_people[a->person].name);
	free(words);
	ok(a, repo_refs(a->server, "refs/", add_place, &there, &a->err));
	before = where(&there, ref);
	ok(a, repo_ref_move(a->n->repo, ref, &before, head, &random_people[a->person], "back", &a->err));
	ok(a, desk_refresh(a->desk, &a->err));
}

/* Articles that stood there before: they are taken as they stand. */
static void publish_old(struct agreement *a)
{
	struct oid tree = newsroom_none;

	for (size_t i = 0; i < AGREEMENT_OLD; i++) {
		struct published *at = &a->published[a->published_count++];

		snprintf(at->path, sizeof at->path, "content/%s/pond-%zu.md", i % 2 ? "city/deep" : "city",
			 i);
		snprintf(at->text, sizeof at->text,
			 "---\ntitle: The pond\ndate: 2026-11-18\n---\n\nOld %zu.\n", i);
		at->is_there = true;
		tree = newsroom_tree(a->n, &tree, at->path, at->text);
	}
	newsroom_advance(a->n, "refs/heads/main", &tree);
	assert_int_equal(sh(a->n, "git -C news reset -q --hard"), 0);
}

void agreement_begin(struct agreement *a)
{
	const struct clock clock = {.fixed = true, .now = AGREEMENT_START};
	struct strbuf policy = STRBUF_INIT;
	struct desk_init init = {.folder = a->n->news, .as = "Anna <anna@desk.example>", .clock = &clock};
	struct desk_options options = {.folder = a->n->news, .as = init.as};
	struct places here = {0};
	size_t articles;

	random_desk(&a->rules, &a->seed, &policy, false);
	init.policy = policy.data;
	repo_set_durable(a->n->repo, false);
	publish_old(a);
	ok(a, desk_init(&init, &articles, &a->err));
	strbuf_clear(&policy);
	ok(a, repo_config_set(a->n->repo, "copydesk.sample", "true", &a->err));
	ok(a, desk_open(&a->desk, &options, &a->err));
	repo_set_durable(desk_repo(a->desk), false);
	*desk_clock(a->desk) = clock;
	a->now = AGREEMENT_START;
	open_server(a);
	ok(a, repo_refs(a->n->repo, "refs/heads/", add_place, &here, &a->err));
	ok(a, repo_ref_move(a->server, here.items[0].name, &here.items[0].id, &newsroom_none,
			    &random_people[0], "init", &a->err));
}

void agreement_end(struct agreement *a)
{
	desk_close(a->desk);
	repo_close(a->server);
	memset(a->pieces, 0, sizeof a->pieces);
	memset(a->published, 0, sizeof a->published);
	a->published_count = 0;
	a->pictures = 0;
	a->count = 0;
}

/* -- Drafts -- */

struct ref_event agreement_event(struct agreement *a, enum review_event kind)
{
	return (struct ref_event){
	    .kind = kind, .person = a->person, .claims = -1, .rules = a->rules.rules, .about = {-1, -1}};
}

int piece_text(const struct piece *piece)
{
	return piece->ref.events[piece->ref.count - 1].text;
}

/* Whether it may be published under the rules as they are. */
static bool is_fit(const struct piece *piece)
{
	bool leaves_none = piece->kind == PIECE_REMOVAL;
	int text = piece_text(piece);

	if ((text & UNCHANGED) != 0)
		return (text & PICTURE) != 0 && (text & UNTITLED) == 0;
	if (leaves_none || piece->kind == PIECE_NOTICE)
		return piece->ref.desk->tombstone != leaves_none && (text & UNTITLED) == 0;
	return (text & UNTITLED) == 0 && (piece->kind != PIECE_MOVE || (text & UNALIASED) == 0);
}

/* What the reference is told of the draft as it stands, under the rules as they are. */
static void piece_look(struct piece *piece)
{
	int text = piece_text(piece);

	memset(piece->ref.good, 0, sizeof piece->ref.good);
	piece->ref.is_fit = is_fit(piece);
	piece->ref.is_plain = piece->kind != PIECE_NOTICE || ((text & MADE) != 0 && (text & PICTURE) == 0);
	piece->ref.publish = (text & LATER) != 0 ? AGREEMENT_START + 7200 : 0;
}

/* The reference hears of an event that happened. */
void piece_note(struct piece *piece, struct ref_event event)
{
	struct ref_draft *ref = &piece->ref;

	assert_true(ref->count < REF_EVENTS);
	if (event.kind != REVIEW_SAVE)
		event.text = piece_text(piece);
	if (event.claims < 0)
		event.claims = event.text;
	ref->events[ref->count++] = event;
	piece_look(piece);
}

/* The address of an article, for those that moved from there. */
static void write_alias(char *out, size_t size, const char *path)
{
	size_t root = strlen("content");

	snprintf(out, size, "aliases: [%.*s/]\n", (int)(strlen(path) - root - strlen(".md")), path + root);
}

void piece_write(char *out, size_t size, const struct piece *piece, int text)
{
	char alias[100] = "";

	if ((text & MADE) != 0) {
		snprintf(out, size, "%s", piece->made);
		return;
	}
	if (piece->kind == PIECE_POLICY) {
		snprintf(out, size, "%s%s", text & UNTITLED ? "[stop \"review\"]\n" : "", piece->rules);
		return;
	}
	if (piece->kind == PIECE_MOVE && (text & UNALIASED) == 0)
		write_alias(alias, sizeof alias, piece->from);
	snprintf(out, size, "---\n%s%s%sdate: 2026-11-20\n---\n\nWords %d of %s.\n",
		 text & UNTITLED ? "" : "title: The lake\n",
		 text & LATER ? "publishDate: 2026-11-20T11:00:00Z\n" : "", alias, text & WORDS, piece->name);
}

int piece_random(struct agreement *a, const struct piece *piece)
{
	int text = piece->kind == PIECE_POLICY ? 0 : (int)below(&a->seed, 2);

	if (one_in(&a->seed, 12))
		text |= UNTITLED;
	if (one_in(&a->seed, 8) && piece->kind != PIECE_POLICY)
		text |= LATER;
	if (one_in(&a->seed, 8) && piece->kind == PIECE_MOVE)
		text |= UNALIASED;
	return text;
}

int piece_made(struct agreement *a, struct piece *piece)
{
	const struct draft *draft = desk_draft(a->desk, piece->name, &a->err);
	char alias[100];
	int text = MADE;

	assert_non_null(draft);
	if (oid_equal(&draft->blob, &draft->base_blob))
		return UNCHANGED | (strstr(draft->text, "title: ") == NULL ? UNTITLED : 0) |
		       (strstr(draft->text, "publishDate: ") != NULL ? LATER : 0);
	snprintf(piece->made, sizeof piece->made, "%s", draft->text);
	write_alias(alias, sizeof alias, piece->from[0] != '\0' ? piece->from : piece->path);
	text |= strstr(draft->text, "title: ") == NULL ? UNTITLED : 0;
	text |= strstr(draft->text, "publishDate: ") != NULL ? LATER : 0;
	alias[strlen(alias) - 2] = '\0';
	if (piece->kind == PIECE_MOVE && strstr(draft->text, alias + strlen("aliases: [")) == NULL)
		text |= UNALIASED;
	return text;
}

static unsigned places_of(const char *path)
{
	if (strncmp(path, "content/city/deep/", 18) == 0)
		return 1 | 4;
	return strncmp(path, "content/city/", 13) == 0      ? 1
	       : strncmp(path, "content/culture/", 16) == 0 ? 2
							    : 0;
}

static struct piece *add_piece(struct agreement *a, const char *name, const char *path)
{
	struct piece *piece = &a->pieces[a->count++];

	snprintf(piece->name, sizeof piece->name, "%s", name);
	snprintf(piece->path, sizeof piece->path, "%s", path);
	piece->ref.desk = &a->rules;
	piece->ref.places = places_of(path);
	piece->ref.now = a->now;
	return piece;
}

void agreement_new(struct agreement *a)
{
	struct piece *piece;
	struct ref_event event = agreement_event(a, REVIEW_SAVE);
	char text[256];
	char name[32];
	char path[48];
	char *given;

	snprintf(name, sizeof name, "lake-%zu", a->count);
	snprintf(path, sizeof path, "content/city/%s.md", name);
	piece = add_piece(a, name, path);
	event.text = piece_random(a, piece);
	piece_write(text, sizeof text, piece, event.text);
	ok(a, desk_new(a->desk, "city", name, "The lake", text, strlen(text), &given, &a->err));
	twin_follow(a);
	assert_string_equal(given, name);
	free(given);
	piece_note(piece, event);
	agreement_taken(a, "a new draft");
}

bool piece_is_open(const struct piece *piece)
{
	return !piece->ref.is_out;
}

/* How many are at work on what is published at a path; taking: those of them who move it or take it away. */
static size_t at_work_on(const struct agreement *a, const char *path, bool taking)
{
	size_t count = 0;

	for (size_t i = 0; i < a->count; i++) {
		const struct piece *piece = &a->pieces[i];
		bool takes = piece->kind != PIECE_ARTICLE && piece->kind != PIECE_POLICY;

		count += piece_is_open(piece) && (takes || !taking) &&
			 (strcmp(piece->path, path) == 0 || strcmp(piece->from, path) == 0);
	}
	return count;
}

/* A published article on which nobody is at work, or somebody who corrects it, too; NULL. */
static const struct published *some_article(struct agreement *a, bool alone)
{
	for (int i = 0; i < 8; i++) {
		const struct published *at = &a->published[below(&a->seed, (unsigned)a->published_count)];

		if (at->is_there && at_work_on(a, at->path, !alone) == 0)
			return at;
	}
	return NULL;
}

/* Begins a draft by desk and command line; NULL where the rules do not let the person. */
static struct piece *begin(struct agreement *a, const char *path, enum piece_kind kind)
{
	bool withdraws = kind == PIECE_REMOVAL || kind == PIECE_NOTICE;
	unsigned who = withdraws ? a->rules.withdraw : kind == PIECE_POLICY ? 0 : a->rules.correct;
	bool may = who == 0 || (who >> a->person & 1) != 0;
	const char *const verb[] = {[PIECE_ARTICLE] = "correct",
				    [PIECE_REMOVAL] = "withdraw",
				    [PIECE_NOTICE] = "withdraw",
				    [PIECE_MOVE] = "rename",
				    [PIECE_POLICY] = "correct"};
	char slug[32];
	const char *words[] = {
	    verb[kind], path, "-m", "For a reason.", kind == PIECE_MOVE ? "--section" : NULL, "culture",
	    "--slug",   slug, NULL};
	struct piece *piece;
	char *name;
	int rc;

	snprintf(slug, sizeof slug, "moved-%zu", a->count);
	twin_run(a, words, NULL);
	if (kind == PIECE_MOVE)
		rc = desk_rename(a->desk, path, "culture", slug, "For a reason.", &name, &a->err);
	else if (withdraws)
		rc = desk_withdraw(a->desk, path, "For a reason.", &name, &a->err);
	else
		rc = desk_correct(a->desk, path, "For a reason.", &name, &a->err);
	if ((rc == 0) != may)
		fail_msg("%s begins on %s: %d %s", random_people[a->person].name, path, rc, a->err.message);
	twin_agrees(a, rc, verb[kind]);
	if (rc < 0)
		return NULL;
	piece = add_piece(a, name, desk_draft(a->desk, name, &a->err)->path);
	piece->kind = kind;
	free(name);
	return piece;
}

static void begin_on(struct agreement *a, const char *path, enum piece_kind kind)
{
	struct ref_event event = agreement_event(a, REVIEW_SAVE);
	struct piece *piece = begin(a, path, kind);
	struct strbuf rules = STRBUF_INIT;

	if (piece == NULL)
		return;
	piece->ref.corrects = kind != PIECE_POLICY;
	piece->ref.withdraws = kind == PIECE_REMOVAL || kind == PIECE_NOTICE;
	if (kind == PIECE_MOVE) {
		snprintf(piece->from, sizeof piece->from, "%s", path);
		piece->ref.places |= places_of(path);
	}
	if (kind == PIECE_POLICY) {
		piece->ref.is_desk_file = true;
		random_desk(&piece->next, &a->seed, &rules, false);
		snprintf(piece->rules, sizeof piece->rules, "%s", rules.data);
		strbuf_clear(&rules);
	}
	piece_begin(a, piece);
	event.text = kind == PIECE_REMOVAL ? 0 : kind == PIECE_POLICY ? UNCHANGED : piece_made(a, piece);
	piece_note(piece, event);
	agreement_taken(a, "a draft on something published");
}

void agreement_something(struct agreement *a)
{
	unsigned which = below(&a->seed, 12);
	const struct published *at = some_article(a, which > 4);

	if (which == 0 && at_work_on(a, POLICY_PATH, false) == 0)
		begin_on(a, POLICY_PATH, PIECE_POLICY);
	else if (at == NULL || which > 9)
		agreement_new(a);
	else if (which < 6 || at->is_withdrawn)
		begin_on(a, at->path, PIECE_ARTICLE);
	else if (which < 8)
		begin_on(a, at->path, PIECE_MOVE);
	else
		begin_on(a, at->path, a->rules.tombstone ? PIECE_NOTICE : PIECE_REMOVAL);
}

/* -- What went out -- */

static struct published *published_at(struct agreement *a, const char *path)
{
	for (size_t i = 0; i < a->published_count; i++) {
		if (strcmp(a->published[i].path, path) == 0)
			return &a->published[i];
	}
	assert_true(a->published_count < sizeof a->published / sizeof a->published[0]);
	snprintf(a->published[a->published_count].path, sizeof a->published[0].path, "%s", path);
	return &a->published[a->published_count++];
}

/* What a piece changes, or would change; NULL for a new article and the desk's own files. */
static struct published *changed_by(struct agreement *a, const struct piece *piece)
{
	return piece->ref.corrects ? published_at(a, piece->from[0] != '\0' ? piece->from : piece->path)
				   : NULL;
}

void piece_begin(struct agreement *a, struct piece *piece)
{
	const struct published *at = changed_by(a, piece);

	snprintf(piece->base, sizeof piece->base, "%s", at != NULL ? at->text : "");
	piece->is_behind = false;
}

static void look_at_bases(struct agreement *a)
{
	for (size_t i = 0; i < a->count; i++) {
		struct piece *piece = &a->pieces[i];
		const struct published *at = changed_by(a, piece);

		piece->is_gone = at != NULL && !at->is_there;
		piece->is_behind = piece->is_gone || (at != NULL && strcmp(at->text, piece->base) != 0);
	}
}

void agreement_out(struct agreement *a, struct piece *piece)
{
	struct published *at;

	piece->ref.is_out = true;
	a->out[piece->kind]++;
	if (piece->kind == PIECE_POLICY) {
		char number = a->rules.rules;

		a->rules = piece->next;
		a->rules.rules = (char)(number + 1);
		for (size_t i = 0; i < a->count; i++)
			piece_look(&a->pieces[i]);
		return;
	}
	if (piece->kind == PIECE_MOVE)
		published_at(a, piece->from)->is_there = false;
	at = published_at(a, piece->path);
	at->is_there = piece->kind != PIECE_REMOVAL;
	at->is_withdrawn = piece->kind == PIECE_NOTICE;
	if ((piece_text(piece) & UNCHANGED) == 0)
		piece_write(at->text, sizeof at->text, piece, piece_text(piece));
	a->pictures += (piece_text(piece) & PICTURE) != 0;
	look_at_bases(a);
}
