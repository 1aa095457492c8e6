/*
 * A server for a room (see room.h): it knows where refs stood when they were
 * pushed last, and asks the gate about what the room has done since.
 */
#ifndef COPYDESK_TESTS_SERVER_H
#define COPYDESK_TESTS_SERVER_H

#include "desk/gate.h"
#include "room.h"

#define SERVER_REFS 64

struct server {
	struct room *r;
	struct gate_update refs[SERVER_REFS]; /* where they stand, as old_id */
	size_t count;
	int64_t now; /* ROOM_NOW at first */
	const char *branch;
};

/* For cmocka: *state becomes a struct server. */
int server_setup(void **state);
int server_teardown(void **state);

#define in_a_server(test) cmocka_unit_test_setup_teardown(test, server_setup, server_teardown)

/* The server has what the room has, whatever that is. */
void server_follow(struct server *s);

/* Puts a ref of the room, without asking anybody; all zero: takes it away. */
void server_put(struct server *s, const char *ref, const struct oid *id);

/*
 * Somebody pushes all that is new in the room.  What the gate says, a line for each ref that is refused, or
 * one of "all"; taken or not, the room then has what the server has.  The caller frees.
 */
char *server_push(struct server *s, enum person person);

/* The push is taken; or it is refused in one line, which begins with a ref and holds the words. */
void server_takes(struct server *s, enum person person);
void server_refuses(struct server *s, enum person person, const char *ref, const char *words);

/* Anna begins a draft lake, at content/city/lake.md; the same, submitted, approved by Boris, and pushed. */
void server_begin(struct server *s);
void server_approved(struct server *s);

#endif
