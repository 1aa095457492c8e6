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
	memset(ref->good, 0, sizeof ref->good);
	ref->is_fit = (piece_text(piece) & (UNTITLED | UNCHANGED)) == 0;
	ref->publish = (piece_text(piece) & LATER) != 0 ? AGREEMENT_START + 7200 : 0;
}

void piece_write(char *out, size_t size, const struct piece *piece, int text)
{
	snprintf(out, size, "---\n%s%sdate: 2026-11-20\n---\n\nWords %d of %s.\n",
		 text & UNTITLED ? "" : "title: The lake\n",
		 text & LATER ? "publishDate: 2026-11-20T11:00:00Z\n" : "", text & WORDS, piece->name);
}

int piece_random(struct agreement *a)
{
	int text = (int)below(&a->seed, 2);

	if (one_in(&a->seed, 12))
		text |= UNTITLED;
	if (one_in(&a->seed, 8))
		text |= LATER;
	return text;
}

static struct piece *add_piece(struct agreement *a, const char *name, const char *path)
{
	struct piece *piece = &a->pieces[a->count++];

	snprintf(piece->name, sizeof piece->name, "%s", name);
	snprintf(piece->path, sizeof piece->path, "%s", path);
	piece->ref.desk = &a->rules;
	piece->ref.places = 1;
	piece->ref.is_plain = true; /* what is withdrawn here goes away, and brings nothing */
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
	event.text = piece_random(a);
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

/* The number of a published article on which nobody is at work, or -1. */
static int free_article(struct agreement *a)
{
	for (size_t i = 0; i < a->count; i++) {
		bool taken = a->published[i][0] == '\0';

		for (size_t k = 0; k < a->count; k++)
			taken = taken || (strcmp(a->pieces[k].path, a->pieces[i].path) == 0 &&
					  piece_is_open(&a->pieces[k]));
		if (!taken)
			return (int)i;
	}
	return -1;
}

static void begin_on(struct agreement *a, size_t article, bool withdraws)
{
	const char *path = a->pieces[article].path;
	unsigned who = withdraws ? a->rules.withdraw : a->rules.correct;
	bool may = who == 0 || (who >> a->person & 1) != 0;
	struct ref_event event = agreement_event(a, REVIEW_SAVE);
	struct piece *piece;
	char *name;
	int rc;

	twin_run(a,
		 (const char *const[]){withdraws ? "withdraw" : "correct", path, "-m", "For a reason.", NULL},
		 NULL);
	rc = withdraws ? desk_withdraw(a->desk, path, "For a reason.", &name, &a->err)
		       : desk_correct(a->desk, path, "For a reason.", &name, &a->err);

	if ((rc == 0) != may)
		fail_msg("%s begins on %s: %d %s", random_people[a->person].name, path, rc, a->err.message);
	twin_agrees(a, rc, withdraws ? "a withdrawal" : "a correction");
	if (rc < 0)
		return;
	piece = add_piece(a, name, path);
	free(name);
	piece->ref.corrects = true;
	piece->ref.withdraws = piece->removes = withdraws;
	event.text = withdraws ? 0 : UNCHANGED;
	piece_note(piece, event);
	agreement_taken(a, withdraws ? "a withdrawal" : "a correction");
}

void agreement_something(struct agreement *a)
{
	int article = free_article(a);

	if (article < 0 || one_in(&a->seed, 3))
		agreement_new(a);
	else
		begin_on(a, (size_t)article, !a->rules.tombstone && one_in(&a->seed, 3));
}
