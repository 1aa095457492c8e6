#include "server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/strbuf.h"

static int add_ref(void *context, const char *name, const struct oid *id)
{
	struct server *s = context;

	assert_true(s->count < SERVER_REFS);
	s->refs[s->count++] = (struct gate_update){.ref = mem_strdup(name), .old_id = *id};
	return 0;
}

static void server_clear(struct server *s)
{
	for (size_t i = 0; i < s->count; i++)
		free(s->refs[i].ref);
	s->count = 0;
}

void server_follow(struct server *s)
{
	server_clear(s);
	ok(s->r, repo_refs(s->r->n->repo, "refs/", add_ref, s, &s->r->err));
}

int server_setup(void **state)
{
	struct server *s = mem_zalloc(1, sizeof *s);
	void *room;

	assert_int_equal(room_setup(&room), 0);
	s->r = room;
	s->now = ROOM_NOW;
	s->branch = "main";
	server_follow(s);
	*state = s;
	return 0;
}

int server_teardown(void **state)
{
	struct server *s = *state;
	void *room = s->r;

	server_clear(s);
	free(s);
	return room_teardown(&room);
}

static struct gate_update *find_ref(struct gate_update *refs, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(refs[i].ref, name) == 0)
			return &refs[i];
	}
	return NULL;
}

/* What differs between the server and the room: what a push of everything would ask for. */
static size_t changes(struct server *s, struct gate_update *out)
{
	struct server now = {.r = s->r};
	size_t n = 0;

	server_follow(&now);
	for (size_t i = 0; i < now.count; i++) {
		const struct gate_update *old = find_ref(s->refs, s->count, now.refs[i].ref);

		if (old != NULL && oid_equal(&old->old_id, &now.refs[i].old_id))
			continue;
		out[n++] = (struct gate_update){.ref = mem_strdup(now.refs[i].ref),
						.old_id = old ? old->old_id : newsroom_none,
						.new_id = now.refs[i].old_id};
	}
	for (size_t i = 0; i < s->count; i++) {
		if (find_ref(now.refs, now.count, s->refs[i].ref) == NULL)
			out[n++] = (struct gate_update){.ref = mem_strdup(s->refs[i].ref),
							.old_id = s->refs[i].old_id};
	}
	server_clear(&now);
	return n;
}

void server_put(struct server *s, const char *ref, const struct oid *id)
{
	struct oid old = {{0}};

	(void)repo_ref_read(s->r->n->repo, ref, &old, NULL);
	if (!oid_is_zero(id))
		ok(s->r, repo_ref_move(s->r->n->repo, ref, id, &old, &s->r->n->person, "put", &s->r->err));
	else
		assert_int_equal(sh(s->r->n, "git -C news update-ref -d %s", ref), 0);
}

/* The work tree, which follows a release, is what the branch is. */
static void tidy(struct server *s, const struct gate_update *updates, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(updates[i].ref, "refs/heads/main") == 0)
			assert_int_equal(sh(s->r->n, "git -C news reset -q --hard"), 0);
	}
}

static void tell(void *context, const char *ref, const char *why)
{
	strbuf_addf(context, "%s: %s\n", ref, why);
}

char *server_push(struct server *s, enum person person)
{
	struct gate_update updates[2 * SERVER_REFS];
	struct strbuf words = STRBUF_INIT;
	struct gate_push push = {.updates = updates,
				 .count = changes(s, updates),
				 .person = &history_people[person],
				 .now = s->now,
				 .branch = s->branch};
	struct error err;
	size_t refused;

	for (size_t i = 0; i < push.count; i++)
		server_put(s, updates[i].ref, &updates[i].old_id);
	if (gate_check(s->r->n->repo, &push, tell, &words, &refused, &err) < 0)
		strbuf_addf(&words, "all: %s\n", err.message);
	for (size_t i = 0; i < push.count; i++) {
		if (words.len == 0)
			server_put(s, updates[i].ref, &updates[i].new_id);
	}
	tidy(s, updates, push.count);
	for (size_t i = 0; i < push.count; i++)
		free(updates[i].ref);
	server_follow(s);
	ok(s->r, desk_refresh(s->r->desk, &s->r->err));
	return strbuf_detach(&words);
}

void server_takes(struct server *s, enum person person)
{
	char *words = server_push(s, person);

	if (words[0] != '\0')
		fail_msg("%s", words);
	free(words);
}

void server_refuses(struct server *s, enum person person, const char *ref, const char *part)
{
	char *words = server_push(s, person);
	size_t len = strlen(ref);

	if (strncmp(words, ref, len) != 0 || words[len] != ':' || strstr(words, part) == NULL ||
	    strchr(words, '\n')[1] != '\0')
		fail_msg("%s, not %s: %s", words, ref, part);
	free(words);
}

void server_begin(struct server *s)
{
	room_begin(s->r, "lake", room_text("The lake", "Words."));
}

void server_approved(struct server *s)
{
	server_begin(s);
	room_submit(s->r, "lake");
	server_takes(s, ANNA);
	room_approve(s->r, "lake");
	server_takes(s, BORIS);
}
